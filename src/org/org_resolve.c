/* What a flow's assign means in this city (OFFICE P2, P3, P8): from words to posts, pools, units.
 */
#include "org/org_in.h"

#include "org/org.sql.h"

bool org_term_of(struct str word, enum org_term *out)
{
    static const struct {
        const char *word;
        enum org_term term;
    } terms[] = {
        { "starter.section_head", ORG_STARTER_SECTION_HEAD },
        { "starter.leader", ORG_STARTER_LEADER },
        { "starter.deputy_secretary_general", ORG_STARTER_DEPUTY_SECRETARY_GENERAL },
        { "role", ORG_ROLE },
        { "post", ORG_POST },
        { "person", ORG_PERSON },
        { "unit", ORG_UNIT },
    };
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
        if (str_is(word, terms[i].word)) {
            *out = terms[i].term;
            return true;
        }
    return false;
}

static bool nobody(struct ctx *cx, const char *sought)
{
    return fail_arg(cx, ERR_STATE, "org.nobody", NULL, sought, NULL);
}

static bool add(struct ctx *cx, struct org_whos *out, enum org_who_kind kind, int64_t id,
                enum role role, int64_t unit_id)
{
    struct org_who *p = arena_array_of(cx->a, struct org_who, out->n + 1);
    if (out->n)
        memcpy(p, out->p, out->n * sizeof *p);
    p[out->n++] = (struct org_who){ kind, id, role, unit_id };
    out->p = p;
    return true;
}

static bool add_posts(struct ctx *cx, struct org_whos *out, struct ids posts, int64_t unit_id)
{
    for (size_t i = 0; i < posts.n; i++)
        if (!add(cx, out, ORG_WHO_POST, posts.p[i], ROLE_NONE, unit_id))
            return false;
    return true;
}

/* Heads and leaders answer in person; clerks and offices as a pool. */
static bool answers_in_person(enum role r)
{
    return r == ROLE_SECTION_HEAD || r == ROLE_UNIT_HEAD || r == ROLE_LEADER ||
           r == ROLE_OFFICE_HEAD;
}

/* Staff of a unit's own affairs, whose work the office does where a small unit has none of them. A
 * seal never passes by itself (OFFICE P2), nor does what leads, reviews or administers. */
static bool office_does_it(enum role r)
{
    return r >= ROLE_FINANCE || r == ROLE_ARCHIVIST || r == ROLE_DUTY_ROOM;
}

bool org_role_holders(struct ctx *cx, int64_t unit_id, enum role role, enum role *held,
                      struct ids *posts)
{
    static const enum role instead[] = { ROLE_OFFICE_HEAD, ROLE_DOC_CLERK, ROLE_UNIT_HEAD };
    *held = role;
    if (!org_role_posts(cx, unit_id, role, posts))
        return false;
    for (size_t i = 0; posts->n == 0 && office_does_it(role) && i < 3; i++) {
        *held = instead[i];
        if (!org_role_posts(cx, unit_id, *held, posts))
            return false;
    }
    return true;
}

static bool by_role(struct ctx *cx, int64_t unit_id, enum role role, struct org_whos *out)
{
    struct ids posts;
    enum role held;
    if (!org_role_holders(cx, unit_id, role, &held, &posts))
        return false;
    if (posts.n == 0)
        return nobody(cx, role_title(role, cx->lang));
    if (answers_in_person(held))
        return add_posts(cx, out, posts, unit_id);
    return add(cx, out, ORG_WHO_POOL, unit_id, held, unit_id);
}

/* Section heads of that very section; the head of the unit where the section has none. */
static bool section_head(struct ctx *cx, const struct org_ask *ask, struct org_whos *out)
{
    struct rows r;
    for (db_rows(cx->db, &r, &q_section_role_posts, ask->section_id, ask->unit_id,
                 (int64_t)ROLE_SECTION_HEAD, today(cx));
         rows_next(&r);)
        (void)add(cx, out, ORG_WHO_POST, row_i64(&r, 0), ROLE_NONE, ask->unit_id);
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    if (out->n)
        return true;
    struct ids heads;
    if (!org_role_posts(cx, ask->unit_id, ROLE_UNIT_HEAD, &heads))
        return false;
    return heads.n ? add_posts(cx, out, heads, ask->unit_id)
                   : nobody(cx, role_title(ROLE_SECTION_HEAD, cx->lang));
}

/* The leader in charge of the section, else of the unit when that leader is the unit's own, else
 * the head of the unit. */
