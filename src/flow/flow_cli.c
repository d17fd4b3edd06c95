/* `tongban flow check FILE.bpmn`, `tongban flow run FILE.bpmn` (DESIGN §8) and `tongban flow
 * simulate FILE.bpmn`. In a run every name is a person, a task without oa:assign goes to "anyone",
 * built-in operations succeed and do nothing, timers fall due by the calendar alone (a working day
 * is 24 hours, a working hour an hour) when the clock is advanced; called processes and messages
 * are answered by commands. The engine is the one of the server. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "flow/flow_in.h"

#define FILE_MOST (4u * 1024 * 1024)

static bool read_file(struct arena *a, const char *path, struct str *out)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    struct buf b = buf_in(a);
    char piece[65536];
    size_t n;
    while (b.n < FILE_MOST && (n = fread(piece, 1, sizeof piece, f)) > 0)
        buf_put(&b, piece, n);
    bool fine = !ferror(f);
    fclose(f);
    *out = buf_done(&b);
    return fine;
}

static void print(struct buf *b)
{
    struct str s = buf_done(b);
    printf("%.*s\n", STR_ARG(s));
    fflush(stdout);
}

static void print_error(struct arena *a, const struct err *e)
{
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_kobj(&w, "error");
    jw_ktext(&w, "code", e->code);
    jw_ktext(&w, "message", err_message(a, e, LANG_ZH));
    jw_ktext(&w, "message_en", err_message(a, e, LANG_EN));
    jw_obj_end(&w);
    jw_obj_end(&w);
    print(&b);
}

static int check(int argc, char **argv)
{
    struct arena *a = arena_new();
    struct str text;
    if (argc != 1 || !read_file(a, argv[0], &text)) {
        fprintf(stderr,
                argc == 1 ? "tongban flow check: cannot read %s\n"
                          : "usage: tongban flow check FILE.bpmn\n",
                argc == 1 ? argv[0] : "");
        arena_free(&a);
        return 2;
    }
    struct flow_report report;
    const struct flow_net *net = flow_compile(a, text, NULL, &report);
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    flow_report_write(&w, argv[0], &report);
    print(&b);
    arena_free(&a);
    return net ? 0 : 1;
}

/* --- run -------------------------------------------------------------------------------------- */

/* A timer, subscription or child that is waited for. */
struct waiting {
    struct flow_wait wait;
    int64_t at;   /* timers: when it is due */
    int64_t left; /* paused: what is left of it */
};

/* A timer or message that starts the process, which has no plain start. */
struct starting {
    const struct flow_trigger *by;
    int64_t at; /* timers: the next turn */
    int left;   /* timers: how many turns are left, -1 without end */
};

struct run {
    struct arena *a;
    struct starting *starting; /* until the one instance of a run has started */
    size_t starting_n;
    const struct jv *vars;
    struct waiting *waiting;
    size_t waiting_n;
    const struct flow_net *net;
    struct flow_state *state;
    int64_t now;
    struct flow_delta delta;
    int *completed;
    size_t completed_n;
    struct flow_sending *sent;
    size_t sent_n;
    struct err err;
};

/* Every name is a person: post(X), person(X), role(X), unit(X) and a bare X are all X. */
static bool resolve(void *arg, struct arena *a, const struct flow_term *term,
                    const struct flow_resolve_ctx *ctx, struct flow_who **out, size_t *n,
                    struct err *err)
{
    (void)arg, (void)err;
    struct flow_who one = { FLOW_NAME, 0, term->arg.p ? term->arg : term->text };
    *n = 1;
    if (term->kind == FLOW_TERM_STARTER && ctx->starter.kind)
        one = ctx->starter;
    if (term->kind == FLOW_TERM_PREV_ACTOR)
        one = ctx->prev.kind ? ctx->prev : ctx->starter;
    if (term->kind == FLOW_TERM_VAR) {
        *n = ctx->chosen_n;
        *out = arena_copy(a, ctx->chosen, *n * sizeof **out);
        for (size_t i = 0; i < *n; i++)
            (*out)[i] = (struct flow_who){ FLOW_NAME, 0, flow_who_text(a, &ctx->chosen[i]) };
        return true;
    }
    *out = arena_copy(a, &one, sizeof one);
    return true;
}

/* --- time ------------------------------------------------------------------------------------- */

