/* dispatch_3600 (DESIGN §9): one document to every unit of the demo city, with clerks online and
 * other people at work meanwhile.
 *   commit_ms  from the clerk's click to the answer, which is sent after the commit is on disk:
 *              from then on every receiving clerk's list shows the document
 *   screen_ms  from the click until the last online clerk, woken by the live event, has read a
 *              list that shows it
 * One JSON line each; of.others_p99_ms is what others' commands waited while it was under way. */
#include <poll.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/json.h"
#include "bench.h"

#define ROUNDS 5
#define CLERKS 240 /* online, with an open event stream */
#define WATCHERS 4 /* threads that read their lists */
#define OTHERS 16
#define LATENCIES 200000

/* --- asking ----------------------------------------------------------------------------------- */

static const struct jv *ask(struct arena *a, int port, const struct bench_person *p,
                            const char *path, const char *body)
{
    char *answer = NULL;
    int fd = bench_connect(port);
    int status = bench_request(fd, p, path, body, &answer, NULL);
    close(fd);
    if (status != 200 && status != 201) {
        fprintf(stderr, "%s: %d %s\n", path, status, answer ? answer : "");
        check_fail(__FILE__, __LINE__, "a step of the document was refused");
    }
    char *text = strstr(answer, "\r\n\r\n");
    const struct jv *j = jv_parse(a, str_copy(a, str_of(text + 4)), NULL, NULL);
    free(answer);
    CHECK(j);
    return j;
}

static const char *text_of(struct arena *a, const struct jv *j, const char *key)
{
    struct str s = jv_str(jv_get(j, key));
    CHECK(s.n);
    return arena_strndup(a, s.p, s.n);
}

/* --- a document up to its dispatch ------------------------------------------------------------ */

enum who { DRAFTER, SECTION_HEAD, REVIEWER, OFFICE_HEAD, PRINCIPAL, RECHECK, DOC_CLERK, WHO_COUNT };
static const char *const accounts[WHO_COUNT] = { "drafter",     "section_head", "reviewer",
                                                 "office_head", "principal",    "recheck",
                                                 "doc_clerk" };

struct office {
    struct arena *a;
    int port;
    struct bench_person person[WHO_COUNT];
    const char *agency, *signer, *book;
};

static void complete(struct office *o, enum who who, const char *matter, const char *body)
{
    const struct jv *m =
        ask(o->a, o->port, &o->person[who], arena_printf(o->a, "/api/v1/matters/%s", matter), NULL);
    const char *item = text_of(o->a, jv_get(m, "my_item"), "id");
    (void)ask(o->a, o->port, &o->person[who], arena_printf(o->a, "/api/v1/items/%s/complete", item),
              body);
}

/* The first row of a list for which member is value. */
static const struct jv *row_with(const struct jv *list, const char *member, const char *value)
{
    const struct jv *rows = jv_get(list, "rows");
    for (size_t i = 0; i < jv_size(rows); i++)
        if (str_is(jv_str(jv_get(jv_at(rows, i), member)), value))
            return jv_at(rows, i);
    check_fail(__FILE__, __LINE__, value);
}

static void office_open(struct office *o)
{
    for (int i = 0; i < WHO_COUNT; i++)
        o->person[i] = bench_sign_in(o->port, accounts[i]);
    const struct jv *agencies =
        ask(o->a, o->port, &o->person[DRAFTER], "/api/v1/agencies?mine=1", NULL);
    const struct jv *agency = row_with(agencies, "name", "常德市人民政府");
    o->agency = text_of(o->a, agency, "id");
    const char *mark = text_of(o->a, agency, "book_mark");
    const struct jv *me = ask(o->a, o->port, &o->person[PRINCIPAL], "/api/v1/me", NULL);
    o->signer = text_of(o->a, jv_at(jv_get(me, "posts"), 0), "id");
    const struct jv *books =
        ask(o->a, o->port, &o->person[DOC_CLERK], "/api/v1/number-books?limit=100", NULL);
    o->book = text_of(o->a, row_with(books, "mark", mark), "id");
}

