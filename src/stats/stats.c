/* Months that changed, counted by the clock and put down by one short command. */
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "stats/stats.sql.h"
#include "stats/stats_in.h"

enum { CELLS_MOST = 2000, TICK_MS = 150 };

int64_t month_of(int64_t at)
{
    struct clock_date d = clock_date_of(at);
    return d.year * 100 + d.month;
}

int64_t month_add(int64_t month, int n)
{
    int64_t i = month / 100 * 12 + month % 100 - 1 + n;
    return i / 12 * 100 + i % 12 + 1;
}

int64_t month_begins(int64_t month)
{
    return clock_at((struct clock_date){ (int)(month / 100), (int)(month % 100), 1 }, 0);
}

/* --- a month, counted ----------------------------------------------------------------------------------- */

struct cell {
    struct str measure, key;
    int64_t n;
};
struct counting {
    struct figures_ask ask; /* first */
    struct ctx *cx;
    struct cell *cells;
    size_t n;
};

static bool add(const struct figures_ask *ask, const char *measure, struct str key, int64_t n)
{
    struct counting *c = ask->arg;
    size_t i = 0;
    while (i < c->n && (!str_is(c->cells[i].measure, measure) || !str_eq(c->cells[i].key, key)))
        i++;
    if (i == CELLS_MOST)
        return true; /* more persons than a unit has */
    if (i == c->n)
        c->cells[c->n++] = (struct cell){ str_of(measure), str_copy(c->cx->a, key), 0 };
    struct cell *at = &c->cells[i];
    bool is_most = str_ends(at->measure, STR("_most"));
    at->n = !is_most ? at->n + n : at->n > n ? at->n : n;
    return true;
}

struct month_put_in {
    int64_t unit_id, month, touches, last;
    const struct cell *cells;
    size_t n;
};

/* Another node may have been first, or a touch of before has only now come to light: then nothing is
 * put down, and the month is counted again. */
static bool run_put(struct ctx *cx, const void *input, void *output)
{
    const struct month_put_in *in = input;
    (void)output;
    int64_t gone = db_update(cx->db, &q_touch_drop, in->unit_id, month_begins(in->month),
                             month_begins(month_add(in->month, 1)), in->last);
    if (gone != in->touches)
        return gone >= 0 && fail(cx, ERR_CONFLICT, "stats.again", NULL);
    if (db_update(cx->db, &q_stat_clear, in->unit_id, in->month) < 0)
        return false;
    for (size_t i = 0; i < in->n; i++)
        if (in->cells[i].n && !db_run(cx->db, &q_stat_put, in->unit_id, in->month,
                                      in->cells[i].measure, in->cells[i].key, in->cells[i].n))
            return false;
    return db_run(cx->db, &q_month_put, in->unit_id, in->month, cx->now);
}

/* 1: counted, 0: nothing waits, -1: not this time. */
static int count_next(struct ctx *cx)
{
    struct rows r;
    int64_t unit = 0, at = 0;
    int found = db_get(cx->db, &r, &q_touch_first);
    if (found == 1) {
        unit = row_i64(&r, 0);
        at = row_i64(&r, 1);
    }
    rows_end(&r);
    if (found != 1)
        return found;
    struct month_put_in in = { .unit_id = unit, .month = month_of(at) };
    struct counting c = { .cx = cx, .cells = arena_array_of(cx->a, struct cell, CELLS_MOST) };
    c.ask = (struct figures_ask){ unit, month_begins(in.month), month_begins(month_add(in.month, 1)),
                                  add, &c };
    if (db_get(cx->db, &r, &q_touch_month, unit, c.ask.from, c.ask.until) == 1) {
        in.touches = row_i64(&r, 0);
        in.last = row_i64(&r, 1);
    }
    rows_end(&r);
    /* read after the touches: what they tell of is among the rows */
    if (!in.touches || !event_ask(cx, "figures.count", unit, &c.ask))
        return -1;
    in.cells = c.cells;
    in.n = c.n;
    struct err e = { 0 };
    if (door_run(cx->core, "stats.put", &in, NULL, NULL, cx->now, cx->a, &e))
        return 1;
    if (e.kind != ERR_CONFLICT)
        log_warn("stats", "a month will be counted again", "code", e.code);
    return -1;
}

static void tick(struct ctx *cx)
{
    int64_t until = clock_monotonic_us() + TICK_MS * 1000;
    int state = 1;
    while (state == 1 && clock_monotonic_us() < until) {
        struct arena_mark mark = arena_mark(cx->a);
        state = count_next(cx);
        arena_reset(cx->a, mark);
    }
}

