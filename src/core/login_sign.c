/* Signing in and out. */
#include "base/check.h"
#include "base/id.h"
#include "core/login.sql.h"
#include "core/login_in.h"

#define LOGIN_LIFE_MS (12 * CLOCK_HOUR_MS) /* absolute end (S14) */

static const struct field in_fields[] = {
    FIELD(sign_in_in, account, F_TEXT, .max = 64, .flags = FIELD_REQUIRED, .zh = "账号",
          .en = "account"),
    FIELD(sign_in_in, password, F_TEXT, .max = 256, .flags = FIELD_REQUIRED | FIELD_SECRET,
          .zh = "密码", .en = "password"),
};
const struct record login_sign_in_in = { "sign_in_in", sizeof(struct sign_in_in), in_fields,
                                         sizeof in_fields / sizeof *in_fields };
static const struct field out_fields[] = {
    FIELD(sign_in_out, csrf, F_TEXT, .flags = FIELD_SECRET | FIELD_REQUIRED, .zh = "页面校验码",
          .en = "CSRF token for X-CSRF-Token"),
    FIELD(sign_in_out, must_change_password, F_BOOL, .zh = "须先修改密码",
          .en = "the password must be changed first"),
};
const struct record login_sign_in_out = { "sign_in_out", sizeof(struct sign_in_out), out_fields,
                                          sizeof out_fields / sizeof *out_fields };

static struct str lower(struct arena *a, struct str s)
{
    char *p = arena_strndup(a, s.p, s.n);
    for (size_t i = 0; i < s.n; i++)
        if (p[i] >= 'A' && p[i] <= 'Z')
            p[i] = (char)(p[i] - 'A' + 'a');
    return (struct str){ p, s.n };
}

/* --- before the committer -------------------------------------------------------------------------*/

static bool is_code(struct ctx *cx, const struct account_row *row, struct str typed)
{
    return row->once_digest.p && row->once_until_at > cx->now &&
           secret_equal(sm3_text(cx->a, secret_code_plain(cx->a, typed)), row->once_digest);
}

/* What the committer compares: nothing may have changed between judging and signing in. */
static struct str judged_by(struct ctx *cx, const struct account_row *row, bool by_code)
{
    (void)cx;
    return by_code ? row->once_digest : row->secret.p ? row->secret : row->shared_secret;
}

bool login_prepare_sign_in(struct ctx *cx, void *input)
{
    struct sign_in_in *in = input;
    struct account_row row = { 0 };
    struct str account = lower(cx->a, in->account);
    int found = account_find(cx, account, &row);
    if (found < 0)
        return false;
    const struct account_row *known = found == 1 ? &row : NULL;
    if (!attempt_allowed(cx, account, known))
        return false;
    bool is_right = account_verify(cx, known, in->password); /* always: the time tells nothing */
    in->is_by_code = known && is_code(cx, known, in->password);
    if (!known || (!is_right && !in->is_by_code) || row.is_disabled)
        return attempt_failed(cx, account, known, NULL);
    in->person_id = row.person_id;
    in->judged_by = judged_by(cx, &row, in->is_by_code);
    if (!in->is_by_code && row.secret.p && password_needs_rehash(row.secret.p)) {
        char *hash = arena_alloc(cx->a, PASSWORD_HASH_SIZE);
        if (password_hash(in->password, hash))
            in->rehash = str_of(hash);
    }
    return true;
}

/* --- on the committer ------------------------------------------------------------------------------*/

static bool is_expired(struct ctx *cx, const struct account_row *row)
{
    int64_t days = password_days(cx->core);
    return days > 0 && row->secret.p && row->changed_at + days * CLOCK_DAY_MS <= cx->now;
}

static bool login_put(struct ctx *cx, int64_t person_id, int64_t *login_id, struct sign_in_out *out)
{
    struct call *call = call_of(cx);
    char token[SECRET_TOKEN_SIZE + 1], csrf[SECRET_TOKEN_SIZE + 1];
    secret_token(token);
    secret_token(csrf);
    out->csrf = str_copy(cx->a, str_of(csrf));
    *login_id = id_new(cx->now);
    door_set_login(cx, str_of(token));
    return db_run(cx->db, &q_login_put, *login_id, person_id, sm3_text(cx->a, str_of(token)),
                  out->csrf, (int64_t)0, STR(""), cx->now, cx->now + LOGIN_LIFE_MS, call->address,
                  call->agent);
}

static bool sign_in_trace(struct ctx *cx, int64_t person_id, int64_t login_id, bool by_code)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_kid(&w, "person", person_id);
    jw_kid(&w, "login", login_id);
    jw_kstr(&w, "address", call_of(cx)->address);
    jw_kstr(&w, "agent", call_of(cx)->agent);
    jw_kbool(&w, "by_code", by_code);
    jw_obj_end(&w);
    return trace_write(cx, trace_node_stream(cx), "login.in", 0, 0, buf_done(&b));
}

bool login_run_sign_in(struct ctx *cx, const void *input, void *output)
{
    const struct sign_in_in *in = input;
    struct sign_in_out *out = output;
    struct call *call = call_of(cx);
    struct account_row row;
    int64_t login_id;
    if (db_number(cx->db, -1, &q_account_lock, in->person_id) < 0 ||
        account_of_person(cx, in->person_id, &row) != 1 || row.is_disabled ||
        !str_eq(judged_by(cx, &row, in->is_by_code), in->judged_by) ||
        (in->is_by_code && row.once_until_at <= cx->now)) /* used a moment ago, by another */
        return fail(cx, ERR_UNAUTHENTICATED, "login.wrong", NULL);
    out->must_change_password = row.must_change || is_expired(cx, &row);
    if (out->must_change_password && !row.must_change &&
        !db_run(cx->db, &q_account_must_change, in->person_id))
        return false;
    if (in->is_by_code && !db_run(cx->db, &q_account_once_used, in->person_id))
        return false;
    if (in->rehash.p && !db_run(cx->db, &q_account_rehash, in->rehash, in->person_id))
        return false;
    /* the browser's former login ends with the cookie that named it (S12) */
    if (call->login_token.n &&
        !db_run(cx->db, &q_login_end_digest, cx->now, sm3_text(cx->a, call->login_token)))
        return false;
    return db_run(cx->db, &q_failure_clear, attempt_key(cx, row.account), call->address) &&
           login_put(cx, in->person_id, &login_id, out) &&
           sign_in_trace(cx, in->person_id, login_id, in->is_by_code);
}

static bool out_trace(struct ctx *cx, const char *op)
{
    return trace_write(cx, trace_node_stream(cx), op, 0, 0,
                       str_printf(cx->a, "{\"login\":\"%lld\"}", (long long)cx->actor->login_id));
}

bool login_run_sign_out(struct ctx *cx, const void *in, void *out)
{
    (void)in;
    (void)out;
    if (cx->actor->is_token)
        return fail(cx, ERR_FORBIDDEN, "login.not_by_token", NULL);
    door_set_login(cx, STR(""));
    live_login_ended(cx, cx->actor->person_id, cx->actor->login_id);
    return db_run(cx->db, &q_login_end, cx->now, cx->actor->login_id, cx->actor->person_id,
                  (int64_t)0) &&
           out_trace(cx, "login.out");
}

bool login_run_sign_out_everywhere(struct ctx *cx, const void *in, void *out)
{
    (void)in;
    (void)out;
    if (cx->actor->is_token)
        return fail(cx, ERR_FORBIDDEN, "login.not_by_token", NULL);
    door_set_login(cx, STR(""));
    return logins_end(cx, cx->actor->person_id, 0) && out_trace(cx, "login.out_everywhere");
}
