/* Simulation (FLOW 5.14): the same apply, on a state that nobody keeps, with a clock of its own.
 * Every path is a list of choices: outcomes of tasks, ways that the data do not decide, which event
 * comes first. Paths are taken one after the other by changing the last choice that can change. */
#include "base/check.h"
#include "base/clock.h"
#include "flow/flow_in.h"

#define PATHS_MOST 500
#define STEPS_MOST 2000
#define ATTEMPTS_MOST 3 /* a loop is gone through twice more, and then cut */
#define MEMORY_MOST ((size_t)64 << 20)

int oracle_choose(struct oracle *o, int options)
{
    CHECK(options > 0);
    if (o->at == o->choice.n) {
        ARRAY_MORE(o->a, o->choice);
        o->choice.p[o->choice.n].pick = 0;
        o->choice.n++;
    }
    o->choice.p[o->at].options = options;
    int pick = o->choice.p[o->at++].pick;
    return pick < options ? pick : 0;
}

/* The next list of choices; false when there is none. */
static bool next_path(struct oracle *o)
{
    o->choice.n = o->at; /* what this path did not come to */
    o->at = 0;
    while (o->choice.n > 0 &&
           o->choice.p[o->choice.n - 1].pick + 1 >= o->choice.p[o->choice.n - 1].options)
        o->choice.n--;
    if (o->choice.n == 0)
        return false;
    o->choice.p[o->choice.n - 1].pick++;
    return true;
}

struct run {
    struct arena *keep, *a; /* for what is returned; for one path */
    const struct flow_net *net;
    const struct flow_world *world;
    struct flow_org org;
    struct flow_state *s;
    struct flow_delta d;
    struct oracle *oracle;
    struct flow_sim *sim;
    struct flow_sim_path path;
    bool *seen;  /* nodes that some path came to */
    int *before; /* attempts of a node that the live state had */
    int64_t now;
};

/* --- people ----------------------------------------------------------------------------------- */

/* Whom somebody will choose on the way is not known before. */
static bool resolve(void *arg, struct arena *a, const struct flow_term *term,
                    const struct flow_resolve_ctx *ctx, struct flow_who **out, size_t *n,
                    struct err *err)
{
    struct run *r = arg;
    if (term->kind == FLOW_TERM_VAR && ctx->chosen_n == 0) {
        struct flow_who who = { FLOW_NAME, 0, str_printf(a, "?%.*s", STR_ARG(term->arg)) };
        *out = arena_copy(a, &who, sizeof who);
        *n = 1;
        return true;
    }
    return r->world->org.resolve(r->world->org.arg, a, term, ctx, out, n, err);
}

static bool workdays(void *arg, int64_t from, int64_t to, int64_t *out)
{
    struct run *r = arg;
    return r->world->org.workdays(r->world->org.arg, from, to, out);
}

static bool in_role(void *arg, struct str role)
{
    struct run *r = arg;
    return r->world->org.in_role(r->world->org.arg, role);
}

/* --- findings --------------------------------------------------------------------------------- */

static void find(struct run *r, int node, const char *code)
{
    struct flow_sim *s = r->sim;
    for (size_t i = 0; i < s->finding_n; i++)
        if (s->finding[i].node == node && strcmp(s->finding[i].code, code) == 0)
            return;
    s->finding = arena_grow(r->keep, s->finding, s->finding_n * sizeof *s->finding,
                            (s->finding_n + 1) * sizeof *s->finding);
    s->finding[s->finding_n++] = (struct flow_sim_finding){ node, code };
}

/* --- steps ------------------------------------------------------------------------------------ */

static int64_t due_of(struct run *r, struct str rule, int64_t from)
{
    int64_t at;
    if (!rule.n || !r->world->due || !r->world->due(r->world->arg, rule, from, &at))
        return 0;
    return at;
}

static struct str keep_str(struct run *r, struct str s)
{
    return s.p ? str_copy(r->keep, s) : s;
}

