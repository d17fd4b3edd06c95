/* Rows of a table one after another. SQLite gives them so; PostgreSQL's results are fetched whole,
 * so there a cursor gives some thousand at a time. */
#include "operate/operate_in.h"

#define ROWS_A_TIME 2000

bool scan_open(struct scan *s, struct db *db, struct arena *a, const char *sql)
{
    struct query *q = arena_new_of(a, struct query);
    *q = (struct query){ .name = "scan", .sqlite = sql, .pgsql = sql };
    *s = (struct scan){ .db = db, .fetch = q, .is_cursor = db_engine_of(db) == DB_PGSQL };
    if (s->is_cursor) {
        const char *cursor = arena_printf(a, "scan_%p", (void *)q); /* the arena keeps q: unique */
        q->pgsql = arena_printf(a, "FETCH %d FROM %s", ROWS_A_TIME, cursor);
        const char *declare = arena_printf(a, "DECLARE %s NO SCROLL CURSOR FOR %s", cursor, sql);
        s->failed = !db_script(db, declare);
    }
    s->failed = s->failed || !db_rows(db, &s->r, s->fetch);
    return !s->failed;
}

bool scan_next(struct scan *s)
{
    if (s->failed)
        return false;
    bool has = rows_next(&s->r);
    bool is_full = s->rows > 0 && s->rows % ROWS_A_TIME == 0;
    if (!has && s->is_cursor && is_full && !rows_failed(&s->r)) {
        s->failed = !db_rows(s->db, &s->r, s->fetch);
        has = !s->failed && rows_next(&s->r);
    }
    s->failed = s->failed || rows_failed(&s->r);
    s->rows += has;
    return has;
}

void scan_end(struct scan *s)
{
    if (s->r.db)
        rows_end(&s->r);
}
