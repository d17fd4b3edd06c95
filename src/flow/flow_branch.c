/* Branches of a multi-instance activity (并行发文, FLOW 5.8): 补发 while it is open, 撤回 of one
 * whom nobody has opened, 强制归结; and the free zone (自由流, 5.9): forward, and 办结 by its
 * owner. Nothing joins inside a zone, so it closes when no token is left: sound by construction. */
#include "base/check.h"
#include "flow/flow_in.h"

static bool need_reason(struct work *w)
{
    return str_trim(w->cmd->reason).n > 0 || flow_err(w, ERR_INVALID, "flow.no_reason", NULL);
}

/* --- branches --------------------------------------------------------------------------------- */

/* A multi-instance activity of which a branch is open, or that is itself. */
static bool find_many(struct work *w, int act)
{
    if (act < 1 || act > w->s->act.n)
        return flow_err(w, ERR_NOT_FOUND, "flow.no_act", NULL);
    const struct act *x = act_of(w->s, act);
    const struct node_in *in = &w->net->node_in[x->node];
    if (in->multi == MULTI_NONE || x->is_item || w->net->node[x->node].kind == FLOW_USER_TASK)
        return flow_err(w, ERR_STATE, "flow.no_branches", NULL);
    bool open = x->state == ACT_OPEN;
    for (int k = 1; k < w->s->scope.n && x->state == ACT_DONE; k++)
        open |= w->s->scope.p[k].act == act && w->s->scope.p[k].state == SCOPE_OPEN;
    return open || flow_err(w, ERR_STATE, "flow.act_closed", NULL);
}

static bool append_item(struct work *w, int act, struct str item, int *n)
{
    const struct jv *list = jv_parse(w->a, act_of(w->s, act)->items, NULL, NULL);
    struct buf b = buf_in(w->a);
    struct jw out = jw_to(&b);
    *n = (int)jv_size(list);
    if (*n >= 1000)
        return flow_err(w, ERR_TOO_LARGE, "flow.too_many_branches", NULL);
    jw_arr(&out);
    for (int i = 0; i < *n; i++)
        jw_raw(&out, jv_canonical(w->a, jv_at(list, (size_t)i)));
    jw_raw(&out, item);
    jw_arr_end(&out);
    act_of(w->s, act)->items = buf_done(&b);
    return true;
}

bool branch_add(struct work *w)
{
    int act = w->cmd->act, n;
    if (!find_many(w, act))
        return false;
    if (!w->cmd->value || jv_kind(w->cmd->value) == JV_NULL)
        return flow_err(w, ERR_INVALID, "flow.nobody_named", NULL);
    struct str item = jv_canonical(w->a, w->cmd->value);
    if (!append_item(w, act, item, &n))
        return false;
    act_of(w->s, act)->incident = INCIDENT_NONE;
    bool later = w->net->node_in[act_of(w->s, act)->node].multi == MULTI_SEQUENTIAL;
    return (later || scope_open(w, act, act_of(w->s, act)->start, item, n + 1)) && step_run(w);
}

static bool is_opened(const struct flow_state *s, int scope)
{
    for (int t = 1; t <= s->tree.n; t++) {
        const struct tree *x = tree_of(s, t);
        if (x->kind == TREE_LEAF && (x->is_opened || x->state == TREE_DONE) &&
            scope_is_in(s, act_of(s, x->act)->scope, scope))
            return true;
    }
    return false;
}

bool branch_withdraw(struct work *w)
{
    int k = w->cmd->scope;
    if (k < 1 || k >= w->s->scope.n || !w->s->scope.p[k].item)
        return flow_err(w, ERR_NOT_FOUND, "flow.no_branch", NULL);
    if (w->s->scope.p[k].state != SCOPE_OPEN)
        return flow_err(w, ERR_STATE, "flow.act_closed", NULL);
    if (!need_reason(w))
        return false;
    if (!w->cmd->is_admin && is_opened(w->s, k))
        return flow_err(w, ERR_CONFLICT, "flow.already_opened", NULL);
    return scope_finish(w, k, CAUSE_BRANCH) && step_run(w);
}

bool branch_collect(struct work *w)
{
    int act = w->cmd->act;
    if (!find_many(w, act) || !need_reason(w))
        return false;
    for (int k = 1; k < w->s->scope.n; k++) {
        struct scope *x = &w->s->scope.p[k];
        if (x->act != act || x->state != SCOPE_OPEN)
            continue;
        int f = step_fire(w, FIRE_FINISH, k, x->node, act);
        scope_clear(w, k, f, CAUSE_COLLECTED);
        w->s->scope.p[k].state = SCOPE_VOID;
        w->s->scope.p[k].closed = f;
        w->s->scope.p[k].closed_at = w->now;
    }
    return scope_end_act(w, act) && step_run(w);
}

/* --- free zone -------------------------------------------------------------------------------- */

static int zone_of(const struct work *w, int act)
{
    int scope = act_of(w->s, act)->scope, part = w->s->scope.p[scope].part;
    return part >= 0 && w->net->part[part].kind == PART_ZONE ? scope : -1;
}

