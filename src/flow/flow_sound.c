/* Soundness at deploy (FLOW §4): from every reachable marking the process can end, nothing is dead,
 * nothing grows without bound. A net that reduces to one flow is sound by construction; any other
 * is searched, at most 20,000 markings, and a fault comes with the way that leads to it. */
#include "base/check.h"
#include "flow/flow_in.h"

#define MARKINGS_MOST 20000u
#define STEPS_MOST 100000u
#define SUBSETS_MOST                                                                               \
    8 /* conditional outflows of one activity that are listed in all combinations */

/* --- steps ------------------------------------------------------------------------------------ */

struct steps {
    struct arena *a;
    const struct flow_net *net;
    struct net_step *p;
    size_t n, size;
    bool limited;
};

static void add_step(struct steps *s, int node, const int *in, size_t in_n, const int *out,
                     size_t out_n, bool clears)
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
    s->p[s->n++] = (struct net_step){ node, in, out, in_n, out_n, clears };
}

static void for_each_inflow(struct steps *s, int node, const int *out, size_t out_n, bool clears)
{
    const struct node_in *in = &s->net->node_in[node];
    for (size_t i = 0; i < in->in_n; i++)
        add_step(s, node, &in->in[i], 1, out, out_n, clears);
    if (in->in_n == 0)
        add_step(s, node, NULL, 0, out, out_n, clears);
}

/* Outflows of an activity: AND of the unconditional ones, OR of the others (FLOW §3). */
static void activity_steps(struct steps *s, int node)
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
        for_each_inflow(s, node, sure, sure_n, false); /* none of the others is true */
    else if (in->default_edge >= 0)
        for_each_inflow(s, node, &in->default_edge, 1, false);
    else if (in->out_n == 0)
        for_each_inflow(s, node, NULL, 0, false);
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
        for_each_inflow(s, node, out, n, false);
    }
    for (size_t i = 0; in->exclusive_out && i < maybe_n; i++) {
        int *out = arena_array_of(s->a, int, sure_n + 1);
        memcpy(out, sure, sure_n * sizeof *out);
        out[sure_n] = maybe[i];
        for_each_inflow(s, node, out, sure_n + 1, false);
    }
}

