/* The commands of 机构改革: merge, split, their previews, the list, and what the clock does with
 * them. A reform for a later day is a plan with its input; on the day it is read anew, so what came
 * or went since is taken as it then stands. */
#include "base/log.h"
#include "org/org_tables.h"

#include "org/org.sql.h"

#define ORG_RECORD(name)                                                                           \
    const struct record name##_record = { #name, sizeof(struct name), name##_fields,               \
                                          sizeof name##_fields / sizeof *name##_fields }

/* --- merge --- */

struct org_merge_in {
    int64_t unit_id, into_id;
    struct str on, name, short_name;
    struct ids grant_ids;
};
static const struct field org_merge_in_fields[] = {
    FIELD(org_merge_in, unit_id, F_ID, .flags = FIELD_PATH, .zh = "单位", .en = "unit"),
    FIELD(org_merge_in, into_id, F_ID, .flags = FIELD_REQUIRED, .zh = "并入的单位",
          .en = "unit it is merged into"),
    FIELD(org_merge_in, on, F_DAY, .flags = FIELD_REQUIRED, .zh = "生效日期", .en = "on"),
    FIELD(org_merge_in, name, F_TEXT, .max = 100, .zh = "合并后名称", .en = "its name afterwards"),
    FIELD(org_merge_in, short_name, F_TEXT, .max = 60, .zh = "合并后简称",
          .en = "its short name afterwards"),
    FIELD(org_merge_in, grant_ids, F_IDS, .zh = "随转的角色", .en = "roles that go along"),
};
ORG_RECORD(org_merge_in);

static bool merge_read(struct ctx *cx, const struct org_merge_in *in, struct reform *f)
{
    const struct reform_chosen all = { .all = true };
    if (!reform_begin(cx, f, true, in->unit_id, in->on) || !reform_into(cx, f, in->into_id))
        return false;
    f->new_name = in->name.n ? in->name : STR_NONE;
    f->new_short_name = in->short_name.n ? in->short_name : f->new_name;
    return reform_load(cx, f, &all);
}

/* --- split --- */

struct org_split_in {
    int64_t unit_id, into_id, parent_id, rank_order;
    struct str on, name, short_name, code, branch, phone;
    struct ids section_ids, unit_ids, post_ids, agency_ids, group_ids, grant_ids;
};
static const struct field org_split_in_fields[] = {
    FIELD(org_split_in, unit_id, F_ID, .flags = FIELD_PATH, .zh = "单位", .en = "unit"),
    FIELD(org_split_in, into_id, F_ID, .zh = "划入的单位", .en = "unit that takes the part"),
    FIELD(org_split_in, name, F_TEXT, .max = 100, .zh = "新单位名称", .en = "new unit's name"),
    FIELD(org_split_in, short_name, F_TEXT, .max = 60, .zh = "新单位简称",
          .en = "new unit's short name"),
    FIELD(org_split_in, code, F_TEXT, .max = 40, .zh = "新单位编码", .en = "new unit's code"),
    FIELD(org_split_in, parent_id, F_ID, .zh = "新单位上级", .en = "new unit's parent"),
    FIELD(org_split_in, branch, F_CHOICE, .choices = unit_branches, .zh = "新单位系统",
          .en = "new unit's branch"),
    FIELD(org_split_in, rank_order, F_I64, .min = 0, .max = 9999, .zh = "排序号",
          .en = "rank order"),
    FIELD(org_split_in, phone, F_TEXT, .max = 40, .zh = "电话", .en = "phone"),
    FIELD(org_split_in, on, F_DAY, .flags = FIELD_REQUIRED, .zh = "生效日期", .en = "on"),
    FIELD(org_split_in, section_ids, F_IDS, .max = 200, .zh = "划出的科室",
          .en = "sections that go, with their people"),
    FIELD(org_split_in, unit_ids, F_IDS, .max = 200, .zh = "划出的下级单位",
          .en = "units below that go"),
    FIELD(org_split_in, post_ids, F_IDS, .max = 500, .zh = "划出的人员",
          .en = "posts that go besides"),
    FIELD(org_split_in, agency_ids, F_IDS, .max = 32, .zh = "划出的发文机关",
          .en = "agencies that go"),
    FIELD(org_split_in, group_ids, F_IDS, .max = 500, .zh = "加入的群组",
          .en = "groups the other one joins"),
    FIELD(org_split_in, grant_ids, F_IDS, .zh = "随转的角色", .en = "roles that go along"),
};
ORG_RECORD(org_split_in);

