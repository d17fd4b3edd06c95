/* Commands and reads about one person. A unit's administrator serves only people all of whose
 * posts and rights lie inside the unit: whoever else holds something elsewhere is the city's, or an
 * administrator could take over an account with more rights than the own. */
#include "org/org_tables.h"

#include "org/org.sql.h"

#define ORG_RECORD(name)                                                                           \
    const struct record name##_record = { #name, sizeof(struct name), name##_fields,               \
                                          sizeof name##_fields / sizeof *name##_fields }

/* Every post and right of the person lies in units the actor administers. */
static bool may_serve(struct ctx *cx, int64_t person_id)
{
    struct rows r;
    bool all = true, any = false;
    if (is_city_admin(cx))
        return true;
    for (db_rows(cx->db, &r, &q_person_posts, person_id); rows_next(&r);) {
        struct str until = row_text(&r, 8);
        if (until.p && str_cmp(until, today(cx)) <= 0)
            continue;
        any = true;
        all = all && may(cx, PERM_UNIT_ADMIN, row_i64(&r, 1), row_copy(&r, 10, cx->a));
    }
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    for (db_rows(cx->db, &r, &q_person_grants, person_id, today(cx)); rows_next(&r);)
        all = all && row_i64(&r, 1) != ROLE_CITY_ADMIN &&
              may(cx, PERM_UNIT_ADMIN, row_i64(&r, 2), row_copy(&r, 4, cx->a));
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    return (all && any) || fail_not_found(cx);
}

static bool load_served(struct ctx *cx, int64_t person_id, struct person_row *p,
                        struct org_post *main_post)
{
    int found = person_find(cx, person_id, p);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    if (!may_serve(cx, person_id))
        return false;
    *main_post = (struct org_post){ 0 };
    return org_main_post(cx, person_id, main_post) >= 0;
}

/* The unit on whose stream an act about this person stands; the city's when there is no post. */
static int64_t stream_of(struct ctx *cx, const struct org_post *post, const struct person_row *p)
{
    (void)cx;
    return post->unit_id ? post->unit_id : p->id;
}

struct org_person_create_in {
    struct str name, account, mobile, office_phone, title, grade, code;
    int64_t unit_id, section_id;
    bool is_leader;
};
static const struct field org_person_create_in_fields[] = {
    FIELD(org_person_create_in, name, F_TEXT, .max = 40, .flags = FIELD_REQUIRED, .zh = "姓名",
          .en = "name"),
    FIELD(org_person_create_in, account, F_TEXT, .max = 40, .flags = FIELD_REQUIRED, .zh = "账号",
          .en = "account"),
    FIELD(org_person_create_in, code, F_TEXT, .max = 40, .zh = "人员编码", .en = "code"),
    FIELD(org_person_create_in, mobile, F_TEXT, .max = 20, .zh = "手机", .en = "mobile"),
    FIELD(org_person_create_in, office_phone, F_TEXT, .max = 30, .zh = "办公电话",
          .en = "office phone"),
    FIELD(org_person_create_in, unit_id, F_ID, .flags = FIELD_REQUIRED, .zh = "单位", .en = "unit"),
    FIELD(org_person_create_in, section_id, F_ID, .zh = "科室", .en = "section"),
    FIELD(org_person_create_in, title, F_TEXT, .max = 60, .flags = FIELD_REQUIRED, .zh = "职务",
          .en = "title"),
    FIELD(org_person_create_in, grade, F_TEXT, .max = 40, .zh = "职级", .en = "grade"),
    FIELD(org_person_create_in, is_leader, F_BOOL, .zh = "班子成员", .en = "leadership team"),
};
ORG_RECORD(org_person_create_in);
struct org_person_made {
    int64_t id, post_id;
    struct str initial_secret;
};
static const struct field org_person_made_fields[] = {
    FIELD(org_person_made, id, F_ID, .flags = FIELD_REQUIRED, .zh = "人员", .en = "person"),
    FIELD(org_person_made, post_id, F_ID, .flags = FIELD_REQUIRED, .zh = "身份", .en = "post"),
    FIELD(org_person_made, initial_secret, F_TEXT,
          .flags = FIELD_SECRET | FIELD_OPTIONAL, .zh = "一次性初始口令",
          .en = "one-time secret"),
};
ORG_RECORD(org_person_made);

