/* 分管 in_charge (OFFICE P3): leader × unit or section × period, the main routing fact. Changing it
 * on a day re-routes new items only; what the former leader has open is handed over by desk/'s
 * post.hand_over, item by item. */
#include "org/org_tables.h"

#include "org/org.sql.h"

#define ORG_RECORD(name)                                                                           \
    const struct record name##_record = { #name, sizeof(struct name), name##_fields,               \
                                          sizeof name##_fields / sizeof *name##_fields }

int org_leader_in_charge(struct ctx *cx, int64_t unit_or_section, struct str on,
                         int64_t *leader_post, int64_t *deputy_post)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_in_charge_on, unit_or_section, day_or_today(cx, on));
    *leader_post = found == 1 ? row_i64(&r, 0) : 0;
    *deputy_post = found == 1 ? row_i64(&r, 1) : 0;
    rows_end(&r);
    return found;
}

bool in_charge_write(struct ctx *cx, const struct post_row *leader, int64_t unit_id,
                     int64_t deputy_post, struct str from_on, struct str until_on, int64_t *id)
{
    *id = id_new(cx->now);
    return db_run(cx->db, &q_in_charge_put, *id, leader->id, unit_id, bind_id(deputy_post), from_on,
                  until_on);
}

struct org_in_charge_in {
    int64_t leader_post, unit_id, deputy_post;
    struct str from_on, until_on;
};
static const struct field org_in_charge_in_fields[] = {
    FIELD(org_in_charge_in, leader_post, F_ID, .flags = FIELD_REQUIRED, .zh = "分管领导",
          .en = "leader's post"),
    FIELD(org_in_charge_in, unit_id, F_ID, .flags = FIELD_REQUIRED, .zh = "分管单位或科室",
          .en = "unit or section"),
    FIELD(org_in_charge_in, from_on, F_DAY, .flags = FIELD_REQUIRED, .zh = "起始日期",
          .en = "from"),
    FIELD(org_in_charge_in, until_on, F_DAY, .zh = "截止日期", .en = "until"),
    FIELD(org_in_charge_in, deputy_post, F_ID, .zh = "联系副秘书长", .en = "deputy"),
};
ORG_RECORD(org_in_charge_in);

struct org_charged {
    int64_t id, former_post;
};
static const struct field org_charged_fields[] = {
    FIELD(org_charged, id, F_ID, .flags = FIELD_REQUIRED, .zh = "分管", .en = "charge"),
    FIELD(org_charged, former_post, F_ID, .zh = "此前分管领导的身份",
          .en = "post of the leader in charge until then"),
};
ORG_RECORD(org_charged);

/* A leader of the same body or unit who was in charge until then no longer is: a city leader and
 * the unit's own one stand beside each other. */
static bool former_ends(struct ctx *cx, const struct post_row *leader, int64_t unit_id,
                        struct str from_on, int64_t *former)
{
    *former = db_number(cx->db, 0, &q_in_charge_former, unit_id, from_on, leader->unit_id,
                        leader->id);
    return cx->err.kind == ERR_NONE &&
           (!*former || db_run(cx->db, &q_in_charge_former_end, from_on, unit_id, *former));
}

/* Who may set it: the administrators of the leader's unit or body, or of the city. A unit's own
 * administrator reaches only sections of the own unit. */
ORG_COMMAND(org_in_charge_set)
{
    const struct org_in_charge_in *in = in_;
    struct org_charged *out = out_;
    struct post_row leader, deputy;
    struct unit_row u, home;
    if (!post_load(cx, in->leader_post, &leader) || !load_administered(cx, leader.unit_id, &home) ||
        !load_administered(cx, in->unit_id, &u))
        return false;
    if (!leader.is_leader)
        return fail(cx, ERR_INVALID, "secretary.leader", "leader_post");
    if (!post_is_current(cx, &leader))
        return fail(cx, ERR_STATE, "post.ended", NULL);
    if (in->deputy_post && !post_load(cx, in->deputy_post, &deputy))
        return false;
    if (in->until_on.n && str_cmp(in->until_on, in->from_on) <= 0)
        return fail(cx, ERR_INVALID, "post.period", "until_on");
    struct note n = note_begin(cx);
    jw_kid(&n.w, "leader_post", leader.id);
    jw_kid(&n.w, "unit_id", u.id);
    jw_kid(&n.w, "deputy_post", in->deputy_post);
    jw_kstr(&n.w, "from_on", in->from_on);
    jw_kstr(&n.w, "until_on", in->until_on);
    return former_ends(cx, &leader, u.id, in->from_on, &out->former_post) &&
           in_charge_write(cx, &leader, u.id, in->deputy_post, in->from_on,
                           in->until_on.n ? in->until_on : STR_NONE, &out->id) &&
           note_end(cx, &n, u.home_id, "in_charge.create");
}

