/* Commands and reads about units. The city's administrators change units; a unit's own
 * administrator may add and change sections of the unit and its telephone. */
#include "org/org_tables.h"

#include "org/org.sql.h"

const struct field org_made_fields[] = { FIELD(org_made, id, F_ID, .flags = FIELD_REQUIRED,
                                               .zh = "编号", .en = "id") };
const struct record org_made_record = { "org_made", sizeof(struct org_made), org_made_fields, 1 };

#define ORG_RECORD(name)                                                                           \
    const struct record name##_record = { #name, sizeof(struct name), name##_fields,               \
                                          sizeof name##_fields / sizeof *name##_fields }

const struct field org_list_in_fields[] = { ORG_LIMIT(org_list_in) };
const struct record org_list_in_record = { "org_list_in", sizeof(struct org_list_in),
                                           org_list_in_fields, 1 };

struct org_unit_create_in {
    struct str code, name, short_name, level, branch, kind, division_code, from_on, phone;
    int64_t parent_id, rank_order;
    bool by_paper;
};
static const struct field org_unit_create_in_fields[] = {
    FIELD(org_unit_create_in, code, F_TEXT, .max = 40, .zh = "单位编码", .en = "code"),
    FIELD(org_unit_create_in, name, F_TEXT, .max = 100, .flags = FIELD_REQUIRED, .zh = "名称",
          .en = "name"),
    FIELD(org_unit_create_in, short_name, F_TEXT, .max = 60, .zh = "简称", .en = "short name"),
    FIELD(org_unit_create_in, parent_id, F_ID, .flags = FIELD_REQUIRED, .zh = "上级",
          .en = "parent"),
    FIELD(org_unit_create_in, level, F_CHOICE, .choices = unit_levels, .zh = "层级", .en = "level"),
    FIELD(org_unit_create_in, branch, F_CHOICE, .choices = unit_branches, .zh = "系统",
          .en = "branch"),
    FIELD(org_unit_create_in, kind, F_CHOICE, .choices = unit_kinds, .zh = "类别", .en = "kind"),
    FIELD(org_unit_create_in, rank_order, F_I64, .min = 0, .max = 9999, .zh = "排序号",
          .en = "rank order"),
    FIELD(org_unit_create_in, division_code, F_TEXT, .max = 20, .zh = "行政区划代码",
          .en = "division code"),
    FIELD(org_unit_create_in, from_on, F_DAY, .zh = "生效日期", .en = "from"),
    FIELD(org_unit_create_in, phone, F_TEXT, .max = 40, .zh = "电话", .en = "phone"),
    FIELD(org_unit_create_in, by_paper, F_BOOL, .zh = "仅纸质", .en = "by paper only"),
};
ORG_RECORD(org_unit_create_in);

/* A level or branch not said is the parent's; a kind not said is unit. */
ORG_COMMAND(org_unit_create)
{
    const struct org_unit_create_in *in = in_;
    struct org_made *out = out_;
    struct unit_row parent;
    if (!unit_load(cx, in->parent_id, &parent))
        return false;
    bool is_section = str_is(in->kind, "section");
    if (is_section ? !may_administer(cx, &parent) : !is_city_admin(cx) && !fail_not_found(cx))
        return false;
    if (parent.closed_on.p)
        return fail(cx, ERR_STATE, "unit.closed", "parent_id");
    if (in->code.n && db_number(cx->db, 0, &q_unit_id_by_code, in->code))
        return fail(cx, ERR_CONFLICT, "unit.code_taken", "code");
    struct unit_new u = {
        .code = in->code,
        .name = in->name,
        .short_name = in->short_name,
        .level = is_section || !in->level.n ? parent.level : in->level,
        .branch = is_section || !in->branch.n ? parent.branch : in->branch,
        .kind = in->kind.n ? in->kind : STR("unit"),
        .division_code = in->division_code,
        .from_on = in->from_on,
        .phone = in->phone,
        .parent_id = parent.id,
        .rank_order = in->rank_order ? in->rank_order : 999,
        .by_paper = in->by_paper,
    };
    if (!unit_write(cx, &u, &out->id))
        return false;
    struct note n = note_begin(cx);
    jw_kstr(&n.w, "name", u.name);
    jw_kstr(&n.w, "kind", u.kind);
    jw_kid(&n.w, "parent_id", parent.id);
    return note_end(cx, &n, is_section ? parent.home_id : out->id, "unit.create");
}

