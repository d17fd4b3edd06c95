/* Issuing bodies are registered by the city before their first number (OFFICE P4), renamed from a
 * day on, handed to another unit, and closed when they end; second superiors (双重领导) are set here too. */
#include "org/org_tables.h"

#include "org/org.sql.h"

#define ORG_RECORD(name)                                                                           \
    const struct record name##_record = { #name, sizeof(struct name), name##_fields,               \
                                          sizeof name##_fields / sizeof *name##_fields }

const char *const agency_kinds[] = { "committee",     "npc",         "government", "cppcc",
                                     "discipline",    "office",      "department", "party_group",
                                     "leading_group", "mass",        "court",      "procuratorate",
                                     "vertical",      "institution", "enterprise", NULL };
const char *const agency_doc_types[] = { "决议", "决定", "命令", "公报", "公告", "通告",
                                         "意见", "通知", "通报", "报告", "请示", "批复",
                                         "议案", "函",   "纪要", NULL };

struct org_agency_create_in {
    int64_t unit_id;
    struct str code, name, signature_name, book_mark, kind;
    struct texts doc_types;
};
static const struct field org_agency_create_in_fields[] = {
    FIELD(org_agency_create_in, unit_id, F_ID, .flags = FIELD_REQUIRED, .zh = "承办单位",
          .en = "unit that handles its paper"),
    FIELD(org_agency_create_in, code, F_TEXT, .max = 40, .zh = "机关编码", .en = "code"),
    FIELD(org_agency_create_in, name, F_TEXT, .max = 100, .flags = FIELD_REQUIRED,
          .zh = "发文机关标志", .en = "name above the red rule"),
    FIELD(org_agency_create_in, signature_name, F_TEXT, .max = 100, .flags = FIELD_REQUIRED,
          .zh = "署名", .en = "name under the text"),
    FIELD(org_agency_create_in, book_mark, F_TEXT, .max = 20, .flags = FIELD_REQUIRED,
          .zh = "机关代字", .en = "mark of its main book"),
    FIELD(org_agency_create_in, kind, F_CHOICE, .choices = agency_kinds, .flags = FIELD_REQUIRED,
          .zh = "类别", .en = "kind"),
    FIELD(org_agency_create_in, doc_types, F_TEXTS, .min = 1, .max = 15, .flags = FIELD_REQUIRED,
          .zh = "可用文种", .en = "kinds of document it may issue"),
};
ORG_RECORD(org_agency_create_in);

static bool types_text(struct ctx *cx, struct texts t, struct str *out)
{
    struct buf b = buf_in(cx->a);
    for (size_t i = 0; i < t.n; i++) {
        size_t k = 0;
        while (agency_doc_types[k] && !str_is(t.p[i], agency_doc_types[k]))
            k++;
        if (!agency_doc_types[k])
            return fail(cx, ERR_INVALID, "agency.doc_type", "doc_types");
        if (i)
            buf_char(&b, ',');
        buf_str(&b, t.p[i]);
    }
    *out = buf_done(&b);
    return true;
}

ORG_COMMAND(org_agency_create)
{
    const struct org_agency_create_in *in = in_;
    struct org_made *out = out_;
    struct unit_row u;
    struct org_agency old, agency = { .unit_id = in->unit_id,
                                      .name = in->name,
                                      .signature_name = in->signature_name,
                                      .book_mark = in->book_mark,
                                      .kind = in->kind };
    if (!unit_load(cx, in->unit_id, &u) || !types_text(cx, in->doc_types, &agency.doc_types))
        return false;
    if (!str_is(u.kind, "unit") || u.closed_on.p)
        return fail(cx, ERR_INVALID, "post.unit", "unit_id");
    agency.code = in->code.n ? in->code : str_printf(cx->a, "A%lld", (long long)id_new(cx->now));
    int taken = org_agency_by_code(cx, agency.code, &old);
    if (taken)
        return taken > 0 && fail(cx, ERR_CONFLICT, "agency.code_taken", "code");
    struct note n = note_begin(cx);
    jw_kstr(&n.w, "code", agency.code);
    jw_kstr(&n.w, "name", agency.name);
    jw_kstr(&n.w, "mark", agency.book_mark);
    return agency_write(cx, &agency, &out->id) && note_end(cx, &n, u.id, "agency.create");
}

