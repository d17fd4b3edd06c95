/* A strict disk for the whole program, by LD_PRELOAD: every call that changes something under
 * TB_CUT_DIR is also written to the journal TB_CUT_LOG, which power_cut.mjs plays back to find what
 * would be there after the power went: bytes count from the sync of their file, names from the sync
 * of their folder. What stands in the journal outlives kill -9, like the work of a real disk.
 *
 * Faults: while the file TB_CUT_LOG.enospc exists, writes fail with ENOSPC; while .eio exists,
 * syncs fail with EIO. With TB_CUT_NOSYNC syncs succeed and do nothing: the test that must fail. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FDS 65536

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards the journal's order */
static bool inside[FDS];                                 /* files under the folder */
static const char *dir, *enospc, *eio, *narrow;
static int journal = -1;
static bool no_sync;

__attribute__((constructor)) static void start(void)
{
    const char *log = getenv("TB_CUT_LOG");
    dir = getenv("TB_CUT_DIR");
    if (!dir || !log)
        abort();
    no_sync = getenv("TB_CUT_NOSYNC") != NULL;
    journal = REAL(open)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    char *names[3] = { NULL, NULL, NULL };
    if (journal < 0 || asprintf(&names[0], "%s.enospc", log) < 0 ||
        asprintf(&names[1], "%s.eio", log) < 0 || asprintf(&names[2], "%s.narrow", log) < 0)
        abort();
    enospc = names[0];
    eio = names[1];
    narrow = names[2];
}

static bool is_under(const char *path)
{
    size_t n = strlen(dir);
    return path && strncmp(path, dir, n) == 0 && (path[n] == '/' || path[n] == 0);
}

static bool is_file(int fd, struct stat *st)
{
    return fd >= 0 && fd < FDS && inside[fd] && fstat(fd, st) == 0 && S_ISREG(st->st_mode);
}

struct record {
    char op;
    uint8_t unused[3];
    uint32_t n1, n2; /* lengths of the texts behind it */
    uint64_t ino, at, size;
};
_Static_assert(sizeof(struct record) == 40, "power_cut.mjs reads it so");

/* With the lock held. */
static void note(char op, const char *name1, const char *name2, uint64_t ino, uint64_t at,
                 const void *bytes, uint64_t size)
{
    struct record r = { .op = op, .ino = ino, .at = at, .size = size };
    r.n1 = name1 ? (uint32_t)strlen(name1) : 0;
    r.n2 = name2 ? (uint32_t)strlen(name2) : 0;
    struct iovec v[] = { { &r, sizeof r },
                         { (void *)(uintptr_t)name1, r.n1 },
                         { (void *)(uintptr_t)name2, r.n2 },
                         { (void *)(uintptr_t)bytes, bytes ? size : 0 } };
    if (writev(journal, v, 4) != (ssize_t)(sizeof r + r.n1 + r.n2 + v[3].iov_len))
        abort();
}

/* --- files and names -------------------------------------------------------------------------- */

