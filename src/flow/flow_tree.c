/* Signing trees: what happens inside one open act (FLOW §4). A leaf is one person's signature; a
 * group is SEQ, ALL, ANY or VOTE. One token in, one out, whatever the tree does. An item of desk/
 * is open exactly while its leaf is active (I7); every change of a leaf is noted for the delta. */
#include "base/check.h"
#include "flow/flow_in.h"

/* --- making ----------------------------------------------------------------------------------- */

int tree_new(struct work *w, int act, enum tree_kind kind)
{
    ARRAY_MORE(w->a, w->s->tree);
    int t = ++w->s->tree.n;
    *tree_of(w->s, t) = (struct tree){ .act = act, .kind = kind };
    return t;
}

int tree_leaf(struct work *w, int act, const struct flow_who *who, enum flow_role role)
{
    int t = tree_new(w, act, TREE_LEAF);
    tree_of(w->s, t)->who = *who;
    tree_of(w->s, t)->role = role;
    return t;
}

void tree_append(struct work *w, int parent, int child)
{
    int *link = &tree_of(w->s, parent)->first;
    while (*link)
        link = &tree_of(w->s, *link)->next;
    *link = child;
    tree_of(w->s, child)->parent = parent;
}

/* Puts `with` in the place of `old`, which then stands alone. */
void tree_replace(struct work *w, int old, int with)
{
    struct tree *o = tree_of(w->s, old), *n = tree_of(w->s, with);
    n->parent = o->parent;
    n->next = o->next;
    if (!o->parent) {
        act_of(w->s, o->act)->root = with;
    } else {
        int *link = &tree_of(w->s, o->parent)->first;
        while (*link != old)
            link = &tree_of(w->s, *link)->next;
        *link = with;
    }
    o->parent = o->next = 0;
}

int tree_continued(const struct flow_state *s, int leaf)
{
    for (int k = leaf + 1; k <= s->tree.n && act_of(s, tree_of(s, leaf)->act)->state == ACT_UNDONE;
         k++)
        if (tree_of(s, k)->from == leaf && tree_of(s, k)->state == TREE_DONE &&
            !tree_of(s, k)->has_item)
            leaf = k;
    return leaf;
}

/* --- noting ----------------------------------------------------------------------------------- */

static const char *const cause_names[CAUSE_COUNT] = { NULL,        "send_back",   "withdraw",
                                                      "decided",   "removed",     "ended",
                                                      "transfer",  "interrupted", "finished",
                                                      "collected", "rerouted",    "withdraw" };

void tree_note(struct work *w, enum flow_change_kind kind, int leaf)
{
    struct tree *t = tree_of(w->s, leaf);
    const struct act *act = act_of(w->s, t->act);
    t->has_item |= kind == FLOW_OPENED;
    ARRAY_MORE(w->a, w->change);
    w->change.p[w->change.n++] = (struct flow_change){
        .kind = kind,
        .leaf = leaf,
        .act = t->act,
        .node = act->node,
        .who = t->is_claimed && t->claimer.kind ? t->claimer : t->who,
        .role = t->role,
        .attempt = act->attempt,
        .from = t->from,
        .form_node = t->ref_act ? act_of(w->s, t->ref_act)->node : act->node,
        .outcome = t->outcome,
        .cause = kind == FLOW_VOIDED ? cause_names[t->cause] : NULL,
    };
}

/* --- states ----------------------------------------------------------------------------------- */

void tree_activate(struct work *w, int n)
{
    struct tree *t = tree_of(w->s, n);
    if (t->state == TREE_DONE || t->state == TREE_VOID)
        return;
    t->state = TREE_ACTIVE;
    t->by = w->by;
    if (t->kind == TREE_LEAF) {
        enum flow_change_kind kind = t->is_suspended ? FLOW_REACTIVATED : FLOW_OPENED;
        t->is_resumed = t->is_suspended;
        t->is_suspended = false;
        t->is_opened = false;
        if (kind == FLOW_OPENED)
            t->opened_at = w->now;
        tree_note(w, kind, n);
        return;
    }
    for (int c = t->first; c; c = tree_of(w->s, c)->next) {
        enum tree_state before = tree_of(w->s, c)->state;
        tree_activate(w, c);
        if (tree_of(w->s, n)->kind == TREE_SEQ && before != TREE_DONE && before != TREE_VOID)
            return;
    }
}

