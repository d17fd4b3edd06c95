/* Going back: send_back by rewind and by rework (FLOW 5.1, 5.2) and withdraw (5.4). A rewind undoes
 * an up-closed set of firings, so what is left is a configuration of the unmodified net and the
 * instance can still end; data is never rolled back. */
#include "base/check.h"
#include "flow/flow_in.h"

/* --- undoing a set of firings ----------------------------------------------------------------- */

static bool is_waiting_leaf(const struct tree *t)
{
    return t->kind == TREE_LEAF &&
           (t->state == TREE_ACTIVE || t->state == TREE_DONE || t->is_opened);
}

/* A barrier (文号, 用印, 送达) stops the way back unless it has an undo, which then runs, newest
 * first. Withdraw passes no barrier at all. */
static bool pass_barriers(struct work *w, const bool *up, bool undo_allowed)
{
    for (int f = w->s->firing.n - 1; f >= 0; f--) {
        const struct firing *x = &w->s->firing.p[f];
        if (!up[f] || x->node < 0 || (x->kind != FIRE_LEAVE && x->kind != FIRE_PASS))
            continue;
        const struct flow_node *node = &w->net->node[x->node];
        if (node->is_barrier && (!undo_allowed || !node->undo.p))
            return flow_err(w, ERR_STATE, "flow.barrier", node->name.p ? node->name.p : node->id.p);
        if (!node->undo.p)
            continue;
        ARRAY_MORE(w->a, w->service);
        w->service.p[w->service.n++] = (struct flow_service){ x->act, x->node, node->undo, true };
    }
    return true;
}

/* Tokens: produced in U → void; consumed in U but produced outside → live again at the same place.
 */
static void undo_tokens(struct work *w, const bool *up)
{
    int n = w->s->token.n;
    for (int i = 0; i < n; i++) {
        struct token *t = &w->s->token.p[i];
        if (up[t->producer]) {
            if (t->state == TOKEN_LIVE)
                t->state = TOKEN_VOID;
            t->stuck = false;
        } else if (t->state == TOKEN_SPENT && up[t->consumer]) {
            t->state = TOKEN_VOID; /* its consumer says that it was spent once */
            int again = step_token(w, t->scope, t->place, t->producer, t->via);
            w->s->token.p[again].revives = i;
        }
    }
}

static int revived(const struct flow_state *s, int token)
{
    for (int i = s->token.n - 1; i >= 0; i--)
        if (s->token.p[i].revives == token && s->token.p[i].state == TOKEN_LIVE)
            return i;
    CHECK(false);
    return -1;
}

static void undo_acts(struct work *w, const bool *up, enum cause cause)
{
    for (int k = 1; k <= w->s->act.n; k++) {
        struct act *x = act_of(w->s, k);
        if (!up[x->start])
            continue;
        if (x->state == ACT_OPEN) {
            tree_void_act(w, k, cause);
            x->state = ACT_VOID;
            x->incident = INCIDENT_NONE;
        } else if (x->state == ACT_DONE) {
            x->state = ACT_UNDONE;
        }
    }
}

/* Its act was ended, not the leaf. */
static bool is_from_outside(enum cause c)
{
    return c == CAUSE_ENDED || c >= CAUSE_INTERRUPTED;
}

/* Scopes opened in U are void; those that closed in U are open again. */
static void undo_scopes(struct work *w, const bool *up)
{
    for (int k = 1; k < w->s->scope.n; k++) {
        struct scope *x = &w->s->scope.p[k];
        if (up[x->opened]) {
            x->state = SCOPE_VOID;
        } else if (x->closed >= 0 && up[x->closed]) {
            x->state = SCOPE_OPEN;
            x->closed = -1;
            x->closed_at = 0;
        }
    }
    for (int k = 0; k < w->s->scope.n; k++) {
        struct scope *x = &w->s->scope.p[k];
        if (x->via && act_of(w->s, x->via)->state != ACT_DONE)
            x->via = 0;
    }
}

/* Brings back an act that a firing in U had ended, or a sub-process that something in it had let
 * end. */
