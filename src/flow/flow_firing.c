/* The ways in which the nodes of a part may fire, as steps between places (FLOW §4). A place is a
 * flow; the inside of an activity with events on it; and, for an event that does not interrupt,
 * that it has not happened yet. */
#include "flow/flow_space.h"

#define STEPS_MOST 100000u
#define SUBSETS_MOST                                                                               \
    8 /* conditional outflows of one activity that are listed in all combinations */

int net_place_inside(const struct flow_net *net, int node)
{
    return (int)net->edge_n + node;
}

struct steps {
    struct arena *a;
    const struct flow_net *net;
    struct net_step *p;
    size_t n, size;
    bool limited;
};

static void add_step(struct steps *s, struct net_step step)
{
    if (s->n == STEPS_MOST) {
        s->limited = true;
        return;
    }
    if (s->n == s->size) {
        size_t size = s->size ? s->size * 2 : 64;
        s->p = arena_grow(s->a, s->p, s->size * sizeof *s->p, size * sizeof *s->p);
        s->size = size;
    }
    s->p[s->n++] = step;
}

/* The sets of outflows that one firing may fill. */
struct ways {
    struct {
        const int *out;
        size_t n;
    } * p;
    size_t n;
};

static void add_way(struct steps *s, struct ways *w, const int *out, size_t n)
{
    w->p = arena_grow(s->a, w->p, w->n * sizeof *w->p, (w->n + 1) * sizeof *w->p);
    w->p[w->n].out = out;
    w->p[w->n++].n = n;
}

/* Activities and inclusive gateways: AND of the unconditional ones, OR of the others (FLOW §3). */
static void ways_of_activity(struct steps *s, int node, struct ways *w)
{
    const struct node_in *in = &s->net->node_in[node];
    int *sure = arena_array_of(s->a, int, in->out_n), *maybe = arena_array_of(s->a, int, in->out_n);
    size_t sure_n = 0, maybe_n = 0;
    for (size_t i = 0; i < in->out_n; i++) {
        int e = in->out[i];
        if (s->net->edge[e].condition.p || s->net->edge_in[e].outcome.p)
            maybe[maybe_n++] = e;
        else if (e != in->default_edge)
            sure[sure_n++] = e;
    }
    if (sure_n)
        add_way(s, w, sure, sure_n); /* none of the others is true */
    else if (in->default_edge >= 0)
        add_way(s, w, &in->default_edge, 1);
    else if (in->out_n == 0)
        add_way(s, w, NULL, 0);
    if (maybe_n > SUBSETS_MOST && !in->exclusive_out) {
        s->limited = true;
        return;
    }
    for (size_t set = 1; maybe_n && set < (size_t)1 << (in->exclusive_out ? 0 : maybe_n); set++) {
        int *out = arena_array_of(s->a, int, sure_n + maybe_n);
        size_t n = sure_n;
        memcpy(out, sure, sure_n * sizeof *out);
        for (size_t i = 0; i < maybe_n; i++)
            if (set >> i & 1)
                out[n++] = maybe[i];
        add_way(s, w, out, n);
    }
    for (size_t i = 0; in->exclusive_out && i < maybe_n; i++) {
        int *out = arena_array_of(s->a, int, sure_n + 1);
        memcpy(out, sure, sure_n * sizeof *out);
        out[sure_n] = maybe[i];
        add_way(s, w, out, sure_n + 1);
    }
}

static struct ways ways_of(struct steps *s, int node)
{
    const struct node_in *in = &s->net->node_in[node];
    struct ways w = { 0 };
    switch (s->net->node[node].kind) {
    case FLOW_EXCLUSIVE:
    case FLOW_EVENT_GATEWAY:
        for (size_t k = 0; k < in->out_n; k++)
            add_way(s, &w, &in->out[k], 1);
        if (in->out_n == 0)
            add_way(s, &w, NULL, 0);
        break;
    case FLOW_PARALLEL:
    case FLOW_START_EVENT:
    case FLOW_BOUNDARY_EVENT: add_way(s, &w, in->out, in->out_n); break;
    default: ways_of_activity(s, node, &w);
    }
    return w;
}

