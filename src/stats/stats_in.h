/* Shared by stats' own files. */
#ifndef TB_STATS_STATS_IN_H
#define TB_STATS_STATS_IN_H

#include "core/small.h"
#include "desk/figure.h"
#include "stats/stats.h"

/* Months as numbers: 202611. */
int64_t month_of(int64_t at);
int64_t month_add(int64_t month, int n);
int64_t month_begins(int64_t month); /* its first moment */

/* stats_read.c */
extern const struct record stats_in_record, stats_record, stats_below_in_record, stats_below_row_record;
bool stats_read(struct ctx *cx, const void *input, struct jw *w);
bool stats_below(struct ctx *cx, const void *input, struct jw *w);
bool stats_on_rows(struct ctx *cx, const char *event, int64_t subject, const void *detail);
bool stats_on_rights(struct ctx *cx, const char *event, int64_t subject, const void *detail);

#endif
