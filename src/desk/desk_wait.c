/* What a flow waits for (FLOW §3, §6): timers, messages, signals, called processes. The engine says
 * what is armed and disarmed; here it stands in rows, and what comes goes back as a command of the
 * flow. A message is never lost between sender and receiver: it is a row until somebody takes it or
 * its time is over, and the clock brings the two together, each delivery a command of its own, so
 * that no command holds two matters that might wait for each other. A signal reaches whoever waited
 * when it was sent. */
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "calendar/calendar.h"
#include "desk/desk.sql.h"
#include "desk/desk_in.h"

#define MESSAGE_KEPT_MS (30 * CLOCK_DAY_MS)
#define LATER_MS (10 * CLOCK_MINUTE_MS)
#define DEPTH_MAX 16
#define BATCH 64
#define TICK_US INT64_C(200000)

static const char *const kinds[] = { [FLOW_WAIT_MESSAGE] = "message", [FLOW_WAIT_SIGNAL] = "signal",
                                     [FLOW_WAIT_CALL] = "call" };

/* --- timers ------------------------------------------------------------------------------------------- */

bool wait_fire_time(struct ctx *cx, struct str rule, int64_t from, int64_t *out)
{
    struct clock_date day;
    if (clock_day_parse(rule, &day)) {
        *out = clock_at(day, 0);
        return true;
    }
    return clock_iso_parse(rule, out) || calendar_due(cx, rule, from, out);
}

static bool is_rule(struct str rule)
{
    return rule.n && (rule.p[rule.n - 1] == 'd' || rule.p[rule.n - 1] == 'h' ||
                      rule.p[rule.n - 1] == 'm');
}

static bool timer_pause(struct ctx *cx, const struct matter *m, const struct flow_wait *w)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_timer_of, m->id, (int64_t)w->ref);
    int64_t fire = found == 1 ? row_i64(&r, 2) : 0, left = found == 1 ? row_i64(&r, 3) : 0;
    bool in_work_time = found == 1 && is_rule(row_text(&r, 1));
    bool stands = found == 1 && !row_is_null(&r, 3);
    rows_end(&r);
    if (found != 1 || stands == (w->what == FLOW_PAUSED))
        return found >= 0;
    if (w->what == FLOW_PAUSED) {
        left = fire > cx->now ? (fire - cx->now) / CLOCK_MINUTE_MS : 0;
        if (in_work_time && !calendar_minutes(cx, cx->now, fire, &left))
            return false;
        return db_run(cx->db, &q_timer_set, fire, bind_i64(left), m->id, (int64_t)w->ref);
    }
    fire = cx->now + left * CLOCK_MINUTE_MS;
    if (in_work_time && !calendar_add_minutes(cx, cx->now, left, &fire))
        return false;
    return db_run(cx->db, &q_timer_set, fire, bind_id(0), m->id, (int64_t)w->ref);
}

static bool follow_timer(struct ctx *cx, const struct matter *m, const struct flow_wait *w)
{
    int64_t fire;
    switch (w->what) {
    case FLOW_ARMED:
        return wait_fire_time(cx, w->rule, cx->now, &fire) &&
               db_run(cx->db, &q_timer_put, id_new(cx->now), m->id, (int64_t)w->ref, w->rule,
                      cx->now, fire);
    case FLOW_DISARMED: return db_run(cx->db, &q_timer_drop, m->id, (int64_t)w->ref);
    default: return timer_pause(cx, m, w);
    }
}

/* --- called processes ---------------------------------------------------------------------------------- */

static bool depth_fits(struct ctx *cx, const struct matter *m)
{
    struct matter up = *m;
    for (int depth = 1; up.parent_id; depth++) {
        if (depth >= DEPTH_MAX)
            return fail(cx, ERR_STATE, "matter.too_deep", NULL);
        if (matter_find(cx, up.parent_id, &up) != 1)
            break;
    }
    return cx->err.kind == ERR_NONE;
}

