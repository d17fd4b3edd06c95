/* Keeping house in S3. An object's age is told by the store (when it was last written). */
#include "base/log.h"
#include "blob/blob_s3_in.h"

/* --- every content ------------------------------------------------------------------------------ */

struct each {
    struct blob_store *store;
    bool (*fn)(void *arg, const struct blob *b);
    void *arg;
};

static bool content_of(struct blob_store *s, const struct s3_item *i, struct blob *out)
{
    struct str name = str_of(i->name), digest = str_sub(name, 8, name.n); /* content/ */
    struct blob_path folder, file;
    if (!str_starts(name, STR("content/")) || !blob_path_of(s, digest, &folder, &file))
        return false; /* not of ours */
    (void)snprintf(out->digest, sizeof out->digest, "%.*s", STR_ARG(digest));
    out->size = i->size;
    return true;
}

static bool each_item(void *arg, const struct s3_item *i)
{
    struct each *x = arg;
    struct blob b;
    return !content_of(x->store, i, &b) || x->fn(x->arg, &b);
}

bool s3_each(struct blob_store *s, bool (*fn)(void *arg, const struct blob *b), void *arg,
             struct arena *a, struct err *e)
{
    struct each x = { s, fn, arg };
    bool stopped;
    return s3_list(s->s3, "content/", each_item, &x, &stopped, NULL, a, e);
}

/* --- what nobody names ----------------------------------------------------------------------------- */

struct sweep {
    struct blob_store *store;
    int64_t before; /* ms UTC */
    int (*is_named)(void *arg, struct str digest);
    void *arg;
    struct blob_swept *out;
    struct arena *a;
    struct err *e;
    char upload[25]; /* upload/ID/ whose parts pass by */
    int64_t newest, bytes;
};

/* An upload is as old as its newest part; told apart when the next one begins. */
static void upload_ends(struct sweep *w)
{
    if (!w->upload[0] || w->newest >= w->before)
        return;
    uint8_t raw[8];
    uint64_t id = 0;
    if (hex_read(str_sub(str_of(w->upload), 7, 16), raw, sizeof raw)) {
        for (size_t i = 0; i < sizeof raw; i++)
            id = id << 8 | raw[i];
        s3_drop(w->store, (int64_t)id);
        w->out->uploads++;
        w->out->bytes += w->bytes;
    }
}

static bool sweep_part(void *arg, const struct s3_item *i)
{
    struct sweep *w = arg;
    if (strncmp(i->name, w->upload, 24) != 0 || !w->upload[0]) {
        upload_ends(w);
        (void)snprintf(w->upload, sizeof w->upload, "%.24s", i->name);
        w->newest = w->bytes = 0;
    }
    w->newest = i->modified_at > w->newest ? i->modified_at : w->newest;
    w->bytes += i->size;
    return true;
}

/* As in the folder: asked without the lock, then looked at again under it: a content that came anew
 * meanwhile is young. */
static bool sweep_content(void *arg, const struct s3_item *i)
{
    struct sweep *w = arg;
    struct s3 *s = w->store->s3;
    struct blob b;
    struct s3_said said;
    char lock[S3_LOCK_NAME];
    if (!content_of(w->store, i, &b) || i->modified_at >= w->before ||
        w->is_named(w->arg, str_of(b.digest)) != 0)
        return true;
    struct arena_mark mark = arena_mark(w->a);
    int locked = s3_lock_to_remove(s, lock, w->a, w->e);
    w->out->was_held = locked == 0;
    if (locked != 1)
        return false;
    enum s3_found found = s3_head(s, i->name, &said, w->a, w->e);
    bool is_old = found == S3_FOUND && said.modified_at < w->before;
    bool good = found != S3_FAILED && (!is_old || s3_remove(s, i->name, NULL, w->a, w->e));
    s3_removed(s, lock);
    arena_reset(w->a, mark);
    if (good && is_old) {
        w->out->contents++;
        w->out->bytes += b.size;
    }
    return good;
}

bool s3_sweep(struct blob_store *s, int64_t now, int64_t older_ms,
              int (*is_named)(void *arg, struct str digest), void *arg, struct blob_swept *out)
{
    struct blob_swept here;
    struct arena *a = arena_new();
    struct err e = { 0 };
    bool stopped, stopped_too = false;
    *out = (struct blob_swept){ 0 };
    struct sweep w = { .store = s,
                       .before = now - older_ms,
                       .is_named = is_named,
                       .arg = arg,
                       .out = out,
                       .a = a,
                       .e = &e };
    /* What this node has of its own: not counted, it is the same once more. */
    bool good = blob_folder_sweep(s, now, older_ms, is_named, arg, &here);
    atomic_store(&s->s3->cached, -1); /* counted anew with the next one */
    good = s3_list(s->s3, "upload/", sweep_part, &w, &stopped, NULL, a, &e) && good;
    if (e.kind == ERR_NONE)
        upload_ends(&w);
    good = good && s3_list(s->s3, "content/", sweep_content, &w, &stopped_too, NULL, a, &e);
    arena_free(&a);
    return good || out->was_held;
}

/* --- purging -------------------------------------------------------------------------------------- */

struct purge {
    struct s3 *s;
    const char *name;
    struct arena *a;
    struct err *e;
};

static bool purge_version(void *arg, const struct s3_item *i)
{
    struct purge *p = arg;
    return s3_remove(p->s, p->name, i->version, p->a, p->e);
}

/* 1 gone with all its versions, 0 held, -1. A store that has no such question as that for versions
 * keeps none. */
static int purge_object(struct s3 *s, const char *name, struct arena *a, struct err *e)
{
    struct purge p = { s, name, a, e };
    char lock[S3_LOCK_NAME];
    int locked = s3_lock_to_remove(s, lock, a, e);
    if (locked != 1)
        return locked;
    bool good = s3_remove(s, name, NULL, a, e) && s3_versions(s, name, purge_version, &p, a, e) &&
                s3_head(s, name, NULL, a, e) == S3_ABSENT;
    s3_removed(s, lock);
    return good ? 1 : -1;
}

int s3_purge(struct blob_store *s, struct str digest)
{
    struct blob_path folder, file;
    if (!blob_path_of(s, digest, &folder, &file))
        return 1;
    struct arena *a = arena_new();
    struct err e = { 0 };
    int is = purge_object(s->s3, s3_content_name(digest, a), a, &e);
    if (is == 1) {
        atomic_fetch_add(&s->s3->purges, 1);
        is = blob_folder_purge(s, digest);
    }
    arena_free(&a);
    return is;
}
