/* Values: making, comparing, JSON in and out. Comparison is three-valued: values of different
 * kinds have no order and no equality (null), except that anything may be compared with null. */
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "feel/feel_in.h"

static const struct feel_value value_true = { .kind = FV_BOOL, .u.b = true };
static const struct feel_value value_false = { .kind = FV_BOOL, .u.b = false };

const struct feel_value *feel_of_bool(bool b)
{
    return b ? &value_true : &value_false;
}

const struct feel_value *feel_of_str(struct arena *a, struct str s)
{
    struct feel_value *v = arena_new_of(a, struct feel_value);
    v->kind = FV_STR;
    v->u.s = s;
    return v;
}

const struct feel_value *fv_num(struct arena *a, struct feel_dec d)
{
    struct feel_value *v = arena_new_of(a, struct feel_value);
    v->kind = FV_NUM;
    v->u.num = d;
    return v;
}

const struct feel_value *feel_of_i64(struct arena *a, int64_t n)
{
    return fv_num(a, dec_i64(n));
}

const struct feel_value *fv_list(struct arena *a, const struct feel_value *const *item, size_t n)
{
    struct feel_value *v = arena_new_of(a, struct feel_value);
    v->kind = FV_LIST;
    v->u.list.v = item;
    v->u.list.n = n;
    return v;
}

const struct feel_value *fv_months(struct arena *a, int64_t months)
{
    struct feel_value *v = arena_new_of(a, struct feel_value);
    v->kind = FV_MONTHS;
    v->u.months = months;
    return v;
}

const struct feel_value *fv_millis(struct arena *a, int64_t millis)
{
    struct feel_value *v = arena_new_of(a, struct feel_value);
    v->kind = FV_MILLIS;
    v->u.millis = millis;
    return v;
}

const struct feel_value *fv_moment(struct arena *a, enum fv_kind kind, const struct fv_moment *m)
{
    struct feel_value *v = arena_new_of(a, struct feel_value);
    v->kind = kind;
    v->u.at = *m;
    return v;
}

const struct feel_value *feel_context(struct arena *a, const struct str *key,
                                      const struct feel_value *const *value, size_t n)
{
    struct feel_value *v = arena_new_of(a, struct feel_value);
    v->kind = FV_CONTEXT;
    v->u.context = (struct fv_context){ key, value, n };
    return v;
}

bool fv_get(const struct feel_value *c, struct str key, const struct feel_value **out)
{
    for (size_t i = 0; i < c->u.context.n; i++)
        if (str_eq(c->u.context.key[i], key)) {
            *out = c->u.context.v[i];
            return true;
        }
    return false;
}

static int equal_lists(const struct fv_list *x, const struct fv_list *y)
{
    if (x->n != y->n)
        return 0;
    for (size_t i = 0; i < x->n; i++) {
        int e = fv_equal(x->v[i], y->v[i]);
        if (e != 1)
            return e;
    }
    return 1;
}

static int equal_contexts(const struct feel_value *x, const struct feel_value *y)
{
    if (x->u.context.n != y->u.context.n)
        return 0;
    for (size_t i = 0; i < x->u.context.n; i++) {
        const struct feel_value *other;
        if (!fv_get(y, x->u.context.key[i], &other))
            return 0;
        int e = fv_equal(x->u.context.v[i], other);
        if (e != 1)
            return e;
    }
    return 1;
}

static int equal_ranges(const struct fv_range *x, const struct fv_range *y)
{
    if (x->op != y->op || x->lo_closed != y->lo_closed || x->hi_closed != y->hi_closed)
        return 0;
    return fv_equal(x->lo, y->lo) == 1 && fv_equal(x->hi, y->hi) == 1;
}

static int equal_moments(const struct feel_value *x, const struct feel_value *y)
{
    int order;
    if (fv_order(x, y, &order))
        return order == 0;
    return 0;
}

int fv_equal(const struct feel_value *x, const struct feel_value *y)
{
    enum fv_kind k = fv_kind(x);
    if (k == FV_NULL || fv_kind(y) == FV_NULL)
        return k == fv_kind(y);
    if (k != fv_kind(y))
        return -1;
    switch (k) {
    case FV_BOOL: return x->u.b == y->u.b;
    case FV_STR: return str_eq(x->u.s, y->u.s);
    case FV_NUM: return dec_cmp(x->u.num, y->u.num) == 0;
    case FV_MONTHS: return x->u.months == y->u.months;
    case FV_MILLIS: return x->u.millis == y->u.millis;
    case FV_LIST: return equal_lists(&x->u.list, &y->u.list);
    case FV_CONTEXT: return equal_contexts(x, y);
    case FV_RANGE: return equal_ranges(&x->u.range, &y->u.range);
    default: return equal_moments(x, y);
    }
}