void tree_suspend(struct work *w, int leaf)
{
    struct tree *t = tree_of(w->s, leaf);
    CHECK(t->kind == TREE_LEAF && t->state == TREE_ACTIVE);
    t->state = TREE_PENDING;
    t->is_suspended = true;
    t->is_resumed = false;
    tree_note(w, FLOW_SUSPENDED, leaf);
}

void tree_void(struct work *w, int n, enum cause cause)
{
    struct tree *t = tree_of(w->s, n);
    for (int c = t->first; c; c = tree_of(w->s, c)->next)
        tree_void(w, c, cause);
    t = tree_of(w->s, n);
    if (t->state == TREE_DONE || t->state == TREE_VOID)
        return;
    bool had_item = t->kind == TREE_LEAF && (t->state == TREE_ACTIVE || t->is_suspended);
    t->before = t->state;
    t->state = TREE_VOID;
    t->cause = cause;
    t->by = w->by;
    if (had_item)
        tree_note(w, FLOW_VOIDED, n);
}

void tree_void_act(struct work *w, int act, enum cause cause)
{
    if (act_of(w->s, act)->root)
        tree_void(w, act_of(w->s, act)->root, cause);
}

/* --- voting ----------------------------------------------------------------------------------- */

bool tree_is_vote(const struct tree *t)
{
    return t->kind == TREE_LEAF && t->role != FLOW_ROLE_ADVISE && t->role != FLOW_ROLE_REWORK;
}

bool tree_disagrees(struct str outcome)
{
    return str_is(outcome, "disagree") || str_is(outcome, "reject") || str_is(outcome, "不同意") ||
           str_is(outcome, "return");
}

struct tally {
    struct vote vote;
    int scope;
    int lead_no, last, last_base, no; /* leaves */
};

static void count(const struct flow_state *s, int n, struct tally *t)
{
    for (; n; n = tree_of(s, n)->next) {
        const struct tree *x = tree_of(s, n);
        count(s, x->first, t);
        if (!tree_is_vote(x) || x->state == TREE_VOID)
            continue;
        t->vote.total++;
        t->vote.instances++;
        t->vote.active += x->state == TREE_ACTIVE;
        if (x->state != TREE_DONE)
            continue;
        bool no = tree_disagrees(x->outcome);
        t->vote.completed++;
        *(no ? &t->vote.disagree : &t->vote.agree) += 1;
        if (no)
            t->no = n;
        if (no && x->role == FLOW_ROLE_LEAD)
            t->lead_no = n;
        if (!t->last || x->done_at >= tree_of(s, t->last)->done_at)
            t->last = n;
        if (!x->added_by && (!t->last_base || x->done_at >= tree_of(s, t->last_base)->done_at))
            t->last_base = n;
    }
}

/* pass with k of the open votes agreeing: 1, 0, -1 when it has no result. */
static int passes_with(struct work *w, const struct feel *pass, const struct tally *t, int k)
{
    struct vote v = t->vote;
    int open = v.total - v.agree - v.disagree;
    v.agree += k;
    v.disagree += open - k;
    v.completed = v.total;
    v.active = 0;
    return vars_test(w, pass, t->scope, 0, &v);
}

/* Is the vote decided, whatever the others say? All splits are tried, so any expression will do. What
 * has no result decides nothing. */
static bool pass_decided(struct work *w, const struct feel *pass, const struct tally *t, int *out)
{
    int open = t->vote.total - t->vote.agree - t->vote.disagree;
    *out = passes_with(w, pass, t, 0);
    for (int k = 1; k <= open; k++)
        if (passes_with(w, pass, t, k) != *out)
            return false;
    return *out >= 0;
}

static bool majority_decided(const struct tally *t, bool *out)
{
    *out = t->vote.agree * 2 > t->vote.total;
    return *out || t->vote.disagree * 2 >= t->vote.total;
}

/* The outcome of the act as far as the votes decide it now; false: still open. *unknown: the rule of the
 * vote has no result. */
