/* PostgreSQL by libpq: prepared statements, text in and out (bytea as binary in, hex out). A result
 * is fetched whole: pages are short by design, backup reads table by table in ranges. */
#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>

#include "base/check.h"
#include "db/db_in.h"

struct pg_rows {
    PGresult *result;
    struct statement *st;
    int at, n;
    struct buf bytes; /* decoded bytea of the present row */
};

static enum db_failure failure_of(struct db *db, const PGresult *res)
{
    const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
    if (!state)
        return PQstatus(db->conn) == CONNECTION_BAD ? DB_FAIL_LOST : DB_FAIL_OTHER;
    if (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0 || strcmp(state, "55P03") == 0)
        return DB_FAIL_RETRY;
    if (strncmp(state, "23", 2) == 0)
        return DB_FAIL_UNIQUE;
    if (strcmp(state, "53100") == 0)
        return DB_FAIL_FULL;
    if (strncmp(state, "58", 2) == 0)
        return DB_FAIL_IO;
    return strncmp(state, "08", 2) == 0 || strncmp(state, "57P", 3) == 0 ? DB_FAIL_LOST
                                                                         : DB_FAIL_OTHER;
}

static bool failed(struct db *db, PGresult *res, const char *what)
{
    bool no = db_fail(db, failure_of(db, res), what,
                      res ? PQresultErrorMessage(res) : PQerrorMessage(db->conn));
    PQclear(res);
    return no;
}

static bool succeeded(const PGresult *res)
{
    ExecStatusType s = PQresultStatus(res);
    return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK;
}

static bool pg_script(struct db *db, const char *sql)
{
    PGresult *res = PQexec(db->conn, sql);
    if (!succeeded(res))
        return failed(db, res, "script");
    PQclear(res);
    return true;
}

static void silent(void *arg, const PGresult *res)
{
    (void)arg;
    (void)res; /* notices are for psql */
}

/* Every list has its index; but a statement prepared while a table was still empty keeps a plan that
 * reads the whole of it, and an import of 40,000 people then takes hours. So whole tables are read
 * only where there is no index (and such a plan's price must not call the JIT compiler). */
static bool make_ready(struct db *db)
{
    if (PQstatus(db->conn) != CONNECTION_OK)
        return db_fail(db, DB_FAIL_LOST, "connect", PQerrorMessage(db->conn));
    (void)PQsetNoticeReceiver(db->conn, silent, NULL); /* returns the former one */
    return pg_script(db, "SET client_encoding='UTF8'; SET standard_conforming_strings=on;"
                         "SET search_path=tongban,public; SET lock_timeout='10s';"
                         "SET default_transaction_isolation='read committed';"
                         "SET enable_seqscan=off; SET jit=off");
}

static bool pg_open(struct db *db, const struct db_config *config)
{
    db->conn = PQconnectdb(config->url);
    return make_ready(db);
}

static bool pg_again(struct db *db)
{
    PQreset(db->conn);
    return make_ready(db);
}

static void pg_close(struct db *db)
{
    if (db->conn)
        PQfinish(db->conn);
}

/* Transaction words are sent as they are; they may come while a transaction is aborted, when
 * nothing can be prepared. */
