/* Acting scenes, and writing them again. */
#include "base/check.h"
#include "base/clock.h"
#include "base/id.h"
#include "core/trace.h"
#include "demo/demo_repeat_in.h"

enum { APART_MS = 2 * CLOCK_MINUTE_MS, ROWS_A_TRANSACTION = 4000000 };

/* --- acting ----------------------------------------------------------------------------------- */
struct repeat *repeat_new(struct arena *a)
{
    struct repeat *r = arena_new_of(a, struct repeat);
    r->a = a;
    r->books = books_new(a);
    r->lowest = INT64_MAX;
    r->head = arena_alloc_array(a, IDS_MOST, sizeof *r->head);
    return r;
}

bool repeat_looks(struct repeat *r, struct db *reader, struct err *e)
{
    struct book_moved *moved;
    size_t n;
    db_errors_to(reader, r->a, e);
    return books_look(r->books, reader, &moved, &n);
}

void repeat_begins(struct repeat *r, int64_t now)
{
    if (r->n_scenes == r->size_scenes) {
        size_t size = r->size_scenes ? r->size_scenes * 2 : 16;
        r->scene =
            arena_grow(r->a, r->scene, r->size_scenes * sizeof *r->scene, size * sizeof *r->scene);
        r->size_scenes = size;
    }
    r->scene[r->n_scenes++] = (struct scene){ .first = id_new(now), .from = now };
}

bool repeat_ends(struct repeat *r, struct db *reader, int64_t now, const struct str *words,
                 size_t n_words, struct err *e)
{
    struct scene *s = &r->scene[r->n_scenes - 1];
    CHECK(n_words < WORDS_MOST);
    s->last = id_new(now);
    s->end = now;
    s->words[0] = STR("");
    for (size_t i = 0; i < n_words; i++) {
        CHECK(words[i].n == 0 || (unsigned char)words[i].p[0] >= 0x80);
        s->words[i + 1] = str_copy(r->a, words[i]);
    }
    s->n_words = n_words + 1;
    db_errors_to(reader, r->a, e);
    return books_look(r->books, reader, &s->moved, &s->n_moved);
}

bool repeat_open(struct repeat *r, const struct db_config *config, int64_t copies, struct err *e)
{
    struct db_config bulk = *config;
    bulk.is_bulk = true;
    r->scratch = arena_new();
    r->db = db_open(&bulk, DB_WRITE, r->a, e);
    if (!r->db || !db_alone(r->db) || !repeat_read(r) || !db_begin(r->db))
        return false;
    for (size_t i = 0; i < r->n_scenes; i++)
        repeat_cut(r, &r->scene[i]);
    r->deadlines_from = clock_now_ms() + 365 * CLOCK_DAY_MS;
    r->at = id_moment(r->lowest) - CLOCK_DAY_MS - copies * APART_MS;
    return true;
}

/* --- writing again ---------------------------------------------------------------------------- */
static bool flush(struct repeat *r, const struct table *t)
{
    bool good = true;
    if (r->n_pending == t->at_once && t->at_once > 1) {
        good = db_run_(r->db, t->many, t->columns * r->n_pending, r->pending);
    } else {
        for (int i = 0; good && i < r->n_pending; i++)
            good = db_run_(r->db, t->one, t->columns, r->pending + i * t->columns);
    }
    r->rows += r->n_pending;
    r->n_pending = 0;
    return good;
}

static struct bind patched(struct repeat *r, const struct patch *p, const struct cut_again *again)
{
    switch (p->kind) {
    case PATCH_ID: return bind_i64(again->first_id + p->n);
    case PATCH_MOMENT: return bind_i64(again->at + p->n);
    case PATCH_DEADLINE: return bind_i64(again->deadlines_from + p->n);
    case PATCH_COUNTED: return bind_i64(p->book->now + p->n);
    case PATCH_TEXT: break;
    }
    struct buf b = buf_in(r->scratch);
    cut_write(&b, &p->cut, again);
    return bind_str(buf_done(&b));
}

