/* Matters that nobody begins by hand (FLOW §3): a start event with a timer begins one in each unit that
 * uses the module, at each of its turns; one with a message begins one in the sender's unit, or in the one
 * that it is addressed to, when nobody waits for the message. The system acts.
 *
 * A turn and the rows of the units that it concerns are written in one command, each unit's row goes
 * with its matter in another: once, whatever the number of nodes and wherever one of them stops. Turns
 * that were missed while the program stood still are made up for by one. */
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "calendar/calendar.h"
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_form_in.h"
#include "org/org.h"

#define LATER_MS (10 * CLOCK_MINUTE_MS)
#define NEVER_MS (400 * CLOCK_DAY_MS) /* longer than any message is kept */
#define TURNS_MOST 200000
#define TICK_US INT64_C(200000)
#define BATCH 64

/* --- when ------------------------------------------------------------------------------------------------ */

struct turns {
    struct str period;  /* empty: one turn alone */
    int64_t first, at;  /* at: the turn in hand */
    int64_t left;       /* with the one in hand; -1: without end; 0: no more */
};

static bool is_worked(struct str period)
{
    return str_ends(period, STR("wd"));
}

/* The one after the turn in hand. */
static bool turn_next(struct ctx *cx, struct turns *t)
{
    t->left -= t->left > 0;
    if (!t->period.n)
        t->left = 0;
    return !t->left || calendar_repeat(cx, t->period, t->first, t->at, &t->at);
}

/* Goes on until the turn in hand is still to come. *last: the latest of those that passed, or left as it
 * was. Hours and days are skipped by the thousand, since each is as long as the other. */
static bool turns_pass(struct ctx *cx, struct turns *t, int64_t *last)
{
    for (int guard = 0; t->left && t->at <= cx->now && guard < TURNS_MOST; guard++) {
        int64_t was = *last = t->at;
        if (!turn_next(cx, t))
            return false;
        int64_t step = t->at - was, skip = t->left ? (cx->now - t->at) / step : 0;
        char unit = t->period.n ? t->period.p[t->period.n - 1] : 0;
        bool is_even = str_starts(t->period, STR("PT")) || unit == 'D' || unit == 'W';
        if (skip < 2 || !is_even || (t->left > 0 && t->left <= skip))
            continue;
        t->at += (skip - 1) * step;
        t->left -= t->left > 0 ? skip - 1 : 0;
    }
    return cx->err.kind == ERR_NONE;
}

/* Of a version that is put to use now: turns that have passed already are none. */
static bool turns_of(struct ctx *cx, const struct flow_trigger *g, struct turns *t)
{
    int64_t last = 0;
    bool is_work = true;
    *t = (struct turns){ g->period.n ? g->period : STR(""), g->first, g->first, g->times };
    if (!g->first) {
        t->first = cx->now;
        if (!calendar_repeat(cx, t->period, cx->now, cx->now, &t->at))
            return false;
    } else if (is_worked(t->period)) {
        if (!calendar_is_work_day(cx, t->at, &is_work) ||
            (!is_work && !calendar_repeat(cx, STR("1wd"), t->first, t->at, &t->at)))
            return false;
    }
    return turns_pass(cx, t, &last);
}

/* --- the schedule of a module's newest version ------------------------------------------------------------- */

struct start {
    int64_t id;
    struct str key, node;
    int64_t unit_id;
    bool in_every_unit;
    struct turns turns;
};

static int start_row(struct ctx *cx, struct rows *r, int found, int64_t id, struct start *out)
{
    if (found == 1)
        *out = (struct start){ .id = id, .key = row_copy(r, 0, cx->a), .unit_id = row_i64(r, 1),
                               .node = row_copy(r, 2, cx->a), .in_every_unit = row_i64(r, 3) != 0,
                               .turns = { row_copy(r, 4, cx->a), row_i64(r, 5), row_i64(r, 6),
                                          row_i64(r, 7) } };
    rows_end(r);
    return found;
}

static int start_find(struct ctx *cx, int64_t id, struct start *out)
{
    struct rows r;
    return start_row(cx, &r, db_get(cx->db, &r, &q_start_get, id), id, out);
}