static const struct flow_who *people_of(struct run *r, int act, size_t *n)
{
    struct flow_who *list = arena_array_of(r->keep, struct flow_who, (size_t)r->s->tree.n + 1);
    *n = 0;
    for (int t = 1; t <= r->s->tree.n; t++) {
        const struct tree *x = tree_of(r->s, t);
        if (x->act != act || x->kind != TREE_LEAF || x->state == TREE_VOID)
            continue;
        list[*n] = x->who;
        list[(*n)++].name = keep_str(r, x->who.name);
    }
    return list;
}

static struct flow_sim_step *add_step(struct run *r, int act)
{
    struct flow_sim_path *p = &r->path;
    const struct act *x = act_of(r->s, act);
    if ((p->step_n & (p->step_n - 1)) == 0)
        p->step = arena_grow(r->keep, p->step, p->step_n * sizeof *p->step,
                             (p->step_n ? p->step_n * 2 : 1) * sizeof *p->step);
    struct flow_sim_step *s = &p->step[p->step_n++];
    *s = (struct flow_sim_step){ .node = x->node, .attempt = x->attempt, .from_at = r->now };
    s->who = people_of(r, act, &s->who_n);
    s->due_at = due_of(r, flow_due(r->a, r->net, r->s, act, r->now),
                       x->started_at > r->now ? x->started_at : r->now);
    return s;
}

static bool apply(struct run *r, const struct flow_command *cmd)
{
    struct err e = { 0 };
    if (apply_with(r->a, r->net, r->s, cmd, &r->org, r->now, r->oracle, &r->d, &e))
        return true;
    if (e.code)
        find(r, -1, e.code);
    return false;
}

/* Operations succeed and do nothing; a task without people is noted and goes on all the same. */
static bool settle(struct run *r)
{
    static const struct flow_who nobody = { FLOW_NAME, 0, { "?", 1 } };
    for (int k = 1, steps = 0; k <= r->s->act.n; k++) {
        const struct act *x = act_of(r->s, k);
        struct flow_command cmd = { .act = k };
        r->seen[x->node] = true;
        if (x->state != ACT_OPEN)
            continue;
        if (x->incident == INCIDENT_NO_ASSIGNEE) {
            find(r, x->node, "sim.empty_assignee");
            cmd.op = FLOW_SET_ASSIGNEES;
            cmd.who = &nobody;
            cmd.who_n = 1;
        } else if (r->net->node[x->node].kind == FLOW_SERVICE_TASK) {
            cmd.op = FLOW_SERVICE_DONE;
        } else {
            if (x->incident)
                find(r, x->node, incident_code(x->incident));
            continue;
        }
        if (++steps > STEPS_MOST || !apply(r, &cmd))
            return false;
        k = 0; /* from the start: it may have set others going */
    }
    for (int f = 0; f < r->s->firing.n; f++)
        if (r->s->firing.p[f].node >= 0)
            r->seen[r->s->firing.p[f].node] = true;
    return true;
}

/* --- what comes next -------------------------------------------------------------------------- */

/* An act of people, or something that waits: when it is over. */
struct coming {
    int act, ref;
    int64_t at;
};

static int64_t over_at(struct run *r, int act)
{
    int64_t due =
        due_of(r, flow_due(r->a, r->net, r->s, act, r->now), act_of(r->s, act)->started_at);
    return due > r->now ? due : r->now;
}

static bool is_boundary(struct run *r, int k)
{
    const struct wait *x = &r->s->wait.p[k];
    return r->net->node[x->node].kind == FLOW_BOUNDARY_EVENT || !x->act;
}

static int64_t wait_at(struct run *r, int k)
{
    const struct wait *x = &r->s->wait.p[k];
    int64_t from = x->act ? act_of(r->s, x->act)->started_at : r->s->scope.p[x->scope].opened_at;
    int64_t at = x->kind == WAIT_TIMER ? due_of(r, x->key, from) : 0;
    return at > r->now ? at : r->now;
}

