/* What an administrator does to a running instance: 调度 (FLOW 5.10), assignees named for this
 * instance, another version of the definition (5.13). Moving and migrating are accepted only when
 * the marking that results is one that the definition itself can reach (I6). */
#include "base/check.h"
#include "flow/flow_space.h"

static bool need_reason(struct work *w)
{
    return str_trim(w->cmd->reason).n > 0 || flow_err(w, ERR_INVALID, "flow.no_reason", NULL);
}

/* --- markings --------------------------------------------------------------------------------- */

static int entry_of(const struct flow_state *s, int act)
{
    for (int t = 0; t < s->token.n; t++)
        if (s->token.p[t].consumer == act_of(s, act)->start)
            return s->token.p[t].place;
    return -1;
}

static void insert(int *m, size_t *n, int place)
{
    size_t k = (*n)++;
    for (; k > 0 && m[k - 1] > place; k--)
        m[k] = m[k - 1];
    m[k] = place;
}

/* An event that does not interrupt happened while this activity was open. */
static bool has_happened(const struct flow_state *s, int act, int event)
{
    for (int f = act_of(s, act)->start; f < s->firing.n; f++) {
        const struct firing *x = &s->firing.p[f];
        if (x->kind == FIRE_EVENT && x->node == event && !x->undone &&
            x->cause == act_of(s, act)->start)
            return true;
    }
    return false;
}

/* Where an open act stands: on the flow by which it came, or, with events on it, inside. */
static void add_act(const struct flow_net *net, const struct flow_state *s, int act, int *m,
                    size_t *n)
{
    const struct act *x = act_of(s, act);
    const struct node_in *in = &net->node_in[x->node];
    if (in->boundary_n == 0) {
        insert(m, n, entry_of(s, act));
        return;
    }
    insert(m, n, net_place_inside(net, x->node));
    for (size_t i = 0; i < in->boundary_n; i++)
        if (!net->node[in->boundary[i]].is_interrupting && !has_happened(s, act, in->boundary[i]))
            insert(m, n, net_place_inside(net, in->boundary[i]));
}

size_t route_marking(const struct flow_net *net, const struct flow_state *s, int scope, int *m)
{
    size_t n = 0;
    for (int t = 0; t < s->token.n; t++)
        if (s->token.p[t].state == TOKEN_LIVE && s->token.p[t].scope == scope &&
            s->token.p[t].place >= 0 && net->node_in[net->edge[s->token.p[t].place].to].aside < 0)
            insert(m, &n, s->token.p[t].place);
    for (int k = 1; k <= s->act.n; k++)
        if (act_of(s, k)->state == ACT_OPEN && act_of(s, k)->scope == scope &&
            net->node_in[act_of(s, k)->node].aside < 0)
            add_act(net, s, k, m, &n);
    return n;
}

static int *marking_room(struct work *w)
{
    size_t most = 0;
    for (size_t i = 0; i < w->net->node_n; i++)
        most = w->net->node_in[i].boundary_n > most ? w->net->node_in[i].boundary_n : most;
    return arena_array_of(w->a, int, (size_t)w->s->token.n *(most + 2) + 1);
}

static bool is_scope_reachable(struct work *w, int scope, int part)
{
    int *m = marking_room(w);
    size_t n = route_marking(w->net, w->s, scope, m);
    for (size_t i = 0; i < n; i++)
        if (m[i] < 0)
            return false; /* on a place that is gone */
    if (n == 0)
        return true; /* over, or taken over by an event */
    return regions_have(regions_of(w->a, w->net, part, true), m, n);
}

bool route_is_reachable(struct work *w)
{
    for (int k = 0; k < w->s->scope.n; k++) {
        const struct scope *x = &w->s->scope.p[k];
        if (x->state != SCOPE_OPEN || x->part < 0 || w->net->part[x->part].kind == PART_ZONE)
            continue;
        if (!is_scope_reachable(w, k, x->part))
            return false;
    }
    return true;
}

/* --- reroute ---------------------------------------------------------------------------------- */

/* A move as it is found: in which region the marking changes and into what, and which markings the
 * regions on the way down to the target take. */
struct move {
    const struct net_regions *x;
    const int *m; /* the marking as it is */
    size_t n;
    int gone, to;    /* the place that is left, the flow that is filled */
    int level;       /* region */
    const int *next; /* its marking then; NULL: as it is, the token only goes along its chain */
    size_t next_n;
    int down[64];        /* regions below it, from the outer to the one of the target … */
    const int *fill[64]; /* … and their markings */
    size_t fill_n[64];
    int down_n;
    long cost;
};

