/* apply: one command on a copy of the state; only a success becomes the state. Pure: the same
 * arguments give the same bytes, so server, dry run, simulation and replay are this one function.
 */
#include "base/check.h"
#include "flow/flow_in.h"

#define OUTCOME_MOST 200

static const char *const op_names[FLOW_OP_COUNT] = {
    [FLOW_START] = "start",
    [FLOW_COMPLETE] = "complete",
    [FLOW_OPEN] = "open",
    [FLOW_SEND_BACK] = "send_back",
    [FLOW_WITHDRAW] = "withdraw",
    [FLOW_ADD_SIGNER] = "add_signer",
    [FLOW_REMOVE_SIGNER] = "remove_signer",
    [FLOW_TRANSFER] = "transfer",
    [FLOW_TERMINATE] = "terminate",
    [FLOW_CANCEL] = "cancel",
    [FLOW_SERVICE_DONE] = "service_done",
    [FLOW_SERVICE_FAILED] = "service_failed",
    [FLOW_SET_ASSIGNEES] = "set_assignees",
    [FLOW_RETRY] = "retry",
    [FLOW_DELEGATE] = "delegate",
    [FLOW_CLAIM] = "claim",
    [FLOW_PUT_BACK] = "put_back",
    [FLOW_FORWARD] = "forward",
    [FLOW_FINISH] = "finish",
    [FLOW_ADD_BRANCH] = "add_branch",
    [FLOW_WITHDRAW_BRANCH] = "withdraw_branch",
    [FLOW_COLLECT] = "collect",
    [FLOW_REROUTE] = "reroute",
    [FLOW_SUSPEND] = "suspend",
    [FLOW_RESUME] = "resume",
    [FLOW_OVERRIDE] = "override",
    [FLOW_MIGRATE] = "migrate",
    [FLOW_TIMER_FIRED] = "timer_fired",
    [FLOW_MESSAGE] = "message",
    [FLOW_SIGNAL] = "signal",
    [FLOW_CALL_DONE] = "call_done",
    [FLOW_CALL_FAILED] = "call_failed",
};

const char *flow_op_name(enum flow_op op)
{
    return op < FLOW_OP_COUNT ? op_names[op] : "";
}

bool flow_err(struct work *w, enum err_kind kind, const char *code, const char *arg)
{
    return err_set(w->err, w->a, kind, code, NULL, arg, NULL, NULL);
}

/* --- commands --------------------------------------------------------------------------------- */

static bool run_start(struct work *w)
{
    if (w->s->status != FLOW_NEW)
        return flow_err(w, ERR_STATE, "flow.started", NULL);
    w->s->starter = w->cmd->actor;
    w->s->started_at = w->now;
    w->s->status = FLOW_RUNNING;
    return vars_merge(w, w->cmd->vars) && step_start(w);
}

/* Separation of duty: whoever did one of the named tasks may not do this one. */
bool check_distinct(struct work *w, int act, const struct flow_who *actor)
{
    const struct node_in *in = &w->net->node_in[act_of(w->s, act)->node];
    for (size_t i = 0; i < in->distinct_n; i++)
        for (int t = 1; t <= w->s->tree.n; t++) {
            const struct tree *x = tree_of(w->s, t);
            if (x->kind == TREE_LEAF && x->state == TREE_DONE && flow_who_eq(&x->done_by, actor) &&
                act_of(w->s, x->act)->node == in->distinct[i] &&
                act_of(w->s, x->act)->state != ACT_UNDONE)
                return flow_err(w, ERR_STATE, "flow.same_person_twice",
                                w->net->node[in->distinct[i]].name.p);
        }
    return true;
}

static bool run_complete(struct work *w)
{
    const struct flow_command *cmd = w->cmd;
    struct tree *t = leaf_for(w, cmd->leaf, FLOW_COMPLETE);
    if (!t)
        return false;
    if (cmd->outcome.n > OUTCOME_MOST)
        return flow_err(w, ERR_INVALID, "flow.bad_outcome", NULL);
    struct flow_who actor = cmd->actor.kind ? cmd->actor : t->who;
    if (!check_distinct(w, t->act, &actor) || !vars_merge(w, cmd->vars))
        return false;
    return tree_done(w, cmd->leaf, cmd->outcome) && step_run(w);
}

static bool run_open(struct work *w)
{
    struct tree *t = leaf_for(w, w->cmd->leaf, FLOW_OPEN);
    if (t)
        t->is_opened = true;
    return t != NULL;
}

