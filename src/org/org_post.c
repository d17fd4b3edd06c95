/* 身份: posts of people. A person has several; every act is done as one (P6). A post that ends
 * takes its roles and what was given away or taken over with it. */
#include "org/org_tables.h"

#include "org/org.sql.h"

#define ORG_RECORD(name)                                                                           \
    const struct record name##_record = { #name, sizeof(struct name), name##_fields,               \
                                          sizeof name##_fields / sizeof *name##_fields }

struct org_post_create_in {
    int64_t person_id, unit_id, section_id, rank_order;
    struct str title, grade, from_on, until_on;
    bool is_main, is_leader;
};
static const struct field org_post_create_in_fields[] = {
    FIELD(org_post_create_in, person_id, F_ID, .flags = FIELD_REQUIRED, .zh = "人员",
          .en = "person"),
    FIELD(org_post_create_in, unit_id, F_ID, .flags = FIELD_REQUIRED, .zh = "单位", .en = "unit"),
    FIELD(org_post_create_in, section_id, F_ID, .zh = "科室", .en = "section"),
    FIELD(org_post_create_in, title, F_TEXT, .max = 60, .flags = FIELD_REQUIRED, .zh = "职务",
          .en = "title"),
    FIELD(org_post_create_in, grade, F_TEXT, .max = 40, .zh = "职级", .en = "grade"),
    FIELD(org_post_create_in, is_main, F_BOOL, .zh = "主职", .en = "main post"),
    FIELD(org_post_create_in, is_leader, F_BOOL, .zh = "班子成员", .en = "leadership team"),
    FIELD(org_post_create_in, rank_order, F_I64, .min = 0, .max = 99999, .zh = "排序号",
          .en = "rank order"),
    FIELD(org_post_create_in, from_on, F_DAY, .zh = "起始日期", .en = "from"),
    FIELD(org_post_create_in, until_on, F_DAY, .zh = "截止日期", .en = "until"),
};
ORG_RECORD(org_post_create_in);

/* The former main post stays, as a second one. */
static bool main_post_moves(struct ctx *cx, int64_t person_id)
{
    struct org_post old = { 0 };
    struct post_row row;
    int found = org_main_post(cx, person_id, &old);
    if (found != 1 || !old.is_main)
        return found >= 0;
    if (post_find(cx, old.id, &row) != 1)
        return false;
    row.is_main = false;
    return post_put(cx, &row);
}

ORG_COMMAND(org_post_create)
{
    const struct org_post_create_in *in = in_;
    struct org_made *out = out_;
    struct unit_row u, section;
    struct person_row p;
    if (!load_administered(cx, in->unit_id, &u))
        return false;
    int found = person_find(cx, in->person_id, &p);
    if (found != 1 || p.is_disabled)
        return found >= 0 && fail_not_found(cx);
    if (str_is(u.kind, "section") || u.closed_on.p || u.by_paper)
        return fail(cx, ERR_INVALID, "post.unit", "unit_id");
    if (in->section_id && (unit_find(cx, in->section_id, &section) != 1 || section.home_id != u.id))
        return fail(cx, ERR_INVALID, "post.section", "section_id");
    struct str from = in->from_on.n ? in->from_on : today(cx);
    if (in->until_on.n && str_cmp(in->until_on, from) <= 0)
        return fail(cx, ERR_INVALID, "post.period", "until_on");
    /* whose main post it is decides who administers the person: that is the city's to move */
    if (in->is_main && !is_city_admin(cx))
        return fail(cx, ERR_FORBIDDEN, "right.missing", "is_main");
    if (in->is_main && !main_post_moves(cx, p.id))
        return false;
    struct post_row post = {
        .id = id_new(cx->now),
        .person_id = p.id,
        .unit_id = u.id,
        .section_id = in->section_id,
        .title = in->title,
        .grade = in->grade.p ? in->grade : STR(""),
        .is_main = in->is_main,
        .is_leader = in->is_leader,
        .sort_key =
            str_printf(cx->a, "%05lld", (long long)(in->rank_order ? in->rank_order : 9999)),
        .from_on = from,
        .until_on = in->until_on.n ? in->until_on : STR_NONE,
    };
    out->id = post.id;
    struct note n = note_begin(cx);
    jw_kid(&n.w, "post_id", post.id);
    jw_kid(&n.w, "person_id", p.id);
    jw_kstr(&n.w, "name", p.name);
    jw_kstr(&n.w, "title", post.title);
    jw_kstr(&n.w, "from_on", from);
    return post_put(cx, &post) && contact_index(cx, p.id) && note_end(cx, &n, u.id, "post.create");
}

struct org_post_change_in {
    int64_t post_id, section_id, rank_order;
    struct str title, grade;
    bool is_leader;
};
static const struct field org_post_change_in_fields[] = {
    FIELD(org_post_change_in, post_id, F_ID, .flags = FIELD_PATH, .zh = "身份", .en = "post"),
    FIELD(org_post_change_in, section_id, F_ID, .zh = "科室", .en = "section"),
    FIELD(org_post_change_in, title, F_TEXT, .max = 60, .flags = FIELD_REQUIRED, .zh = "职务",
          .en = "title"),
    FIELD(org_post_change_in, grade, F_TEXT, .max = 40, .zh = "职级", .en = "grade"),
    FIELD(org_post_change_in, is_leader, F_BOOL, .flags = FIELD_REQUIRED, .zh = "班子成员",
          .en = "leadership team"),
    FIELD(org_post_change_in, rank_order, F_I64, .min = 0, .max = 99999, .zh = "排序号",
          .en = "rank order"),
};
ORG_RECORD(org_post_change_in);