/* A place as it is seen from a region around it. */
static int seen_from(const struct net_regions *x, int place, int level)
{
    int r = region_of_place(x, place);
    int seen = place < (int)x->net->edge_n ? x->place[place] : place;
    while (r >= 0 && r != level) {
        seen = x->place[x->r[r].entry];
        r = region_parent(x, r);
    }
    return r < 0 ? -1 : seen;
}

/* A token may be put where a join has nothing else to wait for. */
static bool may_add(const struct net_regions *x, int place)
{
    if (place >= (int)x->net->edge_n || x->target[place] < 0)
        return false;
    int to = x->target[place];
    enum flow_node_kind k = x->net->node[to].kind;
    return (k == FLOW_PARALLEL || k == FLOW_INCLUSIVE) && x->net->node_in[to].in_n > 1;
}

/* An event goes with its activity, never alone. */
static bool leaves_host(const struct flow_net *net, const int *to, size_t n, int place)
{
    if (place < (int)net->edge_n || net->node[place - (int)net->edge_n].host < 0)
        return false;
    int host = net_place_inside(net, net->node[place - (int)net->edge_n].host);
    for (size_t i = 0; i < n; i++)
        if (to[i] == host)
            return true;
    return false;
}

/* What has gone to the end, and stays there as a region sees it. */
static bool is_over(const struct net_regions *x, int place)
{
    return place < (int)x->net->edge_n && x->sink[place] == SINK_STAYS;
}

/* From one marking of a region to another: tokens voided first, then tokens added; -1: not so. The
 * token at `gone` must leave (-1: none), one at `enter` must come. */
static long cost(const struct net_regions *x, const int *from, size_t from_n, const int *to,
                 size_t to_n, int gone, int enter)
{
    long removed = 0, added = 0;
    bool left = gone < 0, entered = false;
    size_t i = 0, k = 0;
    while (i < from_n || k < to_n) {
        if (k >= to_n || (i < from_n && from[i] < to[k])) {
            if (leaves_host(x->net, to, to_n, from[i]))
                return -1;
            left |= from[i++] == gone;
            removed++;
        } else if (i >= from_n || to[k] < from[i]) {
            int place = to[k++];
            if (place == enter && !entered)
                entered = true;
            else if (is_over(x, place))
                continue;
            else if (!may_add(x, place))
                return -1;
            else
                added++;
        } else {
            i++;
            k++;
        }
    }
    return left && entered ? removed * 1000 + added : -1;
}

/* The marking as a region sees it: what is inside another region counts once. */
static int *seen_marking(struct work *w, const struct net_regions *x, const int *m, size_t n,
                         int level, size_t *out_n)
{
    int *out = arena_array_of(w->a, int, n + 1);
    *out_n = 0;
    for (size_t i = 0; i < n; i++) {
        int seen = seen_from(x, m[i], level), r = region_of_place(x, m[i]);
        bool twice = false;
        for (size_t k = 0; k < *out_n && r != level; k++)
            twice |= out[k] == seen;
        if (seen >= 0 && !twice)
            insert(out, out_n, seen);
    }
    return out;
}

static const int *best_of(const struct net_regions *x, int level, const int *from, size_t from_n,
                          int gone, int enter, size_t *n, long *least)
{
    const struct net_space *s = x->r[level].space;
    const int *best = NULL;
    *least = -1;
    for (size_t i = 0; s && i < net_space_size(s); i++) {
        size_t to_n;
        const int *to = net_space_at(s, i, &to_n);
        long c = cost(x, from, from_n, to, to_n, gone, enter);
        if (c < 0 || (*least >= 0 && c >= *least))
            continue;
        *least = c;
        best = to;
        *n = to_n;
    }
    return best;
}

/* The regions from the target up to the first that also holds the place that is left. */
static bool find_level(struct move *v)
{
    int r = region_of_place(v->x, v->to);
    v->down_n = 0;
    while (r >= 0 && seen_from(v->x, v->gone, r) < 0) {
        if (v->down_n == 64)
            return false;
        v->down[v->down_n++] = r;
        r = region_parent(v->x, r);
    }
    v->level = r;
    return r >= 0;
}

