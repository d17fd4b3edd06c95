/* 移交 hand_over (FLOW 5.6, OFFICE P3): the open work of a post given to another, item by item under
 * one batch id: when somebody leaves or changes post, or when another leader takes charge of a unit.
 * Each item is one 转办 with an entry on its own matter; what cannot go is told by itself.
 *
 * Who may: the one who holds the post, the administrators and the office head of its unit. They see
 * titles, not papers; of a leader's work nobody sees for how long it has waited (P8). */
#include "base/clock.h"
#include "base/id.h"
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_in.h"
#include "org/org.h"

/* Items and readings a command takes: a transfer writes some ten rows, and others wait. */
#define HAND_OVER_MOST 50

/* The office that serves a body of leaders stands under it and speaks for it. */
static bool is_office_head_of(struct ctx *cx, int64_t unit_id)
{
    for (size_t i = 0; cx->actor && i < cx->actor->n_grants; i++) {
        const struct actor_grant *g = &cx->actor->grants[i];
        struct unit_row u;
        struct org_relation rel;
        if (g->role != ROLE_OFFICE_HEAD)
            continue;
        if (g->unit_id == unit_id)
            return true;
        if (unit_find(cx, g->unit_id, &u) == 1 && u.parent_id == unit_id &&
            org_relation(cx, u.id, unit_id, &rel) && rel.from_speaks)
            return true;
    }
    return false;
}

static bool may_hand_over(struct ctx *cx, int64_t post_id, struct post_row *post)
{
    struct unit_row u;
    int found = post_find(cx, post_id, post);
    if (found < 0)
        return false;
    if (found == 0 || !unit_load(cx, unit_now(cx, post->unit_id), &u))
        return fail_not_found(cx);
    return actor_post(cx, post_id) || may(cx, PERM_UNIT_ADMIN, u.id, u.path) ||
           is_office_head_of(cx, u.id) || (cx->err.kind == ERR_NONE && fail_not_found(cx));
}

/* --- what there is --- */

struct post_in {
    int64_t post_id;
};
static const struct field post_in_fields[] = {
    FIELD(post_in, post_id, F_ID, .flags = FIELD_PATH, .zh = "身份", .en = "post"),
};
RECORD(post_in);

struct hand_over_head {
    int64_t post_id, unit_id, todo, to_read, backup_post;
    struct str name, title, unit, backup_name, backup_title;
    bool is_leader, is_current;
};
static const struct field hand_over_head_fields[] = {
    FIELD(hand_over_head, post_id, F_ID, .flags = FIELD_REQUIRED, .zh = "身份", .en = "post"),
    FIELD(hand_over_head, name, F_TEXT, .flags = FIELD_REQUIRED, .zh = "姓名", .en = "name"),
    FIELD(hand_over_head, title, F_TEXT, .flags = FIELD_REQUIRED, .zh = "职务", .en = "title"),
    FIELD(hand_over_head, unit_id, F_ID, .flags = FIELD_REQUIRED, .zh = "单位", .en = "unit"),
    FIELD(hand_over_head, unit, F_TEXT, .flags = FIELD_REQUIRED, .zh = "单位名称", .en = "unit's name"),
    FIELD(hand_over_head, is_leader, F_BOOL, .zh = "班子成员", .en = "leadership team"),
    FIELD(hand_over_head, is_current, F_BOOL, .zh = "在任", .en = "held today"),
    FIELD(hand_over_head, todo, F_I64, .zh = "待办", .en = "open items"),
    FIELD(hand_over_head, to_read, F_I64, .zh = "待阅", .en = "to read"),
    FIELD(hand_over_head, backup_post, F_ID, .zh = "AB岗身份", .en = "backup's post"),
    FIELD(hand_over_head, backup_name, F_TEXT, .zh = "AB岗", .en = "backup"),
    FIELD(hand_over_head, backup_title, F_TEXT, .zh = "AB岗职务", .en = "backup's title"),
};
RECORD(hand_over_head);

