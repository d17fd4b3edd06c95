/* A small demo city in a folder of its own, imported through the door: what the org tests stand on.
 * One per test program. */
#ifndef TB_TEST_ORG_CITY_H
#define TB_TEST_ORG_CITY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <fcntl.h>
#include <ftw.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/embed.h"
#include "demo/demo.h"
#include "demo/demo_stage.h"
#include "org/org.h"

#include <cmocka.h> /* last: its fail() is a macro, the program's a function */

static struct arena *a;
static struct core *city_core;
static struct stage *stage;
static char city_dir[] = "/tmp/tongban-org-XXXXXX";
static int64_t city_now;

struct city_found_in {
    struct str city_name;
};
struct city_found_out {
    struct str account, secret;
};

static void city_fail(const char *what, const struct err *e)
{
    fail_msg("%s: %s", what, err_message(a, e, LANG_EN));
}

/* The folder and the open core, founded and empty. */
static void city_open(void)
{
    struct err e = { 0 };
    a = arena_new();
    assert_non_null(mkdtemp(city_dir));
    const char *conf = arena_printf(a, "%s/tongban.conf", city_dir);
    int fd = open(conf, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "database = sqlite\n", 18), 18);
    close(fd);
    struct core_config config = { .dir = city_dir, .node = -1, .is_bulk = true };
    if (!core_conf(city_dir, NULL, a, &config.db, &e) || !(city_core = core_open(&config, a, &e)))
        city_fail("open", &e);
    struct clock_date day = { 2026, 11, 24 };
    city_now = clock_at(day, 10 * 60);
    struct city_found_in in = { STR("示例市") };
    struct city_found_out out;
    if (!door_run(city_core, "core.found", &in, &out, NULL, city_now, a, &e))
        city_fail("found", &e);
}

static void city_import(const char *kind, struct str csv)
{
    struct err e = { 0 };
    struct buf report = buf_in(a);
    if (!org_import_file(city_core, kind, kind, csv, city_now, a, &report, NULL, &e)) {
        struct str bad = buf_done(&report);
        fail_msg("%s: %s\n%.2000s", kind, err_message(a, &e, LANG_EN), bad.p);
    }
}

/* Every file of the generated city that is org's. */
static void city_fill(enum demo_scale scale)
{
    struct err e = { 0 };
    struct demo_options o = { .scale = scale, .seed = 1, .year = 2026,
                              .divisions = embed_find("data/divisions-changde.csv") };
    struct demo_city made;
    if (!demo_generate(a, &o, &made, &e))
        city_fail("generate", &e);
    for (int f = 0; f < DEMO_FILES; f++) {
        if (f == DEMO_NUMBER_BOOKS)
            continue; /* document/'s */
        struct str name = str_of(demo_file_name((enum demo_file)f));
        city_import(arena_strndup(a, name.p, name.n - 4), made.csv[f]);
    }
    stage = stage_new(city_core, a, &e);
    if (!stage)
        city_fail("stage", &e);
    stage_at(stage, city_now);
}

static int city_remove(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

static inline int city_close(void **state)
{
    (void)state;
    stage_free(&stage);
    core_close(&city_core);
    (void)nftw(city_dir, city_remove, 8, FTW_DEPTH | FTW_PHYS); /* a folder of /tmp may stay */
    arena_free(&a);
    return 0;
}

#endif
