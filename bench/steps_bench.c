/* steps (DESIGN §9): handling steps committed per second by 64 clients over HTTP, fsync on, against
 * a bare C loop that writes the same rows in groups of the same size on the same disk. Both sides
 * work in turn, on a copy of the city each, for several rounds; the middle quotient counts. Also
 * start.ms and memory.idle_mb, since the city is loaded here anyway. One JSON line each. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "bench.h"

#define CLIENTS 64
#define ROUNDS 5
#define STEPS_EACH 40 /* a client's in one round */
#define STEPS (CLIENTS * STEPS_EACH)

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

/* The rows of one step of the program, with its own persons, posts and texts; ?1 is a fresh id, ?2 the
 * matter, ?3 its item, ?4 the moment, ?5 the instance's body, ?6 its id, ?7 the body of the trace, ?8
 * the digest of the input, ?9 who acts, ?10 as which post, ?11 the post the next item goes to. */
static const char *const bare_sql[] = {
    "INSERT INTO opinion (id, matter_id, item_id, node, step, person_id, post_id, who, title, is_noted,"
    " text, at, is_undone, standing) VALUES (?1, ?2, ?3, 'draft', '起草', ?9, ?10, '温晓川', '干部', 0, '请审核。', ?4, 0, '')",
    "UPDATE item SET state = 'done', done_at = ?4, done_person = ?9, done_post = ?10, rev = rev + 1"
    " WHERE id = ?3",
    "INSERT INTO counter (owner, box, n) VALUES (?10, 1, -1)"
    " ON CONFLICT (owner, box) DO UPDATE SET n = counter.n + excluded.n",
    "INSERT INTO item (id, matter_id, leaf, act, node, step, attempt, role, owner_id, owner_kind,"
    " module, urgency, state, arrived_at, urges, due_at, due_from, next_at, rev) VALUES (?1 + 1, ?2, 2, 2,"
    " 'section', '科室负责人审核', 1, 'sign', ?11, 0, 'internal_request', 'normal', 'ready', ?4, 0, ?4, ?4, ?4, 1)",
    "INSERT INTO counter (owner, box, n) VALUES (?11, 1, 1)"
    " ON CONFLICT (owner, box) DO UPDATE SET n = counter.n + excluded.n",
    "INSERT INTO access (scope, matter, text_id) VALUES (?11, ?2 + 1, ?2 + 1)"
    " ON CONFLICT (scope, matter) DO NOTHING",
    "UPDATE flow_instance SET state = 'running', rev = rev + 1, body = ?5 WHERE id = ?6",
    "INSERT INTO trace (stream, seq, op, person_id, post_id, at, client, body, hash) VALUES (?2, 9,"
    " 'item.complete', ?9, ?10, ?4, '127.0.0.1', ?7, zeroblob(32))",
    "INSERT INTO trace_stream (id, seq, head, is_marked) VALUES (?2, 9, zeroblob(32), 1)"
    " ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, head = excluded.head, is_marked = 1",
    "UPDATE matter SET rev = rev + 1 WHERE id = ?2",
    "INSERT INTO command_key (person_id, key, digest, status, answer, at) VALUES (?9,"
    " 'bench-' || ?1, ?8, 200, '{\"matter_id\":\"' || ?2 || '\"}', ?4)",
};
#define BARE (sizeof bare_sql / sizeof *bare_sql)

struct target {
    int64_t matter, item, instance, person, post, next_post;
};