/* Title, section, grade and order of a post that is held; no section is said by leaving it out. */
ORG_COMMAND(org_post_change)
{
    const struct org_post_change_in *in = in_;
    struct post_row post;
    struct unit_row u, section;
    (void)out_;
    if (!post_load(cx, in->post_id, &post) || !load_administered(cx, post.unit_id, &u))
        return false;
    if (post.until_on.p && str_cmp(post.until_on, today(cx)) <= 0)
        return fail(cx, ERR_STATE, "post.ended", NULL);
    if (in->section_id && (unit_find(cx, in->section_id, &section) != 1 || section.home_id != u.id))
        return fail(cx, ERR_INVALID, "post.section", "section_id");
    struct note n = note_begin(cx);
    jw_kid(&n.w, "post_id", post.id);
    jw_kstr(&n.w, "from", post.title);
    jw_kstr(&n.w, "to", in->title);
    jw_kid(&n.w, "section_id", in->section_id);
    jw_kbool(&n.w, "is_leader", in->is_leader);
    post.title = in->title;
    post.grade = in->grade.p ? in->grade : post.grade;
    post.section_id = in->section_id;
    post.is_leader = in->is_leader;
    if (in->rank_order)
        post.sort_key = str_printf(cx->a, "%05lld", (long long)in->rank_order);
    return post_put(cx, &post) && contact_index(cx, post.person_id) &&
           note_end(cx, &n, u.id, "post.change");
}

struct org_post_end_in {
    int64_t post_id;
    struct str on;
};
static const struct field org_post_end_in_fields[] = {
    FIELD(org_post_end_in, post_id, F_ID, .flags = FIELD_PATH, .zh = "身份", .en = "post"),
    FIELD(org_post_end_in, on, F_DAY, .flags = FIELD_REQUIRED, .zh = "截止日期", .en = "on"),
};
ORG_RECORD(org_post_end_in);

/* Every role of the post ends with it: at once, or dated. */
static bool roles_end(struct ctx *cx, const struct post_row *post)
{
    struct rows r;
    int64_t ids[64];
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_post_grants, post->person_id, post->id); rows_next(&r) && n < 64;)
        ids[n++] = row_i64(&r, 0);
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct grant_row g;
        if (grant_find(cx, ids[i], &g) != 1 || !grant_revoke(cx, &g))
            return false;
        bool ends_before = g.until_on.p && str_cmp(g.until_on, post->until_on) <= 0;
        g.id = id_new(cx->now);
        g.until_on = ends_before ? g.until_on : post->until_on;
        if (str_cmp(g.until_on, today(cx)) > 0 && !grant_put(cx, &g))
            return false;
    }
    return true;
}

/* Clerks and administrators go by way of the filing (A5): the city agrees first. */
static bool holds_filed_role(struct ctx *cx, const struct post_row *post)
{
    struct ids holders;
    static const enum role filed[] = { ROLE_UNIT_ADMIN, ROLE_DOC_CLERK };
    for (size_t k = 0; k < 2; k++) {
        if (!org_role_posts(cx, post->unit_id, filed[k], &holders))
            return true;
        for (size_t i = 0; i < holders.n; i++)
            if (holders.p[i] == post->id) {
                (void)fail(cx, ERR_STATE, "filing.first", NULL); /* always false */
                return true;
            }
    }
    return false;
}

/* on is the first day it is no longer held. */
ORG_COMMAND(org_post_end)
{
    const struct org_post_end_in *in = in_;
    struct post_row post;
    struct unit_row u;
    (void)out_;
    if (!post_load(cx, in->post_id, &post) || !load_administered(cx, post.unit_id, &u))
        return false;
    if (post.until_on.p && str_cmp(post.until_on, today(cx)) <= 0)
        return fail(cx, ERR_STATE, "post.ended", NULL);
    if (str_cmp(in->on, post.from_on) < 0)
        return fail(cx, ERR_INVALID, "post.period", "on");
    if (!is_city_admin(cx) && holds_filed_role(cx, &post))
        return false;
    post.until_on = in->on;
    bool at_once = str_cmp(in->on, today(cx)) <= 0;
    struct note n = note_begin(cx);
    jw_kid(&n.w, "post_id", post.id);
    jw_kid(&n.w, "person_id", post.person_id);
    jw_kstr(&n.w, "title", post.title);
    jw_kstr(&n.w, "on", in->on);
    return post_put(cx, &post) && roles_end(cx, &post) && (!at_once || acting_end_all(cx, &post)) &&
           contact_index(cx, post.person_id) && event_emit(cx, "org.post_ended", post.id, &post) &&
           note_end(cx, &n, u.id, "post.end");
}
