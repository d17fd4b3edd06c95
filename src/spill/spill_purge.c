/* What is purged, and how it goes on: the confirmation puts text and files out of reach at once, a job
 * then walks from the root outwards, some matters a command (DESIGN §4: no command holds the
 * committer long). Each node removes the bytes from its own store and folds its log. */
#include <stdatomic.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "blob/blob.h"
#include "crypto/crypto.h"
#include "secret/secret.h"
#include "spill/spill.sql.h"
#include "spill/spill_in.h"

#define MATTERS_A_STEP 20
#define WORDS "（误传处置：内容已清除）"

bool spill_digest(struct ctx *cx, const struct spill_purge *p, struct str digest)
{
    return secret_keep_purged(cx, digest, "text", p->spill_id);
}

bool spill_is_file(const struct spill *s)
{
    return str_is(s->kind, "file");
}

/* --- from one matter to those it led to ---------------------------------------------------------- */

struct adding {
    struct ctx *cx;
    int64_t spill_id;
    bool good;
};

static void add_matter(void *arg, int64_t matter_id)
{
    struct adding *g = arg;
    g->good = g->good && db_run(g->cx->db, &q_spill_matter_put, g->spill_id, matter_id);
}

bool spill_derived(struct ctx *cx, int64_t matter_id, const struct spill_spread *to)
{
    struct rows r;
    int64_t ids[256];
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_spill_children, matter_id); n < 256 && rows_next(&r);)
        ids[n++] = row_i64(&r, 0);
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    for (size_t i = 0; i < n; i++)
        to->add(to->arg, ids[i]);
    return event_ask(cx, "matter.derived", matter_id, to);
}

/* --- files --------------------------------------------------------------------------------------- */

/* Answers kept for retries name the file that was added. */
static bool forget_answers(struct ctx *cx, struct str digest)
{
    struct rows r;
    int64_t by[200], at[200];
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_spill_adders, digest); n < 200 && rows_next(&r); n++) {
        by[n] = row_i64(&r, 0);
        at[n] = row_i64(&r, 1);
    }
    rows_end(&r);
    for (size_t i = 0; i < n; i++)
        if (!answers_forget(cx, by[i], at[i]))
            return false;
    return !rows_failed(&r);
}

/* A matter that only happens to have the same file: its name leaves the record there. */
static bool purge_file_in(struct ctx *cx, int64_t matter_id, struct str digest)
{
    return trace_purge(cx, matter_id, digest) && matter_touched(cx, matter_id) &&
           event_emit(cx, "search.purged_words", matter_id, NULL);
}

/* What stands on the matter's own record: which act it was, and by which two. verify asks for it behind
 * each body that was purged. */
static bool trace_matter(struct ctx *cx, const struct spill *s, int64_t matter_id)
{
    return matter_trace(cx, matter_id, "spill.purge", 0,
                        str_printf(cx->a,
                                   "{\"spill\":\"%lld\",\"rule\":\"%.*s\",\"asked_by\":\"%lld\","
                                   "\"confirmed_by\":\"%lld\"}",
                                   (long long)s->id, STR_ARG(s->rule), (long long)s->asked_by,
                                   (long long)s->decided_by));
}

static bool purge_elsewhere(struct ctx *cx, const struct spill *s, struct str digest)
{
    struct rows r;
    int64_t ids[500];
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_spill_elsewhere, digest, s->id); n < 500 && rows_next(&r);)
        ids[n++] = row_i64(&r, 0);
    rows_end(&r);
    for (size_t i = 0; i < n; i++)
        if (!purge_file_in(cx, ids[i], digest) || !trace_matter(cx, s, ids[i]))
            return false;
    return !rows_failed(&r);
}

static bool purge_file(struct ctx *cx, const struct spill *s, struct str digest)
{
    return secret_keep_purged(cx, digest, "file", s->id) &&
           forget_answers(cx, digest) && purge_elsewhere(cx, s, digest) &&
           attachment_purge(cx, digest, STR(WORDS));
}

static bool purge_files_of(struct ctx *cx, const struct spill *s, int64_t matter_id)
{
    struct rows r;
    struct str digests[200];
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_spill_files, matter_id); n < 200 && rows_next(&r);)
        digests[n++] = row_copy(&r, 0, cx->a);
    rows_end(&r);
    for (size_t i = 0; i < n; i++) {
        int is = secret_is_purged(cx, digests[i]);
        if (is < 0 || (is == 0 && !purge_file(cx, s, digests[i])))
            return false;
    }
    return !rows_failed(&r);
}

/* --- one matter ------------------------------------------------------------------------------------ */

