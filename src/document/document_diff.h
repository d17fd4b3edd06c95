/* document/diff: two versions side by side (版本对照): Myers' algorithm over paragraphs, then inside
 * a changed paragraph over words (a Han character is a word, so is a run of letters or digits).
 * Pure; everything in the arena given. Texts that differ too much (more than about 2,000 edits) are
 * shown as wholly replaced. */
#ifndef TB_DOCUMENT_DIFF_H
#define TB_DOCUMENT_DIFF_H

#include "base/json.h"
#include "document/document_elements.h"

enum diff_op { DIFF_SAME, DIFF_ADD, DIFF_DEL, DIFF_CHANGE };

struct diff_piece {
    bool is_same;
    struct str text;
};
struct diff_row {
    enum diff_op op;
    struct str left, right; /* absent on the side that has nothing */
    struct diff_piece *left_piece, *right_piece; /* of DIFF_CHANGE */
    size_t left_n, right_n;
};
struct diff {
    struct diff_row *row;
    size_t n;
    size_t changed_chars; /* characters added and taken away */
    bool same_shape;      /* only changes inside paragraphs */
};
struct diff diff_paragraphs(struct arena *a, struct paragraphs left, struct paragraphs right);
/* {"op","left","right","left_pieces","right_pieces"} */
void diff_row_write(struct jw *w, const struct diff_row *r);

/* A mechanical fix (W3): a few characters inside paragraphs, no figure among them; anything else is
 * a change of substance, and the document returns to its signer. */
bool diff_is_mechanical(const struct diff *d);

#endif
