/* steps (DESIGN §9): handling steps committed per second by 64 clients over HTTP, fsync on, against
 * a bare C loop that writes the same rows in groups of the same size on the same disk. Also start.ms
 * and memory.idle_mb, since the city is loaded here anyway. One JSON line each. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "bench.h"

#define CLIENTS 64
#define STEPS_EACH 150

struct client {
    struct bench_person who;
    char item[STEPS_EACH][24];
    double took_ms[STEPS_EACH];
};

struct load {
    int port;
    struct client *client;
};

/* --- the program ------------------------------------------------------------------------------------ */

static void prepare(void *arg, int i)
{
    struct load *l = arg;
    struct client *c = &l->client[i];
    int fd = bench_connect(l->port);
    for (int k = 0; k < STEPS_EACH; k++) {
        char *answer = NULL;
        int status = bench_request(fd, &c->who, "/api/v1/matters",
                                   "{\"module\":\"internal_request\",\"title\":\"关于购置防汛物资的呈批\","
                                   "\"form\":{\"content\":\"请批准\"}}",
                                   &answer, NULL);
        CHECK(status == 201);
        char *p = strstr(answer, "\"item_id\":\"");
        CHECK(p);
        (void)snprintf(c->item[k], sizeof c->item[k], "%.*s", (int)strcspn(p + 11, "\""), p + 11);
        free(answer);
    }
    close(fd);
}

static void handle(void *arg, int i)
{
    struct load *l = arg;
    struct client *c = &l->client[i];
    int fd = bench_connect(l->port);
    for (int k = 0; k < STEPS_EACH; k++) {
        char path[96];
        (void)snprintf(path, sizeof path, "/api/v1/items/%s/complete", c->item[k]);
        double from = bench_now();
        CHECK(bench_request(fd, &c->who, path, "{\"opinion\":\"请审核。\"}", NULL, NULL) == 200);
        c->took_ms[k] = (bench_now() - from) * 1000;
    }
    close(fd);
}

/* Staff of sections that have a head, so that each step has somebody to go to. */
static int accounts(const char *folder, struct arena *a, const char **out)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    int n = 0;
    CHECK(sqlite3_open_v2(arena_printf(a, "%s/tongban.db", folder), &db, SQLITE_OPEN_READONLY,
                          NULL) == SQLITE_OK);
    CHECK(sqlite3_prepare_v2(db,
                             "SELECT c.account FROM post t JOIN account c ON c.person_id = t.person_id"
                             " JOIN post h ON h.section_id = t.section_id"
                             " JOIN grant_ g ON g.post_id = h.id AND g.role = 6"
                             " WHERE t.is_main = 1 AND t.is_leader = 0 AND h.id <> t.id"
                             " GROUP BY t.section_id ORDER BY t.id LIMIT ?1",
                             -1, &st, NULL) == SQLITE_OK);
    sqlite3_bind_int(st, 1, CLIENTS);
    while (sqlite3_step(st) == SQLITE_ROW)
        out[n++] = arena_strdup(a, (const char *)sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    sqlite3_close(db);
    return n;
}

/* --- the bare loop ------------------------------------------------------------------------------------ */

