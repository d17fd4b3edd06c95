/* Changes of a signing tree by its people: 加签, 减签, 转办 (FLOW 5.5, 5.6), and what a tree is
 * after a withdraw or a new attempt. Every change leaves at least one leaf to be done. */
#include "base/check.h"
#include "flow/flow_in.h"

struct tree *leaf_for(struct work *w, int leaf, enum flow_op op)
{
    if (leaf < 1 || leaf > w->s->tree.n || tree_of(w->s, leaf)->kind != TREE_LEAF) {
        flow_err(w, ERR_NOT_FOUND, "flow.no_leaf", NULL);
        return NULL;
    }
    struct tree *t = tree_of(w->s, leaf);
    if (t->state != TREE_ACTIVE || act_of(w->s, t->act)->state != ACT_OPEN) {
        flow_err(w, ERR_STATE, t->is_suspended ? "flow.suspended" : "flow.not_active", NULL);
        return NULL;
    }
    if (!w->cmd->is_admin && !(w->net->node[act_of(w->s, t->act)->node].ops & 1u << op)) {
        flow_err(w, ERR_STATE, "flow.op_not_allowed", NULL);
        return NULL;
    }
    if (!w->cmd->is_admin)
        t->is_opened = true; /* who acts on it has seen it: nobody withdraws behind it */
    return t;
}

/* --- add -------------------------------------------------------------------------------------- */

static bool in_group(const struct flow_state *s, int group, const struct flow_who *who)
{
    for (int c = tree_of(s, group)->first; c; c = tree_of(s, c)->next) {
        const struct tree *t = tree_of(s, c);
        if (t->state != TREE_VOID && t->kind == TREE_LEAF && flow_who_eq(&t->who, who))
            return true;
        if (t->kind == TREE_ALL && in_group(s, c, who))
            return true;
    }
    return false;
}

/* The same person twice in one ALL group is one signature. */
static bool is_there(const struct work *w, int leaf, const struct flow_who *who)
{
    const struct tree *l = tree_of(w->s, leaf);
    if (flow_who_eq(&l->who, who))
        return true;
    int top = l->parent;
    while (top && tree_of(w->s, top)->parent &&
           tree_of(w->s, tree_of(w->s, top)->parent)->kind == TREE_ALL)
        top = tree_of(w->s, top)->parent;
    return top && tree_of(w->s, top)->kind == TREE_ALL && in_group(w->s, top, who);
}

static int new_signers(struct work *w, int leaf)
{
    static const enum tree_kind kinds[] = { TREE_ALL, TREE_ANY, TREE_SEQ };
    const struct flow_command *cmd = w->cmd;
    int act = tree_of(w->s, leaf)->act, group = 0, only = 0;
    for (size_t i = 0; i < cmd->who_n; i++) {
        bool twice = cmd->place == FLOW_BESIDE && is_there(w, leaf, &cmd->who[i]);
        for (size_t k = 0; k < i && !twice; k++)
            twice = flow_who_eq(&cmd->who[k], &cmd->who[i]);
        if (twice)
            continue;
        int one = tree_leaf(w, act, &cmd->who[i], cmd->role);
        tree_of(w->s, one)->added_by = leaf;
        if (!only) {
            only = one;
            continue;
        }
        if (!group) {
            group = tree_new(w, act, kinds[cmd->mode]);
            tree_append(w, group, only);
        }
        tree_append(w, group, one);
    }
    return group ? group : only;
}

static bool add(struct work *w)
{
    const struct flow_command *cmd = w->cmd;
    int leaf = cmd->leaf;
    if (cmd->who_n == 0)
        return flow_err(w, ERR_INVALID, "flow.nobody_named", NULL);
    if (cmd->role != FLOW_ROLE_SIGN && cmd->role != FLOW_ROLE_ADVISE)
        return flow_err(w, ERR_INVALID, "flow.bad_role", NULL);
    int act = tree_of(w->s, leaf)->act, group = new_signers(w, leaf);
    if (!group)
        return flow_err(w, ERR_STATE, "flow.already_signer", NULL);
    int pair = tree_new(w, act, cmd->place == FLOW_BESIDE ? TREE_ALL : TREE_SEQ);
    tree_replace(w, leaf, pair);
    tree_append(w, pair, cmd->place == FLOW_BEFORE ? group : leaf);
    tree_append(w, pair, cmd->place == FLOW_BEFORE ? leaf : group);
    tree_of(w->s, pair)->state = TREE_ACTIVE;
    if (cmd->place == FLOW_BEFORE)
        tree_suspend(w, leaf);
    if (cmd->place != FLOW_AFTER)
        tree_activate(w, group);
    return step_run(w);
}