/* --- said by the rooms, or asked for ----------------------------------------------------------------------- */

static bool on_changed(struct ctx *cx, const char *event, int64_t unit_id, const void *detail)
{
    (void)event;
    return db_run(cx->db, &q_touch, id_new(cx->now), unit_id, *(const int64_t *)detail);
}

struct rebuild_in {
    int64_t unit_id, year;
};
static const struct field rebuild_in_fields[] = {
    FIELD(rebuild_in, unit_id, F_ID, .flags = FIELD_REQUIRED, .zh = "单位", .en = "unit"),
    FIELD(rebuild_in, year, F_I64, .flags = FIELD_REQUIRED, .min = 2000, .max = 2099, .zh = "年度",
          .en = "year"),
};
RECORD(rebuild_in);

static bool run_rebuild(struct ctx *cx, const void *input, void *output)
{
    const struct rebuild_in *in = input;
    struct unit_row u;
    (void)output;
    if (!unit_load(cx, in->unit_id, &u))
        return false;
    for (int m = 1; m <= 12; m++)
        if (!db_run(cx->db, &q_touch, id_new(cx->now), u.id, month_begins(in->year * 100 + m)))
            return false;
    return trace_write(cx, u.id, "stats.rebuild", 0, 0,
                       str_printf(cx->a, "{\"year\":%lld}", (long long)in->year));
}

/* Every month that was ever counted, 500 at a time: the next from where this one ended. */
struct rebuild_all_in {
    int64_t unit_id, month;
};
static const struct field rebuild_all_in_fields[] = {
    FIELD(rebuild_all_in, unit_id, F_ID, .zh = "从单位", .en = "from this unit on"),
    FIELD(rebuild_all_in, month, F_I64, .zh = "从月份", .en = "and its month"),
};
RECORD(rebuild_all_in);
static const struct field rebuild_all_out_fields[] = {
    FIELD(rebuild_all_in, unit_id, F_ID, .zh = "到单位", .en = "go on from here; 0: all done"),
    FIELD(rebuild_all_in, month, F_I64, .zh = "到月份", .en = "month"),
};
static const struct record rebuild_all_out_record = { "rebuild_all_out", sizeof(struct rebuild_all_in),
                                                      rebuild_all_out_fields, 2 };

static bool run_rebuild_all(struct ctx *cx, const void *input, void *output)
{
    const struct rebuild_all_in *in = input;
    struct rebuild_all_in list[500];
    struct rows r;
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_months_known, in->unit_id, in->month); n < 500 && rows_next(&r);)
        list[n++] = (struct rebuild_all_in){ row_i64(&r, 0), row_i64(&r, 1) };
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!db_run(cx->db, &q_touch, id_new(cx->now), list[i].unit_id, month_begins(list[i].month)))
            return false;
    *(struct rebuild_all_in *)output = n == 500 ? list[n - 1] : (struct rebuild_all_in){ 0, 0 };
    return trace_write(cx, trace_node_stream(cx), "stats.rebuild_all", 0, 0,
                       str_printf(cx->a, "{\"months\":%zu}", n));
}

static const struct command commands[] = {
    { "stats.put", POST, NULL, PERM_OPERATOR, NULL, NULL, run_put, "统计数已更新",
      "A month was counted", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "stats.rebuild", POST, "/statistics/rebuild", PERM_CITY_ADMIN, &rebuild_in_record, NULL,
      run_rebuild, "重新统计", "Count a unit's year again", CMD_OPERATOR, NULL },
    { "stats.rebuild_all", POST, "/statistics/rebuild_all", PERM_CITY_ADMIN, &rebuild_all_in_record,
      &rebuild_all_out_record, run_rebuild_all, "全部重新统计",
      "Count every known month again, 500 at a time", CMD_OPERATOR, NULL },
};
static const struct read reads[] = {
    { "statistics", "/statistics", PERM_LOGIN, &stats_in_record, &stats_record, false, stats_read,
      "公文统计", "Figures of a unit's month or year", 0 },
    { "statistics.below", "/statistics/below", PERM_LOGIN, &stats_below_in_record,
      &stats_below_row_record, true, stats_below, "下级单位公文统计", "Figures of the units below", 0 },
};
static const struct handler handlers[] = {
    { "figures.changed", on_changed },
    { "register.rows", stats_on_rows },
    { "me.rights", stats_on_rights },
};
const struct room stats_room = { "stats", ROOM_TABLE(commands), ROOM_TABLE(reads), ROOM_TABLE(handlers),
                                 NULL, tick };
