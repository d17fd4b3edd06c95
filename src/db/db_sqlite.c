/* SQLite: WAL, synchronous=FULL. Exactly one connection of the program writes and checkpoints
 * (a WAL-reset bug up to 3.51.2 corrupts when two do); readers open read-only. */
#include <pthread.h>
#include <sqlite3.h>

#include "base/check.h"
#include "base/log.h"
#include "db/db_in.h"

static enum db_failure failure_of(sqlite3 *c, int rc)
{
    switch (rc & 0xff) {
    case SQLITE_CONSTRAINT: return DB_FAIL_UNIQUE;
    case SQLITE_FULL: return DB_FAIL_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return DB_FAIL_RETRY;
    case SQLITE_IOERR:
        return sqlite3_system_errno(c) == 28 /* ENOSPC */ ? DB_FAIL_FULL : DB_FAIL_IO;
    case SQLITE_CORRUPT:
    case SQLITE_CANTOPEN: return DB_FAIL_IO;
    default: return DB_FAIL_OTHER;
    }
}

static bool failed(struct db *db, int rc, const char *what)
{
    return db_fail(db, failure_of(db->conn, rc), what, sqlite3_errmsg(db->conn));
}

static bool sqlite_script(struct db *db, const char *sql)
{
    int rc = sqlite3_exec(db->conn, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK || failed(db, rc, "script");
}

/* Once for the program, before its first connection. A savepoint copies each page before it is
 * changed; the copies lie in one piece of memory of this size (touched only as far as used) and go
 * to a temporary file beyond it. In memory for good (temp_store=MEMORY) they would be cut into
 * pieces of 1 KB: a tenth of a step's time. The statistics of memory are one mutex around every
 * malloc of all threads. */
#define SAVEPOINT_BYTES (16 << 20)

static void set_up(void)
{
    if (sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) != SQLITE_OK ||
        sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, SAVEPOINT_BYTES) != SQLITE_OK)
        log_debug("db", "sqlite was in use before it was set up"); /* only slower */
}

static bool sqlite_open(struct db *db, const struct db_config *config)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, set_up); /* fails only for a broken once */
    sqlite3 *c = NULL;
    int flags = db->mode == DB_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                     : SQLITE_OPEN_READONLY;
    int rc = sqlite3_open_v2(config->path, &c, flags | SQLITE_OPEN_NOMUTEX, NULL);
    db->conn = c;
    if (rc != SQLITE_OK)
        return failed(db, rc, "open");
    sqlite3_busy_timeout(c, 5000);
    sqlite3_extended_result_codes(c, 1);
    if (db->mode == DB_READ)
        return sqlite_script(db, "PRAGMA query_only=1; PRAGMA cache_size=-8000;"
                                 "PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;");
    if (config->is_bulk)
        return sqlite_script(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
                                 "PRAGMA wal_autocheckpoint=50000; PRAGMA cache_size=-256000;");
    /* what is deleted is overwritten (Debian's default; 误传处置 relies on it) */
    return sqlite_script(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                             "PRAGMA secure_delete=ON; PRAGMA wal_autocheckpoint=10000;"
                             "PRAGMA cache_size=-64000;");
}

static void sqlite_close(struct db *db)
{
    (void)sqlite3_close_v2(db->conn); /* every statement was finalized before */
}

static bool sqlite_prepare(struct db *db, struct statement *st)
{
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v3(db->conn, st->query->sqlite, -1, SQLITE_PREPARE_PERSISTENT, &s,
                                NULL);
    st->handle = s;
    return rc == SQLITE_OK || failed(db, rc, st->query->name);
}

static void sqlite_unprepare(struct db *db, struct statement *st)
{
    (void)db;
    (void)sqlite3_finalize(st->handle); /* repeats an error that was already reported */
}

static void bind_all(sqlite3_stmt *s, int n, const struct bind *binds)
{
    for (int i = 0; i < n; i++) {
        const struct bind *b = &binds[i];
        int rc = SQLITE_OK;
        switch (b->kind) {
        case BIND_NULL: rc = sqlite3_bind_null(s, i + 1); break;
        case BIND_I64: rc = sqlite3_bind_int64(s, i + 1, b->i); break;
        case BIND_TEXT: rc = sqlite3_bind_text64(s, i + 1, b->s.p, b->s.n, SQLITE_STATIC, SQLITE_UTF8); break;
        case BIND_BLOB: rc = sqlite3_bind_blob64(s, i + 1, b->s.p, b->s.n, SQLITE_STATIC); break;
        }
        CHECK(rc == SQLITE_OK);
    }
}

static bool sqlite_run(struct db *db, struct statement *st, int n, const struct bind *binds)
{
    sqlite3_stmt *s = st->handle;
    bind_all(s, n, binds);
    int rc;
    while ((rc = sqlite3_step(s)) == SQLITE_ROW)
        ; /* rows of a RETURNING nobody asked for */
    bool good = rc == SQLITE_DONE || failed(db, rc, st->query->name);
    db->changed = sqlite3_changes64(db->conn);
    (void)sqlite3_reset(s); /* repeats the error of the step */
    return good;
}

static bool sqlite_rows(struct db *db, struct rows *r, struct statement *st, int n,
                        const struct bind *binds)
{
    (void)db;
    bind_all(st->handle, n, binds);
    st->busy = true;
    r->handle = st;
    return true;
}

static sqlite3_stmt *stmt_of(struct rows *r)
{
    return ((struct statement *)r->handle)->handle;
}

static bool sqlite_next(struct rows *r)
{
    int rc = sqlite3_step(stmt_of(r));
    if (rc == SQLITE_ROW)
        return true;
    if (rc != SQLITE_DONE)
        r->failed = !failed(r->db, rc, ((struct statement *)r->handle)->query->name);
    return false;
}

static void sqlite_end(struct rows *r)
{
    struct statement *st = r->handle;
    (void)sqlite3_reset(st->handle); /* repeats the error of the step */
    st->busy = false;
}

static int sqlite_columns(struct rows *r)
{
    return sqlite3_column_count(stmt_of(r));
}

static const char *sqlite_column_name(struct rows *r, int column)
{
    return sqlite3_column_name(stmt_of(r), column);
}

static int sqlite_kind_of(struct rows *r, int column)
{
    switch (sqlite3_column_type(stmt_of(r), column)) {
    case SQLITE_NULL: return BIND_NULL;
    case SQLITE_INTEGER: return BIND_I64;
    case SQLITE_BLOB: return BIND_BLOB;
    default: return BIND_TEXT;
    }
}

static int64_t sqlite_i64(struct rows *r, int column)
{
    return sqlite3_column_int64(stmt_of(r), column);
}

static struct str sqlite_text(struct rows *r, int column)
{
    sqlite3_stmt *s = stmt_of(r);
    const unsigned char *p = sqlite3_column_text(s, column); /* a blob's bytes as they are */
    if (!p)
        return STR_NONE;
    return (struct str){ (const char *)p, (size_t)sqlite3_column_bytes(s, column) };
}

static bool sqlite_in_transaction(struct db *db)
{
    return !sqlite3_get_autocommit(db->conn);
}

const struct engine db_sqlite = {
    sqlite_open, sqlite_close, sqlite_script,  sqlite_prepare,     sqlite_unprepare,
    sqlite_run,  sqlite_rows,  sqlite_next,    sqlite_end,         sqlite_columns,
    sqlite_column_name, sqlite_kind_of, sqlite_i64, sqlite_text, sqlite_in_transaction, NULL,
    NULL,
};
