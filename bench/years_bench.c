/* growth.p99_ratio and search.p95_ms (DESIGN §9): the same lists on a city with many documents against
 * one with few, and two-character searches by people who see little, much and most of it.
 *
 * The loaded folders are made once by demo/'s loader and kept under build/load/ by the digest of the
 * schema. BENCH=full: 5,000,000 received matters; otherwise 500,000; BENCH_MATTERS says another number. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "bench.h"
#include "core/core.h"
#include "crypto/crypto.h"
#include "demo/demo_load.h"

enum { FEW = 50000, REQUESTS = 400, SEARCHES = 40, LISTS = 5 };

/* --- the folders --------------------------------------------------------------------------------- */
static void load_into(struct arena *a, const char *folder, int64_t matters)
{
    struct core_config config = { .dir = folder, .node = -1, .is_bulk = true };
    struct err e = { 0 };
    struct demo_loaded done = { 0, 0 };
    int64_t now = clock_now_ms();
    CHECK(core_conf(folder, NULL, a, &config.db, &e));
    struct core *core = core_open(&config, a, &e);
    bool good = core && demo_load(core, "city", matters, now - CLOCK_HOUR_MS, now, a, &done, &e);
    if (!good)
        fprintf(stderr, "%s\n", err_message(a, &e, LANG_EN));
    CHECK(good);
    core_close(&core);
}

static const char *loaded(struct arena *a, int64_t matters)
{
    char digest[65];
    sm3_hex(core_schema(), digest);
    const char *folder = arena_printf(a, "build/load/%lld-%.12s", (long long)matters, digest);
    const char *ready = arena_printf(a, "%s/ready", folder);
    if (access(ready, F_OK) == 0)
        return folder;
    const char *made = bench_copy(a, bench_city(a), "loading");
    (void)mkdir("build/load", 0700); /* it may be there */
    load_into(a, made, matters);
    CHECK(rename(made, folder) == 0);
    FILE *f = fopen(ready, "w");
    CHECK(f && fclose(f) == 0);
    return folder;
}

/* --- requests ------------------------------------------------------------------------------------ */
static double timed(int fd, const struct bench_person *p, const char *path)
{
    double began = bench_now();
    int status = bench_request(fd, p, path, NULL, NULL, NULL);
    if (status != 200)
        fprintf(stderr, "%s answered %d\n", path, status);
    CHECK(status == 200);
    return (bench_now() - began) * 1000;
}

static const struct {
    const char *account, *path;
} lists[LISTS] = {
    { "town_clerk", "/api/v1/items?box=todo" },  { "doc_clerk", "/api/v1/items?box=done" },
    { "drafter", "/api/v1/items?box=initiated" }, { "doc_clerk", "/api/v1/registers/sent" },
    { "doc_clerk", "/api/v1/dispatches" },
};

/* p99 over all lists, ms. */
static double lists_p99(const char *folder)
{
    static double v[LISTS * REQUESTS];
    struct bench_server s = bench_serve(folder);
    size_t n = 0;
    for (size_t k = 0; k < LISTS; k++) {
        struct bench_person p = bench_sign_in(s.port, lists[k].account);
        int fd = bench_connect(s.port);
        for (int i = 0; i < 20; i++)
            (void)timed(fd, &p, lists[k].path); /* warm */
        for (int i = 0; i < REQUESTS; i++)
            v[n++] = timed(fd, &p, lists[k].path);
        close(fd);
    }
    bench_stop(&s);
    return bench_percentile(v, n, 0.99);
}

/* The index is fed in order from a queue: it is whole when its file has been still for two seconds. */
static void wait_for_index(const char *folder)
{
    char path[300];
    struct stat now, before = { 0 };
    (void)snprintf(path, sizeof path, "%s/search.db-wal", folder); /* fits */
    for (int still = 0; still < 4;) {
        usleep(500000);
        if (stat(path, &now) != 0)
            now = (struct stat){ 0 };
        bool same = now.st_size == before.st_size && now.st_mtim.tv_sec == before.st_mtim.tv_sec &&
                    now.st_mtim.tv_nsec == before.st_mtim.tv_nsec;
        still = same ? still + 1 : 0;
        before = now;
    }
}

/* The worst p95 of people × words. */
static double search_p95(const char *folder)
{
    /* 黄金 is rare, 医疗 ordinary, 工作 in nearly every document */
    static const char *const words[] = { "%E9%BB%84%E9%87%91", "%E5%8C%BB%E7%96%97", "%E5%B7%A5%E4%BD%9C" };
    static const char *const people[] = { "village_clerk", "town_clerk", "doc_clerk" };
    struct bench_server s = bench_serve(folder);
    double worst = 0, v[SEARCHES];
    wait_for_index(folder);
    for (size_t i = 0; i < 3; i++) {
        struct bench_person p = bench_sign_in(s.port, people[i]);
        int fd = bench_connect(s.port);
        for (size_t w = 0; w < 3; w++) {
            char path[100];
            (void)snprintf(path, sizeof path, "/api/v1/search?q=%s", words[w]); /* fits */
            for (int k = 0; k < SEARCHES; k++)
                v[k] = timed(fd, &p, path);
            double p95 = bench_percentile(v, SEARCHES, 0.95);
            worst = p95 > worst ? p95 : worst;
        }
        close(fd);
    }
    bench_stop(&s);
    return worst;
}

static int64_t wanted(void)
{
    const char *full = getenv("BENCH"), *number = getenv("BENCH_MATTERS");
    int64_t n;
    if (number && str_to_i64(str_of(number), &n) && n > 0)
        return n;
    return full && strcmp(full, "full") == 0 ? 5000000 : 500000;
}

int main(void)
{
    struct arena *a = arena_new();
    int64_t many = wanted(), few = many / 10 < FEW ? many / 10 : FEW;
    const char *big = loaded(a, many), *small = loaded(a, few);
    double p_few = lists_p99(small), p_many = lists_p99(big);
    printf("{\"bench\":\"growth.p99_ratio\",\"value\":%.2f,\"unit\":\"ratio\",\"of\":{\"matters\":%lld,\"against\":%lld,"
           "\"p99_ms\":%.2f,\"against_p99_ms\":%.2f}}\n",
           p_many / p_few, (long long)many, (long long)few, p_many, p_few);
    printf("{\"bench\":\"search.p95_ms\",\"value\":%.1f,\"unit\":\"ms\",\"of\":{\"matters\":%lld,\"searches\":\"worst of nine\"}}\n",
           search_p95(big), (long long)many);
    arena_free(&a);
    return 0;
}
