/* feel/ inside: values, the tree of an expression, and what its files share. */
#ifndef TB_FEEL_FEEL_IN_H
#define TB_FEEL_FEEL_IN_H

#include "feel/feel.h"

/* --- decimals (feel_decimal.c, the only file that knows the library) -------------------------- */

struct feel_dec {
    uint64_t w[2]; /* IEEE 754 decimal128, binary encoding */
};

bool dec_parse(struct str s,
               struct feel_dec *out); /* plain or with exponent; false: not a number */
struct str dec_text(struct arena *a, struct feel_dec d);
struct feel_dec dec_i64(int64_t v);
bool dec_as_i64(struct feel_dec d, int64_t *out); /* whole numbers only */
int64_t dec_trunc(struct feel_dec d);             /* towards zero, clipped to ±2^62 */
int dec_cmp(struct feel_dec x, struct feel_dec y);
bool dec_is_zero(struct feel_dec d);
struct feel_dec dec_neg(struct feel_dec d);
/* False when the result is not a finite number. */
bool dec_op(char op, struct feel_dec x, struct feel_dec y, struct feel_dec *out); /* + - * / ^ % */
enum dec_round {
    DEC_FLOOR,
    DEC_CEILING,
    DEC_HALF_EVEN,
    DEC_HALF_UP,
    DEC_HALF_DOWN,
    DEC_UP,
    DEC_DOWN
};
bool dec_round(struct feel_dec x, int64_t scale, enum dec_round how, struct feel_dec *out);
bool dec_sqrt(struct feel_dec x, struct feel_dec *out);

/* --- values ----------------------------------------------------------------------------------- */

enum fv_kind {
    FV_NULL,
    FV_BOOL,
    FV_NUM,
    FV_STR,
    FV_DATE,
    FV_TIME,
    FV_DATETIME,
    FV_MONTHS, /* years and months duration */
    FV_MILLIS, /* days and time duration */
    FV_LIST,
    FV_CONTEXT,
    FV_RANGE
};

/* A local moment. A named zone is kept as text; a few dozen of them have known rules
 * (feel_time.c), the others are compared as text. */
struct fv_moment {
    int64_t days; /* since 1970-01-01, proleptic */
    int64_t ms;   /* of the day */
    int offset_s;
    bool has_offset;
    struct str zone; /* "Europe/Paris" or STR_NONE */
};

enum range_op { RANGE_BOTH, RANGE_LT, RANGE_LE, RANGE_GT, RANGE_GE, RANGE_EQ, RANGE_NE };

struct fv_list {
    const struct feel_value *const *v;
    size_t n;
};

struct fv_context {
    const struct str *key;
    const struct feel_value *const *v;
    size_t n;
};

struct fv_range {
    enum range_op op;
    bool lo_closed, hi_closed;
    const struct feel_value *lo, *hi; /* one-sided: lo holds the operand */
};

struct feel_value {
    enum fv_kind kind;
    union {
        bool b;
        struct feel_dec num;
        struct str s;
        struct fv_moment at;
        int64_t months, millis;
        struct fv_list list;
        struct fv_context context;
        struct fv_range range;
    } u;
};

static inline enum fv_kind fv_kind(const struct feel_value *v)
{
    return v ? v->kind : FV_NULL;
}

const struct feel_value *fv_num(struct arena *a, struct feel_dec d);
const struct feel_value *fv_list(struct arena *a, const struct feel_value *const *v, size_t n);
const struct feel_value *fv_months(struct arena *a, int64_t months);
const struct feel_value *fv_millis(struct arena *a, int64_t millis);
const struct feel_value *fv_moment(struct arena *a, enum fv_kind kind, const struct fv_moment *m);
/* Member of a context; false when it has none of that name. */
bool fv_get(const struct feel_value *context, struct str key, const struct feel_value **out);
/* 1 equal, 0 not, -1 not comparable (null). */
int fv_equal(const struct feel_value *x, const struct feel_value *y);
/* Ordering of two values of one kind: true and *out < 0, 0, > 0. */
bool fv_order(const struct feel_value *x, const struct feel_value *y, int *out);
/* 1 inside, 0 outside, -1 null. */
int fv_in_range(const struct feel_value *x, const struct fv_range *r);

/* --- time (feel_time.c) ----------------------------------------------------------------------- */

#define FEEL_DAY_MS INT64_C(86400000)
int64_t ft_days(int64_t year, int month, int day);
void ft_civil(int64_t days, int64_t *year, int *month, int *day);
bool ft_parse_date(struct str s, struct fv_moment *out);
bool ft_parse_time(struct str s, struct fv_moment *out);
bool ft_parse_datetime(struct str s, struct fv_moment *out); /* a date alone is its midnight */
const struct feel_value *ft_parse_duration(struct arena *a, struct str s);
/* What @"…" means: date, time, date and time or duration; NULL when none. */
const struct feel_value *ft_parse_any(struct arena *a, struct str s);
struct str ft_text(struct arena *a, const struct feel_value *v);
/* Milliseconds on the common axis: UTC where the offset is known, else local. */
int64_t ft_axis(const struct fv_moment *m);
/* False when one knows its offset and the other does not. */
bool ft_comparable(const struct fv_moment *x, const struct fv_moment *y);
bool ft_add_months(const struct fv_moment *m, int64_t months, struct fv_moment *out);
void ft_add_millis(const struct fv_moment *m, int64_t ms, struct fv_moment *out);

