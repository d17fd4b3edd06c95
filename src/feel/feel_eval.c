/* Evaluation by walking the tree. Nothing fails: what has no value is null. Three-valued logic;
 * every step costs one of the budget, and an exhausted budget makes the rest null. */
#include "base/check.h"
#include "feel/feel_in.h"

#define STEPS 100000

static const struct feel_value *three(int t)
{
    return t < 0 ? NULL : feel_of_bool(t != 0);
}

static int truth(const struct feel_value *v)
{
    return fv_kind(v) == FV_BOOL ? v->u.b : -1;
}

/* --- names and paths -------------------------------------------------------------------------- */

static const struct feel_value *look_up(struct fe *x, struct str name)
{
    const struct feel_value *v = NULL;
    for (const struct fe_scope *s = x->scope; s; s = s->outer) {
        if (!s->is_context && str_eq(s->name, name))
            return s->value;
        if (s->is_context && fv_kind(s->value) == FV_CONTEXT && fv_get(s->value, name, &v))
            return v;
    }
    if (x->env && x->env->get && x->env->get(x->env->arg, x->a, name, &v))
        return v;
    return NULL;
}

static const struct feel_value *moment_part(struct fe *x, const struct feel_value *v, struct str n)
{
    int64_t y;
    int m, d;
    const struct fv_moment *at = &v->u.at;
    if (v->kind != FV_TIME) {
        ft_civil(at->days, &y, &m, &d);
        if (str_is(n, "year"))
            return feel_of_i64(x->a, y);
        if (str_is(n, "month"))
            return feel_of_i64(x->a, m);
        if (str_is(n, "day"))
            return feel_of_i64(x->a, d);
        if (str_is(n, "weekday"))
            return feel_of_i64(x->a, ((at->days + 3) % 7 + 7) % 7 + 1);
    }
    if (v->kind == FV_DATE)
        return NULL;
    if (str_is(n, "hour"))
        return feel_of_i64(x->a, at->ms / 3600000);
    if (str_is(n, "minute"))
        return feel_of_i64(x->a, at->ms / 60000 % 60);
    if (str_is(n, "second"))
        return feel_of_i64(x->a, at->ms / 1000 % 60);
    if (str_is(n, "timezone") && at->zone.p)
        return feel_of_str(x->a, at->zone);
    return NULL;
}

static const struct feel_value *duration_part(struct fe *x, const struct feel_value *v,
                                              struct str n)
{
    if (v->kind == FV_MONTHS) {
        if (str_is(n, "years"))
            return feel_of_i64(x->a, v->u.months / 12);
        return str_is(n, "months") ? feel_of_i64(x->a, v->u.months % 12) : NULL;
    }
    int64_t ms = v->u.millis;
    if (str_is(n, "days"))
        return feel_of_i64(x->a, ms / FEEL_DAY_MS);
    if (str_is(n, "hours"))
        return feel_of_i64(x->a, ms / 3600000 % 24);
    if (str_is(n, "minutes"))
        return feel_of_i64(x->a, ms / 60000 % 60);
    return str_is(n, "seconds") ? feel_of_i64(x->a, ms / 1000 % 60) : NULL;
}

static const struct feel_value *path(struct fe *x, const struct feel_value *v, struct str name)
{
    const struct feel_value *out = NULL;
    switch (fv_kind(v)) {
    case FV_CONTEXT: return fv_get(v, name, &out) ? out : NULL;
    case FV_LIST: {
        size_t n = v->u.list.n;
        const struct feel_value **each = arena_array_of(x->a, const struct feel_value *, n);
        for (size_t i = 0; i < n; i++)
            each[i] = path(x, v->u.list.v[i], name);
        return fv_list(x->a, each, n);
    }
    case FV_DATE:
    case FV_TIME:
    case FV_DATETIME: return moment_part(x, v, name);
    case FV_MONTHS:
    case FV_MILLIS: return duration_part(x, v, name);
    default: return NULL;
    }
}

/* --- filters ---------------------------------------------------------------------------------- */

static const struct feel_value *at_index(const struct fv_list *l, const struct feel_value *index)
{
    int64_t i;
    if (!dec_as_i64(index->u.num, &i))
        return NULL;
    if (i < 0)
        i += (int64_t)l->n + 1;
    return i >= 1 && i <= (int64_t)l->n ? l->v[i - 1] : NULL;
}

static bool passes(struct fe *x, const struct feel_value *item, const struct fn *by)
{
    const struct fe_scope *outer = x->scope;
    struct fe_scope members = { outer, STR_NONE, item, true };
    struct fe_scope self = { &members, STR("item"), item, false };
    x->scope = &self;
    bool yes = truth(fe_value(x, by)) == 1;
    x->scope = outer;
    return yes;
}

