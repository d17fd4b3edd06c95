/* Tokens and firings: how the net moves (FLOW §4). Nothing is deleted; a token is live, spent or
 * void, a firing live or undone. What a firing consumed is what names it as consumer. Joins take
 * one token from each inflow, oldest first, never by count (I4). */
#include "base/check.h"
#include "flow/flow_in.h"

#define STEPS_MOST 2000 /* automatic firings in one command: more is a loop without people */

int step_fire(struct work *w, enum firing_kind kind, int node, int act)
{
    ARRAY_MORE(w->a, w->s->firing);
    w->s->firing.p[w->s->firing.n] = (struct firing){ .node = node, .act = act, .kind = kind };
    w->steps++;
    return w->s->firing.n++;
}

int step_token(struct work *w, int place, int producer, int via)
{
    ARRAY_MORE(w->a, w->s->token);
    w->s->token.p[w->s->token.n] = (struct token){
        .place = place, .producer = producer, .consumer = -1, .revives = -1, .via = via
    };
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
    t->stuck = false;
}

static void completed(struct work *w, int node)
{
    ARRAY_MORE(w->a, w->completed);
    w->completed.p[w->completed.n++] = node;
}

static bool is_true(struct work *w, int edge, int via)
{
    const struct edge_in *e = &w->net->edge_in[edge];
    if (e->condition)
        return vars_test(w, e->condition, via, NULL) == 1;
    if (e->outcome.p)
        return via && str_eq(act_of(w->s, via)->outcome, e->outcome);
    return true;
}

/* Outflows of an activity: all unconditional ones, all conditional ones that are true, else the
 * default. 0 and false when there is no way on. */
static bool ways_out(struct work *w, int node, int via, int *out, size_t *n)
{
    const struct node_in *in = &w->net->node_in[node];
    *n = 0;
    for (size_t i = 0; i < in->out_n; i++)
        if (in->out[i] != in->default_edge && is_true(w, in->out[i], via))
            out[(*n)++] = in->out[i];
    if (*n == 0 && in->default_edge >= 0)
        out[(*n)++] = in->default_edge;
    return *n > 0 || in->out_n == 0;
}

static void produce(struct work *w, const int *edge, size_t n, int firing, int via)
{
    for (size_t i = 0; i < n; i++)
        step_token(w, edge[i], firing, via);
}

/* --- nodes ------------------------------------------------------------------------------------ */

static bool pass(struct work *w, int token, int node)
{
    int via = w->s->token.p[token].via;
    int *out = arena_array_of(w->a, int, w->net->node_in[node].out_n + 1);
    size_t n;
    if (!ways_out(w, node, via, out, &n)) {
        w->s->token.p[token].stuck = true;
        return true;
    }
    int f = step_fire(w, FIRE_PASS, node, 0);
    step_spend(w, token, f);
    produce(w, out, n, f, via);
    completed(w, node);
    return true;
}

/* The first true flow in document order, else the default. */
static bool choose(struct work *w, int token, int node)
{
    const struct node_in *in = &w->net->node_in[node];
    int via = w->s->token.p[token].via, way = -1;
    for (size_t i = 0; i < in->out_n && way < 0; i++)
        if (in->out[i] != in->default_edge && is_true(w, in->out[i], via))
            way = in->out[i];
    if (way < 0)
        way = in->default_edge;
    if (way < 0 && in->out_n) {
        w->s->token.p[token].stuck = true;
        return true;
    }
    int f = step_fire(w, FIRE_PASS, node, 0);
    step_spend(w, token, f);
    if (way >= 0)
        step_token(w, way, f, via);
    completed(w, node);
    return true;
}

static int oldest_on(const struct flow_state *s, int edge)
{
    for (int i = 0; i < s->token.n; i++)
        if (s->token.p[i].place == edge && s->token.p[i].state == TOKEN_LIVE)
            return i;
    return -1;
}

static int later_act(const struct flow_state *s, int x, int y)
{
    if (!x || !y)
        return x ? x : y;
    return act_of(s, x)->complete > act_of(s, y)->complete ? x : y;
}