static int *places(struct steps *s, int node, bool inside, size_t *n)
{
    const struct node_in *in = &s->net->node_in[node];
    int *list = arena_array_of(s->a, int, in->boundary_n + 1);
    *n = 0;
    if (inside)
        list[(*n)++] = net_place_inside(s->net, node);
    for (size_t i = 0; i < in->boundary_n; i++)
        if (!s->net->node[in->boundary[i]].is_interrupting)
            list[(*n)++] = net_place_inside(s->net, in->boundary[i]);
    return list;
}

/* An activity with events on it: it is entered, and then it is left or something happens. */
static void host_steps(struct steps *s, int node)
{
    const struct node_in *in = &s->net->node_in[node];
    size_t inside_n, armed_n;
    const int *inside = places(s, node, true, &inside_n), *armed = places(s, node, false, &armed_n);
    struct ways w = ways_of(s, node);
    for (size_t i = 0; i < in->in_n; i++)
        add_step(s,
                 (struct net_step){
                     .node = node, .in = &in->in[i], .in_n = 1, .out = inside, .out_n = inside_n });
    for (size_t i = 0; i < w.n; i++)
        add_step(s, (struct net_step){ .node = node,
                                       .in = inside,
                                       .in_n = 1,
                                       .out = w.p[i].out,
                                       .out_n = w.p[i].n,
                                       .clear = armed,
                                       .clear_n = armed_n });
}

static void boundary_step(struct steps *s, int node)
{
    const struct node_in *in = &s->net->node_in[node];
    const struct flow_node *n = &s->net->node[node];
    size_t armed_n;
    const int *armed = places(s, n->host, false, &armed_n);
    int *from = arena_new_of(s->a, int);
    *from = net_place_inside(s->net, n->is_interrupting ? n->host : node);
    add_step(s, (struct net_step){ .node = node,
                                   .in = from,
                                   .in_n = 1,
                                   .out = in->out,
                                   .out_n = in->goes_aside ? 0 : in->out_n,
                                   .clear = armed,
                                   .clear_n = n->is_interrupting ? armed_n : 0 });
}

static void node_steps(struct steps *s, int node)
{
    const struct node_in *in = &s->net->node_in[node];
    const struct flow_node *n = &s->net->node[node];
    bool clears = n->kind == FLOW_TERMINATE_EVENT ||
                  (n->kind == FLOW_END_EVENT && n->event == FLOW_EVENT_ERROR);
    if (n->kind == FLOW_EVENT_SUB_PROCESS || n->kind == FLOW_START_EVENT)
        return;
    if (n->kind == FLOW_BOUNDARY_EVENT) {
        if (n->host >= 0)
            boundary_step(s, node);
        return;
    }
    if (in->boundary_n) {
        host_steps(s, node);
        return;
    }
    struct ways w = ways_of(s, node);
    bool all = n->kind == FLOW_PARALLEL || in->join >= 0;
    for (size_t k = 0; k < w.n; k++)
        for (size_t i = 0; i < (all ? (in->in_n > 0) : in->in_n); i++)
            add_step(s, (struct net_step){ .node = node,
                                           .in = &in->in[i],
                                           .in_n = all ? in->in_n : 1,
                                           .out = w.p[k].out,
                                           .out_n = w.p[k].n,
                                           .clears = clears,
                                           .inclusive = in->join >= 0 });
}

struct net_step *space_steps(struct arena *a, const struct flow_net *net, const int *node, size_t n,
                             size_t *steps, bool *limited)
{
    struct steps s = { .a = a, .net = net };
    for (size_t i = 0; i < n; i++)
        node_steps(&s, node[i]);
    *steps = s.n;
    *limited = s.limited;
    return s.p;
}