struct org_unit_change_in {
    int64_t unit_id, rank_order;
    struct str phone;
};
static const struct field org_unit_change_in_fields[] = {
    FIELD(org_unit_change_in, unit_id, F_ID, .flags = FIELD_PATH, .zh = "单位", .en = "unit"),
    FIELD(org_unit_change_in, phone, F_TEXT, .max = 40, .zh = "电话", .en = "phone"),
    FIELD(org_unit_change_in, rank_order, F_I64, .min = 0, .max = 9999, .zh = "排序号",
          .en = "rank order"),
};
ORG_RECORD(org_unit_change_in);

ORG_COMMAND(org_unit_change)
{
    const struct org_unit_change_in *in = in_;
    struct unit_row u;
    struct unit_facts f;
    (void)out_;
    if (!load_administered(cx, in->unit_id, &u) || unit_facts_find(cx, u.id, &f) < 0)
        return false;
    bool reorders = in->rank_order && in->rank_order != f.rank_order;
    if (reorders && !str_is(u.kind, "section") && !is_city_admin(cx))
        return fail(cx, ERR_FORBIDDEN, "right.missing", "rank_order");
    struct unit_new n = {
        .id = u.id,
        .code = u.code,
        .name = u.name,
        .short_name = u.short_name,
        .level = u.level,
        .branch = u.branch,
        .kind = u.kind,
        .division_code = f.division_code,
        .from_on = f.from_on,
        .phone = in->phone.p ? in->phone : f.phone,
        .parent_id = u.parent_id,
        .rank_order = reorders ? in->rank_order : f.rank_order,
        .by_paper = u.by_paper,
    };
    int64_t id;
    struct note note = note_begin(cx);
    jw_kid(&note.w, "unit_id", u.id);
    jw_kstr(&note.w, "phone", n.phone);
    jw_ki64(&note.w, "rank_order", n.rank_order);
    return unit_write(cx, &n, &id) && note_end(cx, &note, u.home_id, "unit.change");
}

/* An agency of the unit that takes a new name with it. */
struct org_renamed_agency {
    int64_t agency_id;
    struct str name, signature_name, book_mark;
};
static const struct field org_renamed_agency_fields[] = {
    FIELD(org_renamed_agency, agency_id, F_ID, .flags = FIELD_REQUIRED, .zh = "发文机关",
          .en = "agency"),
    FIELD(org_renamed_agency, name, F_TEXT, .max = 100, .flags = FIELD_REQUIRED,
          .zh = "发文机关标志", .en = "name above the red rule"),
    FIELD(org_renamed_agency, signature_name, F_TEXT, .max = 100, .flags = FIELD_REQUIRED,
          .zh = "署名", .en = "name under the text"),
    FIELD(org_renamed_agency, book_mark, F_TEXT, .max = 20, .flags = FIELD_REQUIRED,
          .zh = "机关代字", .en = "mark of its main book"),
};
RECORD(org_renamed_agency);

struct org_unit_rename_in {
    int64_t unit_id;
    struct str name, short_name, from_on;
    struct list agencies;
};
static const struct field org_unit_rename_in_fields[] = {
    FIELD(org_unit_rename_in, unit_id, F_ID, .flags = FIELD_PATH, .zh = "单位", .en = "unit"),
    FIELD(org_unit_rename_in, name, F_TEXT, .max = 100, .flags = FIELD_REQUIRED, .zh = "新名称",
          .en = "new name"),
    FIELD(org_unit_rename_in, short_name, F_TEXT, .max = 60, .zh = "新简称", .en = "short name"),
    FIELD(org_unit_rename_in, from_on, F_DAY, .flags = FIELD_REQUIRED, .zh = "生效日期",
          .en = "from"),
    FIELD(org_unit_rename_in, agencies, F_RECORDS, .max = 32, .record = &org_renamed_agency_record,
          .zh = "随之更名的发文机关", .en = "agencies renamed with it"),
};
ORG_RECORD(org_unit_rename_in);

