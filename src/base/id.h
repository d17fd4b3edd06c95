/* base/id: 64-bit identifiers made by the program: 41 bits of ms since 2020-01-01, 10 of node, 12
 * of count. Unique per node number (leased in the database), never going back with the clock.
 * Any thread. */
#ifndef TB_BASE_ID_H
#define TB_BASE_ID_H

#include <stdint.h>

/* node: 0..1023. not_before: no id is smaller than this one (the largest known at start). */
void id_start(int node, int64_t not_before);
int64_t id_new(int64_t now_ms);
int64_t id_moment(int64_t id);          /* ms UTC inside an id */
int64_t id_first_at(int64_t at_ms);     /* the smallest id of that moment: for ranges by time */
/* The order of ids, for qsort and bsearch over int64_t. */
int id_order(const void *x, const void *y);

#endif
