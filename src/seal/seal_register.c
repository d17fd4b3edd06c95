/* The register of seals (印章登记): registered by the unit's office, keyed by its custodian, issued, suspended and
 * revoked by the security administrator, handed over by the custodian (OFFICE P2: by a record, never by
 * standing in).
 *
 *     registered ──issue──▶ active ──suspend──▶ suspended ──resume──▶ active
 *         ▲                  │  └──hand over──▶ registered (the new custodian's key waits for its certificate)
 *         └── key made: next_request          any ──revoke──▶ revoked, for ever
 */
#include <unistd.h>

#include "base/clock.h"
#include "base/id.h"
#include "blob/blob.h"
#include "core/login.h"
#include "core/small.h"
#include "desk/desk.h"
#include "org/org.h"
#include "seal/seal.sql.h"
#include "seal/seal_in.h"
#include "seal/seal_picture.h"
#include "seal/seal_ses.h"

static const char *const kinds[] = { "party", "administrative", "office", "name", "contract", NULL };

int64_t day_begin(struct str day)
{
    struct clock_date d;
    return clock_day_parse(day, &d) ? clock_at(d, 0) : 0;
}

int64_t day_end(struct str day)
{
    return day_begin(day) + CLOCK_DAY_MS - CLOCK_SECOND_MS;
}

/* --- loading --------------------------------------------------------------------------------------- */

int seal_find(struct ctx *cx, int64_t id, struct seal *s)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_seal_get, id);
    if (found == 1)
        *s = (struct seal){
            .id = id, .unit_id = row_i64(&r, 0), .kind = row_copy(&r, 1, cx->a), .name = row_copy(&r, 2, cx->a),
            .es_id = row_copy(&r, 3, cx->a), .custodian_post = row_i64(&r, 4), .thing_id = row_i64(&r, 5),
            .picture_type = row_copy(&r, 6, cx->a), .width_mm = row_i64(&r, 7), .height_mm = row_i64(&r, 8),
            .from_on = row_copy(&r, 9, cx->a), .until_on = row_copy(&r, 10, cx->a),
            .state = row_copy(&r, 11, cx->a), .serial = row_copy(&r, 12, cx->a), .next_at = row_i64(&r, 13),
            .next_by = row_i64(&r, 14), .failures = row_i64(&r, 15), .locked_until_at = row_i64(&r, 16),
            .uses = row_i64(&r, 17), .rev = row_i64(&r, 18), .created_at = row_i64(&r, 19),
            .unit_name = row_copy(&r, 20, cx->a), .unit_path = row_copy(&r, 21, cx->a),
        };
    rows_end(&r);
    return found;
}

static bool is_my_post(const struct ctx *cx, int64_t post_id)
{
    return cx->actor && actor_post(cx, post_id) != NULL;
}

/* The unit's office, its administrator and custodians; the security administrator and the city's. */
static bool may_see_unit(struct ctx *cx, int64_t unit_id, struct str path)
{
    return is_security_admin(cx) || may(cx, PERM_CITY_ADMIN, unit_id, path) ||
           may(cx, PERM_UNIT_ADMIN, unit_id, path) || has_role(cx, ROLE_OFFICE_HEAD, unit_id) ||
           has_role(cx, ROLE_SEAL_CUSTODIAN, unit_id) || has_role(cx, ROLE_UNIT_HEAD, unit_id);
}

static bool may_register(struct ctx *cx, int64_t unit_id, struct str path)
{
    return may(cx, PERM_UNIT_ADMIN, unit_id, path) || has_role(cx, ROLE_OFFICE_HEAD, unit_id);
}

bool seal_load(struct ctx *cx, int64_t id, struct seal *out)
{
    int found = seal_find(cx, id, out);
    if (found < 0)
        return false;
    bool sees = found == 1 && (is_my_post(cx, out->custodian_post) || may_see_unit(cx, out->unit_id, out->unit_path));
    return sees || fail_not_found(cx);
}

bool seal_load_for_change(struct ctx *cx, int64_t id, struct seal *out)
{
    if (!db_number(cx->db, 0, &q_seal_lock, id))
        return cx->err.kind == ERR_NONE && fail_not_found(cx);
    return seal_load(cx, id, out);
}

bool seal_is_mine(struct ctx *cx, const struct seal *s)
{
    return (is_my_post(cx, s->custodian_post) && has_role(cx, ROLE_SEAL_CUSTODIAN, s->unit_id)) ||
           fail(cx, ERR_FORBIDDEN, "seal.not_custodian", NULL);
}

bool seal_parts_get(struct ctx *cx, int64_t id, struct seal_parts *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_seal_parts, id);
    if (found == 1)
        *out = (struct seal_parts){ row_copy(&r, 0, cx->a), row_copy(&r, 1, cx->a), row_copy(&r, 2, cx->a),
                                    row_copy(&r, 3, cx->a), row_copy(&r, 4, cx->a) };
    rows_end(&r);
    return found == 1 || (found == 0 && fail_not_found(cx));
}

static bool bad_state(struct ctx *cx, const struct seal *s)
{
    static const struct {
        const char *state, *zh, *en;
    } names[] = { { "registered", "已登记", "registered" }, { "active", "使用中", "in use" },
                  { "suspended", "已停用", "suspended" }, { "revoked", "已吊销", "revoked" } };
    const char *word = "";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(s->state, names[i].state))
            word = cx->lang == LANG_EN ? names[i].en : names[i].zh;
    return fail_arg(cx, ERR_STATE, "seal.state", NULL, word, NULL);
}

