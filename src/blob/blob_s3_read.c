/* Going out from S3: fetched whole to this node once, its digest compared on the way, and read there
 * from then on, so that ranges and previews are a file's. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "blob/blob_s3_in.h"

struct getting {
    struct blob_store *store; /* with fd */
    int fd;                   /* -1: only the digest is wanted */
    int64_t size;
    struct sm3_state *state;
    bool failed; /* the node's disk */
    struct arena *a;
    struct err *e;
};

static bool get_restart(void *arg)
{
    struct getting *g = arg;
    sm3_free(&g->state);
    g->state = sm3_new();
    g->size = 0;
    return g->fd < 0 || g->store->io->ftruncate(g->fd, 0) == 0 ||
           blob_fail(g->store, "cannot write what was fetched", "", g->a, g->e);
}

static bool get_take(void *arg, const void *p, size_t n)
{
    struct getting *g = arg;
    sm3_put(g->state, p, n);
    for (size_t put = 0; g->fd >= 0 && put < n;) {
        ssize_t k =
            g->store->io->pwrite(g->fd, (const char *)p + put, n - put, g->size + (int64_t)put);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return blob_fail(g->store, "cannot write what was fetched", "", g->a, g->e);
        put += (size_t)k;
    }
    g->size += (int64_t)n;
    return true;
}

/* The content's bytes into fd (-1: nowhere), compared with their digest. */
static enum blob_state get(struct blob_store *s, struct str digest, int fd, int64_t *size,
                           struct arena *a, struct err *e)
{
    struct getting g = { .store = s, .fd = fd, .a = a, .e = e };
    const struct s3_ask ask = { .method = "GET",
                                .name = s3_content_name(digest, a),
                                .restart = get_restart,
                                .take = get_take,
                                .arg = &g };
    enum s3_found found = s3_call(s->s3, &ask, NULL, a, e);
    uint8_t raw[SM3_SIZE];
    char hex[SM3_HEX_SIZE + 1] = "";
    if (found == S3_FOUND) {
        sm3_end(g.state, raw);
        hex_put(raw, sizeof raw, hex);
    }
    sm3_free(&g.state);
    *size = g.size;
    if (found != S3_FOUND)
        return found == S3_ABSENT ? BLOB_ABSENT : BLOB_UNREACHED;
    return str_is(digest, hex) ? BLOB_GOOD : BLOB_ALTERED;
}

/* The same with the errors of blob.h. */
static bool get_good(struct blob_store *s, struct str digest, int fd, int64_t *size,
                     struct arena *a, struct err *e)
{
    switch (get(s, digest, fd, size, a, e)) {
    case BLOB_GOOD: return true;
    case BLOB_ABSENT: return blob_is_absent(digest, a, e);
    case BLOB_ALTERED: return blob_is_altered(digest, a, e);
    case BLOB_UNREADABLE:
    case BLOB_UNREACHED: break; /* told already */
    }
    return false;
}

static bool is_digest(const struct blob_store *s, struct str digest)
{
    struct blob_path folder, file;
    return blob_path_of(s, digest, &folder, &file);
}

static int64_t size(struct blob_store *s, struct str digest)
{
    struct s3_said said;
    struct arena *a = arena_new();
    struct err e = { 0 };
    enum s3_found found =
        is_digest(s, digest) ? s3_head(s->s3, s3_content_name(digest, a), &said, a, &e) : S3_ABSENT;
    arena_free(&a);
    return found == S3_FOUND ? said.size : found == S3_ABSENT ? -1 : -2;
}

/* One that was purged while it was on its way must not lie here: what came is looked for once more
 * when anything was purged since. The purge deletes the object first, counts, and then wipes here. */
static bool is_still_there(struct blob_store *s, struct str digest, int64_t purges, struct arena *a,
                           struct err *e)
{
    if (atomic_load(&s->s3->purges) == purges)
        return true;
    enum s3_found found = s3_head(s->s3, s3_content_name(digest, a), NULL, a, e);
    if (found == S3_FOUND)
        return true;
    (void)blob_folder_purge(s, digest); /* the next tick of the clock tries again */
    return found == S3_ABSENT && blob_is_absent(digest, a, e);
}