static bool decided(struct work *w, int act, const struct tally *t, bool is_root_done,
                    struct str *out, bool *unknown)
{
    const struct node_in *in = &w->net->node_in[act_of(w->s, act)->node];
    const struct flow_node *node = &w->net->node[act_of(w->s, act)->node];
    bool early = !in->wait_all, yes;
    /* votes to return are gathered, where the rule is not to stop at the first disagreement */
    if (in->collects_returns && !in->pass && !(node->sign == FLOW_SIGN_VOTE && in->has_sign))
        early = false;
    if (t->vote.total == 0) { /* skipped, or only advice */
        *out = STR_NONE;
        return is_root_done;
    }
    if ((in->veto == VETO_ANY && t->no) || (in->veto == VETO_LEAD && t->lead_no)) {
        *out = tree_of(w->s, in->veto == VETO_ANY ? t->no : t->lead_no)->outcome;
        return early || is_root_done;
    }
    if (in->pass) {
        int passes;
        bool sure = pass_decided(w, in->pass, t, &passes);
        *out = passes == 1 ? STR("agree") : STR("disagree");
        *unknown = passes < 0;
        return (sure && early) || is_root_done;
    }
    if (node->sign == FLOW_SIGN_VOTE && in->has_sign) {
        bool sure = majority_decided(t, &yes);
        *out = yes ? STR("agree") : STR("disagree");
        return (sure && early) || is_root_done;
    }
    if (t->no) {
        *out = tree_of(w->s, t->no)->outcome;
        bool all = in->has_sign && node->sign != FLOW_SIGN_ANY && in->multi == MULTI_NONE;
        return (all && early) || is_root_done;
    }
    *out = t->last ? tree_of(w->s, t->last_base ? t->last_base : t->last)->outcome : STR_NONE;
    if (!out->p && t->vote.total > 1)
        *out = STR("agree");
    return is_root_done;
}

static bool completion_holds(struct work *w, int act, const struct tally *t)
{
    const struct node_in *in = &w->net->node_in[act_of(w->s, act)->node];
    return in->completion && t->vote.completed > 0 &&
           vars_test(w, in->completion, t->scope, 0, &t->vote) == 1;
}

static bool is_over(const struct flow_state *s, int t)
{
    return tree_of(s, t)->state == TREE_DONE || tree_of(s, t)->state == TREE_VOID;
}

/* FLOW 5.3: somebody voted to return. */
static bool wants_return(struct work *w, int act)
{
    if (!w->net->node_in[act_of(w->s, act)->node].collects_returns)
        return false;
    for (int t = 1; t <= w->s->tree.n; t++) {
        const struct tree *x = tree_of(w->s, t);
        if (x->act == act && x->state == TREE_DONE && x->ref_act && str_is(x->outcome, "return"))
            return true;
    }
    return false;
}

/* Does the act end now? Then it leaves. */
bool tree_consider(struct work *w, int act)
{
    int root = act_of(w->s, act)->root;
    bool is_root_done = is_over(w->s, root);
    struct tally t = { .scope = act_of(w->s, act)->scope };
    count(w->s, root, &t);
    struct str outcome;
    bool unknown = false;
    bool end = decided(w, act, &t, is_root_done, &outcome, &unknown);
    if (!end && completion_holds(w, act, &t)) {
        (void)decided(w, act, &t, true, &outcome, &unknown); /* the outcome as it stands */
        end = true;
    }
    if (!end)
        return true;
    if (unknown) { /* neither passed nor refused: who has the data counts the votes again */
        act_of(w->s, act)->incident = INCIDENT_VOTE;
        return true;
    }
    if (!is_root_done) {
        for (int c = tree_of(w->s, root)->first; c; c = tree_of(w->s, c)->next)
            tree_void(w, c, CAUSE_DECIDED);
        tree_of(w->s, root)->state = TREE_DONE;
    }
    act_of(w->s, act)->outcome = outcome;
    /* When a removal decided it, the last vote counts as the completion. */
    act_of(w->s, act)->completed_by = w->by ? w->by : t.last;
    if (tree_disagrees(outcome) && wants_return(w, act))
        return return_collected(w, act);
    return step_leave(w, act);
}

/* --- what follows when a part is done --------------------------------------------------------- */

