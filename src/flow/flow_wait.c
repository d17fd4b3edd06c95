/* What an instance waits for: timers, messages, signals, conditions, called instances (FLOW §3).
 * After every command wait_settle compares what the open acts and scopes want with what is armed;
 * the difference leaves in the delta, and what happens comes back as a command with its ref. */
#include "base/check.h"
#include "base/clock.h"
#include "flow/flow_in.h"

bool wait_is_catching(const struct flow_net *net, int node)
{
    enum flow_node_kind k = net->node[node].kind;
    return k == FLOW_CATCH_EVENT || k == FLOW_RECEIVE_TASK || k == FLOW_EVENT_GATEWAY ||
           k == FLOW_CALL;
}

static enum wait_kind kind_of(const struct flow_net *net, int node)
{
    static const enum wait_kind kinds[] = {
        [FLOW_EVENT_NONE] = WAIT_CALL,           [FLOW_EVENT_TIMER] = WAIT_TIMER,
        [FLOW_EVENT_MESSAGE] = WAIT_MESSAGE,     [FLOW_EVENT_SIGNAL] = WAIT_SIGNAL,
        [FLOW_EVENT_ERROR] = WAIT_ERROR,         [FLOW_EVENT_ESCALATION] = WAIT_ERROR,
        [FLOW_EVENT_CONDITION] = WAIT_CONDITION, [FLOW_EVENT_LINK] = WAIT_ERROR
    };
    return kinds[net->node[node].event];
}

void wait_hand_out(struct work *w, int ref, enum flow_wait_what what)
{
    const struct wait *x = &w->s->wait.p[ref - 1];
    const struct flow_node *node = &w->net->node[x->node];
    if (x->kind == WAIT_CONDITION)
        return; /* the engine looks itself */
    ARRAY_MORE(w->a, w->wait);
    struct flow_wait *out = &w->wait.p[w->wait.n++];
    *out = (struct flow_wait){ .what = what,
                               .kind = (enum flow_wait_kind)x->kind,
                               .ref = ref,
                               .node = x->node,
                               .act = x->act,
                               .name = x->name };
    if (x->kind == WAIT_TIMER)
        out->rule = x->key;
    if (x->kind == WAIT_MESSAGE)
        out->correlation = x->key;
    if (x->kind == WAIT_CALL) {
        out->version = node->version;
        if (what == FLOW_ARMED)
            out->vars =
                vars_map(w, w->net->node_in[x->node].in_map, w->net->node_in[x->node].in_map_n,
                         x->scope, act_of(w->s, x->act)->prev);
    }
}

/* --- arming ----------------------------------------------------------------------------------- */

static bool is_rule(struct str s)
{
    int64_t at;
    struct clock_date d;
    return net_is_period(s) || clock_iso_parse(s, &at) || clock_day_parse(s, &d);
}

static struct str rule_of(struct work *w, int node, int scope, int via)
{
    const struct node_in *in = &w->net->node_in[node];
    if (!in->timer)
        return in->rule;
    struct str text = vars_json(w, in->timer, scope, via);
    const struct jv *v = jv_parse(w->a, text, NULL, NULL);
    return jv_str(v).p ? str_copy(w->a, jv_str(v)) : text;
}

/* A timer without a rule is an incident of the activity it belongs to; one of the process itself has
 * none, it shows at whatever is open. Nobody's command is refused for it. */
static void tell_timer(struct work *w, int holder)
{
    for (int k = 1; k <= w->s->act.n && !holder; k++)
        if (act_of(w->s, k)->state == ACT_OPEN && act_of(w->s, k)->incident == INCIDENT_NONE)
            holder = k;
    if (holder)
        act_of(w->s, holder)->incident = INCIDENT_TIMER;
}

