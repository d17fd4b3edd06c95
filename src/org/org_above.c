/* 上一级: who is above somebody in the order of the offices (OFFICE M5, P3): for flows that go up, and
 * for whoever would otherwise have to agree to his own request. */
#include "org/org_in.h"

#include "org/org.sql.h"

static bool is_body(const struct unit_row *u)
{
    return str_is(u->kind, "body");
}

/* The body of an area, by the office that handles its paper; 0 when it has none. */
static bool body_of_area(struct ctx *cx, int64_t area_id, struct str branch, struct org_above *out)
{
    struct unit_row office;
    if (!area_office(cx, area_id, branch, &out->office_id))
        return false;
    if (!out->office_id)
        return true;
    if (!unit_load(cx, out->office_id, &office))
        return false;
    out->unit_id = office.parent_id;
    return true;
}

/* An area (a city, a county) holds bodies, a body holds units. */
static int is_area(struct ctx *cx, const struct unit_row *u)
{
    struct unit_facts f = { 0 };
    if (!is_body(u))
        return 0;
    int found = unit_facts_find(cx, u->id, &f);
    return found < 0 ? -1 : f.area_id == u->id;
}

/* Above the head of a body: the same body of the area above; at the top, the committee of the area. */
static bool above_body(struct ctx *cx, const struct unit_row *body, struct org_above *out)
{
    struct unit_row area;
    if (!body->parent_id)
        return true;
    if (!unit_load(cx, body->parent_id, &area))
        return false;
    if (area.parent_id)
        return body_of_area(cx, area.parent_id, body->branch, out);
    if (str_is(body->branch, "party"))
        return true; /* the province is not on the platform */
    return body_of_area(cx, area.id, STR("party"), out);
}

static bool above_unit(struct ctx *cx, const struct unit_row *u, struct org_above *out)
{
    struct unit_row parent;
    if (!u->parent_id)
        return true;
    if (!unit_load(cx, u->parent_id, &parent))
        return false;
    int area = is_area(cx, &parent);
    if (area)
        return area > 0 && body_of_area(cx, parent.id, u->branch, out);
    out->unit_id = parent.id;
    return org_office_of(cx, parent.id, &out->office_id, NULL);
}

/* The leader in charge of a unit who is not its own; of a body, of the place it is the body of. */
static bool leader_above(struct ctx *cx, const struct unit_row *u, struct org_above *out)
{
    int64_t at[] = { u->id, is_body(u) ? u->parent_id : 0 };
    for (int i = 0; i < 2 && !out->leader_post; i++) {
        struct rows r;
        int found = at[i] ? db_get(cx->db, &r, &q_in_charge_above, at[i], today(cx)) : 0;
        int64_t post = found == 1 ? row_i64(&r, 0) : 0;
        if (at[i])
            rows_end(&r);
        if (found < 0)
            return false;
        int is_head = post ? org_is_head(cx, out->unit_id, post) : 1;
        if (is_head < 0)
            return false;
        out->leader_post = is_head ? 0 : post;
    }
    return true;
}

bool org_above_of(struct ctx *cx, int64_t unit_id, int64_t post_id, struct org_above *out)
{
    struct unit_row u;
    *out = (struct org_above){ 0 };
    if (!unit_load(cx, unit_id, &u))
        return false;
    if (!is_body(&u))
        return above_unit(cx, &u, out) && (!out->unit_id || leader_above(cx, &u, out));
    int is_head = post_id ? org_is_head(cx, u.id, post_id) : 1;
    if (is_head < 0)
        return false;
    if (is_head)
        return above_body(cx, &u, out) && (!out->unit_id || leader_above(cx, &u, out));
    out->unit_id = u.id;
    return org_office_of(cx, u.id, &out->office_id, NULL);
}

/* The body whose office a unit is; 0 when it is nobody's. */
static bool served_by(struct ctx *cx, int64_t unit_id, struct unit_row *body)
{
    struct unit_row u;
    int64_t office = 0;
    *body = (struct unit_row){ .id = 0 };
    if (!unit_load(cx, unit_id, &u) || !u.parent_id)
        return cx->err.kind == ERR_NONE;
    if (!unit_load(cx, u.parent_id, body))
        return false;
    if (is_body(body) && !org_office_of(cx, body->id, &office, NULL))
        return false;
    if (office != unit_id)
        *body = (struct unit_row){ .id = 0 };
    return true;
}

bool org_serves(struct ctx *cx, int64_t unit_id, struct str *name)
{
    struct unit_row body;
    if (!served_by(cx, unit_id, &body))
        return false;
    *name = body.id ? body.name : STR("");
    return true;
}

bool org_goes_up_to(struct ctx *cx, int64_t unit_id, int64_t *out)
{
    int64_t other;
    if (!org_superiors(cx, unit_id, out, &other))
        return false;
    if (*out == unit_id)
        *out = 0;
    return true;
}

bool org_offices_beside(struct ctx *cx, int64_t unit_id, struct ids *out)
{
    struct unit_row body;
    struct rows r;
    int64_t bodies[4], *ids = arena_array_of(cx->a, int64_t, 4);
    size_t n = 0;
    *out = (struct ids){ ids, 0 };
    if (!served_by(cx, unit_id, &body) || !body.id)
        return cx->err.kind == ERR_NONE;
    for (db_rows(cx->db, &r, &q_bodies_beside, body.id); n < 4 && rows_next(&r);)
        bodies[n++] = row_i64(&r, 0);
    rows_end(&r);
    for (size_t i = 0; i < n; i++) {
        int64_t office;
        if (!org_office_of(cx, bodies[i], &office, NULL))
            return false;
        if (office && office != bodies[i] && office != unit_id)
            ids[out->n++] = office;
    }
    return !rows_failed(&r);
}

bool org_place_of(struct ctx *cx, int64_t post_id, struct org_place *out)
{
    struct post_row post, p;
    struct unit_row u;
    struct org_above above;
    struct ids heads = { NULL, 0 };
    *out = (struct org_place){ .body = STR("") };
    if (post_find(cx, post_id, &post) != 1 || !unit_load(cx, post.unit_id, &u))
        return cx->err.kind == ERR_NONE && fail_not_found(cx);
    int is_head = org_is_head(cx, u.id, post_id);
    if (is_head < 0 || !org_above_of(cx, u.id, post_id, &above) ||
        (above.unit_id && !org_role_posts(cx, above.unit_id, ROLE_UNIT_HEAD, &heads)))
        return false;
    out->is_head = is_head;
    if (is_body(&u))
        out->body = u.name;
    for (size_t i = 0; i < heads.n; i++) {
        if (post_find(cx, heads.p[i], &p) < 0)
            return false;
        out->has_head_above |= p.person_id != post.person_id;
    }
    if (above.leader_post && post_find(cx, above.leader_post, &p) < 0)
        return false;
    out->has_leader_above = above.leader_post && p.person_id != post.person_id;
    return true;
}
