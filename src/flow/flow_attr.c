/* What a task says in the oa: namespace: terms of assign, switches, expressions; and what follows
 * from them for the whole net: outcomes of the route buttons, variables that a holder must choose.
 * An attribute that is not known is refused (fail closed, FLOW §2). */
#include "flow/flow_in.h"

/* --- terms ------------------------------------------------------------------------------------ */

static const struct {
    const char *text;
    enum flow_term_kind kind;
} plain_terms[] = {
    { "starter", FLOW_TERM_STARTER },
    { "starter.section_head", FLOW_TERM_STARTER_SECTION_HEAD },
    { "starter.leader", FLOW_TERM_STARTER_LEADER },
    { "starter.unit_leader", FLOW_TERM_STARTER_UNIT_LEADER },
    { "starter.deputy_secretary_general", FLOW_TERM_STARTER_DEPUTY_SECRETARY_GENERAL },
    { "superior.leader", FLOW_TERM_SUPERIOR_LEADER },
    { "superior.head", FLOW_TERM_SUPERIOR_HEAD },
    { "superior.unit", FLOW_TERM_SUPERIOR_UNIT },
    { "prev.actor", FLOW_TERM_PREV_ACTOR },
}, call_terms[] = {
    { "post", FLOW_TERM_POST }, { "person", FLOW_TERM_PERSON }, { "unit", FLOW_TERM_UNIT },
    { "role", FLOW_TERM_ROLE }, { "var", FLOW_TERM_VAR }, { "leader", FLOW_TERM_LEADER_OF },
    { "superior.role", FLOW_TERM_SUPERIOR_ROLE }, { "beside.role", FLOW_TERM_BESIDE_ROLE },
};

static bool term(struct str text, struct flow_term *out, const char **what)
{
    out->text = text;
    for (size_t i = 0; i < sizeof plain_terms / sizeof *plain_terms; i++)
        if (str_is(text, plain_terms[i].text)) {
            out->kind = plain_terms[i].kind;
            return true;
        }
    ptrdiff_t open = str_find(text, STR("("), 0);
    if (open < 0) {
        out->kind = FLOW_TERM_NAME;
        out->arg = text;
        *what = "办理人写法不对";
        return text.n > 0 && !strpbrk(text.p, "{}$#\"") && !str_starts(text, STR("starter.")) &&
               !str_starts(text, STR("prev.")) && !str_starts(text, STR("superior.")) && !str_starts(text, STR("beside."));
    }
    struct str head = str_trim(str_sub(text, 0, (size_t)open));
    out->arg = str_trim(str_sub(text, (size_t)open + 1, text.n - (size_t)open - 2));
    *what = "办理人写法不对，应为 post(…)、person(…)、unit(…)、role(…)、leader(…)、superior.role(…) 或 var(…)";
    if (!str_ends(text, STR(")")) || out->arg.n == 0)
        return false;
    for (size_t i = 0; i < sizeof call_terms / sizeof *call_terms; i++)
        if (str_is(head, call_terms[i].text)) {
            out->kind = call_terms[i].kind;
            return true;
        }
    return false;
}

const struct flow_term *flow_terms(struct arena *a, struct str text, size_t *n, const char **what)
{
    struct str rest = text, part;
    struct flow_term *list = NULL;
    *n = 0;
    while (str_cut(&rest, ',', &part)) {
        list = arena_grow(a, list, *n * sizeof *list, (*n + 1) * sizeof *list);
        if (!term(str_copy(a, str_trim(part)), &list[(*n)++], what))
            return NULL;
    }
    return list;
}

/* --- expressions ------------------------------------------------------------------------------ */

static bool is_known(struct checker *c, struct str name, const char *const *extra)
{
    if (!c->known)
        return true;
    for (size_t i = 0; extra && extra[i]; i++)
        if (str_is(name, extra[i]))
            return true;
    for (size_t i = 0; i < c->known->n; i++)
        if (str_eq(c->known->name[i], name))
            return true;
    for (size_t i = 0; i < c->own_n; i++)
        if (str_eq(c->own[i], name))
            return true;
    return str_is(name, "loopCounter") || flow_node_find(c->net, name) >= 0;
}

