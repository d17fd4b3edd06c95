/* Readers for pages and lists: what waits, what was done, what may be done, and the picture. */
#include "flow/flow_in.h"

enum flow_status flow_state_status(const struct flow_state *s)
{
    return s->status;
}

bool flow_state_is_refused(const struct flow_net *net, const struct flow_state *s)
{
    for (int i = 0; i < s->firing.n; i++) {
        const struct firing *f = &s->firing.p[i];
        if (!f->undone && f->node >= 0 && net->node[f->node].is_refusal)
            return true;
    }
    return false;
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
        .who = t->is_claimed && t->claimer.kind ? t->claimer : t->who,
        .done_by = t->done_by,
        .role = t->role,
        .state = (enum flow_leaf_state)t->state,
        .is_opened = t->is_opened,
        .is_undone = t->state == TREE_DONE &&
                     act_of(s, tree_of(s, tree_continued(s, leaf))->act)->state == ACT_UNDONE,
        .is_suspended = t->is_suspended && t->state == TREE_PENDING,
        .is_claimed = t->is_claimed,
        .scope = act->scope,
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

int flow_node_multi(const struct flow_net *net, int node)
{
    const struct node_in *in = &net->node_in[node];
    enum flow_sign sign = net->node[node].sign;
    if (in->multi != MULTI_NONE)
        return in->multi == MULTI_SEQUENTIAL ? 2 : 1;
    if (net->node[node].kind != FLOW_USER_TASK || !in->has_sign || sign == FLOW_SIGN_ANY)
        return 0;
    return sign == FLOW_SIGN_SEQ ? 2 : 1;
}

const char *incident_code(enum incident i)
{
    static const char *const code[INCIDENT_COUNT] = { NULL,
                                                      "flow.no_assignee",
                                                      "flow.no_way",
                                                      "flow.service_failed",
                                                      "flow.bad_cardinality",
                                                      "flow.condition_failed",
                                                      "flow.bad_timer",
                                                      "flow.call_failed",
                                                      "flow.vote_failed" };
    return code[i];
}

static const char *stuck_code(const struct token *t)
{
    return t->stuck == STUCK_CONDITION ? "flow.condition_failed"
           : t->stuck == STUCK_NO_RULE ? "flow.no_rule"
                                       : "flow.no_way";
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
                                                   stuck_code(&s->token.p[i]) };
    return list;
}

static uint32_t claim_ops(const struct flow_state *s, int leaf)
{
    const struct tree *t = tree_of(s, leaf);
    bool many = t->who.kind == FLOW_POOL || t->who.kind == FLOW_UNIT;
    for (int up = t->parent; up && !many; up = tree_of(s, up)->parent)
        many = tree_of(s, up)->kind == TREE_ANY;
    return t->is_claimed ? 1u << FLOW_PUT_BACK : many ? 1u << FLOW_CLAIM : 0;
}

static uint32_t zone_ops(const struct flow_net *net, const struct flow_state *s, int act)
{
    const struct scope *x = &s->scope.p[act_of(s, act)->scope];
    if (x->part < 0 || net->part[x->part].kind != PART_ZONE)
        return 0;
    return 1u << FLOW_FORWARD | 1u << FLOW_FINISH;
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
            1u << FLOW_REMOVE_SIGNER | 1u << FLOW_TRANSFER | 1u << FLOW_TERMINATE |
            1u << FLOW_DELEGATE | claim_ops(s, leaf) | zone_ops(net, s, l.act));
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

struct flow_named *flow_overrides(struct arena *a, const struct flow_state *s, size_t *n)
{
    struct flow_named *list = arena_array_of(a, struct flow_named, (size_t)s->override.n + 1);
    *n = (size_t)s->override.n;
    for (size_t i = 0; i < *n; i++)
        list[i] = (struct flow_named){ s->override.p[i].node, s->override.p[i].who,
                                       s->override.p[i].n };
    return list;
}

static void add_once(struct str *list, size_t *n, struct str name)
{
    for (size_t i = 0; i < *n; i++)
        if (str_eq(list[i], name))
            return;
    list[(*n)++] = name;
}

struct str *flow_asked_vars(struct arena *a, const struct flow_net *net, int node, size_t *n)
{
    const struct node_in *in = &net->node_in[node];
    size_t room = 1, used;
    *n = 0;
    for (size_t i = 0; i < in->out_n; i++)
        if (net->edge_in[in->out[i]].condition) {
            (void)feel_names_used(net->edge_in[in->out[i]].condition, &used); /* only how many */
            room += used;
        }
    if (in->pass) {
        (void)feel_names_used(in->pass, &used); /* only how many */
        room += used;
    }
    struct str *list = arena_array_of(a, struct str, room);
    const struct str *counted = in->pass ? feel_names_used(in->pass, &used) : NULL;
    for (size_t k = 0; in->pass && k < used; k++)
        if (!vars_is_counted(counted[k]))
            add_once(list, n, counted[k]);
    for (size_t i = 0; i < in->out_n; i++) {
        const struct feel *e = net->edge_in[in->out[i]].condition;
        const struct str *name = e ? feel_names_used(e, &used) : NULL;
        for (size_t k = 0; e && k < used; k++)
            if (!str_is(name[k], "outcome"))
                add_once(list, n, name[k]);
    }
    return list;
}

