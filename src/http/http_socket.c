/* tongban.sock: commands of the operator while the program serves. One thread takes connections
 * one after the other; a line is a command, its answer a line. Whoever may open the file (0600, in
 * the data folder) is the operator: no login, but only commands marked CMD_OPERATOR. */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "http/http_in.h"

#define LINE_LIMIT (64u * 1024 * 1024) /* an import carries its whole file */

struct http_socket {
    struct core *core;
    int fd, end_fd[2]; /* a byte into end_fd[1] ends the thread */
    pthread_t thread;
    struct sockaddr_un name;
};

struct waiting {
    pthread_mutex_t lock; /* guards is_done */
    pthread_cond_t woken;
    bool is_done;
};

static bool name_of(const char *dir, struct sockaddr_un *out)
{
    *out = (struct sockaddr_un){ .sun_family = AF_UNIX };
    int n = snprintf(out->sun_path, sizeof out->sun_path, "%s/tongban.sock", dir);
    return n > 0 && (size_t)n < sizeof out->sun_path;
}

static bool send_all(int fd, struct str s)
{
    while (s.n > 0) {
        ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        s = str_sub(s, (size_t)n, s.n);
    }
    return true;
}

/* One line without its end; absent when the other side left or sent too much. */
static struct str receive_line(int fd, struct arena *a)
{
    struct buf b = buf_in(a);
    while (b.n < LINE_LIMIT) {
        buf_reserve(&b, 65536);
        ssize_t n = recv(fd, b.p + b.n, 65536, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        char *end = memchr(b.p + b.n, '\n', (size_t)n);
        b.n += (size_t)n;
        if (end)
            return (struct str){ b.p, (size_t)(end - b.p) };
    }
    return STR_NONE;
}

/* --- the serving side ----------------------------------------------------------------------------*/

static void wake(struct call *call)
{
    struct waiting *w = call->owner;
    pthread_mutex_lock(&w->lock);
    w->is_done = true;
    pthread_cond_signal(&w->woken);
    pthread_mutex_unlock(&w->lock);
}

static void submit_and_wait(struct call *call, struct db *db)
{
    struct waiting w = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false };
    call->done = wake;
    call->owner = &w;
    if (!door_submit(call, db))
        return;
    pthread_mutex_lock(&w.lock);
    while (!w.is_done)
        (void)pthread_cond_wait(&w.woken, &w.lock); /* the condition is looked at again */
    pthread_mutex_unlock(&w.lock);
}

static bool call_make(struct call *call, struct str line)
{
    const struct jv *in, *j = jv_parse(call->a, line, NULL, NULL);
    if (!j)
        return err_set(&call->err, call->a, ERR_INVALID, "input.json", NULL, "1", NULL, NULL);
    struct str name = jv_str(jv_get(j, "command"));
    call->command = name.p ? command_find(str_copy(call->a, name).p) : NULL;
    if (!call->command || !(call->command->flags & CMD_OPERATOR))
        return err_set(&call->err, call->a, ERR_NOT_FOUND, "http.no_command", NULL,
                       str_copy(call->a, name.p ? name : STR("")).p, NULL, NULL);
    in = jv_get(j, "in");
    call->body = in ? jv_compact(call->a, in) : STR("{}");
    return true;
}

static struct str answer_line(struct http_socket *s, struct arena *a, struct str line)
{
    struct call *call = arena_new_of(a, struct call);
    struct err e = { 0 };
    struct db *db = core_reader(s->core, a, &e);
    *call = (struct call){ .a = a, .core = s->core, .is_operator = true, .raw.fd = -1,
                           .address = STR("tongban.sock"), .agent = STR("") };
    if (!db)
        call->err = e;
    else if (call_make(call, line))
        submit_and_wait(call, db);
    db_close(&db);
    if (call->err.kind != ERR_NONE)
        return problem_text(a, 0, &call->err, LANG_ZH);
    return call->answer.p ? call->answer : STR("{}");
}