static const char *document_ready(struct office *o, const char *title)
{
    struct arena *a = o->a;
    const struct jv *made =
        ask(a, o->port, &o->person[DRAFTER], "/api/v1/documents",
            arena_printf(a, "{\"agency_id\":\"%s\",\"doc_type\":\"通知\",\"title\":\"%s\"}",
                         o->agency, title));
    const char *doc = text_of(a, made, "document_id"), *matter = text_of(a, made, "matter_id");
    (void)ask(a, o->port, &o->person[DRAFTER], arena_printf(a, "/api/v1/documents/%s/save", doc),
              arena_printf(a,
                           "{\"rev\":1,\"title\":\"%s\",\"urgency\":\"urgent\",\"disclosure\":"
                           "\"active\",\"main_text\":\"各区县（市）人民政府，市直各单位\",\"body\":"
                           "[{\"kind\":\"p\",\"text\":\"各级各部门要立即行动，落实责任。\"}],"
                           "\"distribution_scope\":\"此件发至村（社区）\","
                           "\"note\":\"\",\"contact\":\"温晓川\",\"phone\":\"0736-7780000\"}",
                           title));
    complete(o, DRAFTER, matter, "{\"opinion\":\"请审核\"}");
    complete(o, SECTION_HEAD, matter, "{\"opinion\":\"拟同意\"}");
    complete(o, REVIEWER, matter, "{\"opinion\":\"已核\"}");
    complete(o, OFFICE_HEAD, matter,
             arena_printf(a,
                          "{\"outcome\":\"to_signer\",\"opinion\":\"呈签发\",\"vars\":{\"signer\":"
                          "[\"post:%s\"]}}",
                          o->signer));
    complete(o, PRINCIPAL, matter, "{\"opinion\":\"同意\"}");
    complete(o, RECHECK, matter, "{\"outcome\":\"pass\",\"opinion\":\"无误\"}");
    (void)ask(a, o->port, &o->person[DOC_CLERK],
              arena_printf(a, "/api/v1/documents/%s/reserve_number", doc),
              arena_printf(a, "{\"book_id\":\"%s\"}", o->book));
    complete(o, DOC_CLERK, matter, "{}");
    return doc;
}

/* --- clerks online ---------------------------------------------------------------------------- */

struct clerk {
    struct bench_person who;
    int events, lists; /* connections */
    bool seen;
};

struct watch {
    int port;
    struct clerk clerk[CLERKS];
    const char *_Atomic title; /* looked for; NULL: nothing */
    _Atomic int missing;
    _Atomic bool stop;
};

static void stream_open(struct clerk *c, int port)
{
    char head[600];
    c->events = bench_connect(port);
    c->lists = bench_connect(port);
    int n = snprintf(head, sizeof head,
                     "GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: %s\r\n\r\n",
                     c->who.cookie);
    CHECK(c->events >= 0 && c->lists >= 0 && n < (int)sizeof head &&
          send(c->events, head, (size_t)n, MSG_NOSIGNAL) == n);
}

static void look(struct watch *w, struct clerk *c, const char *title)
{
    static const char path[] = "/api/v1/deliveries?box=to_sign&limit=20";
    char *answer = NULL;
    int status = bench_request(c->lists, &c->who, path, NULL, &answer, NULL);
    if (status < 0) { /* idle for long: the program has closed it */
        close(c->lists);
        c->lists = bench_connect(w->port);
        status = bench_request(c->lists, &c->who, path, NULL, &answer, NULL);
    }
    if (status == 200 && strstr(answer, title)) {
        c->seen = true;
        w->missing--;
    }
    free(answer);
}

