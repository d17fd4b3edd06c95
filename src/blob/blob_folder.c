/* The folder: paths, disk room, locks, and what all its parts need. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/check.h"
#include "base/disk.h"
#include "base/log.h"
#include "blob/blob_in.h"

/* New work is refused from here on (K3: 97 %). */
#define FREE_LEAST_PERCENT (100 - DISK_NARROW)

static int real_open(const char *path, int flags, mode_t mode)
{
    return open(path, flags, mode);
}

const struct blob_io blob_io_real = {
    .open = real_open,
    .close = close,
    .pread = pread,
    .pwrite = pwrite,
    .fsync = fsync,
    .ftruncate = ftruncate,
    .fstat = fstat,
    .rename = rename,
    .unlink = unlink,
    .mkdir = mkdir,
    .flock = flock,
    .statvfs = statvfs,
};

static struct blob_path path_in(const struct blob_store *s, const char *name)
{
    struct blob_path path;
    int n = snprintf(path.p, sizeof path.p, "%s%s%s", s->root, *name ? "/" : "", name);
    CHECK(n > 0 && (size_t)n < sizeof path.p);
    return path;
}

struct blob_path blob_path_stage(const struct blob_store *s, int64_t upload_id)
{
    char name[40];
    (void)snprintf(name, sizeof name, "stage/%lld", (long long)upload_id);
    return path_in(s, name);
}

bool blob_path_of(const struct blob_store *s, struct str digest, struct blob_path *folder,
                  struct blob_path *file)
{
    if (digest.n != SM3_HEX_SIZE)
        return false;
    for (size_t i = 0; i < digest.n; i++)
        if (!(digest.p[i] >= '0' && digest.p[i] <= '9') &&
            !(digest.p[i] >= 'a' && digest.p[i] <= 'f'))
            return false;
    char name[SM3_HEX_SIZE + 2];
    (void)snprintf(name, sizeof name, "%.2s", digest.p);
    *folder = path_in(s, name);
    (void)snprintf(name, sizeof name, "%.2s/%.62s", digest.p, digest.p + 2);
    *file = path_in(s, name);
    return true;
}

bool blob_fail(struct blob_store *s, const char *what, const char *path, struct arena *a,
               struct err *e)
{
    (void)s;
    int why = errno;
    const char *words = strerrordesc_np(why);
    log_error("blob", what, "path", path, "cause", words ? words : "");
    if (why == ENOSPC || why == EDQUOT)
        return err_set(e, a, ERR_BUSY, "blob.full", NULL, NULL, NULL, NULL);
    return err_set(e, a, ERR_INTERNAL, "blob.io", NULL, NULL, NULL, NULL);
}

bool blob_sync(struct blob_store *s, int fd)
{
    if (s->io->fsync(fd) == 0)
        return true;
    /* The kernel may have dropped the pages and would say "good" the next time. */
    atomic_store(&s->is_broken, true);
    return false;
}

bool blob_sync_folder(struct blob_store *s, const char *path)
{
    int fd = s->io->open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    if (fd < 0)
        return false;
    bool good = blob_sync(s, fd);
    int why = errno;
    (void)s->io->close(fd); /* nothing was written through it */
    errno = why;
    return good;
}

bool blob_has_room(struct blob_store *s, int64_t size)
{
    struct statvfs v;
    if (s->io->statvfs(s->root, &v) != 0)
        return false;
    double all = (double)v.f_blocks * (double)v.f_frsize;
    double free_bytes = (double)v.f_bavail * (double)v.f_frsize - (double)size;
    return free_bytes * 100 >= all * FREE_LEAST_PERCENT;
}

bool blob_may_write(struct blob_store *s, int64_t size, struct arena *a, struct err *e)
{
    if (atomic_load(&s->is_broken))
        return err_set(e, a, ERR_INTERNAL, "blob.io", NULL, NULL, NULL, NULL);
    if (!blob_has_room(s, size))
        return err_set(e, a, ERR_BUSY, "blob.full", NULL, NULL, NULL, NULL);
    return true;
}

bool blob_digest_fd(struct blob_store *s, int fd, struct blob *out, char *sha256)
{
    enum { PART = 256 * 1024 };
    struct sm3_state *state = sm3_new();
    struct sha256_state *state256 = sha256 ? sha256_new() : NULL;
    uint8_t *part = malloc(PART), digest[SM3_SIZE];
    CHECK(part);
    ssize_t n;
    out->size = 0;
    while ((n = s->io->pread(fd, part, PART, out->size)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        sm3_put(state, part, (size_t)n);
        if (state256)
            sha256_put(state256, part, (size_t)n);
        out->size += n;
    }
    sm3_end(state, digest);
    hex_put(digest, sizeof digest, out->digest);
    sm3_free(&state);
    if (state256)
        sha256_end(&state256, sha256);
    free(part);
    return n == 0;
}

/* A folder of the store; true when it is there afterwards. */
static bool folder_make(struct blob_store *s, const char *name)
{
    struct blob_path path = path_in(s, name);
    return s->io->mkdir(path.p, 0700) == 0 || errno == EEXIST;
}

struct blob_store *blob_folder_open(const char *dir, const struct blob_io *io, struct arena *a,
                                    struct err *e)
{
    struct blob_store *s = calloc(1, sizeof *s);
    CHECK(s);
    s->kind = &blob_folder_kind;
    s->io = io ? io : &blob_io_real;
    int n = snprintf(s->root, sizeof s->root, "%s/blob", dir);
    struct blob_path lock = path_in(s, "lock");
    bool good =
        n > 0 && (size_t)n < sizeof s->root && folder_make(s, "") && folder_make(s, "stage");
    int fd = good ? s->io->open(lock.p, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd >= 0)
        (void)s->io->close(fd); /* only made here; whoever locks opens it anew */
    if (fd >= 0 && blob_sync_folder(s, s->root) && blob_sync_folder(s, dir))
        return s;
    (void)blob_fail(s, "cannot open the folder of file contents", s->root, a, e);
    blob_close(&s);
    return NULL;
}

/* errors of flock that are not "somebody has it" come with the next call on the disk too */
static int lock_take(struct blob_store *s, int operation)
{
    struct blob_path path = path_in(s, "lock");
    int fd = s->io->open(path.p, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    while (s->io->flock(fd, operation) != 0) {
        if (errno == EINTR)
            continue;
        (void)s->io->close(fd);
        return -1;
    }
    return fd;
}

int blob_folder_hold(struct blob_store *s, struct arena *a, struct err *e)
{
    int fd = lock_take(s, LOCK_SH);
    if (fd < 0)
        (void)blob_fail(s, "cannot hold the contents", s->root, a, e); /* -1 says it */
    return fd;
}

void blob_folder_release(struct blob_store *s, int hold)
{
    if (hold >= 0)
        (void)s->io->close(hold); /* a closed file has no lock */
}

int blob_lock_to_remove(struct blob_store *s)
{
    return lock_take(s, LOCK_EX | LOCK_NB);
}
