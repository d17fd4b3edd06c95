/* Accounts and attempts: what sign-in and change of password share, and the record of last use. */
#include "core/login.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"
#include "core/login.sql.h"
#include "core/login_in.h"

#define FAILURES_MOST 5   /* of one account from one address */
#define FAILURES_ALL 20   /* of one account from everywhere: then only known addresses may try */
#define LOCK_MS (30 * CLOCK_MINUTE_MS)
#define KNOWN_MS (30 * CLOCK_DAY_MS)
#define SEEN_MAX 4096

struct call *call_of(struct ctx *cx)
{
    struct call *call = (struct call *)((char *)cx - offsetof(struct call, cx));
    CHECK(call->command || call->read);
    return call;
}

/* --- accounts ------------------------------------------------------------------------------------*/

static int take_account(struct ctx *cx, struct rows *r, int found, struct account_row *out)
{
    if (found == 1)
        *out = (struct account_row){
            .person_id = row_i64(r, 0),
            .account = row_copy(r, 1, cx->a),
            .secret = row_copy(r, 2, cx->a),
            .shared_secret = row_copy(r, 3, cx->a),
            .once_digest = row_copy(r, 4, cx->a),
            .once_until_at = row_i64(r, 5),
            .must_change = row_i64(r, 6),
            .changed_at = row_i64(r, 7),
            .former = row_copy(r, 8, cx->a),
            .is_disabled = row_i64(r, 9) || row_i64(r, 10),
        };
    rows_end(r);
    return found;
}

int account_find(struct ctx *cx, struct str account, struct account_row *out)
{
    struct rows r;
    return take_account(cx, &r, db_get(cx->db, &r, &q_account_by_name, account), out);
}

int account_of_person(struct ctx *cx, int64_t person_id, struct account_row *out)
{
    struct rows r;
    return take_account(cx, &r, db_get(cx->db, &r, &q_account_by_person, person_id), out);
}

bool account_verify(struct ctx *cx, const struct account_row *row, struct str password)
{
    const char *record = row && row->secret.p ? row->secret.p : NULL;
    if (row && !record && row->shared_secret.p)
        record = core_setting(cx->core, row->shared_secret.p);
    return record ? password_verify(password, record) : password_verify_nobody(password);
}

/* --- attempts ------------------------------------------------------------------------------------*/

static bool locked(struct ctx *cx)
{
    (void)fail(cx, ERR_BUSY, "login.locked", NULL); /* always false */
    refusal_note(cx, "login.sign_in");
    return false;
}

struct str attempt_key(struct ctx *cx, struct str account)
{
    return sm3_text(cx->a, account);
}

bool attempt_allowed(struct ctx *cx, struct str account, const struct account_row *row)
{
    struct rows r;
    struct str address = call_of(cx)->address, key = attempt_key(cx, account);
    int found = db_get(cx->db, &r, &q_failure_get, key, address);
    bool is_locked = found == 1 && row_i64(&r, 1) > cx->now;
    rows_end(&r);
    if (found < 0)
        return false;
    if (is_locked)
        return locked(cx);
    if (db_number(cx->db, 0, &q_failure_sum, key, cx->now - LOCK_MS) < FAILURES_ALL)
        return cx->err.kind == ERR_NONE;
    bool is_known = row && db_number(cx->db, 0, &q_address_known, row->person_id, address,
                                     cx->now - KNOWN_MS) == 1;
    return is_known || locked(cx);
}

struct failed_in {
    struct str account, address, agent;
    bool is_account;
};

/* A name that is no account may be a password typed into the wrong field: only its digest is kept. */
bool login_run_failed(struct ctx *cx, const void *input, void *out)
{
    const struct failed_in *in = input;
    struct str key = attempt_key(cx, in->account);
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    (void)out;
    jw_obj(&w);
    if (in->is_account)
        jw_kstr(&w, "account", in->account);
    else
        jw_kstr(&w, "unknown", str_sub(key, 0, 16));
    jw_kstr(&w, "address", in->address);
    jw_kstr(&w, "agent", in->agent);
    jw_obj_end(&w);
    return db_run(cx->db, &q_failure_add, key, in->address, cx->now, cx->now - LOCK_MS) &&
           db_run(cx->db, &q_failure_lock, cx->now + LOCK_MS, key, in->address, FAILURES_MOST) &&
           trace_write(cx, trace_node_stream(cx), "login.failed", 0, 0, buf_done(&b));
}

bool attempt_failed(struct ctx *cx, struct str account, const struct account_row *row,
                    const char *field)
{
    struct call *call = call_of(cx);
    const struct failed_in in = { account, call->address, call->agent, row != NULL };
    struct err e = { 0 };
    if (!door_run(cx->core, "login.failed", &in, NULL, NULL, cx->now, cx->a, &e))
        return fail(cx, e.kind, e.code, NULL); /* not on record: not answered either (S42) */
    return fail(cx, field ? ERR_INVALID : ERR_UNAUTHENTICATED,
                field ? "password.wrong" : "login.wrong", field);
}

/* --- last use ------------------------------------------------------------------------------------*/

struct seen {
    pthread_mutex_t lock; /* guards all below */
    int n;
    struct {
        int64_t login_id, at;
    } login[SEEN_MAX];
};

struct seen *seen_new(void)
{
    struct seen *s = calloc(1, sizeof *s);
    CHECK(s);
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

void seen_free(struct seen **s)
{
    if (!*s)
        return;
    pthread_mutex_destroy(&(*s)->lock);
    free(*s);
    *s = NULL;
}

void login_seen_note(struct core *core, int64_t login_id, int64_t at)
{
    struct seen *s = core->seen;
    pthread_mutex_lock(&s->lock);
    int i = 0;
    while (i < s->n && s->login[i].login_id != login_id)
        i++;
    if (i < SEEN_MAX) { /* full: its next request, a second later, will do */
        s->login[i].login_id = login_id;
        s->login[i].at = at;
        s->n = i == s->n ? s->n + 1 : s->n;
    }
    pthread_mutex_unlock(&s->lock);
}

bool login_run_seen(struct ctx *cx, const void *in, void *out)
{
    const struct seen *s = in;
    (void)out;
    for (int i = 0; i < s->n; i++)
        if (!db_run(cx->db, &q_login_seen_at, s->login[i].at, s->login[i].login_id))
            return false;
    return true;
}

bool login_run_purge(struct ctx *cx, const void *in, void *out)
{
    (void)in;
    (void)out;
    return db_run(cx->db, &q_failure_purge, cx->now - CLOCK_DAY_MS);
}

static void run_own(struct ctx *cx, const char *command, const void *in)
{
    struct err e = { 0 };
    if (!door_run(cx->core, command, in, NULL, NULL, cx->now, cx->a, &e))
        log_error("login", "own command failed", "command", command, "code", e.code);
}

void login_flush(struct ctx *cx)
{
    struct seen *s = cx->core->seen, *take = NULL;
    pthread_mutex_lock(&s->lock);
    if (s->n > 0) {
        take = arena_copy(cx->a, s, sizeof *s);
        s->n = 0;
    }
    pthread_mutex_unlock(&s->lock);
    if (take)
        run_own(cx, "login.seen", take);
}

/* The clock thread, about every second. */
void login_tick(struct ctx *cx)
{
    login_flush(cx);
    if (cx->now / CLOCK_HOUR_MS != cx->core->login_purged_at / CLOCK_HOUR_MS) {
        cx->core->login_purged_at = cx->now;
        run_own(cx, "login.purge", NULL);
    }
}