/* In the order in which the program's clients came to theirs. */
static size_t read_targets(sqlite3 *db, struct target *out, size_t max, char **body, char **trace)
{
    sqlite3_stmt *st = NULL;
    size_t n = 0;
    CHECK(sqlite3_prepare_v2(db,
                             "SELECT m.id, i.id, m.instance_id, i.done_person, i.owner_id, k.owner_id, f.body, t.body"
                             " FROM (SELECT id, instance_id FROM matter WHERE module = 'internal_request'"
                             " ORDER BY id DESC LIMIT ?1) m JOIN item i ON i.matter_id = m.id AND i.node = 'draft'"
                             " JOIN item k ON k.matter_id = m.id AND k.node = 'section'"
                             " JOIN flow_instance f ON f.id = m.instance_id"
                             " JOIN trace t ON t.stream = m.id AND t.op = 'item.complete'"
                             " GROUP BY m.id ORDER BY t.at, m.id",
                             -1, &st, NULL) == SQLITE_OK);
    sqlite3_bind_int64(st, 1, (int64_t)max);
    while (sqlite3_step(st) == SQLITE_ROW) {
        out[n++] = (struct target){ sqlite3_column_int64(st, 0), sqlite3_column_int64(st, 1),
                                    sqlite3_column_int64(st, 2), sqlite3_column_int64(st, 3),
                                    sqlite3_column_int64(st, 4), sqlite3_column_int64(st, 5) };
        if (!*body)
            *body = strdup((const char *)sqlite3_column_text(st, 6));
        if (!*trace)
            *trace = strdup((const char *)sqlite3_column_text(st, 7));
    }
    sqlite3_finalize(st);
    return n;
}

struct bare {
    sqlite3 *db;
    sqlite3_stmt *st[BARE];
    struct target *t;
    size_t n, done; /* each matter is written once */
    char *body, *trace, digest[65];
};

static struct bare bare_open(const char *folder, struct arena *a)
{
    struct bare b = { .t = arena_array_of(a, struct target, STEPS * ROUNDS) };
    CHECK(sqlite3_open(arena_printf(a, "%s/tongban.db", folder), &b.db) == SQLITE_OK);
    sqlite3_exec(b.db,
                 "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=10000;"
                 "PRAGMA cache_size=-64000;",
                 NULL, NULL, NULL);
    b.n = read_targets(b.db, b.t, STEPS * ROUNDS, &b.body, &b.trace);
    CHECK(b.n == STEPS * ROUNDS);
    memset(b.digest, 'a', 64);
    for (size_t i = 0; i < BARE; i++)
        CHECK(sqlite3_prepare_v3(b.db, bare_sql[i], -1, SQLITE_PREPARE_PERSISTENT, &b.st[i], NULL) ==
              SQLITE_OK);
    return b;
}

static void bare_close(struct bare *b)
{
    for (size_t i = 0; i < BARE; i++)
        sqlite3_finalize(b->st[i]);
    sqlite3_close(b->db);
    free(b->body);
    free(b->trace);
}

static void bare_step(struct bare *b, size_t k)
{
    const struct target *t = &b->t[k];
    const int64_t id = (INT64_C(1) << 60) + (int64_t)k * 2, at = 1700000000000 + (int64_t)k;
    const int64_t v[] = { 0, id, t->matter, t->item, at, 0, t->instance, 0, 0, t->person, t->post, t->next_post };
    for (size_t i = 0; i < BARE; i++) {
        int have = sqlite3_bind_parameter_count(b->st[i]);
        for (int p = 1; p <= have; p++)
            if (p == 5 || p == 7 || p == 8)
                sqlite3_bind_text(b->st[i], p, p == 5 ? b->body : p == 7 ? b->trace : b->digest, -1, SQLITE_STATIC);
            else
                sqlite3_bind_int64(b->st[i], p, v[p]);
        if (sqlite3_step(b->st[i]) != SQLITE_DONE)
            check_fail(__FILE__, __LINE__, sqlite3_errmsg(b->db));
        sqlite3_reset(b->st[i]);
    }
}

