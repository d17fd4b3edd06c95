/* growth.p99_ratio and search.p95_ms (DESIGN §9): the same lists on a city with many documents
 * against one with a hundredth of them, and two-character searches by people who see little, much
 * and all.
 *
 * The loaded folders are made once by demo/'s loader, indexed, verified, and kept under build/load/
 * by the digest of the schema. BENCH=full: 5,000,000 received matters; otherwise 500,000;
 * BENCH_MATTERS says another number. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/embed.h"
#include "bench.h"
#include "core/core.h"
#include "crypto/crypto.h"
#include "demo/demo_load.h"
#include "demo/demo_stage.h"
#include "flow/flow.h"

enum { ROUNDS = 30, REQUESTS = 150, SEARCHES = 60 };

/* --- the folders ------------------------------------------------------------------------------ */
static void load_into(struct arena *a, const char *folder, int64_t matters)
{
    struct core_config config = { .dir = folder, .node = -1, .is_bulk = true };
    struct err e = { 0 };
    struct demo_loaded done;
    double from = bench_now();
    CHECK(core_conf(folder, NULL, a, &config.db, &e));
    bool good = demo_load(&config, "city", matters, clock_now_ms(), a, &done, &e);
    if (!good)
        fprintf(stderr, "%s\n", err_message(a, &e, LANG_EN));
    CHECK(good);
    fprintf(stderr, "load: %lld documents, %lld received matters in %.0f s\n",
            (long long)done.documents, (long long)done.matters, bench_now() - from);
}

/* Texts are indexed in order from a queue while the program serves. */
static bool is_indexed(const char *database)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    CHECK(sqlite3_open_v2(database, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK);
    (void)sqlite3_busy_timeout(db, 5000);
    CHECK(sqlite3_prepare_v2(db, "SELECT 1 FROM search_queue LIMIT 1", -1, &st, NULL) == SQLITE_OK);
    bool is_empty = sqlite3_step(st) == SQLITE_DONE;
    sqlite3_finalize(st);
    sqlite3_close(db);
    return is_empty;
}

static void index_texts(struct arena *a, const char *folder)
{
    double from = bench_now();
    struct bench_server s = bench_serve(folder);
    while (!is_indexed(arena_printf(a, "%s/tongban.db", folder)))
        usleep(200000);
    bench_stop(&s);
    fprintf(stderr, "load: indexed in %.0f s\n", bench_now() - from);
}

/* What a loaded folder depends on: the schema, the modules, how a flow's state is written. */
static const char *kind_of_folder(struct arena *a)
{
    struct buf b = buf_in(a);
    char *digest = arena_alloc(a, SM3_HEX_SIZE + 1);
    buf_str(&b, core_schema());
    for (const struct embed_file *f = embed_files; f->name; f++)
        if (str_starts(str_of(f->name), STR("modules/")))
            buf_put(&b, f->begin, (size_t)(f->end - f->begin));
    flow_state_write(&b, flow_state_new(a));
    sm3_hex(buf_done(&b), digest);
    digest[12] = 0;
    return digest;
}

static const char *loaded(struct arena *a, int64_t matters)
{
    const char *kind = kind_of_folder(a);
    const char *folder = arena_printf(a, "build/load/%lld-%s", (long long)matters, kind);
    if (access(arena_printf(a, "%s/ready", folder), F_OK) == 0)
        return folder;
    const char *made = bench_copy(a, bench_city(a), "loading");
    const char *sweep[] = { "find",  "build/load", "-mindepth",
                            "1",     "-maxdepth",  "1",
                            "!",     "-name",      arena_printf(a, "*-%s", kind),
                            "-exec", "rm",         "-rf",
                            "{}",    "+",          NULL };
    (void)mkdir("build/load", 0700); /* it may be there */
    CHECK(bench_run(sweep) == 0);    /* those of another schema */
    load_into(a, made, matters);
    index_texts(a, made);
    const char *verify[] = { BENCH_PROGRAM, "verify", "--data", made, NULL };
    CHECK(bench_run(verify) == 0);
    CHECK(rename(made, folder) == 0);
    FILE *f = fopen(arena_printf(a, "%s/ready", folder), "w");
    CHECK(f && fclose(f) == 0);
    return folder;
}

