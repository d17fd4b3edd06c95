/* blob: contents of files by their digest (SM3, 64 hex digits), in a folder or in an S3 store.
 *
 *     DIR/blob/ab/cdef…     a content, never changed once there, mode 0600
 *     DIR/blob/stage/ID     an upload that is not finished
 *     DIR/blob/lock         flock: shared while one finishes or backs up, exclusive to remove
 *
 *     s3://BUCKET/PREFIX    the same as objects, for any number of nodes; how: blob_s3_in.h. Then
 *                           DIR/blob is what this node has fetched, bounded, and may be lost.
 *
 * Who names a content (an attachment, a signed page) writes its digest in the database after
 * blob_finish has returned: then the content is durable in the store. What nobody names is removed
 * after a day by blob_sweep (desk/desk_sweep.c); so a digest may only be named anew by whoever has
 * just finished it, or beside a row that names it and stays. A torn upload never leaves a part of a
 * content.
 *
 * A struct blob_store may be used by any thread at once; uploads and readers belong to one. No
 * function here may run on the committer: they wait for the disk or the network. An HTTP worker may
 * call only those that say so. An fsync that fails stops all writing until the program is started
 * again (K3), since nothing is then known of the disk.
 *
 * Errors of every function with *e, besides those it names: blob.unreachable (the S3 store does not
 * answer: nothing was changed, try again), blob.refused (it does not let us: keys, bucket). */
#ifndef TB_BLOB_BLOB_H
#define TB_BLOB_BLOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "crypto/crypto.h"

struct blob_io; /* the system calls, exchanged in tests: blob_io.h */
struct blob_store;

/* where: NULL or "folder"; or s3://BUCKET[/PREFIX]?endpoint=http(s)://HOST[:PORT]&region=R&cache_mb=N
 * with the keys in the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY; taken out of it) or in
 * DIR/s3.keys, mode 0600. Makes the folders when missing; asks nothing of S3, so that a city starts
 * without it. To be called before threads are made. io NULL: the real calls. NULL on failure, *e
 * set: blob.where, blob.keys, blob.io. */
struct blob_store *blob_open(const char *dir, const char *where, const struct blob_io *io,
                             struct arena *a, struct err *e);
void blob_close(struct blob_store **s);

struct blob {
    char digest[SM3_HEX_SIZE + 1];
    int64_t size; /* bytes */
};

/* --- coming in ------------------------------------------------------------------------------ */

/* Begins an upload under an id of the caller's (id_new). Error blob.full when the disk is nearly
 * full. */
bool blob_begin(struct blob_store *s, int64_t upload_id, struct arena *a, struct err *e);
/* Bytes of it that are here; -1 with *e: blob.upload_absent. */
int64_t blob_arrived(struct blob_store *s, int64_t upload_id, struct arena *a, struct err *e);

/* One stretch of an upload: open at the offset where it ends (else blob.offset), write as the
 * bytes come, close. Errors: blob.upload_absent, blob.upload_busy (someone else writes it),
 * blob.full, blob.io. With S3 the first three come from close. Open and write are for HTTP workers:
 * they wait for the node's disk alone. */
struct blob_upload;
struct blob_upload *blob_upload_open(struct blob_store *s, int64_t upload_id, int64_t offset,
                                     struct arena *a, struct err *e);
bool blob_upload_write(struct blob_upload *u, struct str bytes, struct arena *a, struct err *e);
/* Syncs what was written and frees: *arrived (may be NULL) is then on disk and may be told to the
 * sender. Also to be called after a failed write or a broken connection: what came is kept. */
bool blob_upload_close(struct blob_upload **u, int64_t *arrived, struct arena *a, struct err *e);

/* Gives the finished upload its place. expect: the digest its sender stated, or STR_NONE; another
 * one is error blob.digest and the upload stays. When it returns true everything is on disk.
 * Reads the whole file once (about 4 ms a MB). */
bool blob_finish(struct blob_store *s, int64_t upload_id, struct str expect, struct blob *out,
                 struct arena *a, struct err *e);
/* To look at an upload before it is given its place: opened for reading, the caller's to close; -1
 * with blob.upload_absent. with_digest (may be NULL) is its digest and size: reads all of it. */
