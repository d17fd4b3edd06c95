/* The state as canonical JSON, the `body` of an instance, and back. Keys in byte order, rows as
 * arrays of fixed columns, defaults not left out: the same state is the same bytes (I10). Reading
 * trusts nothing: every number that is used as a position is checked. */
#include "base/check.h"
#include "flow/flow_in.h"

#define FORMAT 1

static void write_who(struct jw *w, const struct flow_who *who)
{
    if (!who->kind) {
        jw_null(w);
        return;
    }
    jw_arr(w);
    jw_i64(w, who->kind);
    jw_i64(w, who->id);
    jw_str(w, who->name);
    jw_arr_end(w);
}

static void write_acts(struct jw *w, const struct flow_state *s)
{
    for (int i = 0; i < s->act.n; i++) {
        const struct act *x = &s->act.p[i];
        const int64_t columns[] = { x->node,       x->token,         x->start,      x->complete,
                                    x->attempt,    x->root,          x->prev,       x->completed_by,
                                    (int)x->state, (int)x->incident, x->started_at, x->done_at };
        jw_arr(w);
        for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
            jw_i64(w, columns[k]);
        jw_str(w, x->outcome);
        jw_arr_end(w);
    }
}

static void write_firings(struct jw *w, const struct flow_state *s)
{
    for (int i = 0; i < s->firing.n; i++) {
        const struct firing *x = &s->firing.p[i];
        jw_arr(w);
        jw_i64(w, x->node);
        jw_i64(w, x->act);
        jw_i64(w, (int)x->kind);
        jw_i64(w, x->undone | x->absence << 1);
        jw_arr_end(w);
    }
}

static void write_tokens(struct jw *w, const struct flow_state *s)
{
    for (int i = 0; i < s->token.n; i++) {
        const struct token *x = &s->token.p[i];
        jw_arr(w);
        jw_i64(w, x->place);
        jw_i64(w, x->producer);
        jw_i64(w, x->consumer);
        jw_i64(w, x->revives);
        jw_i64(w, x->via);
        jw_i64(w, (int)x->state | x->stuck << 4);
        jw_arr_end(w);
    }
}

static void write_trees(struct jw *w, const struct flow_state *s)
{
    for (int i = 0; i < s->tree.n; i++) {
        const struct tree *x = &s->tree.p[i];
        const int64_t columns[] = {
            x->act,
            x->parent,
            x->first,
            x->next,
            (int)x->kind,
            (int)x->state,
            (int)x->before,
            (int)x->cause,
            x->by,
            x->added_by,
            x->from,
            x->ref_act,
            (int)x->role,
            x->is_opened | x->is_suspended << 1 | x->is_resumed << 2 | x->has_item << 3,
            x->opened_at,
            x->done_at
        };
        jw_arr(w);
        for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
            jw_i64(w, columns[k]);
        write_who(w, &x->who);
        write_who(w, &x->done_by);
        jw_str(w, x->outcome);
        jw_arr_end(w);
    }
}

void flow_state_write(struct buf *out, const struct flow_state *s)
{
    struct jw w = jw_to(out);
    jw_obj(&w);
    jw_karr(&w, "acts");
    write_acts(&w, s);
    jw_arr_end(&w);
    jw_karr(&w, "firings");
    write_firings(&w, s);
    jw_arr_end(&w);
    jw_ki64(&w, "format", FORMAT);
    jw_key(&w, "starter");
    write_who(&w, &s->starter);
    jw_ki64(&w, "status", (int)s->status);
    jw_karr(&w, "tokens");
    write_tokens(&w, s);
    jw_arr_end(&w);
    jw_karr(&w, "trees");
    write_trees(&w, s);
    jw_arr_end(&w);
    jw_key(&w, "vars");
    flow_vars_write(&w, s);
    jw_obj_end(&w);
}

/* --- reading ---------------------------------------------------------------------------------- */

struct in {
    struct arena *a;
    const struct flow_net *net;
    struct flow_state *s;
    const struct jv *row;
    size_t at;
    bool bad;
};

/* The next column, inside least..most. */
static int64_t column(struct in *in, int64_t least, int64_t most)
{
    const struct jv *v = jv_at(in->row, in->at++);
    int64_t n = jv_i64(v);
    if (jv_kind(v) != JV_INT || n < least || n > most) {
        in->bad = true;
        return least;
    }
    return n;
}