static bool plan(struct work *w, struct move *v)
{
    size_t n;
    long c;
    if (!find_level(v))
        return false;
    int enter = seen_from(v->x, v->to, v->level), gone = seen_from(v->x, v->gone, v->level);
    v->cost = 0;
    v->next = NULL;
    if (enter != gone) {
        const int *now = seen_marking(w, v->x, v->m, v->n, v->level, &n);
        v->next = best_of(v->x, v->level, now, n, gone, enter, &v->next_n, &c);
        if (!v->next)
            return false;
        v->cost = c;
    }
    for (int i = 0; i < v->down_n; i++) {
        int r = v->down[i];
        v->fill[i] = best_of(v->x, r, NULL, 0, -1, seen_from(v->x, v->to, r), &v->fill_n[i], &c);
        if (!v->fill[i])
            return false;
        v->cost += c;
    }
    return true;
}

/* Takes the token away from a place, with whatever stands on it. */
static void take(struct work *w, int scope, int place, int firing)
{
    for (int t = 0; t < w->s->token.n; t++) {
        const struct token *x = &w->s->token.p[t];
        if (x->state == TOKEN_LIVE && x->scope == scope && x->place == place) {
            step_spend(w, t, firing);
            return;
        }
    }
    for (int k = 1; k <= w->s->act.n; k++) {
        const struct act *x = act_of(w->s, k);
        if (x->state != ACT_OPEN || x->scope != scope)
            continue;
        bool many = w->net->node_in[x->node].boundary_n > 0;
        if (many ? place == net_place_inside(w->net, x->node) : place == entry_of(w->s, k)) {
            scope_cancel_act(w, k, firing, CAUSE_REROUTED);
            return;
        }
    }
}

static size_t count_of(const int *list, size_t n, int place)
{
    size_t c = 0;
    for (size_t i = 0; i < n; i++)
        c += list[i] == place;
    return c;
}

/* Everything that stands where the new marking of the level has nothing. */
static void empty(struct work *w, const struct move *v, int scope, int f)
{
    bool mine = true;
    for (size_t i = 0; i < v->n; i++) {
        int seen = seen_from(v->x, v->m[i], v->level);
        bool away = v->next ? count_of(v->next, v->next_n, seen) == 0
                            : seen == seen_from(v->x, v->gone, v->level);
        if (seen < 0 || !away)
            continue;
        if (v->m[i] == v->gone && mine)
            mine = false; /* its act is gone already */
        else
            take(w, scope, v->m[i], f);
    }
}

static void fill(struct work *w, const struct move *v, int scope, int f, int via, const int *to,
                 size_t n, const int *had, size_t had_n, int enter)
{
    for (size_t i = 0; i < n; i++) {
        int place = to[i];
        if ((i > 0 && place == to[i - 1]) || place == enter || is_over(v->x, place) ||
            place >= (int)w->net->edge_n)
            continue;
        for (size_t k = count_of(had, had_n, place); k < count_of(to, n, place); k++)
            step_token(w, scope, v->x->last[place], f, via);
    }
}

static bool carry_out(struct work *w, int act, const struct move *v)
{
    int scope = act_of(w->s, act)->scope, via = act_of(w->s, act)->prev;
    int f = step_fire(w, FIRE_REROUTE, scope, w->net->edge[v->to].to, act);
    size_t n;
    const int *had = seen_marking(w, v->x, v->m, v->n, v->level, &n);
    scope_cancel_act(w, act, f, CAUSE_REROUTED);
    empty(w, v, scope, f);
    if (v->next)
        fill(w, v, scope, f, via, v->next, v->next_n, had, n, seen_from(v->x, v->to, v->level));
    for (int i = 0; i < v->down_n; i++)
        fill(w, v, scope, f, via, v->fill[i], v->fill_n[i], NULL, 0,
             seen_from(v->x, v->to, v->down[i]));
    step_token(w, scope, v->to, f, via);
    w->s->firing.p[f].region = REGION_SCOPE; /* it saw the whole marking */
    return step_run(w);
}

static bool may_go_to(enum flow_node_kind k)
{
    return k == FLOW_USER_TASK || k == FLOW_SERVICE_TASK || k == FLOW_SUB_PROCESS ||
           k == FLOW_CALL || k == FLOW_FREE_ZONE || k == FLOW_RECEIVE_TASK;
}

