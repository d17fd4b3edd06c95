/* demo/books: the numbers that go on counting from scene to scene: counters, books of numbers. */
#ifndef TB_DEMO_BOOKS_H
#define TB_DEMO_BOOKS_H

#include "core/core.h"

struct books;
struct book {
    int kind;
    int64_t key[2];
    int64_t now, stored; /* stored: what the database says */
};
struct books *books_new(struct arena *a);

/* What a scene did to one of them. */
struct book_moved {
    struct book *book;
    int64_t was, by;
};
/* Reads all of them; what differs from the last look lives in the arena. */
bool books_look(struct books *b, struct db *db, struct book_moved **out, size_t *n);
/* The row of that table with these keys, which must be there; the second key may be 0. */
struct book *books_find(struct books *b, const char *table, int64_t key, int64_t second);
/* Writes those that went on. */
bool books_store(struct books *b, struct db *db);

/* Columns of other tables that hold a number of a book; label: a text that holds it too, found
 * wherever that text stands. */
struct counted {
    const char *table, *column, *label;
    const char *book, *key[2]; /* columns of the row that are the book's keys */
};
extern const struct counted books_counted[]; /* table NULL at the end */

#endif
