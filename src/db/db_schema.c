/* The schema is written once, in words that need only these translations:
 *   SQLite:     "bigint PRIMARY KEY" is the row id (integer PRIMARY KEY);
 *   PostgreSQL: blob is bytea, text compares by bytes (COLLATE "C"), WITHOUT ROWID is dropped. */
#include "base/check.h"
#include "db/db_in.h"

static bool word_at(struct str s, size_t i, const char *word)
{
    size_t n = strlen(word);
    struct str here = str_sub(s, i, n);
    if (!str_eq(here, (struct str){ word, n }))
        return false;
    char before = i ? s.p[i - 1] : ' ';
    char after = i + n < s.n ? s.p[i + n] : ' ';
    return (before == ' ' || before == '\n' || before == ')') &&
           (after == ' ' || after == ',' || after == '\n' || after == ')' || after == ';');
}

/* The first word of a definition is a name, even when a type is called so ("text text NOT NULL").
 */
static bool is_name_at(struct str s, size_t i)
{
    while (i > 0 && (s.p[i - 1] == ' ' || s.p[i - 1] == '\n'))
        i--;
    return i == 0 || s.p[i - 1] == ',' || s.p[i - 1] == '(';
}

static const struct {
    enum db_engine kind;
    const char *from, *to;
} words[] = {
    { DB_SQLITE, "bigint PRIMARY KEY", "integer PRIMARY KEY" },
    { DB_PGSQL, "blob", "bytea" },
    { DB_PGSQL, "text", "text COLLATE \"C\"" },
    { DB_PGSQL, "WITHOUT ROWID", "" },
};

static struct str without_comments(struct arena *a, struct str schema)
{
    struct buf b = buf_in(a);
    struct str line;
    while (str_cut(&schema, '\n', &line)) {
        ptrdiff_t at = str_find(line, STR("--"), 0);
        buf_str(&b, at >= 0 ? str_sub(line, 0, (size_t)at) : line);
        buf_char(&b, '\n');
    }
    return buf_done(&b);
}

const char *db_schema_words(struct arena *a, enum db_engine kind, struct str schema)
{
    struct str s = without_comments(a, schema);
    struct buf b = buf_in(a);
    for (size_t i = 0; i < s.n;) {
        size_t k = 0, n = sizeof words / sizeof *words;
        while (k < n &&
               (words[k].kind != kind || !word_at(s, i, words[k].from) || is_name_at(s, i)))
            k++;
        if (k == n) {
            buf_char(&b, s.p[i++]);
            continue;
        }
        buf_text(&b, words[k].to);
        i += strlen(words[k].from);
    }
    return buf_done(&b).p;
}

const char **db_schema_tables(struct arena *a, struct str schema)
{
    struct str s = without_comments(a, schema), line;
    const char **out = arena_array_of(a, const char *, s.n / 20 + 1);
    size_t n = 0;
    while (str_cut(&s, '\n', &line)) {
        struct str rest = str_trim(line), name;
        if (!str_starts(rest, STR("CREATE TABLE ")))
            continue;
        rest = str_sub(rest, 13, rest.n);
        (void)str_cut(&rest, ' ', &name); /* the rest is never absent here */
        out[n++] = arena_strndup(a, name.p, name.n);
    }
    return out;
}

static const struct query schema_exists = {
    "schema_exists", 0, "SELECT count(*) FROM sqlite_master WHERE name='schema_version'",
    "SELECT count(*) FROM pg_tables WHERE schemaname='tongban' AND tablename='schema_version'"
};
static const struct query schema_read = { "schema_read", 0, "SELECT digest FROM schema_version",
                                          "SELECT digest FROM schema_version" };
static const struct query schema_record = { "schema_record", 1,
                                            "INSERT INTO schema_version (digest) VALUES (?1)",
                                            "INSERT INTO schema_version (digest) VALUES ($1)" };

static bool same_digest(struct db *db, struct str digest)
{
    struct rows r;
    bool same = db_get(db, &r, &schema_read) == 1 && str_eq(row_text(&r, 0), digest);
    rows_end(&r);
    if (same)
        return true;
    return err_set(db->err, db->a, ERR_STATE, "db.schema", NULL, NULL, NULL, NULL);
}

bool db_schema_install(struct db *db, struct str schema, struct str digest)
{
    CHECK(db->mode == DB_WRITE);
    if (db->kind == DB_PGSQL && !db_script(db, "SELECT pg_advisory_lock(7482911);"
                                               "CREATE SCHEMA IF NOT EXISTS tongban"))
        return false;
    bool good;
    if (db_number(db, 0, &schema_exists) > 0)
        good = same_digest(db, digest);
    else
        good = db_begin(db) &&
               db_script(db, "CREATE TABLE schema_version (digest text NOT NULL)") &&
               db_script(db, db_schema_words(db->a, db->kind, schema)) &&
               db_run(db, &schema_record, digest) && db_commit(db);
    if (!good)
        db_rollback(db);
    if (db->kind == DB_PGSQL && !db_script(db, "SELECT pg_advisory_unlock(7482911)"))
        return false;
    return good;
}

/* --- whole tables ---------------------------------------------------------------------------- */

static const struct query *both(struct arena *a, const char *name, int parameters,
                                struct buf text[2])
{
    struct query *q = arena_new_of(a, struct query);
    *q = (struct query){ name, parameters, buf_done(&text[0]).p, buf_done(&text[1]).p };
    return q;
}

const struct query *db_query_all(struct arena *a, const char *table)
{
    struct query *q = arena_new_of(a, struct query);
    const char *sql = arena_printf(a, "SELECT * FROM %s ORDER BY 1, 2", table);
    *q = (struct query){ table, 0, sql, sql };
    return q;
}

const struct query *db_query_insert(struct arena *a, const char *table, const struct str *columns,
                                    int n, int rows)
{
    struct buf text[2] = { buf_in(a), buf_in(a) };
    for (int engine = 0; engine < 2; engine++) {
        struct buf *b = &text[engine];
        buf_printf(b, "INSERT INTO %s (", table);
        for (int c = 0; c < n; c++)
            buf_printf(b, "%s\"%.*s\"", c ? "," : "", STR_ARG(columns[c]));
        buf_text(b, ") VALUES ");
        for (int i = 0; i < n * rows; i++)
            buf_printf(b, "%s%c%d%s", i % n ? "," : (i ? ",(" : "("), engine ? '$' : '?', i + 1,
                       i % n == n - 1 ? ")" : "");
    }
    return both(a, table, n * rows, text);
}

const struct query *db_query_set(struct arena *a, const char *table, const char *column,
                                 const char *const *keys, int n_keys)
{
    struct buf text[2] = { buf_in(a), buf_in(a) };
    for (int engine = 0; engine < 2; engine++) {
        char mark = engine ? '$' : '?';
        buf_printf(&text[engine], "UPDATE %s SET %s = %c1", table, column, mark);
        for (int k = 0; k < n_keys; k++)
            buf_printf(&text[engine], " %s %s = %c%d", k ? "AND" : "WHERE", keys[k], mark, k + 2);
    }
    return both(a, table, n_keys + 1, text);
}
