/* 留痕: each stream (a matter, a unit's administration, a node's sign-ins) is a hash chain of SM3;
 * signed checkpoints over the changed heads anchor them. There is no global chain. */
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/id.h"
#include "core/core_in.h"
#include "core/core.sql.h"
#include "core/trace.h"
#include "crypto/crypto.h"

struct node_key {
    struct sm2_key *key;
};

/* The text whose digest enters the chain; `tongban verify` writes it the same way. The body stands in
 * it by its digest, so that it can be purged (误传处置) and the chain still holds. */
static struct str entry_text(struct arena *a, const struct trace_entry *t)
{
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    char hex[SM3_HEX_SIZE + 1];
    if (!t->purged.n)
        sm3_hex(t->body, hex);
    jw_arr(&w);
    jw_i64(&w, t->stream);
    jw_i64(&w, t->seq);
    jw_text(&w, t->op.p);
    jw_i64(&w, t->person_id);
    jw_i64(&w, t->post_id);
    jw_i64(&w, t->acting_for);
    jw_i64(&w, t->at);
    jw_str(&w, t->client);
    jw_str(&w, t->purged.n ? t->purged : str_of(hex));
    jw_arr_end(&w);
    return buf_done(&b);
}

void trace_hash(struct arena *a, struct str previous, const struct trace_entry *t,
                unsigned char out[32])
{
    struct arena_mark mark = arena_mark(a);
    struct buf b = buf_in(a);
    buf_str(&b, previous);
    buf_str(&b, entry_text(a, t));
    sm3((struct str){ b.p, b.n }, out);
    arena_reset(a, mark);
}

/* Two that begin a stream at once must meet on its row: the second waits here for the first. */
static int stream_begin(struct ctx *cx, struct rows *r, int64_t stream)
{
    if (!db_run(cx->db, &q_stream_new, stream, bind_blob(STR(""))))
        return -1;
    return db_get(cx->db, r, &q_stream_head, stream);
}

struct str trace_content(struct arena *a, const struct str *part, size_t n)
{
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    jw_arr(&w);
    for (size_t i = 0; i < n; i++)
        jw_str(&w, part[i].p ? part[i] : STR(""));
    jw_arr_end(&w);
    return buf_done(&b);
}

void trace_hold(struct ctx *cx, int64_t stream, const char *kind, struct str content)
{
    char hex[SM3_HEX_SIZE + 1];
    sm3_hex(content, hex);
    trace_hold_digest(cx, stream, kind, str_of(hex));
}

void trace_hold_digest(struct ctx *cx, int64_t stream, const char *kind, struct str digest)
{
    struct run *run = cx->run;
    CHECK(digest.n == SM3_HEX_SIZE);
    if (run->n_held == run->size_held) {
        size_t size = run->size_held ? 2 * run->size_held : 4;
        run->held = arena_grow(cx->a, run->held, run->size_held * sizeof *run->held, size * sizeof *run->held);
        run->size_held = size;
    }
    struct held *h = &run->held[run->n_held++];
    *h = (struct held){ .stream = stream, .kind = kind };
    memcpy(h->digest, digest.p, SM3_HEX_SIZE);
}

/* One array a kind, in the order in which the kinds came; what is written is held no more. */
static void write_held(struct jw *w, struct run *run, int64_t stream)
{
    size_t left = 0;
    for (size_t i = 0; i < run->n_held; i++) {
        const char *kind = run->held[i].kind;
        if (run->held[i].stream != stream || !kind)
            continue;
        jw_karr(w, kind);
        for (size_t k = i; k < run->n_held; k++)
            if (run->held[k].stream == stream && run->held[k].kind && strcmp(run->held[k].kind, kind) == 0) {
                jw_text(w, run->held[k].digest);
                run->held[k].kind = NULL;
            }
        jw_arr_end(w);
    }
    for (size_t i = 0; i < run->n_held; i++)
        if (run->held[i].kind)
            run->held[left++] = run->held[i];
    run->n_held = left;
}