static const struct feel_value *filter(struct fe *x, const struct fn *n)
{
    const struct feel_value *v = fe_value(x, n->kid[0]);
    struct fv_list one = { &v, 1 };
    const struct fv_list *l = fv_kind(v) == FV_LIST ? &v->u.list : &one;
    if (fv_kind(v) == FV_NULL)
        one.n = 0;
    const struct feel_value *index = fe_value(x, n->kid[1]);
    if (fv_kind(index) == FV_NUM)
        return at_index(l, index);
    const struct feel_value **kept = arena_array_of(x->a, const struct feel_value *, l->n);
    size_t kept_n = 0;
    for (size_t i = 0; i < l->n; i++)
        if (passes(x, l->v[i], n->kid[1]))
            kept[kept_n++] = l->v[i];
    return fv_list(x->a, kept, kept_n);
}

/* --- arithmetic ------------------------------------------------------------------------------- */

static bool is_moment(const struct feel_value *v)
{
    return v->kind == FV_DATE || v->kind == FV_TIME || v->kind == FV_DATETIME;
}

static const struct feel_value *moment_plus(struct arena *a, const struct feel_value *m,
                                            const struct feel_value *d, int64_t by)
{
    struct fv_moment out;
    if (d->kind == FV_MONTHS) {
        if (m->kind == FV_TIME || !ft_add_months(&m->u.at, by * d->u.months, &out))
            return NULL;
        return fv_moment(a, m->kind, &out);
    }
    ft_add_millis(&m->u.at, by * d->u.millis, &out);
    if (m->kind == FV_TIME)
        out.days = 0;
    if (m->kind == FV_DATE)
        out.ms = 0;
    return fv_moment(a, m->kind, &out);
}

static const struct feel_value *moment_minus(struct arena *a, const struct feel_value *l,
                                             const struct feel_value *r)
{
    if ((l->kind == FV_TIME) != (r->kind == FV_TIME))
        return NULL;
    struct fv_moment x = l->u.at, y = r->u.at;
    /* A date stands for its midnight in UTC. */
    x.has_offset |= l->kind == FV_DATE && r->kind == FV_DATETIME;
    y.has_offset |= r->kind == FV_DATE && l->kind == FV_DATETIME;
    return ft_comparable(&x, &y) ? fv_millis(a, ft_axis(&x) - ft_axis(&y)) : NULL;
}

/* A duration times or divided by a number; the result is cut to whole months or milliseconds. */
static const struct feel_value *scaled(struct arena *a, char sign, const struct feel_value *d,
                                       struct feel_dec by)
{
    struct feel_dec v;
    bool months = d->kind == FV_MONTHS;
    if (!dec_op(sign, dec_i64(months ? d->u.months : d->u.millis), by, &v))
        return NULL;
    return months ? fv_months(a, dec_trunc(v)) : fv_millis(a, dec_trunc(v));
}

static const struct feel_value *durations(struct arena *a, char sign, const struct feel_value *l,
                                          const struct feel_value *r)
{
    if (l->kind != r->kind)
        return NULL;
    bool months = l->kind == FV_MONTHS;
    int64_t x = months ? l->u.months : l->u.millis, y = months ? r->u.months : r->u.millis, sum;
    struct feel_dec q;
    if (sign == '/')
        return dec_op('/', dec_i64(x), dec_i64(y), &q) ? fv_num(a, q) : NULL;
    if (sign != '+' && sign != '-')
        return NULL;
    if (sign == '+' ? __builtin_add_overflow(x, y, &sum) : __builtin_sub_overflow(x, y, &sum))
        return NULL;
    return months ? fv_months(a, sum) : fv_millis(a, sum);
}

static bool is_duration(const struct feel_value *v)
{
    return v->kind == FV_MONTHS || v->kind == FV_MILLIS;
}

static const struct feel_value *joined(struct arena *a, struct str l, struct str r)
{
    struct buf b = buf_in(a);
    buf_reserve(&b, l.n + r.n + 1);
    buf_str(&b, l);
    buf_str(&b, r);
    return feel_of_str(a, buf_done(&b));
}