/* --- on record ----------------------------------------------------------------------------------------- */

bool seal_event(struct ctx *cx, const struct seal *s, const char *op, int64_t to_post, struct str reason)
{
    const struct actor_post *own = actor_main_post(cx);
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_kid(&w, "seal", s->id);
    jw_kstr(&w, "name", s->name);
    if (to_post)
        jw_kid(&w, "to_post", to_post);
    if (reason.n)
        jw_kstr(&w, "reason", reason);
    jw_obj_end(&w);
    return db_run(cx->db, &q_seal_event_put, id_new(cx->now), s->id, op + 5, cx->actor->person_id,
                  bind_id(own ? own->id : 0), bind_id(to_post), reason.p ? reason : STR(""), cx->now) &&
           trace_write(cx, s->unit_id, op, own ? own->id : 0, 0, buf_done(&b));
}

/* --- the key -------------------------------------------------------------------------------------------- */

static void free_key(void *arg)
{
    struct sm2_key *k = arg;
    sm2_key_free(&k);
}

struct seal_failed_in {
    int64_t seal_id, unit_id;
};

static bool run_failed(struct ctx *cx, const void *input, void *out)
{
    const struct seal_failed_in *in = input;
    (void)out;
    return db_run(cx->db, &q_seal_failed, FAILURES_MOST, cx->now + LOCK_MS, in->seal_id) &&
           trace_write(cx, in->unit_id, "seal.passphrase_wrong", 0, 0,
                       str_printf(cx->a, "{\"seal\":\"%lld\"}", (long long)in->seal_id));
}

bool seal_unlock(struct ctx *cx, const struct seal *s, struct str wrapped, struct str passphrase,
                 struct sm2_key **out)
{
    enum opened how;
    struct err e = { 0 };
    if (s->locked_until_at > cx->now)
        return fail(cx, ERR_BUSY, "seal.locked", NULL);
    *out = key_unwrap(wrapped, passphrase, &how);
    if (*out) {
        arena_on_clean(cx->a, free_key, *out);
        return true;
    }
    if (how != OPEN_WRONG)
        return fail(cx, ERR_STATE, "seal.key_lost", NULL);
    const struct seal_failed_in in = { s->id, s->unit_id };
    if (!door_run(cx->core, "seal.passphrase_wrong", &in, NULL, cx->actor, cx->now, cx->a, &e))
        return fail(cx, e.kind, e.code, NULL); /* not on record: not answered either (S42) */
    return fail(cx, ERR_INVALID, "seal.passphrase", "passphrase");
}

/* --- registering ------------------------------------------------------------------------------------------ */

struct seal_register_in {
    int64_t unit_id, custodian_post, thing_id, upload_id, width_mm, height_mm;
    struct str kind, name, words, from_on, until_on;
    /* made by prepare */
    struct str picture;
    const char *picture_type;
};
static const struct field seal_register_in_fields[] = {
    FIELD(seal_register_in, unit_id, F_ID, .flags = FIELD_REQUIRED, .zh = "单位", .en = "unit"),
    FIELD(seal_register_in, kind, F_CHOICE, .choices = kinds, .flags = FIELD_REQUIRED, .zh = "类别", .en = "kind"),
    FIELD(seal_register_in, name, F_TEXT, .min = 2, .max = 40, .flags = FIELD_REQUIRED, .zh = "印文",
          .en = "name on the seal"),
    FIELD(seal_register_in, words, F_TEXT, .max = 12, .zh = "下方文字", .en = "words below the star"),
    FIELD(seal_register_in, custodian_post, F_ID, .flags = FIELD_REQUIRED, .zh = "监印人", .en = "custodian"),
    FIELD(seal_register_in, thing_id, F_ID, .zh = "对应的实物印章", .en = "the seal of the unit's register"),
    FIELD(seal_register_in, from_on, F_DAY, .flags = FIELD_REQUIRED, .zh = "有效期自", .en = "from"),
    FIELD(seal_register_in, until_on, F_DAY, .flags = FIELD_REQUIRED, .zh = "有效期至", .en = "until"),
    FIELD(seal_register_in, upload_id, F_ID, .zh = "印模图片", .en = "picture, uploaded"),
    FIELD(seal_register_in, width_mm, F_I64, .min = 10, .max = 60, .zh = "宽（毫米）", .en = "width, mm"),
    FIELD(seal_register_in, height_mm, F_I64, .min = 10, .max = 60, .zh = "高（毫米）", .en = "height, mm"),
};
RECORD(seal_register_in);
struct seal_out {
    int64_t seal_id;
};
static const struct field seal_out_fields[] = {
    FIELD(seal_out, seal_id, F_ID, .flags = FIELD_REQUIRED, .zh = "印章", .en = "seal"),
};
RECORD(seal_out);

/* L10, by what the seal is of: a body's own, or one of its parts'. */
static int diameter_of(struct ctx *cx, const struct seal_register_in *in, const struct unit_row *u)
{
    struct org_agency *agencies;
    size_t n;
    bool is_body = false;
    if (org_agencies_of(cx, in->unit_id, &agencies, &n))
        for (size_t i = 0; i < n; i++)
            is_body = is_body || (str_eq(agencies[i].signature_name, in->name) && !str_eq(in->name, u->name));
    return seal_diameter(u->level, is_body);
}

