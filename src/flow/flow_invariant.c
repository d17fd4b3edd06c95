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

/* Something will end this act: an operation, the world, or what is inside it. */
static bool waits(const struct flow_net *net, const struct flow_state *s, int act)
{
    if (net->node[act_of(s, act)->node].kind == FLOW_SERVICE_TASK)
        return true;
    for (int k = 0; k < s->wait.n; k++)
        if (s->wait.p[k].act == act &&
            (s->wait.p[k].state == WAIT_ARMED || s->wait.p[k].state == WAIT_PAUSED))
            return true;
    for (int k = 1; k < s->scope.n; k++)
        if (s->scope.p[k].act == act && s->scope.p[k].state == SCOPE_OPEN)
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
        CHECK(s->token.p[x->token].place == -1 - x->node && s->token.p[x->token].scope == x->scope);
        CHECK(live_inside(s, k) == (x->state == ACT_OPEN));
        CHECK((x->state == ACT_DONE) <= (x->complete >= 0 && !s->firing.p[x->complete].undone));
        open += x->state == ACT_OPEN;
        if (x->state == ACT_OPEN && net->node[x->node].kind == FLOW_USER_TASK)
            CHECK(x->incident || has_active_leaf(s, x->root));
        if (x->state == ACT_OPEN && net->node[x->node].kind != FLOW_USER_TASK)
            CHECK(x->incident || waits(net, s, k));
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

/* I2, and I4: nothing lives in a scope that is not open. */
static void check_scopes(const struct flow_state *s)
{
    bool live = false;
    for (int i = 0; i < s->token.n; i++)
        live |= s->token.p[i].state == TOKEN_LIVE;
    CHECK(live == (s->status == FLOW_RUNNING || s->status == FLOW_INCIDENT ||
                   s->status == FLOW_SUSPENDED_INSTANCE));
    for (int k = 1; k < s->scope.n; k++) {
        const struct scope *x = &s->scope.p[k];
        bool holds = false;
        for (int i = 0; i < s->token.n; i++)
            holds |= s->token.p[i].state == TOKEN_LIVE && s->token.p[i].scope == k;
        for (int c = k + 1; c < s->scope.n; c++)
            holds |= s->scope.p[c].parent == k && s->scope.p[c].state == SCOPE_OPEN;
        CHECK(holds == (x->state == SCOPE_OPEN));
        CHECK(x->state != SCOPE_OPEN || s->scope.p[x->parent].state == SCOPE_OPEN);
        CHECK((x->state == SCOPE_CLOSED) <= (x->closed >= 0));
        CHECK(x->state == SCOPE_VOID || !s->firing.p[x->opened].undone);
    }
}

/* I5, I12: what a live firing depends on is earlier, and live. */
static void check_causes(const struct flow_net *net, const struct flow_state *s)
{
    for (int f = 0; f < s->firing.n; f++) {
        const struct firing *x = &s->firing.p[f];
        CHECK(x->cause < f);
        CHECK(x->undone || x->cause < 0 || !s->firing.p[x->cause].undone);
    }
    (void)net;
}

void flow_check_invariants(const struct flow_net *net, const struct flow_state *s)
{
    check_tokens(net, s);
    check_acts(net, s);
    check_trees(s);
    check_scopes(s);
    check_causes(net, s);
}
