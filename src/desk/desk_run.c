/* One command of a flow, and everything that follows from it in the same transaction: the state
 * saved, items opened and closed with their counters, service tasks run through the door, rooms
 * told by events, the trace written. */
#include "base/check.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_form_in.h"
#include "org/org.h"

/* --- who -------------------------------------------------------------------------------------------- */

struct flow_who who_of_post(struct ctx *cx, int64_t post_id)
{
    (void)cx;
    return post_id ? (struct flow_who){ FLOW_POST, post_id, STR("") }
                   : (struct flow_who){ FLOW_NOBODY, 0, STR("") };
}

struct str who_name(struct ctx *cx, const struct flow_who *who)
{
    struct org_post p;
    struct str name = STR("");
    if (who->kind == FLOW_POST && org_post_find(cx, who->id, &p) == 1)
        return p.name;
    if (who->kind == FLOW_POOL)
        return str_of(role_title(role_of(who->name), cx->lang));
    if (who->kind == FLOW_UNIT && !org_unit_name_on(cx, who->id, STR_NONE, &name))
        return STR("");
    return who->kind == FLOW_UNIT ? name : who->name;
}

struct asker {
    struct ctx *cx;
    const struct matter *m;
    bool *is_raised; /* per node; NULL: of none */
    size_t nodes_n;
};

/* For what follows flow_is_raised. */
static void note_raised(struct asker *k, const struct flow_resolve_ctx *rc)
{
    if (!k->is_raised) {
        (void)flow_nodes(rc->net, &k->nodes_n); /* only how many */
        k->is_raised = arena_array_of(k->cx->a, bool, k->nodes_n);
    }
    if ((size_t)rc->node < k->nodes_n)
        k->is_raised[rc->node] = true;
}

bool flow_is_raised(const struct flow_org *org, int node)
{
    const struct asker *k = org->arg;
    return k->is_raised && (size_t)node < k->nodes_n && k->is_raised[node];
}

static bool from_org(struct ctx *cx, struct arena *a, const struct org_ask *ask,
                     struct flow_who **out, size_t *n, bool *is_raised)
{
    struct org_whos whos = { .p = NULL };
    if (!org_resolve(cx, ask, &whos)) {
        bool is_nobody = cx->err.kind && strcmp(cx->err.code, "org.nobody") == 0;
        if (is_nobody)
            cx->err = (struct err){ 0 }; /* an incident of the flow, not a failed command */
        *n = 0;
        return is_nobody;
    }
    *out = arena_array_of(a, struct flow_who, whos.n + 1);
    for (size_t i = 0; i < whos.n; i++)
        (*out)[i] = whos.p[i].kind == ORG_WHO_POST
                        ? (struct flow_who){ FLOW_POST, whos.p[i].id, STR("") }
                    : whos.p[i].kind == ORG_WHO_POOL
                        ? (struct flow_who){ FLOW_POOL, whos.p[i].id,
                                             str_of(role_name(whos.p[i].role)) }
                        : (struct flow_who){ FLOW_UNIT, whos.p[i].id, STR("") };
    *n = whos.n;
    *is_raised = whos.is_raised;
    return true;
}

/* Whose post this is the starter's person's? */
static int is_starters(struct ctx *cx, const struct matter *m, const struct flow_who *who)
{
    struct post_row p = { 0 };
    if (who->kind == FLOW_PERSON)
        return m->starter_person && who->id == m->starter_person;
    if (who->kind != FLOW_POST || !m->starter_person)
        return 0;
    return post_find(cx, who->id, &p) < 0 ? -1 : p.person_id == m->starter_person;
}

/* Is it asked who agrees here to what the starter wants? Whom a step only tells (cc) may be anybody. */
static bool asks_who_agrees(const struct flow_resolve_ctx *r, const struct flow_term *t)
{
    size_t n;
    const struct flow_node *node = &flow_nodes(r->net, &n)[r->node];
    bool only_tells = str_find(node->cc, t->text, 0) >= 0 && str_find(node->assign, t->text, 0) < 0;
    return flow_decides(r->net, r->node) && !only_tells;
}

/* Where the choice stands in the input. */
static const char *choice_field(struct ctx *cx, const struct definition *d, struct str name)
{
    bool is_field = d->form && form_find(d->form->fields, name);
    return is_field ? arena_printf(cx->a, "form.%.*s", STR_ARG(name)) : "vars";
}

/* Chosen ones must exist and be the unit's own, or whole units where the variable is for them;
 * "role:NAME" means the matter's unit. */
static bool from_choice(struct ctx *cx, struct arena *a, const struct matter *m,
                        const struct flow_term *t, const struct flow_resolve_ctx *r,
                        struct flow_who **out, size_t *n)
{
    const struct definition *d = definition_load(cx, m->definition_id);
    if (!d)
        return false;
    *out = arena_array_of(a, struct flow_who, r->chosen_n + 1);
    *n = 0;
    for (size_t i = 0; i < r->chosen_n; i++) {
        struct flow_who w = r->chosen[i];
        int good = who_may_be_named(cx, m->unit_id, &w, var_takes_units(d->module, t->arg));
        if (good < 1)
            return good == 0 && fail(cx, ERR_INVALID, "item.unknown_person", "vars");
        int own = asks_who_agrees(r, t) ? is_starters(cx, m, &w) : 0;
        if (own)
            return own > 0 && fail(cx, ERR_INVALID, "item.own_request", choice_field(cx, d, t->arg));
        (*out)[(*n)++] = w;
    }
    return true;
}

