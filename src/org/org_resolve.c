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
        { "starter.unit_leader", ORG_STARTER_UNIT_LEADER },
        { "starter.deputy_secretary_general", ORG_STARTER_DEPUTY_SECRETARY_GENERAL },
        { "leader", ORG_LEADER_OF },
        { "role", ORG_ROLE },
        { "superior.leader", ORG_SUPERIOR_LEADER },
        { "superior.head", ORG_SUPERIOR_HEAD },
        { "superior.role", ORG_SUPERIOR_ROLE },
        { "superior.unit", ORG_SUPERIOR_UNIT },
        { "beside.role", ORG_BESIDE_ROLE },
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

/* Who does the work of a role that nobody holds, the first first. */
static size_t instead_of(enum role role, const enum role **out)
{
    static const enum role staff[] = { ROLE_OFFICE_HEAD, ROLE_DOC_CLERK, ROLE_UNIT_HEAD };
    *out = role == ROLE_OFFICE_HEAD ? staff + 2 : staff;
    return role == ROLE_OFFICE_HEAD ? 1 : office_does_it(role) ? 3 : 0;
}

bool org_roles_held(struct ctx *cx, int64_t unit_id, bool *out)
{
    struct rows r;
    bool held[ROLE_COUNT] = { false };
    for (db_rows(cx->db, &r, &q_roles_held, unit_id, today(cx)); rows_next(&r);)
        if (row_i64(&r, 0) > ROLE_NONE && row_i64(&r, 0) < ROLE_COUNT)
            held[row_i64(&r, 0)] = true;
    rows_end(&r);
    for (int k = 0; k < ROLE_COUNT; k++) {
        const enum role *instead;
        size_t n = instead_of((enum role)k, &instead);
        out[k] = held[k];
        for (size_t i = 0; i < n; i++)
            out[k] |= held[instead[i]];
    }
    return !rows_failed(&r);
}

bool org_role_holders(struct ctx *cx, int64_t unit_id, enum role role, enum role *held,
                      struct ids *posts)
{
    const enum role *instead;
    size_t n = instead_of(role, &instead);
    *held = role;
    if (!org_role_posts(cx, unit_id, role, posts))
        return false;
    for (size_t i = 0; posts->n == 0 && i < n; i++) {
        *held = instead[i];
        if (!org_role_posts(cx, unit_id, *held, posts))
            return false;
    }
    return true;
}

/* --- nobody agrees to his own request --- */

/* Takes the posts of that person out. */
static bool without_person(struct ctx *cx, const struct org_ask *ask, struct ids *posts, bool *was_one)
{
    int64_t *left = arena_array_of(cx->a, int64_t, posts->n + 1);
    size_t n = 0;
    for (size_t i = 0; ask->not_person && i < posts->n; i++) {
        struct post_row p = { 0 };
        if (post_find(cx, posts->p[i], &p) < 0)
            return false;
        if (p.person_id == ask->not_person)
            *was_one = true;
        else
            left[n++] = posts->p[i];
    }
    if (ask->not_person)
        *posts = (struct ids){ left, n };
    return true;
}

/* The rungs of the ladder, from the section upwards. */
enum rung { RUNG_SECTION, RUNG_UNIT_LEADER, RUNG_UNIT_HEAD, RUNG_LEADER_ABOVE, RUNG_HEAD_ABOVE, RUNGS };

static bool one(struct ctx *cx, int64_t post_id, struct ids *out)
{
    int64_t *p = arena_array_of(cx->a, int64_t, 1);
    *p = post_id;
    *out = (struct ids){ p, post_id ? 1 : 0 };
    return true;
}

/* Section heads of that very section. */
static bool section_heads(struct ctx *cx, const struct org_ask *ask, struct ids *out)
{
    struct rows r;
    size_t room = 0;
    int64_t *p = NULL;
    *out = (struct ids){ NULL, 0 };
    for (db_rows(cx->db, &r, &q_section_role_posts, ask->section_id, ask->unit_id,
                 (int64_t)ROLE_SECTION_HEAD, today(cx));
         rows_next(&r);) {
        if (out->n == room) {
            p = arena_grow(cx->a, p, room * sizeof *p, (room + 8) * sizeof *p);
            room += 8;
        }
        p[out->n++] = row_i64(&r, 0);
        out->p = p;
    }
    rows_end(&r);
    return !rows_failed(&r);
}

/* Who of the unit's own leaders is in charge of the section: by the division of work in the unit; where
 * a leader of the body is in charge of it, his 联系副秘书长, who is the office's own. 0: nobody. */