static bool agencies_rename(struct ctx *cx, const struct org_unit_rename_in *in)
{
    const struct org_renamed_agency *a = in->agencies.p;
    for (size_t i = 0; i < in->agencies.n; i++) {
        struct org_agency agency;
        int found = org_agency_find(cx, a[i].agency_id, &agency);
        if (found < 0)
            return false;
        if (found == 0 || agency.unit_id != in->unit_id)
            return fail(cx, ERR_INVALID, "agency.not_here", "agencies");
        if (!agency_rename(cx, &agency, in->from_on, a[i].name, a[i].signature_name,
                           a[i].book_mark))
            return false;
    }
    return true;
}

/* From a day on: at once when that day has come, else by the clock on the day (units_day). */
ORG_COMMAND(org_unit_rename)
{
    const struct org_unit_rename_in *in = in_;
    struct unit_row u;
    (void)out_;
    if (!load_administered(cx, in->unit_id, &u))
        return false;
    if (!str_is(u.kind, "section") && !is_city_admin(cx))
        return fail_not_found(cx);
    if (u.closed_on.p)
        return fail(cx, ERR_STATE, "unit.closed", NULL);
    struct str newest = STR("");
    struct rows r;
    for (db_rows(cx->db, &r, &q_unit_names, u.id); rows_next(&r);)
        newest = row_copy(&r, 0, cx->a);
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    if (str_cmp(in->from_on, newest) < 0)
        return fail_arg(cx, ERR_INVALID, "unit.rename_early", "from_on", newest.p, NULL);
    struct str short_name = in->short_name.n ? in->short_name : in->name;
    struct note n = note_begin(cx);
    jw_kid(&n.w, "unit_id", u.id);
    jw_kstr(&n.w, "from", u.name);
    jw_kstr(&n.w, "to", in->name);
    jw_kstr(&n.w, "from_on", in->from_on);
    jw_ki64(&n.w, "agencies", (int64_t)in->agencies.n);
    if (!agencies_rename(cx, in) ||
        !db_run(cx->db, &q_unit_name_put, u.id, in->from_on, in->name, short_name) ||
        !note_end(cx, &n, u.home_id, "unit.rename"))
        return false;
    if (str_cmp(in->from_on, today(cx)) > 0)
        return true;
    u.name = in->name;
    u.short_name = short_name;
    return unit_put(cx, &u) && tree_touch(cx);
}

struct org_unit_close_in {
    int64_t unit_id;
    struct str on;
};
static const struct field org_unit_close_in_fields[] = {
    FIELD(org_unit_close_in, unit_id, F_ID, .flags = FIELD_PATH, .zh = "单位", .en = "unit"),
    FIELD(org_unit_close_in, on, F_DAY, .flags = FIELD_REQUIRED, .zh = "撤销日期", .en = "on"),
};
ORG_RECORD(org_unit_close_in);

/* A unit is closed when nobody holds a post in it from that day on and nothing below it is open. */
ORG_COMMAND(org_unit_close)
{
    const struct org_unit_close_in *in = in_;
    struct unit_row u;
    (void)out_;
    if (!load_administered(cx, in->unit_id, &u))
        return false;
    bool is_section = str_is(u.kind, "section");
    if (!is_section && !is_city_admin(cx))
        return fail_not_found(cx);
    if (u.closed_on.p)
        return fail(cx, ERR_STATE, "unit.closed", NULL);
    int64_t posts =
        db_number(cx->db, 0, is_section ? &q_section_posts_open : &q_unit_posts_open, u.id, in->on);
    int64_t below = db_number(cx->db, 0, &q_unit_children_open, u.id, in->on);
    if (cx->err.kind)
        return false;
    if (posts || below)
        return fail_arg(cx, ERR_STATE, "unit.not_empty", NULL,
                        arena_printf(cx->a, "%lld", (long long)posts),
                        arena_printf(cx->a, "%lld", (long long)below));
    u.closed_on = in->on;
    struct note n = note_begin(cx);
    jw_kid(&n.w, "unit_id", u.id);
    jw_kstr(&n.w, "on", in->on);
    return unit_put(cx, &u) && tree_touch(cx) && note_end(cx, &n, u.home_id, "unit.close");
}

