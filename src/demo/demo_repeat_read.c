/* The rows of scenes, found in whatever tables they stand by the ids that were made in them, and
 * what a repetition changes in each. */
#include <stdlib.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/id.h"
#include "demo/demo_repeat_in.h"

#define DUE_MS (400 * CLOCK_DAY_MS) /* a scene's deadlines lie no further ahead */
#define ID_FLOOR (INT64_C(1) << 44) /* below are moments, counts, numbers of nodes */

/* What stands from one scene to the next although a scene may have made it. */
static const char *const standing[] = { "pool" };

static const char *const trace_columns[10] = { "stream",  "seq",        "op", "person_id",
                                               "post_id", "acting_for", "at", "client",
                                               "body",    "hash" };

/* --- reading the rows ------------------------------------------------------------------------- */
static struct scene *scene_of_id(struct repeat *r, int64_t id)
{
    if (id < r->scene[0].first || id >= r->scene[r->n_scenes - 1].last)
        return NULL;
    size_t low = 0, high = r->n_scenes;
    while (high - low > 1) {
        size_t mid = (low + high) / 2;
        if (r->scene[mid].first <= id)
            low = mid;
        else
            high = mid;
    }
    return id < r->scene[low].last ? &r->scene[low] : NULL;
}

static void add_id(struct arena *a, int64_t **ids, size_t *n, size_t *size, int64_t id)
{
    if (*n == *size) {
        size_t more = *size ? *size * 2 : 256;
        *ids = arena_grow(a, *ids, *size * sizeof **ids, more * sizeof **ids);
        *size = more;
    }
    (*ids)[(*n)++] = id;
}

static struct bind value_of(struct rows *r, int column, struct arena *a)
{
    if (row_is_null(r, column))
        return (struct bind){ .kind = BIND_NULL };
    if (row_is_number(r, column))
        return bind_i64(row_i64(r, column));
    struct str s = row_copy(r, column, a);
    return row_is_blob(r, column) ? bind_blob(s) : bind_str(s);
}

static void keep_row(struct repeat *r, struct scene *s, struct table *t, struct rows *rows)
{
    if (s->n_rows == s->size_rows) {
        size_t size = s->size_rows ? s->size_rows * 2 : 512;
        s->row = arena_grow(r->a, s->row, s->size_rows * sizeof *s->row, size * sizeof *s->row);
        s->size_rows = size;
    }
    struct row *row = &s->row[s->n_rows++];
    *row =
        (struct row){ .table = t, .bind = arena_array_of(r->a, struct bind, (size_t)t->columns) };
    for (int c = 0; c < t->columns; c++) {
        row->bind[c] = value_of(rows, c, r->a);
        if (row->bind[c].kind == BIND_I64 && scene_of_id(r, row->bind[c].i) == s)
            add_id(r->a, &s->ids, &s->n_ids, &s->size_ids, row->bind[c].i);
    }
}

static void know_table(struct repeat *r, struct table *t, struct rows *rows)
{
    t->columns = rows_columns(rows);
    t->column = arena_array_of(r->a, struct str, (size_t)t->columns);
    for (int c = 0; c < t->columns; c++)
        t->column[c] = str_copy(r->a, str_of(rows_column_name(rows, c)));
    CHECK(t->columns <= BINDS_MOST);
    t->at_once = BINDS_MOST / t->columns;
    t->one = db_query_insert(r->a, t->name, t->column, t->columns, 1);
    t->many = db_query_insert(r->a, t->name, t->column, t->columns, t->at_once);
}

static bool stands(const char *table)
{
    for (size_t i = 0; i < sizeof standing / sizeof *standing; i++)
        if (strcmp(standing[i], table) == 0)
            return true;
    return false;
}

/* The row goes to the scene in which one of its ids was made. */
static void read_row(struct repeat *r, struct table *t, struct rows *rows)
{
    struct scene *s = NULL;
    for (int c = 0; c < t->columns; c++) {
        int64_t id = row_is_number(rows, c) ? row_i64(rows, c) : 0;
        if (id >= ID_FLOOR && id < r->lowest && str_is(t->column[c], "id"))
            r->lowest = id;
        if (!s)
            s = scene_of_id(r, id);
        if (stands(t->name) && scene_of_id(r, id))
            add_id(r->a, &r->stands, &r->n_stands, &r->size_stands, id);
    }
    if (s && !stands(t->name))
        keep_row(r, s, t, rows);
}

static bool read_table(struct repeat *r, struct table *t)
{
    struct rows rows;
    for (db_rows(r->db, &rows, db_query_all(r->a, t->name)); rows_next(&rows);) {
        if (!t->columns)
            know_table(r, t, &rows);
        read_row(r, t, &rows);
    }
    rows_end(&rows);
    return !rows_failed(&rows);
}

