/* demo/cut: what a repetition changes in a text, and what it must leave alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "demo/demo_cut.h"

static struct arena *a;

static const int64_t ids[] = { 914327094677209429, 914327094677209430, 914327094677209433 };
static const struct str words[] = { { "", 0 }, { "关于防汛的通知", 21 }, { "各单位", 9 } };
static const char digests[][65] = {
    "0e6251d121441f8a2160b14fe6cc0d50d20c91ddabfc490f81ba101e208a0f43",
};
static const struct cut_rules rules = {
    ids, 3, 1789347600000, 1789347690000, 1789347700000, words, 3, digests, 1
};
static const struct str other_words[] = { { "", 0 }, { "关于抗旱的通知", 21 }, { "各村", 6 } };
static const char other_digests[][65] = {
    "1111111111111111111111111111111111111111111111111111111111111111",
};
static const struct cut_again again = { 500, 1700000000000, 1800000000000, other_words,
                                        other_digests };

static const struct {
    const char *text, *then;
    bool changes;
} cases[] = {
    { "", "", false },
    { "{\"op\":\"start\"}", "{\"op\":\"start\"}", false },
    { "{\"delivery\":\"914327094677209430\"}", "{\"delivery\":\"501\"}", true },
    { "[1,914327094677209433,null]", "[1,502,null]", true },
    { "914327094677209431", "914327094677209431", false },   /* made by another */
    { "9143270946772094300", "9143270946772094300", false }, /* longer */
    { "[1789347600000,1789347690000]", "[1700000000000,1700000090000]", true },
    { "{\"due\":1789347699999}", "{\"due\":1800000099999}", true }, /* after the scene's end */
    { "[1789347599999,1789347700000,17893476000000]",
      "[1789347599999,1789347700000,17893476000000]", false },
    { "关于防汛的通知", "关于抗旱的通知", true },
    { "市政府关于防汛的通知各单位：", "市政府关于抗旱的通知各村：", true },
    { "关于防汛", "关于防汛", false },
    { "{\"digest\":\"0e6251d121441f8a2160b14fe6cc0d50d20c91ddabfc490f81ba101e208a0f43\"}",
      "{\"digest\":\"1111111111111111111111111111111111111111111111111111111111111111\"}", true },
    /* a digest of something else, with a moment's digits in it */
    { "1789347600000f8a2160b14fe6cc0d50d20c91ddabfc490f81ba101e208a0f43",
      "1789347600000f8a2160b14fe6cc0d50d20c91ddabfc490f81ba101e208a0f43", false },
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cut cut = cut_text(a, str_of(cases[i].text), &rules);
        struct buf b = buf_in(a);
        cut_write(&b, &cut, &again);
        assert_string_equal(buf_done(&b).p, cases[i].then);
        assert_int_equal(cut.changes, cases[i].changes);
    }
}

static void test_rank(void **state)
{
    (void)state;
    assert_int_equal(cut_rank(&rules, 914327094677209433), 2);
    assert_int_equal(cut_rank(&rules, 914327094677209432), -1);
}

static int set_up(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_rank),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
