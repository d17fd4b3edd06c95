/* Regions with one flow in and one out (SESE, FLOW §4): judged each for itself, from the inside
 * out. Seen from around, a sound one is a place that takes a token and gives it back; so twenty
 * branches beside each other are one marking of the whole and not a million, and the question
 * whether a marking is reachable is asked region by region. A region that is not sound alone (two
 * tokens leave it, say) is dissolved into the one around it, which then decides.
 *
 * Two flows bound a region when every cycle through one passes the other, the end being joined to
 * the start. Cycles are told apart by marks: each flow that closes one has a random number, and a
 * flow of the spanning tree carries the sum (xor) of those that lead over it. */
#include <stdlib.h>

#include "base/check.h"
#include "flow/flow_space.h"

#define MARKINGS_MOST 20000u

struct graph {
    struct arena *a;
    const struct flow_net *net;
    int nodes, end; /* node ids, and the one behind all ends */
    int edges; /* flows, then one to the end for each node without outflow, then back to the starts
                */
    int flows, back;
    int *from, *to;
    bool *in;          /* node belongs to the part */
    int *first, *next; /* outgoing edges of a node */
    uint64_t *mark;
    int *order; /* when a search from the start passes it; -1: never */
};

/* An event on an activity is a way out of it. */
static int stands_at(const struct flow_net *net, int node)
{
    return net->node[node].host >= 0 ? net->node[node].host : node;
}

static bool belongs(const struct flow_net *net, int part, int i)
{
    return net->node_in[i].part == part && net->node_in[i].aside < 0 && i != net->gone &&
           net->node[i].kind != FLOW_EVENT_SUB_PROCESS && !net->node_in[i].goes_aside;
}

static void add_edge(struct graph *g, int from, int to)
{
    g->from[g->edges] = from;
    g->to[g->edges++] = to;
}

static struct graph graph_of(struct arena *a, const struct flow_net *net, int part)
{
    size_t most = net->edge_n + 2 * net->node_n + 2;
    struct graph g = { .a = a,
                       .net = net,
                       .nodes = (int)net->node_n + 1,
                       .end = (int)net->node_n,
                       .flows = (int)net->edge_n };
    g.from = arena_array_of(a, int, most);
    g.to = arena_array_of(a, int, most);
    g.in = arena_array_of(a, bool, (size_t)g.nodes);
    for (int i = 0; i < (int)net->node_n; i++)
        g.in[i] = belongs(net, part, i);
    g.in[g.end] = true;
    for (size_t e = 0; e < net->edge_n; e++) {
        bool is_in = g.in[net->edge[e].from] && g.in[net->edge[e].to];
        add_edge(&g, is_in ? stands_at(net, net->edge[e].from) : -1,
                 is_in ? stands_at(net, net->edge[e].to) : -1);
    }
    for (int i = 0; i < (int)net->node_n; i++)
        if (g.in[i] && net->node_in[i].out_n == 0)
            add_edge(&g, stands_at(net, i), g.end);
    g.back = g.edges;
    for (size_t i = 0; i < net->part[part].starts_n; i++)
        add_edge(&g, g.end, net->part[part].starts[i]);
    g.first = arena_array_of(a, int, (size_t)g.nodes);
    g.next = arena_array_of(a, int, (size_t)g.edges + 1);
    memset(g.first, 0xff, (size_t)g.nodes * sizeof *g.first);
    for (int e = g.edges; e-- > 0;)
        if (g.from[e] >= 0) {
            g.next[e] = g.first[g.from[e]];
            g.first[g.from[e]] = e;
        }
    return g;
}

/* --- cycles ----------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/* Ways from a node without regard to their direction. */
struct ends {
    int *first, *next; /* 2e: from its beginning, 2e + 1: from its end */
};

static struct ends ends_of(const struct graph *g)
{
    struct ends x = { arena_array_of(g->a, int, (size_t)g->nodes),
                      arena_array_of(g->a, int, 2 * (size_t)g->edges + 1) };
    memset(x.first, 0xff, (size_t)g->nodes * sizeof *x.first);
    for (int e = g->edges; e-- > 0;)
        for (int side = 0; side < 2 && g->from[e] >= 0; side++) {
            int node = side ? g->to[e] : g->from[e];
            x.next[2 * e + side] = x.first[node];
            x.first[node] = 2 * e + side;
        }
    return x;
}

