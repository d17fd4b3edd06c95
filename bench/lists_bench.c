/* lists.ratio (DESIGN §9): to-do list, document page and register page per second, whole (session,
 * permission, JSON), against a bare libmicrohttpd handler that runs the same prepared statements
 * and writes as many bytes. The statements, and how many rows of each are taken, are recorded while the
 * program's own door answers the same request; both sides get the same closed-loop load in turn. */
#include <microhttpd.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "bench.h"
#include "core/core.h"

#define PAGES 3
#define STATEMENTS 200
#define CLIENTS 16
#define SECONDS 2.0
#define ROUNDS 3

/* --- recording what a read asks of the database ------------------------------------------------------- */

struct page {
    const char *name, *path; /* under /api/v1 */
    char *sql[STATEMENTS];
    int rows[STATEMENTS]; /* taken of each */
    sqlite3_stmt *by[STATEMENTS];
    int n;
    size_t size;
};

static struct page *recording;

static int on_statement(unsigned what, void *arg, void *p, void *x)
{
    (void)arg;
    const char *text = x;
    for (int i = recording && what == SQLITE_TRACE_ROW ? recording->n - 1 : -1; i >= 0; i--)
        if (recording->by[i] == p) { /* its newest run */
            recording->rows[i]++;
            break;
        }
    if (!recording || what == SQLITE_TRACE_ROW || (text && text[0] == '-' && text[1] == '-') || recording->n == STATEMENTS)
        return 0;
    char *sql = sqlite3_expanded_sql(p);
    recording->by[recording->n] = p;
    if (sql)
        recording->sql[recording->n++] = strdup(sql);
    sqlite3_free(sql);
    return 0;
}

static int on_connection(sqlite3 *db, char **error, const void *api)
{
    (void)error;
    (void)api;
    return sqlite3_trace_v2(db, SQLITE_TRACE_STMT | SQLITE_TRACE_ROW, on_statement, NULL);
}

static const struct read *read_of(const char *path, struct param *params, size_t *n)
{
    /* the three paths have at most one id and one query string */
    struct str rest = str_of(path), route, pair, name;
    (void)str_cut(&rest, '?', &route);
    *n = 0;
    const char *wanted = route.p;
    char pattern[128];
    if (str_starts(route, STR("/matters/"))) {
        params[(*n)++] = (struct param){ STR("matter_id"), str_sub(route, 9, route.n) };
        (void)snprintf(pattern, sizeof pattern, "/matters/{matter_id}");
    } else {
        (void)snprintf(pattern, sizeof pattern, "%.*s", STR_ARG(route));
    }
    (void)wanted;
    while (rest.n && str_cut(&rest, '&', &pair) && str_cut(&pair, '=', &name))
        params[(*n)++] = (struct param){ name, pair };
    for (const struct room *const *r = rooms; *r; r++)
        for (size_t i = 0; i < (*r)->n_reads; i++)
            if (strcmp((*r)->reads[i].path, pattern) == 0)
                return &(*r)->reads[i];
    check_fail(__FILE__, __LINE__, path);
}

static void record(struct core *core, struct page *p, const struct bench_person *who)
{
    struct arena *a = arena_new();
    struct err e = { 0 };
    struct db *db = core_reader(core, a, &e);
    CHECK(db);
    for (int warm = 1; warm >= 0; warm--) { /* the first fills the actor's cache */
        struct call call = { .a = a, .core = core, .address = STR("127.0.0.1") };
        call.read = read_of(p->path, call.params, &call.n_params);
        call.login_token = str_of(strchr(who->cookie, '=') + 1);
        recording = warm ? NULL : p;
        door_read(&call, db);
        recording = NULL;
        if (call.err.kind != ERR_NONE)
            fprintf(stderr, "%s: %s\n", p->path, call.err.code);
        CHECK(call.err.kind == ERR_NONE);
        p->size = call.answer.n;
    }
    db_close(&db);
    arena_free(&a);
}

