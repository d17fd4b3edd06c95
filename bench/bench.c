#include "bench.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "crypto/crypto.h"
#include "demo/demo_build.h"

#define PROGRAM BENCH_PROGRAM

double bench_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int bench_run(const char *const argv[])
{
    pid_t pid = fork();
    int status = 0;
    if (pid == 0) {
        FILE *quiet = freopen("/dev/null", "w", stdout);
        execvp(argv[0], (char *const *)(uintptr_t)argv);
        _exit(quiet ? 127 : 126);
    }
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void program_digest(struct arena *a, char out[65])
{
    FILE *f = fopen(PROGRAM, "rb");
    CHECK(f);
    char *p = arena_alloc(a, 64u << 20);
    size_t n = fread(p, 1, 64u << 20, f);
    fclose(f);
    sm3_hex((struct str){ p, n }, out);
}

const char *bench_city(struct arena *a)
{
    char digest[65];
    program_digest(a, digest);
    const char *folder = arena_printf(a, "build/bench/city-%.12s", digest);
    if (access(arena_printf(a, "%s/ready", folder), F_OK) == 0)
        return folder;
    const char *rm[] = { "rm", "-rf", "build/bench", NULL };
    const char *mk[] = { "mkdir", "-p", "build/bench", NULL };
    const char *init[] = { PROGRAM, "init", "--data", folder, "--demo", "city", NULL };
    const char *touch[] = { "touch", arena_printf(a, "%s/ready", folder), NULL };
    CHECK(bench_run(rm) == 0 && bench_run(mk) == 0 && bench_run(init) == 0 &&
          bench_run(touch) == 0);
    return folder;
}

const char *bench_copy(struct arena *a, const char *folder, const char *name)
{
    char *to = arena_printf(a, "build/bench/%s", name);
    const char *rm[] = { "rm", "-rf", to, NULL };
    const char *cp[] = { "cp", "-r", "--reflink=auto", folder, to, NULL };
    CHECK(bench_run(rm) == 0 && bench_run(cp) == 0);
    return to;
}

int bench_connect(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        close(fd);
        return -1;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); /* only faster */
    return fd;
}

static int free_port(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in any = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof any;
    CHECK(bind(fd, (struct sockaddr *)&any, sizeof any) == 0 &&
          getsockname(fd, (struct sockaddr *)&any, &n) == 0);
    close(fd);
    return ntohs(any.sin_port);
}

struct bench_server bench_serve(const char *folder)
{
    struct bench_server s = { .port = free_port() };
    char listen[32];
    (void)snprintf(listen, sizeof listen, "127.0.0.1:%d", s.port);
    double from = bench_now();
    s.pid = fork();
    if (s.pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGTERM); /* a benchmark that fails leaves nothing running */
        FILE *quiet = freopen("build/bench/server.log", "a", stderr);
        execl(PROGRAM, PROGRAM, "serve", "--data", folder, "--listen", listen, (char *)NULL);
        _exit(quiet ? 127 : 126);
    }
    const struct bench_person nobody = { .cookie = "" };
    for (int i = 0; i < 10000; i++) {
        int fd = bench_connect(s.port);
        int status = fd < 0 ? -1 : bench_request(fd, &nobody, "/api/v1/health", NULL, NULL, NULL);
        if (fd >= 0)
            close(fd);
        if (status == 200) {
            s.start_ms = (bench_now() - from) * 1000;
            return s;
        }
        usleep(1000);
    }
    check_fail(__FILE__, __LINE__, "the program does not answer");
}

void bench_stop(struct bench_server *s)
{
    kill(s->pid, SIGTERM);
    waitpid(s->pid, NULL, 0);
}

double bench_group(void)
{
    char line[512];
    double works = 0, groups = 0, v;
    FILE *f = fopen("build/bench/server.log", "r");
    CHECK(f);
    while (fgets(line, sizeof line, f)) {
        const char *w = strstr(line, "works="), *g = strstr(line, "groups=");
        if (w && sscanf(w, "works=%lf", &v) == 1)
            works = v;
        if (g && sscanf(g, "groups=%lf", &v) == 1)
            groups = v;
    }
    fclose(f);
    CHECK(groups > 0);
    return works / groups;
}

double bench_cpu(pid_t pid)
{
    char path[64];
    long user = 0, kernel = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "r");
    CHECK(f);
    CHECK(fscanf(f, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user, &kernel) == 2);
    fclose(f);
    return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

