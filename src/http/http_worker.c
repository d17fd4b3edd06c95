/* What belongs to MHD's threads and connections: the read connection of each worker, the pool of
 * request arenas, and the deadlines that MHD itself does not have (its timeout only sees silence,
 * a dribbling client would live for ever). */
#include <sys/socket.h>

#include "base/log.h"
#include "http/http_in.h"

#define FIRST_HEADER_S 20

static _Thread_local struct worker *mine;

struct worker *worker_mine(struct http *h)
{
    struct worker *w = mine;
    if (!w) {
        w = calloc(1, sizeof *w);
        if (!w)
            return NULL;
        w->h = h;
        w->a = arena_new();
        pthread_mutex_lock(&h->workers_lock);
        w->next = h->workers;
        h->workers = w;
        pthread_mutex_unlock(&h->workers_lock);
        mine = w;
    }
    if (!w->db) {
        arena_empty(w->a);
        w->err = (struct err){ 0 };
        w->db = core_reader(h->core, w->a, &w->err);
        if (!w->db)
            log_error("http", "a worker has no connection to the database", "code",
                      w->err.code ? w->err.code : "");
    }
    return w;
}

void worker_db_check(struct worker *w, const struct err *e)
{
    if (e->kind == ERR_NONE || !e->code || strcmp(e->code, "db.lost") != 0 || !w->db)
        return;
    db_close(&w->db); /* the next request opens a new one */
}

void workers_close(struct http *h)
{
    for (struct worker *w = h->workers, *next; w; w = next) {
        next = w->next;
        if (w->db)
            db_close(&w->db);
        zip_free(&w->zip);
        arena_free(&w->a);
        free(w);
    }
    h->workers = NULL;
}

struct arena *arena_take(struct http *h)
{
    struct arena *a = NULL;
    pthread_mutex_lock(&h->arenas_lock);
    if (h->n_arenas > 0)
        a = h->arenas[--h->n_arenas];
    pthread_mutex_unlock(&h->arenas_lock);
    return a ? a : arena_new();
}

void arena_give(struct http *h, struct arena *a)
{
    arena_empty(a);
    pthread_mutex_lock(&h->arenas_lock);
    bool kept = h->n_arenas < (int)(sizeof h->arenas / sizeof *h->arenas);
    if (kept)
        h->arenas[h->n_arenas++] = a;
    pthread_mutex_unlock(&h->arenas_lock);
    if (!kept)
        arena_free(&a);
}

/* --- deadlines ----------------------------------------------------------------------------------*/

void conn_until(struct http *h, struct conn *c, int seconds)
{
    if (!c)
        return;
    pthread_mutex_lock(&h->conns_lock);
    c->until_us = seconds ? clock_monotonic_us() + seconds * INT64_C(1000000) : 0;
    pthread_mutex_unlock(&h->conns_lock);
}

static struct conn *conn_open(struct http *h, struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct conn *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->fd = info ? info->connect_fd : -1;
    c->until_us = clock_monotonic_us() + FIRST_HEADER_S * INT64_C(1000000);
    pthread_mutex_lock(&h->conns_lock);
    c->next = h->conns;
    if (c->next)
        c->next->prev = c;
    h->conns = c;
    pthread_mutex_unlock(&h->conns_lock);
    return c;
}

static void conn_close(struct http *h, struct conn *c)
{
    if (!c)
        return;
    pthread_mutex_lock(&h->conns_lock);
    if (c->next)
        c->next->prev = c->prev;
    if (c->prev)
        c->prev->next = c->next;
    else
        h->conns = c->next;
    pthread_mutex_unlock(&h->conns_lock);
    free(c);
}

void conn_notify(void *cls, struct MHD_Connection *mhd, void **socket_context,
                 enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *socket_context = conn_open(cls, mhd);
        return;
    }
    conn_close(cls, *socket_context);
    *socket_context = NULL;
}

/* The socket is shut down, not closed: MHD closes it when it notices, and tells conn_notify before
 * that, under the same lock, so no stranger's descriptor can be hit. */
void conns_cut_late(struct http *h)
{
    int64_t now = clock_monotonic_us();
    pthread_mutex_lock(&h->conns_lock);
    for (struct conn *c = h->conns; c; c = c->next)
        if (c->until_us && c->until_us < now && !c->is_cut) {
            c->is_cut = true;
            (void)shutdown(c->fd, SHUT_RDWR); /* already gone is as good */
        }
    pthread_mutex_unlock(&h->conns_lock);
}
