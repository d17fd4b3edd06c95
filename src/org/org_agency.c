/* 发文机关 agencies, apart from units (OFFICE P4), and who stands how to whom: the facts that
 * routing of documents asks for (STANDARDS §1, R1–R13). */
#include "org/org_in.h"

#include "org/org.sql.h"

static struct org_agency agency_row(struct rows *r, struct arena *a)
{
    return (struct org_agency){
        .id = row_i64(r, 0),
        .unit_id = row_i64(r, 1),
        .code = row_copy(r, 2, a),
        .name = row_copy(r, 3, a),
        .signature_name = row_copy(r, 4, a),
        .book_mark = row_copy(r, 5, a),
        .kind = row_copy(r, 6, a),
        .doc_types = row_copy(r, 7, a),
    };
}

int org_agency_find(struct ctx *cx, int64_t agency_id, struct org_agency *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_agency_get, agency_id);
    if (found == 1)
        *out = agency_row(&r, cx->a);
    rows_end(&r);
    return found;
}

int org_agency_by_code(struct ctx *cx, struct str code, struct org_agency *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_agency_code, code);
    if (found == 1)
        *out = agency_row(&r, cx->a);
    rows_end(&r);
    return found;
}

bool org_agencies_of(struct ctx *cx, int64_t unit_id, struct org_agency **out, size_t *n)
{
    struct rows r;
    *out = arena_array_of(cx->a, struct org_agency, 32);
    *n = 0;
    for (db_rows(cx->db, &r, &q_agency_list, unit_id); *n < 32 && rows_next(&r);)
        (*out)[(*n)++] = agency_row(&r, cx->a);
    rows_end(&r);
    return !rows_failed(&r);
}

/* A body that leads its area: what it says is said to the whole area. */
static bool kind_speaks(struct str kind)
{
    return str_is(kind, "committee") || str_is(kind, "government") || str_is(kind, "npc") ||
           str_is(kind, "cppcc");
}

bool agency_write(struct ctx *cx, const struct org_agency *in, int64_t *id)
{
    struct org_agency old;
    int found = in->code.n ? org_agency_by_code(cx, in->code, &old) : 0;
    if (found < 0)
        return false;
    struct unit_facts f = { 0 };
    if (unit_facts_find(cx, in->unit_id, &f) < 0)
        return false;
    *id = found == 1 ? old.id : id_new(cx->now);
    int64_t sort = db_number(cx->db, 0, &q_agency_count, in->unit_id) + 1;
    return cx->err.kind == ERR_NONE &&
           db_run(cx->db, &q_agency_put, *id, in->code, in->unit_id, in->name, in->signature_name,
                  in->book_mark, in->doc_types, in->kind, sort) &&
           db_run(cx->db, &q_agency_name_put, *id, f.from_on.n ? f.from_on : today(cx), in->name,
                  in->signature_name, in->book_mark) &&
           (!kind_speaks(in->kind) || db_run(cx->db, &q_unit_speaks, in->unit_id));
}

bool agency_rename(struct ctx *cx, const struct org_agency *agency, struct str from_on,
                   struct str name, struct str signature_name, struct str book_mark)
{
    struct rows r;
    struct str newest = STR("");
    if (db_get(cx->db, &r, &q_agency_name_newest, agency->id) == 1)
        newest = row_copy(&r, 0, cx->a);
    rows_end(&r);
    if (cx->err.kind)
        return false;
    if (newest.n && str_cmp(from_on, newest) < 0)
        return fail_arg(cx, ERR_INVALID, "unit.rename_early", "from_on", newest.p, NULL);
    return db_run(cx->db, &q_agency_name_put, agency->id, from_on, name, signature_name,
                  book_mark) &&
           (str_cmp(from_on, today(cx)) > 0 ||
            db_run(cx->db, &q_agency_rename, name, signature_name, book_mark, agency->id));
}

