/* flow_saved.per_cpu_s (DESIGN §9): instances of a five-step approval driven to the end through
 * desk/'s commands in this process, rows and trace saved after every step, no fsync (is_bulk), per
 * CPU-second of the whole process: the acting threads with their decoding and looking up the open
 * item, the committer, the database. The approval is the installed 内部呈批: draft, head of the
 * section, two leaders, taking note; six commands with the start. One JSON line. */
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/check.h"
#include "base/clock.h"
#include "bench.h"
#include "core/core.h"
#include "desk/desk.h"

enum { CLIENTS = 16, OFFICES = 64, WARM = 10, EACH = 50, ROUNDS = 5, COMMANDS = 6 };

enum who { DRAFTER, HEAD, FIRST_LEADER, SECOND_LEADER, WHO_COUNT };

struct office {
    const struct actor *who[WHO_COUNT];
    const char *leaders; /* the choice of them, JSON */
};

struct load {
    struct core *core;
    struct office office[OFFICES];
    size_t n;
    int each;
};

/* --- who acts ------------------------------------------------------------------------------------ */
/* Sections with a head of their own, in units with at least two leaders. */
static const char offices_sql[] =
    "SELECT min(t.person_id), h.person_id, (SELECT min(l.id) FROM post l WHERE l.unit_id = h.unit_id AND l.is_leader = 1) AS first,"
    " (SELECT max(l.id) FROM post l WHERE l.unit_id = h.unit_id AND l.is_leader = 1) AS second"
    " FROM grant_ g CROSS JOIN post h ON h.id = g.post_id AND h.is_leader = 0 CROSS JOIN post t ON t.section_id = h.section_id"
    " AND t.is_main = 1 AND t.is_leader = 0 AND t.id <> h.id WHERE g.role = 6"
    " GROUP BY h.id HAVING first < second ORDER BY h.id LIMIT ?1";

static int64_t person_of(sqlite3 *db, int64_t post)
{
    sqlite3_stmt *st = NULL;
    CHECK(sqlite3_prepare_v2(db, "SELECT person_id FROM post WHERE id = ?1", -1, &st, NULL) == SQLITE_OK);
    sqlite3_bind_int64(st, 1, post);
    CHECK(sqlite3_step(st) == SQLITE_ROW);
    int64_t person = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return person;
}

static void offices(struct load *l, const char *folder, struct arena *a)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    struct err e = { 0 };
    struct db *reader = core_reader(l->core, a, &e);
    CHECK(reader && sqlite3_open_v2(arena_printf(a, "%s/tongban.db", folder), &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
          sqlite3_prepare_v2(db, offices_sql, -1, &st, NULL) == SQLITE_OK);
    sqlite3_bind_int(st, 1, OFFICES);
    while (sqlite3_step(st) == SQLITE_ROW) {
        struct office *o = &l->office[l->n++];
        int64_t first = sqlite3_column_int64(st, 2), second = sqlite3_column_int64(st, 3);
        const int64_t person[WHO_COUNT] = { sqlite3_column_int64(st, 0), sqlite3_column_int64(st, 1),
                                            person_of(db, first), person_of(db, second) };
        for (size_t i = 0; i < WHO_COUNT; i++)
            CHECK((o->who[i] = actor_load(l->core, reader, person[i], clock_now_ms(), a, &e)) != NULL);
        o->leaders = arena_printf(a, "{\"vars\":{\"leaders\":[\"post:%lld\",\"post:%lld\"]},\"opinion\":\"拟同意，请领导审批。\"}",
                                  (long long)first, (long long)second);
    }
    sqlite3_finalize(st);
    sqlite3_close(db);
    db_close(&reader);
    CHECK(l->n > 0);
}

/* --- an instance --------------------------------------------------------------------------------- */
struct hand {
    struct load *l;
    struct db *db; /* to look with */
    struct arena *a;
};

/* The command's answer as its output record. */
static void *act(struct hand *h, const struct actor *who, const char *command, const char *body,
                 const struct param *params, size_t n)
{
    struct err e = { 0 };
    const struct command *c = command_find(command);
    const struct jv *json = jv_parse(h->a, str_of(body), NULL, NULL);
    void *in = record_decode(h->a, c->in, json, params, n, &e), *out = arena_alloc(h->a, c->out->size);
    if (!in || !door_run(h->l->core, command, in, out, who, clock_now_ms(), h->a, &e)) {
        fprintf(stderr, "saved: %s %s: %s\n", command, body, err_message(h->a, &e, LANG_EN));
        check_fail(__FILE__, __LINE__, "a step was refused");
    }
    return out;
}

