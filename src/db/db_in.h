/* Shared by db's own files: what each engine provides. */
#ifndef TB_DB_DB_IN_H
#define TB_DB_DB_IN_H

#include "db/db.h"

struct db {
    uint32_t magic;
    const struct engine *engine;
    enum db_engine kind;
    enum db_mode mode;
    void *conn;               /* sqlite3 * or struct pg * */
    struct statement **cache; /* open addressing by the query's address */
    size_t cache_size, cache_used;
    int savepoints;
    int64_t changed;
    enum db_failure failure;
    struct arena *a;
    struct err *err;
};

struct statement {
    const struct query *query;
    void *handle; /* sqlite3_stmt *, or for PostgreSQL its name */
    bool busy;
};

struct engine {
    bool (*open)(struct db *db, const struct db_config *config);
    void (*close)(struct db *db);
    bool (*script)(struct db *db, const char *sql);
    bool (*prepare)(struct db *db, struct statement *st);
    void (*unprepare)(struct db *db, struct statement *st);
    bool (*run)(struct db *db, struct statement *st, int n, const struct bind *binds);
    bool (*rows)(struct db *db, struct rows *r, struct statement *st, int n,
                 const struct bind *binds);
    bool (*next)(struct rows *r);
    void (*end)(struct rows *r);
    int (*columns)(struct rows *r);
    const char *(*column_name)(struct rows *r, int column);
    int (*kind_of)(struct rows *r, int column); /* enum of struct bind */
    int64_t (*i64)(struct rows *r, int column);
    struct str (*text)(struct rows *r, int column);
    bool (*in_transaction)(struct db *db);
    bool (*again)(struct db *db);  /* connects anew; NULL: it cannot break */
    bool (*settle)(struct db *db); /* NULL: every statement runs at once */
};

extern const struct engine db_sqlite, db_pgsql;

/* Records why, logs the engine's words, sets the error of the sink; returns false. */
bool db_fail(struct db *db, enum db_failure why, const char *what, const char *words);
/* The schema in the engine's words, in a. */
const char *db_schema_words(struct arena *a, enum db_engine kind, struct str schema);

#endif
