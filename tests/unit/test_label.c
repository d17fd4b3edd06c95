/* desk/label: 内部, 敏感 by the title, a line of the head, an identity number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "desk/label.h"

#include <cmocka.h>

static void a_paper_is_marked_by_rule(void **state)
{
    static const struct {
        const char *title, *text, *value, *why;
    } cases[] = {
        { "关于召开防汛工作会议的通知", "各区县：\n请准时参加。", "", "" },
        { "关于加强舆情监测的通知", "", "sensitive", "舆情" },
        { "关于加强 舆　情监测的通知", "", "sensitive", "舆情" },
        { "干部培训内部资料", "", "internal", "内部资料" },
        { "培训资料", "内　部　资　料  注意保存\n\n常德市人民政府", "internal", "内部资料" },
        { "培训资料", "内部资料\n工作秘密", "sensitive", "工作秘密" },
        /* in running text a word marks nothing */
        { "值班通知", "各单位要认真做好值班值守、信息报送、舆情应对和群众来信来访接待等各项工作，确保平稳。", "", "" },
        /* a number with the right check character, and a day of birth */
        { "关于拟聘人员的公示", "拟聘：王某，430702198504121237，原任职于…", "", "" },
        { "关于拟聘人员的公示", "拟聘：王某，11010519491231002X，原任职于…", "sensitive", "居民身份证号码" },
        { "关于拟聘人员的公示", "流水号1101051949123100201", "", "" },
        { "关于拟聘人员的公示", "流水号911010519491231002X", "", "" },
    };
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct label l = label_rule(a, str_of(cases[i].title), str_of(cases[i].text), STR_NONE,
                                    STR_NONE);
        if (!str_is(l.value, cases[i].value) || !str_is(l.why, cases[i].why))
            fail_msg("%s / %s: %s by %s", cases[i].title, cases[i].text, l.value.p, l.why.p);
        assert_true(str_is(l.by, *cases[i].value ? "rule" : ""));
    }
    arena_free(&a);
}

static void the_citys_words_take_the_place_of_the_built_in_ones(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    struct label l = label_rule(a, STR("舆情周报"), STR_NONE, STR("周报"), STR(","));
    assert_true(str_is(l.value, "internal") && str_is(l.why, "周报"));
    l = label_rule(a, STR("舆情周报"), STR_NONE, STR("周报"), STR("周报,日报"));
    assert_true(str_is(l.value, "sensitive"));
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_paper_is_marked_by_rule),
        cmocka_unit_test(the_citys_words_take_the_place_of_the_built_in_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
