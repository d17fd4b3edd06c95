/* Soundness by reduction: a net of exclusive and parallel nodes is folded step by step (series,
 * parallel, loops, neighbours of one kind). What folds into one flow from start to end is sound,
 * however wide it is; no marking is listed. Each fold keeps soundness in both directions for the
 * part it folds, so a net that does not fold is simply searched (flow_sound.c). */
#include "flow/flow_in.h"

enum fold { FOLD_START, FOLD_END, FOLD_XOR, FOLD_AND, FOLD_OR, FOLD_OTHER };

struct arrow {
    int from, to;
    bool gone;
};

struct graph {
    enum fold *kind;
    int n;
    struct arrow *arrow;
    int arrow_n;
    int *ins, *outs, *last_out; /* degrees, and one outgoing arrow, by node */
    int *seen;
};

static int add(struct graph *g, enum fold kind)
{
    g->kind[g->n] = kind;
    return g->n++;
}

static void link(struct graph *g, int from, int to)
{
    g->arrow[g->arrow_n++] = (struct arrow){ from, to, false };
}

static enum fold split_kind(const struct flow_net *net, int node)
{
    const struct node_in *in = &net->node_in[node];
    size_t conditional = 0;
    for (size_t i = 0; i < in->out_n; i++)
        conditional += net->edge[in->out[i]].condition.p || net->edge_in[in->out[i]].outcome.p ||
                       in->out[i] == in->default_edge;
    enum flow_node_kind kind = net->node[node].kind;
    if (kind == FLOW_EXCLUSIVE || kind == FLOW_EVENT_GATEWAY ||
        (in->exclusive_out && conditional == in->out_n))
        return FOLD_XOR;
    if (kind == FLOW_INCLUSIVE && in->out_n > 1 && conditional == in->out_n)
        return FOLD_OR;
    return conditional ? FOLD_OTHER : FOLD_AND;
}

static enum fold join_kind(const struct flow_net *net, int node)
{
    switch (net->node[node].kind) {
    case FLOW_START_EVENT: return FOLD_START;
    case FLOW_PARALLEL: return FOLD_AND;
    case FLOW_INCLUSIVE: return net->node_in[node].in_n > 1 ? FOLD_OR : FOLD_XOR;
    default: return FOLD_XOR;
    }
}

/* What the folds do not know: several starts, events on activities. */
static bool is_foldable(const struct flow_net *net, int part)
{
    size_t n = 0;
    for (size_t i = 0; i < net->node_n; i++) {
        if (net->node_in[i].part != part)
            continue;
        n++;
        if (net->node_in[i].boundary_n)
            return false;
    }
    return net->part[part].starts_n == 1 && n <= 400; /* the folds are quadratic */
}

/* Every node becomes its joining half and its splitting half. Ends that end everything are plain
 * ends where nothing runs beside them. */
static bool build(struct arena *a, const struct flow_net *net, int part, struct graph *g)
{
    int n = (int)net->node_n;
    bool terminates = false, parallel = false;
    g->kind = arena_array_of(a, enum fold, (size_t)n * 2 + 2);
    g->arrow = arena_array_of(a, struct arrow, net->edge_n + (size_t)n * 2 + 1);
    int end = add(g, FOLD_END), *entry = arena_array_of(a, int, (size_t)n),
        *exit = arena_array_of(a, int, (size_t)n);
    for (int i = 0; i < n; i++) {
        const struct flow_node *x = &net->node[i];
        if (net->node_in[i].part != part || i == net->gone || x->kind == FLOW_EVENT_SUB_PROCESS)
            continue;
        enum fold split = split_kind(net, i);
        terminates |= x->kind == FLOW_TERMINATE_EVENT || x->event == FLOW_EVENT_ERROR;
        parallel |= split != FOLD_XOR && net->node_in[i].out_n > 1;
        entry[i] = add(g, join_kind(net, i));
        exit[i] = entry[i];
        if (net->node_in[i].out_n == 0) {
            link(g, entry[i], end);
            continue;
        }
        exit[i] = add(g, split);
        link(g, entry[i], exit[i]);
    }
    for (size_t e = 0; e < net->edge_n; e++)
        if (net->node_in[net->edge[e].from].part == part)
            link(g, exit[net->edge[e].from], entry[net->edge[e].to]);
    return !(terminates && parallel);
}

