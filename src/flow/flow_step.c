/* Tokens and firings: how a net moves (FLOW §4). Nothing is deleted; a token is live, spent or
 * void, a firing live or undone. What a firing consumed is what names it as consumer. Joins take
 * one token from each inflow of one scope, oldest first, never by count (I4). */
#include "base/check.h"
#include "flow/flow_in.h"

#define STEPS_MOST 4000 /* automatic firings in one command: more is a loop without people */

int step_fire(struct work *w, enum firing_kind kind, int scope, int node, int act)
{
    ARRAY_MORE(w->a, w->s->firing);
    w->s->firing.p[w->s->firing.n] =
        (struct firing){ .node = node, .act = act, .scope = scope, .kind = kind, .cause = -1 };
    w->steps++;
    return w->s->firing.n++;
}

int step_token(struct work *w, int scope, int place, int producer, int via)
{
    ARRAY_MORE(w->a, w->s->token);
    w->s->token.p[w->s->token.n] = (struct token){ .place = place,
                                                   .scope = scope,
                                                   .producer = producer,
                                                   .consumer = -1,
                                                   .revives = -1,
                                                   .via = via };
    if (place >= 0) {
        ARRAY_MORE(w->a, w->queue);
        w->queue.p[w->queue.n++] = w->s->token.n;
    }
    return w->s->token.n++;
}

void step_spend(struct work *w, int token, int firing)
{
    struct token *t = &w->s->token.p[token];
    CHECK(t->state == TOKEN_LIVE);
    t->state = TOKEN_SPENT;
    t->consumer = firing;
    t->stuck = STUCK_NOT;
}

void step_completed(struct work *w, int node)
{
    if ((size_t)node >= w->net->shown_node_n)
        return;
    ARRAY_MORE(w->a, w->completed);
    w->completed.p[w->completed.n++] = node;
}

void step_produce(struct work *w, int scope, const int *edge, size_t n, int firing, int via)
{
    for (size_t i = 0; i < n; i++)
        step_token(w, scope, edge[i], firing, via);
}

/* --- ways out --------------------------------------------------------------------------------- */

/* A condition that is neither true nor false is a fault of the data: an incident, never a wrong
 * branch. */
static int is_true(struct work *w, int edge, int scope, int via)
{
    const struct edge_in *e = &w->net->edge_in[edge];
    if (e->condition)
        return vars_test(w, e->condition, scope, via, NULL);
    if (e->outcome.p)
        return via && str_eq(act_of(w->s, via)->outcome, e->outcome);
    return 1;
}

/* The data do not say: in earnest an incident, in a simulation one way after the other. */
static enum step_way unknown(struct work *w, int node, int *out, size_t *n)
{
    const struct node_in *in = &w->net->node_in[node];
    if (!w->oracle)
        return WAY_UNKNOWN;
    out[0] = in->out[oracle_choose(w->oracle, (int)in->out_n)];
    *n = 1;
    return WAY_FOUND;
}

/* Outflows of an activity or an inclusive gateway: all unconditional ones, all conditional ones
 * that are true, else the default. */
enum step_way step_ways_out(struct work *w, int node, int scope, int via, int *out, size_t *n)
{
    const struct node_in *in = &w->net->node_in[node];
    *n = 0;
    for (size_t i = 0; i < in->out_n; i++) {
        if (in->out[i] == in->default_edge)
            continue;
        int yes = is_true(w, in->out[i], scope, via);
        if (yes < 0)
            return unknown(w, node, out, n);
        if (yes)
            out[(*n)++] = in->out[i];
    }
    if (*n == 0 && in->default_edge >= 0)
        out[(*n)++] = in->default_edge;
    if (*n == 0 && in->out_n && w->oracle)
        return unknown(w, node, out, n);
    return *n > 0 || in->out_n == 0 ? WAY_FOUND : WAY_NONE;
}

/* The first true flow in document order, else the default. */
static enum step_way one_way_out(struct work *w, int node, int scope, int via, int *out, size_t *n)
{
    const struct node_in *in = &w->net->node_in[node];
    *n = 0;
    for (size_t i = 0; i < in->out_n && !*n; i++) {
        if (in->out[i] == in->default_edge)
            continue;
        int yes = is_true(w, in->out[i], scope, via);
        if (yes < 0)
            return unknown(w, node, out, n);
        if (yes)
            out[(*n)++] = in->out[i];
    }
    if (*n == 0 && in->default_edge >= 0)
        out[(*n)++] = in->default_edge;
    if (*n == 0 && in->out_n && w->oracle)
        return unknown(w, node, out, n);
    return *n > 0 || in->out_n == 0 ? WAY_FOUND : WAY_NONE;
}

