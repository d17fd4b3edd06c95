/* Going out: contents read back, and checked against their names (S45). */
#include <errno.h>
#include <fcntl.h>

#include "base/check.h"
#include "base/log.h"
#include "blob/blob_in.h"

struct blob_reader {
    struct blob_store *store;
    int fd;
    int64_t size, at;
    struct sm3_state *state;
    char digest[SM3_HEX_SIZE + 1];
};

/* The content's file; -1 with errno when absent, unreadable or not a digest at all. */
static int content_open(struct blob_store *s, struct str digest, int64_t *size)
{
    struct blob_path folder, file;
    struct stat st;
    if (!blob_path_of(s, digest, &folder, &file)) {
        errno = ENOENT;
        return -1;
    }
    int fd = s->io->open(file.p, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (s->io->fstat(fd, &st) == 0) {
        *size = st.st_size;
        return fd;
    }
    int why = errno;
    (void)s->io->close(fd); /* only read */
    errno = why;
    return -1;
}

bool blob_is_altered(struct str digest, struct arena *a, struct err *e)
{
    log_error("blob", "a stored content is not what it was", "digest",
              arena_strndup(a, digest.p, digest.n));
    return err_set(e, a, ERR_INTERNAL, "blob.altered", NULL, NULL, NULL, NULL);
}

bool blob_is_absent(struct str digest, struct arena *a, struct err *e)
{
    log_error("blob", "a content is missing", "digest",
              arena_strndup(a, digest.p ? digest.p : "", digest.n));
    return err_set(e, a, ERR_NOT_FOUND, "blob.absent", NULL, NULL, NULL, NULL);
}

static bool not_opened(struct blob_store *s, struct str digest, struct arena *a, struct err *e)
{
    const char *name = arena_strndup(a, digest.p ? digest.p : "", digest.n);
    return errno == ENOENT ? blob_is_absent(digest, a, e)
                           : blob_fail(s, "cannot open a content", name, a, e);
}

int64_t blob_folder_size(struct blob_store *s, struct str digest)
{
    int64_t size = -1;
    int fd = content_open(s, digest, &size);
    if (fd < 0)
        return -1;
    (void)s->io->close(fd); /* only read */
    return size;
}

int blob_folder_fd(struct blob_store *s, struct str digest, bool check, int64_t *size,
                   struct arena *a, struct err *e)
{
    int fd = content_open(s, digest, size);
    if (fd < 0) {
        (void)not_opened(s, digest, a, e);
        return -1;
    }
    struct blob found;
    if (!check)
        return fd;
    if (!blob_digest_fd(s, fd, &found, NULL))
        (void)blob_fail(s, "cannot read a content", "", a, e);
    else if (!str_is(digest, found.digest))
        (void)blob_is_altered(digest, a, e);
    else
        return fd;
    (void)s->io->close(fd); /* only read */
    return -1;
}

static int reader_fd(struct blob_store *s, struct str digest, int64_t *size, struct arena *a,
                     struct err *e)
{
    return blob_folder_fd(s, digest, false, size, a, e);
}

static bool fetch(struct blob_store *s, struct str digest, struct arena *a, struct err *e)
{
    return blob_folder_size(s, digest) >= 0 ||
           blob_is_absent(digest, a, e); /* it is here or nowhere */
}

struct blob_reader *blob_reader_open(struct blob_store *s, struct str digest, int64_t *size,
                                     struct arena *a, struct err *e)
{
    int fd = s->kind->reader_fd(s, digest, size, a, e);
    if (fd < 0)
        return NULL;
    struct blob_reader *r = calloc(1, sizeof *r);
    CHECK(r);
    *r = (struct blob_reader){ .store = s, .fd = fd, .size = *size, .state = sm3_new() };
    memcpy(r->digest, digest.p, SM3_HEX_SIZE);
    return r;
}

static bool reader_is_good(struct blob_reader *r)
{
    uint8_t digest[SM3_SIZE];
    char hex[SM3_HEX_SIZE + 1];
    sm3_end(r->state, digest);
    hex_put(digest, sizeof digest, hex);
    return strcmp(hex, r->digest) == 0;
}

/* want bytes from where the reader stands; -1 with the error set. */
static ptrdiff_t reader_fill(struct blob_reader *r, char *p, size_t want, struct arena *a,
                             struct err *e)
{
    size_t got = 0;
    while (got < want) {
        ssize_t part = r->store->io->pread(r->fd, p + got, want - got, r->at + (int64_t)got);
        if (part < 0 && errno == EINTR)
            continue;
        if (part > 0) {
            got += (size_t)part;
            continue;
        }
        if (part == 0) /* shorter than when it was opened */
            (void)blob_is_altered(str_of(r->digest), a, e);
        else
            (void)blob_fail(r->store, "cannot read a content", r->digest, a, e);
        return -1;
    }
    return (ptrdiff_t)got;
}

ptrdiff_t blob_reader_next(struct blob_reader *r, void *p, size_t n, struct arena *a, struct err *e)
{
    CHECK(n > 0);
    bool was_at_end = r->at == r->size;
    if (was_at_end && r->size > 0)
        return 0; /* compared when the last piece was given */
    size_t want = (int64_t)n < r->size - r->at ? n : (size_t)(r->size - r->at);
    ptrdiff_t got = reader_fill(r, p, want, a, e);
    if (got < 0)
        return -1;
    sm3_put(r->state, p, (size_t)got);
    r->at += got;
    if (r->at < r->size || reader_is_good(r))
        return got;
    (void)blob_is_altered(str_of(r->digest), a, e);
    return -1;
}

void blob_reader_close(struct blob_reader **r)
{
    if (!*r)
        return;
    (void)(*r)->store->io->close((*r)->fd); /* only read */
    sm3_free(&(*r)->state);
    free(*r);
    *r = NULL;
}

enum blob_state blob_folder_verify(struct blob_store *s, struct str digest)
{
    int64_t size;
    struct blob found;
    int fd = content_open(s, digest, &size);
    if (fd < 0)
        return errno == ENOENT ? BLOB_ABSENT : BLOB_UNREADABLE;
    bool is_read = blob_digest_fd(s, fd, &found, NULL);
    (void)s->io->close(fd); /* only read */
    if (!is_read)
        return BLOB_UNREADABLE;
    return str_is(digest, found.digest) ? BLOB_GOOD : BLOB_ALTERED;
}

const struct blob_kind blob_folder_kind = {
    .begin = blob_folder_begin,
    .arrived = blob_folder_arrived,
    .upload_open = blob_folder_upload_open,
    .upload_close = blob_folder_upload_close,
    .finish = blob_folder_finish,
    .peek = blob_folder_peek,
    .drop = blob_folder_drop,
    .size = blob_folder_size,
    .fetch = fetch,
    .fd = blob_folder_fd,
    .reader_fd = reader_fd,
    .verify = blob_folder_verify,
    .each = blob_folder_each,
    .sweep = blob_folder_sweep,
    .purge = blob_folder_purge,
    .hold = blob_folder_hold,
    .release = blob_folder_release,
};