static bool arm(struct work *w, int act, int scope, int node)
{
    const struct node_in *in = &w->net->node_in[node];
    int via = act ? act_of(w->s, act)->prev : w->s->scope.p[scope].via;
    struct wait x = { .node = node,
                      .act = act,
                      .scope = scope,
                      .firing = -1,
                      .kind = kind_of(w->net, node),
                      .name = w->net->node[node].event_name };
    if (x.kind == WAIT_CALL)
        x.name = w->net->node[node].called;
    if (x.kind == WAIT_MESSAGE && in->correlation)
        x.key = vars_json(w, in->correlation, scope, via);
    if (x.kind == WAIT_TIMER) {
        x.key = rule_of(w, node, scope, via);
        int holder = act ? act : w->s->scope.p[scope].act;
        if (!is_rule(x.key)) {
            tell_timer(w, holder);
            return true;
        }
    }
    ARRAY_MORE(w->a, w->s->wait);
    w->s->wait.p[w->s->wait.n++] = x;
    wait_hand_out(w, w->s->wait.n, FLOW_ARMED);
    return true;
}

/* How often it may happen while its activity or scope is open: -1 always again. An event on an
 * activity whose way leads back among the others may do so once only, or work would pile up. */
static int times(const struct flow_net *net, int node)
{
    const struct flow_node *n = &net->node[node];
    bool goes_on = (n->kind == FLOW_BOUNDARY_EVENT && net->node_in[node].goes_aside) ||
                   (n->kind == FLOW_START_EVENT && !n->is_interrupting);
    if (!goes_on)
        return 1;
    if (n->event == FLOW_EVENT_TIMER)
        return net->node_in[node].cycles ? net->node_in[node].cycles : 1;
    return n->event == FLOW_EVENT_CONDITION ? 1 : -1;
}

static bool want(struct work *w, int act, int scope, int node)
{
    const struct flow_state *s = w->s;
    int happened = 0, most = times(w->net, node);
    enum wait_kind kind = kind_of(w->net, node);
    if (kind == WAIT_ERROR)
        return true; /* thrown inside, never waited for */
    for (int k = 0; k < s->wait.n; k++) {
        const struct wait *x = &s->wait.p[k];
        if (x->node != node || x->scope != scope)
            continue;
        if (x->act == act && (x->state == WAIT_ARMED || x->state == WAIT_PAUSED))
            return true;
        /* attempts of one activation share its start */
        if (x->state == WAIT_FIRED && x->firing >= 0 && !s->firing.p[x->firing].undone &&
            (x->act == act || (act && act_of(s, x->act)->start == act_of(s, act)->start)))
            happened++;
    }
    if (most >= 0 && happened >= most)
        return true;
    return arm(w, act, scope, node);
}

static bool want_of_act(struct work *w, int act)
{
    const struct act x = *act_of(w->s, act);
    const struct node_in *in = &w->net->node_in[x.node];
    bool is_many = in->multi != MULTI_NONE && !x.is_item;
    bool waits = !is_many && wait_is_catching(w->net, x.node) && !x.incident;
    for (size_t i = 0; i < in->boundary_n && !x.is_item; i++)
        if (x.incident != INCIDENT_TIMER && !want(w, act, x.scope, in->boundary[i]))
            return false;
    if (!waits)
        return true;
    if (w->net->node[x.node].kind != FLOW_EVENT_GATEWAY)
        return want(w, act, x.scope, x.node);
    for (size_t i = 0; i < in->out_n; i++)
        if (!want(w, act, x.scope, w->net->edge[in->out[i]].to))
            return false;
    return true;
}

static int start_of(const struct flow_net *net, int event_sub)
{
    return net->part[net->node_in[event_sub].body].start;
}

/* An event sub-process that interrupts has taken the scope over. */
static bool is_taken_over(const struct work *w, int scope)
{
    for (int k = scope + 1; k < w->s->scope.n; k++) {
        const struct scope *x = &w->s->scope.p[k];
        if (x->parent == scope && !x->act && x->state != SCOPE_VOID &&
            w->net->node[start_of(w->net, x->node)].is_interrupting)
            return true;
    }
    return false;
}

static bool want_of_scope(struct work *w, int scope)
{
    int part = w->s->scope.p[scope].part;
    const struct part *p = part >= 0 ? &w->net->part[part] : NULL;
    if (!p || p->handler_n == 0 || is_taken_over(w, scope))
        return true;
    for (size_t i = 0; i < p->handler_n; i++)
        if (!want(w, 0, scope, start_of(w->net, p->handler[i])))
            return false;
    return true;
}