static bool join(struct work *w, int node)
{
    const struct node_in *in = &w->net->node_in[node];
    int *taken = arena_array_of(w->a, int, in->in_n + 1), via = 0;
    for (size_t i = 0; i < in->in_n; i++) {
        taken[i] = oldest_on(w->s, in->in[i]);
        if (taken[i] < 0)
            return true;
        via = later_act(w->s, via, w->s->token.p[taken[i]].via);
    }
    int f = step_fire(w, FIRE_PASS, node, 0);
    for (size_t i = 0; i < in->in_n; i++)
        step_spend(w, taken[i], f);
    produce(w, in->out, in->out_n, f, via);
    completed(w, node);
    return true;
}

static int attempts(const struct flow_state *s, int node)
{
    int n = 0;
    for (int i = 0; i < s->act.n; i++)
        n += s->act.p[i].node == node;
    return n;
}

static bool enter(struct work *w, int token, int node)
{
    int via = w->s->token.p[token].via, number = attempts(w->s, node) + 1;
    ARRAY_MORE(w->a, w->s->act);
    int act = ++w->s->act.n;
    int f = step_fire(w, FIRE_ENTER, node, act);
    step_spend(w, token, f);
    *act_of(w->s, act) = (struct act){ .node = node,
                                       .start = f,
                                       .complete = -1,
                                       .attempt = number,
                                       .prev = via,
                                       .started_at = w->now };
    act_of(w->s, act)->token = step_token(w, -1 - node, f, via);
    if (w->net->node[node].kind == FLOW_USER_TASK)
        return tree_build(w, act);
    ARRAY_MORE(w->a, w->service);
    w->service.p[w->service.n++] = (struct flow_service){ act, node, w->net->node[node].op, false };
    return true;
}

/* Completes an act whose work is done; without a way on it stays, as an incident. */
bool step_leave(struct work *w, int act)
{
    int node = act_of(w->s, act)->node;
    int *out = arena_array_of(w->a, int, w->net->node_in[node].out_n + 1);
    size_t n;
    if (!ways_out(w, node, act, out, &n)) {
        act_of(w->s, act)->incident = INCIDENT_NO_WAY;
        return true;
    }
    int f = step_fire(w, FIRE_LEAVE, node, act);
    struct act *x = act_of(w->s, act);
    step_spend(w, x->token, f);
    x->complete = f;
    x->state = ACT_DONE;
    x->incident = INCIDENT_NONE;
    x->done_at = w->now;
    int via = w->net->node[node].kind == FLOW_USER_TASK ? act : x->prev;
    produce(w, out, n, f, via);
    completed(w, node);
    return true;
}

void step_end_all(struct work *w, int firing)
{
    struct flow_state *s = w->s;
    s->firing.p[firing].absence = true;
    for (int i = 0; i < s->token.n; i++)
        if (s->token.p[i].state == TOKEN_LIVE)
            step_spend(w, i, firing);
    for (int a = 1; a <= s->act.n; a++)
        if (act_of(s, a)->state == ACT_OPEN) {
            tree_void_act(w, a, CAUSE_ENDED);
            act_of(s, a)->state = ACT_VOID;
            act_of(s, a)->complete = firing;
        }
}

static bool terminate(struct work *w, int node)
{
    int f = step_fire(w, FIRE_TERMINATE, node, 0);
    step_end_all(w, f);
    completed(w, node);
    return true;
}

static bool move(struct work *w, int token)
{
    int node = w->net->edge[w->s->token.p[token].place].to;
    switch (w->net->node[node].kind) {
    case FLOW_EXCLUSIVE: return choose(w, token, node);
    case FLOW_PARALLEL: return join(w, node);
    case FLOW_USER_TASK:
    case FLOW_SERVICE_TASK: return enter(w, token, node);
    case FLOW_TERMINATE_EVENT: return terminate(w, node);
    default: return pass(w, token, node);
    }
}

bool step_run(struct work *w)
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
        s->status = incident ? FLOW_INCIDENT : FLOW_RUNNING;
    else if (s->status != FLOW_REJECTED && s->status != FLOW_VOID)
        s->status = FLOW_DONE;
}

bool step_start(struct work *w)
{
    const struct node_in *in = &w->net->node_in[w->net->start];
    int f = step_fire(w, FIRE_START, w->net->start, 0);
    produce(w, in->out, in->out_n, f, 0);
    if ((size_t)w->net->start < w->net->shown_node_n)
        completed(w, w->net->start);
    return step_run(w);
}