static bool run_head(struct ctx *cx, const void *input, struct jw *w)
{
    const struct post_in *in = input;
    struct post_row row;
    struct org_post p, backup = { 0 };
    if (!may_hand_over(cx, in->post_id, &row) || org_post_find(cx, row.id, &p) != 1)
        return false;
    int64_t other = db_number(cx->db, 0, &q_hand_over_backup, row.id,
                              clock_day_text(cx->a, clock_date_of(cx->now)));
    if (other && org_post_find(cx, other, &backup) < 0)
        return false;
    const struct hand_over_head out = {
        .post_id = p.id, .name = p.name, .title = p.title, .unit_id = p.unit_id,
        .unit = p.unit_name, .is_leader = p.is_leader, .is_current = p.is_current,
        .todo = db_number(cx->db, 0, &q_hand_over_count, p.id, (int64_t)BOX_TODO),
        .to_read = db_number(cx->db, 0, &q_hand_over_count, p.id, (int64_t)BOX_TO_READ),
        .backup_post = backup.id, .backup_name = backup.name, .backup_title = backup.title,
    };
    record_encode(w, &hand_over_head_record, &out);
    return cx->err.kind == ERR_NONE;
}

static const char *const boxes[] = { "todo", "to_read", NULL };
struct open_work_in {
    int64_t post_id, unit, limit;
    struct str box, after;
};
static const struct field open_work_in_fields[] = {
    FIELD(open_work_in, post_id, F_ID, .flags = FIELD_PATH, .zh = "身份", .en = "post"),
    FIELD(open_work_in, box, F_CHOICE, .choices = boxes, .flags = FIELD_REQUIRED, .zh = "栏目",
          .en = "box"),
    FIELD(open_work_in, unit, F_ID, .zh = "分管变更的单位或科室",
          .en = "the unit or section whose charge changed"),
    FIELD(open_work_in, after, F_TEXT, .max = 60, .zh = "位置", .en = "cursor"),
    FIELD(open_work_in, limit, F_I64, .min = 0, .max = 100, .zh = "行数", .en = "rows"),
};
RECORD(open_work_in);

struct open_work_row {
    int64_t id, arrived_at;
    struct str kind, module, module_name, title, number, urgency, from_unit, step;
    bool is_concerned;
};
static const struct field open_work_row_fields[] = {
    FIELD(open_work_row, id, F_ID, .flags = FIELD_REQUIRED, .zh = "编号", .en = "id"),
    FIELD(open_work_row, kind, F_TEXT, .flags = FIELD_REQUIRED, .zh = "类别", .en = "item or reading"),
    FIELD(open_work_row, module, F_TEXT, .flags = FIELD_REQUIRED, .zh = "业务", .en = "module"),
    FIELD(open_work_row, module_name, F_TEXT, .flags = FIELD_REQUIRED, .zh = "业务名称", .en = "module's name"),
    FIELD(open_work_row, title, F_TEXT, .flags = FIELD_REQUIRED, .zh = "标题", .en = "title"),
    FIELD(open_work_row, number, F_TEXT, .flags = FIELD_REQUIRED, .zh = "文号", .en = "number"),
    FIELD(open_work_row, urgency, F_TEXT, .flags = FIELD_REQUIRED, .zh = "紧急程度", .en = "urgency"),
    FIELD(open_work_row, from_unit, F_TEXT, .flags = FIELD_REQUIRED, .zh = "来自", .en = "from"),
    FIELD(open_work_row, step, F_TEXT, .flags = FIELD_REQUIRED, .zh = "环节", .en = "step"),
    FIELD(open_work_row, arrived_at, F_MOMENT, .zh = "到达时间（领导的不显示）",
          .en = "arrived; hidden for leaders"),
    FIELD(open_work_row, is_concerned, F_BOOL, .zh = "涉及该单位或科室",
          .en = "concerns that unit or section"),
};
RECORD(open_work_row);