static bool is_wanted(const struct work *w, const struct wait *x)
{
    const struct flow_state *s = w->s;
    if (x->act)
        return act_of(s, x->act)->state == ACT_OPEN;
    return s->scope.p[x->scope].state == SCOPE_OPEN && !is_taken_over(w, x->scope);
}

/* The process is over when nothing lives in it, and then nothing is waited for. */
static bool is_alive(const struct flow_state *s)
{
    for (int i = 0; i < s->token.n; i++)
        if (s->token.p[i].state == TOKEN_LIVE)
            return true;
    return false;
}

/* While everybody in an act waits for a rework (FLOW 5.2), the clock of the act stands. */
static bool stands_still(const struct flow_state *s, const struct wait *x)
{
    bool rework = false;
    if (x->kind != WAIT_TIMER || !x->act || !act_of(s, x->act)->root)
        return false;
    for (int t = 1; t <= s->tree.n; t++) {
        const struct tree *l = tree_of(s, t);
        if (l->act != x->act || l->kind != TREE_LEAF || l->state != TREE_ACTIVE)
            continue;
        if (l->role != FLOW_ROLE_REWORK)
            return false;
        rework = true;
    }
    return rework;
}

static void settle_clocks(struct work *w)
{
    for (int k = 0; k < w->s->wait.n; k++) {
        struct wait *x = &w->s->wait.p[k];
        bool still = (x->state == WAIT_ARMED || x->state == WAIT_PAUSED) && stands_still(w->s, x);
        if (x->state == WAIT_ARMED && still) {
            x->state = WAIT_PAUSED;
            wait_hand_out(w, k + 1, FLOW_PAUSED);
        } else if (x->state == WAIT_PAUSED && !still) {
            x->state = WAIT_ARMED;
            wait_hand_out(w, k + 1, FLOW_CONTINUED);
        }
    }
}

bool wait_settle(struct work *w)
{
    bool alive = is_alive(w->s);
    for (int k = 0; k < w->s->wait.n; k++) {
        struct wait *x = &w->s->wait.p[k];
        if ((x->state != WAIT_ARMED && x->state != WAIT_PAUSED) || (alive && is_wanted(w, x)))
            continue;
        x->state = WAIT_DISARMED;
        wait_hand_out(w, k + 1, FLOW_DISARMED);
    }
    if (!alive || w->s->is_suspended)
        return true;
    for (int k = 0; k < w->s->scope.n; k++)
        if (w->s->scope.p[k].state == SCOPE_OPEN && !want_of_scope(w, k))
            return false;
    for (int k = 1; k <= w->s->act.n; k++)
        if (act_of(w->s, k)->state == ACT_OPEN && !want_of_act(w, k))
            return false;
    settle_clocks(w);
    return true;
}

bool wait_pause(struct work *w, bool pause)
{
    for (int k = 0; k < w->s->wait.n; k++) {
        struct wait *x = &w->s->wait.p[k];
        if (x->state != (pause ? WAIT_ARMED : WAIT_PAUSED) || (!pause && stands_still(w->s, x)))
            continue;
        x->state = pause ? WAIT_PAUSED : WAIT_ARMED;
        wait_hand_out(w, k + 1, pause ? FLOW_PAUSED : FLOW_CONTINUED);
    }
    return true;
}

/* --- happening -------------------------------------------------------------------------------- */

static int boundary(struct work *w, int node, int act)
{
    const struct act x = *act_of(w->s, act);
    const struct node_in *in = &w->net->node_in[node];
    int f = step_fire(w, FIRE_EVENT, x.scope, node, act);
    if (w->net->node[node].is_interrupting)
        scope_cancel_act(w, act, f, CAUSE_INTERRUPTED);
    else
        w->s->firing.p[f].cause = x.start;
    step_produce(w, x.scope, in->out, in->out_n, f, x.prev);
    step_completed(w, node);
    return f;
}

