/* The built-in functions: one const table, one short function each. Wrong kinds give null. */
#include "feel/feel_in.h"

typedef const struct feel_value *val;

static bool is_str(val v)
{
    return fv_kind(v) == FV_STR;
}

/* --- logic ------------------------------------------------------------------------------------ */

static val run_not(struct fe *x, val const *v, size_t n)
{
    (void)x, (void)n;
    return fv_kind(v[0]) == FV_BOOL ? feel_of_bool(!v[0]->u.b) : NULL;
}

/* all: stop at false; any: stop at true. */
static val all_or_any(val const *v, size_t n, bool stop)
{
    struct fv_list own;
    if (n == 0 || (n == 1 && !v[0]))
        return NULL;
    const struct fv_list *l = func_list(v, n, &own);
    bool unknown = false;
    for (size_t i = 0; i < l->n; i++) {
        if (fv_kind(l->v[i]) == FV_BOOL && l->v[i]->u.b == stop)
            return feel_of_bool(stop);
        unknown |= fv_kind(l->v[i]) != FV_BOOL;
    }
    return unknown ? NULL : feel_of_bool(!stop);
}

static val run_all(struct fe *x, val const *v, size_t n)
{
    (void)x;
    return all_or_any(v, n, false);
}

static val run_any(struct fe *x, val const *v, size_t n)
{
    (void)x;
    return all_or_any(v, n, true);
}

/* --- text ------------------------------------------------------------------------------------- */

static val run_contains(struct fe *x, val const *v, size_t n)
{
    (void)x, (void)n;
    return is_str(v[0]) && is_str(v[1]) ? feel_of_bool(str_find(v[0]->u.s, v[1]->u.s, 0) >= 0)
                                        : NULL;
}

static val run_starts(struct fe *x, val const *v, size_t n)
{
    (void)x, (void)n;
    return is_str(v[0]) && is_str(v[1]) ? feel_of_bool(str_starts(v[0]->u.s, v[1]->u.s)) : NULL;
}

static val run_ends(struct fe *x, val const *v, size_t n)
{
    (void)x, (void)n;
    return is_str(v[0]) && is_str(v[1]) ? feel_of_bool(str_ends(v[0]->u.s, v[1]->u.s)) : NULL;
}

static val run_string_length(struct fe *x, val const *v, size_t n)
{
    (void)n;
    return is_str(v[0]) ? feel_of_i64(x->a, (int64_t)utf8_length(v[0]->u.s)) : NULL;
}

static val run_substring(struct fe *x, val const *v, size_t n)
{
    if (!is_str(v[0]) || fv_kind(v[1]) != FV_NUM || (n == 3 && v[2] && v[2]->kind != FV_NUM))
        return NULL;
    struct str s = v[0]->u.s;
    int64_t length = (int64_t)utf8_length(s), from = dec_trunc(v[1]->u.num);
    int64_t count = n == 3 && v[2] ? dec_trunc(v[2]->u.num) : length;
    if (from == 0 || from > length || -from > length || count < 1)
        return NULL;
    from = from < 0 ? length + from : from - 1;
    size_t begin = 0, end;
    for (int64_t i = 0; i < from; i++)
        (void)utf8_next(s, &begin);
    end = begin;
    for (int64_t i = 0; i < count && end < s.n; i++)
        (void)utf8_next(s, &end);
    return feel_of_str(x->a, str_sub(s, begin, end - begin));
}

static val run_substring_before(struct fe *x, val const *v, size_t n)
{
    (void)n;
    if (!is_str(v[0]) || !is_str(v[1]))
        return NULL;
    ptrdiff_t at = str_find(v[0]->u.s, v[1]->u.s, 0);
    return feel_of_str(x->a, at < 0 ? STR("") : str_sub(v[0]->u.s, 0, (size_t)at));
}

static val run_substring_after(struct fe *x, val const *v, size_t n)
{
    (void)n;
    if (!is_str(v[0]) || !is_str(v[1]))
        return NULL;
    struct str s = v[0]->u.s, m = v[1]->u.s;
    ptrdiff_t at = str_find(s, m, 0);
    return feel_of_str(x->a, at < 0 ? STR("") : str_sub(s, (size_t)at + m.n, s.n));
}

static val change_case(struct fe *x, val v, char from, char to)
{
    if (!is_str(v))
        return NULL;
    char *p = arena_strndup(x->a, v->u.s.p, v->u.s.n);
    for (size_t i = 0; i < v->u.s.n; i++)
        if (p[i] >= from && p[i] <= from + 25)
            p[i] = (char)(p[i] - from + to);
    return feel_of_str(x->a, (struct str){ p, v->u.s.n });
}

