/* 机构改革 (OFFICE P9): what of a unit moves when it is merged or split, found by the same functions
 * for the preview and for the command, so that both say the same.
 *
 * Nothing whose number grows with the papers of a unit moves in the command: docs/organisation.md
 * says what happens to each thing, and why. */
#include "org/org_tables.h"

#include "org/org.sql.h"

/* Sections and units below that one reform may carry: their paths are rewritten in the command. */
#define BELOW_MOST 1000
#define NAMES_SHOWN 12

/* --- what is there --- */

static void names_add(struct ctx *cx, struct names *list, int64_t id, struct str name)
{
    if ((list->n & (list->n - 1)) == 0) { /* 0, 1, 2, 4 … : full */
        size_t size = list->n ? list->n * 2 : 1;
        list->p = arena_grow(cx->a, list->p, list->n * sizeof *list->p, size * sizeof *list->p);
    }
    list->p[list->n++] = (struct named){ id, name };
}

static bool names_of(struct ctx *cx, struct rows *r, struct names *out)
{
    while (rows_next(r))
        names_add(cx, out, row_i64(r, 0), row_copy(r, 1, cx->a));
    rows_end(r);
    return !rows_failed(r);
}

bool ids_have(struct ids ids, int64_t id)
{
    for (size_t i = 0; i < ids.n; i++)
        if (ids.p[i] == id)
            return true;
    return false;
}

static bool has_name_of(const struct names *list, int64_t id)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->p[i].id == id)
            return true;
    return false;
}

static bool told_all(struct ctx *cx, struct ids told, const struct names *found, const char *field)
{
    for (size_t i = 0; i < told.n; i++)
        if (!has_name_of(found, told.p[i]))
            return fail(cx, ERR_INVALID, "reform.not_there", field);
    return true;
}

static bool load_children(struct ctx *cx, struct reform *f, const struct reform_chosen *c)
{
    struct rows r;
    for (db_rows(cx->db, &r, &q_reform_children, f->unit.id, f->on); rows_next(&r);) {
        int64_t id = row_i64(&r, 0);
        bool is_section = str_is(row_text(&r, 2), "section");
        if (c->all || ids_have(is_section ? c->section_ids : c->unit_ids, id))
            names_add(cx, is_section ? &f->sections : &f->children, id, row_copy(&r, 1, cx->a));
    }
    rows_end(&r);
    return !rows_failed(&r) && told_all(cx, c->section_ids, &f->sections, "section_ids") &&
           told_all(cx, c->unit_ids, &f->children, "unit_ids");
}

/* Is this path in one of the sections that move? */
static bool goes_along(struct ctx *cx, const struct reform *f, struct str path)
{
    for (size_t i = 0; path.n && i < f->sections.n; i++) {
        struct str part = str_printf(cx->a, "/%lld/", (long long)f->sections.p[i].id);
        if (str_find(path, part, 0) >= 0)
            return true;
    }
    return false;
}

static bool load_posts(struct ctx *cx, struct reform *f, const struct reform_chosen *c)
{
    struct rows r;
    const struct query *q = f->is_section ? &q_reform_section_posts : &q_reform_posts;
    for (db_rows(cx->db, &r, q, f->unit.id, f->on); rows_next(&r);)
        if (c->all || ids_have(c->post_ids, row_i64(&r, 0)) || goes_along(cx, f, row_text(&r, 5)))
            names_add(cx, &f->posts, row_i64(&r, 0),
                      str_printf(cx->a, "%.*s %.*s", STR_ARG(row_text(&r, 2)),
                                 STR_ARG(row_text(&r, 3))));
    rows_end(&r);
    return !rows_failed(&r) && told_all(cx, c->post_ids, &f->posts, "post_ids");
}

