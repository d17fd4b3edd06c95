/* Coming in through S3: stretches become objects, in whatever order nodes took them, and the node
 * that finishes puts them together. Of two stretches from the same place both stay; the way through
 * them that reaches furthest counts, so nothing that a sender was told is lost. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "blob/blob_s3_in.h"

/* --- the parts of an upload ----------------------------------------------------------------------- */

struct part {
    int64_t from, size;
    const char *name; /* in the list's arena */
    bool is_reached;
};
struct parts {
    struct arena *a;
    struct part *list; /* by from: the order of their names */
    size_t n, room;
    bool is_begun;
};

static const char *upload_name(int64_t upload_id, struct arena *a)
{
    return arena_printf(a, "upload/%016llx/", (unsigned long long)upload_id);
}

/* upload/ID/FROM-SIZE-X, the numbers in 16 hex digits. */
static bool part_of(struct str name, struct part *out)
{
    uint8_t bytes[8];
    struct str at = str_sub(name, 24, 16), size = str_sub(name, 41, 16);
    int64_t v[2];
    for (int k = 0; k < 2; k++) {
        if (!hex_read(k ? size : at, bytes, sizeof bytes))
            return false;
        uint64_t u = 0;
        for (size_t i = 0; i < sizeof bytes; i++)
            u = u << 8 | bytes[i];
        v[k] = (int64_t)u;
    }
    *out = (struct part){ .from = v[0], .size = v[1] };
    return out->from >= 0 && out->size > 0;
}

static bool part_note(void *arg, const struct s3_item *i)
{
    struct parts *p = arg;
    struct part part;
    struct str name = str_of(i->name);
    if (str_ends(name, STR("/begin")))
        p->is_begun = true;
    if (!part_of(name, &part) || part.size != i->size)
        return true; /* not of ours */
    if (p->n == p->room) {
        p->list =
            arena_grow(p->a, p->list, p->room * sizeof part, 2 * (p->room + 50) * sizeof part);
        p->room = 2 * (p->room + 50);
    }
    part.name = arena_strdup(p->a, i->name);
    p->list[p->n++] = part;
    return true;
}

/* False with *e: blob.upload_absent too. */
static bool parts_list(struct s3 *s, int64_t upload_id, struct parts *out, struct arena *a,
                       struct err *e)
{
    bool stopped;
    *out = (struct parts){ .a = a };
    return s3_list(s, upload_name(upload_id, a), part_note, out, &stopped, NULL, a, e) &&
           (out->is_begun ||
            err_set(e, a, ERR_NOT_FOUND, "blob.upload_absent", NULL, NULL, NULL, NULL));
}

/* Where the furthest way ends, and which parts it may go through. */
static int64_t parts_reach(struct parts *p)
{
    int64_t furthest = 0;
    for (size_t i = 0; i < p->n; i++) {
        struct part *x = &p->list[i];
        x->is_reached = x->from == 0;
        for (size_t k = 0; !x->is_reached && k < i; k++)
            x->is_reached = p->list[k].is_reached && p->list[k].from + p->list[k].size == x->from;
        if (x->is_reached && x->from + x->size > furthest)
            furthest = x->from + x->size;
    }
    return furthest;
}

/* The parts of the way to `end`, in order, to the front of the list; how many. */
static size_t parts_way(struct parts *p, int64_t end)
{
    size_t n = 0, to = p->n;
    for (int64_t at = end; at > 0;) {
        size_t k = to;
        while (k > 0 &&
               !(p->list[k - 1].is_reached && p->list[k - 1].from + p->list[k - 1].size == at))
            k--;
        CHECK(k > 0); /* end was reached */
        struct part x = p->list[k - 1];
        to = k - 1;
        at = x.from;
        p->list[p->n - 1 - n++] = x; /* only parts behind `to` are overwritten */
    }
    memmove(p->list, p->list + p->n - n, n * sizeof *p->list);
    return n;
}

/* --- stretches ------------------------------------------------------------------------------------- */