/* The earliest; false when nothing is to come. */
static bool next(struct run *r, struct coming *out)
{
    *out = (struct coming){ .at = INT64_MAX };
    for (int k = 1; k <= r->s->act.n; k++)
        if (act_of(r->s, k)->state == ACT_OPEN && act_of(r->s, k)->root && over_at(r, k) < out->at)
            *out = (struct coming){ k, 0, over_at(r, k) };
    for (int k = 0; k < r->s->wait.n; k++) {
        const struct wait *x = &r->s->wait.p[k];
        if (x->state == WAIT_ARMED && x->kind != WAIT_CONDITION && !is_boundary(r, k) &&
            wait_at(r, k) < out->at)
            *out = (struct coming){ x->act, k + 1, wait_at(r, k) };
    }
    return out->at < INT64_MAX;
}

static void shown(struct run *r, int act, struct str outcome, struct str event)
{
    struct flow_sim_step *s = NULL;
    for (size_t i = r->path.step_n; i-- > 0 && !s;)
        if (r->path.step[i].node == act_of(r->s, act)->node &&
            r->path.step[i].attempt == act_of(r->s, act)->attempt)
            s = &r->path.step[i];
    if (!s)
        s = add_step(r, act);
    s->outcome = keep_str(r, outcome);
    s->event = keep_str(r, event);
}

/* Events on the activity that would end it, one of which may come first. */
static int interrupting(struct run *r, int act, int *refs, int most)
{
    int n = 0;
    for (int k = 0; k < r->s->wait.n && n < most; k++) {
        const struct wait *x = &r->s->wait.p[k];
        if (x->act == act && x->state == WAIT_ARMED && x->kind != WAIT_CONDITION &&
            is_boundary(r, k) && r->net->node[x->node].is_interrupting)
            refs[n++] = k + 1;
    }
    return n;
}

static bool fire(struct run *r, int ref)
{
    static const enum flow_op ops[] = { [WAIT_TIMER] = FLOW_TIMER_FIRED,
                                        [WAIT_MESSAGE] = FLOW_MESSAGE,
                                        [WAIT_SIGNAL] = FLOW_SIGNAL,
                                        [WAIT_CALL] = FLOW_CALL_DONE };
    struct flow_command cmd = { .op = ops[r->s->wait.p[ref - 1].kind], .ref = ref };
    return apply(r, &cmd);
}

/* Everybody in the act says the same. */
static bool complete_act(struct run *r, int act, struct str outcome)
{
    for (int leaf = 1; leaf <= r->s->tree.n; leaf++) {
        const struct tree *t = tree_of(r->s, leaf);
        if (arena_used(r->a) > MEMORY_MOST)
            return true; /* cut at the next look */
        if (t->act != act || t->kind != TREE_LEAF || t->state != TREE_ACTIVE ||
            act_of(r->s, act)->state != ACT_OPEN)
            continue;
        struct flow_command cmd = {
            .op = FLOW_COMPLETE, .leaf = leaf, .outcome = outcome, .is_admin = true
        };
        if (!apply(r, &cmd))
            return false;
        leaf = 0; /* a sequence has opened the one behind it */
    }
    return true;
}

/* A default flow without a label is taken by whatever the buttons do not name. */
static bool has_other_way(const struct flow_net *net, int node)
{
    const struct node_in *in = &net->node_in[node];
    if (in->out_n == 1 && net->node[net->edge[in->out[0]].to].kind == FLOW_EXCLUSIVE)
        in = &net->node_in[net->edge[in->out[0]].to];
    return in->default_edge >= 0 && !net->edge[in->default_edge].label.n;
}

static bool do_act(struct run *r, int act)
{
    int refs[8], n = interrupting(r, act, refs, 8), pick = 0;
    size_t outcomes;
    const struct flow_outcome *o = flow_outcomes(r->net, act_of(r->s, act)->node, &outcomes);
    int own = (int)outcomes + (outcomes == 0 || has_other_way(r->net, act_of(r->s, act)->node));
    if (own + n > 1)
        pick = oracle_choose(r->oracle, own + n);
    if (pick >= own) {
        int ref = refs[pick - own];
        shown(r, act, STR_NONE, r->net->node[r->s->wait.p[ref - 1].node].id);
        return fire(r, ref);
    }
    struct str outcome = pick < (int)outcomes ? o[pick].name : STR_NONE;
    shown(r, act, outcome, STR_NONE);
    return complete_act(r, act, outcome);
}