bool agencies_day(struct ctx *cx)
{
    struct rows r;
    struct org_agency due[200];
    size_t n = 0;
    struct clock_date d = clock_date_of(cx->now);
    struct str since = clock_day_text(cx->a, clock_from_days(clock_days(d) - 40));
    for (db_rows(cx->db, &r, &q_agency_names_due, since, today(cx)); n < 200 && rows_next(&r); n++)
        due[n] = (struct org_agency){ .id = row_i64(&r, 0),
                                      .name = row_copy(&r, 1, cx->a),
                                      .signature_name = row_copy(&r, 2, cx->a),
                                      .book_mark = row_copy(&r, 3, cx->a) };
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!db_run(cx->db, &q_agency_rename, due[i].name, due[i].signature_name,
                    due[i].book_mark, due[i].id))
            return false;
    return true;
}

bool agency_move(struct ctx *cx, int64_t agency_id, int64_t unit_id)
{
    int64_t sort = db_number(cx->db, 0, &q_agency_count, unit_id) + 1;
    return cx->err.kind == ERR_NONE &&
           db_run(cx->db, &q_agency_move, unit_id, sort, agency_id) &&
           db_run(cx->db, &q_unit_speaks_anew, unit_id);
}

/* --- relation --- */

struct standing {
    struct unit_row u;
    struct unit_facts f;
    struct str area_path;
    bool speaks;
};

static bool standing_load(struct ctx *cx, int64_t unit_id, struct standing *s)
{
    struct unit_row area;
    struct unit_row u;
    if (!unit_load(cx, unit_id, &u))
        return false;
    if (str_is(u.kind, "section") && !unit_load(cx, u.home_id, &u)) /* a section is its unit */
        return false;
    s->u = u;
    s->f = (struct unit_facts){ .area_id = u.id };
    if (unit_facts_find(cx, u.id, &s->f) < 0 || !unit_load(cx, s->f.area_id, &area))
        return false;
    s->area_path = area.path;
    s->speaks = s->f.speaks || str_is(u.kind, "body");
    return true;
}

bool org_agency_peers(struct ctx *cx, int64_t agency_id, struct str q, int64_t limit,
                      struct org_peer **out, size_t *n)
{
    struct org_agency own;
    struct standing s;
    struct rows r;
    int found = org_agency_find(cx, agency_id, &own);
    *out = arena_array_of(cx->a, struct org_peer, (size_t)limit + 1);
    *n = 0;
    if (found < 1)
        return found == 0 && fail_not_found(cx);
    if (!standing_load(cx, own.unit_id, &s))
        return false;
    for (db_rows(cx->db, &r, &q_agency_peers, s.u.level, agency_id, (int64_t)kind_speaks(own.kind), q,
                 s.area_path, limit);
         *n < (size_t)limit && rows_next(&r);) {
        (*out)[*n] = (struct org_peer){ agency_row(&r, cx->a), row_copy(&r, 8, cx->a) };
        (*n)++;
    }
    rows_end(&r);
    return !rows_failed(&r);
}

/* Areas between two paths of which one is above the other: one step a unit of kind area, bodies
 * between them not counted; levels are told by name. */
static int level_number(struct str level)
{
    return str_is(level, "city") ? 0 : str_is(level, "county") ? 1 : str_is(level, "town") ? 2 : 3;
}

/* Decides by values alone. A body or its office is above everything of its area and of the areas
 * below. A department is above the department of its own line below, and of nobody else: to the
 * governments below it writes as to a body without subordination (函, or R7). */
