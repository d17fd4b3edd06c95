/* desk/category: 分类 (B14): a unit's own categories of the papers in its registers of sent and received
 * documents. The unit's administrator and office head keep the list; its clerks and office head put
 * papers in, one or several, and take them out again. Whoever reads the unit's registers sees them,
 * nobody else: another unit's category is answered for as one that does not exist.
 *
 * The registers (document/, exchange/) show them as a column and filter by one; their SQL reads
 * category and category_entry. */
#ifndef TB_DESK_CATEGORY_H
#define TB_DESK_CATEGORY_H

#include "core/core.h"

/* May the actor filter this unit's registers by that category? 0 is none and may be. Absent or of
 * another unit: not_found. */
bool category_is_of(struct ctx *cx, int64_t category_id, int64_t unit_id);

extern const struct record category_on_page_record;
extern const struct room category_room;

#endif
