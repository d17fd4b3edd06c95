/* word: Word files (.docx, WordprocessingML), read into the parts of an official document and written
 * from them. Everything that this program knows of the format stands here.
 *
 * Reading trusts nothing: a zip whose parts are bounded whatever its headers say, XML without DOCTYPE,
 * no relationship that leads outside is followed, macros are neither kept nor run. Pure; texts live in
 * the arena given. */
#ifndef TB_WORD_WORD_H
#define TB_WORD_WORD_H

#include "base/err.h"
#include "base/str.h"

/* --- in ------------------------------------------------------------------------------------------ */

/* A cell over several rows or columns; the cells it covers are empty. From 0. */
struct word_span {
    size_t row, column, rows, columns;
};
struct word_block {
    const char *kind; /* p, h1 … h4, table: as in a document's body */
    struct str text;
    struct str *cell; /* of a table: rows × columns */
    size_t rows, columns;
    struct word_span *span;
    size_t n_spans;
};

/* What a draft cannot hold, or holds otherwise; each is counted. */
enum word_lost {
    WORD_PICTURES,
    WORD_TEXT_BOXES,
    WORD_COMMENTS,
    WORD_CHANGES,   /* tracked changes: their accepted text was taken */
    WORD_NOTES,     /* footnotes and endnotes */
    WORD_EQUATIONS,
    WORD_OBJECTS,   /* embedded files */
    WORD_HIDDEN,    /* hidden text */
    WORD_NESTED,    /* tables inside tables: their text stands in the cell */
    WORD_CUT,       /* columns beyond what a table of a draft holds */
    WORD_HEAD,      /* red head, number, signer: the platform sets them */
    WORD_SIGNATURE, /* name and day at the end: the platform sets them */
    WORD_PRINTED,   /* the line of who printed it and when */
    WORD_LOST_COUNT
};
extern const char *const word_lost_names[WORD_LOST_COUNT + 1]; /* NULL at the end */

struct word_text {
    struct str title, main_text, cc_text, note; /* absent when the file has none */
    struct word_block *block;
    size_t n;
    size_t lost[WORD_LOST_COUNT];
    struct str head; /* the first lines as they stand, for who looks for secret marks */
};

/* Codes: word.not_word, word.macro, word.broken, word.too_large, word.path, word.twice, word.locked,
 * word.doctype, word.too_long. */
bool word_read(struct arena *a, struct str bytes, struct word_text *out, struct err *e);

/* --- out ----------------------------------------------------------------------------------------- */

/* Styles of a written file; each names its font, size and place. */
enum word_style {
    WORD_S_BODY,     /* 仿宋 三号, two characters in */
    WORD_S_FLUSH,    /* the same, from the edge */
    WORD_S_H1,       /* 黑体 */
    WORD_S_H2,       /* 楷体 */
    WORD_S_TITLE,    /* 小标宋 二号, in the middle */
    WORD_S_MARK,     /* 发文机关标志 */
    WORD_S_NUMBER,   /* 发文字号, in the middle */
    WORD_S_RULE,     /* the red rule */
    WORD_S_URGENCY,  /* 黑体, from the edge */
    WORD_S_SIGN,     /* 署名 and 成文日期, from the right */
    WORD_S_APPENDIX, /* 附件说明, hanging */
    WORD_S_CELL,     /* 仿宋 小四 */
    WORD_S_CELL_MIDDLE,
    WORD_S_CELL_HEAD, /* 黑体 小四, in the middle */
    WORD_S_TABLE_NOTE, /* 仿宋 四号, beside a table */
    WORD_S_COPIES,   /* 版记, 四号, at the foot of the last page */
    WORD_S_COUNT
};

struct word_out;
/* is_across: A4 on its side, for wide tables, the pages counted in the middle of the foot. Else the
 * standard page: 37/28/35/26 mm, 22 lines of 28 characters, the number at the outer edge. */
struct word_out *word_new(struct arena *a, bool is_across);
/* A paragraph for each line of text. */
void word_p(struct word_out *o, enum word_style style, struct str text);
/* The same, its right edge so many half characters in. */
void word_p_right(struct word_out *o, enum word_style style, struct str text, int halves);
/* left and right on one line; right may be absent. */
void word_p_ends(struct word_out *o, enum word_style style, struct str left, struct str right);
/* A line of 版记, fixed to the foot of the last page in Word and WPS (LibreOffice leaves it behind the text);
 * rules above, between and below. */
void word_foot(struct word_out *o, struct str left, struct str right, bool is_first, bool is_last);

/* A table with a line around each cell. widths: twentieths of a point, or NULL: alike. */
void word_table(struct word_out *o, const int *widths, size_t columns);
void word_row(struct word_out *o, bool is_head); /* a head row comes again on each page */
/* columns: how many it covers; down: 0 alone, 1 the first of a merged column, 2 a later one of it. */
void word_cell(struct word_out *o, enum word_style style, struct str text, size_t columns, int down);
void word_table_end(struct word_out *o);
/* The file. */
struct str word_done(struct word_out *o);

/* Everything of a body with its tables, as the standard page sets it. */
void word_body(struct word_out *o, const struct word_block *block, size_t n);

#endif
