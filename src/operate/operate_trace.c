/* The record: its entries pass by once. Flows are played back from them (operate_replay.c), and each
 * stream's chain is computed anew from its entries and compared with its head and
 * with every leaf that a signed checkpoint holds of it. What an attacker with the database in hand
 * can do shows up as: an entry altered (hash), taken out or put in (sequence), the end cut off
 * (head or leaf beyond it), a whole stream removed (leaf without entries), a checkpoint removed
 * (previous root, or a stream said to be covered that no leaf covers), all of it rewritten
 * (signature). */
#include <stdlib.h>

#include "base/check.h"
#include "core/trace.h"
#include "crypto/crypto.h"
#include "operate/operate_in.h"

#define KEYS_MAX 256
#define PROGRESS_EACH 4096 /* entries between two looks at the clock */

struct leaf {
    int64_t stream, seq;
    uint8_t head[SM3_SIZE];
};

struct head {
    int64_t stream, seq;
    uint8_t head[SM3_SIZE];
    bool is_marked;
};

struct audit {
    struct verify *v;
    struct sm2_key *keys[KEYS_MAX];
    int n_keys;
    struct leaf *leaves; /* by stream, seq */
    size_t n_leaves, size_leaves, at_leaf;
    struct scan heads;
    struct head head; /* the next one not yet compared */
    bool has_head;
    struct replays *replays;
    struct helds *helds;
};

static int64_t get_i64(const char *p)
{
    uint64_t n = 0;
    for (int i = 0; i < 8; i++)
        n = n << 8 | (uint8_t)p[i];
    return (int64_t)n;
}

/* --- checkpoints ---------------------------------------------------------------------------------
 */

static void trust(void *arg, struct sm2_key *k)
{
    struct audit *r = arg;
    if (r->n_keys < KEYS_MAX)
        r->keys[r->n_keys++] = k;
    else
        sm2_key_free(&k);
}

/* Who may sign: the keys that the folder knows, and the one named on the command line. */
static bool load_keys(struct audit *r)
{
    struct operate *o = r->v->o;
    operate_keys(o, trust, r);
    if (!o->key)
        return true;
    struct str pem = operate_file(o, o->key);
    struct sm2_key *k = pem.p ? sm2_key_of_public(pem) : NULL;
    if (!k)
        return operate_fail(o, ERR_INVALID, "operate.key", o->key);
    trust(r, k);
    return true;
}

static bool is_signed(const struct audit *r, struct str text, struct str signature)
{
    for (int i = 0; i < r->n_keys; i++)
        if (sm2_verify(r->keys[i], text, signature))
            return true;
    return false;
}

static void add_leaves(struct audit *r, struct str leaves)
{
    for (size_t i = 0; i + TRACE_LEAF_BYTES <= leaves.n; i += TRACE_LEAF_BYTES) {
        if (r->n_leaves == r->size_leaves) {
            r->size_leaves = r->size_leaves ? 2 * r->size_leaves : 1024;
            r->leaves = realloc(r->leaves, r->size_leaves * sizeof *r->leaves);
            CHECK(r->leaves);
        }
        struct leaf *leaf = &r->leaves[r->n_leaves++];
        leaf->stream = get_i64(leaves.p + i);
        leaf->seq = get_i64(leaves.p + i + 8);
        memcpy(leaf->head, leaves.p + i + 16, SM3_SIZE);
    }
}

static void check_checkpoint(struct audit *r, struct rows *row, struct str previous)
{
    struct verify *v = r->v;
    struct arena *a = v->o->a;
    int64_t id = row_i64(row, 0), node = row_i64(row, 1), at = row_i64(row, 2);
    struct str said = row_text(row, 3), root = row_text(row, 4), leaves = row_text(row, 5);
    const char *where = arena_printf(a, "%lld (node %lld)", (long long)id, (long long)node);
    uint8_t computed[SM3_SIZE];
    char hex[SM3_HEX_SIZE + 1];
    v->checkpoints++;
    if (at > v->last_checkpoint_at)
        v->last_checkpoint_at = at;
    if (leaves.n == 0 || leaves.n % TRACE_LEAF_BYTES != 0) {
        verify_fault(v, "checkpoint", where, "检查点内容残缺", "its leaves are incomplete");
        return;
    }
    trace_merkle_root(a, leaves, computed);
    hex_put(computed, sizeof computed, hex);
    if (!str_is(root, hex))
        verify_fault(v, "checkpoint", where, "默克尔根与内容不符", "the Merkle root is another");
    if (!str_eq(said, previous))
        verify_fault(v, "checkpoint", where, "与前一个检查点不衔接，可能有检查点被删除",
                     "does not follow the one before; one may have been removed");
    if (!is_signed(r, checkpoint_text(a, id, node, at, said, root), row_text(row, 6)))
        verify_fault(v, "checkpoint", where, "签名无效，或签名密钥不在信任之列（keys/、--key）",
                     "not signed by a key that is trusted here (keys/, --key)");
    add_leaves(r, leaves);
}