/* Its turn has come: a row for each unit that it concerns, and the next turn. Another node may have been
 * first; then there is nothing to do. */
static bool start_fire(struct ctx *cx, int64_t id)
{
    struct rows r;
    struct start s;
    int64_t turn = 0;
    int found = start_row(cx, &r, db_get(cx->db, &r, &q_start_lock, id, cx->now), id, &s);
    if (found != 1)
        return found == 0;
    return turns_pass(cx, &s.turns, &turn) &&
           db_run(cx->db, &q_turns_put, id, turn, s.unit_id, (int64_t)s.in_every_unit, s.key) &&
           db_run(cx->db, &q_start_next, turn, bind_id(s.turns.left ? s.turns.at : 0), s.turns.left,
                  id);
}

struct kept {
    int64_t id, first, last, fire, left;
    struct str node, kind, rule;
};

static bool put(struct ctx *cx, const struct module_published *v, const struct flow_trigger *g,
                const struct kept *was)
{
    size_t n;
    struct str node = flow_nodes(v->net, &n)[g->node].id;
    bool is_timer = g->event == FLOW_EVENT_TIMER;
    struct turns t = { STR(""), 0, 0, 0 };
    if (is_timer && !turns_of(cx, g, &t))
        return false;
    int64_t last = cx->now;
    if (is_timer && was && str_is(was->kind, "timer") && str_eq(was->rule, g->rule)) {
        t = (struct turns){ t.period, was->first, was->fire, was->left }; /* the same goes on */
        last = was->last;
    }
    return db_run(cx->db, &q_start_put, was ? was->id : id_new(cx->now), v->key, v->unit_id, node,
                  is_timer ? "timer" : "message", g->name.p ? g->name : STR(""),
                  (int64_t)(v->form->is_city || v->unit_id), g->rule.p ? g->rule : STR(""),
                  t.period, t.first, last, bind_id(t.left ? t.at : 0), t.left);
}

static bool drop(struct ctx *cx, const struct kept *k)
{
    return db_run(cx->db, &q_turns_drop, k->id) && db_run(cx->db, &q_start_drop, k->id);
}

/* The version before is replaced; what of it was due already still happens. */
static bool on_published(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct module_published *v = detail;
    struct kept old[64];
    struct rows r;
    size_t n = 0, nodes_n, triggers;
    const struct flow_trigger *g = flow_triggers(v->net, &triggers);
    const struct flow_node *nodes = flow_nodes(v->net, &nodes_n);
    (void)event;
    (void)subject;
    for (db_rows(cx->db, &r, &q_starts_of, v->key, v->unit_id); n < 64 && rows_next(&r); n++)
        old[n] = (struct kept){ .id = row_i64(&r, 0), .node = row_copy(&r, 1, cx->a),
                                .kind = row_copy(&r, 2, cx->a), .rule = row_copy(&r, 4, cx->a),
                                .first = row_i64(&r, 6), .last = row_i64(&r, 7),
                                .fire = row_i64(&r, 8), .left = row_i64(&r, 9) };
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    for (size_t i = 0; i < n; i++) {
        bool stays = false;
        struct start now;
        for (size_t k = 0; k < triggers; k++)
            stays = stays || str_eq(nodes[g[k].node].id, old[i].node);
        if (!stays && !drop(cx, &old[i]))
            return false;
        if (!stays || !old[i].fire || old[i].fire > cx->now)
            continue;
        if (!start_fire(cx, old[i].id) || start_find(cx, old[i].id, &now) != 1)
            return false;
        old[i].last = cx->now;
        old[i].fire = now.turns.at;
        old[i].left = now.turns.left;
    }
    for (size_t k = 0; k < triggers; k++) {
        const struct kept *was = NULL;
        for (size_t i = 0; i < n; i++)
            if (str_eq(nodes[g[k].node].id, old[i].node))
                was = &old[i];
        if (!put(cx, v, &g[k], was))
            return false;
    }
    return true;
}