struct net_step *net_steps(struct arena *a, const struct flow_net *net, size_t *n, bool *limited)
{
    struct steps s = { .a = a, .net = net };
    for (int i = 0; i < (int)net->node_n; i++) {
        const struct node_in *in = &net->node_in[i];
        switch (net->node[i].kind) {
        case FLOW_TERMINATE_EVENT: for_each_inflow(&s, i, NULL, 0, true); break;
        case FLOW_EXCLUSIVE:
            for (size_t k = 0; k < in->out_n; k++)
                for_each_inflow(&s, i, &in->out[k], 1, false);
            if (in->out_n == 0)
                for_each_inflow(&s, i, NULL, 0, false);
            break;
        case FLOW_PARALLEL:
        case FLOW_START_EVENT: add_step(&s, i, in->in, in->in_n, in->out, in->out_n, false); break;
        default: activity_steps(&s, i);
        }
    }
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
    struct net_step *step;
    size_t step_n;
    int *by_edge_first, *by_edge_next; /* steps by their first inflow */
    struct marking *m;
    size_t n, size, cap;
    int *slot;
    size_t slots;
    struct pair *pair;
    size_t pair_n, pair_size;
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
    for (int p = m->parent; p >= 0 && s->unbounded < 0; p = s->m[p].parent)
        if (covers(m, &s->m[p]))
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

/* m minus the step's inflows plus its outflows, sorted, in out. False when not enabled. */
static bool fire(const struct marking *m, const struct net_step *t, int *out, size_t *out_n)
{
    size_t n = m->n;
    if (n)
        memcpy(out, m->edge, n * sizeof *out);
    for (size_t i = 0; i < t->in_n; i++) {
        size_t k = 0;
        while (k < n && out[k] != t->in[i])
            k++;
        if (k == n)
            return false;
        memmove(out + k, out + k + 1, (--n - k) * sizeof *out);
    }
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

/* All that can follow marking k. False at the cap. */
static bool expand(struct net_space *s, int k, int *room)
{
    bool any = false;
    for (size_t i = 0; i < s->m[k].n; i++) {
        if (i > 0 && s->m[k].edge[i] == s->m[k].edge[i - 1])
            continue;
        for (int t = s->by_edge_first[s->m[k].edge[i]]; t >= 0; t = s->by_edge_next[t]) {
            size_t n;
            if (!fire(&s->m[k], &s->step[t], room, &n))
                continue;
            any = true;
            s->fired[s->step[t].node] = true;
            int to = add_marking(s, room, n, k, t);
            if (to < 0)
                return false;
            add_pair(s, k, to);
        }
    }
    if (!any && s->m[k].n && s->stuck < 0)
        s->stuck = k;
    return true;
}

static void index_steps(struct net_space *s)
{
    s->by_edge_first = arena_array_of(s->a, int, s->net->edge_n + 1);
    s->by_edge_next = arena_array_of(s->a, int, s->step_n + 1);
    for (size_t e = 0; e <= s->net->edge_n; e++)
        s->by_edge_first[e] = -1;
    for (size_t t = s->step_n; t-- > 0;) {
        if (s->step[t].in_n == 0)
            continue;
        s->by_edge_next[t] = s->by_edge_first[s->step[t].in[0]];
        s->by_edge_first[s->step[t].in[0]] = (int)t;
    }
}

struct net_space *net_explore(struct arena *a, const struct flow_net *net, size_t cap)
{
    struct net_space *s = arena_new_of(a, struct net_space);
    *s = (struct net_space){
        .a = a, .net = net, .cap = cap, .stuck = -1, .unbounded = -1, .doubled = -1
    };
    s->step = net_steps(a, net, &s->step_n, &s->limited);
    index_steps(s);
    for (s->slots = 64; s->slots < cap * 2;)
        s->slots *= 2;
    s->slot = arena_array_of(a, int, s->slots);
    memset(s->slot, 0xff, s->slots * sizeof *s->slot);
    s->fired = arena_array_of(a, bool, net->node_n);
    size_t most_out = net->edge_n + 1;
    int *room = arena_array_of(a, int, 2 * most_out + 4096);
    const struct marking none = { 0 };
    size_t n = 0;
    for (size_t t = 0; t < s->step_n; t++)
        if (s->step[t].node == net->start)
            CHECK(fire(&none, &s->step[t], room, &n));
    s->fired[net->start] = true;
    add_marking(s, room, n, -1, -1);
    s->complete = true;
    for (size_t k = 0; k < s->n && s->complete; k++)
        s->complete =
            s->stuck < 0 && s->unbounded < 0 && s->m[k].n < 2048 && expand(s, (int)k, room);
    return s;
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

/* --- the verdict ------------------------------------------------------------------------------ */

static void example(struct checker *c, const struct net_space *s, int marking)
{
    size_t n = 1;
    for (int k = marking; s->m[k].parent >= 0; k = s->m[k].parent)
        n++;
    struct flow_report *r = c->report;
    r->counterexample = arena_array_of(c->a, struct str, n);
    r->counterexample_n = n;
    for (int k = marking; s->m[k].parent >= 0; k = s->m[k].parent)
        r->counterexample[--n] = c->net->node[s->step[s->m[k].step].node].id;
    r->counterexample[0] = c->net->node[c->net->start].id;
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
    return s->m[k].n ? &c->net->node[c->net->edge[s->m[k].edge[0]].to]
                     : &c->net->node[c->net->start];
}

static void refuse(struct checker *c, const struct net_space *s, int k, const char *code)
{
    const struct flow_node *n = waiting_at(c, s, k);
    c->report->sound = FLOW_SOUND_NO;
    flow_fail(c, n->line, n->id, code, NULL);
    example(c, s, k);
}

static void dead_nodes(struct checker *c, const struct net_space *s)
{
    for (size_t i = 0; i < c->net->shown_node_n; i++)
        if (!s->fired[i]) {
            c->report->sound = FLOW_SOUND_NO;
            flow_fail(c, c->net->node[i].line, c->net->node[i].id, "flow.dead_node", NULL);
        }
}

/* A loop in which no person takes part turns for ever once it is entered: operations run at once,
 * in the same command, and waiting needs events, which are not built. mark: 1 on the way, 2 done.
 */
static bool turns_alone(struct checker *c, int node, char *mark)
{
    enum flow_node_kind kind = c->net->node[node].kind;
    if (mark[node] == 2 || kind == FLOW_USER_TASK)
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

void net_check_sound(struct checker *c)
{
    char *mark = arena_array_of(c->a, char, c->net->node_n);
    for (size_t i = 0; i < c->net->node_n; i++)
        if (turns_alone(c, (int)i, mark))
            return;
    if (net_reduces(c->a, c->net)) {
        c->report->sound = FLOW_SOUND_YES;
        return;
    }
    struct net_space *s = net_explore(c->a, c->net, MARKINGS_MOST);
    int endless;
    if (!s->limited && s->stuck >= 0) {
        refuse(c, s, s->stuck, "flow.deadlock");
    } else if (!s->limited && s->unbounded >= 0) {
        refuse(c, s, s->unbounded, "flow.unbounded");
    } else if (!net_space_complete(s)) {
        flow_warn(c, c->net->node[c->net->start].line, c->net->node[c->net->start].id,
                  "flow.too_many_states", NULL);
        return;
    } else {
        c->report->sound = FLOW_SOUND_YES;
        dead_nodes(c, s);
        if (c->report->sound == FLOW_SOUND_YES && (endless = without_end(s)) >= 0)
            refuse(c, s, endless, "flow.no_end");
    }
    if (s->doubled >= 0 && c->report->sound == FLOW_SOUND_YES) {
        const struct marking *m = &s->m[s->doubled];
        size_t i = 1;
        while (m->edge[i] != m->edge[i - 1])
            i++;
        const struct flow_node *n = &c->net->node[c->net->edge[m->edge[i]].to];
        flow_warn(c, n->line, n->id, "flow.two_tokens", NULL);
    }
}
