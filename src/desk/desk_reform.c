/* What happens to work when units are merged or split (OFFICE P9, org.h "reform"). Items belong to
 * posts and go where the posts go; a unit's pools stay and are answered for by the new unit. What
 * moves here is the home of matters under way: those that a post which moved began for itself.
 * What was received or consigned stays with the unit it was addressed to. */
#include "desk/desk.sql.h"
#include "desk/desk_in.h"
#include "org/org.h"

#define HOLDERS_SHOWN 12

static struct str ids_json(struct ctx *cx, struct ids ids)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_arr(&w);
    for (size_t i = 0; i < ids.n; i++)
        jw_i64(&w, ids.p[i]);
    jw_arr_end(&w);
    return buf_done(&b);
}

/* Rows of (who, count): "张三 12". */
static bool holders_line(struct ctx *cx, struct rows *r, bool is_pool, const char *what,
                         struct jw *w)
{
    struct str names[HOLDERS_SHOWN];
    size_t n = 0;
    int64_t sum = 0;
    while (rows_next(r)) {
        struct str who = is_pool ? str_of(role_title((enum role)row_i64(r, 0), cx->lang))
                                 : row_text(r, 0);
        sum += row_i64(r, 1);
        if (n < HOLDERS_SHOWN)
            names[n++] = str_printf(cx->a, "%.*s %lld", STR_ARG(who), (long long)row_i64(r, 1));
    }
    rows_end(r);
    org_reform_line(w, what, sum, names, n);
    return !rows_failed(r);
}

static bool on_preview(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct org_reform *f = detail;
    struct rows r;
    (void)event;
    (void)subject;
    db_rows(cx->db, &r, &q_reform_items, ids_json(cx, f->post_ids), (int64_t)BOX_TODO);
    if (!holders_line(cx, &r, false, "items", f->w))
        return false;
    db_rows(cx->db, &r, &q_reform_items, ids_json(cx, f->post_ids), (int64_t)BOX_TO_READ);
    if (!holders_line(cx, &r, false, "readings", f->w))
        return false;
    if (!f->is_merge)
        return true;
    db_rows(cx->db, &r, &q_reform_pools, (int64_t)BOX_TODO, f->unit_id);
    return holders_line(cx, &r, true, "pool_items", f->w);
}

static bool on_following(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    /* the asker's list, to add to */
    struct org_follow *f = (struct org_follow *)(uintptr_t)detail;
    struct rows r;
    (void)event;
    (void)subject;
    if (f->n >= f->most)
        return true;
    for (db_rows(cx->db, &r, &q_reform_matters, f->into_id, f->unit_id, (int64_t)(f->most - f->n));
         f->n < f->most && rows_next(&r);)
        f->matter_ids[f->n++] = row_i64(&r, 0);
    rows_end(&r);
    return !rows_failed(&r);
}

static bool on_follow(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct org_follow *f = detail;
    struct str body = str_printf(cx->a, "{\"from\":\"%lld\",\"to\":\"%lld\"}",
                                 (long long)f->unit_id, (long long)f->into_id);
    (void)event;
    (void)subject;
    for (size_t i = 0; i < f->n; i++) {
        int64_t n = db_update(cx->db, &q_matter_unit, f->into_id, f->matter_ids[i], f->unit_id);
        if (n < 0)
            return false;
        if (n == 0)
            continue; /* ended meanwhile */
        ++*f->moved;
        if (!db_run(cx->db, &q_values_unit, f->into_id, f->matter_ids[i], f->unit_id) ||
            !matter_let_see(cx, f->matter_ids[i], f->into_id) ||
            !matter_trace(cx, f->matter_ids[i], "matter.unit_moved", 0, body) ||
            !matter_touched(cx, f->matter_ids[i]))
            return false;
    }
    return true;
}

static const struct handler handlers[] = {
    { "reform.preview", on_preview },
    { "reform.following", on_following },
    { "reform.follow", on_follow },
};

const struct room desk_reform_room = { "desk", NULL, 0, NULL, 0, ROOM_TABLE(handlers), NULL, NULL };
