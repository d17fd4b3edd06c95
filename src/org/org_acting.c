/* Who acts for whom: AB岗 backup post (P2), delegation with period and written authorisation (A14),
 * a leader's secretary (P1). They rest in core's acting rows; what the deputy does is marked as acting
 * for, and none covers signing for a leader: desk/ refuses that by the step. 主持工作 rests there too but
 * is something else: whoever presides while the head is away acts and signs in the own name (P2). */
#include "org/org_tables.h"

#include "org/org.sql.h"

#define ORG_RECORD(name)                                                                           \
    const struct record name##_record = { #name, sizeof(struct name), name##_fields,               \
                                          sizeof name##_fields / sizeof *name##_fields }

int acting_of(struct ctx *cx, enum acting_kind kind, int64_t from_post, struct acting_row *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_acting_of, from_post, (int64_t)kind, today(cx));
    if (found == 1)
        *out = (struct acting_row){ .id = row_i64(&r, 0),
                                    .kind = kind,
                                    .from_post = from_post,
                                    .to_post = row_i64(&r, 1),
                                    .to_person = row_i64(&r, 2),
                                    .is_share = row_i64(&r, 3),
                                    .modules = row_copy(&r, 4, cx->a),
                                    .from_on = row_copy(&r, 5, cx->a),
                                    .until_on = row_copy(&r, 6, cx->a),
                                    .authorisation = row_copy(&r, 7, cx->a) };
    rows_end(&r);
    return found;
}

/* The row of that id that has not ended, with the post acted for and that post's unit. */
static bool acting_load(struct ctx *cx, int64_t id, enum acting_kind kind, struct acting_row *out,
                        struct post_row *from, struct unit_row *u)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_acting_get, id);
    bool is_open = found == 1 && row_i64(&r, 0) == (int64_t)kind && row_is_null(&r, 9);
    if (is_open)
        *out = (struct acting_row){ .id = id,
                                    .kind = kind,
                                    .from_post = row_i64(&r, 1),
                                    .to_post = row_i64(&r, 2),
                                    .to_person = row_i64(&r, 3) };
    rows_end(&r);
    if (!is_open)
        return found >= 0 && fail_not_found(cx);
    return post_load(cx, out->from_post, from) && unit_load(cx, from->unit_id, u);
}

/* The own post, or one in a unit that the actor administers; otherwise it does not exist. */
static bool may_give(struct ctx *cx, const struct post_row *from)
{
    struct unit_row u;
    if (actor_post(cx, from->id))
        return true;
    return unit_load(cx, from->unit_id, &u) && may_administer(cx, &u);
}

static bool pair_load(struct ctx *cx, int64_t from_id, int64_t to_id, struct post_row *from,
                      struct post_row *to)
{
    if (!post_load(cx, from_id, from) || !may_give(cx, from) || !post_load(cx, to_id, to))
        return false;
    if (from->person_id == to->person_id)
        return fail(cx, ERR_INVALID, "acting.self", "to_post");
    if (!post_is_current(cx, from) || !post_is_current(cx, to))
        return fail(cx, ERR_STATE, "post.ended", NULL);
    return true;
}

static bool period_good(struct ctx *cx, struct str from_on, struct str until_on)
{
    if (until_on.n && str_cmp(until_on, from_on) < 0)
        return fail(cx, ERR_INVALID, "acting.period", "until_on");
    if (until_on.n && str_cmp(until_on, today(cx)) < 0)
        return fail(cx, ERR_INVALID, "acting.past", "until_on");
    return true;
}

static bool acting_begin(struct ctx *cx, const struct acting_row *t, const struct post_row *from,
                         const char *op)
{
    struct note n = note_begin(cx);
    jw_kid(&n.w, "acting_id", t->id);
    jw_kid(&n.w, "from_post", t->from_post);
    jw_kid(&n.w, "to_post", t->to_post);
    jw_kstr(&n.w, "from_on", t->from_on);
    jw_kstr(&n.w, "until_on", t->until_on);
    jw_kstr(&n.w, "modules", t->modules);
    jw_kstr(&n.w, "authorisation", t->authorisation);
    return acting_put(cx, t) && note_end(cx, &n, from->unit_id, op);
}