static val run_upper(struct fe *x, val const *v, size_t n)
{
    (void)n;
    return change_case(x, v[0], 'a', 'A');
}

static val run_lower(struct fe *x, val const *v, size_t n)
{
    (void)n;
    return change_case(x, v[0], 'A', 'a');
}

static val run_string(struct fe *x, val const *v, size_t n)
{
    (void)n;
    switch (fv_kind(v[0])) {
    case FV_NULL: return NULL;
    case FV_STR: return v[0];
    case FV_BOOL: return feel_of_str(x->a, v[0]->u.b ? STR("true") : STR("false"));
    case FV_NUM: return feel_of_str(x->a, dec_text(x->a, v[0]->u.num));
    case FV_LIST:
    case FV_CONTEXT:
    case FV_RANGE: {
        struct buf b = buf_in(x->a);
        struct jw w = jw_to(&b);
        feel_write(&w, v[0], false);
        return feel_of_str(x->a, buf_done(&b));
    }
    default: return feel_of_str(x->a, ft_text(x->a, v[0]));
    }
}

/* --- numbers ---------------------------------------------------------------------------------- */

static val run_number(struct fe *x, val const *v, size_t n)
{
    (void)n;
    struct feel_dec d;
    return is_str(v[0]) && dec_parse(v[0]->u.s, &d) ? fv_num(x->a, d) : NULL;
}

static val rounded(struct fe *x, val const *v, size_t n, enum dec_round how)
{
    struct feel_dec d;
    int64_t scale = 0;
    if (fv_kind(v[0]) != FV_NUM || (n == 2 && !feel_as_i64(v[1], &scale)))
        return NULL;
    return dec_round(v[0]->u.num, scale, how, &d) ? fv_num(x->a, d) : NULL;
}

static val run_decimal(struct fe *x, val const *v, size_t n)
{
    return rounded(x, v, n, DEC_HALF_EVEN);
}

static val run_floor(struct fe *x, val const *v, size_t n)
{
    return rounded(x, v, n, DEC_FLOOR);
}

static val run_ceiling(struct fe *x, val const *v, size_t n)
{
    return rounded(x, v, n, DEC_CEILING);
}

static val run_round_up(struct fe *x, val const *v, size_t n)
{
    return rounded(x, v, n, DEC_UP);
}

static val run_round_down(struct fe *x, val const *v, size_t n)
{
    return rounded(x, v, n, DEC_DOWN);
}

static val run_round_half_up(struct fe *x, val const *v, size_t n)
{
    return rounded(x, v, n, DEC_HALF_UP);
}

static val run_round_half_down(struct fe *x, val const *v, size_t n)
{
    return rounded(x, v, n, DEC_HALF_DOWN);
}

static val run_abs(struct fe *x, val const *v, size_t n)
{
    (void)n;
    switch (fv_kind(v[0])) {
    case FV_NUM:
        return dec_cmp(v[0]->u.num, dec_i64(0)) < 0 ? fv_num(x->a, dec_neg(v[0]->u.num)) : v[0];
    case FV_MONTHS: return v[0]->u.months < 0 ? fv_months(x->a, -v[0]->u.months) : v[0];
    case FV_MILLIS: return v[0]->u.millis < 0 ? fv_millis(x->a, -v[0]->u.millis) : v[0];
    default: return NULL;
    }
}

static val run_modulo(struct fe *x, val const *v, size_t n)
{
    (void)n;
    return fv_kind(v[0]) == FV_NUM && fv_kind(v[1]) == FV_NUM ? fe_arith(x->a, '%', v[0], v[1])
                                                              : NULL;
}

static val run_sqrt(struct fe *x, val const *v, size_t n)
{
    (void)n;
    struct feel_dec d;
    return fv_kind(v[0]) == FV_NUM && dec_sqrt(v[0]->u.num, &d) ? fv_num(x->a, d) : NULL;
}

/* --- time ------------------------------------------------------------------------------------- */

static val run_date(struct fe *x, val const *v, size_t n)
{
    struct fv_moment m = { 0 };
    int64_t y, mo, d;
    if (n == 3) {
        if (!feel_as_i64(v[0], &y) || !feel_as_i64(v[1], &mo) || !feel_as_i64(v[2], &d) ||
            y < -999999999 || y > 999999999 || mo < 1 || mo > 12 || d < 1 || d > 31)
            return NULL;
        m.days = ft_days(y, (int)mo, (int)d);
        int64_t y2;
        int mo2, d2;
        ft_civil(m.days, &y2, &mo2, &d2);
        return mo2 == mo ? fv_moment(x->a, FV_DATE, &m) : NULL;
    }
    if (fv_kind(v[0]) == FV_DATE)
        return v[0];
    if (fv_kind(v[0]) == FV_DATETIME)
        m.days = v[0]->u.at.days;
    else if (!is_str(v[0]) || !ft_parse_date(v[0]->u.s, &m))
        return NULL;
    return fv_moment(x->a, FV_DATE, &m);
}