struct org_in_charge_end_in {
    int64_t in_charge_id;
    struct str on;
};
static const struct field org_in_charge_end_in_fields[] = {
    FIELD(org_in_charge_end_in, in_charge_id, F_ID, .flags = FIELD_PATH, .zh = "分管",
          .en = "in charge"),
    FIELD(org_in_charge_end_in, on, F_DAY, .flags = FIELD_REQUIRED, .zh = "截止日期", .en = "on"),
};
ORG_RECORD(org_in_charge_end_in);

ORG_COMMAND(org_in_charge_end)
{
    const struct org_in_charge_end_in *in = in_;
    struct unit_row u;
    struct rows r;
    (void)out_;
    int found = db_get(cx->db, &r, &q_in_charge_get, in->in_charge_id);
    int64_t unit_id = found == 1 ? row_i64(&r, 1) : 0;
    struct str until = found == 1 ? row_copy(&r, 3, cx->a) : STR_NONE;
    rows_end(&r);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    if (!load_administered(cx, unit_id, &u))
        return false;
    if (until.p && str_cmp(until, today(cx)) <= 0)
        return fail(cx, ERR_STATE, "in_charge.ended", NULL);
    struct note n = note_begin(cx);
    jw_kid(&n.w, "in_charge_id", in->in_charge_id);
    jw_kstr(&n.w, "on", in->on);
    return db_run(cx->db, &q_in_charge_end, in->on, in->in_charge_id) &&
           note_end(cx, &n, u.home_id, "in_charge.end");
}

struct org_in_charge_list_in {
    int64_t unit, limit;
};
static const struct field org_in_charge_list_in_fields[] = {
    FIELD(org_in_charge_list_in, unit, F_ID, .flags = FIELD_REQUIRED, .zh = "单位", .en = "unit"),
    ORG_LIMIT(org_in_charge_list_in),
};
ORG_RECORD(org_in_charge_list_in);

static bool list(struct ctx *cx, const struct query *q, int64_t unit_id, struct jw *w)
{
    struct rows r;
    for (db_rows(cx->db, &r, q, unit_id, today(cx)); rows_next(&r);) {
        jw_obj(w);
        jw_kid(w, "id", row_i64(&r, 0));
        jw_kid(w, "leader_post", row_i64(&r, 1));
        jw_kstr(w, "leader", row_text(&r, 2));
        jw_kstr(w, "leader_title", row_text(&r, 3));
        jw_kid(w, "unit_id", row_i64(&r, 4));
        jw_kstr(w, "unit", row_text(&r, 5));
        jw_kid(w, "deputy_post", row_i64(&r, 6));
        jw_kstr(w, "deputy", row_text(&r, 7));
        jw_kstr(w, "deputy_title", row_text(&r, 8));
        jw_kstr(w, "from_on", row_text(&r, 9));
        jw_kstr(w, "until_on", row_text(&r, 10));
        jw_obj_end(w);
    }
    rows_end(&r);
    return !rows_failed(&r);
}

/* Who is in charge of this unit, then all that its own leaders are in charge of (the division of
 * work is known to everybody: it is published as a document). */
ORG_READ(org_in_charge_list)
{
    const struct org_in_charge_list_in *in = in_;
    struct unit_row u;
    if (!unit_load(cx, in->unit, &u))
        return false;
    answer_rows(w);
    bool good = list(cx, &q_in_charge_list, u.id, w) && list(cx, &q_in_charge_of_leaders, u.id, w);
    answer_rows_end(w, STR_NONE);
    return good;
}
