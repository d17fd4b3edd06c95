/* Shared by blob's own files. */
#ifndef TB_BLOB_BLOB_IN_H
#define TB_BLOB_BLOB_IN_H

#include <stdatomic.h>

#include "blob/blob.h"
#include "blob/blob_io.h"

#define BLOB_PATH_MAX 4096

struct blob_store {
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
/* SM3 over an open file. False when it cannot be read. */
bool blob_digest_fd(struct blob_store *s, int fd, struct blob *out);

/* The exclusive lock, -1 when a backup or a finish has the shared one. blob_release gives it back.
 */
int blob_lock_to_remove(struct blob_store *s);

#endif
