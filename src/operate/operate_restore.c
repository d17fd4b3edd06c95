/* restore: reads a backup into an empty folder and an empty database, in one transaction. The
 * folder's tongban.conf is written last: without it the folder is none, so a restore that broke off
 * is never taken for a city. The node gets a key of its own at its first start; the old one's
 * public half is kept under keys/, so that its checkpoints stay verifiable. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "crypto/crypto.h"
#include "operate/operate_in.h"

#define LINE_MAX_BYTES (64 * 1024 * 1024)
#define BINDS_MAX 60 /* values in one INSERT */

struct table_in {
    const char *name;
    int columns, at_once; /* rows in one INSERT */
    const struct query *one, *many;
    struct sm3_state *digest;
    int64_t rows;
};

struct restore {
    struct operate *o;
    struct unpack *unpack;
    struct db *db;
    struct blob_store *blobs;
    struct arena *chunk; /* emptied after each piece of a table */
    struct table_in *tables;
    size_t n_tables;
    int64_t contents, bytes, rows, lost;
    bool has_manifest, has_end;
    struct str damaged; /* the contents that are not what they should be, by commas */
};

static bool altered(struct restore *r, const char *what)
{
    log_error("operate", "the backup does not hold what it says", "what", what);
    return operate_fail(r->o, ERR_INVALID, "operate.altered", r->o->file);
}

/* --- manifest and target -------------------------------------------------------------------------
 */

static bool read_manifest(struct restore *r)
{
    struct str text;
    if (!unpack_text(r->unpack, r->o->a, 1024 * 1024, &text))
        return false;
    const struct jv *m = jv_parse(r->o->a, text, NULL, NULL);
    if (!m || !str_is(jv_str(jv_get(m, "format")), "tongban-backup"))
        return operate_fail(r->o, ERR_INVALID, "operate.no_backup", r->o->file);
    if (!str_eq(jv_str(jv_get(m, "schema")), sm3_text(r->o->a, core_schema())))
        return operate_fail(r->o, ERR_INVALID, "operate.schema", r->o->file);
    const char **tables = db_schema_tables(r->o->a, core_schema());
    while (tables[r->n_tables])
        r->n_tables++;
    r->tables = arena_array_of(r->o->a, struct table_in, r->n_tables + 1);
    for (size_t i = 0; i < r->n_tables; i++) {
        r->tables[i].name = tables[i];
        r->tables[i].digest = sm3_new();
    }
    r->has_manifest = true;
    return true;
}

/* An empty database: just made, or with nothing in it from a restore that broke off. */
static bool is_empty(struct restore *r)
{
    for (size_t i = 0; i < r->n_tables; i++) {
        const char *sql = arena_printf(r->o->a, "SELECT 1 FROM %s LIMIT 1", r->tables[i].name);
        struct query *q = arena_new_of(r->o->a, struct query);
        *q = (struct query){ .name = "is_empty", .sqlite = sql, .pgsql = sql };
        if (db_number(r->db, 0, q) != 0)
            return operate_fail(r->o, ERR_STATE, "operate.not_empty", r->tables[i].name);
    }
    return r->o->err->kind == ERR_NONE;
}

static bool open_target(struct restore *r)
{
    struct operate *o = r->o;
    r->db = db_open(&o->db, DB_WRITE, o->a, o->err);
    if (!r->db)
        return false;
    return db_schema_install(r->db, core_schema(), sm3_text(o->a, core_schema())) && is_empty(r) &&
           db_begin(r->db);
}

/* --- rows ----------------------------------------------------------------------------------------
 */

static const struct query *insert_of(struct restore *r, const struct table_in *t,
                                     const struct jv *columns, int rows)
{
    struct str name[BINDS_MAX];
    int n = (int)jv_size(columns);
    for (int c = 0; c < n; c++)
        name[c] = jv_str(jv_at(columns, (size_t)c));
    return db_query_insert(r->o->a, t->name, name, n, rows);
}