static void serve_one(struct http_socket *s, int fd)
{
    struct arena *a = arena_new();
    struct timeval patience = { .tv_sec = 30 };
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience); /* or wait longer */
    struct str line = receive_line(fd, a);
    if (line.p) {
        struct str answer = answer_line(s, a, line);
        (void)(send_all(fd, answer) && send_all(fd, STR("\n"))); /* gone: it can ask again */
    }
    (void)close(fd); /* nothing is left in it */
    arena_free(&a);
}

static void *serve_loop(void *arg)
{
    struct http_socket *s = arg;
    for (;;) {
        struct pollfd p[] = { { s->fd, POLLIN, 0 }, { s->end_fd[0], POLLIN, 0 } };
        if (poll(p, 2, -1) < 0 && errno != EINTR)
            return NULL;
        if (p[1].revents)
            return NULL;
        int fd = p[0].revents ? accept(s->fd, NULL, NULL) : -1;
        if (fd >= 0)
            serve_one(s, fd);
    }
}

/* On PostgreSQL several nodes may share a folder: the first one answers the operator. */
static bool is_answered(const struct sockaddr_un *name)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool answered = fd >= 0 && connect(fd, (const struct sockaddr *)name, sizeof *name) == 0;
    if (fd >= 0)
        (void)close(fd); /* nothing was said */
    return answered;
}

static bool open_socket(struct http_socket *s)
{
    s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)unlink(s->name.sun_path); /* left by a kill: nobody answers there */
    mode_t old = umask(0177);
    bool good = s->fd >= 0 &&
                bind(s->fd, (const struct sockaddr *)&s->name, sizeof s->name) == 0 &&
                listen(s->fd, 8) == 0 && pipe(s->end_fd) == 0;
    (void)umask(old); /* always succeeds */
    return good;
}

struct http_socket *http_socket_start(struct core *core, struct arena *a, struct err *e)
{
    struct http_socket *s = calloc(1, sizeof *s);
    bool is_named = s && name_of(core_dir(core), &s->name);
    if (s) {
        s->core = core;
        s->fd = s->end_fd[0] = s->end_fd[1] = -1;
    }
    if (is_named && is_answered(&s->name))
        return s;
    if (is_named && open_socket(s) && pthread_create(&s->thread, NULL, serve_loop, s) == 0)
        return s;
    (void)err_set(e, a, ERR_INTERNAL, "http.socket", NULL, core_dir(core), NULL, NULL);
    free(s);
    return NULL;
}

void http_socket_stop(struct http_socket **s)
{
    struct http_socket *x = *s;
    *s = NULL;
    if (!x || x->end_fd[1] < 0) {
        free(x);
        return;
    }
    if (write(x->end_fd[1], "", 1) != 1)
        log_error("http", "the operator's socket could not be told to end");
    (void)pthread_join(x->thread, NULL); /* our own thread, joined once */
    (void)close(x->fd); /* nothing is left in any of them */
    (void)close(x->end_fd[0]);
    (void)close(x->end_fd[1]);
    (void)unlink(x->name.sun_path); /* gone already is as good */
    free(x);
}

/* --- the asking side -----------------------------------------------------------------------------*/

int http_socket_ask(const char *dir, const char *command, struct str in, struct arena *a,
                    struct str *answer, bool *is_problem, struct err *e)
{
    struct sockaddr_un name;
    int fd = name_of(dir, &name) ? socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;
    if (fd < 0 || connect(fd, (const struct sockaddr *)&name, sizeof name) != 0) {
        if (fd >= 0)
            (void)close(fd); /* never used */
        return 0;
    }
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_ktext(&w, "command", command);
    jw_kraw(&w, "in", in);
    jw_obj_end(&w);
    buf_char(&b, '\n');
    *answer = send_all(fd, buf_done(&b)) ? receive_line(fd, a) : STR_NONE;
    (void)close(fd); /* the line is whole or absent */
    if (!answer->p) {
        (void)err_set(e, a, ERR_INTERNAL, "http.socket_lost", NULL, NULL, NULL, NULL);
        return -1;
    }
    const struct jv *j = jv_parse(a, *answer, NULL, NULL);
    *is_problem = jv_get(j, "status") && jv_get(j, "code") && jv_get(j, "detail");
    return 1;
}
