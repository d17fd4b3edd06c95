/* Changing the calendar: what comes with the program, single days, a year's list, working hours.
 * City administrators only; every change is on the trace and recounts open deadlines. */
#include "base/clock.h"
#include "base/embed.h"
#include "calendar/calendar.sql.h"
#include "calendar/calendar_in.h"

#define YEAR_MIN 2000
#define YEAR_MAX 2099
#define BAD_LINES_TOLD 20

static struct str year_begin(struct ctx *cx, int64_t year)
{
    return str_printf(cx->a, "%04lld-01-01", (long long)year);
}

static bool changed(struct ctx *cx, const char *op, struct str body)
{
    return trace_write(cx, trace_node_stream(cx), op, 0, 0, body) &&
           event_emit(cx, "calendar.changed", 0, NULL);
}

/* --- the list that comes with the program ------------------------------------------------------- */

struct line {
    struct str day, name;
    bool is_work;
};

/* "2026-01-01,off,元旦"; NULL, or the code of what is wrong. */
static const char *line_read(struct str text, int64_t year, struct line *out)
{
    struct clock_date d;
    struct str kind, rest = str_trim(text);
    if (!str_cut(&rest, ',', &out->day) || !clock_day_parse(str_trim(out->day), &d) ||
        (year && d.year != year))
        return "calendar.other_year";
    out->day = str_trim(out->day);
    if (!str_cut(&rest, ',', &kind)) {
        kind = rest;
        rest = STR("");
    }
    kind = str_trim(kind);
    out->is_work = str_is(kind, "work");
    if (!out->is_work && !str_is(kind, "off"))
        return "calendar.kind";
    out->name = utf8_prefix(str_trim(rest), 40);
    return NULL;
}

static bool install_days(struct ctx *cx, struct str only_day)
{
    struct str all = embed_find("data/holidays.csv"), text;
    struct line l;
    while (str_cut(&all, '\n', &text)) {
        if (line_read(text, 0, &l) || (only_day.p && !str_eq(l.day, only_day)))
            continue; /* the heading */
        if (!db_run(cx->db, &q_day_install, l.day, (int64_t)l.is_work, l.name))
            return false;
    }
    return true;
}

static bool run_install(struct ctx *cx, const void *in, void *out)
{
    (void)in;
    (void)out;
    return install_days(cx, STR_NONE);
}

/* --- single days ---------------------------------------------------------------------------------- */

struct day_in {
    struct str day_on, name;
    bool is_work;
};
static const struct field day_in_fields[] = {
    FIELD(day_in, day_on, F_DAY, .flags = FIELD_REQUIRED, .zh = "日期", .en = "day"),
    FIELD(day_in, is_work, F_BOOL, .flags = FIELD_REQUIRED, .zh = "是否上班", .en = "worked"),
    FIELD(day_in, name, F_TEXT, .max = 40, .flags = FIELD_REQUIRED, .zh = "说明", .en = "note"),
};
RECORD(day_in);

static bool run_set_day(struct ctx *cx, const void *input, void *output)
{
    const struct day_in *in = input;
    (void)output;
    return db_run(cx->db, &q_day_put, in->day_on, (int64_t)in->is_work, in->name) &&
           changed(cx, "calendar.set_day",
                   str_printf(cx->a, "{\"day_on\":\"%.*s\",\"is_work\":%s}", STR_ARG(in->day_on),
                              in->is_work ? "true" : "false"));
}

struct reset_in {
    struct str day_on;
};
static const struct field reset_in_fields[] = {
    FIELD(reset_in, day_on, F_DAY, .flags = FIELD_REQUIRED, .zh = "日期", .en = "day"),
};
RECORD(reset_in);

static bool run_reset_day(struct ctx *cx, const void *input, void *output)
{
    const struct reset_in *in = input;
    (void)output;
    return db_run(cx->db, &q_day_drop, in->day_on) && install_days(cx, in->day_on) &&
           changed(cx, "calendar.reset_day",
                   str_printf(cx->a, "{\"day_on\":\"%.*s\"}", STR_ARG(in->day_on)));
}