static bool account_text_good(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'))
            return false;
    }
    return s.n >= 3;
}

ORG_COMMAND(org_person_create)
{
    const struct org_person_create_in *in = in_;
    struct org_person_made *out = out_;
    struct unit_row u, section;
    struct str secret;
    if (!load_administered(cx, in->unit_id, &u))
        return false;
    if (str_is(u.kind, "section") || u.closed_on.p || u.by_paper)
        return fail(cx, ERR_INVALID, "post.unit", "unit_id");
    if (in->section_id && (unit_find(cx, in->section_id, &section) != 1 || section.home_id != u.id))
        return fail(cx, ERR_INVALID, "post.section", "section_id");
    if (!account_text_good(in->account))
        return fail(cx, ERR_INVALID, "account.text", "account");
    if (in->code.n && db_number(cx->db, 0, &q_person_id_by_code, in->code))
        return fail(cx, ERR_CONFLICT, "person.code_taken", "code");
    struct person_new p = { .code = in->code,
                            .name = in->name,
                            .account = in->account,
                            .mobile = in->mobile,
                            .office_phone = in->office_phone };
    if (!person_write(cx, &p, &out->id, &secret))
        return false;
    struct post_row post = { .id = id_new(cx->now),
                             .person_id = out->id,
                             .unit_id = u.id,
                             .section_id = in->section_id,
                             .title = in->title,
                             .grade = in->grade.p ? in->grade : STR(""),
                             .is_main = true,
                             .is_leader = in->is_leader,
                             .sort_key = STR("09999"),
                             .from_on = today(cx) };
    out->post_id = post.id;
    out->initial_secret = secret;
    struct note n = note_begin(cx);
    jw_kid(&n.w, "person_id", out->id);
    jw_kstr(&n.w, "name", in->name);
    jw_kstr(&n.w, "account", in->account);
    jw_kstr(&n.w, "title", in->title);
    return post_put(cx, &post) && contact_index(cx, out->id) &&
           note_end(cx, &n, u.id, "person.create");
}

struct org_person_change_in {
    int64_t person_id;
    struct str name, mobile, office_phone;
};
static const struct field org_person_change_in_fields[] = {
    FIELD(org_person_change_in, person_id, F_ID, .flags = FIELD_PATH, .zh = "人员", .en = "person"),
    FIELD(org_person_change_in, name, F_TEXT, .max = 40, .zh = "姓名", .en = "name"),
    FIELD(org_person_change_in, mobile, F_TEXT, .max = 20, .zh = "手机", .en = "mobile"),
    FIELD(org_person_change_in, office_phone, F_TEXT, .max = 30, .zh = "办公电话",
          .en = "office phone"),
};
ORG_RECORD(org_person_change_in);

/* What is not said stays. A person may change the own telephone numbers. */
ORG_COMMAND(org_person_change)
{
    const struct org_person_change_in *in = in_;
    struct person_row p;
    struct org_post post = { 0 };
    (void)out_;
    bool is_own = cx->actor && cx->actor->person_id == in->person_id && !in->name.n;
    if (is_own
            ? person_find(cx, in->person_id, &p) != 1 || org_main_post(cx, in->person_id, &post) < 0
            : !load_served(cx, in->person_id, &p, &post))
        return false;
    struct str secret;
    int64_t id;
    struct person_new n = { .id = p.id,
                            .code = p.code,
                            .name = in->name.n ? in->name : p.name,
                            .mobile = in->mobile.p ? in->mobile : p.mobile,
                            .office_phone =
                                in->office_phone.p ? in->office_phone : p.office_phone };
    struct note note = note_begin(cx);
    jw_kid(&note.w, "person_id", p.id);
    if (in->name.n && !str_eq(in->name, p.name)) {
        jw_kstr(&note.w, "from", p.name);
        jw_kstr(&note.w, "to", in->name);
    }
    jw_kbool(&note.w, "phones", in->mobile.p || in->office_phone.p);
    return person_write(cx, &n, &id, &secret) && contact_index(cx, p.id) &&
           person_touch(cx, p.id) && note_end(cx, &note, stream_of(cx, &post, &p), "person.change");
}

