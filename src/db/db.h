/* db: one interface, two engines: SQLite (embedded) and PostgreSQL (grown).
 *
 * A struct db is one connection and belongs to one thread at a time. Queries are constants made
 * from the rooms' .sql files (tools/sqlgen.py); values are always bound, no text is ever pasted
 * into SQL. A failed call sets the error in the sink that the owner of the connection named with
 * db_errors_to, and returns false or -1; the log has the engine's own words.
 *
 *     db_run(db, &item_close, item_id, now);
 *     struct rows r;
 *     for (db_rows(db, &r, &item_todo, owner_id, 51); rows_next(&r);)
 *         use(row_i64(&r, 0), row_text(&r, 1));
 *     if (rows_failed(&r)) …
 */
#ifndef TB_DB_DB_H
#define TB_DB_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum db_engine { DB_SQLITE, DB_PGSQL };
enum db_mode { DB_READ, DB_WRITE };

struct db_config {
    enum db_engine engine;
    const char *path; /* SQLite: the database file */
    const char *url;  /* PostgreSQL: postgresql://… */
    bool is_bulk;     /* a fresh database being filled: no fsync; db_make_durable at the end */
};

struct query {
    const char *name;
    int parameters;
    const char *sqlite, *pgsql;
};

struct db;

/* NULL when the database cannot be opened; *e is then set. Readers never write or checkpoint. */
struct db *db_open(const struct db_config *config, enum db_mode mode, struct arena *a,
                   struct err *e);
void db_close(struct db **db);
enum db_engine db_engine_of(const struct db *db);
/* Where this connection's errors go until named anew; both must outlive the use. */
void db_errors_to(struct db *db, struct arena *a, struct err *e);

/* --- transactions (writers; readers may use begin/commit for one snapshot) ------------------ */

bool db_begin(struct db *db);
bool db_commit(struct db *db);
void db_rollback(struct db *db);
/* Savepoints nest; undo goes back to the newest and removes it. Whoever chooses between keep and undo
 * settles first: what was run inside may have failed and not said so yet. */
bool db_savepoint(struct db *db);
bool db_savepoint_keep(struct db *db);
bool db_savepoint_undo(struct db *db);
/* False when the engine itself has ended the transaction (disk full, I/O error, no memory). */
bool db_in_transaction(struct db *db);

/* Others may write at the same time: what was read before a row was locked must be read again under
 * the lock. False on SQLite, where one connection writes. */
bool db_has_row_locks(const struct db *db);

enum db_failure {
    DB_FAIL_NONE,
    DB_FAIL_UNIQUE, /* a constraint refused the row: error db.unique */
    DB_FAIL_RETRY,  /* deadlock or serialisation failure: run again */
    DB_FAIL_FULL,   /* disk full: error db.full */
    DB_FAIL_IO,     /* I/O error: stop writing */
    DB_FAIL_LOST,   /* connection lost */
    DB_FAIL_OTHER
};
/* Why the last failing call failed; reset by db_begin, and DB_FAIL_UNIQUE by db_savepoint_undo. */
enum db_failure db_last_failure(const struct db *db);

/* --- statements ------------------------------------------------------------------------------ */

struct bind {
    enum { BIND_NULL, BIND_I64, BIND_TEXT, BIND_BLOB } kind;
    int64_t i;
    struct str s;
};
static inline struct bind bind_i64(int64_t v)
{
    return (struct bind){ .kind = BIND_I64, .i = v };
}
static inline struct bind bind_str(struct str s)
{
    return (struct bind){ .kind = s.p ? BIND_TEXT : BIND_NULL, .s = s };
}
static inline struct bind bind_text(const char *s)
{
    return bind_str(str_of(s));
}
static inline struct bind bind_same(struct bind b)
{
    return b;
}
/* 0 is stored as NULL: for optional references. */
static inline struct bind bind_id(int64_t id)
{
    return id ? bind_i64(id) : (struct bind){ .kind = BIND_NULL };
}
static inline struct bind bind_blob(struct str s)
{
    return (struct bind){ .kind = s.p ? BIND_BLOB : BIND_NULL, .s = s };
}

#define DB_BIND(x)                                                                                 \
    _Generic((x),                                                                                  \
        struct str: bind_str,                                                                      \
        struct bind: bind_same,                                                                    \
        char *: bind_text,                                                                         \
        const char *: bind_text,                                                                   \
        default: bind_i64)(x)
#define DB_PARENS ()
#define DB_EXPAND(...) DB_EXPAND3(DB_EXPAND3(DB_EXPAND3(DB_EXPAND3(__VA_ARGS__))))
#define DB_EXPAND3(...) DB_EXPAND2(DB_EXPAND2(DB_EXPAND2(DB_EXPAND2(__VA_ARGS__))))
#define DB_EXPAND2(...) DB_EXPAND1(DB_EXPAND1(DB_EXPAND1(DB_EXPAND1(__VA_ARGS__))))
#define DB_EXPAND1(...) __VA_ARGS__
#define DB_EACH(...) __VA_OPT__(DB_EXPAND(DB_EACH_STEP(__VA_ARGS__)))
#define DB_EACH_STEP(x, ...) , DB_BIND(x) __VA_OPT__(DB_EACH_AGAIN DB_PARENS(__VA_ARGS__))
#define DB_EACH_AGAIN() DB_EACH_STEP
/* The bound values behind one unused first element, so that none is allowed. */
#define DB_BINDS(...) ((const struct bind[]){ { .kind = BIND_NULL } DB_EACH(__VA_ARGS__) })
#define DB_COUNT(...) ((int)(sizeof DB_BINDS(__VA_ARGS__) / sizeof(struct bind)) - 1)