static const enum org_term terms[] = {
    [FLOW_TERM_STARTER_SECTION_HEAD] = ORG_STARTER_SECTION_HEAD,
    [FLOW_TERM_STARTER_LEADER] = ORG_STARTER_LEADER,
    [FLOW_TERM_STARTER_UNIT_LEADER] = ORG_STARTER_UNIT_LEADER,
    [FLOW_TERM_STARTER_DEPUTY_SECRETARY_GENERAL] = ORG_STARTER_DEPUTY_SECRETARY_GENERAL,
    [FLOW_TERM_POST] = ORG_POST,
    [FLOW_TERM_PERSON] = ORG_PERSON,
    [FLOW_TERM_UNIT] = ORG_UNIT,
    [FLOW_TERM_ROLE] = ORG_ROLE,
    [FLOW_TERM_LEADER_OF] = ORG_LEADER_OF,
    [FLOW_TERM_SUPERIOR_LEADER] = ORG_SUPERIOR_LEADER,
    [FLOW_TERM_SUPERIOR_HEAD] = ORG_SUPERIOR_HEAD,
    [FLOW_TERM_SUPERIOR_ROLE] = ORG_SUPERIOR_ROLE,
    [FLOW_TERM_SUPERIOR_UNIT] = ORG_SUPERIOR_UNIT,
    [FLOW_TERM_BESIDE_ROLE] = ORG_BESIDE_ROLE,
};

static bool resolve_term(struct asker *k, struct arena *a, const struct flow_term *t,
                         const struct flow_resolve_ctx *r, struct flow_who **out, size_t *n)
{
    struct ctx *cx = k->cx;
    const struct matter *m = k->m;
    struct post_row starter = { 0 };
    bool is_raised = false;
    if (t->kind == FLOW_TERM_STARTER || t->kind == FLOW_TERM_PREV_ACTOR) {
        *out = arena_new_of(a, struct flow_who);
        **out = t->kind == FLOW_TERM_STARTER ? who_of_post(cx, m->starter_post) : r->prev;
        *n = (*out)->kind != FLOW_NOBODY;
        return true;
    }
    if (t->kind == FLOW_TERM_VAR)
        return from_choice(cx, a, m, t, r, out, n);
    if (t->kind == FLOW_TERM_NAME)
        return fail(cx, ERR_INVALID, "item.unknown_person", "vars");
    if (m->starter_post && post_find(cx, m->starter_post, &starter) < 0)
        return false;
    /* a leader in a body does his business at the office that serves it; above him is the body's own */
    bool is_about_unit = t->kind == FLOW_TERM_ROLE || t->kind == FLOW_TERM_LEADER_OF ||
                         t->kind == FLOW_TERM_SUPERIOR_UNIT || t->kind == FLOW_TERM_BESIDE_ROLE;
    bool is_about_starter = !is_about_unit && starter.unit_id;
    struct org_ask ask = { .term = terms[t->kind],
                           .unit_id = is_about_starter ? starter.unit_id : m->unit_id,
                           .section_id = starter.section_id, .post_id = starter.id,
                           .role = role_of(t->arg),
                           .not_person = asks_who_agrees(r, t) ? starter.person_id : 0 };
    (void)str_to_i64(t->arg, &ask.id); /* only post(), person() and unit() have a number */
    if (!from_org(cx, a, &ask, out, n, &is_raised))
        return false;
    if (is_raised)
        note_raised(k, r);
    return true;
}

static bool resolve(void *arg, struct arena *a, const struct flow_term *term,
                    const struct flow_resolve_ctx *rc, struct flow_who **out, size_t *n,
                    struct err *err)
{
    struct asker *k = arg;
    if (resolve_term(k, a, term, rc, out, n))
        return true;
    if (err != &k->cx->err && k->cx->err.kind)
        *err = k->cx->err;
    return false;
}

const struct flow_org *flow_org_of(struct ctx *cx, const struct matter *m)
{
    struct asker *k = arena_new_of(cx->a, struct asker);
    struct flow_org *org = arena_new_of(cx->a, struct flow_org);
    *k = (struct asker){ .cx = cx, .m = m };
    *org = (struct flow_org){ .resolve = resolve, .arg = k };
    return org;
}

/* --- the instance ---------------------------------------------------------------------------------------- */

bool instance_read(struct ctx *cx, const struct matter *m, bool lock, struct instance *out)
{
    struct rows r;
    out->def = definition_load(cx, m->definition_id);
    if (!out->def)
        return false;
    int found = db_get(cx->db, &r, lock ? &q_instance_lock : &q_instance_get, m->instance_id);
    bool good = found == 1 && flow_state_read(cx->a, out->def->net, row_copy(&r, 4, cx->a),
                                              &out->state, &cx->err);
    rows_end(&r);
    return good || (found == 0 && fail_not_found(cx));
}

/* A matter that starts was written a moment ago by this very command: nothing to read. */
static bool instance_of(struct ctx *cx, const struct matter *m, const struct flow_step *step,
                        struct instance *out)
{
    if (step->cmd.op != FLOW_START)
        return instance_read(cx, m, true, out);
    out->def = definition_load(cx, m->definition_id);
    out->state = flow_state_new(cx->a);
    return out->def != NULL;
}