static struct ctx look(struct hand *h, const struct actor *who)
{
    struct ctx cx = { .a = h->a, .db = h->db, .core = h->l->core, .now = clock_now_ms(), .actor = who };
    return cx;
}

static void step(struct hand *h, const struct actor *who, int64_t matter, const char *body)
{
    struct ctx cx = look(h, who);
    int64_t item = 0;
    CHECK(matter_my_item(&cx, matter, STR_NONE, &item, NULL) == 1);
    const struct param of = { STR("item_id"), str_printf(h->a, "%lld", (long long)item) };
    (void)act(h, who, "item.complete", body, &of, 1); /* the answer names the matter only */
}

static int64_t drive(struct hand *h, const struct office *o)
{
    const char *start = "{\"module\":\"internal_request\",\"title\":\"关于购置防汛物资的呈批\",\"form\":{\"content\":\"请批准\"}}";
    const int64_t *made = act(h, o->who[DRAFTER], "matter.start", start, NULL, 0);
    int64_t matter = made[0]; /* matter_id is the answer's first member */
    step(h, o->who[DRAFTER], matter, "{\"opinion\":\"请审核。\"}");
    step(h, o->who[HEAD], matter, o->leaders);
    step(h, o->who[FIRST_LEADER], matter, "{\"outcome\":\"agree\",\"opinion\":\"同意。\"}");
    step(h, o->who[SECOND_LEADER], matter, "{\"outcome\":\"agree\",\"opinion\":\"同意。\"}");
    step(h, o->who[DRAFTER], matter, "{}");
    return matter;
}

static void drive_some(void *arg, int i)
{
    struct load *l = arg;
    struct err e = { 0 };
    struct arena *keep = arena_new();
    struct hand h = { l, core_reader(l->core, keep, &e), arena_new() };
    CHECK(h.db);
    db_errors_to(h.db, keep, &e);
    for (int k = 0; k < l->each; k++) {
        const struct office *o = &l->office[(size_t)(i + k * CLIENTS) % l->n];
        int64_t id = drive(&h, o);
        struct ctx cx = look(&h, o->who[DRAFTER]);
        struct matter m;
        CHECK(k > 0 || (matter_load(&cx, id, &m) && str_is(m.state, "done"))); /* the first of each says it for all */
        arena_empty(h.a);
    }
    db_close(&h.db);
    arena_free(&h.a);
    arena_free(&keep);
}

static double cpu_seconds(void)
{
    struct rusage u;
    CHECK(getrusage(RUSAGE_SELF, &u) == 0);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

int main(void)
{
    struct arena *a = arena_new();
    struct err e = { 0 };
    const char *folder = bench_copy(a, bench_city(a), "saved");
    struct core_config config = { .dir = folder, .node = -1, .is_bulk = true };
    CHECK(core_conf(folder, NULL, a, &config.db, &e));
    struct load l = { .core = core_open(&config, a, &e) };
    if (!l.core)
        fprintf(stderr, "%s\n", err_message(a, &e, LANG_EN));
    CHECK(l.core);
    offices(&l, folder, a);
    l.each = WARM;
    (void)bench_threads(CLIENTS, drive_some, &l); /* caches, prepared statements */
    l.each = EACH;
    double cpu[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        double from = cpu_seconds();
        (void)bench_threads(CLIENTS, drive_some, &l); /* CPU is counted, not the clock */
        cpu[i] = cpu_seconds() - from;
    }
    int n = CLIENTS * EACH;
    double middle = bench_percentile(cpu, ROUNDS, 0.5); /* sorted from here on */
    printf("{\"bench\":\"flow_saved.per_cpu_s\",\"value\":%.0f,\"unit\":\"1/s\",\"of\":{\"rounds\":%d,\"best\":%.0f,\"worst\":%.0f,"
           "\"instances_a_round\":%d,\"steps\":5,\"commands\":%d,\"cpu_us_a_command\":%.0f,\"clients\":%d,\"offices\":%zu}}\n",
           n / middle, ROUNDS, n / cpu[0], n / cpu[ROUNDS - 1], n, COMMANDS, middle * 1e6 / n / COMMANDS, CLIENTS, l.n);
    core_close(&l.core);
    arena_free(&a);
    return 0;
}