static int sign(int64_t x, int64_t y)
{
    return x < y ? -1 : x > y;
}

bool fv_order(const struct feel_value *x, const struct feel_value *y, int *out)
{
    enum fv_kind k = fv_kind(x);
    if (k != fv_kind(y))
        return false;
    switch (k) {
    case FV_NUM: *out = dec_cmp(x->u.num, y->u.num); return true;
    case FV_STR: *out = str_cmp(x->u.s, y->u.s); return true;
    case FV_MONTHS: *out = sign(x->u.months, y->u.months); return true;
    case FV_MILLIS: *out = sign(x->u.millis, y->u.millis); return true;
    case FV_DATE:
    case FV_TIME:
    case FV_DATETIME:
        if (!ft_comparable(&x->u.at, &y->u.at))
            return false;
        *out = sign(ft_axis(&x->u.at), ft_axis(&y->u.at));
        return true;
    default: return false;
    }
}

static int one_sided(const struct feel_value *x, const struct fv_range *r)
{
    if (r->op == RANGE_EQ)
        return fv_equal(x, r->lo);
    if (r->op == RANGE_NE) {
        int e = fv_equal(x, r->lo);
        return e < 0 ? e : !e;
    }
    int o;
    if (!fv_order(x, r->lo, &o))
        return -1;
    switch (r->op) {
    case RANGE_LT: return o < 0;
    case RANGE_LE: return o <= 0;
    case RANGE_GT: return o > 0;
    default: return o >= 0;
    }
}

int fv_in_range(const struct feel_value *x, const struct fv_range *r)
{
    if (r->op != RANGE_BOTH)
        return one_sided(x, r);
    int lo, hi;
    if (!fv_order(x, r->lo, &lo) || !fv_order(x, r->hi, &hi))
        return -1;
    return (r->lo_closed ? lo >= 0 : lo > 0) && (r->hi_closed ? hi <= 0 : hi < 0);
}

/* --- JSON ------------------------------------------------------------------------------------- */

static const struct feel_value *of_text_kind(struct arena *a, const char *kind, struct str s,
                                             bool *known)
{
    struct fv_moment m;
    struct feel_dec d;
    *known = true;
    if (strcmp(kind, "number") == 0)
        return dec_parse(s, &d) ? fv_num(a, d) : NULL;
    if (strcmp(kind, "date") == 0)
        return ft_parse_date(s, &m) ? fv_moment(a, FV_DATE, &m) : NULL;
    if (strcmp(kind, "time") == 0)
        return ft_parse_time(s, &m) ? fv_moment(a, FV_TIME, &m) : NULL;
    if (strcmp(kind, "dateTime") == 0)
        return ft_parse_datetime(s, &m) ? fv_moment(a, FV_DATETIME, &m) : NULL;
    if (strcmp(kind, "duration") == 0)
        return ft_parse_duration(a, s);
    *known = false;
    return NULL;
}

static const struct feel_value *of_members(struct arena *a, const struct jv *j)
{
    size_t n = jv_size(j), i = 0;
    struct str *key = arena_array_of(a, struct str, n);
    const struct feel_value **v = arena_array_of(a, const struct feel_value *, n);
    const struct jv *member;
    for (const void *it = NULL; (it = jv_next(j, it, &key[i < n ? i : 0], &member)); i++)
        v[i] = feel_of_json(a, member);
    return feel_context(a, key, v, n);
}

static const struct feel_value *of_object(struct arena *a, const struct jv *j)
{
    static const char *const tags[] = { "number", "date", "time", "dateTime", "duration" };
    if (jv_size(j) == 1) {
        for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
            const struct jv *text = jv_get(j, tags[i]);
            bool known;
            if (jv_kind(text) == JV_STRING)
                return of_text_kind(a, tags[i], str_copy(a, jv_str(text)), &known);
        }
        if (jv_kind(jv_get(j, "context")) == JV_OBJECT)
            return of_members(a, jv_get(j, "context"));
    }
    return of_members(a, j);
}

/* The shortest decimal text that reads back as the same double. */
static const struct feel_value *of_real(struct arena *a, double v)
{
    char text[40];
    struct feel_dec d;
    for (int digits = 1; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, v); /* at most 24 characters */
        if (strtod(text, NULL) == v)
            break;
    }
    return dec_parse(str_of(text), &d) ? fv_num(a, d) : NULL;
}

