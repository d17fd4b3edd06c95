/* demo/load: the loader of the benchmarks adds documents and received matters to a demo city, as
 * its people and in the past. What was repeated must be what the commands would have written:
 * verify passes, pages show it, people go on with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <unistd.h>

#include "base/clock.h"
#include "demo/demo_load.h"
#include "demo/demo_stage.h"
#include "crypto/crypto.h"
#include "operate/operate.h"
#include "small_city.h"

#include <cmocka.h> /* last: its fail() is a macro, the program's a function */

static struct arena *a;
static char dir[] = "/tmp/tongban-load-XXXXXX";
static struct core_config config = { .dir = dir, .node = -1, .is_bulk = true };
static struct core *core; /* NULL: the folder is the loader's */
static struct stage *stage;
static int64_t now;

static int set_up(void **state)
{
    (void)state;
    a = arena_new();
    now = clock_now_ms();
    small_city_begin(a, dir, &config, now);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    small_city_end(dir);
    arena_free(&a);
    return 0;
}

static void go_in(void)
{
    struct err e = { 0 };
    core = core_open(&config, a, &e);
    stage = core ? stage_new(core, a, &e) : NULL;
    if (!stage)
        fail_msg("%s", err_message(a, &e, LANG_EN));
    stage_at(stage, clock_now_ms());
}

static void go_out(void)
{
    stage_free(&stage);
    core_close(&core);
}

/* All rows of an account's list, page by page; the last one's key in *oldest. */
static size_t rows_of(const char *account, const char *path, const char *key, int64_t *oldest)
{
    size_t n = 0;
    struct str after = STR("");
    do {
        const char *page_path =
            arena_printf(a, "%s%s%.*s", path, after.n ? "&after=" : "", STR_ARG(after));
        const struct jv *page = stage_get(stage, account, page_path), *rows = jv_get(page, "rows");
        if (!page)
            fail_msg("%s", err_message(a, stage_err(stage), LANG_EN));
        for (size_t i = 0; i < jv_size(rows); i++) {
            assert_true(jv_i64(jv_get(jv_at(rows, i), "sent_at")) <= now);
            assert_true(jv_as_i64(jv_get(jv_at(rows, i), key), oldest));
        }
        n += jv_size(rows);
        after = str_copy(a, jv_str(jv_get(page, "after")));
    } while (after.n);
    return n;
}

static size_t count_of(const char *account, const char *path)
{
    int64_t oldest;
    go_in();
    size_t n = rows_of(account, path, "id", &oldest);
    go_out();
    return n;
}

#define SENT "/dispatches?limit=100"
#define RECEIVED "/deliveries?box=signed&limit=100"
#define TODO "/items?box=todo&limit=100"

static void load(int64_t matters, struct demo_loaded *done)
{
    struct err e = { 0 };
    if (!demo_load(&config, "small", matters, now, a, done, &e))
        fail_msg("%s", err_message(a, &e, LANG_EN));
    assert_in_range(done->matters, matters, matters + 24);
    assert_in_range(done->documents, matters / 24, matters);
}

static void test_loader_adds_what_was_asked(void **state)
{
    (void)state;
    struct demo_loaded done;
    size_t sent = count_of("doc_clerk", SENT), towns = count_of("town_clerk", RECEIVED);
    size_t villages = count_of("village_clerk", RECEIVED);
    load(2000, &done);
    assert_true(count_of("doc_clerk", SENT) > sent + (size_t)done.documents / 5);
    assert_true(count_of("town_clerk", RECEIVED) > towns + (size_t)done.documents / 3);
    assert_true(count_of("village_clerk", RECEIVED) > villages);
    load(500, &done); /* a second time: before what the first wrote */
}

static void test_verify_passes(void **state)
{
    (void)state;
    char verb[] = "verify", option[] = "--data", *words[] = { verb, option, dir };
    assert_int_equal(operate_verify_cli(3, words), 0);
}

