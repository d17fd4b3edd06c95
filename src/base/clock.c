#include "base/clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

static _Atomic int64_t shift_ms;

int64_t clock_now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_REALTIME, &t); /* cannot fail for this clock */
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + atomic_load(&shift_ms);
}

int64_t clock_monotonic_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t); /* cannot fail for this clock */
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void clock_shift(int64_t ms)
{
    atomic_fetch_add(&shift_ms, ms);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Civil-calendar arithmetic on eras of 400 years, March first. */
int64_t clock_days(struct clock_date d)
{
    int64_t y = d.year - (d.month <= 2);
    int64_t era = floor_div(y, 400);
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

struct clock_date clock_from_days(int64_t days)
{
    days += 719468;
    int64_t era = floor_div(days, 146097);
    int64_t doe = days - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);
    return (struct clock_date){ (int)(yoe + era * 400 + (month <= 2)), month,
                                (int)(doy - (153 * mp + 2) / 5 + 1) };
}

struct clock_date clock_date_of(int64_t at)
{
    return clock_from_days(floor_div(at + CLOCK_SHANGHAI_MS, CLOCK_DAY_MS));
}

int clock_minute_of_day(int64_t at)
{
    int64_t local = at + CLOCK_SHANGHAI_MS;
    return (int)((local - floor_div(local, CLOCK_DAY_MS) * CLOCK_DAY_MS) / CLOCK_MINUTE_MS);
}

int clock_weekday(struct clock_date d)
{
    int64_t n = clock_days(d) + 3; /* 1970-01-01 was a Thursday */
    return (int)(n - floor_div(n, 7) * 7) + 1;
}

int64_t clock_at(struct clock_date d, int minute)
{
    return clock_days(d) * CLOCK_DAY_MS - CLOCK_SHANGHAI_MS + minute * CLOCK_MINUTE_MS;
}

struct str clock_day_text(struct arena *a, struct clock_date d)
{
    const int parts[] = { d.year / 100, d.year % 100, d.month, d.day };
    if (d.year < 0 || d.year > 9999)
        return str_printf(a, "%04d-%02d-%02d", d.year, d.month, d.day);
    char *p = arena_alloc(a, sizeof "YYYY-MM-DD"), *at = p;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (i > 1)
            *at++ = '-';
        *at++ = (char)('0' + parts[i] / 10);
        *at++ = (char)('0' + parts[i] % 10);
    }
    return (struct str){ p, 10 };
}

static bool digits(struct str s, size_t at, size_t n, int *out)
{
    *out = 0;
    for (size_t i = at; i < at + n; i++) {
        if (i >= s.n || s.p[i] < '0' || s.p[i] > '9')
            return false;
        *out = *out * 10 + (s.p[i] - '0');
    }
    return true;
}

bool clock_day_parse(struct str s, struct clock_date *out)
{
    struct clock_date d;
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !digits(s, 0, 4, &d.year) ||
        !digits(s, 5, 2, &d.month) || !digits(s, 8, 2, &d.day) || d.month < 1 || d.month > 12)
        return false;
    struct clock_date back = clock_from_days(clock_days(d));
    if (d.day < 1 || back.day != d.day || back.month != d.month)
        return false;
    *out = d;
    return true;
}

struct str clock_iso(struct arena *a, int64_t at)
{
    struct clock_date d = clock_date_of(at);
    int64_t ms = at - clock_at(d, 0);
    return str_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d.%03d+08:00", d.year, d.month, d.day,
                      (int)(ms / CLOCK_HOUR_MS), (int)(ms / CLOCK_MINUTE_MS % 60),
                      (int)(ms / 1000 % 60), (int)(ms % 1000));
}

static bool parse_offset(struct str s, int64_t *ms)
{
    int h, m;
    if (s.n == 0 || str_is(s, "Z")) {
        *ms = s.n ? 0 : CLOCK_SHANGHAI_MS;
        return true;
    }
    if (s.n != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':' || !digits(s, 1, 2, &h) ||
        !digits(s, 4, 2, &m) || h > 14 || m > 59)
        return false;
    *ms = (h * CLOCK_HOUR_MS + m * CLOCK_MINUTE_MS) * (s.p[0] == '-' ? -1 : 1);
    return true;
}

bool clock_iso_parse(struct str s, int64_t *out)
{
    struct clock_date d;
    int h, m, sec = 0, ms = 0;
    if (!clock_day_parse(str_sub(s, 0, 10), &d) || s.n < 16 || s.p[10] != 'T' ||
        !digits(s, 11, 2, &h) || s.p[13] != ':' || !digits(s, 14, 2, &m) || h > 23 || m > 59)
        return false;
    size_t i = 16;
    if (i < s.n && s.p[i] == ':') {
        if (!digits(s, 17, 2, &sec) || sec > 59)
            return false;
        i = 19;
        if (i < s.n && s.p[i] == '.') {
            int scale = 100;
            size_t first = ++i;
            for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++, scale /= 10)
                ms += (s.p[i] - '0') * scale;
            if (i == first)
                return false;
        }
    }
    int64_t offset;
    if (!parse_offset(str_sub(s, i, s.n), &offset))
        return false;
    *out = clock_days(d) * CLOCK_DAY_MS + h * CLOCK_HOUR_MS + m * CLOCK_MINUTE_MS + sec * 1000 +
           ms - offset;
    return true;
}