/* Names come from the file: only plain ones may enter a statement. */
static bool are_plain(const struct jv *columns)
{
    for (size_t i = 0; i < jv_size(columns); i++) {
        struct str name = jv_str(jv_at(columns, i));
        if (name.n == 0 || name.n > 63)
            return false;
        for (size_t k = 0; k < name.n; k++)
            if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_", name.p[k]))
                return false;
    }
    return jv_size(columns) > 0 && jv_size(columns) <= BINDS_MAX;
}

static bool read_columns(struct restore *r, struct table_in *t, struct str line)
{
    const struct jv *columns = jv_get(jv_parse(r->chunk, line, NULL, NULL), "columns");
    if (!are_plain(columns))
        return altered(r, t->name);
    if (t->columns)
        return t->columns == (int)jv_size(columns) || altered(r, t->name);
    t->columns = (int)jv_size(columns);
    t->at_once = BINDS_MAX / t->columns;
    t->one = insert_of(r, t, columns, 1);
    t->many = insert_of(r, t, columns, t->at_once);
    return true;
}

static bool bind_value(struct restore *r, const struct jv *v, struct bind *out)
{
    switch (jv_kind(v)) {
    case JV_NULL: *out = (struct bind){ .kind = BIND_NULL }; return true;
    case JV_INT: *out = bind_i64(jv_i64(v)); return true;
    case JV_STRING: *out = bind_str(jv_str(v)); return true;
    case JV_OBJECT: {
        struct str hex = jv_str(jv_get(v, "x"));
        uint8_t *bytes = arena_alloc(r->chunk, hex.n / 2 + 1);
        *out = bind_blob((struct str){ (char *)bytes, hex.n / 2 });
        return hex.p && hex_read(hex, bytes, hex.n / 2);
    }
    default: return false;
    }
}

/* Rows gathered for one INSERT. */
struct pending {
    struct bind bind[BINDS_MAX];
    int rows;
};

static bool flush_rows(struct restore *r, struct table_in *t, struct pending *p)
{
    bool good = true;
    if (p->rows == t->at_once && p->rows > 1) {
        good = db_run_(r->db, t->many, t->columns * p->rows, p->bind);
    } else {
        for (int i = 0; good && i < p->rows; i++)
            good = db_run_(r->db, t->one, t->columns, p->bind + i * t->columns);
    }
    t->rows += p->rows;
    p->rows = 0;
    return good;
}

static bool read_row(struct restore *r, struct table_in *t, struct str line, struct pending *p)
{
    const struct jv *row = jv_parse(r->chunk, line, NULL, NULL);
    if ((int)jv_size(row) != t->columns || jv_kind(row) != JV_ARRAY)
        return altered(r, t->name);
    for (int c = 0; c < t->columns; c++)
        if (!bind_value(r, jv_at(row, (size_t)c), &p->bind[p->rows * t->columns + c]))
            return altered(r, t->name);
    p->rows++;
    return p->rows < t->at_once || flush_rows(r, t, p);
}

static struct table_in *table_of(struct restore *r, struct str name)
{
    for (size_t i = 0; i < r->n_tables; i++)
        if (str_is(name, r->tables[i].name))
            return &r->tables[i];
    return NULL;
}

static bool read_table(struct restore *r, struct str name)
{
    struct str text, line, rest = str_sub(name, 6, name.n), table;
    (void)str_cut(&rest, '/', &table); /* rest is not absent */
    struct table_in *t = table_of(r, table);
    if (!t)
        return altered(r, "table");
    if (!unpack_text(r->unpack, r->chunk, LINE_MAX_BYTES, &text))
        return false;
    sm3_put(t->digest, text.p, text.n);
    struct pending p = { .rows = 0 };
    bool good = str_cut(&text, '\n', &line) && read_columns(r, t, line);
    while (good && str_cut(&text, '\n', &line) && line.n > 0)
        good = read_row(r, t, line, &p);
    good = good && flush_rows(r, t, &p);
    arena_empty(r->chunk);
    return good || altered(r, t->name);
}

