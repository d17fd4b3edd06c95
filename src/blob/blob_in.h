/* Shared by blob's own files. */
#ifndef TB_BLOB_BLOB_IN_H
#define TB_BLOB_BLOB_IN_H

#include <stdatomic.h>

#include "blob/blob.h"
#include "blob/blob_io.h"

#define BLOB_PATH_MAX 4096

struct s3; /* blob_s3_in.h */
struct blob_kind;

struct blob_store {
    const struct blob_kind *kind;
    struct s3 *s3; /* NULL: the folder is the store; else what follows is this node's own part */
    const struct blob_io *io;
    char root[BLOB_PATH_MAX - 128]; /* DIR/blob */
    atomic_bool is_broken;          /* an fsync failed: no more writing */
};

struct blob_path {
    char p[BLOB_PATH_MAX];
};
struct blob_path blob_path_stage(const struct blob_store *s, int64_t upload_id);
/* The folder (ab) and the file in it; false when digest is not 64 lower-case hex digits. */
bool blob_path_of(const struct blob_store *s, struct str digest, struct blob_path *folder,
                  struct blob_path *file);

/* Logs the cause (errno), sets *e to blob.full or blob.io; false. */
bool blob_fail(struct blob_store *s, const char *what, const char *path, struct arena *a,
               struct err *e);
/* fsync; on failure the store is broken. */
bool blob_sync(struct blob_store *s, int fd);
bool blob_sync_folder(struct blob_store *s, const char *path);
bool blob_may_write(struct blob_store *s, int64_t size, struct arena *a, struct err *e);
/* SM3 over an open file, and SHA-256 unless sha256 is NULL. False when it cannot be read. */
bool blob_digest_fd(struct blob_store *s, int fd, struct blob *out, char *sha256);

/* The exclusive lock, -1 when a backup or a finish has the shared one. blob_folder_release gives it
 * back. */
int blob_lock_to_remove(struct blob_store *s);

/* Logs and sets blob.altered, blob.absent; false. */
bool blob_is_altered(struct str digest, struct arena *a, struct err *e);
bool blob_is_absent(struct str digest, struct arena *a, struct err *e);

/* An open stretch of an upload: fd holds the bytes from `from` on. */
struct blob_upload {
    struct blob_store *store;
    int fd;
    int64_t upload_id, from, size, synced;
};

/* What the two stores do each in their way; blob.h says what. open_content is blob_fd without check.
 */
struct blob_kind {
    bool (*begin)(struct blob_store *s, int64_t upload_id, struct arena *a, struct err *e);
    int64_t (*arrived)(struct blob_store *s, int64_t upload_id, struct arena *a, struct err *e);
    struct blob_upload *(*upload_open)(struct blob_store *s, int64_t upload_id, int64_t offset,
                                       struct arena *a, struct err *e);
    bool (*upload_close)(struct blob_upload **u, int64_t *arrived, struct arena *a, struct err *e);
    bool (*finish)(struct blob_store *s, int64_t upload_id, struct str expect, struct blob *out,
                   struct arena *a, struct err *e);
    int (*peek)(struct blob_store *s, int64_t upload_id, struct blob *with_digest, struct arena *a,
                struct err *e);
    void (*drop)(struct blob_store *s, int64_t upload_id);
    int64_t (*size)(struct blob_store *s, struct str digest);
    bool (*fetch)(struct blob_store *s, struct str digest, struct arena *a, struct err *e);
    int (*fd)(struct blob_store *s, struct str digest, bool check, int64_t *size, struct arena *a,
              struct err *e);
    int (*reader_fd)(struct blob_store *s, struct str digest, int64_t *size, struct arena *a,
                     struct err *e);
    enum blob_state (*verify)(struct blob_store *s, struct str digest);
    bool (*each)(struct blob_store *s, bool (*fn)(void *arg, const struct blob *b), void *arg,
                 struct arena *a, struct err *e);
    bool (*sweep)(struct blob_store *s, int64_t now, int64_t older_ms,
                  int (*is_named)(void *arg, struct str digest), void *arg, struct blob_swept *out);
    int (*purge)(struct blob_store *s, struct str digest);
    int (*hold)(struct blob_store *s, struct arena *a, struct err *e);
    void (*release)(struct blob_store *s, int hold);
};
extern const struct blob_kind blob_folder_kind, blob_s3_kind;

/* The folder's, of which the S3 store builds what a node has of its own. */
struct blob_store *blob_folder_open(const char *dir, const struct blob_io *io, struct arena *a,
                                    struct err *e);
bool blob_folder_begin(struct blob_store *s, int64_t upload_id, struct arena *a, struct err *e);
int64_t blob_folder_arrived(struct blob_store *s, int64_t upload_id, struct arena *a,
                            struct err *e);
struct blob_upload *blob_folder_upload_open(struct blob_store *s, int64_t upload_id, int64_t offset,
                                            struct arena *a, struct err *e);
bool blob_folder_upload_close(struct blob_upload **u, int64_t *arrived, struct arena *a,
                              struct err *e);
bool blob_folder_finish(struct blob_store *s, int64_t upload_id, struct str expect,
                        struct blob *out, struct arena *a, struct err *e);
/* Renames the upload's file, synced and with this digest, to its place. */
bool blob_folder_place(struct blob_store *s, int64_t upload_id, struct str digest);
int blob_folder_peek(struct blob_store *s, int64_t upload_id, struct blob *with_digest,
                     struct arena *a, struct err *e);
void blob_folder_drop(struct blob_store *s, int64_t upload_id);
int64_t blob_folder_size(struct blob_store *s, struct str digest);
int blob_folder_fd(struct blob_store *s, struct str digest, bool check, int64_t *size,
                   struct arena *a, struct err *e);
enum blob_state blob_folder_verify(struct blob_store *s, struct str digest);
bool blob_folder_each(struct blob_store *s, bool (*fn)(void *arg, const struct blob *b), void *arg,
                      struct arena *a, struct err *e);
bool blob_folder_sweep(struct blob_store *s, int64_t now, int64_t older_ms,
                       int (*is_named)(void *arg, struct str digest), void *arg,
                       struct blob_swept *out);
int blob_folder_purge(struct blob_store *s, struct str digest);
int blob_folder_hold(struct blob_store *s, struct arena *a, struct err *e);
void blob_folder_release(struct blob_store *s, int hold);

/* Of what a node has fetched, the longest unused goes until no more than `most` bytes are left;
 * bytes there are then. */
int64_t blob_folder_trim(struct blob_store *s, int64_t most);

#endif
