/* Soundness at deploy (FLOW §4): from every reachable marking the process can end, nothing is dead,
 * nothing grows without bound. A net that reduces to one flow is sound by construction; any other
 * is searched, at most 20,000 markings, and a fault comes with the way that leads to it. */
#include "base/check.h"
#include "flow/flow_in.h"

#define MARKINGS_MOST 20000u
#define STEPS_MOST 100000u
#define PILE_MOST 8 /* tokens on one place: more are taken for a pile without end */
#define SUBSETS_MOST                                                                               \
    8 /* conditional outflows of one activity that are listed in all combinations */

/* --- steps ------------------------------------------------------------------------------------ */

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
    } *p;
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
        add_step(s, (struct net_step){
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

/* Somebody or the world is waited for at this node. */
static bool is_waiting(const struct flow_net *net, int node)
{
    const struct node_in *in = &net->node_in[node];
    if (net->node[node].kind == FLOW_USER_TASK || in->boundary_n)
        return net->node[node].kind != FLOW_SERVICE_TASK;
    if (wait_is_catching(net, node))
        return net->node[node].event != FLOW_EVENT_LINK;
    for (size_t i = 0; in->body >= 0 && i < net->shown_node_n; i++)
        if (net->node_in[i].part == in->body && is_waiting(net, (int)i))
            return true;
    return false;
}

/* Everything that can be reached from an event, when it is reached from there alone, joins nothing
 * and ends nothing else: its country. 0 when it is none. */
static int country_of(const struct flow_net *net, int event, int *list, char *seen)
{
    int n = 0;
    memset(seen, 0, net->node_n);
    list[n++] = event;
    seen[event] = 1;
    for (int i = 0; i < n; i++) {
        const struct node_in *in = &net->node_in[list[i]];
        for (size_t k = 0; k < in->out_n + in->boundary_n; k++) {
            int to = k < in->out_n ? net->edge[in->out[k]].to : in->boundary[k - in->out_n];
            if (!seen[to])
                list[n++] = to;
            seen[to] = 1;
        }
    }
    for (int i = 1; i < n; i++) {
        const struct node_in *in = &net->node_in[list[i]];
        const struct flow_node *x = &net->node[list[i]];
        bool joins = (x->kind == FLOW_PARALLEL || x->kind == FLOW_INCLUSIVE) && in->in_n > 1;
        if (joins || x->kind == FLOW_TERMINATE_EVENT || x->event == FLOW_EVENT_ERROR)
            return 0;
        for (size_t k = 0; k < in->in_n; k++)
            if (!seen[net->edge[in->in[k]].from])
                return 0;
    }
    return seen[net->node[event].host] ? 0 : n;
}

/* A country inside another one is its own. */
void net_find_asides(struct checker *c)
{
    struct flow_net *net = c->net;
    int *list = arena_array_of(c->a, int, net->node_n),
        *size = arena_array_of(c->a, int, net->node_n);
    char *seen = arena_array_of(c->a, char, net->node_n);
    for (int e = 0; e < (int)net->shown_node_n; e++) {
        if (net->node[e].kind != FLOW_BOUNDARY_EVENT || net->node[e].is_interrupting)
            continue;
        int n = country_of(net, e, list, seen);
        net->node_in[e].goes_aside = n > 0;
        for (int i = 1; i < n; i++)
            if (net->node_in[list[i]].aside < 0 || n < size[list[i]]) {
                net->node_in[list[i]].aside = e;
                size[list[i]] = n;
            }
    }
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

struct net_step *net_steps(struct arena *a, const struct flow_net *net, int part, int aside,
                           size_t *n, bool *limited)
{
    struct steps s = { .a = a, .net = net };
    for (int i = 0; i < (int)net->node_n; i++)
        if (net->node_in[i].part == part && net->node_in[i].aside == aside && i != net->gone)
            node_steps(&s, i);
    *n = s.n;
    *limited = s.limited;
    return s.p;
}

/* --- the space of markings -------------------------------------------------------------------- */

struct marking {
    const int *edge; /* sorted, with repetitions */
    size_t n;
    int parent, step; /* how it was reached first */
};

struct pair {
    int from, to;
};

struct net_space {
    struct arena *a;
    const struct flow_net *net;
    int part, aside;
    bool is_plain; /* more tokens never take a step away: no rule of absence, nothing emptied */
    bool *filled;  /* room for the rule of inclusive gateways */
    struct net_step *step;
    size_t step_n;
    int *by_edge_first, *by_edge_next; /* steps by their first inflow */
    struct marking *m;
    size_t n, size, cap;
    int *slot;
    size_t slots;
    struct pair *pair;
    size_t pair_n, pair_size;
    int *joining; /* steps of inclusive gateways */
    size_t joining_n;
    bool *fired; /* by node */
    bool limited, complete;
    int stuck, unbounded, doubled; /* markings, or -1 */
};

static uint64_t marking_hash(const int *edge, size_t n)
{
    uint64_t h = 1469598103934665603u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (uint64_t)edge[i]) * 1099511628211u;
    return h ^ h >> 29;
}

static int find(const struct net_space *s, const int *edge, size_t n, size_t *at)
{
    size_t i = (size_t)marking_hash(edge, n) & (s->slots - 1);
    for (; s->slot[i] >= 0; i = (i + 1) & (s->slots - 1)) {
        const struct marking *m = &s->m[s->slot[i]];
        if (m->n == n && memcmp(m->edge, edge, n * sizeof *edge) == 0)
            return s->slot[i];
    }
    if (at)
        *at = i;
    return -1;
}

/* Does x hold all of y and more? Both sorted. */
static bool covers(const struct marking *x, const struct marking *y)
{
    size_t j = 0;
    if (x->n <= y->n)
        return false;
    for (size_t i = 0; i < x->n && j < y->n; i++)
        if (x->edge[i] == y->edge[j])
            j++;
    return j == y->n;
}

static void look_at(struct net_space *s, int k)
{
    const struct marking *m = &s->m[k];
    for (size_t i = 1; i < m->n && s->doubled < 0; i++)
        if (m->edge[i] == m->edge[i - 1])
            s->doubled = k;
    for (int p = m->parent; s->is_plain && p >= 0 && s->unbounded < 0; p = s->m[p].parent)
        if (covers(m, &s->m[p]))
            s->unbounded = k;
    for (size_t i = PILE_MOST; i < m->n && s->unbounded < 0; i++)
        if (m->edge[i] == m->edge[i - PILE_MOST])
            s->unbounded = k;
}

static int add_marking(struct net_space *s, const int *edge, size_t n, int parent, int step)
{
    size_t at;
    int old = find(s, edge, n, &at);
    if (old >= 0)
        return old;
    if (s->n == s->cap)
        return -1;
    if (s->n == s->size) {
        size_t size = s->size ? s->size * 2 : 256;
        s->m = arena_grow(s->a, s->m, s->size * sizeof *s->m, size * sizeof *s->m);
        s->size = size;
    }
    s->m[s->n] = (struct marking){ arena_copy(s->a, edge, n * sizeof *edge), n, parent, step };
    s->slot[at] = (int)s->n;
    look_at(s, (int)s->n);
    return (int)s->n++;
}

static bool is_on(const struct marking *m, int place)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->edge[i] == place)
            return true;
    return false;
}