bool sign_add(struct work *w)
{
    return leaf_for(w, w->cmd->leaf, FLOW_ADD_SIGNER) && add(w);
}

/* --- claim and put back ----------------------------------------------------------------------- */

/* The group of candidates that a leaf belongs to, and the part of it that it stands in; 0: none. */
static int candidates(const struct flow_state *s, int leaf, int *part)
{
    for (*part = leaf; tree_of(s, *part)->parent; *part = tree_of(s, *part)->parent)
        if (tree_of(s, tree_of(s, *part)->parent)->kind == TREE_ANY)
            return tree_of(s, *part)->parent;
    return 0;
}

/* The other candidates wait while one of them has claimed. */
static void others(struct work *w, int leaf, bool claim)
{
    int part, group = candidates(w->s, leaf, &part);
    for (int c = group ? tree_of(w->s, group)->first : 0; c; c = tree_of(w->s, c)->next) {
        struct tree *t = tree_of(w->s, c);
        if (c == part || t->kind != TREE_LEAF)
            continue;
        if (claim && t->state == TREE_ACTIVE)
            tree_suspend(w, c);
        else if (!claim && t->state == TREE_PENDING && t->is_suspended)
            tree_activate(w, c);
    }
}

static bool is_candidate(const struct flow_state *s, int leaf)
{
    int part;
    return candidates(s, leaf, &part) != 0;
}

bool sign_claim(struct work *w)
{
    const struct flow_command *cmd = w->cmd;
    struct tree *t = leaf_for(w, cmd->leaf, FLOW_CLAIM);
    if (!t)
        return false;
    bool pool = t->who.kind == FLOW_POOL || t->who.kind == FLOW_UNIT;
    struct flow_who by = cmd->who_n ? cmd->who[0] : cmd->actor;
    if (t->is_claimed)
        return flow_err(w, ERR_CONFLICT, "flow.claimed", NULL);
    if (!pool && !is_candidate(w->s, cmd->leaf))
        return flow_err(w, ERR_STATE, "flow.nothing_to_claim", NULL);
    if (pool && !by.kind)
        return flow_err(w, ERR_INVALID, "flow.nobody_named", NULL);
    t->is_claimed = true;
    t->claimer = pool ? by : (struct flow_who){ 0 };
    if (is_candidate(w->s, cmd->leaf))
        others(w, cmd->leaf, true);
    if (pool)
        tree_note(w, FLOW_CLAIMED, cmd->leaf);
    return step_run(w);
}

bool sign_put_back(struct work *w)
{
    struct tree *t = leaf_for(w, w->cmd->leaf, FLOW_PUT_BACK);
    if (!t)
        return false;
    if (!t->is_claimed)
        return flow_err(w, ERR_STATE, "flow.not_claimed", NULL);
    bool pool = t->claimer.kind != FLOW_NOBODY;
    t->is_claimed = false;
    t->claimer = (struct flow_who){ 0 };
    t->is_opened = false;
    if (is_candidate(w->s, w->cmd->leaf))
        others(w, w->cmd->leaf, false);
    if (pool)
        tree_note(w, FLOW_RELEASED, w->cmd->leaf);
    return step_run(w);
}

/* --- remove ----------------------------------------------------------------------------------- */

struct left {
    int open, votes; /* leaves still to be done; votes given or to be given */
};

static void count_left(const struct flow_state *s, int t, int without, struct left *out)
{
    for (; t; t = tree_of(s, t)->next) {
        const struct tree *x = tree_of(s, t);
        count_left(s, x->first, without, out);
        if (x->kind != TREE_LEAF || x->state == TREE_VOID || t == without)
            continue;
        out->open += x->state != TREE_DONE && x->role != FLOW_ROLE_REWORK;
        out->votes += tree_is_vote(x);
    }
}

/* Somebody must be left to do something, and somebody to vote. */
static bool is_last(const struct flow_state *s, int leaf)
{
    struct left left = { 0 };
    count_left(s, act_of(s, tree_of(s, leaf)->act)->root, leaf, &left);
    return left.open == 0 || left.votes == 0;
}