/* A changed calendar moves the turn that is next, not those after a moment or so many hours. */
static bool on_calendar_changed(struct ctx *cx, const char *event, int64_t subject,
                                const void *detail)
{
    struct rows r;
    struct {
        int64_t id, first, last, fire;
        struct str period;
    } s[BATCH];
    size_t n = 0;
    (void)event;
    (void)subject;
    (void)detail;
    for (db_rows(cx->db, &r, &q_starts_counted); n < BATCH && rows_next(&r); n++) {
        s[n].id = row_i64(&r, 0);
        s[n].period = row_copy(&r, 1, cx->a);
        s[n].first = row_i64(&r, 2);
        s[n].last = row_i64(&r, 3);
        s[n].fire = row_i64(&r, 4);
    }
    rows_end(&r);
    for (size_t i = 0; i < n; i++) {
        int64_t at = s[i].last;
        if (at < s[i].first) /* before its first turn */
            continue;
        if (!calendar_repeat(cx, s[i].period, s[i].first, at, &at) ||
            (at != s[i].fire && !db_run(cx->db, &q_start_moved, at, s[i].id)))
            return false;
    }
    return !rows_failed(&r);
}

/* --- a matter -------------------------------------------------------------------------------------------------- */

struct beginning {
    const struct definition *d;
    struct unit_row unit;
    struct str node;
    const struct jv *vars; /* of the message, or NULL */
    struct str note;
    struct str from; /* of a message that came from another unit; absent: its own */
};

/* Does the unit still use the module, and its version this start? 1, 0, -1. */
static int may_begin(struct ctx *cx, const struct start *s, int64_t unit_id, enum flow_event event,
                     struct beginning *b)
{
    size_t n, nodes_n;
    int found = unit_find(cx, unit_id, &b->unit);
    if (found != 1 || b->unit.closed_on.p || !str_is(b->unit.kind, "unit"))
        return found < 0 ? -1 : 0;
    b->d = definition_newest(cx, s->key, unit_id);
    b->node = s->node;
    if (!b->d)
        return -1;
    const struct flow_trigger *g = flow_triggers(b->d->net, &n);
    const struct flow_node *nodes = flow_nodes(b->d->net, &nodes_n);
    for (size_t i = 0; i < n; i++)
        if (g[i].event == event && str_eq(nodes[g[i].node].id, s->node))
            return module_is_on(cx, b->d, unit_id);
    return 0; /* a unit's variant of an older version */
}

/* What a message brings for fields of the form, as a form is filled in. */
static const struct jv *form_of(struct ctx *cx, const struct definition *d, const struct jv *vars)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    struct str key;
    const struct jv *value;
    jw_obj(&w);
    for (const void *it = NULL; vars && (it = jv_next(vars, it, &key, &value));) {
        const struct form_field *f = form_find(d->form->fields, key);
        if (!f || f->compute)
            continue;
        jw_key_str(&w, key);
        jw_raw(&w, form_from_flow(cx->a, f, value));
    }
    jw_obj_end(&w);
    return jv_parse(cx->a, buf_done(&b), NULL, NULL);
}

static struct str system_starter(struct ctx *cx, const struct unit_row *u)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_ktext(&w, "name", "");
    jw_kstr(&w, "unit", u->name);
    jw_ktext(&w, "title", "");
    jw_kbool(&w, "is_leader", false);
    jw_karr(&w, "roles");
    jw_arr_end(&w);
    (void)starter_above_write(cx, &w, u->id); /* what fails is in cx->err */
    jw_obj_end(&w);
    return buf_done(&b);
}

/* The form with its defaults and what came with a message; what does not fit its field stays empty: the
 * first who has it sees what is missing. */
static struct form_values fill(struct ctx *cx, const struct beginning *b, struct form_seen *seen)
{
    const struct form *form = b->d->form;
    const struct form_values none = form_values_of(cx->a, form->fields, NULL);
    struct form_change change = { .input = form_of(cx, b->d, b->vars), .is_start = true,
                                  .is_draft = true };
    struct form_result r = form_apply(cx->a, form, form->fields, none, &change, &seen->world);
    bool is_good = r.problem_n == 0 &&
                   form_may_name(cx, b->d, b->unit.id, r.values) &&
                   form_refs_good(cx, b->d, form->fields, b->unit.id, 0, r.values,
                                  (struct form_values){ NULL });
    if (is_good)
        return r.values;
    cx->err = (struct err){ 0 };
    change.input = NULL;
    return form_apply(cx->a, form, form->fields, none, &change, &seen->world).values;
}

