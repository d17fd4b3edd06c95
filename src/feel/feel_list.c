/* The built-in functions on lists. A single list as the only argument counts as the arguments. */
#include "feel/feel_in.h"

typedef const struct feel_value *val;

const struct fv_list *func_list(val const *v, size_t n, struct fv_list *own)
{
    if (n == 1 && fv_kind(v[0]) == FV_LIST)
        return &v[0]->u.list;
    *own = (struct fv_list){ v, n };
    return own;
}

val func_count(struct fe *x, val const *v, size_t n)
{
    struct fv_list own;
    if (n == 1 && !v[0])
        return NULL;
    return feel_of_i64(x->a, (int64_t)func_list(v, n, &own)->n);
}

/* The smallest (by < 0) or largest value. */
static val extreme(val const *v, size_t n, int by)
{
    struct fv_list own;
    const struct fv_list *l = func_list(v, n, &own);
    val best = l->n ? l->v[0] : NULL;
    for (size_t i = 0; i < l->n; i++) {
        int o;
        if (!fv_order(l->v[i], best, &o))
            return NULL;
        if (o * by > 0)
            best = l->v[i];
    }
    return best;
}

val func_min(struct fe *x, val const *v, size_t n)
{
    (void)x;
    return extreme(v, n, -1);
}

val func_max(struct fe *x, val const *v, size_t n)
{
    (void)x;
    return extreme(v, n, 1);
}

val func_sum(struct fe *x, val const *v, size_t n)
{
    struct fv_list own;
    const struct fv_list *l = func_list(v, n, &own);
    val sum = l->n ? l->v[0] : NULL;
    if (fv_kind(sum) != FV_NUM && fv_kind(sum) != FV_MONTHS && fv_kind(sum) != FV_MILLIS)
        return NULL;
    for (size_t i = 1; i < l->n; i++)
        sum = fe_arith(x->a, '+', sum, l->v[i]);
    return sum;
}

val func_mean(struct fe *x, val const *v, size_t n)
{
    struct fv_list own;
    const struct fv_list *l = func_list(v, n, &own);
    return fe_arith(x->a, '/', func_sum(x, v, n), feel_of_i64(x->a, (int64_t)l->n));
}

val func_list_contains(struct fe *x, val const *v, size_t n)
{
    (void)x, (void)n;
    if (fv_kind(v[0]) != FV_LIST)
        return NULL;
    for (size_t i = 0; i < v[0]->u.list.n; i++)
        if (fv_equal(v[0]->u.list.v[i], v[1]) == 1)
            return feel_of_bool(true);
    return feel_of_bool(false);
}

val func_index_of(struct fe *x, val const *v, size_t n)
{
    (void)n;
    if (fv_kind(v[0]) != FV_LIST)
        return NULL;
    const struct fv_list *l = &v[0]->u.list;
    val *out = arena_array_of(x->a, val, l->n);
    size_t out_n = 0;
    for (size_t i = 0; i < l->n; i++)
        if (fv_equal(l->v[i], v[1]) == 1)
            out[out_n++] = feel_of_i64(x->a, (int64_t)i + 1);
    return fv_list(x->a, out, out_n);
}

val func_append(struct fe *x, val const *v, size_t n)
{
    struct fv_list one = { v, 1 };
    const struct fv_list *l = fv_kind(v[0]) == FV_LIST ? &v[0]->u.list : &one;
    val *out = arena_array_of(x->a, val, l->n + n);
    size_t out_n = 0;
    for (size_t i = 0; i < l->n; i++)
        out[out_n++] = l->v[i];
    for (size_t i = 1; i < n; i++)
        out[out_n++] = v[i];
    return fv_list(x->a, out, out_n);
}

val func_concatenate(struct fe *x, val const *v, size_t n)
{
    size_t total = 0, k = 0;
    for (size_t i = 0; i < n; i++)
        total += fv_kind(v[i]) == FV_LIST ? v[i]->u.list.n : 1;
    val *out = arena_array_of(x->a, val, total);
    for (size_t i = 0; i < n; i++) {
        if (fv_kind(v[i]) != FV_LIST)
            out[k++] = v[i];
        else
            for (size_t j = 0; j < v[i]->u.list.n; j++)
                out[k++] = v[i]->u.list.v[j];
    }
    return fv_list(x->a, out, k);
}

