/* demo: a whole city to try the program on (OFFICE §7): 3,600 units and 40,000 people on the real
 * divisions of data/divisions-changde.csv, or one county of it. Everybody in it is invented.
 *
 * demo_generate is pure: seed, year and divisions in, the city out as CSV texts in the formats of
 * docs/import.md; the same input gives the same bytes. The city enters the program only through
 * the door, like a real one. Any thread. */
#ifndef TB_DEMO_DEMO_H
#define TB_DEMO_DEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* DEMO_CITY: 3,600 units, about 40,000 people. DEMO_SMALL: the city's own units thinly staffed and
 * one county with its towns and villages; 349 units, under 4,500 people. Both know the same story
 * accounts. */
enum demo_scale { DEMO_SMALL, DEMO_CITY };

/* In the order in which they are imported. */
enum demo_file {
    DEMO_UNITS,
    DEMO_PEOPLE,
    DEMO_AGENCIES,
    DEMO_NUMBER_BOOKS,
    DEMO_IN_CHARGE,
    DEMO_SECRETARIES,
    DEMO_RANK_LISTS,
    DEMO_GROUPS,
    DEMO_BACKUPS,
    DEMO_DELEGATIONS,
    DEMO_DUAL_LEADERSHIP,
    DEMO_FILES
};

struct demo_options {
    enum demo_scale scale;
    uint64_t seed;
    int year;             /* of the newest number books; last year's are open too */
    struct str divisions; /* text of a divisions file: code,name,level,parent; kept by the caller */
};

/* Who does what in a unit that is not reached by paper only; accounts. */
enum demo_keeper { KEEPS_UNIT, KEEPS_VEHICLES, KEEPS_ASSETS, KEEPS_SEALS, KEEPS_VENUES, DEMO_KEEPERS };
struct demo_desk {
    struct str code, name;
    struct str clerk, reviewer, office_head, head;
    struct str principal;        /* of the committee or government whose office it is; else the head */
    struct str drafter, checker; /* who drafts, and the head of that section (else of the unit); never
                                  * the clerk, except in a village */
    struct str keeper[DEMO_KEEPERS]; /* unit_admin, vehicle_keeper …; where nobody is, who does it then */
    bool is_town, is_village, is_city;
};

struct demo_city {
    struct str csv[DEMO_FILES]; /* in the arena given */
    struct demo_desk *desks;
    size_t n_desks;
    size_t units;               /* of kind unit */
    size_t sections, bodies, people, posts;
};

/* Fails with demo.divisions (argument: line) when the divisions file cannot be used, and with
 * demo.no_story when it has not the county and the town where the story plays. */
bool demo_generate(struct arena *a, const struct demo_options *o, struct demo_city *out,
                   struct err *err);

/* "units.csv" … */
const char *demo_file_name(enum demo_file f);

/* The people of the story, the same in both scales, for README, tests and the sign-in page. */
struct demo_account {
    const char *account;
    const char *name;
    const char *where_zh, *where_en; /* unit and work, one phrase */
};
const struct demo_account *demo_story_accounts(size_t *n);

#endif
