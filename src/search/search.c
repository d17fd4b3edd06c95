/* The queue, the index and its single writer, and the search itself. */
#include "search/search.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/id.h"
#include "base/log.h"
#include "desk/desk.h"
#include "search/search.sql.h"

#define GROUP 200
#define LIMIT_DEFAULT 20
#define LIMIT_MAX 100
#define STRETCH_MIN 32 /* postings read at once */
#define STRETCH_MAX 256
#define STRETCH_WORK 16
#define LEAPS_TRIED 8 /* in a stretch */
#define LEAP_GAIN 3   /* postings that a leap must pass */
#define LOOK_UP_MIN 16
#define WORK_MAX 10000 /* then the page ends, with a cursor: some 40 ms */

/* The index's only writer, and how readers open it. Belongs to the clock's thread, but for config. */
static struct {
    struct db *writer;
    struct db_config config;
    struct arena *a;
    struct err err;
} its;

static const char *const sqlite_schema =
    "CREATE TABLE IF NOT EXISTS search_text (id INTEGER PRIMARY KEY, tokens TEXT NOT NULL);"
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_fts USING fts5(tokens, content='search_text',"
    " content_rowid='id', detail=none, tokenize=\"unicode61 remove_diacritics 0\");";
static const char *const pgsql_schema =
    "CREATE TABLE IF NOT EXISTS search_text (id bigint PRIMARY KEY, tokens text NOT NULL);"
    "CREATE INDEX IF NOT EXISTS search_text_tokens ON search_text"
    " USING gin (to_tsvector('simple', tokens))";

/* --- the index ---------------------------------------------------------------------------------------- */

static bool open_index(struct ctx *cx)
{
    its.a = arena_new();
    its.config = *core_db_config(cx->core);
    if (its.config.engine == DB_SQLITE)
        its.config.path = strdup(arena_printf(cx->a, "%s/search.db", core_dir(cx->core)));
    its.config.is_bulk = false; /* what has left the queue must be in the index on disk */
    its.writer = db_open(&its.config, DB_WRITE, its.a, &its.err);
    return its.writer && db_script(its.writer, its.config.engine == DB_SQLITE ? sqlite_schema
                                                                              : pgsql_schema);
}

static bool index_text(struct db *db, int64_t id, struct str tokens)
{
    struct rows r;
    int found = db_get(db, &r, &q_text_old, id);
    struct str old = found == 1 ? row_copy(&r, 0, its.a) : STR_NONE;
    rows_end(&r);
    if (found < 0 || (old.p && str_eq(old, tokens)))
        return found >= 0;
    return (!old.p || db_engine_of(db) == DB_PGSQL || db_run(db, &q_fts_drop, id, old)) &&
           db_run(db, &q_text_put, id, tokens) &&
           (db_engine_of(db) == DB_PGSQL || db_run(db, &q_fts_put, id, tokens));
}

static struct str text_of(struct ctx *cx, int64_t text_id)
{
    struct buf b = buf_in(cx->a);
    struct matter m;
    if (matter_find(cx, text_id, &m) == 1) {
        buf_printf(&b, "%.*s\n%.*s\n%.*s\n", STR_ARG(m.title), STR_ARG(m.number),
                   STR_ARG(m.from_name));
        (void)matter_attachment_names(cx, text_id, &b); /* a failure is seen by the next round */
    }
    (void)event_ask(cx, "search.text", text_id, &b); /* the same */
    return search_tokens(cx->a, buf_done(&b));
}

static bool index_group(struct ctx *cx, int64_t *texts, size_t n)
{
    arena_empty(its.a);
    its.err = (struct err){ 0 };
    db_errors_to(its.writer, its.a, &its.err);
    bool good = db_begin(its.writer);
    for (size_t i = 0; good && i < n; i++) {
        struct arena_mark mark = arena_mark(cx->a);
        good = index_text(its.writer, texts[i], text_of(cx, texts[i]));
        arena_reset(cx->a, mark);
    }
    good = good && db_commit(its.writer);
    if (!good)
        db_rollback(its.writer);
    return good;
}

struct indexed_in {
    int64_t last;
};

static bool run_indexed(struct ctx *cx, const void *in, void *out)
{
    (void)out;
    return db_run(cx->db, &q_queue_drop, ((const struct indexed_in *)in)->last);
}

/* One group: 1 more waits, 0 none, -1 failed. */
static int index_next(struct ctx *cx)
{
    struct rows r;
    struct indexed_in done = { 0 };
    int64_t texts[GROUP];
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_queue_page, (int64_t)GROUP); n < GROUP && rows_next(&r); n++) {
        done.last = row_i64(&r, 0);
        texts[n] = row_i64(&r, 1);
    }
    rows_end(&r);
    if (n == 0)
        return 0;
    struct err e = { 0 };
    if (!index_group(cx, texts, n) ||
        !door_run(cx->core, "search.indexed", &done, NULL, NULL, cx->now, cx->a, &e))
        return -1;
    return n == GROUP;
}

