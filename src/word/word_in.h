/* word/, inside: what its files share. */
#ifndef TB_WORD_WORD_IN_H
#define TB_WORD_WORD_IN_H

#include "base/check.h"
#include "word/word.h"

/* --- word_xml.c ------------------------------------------------------------------------------------ */

/* Elements we know; the rest is passed through, its content read. */
enum word_tag {
    T_OTHER, T_P, T_R, T_T, T_TAB, T_BR, T_CR, T_HYPHEN, T_PPR, T_RPR, T_PSTYLE, T_OUTLINE, T_JC,
    T_NUMPR, T_ILVL, T_NUMID, T_IND, T_SZ, T_COLOR, T_VANISH, T_TBL, T_TR, T_TC, T_TCPR, T_TRPR,
    T_SPAN, T_VMERGE, T_HMERGE, T_BEFORE, T_INS, T_DEL, T_MOVE_FROM, T_MOVE_TO, T_DRAWING, T_PICT,
    T_OBJECT, T_BOX, T_COMMENT, T_NOTE, T_MATH, T_CHUNK, T_SKIP, T_FALLBACK, T_STYLE, T_NAME, T_BASED, T_DEFAULTS,
    T_ABSTRACT, T_NUM, T_LVL, T_FMT, T_LVLTEXT, T_START, T_ABSTRACT_ID, T_OVERRIDE, T_START_OVERRIDE,
    T_RELATION, T_CONTENT
};
struct word_xml; /* one reading */
struct word_handler {
    void (*start)(void *arg, struct word_xml *x, enum word_tag tag, const char **attr);
    void (*end)(void *arg, struct word_xml *x, enum word_tag tag);
    void (*text)(void *arg, struct str s); /* may be NULL */
};
/* False: *e is set (word.broken, word.doctype). */
bool word_xml_read(struct arena *a, struct str text, const struct word_handler *h, void *arg,
                   struct err *e);
/* The element around the one that starts or ends. */
enum word_tag word_xml_parent(const struct word_xml *x);
/* An attribute by its local name; NULL when absent. */
const char *word_attr(const char **attr, const char *name);
/* As an integer; fallback when absent or none. */
int word_attr_int(const char **attr, const char *name, int fallback);
/* Is a switch on? absent counts as on. */
bool word_is_on(const char **attr);

/* --- word_styles.c --------------------------------------------------------------------------------- */

enum { WORD_LEVELS = 9 };
/* What a style or a paragraph says of itself; -1: nothing. */
struct word_look {
    int outline, size, num_id, num_level;
    signed char is_centred, is_right;
    bool is_title;
};
struct word_styles;
/* text absent: none. */
struct word_styles *word_styles_read(struct arena *a, struct str styles, struct str numbering,
                                     struct err *e);
struct word_look word_style_look(const struct word_styles *s, struct str style_id);
/* What stands before the paragraph: "一、", "1.", "·"; counts on. */
struct str word_number_next(struct arena *a, struct word_styles *s, int num_id, int level);

/* --- word_shape.c ---------------------------------------------------------------------------------- */

/* A paragraph or a table as it stands in the file. */
struct word_raw {
    struct str text;
    struct word_look look;
    bool is_red;
    struct word_block *table; /* NULL: a paragraph */
};
/* From what stands there to the parts of an official document. False: word.too_long. */
bool word_shape(struct arena *a, const struct word_raw *raw, size_t n, struct word_text *out,
                struct err *e);

#endif