static int rerouted_act(struct work *w)
{
    int act = w->cmd->act;
    if (!act && w->cmd->leaf >= 1 && w->cmd->leaf <= w->s->tree.n)
        act = tree_of(w->s, w->cmd->leaf)->act;
    if (act >= 1 && act <= w->s->act.n && act_of(w->s, act)->state == ACT_OPEN &&
        !act_of(w->s, act)->is_item)
        return act;
    flow_err(w, act >= 1 && act <= w->s->act.n ? ERR_STATE : ERR_NOT_FOUND,
             act >= 1 && act <= w->s->act.n ? "flow.act_closed" : "flow.no_act", NULL);
    return 0;
}

bool route_reroute(struct work *w)
{
    if (!w->cmd->is_admin)
        return flow_err(w, ERR_FORBIDDEN, "flow.op_not_allowed", NULL);
    int act = rerouted_act(w), node = flow_node_find(w->net, w->cmd->to_node);
    if (!act || !need_reason(w))
        return false;
    const struct act *x = act_of(w->s, act);
    int part = w->net->node_in[x->node].part;
    if (node < 0 || w->net->node_in[node].part != part || !may_go_to(w->net->node[node].kind) ||
        w->net->part[part].kind == PART_ZONE || w->net->node_in[node].aside >= 0 ||
        w->net->node_in[x->node].aside >= 0)
        return flow_err(w, ERR_INVALID, "flow.no_target", w->cmd->to_node.p);
    int *m = marking_room(w);
    struct move v = { .x = regions_of(w->a, w->net, part, true), .m = m }, best = { .cost = -1 };
    v.n = route_marking(w->net, w->s, x->scope, m);
    v.gone = w->net->node_in[x->node].boundary_n ? net_place_inside(w->net, x->node)
                                                 : entry_of(w->s, act);
    if (!net_space_complete(v.x->r[v.x->n - 1].space))
        return flow_err(w, ERR_STATE, "flow.too_many_states", NULL);
    for (size_t i = 0; i < w->net->node_in[node].in_n && v.gone >= 0; i++) {
        v.to = w->net->node_in[node].in[i];
        if (plan(w, &v) && (best.cost < 0 || v.cost < best.cost))
            best = v;
    }
    if (best.cost < 0)
        return flow_err(w, ERR_STATE, "flow.not_reachable", NULL);
    return carry_out(w, act, &best) &&
           (route_is_reachable(w) || flow_err(w, ERR_STATE, "flow.not_reachable", NULL));
}

/* --- assignees of this instance --------------------------------------------------------------- */

bool route_override(struct work *w)
{
    const struct flow_command *cmd = w->cmd;
    int node = flow_node_find(w->net, cmd->to_node), at = 0;
    if (!cmd->is_admin)
        return flow_err(w, ERR_FORBIDDEN, "flow.op_not_allowed", NULL);
    if (node < 0 || w->net->node[node].kind != FLOW_USER_TASK)
        return flow_err(w, ERR_INVALID, "flow.unknown_id", cmd->to_node.p);
    while (at < w->s->override.n && w->s->override.p[at].node != node)
        at++;
    if (cmd->who_n == 0) { /* none: as the definition says again */
        if (at < w->s->override.n)
            w->s->override.p[at] = w->s->override.p[--w->s->override.n];
        return true;
    }
    if (at == w->s->override.n) {
        ARRAY_MORE(w->a, w->s->override);
        w->s->override.n++;
    }
    w->s->override.p[at] = (struct override){ node, cmd->who, cmd->who_n };
    return true;
}

/* --- another version -------------------------------------------------------------------------- */

struct mapping {
    struct arena *a;
    const struct flow_net *from, *to;
    const struct jv *map;
    int *node, *edge; /* old → new; gone: to->gone, -1 */
};

static int mapped_node(const struct mapping *m, int node)
{
    struct str id = m->from->node[node].id;
    const struct jv *v = jv_get(m->map, arena_strndup(m->a, id.p ? id.p : "", id.n));
    int to = flow_node_find(m->to, v ? jv_str(v) : id);
    if (!id.n) /* hidden starts stand for each other when their parts do */
        to = -1;
    return to < 0 || to >= (int)m->to->shown_node_n ? m->to->gone : to;
}

static int mapped_edge(const struct mapping *m, int edge)
{
    const struct flow_edge *e = &m->from->edge[edge];
    const struct jv *v = e->id.n ? jv_get(m->map, arena_strndup(m->a, e->id.p, e->id.n)) : NULL;
    struct str id = v ? jv_str(v) : e->id;
    int only = -1;
    for (size_t i = 0; i < m->to->shown_edge_n; i++) {
        const struct flow_edge *x = &m->to->edge[i];
        if (id.n && str_eq(x->id, id))
            return (int)i;
        if (x->from == m->node[e->from] && x->to == m->node[e->to])
            only = only == -1 ? (int)i : -2;
    }
    return only >= 0 ? only : -1;
}

