/* Shared by the login files. */
#ifndef TB_CORE_LOGIN_IN_H
#define TB_CORE_LOGIN_IN_H

#include "core/core_in.h"
#include "core/login.h"
#include "crypto/crypto.h"

#define PASSWORDS_KEPT 5

/* A row of account with what is needed to judge a password. Texts in cx->a. */
struct account_row {
    int64_t person_id;
    struct str account, secret, shared_secret, once_digest, former;
    int64_t once_until_at, changed_at;
    bool must_change, is_disabled;
};
/* 1 found, 0 none, -1 failed */
int account_find(struct ctx *cx, struct str account, struct account_row *out);
int account_of_person(struct ctx *cx, int64_t person_id, struct account_row *out);

/* Is this the account's present password? About 20 ms in every case (S7). */
bool account_verify(struct ctx *cx, const struct account_row *row, struct str password);
/* What failures are counted by: a digest, since what was typed may be a password. */
struct str attempt_key(struct ctx *cx, struct str account);
/* May this account be tried from this address now? false: login.locked. row NULL: no such account. */
bool attempt_allowed(struct ctx *cx, struct str account, const struct account_row *row);
/* Counts and records a failed attempt; false with login.wrong (field as given). */
bool attempt_failed(struct ctx *cx, struct str account, const struct account_row *row,
                    const char *field);

/* The call a command or read came in; only inside those with a route. */
struct call *call_of(struct ctx *cx);

/* What the room's table names. */
bool login_run_failed(struct ctx *cx, const void *in, void *out);
bool login_run_seen(struct ctx *cx, const void *in, void *out);
bool login_run_purge(struct ctx *cx, const void *in, void *out);
void login_tick(struct ctx *cx);

/* login_password.c */
struct password_in {
    struct str old_password, new_password;
    struct str hash, former, was; /* made by prepare: the new record, those kept, the one before */
};
extern const struct record login_password_in;
bool login_prepare_password(struct ctx *cx, void *in);
bool login_run_password(struct ctx *cx, const void *in, void *out);
/* Days until a password ends, of the city's setting; 0: never (S4). */
int64_t password_days(struct core *core);

/* login_sign.c */
struct sign_in_in {
    struct str account, password;
    /* made by prepare: whose password it was and by what it was judged */
    int64_t person_id;
    struct str judged_by, rehash;
    bool is_by_code;
};
struct sign_in_out {
    struct str csrf;
    bool must_change_password;
};
extern const struct record login_sign_in_in, login_sign_in_out;
bool login_prepare_sign_in(struct ctx *cx, void *in);
bool login_run_sign_in(struct ctx *cx, const void *in, void *out);
bool login_run_sign_out(struct ctx *cx, const void *in, void *out);
bool login_run_sign_out_everywhere(struct ctx *cx, const void *in, void *out);

#endif