/* The unit that the split will make stands beside the old one unless said otherwise. */
static bool new_unit(struct ctx *cx, struct reform *f, const struct org_split_in *in)
{
    struct unit_row parent;
    if (!in->name.n)
        return fail(cx, ERR_INVALID, "input.required", "name");
    if (in->code.n && db_number(cx->db, 0, &q_unit_id_by_code, in->code))
        return fail(cx, ERR_CONFLICT, "unit.code_taken", "code");
    if (!unit_load(cx, in->parent_id ? in->parent_id : f->unit.parent_id, &parent))
        return false;
    if (str_is(parent.kind, "section") || parent.closed_on.p ||
        str_starts(parent.path, f->unit.path))
        return fail(cx, ERR_INVALID, "reform.into", "parent_id");
    f->into = (struct unit_row){ .parent_id = parent.id,
                                 .code = in->code,
                                 .kind = STR("unit"),
                                 .level = f->unit.level,
                                 .branch = in->branch.n ? in->branch : f->unit.branch,
                                 .name = in->name,
                                 .short_name = in->short_name.n ? in->short_name : in->name };
    f->rank_order = in->rank_order ? in->rank_order : 999;
    f->phone = in->phone;
    return true;
}

static bool split_read(struct ctx *cx, const struct org_split_in *in, struct reform *f)
{
    const struct reform_chosen some = { .section_ids = in->section_ids,
                                 .unit_ids = in->unit_ids,
                                 .post_ids = in->post_ids,
                                 .agency_ids = in->agency_ids,
                                 .group_ids = in->group_ids };
    if (!reform_begin(cx, f, false, in->unit_id, in->on) ||
        !(in->into_id ? reform_into(cx, f, in->into_id) : new_unit(cx, f, in)) ||
        !reform_load(cx, f, &some))
        return false;
    return f->posts.n || f->sections.n || f->children.n || f->agencies.n ||
           fail(cx, ERR_INVALID, "reform.nothing", "section_ids");
}

/* --- the preview --- */

/* What the one who confirms should know: the same words in the pages. */
static void write_warnings(struct ctx *cx, const struct reform *f, struct jw *w)
{
    bool clerk = false, admin = false;
    for (size_t i = 0; i < f->n_grants; i++) {
        clerk |= f->grants[i].role == ROLE_DOC_CLERK;
        admin |= f->grants[i].role == ROLE_UNIT_ADMIN;
    }
    jw_karr(w, "warnings");
    if (!f->is_merge && !f->into.id && !clerk)
        jw_text(w, "no_doc_clerk");
    if (!f->is_merge && !f->into.id && !admin)
        jw_text(w, "no_unit_admin");
    if (str_cmp(f->on, today(cx)) > 0)
        jw_text(w, "planned");
    jw_arr_end(w);
}

/* All groups the unit is in: a split chooses which of them the other one joins. */
static bool write_groups(struct ctx *cx, const struct reform *f, struct jw *w)
{
    struct rows r;
    jw_karr(w, "groups");
    for (db_rows(cx->db, &r, &q_reform_groups, f->unit.id); rows_next(&r);) {
        jw_obj(w);
        jw_kid(w, "id", row_i64(&r, 0));
        jw_kstr(w, "name", row_text(&r, 1));
        jw_obj_end(w);
    }
    jw_arr_end(w);
    rows_end(&r);
    return !rows_failed(&r);
}