static const char *const bare_sql[] = {
    "INSERT INTO opinion (id, matter_id, item_id, node, step, person_id, post_id, who, title, is_noted,"
    " text, at, is_undone) VALUES (?1, ?2, ?3, 'draft', '起草', 1, 2, '温晓川', '干部', 0, '请审核。', ?4, 0)",
    "UPDATE item SET state = 'done', done_at = ?4, done_person = 1, done_post = 2, rev = rev + 1"
    " WHERE id = ?3",
    "INSERT INTO counter (owner, box, n) VALUES (?2 % 64, 1, -1)"
    " ON CONFLICT (owner, box) DO UPDATE SET n = counter.n + excluded.n",
    "INSERT INTO item (id, matter_id, leaf, act, node, step, attempt, role, owner_id, owner_kind,"
    " module, urgency, state, arrived_at, urges, due_at, rev) VALUES (?1 + 1, ?2, 2, 2, 'section',"
    " '科室负责人审核', 1, 'sign', ?2 % 64, 0, 'internal_request', 'normal', 'ready', ?4, 0, ?4, 1)",
    "INSERT INTO counter (owner, box, n) VALUES (?2 % 64 + 100, 1, 1)"
    " ON CONFLICT (owner, box) DO UPDATE SET n = counter.n + excluded.n",
    "INSERT INTO access (scope, matter, text_id) VALUES (?2 % 64, ?2, ?2)"
    " ON CONFLICT (scope, matter) DO NOTHING",
    "UPDATE flow_instance SET state = 'running', rev = rev + 1, body = ?5 WHERE matter_id IS NOT NULL"
    " AND id = ?6",
    "INSERT INTO trace (stream, seq, op, person_id, at, client, body, hash) VALUES (?2, 9,"
    " 'item.complete', 1, ?4, '127.0.0.1', ?7, zeroblob(32))",
    "INSERT INTO trace_stream (id, seq, head, is_marked) VALUES (?2, 9, zeroblob(32), 1)"
    " ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, head = excluded.head, is_marked = 1",
    "UPDATE matter SET rev = rev + 1 WHERE id = ?2",
    "INSERT INTO command_key (person_id, key, digest, status, answer, at) VALUES (1,"
    " 'bench-' || ?1, ?8, 200, '{\"matter_id\":\"' || ?2 || '\"}', ?4)",
};
#define BARE (sizeof bare_sql / sizeof *bare_sql)

struct target {
    int64_t matter, item, instance;
};

static size_t read_targets(sqlite3 *db, struct target *out, size_t max, char **body, char **trace)
{
    sqlite3_stmt *st = NULL;
    size_t n = 0;
    CHECK(sqlite3_prepare_v2(db,
                             "SELECT m.id, i.id, m.instance_id, f.body, t.body FROM matter m"
                             " JOIN item i ON i.matter_id = m.id AND i.node = 'draft'"
                             " JOIN flow_instance f ON f.id = m.instance_id"
                             " JOIN trace t ON t.stream = m.id AND t.op = 'item.complete'"
                             " WHERE m.module = 'internal_request' ORDER BY m.id DESC LIMIT ?1",
                             -1, &st, NULL) == SQLITE_OK);
    sqlite3_bind_int64(st, 1, (int64_t)max);
    while (sqlite3_step(st) == SQLITE_ROW) {
        out[n++] = (struct target){ sqlite3_column_int64(st, 0), sqlite3_column_int64(st, 1),
                                    sqlite3_column_int64(st, 2) };
        if (!*body)
            *body = strdup((const char *)sqlite3_column_text(st, 3));
        if (!*trace)
            *trace = strdup((const char *)sqlite3_column_text(st, 4));
    }
    sqlite3_finalize(st);
    return n;
}

static double bare_loop(const char *folder, struct arena *a, int group, size_t *rows)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *st[BARE];
    struct target *t = malloc(sizeof *t * CLIENTS * STEPS_EACH);
    char *body = NULL, *trace = NULL, digest[65];
    CHECK(sqlite3_open(arena_printf(a, "%s/tongban.db", folder), &db) == SQLITE_OK);
    sqlite3_exec(db,
                 "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=10000;"
                 "PRAGMA cache_size=-64000;",
                 NULL, NULL, NULL);
    size_t n = read_targets(db, t, CLIENTS * STEPS_EACH, &body, &trace);
    CHECK(n > 0);
    memset(digest, 'a', 64);
    digest[64] = 0;
    for (size_t i = 0; i < BARE; i++)
        CHECK(sqlite3_prepare_v3(db, bare_sql[i], -1, SQLITE_PREPARE_PERSISTENT, &st[i], NULL) ==
              SQLITE_OK);
    double from = bench_now();
    for (size_t k = 0; k < n; k++) {
        if (k % (size_t)group == 0)
            sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        for (size_t i = 0; i < BARE; i++) {
            int have = sqlite3_bind_parameter_count(st[i]);
            const int64_t v[] = { (INT64_C(1) << 60) + (int64_t)k * 2, t[k].matter, t[k].item,
                                  1700000000000 + (int64_t)k };
            for (int p = 1; p <= have && p <= 4; p++)
                sqlite3_bind_int64(st[i], p, v[p - 1]);
            if (have >= 5)
                sqlite3_bind_text(st[i], 5, body, -1, SQLITE_STATIC);
            if (have >= 6)
                sqlite3_bind_int64(st[i], 6, t[k].instance);
            if (have >= 7)
                sqlite3_bind_text(st[i], 7, trace, -1, SQLITE_STATIC);
            if (have >= 8)
                sqlite3_bind_text(st[i], 8, digest, -1, SQLITE_STATIC);
            int rc = sqlite3_step(st[i]);
            CHECK(rc == SQLITE_DONE);
            sqlite3_reset(st[i]);
        }
        if ((k + 1) % (size_t)group == 0 || k + 1 == n)
            CHECK(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
    }
    double took = bench_now() - from;
    for (size_t i = 0; i < BARE; i++)
        sqlite3_finalize(st[i]);
    sqlite3_close(db);
    free(body);
    free(trace);
    free(t);
    *rows = BARE;
    return (double)n / took;
}

