/* Scopes: the process, the inside of a sub-process, each item of a multi-instance activity, a free
 * zone (FLOW §4). A scope opens by a firing and closes, when no token lives in it and no scope
 * inside is open, by a firing of its own, which found it empty and so depends on everything that
 * happened in it (rule D). I2: a scope is open exactly as long as a token or a scope in it is. */
#include "base/check.h"
#include "flow/flow_in.h"

#define SCOPES_MOST 5000

int scope_new(struct work *w, int part, int parent, int act, int node)
{
    ARRAY_MORE(w->a, w->s->scope);
    w->s->scope.p[w->s->scope.n] = (struct scope){ .part = part,
                                                   .parent = parent,
                                                   .act = act,
                                                   .node = node,
                                                   .opened = -1,
                                                   .closed = -1,
                                                   .opened_at = w->now };
    return w->s->scope.n++;
}

bool scope_is_in(const struct flow_state *s, int scope, int outer)
{
    while (scope != outer && scope != 0)
        scope = s->scope.p[scope].parent;
    return scope == outer;
}

static bool is_inside_act(const struct flow_state *s, int scope, int act)
{
    for (; scope != 0; scope = s->scope.p[scope].parent)
        if (s->scope.p[scope].act == act)
            return true;
    return false;
}

/* --- opening ---------------------------------------------------------------------------------- */

bool scope_open(struct work *w, int act, int cause, struct str value, int item)
{
    const struct act x = *act_of(w->s, act);
    const struct node_in *in = &w->net->node_in[x.node];
    if (w->s->scope.n == SCOPES_MOST)
        return flow_err(w, ERR_TOO_LARGE, "flow.too_many_branches", NULL);
    int scope = scope_new(w, in->body, x.scope, act, x.node);
    w->s->scope.p[scope].item = item;
    w->s->scope.p[scope].value = value;
    w->s->scope.p[scope].is_lead = in->lead_first && item == 1;
    int start = in->body >= 0 ? w->net->part[in->body].start : x.node;
    int f = step_fire(w, in->body >= 0 ? FIRE_START : FIRE_ENTER, scope, start, 0);
    w->s->firing.p[f].cause = cause;
    w->s->scope.p[scope].opened = f;
    if (in->body < 0) {
        int inner = step_act(w, scope, x.node, f, x.prev);
        act_of(w->s, inner)->is_item = true;
        return step_begin(w, inner);
    }
    const struct node_in *first = &w->net->node_in[start];
    bool is_zone = w->net->part[in->body].kind == PART_ZONE;
    step_produce(w, scope, first->out, is_zone ? 1 : first->out_n, f, x.prev);
    step_completed(w, start);
    return true;
}

/* The item at a position of the activity's list. */
static struct str item_at(struct work *w, int act, int i)
{
    const struct jv *list = jv_parse(w->a, act_of(w->s, act)->items, NULL, NULL);
    return jv_canonical(w->a, jv_at(list, (size_t)i));
}

static int item_n(struct work *w, int act)
{
    return (int)jv_size(jv_parse(w->a, act_of(w->s, act)->items, NULL, NULL));
}

/* The branch of whom collect="lead" waits for; without a name the first. */
static bool find_lead(struct work *w, int act)
{
    const struct node_in *in = &w->net->node_in[act_of(w->s, act)->node];
    struct people lead = { 0 };
    if (in->collect != COLLECT_LEAD || in->lead_first)
        return true;
    if (!tree_resolve(w, act, in->lead, in->lead_n, &lead))
        return false;
    int first = -1;
    for (int k = 1; k < w->s->scope.n; k++) {
        struct scope *x = &w->s->scope.p[k];
        if (x->act != act)
            continue;
        first = first < 0 ? k : first;
        const struct jv *v = jv_parse(w->a, x->value, NULL, NULL);
        struct flow_who who = flow_who_parse(jv_str(v));
        for (size_t i = 0; i < lead.n && !x->is_lead; i++)
            if ((x->is_lead = flow_who_eq(&lead.p[i], &who)))
                return true;
    }
    if (first >= 0)
        w->s->scope.p[first].is_lead = true;
    return true;
}