static bool preview_write(struct ctx *cx, const struct reform *f, struct jw *w)
{
    jw_obj(w);
    jw_kstr(w, "unit", f->unit.name);
    jw_kstr(w, "into", f->new_name.n ? f->new_name : f->into.name);
    jw_kbool(w, "is_new", !f->into.id);
    jw_kstr(w, "on", f->on);
    jw_key(w, "lines");
    if (!reform_lines(cx, f, w))
        return false;
    jw_karr(w, "grants");
    for (size_t i = 0; i < f->n_grants; i++) {
        const struct reform_grant *g = &f->grants[i];
        jw_obj(w);
        jw_kid(w, "id", g->id);
        jw_kid(w, "post_id", g->post_id);
        jw_kstr(w, "name", g->name);
        jw_kstr(w, "title", g->title);
        jw_ktext(w, "role", role_name(g->role));
        jw_ktext(w, "role_title", role_title(g->role, cx->lang));
        jw_kbool(w, "goes", g->goes);
        jw_obj_end(w);
    }
    jw_arr_end(w);
    write_warnings(cx, f, w);
    bool good = write_groups(cx, f, w);
    jw_obj_end(w);
    return good;
}

ORG_READ(org_merge_preview)
{
    struct reform f;
    return merge_read(cx, in_, &f) && preview_write(cx, &f, w);
}

ORG_READ(org_split_preview)
{
    struct reform f;
    return split_read(cx, in_, &f) && preview_write(cx, &f, w);
}

/* --- the commands --- */

struct org_reformed {
    int64_t id, into_id;
    struct str state;
};
static const struct field org_reformed_fields[] = {
    FIELD(org_reformed, id, F_ID, .flags = FIELD_REQUIRED, .zh = "改革事项", .en = "reform"),
    FIELD(org_reformed, into_id, F_ID, .zh = "并入或新建的单位", .en = "unit that took it over"),
    FIELD(org_reformed, state, F_TEXT, .flags = FIELD_REQUIRED, .zh = "状态", .en = "planned, following"),
};
ORG_RECORD(org_reformed);

static void grants_said(struct reform *f, struct ids grant_ids)
{
    for (size_t i = 0; i < f->n_grants; i++)
        f->grants[i].goes = ids_have(grant_ids, f->grants[i].id);
}

/* Kept as a plan; carried out at once when its day has come, else by the clock. */
static bool reform_ask(struct ctx *cx, const struct reform *f, const struct record *record,
                       const void *in, struct org_reformed *out)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    if (db_number(cx->db, 0, &q_reform_planned, f->unit.id))
        return fail(cx, ERR_CONFLICT, "reform.planned", NULL);
    record_encode(&w, record, in);
    out->id = id_new(cx->now);
    out->into_id = f->into.id;
    out->state = STR("planned");
    if (cx->err.kind ||
        !db_run(cx->db, &q_reform_put, out->id, f->is_merge ? "merge" : "split", f->unit.id,
                bind_id(f->into.id), f->on, buf_done(&b), cx->actor ? cx->actor->person_id : 0,
                cx->now))
        return false;
    if (str_cmp(f->on, today(cx)) > 0) {
        struct note n = note_begin(cx);
        jw_kid(&n.w, "reform_id", out->id);
        jw_kstr(&n.w, "into", f->into.name);
        jw_kstr(&n.w, "on", f->on);
        return note_end(cx, &n, f->unit.home_id, "reform.plan");
    }
    out->state = STR("following");
    return true;
}

static bool reform_carry_out(struct ctx *cx, int64_t reform_id);

ORG_COMMAND(org_merge)
{
    const struct org_merge_in *in = in_;
    struct org_reformed *out = out_;
    struct reform f;
    if (!merge_read(cx, in, &f) || !reform_ask(cx, &f, &org_merge_in_record, in, out))
        return false;
    return str_is(out->state, "planned") || reform_carry_out(cx, out->id);
}

