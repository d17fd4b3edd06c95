/* org: who is who: units, people, posts, roles, acting, division of work, agencies, rank lists,
 * saved groups, the address book (CAPABILITIES A1–A7, A14; OFFICE §1).
 *
 * The small tables (unit, person, post, grant_, acting, pool) are core's and are changed through
 * core/small.h; org/ owns unit_fact, unit_name, dual_leadership, agency, in_charge, rank_list,
 * unit_group, filing, contact_key and the staging of imports. Every change leaves an entry on the
 * unit's administration stream (its id).
 *
 * The functions below serve the rooms above: they look and decide, they change nothing. All take
 * the caller's ctx, work in commands and in reads alike, and leave their results in cx->a. Days are
 * "YYYY-MM-DD"; a day absent means today by cx->now. */
#ifndef TB_ORG_ORG_H
#define TB_ORG_ORG_H

#include "core/core.h"

extern const struct room org_room;

/* --- who a flow's assign means --- */

enum org_who_kind { ORG_WHO_POST = 1, ORG_WHO_POOL, ORG_WHO_UNIT };
struct org_who {
    enum org_who_kind kind;
    int64_t id;      /* post; unit for POOL and UNIT */
    enum role role;  /* POOL: any holder of this role in the unit */
    int64_t unit_id; /* the unit with the mailbox it belongs to */
};
struct org_whos {
    struct org_who *p;
    size_t n;
    bool is_raised; /* it would have been not_person: somebody further up instead */
};

enum org_term {
    ORG_STARTER_SECTION_HEAD,             /* starter.section_head */
    ORG_STARTER_LEADER,                   /* starter.leader: the leader in charge of the section */
    ORG_STARTER_UNIT_LEADER,              /* starter.unit_leader: the unit's own leader in charge of it */
    ORG_STARTER_DEPUTY_SECRETARY_GENERAL, /* starter.deputy_secretary_general */
    ORG_LEADER_OF,                        /* leader(NAME): in charge of who holds that role */
    ORG_ROLE,                             /* role(NAME) in unit_id */
    ORG_SUPERIOR_LEADER,                  /* superior.leader: in charge of the unit at the level above */
    ORG_SUPERIOR_HEAD,                    /* superior.head: the principal there */
    ORG_SUPERIOR_ROLE,                    /* superior.role(NAME): in the office there */
    ORG_SUPERIOR_UNIT,                    /* superior.unit: the unit that takes what goes up (org_goes_up_to) */
    ORG_BESIDE_ROLE,                      /* beside.role(NAME): in the other office of the place: the committee's
                                             for the government's, and the other way round */
    ORG_POST,                             /* post(ID) */
    ORG_PERSON,                           /* person(ID): in the main post */
    ORG_UNIT                              /* unit(ID): a whole other unit */
};
struct org_ask {
    enum org_term term;
    int64_t unit_id;    /* the starter's unit or body; for roles the matter's unit, with the mailbox */
    int64_t section_id; /* the starter's section; 0 when none */
    int64_t post_id;    /* the starter's post: what is above a head is another than above the others */
    enum role role;     /* ORG_ROLE, ORG_LEADER_OF, ORG_SUPERIOR_ROLE, ORG_BESIDE_ROLE */
    int64_t id;         /* ORG_POST, ORG_PERSON, ORG_UNIT */
    /* Nobody agrees to his own request: this person is not among the answer. Where nobody else holds it,
     * it goes up: the unit's own leader in charge of the section, the head of the unit, the leader in
     * charge of the unit at the level above, the principal there. 0: whoever it is. */
    int64_t not_person;
    struct str on;
};
/* At least one who, in rank order. Roles that one person answers for (heads, leaders) become posts,
 * the others pools (a pool of which not_person is one stays a pool). Fails with org.nobody (argument:
 * what was sought) when nobody holds it. */
bool org_resolve(struct ctx *cx, const struct org_ask *ask, struct org_whos *out);

/* 上一级: who is above somebody. Of a department: the body it belongs to; of a village: its town; of a
 * town: the county's government or committee; of a member of a body: its head; of its head: the same
 * body one level up, for the head of the city's government its committee. All 0: that level is not
 * on the platform. */
struct org_above {
    int64_t unit_id;     /* the body, or the unit, whose head is the principal above */
    int64_t office_id;   /* the unit that handles its paper */
    int64_t leader_post; /* 分管: in charge of the unit up there, beside the principal; 0 when nobody */
};
bool org_above_of(struct ctx *cx, int64_t unit_id, int64_t post_id, struct org_above *out);
/* Where a post stands: does it head its unit or body, is it in a body (its name, else empty), and is
 * there somebody else above it: a principal, and a leader in charge beside him. */
struct org_place {
    bool is_head, has_head_above, has_leader_above;
    struct str body;
};
bool org_place_of(struct ctx *cx, int64_t post_id, struct org_place *out);
/* The term of a word of the assign grammar ("starter.leader", "role", "post" …); false: unknown. */
bool org_term_of(struct str word, enum org_term *out);