static bool acting_stop(struct ctx *cx, const struct acting_row *t, int64_t unit_id, const char *op)
{
    struct note n = note_begin(cx);
    jw_kid(&n.w, "acting_id", t->id);
    jw_kid(&n.w, "from_post", t->from_post);
    jw_kid(&n.w, "to_post", t->to_post);
    return acting_end(cx, t->id, t->to_person) && note_end(cx, &n, unit_id, op);
}

bool acting_end_all(struct ctx *cx, const struct post_row *post)
{
    struct rows r;
    int64_t ids[64], persons[64];
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_acting_of_post, post->id, post->person_id); n < 64 && rows_next(&r);
         n++) {
        ids[n] = row_i64(&r, 0);
        persons[n] = row_i64(&r, 1);
    }
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!acting_end(cx, ids[i], persons[i]))
            return false;
    return true;
}

/* --- delegation --- */

static const char *const modes[] = { "share", "redirect", NULL };
struct org_delegation_in {
    int64_t from_post, to_post;
    struct str from_on, until_on, mode, authorisation;
    struct texts modules;
};
static const struct field org_delegation_in_fields[] = {
    FIELD(org_delegation_in, from_post, F_ID, .flags = FIELD_REQUIRED, .zh = "委托身份",
          .en = "from post"),
    FIELD(org_delegation_in, to_post, F_ID, .flags = FIELD_REQUIRED, .zh = "受托身份",
          .en = "to post"),
    FIELD(org_delegation_in, from_on, F_DAY, .flags = FIELD_REQUIRED, .zh = "起始日期",
          .en = "from"),
    FIELD(org_delegation_in, until_on, F_DAY, .flags = FIELD_REQUIRED, .zh = "截止日期",
          .en = "until"),
    FIELD(org_delegation_in, modules, F_TEXTS, .max = 50, .zh = "适用模块", .en = "modules"),
    FIELD(org_delegation_in, mode, F_CHOICE, .choices = modes, .flags = FIELD_REQUIRED,
          .zh = "方式", .en = "mode"),
    FIELD(org_delegation_in, authorisation, F_TEXT, .min = 2, .max = 300, .flags = FIELD_REQUIRED,
          .zh = "书面授权", .en = "written authorisation"),
};
ORG_RECORD(org_delegation_in);

static struct str modules_text(struct ctx *cx, struct texts t)
{
    struct buf b = buf_in(cx->a);
    for (size_t i = 0; i < t.n; i++) {
        if (i)
            buf_char(&b, ',');
        buf_str(&b, t.p[i]);
    }
    return buf_done(&b);
}

ORG_COMMAND(org_delegate)
{
    const struct org_delegation_in *in = in_;
    struct org_made *out = out_;
    struct post_row from, to;
    if (!pair_load(cx, in->from_post, in->to_post, &from, &to) ||
        !period_good(cx, in->from_on, in->until_on))
        return false;
    /* outside the own unit only an administrator of the city delegates */
    if (from.unit_id != to.unit_id && !is_city_admin(cx))
        return fail(cx, ERR_INVALID, "acting.unit", "to_post");
    for (size_t i = 0; i < in->modules.n; i++)
        if (str_find(in->modules.p[i], STR(","), 0) >= 0)
            return fail(cx, ERR_INVALID, "acting.modules", "modules");
    struct acting_row t = { .id = id_new(cx->now),
                            .kind = ACTING_DELEGATION,
                            .from_post = from.id,
                            .to_post = to.id,
                            .to_person = to.person_id,
                            .is_share = str_is(in->mode, "share"),
                            .modules = modules_text(cx, in->modules),
                            .from_on = in->from_on,
                            .until_on = in->until_on,
                            .authorisation = in->authorisation };
    out->id = t.id;
    return acting_begin(cx, &t, &from, "delegation.create");
}

/* The head of a unit, and another of its leaders who may preside meanwhile (P2)? 1, 0, -1. */
static int may_preside(struct ctx *cx, const struct post_row *head, const struct post_row *deputy)
{
    if (!head->is_leader || !deputy->is_leader || head->unit_id != deputy->unit_id)
        return 0;
    return org_is_head(cx, head->unit_id, head->id);
}