static bool begin(struct ctx *cx, const struct beginning *b)
{
    struct matter m;
    struct flow_delta delta;
    struct str starter = system_starter(cx, &b->unit), urgency = STR("normal");
    struct form_seen *seen = form_seen_of(cx, b->d->key, b->unit.id, 0, 0, starter, urgency, STR_NONE);
    struct form_values values = fill(cx, b, seen);
    struct str on = clock_day_text(cx->a, clock_date_of(cx->now));
    struct str title = form_title(cx, b->d, values, seen,
                                  str_printf(cx->a, "%.*s（%.*s）", STR_ARG(b->d->name), STR_ARG(on)));
    const struct matter_start start = { .module = b->d->key, .unit_id = b->unit.id, .title = title,
                                        .urgency = urgency,
                                        .from_name = b->from.n ? b->from : b->unit.name };
    const struct jv *vars = flow_vars_of(cx, b->d, values, b->vars, starter, urgency);
    return cx->err.kind == ERR_NONE && matter_insert(cx, &start, b->d, "running", &m) &&
           matter_form_put(cx, &m, b->d, title, values, starter) &&
           matter_begin(cx, &m, b->node, vars, b->note, &delta) &&
           matter_number_at(cx, &m, b->d, STR("start")) &&
           event_emit(cx, "matter.started", m.id, &m) &&
           event_emit(cx, "search.changed", m.id, NULL);
}

/* --- commands of the clock --------------------------------------------------------------------------------------- */

struct turn_in {
    int64_t start, unit;
};
static const struct field turn_in_fields[] = {
    FIELD(turn_in, start, F_ID, .flags = FIELD_REQUIRED, .zh = "开始事件", .en = "start event"),
    FIELD(turn_in, unit, F_ID, .flags = FIELD_REQUIRED, .zh = "单位", .en = "unit"),
};
RECORD(turn_in);

static bool run_start_due(struct ctx *cx, const void *input, void *output)
{
    (void)output;
    return start_fire(cx, ((const struct clock_one *)input)->id);
}

static bool run_turn_one(struct ctx *cx, const void *input, void *output)
{
    const struct turn_in *in = input;
    struct beginning b = { .vars = NULL };
    struct start s;
    struct rows r;
    (void)output;
    int found = db_get(cx->db, &r, &q_turn_lock, in->start, in->unit, cx->now);
    int64_t turn = found == 1 ? row_i64(&r, 0) : 0;
    rows_end(&r);
    if (found != 1)
        return found == 0; /* another node was first */
    if (!db_run(cx->db, &q_turn_drop, in->start, in->unit))
        return false;
    found = start_find(cx, in->start, &s);
    if (found != 1)
        return found == 0;
    int may = may_begin(cx, &s, in->unit, FLOW_EVENT_TIMER, &b);
    if (may < 1)
        return may == 0;
    b.note = str_printf(cx->a, "{\"by\":\"timer\",\"start\":\"%.*s\",\"turn_at\":%lld}",
                        STR_ARG(s.node), (long long)turn);
    return begin(cx, &b);
}

/* A unit where it cannot begin keeps no other from it: it is tried again, and the studio says why. */
static bool run_turns(struct ctx *cx, const void *input, void *output)
{
    struct turn_in due[BATCH];
    struct rows r;
    size_t n = 0;
    (void)input;
    (void)output;
    for (db_rows(cx->db, &r, &q_turns_due, cx->now); n < BATCH && rows_next(&r); n++)
        due[n] = (struct turn_in){ row_i64(&r, 0), row_i64(&r, 1) };
    rows_end(&r);
    for (size_t i = 0; i < n; i++) {
        if (command_run_child(cx, "flow.turn_one", &due[i], NULL))
            continue;
        if (cx->err.kind == ERR_INTERNAL || cx->err.kind == ERR_BUSY)
            return false;
        log_warn("desk", "a matter could not be begun at its time", "unit",
                 arena_printf(cx->a, "%lld", (long long)due[i].unit), "code", cx->err.code);
        struct str zh = str_of(err_message(cx->a, &cx->err, LANG_ZH));
        struct str en = str_of(err_message(cx->a, &cx->err, LANG_EN));
        cx->err = (struct err){ 0 };
        if (!db_run(cx->db, &q_turn_later, cx->now + LATER_MS, zh, en, due[i].start, due[i].unit))
            return false;
    }
    return !rows_failed(&r);
}