ORG_COMMAND(org_split)
{
    const struct org_split_in *in = in_;
    struct org_reformed *out = out_;
    struct reform f;
    if (!split_read(cx, in, &f) || !reform_ask(cx, &f, &org_split_in_record, in, out))
        return false;
    if (str_is(out->state, "planned"))
        return true;
    if (!reform_carry_out(cx, out->id))
        return false;
    struct rows r;
    bool found = db_get(cx->db, &r, &q_reform_get, out->id) == 1;
    out->into_id = found ? row_i64(&r, 2) : 0;
    rows_end(&r);
    return found;
}

/* Loads the reform of that row, whose day has come, as things now stand, and moves it. */
static bool reform_carry_out(struct ctx *cx, int64_t reform_id)
{
    struct rows r;
    struct reform f;
    int found = db_get(cx->db, &r, &q_reform_get, reform_id);
    bool is_merge = found == 1 && str_is(row_text(&r, 0), "merge");
    struct str input = found == 1 ? row_copy(&r, 4, cx->a) : STR_NONE;
    bool is_planned = found == 1 && str_is(row_text(&r, 5), "planned");
    rows_end(&r);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    if (!is_planned)
        return fail(cx, ERR_STATE, "reform.decided", NULL);
    const struct record *record = is_merge ? &org_merge_in_record : &org_split_in_record;
    const void *in = record_decode(cx->a, record, jv_parse(cx->a, input, NULL, NULL), NULL, 0,
                                   &cx->err);
    if (!in || !(is_merge ? merge_read(cx, in, &f) : split_read(cx, in, &f)))
        return false;
    grants_said(&f, is_merge ? ((const struct org_merge_in *)in)->grant_ids
                             : ((const struct org_split_in *)in)->grant_ids);
    struct buf lines = buf_in(cx->a);
    struct jw w = jw_to(&lines);
    return reform_lines(cx, &f, &w) && reform_apply(cx, &f) &&
           db_run(cx->db, &q_reform_moved, f.into.id, buf_done(&lines), reform_id);
}

/* --- the list, and calling a plan off --- */

struct org_reforms_in {
    int64_t unit, limit;
    struct str after;
};
static const struct field org_reforms_in_fields[] = {
    FIELD(org_reforms_in, unit, F_ID, .zh = "单位", .en = "unit"),
    FIELD(org_reforms_in, after, F_TEXT, .max = 100, .zh = "继续查看的位置", .en = "position"),
    FIELD(org_reforms_in, limit, F_I64, .min = 1, .max = 100, .zh = "每页条数", .en = "limit"),
};
ORG_RECORD(org_reforms_in);

static void reform_write(struct ctx *cx, struct rows *r, struct jw *w)
{
    struct str code = row_copy(r, 10, cx->a);
    struct err why = { .kind = ERR_STATE, .code = code.p };
    jw_obj(w);
    jw_kid(w, "id", row_i64(r, 0));
    jw_kstr(w, "kind", row_text(r, 1));
    jw_kid(w, "unit_id", row_i64(r, 2));
    jw_kstr(w, "unit", row_text(r, 3));
    jw_kid(w, "into_id", row_i64(r, 4));
    jw_kstr(w, "into", row_text(r, 5));
    jw_kstr(w, "on", row_text(r, 6));
    jw_kstr(w, "state", row_text(r, 7));
    jw_kraw(w, "lines", row_text(r, 8));
    jw_ki64(w, "followed", row_i64(r, 9));
    jw_kstr(w, "failure", code.p ? str_of(err_message(cx->a, &why, cx->lang)) : STR_NONE);
    jw_kstr(w, "asked_by", row_text(r, 11));
    jw_ki64(w, "asked_at", row_i64(r, 12));
    if (row_is_null(r, 13))
        jw_knull(w, "done_at");
    else
        jw_ki64(w, "done_at", row_i64(r, 13));
    jw_obj_end(w);
}

