/* The whole tree of units as one compact JSON, kept in memory per version (org_version "tree"):
 * everybody's picker and address book begin with it. Rows stand in the order of the tree. */
#include <pthread.h>
#include <zlib.h>

#include "org/org_tables.h"

#include "org/org.sql.h"

/* Guards the one copy; held only while it is copied or replaced. */
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static struct buf cached, cached_gz; /* on the heap */
static int64_t cached_version = -1, cached_day = -1;
static const struct core *cached_core; /* tests open several */

static bool tree_write(struct ctx *cx, struct jw *w)
{
    static const char *const fields[] = { "id", "parent", "name", "level", "branch", "kind" };
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
        jw_str(w, row_text(&r, 5));
        jw_arr_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    jw_obj_end(w);
    return !rows_failed(&r);
}

/* gzip, or nothing when zlib will not. */
static struct str compressed(struct arena *a, struct str text)
{
    z_stream z = { .next_in = (Bytef *)(uintptr_t)text.p, .avail_in = (uInt)text.n };
    if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        return STR_NONE;
    size_t room = deflateBound(&z, (uLong)text.n);
    char *out = arena_alloc(a, room);
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)room;
    bool good = deflate(&z, Z_FINISH) == Z_STREAM_END;
    size_t n = room - z.avail_out;
    deflateEnd(&z);
    return good ? (struct str){ out, n } : STR_NONE;
}

struct tree {
    struct str text, gzip;
};

static bool take_cached(struct ctx *cx, int64_t version, int64_t day, struct tree *out)
{
    pthread_mutex_lock(&guard);
    bool hit = cached_core == cx->core && cached_version == version && cached_day == day;
    if (hit)
        *out = (struct tree){ str_copy(cx->a, (struct str){ cached.p, cached.n }),
                              str_copy(cx->a, (struct str){ cached_gz.p, cached_gz.n }) };
    pthread_mutex_unlock(&guard);
    return hit;
}

static void keep(struct ctx *cx, int64_t version, int64_t day, const struct tree *t)
{
    pthread_mutex_lock(&guard);
    buf_free(&cached);
    buf_free(&cached_gz);
    cached = cached_gz = (struct buf){ 0 };
    buf_str(&cached, t->text);
    buf_str(&cached_gz, t->gzip);
    cached_version = version;
    cached_day = day;
    cached_core = cx->core;
    pthread_mutex_unlock(&guard);
}

ORG_READ(org_tree)
{
    int64_t version = db_number(cx->db, 0, &q_org_version, "tree");
    int64_t day = clock_days(clock_date_of(cx->now));
    struct tree t;
    (void)in_;
    (void)w;
    if (cx->err.kind)
        return false;
    if (!take_cached(cx, version, day, &t)) {
        struct buf b = buf_in(cx->a);
        struct jw tree = jw_to(&b);
        if (!tree_write(cx, &tree))
            return false;
        t.text = buf_done(&b);
        t.gzip = compressed(cx->a, t.text);
        keep(cx, version, day, &t);
    }
    struct raw *raw = raw_of(cx);
    raw->type = "application/json; charset=utf-8";
    raw->fd = -1;
    raw->is_inline = true;
    raw->bytes = t.text;
    raw->size = (int64_t)t.text.n;
    raw->gzip = t.gzip.n ? t.gzip : STR_NONE;
    raw->etag = str_printf(cx->a, "tree-%lld-%lld", (long long)version, (long long)day);
    return true;
}