static bool run_open_work(struct ctx *cx, const void *input, struct jw *w)
{
    const struct open_work_in *in = input;
    struct post_row post;
    struct rows r;
    int64_t before = INT64_MAX, limit = in->limit ? in->limit : 50, n = 0;
    bool reading = str_is(in->box, "to_read"), more = false;
    struct open_work_row row = { 0 };
    if (!may_hand_over(cx, in->post_id, &post) ||
        !cursor_read(cx, in->after, &before, NULL, NULL))
        return false;
    bool hides = post.is_leader && !actor_post(cx, post.id);
    answer_rows(w);
    if (reading)
        db_rows(cx->db, &r, &q_hand_over_readings, post.id, before, limit + 1);
    else
        db_rows(cx->db, &r, &q_hand_over_items, in->unit, post.id, before, limit + 1);
    while (rows_next(&r)) {
        more = n++ == limit;
        if (more)
            break;
        row = (struct open_work_row){
            .id = row_i64(&r, 0), .kind = reading ? STR("reading") : STR("item"),
            .module = row_text(&r, 2), .module_name = definition_words(cx, row_i64(&r, 11), row_text(&r, 3)), .title = row_text(&r, 4),
            .number = row_text(&r, 5), .urgency = row_text(&r, 6), .from_unit = row_text(&r, 7),
            .step = definition_words(cx, row_i64(&r, 11), row_text(&r, 8)), .arrived_at = hides ? 0 : row_i64(&r, 9),
            .is_concerned = in->unit && row_i64(&r, 10),
        };
        record_encode(w, &open_work_row_record, &row);
    }
    rows_end(&r);
    answer_rows_end(w, more ? cursor_text(cx, row.id, 0, 0) : STR_NONE);
    return !rows_failed(&r);
}

/* --- one item, one reading: children of the batch --- */

struct hand_in {
    int64_t id, from_post, to_post, batch_id, by_post;
    struct str reason;
};
static const struct field hand_in_fields[] = {
    FIELD(hand_in, id, F_ID, .flags = FIELD_REQUIRED, .zh = "编号", .en = "id"),
    FIELD(hand_in, from_post, F_ID, .flags = FIELD_REQUIRED, .zh = "移交人", .en = "from"),
    FIELD(hand_in, to_post, F_ID, .flags = FIELD_REQUIRED, .zh = "接收人", .en = "to"),
    FIELD(hand_in, batch_id, F_ID, .flags = FIELD_REQUIRED, .zh = "批次", .en = "batch"),
    FIELD(hand_in, by_post, F_ID, .zh = "经办身份", .en = "whose act it is"),
    FIELD(hand_in, reason, F_TEXT, .max = 500, .zh = "理由", .en = "reason"),
};
RECORD(hand_in);

/* Is it still this post's to give? The act asks it under the matter's lock. */
static bool item_is_theirs(struct ctx *cx, const struct hand_in *in, const struct item *i)
{
    if (i->owner_id != in->from_post)
        return fail_not_found(cx);
    return str_is(i->state, "ready") || str_is(i->state, "opened") ||
           fail(cx, ERR_CONFLICT, "item.not_open", NULL);
}

/* The step's list of verbs does not bind here: somebody who has left cannot be asked to act. */
static struct flow_command hand_command(struct ctx *cx, const struct hand_in *in,
                                        const struct item *i, const struct flow_who *to)
{
    return (struct flow_command){
        .op = FLOW_TRANSFER, .leaf = (int)i->leaf, .is_admin = true, .who = to, .who_n = 1,
        .reason = in->reason, .actor = who_of_post(cx, i->for_post ? i->for_post : in->from_post),
    };
}