static int open_noted(int (*real)(const char *, int, ...), const char *path, int flags, mode_t mode)
{
    if (!is_under(path))
        return real(path, flags, mode);
    pthread_mutex_lock(&lock);
    bool was = access(path, F_OK) == 0;
    int fd = real(path, flags, mode);
    int why = errno;
    struct stat st;
    if (fd >= 0 && fd < FDS) {
        inside[fd] = true;
        if (!was && is_file(fd, &st))
            note('O', path, NULL, st.st_ino, 0, NULL, 0);
        else if ((flags & O_TRUNC) && is_file(fd, &st))
            note('T', NULL, NULL, st.st_ino, 0, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    errno = why;
    return fd;
}

static mode_t mode_of(int flags, va_list ap)
{
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
    va_list ap;
    va_start(ap, flags);
    mode_t mode = mode_of(flags, ap);
    va_end(ap);
    return open_noted(REAL(open), path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list ap;
    va_start(ap, flags);
    mode_t mode = mode_of(flags, ap);
    va_end(ap);
    return open_noted(REAL(open64), path, flags, mode);
}

int close(int fd)
{
    if (fd >= 0 && fd < FDS)
        inside[fd] = false;
    return REAL(close)(fd);
}

static int named(int rc, char op, const char *name1, const char *name2)
{
    if (rc == 0)
        note(op, name1, name2, 0, 0, NULL, 0);
    return rc;
}

int rename(const char *from, const char *to)
{
    if (!is_under(from))
        return REAL(rename)(from, to);
    pthread_mutex_lock(&lock);
    int rc = named(REAL(rename)(from, to), 'R', from, to);
    pthread_mutex_unlock(&lock);
    return rc;
}

int link(const char *from, const char *to)
{
    if (!is_under(from))
        return REAL(link)(from, to);
    pthread_mutex_lock(&lock);
    int rc = named(REAL(link)(from, to), 'L', from, to);
    pthread_mutex_unlock(&lock);
    return rc;
}

int unlink(const char *path)
{
    if (!is_under(path))
        return REAL(unlink)(path);
    pthread_mutex_lock(&lock);
    int rc = named(REAL(unlink)(path), 'U', path, NULL);
    pthread_mutex_unlock(&lock);
    return rc;
}

int mkdir(const char *path, mode_t mode)
{
    if (!is_under(path))
        return REAL(mkdir)(path, mode);
    pthread_mutex_lock(&lock);
    int rc = named(REAL(mkdir)(path, mode), 'M', path, NULL);
    pthread_mutex_unlock(&lock);
    return rc;
}

/* --- bytes ---------------------------------------------------------------------------------------
 */

/* The index of the log has room: SQLite gives its old one back before it takes a new one. */
static bool is_log_index(int fd)
{
    char link[40], path[4096];
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path);
    return n > 4 && memcmp(path + n - 4, "-shm", 4) == 0;
}

static bool is_full(int fd)
{
    if (access(enospc, F_OK) != 0 || is_log_index(fd))
        return false;
    errno = ENOSPC;
    return true;
}

/* While TB_CUT_LOG.narrow exists the disk is as full as it says, in tenths of a percent. */
int statvfs(const char *path, struct statvfs *v)
{
    int rc = REAL(statvfs)(path, v);
    FILE *f = rc == 0 && is_under(path) ? fopen(narrow, "r") : NULL;
    unsigned tenths = 0;
    if (f && fscanf(f, "%u", &tenths) == 1)
        v->f_bfree = v->f_bavail = v->f_blocks / 1000 * (1000 - tenths);
    if (f)
        (void)fclose(f);
    return rc;
}

static ssize_t pwrite_noted(int fd, const void *p, size_t n, off_t at)
{
    struct stat st;
    if (!is_file(fd, &st))
        return REAL(pwrite)(fd, p, n, at);
    if (is_full(fd))
        return -1;
    pthread_mutex_lock(&lock);
    ssize_t done = REAL(pwrite)(fd, p, n, at);
    int why = errno;
    if (done > 0)
        note('W', NULL, NULL, st.st_ino, (uint64_t)at, p, (uint64_t)done);
    pthread_mutex_unlock(&lock);
    errno = why;
    return done;
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
    return pwrite_noted(fd, p, n, at);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
    return pwrite_noted(fd, p, n, at);
}

ssize_t write(int fd, const void *p, size_t n)
{
    struct stat st;
    if (!is_file(fd, &st))
        return REAL(write)(fd, p, n);
    if (is_full(fd))
        return -1;
    pthread_mutex_lock(&lock);
    off_t at = fcntl(fd, F_GETFL) & O_APPEND ? st.st_size : lseek(fd, 0, SEEK_CUR);
    ssize_t done = REAL(write)(fd, p, n);
    int why = errno;
    if (done > 0)
        note('W', NULL, NULL, st.st_ino, (uint64_t)at, p, (uint64_t)done);
    pthread_mutex_unlock(&lock);
    errno = why;
    return done;
}

static int truncate_noted(int fd, off_t size)
{
    struct stat st;
    if (!is_file(fd, &st))
        return REAL(ftruncate)(fd, size);
    pthread_mutex_lock(&lock);
    int rc = REAL(ftruncate)(fd, size);
    if (rc == 0)
        note('T', NULL, NULL, st.st_ino, (uint64_t)size, NULL, 0);
    pthread_mutex_unlock(&lock);
    return rc;
}

int ftruncate(int fd, off_t size)
{
    return truncate_noted(fd, size);
}

int ftruncate64(int fd, off64_t size)
{
    return truncate_noted(fd, size);
}

static void note_folder(int fd)
{
    char own[40], path[4096];
    (void)snprintf(own, sizeof own, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(own, path, sizeof path - 1);
    if (n <= 0)
        abort();
    path[n] = 0;
    note('D', path, NULL, 0, 0, NULL, 0);
}

static int sync_noted(int (*real)(int), int fd)
{
    struct stat st;
    if (fd < 0 || fd >= FDS || !inside[fd] || fstat(fd, &st) != 0)
        return real(fd);
    if (access(eio, F_OK) == 0) {
        errno = EIO;
        return -1;
    }
    if (no_sync)
        return 0;
    pthread_mutex_lock(&lock);
    int rc = real(fd);
    int why = errno;
    if (rc == 0 && S_ISDIR(st.st_mode))
        note_folder(fd);
    else if (rc == 0)
        note('S', NULL, NULL, st.st_ino, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = why;
    return rc;
}

int fsync(int fd)
{
    return sync_noted(REAL(fsync), fd);
}

int fdatasync(int fd)
{
    return sync_noted(REAL(fdatasync), fd);
}
