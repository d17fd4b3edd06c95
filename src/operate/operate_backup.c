/* backup: entries in this order:
 *
 *     manifest.json             what it is, schema, tables
 *     table/NAME/00001.ndjson   a line with the columns, then a line a row; about 4 MB each
 *     key/NAME.pub              who may have signed the checkpoints
 *     blob/ab/cdef…             file contents
 *     end.json                  rows and digest of each table, contents, what was damaged
 *
 * In a row a number is a number, text is text, and bytes are {"x":"hex"}. The rows are one
 * snapshot; contents are held from before it until the end, so that each it names is there. */
#include "base/clock.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "operate/operate_in.h"

#define CHUNK_BYTES (4 * 1024 * 1024)

struct backup {
    struct operate *o;
    struct pack *pack;
    struct db *db;
    struct blob_store *blobs;
    int64_t at;
    struct buf end; /* end.json, growing */
    struct jw w;
    int64_t rows, contents, bytes, damaged;
    struct buf damaged_json;
    struct jw damaged_w;
    bool failed; /* while the keys were written */
};

static void put_value(struct jw *w, struct rows *r, int column, struct arena *a)
{
    if (row_is_null(r, column)) {
        jw_null(w);
    } else if (row_is_number(r, column)) {
        jw_i64(w, row_i64(r, column));
    } else if (row_is_blob(r, column)) {
        struct arena_mark mark = arena_mark(a);
        struct str bytes = row_text(r, column);
        char *hex = arena_alloc(a, 2 * bytes.n + 1);
        hex_put(bytes.p, bytes.n, hex);
        jw_obj(w);
        jw_ktext(w, "x", hex);
        jw_obj_end(w);
        arena_reset(a, mark);
    } else {
        jw_str(w, row_text(r, column));
    }
}

struct table_out {
    const char *name;
    struct buf columns, chunk; /* both on the heap */
    int chunks;
    struct sm3_state *digest;
};

static bool flush_chunk(struct backup *b, struct table_out *t)
{
    if (t->chunk.n == 0)
        return true;
    struct arena_mark mark = arena_mark(b->o->a);
    const char *name = arena_printf(b->o->a, "table/%s/%05d.ndjson", t->name, ++t->chunks);
    sm3_put(t->digest, t->chunk.p, t->chunk.n);
    bool good = pack_text(b->pack, name, (struct str){ t->chunk.p, t->chunk.n }, b->at);
    t->chunk.n = 0;
    arena_reset(b->o->a, mark);
    return good;
}

static void put_row(struct backup *b, struct table_out *t, struct rows *r, int columns)
{
    if (t->chunk.n == 0)
        buf_put(&t->chunk, t->columns.p, t->columns.n);
    struct jw w = jw_to(&t->chunk);
    jw_arr(&w);
    for (int c = 0; c < columns; c++)
        put_value(&w, r, c, b->o->a);
    jw_arr_end(&w);
    buf_char(&t->chunk, '\n');
}

static int put_columns(struct table_out *t, struct rows *r)
{
    struct jw w = jw_to(&t->columns);
    int n = rows_columns(r);
    jw_obj(&w);
    jw_karr(&w, "columns");
    for (int c = 0; c < n; c++)
        jw_text(&w, rows_column_name(r, c));
    jw_arr_end(&w);
    jw_obj_end(&w);
    buf_char(&t->columns, '\n');
    return n;
}

static void table_done(struct backup *b, struct table_out *t, int64_t rows)
{
    uint8_t digest[SM3_SIZE];
    char hex[SM3_HEX_SIZE + 1];
    sm3_end(t->digest, digest);
    hex_put(digest, sizeof digest, hex);
    b->rows += rows;
    jw_kobj(&b->w, t->name);
    jw_ki64(&b->w, "rows", rows);
    jw_ktext(&b->w, "digest", hex);
    jw_obj_end(&b->w);
}

static bool backup_table(struct backup *b, const char *name)
{
    struct table_out t = { .name = name, .digest = sm3_new() };
    struct scan s;
    const char *sql = arena_printf(b->o->a, "SELECT * FROM %s ORDER BY 1, 2", name);
    bool good = scan_open(&s, b->db, b->o->a, sql);
    int columns = good ? put_columns(&t, &s.r) : 0;
    while (good && scan_next(&s)) {
        put_row(b, &t, &s.r, columns);
        good = t.chunk.n < CHUNK_BYTES || flush_chunk(b, &t);
    }
    scan_end(&s);
    good = good && !s.failed && flush_chunk(b, &t);
    if (good)
        table_done(b, &t, s.rows);
    sm3_free(&t.digest);
    buf_free(&t.columns);
    buf_free(&t.chunk);
    return good;
}

static bool put_manifest(struct backup *b, const char **tables)
{
    struct arena *a = b->o->a;
    struct buf text = buf_in(a);
    struct jw w = jw_to(&text);
    jw_obj(&w);
    jw_ktext(&w, "format", "tongban-backup");
    jw_ki64(&w, "version", 1);
    jw_ki64(&w, "at", b->at);
    jw_kstr(&w, "made", clock_iso(a, b->at));
    jw_kstr(&w, "schema", sm3_text(a, core_schema()));
    jw_karr(&w, "tables");
    for (size_t i = 0; tables[i]; i++)
        jw_text(&w, tables[i]);
    jw_arr_end(&w);
    jw_obj_end(&w);
    return pack_text(b->pack, "manifest.json", buf_done(&text), b->at);
}

