/* What both engines share: the statement cache, transactions, errors. */
#include "db/db_in.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"

#define MAGIC 0x7464625f

static const struct {
    enum err_kind kind;
    const char *code;
} failures[] = {
    [DB_FAIL_UNIQUE] = { ERR_CONFLICT, "db.unique" }, [DB_FAIL_RETRY] = { ERR_BUSY, "db.busy" },
    [DB_FAIL_FULL] = { ERR_BUSY, "db.full" },         [DB_FAIL_IO] = { ERR_INTERNAL, "db.io" },
    [DB_FAIL_LOST] = { ERR_BUSY, "db.lost" },         [DB_FAIL_OTHER] = { ERR_INTERNAL, "internal" },
};

bool db_fail(struct db *db, enum db_failure why, const char *what, const char *words)
{
    db->failure = why;
    if (why != DB_FAIL_UNIQUE)
        log_line(why == DB_FAIL_RETRY ? LOG_INFO_ : LOG_ERROR_, "db", "statement failed", "what",
                 what ? what : "", "words", words ? words : "", NULL);
    if (db->err)
        (void)err_set(db->err, db->a, failures[why].kind, failures[why].code, NULL, NULL, NULL,
                      NULL); /* always false */
    return false;
}

struct db *db_open(const struct db_config *config, enum db_mode mode, struct arena *a,
                   struct err *e)
{
    struct db *db = calloc(1, sizeof *db);
    CHECK(db);
    db->magic = MAGIC;
    db->kind = config->engine;
    db->mode = mode;
    db->engine = config->engine == DB_SQLITE ? &db_sqlite : &db_pgsql;
    db->cache_size = 1024;
    db->cache = calloc(db->cache_size, sizeof *db->cache);
    CHECK(db->cache);
    db_errors_to(db, a, e);
    if (!db->engine->open(db, config)) {
        db_close(&db);
        return NULL;
    }
    return db;
}

static void forget_statements(struct db *db)
{
    for (size_t i = 0; i < db->cache_size; i++) {
        if (!db->cache[i])
            continue;
        db->engine->unprepare(db, db->cache[i]);
        free(db->cache[i]);
        db->cache[i] = NULL;
    }
    db->cache_used = 0;
}

void db_close(struct db **db)
{
    if (!*db)
        return;
    forget_statements(*db);
    (*db)->engine->close(*db);
    free((*db)->cache);
    free(*db);
    *db = NULL;
}

enum db_engine db_engine_of(const struct db *db)
{
    return db->kind;
}

void db_errors_to(struct db *db, struct arena *a, struct err *e)
{
    db->a = a;
    db->err = e;
}

enum db_failure db_last_failure(const struct db *db)
{
    return db->failure;
}

bool db_script(struct db *db, const char *sql)
{
    CHECK(db->magic == MAGIC);
    return db->engine->script(db, sql);
}

/* --- transactions ---------------------------------------------------------------------------- */

