/* What an administrator does to a running instance: 调度 (FLOW 5.10), assignees named for this
 * instance, another version of the definition (5.13). Moving and migrating are accepted only when
 * the marking that results is one that the definition itself can reach (I6). */
#include "base/check.h"
#include "flow/flow_in.h"

#define MARKINGS_MOST 20000u

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
            s->token.p[t].place >= 0 &&
            net->node_in[net->edge[s->token.p[t].place].to].aside < 0)
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
    return arena_array_of(w->a, int, (size_t)w->s->token.n * (most + 2) + 1);
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
    const struct net_space *space = net_explore(w->a, w->net, part, MARKINGS_MOST);
    return net_space_has(space, m, n);
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

struct move {
    const int *from, *to; /* markings, sorted */
    size_t from_n, to_n;
    int gone; /* the place that is left */
    int node; /* that is gone to */
};

/* A token may be put where a join has nothing else to wait for. */
static bool may_add(const struct flow_net *net, int place)
{
    if (place >= (int)net->edge_n)
        return false;
    int to = net->edge[place].to;
    enum flow_node_kind k = net->node[to].kind;
    return (k == FLOW_PARALLEL || k == FLOW_INCLUSIVE) && net->node_in[to].in_n > 1;
}

/* An event goes with its activity, never alone. */
static bool leaves_host(const struct flow_net *net, const struct move *v, int place)
{
    if (place < (int)net->edge_n || net->node[place - (int)net->edge_n].host < 0)
        return false;
    int host = net_place_inside(net, net->node[place - (int)net->edge_n].host);
    for (size_t i = 0; i < v->to_n; i++)
        if (v->to[i] == host)
            return true;
    return false;
}

/* What this marking costs as the result: tokens voided first, then tokens added; -1: it is none. */
static long cost(const struct flow_net *net, const struct move *v, int *enters)
{
    long removed = 0, added = 0;
    bool left = false;
    *enters = -1;
    size_t i = 0, k = 0;
    while (i < v->from_n || k < v->to_n) {
        bool take = k >= v->to_n || (i < v->from_n && v->from[i] < v->to[k]);
        bool give = !take && (i >= v->from_n || v->to[k] < v->from[i]);
        if (take) {
            if (leaves_host(net, v, v->from[i]))
                return -1;
            left |= v->from[i++] == v->gone;
            removed++;
        } else if (give) {
            int place = v->to[k++];
            bool in = place < (int)net->edge_n && net->edge[place].to == v->node;
            if (in && *enters < 0)
                *enters = place;
            else if (!may_add(net, place))
                return -1;
            else
                added++;
        } else {
            i++;
            k++;
        }
    }
    return left && *enters >= 0 ? removed * 1000 + added : -1;
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

static bool carry_out(struct work *w, int act, const struct move *v)
{
    int scope = act_of(w->s, act)->scope, via = act_of(w->s, act)->prev;
    int f = step_fire(w, FIRE_REROUTE, scope, v->node, act);
    size_t i = 0, k = 0;
    scope_cancel_act(w, act, f, CAUSE_REROUTED);
    bool mine = true;
    while (i < v->from_n || k < v->to_n) {
        if (k >= v->to_n || (i < v->from_n && v->from[i] < v->to[k])) {
            if (v->from[i] == v->gone && mine)
                mine = false;
            else
                take(w, scope, v->from[i], f);
            i++;
        } else if (i >= v->from_n || v->to[k] < v->from[i]) {
            step_token(w, scope, v->to[k++], f, via);
        } else {
            i++;
            k++;
        }
    }
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
    struct move best = { .node = node }, v;
    int *m = marking_room(w), e;
    long least = -1;
    best.from_n = route_marking(w->net, w->s, x->scope, m);
    best.from = m;
    best.gone = w->net->node_in[x->node].boundary_n ? net_place_inside(w->net, x->node)
                                                    : entry_of(w->s, act);
    const struct net_space *space = net_explore(w->a, w->net, part, MARKINGS_MOST);
    if (!net_space_complete(space))
        return flow_err(w, ERR_STATE, "flow.too_many_states", NULL);
    v = best;
    for (size_t i = 0; i < net_space_size(space); i++) {
        v.to = net_space_at(space, i, &v.to_n);
        long c = cost(w->net, &v, &e);
        if (c >= 0 && (least < 0 || c < least)) {
            least = c;
            best = v;
        }
    }
    if (least < 0)
        return flow_err(w, ERR_STATE, "flow.not_reachable", NULL);
    return carry_out(w, act, &best);
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
    const struct flow_net *from, *to;
    int *node, *edge; /* old → new; gone: to->gone, -1 */
};

static int mapped_node(struct work *w, const struct mapping *m, int node)
{
    struct str id = m->from->node[node].id;
    const struct jv *v = jv_get(w->cmd->map, arena_strndup(w->a, id.p ? id.p : "", id.n));
    int to = flow_node_find(m->to, v ? jv_str(v) : id);
    if (!id.n) /* hidden starts stand for each other when their parts do */
        to = -1;
    return to < 0 || to >= (int)m->to->shown_node_n ? m->to->gone : to;
}

static int mapped_edge(struct work *w, const struct mapping *m, int edge)
{
    const struct flow_edge *e = &m->from->edge[edge];
    const struct jv *v =
        e->id.n ? jv_get(w->cmd->map, arena_strndup(w->a, e->id.p, e->id.n)) : NULL;
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

static bool fits(const struct mapping *m, const struct flow_state *s)
{
    for (int i = 0; i < s->token.n; i++)
        if (s->token.p[i].state == TOKEN_LIVE &&
            mapped_place(m, s->token.p[i].place) == -1 - m->to->gone)
            return false;
    for (int k = 1; k <= s->act.n; k++) {
        const struct act *x = act_of(s, k);
        int to = m->node[x->node];
        if (x->state != ACT_OPEN)
            continue;
        const struct node_in *was = &m->from->node_in[x->node], *is = &m->to->node_in[to];
        if (m->from->node[x->node].kind != m->to->node[to].kind ||
            (was->multi == MULTI_NONE) != (is->multi == MULTI_NONE))
            return false;
    }
    for (int k = 1; k < s->scope.n; k++) {
        const struct scope *x = &s->scope.p[k];
        if (x->state == SCOPE_OPEN && x->part >= 0 && new_body(m, x) < 0)
            return false;
    }
    return true;
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
    struct mapping m = { w->net, to, arena_array_of(w->a, int, w->net->node_n),
                         arena_array_of(w->a, int, w->net->edge_n + 1) };
    for (size_t i = 0; i < w->net->node_n; i++)
        m.node[i] = mapped_node(w, &m, (int)i);
    for (size_t e = 0; e < w->net->edge_n; e++)
        m.edge[e] = mapped_edge(w, &m, (int)e);
    if (!fits(&m, w->s))
        return flow_err(w, ERR_STATE, "flow.does_not_fit", NULL);
    drop_waits(w, &m);
    carry_over(w, &m);
    w->net = to;
    w->s->is_migrated = true;
    if (!route_is_reachable(w))
        return flow_err(w, ERR_STATE, "flow.does_not_fit", NULL);
    return step_run(w);
}
