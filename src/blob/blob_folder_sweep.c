/* Keeping house: walking the folders, and removing what nobody names. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

#include "base/check.h"
#include "base/log.h"
#include "blob/blob_in.h"

/* Calls fn for each entry of root/name but . and ..; false when it cannot be read or fn stops. */
static bool each_name(struct blob_store *s, const char *name,
                      bool (*fn)(void *arg, const char *entry), void *arg)
{
    char path[BLOB_PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/%s", s->root, name);
    DIR *d = opendir(path);
    if (!d)
        return false;
    bool good = true;
    struct dirent *entry;
    errno = 0;
    while (good && (entry = readdir(d)) != NULL) {
        if (entry->d_name[0] != '.')
            good = fn(arg, entry->d_name);
        errno = 0;
    }
    good = good && errno == 0;
    (void)closedir(d); /* only read */
    return good;
}

static bool stat_of(struct blob_store *s, const char *path, struct stat *out)
{
    int fd = s->io->open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0);
    if (fd < 0)
        return false;
    bool good = s->io->fstat(fd, out) == 0;
    (void)s->io->close(fd); /* only read */
    return good;
}

struct walk {
    struct blob_store *store;
    bool (*fn)(void *arg, const struct blob *b);
    void *arg;
    char folder[3];
    bool stopped; /* by fn */
};

static bool walk_content(void *arg, const char *entry)
{
    struct walk *w = arg;
    struct blob b = { .size = 0 };
    struct blob_path folder, file;
    struct stat st;
    (void)snprintf(b.digest, sizeof b.digest, "%s%s", w->folder, entry);
    if (strlen(entry) != SM3_HEX_SIZE - 2 ||
        !blob_path_of(w->store, str_of(b.digest), &folder, &file))
        return true; /* not of ours */
    if (!stat_of(w->store, file.p, &st))
        return true; /* removed meanwhile */
    b.size = st.st_size;
    w->stopped = !w->fn(w->arg, &b);
    return !w->stopped;
}

static bool is_content_folder(const char *name)
{
    return strlen(name) == 2 && strspn(name, "0123456789abcdef") == 2;
}

static bool walk_folder(void *arg, const char *entry)
{
    struct walk *w = arg;
    if (!is_content_folder(entry))
        return true;
    (void)snprintf(w->folder, sizeof w->folder, "%s", entry);
    return each_name(w->store, entry, walk_content, w);
}

static bool walk(struct blob_store *s, bool (*fn)(void *arg, const struct blob *b), void *arg,
                 bool *stopped)
{
    struct walk w = { .store = s, .fn = fn, .arg = arg };
    bool good = each_name(s, "", walk_folder, &w);
    *stopped = w.stopped;
    return good;
}

bool blob_folder_each(struct blob_store *s, bool (*fn)(void *arg, const struct blob *b), void *arg,
                      struct arena *a, struct err *e)
{
    bool stopped;
    return walk(s, fn, arg, &stopped) ||
           (!stopped && blob_fail(s, "cannot read a folder of contents", s->root, a, e));
}

struct sweep {
    struct blob_store *store;
    int64_t before; /* ms UTC */
    int (*is_named)(void *arg, struct str digest);
    void *arg;
    struct blob_swept *out;
};

