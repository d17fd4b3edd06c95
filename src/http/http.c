/* Starting and stopping: MHD's epoll thread pool, the second-hand clock of deadlines and
 * heartbeats, and a stop that drops nothing it has accepted. */
#include "http/http.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "http/http_in.h"
#include "http/http_request.h"

#define CONNECTIONS 13000
#define FILES_BESIDE 600 /* database, blobs, sockets of our own */
#define SILENCE_S 60     /* MHD's own timeout: nothing sent or received */
/* TLS 1.3 and 1.2 with forward secrecy (S43) */
#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA"

/* --- where to listen -----------------------------------------------------------------------------*/

static bool listen_parse(const char *listen_on, struct arena *a, struct sockaddr_storage *out,
                         struct err *e)
{
    const char *colon = listen_on ? strrchr(listen_on, ':') : NULL;
    struct addrinfo want = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICSERV };
    struct addrinfo *found = NULL;
    if (!colon)
        return err_set(e, a, ERR_INVALID, "http.listen", NULL, listen_on, NULL, NULL);
    struct str host = { listen_on, (size_t)(colon - listen_on) };
    if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        host = str_sub(host, 1, host.n - 2);
    if (host.n == 0 || getaddrinfo(str_copy(a, host).p, colon + 1, &want, &found) != 0)
        return err_set(e, a, ERR_INVALID, "http.listen", NULL, listen_on, NULL, NULL);
    memcpy(out, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return true;
}

/* --- limits --------------------------------------------------------------------------------------*/

static int connections_of(const struct http_config *config)
{
    int want = config->connections > 0 ? config->connections : CONNECTIONS;
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return 400;
    rlim_t need = (rlim_t)want + FILES_BESIDE;
    if (files.rlim_cur < need) {
        files.rlim_cur = files.rlim_max < need ? files.rlim_max : need;
        (void)setrlimit(RLIMIT_NOFILE, &files); /* the present limit is read again below */
        (void)getrlimit(RLIMIT_NOFILE, &files);
    }
    if (files.rlim_cur >= need)
        return want;
    int got = files.rlim_cur > FILES_BESIDE + 100 ? (int)(files.rlim_cur - FILES_BESIDE) : 100;
    char text[16];
    (void)snprintf(text, sizeof text, "%d", got); /* always fits */
    log_warn("http", "the limit on open files allows fewer connections", "connections", text);
    return got;
}

static int workers_of(struct core *core, const struct http_config *config, struct arena *a)
{
    if (config->workers > 0)
        return config->workers;
    struct err e = { 0 };
    struct db *db = core_reader(core, a, &e);
    bool grown = db && db_engine_of(db) == DB_PGSQL;
    if (db)
        db_close(&db);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return grown ? 16 : cores < 2 ? 2 : cores > 4 ? 4 : (int)cores;
}

/* --- the clock -----------------------------------------------------------------------------------*/

static void *tick(void *cls)
{
    struct http *h = cls;
    pthread_mutex_lock(&h->clock_lock);
    while (!h->clock_ends) {
        struct timespec until;
        (void)clock_gettime(CLOCK_REALTIME, &until); /* cannot fail with this clock */
        until.tv_sec += 1;
        (void)pthread_cond_timedwait(&h->clock_wake, &h->clock_lock, &until); /* time or end */
        pthread_mutex_unlock(&h->clock_lock);
        conns_cut_late(h);
        events_pulse(h);
        pthread_mutex_lock(&h->clock_lock);
    }
    pthread_mutex_unlock(&h->clock_lock);
    return NULL;
}

static void clock_stop(struct http *h)
{
    if (!h->has_clock)
        return;
    pthread_mutex_lock(&h->clock_lock);
    h->clock_ends = true;
    pthread_cond_signal(&h->clock_wake);
    pthread_mutex_unlock(&h->clock_lock);
    (void)pthread_join(h->clock, NULL); /* our own thread, joined once */
    h->has_clock = false;
}

/* --- MHD -----------------------------------------------------------------------------------------*/

/* Values are decoded by the router, strictly and with their length (%00). */
static size_t leave_encoded(void *cls, struct MHD_Connection *mhd, char *s)
{
    (void)cls;
    (void)mhd;
    return strlen(s);
}

static void mhd_says(void *cls, const char *format, va_list ap)
{
    char line[512];
    (void)cls;
    int n = vsnprintf(line, sizeof line, format, ap);
    while (n > 0 && (size_t)n < sizeof line && (line[n - 1] == '\n' || line[n - 1] == ' '))
        line[--n] = '\0';
    log_debug("http", line);
}

static struct str file_text(struct arena *a, const char *name)
{
    struct stat st;
    int fd = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return STR_NONE;
    char *p = fstat(fd, &st) == 0 && st.st_size < 1024 * 1024
                  ? arena_alloc(a, (size_t)st.st_size + 1)
                  : NULL;
    ssize_t n = p ? read(fd, p, (size_t)st.st_size) : -1;
    (void)close(fd); /* only read from */
    return n > 0 ? (struct str){ p, (size_t)n } : STR_NONE;
}