static bool picture_take(struct ctx *cx, struct seal_register_in *in, const struct unit_row *u)
{
    struct str name;
    if (in->upload_id) {
        in->width_mm = in->width_mm ? in->width_mm : diameter_of(cx, in, u);
        in->height_mm = in->height_mm ? in->height_mm : in->width_mm;
        return desk_upload_read(cx, in->upload_id, SEAL_PICTURE_MOST, &name, &in->picture) &&
               seal_picture_check(cx->a, in->picture, &in->picture_type, &cx->err);
    }
    if (str_is(in->kind, "name"))
        return fail(cx, ERR_INVALID, "seal.name_picture", "upload_id");
    int mm = diameter_of(cx, in, u);
    in->width_mm = in->height_mm = mm;
    in->picture_type = "PNG";
    struct str words = in->words.n || !str_is(in->kind, "contract") ? in->words : STR("合同专用章");
    const struct seal_shape shape = { in->name, words, mm };
    return seal_picture_draw(cx->a, &shape, &in->picture) || fail(cx, ERR_INTERNAL, "internal", NULL);
}

/* Who may, over what; asked before the work and again in the command. */
static bool may_register_here(struct ctx *cx, const struct seal_register_in *in, struct unit_row *u)
{
    int found = unit_find(cx, in->unit_id, u);
    if (found < 0)
        return false;
    return (found == 1 && may_register(cx, u->id, u->path)) || fail_not_found(cx);
}

static bool prepare_register(struct ctx *cx, void *input)
{
    struct seal_register_in *in = input;
    struct unit_row u;
    return may_register_here(cx, in, &u) && picture_take(cx, in, &u);
}

static bool is_custodian(struct ctx *cx, int64_t unit_id, int64_t post_id, const char *field)
{
    struct ids posts;
    bool is = false;
    if (!org_role_posts(cx, unit_id, ROLE_SEAL_CUSTODIAN, &posts))
        return false;
    for (size_t i = 0; i < posts.n; i++)
        is = is || posts.p[i] == post_id;
    return is || fail(cx, ERR_INVALID, "seal.custodian", field);
}

static bool period_is_good(struct ctx *cx, struct str from_on, struct str until_on)
{
    int64_t from = day_begin(from_on), to = day_end(until_on);
    return (from < to && to - from <= (5 * 366) * CLOCK_DAY_MS && to > cx->now) ||
           fail(cx, ERR_INVALID, "seal.period", "until_on");
}

static bool thing_is_good(struct ctx *cx, int64_t thing_id, int64_t unit_id)
{
    struct desk_thing t;
    if (!thing_id)
        return true;
    int found = desk_thing_find(cx, thing_id, &t);
    if (found < 0)
        return false;
    bool good = found == 1 && t.unit_id == unit_id && str_is(t.register_key, "seal_request.seal") &&
                db_number(cx->db, 0, &q_seal_of_thing, thing_id) == 0;
    return good || fail(cx, ERR_INVALID, "seal.thing", "thing_id");
}

static bool run_register(struct ctx *cx, const void *input, void *output)
{
    const struct seal_register_in *in = input;
    struct unit_row u;
    struct seal s;
    int64_t id = id_new(cx->now);
    if (!may_register_here(cx, in, &u) || !period_is_good(cx, in->from_on, in->until_on) ||
        !is_custodian(cx, in->unit_id, in->custodian_post, "custodian_post") ||
        !thing_is_good(cx, in->thing_id, in->unit_id))
        return false;
    if (db_number(cx->db, 0, &q_seal_same, in->unit_id, in->kind, in->name))
        return fail(cx, ERR_CONFLICT, "seal.same", "name");
    ((struct seal_out *)output)->seal_id = id;
    return cx->err.kind == ERR_NONE &&
           db_run(cx->db, &q_seal_put, id, in->unit_id, in->kind, in->name,
                  str_printf(cx->a, "TB%lld", (long long)id), in->custodian_post, bind_id(in->thing_id),
                  in->picture_type, bind_blob(in->picture), in->width_mm, in->height_mm, in->from_on,
                  in->until_on, cx->actor->person_id, cx->now) &&
           seal_find(cx, id, &s) == 1 && seal_event(cx, &s, "seal.register", in->custodian_post, STR_NONE);
}

/* --- the custodian's key ----------------------------------------------------------------------------------- */

struct seal_key_in {
    int64_t seal_id;
    struct str passphrase, password;
    struct str wrapped, request; /* made by prepare */
};
static const struct field seal_key_in_fields[] = {
    FIELD(seal_key_in, seal_id, F_ID, .flags = FIELD_PATH, .zh = "印章", .en = "seal"),
    FIELD(seal_key_in, passphrase, F_TEXT, .max = 256, .flags = FIELD_REQUIRED | FIELD_SECRET, .zh = "印章口令",
          .en = "new passphrase of the key"),
    FIELD(seal_key_in, password, F_TEXT, .max = 256, .flags = FIELD_REQUIRED | FIELD_SECRET, .zh = "登录密码",
          .en = "one's own password"),
};
RECORD(seal_key_in);

static bool may_make_key(struct ctx *cx, const struct seal *s)
{
    return seal_is_mine(cx, s) &&
           (str_is(s->state, "registered") || str_is(s->state, "active") || bad_state(cx, s));
}