static const struct {
    const char *state;
    bool is_end;
} statuses[] = {
    [FLOW_NEW] = { "running", false },     [FLOW_RUNNING] = { "running", false },
    [FLOW_DONE] = { "done", true },        [FLOW_REJECTED] = { "rejected", true },
    [FLOW_VOID] = { "void", true },        [FLOW_INCIDENT] = { "incident", false },
    [FLOW_SUSPENDED_INSTANCE] = { "suspended", false },
};

const char *instance_state(enum flow_status status)
{
    return statuses[status].state;
}

/* A flow that ran to its end may have come to nothing: 不同意 is no approval (D13). */
const char *matter_state(const struct definition *d, const struct flow_state *state)
{
    enum flow_status status = flow_state_status(state);
    bool is_refused = status == FLOW_DONE && flow_state_is_refused(d->net, state);
    return statuses[is_refused ? FLOW_REJECTED : status].state;
}

static bool instance_save(struct ctx *cx, const struct matter *m, const struct flow_state *state,
                          enum flow_status status)
{
    struct buf b = buf_in(cx->a);
    flow_state_write(&b, state);
    return db_run(cx->db, &q_instance_save, statuses[status].state, buf_done(&b), m->instance_id);
}

/* --- items ------------------------------------------------------------------------------------------------ */

static const char *const role_words[] = { [FLOW_ROLE_SIGN] = "sign",     [FLOW_ROLE_LEAD] = "lead",
                                          [FLOW_ROLE_ASSIST] = "assist", [FLOW_ROLE_ADVISE] = "advise",
                                          [FLOW_ROLE_REWORK] = "rework" };

struct owner {
    int64_t id;
    enum scope_kind kind;
    int64_t for_post; /* redirected: meant for this post */
};

static bool owner_of(struct ctx *cx, const struct matter *m, const struct flow_who *who,
                     struct owner *out)
{
    struct org_post p;
    int64_t acting_for = 0;
    *out = (struct owner){ 0, SCOPE_POST, 0 };
    switch (who->kind) {
    case FLOW_POOL:
        out->kind = SCOPE_POOL;
        return pool_of(cx, unit_now(cx, who->id), role_of(who->name), &out->id);
    case FLOW_UNIT:
        *out = (struct owner){ unit_now(cx, who->id), SCOPE_UNIT, 0 };
        return out->id != 0;
    case FLOW_PERSON:
        if (org_main_post(cx, who->id, &p) != 1)
            return fail(cx, ERR_INVALID, "item.unknown_person", "vars");
        out->id = p.id;
        return true;
    case FLOW_POST:
        if (!org_redirect(cx, who->id, m->module, STR_NONE, &out->id, &acting_for))
            return false;
        out->for_post = acting_for ? who->id : 0;
        return true;
    default: /* a task for anyone: the starter, or the unit's clerks */
        if (m->starter_post) {
            out->id = m->starter_post;
            return true;
        }
        out->kind = SCOPE_POOL;
        return pool_of(cx, m->unit_id, ROLE_DOC_CLERK, &out->id);
    }
}

/* A new attempt of a unit's leaf goes on in the matter that is open there already: its answer was
 * taken back. 1, 0 when there is none. */
static int child_goes_on(struct ctx *cx, const struct matter *m, const struct flow_change *c,
                         int64_t item_id)
{
    struct matter child;
    int64_t old = c->from ? db_number(cx->db, 0, &q_item_by_leaf, m->id, (int64_t)c->from) : 0;
    struct item i = { .child_id = 0 };
    if (old && !item_load(cx, old, &i))
        return -1;
    if (!i.child_id || matter_find(cx, i.child_id, &child) != 1 || !str_is(child.state, "running"))
        return cx->err.kind == ERR_NONE ? 0 : -1;
    return db_run(cx->db, &q_item_child, bind_id(0), old) &&
                   db_run(cx->db, &q_item_child, i.child_id, item_id)
               ? 1
               : -1;
}

static bool open_child(struct ctx *cx, struct matter *m, const struct flow_node *node,
                       int64_t item_id, int64_t leaf, int64_t unit_id)
{
    struct matter child;
    struct str module = flow_node_attr(node, "child");
    struct str from;
    if (!org_unit_name_on(cx, m->unit_id, STR_NONE, &from))
        return false;
    struct matter_start in = {
        .module = module.p ? module : STR("countersign"), .unit_id = unit_id, .parent_id = m->id,
        .parent_leaf = leaf, .parent_node = node->id, .subject_id = m->subject_id,
        .title = m->title, .urgency = m->urgency, .from_name = from,
    };
    /* a document's files go out with it; what a form has goes by desk_child.c */
    return matter_start(cx, &in, &child) &&
           (!m->subject_id || attachment_copy_all(cx, m->id, child.id)) &&
           db_run(cx->db, &q_item_child, child.id, item_id) &&
           matter_describe(cx, child.id, STR_NONE, m->number, STR_NONE);
}

/* A transferred item keeps its limit, a new attempt where the node says so (FLOW 5.1, 5.6). */
static bool due_of(struct ctx *cx, const struct matter *m, const struct instance *in,
                   const struct flow_step *step,
                   const struct flow_node *node, const struct flow_change *c, struct item_due *out)
{
    bool keeps = c->from && (step->cmd.op == FLOW_TRANSFER || node->keep_due);
    int64_t from = keeps ? db_number(cx->db, 0, &q_item_by_leaf, m->id, (int64_t)c->from) : 0;
    return from ? item_due_keep(cx, node, from, out) : item_due_start(cx, in, node, c->act, out);
}

