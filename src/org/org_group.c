/* Saved groups of units, and the expansion of a choice of recipients (FLOW of documents: 主送 and
 * 抄送 are bound to maintained groups, OFFICE D5). */
#include "org/org_tables.h"

#include "org/org.sql.h"

#define ORG_RECORD(name)                                                                           \
    const struct record name##_record = { #name, sizeof(struct name), name##_fields,               \
                                          sizeof name##_fields / sizeof *name##_fields }

/* A city office's groups are everybody's: a unit of the city level that speaks for its body. */
static bool scope_of(struct ctx *cx, int64_t owner_unit, const char **scope)
{
    struct unit_row u;
    struct unit_facts f = { 0 };
    if (!unit_load(cx, owner_unit, &u) || unit_facts_find(cx, u.id, &f) < 0)
        return false;
    bool is_city = str_is(u.level, "city") && (f.speaks || str_is(u.kind, "body"));
    *scope = is_city ? "city" : "unit";
    return true;
}

bool group_write(struct ctx *cx, int64_t owner_unit, struct str name, int64_t *id)
{
    const char *scope;
    if (!scope_of(cx, owner_unit, &scope))
        return false;
    *id = id_new(cx->now);
    return db_run(cx->db, &q_group_put, *id, owner_unit, name, pinyin_of(cx->a, name, false).sort,
                  scope);
}

bool group_owner_move(struct ctx *cx, int64_t group_id, int64_t unit_id, struct str name)
{
    const char *scope;
    struct str sort_key = name.p ? pinyin_of(cx->a, name, false).sort : STR_NONE;
    return scope_of(cx, unit_id, &scope) &&
           db_run(cx->db, &q_group_owner, unit_id, scope, name, sort_key, group_id);
}

bool group_member_add(struct ctx *cx, int64_t group_id, int64_t unit_id)
{
    return db_run(cx->db, &q_group_member_put, group_id, unit_id);
}

struct group {
    int64_t id, owner_unit;
    struct str name, scope;
};

/* A group the actor may see: the city's, or one of an own unit; the system sees all. */
static bool group_load(struct ctx *cx, int64_t id, struct group *g)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_group_get, id);
    if (found == 1)
        *g = (struct group){ .id = id,
                             .owner_unit = row_i64(&r, 0),
                             .name = row_copy(&r, 1, cx->a),
                             .scope = row_copy(&r, 2, cx->a) };
    rows_end(&r);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    return str_is(g->scope, "city") || is_own_unit(cx, g->owner_unit) || cx->is_system ||
           is_city_admin(cx) || fail_not_found(cx);
}

/* Clerks, office and administrators of the owning unit keep its groups. */
static bool may_keep(const struct ctx *cx, int64_t unit_id, struct str path)
{
    return may(cx, PERM_DOC_CLERK, unit_id, path) || may(cx, PERM_OFFICE, unit_id, path) ||
           may(cx, PERM_UNIT_ADMIN, unit_id, path);
}

static bool group_kept(struct ctx *cx, int64_t id, struct group *g)
{
    struct unit_row u;
    return group_load(cx, id, g) && unit_load(cx, g->owner_unit, &u) &&
           (may_keep(cx, u.id, u.path) || fail_not_found(cx));
}

static bool members_put(struct ctx *cx, int64_t group_id, struct ids units)
{
    for (size_t i = 0; i < units.n; i++) {
        struct unit_row u;
        int found = unit_find(cx, units.p[i], &u);
        if (found != 1 || !str_is(u.kind, "unit"))
            return found >= 0 && fail(cx, ERR_INVALID, "group.member", "unit_ids");
        if (!group_member_add(cx, group_id, u.id))
            return false;
    }
    return true;
}

static bool group_note(struct ctx *cx, const struct group *g, struct ids units, const char *op)
{
    struct note n = note_begin(cx);
    jw_kid(&n.w, "group_id", g->id);
    jw_kstr(&n.w, "name", g->name);
    jw_karr(&n.w, "unit_ids");
    for (size_t i = 0; i < units.n; i++)
        jw_id(&n.w, units.p[i]);
    jw_arr_end(&n.w);
    return note_end(cx, &n, g->owner_unit, op);
}