static void own_name(struct checker *c, struct str name)
{
    if (!name.n)
        return;
    c->own = arena_grow(c->a, c->own, c->own_n * sizeof *c->own, (c->own_n + 1) * sizeof *c->own);
    c->own[c->own_n++] = name;
}

/* The left sides of a script. */
static void script_names(struct checker *c, struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        size_t from = i;
        while (i < text.n && text.p[i] != '=' && text.p[i] != '\n' && text.p[i] != ';')
            i++;
        if (i < text.n && text.p[i] == '=')
            own_name(c, str_trim(str_sub(text, from, i - from)));
        while (i < text.n && text.p[i] != '\n' && text.p[i] != ';')
            i++;
    }
}

/* Variables that come from the definition: items, scripts, tables, maps. */
void net_own_names(struct checker *c, const struct xml *x)
{
    for (const struct xml *k = x->first; k; k = k->next) {
        if (xml_is(k, XML_BPMN, "multiInstanceLoopCharacteristics"))
            own_name(c, net_item_name(k, x));
        if (xml_is(k, XML_BPMN, "script"))
            script_names(c, k->text);
        if (xml_is(k, XML_OA, "out"))
            own_name(c, xml_attr(k, XML_NONE, "target"));
        if (xml_is(k, XML_OA, "output"))
            own_name(c, xml_attr(k, XML_NONE, "name").p ? xml_attr(k, XML_NONE, "name") : k->text);
        net_own_names(c, k);
    }
}

/* Compiles FEEL; NULL when the report got an error. ${…} and #{…} are other languages. */
const struct feel *net_expression(struct checker *c, int line, struct str element, struct str text,
                                  const char *const *extra)
{
    if (str_find(text, STR("${"), 0) >= 0 || str_find(text, STR("#{"), 0) >= 0) {
        flow_fail(c, line, element, "flow.expression_language",
                  arena_strndup(c->a, text.p, text.n));
        return NULL;
    }
    const char *what;
    struct feel_names names = { 0 };
    if (c->known)
        names = (struct feel_names){ c->known->name, c->known->n };
    const struct feel *e = feel_compile(c->a, text, &names, &what, NULL);
    if (!e) {
        flow_fail(c, line, element, "flow.expression_broken", what);
        return NULL;
    }
    size_t n;
    const struct str *used = feel_names_used(e, &n);
    for (size_t i = 0; i < n; i++)
        if (!is_known(c, used[i], extra)) {
            flow_fail(c, line, element, "flow.unknown_variable",
                      arena_strndup(c->a, used[i].p, used[i].n));
            return NULL;
        }
    if (c->known) { /* for module/, which knows what the names have */
        struct flow_net *net = c->net;
        if ((net->said_n & (net->said_n - 1)) == 0) /* full: it grows by doubling */
            net->said = arena_grow(c->a, net->said, net->said_n * sizeof *net->said,
                                   (net->said_n ? 2 * net->said_n : 1) * sizeof *net->said);
        net->said[net->said_n++] = (struct flow_said){ e, line, element };
    }
    return e;
}

/* --- attributes of a task --------------------------------------------------------------------- */

struct reader {
    struct checker *c;
    struct flow_node *node;
    struct node_in *in;
    const struct xml *x;
    struct str value;
};

static void wrong(struct reader *r, struct str name)
{
    flow_fail(r->c, r->x->line, r->node->id, "flow.attribute_value",
              arena_printf(r->c->a, "oa:%.*s=\"%.*s\"", STR_ARG(name), STR_ARG(r->value)));
}

static bool boolean(struct reader *r, bool *out)
{
    *out = str_is(r->value, "true");
    return *out || str_is(r->value, "false");
}

static bool read_assign(struct reader *r)
{
    const char *what;
    r->node->assign = r->value;
    r->in->term = flow_terms(r->c->a, r->value, &r->in->term_n, &what);
    return r->in->term != NULL;
}

static bool read_sign(struct reader *r)
{
    static const char *const word[] = { "any", "all", "seq", "vote" };
    r->in->has_sign = true;
    for (int i = 0; i < 4; i++)
        if (str_is(r->value, word[i])) {
            r->node->sign = (enum flow_sign)i;
            return true;
        }
    return false;
}

static const char *const vote_names[] = { "agree",
                                          "disagree",
                                          "total",
                                          "nrOfInstances",
                                          "nrOfCompletedInstances",
                                          "nrOfActiveInstances",
                                          "outcome",
                                          NULL };