/* Nobody agrees to his own request, whatever way the step comes to him: not by name, and not as the one
 * to whom another's new items go. */
static bool not_the_starter(struct ctx *cx, const struct matter *m, const struct instance *in,
                            const struct flow_change *c, struct owner *owner)
{
    bool votes = c->role != FLOW_ROLE_ADVISE && c->role != FLOW_ROLE_REWORK;
    if (!votes || owner->kind != SCOPE_POST || !flow_decides(in->def->net, c->node))
        return true;
    if (owner->for_post) {
        const struct flow_who redirected = who_of_post(cx, owner->id);
        int own = is_starters(cx, m, &redirected);
        if (own > 0)
            *owner = (struct owner){ owner->for_post, SCOPE_POST, 0 };
        return own >= 0;
    }
    int own = is_starters(cx, m, &c->who);
    return own == 0 || (own > 0 && fail(cx, ERR_STATE, "item.own_request", NULL));
}

bool flow_may_open(struct ctx *cx, const struct matter *m, const struct instance *in,
                   const struct flow_delta *d)
{
    struct owner owner;
    for (size_t i = 0; i < d->change_n; i++)
        if (d->change[i].kind == FLOW_OPENED &&
            (!owner_of(cx, m, &d->change[i].who, &owner) ||
             !not_the_starter(cx, m, in, &d->change[i], &owner)))
            return false;
    return true;
}

static bool item_opened(struct ctx *cx, struct matter *m, const struct instance *in,
                        const struct flow_step *step, const struct flow_change *c)
{
    size_t n;
    const struct flow_node *node = &flow_nodes(in->def->net, &n)[c->node];
    struct owner owner;
    struct item_due due;
    int64_t id = id_new(cx->now);
    if (!owner_of(cx, m, &c->who, &owner) || !not_the_starter(cx, m, in, c, &owner) ||
        !due_of(cx, m, in, step, node, c, &due))
        return false;
    if (!db_run(cx->db, &q_item_put, id, m->id, (int64_t)c->leaf, (int64_t)c->act, node->id,
                node->name.p ? node->name : STR(""), (int64_t)c->attempt, role_words[c->role],
                owner.id, (int64_t)owner.kind, bind_id(owner.for_post), m->module, m->urgency,
                cx->now, bind_id(due.at), bind_id(due.from), bind_id(due.next)))
        return false;
    if (owner.kind == SCOPE_UNIT) {
        int on = child_goes_on(cx, m, c, id);
        return on == 1 || (on == 0 && open_child(cx, m, node, id, c->leaf, owner.id));
    }
    return counter_add(cx, owner.id, BOX_TODO, 1) && matter_let_see(cx, m->id, owner.id) &&
           (!owner.for_post || matter_let_see(cx, m->id, owner.for_post));
}

static bool is_open(const struct item *i)
{
    return str_is(i->state, "ready") || str_is(i->state, "opened");
}

static bool end_child(struct ctx *cx, const struct item *i)
{
    return !i->child_id || matter_end(cx, i->child_id, STR("主办单位已收回，不再需要答复"));
}

/* Claimed out of a pool, or put back into it. */
static bool item_changes_hands(struct ctx *cx, const struct matter *m, const struct item *i,
                               const struct flow_who *who)
{
    struct owner to;
    return owner_of(cx, m, who, &to) &&
           db_run(cx->db, &q_item_owner, to.id, (int64_t)to.kind, bind_id(to.for_post), i->id) &&
           counter_add(cx, i->owner_id, BOX_TODO, -1) && counter_add(cx, to.id, BOX_TODO, 1) &&
           matter_let_see(cx, m->id, to.id);
}

static bool item_moved(struct ctx *cx, const struct matter *m, const struct instance *in,
                       const struct flow_step *step, const struct flow_change *c)
{
    size_t n;
    const struct flow_node *node = &flow_nodes(in->def->net, &n)[c->node];
    static const char *const states[] = { [FLOW_TRANSFERRED] = "transferred",
                                          [FLOW_SUSPENDED] = "suspended",
                                          [FLOW_VOIDED] = "void" };
    struct item i;
    int found = item_of_leaf(cx, m->id, c->leaf, &i);
    if (found != 1) /* a leaf that never became an item: pending when it was voided */
        return found == 0;
    int64_t id = i.id;
    bool was_open = is_open(&i) && i.owner_kind != SCOPE_UNIT;
    int64_t owner = i.owner_id;
    if (c->kind == FLOW_CLAIMED || c->kind == FLOW_RELEASED)
        return item_changes_hands(cx, m, &i, &c->who);
    if (c->kind == FLOW_REACTIVATED)
        return db_run(cx->db, &q_item_ready, cx->now, id) && item_due_resume(cx, in, node, i.act, id) &&
               (was_open || i.owner_kind == SCOPE_UNIT || counter_add(cx, owner, BOX_TODO, 1));
    if (was_open && !counter_add(cx, owner, BOX_TODO, -1))
        return false;
    if (c->kind == FLOW_CLOSED)
        return db_run(cx->db, &q_item_done, cx->now,
                      bind_id(cx->actor ? cx->actor->person_id : 0), bind_id(step->post_id),
                      bind_id(step->acting_for), c->outcome, id);
    if (c->kind == FLOW_VOIDED && str_is(i.state, "done"))
        return true; /* done work stays done in the lists; its opinion leaves the sheet */
    return db_run(cx->db, &q_item_state, states[c->kind], id) &&
           (c->kind != FLOW_SUSPENDED || item_due_suspend(cx, in, i.act, id)) &&
           (c->kind != FLOW_VOIDED || end_child(cx, &i));
}