struct org_group_create_in {
    struct str name;
    struct ids unit_ids;
    int64_t unit_id;
};
static const struct field org_group_create_in_fields[] = {
    FIELD(org_group_create_in, name, F_TEXT, .max = 60, .flags = FIELD_REQUIRED, .zh = "名称",
          .en = "name"),
    FIELD(org_group_create_in, unit_ids, F_IDS, .min = 1, .max = 4000, .flags = FIELD_REQUIRED,
          .zh = "成员单位", .en = "members"),
    FIELD(org_group_create_in, unit_id, F_ID, .zh = "所属单位", .en = "owning unit"),
};
ORG_RECORD(org_group_create_in);

ORG_COMMAND(org_group_create)
{
    const struct org_group_create_in *in = in_;
    struct org_made *out = out_;
    const struct actor_post *own = actor_main_post(cx);
    int64_t owner = in->unit_id ? in->unit_id : own ? own->unit_id : 0;
    struct unit_row u;
    if (!owner)
        return fail(cx, ERR_INVALID, "input.required", "unit_id");
    if (!unit_load(cx, owner, &u))
        return false;
    if (!may_keep(cx, u.id, u.path))
        return is_own_unit(cx, u.id) ? fail(cx, ERR_FORBIDDEN, "right.missing", NULL)
                                     : fail_not_found(cx);
    if (db_number(cx->db, 0, &q_group_find, u.id, in->name))
        return fail(cx, ERR_CONFLICT, "group.same", "name");
    struct group g = { .owner_unit = u.id, .name = in->name };
    if (!group_write(cx, u.id, in->name, &g.id) || !members_put(cx, g.id, in->unit_ids))
        return false;
    out->id = g.id;
    return group_note(cx, &g, in->unit_ids, "group.create");
}

struct org_group_change_in {
    int64_t group_id;
    struct str name;
    struct ids unit_ids;
};
static const struct field org_group_change_in_fields[] = {
    FIELD(org_group_change_in, group_id, F_ID, .flags = FIELD_PATH, .zh = "群组", .en = "group"),
    FIELD(org_group_change_in, name, F_TEXT, .max = 60, .flags = FIELD_REQUIRED, .zh = "名称",
          .en = "name"),
    FIELD(org_group_change_in, unit_ids, F_IDS, .min = 1, .max = 4000, .flags = FIELD_REQUIRED,
          .zh = "成员单位", .en = "members"),
};
ORG_RECORD(org_group_change_in);

ORG_COMMAND(org_group_change)
{
    const struct org_group_change_in *in = in_;
    struct group g;
    (void)out_;
    if (!group_kept(cx, in->group_id, &g))
        return false;
    int64_t same = db_number(cx->db, 0, &q_group_find, g.owner_unit, in->name);
    if (same && same != g.id)
        return fail(cx, ERR_CONFLICT, "group.same", "name");
    g.name = in->name;
    return cx->err.kind == ERR_NONE &&
           db_run(cx->db, &q_group_change, in->name, pinyin_of(cx->a, in->name, false).sort,
                  g.id) &&
           db_run(cx->db, &q_group_clear, g.id) && members_put(cx, g.id, in->unit_ids) &&
           group_note(cx, &g, in->unit_ids, "group.change");
}

struct org_group_remove_in {
    int64_t group_id;
};
static const struct field org_group_remove_in_fields[] = {
    FIELD(org_group_remove_in, group_id, F_ID, .flags = FIELD_PATH, .zh = "群组", .en = "group"),
};
ORG_RECORD(org_group_remove_in);

ORG_COMMAND(org_group_remove)
{
    const struct org_group_remove_in *in = in_;
    struct group g;
    (void)out_;
    return group_kept(cx, in->group_id, &g) && db_run(cx->db, &q_group_remove, cx->now, g.id) &&
           group_note(cx, &g, (struct ids){ NULL, 0 }, "group.remove");
}

