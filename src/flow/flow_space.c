/* The markings that a net can reach: a search by breadth, over flows or over the places of a region
 * (flow_space.h). */
#include "base/check.h"
#include "flow/flow_space.h"

#define PILE_MOST 8 /* tokens on one place: more are taken for a pile without end */

static uint64_t marking_hash(const int *edge, size_t n)
{
    uint64_t h = 1469598103934665603u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (uint64_t)edge[i]) * 1099511628211u;
    return h ^ h >> 29;
}

static int find(const struct net_space *s, const int *place, size_t n, size_t *at)
{
    size_t i = (size_t)marking_hash(place, n) & (s->slots - 1);
    for (; s->slot[i] >= 0; i = (i + 1) & (s->slots - 1)) {
        const struct marking *m = &s->m[s->slot[i]];
        if (m->n == n && (n == 0 || memcmp(m->place, place, n * sizeof *place) == 0))
            return s->slot[i];
    }
    if (at)
        *at = i;
    return -1;
}

static void grow_slots(struct net_space *s)
{
    s->slots = s->slots ? s->slots * 4 : 32;
    s->slot = arena_array_of(s->a, int, s->slots);
    memset(s->slot, 0xff, s->slots * sizeof *s->slot);
    for (size_t k = 0; k < s->n; k++) {
        size_t at = (size_t)marking_hash(s->m[k].place, s->m[k].n) & (s->slots - 1);
        while (s->slot[at] >= 0)
            at = (at + 1) & (s->slots - 1);
        s->slot[at] = (int)k;
    }
}

/* Does x hold all of y and more? Both sorted. */
static bool covers(const struct marking *x, const struct marking *y)
{
    size_t j = 0;
    if (x->n <= y->n)
        return false;
    for (size_t i = 0; i < x->n && j < y->n; i++)
        if (x->place[i] == y->place[j])
            j++;
    return j == y->n;
}

static bool is_final(const struct net_space *s, const struct marking *m)
{
    if (s->view.exit >= 0 && s->view.exit < (int)s->net->edge_n)
        return m->n == 1 && m->place[0] == s->view.exit;
    for (size_t i = 0; i < m->n; i++)
        if (m->place[i] >= (int)s->net->edge_n || !s->view.sink || !s->view.sink[m->place[i]])
            return false;
    return true;
}

static void look_at(struct net_space *s, int k)
{
    const struct marking *m = &s->m[k];
    for (size_t i = 1; i < m->n && s->doubled < 0; i++)
        if (m->place[i] == m->place[i - 1])
            s->doubled = k;
    for (size_t i = 0; i < m->n && m->n > 1 && s->improper < 0; i++)
        if (m->place[i] == s->view.exit)
            s->improper = k;
    for (int p = m->parent; s->is_plain && p >= 0 && s->unbounded < 0; p = s->m[p].parent)
        if (covers(m, &s->m[p]))
            s->unbounded = k;
    for (size_t i = PILE_MOST; i < m->n && s->unbounded < 0; i++)
        if (m->place[i] == m->place[i - PILE_MOST])
            s->unbounded = k;
}

static int add_marking(struct net_space *s, const int *place, size_t n, int parent, int step)
{
    size_t at;
    if (s->n * 2 >= s->slots)
        grow_slots(s);
    int old = find(s, place, n, &at);
    if (old >= 0)
        return old;
    if (s->n == s->cap)
        return -1;
    if (s->n == s->size) {
        size_t size = s->size ? s->size * 2 : 8;
        s->m = arena_grow(s->a, s->m, s->size * sizeof *s->m, size * sizeof *s->m);
        s->size = size;
    }
    s->m[s->n] = (struct marking){ arena_copy(s->a, place, n * sizeof *place), n, parent, step };
    s->slot[at] = (int)s->n;
    look_at(s, (int)s->n);
    return (int)s->n++;
}

static bool is_on(const struct marking *m, int place)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->place[i] == place)
            return true;
    return false;
}

