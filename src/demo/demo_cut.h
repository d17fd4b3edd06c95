/* demo/cut: a text of a scene taken apart into what stays and what changes when the scene is
 * written again: ids, moments, words, digests of other texts. Pure. */
#ifndef TB_DEMO_CUT_H
#define TB_DEMO_CUT_H

#include <stdint.h>

#include "base/str.h"

enum piece_kind {
    PIECE_SAME,
    PIECE_ID,
    PIECE_MOMENT,
    PIECE_DEADLINE, /* a moment after the scene's end */
    PIECE_WORD,
    PIECE_DIGEST
};
struct piece {
    enum piece_kind kind;
    struct str same;
    int64_t n; /* rank of the id, ms since the scene began, number of the word or digest */
};
struct cut {
    const struct piece *piece;
    size_t n;
    bool changes; /* false: all of it stays */
};

/* What is to be found in the texts of one scene. */
struct cut_rules {
    const int64_t *ids; /* ascending */
    size_t n_ids;
    int64_t from, end, until; /* moments from the first on and before the last, ms */
    const struct str *words;  /* an empty one is not looked for */
    size_t n_words;
    const char (*digests)[65]; /* ascending; SM3, hex */
    size_t n_digests;
};
/* The pieces point into text. */
struct cut cut_text(struct arena *a, struct str text, const struct cut_rules *r);
/* Place of an id in r->ids, or -1. */
ptrdiff_t cut_rank(const struct cut_rules *r, int64_t id);

/* What stands in their place this time. */
struct cut_again {
    int64_t first_id;       /* of rank 0; the others follow one by one */
    int64_t at;             /* when the scene begins */
    int64_t deadlines_from; /* as if it began then */
    const struct str *words;
    const char (*digests)[65];
};
void cut_write(struct buf *b, const struct cut *c, const struct cut_again *again);

#endif
