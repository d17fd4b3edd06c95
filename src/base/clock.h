/* base/clock: moments and days. A moment is an integer, milliseconds UTC. A day is text,
 * YYYY-MM-DD, in Asia/Shanghai, fixed at +08:00. Nobody but main and tests calls clock_now_ms for
 * business: commands get their time in ctx.now. */
#ifndef TB_BASE_CLOCK_H
#define TB_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

#define CLOCK_SECOND_MS INT64_C(1000)
#define CLOCK_MINUTE_MS INT64_C(60000)
#define CLOCK_HOUR_MS INT64_C(3600000)
#define CLOCK_DAY_MS INT64_C(86400000)
#define CLOCK_SHANGHAI_MS (8 * CLOCK_HOUR_MS)

struct clock_date {
    int year, month, day;
};

int64_t clock_now_ms(void);       /* wall clock, moved by clock_shift */
int64_t clock_monotonic_us(void); /* for measuring only */
/* Moves the wall clock of this process by ms; tests and demo history use it. */
void clock_shift(int64_t ms);

struct clock_date clock_date_of(int64_t at);        /* day in Shanghai */
int clock_minute_of_day(int64_t at);                /* 0..1439 in Shanghai */
int clock_weekday(struct clock_date d);             /* 1 Monday .. 7 Sunday */
int64_t clock_days(struct clock_date d);            /* days since 1970-01-01 */
struct clock_date clock_from_days(int64_t days);
int64_t clock_at(struct clock_date d, int minute);  /* moment of that minute in Shanghai */
struct str clock_day_text(struct arena *a, struct clock_date d); /* 2026-11-22 */
bool clock_day_parse(struct str s, struct clock_date *out);      /* strict, real days only */
/* 2026-11-22T09:00:00.000+08:00 */
struct str clock_iso(struct arena *a, int64_t at);
/* ISO 8601 with Z or offset (none means +08:00); fractions to the ms. */
bool clock_iso_parse(struct str s, int64_t *out);

#endif