static bool end_by_command(struct work *w, enum flow_status status)
{
    if (str_trim(w->cmd->reason).n == 0)
        return flow_err(w, ERR_INVALID, "flow.no_reason", NULL);
    scope_clear(w, 0, step_fire(w, FIRE_ABORT, 0, -1, 0), CAUSE_ENDED);
    w->s->status = status;
    w->s->is_suspended = false;
    return !w->net->has_waits || wait_settle(w);
}

/* 不同意并办结: by the holder of a leaf, or by an administrator without one. */
static bool run_terminate(struct work *w)
{
    const struct flow_command *cmd = w->cmd;
    if (!cmd->leaf && !cmd->is_admin)
        return flow_err(w, ERR_NOT_FOUND, "flow.no_leaf", NULL);
    if (str_trim(cmd->reason).n == 0)
        return flow_err(w, ERR_INVALID, "flow.no_reason", NULL);
    if (cmd->leaf) {
        struct tree *t = leaf_for(w, cmd->leaf, FLOW_TERMINATE);
        if (!t)
            return false;
        t->state = TREE_DONE;
        t->done_by = cmd->actor.kind ? cmd->actor : t->who;
        t->outcome = cmd->outcome.n ? cmd->outcome : STR("disagree");
        t->is_opened = true;
        t->done_at = w->now;
        tree_note(w, FLOW_CLOSED, cmd->leaf);
    }
    return end_by_command(w, FLOW_REJECTED);
}

static bool run_cancel(struct work *w)
{
    return (w->cmd->is_admin || return_may_cancel(w)) && end_by_command(w, FLOW_VOID);
}

static struct act *service_act(struct work *w)
{
    int k = w->cmd->act;
    if (k < 1 || k > w->s->act.n || w->net->node[act_of(w->s, k)->node].kind != FLOW_SERVICE_TASK) {
        flow_err(w, ERR_NOT_FOUND, "flow.no_act", NULL);
        return NULL;
    }
    if (act_of(w->s, k)->state == ACT_OPEN)
        return act_of(w->s, k);
    flow_err(w, ERR_STATE, "flow.act_closed", NULL);
    return NULL;
}

static bool run_service_done(struct work *w)
{
    struct act *act = service_act(w);
    if (!act || !vars_merge(w, w->cmd->vars))
        return false;
    act->incident = INCIDENT_NONE;
    return step_leave(w, w->cmd->act) && step_run(w);
}

static bool run_service_failed(struct work *w)
{
    struct act *act = service_act(w);
    bool caught;
    if (!act || !wait_error(w, act->scope, w->cmd->act, FLOW_EVENT_ERROR, w->cmd->outcome, &caught))
        return false;
    if (!caught)
        act_of(w->s, w->cmd->act)->incident = INCIDENT_FAILED;
    return step_run(w);
}

static bool retry_act(struct work *w, int k)
{
    struct act *act = act_of(w->s, k);
    enum incident what = act->incident;
    act->incident = INCIDENT_NONE;
    switch (what) {
    case INCIDENT_NO_WAY:
    case INCIDENT_CONDITION:
        return act->items.p && !act->is_item ? scope_end_act(w, k) : step_leave(w, k);
    case INCIDENT_VOTE: return tree_consider(w, k);
    case INCIDENT_TIMER:
    case INCIDENT_CALL: return true; /* wait_settle arms it again */
    case INCIDENT_FAILED:
        ARRAY_MORE(w->a, w->service);
        w->service.p[w->service.n++] =
            (struct flow_service){ k, act->node, w->net->node[act->node].op, false };
        return true;
    default: return step_begin(w, k);
    }
}

static bool run_retry(struct work *w)
{
    if (!vars_merge(w, w->cmd->vars))
        return false;
    int acts = w->s->act.n, tokens = w->s->token.n;
    for (int k = 1; k <= acts; k++)
        if (act_of(w->s, k)->state == ACT_OPEN && act_of(w->s, k)->incident && !retry_act(w, k))
            return false;
    for (int i = 0; i < tokens; i++) {
        if (w->s->token.p[i].state != TOKEN_LIVE || !w->s->token.p[i].stuck)
            continue;
        w->s->token.p[i].stuck = STUCK_NOT;
        ARRAY_MORE(w->a, w->queue);
        w->queue.p[w->queue.n++] = i;
    }
    return step_run(w);
}

static bool run_suspend(struct work *w)
{
    if (str_trim(w->cmd->reason).n == 0)
        return flow_err(w, ERR_INVALID, "flow.no_reason", NULL);
    w->s->is_suspended = true;
    step_status(w);
    return wait_pause(w, true);
}

static bool run_resume(struct work *w)
{
    w->s->is_suspended = false;
    return wait_pause(w, false) && step_run(w);
}

enum { NEW = 1, OPEN = 2, ENDED = 4, SUSPENDED = 8 };

