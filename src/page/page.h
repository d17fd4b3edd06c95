/* page (prefix page_): the pages of official documents (GB/T 9704-2012; docs/standards.md §2, L1–L11).
 *
 * From the elements and the structured body of a document it makes exact pages: 22 lines of 28 characters
 * on the grid of A4, red head, title, levels, attachments, seals' places, print block, page numbers. The
 * result is one set of positioned glyphs, rules and pictures, in millimetres from the page's upper left
 * corner; both writers (PDF here, OFD) draw from it, so that they cannot differ.
 *
 * Pure: no clock, no database, no sockets. The same source and fonts give the same bytes. Nothing of a
 * source or set is owned; texts and arrays live in the arena that they were made in. Lengths are mm. */
#ifndef TB_PAGE_PAGE_H
#define TB_PAGE_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* --- fonts ----------------------------------------------------------------------------------------- */

/* Loaded once, used by any thread at the same time. */
struct page_fonts;

/* city_dir: a folder with licensed fonts named by role (fangsong, kai, hei, song, title, with .ttf, .otf
 * or .ttc), or NULL; what it lacks comes from the machine's free fonts. NULL with page.no_font when a
 * role has no font at all. */
struct page_fonts *page_fonts_new(struct arena *a, const char *city_dir, struct err *e);
void page_fonts_free(struct page_fonts **f);

/* The faces that page_glyphs.font counts: for a writer that embeds them itself. */
size_t page_fonts_count(const struct page_fonts *f);
struct page_face {
    const char *path; /* of the file; index: the face within a collection */
    unsigned index;
    const char *name; /* the family, as "FandolFang" */
    unsigned units;   /* per em */
    double ascent, descent; /* of the em square's baseline, shares of the size */
};
struct page_face page_fonts_face(const struct page_fonts *f, size_t i);
/* The file's bytes, living as long as f. */
struct str page_fonts_bytes(const struct page_fonts *f, size_t i);

/* --- what a document says ---------------------------------------------------------------------------- */

enum page_form {
    PAGE_DOCUMENT, /* 文件式, with signers: 上行文 */
    PAGE_LETTER,   /* 信函 */
    PAGE_ORDER,    /* 命令（令） */
    PAGE_MINUTES   /* 纪要 */
};

struct page_texts {
    struct str *p;
    size_t n;
};

enum page_block_kind { PAGE_P, PAGE_H1, PAGE_H2, PAGE_H3, PAGE_H4, PAGE_TABLE, PAGE_FIGURE };
struct page_cell {
    struct str text;
    int columns, rows; /* spans; 0 counts as 1 */
};
struct page_row {
    struct page_cell *cell;
    size_t n;
};
struct page_block {
    enum page_block_kind kind;
    struct str text; /* of a figure: the words below it */
    struct page_row *row;
    size_t row_n;
    int head_rows;       /* repeated on each page; 0 counts as 1 */
    struct str picture;  /* bytes of a PNG or JPEG file */
    double picture_mm;   /* its width; 0: as wide as fits, at 150 dots an inch */
};

/* A body's name below the text. */
struct page_signature {
    struct str name;
    double seal_mm; /* diameter of its seal (L10), 0: not sealed (L2) */
};
struct page_attachment {
    struct str title;
    struct page_block *block;
    size_t block_n;
};
/* 出席, 请假, 列席 of minutes. */
struct page_attendance {
    struct str label, names;
};

struct page_source {
    enum page_form form;
    struct str copy_number; /* 份号 */
    struct str secrecy;     /* 密级和保密期限, as it is printed */
    struct str urgency;     /* 特急, 加急 */
    struct page_texts issuers; /* of the head, in printed order, the lead first; without 文件 */
    struct str mark;        /* the head's words if they are not the issuers and 文件 */
    struct str number;      /* 发文字号; of an order 第N号 */
    struct page_texts signers; /* 签发人: an upward document */
    struct str title, addressees;
    struct page_block *block;
    size_t block_n;
    struct page_texts attachment_names; /* 附件说明; none given: the titles of the attachments */
    struct page_signature *signature;
    size_t signature_n;
    struct str signer_title, signer_name; /* 签名章 (L3): office, and the name where no stamp will stand */
    struct str date;        /* 成文日期, YYYY-MM-DD */
    struct str date_words;  /* what stands there while it has none */
    struct page_attendance *attendance;
    size_t attendance_n;
    struct str note;        /* 附注, with or without brackets */
    struct page_attachment *attachment;
    size_t attachment_n;
    struct str imprint_to;  /* 主送 where it stands above 抄送 */
    struct str cc;          /* 抄送 */
    struct str printer;     /* 印发机关 */
    struct str printed_on;  /* 印发日期, YYYY-MM-DD */
    int sides;              /* pages come in multiples of: 2 (0 counts as 2), 4 for folded sheets, 1 */
};