bool scope_enter(struct work *w, int act)
{
    const struct node_in *in = &w->net->node_in[act_of(w->s, act)->node];
    int start = act_of(w->s, act)->start;
    if (in->multi == MULTI_NONE)
        return scope_open(w, act, start, STR_NONE, 0);
    struct str items;
    if (!tree_items(w, act, &items))
        return false;
    if (act_of(w->s, act)->incident)
        return true;
    act_of(w->s, act)->items = items;
    int n = item_n(w, act);
    if (n == 0)
        return step_leave(w, act);
    for (int i = 0; i < (in->multi == MULTI_PARALLEL ? n : 1); i++)
        if (!scope_open(w, act, start, item_at(w, act, i), i + 1))
            return false;
    return find_lead(w, act) && (in->collect != COLLECT_NONE || step_leave(w, act));
}

/* --- ending by force -------------------------------------------------------------------------- */

static void void_act(struct work *w, int act, int firing, enum cause cause)
{
    tree_void_act(w, act, cause);
    act_of(w->s, act)->state = ACT_VOID;
    act_of(w->s, act)->incident = INCIDENT_NONE;
    act_of(w->s, act)->complete = firing;
}

static void void_scope(struct work *w, int scope, int firing)
{
    struct scope *x = &w->s->scope.p[scope];
    x->state = SCOPE_VOID;
    x->closed = firing;
    x->closed_at = w->now;
}

void scope_clear(struct work *w, int scope, int firing, enum cause cause)
{
    struct flow_state *s = w->s;
    s->firing.p[firing].region = REGION_SCOPE;
    for (int i = 0; i < s->token.n; i++)
        if (s->token.p[i].state == TOKEN_LIVE && scope_is_in(s, s->token.p[i].scope, scope))
            step_spend(w, i, firing);
    for (int k = 1; k <= s->act.n; k++)
        if (act_of(s, k)->state == ACT_OPEN && scope_is_in(s, act_of(s, k)->scope, scope))
            void_act(w, k, firing, cause);
    for (int k = 1; k < s->scope.n; k++)
        if (k != scope && s->scope.p[k].state == SCOPE_OPEN && scope_is_in(s, k, scope))
            void_scope(w, k, firing);
}

static void clear_inside(struct work *w, int act, int firing, enum cause cause)
{
    struct flow_state *s = w->s;
    for (int i = 0; i < s->token.n; i++)
        if (s->token.p[i].state == TOKEN_LIVE && is_inside_act(s, s->token.p[i].scope, act))
            step_spend(w, i, firing);
    for (int k = 1; k <= s->act.n; k++)
        if (act_of(s, k)->state == ACT_OPEN && is_inside_act(s, act_of(s, k)->scope, act))
            void_act(w, k, firing, cause);
    for (int k = 1; k < s->scope.n; k++)
        if (s->scope.p[k].state == SCOPE_OPEN && is_inside_act(s, k, act))
            void_scope(w, k, firing);
}

void scope_cancel_act(struct work *w, int act, int firing, enum cause cause)
{
    w->s->firing.p[firing].region = REGION_INSIDE;
    step_spend(w, act_of(w->s, act)->token, firing);
    clear_inside(w, act, firing, cause);
    void_act(w, act, firing, cause);
}

bool scope_finish(struct work *w, int scope, enum cause cause)
{
    struct scope *x = &w->s->scope.p[scope];
    int f = step_fire(w, FIRE_FINISH, scope, x->node, x->act);
    scope_clear(w, scope, f, cause);
    if (cause == CAUSE_FINISHED)
        return true; /* the zone closes by itself */
    void_scope(w, scope, f);
    return scope_settle_act(w, x->act);
}

/* --- what closed branches mean for their activity --------------------------------------------- */