/* --- the bare handler ------------------------------------------------------------------------------------- */

static struct page *pages;
static const char *database;

struct worker {
    sqlite3 *db;
    sqlite3_stmt *st[PAGES][STATEMENTS];
};
static _Thread_local struct worker *mine;

static struct worker *worker_of(void)
{
    if (mine)
        return mine;
    mine = calloc(1, sizeof *mine);
    CHECK(mine && sqlite3_open_v2(database, &mine->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                                  NULL) == SQLITE_OK);
    sqlite3_exec(mine->db, "PRAGMA query_only=1; PRAGMA cache_size=-8000;", NULL, NULL, NULL);
    for (int k = 0; k < PAGES; k++)
        for (int i = 0; i < pages[k].n; i++)
            CHECK(sqlite3_prepare_v3(mine->db, pages[k].sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                                     &mine->st[k][i], NULL) == SQLITE_OK);
    return mine;
}

static size_t touch(sqlite3_stmt *st, int rows)
{
    size_t n = 0;
    while (rows-- >= 0 && sqlite3_step(st) == SQLITE_ROW) /* once more than there are: the end */
        for (int c = 0; c < sqlite3_column_count(st); c++)
            n += sqlite3_column_type(st, c) == SQLITE_TEXT
                     ? strlen((const char *)sqlite3_column_text(st, c))
                     : (size_t)sqlite3_column_int64(st, c);
    sqlite3_reset(st);
    return n;
}

static enum MHD_Result answer_bare(void *cls, struct MHD_Connection *c, const char *url,
                                   const char *method, const char *version, const char *data,
                                   size_t *size, void **state)
{
    (void)cls;
    (void)method;
    (void)version;
    (void)data;
    (void)size;
    static int seen;
    if (*state != &seen) { /* the first call is for the head alone */
        *state = &seen;
        return MHD_YES;
    }
    int k = url[1] - '0';
    CHECK(k >= 0 && k < PAGES);
    struct worker *w = worker_of();
    volatile size_t sum = 0;
    for (int i = 0; i < pages[k].n; i++)
        sum += touch(w->st[k][i], pages[k].rows[i]);
    char *bytes = malloc(pages[k].size + 1);
    memset(bytes, 'x', pages[k].size);
    struct MHD_Response *r =
        MHD_create_response_from_buffer(pages[k].size, bytes, MHD_RESPMEM_MUST_FREE);
    MHD_add_response_header(r, "Content-Type", "application/json");
    enum MHD_Result good = MHD_queue_response(c, 200, r);
    MHD_destroy_response(r);
    return good;
}

/* --- load ---------------------------------------------------------------------------------------------------- */

struct load {
    int port;
    const struct bench_person *who;
    const char *path;
    double until;
    long done[CLIENTS];
};

static void client(void *arg, int i)
{
    struct load *l = arg;
    int fd = bench_connect(l->port);
    long n = 0;
    while (bench_now() < l->until) {
        int status = bench_request(fd, l->who, l->path, NULL, NULL, NULL);
        if (status != 200)
            fprintf(stderr, "%s: %d\n", l->path, status);
        CHECK(status == 200);
        n++;
    }
    close(fd);
    l->done[i] = n;
}

static double per_second(int port, const struct bench_person *who, const char *path)
{
    struct load l = { .port = port, .who = who, .path = path, .until = bench_now() + SECONDS };
    double took = bench_threads(CLIENTS, client, &l), n = 0;
    for (int i = 0; i < CLIENTS; i++)
        n += (double)l.done[i];
    return n / took;
}

/* --- the three pages -------------------------------------------------------------------------------------------- */

static char *copy_id(const char *answer, const char *key)
{
    const char *p = strstr(answer, key);
    CHECK(p);
    p += strlen(key);
    return strndup(p, strcspn(p, "\""));
}

/* Of what waits for the clerk the demo's newest matter is looked at, with the opinions it has; then
 * sixty more are made, so that the to-do list is a full page. */