static int mapped_place(const struct mapping *m, int place)
{
    if (place < 0)
        return -1 - m->node[-1 - place];
    return m->edge[place] >= 0 ? m->edge[place] : -1 - m->to->gone;
}

static int new_body(const struct mapping *m, const struct scope *x)
{
    return x->part < 0 ? -1 : x->part == 0 ? 0 : m->to->node_in[m->node[x->node]].body;
}

static struct mapping mapping_of(struct arena *a, const struct flow_net *from,
                                 const struct flow_net *to, const struct jv *map)
{
    struct mapping m = { a, from, to, map, arena_array_of(a, int, from->node_n),
                         arena_array_of(a, int, from->edge_n + 1) };
    for (size_t i = 0; i < from->node_n; i++)
        m.node[i] = mapped_node(&m, (int)i);
    for (size_t e = 0; e < from->edge_n; e++)
        m.edge[e] = mapped_edge(&m, (int)e);
    return m;
}

/* Does a token stand there, or an act that came by it? What is over may lie where nothing is now. */
static bool is_stood_on(const struct flow_state *s, int token)
{
    const struct token *t = &s->token.p[token];
    if (t->state == TOKEN_LIVE)
        return true;
    for (int k = 1; k <= s->act.n; k++)
        if (act_of(s, k)->state == ACT_OPEN && t->consumer == act_of(s, k)->start)
            return true;
    return false;
}

/* The node of the new version in front of which it stands when its own flow is gone, as behind a
 * gateway that was dropped; -1: the flow is there, or it is inside an act. */
static int seam_of(const struct mapping *m, const struct flow_state *s, int token)
{
    int place = s->token.p[token].place;
    if (place < 0 || m->edge[place] >= 0 || !is_stood_on(s, token))
        return -1;
    return m->node[m->from->edge[place].to];
}

static size_t misfits(const struct mapping *m, const struct flow_state *s, struct flow_misfit *out)
{
    size_t n = 0;
    for (int k = 1; k <= s->act.n; k++) {
        const struct act *x = act_of(s, k);
        int to = m->node[x->node];
        const struct node_in *was = &m->from->node_in[x->node], *is = &m->to->node_in[to];
        if (x->state == ACT_OPEN && to == m->to->gone)
            out[n++] = (struct flow_misfit){ x->node, "flow.misfit_gone" };
        else if (x->state == ACT_OPEN && (m->from->node[x->node].kind != m->to->node[to].kind ||
                                          (was->multi == MULTI_NONE) != (is->multi == MULTI_NONE)))
            out[n++] = (struct flow_misfit){ x->node, "flow.misfit_kind" };
    }
    for (int i = 0; i < s->token.n; i++) {
        int place = s->token.p[i].place, to = seam_of(m, s, i);
        bool lives = s->token.p[i].state == TOKEN_LIVE;
        if (to >= 0 && m->to->node_in[to].in_n == 0 && lives)
            out[n++] = (struct flow_misfit){ m->from->edge[place].to, "flow.misfit_waits" };
    }
    for (int k = 1; k < s->scope.n; k++) {
        const struct scope *x = &s->scope.p[k];
        bool told = x->act && act_of(s, x->act)->state == ACT_OPEN; /* of the act that holds it */
        bool gone = m->node[x->node] == m->to->gone;
        if (x->state == SCOPE_OPEN && x->part >= 0 && new_body(m, x) < 0 && !(gone && told))
            out[n++] = (struct flow_misfit){ x->node,
                                             gone ? "flow.misfit_gone" : "flow.misfit_kind" };
    }
    return n;
}

struct flow_misfit *flow_misfits(struct arena *a, const struct flow_net *net,
                                 const struct flow_net *to, const struct flow_state *s,
                                 const struct jv *map, size_t *n)
{
    struct mapping m = mapping_of(a, net, to, map);
    struct flow_misfit *list = arena_array_of(
        a, struct flow_misfit, (size_t)(s->act.n + s->token.n + s->scope.n) + 1);
    *n = misfits(&m, s, list);
    return list;
}

static bool fits(struct work *w, const struct mapping *m)
{
    size_t n;
    (void)flow_misfits(w->a, m->from, m->to, w->s, m->map, &n); /* only how many */
    return n == 0;
}