bool sign_remove(struct work *w)
{
    const struct flow_command *cmd = w->cmd;
    int leaf = cmd->other_leaf;
    if (leaf < 1 || leaf > w->s->tree.n || tree_of(w->s, leaf)->kind != TREE_LEAF)
        return flow_err(w, ERR_NOT_FOUND, "flow.no_leaf", NULL);
    const struct tree *t = tree_of(w->s, leaf);
    if (act_of(w->s, t->act)->state != ACT_OPEN ||
        (t->state != TREE_ACTIVE && t->state != TREE_PENDING))
        return flow_err(w, ERR_STATE, "flow.not_active", NULL);
    if (!cmd->is_admin && (!t->added_by || t->added_by != cmd->leaf))
        return flow_err(w, ERR_FORBIDDEN, "flow.not_your_signer", NULL);
    if (!cmd->is_admin &&
        !(w->net->node[act_of(w->s, t->act)->node].ops & 1u << FLOW_REMOVE_SIGNER))
        return flow_err(w, ERR_STATE, "flow.op_not_allowed", NULL);
    if (is_last(w->s, leaf))
        return flow_err(w, ERR_STATE, "flow.last_signer", NULL);
    if (t->is_claimed)
        others(w, leaf, false);
    tree_void(w, leaf, CAUSE_REMOVED);
    return tree_settle(w, leaf) && step_run(w);
}

/* --- transfer --------------------------------------------------------------------------------- */

bool sign_transfer(struct work *w)
{
    const struct flow_command *cmd = w->cmd;
    if (!leaf_for(w, cmd->leaf, FLOW_TRANSFER))
        return false;
    if (cmd->who_n != 1)
        return flow_err(w, ERR_INVALID, "flow.nobody_named", NULL);
    struct tree old = *tree_of(w->s, cmd->leaf);
    if (flow_who_eq(&old.who, &cmd->who[0]))
        return flow_err(w, ERR_STATE, "flow.same_person", NULL);
    if (old.parent && tree_of(w->s, old.parent)->kind == TREE_ALL &&
        is_there(w, cmd->leaf, &cmd->who[0]))
        return flow_err(w, ERR_STATE, "flow.already_signer", NULL);
    int leaf = tree_leaf(w, old.act, &cmd->who[0], old.role);
    tree_replace(w, cmd->leaf, leaf);
    struct tree *t = tree_of(w->s, leaf), *o = tree_of(w->s, cmd->leaf);
    t->added_by = old.added_by;
    t->ref_act = old.ref_act;
    t->from = cmd->leaf;
    t->by = old.by;
    t->state = TREE_ACTIVE;
    t->opened_at = w->now;
    t->is_claimed = old.is_claimed && !old.claimer.kind;
    o->before = o->state;
    o->state = TREE_VOID;
    o->cause = CAUSE_TRANSFER;
    o->is_opened = true; /* it was dealt with: nobody withdraws behind it */
    for (int k = 1; k <= w->s->tree.n; k++)
        if (tree_of(w->s, k)->added_by == cmd->leaf)
            tree_of(w->s, k)->added_by = leaf;
    tree_note(w, FLOW_TRANSFERRED, cmd->leaf);
    tree_note(w, FLOW_OPENED, leaf);
    return step_run(w);
}

/* 委派: who is named gives advice first; the item comes back. */
bool sign_delegate(struct work *w)
{
    struct flow_command mine = *w->cmd;
    const struct flow_command *was = w->cmd;
    if (mine.who_n != 1)
        return flow_err(w, ERR_INVALID, "flow.nobody_named", NULL);
    if (!leaf_for(w, mine.leaf, FLOW_DELEGATE))
        return false;
    if (flow_who_eq(&tree_of(w->s, mine.leaf)->who, &mine.who[0]))
        return flow_err(w, ERR_STATE, "flow.same_person", NULL);
    mine.place = FLOW_BEFORE;
    mine.role = FLOW_ROLE_ADVISE;
    mine.mode = FLOW_MODE_ALL;
    w->cmd = &mine;
    bool good = add(w);
    w->cmd = was;
    return good;
}

/* --- withdraw inside an open act (FLOW 5.4 A) ------------------------------------------------- */