static int column_of(const struct table *t, const char *name)
{
    int c = 0;
    while (c < t->columns && !str_is(t->column[c], name))
        c++;
    CHECK(c < t->columns);
    return c;
}

/* The record's tables come last, its heads after its entries. */
static void name_tables(struct repeat *r)
{
    const char **names = db_schema_tables(r->a, core_schema());
    while (names[r->n_tables])
        r->n_tables++;
    r->table = arena_array_of(r->a, struct table, r->n_tables);
    size_t n = 0;
    for (size_t i = 0; i < r->n_tables; i++)
        if (strcmp(names[i], "trace") != 0 && strcmp(names[i], "trace_stream") != 0)
            r->table[n++].name = names[i];
    r->record.trace = &r->table[n++];
    r->record.stream = &r->table[n++];
    CHECK(n == r->n_tables);
    r->record.trace->name = "trace";
    r->record.stream->name = "trace_stream";
    for (size_t i = 0; i < r->n_tables; i++)
        for (const struct counted *k = books_counted; k->table; k++)
            if (strcmp(k->table, r->table[i].name) == 0)
                r->table[i].counted = k;
}

bool repeat_read(struct repeat *r)
{
    name_tables(r);
    for (size_t i = 0; i < r->n_tables; i++)
        if (!read_table(r, &r->table[i]))
            return false;
    struct record_columns *k = &r->record;
    CHECK(k->trace->columns && k->stream->columns);
    for (int i = 0; i < 10; i++)
        k->at[i] = column_of(k->trace, trace_columns[i]);
    k->head = column_of(k->stream, "head");
    k->marked = column_of(k->stream, "is_marked");
    return true;
}

/* --- cutting ---------------------------------------------------------------------------------- */
static int by_digest(const void *x, const void *y)
{
    return memcmp(x, y, SM3_HEX_SIZE);
}

static bool is_standing(const struct repeat *r, int64_t id)
{
    for (size_t i = 0; i < r->n_stands; i++)
        if (r->stands[i] == id)
            return true;
    return false;
}

static void sort_ids(struct repeat *r, struct scene *s)
{
    size_t n = 0;
    qsort(s->ids, s->n_ids, sizeof *s->ids, id_order);
    for (size_t i = 0; i < s->n_ids; i++)
        if ((n == 0 || s->ids[n - 1] != s->ids[i]) && !is_standing(r, s->ids[i]))
            s->ids[n++] = s->ids[i];
    s->n_ids = n;
    CHECK(n < IDS_MOST);
}

static int64_t was_before(const struct scene *s, const struct book *book)
{
    for (size_t i = 0; i < s->n_moved; i++)
        if (s->moved[i].book == book)
            return s->moved[i].was;
    return book->now;
}

static struct book *book_of_row(struct repeat *r, const struct row *row)
{
    const struct counted *k = row->table->counted;
    int64_t key[2] = { 0, 0 };
    for (int i = 0; i < 2 && k->key[i]; i++)
        key[i] = row->bind[column_of(row->table, k->key[i])].i;
    return books_find(r->books, k->book, key[0], key[1]);
}

/* "常政办发〔2026〕23号": what stands before and behind the number of the book. */
static void find_label(struct repeat *r, struct scene *s)
{
    for (size_t i = 0; i < s->n_rows; i++) {
        const struct row *row = &s->row[i];
        const struct counted *k = row->table->counted;
        if (!k || !k->label)
            continue;
        struct str text = row->bind[column_of(row->table, k->label)].s;
        s->label = row->bind[column_of(row->table, k->column)].i;
        struct str digits = str_printf(r->a, "%lld", (long long)s->label);
        ptrdiff_t at = -1;
        for (ptrdiff_t k2 = 0; (k2 = str_find(text, digits, (size_t)(at + 1))) >= 0;)
            at = k2;
        CHECK(at > 0);
        s->label_book = book_of_row(r, row);
        s->label_was = was_before(s, s->label_book);
        s->label_before = str_sub(text, 0, (size_t)at);
        s->label_after = str_sub(text, (size_t)at + digits.n, text.n);
        s->words[0] = text;
        return;
    }
}

static struct cut_rules rules_of(const struct scene *s)
{
    return (struct cut_rules){ .ids = s->ids,
                               .n_ids = s->n_ids,
                               .from = s->from,
                               .end = s->end,
                               .until = s->from + DUE_MS,
                               .words = s->words,
                               .n_words = s->n_words,
                               .digests = (const void *)s->digest,
                               .n_digests = s->n_digests };
}

/* A text that will be another one, and the digest by which the scene may name it. */
struct source {
    char hex[SM3_HEX_SIZE + 1];
    struct str text;
};