static bool prepare_key(struct ctx *cx, void *input)
{
    struct seal_key_in *in = input;
    struct seal s;
    if (!seal_load(cx, in->seal_id, &s) || !may_make_key(cx, &s) ||
        !login_confirm(cx, in->password, "password"))
        return false;
    const char *refused = password_refused(in->passphrase, cx->actor->account, false);
    if (refused)
        return fail(cx, ERR_INVALID, refused, "passphrase");
    struct sm2_key *k = sm2_key_new();
    arena_on_clean(cx->a, free_key, k);
    struct signer by = signer_of(cx->a, k);
    const struct cert_request r = { s.name, s.unit_name, cx->actor->name, by.spki };
    in->request = cert_request_make(cx->a, &r, &by);
    in->wrapped = key_wrap(cx->a, k, in->passphrase);
    return (in->request.p && in->wrapped.p) || fail(cx, ERR_BUSY, "seal.sign_failed", NULL);
}

static bool run_key(struct ctx *cx, const void *input, void *out)
{
    const struct seal_key_in *in = input;
    struct seal s;
    (void)out;
    return seal_load_for_change(cx, in->seal_id, &s) && may_make_key(cx, &s) &&
           db_run(cx->db, &q_seal_next, bind_blob(in->wrapped), bind_blob(in->request), cx->actor->person_id,
                  cx->now, s.id) &&
           seal_event(cx, &s, "seal.key", 0, STR_NONE);
}

/* --- issued ---------------------------------------------------------------------------------------------------- */

struct seal_issue_in {
    int64_t seal_id;
    struct str passphrase, until_on;
    /* made by prepare */
    int64_t authority_id, rev;
    struct str certificate, bytes, old_serial;
    struct authority_list list; /* when an earlier certificate falls with it */
};
static const struct field seal_issue_in_fields[] = {
    FIELD(seal_issue_in, seal_id, F_ID, .flags = FIELD_PATH, .zh = "印章", .en = "seal"),
    FIELD(seal_issue_in, passphrase, F_TEXT, .max = 256, .flags = FIELD_REQUIRED | FIELD_SECRET, .zh = "机构口令",
          .en = "passphrase of the authority"),
    FIELD(seal_issue_in, until_on, F_DAY, .zh = "有效期至", .en = "until; absent: as registered"),
};
RECORD(seal_issue_in);

static bool issue_make(struct ctx *cx, const struct seal *s, const struct seal_parts *parts,
                       const struct authority_open *o, struct seal_issue_in *in)
{
    struct cert_request r;
    if (!cert_request_read(cx->a, parts->next_request, &r))
        return fail(cx, ERR_STATE, "seal.request_bad", NULL);
    struct str url = o->row.url;
    int64_t from = day_begin(s->from_on), to = day_end(in->until_on);
    from = from > o->ca.from ? from : o->ca.from;
    const struct cert_issue c = {
        .kind = CERT_SIGNER, .common_name = s->name, .organization = s->unit_name, .unit = r.unit, .spki = r.spki,
        .from = from, .to = to < o->ca.to ? to : o->ca.to,
        .crl_url = url.n ? str_printf(cx->a, "%.*s/api/v1/authority/crl", STR_ARG(url)) : STR_NONE,
        .ocsp_url = url.n ? str_printf(cx->a, "%.*s/api/v1/authority/ocsp", STR_ARG(url)) : STR_NONE,
    };
    in->certificate = cert_issue(cx->a, &c, &o->ca, &o->ca_signer);
    const struct ses_make m = {
        .vendor = STR("TONGBAN"), .es_id = s->es_id, .name = s->name, .type = str_is(s->kind, "name") ? 2 : 1,
        .certs = &in->certificate, .n_certs = 1, .created = cx->now, .from = from, .to = to,
        .picture = { s->picture_type, parts->picture, s->width_mm, s->height_mm },
    };
    in->bytes = ses_seal_make(cx->a, &m, o->row.maker_certificate, &o->maker_signer);
    return (in->certificate.p && in->bytes.p) || fail(cx, ERR_INTERNAL, "seal.sign_failed", NULL);
}

/* The certificate before this one: replaced, from now on. */
static bool issue_list(struct ctx *cx, const struct seal *s, const struct authority_open *o, struct seal_issue_in *in)
{
    in->old_serial = s->serial;
    if (!s->serial.n)
        return true;
    const struct cert_revoked old = { s->serial, cx->now - cx->now % 1000, REASON_REPLACED };
    return authority_list_make(cx, o, &old, 1, &in->list);
}

static bool prepare_issue(struct ctx *cx, void *input)
{
    struct seal_issue_in *in = input;
    struct seal s;
    struct seal_parts parts;
    struct authority_open o;
    if (!is_security_admin(cx))
        return fail(cx, ERR_FORBIDDEN, "authority.not_security", NULL);
    if (!seal_load(cx, in->seal_id, &s))
        return false;
    if (str_is(s.state, "revoked"))
        return bad_state(cx, &s);
    in->until_on = in->until_on.n ? in->until_on : s.until_on;
    in->rev = s.rev;
    if (!seal_parts_get(cx, s.id, &parts) || !period_is_good(cx, s.from_on, in->until_on))
        return false;
    if (!parts.next_request.n)
        return fail(cx, ERR_STATE, "seal.no_request", NULL);
    if (!authority_unlock(cx, in->passphrase, &o))
        return false;
    in->authority_id = o.row.id;
    return issue_make(cx, &s, &parts, &o, in) && issue_list(cx, &s, &o, in);
}