static bool run_hand_item(struct ctx *cx, const void *input, void *output)
{
    const struct hand_in *in = input;
    struct item i;
    struct matter m;
    (void)output;
    if (!item_load(cx, in->id, &i) || !matter_lock(cx, i.matter_id, &m) ||
        !item_load(cx, in->id, &i) || !item_is_theirs(cx, in, &i)) /* again, now under the lock */
        return false;
    const struct flow_who to = who_of_post(cx, in->to_post);
    const struct flow_step s = {
        .cmd = hand_command(cx, in, &i, &to), .post_id = in->by_post, .op = "item.hand_over",
        .item_id = i.id, .text = in->reason,
        .note = str_printf(cx->a, "{\"batch\":\"%lld\"}", (long long)in->batch_id),
    };
    return flow_step_run(cx, &m, &s, NULL);
}

/* The reading, when it is this post's to give and the other does not have it. */
static bool reading_is_theirs(struct ctx *cx, const struct hand_in *in, bool lock, int64_t *matter)
{
    struct rows r;
    int found = db_get(cx->db, &r, lock ? &q_reading_get : &q_reading_now, in->id);
    int64_t post = found == 1 ? row_i64(&r, 2) : 0;
    bool is_read = found == 1 && !row_is_null(&r, 4);
    bool is_sent = found == 1 && !row_is_null(&r, 5); /* in order: its turn has come */
    *matter = found == 1 ? row_i64(&r, 1) : 0;
    rows_end(&r);
    if (found != 1 || post != in->from_post || !is_sent)
        return found >= 0 && fail_not_found(cx);
    if (is_read)
        return fail(cx, ERR_STATE, "reading.read", NULL);
    if (db_number(cx->db, 0, lock ? &q_reading_at : &q_reading_see, *matter, in->to_post))
        return fail(cx, ERR_CONFLICT, "reading.has_it", NULL);
    return cx->err.kind == ERR_NONE;
}

static bool run_hand_reading(struct ctx *cx, const void *input, void *output)
{
    const struct hand_in *in = input;
    int64_t matter, post = in->from_post;
    (void)output;
    return reading_is_theirs(cx, in, true, &matter) &&
           db_run(cx->db, &q_reading_hand_over, in->to_post, in->id) &&
           counter_add(cx, post, BOX_TO_READ, -1) &&
           counter_add(cx, in->to_post, BOX_TO_READ, 1) &&
           matter_let_see(cx, matter, in->to_post) && matter_touched(cx, matter) &&
           matter_trace(cx, matter, "reading.hand_over", in->by_post,
                        str_printf(cx->a,
                                   "{\"reading\":\"%lld\",\"from\":\"%lld\",\"to\":\"%lld\","
                                   "\"batch\":\"%lld\"}",
                                   (long long)in->id, (long long)post, (long long)in->to_post,
                                   (long long)in->batch_id));
}

/* --- the batch --- */

struct hand_over_in {
    int64_t post_id, to_post, batch_id;
    struct ids item_ids, reading_ids;
    struct str reason;
};
static const struct field hand_over_in_fields[] = {
    FIELD(hand_over_in, post_id, F_ID, .flags = FIELD_PATH, .zh = "移交人", .en = "from"),
    FIELD(hand_over_in, to_post, F_ID, .flags = FIELD_REQUIRED, .zh = "接收人", .en = "to"),
    FIELD(hand_over_in, item_ids, F_IDS, .max = HAND_OVER_MOST, .zh = "待办", .en = "items"),
    FIELD(hand_over_in, reading_ids, F_IDS, .max = HAND_OVER_MOST, .zh = "待阅", .en = "readings"),
    FIELD(hand_over_in, reason, F_TEXT, .max = 500, .flags = FIELD_REQUIRED | FIELD_LINES,
          .zh = "移交理由", .en = "reason"),
    FIELD(hand_over_in, batch_id, F_ID, .zh = "批次（接着办时填写）",
          .en = "batch, when going on with one"),
};
RECORD(hand_over_in);
struct hand_over_result {
    int64_t id;
    bool ok;
    struct str kind, code, detail;
};
static const struct field hand_over_result_fields[] = {
    FIELD(hand_over_result, id, F_ID, .flags = FIELD_REQUIRED, .zh = "编号", .en = "id"),
    FIELD(hand_over_result, kind, F_TEXT, .flags = FIELD_REQUIRED, .zh = "类别", .en = "item or reading"),
    FIELD(hand_over_result, ok, F_BOOL, .zh = "成功", .en = "done"),
    FIELD(hand_over_result, code, F_TEXT, .zh = "代码", .en = "code"),
    FIELD(hand_over_result, detail, F_TEXT, .zh = "说明", .en = "detail"),
};
RECORD(hand_over_result);
struct hand_over_out {
    int64_t batch_id, done;
    struct list results;
};
static const struct field hand_over_out_fields[] = {
    FIELD(hand_over_out, batch_id, F_ID, .flags = FIELD_REQUIRED, .zh = "批次", .en = "batch"),
    FIELD(hand_over_out, done, F_I64, .zh = "已移交", .en = "handed over"),
    FIELD(hand_over_out, results, F_RECORDS, .record = &hand_over_result_record, .zh = "逐件结果",
          .en = "results"),
};
RECORD(hand_over_out);