/* A child that ended while it started has nobody left to tell: its answer is the caller's next
 * command. */
static bool call(struct ctx *cx, struct matter *m, const struct flow_wait *w,
                 struct flow_command *answer)
{
    struct matter child;
    struct instance in;
    const struct definition *d = w->version ? definition_version(cx, w->name, w->version, m->unit_id)
                                            : definition_newest(cx, w->name, m->unit_id);
    if (!d || !depth_fits(cx, m))
        return false;
    const struct matter_start start = {
        .module = w->name, .definition_id = d->id, .unit_id = m->unit_id,
        .post_id = m->starter_post, .starter_person = m->starter_person, .parent_id = m->id,
        .subject_id = m->subject_id, .title = m->title, .urgency = m->urgency,
        .from_name = m->from_name, .vars = jv_parse(cx->a, w->vars, NULL, NULL),
    };
    if (!matter_start(cx, &start, &child))
        return false;
    if (str_is(child.state, "running"))
        return db_run(cx->db, &q_wait_put, id_new(cx->now), m->id, (int64_t)w->ref, "call", w->name,
                      STR(""), bind_id(child.id));
    return instance_read(cx, &child, false, &in) &&
           wait_answer_of(cx, &child, in.state, STR_NONE, w->ref, answer);
}

static bool end_child(struct ctx *cx, const struct matter *m, int ref)
{
    int64_t child = db_number(cx->db, 0, &q_wait_child, m->id, (int64_t)ref);
    return db_run(cx->db, &q_wait_drop, m->id, (int64_t)ref) &&
           (!child || matter_end(cx, child, STR("上级事项已不再需要")));
}

bool wait_answer_of(struct ctx *cx, const struct matter *child, const struct flow_state *state,
                    struct str error, int ref, struct flow_command *out)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    bool is_good = str_is(child->state, "done");
    flow_vars_write(&w, state);
    *out = (struct flow_command){
        .op = is_good ? FLOW_CALL_DONE : FLOW_CALL_FAILED, .ref = ref, .is_admin = true,
        .outcome = is_good ? STR_NONE : error.n ? error : child->state,
        .vars = is_good ? jv_parse(cx->a, buf_done(&b), NULL, NULL) : NULL,
    };
    return true;
}

bool wait_answer(struct ctx *cx, const struct matter *child, const struct flow_state *state,
                 struct str error)
{
    struct matter parent;
    struct rows r;
    int found = db_get(cx->db, &r, &q_wait_by_child, child->id);
    int64_t parent_id = found == 1 ? row_i64(&r, 0) : 0;
    int ref = found == 1 ? (int)row_i64(&r, 1) : 0;
    rows_end(&r);
    if (found != 1)
        return found == 0;
    struct flow_step step = { .op = "flow.call_done" };
    if (matter_find(cx, parent_id, &parent) != 1 || !db_run(cx->db, &q_wait_drop, parent_id, (int64_t)ref))
        return false;
    return wait_answer_of(cx, child, state, error, ref, &step.cmd) &&
           flow_step_run(cx, &parent, &step, NULL);
}

/* --- what one command of a flow armed, disarmed and sent --------------------------------------------------- */

static bool follow_event(struct ctx *cx, const struct matter *m, const struct flow_wait *w)
{
    switch (w->what) {
    case FLOW_ARMED:
        return db_run(cx->db, &q_wait_put, id_new(cx->now), m->id, (int64_t)w->ref, kinds[w->kind],
                      w->name, w->correlation.p ? w->correlation : STR(""), bind_id(0));
    case FLOW_DISARMED: return db_run(cx->db, &q_wait_drop, m->id, (int64_t)w->ref);
    default:
        return db_run(cx->db, &q_wait_hold, (int64_t)(w->what == FLOW_PAUSED), m->id,
                      (int64_t)w->ref);
    }
}