static bool read_pass(struct reader *r)
{
    r->in->pass = net_expression(r->c, r->x->line, r->node->id, r->value, vote_names);
    return true; /* its own error was written */
}

static bool read_veto(struct reader *r)
{
    bool yes = false;
    if (str_is(r->value, "lead"))
        r->in->veto = VETO_LEAD;
    else if (boolean(r, &yes))
        r->in->veto = yes ? VETO_ANY : VETO_NONE;
    else
        return false;
    return true;
}

static bool read_lead(struct reader *r)
{
    const char *what;
    r->in->lead_first = str_is(r->value, "first");
    if (r->in->lead_first)
        return true;
    r->in->lead = flow_terms(r->c->a, r->value, &r->in->lead_n, &what);
    return r->in->lead != NULL;
}

/* "3wd", "4wh", "90wm" or an ISO duration. */
bool net_is_period(struct str s)
{
    if (s.n > 1 && s.p[0] == 'P') {
        for (size_t k = 1; k < s.n; k++)
            if (!strchr("0123456789YMWDTHS.", s.p[k]))
                return false;
        return s.n > 2 && s.p[s.n - 1] >= 'A';
    }
    size_t i = 0;
    while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
        i++;
    struct str unit = str_sub(s, i, s.n);
    return i > 0 && i < 6 && (str_is(unit, "wd") || str_is(unit, "wh") || str_is(unit, "wm"));
}

/* A period, or "= FEEL": a day, a moment or a period of the form's own (flow_due). */
static bool read_due(struct reader *r)
{
    r->node->due = r->value;
    if (r->value.n < 2 || r->value.p[0] != '=')
        return net_is_period(r->value);
    struct str text = str_trim(str_sub(r->value, 1, r->value.n));
    r->in->due = net_expression(r->c, r->x->line, r->node->id, text, NULL);
    return true; /* its own error was written */
}

static bool read_warn(struct reader *r)
{
    r->node->warn = r->value;
    return net_is_period(r->value);
}

static bool read_overdue(struct reader *r)
{
    r->node->overdue = r->value;
    return str_is(r->value, "urge") || str_is(r->value, "escalate") ||
           str_is(r->value, "transfer") || (str_starts(r->value, STR("auto:")) && r->value.n > 5);
}

/* Words of the allow-list; what is always possible needs no word. */
static bool op_bit(struct str word, struct flow_node *node)
{
    static const enum flow_op ops[] = { FLOW_SEND_BACK,     FLOW_WITHDRAW, FLOW_ADD_SIGNER,
                                        FLOW_REMOVE_SIGNER, FLOW_TRANSFER, FLOW_TERMINATE,
                                        FLOW_CANCEL,        FLOW_DELEGATE, FLOW_FORWARD,
                                        FLOW_FINISH };
    if (str_is(word, "circulate"))
        return node->may_circulate = true;
    if (str_is(word, "urge"))
        return node->may_urge = true;
    if (str_is(word, "complete") || word.n == 0)
        return true;
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (str_is(word, flow_op_name(ops[i]))) {
            node->ops |= 1u << ops[i];
            return true;
        }
    return false;
}

#define ALWAYS (1u << FLOW_COMPLETE | 1u << FLOW_OPEN | 1u << FLOW_CLAIM | 1u << FLOW_PUT_BACK)

static bool read_ops(struct reader *r)
{
    struct str rest = r->value, word;
    r->node->ops = ALWAYS;
    r->node->may_circulate = r->node->may_urge = false;
    for (size_t i = 0; i < rest.n; i++)
        if (rest.p[i] == ',' || rest.p[i] == '\t' || rest.p[i] == '\n')
            ((char *)(uintptr_t)rest.p)[i] = ' '; /* our own copy */
    while (str_cut(&rest, ' ', &word))
        if (!op_bit(str_trim(word), r->node))
            return false;
    return true;
}

static bool read_return_way(struct reader *r)
{
    if (str_is(r->value, "rework"))
        r->in->return_way = FLOW_WAY_REWORK;
    else if (str_is(r->value, "rewind"))
        r->in->return_way = FLOW_WAY_REWIND;
    else
        return str_is(r->value, "ask");
    return true;
}

