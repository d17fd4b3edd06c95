/* 单位: the tree, its names over time, and its changes (A1; OFFICE P9). A unit never goes away:
 * it is closed from a day on, and old papers keep the name it had. */
#include "org/org_in.h"

#include "org/org.sql.h"

const char *const unit_levels[] = { "city", "county", "town", "village", NULL };
const char *const unit_branches[] = { "party",       "npc",        "government",    "cppcc",
                                      "discipline",  "court",      "procuratorate", "military",
                                      "mass",        "democratic", "vertical",      "zone",
                                      "institution", "enterprise", "village",       NULL };
const char *const unit_kinds[] = { "unit", "section", "body", NULL };

int unit_facts_find(struct ctx *cx, int64_t unit_id, struct unit_facts *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_unit_fact_get, unit_id);
    if (found == 1)
        *out = (struct unit_facts){
            .unit_id = unit_id,
            .area_id = row_i64(&r, 0),
            .rank_order = row_i64(&r, 1),
            .division_code = row_copy(&r, 2, cx->a),
            .phone = row_copy(&r, 3, cx->a),
            .line = row_copy(&r, 4, cx->a),
            .from_on = row_copy(&r, 5, cx->a),
            .speaks = row_i64(&r, 6),
        };
    rows_end(&r);
    return found;
}

bool tree_touch(struct ctx *cx)
{
    return db_run(cx->db, &q_org_version_next, "tree");
}

/* --- the line ------------------------------------------------------------------------------------
 */

/* name without the first place where part stands in it. */
static struct str without(struct arena *a, struct str name, struct str part)
{
    ptrdiff_t at = part.n ? str_find(name, part, 0) : -1;
    if (at < 0 || name.n == part.n)
        return name;
    return str_printf(a, "%.*s%.*s", (int)at, name.p, (int)(name.n - (size_t)at - part.n),
                      name.p + at + part.n);
}

struct str unit_line(struct arena *a, struct str name, const struct str *areas, size_t n)
{
    struct str line = name;
    for (size_t i = 0; i < n; i++) {
        struct str shorter = without(a, line, areas[i]);
        /* 常德经济开发区 … may be written without the last character of 常德市 */
        size_t stem = utf8_length(areas[i]) > 2 ? areas[i].n - 3 : 0;
        line = shorter.n < line.n ? shorter : without(a, line, str_sub(areas[i], 0, stem));
    }
    return line;
}

static struct str line_of(struct ctx *cx, struct str name, int64_t area_id)
{
    struct str areas[6];
    size_t n = 0;
    struct unit_row area;
    while (area_id && n < 6 && unit_find(cx, area_id, &area) == 1) {
        areas[n++] = area.name;
        area_id = area.parent_id;
    }
    return unit_line(cx->a, name, areas, n);
}

/* --- writing --- */

static bool place(struct ctx *cx, const struct unit_new *in, struct unit_row *u,
                  struct unit_facts *f)
{
    struct unit_row parent = { 0 };
    struct unit_facts above = { 0 };
    if (in->parent_id &&
        (!unit_load(cx, in->parent_id, &parent) || unit_facts_find(cx, parent.id, &above) < 0))
        return false;
    bool is_section = str_is(in->kind, "section");
    if (is_section && !str_is(parent.kind, "unit") && !str_is(parent.kind, "section"))
        return fail(cx, ERR_INVALID, "unit.section_parent", "parent_id");
    u->home_id = is_section ? parent.home_id : u->id;
    u->path = str_printf(cx->a, "%.*s%lld/", STR_ARG(parent.id ? parent.path : STR("/")),
                         (long long)u->id);
    u->sort_key = str_printf(cx->a, "%.*s%04lld", STR_ARG(parent.id ? parent.sort_key : STR("")),
                             (long long)in->rank_order);
    bool is_area = !in->parent_id || !str_eq(in->level, parent.level);
    f->area_id = is_area ? u->id : above.area_id;
    int64_t named_after = is_area ? in->parent_id : f->area_id;
    f->line = is_section ? in->name : line_of(cx, in->name, named_after);
    return true;
}

bool units_below(struct ctx *cx, struct str path, struct ids *out)
{
    struct rows r;
    size_t n = 0, size = 64;
    int64_t *ids = arena_array_of(cx->a, int64_t, size);
    struct str end = str_printf(cx->a, "%.*s0", (int)path.n - 1, path.p); /* '0' is '/' + 1 */
    for (db_rows(cx->db, &r, &q_unit_below, path, end); rows_next(&r);) {
        if (n == size) {
            ids = arena_grow(cx->a, ids, size * sizeof *ids, 2 * size * sizeof *ids);
            size *= 2;
        }
        ids[n++] = row_i64(&r, 0);
    }
    rows_end(&r);
    *out = (struct ids){ ids, n };
    return !rows_failed(&r);
}

