/* org/, inside: what its own files share. */
#ifndef TB_ORG_ORG_IN_H
#define TB_ORG_ORG_IN_H

#include "base/check.h"
#include "base/clock.h"
#include "base/id.h"
#include "core/small.h"
#include "org/org.h"
#include "org/org_pinyin.h"

/* --- rights (org.c) ------------------------------------------------------------------------------
 */

struct str today(const struct ctx *cx);
/* Absent day: today. */
struct str day_or_today(const struct ctx *cx, struct str on);
bool is_city_admin(const struct ctx *cx);
/* May this person take the role, beside what they hold? Fails with grant.apart. */
bool org_roles_apart(struct ctx *cx, int64_t person_id, enum role role);
/* Administrator of this unit (or a section's home), or of the city. fails with not_found. */
bool may_administer(struct ctx *cx, const struct unit_row *u);
bool load_administered(struct ctx *cx, int64_t unit_id, struct unit_row *out);
/* The actor has a post in this unit. */
bool is_own_unit(const struct ctx *cx, int64_t unit_id);
bool post_load(struct ctx *cx, int64_t post_id, struct post_row *out);
bool post_is_current(const struct ctx *cx, const struct post_row *p);

/* An entry on a unit's administration stream; w writes the members of the body. */
struct note {
    struct buf *b; /* in cx->a */
    struct jw w;
};
struct note note_begin(struct ctx *cx);
bool note_end(struct ctx *cx, struct note *n, int64_t unit_id, const char *op);

/* --- units (org_unit.c) -------------------------------------------------------------------------
 */

struct unit_facts {
    int64_t unit_id, area_id, rank_order;
    struct str division_code, phone, line, from_on;
    bool speaks;
};
int unit_facts_find(struct ctx *cx, int64_t unit_id, struct unit_facts *out);
struct unit_new {
    int64_t id; /* 0: a new one */
    struct str code, name, short_name, level, branch, kind, division_code, from_on, phone;
    int64_t parent_id, rank_order;
    bool by_paper;
};
/* Writes unit, facts and, when new or renamed from a day not in the future, the name. */
bool unit_write(struct ctx *cx, const struct unit_new *in, int64_t *id);
/* The tree has changed: cached copies are stale. */
bool tree_touch(struct ctx *cx);
/* A unit's name without its area's: pure. areas: names of the area and those above it. */
struct str unit_line(struct arena *a, struct str name, const struct str *areas, size_t n);
/* Renames and closings that are due today; the clock's. */
bool units_day(struct ctx *cx);

/* Under another parent, with everything below it; the unit's row and paths are new afterwards. */
bool unit_move(struct ctx *cx, int64_t unit_id, int64_t parent_id);
/* Below it, without itself, parents first. */
bool units_below(struct ctx *cx, struct str path, struct ids *out);

extern const char *const unit_levels[], *const unit_branches[], *const unit_kinds[];

/* The office that handles the paper of an area's body (org_agency.c): of the same branch where there is
 * one, else of the committee; 0 when none. */
/* Offices of the other bodies of the place (committee, government) of the body that a unit serves. */
bool org_offices_beside(struct ctx *cx, int64_t unit_id, struct ids *out);
bool area_office(struct ctx *cx, int64_t area_id, struct str branch, int64_t *out);

/* --- people (org_person.c) -----------------------------------------------------------------------
 */

/* Builds what the address book finds a person by; after every change of name, phone or post. */
bool contact_index(struct ctx *cx, int64_t person_id);
/* The same for the next people behind an id; *last: where to go on, 0 at the end. */
bool people_index(struct ctx *cx, int64_t after, int64_t limit, int64_t *last);
/* The same for everybody whose posts began or ended after that day; the clock's. */
bool people_day(struct ctx *cx, struct str since);
struct person_new {
    int64_t id; /* 0: a new one */
    struct str code, name, account, mobile, office_phone;
};
/* A new account's one-time secret to *secret; absent when no account was made. */
bool person_write(struct ctx *cx, const struct person_new *in, int64_t *id, struct str *secret);
/* "138****1234" */
struct str phone_masked(struct arena *a, struct str mobile);

/* --- acting (org_acting.c) --- */

int acting_of(struct ctx *cx, enum acting_kind kind, int64_t from_post, struct acting_row *out);
/* Ends what was given away from a post and taken over by it, at once. */
bool acting_end_all(struct ctx *cx, const struct post_row *post);
bool backup_set(struct ctx *cx, const struct post_row *post, int64_t backup_post);

/* --- others that the importer writes too --- */

bool in_charge_write(struct ctx *cx, const struct post_row *leader, int64_t unit_id,
                     int64_t deputy_post, struct str from_on, struct str until_on, int64_t *id);
extern const char *const agency_kinds[], *const agency_doc_types[];
bool agency_write(struct ctx *cx, const struct org_agency *in, int64_t *id);
/* From a day on: at once when that day has come, else by the clock (agencies_day). */
bool agency_rename(struct ctx *cx, const struct org_agency *agency, struct str from_on,
                   struct str name, struct str signature_name, struct str book_mark);
bool agencies_day(struct ctx *cx);
/* Its paper is handled there from now on; last in that unit's order. */
bool agency_move(struct ctx *cx, int64_t agency_id, int64_t unit_id);
bool group_write(struct ctx *cx, int64_t owner_unit, struct str name, int64_t *id);
/* Another unit keeps the group; who sees it follows from the unit. name absent: stays. */
bool group_owner_move(struct ctx *cx, int64_t group_id, int64_t unit_id, struct str name);
bool group_member_add(struct ctx *cx, int64_t group_id, int64_t unit_id);
int64_t rank_list_make(struct ctx *cx, int64_t unit_id, struct str name);
bool rank_entry_add(struct ctx *cx, int64_t list_id, struct str from_on, int64_t position,
                    int64_t post_id);

/* --- reform (org_reform.c: what would move; org_reform_move.c: moving it) ------------------------ */

struct named {
    int64_t id;
    struct str name;
};
struct names {
    struct named *p;
    size_t n;
};
struct reform_grant {
    int64_t id, post_id;
    enum role role;
    struct str name, title;
    bool goes; /* proposed, then as said */
};
struct reform {
    bool is_merge, is_section; /* a section into another of the same unit */
    struct unit_row unit, into; /* into.id 0: new, to be made with these values */
    int64_t rank_order;
    struct str on, phone;
    struct str new_name, new_short_name; /* a merge may give the other one a new name */
    struct names posts, sections, children, agencies, groups, own_groups, ranks, charges;
    struct reform_grant *grants;
    size_t n_grants;
};
/* What a split was told to take; a merge takes all. */
struct reform_chosen {
    bool all;
    struct ids section_ids, unit_ids, post_ids, agency_ids, group_ids;
};
bool ids_have(struct ids ids, int64_t id);
/* The unit, if it may be merged or split on that day; then who takes it; then what goes. */
bool reform_begin(struct ctx *cx, struct reform *f, bool is_merge, int64_t unit_id, struct str on);
bool reform_into(struct ctx *cx, struct reform *f, int64_t into_id);
bool reform_load(struct ctx *cx, struct reform *f, const struct reform_chosen *c);
/* Everything of r moves; r->into is the living unit afterwards. */
bool reform_apply(struct ctx *cx, struct reform *r);
/* The lines of org/ and of the rooms above, a JSON array. */
bool reform_lines(struct ctx *cx, const struct reform *r, struct jw *w);
/* Plans whose day has come, and matters that still come along; the clock's. */
void reforms_tick(struct ctx *cx);

#endif
