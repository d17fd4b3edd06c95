/* Shared by operate's own files. */
#ifndef TB_OPERATE_OPERATE_IN_H
#define TB_OPERATE_OPERATE_IN_H

#include "blob/blob.h"
#include "core/core.h"
#include "db/db.h"

struct archive;

/* What the command line said, and what it stands for. */
struct operate {
    struct arena *a;
    struct err *err;
    const char *dir, *file, *url, *key;
    const char *blob; /* where file contents are: blob_open */
    bool is_quick; /* verify: plays back a sample of the matters */
    struct str passphrase; /* absent: not sealed */
    struct db_config db;
};

/* Sets o->err; false. arg may be NULL. */
bool operate_fail(struct operate *o, enum err_kind kind, const char *code, const char *arg);
/* The same with errno's words as second argument. */
bool operate_fail_file(struct operate *o, const char *path);
/* A whole small file (up to 1 MB) in o->a, or STR_NONE. */
struct str operate_file(struct operate *o, const char *path);

/* The keys that the folder knows: its own (node.key) and those under keys/ (NAME.pub), each given
 * to fn, which then owns it. A file that holds no key is passed over; the log tells. */
struct sm2_key;
void operate_keys(struct operate *o, void (*fn)(void *arg, struct sm2_key *k), void *arg);

/* --- every row of a table, on both engines, without holding them all (operate_scan.c) ----------
 */

struct scan {
    struct db *db;
    struct rows r; /* the present row */
    const struct query *fetch;
    bool is_cursor, failed;
    int64_t rows;
};
/* sql: one SELECT without parameters. In a transaction. a must outlive db. */
bool scan_open(struct scan *s, struct db *db, struct arena *a, const char *sql);
bool scan_next(struct scan *s); /* false at the end and on failure */
void scan_end(struct scan *s);

/* --- the file (operate_archive.c) ----------------------------------------------------------------
 */

struct pack;
/* Writes to path.part; NULL with the error set. */
struct pack *pack_new(struct operate *o, const char *path);
bool pack_entry(struct pack *p, const char *name, int64_t size, int64_t at);
bool pack_data(struct pack *p, const void *bytes, size_t n);
bool pack_text(struct pack *p, const char *name, struct str text, int64_t at);
/* Syncs, renames to path. digest: SM3 of the whole file. */
bool pack_end(struct pack *p, struct blob *out);
void pack_free(struct pack **p); /* removes path.part unless ended */

struct unpack;
struct unpack *unpack_new(struct operate *o, const char *path);
/* 1 with the entry's name and size, 0 at the end, -1 with the error set. */
int unpack_next(struct unpack *u, const char **name, int64_t *size);
/* Bytes of the present entry: > 0, 0 at its end, -1 with the error set. */
ptrdiff_t unpack_data(struct unpack *u, void *p, size_t n);
/* The whole of it in a; at most limit bytes. */
bool unpack_text(struct unpack *u, struct arena *a, size_t limit, struct str *out);
void unpack_free(struct unpack **u);

/* --- the work
 * -------------------------------------------------------------------------------------- */

bool operate_backup(struct operate *o);
bool operate_restore(struct operate *o);
/* Prints what it finds; *faults counts. False when it could not look at everything. */
bool operate_verify(struct operate *o, int64_t *faults);

/* A fault: prints a line "room: where: what it is" in both languages and counts. */
struct verify {
    struct operate *o;
    struct db *db;
    struct blob_store *blobs;
    int64_t faults, streams, entries, checkpoints, contents, counters;
    int64_t uncovered, uncovered_streams, last_checkpoint_at;
    int64_t matters, played, commands, unplayable; /* operate_replay.c */
    int64_t began_us, told_us, played_a_second;
};
void verify_fault(struct verify *v, const char *room, const char *where, const char *zh,
                  const char *en);
/* A line on the error output now and then, of what passed by so far. */
void verify_progress(struct verify *v);
bool verify_trace(struct verify *v);
bool verify_counts(struct verify *v);
bool verify_named(struct verify *v);
bool verify_blobs(struct verify *v);

/* --- rows that the record holds by digest (operate_held.c) ---------------------------------------- */

struct trace_entry;
struct helds;
/* As below: entries in the order of streams; is_purged: 误传处置 has been here. */
struct helds *helds_begin(struct verify *v);
void helds_entry(struct helds *h, const struct trace_entry *t);
void helds_stream_end(struct helds *h, int64_t stream, bool is_purged);
bool helds_end(struct helds **h);

/* --- flows, played back from their record (operate_replay.c) -------------------------------------
 */

struct replays;
/* Streams pass by in the order of their ids, entries in that of their sequence; those that are no
 * matter's are passed over. NULL when the rows cannot be read. */
struct replays *replays_begin(struct verify *v);
void replays_stream(struct replays *p, int64_t stream); /* its entries follow */
void replays_entry(struct replays *p, const struct trace_entry *t);
/* The last stream has passed; false when not all could be looked at. */
bool replays_end(struct replays **p);

#endif