/* "P1DT2H", months and years as 30 and 365 days: a run has no calendar. */
static int64_t period_ms(struct str s)
{
    static const struct {
        char unit;
        bool in_time;
        int64_t ms;
    } units[] = { { 'Y', false, 365 * CLOCK_DAY_MS }, { 'M', false, 30 * CLOCK_DAY_MS },
                  { 'W', false, 7 * CLOCK_DAY_MS },   { 'D', false, CLOCK_DAY_MS },
                  { 'H', true, CLOCK_HOUR_MS },       { 'M', true, CLOCK_MINUTE_MS },
                  { 'S', true, CLOCK_SECOND_MS } };
    int64_t total = 0, n = 0;
    bool in_time = false;
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] == 'T')
            in_time = true;
        else if (s.p[i] >= '0' && s.p[i] <= '9')
            n = n < 100000000 ? n * 10 + (s.p[i] - '0') : n;
        for (size_t k = 0; k < sizeof units / sizeof *units; k++)
            if (s.p[i] == units[k].unit && in_time == units[k].in_time) {
                total += n * units[k].ms;
                n = 0;
            }
    }
    return total;
}

static bool due(void *arg, struct str rule, int64_t from, int64_t *out)
{
    int64_t n;
    struct clock_date d;
    (void)arg;
    if (rule.n && rule.p[0] == '=') /* by the end of that day */
        return clock_day_parse(str_sub(rule, 1, rule.n), &d) && (*out = clock_at(d, 24 * 60), true);
    if (rule.n > 2 && str_to_i64(str_sub(rule, 0, rule.n - 2), &n) && rule.p[rule.n - 2] == 'w') {
        char unit = rule.p[rule.n - 1];
        *out = from + n * (unit == 'd'   ? CLOCK_DAY_MS
                           : unit == 'h' ? CLOCK_HOUR_MS
                                         : CLOCK_MINUTE_MS);
        return true;
    }
    if (rule.n && rule.p[0] == 'P')
        return *out = from + period_ms(rule), true;
    if (clock_day_parse(rule, &d))
        return *out = clock_at(d, 0), true;
    return clock_iso_parse(rule, out);
}

static void note_wait(struct run *r, const struct flow_wait *w)
{
    size_t i = 0;
    while (i < r->waiting_n && r->waiting[i].wait.ref != w->ref)
        i++;
    if (w->what == FLOW_DISARMED) {
        if (i < r->waiting_n)
            r->waiting[i] = r->waiting[--r->waiting_n];
        return;
    }
    if (i == r->waiting_n) {
        r->waiting = arena_grow(r->a, r->waiting, r->waiting_n * sizeof *r->waiting,
                                (r->waiting_n + 1) * sizeof *r->waiting);
        r->waiting[r->waiting_n++] = (struct waiting){ .wait = *w };
    }
    struct waiting *x = &r->waiting[i];
    bool timer = w->kind == FLOW_WAIT_TIMER;
    if (w->what == FLOW_ARMED && timer)
        (void)due(NULL, w->rule, r->now, &x->at); /* checked when it was armed */
    if (w->what == FLOW_PAUSED && timer)
        x->left = x->at - r->now;
    if (w->what == FLOW_CONTINUED && timer)
        x->at = r->now + x->left;
    x->wait.what = w->what;
}

static void forget(struct run *r, int ref)
{
    for (size_t i = 0; i < r->waiting_n; i++)
        if (r->waiting[i].wait.ref == ref) {
            r->waiting[i] = r->waiting[--r->waiting_n];
            return;
        }
}

/* --- commands applied ------------------------------------------------------------------------- */

static bool is_event(enum flow_op op)
{
    return op == FLOW_TIMER_FIRED || op == FLOW_MESSAGE || op == FLOW_SIGNAL ||
           op == FLOW_CALL_DONE || op == FLOW_CALL_FAILED;
}

static void note_waits(struct run *r, const struct flow_command *cmd)
{
    if (is_event(cmd->op) && cmd->ref)
        forget(r, cmd->ref);
    for (size_t i = r->waiting_n; cmd->op == FLOW_SIGNAL && i-- > 0;)
        if (r->waiting[i].wait.kind == FLOW_WAIT_SIGNAL && !cmd->ref &&
            str_eq(r->waiting[i].wait.name, cmd->name))
            r->waiting[i] = r->waiting[--r->waiting_n];
    for (size_t i = 0; i < r->delta.wait_n; i++)
        note_wait(r, &r->delta.wait[i]);
}

