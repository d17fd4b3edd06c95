/* One request from its head to its answer. MHD calls us with the head, with each piece of the
 * body, when the body is complete, and again after a parked connection was resumed. */
#include "base/log.h"
#include "http/http_in.h"
#include "http/http_request.h"

#define BODY_S 30
#define DRAIN_LIMIT (8 * 1024 * 1024)
#define IDLE_S 75
#define FETCHES 3 /* of one file, should it be pushed out again before it is read */

/* A command is settled: committer's or job's thread. */
static void settled(struct call *call)
{
    struct request *r = call->owner;
    MHD_resume_connection(r->mhd);
}

static enum MHD_Result answer_call(struct request *r)
{
    struct call *c = &r->call;
    if (c->err.kind != ERR_NONE)
        return answer_err(r, &c->err);
    bool is_raw = c->read && (c->read->flags & READ_RAW);
    return is_raw ? answer_file(r, &c->raw)
                  : answer_json(r, c->answer_status ? c->answer_status : 200, c->answer);
}

void request_park(struct request *r)
{
    r->state = REQUEST_PARKED;
    conn_until(r->h, r->conn, 0);
    atomic_fetch_add(&r->h->parked, 1);
    MHD_suspend_connection(r->mhd);
}

static void fetch_job(void *arg)
{
    struct request *r = arg;
    /* told by err */
    (void)blob_fetch(core_blobs(r->h->core), r->call.raw.fetch, r->a, &r->call.err);
    MHD_resume_connection(r->mhd);
}

/* The file is not on this node yet: the worker does not wait for it. */
static enum MHD_Result fetch(struct request *r)
{
    request_park(r);
    if (!job_run(r->h->core, LANE_STORE, fetch_job, r)) {
        (void)err_set(&r->call.err, r->a, ERR_BUSY, "http.busy", NULL, NULL, NULL, NULL);
        MHD_resume_connection(r->mhd);
    }
    return MHD_YES;
}

static void later_job(void *arg)
{
    struct request *r = arg;
    door_later(&r->call);
    MHD_resume_connection(r->mhd);
}

/* The answer is work: its own lane does it. */
static enum MHD_Result later(struct request *r)
{
    request_park(r);
    if (!job_run(r->h->core, LANE_WORK, later_job, r)) {
        (void)err_set(&r->call.err, r->a, ERR_BUSY, "http.busy", NULL, NULL, NULL, NULL);
        MHD_resume_connection(r->mhd);
    }
    return MHD_YES;
}

static enum MHD_Result run_read(struct request *r, struct worker *w)
{
    r->call.read = r->route->read;
    r->call.raw = (struct raw){ .fd = -1 };
    r->call.body = buf_done(&r->body);
    door_read(&r->call, w->db);
    worker_db_check(w, &r->call.err);
    if (r->call.err.kind == ERR_NONE && r->call.later && !r->call.raw.fetch.p &&
        !file_is_known(r, &r->call.raw))
        return later(r);
    if (r->call.err.kind != ERR_NONE || !r->call.raw.fetch.p)
        return answer_call(r);
    return r->fetches++ < FETCHES ? fetch(r) : answer_code(r, 503, ERR_BUSY, "http.busy");
}

/* Whether the person may have it is asked anew: it may have been purged meanwhile. */
static enum MHD_Result read_again(struct request *r)
{
    struct worker *w = worker_mine(r->h);
    if (r->call.err.kind != ERR_NONE)
        return answer_call(r);
    return w && w->db ? run_read(r, w) : answer_code(r, 503, ERR_BUSY, "http.busy");
}

/* The connection is parked before the door has the call: the answer may be there before this
 * thread is back, and MHD remembers a resume that comes so early. */
static enum MHD_Result run_command(struct request *r, struct worker *w)
{
    r->call.command = r->route->command;
    r->call.body = buf_done(&r->body);
    if (r->call.body.n == 0)
        r->call.body = STR("{}");
    r->call.done = settled;
    request_park(r);
    if (!door_submit(&r->call, w->db)) {
        worker_db_check(w, &r->call.err);
        MHD_resume_connection(r->mhd);
    }
    return MHD_YES;
}

static enum MHD_Result run_route(struct request *r)
{
    struct worker *w = worker_mine(r->h);
    if (!w || !w->db)
        return answer_code(r, 503, ERR_BUSY, "http.busy");
    if (!route_params(r))
        return answer_err(r, &r->call.err);
    return r->route->read ? run_read(r, w) : run_command(r, w);
}

static enum MHD_Result health_answer(struct request *r)
{
    return answer_json(r, 200, STR("{\"ok\":true}"));
}

static enum MHD_Result openapi_answer(struct request *r)
{
    struct raw raw = { .type = "application/json", .is_inline = true, .fd = -1,
                       .bytes = r->h->openapi };
    return answer_file(r, &raw);
}

/* What http/ answers itself. */
static const struct {
    const char *path;
    enum MHD_Result (*answer)(struct request *r);
} own[] = {
    { "/api/v1/events", events_answer },
    { "/api/v1/health", health_answer },
    { "/api/v1/openapi.json", openapi_answer },
    { "/api/docs", docs_answer },
};

static enum MHD_Result answer_not_found(struct request *r, const char *allow)
{
    return allow ? answer_allow(r, allow) : answer_code(r, 404, ERR_NOT_FOUND, "http.not_found");
}

