/* init makes a data folder, serve runs the program on it, openapi prints the interface. */
#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "blob/blob.h"
#include "core/core.h"
#include "demo/demo_build.h"
#include "http/http.h"

struct options {
    const char *data, *db, *blob, *demo, *listen, *city, *tls_cert, *tls_key, *proxies, *clock_shift;
};

static const struct {
    const char *name;
    size_t offset;
} option_names[] = {
    { "--data", offsetof(struct options, data) },
    { "--db", offsetof(struct options, db) },
    { "--blob", offsetof(struct options, blob) },
    { "--demo", offsetof(struct options, demo) },
    { "--listen", offsetof(struct options, listen) },
    { "--city", offsetof(struct options, city) },
    { "--tls-cert", offsetof(struct options, tls_cert) },
    { "--tls-key", offsetof(struct options, tls_key) },
    { "--proxy", offsetof(struct options, proxies) },
    { "--clock-shift", offsetof(struct options, clock_shift) }, /* ms; for tests of time limits */
};

static bool read_options(int argc, char **argv, struct options *o)
{
    *o = (struct options){ .listen = "127.0.0.1:8080", .city = "示例市" };
    for (int i = 1; i < argc; i++) {
        size_t k = 0, n = sizeof option_names / sizeof *option_names;
        while (k < n && strcmp(argv[i], option_names[k].name) != 0)
            k++;
        if (k == n || i + 1 == argc) {
            fprintf(stderr, "tongban: 不认识的选项或缺少取值：%s\n", argv[i]);
            return false;
        }
        *(const char **)((char *)o + option_names[k].offset) = argv[++i];
    }
    if (o->data)
        return true;
    fputs("tongban: 请用 --data 指明数据文件夹 (say where the data folder is)\n", stderr);
    return false;
}

static int report(struct arena *a, const struct err *e)
{
    fprintf(stderr, "tongban: %s\n         %s\n", err_message(a, e, LANG_ZH),
            err_message(a, e, LANG_EN));
    return 1;
}

/* The modules and the calendar that this version of the program carries; a changed one becomes a new
 * version, running matters keep theirs. */
static bool install_carried(struct core *core, struct arena *a, struct err *e)
{
    return door_run(core, "module.install_all", NULL, NULL, NULL, clock_now_ms(), a, e) &&
           door_run(core, "calendar.install", NULL, NULL, NULL, clock_now_ms(), a, e);
}

/* With a full disk the city is served as it is. */
static bool install_unless_full(struct core *core, struct arena *a, struct err *e)
{
    if (install_carried(core, a, e))
        return true;
    if (!e->code || strcmp(e->code, "db.full") != 0)
        return false;
    *e = (struct err){ 0 };
    log_error("serve", "the disk is full: modules and calendar of this version were not looked at; "
                       "restart when there is room");
    return true;
}

/* --- init --------------------------------------------------------------------------------------------- */

/* Written first under another name, which says that the folder is being made, and named at the end: a
 * folder that broke off half made is no city and is made anew. */
#define CONF_PART "tongban.conf.part"

static bool clear_half_made(const struct options *o, struct arena *a)
{
    static const char *const names[] = { "tongban.db", "tongban.db-wal", "tongban.db-shm", "search.db",
                                         "search.db-wal", "search.db-shm", "node.key", NULL };
    int fd = open(arena_printf(a, "%s/tongban.lock", o->data), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    bool is_mine = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0; /* nobody is at it now */
    for (size_t i = 0; is_mine && !o->db && names[i]; i++) /* PostgreSQL keeps what node.key signed */
        (void)unlink(arena_printf(a, "%s/%s", o->data, names[i])); /* what is not there need not go */
    if (fd >= 0)
        close(fd);
    if (!is_mine)
        fprintf(stderr, "tongban: %s 正在建立中 (is being made by another process)\n", o->data);
    return is_mine;
}

static bool write_conf(const struct options *o, struct arena *a)
{
    const char *part = arena_printf(a, "%s/" CONF_PART, o->data);
    if (mkdir(o->data, 0700) != 0 && errno != EEXIST) {
        fprintf(stderr, "tongban: 无法建立 %s：%s\n", o->data, strerror(errno));
        return false;
    }
    if (access(arena_printf(a, "%s/tongban.conf", o->data), F_OK) == 0 ||
        access(arena_printf(a, "%s/keys", o->data), F_OK) == 0) {
        fprintf(stderr, "tongban: %s 已有数据 (is in use)\n", o->data);
        return false;
    }
    if (access(part, F_OK) == 0) {
        if (!clear_half_made(o, a))
            return false;
    } else if (access(arena_printf(a, "%s/tongban.db", o->data), F_OK) == 0) {
        fprintf(stderr, "tongban: %s 已有数据 (is in use)\n", o->data);
        return false;
    }
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        fprintf(stderr, "tongban: 无法写入 %s：%s\n", o->data, strerror(errno));
        return false;
    }
    struct str text = str_printf(a, "# Tongban data folder\ndatabase = %s\nblob = %s\n",
                                 o->db ? o->db : "sqlite", o->blob ? o->blob : "folder");
    bool good = write(fd, text.p, text.n) == (ssize_t)text.n && fsync(fd) == 0;
    close(fd);
    return good;
}