const struct vote *scope_tally(const struct work *w, int act, struct vote *out)
{
    const struct flow_state *s = w->s;
    *out = (struct vote){ 0 };
    for (int k = 1; k < s->scope.n; k++) {
        const struct scope *x = &s->scope.p[k];
        if (x->act != act || x->state == SCOPE_VOID)
            continue;
        out->instances++;
        out->active += x->state == SCOPE_OPEN;
        if (x->state == SCOPE_OPEN)
            continue;
        out->completed++;
        bool no = x->via && tree_disagrees(act_of(s, x->via)->outcome);
        *(no ? &out->disagree : &out->agree) += 1;
    }
    int planned = act_of(s, act)->items.n
                      ? (int)jv_size(jv_parse(w->a, act_of(s, act)->items, NULL, NULL))
                      : 0;
    out->total = out->instances > planned ? out->instances : planned;
    if (w->net->node_in[act_of(s, act)->node].multi == MULTI_SEQUENTIAL)
        out->instances = out->total;
    return out;
}

static bool is_enough(struct work *w, int act)
{
    const struct node_in *in = &w->net->node_in[act_of(w->s, act)->node];
    struct vote v;
    const struct vote *vote = scope_tally(w, act, &v);
    if (in->completion && vote->completed &&
        vars_test(w, in->completion, act_of(w->s, act)->scope, act_of(w->s, act)->prev, vote) == 1)
        return true;
    if (in->collect == COLLECT_SOME && vote->completed >= in->collect_n)
        return true;
    for (int k = 1; k < w->s->scope.n && in->collect == COLLECT_LEAD; k++)
        if (w->s->scope.p[k].act == act && w->s->scope.p[k].is_lead &&
            w->s->scope.p[k].state == SCOPE_CLOSED)
            return true;
    return false;
}

/* The outcome of many: the lead's; else a disagreement where there is one; else the last. */
static void decide(struct work *w, int act)
{
    int last = 0, no = 0, lead = 0, n = 0;
    for (int k = 1; k < w->s->scope.n; k++) {
        const struct scope *x = &w->s->scope.p[k];
        if (x->act != act || x->state != SCOPE_CLOSED || !x->via)
            continue;
        n++;
        last = step_later(w->s, last, x->via);
        if (tree_disagrees(act_of(w->s, x->via)->outcome))
            no = x->via;
        if (x->is_lead)
            lead = x->via;
    }
    int by = lead && w->net->node_in[act_of(w->s, act)->node].collect == COLLECT_LEAD ? lead
             : no                                                                     ? no
                                                                                      : last;
    if (!by)
        return;
    act_of(w->s, act)->outcome = act_of(w->s, by)->outcome;
    act_of(w->s, act)->completed_by = act_of(w->s, last)->completed_by;
    if (!act_of(w->s, act)->outcome.p && n > 1)
        act_of(w->s, act)->outcome = STR("agree");
}

static bool leave_many(struct work *w, int act)
{
    decide(w, act);
    if (!step_leave(w, act))
        return false;
    if (act_of(w->s, act)->state == ACT_DONE &&
        !w->net->node_in[act_of(w->s, act)->node].keep_running)
        clear_inside(w, act, act_of(w->s, act)->complete, CAUSE_COLLECTED);
    return true;
}

/* 强制归结: the activity ends with what there is. */
bool scope_end_act(struct work *w, int act)
{
    return act_of(w->s, act)->state != ACT_OPEN || leave_many(w, act);
}

/* How many branches were opened, and whether one is open. */
static int opened(const struct flow_state *s, int act, bool *open, int *last_close)
{
    int n = 0;
    *open = false;
    *last_close = act_of(s, act)->start;
    for (int k = 1; k < s->scope.n; k++) {
        const struct scope *x = &s->scope.p[k];
        if (x->act != act || s->firing.p[x->opened].undone)
            continue;
        n = x->item > n ? x->item : n;
        *open |= x->state == SCOPE_OPEN;
        if (x->closed > *last_close)
            *last_close = x->closed;
    }
    return n;
}