/* Each query's first column must be 0. */
static void test_rows_fit_together(void **state)
{
    (void)state;
    static const char *const none[] = {
        "SELECT count(*) FROM (SELECT book_id FROM doc_number GROUP BY book_id"
        " HAVING max(value) - min(value) + 1 <> count(*)) x",
        "SELECT count(*) FROM number_book b WHERE EXISTS (SELECT 1 FROM doc_number n"
        " WHERE n.book_id = b.id AND n.value >= b.next_value)",
        "SELECT count(*) FROM (SELECT unit_id FROM received GROUP BY unit_id, year HAVING max(seq) "
        "<> count(*)) x",
        "SELECT count(*) FROM doc_number n JOIN document d ON d.id = n.document_id JOIN dispatch s"
        " ON s.document_id = d.id JOIN matter m ON m.id = d.matter_id WHERE n.text <> d.number"
        " OR n.text <> s.number OR n.text <> m.number OR d.title <> s.title OR d.title <> m.title"
        " OR instr(d.elements, d.title) = 0",
        "SELECT count(*) FROM matter m JOIN delivery d ON d.matter_id = m.id JOIN dispatch s"
        " ON s.id = d.dispatch_id WHERE m.text_id <> s.matter_id AND s.kind = 'document'",
        /* what was repeated gives the clock nothing to do for a year */
        "SELECT count(*) FROM item WHERE id < (SELECT min(id) FROM unit)"
        " AND next_at < (CAST(strftime('%s', 'now') AS bigint) + 300 * 86400) * 1000",
    };
    struct err e = { 0 };
    go_in();
    struct db *db = core_reader(core, a, &e);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        struct query q = { "none", 0, none[i], none[i] };
        int64_t n = db_number(db, -1, &q);
        if (n)
            fail_msg("%lld: %s", (long long)n, none[i]);
    }
    db_close(&db);
    go_out();
}

static void test_digests_are_of_the_text(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct rows r;
    int64_t n = 0;
    go_in();
    struct db *db = core_reader(core, a, &e);
    const char *sql =
        "SELECT r.elements, r.digest, d.signed_digest, d.revision = r.revision"
        " FROM revision r JOIN document d ON d.id = r.document_id WHERE d.state = 'dispatched'";
    struct query q = { "digests", 0, sql, sql };
    for (db_rows(db, &r, &q); rows_next(&r); n++) {
        struct str digest = sm3_text(a, row_text(&r, 0));
        assert_true(str_eq(digest, row_text(&r, 1)));
        assert_true(!row_i64(&r, 3) || str_eq(digest, row_text(&r, 2)));
    }
    assert_true(n > 150);
    db_close(&db);
    go_out();
}

/* The oldest paper on the town's desk was never acted: it is closed, shown, and taken back. */
static void test_people_go_on_with_a_repetition(void **state)
{
    (void)state;
    int64_t item = 0, matter = 0;
    go_in();
    (void)rows_of("town_clerk", TODO, "id", &item);       /* for its last row */
    (void)rows_of("town_clerk", TODO, "matter", &matter); /* the same */
    const char *page = arena_printf(a, "/matters/%lld", (long long)matter);
    const struct jv *shown = stage_get(stage, "town_clerk", page);
    assert_true(jv_size(jv_get(jv_get(shown, "document"), "body")) >= 3);
    assert_true(jv_size(jv_get(shown, "sheet")) > 0);
    assert_non_null(stage_post(stage, "town_clerk",
                               arena_printf(a, "/items/%lld/complete", (long long)item),
                               STR("{\"outcome\":\"close\"}")));
    assert_true(str_is(jv_str(jv_get(stage_get(stage, "town_clerk", page), "state")), "done"));
    assert_non_null(stage_post(stage, "town_clerk",
                               arena_printf(a, "/items/%lld/withdraw", (long long)item),
                               STR("{\"reason\":\"还需补充。\"}")));
    go_out();
    test_verify_passes(NULL);
}

static void test_loader_refuses_an_unknown_scale(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct demo_loaded done;
    assert_false(demo_load(&config, "huge", 1, now, a, &done, &e));
    assert_string_equal(e.code, "demo.scale");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loader_adds_what_was_asked),
        cmocka_unit_test(test_verify_passes),
        cmocka_unit_test(test_rows_fit_together),
        cmocka_unit_test(test_digests_are_of_the_text),
        cmocka_unit_test(test_people_go_on_with_a_repetition),
        cmocka_unit_test(test_loader_refuses_an_unknown_scale),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
