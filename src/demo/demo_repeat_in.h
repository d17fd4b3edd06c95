/* Shared by demo/repeat's own files: scenes as rows, and what changes in them. */
#ifndef TB_DEMO_REPEAT_IN_H
#define TB_DEMO_REPEAT_IN_H

#include "crypto/crypto.h"
#include "demo/demo_books.h"
#include "demo/demo_cut.h"
#include "demo/demo_repeat.h"

enum {
    BINDS_MOST = 60, /* values in one INSERT */
    IDS_MOST = 4096, /* of a scene: all in one ms */
    WORDS_MOST = 64,
};

struct table {
    const char *name;
    const struct counted *counted; /* NULL: none */
    int columns, at_once;
    struct str *column;
    const struct query *one, *many;
};

enum patch_kind { PATCH_ID, PATCH_MOMENT, PATCH_DEADLINE, PATCH_TEXT, PATCH_COUNTED };
struct patch {
    enum patch_kind kind;
    int column;
    int64_t n; /* rank, ms since the scene began, or count since the book stood before it */
    struct cut cut;
    struct book *book;
};

struct row {
    struct table *table;
    struct bind *bind;
    struct patch *patch;
    int n_patches;
};

struct scene {
    int64_t first, last;          /* ids made in it */
    int64_t from, end;            /* the clock */
    struct str words[WORDS_MOST]; /* the first is the number of the document */
    size_t n_words;
    struct book_moved *moved;
    size_t n_moved;
    struct row *row;
    size_t n_rows, size_rows;
    int64_t *ids;
    size_t n_ids, size_ids;
    char (*digest)[65]; /* ascending */
    struct cut *digest_of;
    size_t n_digests;
    struct book *label_book; /* of the document's number, NULL: none */
    int64_t label_was, label;
    struct str label_before, label_after;
};

/* Columns of the record, by their places. */
struct record_columns {
    struct table *trace, *stream;
    int at[10], head, marked;
};

struct repeat {
    struct arena *a, *scratch; /* scratch: one repetition's */
    struct books *books;
    struct scene *scene;
    size_t n_scenes, size_scenes;
    struct db *db;
    struct table *table;
    size_t n_tables;
    struct record_columns record;
    int64_t *stands; /* ids that stand, though made in a scene */
    size_t n_stands, size_stands;
    int64_t lowest; /* id on file */
    int64_t at;     /* of the next repetition */
    int64_t deadlines_from;
    int64_t rows; /* in this transaction */
    unsigned char (*head)[SM3_SIZE];
    struct bind pending[BINDS_MOST];
    int n_pending;
};

/* demo_repeat_read.c: the rows of all scenes from r->db, then one scene's as they will change. */
bool repeat_read(struct repeat *r);
void repeat_cut(struct repeat *r, struct scene *s);

#endif