/* Starts an event sub-process of this scope. */
static int event_sub(struct work *w, int scope, int event_node)
{
    int part = w->net->node_in[event_node].part, holder = w->net->part[part].node;
    int cause = w->s->scope.p[scope].opened, first = -1;
    if (w->net->node[event_node].is_interrupting) {
        first = step_fire(w, FIRE_EVENT, scope, event_node, 0);
        scope_clear(w, scope, first, CAUSE_INTERRUPTED);
        cause = first;
    }
    int inner = scope_new(w, part, scope, 0, holder);
    int f = step_fire(w, FIRE_START, inner, event_node, 0);
    const struct node_in *in = &w->net->node_in[event_node];
    w->s->firing.p[f].cause = cause;
    w->s->scope.p[inner].opened = f;
    step_produce(w, inner, in->out, in->out_n, f, w->s->scope.p[scope].via);
    step_completed(w, event_node);
    return first >= 0 ? first : f;
}

/* The flow from an event-based gateway to the event that happened. */
static int flow_to(const struct flow_net *net, int gateway, int event)
{
    const struct node_in *in = &net->node_in[gateway];
    for (size_t i = 0; i < in->out_n; i++)
        if (net->edge[in->out[i]].to == event)
            return in->out[i];
    return -1;
}

bool wait_fire(struct work *w, int ref)
{
    struct wait *x = &w->s->wait.p[ref - 1];
    int node = x->node, act = x->act, f = -1;
    x->state = WAIT_FIRED;
    if (w->net->node[node].kind == FLOW_BOUNDARY_EVENT) {
        f = boundary(w, node, act);
    } else if (!act) {
        f = event_sub(w, x->scope, node);
    } else {
        bool good = w->net->node[act_of(w->s, act)->node].kind == FLOW_EVENT_GATEWAY
                        ? step_leave_by(w, act, flow_to(w->net, act_of(w->s, act)->node, node))
                        : step_leave(w, act);
        if (!good)
            return false;
        f = act_of(w->s, act)->state == ACT_DONE ? act_of(w->s, act)->complete : -1;
    }
    w->s->wait.p[ref - 1].firing = f;
    return true;
}

bool wait_conditions(struct work *w, bool *any)
{
    int n = w->s->wait.n;
    for (int k = 0; k < n; k++) {
        const struct wait *x = &w->s->wait.p[k];
        if (x->state != WAIT_ARMED || x->kind != WAIT_CONDITION)
            continue;
        int via = x->act ? act_of(w->s, x->act)->prev : 0;
        if (vars_test(w, w->net->node_in[x->node].condition, x->scope, via, NULL) != 1)
            continue;
        *any = true;
        return wait_fire(w, k + 1);
    }
    return true;
}

/* --- errors and escalations ------------------------------------------------------------------- */

static bool catches(const struct flow_net *net, int node, enum flow_event kind, struct str code)
{
    const struct flow_node *n = &net->node[node];
    return n->event == kind && (!n->event_name.n || str_eq(n->event_name, code));
}

/* The boundary event of an open act that catches it, or -1. */
static int on_boundary(const struct work *w, int act, enum flow_event kind, struct str code)
{
    if (!act || act_of(w->s, act)->state != ACT_OPEN || act_of(w->s, act)->is_item)
        return -1;
    const struct node_in *in = &w->net->node_in[act_of(w->s, act)->node];
    for (int exact = 1; exact >= 0; exact--)
        for (size_t i = 0; i < in->boundary_n; i++)
            if (catches(w->net, in->boundary[i], kind, code) &&
                (w->net->node[in->boundary[i]].event_name.n > 0) == exact)
                return in->boundary[i];
    return -1;
}

static int in_scope(const struct work *w, int scope, enum flow_event kind, struct str code)
{
    int part = w->s->scope.p[scope].part;
    if (part < 0 || is_taken_over(w, scope))
        return -1;
    const struct part *p = &w->net->part[part];
    for (size_t i = 0; i < p->handler_n; i++)
        if (catches(w->net, start_of(w->net, p->handler[i]), kind, code))
            return start_of(w->net, p->handler[i]);
    return -1;
}