static void watch_some(void *arg, int i)
{
    struct watch *w = arg;
    enum { SHARE = CLERKS / WATCHERS };
    struct clerk *mine = &w->clerk[i * SHARE];
    struct pollfd fds[SHARE];
    char buf[4096];
    for (int k = 0; k < SHARE; k++)
        fds[k] = (struct pollfd){ .fd = mine[k].events, .events = POLLIN };
    while (!w->stop) {
        if (poll(fds, SHARE, 100) <= 0)
            continue;
        const char *title = w->title;
        for (int k = 0; k < SHARE; k++) {
            if (!(fds[k].revents & POLLIN))
                continue;
            ssize_t n = recv(fds[k].fd, buf, sizeof buf - 1, 0);
            CHECK(n > 0);
            buf[n] = 0;
            if (title && !mine[k].seen && strstr(buf, "event: counter"))
                look(w, &mine[k], title);
        }
    }
}

static void *watch_main(void *arg)
{
    (void)bench_threads(WATCHERS, watch_some, arg); /* how long is no matter */
    return NULL;
}

/* --- others at work --------------------------------------------------------------------------- */

struct others {
    int port;
    struct bench_person who[OTHERS];
    struct {
        double from, to;
    } * act;
    _Atomic int n;
    _Atomic bool stop;
};

static void work_on(void *arg, int i)
{
    struct others *o = arg;
    int fd = bench_connect(o->port);
    while (!o->stop) {
        double from = bench_now();
        int status =
            bench_request(fd, &o->who[i], "/api/v1/matters",
                          "{\"module\":\"internal_request\",\"title\":\"关于购置物资的呈批\","
                          "\"form\":{\"content\":\"请批准\"}}",
                          NULL, NULL);
        CHECK(status == 201);
        int at = o->n++;
        CHECK(at < LATENCIES);
        o->act[at].from = from;
        o->act[at].to = bench_now();
        usleep(20000); /* a person's pause, so that the machine is busy and not jammed */
    }
    close(fd);
}

static void *others_main(void *arg)
{
    (void)bench_threads(OTHERS, work_on, arg); /* how long is no matter */
    return NULL;
}

/* --- accounts
 * -------------------------------------------------------------------------------------------------
 */

static int read_accounts(struct arena *a, const char *folder, const char *sql, const char **out,
                         int most)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    int n = 0;
    CHECK(sqlite3_open_v2(arena_printf(a, "%s/tongban.db", folder), &db, SQLITE_OPEN_READONLY,
                          NULL) == SQLITE_OK);
    CHECK(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK);
    sqlite3_bind_int(st, 1, most);
    while (n < most && sqlite3_step(st) == SQLITE_ROW)
        out[n++] = arena_strdup(a, (const char *)sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    sqlite3_close(db);
    return n;
}

static const char *const clerks_sql =
    "SELECT min(c.account) FROM grant_ g JOIN account c ON c.person_id = g.person_id"
    " JOIN unit u ON u.id = g.unit_id WHERE g.role = 3 AND u.level IN ('town', 'county')"
    " AND c.account <> 'doc_clerk' GROUP BY g.unit_id ORDER BY u.level DESC, g.unit_id LIMIT ?1";
static const char *const staff_sql =
    "SELECT c.account FROM post t JOIN account c ON c.person_id = t.person_id"
    " JOIN post h ON h.section_id = t.section_id JOIN grant_ g ON g.post_id = h.id AND g.role = 6"
    " WHERE t.is_main = 1 AND t.is_leader = 0 AND h.id <> t.id AND c.account <> 'drafter'"
    " GROUP BY t.section_id ORDER BY t.id LIMIT ?1";

/* --- the rounds
 * -------------------------------------------------------------------------------------------------
 */

struct round {
    double from, commit, screen; /* moments */
    int64_t count;
};

