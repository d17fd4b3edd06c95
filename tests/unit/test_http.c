/* http: what can be judged without a socket: ranges, file names, languages, the router. */
#include <setjmp.h>
#include <stdarg.h>

#include "http/http_in.h"

#include <cmocka.h> /* last: its fail() is a macro, core/ has a function of that name */

static void ranges(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        int64_t size;
        int kind;
        int64_t from, n;
    } cases[] = {
        { "bytes=0-0", 10, 1, 0, 1 },      { "bytes=0-", 10, 1, 0, 10 },
        { "bytes=3-5", 10, 1, 3, 3 },      { "bytes=3-500", 10, 1, 3, 7 },
        { "bytes=-4", 10, 1, 6, 4 },       { "bytes=-40", 10, 1, 0, 10 },
        { "bytes=9-", 10, 1, 9, 1 },       { "bytes=10-", 10, -1, 0, 0 },
        { "bytes=-0", 10, -1, 0, 0 },      { "bytes=0-", 0, -1, 0, 0 },
        { "bytes=5-3", 10, 0, 0, 0 },      { "bytes=1-2,4-5", 10, 0, 0, 0 },
        { "lines=1-2", 10, 0, 0, 0 },      { "bytes=a-b", 10, 0, 0, 0 },
        { "bytes=", 10, 0, 0, 0 },         { "bytes=--1", 10, 0, 0, 0 },
        { "bytes=0-99999999999999999999", 10, 0, 0, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct range r = { 0, 0 };
        int kind = range_parse(str_of(cases[i].value), cases[i].size, &r);
        if (kind != cases[i].kind)
            fail_msg("%s of %lld: kind %d", cases[i].value, (long long)cases[i].size, kind);
        if (kind == 1 && (r.from != cases[i].from || r.n != cases[i].n))
            fail_msg("%s: %lld+%lld", cases[i].value, (long long)r.from, (long long)r.n);
    }
}

static void names(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    static const struct {
        const char *name, *want;
    } cases[] = {
        { "a.pdf", "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf" },
        { "通知.pdf", "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E9%80%9A%E7%9F%A5.pdf" },
        { "../../etc/passwd",
          "attachment; filename=\".._.._etc_passwd\"; filename*=UTF-8''.._.._etc_passwd" },
        { "a\"; b=\"c", "attachment; filename=\"a_; b=_c\"; filename*=UTF-8''a_%3B%20b%3D_c" },
        { "a\r\nX: y", "attachment; filename=\"a__X_ y\"; filename*=UTF-8''a__X_%20y" },
        { "gpj.\u202efdp", "attachment; filename=\"gpj._fdp\"; filename*=UTF-8''gpj._fdp" },
        { "100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt" },
        { "堃𠮷.txt",
          "attachment; filename=\"__.txt\"; filename*=UTF-8''%E5%A0%83%F0%A0%AE%B7.txt" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(disposition_of(a, str_of(cases[i].name), false).p, cases[i].want);
    assert_string_equal(disposition_of(a, STR_NONE, true).p, "inline");
    arena_free(&a);
}

static void languages(void **state)
{
    (void)state;
    static const struct {
        const char *accept;
        enum lang want;
    } cases[] = {
        { "", LANG_ZH },
        { "zh-CN,zh;q=0.9,en;q=0.8", LANG_ZH },
        { "en", LANG_EN },
        { "en-GB, zh;q=0.9", LANG_EN },
        { "zh;q=0.3, en;q=0.31", LANG_EN },
        { "de, fr;q=0.5", LANG_ZH },
        { "en;q=0", LANG_ZH },
        { "*", LANG_ZH },
        { "en;q=zero, zh;q=0.1", LANG_ZH },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (lang_of(str_of(cases[i].accept)) != cases[i].want)
            fail_msg("%s", cases[i].accept);
    assert_int_equal(lang_of(STR_NONE), LANG_ZH);
}

static void escapes(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct str out;
    assert_true(url_decode(a, STR("%E9%80%9A%e7%9f%a5+x"), &out));
    assert_true(str_is(out, "通知+x"));
    static const char *const bad[] = { "%", "%4", "%zz", "%00", "%C0%AF", "%ED%A0%80", "%FF", "a%2" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (url_decode(a, str_of(bad[i]), &out))
            fail_msg("%s", bad[i]);
    arena_free(&a);
}

/* Every route of the program finds itself, with its own values, and nothing else. */
static void routes(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct route_table *t = routes_make(a);
    struct route_values v;
    const char *allow;
    size_t n = 0;
    for (const struct room *const *room = rooms; *room; room++)
        for (size_t i = 0; i < (*room)->n_reads; i++, n++) {
            const struct read *x = &(*room)->reads[i];
            struct str method = x->flags & READ_POST ? STR("POST") : STR("GET");
            const struct route *r = route_find(t, method, str_of(x->path), &v, &allow);
            assert_non_null(r);
            assert_ptr_equal(r->read, x);
            assert_int_equal(v.n, r->n_values);
        }
    assert_true(n > 3);
    const struct route *r = route_find(t, STR("POST"), STR("/logins/17/end"), &v, &allow);
    assert_non_null(r);
    assert_int_equal(v.n, 1);
    assert_true(str_is(v.v[0], "17"));
    assert_null(route_find(t, STR("GET"), STR("/logins/17/end"), &v, &allow));
    assert_string_equal(allow, "POST");
    assert_null(route_find(t, STR("POST"), STR("/me"), &v, &allow));
    assert_string_equal(allow, "GET, HEAD");
    static const char *const nowhere[] = { "", "/", "//", "/me/", "/me//logins", "/logins/17",
                                           "/logins//end", "/logins/17/end/", "me" };
    for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++) {
        if (route_find(t, STR("GET"), str_of(nowhere[i]), &v, &allow) || allow)
            fail_msg("%s", nowhere[i]);
    }
    arena_free(&a);
}

static void problems(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err e = { .kind = ERR_STATE, .code = "http.busy", .field = "x\"y" };
    struct str s = problem_text(a, 0, &e, LANG_EN);
    const struct jv *j = jv_parse(a, s, NULL, NULL);
    assert_non_null(j);
    assert_int_equal(jv_i64(jv_get(j, "status")), 409);
    assert_true(str_is(jv_str(jv_get(j, "field")), "x\"y"));
    static const int want[] = { 400, 401, 403, 404, 409, 409, 413, 503, 500 };
    for (int k = ERR_INVALID; k <= ERR_INTERNAL; k++)
        assert_int_equal(problem_status((enum err_kind)k), want[k - ERR_INVALID]);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges),  cmocka_unit_test(names),  cmocka_unit_test(languages),
        cmocka_unit_test(escapes), cmocka_unit_test(routes), cmocka_unit_test(problems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
