/* document/mark: 修改痕迹 (B21): one text that shows what each round of people put in and took out, from
 * the texts at the end of each. Grown from document/diff: paragraphs first, then words. Pure; everything
 * in the arena given. */
#ifndef TB_DOCUMENT_MARK_H
#define TB_DOCUMENT_MARK_H

#include "document/document_diff.h"

/* A stretch of words: who put it in and who took it out, by the number of the text (1 the first after
 * the one it began with); 0: it was there from the beginning, it is still there. */
struct mark_piece {
    struct str text;
    int put, taken;
};
struct mark_line {
    struct str kind; /* as in struct paragraph, as it is now */
    struct mark_piece *piece;
    size_t n;
    bool is_gone; /* no word of it stands any more */
};
struct marks {
    struct mark_line *line;
    size_t n;
};
struct marks mark_texts(struct arena *a, const struct paragraphs *text, size_t n);

#endif
