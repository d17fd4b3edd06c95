/* 关注, 撤销, 常用意见: what is done to a matter beside its steps. */
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_in.h"

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