static struct org_relation relate(const struct standing *from, const struct standing *to,
                                  bool from_speaks, bool is_dual, bool is_dual_back)
{
    struct org_relation out = { .is = ORG_PARALLEL,
                                .to_speaks = to->speaks,
                                .from_speaks = from_speaks,
                                .same_area = from->f.area_id == to->f.area_id,
                                .is_dual = is_dual };
    int gap = level_number(to->u.level) - level_number(from->u.level);
    bool to_below = !out.same_area && str_starts(to->area_path, from->area_path);
    bool to_above = !out.same_area && str_starts(from->area_path, to->area_path);
    out.levels = to_below || to_above ? (gap < 0 ? -gap : gap) : 0;
    if (out.levels == 0 && !out.same_area && (to_below || to_above))
        out.levels = 1; /* an area inside another of the same level */
    out.same_line =
        is_dual || is_dual_back ||
        ((to_below || to_above) && str_eq(from->u.branch, to->u.branch) && !from_speaks &&
         !to->speaks && from->f.line.n && str_eq(from->f.line, to->f.line));
    if (from->u.id == to->u.id)
        out.is = ORG_SELF;
    else if (is_dual || str_starts(from->u.path, to->u.path))
        out.is = ORG_SUPERIOR;
    else if (is_dual_back || str_starts(to->u.path, from->u.path))
        out.is = ORG_SUBORDINATE;
    else if (out.same_area && from_speaks != to->speaks)
        out.is = from_speaks ? ORG_SUBORDINATE : ORG_SUPERIOR;
    else if (to_below && (from_speaks || out.same_line))
        out.is = ORG_SUBORDINATE;
    else if (to_above && (to->speaks || out.same_line))
        out.is = ORG_SUPERIOR;
    bool next = out.levels == 1 && (out.same_line || (from_speaks && to->speaks));
    out.is_direct = (out.is == ORG_SUPERIOR || out.is == ORG_SUBORDINATE) &&
                    (out.same_area || next || is_dual || is_dual_back ||
                     from->u.parent_id == to->u.id || to->u.parent_id == from->u.id);
    return out;
}

static bool relation(struct ctx *cx, int64_t from_unit, const bool *speaks, int64_t to_unit,
                     struct org_relation *out)
{
    struct standing from, to;
    if (!standing_load(cx, from_unit, &from) || !standing_load(cx, to_unit, &to))
        return false;
    bool is_dual = db_number(cx->db, 0, &q_dual_is, from_unit, to_unit) > 0;
    bool is_back = db_number(cx->db, 0, &q_dual_is, to_unit, from_unit) > 0;
    *out = relate(&from, &to, speaks ? *speaks : from.speaks, is_dual, is_back);
    return cx->err.kind == ERR_NONE;
}

bool org_relation(struct ctx *cx, int64_t from_unit, int64_t to_unit, struct org_relation *out)
{
    return relation(cx, from_unit, NULL, to_unit, out);
}

int org_is_own_post(struct ctx *cx, int64_t unit_id, const struct org_post *p)
{
    struct unit_row u;
    struct org_relation r;
    if (p->unit_id == unit_id)
        return 1;
    int found = unit_find(cx, unit_id, &u);
    if (found != 1 || u.parent_id != p->unit_id)
        return found < 0 ? -1 : 0;
    return org_relation(cx, unit_id, p->unit_id, &r) ? r.from_speaks && r.same_area : -1;
}

bool org_office_of(struct ctx *cx, int64_t unit_id, int64_t *office, struct str *name)
{
    struct unit_row u;
    struct rows r;
    if (!unit_load(cx, unit_id, &u))
        return false;
    *office = u.id;
    if (name)
        *name = u.name;
    if (!str_is(u.kind, "body"))
        return true;
    int found = db_get(cx->db, &r, &q_office_of, unit_id, today(cx));
    if (found == 1) {
        *office = row_i64(&r, 0);
        if (name)
            *name = row_copy(&r, 1, cx->a);
    }
    rows_end(&r);
    return found >= 0;
}

/* An office (办公室) issues with its body's authority. */
bool org_agency_relation(struct ctx *cx, int64_t from_agency, int64_t to_unit,
                         struct org_relation *out)
{
    struct org_agency agency;
    int found = org_agency_find(cx, from_agency, &agency);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    struct unit_facts f = { 0 };
    if (unit_facts_find(cx, agency.unit_id, &f) < 0)
        return false;
    bool speaks = kind_speaks(agency.kind) || (f.speaks && str_is(agency.kind, "office"));
    return relation(cx, agency.unit_id, &speaks, to_unit, out);
}