static bool load_agencies(struct ctx *cx, struct reform *f, const struct reform_chosen *c)
{
    struct org_agency *all;
    size_t n;
    if (!org_agencies_of(cx, f->unit.id, &all, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (c->all || ids_have(c->agency_ids, all[i].id))
            names_add(cx, &f->agencies, all[i].id, all[i].signature_name);
    return told_all(cx, c->agency_ids, &f->agencies, "agency_ids");
}

static bool load_groups(struct ctx *cx, struct reform *f, const struct reform_chosen *c)
{
    struct rows r;
    for (db_rows(cx->db, &r, &q_reform_groups, f->unit.id); rows_next(&r);)
        if (c->all || ids_have(c->group_ids, row_i64(&r, 0)))
            names_add(cx, &f->groups, row_i64(&r, 0), row_copy(&r, 1, cx->a));
    rows_end(&r);
    if (rows_failed(&r) || !told_all(cx, c->group_ids, &f->groups, "group_ids"))
        return false;
    if (!c->all)
        return true;
    db_rows(cx->db, &r, &q_reform_own_groups, f->unit.id);
    if (!names_of(cx, &r, &f->own_groups))
        return false;
    db_rows(cx->db, &r, &q_reform_ranks, f->unit.id);
    if (!names_of(cx, &r, &f->ranks))
        return false;
    db_rows(cx->db, &r, &q_reform_charges, f->unit.id, f->on);
    return names_of(cx, &r, &f->charges);
}

/* One person answers for these in a unit: whose they are there already, keeps them. */
static bool is_ones(enum role r)
{
    return r == ROLE_UNIT_HEAD || r == ROLE_OFFICE_HEAD || r == ROLE_UNIT_ADMIN;
}

static bool load_grants(struct ctx *cx, struct reform *f)
{
    struct rows r;
    size_t size = 8;
    f->grants = arena_array_of(cx->a, struct reform_grant, size);
    for (db_rows(cx->db, &r, &q_reform_grants, f->unit.id, f->on); rows_next(&r);) {
        int64_t post = row_i64(&r, 4);
        if (!f->is_merge && !has_name_of(&f->posts, post))
            continue;
        if (f->n_grants == size) {
            f->grants = arena_grow(cx->a, f->grants, size * sizeof *f->grants,
                                   2 * size * sizeof *f->grants);
            size *= 2;
        }
        f->grants[f->n_grants++] = (struct reform_grant){
            .id = row_i64(&r, 0),
            .name = row_copy(&r, 1, cx->a),
            .title = row_copy(&r, 2, cx->a),
            .role = (enum role)row_i64(&r, 3),
            .post_id = post,
        };
    }
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    for (size_t i = 0; i < f->n_grants; i++) {
        struct ids there = { NULL, 0 };
        if (f->into.id && is_ones(f->grants[i].role) &&
            !org_role_posts(cx, f->into.id, f->grants[i].role, &there))
            return false;
        f->grants[i].goes = there.n == 0;
    }
    return true;
}

bool reform_load(struct ctx *cx, struct reform *f, const struct reform_chosen *c)
{
    size_t below = 0;
    if (!load_children(cx, f, c) || !load_posts(cx, f, c))
        return false;
    if (f->is_section)
        return true;
    if (!load_agencies(cx, f, c) || !load_groups(cx, f, c) || !load_grants(cx, f))
        return false;
    for (size_t i = 0; i < f->sections.n + f->children.n; i++) {
        const struct named *n =
            i < f->sections.n ? &f->sections.p[i] : &f->children.p[i - f->sections.n];
        struct unit_row u;
        struct ids ids;
        if (!unit_load(cx, n->id, &u) || !units_below(cx, u.path, &ids))
            return false;
        below += ids.n + 1;
    }
    return below <= BELOW_MOST ||
           fail_arg(cx, ERR_TOO_LARGE, "reform.large", NULL,
                    arena_printf(cx->a, "%lld", (long long)below), NULL);
}

/* --- whether it may be --- */

static bool is_open_unit(const struct unit_row *u, struct str on)
{
    return str_is(u->kind, "unit") && !u->by_paper &&
           (!u->closed_on.p || str_cmp(u->closed_on, on) > 0);
}

/* The unit that is merged or split; sections of the own unit are merged by its administrator. */
static bool unit_fits(struct ctx *cx, struct reform *f, int64_t unit_id)
{
    struct unit_facts facts = { 0 };
    if (!load_administered(cx, unit_id, &f->unit) || unit_facts_find(cx, unit_id, &facts) < 0)
        return false;
    f->is_section = f->is_merge && str_is(f->unit.kind, "section");
    if (!f->is_section && !is_city_admin(cx))
        return fail_not_found(cx);
    if (f->unit.closed_on.p)
        return fail(cx, ERR_STATE, "unit.closed", NULL);
    if (!f->is_section && !is_open_unit(&f->unit, f->on))
        return fail(cx, ERR_INVALID, "reform.unit", NULL);
    if (facts.from_on.n && str_cmp(f->on, facts.from_on) < 0)
        return fail_arg(cx, ERR_INVALID, "unit.rename_early", "on", facts.from_on.p, NULL);
    return true;
}

bool reform_into(struct ctx *cx, struct reform *f, int64_t into_id)
{
    if (!unit_load(cx, into_id, &f->into))
        return false;
    bool is_good = f->is_section
                       ? str_is(f->into.kind, "section") && !f->into.closed_on.p &&
                             f->into.home_id == f->unit.home_id
                       : is_open_unit(&f->into, f->on);
    if (!is_good || f->into.id == f->unit.id || str_starts(f->into.path, f->unit.path))
        return fail(cx, ERR_INVALID, "reform.into", "into_id");
    return true;
}

bool reform_begin(struct ctx *cx, struct reform *f, bool is_merge, int64_t unit_id,
                         struct str on)
{
    *f = (struct reform){ .is_merge = is_merge, .on = on };
    return unit_fits(cx, f, unit_id);
}

/* --- lines of the preview --- */

void org_reform_line(struct jw *w, const char *what, int64_t count, const struct str *names,
                     size_t n)
{
    if (count == 0)
        return;
    jw_obj(w);
    jw_ktext(w, "what", what);
    jw_ki64(w, "count", count);
    jw_karr(w, "names");
    for (size_t i = 0; i < n && i < NAMES_SHOWN; i++)
        jw_str(w, names[i]);
    jw_arr_end(w);
    jw_obj_end(w);
}

static void line(struct ctx *cx, struct jw *w, const char *what, const struct names *list)
{
    struct str *names = arena_array_of(cx->a, struct str, NAMES_SHOWN);
    size_t n = list->n < NAMES_SHOWN ? list->n : NAMES_SHOWN;
    for (size_t i = 0; i < n; i++)
        names[i] = list->p[i].name;
    org_reform_line(w, what, (int64_t)list->n, names, n);
}

static struct ids names_ids(struct ctx *cx, const struct names *list)
{
    int64_t *p = arena_array_of(cx->a, int64_t, list->n);
    for (size_t i = 0; i < list->n; i++)
        p[i] = list->p[i].id;
    return (struct ids){ p, list->n };
}

bool reform_lines(struct ctx *cx, const struct reform *f, struct jw *w)
{
    const struct org_reform shared = { .is_merge = f->is_merge,
                                       .unit_id = f->unit.id,
                                       .into_id = f->into.id,
                                       .post_ids = names_ids(cx, &f->posts),
                                       .agency_ids = names_ids(cx, &f->agencies),
                                       .w = w };
    jw_arr(w);
    line(cx, w, "posts", &f->posts);
    line(cx, w, "sections", &f->sections);
    line(cx, w, "units", &f->children);
    line(cx, w, "agencies", &f->agencies);
    line(cx, w, f->is_merge ? "groups" : "groups_joined", &f->groups);
    line(cx, w, "own_groups", &f->own_groups);
    line(cx, w, "rank_lists", &f->ranks);
    line(cx, w, "charges", &f->charges);
    bool good = f->is_section || event_ask(cx, "reform.preview", f->unit.id, &shared);
    jw_arr_end(w);
    return good;
}