static bool is_older(const struct stat *st, int64_t before)
{
    return (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000 < before;
}

static bool sweep_upload(void *arg, const char *entry)
{
    struct sweep *w = arg;
    struct stat st;
    char path[BLOB_PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/stage/%s", w->store->root, entry);
    if (stat_of(w->store, path, &st) && is_older(&st, w->before) &&
        w->store->io->unlink(path) == 0) {
        w->out->uploads++;
        w->out->bytes += st.st_size;
    }
    return true;
}

/* Asked without the lock (the caller's question may take its time), then looked at again under it:
 * a content that came anew meanwhile is young. */
static bool sweep_content(void *arg, const struct blob *b)
{
    struct sweep *w = arg;
    struct blob_path folder, file;
    struct stat st;
    if (!blob_path_of(w->store, str_of(b->digest), &folder, &file) ||
        !stat_of(w->store, file.p, &st) || !is_older(&st, w->before) ||
        w->is_named(w->arg, str_of(b->digest)) != 0)
        return true;
    int lock = blob_lock_to_remove(w->store);
    if (lock < 0) {
        w->out->was_held = true;
        return false;
    }
    if (stat_of(w->store, file.p, &st) && is_older(&st, w->before) &&
        w->store->io->unlink(file.p) == 0) {
        w->out->contents++;
        w->out->bytes += st.st_size;
    }
    blob_folder_release(w->store, lock);
    return true;
}

bool blob_folder_sweep(struct blob_store *s, int64_t now, int64_t older_ms,
                       int (*is_named)(void *arg, struct str digest), void *arg,
                       struct blob_swept *out)
{
    *out = (struct blob_swept){ 0 };
    struct sweep w = { s, now - older_ms, is_named, arg, out };
    bool stopped,
        good = each_name(s, "stage", sweep_upload, &w) && walk(s, sweep_content, &w, &stopped);
    return good || out->was_held;
}

/* Zeros over the whole of it, on disk before its name goes: what is left of the blocks tells nothing
 * (on a plain disk; an SSD keeps its own counsel). */
static bool overwrite(struct blob_store *s, int fd, int64_t size)
{
    static const char zeros[65536];
    for (int64_t at = 0; at < size;) {
        size_t n = size - at < (int64_t)sizeof zeros ? (size_t)(size - at) : sizeof zeros;
        ssize_t put = s->io->pwrite(fd, zeros, n, at);
        if (put <= 0)
            return false;
        at += put;
    }
    return blob_sync(s, fd);
}

int blob_folder_purge(struct blob_store *s, struct str digest)
{
    struct blob_path folder, file;
    struct stat st;
    if (!blob_path_of(s, digest, &folder, &file) || !stat_of(s, file.p, &st))
        return 1;
    int lock = blob_lock_to_remove(s);
    if (lock < 0)
        return 0;
    int fd = s->io->open(file.p, O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0);
    bool good = fd >= 0 && overwrite(s, fd, st.st_size);
    if (fd >= 0)
        (void)s->io->close(fd); /* synced above */
    good = good && s->io->unlink(file.p) == 0 && blob_sync_folder(s, folder.p);
    blob_folder_release(s, lock);
    return good ? 1 : -1;
}

/* --- what a node has fetched ----------------------------------------------------------------- */

struct fetched {
    char digest[SM3_HEX_SIZE + 1];
    int64_t size, used_at; /* its file's time: each use sets it */
};
struct trim {
    struct blob_store *store;
    struct fetched *list; /* heap */
    size_t n, room;
    int64_t bytes;
};

static bool trim_note(void *arg, const struct blob *b)
{
    struct trim *t = arg;
    struct blob_path folder, file;
    struct stat st;
    if (!blob_path_of(t->store, str_of(b->digest), &folder, &file) ||
        !stat_of(t->store, file.p, &st))
        return true; /* gone meanwhile */
    if (t->n == t->room) {
        t->room = t->room ? 2 * t->room : 256;
        t->list = realloc(t->list, t->room * sizeof *t->list);
        CHECK(t->list);
    }
    struct fetched *f = &t->list[t->n++];
    memcpy(f->digest, b->digest, sizeof f->digest);
    f->size = st.st_size;
    f->used_at = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
    t->bytes += f->size;
    return true;
}

static int by_use(const void *x, const void *y)
{
    const struct fetched *a = x, *b = y;
    return (a->used_at > b->used_at) - (a->used_at < b->used_at);
}

int64_t blob_folder_trim(struct blob_store *s, int64_t most)
{
    struct trim t = { .store = s };
    struct blob_path folder, file;
    bool stopped;
    (void)walk(s, trim_note, &t, &stopped); /* what cannot be read is counted the next time */
    if (t.n && t.bytes > most)
        qsort(t.list, t.n, sizeof *t.list, by_use);
    for (size_t i = 0; i < t.n && t.bytes > most; i++)
        if (blob_path_of(s, str_of(t.list[i].digest), &folder, &file) && s->io->unlink(file.p) == 0)
            t.bytes -= t.list[i].size;
    free(t.list);
    return t.bytes;
}
