/* What the board of one dispatch can be filtered by: the places where its receivers stand, counties
 * and zones with their towns, and their levels and branches. Read once with the page: a walk over the
 * dispatch's deliveries, 3,600 at most cities. */
#include <stdlib.h>

#include "exchange/exchange.sql.h"
#include "exchange/exchange_in.h"

struct place_count {
    int64_t id, n;
};

static int by_place(const void *x, const void *y)
{
    int64_t a = ((const struct place_count *)x)->id, b = ((const struct place_count *)y)->id;
    return (a > b) - (a < b);
}

/* Right below the city, and below that: "/city/county/town/village/". */
enum { PLACE_FIRST = 1, PLACE_LAST = 2 };

static void path_places(struct str path, struct place_count *out, size_t *n)
{
    int depth = 0;
    for (size_t i = 1; i < path.n && depth <= PLACE_LAST; depth++) {
        int64_t id = 0;
        for (; i < path.n && path.p[i] != '/'; i++)
            id = id * 10 + (path.p[i] - '0');
        i++;
        if (depth >= PLACE_FIRST)
            out[(*n)++] = (struct place_count){ id, 1 };
    }
}

/* Sorted, each once, with the number of receivers in it. */
static bool places_of(struct ctx *cx, const struct dispatch *d, struct place_count **out, size_t *n)
{
    struct rows r;
    size_t size = (size_t)d->count * 2, all = 0;
    struct place_count *p = arena_array_of(cx->a, struct place_count, size + 1);
    for (db_rows(cx->db, &r, &q_board_paths, d->id); rows_next(&r);)
        if (all + 2 <= size)
            path_places(row_text(&r, 0), p, &all);
    rows_end(&r);
    qsort(p, all, sizeof *p, by_place);
    *n = 0;
    for (size_t i = 0; i < all; i++)
        if (*n && p[*n - 1].id == p[i].id)
            p[*n - 1].n++;
        else
            p[(*n)++] = p[i];
    *out = p;
    return !rows_failed(&r);
}

static bool places_write(struct ctx *cx, struct jw *w, const struct dispatch *d)
{
    struct rows r;
    struct place_count *places;
    size_t n;
    if (!places_of(cx, d, &places, &n))
        return false;
    struct buf ids = buf_in(cx->a);
    for (size_t i = 0; i < n; i++)
        buf_printf(&ids, "%c%lld", i ? ',' : '[', (long long)places[i].id);
    buf_text(&ids, n ? "]" : "[]");
    jw_karr(w, "places");
    for (db_rows(cx->db, &r, &q_board_places, buf_done(&ids)); rows_next(&r);) {
        struct place_count key = { row_i64(&r, 0), 0 };
        const struct place_count *p = bsearch(&key, places, n, sizeof key, by_place);
        jw_obj(w);
        jw_kid(w, "id", key.id);
        jw_kstr(w, "name", row_text(&r, 1));
        jw_kstr(w, "level", row_text(&r, 2));
        jw_kid(w, "up", row_i64(&r, 3));
        jw_ki64(w, "count", p ? p->n : 0);
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    return !rows_failed(&r);
}

EXCHANGE_READ(dispatch_receivers)
{
    const struct dispatch_id_in *in = in_;
    struct dispatch d;
    struct rows r;
    if (!dispatch_load(cx, in->dispatch_id, &d))
        return false;
    jw_obj(w);
    jw_karr(w, "kinds");
    for (db_rows(cx->db, &r, &q_board_kinds, d.id); rows_next(&r);) {
        jw_obj(w);
        jw_kstr(w, "level", row_text(&r, 0));
        jw_kstr(w, "branch", row_text(&r, 1));
        jw_ki64(w, "count", row_i64(&r, 2));
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    if (rows_failed(&r) || !places_write(cx, w, &d))
        return false;
    jw_obj_end(w);
    return true;
}