static struct round dispatch(struct office *o, struct watch *w, int i)
{
    struct round r = { 0 };
    const char *title = arena_printf(o->a, "常德市人民政府关于第%d次全市部署有关工作的通知", i + 1);
    const char *doc = document_ready(o, title);
    for (int k = 0; k < CLERKS; k++)
        w->clerk[k].seen = false;
    w->missing = CLERKS;
    w->title = title;
    r.from = bench_now();
    const struct jv *sent =
        ask(o->a, o->port, &o->person[DOC_CLERK],
            arena_printf(o->a, "/api/v1/documents/%s/dispatch", doc),
            "{\"main\":{\"levels\":[\"city\",\"county\",\"town\",\"village\"]}}");
    r.commit = bench_now();
    r.count = jv_i64(jv_get(sent, "count"));
    while (w->missing > 0 && bench_now() - r.from < 30)
        usleep(1000);
    r.screen = bench_now();
    for (int k = 0; w->missing && k < CLERKS; k++)
        if (!w->clerk[k].seen)
            fprintf(stderr, "%s did not see it\n", w->clerk[k].who.account);
    CHECK(w->missing == 0);
    w->title = NULL;
    return r;
}

/* What others waited, of those whose command was under way during a dispatch. */
static size_t waits(const struct others *o, const struct round *r, double *out)
{
    size_t n = 0;
    for (int i = 0; i < o->n; i++)
        for (int k = 0; k < ROUNDS; k++)
            if (o->act[i].from < r[k].commit && o->act[i].to > r[k].from)
                out[n++] = (o->act[i].to - o->act[i].from) * 1000;
    return n;
}

static void print_line(const char *name, double *ms, int64_t units, double *other, size_t n_other)
{
    double p99 = n_other ? bench_percentile(other, n_other, 0.99) : 0;
    double median = bench_percentile(ms, ROUNDS, 0.5);
    printf("{\"bench\":\"dispatch_3600.%s\",\"value\":%.0f,\"unit\":\"ms\",\"of\":{\"units\":%lld,"
           "\"rounds\":%d,\"worst_ms\":%.0f,\"online_clerks\":%d,\"others\":%d,"
           "\"others_commands\":%zu,\"others_p99_ms\":%.0f}}\n",
           name, median, (long long)units, ROUNDS, ms[ROUNDS - 1], CLERKS, OTHERS, n_other, p99);
}

int main(void)
{
    struct arena *a = arena_new();
    const char *folder = bench_copy(a, bench_city(a), "dispatch"), *who[CLERKS];
    struct bench_server s = bench_serve(folder);
    struct office o = { .a = a, .port = s.port };
    struct watch *w = calloc(1, sizeof *w);
    struct others *others = calloc(1, sizeof *others);
    pthread_t watching, working;
    CHECK(w && others && (others->act = calloc(LATENCIES, sizeof *others->act)));
    office_open(&o);
    w->port = others->port = s.port;
    CHECK(read_accounts(a, folder, clerks_sql, who, CLERKS) == CLERKS);
    for (int i = 0; i < CLERKS; i++) {
        w->clerk[i].who = bench_sign_in(s.port, who[i]);
        stream_open(&w->clerk[i], s.port);
    }
    CHECK(read_accounts(a, folder, staff_sql, who, OTHERS) == OTHERS);
    for (int i = 0; i < OTHERS; i++)
        others->who[i] = bench_sign_in(s.port, who[i]);
    CHECK(pthread_create(&watching, NULL, watch_main, w) == 0 &&
          pthread_create(&working, NULL, others_main, others) == 0);
    struct round r[ROUNDS];
    for (int i = 0; i < ROUNDS; i++)
        r[i] = dispatch(&o, w, i);
    others->stop = w->stop = true;
    pthread_join(working, NULL);
    pthread_join(watching, NULL);
    bench_stop(&s);

    double commit[ROUNDS], screen[ROUNDS],
        *other = calloc((size_t)others->n * ROUNDS, sizeof *other);
    CHECK(other);
    for (int i = 0; i < ROUNDS; i++) {
        commit[i] = (r[i].commit - r[i].from) * 1000;
        screen[i] = (r[i].screen - r[i].from) * 1000;
    }
    size_t n_other = waits(others, r, other);
    print_line("commit_ms", commit, r[0].count, other, n_other);
    print_line("screen_ms", screen, r[0].count, other, n_other);
    free(other);
    free(others->act);
    free(others);
    free(w);
    arena_free(&a);
    return 0;
}
