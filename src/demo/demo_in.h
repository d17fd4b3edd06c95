/* demo/, inside: the city while it is being made. Everything lives in the caller's arena; units
 * and people are named by their index. */
#ifndef TB_DEMO_DEMO_IN_H
#define TB_DEMO_DEMO_IN_H

#include "demo/demo.h"

enum demo_branch {
    BR_PARTY, BR_NPC, BR_GOVERNMENT, BR_CPPCC, BR_DISCIPLINE, BR_COURT, BR_PROCURATORATE,
    BR_MILITARY, BR_MASS, BR_DEMOCRATIC, BR_VERTICAL, BR_ZONE, BR_INSTITUTION, BR_ENTERPRISE,
    BR_VILLAGE
};
enum demo_level { LV_CITY, LV_COUNTY, LV_TOWN, LV_VILLAGE };
enum demo_kind { KIND_UNIT, KIND_SECTION, KIND_BODY };

/* Which of OFFICE §7's COUNTS a unit of kind unit belongs to. */
enum demo_class { CL_CITY, CL_COUNTY, CL_ZONE, CL_OTHER, CL_TOWN, CL_VILLAGE, CL_NONE };

enum {
    SPEC_PAPER = 1,        /* addressee by paper only */
    SPEC_PARTY_GROUP = 2,  /* has a Party group (党组) that issues too */
    SPEC_OFFICE = 4,       /* the office of a committee, government …: big, many secretaries */
    SPEC_DUAL = 8,         /* a second superior in its own line */
    SPEC_QUIET = 16,       /* issues nothing under its own name */
};

/* One kind of unit of an area. In the texts "~" is the area (常德市), "#" its stem (常德). */
struct demo_spec {
    const char *key;        /* how the tables of duties name it; NULL when none does */
    const char *name;
    const char *short_name; /* NULL: name without 中共, and 市 for 常德市 */
    const char *mark;       /* 代字 behind the area's letter */
    enum demo_branch branch;
    int weight;             /* share of the area's people */
    int flags;
    const char *head;       /* title of the head; deputies are 副 + title */
    const char *sections;   /* behind 办公室, parted by spaces */
};

struct demo_unit {
    struct str code, name, short_name, division, mark, phone;
    const struct demo_spec *spec; /* NULL for areas, bodies, sections, towns, villages */
    int parent;                   /* -1 for the city */
    int area;                     /* index of the area (city, county, zone) */
    enum demo_level level;
    enum demo_branch branch;
    enum demo_kind kind;
    enum demo_class cls;
    int rank_order;
    bool by_paper;
    int first_section, n_sections;
    int children;                 /* so far: gives codes and rank_order */
    int n_posts;
    /* people of it, -1 when none */
    int head, clerk, office_head, backup;
};

struct demo_area {
    int unit;                    /* the area itself, kind body */
    const char *letter;          /* 代字 letter: 常, 武 … */
    struct str name, stem;       /* 津市市, 津市 */
    int committee, npc, government, cppcc; /* bodies; -1 when none */
    int party_office, government_office, npc_office, cppcc_office;
    int others;                  /* enterprises and the like so far */
    bool is_zone, is_city;
};

struct demo_person {
    struct str name, account;
    bool is_story;
};

struct demo_post {
    int person, unit, section;   /* section -1 when none */
    struct str title, grade, roles;
    bool is_main, is_leader;
    int rank_order;
    const char *from_on;
};

enum {
    LEADS_STANDING = 1,   /* 常委 */
    LEADS_NPC = 2,
    LEADS_GOVERNMENT = 4,
    LEADS_CPPCC = 8,
    LEADS_JUSTICE = 16,   /* 两长 */
};

struct demo_leader {             /* in rank order of the area */
    int area, person, unit;      /* unit of the main post */
    int flags;
    const char *duties;          /* keys of units and names of sections, parted by spaces; or NULL */
};

struct demo_build {
    struct arena *a;
    struct demo_options o;
    struct err *err;
    uint64_t random;
    struct demo_unit *unit;
    size_t n_units, cap_units;
    struct demo_person *person;
    size_t n_people, cap_people;
    struct demo_post *post;
    size_t n_posts, cap_posts;
    struct demo_area area[24];
    int n_areas;
    struct buf csv[DEMO_FILES];
    uint64_t *accounts;          /* hashes of accounts given out */
    struct demo_leader leader[512];
    int n_leaders;
    int story_town, story_village;
    bool story_used[64];
    struct demo_names *names;
};

/* demo_names.c */
uint32_t demo_random(struct demo_build *b, uint32_t below);
void demo_names_start(struct demo_build *b);
/* A new person with an invented name and an account spelt after it. has_account false: none. */
int demo_person_new(struct demo_build *b, bool has_account);
/* The same with a fixed name; account NULL: spelt after the name. */
int demo_person_named(struct demo_build *b, const char *name, const char *account);

/* demo_tables.c: what an area of each kind has */
extern const struct demo_spec demo_city_specs[], demo_county_specs[], demo_zone_specs[],
    demo_other_specs[];
extern const size_t demo_city_specs_n, demo_county_specs_n, demo_zone_specs_n;
extern const char *const demo_town_offices;

/* demo_units.c */
bool demo_units_make(struct demo_build *b);
int demo_unit_find(const struct demo_build *b, int area, const char *key);
int demo_section_find(const struct demo_build *b, int unit, const char *name);

/* demo_people.c */
void demo_people_make(struct demo_build *b);
int demo_post_add(struct demo_build *b, struct demo_post p);
const char *demo_day(struct demo_build *b);
/* A person for a place in a unit: the story's, if it has one there, or an invented one. */
int demo_person_for(struct demo_build *b, int unit, const char *place);

/* demo_leaders.c: leaders of an area; sets heads of the units they lead. Returns how many have no
 * unit of their own, but only a body. */
int demo_leaders_make(struct demo_build *b, int area);

/* demo_duties.c: who is in charge of what, who stands in for whom, lists and groups */
void demo_duties_make(struct demo_build *b);
void demo_agencies_make(struct demo_build *b);

/* demo_csv.c */
void demo_csv_start(struct demo_build *b);
/* Format, a letter a column: s text, S struct str, d int, u unit (its code), p person (its code). */
void demo_csv_row(struct demo_build *b, enum demo_file f, const char *format, ...);
void demo_csv_tables(struct demo_build *b, struct demo_city *out);

#endif
