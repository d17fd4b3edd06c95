/* Changing one's own password: rules S1–S4, S17. */
#include "core/login.sql.h"
#include "core/login_in.h"

static const struct field in_fields[] = {
    FIELD(password_in, old_password, F_TEXT, .max = 256, .flags = FIELD_REQUIRED | FIELD_SECRET,
          .zh = "原密码", .en = "present password or one-time code"),
    FIELD(password_in, new_password, F_TEXT, .max = 256, .flags = FIELD_REQUIRED | FIELD_SECRET,
          .zh = "新密码", .en = "new password"),
};
const struct record login_password_in = { "password_in", sizeof(struct password_in), in_fields,
                                          sizeof in_fields / sizeof *in_fields };

int64_t password_days(struct core *core)
{
    const char *text = core_setting(core, "password_days");
    int64_t days = 90;
    if (text && !str_to_i64(str_of(text), &days))
        days = 90;
    return days;
}

static bool is_admin(const struct actor *actor)
{
    return (actor->rights & (1 << PERM_CITY_ADMIN | 1 << PERM_UNIT_ADMIN)) != 0;
}

static bool is_present(struct ctx *cx, const struct account_row *row, struct str typed)
{
    if (account_verify(cx, row, typed))
        return true;
    /* signed in with a one-time code, which is used up but may still be named here */
    return !row->secret.p && !row->shared_secret.p && row->once_digest.p &&
           secret_equal(sm3_text(cx->a, secret_code_plain(cx->a, typed)), row->once_digest);
}

/* The present record and the four before it (S3), and that list with the present one in front. */
static bool was_used(const struct account_row *row, struct str password, struct arena *a,
                     struct str *former)
{
    struct buf b = buf_in(a);
    struct str rest = row->former, record;
    int n = 0;
    if (row->secret.p) {
        buf_str(&b, row->secret);
        n++;
        if (password_verify(password, row->secret.p))
            return true;
    }
    while (rest.n && str_cut(&rest, '\n', &record) && n < PASSWORDS_KEPT) {
        if (record.n == 0)
            continue;
        if (password_verify(password, str_copy(a, record).p))
            return true;
        buf_text(&b, n ? "\n" : "");
        buf_str(&b, record);
        n++;
    }
    *former = buf_done(&b);
    return false;
}

static struct str present_record(const struct account_row *row)
{
    return row->secret.p ? row->secret : row->shared_secret.p ? row->shared_secret
                                                              : row->once_digest;
}

bool login_prepare_password(struct ctx *cx, void *input)
{
    struct password_in *in = input;
    struct account_row row;
    if (cx->actor->is_token)
        return fail(cx, ERR_FORBIDDEN, "login.not_by_token", NULL);
    int found = account_of_person(cx, cx->actor->person_id, &row);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    if (!attempt_allowed(cx, row.account, &row))
        return false;
    if (!is_present(cx, &row, in->old_password))
        return attempt_failed(cx, row.account, &row, "old_password");
    const char *refused = password_refused(in->new_password, row.account, is_admin(cx->actor));
    if (refused)
        return fail(cx, ERR_INVALID, refused, "new_password");
    bool same = str_eq(in->old_password, in->new_password);
    if (same || was_used(&row, in->new_password, cx->a, &in->former))
        return fail(cx, ERR_INVALID, "password.used", "new_password");
    char *hash = arena_alloc(cx->a, PASSWORD_HASH_SIZE);
    if (!password_hash(in->new_password, hash))
        return fail(cx, ERR_BUSY, "queue.full", NULL);
    in->hash = str_of(hash);
    in->was = present_record(&row);
    return true;
}

bool login_run_password(struct ctx *cx, const void *input, void *out)
{
    const struct password_in *in = input;
    struct account_row row;
    char token[SECRET_TOKEN_SIZE + 1];
    int64_t person = cx->actor->person_id;
    (void)out;
    if (db_number(cx->db, -1, &q_account_lock, person) < 0 ||
        account_of_person(cx, person, &row) != 1)
        return fail_not_found(cx);
    if (!str_eq(present_record(&row), in->was)) /* changed by another meanwhile */
        return fail(cx, ERR_CONFLICT, "password.changed", NULL);
    secret_token(token);
    door_set_login(cx, str_of(token)); /* S12 */
    return db_run(cx->db, &q_account_password, in->hash, cx->now,
                  in->former.p ? in->former : STR(""), person) &&
           db_run(cx->db, &q_login_renew, sm3_text(cx->a, str_of(token)), cx->now,
                  cx->actor->login_id) &&
           logins_end(cx, person, cx->actor->login_id) &&
           trace_write(cx, trace_node_stream(cx), "login.password", 0, 0,
                       str_printf(cx->a, "{\"login\":\"%lld\"}", (long long)cx->actor->login_id));
}

bool login_confirm(struct ctx *cx, struct str password, const char *field)
{
    struct account_row row;
    if (cx->actor->is_token)
        return fail(cx, ERR_FORBIDDEN, "login.not_by_token", NULL);
    int found = account_of_person(cx, cx->actor->person_id, &row);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    return attempt_allowed(cx, row.account, &row) &&
           (account_verify(cx, &row, password) || attempt_failed(cx, row.account, &row, field));
}
