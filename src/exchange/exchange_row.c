/* Dispatches and deliveries as rows, and who may touch them. A dispatch belongs to its sender, a
 * delivery to its receiver; neither side can name the other's row and learn that it exists. */
#include "exchange/exchange_in.h"

#include "desk/figure.h"
#include "exchange/exchange.sql.h"

int dispatch_find(struct ctx *cx, int64_t id, struct dispatch *d)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_dispatch_get, id);
    if (found == 1)
        *d = (struct dispatch){
            .id = row_i64(&r, 0),
            .kind = row_copy(&r, 1, cx->a),
            .document_id = row_i64(&r, 2),
            .matter_id = row_i64(&r, 3),
            .unit_id = row_i64(&r, 4),
            .agency_id = row_i64(&r, 5),
            .person_id = row_i64(&r, 6),
            .post_id = row_i64(&r, 7),
            .signer_person = row_i64(&r, 8),
            .at = row_i64(&r, 9),
            .issuer = row_copy(&r, 10, cx->a),
            .sender_name = row_copy(&r, 11, cx->a),
            .title = row_copy(&r, 12, cx->a),
            .number = row_copy(&r, 13, cx->a),
            .doc_type = row_copy(&r, 14, cx->a),
            .urgency = row_copy(&r, 15, cx->a),
            .direction = row_copy(&r, 16, cx->a),
            .signed_on = row_copy(&r, 17, cx->a),
            .main_text = row_copy(&r, 18, cx->a),
            .cc_text = row_copy(&r, 19, cx->a),
            .body = row_copy(&r, 20, cx->a),
            .count = row_i64(&r, 21),
            .corrects_id = row_i64(&r, 22),
            .wants_feedback = row_i64(&r, 23),
            .label = row_copy(&r, 24, cx->a),
        };
    rows_end(&r);
    return found;
}

int delivery_find(struct ctx *cx, int64_t id, struct delivery *d)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_delivery_get, id);
    if (found == 1) {
        *d = (struct delivery){
            .id = row_i64(&r, 0),
            .dispatch_id = row_i64(&r, 1),
            .unit_id = row_i64(&r, 2),
            .sort = row_i64(&r, 3),
            .is_cc = row_i64(&r, 4),
            .state = row_copy(&r, 5, cx->a),
            .sees_all = row_i64(&r, 6),
            .wave = row_i64(&r, 7),
            .ended_at = row_i64(&r, 15),
            .signed_by = row_i64(&r, 16),
            .signed_post = row_i64(&r, 17),
            .matter_id = row_i64(&r, 18),
            .urged_at = row_i64(&r, 19),
            .urges = row_i64(&r, 20),
        };
        for (int m = 0; m < MILESTONE_REFUSED; m++)
            d->at[m] = row_i64(&r, 8 + m);
    }
    rows_end(&r);
    return found;
}

int delivery_of_matter(struct ctx *cx, const struct matter *m, struct delivery *out)
{
    bool is_ours = str_is(m->module, "receive") || str_is(m->module, "receive_village");
    return is_ours && m->subject_id ? delivery_find(cx, m->subject_id, out) : 0;
}

/* --- who
 * -------------------------------------------------------------------------------------------- */

static bool is_clerk_role(enum role role)
{
    return role == ROLE_DOC_CLERK || role == ROLE_OFFICE_HEAD;
}

/* A deputy (AB岗, delegation) of somebody who is clerk there. The unit's mailbox is no module's: a
 * delegation limited to some does not open it. */
static bool deputy_of_clerk(struct ctx *cx, int64_t unit_id, struct capacity *out)
{
    struct ids clerks;
    const struct actor_post *main = actor_main_post(cx);
    if (!main || cx->actor->n_acting == 0)
        return false;
    if (!org_role_posts(cx, unit_id, ROLE_DOC_CLERK, &clerks))
        return false;
    for (size_t i = 0; i < cx->actor->n_acting; i++) {
        const struct actor_acting *t = &cx->actor->acting[i];
        bool counts = t->kind != ACTING_SECRETARY && !t->modules.n;
        for (size_t k = 0; counts && k < clerks.n; k++)
            if (clerks.p[k] == t->post_id) {
                *out = (struct capacity){ main->id, t->person_id };
                return true;
            }
    }
    return false;
}