static bool follow_call(struct ctx *cx, struct matter *m, const struct flow_wait *w,
                        struct flow_command *answer)
{
    if (w->what == FLOW_ARMED)
        return call(cx, m, w, answer);
    return w->what != FLOW_DISARMED || end_child(cx, m, w->ref);
}

bool wait_follow(struct ctx *cx, struct matter *m, const struct flow_delta *d,
                 struct flow_command **answers, size_t *n)
{
    *answers = arena_array_of(cx->a, struct flow_command, d->wait_n + 1);
    *n = 0;
    for (size_t i = 0; i < d->wait_n; i++) {
        struct flow_command *next = &(*answers)[*n];
        const struct flow_wait *w = &d->wait[i];
        *next = (struct flow_command){ .ref = 0 };
        bool good = w->kind == FLOW_WAIT_TIMER  ? follow_timer(cx, m, w)
                    : w->kind == FLOW_WAIT_CALL ? follow_call(cx, m, w, next)
                                                : follow_event(cx, m, w);
        if (!good)
            return false;
        *n += next->ref != 0;
    }
    for (size_t i = 0; i < d->sending_n; i++)
        if (!matter_message(cx, m->unit_id, d->sending[i].is_signal, d->sending[i].name,
                            d->sending[i].correlation, d->sending[i].vars))
            return false;
    return true;
}

bool matter_message(struct ctx *cx, int64_t unit_id, bool is_signal, struct str name,
                    struct str correlation, struct str vars_json)
{
    return db_run(cx->db, &q_message_put, id_new(cx->now), is_signal ? "signal" : "message", name,
                  correlation.p ? correlation : STR(""), vars_json.n ? vars_json : STR("{}"),
                  unit_id, cx->now, cx->now + MESSAGE_KEPT_MS);
}

/* --- commands of the clock ------------------------------------------------------------------------------------ */

/* A flow may have moved on since: then the wait is void and forgotten. */
static bool was_late(struct ctx *cx)
{
    if (!cx->err.kind || (strcmp(cx->err.code, "flow.not_waiting") != 0 &&
                          strcmp(cx->err.code, "flow.not_running") != 0))
        return false;
    cx->err = (struct err){ 0 };
    return true;
}

static bool run_timer_one(struct ctx *cx, const void *input, void *output)
{
    const struct clock_one *in = input;
    struct matter m;
    struct rows r;
    (void)output;
    int found = db_get(cx->db, &r, &q_timer_get, in->id);
    int64_t matter = found == 1 ? row_i64(&r, 0) : 0;
    int ref = found == 1 ? (int)row_i64(&r, 1) : 0;
    rows_end(&r);
    if (found != 1)
        return found == 0;
    if (!matter_load_for_change(cx, matter, &m))
        return false;
    if (!db_number(cx->db, 0, &q_timer_due, in->id, cx->now)) /* disarmed or moved meanwhile */
        return cx->err.kind == ERR_NONE;
    const struct flow_step step = { .cmd = { .op = FLOW_TIMER_FIRED, .ref = ref, .is_admin = true },
                                    .op = "flow.timer" };
    if (!db_run(cx->db, &q_timer_drop, matter, (int64_t)ref))
        return false;
    return flow_step_run(cx, &m, &step, NULL) || was_late(cx);
}

static bool run_timers(struct ctx *cx, const void *input, void *output)
{
    const struct clock_ids *in = input;
    (void)output;
    for (size_t i = 0; i < in->ids.n; i++) {
        const struct clock_one one = { in->ids.p[i] };
        if (command_run_child(cx, "flow.timer_one", &one, NULL))
            continue;
        if (cx->err.kind == ERR_INTERNAL || cx->err.kind == ERR_BUSY)
            return false;
        log_warn("desk", "a timer could not be dealt with", "timer",
                 arena_printf(cx->a, "%lld", (long long)one.id), "code", cx->err.code);
        cx->err = (struct err){ 0 };
        if (!db_run(cx->db, &q_timer_later, cx->now + LATER_MS, one.id))
            return false;
    }
    return true;
}

