/* demo/load: the loader of the benchmarks adds documents and received matters to a demo city, as its
 * people and in the past. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <fcntl.h>
#include <ftw.h>
#include <unistd.h>

#include "base/clock.h"
#include "demo/demo_build.h"
#include "demo/demo_load.h"
#include "demo/demo_stage.h"

#include <cmocka.h> /* last: its fail() is a macro, the program's a function */

static struct arena *a;
static struct core *core;
static char dir[] = "/tmp/tongban-load-XXXXXX";
static int64_t now;

static int set_up(void **state)
{
    (void)state;
    struct err e = { 0 };
    a = arena_new();
    assert_non_null(mkdtemp(dir));
    int fd = open(arena_printf(a, "%s/tongban.conf", dir), O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, "database = sqlite\n", 18), 18);
    close(fd);
    struct core_config config = { .dir = dir, .node = -1, .is_bulk = true };
    now = clock_now_ms();
    bool good = core_conf(dir, NULL, a, &config.db, &e) && (core = core_open(&config, a, &e)) != NULL &&
                door_run(core, "module.install_all", NULL, NULL, NULL, now, a, &e) &&
                door_run(core, "calendar.install", NULL, NULL, NULL, now, a, &e) && demo_build(core, "small", now, a, &e);
    if (!good)
        fail_msg("%s", err_message(a, &e, LANG_EN));
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

static int tear_down(void **state)
{
    (void)state;
    core_close(&core);
    (void)nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS); /* a folder of /tmp may stay */
    arena_free(&a);
    return 0;
}

/* How many rows an account's list holds, and none of them later than now. */
static size_t rows_of(const char *account, const char *path)
{
    struct err e = { 0 };
    struct stage *s = stage_new(core, a, &e);
    size_t n = 0;
    struct str after = STR("");
    assert_non_null(s);
    stage_at(s, now);
    do {
        const struct jv *page = stage_get(s, account, arena_printf(a, "%s%s%.*s", path, after.n ? "&after=" : "", STR_ARG(after)));
        const struct jv *rows = jv_get(page, "rows");
        assert_true(stage_good(s));
        for (size_t i = 0; i < jv_size(rows); i++)
            assert_true(jv_i64(jv_get(jv_at(rows, i), "sent_at")) <= now);
        n += jv_size(rows);
        after = str_copy(a, jv_str(jv_get(page, "after")));
    } while (after.n);
    stage_free(&s);
    return n;
}

static void test_loader_adds_what_was_asked(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct demo_loaded done;
    size_t before = rows_of("doc_clerk", "/dispatches?limit=100");
    size_t villages = rows_of("village_clerk", "/deliveries?box=signed&limit=100");
    if (!demo_load(core, "small", 300, now - CLOCK_HOUR_MS, now, a, &done, &e))
        fail_msg("%s", err_message(a, &e, LANG_EN));
    assert_in_range(done.matters, 300, 300 + 24);
    assert_in_range(done.documents, 300 / 24, 300);
    assert_true(rows_of("doc_clerk", "/dispatches?limit=100") > before);
    assert_true(rows_of("village_clerk", "/deliveries?box=signed&limit=100") > villages);
}

static void test_loader_refuses_an_unknown_scale(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct demo_loaded done;
    assert_false(demo_load(core, "huge", 1, now, now, a, &done, &e));
    assert_string_equal(e.code, "demo.scale");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loader_adds_what_was_asked),
        cmocka_unit_test(test_loader_refuses_an_unknown_scale),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