/* --- reads --- */

static bool list(struct ctx *cx, struct rows *r, struct jw *w)
{
    while (rows_next(r)) {
        jw_obj(w);
        jw_kid(w, "id", row_i64(r, 0));
        jw_kstr(w, "name", row_text(r, 1));
        jw_kstr(w, "scope", row_text(r, 2));
        jw_kid(w, "unit_id", row_i64(r, 3));
        jw_kstr(w, "unit", row_text(r, 4));
        jw_ki64(w, "count", row_i64(r, 5));
        jw_kbool(w, "is_mine", is_own_unit(cx, row_i64(r, 3)));
        jw_kbool(w, "can_keep", may_keep(cx, row_i64(r, 3), row_text(r, 6)));
        jw_obj_end(w);
    }
    rows_end(r);
    return !rows_failed(r);
}

/* The city's groups, then those of the own units. */
ORG_READ(org_groups)
{
    struct rows r;
    (void)in_;
    answer_rows(w);
    db_rows(cx->db, &r, &q_groups_city);
    if (!list(cx, &r, w))
        return false;
    for (size_t i = 0; cx->actor && i < cx->actor->n_posts; i++) {
        int64_t unit = cx->actor->posts[i].unit_id;
        bool is_again = false;
        for (size_t k = 0; k < i; k++)
            is_again = is_again || cx->actor->posts[k].unit_id == unit;
        if (is_again)
            continue;
        db_rows(cx->db, &r, &q_groups_unit, unit);
        if (!list(cx, &r, w))
            return false;
    }
    answer_rows_end(w, STR_NONE);
    return true;
}

struct org_group_in {
    int64_t group_id;
};
static const struct field org_group_in_fields[] = {
    FIELD(org_group_in, group_id, F_ID, .flags = FIELD_PATH, .zh = "群组", .en = "group"),
};
ORG_RECORD(org_group_in);