struct begin_in {
    int64_t message, start;
};
static const struct field begin_in_fields[] = {
    FIELD(begin_in, message, F_ID, .flags = FIELD_REQUIRED, .zh = "消息", .en = "message"),
    FIELD(begin_in, start, F_ID, .flags = FIELD_REQUIRED, .zh = "开始事件", .en = "start event"),
};
RECORD(begin_in);

struct sent {
    struct str name, correlation, vars;
    int64_t unit_id;
};

static int message_lock(struct ctx *cx, int64_t id, struct sent *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_message_begin, id);
    if (found == 1)
        *out = (struct sent){ row_copy(&r, 0, cx->a), row_copy(&r, 1, cx->a),
                              row_copy(&r, 2, cx->a), row_i64(&r, 3) };
    rows_end(&r);
    return found;
}

/* Where it begins: the sender's unit, or, where the start event says so, the one that what came names; a
 * module of the city's only. 1, 0 when it names none, -1. */
static int unit_of(struct ctx *cx, const struct start *s, const struct sent *sent, int64_t *unit_id,
                   bool *is_addressed)
{
    size_t n;
    *is_addressed = false;
    *unit_id = unit_now(cx, sent->unit_id);
    const struct definition *d = s->unit_id ? NULL : definition_newest(cx, s->key, 0);
    int node = d ? flow_node_find(d->net, s->node) : -1;
    const struct flow_trigger *g = d ? flow_triggers(d->net, &n) : NULL;
    for (size_t i = 0; node >= 0 && i < n; i++)
        *is_addressed = *is_addressed || (g[i].node == node && g[i].rule.n);
    if (!*is_addressed)
        return cx->err.kind ? -1 : 1;
    const struct flow_who to = flow_start_unit(cx->a, d->net, node,
                                               jv_parse(cx->a, sent->vars, NULL, NULL), cx->now);
    *unit_id = to.kind == FLOW_UNIT ? unit_now(cx, to.id) : 0;
    return cx->err.kind ? -1 : *unit_id != 0;
}

static bool run_begin(struct ctx *cx, const void *input, void *output)
{
    const struct begin_in *in = input;
    struct beginning b = { .vars = NULL };
    struct sent sent;
    struct start s;
    (void)output;
    int found = message_lock(cx, in->message, &sent);
    if (found != 1)
        return found == 0;
    if (db_number(cx->db, 0, &q_message_awaited, sent.name, sent.correlation))
        return true; /* somebody has begun to wait: it is delivered */
    found = start_find(cx, in->start, &s);
    if (found != 1 || cx->err.kind)
        return found == 0 && !cx->err.kind;
    int64_t unit_id;
    bool is_addressed;
    int may = unit_of(cx, &s, &sent, &unit_id, &is_addressed);
    if (may == 1)
        may = may_begin(cx, &s, unit_id, FLOW_EVENT_MESSAGE, &b);
    if (may == 0 && is_addressed)
        log_warn("desk", "a message could not begin a matter where it is addressed to", "module",
                 arena_strndup(cx->a, s.key.p, s.key.n), "unit",
                 arena_printf(cx->a, "%lld", (long long)unit_id));
    if (may < 1) /* the unit that is addressed may come to use it */
        return may == 0 && db_run(cx->db, &q_message_later,
                                  cx->now + (is_addressed ? LATER_MS : NEVER_MS), in->message);
    if (is_addressed && !org_unit_name_on(cx, unit_now(cx, sent.unit_id), STR_NONE, &b.from))
        return false;
    int node = flow_node_find(b.d->net, s.node);
    b.vars = jv_parse(cx->a,
                      flow_start_vars(cx->a, b.d->net, node,
                                      jv_parse(cx->a, sent.vars, NULL, NULL), cx->now),
                      NULL, NULL);
    struct buf note = buf_in(cx->a);
    struct jw w = jw_to(&note);
    jw_obj(&w);
    jw_ktext(&w, "by", "message");
    jw_kstr(&w, "start", s.node);
    jw_kstr(&w, "message", sent.name);
    jw_obj_end(&w);
    b.note = buf_done(&note);
    return begin(cx, &b) && db_run(cx->db, &q_message_drop, in->message);
}