/* --- purging (误传处置) ------------------------------------------------------------------------------- */

#define MERGE_PAGES 500
#define MERGES_A_TICK 20

/* FTS5 only marks what it deletes: the words stay in its segments until these are merged. A stretch
 * each tick; true when all is one segment and the log holds no old page. */
static bool merge_index(void)
{
    static bool begun; /* the clock's thread */
    if (db_engine_of(its.writer) == DB_PGSQL)
        return true;
    arena_empty(its.a);
    its.err = (struct err){ 0 };
    db_errors_to(its.writer, its.a, &its.err);
    for (int i = 0; i < MERGES_A_TICK; i++) {
        int64_t before = db_number(its.writer, 0, &q_fts_writes);
        if (!db_run(its.writer, &q_fts_merge, (int64_t)(begun ? MERGE_PAGES : -MERGE_PAGES)))
            return false;
        bool was_begun = begun;
        begun = true;
        if (was_begun && db_number(its.writer, 0, &q_fts_writes) - before < 2) {
            begun = false;
            return db_fold_log(its.writer);
        }
    }
    return false;
}

static bool run_purged(struct ctx *cx, const void *in, void *out)
{
    (void)in;
    (void)out;
    return db_run(cx->db, &q_purge_drop);
}

static void purge_index(struct ctx *cx)
{
    struct err e = { 0 };
    if (!db_number(cx->db, 0, &q_purge_any) || !merge_index())
        return;
    if (!door_run(cx->core, "search.purged", NULL, NULL, NULL, cx->now, cx->a, &e))
        log_warn("search", "purged words will be merged again", "code", e.code);
    else
        log_info("search", "purged words have left the index");
}

static bool on_purge(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    (void)event;
    (void)detail;
    if (!matter_owns_text(cx, subject))
        return cx->err.kind == ERR_NONE;
    return db_run(cx->db, &q_queue_put, id_new(cx->now), subject) &&
           db_run(cx->db, &q_purge_put, subject, cx->now);
}

static void catch_up(struct ctx *cx)
{
    while (its.writer && index_next(cx) == 1)
        ;
}

static bool run_rebuild(struct ctx *cx, const void *in, void *out)
{
    (void)in;
    (void)out;
    return db_run(cx->db, &q_queue_all);
}

static bool start(struct ctx *cx)
{
    if (!open_index(cx))
        return fail(cx, ERR_INTERNAL, "search.index", NULL);
    return true;
}

static void tick(struct ctx *cx)
{
    static bool looked;
    struct err e = { 0 };
    if (!looked && db_number(its.writer, 0, &q_text_count) == 0)
        (void)door_run(cx->core, "search.rebuild", NULL, NULL, NULL, cx->now, cx->a, &e); /* next
                                                                          start tries again */
    looked = true;
    catch_up(cx);
    purge_index(cx);
}

/* A received document is found by its sender's text: that one alone is indexed. */
static bool on_changed(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    (void)event;
    (void)detail;
    if (matter_text(cx, subject) != subject)
        return cx->err.kind == ERR_NONE;
    return db_run(cx->db, &q_queue_put, id_new(cx->now), subject);
}

/* --- searching ------------------------------------------------------------------------------------------- */

struct search_in {
    struct str q, after;
    int64_t limit;
};
static const struct field search_in_fields[] = {
    FIELD(search_in, q, F_TEXT, .max = 100, .flags = FIELD_REQUIRED, .zh = "检索词", .en = "words"),
    FIELD(search_in, after, F_TEXT, .max = 60, .zh = "位置", .en = "cursor"),
    FIELD(search_in, limit, F_I64, .max = LIMIT_MAX, .zh = "行数", .en = "rows"),
};
RECORD(search_in);

struct search_row {
    int64_t matter, at;
    struct str module, module_name, title, number, unit, urgency, label, state;
};
static const struct field search_row_fields[] = {
    FIELD(search_row, matter, F_ID, .flags = FIELD_REQUIRED, .zh = "事项", .en = "matter"),
    FIELD(search_row, module, F_TEXT, .flags = FIELD_REQUIRED, .zh = "业务", .en = "module"),
    FIELD(search_row, module_name, F_TEXT, .flags = FIELD_REQUIRED, .zh = "业务名称",
          .en = "module's name"),
    FIELD(search_row, title, F_TEXT, .flags = FIELD_REQUIRED, .zh = "标题", .en = "title"),
    FIELD(search_row, number, F_TEXT, .zh = "文号", .en = "number"),
    FIELD(search_row, unit, F_TEXT, .flags = FIELD_REQUIRED, .zh = "来自", .en = "from"),
    FIELD(search_row, urgency, F_TEXT, .zh = "紧急程度", .en = "urgency"),
    FIELD(search_row, label, F_TEXT, .flags = FIELD_REQUIRED, .zh = "标识",
          .en = "empty, internal, sensitive"),
    FIELD(search_row, state, F_TEXT, .flags = FIELD_REQUIRED, .zh = "状态", .en = "state"),
    FIELD(search_row, at, F_MOMENT, .flags = FIELD_REQUIRED, .zh = "时间", .en = "at"),
};
RECORD(search_row);