static const struct query tx_begin_write = { "begin", 0, "BEGIN IMMEDIATE", "BEGIN" };
static const struct query tx_begin_read = { "begin", 0, "BEGIN",
                                            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" };
static const struct query tx_commit = { "commit", 0, "COMMIT", "COMMIT" };
static const struct query tx_rollback = { "rollback", 0, "ROLLBACK", "ROLLBACK" };
static const struct query tx_save[] = {
    { "save1", 0, "SAVEPOINT s1", "SAVEPOINT s1" }, { "save2", 0, "SAVEPOINT s2", "SAVEPOINT s2" },
    { "save3", 0, "SAVEPOINT s3", "SAVEPOINT s3" }, { "save4", 0, "SAVEPOINT s4", "SAVEPOINT s4" },
};
static const struct query tx_keep[] = {
    { "keep1", 0, "RELEASE s1", "RELEASE SAVEPOINT s1" },
    { "keep2", 0, "RELEASE s2", "RELEASE SAVEPOINT s2" },
    { "keep3", 0, "RELEASE s3", "RELEASE SAVEPOINT s3" },
    { "keep4", 0, "RELEASE s4", "RELEASE SAVEPOINT s4" },
};
static const struct query tx_undo[] = {
    { "undo1", 0, "ROLLBACK TO s1", "ROLLBACK TO SAVEPOINT s1" },
    { "undo2", 0, "ROLLBACK TO s2", "ROLLBACK TO SAVEPOINT s2" },
    { "undo3", 0, "ROLLBACK TO s3", "ROLLBACK TO SAVEPOINT s3" },
    { "undo4", 0, "ROLLBACK TO s4", "ROLLBACK TO SAVEPOINT s4" },
};
#define SAVE_DEPTH (int)(sizeof tx_save / sizeof *tx_save)

static bool begin(struct db *db)
{
    db->failure = DB_FAIL_NONE;
    return db_run(db, db->mode == DB_WRITE ? &tx_begin_write : &tx_begin_read);
}

/* A connection that broke is made anew here, and only here: nothing has been asked of it yet, so
 * nothing is lost with it (S60). */
bool db_begin(struct db *db)
{
    CHECK(db->savepoints == 0);
    struct err was = db->err ? *db->err : (struct err){ 0 };
    if (begin(db))
        return true;
    if (db->failure != DB_FAIL_LOST || !db->engine->again)
        return false;
    forget_statements(db);
    if (!db->engine->again(db))
        return false;
    if (db->err)
        *db->err = was;
    return begin(db);
}

bool db_commit(struct db *db)
{
    CHECK(db->savepoints == 0);
    return db_run(db, &tx_commit);
}

void db_rollback(struct db *db)
{
    db->savepoints = 0;
    if (!db_in_transaction(db))
        return;
    struct err ignored = { 0 };
    struct err *sink = db->err;
    db->err = &ignored; /* the reason for going back is already in the owner's sink */
    (void)db_run(db, &tx_rollback);
    db->err = sink;
}

bool db_savepoint(struct db *db)
{
    CHECK(db->savepoints < SAVE_DEPTH);
    return db_run(db, &tx_save[db->savepoints]) && ++db->savepoints;
}

bool db_savepoint_keep(struct db *db)
{
    CHECK(db->savepoints > 0);
    --db->savepoints;
    return db_settle(db) && db_run(db, &tx_keep[db->savepoints]);
}

bool db_savepoint_undo(struct db *db)
{
    CHECK(db->savepoints > 0);
    db->savepoints--;
    if (!db_run(db, &tx_undo[db->savepoints]) || !db_run(db, &tx_keep[db->savepoints]))
        return false;
    if (db->failure == DB_FAIL_UNIQUE) /* the rest is the whole transaction's, undone or not */
        db->failure = DB_FAIL_NONE;
    return true;
}

bool db_in_transaction(struct db *db)
{
    return db->engine->in_transaction(db);
}

bool db_has_row_locks(const struct db *db)
{
    return db->kind == DB_PGSQL;
}

bool db_fold_log(struct db *db)
{
    static const struct query fold = { "fold_log", 0, "PRAGMA wal_checkpoint(TRUNCATE)", "SELECT 0" };
    struct rows r;
    if (db->kind != DB_SQLITE)
        return true;
    if (!db_script(db, "PRAGMA busy_timeout=0"))
        return false;
    bool good = db_get(db, &r, &fold) == 1 && row_i64(&r, 0) == 0; /* 0: nobody was in the way */
    rows_end(&r);
    return db_script(db, "PRAGMA busy_timeout=5000") && good;
}

bool db_alone(struct db *db)
{
    return db->kind != DB_SQLITE ||
           db_script(db, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=OFF;"
                         "PRAGMA synchronous=OFF; PRAGMA cache_size=-1000000;");
}

bool db_make_durable(struct db *db)
{
    return db->kind != DB_SQLITE ||
           db_script(db, "PRAGMA synchronous=FULL; PRAGMA locking_mode=NORMAL;"
                         "PRAGMA journal_mode=WAL; PRAGMA wal_checkpoint(TRUNCATE);");
}

static const struct query notify = { "notify", 2, "SELECT ?1, ?2", "SELECT pg_notify($1, $2)" };

bool db_notify(struct db *db, const char *channel, struct str payload)
{
    return db->kind != DB_PGSQL || db_run(db, &notify, channel, payload);
}

/* --- statements ------------------------------------------------------------------------------ */

static struct statement *statement_of(struct db *db, const struct query *q)
{
    size_t mask = db->cache_size - 1;
    size_t i = (size_t)(((uintptr_t)q >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 40) & mask;
    for (; db->cache[i]; i = (i + 1) & mask)
        if (db->cache[i]->query == q)
            return db->cache[i];
    CHECK(db->cache_used < db->cache_size / 2);
    struct statement *st = calloc(1, sizeof *st);
    CHECK(st);
    st->query = q;
    if (!db->engine->prepare(db, st)) {
        free(st);
        return NULL;
    }
    db->cache[i] = st;
    db->cache_used++;
    return st;
}

bool db_run_(struct db *db, const struct query *q, int n, const struct bind *binds)
{
    CHECK(db->magic == MAGIC && n == q->parameters);
    struct statement *st = statement_of(db, q);
    CHECK(!st || !st->busy);
    return st && db->engine->run(db, st, n, binds);
}

bool db_settle(struct db *db)
{
    return !db->engine->settle || db->engine->settle(db);
}

int64_t db_update_(struct db *db, const struct query *q, int n, const struct bind *binds)
{
    return db_run_(db, q, n, binds) && db_settle(db) ? db->changed : -1;
}

bool db_rows_(struct db *db, struct rows *r, const struct query *q, int n,
              const struct bind *binds)
{
    CHECK(db->magic == MAGIC && n == q->parameters);
    *r = (struct rows){ .db = db };
    struct statement *st = statement_of(db, q);
    CHECK(!st || !st->busy);
    if (!st || !db->engine->rows(db, r, st, n, binds)) {
        r->failed = r->done = true;
        return false;
    }
    return true;
}

bool rows_next(struct rows *r)
{
    if (r->done)
        return false;
    if (r->db->engine->next(r))
        return true;
    rows_end(r);
    return false;
}

bool rows_failed(const struct rows *r)
{
    return r->failed;
}

void rows_end(struct rows *r)
{
    if (r->done)
        return;
    r->done = true;
    r->db->engine->end(r);
}

int rows_columns(struct rows *r)
{
    return r->db->engine->columns(r);
}

const char *rows_column_name(struct rows *r, int column)
{
    return r->db->engine->column_name(r, column);
}

bool row_is_null(struct rows *r, int column)
{
    return r->db->engine->kind_of(r, column) == BIND_NULL;
}

bool row_is_number(struct rows *r, int column)
{
    return r->db->engine->kind_of(r, column) == BIND_I64;
}

bool row_is_blob(struct rows *r, int column)
{
    return r->db->engine->kind_of(r, column) == BIND_BLOB;
}

int64_t row_i64(struct rows *r, int column)
{
    return r->db->engine->i64(r, column);
}

struct str row_text(struct rows *r, int column)
{
    return r->db->engine->text(r, column);
}

struct str row_copy(struct rows *r, int column, struct arena *a)
{
    return str_copy(a, row_text(r, column));
}

int db_get_(struct db *db, struct rows *r, const struct query *q, int n, const struct bind *binds)
{
    if (!db_rows_(db, r, q, n, binds))
        return -1;
    if (rows_next(r))
        return 1;
    return rows_failed(r) ? -1 : 0;
}

int64_t db_number_(struct db *db, int64_t missing, const struct query *q, int n,
                   const struct bind *binds)
{
    struct rows r;
    int64_t v = missing;
    if (db_get_(db, &r, q, n, binds) == 1 && !row_is_null(&r, 0))
        v = row_i64(&r, 0);
    rows_end(&r);
    return v;
}