static bool read_return_to(struct reader *r)
{
    r->in->return_to = str_is(r->value, "any")       ? RETURN_ANY
                       : str_is(r->value, "prev")    ? RETURN_PREV
                       : str_is(r->value, "starter") ? RETURN_STARTER
                                                     : RETURN_IDS;
    return r->value.n > 0; /* ids are looked up in net_finish */
}

#define READ_TEXT(fn, member)                                                                      \
    static bool fn(struct reader *r)                                                               \
    {                                                                                              \
        r->node->member = r->value;                                                                \
        return r->value.n > 0;                                                                     \
    }
#define READ_BOOL(fn, target)                                                                      \
    static bool fn(struct reader *r)                                                               \
    {                                                                                              \
        return boolean(r, &r->target);                                                             \
    }
READ_TEXT(read_form, form)
READ_TEXT(read_fields, fields)
READ_TEXT(read_distinct, distinct)
READ_TEXT(read_sheet, sheet)
READ_TEXT(read_milestone, milestone)
READ_TEXT(read_op_name, op)
READ_TEXT(read_undo, undo)
READ_BOOL(read_barrier, node->is_barrier)
READ_BOOL(read_wait_all, in->wait_all)
READ_BOOL(read_reassign, in->reassign)
READ_BOOL(read_keep_agreed, in->keep_agreed)
READ_BOOL(read_keep_due, node->keep_due)

static bool read_nothing(struct reader *r)
{
    return r->value.p != NULL;
}

/* Meant for desk/, which reads it by flow_node_attr: child (module opened in a unit that signs). */
static bool read_text(struct reader *r)
{
    return r->value.n > 0;
}

/* Also desk/'s: recordable (OFFICE P1), no_backup (OFFICE P2). */
static bool read_true_or_false(struct reader *r)
{
    bool ignored;
    return boolean(r, &ignored);
}

/* May the starter hold this step himself? flow_decides. */
static bool read_self(struct reader *r)
{
    return str_is(r->value, "up") || str_is(r->value, "may");
}

/* How many branches are waited for, and what becomes of the others. */
static bool read_collect(struct reader *r)
{
    int64_t n;
    r->in->collect = str_is(r->value, "lead")   ? COLLECT_LEAD
                     : str_is(r->value, "none") ? COLLECT_NONE
                                                : COLLECT_ALL;
    if (r->in->collect == COLLECT_NONE)
        r->in->keep_running = true;
    if (r->in->collect || str_is(r->value, "all"))
        return true;
    if (!str_to_i64(r->value, &n) || n < 1 || n > 1000)
        return false;
    r->in->collect = COLLECT_SOME;
    r->in->collect_n = (int)n;
    return true;
}

static bool read_rest(struct reader *r)
{
    bool keep = str_is(r->value, "keep");
    r->in->keep_running |= keep;
    return keep || (str_is(r->value, "void") && r->in->collect != COLLECT_NONE);
}

/* Of the whole process only: inside a part an end says nothing about the business. */
static bool read_ends(struct reader *r)
{
    r->node->is_refusal = r->node->kind == FLOW_END_EVENT && r->node->parent < 0;
    return r->node->is_refusal && str_is(r->value, "rejected");
}

static bool read_finish(struct reader *r)
{
    r->in->finish_owner = str_is(r->value, "owner");
    return r->in->finish_owner || str_is(r->value, "all");
}

static bool read_free(struct reader *r)
{
    return str_is(r->value, "true");
}

static bool read_version(struct reader *r)
{
    int64_t n = 0;
    if (!str_is(r->value, "latest") && (!str_to_i64(r->value, &n) || n < 1 || n > INT32_MAX))
        return false;
    r->node->version = (int)n;
    return true;
}

static bool read_return_mode(struct reader *r)
{
    r->in->collects_returns = str_is(r->value, "collect");
    return r->in->collects_returns || str_is(r->value, "immediate");
}

static bool read_cc(struct reader *r)
{
    const char *what;
    r->node->cc = r->value;
    r->in->cc = flow_terms(r->c->a, r->value, &r->in->cc_n, &what);
    return r->in->cc != NULL;
}

enum {
    ON_USER = 1,
    ON_SERVICE = 2,
    ON_SUB = 4,
    ON_ZONE = 8,
    ON_CALL = 16,
    ON_SENDS = 32, /* sendTask, throw and end events */
    ON_CATCHES = 64,
    ON_HOLDS = ON_SUB | ON_ZONE | ON_CALL,
    ON_ANY = 127
};