struct org_person_id_in {
    int64_t person_id;
};
static const struct field org_person_id_in_fields[] = {
    FIELD(org_person_id_in, person_id, F_ID, .flags = FIELD_PATH, .zh = "人员", .en = "person"),
};
ORG_RECORD(org_person_id_in);

/* Signs the person out everywhere; the next request already fails (S29). Posts and papers stay. */
ORG_COMMAND(org_person_disable)
{
    const struct org_person_id_in *in = in_;
    struct person_row p;
    struct org_post post;
    (void)out_;
    if (!load_served(cx, in->person_id, &p, &post))
        return false;
    if (cx->actor && cx->actor->person_id == p.id)
        return fail(cx, ERR_STATE, "person.self", NULL);
    if (p.is_disabled)
        return fail(cx, ERR_STATE, "person.disabled", NULL);
    p.is_disabled = true;
    struct note n = note_begin(cx);
    jw_kid(&n.w, "person_id", p.id);
    jw_kstr(&n.w, "name", p.name);
    return person_put(cx, &p) && account_disable(cx, p.id) && contact_index(cx, p.id) &&
           note_end(cx, &n, stream_of(cx, &post, &p), "person.disable");
}

struct org_secret {
    struct str initial_secret;
};
static const struct field org_secret_fields[] = {
    FIELD(org_secret, initial_secret, F_TEXT,
          .flags = FIELD_SECRET | FIELD_OPTIONAL, .zh = "一次性初始口令",
          .en = "one-time secret"),
};
ORG_RECORD(org_secret);

ORG_COMMAND(org_person_reset)
{
    const struct org_person_id_in *in = in_;
    struct org_secret *out = out_;
    struct person_row p;
    struct org_post post;
    if (!load_served(cx, in->person_id, &p, &post))
        return false;
    if (p.is_disabled)
        return fail(cx, ERR_STATE, "person.disabled", NULL);
    struct note n = note_begin(cx);
    jw_kid(&n.w, "person_id", p.id);
    return account_reset(cx, p.id, &out->initial_secret) &&
           note_end(cx, &n, stream_of(cx, &post, &p), "person.reset_secret");
}

/* Back again, with a new one-time secret; posts and roles are as they stand today. */
ORG_COMMAND(org_person_enable)
{
    const struct org_person_id_in *in = in_;
    struct org_secret *out = out_;
    struct person_row p;
    struct org_post post;
    if (!load_served(cx, in->person_id, &p, &post))
        return false;
    if (!p.is_disabled)
        return fail(cx, ERR_STATE, "person.enabled", NULL);
    p.is_disabled = false;
    struct note n = note_begin(cx);
    jw_kid(&n.w, "person_id", p.id);
    jw_kstr(&n.w, "name", p.name);
    /* only now is the post theirs again: it says on which stream this stands */
    return person_put(cx, &p) && org_main_post(cx, p.id, &post) >= 0 &&
           account_enable(cx, p.id) && account_reset(cx, p.id, &out->initial_secret) &&
           contact_index(cx, p.id) && note_end(cx, &n, stream_of(cx, &post, &p), "person.enable");
}

/* --- the derived keys --- */

const struct field org_rebuild_fields[] = {
    FIELD(org_rebuild, after, F_ID, .zh = "从此人之后", .en = "behind this person"),
};
const struct record org_rebuild_record = { "org_rebuild", sizeof(struct org_rebuild),
                                           org_rebuild_fields, 1 };

