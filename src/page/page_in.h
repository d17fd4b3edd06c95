/* page/, inside: what its own files share. */
#ifndef TB_PAGE_PAGE_IN_H
#define TB_PAGE_PAGE_IN_H

#include "base/check.h"
#include "page/page.h"

/* --- the grid (GB/T 9704-2012, 5 and 6) ----------------------------------------------------------------- */

#define PAGE_W 210.0
#define PAGE_H 297.0
#define AREA_X 28.0 /* 订口 */
#define AREA_Y 37.0 /* 天头 */
#define AREA_W 156.0
#define AREA_H 225.0
#define AREA_RIGHT (AREA_X + AREA_W)
#define AREA_BOTTOM (AREA_Y + AREA_H)
#define ROWS 22
#define PITCH (AREA_H / ROWS)
#define CELL (AREA_W / 28) /* the advance of a character of the body, not the width of its glyph */
#define POINT (25.4 / 72)
#define SIZE_2 (22 * POINT) /* 2号 */
#define SIZE_3 (16 * POINT)
#define SIZE_4 (14 * POINT)
#define EPS 1e-6

/* --- page_fonts.c ----------------------------------------------------------------------------------------- */

enum role { ROLE_FANG, ROLE_KAI, ROLE_HEI, ROLE_SONG, ROLE_TITLE, ROLES };

struct pick {
    size_t face;
    uint32_t glyph;
    double advance; /* share of the size */
    bool is_missing;
};
/* The first face of the role's chain that has the character. */
struct pick font_pick(const struct page_fonts *f, enum role role, uint32_t code);
/* Ink of a glyph over and under the baseline, and from its origin: shares of the size, up is positive. */
struct ink {
    double left, right, top, bottom;
};
struct ink font_ink(const struct page_fonts *f, size_t face, uint32_t glyph);
/* The cairo face, made when it is first asked for; the caller holds font_lock. */
struct _cairo_font_face *font_cairo(struct page_fonts *f, size_t face);
void font_lock(struct page_fonts *f);
void font_unlock(struct page_fonts *f);

/* --- page_text.c ------------------------------------------------------------------------------------------- */

enum sort { SORT_HAN, SORT_OPEN, SORT_CLOSE, SORT_LATIN, SORT_BLANK };

/* A character in its cell. */
struct unit {
    const char *p;
    uint32_t code, glyph;
    size_t face;
    double w;     /* its advance */
    double shift; /* of the glyph within it */
    uint8_t bytes;
    enum sort sort;
    bool is_glued; /* no line may break before it */
};
struct units {
    struct unit *p;
    size_t n, size;
};
/* How text is set: cell is the advance of a full-width character. */
struct style {
    enum role role;
    double size, cell;
    enum page_colour colour;
    bool is_ragged; /* in a table: nothing hangs out of a line or is spread over it */
};
extern const struct style body_style; /* 3号仿宋 */

struct line {
    const struct unit *u;
    size_t n;
    double *x; /* origin of each cell from the line's left edge */
    double width, size;
    enum page_colour colour;
};
struct lines {
    struct line *p;
    size_t n, size;
};

struct layout;
/* Appends a text's characters; may be called again with another role for the same line. */
void units_add(struct layout *ly, struct units *u, struct str text, const struct style *s);
struct units units_of(struct layout *ly, struct str text, const struct style *s);
double units_width(const struct units *u, size_t from, size_t to);
/* Lines of a paragraph: the first indented by first, the others by rest, all ending at width. 避头尾:
 * marks hang or are pulled in, so that a line keeps its 28; what is left over is spread. */
struct lines lines_break(struct layout *ly, const struct units *u, double first, double rest,
                         double width, const struct style *s);
/* All of them on one line from x on. */
struct line line_of(struct layout *ly, const struct units *u, size_t from, size_t to, double x,
                    const struct style *s);
/* The baseline of a line of that size in a row that begins at top. */
double row_baseline(double top, double pitch, double size);

/* --- page_title.c ------------------------------------------------------------------------------------------- */

/* Lines of a title, broken by sense into a trapezoid or rhombus, each centred on AREA_W. */
struct lines title_break(struct layout *ly, struct str title, const struct style *s);

/* --- page_layout.c ------------------------------------------------------------------------------------------- */