/* --- a year's list: all lines are good, or nothing changes ------------------------------------------ */

struct import_in {
    int64_t year;
    struct str text;
};
static const struct field import_in_fields[] = {
    FIELD(import_in, year, F_I64, .min = YEAR_MIN, .max = YEAR_MAX, .flags = FIELD_REQUIRED,
          .zh = "年份", .en = "year"),
    FIELD(import_in, text, F_TEXT, .max = 30000, .flags = FIELD_REQUIRED | FIELD_LINES,
          .zh = "日期表", .en = "list of days"),
};
RECORD(import_in);

struct import_out {
    int64_t days;
};
static const struct field import_out_fields[] = {
    FIELD(import_out, days, F_I64, .zh = "天数", .en = "days"),
};
RECORD(import_out);

static struct str trouble(struct ctx *cx, int n, const char *code)
{
    const struct err e = { .kind = ERR_INVALID, .code = code };
    const char *words = err_message(cx->a, &e, cx->lang);
    const struct err line = { .kind = ERR_INVALID, .code = "calendar.line",
                              .arg = { arena_printf(cx->a, "%d", n), words } };
    return str_of(err_message(cx->a, &line, cx->lang));
}

struct reading {
    struct line *lines;
    size_t n;
    struct buf bad;
    int bad_n;
};

static void complain(struct ctx *cx, struct reading *g, int at, const char *code)
{
    if (g->bad_n++ >= BAD_LINES_TOLD)
        return;
    if (g->bad_n > 1)
        buf_str(&g->bad, STR(" "));
    buf_str(&g->bad, trouble(cx, at, code));
}

static bool is_twice(const struct reading *g, struct str day)
{
    for (size_t i = 0; i < g->n; i++)
        if (str_eq(g->lines[i].day, day))
            return true;
    return false;
}

static void read_lines(struct ctx *cx, const struct import_in *in, struct reading *g)
{
    struct str all = str_printf(cx->a, "%.*s\n", STR_ARG(in->text)), text;
    g->lines = arena_array_of(cx->a, struct line, 400);
    for (int at = 1; str_cut(&all, '\n', &text); at++) {
        struct line l;
        bool is_heading = at == 1 && str_starts(str_trim(text), STR("date"));
        if (is_heading || !str_trim(text).n)
            continue;
        const char *code = line_read(text, in->year, &l);
        if (code)
            complain(cx, g, at, code);
        else if (is_twice(g, l.day) || g->n == 400)
            complain(cx, g, at, "calendar.twice");
        else
            g->lines[g->n++] = l;
    }
}

static bool run_import(struct ctx *cx, const void *input, void *output)
{
    const struct import_in *in = input;
    struct reading g = { .bad = buf_in(cx->a) };
    read_lines(cx, in, &g);
    if (g.bad_n) {
        struct str words = buf_done(&g.bad);
        return fail_arg(cx, ERR_INVALID, "calendar.lines", "text",
                        arena_strndup(cx->a, words.p, words.n), NULL);
    }
    if (!g.n)
        return fail(cx, ERR_INVALID, "calendar.no_days", "text");
    if (!db_run(cx->db, &q_year_drop, year_begin(cx, in->year), year_begin(cx, in->year + 1)))
        return false;
    for (size_t i = 0; i < g.n; i++)
        if (!db_run(cx->db, &q_day_put, g.lines[i].day, (int64_t)g.lines[i].is_work,
                    g.lines[i].name))
            return false;
    ((struct import_out *)output)->days = (int64_t)g.n;
    return changed(cx, "calendar.import",
                   str_printf(cx->a, "{\"year\":%lld,\"days\":%zu}", (long long)in->year, g.n));
}

/* --- hours --------------------------------------------------------------------------------------------- */