static bool move_items(struct ctx *cx, struct matter *m, const struct instance *in,
                       const struct flow_step *step, const struct flow_delta *d)
{
    for (size_t i = 0; i < d->change_n; i++) {
        bool good = d->change[i].kind == FLOW_OPENED ? item_opened(cx, m, in, step, &d->change[i])
                                                     : item_moved(cx, m, in, step, &d->change[i]);
        if (!good)
            return false;
    }
    return true;
}

/* Opinions of undone acts leave the sheet (OFFICE D3). */
static bool undo_opinions(struct ctx *cx, const struct matter *m, const struct flow_state *state)
{
    size_t n;
    struct flow_leaf *leaves = flow_leaves(cx->a, state, &n);
    for (size_t i = 0; i < n; i++) {
        if (!leaves[i].is_undone)
            continue;
        int64_t id = db_number(cx->db, 0, &q_item_by_leaf, m->id, (int64_t)leaves[i].leaf);
        if (id && !db_run(cx->db, &q_opinion_undone, id))
            return false;
    }
    return true;
}

/* --- events -------------------------------------------------------------------------------------------------- */

static struct desk_step step_event(struct ctx *cx, const struct matter *m,
                                   const struct instance *in, const struct flow_step *s, int node)
{
    struct flow_leaf leaf;
    size_t n;
    const struct flow_node *nodes = flow_nodes(in->def->net, &n);
    struct desk_step e = {
        .matter = m, .item_id = s->item_id, .outcome = s->cmd.outcome, .text = s->text, .said_on = s->said_on,
        .vars = s->vars, .person_id = cx->actor ? cx->actor->person_id : 0,
        .post_id = s->post_id, .acting_for = s->acting_for, .standing = s->standing,
        .for_post = s->for_post,
    };
    if (s->cmd.leaf && flow_leaf_find(in->state, s->cmd.leaf, &leaf))
        e.role = str_of(role_words[leaf.role]);
    if (node >= 0) {
        e.node = nodes[node].id;
        e.name = nodes[node].name;
        e.milestone = nodes[node].milestone;
    }
    return e;
}

static int node_of_leaf(const struct flow_state *state, int leaf)
{
    struct flow_leaf l;
    return leaf && flow_leaf_find(state, leaf, &l) ? l.node : -1;
}

int flow_node_back(const struct flow_delta *d)
{
    int back = -1;
    for (size_t i = 0; i < d->change_n; i++)
        if (d->change[i].kind == FLOW_OPENED || d->change[i].kind == FLOW_REACTIVATED)
            back = d->change[i].node;
    return back;
}

static bool tell_rooms(struct ctx *cx, const struct matter *m, const struct instance *in,
                       const struct flow_step *s, const struct flow_delta *d, int leaf_node)
{
    if (s->cmd.op == FLOW_COMPLETE) {
        struct desk_step e = step_event(cx, m, in, s, leaf_node);
        if (!event_emit(cx, "item.completed", m->id, &e))
            return false;
    }
    for (size_t i = 0; i < d->completed_n; i++) {
        struct desk_step e = step_event(cx, m, in, s, d->completed[i]);
        if (!event_emit(cx, "node.completed", m->id, &e))
            return false;
        if (e.milestone.n && !event_emit(cx, "matter.milestone", m->id, &e))
            return false;
    }
    if (s->cmd.op == FLOW_WITHDRAW) {
        struct desk_step e = step_event(cx, m, in, s, leaf_node);
        return event_emit(cx, "matter.withdrawn", m->id, &e);
    }
    if (s->cmd.op != FLOW_SEND_BACK)
        return true;
    struct desk_step e = step_event(cx, m, in, s, flow_node_back(d));
    return event_emit(cx, "matter.sent_back", m->id, &e);
}

/* --- the end of a flow ------------------------------------------------------------------------------------------ */

static struct str var_text(struct ctx *cx, const struct flow_state *state, struct str name)
{
    struct str json = flow_var(state, name);
    const struct jv *v = json.p ? jv_parse(cx->a, json, NULL, NULL) : NULL;
    return jv_str(v);
}

/* A child's one outcome and its text go back to the unit leaf that opened it; nothing else does.
 * They are the flow's variables outcome and text or, without such, those of the last step. */
