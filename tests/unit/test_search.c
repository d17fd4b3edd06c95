/* search: tokens, and the passage by which a hit is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "search/search_in.h"

#include <cmocka.h>

/* The passage with what is marked in square brackets. */
static struct str bracketed(struct arena *a, const struct search_passage *p)
{
    struct buf b = buf_in(a);
    int64_t at = 0;
    size_t k = 0;
    for (size_t i = 0; i <= p->text.n; at++) {
        if (k < p->n_marks && at == p->mark[k].to) {
            buf_char(&b, ']');
            k++;
        }
        if (k < p->n_marks && at == p->mark[k].from)
            buf_char(&b, '[');
        if (i == p->text.n)
            break;
        size_t from = i;
        (void)utf8_next(p->text, &i);
        buf_str(&b, str_sub(p->text, from, i - from));
    }
    return buf_done(&b);
}

#define TEN "此处十个字是不相关的。"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const struct {
    const char *query, *text, *shown;
    bool is_whole;
} cases[] = {
    { "防汛", "关于做好防汛工作的通知", "关于做好[防汛]工作的通知", true },
    { "防汛工作", "关于做好防汛工作的通知", "关于做好[防汛工作]的通知", true },
    { "防汛通知", "关于做好防汛工作的通知", "关于做好[防汛]工作的[通知]", true },
    { "工作 防汛", "关于做好防汛工作的通知", "关于做好[防汛工作]的通知", true },
    { "防汛 抗旱", "防汛、抗旱，再抗旱", "[防汛]、[抗旱]，再[抗旱]", true },
    { "的", "你的我的", "你[的]我[的]", true },
    { "2026", "常政办发〔2026〕12号", "常政办发〔[2026]〕12号", true },
    { "20", "常政办发〔2026〕12号", "常政办发〔[20]26〕12号", true },
    { "26", "常政办发〔2026〕12号", NULL, true }, /* words hit by their beginning */
    { "ofd", "签章后的OFD文件 ofdreader", "签章后的[OFD]文件 [ofd]reader", true },
    { "抗旱", "关于做好防汛工作的通知", NULL, true },
    { "<b>", "a<b>c</b>", "a<[b]>c</[b]>", true }, /* never HTML */
    { "防汛", HUNDRED "各地要落实防汛责任。" HUNDRED,
      "…各地要落实[防汛]责任。" TEN TEN TEN TEN TEN TEN TEN TEN "此处…", false },
    /* where both stand close together, not where the first stands alone */
    { "防汛 堃喆", "先说防汛。" HUNDRED "堃喆水库要防汛。",
      "…[堃喆]水库要[防汛]。", false },
    { "防汛", "第一段\n防汛\n第三段", "…[防汛] 第三段", false },
};

static void a_passage_shows_where_the_words_stand(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct search_terms t;
        struct search_passage p;
        search_terms_of(a, str_of(cases[i].query), &t);
        bool found = search_passage_find(a, &t, str_of(cases[i].text), cases[i].is_whole, &p);
        if (found != (cases[i].shown != NULL))
            fail_msg("%s in %s: found %d", cases[i].query, cases[i].text, found);
        if (found && !str_is(bracketed(a, &p), cases[i].shown))
            fail_msg("%s in %s: %s", cases[i].query, cases[i].text, bracketed(a, &p).p);
    }
    arena_free(&a);
}

static void all_terms_are_told_apart_from_some(void **state)
{
    struct arena *a = arena_new();
    struct search_terms t;
    struct search_passage p;
    (void)state;
    search_terms_of(a, STR("防汛 抗旱 2026 防汛"), &t);
    assert_int_equal(t.n, 3);
    assert_true(search_passage_find(a, &t, STR("防汛与抗旱"), true, &p));
    assert_true(p.found != t.all);
    assert_true(search_passage_find(a, &t, STR("2026年防汛与抗旱"), true, &p));
    assert_true(p.found == t.all);
    arena_free(&a);
}

/* Every text is found in itself: what the index keeps of it, the passage finds again. */
static void a_text_is_found_by_all_of_its_own_tokens(void **state)
{
    static const char *const texts[] = { "关于2026年防汛抗旱工作的通知（常政办发〔2026〕12号）",
                                         "A b C，𠮷野家 x1y2", "单", "𠮷" };
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct str token;
        for (struct str rest = search_tokens(a, str_of(texts[i])); str_cut(&rest, ' ', &token);) {
            struct search_terms t;
            struct search_passage p;
            search_terms_of(a, token, &t);
            if (!search_passage_find(a, &t, str_of(texts[i]), false, &p) || p.found != t.all)
                fail_msg("%.*s in %s", STR_ARG(token), texts[i]);
        }
    }
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_passage_shows_where_the_words_stand),
        cmocka_unit_test(all_terms_are_told_apart_from_some),
        cmocka_unit_test(a_text_is_found_by_all_of_its_own_tokens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
