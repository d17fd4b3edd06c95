/* base/str: text with a length, valid UTF-8 from the door onwards; and the buffer text grows in.
 *
 * A struct str does not own its bytes: its maker says in whose arena they live. The bytes of
 * str_of, str_copy and buf_str are followed by a NUL, so .p may be given to libraries. */
#ifndef TB_BASE_STR_H
#define TB_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

struct str {
    const char *p; /* NULL means absent; an empty text has p != NULL and n == 0 */
    size_t n;
};

#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })
#define STR_NONE ((struct str){ NULL, 0 })
/* For printf: "%.*s" with STR_ARG(s). */
#define STR_ARG(s) (int)(s).n, (s).p ? (s).p : ""

static inline struct str str_of(const char *s)
{
    return (struct str){ s, s ? strlen(s) : 0 };
}
struct str str_copy(struct arena *a, struct str s);
struct str str_printf(struct arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
static inline bool str_is(struct str a, const char *literal)
{
    return str_eq(a, str_of(literal));
}
int str_cmp(struct str a, struct str b); /* byte order, the order of COLLATE "C" */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Position of needle in s at or after from, or -1. */
ptrdiff_t str_find(struct str s, struct str needle, size_t from);
struct str str_sub(struct str s, size_t from, size_t n); /* clipped to s */
struct str str_trim(struct str s);                       /* ASCII white space and U+3000 */
/* Cuts the part before the first sep off *rest. False when *rest was already used up (p NULL). */
bool str_cut(struct str *rest, char sep, struct str *out);
uint64_t str_hash(struct str s);

/* Whole decimal number, optional sign; false on anything else or overflow. */
bool str_to_i64(struct str s, int64_t *out);

/* UTF-8. Surrogates, overlong forms, values over U+10FFFF and NUL are refused. */
bool utf8_valid(struct str s);
size_t utf8_length(struct str s); /* code points of a valid text */
/* Reads one code point at *i and moves *i behind it; the text must be valid and *i inside. */
uint32_t utf8_next(struct str s, size_t *i);
/* Longest prefix of at most n code points. */
struct str utf8_prefix(struct str s, size_t n);
size_t utf8_put(uint32_t code, char out[4]);
bool utf8_is_han(uint32_t code); /* CJK ideographs of all planes */

/* A buffer that grows in an arena (a != NULL) or on the heap (then buf_free). */
struct buf {
    struct arena *a;
    char *p;
    size_t n, size;
};
struct buf buf_in(struct arena *a);
void buf_free(struct buf *b); /* heap buffers only */
/* Room for more bytes and a NUL behind what is there. */
void buf_grow(struct buf *b, size_t more);
static inline void buf_reserve(struct buf *b, size_t more)
{
    if (!b->p || more >= b->size - b->n)
        buf_grow(b, more);
}
static inline void buf_put(struct buf *b, const void *p, size_t n)
{
    buf_reserve(b, n);
    if (n)
        memcpy(b->p + b->n, p, n);
    b->n += n;
}
static inline void buf_char(struct buf *b, char c)
{
    buf_reserve(b, 1);
    b->p[b->n++] = c;
}
void buf_str(struct buf *b, struct str s);
void buf_text(struct buf *b, const char *s);
void buf_i64(struct buf *b, int64_t v);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What was written so far, NUL-terminated, living as long as the buffer's memory. */
struct str buf_done(struct buf *b);

#endif
