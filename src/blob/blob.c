/* The store of file contents: which of the two it is, and what both do alike. */
#include "base/check.h"
#include "blob/blob_in.h"
#include "blob/blob_s3_in.h"

struct blob_store *blob_open(const char *dir, const char *where, const struct blob_io *io,
                             struct arena *a, struct err *e)
{
    struct s3 *s3 = NULL;
    if (where && strcmp(where, "folder") != 0 && !(s3 = s3_new(dir, where, a, e)))
        return NULL;
    struct blob_store *s = blob_folder_open(dir, io, a, e);
    if (s && s3) {
        s->s3 = s3;
        s->kind = &blob_s3_kind;
    } else {
        s3_free(&s3);
    }
    return s;
}

void blob_close(struct blob_store **s)
{
    if (*s)
        s3_free(&(*s)->s3);
    free(*s);
    *s = NULL;
}

bool blob_begin(struct blob_store *s, int64_t upload_id, struct arena *a, struct err *e)
{
    return s->kind->begin(s, upload_id, a, e);
}

int64_t blob_arrived(struct blob_store *s, int64_t upload_id, struct arena *a, struct err *e)
{
    return s->kind->arrived(s, upload_id, a, e);
}

struct blob_upload *blob_upload_open(struct blob_store *s, int64_t upload_id, int64_t offset,
                                     struct arena *a, struct err *e)
{
    return s->kind->upload_open(s, upload_id, offset, a, e);
}

bool blob_upload_close(struct blob_upload **u, int64_t *arrived, struct arena *a, struct err *e)
{
    return (*u)->store->kind->upload_close(u, arrived, a, e);
}

bool blob_finish(struct blob_store *s, int64_t upload_id, struct str expect, struct blob *out,
                 struct arena *a, struct err *e)
{
    return s->kind->finish(s, upload_id, expect, out, a, e);
}

int blob_peek(struct blob_store *s, int64_t upload_id, struct blob *with_digest, struct arena *a,
              struct err *e)
{
    return s->kind->peek(s, upload_id, with_digest, a, e);
}

void blob_drop(struct blob_store *s, int64_t upload_id)
{
    s->kind->drop(s, upload_id);
}

bool blob_put(struct blob_store *s, struct str bytes, struct blob *out, struct arena *a,
              struct err *e)
{
    int64_t upload_id; /* negative: apart from the ids of uploads */
    secret_random(&upload_id, sizeof upload_id);
    upload_id |= INT64_MIN;
    if (!blob_begin(s, upload_id, a, e))
        return false;
    struct blob_upload *u = blob_upload_open(s, upload_id, 0, a, e);
    bool good = u && blob_upload_write(u, bytes, a, e);
    if (u)
        good = blob_upload_close(&u, NULL, a, e) && good;
    good = good && blob_finish(s, upload_id, STR_NONE, out, a, e);
    if (!good)
        blob_drop(s, upload_id);
    return good;
}

int64_t blob_size(struct blob_store *s, struct str digest)
{
    return s->kind->size(s, digest);
}

bool blob_is_near(struct blob_store *s, struct str digest)
{
    return blob_folder_size(s, digest) >= 0;
}

bool blob_fetch(struct blob_store *s, struct str digest, struct arena *a, struct err *e)
{
    return s->kind->fetch(s, digest, a, e);
}

int blob_fd(struct blob_store *s, struct str digest, bool check, int64_t *size, struct arena *a,
            struct err *e)
{
    return s->kind->fd(s, digest, check, size, a, e);
}

enum blob_state blob_verify(struct blob_store *s, struct str digest)
{
    return s->kind->verify(s, digest);
}

bool blob_each(struct blob_store *s, bool (*fn)(void *arg, const struct blob *b), void *arg,
               struct arena *a, struct err *e)
{
    return s->kind->each(s, fn, arg, a, e);
}

bool blob_sweep(struct blob_store *s, int64_t now, int64_t older_ms,
                int (*is_named)(void *arg, struct str digest), void *arg, struct blob_swept *out)
{
    return s->kind->sweep(s, now, older_ms, is_named, arg, out);
}

int blob_purge(struct blob_store *s, struct str digest)
{
    return s->kind->purge(s, digest);
}

int blob_hold(struct blob_store *s, struct arena *a, struct err *e)
{
    return s->kind->hold(s, a, e);
}

void blob_release(struct blob_store *s, int hold)
{
    s->kind->release(s, hold);
}

bool blob_fill_begin(struct blob_store *s, struct arena *a, struct err *e)
{
    return !s->s3 || s3_fill_begin(s->s3, a, e);
}

bool blob_fill_end(struct blob_store *s, struct arena *a, struct err *e)
{
    return !s->s3 || s3_fill_end(s->s3, a, e);
}