/* 分管: the leader in charge of this unit or section itself, newest first. 1 found, 0 nobody, -1
 * failed. deputy_post: 联系副秘书长, 0 when none. */
int org_leader_in_charge(struct ctx *cx, int64_t unit_or_section, struct str on,
                         int64_t *leader_post, int64_t *deputy_post);

/* Where the new items of a post go: itself, or whoever a redirecting delegation for this module
 * names (A14). acting_for is the post itself when they go elsewhere, else 0. */
bool org_redirect(struct ctx *cx, int64_t post_id, struct str module, struct str on, int64_t *to,
                  int64_t *acting_for);

/* 代办期: to_post shares the box of from_post from one day to another, on the authority of an approved
 * matter; what is done so is marked as acting for. Both must be held, by two people. For the head of a unit
 * another of its leaders presides instead (主持工作), in the own name. */
bool org_stand_in(struct ctx *cx, int64_t from_post, int64_t to_post, struct str from_on,
                  struct str until_on, struct str authorisation, int64_t *acting_id);
/* Ends it today; one that ended or never was is none of its business. */
bool org_stand_in_end(struct ctx *cx, int64_t acting_id);

/* P8: whom to tell instead of a leader: the secretary's post, else the office head's, else 0. For
 * a post that is no leader's: that post itself. */
bool org_gatekeeper(struct ctx *cx, int64_t post_id, int64_t *out);
/* Is that post the secretary of this leader's today? 1, 0, -1. */
int org_is_secretary(struct ctx *cx, int64_t leader_post, int64_t post_id);

/* --- people and posts as others show them --- */

struct org_post {
    int64_t id, person_id, unit_id, section_id;
    struct str name, title, unit_name, section_name; /* section_name absent when none */
    bool is_main, is_leader, is_current; /* is_current: held today, person not disabled */
};
/* 1 found, 0 none, -1 failed. */
int org_post_find(struct ctx *cx, int64_t post_id, struct org_post *out);
int org_main_post(struct ctx *cx, int64_t person_id, struct org_post *out);
/* Posts that hold a role in a unit today, in the unit's order. */
bool org_role_posts(struct ctx *cx, int64_t unit_id, enum role role, struct ids *out);
/* The same, for whom a flow's role(NAME) means: where nobody holds a role of a unit's own affairs
 * (finance, vehicle_keeper, duty_room …) the office head does that work, in units without one (a
 * village) the clerk, at last the head. What an office head does, the head does where there is no
 * office. Never so for seals, clerks, reviewers, other heads and leaders. held: the role that *out
 * hold. */
bool org_role_holders(struct ctx *cx, int64_t unit_id, enum role role, enum role *held,
                      struct ids *out);
/* Which roles somebody holds in a unit, or does the work of: out[ROLE_COUNT], as org_role_holders says. */
bool org_roles_held(struct ctx *cx, int64_t unit_id, bool *out);
/* 主要负责人: is it a post of somebody who heads that unit or body today? A director is also the
 * secretary of the Party group there. 1, 0, -1. */
int org_is_head(struct ctx *cx, int64_t unit_id, int64_t post_id);
/* Sorts posts by rank as it stands on that day: by the lists of the unit and of the city's bodies,
 * first the list that has most of these people, then the next; who is on none stands behind, in the
 * unit's order. */
bool org_rank_sort(struct ctx *cx, int64_t unit_id, struct str on, int64_t *posts, size_t n);

/* --- units and agencies -------------------------------------------------------------------------
 */

/* The name a unit had on a day (P9). */
bool org_unit_name_on(struct ctx *cx, int64_t unit_id, struct str on, struct str *out);

struct org_agency {
    int64_t id, unit_id;
    struct str code, name, signature_name, book_mark, kind, doc_types; /* doc_types by commas */
};
int org_agency_find(struct ctx *cx, int64_t agency_id, struct org_agency *out);
int org_agency_by_code(struct ctx *cx, struct str code, struct org_agency *out);
/* Agencies whose paper this unit handles, its own first. */
bool org_agencies_of(struct ctx *cx, int64_t unit_id, struct org_agency **out, size_t *n);

struct org_peer {
    struct org_agency agency;
    struct str unit_name;
};
/* 同级机关: agencies on the platform that could issue together with this one (R10), those of its own
 * area first, in the order of the tree. q: part of the name, or empty. */
bool org_agency_peers(struct ctx *cx, int64_t agency_id, struct str q, int64_t limit,
                      struct org_peer **out, size_t *n);

enum org_direction { ORG_SUPERIOR = 1, ORG_SUBORDINATE, ORG_PARALLEL, ORG_SELF };
struct org_relation {
    enum org_direction is; /* what `to` is to `from` */
    int levels;     /* between their areas: 1 city–county, county–town …; 0 same area */
    bool is_direct; /* superior or subordinate with nobody between */
    bool same_line; /* 条线: 市财政局 and 县财政局, or dual leadership */
    bool to_speaks, from_speaks; /* handles a committee's or government's own paper */
    bool same_area;
    bool is_dual; /* `to` is the second superior of `from` */
};
/* Who stands how to whom; from_agency's variant: the issuing body decides whether `from` speaks for
 * its area or as a department. */
