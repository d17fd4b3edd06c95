/* The invariants of FLOW §4 that concern one instance, checked after every command in debug builds.
 * A broken one is a bug of this room and ends the process. (I8, I9 and I11 are desk's and core's;
 * I6 is checked by the property test; I10 by the replay test.) */
#include "base/check.h"
#include "flow/flow_in.h"

/* I1, I4, I5, I12 */
static void check_tokens(const struct flow_net *net, const struct flow_state *s)
{
    for (int i = 0; i < s->token.n; i++) {
        const struct token *t = &s->token.p[i];
        CHECK(t->place < (int)net->edge_n && -1 - t->place < (int)net->node_n);
        CHECK(t->producer >= 0 && t->producer < s->firing.n);
        CHECK(t->consumer < s->firing.n && (t->consumer < 0 || t->producer < t->consumer));
        CHECK((t->state == TOKEN_LIVE) <= (t->consumer < 0));
        CHECK(t->state != TOKEN_SPENT || t->consumer >= 0);
        if (t->state == TOKEN_LIVE)
            CHECK(!s->firing.p[t->producer].undone);
        if (t->state == TOKEN_SPENT && !s->firing.p[t->consumer].undone)
            CHECK(!s->firing.p[t->producer].undone);
    }
}

static int live_inside(const struct flow_state *s, int act)
{
    int n = 0;
    for (int i = 0; i < s->token.n; i++)
        n += s->token.p[i].state == TOKEN_LIVE && i == act_of(s, act)->token;
    return n;
}

static bool has_active_leaf(const struct flow_state *s, int t)
{
    for (; t; t = tree_of(s, t)->next)
        if ((tree_of(s, t)->kind == TREE_LEAF && tree_of(s, t)->state == TREE_ACTIVE) ||
            has_active_leaf(s, tree_of(s, t)->first))
            return true;
    return false;
}

/* I3 */
static void check_acts(const struct flow_net *net, const struct flow_state *s)
{
    int inside = 0, open = 0;
    for (int i = 0; i < s->token.n; i++)
        inside += s->token.p[i].state == TOKEN_LIVE && s->token.p[i].place < 0;
    for (int k = 1; k <= s->act.n; k++) {
        const struct act *x = act_of(s, k);
        CHECK(s->token.p[x->token].place == -1 - x->node);
        CHECK(live_inside(s, k) == (x->state == ACT_OPEN));
        CHECK((x->state == ACT_DONE) <= (x->complete >= 0 && !s->firing.p[x->complete].undone));
        open += x->state == ACT_OPEN;
        if (x->state == ACT_OPEN && net->node[x->node].kind == FLOW_USER_TASK)
            CHECK(x->incident || has_active_leaf(s, x->root));
    }
    CHECK(inside == open);
}

/* I7: what is active is inside an open act, and reachable from its root. */
static void check_trees(const struct flow_state *s)
{
    for (int t = 1; t <= s->tree.n; t++) {
        const struct tree *x = tree_of(s, t);
        if (x->state != TREE_ACTIVE)
            continue;
        CHECK(act_of(s, x->act)->state == ACT_OPEN);
        int top = t;
        while (tree_of(s, top)->parent) {
            top = tree_of(s, top)->parent;
            CHECK(tree_of(s, top)->state == TREE_ACTIVE);
        }
        CHECK(act_of(s, x->act)->root == top);
    }
}

/* I2 */
static void check_status(const struct flow_state *s)
{
    bool live = false;
    for (int i = 0; i < s->token.n; i++)
        live |= s->token.p[i].state == TOKEN_LIVE;
    CHECK(live == (s->status == FLOW_RUNNING || s->status == FLOW_INCIDENT));
}

void flow_check_invariants(const struct flow_net *net, const struct flow_state *s)
{
    check_tokens(net, s);
    check_acts(net, s);
    check_trees(s);
    check_status(s);
}