/* The clock's, once a day: what was dated becomes true. */
ORG_COMMAND(org_day)
{
    int64_t day = clock_days(clock_date_of(cx->now));
    int64_t last = db_number(cx->db, 0, &q_org_version, "day");
    struct str since = clock_day_text(cx->a, clock_from_days(last ? last : day - 1));
    (void)in_;
    (void)out_;
    return cx->err.kind == ERR_NONE && units_day(cx) && agencies_day(cx) && people_day(cx, since) &&
           db_run(cx->db, &q_org_version_set, "day", day);
}

/* --- reads --- */

struct org_unit_get_in {
    int64_t unit_id;
};
static const struct field org_unit_get_in_fields[] = {
    FIELD(org_unit_get_in, unit_id, F_ID, .flags = FIELD_PATH, .zh = "单位", .en = "unit"),
};
ORG_RECORD(org_unit_get_in);

static bool write_names(struct ctx *cx, int64_t unit_id, struct jw *w)
{
    struct rows r;
    jw_karr(w, "names");
    for (db_rows(cx->db, &r, &q_unit_names, unit_id); rows_next(&r);) {
        jw_obj(w);
        jw_kstr(w, "from_on", row_text(&r, 0));
        jw_kstr(w, "name", row_text(&r, 1));
        jw_kstr(w, "short_name", row_text(&r, 2));
        jw_obj_end(w);
    }
    jw_arr_end(w);
    rows_end(&r);
    return !rows_failed(&r);
}

static bool write_sections(struct ctx *cx, int64_t unit_id, struct jw *w)
{
    struct rows r;
    jw_karr(w, "sections");
    for (db_rows(cx->db, &r, &q_unit_sections, unit_id, today(cx)); rows_next(&r);) {
        jw_obj(w);
        jw_kid(w, "id", row_i64(&r, 0));
        jw_kstr(w, "name", row_text(&r, 1));
        jw_obj_end(w);
    }
    jw_arr_end(w);
    rows_end(&r);
    return !rows_failed(&r);
}

static bool write_above(struct ctx *cx, int64_t id, struct jw *w)
{
    struct unit_row up[8];
    size_t n = 0;
    while (id && n < 8) {
        if (!unit_load(cx, id, &up[n]))
            return false;
        id = up[n++].parent_id;
    }
    jw_karr(w, "above");
    while (n-- > 0) {
        jw_obj(w);
        jw_kid(w, "id", up[n].id);
        jw_kstr(w, "name", up[n].name);
        jw_obj_end(w);
    }
    jw_arr_end(w);
    return true;
}

static bool write_agencies(struct ctx *cx, int64_t unit_id, struct jw *w)
{
    struct org_agency *list;
    size_t n;
    if (!org_agencies_of(cx, unit_id, &list, &n))
        return false;
    jw_karr(w, "agencies");
    for (size_t i = 0; i < n; i++) {
        jw_obj(w);
        jw_kid(w, "id", list[i].id);
        jw_kstr(w, "name", list[i].name);
        jw_kstr(w, "mark", list[i].book_mark);
        jw_kstr(w, "kind", list[i].kind);
        jw_obj_end(w);
    }
    jw_arr_end(w);
    return true;
}