/* From the inside out: the event sub-processes of a scope, then what sits on its activity. */
bool wait_error(struct work *w, int scope, int act, enum flow_event kind, struct str code,
                bool *caught)
{
    bool is_thrown = act == 0, inner = false;
    *caught = true;
    for (int at = scope;; at = w->s->scope.p[at].parent) {
        int node = on_boundary(w, act, kind, code);
        if (node >= 0) {
            boundary(w, node, act);
            return true;
        }
        node = inner ? -1 : in_scope(w, at, kind, code);
        if (node >= 0) {
            event_sub(w, at, node);
            return true;
        }
        if (at == 0)
            break;
        inner = w->s->scope.p[at].act == 0; /* what an event sub-process throws goes on outwards */
        act = w->s->scope.p[at].act;
    }
    *caught = false;
    if (!is_thrown || kind == FLOW_EVENT_ESCALATION)
        return true;
    scope_clear(w, 0, step_fire(w, FIRE_ABORT, 0, -1, 0), CAUSE_ENDED);
    w->s->status = FLOW_REJECTED;
    w->s->error = code.n ? code : STR("error");
    return true;
}

/* --- leaving ---------------------------------------------------------------------------------- */

void wait_send(struct work *w, int node, int scope, int via)
{
    const struct node_in *in = &w->net->node_in[node];
    ARRAY_MORE(w->a, w->sending);
    w->sending.p[w->sending.n++] = (struct flow_sending){
        .node = node,
        .is_signal = w->net->node[node].event == FLOW_EVENT_SIGNAL,
        .name = w->net->node[node].event_name,
        .correlation = in->correlation ? vars_json(w, in->correlation, scope, via) : STR_NONE,
        .vars = vars_map(w, in->in_map, in->in_map_n, scope, via),
    };
}

/* --- commands --------------------------------------------------------------------------------- */

static struct wait *armed(struct work *w, enum wait_kind kind)
{
    int ref = w->cmd->ref;
    if (ref < 1 || ref > w->s->wait.n || w->s->wait.p[ref - 1].state != WAIT_ARMED ||
        w->s->wait.p[ref - 1].kind != kind) {
        flow_err(w, ERR_STATE, "flow.not_waiting", NULL);
        return NULL;
    }
    return &w->s->wait.p[ref - 1];
}

/* What a message or signal brings: as the map says, else everything. */
static bool take_vars(struct work *w, int node)
{
    const struct node_in *in = &w->net->node_in[node];
    return in->out_map_n ? vars_map_from(w, in->out_map, in->out_map_n, w->cmd->vars)
                         : vars_merge(w, w->cmd->vars);
}

static bool run_signal(struct work *w)
{
    int n = w->s->wait.n, fired = 0;
    for (int k = 0; k < n; k++) {
        const struct wait *x = &w->s->wait.p[k];
        if (x->state != WAIT_ARMED || x->kind != WAIT_SIGNAL ||
            (w->cmd->ref ? w->cmd->ref != k + 1 : !str_eq(x->name, w->cmd->name)))
            continue;
        if (!take_vars(w, x->node) || !wait_fire(w, k + 1))
            return false;
        fired++;
    }
    return fired ? step_run(w) : flow_err(w, ERR_STATE, "flow.not_waiting", NULL);
}

bool wait_run_event(struct work *w)
{
    if (w->cmd->op == FLOW_SIGNAL)
        return run_signal(w);
    const struct wait *x = armed(w, w->cmd->op == FLOW_MESSAGE ? WAIT_MESSAGE : WAIT_TIMER);
    if (!x || (w->cmd->op == FLOW_MESSAGE && !take_vars(w, x->node)))
        return false;
    return wait_fire(w, w->cmd->ref) && step_run(w);
}

bool wait_run_call(struct work *w)
{
    struct wait *x = armed(w, WAIT_CALL);
    if (!x)
        return false;
    int act = x->act, node = x->node;
    const struct node_in *in = &w->net->node_in[node];
    if (w->cmd->op == FLOW_CALL_DONE) {
        act_of(w->s, act)->outcome = w->cmd->outcome.n ? w->cmd->outcome : STR_NONE;
        return vars_map_from(w, in->out_map, in->out_map_n, w->cmd->vars) &&
               wait_fire(w, w->cmd->ref) && step_run(w);
    }
    bool caught;
    x->state = WAIT_FIRED;
    if (!wait_error(w, act_of(w->s, act)->scope, act, FLOW_EVENT_ERROR, w->cmd->outcome, &caught))
        return false;
    if (!caught)
        act_of(w->s, act)->incident = INCIDENT_CALL;
    return step_run(w);
}