/* The body with what was held for its stream as the last member. */
static struct str body_with_held(struct ctx *cx, int64_t stream, struct str body)
{
    bool any = false;
    for (size_t i = 0; i < cx->run->n_held; i++)
        any = any || cx->run->held[i].stream == stream;
    if (!any)
        return body;
    CHECK(body.n >= 2 && body.p[body.n - 1] == '}');
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    buf_put(&b, body.p, body.n - 1);
    buf_text(&b, body.n > 2 ? ",\"" TRACE_HELD "\":" : "\"" TRACE_HELD "\":");
    jw_obj(&w);
    write_held(&w, cx->run, stream);
    jw_obj_end(&w);
    buf_text(&b, "}");
    return buf_done(&b);
}

bool trace_hold_end(struct ctx *cx, const char *op)
{
    while (cx->run->n_held)
        if (!trace_write(cx, cx->run->held[0].stream, op, 0, 0, STR_NONE))
            return false;
    return true;
}

bool trace_write(struct ctx *cx, int64_t stream, const char *op, int64_t post_id,
                 int64_t acting_for, struct str body_json)
{
    struct rows r;
    unsigned char hash[32];
    CHECK(cx->run && stream);
    int found = db_get(cx->db, &r, &q_stream_head, stream);
    if (found == 0) {
        rows_end(&r);
        found = stream_begin(cx, &r, stream);
    }
    if (found < 0)
        return false;
    int64_t seq = found ? row_i64(&r, 0) + 1 : 1;
    struct str previous = found ? row_copy(&r, 1, cx->a) : STR("");
    rows_end(&r);
    int64_t person = cx->actor ? cx->actor->person_id : 0;
    struct str client = cx->client.p ? cx->client : STR("");
    struct str body = body_with_held(cx, stream, body_json.p ? body_json : STR("{}"));
    struct trace_entry t = { .stream = stream, .seq = seq, .op = str_of(op), .person_id = person,
                             .post_id = post_id, .acting_for = acting_for, .at = cx->now,
                             .client = client, .body = body };
    trace_hash(cx->a, previous, &t, hash);
    struct str head = { (const char *)hash, sizeof hash };
    if (!db_run(cx->db, &q_trace_put, stream, seq, op, bind_id(person), bind_id(post_id),
                bind_id(acting_for), cx->now, client, body, bind_blob(head)) ||
        !db_run(cx->db, &q_stream_put, stream, seq, bind_blob(head)))
        return false;
    cx->run->n_traces++;
    return true;
}

/* --- purging (误传处置) -------------------------------------------------------------------------- */

#define PURGED_AT_ONCE 500

static bool purge_one(struct ctx *cx, int64_t stream, int64_t seq, struct str body)
{
    char hex[SM3_HEX_SIZE + 1];
    sm3_hex(body, hex);
    return db_run(cx->db, &q_trace_purge, str_of(hex), stream, seq);
}

bool trace_purge(struct ctx *cx, int64_t stream, struct str needle)
{
    struct arena_mark mark = arena_mark(cx->a);
    int64_t after = 0, n = PURGED_AT_ONCE;
    while (n == PURGED_AT_ONCE) {
        struct rows r;
        int64_t seqs[PURGED_AT_ONCE];
        struct str bodies[PURGED_AT_ONCE];
        n = 0;
        for (db_rows(cx->db, &r, &q_trace_bodies, stream, after, (int64_t)PURGED_AT_ONCE);
             rows_next(&r); n++) {
            after = seqs[n] = row_i64(&r, 0);
            bodies[n] = row_copy(&r, 1, cx->a);
        }
        rows_end(&r);
        if (rows_failed(&r))
            return false;
        for (int64_t i = 0; i < n; i++)
            if ((!needle.n || str_find(bodies[i], needle, 0) >= 0) &&
                !purge_one(cx, stream, seqs[i], bodies[i]))
                return false;
    }
    arena_reset(cx->a, mark);
    return true;
}

bool trace_rows(struct ctx *cx, struct rows *r, int64_t stream, int64_t after, int64_t limit)
{
    return db_rows(cx->db, r, &q_trace_page, stream, after, limit);
}

int trace_last(struct ctx *cx, struct rows *r, int64_t stream)
{
    return db_get(cx->db, r, &q_trace_last, stream);
}

int64_t trace_node_stream(const struct ctx *cx)
{
    return 1 + cx->core->node; /* below every made id */
}

/* --- checkpoints --------------------------------------------------------------------------------- */