struct org_agency_rename_in {
    int64_t agency_id;
    struct str name, signature_name, book_mark, from_on;
};
static const struct field org_agency_rename_in_fields[] = {
    FIELD(org_agency_rename_in, agency_id, F_ID, .flags = FIELD_PATH, .zh = "发文机关",
          .en = "agency"),
    FIELD(org_agency_rename_in, name, F_TEXT, .max = 100, .flags = FIELD_REQUIRED,
          .zh = "发文机关标志", .en = "name above the red rule"),
    FIELD(org_agency_rename_in, signature_name, F_TEXT, .max = 100, .flags = FIELD_REQUIRED,
          .zh = "署名", .en = "name under the text"),
    FIELD(org_agency_rename_in, book_mark, F_TEXT, .max = 20, .flags = FIELD_REQUIRED,
          .zh = "机关代字", .en = "mark of its main book"),
    FIELD(org_agency_rename_in, from_on, F_DAY, .flags = FIELD_REQUIRED, .zh = "生效日期",
          .en = "from"),
};
ORG_RECORD(org_agency_rename_in);

/* Papers keep the names of their day; a new mark opens a new book with its first number. */
ORG_COMMAND(org_agency_rename)
{
    const struct org_agency_rename_in *in = in_;
    struct org_agency agency;
    (void)out_;
    int found = org_agency_find(cx, in->agency_id, &agency);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    struct note n = note_begin(cx);
    jw_kid(&n.w, "agency_id", agency.id);
    jw_kstr(&n.w, "from", agency.name);
    jw_kstr(&n.w, "to", in->name);
    jw_kstr(&n.w, "mark", in->book_mark);
    jw_kstr(&n.w, "from_on", in->from_on);
    return agency_rename(cx, &agency, in->from_on, in->name, in->signature_name, in->book_mark) &&
           note_end(cx, &n, agency.unit_id, "agency.rename");
}

struct org_agency_change_in {
    int64_t agency_id, unit_id;
    struct texts doc_types;
};
static const struct field org_agency_change_in_fields[] = {
    FIELD(org_agency_change_in, agency_id, F_ID, .flags = FIELD_PATH, .zh = "发文机关",
          .en = "agency"),
    FIELD(org_agency_change_in, unit_id, F_ID, .zh = "承办单位",
          .en = "unit that handles its paper"),
    FIELD(org_agency_change_in, doc_types, F_TEXTS, .min = 1, .max = 15, .flags = FIELD_REQUIRED,
          .zh = "可用文种", .en = "kinds of document it may issue"),
};
ORG_RECORD(org_agency_change_in);

/* Another unit handles its paper from now on: its number books go along. */
static bool agency_goes(struct ctx *cx, const struct org_agency *agency, int64_t unit_id)
{
    struct unit_row u;
    int64_t id = agency->id;
    if (!unit_load(cx, unit_id, &u))
        return false;
    if (!str_is(u.kind, "unit") || u.closed_on.p || u.by_paper)
        return fail(cx, ERR_INVALID, "post.unit", "unit_id");
    const struct org_reform shared = { .unit_id = agency->unit_id,
                                       .into_id = u.id,
                                       .agency_ids = { &id, 1 } };
    struct note n = note_begin(cx);
    jw_kid(&n.w, "agency_id", agency->id);
    jw_kstr(&n.w, "name", agency->name);
    jw_kstr(&n.w, "unit", u.name);
    return agency_move(cx, agency->id, u.id) &&
           db_run(cx->db, &q_unit_speaks_anew, agency->unit_id) &&
           event_emit(cx, "reform.moved", agency->unit_id, &shared) &&
           note_end(cx, &n, u.id, "agency.change");
}

ORG_COMMAND(org_agency_change)
{
    const struct org_agency_change_in *in = in_;
    struct org_agency agency;
    struct str types;
    (void)out_;
    int found = org_agency_find(cx, in->agency_id, &agency);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    if (!types_text(cx, in->doc_types, &types) ||
        !db_run(cx->db, &q_agency_types, types, agency.id))
        return false;
    struct note n = note_begin(cx);
    jw_kid(&n.w, "agency_id", agency.id);
    jw_kstr(&n.w, "name", agency.name);
    jw_kstr(&n.w, "doc_types", types);
    return note_end(cx, &n, agency.unit_id, "agency.change") &&
           (!in->unit_id || in->unit_id == agency.unit_id ||
            agency_goes(cx, &agency, in->unit_id));
}

struct org_agency_list_in {
    int64_t unit_id, limit;
};
static const struct field org_agency_list_in_fields[] = {
    FIELD(org_agency_list_in, unit_id, F_ID, .flags = FIELD_PATH, .zh = "单位", .en = "unit"),
    ORG_LIMIT(org_agency_list_in),
};
ORG_RECORD(org_agency_list_in);