bool org_relation(struct ctx *cx, int64_t from_unit, int64_t to_unit, struct org_relation *out);
bool org_agency_relation(struct ctx *cx, int64_t from_agency, int64_t to_unit,
                         struct org_relation *out);
/* Is the post one of this unit's own? Held in it or, for the office of a committee or government, in
 * the body it serves: its leaders. The guard of S30 wherever somebody names a person. 1, 0, -1. */
int org_is_own_post(struct ctx *cx, int64_t unit_id, const struct org_post *p);
/* Where somebody of this unit does the unit's own business: the unit itself or, for posts in a body
 * (市长 in 市政府), the office that serves it; the body itself when it has none. name may be NULL. */
bool org_office_of(struct ctx *cx, int64_t unit_id, int64_t *office, struct str *name);
/* The direct superior of a unit that has a mailbox (the office that handles its superior body's
 * paper), and the second one under dual leadership; 0 when none. */
bool org_superiors(struct ctx *cx, int64_t unit_id, int64_t *direct, int64_t *other);
/* The unit that takes what this one sends up: its direct superior; of the office of a committee or
 * government that of the level above. 0 at the top. */
bool org_goes_up_to(struct ctx *cx, int64_t unit_id, int64_t *out);
/* The body whose office a unit is: its name; "" when it is nobody's. */
bool org_serves(struct ctx *cx, int64_t unit_id, struct str *name);

/* Units above this one, whose business it is to tell it how (上级、业务主管): the nearest first. Its second
 * superior, offices that speak for its area or one above, departments of its own line there, and units it
 * stands inside. */
bool org_units_above(struct ctx *cx, int64_t unit_id, struct ids *out);
/* Under which path its subordinate units stand: of an office that speaks for an area all of that area,
 * of any other unit what is inside it. The unit's own path is among it. */
bool org_path_below(struct ctx *cx, int64_t unit_id, struct str *path);

/* --- recipients ----------------------------------------------------------------------------------
 */

/* Any mixture: units and groups by id; and all units that match every given filter of level,
 * branch and under (in the subtree of one of these). */
struct org_choice {
    struct ids unit_ids, group_ids;
    struct texts levels, branches;
    struct ids under;
};
struct org_unit {
    int64_t id;
    struct str name, short_name, level, branch;
    bool by_paper;
};
struct org_units {
    struct org_unit *p;
    size_t n;
};
/* Units with a mailbox, each once, in the order of the tree; closed ones are left out. A group that
 * is not the actor's to see counts as absent: not_found. One pass over the units: 3,600 in a few
 * milliseconds. */
bool org_expand(struct ctx *cx, const struct org_choice *choice, struct org_units *out);

/* --- reform (P9) ---------------------------------------------------------------------------------
 *
 * A unit is merged into another, or parts of it go to another or a new one. What org/ owns moves in
 * that one command; boxes, registers and what was received stay with the former unit's id and are
 * answered for by the new one (unit_now, unit_former); what is under way and was begun by those who
 * moved comes along by and by. Events, subject: the unit's id:
 *   asked    reform.preview    struct org_reform   write lines of what is there: counts and names
 *   emitted  reform.moved      struct org_reform   move what the room owns, inside the command
 *   asked    reform.following  struct org_follow   off the committer: add matters that should come
 *                                                  along, at most `most` in all
 *   emitted  reform.follow     struct org_follow   take these along, count them in *moved */
struct org_reform {
    bool is_merge;
    int64_t unit_id, into_id;           /* into 0: preview of a unit that the split will make */
    struct ids post_ids, agency_ids;    /* that move */
    struct jw *w;                       /* reform.preview: for org_reform_line */
};
struct org_follow {
    int64_t unit_id, into_id;
    int64_t *matter_ids;
    size_t n, most;
    int64_t *moved;
};
/* One line: what ("posts", "number_books" …; the pages have the words), how many, and the first of
 * their names. */
void org_reform_line(struct jw *w, const char *what, int64_t count, const struct str *names,
                     size_t n);

/* --- importing -----------------------------------------------------------------------------------
 */

/* One file of docs/import.md into an open core that does not serve yet (init, demo): checked whole,
 * then applied in one transaction. kind: "units", "people", … file: its name in what is reported.
 * false: *e, and the bad rows, a line each, to report (may be NULL). secrets (may be NULL) gets
 * "account,secret" lines. */
bool org_import_file(struct core *core, const char *kind, const char *file, struct str csv, int64_t now,
                     struct arena *a, struct buf *report, struct buf *secrets, struct err *e);
/* A bad row as every import tells it: "FILE:LINE: [column] reason". */
void org_import_bad(struct buf *report, const char *file, int64_t line, struct str column,
                    struct str reason);

#endif
