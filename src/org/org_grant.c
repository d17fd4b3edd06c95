/* Roles of posts, and 备案 (A5): what a unit's administrator changes about clerks and
 * administrators is on file and waits until the city agrees; what the city changes holds at once.
 */
#include "org/org_tables.h"

#include "org/org.sql.h"

#define ORG_RECORD(name)                                                                           \
    const struct record name##_record = { #name, sizeof(struct name), name##_fields,               \
                                          sizeof name##_fields / sizeof *name##_fields }

static const char *const role_choices[] = {
    "city_admin",      "unit_admin",         "doc_clerk",       "office_head",    "reviewer",
    "section_head",    "unit_head",          "leader",          "seal_custodian", "archivist",
    "duty_room",       "supervision_office", "finance",         "personnel",      "legal",
    "confidentiality", "disclosure",         "petition",        "logistics",      "asset_keeper",
    "vehicle_keeper",  "supplies_keeper",    "reception",       "print_room",     "it_support",
    "secrecy_officer", "security_admin",     NULL
};

/* Only the city gives this role; nobody else. */
static bool is_citys(enum role r)
{
    return r == ROLE_CITY_ADMIN || r == ROLE_SUPERVISION_OFFICE || r == ROLE_SECRECY_OFFICER ||
           r == ROLE_SECURITY_ADMIN;
}

static bool needs_filing(const struct ctx *cx, enum role r)
{
    return (r == ROLE_UNIT_ADMIN || r == ROLE_DOC_CLERK) && !is_city_admin(cx);
}

struct filing {
    int64_t id, unit_id, post_id, grant_id;
    enum role role;
    struct str act, until_on, state;
};

static bool filing_open(struct ctx *cx, struct filing *f)
{
    if (db_number(cx->db, 0, &q_filing_same, f->unit_id, f->act, f->post_id, (int64_t)f->role))
        return fail(cx, ERR_CONFLICT, "filing.pending", NULL);
    f->id = id_new(cx->now);
    struct note n = note_begin(cx);
    jw_kid(&n.w, "filing_id", f->id);
    jw_kstr(&n.w, "act", f->act);
    jw_kid(&n.w, "post_id", f->post_id);
    jw_ktext(&n.w, "role", role_name(f->role));
    return cx->err.kind == ERR_NONE &&
           db_run(cx->db, &q_filing_put, f->id, f->unit_id, f->act, f->post_id, (int64_t)f->role,
                  bind_id(f->grant_id), f->until_on, cx->actor ? cx->actor->person_id : 0,
                  cx->now) &&
           note_end(cx, &n, f->unit_id, "filing.ask");
}

static bool grant_make(struct ctx *cx, const struct filing *f, int64_t *grant_id)
{
    struct post_row post;
    if (!post_load(cx, f->post_id, &post))
        return false;
    if (!post_is_current(cx, &post))
        return fail(cx, ERR_STATE, "post.ended", NULL);
    if (db_number(cx->db, 0, &q_grant_same, f->unit_id, (int64_t)f->role, post.id, today(cx)))
        return fail(cx, ERR_CONFLICT, "grant.same", NULL);
    if (!org_roles_apart(cx, post.person_id, f->role))
        return false;
    struct grant_row g = { .id = id_new(cx->now),
                           .post_id = post.id,
                           .person_id = post.person_id,
                           .role = f->role,
                           .unit_id = f->unit_id,
                           .until_on = f->until_on };
    *grant_id = g.id;
    struct note n = note_begin(cx);
    jw_kid(&n.w, "grant_id", g.id);
    jw_kid(&n.w, "post_id", post.id);
    jw_ktext(&n.w, "role", role_name(f->role));
    jw_kstr(&n.w, "until_on", f->until_on);
    return cx->err.kind == ERR_NONE && grant_put(cx, &g) &&
           note_end(cx, &n, f->unit_id, "grant.create");
}

static bool grant_take(struct ctx *cx, int64_t grant_id)
{
    struct grant_row g;
    int found = grant_find(cx, grant_id, &g);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    if (g.is_revoked)
        return fail(cx, ERR_STATE, "grant.revoked", NULL);
    struct note n = note_begin(cx);
    jw_kid(&n.w, "grant_id", g.id);
    jw_kid(&n.w, "post_id", g.post_id);
    jw_ktext(&n.w, "role", role_name(g.role));
    return grant_revoke(cx, &g) && note_end(cx, &n, g.unit_id, "grant.revoke");
}