static bool unit_leader(struct ctx *cx, const struct org_ask *ask, int64_t *post)
{
    struct rows r;
    int64_t leader, deputy_post;
    struct post_row row;
    *post = 0;
    if (!ask->section_id)
        return true;
    int found = db_get(cx->db, &r, &q_in_charge_by, ask->section_id, day_or_today(cx, ask->on),
                       ask->unit_id);
    *post = found == 1 ? row_i64(&r, 0) : 0;
    rows_end(&r);
    if (found != 0)
        return found == 1;
    found = org_leader_in_charge(cx, ask->section_id, ask->on, &leader, &deputy_post);
    if (found < 1 || !deputy_post)
        return found >= 0;
    found = post_find(cx, deputy_post, &row);
    if (found == 1 && row.unit_id == ask->unit_id && post_is_current(cx, &row))
        *post = deputy_post;
    return found >= 0;
}

static bool on_rung(struct ctx *cx, const struct org_ask *ask, enum rung rung, struct ids *out)
{
    struct org_above above;
    int64_t post;
    switch (rung) {
    case RUNG_SECTION: return section_heads(cx, ask, out);
    case RUNG_UNIT_LEADER: return unit_leader(cx, ask, &post) && one(cx, post, out);
    case RUNG_UNIT_HEAD: return org_role_posts(cx, ask->unit_id, ROLE_UNIT_HEAD, out);
    default: break;
    }
    *out = (struct ids){ NULL, 0 };
    if (!org_above_of(cx, ask->unit_id, ask->post_id, &above))
        return false;
    if (rung == RUNG_LEADER_ABOVE)
        return one(cx, above.leader_post, out);
    return !above.unit_id || org_role_posts(cx, above.unit_id, ROLE_UNIT_HEAD, out);
}

/* The first rung from this one on with somebody who is not the one who asks. */
static bool climb(struct ctx *cx, const struct org_ask *ask, int rung, enum role sought,
                  struct org_whos *out)
{
    struct ids posts = { NULL, 0 };
    struct post_row p;
    for (; posts.n == 0 && rung < RUNGS; rung++)
        if (!on_rung(cx, ask, (enum rung)rung, &posts) ||
            !without_person(cx, ask, &posts, &out->is_raised))
            return false;
    for (size_t i = 0; i < posts.n; i++)
        if (post_find(cx, posts.p[i], &p) < 0 ||
            !add(cx, out, ORG_WHO_POST, posts.p[i], ROLE_NONE, p.unit_id))
            return false;
    return posts.n || nobody(cx, role_title(sought, cx->lang));
}

static bool by_role(struct ctx *cx, const struct org_ask *ask, int64_t unit_id, struct org_whos *out)
{
    struct ids posts;
    enum role held;
    bool was_one = false;
    if (!org_role_holders(cx, unit_id, ask->role, &held, &posts) ||
        !without_person(cx, ask, &posts, &was_one))
        return false;
    if (posts.n && answers_in_person(held))
        return add_posts(cx, out, posts, unit_id);
    if (posts.n)
        return add(cx, out, ORG_WHO_POOL, unit_id, held, unit_id);
    if (!was_one)
        return nobody(cx, role_title(ask->role, cx->lang));
    out->is_raised = true;
    return climb(cx, ask, held == ROLE_UNIT_HEAD ? RUNG_LEADER_ABOVE : RUNG_UNIT_LEADER, ask->role,
                 out);
}

/* The head of the section, of the unit where the section has none. */
static bool section_head(struct ctx *cx, const struct org_ask *ask, struct org_whos *out)
{
    struct ids heads;
    if (!section_heads(cx, ask, &heads))
        return false;
    return climb(cx, ask, heads.n ? RUNG_SECTION : RUNG_UNIT_HEAD, ROLE_SECTION_HEAD, out);
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
        if (!found || (i == 1 && row.unit_id != ask->unit_id))
            continue;
        if (!ask->not_person || row.person_id != ask->not_person)
            return add(cx, out, ORG_WHO_POST, post, ROLE_NONE, row.unit_id);
        out->is_raised = true;
        break;
    }
    return climb(cx, ask, RUNG_UNIT_HEAD, ROLE_LEADER, out);
}

static bool own_leader(struct ctx *cx, const struct org_ask *ask, struct org_whos *out)
{
    return climb(cx, ask, RUNG_UNIT_LEADER, ROLE_LEADER, out);
}

/* The leader in charge of the people who hold a role: 分管财务的领导. */
static bool leader_of(struct ctx *cx, const struct org_ask *ask, struct org_whos *out)
{
    struct org_ask of = *ask;
    struct ids posts;
    enum role held;
    struct post_row p = { 0 };
    if (!org_role_holders(cx, ask->unit_id, ask->role, &held, &posts))
        return false;
    if (posts.n && post_find(cx, posts.p[0], &p) < 0)
        return false;
    of.section_id = p.section_id;
    return own_leader(cx, &of, out);
}