/* Who takes over holds a post today, in the same unit; across units the city decides. A leader's
 * work goes to a leader. */
static bool taker_fits(struct ctx *cx, const struct post_row *from, int64_t to_post)
{
    struct org_post to;
    int found = org_post_find(cx, to_post, &to);
    if (found < 0)
        return false;
    if (found == 0 || !to.is_current)
        return fail(cx, ERR_INVALID, "item.unknown_person", "to_post");
    if (to.id == from->id)
        return fail(cx, ERR_INVALID, "acting.self", "to_post");
    if (to.unit_id != from->unit_id && !may(cx, PERM_CITY_ADMIN, 0, STR("")))
        return fail(cx, ERR_INVALID, "acting.unit", "to_post");
    if (from->is_leader && !to.is_leader)
        return fail(cx, ERR_INVALID, "hand_over.leader", "to_post");
    return true;
}

static bool each(struct ctx *cx, const char *command, const char *kind, struct ids ids,
                 struct hand_in *one, struct hand_over_out *out)
{
    struct hand_over_result *results = out->results.p;
    for (size_t i = 0; i < ids.n; i++) {
        struct hand_over_result *r = &results[out->results.n++];
        one->id = ids.p[i];
        *r = (struct hand_over_result){ .id = one->id, .kind = str_of(kind) };
        r->ok = command_run_child(cx, command, one, NULL);
        out->done += r->ok;
        if (r->ok)
            continue;
        if (cx->err.kind == ERR_INTERNAL || cx->err.kind == ERR_BUSY)
            return false;
        r->code = str_of(cx->err.code);
        r->detail = str_of(err_message(cx->a, &cx->err, cx->lang));
        cx->err = (struct err){ 0 }; /* told item by item */
    }
    return true;
}

static bool run_hand_over(struct ctx *cx, const void *input, void *output)
{
    const struct hand_over_in *in = input;
    struct hand_over_out *out = output;
    struct post_row from;
    const struct actor_post *own = actor_main_post(cx);
    if (!may_hand_over(cx, in->post_id, &from) || !taker_fits(cx, &from, in->to_post))
        return false;
    if (in->item_ids.n + in->reading_ids.n == 0)
        return fail(cx, ERR_INVALID, "hand_over.nothing", "item_ids");
    struct hand_in one = { .from_post = from.id, .to_post = in->to_post, .reason = in->reason,
                           .batch_id = in->batch_id ? in->batch_id : id_new(cx->now),
                           .by_post = actor_post(cx, from.id) ? from.id : own ? own->id : 0 };
    out->batch_id = one.batch_id;
    out->results.p = arena_array_of(cx->a, struct hand_over_result,
                                    in->item_ids.n + in->reading_ids.n);
    return each(cx, "item.hand_over", "item", in->item_ids, &one, out) &&
           each(cx, "reading.hand_over", "reading", in->reading_ids, &one, out) &&
           trace_write(cx, from.unit_id, "post.hand_over", one.by_post, 0,
                       str_printf(cx->a,
                                  "{\"batch\":\"%lld\",\"from\":\"%lld\",\"to\":\"%lld\","
                                  "\"asked\":%zu,\"done\":%lld}",
                                  (long long)one.batch_id, (long long)from.id,
                                  (long long)in->to_post, out->results.n, (long long)out->done));
}

