/* http: bytes to calls and back. The only room with an event loop; everything it does for a person
 * goes through the door of core/.
 *
 * Routes come from the rooms' tables (rooms.c): /api/v1 + path. Beside them http/ itself answers
 * /api/v1/events, /api/v1/uploads, /api/v1/health, /api/v1/openapi.json, /api/docs and the built
 * pages for everything outside /api/.
 *
 * Threads: reads are answered on the worker that took the request; commands park the connection
 * and are answered when the committer has settled them. */
#ifndef TB_HTTP_HTTP_H
#define TB_HTTP_HTTP_H

#include "core/core.h"

struct http_config {
    const char *listen;   /* "HOST:PORT", "[::1]:PORT"; port 0 takes a free one */
    const char *tls_cert; /* file names, PEM; both or neither. Without them only loopback */
    const char *tls_key;
    const char *proxies; /* NULL, or addresses parted by commas: beside loopback, whose word on the
                          * browser's address and on https (X-Forwarded-For, -Proto) is believed */
    int workers;      /* 0: two to four on SQLite by cores, sixteen on PostgreSQL */
    int connections;  /* 0: 13,000, or what the limit on open files allows */
    bool no_gzip;     /* JSON answers are compressed for browsers unless set */
};

struct http;

/* Starts answering; core must be open with serve. NULL with *e (in a): http.listen (address not
 * free or not readable), http.loopback (no TLS but not loopback), http.tls, http.proxy (no addresses). */
struct http *http_start(struct core *core, const struct http_config *config, struct arena *a,
                        struct err *e);
int http_port(const struct http *h);
/* Takes no new connections, answers what was accepted, ends the streams. Before core_close. */
void http_stop(struct http **h);

/* tongban.sock in the data folder, for the command line while the program serves: a line
 * {"command":"person.import","in":{…}} is answered by a line, the command's answer or a problem.
 * Only commands with CMD_OPERATOR; the file is the owner's alone. */
struct http_socket;
struct http_socket *http_socket_start(struct core *core, struct arena *a, struct err *e);
void http_socket_stop(struct http_socket **s);
/* The other end: sends one line and waits for the answer. 1 answered, 0 nobody serves this folder,
 * -1 with *e. in is JSON text. *is_problem: the answer is a problem document. */
int http_socket_ask(const char *dir, const char *command, struct str in, struct arena *a,
                    struct str *answer, bool *is_problem, struct err *e);

#endif