static bool leader(struct ctx *cx, const struct org_ask *ask, struct org_whos *out)
{
    int64_t at[] = { ask->section_id, ask->unit_id };
    for (int i = 0; i < 2; i++) {
        int64_t post, deputy;
        struct post_row row;
        int found = at[i] ? org_leader_in_charge(cx, at[i], ask->on, &post, &deputy) : 0;
        if (found < 0 || (found && post_find(cx, post, &row) != 1))
            return false;
        if (found && (i == 0 || row.unit_id == ask->unit_id))
            return add(cx, out, ORG_WHO_POST, post, ROLE_NONE, row.unit_id);
    }
    struct ids heads;
    if (!org_role_posts(cx, ask->unit_id, ROLE_UNIT_HEAD, &heads))
        return false;
    return heads.n ? add_posts(cx, out, heads, ask->unit_id)
                   : nobody(cx, role_title(ROLE_LEADER, cx->lang));
}

static bool deputy(struct ctx *cx, const struct org_ask *ask, struct org_whos *out)
{
    int64_t at[] = { ask->section_id, ask->unit_id };
    for (int i = 0; i < 2; i++) {
        int64_t post, second;
        struct post_row row;
        int found = at[i] ? org_leader_in_charge(cx, at[i], ask->on, &post, &second) : 0;
        if (found < 0)
            return false;
        if (!found || !second)
            continue;
        int has = post_find(cx, second, &row);
        if (has < 0)
            return false;
        if (has && post_is_current(cx, &row))
            return add(cx, out, ORG_WHO_POST, second, ROLE_NONE, row.unit_id);
    }
    return nobody(cx, cx->lang == LANG_EN ? "Deputy secretary-general" : "联系副秘书长");
}

static bool one_post(struct ctx *cx, int64_t post_id, struct org_whos *out)
{
    struct org_post p;
    int found = org_post_find(cx, post_id, &p);
    if (found < 0)
        return false;
    if (!found || !p.is_current)
        return nobody(cx, found ? p.title.p : "post");
    return add(cx, out, ORG_WHO_POST, p.id, ROLE_NONE, p.unit_id);
}

bool org_resolve(struct ctx *cx, const struct org_ask *asked, struct org_whos *out)
{
    struct org_ask now = *asked; /* a former unit's matters go on in the one that answers for it */
    const struct org_ask *ask = &now;
    struct org_post p;
    struct unit_row u;
    int found;
    *out = (struct org_whos){ NULL, 0 };
    now.unit_id = asked->unit_id ? unit_now(cx, asked->unit_id) : 0;
    if (cx->err.kind)
        return false;
    switch (ask->term) {
    case ORG_STARTER_SECTION_HEAD: return section_head(cx, ask, out);
    case ORG_STARTER_LEADER: return leader(cx, ask, out);
    case ORG_STARTER_DEPUTY_SECRETARY_GENERAL: return deputy(cx, ask, out);
    case ORG_ROLE: return by_role(cx, ask->unit_id, ask->role, out);
    case ORG_POST: return one_post(cx, ask->id, out);
    case ORG_PERSON:
        found = org_main_post(cx, ask->id, &p);
        if (found == 1)
            return one_post(cx, p.id, out);
        return found == 0 && nobody(cx, "person");
    case ORG_UNIT:
        if (!unit_load(cx, unit_now(cx, ask->id), &u))
            return false;
        if (!str_is(u.kind, "unit") || u.by_paper ||
            (u.closed_on.p && str_cmp(u.closed_on, today(cx)) <= 0))
            return nobody(cx, u.name.p);
        return add(cx, out, ORG_WHO_UNIT, u.id, ROLE_NONE, u.id);
    }
    return fail(cx, ERR_INTERNAL, "internal", NULL);
}

bool org_redirect(struct ctx *cx, int64_t post_id, struct str module, struct str on, int64_t *to,
                  int64_t *acting_for)
{
    struct rows r;
    *to = post_id;
    *acting_for = 0;
    for (db_rows(cx->db, &r, &q_acting_of, post_id, (int64_t)ACTING_DELEGATION,
                 day_or_today(cx, on));
         !*acting_for && rows_next(&r);)
        if (!row_i64(&r, 3) && module_named(row_text(&r, 4), module)) {
            *to = row_i64(&r, 1);
            *acting_for = post_id;
        }
    rows_end(&r);
    return !rows_failed(&r);
}

int org_is_secretary(struct ctx *cx, int64_t leader_post, int64_t post_id)
{
    struct acting_row secretary;
    int has = acting_of(cx, ACTING_SECRETARY, leader_post, &secretary);
    return has == 1 ? secretary.to_post == post_id : has;
}

bool org_gatekeeper(struct ctx *cx, int64_t post_id, int64_t *out)
{
    struct post_row post;
    struct acting_row secretary;
    struct ids heads;
    *out = post_id;
    int found = post_find(cx, post_id, &post);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    if (!post.is_leader)
        return true;
    int has = acting_of(cx, ACTING_SECRETARY, post.id, &secretary);
    if (has < 0)
        return false;
    *out = has ? secretary.to_post : 0;
    if (*out)
        return true;
    if (!org_role_posts(cx, post.unit_id, ROLE_OFFICE_HEAD, &heads))
        return false;
    *out = heads.n && heads.p[0] != post_id ? heads.p[0] : 0;
    return true;
}