const struct feel_value *fe_arith(struct arena *a, char sign, const struct feel_value *l,
                                  const struct feel_value *r)
{
    if (!l || !r)
        return NULL;
    struct feel_dec d;
    if (l->kind == FV_NUM && r->kind == FV_NUM)
        return dec_op(sign, l->u.num, r->u.num, &d) ? fv_num(a, d) : NULL;
    if (l->kind == FV_STR && r->kind == FV_STR)
        return sign == '+' ? joined(a, l->u.s, r->u.s) : NULL;
    if (is_moment(l) && is_duration(r) && (sign == '+' || sign == '-'))
        return moment_plus(a, l, r, sign == '+' ? 1 : -1);
    if (is_duration(l) && is_moment(r) && sign == '+')
        return moment_plus(a, r, l, 1);
    if (is_moment(l) && is_moment(r) && sign == '-')
        return moment_minus(a, l, r);
    if (is_duration(l) && is_duration(r))
        return durations(a, sign, l, r);
    if (is_duration(l) && r->kind == FV_NUM && (sign == '*' || sign == '/'))
        return scaled(a, sign, l, r->u.num);
    if (l->kind == FV_NUM && is_duration(r) && sign == '*')
        return scaled(a, sign, r, l->u.num);
    return NULL;
}

static const struct feel_value *negated(struct arena *a, const struct feel_value *v)
{
    switch (fv_kind(v)) {
    case FV_NUM: return fv_num(a, dec_neg(v->u.num));
    case FV_MONTHS: return fv_months(a, -v->u.months);
    case FV_MILLIS: return fv_millis(a, -v->u.millis);
    default: return NULL;
    }
}

/* --- logic ------------------------------------------------------------------------------------ */

static int compare(char sign, const struct feel_value *l, const struct feel_value *r)
{
    if (sign == '=' || sign == 'n') {
        int e = fv_equal(l, r);
        return e < 0 ? e : sign == '=' ? e : !e;
    }
    int o;
    if (!fv_order(l, r, &o))
        return -1;
    switch (sign) {
    case '<': return o < 0;
    case 'l': return o <= 0;
    case '>': return o > 0;
    default: return o >= 0;
    }
}

static int both(struct fe *x, const struct fn *n)
{
    int l = truth(fe_value(x, n->kid[0]));
    if (l == 0)
        return 0;
    int r = truth(fe_value(x, n->kid[1]));
    return r == 0 ? 0 : l < 0 || r < 0 ? -1 : 1;
}

static int either(struct fe *x, const struct fn *n)
{
    int l = truth(fe_value(x, n->kid[0]));
    if (l == 1)
        return 1;
    int r = truth(fe_value(x, n->kid[1]));
    return r == 1 ? 1 : l < 0 || r < 0 ? -1 : 0;
}

static int between(struct fe *x, const struct fn *n)
{
    const struct feel_value *v = fe_value(x, n->kid[0]);
    struct fv_range r = { RANGE_BOTH, true, true, fe_value(x, n->kid[1]), fe_value(x, n->kid[2]) };
    return fv_in_range(v, &r);
}

/* One test: inside a range, equal to a value, or either of it for one item of a list. */
static int meets(const struct feel_value *v, const struct feel_value *t)
{
    if (fv_kind(t) == FV_RANGE) {
        int in = fv_in_range(v, &t->u.range);
        return in < 0 && fv_kind(v) == FV_RANGE ? fv_equal(v, t) : in;
    }
    if (fv_kind(t) != FV_LIST)
        return fv_equal(v, t);
    if (fv_equal(v, t) == 1)
        return 1;
    for (size_t i = 0; i < t->u.list.n; i++) {
        const struct feel_value *item = t->u.list.v[i];
        bool ranged = fv_kind(item) == FV_RANGE && fv_kind(v) != FV_RANGE;
        if ((ranged ? fv_in_range(v, &item->u.range) : fv_equal(v, item)) == 1)
            return 1;
    }
    return 0;
}

static int in_tests(struct fe *x, const struct fn *n)
{
    const struct feel_value *v = fe_value(x, n->kid[0]);
    int out = 0;
    for (size_t i = 0; i < n->n; i++) {
        int t = meets(v, fe_value(x, n->many[i]));
        if (t == 1)
            return 1;
        if (t < 0)
            out = -1;
    }
    return out;
}

/* some: or over the items; every: and. From the i-th iterator inwards. */
static int quantified(struct fe *x, const struct fn *n, size_t i)
{
    if (i == n->n)
        return truth(fe_value(x, n->kid[0]));
    const struct feel_value *v = fe_value(x, n->many[i]);
    struct fv_list one = { &v, 1 };
    if (fv_kind(v) == FV_NULL)
        return -1;
    const struct fv_list *l = fv_kind(v) == FV_LIST ? &v->u.list : &one;
    int stop = n->op == FN_SOME, out = !stop;
    struct fe_scope s = { x->scope, n->names[i], NULL, false };
    x->scope = &s;
    for (size_t k = 0; k < l->n && !x->is_exhausted; k++) {
        s.value = l->v[k];
        int t = quantified(x, n, i + 1);
        if (t == stop) {
            out = stop;
            break;
        }
        if (t < 0)
            out = -1;
    }
    x->scope = s.outer;
    return out;
}

/* --- the walk --------------------------------------------------------------------------------- */