bool org_stand_in(struct ctx *cx, int64_t from_post, int64_t to_post, struct str from_on,
                  struct str until_on, struct str authorisation, int64_t *acting_id)
{
    struct post_row from, to;
    if (!post_load(cx, from_post, &from) || !post_load(cx, to_post, &to))
        return false;
    if (from.person_id == to.person_id)
        return fail(cx, ERR_INVALID, "acting.self", "to_post");
    if (!post_is_current(cx, &from) || !post_is_current(cx, &to))
        return fail(cx, ERR_STATE, "post.ended", NULL);
    int presides = may_preside(cx, &from, &to);
    struct acting_row t = { .id = id_new(cx->now),
                            .kind = presides == 1 ? ACTING_PRESIDING : ACTING_DELEGATION,
                            .from_post = from.id,
                            .to_post = to.id,
                            .to_person = to.person_id,
                            .is_share = true,
                            .from_on = from_on,
                            .until_on = until_on,
                            .authorisation = utf8_prefix(authorisation, 300) };
    *acting_id = t.id;
    return presides >= 0 &&
           acting_begin(cx, &t, &from, presides ? "presiding.create" : "delegation.create");
}

bool org_stand_in_end(struct ctx *cx, int64_t acting_id)
{
    struct rows r;
    struct acting_row t = { .id = acting_id };
    struct post_row from;
    int found = db_get(cx->db, &r, &q_acting_get, acting_id);
    bool is_open = found == 1 && row_is_null(&r, 9);
    if (is_open) {
        t.kind = (enum acting_kind)row_i64(&r, 0);
        t.from_post = row_i64(&r, 1);
        t.to_post = row_i64(&r, 2);
        t.to_person = row_i64(&r, 3);
    }
    rows_end(&r);
    if (!is_open)
        return found >= 0;
    return post_load(cx, t.from_post, &from) &&
           acting_stop(cx, &t, from.unit_id,
                       t.kind == ACTING_PRESIDING ? "presiding.end" : "delegation.end");
}

struct org_acting_end_in {
    int64_t delegation_id;
};
static const struct field org_acting_end_in_fields[] = {
    FIELD(org_acting_end_in, delegation_id, F_ID, .flags = FIELD_PATH, .zh = "委托",
          .en = "delegation"),
};
ORG_RECORD(org_acting_end_in);

ORG_COMMAND(org_delegation_end)
{
    const struct org_acting_end_in *in = in_;
    struct acting_row t;
    struct post_row from;
    struct unit_row u;
    (void)out_;
    return acting_load(cx, in->delegation_id, ACTING_DELEGATION, &t, &from, &u) &&
           may_give(cx, &from) && acting_stop(cx, &t, u.id, "delegation.end");
}

/* --- presiding --- */

struct org_presiding_in {
    int64_t head_post, deputy_post;
    struct str from_on, until_on, authorisation;
};
static const struct field org_presiding_in_fields[] = {
    FIELD(org_presiding_in, head_post, F_ID, .flags = FIELD_REQUIRED, .zh = "主要负责人",
          .en = "head's post"),
    FIELD(org_presiding_in, deputy_post, F_ID, .flags = FIELD_REQUIRED, .zh = "主持工作的同志",
          .en = "post of who presides"),
    FIELD(org_presiding_in, from_on, F_DAY, .flags = FIELD_REQUIRED, .zh = "起始日期",
          .en = "from"),
    FIELD(org_presiding_in, until_on, F_DAY, .flags = FIELD_REQUIRED, .zh = "截止日期",
          .en = "until"),
    FIELD(org_presiding_in, authorisation, F_TEXT, .min = 2, .max = 300, .flags = FIELD_REQUIRED,
          .zh = "书面授权", .en = "written authorisation"),
};
ORG_RECORD(org_presiding_in);

