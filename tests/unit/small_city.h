/* The demo's small city in a folder of its own under /tmp, for tests that load it or act in it. Included
 * before cmocka.h, whose fail() is a macro. */
#ifndef TB_TESTS_SMALL_CITY_H
#define TB_TESTS_SMALL_CITY_H

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "core/core.h"
#include "demo/demo_build.h"

/* dir: a template of mkdtemp; config: with this dir, its database is filled in. Ends the test's program
 * where the city cannot be made. */
static inline void small_city_begin(struct arena *a, char *dir, struct core_config *config, int64_t now)
{
    static const char conf[] = "database = sqlite\n";
    struct err e = { 0 };
    CHECK(mkdtemp(dir));
    int fd = open(arena_printf(a, "%s/tongban.conf", dir), O_WRONLY | O_CREAT, 0600);
    CHECK(write(fd, conf, sizeof conf - 1) == (ssize_t)(sizeof conf - 1));
    close(fd);
    struct core *core = NULL;
    bool good = core_conf(dir, NULL, a, &config->db, &e) &&
                (core = core_open(config, a, &e)) != NULL &&
                door_run(core, "module.install_all", NULL, NULL, NULL, now, a, &e) &&
                door_run(core, "calendar.install", NULL, NULL, NULL, now, a, &e) &&
                demo_build(core, "small", now, a, &e);
    if (!good)
        fprintf(stderr, "%s\n", err_message(a, &e, LANG_EN));
    CHECK(good);
    core_close(&core);
}

static inline int small_city_remove(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

static inline void small_city_end(const char *dir)
{
    (void)nftw(dir, small_city_remove, 8, FTW_DEPTH | FTW_PHYS); /* a folder of /tmp may stay */
}

#endif
