/* The queue, the index and its single writer. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "search/search.sql.h"
#include "search/search_in.h"

#define GROUP 200

/* The index's only writer, and how readers open it. Belongs to the clock's thread, but for config. */
static struct {
    struct db *writer;
    struct db_config config;
    struct arena *a;
    struct err err;
    bool is_looked_at; /* whether there is an index at all */
    bool is_merging;   /* purged words out of the segments */
} its;

static const char *const sqlite_schema =
    "CREATE TABLE IF NOT EXISTS search_text (id INTEGER PRIMARY KEY, tokens TEXT NOT NULL);"
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_fts USING fts5(tokens, content='search_text',"
    " content_rowid='id', detail=none, tokenize=\"unicode61 remove_diacritics 0\");";
static const char *const pgsql_schema =
    "CREATE TABLE IF NOT EXISTS search_text (id bigint PRIMARY KEY, tokens text NOT NULL);"
    "CREATE INDEX IF NOT EXISTS search_text_tokens ON search_text"
    " USING gin (to_tsvector('simple', tokens))";

const struct db_config *search_config(void)
{
    return &its.config;
}

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
        buf_str(&b, search_year_word(cx->a, clock_date_of(m.started_at).year));
        buf_char(&b, '\n');
        (void)matter_attachment_words(cx, text_id, &b); /* a failure is seen by the next round */
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
    if (db_engine_of(its.writer) == DB_PGSQL)
        return true;
    arena_empty(its.a);
    its.err = (struct err){ 0 };
    db_errors_to(its.writer, its.a, &its.err);
    for (int i = 0; i < MERGES_A_TICK; i++) {
        int64_t before = db_number(its.writer, 0, &q_fts_writes);
        if (!db_run(its.writer, &q_fts_merge, (int64_t)(its.is_merging ? MERGE_PAGES : -MERGE_PAGES)))
            return false;
        bool was_begun = its.is_merging;
        its.is_merging = true;
        if (was_begun && db_number(its.writer, 0, &q_fts_writes) - before < 2) {
            its.is_merging = false;
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
    if (its.a) { /* of a city that this process had open before */
        db_close(&its.writer);
        free((void *)(uintptr_t)its.config.path);
        arena_free(&its.a);
    }
    if (!open_index(cx))
        return fail(cx, ERR_INTERNAL, "search.index", NULL);
    return true;
}

void search_stop(void)
{
    search_readers_close();
    db_close(&its.writer);
    if (its.a)
        arena_free(&its.a);
    if (its.config.engine == DB_SQLITE)
        free((void *)(uintptr_t)its.config.path); /* our own copy */
    its.config = (struct db_config){ 0 };
    its.is_looked_at = its.is_merging = false;
}

static void tick(struct ctx *cx)
{
    struct err e = { 0 };
    if (!its.is_looked_at && db_number(its.writer, 0, &q_text_count) == 0)
        (void)door_run(cx->core, "search.rebuild", NULL, NULL, NULL, cx->now, cx->a, &e); /* next
                                                                          start tries again */
    its.is_looked_at = true;
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

static const struct command commands[] = {
    { "search.indexed", POST, NULL, PERM_OPERATOR, NULL, NULL, run_indexed, "检索已更新",
      "Texts that were indexed leave the queue", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "search.purged", POST, NULL, PERM_OPERATOR, NULL, NULL, run_purged, "检索已清除",
      "Purged words have left the index", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "search.rebuild", POST, NULL, PERM_OPERATOR, NULL, NULL, run_rebuild, "重建检索",
      "Index every text again", CMD_INTERNAL | CMD_NO_TRACE | CMD_OPERATOR, NULL },
};
static const struct read reads[] = {
    { "search.page", "/search", PERM_LOGIN, &search_in_record, &search_row_record, true, search_run_page,
      "全文检索", "Full-text search, newest first", 0 },
};
static const struct handler handlers[] = { { "search.changed", on_changed },
                                           { "matter.purge", on_purge },
                                           { "search.purged_words", on_purge } };
const struct room search_room = { "search", ROOM_TABLE(commands), ROOM_TABLE(reads),
                                  ROOM_TABLE(handlers), start, tick };