ORG_READ(org_group)
{
    const struct org_group_in *in = in_;
    struct group g;
    struct unit_row u;
    struct rows r;
    if (!group_load(cx, in->group_id, &g) || !unit_load(cx, g.owner_unit, &u))
        return false;
    jw_obj(w);
    jw_kid(w, "id", g.id);
    jw_kstr(w, "name", g.name);
    jw_kstr(w, "scope", g.scope);
    jw_kid(w, "unit_id", g.owner_unit);
    jw_kbool(w, "is_mine", is_own_unit(cx, g.owner_unit));
    jw_kbool(w, "can_keep", may_keep(cx, u.id, u.path));
    jw_karr(w, "units");
    for (db_rows(cx->db, &r, &q_group_members_show, g.id); rows_next(&r);) {
        if (!row_is_null(&r, 4) && str_cmp(row_text(&r, 4), today(cx)) <= 0)
            continue;
        jw_obj(w);
        jw_kid(w, "id", row_i64(&r, 0));
        jw_kstr(w, "name", row_text(&r, 1));
        jw_kstr(w, "level", row_text(&r, 2));
        jw_kstr(w, "branch", row_text(&r, 3));
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    jw_obj_end(w);
    return !rows_failed(&r);
}

/* --- expansion --- */

/* An open-addressed set of ids in the arena. */
struct id_set {
    int64_t *slot;
    size_t mask, n;
};

static struct id_set set_new(struct arena *a, size_t most)
{
    size_t size = 64;
    while (size < most * 2)
        size *= 2;
    return (struct id_set){ arena_array_of(a, int64_t, size), size - 1, 0 };
}

static void set_add(struct id_set *s, int64_t id)
{
    size_t i = (size_t)((uint64_t)id * UINT64_C(0x9E3779B97F4A7C15) >> 20) & s->mask;
    while (s->slot[i] && s->slot[i] != id)
        i = (i + 1) & s->mask;
    s->n += s->slot[i] == 0;
    s->slot[i] = id;
}

static bool set_has(const struct id_set *s, int64_t id)
{
    size_t i = (size_t)((uint64_t)id * UINT64_C(0x9E3779B97F4A7C15) >> 20) & s->mask;
    while (s->slot[i] && s->slot[i] != id)
        i = (i + 1) & s->mask;
    return s->slot[i] == id;
}

static bool in_texts(struct texts t, struct str s)
{
    for (size_t i = 0; i < t.n; i++)
        if (str_eq(t.p[i], s))
            return true;
    return t.n == 0;
}

static bool in_subtree(const struct str *paths, size_t n, struct str path)
{
    for (size_t i = 0; i < n; i++)
        if (str_starts(path, paths[i]))
            return true;
    return n == 0;
}

#define EXPAND_NAMED 16384

/* Who is chosen by a former unit's id (an old draft, the last dispatch) gets it as the one it is
 * now. */
static bool heirs(struct ctx *cx, struct id_set *named)
{
    struct rows r;
    for (db_rows(cx->db, &r, &q_formers); rows_next(&r);)
        if (set_has(named, row_i64(&r, 0)))
            set_add(named, row_i64(&r, 1));
    rows_end(&r);
    return !rows_failed(&r);
}

static bool named_units(struct ctx *cx, const struct org_choice *c, struct id_set *named)
{
    for (size_t i = 0; i < c->unit_ids.n; i++)
        set_add(named, c->unit_ids.p[i]);
    for (size_t i = 0; i < c->group_ids.n; i++) {
        struct group g;
        struct rows r;
        if (!group_load(cx, c->group_ids.p[i], &g))
            return false;
        for (db_rows(cx->db, &r, &q_group_members, g.id); rows_next(&r);) {
            if (named->n < EXPAND_NAMED)
                set_add(named, row_i64(&r, 0));
        }
        rows_end(&r);
        if (rows_failed(&r))
            return false;
    }
    return heirs(cx, named);
}

static bool subtrees(struct ctx *cx, struct ids under, struct str *paths)
{
    for (size_t i = 0; i < under.n; i++) {
        struct unit_row u;
        if (!unit_load(cx, under.p[i], &u))
            return false;
        paths[i] = u.path;
    }
    return true;
}

bool org_expand(struct ctx *cx, const struct org_choice *c, struct org_units *out)
{
    struct rows r;
    struct id_set named = set_new(cx->a, EXPAND_NAMED);
    bool filters = c->levels.n || c->branches.n || c->under.n;
    struct str *paths = arena_array_of(cx->a, struct str, c->under.n);
    size_t size = 256;
    *out = (struct org_units){ arena_array_of(cx->a, struct org_unit, size), 0 };
    if (c->unit_ids.n > EXPAND_NAMED / 2)
        return fail(cx, ERR_TOO_LARGE, "expand.many", "unit_ids");
    if (!named_units(cx, c, &named) || !subtrees(cx, c->under, paths))
        return false;
    for (db_rows(cx->db, &r, &q_unit_mailboxes, "/", "0", today(cx)); rows_next(&r);) {
        bool takes =
            set_has(&named, row_i64(&r, 0)) || (filters && in_texts(c->levels, row_text(&r, 3)) &&
                                                in_texts(c->branches, row_text(&r, 4)) &&
                                                in_subtree(paths, c->under.n, row_text(&r, 6)));
        if (!takes)
            continue;
        if (out->n == size) {
            struct org_unit *more = arena_array_of(cx->a, struct org_unit, size * 2);
            memcpy(more, out->p, out->n * sizeof *more);
            out->p = more;
            size *= 2;
        }
        out->p[out->n++] = (struct org_unit){ row_i64(&r, 0),         row_copy(&r, 1, cx->a),
                                              row_copy(&r, 2, cx->a), row_copy(&r, 3, cx->a),
                                              row_copy(&r, 4, cx->a), row_i64(&r, 5) };
    }
    rows_end(&r);
    return !rows_failed(&r);
}
