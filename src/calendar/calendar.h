/* calendar: 节假日历与工作时间 (STANDARDS K1, FLOW 5.12). Which days are worked, at which hours, and
 * what a time limit ("1wd" working days, "4wh" working hours, "P3D" calendar days) means from a
 * moment on. The day of receipt is not counted; a limit in working days ends at close of business
 * (民法典 201, 203).
 *
 * The program brings the public list of each year it knows; the city may change single days and
 * import a year. A year without data counts as plain weeks, and calendar_knows says so: whoever
 * shows a deadline then shows that it may move.
 *
 * Event emitted: calendar.changed (subject 0) after any change; deadlines counted before may be
 * wrong then. All functions take commands and reads alike. Moments are ms UTC. */
#ifndef TB_CALENDAR_CALENDAR_H
#define TB_CALENDAR_CALENDAR_H

#include "core/core.h"

extern const struct room calendar_room;

/* The moment by which a rule after `from` is due; "=2026-12-10" is the end of that day's hours, a moment itself. False with calendar.rule when it is not one. */
bool calendar_due(struct ctx *cx, struct str rule, int64_t from, int64_t *out);
/* The moment that lies so much before `due`: when to warn. Not before `from`. */
bool calendar_before(struct ctx *cx, struct str rule, int64_t due, int64_t from, int64_t *out);
/* Of something that is done again and again the turn after `from`: so much later at the same time of
 * day ("P1D", "P1M" on the same day of the month or its last, "1wd" the next working day), or so many
 * minutes ("PT2H", "4wh"). first: its first turn. False with calendar.rule when it is no such period. */
bool calendar_repeat(struct ctx *cx, struct str period, int64_t first, int64_t from, int64_t *out);
/* Working minutes between two moments (0 when to is not later), and the moment so many working
 * minutes after one: a clock that stood still goes on with what was left. */
bool calendar_minutes(struct ctx *cx, int64_t from, int64_t to, int64_t *out);
bool calendar_add_minutes(struct ctx *cx, int64_t from, int64_t minutes, int64_t *out);
/* Working days after `from` up to and with `to` (days of two moments); negative when to is earlier. */
bool calendar_work_days(struct ctx *cx, int64_t from, int64_t to, int64_t *out);
bool calendar_is_work_day(struct ctx *cx, int64_t at, bool *out);
/* Is the year of this moment in the calendar? 1, 0, -1. */
int calendar_knows(struct ctx *cx, int64_t at);

#endif