static val run_time(struct fe *x, val const *v, size_t n)
{
    struct fv_moment m = { 0 };
    int64_t h, mi, s;
    if (n >= 3) {
        if (!feel_as_i64(v[0], &h) || !feel_as_i64(v[1], &mi) || !feel_as_i64(v[2], &s) || h < 0 ||
            h > 23 || mi < 0 || mi > 59 || s < 0 || s > 59)
            return NULL;
        m.ms = ((h * 60 + mi) * 60 + s) * 1000;
        if (n == 4 && fv_kind(v[3]) == FV_MILLIS) {
            m.has_offset = true;
            m.offset_s = (int)(v[3]->u.millis / 1000);
        }
        return fv_moment(x->a, FV_TIME, &m);
    }
    if (n != 1)
        return NULL;
    if (fv_kind(v[0]) == FV_TIME)
        return v[0];
    if (fv_kind(v[0]) == FV_DATETIME) {
        m = v[0]->u.at;
        m.days = 0;
    } else if (fv_kind(v[0]) == FV_DATE) {
        m.has_offset = true;
    } else if (!is_str(v[0]) || !ft_parse_time(v[0]->u.s, &m)) {
        return NULL;
    }
    return fv_moment(x->a, FV_TIME, &m);
}

static val run_date_and_time(struct fe *x, val const *v, size_t n)
{
    struct fv_moment m = { 0 };
    if (n == 1) {
        if (fv_kind(v[0]) == FV_DATETIME)
            return v[0];
        return is_str(v[0]) && ft_parse_datetime(v[0]->u.s, &m) ? fv_moment(x->a, FV_DATETIME, &m)
                                                                : NULL;
    }
    if ((fv_kind(v[0]) != FV_DATE && fv_kind(v[0]) != FV_DATETIME) || fv_kind(v[1]) != FV_TIME)
        return NULL;
    m = v[1]->u.at;
    m.days = v[0]->u.at.days;
    return fv_moment(x->a, FV_DATETIME, &m);
}

static val run_duration(struct fe *x, val const *v, size_t n)
{
    (void)n;
    if (fv_kind(v[0]) == FV_MONTHS || fv_kind(v[0]) == FV_MILLIS)
        return v[0];
    return is_str(v[0]) ? ft_parse_duration(x->a, v[0]->u.s) : NULL;
}

static val run_months_between(struct fe *x, val const *v, size_t n)
{
    (void)n;
    enum fv_kind k0 = fv_kind(v[0]), k1 = fv_kind(v[1]);
    if ((k0 != FV_DATE && k0 != FV_DATETIME) || (k1 != FV_DATE && k1 != FV_DATETIME))
        return NULL;
    int64_t y0, y1;
    int m0, m1, d0, d1;
    ft_civil(v[0]->u.at.days, &y0, &m0, &d0);
    ft_civil(v[1]->u.at.days, &y1, &m1, &d1);
    int64_t months = (y1 - y0) * 12 + (m1 - m0);
    if (months > 0 && d1 < d0)
        months--;
    if (months < 0 && d1 > d0)
        months++;
    return fv_months(x->a, months);
}

/* Days and hours of people are those of Asia/Shanghai (DESIGN §4). */
static struct fv_moment moment_now(const struct fe *x)
{
    int64_t local = (x->env ? x->env->now : 0) + 8 * INT64_C(3600000);
    int64_t days = local / FEEL_DAY_MS - (local % FEEL_DAY_MS < 0);
    return (struct fv_moment){
        .days = days, .ms = local - days * FEEL_DAY_MS, .offset_s = 8 * 3600, .has_offset = true
    };
}

static val run_now(struct fe *x, val const *v, size_t n)
{
    (void)v, (void)n;
    struct fv_moment m = moment_now(x);
    return fv_moment(x->a, FV_DATETIME, &m);
}

static val run_today(struct fe *x, val const *v, size_t n)
{
    (void)v, (void)n;
    struct fv_moment m = { .days = moment_now(x).days };
    return fv_moment(x->a, FV_DATE, &m);
}

/* --- the host --------------------------------------------------------------------------------- */

static val run_workdays(struct fe *x, val const *v, size_t n)
{
    (void)n;
    int64_t out;
    if (!x->env || !x->env->workdays || fv_kind(v[0]) != FV_DATE || fv_kind(v[1]) != FV_DATE ||
        !x->env->workdays(x->env->arg, v[0]->u.at.days, v[1]->u.at.days, &out))
        return NULL;
    return feel_of_i64(x->a, out);
}