/* The three of whom one could not check another (S22; OFFICE D9). */
static bool is_apart(enum role r)
{
    return r == ROLE_CITY_ADMIN || r == ROLE_SECRECY_OFFICER || r == ROLE_SECURITY_ADMIN;
}

bool org_roles_apart(struct ctx *cx, int64_t person_id, enum role role)
{
    struct rows r;
    bool good = true;
    if (!is_apart(role))
        return true;
    for (db_rows(cx->db, &r, &q_person_roles, person_id, today(cx)); rows_next(&r);) {
        enum role other = (enum role)row_i64(&r, 0);
        good = good && (other == role || !is_apart(other));
    }
    rows_end(&r);
    return !rows_failed(&r) && (good || fail(cx, ERR_STATE, "grant.apart", "role"));
}

/* --- commands --- */

struct org_grant_create_in {
    int64_t post_id, unit_id;
    struct str role, until_on;
};
static const struct field org_grant_create_in_fields[] = {
    FIELD(org_grant_create_in, post_id, F_ID, .flags = FIELD_REQUIRED, .zh = "身份", .en = "post"),
    FIELD(org_grant_create_in, role, F_CHOICE, .choices = role_choices, .flags = FIELD_REQUIRED,
          .zh = "角色", .en = "role"),
    FIELD(org_grant_create_in, unit_id, F_ID, .flags = FIELD_REQUIRED, .zh = "单位", .en = "unit"),
    FIELD(org_grant_create_in, until_on, F_DAY, .zh = "截止日期", .en = "until"),
};
ORG_RECORD(org_grant_create_in);
/* Exactly one of the two is there. */
struct org_granted {
    int64_t grant_id, filing_id;
};
static const struct field org_granted_fields[] = {
    FIELD(org_granted, grant_id, F_ID, .zh = "授权", .en = "grant"),
    FIELD(org_granted, filing_id, F_ID, .zh = "待备案的变更", .en = "filing that waits"),
};
ORG_RECORD(org_granted);

ORG_COMMAND(org_grant_create)
{
    const struct org_grant_create_in *in = in_;
    struct org_granted *out = out_;
    struct unit_row u;
    struct post_row post;
    enum role role = role_of(in->role);
    if (!load_administered(cx, in->unit_id, &u) || !post_load(cx, in->post_id, &post))
        return false;
    if (str_is(u.kind, "section"))
        return fail(cx, ERR_INVALID, "post.unit", "unit_id");
    if (is_citys(role) && !is_city_admin(cx))
        return fail(cx, ERR_FORBIDDEN, "right.missing", "role");
    /* rights for somebody of another unit (借调) are the city's to give */
    struct unit_row home;
    if (!unit_load(cx, post.unit_id, &home))
        return false;
    if (!is_city_admin(cx) && !may(cx, PERM_UNIT_ADMIN, home.id, home.path))
        return fail_not_found(cx);
    if (in->until_on.n && str_cmp(in->until_on, today(cx)) <= 0)
        return fail(cx, ERR_INVALID, "post.period", "until_on");
    struct filing f = { .unit_id = u.id,
                        .post_id = post.id,
                        .role = role,
                        .act = STR("grant"),
                        .until_on = in->until_on.n ? in->until_on : STR_NONE };
    if (!needs_filing(cx, role))
        return grant_make(cx, &f, &out->grant_id);
    if (!post_is_current(cx, &post))
        return fail(cx, ERR_STATE, "post.ended", NULL);
    if (db_number(cx->db, 0, &q_grant_same, u.id, (int64_t)role, post.id, today(cx)))
        return fail(cx, ERR_CONFLICT, "grant.same", NULL);
    bool good = filing_open(cx, &f);
    out->filing_id = f.id;
    return good;
}

struct org_grant_revoke_in {
    int64_t grant_id;
};
static const struct field org_grant_revoke_in_fields[] = {
    FIELD(org_grant_revoke_in, grant_id, F_ID, .flags = FIELD_PATH, .zh = "授权", .en = "grant"),
};
ORG_RECORD(org_grant_revoke_in);