/* A changed calendar: rules are counted again from where they began, moments stay. */
static bool recount_one(struct ctx *cx, int64_t id)
{
    struct matter m;
    struct rows r;
    int64_t fire;
    int found = db_get(cx->db, &r, &q_timer_rule, id);
    int64_t matter = found == 1 ? row_i64(&r, 3) : 0;
    rows_end(&r);
    if (found != 1)
        return found == 0;
    if (!matter_lock(cx, matter, &m))
        return false;
    found = db_get(cx->db, &r, &q_timer_rule, id); /* it may have fired or paused meanwhile */
    struct str rule = found == 1 ? row_copy(&r, 0, cx->a) : STR_NONE;
    int64_t base = found == 1 ? row_i64(&r, 1) : 0, was = found == 1 ? row_i64(&r, 2) : 0;
    int64_t ref = found == 1 ? row_i64(&r, 4) : 0;
    rows_end(&r);
    if (found != 1)
        return found == 0;
    if (!wait_fire_time(cx, rule, base, &fire))
        return false;
    return fire == was ||
           (db_run(cx->db, &q_timer_later, fire, id) && matter_touched(cx, m.id) &&
            matter_trace(cx, m.id, "flow.recount", 0,
                         str_printf(cx->a, "{\"ref\":%lld,\"fire_at\":%lld,\"was\":%lld}",
                                    (long long)ref, (long long)fire, (long long)was)));
}

static bool run_recount(struct ctx *cx, const void *input, void *output)
{
    const struct clock_ids *in = input;
    (void)output;
    for (size_t i = 0; i < in->ids.n; i++)
        if (!recount_one(cx, in->ids.p[i]))
            return false;
    return true;
}

struct deliver_in {
    int64_t message, wait;
};
static const struct field deliver_in_fields[] = {
    FIELD(deliver_in, message, F_ID, .flags = FIELD_REQUIRED, .zh = "消息", .en = "message"),
    FIELD(deliver_in, wait, F_ID, .flags = FIELD_REQUIRED, .zh = "等待者", .en = "who waits"),
};
RECORD(deliver_in);

static bool run_deliver(struct ctx *cx, const void *input, void *output)
{
    const struct deliver_in *in = input;
    struct matter m;
    struct rows r;
    (void)output;
    int found = db_get(cx->db, &r, &q_message_get, in->message);
    struct str vars = found == 1 ? row_copy(&r, 3, cx->a) : STR_NONE;
    struct str name = found == 1 ? row_copy(&r, 1, cx->a) : STR_NONE;
    bool is_signal = found == 1 && str_is(row_text(&r, 0), "signal");
    rows_end(&r);
    if (found != 1)
        return found == 0; /* taken by another node */
    found = db_get(cx->db, &r, &q_wait_get, in->wait);
    int64_t matter = found == 1 ? row_i64(&r, 0) : 0;
    int ref = found == 1 ? (int)row_i64(&r, 1) : 0;
    rows_end(&r);
    if (found != 1)
        return found == 0;
    if (!matter_load_for_change(cx, matter, &m))
        return false;
    const struct flow_step step = {
        .cmd = { .op = is_signal ? FLOW_SIGNAL : FLOW_MESSAGE, .ref = ref, .name = name,
                 .is_admin = true, .vars = jv_parse(cx->a, vars, NULL, NULL) },
        .op = is_signal ? "flow.signal" : "flow.message",
    };
    if (!db_run(cx->db, &q_wait_drop, matter, (int64_t)ref))
        return false;
    if (!flow_step_run(cx, &m, &step, NULL))
        return was_late(cx);
    return is_signal || db_run(cx->db, &q_message_drop, in->message);
}