static int *room_out(struct work *w, int node)
{
    return arena_array_of(w->a, int, w->net->node_in[node].out_n + 1);
}

/* --- nodes ------------------------------------------------------------------------------------ */

static bool stick(struct work *w, int token, enum step_way way)
{
    w->s->token.p[token].stuck = way == WAY_UNKNOWN ? STUCK_CONDITION : STUCK_NO_WAY;
    return true;
}

/* Through a node at once. */
static bool pass(struct work *w, int token, int node, bool one)
{
    int via = w->s->token.p[token].via, scope = w->s->token.p[token].scope;
    int *out = room_out(w, node);
    size_t n;
    enum step_way way = one ? one_way_out(w, node, scope, via, out, &n)
                            : step_ways_out(w, node, scope, via, out, &n);
    if (way != WAY_FOUND)
        return stick(w, token, way);
    int f = step_fire(w, FIRE_PASS, scope, node, 0);
    step_spend(w, token, f);
    if (n == 0 && step_later(w->s, w->s->scope.p[scope].via, via) == via)
        w->s->scope.p[scope].via = via;
    step_produce(w, scope, out, n, f, via);
    step_completed(w, node);
    return true;
}

static int oldest_on(const struct flow_state *s, int scope, int edge)
{
    for (int i = 0; i < s->token.n; i++)
        if (s->token.p[i].place == edge && s->token.p[i].scope == scope &&
            s->token.p[i].state == TOKEN_LIVE)
            return i;
    return -1;
}

int step_later(const struct flow_state *s, int x, int y)
{
    if (!x || !y)
        return x ? x : y;
    return act_of(s, x)->complete > act_of(s, y)->complete ? x : y;
}

static bool join(struct work *w, int scope, int node)
{
    const struct node_in *in = &w->net->node_in[node];
    int *taken = arena_array_of(w->a, int, in->in_n + 1), via = 0;
    for (size_t i = 0; i < in->in_n; i++) {
        taken[i] = oldest_on(w->s, scope, in->in[i]);
        if (taken[i] < 0)
            return true;
        via = step_later(w->s, via, w->s->token.p[taken[i]].via);
    }
    int f = step_fire(w, FIRE_PASS, scope, node, 0);
    for (size_t i = 0; i < in->in_n; i++)
        step_spend(w, taken[i], f);
    step_produce(w, scope, in->out, in->out_n, f, via);
    step_completed(w, node);
    return true;
}

int step_attempts(const struct flow_state *s, int node, int scope)
{
    int n = 0;
    for (int i = 0; i < s->act.n; i++)
        n += s->act.p[i].node == node && !s->act.p[i].is_item &&
             s->scope.p[s->act.p[i].scope].item == s->scope.p[scope].item;
    return n;
}

int step_act(struct work *w, int scope, int node, int firing, int via)
{
    int attempt = step_attempts(w->s, node, scope) + 1;
    ARRAY_MORE(w->a, w->s->act);
    int act = ++w->s->act.n;
    *act_of(w->s, act) = (struct act){ .node = node,
                                       .scope = scope,
                                       .start = firing,
                                       .complete = -1,
                                       .attempt = attempt,
                                       .prev = via,
                                       .started_at = w->now };
    w->s->firing.p[firing].act = act;
    act_of(w->s, act)->token = step_token(w, scope, -1 - node, firing, via);
    return act;
}

static bool run_service(struct work *w, int act)
{
    int node = act_of(w->s, act)->node;
    ARRAY_MORE(w->a, w->service);
    w->service.p[w->service.n++] = (struct flow_service){ act, node, w->net->node[node].op, false };
    return true;
}

bool step_begin(struct work *w, int act)
{
    const struct act *x = act_of(w->s, act);
    const struct node_in *in = &w->net->node_in[x->node];
    enum flow_node_kind kind = w->net->node[x->node].kind;
    if (kind == FLOW_USER_TASK)
        return tree_build(w, act);
    if (in->body >= 0 || (in->multi != MULTI_NONE && !x->is_item))
        return scope_enter(w, act);
    if (kind == FLOW_SERVICE_TASK)
        return run_service(w, act);
    return true; /* waits for the world: wait_settle arms it */
}

static bool enter(struct work *w, int token, int node)
{
    int via = w->s->token.p[token].via, scope = w->s->token.p[token].scope;
    int f = step_fire(w, FIRE_ENTER, scope, node, 0);
    step_spend(w, token, f);
    return step_begin(w, step_act(w, scope, node, f, via));
}

