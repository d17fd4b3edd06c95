/* base/json: JSON out by a streaming writer, JSON in by jansson behind this file.
 *
 * Ids leave as decimal strings (jw_id), since browsers lose digits of 64-bit numbers. */
#ifndef TB_BASE_JSON_H
#define TB_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* --- out ------------------------------------------------------------------------------------ */

/* Writes to a buffer; commas are its business. Nesting deeper than 64 is a broken promise. */
struct jw {
    struct buf *out;
    uint64_t has_member; /* bit per depth: a comma is due */
    int depth;
    bool after_key;
};
struct jw jw_to(struct buf *out);
void jw_obj(struct jw *w);
void jw_obj_end(struct jw *w);
void jw_arr(struct jw *w);
void jw_arr_end(struct jw *w);
void jw_key(struct jw *w, const char *key);
void jw_key_str(struct jw *w, struct str key);
/* A key made beforehand as `,"name":`; the comma goes where none is due. */
void jw_key_made(struct jw *w, struct str made);
void jw_str(struct jw *w, struct str s); /* null when s.p is NULL */
void jw_text(struct jw *w, const char *s);
void jw_i64(struct jw *w, int64_t v);
void jw_id(struct jw *w, int64_t id); /* "123"; null when 0 */
void jw_bool(struct jw *w, bool v);
void jw_null(struct jw *w);
/* Already encoded JSON, trusted; null when s.p is NULL or s is empty. */
void jw_raw(struct jw *w, struct str json);

/* key and value in one call */
void jw_kstr(struct jw *w, const char *key, struct str s);
void jw_ktext(struct jw *w, const char *key, const char *s);
void jw_ki64(struct jw *w, const char *key, int64_t v);
void jw_kid(struct jw *w, const char *key, int64_t id);
void jw_kbool(struct jw *w, const char *key, bool v);
void jw_knull(struct jw *w, const char *key);
void jw_kraw(struct jw *w, const char *key, struct str json);
void jw_kobj(struct jw *w, const char *key);
void jw_karr(struct jw *w, const char *key);

/* --- in ------------------------------------------------------------------------------------- */

enum jv_kind { JV_NULL, JV_BOOL, JV_INT, JV_REAL, JV_STRING, JV_ARRAY, JV_OBJECT };

/* A value of a parsed text; immutable; lives until the arena it was parsed into is emptied. */
struct jv;

/* Whole text is one value; duplicate keys, invalid UTF-8, NUL and depth over 64 are refused.
 * NULL on error; then *line and *what (in a) say where and why; both may be NULL. */
const struct jv *jv_parse(struct arena *a, struct str text, int *line, const char **what);
enum jv_kind jv_kind(const struct jv *j); /* NULL counts as JV_NULL */
struct str jv_str(const struct jv *j);      /* STR_NONE unless a string */
int64_t jv_i64(const struct jv *j);         /* 0 unless an integer */
double jv_real(const struct jv *j);         /* integers too */
bool jv_bool(const struct jv *j);           /* false unless true */
/* A whole number or a string of one ("123"): ids and counts from outside. */
bool jv_as_i64(const struct jv *j, int64_t *out);
size_t jv_size(const struct jv *j); /* members of an array or object, else 0 */
const struct jv *jv_at(const struct jv *array, size_t i);
const struct jv *jv_get(const struct jv *object, const char *key); /* NULL when absent */
/* Members in the order of the text: start with NULL, end with NULL. */
const void *jv_next(const struct jv *object, const void *iter, struct str *key,
                      const struct jv **value);
/* The value as text again: compact, keys in byte order (canonical), in a. */
struct str jv_canonical(struct arena *a, const struct jv *j);
/* The same, keys in the order of the text. */
struct str jv_compact(struct arena *a, const struct jv *j);
/* The same over several lines, for people. */
struct str jv_indented(struct arena *a, const struct jv *j);

/* --- in, without a tree ------------------------------------------------------------------------ */

/* A pull reader for texts that this program wrote itself (jw_*, jv_canonical): compact JSON, read
 * once from front to back by code that knows what comes. It still trusts nothing: whatever is not
 * compact JSON, or not what was asked for, sets `bad`, after which every call gives nothing (no
 * member, no element, 0, STR_NONE), so that a loop ends and one look at jr_end says whether all was
 * well. White space, numbers in another spelling than jw_i64's (asked for as integers), invalid
 * UTF-8 and NUL are refused; the order of keys and a key that comes twice are the caller's business.
 *
 *     struct jr r = jr_of(a, body);
 *     struct str key;
 *     for (jr_obj(&r); jr_member(&r, &key);)
 *         if (str_is(key, "acts"))
 *             for (jr_arr(&r); jr_more(&r);)
 *                 n += jr_i64(&r);
 *         else
 *             (void)jr_raw(&r);
 *     return jr_end(&r);
 *
 * Texts returned lie in the text read, or, where something was escaped, in the arena. */
struct jr {
    const char *at, *end;
    struct arena *a;
    bool is_first; /* no comma is due: just behind an opening bracket */
    bool bad;
};
struct jr jr_of(struct arena *a, struct str text);
/* What comes next, without reading it. JV_NULL when bad. JV_REAL: a number that is no integer. */
enum jv_kind jr_kind(const struct jr *r);
void jr_obj(struct jr *r);
bool jr_member(struct jr *r, struct str *key); /* false: the object has been read to its end */
/* The next member is this one: for objects whose members always stand in the same order. */
bool jr_is(struct jr *r, const char *key);
void jr_obj_end(struct jr *r); /* behind the last jr_is */
void jr_arr(struct jr *r);
bool jr_more(struct jr *r); /* false: the array has been read to its end */
void jr_next(struct jr *r); /* the next element, which must be there: for rows of fixed columns */
void jr_arr_end(struct jr *r); /* behind the last jr_next */
struct str jr_str(struct jr *r); /* STR_NONE for null; anything but these two is bad */
int64_t jr_i64(struct jr *r);
bool jr_bool(struct jr *r);
bool jr_null(struct jr *r);     /* reads a null if that is what comes */
struct str jr_raw(struct jr *r); /* any value, as its text */
bool jr_end(struct jr *r);       /* the whole text was read and was good */

#endif
