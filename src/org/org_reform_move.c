/* Carrying out a merge or a split: what org/ owns moves here, the rooms above follow by an event in
 * the same command. Rows written: one a post, role, section, agency and group; none a paper. */
#include "org/org_in.h"

#include "org/org.sql.h"

/* --- units, sections, people --- */

static bool make_into(struct ctx *cx, struct reform *f)
{
    const struct unit_new n = {
        .code = f->into.code,
        .name = f->into.name,
        .short_name = f->into.short_name,
        .level = f->into.level,
        .branch = f->into.branch,
        .kind = f->into.kind,
        .from_on = f->on,
        .phone = f->phone,
        .parent_id = f->into.parent_id,
        .rank_order = f->rank_order,
    };
    int64_t id;
    return unit_write(cx, &n, &id) && unit_load(cx, id, &f->into);
}

static bool rename_into(struct ctx *cx, struct reform *f)
{
    struct note n = note_begin(cx);
    jw_kid(&n.w, "unit_id", f->into.id);
    jw_kstr(&n.w, "from", f->into.name);
    jw_kstr(&n.w, "to", f->new_name);
    jw_kstr(&n.w, "from_on", f->on);
    f->into.name = f->new_name;
    f->into.short_name = f->new_short_name;
    return db_run(cx->db, &q_unit_name_put, f->into.id, f->on, f->new_name, f->new_short_name) &&
           unit_put(cx, &f->into) && note_end(cx, &n, f->into.home_id, "unit.rename");
}

static bool units_move(struct ctx *cx, const struct reform *f)
{
    for (size_t i = 0; i < f->sections.n; i++)
        if (!unit_move(cx, f->sections.p[i].id, f->into.id))
            return false;
    for (size_t i = 0; i < f->children.n; i++)
        if (!unit_move(cx, f->children.p[i].id, f->into.id))
            return false;
    return true;
}

/* A post keeps its id, so what waits for it waits for it in the other unit; it keeps its section
 * when the section came too. */
static bool posts_move(struct ctx *cx, const struct reform *f)
{
    for (size_t i = 0; i < f->posts.n; i++) {
        struct post_row post;
        struct unit_row section = { 0 };
        if (post_find(cx, f->posts.p[i].id, &post) != 1 ||
            (post.section_id && !unit_load(cx, post.section_id, &section)))
            return false;
        if (f->is_section)
            post.section_id = post.section_id == f->unit.id ? f->into.id : post.section_id;
        else if (section.home_id != f->into.id)
            post.section_id = 0;
        post.unit_id = f->is_section ? post.unit_id : f->into.id;
        if (!post_put(cx, &post))
            return false;
    }
    return true;
}

/* A role belongs to one unit: it ends in the old one and, if it goes along, begins in the other. */
static bool grants_move(struct ctx *cx, const struct reform *f)
{
    for (size_t i = 0; i < f->n_grants; i++) {
        struct grant_row g;
        if (grant_find(cx, f->grants[i].id, &g) != 1 || !grant_revoke(cx, &g))
            return false;
        g.unit_id = f->into.id;
        g.id = id_new(cx->now);
        bool has = db_number(cx->db, 0, &q_grant_same, g.unit_id, (int64_t)g.role, g.post_id,
                             today(cx)) != 0;
        if (f->grants[i].goes && !has && !grant_put(cx, &g))
            return false;
    }
    return cx->err.kind == ERR_NONE;
}

/* --- agencies, groups, lists --- */

static bool agencies_move(struct ctx *cx, const struct reform *f)
{
    for (size_t i = 0; i < f->agencies.n; i++)
        if (!agency_move(cx, f->agencies.p[i].id, f->into.id))
            return false;
    return db_run(cx->db, &q_unit_speaks_anew, f->unit.id);
}

static bool groups_move(struct ctx *cx, const struct reform *f)
{
    for (size_t i = 0; i < f->groups.n; i++)
        if (!group_member_add(cx, f->groups.p[i].id, f->into.id) ||
            (f->is_merge &&
             !db_run(cx->db, &q_group_member_leaves, f->groups.p[i].id, f->unit.id)))
            return false;
    return true;
}

/* "市直单位" stays so, or becomes "市直单位（市水利局）" where the other unit has one of that name. */
static struct str free_name(struct ctx *cx, const struct reform *f, struct str name, int64_t same,
                            struct str stays)
{
    return same ? str_printf(cx->a, "%.*s（%.*s）", STR_ARG(name), STR_ARG(f->unit.short_name))
                : stays;
}

