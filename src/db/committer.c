#include "db/committer.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"

#define GROUP_MAX 64
#define QUEUE_MAX 4096
#define THREADS_MAX 16

struct committer {
    pthread_mutex_t lock; /* guards all down to the stats */
    pthread_cond_t more;
    struct work *first, **last;
    int queued;
    bool stopping;
    struct committer_stats stats;
    struct committer_hooks hooks;
    int n;
    struct worker {
        struct committer *c;
        struct db *db;
        pthread_t thread;
        struct arena *a;
        struct err err;
    } worker[THREADS_MAX];
};

static int take(struct committer *c, struct work **group)
{
    int n = 0;
    pthread_mutex_lock(&c->lock);
    while (!c->first && !c->stopping)
        pthread_cond_wait(&c->more, &c->lock);
    while (c->first && n < GROUP_MAX) {
        group[n++] = c->first;
        c->first = c->first->next;
        c->queued--;
    }
    if (!c->first)
        c->last = &c->first;
    pthread_mutex_unlock(&c->lock);
    return n;
}

struct outcome {
    enum settled how;
    enum db_failure why;
};

/* False when the whole transaction is lost (out of the engine's own doing, or a deadlock). */
static bool run_one(struct db *db, struct work *w, struct outcome *out)
{
    if (!db_savepoint(db))
        return false;
    bool kept = w->run(w, db) && db_settle(db); /* its failures are its own, not the group's */
    out->how = kept ? SETTLED_COMMITTED : SETTLED_UNDONE;
    out->why = kept ? DB_FAIL_NONE : db_last_failure(db);
    if (!db_in_transaction(db) || out->why == DB_FAIL_RETRY || out->why == DB_FAIL_LOST)
        return false;
    return kept ? db_savepoint_keep(db) : db_savepoint_undo(db);
}

/* One transaction for works[0..n). False: nothing was kept; *why says what happened. */
static bool run_group(struct worker *t, struct work **works, int n, struct outcome *out,
                      enum db_failure *why)
{
    arena_empty(t->a);
    t->err = (struct err){ 0 };
    db_errors_to(t->db, t->a, &t->err);
    const struct committer_hooks *hooks = &t->c->hooks;
    struct work *kept[GROUP_MAX];
    bool good = db_begin(t->db);
    int n_kept = 0;
    for (int i = 0; good && i < n; i++) {
        good = run_one(t->db, works[i], &out[i]);
        if (good && out[i].how == SETTLED_COMMITTED)
            kept[n_kept++] = works[i];
        db_errors_to(t->db, t->a, &t->err);
    }
    if (good && n_kept == 0) {
        db_rollback(t->db); /* nothing to make durable */
        return true;
    }
    if (good && hooks->before_commit(hooks->arg, t->db, t->a, kept, n_kept) && db_commit(t->db))
        return true;
    *why = db_last_failure(t->db);
    db_rollback(t->db);
    return false;
}

static void settle(struct worker *t, struct work **works, int n, const struct outcome *out)
{
    struct committer *c = t->c;
    int undone = 0, kept = 0;
    for (int i = 0; i < n; i++) {
        undone += out[i].how == SETTLED_UNDONE;
        kept += out[i].how == SETTLED_COMMITTED;
    }
    pthread_mutex_lock(&c->lock);
    c->stats.groups++;
    c->stats.works += n;
    c->stats.undone += undone;
    pthread_mutex_unlock(&c->lock);
    if (kept)
        c->hooks.after_group(c->hooks.arg, t->db);
    for (int i = 0; i < n; i++)
        works[i]->settled(works[i], out[i].how, out[i].why);
}

static void fail_all(struct worker *t, struct work **works, int n, enum db_failure why)
{
    struct outcome out[GROUP_MAX];
    for (int i = 0; i < n; i++)
        out[i] = (struct outcome){ SETTLED_FAILED, why };
    settle(t, works, n, out);
    if (why == DB_FAIL_IO) {
        /* After a failed fsync nothing written since can be trusted: stop, let recovery run. */
        log_error("committer", "storage failed, ending for recovery");
        usleep(200000); /* lets the HTTP workers send the answers that were just settled */
        _exit(3);
    }
}

static void *work_loop(void *arg)
{
    struct worker *t = arg;
    struct work *group[GROUP_MAX];
    struct outcome out[GROUP_MAX];
    int n;
    while ((n = take(t->c, group)) > 0) {
        enum db_failure why = DB_FAIL_NONE;
        if (run_group(t, group, n, out, &why)) {
            settle(t, group, n, out);
            continue;
        }
        if (why != DB_FAIL_RETRY) {
            fail_all(t, group, n, why);
            continue;
        }
        pthread_mutex_lock(&t->c->lock);
        t->c->stats.retried++;
        pthread_mutex_unlock(&t->c->lock);
        for (int i = 0; i < n; i++) {
            int tries = 0;
            bool good = false;
            while (!good && tries++ < 10) {
                good = run_group(t, &group[i], 1, &out[i], &why);
                if (!good && why != DB_FAIL_RETRY)
                    break;
            }
            if (good)
                settle(t, &group[i], 1, &out[i]);
            else
                fail_all(t, &group[i], 1, why);
        }
    }
    return NULL;
}

struct committer *committer_start(const struct db_config *config, int connections,
                                  const struct committer_hooks *hooks, struct arena *a,
                                  struct err *e)
{
    CHECK(connections >= 1 && connections <= THREADS_MAX);
    CHECK(config->engine == DB_PGSQL || connections == 1);
    struct committer *c = calloc(1, sizeof *c);
    CHECK(c);
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->more, NULL);
    c->last = &c->first;
    c->hooks = *hooks;
    for (int i = 0; i < connections; i++) {
        struct worker *t = &c->worker[i];
        t->c = c;
        t->a = arena_new();
        t->db = db_open(config, DB_WRITE, a, e);
        if (!t->db) {
            committer_stop(&c);
            return NULL;
        }
        c->n = i + 1;
        CHECK(pthread_create(&t->thread, NULL, work_loop, t) == 0);
    }
    return c;
}

bool committer_submit(struct committer *c, struct work *w)
{
    w->next = NULL;
    pthread_mutex_lock(&c->lock);
    bool good = !c->stopping && c->queued < QUEUE_MAX;
    if (good) {
        *c->last = w;
        c->last = &w->next;
        c->queued++;
        pthread_cond_signal(&c->more);
    }
    pthread_mutex_unlock(&c->lock);
    return good;
}

void committer_stop(struct committer **c)
{
    if (!*c)
        return;
    pthread_mutex_lock(&(*c)->lock);
    (*c)->stopping = true;
    pthread_cond_broadcast(&(*c)->more);
    pthread_mutex_unlock(&(*c)->lock);
    for (int i = 0; i < (*c)->n; i++)
        pthread_join((*c)->worker[i].thread, NULL);
    for (int i = 0; i < THREADS_MAX; i++) {
        db_close(&(*c)->worker[i].db);
        arena_free(&(*c)->worker[i].a);
    }
    pthread_mutex_destroy(&(*c)->lock);
    pthread_cond_destroy(&(*c)->more);
    free(*c);
    *c = NULL;
}

struct committer_stats committer_stats(struct committer *c)
{
    pthread_mutex_lock(&c->lock);
    struct committer_stats s = c->stats;
    pthread_mutex_unlock(&c->lock);
    return s;
}
