/* 催办, 关注, 撤销, 常用意见: what is done to a matter beside its steps. Nobody urges a leader (OFFICE
 * P8). */
#include "base/clock.h"
#include "base/id.h"
#include "calendar/calendar.h"
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_in.h"
#include "org/org.h"

#define URGE_EVERY "4wh"

/* --- batches: each in a savepoint of its own, reported item by item (B9) ------------------------------------ */

struct batch_in {
    struct ids ids;
};
static const struct field batch_in_fields[] = {
    FIELD(batch_in, ids, F_IDS, .min = 1, .max = 200, .flags = FIELD_REQUIRED, .zh = "所选",
          .en = "selected"),
};
const struct record batch_in_record = { "batch_in", sizeof(struct batch_in), batch_in_fields, 1 };

struct batch_row {
    int64_t id;
    bool ok;
    struct str code, detail;
};
static const struct field batch_row_fields[] = {
    FIELD(batch_row, id, F_ID, .flags = FIELD_REQUIRED, .zh = "编号", .en = "id"),
    FIELD(batch_row, ok, F_BOOL, .zh = "成功", .en = "done"),
    FIELD(batch_row, code, F_TEXT, .zh = "原因代码", .en = "code"),
    FIELD(batch_row, detail, F_TEXT, .zh = "原因", .en = "why not"),
};
RECORD(batch_row);

struct batch_out {
    struct list results;
};
static const struct field batch_out_fields[] = {
    FIELD(batch_out, results, F_RECORDS, .record = &batch_row_record, .zh = "逐项结果",
          .en = "results"),
};
const struct record batch_out_record = { "batch_out", sizeof(struct batch_out), batch_out_fields,
                                          1 };

bool batch_run(struct ctx *cx, const void *input, void *output,
               bool (*one)(struct ctx *cx, int64_t id))
{
    const struct batch_in *in = input;
    struct batch_out *out = output;
    struct batch_row *rows = arena_array_of(cx->a, struct batch_row, in->ids.n);
    out->results = (struct list){ rows, in->ids.n };
    for (size_t i = 0; i < in->ids.n; i++) {
        struct part p;
        if (!part_begin(cx, &p))
            return false;
        rows[i] = (struct batch_row){ .id = in->ids.p[i], .ok = one(cx, in->ids.p[i]) };
        if (!part_end(cx, &p, &rows[i].ok))
            return false;
        if (rows[i].ok)
            continue;
        if (cx->err.kind == ERR_INTERNAL || cx->err.kind == ERR_BUSY)
            return false;
        rows[i].code = str_of(cx->err.code);
        rows[i].detail = str_of(err_message(cx->a, &cx->err, cx->lang));
        cx->err = (struct err){ 0 };
    }
    return true;
}

/* --- urge --------------------------------------------------------------------------------------------------- */

struct urged {
    int64_t item, owner, at;
    int kind;
    struct str step;
};

/* OFFICE P8: nobody urges a leader. The secretary has it on the own list; without one the head of the
 * office gets the paper to read, worded as a request to present it. */
static bool ask_gatekeeper(struct ctx *cx, const struct matter *m, int64_t leader, struct str step,
                           int64_t *told)
{
    struct ids heads = { NULL, 0 };
    if (!org_gatekeeper(cx, leader, told))
        return false;
    int is_secretary = *told ? org_is_secretary(cx, leader, *told) : 0;
    if (is_secretary)
        return is_secretary > 0;
    if (!*told && !org_role_posts(cx, m->unit_id, ROLE_OFFICE_HEAD, &heads))
        return false;
    if (!*told && heads.n && heads.p[0] != leader)
        *told = heads.p[0];
    return !*told || matter_reading_again(cx, m->id, *told,
                                   str_printf(cx->a, "呈请：领导阅批中（%.*s），请适时呈报。",
                                              STR_ARG(step)));
}

static bool urge_inside(struct ctx *cx, int64_t child_id, const char *op);

bool item_urge(struct ctx *cx, const struct matter *m, int64_t item_id, int64_t owner_id,
               bool is_pool, const char *op)
{
    int64_t tell = owner_id;
    struct post_row p = { 0 };
    struct item i;
    if (!item_load(cx, item_id, &i) || (!is_pool && post_find(cx, owner_id, &p) < 0) ||
        (p.is_leader && !ask_gatekeeper(cx, m, owner_id, i.step, &tell)) ||
        (i.child_id && !urge_inside(cx, i.child_id, op)))
        return false;
    if (tell)
        live_counter(cx, tell);
    return db_run(cx->db, &q_item_urge, cx->now, item_id) &&
           matter_trace(cx, m->id, op, 0,
                        str_printf(cx->a, "{\"item\":\"%lld\",\"told\":\"%lld\"}",
                                   (long long)item_id, (long long)tell));
}