/* --- requests --------------------------------------------------------------------------------- */
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
    const char *name, *account, *path;
} lists[] = {
    { "todo", "town_clerk", "/items?box=todo" },
    { "done", "doc_clerk", "/items?box=done" },
    { "initiated", "drafter", "/items?box=initiated" },
    { "sent", "doc_clerk", "/registers/sent" },
    { "received", "town_clerk", "/registers/received" },
    { "dispatches", "doc_clerk", "/dispatches" },
    { "matter", "doc_clerk", NULL }, /* the newest that was handled */
};
enum { LISTS = sizeof lists / sizeof *lists };

struct side {
    struct bench_server server;
    struct bench_person who;
    int fd;
    const char *path;
    size_t bytes;
    double v[REQUESTS], p50[ROUNDS], p99[ROUNDS];
};

static const char *path_of(struct arena *a, struct side *s, size_t k)
{
    char *answer = NULL;
    if (lists[k].path)
        return arena_printf(a, "/api/v1%s", lists[k].path);
    CHECK(bench_request(s->fd, &s->who, "/api/v1/items?box=done", NULL, &answer, NULL) == 200);
    const char *id = strstr(answer, "\"matter\":\"");
    CHECK(id);
    const char *path =
        arena_printf(a, "/api/v1/matters/%.*s", (int)strcspn(id + 10, "\""), id + 10);
    free(answer);
    return path;
}

static void list_begin(struct arena *a, struct side *s, size_t k)
{
    s->who = bench_sign_in(s->server.port, lists[k].account);
    s->fd = bench_connect(s->server.port);
    s->path = path_of(a, s, k);
    for (int i = 0; i < 20; i++)
        (void)timed(s->fd, &s->who, s->path); /* warm */
    CHECK(bench_request(s->fd, &s->who, s->path, NULL, NULL, &s->bytes) == 200);
}

/* One list on both cities by turns, so that what else the machine does meets both alike. */
static void list_round(struct side s[2], int round)
{
    for (int n = 0; n < REQUESTS * 2; n++) {
        struct side *one = &s[n % 2];
        one->v[n / 2] = timed(one->fd, &one->who, one->path);
    }
    for (int i = 0; i < 2; i++) {
        s[i].p50[round] = bench_percentile(s[i].v, REQUESTS, 0.5);
        s[i].p99[round] = bench_percentile(s[i].v, REQUESTS, 0.99);
    }
}

/* p99 of many against few, each of its quietest round: what else the machine does only adds, and a
 * list that grows is slower in every round. Adds what was measured to b. */
static double list_ratio(struct side s[2], size_t k, struct buf *b)
{
    double p50[2], p99[2];
    for (int round = 0; round < ROUNDS; round++)
        list_round(s, round);
    for (int i = 0; i < 2; i++) {
        p50[i] = bench_percentile(s[i].p50, ROUNDS, 0);
        p99[i] = bench_percentile(s[i].p99, ROUNDS, 0);
        close(s[i].fd);
    }
    buf_printf(b,
               ",\"%s\":{\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"bytes\":%zu,\"against\":{\"p50_ms\":%."
               "2f,\"p99_ms\":%.2f,\"bytes\":%zu}}",
               lists[k].name, p50[1], p99[1], s[1].bytes, p50[0], p99[0], s[0].bytes);
    return p99[1] / p99[0];
}

/* The value is the list that grows most. */
static void growth(struct arena *a, const char *big, int64_t many, const char *small, int64_t few)
{
    static struct side s[2];
    struct buf b = buf_in(a);
    double worst = 0;
    s[0].server = bench_serve(small);
    s[1].server = bench_serve(big);
    for (size_t k = 0; k < LISTS; k++) {
        for (int i = 0; i < 2; i++)
            list_begin(a, &s[i], k);
        double ratio = list_ratio(s, k, &b);
        worst = ratio > worst ? ratio : worst;
    }
    for (int i = 0; i < 2; i++)
        bench_stop(&s[i].server);
    struct str each = buf_done(&b);
    printf("{\"bench\":\"growth.p99_ratio\",\"value\":%.2f,\"unit\":\"ratio\",\"of\":{\"matters\":%"
           "lld,\"against\":%lld,"
           "\"rounds\":%d,\"requests\":%d%.*s}}\n",
           worst, (long long)many, (long long)few, ROUNDS, REQUESTS, STR_ARG(each));
    fflush(stdout);
}

