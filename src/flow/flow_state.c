/* The state as canonical JSON, the `body` of an instance, and back. Keys in byte order; rows as
 * flat arrays of numbers with fixed columns; texts and people once, then by their number; moments
 * counted from the start: the same state is the same bytes (I10), and few of them. Reading trusts
 * nothing: every number that is used as a position is checked. */
#include "base/check.h"
#include "flow/flow_in.h"

#define FORMAT 2

enum {
    ACT_COLUMNS = 14,
    FIRING_COLUMNS = 5,
    TOKEN_COLUMNS = 7,
    TREE_COLUMNS = 15,
    SCOPE_COLUMNS = 12,
    WAIT_COLUMNS = 7,
    WHO_COLUMNS = 3
};

/* --- writing ---------------------------------------------------------------------------------- */

/* Things that are written once and then named by their number, from 1; 0 is none. */
struct once {
    int *slot;
    size_t slots;
    int n;
};

struct out {
    struct arena *a;
    struct buf *b;
    const struct flow_state *s;
    bool is_first;
    struct once texts, whos;
    ARRAY_OF(struct str) text;
    ARRAY_OF(struct flow_who) who;
};

static void number(struct out *o, int64_t v)
{
    if (!o->is_first)
        buf_char(o->b, ',');
    o->is_first = false;
    if (v >= 0 && v < 10)
        buf_char(o->b, (char)('0' + v)); /* most are */
    else
        buf_i64(o->b, v);
}

static void grow(struct out *o, struct once *x, uint64_t (*hash)(const struct out *o, int i))
{
    if (x->slots && (size_t)x->n * 2 < x->slots)
        return;
    x->slots = x->slots ? x->slots * 2 : 32;
    x->slot = arena_array_of(o->a, int, x->slots);
    for (int i = 0; i < x->n; i++) {
        size_t at = (size_t)hash(o, i) & (x->slots - 1);
        while (x->slot[at])
            at = (at + 1) & (x->slots - 1);
        x->slot[at] = i + 1;
    }
}

static uint64_t text_hash(const struct out *o, int i)
{
    return str_hash(o->text.p[i]);
}

static uint64_t who_key(const struct flow_who *who)
{
    uint64_t h = ((uint64_t)who->id * 8 + (uint64_t)who->kind) * 0x9e3779b97f4a7c15u;
    return (h ^ h >> 29) + (who->name.n ? str_hash(who->name) : 0);
}

static uint64_t who_hash(const struct out *o, int i)
{
    return who_key(&o->who.p[i]);
}

static int text_no(struct out *o, struct str s)
{
    if (!s.p)
        return 0;
    grow(o, &o->texts, text_hash);
    size_t at = (size_t)str_hash(s) & (o->texts.slots - 1);
    for (; o->texts.slot[at]; at = (at + 1) & (o->texts.slots - 1))
        if (str_eq(o->text.p[o->texts.slot[at] - 1], s))
            return o->texts.slot[at];
    ARRAY_MORE(o->a, o->text);
    o->text.p[o->text.n++] = s;
    return o->texts.slot[at] = ++o->texts.n;
}

static int who_no(struct out *o, const struct flow_who *who)
{
    if (!who->kind)
        return 0;
    grow(o, &o->whos, who_hash);
    size_t at = (size_t)who_key(who) & (o->whos.slots - 1);
    for (; o->whos.slot[at]; at = (at + 1) & (o->whos.slots - 1)) {
        const struct flow_who *x = &o->who.p[o->whos.slot[at] - 1];
        if (x->kind == who->kind && x->id == who->id && !x->name.p == !who->name.p &&
            str_eq(x->name, who->name))
            return o->whos.slot[at];
    }
    ARRAY_MORE(o->a, o->who);
    o->who.p[o->who.n++] = *who;
    return o->whos.slot[at] = ++o->whos.n;
}

/* Odd, so that none is 0. */
static int64_t moment(const struct out *o, int64_t at)
{
    return at ? (at - o->s->started_at) * 2 + 1 : 0;
}

static void row(struct out *o, const int64_t *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        number(o, v[i]);
}

static void key(struct out *o, const char *name)
{
    buf_text(o->b, name);
    o->is_first = true;
}

