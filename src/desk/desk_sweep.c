/* What was uploaded and never named goes after a day: torn uploads, finished contents of which no
 * attachment tells, and the rows of both. Only attachments name contents; a table that comes to do
 * so must be asked in is_named, or its contents are lost. */
#include <stdatomic.h>

#include "base/clock.h"
#include "base/log.h"
#include "blob/blob.h"
#include "desk/desk.sql.h"
#include "desk/desk_in.h"
#include "secret/secret.h"

#define KEPT_MS CLOCK_DAY_MS

struct sweep {
    struct core *core;
    struct db *db;
    struct arena *a;
    struct err e;
};

static int is_named(void *arg, struct str digest)
{
    struct sweep *s = arg;
    int64_t named = db_number(s->db, 0, &q_attachment_digest, digest);
    return s->e.kind != ERR_NONE ? -1 : named != 0;
}

static void report(struct arena *a, const struct blob_swept *swept)
{
    if (swept->uploads || swept->contents)
        log_info("desk", "unnamed uploads removed", "uploads",
                 arena_printf(a, "%lld", (long long)swept->uploads), "contents",
                 arena_printf(a, "%lld", (long long)swept->contents));
}

/* A job's thread. */
static void sweep_job(void *core)
{
    struct sweep s = { .core = core, .a = arena_new() };
    struct blob_swept swept;
    secret_sweep(core_dir(core));
    preview_sweep(core_dir(core), s.a);
    s.db = core_reader(core, s.a, &s.e);
    if (s.db) {
        db_errors_to(s.db, s.a, &s.e);
        if (!blob_sweep(core_blobs(core), clock_now_ms(), KEPT_MS, is_named, &s, &swept))
            log_error("desk", "unnamed uploads could not be swept");
        report(s.a, &swept);
    }
    db_close(&s.db);
    arena_free(&s.a);
}

bool desk_run_upload_purge(struct ctx *cx, const void *in, void *out)
{
    (void)in;
    (void)out;
    return db_run(cx->db, &q_upload_purge, cx->now - KEPT_MS);
}

/* Each hour; the first time with the first tick, for what an earlier run left. */
void desk_sweep_tick(struct ctx *cx)
{
    static _Atomic int64_t last_hour; /* of this process; only the clock's thread writes */
    struct err e = { 0 };
    int64_t hour = cx->now / CLOCK_HOUR_MS;
    if (atomic_exchange(&last_hour, hour) == hour)
        return;
    if (!door_run(cx->core, "upload.purge", NULL, NULL, NULL, cx->now, cx->a, &e))
        log_error("desk", "old uploads could not be forgotten", "code", e.code);
    if (!job_run(cx->core, LANE_WORK, sweep_job, cx->core))
        log_warn("desk", "too much to do for sweeping");
}