/* Tokens on flows that are gone, and in front of which node of the new version each stands. */
struct seams {
    int *token, *node, *at; /* at: which of the node's inflows it stands on */
    int n;
};

static struct seams seams_of(struct work *w, const struct mapping *m)
{
    size_t room = (size_t)w->s->token.n + 1;
    struct seams x = { arena_array_of(w->a, int, room), arena_array_of(w->a, int, room),
                       arena_array_of(w->a, int, room), 0 };
    for (int i = 0; i < w->s->token.n; i++) {
        int node = seam_of(m, w->s, i);
        if (node < 0 || m->to->node_in[node].in_n == 0)
            continue;
        x.token[x.n] = i;
        x.node[x.n] = node;
        x.at[x.n++] = 0;
    }
    return x;
}

#define SEAM_TRIES 64

/* Which inflow a token of a gone flow stands on is free where it means the same, and decided by what
 * the new version can reach where it does not (a join waits for each of its flows). */
static bool join_seams(struct work *w, struct seams *x)
{
    for (int tries = 0; tries < SEAM_TRIES; tries++) {
        for (int i = 0; i < x->n; i++)
            w->s->token.p[x->token[i]].place = w->net->node_in[x->node[i]].in[x->at[i]];
        if (route_is_reachable(w))
            return true;
        int i = 0;
        while (i < x->n && ++x->at[i] == (int)w->net->node_in[x->node[i]].in_n)
            x->at[i++] = 0;
        if (i == x->n)
            return false;
    }
    return false;
}

static void carry_over(struct work *w, const struct mapping *m)
{
    struct flow_state *s = w->s;
    for (int k = 0; k < s->wait.n; k++)
        s->wait.p[k].node = m->node[s->wait.p[k].node];
    for (int i = 0; i < s->firing.n; i++)
        if (s->firing.p[i].node >= 0)
            s->firing.p[i].node = m->node[s->firing.p[i].node];
    for (int i = 0; i < s->token.n; i++)
        s->token.p[i].place = mapped_place(m, s->token.p[i].place);
    for (int k = 1; k < s->scope.n; k++)
        s->scope.p[k].part = new_body(m, &s->scope.p[k]);
    for (int k = 1; k < s->scope.n; k++)
        s->scope.p[k].node = m->node[s->scope.p[k].node];
    for (int k = 1; k <= s->act.n; k++)
        act_of(s, k)->node = m->node[act_of(s, k)->node];
    int kept = 0;
    for (int i = 0; i < s->override.n; i++) {
        int node = m->node[s->override.p[i].node];
        if (node == m->to->gone || m->to->node[node].kind != FLOW_USER_TASK)
            continue;
        s->override.p[kept] = s->override.p[i];
        s->override.p[kept++].node = node;
    }
    s->override.n = kept;
}

/* What waits at an event that the new version does not have, is not waited for any more. */
static void drop_waits(struct work *w, const struct mapping *m)
{
    for (int k = 0; k < w->s->wait.n; k++) {
        struct wait *x = &w->s->wait.p[k];
        int to = m->node[x->node];
        bool armed = x->state == WAIT_ARMED || x->state == WAIT_PAUSED;
        if (!armed || (m->from->node[x->node].event == m->to->node[to].event &&
                       m->from->node[x->node].kind == m->to->node[to].kind))
            continue;
        x->state = WAIT_DISARMED;
        wait_hand_out(w, k + 1, FLOW_DISARMED);
    }
}

bool route_migrate(struct work *w)
{
    const struct flow_net *to = w->cmd->to_net;
    if (!w->cmd->is_admin)
        return flow_err(w, ERR_FORBIDDEN, "flow.op_not_allowed", NULL);
    if (!to || (w->cmd->map && jv_kind(w->cmd->map) != JV_OBJECT))
        return flow_err(w, ERR_INVALID, "flow.no_version", NULL);
    struct mapping m = mapping_of(w->a, w->net, to, w->cmd->map);
    if (!fits(w, &m))
        return flow_err(w, ERR_STATE, "flow.does_not_fit", NULL);
    struct seams x = seams_of(w, &m);
    drop_waits(w, &m);
    carry_over(w, &m);
    w->net = to;
    w->s->is_migrated = true;
    if (!join_seams(w, &x))
        return flow_err(w, ERR_STATE, "flow.does_not_fit", NULL);
    return step_run(w);
}
