/* The rows that tie people and units together: division of work, secretaries, rank lists, groups,
 * backups, delegations, second superiors. */
#include "org/org_import.h"

#include "org/org.sql.h"

/* --- ids by code; 0 when absent --- */

static int64_t unit_id(struct importer *im, struct str code)
{
    return code.n ? db_number(im->cx->db, 0, &q_unit_id_by_code, code) : 0;
}

static int64_t person_id(struct importer *im, struct str code)
{
    return code.n ? db_number(im->cx->db, 0, &q_person_id_by_code, code) : 0;
}

static int64_t main_post(struct importer *im, struct str code)
{
    int64_t p = person_id(im, code);
    return p ? db_number(im->cx->db, 0, &q_main_post, p, today(im->cx)) : 0;
}

static int64_t post_in(struct importer *im, struct str person, struct str unit)
{
    int64_t p = person_id(im, person), u = unit_id(im, unit);
    return p && u ? db_number(im->cx->db, 0, &q_post_of_person_in, p, u, today(im->cx)) : 0;
}

/* Looks the post up: these files come after people.csv. */
static void post_check(struct importer *im, int person, int unit)
{
    struct code_person *p = cell_person(im, person);
    struct code_unit *u = cell_unit(im, unit);
    if (p && u && !post_in(im, im->row->cell[person], im->row->cell[unit]))
        bad(im, person, "import.no_post");
}

static void main_post_check(struct importer *im, int person)
{
    if (cell_person(im, person) && !main_post(im, im->row->cell[person]))
        bad(im, person, "import.no_post");
}

static bool row_twice(struct importer *im, const struct csv_row *r, size_t columns)
{
    struct buf b = buf_in(im->a);
    for (size_t i = 0; i < columns; i++) {
        buf_str(&b, r->cell[i]);
        buf_char(&b, '\n');
    }
    struct str key = buf_done(&b);
    bool twice = map_get(&im->seen, key) != NULL;
    if (twice)
        bad(im, 0, "import.twice");
    map_put(&im->seen, key, im);
    return twice;
}

/* --- in_charge --- */

static const char *const in_charge_columns[] = {
    "leader_person_code", "leader_unit_code", "unit_or_section_code",
    "deputy_person_code", "from_on",          NULL
};

static void in_charge_check(struct importer *im, const struct csv_row *r)
{
    post_check(im, 0, 1);
    (void)cell_unit(im, 2);
    if (r->cell[3].n)
        main_post_check(im, 3);
    cell_day(im, 4, false);
    (void)row_twice(im, r, 3);
}

static bool in_charge_apply(struct importer *im, const struct csv_row *r)
{
    struct post_row leader;
    int64_t id, unit = unit_id(im, r->cell[2]);
    if (!unit || post_find(im->cx, post_in(im, r->cell[0], r->cell[1]), &leader) != 1)
        return false;
    if (db_number(im->cx->db, 0, &q_in_charge_same, unit, leader.id))
        return true;
    return in_charge_write(im->cx, &leader, unit, main_post(im, r->cell[3]), r->cell[4], STR_NONE,
                           &id);
}

const struct import_kind import_in_charge = { "in_charge", in_charge_columns, in_charge_check, NULL,
                                              in_charge_apply };

/* --- secretaries --- */

static const char *const secretary_columns[] = { "leader_person_code", "secretary_person_code",
                                                 "from_on", "authorisation", NULL };

static void secretary_check(struct importer *im, const struct csv_row *r)
{
    main_post_check(im, 0);
    main_post_check(im, 1);
    cell_day(im, 2, false);
    cell_filled(im, 3);
    if (r->cell[0].n && str_eq(r->cell[0], r->cell[1]))
        bad(im, 1, "import.self");
    (void)row_twice(im, r, 2);
}

/* The same two already tied by this kind: nothing to do. */
static bool acting_same(struct importer *im, enum acting_kind kind, int64_t from, int64_t to)
{
    struct acting_row old;
    return acting_of(im->cx, kind, from, &old) == 1 && old.to_post == to;
}

static bool acting_add(struct importer *im, struct acting_row *t)
{
    struct post_row to;
    if (!t->from_post || post_find(im->cx, t->to_post, &to) != 1)
        return false;
    if (acting_same(im, t->kind, t->from_post, t->to_post))
        return true;
    t->id = id_new(im->cx->now);
    t->to_person = to.person_id;
    return im->cx->err.kind == ERR_NONE && acting_put(im->cx, t);
}

static bool secretary_apply(struct importer *im, const struct csv_row *r)
{
    struct acting_row t = { .kind = ACTING_SECRETARY,
                            .from_post = main_post(im, r->cell[0]),
                            .to_post = main_post(im, r->cell[1]),
                            .is_share = true,
                            .from_on = r->cell[2],
                            .authorisation = r->cell[3] };
    return acting_add(im, &t);
}

const struct import_kind import_secretaries = { "secretaries", secretary_columns, secretary_check,
                                                NULL, secretary_apply };

/* --- rank lists --- */

static const char *const rank_columns[] = { "list_name", "position", "person_code", "unit_code",
                                            NULL };

static void rank_check(struct importer *im, const struct csv_row *r)
{
    cell_filled(im, 0);
    cell_number(im, 1, 1000);
    post_check(im, 2, 3);
    (void)row_twice(im, r, 2);
}