static bool all_over(const struct flow_state *s, int group)
{
    for (int c = tree_of(s, group)->first; c; c = tree_of(s, c)->next)
        if (!is_over(s, c))
            return false;
    return true;
}

static bool any_done(const struct flow_state *s, int group)
{
    for (int c = tree_of(s, group)->first; c; c = tree_of(s, c)->next)
        if (tree_of(s, c)->state == TREE_DONE)
            return true;
    return false;
}

/* One level up. True when the group is over too. A group left empty counts as done (FLOW 5.5). */
static bool group_over(struct work *w, int group)
{
    struct flow_state *s = w->s;
    if (tree_of(s, group)->kind == TREE_ANY && any_done(s, group))
        for (int c = tree_of(s, group)->first; c; c = tree_of(s, c)->next)
            tree_void(w, c, CAUSE_DECIDED);
    if (!all_over(s, group)) {
        if (tree_of(s, group)->kind != TREE_SEQ || tree_of(s, group)->state != TREE_ACTIVE)
            return false;
        int c = tree_of(s, group)->first;
        while (is_over(s, c))
            c = tree_of(s, c)->next;
        if (tree_of(s, c)->state == TREE_PENDING)
            tree_activate(w, c);
        return false;
    }
    tree_of(s, group)->state = TREE_DONE;
    return true;
}

bool tree_settle(struct work *w, int t)
{
    int act = tree_of(w->s, t)->act;
    /* Decide first: an early exit must not open the next of a SEQ for a moment. */
    int root = act_of(w->s, act)->root;
    if (root != t) {
        if (!tree_consider(w, act))
            return false;
        if (act_of(w->s, act)->state != ACT_OPEN || act_of(w->s, act)->incident)
            return true;
    }
    for (int p = tree_of(w->s, t)->parent; p; p = tree_of(w->s, p)->parent)
        if (!group_over(w, p))
            break;
    return is_over(w->s, root) ? tree_consider(w, act) : true;
}

bool tree_done(struct work *w, int leaf, struct str outcome)
{
    struct tree *t = tree_of(w->s, leaf);
    t->state = TREE_DONE;
    t->done_by = w->cmd->actor.kind ? w->cmd->actor : t->is_claimed ? t->claimer : t->who;
    t->outcome = outcome.n ? outcome : STR_NONE;
    t->is_opened = true;
    t->done_at = w->now;
    w->by = leaf;
    tree_note(w, FLOW_CLOSED, leaf);
    return tree_settle(w, leaf);
}

/* --- building from the definition ------------------------------------------------------------- */

void tree_add_people(struct work *w, struct people *list, const struct flow_who *who, size_t n,
                     bool distinct)
{
    for (size_t i = 0; i < n; i++) {
        struct flow_who one = who_tidy(&who[i]);
        size_t k = 0;
        while (distinct && k < list->n && !flow_who_eq(&list->p[k], &one))
            k++;
        if (!one.kind || (distinct && k < list->n))
            continue;
        list->p =
            arena_grow(w->a, list->p, list->n * sizeof *list->p, (list->n + 1) * sizeof *list->p);
        list->p[list->n++] = one;
    }
}

/* The strings of a variable as whos. */
static void chosen_of(struct work *w, struct str json, struct people *list)
{
    const struct jv *j = json.p ? jv_parse(w->a, json, NULL, NULL) : NULL;
    size_t n = jv_kind(j) == JV_ARRAY ? jv_size(j) : 1;
    for (size_t i = 0; i < n; i++) {
        const struct jv *one = jv_kind(j) == JV_ARRAY ? jv_at(j, i) : j;
        if (jv_kind(one) != JV_STRING || jv_str(one).n == 0)
            continue;
        struct flow_who who = flow_who_parse(str_copy(w->a, jv_str(one)));
        tree_add_people(w, list, &who, 1, false);
    }
}

static struct flow_who actor_of(const struct flow_state *s, int act)
{
    while (act && !act_of(s, act)->completed_by)
        act = act_of(s, act)->prev; /* a call, or a sub-process in which nobody acted */
    if (!act)
        return (struct flow_who){ 0 };
    int leaf = act_of(s, act)->completed_by;
    return leaf ? tree_of(s, leaf)->done_by : (struct flow_who){ 0 };
}

