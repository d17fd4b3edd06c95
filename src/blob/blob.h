/* blob: contents of files by their digest (SM3, 64 hex digits) in a folder.
 *
 *     DIR/blob/ab/cdef…     a content, never changed once there, mode 0600
 *     DIR/blob/stage/ID     an upload that is not finished
 *     DIR/blob/lock         flock: shared while one finishes or backs up, exclusive to remove
 *
 * Who names a content (an attachment, a signed page) writes its digest in the database after
 * blob_finish has returned: then the content, its name and its folder are on disk. What nobody
 * names is removed after a day by blob_sweep (desk/desk_sweep.c); so a digest may only be named anew
 * by whoever has just finished it, or beside a row that names it and stays. A torn upload never
 * leaves a part of a content.
 *
 * A struct blob_store may be used by any thread at once; uploads and readers belong to one. No
 * function here may run on the committer: they wait for the disk. An fsync that fails stops all
 * writing until the program is started again (K3), since nothing is then known of the disk.
 *
 * The functions are those another store (S3) would have; nothing outside sees a path. */
#ifndef TB_BLOB_BLOB_H
#define TB_BLOB_BLOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "crypto/crypto.h"

struct blob_io; /* the system calls, exchanged in tests: blob_io.h */
struct blob_store;

/* Makes the folders when missing. io NULL: the real calls. NULL on failure, *e set. */
struct blob_store *blob_open(const char *dir, const struct blob_io *io, struct arena *a,
                             struct err *e);
void blob_close(struct blob_store **s);

struct blob {
    char digest[SM3_HEX_SIZE + 1];
    int64_t size; /* bytes */
};

/* --- coming in ------------------------------------------------------------------------------ */

/* Begins an upload under an id of the caller's (id_new). Error blob.full when the disk is nearly
 * full. */
bool blob_begin(struct blob_store *s, int64_t upload_id, struct arena *a, struct err *e);
/* Bytes of it that are here, -1 when there is no such upload. */
int64_t blob_arrived(struct blob_store *s, int64_t upload_id);

/* One stretch of an upload: open at the offset where it ends (else blob.offset), write as the
 * bytes come, close. Errors: blob.upload_absent, blob.upload_busy (someone else writes it),
 * blob.full, blob.io. */
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

/* Size in bytes, -1 when not there (or not a digest). */
int64_t blob_size(struct blob_store *s, struct str digest);

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

enum blob_state { BLOB_GOOD, BLOB_ABSENT, BLOB_ALTERED, BLOB_UNREADABLE };
enum blob_state blob_verify(struct blob_store *s, struct str digest);

/* --- keeping house ------------------------------------------------------------------------------
 */

/* Every content, in no order; fn returning false ends it. False when a folder cannot be read. */
bool blob_each(struct blob_store *s, bool (*fn)(void *arg, const struct blob *b), void *arg);

struct blob_swept {
    int64_t uploads, contents, bytes; /* removed */
    bool was_held;                    /* a backup is reading: nothing was removed */
};
/* Removes uploads and contents older than older_ms (by the files' own times against now, ms UTC)
 * that is_named does not claim: 1 named, 0 not, -1 unknown (then kept). Give a day. desk/ calls it;
 * a room that names contents of its own must be asked there. */
bool blob_sweep(struct blob_store *s, int64_t now, int64_t older_ms,
                int (*is_named)(void *arg, struct str digest), void *arg, struct blob_swept *out);
/* Removes a content whatever names it (误传处置): overwritten, then unlinked. 1 gone (or never there),
 * 0 a backup is reading: try again, -1 failed. */
int blob_purge(struct blob_store *s, struct str digest);
/* While held no content is removed, in any process: for backups. The result goes to release. */
int blob_hold(struct blob_store *s);
void blob_release(struct blob_store *s, int hold);

/* False when fewer than 3 % of the disk would be free after size more bytes: new work is to be
 * refused (K3). Also of use before database work that can wait. */
bool blob_has_room(struct blob_store *s, int64_t size);

#endif