static bool answer_parent(struct ctx *cx, const struct matter *child,
                          const struct flow_state *state, const struct flow_step *last)
{
    struct matter parent;
    struct rows r;
    struct str unit, outcome = var_text(cx, state, STR("outcome"));
    struct str text = var_text(cx, state, STR("text"));
    int found = db_get(cx->db, &r, &q_item_by_child, child->id);
    int64_t item = found == 1 ? row_i64(&r, 0) : 0, leaf = found == 1 ? row_i64(&r, 2) : 0;
    rows_end(&r);
    if (found != 1)
        return found == 0;
    if (matter_find(cx, child->parent_id, &parent) != 1 || !str_is(parent.state, "running"))
        return cx->err.kind == ERR_NONE;
    struct item i;
    if (!org_unit_name_on(cx, child->unit_id, STR_NONE, &unit) || !item_load(cx, item, &i))
        return false;
    if (!outcome.n)
        outcome = last->cmd.outcome;
    if (!text.n)
        text = last->text;
    struct flow_step step = {
        .cmd = { .op = FLOW_COMPLETE, .leaf = (int)leaf, .is_admin = true,
                 .actor = { FLOW_UNIT, child->unit_id, STR("") },
                 .outcome = outcome.n ? outcome : STR("agree") },
        .op = "item.complete", .item_id = item, .text = text,
    };
    const struct definition *up = definition_load(cx, parent.definition_id);
    if (!up)
        return false;
    size_t n;
    int at = flow_node_find(up->net, i.node);
    struct str sheet = at >= 0 ? flow_nodes(up->net, &n)[at].sheet : STR_NONE;
    return matter_note_on(cx, parent.id, item, sheet.n ? sheet : i.step, unit,
                          text.p ? text : STR(""), 0, 0) &&
           child_form_give(cx, child, &parent, &step, i.node) &&
           flow_step_run(cx, &parent, &step, NULL);
}

/* A child that is open again takes its answer back from the parent; where somebody there has gone
 * on from it, the withdrawal is refused. */
static bool unanswer_parent(struct ctx *cx, const struct matter *child, struct str reason)
{
    struct matter parent;
    struct rows r;
    int found = db_get(cx->db, &r, &q_item_by_child, child->id);
    int64_t item = found == 1 ? row_i64(&r, 0) : 0, leaf = found == 1 ? row_i64(&r, 2) : 0;
    rows_end(&r);
    if (found != 1)
        return found == 0;
    if (matter_find(cx, child->parent_id, &parent) != 1)
        return false;
    struct flow_step step = {
        .cmd = { .op = FLOW_WITHDRAW, .leaf = (int)leaf, .is_admin = true, .reason = reason,
                 .actor = { FLOW_UNIT, child->unit_id, STR("") } },
        .op = "item.withdraw", .item_id = item, .text = reason,
    };
    return flow_step_run(cx, &parent, &step, NULL);
}

static bool close_matter(struct ctx *cx, struct matter *m, const struct instance *in,
                         enum flow_status status, const struct flow_step *last, struct str error)
{
    m->state = str_of(matter_state(in->def, in->state));
    m->closed_at = cx->now;
    if (!db_run(cx->db, &q_matter_close, m->state, cx->now, m->id) ||
        !event_emit(cx, "matter.closed", m->id, m))
        return false;
    if (!m->parent_id)
        return true;
    return (status == FLOW_VOID || answer_parent(cx, m, in->state, last)) &&
           wait_answer(cx, m, in->state, error);
}

/* --- 挂起, 恢复: nothing of a suspended matter waits for anybody ------------------------------------------------ */

static const struct flow_node *node_named(const struct instance *in, struct str id)
{
    size_t n;
    int at = flow_node_find(in->def->net, id);
    return at < 0 ? NULL : &flow_nodes(in->def->net, &n)[at];
}

struct held {
    int64_t id, owner;
    bool is_unit;
    struct str node;
    int leaf;
};

static size_t items_held(struct ctx *cx, const struct query *q, int64_t matter_id,
                         struct held *out, size_t most)
{
    struct rows r;
    size_t n = 0;
    bool is_open = q == &q_items_open;
    for (db_rows(cx->db, &r, q, matter_id); n < most && rows_next(&r); n++)
        out[n] = (struct held){ row_i64(&r, 0), row_i64(&r, 1), row_i64(&r, 2) == SCOPE_UNIT,
                                row_copy(&r, 3, cx->a), (int)row_i64(&r, is_open ? 8 : 4) };
    rows_end(&r);
    return n;
}

static bool hold(struct ctx *cx, const struct instance *in, const struct held *h)
{
    struct flow_leaf l;
    bool is_there = node_named(in, h->node) && flow_leaf_find(in->state, h->leaf, &l);
    return db_run(cx->db, &q_item_state, "suspended", h->id) &&
           (!is_there || item_due_suspend(cx, in, l.act, h->id)) &&
           (h->is_unit || counter_add(cx, h->owner, BOX_TODO, -1));
}

static bool let_go(struct ctx *cx, const struct instance *in, const struct held *h)
{
    struct flow_leaf l;
    const struct flow_node *node = node_named(in, h->node);
    if (!flow_leaf_find(in->state, h->leaf, &l) || l.state != FLOW_LEAF_ACTIVE || l.is_suspended)
        return true; /* waits for another signer, as before */
    return db_run(cx->db, &q_item_state, "ready", h->id) &&
           (!node || item_due_resume(cx, in, node, l.act, h->id)) &&
           (h->is_unit || counter_add(cx, h->owner, BOX_TODO, 1));
}

/* 迁移 (FLOW 5.13): from here on the new version's net; open items learn their step's new name. */
static bool carry_over(struct ctx *cx, struct matter *m, struct instance *in,
                       const struct definition *to)
{
    struct held held[256];
    struct flow_leaf l;
    size_t n = items_held(cx, &q_items_open, m->id, held, 256), nodes_n;
    const struct flow_node *nodes = flow_nodes(to->net, &nodes_n);
    in->def = to;
    m->definition_id = to->id;
    for (size_t i = 0; i < n; i++)
        if (flow_leaf_find(in->state, held[i].leaf, &l) &&
            !db_run(cx->db, &q_item_migrate, nodes[l.node].id,
                    nodes[l.node].name.p ? nodes[l.node].name : STR(""), held[i].id))
            return false;
    return db_run(cx->db, &q_instance_migrate, to->id, m->instance_id) &&
           db_run(cx->db, &q_matter_migrate, to->id, m->id);
}