static bool resolve(struct work *w, int act, const struct flow_term *term, struct people *list)
{
    const struct act *x = act_of(w->s, act);
    struct flow_resolve_ctx ctx = {
        .net = w->net, .node = x->node, .starter = w->s->starter, .prev = actor_of(w->s, x->prev)
    };
    struct people chosen = { 0 };
    if (term->kind == FLOW_TERM_VAR) {
        ctx.var_json = vars_find(w->net, w->s, x->scope, term->arg);
        chosen_of(w, ctx.var_json, &chosen);
        ctx.chosen = chosen.p;
        ctx.chosen_n = chosen.n;
    }
    struct flow_who *who = NULL;
    size_t n = 0;
    if (!w->org->resolve(w->org->arg, w->a, term, &ctx, &who, &n, w->err))
        return flow_err(w, ERR_STATE, "flow.cannot_resolve", term->text.p);
    ARRAY_MORE(w->a, w->answer);
    w->answer.p[w->answer.n++] = (struct flow_answer){ ctx.node, term->text, who, n, 0 };
    tree_add_people(w, list, who, n, true);
    return true;
}

bool tree_resolve(struct work *w, int act, const struct flow_term *term, size_t n,
                  struct people *list)
{
    for (size_t i = 0; i < n; i++)
        if (!resolve(w, act, &term[i], list))
            return false;
    return true;
}

static bool assigned(struct work *w, int act, struct people *list)
{
    const struct node_in *in = &w->net->node_in[act_of(w->s, act)->node];
    for (int i = 0; i < w->s->override.n; i++)
        if (w->s->override.p[i].node == act_of(w->s, act)->node) {
            tree_add_people(w, list, w->s->override.p[i].who, w->s->override.p[i].n, true);
            return true;
        }
    static const struct flow_who anyone = { FLOW_NAME, 0, { "anyone", 6 } };
    if (!in->term_n)
        tree_add_people(w, list, &anyone, 1, false);
    return tree_resolve(w, act, in->term, in->term_n, list);
}

/* The number of items of a multi-instance activity and, of a collection, its JSON; -1: unusable. */
static int64_t count_items(struct work *w, int act, struct str *json)
{
    const struct act *x = act_of(w->s, act);
    const struct node_in *in = &w->net->node_in[x->node];
    int64_t n = 0;
    *json = STR_NONE;
    if (in->collection) {
        *json = vars_json(w, in->collection, x->scope, x->prev);
        const struct jv *j = jv_parse(w->a, *json, NULL, NULL);
        n = jv_kind(j) == JV_ARRAY ? (int64_t)jv_size(j) : -1;
    } else if (!feel_as_i64(vars_value(w, in->cardinality, x->scope, x->prev), &n)) {
        n = -1;
    }
    return n > 1000 ? -1 : n;
}

bool tree_items(struct work *w, int act, struct str *out)
{
    int64_t n = count_items(w, act, out);
    if (n < 0) {
        act_of(w->s, act)->incident = INCIDENT_CARDINALITY;
        return true;
    }
    if (out->p)
        return true;
    struct buf b = buf_in(w->a);
    for (int64_t i = 1; i <= n; i++)
        buf_printf(&b, "%c%lld", i == 1 ? '[' : ',', (long long)i);
    buf_text(&b, n ? "]" : "[]");
    *out = buf_done(&b);
    return true;
}

/* Multi-instance: one leaf per item. Items are whos unless assign names other people. */
static bool items(struct work *w, int act, struct people *list, bool *skip)
{
    const struct node_in *in = &w->net->node_in[act_of(w->s, act)->node];
    bool names_item = in->term_n == 1 && in->multi_item.p &&
                      str_eq(in->term[0].arg, in->multi_item) &&
                      (in->term[0].kind == FLOW_TERM_VAR || in->term[0].kind == FLOW_TERM_NAME);
    bool by_item = in->term_n == 0 || names_item;
    struct str json;
    int64_t n = count_items(w, act, &json);
    if (json.p && by_item)
        chosen_of(w, json, list);
    *skip = n == 0;
    if (n < 0 || n > 1000 || (in->collection && by_item && (int64_t)list->n != n)) {
        act_of(w->s, act)->incident = INCIDENT_CARDINALITY;
        return true;
    }
    if (n == 0 || (in->collection && by_item))
        return true;
    struct people who = { 0 };
    if (!assigned(w, act, &who))
        return false;
    for (int64_t i = 0; i < n && who.n; i++)
        tree_add_people(w, list, &who.p[(size_t)i % who.n], 1, false);
    return true;
}