bool clerk_of(struct ctx *cx, int64_t unit_id, struct capacity *out)
{
    *out = (struct capacity){ 0, 0 };
    if (cx->is_system)
        return true;
    for (size_t i = 0; cx->actor && i < cx->actor->n_scopes; i++) {
        const struct scope *s = &cx->actor->scopes[i];
        bool by_role = s->kind == SCOPE_UNIT || s->kind == SCOPE_POOL;
        if (by_role && s->unit_id == unit_id && is_clerk_role(s->role)) {
            out->post_id = s->own_post;
            return true;
        }
    }
    return cx->actor && deputy_of_clerk(cx, unit_id, out);
}

/* Instructions come to clerks, the office head and the supervision office (OFFICE R1). */
bool office_of(struct ctx *cx, int64_t unit_id, struct capacity *out)
{
    if (clerk_of(cx, unit_id, out))
        return true;
    for (size_t i = 0; cx->actor && i < cx->actor->n_scopes; i++) {
        const struct scope *s = &cx->actor->scopes[i];
        if (s->kind != SCOPE_UNIT || s->unit_id != unit_id || s->role != ROLE_SUPERVISION_OFFICE)
            continue;
        out->post_id = s->own_post;
        return true;
    }
    return false;
}

/* The unit asked for, or the first where the actor has one of these roles; 0: none. */
static int64_t unit_of_roles(const struct ctx *cx, int64_t asked, const enum role *roles, size_t n)
{
    for (size_t i = 0; cx->actor && i < cx->actor->n_grants; i++)
        for (size_t k = 0; k < n; k++)
            if (cx->actor->grants[i].role == roles[k] &&
                (!asked || cx->actor->grants[i].unit_id == asked))
                return cx->actor->grants[i].unit_id;
    return 0;
}

static bool reader(struct ctx *cx, int64_t asked, const enum role *roles, size_t n, int64_t *unit,
                   bool *keeps)
{
    *keeps = exchange_own_unit(cx, asked, unit);
    if (*keeps)
        return true;
    if (cx->err.kind != ERR_NOT_FOUND || !(*unit = unit_of_roles(cx, asked, roles, n)))
        return false;
    cx->err = (struct err){ 0 };
    return true;
}

bool register_reader(struct ctx *cx, int64_t asked, int64_t *unit, bool *keeps)
{
    static const enum role roles[] = { ROLE_REVIEWER, ROLE_SUPERVISION_OFFICE, ROLE_ARCHIVIST,
                                       ROLE_UNIT_HEAD };
    return reader(cx, asked, roles, sizeof roles / sizeof *roles, unit, keeps);
}

bool book_reader(struct ctx *cx, int64_t asked, int64_t *unit)
{
    static const enum role roles[] = { ROLE_SUPERVISION_OFFICE, ROLE_REVIEWER };
    bool keeps;
    return reader(cx, asked, roles, sizeof roles / sizeof *roles, unit, &keeps);
}

/* What of this room the actor may read, for the menus: exactly what the reads themselves ask. */
bool on_rights(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    struct jw *w = *(struct jw *const *)detail;
    int64_t unit;
    bool keeps = false;
    (void)event;
    (void)subject;
    if (register_reader(cx, 0, &unit, &keeps))
        jw_text(w, "register.received");
    else if (cx->err.kind != ERR_NOT_FOUND)
        return false;
    cx->err = (struct err){ 0 };
    if (keeps)
        jw_text(w, "exchange.keep");
    if (book_reader(cx, 0, &unit))
        jw_text(w, "instructions");
    else if (cx->err.kind != ERR_NOT_FOUND)
        return false;
    cx->err = (struct err){ 0 };
    return true;
}

static bool is_signer(const struct ctx *cx, const struct dispatch *d)
{
    return cx->actor && d->signer_person && d->signer_person == cx->actor->person_id;
}

