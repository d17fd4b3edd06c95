/* Shared by calendar's own files. */
#ifndef TB_CALENDAR_CALENDAR_IN_H
#define TB_CALENDAR_CALENDAR_IN_H

#include "calendar/calendar.h"

/* Working hours of a day, in minutes of the day: morning and afternoon. */
struct work_span {
    int from, to;
};
struct work_hours {
    struct work_span span[2];
};
#define HOURS_DEFAULT ((struct work_hours){ { { 510, 720 }, { 840, 1050 } } })

#endif