static void write_acts(struct out *o)
{
    for (int i = 0; i < o->s->act.n; i++) {
        const struct act *x = &o->s->act.p[i];
        const int64_t v[ACT_COLUMNS] = { x->node,
                                         x->scope,
                                         x->token,
                                         x->start,
                                         x->complete,
                                         x->attempt,
                                         x->root,
                                         x->prev,
                                         x->completed_by,
                                         (int)x->state | x->is_item << 2 | (int)x->incident << 3,
                                         text_no(o, x->outcome),
                                         text_no(o, x->items),
                                         moment(o, x->started_at),
                                         moment(o, x->done_at) };
        row(o, v, ACT_COLUMNS);
    }
}

static void write_firings(struct out *o)
{
    for (int i = 0; i < o->s->firing.n; i++) {
        const struct firing *x = &o->s->firing.p[i];
        const int64_t v[FIRING_COLUMNS] = { x->node, x->act, x->scope, x->cause,
                                            (int)x->kind | (int)x->region << 4 | x->undone << 7 };
        row(o, v, FIRING_COLUMNS);
    }
}

static void write_tokens(struct out *o)
{
    for (int i = 0; i < o->s->token.n; i++) {
        const struct token *x = &o->s->token.p[i];
        const int64_t v[TOKEN_COLUMNS] = { x->place,
                                           x->scope,
                                           x->producer,
                                           x->consumer,
                                           x->revives,
                                           x->via,
                                           (int)x->state | (int)x->stuck << 2 };
        row(o, v, TOKEN_COLUMNS);
    }
}

static int64_t tree_flags(const struct tree *x)
{
    return (int)x->kind | (int)x->state << 3 | (int)x->before << 5 | (int)x->cause << 7 |
           (int)x->role << 11 | x->is_opened << 14 | x->is_suspended << 15 | x->is_resumed << 16 |
           x->has_item << 17 | x->is_claimed << 18;
}

static void write_trees(struct out *o)
{
    for (int i = 0; i < o->s->tree.n; i++) {
        const struct tree *x = &o->s->tree.p[i];
        const int64_t v[TREE_COLUMNS] = { x->act,
                                          x->parent,
                                          x->first,
                                          x->next,
                                          tree_flags(x),
                                          x->by,
                                          x->added_by,
                                          x->from,
                                          x->ref_act,
                                          who_no(o, &x->who),
                                          who_no(o, &x->done_by),
                                          who_no(o, &x->claimer),
                                          text_no(o, x->outcome),
                                          moment(o, x->opened_at),
                                          moment(o, x->done_at) };
        row(o, v, TREE_COLUMNS);
    }
}

static void write_scopes(struct out *o)
{
    for (int i = 0; i < o->s->scope.n; i++) {
        const struct scope *x = &o->s->scope.p[i];
        const int64_t v[SCOPE_COLUMNS] = { x->part,
                                           x->parent,
                                           x->act,
                                           x->node,
                                           x->opened,
                                           x->closed,
                                           x->item,
                                           x->via,
                                           (int)x->state | x->is_lead << 2,
                                           text_no(o, x->value),
                                           moment(o, x->opened_at),
                                           moment(o, x->closed_at) };
        row(o, v, SCOPE_COLUMNS);
    }
}

static void write_waits(struct out *o)
{
    for (int i = 0; i < o->s->wait.n; i++) {
        const struct wait *x = &o->s->wait.p[i];
        const int64_t v[WAIT_COLUMNS] = { x->node,
                                          x->act,
                                          x->scope,
                                          x->firing,
                                          (int)x->kind | (int)x->state << 4,
                                          text_no(o, x->name),
                                          text_no(o, x->key) };
        row(o, v, WAIT_COLUMNS);
    }
}

/* Node, how many, who, who … */
static void write_overrides(struct out *o)
{
    for (int i = 0; i < o->s->override.n; i++) {
        const struct override *x = &o->s->override.p[i];
        number(o, x->node);
        number(o, (int64_t)x->n);
        for (size_t k = 0; k < x->n; k++)
            number(o, who_no(o, &x->who[k]));
    }
}