static bool run_begin_later(struct ctx *cx, const void *input, void *output)
{
    (void)output;
    return db_run(cx->db, &q_message_later, cx->now + LATER_MS,
                  ((const struct clock_one *)input)->id);
}

/* --- the clock's thread ----------------------------------------------------------------------------------------------- */

static void fire_all(struct ctx *cx)
{
    struct rows r;
    db_rows(cx->db, &r, &q_starts_due, cx->now);
    struct ids due = clock_read(cx, &r, BATCH);
    for (size_t i = 0; i < due.n; i++) {
        const struct clock_one in = { due.p[i] };
        (void)clock_tell(cx, LOG_WARN_, "flow.start_due", &in); /* the next tick sees it again */
    }
}

/* One message begins one matter: of the first module that takes it, by its key. */
static void begin_all(struct ctx *cx)
{
    struct rows r;
    struct begin_in pairs[BATCH];
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_message_begins, cx->now); n < BATCH && rows_next(&r);)
        if (!n || pairs[n - 1].message != row_i64(&r, 0))
            pairs[n++] = (struct begin_in){ row_i64(&r, 0), row_i64(&r, 1) };
    rows_end(&r);
    for (size_t i = 0; i < n; i++) {
        const struct clock_one later = { pairs[i].message };
        if (!clock_tell(cx, LOG_WARN_, "flow.begin", &pairs[i]))
            (void)clock_tell(cx, LOG_WARN_, "flow.begin_later", &later);
    }
}

static void tick(struct ctx *cx)
{
    int64_t until = clock_monotonic_us() + TICK_US; /* the rest with the next tick */
    fire_all(cx);
    while (db_number(cx->db, 0, &q_turns_any, cx->now) && clock_tell(cx, LOG_WARN_, "flow.turns", NULL) &&
           clock_monotonic_us() < until)
        ;
    begin_all(cx);
}

/* --- what is next ------------------------------------------------------------------------------------------------------- */

struct starts_in {
    struct str key;
    int64_t unit_id;
};
static const struct field starts_in_fields[] = {
    FIELD(starts_in, key, F_TEXT, .max = 40, .flags = FIELD_PATH, .zh = "业务", .en = "module"),
    FIELD(starts_in, unit_id, F_ID, .zh = "单位", .en = "whose module; absent: the city's"),
};
RECORD(starts_in);

struct start_row {
    struct str node, name, kind, message, rule, problem;
    int64_t next_at, turns_left, waiting;
    bool is_on;
};
static const char *const start_kinds[] = { "timer", "message", NULL };
static const struct field start_row_fields[] = {
    FIELD(start_row, node, F_TEXT, .flags = FIELD_REQUIRED, .zh = "开始事件", .en = "start event"),
    FIELD(start_row, name, F_TEXT, .flags = FIELD_REQUIRED, .zh = "名称", .en = "its name"),
    FIELD(start_row, kind, F_CHOICE, .flags = FIELD_REQUIRED, .choices = start_kinds, .zh = "方式",
          .en = "by what"),
    FIELD(start_row, message, F_TEXT, .zh = "消息", .en = "message"),
    FIELD(start_row, rule, F_TEXT, .zh = "时间规则", .en = "rule of the timer"),
    FIELD(start_row, is_on, F_BOOL, .flags = FIELD_REQUIRED, .zh = "启用", .en = "in use"),
    FIELD(start_row, next_at, F_MOMENT, .zh = "下次", .en = "next turn; null: none"),
    FIELD(start_row, turns_left, F_I64, .zh = "剩余次数", .en = "turns left; -1: without end"),
    FIELD(start_row, waiting, F_I64, .zh = "未能开始的单位数", .en = "units where it could not begin"),
    FIELD(start_row, problem, F_TEXT, .zh = "原因", .en = "why, of one of them"),
};
RECORD(start_row);