static bool run_issue(struct ctx *cx, const void *input, void *out)
{
    const struct seal_issue_in *in = input;
    struct seal s;
    struct cert_info c;
    (void)out;
    if (!seal_load_for_change(cx, in->seal_id, &s))
        return false;
    if (s.rev != in->rev)
        return fail(cx, ERR_CONFLICT, "seal.stale", NULL);
    if (in->old_serial.n &&
        (!db_run(cx->db, &q_certificate_revoke, cx->now - cx->now % 1000, REASON_REPLACED, cx->actor->person_id,
                 in->old_serial) ||
         !authority_list_put(cx, in->authority_id, &in->list)))
        return false;
    return cert_read(cx->a, in->certificate, &c) &&
           db_run(cx->db, &q_certificate_put, c.serial, in->authority_id, "seal", s.id, c.common_name,
                  bind_blob(in->certificate), c.from, c.to, cx->actor->person_id, cx->now) &&
           db_run(cx->db, &q_seal_issued, c.serial, bind_blob(in->bytes), in->until_on, s.id) &&
           seal_event(cx, &s, in->old_serial.n ? "seal.renew" : "seal.issue", 0, c.serial);
}

/* --- suspended, resumed, handed over, revoked -------------------------------------------------------------------- */

struct seal_reason_in {
    int64_t seal_id;
    struct str reason;
};
static const struct field seal_reason_in_fields[] = {
    FIELD(seal_reason_in, seal_id, F_ID, .flags = FIELD_PATH, .zh = "印章", .en = "seal"),
    FIELD(seal_reason_in, reason, F_TEXT, .max = 200, .flags = FIELD_REQUIRED, .zh = "原因", .en = "reason"),
};
RECORD(seal_reason_in);

/* Whoever sees the seal and answers for it may stop its use at once: a lost passphrase does not wait. */
static bool run_suspend(struct ctx *cx, const void *input, void *out)
{
    const struct seal_reason_in *in = input;
    struct seal s;
    (void)out;
    if (!seal_load_for_change(cx, in->seal_id, &s))
        return false;
    if (!is_security_admin(cx) && !is_my_post(cx, s.custodian_post) && !may_register(cx, s.unit_id, s.unit_path))
        return fail_not_found(cx);
    if (!str_is(s.state, "active") && !str_is(s.state, "registered"))
        return bad_state(cx, &s);
    return db_run(cx->db, &q_seal_state, "suspended", s.id) &&
           seal_event(cx, &s, "seal.suspend", 0, in->reason);
}

static bool run_resume(struct ctx *cx, const void *input, void *out)
{
    const struct seal_reason_in *in = input;
    struct seal s;
    struct seal_parts parts;
    (void)out;
    if (!is_security_admin(cx))
        return fail(cx, ERR_FORBIDDEN, "authority.not_security", NULL);
    if (!seal_load_for_change(cx, in->seal_id, &s) || !seal_parts_get(cx, s.id, &parts))
        return false;
    if (!str_is(s.state, "suspended"))
        return bad_state(cx, &s);
    return db_run(cx->db, &q_seal_state, parts.wrapped.p && s.serial.n ? "active" : "registered", s.id) &&
           seal_event(cx, &s, "seal.resume", 0, in->reason);
}

struct seal_hand_over_in {
    int64_t seal_id, to_post;
    struct str reason;
};
static const struct field seal_hand_over_in_fields[] = {
    FIELD(seal_hand_over_in, seal_id, F_ID, .flags = FIELD_PATH, .zh = "印章", .en = "seal"),
    FIELD(seal_hand_over_in, to_post, F_ID, .flags = FIELD_REQUIRED, .zh = "接收的监印人", .en = "new custodian"),
    FIELD(seal_hand_over_in, reason, F_TEXT, .max = 200, .flags = FIELD_REQUIRED, .zh = "交接说明",
          .en = "record of the hand-over"),
};
RECORD(seal_hand_over_in);

/* By the custodian or, when that person has left, the unit's office. The key stays with nobody: the new
 * custodian makes an own one, and the old certificate falls when the new one is issued. */
static bool run_hand_over(struct ctx *cx, const void *input, void *out)
{
    const struct seal_hand_over_in *in = input;
    struct seal s;
    (void)out;
    if (!seal_load_for_change(cx, in->seal_id, &s))
        return false;
    if (!is_my_post(cx, s.custodian_post) && !may_register(cx, s.unit_id, s.unit_path))
        return fail_not_found(cx);
    if (str_is(s.state, "revoked"))
        return bad_state(cx, &s);
    if (in->to_post == s.custodian_post)
        return fail(cx, ERR_INVALID, "seal.custodian", "to_post");
    return is_custodian(cx, s.unit_id, in->to_post, "to_post") &&
           db_run(cx->db, &q_seal_handed, in->to_post, s.id) &&
           seal_event(cx, &s, "seal.hand_over", in->to_post, in->reason);
}

