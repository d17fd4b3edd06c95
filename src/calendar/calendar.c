/* Counting: working days, working minutes, what a rule means. Looks, changes nothing. A day costs a
 * look-up by key; rules reach days or weeks, seldom more. */
#include "base/clock.h"
#include "calendar/calendar.sql.h"
#include "calendar/calendar_in.h"

#define DAYS_MAX 800 /* no limit reaches further; a calendar without any working day ends here */

static bool is_work(struct ctx *cx, int64_t day)
{
    struct clock_date d = clock_from_days(day);
    int64_t v = db_number(cx->db, -1, &q_day, clock_day_text(cx->a, d));
    return v < 0 ? clock_weekday(d) <= 5 : v > 0;
}

static struct work_hours hours_on(struct ctx *cx, int64_t day)
{
    struct rows r;
    struct work_hours h = HOURS_DEFAULT;
    if (db_get(cx->db, &r, &q_hours_on, clock_day_text(cx->a, clock_from_days(day))) == 1)
        for (int i = 0; i < 2; i++)
            h.span[i] = (struct work_span){ (int)row_i64(&r, 2 * i), (int)row_i64(&r, 2 * i + 1) };
    rows_end(&r);
    return h;
}

static int64_t close_of(struct ctx *cx, int64_t day)
{
    return clock_at(clock_from_days(day), hours_on(cx, day).span[1].to);
}

static int64_t day_of(int64_t at)
{
    return clock_days(clock_date_of(at));
}

/* The n-th working day after (step 1) or before (step -1) a day. */
static int64_t work_day_from(struct ctx *cx, int64_t day, int64_t n, int step)
{
    for (int guard = 0; n > 0 && guard < DAYS_MAX; guard++)
        n -= is_work(cx, day += step);
    return day;
}

bool calendar_add_minutes(struct ctx *cx, int64_t from, int64_t left, int64_t *out)
{
    int64_t day = day_of(from);
    int minute = clock_minute_of_day(from);
    for (int guard = 0; guard < DAYS_MAX; guard++, day++, minute = 0) {
        if (!is_work(cx, day))
            continue;
        struct work_hours h = hours_on(cx, day);
        for (int i = 0; i < 2; i++) {
            int start = minute > h.span[i].from ? minute : h.span[i].from;
            if (start >= h.span[i].to)
                continue;
            if (left <= h.span[i].to - start) {
                *out = clock_at(clock_from_days(day), start + (int)left);
                return cx->err.kind == ERR_NONE;
            }
            left -= h.span[i].to - start;
        }
    }
    *out = close_of(cx, day);
    return cx->err.kind == ERR_NONE;
}

static int64_t take_minutes(struct ctx *cx, int64_t at, int64_t left)
{
    int64_t day = day_of(at);
    int minute = clock_minute_of_day(at);
    for (int guard = 0; guard < DAYS_MAX; guard++, day--, minute = 24 * 60) {
        if (!is_work(cx, day))
            continue;
        struct work_hours h = hours_on(cx, day);
        for (int i = 1; i >= 0; i--) {
            int end = minute < h.span[i].to ? minute : h.span[i].to;
            if (end <= h.span[i].from)
                continue;
            if (left <= end - h.span[i].from)
                return clock_at(clock_from_days(day), end - (int)left);
            left -= end - h.span[i].from;
        }
    }
    return at;
}

bool calendar_minutes(struct ctx *cx, int64_t from, int64_t to, int64_t *out)
{
    int64_t sum = 0, last = day_of(to);
    for (int64_t day = day_of(from); day <= last && day < day_of(from) + DAYS_MAX; day++) {
        if (!is_work(cx, day))
            continue;
        struct work_hours h = hours_on(cx, day);
        int begin = day == day_of(from) ? clock_minute_of_day(from) : 0;
        int end = day == last ? clock_minute_of_day(to) : 24 * 60;
        for (int i = 0; i < 2; i++) {
            int a = begin > h.span[i].from ? begin : h.span[i].from;
            int b = end < h.span[i].to ? end : h.span[i].to;
            sum += b > a ? b - a : 0;
        }
    }
    *out = sum;
    return cx->err.kind == ERR_NONE;
}

bool calendar_work_days(struct ctx *cx, int64_t from, int64_t to, int64_t *out)
{
    int64_t a = day_of(from), b = day_of(to), low = a < b ? a : b, high = a < b ? b : a, n = 0;
    if (high - low > 20 * 366)
        return fail(cx, ERR_INVALID, "calendar.too_far", NULL);
    for (int64_t day = low + 1; day <= high; day++)
        n += is_work(cx, day);
    *out = a <= b ? n : -n;
    return cx->err.kind == ERR_NONE;
}

bool calendar_is_work_day(struct ctx *cx, int64_t at, bool *out)
{
    *out = is_work(cx, day_of(at));
    return cx->err.kind == ERR_NONE;
}

int calendar_knows(struct ctx *cx, int64_t at)
{
    int year = clock_date_of(at).year;
    int64_t found = db_number(cx->db, 0, &q_year_known, str_printf(cx->a, "%04d-01-01", year),
                              str_printf(cx->a, "%04d-01-01", year + 1));
    return cx->err.kind == ERR_NONE ? found != 0 : -1;
}

/* --- rules -------------------------------------------------------------------------------------- */