/* The node from which a token on this place goes on. */
static int goes_on_at(const struct flow_net *net, int place)
{
    if (place < (int)net->edge_n)
        return net->edge[place].to;
    return place - (int)net->edge_n;
}

/* The rule of flow_join.c, on a marking. */
static bool may_join(const struct net_space *s, const struct marking *m, const struct net_step *t)
{
    const struct join *j = &s->net->join[s->net->node_in[t->node].join];
    for (size_t i = 0; i < t->in_n; i++)
        s->filled[i] = is_on(m, t->in[i]);
    for (size_t k = 0; k < m->n; k++) {
        int node = goes_on_at(s->net, m->edge[k]);
        bool empty = false, filled = false;
        for (size_t i = 0; i < t->in_n; i++) {
            bool reaches = bit_of(j->reach[i], node);
            filled |= reaches && s->filled[i];
            empty |= reaches && !s->filled[i];
        }
        if (empty && !filled)
            return false;
    }
    return true;
}

static bool take_out(int *out, size_t *n, int place)
{
    size_t k = 0;
    while (k < *n && out[k] != place)
        k++;
    if (k == *n)
        return false;
    memmove(out + k, out + k + 1, (--*n - k) * sizeof *out);
    return true;
}

/* m minus the step's inflows plus its outflows, sorted, in out. False when not enabled. */
static bool fire(const struct net_space *s, const struct marking *m, const struct net_step *t,
                 int *out, size_t *out_n)
{
    size_t n = m->n;
    if (t->inclusive && !may_join(s, m, t))
        return false;
    if (n)
        memcpy(out, m->edge, n * sizeof *out);
    for (size_t i = 0; i < t->in_n; i++)
        if (!take_out(out, &n, t->in[i]) && !t->inclusive)
            return false;
    for (size_t i = 0; i < t->clear_n; i++)
        while (take_out(out, &n, t->clear[i]))
            ;
    if (t->clears)
        n = 0;
    for (size_t i = 0; i < t->out_n; i++) {
        size_t k = n++;
        for (; k > 0 && out[k - 1] > t->out[i]; k--)
            out[k] = out[k - 1];
        out[k] = t->out[i];
    }
    *out_n = n;
    return true;
}

