/* Coming in: staged uploads, and the step that makes one a content. The order of that step is the
 * promise of the room: content synced, then its name, then the folder that holds the name, and
 * only then does anybody learn the digest. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#include "base/check.h"
#include "base/log.h"
#include "blob/blob_in.h"

static bool sync_stage(struct blob_store *s)
{
    struct blob_path stage = blob_path_stage(s, 0);
    *strrchr(stage.p, '/') = 0;
    return blob_sync_folder(s, stage.p);
}

bool blob_folder_begin(struct blob_store *s, int64_t upload_id, struct arena *a, struct err *e)
{
    if (!blob_may_write(s, 0, a, e))
        return false;
    struct blob_path path = blob_path_stage(s, upload_id);
    int fd = s->io->open(path.p, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return blob_fail(s, "cannot begin an upload", path.p, a, e);
    bool good = s->io->close(fd) == 0 && sync_stage(s);
    return good || blob_fail(s, "cannot begin an upload", path.p, a, e);
}

int64_t blob_folder_arrived(struct blob_store *s, int64_t upload_id, struct arena *a, struct err *e)
{
    struct blob_path path = blob_path_stage(s, upload_id);
    struct stat st;
    int fd = s->io->open(path.p, O_RDONLY | O_CLOEXEC, 0);
    int64_t size = fd >= 0 && s->io->fstat(fd, &st) == 0 ? st.st_size : -1;
    if (fd >= 0)
        (void)s->io->close(fd); /* only read */
    if (size < 0)
        (void)err_set(e, a, ERR_NOT_FOUND, "blob.upload_absent", NULL, NULL, NULL, NULL);
    return size;
}

/* The upload's file, locked against a second writer; its size. -1 with the error set. */
static int stage_open(struct blob_store *s, int64_t upload_id, int64_t *size, struct arena *a,
                      struct err *e)
{
    struct blob_path path = blob_path_stage(s, upload_id);
    int fd = s->io->open(path.p, O_RDWR | O_CLOEXEC, 0);
    if (fd < 0 && errno == ENOENT) {
        (void)err_set(e, a, ERR_NOT_FOUND, "blob.upload_absent", NULL, NULL, NULL, NULL);
        return -1;
    }
    struct stat st;
    if (fd < 0 || s->io->fstat(fd, &st) != 0) {
        (void)blob_fail(s, "cannot open an upload", path.p, a, e);
    } else if (s->io->flock(fd, LOCK_EX | LOCK_NB) != 0) {
        (void)err_set(e, a, ERR_CONFLICT, "blob.upload_busy", NULL, NULL, NULL, NULL);
    } else if (s->io->fstat(fd, &st) == 0) { /* again: now nobody else writes */
        *size = st.st_size;
        return fd;
    }
    if (fd >= 0)
        (void)s->io->close(fd); /* the error is set already */
    return -1;
}

int blob_folder_peek(struct blob_store *s, int64_t upload_id, struct blob *with_digest,
                     struct arena *a, struct err *e)
{
    struct blob_path path = blob_path_stage(s, upload_id);
    int fd = s->io->open(path.p, O_RDONLY | O_CLOEXEC, 0);
    if (fd >= 0 && (!with_digest || blob_digest_fd(s, fd, with_digest, NULL)))
        return fd;
    if (fd >= 0)
        (void)s->io->close(fd); /* only read */
    (void)err_set(e, a, ERR_NOT_FOUND, "blob.upload_absent", NULL, NULL, NULL,
                  NULL); /* -1 says it */
    return -1;
}

struct blob_upload *blob_folder_upload_open(struct blob_store *s, int64_t upload_id, int64_t offset,
                                            struct arena *a, struct err *e)
{
    if (!blob_may_write(s, 0, a, e))
        return NULL;
    int64_t size = 0;
    int fd = stage_open(s, upload_id, &size, a, e);
    if (fd < 0)
        return NULL;
    if (size != offset) {
        (void)err_set(e, a, ERR_CONFLICT, "blob.offset", NULL, NULL, NULL, NULL);
        (void)s->io->close(fd); /* nothing was written */
        return NULL;
    }
    struct blob_upload *u = calloc(1, sizeof *u);
    CHECK(u);
    *u = (struct blob_upload){ s, fd, upload_id, 0, size, size };
    return u;
}