int urge_is_due(struct ctx *cx, int64_t at)
{
    int64_t next = 0;
    if (at && !calendar_due(cx, STR(URGE_EVERY), at, &next))
        return -1;
    return next <= cx->now;
}

/* Nobody urges what is with oneself, also as secretary or deputy; and an item once in so many working
 * hours. 1, 0, -1. */
static int may_urge_item(struct ctx *cx, const struct urged *u, bool *is_own)
{
    *is_own = u->kind != SCOPE_UNIT && actor_scope(cx, u->owner, STR_NONE) != NULL;
    if (*is_own)
        return 0;
    return urge_is_due(cx, u->at);
}

static bool open_items(struct ctx *cx, int64_t matter_id, struct urged *out, int most, int *n)
{
    struct rows r;
    *n = 0;
    for (db_rows(cx->db, &r, &q_items_open, matter_id); *n < most && rows_next(&r); (*n)++)
        out[*n] = (struct urged){ row_i64(&r, 0), row_i64(&r, 1), row_i64(&r, 7),
                                  (int)row_i64(&r, 2), row_copy(&r, 4, cx->a) };
    rows_end(&r);
    return !rows_failed(&r);
}

/* A unit's part is urged where it lies: with whoever has it there. */
static bool urge_inside(struct ctx *cx, int64_t child_id, const char *op)
{
    struct urged u[16];
    struct matter m;
    int n;
    if (!matter_lock(cx, child_id, &m) || !open_items(cx, m.id, u, 16, &n))
        return false;
    for (int i = 0; i < n; i++)
        if (!item_urge(cx, &m, u[i].item, u[i].owner, u[i].kind != SCOPE_POST, op))
            return false;
    return matter_touched(cx, m.id);
}

/* Those that may be urged, to the front; refuses when there are none. */
static bool urgeable(struct ctx *cx, const struct matter *m, struct urged *u, int most, int *n)
{
    int all, own = 0;
    *n = 0;
    if (!open_items(cx, m->id, u, most, &all))
        return false;
    for (int i = 0; i < all; i++) {
        bool is_own;
        int may_be = may_urge_item(cx, &u[i], &is_own);
        if (may_be < 0)
            return false;
        own += is_own;
        if (may_be)
            u[(*n)++] = u[i];
    }
    if (all == 0 || !str_is(m->state, "running"))
        return fail(cx, ERR_STATE, "urge.nothing_open", NULL);
    if (own == all)
        return fail(cx, ERR_STATE, "urge.own", NULL);
    return *n > 0 || fail(cx, ERR_STATE, "urge.too_soon", NULL);
}

#define URGED_MOST 256

bool matter_may_urge(struct ctx *cx, const struct matter *m)
{
    struct urged u[URGED_MOST];
    int n;
    return urgeable(cx, m, u, URGED_MOST, &n);
}

static bool urge_matter(struct ctx *cx, int64_t matter_id)
{
    struct matter m;
    struct urged u[URGED_MOST];
    int n;
    if (!matter_load_for_change(cx, matter_id, &m) || !urgeable(cx, &m, u, URGED_MOST, &n))
        return false;
    for (int i = 0; i < n; i++)
        if (!item_urge(cx, &m, u[i].item, u[i].owner, u[i].kind != SCOPE_POST, "matter.urge"))
            return false;
    return matter_touched(cx, matter_id);
}

