/* base/json: the reader without a tree, beside the tree; and the seeds of the fuzz target. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>
#include <stdio.h>

#include "base/json.h"

#include "../fuzz/fuzz_json.c"

static struct arena *a;

static void rows_of_fixed_columns(void **state)
{
    (void)state;
    struct jr r = jr_of(a, STR("{\"acts\":[[1,-2,\"同意\"],[3,4,null]],\"empty\":[],\"format\":1}"));
    int64_t sum = 0;
    int rows = 0;
    struct str text = STR_NONE;
    jr_obj(&r);
    assert_true(jr_is(&r, "acts"));
    for (jr_arr(&r); jr_more(&r); rows++) {
        jr_arr(&r);
        jr_next(&r);
        sum += jr_i64(&r);
        jr_next(&r);
        sum += 10 * jr_i64(&r);
        jr_next(&r);
        struct str s = jr_str(&r);
        text = s.p ? s : text;
        jr_arr_end(&r);
    }
    assert_true(jr_is(&r, "empty"));
    jr_arr(&r);
    assert_false(jr_more(&r));
    assert_true(jr_is(&r, "format"));
    sum += 100 * jr_i64(&r);
    jr_obj_end(&r);
    assert_true(jr_end(&r));
    assert_int_equal(rows, 2);
    assert_int_equal(sum, 1 - 20 + 3 + 40 + 100);
    assert_true(str_is(text, "同意"));
}

static void what_is_not_there_is_bad(void **state)
{
    (void)state;
    static const char *const cases[] = { /* an array of two integers is asked for */
        "",       "[",         "[1",        "[1,",        "[1,2",     "[1,2,",      "[1,2,3]", "[1,2]]",    "[,1,2]", "[1,,2]",
        "[1 ,2]", " [1,2]",    "[1,2] ",    "[1,2}",      "{1,2}",    "[01,2]",     "[-0,2]",  "[1.0,2]",   "[1e0,2]", "[\"1\",2]",
        "[--1,2]", "[null,2]", "[+1,2]",    "[9223372036854775808,2]", "[-9223372036854775809,2]", "[1,2],",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct jr r = jr_of(a, str_of(cases[i]));
        jr_arr(&r);
        jr_next(&r);
        (void)jr_i64(&r);
        jr_next(&r);
        (void)jr_i64(&r);
        jr_arr_end(&r);
        if (jr_end(&r))
            fail_msg("taken: %s", cases[i]);
    }
}

static void a_loop_over_a_broken_text_ends(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":[[1,2],{\"b\":\"\\u0041\"}],\"c\":true}";
    struct str key;
    for (size_t n = 0; n < sizeof text - 1; n++) {
        struct jr r = jr_of(a, (struct str){ text, n });
        for (jr_obj(&r); jr_member(&r, &key);)
            if (str_is(key, "a"))
                for (jr_arr(&r); jr_more(&r);)
                    (void)jr_raw(&r);
            else
                (void)jr_bool(&r);
        assert_false(jr_end(&r));
    }
    struct jr r = jr_of(a, STR("{\"b\":1}"));
    jr_obj(&r);
    assert_false(jr_is(&r, "a"));
    assert_false(jr_end(&r));
}

static void texts(void **state)
{
    (void)state;
    static const struct {
        const char *json, *text; /* NULL: refused */
    } cases[] = {
        { "\"\"", "" },
        { "\"\\u003cb\\\\\\\"\\/\\b\\f\\n\\r\\t\"", "<b\\\"/\b\f\n\r\t" },
        { "\"\\ud83d\\ude00\\u4e2D\"", "😀中" },
        { "\"\\u0000\"", NULL },
        { "\"\\ud83d\"", NULL },
        { "\"\\ude00\"", NULL },
        { "\"\\ud83dx\"", NULL },
        { "\"\\ud83d\\u0041\"", NULL },
        { "\"\\u12\"", NULL },
        { "\"\\x\"", NULL },
        { "\"\\\"", NULL },
        { "\"a\nb\"", NULL },
        { "\"\x80\"", NULL },
        { "\"\xed\xa0\x80\"", NULL },
        { "\"a", NULL },
        { "nul", NULL },
        { "1", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct jr r = jr_of(a, str_of(cases[i].json));
        struct str s = jr_str(&r);
        bool good = jr_end(&r);
        if (good != (cases[i].text != NULL) || (good && !str_is(s, cases[i].text)))
            fail_msg("%s: %d %.*s", cases[i].json, good, STR_ARG(s));
    }
}

static void nested(struct buf *b, int depth)
{
    for (int i = 0; i < depth; i++)
        buf_char(b, '[');
    for (int i = 0; i < depth; i++)
        buf_char(b, ']');
}

static void depth_is_limited(void **state)
{
    (void)state;
    for (int depth = 60; depth < 100000; depth = depth < 70 ? depth + 1 : depth * 10) {
        struct buf b = buf_in(a);
        nested(&b, depth);
        struct jr r = jr_of(a, buf_done(&b));
        (void)jr_raw(&r);
        assert_int_equal(jr_end(&r), depth <= 64);
    }
}

static void the_seeds_of_the_fuzz_target(void **state)
{
    (void)state;
    glob_t found;
    assert_int_equal(glob("tests/fuzz/json/*", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        static uint8_t bytes[65536];
        FILE *f = fopen(found.gl_pathv[i], "rb");
        assert_non_null(f);
        size_t n = fread(bytes, 1, sizeof bytes, f);
        fclose(f);
        for (size_t cut = 0; cut <= n; cut++) /* whole, and broken off everywhere */
            LLVMFuzzerTestOneInput(bytes, n - cut);
    }
    assert_true(found.gl_pathc >= 5);
    globfree(&found);
}

static int open_arena(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_fixed_columns),
        cmocka_unit_test(what_is_not_there_is_bad),
        cmocka_unit_test(a_loop_over_a_broken_text_ends),
        cmocka_unit_test(texts),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(the_seeds_of_the_fuzz_target),
    };
    return cmocka_run_group_tests_name("json", tests, open_arena, close_arena);
}