bool dispatch_load(struct ctx *cx, int64_t id, struct dispatch *d)
{
    struct capacity as;
    int found = dispatch_find(cx, id, d);
    if (found < 0)
        return false;
    if (found == 0 || str_is(d->kind, "paper"))
        return fail_not_found(cx);
    return clerk_of(cx, d->unit_id, &as) || is_signer(cx, d) ||
           (d->matter_id && !str_is(d->kind, "referral") && matter_can_see(cx, d->matter_id)) ||
           fail_not_found(cx);
}

static bool lock_row(struct ctx *cx, const struct query *q, int64_t id)
{
    struct rows r;
    int found = db_get(cx->db, &r, q, id);
    rows_end(&r);
    return found == 1 || (found == 0 && fail_not_found(cx));
}

bool dispatch_load_for_change(struct ctx *cx, int64_t id, struct dispatch *d)
{
    struct capacity as;
    if (!lock_row(cx, &q_dispatch_lock, id) || !dispatch_load(cx, id, d))
        return false;
    return clerk_of(cx, d->unit_id, &as) || is_signer(cx, d) ||
           has_role(cx, ROLE_UNIT_HEAD, d->unit_id) || fail_not_found(cx);
}

bool delivery_load_for_sender(struct ctx *cx, int64_t id, struct delivery *d, struct dispatch *of)
{
    int found = delivery_find(cx, id, d);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    return dispatch_load_for_change(cx, d->dispatch_id, of) && delivery_find(cx, id, d) == 1;
}

bool dispatch_may_approve(struct ctx *cx, const struct dispatch *d)
{
    return cx->is_system || is_signer(cx, d) || has_role(cx, ROLE_OFFICE_HEAD, d->unit_id) ||
           has_role(cx, ROLE_UNIT_HEAD, d->unit_id) ||
           fail(cx, ERR_FORBIDDEN, "dispatch.approval", NULL);
}

bool delivery_load(struct ctx *cx, int64_t id, struct delivery *d, struct dispatch *of)
{
    struct capacity as;
    int found = delivery_find(cx, id, d);
    if (found < 0)
        return false;
    if (found == 0 ||
        (!clerk_of(cx, d->unit_id, &as) && !(d->matter_id && matter_can_see(cx, d->matter_id))))
        return fail_not_found(cx);
    return dispatch_find(cx, d->dispatch_id, of) == 1;
}

bool delivery_load_for_change(struct ctx *cx, int64_t id, struct delivery *d, struct dispatch *of,
                              struct capacity *as)
{
    if (!lock_row(cx, &q_delivery_lock, id) || delivery_find(cx, id, d) != 1)
        return false;
    if (!clerk_of(cx, d->unit_id, as))
        return fail_not_found(cx);
    return dispatch_find(cx, d->dispatch_id, of) == 1;
}

/* --- totals and milestones
 * ------------------------------------------------------------------------------- */

bool total_add(struct ctx *cx, int64_t dispatch_id, enum milestone m, int64_t n)
{
    return n == 0 || db_run(cx->db, &q_total_add, dispatch_id, milestone_names[m], n);
}

void board_touched(struct ctx *cx, const struct dispatch *d)
{
    if (d->matter_id)
        live_matter(cx, d->unit_id, d->matter_id, cx->now);
}

static const struct query *const milestone_queries[MILESTONE_REFUSED] = {
    [MILESTONE_REGISTERED] = &q_delivery_registered, [MILESTONE_PROPOSED] = &q_delivery_proposed,
    [MILESTONE_INSTRUCTED] = &q_delivery_instructed, [MILESTONE_HANDLING] = &q_delivery_handling,
    [MILESTONE_CLOSED] = &q_delivery_closed,
};

bool milestone_reach(struct ctx *cx, const struct dispatch *s, struct delivery *d, enum milestone m)
{
    CHECK(m > MILESTONE_SIGNED && m < MILESTONE_REFUSED);
    int64_t n = db_update(cx->db, milestone_queries[m], cx->now, d->id);
    if (n < 1)
        return n == 0;
    d->at[m] = cx->now;
    if (m == MILESTONE_REGISTERED)
        d->state = STR("registered");
    board_touched(cx, s);
    if (m == MILESTONE_CLOSED && !figures_changed(cx, d->unit_id, cx->now))
        return false;
    return !milestone_shown(m, d->sees_all) || total_add(cx, d->dispatch_id, m, 1);
}