/* --- the tree (feel_parse.c) ------------------------------------------------------------------ */

enum fn_op {
    FN_LIT,
    FN_NAME,
    FN_PATH,   /* kid[0].name */
    FN_FILTER, /* kid[0][kid[1]] */
    FN_NEG,
    FN_BIN, /* sign: + - * / ^ */
    FN_CMP, /* sign: < l(<=) > g(>=) = n(!=) */
    FN_AND,
    FN_OR,
    FN_BETWEEN,
    FN_IN, /* kid[0] in many[] (tests) */
    FN_IF,
    FN_LIST,
    FN_CONTEXT,
    FN_RANGE,
    FN_SOME, /* names[i] in many[i], satisfies kid[0] */
    FN_EVERY,
    FN_CALL
};

struct fn_func;

struct fn {
    enum fn_op op;
    char sign;
    bool lo_closed, hi_closed;
    enum range_op range;
    const struct feel_value *lit;
    struct str name;
    const struct fn *kid[3];
    const struct fn **many;
    struct str *names; /* context keys, iterators, argument names */
    size_t n;
    const struct fn_func *func;
};

/* --- reading bytes (feel_scan.c) -------------------------------------------------------------- */

struct parser {
    struct arena *a;
    struct str s;
    size_t i;
    int depth;
    bool no_filter; /* inside the end of a range: "[" may close it */
    const struct feel_names *names;
    const char *what;
    size_t what_at;
    struct str *used;
    size_t used_n, used_size;
    const struct local *local;
};

/* Names bound inside the expression: they are not free. */
struct local {
    const struct local *outer;
    struct str name;
};

/* Notes the first error and where; NULL. */
const struct fn *scan_refuse(struct parser *p, const char *what);
void scan_space(struct parser *p);                     /* and comments */
bool scan_sign(struct parser *p, const char *text);    /* takes it when it is next */
bool scan_keyword(struct parser *p, const char *text); /* the same for a whole word */
char scan_peek(struct parser *p);
bool scan_name_start(char c);
bool scan_name_part(char c);
struct str scan_word_at(const struct parser *p, size_t i);
size_t scan_known_name(const struct parser *p); /* length of a known name here, or 0 */
bool scan_name(struct parser *p, struct str *out);
bool scan_string(struct parser *p, struct str *out);

struct feel {
    const struct fn *root;
    struct str *used;
    size_t used_n;
};

/* --- evaluation (feel_eval.c) and functions (feel_func.c) ------------------------------------- */

struct fe_scope {
    const struct fe_scope *outer;
    struct str name; /* one name … */
    const struct feel_value *value;
    bool is_context; /* … or all members of a context */
};

struct fe {
    struct arena *a;
    const struct feel_env *env;
    const struct fe_scope *scope;
    int64_t steps_left;
    bool is_exhausted;
};

const struct feel_value *fe_value(struct fe *x, const struct fn *n);
const struct feel_value *fe_arith(struct arena *a, char sign, const struct feel_value *l,
                                  const struct feel_value *r);

struct fn_func {
    const char *name;
    int least, most; /* most -1: any number */
    const char *params;
    const struct feel_value *(*run)(struct fe *x, const struct feel_value *const *v, size_t n);
};
const struct fn_func *fn_func_find(struct str name);
/* The longest name of a built-in function with spaces that s starts with (any white space between
 * its words); *length is what it takes of s. NULL when none. */
const struct fn_func *fn_func_spaced(struct str s, size_t *length);
/* Position of a parameter name, or -1. */
int fn_func_param(const struct fn_func *f, struct str name);

/* List functions (feel_list.c). */
const struct fv_list *func_list(const struct feel_value *const *v, size_t n, struct fv_list *own);
const struct feel_value *func_count(struct fe *x, const struct feel_value *const *v, size_t n);
const struct feel_value *func_min(struct fe *x, const struct feel_value *const *v, size_t n);
const struct feel_value *func_max(struct fe *x, const struct feel_value *const *v, size_t n);
const struct feel_value *func_sum(struct fe *x, const struct feel_value *const *v, size_t n);
const struct feel_value *func_mean(struct fe *x, const struct feel_value *const *v, size_t n);
const struct feel_value *func_list_contains(struct fe *x, const struct feel_value *const *v,
                                            size_t n);
const struct feel_value *func_index_of(struct fe *x, const struct feel_value *const *v, size_t n);
const struct feel_value *func_append(struct fe *x, const struct feel_value *const *v, size_t n);
const struct feel_value *func_concatenate(struct fe *x, const struct feel_value *const *v,
                                          size_t n);
const struct feel_value *func_distinct(struct fe *x, const struct feel_value *const *v, size_t n);
const struct feel_value *func_union(struct fe *x, const struct feel_value *const *v, size_t n);
const struct feel_value *func_reverse(struct fe *x, const struct feel_value *const *v, size_t n);
const struct feel_value *func_insert_before(struct fe *x, const struct feel_value *const *v,
                                            size_t n);
const struct feel_value *func_remove(struct fe *x, const struct feel_value *const *v, size_t n);
const struct feel_value *func_sublist(struct fe *x, const struct feel_value *const *v, size_t n);
const struct feel_value *func_flatten(struct fe *x, const struct feel_value *const *v, size_t n);

#endif