/* An entry of the record continues its stream's chain. */
static void chain(struct repeat *r, struct bind *v, int64_t first_id)
{
    const int *at = r->record.at;
    struct trace_entry t = { v[at[0]].i, v[at[1]].i, v[at[2]].s, v[at[3]].i, v[at[4]].i,
                             v[at[5]].i, v[at[6]].i, v[at[7]].s, v[at[8]].s, STR_NONE };
    unsigned char *head = r->head[t.stream - first_id];
    struct str before = t.seq > 1 ? (struct str){ (char *)head, SM3_SIZE } : STR("");
    unsigned char hash[SM3_SIZE];
    trace_hash(r->scratch, before, &t, hash);
    memcpy(head, hash, sizeof hash);
    v[at[9]] = bind_blob((struct str){ arena_copy(r->scratch, hash, sizeof hash), sizeof hash });
}

static bool write_row(struct repeat *r, const struct row *row, const struct cut_again *again)
{
    const struct table *t = row->table;
    struct bind *v = r->pending + r->n_pending++ * t->columns;
    memcpy(v, row->bind, (size_t)t->columns * sizeof *v);
    for (int i = 0; i < row->n_patches; i++)
        v[row->patch[i].column] = patched(r, &row->patch[i], again);
    if (t == r->record.trace)
        chain(r, v, again->first_id);
    if (t == r->record.stream)
        v[r->record.head] =
            bind_blob((struct str){ (char *)r->head[v[0].i - again->first_id], SM3_SIZE });
    return r->n_pending < t->at_once || flush(r, t);
}

static void write_digests(struct repeat *r, const struct scene *s, struct cut_again *again)
{
    char(*digest)[65] = arena_alloc_array(r->scratch, s->n_digests + 1, sizeof *digest);
    for (size_t i = 0; i < s->n_digests; i++) {
        struct buf b = buf_in(r->scratch);
        cut_write(&b, &s->digest_of[i], again);
        sm3_hex(buf_done(&b), digest[i]);
    }
    again->digests = (const void *)digest;
}

static bool write_rows(struct repeat *r, const struct scene *s, const struct cut_again *again)
{
    for (size_t i = 0; i < s->n_rows; i++) {
        const struct table *t = s->row[i].table;
        if (!write_row(r, &s->row[i], again))
            return false;
        if ((i + 1 == s->n_rows || s->row[i + 1].table != t) && !flush(r, t))
            return false;
    }
    return true;
}

bool repeat_write(struct repeat *r, size_t scene, const struct str *words, struct err *e)
{
    const struct scene *s = &r->scene[scene];
    struct str all[WORDS_MOST] = { STR("") };
    struct cut_again again = { .first_id = id_first_at(r->at),
                               .at = r->at,
                               .deadlines_from = r->deadlines_from,
                               .words = all };
    db_errors_to(r->db, r->a, e);
    if (s->label_book)
        all[0] = str_printf(r->scratch, "%.*s%lld%.*s", STR_ARG(s->label_before),
                            (long long)(s->label + s->label_book->now - s->label_was),
                            STR_ARG(s->label_after));
    for (size_t i = 1; i < s->n_words; i++)
        all[i] = words[i - 1];
    write_digests(r, s, &again);
    bool good = write_rows(r, s, &again);
    for (size_t i = 0; i < s->n_moved; i++)
        s->moved[i].book->now += s->moved[i].by;
    r->at += APART_MS;
    arena_empty(r->scratch);
    if (good && r->rows >= ROWS_A_TRANSACTION) {
        r->rows = 0;
        good = db_commit(r->db) && db_begin(r->db);
    }
    return good;
}

bool repeat_close(struct repeat *r, struct err *e)
{
    if (r->db)
        db_errors_to(r->db, r->a, e);
    bool good = r->db && e->kind == ERR_NONE && books_store(r->books, r->db) && db_commit(r->db) &&
                db_make_durable(r->db);
    if (r->db && !good)
        db_rollback(r->db);
    db_close(&r->db);
    arena_free(&r->scratch);
    return good;
}