bool spill_trace(struct ctx *cx, const struct spill *s, const char *op)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_kid(&w, "spill", s->id);
    jw_kid(&w, "matter", s->matter_id);
    jw_kstr(&w, "rule", s->rule);
    if (s->file.n)
        jw_kstr(&w, "file", s->file);
    if (s->digest.n)
        jw_kstr(&w, "digest", s->digest);
    jw_obj_end(&w);
    return trace_write(cx, trace_node_stream(cx), op, 0, 0, buf_done(&b));
}

static bool purge_matter(struct ctx *cx, const struct spill *s, int64_t matter_id)
{
    struct adding g = { cx, s->id, true };
    const struct spill_spread to = { add_matter, &g };
    const struct spill_purge p = { s->id, s->with_opinions, STR(WORDS) };
    struct matter m;
    int found = matter_find(cx, matter_id, &m);
    if (found != 1)
        return found == 0 && db_run(cx->db, &q_spill_matter_done, s->id, matter_id);
    return spill_derived(cx, matter_id, &to) && g.good &&
           matter_end(cx, matter_id, STR("误传处置")) &&
           event_emit(cx, "matter.purge", matter_id, &p) && purge_files_of(cx, s, matter_id) &&
           matter_purge(cx, &m, STR(WORDS), s->with_opinions) &&
           trace_purge(cx, matter_id, STR_NONE) && trace_matter(cx, s, matter_id) &&
           matter_touched(cx, matter_id) &&
           db_run(cx->db, &q_spill_matter_done, s->id, matter_id);
}

/* A single file: the matters that have it stay as they are, without it. */
static bool purge_mention(struct ctx *cx, const struct spill *s, int64_t matter_id)
{
    return purge_file_in(cx, matter_id, s->file) && trace_matter(cx, s, matter_id) &&
           db_run(cx->db, &q_spill_matter_done, s->id, matter_id);
}

bool spill_begin(struct ctx *cx, const struct spill *s)
{
    if (!spill_is_file(s))
        return db_run(cx->db, &q_spill_matter_put, s->id, s->root_id) &&
               purge_matter(cx, s, s->root_id);
    return db_run(cx->db, &q_spill_matters_of_file, s->id, s->file) &&
           secret_keep_purged(cx, s->file, "file", s->id) &&
           forget_answers(cx, s->file) &&
           attachment_purge(cx, s->file, STR(WORDS));
}

/* --- step by step ---------------------------------------------------------------------------------- */

struct spill_step_in {
    int64_t spill_id;
};
static const struct field spill_step_in_fields[] = {
    FIELD(spill_step_in, spill_id, F_ID, .zh = "误传处置", .en = "spill"),
};
const struct record spill_step_in_record = { "spill_step_in", sizeof(struct spill_step_in),
                                             spill_step_in_fields, 1 };
struct spill_step_out {
    int64_t left;
};
static const struct field spill_step_out_fields[] = {
    FIELD(spill_step_out, left, F_I64, .zh = "还有", .en = "matters left, at least"),
};
const struct record spill_step_out_record = { "spill_step_out", sizeof(struct spill_step_out),
                                              spill_step_out_fields, 1 };

/* SM3 over the digests of all that was purged, in their order. */
static bool finish(struct ctx *cx, struct spill *s)
{
    struct rows r;
    struct buf all = buf_in(cx->a);
    char hex[SM3_HEX_SIZE + 1];
    for (db_rows(cx->db, &r, &q_purged_of, s->id); rows_next(&r);) {
        buf_str(&all, row_text(&r, 0));
        buf_char(&all, '\n');
    }
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    sm3_hex(buf_done(&all), hex);
    s->digest = str_copy(cx->a, str_of(hex));
    return db_run(cx->db, &q_spill_done, s->digest, cx->now, s->id) &&
           spill_trace(cx, s, "spill.done");
}

bool spill_run_step(struct ctx *cx, const void *input, void *output)
{
    const struct spill_step_in *in = input;
    struct spill_step_out *out = output;
    struct spill s;
    struct rows r;
    int64_t ids[MATTERS_A_STEP];
    size_t n = 0;
    if (!db_number(cx->db, 0, &q_spill_lock, in->spill_id) || spill_find(cx, in->spill_id, &s) != 1)
        return fail_not_found(cx);
    out->left = 0;
    if (!str_is(s.state, "purging"))
        return true;
    for (db_rows(cx->db, &r, &q_spill_matters_open, s.id, (int64_t)MATTERS_A_STEP);
         n < MATTERS_A_STEP && rows_next(&r);)
        ids[n++] = row_i64(&r, 0);
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    if (n == 0)
        return finish(cx, &s);
    for (size_t i = 0; i < n; i++)
        if (!(spill_is_file(&s) ? purge_mention(cx, &s, ids[i]) : purge_matter(cx, &s, ids[i])))
            return false;
    out->left = 1;
    return true;
}