/* Behind an event-based gateway any of them may be the first. */
static bool do_wait(struct run *r, int ref)
{
    int act = r->s->wait.p[ref - 1].act, refs[16], n = 0;
    for (int k = 0; k < r->s->wait.n && n < 16; k++)
        if (r->s->wait.p[k].act == act && r->s->wait.p[k].state == WAIT_ARMED &&
            r->s->wait.p[k].kind != WAIT_CONDITION &&
            (!is_boundary(r, k) || r->net->node[r->s->wait.p[k].node].is_interrupting))
            refs[n++] = k + 1;
    if (n > 1)
        ref = refs[oracle_choose(r->oracle, n)];
    shown(r, act, STR_NONE, r->net->node[r->s->wait.p[ref - 1].node].id);
    return fire(r, ref);
}

static bool loops(const struct run *r)
{
    for (int k = 1; k <= r->s->act.n; k++) {
        const struct act *x = act_of(r->s, k);
        if (x->state == ACT_OPEN && x->attempt - r->before[x->node] > ATTEMPTS_MOST)
            return true;
    }
    return arena_used(r->a) > MEMORY_MOST;
}

static void note_new(struct run *r, int from)
{
    for (int k = from; k <= r->s->act.n; k++)
        if (act_of(r->s, k)->root && act_of(r->s, k)->state == ACT_OPEN)
            add_step(r, k);
}

static enum flow_sim_end walk(struct run *r)
{
    struct coming c;
    for (int steps = 0; steps < STEPS_MOST; steps++) {
        if (!settle(r))
            return FLOW_SIM_STUCK;
        enum flow_status st = r->s->status;
        if (st == FLOW_DONE || st == FLOW_REJECTED || st == FLOW_VOID)
            return FLOW_SIM_ENDED;
        if (loops(r))
            return FLOW_SIM_CUT;
        if (!next(r, &c))
            return FLOW_SIM_STUCK;
        int acts = r->s->act.n;
        r->now = c.at;
        if (!(c.ref ? do_wait(r, c.ref) : do_act(r, c.act)) || !settle(r))
            return FLOW_SIM_STUCK;
        note_new(r, acts + 1);
    }
    return FLOW_SIM_CUT;
}

static void one_path(struct run *r, const struct flow_state *state)
{
    r->path = (struct flow_sim_path){ 0 };
    r->now = r->world->now;
    r->s = state ? flow_state_copy(r->a, state) : flow_state_new(r->a);
    struct flow_command start = { .op = FLOW_START,
                                  .actor = r->world->starter,
                                  .vars = r->world->vars };
    if (!state && !apply(r, &start)) {
        r->path.end = FLOW_SIM_STUCK;
    } else if (!settle(r)) {
        r->path.end = FLOW_SIM_STUCK;
    } else {
        note_new(r, 1);
        r->path.end = walk(r);
    }
    r->path.end_at = r->now;
}

static void keep_path(struct run *r)
{
    struct flow_sim *s = r->sim;
    if ((s->path_n & (s->path_n - 1)) == 0)
        s->path = arena_grow(r->keep, s->path, s->path_n * sizeof *s->path,
                             (s->path_n ? s->path_n * 2 : 1) * sizeof *s->path);
    s->path[s->path_n++] = r->path;
}

static void conclude(struct run *r, bool whole)
{
    bool ended = false;
    for (size_t i = 0; i < r->sim->path_n; i++)
        ended |= r->sim->path[i].end == FLOW_SIM_ENDED;
    if (!ended)
        find(r, -1, "sim.never_ending");
    for (size_t i = 0; whole && !r->sim->is_capped && i < r->net->shown_node_n; i++) {
        const struct node_in *in = &r->net->node_in[i];
        enum flow_node_kind k = r->net->node[i].kind;
        /* events that only may happen are not counted, nor what lies behind them alone */
        if (r->seen[i] || k == FLOW_BOUNDARY_EVENT || k == FLOW_EVENT_SUB_PROCESS ||
            r->net->part[in->part].kind == PART_EVENT_SUB ||
            r->net->part[in->part].kind == PART_ZONE || in->aside >= 0)
            continue;
        find(r, (int)i, "sim.unreachable");
    }
}

