/* The two locks of blob_s3_in.h, and the mark of a store that is being filled. */
#include "base/check.h"
#include "base/log.h"
#include "blob/blob_s3_in.h"

#define LOCK_LIFE_MS INT64_C(600000)
#define RENEW_S 60
#define REMOVE_TRIES 8
#define WAITS 100 /* for whoever removes one content */
#define WAIT_MS 100

static void lock_name(const char *kind, char out[S3_LOCK_NAME])
{
    uint64_t x;
    secret_random(&x, sizeof x);
    (void)snprintf(out, S3_LOCK_NAME, "lock/%s-%016llx", kind, (unsigned long long)x);
}

struct seen {
    struct s3 *s;
    struct arena *a;
    const char *own;
    int64_t now;
    int users, removers; /* alive, our own apart */
};

static bool see(void *arg, const struct s3_item *i)
{
    struct seen *x = arg;
    struct err ignored = { 0 };
    if (x->own && strcmp(i->name, x->own) == 0)
        return true;
    if (i->modified_at + LOCK_LIFE_MS < x->now)
        (void)s3_remove(x->s, i->name, NULL, x->a, &ignored); /* the next one tries again */
    else if (strncmp(i->name, "lock/use-", 9) == 0)
        x->users++;
    else
        x->removers++;
    return true;
}

static bool look(struct s3 *s, const char *own, struct seen *out, struct arena *a, struct err *e)
{
    bool stopped;
    *out = (struct seen){ .s = s, .a = a, .own = own };
    return s3_list(s, "lock/", see, out, &stopped, &out->now, a, e);
}

static void pause_ms(int64_t ms)
{
    struct timespec t = { ms / 1000, (long)(ms % 1000) * 1000000 };
    (void)nanosleep(&t, NULL); /* a shorter pause is as good */
}

static void unlock(struct s3 *s, const char *name)
{
    struct arena *a = arena_new();
    struct err e = { 0 };
    if (!s3_remove(s, name, NULL, a, &e))
        log_warn("blob", "a lock stays in the S3 store until it is void", "lock", name);
    arena_free(&a);
}

/* --- using -------------------------------------------------------------------------------------- */

static void *keep(void *arg)
{
    struct s3 *s = arg;
    struct arena *a = arena_new();
    pthread_mutex_lock(&s->hold_lock);
    while (!s->is_ending) {
        struct timespec until;
        (void)clock_gettime(CLOCK_REALTIME, &until); /* cannot fail for this clock */
        until.tv_sec += RENEW_S;
        pthread_cond_timedwait(&s->hold_wake, &s->hold_lock, &until);
        struct err e = { 0 };
        if (!s->is_ending && s->holds > 0 && !s3_mark(s, s->hold_name, a, &e))
            log_warn("blob", "a lock in the S3 store could not be renewed", "code", e.code);
        arena_empty(a);
    }
    pthread_mutex_unlock(&s->hold_lock);
    arena_free(&a);
    return NULL;
}

static bool hold_first(struct s3 *s, struct arena *a, struct err *e)
{
    struct seen seen = { .removers = 1 };
    lock_name("use", s->hold_name);
    if (!s3_mark(s, s->hold_name, a, e))
        return false;
    bool good = true;
    for (int i = 0; good && seen.removers && i < WAITS; i++) {
        if (i > 0)
            pause_ms(WAIT_MS);
        good = look(s, s->hold_name, &seen, a, e);
    }
    if (good && seen.removers)
        good = err_set(e, a, ERR_BUSY, "blob.unreachable", NULL, NULL, NULL, NULL);
    if (!good)
        unlock(s, s->hold_name);
    return good;
}

bool s3_hold(struct s3 *s, struct arena *a, struct err *e)
{
    pthread_mutex_lock(&s->hold_lock);
    bool good = s->holds > 0 || hold_first(s, a, e);
    if (good) {
        s->holds++;
        if (!s->has_keeper)
            s->has_keeper = pthread_create(&s->keeper, NULL, keep, s) == 0;
        CHECK(s->has_keeper);
    }
    pthread_mutex_unlock(&s->hold_lock);
    return good;
}

void s3_release(struct s3 *s)
{
    pthread_mutex_lock(&s->hold_lock);
    if (--s->holds == 0)
        unlock(s, s->hold_name);
    pthread_mutex_unlock(&s->hold_lock);
}

/* --- removing ------------------------------------------------------------------------------------- */

/* Two nodes that sweep at the same hour would see each other for ever: each waits for a time of its own.
 */
static int lock_between_nodes(struct s3 *s, char name[S3_LOCK_NAME], struct arena *a, struct err *e)
{
    struct seen seen;
    for (int i = 0; i < REMOVE_TRIES; i++) {
        lock_name("remove", name);
        if (!s3_mark(s, name, a, e))
            return -1;
        bool good = look(s, name, &seen, a, e);
        if (good && !seen.users && !seen.removers)
            return 1;
        unlock(s, name);
        if (!good)
            return -1;
        if (seen.users)
            return 0;
        uint8_t x;
        secret_random(&x, sizeof x);
        pause_ms(20 + 4 * (int64_t)x);
    }
    return 0;
}

int s3_lock_to_remove(struct s3 *s, char name[S3_LOCK_NAME], struct arena *a, struct err *e)
{
    pthread_mutex_lock(&s->remove_lock);
    int locked = lock_between_nodes(s, name, a, e);
    if (locked != 1)
        pthread_mutex_unlock(&s->remove_lock);
    return locked;
}

void s3_removed(struct s3 *s, const char *name)
{
    unlock(s, name);
    pthread_mutex_unlock(&s->remove_lock);
}

/* --- filling -------------------------------------------------------------------------------------- */

static bool stop(void *arg, const struct s3_item *i)
{
    (void)arg;
    (void)i;
    return false;
}

bool s3_fill_begin(struct s3 *s, struct arena *a, struct err *e)
{
    bool stopped;
    if (s3_list(s, "content/", stop, NULL, &stopped, NULL, a, e))
        return s3_mark(s, "filling", a, e); /* holds nothing */
    if (!stopped)
        return false;
    enum s3_found found = s3_head(s, "filling", NULL, a, e);
    return found == S3_FOUND || (found == S3_ABSENT && err_set(e, a, ERR_STATE, "blob.not_empty",
                                                               NULL, NULL, NULL, NULL));
}

bool s3_fill_end(struct s3 *s, struct arena *a, struct err *e)
{
    return s3_remove(s, "filling", NULL, a, e);
}