/* --- both ---------------------------------------------------------------------------------------------- */

/* Bytes the program has had written to disk. */
static double written(pid_t pid)
{
    char path[64], line[128];
    double v = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/io", (int)pid);
    FILE *f = fopen(path, "r");
    CHECK(f);
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "write_bytes: %lf", &v) == 1)
            break;
    fclose(f);
    return v;
}

int main(void)
{
    struct arena *a = arena_new();
    const char *city = bench_city(a), *who[CLIENTS];
    const char *folder = bench_copy(a, city, "steps");
    CHECK(accounts(folder, a, who) == CLIENTS);
    double starts[3];
    struct bench_server s;
    for (int i = 0; i < 3; i++) {
        s = bench_serve(folder);
        starts[i] = s.start_ms;
        if (i < 2)
            bench_stop(&s);
    }
    printf("{\"bench\":\"start.ms\",\"value\":%.0f,\"unit\":\"ms\",\"of\":{\"runs\":3,\"what\":\"median,"
           " city loaded\"}}\n",
           bench_percentile(starts, 3, 0.5));
    printf("{\"bench\":\"memory.idle_mb\",\"value\":%.1f,\"unit\":\"MB\",\"of\":{\"people\":40022,"
           "\"units\":3600}}\n",
           bench_memory_mb(s.pid));
    fflush(stdout);
    struct load l = { s.port, calloc(CLIENTS, sizeof(struct client)) };
    CHECK(l.client);
    for (int i = 0; i < CLIENTS; i++)
        l.client[i].who = bench_sign_in(s.port, who[i]);
    (void)bench_threads(CLIENTS, prepare, &l); /* making the work is not timed */
    double bytes = written(s.pid);
    double took = bench_threads(CLIENTS, handle, &l);
    bytes = written(s.pid) - bytes;
    double steps = CLIENTS * STEPS_EACH, *all = malloc(sizeof(double) * CLIENTS * STEPS_EACH);
    CHECK(all);
    for (int i = 0; i < CLIENTS; i++)
        memcpy(all + i * STEPS_EACH, l.client[i].took_ms, sizeof l.client[i].took_ms);
    bench_stop(&s);
    size_t rows;
    double bare = bare_loop(folder, a, CLIENTS / 2, &rows);
    printf("{\"bench\":\"steps.ratio\",\"value\":%.2f,\"unit\":\"ratio\",\"of\":{\"steps_per_s\":%.0f,"
           "\"bare_per_s\":%.0f,\"clients\":%d,\"steps\":%.0f,\"p50_ms\":%.1f,\"p99_ms\":%.1f,"
           "\"rows_a_step\":%zu,\"disk_bytes_a_step\":%.0f,\"bare_group\":%d}}\n",
           steps / took / bare, steps / took, bare, CLIENTS, steps,
           bench_percentile(all, CLIENTS * STEPS_EACH, 0.5),
           bench_percentile(all, CLIENTS * STEPS_EACH, 0.99), rows, bytes / steps, CLIENTS / 2);
    free(all);
    free(l.client);
    arena_free(&a);
    return 0;
}