ORG_COMMAND(org_grant_revoke)
{
    const struct org_grant_revoke_in *in = in_;
    struct org_granted *out = out_;
    struct grant_row g;
    struct unit_row u;
    int found = grant_find(cx, in->grant_id, &g);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    if (!load_administered(cx, g.unit_id, &u))
        return false;
    if (g.is_revoked)
        return fail(cx, ERR_STATE, "grant.revoked", NULL);
    if (is_citys(g.role) && !is_city_admin(cx))
        return fail(cx, ERR_FORBIDDEN, "right.missing", NULL);
    if (!needs_filing(cx, g.role)) {
        out->grant_id = g.id;
        return grant_take(cx, g.id);
    }
    struct filing f = { .unit_id = g.unit_id,
                        .post_id = g.post_id,
                        .grant_id = g.id,
                        .role = g.role,
                        .act = STR("revoke"),
                        .until_on = STR_NONE };
    bool good = filing_open(cx, &f);
    out->filing_id = f.id;
    return good;
}

/* --- the city decides --- */

struct org_filing_in {
    int64_t filing_id;
};
static const struct field org_filing_in_fields[] = {
    FIELD(org_filing_in, filing_id, F_ID, .flags = FIELD_PATH, .zh = "备案", .en = "filing"),
};
ORG_RECORD(org_filing_in);
struct org_filing_reject_in {
    int64_t filing_id;
    struct str reason;
};
static const struct field org_filing_reject_in_fields[] = {
    FIELD(org_filing_reject_in, filing_id, F_ID, .flags = FIELD_PATH, .zh = "备案", .en = "filing"),
    FIELD(org_filing_reject_in, reason, F_TEXT, .max = 200, .flags = FIELD_REQUIRED, .zh = "理由",
          .en = "reason"),
};
ORG_RECORD(org_filing_reject_in);

static bool filing_pending(struct ctx *cx, int64_t id, struct filing *f)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_filing_get, id);
    if (found == 1)
        *f = (struct filing){ .id = id,
                              .unit_id = row_i64(&r, 0),
                              .act = row_copy(&r, 1, cx->a),
                              .post_id = row_i64(&r, 2),
                              .role = (enum role)row_i64(&r, 3),
                              .grant_id = row_i64(&r, 4),
                              .until_on = row_copy(&r, 5, cx->a),
                              .state = row_copy(&r, 6, cx->a) };
    rows_end(&r);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    return str_is(f->state, "pending") || fail(cx, ERR_STATE, "filing.decided", NULL);
}

static bool decide(struct ctx *cx, const struct filing *f, const char *state, struct str reason)
{
    struct note n = note_begin(cx);
    jw_kid(&n.w, "filing_id", f->id);
    jw_ktext(&n.w, "state", state);
    jw_kstr(&n.w, "reason", reason);
    return db_run(cx->db, &q_filing_decide, state, cx->actor ? cx->actor->person_id : 0, cx->now,
                  reason, bind_id(f->grant_id), f->id) &&
           note_end(cx, &n, f->unit_id, "filing.decide");
}

ORG_COMMAND(org_filing_approve)
{
    const struct org_filing_in *in = in_;
    struct filing f;
    (void)out_;
    if (!filing_pending(cx, in->filing_id, &f))
        return false;
    bool done =
        str_is(f.act, "grant") ? grant_make(cx, &f, &f.grant_id) : grant_take(cx, f.grant_id);
    return done && decide(cx, &f, "approved", STR_NONE);
}

ORG_COMMAND(org_filing_reject)
{
    const struct org_filing_reject_in *in = in_;
    struct filing f;
    (void)out_;
    return filing_pending(cx, in->filing_id, &f) && decide(cx, &f, "rejected", in->reason);
}

/* --- reads --- */

struct org_grants_in {
    int64_t unit_id, limit;
};
static const struct field org_grants_in_fields[] = {
    FIELD(org_grants_in, unit_id, F_ID, .flags = FIELD_PATH, .zh = "单位", .en = "unit"),
    ORG_LIMIT(org_grants_in),
};
ORG_RECORD(org_grants_in);

