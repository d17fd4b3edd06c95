/* Lanes of threads for what must not run in an HTTP worker or the committer. Password hashing has
 * its own, never behind conversions; so has what waits for the store of files, which may be silent, and
 * so have conversions by other programs, which may take a minute and go one by one.
 * A thread is made when a job finds none idle, and stays: each costs 3 MB, since the libraries we stand
 * on have that much memory of its own for every thread. */
#include <stdlib.h>

#include "base/check.h"
#include "core/core_in.h"

#define LANES 4
#define LANE_THREADS_MAX 4
#define WAITING_MAX 2000

struct job {
    struct job *next;
    void (*fn)(void *);
    void *arg;
};

struct lane_state {
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t more;
    struct job *first, **last;
    int waiting, idle, threads;
    bool stopping;
    pthread_t thread[LANE_THREADS_MAX];
};

static const int lane_threads[LANES] = { [LANE_PASSWORD] = 2, [LANE_WORK] = 2, [LANE_STORE] = 4,
                                          [LANE_CONVERT] = 1 };

struct jobs {
    struct lane_state lane[LANES];
};

static void *lane_loop(void *arg)
{
    struct lane_state *l = arg;
    for (;;) {
        pthread_mutex_lock(&l->lock);
        l->idle++;
        while (!l->first && !l->stopping)
            pthread_cond_wait(&l->more, &l->lock);
        l->idle--;
        struct job *j = l->first;
        if (j) {
            l->first = j->next;
            l->waiting--;
            if (!l->first)
                l->last = &l->first;
        }
        pthread_mutex_unlock(&l->lock);
        if (!j)
            return NULL;
        j->fn(j->arg);
        free(j);
    }
}

struct jobs *jobs_start(void)
{
    struct jobs *jobs = calloc(1, sizeof *jobs);
    CHECK(jobs);
    for (int i = 0; i < LANES; i++) {
        struct lane_state *l = &jobs->lane[i];
        pthread_mutex_init(&l->lock, NULL);
        pthread_cond_init(&l->more, NULL);
        l->last = &l->first;
    }
    return jobs;
}

void jobs_stop(struct jobs **jobs)
{
    if (!*jobs)
        return;
    for (int i = 0; i < LANES; i++) {
        struct lane_state *l = &(*jobs)->lane[i];
        pthread_mutex_lock(&l->lock);
        l->stopping = true;
        pthread_cond_broadcast(&l->more);
        pthread_mutex_unlock(&l->lock);
        for (int k = 0; k < l->threads; k++)
            pthread_join(l->thread[k], NULL);
        pthread_mutex_destroy(&l->lock);
        pthread_cond_destroy(&l->more);
    }
    free(*jobs);
    *jobs = NULL;
}

bool job_run(struct core *core, enum lane lane, void (*fn)(void *arg), void *arg)
{
    struct lane_state *l = &core->jobs->lane[lane];
    struct job *j = malloc(sizeof *j);
    CHECK(j);
    *j = (struct job){ NULL, fn, arg };
    pthread_mutex_lock(&l->lock);
    bool good = !l->stopping && l->waiting < WAITING_MAX;
    if (good) {
        *l->last = j;
        l->last = &j->next;
        l->waiting++;
        if (l->waiting > l->idle && l->threads < lane_threads[lane])
            CHECK(pthread_create(&l->thread[l->threads++], NULL, lane_loop, l) == 0);
        pthread_cond_signal(&l->more);
    }
    pthread_mutex_unlock(&l->lock);
    if (!good)
        free(j);
    return good;
}