/* A list is kept where the post at its head is; its name is unique in the city's files. */
static int64_t rank_list_of(struct importer *im, const struct csv_row *r)
{
    struct ctx *cx = im->cx;
    int64_t position, id = db_number(cx->db, 0, &q_rank_list_named, r->cell[0]);
    if (id || cx->err.kind)
        return id;
    return str_to_i64(r->cell[1], &position)
               ? rank_list_make(cx, unit_id(im, r->cell[3]), r->cell[0])
               : 0;
}

static bool rank_apply(struct importer *im, const struct csv_row *r)
{
    int64_t position, post = post_in(im, r->cell[2], r->cell[3]), list = rank_list_of(im, r);
    return post && list && str_to_i64(r->cell[1], &position) &&
           rank_entry_add(im->cx, list, STR("2000-01-01"), position, post);
}

const struct import_kind import_rank_lists = { "rank_lists", rank_columns, rank_check, NULL,
                                               rank_apply };

/* --- groups --- */

static const char *const group_columns[] = { "name", "owner_unit_code", "member_code", NULL };

static void group_check(struct importer *im, const struct csv_row *r)
{
    cell_filled(im, 0);
    struct code_unit *owner = cell_unit(im, 1), *member = cell_unit(im, 2);
    if (owner && !str_is(owner->kind, "unit"))
        bad(im, 1, "import.not_unit");
    if (member && !str_is(member->kind, "unit"))
        bad(im, 2, "import.not_unit");
    (void)row_twice(im, r, 3);
}

static bool group_apply(struct importer *im, const struct csv_row *r)
{
    int64_t owner = unit_id(im, r->cell[1]), member = unit_id(im, r->cell[2]);
    int64_t id = db_number(im->cx->db, 0, &q_group_find, owner, r->cell[0]);
    if (!owner || !member || im->cx->err.kind)
        return false;
    return (id || group_write(im->cx, owner, r->cell[0], &id)) &&
           group_member_add(im->cx, id, member);
}

const struct import_kind import_groups = { "groups", group_columns, group_check, NULL,
                                           group_apply };

/* --- backups --- */

static const char *const backup_columns[] = { "person_code", "unit_code", "backup_person_code",
                                              NULL };

static void backup_check(struct importer *im, const struct csv_row *r)
{
    post_check(im, 0, 1);
    if (cell_person(im, 2) && r->cell[1].n && !post_in(im, r->cell[2], r->cell[1]))
        bad(im, 2, "import.no_post");
    if (r->cell[0].n && str_eq(r->cell[0], r->cell[2]))
        bad(im, 2, "import.self");
    (void)row_twice(im, r, 2);
}

static bool backup_apply(struct importer *im, const struct csv_row *r)
{
    struct acting_row t = { .kind = ACTING_BACKUP,
                            .from_post = post_in(im, r->cell[0], r->cell[1]),
                            .to_post = post_in(im, r->cell[2], r->cell[1]),
                            .is_share = true,
                            .from_on = today(im->cx) };
    return acting_add(im, &t);
}

const struct import_kind import_backups = { "backups", backup_columns, backup_check, NULL,
                                            backup_apply };

/* --- delegations --- */

static const char *const delegation_columns[] = { "from_person_code", "to_person_code",
                                                  "unit_code",        "from_on",
                                                  "until_on",         "mode",
                                                  "authorisation",    NULL };
static const char *const delegation_modes[] = { "share", "redirect", NULL };

static void delegation_check(struct importer *im, const struct csv_row *r)
{
    post_check(im, 0, 2);
    main_post_check(im, 1);
    bool days = cell_day(im, 3, false);
    days = cell_day(im, 4, false) && days;
    if (days && str_cmp(r->cell[4], r->cell[3]) < 0)
        bad(im, 4, "import.period");
    cell_choice(im, 5, delegation_modes);
    cell_filled(im, 6);
    if (r->cell[0].n && str_eq(r->cell[0], r->cell[1]))
        bad(im, 1, "import.self");
}

static bool delegation_apply(struct importer *im, const struct csv_row *r)
{
    int64_t same_unit = post_in(im, r->cell[1], r->cell[2]);
    struct acting_row t = { .kind = ACTING_DELEGATION,
                            .from_post = post_in(im, r->cell[0], r->cell[2]),
                            .to_post = same_unit ? same_unit : main_post(im, r->cell[1]),
                            .is_share = str_is(r->cell[5], "share"),
                            .from_on = r->cell[3],
                            .until_on = r->cell[4],
                            .authorisation = r->cell[6] };
    return acting_add(im, &t);
}

const struct import_kind import_delegations = { "delegations", delegation_columns, delegation_check,
                                                NULL, delegation_apply };

/* --- dual leadership --- */

static const char *const dual_columns[] = { "unit_code", "other_superior_code", NULL };

static void dual_check(struct importer *im, const struct csv_row *r)
{
    struct code_unit *u = cell_unit(im, 0), *other = cell_unit(im, 1);
    if (u && other && u == other)
        bad(im, 1, "import.self");
    (void)row_twice(im, r, 2);
}

static bool dual_apply(struct importer *im, const struct csv_row *r)
{
    int64_t unit = unit_id(im, r->cell[0]), other = unit_id(im, r->cell[1]);
    return unit && other && db_run(im->cx->db, &q_dual_put, unit, other);
}

const struct import_kind import_dual_leadership = { "dual_leadership", dual_columns, dual_check,
                                                    NULL, dual_apply };