int blob_peek(struct blob_store *s, int64_t upload_id, struct blob *with_digest, struct arena *a,
              struct err *e);
/* Gives an upload up; nothing happens when there is none. */
void blob_drop(struct blob_store *s, int64_t upload_id);
/* begin, write, finish in one, for what the program makes itself. */
bool blob_put(struct blob_store *s, struct str bytes, struct blob *out, struct arena *a,
              struct err *e);

/* --- going out ---------------------------------------------------------------------------------
 */

/* Size in bytes; -1 when not there (or not a digest), -2 when the store cannot be asked. */
int64_t blob_size(struct blob_store *s, struct str digest);

/* Is the content on this node, so that blob_fd need not fetch it? For HTTP workers. */
bool blob_is_near(struct blob_store *s, struct str digest);
/* Fetches a content that is not, comparing its digest. Errors: blob.absent, blob.altered. */
bool blob_fetch(struct blob_store *s, struct str digest, struct arena *a, struct err *e);

/* For ranges: an open file of the caller's, and its size; -1 and *e (blob.absent, blob.altered).
 * check: first reads all of it and compares the digest (S45), about 4 ms a MB; without it a range
 * is given as it stands on disk. */
int blob_fd(struct blob_store *s, struct str digest, bool check, int64_t *size, struct arena *a,
            struct err *e);

/* For the whole, in order: the digest is computed on the way, and when it is another one the last
 * piece is not given but -1 (blob.altered): whoever streams it must then break off. */
struct blob_reader;
struct blob_reader *blob_reader_open(struct blob_store *s, struct str digest, int64_t *size,
                                     struct arena *a, struct err *e);
ptrdiff_t blob_reader_next(struct blob_reader *r, void *p, size_t n, struct arena *a,
                           struct err *e); /* 0 at the end */
void blob_reader_close(struct blob_reader **r);

/* BLOB_UNREACHED: the store does not answer, which says nothing of the content. */
enum blob_state { BLOB_GOOD, BLOB_ABSENT, BLOB_ALTERED, BLOB_UNREADABLE, BLOB_UNREACHED };
enum blob_state blob_verify(struct blob_store *s, struct str digest);

/* --- keeping house ------------------------------------------------------------------------------
 */

/* Every content, in no order; fn returning false ends it (*e is then fn's to set). */
bool blob_each(struct blob_store *s, bool (*fn)(void *arg, const struct blob *b), void *arg,
               struct arena *a, struct err *e);

struct blob_swept {
    int64_t uploads, contents, bytes; /* removed */
    bool was_held;                    /* a backup is reading: nothing was removed */
};
/* Removes uploads and contents older than older_ms (by the files' own times against now, ms UTC)
 * that is_named does not claim: 1 named, 0 not, -1 unknown (then kept). Give a day. desk/ calls it;
 * a room that names contents of its own must be asked there. */
bool blob_sweep(struct blob_store *s, int64_t now, int64_t older_ms,
                int (*is_named)(void *arg, struct str digest), void *arg, struct blob_swept *out);
/* Removes a content whatever names it (误传处置), from the store (with S3 all its versions) and from
 * this node: overwritten, then unlinked; every node does it. 1 gone (or never there), 0 a backup is
 * reading: try again, -1 failed. */
int blob_purge(struct blob_store *s, struct str digest);
/* While held no content is removed, by any process or node: for backups. The result goes to
 * release; -1 with *e. */
int blob_hold(struct blob_store *s, struct arena *a, struct err *e);
void blob_release(struct blob_store *s, int hold);

/* False when fewer than 3 % of the disk would be free after size more bytes: new work is to be
 * refused (K3). Also of use before database work that can wait. */
bool blob_has_room(struct blob_store *s, int64_t size);

/* Before a new city fills the store (init, restore): one that holds contents is another city's, which
 * would lose them to this one's sweeping, and is refused (blob.not_empty), unless a filling broke
 * off. Folders: true. */
bool blob_fill_begin(struct blob_store *s, struct arena *a, struct err *e);
bool blob_fill_end(struct blob_store *s, struct arena *a, struct err *e);

#endif