bool scope_settle_act(struct work *w, int act)
{
    const struct node_in *in = &w->net->node_in[act_of(w->s, act)->node];
    if (!act || act_of(w->s, act)->state != ACT_OPEN)
        return true; /* an event sub-process, or an activity that did not wait */
    if (in->multi == MULTI_NONE)
        return step_leave(w, act);
    bool open;
    int cause, n = opened(w->s, act, &open, &cause);
    if (is_enough(w, act))
        return leave_many(w, act);
    if (in->multi == MULTI_SEQUENTIAL && !open && n < item_n(w, act))
        return scope_open(w, act, cause, item_at(w, act, n), n + 1);
    return open || leave_many(w, act);
}

/* --- closing ---------------------------------------------------------------------------------- */

int scope_owner_leaf(const struct flow_state *s, int scope)
{
    int first = 0;
    for (int k = 1; k <= s->act.n; k++) /* the newest attempt of the first act in it */
        if (act_of(s, k)->scope == scope &&
            (!first || act_of(s, k)->start == act_of(s, first)->start))
            first = k;
    if (!first)
        return 0;
    if (act_of(s, first)->completed_by)
        return act_of(s, first)->completed_by;
    for (int t = 1; t <= s->tree.n; t++)
        if (tree_of(s, t)->act == first && tree_of(s, t)->kind == TREE_LEAF &&
            tree_of(s, t)->state != TREE_VOID)
            return t;
    return 0;
}

static struct flow_who holder(const struct flow_state *s, int leaf)
{
    if (!leaf)
        return (struct flow_who){ 0 };
    return tree_of(s, leaf)->state == TREE_DONE ? tree_of(s, leaf)->done_by : tree_of(s, leaf)->who;
}

static bool was_finished(const struct flow_state *s, int scope)
{
    for (int f = s->firing.n - 1; f >= 0; f--)
        if (s->firing.p[f].kind == FIRE_FINISH && s->firing.p[f].scope == scope &&
            !s->firing.p[f].undone)
            return true;
    return false;
}

/* A zone that only its owner ends comes back to the owner when the others are through. */
static bool back_to_owner(struct work *w, int scope, bool *yes)
{
    const struct scope x = w->s->scope.p[scope];
    *yes = false;
    if (x.part < 0 || w->net->part[x.part].kind != PART_ZONE ||
        !w->net->node_in[x.node].finish_owner || !x.via || was_finished(w->s, scope))
        return true;
    struct flow_who owner = holder(w->s, scope_owner_leaf(w->s, scope)),
                    last = holder(w->s, act_of(w->s, x.via)->completed_by);
    if (!owner.kind || flow_who_eq(&owner, &last))
        return true;
    struct people given = { &owner, 1 };
    int f = step_fire(w, FIRE_OWNER, scope, act_of(w->s, x.via)->node, 0);
    w->s->firing.p[f].region = REGION_SCOPE;
    int act = step_act(w, scope, act_of(w->s, x.via)->node, f, x.via);
    *yes = true;
    w->given = &given;
    w->given_kind = TREE_ALL;
    bool good = step_begin(w, act);
    w->given = NULL;
    return good;
}

static bool close(struct work *w, int scope)
{
    struct scope *x = &w->s->scope.p[scope];
    bool stays;
    if (!back_to_owner(w, scope, &stays))
        return false;
    if (stays)
        return true;
    int f = step_fire(w, FIRE_CLOSE, scope, x->node, x->act);
    w->s->firing.p[f].region = REGION_SCOPE;
    x->state = SCOPE_CLOSED;
    x->closed = f;
    x->closed_at = w->now;
    return x->act ? scope_settle_act(w, x->act) : true;
}

bool scope_close_empty(struct work *w, bool *any)
{
    struct flow_state *s = w->s;
    int n = s->scope.n;
    if (n < 2)
        return true;
    int *live = arena_array_of(w->a, int, (size_t)n);
    for (int i = 0; i < s->token.n; i++)
        live[s->token.p[i].scope] += s->token.p[i].state == TOKEN_LIVE;
    for (int k = n - 1; k > 0; k--) {
        if (s->scope.p[k].state != SCOPE_OPEN)
            continue;
        if (live[k]) {
            live[s->scope.p[k].parent]++;
            continue;
        }
        *any = true;
        return close(w, k); /* what follows may open others: look again */
    }
    return true;
}