bool s3_begin(struct blob_store *s, int64_t upload_id, struct arena *a, struct err *e)
{
    return blob_may_write(s, 0, a, e) &&
           s3_mark(s->s3, arena_printf(a, "%sbegin", upload_name(upload_id, a)), a, e);
}

int64_t s3_arrived(struct blob_store *s, int64_t upload_id, struct arena *a, struct err *e)
{
    struct parts p;
    return parts_list(s->s3, upload_id, &p, a, e) ? parts_reach(&p) : -1;
}

/* Asks nothing of the store: whether it goes on from there is looked at when it ends. */
struct blob_upload *s3_upload_open(struct blob_store *s, int64_t upload_id, int64_t offset,
                                   struct arena *a, struct err *e)
{
    int fd = blob_may_write(s, 0, a, e) ? s3_spool(s, a, e) : -1;
    if (fd < 0)
        return NULL;
    struct blob_upload *u = calloc(1, sizeof *u);
    CHECK(u);
    *u = (struct blob_upload){ s, fd, upload_id, offset, offset, offset };
    return u;
}

static bool put_file(struct s3 *s, const char *name, int fd, int64_t size, const char *sha256,
                     struct arena *a, struct err *e)
{
    const struct s3_ask ask = {
        .method = "PUT", .name = name, .fd = fd, .size = size, .sha256 = sha256
    };
    return s3_call(s, &ask, NULL, a, e) == S3_FOUND ||
           err_set(e, a, ERR_BUSY, "blob.refused", NULL, NULL, NULL, NULL);
}

static bool stretch_put(struct blob_upload *u, struct arena *a, struct err *e)
{
    struct blob_store *s = u->store;
    struct blob b;
    char sha256[SHA256_HEX_SIZE + 1];
    uint32_t x;
    int64_t there = s3_arrived(s, u->upload_id, a, e);
    if (there < 0)
        return false;
    if (there != u->from)
        return err_set(e, a, ERR_CONFLICT, "blob.offset", NULL, NULL, NULL, NULL);
    if (u->size == u->from)
        return true;
    if (!blob_digest_fd(s, u->fd, &b, sha256))
        return blob_fail(s, "cannot read what passes through", "", a, e);
    secret_random(&x, sizeof x);
    const char *name =
        arena_printf(a, "%s%016llx-%016llx-%08x", upload_name(u->upload_id, a),
                     (unsigned long long)u->from, (unsigned long long)(u->size - u->from), x);
    return put_file(s->s3, name, u->fd, b.size, sha256, a, e);
}

bool s3_upload_close(struct blob_upload **pu, int64_t *arrived, struct arena *a, struct err *e)
{
    struct blob_upload *u = *pu;
    bool good = stretch_put(u, a, e);
    if (arrived)
        *arrived = good ? u->size : u->from;
    (void)u->store->io->close(u->fd); /* it has no name */
    free(u);
    *pu = NULL;
    return good;
}

/* --- put together ------------------------------------------------------------------------------- */

struct taking {
    struct blob_upload *u;
    int64_t from;
    struct arena *a;
    struct err *e;
};

static bool part_restart(void *arg)
{
    struct taking *t = arg;
    t->u->size = t->from; /* what an attempt that broke off wrote is written over */
    return true;
}

static bool part_take(void *arg, const void *p, size_t n)
{
    struct taking *t = arg;
    return blob_upload_write(t->u, (struct str){ p, n }, t->a, t->e);
}

static bool fetch_parts(struct s3 *s, struct parts *p, size_t n, struct blob_upload *u,
                        struct arena *a, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        struct taking t = { u, p->list[i].from, a, e };
        const struct s3_ask ask = { .method = "GET",
                                    .name = p->list[i].name,
                                    .restart = part_restart,
                                    .take = part_take,
                                    .arg = &t };
        enum s3_found found = s3_call(s, &ask, NULL, a, e);
        if (found == S3_ABSENT) /* finished or given up meanwhile */
            return err_set(e, a, ERR_NOT_FOUND, "blob.upload_absent", NULL, NULL, NULL, NULL);
        if (found != S3_FOUND)
            return false;
        if (u->size != p->list[i].from + p->list[i].size)
            return err_set(e, a, ERR_INTERNAL, "blob.io", NULL, NULL, NULL, NULL);
    }
    return true;
}