/* One at a time presides. */
static bool presiding_is_free(struct ctx *cx, int64_t head_post, struct str from_on,
                              struct str until_on)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_presiding_within, head_post, (int64_t)ACTING_PRESIDING,
                       until_on, from_on);
    struct str who = found == 1 ? row_copy(&r, 0, cx->a) : STR_NONE;
    rows_end(&r);
    if (found == 1)
        return fail_arg(cx, ERR_CONFLICT, "presiding.taken", "from_on",
                        arena_strndup(cx->a, who.p, who.n), NULL);
    return found == 0;
}

ORG_COMMAND(org_presiding_set)
{
    const struct org_presiding_in *in = in_;
    struct org_made *out = out_;
    struct post_row head, deputy;
    if (!pair_load(cx, in->head_post, in->deputy_post, &head, &deputy) ||
        !period_good(cx, in->from_on, in->until_on))
        return false;
    int is_head = head.is_leader ? org_is_head(cx, head.unit_id, head.id) : 0;
    if (is_head < 1)
        return is_head == 0 && fail(cx, ERR_INVALID, "presiding.head", "head_post");
    if (may_preside(cx, &head, &deputy) < 1)
        return cx->err.kind == ERR_NONE && fail(cx, ERR_INVALID, "presiding.deputy", "deputy_post");
    if (!presiding_is_free(cx, head.id, in->from_on, in->until_on))
        return false;
    struct acting_row t = { .id = id_new(cx->now),
                            .kind = ACTING_PRESIDING,
                            .from_post = head.id,
                            .to_post = deputy.id,
                            .to_person = deputy.person_id,
                            .is_share = true,
                            .from_on = in->from_on,
                            .until_on = in->until_on,
                            .authorisation = in->authorisation };
    out->id = t.id;
    return acting_begin(cx, &t, &head, "presiding.create");
}

struct org_presiding_end_in {
    int64_t presiding_id;
};
static const struct field org_presiding_end_in_fields[] = {
    FIELD(org_presiding_end_in, presiding_id, F_ID, .flags = FIELD_PATH, .zh = "主持工作",
          .en = "presiding"),
};
ORG_RECORD(org_presiding_end_in);

ORG_COMMAND(org_presiding_end)
{
    const struct org_presiding_end_in *in = in_;
    struct acting_row t;
    struct post_row from;
    struct unit_row u;
    (void)out_;
    return acting_load(cx, in->presiding_id, ACTING_PRESIDING, &t, &from, &u) &&
           (may_give(cx, &from) || (cx->err.kind == ERR_NONE && fail_not_found(cx))) &&
           acting_stop(cx, &t, u.id, "presiding.end");
}

/* --- secretaries --- */

struct org_secretary_in {
    int64_t leader_post, secretary_post;
    struct str from_on, until_on, authorisation;
};
static const struct field org_secretary_in_fields[] = {
    FIELD(org_secretary_in, leader_post, F_ID, .flags = FIELD_REQUIRED, .zh = "领导身份",
          .en = "leader's post"),
    FIELD(org_secretary_in, secretary_post, F_ID, .flags = FIELD_REQUIRED, .zh = "秘书身份",
          .en = "secretary's post"),
    FIELD(org_secretary_in, from_on, F_DAY, .flags = FIELD_REQUIRED, .zh = "起始日期",
          .en = "from"),
    FIELD(org_secretary_in, until_on, F_DAY, .zh = "截止日期", .en = "until"),
    FIELD(org_secretary_in, authorisation, F_TEXT, .min = 2, .max = 300, .flags = FIELD_REQUIRED,
          .zh = "书面授权", .en = "written authorisation"),
};
ORG_RECORD(org_secretary_in);

ORG_COMMAND(org_secretary_set)
{
    const struct org_secretary_in *in = in_;
    struct org_made *out = out_;
    struct post_row leader, secretary;
    if (!pair_load(cx, in->leader_post, in->secretary_post, &leader, &secretary) ||
        !period_good(cx, in->from_on, in->until_on))
        return false;
    if (!leader.is_leader)
        return fail(cx, ERR_INVALID, "secretary.leader", "leader_post");
    if (secretary.is_leader)
        return fail(cx, ERR_INVALID, "secretary.secretary", "secretary_post");
    struct acting_row t = { .id = id_new(cx->now),
                            .kind = ACTING_SECRETARY,
                            .from_post = leader.id,
                            .to_post = secretary.id,
                            .to_person = secretary.person_id,
                            .is_share = true,
                            .from_on = in->from_on,
                            .until_on = in->until_on.n ? in->until_on : STR_NONE,
                            .authorisation = in->authorisation };
    out->id = t.id;
    return acting_begin(cx, &t, &leader, "secretary.create");
}

