#include "demo/demo_books.h"

#include "base/check.h"

enum { KINDS = 3, SLOTS = 1 << 17 };

static const struct kind {
    const char *table, *number, *key[2];
    int n_keys;
    int64_t absent; /* what a row that is not there stands for */
} kinds[KINDS] = {
    { "counter", "n", { "owner", "box" }, 2, 0 },
    { "receipt_book", "next", { "unit_id", "year" }, 2, 1 },
    { "number_book", "next_value", { "id", NULL }, 1, 0 },
};

const struct counted books_counted[] = {
    { "doc_number", "value", "text", "number_book", { "book_id", NULL } },
    { "received", "seq", NULL, "receipt_book", { "unit_id", "year" } },
    { NULL, NULL, NULL, NULL, { NULL, NULL } },
};

struct books {
    struct arena *a;
    const struct query *all[KINDS], *set[KINDS];
    struct book **slot; /* open addressing */
    size_t n;
};

struct books *books_new(struct arena *a)
{
    struct books *b = arena_new_of(a, struct books);
    b->a = a;
    b->slot = arena_array_of(a, struct book *, SLOTS);
    for (int k = 0; k < KINDS; k++) {
        b->all[k] = db_query_all(a, kinds[k].table);
        b->set[k] = db_query_set(a, kinds[k].table, kinds[k].number, kinds[k].key, kinds[k].n_keys);
    }
    return b;
}

static struct book *book_of(struct books *b, int kind, int64_t key, int64_t second)
{
    uint64_t h =
        ((uint64_t)key * 31 + (uint64_t)second * 7 + (uint64_t)kind) * UINT64_C(0x9E3779B97F4A7C15);
    size_t i = (size_t)(h >> 40) % SLOTS;
    for (; b->slot[i]; i = (i + 1) % SLOTS)
        if (b->slot[i]->kind == kind && b->slot[i]->key[0] == key && b->slot[i]->key[1] == second)
            return b->slot[i];
    CHECK(++b->n < SLOTS / 2);
    b->slot[i] = arena_new_of(b->a, struct book);
    *b->slot[i] = (struct book){ kind, { key, second }, kinds[kind].absent, kinds[kind].absent };
    return b->slot[i];
}

struct book *books_find(struct books *b, const char *table, int64_t key, int64_t second)
{
    int k = 0;
    while (strcmp(kinds[k].table, table) != 0)
        CHECK(++k < KINDS);
    return book_of(b, k, key, second);
}

static int column_of(struct rows *r, const char *name)
{
    int n = rows_columns(r), c = 0;
    while (c < n && strcmp(rows_column_name(r, c), name) != 0)
        c++;
    CHECK(c < n);
    return c;
}

static bool look_at(struct books *b, struct db *db, int kind, struct book_moved *moved, size_t *n)
{
    const struct kind *k = &kinds[kind];
    struct rows r;
    int key = -1, second = -1, number = 0;
    for (db_rows(db, &r, b->all[kind]); rows_next(&r);) {
        if (key < 0) {
            key = column_of(&r, k->key[0]);
            second = k->n_keys > 1 ? column_of(&r, k->key[1]) : -1;
            number = column_of(&r, k->number);
        }
        struct book *book =
            book_of(b, kind, row_i64(&r, key), second < 0 ? 0 : row_i64(&r, second));
        int64_t now = row_i64(&r, number);
        if (now != book->now)
            moved[(*n)++] = (struct book_moved){ book, book->now, now - book->now };
        book->now = book->stored = now;
    }
    rows_end(&r);
    return !rows_failed(&r);
}

bool books_look(struct books *b, struct db *db, struct book_moved **out, size_t *n)
{
    static _Thread_local struct book_moved moved[SLOTS];
    *n = 0;
    for (int k = 0; k < KINDS; k++)
        if (!look_at(b, db, k, moved, n))
            return false;
    *out = arena_copy(b->a, moved, *n * sizeof *moved);
    return true;
}

bool books_store(struct books *b, struct db *db)
{
    for (size_t i = 0; i < SLOTS; i++) {
        struct book *book = b->slot[i];
        if (!book || book->now == book->stored)
            continue;
        const struct bind binds[] = { bind_i64(book->now), bind_i64(book->key[0]),
                                      bind_i64(book->key[1]) };
        if (!db_run_(db, b->set[book->kind], 1 + kinds[book->kind].n_keys, binds))
            return false;
        book->stored = book->now;
    }
    return true;
}