static void degrees(struct graph *g)
{
    memset(g->ins, 0, (size_t)g->n * sizeof *g->ins);
    memset(g->outs, 0, (size_t)g->n * sizeof *g->outs);
    for (int i = 0; i < g->arrow_n; i++) {
        if (g->arrow[i].gone)
            continue;
        g->ins[g->arrow[i].to]++;
        g->outs[g->arrow[i].from]++;
        g->last_out[g->arrow[i].from] = i;
    }
}

static bool gate(const struct graph *g, int node)
{
    return g->kind[node] == FOLD_XOR || g->kind[node] == FOLD_AND || g->kind[node] == FOLD_OR;
}

/* A node with one way in and one way out. */
static bool fold_series(struct graph *g, struct arrow *x)
{
    int b = x->to;
    if (g->kind[b] == FOLD_END || g->ins[b] != 1 || g->outs[b] != 1 || b == x->from)
        return false;
    struct arrow *next = &g->arrow[g->last_out[b]];
    x->to = next->to;
    next->gone = true;
    return true;
}

static bool fold_loop(struct graph *g, struct arrow *x)
{
    if (x->from != x->to || g->kind[x->from] != FOLD_XOR || g->outs[x->from] < 2)
        return false;
    x->gone = true;
    return true;
}

/* Two neighbours of one kind become one. */
static bool fold_neighbours(struct graph *g, struct arrow *x)
{
    int f = x->from, t = x->to;
    if (f == t || !gate(g, f) || g->kind[f] != g->kind[t] || (g->outs[f] != 1 && g->ins[t] != 1))
        return false;
    x->gone = true;
    for (int i = 0; i < g->arrow_n; i++) {
        if (g->arrow[i].from == t)
            g->arrow[i].from = f;
        if (g->arrow[i].to == t)
            g->arrow[i].to = f;
    }
    return true;
}

/* Two arrows between the same nodes of one kind, or into the end. */
static bool fold_parallel(struct graph *g)
{
    bool any = false;
    for (int f = 0; f < g->n; f++)
        g->seen[f] = -1;
    for (int f = 0; f < g->n; f++) {
        if (g->outs[f] < 2)
            continue;
        for (int i = 0; i < g->arrow_n; i++) {
            struct arrow *x = &g->arrow[i];
            if (x->gone || x->from != f || x->to == f)
                continue;
            bool same = gate(g, f) && g->kind[f] == g->kind[x->to];
            if (g->seen[x->to] == f && (same || (gate(g, f) && g->kind[x->to] == FOLD_END)))
                any = x->gone = true;
            g->seen[x->to] = f;
        }
    }
    return any;
}

static bool fold_once(struct graph *g)
{
    degrees(g);
    for (int i = 0; i < g->arrow_n; i++) {
        struct arrow *x = &g->arrow[i];
        if (!x->gone && (fold_series(g, x) || fold_loop(g, x) || fold_neighbours(g, x)))
            return true;
    }
    return fold_parallel(g);
}

bool net_reduces(struct arena *a, const struct flow_net *net, int part)
{
    struct graph g = { 0 };
    if (!is_foldable(net, part) || !build(a, net, part, &g))
        return false;
    g.ins = arena_array_of(a, int, (size_t)g.n);
    g.outs = arena_array_of(a, int, (size_t)g.n);
    g.last_out = arena_array_of(a, int, (size_t)g.n);
    g.seen = arena_array_of(a, int, (size_t)g.n);
    while (fold_once(&g))
        ;
    int left = 0, from = -1, to = -1;
    for (int i = 0; i < g.arrow_n; i++)
        if (!g.arrow[i].gone) {
            left++;
            from = g.arrow[i].from;
            to = g.arrow[i].to;
        }
    return left == 1 && g.kind[from] == FOLD_START && g.kind[to] == FOLD_END;
}