static const struct {
    bool (*run)(struct work *w);
    int when;
} ops[FLOW_OP_COUNT] = {
    [FLOW_START] = { run_start, NEW | OPEN | ENDED },
    [FLOW_COMPLETE] = { run_complete, OPEN },
    [FLOW_OPEN] = { run_open, OPEN },
    [FLOW_SEND_BACK] = { return_send_back, OPEN },
    [FLOW_WITHDRAW] = { return_withdraw, OPEN | ENDED },
    [FLOW_ADD_SIGNER] = { sign_add, OPEN },
    [FLOW_REMOVE_SIGNER] = { sign_remove, OPEN },
    [FLOW_TRANSFER] = { sign_transfer, OPEN },
    [FLOW_TERMINATE] = { run_terminate, OPEN | SUSPENDED },
    [FLOW_CANCEL] = { run_cancel, OPEN | SUSPENDED },
    [FLOW_SERVICE_DONE] = { run_service_done, OPEN },
    [FLOW_SERVICE_FAILED] = { run_service_failed, OPEN },
    [FLOW_SET_ASSIGNEES] = { sign_assign, OPEN },
    [FLOW_RETRY] = { run_retry, OPEN },
    [FLOW_DELEGATE] = { sign_delegate, OPEN },
    [FLOW_CLAIM] = { sign_claim, OPEN },
    [FLOW_PUT_BACK] = { sign_put_back, OPEN },
    [FLOW_FORWARD] = { zone_forward, OPEN },
    [FLOW_FINISH] = { zone_finish, OPEN },
    [FLOW_ADD_BRANCH] = { branch_add, OPEN },
    [FLOW_WITHDRAW_BRANCH] = { branch_withdraw, OPEN },
    [FLOW_COLLECT] = { branch_collect, OPEN },
    [FLOW_REROUTE] = { route_reroute, OPEN },
    [FLOW_SUSPEND] = { run_suspend, OPEN },
    [FLOW_RESUME] = { run_resume, SUSPENDED },
    [FLOW_OVERRIDE] = { route_override, OPEN | SUSPENDED },
    [FLOW_MIGRATE] = { route_migrate, OPEN },
    [FLOW_TIMER_FIRED] = { wait_run_event, OPEN },
    [FLOW_MESSAGE] = { wait_run_event, OPEN },
    [FLOW_SIGNAL] = { wait_run_event, OPEN },
    [FLOW_CALL_DONE] = { wait_run_call, OPEN },
    [FLOW_CALL_FAILED] = { wait_run_call, OPEN },
};

static int when(enum flow_status s)
{
    return s == FLOW_NEW                             ? NEW
           : s == FLOW_RUNNING || s == FLOW_INCIDENT ? OPEN
           : s == FLOW_DONE                          ? ENDED
           : s == FLOW_SUSPENDED_INSTANCE            ? SUSPENDED
                                                     : 0;
}

/* --- the copy --------------------------------------------------------------------------------- */

#define COPY_ARRAY(a, to, from)                                                                    \
    do {                                                                                           \
        (to).size = (from).n + (from).n / 2 + 8;                                                   \
        (to).n = (from).n;                                                                         \
        (to).p = arena_alloc_array((a), (size_t)(to).size, sizeof *(to).p);                        \
        if ((from).n)                                                                              \
            memcpy((to).p, (from).p, (size_t)(from).n * sizeof *(to).p);                           \
    } while (0)

static void copy_state(struct arena *a, struct flow_state *to, const struct flow_state *from)
{
    to->status = from->status;
    to->is_suspended = from->is_suspended;
    to->is_migrated = from->is_migrated;
    to->starter = from->starter;
    to->started_at = from->started_at;
    to->error = from->error;
    COPY_ARRAY(a, to->firing, from->firing);
    COPY_ARRAY(a, to->token, from->token);
    COPY_ARRAY(a, to->act, from->act);
    COPY_ARRAY(a, to->tree, from->tree);
    COPY_ARRAY(a, to->scope, from->scope);
    if (from->wait.n)
        COPY_ARRAY(a, to->wait, from->wait);
    if (from->override.n)
        COPY_ARRAY(a, to->override, from->override);
    COPY_ARRAY(a, to->var, from->var);
}

struct flow_state *flow_state_new(struct arena *a)
{
    return arena_new_of(a, struct flow_state);
}

static struct str own(struct arena *a, struct str s)
{
    return s.p ? str_copy(a, s) : s;
}

static struct flow_who *own_whos(struct arena *a, const struct flow_who *from, size_t n)
{
    struct flow_who *who = arena_copy(a, from, n * sizeof *who);
    for (size_t i = 0; i < n; i++) {
        who[i] = who_tidy(&from[i]);
        who[i].name = own(a, who[i].name);
    }
    return who;
}

