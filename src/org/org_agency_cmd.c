/* Issuing bodies are registered by the city before their first number (OFFICE P4), and closed when
 * they end; second superiors (双重领导) are set here too. */
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