static void put_key(void *arg, struct sm2_key *k)
{
    struct backup *b = arg;
    struct arena *a = b->o->a;
    char name[SM3_HEX_SIZE + 1];
    sm2_key_name(k, name);
    if (!b->failed)
        b->failed =
            !pack_text(b->pack, arena_printf(a, "key/%s.pub", name), sm2_key_public(a, k), b->at);
    sm2_key_free(&k);
}

/* A damaged content must not end the backup of all others: its entry is filled up, and end.json
 * says that it is not to be trusted. */
static bool backup_content(void *arg, const struct blob *blob)
{
    struct backup *b = arg;
    struct arena_mark mark = arena_mark(b->o->a);
    struct err err = { 0 };
    int64_t size = 0;
    struct blob_reader *r = blob_reader_open(b->blobs, str_of(blob->digest), &size, b->o->a, &err);
    const char *name = arena_printf(b->o->a, "blob/%.2s/%s", blob->digest, blob->digest + 2);
    static char part[65536];
    ptrdiff_t n = -1;
    bool good = pack_entry(b->pack, name, size, b->at);
    while (good && r && (n = blob_reader_next(r, part, sizeof part, b->o->a, &err)) > 0)
        good = pack_data(b->pack, part, (size_t)n);
    blob_reader_close(&r);
    if (good && n < 0 && err.kind == ERR_BUSY) { /* says nothing of the content */
        good = operate_fail(b->o, err.kind, err.code, NULL);
    } else if (good && n < 0) {
        b->damaged++;
        jw_text(&b->damaged_w, blob->digest);
        fprintf(stderr, "tongban backup: 文件内容已损坏 (this content is damaged): %s\n",
                blob->digest);
    }
    b->contents++;
    b->bytes += size;
    arena_reset(b->o->a, mark);
    return good;
}

static bool backup_contents(struct backup *b)
{
    b->damaged_json = buf_in(NULL);
    b->damaged_w = jw_to(&b->damaged_json);
    jw_arr(&b->damaged_w);
    bool good =
        blob_each(b->blobs, backup_content, b, b->o->a, b->o->err);
    jw_arr_end(&b->damaged_w);
    jw_kobj(&b->w, "contents");
    jw_ki64(&b->w, "count", b->contents);
    jw_ki64(&b->w, "bytes", b->bytes);
    jw_kraw(&b->w, "damaged", buf_done(&b->damaged_json));
    jw_obj_end(&b->w);
    buf_free(&b->damaged_json);
    return good;
}

static const struct query q_checkpoint_newest = {
    "checkpoint_newest", 0, "SELECT id, at, root FROM checkpoint ORDER BY id DESC LIMIT 1",
    "SELECT id, at, root FROM checkpoint ORDER BY id DESC LIMIT 1"
};

static bool put_checkpoint(struct backup *b)
{
    struct rows r;
    int found = db_get(b->db, &r, &q_checkpoint_newest);
    if (found == 1) {
        jw_kobj(&b->w, "checkpoint");
        jw_kid(&b->w, "id", row_i64(&r, 0));
        jw_ki64(&b->w, "at", row_i64(&r, 1));
        jw_kstr(&b->w, "root", row_text(&r, 2));
        jw_obj_end(&b->w);
    }
    rows_end(&r);
    return found >= 0;
}

static bool backup_all(struct backup *b)
{
    const char **tables = db_schema_tables(b->o->a, core_schema());
    b->end = buf_in(b->o->a);
    b->w = jw_to(&b->end);
    jw_obj(&b->w);
    bool good = db_begin(b->db) && put_checkpoint(b) && put_manifest(b, tables);
    jw_kobj(&b->w, "tables");
    for (size_t i = 0; good && tables[i]; i++)
        good = backup_table(b, tables[i]);
    jw_obj_end(&b->w);
    good = good && db_commit(b->db); /* ends the snapshot before the long part */
    if (good)
        operate_keys(b->o, put_key, b);
    good = good && !b->failed && backup_contents(b);
    jw_obj_end(&b->w);
    return good && pack_text(b->pack, "end.json", buf_done(&b->end), b->at);
}

static void report(const struct backup *b, const struct blob *file)
{
    printf("备份完成 (backup done): %s\n"
           "  记录 (rows) %lld, 文件 (contents) %lld, 字节 (bytes) %lld\n"
           "  备份文件 (file) %lld bytes, SM3 %s\n",
           b->o->file, (long long)b->rows, (long long)b->contents, (long long)b->bytes,
           (long long)file->size, file->digest);
    if (b->damaged)
        printf("  已损坏的文件内容 (damaged contents): %lld\n", (long long)b->damaged);
}

bool operate_backup(struct operate *o)
{
    struct backup b = { .o = o, .at = clock_now_ms() };
    struct blob file;
    b.blobs = blob_open(o->dir, o->blob, NULL, o->a, o->err);
    if (!b.blobs)
        return false;
    int hold = blob_hold(b.blobs, o->a, o->err); /* before the snapshot begins */
    b.db = hold >= 0 ? db_open(&o->db, DB_READ, o->a, o->err) : NULL;
    b.pack = b.db ? pack_new(o, o->file) : NULL;
    bool good = b.pack && backup_all(&b) && pack_end(b.pack, &file);
    if (good)
        report(&b, &file);
    pack_free(&b.pack);
    db_close(&b.db);
    blob_release(b.blobs, hold);
    blob_close(&b.blobs);
    return good && (b.damaged == 0 || operate_fail(o, ERR_INTERNAL, "operate.damaged", o->file));
}