/* The task that the recipients get: as named, else the same again. */
static int next_task(struct work *w, int act)
{
    int node = act_of(w->s, act)->node;
    if (!w->cmd->to_node.n)
        return node;
    int to = flow_node_find(w->net, w->cmd->to_node);
    if (to >= 0 && w->net->node_in[to].part == w->net->node_in[node].part)
        return to;
    flow_err(w, ERR_INVALID, "flow.unknown_id", w->cmd->to_node.p);
    return -1;
}

static bool send_on(struct work *w, int scope, int node, int from, const struct people *who,
                    enum tree_kind kind)
{
    int f = step_fire(w, FIRE_ENTER, scope, node, 0);
    w->s->firing.p[f].cause = act_of(w->s, from)->complete;
    int act = step_act(w, scope, node, f, from);
    w->given = who;
    w->given_kind = kind;
    bool good = step_begin(w, act);
    w->given = NULL;
    return good;
}

bool zone_forward(struct work *w)
{
    const struct flow_command *cmd = w->cmd;
    struct tree *t = leaf_for(w, cmd->leaf, FLOW_FORWARD);
    if (!t)
        return false;
    int act = t->act, scope = zone_of(w, act), node = scope < 0 ? -1 : next_task(w, act);
    if (scope < 0)
        return flow_err(w, ERR_STATE, "flow.no_zone", NULL);
    struct people all = { 0 };
    tree_add_people(w, &all, cmd->who, cmd->who_n, true);
    if (node < 0 || all.n == 0)
        return flow_err(w, ERR_INVALID, "flow.nobody_named", NULL);
    struct flow_who actor = cmd->actor.kind ? cmd->actor : t->who;
    if (!check_distinct(w, act, &actor) || !vars_merge(w, cmd->vars) ||
        !tree_done(w, cmd->leaf, cmd->outcome))
        return false;
    if (act_of(w->s, act)->state != ACT_DONE)
        return flow_err(w, ERR_STATE, "flow.not_alone", NULL);
    if (cmd->mode == FLOW_MODE_SEQ)
        return send_on(w, scope, node, act, &all, TREE_SEQ) && step_run(w);
    for (size_t i = 0; i < all.n; i++) {
        struct people one = { &all.p[i], 1 };
        if (!send_on(w, scope, node, act, &one, TREE_ALL))
            return false;
    }
    return step_run(w);
}

/* May whoever acts end this open zone as its owner, by what the owner's step allows? */
static bool owns(const struct work *w, int scope)
{
    const struct scope *x = &w->s->scope.p[scope];
    int owner = x->state == SCOPE_OPEN && x->part >= 0 && w->net->part[x->part].kind == PART_ZONE
                    ? scope_owner_leaf(w->s, scope)
                    : 0;
    if (!owner || tree_of(w->s, owner)->state != TREE_DONE)
        return false; /* the owner has it still, and ends it there */
    const struct flow_who by = tree_of(w->s, owner)->done_by;
    int node = act_of(w->s, tree_of(w->s, owner)->act)->node;
    return flow_who_eq(&by, &w->cmd->actor) && w->net->node[node].ops & 1u << FLOW_FINISH;
}

static bool has_item(const struct work *w, int scope)
{
    for (int t = 1; t <= w->s->tree.n; t++) {
        const struct tree *x = tree_of(w->s, t);
        if (x->kind == TREE_LEAF && x->state == TREE_ACTIVE && act_of(w->s, x->act)->scope == scope &&
            act_of(w->s, x->act)->state == ACT_OPEN && flow_who_eq(&x->who, &w->cmd->actor))
            return true;
    }
    return false;
}

/* The owner ends the zone while others still have it, with a reason: what they have falls. */
static bool finish_early(struct work *w)
{
    int scope = 0;
    for (int k = 1; k < w->s->scope.n && !scope; k++)
        if (owns(w, k) && (!w->cmd->scope || w->cmd->scope == k))
            scope = k;
    if (!scope)
        return flow_err(w, ERR_FORBIDDEN, "flow.not_owner", NULL);
    if (has_item(w, scope))
        return flow_err(w, ERR_STATE, "flow.finish_yours", NULL);
    return need_reason(w) && vars_merge(w, w->cmd->vars) &&
           scope_finish(w, scope, CAUSE_FINISHED) && step_run(w);
}

bool zone_finish(struct work *w)
{
    const struct flow_command *cmd = w->cmd;
    if (!cmd->leaf)
        return finish_early(w);
    struct tree *t = leaf_for(w, cmd->leaf, FLOW_FINISH);
    if (!t)
        return false;
    int act = t->act, scope = zone_of(w, act);
    if (scope < 0)
        return flow_err(w, ERR_STATE, "flow.no_zone", NULL);
    int owner = scope_owner_leaf(w->s, scope);
    const struct tree *o = owner ? tree_of(w->s, owner) : t;
    const struct flow_who *is = o->state == TREE_DONE ? &o->done_by : &o->who;
    if (!cmd->is_admin && !flow_who_eq(is, &t->who) && !flow_who_eq(is, &cmd->actor))
        return flow_err(w, ERR_FORBIDDEN, "flow.not_owner", NULL);
    if (!vars_merge(w, cmd->vars) || !tree_done(w, cmd->leaf, cmd->outcome))
        return false;
    if (act_of(w->s, act)->state != ACT_DONE)
        return flow_err(w, ERR_STATE, "flow.not_alone", NULL);
    return scope_finish(w, scope, CAUSE_FINISHED) && step_run(w);
}