static bool suspend_matter(struct ctx *cx, struct matter *m, const struct instance *in,
                           bool is_suspended)
{
    struct held held[256];
    size_t n = items_held(cx, is_suspended ? &q_items_open : &q_items_suspended, m->id, held, 256);
    for (size_t i = 0; i < n; i++)
        if (!(is_suspended ? hold : let_go)(cx, in, &held[i]))
            return false;
    m->state = is_suspended ? STR("suspended") : STR("running");
    return cx->err.kind == ERR_NONE && db_run(cx->db, &q_matter_state, m->state, m->id);
}

/* --- one command -------------------------------------------------------------------------------------------------- */

struct doing {
    struct ctx *cx;
    struct matter *m;
    struct instance in;
    const struct flow_step *step;
    const struct flow_org *org;
    struct buf records;
    struct jw w;
    struct str error; /* nobody caught it: it ended the flow */
};

/* Of a role all who hold it have it to read. */
static bool copy_to(struct ctx *cx, const struct matter *m, const struct owner *to,
                    const struct flow_who *who)
{
    struct ids posts = { &to->id, to->kind == SCOPE_POST };
    if (to->kind == SCOPE_POOL && who->kind == FLOW_POOL &&
        !org_role_posts(cx, who->id ? who->id : m->unit_id, role_of(who->name), &posts))
        return false;
    for (size_t i = 0; i < posts.n; i++)
        if (!matter_reading_put(cx, m->id, posts.p[i], STR("抄送")))
            return false;
    return true;
}

/* 抄送 of a step (oa:cc): readings, which never block. */
static bool send_copies(struct ctx *cx, const struct matter *m, const struct flow_delta *d)
{
    for (size_t i = 0; i < d->copy_n; i++)
        for (size_t k = 0; k < d->copy[i].n; k++) {
            struct owner to;
            if (!owner_of(cx, m, &d->copy[i].who[k], &to))
                return false;
            if (!copy_to(cx, m, &to, &d->copy[i].who[k]))
                return false;
        }
    return true;
}

static bool apply(struct doing *g, const struct flow_command *cmd, struct flow_delta *d)
{
    struct ctx *cx = g->cx;
    int leaf_node = node_of_leaf(g->in.state, cmd->leaf);
    if (!flow_apply(cx->a, g->in.def->net, g->in.state, cmd, g->org, cx->now, d, &cx->err))
        return false;
    flow_record_write(&g->w, cmd, cx->now, d);
    if (cmd->op == FLOW_MIGRATE && !carry_over(cx, g->m, &g->in, g->step->to_definition))
        return false;
    struct flow_step s = *g->step;
    s.cmd = *cmd;
    if (d->error.n)
        g->error = d->error;
    return move_items(cx, g->m, &g->in, &s, d) && send_copies(cx, g->m, d) &&
           tell_rooms(cx, g->m, &g->in, &s, d, leaf_node);
}

/* What the program itself could not do fails the command, which is tried again. */
static bool is_own_failure(const struct err *e)
{
    return e->kind == ERR_INTERNAL || e->kind == ERR_BUSY;
}

/* A service that fails leaves the step it stands at as an incident, with a retry: what the person did
 * before it is done all the same. Undoing is another matter: a return that cannot undo is refused. */
static bool serve(struct doing *g, const struct flow_service *s, struct flow_command *answer)
{
    struct ctx *cx = g->cx;
    char *name = arena_strndup(cx->a, s->op.p, s->op.n);
    const struct command *c = command_find(name);
    const struct matter_in in = { g->m->id };
    *answer = (struct flow_command){ .op = FLOW_SERVICE_DONE, .act = s->act };
    /* made for flows, and about the matter */
    bool is_good = c && !c->path && c->in == &matter_in_record
                       ? command_run_child(cx, name, &in, NULL)
                       : fail_arg(cx, ERR_STATE, "module.no_operation", NULL, name, NULL);
    if (is_good)
        return true;
    if (s->is_undo || is_own_failure(&cx->err))
        return false;
    log_warn("desk", "a service of a flow failed", "operation", name, "code", cx->err.code);
    *answer = (struct flow_command){ .op = FLOW_SERVICE_FAILED, .act = s->act,
                                     .outcome = str_of(cx->err.code),
                                     .reason = str_of(err_message(cx->a, &cx->err, LANG_ZH)) };
    cx->err = (struct err){ 0 };
    return true;
}