bool blob_upload_write(struct blob_upload *u, struct str bytes, struct arena *a, struct err *e)
{
    if (!blob_may_write(u->store, (int64_t)bytes.n, a, e))
        return false;
    while (bytes.n > 0) {
        ssize_t n = u->store->io->pwrite(u->fd, bytes.p, bytes.n, u->size - u->from);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            errno = n == 0 ? EIO : errno;
            struct blob_path path = blob_path_stage(u->store, u->upload_id);
            return blob_fail(u->store, "cannot write an upload", path.p, a, e);
        }
        u->size += n;
        bytes = str_sub(bytes, (size_t)n, bytes.n);
    }
    return true;
}

bool blob_folder_upload_close(struct blob_upload **u, int64_t *arrived, struct arena *a,
                              struct err *e)
{
    struct blob_upload *up = *u;
    struct blob_store *s = up->store;
    bool good = up->size == up->synced || blob_sync(s, up->fd);
    int why = errno;
    good = s->io->close(up->fd) == 0 && good;
    if (arrived)
        *arrived = up->size;
    if (!good) {
        struct blob_path path = blob_path_stage(s, up->upload_id);
        errno = why;
        (void)blob_fail(s, "cannot keep an upload", path.p, a, e);
    }
    free(up);
    *u = NULL;
    return good;
}

/* The folder ab, itself on disk when it is new. */
static bool folder_ready(struct blob_store *s, const char *folder)
{
    if (s->io->mkdir(folder, 0700) != 0)
        return errno == EEXIST;
    return blob_sync_folder(s, s->root);
}

/* Renames over a content that is there already: the bytes are the same, and should the old file
 * have been altered on disk, the new one is good. The lock keeps blob_sweep from removing, by the
 * old file's age, what has just come anew. */
static bool move_in(struct blob_store *s, const char *from, struct str digest)
{
    struct blob_path folder, file;
    struct arena *a = arena_new();
    struct err e = { 0 }; /* the caller tells of errno */
    CHECK(blob_path_of(s, digest, &folder, &file));
    int hold = blob_folder_hold(s, a, &e);
    bool good = hold >= 0 && folder_ready(s, folder.p) && s->io->rename(from, file.p) == 0 &&
                blob_sync_folder(s, folder.p) && sync_stage(s);
    int why = errno;
    blob_folder_release(s, hold);
    arena_free(&a);
    errno = why;
    return good;
}

bool blob_folder_place(struct blob_store *s, int64_t upload_id, struct str digest)
{
    struct blob_path path = blob_path_stage(s, upload_id);
    return move_in(s, path.p, digest);
}

bool blob_folder_finish(struct blob_store *s, int64_t upload_id, struct str expect,
                        struct blob *out, struct arena *a, struct err *e)
{
    if (!blob_may_write(s, 0, a, e))
        return false;
    int64_t size = 0;
    struct blob_path path = blob_path_stage(s, upload_id);
    int fd = stage_open(s, upload_id, &size, a, e);
    if (fd < 0)
        return false;
    /* Synced before it is read: what then reads back wrong would have been written wrong. */
    bool good = blob_sync(s, fd) && blob_digest_fd(s, fd, out, NULL);
    if (!good)
        (void)blob_fail(s, "cannot read an upload back", path.p, a, e);
    else if (expect.p && !str_is(expect, out->digest))
        good = err_set(e, a, ERR_INVALID, "blob.digest", NULL, NULL, NULL, NULL);
    else if (!move_in(s, path.p, str_of(out->digest)))
        good = blob_fail(s, "cannot put a content in its place", path.p, a, e);
    (void)s->io->close(fd); /* synced above; closing ends the lock */
    return good;
}

void blob_folder_drop(struct blob_store *s, int64_t upload_id)
{
    struct blob_path path = blob_path_stage(s, upload_id);
    if (s->io->unlink(path.p) != 0 && errno != ENOENT)
        log_warn("blob", "an upload could not be removed", "path", path.p);
}