static void next_name(struct rows *r, struct jw *w)
{
    if (row_is_null(r, 8)) {
        jw_knull(w, "next");
        return;
    }
    jw_kobj(w, "next");
    jw_kstr(w, "from_on", row_text(r, 8));
    jw_kstr(w, "name", row_text(r, 9));
    jw_kstr(w, "signature_name", row_text(r, 10));
    jw_kstr(w, "book_mark", row_text(r, 11));
    jw_obj_end(w);
}

/* A unit's agencies with all that is registered of them, closed ones last seen too: known to
 * everybody, as their papers are. */
ORG_READ(org_agency_list)
{
    const struct org_agency_list_in *in = in_;
    struct unit_row u;
    struct rows r;
    if (!unit_load(cx, in->unit_id, &u))
        return false;
    answer_rows(w);
    for (db_rows(cx->db, &r, &q_agency_of, today(cx), u.id); rows_next(&r);) {
        struct str types = row_text(&r, 6), one;
        jw_obj(w);
        jw_kid(w, "id", row_i64(&r, 0));
        jw_kstr(w, "code", row_text(&r, 1));
        jw_kstr(w, "name", row_text(&r, 2));
        jw_kstr(w, "signature_name", row_text(&r, 3));
        jw_kstr(w, "book_mark", row_text(&r, 4));
        jw_kstr(w, "kind", row_text(&r, 5));
        jw_karr(w, "doc_types");
        while (types.n && str_cut(&types, ',', &one))
            jw_str(w, one);
        jw_arr_end(w);
        jw_kstr(w, "closed_on", row_text(&r, 7));
        next_name(&r, w);
        jw_obj_end(w);
    }
    rows_end(&r);
    answer_rows_end(w, STR_NONE);
    return !rows_failed(&r);
}

struct org_agency_close_in {
    int64_t agency_id;
    struct str on;
};
static const struct field org_agency_close_in_fields[] = {
    FIELD(org_agency_close_in, agency_id, F_ID, .flags = FIELD_PATH, .zh = "发文机关",
          .en = "agency"),
    FIELD(org_agency_close_in, on, F_DAY, .flags = FIELD_REQUIRED, .zh = "撤销日期", .en = "on"),
};
ORG_RECORD(org_agency_close_in);

/* Its papers and numbers stay; it issues nothing from now on. */
ORG_COMMAND(org_agency_close)
{
    const struct org_agency_close_in *in = in_;
    struct org_agency agency;
    (void)out_;
    int found = org_agency_find(cx, in->agency_id, &agency);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    if (str_cmp(in->on, today(cx)) > 0)
        return fail(cx, ERR_INVALID, "agency.future", "on");
    struct note n = note_begin(cx);
    jw_kid(&n.w, "agency_id", agency.id);
    jw_kstr(&n.w, "on", in->on);
    return db_run(cx->db, &q_agency_close, in->on, agency.id) &&
           note_end(cx, &n, agency.unit_id, "agency.close");
}

struct org_dual_in {
    int64_t unit_id, superior_id;
};
static const struct field org_dual_in_fields[] = {
    FIELD(org_dual_in, unit_id, F_ID, .flags = FIELD_PATH, .zh = "单位", .en = "unit"),
    FIELD(org_dual_in, superior_id, F_ID, .zh = "双重领导的另一上级", .en = "second superior"),
};
ORG_RECORD(org_dual_in);

/* superior_id null ends the dual leadership. */
ORG_COMMAND(org_dual_set)
{
    const struct org_dual_in *in = in_;
    struct unit_row u, superior;
    (void)out_;
    if (!unit_load(cx, in->unit_id, &u) ||
        (in->superior_id && !unit_load(cx, in->superior_id, &superior)))
        return false;
    if (in->superior_id && (in->superior_id == u.id || in->superior_id == u.parent_id))
        return fail(cx, ERR_INVALID, "unit.second", "superior_id");
    struct note n = note_begin(cx);
    jw_kid(&n.w, "unit_id", u.id);
    jw_kid(&n.w, "superior_id", in->superior_id);
    return db_run(cx->db, &q_dual_clear, u.id) &&
           (!in->superior_id || db_run(cx->db, &q_dual_put, u.id, in->superior_id)) &&
           note_end(cx, &n, u.home_id, "unit.second_superior");
}