/* --- the clock ------------------------------------------------------------------------------------- */

static atomic_bool is_working; /* one job at a time in this process */

static void purge_job(void *arg)
{
    struct core *core = arg;
    struct arena *a = arena_new();
    struct err e = { 0 };
    struct spill_step_in in = { 0 };
    struct spill_step_out out = { 1 };
    struct db *db = core_reader(core, a, &e);
    if (db) {
        db_errors_to(db, a, &e);
        in.spill_id = db_number(db, 0, &q_spill_purging);
    }
    db_close(&db);
    while (in.spill_id && out.left &&
           door_run(core, "spill.step", &in, &out, NULL, 0, a, &e))
        arena_empty(a);
    if (e.kind)
        log_error("spill", "a spill could not be purged, tried again", "code", e.code);
    arena_free(&a);
    atomic_store(&is_working, false);
}

#define WIPE_AGAIN_US 5000000

static _Atomic int64_t wiped_files = -1; /* how many purged files were gone from here when last looked */
static atomic_bool is_wiping;
static _Atomic int64_t wipe_at; /* not before, by the monotonic clock: a backup reads, or the store is silent */

/* True when none of the purged files is in the store nor on this node. */
static bool remove_files(struct core *core, struct db *db, struct arena *a)
{
    struct rows r;
    bool gone = true;
    for (db_rows(db, &r, &q_purged_files); rows_next(&r);) {
        int is = blob_purge(core_blobs(core), row_text(&r, 0));
        preview_drop(core, row_text(&r, 0));
        if (is < 0)
            log_error("spill", "a purged file could not be removed", "digest",
                      arena_strndup(a, row_text(&r, 0).p, row_text(&r, 0).n));
        gone = gone && is == 1;
    }
    rows_end(&r);
    return gone && !rows_failed(&r);
}

/* A job's thread: the store may be another machine. */
static void wipe_job(void *arg)
{
    struct core *core = arg;
    struct arena *a = arena_new();
    struct err e = { 0 };
    struct rows r;
    int64_t n = -1;
    struct db *db = core_reader(core, a, &e);
    if (db) {
        db_errors_to(db, a, &e);
        if (db_get(db, &r, &q_spill_wiped) == 1)
            n = row_i64(&r, 0); /* counted before: what is purged from here on is for the next time */
        rows_end(&r);
        if (n >= 0 && remove_files(core, db, a))
            atomic_store(&wiped_files, n);
        else
            atomic_store(&wipe_at, clock_monotonic_us() + WIPE_AGAIN_US);
    }
    db_close(&db);
    arena_free(&a);
    atomic_store(&is_wiping, false);
}

static void wipe_files(struct ctx *cx)
{
    if (clock_monotonic_us() < atomic_load(&wipe_at) || atomic_exchange(&is_wiping, true))
        return;
    if (!job_run(cx->core, LANE_STORE, wipe_job, cx->core))
        atomic_store(&is_wiping, false);
}

/* What this node still has to wipe: files since their number grew, its log since the last was done. */
static void wipe(struct ctx *cx)
{
    static int64_t done_at = -1; /* the clock's thread */
    struct rows r;
    int64_t n = 0, last = 0;
    int found = db_get(cx->db, &r, &q_spill_wiped);
    if (found == 1) {
        n = row_i64(&r, 0);
        last = row_i64(&r, 1);
    }
    rows_end(&r);
    if (found != 1)
        return;
    if (n != atomic_load(&wiped_files)) {
        wipe_files(cx);
        return; /* the next second */
    }
    if (last == 0 || last == done_at)
        return;
    struct err e = { 0 };
    if (!door_run(cx->core, "spill.fold_log", NULL, NULL, NULL, cx->now, cx->a, &e) ||
        !core_log_is_folded(cx->core))
        return; /* a reader held it: the next second */
    done_at = last;
    log_info("spill", "purged contents are wiped from this node");
}

/* Writes nothing: its group is the next after which the log is folded. */
bool spill_run_fold(struct ctx *cx, const void *input, void *output)
{
    (void)input;
    (void)output;
    core_fold_log(cx->core);
    return true;
}

void spill_tick(struct ctx *cx)
{
    if (db_number(cx->db, 0, &q_spill_purging) && !atomic_exchange(&is_working, true) &&
        !job_run(cx->core, LANE_WORK, purge_job, cx->core))
        atomic_store(&is_working, false); /* the next second */
    wipe(cx);
}