static bool superior(struct ctx *cx, const struct org_ask *ask, struct org_whos *out)
{
    struct org_above above;
    if (ask->term == ORG_SUPERIOR_LEADER)
        return climb(cx, ask, RUNG_LEADER_ABOVE, ROLE_LEADER, out);
    if (ask->term == ORG_SUPERIOR_HEAD)
        return climb(cx, ask, RUNG_HEAD_ABOVE, ROLE_UNIT_HEAD, out);
    if (!org_above_of(cx, ask->unit_id, ask->post_id, &above))
        return false;
    /* what an office itself sends up, nobody's in particular, goes to the level above its body */
    int64_t at = above.office_id, up = 0;
    if (!ask->post_id && at == ask->unit_id && !org_goes_up_to(cx, ask->unit_id, &up))
        return false;
    return at ? by_role(cx, ask, up ? up : at, out) : nobody(cx, role_title(ask->role, cx->lang));
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

static bool one_post(struct ctx *cx, const struct org_ask *ask, int64_t post_id, struct org_whos *out)
{
    struct org_post p;
    int found = org_post_find(cx, post_id, &p);
    if (found < 0)
        return false;
    if (found && ask->not_person == p.person_id) {
        out->is_raised = true;
        return climb(cx, ask, RUNG_UNIT_LEADER, ROLE_LEADER, out);
    }
    if (!found || !p.is_current)
        return nobody(cx, found ? p.title.p : "post");
    return add(cx, out, ORG_WHO_POST, p.id, ROLE_NONE, p.unit_id);
}

static bool one_unit(struct ctx *cx, int64_t unit_id, struct org_whos *out)
{
    struct unit_row u;
    if (!unit_load(cx, unit_now(cx, unit_id), &u))
        return false;
    if (!str_is(u.kind, "unit") || u.by_paper ||
        (u.closed_on.p && str_cmp(u.closed_on, today(cx)) <= 0))
        return nobody(cx, u.name.p);
    return add(cx, out, ORG_WHO_UNIT, u.id, ROLE_NONE, u.id);
}

/* The offices of the other bodies of the place, for the office of one of them. */
static bool beside(struct ctx *cx, const struct org_ask *ask, struct org_whos *out)
{
    struct ids offices;
    if (!org_offices_beside(cx, ask->unit_id, &offices))
        return false;
    for (size_t i = 0; i < offices.n; i++)
        if (!by_role(cx, ask, offices.p[i], out))
            return false;
    return out->n || nobody(cx, role_title(ask->role, cx->lang));
}

bool org_resolve(struct ctx *cx, const struct org_ask *asked, struct org_whos *out)
{
    struct org_ask now = *asked; /* a former unit's matters go on in the one that answers for it */
    const struct org_ask *ask = &now;
    struct org_post p;
    int found;
    *out = (struct org_whos){ .p = NULL };
    now.unit_id = asked->unit_id ? unit_now(cx, asked->unit_id) : 0;
    if (cx->err.kind)
        return false;
    switch (ask->term) {
    case ORG_STARTER_SECTION_HEAD: return section_head(cx, ask, out);
    case ORG_STARTER_LEADER: return leader(cx, ask, out);
    case ORG_STARTER_UNIT_LEADER: return own_leader(cx, ask, out);
    case ORG_STARTER_DEPUTY_SECRETARY_GENERAL: return deputy(cx, ask, out);
    case ORG_LEADER_OF: return leader_of(cx, ask, out);
    case ORG_ROLE: return by_role(cx, ask, ask->unit_id, out);
    case ORG_SUPERIOR_LEADER:
    case ORG_SUPERIOR_HEAD:
    case ORG_SUPERIOR_ROLE: return superior(cx, ask, out);
    case ORG_SUPERIOR_UNIT:
        if (!org_goes_up_to(cx, ask->unit_id, &now.id))
            return false;
        if (!now.id)
            return nobody(cx, cx->lang == LANG_EN ? "The level above" : "上一级");
        return one_unit(cx, now.id, out);
    case ORG_BESIDE_ROLE: return beside(cx, ask, out);
    case ORG_POST: return one_post(cx, ask, ask->id, out);
    case ORG_PERSON:
        found = org_main_post(cx, ask->id, &p);
        if (found == 1)
            return one_post(cx, ask, p.id, out);
        return found == 0 && nobody(cx, "person");
    case ORG_UNIT:
        return one_unit(cx, ask->id, out);
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
