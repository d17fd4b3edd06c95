/* memory.events_mb (DESIGN §9): resident memory with 12,000 browsers connected for events, each of
 * another person of the city. The logins are written into the copied folder beforehand, as signing
 * in would leave them; what is measured begins with the browsers' connecting. It ends after every
 * stream has had a heartbeat, so that each has been parked, woken and parked again. One JSON line. */
#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "bench.h"
#include "crypto/crypto.h"

enum { STREAMS = 12000, CLIENTS = 8, PATIENCE_S = 60 };

static void token_of(int i, char out[40])
{
    (void)snprintf(out, 40, "bench-stream-%08d", i); /* fits */
}

/* --- people with a login ------------------------------------------------------------------------- */
static const char people_sql[] =
    "SELECT person_id FROM account WHERE must_change = 0 AND is_disabled = 0 ORDER BY person_id LIMIT ?1";
static const char login_sql[] =
    "INSERT INTO login (id, person_id, digest, csrf, is_token, name, created_at, seen_at, expires_at,"
    " address, agent) VALUES (?1, ?2, ?3, ?3, 0, '', ?4, ?4, ?5, '127.0.0.1', 'bench')";

static int put_logins(struct arena *a, const char *folder)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *people = NULL, *login = NULL;
    int n = 0;
    int64_t now = clock_now_ms();
    CHECK(sqlite3_open(arena_printf(a, "%s/tongban.db", folder), &db) == SQLITE_OK &&
          sqlite3_prepare_v2(db, people_sql, -1, &people, NULL) == SQLITE_OK &&
          sqlite3_prepare_v2(db, login_sql, -1, &login, NULL) == SQLITE_OK &&
          sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_bind_int(people, 1, STREAMS);
    for (; sqlite3_step(people) == SQLITE_ROW; n++) {
        char token[40], digest[65];
        token_of(n, token);
        sm3_hex(str_of(token), digest);
        sqlite3_bind_int64(login, 1, n + 1); /* ids of the program are far above */
        sqlite3_bind_int64(login, 2, sqlite3_column_int64(people, 0));
        sqlite3_bind_text(login, 3, digest, -1, SQLITE_TRANSIENT);
        sqlite3_bind_int64(login, 4, now);
        sqlite3_bind_int64(login, 5, now + CLOCK_HOUR_MS);
        CHECK(sqlite3_step(login) == SQLITE_DONE);
        sqlite3_reset(login);
    }
    CHECK(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_finalize(people);
    sqlite3_finalize(login);
    sqlite3_close(db);
    return n;
}

/* --- streams ------------------------------------------------------------------------------------- */
struct streams {
    int port;
    int fd[STREAMS];
};

/* Opens a share of the streams, each once the one before has its first bytes. */
static void open_some(void *arg, int i)
{
    struct streams *s = arg;
    for (int k = i; k < STREAMS; k += CLIENTS) {
        char head[200], token[40], first[512];
        token_of(k, token);
        int n = snprintf(head, sizeof head,
                         "GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: tb_login=%s\r\n\r\n", token);
        int fd = s->fd[k] = bench_connect(s->port);
        CHECK(fd >= 0 && send(fd, head, (size_t)n, MSG_NOSIGNAL) == n);
        ssize_t got = recv(fd, first, sizeof first - 1, 0);
        CHECK(got > 0);
        first[got] = 0;
        if (strncmp(first, "HTTP/1.1 200", 12) != 0)
            fprintf(stderr, "memory: %s\n", first);
        CHECK(strncmp(first, "HTTP/1.1 200", 12) == 0);
    }
}

static bool has_heartbeat(int fd)
{
    char buf[1024];
    ssize_t n = recv(fd, buf, sizeof buf - 1, MSG_DONTWAIT);
    CHECK(n > 0); /* 0: the program has closed it */
    buf[n] = 0;
    return strstr(buf, ":\n\n") != NULL;
}

/* Until each stream has had a heartbeat; the seconds it took. */
static double await_heartbeats(const struct streams *s)
{
    static struct pollfd fds[STREAMS];
    double from = bench_now();
    int missing = STREAMS;
    for (int i = 0; i < STREAMS; i++)
        fds[i] = (struct pollfd){ .fd = s->fd[i], .events = POLLIN };
    while (missing > 0) {
        CHECK(bench_now() - from < PATIENCE_S);
        if (poll(fds, STREAMS, 1000) <= 0)
            continue;
        for (int i = 0; i < STREAMS; i++)
            if (fds[i].fd >= 0 && fds[i].revents && has_heartbeat(fds[i].fd)) {
                fds[i].fd = -1; /* poll passes over it */
                missing--;
            }
    }
    return bench_now() - from;
}

static void allow_files(void)
{
    struct rlimit files;
    CHECK(getrlimit(RLIMIT_NOFILE, &files) == 0);
    if (files.rlim_cur < STREAMS + 100)
        files.rlim_cur = files.rlim_max;
    CHECK(setrlimit(RLIMIT_NOFILE, &files) == 0);
    if (files.rlim_cur < STREAMS + 2000)
        fprintf(stderr, "memory: at most %llu open files are allowed here\n", (unsigned long long)files.rlim_cur);
    CHECK(files.rlim_cur >= STREAMS + 2000); /* the program needs some for itself */
}

int main(void)
{
    struct arena *a = arena_new();
    struct streams *s = calloc(1, sizeof *s);
    CHECK(s);
    allow_files();
    const char *folder = bench_copy(a, bench_city(a), "memory");
    int people = put_logins(a, folder);
    CHECK(people == STREAMS);
    struct bench_server server = bench_serve(folder);
    double idle = bench_memory_mb(server.pid);
    s->port = server.port;
    double took = bench_threads(CLIENTS, open_some, s);
    double opened = bench_memory_mb(server.pid);
    double beat = await_heartbeats(s);
    double value = bench_memory_mb(server.pid);
    printf("{\"bench\":\"memory.events_mb\",\"value\":%.1f,\"unit\":\"MB\",\"of\":{\"streams\":%d,\"people\":%d,"
           "\"idle_mb\":%.1f,\"connected_mb\":%.1f,\"kb_a_stream\":%.1f,\"connect_s\":%.1f,\"heartbeat_s\":%.1f}}\n",
           value, STREAMS, people, idle, opened, (value - idle) * 1024 / STREAMS, took, beat);
    bench_stop(&server);
    for (int i = 0; i < STREAMS; i++)
        close(s->fd[i]);
    free(s);
    arena_free(&a);
    return 0;
}