static bool kept_lists_move(struct ctx *cx, const struct reform *f)
{
    for (size_t i = 0; i < f->own_groups.n; i++) {
        const struct named *g = &f->own_groups.p[i];
        int64_t same = db_number(cx->db, 0, &q_group_find, f->into.id, g->name);
        if (!group_owner_move(cx, g->id, f->into.id, free_name(cx, f, g->name, same, STR_NONE)))
            return false;
    }
    for (size_t i = 0; i < f->ranks.n; i++) {
        const struct named *l = &f->ranks.p[i];
        int64_t same = db_number(cx->db, 0, &q_rank_list_find, l->name, f->into.id);
        if (!db_run(cx->db, &q_rank_list_move, f->into.id, free_name(cx, f, l->name, same, l->name),
                    l->id))
            return false;
    }
    return cx->err.kind == ERR_NONE;
}

/* Who was in charge of the old unit is in charge of the other one when nobody is; a second superior
 * is now the other one's. Changes that wait for the city wait on. */
static bool relations_move(struct ctx *cx, const struct reform *f)
{
    struct post_row leader;
    int64_t post, deputy, id, second = db_number(cx->db, 0, &q_dual_get, f->unit.id);
    int had = org_leader_in_charge(cx, f->unit.id, f->on, &post, &deputy);
    int has = had == 1 ? org_leader_in_charge(cx, f->into.id, f->on, &leader.id, &id) : had;
    if (cx->err.kind || had < 0 || has < 0 ||
        !db_run(cx->db, &q_in_charge_move, f->on, f->unit.id))
        return false;
    if (had && !has &&
        (post_find(cx, post, &leader) != 1 ||
         !in_charge_write(cx, &leader, f->into.id, deputy, f->on, STR_NONE, &id)))
        return false;
    if (second && second != f->into.id && second != f->into.parent_id &&
        !db_number(cx->db, 0, &q_dual_get, f->into.id) &&
        !db_run(cx->db, &q_dual_put, f->into.id, second))
        return false;
    return db_run(cx->db, &q_dual_clear, f->unit.id) &&
           db_run(cx->db, &q_dual_superior_move, f->into.id, f->unit.id) &&
           db_run(cx->db, &q_filings_move, f->into.id, f->unit.id);
}

/* --- all of it --- */

static bool close_unit(struct ctx *cx, struct reform *f)
{
    struct unit_row u;
    if (!unit_load(cx, f->unit.id, &u))
        return false;
    u.closed_on = f->on;
    return unit_put(cx, &u) &&
           (f->is_section || unit_former_put(cx, u.id, f->into.id, f->on));
}

static bool put_on_record(struct ctx *cx, const struct reform *f)
{
    const char *op = f->is_merge ? "unit.merge" : "unit.split";
    int64_t streams[] = { f->unit.home_id, f->into.home_id };
    for (int i = 0; i < 2 && (i == 0 || streams[1] != streams[0]); i++) {
        struct note n = note_begin(cx);
        jw_kid(&n.w, "unit_id", f->unit.id);
        jw_kstr(&n.w, "unit", f->unit.name);
        jw_kid(&n.w, "into_id", f->into.id);
        jw_kstr(&n.w, "into", f->into.name);
        jw_kstr(&n.w, "on", f->on);
        jw_ki64(&n.w, "posts", (int64_t)f->posts.n);
        jw_ki64(&n.w, "sections", (int64_t)f->sections.n);
        jw_ki64(&n.w, "agencies", (int64_t)f->agencies.n);
        if (!note_end(cx, &n, streams[i], op))
            return false;
    }
    return true;
}

static bool tell_rooms(struct ctx *cx, const struct reform *f)
{
    int64_t *posts = arena_array_of(cx->a, int64_t, f->posts.n);
    int64_t *agencies = arena_array_of(cx->a, int64_t, f->agencies.n);
    for (size_t i = 0; i < f->posts.n; i++)
        posts[i] = f->posts.p[i].id;
    for (size_t i = 0; i < f->agencies.n; i++)
        agencies[i] = f->agencies.p[i].id;
    const struct org_reform shared = { .is_merge = f->is_merge,
                                       .unit_id = f->unit.id,
                                       .into_id = f->into.id,
                                       .post_ids = { posts, f->posts.n },
                                       .agency_ids = { agencies, f->agencies.n } };
    return event_emit(cx, "reform.moved", f->unit.id, &shared);
}

bool reform_apply(struct ctx *cx, struct reform *f)
{
    if (!f->into.id && !make_into(cx, f))
        return false;
    if (f->new_name.n && !rename_into(cx, f))
        return false;
    if (!unit_touch(cx, f->unit.home_id) || !units_move(cx, f) || !posts_move(cx, f))
        return false;
    if (!f->is_section &&
        (!grants_move(cx, f) || !agencies_move(cx, f) || !groups_move(cx, f)))
        return false;
    if (f->is_merge && !f->is_section && !(kept_lists_move(cx, f) && relations_move(cx, f)))
        return false;
    if (f->is_section && !db_run(cx->db, &q_in_charge_move, f->on, f->unit.id))
        return false;
    return (!f->is_merge || close_unit(cx, f)) && unit_touch(cx, f->into.home_id) &&
           tree_touch(cx) && put_on_record(cx, f) && (f->is_section || tell_rooms(cx, f));
}