struct matter_path_in {
    int64_t matter_id;
    struct str reason;
};
static const struct field matter_path_in_fields[] = {
    FIELD(matter_path_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(matter_path_in, reason, F_TEXT, .max = 500, .flags = FIELD_LINES, .zh = "理由",
          .en = "reason"),
};
RECORD(matter_path_in);

static bool run_urge(struct ctx *cx, const void *input, void *output)
{
    (void)output;
    return urge_matter(cx, ((const struct matter_path_in *)input)->matter_id);
}

static bool run_urge_batch(struct ctx *cx, const void *input, void *output)
{
    return batch_run(cx, input, output, urge_matter);
}

/* --- cancel (撤销, by the initiator) --------------------------------------------------------------------------- */

int matter_is_initiated(struct ctx *cx, const struct matter *m)
{
    const struct definition *d = definition_load(cx, m->definition_id);
    struct str start = d ? jv_str(jv_get(d->module, "start")) : STR("");
    if (!d)
        return -1;
    size_t begun_by_itself;
    (void)flow_triggers(d->net, &begun_by_itself); /* only how many */
    return !m->parent_id && (d->form->is_startable || str_is(start, "document") || begun_by_itself);
}

bool matter_may_cancel(struct ctx *cx, const struct matter *m)
{
    if (!cx->actor || m->starter_person != cx->actor->person_id)
        return fail(cx, ERR_FORBIDDEN, "matter.not_initiator", NULL);
    int is_own = matter_is_initiated(cx, m);
    if (is_own < 1)
        return is_own == 0 && fail(cx, ERR_STATE, "matter.received", NULL);
    if (!str_is(m->state, "running"))
        return fail(cx, ERR_STATE, "matter.closed", NULL);
    int64_t others = db_number(cx->db, 1, &q_others_acted, m->id, m->starter_person);
    return cx->err.kind == ERR_NONE &&
           (others == 0 || fail(cx, ERR_STATE, "matter.others_acted", NULL));
}

static bool run_cancel(struct ctx *cx, const void *input, void *output)
{
    const struct matter_path_in *in = input;
    struct matter m;
    (void)output;
    if (!matter_load_for_change(cx, in->matter_id, &m) || !matter_may_cancel(cx, &m))
        return false;
    if (!in->reason.n)
        return fail(cx, ERR_INVALID, "input.required", "reason");
    struct flow_step s = {
        .cmd = { .op = FLOW_CANCEL, .reason = in->reason, .actor = who_of_post(cx, m.starter_post),
                 .is_admin = true },
        .post_id = m.starter_post, .op = "matter.cancel", .text = in->reason,
    };
    return flow_step_run(cx, &m, &s, NULL);
}

/* --- watch, phrases -------------------------------------------------------------------------------------------- */

struct watch_in {
    int64_t matter_id;
    bool on;
};
static const struct field watch_in_fields[] = {
    FIELD(watch_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(watch_in, on, F_BOOL, .flags = FIELD_REQUIRED, .zh = "关注", .en = "watch"),
};
RECORD(watch_in);

static bool run_watch(struct ctx *cx, const void *input, void *output)
{
    const struct watch_in *in = input;
    struct matter m;
    (void)output;
    if (!matter_load(cx, in->matter_id, &m))
        return false;
    return in->on ? db_run(cx->db, &q_watch_put, cx->actor->person_id, m.id, cx->now)
                  : db_run(cx->db, &q_watch_drop, cx->actor->person_id, m.id);
}

struct phrases_in {
    struct texts phrases;
};
static const struct field phrases_in_fields[] = {
    FIELD(phrases_in, phrases, F_TEXTS, .max = 50, .zh = "常用意见", .en = "phrases"),
};
RECORD(phrases_in);

static bool run_phrases_set(struct ctx *cx, const void *input, void *output)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    (void)output;
    record_encode(&w, &phrases_in_record, input);
    return db_run(cx->db, &q_phrases_put, cx->actor->person_id, buf_done(&b));
}

static bool run_phrases(struct ctx *cx, const void *input, struct jw *w)
{
    struct rows r;
    (void)input;
    int found = db_get(cx->db, &r, &q_phrases_get, cx->actor->person_id);
    if (found == 1)
        jw_raw(w, row_text(&r, 0));
    rows_end(&r);
    if (found == 0) /* sets by role ship with the program (OFFICE L3) */
        jw_raw(w, STR("{\"phrases\":[\"同意。\",\"已阅。\",\"请按程序办理。\",\"同意，请抓紧办理。\","
                      "\"请认真研究，提出意见。\",\"拟同意，请领导审定。\"]}"));
    return found >= 0;
}

static const struct command commands[] = {
    { "matter.urge", POST, "/matters/{matter_id}/urge", PERM_LOGIN, &matter_path_in_record, NULL,
      run_urge, "催办", "Urge", 0, NULL },
    { "matter.urge_batch", POST, "/items/urge", PERM_LOGIN, &batch_in_record, &batch_out_record,
      run_urge_batch, "批量催办", "Urge several", CMD_NO_TRACE, NULL },
    { "matter.cancel", POST, "/matters/{matter_id}/cancel", PERM_LOGIN, &matter_path_in_record,
      NULL, run_cancel, "撤销", "Cancel by the initiator", 0, NULL },
    { "matter.watch", POST, "/matters/{matter_id}/watch", PERM_LOGIN, &watch_in_record, NULL,
      run_watch, "关注", "Watch", CMD_NO_TRACE, NULL },
    { "phrases.set", POST, "/me/phrases", PERM_LOGIN, &phrases_in_record, NULL, run_phrases_set,
      "保存常用意见", "Save one's own phrases", CMD_NO_TRACE, NULL },
};

static const struct read reads[] = {
    { "phrases.get", "/me/phrases", PERM_LOGIN, NULL, &phrases_in_record, false, run_phrases,
      "常用意见", "One's own phrases", 0 },
};

const struct room desk_reading_room = { "desk", ROOM_TABLE(commands), ROOM_TABLE(reads), NULL, 0, NULL, NULL };
