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

/* No section, or one inside that unit that is not closed. */
static bool section_fits(struct ctx *cx, int64_t section_id, int64_t unit_id)
{
    struct unit_row s;
    if (!section_id)
        return true;
    int found = unit_find(cx, section_id, &s);
    return (found == 1 && str_is(s.kind, "section") && s.home_id == unit_id &&
            (!s.closed_on.p || str_cmp(s.closed_on, today(cx)) > 0)) ||
           (found >= 0 && fail(cx, ERR_INVALID, "post.section", "section_id"));
}

ORG_COMMAND(org_post_create)
{
    const struct org_post_create_in *in = in_;
    struct org_made *out = out_;
    struct unit_row u;
    struct person_row p;
    if (!load_administered(cx, in->unit_id, &u))
        return false;
    int found = person_find(cx, in->person_id, &p);
    if (found != 1 || p.is_disabled)
        return found >= 0 && fail_not_found(cx);
    if (str_is(u.kind, "section") || u.closed_on.p || u.by_paper)
        return fail(cx, ERR_INVALID, "post.unit", "unit_id");
    if (!section_fits(cx, in->section_id, u.id))
        return false;
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
    struct unit_row u;
    (void)out_;
    if (!post_load(cx, in->post_id, &post) || !load_administered(cx, post.unit_id, &u))
        return false;
    if (post.until_on.p && str_cmp(post.until_on, today(cx)) <= 0)
        return fail(cx, ERR_STATE, "post.ended", NULL);
    if (!section_fits(cx, in->section_id, u.id))
        return false;
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

/* Roles that were to end with the post end on its new last day, or no longer. */
static bool roles_follow(struct ctx *cx, const struct post_row *post, struct str old_until)
{
    struct rows r;
    int64_t ids[64];
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_post_grants, post->person_id, post->id); rows_next(&r) && n < 64;)
        ids[n++] = row_i64(&r, 0);
    rows_end(&r);
    for (size_t i = 0; i < n; i++) {
        struct grant_row g;
        if (grant_find(cx, ids[i], &g) != 1)
            return false;
        bool ended_with_it = old_until.p ? g.until_on.p && str_eq(g.until_on, old_until)
                                         : !g.until_on.p && post->until_on.p;
        if (!ended_with_it)
            continue;
        if (!grant_revoke(cx, &g))
            return false;
        g.id = id_new(cx->now);
        g.until_on = post->until_on;
        if (!grant_put(cx, &g))
            return false;
    }
    return !rows_failed(&r);
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

/* A post held, or one to come, in a unit that the actor administers. */
static bool post_open(struct ctx *cx, int64_t post_id, struct post_row *post, struct unit_row *u)
{
    if (!post_load(cx, post_id, post) || !load_administered(cx, post->unit_id, u))
        return false;
    return !post->until_on.p || str_cmp(post->until_on, today(cx)) > 0 ||
           fail(cx, ERR_STATE, "post.ended", NULL);
}

/* on is the first day it is no longer held. */
static bool post_finish(struct ctx *cx, struct post_row *post, const struct unit_row *u,
                        struct str on, const char *op)
{
    if (str_cmp(on, post->from_on) < 0)
        return fail(cx, ERR_INVALID, "post.period", "on");
    if (!is_city_admin(cx) && holds_filed_role(cx, post))
        return false;
    post->until_on = on;
    bool at_once = str_cmp(on, today(cx)) <= 0;
    struct note n = note_begin(cx);
    jw_kid(&n.w, "post_id", post->id);
    jw_kid(&n.w, "person_id", post->person_id);
    jw_kstr(&n.w, "title", post->title);
    jw_kstr(&n.w, "on", on);
    return post_put(cx, post) && roles_end(cx, post) && (!at_once || acting_end_all(cx, post)) &&
           contact_index(cx, post->person_id) && event_emit(cx, "org.post_ended", post->id, post) &&
           note_end(cx, &n, u->id, op);
}

ORG_COMMAND(org_post_end)
{
    const struct org_post_end_in *in = in_;
    struct post_row post;
    struct unit_row u;
    (void)out_;
    return post_open(cx, in->post_id, &post, &u) && post_finish(cx, &post, &u, in->on, "post.end");
}

/* --- dates --- */

struct org_post_dates_in {
    int64_t post_id;
    struct str from_on, until_on;
};
static const struct field org_post_dates_in_fields[] = {
    FIELD(org_post_dates_in, post_id, F_ID, .flags = FIELD_PATH, .zh = "身份", .en = "post"),
    FIELD(org_post_dates_in, from_on, F_DAY, .flags = FIELD_REQUIRED, .zh = "起始日期",
          .en = "from"),
    FIELD(org_post_dates_in, until_on, F_DAY, .zh = "截止日期", .en = "until"),
};
ORG_RECORD(org_post_dates_in);