double bench_cpu_mine(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double bench_memory_mb(pid_t pid)
{
    char path[64], line[256];
    double kb = 0, v;
    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "r");
    CHECK(f);
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "RssAnon: %lf", &v) == 1 || sscanf(line, "RssShmem: %lf", &v) == 1)
            kb += v;
    fclose(f);
    return kb / 1024;
}

static bool send_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t k = send(fd, p, n, MSG_NOSIGNAL);
        if (k <= 0)
            return false;
        p += k;
        n -= (size_t)k;
    }
    return true;
}

/* Reads one answer with a Content-Length. */
static int read_answer(int fd, char **answer, size_t *size)
{
    static _Thread_local char buf[1 << 20];
    size_t n = 0, head = 0, length = 0;
    char *end = NULL;
    while (!end || n < head + length) {
        ssize_t k = recv(fd, buf + n, sizeof buf - 1 - n, 0);
        if (k <= 0)
            return -1;
        n += (size_t)k;
        buf[n] = 0;
        if (!end && (end = strstr(buf, "\r\n\r\n")) != NULL) {
            char *cl = strcasestr(buf, "content-length:");
            head = (size_t)(end + 4 - buf);
            length = cl && cl < end ? strtoul(cl + 15, NULL, 10) : 0;
        }
    }
    if (answer)
        *answer = strndup(buf, n); /* head and body */
    if (size)
        *size = length;
    return (int)strtol(buf + 9, NULL, 10);
}

int bench_request(int fd, const struct bench_person *p, const char *path, const char *body,
                  char **answer, size_t *size)
{
    static _Atomic uint64_t key;
    char head[2048];
    int n;
    if (body)
        n = snprintf(head, sizeof head,
                     "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: %s\r\nX-CSRF-Token: %s\r\n"
                     "Idempotency-Key: bench-%08d-%llu\r\nContent-Type: application/json\r\n"
                     "Content-Length: %zu\r\n\r\n%s",
                     path, p->cookie, p->csrf, (int)getpid(), (unsigned long long)++key,
                     strlen(body), body);
    else
        n = snprintf(head, sizeof head, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: %s\r\n\r\n",
                     path, p->cookie);
    CHECK(n > 0 && (size_t)n < sizeof head);
    return send_all(fd, head, (size_t)n) ? read_answer(fd, answer, size) : -1;
}

static void copy_between(const char *text, const char *from, char until, char *out, size_t size)
{
    const char *p = strcasestr(text, from);
    CHECK(p);
    p += strlen(from);
    const char *e = strchr(p, until);
    CHECK(e && (size_t)(e - p) < size);
    memcpy(out, p, (size_t)(e - p));
    out[e - p] = 0;
}

struct bench_person bench_sign_in(int port, const char *account)
{
    struct bench_person p = { .cookie = "" };
    char body[200], *answer = NULL;
    int fd = bench_connect(port);
    (void)snprintf(p.account, sizeof p.account, "%s", account);
    (void)snprintf(body, sizeof body, "{\"account\":\"%s\",\"password\":\"%s\"}", account,
                   DEMO_PASSWORD);
    CHECK(bench_request(fd, &p, "/api/v1/sign-in", body, &answer, NULL) == 200);
    copy_between(answer, "Set-Cookie: ", ';', p.cookie, sizeof p.cookie);
    copy_between(answer, "\"csrf\":\"", '"', p.csrf, sizeof p.csrf);
    free(answer);
    close(fd);
    return p;
}

struct thread_arg {
    void (*fn)(void *, int);
    void *arg;
    int i;
};

static void *thread_main(void *arg)
{
    struct thread_arg *t = arg;
    t->fn(t->arg, t->i);
    return NULL;
}

double bench_threads(int n, void (*fn)(void *arg, int i), void *arg)
{
    pthread_t threads[256];
    struct thread_arg args[256];
    CHECK(n <= 256);
    double from = bench_now();
    for (int i = 0; i < n; i++) {
        args[i] = (struct thread_arg){ fn, arg, i };
        CHECK(pthread_create(&threads[i], NULL, thread_main, &args[i]) == 0);
    }
    for (int i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    return bench_now() - from;
}

static int by_value(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

double bench_percentile(double *v, size_t n, double share)
{
    CHECK(n > 0);
    qsort(v, n, sizeof *v, by_value);
    size_t at = (size_t)(share * (double)(n - 1) + 0.5);
    return v[at];
}