static const struct feel_value *context(struct fe *x, const struct fn *n)
{
    const struct feel_value **v = arena_array_of(x->a, const struct feel_value *, n->n);
    struct fe_scope *inner = arena_array_of(x->a, struct fe_scope, n->n);
    const struct fe_scope *outer = x->scope;
    for (size_t i = 0; i < n->n; i++) {
        v[i] = fe_value(x, n->many[i]);
        inner[i] = (struct fe_scope){ x->scope, n->names[i], v[i], false };
        x->scope = &inner[i];
    }
    x->scope = outer;
    return feel_context(x->a, n->names, v, n->n);
}

static const struct feel_value *range(struct fe *x, const struct fn *n)
{
    struct feel_value *v = arena_new_of(x->a, struct feel_value);
    v->kind = FV_RANGE;
    v->u.range = (struct fv_range){ .op = n->range,
                                    .lo_closed = n->lo_closed,
                                    .hi_closed = n->hi_closed,
                                    .lo = fe_value(x, n->kid[0]) };
    if (n->kid[1])
        v->u.range.hi = fe_value(x, n->kid[1]);
    return v;
}

static const struct feel_value *many(struct fe *x, const struct fn *n)
{
    const struct feel_value **v = arena_array_of(x->a, const struct feel_value *, n->n);
    for (size_t i = 0; i < n->n; i++)
        v[i] = fe_value(x, n->many[i]);
    return fv_list(x->a, v, n->n);
}

/* Arguments in the order of the parameters; a name that the function does not have makes null. */
static const struct feel_value *call(struct fe *x, const struct fn *n)
{
    size_t most = n->func->most < 0 || (size_t)n->func->most < n->n ? n->n : (size_t)n->func->most;
    const struct feel_value **v = arena_array_of(x->a, const struct feel_value *, most + 1);
    size_t count = 0;
    for (size_t i = 0; i < n->n; i++) {
        size_t at = i;
        if (n->names[i].p) {
            int k = fn_func_param(n->func, n->names[i]);
            if (k < 0 || (size_t)k > most)
                return NULL;
            at = (size_t)k;
        }
        v[at] = fe_value(x, n->many[i]);
        count = at + 1 > count ? at + 1 : count;
    }
    if ((int)count < n->func->least || (n->func->most >= 0 && (int)count > n->func->most))
        return NULL;
    return n->func->run(x, v, count);
}

const struct feel_value *fe_value(struct fe *x, const struct fn *n)
{
    if (--x->steps_left < 0) {
        x->is_exhausted = true;
        return NULL;
    }
    switch (n->op) {
    case FN_LIT: return n->lit;
    case FN_NAME: return look_up(x, n->name);
    case FN_PATH: return path(x, fe_value(x, n->kid[0]), n->name);
    case FN_FILTER: return filter(x, n);
    case FN_NEG: return negated(x->a, fe_value(x, n->kid[0]));
    case FN_BIN: {
        const struct feel_value *l = fe_value(x, n->kid[0]);
        return fe_arith(x->a, n->sign, l, fe_value(x, n->kid[1]));
    }
    case FN_CMP: {
        const struct feel_value *l = fe_value(x, n->kid[0]);
        return three(compare(n->sign, l, fe_value(x, n->kid[1])));
    }
    case FN_AND: return three(both(x, n));
    case FN_OR: return three(either(x, n));
    case FN_BETWEEN: return three(between(x, n));
    case FN_IN: return three(in_tests(x, n));
    case FN_IF: return fe_value(x, n->kid[truth(fe_value(x, n->kid[0])) == 1 ? 1 : 2]);
    case FN_LIST: return many(x, n);
    case FN_CONTEXT: return context(x, n);
    case FN_RANGE: return range(x, n);
    case FN_SOME:
    case FN_EVERY: return three(quantified(x, n, 0));
    case FN_CALL: return call(x, n);
    }
    return NULL;
}

const struct feel_value *feel_eval(struct arena *a, const struct feel *e,
                                   const struct feel_env *env, bool *exhausted)
{
    struct fe x = { .a = a, .env = env, .steps_left = STEPS };
    const struct feel_value *v = fe_value(&x, e->root);
    if (exhausted)
        *exhausted = x.is_exhausted;
    return x.is_exhausted ? NULL : v;
}

int feel_as_bool(const struct feel_value *v)
{
    return truth(v);
}

int feel_eval_tests(struct arena *a, const struct feel *e, const struct feel_value *input,
                    const struct feel_env *env)
{
    struct fe_scope in = { NULL, STR("?"), input, false };
    struct fe x = { .a = a, .env = env, .scope = &in, .steps_left = STEPS };
    int t = truth(fe_value(&x, e->root));
    return x.is_exhausted ? -1 : t;
}
