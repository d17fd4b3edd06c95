/* http: what its own files share. */
#ifndef TB_HTTP_HTTP_IN_H
#define TB_HTTP_HTTP_IN_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "blob/blob.h"
#include "http/http.h"

#define JSON_LIMIT (1024 * 1024)
#define UPLOAD_LIMIT (INT64_C(500) * 1024 * 1024)

/* What a worker thread keeps: its read connection, opened with its first request. */
struct worker {
    struct worker *next;
    struct http *h;
    struct arena *a; /* of the connection */
    struct err err;
    struct db *db;
    struct zip *zip; /* NULL until something was compressed */
};

/* One connection and the moment by which it must have got on (0: none). */
struct conn {
    struct conn *next, *prev;
    int fd;
    int64_t until_us; /* monotonic */
    bool is_cut;
};

struct route {
    const char *path; /* under /api/v1 */
    const struct command *command;
    const struct read *read;
    int n_values;
};
struct route_values {
    struct str v[8]; /* still percent-encoded */
    int n;
};
struct route_table;
struct site;

struct http {
    struct core *core;
    struct arena *a; /* lives as long as the server: routes, site */
    struct MHD_Daemon *daemon;
    bool is_tls, gzip;
    struct str proxies; /* addresses parted by commas, loopback beside */
    int port;
    struct route_table *routes;
    struct site *site;
    struct str openapi;

    _Atomic int active;   /* requests begun and not yet completed, streams apart */
    _Atomic int parked;   /* of these, waiting for the committer */
    _Atomic int streams;  /* open event streams */
    atomic_bool stopping; /* answers say Connection: close */

    pthread_mutex_t workers_lock; /* guards workers */
    struct worker *workers;
    pthread_mutex_t arenas_lock; /* guards arenas, n_arenas */
    struct arena *arenas[64];
    int n_arenas;
    pthread_mutex_t conns_lock; /* guards conns and what is in them */
    struct conn *conns;
    pthread_mutex_t streams_lock; /* guards the list and the parked flags of streams */
    struct stream *first_stream;
    int64_t pulse_at; /* monotonic; next heartbeat round */

    pthread_t clock;
    bool has_clock;
    pthread_mutex_t clock_lock; /* guards clock_ends */
    pthread_cond_t clock_wake;
    bool clock_ends;
};

struct upload;

enum request_state { REQUEST_NEW, REQUEST_BODY, REQUEST_PARKED, REQUEST_ANSWERED };

struct request {
    struct call call; /* its owner is this */
    struct http *h;
    struct MHD_Connection *mhd;
    struct arena *a;
    struct conn *conn;
    enum request_state state;
    struct str method, path; /* path as sent, percent-encoded */
    const struct route *route;
    struct route_values values;
    struct buf body;
    bool has_body;  /* Content-Length over 0, or chunked */
    int64_t length; /* of the body; -1 unknown */
    int64_t taken;  /* so far */
    int refused;    /* status of a refusal decided before the body ended; its words in call.err */
    struct upload *upload; /* a request under /api/v1/uploads; NULL otherwise */
    int fetches;    /* how often its file was fetched to this node */
    bool is_stream; /* answered by an event stream that lives on without the request */
};

/* http_worker.c */
struct worker *worker_mine(struct http *h); /* NULL: no read connection to be had */
void worker_db_check(struct worker *w, const struct err *e); /* drops a broken connection */
void workers_close(struct http *h);
struct arena *arena_take(struct http *h);
void arena_give(struct http *h, struct arena *a);
/* Deadlines: seconds from now, 0 lifts it. */
void conn_until(struct http *h, struct conn *c, int seconds);
void conn_notify(void *cls, struct MHD_Connection *mhd, void **socket_context,
                 enum MHD_ConnectionNotificationCode code);
void conns_cut_late(struct http *h);

/* http_route.c */
struct route_table *routes_make(struct arena *a);
/* NULL when nothing of that method is there; then *allow lists what is ("GET, HEAD"), NULL: 404. */
const struct route *route_find(const struct route_table *t, struct str method, struct str path,
                               struct route_values *values, const char **allow);
/* Percent-decoding into a; false on a bad escape, NUL or invalid UTF-8. */
bool url_decode(struct arena *a, struct str s, struct str *out);
/* Path values and query string into r->call.params; false with r->call.err. */
bool route_params(struct request *r);

/* http_head.c: what can be judged before the body. False: *status and call.err are set. */
bool head_check(struct request *r, int *status);
void head_to_call(struct request *r);
struct str header(struct request *r, const char *name); /* STR_NONE when absent */
enum lang lang_of(struct str accept_language);
bool accepts_gzip(struct request *r);

/* http_peer.c: who asks, past the proxies that are believed. */
#define COOKIE_PLAIN "tb_login"
#define COOKIE_SECURE "__Host-tb_login"
bool address_is_loopback(const struct sockaddr *sa);
/* An address list that --proxy may be: each part a numeric address. */
bool proxies_are_good(struct arena *a, struct str list);
struct str peer_address(struct request *r); /* in r->a */
bool peer_is_secure(struct request *r);     /* TLS all the way that a browser sees */

/* http_answer.c: each queues one response and returns MHD's word. */
enum MHD_Result answer_json(struct request *r, int status, struct str json);
enum MHD_Result answer_err(struct request *r, const struct err *e);
/* status 0: by the kind. */
enum MHD_Result answer_problem(struct request *r, int status, const struct err *e);
enum MHD_Result answer_code(struct request *r, int status, enum err_kind kind, const char *code);
enum MHD_Result answer_file(struct request *r, struct raw *raw);
/* The browser has this very answer already. */
bool file_is_known(struct request *r, const struct raw *raw);
enum MHD_Result answer_empty(struct request *r, int status, struct MHD_Response *res);
enum MHD_Result answer_send(struct request *r, int status, struct MHD_Response *res);
void answer_headers(struct request *r, struct MHD_Response *res);
int problem_status(enum err_kind kind);
struct str problem_text(struct arena *a, int status, const struct err *e, enum lang lang);
void zip_free(struct zip **z);

/* 405 with the methods there are. */
enum MHD_Result answer_allow(struct request *r, const char *allow);

/* http_request.c: suspends the connection; MHD_resume_connection brings it back, also at once. */
void request_park(struct request *r);

/* http_upload.c */
bool upload_is_path(struct str path);
bool upload_head(struct request *r);
bool upload_piece(struct request *r, struct str bytes);
enum MHD_Result upload_end(struct request *r);
enum MHD_Result upload_resumed(struct request *r);
void upload_done(struct request *r);

/* http_file.c */
struct range {
    int64_t from, n;
};
/* 1: one satisfiable range; 0: none asked or not of a kind we serve (send all); -1: 416. */
int range_parse(struct str value, int64_t size, struct range *out);
/* RFC 6266 / 5987: inert whatever the name holds (S57). */
struct str disposition_of(struct arena *a, struct str name, bool is_inline);

/* http_site.c: the pages. */
struct site *site_make(struct arena *a);
enum MHD_Result site_answer(struct request *r);
enum MHD_Result docs_answer(struct request *r);

/* http_events.c */
enum MHD_Result events_answer(struct request *r);
void events_wake(void *http);      /* the hub's tick */
void events_pulse(struct http *h); /* about every second */
void events_end_all(struct http *h);

#endif