/* A copy that shares nothing: it may live in another arena. */
struct flow_state *flow_state_copy(struct arena *a, const struct flow_state *state)
{
    struct flow_state *s = flow_state_new(a);
    copy_state(a, s, state);
    s->starter.name = own(a, s->starter.name);
    s->error = own(a, s->error);
    for (int i = 0; i < s->act.n; i++) {
        s->act.p[i].outcome = own(a, s->act.p[i].outcome);
        s->act.p[i].items = own(a, s->act.p[i].items);
    }
    for (int i = 0; i < s->scope.n; i++)
        s->scope.p[i].value = own(a, s->scope.p[i].value);
    for (int i = 0; i < s->wait.n; i++) {
        s->wait.p[i].name = own(a, s->wait.p[i].name);
        s->wait.p[i].key = own(a, s->wait.p[i].key);
    }
    for (int i = 0; i < s->override.n; i++)
        s->override.p[i].who = own_whos(a, s->override.p[i].who, s->override.p[i].n);
    for (int i = 0; i < s->tree.n; i++) {
        struct tree *t = &s->tree.p[i];
        t->who.name = own(a, t->who.name);
        t->done_by.name = own(a, t->done_by.name);
        t->claimer.name = own(a, t->claimer.name);
        t->outcome = own(a, t->outcome);
    }
    for (int i = 0; i < s->var.n; i++)
        s->var.p[i] = (struct var){ own(a, s->var.p[i].name), own(a, s->var.p[i].json) };
    return s;
}

/* Texts of the command that may end in the state belong to the arena of the state. */
static struct flow_command own_command(struct arena *a, const struct flow_command *cmd)
{
    struct flow_command c = *cmd;
    c.actor = who_tidy(&c.actor);
    c.actor.name = own(a, c.actor.name);
    c.outcome = own(a, c.outcome);
    if (c.who_n)
        c.who = own_whos(a, cmd->who, cmd->who_n);
    return c;
}

bool flow_apply(struct arena *a, const struct flow_net *net, struct flow_state *state,
                const struct flow_command *cmd, const struct flow_org *org, int64_t now,
                struct flow_delta *out, struct err *err)
{
    return apply_with(a, net, state, cmd, org, now, NULL, out, err);
}

bool apply_with(struct arena *a, const struct flow_net *net, struct flow_state *state,
                const struct flow_command *cmd, const struct flow_org *org, int64_t now,
                struct oracle *oracle, struct flow_delta *out, struct err *err)
{
    CHECK(cmd->op < FLOW_OP_COUNT && out && err);
    *out = (struct flow_delta){ .status = state->status };
    struct flow_command mine = own_command(a, cmd);
    struct flow_state copy = { 0 };
    struct work w = { .a = a,
                      .net = net,
                      .s = &copy,
                      .cmd = &mine,
                      .org = org,
                      .now = now,
                      .err = err,
                      .oracle = oracle };
    bool held =
        state->status == FLOW_SUSPENDED_INSTANCE && cmd->op != FLOW_RESUME && !cmd->is_admin;
    if (held || !(ops[cmd->op].when & when(state->status)))
        return flow_err(&w, ERR_STATE,
                        state->status == FLOW_SUSPENDED_INSTANCE ? "flow.is_suspended"
                                                                 : "flow.not_running",
                        NULL);
    copy_state(a, &copy, state);
    if (!ops[cmd->op].run(&w)) {
        (void)flow_err(&w, ERR_INTERNAL, "internal", NULL); /* kept only when nothing was set */
        return false;
    }
#ifdef TB_DEBUG
    flow_check_invariants(w.net, &copy);
#endif
    *state = copy;
    *out = (struct flow_delta){ .status = copy.status,
                                .change = w.change.p,
                                .change_n = (size_t)w.change.n,
                                .service = w.service.p,
                                .service_n = (size_t)w.service.n,
                                .completed = w.completed.p,
                                .completed_n = (size_t)w.completed.n,
                                .answer = w.answer.p,
                                .answer_n = (size_t)w.answer.n,
                                .wait = w.wait.p,
                                .wait_n = (size_t)w.wait.n,
                                .sending = w.sending.p,
                                .sending_n = (size_t)w.sending.n,
                                .copy = w.copy.p,
                                .copy_n = (size_t)w.copy.n,
                                .returned = w.returned.p,
                                .returned_n = (size_t)w.returned.n,
                                .error = copy.error };
    if (copy.status == FLOW_INCIDENT)
        out->incident = flow_incidents(a, w.net, state, &out->incident_n);
    return true;
}
