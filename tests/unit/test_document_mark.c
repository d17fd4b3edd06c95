/* document/mark: each round's words are its own, and the text of any round can be read off the marks
 * again, whatever was changed. (B21) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "document/document_mark.h"

#include <cmocka.h> /* last: its fail() is not the door's */

static struct arena *a;

static struct paragraphs text_of(const char *lines)
{
    struct paragraph *p = arena_array_of(a, struct paragraph, 200);
    size_t n = 0;
    for (struct str rest = str_of(lines), one; str_cut(&rest, '\n', &one);)
        if (one.n)
            p[n++] = (struct paragraph){ STR("p"), one };
    return (struct paragraphs){ p, n };
}

/* The text as it was after round k. */
static struct str text_at(const struct marks *m, int k)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < m->n; i++) {
        size_t before = b.n;
        for (size_t j = 0; j < m->line[i].n; j++) {
            const struct mark_piece *p = &m->line[i].piece[j];
            if (p->put <= k && (!p->taken || p->taken > k))
                buf_str(&b, p->text);
        }
        if (b.n > before)
            buf_char(&b, '\n');
    }
    return buf_done(&b);
}

static struct str shown(const struct marks *m)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < m->n; i++) {
        for (size_t j = 0; j < m->line[i].n; j++) {
            const struct mark_piece *p = &m->line[i].piece[j];
            if (p->put)
                buf_printf(&b, "+%d", p->put);
            if (p->taken)
                buf_printf(&b, "-%d", p->taken);
            buf_printf(&b, p->put || p->taken ? "{%.*s}" : "%.*s", STR_ARG(p->text));
        }
        buf_char(&b, '\n');
    }
    return buf_done(&b);
}

static void is_shown(const struct paragraphs *text, size_t n, const char *wanted)
{
    struct marks m = mark_texts(a, text, n);
    struct str got = shown(&m);
    if (!str_is(got, wanted))
        fail_msg("%s", got.p);
}

static void words_of_each_round(void **state)
{
    (void)state;
    const struct paragraphs text[] = {
        text_of("各级各部门要立即行动，落实责任。\n请于7月10日前报送。\n特此通知。"),
        text_of("各级各部门要马上行动，落实责任。\n请于7月10日前报送。\n特此通知。"),
        text_of("各级各部门要马上行动，落实防汛责任。\n加强值守。\n请于7月15日前报送。"),
    };
    is_shown(text, 1, "各级各部门要立即行动，落实责任。\n请于7月10日前报送。\n特此通知。\n");
    is_shown(text, 2, "各级各部门要-1{立即}+1{马上}行动，落实责任。\n请于7月10日前报送。\n特此通知。\n");
    is_shown(text, 3, "各级各部门要-1{立即}+1{马上}行动，落实+2{防汛}责任。\n+2{加强值守。}\n"
                      "请于7月-2{10}+2{15}日前报送。\n-2{特此通知。}\n");
}

static void what_a_round_put_in_another_takes_out(void **state)
{
    (void)state;
    const struct paragraphs text[] = { text_of("要行动起来。"), text_of("要立即行动起来。"), text_of("要行动起来。"),
                                       text_of("要迅速行动起来。") };
    is_shown(text, 4, "要+1-2{立即}+3{迅速}行动起来。\n");
}

static uint32_t seed = 1;
static uint32_t chance(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

/* The same text with some characters of some lines changed, lines gone and come. */
static const char *edited(const char *text)
{
    static const char *const words[] = { "防汛", "责任", "落实", "7月", "10", "。", "，", "办公室", "x" };
    struct buf b = buf_in(a);
    for (struct str rest = str_of(text), one; str_cut(&rest, '\n', &one);) {
        uint32_t what = chance(8);
        if (!one.n || what == 0)
            continue;
        for (size_t i = 0; i < one.n;) {
            size_t at = i;
            (void)utf8_next(one, &i);
            if (what < 4 && chance(10) == 0)
                continue;
            buf_put(&b, one.p + at, i - at);
            if (what < 4 && chance(12) == 0)
                buf_text(&b, words[chance(9)]);
        }
        buf_char(&b, '\n');
        if (what == 5) {
            buf_text(&b, words[chance(9)]);
            buf_text(&b, words[chance(9)]);
            buf_char(&b, '\n');
        }
    }
    return buf_done(&b).p;
}

static void any_round_can_be_read_again(void **state)
{
    (void)state;
    for (int run = 0; run < 300; run++) {
        struct arena_mark mark = arena_mark(a);
        struct paragraphs text[8];
        const char *all[8];
        all[0] = "各级各部门要立即行动，落实防汛责任。\n请于7月10日前报送落实情况。\n加强值守，严格纪律。\n特此通知。\n";
        for (int k = 0; k < 8; k++) {
            all[k] = k ? edited(all[k - 1]) : all[0];
            text[k] = text_of(all[k]);
        }
        struct marks m = mark_texts(a, text, 8);
        for (int k = 0; k < 8; k++) {
            struct buf wanted = buf_in(a);
            for (size_t i = 0; i < text[k].n; i++) {
                buf_str(&wanted, text[k].p[i].text);
                buf_char(&wanted, '\n');
            }
            struct str got = text_at(&m, k);
            if (!str_eq(got, buf_done(&wanted)))
                fail_msg("run %d, round %d:\n%s\nwanted:\n%s", run, k, got.p, wanted.p);
        }
        arena_reset(a, mark);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_each_round),
        cmocka_unit_test(what_a_round_put_in_another_takes_out),
        cmocka_unit_test(any_round_can_be_read_again),
    };
    a = arena_new();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&a);
    return failed;
}