struct hours {
    struct str from_on, morning_from, morning_to, afternoon_from, afternoon_to;
};
static const struct field hours_fields[] = {
    FIELD(hours, from_on, F_DAY, .flags = FIELD_REQUIRED, .zh = "自哪天起", .en = "from day"),
    FIELD(hours, morning_from, F_TEXT, .max = 5, .flags = FIELD_REQUIRED, .zh = "上午上班",
          .en = "morning from"),
    FIELD(hours, morning_to, F_TEXT, .max = 5, .flags = FIELD_REQUIRED, .zh = "上午下班",
          .en = "morning to"),
    FIELD(hours, afternoon_from, F_TEXT, .max = 5, .flags = FIELD_REQUIRED, .zh = "下午上班",
          .en = "afternoon from"),
    FIELD(hours, afternoon_to, F_TEXT, .max = 5, .flags = FIELD_REQUIRED, .zh = "下午下班",
          .en = "afternoon to"),
};
RECORD(hours);

static int minute_of(struct str s)
{
    int64_t h, m;
    if (s.n != 5 || s.p[2] != ':' || !str_to_i64(str_sub(s, 0, 2), &h) ||
        !str_to_i64(str_sub(s, 3, 2), &m) || h < 0 || h > 23 || m < 0 || m > 59)
        return -1;
    return (int)(h * 60 + m);
}

static bool run_set_hours(struct ctx *cx, const void *input, void *output)
{
    const struct hours *in = input;
    const struct {
        struct str text;
        const char *field;
    } times[] = { { in->morning_from, "morning_from" },
                  { in->morning_to, "morning_to" },
                  { in->afternoon_from, "afternoon_from" },
                  { in->afternoon_to, "afternoon_to" } };
    int64_t minutes[4];
    (void)output;
    for (int i = 0; i < 4; i++) {
        minutes[i] = minute_of(times[i].text);
        if (minutes[i] < 0)
            return fail(cx, ERR_INVALID, "calendar.time", times[i].field);
        if (i && minutes[i] <= minutes[i - 1])
            return fail(cx, ERR_INVALID, "calendar.hours", times[i].field);
    }
    return db_run(cx->db, &q_hours_put, in->from_on, minutes[0], minutes[1], minutes[2],
                  minutes[3]) &&
           changed(cx, "calendar.set_hours",
                   str_printf(cx->a, "{\"from_on\":\"%.*s\"}", STR_ARG(in->from_on)));
}

/* --- looking -------------------------------------------------------------------------------------------- */

struct year_in {
    int64_t year;
};
static const struct field year_in_fields[] = {
    FIELD(year_in, year, F_I64, .min = YEAR_MIN, .max = YEAR_MAX, .flags = FIELD_REQUIRED,
          .zh = "年份", .en = "year"),
};
RECORD(year_in);

struct day_row {
    struct str day_on, name, source;
    bool is_work;
};
static const struct field day_row_fields[] = {
    FIELD(day_row, day_on, F_DAY, .zh = "日期", .en = "day"),
    FIELD(day_row, is_work, F_BOOL, .zh = "上班", .en = "worked"),
    FIELD(day_row, name, F_TEXT, .zh = "说明", .en = "note"),
    FIELD(day_row, source, F_TEXT, .zh = "来源", .en = "program or city"),
};
RECORD(day_row);

struct year_out {
    int64_t year, work_days;
    bool is_known, can_change;
    struct list days, hours;
};
static const struct field year_out_fields[] = {
    FIELD(year_out, year, F_I64, .zh = "年份", .en = "year"),
    FIELD(year_out, is_known, F_BOOL, .zh = "已有节假日数据", .en = "has data"),
    FIELD(year_out, can_change, F_BOOL, .zh = "可以修改", .en = "may be changed by you"),
    FIELD(year_out, work_days, F_I64, .zh = "工作日天数", .en = "working days"),
    FIELD(year_out, days, F_RECORDS, .record = &day_row_record, .zh = "与平常周不同的日子",
          .en = "days that differ from a plain week"),
    FIELD(year_out, hours, F_RECORDS, .record = &hours_record, .zh = "工作时间",
          .en = "working hours, newest first"),
};
RECORD(year_out);