static size_t find_sources(struct repeat *r, struct scene *s, struct source *all, size_t most)
{
    const struct cut_rules rules = rules_of(s);
    size_t n = 0;
    for (size_t i = 0; i < s->n_rows; i++)
        for (int c = 0; c < s->row[i].table->columns && n < most; c++) {
            const struct bind *v = &s->row[i].bind[c];
            if (v->kind != BIND_TEXT || v->s.n <= SM3_HEX_SIZE ||
                !cut_text(r->scratch, v->s, &rules).changes)
                continue;
            sm3_hex(v->s, all[n].hex);
            all[n++].text = v->s;
        }
    return n;
}

/* Which of these digests do the scene's texts hold? */
static void mark_named(struct repeat *r, struct scene *s, bool *named)
{
    const struct cut_rules rules = rules_of(s);
    for (size_t i = 0; i < s->n_rows; i++)
        for (int c = 0; c < s->row[i].table->columns; c++) {
            const struct bind *v = &s->row[i].bind[c];
            struct cut cut =
                v->kind == BIND_TEXT ? cut_text(r->scratch, v->s, &rules) : (struct cut){ 0 };
            for (size_t k = 0; k < cut.n; k++)
                if (cut.piece[k].kind == PIECE_DIGEST)
                    named[cut.piece[k].n] = true;
        }
}

/* Only those are computed again. */
static void keep_named(struct repeat *r, struct scene *s, const struct source *all,
                       const bool *named, size_t n)
{
    s->n_digests = 0;
    const struct cut_rules rules = rules_of(s);
    for (size_t i = 0; i < n; i++) {
        if (!named[i])
            continue;
        memcpy(s->digest[s->n_digests], all[i].hex, sizeof *s->digest);
        s->digest_of[s->n_digests++] = cut_text(r->a, all[i].text, &rules);
    }
}

static void find_digests(struct repeat *r, struct scene *s)
{
    size_t most = s->n_rows * 4;
    struct source *all = arena_array_of(r->scratch, struct source, most + 1);
    size_t n = find_sources(r, s, all, most), kept = 0;
    qsort(all, n, sizeof *all, by_digest);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || memcmp(all[i - 1].hex, all[i].hex, SM3_HEX_SIZE) != 0)
            all[kept++] = all[i];
    bool *named = arena_array_of(r->scratch, bool, kept + 1);
    s->digest = arena_alloc_array(r->a, kept + 1, sizeof *s->digest);
    for (size_t i = 0; i < kept; i++)
        memcpy(s->digest[i], all[i].hex, sizeof *s->digest);
    s->n_digests = kept;
    mark_named(r, s, named);
    s->digest_of = arena_array_of(r->a, struct cut, kept + 1);
    keep_named(r, s, all, named, kept);
}

static bool patch_of(struct repeat *r, struct scene *s, struct row *row, int c,
                     const struct cut_rules *rules, struct patch *out)
{
    const struct bind *v = &row->bind[c];
    const struct counted *k = row->table->counted;
    *out = (struct patch){ .column = c };
    if (k && str_is(row->table->column[c], k->column)) {
        out->kind = PATCH_COUNTED;
        out->book = book_of_row(r, row);
        out->n = v->i - was_before(s, out->book);
        return true;
    }
    if (v->kind == BIND_TEXT) {
        out->kind = PATCH_TEXT;
        out->cut = cut_text(r->a, v->s, rules);
        return out->cut.changes;
    }
    if (v->kind != BIND_I64)
        return false;
    if (v->i >= ID_FLOOR) {
        out->kind = PATCH_ID;
        out->n = cut_rank(rules, v->i);
        return out->n >= 0;
    }
    out->kind = v->i > rules->end ? PATCH_DEADLINE : PATCH_MOMENT;
    out->n = v->i - rules->from;
    return out->n >= 0 && v->i < rules->until;
}

void repeat_cut(struct repeat *r, struct scene *s)
{
    struct patch patch[BINDS_MOST];
    sort_ids(r, s);
    find_label(r, s);
    find_digests(r, s);
    const struct cut_rules rules = rules_of(s);
    for (size_t i = 0; i < s->n_rows; i++) {
        struct row *row = &s->row[i];
        int n = 0;
        for (int c = 0; c < row->table->columns; c++)
            n += patch_of(r, s, row, c, &rules, &patch[n]);
        row->patch = arena_copy(r->a, patch, (size_t)n * sizeof *patch);
        row->n_patches = n;
        if (row->table == r->record.stream)
            row->bind[r->record.marked] = bind_i64(1); /* no checkpoint knows it */
    }
    arena_empty(r->scratch);
}
