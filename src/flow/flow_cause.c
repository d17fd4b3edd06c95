/* Causes and effects among the firings of an instance. A firing depends on the producers of what it
 * consumed, on its cause, and, if it inspected absence, on everything before it in the region it
 * looked at (rule D, FLOW §4). Seqs are positions, so causes are always smaller (I5) and one pass
 * is enough. */
#include "flow/flow_in.h"

/* Tokens by the firing that consumed them. */
struct consumed {
    int *first, *next;
};

static struct consumed consumed_by(struct arena *a, const struct flow_state *s)
{
    struct consumed c = { arena_array_of(a, int, (size_t)s->firing.n),
                          arena_array_of(a, int, (size_t)s->token.n) };
    memset(c.first, 0xff, (size_t)s->firing.n * sizeof *c.first);
    for (int t = s->token.n; t-- > 0;) {
        int f = s->token.p[t].consumer;
        if (f < 0)
            continue;
        c.next[t] = c.first[f];
        c.first[f] = t;
    }
    return c;
}

static bool is_inside_act(const struct flow_state *s, int scope, int act)
{
    for (; scope != 0; scope = s->scope.p[scope].parent)
        if (s->scope.p[scope].act == act)
            return true;
    return false;
}

/* Did this firing put a token where the gateway looks, or take one away from there? */
static bool is_upstream(const struct flow_net *net, const struct firing *g, const struct firing *y)
{
    int j = net->node_in[g->node].join;
    bool plain = y->kind == FIRE_PASS || y->kind == FIRE_ENTER || y->kind == FIRE_LEAVE ||
                 y->kind == FIRE_START || y->kind == FIRE_EVENT;
    if (j < 0 || !plain || y->node < 0 || y->node == g->node)
        return true;
    int host = net->node[y->node].host; /* an event takes the token of its activity */
    return bit_of(net->join[j].any, y->node) || (host >= 0 && bit_of(net->join[j].any, host));
}

bool cause_inspects(const struct flow_net *net, const struct flow_state *s, int f, int e)
{
    const struct firing *x = &s->firing.p[f], *y = &s->firing.p[e];
    switch (x->region) {
    case REGION_NONE: return false;
    case REGION_SCOPE: return scope_is_in(s, y->scope, x->scope);
    case REGION_INSIDE: return is_inside_act(s, y->scope, x->act);
    case REGION_CLOSES: return y->kind == FIRE_CLOSE && s->scope.p[y->scope].act == x->act;
    case REGION_JOIN: return y->scope == x->scope && is_upstream(net, x, y);
    }
    return false;
}

bool *cause_up(struct arena *a, const struct flow_net *net, const struct flow_state *s, int firing)
{
    struct consumed c = consumed_by(a, s);
    bool *up = arena_array_of(a, bool, (size_t)s->firing.n);
    int *list = arena_array_of(a, int, (size_t)s->firing.n), n = 0;
    up[firing] = true;
    list[n++] = firing;
    for (int f = firing + 1; f < s->firing.n; f++) {
        const struct firing *x = &s->firing.p[f];
        if (x->undone)
            continue;
        up[f] = x->cause >= 0 && up[x->cause];
        for (int t = c.first[f]; t >= 0 && !up[f]; t = c.next[t])
            up[f] = up[s->token.p[t].producer];
        for (int i = 0; x->region && i < n && !up[f]; i++)
            up[f] = cause_inspects(net, s, f, list[i]);
        if (up[f])
            list[n++] = f;
    }
    return up;
}

bool *cause_past(struct arena *a, const struct flow_net *net, const struct flow_state *s,
                 int firing)
{
    struct consumed c = consumed_by(a, s);
    bool *past = arena_array_of(a, bool, (size_t)s->firing.n);
    past[firing] = true;
    for (int f = firing; f >= 0; f--) {
        const struct firing *x = &s->firing.p[f];
        if (!past[f])
            continue;
        if (x->cause >= 0)
            past[x->cause] = true;
        for (int t = c.first[f]; t >= 0; t = c.next[t])
            past[s->token.p[t].producer] = true;
        for (int g = 0; x->region && g < f; g++)
            past[g] = past[g] || (!s->firing.p[g].undone && cause_inspects(net, s, f, g));
    }
    past[firing] = false;
    return past;
}

/* The act that leads here, or, where that was a sub-process, one in it. */
static bool is_before(const struct flow_state *s, const struct act *from, int target)
{
    return from->prev == target ||
           (from->prev && is_inside_act(s, act_of(s, target)->scope, from->prev));
}

static bool allowed_target(const struct flow_net *net, const struct flow_state *s,
                           const struct act *from, int target)
{
    const struct node_in *in = &net->node_in[from->node];
    switch (in->return_to) {
    case RETURN_ANY: return true;
    case RETURN_PREV: return is_before(s, from, target);
    case RETURN_STARTER:
        for (int k = 1; k < target; k++)
            if (act_of(s, k)->state == ACT_DONE &&
                net->node[act_of(s, k)->node].kind == FLOW_USER_TASK)
                return false;
        return true;
    case RETURN_IDS:
        for (size_t i = 0; i < in->return_ids_n; i++)
            if (in->return_ids[i] == act_of(s, target)->node)
                return true;
    }
    return false;
}

/* Acts of people; and calls, which are then made again. */
static bool is_target(const struct flow_net *net, const struct act *act)
{
    const struct node_in *in = &net->node_in[act->node];
    return act->root ||
           (net->node[act->node].kind == FLOW_CALL && (in->multi == MULTI_NONE || act->is_item));
}

struct flow_target *cause_targets(struct arena *a, const struct flow_net *net,
                                  const struct flow_state *s, int leaf, size_t *n)
{
    const struct act *from = act_of(s, tree_of(s, leaf)->act);
    bool *past = cause_past(a, net, s, from->start);
    struct flow_target *list = arena_array_of(a, struct flow_target, (size_t)s->act.n);
    *n = 0;
    for (int k = 1; k <= s->act.n; k++) {
        const struct act *act = act_of(s, k);
        if (act->state != ACT_DONE || !is_target(net, act) || !past[act->complete] ||
            !allowed_target(net, s, from, k))
            continue;
        size_t at = (*n)++;
        for (; at > 0 && act_of(s, list[at - 1].act)->complete < act->complete; at--)
            list[at] = list[at - 1];
        list[at] = (struct flow_target){ .act = k, .node = act->node, .attempt = act->attempt };
        for (int t = 1; t <= s->tree.n && !list[at].who.kind; t++)
            if (tree_of(s, t)->act == k && tree_of(s, t)->kind == TREE_LEAF &&
                tree_of(s, t)->state == TREE_DONE)
                list[at].who = tree_of(s, t)->done_by;
    }
    return list;
}

struct flow_target *flow_targets(struct arena *a, const struct flow_net *net,
                                 const struct flow_state *s, int leaf, size_t *n)
{
    *n = 0;
    if (leaf < 1 || leaf > s->tree.n || tree_of(s, leaf)->kind != TREE_LEAF ||
        act_of(s, tree_of(s, leaf)->act)->state != ACT_OPEN)
        return NULL;
    return cause_targets(a, net, s, leaf, n);
}