static void restore(struct work *w, int act)
{
    struct act *x = act_of(w->s, act);
    x->state = ACT_OPEN;
    x->complete = -1;
    x->completed_by = x->root ? x->completed_by : 0;
    x->done_at = 0;
    x->token = revived(w->s, x->token);
    for (int t = 1; t <= w->s->tree.n; t++) {
        struct tree *n = tree_of(w->s, t);
        if (n->act != act || n->state != TREE_VOID || !is_from_outside(n->cause))
            continue;
        n->state = n->before;
        if (n->kind == TREE_LEAF && n->state == TREE_ACTIVE)
            tree_note(w, FLOW_REACTIVATED, t);
        else if (n->is_suspended) {
            tree_note(w, FLOW_REACTIVATED, t);
            tree_note(w, FLOW_SUSPENDED, t);
        }
    }
    if (w->net->node[x->node].kind == FLOW_SERVICE_TASK) {
        ARRAY_MORE(w->a, w->service);
        w->service.p[w->service.n++] =
            (struct flow_service){ act, x->node, w->net->node[x->node].op, false };
    }
}

/* The next attempt of an act whose completion was undone. */
static bool reopen(struct work *w, int old, int only_leaf)
{
    int attempt = step_attempts(w->s, act_of(w->s, old)->node, act_of(w->s, old)->scope) + 1;
    ARRAY_MORE(w->a, w->s->act);
    int act = ++w->s->act.n;
    struct act *x = act_of(w->s, old);
    x->state = ACT_UNDONE;
    *act_of(w->s, act) = (struct act){ .node = x->node,
                                       .scope = x->scope,
                                       .token = revived(w->s, x->token),
                                       .start = x->start,
                                       .complete = -1,
                                       .attempt = attempt,
                                       .prev = x->prev,
                                       .is_item = x->is_item,
                                       .started_at = w->now };
    if (!x->root)
        return true; /* a call, made again */
    const struct node_in *in = &w->net->node_in[x->node];
    bool is_zone = w->net->part[in->part].kind == PART_ZONE;
    if (in->reassign && !only_leaf && !is_zone)
        return tree_build(w, act);
    act_of(w->s, act)->root = tree_clone(w, old, act, only_leaf, in->keep_agreed);
    tree_activate(w, act_of(w->s, act)->root);
    return true;
}

static bool undo(struct work *w, const bool *up, int target, int only_leaf, enum cause cause)
{
    undo_acts(w, up, cause);
    for (int f = 0; f < w->s->firing.n; f++)
        if (up[f])
            w->s->firing.p[f].undone = true;
    undo_tokens(w, up);
    int acts = w->s->act.n;
    for (int k = 1; k <= acts; k++) {
        const struct act *x = act_of(w->s, k);
        if (k != target && (x->state == ACT_VOID || x->state == ACT_DONE) && x->complete >= 0 &&
            up[x->complete] && !up[x->start])
            restore(w, k);
    }
    act_of(w->s, target)->state = ACT_UNDONE;
    undo_scopes(w, up);
    if (!reopen(w, target, only_leaf) || !step_run(w))
        return false;
    if (w->s->is_migrated && !route_is_reachable(w))
        return flow_err(w, ERR_STATE, "flow.not_reachable", NULL);
    return true;
}

/* --- send back -------------------------------------------------------------------------------- */

/* Another branch works or has worked behind the target: a rewind would throw it away. */
static bool has_siblings(struct work *w, int from, const bool *up)
{
    bool *past = cause_past(w->a, w->net, w->s, act_of(w->s, from)->start);
    for (int k = 1; k <= w->s->act.n; k++) {
        const struct act *x = act_of(w->s, k);
        if (k != from && x->root && up[x->start] && !past[x->start] &&
            (x->state == ACT_OPEN || x->state == ACT_DONE))
            return true;
    }
    return false;
}

/* One REWORK leaf for each person who signed the target, once; with only advice given (advisers),
 * for each adviser. */
static int rework_leaves(struct work *w, int act, int target, bool advisers)
{
    int group = 0, only = 0, n = w->s->tree.n;
    for (int t = 1; t <= n; t++) {
        const struct tree *x = tree_of(w->s, t);
        if (x->act != target || x->kind != TREE_LEAF || x->state != TREE_DONE ||
            (!advisers && !tree_is_vote(x)))
            continue;
        bool twice = false;
        for (int k = n + 1; k <= w->s->tree.n; k++)
            twice |= tree_of(w->s, k)->kind == TREE_LEAF &&
                     flow_who_eq(&tree_of(w->s, k)->who, &x->done_by);
        if (twice)
            continue;
        struct flow_who who = x->done_by;
        int leaf = tree_leaf(w, act, &who, FLOW_ROLE_REWORK);
        tree_of(w->s, leaf)->ref_act = target;
        if (!only) {
            only = leaf;
            continue;
        }
        if (!group) {
            group = tree_new(w, act, TREE_ALL);
            tree_append(w, group, only);
        }
        tree_append(w, group, leaf);
    }
    return group ? group : only;
}