static bool daemon_start(struct http *h, const struct http_config *config,
                         const struct sockaddr_storage *sa, int workers, struct err *e)
{
    struct str cert = file_text(h->a, config->tls_cert), key = file_text(h->a, config->tls_key);
    if (h->is_tls && (!cert.p || !key.p))
        return err_set(e, h->a, ERR_INVALID, "http.tls", NULL, NULL, NULL, NULL);
    struct MHD_OptionItem tls[] = {
        { MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)cert.p },
        { MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key.p },
        { MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES },
        { MHD_OPTION_END, 0, NULL },
    };
    struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC |
                     MHD_USE_ERROR_LOG | (h->is_tls ? MHD_USE_TLS : 0u) |
                     (sa->ss_family == AF_INET6 ? MHD_USE_IPv6 : 0u);
    h->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, request_step, h, /* */
        MHD_OPTION_EXTERNAL_LOGGER, mhd_says, NULL, /* first: it hears the other options */
        MHD_OPTION_SOCK_ADDR, (const struct sockaddr *)sa, /* */
        MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, /* a restart need not wait for TIME_WAIT */
        MHD_OPTION_LISTEN_BACKLOG_SIZE, 4096u, /* */
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)workers, /* */
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)connections_of(config), /* */
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)32 * 1024, /* touched only as far as used */
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SILENCE_S, /* */
        MHD_OPTION_STRICT_FOR_CLIENT, 1, /* */
        MHD_OPTION_UNESCAPE_CALLBACK, leave_encoded, NULL, /* */
        MHD_OPTION_NOTIFY_COMPLETED, request_done, h, /* */
        MHD_OPTION_NOTIFY_CONNECTION, conn_notify, h, /* */
        MHD_OPTION_ARRAY, h->is_tls ? tls : none, MHD_OPTION_END);
    if (!h->daemon)
        return err_set(e, h->a, ERR_INVALID, h->is_tls ? "http.listen_tls" : "http.listen", NULL,
                       config->listen, NULL, NULL);
    return true;
}

static int bound_port(struct MHD_Daemon *daemon)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : 0;
}

/* --- start and stop ------------------------------------------------------------------------------*/

static struct http *http_new(struct core *core, const struct http_config *config)
{
    struct http *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    h->core = core;
    h->a = arena_new();
    h->is_tls = config->tls_cert || config->tls_key;
    h->gzip = !config->no_gzip;
    h->proxies = str_of(config->proxies);
    pthread_mutex_init(&h->workers_lock, NULL);
    pthread_mutex_init(&h->arenas_lock, NULL);
    pthread_mutex_init(&h->conns_lock, NULL);
    pthread_mutex_init(&h->streams_lock, NULL);
    pthread_mutex_init(&h->clock_lock, NULL);
    pthread_cond_init(&h->clock_wake, NULL);
    h->routes = routes_make(h->a);
    h->site = site_make(h->a);
    h->openapi = core_openapi(h->a);
    return h;
}

static void http_free(struct http **h)
{
    struct http *x = *h;
    workers_close(x);
    while (x->n_arenas > 0)
        arena_free(&x->arenas[--x->n_arenas]);
    arena_free(&x->a);
    free(x);
    *h = NULL;
}

struct http *http_start(struct core *core, const struct http_config *config, struct arena *a,
                        struct err *e)
{
    struct sockaddr_storage sa = { 0 };
    if (!listen_parse(config->listen, a, &sa, e))
        return NULL;
    if (!proxies_are_good(a, str_of(config->proxies))) {
        (void)err_set(e, a, ERR_INVALID, "http.proxy", NULL, config->proxies, NULL, NULL);
        return NULL;
    }
    if (!config->tls_cert && !config->tls_key && !address_is_loopback((struct sockaddr *)&sa)) {
        (void)err_set(e, a, ERR_INVALID, "http.loopback", NULL, config->listen, NULL, NULL);
        return NULL;
    }
    struct http *h = http_new(core, config);
    if (!h) {
        (void)err_set(e, a, ERR_INTERNAL, "internal", NULL, NULL, NULL, NULL);
        return NULL;
    }
    (void)signal(SIGPIPE, SIG_IGN); /* sendfile to a closed socket would end the program */
    struct err mine = { 0 };
    if (!daemon_start(h, config, &sa, workers_of(core, config, a), &mine)) {
        (void)err_set(e, a, mine.kind, mine.code, NULL, mine.arg[0], NULL, NULL);
        http_free(&h);
        return NULL;
    }
    h->port = bound_port(h->daemon);
    h->has_clock = pthread_create(&h->clock, NULL, tick, h) == 0;
    live_on_tick(core, events_wake, h);
    log_info("http", "listening", "url",
             arena_printf(a, "%s://%.*s:%d", h->is_tls ? "https" : "http",
                          (int)(strrchr(config->listen, ':') - config->listen), config->listen,
                          h->port));
    return h;
}

int http_port(const struct http *h)
{
    return h->port;
}

/* MHD ends the program when it is stopped with a parked connection: all are brought home first.
 * Commands always come back (the committer answers what it accepted); a slow reader of a download
 * may be cut after ten seconds. */
void http_stop(struct http **hp)
{
    struct http *h = *hp;
    if (!h)
        return;
    atomic_store(&h->stopping, true);
    MHD_socket listening = MHD_quiesce_daemon(h->daemon);
    clock_stop(h);
    live_on_tick(h->core, NULL, h);
    int64_t patience = clock_monotonic_us() + INT64_C(10000000);
    for (;;) {
        events_end_all(h);
        bool waits = atomic_load(&h->streams) > 0 || atomic_load(&h->parked) > 0;
        bool idle = atomic_load(&h->active) == 0;
        if (!waits && (idle || clock_monotonic_us() > patience))
            break;
        (void)usleep(5000); /* cut short is as good */
    }
    MHD_stop_daemon(h->daemon);
    if (listening != MHD_INVALID_SOCKET)
        (void)close(listening); /* nothing was read from it */
    http_free(hp);
}