/* Service tasks and called processes that end at once may wake further ones. */
static bool run_services(struct doing *g, const struct flow_delta *first)
{
    struct flow_delta d = *first, next;
    struct flow_command *answers;
    size_t n;
    if (!wait_follow(g->cx, g->m, &d, &answers, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!apply(g, &answers[i], &next) || !run_services(g, &next))
            return false;
    for (size_t i = 0; i < d.service_n; i++) {
        struct flow_command answer;
        if (!serve(g, &d.service[i], &answer))
            return false;
        if (!d.service[i].is_undo && (!apply(g, &answer, &next) || !run_services(g, &next)))
            return false;
    }
    return true;
}

/* Why a step is with somebody further up than it is drawn for. */
static void write_raised(struct doing *g, struct jw *w)
{
    size_t n;
    bool any = false;
    const struct flow_node *nodes = flow_nodes(g->in.def->net, &n);
    for (size_t i = 0; i < n; i++) {
        if (!flow_is_raised(g->org, (int)i))
            continue;
        if (!any)
            jw_karr(w, FLOW_RAISED);
        any = true;
        jw_str(w, nodes[i].id);
    }
    if (any)
        jw_arr_end(w);
}

static bool write_trace(struct doing *g)
{
    struct buf b = buf_in(g->cx->a);
    struct jw w = jw_to(&b);
    jw_arr_end(&g->w);
    jw_obj(&w);
    jw_kraw(&w, FLOW_RECORDS, buf_done(&g->records));
    if (g->step->cmd.op == FLOW_START || g->step->cmd.op == FLOW_MIGRATE)
        jw_kid(&w, FLOW_DEFINITION, g->in.def->id);
    write_raised(g, &w);
    if (g->step->standing.n)
        jw_kstr(&w, "standing", g->step->standing);
    if (g->step->note.n)
        jw_kraw(&w, "note", g->step->note);
    jw_obj_end(&w);
    return trace_write(g->cx, g->m->id, g->step->op, g->step->post_id, g->step->acting_for,
                       buf_done(&b));
}

static bool settle_state(struct doing *g)
{
    enum flow_status status = flow_state_status(g->in.state);
    bool was_suspended = str_is(g->m->state, "suspended");
    bool was_closed = !was_suspended && !str_is(g->m->state, "running");
    if (!instance_save(g->cx, g->m, g->in.state, status) || !write_trace(g) ||
        !matter_touched(g->cx, g->m->id))
        return false;
    if (was_suspended != (status == FLOW_SUSPENDED_INSTANCE) && !statuses[status].is_end)
        return suspend_matter(g->cx, g->m, &g->in, !was_suspended);
    if (statuses[status].is_end && !was_closed)
        return close_matter(g->cx, g->m, &g->in, status, g->step, g->error);
    if (was_closed && !statuses[status].is_end) {
        g->m->state = STR("running");
        return db_run(g->cx->db, &q_matter_reopen, g->m->id) &&
               event_emit(g->cx, "matter.reopened", g->m->id, g->m) &&
               (!g->m->parent_id || unanswer_parent(g->cx, g->m, g->step->cmd.reason));
    }
    return true;
}

/* What the rooms say of a step goes to the flow with what its holder chose, and over it. */
static bool add_variables(struct ctx *cx, struct matter *m, const struct desk_step *e,
                          struct flow_step *s)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    const struct desk_variables ask = { e, &w };
    const struct jv *value, *chosen = s->cmd.vars;
    struct str key;
    jw_obj(&w);
    if (!event_ask(cx, "item.variables", m->id, &ask))
        return false;
    jw_obj_end(&w);
    struct str text = buf_done(&b);
    if (str_is(text, "{}")) /* the rule, at every step of every matter */
        return true;
    const struct jv *said = jv_parse(cx->a, text, NULL, NULL);
    b = buf_in(cx->a);
    w = jw_to(&b);
    jw_obj(&w);
    for (const void *it = NULL; jv_kind(chosen) == JV_OBJECT && (it = jv_next(chosen, it, &key, &value));)
        if (!jv_get(said, arena_strndup(cx->a, key.p, key.n))) {
            jw_key_str(&w, key);
            jw_raw(&w, jv_compact(cx->a, value));
        }
    for (const void *it = NULL; (it = jv_next(said, it, &key, &value));) {
        jw_key_str(&w, key);
        jw_raw(&w, jv_compact(cx->a, value));
    }
    jw_obj_end(&w);
    s->cmd.vars = jv_parse(cx->a, buf_done(&b), NULL, NULL);
    return true;
}

bool flow_step_run(struct ctx *cx, struct matter *m, const struct flow_step *asked,
                   struct flow_delta *delta)
{
    struct flow_step own = *asked, *step = &own;
    struct doing g = { .cx = cx, .m = m, .step = step, .org = flow_org_of(cx, m),
                       .records = buf_in(cx->a) };
    struct flow_delta d;
    g.w = jw_to(&g.records); /* g stays where it is: the writer points into it */
    jw_arr(&g.w);
    if (!instance_of(cx, m, step, &g.in))
        return false;
    if (step->cmd.op == FLOW_COMPLETE) {
        struct desk_step e =
            step_event(cx, m, &g.in, step, node_of_leaf(g.in.state, step->cmd.leaf));
        if (!event_emit(cx, "item.completing", m->id, &e) || !add_variables(cx, m, &e, step))
            return false;
    }
    if (!apply(&g, &step->cmd, &d) || !run_services(&g, &d))
        return false;
    if ((step->cmd.op == FLOW_SEND_BACK || step->cmd.op == FLOW_WITHDRAW) &&
        !undo_opinions(cx, m, g.in.state))
        return false;
    /* taken back inside an open act the leaf is as new: what was said with it is not */
    if (step->cmd.op == FLOW_WITHDRAW && !db_run(cx->db, &q_opinion_undone, step->item_id))
        return false;
    if (delta)
        *delta = d;
    return settle_state(&g);
}