static const struct {
    const char *name;
    int on;
    bool (*read)(struct reader *r);
} attributes[] = {
    { "assign", ON_USER, read_assign },
    { "barrier", ON_SERVICE | ON_SENDS | ON_CALL, read_barrier },
    { "cc", ON_USER | ON_SERVICE | ON_HOLDS, read_cc },
    { "child", ON_USER, read_text },
    { "collect", ON_HOLDS, read_collect },
    { "collection", ON_USER | ON_HOLDS, read_nothing },  /* with the multi-instance element */
    { "correlation", ON_SENDS | ON_CATCHES, read_text }, /* with the event */
    { "distinct", ON_USER, read_distinct },
    { "due", ON_USER | ON_HOLDS, read_due },
    { "ends", ON_SENDS, read_ends },
    { "fields", ON_USER, read_fields },
    { "finish", ON_ZONE, read_finish },
    { "form", ON_USER, read_form },
    { "free", ON_ZONE, read_free },
    { "item", ON_USER | ON_HOLDS, read_text }, /* with the multi-instance element */
    { "keepAgreed", ON_USER, read_keep_agreed },
    { "keepDue", ON_USER, read_keep_due },
    { "label", ON_ANY, read_nothing },
    { "lead", ON_USER | ON_HOLDS, read_lead },
    { "message", ON_SENDS | ON_CATCHES, read_text }, /* with the event */
    { "milestone", ON_ANY, read_milestone },
    { "no_backup", ON_USER, read_true_or_false },
    { "op", ON_SERVICE, read_op_name },
    { "ops", ON_USER, read_ops },
    { "overdue", ON_USER, read_overdue },
    { "pass", ON_USER, read_pass },
    { "reassign", ON_USER, read_reassign },
    { "recordable", ON_USER, read_true_or_false },
    { "rest", ON_HOLDS, read_rest },
    { "returnMode", ON_USER, read_return_mode },
    { "returnTo", ON_USER, read_return_to },
    { "returnWay", ON_USER, read_return_way },
    { "self", ON_USER, read_self },
    { "sheet", ON_USER, read_sheet },
    { "sign", ON_USER, read_sign },
    { "undo", ON_SERVICE, read_undo },
    { "version", ON_CALL, read_version },
    { "veto", ON_USER, read_veto },
    { "waitAll", ON_USER, read_wait_all },
    { "warn", ON_USER | ON_HOLDS, read_warn },
};

static int place_of(enum flow_node_kind k)
{
    static const int place[FLOW_NODE_KINDS] = {
        [FLOW_USER_TASK] = ON_USER,
        [FLOW_SERVICE_TASK] = ON_SERVICE,
        [FLOW_SUB_PROCESS] = ON_SUB,
        [FLOW_FREE_ZONE] = ON_ZONE,
        [FLOW_CALL] = ON_CALL,
        [FLOW_SEND_TASK] = ON_SENDS,
        [FLOW_THROW_EVENT] = ON_SENDS,
        [FLOW_END_EVENT] = ON_SENDS,
        [FLOW_RECEIVE_TASK] = ON_CATCHES,
        [FLOW_CATCH_EVENT] = ON_CATCHES,
        [FLOW_BOUNDARY_EVENT] = ON_CATCHES,
        [FLOW_START_EVENT] = ON_CATCHES,
    };
    return place[k];
}

static void read_one(struct reader *r, struct str name, int on)
{
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        if (str_is(name, attributes[i].name) &&
            ((attributes[i].on & on) || attributes[i].on == ON_ANY)) {
            if (!attributes[i].read(r))
                wrong(r, name);
            return;
        }
    /* What a service task hands to its command is that command's business. */
    if (on != ON_SERVICE)
        flow_fail(r->c, r->x->line, r->node->id, "flow.unknown_attribute",
                  arena_printf(r->c->a, "oa:%.*s", STR_ARG(name)));
}