static bool set_leads(struct work *w, int act)
{
    const struct node_in *in = &w->net->node_in[act_of(w->s, act)->node];
    struct people lead = { 0 };
    for (size_t i = 0; i < in->lead_n; i++)
        if (!resolve(w, act, &in->lead[i], &lead))
            return false;
    if (!in->lead_first && !lead.n)
        return true;
    bool found = false;
    int first = tree_of(w->s, act_of(w->s, act)->root)->first;
    for (int c = first ? first : act_of(w->s, act)->root; c; c = tree_of(w->s, c)->next) {
        struct tree *t = tree_of(w->s, c);
        bool is_lead = in->lead_first && !found;
        for (size_t i = 0; i < lead.n; i++)
            is_lead |= flow_who_eq(&lead.p[i], &t->who);
        t->role = is_lead ? FLOW_ROLE_LEAD : FLOW_ROLE_ASSIST;
        found |= is_lead;
    }
    return true;
}

/* The tree of an act for these people, activated. */
static bool grow(struct work *w, int act, const struct people *list)
{
    static const enum tree_kind kinds[] = { TREE_ANY, TREE_ALL, TREE_SEQ, TREE_VOTE };
    const struct flow_node *node = &w->net->node[act_of(w->s, act)->node];
    const struct node_in *in = &w->net->node_in[act_of(w->s, act)->node];
    enum tree_kind kind = w->given                                  ? w->given_kind
                          : in->multi == MULTI_NONE || in->has_sign ? kinds[node->sign]
                          : in->multi == MULTI_PARALLEL             ? TREE_ALL
                                                                    : TREE_SEQ;
    int root = list->n == 1 ? 0 : tree_new(w, act, kind);
    for (size_t i = 0; i < list->n; i++) {
        int leaf = tree_leaf(w, act, &list->p[i], FLOW_ROLE_SIGN);
        if (root)
            tree_append(w, root, leaf);
        else
            root = leaf;
    }
    act_of(w->s, act)->root = root;
    if (!set_leads(w, act))
        return false;
    tree_activate(w, root);
    return true;
}

bool tree_build(struct work *w, int act)
{
    const struct node_in *in = &w->net->node_in[act_of(w->s, act)->node];
    struct people list = { 0 };
    bool skip = false;
    if (w->given)
        return grow(w, act, w->given);
    if (in->multi == MULTI_NONE ? !assigned(w, act, &list) : !items(w, act, &list, &skip))
        return false;
    if (act_of(w->s, act)->incident)
        return true;
    if (skip)
        return step_leave(w, act);
    if (list.n == 0) {
        act_of(w->s, act)->incident = INCIDENT_NO_ASSIGNEE;
        return true;
    }
    return grow(w, act, &list);
}

bool sign_assign(struct work *w)
{
    const struct flow_command *cmd = w->cmd;
    if (cmd->act < 1 || cmd->act > w->s->act.n)
        return flow_err(w, ERR_NOT_FOUND, "flow.no_act", NULL);
    struct act *act = act_of(w->s, cmd->act);
    if (act->state != ACT_OPEN || w->net->node[act->node].kind != FLOW_USER_TASK ||
        (act->incident != INCIDENT_NO_ASSIGNEE && act->incident != INCIDENT_CARDINALITY))
        return flow_err(w, ERR_STATE, "flow.not_in_incident", NULL);
    if (cmd->who_n == 0)
        return flow_err(w, ERR_INVALID, "flow.nobody_named", NULL);
    struct people list = { 0 };
    tree_add_people(w, &list, cmd->who, cmd->who_n, true);
    act->incident = INCIDENT_NONE;
    if (!grow(w, cmd->act, &list))
        return false;
    return step_run(w);
}