/* The city's, newest first; with unit= those that took from it or gave to it, for its
 * administrators. */
ORG_READ(org_reforms)
{
    const struct org_reforms_in *in = in_;
    int64_t before = INT64_MAX, last = 0, limit = in->limit ? in->limit : 50, n = 0;
    struct unit_row u;
    struct rows r;
    bool more = false;
    if (!cursor_read(cx, in->after, &before, NULL, NULL))
        return false;
    if (in->unit ? !load_administered(cx, in->unit, &u) : !is_city_admin(cx))
        return in->unit ? false : fail(cx, ERR_INVALID, "filing.unit", "unit");
    if (in->unit)
        db_rows(cx->db, &r, &q_reforms_unit, u.id, before, limit + 1);
    else
        db_rows(cx->db, &r, &q_reforms, before, limit + 1);
    answer_rows(w);
    while (rows_next(&r)) {
        more = n++ == limit;
        if (more)
            break;
        last = row_i64(&r, 0);
        reform_write(cx, &r, w);
    }
    rows_end(&r);
    answer_rows_end(w, more ? cursor_text(cx, last, 0, 0) : STR_NONE);
    return !rows_failed(&r);
}

struct org_reform_in {
    int64_t reform_id;
};
static const struct field org_reform_in_fields[] = {
    FIELD(org_reform_in, reform_id, F_ID, .flags = FIELD_PATH, .zh = "改革事项", .en = "reform"),
};
ORG_RECORD(org_reform_in);

struct reform_row {
    int64_t unit_id, into_id;
    struct str state;
};

static bool reform_find(struct ctx *cx, int64_t id, struct reform_row *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_reform_get, id);
    if (found == 1)
        *out = (struct reform_row){ row_i64(&r, 1), row_i64(&r, 2), row_copy(&r, 5, cx->a) };
    rows_end(&r);
    return found == 1 || (found == 0 && fail_not_found(cx));
}

ORG_COMMAND(org_reform_cancel)
{
    const struct org_reform_in *in = in_;
    struct reform_row f;
    struct unit_row u;
    (void)out_;
    if (!reform_find(cx, in->reform_id, &f) || !load_administered(cx, f.unit_id, &u))
        return false;
    if (!str_is(u.kind, "section") && !is_city_admin(cx))
        return fail_not_found(cx);
    if (!str_is(f.state, "planned"))
        return fail(cx, ERR_STATE, "reform.decided", NULL);
    struct note n = note_begin(cx);
    jw_kid(&n.w, "reform_id", in->reform_id);
    return db_run(cx->db, &q_reform_state, "cancelled", STR_NONE, cx->now, in->reform_id) &&
           note_end(cx, &n, u.home_id, "reform.cancel");
}

/* --- the clock's --- */

/* The day of a plan has come: what stands in its way is kept beside it, for the city to see. */
ORG_COMMAND(org_reform_day)
{
    const struct org_reform_in *in = in_;
    struct reform_row f;
    (void)out_;
    if (!reform_find(cx, in->reform_id, &f))
        return false;
    if (!str_is(f.state, "planned"))
        return true; /* another node was first, or it was called off */
    if (command_run_child(cx, "reform.carry_out", in, NULL))
        return true;
    if (cx->err.kind == ERR_INTERNAL || cx->err.kind == ERR_BUSY)
        return false;
    const char *code = cx->err.code;
    cx->err = (struct err){ 0 };
    struct note n = note_begin(cx);
    jw_kid(&n.w, "reform_id", in->reform_id);
    jw_ktext(&n.w, "code", code);
    return db_run(cx->db, &q_reform_state, "failed", code, cx->now, in->reform_id) &&
           note_end(cx, &n, f.unit_id, "reform.fail");
}