static bool apply(struct run *r, const struct flow_command *cmd)
{
    struct flow_org org = { .resolve = resolve };
    r->err = (struct err){ 0 };
    if (!flow_apply(r->a, r->net, r->state, cmd, &org, r->now, &r->delta, &r->err))
        return false;
    note_waits(r, cmd);
    r->completed = arena_grow(r->a, r->completed, r->completed_n * sizeof *r->completed,
                              (r->completed_n + r->delta.completed_n) * sizeof *r->completed);
    if (r->delta.completed_n)
        memcpy(r->completed + r->completed_n, r->delta.completed,
               r->delta.completed_n * sizeof *r->completed);
    r->completed_n += r->delta.completed_n;
    r->sent = arena_grow(r->a, r->sent, r->sent_n * sizeof *r->sent,
                         (r->sent_n + r->delta.sending_n) * sizeof *r->sent);
    if (r->delta.sending_n)
        memcpy(r->sent + r->sent_n, r->delta.sending, r->delta.sending_n * sizeof *r->sent);
    r->sent_n += r->delta.sending_n;
    return true;
}

/* Built-in operations succeed and do nothing. All or nothing, like one command of the server. */
static bool apply_all(struct run *r, const struct flow_command *cmd)
{
    struct flow_state *before = flow_state_copy(r->a, r->state);
    size_t waiting_n = r->waiting_n;
    struct waiting *waiting = arena_copy(r->a, r->waiting, waiting_n * sizeof *waiting);
    if (!apply(r, cmd))
        return false;
    for (int rounds = 0; r->delta.service_n; rounds++) {
        struct flow_delta d = r->delta;
        r->delta.service_n = 0;
        for (size_t i = 0; i < d.service_n; i++) {
            struct flow_command done = { .op = FLOW_SERVICE_DONE, .act = d.service[i].act };
            struct flow_delta more = r->delta;
            if (d.service[i].is_undo)
                continue;
            if (rounds > 1000 || !apply(r, &done)) {
                err_set(&r->err, r->a, ERR_STATE, "flow.endless", NULL, NULL, NULL, NULL);
                r->state = before;
                r->completed_n = r->sent_n = 0;
                r->waiting = waiting;
                r->waiting_n = waiting_n;
                return false;
            }
            struct flow_service *all =
                arena_array_of(r->a, struct flow_service, more.service_n + r->delta.service_n);
            memcpy(all, more.service, more.service_n * sizeof *all);
            memcpy(all + more.service_n, r->delta.service, r->delta.service_n * sizeof *all);
            r->delta.service = all;
            r->delta.service_n += more.service_n;
        }
    }
    return true;
}