/* --- its dry run (FLOW §5, common): what would go to whom, piece by piece --- */

struct hand_impact_in {
    int64_t post_id, to_post;
    struct ids item_ids, reading_ids;
};
static const struct field hand_impact_in_fields[] = {
    FIELD(hand_impact_in, post_id, F_ID, .flags = FIELD_PATH, .zh = "移交人", .en = "from"),
    FIELD(hand_impact_in, to_post, F_ID, .flags = FIELD_REQUIRED, .zh = "接收人", .en = "to"),
    FIELD(hand_impact_in, item_ids, F_IDS, .max = HAND_OVER_MOST, .zh = "待办", .en = "items"),
    FIELD(hand_impact_in, reading_ids, F_IDS, .max = HAND_OVER_MOST, .zh = "待阅", .en = "readings"),
};
RECORD(hand_impact_in);

static bool would_go(struct ctx *cx, const struct hand_in *in, bool is_reading, int64_t *matter)
{
    struct item i;
    struct matter m;
    struct instance inst;
    struct flow_delta d;
    if (is_reading)
        return reading_is_theirs(cx, in, false, matter);
    if (!item_load(cx, in->id, &i) || !item_is_theirs(cx, in, &i))
        return false;
    int found = matter_find(cx, i.matter_id, &m);
    if (found != 1 || !instance_read(cx, &m, false, &inst))
        return found == 0 && fail_not_found(cx);
    *matter = m.id;
    const struct flow_who to = who_of_post(cx, in->to_post);
    const struct flow_command cmd = hand_command(cx, in, &i, &to);
    struct flow_state *copy = flow_state_copy(cx->a, inst.state);
    return flow_apply(cx->a, inst.def->net, copy, &cmd, flow_org_of(cx, &m), cx->now, &d,
                      &cx->err) &&
           flow_may_open(cx, &m, &inst, &d);
}

/* Matters are counted once, whatever of them the post has. */
struct counted {
    int64_t *matters;
    size_t n;
    int64_t items, readings;
};

static bool write_would(struct ctx *cx, struct hand_in *one, bool is_reading, struct ids ids,
                        struct counted *n, struct jw *w)
{
    for (size_t i = 0; i < ids.n; i++) {
        int64_t matter = 0;
        one->id = ids.p[i];
        bool ok = would_go(cx, one, is_reading, &matter);
        if (!ok && (cx->err.kind == ERR_INTERNAL || cx->err.kind == ERR_BUSY))
            return false;
        if (ok && !matters_have((struct ids){ n->matters, n->n }, matter))
            n->matters[n->n++] = matter;
        *(is_reading ? &n->readings : &n->items) += ok;
        jw_obj(w);
        jw_kid(w, "id", one->id);
        jw_ktext(w, "kind", is_reading ? "reading" : "item");
        jw_kbool(w, "ok", ok);
        jw_kid(w, "matter", ok ? matter : 0);
        jw_ktext(w, "code", ok ? NULL : cx->err.code);
        jw_ktext(w, "detail", ok ? NULL : err_message(cx->a, &cx->err, cx->lang));
        jw_obj_end(w);
        cx->err = (struct err){ 0 };
    }
    return true;
}