/* Reads a source from JSON (docs/page.md). page.bad_source with the field's name. */
bool page_source_read(struct arena *a, struct str json, struct page_source *out, struct err *e);

/* --- pages ------------------------------------------------------------------------------------------- */

enum page_colour { PAGE_BLACK, PAGE_RED };

/* Glyphs on one baseline. A glyph stands for bytes[i] bytes of text, in order; advance[i] leads to the
 * next glyph's origin. stretch: width of the glyphs against their natural one. is_turned: the baseline
 * runs upwards (a table across, L6). */
struct page_glyphs {
    size_t font;
    double size, stretch, x, y;
    enum page_colour colour;
    bool is_turned;
    size_t n;
    const uint32_t *glyph;
    const double *advance;
    const uint8_t *bytes;
    struct str text;
};
struct page_rule {
    double x1, y1, x2, y2, width;
    enum page_colour colour;
};
struct page_picture {
    double x, y, w, h;
    bool is_turned;
    struct str bytes;
    bool is_jpeg;
};
enum page_place_kind {
    PAGE_AT_MARK,       /* ink of the head */
    PAGE_AT_NUMBER,     /* 发文字号 */
    PAGE_AT_RULE,       /* the red rule, or the letter's first */
    PAGE_AT_TITLE,
    PAGE_AT_ADDRESSEES,
    PAGE_AT_BODY,       /* on each page: what of its text area lines may use */
    PAGE_AT_SIGNATURE,  /* a body's name; index: which */
    PAGE_AT_SEAL,       /* its seal's square */
    PAGE_AT_STAMP,      /* 签名章 */
    PAGE_AT_DATE,
    PAGE_AT_NOTE,
    PAGE_AT_ATTACHMENT, /* its first line; index: which */
    PAGE_AT_IMPRINT,    /* 版记 */
    PAGE_AT_PAGE_NUMBER,
    PAGE_PLACE_KINDS
};
extern const char *const page_place_names[PAGE_PLACE_KINDS];
struct page_place {
    enum page_place_kind kind;
    size_t index, page; /* page from 0 */
    double x, y, w, h;
};

struct page {
    double w, h;
    int number;   /* as counted, from 1 */
    double pitch; /* of its lines: 225 / 22 unless L4 moved them */
    struct page_glyphs *glyphs;
    size_t glyphs_n;
    struct page_rule *rule;
    size_t rule_n;
    struct page_picture *picture;
    size_t picture_n;
};
struct page_set {
    struct page *page;
    size_t n;
    struct page_place *place;
    size_t place_n;
    uint32_t *missing; /* characters that no font has */
    size_t missing_n;
};

/* Codes: page.bad_date, page.no_head, page.head_too_long, page.bad_picture, page.too_long. */
bool page_layout(struct arena *a, const struct page_fonts *f, const struct page_source *s,
                 struct page_set *out, struct err *e);
/* The first place of that kind and index, or NULL. */
const struct page_place *page_place_find(const struct page_set *set, enum page_place_kind kind,
                                         size_t index);

/* --- PDF --------------------------------------------------------------------------------------------- */

struct page_info {
    struct str title, author, subject, keywords;
    int64_t created_at; /* ms UTC; written as it is given */
};
/* Text that can be searched and copied, subsets of the fonts. The bytes in a. */
bool page_pdf(struct arena *a, struct page_fonts *f, const struct page_set *set,
              const struct page_info *info, struct str *out, struct err *e);

/* `tongban page FILE.json --to OUT.pdf`, or OUT.ofd */
#define PAGE_USAGE "page FILE.json --to OUT.pdf|OUT.ofd [--fonts DIR] [--places]"
int page_cli(int argc, char **argv);

#endif
