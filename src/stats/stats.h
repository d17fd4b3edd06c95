/* stats: figures of units by month and year (统计, B13): received, sent, by kind and urgency, signed for and
 * closed in time, working days of handling, returned by reason, by section and person. Never counted on
 * read and never kept by the commands themselves: a command that changes a month says so
 * (figures.changed, desk/figure.h), the clock counts that month anew from the rooms' rows with a
 * reader of its own, and one short command puts it down. So a figure is what the rows say, a few
 * seconds late, and rebuilding is counting again.
 *
 * Nobody's figures rank leaders (OFFICE P8): per person there are only those who handled, no leader
 * among them, shown to the head of their office and unit alone, in the order of names. */
#ifndef TB_STATS_STATS_H
#define TB_STATS_STATS_H

#include "core/core.h"

extern const struct room stats_room;

#endif