/* Readers of the index, one a thread. */
static pthread_key_t reader_key;
static pthread_once_t reader_once = PTHREAD_ONCE_INIT;

struct reader {
    struct db *db;
    struct arena *a;
    struct err err;
};

static void reader_free(void *arg)
{
    struct reader *r = arg;
    db_close(&r->db);
    arena_free(&r->a);
    free(r);
}

static void make_key(void)
{
    CHECK(pthread_key_create(&reader_key, reader_free) == 0);
}

static struct db *index_reader(struct ctx *cx)
{
    if (its.config.engine == DB_PGSQL)
        return cx->db;
    pthread_once(&reader_once, make_key);
    struct reader *r = pthread_getspecific(reader_key);
    if (!r) {
        r = calloc(1, sizeof *r);
        CHECK(r);
        r->a = arena_new();
        pthread_setspecific(reader_key, r);
    }
    struct db_config config = its.config;
    config.is_bulk = false;
    if (!r->db)
        r->db = db_open(&config, DB_READ, r->a, &r->err);
    if (r->db)
        db_errors_to(r->db, cx->a, &cx->err);
    return r->db;
}

/* The merge of postings and of what the person may see, both newest first. A stretch of postings is
 * read at once: to ask the index anew costs as much as to read two hundred. Inside it the merge
 * leaps from one text that the person sees to the next; where that gains little, since they see
 * texts between all postings, some are looked up at once. So the shorter of the two streams leads.
 */
struct merge {
    struct db *db;
    struct str words, scopes;
    struct str needles; /* PostgreSQL, as long as the word may be a common one */
    int64_t from;       /* the next posting is at or below; 0: the end */
    size_t length;      /* of the next stretch */
    size_t n, at;       /* postings in this one, and how many were looked at */
    int64_t text[STRETCH_MAX];
    int64_t seen;  /* the newest text that the person sees at or below those looked at; 0: none */
    size_t wanted; /* hits */
    int64_t hit[STRETCH_MAX], by[STRETCH_MAX]; /* what was seen of this stretch, by which matters */
    size_t hits;
    int64_t work; /* so far; a leap is two */
};

static bool read_postings(struct merge *m, const struct query *q, struct str words)
{
    struct rows r;
    m->n = m->at = 0;
    for (db_rows(m->db, &r, q, words, m->from, (int64_t)m->length);
         m->n < m->length && rows_next(&r);)
        m->text[m->n++] = row_i64(&r, 0);
    rows_end(&r);
    m->work += STRETCH_WORK;
    return !rows_failed(&r);
}

static bool read_stretch(struct merge *m)
{
    if (m->needles.p) {
        m->length = STRETCH_MIN;
        if (!read_postings(m, &q_match_near, m->needles))
            return false;
        if (m->n == m->length)
            return true;
        m->needles = STR_NONE;
    }
    return read_postings(m, &q_match_page, m->words);
}

/* From text to text that the person sees, as long as each leap passes some postings. */
static void leap(struct ctx *cx, struct merge *m, int64_t *hit, size_t *hits)
{
    for (size_t leaps = 1, from = m->at; m->at < m->n && *hits < m->wanted && m->seen > 0;
         leaps++) {
        if (leaps > LEAPS_TRIED && m->at - from < leaps * LEAP_GAIN)
            return;
        m->seen = matter_seen_next(cx, m->scopes, m->text[m->at]);
        m->work += 2;
        while (m->at < m->n && m->text[m->at] > m->seen)
            m->at++;
        if (m->at < m->n && m->text[m->at] == m->seen)
            hit[(*hits)++] = m->text[m->at++];
    }
}

/* Adds to the hits those of n texts that are seen, and by which matter. */
static bool look_up(struct ctx *cx, struct merge *m, const int64_t *text, size_t n)
{
    int64_t by[STRETCH_MAX];
    m->work += (int64_t)n;
    if (n && !matter_seen_among(cx, m->scopes, text, n, by))
        return false;
    for (size_t i = 0; i < n && m->hits < m->wanted; i++)
        if (by[i]) {
            m->hit[m->hits] = text[i];
            m->by[m->hits++] = by[i];
        }
    return true;
}