val func_distinct(struct fe *x, val const *v, size_t n)
{
    struct fv_list own;
    const struct fv_list *l = func_list(v, n, &own);
    val *out = arena_array_of(x->a, val, l->n);
    size_t out_n = 0;
    for (size_t i = 0; i < l->n; i++) {
        size_t k = 0;
        while (k < out_n && fv_equal(out[k], l->v[i]) != 1)
            k++;
        if (k == out_n)
            out[out_n++] = l->v[i];
    }
    return fv_list(x->a, out, out_n);
}

val func_union(struct fe *x, val const *v, size_t n)
{
    val all = func_concatenate(x, v, n);
    return func_distinct(x, &all, 1);
}

val func_reverse(struct fe *x, val const *v, size_t n)
{
    struct fv_list own;
    const struct fv_list *l = func_list(v, n, &own);
    val *out = arena_array_of(x->a, val, l->n);
    for (size_t i = 0; i < l->n; i++)
        out[i] = l->v[l->n - 1 - i];
    return fv_list(x->a, out, l->n);
}

/* A position of FEEL (1 first, -1 last) as an offset; false when outside 0..most. */
static bool position(val v, size_t n, size_t most, size_t *out)
{
    int64_t i;
    if (!feel_as_i64(v, &i) || i == 0)
        return false;
    i = i < 0 ? (int64_t)n + i : i - 1;
    if (i < 0 || (size_t)i > most)
        return false;
    *out = (size_t)i;
    return true;
}

val func_insert_before(struct fe *x, val const *v, size_t n)
{
    (void)n;
    size_t at;
    if (fv_kind(v[0]) != FV_LIST || !position(v[1], v[0]->u.list.n, v[0]->u.list.n, &at))
        return NULL;
    const struct fv_list *l = &v[0]->u.list;
    val *out = arena_array_of(x->a, val, l->n + 1);
    for (size_t i = 0; i < l->n; i++)
        out[i + (i >= at)] = l->v[i];
    out[at] = v[2];
    return fv_list(x->a, out, l->n + 1);
}

val func_remove(struct fe *x, val const *v, size_t n)
{
    (void)n;
    size_t at;
    if (fv_kind(v[0]) != FV_LIST || v[0]->u.list.n == 0 ||
        !position(v[1], v[0]->u.list.n, v[0]->u.list.n - 1, &at))
        return NULL;
    const struct fv_list *l = &v[0]->u.list;
    val *out = arena_array_of(x->a, val, l->n);
    for (size_t i = 0; i + 1 < l->n; i++)
        out[i] = l->v[i + (i >= at)];
    return fv_list(x->a, out, l->n - 1);
}

val func_sublist(struct fe *x, val const *v, size_t n)
{
    size_t at;
    int64_t count = INT64_MAX;
    if (fv_kind(v[0]) != FV_LIST || v[0]->u.list.n == 0 ||
        !position(v[1], v[0]->u.list.n, v[0]->u.list.n - 1, &at) ||
        (n == 3 && v[2] && !feel_as_i64(v[2], &count)) || count < 0)
        return NULL;
    size_t left = v[0]->u.list.n - at;
    return fv_list(x->a, v[0]->u.list.v + at, count < (int64_t)left ? (size_t)count : left);
}

static size_t flat_size(val v)
{
    if (fv_kind(v) != FV_LIST)
        return 1;
    size_t n = 0;
    for (size_t i = 0; i < v->u.list.n; i++)
        n += flat_size(v->u.list.v[i]);
    return n;
}

static void flat_put(val v, val *out, size_t *n)
{
    if (fv_kind(v) != FV_LIST) {
        out[(*n)++] = v;
        return;
    }
    for (size_t i = 0; i < v->u.list.n; i++)
        flat_put(v->u.list.v[i], out, n);
}

val func_flatten(struct fe *x, val const *v, size_t n)
{
    (void)n;
    val *out = arena_array_of(x->a, val, flat_size(v[0]));
    size_t out_n = 0;
    flat_put(v[0], out, &out_n);
    return fv_list(x->a, out, out_n);
}