static bool rework(struct work *w, int leaf, int target)
{
    int act = tree_of(w->s, leaf)->act;
    int who = rework_leaves(w, act, target, false);
    if (!who)
        who = rework_leaves(w, act, target, true);
    if (!who)
        return flow_err(w, ERR_STATE, "flow.no_target", NULL);
    int seq = tree_new(w, act, TREE_SEQ);
    tree_replace(w, leaf, seq);
    tree_append(w, seq, who);
    tree_append(w, seq, leaf);
    tree_of(w->s, seq)->state = TREE_ACTIVE;
    tree_suspend(w, leaf);
    tree_activate(w, who);
    return step_run(w);
}

static int pick_target(struct work *w)
{
    const struct flow_command *cmd = w->cmd;
    size_t n;
    const struct flow_target *list = cause_targets(w->a, w->net, w->s, cmd->leaf, &n);
    for (size_t i = 0; i < n; i++)
        if (cmd->to_act ? list[i].act == cmd->to_act
                        : str_eq(w->net->node[list[i].node].id, cmd->to_node))
            return list[i].act;
    flow_err(w, ERR_STATE, "flow.no_target", cmd->to_node.p);
    return 0;
}

/* FLOW 5.3: in this node a return is a vote; the decision carries all of them out at once. */
static bool vote_return(struct work *w, int target)
{
    tree_of(w->s, w->cmd->leaf)->ref_act = target;
    return tree_done(w, w->cmd->leaf, STR("return")) && step_run(w);
}

bool return_collected(struct work *w, int act)
{
    int target = 0;
    for (int t = 1; t <= w->s->tree.n; t++) {
        const struct tree *x = tree_of(w->s, t);
        if (x->act != act || x->state != TREE_DONE || !x->ref_act || !str_is(x->outcome, "return"))
            continue;
        ARRAY_MORE(w->a, w->returned);
        w->returned.p[w->returned.n++] = t;
        /* the earliest that was named: the others lie behind it */
        if (act_of(w->s, x->ref_act)->state == ACT_DONE &&
            (!target || act_of(w->s, x->ref_act)->complete < act_of(w->s, target)->complete))
            target = x->ref_act;
    }
    if (!target)
        return flow_err(w, ERR_STATE, "flow.no_target", NULL);
    bool *up = cause_up(w->a, w->net, w->s, act_of(w->s, target)->complete);
    return pass_barriers(w, up, true) && undo(w, up, target, 0, CAUSE_SEND_BACK);
}

bool return_send_back(struct work *w)
{
    const struct flow_command *cmd = w->cmd;
    if (!leaf_for(w, cmd->leaf, FLOW_SEND_BACK))
        return false;
    if (str_trim(cmd->reason).n == 0)
        return flow_err(w, ERR_INVALID, "flow.no_reason", NULL);
    int target = pick_target(w), from = tree_of(w->s, cmd->leaf)->act;
    if (!target)
        return false;
    if (w->net->node_in[act_of(w->s, from)->node].collects_returns && !cmd->way &&
        act_of(w->s, from)->root != cmd->leaf)
        return vote_return(w, target);
    bool *up = cause_up(w->a, w->net, w->s, act_of(w->s, target)->complete);
    enum flow_way way = cmd->way ? cmd->way : w->net->node_in[act_of(w->s, from)->node].return_way;
    if (!way)
        way = has_siblings(w, from, up) ? FLOW_WAY_REWORK : FLOW_WAY_REWIND;
    if (way == FLOW_WAY_REWORK)
        return rework(w, cmd->leaf, target);
    return pass_barriers(w, up, true) && undo(w, up, target, 0, CAUSE_SEND_BACK);
}

/* --- withdraw --------------------------------------------------------------------------------- */