/* 抄送 */
static bool tell(struct work *w, int act)
{
    int node = act_of(w->s, act)->node;
    const struct node_in *in = &w->net->node_in[node];
    struct people list = { 0 };
    if (!tree_resolve(w, act, in->cc, in->cc_n, &list))
        return false;
    if (list.n == 0)
        return true;
    ARRAY_MORE(w->a, w->copy);
    w->copy.p[w->copy.n++] = (struct flow_copy){ node, act, list.p, list.n };
    return true;
}

/* What the way behind an act is said to come from: the act itself where somebody decided in it,
 * what came before where nobody did. */
static int via_behind(const struct work *w, int act)
{
    const struct act *x = act_of(w->s, act);
    const struct node_in *in = &w->net->node_in[x->node];
    enum flow_node_kind kind = w->net->node[x->node].kind;
    if (kind == FLOW_USER_TASK || kind == FLOW_CALL || (in->multi != MULTI_NONE && !x->is_item))
        return act;
    int via = x->prev;
    if (in->body >= 0)
        for (int k = 0; k < w->s->scope.n; k++)
            if (w->s->scope.p[k].act == act && w->s->scope.p[k].state == SCOPE_CLOSED)
                via = step_later(w->s, via, w->s->scope.p[k].via);
    return via;
}

static bool leave(struct work *w, int act, const int *out, size_t n)
{
    struct act *x = act_of(w->s, act);
    int f = step_fire(w, FIRE_LEAVE, x->scope, x->node, act), via;
    const struct node_in *in = &w->net->node_in[x->node];
    if (in->body >= 0 || (in->multi != MULTI_NONE && !x->is_item))
        w->s->firing.p[f].region = in->collect == COLLECT_NONE ? REGION_NONE
                                   : in->keep_running          ? REGION_CLOSES
                                                               : REGION_INSIDE;
    step_spend(w, x->token, f);
    x->complete = f;
    x->state = ACT_DONE;
    x->incident = INCIDENT_NONE;
    x->done_at = w->now;
    via = via_behind(w, act);
    if (w->net->node[x->node].kind == FLOW_SUB_PROCESS && in->multi == MULTI_NONE && via != x->prev)
        x->outcome = act_of(w->s, via)->outcome;
    if (n == 0)
        w->s->scope.p[x->scope].via = step_later(w->s, w->s->scope.p[x->scope].via, via);
    step_produce(w, x->scope, out, n, f, via);
    if (!x->is_item)
        step_completed(w, x->node);
    return in->cc_n == 0 || tell(w, act);
}

/* Completes an act whose work is done; without a way on it stays, as an incident. */
bool step_leave(struct work *w, int act)
{
    const struct act *x = act_of(w->s, act);
    if (x->is_item)
        return leave(w, act, NULL, 0);
    int *out = room_out(w, x->node);
    size_t n;
    enum flow_node_kind kind = w->net->node[x->node].kind;
    int via = kind == FLOW_USER_TASK ? act : via_behind(w, act);
    enum step_way way = step_ways_out(w, x->node, x->scope, via, out, &n);
    if (way == WAY_FOUND)
        return leave(w, act, out, n);
    act_of(w->s, act)->incident = way == WAY_NONE ? INCIDENT_NO_WAY : INCIDENT_CONDITION;
    return true;
}

bool step_leave_by(struct work *w, int act, int edge)
{
    return leave(w, act, &edge, edge >= 0);
}

static bool terminate(struct work *w, int token, int node)
{
    int scope = w->s->token.p[token].scope;
    int f = step_fire(w, FIRE_TERMINATE, scope, node, 0);
    w->s->scope.p[scope].via = step_later(w->s, w->s->scope.p[scope].via, w->s->token.p[token].via);
    scope_clear(w, scope, f, CAUSE_ENDED);
    step_completed(w, node);
    return true;
}

/* Ends and throw events: a message or signal leaves, an error looks for who catches it. */
static bool throw(struct work * w, int token, int node)
{
    const struct flow_node *n = &w->net->node[node];
    int scope = w->s->token.p[token].scope, via = w->s->token.p[token].via;
    bool caught;
    if (!pass(w, token, node, false))
        return false;
    if (w->s->token.p[token].state == TOKEN_LIVE)
        return true; /* stuck: nothing left */
    if (n->event == FLOW_EVENT_MESSAGE || n->event == FLOW_EVENT_SIGNAL)
        wait_send(w, node, scope, via);
    if (n->event == FLOW_EVENT_ERROR || n->event == FLOW_EVENT_ESCALATION)
        return wait_error(w, scope, 0, n->event, n->event_name, &caught);
    return true;
}