/* Builds the address book's keys anew, 300 people a time; the answer says where to go on. */
ORG_COMMAND(org_rebuild_book)
{
    const struct org_rebuild *in = in_;
    struct org_rebuild *out = out_;
    return people_index(cx, in->after, 300, &out->after);
}

/* --- one person --- */

static bool write_posts(struct ctx *cx, int64_t person_id, struct jw *w, bool *is_leader,
                        bool *is_near, bool *can_administer)
{
    struct rows r;
    jw_karr(w, "posts");
    for (db_rows(cx->db, &r, &q_person_posts, person_id); rows_next(&r);) {
        struct str until = row_text(&r, 8);
        if ((until.p && str_cmp(until, today(cx)) <= 0))
            continue;
        struct str path = row_copy(&r, 10, cx->a);
        *is_leader = *is_leader || row_i64(&r, 6);
        *is_near = *is_near || is_own_unit(cx, row_i64(&r, 1));
        *can_administer = *can_administer || may(cx, PERM_UNIT_ADMIN, row_i64(&r, 1), path);
        jw_obj(w);
        jw_kid(w, "id", row_i64(&r, 0));
        jw_kid(w, "unit_id", row_i64(&r, 1));
        jw_kstr(w, "unit", row_text(&r, 9));
        jw_kid(w, "section_id", row_i64(&r, 2));
        jw_kstr(w, "section", row_text(&r, 11));
        jw_kstr(w, "title", row_text(&r, 3));
        jw_kstr(w, "grade", row_text(&r, 4));
        jw_kbool(w, "is_main", row_i64(&r, 5));
        jw_kbool(w, "is_leader", row_i64(&r, 6));
        jw_kstr(w, "from_on", row_text(&r, 7));
        jw_kstr(w, "until_on", until);
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    return !rows_failed(&r);
}

/* Account and roles, for the person and the administrators; empty for others. */
static bool write_rights(struct ctx *cx, int64_t person_id, bool shows, struct jw *w)
{
    struct rows r;
    int has = shows ? db_get(cx->db, &r, &q_account_of, person_id) : 0;
    jw_kstr(w, "account", has == 1 ? row_text(&r, 0) : STR_NONE);
    if (shows)
        rows_end(&r);
    jw_karr(w, "roles");
    if (shows)
        db_rows(cx->db, &r, &q_person_grants, person_id, today(cx));
    while (shows && rows_next(&r)) {
        jw_obj(w);
        jw_kid(w, "id", row_i64(&r, 0));
        jw_ktext(w, "role", role_name((enum role)row_i64(&r, 1)));
        jw_kid(w, "unit_id", row_i64(&r, 2));
        jw_kstr(w, "unit", row_text(&r, 5));
        jw_kid(w, "post_id", row_i64(&r, 3));
        jw_kstr(w, "until_on", row_text(&r, 6));
        jw_obj_end(w);
    }
    jw_arr_end(w);
    if (!shows)
        return true;
    rows_end(&r);
    return !rows_failed(&r);
}

ORG_READ(org_person_get)
{
    const struct org_person_id_in *in = in_;
    struct person_row p;
    bool is_leader = false, is_near = false, can_administer = false;
    int found = person_find(cx, in->person_id, &p);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    jw_obj(w);
    jw_kid(w, "id", p.id);
    jw_kstr(w, "name", p.name);
    jw_kstr(w, "office_phone", p.office_phone);
    jw_kbool(w, "is_disabled", p.is_disabled);
    if (!write_posts(cx, p.id, w, &is_leader, &is_near, &can_administer))
        return false;
    bool is_self = cx->actor && cx->actor->person_id == p.id;
    bool shows = is_self || can_administer || (is_near && !is_leader);
    jw_kstr(w, "mobile", shows ? p.mobile : is_leader ? STR_NONE : phone_masked(cx->a, p.mobile));
    jw_kbool(w, "is_leader", is_leader);
    jw_kbool(w, "can_administer", can_administer);
    bool good = write_rights(cx, p.id, can_administer || is_self, w);
    jw_obj_end(w);
    return good;
}
