/* PostgreSQL by libpq: prepared statements, text in and out (bytea as binary in, hex out). A result
 * is fetched whole: pages are short by design, backup reads table by table in ranges. */
#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>

#include "base/check.h"
#include "db/db_in.h"

/* Statements of a writer's transaction that give no rows are sent and not waited for: their answers
 * are taken with that of the next one that is (pipeline mode, entered for so long). An answer is some
 * sixty bytes, so this many fit between the two sides and none waits for the other to read. */
#define LATE_MAX 64

struct pg {
    PGconn *conn;
    int late;
    const struct query *sent[LATE_MAX]; /* the late ones, in their order */
};

static struct pg *pg_of(const struct db *db)
{
    return db->conn;
}

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
        return PQstatus(pg_of(db)->conn) == CONNECTION_BAD ? DB_FAIL_LOST : DB_FAIL_OTHER;
    if (strcmp(state, "25P02") == 0) /* an earlier statement failed: for its reason */
        return db->failure ? db->failure : DB_FAIL_OTHER;
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
                      res ? PQresultErrorMessage(res) : PQerrorMessage(pg_of(db)->conn));
    PQclear(res);
    return no;
}

static bool succeeded(const PGresult *res)
{
    ExecStatusType s = PQresultStatus(res);
    return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK;
}

/* Takes the answers of all that was sent in pipeline mode and leaves the mode; own: that of the statement
 * after the late ones. After one has failed the server skips the others; false, with own NULL, when
 * any late one failed: reported unless it is being undone anyway. */
static bool take_answers(struct db *db, PGresult **own, bool is_reported)
{
    struct pg *pg = pg_of(db);
    bool good = PQpipelineSync(pg->conn) == 1, ended = !good;
    int at = 0, late = pg->late;
    if (!good && is_reported)
        (void)failed(db, NULL, "pipeline"); /* always false */
    pg->late = 0;
    while (!ended) {
        PGresult *res = PQgetResult(pg->conn);
        ExecStatusType s = PQresultStatus(res);
        ended = s == PGRES_PIPELINE_SYNC ||
                (!res && (at > late || PQstatus(pg->conn) == CONNECTION_BAD));
        if (!res) {
            at++; /* the end of one statement's answers */
        } else if (at == late && s != PGRES_PIPELINE_SYNC && s != PGRES_PIPELINE_ABORTED) {
            PQclear(*own);
            *own = res;
            continue;
        } else if (at < late && succeeded(res)) {
            db->changed = 0;
            (void)str_to_i64(str_of(PQcmdTuples(res)), &db->changed); /* 0 for other commands */
        } else if (at < late && good) {
            good = false;
            if (is_reported) {
                (void)failed(db, res, pg->sent[at]->name); /* always false */
                continue;
            }
        }
        PQclear(res);
    }
    if (good && PQstatus(pg->conn) == CONNECTION_BAD)
        good = is_reported ? failed(db, NULL, "pipeline") : false;
    (void)PQexitPipelineMode(pg->conn); /* fails on a broken connection only */
    if (!good) {
        PQclear(*own);
        *own = NULL;
    }
    return good;
}

static bool pg_settle(struct db *db)
{
    PGresult *none = NULL;
    bool good = pg_of(db)->late == 0 || take_answers(db, &none, true);
    PQclear(none);
    return good;
}

static bool pg_script(struct db *db, const char *sql)
{
    if (!pg_settle(db))
        return false;
    PGresult *res = PQexec(pg_of(db)->conn, sql);
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
    if (PQstatus(pg_of(db)->conn) != CONNECTION_OK)
        return db_fail(db, DB_FAIL_LOST, "connect", PQerrorMessage(pg_of(db)->conn));
    (void)PQsetNoticeReceiver(pg_of(db)->conn, silent, NULL); /* returns the former one */
    return pg_script(db, "SET client_encoding='UTF8'; SET standard_conforming_strings=on;"
                         "SET search_path=tongban,public; SET lock_timeout='10s';"
                         "SET default_transaction_isolation='read committed';"
                         "SET enable_seqscan=off; SET jit=off");
}

static bool pg_open(struct db *db, const struct db_config *config)
{
    struct pg *pg = calloc(1, sizeof *pg);
    CHECK(pg);
    db->conn = pg;
    pg->conn = PQconnectdb(config->url);
    return make_ready(db);
}

static bool pg_again(struct db *db)
{
    pg_of(db)->late = 0;
    PQreset(pg_of(db)->conn);
    return make_ready(db);
}