static void write_whos(struct out *o)
{
    for (int i = 0; i < o->who.n; i++) {
        number(o, o->who.p[i].kind);
        number(o, o->who.p[i].id);
        number(o, text_no(o, o->who.p[i].name));
    }
}

void flow_state_write(struct buf *out, const struct flow_state *s)
{
    struct arena *a = out->a ? out->a : arena_new();
    struct arena_mark mark = arena_mark(a);
    struct buf b = buf_in(NULL); /* the arena is used beside it */
    struct out o = { .a = a, .b = &b, .s = s };
    buf_reserve(&b, 4096);
    key(&o, "{\"acts\":[");
    write_acts(&o);
    key(&o, "],\"error\":");
    number(&o, text_no(&o, s->error));
    key(&o, ",\"firings\":[");
    write_firings(&o);
    key(&o, "],\"flags\":");
    number(&o, s->is_suspended | s->is_migrated << 1);
    key(&o, ",\"format\":");
    number(&o, FORMAT);
    key(&o, ",\"overrides\":[");
    write_overrides(&o);
    key(&o, "],\"scopes\":[");
    write_scopes(&o);
    key(&o, "],\"start\":");
    number(&o, s->started_at);
    key(&o, ",\"starter\":");
    number(&o, who_no(&o, &s->starter));
    key(&o, ",\"status\":");
    number(&o, (int)s->status);
    /* texts and people come behind what names them, in the order of the alphabet */
    key(&o, ",\"tokens\":[");
    write_tokens(&o);
    key(&o, "],\"trees\":[");
    write_trees(&o);
    key(&o, "],\"vars\":");
    struct jw w = jw_to(&b);
    flow_vars_write(&w, s);
    key(&o, ",\"waits\":[");
    write_waits(&o);
    key(&o, "],\"who\":[");
    write_whos(&o);
    key(&o, "],\"words\":[");
    struct jw words = jw_to(&b);
    for (int i = 0; i < o.text.n; i++)
        jw_str(&words, o.text.p[i]);
    buf_text(&b, "]}");
    arena_reset(a, mark);
    buf_str(out, (struct str){ b.p, b.n });
    buf_free(&b);
    if (a != out->a)
        arena_free(&a);
}

/* --- reading ---------------------------------------------------------------------------------- */

struct numbers {
    int64_t *p;
    size_t n;
};

struct in {
    struct arena *a;
    const struct flow_net *net;
    struct flow_state *s;
    struct numbers acts, firings, overrides, scopes, tokens, trees, waits, who;
    int64_t error, flags, format, start, starter, status;
    struct flow_who *whos;
    struct str *word;
    size_t word_n, who_n;
    const int64_t *at; /* in the row being read */
    bool bad;
};

/* The next column, inside least..most. */
static int64_t column(struct in *in, int64_t least, int64_t most)
{
    int64_t n = *in->at++;
    if (n >= least && n <= most)
        return n;
    in->bad = true;
    return least;
}

static int col(struct in *in, int least, int most)
{
    return (int)column(in, least, most);
}

static struct str text(struct in *in)
{
    int64_t i = column(in, 0, (int64_t)in->word_n);
    return i ? in->word[i - 1] : STR_NONE;
}

static struct flow_who who(struct in *in)
{
    int64_t i = column(in, 0, (int64_t)in->who_n);
    return i ? in->whos[i - 1] : (struct flow_who){ 0 };
}

static int64_t when(struct in *in)
{
    int64_t v = column(in, -(INT64_MAX / 4), INT64_MAX / 4);
    in->bad |= v && !(v & 1);
    return v ? in->s->started_at + (v - 1) / 2 : 0;
}

static void read_act(struct in *in, int i)
{
    struct flow_state *s = in->s;
    struct act *x = &s->act.p[i];
    x->node = col(in, 0, (int)in->net->node_n - 1);
    x->scope = col(in, 0, s->scope.n - 1);
    x->token = col(in, 0, s->token.n - 1);
    x->start = col(in, 0, s->firing.n - 1);
    x->complete = col(in, -1, s->firing.n - 1);
    x->attempt = col(in, 1, s->act.n);
    x->root = col(in, 0, s->tree.n);
    x->prev = col(in, 0, i);
    x->completed_by = col(in, 0, s->tree.n);
    int flags = col(in, 0, 255);
    x->state = (enum act_state)(flags & 3);
    x->is_item = flags & 4;
    in->bad |= flags >> 3 >= INCIDENT_COUNT;
    x->incident = (enum incident)(flags >> 3);
    x->outcome = text(in);
    x->items = text(in);
    x->started_at = when(in);
    x->done_at = when(in);
    in->bad |= (x->state == ACT_DONE || x->state == ACT_UNDONE) && x->complete < 0;
}