/* Both days of a post; no last day is said by leaving it out. Its roles that ended with it end with
 * it still. */
ORG_COMMAND(org_post_dates)
{
    const struct org_post_dates_in *in = in_;
    struct post_row post;
    struct unit_row u;
    (void)out_;
    if (!post_open(cx, in->post_id, &post, &u))
        return false;
    if (in->until_on.n &&
        (str_cmp(in->until_on, in->from_on) <= 0 || str_cmp(in->until_on, today(cx)) <= 0))
        return fail(cx, ERR_INVALID, "post.period", "until_on");
    struct note n = note_begin(cx);
    jw_kid(&n.w, "post_id", post.id);
    jw_kstr(&n.w, "from_on", in->from_on);
    jw_kstr(&n.w, "until_on", in->until_on);
    struct str old = post.until_on;
    post.from_on = in->from_on;
    post.until_on = in->until_on.n ? in->until_on : STR_NONE;
    return post_put(cx, &post) && roles_follow(cx, &post, old) &&
           contact_index(cx, post.person_id) && note_end(cx, &n, u.id, "post.dates");
}

/* --- to another unit --- */

struct org_post_move_in {
    int64_t post_id, unit_id, section_id, rank_order;
    struct str title, grade, on;
    bool is_leader;
};
static const struct field org_post_move_in_fields[] = {
    FIELD(org_post_move_in, post_id, F_ID, .flags = FIELD_PATH, .zh = "身份", .en = "post"),
    FIELD(org_post_move_in, unit_id, F_ID, .flags = FIELD_REQUIRED, .zh = "调入单位",
          .en = "unit"),
    FIELD(org_post_move_in, section_id, F_ID, .zh = "科室", .en = "section"),
    FIELD(org_post_move_in, title, F_TEXT, .max = 60, .flags = FIELD_REQUIRED, .zh = "职务",
          .en = "title"),
    FIELD(org_post_move_in, grade, F_TEXT, .max = 40, .zh = "职级", .en = "grade"),
    FIELD(org_post_move_in, is_leader, F_BOOL, .zh = "班子成员", .en = "leadership team"),
    FIELD(org_post_move_in, rank_order, F_I64, .min = 0, .max = 99999, .zh = "排序号",
          .en = "rank order"),
    FIELD(org_post_move_in, on, F_DAY, .flags = FIELD_REQUIRED, .zh = "调动日期", .en = "on"),
};
ORG_RECORD(org_post_move_in);

/* 调动: the post ends on that day and another begins in the new unit, the main one if it was. What
 * is open stays with the old post until it is handed over. Both units must be the actor's to
 * administer: in practice the city moves people. */
ORG_COMMAND(org_post_move)
{
    const struct org_post_move_in *in = in_;
    struct org_made *out = out_;
    struct post_row post, fresh;
    struct unit_row u, to;
    if (!post_open(cx, in->post_id, &post, &u) || !load_administered(cx, in->unit_id, &to))
        return false;
    if (to.id == u.id || !str_is(to.kind, "unit") || to.closed_on.p || to.by_paper)
        return fail(cx, ERR_INVALID, "post.unit", "unit_id");
    if (!section_fits(cx, in->section_id, to.id))
        return false;
    if (str_cmp(in->on, post.from_on) <= 0)
        return fail(cx, ERR_INVALID, "post.period", "on");
    fresh = post;
    fresh.id = out->id = id_new(cx->now);
    fresh.unit_id = to.id;
    fresh.section_id = in->section_id;
    fresh.title = in->title;
    fresh.grade = in->grade.p ? in->grade : STR("");
    fresh.is_leader = in->is_leader;
    fresh.sort_key =
        str_printf(cx->a, "%05lld", (long long)(in->rank_order ? in->rank_order : 9999));
    fresh.from_on = in->on;
    fresh.until_on = STR_NONE;
    struct note n = note_begin(cx);
    jw_kid(&n.w, "post_id", fresh.id);
    jw_kid(&n.w, "person_id", fresh.person_id);
    jw_kstr(&n.w, "title", fresh.title);
    jw_kstr(&n.w, "from", u.name);
    jw_kstr(&n.w, "from_on", in->on);
    return post_finish(cx, &post, &u, in->on, "post.move") && post_put(cx, &fresh) &&
           contact_index(cx, fresh.person_id) && note_end(cx, &n, to.id, "post.move");
}