static void pg_close(struct db *db)
{
    struct pg *pg = pg_of(db);
    if (pg)
        PQfinish(pg->conn);
    free(pg);
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
    if (!pg_settle(db))
        return false;
    char name[32];
    (void)snprintf(name, sizeof name, "q%zu", db->cache_used); /* always fits */
    PGresult *res = PQprepare(pg_of(db)->conn, name, st->query->pgsql, 0, NULL);
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

static bool send(struct db *db, struct statement *st, int n, const struct bind *binds)
{
    PGconn *conn = pg_of(db)->conn;
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
    int sent =
        st->handle ? PQsendQueryPrepared(conn, st->handle, n, values, lengths, formats, 0)
                   : PQsendQueryParams(conn, st->query->pgsql, 0, NULL, NULL, NULL, NULL, 0);
    for (int i = 0; i < n; i++)
        free(copies[i]);
    return sent == 1;
}

/* Runs the statement and waits for its answer, and for what was sent before it. */
static bool execute(struct db *db, struct statement *st, int n, const struct bind *binds,
                    PGresult **out)
{
    struct pg *pg = pg_of(db);
    *out = NULL;
    if (pg->late && strncmp(st->query->pgsql, "ROLLBACK", 8) == 0)
        (void)take_answers(db, out, false); /* what failed is undone with the rest */
    bool sent = send(db, st, n, binds);
    if (pg->late && !take_answers(db, out, true))
        return false;
    if (sent && !*out) {
        *out = PQgetResult(pg->conn);
        for (PGresult *more; (more = PQgetResult(pg->conn));)
            PQclear(more);
    }
    return succeeded(*out) || failed(db, *out, st->query->name);
}

/* BEGIN, COMMIT and ROLLBACK are waited for: a connection that broke is noticed there. */
static bool can_be_late(struct db *db, const struct statement *st)
{
    struct pg *pg = pg_of(db);
    return db->mode == DB_WRITE && (st->handle || strchr("SR", st->query->pgsql[0])) &&
           strncmp(st->query->pgsql, "ROLLBACK", 8) != 0 &&
           (pg->late || PQtransactionStatus(pg->conn) == PQTRANS_INTRANS);
}

static bool run_late(struct db *db, struct statement *st, int n, const struct bind *binds)
{
    struct pg *pg = pg_of(db);
    if (pg->late == LATE_MAX && !pg_settle(db))
        return false;
    if (pg->late == 0 && !PQenterPipelineMode(pg->conn))
        return failed(db, NULL, st->query->name);
    pg->sent[pg->late++] = st->query;
    return send(db, st, n, binds) || pg_settle(db); /* which says why */
}

static bool pg_run(struct db *db, struct statement *st, int n, const struct bind *binds)
{
    PGresult *res = NULL;
    if (can_be_late(db, st))
        return run_late(db, st, n, binds);
    if (!execute(db, st, n, binds, &res))
        return false;
    db->changed = 0;
    (void)str_to_i64(str_of(PQcmdTuples(res)), &db->changed); /* stays 0 for other commands */
    /* COMMIT of an aborted transaction succeeds as ROLLBACK: that is a failure here */
    if (st->query->pgsql[0] == 'C' && strcmp(PQcmdStatus(res), "ROLLBACK") == 0)
        return failed(db, res, "commit of an aborted transaction");
    PQclear(res);
    return true;
}

static bool pg_rows(struct db *db, struct rows *r, struct statement *st, int n,
                    const struct bind *binds)
{
    PGresult *res = NULL;
    if (!execute(db, st, n, binds, &res))
        return false;
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
    PGTransactionStatusType s = PQtransactionStatus(pg_of(db)->conn);
    return pg_of(db)->late || s == PQTRANS_INTRANS || s == PQTRANS_INERROR;
}

int db_wait_notify(struct db *db, int timeout_ms, struct arena *a, struct str *payload)
{
    if (db->kind != DB_PGSQL)
        return 0;
    struct pollfd p = { .fd = PQsocket(pg_of(db)->conn), .events = POLLIN };
    PGnotify *n = PQnotifies(pg_of(db)->conn);
    if (!n && poll(&p, 1, timeout_ms) > 0 && !PQconsumeInput(pg_of(db)->conn))
        return -1;
    if (!n)
        n = PQnotifies(pg_of(db)->conn);
    if (!n)
        return PQstatus(pg_of(db)->conn) == CONNECTION_OK ? 0 : -1;
    *payload = str_copy(a, str_of(n->extra));
    PQfreemem(n);
    return 1;
}

bool db_listen(struct db *db, const char *channel)
{
    return db->kind != DB_PGSQL || pg_script(db, arena_printf(db->a, "LISTEN %s", channel));
}

const struct engine db_pgsql = {
    pg_open,           pg_close, pg_script,  pg_prepare,     pg_unprepare, pg_run, pg_rows,
    pg_next,           pg_end,   pg_columns, pg_column_name, pg_kind_of,   pg_i64, pg_text,
    pg_in_transaction, pg_again, pg_settle,
};