/* FLOW 5.4 B: everything after it must be automatic, and no item of it seen. */
static bool nobody_acted(struct work *w, int act, const bool *up)
{
    for (int f = 0; f < w->s->firing.n; f++) {
        const struct firing *x = &w->s->firing.p[f];
        if (!up[f])
            continue;
        if (x->kind == FIRE_ABORT || x->kind == FIRE_FINISH || x->kind == FIRE_REROUTE ||
            (x->kind == FIRE_LEAVE && f != act_of(w->s, act)->complete &&
             w->net->node[x->node].kind == FLOW_USER_TASK && act_of(w->s, x->act)->root))
            return flow_err(w, ERR_CONFLICT, "flow.already_handled", NULL);
    }
    for (int k = 0; k < w->s->wait.n; k++) {
        const struct wait *x = &w->s->wait.p[k];
        if (x->state == WAIT_FIRED && x->firing >= 0 && up[x->firing] && x->kind != WAIT_TIMER &&
            x->kind != WAIT_CONDITION)
            return flow_err(w, ERR_CONFLICT, "flow.already_handled", NULL);
    }
    for (int t = 1; t <= w->s->tree.n; t++) {
        const struct tree *x = tree_of(w->s, t);
        if (up[act_of(w->s, x->act)->start] && act_of(w->s, x->act)->state == ACT_OPEN &&
            is_waiting_leaf(x) && (x->is_opened || x->state == TREE_DONE))
            return flow_err(w, ERR_CONFLICT, "flow.already_opened", NULL);
    }
    return true;
}

bool return_withdraw(struct work *w)
{
    const struct flow_command *cmd = w->cmd;
    if (cmd->leaf < 1 || cmd->leaf > w->s->tree.n || tree_of(w->s, cmd->leaf)->kind != TREE_LEAF)
        return flow_err(w, ERR_NOT_FOUND, "flow.no_leaf", NULL);
    int at = tree_continued(w->s, cmd->leaf);
    const struct tree *leaf = tree_of(w->s, at);
    int act = leaf->act;
    const struct flow_node *node = &w->net->node[act_of(w->s, act)->node];
    if (leaf->state != TREE_DONE)
        return flow_err(w, ERR_STATE, "flow.not_done", NULL);
    if (!cmd->is_admin && !(node->ops & 1u << FLOW_WITHDRAW))
        return flow_err(w, ERR_STATE, "flow.op_not_allowed", NULL);
    if (str_trim(cmd->reason).n == 0)
        return flow_err(w, ERR_INVALID, "flow.no_reason", NULL);
    if (act_of(w->s, act)->state == ACT_OPEN)
        return tree_unfinish(w, at) && step_run(w);
    if (act_of(w->s, act)->state != ACT_DONE)
        return flow_err(w, ERR_STATE, "flow.not_done", NULL);
    if (act_of(w->s, act)->completed_by != at || leaf->role == FLOW_ROLE_REWORK)
        return flow_err(w, ERR_CONFLICT, "flow.already_handled", NULL);
    bool *up = cause_up(w->a, w->net, w->s, act_of(w->s, act)->complete);
    return nobody_acted(w, act, up) && pass_barriers(w, up, false) &&
           undo(w, up, act, at, CAUSE_WITHDRAW);
}

/* 撤销 by the drafter: nothing was done, seen or set in stone by anybody else. */
bool return_may_cancel(struct work *w)
{
    for (int t = 1; t <= w->s->tree.n; t++) {
        const struct tree *x = tree_of(w->s, t);
        if (x->kind != TREE_LEAF)
            continue;
        const struct flow_who *who = x->state == TREE_DONE ? &x->done_by : &x->who;
        if ((x->state == TREE_DONE || x->is_opened) && !flow_who_eq(who, &w->s->starter))
            return flow_err(w, ERR_CONFLICT, "flow.already_handled", NULL);
    }
    for (int f = 0; f < w->s->firing.n; f++) {
        const struct firing *x = &w->s->firing.p[f];
        if (!x->undone && x->node >= 0 && (x->kind == FIRE_LEAVE || x->kind == FIRE_PASS) &&
            w->net->node[x->node].is_barrier)
            return flow_err(w, ERR_STATE, "flow.barrier", w->net->node[x->node].id.p);
    }
    return true;
}