/* --- branches --------------------------------------------------------------------------------- */

static bool branch_was_opened(const struct flow_state *s, int scope, int *last)
{
    bool opened = false;
    *last = 0;
    for (int t = 1; t <= s->tree.n; t++) {
        const struct tree *x = tree_of(s, t);
        if (x->kind != TREE_LEAF || !scope_is_in(s, act_of(s, x->act)->scope, scope))
            continue;
        opened |= x->is_opened || x->state == TREE_DONE;
        if (x->state == TREE_DONE && act_of(s, x->act)->state != ACT_UNDONE &&
            (!*last || x->done_at >= tree_of(s, *last)->done_at))
            *last = t;
    }
    return opened;
}

struct flow_branch *flow_branches(struct arena *a, const struct flow_net *net,
                                  const struct flow_state *s, int act, size_t *n)
{
    struct flow_branch *list = arena_array_of(a, struct flow_branch, (size_t)s->scope.n);
    (void)net;
    *n = 0;
    for (int k = 1; k < s->scope.n; k++) {
        const struct scope *x = &s->scope.p[k];
        if (!x->item || (act && x->act != act) || s->firing.p[x->opened].undone)
            continue;
        struct flow_branch *b = &list[(*n)++];
        *b = (struct flow_branch){ .scope = k,
                                   .act = x->act,
                                   .node = x->node,
                                   .item = x->item,
                                   .state = (enum flow_branch_state)x->state,
                                   .value = x->value,
                                   .is_lead = x->is_lead,
                                   .opened_at = x->opened_at,
                                   .closed_at = x->closed_at };
        b->is_opened = branch_was_opened(s, k, &b->last_leaf);
        if (b->last_leaf)
            b->outcome = tree_of(s, b->last_leaf)->outcome;
    }
    return list;
}

/* --- impact ----------------------------------------------------------------------------------- */

static bool counts(const struct flow_state *s, int t)
{
    const struct tree *x = tree_of(s, t);
    return x->state == TREE_DONE && act_of(s, x->act)->state != ACT_UNDONE &&
           act_of(s, x->act)->state != ACT_VOID;
}

static bool is_open(const struct tree *x)
{
    return x->state == TREE_ACTIVE || (x->state == TREE_PENDING && x->is_suspended);
}

struct flow_impact *flow_impact(struct arena *a, const struct flow_state *before,
                                const struct flow_state *after, size_t *n)
{
    struct flow_impact *list = arena_array_of(a, struct flow_impact, (size_t)after->tree.n + 1);
    *n = 0;
    for (int t = 1; t <= after->tree.n; t++) {
        const struct tree *x = tree_of(after, t),
                          *was = t <= before->tree.n ? tree_of(before, t) : NULL;
        if (x->kind != TREE_LEAF)
            continue;
        struct flow_impact i = { .leaf = t,
                                 .act = x->act,
                                 .node = act_of(after, x->act)->node,
                                 .who = x->state == TREE_DONE ? x->done_by : x->who,
                                 .was_opened = was ? was->is_opened : false };
        bool wait = x->state == TREE_PENDING && x->is_suspended;
        if (!was && x->state == TREE_ACTIVE)
            i.what = x->from ? FLOW_IMPACT_REOPENED : FLOW_IMPACT_OPENED;
        else if (was && is_open(was) && x->state == TREE_VOID)
            i.what = FLOW_IMPACT_VOIDED;
        else if (was && counts(before, t) && !counts(after, t))
            i.what = is_open(x) ? FLOW_IMPACT_REOPENED : FLOW_IMPACT_UNDONE;
        else if (was && was->state != TREE_ACTIVE && x->state == TREE_ACTIVE)
            i.what = was->opened_at ? FLOW_IMPACT_REOPENED : FLOW_IMPACT_OPENED;
        else if (was && was->state == TREE_ACTIVE && wait)
            i.what = FLOW_IMPACT_SUSPENDED;
        else if (was && is_open(was) && x->state == TREE_DONE)
            i.what = FLOW_IMPACT_CLOSED;
        else
            continue;
        list[(*n)++] = i;
    }
    return list;
}