static bool script(struct work *w, int token, int node)
{
    return vars_script(w, node, w->s->token.p[token].scope, w->s->token.p[token].via) &&
           pass(w, token, node, false);
}

static bool rule(struct work *w, int token, int node)
{
    const struct token *t = &w->s->token.p[token];
    if (table_run(w, w->net->node_in[node].table, t->scope, t->via) == 1)
        return pass(w, token, node, false);
    w->s->token.p[token].stuck = STUCK_NO_RULE;
    return true;
}

static bool move(struct work *w, int token)
{
    int node = w->net->edge[w->s->token.p[token].place].to;
    const struct node_in *in = &w->net->node_in[node];
    switch (w->net->node[node].kind) {
    case FLOW_EXCLUSIVE: return pass(w, token, node, true);
    case FLOW_PARALLEL: return join(w, w->s->token.p[token].scope, node);
    case FLOW_INCLUSIVE: return in->in_n > 1 || pass(w, token, node, false); /* see flow_join.c */
    case FLOW_USER_TASK:
    case FLOW_SERVICE_TASK:
    case FLOW_SUB_PROCESS:
    case FLOW_FREE_ZONE:
    case FLOW_CALL:
    case FLOW_RECEIVE_TASK:
    case FLOW_EVENT_GATEWAY: return enter(w, token, node);
    case FLOW_CATCH_EVENT:
        /* behind an event-based gateway it has happened; the end of a link is passed */
        if (w->net->node[node].event == FLOW_EVENT_LINK ||
            w->net->node[w->net->edge[w->s->token.p[token].place].from].kind == FLOW_EVENT_GATEWAY)
            return pass(w, token, node, false);
        return enter(w, token, node);
    case FLOW_TERMINATE_EVENT: return terminate(w, token, node);
    case FLOW_END_EVENT:
    case FLOW_THROW_EVENT:
    case FLOW_SEND_TASK: return throw(w, token, node);
    case FLOW_SCRIPT_TASK: return script(w, token, node);
    case FLOW_RULE_TASK: return rule(w, token, node);
    default: return pass(w, token, node, false);
    }
}

static bool drain(struct work *w)
{
    for (int i = 0; i < w->queue.n; i++) {
        int token = w->queue.p[i];
        if (w->s->token.p[token].state != TOKEN_LIVE)
            continue;
        if (w->steps > STEPS_MOST)
            return flow_err(w, ERR_STATE, "flow.endless", NULL);
        if (!move(w, token))
            return false;
    }
    w->queue.n = 0;
    return true;
}

bool step_run(struct work *w)
{
    bool more = true;
    while (more) {
        more = false;
        if (!drain(w) || !scope_close_empty(w, &more) || (!more && !join_run(w, &more)))
            return false;
        if (!more && w->net->has_waits && (!wait_settle(w) || !wait_conditions(w, &more)))
            return false;
    }
    step_status(w);
    return true;
}

/* I2: the instance runs as long as there is a live token. */
void step_status(struct work *w)
{
    struct flow_state *s = w->s;
    bool live = false, incident = false;
    for (int i = 0; i < s->token.n; i++) {
        live |= s->token.p[i].state == TOKEN_LIVE;
        incident |= s->token.p[i].state == TOKEN_LIVE && s->token.p[i].stuck;
    }
    for (int i = 0; i < s->act.n; i++)
        incident |= s->act.p[i].state == ACT_OPEN && s->act.p[i].incident != INCIDENT_NONE;
    if (live)
        s->status = s->is_suspended ? FLOW_SUSPENDED_INSTANCE
                    : incident      ? FLOW_INCIDENT
                                    : FLOW_RUNNING;
    else if (s->status != FLOW_REJECTED && s->status != FLOW_VOID)
        s->status = FLOW_DONE;
}

static int first_node(struct work *w)
{
    const struct part *p = &w->net->part[0];
    int at = flow_node_find(w->net, w->cmd->to_node);
    for (size_t i = 0; i < p->starts_n; i++)
        if (p->starts[i] == at)
            return at;
    return w->cmd->to_node.n ? -1 : p->start;
}

bool step_start(struct work *w)
{
    int start = first_node(w);
    if (start < 0)
        return flow_err(w, ERR_INVALID, "flow.unknown_id", w->cmd->to_node.p);
    const struct node_in *in = &w->net->node_in[start];
    int scope = scope_new(w, 0, 0, 0, -1), f = step_fire(w, FIRE_START, scope, start, 0);
    w->s->scope.p[scope].opened = f;
    step_produce(w, scope, in->out, in->out_n, f, 0);
    step_completed(w, start);
    return step_run(w);
}
