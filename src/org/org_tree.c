/* The whole tree of units as one compact JSON, kept in memory per version (org_version "tree"):
 * everybody's picker and address book begin with it. */
#include <pthread.h>

#include "org/org_tables.h"

#include "org/org.sql.h"

/* Guards the one copy; held only while it is copied or replaced. */
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static struct buf cached; /* on the heap */
static int64_t cached_version = -1, cached_day = -1;
static const struct core *cached_core; /* tests open several */

static bool tree_write(struct ctx *cx, struct jw *w)
{
    static const char *const fields[] = { "id", "parent", "name", "level", "branch", "sort",
                                          "kind" };
    struct rows r;
    jw_obj(w);
    jw_karr(w, "fields");
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        jw_text(w, fields[i]);
    jw_arr_end(w);
    jw_karr(w, "rows");
    for (db_rows(cx->db, &r, &q_unit_tree, today(cx)); rows_next(&r);) {
        jw_arr(w);
        jw_id(w, row_i64(&r, 0));
        jw_id(w, row_i64(&r, 1));
        jw_str(w, row_text(&r, 2));
        jw_str(w, row_text(&r, 3));
        jw_str(w, row_text(&r, 4));
        jw_i64(w, row_i64(&r, 5));
        jw_str(w, row_text(&r, 6));
        jw_arr_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    jw_obj_end(w);
    return !rows_failed(&r);
}

static bool take_cached(struct ctx *cx, int64_t version, int64_t day, struct str *out)
{
    pthread_mutex_lock(&guard);
    bool hit = cached_core == cx->core && cached_version == version && cached_day == day;
    if (hit)
        *out = str_copy(cx->a, (struct str){ cached.p, cached.n });
    pthread_mutex_unlock(&guard);
    return hit;
}

static void keep(struct ctx *cx, int64_t version, int64_t day, struct str text)
{
    pthread_mutex_lock(&guard);
    buf_free(&cached);
    cached = (struct buf){ 0 };
    buf_str(&cached, text);
    cached_version = version;
    cached_day = day;
    cached_core = cx->core;
    pthread_mutex_unlock(&guard);
}

ORG_READ(org_tree)
{
    int64_t version = db_number(cx->db, 0, &q_org_version, "tree");
    int64_t day = clock_days(clock_date_of(cx->now));
    struct str text;
    (void)in_;
    (void)w;
    if (cx->err.kind)
        return false;
    if (!take_cached(cx, version, day, &text)) {
        struct buf b = buf_in(cx->a);
        struct jw tree = jw_to(&b);
        if (!tree_write(cx, &tree))
            return false;
        text = buf_done(&b);
        keep(cx, version, day, text);
    }
    struct raw *raw = raw_of(cx);
    raw->type = "application/json; charset=utf-8";
    raw->fd = -1;
    raw->is_inline = true;
    raw->bytes = text;
    raw->size = (int64_t)text.n;
    raw->etag = str_printf(cx->a, "tree-%lld-%lld", (long long)version, (long long)day);
    return true;
}