static struct str time_text(struct ctx *cx, int64_t minute)
{
    return str_printf(cx->a, "%02d:%02d", (int)(minute / 60), (int)(minute % 60));
}

static bool read_hours(struct ctx *cx, struct list *out)
{
    struct rows r;
    struct hours *h = arena_array_of(cx->a, struct hours, 21);
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_hours); n < 20 && rows_next(&r); n++)
        h[n] = (struct hours){ row_copy(&r, 0, cx->a), time_text(cx, row_i64(&r, 1)),
                               time_text(cx, row_i64(&r, 2)), time_text(cx, row_i64(&r, 3)),
                               time_text(cx, row_i64(&r, 4)) };
    rows_end(&r);
    if (!n) {
        const struct work_hours d = HOURS_DEFAULT;
        h[n++] = (struct hours){ STR("2000-01-01"), time_text(cx, d.span[0].from),
                                 time_text(cx, d.span[0].to), time_text(cx, d.span[1].from),
                                 time_text(cx, d.span[1].to) };
    }
    *out = (struct list){ h, n };
    return !rows_failed(&r);
}

static bool run_year(struct ctx *cx, const void *input, struct jw *w)
{
    const struct year_in *in = input;
    struct year_out out = { .year = in->year,
                            .can_change = may(cx, PERM_CITY_ADMIN, 0, STR("")) };
    struct day_row *days = arena_array_of(cx->a, struct day_row, 400);
    size_t n = 0;
    struct rows r;
    for (db_rows(cx->db, &r, &q_days, year_begin(cx, in->year), year_begin(cx, in->year + 1));
         n < 400 && rows_next(&r); n++)
        days[n] = (struct day_row){ row_copy(&r, 0, cx->a), row_copy(&r, 2, cx->a),
                                    row_copy(&r, 3, cx->a), row_i64(&r, 1) != 0 };
    rows_end(&r);
    out.days = (struct list){ days, n };
    out.is_known = n > 0;
    int64_t last = clock_at((struct clock_date){ (int)in->year, 12, 31 }, 0);
    int64_t before = clock_at((struct clock_date){ (int)in->year - 1, 12, 31 }, 0);
    if (rows_failed(&r) || !read_hours(cx, &out.hours) ||
        !calendar_work_days(cx, before, last, &out.work_days))
        return false;
    record_encode(w, &year_out_record, &out);
    return true;
}

static const struct command commands[] = {
    { "calendar.install", POST, NULL, PERM_OPERATOR, NULL, NULL, run_install,
      "载入随程序附带的节假日历", "Load the calendar that comes with the program",
      CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "calendar.set_day", POST, "/calendar/days", PERM_CITY_ADMIN, &day_in_record, NULL,
      run_set_day, "设定一天上班或放假", "Say whether a day is worked", 0, NULL },
    { "calendar.reset_day", POST, "/calendar/days/reset", PERM_CITY_ADMIN, &reset_in_record, NULL,
      run_reset_day, "恢复一天的原有安排", "Give a day back to the public list", 0, NULL },
    { "calendar.import", POST, "/calendar/import", PERM_CITY_ADMIN, &import_in_record,
      &import_out_record, run_import, "导入一年的节假日安排", "Import a year's list of days", 0,
      NULL },
    { "calendar.set_hours", POST, "/calendar/hours", PERM_CITY_ADMIN, &hours_record, NULL,
      run_set_hours, "设定工作时间", "Set the working hours", 0, NULL },
};

static const struct read reads[] = {
    { "calendar.year", "/calendar", PERM_LOGIN, &year_in_record, &year_out_record, false, run_year,
      "一年的节假日历", "A year's calendar", 0 },
};

const struct room calendar_room = { "calendar", ROOM_TABLE(commands), ROOM_TABLE(reads),
                                    NULL, 0, NULL, NULL };
