/* Inclusive gateways that join (BPMN 2.0, Inclusive Gateway): enabled when an inflow holds a token
 * and no token in the scope can still reach an empty inflow, not through the gateway, unless it can
 * also reach a filled one. Looked at again after everything else has come to rest; takes one token
 * from each filled inflow. The firing found places empty, so it depends on what happened upstream
 * (rule D). */
#include "base/check.h"
#include "flow/flow_in.h"

/* --- what can reach what ---------------------------------------------------------------------- */

static void mark_back(const struct flow_net *net, int node, int not_through, uint64_t *set)
{
    if (node == not_through || bit_of(set, node))
        return;
    set[node >> 6] |= UINT64_C(1) << (node & 63);
    const struct node_in *in = &net->node_in[node];
    for (size_t i = 0; i < in->in_n; i++)
        mark_back(net, net->edge[in->in[i]].from, not_through, set);
    if (net->node[node].host >= 0)
        mark_back(net, net->node[node].host, not_through, set);
}

void net_read_joins(struct checker *c)
{
    struct flow_net *net = c->net;
    size_t words = net->node_n / 64 + 1;
    net->join = arena_array_of(c->a, struct join, net->node_n);
    for (size_t i = 0; i < net->node_n; i++) {
        struct node_in *in = &net->node_in[i];
        in->join = -1;
        if (net->node[i].kind != FLOW_INCLUSIVE || in->in_n < 2)
            continue;
        in->join = (int)net->join_n;
        struct join *j = &net->join[net->join_n++];
        j->node = (int)i;
        j->any = arena_array_of(c->a, uint64_t, words);
        j->reach = arena_array_of(c->a, uint64_t *, in->in_n);
        for (size_t k = 0; k < in->in_n; k++) {
            j->reach[k] = arena_array_of(c->a, uint64_t, words);
            mark_back(net, net->edge[in->in[k]].from, (int)i, j->reach[k]);
            for (size_t x = 0; x < words; x++)
                j->any[x] |= j->reach[k][x];
        }
    }
}

/* --- the rule --------------------------------------------------------------------------------- */

/* The node from which a token goes on. */
static int node_of(const struct flow_net *net, int place)
{
    return place >= 0 ? net->edge[place].to : -1 - place;
}

static bool may_block(const struct join *j, const bool *filled, size_t n, int node)
{
    bool empty = false;
    for (size_t i = 0; i < n; i++) {
        if (!bit_of(j->reach[i], node))
            continue;
        if (filled[i])
            return false;
        empty = true;
    }
    return empty;
}

/* Inflow tokens to take, in taken; 0 when it is not enabled. */
static size_t enabled(struct work *w, const struct join *j, int scope, int *taken)
{
    const struct node_in *in = &w->net->node_in[j->node];
    const struct flow_state *s = w->s;
    bool *filled = arena_array_of(w->a, bool, in->in_n);
    size_t n = 0;
    for (int t = 0; t < s->token.n; t++) {
        const struct token *x = &s->token.p[t];
        if (x->state != TOKEN_LIVE || x->scope != scope || x->place < 0 ||
            w->net->edge[x->place].to != j->node)
            continue;
        for (size_t i = 0; i < in->in_n; i++)
            if (in->in[i] == x->place && !filled[i]) {
                filled[i] = true;
                taken[n++] = t;
            }
    }
    for (int t = 0; t < s->token.n && n; t++) {
        const struct token *x = &s->token.p[t];
        if (x->state != TOKEN_LIVE || x->scope != scope)
            continue;
        int node = node_of(w->net, x->place);
        if ((x->stuck && node == j->node) || may_block(j, filled, in->in_n, node))
            return 0;
    }
    return n;
}

/* Outflows: the same choice as behind an activity. */
static bool fire(struct work *w, const struct join *j, int scope, const int *taken, size_t n)
{
    const struct node_in *in = &w->net->node_in[j->node];
    int *out = arena_array_of(w->a, int, in->out_n + 1), via = 0;
    size_t out_n = 0;
    for (size_t i = 0; i < n; i++)
        via = step_later(w->s, via, w->s->token.p[taken[i]].via);
    enum step_way way = step_ways_out(w, j->node, scope, via, out, &out_n);
    if (way != WAY_FOUND) {
        w->s->token.p[taken[0]].stuck = way == WAY_NONE ? STUCK_NO_WAY : STUCK_CONDITION;
        return true;
    }
    int f = step_fire(w, FIRE_PASS, scope, j->node, 0);
    w->s->firing.p[f].region = REGION_JOIN;
    for (size_t i = 0; i < n; i++)
        step_spend(w, taken[i], f);
    if (out_n == 0)
        w->s->scope.p[scope].via = step_later(w->s, w->s->scope.p[scope].via, via);
    step_produce(w, scope, out, out_n, f, via);
    step_completed(w, j->node);
    return true;
}

bool join_run(struct work *w, bool *any)
{
    const struct flow_net *net = w->net;
    for (size_t k = 0; k < net->join_n; k++)
        for (int scope = 0; scope < w->s->scope.n; scope++) {
            const struct scope *x = &w->s->scope.p[scope];
            if (x->state != SCOPE_OPEN || x->part != net->node_in[net->join[k].node].part)
                continue;
            int *taken = arena_array_of(w->a, int, net->node_in[net->join[k].node].in_n + 1);
            size_t n = enabled(w, &net->join[k], scope, taken);
            if (n == 0)
                continue;
            int before = w->s->firing.n;
            if (!fire(w, &net->join[k], scope, taken, n))
                return false;
            *any |= w->s->firing.n > before;
            if (*any)
                return true;
        }
    return true;
}