/* --- contents and keys
 * ---------------------------------------------------------------------------- */

/* A content that is not what its name says is left out; end.json knows it, or the file was
 * altered. */
static bool read_content(struct restore *r, struct str name, int64_t upload_id)
{
    struct operate *o = r->o;
    char digest[SM3_HEX_SIZE + 1], part[32768];
    (void)snprintf(digest, sizeof digest, "%.2s%.*s", name.p + 5, (int)name.n - 8, name.p + 8);
    blob_drop(r->blobs, upload_id); /* of a restore that broke off */
    if (!blob_begin(r->blobs, upload_id, o->a, o->err))
        return false;
    struct blob_upload *u = blob_upload_open(r->blobs, upload_id, 0, o->a, o->err);
    ptrdiff_t n = -1;
    bool good = u != NULL;
    while (good && (n = unpack_data(r->unpack, part, sizeof part)) > 0)
        good = blob_upload_write(u, (struct str){ part, (size_t)n }, o->a, o->err);
    int64_t size = 0;
    if (u)
        good = blob_upload_close(&u, &size, o->a, o->err) && good && n == 0;
    if (!good)
        return false;
    struct blob blob;
    struct err err = { 0 };
    r->contents++;
    r->bytes += size;
    if (blob_finish(r->blobs, upload_id, str_of(digest), &blob, o->a, &err))
        return true;
    blob_drop(r->blobs, upload_id);
    r->lost++;
    r->damaged = str_printf(o->a, "%.*s,%s", STR_ARG(r->damaged), digest);
    return strcmp(err.code, "blob.digest") == 0 || operate_fail(o, err.kind, err.code, NULL);
}

static bool write_file(struct restore *r, const char *path, struct str text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good = fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n && fsync(fd) == 0;
    if (!good)
        (void)operate_fail_file(r->o, path);
    if (fd >= 0)
        good = close(fd) == 0 && good;
    return good;
}

static bool read_key(struct restore *r, struct str name)
{
    struct arena *a = r->o->a;
    struct str pem;
    char key_name[SM3_HEX_SIZE + 1];
    if (!unpack_text(r->unpack, a, 65536, &pem))
        return false;
    struct sm2_key *k = sm2_key_of_public(pem);
    if (!k)
        return altered(r, "key");
    sm2_key_name(k, key_name);
    sm2_key_free(&k);
    if (!str_eq(name, str_printf(a, "key/%s.pub", key_name)))
        return altered(r, "key");
    (void)mkdir(arena_printf(a, "%s/keys", r->o->dir), 0700); /* write_file tells when it is not */
    const char *path = arena_printf(a, "%s/keys/%s.pub", r->o->dir, key_name);
    (void)unlink(path); /* of a restore that broke off */
    return write_file(r, path, pem);
}

/* --- the end -------------------------------------------------------------------------------------
 */

static bool table_is_whole(struct restore *r, struct table_in *t, const struct jv *tables)
{
    uint8_t digest[SM3_SIZE];
    char hex[SM3_HEX_SIZE + 1];
    const struct jv *said = jv_get(tables, t->name);
    sm3_end(t->digest, digest);
    hex_put(digest, sizeof digest, hex);
    r->rows += t->rows;
    return (jv_i64(jv_get(said, "rows")) == t->rows &&
            str_is(jv_str(jv_get(said, "digest")), hex)) ||
           altered(r, t->name);
}

static bool read_end(struct restore *r)
{
    struct str text;
    if (!unpack_text(r->unpack, r->o->a, 16 * 1024 * 1024, &text))
        return false;
    const struct jv *end = jv_parse(r->o->a, text, NULL, NULL), *tables = jv_get(end, "tables"),
                    *contents = jv_get(end, "contents");
    bool good = tables && contents;
    for (size_t i = 0; good && i < r->n_tables; i++)
        good = table_is_whole(r, &r->tables[i], tables);
    if (!good || jv_i64(jv_get(contents, "count")) != r->contents ||
        jv_i64(jv_get(contents, "bytes")) != r->bytes ||
        (int64_t)jv_size(jv_get(contents, "damaged")) != r->lost)
        return altered(r, "end.json");
    r->has_end = true;
    return true;
}