/* What the person sees of the stretch, or of as much of it as gives what is wanted. */
static bool look_at(struct ctx *cx, struct merge *m)
{
    int64_t hit[STRETCH_MAX];
    size_t n = 0;
    m->hits = 0;
    m->seen = m->from;
    leap(cx, m, hit, &n);
    if (!look_up(cx, m, hit, n))
        return false;
    while (m->at < m->n && m->hits < m->wanted && m->seen > 0) {
        size_t some = 2 * (m->wanted - m->hits) + LOOK_UP_MIN, left = m->n - m->at;
        size_t k = some < left ? some : left;
        if (!look_up(cx, m, m->text + m->at, k))
            return false;
        m->at += k;
        m->seen = m->text[m->at - 1];
    }
    return cx->err.kind == ERR_NONE;
}

/* Below the stretch, or from the next text that the person sees; where that lies further down than
 * the stretch was long, a short one does. */
static void go_on(struct merge *m)
{
    int64_t newest = m->n ? m->text[0] : 0, oldest = m->n ? m->text[m->n - 1] : 0;
    size_t longer = m->length * 2 < STRETCH_MAX ? m->length * 2 : STRETCH_MAX;
    bool is_last = m->n != m->length;
    bool is_far = (oldest - m->seen) > (newest - oldest);
    m->from = is_last ? 0 : m->seen < oldest ? m->seen : oldest - 1;
    m->length = is_far ? STRETCH_MIN : longer;
}

static bool write_hit(struct ctx *cx, int64_t matter_id, struct jw *w)
{
    struct matter m;
    if (matter_find(cx, matter_id, &m) != 1)
        return cx->err.kind == ERR_NONE;
    struct search_row row = { m.id, m.started_at, m.module, m.module_name, m.title, m.number,
                              m.from_name, m.urgency, m.label, m.state };
    record_encode(w, &search_row_record, &row);
    return true;
}

static bool write_hits(struct ctx *cx, struct merge *m, struct jw *w)
{
    for (size_t i = 0; i < m->hits; i++)
        if (!write_hit(cx, m->by[i], w))
            return false;
    m->wanted -= m->hits;
    return true;
}

/* Until the page is full; its cursor is below the last hit. */
static bool merge_run(struct ctx *cx, struct merge *m, struct jw *w)
{
    m->from = m->words.p ? m->from : 0;
    while (m->from > 0 && m->work < WORK_MAX) {
        if (!read_stretch(m) || !look_at(cx, m) || !write_hits(cx, m, w))
            return false;
        if (m->wanted == 0) {
            m->from = m->hit[m->hits - 1] - 1;
            return true;
        }
        go_on(m);
    }
    return cx->err.kind == ERR_NONE;
}

/* The index is another file on SQLite: one snapshot of it for the whole search. */
static bool run_search(struct ctx *cx, const void *input, struct jw *w)
{
    const struct search_in *in = input;
    struct merge m = { .db = index_reader(cx), .from = INT64_MAX, .length = STRETCH_MIN };
    bool is_apart = m.db && m.db != cx->db;
    if (!cursor_read(cx, in->after, &m.from, NULL, NULL))
        return false;
    if (!m.db || (is_apart && !db_begin(m.db)))
        return fail(cx, ERR_BUSY, "search.index", NULL);
    m.words = search_match(cx->a, its.config.engine, in->q);
    if (its.config.engine == DB_PGSQL)
        m.needles = search_needles(cx->a, in->q);
    m.scopes = matter_scopes(cx);
    answer_rows(w);
    m.wanted = in->limit ? (size_t)in->limit : LIMIT_DEFAULT;
    bool good = merge_run(cx, &m, w);
    if (is_apart)
        db_rollback(m.db);
    answer_rows_end(w, m.from > 0 ? cursor_text(cx, m.from, 0, 0) : STR_NONE);
    return good;
}

static const struct command commands[] = {
    { "search.indexed", POST, NULL, PERM_OPERATOR, NULL, NULL, run_indexed, "检索已更新",
      "Texts that were indexed leave the queue", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "search.purged", POST, NULL, PERM_OPERATOR, NULL, NULL, run_purged, "检索已清除",
      "Purged words have left the index", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "search.rebuild", POST, NULL, PERM_OPERATOR, NULL, NULL, run_rebuild, "重建检索",
      "Index every text again", CMD_INTERNAL | CMD_NO_TRACE | CMD_OPERATOR, NULL },
};
static const struct read reads[] = {
    { "search.page", "/search", PERM_LOGIN, &search_in_record, &search_row_record, true, run_search,
      "全文检索", "Full-text search, newest first", 0 },
};
static const struct handler handlers[] = { { "search.changed", on_changed },
                                           { "matter.purge", on_purge },
                                           { "search.purged_words", on_purge } };
const struct room search_room = { "search", ROOM_TABLE(commands), ROOM_TABLE(reads),
                                  ROOM_TABLE(handlers), start, tick };
