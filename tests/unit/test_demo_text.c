/* demo/text: the real documents come apart into their elements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/embed.h"
#include "base/json.h"
#include "demo/demo_text.h"

static struct arena *a;
static struct demo_text *texts;
static size_t n;

static int set_up(void **state)
{
    (void)state;
    struct err err = { 0 };
    a = arena_new();
    return demo_texts_read(a, embed_find("data/documents.jsonl"), &texts, &n, &err) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static const struct demo_text *find(const char *number)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(texts[i].number, number))
            return &texts[i];
    fail_msg("no document %s", number);
    return NULL;
}

static void test_days_in_both_scripts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *day;
    } cases[] = {
        { "2019年1月27日", "2019-01-27" }, { "一九九六年六月二十九日", "1996-06-29" },
        { "二〇〇四年十二月十七日", "2004-12-17" }, { "二〇〇六年十月十八日", "2006-10-18" },
        { "一九九七年一月二十日", "1997-01-20" }, { "二〇〇五年三月三日", "2005-03-03" },
        { "二〇〇〇年十一月三十一日", "" }, { "2019年2月30日", "" }, { "2019年1月", "" },
        { "2019年1月27日起施行", "" }, { "", "" }, { "国务院", "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(demo_text_day(a, str_of(cases[i].text)).p, cases[i].day);
}

static void test_all_39_come_apart(void **state)
{
    (void)state;
    size_t addressed = 0, dated = 0;
    assert_int_equal(n, 39);
    for (size_t i = 0; i < n; i++) {
        assert_true(texts[i].n_body > 0 && texts[i].doc_type.n);
        assert_false(str_eq(texts[i].body[0].text, texts[i].number)); /* the head is gone */
        addressed += texts[i].main_text.n > 0;
        dated += texts[i].signed_on.n > 0;
    }
    assert_true(addressed >= 38);
    assert_true(dated >= 37);
}

static void test_elements_of_one(void **state)
{
    (void)state;
    const struct demo_text *t = find("国发〔2019〕5号");
    assert_true(str_is(t->doc_type, "意见"));
    assert_true(str_is(t->main_text, "各省、自治区、直辖市人民政府，国务院各部委、各直属机构"));
    assert_true(str_is(t->signed_on, "2019-01-27"));
    assert_true(str_is(t->note, "此件公开发布"));
    assert_string_equal(t->body[0].kind, "p");
    assert_true(str_is(t->body[1].text, "一、总体要求"));
    assert_string_equal(t->body[1].kind, "h1");
    assert_true(str_is(find("国函〔1996〕95号")->doc_type, "批复"));
    assert_true(str_is(find("国函〔1996〕95号")->signed_on, "1996-11-05"));
    assert_true(str_is(find("国办函〔2006〕82号")->doc_type, "函"));
}

static void test_body_is_json_and_says_what_it_leaves_out(void **state)
{
    (void)state;
    const struct demo_text *t = find("国发〔2019〕5号");
    const struct jv *whole = jv_parse(a, demo_text_body(a, t, 1 << 20), NULL, NULL);
    assert_int_equal(jv_size(whole), t->n_body);
    const struct jv *cut = jv_parse(a, demo_text_body(a, t, 600), NULL, NULL);
    assert_in_range(jv_size(cut), 1, t->n_body - 1);
    assert_true(str_is(jv_str(jv_get(jv_at(cut, jv_size(cut) - 1), "text")), "（后文及附件略。）"));
}

static void test_bad_lines_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "x", "{}", "{\"title\":\"a\",\"issuer\":\"b\",\"number\":\"c\",\"paragraphs\":[]}" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = { 0 };
        struct demo_text *out;
        size_t k;
        assert_false(demo_texts_read(a, str_of(bad[i]), &out, &k, &err));
        assert_string_equal(err.code, "demo.documents");
        assert_string_equal(err.arg[0], "1");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days_in_both_scripts),
        cmocka_unit_test(test_all_39_come_apart),
        cmocka_unit_test(test_elements_of_one),
        cmocka_unit_test(test_body_is_json_and_says_what_it_leaves_out),
        cmocka_unit_test(test_bad_lines_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