bool area_office(struct ctx *cx, int64_t area_id, struct str branch, int64_t *out)
{
    const char *kind = str_is(branch, "party") || str_is(branch, "mass") ? "committee"
                       : str_is(branch, "npc")                           ? "npc"
                       : str_is(branch, "cppcc")                         ? "cppcc"
                                                                         : "government";
    *out = db_number(cx->db, 0, &q_area_office, area_id, kind);
    if (!*out)
        *out = db_number(cx->db, 0, &q_area_office, area_id, "committee");
    return cx->err.kind == ERR_NONE;
}

bool org_superiors(struct ctx *cx, int64_t unit_id, int64_t *direct, int64_t *other)
{
    struct standing s;
    struct unit_row area;
    *direct = *other = 0;
    if (!standing_load(cx, unit_id, &s))
        return false;
    *other = db_number(cx->db, 0, &q_dual_get, s.u.id);
    int64_t area_id = s.f.area_id;
    if (s.speaks) { /* the superior of a body is the body above */
        if (!unit_load(cx, area_id, &area))
            return false;
        struct unit_facts above = { 0 };
        if (!area.parent_id)
            return true;
        if (unit_facts_find(cx, area.parent_id, &above) < 0)
            return false;
        area_id = above.area_id;
    }
    return area_office(cx, area_id, s.u.branch, direct);
}

/* --- above ---------------------------------------------------------------------------------------- */

#define ABOVE_MOST 100

static bool add_above(struct ctx *cx, const struct standing *from, int64_t unit_id, bool is_dual,
                      struct ids *out)
{
    struct standing to;
    for (size_t i = 0; i < out->n; i++)
        if (out->p[i] == unit_id)
            return true;
    if (out->n == ABOVE_MOST)
        return true;
    if (!standing_load(cx, unit_id, &to))
        return false;
    if (relate(from, &to, from->speaks, is_dual, false).is == ORG_SUPERIOR)
        ((int64_t *)out->p)[out->n++] = unit_id; /* made below */
    return true;
}

/* An area's offices and departments of the line, and the area itself where it is a unit. */
static bool add_area(struct ctx *cx, const struct standing *from, int64_t area_id, struct ids *out)
{
    struct rows r;
    struct unit_row area;
    int64_t may[ABOVE_MOST];
    size_t n = 0;
    int found = unit_find(cx, area_id, &area);
    if (found < 0 || (found && str_is(area.kind, "unit") && area_id != from->u.id &&
                      !add_above(cx, from, area_id, false, out)))
        return false;
    for (db_rows(cx->db, &r, &q_above_candidates, area_id, from->u.id, from->f.line.p ? from->f.line : STR(""));
         n < ABOVE_MOST && rows_next(&r);)
        may[n++] = row_i64(&r, 0);
    rows_end(&r);
    bool good = !rows_failed(&r);
    for (size_t i = 0; good && i < n; i++)
        good = add_above(cx, from, may[i], false, out);
    return good;
}

bool org_units_above(struct ctx *cx, int64_t unit_id, struct ids *out)
{
    struct standing from;
    struct str path, part;
    int64_t on_path[32], id;
    size_t n = 0;
    *out = (struct ids){ arena_array_of(cx->a, int64_t, ABOVE_MOST), 0 };
    if (!standing_load(cx, unit_id, &from))
        return false;
    int64_t second = db_number(cx->db, 0, &q_dual_get, from.u.id);
    if (cx->err.kind || (second && !add_above(cx, &from, second, true, out)))
        return false;
    path = from.u.path;
    while (n < sizeof on_path / sizeof *on_path && str_cut(&path, '/', &part))
        if (str_to_i64(part, &id))
            on_path[n++] = id;
    while (n > 0)
        if (!add_area(cx, &from, on_path[--n], out))
            return false;
    return true;
}

bool org_path_below(struct ctx *cx, int64_t unit_id, struct str *path)
{
    struct standing s;
    if (!standing_load(cx, unit_id, &s))
        return false;
    *path = s.speaks ? s.area_path : s.u.path;
    return true;
}