/* Runs a statement without rows. The number of values must be the query's. A writer's statement inside
 * a transaction may wait on PostgreSQL until something is read, so that many of them are one round
 * trip; what it fails with is then the failure of that later call. Whoever acts upon the failure of
 * this very statement calls db_settle. */
#define db_run(db, q, ...) db_run_((db), (q), DB_COUNT(__VA_ARGS__), DB_BINDS(__VA_ARGS__) + 1)
bool db_run_(struct db *db, const struct query *q, int n, const struct bind *binds);
/* Waits for what was run and not yet answered; false when any of it failed. */
bool db_settle(struct db *db);
/* Runs it and waits: the rows it changed, -1 when it (or what was run before it) failed. */
#define db_update(db, q, ...) db_update_((db), (q), DB_COUNT(__VA_ARGS__), DB_BINDS(__VA_ARGS__) + 1)
int64_t db_update_(struct db *db, const struct query *q, int n, const struct bind *binds);

/* An open result. Run it to its end or call rows_end; only then may the same query run again. */
struct rows {
    struct db *db;
    void *handle;
    int64_t row;
    bool failed, done;
};
#define db_rows(db, r, q, ...)                                                                     \
    db_rows_((db), (r), (q), DB_COUNT(__VA_ARGS__), DB_BINDS(__VA_ARGS__) + 1)
bool db_rows_(struct db *db, struct rows *r, const struct query *q, int n,
              const struct bind *binds);
bool rows_next(struct rows *r); /* false at the end and on failure */
bool rows_failed(const struct rows *r);
void rows_end(struct rows *r);
int rows_columns(struct rows *r);
const char *rows_column_name(struct rows *r, int column);
bool row_is_null(struct rows *r, int column);
/* True when the stored value is a number (used by backup). */
bool row_is_number(struct rows *r, int column);
bool row_is_blob(struct rows *r, int column);
int64_t row_i64(struct rows *r, int column); /* 0 for NULL */
/* Valid until the next rows_next; blobs too. STR_NONE for NULL. */
struct str row_text(struct rows *r, int column);
struct str row_copy(struct rows *r, int column, struct arena *a);

/* The first row into out: 1 found, 0 none, -1 failed. The row stays open: read, then rows_end. */
#define db_get(db, r, q, ...)                                                                      \
    db_get_((db), (r), (q), DB_COUNT(__VA_ARGS__), DB_BINDS(__VA_ARGS__) + 1)
int db_get_(struct db *db, struct rows *r, const struct query *q, int n, const struct bind *binds);
/* The first column of the first row as a number; missing when there is none; failed sets the error
 * and returns missing too. */
#define db_number(db, missing, q, ...)                                                             \
    db_number_((db), (missing), (q), DB_COUNT(__VA_ARGS__), DB_BINDS(__VA_ARGS__) + 1)
int64_t db_number_(struct db *db, int64_t missing, const struct query *q, int n,
                   const struct bind *binds);

/* Outside a transaction, the writer's connection: what the write-ahead log still holds of old pages is
 * gone. Waits for nobody: false when readers hold the log. PostgreSQL: nothing to do. */
bool db_fold_log(struct db *db);
/* A bulk fill by this connection alone, of what can be made again: no journal, much memory. Nobody
 * else may have the database open, and after a crash there is none. Ends with db_make_durable. */
bool db_alone(struct db *db);
/* Puts everything on disk after a bulk fill. */
bool db_make_durable(struct db *db);

/* --- between nodes (PostgreSQL; on SQLite nothing happens) -------------------------------------- */

bool db_notify(struct db *db, const char *channel, struct str payload);
bool db_listen(struct db *db, const char *channel);
/* Waits at most timeout_ms for one message: 1 and its text in a, 0 none, -1 connection lost. */
int db_wait_notify(struct db *db, int timeout_ms, struct arena *a, struct str *payload);

/* --- schema ---------------------------------------------------------------------------------- */

/* Creates every table of the joined schema text in an empty database and records its digest text;
 * on one that has a schema, compares the digest: error db.schema when it differs. */
bool db_schema_install(struct db *db, struct str schema, struct str digest);
/* Names of the schema's tables in its order, NULL-terminated, in a. */
const char **db_schema_tables(struct arena *a, struct str schema);
/* Any SQL text, for the schema, backup and tests only: never with values from outside. */
bool db_script(struct db *db, const char *sql);

/* Queries on whole rows of any table, for what treats all tables alike: restore, the loader of the
 * benchmarks. Everybody else's rows are written by their room's own queries. Made in a, which must
 * outlive the connection; names are plain ones of the schema. */
const struct query *db_query_all(struct arena *a, const char *table); /* in order of its key */
const struct query *db_query_insert(struct arena *a, const char *table, const struct str *columns,
                                    int n, int rows);
/* Sets one column of the row with these keys: values are the column's, then the keys'. */
const struct query *db_query_set(struct arena *a, const char *table, const char *column,
                                 const char *const *keys, int n_keys);

#endif