/* Steps a second, for as many steps as the program's round has. */
static double bare_round(struct bare *b, size_t group)
{
    size_t end = b->done + STEPS;
    double from = bench_now();
    while (b->done < end) {
        sqlite3_exec(b->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        for (size_t i = 0; i < group && b->done < end; i++)
            bare_step(b, b->done++);
        CHECK(sqlite3_exec(b->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
    }
    return STEPS / (bench_now() - from);
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

static struct bench_server start(const char *folder)
{
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
    return s;
}

struct round {
    double steps_per_s, bytes, cpu_us, took_ms[STEPS];
};

/* What the search index has still to take from the work that was made. */
static bool is_indexing(sqlite3 *db)
{
    sqlite3_stmt *st = NULL;
    CHECK(sqlite3_prepare_v2(db, "SELECT 1 FROM search_queue LIMIT 1", -1, &st, NULL) == SQLITE_OK);
    bool any = sqlite3_step(st) == SQLITE_ROW;
    sqlite3_finalize(st);
    return any;
}

/* The work is made, and indexed, before the clock runs. */
static void program_round(struct load *l, sqlite3 *look, const struct bench_server *s, struct round *out)
{
    (void)bench_threads(CLIENTS, prepare, l);
    while (is_indexing(look))
        usleep(10000);
    double bytes = written(s->pid), cpu = bench_cpu(s->pid);
    double took = bench_threads(CLIENTS, handle, l);
    out->steps_per_s = STEPS / took;
    out->cpu_us = (bench_cpu(s->pid) - cpu) * 1e6 / STEPS;
    out->bytes = (written(s->pid) - bytes) / STEPS;
    for (int i = 0; i < CLIENTS; i++)
        memcpy(out->took_ms + i * STEPS_EACH, l->client[i].took_ms, sizeof l->client[i].took_ms);
}

int main(void)
{
    struct arena *a = arena_new();
    const char *folder = bench_copy(a, bench_city(a), "steps"), *who[CLIENTS];
    CHECK(accounts(folder, a, who) == CLIENTS);
    struct bench_server s = start(folder);
    sqlite3 *look = NULL;
    CHECK(sqlite3_open_v2(arena_printf(a, "%s/tongban.db", folder), &look, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK);
    struct load l = { s.port, arena_array_of(a, struct client, CLIENTS) };
    struct round *r = arena_array_of(a, struct round, ROUNDS);
    for (int i = 0; i < CLIENTS; i++)
        l.client[i].who = bench_sign_in(s.port, who[i]);
    for (int i = 0; i < ROUNDS; i++) /* warm, and what the bare loop writes to */
        program_round(&l, look, &s, &r[0]);
    bench_stop(&s);
    double group = bench_group(); /* commands the program put into one commit */
    struct bare bare = bare_open(bench_copy(a, folder, "steps-bare"), a);
    s = bench_serve(folder);
    l.port = s.port;
    double ours[ROUNDS], bares[ROUNDS], ratio[ROUNDS], bytes[ROUNDS], cpu[ROUNDS], bare_cpu[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) { /* in turn, so that a busy machine is busy for both */
        program_round(&l, look, &s, &r[i]);
        ours[i] = r[i].steps_per_s;
        bytes[i] = r[i].bytes;
        bare_cpu[i] = bench_cpu_mine();
        bares[i] = bare_round(&bare, (size_t)(group + 0.5));
        bare_cpu[i] = (bench_cpu_mine() - bare_cpu[i]) * 1e6 / STEPS;
        cpu[i] = r[i].cpu_us;
        ratio[i] = ours[i] / bares[i];
    }
    bench_stop(&s);
    sqlite3_close(look);
    bare_close(&bare);
    double *all = arena_array_of(a, double, STEPS * ROUNDS);
    for (int i = 0; i < ROUNDS; i++)
        memcpy(all + i * STEPS, r[i].took_ms, sizeof r[i].took_ms);
    double middle = bench_percentile(ratio, ROUNDS, 0.5); /* sorted from here on */
    printf("{\"bench\":\"steps.ratio\",\"value\":%.2f,\"unit\":\"ratio\",\"of\":{\"rounds\":%d,\"worst\":%.2f,\"best\":%.2f,"
           "\"steps_per_s\":%.0f,\"bare_per_s\":%.0f,\"clients\":%d,\"steps_a_round\":%d,\"p50_ms\":%.1f,\"p99_ms\":%.1f,"
           "\"rows_a_step\":%zu,\"disk_bytes_a_step\":%.0f,\"steps_a_fsync\":%.1f,"
           "\"cpu_us_a_step\":%.0f,\"bare_cpu_us_a_step\":%.0f}}\n",
           middle, ROUNDS, ratio[0], ratio[ROUNDS - 1], bench_percentile(ours, ROUNDS, 0.5), bench_percentile(bares, ROUNDS, 0.5),
           CLIENTS, STEPS, bench_percentile(all, STEPS * ROUNDS, 0.5), bench_percentile(all, STEPS * ROUNDS, 0.99), BARE,
           bench_percentile(bytes, ROUNDS, 0.5), group,
           bench_percentile(cpu, ROUNDS, 0.5), bench_percentile(bare_cpu, ROUNDS, 0.5));
    arena_free(&a);
    return 0;
}
