/* GET /api/v1/events: server-sent events. A stream with nothing to send is a suspended connection;
 * MHD walks all suspended connections to resume one, so they are resumed together, in the hub's
 * ticks and in a heartbeat round every 20 s. */
#include "base/log.h"
#include "http/http_in.h"

#define HEARTBEAT_US INT64_C(20000000)
#define LIFE_US INT64_C(900000000) /* then the browser comes again, and its login is asked anew */

struct stream {
    struct stream *next, *prev;
    struct http *h;
    struct MHD_Connection *mhd;
    struct live_sub *sub;
    const struct actor *actor;
    struct buf rest; /* heap: frames that did not fit, from at on */
    size_t at;
    bool is_parked; /* with is_due and is_ending: under streams_lock */
    int64_t ends_at; /* monotonic */
    bool is_due;     /* send a heartbeat */
    bool is_ending;
};

static void unlink_stream(struct stream *s)
{
    struct http *h = s->h;
    pthread_mutex_lock(&h->streams_lock);
    if (s->next)
        s->next->prev = s->prev;
    if (s->prev)
        s->prev->next = s->next;
    else
        h->first_stream = s->next;
    pthread_mutex_unlock(&h->streams_lock);
}

static void stream_free(void *cls)
{
    struct stream *s = cls;
    unlink_stream(s);
    live_close(&s->sub);
    actor_release(s->h->core, s->actor);
    buf_free(&s->rest);
    atomic_fetch_sub(&s->h->streams, 1);
    free(s);
}

static ssize_t give(struct stream *s, char *to, size_t max)
{
    size_t n = s->rest.n - s->at;
    if (n > max)
        n = max;
    memcpy(to, s->rest.p + s->at, n);
    s->at += n;
    if (s->at == s->rest.n) {
        buf_free(&s->rest);
        s->rest = buf_in(NULL);
        s->at = 0;
    }
    return (ssize_t)n;
}

/* Parks the connection unless something came meanwhile; true: parked. */
static bool park(struct stream *s)
{
    pthread_mutex_lock(&s->h->streams_lock);
    bool parks = !s->is_due && !s->is_ending && !live_waiting(s->sub);
    if (parks) {
        s->is_parked = true;
        MHD_suspend_connection(s->mhd);
    }
    pthread_mutex_unlock(&s->h->streams_lock);
    return parks;
}

static ssize_t stream_read(void *cls, uint64_t pos, char *to, size_t max)
{
    struct stream *s = cls;
    (void)pos;
    for (;;) {
        bool is_alive = true;
        if (s->at < s->rest.n)
            return give(s, to, max);
        (void)live_take(s->sub, &s->rest, &is_alive); /* false: nothing waits, seen by rest.n */
        pthread_mutex_lock(&s->h->streams_lock);
        bool is_due = s->is_due, is_ending = s->is_ending;
        s->is_due = false;
        pthread_mutex_unlock(&s->h->streams_lock);
        if (!is_alive || is_ending)
            return MHD_CONTENT_READER_END_OF_STREAM;
        if (s->rest.n > 0)
            continue;
        if (is_due)
            buf_text(&s->rest, ":\n\n");
        else if (park(s))
            return 0;
    }
}

/* Resumes what has something to do. round: a heartbeat is due for all. */
static void wake_streams(struct http *h, bool round, bool is_ending)
{
    int64_t now = clock_monotonic_us();
    pthread_mutex_lock(&h->streams_lock);
    for (struct stream *s = h->first_stream; s; s = s->next) {
        s->is_due |= round;
        s->is_ending |= is_ending || (round && s->ends_at < now);
        if (s->is_parked && (s->is_due || s->is_ending || live_waiting(s->sub))) {
            s->is_parked = false;
            MHD_resume_connection(s->mhd);
        }
    }
    pthread_mutex_unlock(&h->streams_lock);
}

void events_wake(void *http)
{
    wake_streams(http, false, false);
}

void events_pulse(struct http *h)
{
    int64_t now = clock_monotonic_us();
    bool round = now >= h->pulse_at;
    if (round)
        h->pulse_at = now + HEARTBEAT_US;
    wake_streams(h, round, false);
}

void events_end_all(struct http *h)
{
    wake_streams(h, false, true);
}

static struct stream *stream_new(struct request *r, const struct actor *actor)
{
    struct stream *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->h = r->h;
    s->mhd = r->mhd;
    s->actor = actor;
    s->ends_at = clock_monotonic_us() + LIFE_US;
    s->rest = buf_in(NULL);
    buf_text(&s->rest, "retry: 3000\n\n"); /* also tells the browser that it stands */
    s->sub = live_open(r->h->core, actor, header(r, "Last-Event-ID"));
    if (!s->sub) {
        buf_free(&s->rest);
        free(s);
        return NULL;
    }
    pthread_mutex_lock(&r->h->streams_lock);
    s->next = r->h->first_stream;
    if (s->next)
        s->next->prev = s;
    r->h->first_stream = s;
    pthread_mutex_unlock(&r->h->streams_lock);
    atomic_fetch_add(&r->h->streams, 1);
    return s;
}

enum MHD_Result events_answer(struct request *r)
{
    if (!str_is(r->method, "GET"))
        return answer_code(r, 405, ERR_INVALID, "http.method");
    struct worker *w = worker_mine(r->h);
    if (!w || !w->db || atomic_load(&r->h->stopping))
        return answer_code(r, 503, ERR_BUSY, "http.busy");
    const struct actor *actor = door_authenticate(&r->call, w->db);
    worker_db_check(w, &r->call.err);
    if (!actor)
        return answer_err(r, &r->call.err);
    struct stream *s = stream_new(r, actor);
    if (!s) {
        actor_release(r->h->core, actor);
        return answer_code(r, 503, ERR_BUSY, "http.busy");
    }
    struct MHD_Response *res = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1024,
                                                                 stream_read, s, stream_free);
    if (!res) {
        stream_free(s);
        return MHD_NO;
    }
    (void)MHD_add_response_header(res, "Content-Type", "text/event-stream");
    (void)MHD_add_response_header(res, "Cache-Control", "no-store");
    (void)MHD_add_response_header(res, "X-Accel-Buffering", "no"); /* a proxy must pass it on */
    answer_headers(r, res);
    conn_until(r->h, r->conn, 0);
    r->is_stream = true;
    return answer_send(r, 200, res);
}