static void read_firing(struct in *in, int i)
{
    struct firing *x = &in->s->firing.p[i];
    x->node = col(in, -1, (int)in->net->node_n - 1);
    x->act = col(in, 0, in->s->act.n);
    x->scope = col(in, 0, in->s->scope.n - 1);
    x->cause = col(in, -1, i - 1);
    int flags = col(in, 0, 255);
    in->bad |= (flags & 15) > FIRE_MIGRATE || (flags >> 4 & 7) > REGION_JOIN;
    x->kind = (enum firing_kind)(flags & 15);
    x->region = (enum region)(flags >> 4 & 7);
    x->undone = flags >> 7;
    in->bad |= x->node < 0 && x->kind != FIRE_ABORT;
    in->bad |= !x->act && (x->kind == FIRE_LEAVE || x->kind == FIRE_ENTER ||
                           x->region == REGION_INSIDE || x->region == REGION_CLOSES);
    in->bad |= x->node < 0 && x->region == REGION_JOIN;
}

static void read_token(struct in *in, int i)
{
    struct token *x = &in->s->token.p[i];
    x->place = col(in, -(int)in->net->node_n, (int)in->net->edge_n - 1);
    x->scope = col(in, 0, in->s->scope.n - 1);
    x->producer = col(in, 0, in->s->firing.n - 1);
    x->consumer = col(in, -1, in->s->firing.n - 1);
    x->revives = col(in, -1, i - 1);
    x->via = col(in, 0, in->s->act.n);
    int flags = col(in, 0, 15);
    in->bad |= (flags & 3) > TOKEN_VOID;
    x->state = (enum token_state)(flags & 3);
    x->stuck = flags >> 2;
    in->bad |= x->consumer >= 0 && x->consumer <= x->producer;
    in->bad |= (x->state == TOKEN_SPENT) != (x->consumer >= 0) && x->state != TOKEN_VOID;
    in->bad |= x->stuck && (x->place < 0 || x->state != TOKEN_LIVE);
}

static void read_tree(struct in *in, int i)
{
    struct flow_state *s = in->s;
    struct tree *x = &s->tree.p[i];
    x->act = col(in, 1, s->act.n);
    x->parent = col(in, 0, s->tree.n);
    x->first = col(in, 0, s->tree.n);
    x->next = col(in, 0, s->tree.n);
    int flags = col(in, 0, (1 << 19) - 1);
    in->bad |= (flags & 7) > TREE_VOTE || (flags >> 7 & 15) >= CAUSE_COUNT ||
               (flags >> 11 & 7) > FLOW_ROLE_REWORK;
    x->kind = (enum tree_kind)(flags & 7);
    x->state = (enum tree_state)(flags >> 3 & 3);
    x->before = (enum tree_state)(flags >> 5 & 3);
    x->cause = (enum cause)(flags >> 7 & 15);
    x->role = (enum flow_role)(flags >> 11 & 7);
    x->is_opened = flags >> 14 & 1;
    x->is_suspended = flags >> 15 & 1;
    x->is_resumed = flags >> 16 & 1;
    x->has_item = flags >> 17 & 1;
    x->is_claimed = flags >> 18 & 1;
    x->by = col(in, 0, s->tree.n);
    x->added_by = col(in, 0, s->tree.n);
    x->from = col(in, 0, i);
    x->ref_act = col(in, 0, s->act.n);
    x->who = who(in);
    x->done_by = who(in);
    x->claimer = who(in);
    x->outcome = text(in);
    x->opened_at = when(in);
    x->done_at = when(in);
    in->bad |= x->kind == TREE_LEAF && x->first;
}

