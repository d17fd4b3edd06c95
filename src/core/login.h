/* core/login: signing in and out, what a person sees of their own account, personal tokens. Owns
 * account (with core/small), login and login_failure.
 *
 * Passwords are hashed in the password lane (`prepare`), never on an HTTP worker or the committer.
 * A failed attempt is a command of its own, since a refused command leaves nothing behind and a
 * failure must be counted and be on record (S6, S33). */
#ifndef TB_CORE_LOGIN_H
#define TB_CORE_LOGIN_H

#include "core/core.h"

extern const struct room login_room;

/* A login was used; written at most every five minutes, by the clock. Any thread. */
struct seen;
struct seen *seen_new(void);
void seen_free(struct seen **s);
/* Writes what was noted: once more at the end, so that a restart ends nobody's login. */
void login_flush(struct ctx *cx);
void login_seen_note(struct core *core, int64_t login_id, int64_t at);

/* S32, in a command's prepare: is this the present password of who acts? A wrong one is counted and on
 * record as at signing in (S6): password.wrong on that field, login.locked; never by a personal token.
 * About 20 ms. */
bool login_confirm(struct ctx *cx, struct str password, const char *field);

#endif