/* The whole upload in this node's stage/ID; its size, -1 with *e. */
static int64_t gather(struct blob_store *s, int64_t upload_id, struct arena *a, struct err *e)
{
    struct parts p;
    struct err none = { 0 };
    if (!parts_list(s->s3, upload_id, &p, a, e))
        return -1;
    int64_t size = parts_reach(&p);
    if (blob_folder_arrived(s, upload_id, a, &none) == size)
        return size; /* gathered before */
    blob_folder_drop(s, upload_id);
    struct blob_upload *u = blob_folder_begin(s, upload_id, a, e)
                                ? blob_folder_upload_open(s, upload_id, 0, a, e)
                                : NULL;
    bool good = u && fetch_parts(s->s3, &p, parts_way(&p, size), u, a, e);
    if (u)
        good = blob_folder_upload_close(&u, NULL, a, e) && good;
    if (!good)
        blob_folder_drop(s, upload_id);
    return good ? size : -1;
}

int s3_peek(struct blob_store *s, int64_t upload_id, struct blob *with_digest, struct arena *a,
            struct err *e)
{
    return gather(s, upload_id, a, e) < 0 ? -1 : blob_folder_peek(s, upload_id, with_digest, a, e);
}

static void remove_parts(struct s3 *s, int64_t upload_id, struct arena *a, struct err *e)
{
    struct parts p;
    if (!parts_list(s, upload_id, &p, a, e))
        return; /* the caller knows by *e */
    bool good = true;
    for (size_t i = 0; good && i < p.n; i++)
        good = s3_remove(s, p.list[i].name, NULL, a, e);
    /* The beginning goes last: until then the upload is there to be given up again. */
    (void)(good && s3_remove(s, arena_printf(a, "%sbegin", upload_name(upload_id, a)), NULL, a, e));
}

void s3_drop(struct blob_store *s, int64_t upload_id)
{
    struct arena *a = arena_new();
    struct err e = { 0 };
    blob_folder_drop(s, upload_id);
    remove_parts(s->s3, upload_id, a, &e);
    if (e.kind != ERR_NONE && e.kind != ERR_NOT_FOUND)
        log_warn("blob",
                 "an upload could not be removed from the S3 store; it is swept after a day");
    arena_free(&a);
}

bool s3_finish(struct blob_store *s, int64_t upload_id, struct str expect, struct blob *out,
               struct arena *a, struct err *e)
{
    char sha256[SHA256_HEX_SIZE + 1];
    int64_t size = gather(s, upload_id, a, e);
    int fd = size < 0 ? -1 : blob_folder_peek(s, upload_id, NULL, a, e);
    if (fd < 0)
        return false;
    bool good = blob_digest_fd(s, fd, out, sha256);
    if (!good)
        (void)blob_fail(s, "cannot read an upload back", "", a, e);
    else if (out->size != size) /* another request gathers it at this moment */
        good = err_set(e, a, ERR_CONFLICT, "blob.upload_busy", NULL, NULL, NULL, NULL);
    else if (expect.p && !str_is(expect, out->digest))
        good = err_set(e, a, ERR_INVALID, "blob.digest", NULL, NULL, NULL, NULL);
    if (good && (good = s3_hold(s->s3, a, e))) {
        good = put_file(s->s3, s3_content_name(str_of(out->digest), a), fd, size, sha256, a, e);
        s3_release(s->s3);
    }
    (void)s->io->close(fd); /* only read */
    if (!good)
        return false;
    if (blob_folder_place(s, upload_id, str_of(out->digest)))
        s3_cached(s, out->size);
    s3_drop(s, upload_id);
    return true;
}