static bool fetch(struct blob_store *s, struct str digest, struct arena *a, struct err *e)
{
    int64_t id, bytes = 0, purges = atomic_load(&s->s3->purges);
    if (!is_digest(s, digest))
        return blob_is_absent(digest, a, e);
    if (blob_folder_size(s, digest) >= 0)
        return true;
    if (!blob_has_room(s, 0))
        atomic_store(&s->s3->cached, blob_folder_trim(s, 0)); /* better than to open nothing */
    secret_random(&id, sizeof id);
    id |= INT64_MIN; /* apart from the ids of uploads */
    struct blob_path path = blob_path_stage(s, id);
    int fd = s->io->open(path.p, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return blob_fail(s, "cannot make a file for what is fetched", path.p, a, e);
    bool good = get_good(s, digest, fd, &bytes, a, e);
    if (good && !(blob_sync(s, fd) && blob_folder_place(s, id, digest)))
        good = blob_fail(s, "cannot keep what was fetched", path.p, a, e);
    (void)s->io->close(fd); /* synced above */
    if (!good) {
        blob_folder_drop(s, id);
        return false;
    }
    s3_cached(s, bytes);
    return is_still_there(s, digest, purges, a, e);
}

/* What lies here and is not what it was goes, and is fetched anew. */
static int open_here(struct blob_store *s, struct str digest, bool check, int64_t *bytes,
                     struct arena *a, struct err *e)
{
    struct err first = { 0 };
    if (blob_folder_size(s, digest) >= 0) {
        int fd = blob_folder_fd(s, digest, check, bytes, a, &first);
        if (fd >= 0)
            return fd;
        (void)blob_folder_purge(s, digest); /* else the fetch below renames over it */
    }
    return fetch(s, digest, a, e) ? blob_folder_fd(s, digest, check, bytes, a, e) : -1;
}

static int open_content(struct blob_store *s, struct str digest, bool check, int64_t *bytes,
                        struct arena *a, struct err *e)
{
    int fd = open_here(s, digest, check, bytes, a, e);
    if (fd >= 0)
        (void)futimens(fd, NULL); /* used now: what is not goes first */
    return fd;
}

/* For a backup: what the store holds, not what lies here, and it does not push out what does. */
static int reader_fd(struct blob_store *s, struct str digest, int64_t *bytes, struct arena *a,
                     struct err *e)
{
    if (!is_digest(s, digest)) {
        (void)blob_is_absent(digest, a, e); /* -1 says it */
        return -1;
    }
    int fd = s3_spool(s, a, e);
    if (fd < 0)
        return -1;
    enum blob_state state = get(s, digest, fd, bytes, a, e);
    if (state == BLOB_GOOD || state == BLOB_ALTERED) /* who reads it compares it */
        return fd;
    if (state == BLOB_ABSENT)
        (void)blob_is_absent(digest, a, e); /* -1 says it */
    (void)s->io->close(fd);
    return -1;
}

static enum blob_state verify(struct blob_store *s, struct str digest)
{
    int64_t bytes;
    struct arena *a = arena_new();
    struct err e = { 0 };
    enum blob_state state = is_digest(s, digest) ? get(s, digest, -1, &bytes, a, &e) : BLOB_ABSENT;
    arena_free(&a);
    return state;
}

static int hold(struct blob_store *s, struct arena *a, struct err *e)
{
    return s3_hold(s->s3, a, e) ? 0 : -1;
}

static void release(struct blob_store *s, int is_held)
{
    if (is_held >= 0)
        s3_release(s->s3);
}

const struct blob_kind blob_s3_kind = {
    .begin = s3_begin,
    .arrived = s3_arrived,
    .upload_open = s3_upload_open,
    .upload_close = s3_upload_close,
    .finish = s3_finish,
    .peek = s3_peek,
    .drop = s3_drop,
    .size = size,
    .fetch = fetch,
    .fd = open_content,
    .reader_fd = reader_fd,
    .verify = verify,
    .each = s3_each,
    .sweep = s3_sweep,
    .purge = s3_purge,
    .hold = hold,
    .release = release,
};