/* A page at work. top, height: where its lines stand; scale: L4, their distance against the usual one. */
struct sheet {
    double top, height, scale;
    double used;      /* from top, without scale */
    bool is_numbered, has_text, is_rigid; /* rigid: something stands on it that no scale may move */
    struct page_glyphs *glyphs;
    size_t glyphs_n, glyphs_size;
    struct page_rule *rule;
    size_t rule_n, rule_size;
    struct page_picture *picture;
    size_t picture_n, picture_size;
};

enum item_kind { ITEM_LINE, ITEM_SPACE, ITEM_ROWS, ITEM_FIGURE, ITEM_BREAK, ITEM_PLACE };
struct table;
struct item {
    enum item_kind kind;
    double h;
    struct line line;
    double x;
    const struct table *table; /* ITEM_ROWS: rows from … to of it */
    size_t from, to;
    size_t line_from, line_to; /* a part of a row that is higher than a page: these lines of its cells */
    struct str picture;
    double w;
    enum page_place_kind place;
    size_t index;
    size_t page; /* where it came to stand */
    double y;
    double more;   /* what must stand on the same page below it: a picture's words */
    bool is_bound; /* such words: they go where the picture goes */
    bool has_head; /* ITEM_ROWS: the head rows again above them */
};
struct items {
    struct item *p;
    size_t n, size;
};

struct layout {
    struct arena *a;
    const struct page_fonts *f;
    const struct page_source *s;
    struct err *e;
    struct sheet *sheet;
    size_t n, size;
    struct page_place *place;
    size_t place_n, place_size;
    uint32_t *missing;
    size_t missing_n;
    bool is_turned;  /* what is put now lies across: x upwards from the area's foot, y from its left */
    bool is_compact; /* the head gives way, for a text too short to share a page with its date */
};

void *list_add(struct arena *a, void *list, size_t *n, size_t *size, size_t element);
#define LIST_ADD(a, list, n, size) ((list) = list_add((a), (list), &(n), &(size), sizeof *(list)), &(list)[(n) - 1])

struct sheet *sheet_add(struct layout *ly);
void place_add(struct layout *ly, size_t page, enum page_place_kind kind, size_t index, double x,
               double y, double w, double h);
void rule_add(struct layout *ly, size_t page, double x1, double y1, double x2, double y2,
              double width, enum page_colour colour);
/* x, baseline: of the line's left edge on the page. */
void line_put(struct layout *ly, size_t page, const struct line *l, double x, double baseline);
/* One glyph run with its own width, for heads: every glyph stretched into a cell. */
void run_put(struct layout *ly, size_t page, const struct unit *u, size_t n, double x,
             double baseline, double size, double stretch, double cell, enum page_colour colour);

void items_line(struct layout *ly, struct items *it, const struct line *l, double x);
void items_space(struct layout *ly, struct items *it, double rows);
void items_lines(struct layout *ly, struct items *it, const struct lines *l);
/* Body blocks as items. */
bool items_blocks(struct layout *ly, struct items *it, const struct page_block *b, size_t n,
                  const char *field);
/* Lays items on sheets, beginning on sheet page at its used height; adds sheets. False: too long. */
bool items_flow(struct layout *ly, struct items *it, size_t first, size_t page);
void items_put(struct layout *ly, const struct items *it);
struct str date_text(struct layout *ly, struct str day, const char *field); /* STR_NONE: refused */

/* --- page_head.c: everything above the body; leaves sheet 0 with its text area */
bool head_put(struct layout *ly);

/* --- page_tail.c: names, date, seals, note */
struct tail {
    double rows;   /* from the end of the text to the end of what must stay with it */
    double middle; /* rows to the line between last name and date, and how far the seal reaches below */
    double below_mm;
    double gap, seal_mm;
    size_t columns, name_rows;
};
bool tail_measure(struct layout *ly, struct tail *t);
bool tail_put(struct layout *ly, const struct tail *t, size_t page, double y);

/* --- page_imprint.c: print block and page numbers */
bool imprint_put(struct layout *ly);
void numbers_put(struct layout *ly);

/* --- page_table.c */
/* Its rows as items: what spans bind together is one; a table across is an item a page. */
void table_items(struct layout *ly, struct items *it, const struct page_block *b);
void table_put(struct layout *ly, const struct item *i, double y);
double table_head_height(const struct table *t);

/* --- page_picture.c */
bool picture_size(struct str bytes, double *w, double *h, bool *is_jpeg);

#endif
