#include "core/running.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"

#define PREFIX "running."
#define PLACES 64
#define MAGIC UINT64_C(0x31474e4e55524254) /* "TBRUNNG1" */

enum { FREE, TAKEN, RUNNING, GUILTY };

/* The file: a head and 64 places of 512 bytes. */
struct head {
    uint64_t magic;
    _Atomic int32_t signal;
    char rest[500];
};
struct running_slot {
    _Atomic int32_t state;
    int32_t unused;
    int64_t person_id, at;
    char what[64], act[72], subject[256], rest[96];
};
_Static_assert(sizeof(struct head) == 512 && sizeof(struct running_slot) == 512,
               "the file's layout");

struct running {
    struct head *head;
    struct running_slot *place;
    int fd; /* holds a lock: who cannot take it knows that we live */
    char path[4096];
};

#define FILE_BYTES (512 * (PLACES + 1))

/* --- the deadly signals ---------------------------------------------------------------------- */

static const int deadly[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
static struct sigaction before[sizeof deadly / sizeof *deadly];
static _Atomic(struct head *) mapped_head; /* of the program that serves */
static _Thread_local struct running_slot *mine;

/* Only stores and async-signal-safe calls. Whoever handled the signal before (a sanitizer, or the
 * kernel's core dump) gets it next. */
static void on_deadly(int signal_, siginfo_t *info, void *context)
{
    struct head *head = atomic_load(&mapped_head);
    (void)context;
    if (mine)
        atomic_store(&mine->state, GUILTY);
    if (head)
        atomic_store(&head->signal, signal_);
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        if (deadly[i] == signal_)
            (void)sigaction(signal_, &before[i], NULL); /* a known signal: cannot fail */
    if (info->si_code <= 0)
        (void)raise(signal_); /* sent, not met: it would not come again by itself */
}

static void listen_for_signals(void)
{
    struct sigaction act = { .sa_sigaction = on_deadly, .sa_flags = SA_SIGINFO };
    sigemptyset(&act.sa_mask);
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        CHECK(sigaction(deadly[i], &act, &before[i]) == 0);
}

static void stop_listening(void)
{
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        CHECK(sigaction(deadly[i], &before[i], NULL) == 0);
}

/* --- our own file ---------------------------------------------------------------------------- */

static bool map(struct running *r)
{
    /* the blocks are taken now: a full disk later must not be a fault on writing to memory */
    if (flock(r->fd, LOCK_EX | LOCK_NB) != 0 || posix_fallocate(r->fd, 0, FILE_BYTES) != 0)
        return false;
    void *p = mmap(NULL, FILE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, 0);
    if (p == MAP_FAILED)
        return false;
    r->head = p;
    r->place = (struct running_slot *)p + 1;
    r->head->magic = MAGIC;
    return true;
}

struct running *running_open(const char *dir)
{
    struct running *r = calloc(1, sizeof *r);
    CHECK(r);
    int n = snprintf(r->path, sizeof r->path, "%s/" PREFIX "%ld-%llx", dir, (long)getpid(),
                     (unsigned long long)clock_now_ms());
    r->fd =
        n < (int)sizeof r->path ? open(r->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    if (r->fd >= 0 && map(r)) {
        atomic_store(&mapped_head, r->head);
        listen_for_signals();
        return r;
    }
    log_warn("core", "no journal of what is running: crashes will not be counted", "dir", dir);
    if (r->fd >= 0) {
        (void)unlink(r->path); /* an empty one would be looked at and removed at the next start */
        close(r->fd);
    }
    free(r);
    return NULL;
}

void running_close(struct running **pr)
{
    struct running *r = *pr;
    if (!r)
        return;
    stop_listening();
    atomic_store(&mapped_head, NULL);
    (void)munmap(r->head, FILE_BYTES); /* was mapped by us: cannot fail */
    (void)unlink(r->path); /* left behind it is empty of acts and goes at the next start */
    close(r->fd);
    free(r);
    *pr = NULL;
}

/* --- one act --------------------------------------------------------------------------------- */

static void keep(char *to, size_t size, struct str s)
{
    size_t n = s.n < size - 1 ? s.n : size - 1;
    if (n)
        memcpy(to, s.p, n);
    to[n] = 0;
}

struct running_slot *running_begin(struct running *r, const char *what, struct str act,
                                   struct str subject, int64_t person_id, int64_t at)
{
    static _Thread_local unsigned first;
    for (unsigned i = 0; r && i < PLACES; i++) {
        struct running_slot *s = &r->place[(first + i) % PLACES];
        int32_t none = FREE;
        if (!atomic_compare_exchange_strong(&s->state, &none, TAKEN))
            continue;
        first = (first + i) % PLACES; /* the same one next time */
        s->person_id = person_id;
        s->at = at;
        keep(s->what, sizeof s->what, str_of(what));
        keep(s->act, sizeof s->act, act);
        keep(s->subject, sizeof s->subject, subject);
        mine = s;
        atomic_store(&s->state, RUNNING);
        return s;
    }
    return NULL;
}

void running_end(struct running_slot **s)
{
    if (!*s)
        return;
    mine = NULL;
    /* words of a request stay nowhere when it is over: a purge could not reach them here (OFFICE D9) */
    memset((*s)->what, 0, sizeof **s - offsetof(struct running_slot, what));
    atomic_store(&(*s)->state, FREE);
    *s = NULL;
}

/* --- what the dead left ---------------------------------------------------------------------- */

static struct str text_in(struct arena *a, const char *p, size_t size)
{
    struct str s = { p, strnlen(p, size) };
    return utf8_valid(s) ? str_copy(a, s) : STR("");
}

static bool tell(const struct head *head, const struct running_slot *s, struct arena *a,
                 bool (*found)(void *, const struct running_found *), void *arg)
{
    const struct running_found f = {
        .what = s ? text_in(a, s->what, sizeof s->what) : STR(""),
        .act = s ? text_in(a, s->act, sizeof s->act) : STR(""),
        .subject = s ? text_in(a, s->subject, sizeof s->subject) : STR(""),
        .person_id = s ? s->person_id : 0,
        .at = s ? s->at : 0,
        .signal = atomic_load(&head->signal),
    };
    return found(arg, &f);
}

static bool tell_all(const struct head *head, const struct running_slot *place, struct arena *a,
                     bool (*found)(void *, const struct running_found *), void *arg)
{
    bool by_fault = atomic_load(&head->signal) != 0, is_told = false, good = true;
    for (int i = 0; i < PLACES; i++) {
        int32_t state = atomic_load(&place[i].state);
        /* killed from outside: reads are many and harmless, only commands are counted */
        if (state == GUILTY || (state == RUNNING && !by_fault && place[i].act[0])) {
            good = tell(head, &place[i], a, found, arg) && good;
            is_told = true;
        }
    }
    if (by_fault && !is_told)
        good = tell(head, NULL, a, found, arg) && good;
    return good;
}

static bool look_into(const char *path, struct arena *a,
                      bool (*found)(void *, const struct running_found *), void *arg)
{
    struct stat st;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    bool good = true;
    /* locked: its program lives. Without a name: another start has just dealt with it. */
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &st) == 0 && st.st_nlink > 0) {
        struct head *head = st.st_size == FILE_BYTES
                                ? mmap(NULL, FILE_BYTES, PROT_READ, MAP_SHARED, fd, 0)
                                : MAP_FAILED;
        if (head != MAP_FAILED && head->magic == MAGIC)
            good = tell_all(head, (struct running_slot *)(void *)head + 1, a, found, arg);
        if (head != MAP_FAILED)
            (void)munmap(head, FILE_BYTES); /* was mapped by us: cannot fail */
        if (good)
            (void)unlink(path); /* else it is told again at the next start */
    }
    if (fd >= 0)
        close(fd);
    return good;
}

bool running_dead(const char *dir, struct arena *a,
                  bool (*found)(void *arg, const struct running_found *f), void *arg)
{
    DIR *d = opendir(dir);
    bool good = true;
    for (const struct dirent *e; d && (e = readdir(d));)
        if (strncmp(e->d_name, PREFIX, strlen(PREFIX)) == 0)
            good = look_into(arena_printf(a, "%s/%s", dir, e->d_name), a, found, arg) && good;
    if (d)
        closedir(d);
    return good;
}