/* Other posts of the same person that still have work: who leaves leaves all of them. */
static bool write_others(struct ctx *cx, const struct post_row *from, struct jw *w)
{
    struct rows r;
    int64_t ids[20];
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_hand_over_others, from->person_id, from->id);
         n < sizeof ids / sizeof *ids && rows_next(&r); n++)
        ids[n] = row_i64(&r, 0);
    rows_end(&r);
    jw_karr(w, "other_posts");
    for (size_t i = 0; !rows_failed(&r) && i < n; i++) {
        struct post_row row;
        struct org_post p;
        if (!may_hand_over(cx, ids[i], &row)) {
            if (cx->err.kind == ERR_INTERNAL || cx->err.kind == ERR_BUSY)
                return false;
            cx->err = (struct err){ 0 }; /* another administrator's */
            continue;
        }
        if (org_post_find(cx, row.id, &p) != 1)
            return false;
        jw_obj(w);
        jw_kid(w, "post_id", p.id);
        jw_kstr(w, "title", p.title);
        jw_kstr(w, "unit", p.unit_name);
        jw_ki64(w, "todo", db_number(cx->db, 0, &q_hand_over_count, p.id, (int64_t)BOX_TODO));
        jw_ki64(w, "to_read", db_number(cx->db, 0, &q_hand_over_count, p.id, (int64_t)BOX_TO_READ));
        jw_obj_end(w);
    }
    jw_arr_end(w);
    return cx->err.kind == ERR_NONE && !rows_failed(&r);
}

static bool run_hand_impact(struct ctx *cx, const void *input, struct jw *w)
{
    const struct hand_impact_in *in = input;
    struct post_row from;
    struct org_post to;
    if (!may_hand_over(cx, in->post_id, &from) || !taker_fits(cx, &from, in->to_post) ||
        org_post_find(cx, in->to_post, &to) != 1)
        return false;
    if (in->item_ids.n + in->reading_ids.n == 0)
        return fail(cx, ERR_INVALID, "hand_over.nothing", "item_ids");
    struct hand_in one = { .from_post = from.id, .to_post = in->to_post, .reason = STR("-") };
    struct counted n = { .matters = arena_array_of(cx->a, int64_t,
                                                   in->item_ids.n + in->reading_ids.n) };
    jw_obj(w);
    jw_kstr(w, "name", to.name);
    jw_kstr(w, "title", to.title);
    jw_kstr(w, "unit", to.unit_name);
    jw_karr(w, "results");
    if (!write_would(cx, &one, false, in->item_ids, &n, w) ||
        !write_would(cx, &one, true, in->reading_ids, &n, w))
        return false;
    jw_arr_end(w);
    jw_ki64(w, "items", n.items);
    jw_ki64(w, "readings", n.readings);
    jw_ki64(w, "matters", (int64_t)n.n);
    bool good = write_others(cx, &from, w);
    jw_obj_end(w);
    return good;
}

static const struct command commands[] = {
    { "post.hand_over", POST, "/posts/{post_id}/hand_over", PERM_LOGIN, &hand_over_in_record,
      &hand_over_out_record, run_hand_over, "移交待办（逐件转办）",
      "Hand open work over, item by item", 0, NULL },
    { "item.hand_over", POST, NULL, PERM_OPERATOR, &hand_in_record, NULL, run_hand_item,
      "移交一件待办", "Hand one item over", CMD_INTERNAL, NULL },
    { "reading.hand_over", POST, NULL, PERM_OPERATOR, &hand_in_record, NULL, run_hand_reading,
      "移交一件待阅", "Hand one reading over", CMD_INTERNAL, NULL },
};
static const struct read reads[] = {
    { "post.hand_over_head", "/posts/{post_id}/hand-over", PERM_LOGIN, &post_in_record,
      &hand_over_head_record, false, run_head, "移交概况", "What a post has to hand over", 0 },
    { "post.open_work", "/posts/{post_id}/open-work", PERM_LOGIN, &open_work_in_record,
      &open_work_row_record, true, run_open_work, "待移交的工作", "A post's open work", 0 },
    { "post.hand_over_impact", "/posts/{post_id}/hand-over-impact", PERM_LOGIN,
      &hand_impact_in_record, &hand_impact_record, false, run_hand_impact, "移交前试算",
      "Dry run of handing over: what goes to whom, and what cannot", 0 },
};

const struct room desk_hand_over_room = { "desk", ROOM_TABLE(commands), ROOM_TABLE(reads), NULL, 0,
                                          NULL, NULL };