ORG_COMMAND(org_reform_carry_out)
{
    const struct org_reform_in *in = in_;
    (void)out_;
    return reform_carry_out(cx, in->reform_id);
}

/* Matters found by the clock's thread come along, or, when there are none left, it is done. */
struct org_reform_follow_in {
    int64_t reform_id;
    struct ids matter_ids;
};
static const struct field org_reform_follow_in_fields[] = {
    FIELD(org_reform_follow_in, reform_id, F_ID, .flags = FIELD_REQUIRED, .zh = "改革事项",
          .en = "reform"),
    FIELD(org_reform_follow_in, matter_ids, F_IDS, .max = 500, .zh = "事项", .en = "matters"),
};
ORG_RECORD(org_reform_follow_in);

ORG_COMMAND(org_reform_follow)
{
    const struct org_reform_follow_in *in = in_;
    struct reform_row f;
    int64_t moved = 0;
    (void)out_;
    if (!reform_find(cx, in->reform_id, &f))
        return false;
    if (!str_is(f.state, "following"))
        return true;
    struct org_follow follow = { .unit_id = f.unit_id,
                                 .into_id = f.into_id,
                                 .matter_ids = arena_array_of(cx->a, int64_t, in->matter_ids.n),
                                 .n = in->matter_ids.n,
                                 .moved = &moved };
    for (size_t i = 0; i < follow.n; i++)
        follow.matter_ids[i] = in->matter_ids.p[i];
    if (!event_emit(cx, "reform.follow", f.unit_id, &follow))
        return false;
    return moved ? db_run(cx->db, &q_reform_followed, moved, in->reform_id)
                 : db_run(cx->db, &q_reform_state, "done", STR_NONE, cx->now, in->reform_id);
}

#define FOLLOW_AT_ONCE 100
#define FOLLOW_ROUNDS 20

static void run(struct ctx *cx, const char *command, const void *in, int64_t id, bool *good)
{
    struct err e = { 0 };
    *good = door_run(cx->core, command, in, NULL, NULL, cx->now, cx->a, &e);
    if (!*good)
        log_error("org", "a reform does not go on", "code", e.code, "reform",
                  arena_printf(cx->a, "%lld", (long long)id));
}

/* What comes along next, looked for by the clock's reader and not by the committer. */
static bool follow_next(struct ctx *cx, int64_t reform_id, int64_t unit_id, int64_t into_id)
{
    struct org_follow ask = { .unit_id = unit_id,
                              .into_id = into_id,
                              .matter_ids = arena_array_of(cx->a, int64_t, FOLLOW_AT_ONCE),
                              .most = FOLLOW_AT_ONCE };
    bool good = event_ask(cx, "reform.following", unit_id, &ask);
    const struct org_reform_follow_in in = { reform_id, { ask.matter_ids, ask.n } };
    if (good)
        run(cx, "reform.follow", &in, reform_id, &good);
    return good && ask.n > 0;
}

void reforms_tick(struct ctx *cx)
{
    struct {
        int64_t id, unit_id, into_id;
        bool is_planned;
    } due[20];
    struct rows r;
    size_t n = 0;
    bool good;
    for (db_rows(cx->db, &r, &q_reforms_due, today(cx)); n < 20 && rows_next(&r); n++) {
        due[n].id = row_i64(&r, 0);
        due[n].is_planned = str_is(row_text(&r, 1), "planned");
        due[n].unit_id = row_i64(&r, 2);
        due[n].into_id = row_i64(&r, 3);
    }
    rows_end(&r);
    for (size_t i = 0; i < n; i++) {
        const struct org_reform_in in = { due[i].id };
        if (due[i].is_planned)
            run(cx, "reform.day", &in, due[i].id, &good);
        for (int round = 0; !due[i].is_planned && round < FOLLOW_ROUNDS; round++)
            if (!follow_next(cx, due[i].id, due[i].unit_id, due[i].into_id))
                break;
    }
}