static void add_pair(struct net_space *s, int from, int to)
{
    if (s->pair_n == s->pair_size) {
        size_t size = s->pair_size ? s->pair_size * 2 : 1024;
        s->pair = arena_grow(s->a, s->pair, s->pair_size * sizeof *s->pair, size * sizeof *s->pair);
        s->pair_size = size;
    }
    s->pair[s->pair_n++] = (struct pair){ from, to };
}

static bool try_step(struct net_space *s, int k, int t, int *room, bool *any)
{
    size_t n;
    if (!fire(s, &s->m[k], &s->step[t], room, &n))
        return true;
    *any = true;
    s->fired[s->step[t].node] = true;
    int to = add_marking(s, room, n, k, t);
    if (to < 0)
        return false;
    add_pair(s, k, to);
    return true;
}

/* All that can follow marking k. False at the cap. */
static bool expand(struct net_space *s, int k, int *room)
{
    bool any = false;
    for (size_t i = 0; i < s->m[k].n; i++) {
        int place = s->m[k].edge[i];
        if (i > 0 && place == s->m[k].edge[i - 1])
            continue;
        for (int t = s->by_edge_first[place]; t >= 0; t = s->by_edge_next[t])
            if (!try_step(s, k, t, room, &any))
                return false;
    }
    for (size_t i = 0; i < s->joining_n; i++) {
        const struct net_step *x = &s->step[s->joining[i]];
        bool some = false;
        for (size_t e = 0; e < x->in_n && !some; e++)
            some = is_on(&s->m[k], x->in[e]);
        if (some && !try_step(s, k, s->joining[i], room, &any))
            return false;
    }
    if (!any && s->m[k].n && s->stuck < 0)
        s->stuck = k;
    return true;
}

static void index_steps(struct net_space *s)
{
    size_t most = s->net->edge_n + s->net->node_n + 1, wide = 1;
    s->by_edge_first = arena_array_of(s->a, int, most);
    s->by_edge_next = arena_array_of(s->a, int, s->step_n + 1);
    s->joining = arena_array_of(s->a, int, s->step_n + 1);
    s->is_plain = true;
    for (size_t e = 0; e < most; e++)
        s->by_edge_first[e] = -1;
    for (size_t t = s->step_n; t-- > 0;) {
        const struct net_step *x = &s->step[t];
        wide = x->in_n > wide ? x->in_n : wide;
        s->is_plain &= !x->inclusive && !x->clear_n;
        if (x->inclusive)
            s->joining[s->joining_n++] = (int)t;
        if (x->inclusive || x->in_n == 0)
            continue;
        s->by_edge_next[t] = s->by_edge_first[x->in[0]];
        s->by_edge_first[x->in[0]] = (int)t;
    }
    s->filled = arena_array_of(s->a, bool, wide);
}

static void add_start(struct net_space *s, int start)
{
    const struct node_in *in = &s->net->node_in[start];
    int *m = arena_array_of(s->a, int, in->out_n + 1);
    for (size_t i = 0; i < in->out_n; i++) {
        size_t k = i;
        for (; k > 0 && m[k - 1] > in->out[i]; k--)
            m[k] = m[k - 1];
        m[k] = in->out[i];
    }
    s->fired[start] = true;
    add_marking(s, m, in->out_n, -1, -1);
}