/* What was merged into it, and what it was merged into. */
static bool write_formers(struct ctx *cx, const struct unit_row *u, struct jw *w)
{
    struct rows r;
    struct unit_row now;
    jw_karr(w, "formers");
    for (db_rows(cx->db, &r, &q_formers_of, u->id); rows_next(&r);) {
        jw_obj(w);
        jw_kid(w, "id", row_i64(&r, 0));
        jw_kstr(w, "name", row_text(&r, 1));
        jw_kstr(w, "from_on", row_text(&r, 2));
        jw_obj_end(w);
    }
    jw_arr_end(w);
    rows_end(&r);
    int64_t heir = unit_now(cx, u->id);
    if (rows_failed(&r) || !heir || (heir != u->id && !unit_load(cx, heir, &now)))
        return false;
    if (heir == u->id) {
        jw_knull(w, "merged_into");
        return true;
    }
    jw_kobj(w, "merged_into");
    jw_kid(w, "id", now.id);
    jw_kstr(w, "name", now.name);
    jw_obj_end(w);
    return true;
}

ORG_READ(org_unit_get)
{
    const struct org_unit_get_in *in = in_;
    struct unit_row u;
    struct unit_facts f;
    if (!unit_load(cx, in->unit_id, &u) || unit_facts_find(cx, u.id, &f) < 0)
        return false;
    jw_obj(w);
    jw_kid(w, "id", u.id);
    jw_kid(w, "parent_id", u.parent_id);
    jw_kstr(w, "code", u.code);
    jw_kstr(w, "name", u.name);
    jw_kstr(w, "short_name", u.short_name);
    jw_kstr(w, "kind", u.kind);
    jw_kstr(w, "level", u.level);
    jw_kstr(w, "branch", u.branch);
    jw_ki64(w, "rank_order", f.rank_order);
    jw_kstr(w, "phone", f.phone);
    jw_kbool(w, "by_paper", u.by_paper);
    jw_kstr(w, "from_on", f.from_on);
    jw_kstr(w, "closed_on", u.closed_on);
    jw_kbool(w, "can_administer", may(cx, PERM_UNIT_ADMIN, u.home_id, u.path));
    int64_t other = db_number(cx->db, 0, &q_dual_get, u.id);
    struct unit_row second;
    if (other && !unit_load(cx, other, &second))
        return false;
    if (other) {
        jw_kobj(w, "other_superior");
        jw_kid(w, "id", second.id);
        jw_kstr(w, "name", second.name);
        jw_obj_end(w);
    } else {
        jw_knull(w, "other_superior");
    }
    bool good = write_above(cx, u.parent_id, w) && write_names(cx, u.id, w) &&
                write_sections(cx, u.id, w) && write_agencies(cx, u.id, w) &&
                write_formers(cx, &u, w);
    jw_obj_end(w);
    return good;
}

struct org_changes_in {
    int64_t unit, limit;
    struct str after;
};
static const struct field org_changes_in_fields[] = {
    FIELD(org_changes_in, unit, F_ID, .flags = FIELD_REQUIRED, .zh = "单位", .en = "unit"),
    FIELD(org_changes_in, after, F_TEXT, .max = 100, .zh = "继续查看的位置", .en = "position"),
    FIELD(org_changes_in, limit, F_I64, .min = 1, .max = 100, .zh = "每页条数", .en = "limit"),
};
ORG_RECORD(org_changes_in);

/* What was changed in a unit's administration, newest first; for its administrators. */
ORG_READ(org_changes)
{
    const struct org_changes_in *in = in_;
    struct unit_row u;
    int64_t before = INT64_MAX, last = 0, limit = in->limit ? in->limit : 50, n = 0;
    if (!load_administered(cx, in->unit, &u) || !cursor_read(cx, in->after, &before, NULL, NULL))
        return false;
    struct rows r;
    answer_rows(w);
    for (db_rows(cx->db, &r, &q_unit_admin_trace, u.home_id, before, limit + 1);
         rows_next(&r) && n < limit; n++) {
        last = row_i64(&r, 0);
        jw_obj(w);
        jw_ki64(w, "seq", last);
        jw_kstr(w, "op", row_text(&r, 1));
        jw_kstr(w, "actor", row_text(&r, 2));
        jw_ki64(w, "at", row_i64(&r, 3));
        jw_kraw(w, "body", row_text(&r, 4));
        jw_obj_end(w);
    }
    bool more = !r.done && n == limit;
    rows_end(&r);
    answer_rows_end(w, more ? cursor_text(cx, last, 0, 0) : STR_NONE);
    return !rows_failed(&r);
}
