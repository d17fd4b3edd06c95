/* What the program does by itself, through the door like everybody else: checkpoints, refusals on
 * record, purging of old retry keys, renewal of the node's lease. */
#include <stdlib.h>

#include "base/check.h"
#include "base/id.h"
#include "base/log.h"
#include "core/core.sql.h"
#include "core/core_in.h"
#include "core/small.h"
#include "core/system.h"

#define REFUSALS_MAX 256
#define CHECKPOINT_EVERY_MS (60 * CLOCK_SECOND_MS)
#define PURGE_EVERY_MS CLOCK_HOUR_MS
#define KEYS_KEPT_MS (7 * CLOCK_DAY_MS)
#define INCIDENTS_KEPT_MS (365 * CLOCK_DAY_MS) /* released ones */

/* --- refusals (S34) --------------------------------------------------------------------------------- */

struct refusal {
    int64_t person_id, at;
    char what[48], address[48], code[32];
};

struct refusals {
    pthread_mutex_t lock; /* guards all below */
    int n, lost;
    struct refusal refusal[REFUSALS_MAX];
};

struct refusals *refusals_new(void)
{
    struct refusals *r = calloc(1, sizeof *r);
    CHECK(r);
    pthread_mutex_init(&r->lock, NULL);
    return r;
}

void refusals_free(struct refusals **r)
{
    if (!*r)
        return;
    pthread_mutex_destroy(&(*r)->lock);
    free(*r);
    *r = NULL;
}

void refusal_note(const struct ctx *cx, const char *what)
{
    struct refusals *r = cx->core->refusals;
    pthread_mutex_lock(&r->lock);
    if (r->n == REFUSALS_MAX) {
        r->lost++;
    } else {
        struct refusal *f = &r->refusal[r->n++];
        *f = (struct refusal){ .person_id = cx->actor ? cx->actor->person_id : 0, .at = cx->now };
        (void)snprintf(f->what, sizeof f->what, "%s", what); /* cut names are still told apart */
        (void)snprintf(f->address, sizeof f->address, "%.*s", STR_ARG(cx->client));
        (void)snprintf(f->code, sizeof f->code, "%s", cx->err.code ? cx->err.code : "right");
    }
    pthread_mutex_unlock(&r->lock);
}

static int take_refusals(struct core *core, struct refusal *out, int *lost)
{
    struct refusals *r = core->refusals;
    pthread_mutex_lock(&r->lock);
    int n = r->n;
    memcpy(out, r->refusal, (size_t)n * sizeof *out);
    *lost = r->lost;
    r->n = r->lost = 0;
    pthread_mutex_unlock(&r->lock);
    return n;
}

struct refusals_in {
    struct refusal *refusals;
    int n, lost;
};

static bool run_refusals(struct ctx *cx, const void *in, void *out)
{
    const struct refusals_in *r = in;
    (void)out;
    for (int i = 0; i < r->n; i++) {
        struct buf b = buf_in(cx->a);
        struct jw w = jw_to(&b);
        jw_obj(&w);
        jw_kid(&w, "person", r->refusals[i].person_id);
        jw_ktext(&w, "what", r->refusals[i].what);
        jw_ktext(&w, "address", r->refusals[i].address);
        jw_ktext(&w, "code", r->refusals[i].code);
        jw_ki64(&w, "at", r->refusals[i].at);
        jw_obj_end(&w);
        if (!trace_write(cx, trace_node_stream(cx), "access.refused", 0, 0, buf_done(&b)))
            return false;
    }
    return r->lost == 0 ||
           trace_write(cx, trace_node_stream(cx), "access.refused", 0, 0,
                       str_printf(cx->a, "{\"further\":%d}", r->lost));
}

/* --- checkpoints, purge, lease --------------------------------------------------------------------- */

struct checkpoint_out {
    int64_t streams;
};
static const struct field checkpoint_out_fields[] = {
    FIELD(checkpoint_out, streams, F_I64, .zh = "覆盖的留痕数", .en = "streams covered"),
};
RECORD(checkpoint_out);

static bool run_checkpoint(struct ctx *cx, const void *in, void *out)
{
    (void)in;
    return checkpoint_make(cx, &((struct checkpoint_out *)out)->streams);
}

static bool run_purge(struct ctx *cx, const void *in, void *out)
{
    (void)in;
    (void)out;
    return db_run(cx->db, &q_key_purge, cx->now - KEYS_KEPT_MS) &&
           db_run(cx->db, &q_incident_purge, cx->now - KEYS_KEPT_MS,
                  cx->now - INCIDENTS_KEPT_MS);
}

static bool run_lease(struct ctx *cx, const void *in, void *out)
{
    (void)in;
    (void)out;
    return db_run(cx->db, &q_node_put, (int64_t)cx->core->node, cx->now, id_new(cx->now));
}

/* --- founding: the root of the city and its first administrator (S10: no default password) --------- */

struct found_in {
    struct str city_name;
};
static const struct field found_in_fields[] = {
    FIELD(found_in, city_name, F_TEXT, .max = 50, .flags = FIELD_REQUIRED, .zh = "城市名称",
          .en = "name of the city"),
};
RECORD(found_in);