static void mark_cycles(struct graph *g)
{
    struct ends x = ends_of(g);
    int *up = arena_array_of(g->a, int, (size_t)g->nodes),
        *list = arena_array_of(g->a, int, (size_t)g->nodes), n = 0;
    bool *seen = arena_array_of(g->a, bool, (size_t)g->nodes);
    uint64_t *sum = arena_array_of(g->a, uint64_t, (size_t)g->nodes);
    g->mark = arena_array_of(g->a, uint64_t, (size_t)g->edges + 1);
    list[n++] = g->end;
    seen[g->end] = true;
    up[g->end] = -1;
    for (int i = 0; i < n; i++)
        for (int k = x.first[list[i]]; k >= 0; k = x.next[k]) {
            int to = k & 1 ? g->from[k / 2] : g->to[k / 2];
            if (seen[to])
                continue;
            seen[to] = true;
            up[to] = k / 2;
            list[n++] = to;
        }
    for (int e = 0; e < g->edges; e++) {
        if (g->from[e] < 0 || up[g->from[e]] == e || up[g->to[e]] == e)
            continue;
        g->mark[e] = mix((uint64_t)e + 1);
        if (g->from[e] == g->to[e])
            continue;
        sum[g->from[e]] ^= g->mark[e];
        sum[g->to[e]] ^= g->mark[e];
    }
    for (int i = n; i-- > 1;) {
        int e = up[list[i]], other = g->from[e] == list[i] ? g->to[e] : g->from[e];
        g->mark[e] = sum[list[i]];
        sum[other] ^= sum[list[i]];
    }
}

/* --- reaching --------------------------------------------------------------------------------- */

/* Passes the edges in the order of a search from the end's successors, the starts. False when a
 * node is not reached, or does not reach the end: then there are no regions to speak of. */
static bool order_edges(struct graph *g)
{
    int *stack = arena_array_of(g->a, int, (size_t)g->nodes), n = 0, passed = 0;
    int *at = arena_array_of(g->a, int, (size_t)g->nodes);
    bool *seen = arena_array_of(g->a, bool, (size_t)g->nodes);
    g->order = arena_array_of(g->a, int, (size_t)g->edges + 1);
    memcpy(at, g->first, (size_t)g->nodes * sizeof *at);
    stack[n++] = g->end;
    seen[g->end] = true;
    while (n) {
        int v = stack[n - 1], e = at[v];
        if (e < 0) {
            n--;
            continue;
        }
        at[v] = g->next[e];
        g->order[e] = passed++;
        if (!seen[g->to[e]]) {
            seen[g->to[e]] = true;
            stack[n++] = g->to[e];
        }
    }
    struct ends x = ends_of(g);
    bool *back = arena_array_of(g->a, bool, (size_t)g->nodes);
    stack[n++] = g->end;
    back[g->end] = true;
    while (n) {
        int v = stack[--n];
        for (int k = x.first[v]; k >= 0; k = x.next[k])
            if (k & 1 && !back[g->from[k / 2]]) {
                back[g->from[k / 2]] = true;
                stack[n++] = g->from[k / 2];
            }
    }
    for (int i = 0; i < g->nodes - 1; i++)
        if (g->in[i] && stands_at(g->net, i) == i && (!seen[i] || !back[i]))
            return false;
    return true;
}

/* What can be reached behind a without passing b; NULL when that is left or entered otherwise. */
static int *inside(struct graph *g, int a, int b, char *mark, size_t *n)
{
    int *list = arena_array_of(g->a, int, (size_t)g->nodes);
    bool good = g->to[a] != g->end;
    *n = 0;
    memset(mark, 0, (size_t)g->nodes);
    list[(*n)++] = g->to[a];
    mark[g->to[a]] = 1;
    for (size_t i = 0; i < *n && good; i++)
        for (int e = g->first[list[i]]; e >= 0; e = g->next[e]) {
            if (e == b || mark[g->to[e]])
                continue;
            good &= g->to[e] != g->end && e != a;
            mark[g->to[e]] = 1;
            list[(*n)++] = g->to[e];
        }
    return good && mark[g->from[b]] && !mark[g->from[a]] ? list : NULL;
}