static struct str text_column(struct in *in)
{
    const struct jv *v = jv_at(in->row, in->at++);
    struct str s = jv_str(v);
    in->bad |= !s.p && jv_kind(v) != JV_NULL;
    return s.p ? str_copy(in->a, s) : s;
}

static struct flow_who who_of(struct in *in, const struct jv *v)
{
    struct flow_who who = { 0 };
    if (jv_kind(v) == JV_NULL)
        return who;
    int64_t kind = jv_i64(jv_at(v, 0));
    if (jv_kind(v) != JV_ARRAY || jv_size(v) != 3 || kind < FLOW_POST || kind > FLOW_NAME) {
        in->bad = true;
        return who;
    }
    struct str name = jv_str(jv_at(v, 2));
    return (struct flow_who){ (enum flow_who_kind)kind, jv_i64(jv_at(v, 1)),
                              name.p ? str_copy(in->a, name) : name };
}

static void read_acts(struct in *in, int i)
{
    struct flow_state *s = in->s;
    struct act *x = &s->act.p[i];
    x->node = (int)column(in, 0, (int)in->net->node_n - 1);
    x->token = (int)column(in, 0, s->token.n - 1);
    x->start = (int)column(in, 0, s->firing.n - 1);
    x->complete = (int)column(in, -1, s->firing.n - 1);
    x->attempt = (int)column(in, 1, s->act.n);
    x->root = (int)column(in, 0, s->tree.n);
    x->prev = (int)column(in, 0, i);
    x->completed_by = (int)column(in, 0, s->tree.n);
    x->state = (enum act_state)column(in, ACT_OPEN, ACT_UNDONE);
    x->incident = (enum incident)column(in, INCIDENT_NONE, INCIDENT_CARDINALITY);
    x->started_at = column(in, INT64_MIN, INT64_MAX);
    x->done_at = column(in, INT64_MIN, INT64_MAX);
    x->outcome = text_column(in);
}

static void read_firings(struct in *in, int i)
{
    struct firing *x = &in->s->firing.p[i];
    x->node = (int)column(in, -1, (int)in->net->node_n - 1);
    x->act = (int)column(in, 0, in->s->act.n);
    x->kind = (enum firing_kind)column(in, FIRE_START, FIRE_ABORT);
    int64_t flags = column(in, 0, 3);
    x->undone = flags & 1;
    x->absence = flags & 2;
    in->bad |= x->node < 0 && x->kind != FIRE_ABORT;
    in->bad |= !x->act && (x->kind == FIRE_LEAVE || x->kind == FIRE_ENTER);
}

static void read_tokens(struct in *in, int i)
{
    struct token *x = &in->s->token.p[i];
    x->place = (int)column(in, -(int)in->net->node_n, (int)in->net->edge_n - 1);
    x->producer = (int)column(in, 0, in->s->firing.n - 1);
    x->consumer = (int)column(in, -1, in->s->firing.n - 1);
    x->revives = (int)column(in, -1, i - 1);
    x->via = (int)column(in, 0, in->s->act.n);
    int64_t state = column(in, 0, 0x12);
    x->state = (enum token_state)(state & 15);
    x->stuck = state & 16;
    in->bad |= x->state > TOKEN_VOID || (x->consumer >= 0 && x->consumer <= x->producer);
    in->bad |= (x->state == TOKEN_SPENT) != (x->consumer >= 0) && x->state != TOKEN_VOID;
}

static void read_trees(struct in *in, int i)
{
    struct flow_state *s = in->s;
    struct tree *x = &s->tree.p[i];
    x->act = (int)column(in, 1, s->act.n);
    x->parent = (int)column(in, 0, s->tree.n);
    x->first = (int)column(in, 0, s->tree.n);
    x->next = (int)column(in, 0, s->tree.n);
    x->kind = (enum tree_kind)column(in, TREE_LEAF, TREE_VOTE);
    x->state = (enum tree_state)column(in, TREE_PENDING, TREE_VOID);
    x->before = (enum tree_state)column(in, TREE_PENDING, TREE_VOID);
    x->cause = (enum cause)column(in, CAUSE_NONE, CAUSE_TRANSFER);
    x->by = (int)column(in, 0, s->tree.n);
    x->added_by = (int)column(in, 0, s->tree.n);
    x->from = (int)column(in, 0, s->tree.n);
    x->ref_act = (int)column(in, 0, s->act.n);
    x->role = (enum flow_role)column(in, FLOW_ROLE_SIGN, FLOW_ROLE_REWORK);
    int64_t flags = column(in, 0, 15);
    x->is_opened = flags & 1;
    x->is_suspended = flags & 2;
    x->is_resumed = flags & 4;
    x->has_item = flags & 8;
    x->opened_at = column(in, INT64_MIN, INT64_MAX);
    x->done_at = column(in, INT64_MIN, INT64_MAX);
    x->who = who_of(in, jv_at(in->row, in->at++));
    x->done_by = who_of(in, jv_at(in->row, in->at++));
    x->outcome = text_column(in);
}