/* What is below a unit sorts behind its new key; old_n: bytes of the former one. */
static bool sort_below(struct ctx *cx, const struct unit_row *u, size_t old_n)
{
    struct ids ids;
    if (!units_below(cx, u->path, &ids))
        return false;
    for (size_t i = 0; i < ids.n; i++) {
        struct unit_row below;
        if (!unit_load(cx, ids.p[i], &below))
            return false;
        below.sort_key = str_printf(cx->a, "%.*s%.*s", STR_ARG(u->sort_key),
                                    STR_ARG(str_sub(below.sort_key, old_n, below.sort_key.n)));
        if (!unit_put(cx, &below))
            return false;
    }
    return true;
}

bool unit_write(struct ctx *cx, const struct unit_new *in, int64_t *id)
{
    struct unit_row u = { .id = in->id }, old;
    int found = in->id ? unit_find(cx, in->id, &old) : 0;
    if (found < 0)
        return false;
    if (!u.id)
        u.id = id_new(cx->now);
    struct unit_facts f = { .unit_id = u.id, .rank_order = in->rank_order };
    if (!place(cx, in, &u, &f))
        return false;
    u.parent_id = in->parent_id;
    u.code = in->code.n ? in->code : str_printf(cx->a, "U%lld", (long long)u.id);
    u.kind = in->kind;
    u.level = in->level;
    u.branch = in->branch;
    u.name = in->name;
    u.short_name = in->short_name.n ? in->short_name : in->name;
    u.by_paper = in->by_paper;
    u.closed_on = found ? old.closed_on : STR_NONE;
    struct str from = in->from_on.n ? in->from_on : today(cx);
    bool moves = found == 1 && !str_eq(old.sort_key, u.sort_key);
    bool is_named =
        found == 0 || !str_eq(old.name, u.name) || !str_eq(old.short_name, u.short_name);
    *id = u.id;
    return unit_put(cx, &u) &&
           db_run(cx->db, &q_unit_fact_put, u.id, f.area_id, f.rank_order,
                  in->division_code.p ? in->division_code : STR(""),
                  in->phone.p ? in->phone : STR(""), f.line,
                  (int64_t)(str_is(u.kind, "unit") &&
                            (str_is(u.level, "town") || str_is(u.level, "village"))),
                  from) &&
           (!is_named || db_run(cx->db, &q_unit_name_put, u.id, from, u.name, u.short_name)) &&
           (!moves || sort_below(cx, &u, old.sort_key.n)) && tree_touch(cx);
}

static bool unit_rewrite(struct ctx *cx, int64_t unit_id, int64_t parent_id)
{
    struct unit_row u;
    struct unit_facts f;
    int64_t id;
    if (!unit_load(cx, unit_id, &u) || unit_facts_find(cx, u.id, &f) < 0)
        return false;
    const struct unit_new n = {
        .id = u.id,
        .code = u.code,
        .name = u.name,
        .short_name = u.short_name,
        .level = u.level,
        .branch = u.branch,
        .kind = u.kind,
        .division_code = f.division_code,
        .from_on = f.from_on,
        .phone = f.phone,
        .parent_id = parent_id ? parent_id : u.parent_id,
        .rank_order = f.rank_order,
        .by_paper = u.by_paper,
    };
    return unit_write(cx, &n, &id) && unit_touch(cx, u.id);
}

bool unit_move(struct ctx *cx, int64_t unit_id, int64_t parent_id)
{
    struct unit_row u;
    struct ids below;
    if (!unit_load(cx, unit_id, &u) || !units_below(cx, u.path, &below) ||
        !unit_rewrite(cx, u.id, parent_id))
        return false;
    for (size_t i = 0; i < below.n; i++) /* parents come before what is in them */
        if (!unit_rewrite(cx, below.p[i], 0))
            return false;
    return true;
}

bool org_unit_name_on(struct ctx *cx, int64_t unit_id, struct str on, struct str *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_unit_name_on, unit_id, day_or_today(cx, on));
    if (found == 1)
        *out = row_copy(&r, 0, cx->a);
    rows_end(&r);
    if (found)
        return found > 0;
    found = db_get(cx->db, &r, &q_unit_name_first, unit_id); /* a day before the first name */
    if (found == 1)
        *out = row_copy(&r, 0, cx->a);
    rows_end(&r);
    if (found)
        return found > 0;
    struct unit_row u;
    if (!unit_load(cx, unit_id, &u))
        return false;
    *out = u.name;
    return true;
}

bool units_day(struct ctx *cx)
{
    struct rows r;
    int64_t ids[64];
    struct str names[64], shorts[64];
    size_t n = 0;
    struct clock_date d = clock_date_of(cx->now);
    struct str since = clock_day_text(cx->a, clock_from_days(clock_days(d) - 40));
    for (db_rows(cx->db, &r, &q_unit_names_due, since, today(cx)); n < 64 && rows_next(&r); n++) {
        ids[n] = row_i64(&r, 0);
        names[n] = row_copy(&r, 1, cx->a);
        shorts[n] = row_copy(&r, 2, cx->a);
    }
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct unit_row u;
        if (!unit_load(cx, ids[i], &u))
            return false;
        u.name = names[i];
        u.short_name = shorts[i];
        if (!unit_put(cx, &u))
            return false;
    }
    return tree_touch(cx);
}