/* --- searching -------------------------------------------------------------------------------- */
/* How many texts an account may see: the reach of its searches. */
static int64_t texts_seen(const char *folder, const char *account)
{
    struct arena *a = arena_new();
    struct err e = { 0 };
    struct core_config config = { .dir = folder, .node = -1 };
    CHECK(core_conf(folder, NULL, a, &config.db, &e));
    struct core *core = core_open(&config, a, &e);
    CHECK(core);
    struct stage *s = stage_new(core, a, &e);
    CHECK(s);
    stage_at(s, clock_now_ms());
    const struct ctx *cx = stage_look(s, account);
    CHECK(cx);
    struct buf sql = buf_in(a);
    buf_text(&sql, "SELECT count(DISTINCT text_id) FROM access WHERE scope IN (0");
    for (size_t i = 0; i < cx->actor->n_scopes; i++)
        buf_printf(&sql, ",%lld", (long long)cx->actor->scopes[i].id);
    buf_text(&sql, ")");
    struct str text = buf_done(&sql);
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    CHECK(sqlite3_open_v2(arena_printf(a, "%s/tongban.db", folder), &db, SQLITE_OPEN_READONLY,
                          NULL) == SQLITE_OK &&
          sqlite3_prepare_v2(db, text.p, (int)text.n, &st, NULL) == SQLITE_OK &&
          sqlite3_step(st) == SQLITE_ROW);
    int64_t n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(db);
    stage_free(&s);
    core_close(&core);
    arena_free(&a);
    return n;
}

/* The worst p95 of people × words. */
static void searching(struct arena *a, const char *folder, int64_t matters)
{
    /* 粮油 is rare (6 in 1,000), 乡村 ordinary (2 in 100), 通知 in nearly every document */
    static const char *const words[] = { "%E7%B2%AE%E6%B2%B9", "%E4%B9%A1%E6%9D%91",
                                         "%E9%80%9A%E7%9F%A5" };
    static const char *const people[] = { "village_clerk", "town_clerk", "doc_clerk" };
    int64_t seen[3];
    for (size_t i = 0; i < 3; i++)
        seen[i] = texts_seen(folder, people[i]);
    struct bench_server s = bench_serve(folder);
    struct buf b = buf_in(a);
    double worst = 0, v[SEARCHES], p95[3];
    for (size_t i = 0; i < 3; i++) {
        struct bench_person p = bench_sign_in(s.port, people[i]);
        int fd = bench_connect(s.port);
        for (size_t w = 0; w < 3; w++) {
            const char *path = arena_printf(a, "/api/v1/search?q=%s", words[w]);
            for (int k = 0; k < SEARCHES; k++)
                v[k] = timed(fd, &p, path);
            p95[w] = bench_percentile(v, SEARCHES, 0.95);
            worst = p95[w] > worst ? p95[w] : worst;
        }
        close(fd);
        buf_printf(
            &b, ",\"%s\":{\"texts\":%lld,\"rare_ms\":%.1f,\"ordinary_ms\":%.1f,\"common_ms\":%.1f}",
            people[i], (long long)seen[i], p95[0], p95[1], p95[2]);
    }
    bench_stop(&s);
    struct str each = buf_done(&b);
    printf("{\"bench\":\"search.p95_ms\",\"value\":%.1f,\"unit\":\"ms\",\"of\":{\"matters\":%lld,"
           "\"searches\":\"worst of nine\"%.*s}}\n",
           worst, (long long)matters, STR_ARG(each));
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
    int64_t many = wanted(), few = many / 100;
    const char *big = loaded(a, many), *small = loaded(a, few);
    growth(a, big, many, small, few);
    searching(a, big, many);
    arena_free(&a);
    return 0;
}
