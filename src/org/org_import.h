/* org/import, inside: one file of docs/import.md on its way in. Checking collects what is wrong
 * with every row and touches nothing; applying runs only on files that were found good. */
#ifndef TB_ORG_ORG_IMPORT_H
#define TB_ORG_ORG_IMPORT_H

#include "org/org_csv.h"
#include "org/org_in.h"

#define IMPORT_BAD_MAX 200

struct org_bad_row {
    int64_t line;
    struct str column, reason;
};

/* Text → number, in the arena. */
struct str_map {
    struct arena *a;
    struct str *key;
    void **value;
    size_t size, n;
};
void *map_get(const struct str_map *m, struct str key);
void map_put(struct str_map *m, struct str key, void *value);

struct code_unit {
    int64_t id, home_id; /* 0 when it comes with this file */
    struct str kind, level, home_code;
    bool by_paper;
    int line; /* in this file; 0: from the database */
};
struct code_person {
    int64_t id;
    struct str account, name, mobile, office_phone;
    int line, mains;
};

struct importer {
    struct ctx *cx;
    struct arena *a; /* of the maps: outlives the rows */
    const struct import_kind *kind;
    struct str_map units, people, accounts, agencies, seen;
    bool has_root, root_is_free;
    struct org_bad_row bad[IMPORT_BAD_MAX];
    size_t n_bad, n_rows;
    const struct csv_row *row;
    /* applying: people whose keys must be built, secrets of new accounts */
    int64_t *touched;
    size_t n_touched;
    struct buf *secrets;
};

struct import_kind {
    const char *name;
    const char *const *columns; /* NULL-terminated */
    void (*check)(struct importer *im, const struct csv_row *r);
    /* after the last row; may be NULL */
    void (*check_end)(struct importer *im);
    bool (*apply)(struct importer *im, const struct csv_row *r);
};
const struct import_kind *import_kind_find(struct str name);

/* Puts a bad row on the list. column: index, -1 for the whole row. */
void bad(struct importer *im, int column, const char *code);
void bad_line(struct importer *im, int line, int column, const char *code);
/* Cells that must be there, must be a day, a flag, a number, one of a list. */
bool cell_filled(struct importer *im, int column);
bool cell_day(struct importer *im, int column, bool may_be_empty);
bool cell_flag(struct importer *im, int column);
bool cell_number(struct importer *im, int column, int64_t most);
bool cell_choice(struct importer *im, int column, const char *const *choices);
struct code_unit *cell_unit(struct importer *im, int column);
struct code_person *cell_person(struct importer *im, int column);

extern const struct import_kind import_kinds[];
/* org_import_rows.c, org_import_links.c */
extern const struct import_kind import_units, import_people, import_agencies, import_in_charge,
    import_secretaries, import_rank_lists, import_groups, import_backups, import_delegations,
    import_dual_leadership;

#endif
