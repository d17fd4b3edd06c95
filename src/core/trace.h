/* core/trace: how an entry of the record enters its hash chain, for those who check it
 * (`tongban verify`, backup). Writing goes through trace_write of core/core.h alone. */
#ifndef TB_CORE_TRACE_H
#define TB_CORE_TRACE_H

#include "core/core.h"

/* The last member of a body: digests of what trace_hold was given, by kind, oldest first. */
#define TRACE_HELD "held_sm3"
#define TRACE_LEAF_BYTES 48 /* stream, sequence (big endian), head */

struct trace_entry {
    int64_t stream, seq;
    struct str op; /* NUL-terminated */
    int64_t person_id, post_id, acting_for, at;
    struct str client, body;
    struct str purged; /* SM3 of the body that was purged; absent while the body stands */
};

/* hash = SM3(previous ‖ canonical entry with the body's SM3); previous is empty for the first. */
void trace_hash(struct arena *a, struct str previous, const struct trace_entry *t,
                unsigned char out[32]);
/* Root over leaves of 48 bytes, at least one. */
void trace_merkle_root(struct arena *a, struct str leaves, unsigned char root[32]);
/* The text a checkpoint's signature covers. */
struct str checkpoint_text(struct arena *a, int64_t id, int64_t node, int64_t at,
                           struct str previous, struct str root);

/* A stream's entries after a sequence, for pages: seq, op, person, name, post, acting_for, its name,
 * at, body. */
bool trace_rows(struct ctx *cx, struct rows *r, int64_t stream, int64_t after, int64_t limit);
/* The newest entry alone, in the same columns: 1, 0, -1. */
int trace_last(struct ctx *cx, struct rows *r, int64_t stream);

#endif