static bool read_entry(struct restore *r, struct str name)
{
    if (r->has_end)
        return altered(r, "something after end.json");
    if (str_is(name, "manifest.json"))
        return !r->has_manifest ? read_manifest(r) && open_target(r) : altered(r, "manifest.json");
    if (!r->has_manifest)
        return operate_fail(r->o, ERR_INVALID, "operate.no_backup", r->o->file);
    if (str_starts(name, STR("table/")))
        return read_table(r, name);
    if (str_starts(name, STR("blob/")) && name.n == 5 + SM3_HEX_SIZE + 1)
        return read_content(r, name, INT64_MIN + r->contents);
    if (str_starts(name, STR("key/")))
        return read_key(r, name);
    return str_is(name, "end.json") ? read_end(r) : altered(r, "unknown entry");
}

static bool write_conf(struct restore *r)
{
    struct arena *a = r->o->a;
    struct str text = str_printf(a, "# Tongban data folder\ndatabase = %s\nblob = %s\n",
                                 r->o->db.engine == DB_PGSQL ? r->o->db.url : "sqlite", r->o->blob);
    int fd = -1;
    bool good = write_file(r, arena_printf(a, "%s/tongban.conf", r->o->dir), text);
    if (good) {
        fd = open(r->o->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        good = (fd >= 0 && fsync(fd) == 0) || operate_fail_file(r->o, r->o->dir);
    }
    if (fd >= 0)
        (void)close(fd); /* only synced */
    return good;
}

static bool restore_all(struct restore *r)
{
    const char *name;
    int64_t size;
    int more;
    while ((more = unpack_next(r->unpack, &name, &size)) > 0)
        if (!read_entry(r, str_copy(r->o->a, str_of(name))))
            return false;
    if (more < 0)
        return false;
    if (!r->has_end)
        return altered(r, "no end.json");
    return db_commit(r->db) && db_make_durable(r->db);
}

static bool prepare_folder(struct operate *o)
{
    if (mkdir(o->dir, 0700) != 0 && errno != EEXIST)
        return operate_fail_file(o, o->dir);
    if (access(arena_printf(o->a, "%s/tongban.conf", o->dir), F_OK) == 0)
        return operate_fail(o, ERR_STATE, "operate.not_empty", o->dir);
    return true;
}

bool operate_restore(struct operate *o)
{
    struct restore r = { .o = o, .chunk = arena_new(), .damaged = STR("") };
    o->db.is_bulk = true;
    if (prepare_folder(o) && (r.blobs = blob_open(o->dir, o->blob, NULL, o->a, o->err)) != NULL &&
        blob_fill_begin(r.blobs, o->a, o->err))
        r.unpack = unpack_new(o, o->file);
    bool good = r.unpack && restore_all(&r);
    if (r.db && !good)
        db_rollback(r.db);
    db_close(&r.db);
    good = good && blob_fill_end(r.blobs, o->a, o->err) && write_conf(&r);
    if (good)
        printf("恢复完成 (restored): %s\n  记录 (rows) %lld, 文件 (contents) %lld, 字节 (bytes) "
               "%lld\n",
               o->dir, (long long)r.rows, (long long)(r.contents - r.lost), (long long)r.bytes);
    if (good && r.lost)
        printf("  备份时已损坏、未恢复的文件内容 (damaged at backup, not restored): %.*s\n",
               STR_ARG(str_sub(r.damaged, 1, r.damaged.n)));
    for (size_t i = 0; i < r.n_tables; i++)
        sm3_free(&r.tables[i].digest);
    unpack_free(&r.unpack);
    blob_close(&r.blobs);
    arena_free(&r.chunk);
    return good;
}