static bool name_conf(const struct options *o, struct arena *a)
{
    int fd = open(o->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = rename(arena_printf(a, "%s/" CONF_PART, o->data),
                       arena_printf(a, "%s/tongban.conf", o->data)) == 0 &&
                fd >= 0 && fsync(fd) == 0;
    if (!good)
        fprintf(stderr, "tongban: 无法写入 %s：%s\n", o->data, strerror(errno));
    if (fd >= 0)
        close(fd);
    return good;
}

struct found_in {
    struct str city_name;
};
struct found_out {
    struct str account, secret;
};

static bool found_city(struct core *core, const struct options *o, struct arena *a, struct err *e)
{
    struct found_in in = { str_of(o->city) };
    struct found_out out = { STR_NONE, STR_NONE };
    if (!door_run(core, "core.found", &in, &out, NULL, 0, a, e))
        return false;
    printf("第一位市级管理员账号 (first administrator): %.*s\n一次性登录码 (one-time code): %.*s\n",
           STR_ARG(out.account), STR_ARG(out.secret));
    return true;
}

int init_cli(int argc, char **argv)
{
    struct options o;
    struct err e = { 0 };
    if (!read_options(argc, argv, &o))
        return 2;
    struct arena *a = arena_new();
    if (!write_conf(&o, a))
        return 1;
    struct core_config config = { .dir = o.data, .node = -1, .is_bulk = true,
                                  .blob = o.blob ? o.blob : "folder" };
    config.db = o.db ? (struct db_config){ DB_PGSQL, NULL, o.db, false }
                     : (struct db_config){ DB_SQLITE, arena_printf(a, "%s/tongban.db", o.data), NULL, false };
    struct core *core = core_open(&config, a, &e);
    bool good = core && blob_fill_begin(core_blobs(core), a, &e) && install_carried(core, a, &e) &&
                (o.demo ? demo_build(core, o.demo, clock_now_ms(), a, &e) : found_city(core, &o, a, &e)) &&
                blob_fill_end(core_blobs(core), a, &e);
    core_close(&core);
    int code = good ? 0 : report(a, &e);
    if (good && !name_conf(&o, a))
        code = 1;
    else if (good)
        printf("%s 已就绪。tongban serve --data %s\n", o.data, o.data);
    arena_free(&a);
    return code;
}

/* --- openapi -------------------------------------------------------------------------------------------- */

int openapi_cli(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    struct arena *a = arena_new();
    struct str s = core_openapi(a);
    fwrite(s.p, 1, s.n, stdout);
    fputc('\n', stdout);
    arena_free(&a);
    return 0;
}

/* --- serve ---------------------------------------------------------------------------------------------- */

/* Closes in the order in which nothing accepted is lost: the doors first, then the committer. */
static bool serve_until_told(struct core *core, const struct options *o, const sigset_t *stop,
                             struct arena *a, struct err *e)
{
    struct http_config config = { .listen = o->listen, .tls_cert = o->tls_cert,
                                  .tls_key = o->tls_key, .proxies = o->proxies };
    int got = 0;
    struct http *http = http_start(core, &config, a, e);
    struct http_socket *door = http ? http_socket_start(core, a, e) : NULL;
    if (door)
        (void)sigwait(stop, &got); /* only the two signals of the set */
    log_info("serve", "stopping");
    http_socket_stop(&door);
    http_stop(&http);
    return e->kind == ERR_NONE;
}

int serve_cli(int argc, char **argv)
{
    struct options o;
    struct err e = { 0 };
    sigset_t stop;
    if (!read_options(argc, argv, &o))
        return 2;
    struct core_config config = { .dir = o.data, .node = -1, .serve = true, .blob = o.blob };
    struct core *core = NULL;
    int64_t shift = 0;
    if (o.clock_shift && !str_to_i64(str_of(o.clock_shift), &shift)) {
        fputs("tongban: --clock-shift 应为毫秒数 (a number of ms)\n", stderr);
        return 2;
    }
    clock_shift(shift);
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    struct arena *a = arena_new();
    pthread_sigmask(SIG_BLOCK, &stop, NULL); /* every thread made from here on inherits it */
    bool good = core_conf(o.data, o.db, a, &config.db, &e);
    if (good)
        core = core_open(&config, a, &e);
    good = good && core && install_unless_full(core, a, &e) &&
           serve_until_told(core, &o, &stop, a, &e);
    core_close(&core);
    int code = good ? 0 : report(a, &e);
    arena_free(&a);
    return code;
}