static bool is_over(const struct flow_state *s, int t)
{
    return tree_of(s, t)->state == TREE_DONE || tree_of(s, t)->state == TREE_VOID;
}

/* Did anybody deal with this part of the tree after `leaf` was done? */
static bool was_touched(const struct flow_state *s, int t, int leaf)
{
    const struct tree *x = tree_of(s, t);
    for (int c = x->first; c; c = tree_of(s, c)->next)
        if (was_touched(s, c, leaf))
            return true;
    if (x->kind != TREE_LEAF)
        return false;
    bool handed = x->from && tree_of(s, x->from)->cause == CAUSE_TRANSFER &&
                  x->opened_at >= tree_of(s, leaf)->done_at;
    return x->state == TREE_DONE || (x->state == TREE_PENDING && x->is_suspended) ||
           (x->state == TREE_ACTIVE && (x->is_opened || handed));
}

/* What a done leaf set going: in every SEQ above it, as far up as things are over, the parts
 * behind. */
static bool was_seen_after(const struct flow_state *s, int leaf)
{
    for (int n = leaf, p; (p = tree_of(s, n)->parent) && is_over(s, n); n = p)
        for (int c = tree_of(s, n)->next; c && tree_of(s, p)->kind == TREE_SEQ;
             c = tree_of(s, c)->next)
            if (was_touched(s, c, leaf))
                return true;
    return false;
}

/* A part that the withdrawn leaf had set going: waits again. An item that was open for the first
 * time is gone, and a fresh leaf stands in its place. */
static void put_back(struct work *w, int t)
{
    for (int c = tree_of(w->s, t)->first, next; c; c = next) {
        next = tree_of(w->s, c)->next;
        put_back(w, c);
    }
    struct tree *x = tree_of(w->s, t);
    if (x->state != TREE_ACTIVE)
        return;
    if (x->kind != TREE_LEAF) {
        x->state = TREE_PENDING;
        return;
    }
    if (x->is_resumed) {
        tree_suspend(w, t);
        return;
    }
    struct tree copy = *x;
    int fresh = tree_leaf(w, copy.act, &copy.who, copy.role);
    tree_replace(w, t, fresh);
    tree_of(w->s, fresh)->added_by = copy.added_by;
    tree_of(w->s, fresh)->ref_act = copy.ref_act;
    x = tree_of(w->s, t);
    x->before = x->state;
    x->state = TREE_VOID;
    x->cause = CAUSE_WITHDRAW;
    tree_note(w, FLOW_VOIDED, t);
}

static void put_back_after(struct work *w, int leaf)
{
    for (int n = leaf, p; (p = tree_of(w->s, n)->parent) && is_over(w->s, n); n = p)
        for (int c = tree_of(w->s, n)->next, next; c && tree_of(w->s, p)->kind == TREE_SEQ;
             c = next) {
            next = tree_of(w->s, c)->next;
            put_back(w, c);
        }
}

/* Parts that were not needed any more because of this leaf are needed again. */
static void restore_decided(struct work *w, int act, int leaf)
{
    for (int t = 1; t <= w->s->tree.n; t++) {
        struct tree *x = tree_of(w->s, t);
        if (x->act != act || x->by != leaf || x->state != TREE_VOID || x->cause != CAUSE_DECIDED)
            continue;
        x->state = x->before;
        x->cause = CAUSE_NONE;
        x->by = 0;
        if (x->kind == TREE_LEAF && (x->state == TREE_ACTIVE || x->is_suspended))
            tree_note(w, FLOW_REACTIVATED, t);
        if (x->kind == TREE_LEAF && x->state == TREE_PENDING && x->is_suspended)
            tree_note(w, FLOW_SUSPENDED, t);
    }
}

/* A part above it is not needed, or is done, because of somebody else. */
static bool was_overtaken(const struct flow_state *s, int leaf)
{
    for (int n = leaf, p; (p = tree_of(s, n)->parent); n = p) {
        if (tree_of(s, p)->state == TREE_VOID)
            return true;
        for (int c = tree_of(s, p)->first; c && tree_of(s, p)->kind == TREE_ANY;
             c = tree_of(s, c)->next)
            if (c != n && tree_of(s, c)->state == TREE_DONE)
                return true;
    }
    return false;
}

