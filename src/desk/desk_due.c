/* 期限 (FLOW 5.12): "1wd" working days, "4wh" working hours, "P3D" calendar days. The day of receipt
 * is not counted; a working day's limit ends at close of business (民法典 201, 203). Days off and
 * make-up days come from work_calendar; a plain week otherwise. */
#include "base/clock.h"
#include "base/embed.h"
#include "desk/desk.sql.h"
#include "desk/desk_in.h"

/* Minutes of the day: 8:30–12:00, 14:00–17:30. */
static const struct {
    int from, to;
} hours[] = { { 510, 720 }, { 840, 1050 } };
#define CLOSE_OF_BUSINESS 1050
#define DAYS_AHEAD_MAX 400

static bool is_work_day(struct ctx *cx, struct clock_date d)
{
    int64_t v = db_number(cx->db, -1, &q_calendar_day, clock_day_text(cx->a, d));
    return v < 0 ? clock_weekday(d) <= 5 : v > 0;
}

static int64_t after_work_days(struct ctx *cx, int64_t from, int64_t n)
{
    int64_t day = clock_days(clock_date_of(from));
    for (int guard = 0; n > 0 && guard < DAYS_AHEAD_MAX; guard++)
        n -= is_work_day(cx, clock_from_days(++day));
    return clock_at(clock_from_days(day), CLOSE_OF_BUSINESS);
}

static int64_t after_work_minutes(struct ctx *cx, int64_t from, int64_t left)
{
    int64_t day = clock_days(clock_date_of(from));
    int minute = clock_minute_of_day(from);
    for (int guard = 0; guard < DAYS_AHEAD_MAX; guard++, day++, minute = 0) {
        if (!is_work_day(cx, clock_from_days(day)))
            continue;
        for (size_t i = 0; i < sizeof hours / sizeof *hours; i++) {
            int start = minute > hours[i].from ? minute : hours[i].from;
            if (start >= hours[i].to)
                continue;
            if (left <= hours[i].to - start)
                return clock_at(clock_from_days(day), start + (int)left);
            left -= hours[i].to - start;
        }
    }
    return clock_at(clock_from_days(day), CLOSE_OF_BUSINESS);
}

bool due_after(struct ctx *cx, struct str rule, int64_t from, int64_t *out)
{
    int64_t n;
    if (str_ends(rule, STR("wd")) && str_to_i64(str_sub(rule, 0, rule.n - 2), &n) && n > 0)
        *out = after_work_days(cx, from, n);
    else if (str_ends(rule, STR("wh")) && str_to_i64(str_sub(rule, 0, rule.n - 2), &n) && n > 0)
        *out = after_work_minutes(cx, from, n * 60);
    else if (rule.n > 2 && rule.p[0] == 'P' && rule.p[rule.n - 1] == 'D' &&
             str_to_i64(str_sub(rule, 1, rule.n - 2), &n) && n > 0)
        *out = clock_at(clock_from_days(clock_days(clock_date_of(from)) + n), CLOSE_OF_BUSINESS);
    else
        return fail_arg(cx, ERR_INVALID, "due.rule", NULL, arena_strndup(cx->a, rule.p, rule.n),
                        NULL);
    return cx->err.kind == ERR_NONE;
}

/* --- the calendar that comes with the program ------------------------------------------------------------ */

static bool run_calendar_install(struct ctx *cx, const void *in, void *out)
{
    struct str all = embed_find("data/holidays.csv"), line, day, kind;
    (void)in;
    (void)out;
    (void)str_cut(&all, '\n', &line); /* the heading */
    while (str_cut(&all, '\n', &line)) {
        struct clock_date d;
        if (!str_cut(&line, ',', &day) || !str_cut(&line, ',', &kind) || !clock_day_parse(day, &d))
            continue;
        if (!db_run(cx->db, &q_calendar_put, day, (int64_t)str_is(kind, "work"), str_trim(line)))
            return false;
    }
    return true;
}

static const struct command commands[] = {
    { "calendar.install", POST, NULL, PERM_OPERATOR, NULL, NULL, run_calendar_install,
      "载入随程序附带的节假日历", "Load the calendar that comes with the program",
      CMD_INTERNAL | CMD_NO_TRACE, NULL },
};

const struct room desk_due_room = { "desk", ROOM_TABLE(commands), NULL, 0, NULL, 0, NULL, NULL };
