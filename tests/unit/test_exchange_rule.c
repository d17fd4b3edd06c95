/* The rules of exchanging as tables of cases (OFFICE R3, R4, X2, X8). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "exchange/exchange_in.h"

#include <cmocka.h>

static void milestones_by_direction(void **state)
{
    static const struct {
        enum milestone m;
        bool to_superior, to_others;
    } cases[] = {
        { MILESTONE_DELIVERED, true, true },   { MILESTONE_SIGNED, true, true },
        { MILESTONE_REGISTERED, true, true },  { MILESTONE_PROPOSED, true, false },
        { MILESTONE_INSTRUCTED, true, false }, { MILESTONE_HANDLING, true, true },
        { MILESTONE_CLOSED, true, true },      { MILESTONE_REFUSED, true, true },
        { MILESTONE_RETRACTED, true, true },
    };
    (void)state;
    assert_int_equal(sizeof cases / sizeof *cases, MILESTONE_COUNT);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(milestone_shown(cases[i].m, true), cases[i].to_superior);
        assert_int_equal(milestone_shown(cases[i].m, false), cases[i].to_others);
    }
}

static void milestone_names_are_the_vocabulary(void **state)
{
    (void)state;
    for (int m = 0; m < MILESTONE_COUNT; m++)
        assert_int_equal(milestone_of(str_of(milestone_names[m])), m);
    assert_int_equal(milestone_of(STR("read")), MILESTONE_COUNT);
    assert_int_equal(milestone_of(STR_NONE), MILESTONE_COUNT);
}

static void retraction_in_two_stages(void **state)
{
    static const struct {
        const char *state;
        enum retraction is;
    } cases[] = {
        { "queued", RETRACT_AT_ONCE },  { "delivered", RETRACT_AT_ONCE },
        { "signed", RETRACT_ASK },      { "registered", RETRACT_ASK },
        { "refused", RETRACT_NOTHING }, { "retracted", RETRACT_NOTHING },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(retraction_of(str_of(cases[i].state)), cases[i].is);
}

static void contradictions(void **state)
{
    static const struct {
        const char *lead_x, *due_x, *lead_y, *due_y;
        bool is;
    } cases[] = {
        { "post:1", NULL, "post:1", NULL, false },
        { "post:1", NULL, "post:2", NULL, true },
        { "post:1", NULL, "unit:1", NULL, true },
        { "post:1", NULL, NULL, NULL, false }, /* one says nothing */
        { NULL, "2026-03-01", NULL, "2026-03-02", true },
        { NULL, "2026-03-01", NULL, "2026-03-01", false },
        { "post:1", "2026-03-01", "post:1", "2026-03-05", true },
        { "post:1", "", "post:1", "2026-03-05", false },
        { NULL, NULL, NULL, NULL, false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wanted x = { str_of(cases[i].lead_x), str_of(cases[i].due_x) };
        struct wanted y = { str_of(cases[i].lead_y), str_of(cases[i].due_y) };
        assert_int_equal(instructions_contradict(&x, &y), cases[i].is);
        assert_int_equal(instructions_contradict(&y, &x), cases[i].is);
    }
}

static void reasons_have_words(void **state)
{
    (void)state;
    assert_non_null(reason_find(refuse_codes, STR("level_skipped")));
    assert_null(reason_find(refuse_codes, STR("misdirected"))); /* a problem, no refusal */
    assert_non_null(reason_find(problem_codes, STR("misdirected")));
    assert_null(reason_find(problem_codes, STR("")));
    for (const struct reason_code *c = refuse_codes; c->code; c++)
        assert_true(c->zh[0] && c->en[0]);
}

static void receipt_number_is_written(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    assert_true(str_is(receipt_no(a, 2026, 12), "收〔2026〕12号"));
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(milestones_by_direction),
        cmocka_unit_test(milestone_names_are_the_vocabulary),
        cmocka_unit_test(retraction_in_two_stages),
        cmocka_unit_test(contradictions),
        cmocka_unit_test(reasons_have_words),
        cmocka_unit_test(receipt_number_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