static const char *const revoke_whys[] = { "compromise", "changed", "replaced", "ceased", NULL };
struct seal_revoke_in {
    int64_t seal_id;
    struct str passphrase, why, reason;
    /* made by prepare */
    int64_t authority_id, rev;
    int code;
    struct authority_list list;
};
static const struct field seal_revoke_in_fields[] = {
    FIELD(seal_revoke_in, seal_id, F_ID, .flags = FIELD_PATH, .zh = "印章", .en = "seal"),
    FIELD(seal_revoke_in, why, F_CHOICE, .choices = revoke_whys, .flags = FIELD_REQUIRED, .zh = "吊销类别",
          .en = "why: key compromised, unit changed, replaced, no longer used"),
    FIELD(seal_revoke_in, reason, F_TEXT, .max = 200, .flags = FIELD_REQUIRED, .zh = "原因", .en = "reason"),
    FIELD(seal_revoke_in, passphrase, F_TEXT, .max = 256, .flags = FIELD_REQUIRED | FIELD_SECRET, .zh = "机构口令",
          .en = "passphrase of the authority"),
};
RECORD(seal_revoke_in);

static int reason_code(struct str why)
{
    return str_is(why, "compromise") ? REASON_KEY_COMPROMISE
           : str_is(why, "changed")  ? REASON_CHANGED
           : str_is(why, "replaced") ? REASON_REPLACED
                                     : REASON_CEASED;
}

static bool prepare_revoke(struct ctx *cx, void *input)
{
    struct seal_revoke_in *in = input;
    struct seal s;
    struct authority_open o;
    if (!is_security_admin(cx))
        return fail(cx, ERR_FORBIDDEN, "authority.not_security", NULL);
    if (!seal_load(cx, in->seal_id, &s))
        return false;
    if (str_is(s.state, "revoked"))
        return bad_state(cx, &s);
    if (!authority_unlock(cx, in->passphrase, &o))
        return false;
    in->code = reason_code(in->why);
    in->rev = s.rev;
    in->authority_id = o.row.id;
    const struct cert_revoked gone = { s.serial, cx->now - cx->now % 1000, in->code };
    return authority_list_make(cx, &o, &gone, s.serial.n ? 1 : 0, &in->list);
}

static bool run_revoke(struct ctx *cx, const void *input, void *out)
{
    const struct seal_revoke_in *in = input;
    struct seal s;
    (void)out;
    if (!seal_load_for_change(cx, in->seal_id, &s))
        return false;
    if (s.rev != in->rev)
        return fail(cx, ERR_CONFLICT, "seal.stale", NULL);
    if (s.serial.n && !db_run(cx->db, &q_certificate_revoke, cx->now - cx->now % 1000, (int64_t)in->code,
                              cx->actor->person_id, s.serial))
        return false;
    return authority_list_put(cx, in->authority_id, &in->list) && db_run(cx->db, &q_seal_gone, s.id) &&
           seal_event(cx, &s, "seal.revoke", 0, in->reason);
}

/* --- reads ------------------------------------------------------------------------------------------------------------ */

static void row_write(struct ctx *cx, struct rows *r, struct jw *w)
{
    jw_obj(w);
    jw_kid(w, "id", row_i64(r, 0));
    jw_kid(w, "unit", row_i64(r, 1));
    jw_kstr(w, "unit_name", row_text(r, 2));
    jw_kstr(w, "kind", row_text(r, 3));
    jw_kstr(w, "name", row_text(r, 4));
    jw_kstr(w, "state", row_text(r, 5));
    jw_kstr(w, "from_on", row_text(r, 6));
    jw_kstr(w, "until_on", row_text(r, 7));
    jw_ki64(w, "uses", row_i64(r, 8));
    jw_kbool(w, "is_waiting", !row_is_null(r, 9));
    jw_kstr(w, "custodian", row_text(r, 10));
    jw_ki64(w, "width_mm", row_i64(r, 11));
    jw_ki64(w, "height_mm", row_i64(r, 12));
    jw_kbool(w, "has_certificate", !row_is_null(r, 13));
    jw_kbool(w, "is_mine", is_my_post(cx, row_i64(r, 14)));
    jw_kbool(w, "is_locked", row_i64(r, 15) > cx->now);
    jw_kbool(w, "is_expired", day_end(row_text(r, 7)) < cx->now);
    jw_obj_end(w);
}

struct seals_in {
    int64_t unit_id, limit;
    bool is_waiting;
    struct str after;
};
static const struct field seals_in_fields[] = {
    FIELD(seals_in, unit_id, F_ID, .zh = "单位", .en = "unit"),
    FIELD(seals_in, is_waiting, F_BOOL, .zh = "只看待签发的", .en = "only those waiting for a certificate"),
    FIELD(seals_in, after, F_TEXT, .max = 100, .zh = "续读位置", .en = "cursor"),
    FIELD(seals_in, limit, F_I64, .min = 1, .max = 200, .zh = "条数", .en = "rows"),
};
RECORD(seals_in);

