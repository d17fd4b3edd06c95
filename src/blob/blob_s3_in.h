/* The S3 store's own files: how it is kept, and how it is spoken to (S3's REST, path-style, SigV4).
 *
 *     PREFIX/content/DIGEST             a content
 *     PREFIX/upload/ID/begin            an upload that is not finished, and its parts: each stretch
 *     PREFIX/upload/ID/FROM-SIZE-X      that was told to its sender, from whichever node it came
 *     PREFIX/lock/use-X                 while one finishes or backs up: nothing is removed
 *     PREFIX/lock/remove-X              while one content is removed: nobody finishes
 *     PREFIX/filling                    while restore fills it
 *
 * The two locks hold between nodes that share nothing but the store, which must show what was
 * written at once (S3, MinIO, Ceph, OBS do): each side first puts its own lock, then looks for the
 * other's, so of two at least one sees the other. Who would remove then gives up, who would use
 * waits. A lock that its owner has not renewed for LOCK_LIFE is void, by the store's own clock.
 *
 * Bytes on their way in lie in an unnamed file of the node until the stretch ends, and are durable
 * as an object before the sender is told. An upload is put together on the node that finishes it. */
#ifndef TB_BLOB_BLOB_S3_IN_H
#define TB_BLOB_BLOB_S3_IN_H

#include <pthread.h>
#include <stdatomic.h>

#include "blob/blob_in.h"

#define S3_HANDLES 8
#define S3_LOCK_NAME 40

struct s3 {
    /* constant after s3_new; heap */
    char *bucket, *prefix; /* http://HOST/BUCKET; "" or "PREFIX/" */
    char *sigv4, *key, *secret;
    int64_t cache_most; /* bytes */

    pthread_mutex_t lock; /* guards the four below */
    void *handle[S3_HANDLES];
    int handles;
    int64_t down_until_us; /* monotonic: until then nobody asks again */
    uint64_t seed;

    pthread_mutex_t
        hold_lock; /* guards the rest down to is_ending; held while the store is asked */
    pthread_cond_t hold_wake;
    int holds;
    char hold_name[S3_LOCK_NAME];
    pthread_t keeper; /* renews it */
    bool has_keeper, is_ending;

    pthread_mutex_t remove_lock; /* one removes at a time here; nodes agree by lock/remove-X */

    _Atomic int64_t cached; /* bytes fetched, about; -1: not counted yet */
    _Atomic int64_t purges; /* how many contents were purged here since the start */
};

struct s3 *s3_new(const char *dir, const char *where, struct arena *a, struct err *e);
void s3_free(struct s3 **s); /* wipes the keys */

/* --- one request (blob_s3_call.c) ----------------------------------------------------------- */

enum s3_found { S3_FAILED = -1, S3_ABSENT, S3_FOUND };

struct s3_ask {
    const char *method;
    const char *name;  /* below the prefix; NULL: the bucket */
    const char *query; /* encoded, sorted by name, as it is signed; may be NULL */
    /* PUT: an open file, or nothing */
    int fd;
    int64_t size;
    const char *sha256; /* of the file; NULL: of nothing */
    /* GET: restart comes before each attempt, take with each piece; false of either gives up (their
     * caller knows why) */
    bool (*restart)(void *arg);
    bool (*take)(void *arg, const void *p, size_t n);
    void *arg;
};
struct s3_said {
    int64_t size, modified_at, date_at; /* ms UTC; size -1 unknown */
};
/* Tried three times when the store does not answer or says that it cannot now. S3_FAILED with *e,
 * unless take or restart gave up. S3_ABSENT: no such object, or a
 * question that this store does not know. out may be NULL. */
enum s3_found s3_call(struct s3 *s, const struct s3_ask *ask, struct s3_said *out, struct arena *a,
                      struct err *e);
enum s3_found s3_head(struct s3 *s, const char *name, struct s3_said *out, struct arena *a,
                      struct err *e);
/* An object of nothing: its name says all. */
bool s3_mark(struct s3 *s, const char *name, struct arena *a, struct err *e);
/* Good also when there is none. version NULL: the object. */
bool s3_remove(struct s3 *s, const char *name, const char *version, struct arena *a, struct err *e);

/* --- lists (blob_s3_list.c) ------------------------------------------------------------------ */

struct s3_item {
    const char *name; /* below the prefix of the store */
    const char *version;
    int64_t size, modified_at;
};
/* Everything below `below` in the order of its names, by thousands; fn returning false ends it
 * (*stopped). now (may be NULL): the store's clock. */
bool s3_list(struct s3 *s, const char *below, bool (*fn)(void *arg, const struct s3_item *i),
             void *arg, bool *stopped, int64_t *now, struct arena *a, struct err *e);
/* All versions of one object, marks of its deletion too; none where the bucket keeps none. */
bool s3_versions(struct s3 *s, const char *name, bool (*fn)(void *arg, const struct s3_item *i),
                 void *arg, struct arena *a, struct err *e);

/* --- locks (blob_s3_lock.c) ------------------------------------------------------------------- */

bool s3_hold(struct s3 *s, struct arena *a, struct err *e);
void s3_release(struct s3 *s);
/* 1: nobody uses a content and name is ours until s3_removed; 0: somebody does; -1 with *e. */
int s3_lock_to_remove(struct s3 *s, char name[S3_LOCK_NAME], struct arena *a, struct err *e);
void s3_removed(struct s3 *s, const char *name);

bool s3_fill_begin(struct s3 *s, struct arena *a, struct err *e);
bool s3_fill_end(struct s3 *s, struct arena *a, struct err *e);

/* --- coming in, going out, keeping house (blob_s3_upload.c, _read.c, _sweep.c) ------------------
 */

/* What a content is called; NULL when digest is none. */
const char *s3_content_name(struct str digest, struct arena *a);

bool s3_begin(struct blob_store *s, int64_t upload_id, struct arena *a, struct err *e);
int64_t s3_arrived(struct blob_store *s, int64_t upload_id, struct arena *a, struct err *e);
struct blob_upload *s3_upload_open(struct blob_store *s, int64_t upload_id, int64_t offset,
                                   struct arena *a, struct err *e);
bool s3_upload_close(struct blob_upload **u, int64_t *arrived, struct arena *a, struct err *e);
bool s3_finish(struct blob_store *s, int64_t upload_id, struct str expect, struct blob *out,
               struct arena *a, struct err *e);
int s3_peek(struct blob_store *s, int64_t upload_id, struct blob *with_digest, struct arena *a,
            struct err *e);
void s3_drop(struct blob_store *s, int64_t upload_id);
bool s3_each(struct blob_store *s, bool (*fn)(void *arg, const struct blob *b), void *arg,
             struct arena *a, struct err *e);
bool s3_sweep(struct blob_store *s, int64_t now, int64_t older_ms,
              int (*is_named)(void *arg, struct str digest), void *arg, struct blob_swept *out);
int s3_purge(struct blob_store *s, struct str digest);
/* A file of this node without a name, for bytes that pass through; -1 with *e. */
int s3_spool(struct blob_store *s, struct arena *a, struct err *e);
/* Counts what has come to lie on this node, and makes room. */
void s3_cached(struct blob_store *s, int64_t bytes);

#endif