static int by_stream(const void *x, const void *y)
{
    const struct leaf *a = x, *b = y;
    if (a->stream != b->stream)
        return a->stream < b->stream ? -1 : 1;
    return a->seq < b->seq ? -1 : a->seq > b->seq;
}

static bool read_checkpoints(struct audit *r)
{
    struct operate *o = r->v->o;
    struct scan s;
    char previous[SM3_HEX_SIZE + 1] = "";
    int64_t node = -1;
    bool good = scan_open(&s, r->v->db, o->a,
                          "SELECT id, node, at, previous, root, leaves, signature FROM checkpoint "
                          "ORDER BY node, id");
    while (good && scan_next(&s)) {
        struct arena_mark mark = arena_mark(o->a);
        if (row_i64(&s.r, 1) != node)
            previous[0] = 0;
        node = row_i64(&s.r, 1);
        check_checkpoint(r, &s.r, str_of(previous));
        (void)snprintf(previous, sizeof previous, "%.*s", STR_ARG(row_text(&s.r, 4)));
        arena_reset(o->a, mark);
    }
    scan_end(&s);
    if (r->n_leaves)
        qsort(r->leaves, r->n_leaves, sizeof *r->leaves, by_stream);
    return good && !s.failed;
}

/* --- chains
 * --------------------------------------------------------------------------------------- */

static void stream_fault(struct audit *r, int64_t stream, int64_t seq, const char *zh,
                         const char *en)
{
    struct arena *a = r->v->o->a;
    struct arena_mark mark = arena_mark(a);
    verify_fault(r->v, "trace",
                 arena_printf(a, "stream %lld seq %lld", (long long)stream, (long long)seq), zh,
                 en);
    arena_reset(a, mark);
}

static void next_head(struct audit *r)
{
    r->has_head = scan_next(&r->heads);
    if (!r->has_head)
        return;
    struct str head = row_text(&r->heads.r, 2);
    r->head.stream = row_i64(&r->heads.r, 0);
    r->head.seq = row_i64(&r->heads.r, 1);
    memset(r->head.head, 0, SM3_SIZE);
    memcpy(r->head.head, head.p, head.n < SM3_SIZE ? head.n : SM3_SIZE);
    r->head.is_marked = row_i64(&r->heads.r, 3) != 0;
}

/* One stream while its entries pass by. */
struct chain {
    int64_t stream, seq; /* of the last entry */
    uint8_t hash[SM3_SIZE];
    int64_t covered; /* sequence of its newest leaf, 0: none */
    int64_t purged, spilled; /* newest entry without its body; newest act of 误传处置 */
};

/* Leaves of streams that have no entries, or of this stream beyond its end, are what remains of
 * something that was removed. */
static void leaves_until(struct audit *r, int64_t stream, int64_t seq)
{
    for (; r->at_leaf < r->n_leaves; r->at_leaf++) {
        const struct leaf *l = &r->leaves[r->at_leaf];
        if (l->stream > stream || (l->stream == stream && l->seq >= seq))
            return;
        stream_fault(r, l->stream, l->seq, "检查点记有这条留痕，库中却没有",
                     "a checkpoint holds this entry, the database does not");
    }
}

static void chain_end(struct audit *r, struct chain *c)
{
    if (c->stream < 0)
        return;
    leaves_until(r, c->stream, INT64_MAX);
    helds_stream_end(r->helds, c->stream, c->spilled > 0 || c->purged > 0);
    for (; r->has_head && r->head.stream < c->stream; next_head(r))
        stream_fault(r, r->head.stream, r->head.seq, "留痕全部缺失", "all its entries are missing");
    if (!r->has_head || r->head.stream != c->stream) {
        stream_fault(r, c->stream, c->seq, "缺少链头", "the head of the chain is missing");
        return;
    }
    if (c->purged > c->spilled)
        stream_fault(r, c->stream, c->purged, "内容已清除，却没有误传处置的留痕",
                     "its body was purged, but no spill stands behind it on record");
    if (r->head.seq != c->seq || memcmp(r->head.head, c->hash, SM3_SIZE) != 0)
        stream_fault(r, c->stream, r->head.seq, "链头与最后一条留痕不符，结尾可能被删改",
                     "the head is not that of the last entry; the end may have been cut");
    if (c->covered < c->seq && !r->head.is_marked)
        stream_fault(r, c->stream, c->seq, "标为已覆盖，却没有检查点覆盖它",
                     "said to be covered, but no checkpoint covers it");
    if (c->covered < c->seq) {
        r->v->uncovered += c->seq - c->covered;
        r->v->uncovered_streams++;
    }
    next_head(r);
}