void net_read_attributes(struct checker *c, int node, const struct xml *x)
{
    struct reader r = { .c = c, .node = &c->net->node[node], .in = &c->net->node_in[node], .x = x };
    int on = place_of(r.node->kind);
    struct flow_attr *list = arena_array_of(c->a, struct flow_attr, x->attr_n);
    r.node->ops = ~0u;
    r.node->may_circulate = r.node->may_urge = true;
    for (size_t i = 0; i < x->attr_n; i++) {
        if (x->attr[i].ns != XML_OA)
            continue;
        r.value = str_copy(c->a, x->attr[i].value);
        list[r.node->attr_n++] = (struct flow_attr){ x->attr[i].name, x->attr[i].value };
        read_one(&r, x->attr[i].name, on);
    }
    r.node->attr = list;
    if (r.node->kind == FLOW_SERVICE_TASK && !r.node->op.p)
        flow_fail(c, x->line, r.node->id, "flow.no_op", NULL);
}

/* --- what follows for the whole net ----------------------------------------------------------- */

/* Ids in an attribute → nodes. */
static const int *ids(struct checker *c, int node, struct str text, size_t *n)
{
    struct str rest = text, part;
    int *list = NULL;
    *n = 0;
    while (str_cut(&rest, ',', &part)) {
        int at = flow_node_find(c->net, str_trim(part));
        if (at < 0) {
            part = str_trim(part);
            flow_fail(c, c->net->node[node].line, c->net->node[node].id, "flow.unknown_id",
                      arena_strndup(c->a, part.p, part.n));
            return NULL;
        }
        list = arena_grow(c->a, list, *n * sizeof *list, (*n + 1) * sizeof *list);
        list[(*n)++] = at;
    }
    return list;
}

static void add_outcome(struct checker *c, struct node_in *in, struct str name, struct str label)
{
    for (size_t i = 0; i < in->outcome_n; i++)
        if (str_eq(in->outcome[i].name, name))
            return;
    in->outcome = arena_grow(c->a, in->outcome, in->outcome_n * sizeof *in->outcome,
                             (in->outcome_n + 1) * sizeof *in->outcome);
    in->outcome[in->outcome_n++] = (struct flow_outcome){ name, label.p ? label : name };
}

/* Route buttons from the flows behind `of`. The label of a flow counts when it stands for one
 * outcome only. */
static void outcomes_of(struct checker *c, struct node_in *in, int of)
{
    const struct node_in *from = &c->net->node_in[of];
    for (size_t i = 0; i < from->out_n; i++) {
        const struct flow_edge *e = &c->net->edge[from->out[i]];
        const struct edge_in *ei = &c->net->edge_in[from->out[i]];
        struct str label = e->label.p ? e->label : e->name;
        if (ei->outcome.p)
            add_outcome(c, in, ei->outcome, label);
        for (size_t k = 0; k < ei->literal_n; k++)
            add_outcome(c, in, ei->literal[k], ei->literal_n == 1 ? label : STR_NONE);
    }
    /* The default flow of a choice by outcome has a button when it is labelled. */
    int d = from->default_edge;
    if (d >= 0 && in->outcome_n && c->net->edge[d].label.p)
        add_outcome(c, in, c->net->edge[d].label, c->net->edge[d].label);
}

static void find_outcomes(struct checker *c, int node)
{
    struct node_in *in = &c->net->node_in[node];
    outcomes_of(c, in, node);
    if (in->out_n == 1) {
        int to = c->net->edge[in->out[0]].to;
        if (c->net->node[to].kind == FLOW_EXCLUSIVE)
            outcomes_of(c, in, to);
    }
    bool several = in->multi != MULTI_NONE || in->pass || in->has_sign;
    if (in->outcome_n == 0 && several) {
        add_outcome(c, in, STR("agree"), STR("同意"));
        add_outcome(c, in, STR("disagree"), STR("不同意"));
    }
}

static void add_need(struct checker *c, struct node_in *in, struct str name, int node)
{
    for (size_t i = 0; i < in->need_n; i++)
        if (str_eq(in->need[i].name, name) && in->need[i].node == node)
            return;
    in->need = arena_grow(c->a, in->need, in->need_n * sizeof *in->need,
                          (in->need_n + 1) * sizeof *in->need);
    in->need[in->need_n++] = (struct flow_need){ name, node };
}

static bool is_own_item(const struct flow_net *net, int node, struct str name)
{
    for (; node >= 0; node = net->node[node].parent)
        if (str_eq(net->node_in[node].multi_item, name))
            return true;
    return false;
}