enum rule_kind { RULE_WORK_DAYS, RULE_WORK_MINUTES, RULE_DAYS, RULE_MINUTES };
struct rule {
    enum rule_kind kind;
    int64_t n;
};

/* "1wd", "4wh", "90wm", "P3D", "PT2H", "PT30M". */
static bool rule_read(struct str s, struct rule *out)
{
    static const struct {
        const char *before, *after;
        enum rule_kind kind;
        int minutes;
    } forms[] = { { "", "wd", RULE_WORK_DAYS, 0 },     { "", "wh", RULE_WORK_MINUTES, 60 },
                  { "", "wm", RULE_WORK_MINUTES, 1 },  { "PT", "H", RULE_MINUTES, 60 },
                  { "PT", "M", RULE_MINUTES, 1 },      { "P", "D", RULE_DAYS, 0 } };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct str before = str_of(forms[i].before), after = str_of(forms[i].after);
        if (s.n <= before.n + after.n || !str_starts(s, before) || !str_ends(s, after))
            continue;
        if (str_to_i64(str_sub(s, before.n, s.n - before.n - after.n), &out->n) && out->n > 0 &&
            out->n <= 100000) {
            out->kind = forms[i].kind;
            out->n *= forms[i].minutes ? forms[i].minutes : 1;
            return true;
        }
    }
    return false;
}

static bool not_a_rule(struct ctx *cx, struct str s)
{
    return fail_arg(cx, ERR_INVALID, "calendar.rule", NULL, arena_strndup(cx->a, s.p, s.n), NULL);
}

bool calendar_due(struct ctx *cx, struct str text, int64_t from, int64_t *out)
{
    struct rule r;
    struct clock_date day;
    if (text.n && text.p[0] == '=' && clock_day_parse(str_sub(text, 1, text.n), &day)) {
        *out = close_of(cx, clock_days(day));
        return cx->err.kind == ERR_NONE;
    }
    if (!rule_read(text, &r))
        return clock_iso_parse(text, out) || not_a_rule(cx, text);
    switch (r.kind) {
    case RULE_WORK_DAYS:
        *out = close_of(cx, work_day_from(cx, day_of(from), r.n, 1));
        break;
    case RULE_WORK_MINUTES:
        return calendar_add_minutes(cx, from, r.n, out);
    case RULE_DAYS:
        *out = close_of(cx, day_of(from) + r.n);
        break;
    case RULE_MINUTES:
        *out = from + r.n * CLOCK_MINUTE_MS;
        break;
    }
    return cx->err.kind == ERR_NONE;
}

static int month_days(int year, int month)
{
    struct clock_date next = { month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1 };
    return clock_from_days(clock_days(next) - 1).day;
}

/* So many months later, on the day of the month on which it began; on the last where it has none. */
static int64_t months_later(int64_t first, int64_t from, int64_t n)
{
    struct clock_date d = clock_date_of(from);
    int64_t month = d.year * INT64_C(12) + d.month - 1 + n;
    int day = clock_date_of(first).day;
    d.year = (int)(month / 12);
    d.month = (int)(month % 12) + 1;
    d.day = day < month_days(d.year, d.month) ? day : month_days(d.year, d.month);
    return clock_at(d, clock_minute_of_day(first));
}

bool calendar_repeat(struct ctx *cx, struct str period, int64_t first, int64_t from, int64_t *out)
{
    struct rule r;
    int64_t n = 0;
    bool is_date = period.n > 2 && period.p[0] == 'P' &&
                   str_to_i64(str_sub(period, 1, period.n - 2), &n) && n > 0 && n <= 10000;
    char unit = period.n ? period.p[period.n - 1] : 0;
    if (is_date && (unit == 'M' || unit == 'Y'))
        return *out = months_later(first, from, unit == 'Y' ? 12 * n : n), true;
    if (is_date && unit == 'W')
        return *out = from + 7 * n * CLOCK_DAY_MS, true;
    if (!rule_read(period, &r))
        return not_a_rule(cx, period);
    switch (r.kind) {
    case RULE_WORK_DAYS:
        *out = clock_at(clock_from_days(work_day_from(cx, day_of(from), r.n, 1)),
                        clock_minute_of_day(first));
        break;
    case RULE_WORK_MINUTES: return calendar_add_minutes(cx, from, r.n, out);
    case RULE_DAYS: *out = from + r.n * CLOCK_DAY_MS; break;
    case RULE_MINUTES: *out = from + r.n * CLOCK_MINUTE_MS; break;
    }
    return cx->err.kind == ERR_NONE;
}

bool calendar_before(struct ctx *cx, struct str text, int64_t due, int64_t from, int64_t *out)
{
    struct rule r;
    if (!rule_read(text, &r))
        return not_a_rule(cx, text);
    int64_t at = r.kind == RULE_WORK_DAYS ? clock_at(clock_from_days(work_day_from(cx, day_of(due), r.n, -1)),
                                                     clock_minute_of_day(due))
                 : r.kind == RULE_WORK_MINUTES ? take_minutes(cx, due, r.n)
                 : r.kind == RULE_DAYS         ? due - r.n * CLOCK_DAY_MS
                                               : due - r.n * CLOCK_MINUTE_MS;
    *out = at > from ? at : from;
    return cx->err.kind == ERR_NONE;
}