struct flow_sim *flow_simulate(struct arena *a, const struct flow_net *net,
                               const struct flow_state *state, const struct flow_world *world)
{
    struct arena *own = arena_new(), *choices = arena_new();
    struct oracle oracle = { .a = choices };
    struct run r = { .keep = a, .a = own, .net = net, .world = world, .oracle = &oracle };
    r.sim = arena_new_of(a, struct flow_sim);
    r.seen = arena_array_of(a, bool, net->node_n);
    r.before = arena_array_of(a, int, net->node_n);
    for (int k = 1; state && k <= state->act.n; k++)
        if (act_of(state, k)->attempt > r.before[act_of(state, k)->node])
            r.before[act_of(state, k)->node] = act_of(state, k)->attempt;
    r.org = (struct flow_org){ .resolve = resolve,
                               .arg = &r,
                               .workdays = world->org.workdays ? workdays : NULL,
                               .in_role = world->org.in_role ? in_role : NULL };
    do {
        if (r.sim->path_n == PATHS_MOST) {
            r.sim->is_capped = true;
            break;
        }
        one_path(&r, state);
        keep_path(&r);
        arena_empty(own);
    } while (next_path(&oracle));
    conclude(&r, state == NULL);
    arena_free(&own);
    arena_free(&choices);
    return r.sim;
}

/* --- as JSON ---------------------------------------------------------------------------------- */

static void write_step(struct jw *w, struct arena *a, const struct flow_net *net,
                       const struct flow_sim_step *s)
{
    jw_obj(w);
    jw_kstr(w, "node", net->node[s->node].id);
    jw_kstr(w, "name", net->node[s->node].name);
    jw_ki64(w, "attempt", s->attempt);
    jw_karr(w, "who");
    for (size_t i = 0; i < s->who_n; i++)
        jw_str(w, flow_who_text(a, &s->who[i]));
    jw_arr_end(w);
    jw_kstr(w, "from", clock_iso(a, s->from_at));
    if (s->due_at)
        jw_kstr(w, "due", clock_iso(a, s->due_at));
    if (s->outcome.n)
        jw_kstr(w, "outcome", s->outcome);
    if (s->event.n)
        jw_kstr(w, "event", s->event);
    jw_obj_end(w);
}

void flow_sim_write(struct jw *w, const struct flow_net *net, const struct flow_sim *sim)
{
    static const char *const ends[] = { "ended", "cut", "stuck" };
    struct arena *a = arena_new();
    jw_obj(w);
    jw_karr(w, "paths");
    for (size_t i = 0; i < sim->path_n; i++) {
        jw_obj(w);
        jw_ktext(w, "end", ends[sim->path[i].end]);
        jw_kstr(w, "end_at", clock_iso(a, sim->path[i].end_at));
        jw_karr(w, "steps");
        for (size_t k = 0; k < sim->path[i].step_n; k++)
            write_step(w, a, net, &sim->path[i].step[k]);
        jw_arr_end(w);
        jw_obj_end(w);
    }
    jw_arr_end(w);
    jw_kbool(w, "capped", sim->is_capped);
    jw_karr(w, "findings");
    for (size_t i = 0; i < sim->finding_n; i++) {
        struct err e = { .kind = ERR_INVALID, .code = sim->finding[i].code };
        jw_obj(w);
        if (sim->finding[i].node >= 0)
            jw_kstr(w, "node", net->node[sim->finding[i].node].id);
        jw_ktext(w, "code", e.code);
        jw_ktext(w, "message", err_message(a, &e, LANG_ZH));
        jw_ktext(w, "message_en", err_message(a, &e, LANG_EN));
        jw_obj_end(w);
    }
    jw_arr_end(w);
    jw_obj_end(w);
    arena_free(&a);
}