static enum MHD_Result dispatch(struct request *r)
{
    const char *allow = NULL;
    conn_until(r->h, r->conn, 0);
    if (r->upload)
        return upload_end(r);
    if (r->route)
        return run_route(r);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (str_is(r->path, own[i].path))
            return str_is(r->method, "GET") || str_is(r->method, "HEAD")
                       ? own[i].answer(r)
                       : answer_not_found(r, "GET, HEAD");
    if (!str_starts(r->path, STR("/api/")))
        return site_answer(r);
    struct str below = str_starts(r->path, STR("/api/v1/")) ? str_sub(r->path, 7, r->path.n)
                                                            : STR("");
    (void)route_find(r->h->routes, r->method, below, &r->values, &allow); /* known to be NULL */
    return answer_not_found(r, allow);
}

/* --- MHD's calls ---------------------------------------------------------------------------------*/

static struct request *begin(struct http *h, struct MHD_Connection *mhd, const char *url,
                             const char *method)
{
    struct arena *a = arena_take(h);
    struct request *r = arena_new_of(a, struct request);
    r->h = h;
    r->mhd = mhd;
    r->a = a;
    r->method = str_of(method);
    r->path = str_copy(a, str_of(url));
    r->body = buf_in(a);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    r->conn = info ? info->socket_context : NULL;
    head_to_call(r);
    atomic_fetch_add(&h->active, 1);
    return r;
}

/* A client that is still sending would lose an answer that closes the connection: what is refused
 * but well framed and not huge is read to its end and thrown away. */
static bool is_drained(const struct request *r)
{
    return r->refused != 400 && r->has_body && r->length <= DRAIN_LIMIT &&
           !MHD_lookup_connection_value(r->mhd, MHD_HEADER_KIND, "Expect");
}

static enum MHD_Result take_head(struct request *r)
{
    const char *allow;
    r->state = REQUEST_BODY;
    if (str_starts(r->path, STR("/api/v1/")))
        r->route = route_find(r->h->routes, r->method, str_sub(r->path, 7, r->path.n), &r->values,
                              &allow);
    conn_until(r->h, r->conn, upload_is_path(r->path) ? 0 : BODY_S); /* silence ends uploads */
    if (head_check(r, &r->refused))
        return MHD_YES;
    return is_drained(r) ? MHD_YES : answer_problem(r, r->refused, &r->call.err);
}

static enum MHD_Result take_piece(struct request *r, const char *p, size_t *n)
{
    r->taken += (int64_t)*n;
    if (r->upload && !r->refused) {
        (void)upload_piece(r, (struct str){ p, *n }); /* false: r->refused says so at the end */
        *n = 0;
        return MHD_YES;
    }
    if (r->taken > DRAIN_LIMIT && r->taken > r->length)
        return MHD_NO;
    if (r->taken > JSON_LIMIT && !r->refused) { /* chunked: its length was not told */
        r->refused = 413;
        (void)err_set(&r->call.err, r->a, ERR_TOO_LARGE, "http.too_large", NULL, NULL, NULL, NULL);
    }
    if (!r->refused && r->state == REQUEST_BODY)
        buf_put(&r->body, p, *n);
    *n = 0;
    return MHD_YES;
}

static void end(struct request *r)
{
    struct http *h = r->h;
    arena_give(h, r->a);
    atomic_fetch_sub(&h->active, 1);
}

/* A stream may live for hours; its request and arena end here. */
static enum MHD_Result take_end(struct request *r, void **request)
{
    enum MHD_Result ok = dispatch(r);
    if (r->is_stream) {
        *request = NULL;
        end(r);
    }
    return ok;
}

enum MHD_Result request_step(void *cls, struct MHD_Connection *mhd, const char *url,
                             const char *method, const char *version, const char *data, size_t *n,
                             void **request)
{
    (void)version;
    struct request *r = *request;
    if (!r) {
        *request = r = begin(cls, mhd, url, method);
        /* Counted before it is asked: what comes on a kept connection while the program stops is
         * either seen by http_stop or turned away here, and never parked behind its back. */
        return atomic_load(&r->h->stopping) ? MHD_NO : take_head(r);
    }
    if (*n > 0)
        return take_piece(r, data, n);
    switch (r->state) {
    case REQUEST_BODY:
        return r->refused && !r->upload ? answer_problem(r, r->refused, &r->call.err)
                                        : take_end(r, request);
    case REQUEST_PARKED:
        atomic_fetch_sub(&r->h->parked, 1);
        r->state = REQUEST_ANSWERED;
        return r->upload                ? upload_resumed(r)
               : r->call.raw.fetch.p ? read_again(r)
                                     : answer_call(r);
    case REQUEST_NEW:
    case REQUEST_ANSWERED:
        break;
    }
    return MHD_YES;
}

void request_done(void *cls, struct MHD_Connection *mhd, void **request,
                  enum MHD_RequestTerminationCode how)
{
    (void)mhd;
    (void)how;
    struct http *h = cls;
    struct request *r = *request;
    if (!r)
        return;
    /* The client went away while the command ran: MHD resumed the connection and ended it without
     * asking for the answer. Still counted, it would keep http_stop waiting for ever. */
    if (r->state == REQUEST_PARKED)
        atomic_fetch_sub(&h->parked, 1);
    if (r->upload)
        upload_done(r);
    conn_until(h, r->conn, IDLE_S);
    *request = NULL;
    end(r);
}