bool tree_unfinish(struct work *w, int leaf)
{
    int act = tree_of(w->s, leaf)->act;
    if (was_overtaken(w->s, leaf))
        return flow_err(w, ERR_CONFLICT, "flow.already_handled", NULL);
    if (was_seen_after(w->s, leaf))
        return flow_err(w, ERR_CONFLICT, "flow.already_opened", NULL);
    put_back_after(w, leaf);
    restore_decided(w, act, leaf);
    for (int p = tree_of(w->s, leaf)->parent; p; p = tree_of(w->s, p)->parent)
        tree_of(w->s, p)->state = TREE_ACTIVE;
    struct tree *l = tree_of(w->s, leaf);
    l->state = TREE_ACTIVE;
    l->done_by = (struct flow_who){ 0 };
    l->outcome = STR_NONE;
    l->done_at = 0;
    tree_note(w, l->has_item ? FLOW_REACTIVATED : FLOW_OPENED, leaf);
    act_of(w->s, act)->incident = INCIDENT_NONE;
    act_of(w->s, act)->outcome = STR_NONE;
    act_of(w->s, act)->completed_by = 0;
    return true;
}

/* --- the tree of a new attempt ---------------------------------------------------------------- */

struct cloning {
    struct work *w;
    int act, only;
    bool keep_agreed;
    int *now; /* old leaf → new leaf */
};

static bool is_gone(const struct cloning *c, const struct tree *t)
{
    if (t->role == FLOW_ROLE_REWORK)
        return true;
    if (t->state != TREE_VOID)
        return false;
    if (c->only)
        return t->cause != CAUSE_DECIDED || t->by != c->only;
    return t->cause == CAUSE_REMOVED || t->cause == CAUSE_TRANSFER || t->cause == CAUSE_WITHDRAW;
}

static int clone_leaf(struct cloning *c, int old)
{
    struct tree t = *tree_of(c->w->s, old);
    if (is_gone(c, &t))
        return 0;
    bool stays = t.state == TREE_DONE &&
                 (c->only ? old != c->only : c->keep_agreed && !tree_disagrees(t.outcome));
    int leaf = tree_leaf(c->w, c->act, &t.who, t.role);
    struct tree *n = tree_of(c->w->s, leaf);
    n->added_by = t.added_by;
    n->from = t.opened_at ? old : 0;
    if (stays) {
        n->state = TREE_DONE;
        n->done_by = t.done_by;
        n->outcome = t.outcome;
        n->opened_at = t.opened_at;
        n->done_at = t.done_at;
        n->is_opened = true;
    }
    c->now[old] = leaf;
    return leaf;
}

static int clone(struct cloning *c, int old)
{
    if (tree_of(c->w->s, old)->kind == TREE_LEAF)
        return clone_leaf(c, old);
    enum tree_kind kind = tree_of(c->w->s, old)->kind;
    int group = 0, done = 0, n = 0;
    for (int k = tree_of(c->w->s, old)->first; k; k = tree_of(c->w->s, k)->next) {
        int child = clone(c, k);
        if (!child)
            continue;
        if (!group)
            group = tree_new(c->w, c->act, kind);
        tree_append(c->w, group, child);
        done += tree_of(c->w->s, child)->state == TREE_DONE;
        n++;
    }
    if (group && (kind == TREE_ANY ? done > 0 : done == n))
        tree_of(c->w->s, group)->state = TREE_DONE;
    return group;
}

/* The whole tree again, all leaves to be done (or only one of them, the others as they are);
 * signers that were added stay, reworks and removed ones do not. */
int tree_clone(struct work *w, int act_from, int act_to, int only_leaf, bool keep_agreed)
{
    struct cloning c = { .w = w, .act = act_to, .only = only_leaf, .keep_agreed = keep_agreed };
    int first_new = w->s->tree.n + 1;
    c.now = arena_array_of(w->a, int, (size_t)w->s->tree.n + 1);
    int root = clone(&c, act_of(w->s, act_from)->root);
    CHECK(root);
    for (int t = first_new; t <= w->s->tree.n; t++) {
        struct tree *x = tree_of(w->s, t);
        if (x->added_by && x->added_by < first_new)
            x->added_by = c.now[x->added_by];
    }
    if (tree_of(w->s, root)->state == TREE_DONE && keep_agreed && !only_leaf) {
        w->s->tree.n = first_new - 1; /* all had agreed: then all sign again */
        return tree_clone(w, act_from, act_to, 0, false);
    }
    return root;
}
