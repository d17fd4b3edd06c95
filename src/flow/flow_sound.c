/* Soundness at deploy (FLOW §4): from every reachable marking the process can end, nothing is dead,
 * nothing grows without bound. A part that folds to one flow is sound by construction; any other is
 * judged region by region (flow_region.c); a fault comes with the way that leads to it. */
#include "base/check.h"
#include "flow/flow_space.h"

#define MARKINGS_MOST 20000u

/* --- events aside ----------------------------------------------------------------------------- */

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

/* --- loops without anybody -------------------------------------------------------------------- */

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
    int start = s->view.aside >= 0 ? s->view.aside : c->net->part[s->view.part].starts[first];
    r->counterexample[0] = c->net->node[start].id;
}

/* Where the tokens of a marking wait: the node in front of the first of them. */
static const struct flow_node *waiting_at(const struct checker *c, const struct net_space *s, int k)
{
    for (size_t i = 0; i < s->m[k].n; i++)
        if (space_goes_on(s, s->m[k].place[i]) >= 0)
            return &c->net->node[space_goes_on(s, s->m[k].place[i])];
    return &c->net->node[c->net->part[s->view.part].start];
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
        if (s->fired[i] || c->net->node_in[i].aside != s->view.aside ||
            c->net->node_in[i].part != s->view.part ||
            c->net->node[i].kind == FLOW_EVENT_SUB_PROCESS)
            continue;
        c->report->sound = FLOW_SOUND_NO;
        flow_fail(c, c->net->node[i].line, c->net->node[i].id, "flow.dead_node", NULL);
    }
}

static void warn_doubled(struct checker *c, const struct net_space *s)
{
    const struct marking *m = &s->m[s->doubled];
    size_t i = 1;
    while (m->place[i] != m->place[i - 1])
        i++;
    int node = space_goes_on(s, m->place[i]);
    const struct flow_node *n = &c->net->node[node < 0 ? c->net->part[s->view.part].start : node];
    flow_warn(c, n->line, n->id, "flow.two_tokens", NULL);
}

static enum flow_sound check_space(struct checker *c, struct net_space *s)
{
    int start = s->view.aside >= 0 ? s->view.aside : c->net->part[s->view.part].start, endless;
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
    if ((endless = space_without_end(s)) >= 0) {
        refuse(c, s, endless, "flow.no_end");
        return FLOW_SOUND_NO;
    }
    if (s->doubled >= 0 && s->view.aside < 0)
        warn_doubled(c, s);
    return FLOW_SOUND_YES;
}

/* A region may be faulty where the way to the fault is too long to list: then that is the verdict.
 */
static enum flow_sound check_part(struct checker *c, int part)
{
    if (c->net->part[part].kind == PART_ZONE || net_reduces(c->a, c->net, part))
        return FLOW_SOUND_YES;
    struct net_regions *x = regions_of(c->a, c->net, part, false);
    struct net_space *whole = x->r[x->n - 1].space;
    bool known = net_space_complete(whole), fired = true;
    for (size_t i = 0; i < c->net->shown_node_n; i++)
        fired &= whole->fired[i] || c->net->node_in[i].part != part ||
                 c->net->node_in[i].aside >= 0 || c->net->node[i].kind == FLOW_EVENT_SUB_PROCESS;
    bool good = known && fired && whole->stuck < 0 && space_without_end(whole) < 0;
    if (good && whole->doubled < 0)
        return FLOW_SOUND_YES;
    /* two tokens on one place: what is inside was judged for one */
    struct net_space *flat = net_explore(c->a, c->net, part, MARKINGS_MOST);
    if (good && !net_space_complete(flat) && flat->stuck < 0 && flat->unbounded < 0) {
        warn_doubled(c, whole);
        return FLOW_SOUND_YES;
    }
    bool tells = net_space_complete(flat) || flat->stuck >= 0 || flat->unbounded >= 0;
    return check_space(c, tells || x->n == 1 ? flat : whole);
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
        enum flow_sound x =
            p < c->net->part_n
                ? check_part(c, (int)p)
                : check_space(c, net_explore_aside(c->a, c->net, event, MARKINGS_MOST));
        known &= x != FLOW_SOUND_UNKNOWN;
        good &= x != FLOW_SOUND_NO;
    }
    c->report->sound = !good ? FLOW_SOUND_NO : known ? FLOW_SOUND_YES : FLOW_SOUND_UNKNOWN;
}