/* Who holds what in a unit: for its administrators, and for its own people. */
ORG_READ(org_grants)
{
    const struct org_grants_in *in = in_;
    struct unit_row u;
    struct rows r;
    if (!unit_load(cx, in->unit_id, &u) || (!is_own_unit(cx, u.id) && !may_administer(cx, &u)))
        return false;
    answer_rows(w);
    for (db_rows(cx->db, &r, &q_unit_grants, u.id, today(cx)); rows_next(&r);) {
        enum role role = (enum role)row_i64(&r, 5);
        jw_obj(w);
        jw_kid(w, "id", row_i64(&r, 0));
        jw_kid(w, "post_id", row_i64(&r, 1));
        jw_kid(w, "person_id", row_i64(&r, 2));
        jw_kstr(w, "name", row_text(&r, 3));
        jw_kstr(w, "title", row_text(&r, 4));
        jw_ktext(w, "role", role_name(role));
        jw_ktext(w, "role_title", role_title(role, cx->lang));
        jw_kstr(w, "until_on", row_text(&r, 6));
        jw_obj_end(w);
    }
    rows_end(&r);
    answer_rows_end(w, STR_NONE);
    return !rows_failed(&r);
}

static const char *const filing_states[] = { "pending", "approved", "rejected", NULL };
struct org_filings_in {
    int64_t unit, limit;
    struct str state, after;
};
static const struct field org_filings_in_fields[] = {
    FIELD(org_filings_in, unit, F_ID, .zh = "单位", .en = "unit"),
    FIELD(org_filings_in, state, F_CHOICE, .choices = filing_states, .zh = "状态", .en = "state"),
    FIELD(org_filings_in, after, F_TEXT, .max = 100, .zh = "继续查看的位置", .en = "position"),
    FIELD(org_filings_in, limit, F_I64, .min = 1, .max = 100, .zh = "每页条数", .en = "limit"),
};
ORG_RECORD(org_filings_in);

static void filing_write(struct rows *r, struct jw *w)
{
    jw_obj(w);
    jw_kid(w, "id", row_i64(r, 0));
    jw_kid(w, "unit_id", row_i64(r, 1));
    jw_kstr(w, "unit", row_text(r, 2));
    jw_kstr(w, "act", row_text(r, 3));
    jw_kid(w, "post_id", row_i64(r, 4));
    jw_kstr(w, "title", row_text(r, 5));
    jw_kid(w, "person_id", row_i64(r, 6));
    jw_kstr(w, "name", row_text(r, 7));
    jw_ktext(w, "role", role_name((enum role)row_i64(r, 8)));
    jw_kstr(w, "until_on", row_text(r, 9));
    jw_kstr(w, "state", row_text(r, 10));
    jw_ki64(w, "asked_at", row_i64(r, 11));
    jw_kstr(w, "asked_by", row_text(r, 12));
    if (row_is_null(r, 13))
        jw_knull(w, "decided_at");
    else
        jw_ki64(w, "decided_at", row_i64(r, 13));
    jw_kstr(w, "decided_by", row_text(r, 14));
    jw_kstr(w, "reason", row_text(r, 15));
    jw_obj_end(w);
}

/* The city sees all that wait; a unit's administrator the own unit's (unit= is then required). */
ORG_READ(org_filings)
{
    const struct org_filings_in *in = in_;
    int64_t before = INT64_MAX, last = 0, limit = in->limit ? in->limit : 50, n = 0;
    struct unit_row u;
    struct rows r;
    bool more = false;
    if (!cursor_read(cx, in->after, &before, NULL, NULL))
        return false;
    if (!in->unit && !is_city_admin(cx))
        return fail(cx, ERR_INVALID, "filing.unit", "unit");
    if (in->unit) {
        if (!load_administered(cx, in->unit, &u))
            return false;
        db_rows(cx->db, &r, &q_filings_unit, u.id, in->state.p ? in->state : STR(""), before,
                limit + 1);
    } else {
        db_rows(cx->db, &r, &q_filings, in->state.n ? in->state : STR("pending"), before,
                limit + 1);
    }
    answer_rows(w);
    while (rows_next(&r) && !more) {
        more = n++ == limit;
        if (more)
            break;
        last = row_i64(&r, 0);
        filing_write(&r, w);
    }
    rows_end(&r);
    answer_rows_end(w, more ? cursor_text(cx, last, 0, 0) : STR_NONE);
    return !rows_failed(&r);
}

bool org_filings_waiting(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    int64_t *n = *(int64_t *const *)detail;
    (void)event;
    (void)subject;
    *n = db_number(cx->db, 0, &q_filings_waiting);
    return cx->err.kind == ERR_NONE;
}