static void read_scope(struct in *in, int i)
{
    struct flow_state *s = in->s;
    struct scope *x = &s->scope.p[i];
    x->part = col(in, -1, (int)in->net->part_n - 1);
    x->parent = col(in, 0, i ? i - 1 : 0);
    x->act = col(in, 0, i ? s->act.n : 0);
    x->node = col(in, i ? 0 : -1, i ? (int)in->net->node_n - 1 : -1);
    x->opened = col(in, 0, s->firing.n - 1);
    x->closed = col(in, -1, s->firing.n - 1);
    x->item = col(in, 0, INT32_MAX);
    x->via = col(in, 0, s->act.n);
    int flags = col(in, 0, 7);
    in->bad |= (flags & 3) > SCOPE_VOID || (i == 0 && (x->part != 0 || flags));
    in->bad |= x->part < 0 && i > 0 && (flags & 3) == SCOPE_OPEN && !x->act;
    x->state = (enum scope_state)(flags & 3);
    x->is_lead = flags >> 2;
    x->value = text(in);
    x->opened_at = when(in);
    x->closed_at = when(in);
}

static void read_wait(struct in *in, int i)
{
    struct wait *x = &in->s->wait.p[i];
    x->node = col(in, 0, (int)in->net->node_n - 1);
    x->act = col(in, 0, in->s->act.n);
    x->scope = col(in, 0, in->s->scope.n - 1);
    x->firing = col(in, -1, in->s->firing.n - 1);
    int flags = col(in, 0, 255);
    in->bad |= (flags & 15) > WAIT_ERROR || flags >> 4 > WAIT_PAUSED;
    x->kind = (enum wait_kind)(flags & 15);
    x->state = (enum wait_state)(flags >> 4);
    x->name = text(in);
    x->key = text(in);
}

static void read_overrides(struct in *in)
{
    const int64_t *end = in->overrides.p + in->overrides.n;
    in->at = in->overrides.p;
    while (in->at && end - in->at >= 2 && !in->bad) {
        struct override x = { .node = col(in, 0, (int)in->net->node_n - 1) };
        x.n = (size_t)column(in, 1, end - in->at - 1);
        struct flow_who *list = arena_array_of(in->a, struct flow_who, x.n);
        for (size_t k = 0; k < x.n && in->at < end; k++)
            list[k] = who(in);
        x.who = list;
        ARRAY_MORE(in->a, in->s->override);
        in->s->override.p[in->s->override.n++] = x;
    }
    in->bad |= in->overrides.n && in->at != end;
}