/* What ends everything belongs to the whole, which is what it ends. */
static bool ends_all(const struct flow_net *net, const int *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct flow_node *x = &net->node[list[i]];
        if (x->kind == FLOW_TERMINATE_EVENT ||
            (x->kind == FLOW_END_EVENT && x->event == FLOW_EVENT_ERROR))
            return true;
    }
    return false;
}

static bool is_closed(const struct graph *g, const char *mark, int a, int b)
{
    for (int e = 0; e < g->edges; e++)
        if (g->from[e] >= 0 && mark[g->from[e]] != mark[g->to[e]] && e != a && e != b)
            return false;
    return true;
}

/* --- making ----------------------------------------------------------------------------------- */

struct kin {
    uint64_t mark;
    int order, edge;
};

static int by_mark(const void *x, const void *y)
{
    const struct kin *a = x, *b = y;
    if (a->mark != b->mark)
        return a->mark < b->mark ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static int by_size(const void *x, const void *y)
{
    const struct net_region *a = x, *b = y;
    if (a->node_n != b->node_n)
        return a->node_n < b->node_n ? -1 : 1;
    return a->entry < b->entry ? -1 : a->entry > b->entry;
}

static void find_regions(struct net_regions *x, struct graph *g)
{
    struct kin *kin = arena_array_of(g->a, struct kin, (size_t)g->edges + 1);
    char *mark = arena_array_of(g->a, char, (size_t)g->nodes);
    size_t n = 0;
    for (int e = 0; e < g->back; e++)
        if (g->from[e] >= 0)
            kin[n++] = (struct kin){ g->mark[e], g->order[e], e };
    qsort(kin, n, sizeof *kin, by_mark);
    x->r = arena_array_of(x->a, struct net_region, n + 1);
    for (size_t i = 0; i + 1 < n; i++) {
        struct arena_mark before = arena_mark(g->a);
        int a = kin[i].edge, b = kin[i + 1].edge;
        size_t size;
        if (kin[i].mark != kin[i + 1].mark || a >= g->flows)
            continue;
        int *list = inside(g, a, b, mark, &size);
        if (!list || ends_all(g->net, list, size) || !is_closed(g, mark, a, b)) {
            if (g->a != x->a)
                arena_reset(g->a, before);
            continue;
        }
        struct net_region *r = &x->r[x->n++];
        *r = (struct net_region){ .entry = a, .exit = b, .node_n = size, .is_alive = true };
        r->node = arena_copy(x->a, list, size * sizeof *list);
        if (g->a != x->a)
            arena_reset(g->a, before);
    }
    if (x->n)
        qsort(x->r, x->n, sizeof *x->r, by_size);
}

/* The whole is the last region. */
static void nest(struct net_regions *x, const struct graph *g)
{
    int *top = arena_array_of(x->a, int, (size_t)g->nodes);
    struct net_region *whole = &x->r[x->n];
    *whole = (struct net_region){ .entry = -1, .exit = -1, .parent = -1, .is_alive = true };
    whole->node = arena_array_of(x->a, int, (size_t)g->nodes);
    for (int i = 0; i < g->nodes - 1; i++)
        if (g->in[i] && stands_at(g->net, i) == i)
            whole->node[whole->node_n++] = i;
    x->n++;
    x->own = arena_array_of(x->a, int, (size_t)g->nodes);
    memset(x->own, 0xff, (size_t)g->nodes * sizeof *x->own);
    memset(top, 0xff, (size_t)g->nodes * sizeof *top);
    for (int r = 0; r < (int)x->n; r++)
        x->r[r].parent = -1;
    for (int r = 0; r < (int)x->n; r++)
        for (size_t i = 0; i < x->r[r].node_n; i++) {
            int v = x->r[r].node[i];
            if (x->own[v] < 0)
                x->own[v] = r;
            if (top[v] >= 0 && x->r[top[v]].parent < 0)
                x->r[top[v]].parent = r;
            top[v] = r;
        }
}

int region_owner(const struct net_regions *x, int node)
{
    int r = x->own[stands_at(x->net, node)];
    while (r >= 0 && !x->r[r].is_alive)
        r = x->r[r].parent;
    return r;
}

int region_parent(const struct net_regions *x, int r)
{
    for (r = x->r[r].parent; r >= 0 && !x->r[r].is_alive;)
        r = x->r[r].parent;
    return r;
}

/* Chains of sound regions, one behind the other: one place, named by the first flow. */
static void name_places(struct net_regions *x, const struct graph *g)
{
    memset(x->behind, 0xff, (size_t)g->edges * sizeof *x->behind);
    memset(x->before, 0xff, (size_t)g->edges * sizeof *x->before);
    for (int r = 0; r + 1 < (int)x->n; r++)
        if (x->r[r].is_alive) {
            x->behind[x->r[r].entry] = r;
            x->before[x->r[r].exit] = r;
        }
    for (int e = 0; e < g->edges; e++) {
        if (g->from[e] < 0 || x->before[e] >= 0)
            continue; /* not the first of its chain */
        int end = e;
        for (int at = e;; at = x->r[x->behind[at]].exit) {
            x->place[at] = e;
            end = at;
            if (x->behind[at] < 0)
                break;
        }
        /* a chain of nothing but ends is passed at once; another that leads to the end stays, as
         * nobody but itself takes its token away */
        bool over = end >= g->flows || space_is_end(x->net, g->to[end]), bare = over;
        for (int at = e; bare && x->behind[at] >= 0; at = x->r[x->behind[at]].exit)
            bare = x->r[x->behind[at]].node_n == 1 &&
                   space_is_end(x->net, x->r[x->behind[at]].node[0]);
        x->last[e] = end;
        x->target[e] = end >= g->flows ? -1 : g->to[end];
        x->sink[e] = over ? (bare ? SINK_GONE : SINK_STAYS) : SINK_NOT;
    }
}

/* --- judging ---------------------------------------------------------------------------------- */

static struct net_view view_of(struct net_regions *x, const struct graph *g, int r)
{
    const struct net_region *own = &x->r[r];
    bool whole = r + 1 == (int)x->n;
    struct net_view v = { .part = x->part,
                          .aside = -1,
                          .place = x->place,
                          .target = x->target,
                          .sink = x->sink,
                          .entry = own->entry,
                          .exit = own->exit };
    int *list = arena_array_of(x->a, int, x->net->node_n);
    for (size_t i = 0; i < own->node_n; i++)
        if (region_owner(x, own->node[i]) == r) {
            const struct node_in *in = &x->net->node_in[own->node[i]];
            list[v.node_n++] = own->node[i];
            for (size_t k = 0; k < in->boundary_n; k++)
                list[v.node_n++] = in->boundary[k];
        }
    v.node = list;
    v.start = &own->entry;
    v.start_n = !whole;
    v.starts = x->net->part[x->part].starts;
    v.starts_n = whole ? x->net->part[x->part].starts_n : 0;
    (void)g;
    return v;
}

static bool is_trivial(const struct net_regions *x, const struct net_view *v)
{
    const struct node_in *in = &x->net->node_in[v->node[0]];
    enum flow_node_kind k = x->net->node[v->node[0]].kind;
    return v->node_n == 1 && in->in_n == 1 && in->out_n <= 1 && k != FLOW_TERMINATE_EVENT;
}

static bool is_good(const struct net_space *s)
{
    for (size_t i = 0; i < s->view.node_n; i++)
        if (!s->fired[s->view.node[i]])
            return false;
    return net_space_complete(s) && s->stuck < 0 && s->unbounded < 0 && s->doubled < 0 &&
           s->improper < 0 && space_without_end(s) < 0;
}

static void judge(struct net_regions *x, const struct graph *g, int r, bool keep)
{
    struct net_region *own = &x->r[r];
    struct arena_mark before = arena_mark(x->a);
    struct net_view v = view_of(x, g, r);
    bool whole = r + 1 == (int)x->n;
    if (!whole && is_trivial(x, &v)) {
        x->room.fired[v.node[0]] = true;
        arena_reset(x->a, before);
        return;
    }
    struct net_space *s = space_search(x->a, x->net, &v, &x->room, MARKINGS_MOST);
    own->space = s;
    if (whole)
        return;
    own->is_alive = is_good(s);
    if (!own->is_alive || !keep) {
        own->space = NULL;
        arena_reset(x->a, before);
    }
    if (!own->is_alive)
        name_places(x, g);
}

struct net_regions *regions_of(struct arena *a, const struct flow_net *net, int part, bool keep)
{
    struct net_regions *x = arena_new_of(a, struct net_regions);
    struct arena *own = arena_new(); /* what is not kept */
    struct graph g = graph_of(own, net, part);
    *x = (struct net_regions){ .a = a, .net = net, .part = part, .room = space_room_of(a, net) };
    x->behind = arena_array_of(a, int, (size_t)g.edges + 1);
    x->before = arena_array_of(a, int, (size_t)g.edges + 1);
    x->place = arena_array_of(a, int, (size_t)g.edges + 1);
    x->target = arena_array_of(a, int, (size_t)g.edges + 1);
    x->last = arena_array_of(a, int, (size_t)g.edges + 1);
    x->sink = arena_array_of(a, char, (size_t)g.edges + 1);
    x->r = arena_array_of(a, struct net_region, 1);
    if (order_edges(&g)) {
        mark_cycles(&g);
        find_regions(x, &g);
    }
    nest(x, &g);
    name_places(x, &g);
    for (int r = 0; r < (int)x->n; r++)
        judge(x, &g, r, keep);
    arena_free(&own);
    return x;
}

/* --- questions -------------------------------------------------------------------------------- */

int region_of_place(const struct net_regions *x, int place)
{
    if (place >= (int)x->net->edge_n)
        return region_owner(x, place - (int)x->net->edge_n);
    return region_owner(x, x->net->edge[x->place[place]].from);
}

static void add(struct arena *a, int **list, size_t *n, int place)
{
    size_t k = *n;
    if ((k & (k - 1)) == 0)
        *list = arena_grow(a, *list, k * sizeof **list, (k ? k * 2 : 1) * sizeof **list);
    for (; k > 0 && (*list)[k - 1] > place; k--)
        (*list)[k] = (*list)[k - 1];
    (*list)[k] = place;
    ++*n;
}

/* Is m one of the space's markings, where what has gone to the end may be missing? */
static bool has_up_to_ends(const struct net_space *s, const int *m, size_t n)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct marking *x = &s->m[i];
        size_t k = 0, j = 0;
        bool good = true;
        while ((k < n || j < x->n) && good) {
            if (k < n && j < x->n && m[k] == x->place[j])
                k++, j++;
            else if (j < x->n && (k == n || x->place[j] < m[k]))
                good = x->place[j] < (int)s->net->edge_n && s->view.sink &&
                       s->view.sink[x->place[j++]] == SINK_STAYS;
            else
                good = false;
        }
        if (good)
            return true;
    }
    return false;
}

bool regions_have(const struct net_regions *x, const int *marking, size_t n)
{
    struct arena *a = arena_new();
    int **list = arena_array_of(a, int *, x->n);
    size_t *count = arena_array_of(a, size_t, x->n);
    bool good = true;
    for (size_t i = 0; i < n && good; i++) {
        int place = marking[i], r = region_of_place(x, place);
        good = r >= 0;
        if (good)
            add(a, &list[r], &count[r], place < (int)x->net->edge_n ? x->place[place] : place);
    }
    for (int r = 0; r < (int)x->n && good; r++) {
        if (count[r] == 0)
            continue;
        bool whole = r + 1 == (int)x->n;
        const struct net_space *s = x->r[r].space;
        good = s &&
               (whole ? has_up_to_ends(s, list[r], count[r]) : net_space_has(s, list[r], count[r]));
        int parent = whole ? -1 : region_parent(x, r);
        if (good && parent >= 0)
            add(a, &list[parent], &count[parent], x->place[x->r[r].entry]);
    }
    arena_free(&a);
    return good;
}