static void write_ready(struct run *r, struct jw *w)
{
    size_t n;
    const struct flow_leaf *leaf = flow_leaves(r->a, r->state, &n);
    jw_karr(w, "ready");
    for (size_t i = 0; i < n; i++) {
        const struct flow_node *node = &r->net->node[leaf[i].node];
        if (leaf[i].state != FLOW_LEAF_ACTIVE)
            continue;
        jw_obj(w);
        jw_ki64(w, "item", leaf[i].leaf);
        jw_kstr(w, "node", node->id);
        jw_kstr(w, "name", node->name);
        jw_kstr(w, "assignee", flow_who_text(r->a, &leaf[i].who));
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

static void write_starting(struct run *r, struct jw *w)
{
    for (size_t i = 0; i < r->starting_n; i++) {
        const struct starting *x = &r->starting[i];
        jw_obj(w);
        jw_kstr(w, "node", r->net->node[x->by->node].id);
        jw_ktext(w, "kind", x->by->event == FLOW_EVENT_TIMER ? "timer" : "message");
        jw_kbool(w, "starts", true);
        if (x->by->name.n)
            jw_kstr(w, "name", x->by->name);
        if (x->by->event == FLOW_EVENT_TIMER && x->left)
            jw_kstr(w, "due", clock_iso(r->a, x->at));
        jw_obj_end(w);
    }
}

static void write_waiting(struct run *r, struct jw *w)
{
    static const char *const kinds[] = { "timer", "message", "signal", "call" };
    if (r->waiting_n == 0 && r->starting_n == 0)
        return;
    jw_karr(w, "waiting");
    write_starting(r, w);
    for (size_t i = 0; i < r->waiting_n; i++) {
        const struct waiting *x = &r->waiting[i];
        jw_obj(w);
        jw_ki64(w, "ref", x->wait.ref);
        jw_kstr(w, "node", r->net->node[x->wait.node].id);
        jw_ktext(w, "kind", kinds[x->wait.kind]);
        if (x->wait.name.n)
            jw_kstr(w, "name", x->wait.name);
        if (x->wait.correlation.n)
            jw_kraw(w, "correlation", x->wait.correlation);
        if (x->wait.kind == FLOW_WAIT_TIMER)
            jw_kstr(w, "due", clock_iso(r->a, x->at));
        if (x->wait.kind == FLOW_WAIT_CALL)
            jw_kraw(w, "vars", x->wait.vars);
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

static void write_sent(struct run *r, struct jw *w)
{
    if (r->sent_n == 0)
        return;
    jw_karr(w, "sent");
    for (size_t i = 0; i < r->sent_n; i++) {
        jw_obj(w);
        jw_kstr(w, "node", r->net->node[r->sent[i].node].id);
        jw_ktext(w, "kind", r->sent[i].is_signal ? "signal" : "message");
        jw_kstr(w, "name", r->sent[i].name);
        if (r->sent[i].correlation.n)
            jw_kraw(w, "correlation", r->sent[i].correlation);
        jw_kraw(w, "vars", r->sent[i].vars);
        jw_obj_end(w);
    }
    jw_arr_end(w);
    r->sent_n = 0;
}

static void write_incidents(struct run *r, struct jw *w)
{
    size_t n;
    const struct flow_incident *list = flow_incidents(r->a, r->net, r->state, &n);
    if (n == 0)
        return;
    jw_karr(w, "incidents");
    for (size_t i = 0; i < n; i++) {
        jw_obj(w);
        jw_kstr(w, "node", r->net->node[list[i].node].id);
        jw_ktext(w, "code", list[i].code);
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

static void print_state(struct run *r)
{
    static const char *const names[] = { "new",  "running",  "done",     "rejected",
                                         "void", "incident", "suspended" };
    struct buf b = buf_in(r->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_ktext(&w, "state", names[flow_state_status(r->state)]);
    write_ready(r, &w);
    jw_karr(&w, "trace");
    for (size_t i = 0; i < r->completed_n; i++) {
        const struct flow_node *n = &r->net->node[r->completed[i]];
        jw_str(&w, n->name.n ? n->name : n->id);
    }
    jw_arr_end(&w);
    jw_key(&w, "vars");
    flow_vars_write(&w, r->state);
    write_waiting(r, &w);
    write_sent(r, &w);
    write_incidents(r, &w);
    if (r->delta.error.n)
        jw_kstr(&w, "error_code", r->delta.error);
    jw_obj_end(&w);
    print(&b);
    r->completed_n = 0;
}

/* --- commands, one a line --------------------------------------------------------------------- */

static const struct jv *first_of(const struct jv *j, const char *const *names)
{
    for (; *names; names++)
        if (jv_kind(jv_get(j, *names)) != JV_NULL)
            return jv_get(j, *names);
    return NULL;
}

static int ordinal(const struct jv *v)
{
    int64_t n;
    return jv_as_i64(v, &n) && n > 0 && n < INT32_MAX ? (int)n : -1;
}

/* "who", "to" or "assignee": a name or a list of names. */
static void people(struct run *r, const struct jv *j, struct flow_command *cmd)
{
    static const char *const names[] = { "who",    "to",      "assignee", "assignees",
                                         "signer", "signers", NULL };
    const struct jv *v = first_of(j, names);
    size_t n = jv_kind(v) == JV_ARRAY ? jv_size(v) : 1;
    struct flow_who *who = arena_array_of(r->a, struct flow_who, n);
    for (size_t i = 0; i < n; i++) {
        struct str s = jv_str(jv_kind(v) == JV_ARRAY ? jv_at(v, i) : v);
        if (s.n)
            who[cmd->who_n++] = (struct flow_who){ FLOW_NAME, 0, s };
    }
    cmd->who = who;
}

/* The position of a word in a list; -1 when it is none of them. */
static int word(struct str s, const char *const *list)
{
    for (int i = 0; list[i]; i++)
        if (str_is(s, list[i]))
            return i;
    return -1;
}

static bool bad_input(struct run *r, const char *what)
{
    r->err = (struct err){ 0 };
    return err_set(&r->err, r->a, ERR_INVALID, "flow.bad_command", NULL, what, NULL, NULL);
}

/* place before|after|parallel, mode all|any|seq, role sign|advise; a place may also stand in mode.
 */
static bool signer_words(struct run *r, const struct jv *j, struct flow_command *cmd)
{
    people(r, j, cmd);
    static const char *const places[] = { "before", "after", "parallel", NULL };
    static const char *const modes[] = { "all", "any", "seq", NULL };
    static const char *const roles[] = { "sign", "lead", "assist", "advise", NULL };
    static const char *const place_names[] = { "place", "position", "where", NULL };
    struct str place = jv_str(first_of(j, place_names)), mode = jv_str(jv_get(j, "mode")),
               role = jv_str(jv_get(j, "role"));
    if (!place.p && word(mode, places) >= 0) {
        place = mode;
        mode = STR_NONE;
    }
    int p = place.p ? word(place, places) : FLOW_BEFORE,
        m = mode.p ? word(mode, modes) : FLOW_MODE_ALL,
        o = role.p ? word(role, roles) : FLOW_ROLE_SIGN;
    if (p < 0 || m < 0 || o < 0)
        return bad_input(r, p < 0 ? "place" : m < 0 ? "mode" : "role");
    cmd->place = (enum flow_place)p;
    cmd->mode = (enum flow_mode)m;
    cmd->role = (enum flow_role)o;
    return true;
}

/* --- starts by timer and message ------------------------------------------------------------- */

static int64_t turn_ms(struct str period)
{
    int64_t at = 0;
    (void)due(NULL, period, 0, &at); /* checked with the definition */
    return at;
}

/* A turn that passed before the clock of the run is none: the next counts. */
static void arm_starts(struct run *r)
{
    size_t n;
    const struct flow_trigger *by = flow_triggers(r->net, &n);
    r->starting = arena_array_of(r->a, struct starting, n);
    for (size_t i = 0; i < n; i++) {
        struct starting x = { &by[i], by[i].first, by[i].event == FLOW_EVENT_TIMER ? by[i].times : 0 };
        int64_t step = by[i].period.n ? turn_ms(by[i].period) : 0;
        if (!x.at)
            x.at = r->now + step;
        for (; x.left && x.at <= r->now; x.at += step) {
            x.left -= x.left > 0;
            if (!step)
                break;
        }
        r->starting[r->starting_n++] = x;
    }
}

static bool start_by(struct run *r, const struct flow_trigger *by, const struct jv *message)
{
    struct flow_command cmd = { .op = FLOW_START, .vars = r->vars,
                                .to_node = r->net->node[by->node].id };
    if (message)
        cmd.vars = jv_parse(r->a, flow_start_vars(r->a, r->net, by->node, message, r->now), NULL,
                            NULL);
    r->starting_n = 0;
    return apply_all(r, &cmd);
}

/* The timer that starts the process first, and not after this moment. */
static const struct starting *first_start(const struct run *r, int64_t until)
{
    const struct starting *first = NULL;
    for (size_t i = 0; i < r->starting_n; i++) {
        const struct starting *x = &r->starting[i];
        if (x->left && x->at <= until && (!first || x->at < first->at))
            first = x;
    }
    return first;
}

static const struct flow_trigger *start_of_message(const struct run *r, struct str name)
{
    for (size_t i = 0; i < r->starting_n; i++)
        if (r->starting[i].by->event == FLOW_EVENT_MESSAGE &&
            str_eq(r->starting[i].by->name, name))
            return r->starting[i].by;
    return NULL;
}

/* The timer that is due first, and not after this moment. */
static int first_due(const struct run *r, int64_t until)
{
    int ref = 0;
    int64_t at = until;
    for (size_t i = 0; i < r->waiting_n; i++) {
        const struct waiting *x = &r->waiting[i];
        if (x->wait.kind == FLOW_WAIT_TIMER && x->wait.what != FLOW_PAUSED &&
            (x->at < at || (x->at == at && (!ref || x->wait.ref < ref)))) {
            ref = x->wait.ref;
            at = x->at;
        }
    }
    return ref;
}

static int64_t due_at(const struct run *r, int ref)
{
    for (size_t i = 0; i < r->waiting_n; i++)
        if (r->waiting[i].wait.ref == ref)
            return r->waiting[i].at;
    return r->now;
}

/* What falls due on the way happens on the way. */
static bool advance_clock(struct run *r, const struct jv *j)
{
    int64_t to;
    int ref;
    if (!clock_iso_parse(jv_str(jv_get(j, "to")), &to))
        return bad_input(r, "to");
    if (to < r->now)
        return bad_input(r, "to");
    const struct starting *first = first_start(r, to);
    if (first) {
        r->now = first->at;
        if (!start_by(r, first->by, NULL))
            return false;
    }
    for (int rounds = 0; (ref = first_due(r, to)) && rounds < 10000; rounds++) {
        struct flow_command cmd = { .op = FLOW_TIMER_FIRED, .ref = ref };
        int64_t at = due_at(r, ref);
        r->now = at > r->now ? at : r->now;
        if (!apply_all(r, &cmd))
            return false;
    }
    r->now = to;
    return true;
}

static bool send_back_words(struct run *r, const struct jv *j, struct flow_command *cmd)
{
    static const char *const ways[] = { "", "rewind", "rework", NULL };
    struct str way = jv_str(jv_get(j, "way"));
    int k = way.p ? word(way, ways) : FLOW_WAY_DEFAULT;
    if (k < 0)
        return bad_input(r, "way");
    cmd->way = (enum flow_way)k;
    cmd->to_node = jv_str(jv_get(j, "to"));
    return true;
}

/* A message or signal by name (and correlation), a call by the node that makes it; all by ref. */
static bool find_wait(struct run *r, const struct jv *j, struct flow_command *cmd)
{
    static const enum flow_wait_kind kinds[FLOW_OP_COUNT] = { [FLOW_TIMER_FIRED] = FLOW_WAIT_TIMER,
                                                              [FLOW_MESSAGE] = FLOW_WAIT_MESSAGE,
                                                              [FLOW_SIGNAL] = FLOW_WAIT_SIGNAL,
                                                              [FLOW_CALL_DONE] = FLOW_WAIT_CALL,
                                                              [FLOW_CALL_FAILED] = FLOW_WAIT_CALL };
    int64_t ref;
    struct str node = jv_str(jv_get(j, "node"));
    const struct jv *key = jv_get(j, "correlation");
    struct str text = key ? jv_canonical(r->a, key) : STR_NONE;
    cmd->name = jv_str(jv_get(j, "name"));
    if (jv_as_i64(jv_get(j, "ref"), &ref) && ref > 0 && ref < INT32_MAX) {
        cmd->ref = (int)ref;
        return true;
    }
    for (size_t i = 0; i < r->waiting_n && !cmd->ref && cmd->op != FLOW_SIGNAL; i++) {
        const struct flow_wait *w = &r->waiting[i].wait;
        if (w->kind == kinds[cmd->op] && (!cmd->name.p || str_eq(w->name, cmd->name)) &&
            (!node.p || str_eq(r->net->node[w->node].id, node)) &&
            (!text.p || str_eq(w->correlation, text)))
            cmd->ref = w->ref;
    }
    return true;
}

static bool withdraw_words(struct run *r, const struct jv *j, struct flow_command *cmd)
{
    (void)r, (void)j;
    if (!cmd->reason.p)
        cmd->reason = STR("撤回"); /* a trial run need not explain itself */
    return true;
}

static bool people_words(struct run *r, const struct jv *j, struct flow_command *cmd)
{
    people(r, j, cmd);
    cmd->act = ordinal(jv_get(j, "act"));
    return true;
}

/* {"item":mine,"leaf":theirs}; with only an item, that one is removed by an administrator. */
static bool remove_words(struct run *r, const struct jv *j, struct flow_command *cmd)
{
    (void)r;
    cmd->other_leaf = ordinal(jv_get(j, "leaf"));
    if (cmd->other_leaf >= 0)
        return true;
    cmd->other_leaf = cmd->leaf;
    cmd->leaf = 0;
    return cmd->is_admin = true;
}

static bool forward_words(struct run *r, const struct jv *j, struct flow_command *cmd)
{
    people(r, j, cmd);
    cmd->mode = str_is(jv_str(jv_get(j, "mode")), "seq") ? FLOW_MODE_SEQ : FLOW_MODE_ALL;
    cmd->to_node = jv_str(jv_get(j, "node"));
    return true;
}

static bool branch_words(struct run *r, const struct jv *j, struct flow_command *cmd)
{
    (void)r;
    cmd->act = ordinal(jv_get(j, "act"));
    cmd->scope = ordinal(jv_get(j, "branch"));
    cmd->value = jv_get(j, "value");
    return true;
}

static bool reroute_words(struct run *r, const struct jv *j, struct flow_command *cmd)
{
    (void)r;
    cmd->to_node = jv_str(jv_get(j, "to"));
    cmd->leaf = cmd->leaf < 0 ? 0 : cmd->leaf;
    cmd->act = cmd->leaf ? 0 : ordinal(jv_get(j, "act"));
    return cmd->is_admin = true;
}

static bool override_words(struct run *r, const struct jv *j, struct flow_command *cmd)
{
    people(r, j, cmd);
    cmd->to_node = jv_str(jv_get(j, "node"));
    return cmd->is_admin = true;
}

/* Without an item: the owner, who has none any more. */
static bool finish_words(struct run *r, const struct jv *j, struct flow_command *cmd)
{
    (void)r, (void)j;
    cmd->leaf = cmd->leaf < 0 ? 0 : cmd->leaf;
    cmd->reason = cmd->reason.n || cmd->leaf ? cmd->reason : STR("提前办结");
    return true;
}

/* Without an item it is an administrator's. */
static bool end_words(struct run *r, const struct jv *j, struct flow_command *cmd)
{
    (void)r, (void)j;
    cmd->is_admin = cmd->leaf < 0;
    cmd->leaf = cmd->leaf < 0 ? 0 : cmd->leaf;
    return true;
}

static bool no_words(struct run *r, const struct jv *j, struct flow_command *cmd)
{
    (void)j, (void)cmd;
    return bad_input(r, "op"); /* a run has one version */
}

static bool (*const words[FLOW_OP_COUNT])(struct run *r, const struct jv *j,
                                          struct flow_command *cmd) = {
    [FLOW_SEND_BACK] = send_back_words,
    [FLOW_WITHDRAW] = withdraw_words,
    [FLOW_ADD_SIGNER] = signer_words,
    [FLOW_REMOVE_SIGNER] = remove_words,
    [FLOW_TRANSFER] = people_words,
    [FLOW_TERMINATE] = end_words,
    [FLOW_CANCEL] = end_words,
    [FLOW_SET_ASSIGNEES] = people_words,
    [FLOW_DELEGATE] = people_words,
    [FLOW_CLAIM] = people_words,
    [FLOW_FORWARD] = forward_words,
    [FLOW_FINISH] = finish_words,
    [FLOW_ADD_BRANCH] = branch_words,
    [FLOW_WITHDRAW_BRANCH] = branch_words,
    [FLOW_COLLECT] = branch_words,
    [FLOW_REROUTE] = reroute_words,
    [FLOW_OVERRIDE] = override_words,
    [FLOW_MIGRATE] = no_words,
    [FLOW_TIMER_FIRED] = find_wait,
    [FLOW_MESSAGE] = find_wait,
    [FLOW_SIGNAL] = find_wait,
    [FLOW_CALL_DONE] = find_wait,
    [FLOW_CALL_FAILED] = find_wait,
};

static bool command(struct run *r, const struct jv *j)
{
    struct str op = jv_str(jv_get(j, "op"));
    if (str_is(op, "advance_clock"))
        return advance_clock(r, j);
    struct flow_command cmd = { .outcome = jv_str(jv_get(j, "outcome")),
                                .reason = jv_str(jv_get(j, "reason")),
                                .vars = jv_get(j, "vars") };
    int k = 0;
    while (k < FLOW_OP_COUNT && !str_is(op, flow_op_name((enum flow_op)k)))
        k++;
    if (k == FLOW_OP_COUNT || k == FLOW_START)
        return bad_input(r, "op");
    const struct flow_trigger *by =
        k == FLOW_MESSAGE ? start_of_message(r, jv_str(jv_get(j, "name"))) : NULL;
    if (by)
        return start_by(r, by, cmd.vars ? cmd.vars : jv_parse(r->a, STR("{}"), NULL, NULL));
    cmd.op = (enum flow_op)k;
    cmd.leaf = ordinal(jv_get(j, "item"));
    struct str actor = jv_str(jv_get(j, "actor"));
    if (actor.n)
        cmd.actor = (struct flow_who){ FLOW_NAME, 0, actor };
    return (!words[cmd.op] || words[cmd.op](r, j, &cmd)) && apply_all(r, &cmd);
}

static void serve_lines(struct run *r)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t n;
    while ((n = getline(&line, &size, stdin)) >= 0) {
        struct str s = str_trim((struct str){ line, (size_t)n });
        if (s.n == 0)
            continue;
        const struct jv *j = jv_parse(r->a, str_copy(r->a, s), NULL, NULL);
        bool fine = jv_kind(j) == JV_OBJECT ? command(r, j) : bad_input(r, "JSON");
        if (fine)
            print_state(r);
        else
            print_error(r->a, &r->err);
    }
    free(line);
}

struct run_args {
    const char *file;
    const struct jv *vars;
    int64_t now;
};

static bool read_args(struct arena *a, int argc, char **argv, struct run_args *out)
{
    out->now = clock_now_ms();
    for (int i = 0; i < argc; i++) {
        bool more = i + 1 < argc;
        if (strcmp(argv[i], "--vars") == 0 && more) {
            out->vars = jv_parse(a, str_of(argv[++i]), NULL, NULL);
            if (jv_kind(out->vars) != JV_OBJECT)
                return false;
        } else if (strcmp(argv[i], "--clock") == 0 && more) {
            if (!clock_iso_parse(str_of(argv[++i]), &out->now))
                return false;
        } else if (argv[i][0] == '-' || out->file) {
            return false;
        } else {
            out->file = argv[i];
        }
    }
    return out->file != NULL;
}

static int run(int argc, char **argv)
{
    struct arena *a = arena_new();
    struct run_args args = { 0 };
    struct run r = { .a = a };
    struct str text;
    int code = 2;
    if (!read_args(a, argc, argv, &args)) {
        fputs("usage: tongban flow run FILE.bpmn [--vars JSON] [--clock ISO8601]\n", stderr);
    } else if (!read_file(a, args.file, &text)) {
        fprintf(stderr, "tongban flow run: cannot read %s\n", args.file);
    } else {
        struct flow_report report;
        r.net = flow_compile(a, text, NULL, &report);
        r.state = flow_state_new(a);
        r.now = args.now;
        r.vars = args.vars;
        bool is_plain = r.net && flow_starts_plainly(r.net);
        if (r.net && !is_plain)
            arm_starts(&r);
        struct flow_command start = { .op = FLOW_START,
                                      .vars = args.vars,
                                      .actor = { FLOW_NAME, 0, STR("starter") } };
        code = 1;
        if (!r.net) {
            struct buf b = buf_in(a);
            struct jw w = jw_to(&b);
            flow_report_write(&w, args.file, &report);
            print(&b);
        } else if (is_plain && !apply_all(&r, &start)) {
            print_error(a, &r.err);
        } else {
            print_state(&r);
            serve_lines(&r);
            code = 0;
        }
    }
    arena_free(&a);
    return code;
}

/* The paths of a definition, with every name as a person. */
static int simulate(int argc, char **argv)
{
    struct arena *a = arena_new();
    struct run_args args = { 0 };
    struct str text;
    int code = 2;
    if (!read_args(a, argc, argv, &args)) {
        fputs("usage: tongban flow simulate FILE.bpmn [--vars JSON] [--clock ISO8601]\n", stderr);
    } else if (!read_file(a, args.file, &text)) {
        fprintf(stderr, "tongban flow simulate: cannot read %s\n", args.file);
    } else {
        struct flow_report report;
        const struct flow_net *net = flow_compile(a, text, NULL, &report);
        struct flow_world world = { .org = { .resolve = resolve },
                                    .due = due,
                                    .now = args.now,
                                    .vars = args.vars,
                                    .starter = { FLOW_NAME, 0, STR("starter") } };
        struct buf b = buf_in(a);
        struct jw w = jw_to(&b);
        if (net)
            flow_sim_write(&w, net, flow_simulate(a, net, NULL, &world));
        else
            flow_report_write(&w, args.file, &report);
        print(&b);
        code = net ? 0 : 1;
    }
    arena_free(&a);
    return code;
}

int flow_cli(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "simulate") == 0)
        return simulate(argc - 2, argv + 2);
    if (argc > 1 && strcmp(argv[1], "check") == 0)
        return check(argc - 2, argv + 2);
    if (argc > 1 && strcmp(argv[1], "run") == 0)
        return run(argc - 2, argv + 2);
    fputs(
        "usage: tongban flow check FILE.bpmn\n       tongban flow simulate FILE.bpmn [--vars JSON] "
        "[--clock ISO8601]\n       tongban flow run FILE.bpmn [--vars JSON] "
        "[--clock ISO8601]\n",
        stderr);
    return 2;
}