/* Of one unit; those who see the whole city may leave the unit out. */
static bool run_list(struct ctx *cx, const void *input, struct jw *w)
{
    const struct seals_in *in = input;
    struct unit_row u;
    struct rows r;
    int64_t before = INT64_MAX, none = 0, limit = in->limit ? in->limit : 50, n = 0, last = 0;
    const struct actor_post *own = actor_main_post(cx);
    bool sees_all = is_security_admin(cx) || may(cx, PERM_CITY_ADMIN, 0, STR(""));
    int64_t unit = in->unit_id ? in->unit_id : sees_all || !own ? 0 : own->unit_id;
    if (!cursor_read(cx, in->after, &before, &none, &none))
        return false;
    if (!unit && !sees_all)
        return fail_not_found(cx);
    if (unit) {
        int found = unit_find(cx, unit, &u);
        if (found < 0)
            return false;
        bool sees = found == 1 && may_see_unit(cx, unit, u.path);
        if (!sees && in->unit_id)
            return fail_not_found(cx);
        limit = sees ? limit : 0; /* one's own unit, of whose seals one knows nothing: an empty list */
    }
    answer_rows(w);
    if (in->is_waiting && !unit)
        (void)db_rows(cx->db, &r, &q_seals_waiting, before, limit);
    else if (unit)
        (void)db_rows(cx->db, &r, &q_seals_of_unit, unit, before, limit);
    else
        (void)db_rows(cx->db, &r, &q_seals_all, before, limit);
    for (; rows_next(&r); n++) {
        last = row_i64(&r, 0);
        row_write(cx, &r, w);
    }
    rows_end(&r);
    answer_rows_end(w, n && n == limit ? cursor_text(cx, last, 0, 0) : STR_NONE);
    return !rows_failed(&r);
}

/* Those of which the reader is the custodian. */
static bool run_mine(struct ctx *cx, const void *input, struct jw *w)
{
    struct rows r;
    (void)input;
    answer_rows(w);
    for (size_t i = 0; i < cx->actor->n_posts; i++) {
        for (db_rows(cx->db, &r, &q_seals_of_custodian, cx->actor->posts[i].id); rows_next(&r);)
            row_write(cx, &r, w);
        rows_end(&r);
        if (rows_failed(&r))
            return false;
    }
    answer_rows_end(w, STR_NONE);
    return true;
}

struct seal_path {
    int64_t seal_id;
};
static const struct field seal_path_fields[] = {
    FIELD(seal_path, seal_id, F_ID, .flags = FIELD_PATH, .zh = "印章", .en = "seal"),
};
RECORD(seal_path);