static struct net_space *explore(struct arena *a, const struct flow_net *net, int part, int aside,
                                 size_t cap)
{
    struct net_space *s = arena_new_of(a, struct net_space);
    *s = (struct net_space){ .a = a, .net = net, .part = part, .aside = aside, .cap = cap,
                             .stuck = -1, .unbounded = -1, .doubled = -1 };
    s->step = net_steps(a, net, part, aside, &s->step_n, &s->limited);
    index_steps(s);
    for (s->slots = 64; s->slots < cap * 2;)
        s->slots *= 2;
    s->slot = arena_array_of(a, int, s->slots);
    memset(s->slot, 0xff, s->slots * sizeof *s->slot);
    s->fired = arena_array_of(a, bool, net->node_n);
    size_t most_out = net->edge_n + net->node_n + 1;
    int *room = arena_array_of(a, int, 2 * most_out + 4096);
    if (aside >= 0)
        add_start(s, aside);
    else
        for (size_t i = 0; i < net->part[part].starts_n; i++)
            add_start(s, net->part[part].starts[i]);
    s->complete = true;
    for (size_t k = 0; k < s->n && s->complete; k++)
        s->complete =
            s->stuck < 0 && s->unbounded < 0 && s->m[k].n < 2048 && expand(s, (int)k, room);
    return s;
}

struct net_space *net_explore(struct arena *a, const struct flow_net *net, int part, size_t cap)
{
    return explore(a, net, part, -1, cap);
}

struct net_space *net_explore_aside(struct arena *a, const struct flow_net *net, int event,
                                    size_t cap)
{
    return explore(a, net, net->node_in[event].part, event, cap);
}

bool net_space_complete(const struct net_space *s)
{
    return s->complete && !s->limited;
}

bool net_space_has(const struct net_space *s, const int *edges, size_t n)
{
    return find(s, edges, n, NULL) >= 0;
}

size_t net_space_size(const struct net_space *s)
{
    return s->n;
}

const int *net_space_at(const struct net_space *s, size_t i, size_t *n)
{
    *n = s->m[i].n;
    return s->m[i].edge;
}

/* --- the verdict ------------------------------------------------------------------------------ */

/* The ids of what fired, from the start on. */
static void example(struct checker *c, const struct net_space *s, int marking)
{
    size_t n = 1;
    int first = marking;
    for (; s->m[first].parent >= 0; first = s->m[first].parent)
        n++;
    struct flow_report *r = c->report;
    r->counterexample = arena_array_of(c->a, struct str, n);
    r->counterexample_n = n;
    for (int k = marking; s->m[k].parent >= 0; k = s->m[k].parent)
        r->counterexample[--n] = c->net->node[s->step[s->m[k].step].node].id;
    int start = s->aside >= 0 ? s->aside : c->net->part[s->part].starts[first];
    r->counterexample[0] = c->net->node[start].id;
}

/* A marking from which the empty one cannot be reached, or -1. */
static int without_end(const struct net_space *s)
{
    bool *good = arena_array_of(s->a, bool, s->n);
    for (size_t k = 0; k < s->n; k++)
        good[k] = s->m[k].n == 0;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = s->pair_n; i-- > 0;)
            if (!good[s->pair[i].from] && good[s->pair[i].to])
                more = good[s->pair[i].from] = true;
    }
    for (size_t k = 0; k < s->n; k++)
        if (!good[k])
            return (int)k;
    return -1;
}

/* Where the tokens of a marking wait: the node in front of the first of them. */
static const struct flow_node *waiting_at(const struct checker *c, const struct net_space *s, int k)
{
    return s->m[k].n ? &c->net->node[goes_on_at(c->net, s->m[k].edge[0])]
                     : &c->net->node[c->net->part[s->part].start];
}

static void refuse(struct checker *c, const struct net_space *s, int k, const char *code)
{
    const struct flow_node *n = waiting_at(c, s, k);
    c->report->sound = FLOW_SOUND_NO;
    flow_fail(c, n->line, n->id, code, NULL);
    if (!c->report->counterexample_n)
        example(c, s, k);
}