struct found_out {
    struct str account, secret;
};
static const struct field found_out_fields[] = {
    FIELD(found_out, account, F_TEXT, .zh = "账号", .en = "account"),
    FIELD(found_out, secret, F_TEXT, .flags = FIELD_SECRET, .zh = "一次性登录码",
          .en = "one-time code"),
};
RECORD(found_out);

static bool run_found(struct ctx *cx, const void *input, void *output)
{
    const struct found_in *in = input;
    struct found_out *out = output;
    int64_t unit = id_new(cx->now), person = id_new(cx->now), post = id_new(cx->now);
    struct str today = clock_day_text(cx->a, clock_date_of(cx->now));
    const struct unit_row root = {
        .id = unit, .home_id = unit, .code = STR("ROOT"), .kind = STR("body"),
        .level = STR("city"), .branch = STR(""), .path = str_printf(cx->a, "/%lld/", (long long)unit),
        .name = in->city_name, .short_name = in->city_name, .sort_key = STR("0"),
    };
    const struct person_row admin = { .id = person, .code = STR("ADMIN"), .name = STR("市级管理员"),
                                      .sort_key = STR(""), .pinyin = STR("sjgly") };
    const struct post_row seat = {
        .id = post, .person_id = person, .unit_id = unit, .title = STR("市级管理员"),
        .grade = STR(""), .is_main = true, .sort_key = STR("0"), .from_on = today,
    };
    const struct grant_row right = { .id = id_new(cx->now), .post_id = post, .person_id = person,
                                     .role = ROLE_CITY_ADMIN, .unit_id = unit };
    out->account = STR("admin");
    return unit_put(cx, &root) && person_put(cx, &admin) && post_put(cx, &seat) &&
           account_create(cx, person, out->account, &out->secret) && grant_put(cx, &right) &&
           core_setting_set(cx, "city_name", in->city_name) &&
           trace_write(cx, unit, "core.found", 0, 0, STR("{}"));
}

static const struct command commands[] = {
    { "core.found", POST, NULL, PERM_OPERATOR, &found_in_record, &found_out_record, run_found,
      "建立城市与第一位管理员", "Found the city and its first administrator", CMD_INTERNAL, NULL },
    { "core.checkpoint", POST, NULL, PERM_OPERATOR, NULL, &checkpoint_out_record, run_checkpoint,
      "签署留痕检查点", "Sign a checkpoint over the changed streams",
      CMD_INTERNAL | CMD_NO_TRACE | CMD_OPERATOR | CMD_NO_KEY, NULL },
    { "core.refusals", POST, NULL, PERM_OPERATOR, NULL, NULL, run_refusals, "记录被拒绝的访问",
      "Put refused accesses on record", CMD_INTERNAL, NULL },
    { "core.purge", POST, NULL, PERM_OPERATOR, NULL, NULL, run_purge, "清理过期重试键",
      "Forget retry keys older than seven days", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "core.lease", POST, NULL, PERM_OPERATOR, NULL, NULL, run_lease, "续租节点号",
      "Renew the node's lease", CMD_INTERNAL | CMD_NO_TRACE, NULL },
};

const struct room core_room = { "core", ROOM_TABLE(commands), NULL, 0, NULL, 0, NULL, NULL };

static bool run_system(struct core *core, const char *command, const void *in, void *out,
                       struct arena *a)
{
    struct err e = { 0 };
    if (door_run(core, command, in, out, NULL, core_now(core), a, &e))
        return true;
    log_error("core", "own command failed", "command", command, "code", e.code);
    return false;
}

bool system_checkpoint(struct core *core, struct arena *a)
{
    struct checkpoint_out out = { 0 };
    do {
        if (!run_system(core, "core.checkpoint", NULL, &out, a))
            return false;
    } while (out.streams == 10000);
    return true;
}

bool system_lease(struct core *core, struct arena *a)
{
    return run_system(core, "core.lease", NULL, NULL, a);
}

static bool is_due(int64_t *last, int64_t now, int64_t every)
{
    if (now >= *last && now - *last < every) /* a clock that was set back does not make it wait */
        return false;
    *last = now;
    return true;
}

void system_tick(struct core *core, struct db *reader, struct arena *a)
{
    int64_t now = clock_now_ms();
    struct refusals_in r = { .refusals = arena_array_of(a, struct refusal, REFUSALS_MAX) };
    r.n = take_refusals(core, r.refusals, &r.lost);
    if (r.n || r.lost)
        (void)run_system(core, "core.refusals", &r, NULL, a); /* a failure is in the log */
    if (is_due(&core->last_checkpoint_at, now, CHECKPOINT_EVERY_MS))
        (void)system_checkpoint(core, a); /* a failure is in the log */
    if (is_due(&core->last_purge_at, now, PURGE_EVERY_MS))
        (void)run_system(core, "core.purge", NULL, NULL, a); /* a failure is in the log */
    if (is_due(&core->last_lease_at, now, LEASE_EVERY_MS))
        (void)system_lease(core, a); /* a failure is in the log */
    incidents_load(core, reader, a);
    for (const struct room *const *m = rooms; *m; m++) {
        if (!(*m)->tick)
            continue;
        struct ctx cx = { .a = a, .db = reader, .core = core, .now = core_now(core),
                          .is_system = true };
        db_errors_to(reader, a, &cx.err);
        (*m)->tick(&cx);
    }
}