static bool events_write(struct ctx *cx, const struct seal *s, struct jw *w)
{
    struct rows r;
    jw_karr(w, "events");
    for (db_rows(cx->db, &r, &q_seal_events, s->id); rows_next(&r);) {
        jw_obj(w);
        jw_kstr(w, "op", row_text(&r, 0));
        jw_kstr(w, "person", row_text(&r, 1));
        jw_kstr(w, "to", row_text(&r, 2));
        jw_kstr(w, "reason", row_text(&r, 3));
        jw_ki64(w, "at", row_i64(&r, 4));
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    return !rows_failed(&r);
}

static bool run_one(struct ctx *cx, const void *input, struct jw *w)
{
    struct seal s;
    struct org_post custodian;
    if (!seal_load(cx, ((const struct seal_path *)input)->seal_id, &s))
        return false;
    int found = org_post_find(cx, s.custodian_post, &custodian);
    if (found < 0)
        return false;
    bool mine = is_my_post(cx, s.custodian_post), office = may_register(cx, s.unit_id, s.unit_path);
    bool security = is_security_admin(cx), gone = str_is(s.state, "revoked");
    bool stopped = gone || str_is(s.state, "suspended");
    jw_obj(w);
    jw_kid(w, "id", s.id);
    jw_kid(w, "unit", s.unit_id);
    jw_kstr(w, "unit_name", s.unit_name);
    jw_kstr(w, "kind", s.kind);
    jw_kstr(w, "name", s.name);
    jw_kstr(w, "es_id", s.es_id);
    jw_kstr(w, "state", s.state);
    jw_kstr(w, "from_on", s.from_on);
    jw_kstr(w, "until_on", s.until_on);
    jw_ki64(w, "width_mm", s.width_mm);
    jw_ki64(w, "height_mm", s.height_mm);
    jw_ki64(w, "uses", s.uses);
    jw_kstr(w, "serial", s.serial);
    jw_kid(w, "thing", s.thing_id);
    jw_kid(w, "custodian_post", s.custodian_post);
    jw_kstr(w, "custodian", found == 1 ? custodian.name : STR(""));
    jw_kbool(w, "is_waiting", s.next_at != 0);
    jw_kbool(w, "is_locked", s.locked_until_at > cx->now);
    jw_kbool(w, "is_expired", day_end(s.until_on) < cx->now);
    jw_kbool(w, "is_mine", mine);
    jw_kbool(w, "may_make_key", mine && !stopped);
    jw_kbool(w, "may_issue", security && s.next_at != 0 && !gone);
    jw_kbool(w, "may_suspend", (mine || office || security) && !stopped);
    jw_kbool(w, "may_resume", security && str_is(s.state, "suspended"));
    jw_kbool(w, "may_hand_over", (mine || office) && !gone);
    jw_kbool(w, "may_revoke", security && !gone);
    bool good = events_write(cx, &s, w);
    jw_obj_end(w);
    return good;
}

static bool run_picture(struct ctx *cx, const void *input, struct jw *w)
{
    struct seal s;
    struct seal_parts parts;
    struct raw *raw = raw_of(cx);
    (void)w;
    if (!seal_load(cx, ((const struct seal_path *)input)->seal_id, &s) || !seal_parts_get(cx, s.id, &parts))
        return false;
    raw->type = str_is(s.picture_type, "SVG") ? "image/svg+xml" : "image/png";
    raw->is_inline = true;
    raw->fd = -1;
    raw->bytes = parts.picture;
    raw->size = (int64_t)parts.picture.n;
    raw->etag = sm3_text(cx->a, parts.picture);
    return true;
}

struct custodians_in {
    int64_t unit_id;
};
static const struct field custodians_in_fields[] = {
    FIELD(custodians_in, unit_id, F_ID, .flags = FIELD_REQUIRED, .zh = "单位", .en = "unit"),
};
RECORD(custodians_in);
struct seal_custodian_row {
    int64_t post_id;
    struct str name, title;
};
static const struct field seal_custodian_row_fields[] = {
    FIELD(seal_custodian_row, post_id, F_ID, .flags = FIELD_REQUIRED, .zh = "身份", .en = "post"),
    FIELD(seal_custodian_row, name, F_TEXT, .flags = FIELD_REQUIRED, .zh = "姓名", .en = "name"),
    FIELD(seal_custodian_row, title, F_TEXT, .flags = FIELD_REQUIRED, .zh = "职务", .en = "title"),
};
RECORD(seal_custodian_row);

/* Whom a seal of the unit may be given to. */
static bool run_custodians(struct ctx *cx, const void *input, struct jw *w)
{
    const struct custodians_in *in = input;
    struct unit_row u;
    struct ids posts;
    int found = unit_find(cx, in->unit_id, &u);
    if (found < 0)
        return false;
    if (found == 0 || !may_see_unit(cx, u.id, u.path))
        return fail_not_found(cx);
    if (!org_role_posts(cx, in->unit_id, ROLE_SEAL_CUSTODIAN, &posts))
        return false;
    answer_rows(w);
    for (size_t i = 0; i < posts.n; i++) {
        struct org_post p;
        if (org_post_find(cx, posts.p[i], &p) != 1)
            continue;
        const struct seal_custodian_row row = { p.id, p.name, p.title };
        record_encode(w, &seal_custodian_row_record, &row);
    }
    answer_rows_end(w, STR_NONE);
    return cx->err.kind == ERR_NONE;
}

static const struct record seal_failed_record = { "seal_failed", sizeof(struct seal_failed_in), NULL, 0 };
static const struct command commands[] = {
    { "seal.register", POST, "/seals", PERM_LOGIN, &seal_register_in_record, &seal_out_record, run_register,
      "登记印章", "Register an electronic seal", CMD_WORK_LANE | CMD_CREATES, prepare_register },
    { "seal.key", POST, "/seals/{seal_id}/key", PERM_LOGIN, &seal_key_in_record, NULL, run_key,
      "生成印章密钥", "Make the seal's key and ask for its certificate", CMD_WORK_LANE, prepare_key },
    { "seal.issue", POST, "/seals/{seal_id}/issue", PERM_SECRECY, &seal_issue_in_record, NULL, run_issue,
      "签发证书并制章", "Issue the certificate and make the seal", CMD_WORK_LANE, prepare_issue },
    { "seal.suspend", POST, "/seals/{seal_id}/suspend", PERM_LOGIN, &seal_reason_in_record, NULL, run_suspend,
      "停用印章", "Suspend a seal", 0, NULL },
    { "seal.resume", POST, "/seals/{seal_id}/resume", PERM_SECRECY, &seal_reason_in_record, NULL, run_resume,
      "恢复使用印章", "Let a suspended seal be used again", 0, NULL },
    { "seal.hand_over", POST, "/seals/{seal_id}/hand_over", PERM_LOGIN, &seal_hand_over_in_record, NULL,
      run_hand_over, "交接印章", "Hand a seal over to another custodian", 0, NULL },
    { "seal.revoke", POST, "/seals/{seal_id}/revoke", PERM_SECRECY, &seal_revoke_in_record, NULL, run_revoke,
      "吊销印章", "Revoke a seal and its certificate", CMD_WORK_LANE, prepare_revoke },
    { "seal.passphrase_wrong", POST, NULL, PERM_LOGIN, &seal_failed_record, NULL, run_failed, "印章口令错误",
      "A wrong passphrase of a seal", CMD_INTERNAL, NULL },
};
static const struct read reads[] = {
    { "seals", "/seals", PERM_LOGIN, &seals_in_record, &seal_row_record, true, run_list, "印章登记簿",
      "Register of seals", 0 },
    { "seals.mine", "/seals/mine", PERM_LOGIN, NULL, &seal_row_record, true, run_mine, "我保管的印章",
      "Seals in one's own custody", 0 },
    { "seal.custodians", "/seals/custodians", PERM_LOGIN, &custodians_in_record, &seal_custodian_row_record, true,
      run_custodians, "本单位监印人", "Custodians of a unit", 0 },
    { "seal", "/seals/{seal_id}", PERM_LOGIN, &seal_path_record, &seal_one_record, false, run_one, "印章",
      "One seal with its history", 0 },
    { "seal.picture", "/seals/{seal_id}/picture", PERM_LOGIN, &seal_path_record, NULL, false, run_picture, "印模",
      "The picture of a seal", READ_RAW },
};
const struct room seal_room = { "seal", ROOM_TABLE(commands), ROOM_TABLE(reads), NULL, 0, NULL, NULL };