static val run_in_role(struct fe *x, val const *v, size_t n)
{
    (void)n;
    if (!x->env || !x->env->in_role || !is_str(v[0]))
        return NULL;
    return feel_of_bool(x->env->in_role(x->env->arg, v[0]->u.s));
}

static val run_is_defined(struct fe *x, val const *v, size_t n)
{
    (void)x, (void)n;
    return feel_of_bool(v[0] != NULL);
}

static const struct fn_func table[] = {
    { "not", 1, 1, "negand", run_not },
    { "all", 0, -1, "list", run_all },
    { "any", 0, -1, "list", run_any },
    { "contains", 2, 2, "string,match", run_contains },
    { "starts with", 2, 2, "string,match", run_starts },
    { "ends with", 2, 2, "string,match", run_ends },
    { "string length", 1, 1, "string", run_string_length },
    { "substring", 2, 3, "string,start position,length", run_substring },
    { "substring before", 2, 2, "string,match", run_substring_before },
    { "substring after", 2, 2, "string,match", run_substring_after },
    { "upper case", 1, 1, "string", run_upper },
    { "lower case", 1, 1, "string", run_lower },
    { "string", 1, 1, "from", run_string },
    { "number", 1, 1, "from", run_number },
    { "decimal", 2, 2, "n,scale", run_decimal },
    { "floor", 1, 2, "n,scale", run_floor },
    { "ceiling", 1, 2, "n,scale", run_ceiling },
    { "round up", 2, 2, "n,scale", run_round_up },
    { "round down", 2, 2, "n,scale", run_round_down },
    { "round half up", 2, 2, "n,scale", run_round_half_up },
    { "round half down", 2, 2, "n,scale", run_round_half_down },
    { "abs", 1, 1, "n", run_abs },
    { "modulo", 2, 2, "dividend,divisor", run_modulo },
    { "sqrt", 1, 1, "number", run_sqrt },
    { "count", 1, -1, "list", func_count },
    { "min", 1, -1, "list", func_min },
    { "max", 1, -1, "list", func_max },
    { "sum", 1, -1, "list", func_sum },
    { "mean", 1, -1, "list", func_mean },
    { "list contains", 2, 2, "list,element", func_list_contains },
    { "index of", 2, 2, "list,match", func_index_of },
    { "append", 1, -1, "list,item", func_append },
    { "concatenate", 1, -1, "list", func_concatenate },
    { "union", 1, -1, "list", func_union },
    { "distinct values", 1, 1, "list", func_distinct },
    { "flatten", 1, 1, "list", func_flatten },
    { "reverse", 1, 1, "list", func_reverse },
    { "insert before", 3, 3, "list,position,newItem", func_insert_before },
    { "remove", 2, 2, "list,position", func_remove },
    { "sublist", 2, 3, "list,start position,length", func_sublist },
    { "date", 1, 3, "from", run_date },
    { "time", 1, 4, "from", run_time },
    { "date and time", 1, 2, "from", run_date_and_time },
    { "duration", 1, 1, "from", run_duration },
    { "years and months duration", 2, 2, "from,to", run_months_between },
    { "now", 0, 0, "", run_now },
    { "today", 0, 0, "", run_today },
    { "workdays", 2, 2, "from,to", run_workdays },
    { "in role", 1, 1, "role", run_in_role },
    { "is defined", 1, 1, "value", run_is_defined },
};

const struct fn_func *fn_func_find(struct str name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (str_is(name, table[i].name))
            return &table[i];
    return NULL;
}

/* How much of s the name takes when each of its spaces may be any white space; 0: not at all. */
static size_t spaced_match(struct str s, const char *name)
{
    size_t i = 0;
    for (; *name; name++) {
        if (*name != ' ') {
            if (i >= s.n || s.p[i++] != *name)
                return 0;
            continue;
        }
        size_t from = i;
        while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == '\t'))
            i++;
        if (i == from)
            return 0;
    }
    return i;
}

const struct fn_func *fn_func_spaced(struct str s, size_t *length)
{
    const struct fn_func *best = NULL;
    *length = 0;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t n = strchr(table[i].name, ' ') ? spaced_match(s, table[i].name) : 0;
        if (n > *length) {
            *length = n;
            best = &table[i];
        }
    }
    return best;
}

int fn_func_param(const struct fn_func *f, struct str name)
{
    struct str rest = str_of(f->params), p;
    for (int i = 0; str_cut(&rest, ',', &p); i++)
        if (str_eq(p, name))
            return i;
    return -1;
}