struct org_secretary_end_in {
    int64_t secretary_id;
};
static const struct field org_secretary_end_in_fields[] = {
    FIELD(org_secretary_end_in, secretary_id, F_ID, .flags = FIELD_PATH, .zh = "秘书关系",
          .en = "secretary"),
};
ORG_RECORD(org_secretary_end_in);

ORG_COMMAND(org_secretary_end)
{
    const struct org_secretary_end_in *in = in_;
    struct acting_row t;
    struct post_row from;
    struct unit_row u;
    (void)out_;
    return acting_load(cx, in->secretary_id, ACTING_SECRETARY, &t, &from, &u) &&
           may_give(cx, &from) && acting_stop(cx, &t, u.id, "secretary.end");
}

/* --- backup --- */

bool backup_set(struct ctx *cx, const struct post_row *post, int64_t backup_post)
{
    struct acting_row old;
    struct post_row backup;
    int found = acting_of(cx, ACTING_BACKUP, post->id, &old);
    if (found < 0)
        return false;
    if (found == 1 && old.to_post == backup_post)
        return true;
    if (found == 1 && !acting_stop(cx, &old, post->unit_id, "backup.end"))
        return false;
    if (!backup_post)
        return found == 1 || fail(cx, ERR_STATE, "backup.none", NULL);
    if (!post_load(cx, backup_post, &backup))
        return false;
    struct acting_row t = { .id = id_new(cx->now),
                            .kind = ACTING_BACKUP,
                            .from_post = post->id,
                            .to_post = backup.id,
                            .to_person = backup.person_id,
                            .is_share = true,
                            .from_on = today(cx) };
    return acting_begin(cx, &t, post, "backup.create");
}

struct org_backup_in {
    int64_t post_id, backup_post;
};
static const struct field org_backup_in_fields[] = {
    FIELD(org_backup_in, post_id, F_ID, .flags = FIELD_PATH, .zh = "身份", .en = "post"),
    FIELD(org_backup_in, backup_post, F_ID, .zh = "AB岗", .en = "backup post"),
};
ORG_RECORD(org_backup_in);

/* backup_post null ends it. Leaders have no AB岗: who 主持工作 is a written authorisation (P2). */
ORG_COMMAND(org_backup_set)
{
    const struct org_backup_in *in = in_;
    struct post_row post, backup;
    (void)out_;
    if (!post_load(cx, in->post_id, &post) || !may_give(cx, &post))
        return false;
    if (in->backup_post && !pair_load(cx, post.id, in->backup_post, &post, &backup))
        return false;
    if (in->backup_post && post.unit_id != backup.unit_id)
        return fail(cx, ERR_INVALID, "acting.unit", "backup_post");
    if (in->backup_post && post.is_leader)
        return fail(cx, ERR_INVALID, "backup.leader", "post_id");
    struct acting_row old;
    if (in->backup_post && acting_of(cx, ACTING_BACKUP, post.id, &old) == 1 &&
        old.to_post == in->backup_post)
        return fail(cx, ERR_CONFLICT, "backup.same", NULL);
    return cx->err.kind == ERR_NONE && backup_set(cx, &post, in->backup_post);
}

/* --- reads --- */