static void chain_entry(struct audit *r, struct chain *c, struct rows *row)
{
    struct verify *v = r->v;
    struct trace_entry t = { .stream = row_i64(row, 0),
                             .seq = row_i64(row, 1),
                             .op = row_text(row, 2),
                             .person_id = row_i64(row, 3),
                             .post_id = row_i64(row, 4),
                             .acting_for = row_i64(row, 5),
                             .at = row_i64(row, 6),
                             .client = row_text(row, 7),
                             .body = row_text(row, 8),
                             .purged = row_is_null(row, 10) ? STR_NONE : row_text(row, 10) };
    struct str hash = row_text(row, 9);
    if (t.stream != c->stream) {
        chain_end(r, c);
        *c = (struct chain){ .stream = t.stream };
        v->streams++;
        replays_stream(r->replays, t.stream);
    }
    v->entries++;
    replays_entry(r->replays, &t);
    helds_entry(r->helds, &t);
    if (v->entries % PROGRESS_EACH == 0)
        verify_progress(v);
    if (t.seq != c->seq + 1)
        stream_fault(r, t.stream, t.seq, "序号不连续，有留痕被删除或插入",
                     "a gap in the sequence; an entry was removed or put in");
    if (t.purged.n)
        c->purged = t.seq;
    if (str_is(t.op, "spill.purge"))
        c->spilled = t.seq;
    struct str previous = c->seq ? (struct str){ (char *)c->hash, SM3_SIZE } : STR("");
    trace_hash(v->o->a, previous, &t, c->hash);
    c->seq = t.seq;
    if (hash.n != SM3_SIZE || memcmp(hash.p, c->hash, SM3_SIZE) != 0) {
        stream_fault(r, t.stream, t.seq, "内容与哈希链不符",
                     "the entry is not what the chain says");
        if (hash.n == SM3_SIZE) /* go on from what stands there: one fault, not all that follow */
            memcpy(c->hash, hash.p, SM3_SIZE);
    }
    leaves_until(r, t.stream, t.seq);
    for (; r->at_leaf < r->n_leaves; r->at_leaf++) {
        const struct leaf *l = &r->leaves[r->at_leaf];
        if (l->stream != t.stream || l->seq != t.seq)
            break;
        c->covered = t.seq;
        if (memcmp(l->head, c->hash, SM3_SIZE) != 0)
            stream_fault(r, t.stream, t.seq, "与签名的检查点不符",
                         "differs from a signed checkpoint");
    }
}

static bool read_chains(struct audit *r)
{
    struct verify *v = r->v;
    struct scan s;
    struct chain c = { .stream = -1 };
    bool good =
        scan_open(&r->heads, v->db, v->o->a,
                  "SELECT id, seq, head, is_marked FROM trace_stream ORDER BY id") &&
        scan_open(&s, v->db, v->o->a,
                  "SELECT stream, seq, op, person_id, post_id, acting_for, at, client, body,"
                  " hash, purged FROM trace ORDER BY stream, seq");
    if (!good)
        return false;
    next_head(r);
    while (scan_next(&s))
        chain_entry(r, &c, &s.r);
    chain_end(r, &c);
    for (; r->has_head; next_head(r))
        stream_fault(r, r->head.stream, r->head.seq, "留痕全部缺失", "all its entries are missing");
    leaves_until(r, INT64_MAX, INT64_MAX);
    good = !s.failed && !r->heads.failed;
    scan_end(&s);
    scan_end(&r->heads);
    return good;
}

bool verify_trace(struct verify *v)
{
    struct audit r = { .v = v };
    r.replays = replays_begin(v);
    r.helds = helds_begin(v);
    bool good = r.replays && r.helds && load_keys(&r) && read_checkpoints(&r) && read_chains(&r);
    good = (!r.helds || helds_end(&r.helds)) && good;
    good = (!r.replays || replays_end(&r.replays)) && good;
    for (int i = 0; i < r.n_keys; i++)
        sm2_key_free(&r.keys[i]);
    free(r.leaves);
    return good;
}