static char *make_work(int port, const struct bench_person *who)
{
    char *answer = NULL;
    int fd = bench_connect(port);
    CHECK(bench_request(fd, who, "/api/v1/items?box=todo&limit=1", NULL, &answer, NULL) == 200);
    char *matter = copy_id(answer, "\"matter\":\"");
    free(answer);
    for (int i = 0; i < 60; i++)
        CHECK(bench_request(fd, who, "/api/v1/matters",
                            "{\"module\":\"internal_request\",\"title\":\"关于购置防汛物资的呈批\","
                            "\"form\":{\"content\":\"请批准\"}}",
                            NULL, NULL) == 201);
    close(fd);
    return matter;
}

int main(void)
{
    struct arena *a = arena_new();
    struct err e = { 0 };
    const char *folder = bench_copy(a, bench_city(a), "lists");
    struct bench_server s = bench_serve(folder);
    struct bench_person who = bench_sign_in(s.port, "doc_clerk");
    char *matter = make_work(s.port, &who);
    struct page list[PAGES] = {
        { .name = "todo", .path = "/items?box=todo&limit=50" },
        { .name = "matter", .path = arena_printf(a, "/matters/%s", matter) },
        { .name = "register", .path = "/registers/sent?limit=50" },
    };
    bench_stop(&s);
    pages = list;
    database = arena_printf(a, "%s/tongban.db", folder);
    /* as the program has it: without, the bare threads wait for each other at every malloc */
    CHECK(sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK);
    sqlite3_auto_extension((void (*)(void))(uintptr_t)on_connection);
    struct core_config config = { .dir = folder, .node = -1 };
    CHECK(core_conf(folder, NULL, a, &config.db, &e));
    struct core *core = core_open(&config, a, &e);
    if (!core)
        fprintf(stderr, "%s\n", err_message(a, &e, LANG_EN));
    CHECK(core);
    for (int i = 0; i < PAGES; i++)
        record(core, &list[i], &who);
    core_close(&core);
    sqlite3_reset_auto_extension();
    s = bench_serve(folder);
    struct MHD_Daemon *d = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer_bare,
                                            NULL, MHD_OPTION_THREAD_POOL_SIZE, 2u,
                                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)32768,
                                            MHD_OPTION_END);
    CHECK(d);
    int bare_port = MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT)->port;
    double worst = 1e9, ours[PAGES], bare[PAGES], ratio[PAGES];
    for (int i = 0; i < PAGES; i++) {
        double o[ROUNDS], b[ROUNDS], q[ROUNDS];
        char bare_path[8];
        (void)snprintf(bare_path, sizeof bare_path, "/%d", i);
        for (int k = 0; k < ROUNDS; k++) {
            o[k] = per_second(s.port, &who, arena_printf(a, "/api/v1%s", list[i].path));
            b[k] = per_second(bare_port, &who, bare_path);
            q[k] = o[k] / b[k];
        }
        ours[i] = bench_percentile(o, ROUNDS, 0.5);
        bare[i] = bench_percentile(b, ROUNDS, 0.5);
        ratio[i] = bench_percentile(q, ROUNDS, 0.5);
        worst = ratio[i] < worst ? ratio[i] : worst;
    }
    MHD_stop_daemon(d);
    bench_stop(&s);
    printf("{\"bench\":\"lists.ratio\",\"value\":%.2f,\"unit\":\"ratio\",\"of\":{", worst);
    for (int i = 0; i < PAGES; i++)
        printf("%s\"%s\":{\"ratio\":%.2f,\"per_s\":%.0f,\"bare_per_s\":%.0f,\"statements\":%d,"
               "\"bytes\":%zu}",
               i ? "," : "", list[i].name, ratio[i], ours[i], bare[i], list[i].n, list[i].size);
    printf("}}\n");
    free(matter);
    arena_free(&a);
    return 0;
}