const struct feel_value *feel_of_json(struct arena *a, const struct jv *j)
{
    switch (jv_kind(j)) {
    case JV_BOOL: return feel_of_bool(jv_bool(j));
    case JV_INT: return feel_of_i64(a, jv_i64(j));
    case JV_REAL: return of_real(a, jv_real(j));
    case JV_STRING: return feel_of_str(a, str_copy(a, jv_str(j)));
    case JV_OBJECT: return of_object(a, j);
    case JV_ARRAY: {
        size_t n = jv_size(j);
        const struct feel_value **v = arena_array_of(a, const struct feel_value *, n);
        for (size_t i = 0; i < n; i++)
            v[i] = feel_of_json(a, jv_at(j, i));
        return fv_list(a, v, n);
    }
    case JV_NULL: break;
    }
    return NULL;
}

static void write_tagged(struct jw *w, const char *tag, struct str text)
{
    jw_obj(w);
    jw_kstr(w, tag, text);
    jw_obj_end(w);
}

static void write_context(struct jw *w, const struct fv_context *c, bool tagged)
{
    if (tagged) {
        jw_obj(w);
        jw_key(w, "context");
    }
    jw_obj(w);
    for (size_t i = 0; i < c->n; i++) {
        jw_key_str(w, c->key[i]);
        feel_write(w, c->v[i], tagged);
    }
    jw_obj_end(w);
    if (tagged)
        jw_obj_end(w);
}

static void write_range(struct jw *w, const struct fv_range *r, bool tagged)
{
    static const char *const op[] = { "..", "<", "<=", ">", ">=", "=", "!=" };
    jw_obj(w);
    jw_kobj(w, "range");
    jw_ktext(w, "op", op[r->op]);
    jw_key(w, "from");
    feel_write(w, r->lo, tagged);
    if (r->op == RANGE_BOTH) {
        jw_key(w, "to");
        feel_write(w, r->hi, tagged);
        jw_kbool(w, "from_included", r->lo_closed);
        jw_kbool(w, "to_included", r->hi_closed);
    }
    jw_obj_end(w);
    jw_obj_end(w);
}

void feel_write(struct jw *w, const struct feel_value *v, bool tagged)
{
    struct arena *a = w->out->a;
    CHECK(a); /* buffers of this room live in arenas */
    switch (fv_kind(v)) {
    case FV_NULL: jw_null(w); break;
    case FV_BOOL: jw_bool(w, v->u.b); break;
    case FV_STR: jw_str(w, v->u.s); break;
    case FV_NUM:
        if (tagged)
            write_tagged(w, "number", dec_text(a, v->u.num));
        else
            jw_raw(w, dec_text(a, v->u.num));
        break;
    case FV_LIST:
        jw_arr(w);
        for (size_t i = 0; i < v->u.list.n; i++)
            feel_write(w, v->u.list.v[i], tagged);
        jw_arr_end(w);
        break;
    case FV_CONTEXT: write_context(w, &v->u.context, tagged); break;
    case FV_RANGE: write_range(w, &v->u.range, tagged); break;
    default: {
        static const char *const tag[] = { [FV_DATE] = "date",
                                           [FV_TIME] = "time",
                                           [FV_DATETIME] = "dateTime",
                                           [FV_MONTHS] = "duration",
                                           [FV_MILLIS] = "duration" };
        if (tagged)
            write_tagged(w, tag[v->kind], ft_text(a, v));
        else
            jw_str(w, ft_text(a, v));
    }
    }
}

/* What a double holds exactly stands as a number, where only whole ones may only those; any other as its
 * decimal text without needless zeros. */
static void write_exact_number(struct jw *w, struct str text, bool only_whole)
{
    size_t digits = 0;
    bool is_plain = true;
    if (str_find(text, STR("."), 0) >= 0 && str_find(text, STR("E"), 0) < 0) {
        while (text.p[text.n - 1] == '0')
            text.n--;
        text.n -= text.p[text.n - 1] == '.';
    }
    for (size_t i = 0; i < text.n; i++) {
        bool is_digit = text.p[i] >= '0' && text.p[i] <= '9';
        digits += is_digit;
        is_plain = is_plain && (is_digit || (i == 0 && text.p[i] == '-') ||
                                (text.p[i] == '.' && !only_whole));
    }
    if (is_plain && digits <= 15)
        jw_raw(w, text);
    else
        write_tagged(w, "number", text);
}

