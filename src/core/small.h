/* core/small: rows of the small tables that every question of permission needs. org/ alone changes
 * them, through these functions; whoever's rights change gets a new generation by itself.
 *
 * All run on the committer's thread inside a command, except the _find and _load functions, which
 * also serve reads. Texts found live in cx->a. _find: 1 found, 0 none, -1 failed. */
#ifndef TB_CORE_SMALL_H
#define TB_CORE_SMALL_H

#include "core/core.h"

struct unit_row {
    int64_t id, parent_id, home_id; /* parent 0: root; home: itself for units, its unit for sections */
    struct str code, kind, level, branch, path, name, short_name, sort_key;
    bool by_paper;
    struct str closed_on; /* absent while it exists */
};
bool unit_put(struct ctx *cx, const struct unit_row *u);
int unit_find(struct ctx *cx, int64_t unit_id, struct unit_row *out);
bool unit_load(struct ctx *cx, int64_t unit_id, struct unit_row *out); /* absent: not_found */

/* One command at a time goes on from here for this unit, until it ends; of several units in the order of
 * their ids. */
bool unit_lock(struct ctx *cx, int64_t unit_id);

/* 原单位: from that day `into` answers for the closed unit, and for whatever was merged into it
 * before. */
bool unit_former_put(struct ctx *cx, int64_t unit_id, int64_t into, struct str from_on);
/* The unit that answers for this one today: itself, or the one it was merged into; 0 failed. */
int64_t unit_now(struct ctx *cx, int64_t unit_id);
/* Everyone with a post or a role in the unit gets a new generation. */
bool unit_touch(struct ctx *cx, int64_t unit_id);

struct person_row {
    int64_t id;
    struct str code, name, sort_key, pinyin, mobile, office_phone;
    bool is_disabled;
};
bool person_put(struct ctx *cx, const struct person_row *p);
int person_find(struct ctx *cx, int64_t person_id, struct person_row *out);

struct post_row {
    int64_t id, person_id, unit_id, section_id;
    struct str title, grade;
    bool is_main, is_leader;
    struct str sort_key, from_on, until_on; /* until absent: still held */
};
bool post_put(struct ctx *cx, const struct post_row *p);
int post_find(struct ctx *cx, int64_t post_id, struct post_row *out);

struct grant_row {
    int64_t id, post_id, person_id;
    enum role role;
    int64_t unit_id;
    struct str until_on;
    bool is_revoked;
};
bool grant_put(struct ctx *cx, const struct grant_row *g);
int grant_find(struct ctx *cx, int64_t grant_id, struct grant_row *out);
bool grant_revoke(struct ctx *cx, const struct grant_row *g);

struct acting_row {
    int64_t id;
    enum acting_kind kind;
    int64_t from_post, to_post, to_person;
    bool is_share;
    struct str modules, from_on, until_on, authorisation;
};
bool acting_put(struct ctx *cx, const struct acting_row *t);
bool acting_end(struct ctx *cx, int64_t acting_id, int64_t to_person);

/* An account of a demo folder whose first secret is the shared demo record of that setting; it may be
 * used without changing it, since everybody knows it. */
bool account_create_shared(struct ctx *cx, int64_t person_id, struct str account,
                           const char *shared);
/* Whose account this is: 1 found, 0 nobody's, -1 failed. */
int account_person(struct ctx *cx, struct str account, int64_t *person_id);
/* Grows with every change of what the person may do: an actor loaded under another one is stale. 0:
 * no account, or failed. */
int64_t account_generation(struct ctx *cx, int64_t person_id);

#endif