static void dead_nodes(struct checker *c, struct net_space *s)
{
    for (size_t i = 0; i < c->net->shown_node_n; i++) {
        if (s->fired[i] || c->net->node_in[i].aside != s->aside ||
            c->net->node_in[i].part != s->part ||
            c->net->node[i].kind == FLOW_EVENT_SUB_PROCESS)
            continue;
        c->report->sound = FLOW_SOUND_NO;
        flow_fail(c, c->net->node[i].line, c->net->node[i].id, "flow.dead_node", NULL);
    }
}

/* A loop in which nobody takes part and nothing is waited for turns for ever once it is entered:
 * operations run at once, in the same command. mark: 1 on the way, 2 done. */
static bool turns_alone(struct checker *c, int node, char *mark)
{
    if (mark[node] == 2 || is_waiting(c->net, node))
        return false;
    if (mark[node] == 1) {
        c->report->sound = FLOW_SOUND_NO;
        flow_fail(c, c->net->node[node].line, c->net->node[node].id, "flow.endless", NULL);
        return true;
    }
    mark[node] = 1;
    const struct node_in *in = &c->net->node_in[node];
    for (size_t i = 0; i < in->out_n; i++)
        if (turns_alone(c, c->net->edge[in->out[i]].to, mark))
            return true;
    mark[node] = 2;
    return false;
}

static void warn_doubled(struct checker *c, const struct net_space *s)
{
    const struct marking *m = &s->m[s->doubled];
    size_t i = 1;
    while (m->edge[i] != m->edge[i - 1])
        i++;
    const struct flow_node *n = &c->net->node[goes_on_at(c->net, m->edge[i])];
    flow_warn(c, n->line, n->id, "flow.two_tokens", NULL);
}

static enum flow_sound check_space(struct checker *c, struct net_space *s)
{
    int start = s->aside >= 0 ? s->aside : c->net->part[s->part].start, endless;
    if (!s->limited && s->stuck >= 0) {
        refuse(c, s, s->stuck, "flow.deadlock");
        return FLOW_SOUND_NO;
    }
    if (!s->limited && s->unbounded >= 0) {
        refuse(c, s, s->unbounded, "flow.unbounded");
        return FLOW_SOUND_NO;
    }
    if (!net_space_complete(s)) {
        flow_warn(c, c->net->node[start].line, c->net->node[start].id, "flow.too_many_states",
                  NULL);
        return FLOW_SOUND_UNKNOWN;
    }
    size_t errors = c->report->error_n;
    dead_nodes(c, s);
    if (c->report->error_n > errors)
        return FLOW_SOUND_NO;
    if ((endless = without_end(s)) >= 0) {
        refuse(c, s, endless, "flow.no_end");
        return FLOW_SOUND_NO;
    }
    if (s->doubled >= 0 && s->aside < 0)
        warn_doubled(c, s);
    return FLOW_SOUND_YES;
}

static enum flow_sound check_part(struct checker *c, int part)
{
    if (c->net->part[part].kind == PART_ZONE || net_reduces(c->a, c->net, part))
        return FLOW_SOUND_YES;
    return check_space(c, net_explore(c->a, c->net, part, MARKINGS_MOST));
}

void net_check_sound(struct checker *c)
{
    char *mark = arena_array_of(c->a, char, c->net->node_n);
    for (size_t i = 0; i < c->net->node_n; i++)
        if (turns_alone(c, (int)i, mark))
            return;
    bool known = true, good = true;
    for (size_t p = 0; p < c->net->part_n + c->net->shown_node_n; p++) {
        int event = (int)(p - c->net->part_n);
        if (p >= c->net->part_n && !c->net->node_in[event].goes_aside)
            continue;
        enum flow_sound x = p < c->net->part_n
                                ? check_part(c, (int)p)
                                : check_space(c, net_explore_aside(c->a, c->net, event,
                                                                   MARKINGS_MOST));
        known &= x != FLOW_SOUND_UNKNOWN;
        good &= x != FLOW_SOUND_NO;
    }
    c->report->sound = !good ? FLOW_SOUND_NO : known ? FLOW_SOUND_YES : FLOW_SOUND_UNKNOWN;
}