/* A signal that nobody waits for any more, or a message that opens a matter of its own. */
static bool run_settle(struct ctx *cx, const void *input, void *output)
{
    (void)output;
    return db_run(cx->db, &q_message_drop, ((const struct clock_one *)input)->id);
}

static bool run_expire(struct ctx *cx, const void *input, void *output)
{
    (void)input;
    (void)output;
    return db_run(cx->db, &q_messages_expire, cx->now);
}

/* --- the clock's thread ---------------------------------------------------------------------------------------------- */

static size_t fire_timers(struct ctx *cx)
{
    struct rows r;
    db_rows(cx->db, &r, &q_timers_due, cx->now);
    const struct clock_ids in = { clock_read(cx, &r, BATCH) };
    return in.ids.n && clock_tell(cx, LOG_ERROR_, "flow.timers", &in) ? in.ids.n : 0;
}

/* One message goes to one receiver, the one that has waited longest; a signal to everyone. */
static size_t deliver_all(struct ctx *cx)
{
    struct rows r;
    struct deliver_in pairs[BATCH];
    size_t n = 0, done = 0;
    int64_t last = 0;
    for (db_rows(cx->db, &r, &q_messages_matched); n < BATCH && rows_next(&r);) {
        int64_t message = row_i64(&r, 0);
        bool is_signal = str_is(row_text(&r, 2), "signal");
        if (is_signal || message != last)
            pairs[n++] = (struct deliver_in){ message, row_i64(&r, 1) };
        last = message;
    }
    rows_end(&r);
    for (size_t i = 0; i < n; i++)
        done += clock_tell(cx, LOG_ERROR_, "flow.deliver", &pairs[i]);
    return done;
}

static void drop_signals(struct ctx *cx)
{
    struct rows r;
    db_rows(cx->db, &r, &q_signals_over);
    struct ids over = clock_read(cx, &r, BATCH);
    for (size_t i = 0; i < over.n; i++) {
        const struct clock_one in = { over.p[i] };
        (void)clock_tell(cx, LOG_ERROR_, "flow.settle", &in); /* the next tick sees it again */
    }
}

static void tick(struct ctx *cx)
{
    static _Atomic int64_t last_hour; /* of this process; only the clock's thread writes */
    int64_t hour = cx->now / CLOCK_HOUR_MS;
    int64_t until = clock_monotonic_us() + TICK_US; /* the rest with the next tick */
    while (fire_timers(cx) == BATCH && clock_monotonic_us() < until)
        ;
    while (deliver_all(cx) == BATCH && clock_monotonic_us() < until)
        ;
    drop_signals(cx);
    if (last_hour != hour && clock_tell(cx, LOG_ERROR_, "flow.expire", NULL))
        last_hour = hour;
}

static const struct command commands[] = {
    { "flow.timers", POST, NULL, PERM_OPERATOR, &clock_ids_record, NULL, run_timers, "到时处理",
      "Timers that are due", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "flow.timer_one", POST, NULL, PERM_OPERATOR, &clock_one_record, NULL, run_timer_one,
      "一个计时到时", "One timer that is due", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "flow.recount", POST, NULL, PERM_OPERATOR, &clock_ids_record, NULL, run_recount,
      "按新日历重算计时", "Count timers by the new calendar", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "flow.deliver", POST, NULL, PERM_OPERATOR, &deliver_in_record, NULL, run_deliver,
      "送达流程消息", "Bring a message to who waits for it", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "flow.settle", POST, NULL, PERM_OPERATOR, &clock_one_record, NULL, run_settle,
      "信号已送达所有等待者", "A signal has reached everyone", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "flow.expire", POST, NULL, PERM_OPERATOR, NULL, NULL, run_expire, "清理过期的流程消息",
      "Forget messages that nobody took", CMD_INTERNAL | CMD_NO_TRACE, NULL },
};

const struct room desk_wait_room = { "desk", ROOM_TABLE(commands), NULL, 0, NULL, 0, NULL, tick };