bool space_is_end(const struct flow_net *net, int node)
{
    return net->node[node].kind == FLOW_END_EVENT && net->node[node].event != FLOW_EVENT_ERROR;
}

int space_goes_on(const struct net_space *s, int place)
{
    int edges = (int)s->net->edge_n;
    if (place >= edges)
        return place - edges;
    bool own = place == s->view.entry || place == s->view.exit || !s->view.target;
    return own ? s->net->edge[place].to : s->view.target[place];
}

/* The rule of flow_join.c, on a marking. */
static bool may_join(const struct net_space *s, const struct marking *m, const struct net_step *t)
{
    const struct join *j = &s->net->join[s->net->node_in[t->node].join];
    for (size_t i = 0; i < t->in_n; i++)
        s->filled[i] = is_on(m, t->in[i]);
    for (size_t k = 0; k < m->n; k++) {
        int node = space_goes_on(s, m->place[k]);
        bool empty = false, filled = false;
        for (size_t i = 0; node >= 0 && i < t->in_n; i++) {
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
        memcpy(out, m->place, n * sizeof *out);
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
        size_t size = s->pair_size ? s->pair_size * 2 : 16;
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
        int place = s->m[k].place[i];
        if (i > 0 && place == s->m[k].place[i - 1])
            continue;
        for (int t = s->by_first[place]; t >= 0; t = s->by_next[t])
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
    if (!any && s->stuck < 0 && !is_final(s, &s->m[k]))
        s->stuck = k;
    return true;
}

/* A plain end takes its token at once: no marking has one in front of it. */
static bool is_gone(struct net_space *s, int place)
{
    const struct net_view *v = &s->view;
    if (place >= (int)s->net->edge_n || place == v->entry || place == v->exit)
        return false;
    int to = v->place ? v->target[v->place[place]] : s->net->edge[place].to;
    bool gone = v->sink ? v->sink[v->place[place]] == SINK_GONE : space_is_end(s->net, to);
    if (gone && to >= 0)
        s->fired[to] = true;
    return gone;
}

/* The places of a step as the view has them. */
static const int *seen_places(struct net_space *s, const int *list, size_t *n, bool out)
{
    const struct net_view *v = &s->view;
    int *seen = arena_array_of(s->a, int, *n);
    size_t kept = 0;
    for (size_t i = 0; i < *n; i++) {
        int p = list[i];
        bool own = !v->place || p >= (int)s->net->edge_n || p == v->entry || p == v->exit;
        if (!out || !is_gone(s, p))
            seen[kept++] = own ? p : v->place[p];
    }
    *n = kept;
    return seen;
}

static void index_steps(struct net_space *s, struct space_room *room)
{
    size_t wide = 1;
    s->by_first = room->by_first;
    s->by_next = arena_array_of(s->a, int, s->step_n + 1);
    s->joining = arena_array_of(s->a, int, s->step_n + 1);
    s->is_plain = true;
    for (size_t t = s->step_n; t-- > 0;) {
        struct net_step *x = &s->step[t];
        x->in = seen_places(s, x->in, &x->in_n, false);
        x->out = seen_places(s, x->out, &x->out_n, true);
        wide = x->in_n > wide ? x->in_n : wide;
        s->is_plain &= !x->inclusive && !x->clear_n;
        if (x->inclusive)
            s->joining[s->joining_n++] = (int)t;
        if (x->inclusive || x->in_n == 0)
            continue;
        s->by_next[t] = s->by_first[x->in[0]];
        s->by_first[x->in[0]] = (int)t;
    }
    s->filled = arena_array_of(s->a, bool, wide);
}

static void add_start(struct net_space *s, const int *place, size_t n)
{
    int *m = arena_array_of(s->a, int, n + 1);
    place = seen_places(s, place, &n, true);
    for (size_t i = 0; i < n; i++) {
        size_t k = i;
        for (; k > 0 && m[k - 1] > place[i]; k--)
            m[k] = m[k - 1];
        m[k] = place[i];
    }
    add_marking(s, m, n, -1, -1);
}

struct space_room space_room_of(struct arena *a, const struct flow_net *net)
{
    size_t places = net->edge_n + net->node_n + 1;
    struct space_room room = { arena_array_of(a, int, places),
                               arena_array_of(a, int, 2 * places + 4096),
                               arena_array_of(a, bool, net->node_n) };
    memset(room.by_first, 0xff, places * sizeof *room.by_first);
    return room;
}

struct net_space *space_search(struct arena *a, const struct flow_net *net,
                               const struct net_view *view, struct space_room *room, size_t cap)
{
    struct net_space *s = arena_new_of(a, struct net_space);
    *s = (struct net_space){ .a = a,
                             .net = net,
                             .view = *view,
                             .cap = cap,
                             .stuck = -1,
                             .unbounded = -1,
                             .doubled = -1,
                             .improper = -1,
                             .fired = room->fired };
    s->step = space_steps(a, net, view->node, view->node_n, &s->step_n, &s->limited);
    index_steps(s, room);
    if (view->start_n)
        add_start(s, view->start, view->start_n);
    for (size_t i = 0; i < view->starts_n; i++) {
        const struct node_in *in = &net->node_in[view->starts[i]];
        s->fired[view->starts[i]] = true;
        add_start(s, in->out, in->out_n);
    }
    s->complete = true;
    for (size_t k = 0; k < s->n && s->complete; k++)
        s->complete = s->stuck < 0 && s->unbounded < 0 && s->m[k].n < 2048 &&
                      expand(s, (int)k, room->marking);
    for (size_t t = 0; t < s->step_n; t++)
        if (s->step[t].in_n)
            room->by_first[s->step[t].in[0]] = -1;
    return s;
}

int space_without_end(const struct net_space *s)
{
    bool *good = arena_array_of(s->a, bool, s->n);
    for (size_t k = 0; k < s->n; k++)
        good[k] = is_final(s, &s->m[k]);
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

/* --- every flow a place of its own ------------------------------------------------------------ */

static const int *nodes_in(struct arena *a, const struct flow_net *net, int part, int aside,
                           size_t *n)
{
    int *list = arena_array_of(a, int, net->node_n);
    *n = 0;
    for (int i = 0; i < (int)net->node_n; i++)
        if (net->node_in[i].part == part && net->node_in[i].aside == aside && i != net->gone)
            list[(*n)++] = i;
    return list;
}

static struct net_space *flat(struct arena *a, const struct flow_net *net, int part, int aside,
                              const int *starts, size_t starts_n, size_t cap)
{
    struct space_room room = space_room_of(a, net);
    struct net_view view = { .part = part,
                             .aside = aside,
                             .starts = starts,
                             .starts_n = starts_n,
                             .entry = -1,
                             .exit = -1 };
    view.node = nodes_in(a, net, part, aside, &view.node_n);
    return space_search(a, net, &view, &room, cap);
}

struct net_space *net_explore(struct arena *a, const struct flow_net *net, int part, size_t cap)
{
    return flat(a, net, part, -1, net->part[part].starts, net->part[part].starts_n, cap);
}

struct net_space *net_explore_aside(struct arena *a, const struct flow_net *net, int event,
                                    size_t cap)
{
    int *start = arena_new_of(a, int);
    *start = event;
    return flat(a, net, net->node_in[event].part, event, start, 1, cap);
}

bool net_space_complete(const struct net_space *s)
{
    return s->complete && !s->limited;
}

bool net_space_has(const struct net_space *s, const int *places, size_t n)
{
    return s->slots && find(s, places, n, NULL) >= 0;
}

size_t net_space_size(const struct net_space *s)
{
    return s->n;
}

const int *net_space_at(const struct net_space *s, size_t i, size_t *n)
{
    *n = s->m[i].n;
    return s->m[i].place;
}