static bool is_plain(const struct query *q)
{
    static const char *const words[] = { "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(q->pgsql, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

static bool pg_prepare(struct db *db, struct statement *st)
{
    if (is_plain(st->query))
        return true;
    char name[32];
    (void)snprintf(name, sizeof name, "q%zu", db->cache_used); /* always fits */
    PGresult *res = PQprepare(db->conn, name, st->query->pgsql, 0, NULL);
    if (!succeeded(res))
        return failed(db, res, st->query->name);
    PQclear(res);
    st->handle = strdup(name);
    CHECK(st->handle);
    return true;
}

static void pg_unprepare(struct db *db, struct statement *st)
{
    (void)db;
    free(st->handle); /* the server drops it with the connection */
}

static PGresult *execute(struct db *db, struct statement *st, int n, const struct bind *binds)
{
    const char *values[64];
    int lengths[64], formats[64];
    char numbers[64][24];
    char *copies[64] = { 0 };
    CHECK(n <= 64);
    for (int i = 0; i < n; i++) {
        const struct bind *b = &binds[i];
        lengths[i] = (int)b->s.n;
        formats[i] = b->kind == BIND_BLOB;
        if (b->kind == BIND_I64) {
            (void)snprintf(numbers[i], sizeof numbers[i], "%lld", (long long)b->i); /* fits */
            values[i] = numbers[i];
        } else if (b->kind == BIND_TEXT) {
            values[i] = copies[i] = strndup(b->s.p, b->s.n);
            CHECK(copies[i]);
        } else {
            values[i] = b->kind == BIND_BLOB ? b->s.p : NULL;
        }
    }
    PGresult *res = st->handle ? PQexecPrepared(db->conn, st->handle, n, values, lengths, formats, 0)
                               : PQexec(db->conn, st->query->pgsql);
    for (int i = 0; i < n; i++)
        free(copies[i]);
    return res;
}

static bool pg_run(struct db *db, struct statement *st, int n, const struct bind *binds)
{
    PGresult *res = execute(db, st, n, binds);
    if (!succeeded(res))
        return failed(db, res, st->query->name);
    int64_t changed = 0;
    (void)str_to_i64(str_of(PQcmdTuples(res)), &changed); /* stays 0 for other commands */
    db->changed = changed;
    /* COMMIT of an aborted transaction succeeds as ROLLBACK: that is a failure here */
    if (st->query->pgsql[0] == 'C' && strcmp(PQcmdStatus(res), "ROLLBACK") == 0)
        return failed(db, res, "commit of an aborted transaction");
    PQclear(res);
    return true;
}

static bool pg_rows(struct db *db, struct rows *r, struct statement *st, int n,
                    const struct bind *binds)
{
    PGresult *res = execute(db, st, n, binds);
    if (!succeeded(res))
        return failed(db, res, st->query->name);
    struct pg_rows *p = calloc(1, sizeof *p);
    CHECK(p);
    *p = (struct pg_rows){ .result = res, .st = st, .at = -1, .n = PQntuples(res) };
    r->handle = p;
    return true;
}

static bool pg_next(struct rows *r)
{
    struct pg_rows *p = r->handle;
    p->bytes.n = 0;
    return ++p->at < p->n;
}

static void pg_end(struct rows *r)
{
    struct pg_rows *p = r->handle;
    PQclear(p->result);
    buf_free(&p->bytes);
    free(p);
    r->handle = NULL;
}

static int pg_columns(struct rows *r)
{
    return PQnfields(((struct pg_rows *)r->handle)->result);
}

static const char *pg_column_name(struct rows *r, int column)
{
    return PQfname(((struct pg_rows *)r->handle)->result, column);
}

static int pg_kind_of(struct rows *r, int column)
{
    struct pg_rows *p = r->handle;
    if (PQgetisnull(p->result, p->at, column))
        return BIND_NULL;
    switch (PQftype(p->result, column)) {
    case 20:
    case 21:
    case 23:
    case 1700: return BIND_I64; /* int8, int2, int4, numeric (a sum) */
    case 17: return BIND_BLOB;
    default: return BIND_TEXT;
    }
}

static int64_t pg_i64(struct rows *r, int column)
{
    struct pg_rows *p = r->handle;
    int64_t v = 0;
    (void)str_to_i64(str_of(PQgetvalue(p->result, p->at, column)), &v); /* NULL reads as 0 */
    return v;
}

static int nibble(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* Room for all blobs of a row is taken at once, so that earlier pointers stay good. */
static struct str bytea(struct pg_rows *p, struct str hex)
{
    CHECK(hex.n >= 2 && hex.p[0] == '\\' && hex.p[1] == 'x');
    size_t n = (hex.n - 2) / 2;
    if (p->bytes.n == 0) {
        size_t all = 0;
        for (int c = 0; c < PQnfields(p->result); c++)
            all += (size_t)PQgetlength(p->result, p->at, c);
        buf_reserve(&p->bytes, all + 1);
    }
    size_t from = p->bytes.n;
    for (size_t i = 0; i < n; i++)
        buf_char(&p->bytes, (char)(nibble(hex.p[2 + 2 * i]) << 4 | nibble(hex.p[3 + 2 * i])));
    return (struct str){ p->bytes.p + from, n };
}

static struct str pg_text(struct rows *r, int column)
{
    struct pg_rows *p = r->handle;
    if (PQgetisnull(p->result, p->at, column))
        return STR_NONE;
    struct str s = { PQgetvalue(p->result, p->at, column),
                     (size_t)PQgetlength(p->result, p->at, column) };
    return PQftype(p->result, column) == 17 ? bytea(p, s) : s;
}

static bool pg_in_transaction(struct db *db)
{
    PGTransactionStatusType s = PQtransactionStatus(db->conn);
    return s == PQTRANS_INTRANS || s == PQTRANS_INERROR;
}

int db_wait_notify(struct db *db, int timeout_ms, struct arena *a, struct str *payload)
{
    if (db->kind != DB_PGSQL)
        return 0;
    struct pollfd p = { .fd = PQsocket(db->conn), .events = POLLIN };
    PGnotify *n = PQnotifies(db->conn);
    if (!n && poll(&p, 1, timeout_ms) > 0 && !PQconsumeInput(db->conn))
        return -1;
    if (!n)
        n = PQnotifies(db->conn);
    if (!n)
        return PQstatus(db->conn) == CONNECTION_OK ? 0 : -1;
    *payload = str_copy(a, str_of(n->extra));
    PQfreemem(n);
    return 1;
}

bool db_listen(struct db *db, const char *channel)
{
    return db->kind != DB_PGSQL || pg_script(db, arena_printf(db->a, "LISTEN %s", channel));
}

const struct engine db_pgsql = {
    pg_open, pg_close, pg_script, pg_prepare, pg_unprepare, pg_run, pg_rows, pg_next, pg_end,
    pg_columns, pg_column_name, pg_kind_of, pg_i64, pg_text, pg_in_transaction, pg_again,
};
