/* Readers for pages and lists: what waits, what was done, what may be done, and the picture. */
#include "flow/flow_in.h"

enum flow_status flow_state_status(const struct flow_state *s)
{
    return s->status;
}

bool flow_leaf_find(const struct flow_state *s, int leaf, struct flow_leaf *out)
{
    if (leaf < 1 || leaf > s->tree.n || tree_of(s, leaf)->kind != TREE_LEAF)
        return false;
    const struct tree *t = tree_of(s, leaf);
    const struct act *act = act_of(s, t->act);
    *out = (struct flow_leaf){
        .leaf = leaf,
        .act = t->act,
        .node = act->node,
        .attempt = act->attempt,
        .form_node = t->ref_act ? act_of(s, t->ref_act)->node : act->node,
        .who = t->who,
        .done_by = t->done_by,
        .role = t->role,
        .state = (enum flow_leaf_state)t->state,
        .is_opened = t->is_opened,
        .is_undone = t->state == TREE_DONE &&
                     act_of(s, tree_of(s, tree_continued(s, leaf))->act)->state == ACT_UNDONE,
        .is_suspended = t->is_suspended && t->state == TREE_PENDING,
        .outcome = t->outcome,
        .added_by = t->added_by,
        .opened_at = t->opened_at,
        .done_at = t->done_at,
    };
    return true;
}

struct flow_leaf *flow_leaves(struct arena *a, const struct flow_state *s, size_t *n)
{
    struct flow_leaf *list = arena_array_of(a, struct flow_leaf, (size_t)s->tree.n);
    *n = 0;
    for (int t = 1; t <= s->tree.n; t++)
        *n += flow_leaf_find(s, t, &list[*n]);
    return list;
}

const char *incident_code(enum incident i)
{
    static const char *const code[] = { NULL, "flow.no_assignee", "flow.no_way",
                                        "flow.service_failed", "flow.bad_cardinality" };
    return code[i];
}

struct flow_incident *flow_incidents(struct arena *a, const struct flow_net *net,
                                     const struct flow_state *s, size_t *n)
{
    struct flow_incident *list =
        arena_array_of(a, struct flow_incident, (size_t)(s->act.n + s->token.n));
    *n = 0;
    for (int k = 1; k <= s->act.n; k++)
        if (act_of(s, k)->state == ACT_OPEN && act_of(s, k)->incident)
            list[(*n)++] = (struct flow_incident){ act_of(s, k)->node, k,
                                                   incident_code(act_of(s, k)->incident) };
    for (int i = 0; i < s->token.n; i++)
        if (s->token.p[i].state == TOKEN_LIVE && s->token.p[i].stuck)
            list[(*n)++] = (struct flow_incident){ net->edge[s->token.p[i].place].to, 0,
                                                   incident_code(INCIDENT_NO_WAY) };
    return list;
}

uint32_t flow_leaf_ops(const struct flow_net *net, const struct flow_state *s, int leaf)
{
    struct flow_leaf l;
    if (!flow_leaf_find(s, leaf, &l))
        return 0;
    uint32_t allowed = net->node[l.node].ops;
    bool open = s->status == FLOW_RUNNING || s->status == FLOW_INCIDENT;
    if (l.state == FLOW_LEAF_DONE && !l.is_undone)
        return allowed & 1u << FLOW_WITHDRAW;
    if (!open || l.state != FLOW_LEAF_ACTIVE || act_of(s, l.act)->state != ACT_OPEN)
        return 0;
    return allowed &
           (1u << FLOW_COMPLETE | 1u << FLOW_OPEN | 1u << FLOW_SEND_BACK | 1u << FLOW_ADD_SIGNER |
            1u << FLOW_REMOVE_SIGNER | 1u << FLOW_TRANSFER | 1u << FLOW_TERMINATE);
}

static void mark_tokens(const struct flow_net *net, const struct flow_state *s,
                        struct flow_picture *p)
{
    for (int i = 0; i < s->token.n; i++) {
        const struct token *t = &s->token.p[i];
        if (t->place < 0 || (size_t)t->place >= net->shown_edge_n)
            continue;
        bool undone =
            s->firing.p[t->producer].undone ||
            (t->consumer >= 0 && s->firing.p[t->consumer].undone && t->state == TOKEN_VOID);
        enum flow_mark m = t->state == TOKEN_LIVE ? FLOW_LIVE : undone ? FLOW_UNDONE : FLOW_PASSED;
        /* live over passed over undone */
        enum flow_mark *old = &p->edge[t->place];
        if (*old == FLOW_IDLE || m == FLOW_LIVE || (m == FLOW_PASSED && *old == FLOW_UNDONE))
            *old = m;
    }
}

struct flow_picture flow_picture(struct arena *a, const struct flow_net *net,
                                 const struct flow_state *s)
{
    struct flow_picture p = { arena_array_of(a, struct flow_mark_node, net->node_n),
                              arena_array_of(a, enum flow_mark, net->edge_n) };
    for (int f = 0; f < s->firing.n; f++) {
        const struct firing *x = &s->firing.p[f];
        if (x->node < 0 || x->kind == FIRE_ENTER)
            continue;
        struct flow_mark_node *n = &p.node[x->node];
        if (!x->undone)
            n->mark = FLOW_PASSED;
        else if (n->mark == FLOW_IDLE)
            n->mark = FLOW_UNDONE;
    }
    for (int k = 1; k <= s->act.n; k++) {
        struct flow_mark_node *n = &p.node[act_of(s, k)->node];
        n->attempts++;
        if (act_of(s, k)->state != ACT_OPEN)
            continue;
        n->mark = FLOW_LIVE;
        n->since_at = act_of(s, k)->started_at;
    }
    mark_tokens(net, s, &p);
    return p;
}