static void read_whos(struct in *in)
{
    in->who_n = in->who.n / WHO_COLUMNS;
    in->bad |= in->who.n % WHO_COLUMNS != 0;
    in->whos = arena_array_of(in->a, struct flow_who, in->who_n + 1);
    in->at = in->who.p;
    for (size_t i = 0; i < in->who_n && !in->bad; i++) {
        in->whos[i].kind = (enum flow_who_kind)column(in, FLOW_POST, FLOW_NAME);
        in->whos[i].id = column(in, INT64_MIN, INT64_MAX);
        in->whos[i].name = text(in);
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

static struct numbers read_numbers(struct arena *a, struct jr *r)
{
    struct numbers x = { 0 };
    size_t size = 0;
    for (jr_arr(r); jr_more(r);) {
        if (x.n == size) {
            size_t more = size ? size * 2 : 256;
            x.p = arena_grow(a, x.p, size * sizeof *x.p, more * sizeof *x.p);
            size = more;
        }
        x.p[x.n++] = jr_i64(r);
    }
    return x;
}

static void read_vars(struct in *in, struct jr *r)
{
    struct str name;
    struct flow_state *s = in->s;
    for (jr_obj(r); jr_member(r, &name);) {
        struct str json = jr_raw(r);
        in->bad |= s->var.n && str_cmp(s->var.p[s->var.n - 1].name, name) >= 0;
        ARRAY_MORE(in->a, s->var);
        s->var.p[s->var.n++] = (struct var){ str_copy(in->a, name), str_copy(in->a, json) };
    }
}

static void read_words(struct in *in, struct jr *r)
{
    size_t size = 0;
    for (jr_arr(r); jr_more(r);) {
        if (in->word_n == size) {
            size_t more = size ? size * 2 : 16;
            in->word =
                arena_grow(in->a, in->word, size * sizeof *in->word, more * sizeof *in->word);
            size = more;
        }
        struct str s = jr_str(r);
        in->bad |= !s.p;
        in->word[in->word_n++] = str_copy(in->a, s.p ? s : STR(""));
    }
}

#define NUMBERS(name)                                                                              \
    if (!jr_is(r, #name))                                                                          \
        return false;                                                                              \
    in->name = read_numbers(in->a, r)
#define NUMBER(name)                                                                               \
    if (!jr_is(r, #name))                                                                          \
        return false;                                                                              \
    in->name = jr_i64(r)

static bool read_text(struct in *in, struct jr *r)
{
    jr_obj(r);
    NUMBERS(acts);
    NUMBER(error);
    NUMBERS(firings);
    NUMBER(flags);
    NUMBER(format);
    NUMBERS(overrides);
    NUMBERS(scopes);
    NUMBER(start);
    NUMBER(starter);
    NUMBER(status);
    NUMBERS(tokens);
    NUMBERS(trees);
    if (!jr_is(r, "vars"))
        return false;
    read_vars(in, r);
    NUMBERS(waits);
    NUMBERS(who);
    if (!jr_is(r, "words"))
        return false;
    read_words(in, r);
    jr_obj_end(r);
    return jr_end(r) && in->format == FORMAT;
}

#define MAKE_ROOM(list, numbers, columns)                                                          \
    ((list).n = (list).size = (int)((numbers).n / (columns)),                                      \
     (list).p = arena_alloc_array(in->a, (size_t)(list).size + 1, sizeof *(list).p),               \
     in->bad |= (numbers).n % (columns) != 0)

static void read_rows(struct in *in, const struct numbers *x, size_t columns,
                      void (*read)(struct in *in, int i))
{
    for (size_t i = 0; i < x->n / columns && !in->bad; i++) {
        in->at = x->p + i * columns;
        read(in, (int)i);
    }
}

static void read_all(struct in *in)
{
    struct flow_state *s = in->s;
    const int64_t single[] = { in->error, in->starter };
    MAKE_ROOM(s->act, in->acts, ACT_COLUMNS);
    MAKE_ROOM(s->firing, in->firings, FIRING_COLUMNS);
    MAKE_ROOM(s->token, in->tokens, TOKEN_COLUMNS);
    MAKE_ROOM(s->tree, in->trees, TREE_COLUMNS);
    MAKE_ROOM(s->scope, in->scopes, SCOPE_COLUMNS);
    MAKE_ROOM(s->wait, in->waits, WAIT_COLUMNS);
    in->bad |= in->status < FLOW_NEW || in->status > FLOW_SUSPENDED_INSTANCE || in->flags < 0 ||
               in->flags > 3;
    s->status = in->bad ? FLOW_NEW : (enum flow_status)in->status;
    s->is_suspended = in->flags & 1;
    s->is_migrated = in->flags >> 1 & 1;
    s->started_at = in->start;
    in->bad |= (s->scope.n == 0) != (s->status == FLOW_NEW);
    read_whos(in);
    in->at = single;
    s->error = text(in);
    s->starter = who(in);
    read_rows(in, &in->scopes, SCOPE_COLUMNS, read_scope);
    read_rows(in, &in->acts, ACT_COLUMNS, read_act);
    read_rows(in, &in->firings, FIRING_COLUMNS, read_firing);
    read_rows(in, &in->tokens, TOKEN_COLUMNS, read_token);
    read_rows(in, &in->trees, TREE_COLUMNS, read_tree);
    read_rows(in, &in->waits, WAIT_COLUMNS, read_wait);
    read_overrides(in);
}

bool flow_state_read(struct arena *a, const struct flow_net *net, struct str body,
                     struct flow_state **out, struct err *err)
{
    struct flow_state *s = flow_state_new(a);
    struct in in = { .a = a, .net = net, .s = s };
    struct jr r = jr_of(a, body);
    bool good = read_text(&in, &r);
    if (good)
        read_all(&in);
    if (!good || in.bad || !trees_hang(s))
        return err_set(err, a, ERR_INTERNAL, "flow.body_broken", NULL, NULL, NULL, NULL);
    *out = s;
    return true;
}