void feel_write_exact(struct jw *w, const struct feel_value *v, bool only_whole)
{
    if (fv_kind(v) == FV_NUM) {
        write_exact_number(w, dec_text(w->out->a, v->u.num), only_whole);
    } else if (fv_kind(v) == FV_LIST) {
        jw_arr(w);
        for (size_t i = 0; i < v->u.list.n; i++)
            feel_write_exact(w, v->u.list.v[i], only_whole);
        jw_arr_end(w);
    } else if (fv_kind(v) == FV_CONTEXT) {
        jw_obj(w);
        for (size_t i = 0; i < v->u.context.n; i++) {
            jw_key_str(w, v->u.context.key[i]);
            feel_write_exact(w, v->u.context.v[i], only_whole);
        }
        jw_obj_end(w);
    } else {
        feel_write(w, v, false);
    }
}

bool feel_as_i64(const struct feel_value *v, int64_t *out)
{
    return fv_kind(v) == FV_NUM && dec_as_i64(v->u.num, out);
}

struct str feel_as_str(const struct feel_value *v)
{
    return fv_kind(v) == FV_STR ? v->u.s : STR_NONE;
}

/* --- for hosts -------------------------------------------------------------------------------- */

const struct feel_value *feel_list(struct arena *a, const struct feel_value *const *v, size_t n)
{
    return fv_list(a, v, n);
}

const struct feel_value *feel_of_text(struct arena *a, const char *kind, struct str text)
{
    bool known;
    return text.p ? of_text_kind(a, kind, str_copy(a, text), &known) : NULL;
}

const char *feel_kind(const struct feel_value *v)
{
    static const char *const kinds[] = {
        [FV_NULL] = "null",         [FV_BOOL] = "boolean",    [FV_NUM] = "number",
        [FV_STR] = "string",        [FV_DATE] = "date",       [FV_TIME] = "time",
        [FV_DATETIME] = "dateTime", [FV_MONTHS] = "duration", [FV_MILLIS] = "duration",
        [FV_LIST] = "list",         [FV_CONTEXT] = "context", [FV_RANGE] = "range"
    };
    return kinds[fv_kind(v)];
}

struct str feel_text(struct arena *a, const struct feel_value *v)
{
    switch (fv_kind(v)) {
    case FV_STR: return v->u.s;
    case FV_NUM: return dec_text(a, v->u.num);
    case FV_DATE:
    case FV_TIME:
    case FV_DATETIME:
    case FV_MONTHS:
    case FV_MILLIS: return ft_text(a, v);
    default: return STR_NONE;
    }
}

struct str feel_decimal(struct arena *a, const struct feel_value *v, int scale)
{
    struct feel_dec d;
    if (fv_kind(v) != FV_NUM)
        return STR_NONE;
    if (scale < 0)
        return dec_text(a, v->u.num);
    if (!dec_round(v->u.num, scale, DEC_HALF_UP, &d))
        return STR_NONE;
    struct str text = dec_text(a, d);
    if (memchr(text.p, 'E', text.n))
        return STR_NONE;
    ptrdiff_t point = str_find(text, STR("."), 0);
    int has = point < 0 ? 0 : (int)(text.n - (size_t)point - 1);
    struct buf b = buf_in(a);
    buf_str(&b, text);
    if (point < 0 && scale > 0)
        buf_char(&b, '.');
    for (int i = has; i < scale; i++)
        buf_char(&b, '0');
    return buf_done(&b);
}

bool feel_as_moment(const struct feel_value *v, int64_t *days, int64_t *ms_of_day)
{
    if (fv_kind(v) != FV_DATE && fv_kind(v) != FV_DATETIME)
        return false;
    *days = v->u.at.days;
    *ms_of_day = v->u.at.ms;
    if (v->kind == FV_DATETIME && v->u.at.has_offset) { /* to +08:00, the only clock here */
        int64_t at = v->u.at.ms + (INT64_C(28800) - v->u.at.offset_s) * 1000;
        *days += at >= 0 ? at / FEEL_DAY_MS : -1;
        *ms_of_day = (at + FEEL_DAY_MS) % FEEL_DAY_MS;
    }
    return true;
}

size_t feel_size(const struct feel_value *v)
{
    return fv_kind(v) == FV_LIST ? v->u.list.n : 0;
}

const struct feel_value *feel_member(const struct feel_value *v, struct str key)
{
    const struct feel_value *out = NULL;
    return fv_kind(v) == FV_CONTEXT && fv_get(v, key, &out) ? out : NULL;
}

bool feel_compare(const struct feel_value *x, const struct feel_value *y, int *out)
{
    return fv_order(x, y, out);
}