bool trace_start(struct core *core, struct arena *a, struct err *e)
{
    core->node_key = calloc(1, sizeof *core->node_key);
    CHECK(core->node_key);
    const char *path = arena_printf(a, "%s/node.key", core->config.dir);
    bool is_new = access(path, F_OK) != 0;
    core->node_key->key = is_new ? sm2_key_new() : sm2_key_load(path);
    if (!core->node_key->key || (is_new && !sm2_key_save(core->node_key->key, path)))
        return err_set(e, a, ERR_INTERNAL, "node.key", NULL, path, NULL, NULL);
    return true;
}

void trace_stop(struct core *core)
{
    if (!core->node_key)
        return;
    sm2_key_free(&core->node_key->key);
    free(core->node_key);
    core->node_key = NULL;
}

/* Root of a Merkle tree over 48-byte leaves; an odd one is carried up as it is. */
void trace_merkle_root(struct arena *a, struct str leaves, unsigned char root[32])
{
    size_t n = leaves.n / TRACE_LEAF_BYTES;
    CHECK(n > 0 && leaves.n % TRACE_LEAF_BYTES == 0);
    unsigned char *level = arena_alloc(a, n * 32);
    for (size_t i = 0; i < n; i++)
        sm3(str_sub(leaves, i * TRACE_LEAF_BYTES, TRACE_LEAF_BYTES), level + i * 32);
    for (; n > 1; n = (n + 1) / 2) {
        for (size_t i = 0; i < n / 2; i++)
            sm3((struct str){ (char *)level + i * 64, 64 }, level + i * 32);
        if (n % 2)
            memmove(level + n / 2 * 32, level + (n - 1) * 32, 32);
    }
    memcpy(root, level, 32);
}

static void put_i64(struct buf *b, int64_t v)
{
    char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (char)((uint64_t)v >> (56 - 8 * i));
    buf_put(b, bytes, 8);
}

struct marked {
    int64_t id, seq;
};

static bool gather(struct ctx *cx, struct marked *streams, int64_t *n, struct buf *leaves)
{
    struct rows r;
    for (db_rows(cx->db, &r, &q_streams_marked); rows_next(&r); (*n)++) {
        streams[*n] = (struct marked){ row_i64(&r, 0), row_i64(&r, 1) };
        put_i64(leaves, streams[*n].id);
        put_i64(leaves, streams[*n].seq);
        buf_str(leaves, row_text(&r, 2));
    }
    rows_end(&r);
    return !rows_failed(&r);
}

static struct str previous_root(struct ctx *cx)
{
    struct rows r;
    struct str root = STR("");
    if (db_get(cx->db, &r, &q_checkpoint_last, (int64_t)cx->core->node) == 1)
        root = row_copy(&r, 1, cx->a);
    rows_end(&r);
    return root;
}

struct str checkpoint_text(struct arena *a, int64_t id, int64_t node, int64_t at,
                           struct str previous, struct str root)
{
    return str_printf(a, "tongban checkpoint\n%lld\n%lld\n%lld\n%.*s\n%.*s\n", (long long)id,
                      (long long)node, (long long)at, STR_ARG(previous), STR_ARG(root));
}

bool checkpoint_make(struct ctx *cx, int64_t *streams_out)
{
    struct marked *streams = arena_array_of(cx->a, struct marked, 10000);
    struct buf leaves = buf_in(cx->a);
    *streams_out = 0;
    if (!gather(cx, streams, streams_out, &leaves))
        return false;
    if (*streams_out == 0)
        return true;
    unsigned char root[32];
    char root_hex[65];
    trace_merkle_root(cx->a, buf_done(&leaves), root);
    hex_put(root, sizeof root, root_hex);
    int64_t id = id_new(cx->now), node = cx->core->node;
    struct str previous = previous_root(cx);
    struct str text = checkpoint_text(cx->a, id, node, cx->now, previous, str_of(root_hex));
    uint8_t bytes[SM2_SIGNATURE_MAX];
    struct str signature = { (char *)bytes, sm2_sign(cx->core->node_key->key, text, bytes) };
    if (signature.n == 0)
        return fail(cx, ERR_INTERNAL, "trace.missing", NULL);
    if (!db_run(cx->db, &q_checkpoint_put, id, node, cx->now, previous, (const char *)root_hex,
                bind_blob(buf_done(&leaves)), bind_blob(signature)))
        return false;
    for (int64_t i = 0; i < *streams_out; i++)
        if (!db_run(cx->db, &q_stream_unmark, streams[i].id, streams[i].seq))
            return false;
    return true;
}