static void read_rows(struct in *in, const struct jv *list, void (*row)(struct in *in, int i))
{
    for (size_t i = 0; i < jv_size(list) && !in->bad; i++) {
        in->row = jv_at(list, i);
        in->at = 0;
        row(in, (int)i);
        in->bad |= jv_kind(in->row) != JV_ARRAY || jv_size(in->row) != in->at;
    }
}

/* Each part of a tree hangs at most once, below its own act: walking it ends. */
static bool trees_hang(const struct flow_state *s)
{
    for (int t = 1; t <= s->tree.n; t++) {
        int steps = 0;
        for (int c = tree_of(s, t)->first; c; c = tree_of(s, c)->next)
            if (tree_of(s, c)->parent != t || ++steps > s->tree.n)
                return false;
        steps = 0;
        for (int p = tree_of(s, t)->parent; p; p = tree_of(s, p)->parent)
            if (++steps > s->tree.n)
                return false;
    }
    for (int k = 1; k <= s->act.n; k++)
        if (act_of(s, k)->root &&
            (tree_of(s, act_of(s, k)->root)->act != k || tree_of(s, act_of(s, k)->root)->next))
            return false;
    return true;
}

static void read_vars(struct in *in, const struct jv *vars)
{
    struct str name;
    const struct jv *v;
    struct flow_state *s = in->s;
    for (const void *it = NULL; (it = jv_next(vars, it, &name, &v));) {
        ARRAY_MORE(in->a, s->var);
        int at = s->var.n++;
        for (; at > 0 && str_cmp(s->var.p[at - 1].name, name) > 0; at--)
            s->var.p[at] = s->var.p[at - 1];
        s->var.p[at] = (struct var){ str_copy(in->a, name), jv_canonical(in->a, v) };
    }
}

#define MAKE_ROOM(a, list, json)                                                                   \
    ((list).n = (list).size = (int)jv_size(json),                                                  \
     (list).p = arena_alloc_array((a), (size_t)(list).size + 1, sizeof *(list).p))

bool flow_state_read(struct arena *a, const struct flow_net *net, struct str body,
                     struct flow_state **out, struct err *err)
{
    const struct jv *j = jv_parse(a, body, NULL, NULL);
    struct flow_state *s = flow_state_new(a);
    struct in in = { .a = a, .net = net, .s = s };
    const struct jv *acts = jv_get(j, "acts"), *firings = jv_get(j, "firings"),
                    *tokens = jv_get(j, "tokens"), *trees = jv_get(j, "trees");
    int64_t status = jv_i64(jv_get(j, "status"));
    MAKE_ROOM(a, s->act, acts);
    MAKE_ROOM(a, s->firing, firings);
    MAKE_ROOM(a, s->token, tokens);
    MAKE_ROOM(a, s->tree, trees);
    in.bad = jv_i64(jv_get(j, "format")) != FORMAT || status < FLOW_NEW || status > FLOW_INCIDENT;
    s->status = in.bad ? FLOW_NEW : (enum flow_status)status;
    s->starter = who_of(&in, jv_get(j, "starter"));
    read_rows(&in, acts, read_acts);
    read_rows(&in, firings, read_firings);
    read_rows(&in, tokens, read_tokens);
    read_rows(&in, trees, read_trees);
    read_vars(&in, jv_get(j, "vars"));
    if (in.bad || !trees_hang(s))
        return err_set(err, a, ERR_INTERNAL, "flow.body_broken", NULL, NULL, NULL, NULL);
    *out = s;
    return true;
}
