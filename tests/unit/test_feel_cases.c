/* FEEL against half of 24 directories of the DMN TCK (tests/flow/feel-cases.jsonl): at least 98 %
 * of the cases whose answer is not null and 95 % of the others, reported apart (FLOW §7). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "feel/feel_in.h"

static bool context_get(void *arg, struct arena *a, struct str name, const struct feel_value **out)
{
    const struct feel_value *context = arg;
    (void)a;
    return context && fv_get(context, name, out);
}

/* The TCK writes results like 5.66666666666667: numbers agree to 1e-8. */
static bool close_numbers(const struct feel_value *x, const struct feel_value *y)
{
    struct feel_dec d, limit;
    return dec_op('-', x->u.num, y->u.num, &d) && dec_parse(STR("1e-8"), &limit) &&
           dec_cmp(d, limit) < 0 && dec_cmp(dec_neg(d), limit) < 0;
}

static bool same(struct arena *a, const struct feel_value *x, const struct feel_value *y)
{
    if (fv_kind(x) != fv_kind(y))
        return false;
    switch (fv_kind(x)) {
    case FV_NULL: return true;
    case FV_NUM: return close_numbers(x, y);
    case FV_LIST:
        for (size_t i = 0; i < x->u.list.n && x->u.list.n == y->u.list.n; i++)
            if (!same(a, x->u.list.v[i], y->u.list.v[i]))
                return false;
        return x->u.list.n == y->u.list.n;
    case FV_CONTEXT:
        for (size_t i = 0; i < x->u.context.n; i++) {
            const struct feel_value *other;
            if (!fv_get(y, x->u.context.key[i], &other) || !same(a, x->u.context.v[i], other))
                return false;
        }
        return x->u.context.n == y->u.context.n;
    case FV_DATE:
    case FV_TIME:
    case FV_DATETIME:
    case FV_MONTHS:
    case FV_MILLIS: return str_eq(ft_text(a, x), ft_text(a, y));
    default: return fv_equal(x, y) == 1;
    }
}

static bool passes(struct arena *a, const struct jv *j)
{
    struct str expr = jv_str(jv_get(j, "expr"));
    const struct feel_value *context = feel_of_json(a, jv_get(j, "context"));
    struct feel_names names = { 0 };
    if (context) {
        names.name = context->u.context.key;
        names.n = context->u.context.n;
    }
    const struct feel *e = feel_compile(a, expr, &names, NULL, NULL);
    struct feel_env env = { .get = context_get, .arg = (void *)(uintptr_t)context };
    const struct feel_value *v = e ? feel_eval(a, e, &env, NULL) : NULL;
    const struct jv *expected = jv_get(j, "expected");
    /* A syntax error counts as null only where the TCK lets an error stand for it. */
    if (!e && jv_kind(expected) == JV_NULL)
        return jv_bool(jv_get(j, "may_error"));
    return same(a, v, feel_of_json(a, expected));
}

static void feel_tck_cases(void **state)
{
    (void)state;
    FILE *f = fopen("tests/flow/feel-cases.jsonl", "r");
    assert_non_null(f);
    char *line = NULL;
    size_t size = 0, n[2] = { 0 }, good[2] = { 0 };
    ssize_t got;
    struct arena *a = arena_new();
    while ((got = getline(&line, &size, f)) > 0) {
        const struct jv *j = jv_parse(a, (struct str){ line, (size_t)got }, NULL, NULL);
        assert_non_null(j);
        bool is_null = jv_kind(jv_get(j, "expected")) == JV_NULL;
        n[is_null]++;
        if (passes(a, j))
            good[is_null]++;
        else if (getenv("FEEL_SHOW"))
            print_message("  fails: %s", line);
        arena_empty(a);
    }
    print_message("feel: not null %zu of %zu (%.1f %%), null %zu of %zu (%.1f %%)\n", good[0], n[0],
                  100.0 * (double)good[0] / (double)n[0], good[1], n[1],
                  100.0 * (double)good[1] / (double)n[1]);
    assert_int_equal(n[0] + n[1], 901);
    assert_true(good[0] * 100 >= n[0] * 98);
    assert_true(good[1] * 100 >= n[1] * 95);
    free(line);
    fclose(f);
    arena_free(&a);
}

static const char *syntax(struct arena *a, const char *text)
{
    const char *what = NULL;
    return feel_compile(a, str_of(text), NULL, &what, NULL) ? NULL : what;
}

/* What the subset refuses, and texts made to hurt: deep, long, turning back on themselves. */
static void feel_refuses(void **state)
{
    (void)state;
    static const char *const bad[] = { "",
                                       "1 +",
                                       "(1",
                                       "\"open",
                                       "for i in [1] return i",
                                       "a b",
                                       "f(1)",
                                       "[1..",
                                       "1 in (2",
                                       "function(a) a",
                                       "\"\\x\"",
                                       "${amount}",
                                       "a instance of b",
                                       "{a 1}",
                                       "some x satisfies 1" };
    struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (!syntax(a, bad[i]))
            fail_msg("accepted: %s", bad[i]);
    static const char *const pieces[] = { "(", "-", "[", "1 in (", "not(", "{a:", "if ", "1+" };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct buf b = buf_in(a);
        while (b.n < 8000)
            buf_text(&b, pieces[i]);
        assert_non_null(syntax(a, buf_done(&b).p));
    }
    arena_free(&a);
}

/* Nested every over lists of 60: 60^4 steps; the budget ends it, and the answer is null. */
static void feel_budget(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf list = buf_in(a), text = buf_in(a);
    for (int i = 0; i < 60; i++)
        buf_printf(&list, "%s%d", i ? "," : "", i);
    struct str l = buf_done(&list);
    buf_printf(&text, "every a in [%.*s], b in [%.*s], c in [%.*s], d in [%.*s] satisfies a < 100",
               STR_ARG(l), STR_ARG(l), STR_ARG(l), STR_ARG(l));
    const struct feel *e = feel_compile(a, buf_done(&text), NULL, NULL, NULL);
    assert_non_null(e);
    bool exhausted;
    assert_null(feel_eval(a, e, NULL, &exhausted));
    assert_true(exhausted);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(feel_tck_cases),
                                        cmocka_unit_test(feel_refuses),
                                        cmocka_unit_test(feel_budget) };
    return cmocka_run_group_tests_name("feel_cases", tests, NULL, NULL);
}