static bool stuck(struct ctx *cx, int64_t start_id, int64_t unit_id, struct start_row *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_turns_stuck, start_id, unit_id);
    out->waiting = found == 1 ? row_i64(&r, 0) : 0;
    if (out->waiting)
        out->problem = row_copy(&r, cx->lang == LANG_EN ? 2 : 1, cx->a);
    rows_end(&r);
    return found >= 0;
}

static bool run_starts(struct ctx *cx, const void *input, struct jw *w)
{
    const struct starts_in *in = input;
    struct kept list[BATCH];
    struct str names[BATCH];
    struct rows r;
    size_t n = 0, nodes_n;
    if (in->unit_id && !module_unit_may(cx, in->unit_id))
        return false;
    const struct definition *d = definition_newest(cx, in->key, in->unit_id);
    if (!d)
        return false;
    /* a variant of the city's begins when the city's does */
    int64_t owner = d->is_tailored ? 0 : d->unit_id;
    for (db_rows(cx->db, &r, &q_starts_of, in->key, owner); n < BATCH && rows_next(&r); n++) {
        list[n] = (struct kept){ .id = row_i64(&r, 0), .node = row_copy(&r, 1, cx->a),
                                 .kind = row_copy(&r, 2, cx->a), .rule = row_copy(&r, 4, cx->a),
                                 .fire = row_i64(&r, 8), .left = row_i64(&r, 9) };
        names[n] = row_copy(&r, 3, cx->a);
    }
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    bool is_on = !in->unit_id || module_is_on(cx, d, in->unit_id);
    answer_rows(w);
    for (size_t i = 0; i < n; i++) {
        int at = flow_node_find(d->net, list[i].node);
        struct str name = at < 0 ? STR_NONE : flow_nodes(d->net, &nodes_n)[at].name;
        struct start_row row = {
            .node = list[i].node, .name = name.n ? definition_say(cx, d, name) : list[i].node,
            .kind = list[i].kind, .message = names[i], .rule = list[i].rule, .is_on = is_on,
            .next_at = is_on ? list[i].fire : 0, .turns_left = list[i].left, .problem = STR(""),
        };
        if (!stuck(cx, list[i].id, in->unit_id, &row))
            return false;
        record_encode(w, &start_row_record, &row);
    }
    answer_rows_end(w, STR_NONE);
    return cx->err.kind == ERR_NONE;
}

static const struct command commands[] = {
    { "flow.start_due", POST, NULL, PERM_OPERATOR, &clock_one_record, NULL, run_start_due,
      "定时开始到时", "A start's turn has come", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "flow.turns", POST, NULL, PERM_OPERATOR, NULL, NULL, run_turns, "按时开始事项",
      "Begin matters whose time has come", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "flow.turn_one", POST, NULL, PERM_OPERATOR, &turn_in_record, NULL, run_turn_one,
      "在一个单位按时开始", "Begin one unit's matter", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "flow.begin", POST, NULL, PERM_OPERATOR, &begin_in_record, NULL, run_begin,
      "由消息开始事项", "A message begins a matter", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "flow.begin_later", POST, NULL, PERM_OPERATOR, &clock_one_record, NULL, run_begin_later,
      "稍后再由消息开始", "Try again later", CMD_INTERNAL | CMD_NO_TRACE, NULL },
};

static const struct read reads[] = {
    { "module.starts", "/modules/{key}/starts", PERM_UNIT_ADMIN, &starts_in_record,
      &start_row_record, true, run_starts, "业务的定时和消息开始",
      "What begins a module's matters by itself, and when", 0 },
};

static const struct handler handlers[] = { { "module.published", on_published },
                                           { "calendar.changed", on_calendar_changed } };

const struct room desk_begin_room = { "desk", ROOM_TABLE(commands), ROOM_TABLE(reads),
                                      ROOM_TABLE(handlers), NULL, tick };
