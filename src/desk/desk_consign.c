/* What a matter has consigned to other units (FLOW_UNIT leaves): for the room that began it. Each part
 * is a matter of its own there, whose inside is theirs. */
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_in.h"

bool matter_consigned(struct ctx *cx, int64_t matter_id, struct desk_consigned **out, size_t *n)
{
    struct rows r;
    size_t most = (size_t)db_number(cx->db, 0, &q_items_consigned_count, matter_id,
                                    (int64_t)SCOPE_UNIT);
    *out = arena_array_of(cx->a, struct desk_consigned, most + 1);
    *n = 0;
    for (db_rows(cx->db, &r, &q_items_consigned, matter_id, (int64_t)SCOPE_UNIT);
         *n < most && rows_next(&r);)
        (*out)[(*n)++] =
            (struct desk_consigned){ row_i64(&r, 0), row_i64(&r, 1), row_i64(&r, 2) };
    rows_end(&r);
    return !rows_failed(&r);
}

bool matter_consigned_due(struct ctx *cx, int64_t matter_id, int64_t due_at)
{
    struct desk_consigned *c;
    size_t n;
    if (!matter_set_due(cx, matter_id, due_at) || !matter_consigned(cx, matter_id, &c, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!db_run(cx->db, &q_item_due, due_at, bind_id(0), bind_id(0), due_at, c[i].item_id) ||
            !matter_set_due(cx, c[i].child_id, due_at))
            return false;
    return true;
}

bool matter_stop_waiting(struct ctx *cx, int64_t matter_id, int64_t *n_silent)
{
    struct desk_consigned *c;
    struct matter m;
    size_t n;
    *n_silent = 0;
    if (!matter_lock(cx, matter_id, &m) || !matter_consigned(cx, matter_id, &c, &n))
        return false;
    for (size_t i = 0; i < n; i++, (*n_silent)++) {
        struct item item;
        if (!item_load(cx, c[i].item_id, &item) || !item_is_silent(cx, &m, &item))
            return false;
    }
    return true;
}