static void acting_write(struct rows *r, struct jw *w)
{
    static const char *const kinds[] = { "", "backup", "delegation", "secretary", "presiding" };
    int64_t kind = row_i64(r, 1);
    struct str modules = row_text(r, 9), one;
    jw_obj(w);
    jw_kid(w, "id", row_i64(r, 0));
    jw_ktext(w, "kind", kinds[kind > 0 && kind < 5 ? kind : 0]);
    jw_kid(w, "from_post", row_i64(r, 2));
    jw_kstr(w, "from_title", row_text(r, 3));
    jw_kstr(w, "from_name", row_text(r, 4));
    jw_kid(w, "to_post", row_i64(r, 5));
    jw_kstr(w, "to_title", row_text(r, 6));
    jw_kstr(w, "to_name", row_text(r, 7));
    jw_ktext(w, "mode", row_i64(r, 8) ? "share" : "redirect");
    jw_karr(w, "modules");
    while (modules.n && str_cut(&modules, ',', &one))
        jw_str(w, one);
    jw_arr_end(w);
    jw_kstr(w, "from_on", row_text(r, 10));
    jw_kstr(w, "until_on", row_text(r, 11));
    jw_kstr(w, "authorisation", row_text(r, 12));
    jw_obj_end(w);
}

/* What I have given away, and whom I act for. */
ORG_READ(org_my_delegations)
{
    struct rows r;
    (void)in_;
    if (!cx->actor)
        return fail_not_found(cx);
    answer_rows(w);
    for (db_rows(cx->db, &r, &q_acting_from_person, cx->actor->person_id, today(cx));
         rows_next(&r);)
        acting_write(&r, w);
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    for (db_rows(cx->db, &r, &q_acting_to_person, cx->actor->person_id, today(cx)); rows_next(&r);)
        acting_write(&r, w);
    rows_end(&r);
    answer_rows_end(w, STR_NONE);
    return !rows_failed(&r);
}

struct org_secretaries_in {
    int64_t unit, limit;
};
static const struct field org_secretaries_in_fields[] = {
    FIELD(org_secretaries_in, unit, F_ID, .zh = "单位", .en = "unit"),
    ORG_LIMIT(org_secretaries_in),
};
ORG_RECORD(org_secretaries_in);

/* The secretaries of a unit's leaders: for its own people and its administrators; without unit,
 * the actor's own (as leader or as secretary). */
ORG_READ(org_secretaries)
{
    const struct org_secretaries_in *in = in_;
    struct unit_row u;
    struct rows r;
    if (in->unit) {
        if (!unit_load(cx, in->unit, &u) || (!is_own_unit(cx, u.id) && !may_administer(cx, &u)))
            return false;
        answer_rows(w);
        for (db_rows(cx->db, &r, &q_acting_of_unit, u.id, (int64_t)ACTING_SECRETARY,
                     today(cx));
             rows_next(&r);)
            acting_write(&r, w);
        rows_end(&r);
        answer_rows_end(w, STR_NONE);
        return !rows_failed(&r);
    }
    if (!cx->actor)
        return fail_not_found(cx);
    answer_rows(w);
    const struct query *both[] = { &q_acting_from_person, &q_acting_to_person };
    for (int i = 0; i < 2; i++) {
        for (db_rows(cx->db, &r, both[i], cx->actor->person_id, today(cx)); rows_next(&r);)
            if (row_i64(&r, 1) == ACTING_SECRETARY)
                acting_write(&r, w);
        rows_end(&r);
        if (rows_failed(&r))
            return false;
    }
    answer_rows_end(w, STR_NONE);
    return true;
}

struct org_presiding_list_in {
    int64_t unit, limit;
};
static const struct field org_presiding_list_in_fields[] = {
    FIELD(org_presiding_list_in, unit, F_ID, .flags = FIELD_REQUIRED, .zh = "单位", .en = "unit"),
    ORG_LIMIT(org_presiding_list_in),
};
ORG_RECORD(org_presiding_list_in);

/* Who presides in a unit, now and on days to come: for its own people and its administrators. */
ORG_READ(org_presiding_list)
{
    const struct org_presiding_list_in *in = in_;
    struct unit_row u;
    struct rows r;
    if (!unit_load(cx, in->unit, &u))
        return false;
    if (!is_own_unit(cx, u.id) && !may_administer(cx, &u))
        return cx->err.kind == ERR_NONE ? fail_not_found(cx) : false;
    answer_rows(w);
    for (db_rows(cx->db, &r, &q_acting_of_unit, u.id, (int64_t)ACTING_PRESIDING, today(cx));
         rows_next(&r);)
        acting_write(&r, w);
    rows_end(&r);
    answer_rows_end(w, STR_NONE);
    return !rows_failed(&r);
}