static void find_needs(struct checker *c, struct node_in *in, int node, bool *seen);

/* What comes next at `to`: a task, or what is behind something that nobody holds; into and out of
 * sub-processes. */
static void needs_at(struct checker *c, struct node_in *in, int to, bool *seen)
{
    const struct flow_net *net = c->net;
    if (seen[to])
        return;
    seen[to] = true;
    const struct node_in *t = &net->node_in[to];
    if (t->body >= 0) {
        find_needs(c, in, net->part[t->body].start, seen);
        return;
    }
    if (net->node[to].kind != FLOW_USER_TASK) {
        find_needs(c, in, to, seen);
        return;
    }
    for (size_t k = 0; k < t->term_n; k++)
        if (t->term[k].kind == FLOW_TERM_VAR && !is_own_item(net, to, t->term[k].arg))
            add_need(c, in, t->term[k].arg, to);
}

static void find_needs(struct checker *c, struct node_in *in, int node, bool *seen)
{
    const struct flow_net *net = c->net;
    const struct node_in *from = &net->node_in[node];
    for (size_t i = 0; i < from->out_n; i++)
        needs_at(c, in, net->edge[from->out[i]].to, seen);
    int holder = net->part[from->part].node;
    if (from->out_n == 0 && holder >= 0 && !seen[holder] &&
        net->part[from->part].kind == PART_SUB) {
        seen[holder] = true;
        find_needs(c, in, holder, seen);
    }
}

/* Conditions of several outflows exclude each other when they name disjoint outcomes. */
static bool excludes(const struct flow_net *net, const struct node_in *in)
{
    for (size_t i = 0; i < in->out_n; i++) {
        const struct edge_in *x = &net->edge_in[in->out[i]];
        if (in->out[i] == in->default_edge)
            continue;
        if (!x->literal_n && !x->outcome.p)
            return false;
        for (size_t j = 0; j < i; j++) {
            const struct edge_in *y = &net->edge_in[in->out[j]];
            const struct str *xs = x->literal_n ? x->literal : &x->outcome;
            const struct str *ys = y->literal_n ? y->literal : &y->outcome;
            for (size_t k = 0; k < (x->literal_n ? x->literal_n : 1); k++)
                for (size_t l = 0; l < (y->literal_n ? y->literal_n : 1); l++)
                    if (str_eq(xs[k], ys[l]))
                        return false;
        }
    }
    return true;
}

/* Both counted alike, a warning that comes with the limit or before the step begins warns of nothing. */
static void check_warn(struct checker *c, const struct flow_node *n)
{
    size_t i = 0, k = 0;
    int64_t due, warn;
    while (i < n->due.n && n->due.p[i] >= '0' && n->due.p[i] <= '9')
        i++;
    while (k < n->warn.n && n->warn.p[k] >= '0' && n->warn.p[k] <= '9')
        k++;
    if (str_eq(str_sub(n->due, i, n->due.n), str_sub(n->warn, k, n->warn.n)) &&
        str_to_i64(str_sub(n->due, 0, i), &due) && str_to_i64(str_sub(n->warn, 0, k), &warn) &&
        warn >= due)
        flow_fail(c, n->line, n->id, "flow.warn_not_before",
                  arena_strndup(c->a, n->warn.p, n->warn.n));
}

void net_finish(struct checker *c)
{
    struct flow_net *net = c->net;
    for (size_t i = 0; i < net->node_n; i++) {
        struct node_in *in = &net->node_in[i];
        in->exclusive_out = excludes(net, in);
        if (net->node[i].kind != FLOW_USER_TASK)
            continue;
        check_warn(c, &net->node[i]);
        if (net->node[i].distinct.p)
            in->distinct = ids(c, (int)i, net->node[i].distinct, &in->distinct_n);
        if (in->return_to == RETURN_IDS)
            in->return_ids =
                ids(c, (int)i, flow_node_attr(&net->node[i], "returnTo"), &in->return_ids_n);
        find_outcomes(c, (int)i);
        bool *seen = arena_array_of(c->a, bool, net->node_n);
        find_needs(c, in, (int)i, seen);
    }
    /* The start event asks for what the first tasks need. */
    bool *seen = arena_array_of(c->a, bool, net->node_n);
    find_needs(c, &net->node_in[net->start], net->start, seen);
}
