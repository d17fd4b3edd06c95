/* BPMN text → net. Every element and attribute of the process is looked up in the tables below:
 * executed, drawn only, or refused with its line; what the tables do not know is refused too
 * (fail closed, FLOW §2 and §3). Elements of foreign namespaces are kept in the text and left
 * alone. */
#include "base/check.h"
#include "flow/flow_in.h"

#define NODE_MOST 2000
#define EDGE_MOST 6000

enum role { ROLE_NODE, ROLE_EDGE, ROLE_DRAWN, ROLE_LANES, ROLE_NEVER };

static const struct {
    const char *tag;
    enum role role;
    enum flow_node_kind kind;
} elements[] = {
    { "adHocSubProcess", ROLE_NODE, FLOW_FREE_ZONE },
    { "artifact", ROLE_DRAWN, 0 },
    { "association", ROLE_DRAWN, 0 },
    { "auditing", ROLE_DRAWN, 0 },
    { "boundaryEvent", ROLE_NODE, FLOW_BOUNDARY_EVENT },
    { "businessRuleTask", ROLE_NODE, FLOW_RULE_TASK },
    { "callActivity", ROLE_NODE, FLOW_CALL },
    { "callChoreography", ROLE_NEVER, 0 },
    { "choreographyTask", ROLE_NEVER, 0 },
    { "complexGateway", ROLE_NEVER, 0 },
    { "dataObject", ROLE_DRAWN, 0 },
    { "dataObjectReference", ROLE_DRAWN, 0 },
    { "dataStoreReference", ROLE_DRAWN, 0 },
    { "documentation", ROLE_DRAWN, 0 },
    { "endEvent", ROLE_NODE, FLOW_END_EVENT },
    { "eventBasedGateway", ROLE_NODE, FLOW_EVENT_GATEWAY },
    { "exclusiveGateway", ROLE_NODE, FLOW_EXCLUSIVE },
    { "extensionElements", ROLE_DRAWN, 0 },
    { "group", ROLE_DRAWN, 0 },
    { "implicitThrowEvent", ROLE_NEVER, 0 },
    { "inclusiveGateway", ROLE_NODE, FLOW_INCLUSIVE },
    { "incoming", ROLE_DRAWN, 0 },
    { "intermediateCatchEvent", ROLE_NODE, FLOW_CATCH_EVENT },
    { "intermediateThrowEvent", ROLE_NODE, FLOW_THROW_EVENT },
    { "ioSpecification", ROLE_DRAWN, 0 },
    { "laneSet", ROLE_LANES, 0 },
    { "manualTask", ROLE_NODE, FLOW_PASS_TASK },
    { "monitoring", ROLE_DRAWN, 0 },
    { "multiInstanceLoopCharacteristics", ROLE_DRAWN, 0 }, /* of a sub-process: read with it */
    { "outgoing", ROLE_DRAWN, 0 },
    { "parallelGateway", ROLE_NODE, FLOW_PARALLEL },
    { "property", ROLE_DRAWN, 0 },
    { "receiveTask", ROLE_NODE, FLOW_RECEIVE_TASK },
    { "scriptTask", ROLE_NODE, FLOW_SCRIPT_TASK },
    { "sendTask", ROLE_NODE, FLOW_SEND_TASK },
    { "sequenceFlow", ROLE_EDGE, 0 },
    { "serviceTask", ROLE_NODE, FLOW_SERVICE_TASK },
    { "startEvent", ROLE_NODE, FLOW_START_EVENT },
    { "subChoreography", ROLE_NEVER, 0 },
    { "subProcess", ROLE_NODE, FLOW_SUB_PROCESS },
    { "task", ROLE_NODE, FLOW_PASS_TASK },
    { "textAnnotation", ROLE_DRAWN, 0 },
    { "transaction", ROLE_NEVER, 0 },
    { "userTask", ROLE_NODE, FLOW_USER_TASK },
};

static size_t element_of(struct str tag)
{
    size_t i = 0;
    while (i < sizeof elements / sizeof *elements && !str_is(tag, elements[i].tag))
        i++;
    return i;
}

static enum role role_of(struct str tag)
{
    size_t i = element_of(tag);
    return i < sizeof elements / sizeof *elements ? elements[i].role : ROLE_NEVER;
}

/* Children of a node that are drawn or mean nothing to the engine. */
static const char *const drawn_inside[] = { "documentation",
                                            "extensionElements",
                                            "incoming",
                                            "outgoing",
                                            "ioSpecification",
                                            "property",
                                            "dataInputAssociation",
                                            "dataOutputAssociation",
                                            "auditing",
                                            "monitoring",
                                            "rendering",
                                            "dataInput",
                                            "dataOutput",
                                            "inputSet",
                                            "outputSet",
                                            NULL };

/* Attributes without a namespace; those with a value may have only that one. */
static const struct {
    const char *name, *only;
} plain_attributes[] = {
    { "attachedToRef", NULL },
    { "calledElement", NULL },
    { "cancelActivity", NULL },
    { "cancelRemainingInstances", "true" },
    { "completionQuantity", "1" },
    { "default", NULL },
    { "eventGatewayType", "Exclusive" },
    { "gatewayDirection", NULL },
    { "id", NULL },
    { "implementation", NULL },
    { "instantiate", "false" },
    { "isForCompensation", "false" },
    { "isImmediate", NULL },
    { "isInterrupting", NULL },
    { "messageRef", NULL },
    { "name", NULL },
    { "operationRef", NULL },
    { "ordering", "Parallel" },
    { "parallelMultiple", "false" },
    { "scriptFormat", NULL },
    { "sourceRef", NULL },
    { "startQuantity", "1" },
    { "targetRef", NULL },
    { "triggeredByEvent", NULL },
};

static bool one_of(struct str s, const char *const *list)
{
    for (; *list; list++)
        if (str_is(s, *list))
            return true;
    return false;
}

/* --- finding ---------------------------------------------------------------------------------- */

static void index_id(struct flow_net *net, int node)
{
    size_t i = (size_t)str_hash(net->node[node].id) & (net->id_size - 1);
    while (net->id_slot[i])
        i = (i + 1) & (net->id_size - 1);
    net->id_slot[i] = &net->node[node].id;
    net->id_node[i] = node;
}

int flow_node_find(const struct flow_net *net, struct str id)
{
    if (!id.p || !net->id_size)
        return -1;
    size_t i = (size_t)str_hash(id) & (net->id_size - 1);
    for (; net->id_slot[i]; i = (i + 1) & (net->id_size - 1))
        if (str_eq(*net->id_slot[i], id))
            return net->id_node[i];
    return -1;
}

/* --- one element ------------------------------------------------------------------------------ */

static bool is_fine(const struct xml_attr *at)
{
    if (at->ns != XML_NONE)
        return true;
    for (size_t i = 0; i < sizeof plain_attributes / sizeof *plain_attributes; i++)
        if (str_is(at->name, plain_attributes[i].name))
            return !plain_attributes[i].only || str_is(at->value, plain_attributes[i].only);
    return false;
}

static void check_attributes(struct checker *c, const struct xml *x)
{
    for (size_t i = 0; i < x->attr_n; i++)
        if (!is_fine(&x->attr[i]))
            flow_fail(c, x->line, xml_id_or_tag(x), "flow.attribute_not_supported",
                      arena_printf(c->a, "%.*s=\"%.*s\"", STR_ARG(x->attr[i].name),
                                   STR_ARG(x->attr[i].value)));
}

static const struct feel *inner(struct checker *c, const struct xml *node, const struct xml *x)
{
    static const char *const names[] = { "nrOfInstances",
                                         "nrOfCompletedInstances",
                                         "nrOfActiveInstances",
                                         "loopCounter",
                                         "agree",
                                         "disagree",
                                         "total",
                                         "outcome",
                                         NULL };
    return x ? net_expression(c, x->line, xml_id_or_tag(node), x->text, names) : NULL;
}

struct str net_item_name(const struct xml *m, const struct xml *x)
{
    const struct xml *item = xml_child(m, XML_BPMN, "inputDataItem");
    struct str own = xml_attr(x, XML_OA, "item");
    if (own.n || !item)
        return own;
    struct str name = xml_attr(item, XML_NONE, "name");
    return name.p ? name : xml_attr(item, XML_NONE, "id");
}

static void read_multi(struct checker *c, int node, const struct xml *x, const struct xml *m)
{
    struct node_in *in = &c->net->node_in[node];
    struct str behavior = xml_attr(m, XML_NONE, "behavior");
    if (behavior.p && !str_is(behavior, "All"))
        flow_fail(c, m->line, xml_id_or_tag(x), "flow.attribute_not_supported",
                  arena_printf(c->a, "behavior=\"%.*s\"", STR_ARG(behavior)));
    bool seq = str_is(xml_attr(m, XML_NONE, "isSequential"), "true");
    in->multi = seq ? MULTI_SEQUENTIAL : MULTI_PARALLEL;
    in->cardinality = inner(c, x, xml_child(m, XML_BPMN, "loopCardinality"));
    in->completion = inner(c, x, xml_child(m, XML_BPMN, "completionCondition"));
    in->collection = inner(c, x, xml_child(m, XML_BPMN, "loopDataInputRef"));
    struct str own = xml_attr(x, XML_OA, "collection");
    if (own.p)
        in->collection = net_expression(c, x->line, xml_id_or_tag(x), own, NULL);
    in->multi_item = net_item_name(m, x);
    if (!in->collection && !in->cardinality)
        flow_fail(c, m->line, xml_id_or_tag(x), "flow.multi_without_items", NULL);
    for (const struct xml *k = m->first; k; k = k->next)
        if (str_is(k->tag, "complexBehaviorDefinition"))
            flow_fail(c, k->line, xml_id_or_tag(x), "flow.not_supported",
                      "complexBehaviorDefinition");
}

static bool may_be_many(enum flow_node_kind k)
{
    return k == FLOW_USER_TASK || k == FLOW_SUB_PROCESS || k == FLOW_FREE_ZONE || k == FLOW_CALL;
}

static void read_inside(struct checker *c, int node, const struct xml *x)
{
    enum flow_node_kind kind = c->net->node[node].kind;
    bool holds = c->net->node_in[node].body >= 0;
    for (const struct xml *k = x->first; k; k = k->next) {
        if (k->ns != XML_BPMN || one_of(k->tag, drawn_inside) || net_read_event(c, node, x, k) ||
            (kind == FLOW_SCRIPT_TASK && str_is(k->tag, "script")))
            continue;
        if (str_is(k->tag, "multiInstanceLoopCharacteristics") && may_be_many(kind))
            read_multi(c, node, x, k);
        else if (!holds)
            flow_fail(c, k->line, xml_id_or_tag(x), "flow.not_supported",
                      arena_strndup(c->a, k->tag.p, k->tag.n));
    }
    const struct xml *doc = xml_child(x, XML_BPMN, "documentation");
    if (doc)
        c->net->node[node].doc = doc->text;
}

static bool is_off(const struct xml *x, const char *attribute)
{
    return str_is(xml_attr(x, XML_NONE, attribute), "false");
}

/* What the kind alone says. */
static void read_kind(struct checker *c, int node, const struct xml *x)
{
    struct flow_node *n = &c->net->node[node];
    bool handler = n->kind == FLOW_START_EVENT;
    n->is_interrupting = handler                          ? !is_off(x, "isInterrupting")
                         : n->kind == FLOW_BOUNDARY_EVENT ? !is_off(x, "cancelActivity")
                                                          : false;
    if (n->event == FLOW_EVENT_ERROR && (handler || n->kind == FLOW_BOUNDARY_EVENT) &&
        !n->is_interrupting)
        flow_fail(c, x->line, n->id, "flow.attribute_not_supported",
                  handler ? "isInterrupting=\"false\"" : "cancelActivity=\"false\"");
    if (n->kind == FLOW_CATCH_EVENT && !n->event)
        flow_fail(c, x->line, n->id, "flow.no_event", NULL);
    if (n->kind == FLOW_BOUNDARY_EVENT && !n->event)
        flow_fail(c, x->line, n->id, "flow.no_event", NULL);
    if (n->kind == FLOW_SCRIPT_TASK)
        net_read_script(c, node, x);
    if (n->kind == FLOW_CALL) {
        n->called = xml_attr(x, XML_NONE, "calledElement");
        if (!n->called.n)
            flow_fail(c, x->line, n->id, "flow.no_called", NULL);
    }
    if (wait_is_catching(c->net, node) || n->kind == FLOW_BOUNDARY_EVENT ||
        n->kind == FLOW_EVENT_SUB_PROCESS)
        c->net->has_waits = true;
}

static void read_part(struct checker *c, int part);

/* A sub-process holds a net of its own. */
static int add_part(struct checker *c, int node, const struct xml *x)
{
    struct flow_net *net = c->net;
    int part = (int)net->part_n++;
    enum part_kind kind = net->node[node].kind == FLOW_FREE_ZONE           ? PART_ZONE
                          : net->node[node].kind == FLOW_EVENT_SUB_PROCESS ? PART_EVENT_SUB
                                                                           : PART_SUB;
    net->part[part] =
        (struct part){ .kind = kind, .node = node, .parent = c->part, .start = -1, .xml = x };
    return part;
}

static void add_node(struct checker *c, const struct xml *x, enum flow_node_kind kind)
{
    struct flow_net *net = c->net;
    struct str id = xml_attr(x, XML_NONE, "id");
    if (!id.n) {
        flow_fail(c, x->line, x->tag, "flow.no_id", NULL);
        return;
    }
    if (flow_node_find(net, id) >= 0) {
        flow_fail(c, x->line, id, "flow.id_twice", NULL);
        return;
    }
    if (net->node_n == NODE_MOST) {
        if (!c->report->error_n)
            flow_fail(c, x->line, id, "flow.too_many_nodes", NULL);
        return;
    }
    int n = (int)net->node_n++, holder = net->part[c->part].node;
    net->node[n] = (struct flow_node){ .id = id,
                                       .name = xml_attr(x, XML_NONE, "name"),
                                       .kind = kind,
                                       .line = x->line,
                                       .parent = holder,
                                       .host = -1 };
    net->node_in[n] = (struct node_in){
        .default_edge = -1, .part = c->part, .body = -1, .join = -1, .aside = -1
    };
    /* A drawn task with people named on it is theirs (FLOW §3); a message to be sent by an
     * operation is a service. */
    if (kind == FLOW_PASS_TASK && xml_attr(x, XML_OA, "assign").p)
        net->node[n].kind = FLOW_USER_TASK;
    if (kind == FLOW_SEND_TASK && xml_attr(x, XML_OA, "op").p)
        net->node[n].kind = FLOW_SERVICE_TASK;
    if (kind == FLOW_SUB_PROCESS && str_is(xml_attr(x, XML_NONE, "triggeredByEvent"), "true"))
        net->node[n].kind = FLOW_EVENT_SUB_PROCESS;
    bool holds = kind == FLOW_SUB_PROCESS || kind == FLOW_FREE_ZONE;
    if (holds)
        net->node_in[n].body = add_part(c, n, x);
    index_id(net, n);
    check_attributes(c, x);
    read_inside(c, n, x);
    net_read_message(c, n, x);
    read_kind(c, n, x);
    net_read_extension(c, n, x);
    net_read_attributes(c, n, x);
    if (holds) {
        int outer = c->part;
        read_part(c, net->node_in[n].body);
        c->part = outer;
    }
}

static void add_edge(struct checker *c, const struct xml *x)
{
    struct flow_net *net = c->net;
    struct str from = xml_attr(x, XML_NONE, "sourceRef"), to = xml_attr(x, XML_NONE, "targetRef");
    int f = flow_node_find(net, from), t = flow_node_find(net, to);
    check_attributes(c, x);
    if (f >= 0 && t >= 0 && (net->node_in[f].part != c->part || net->node_in[t].part != c->part)) {
        flow_fail(c, x->line, xml_id_or_tag(x), "flow.flow_crosses", NULL);
        return;
    }
    if (f < 0 || t < 0) {
        /* When the other end was refused, its own error is enough. */
        if (!c->report->error_n)
            flow_fail(c, x->line, xml_id_or_tag(x), "flow.unknown_id", f < 0 ? from.p : to.p);
        return;
    }
    if (net->edge_n == EDGE_MOST) {
        if (!c->report->error_n)
            flow_fail(c, x->line, xml_id_or_tag(x), "flow.too_many_flows", NULL);
        return;
    }
    int e = (int)net->edge_n++;
    const struct xml *cond = xml_child(x, XML_BPMN, "conditionExpression");
    net->edge[e] = (struct flow_edge){ .id = xml_attr(x, XML_NONE, "id"),
                                       .name = xml_attr(x, XML_NONE, "name"),
                                       .label = xml_attr(x, XML_OA, "label"),
                                       .from = f,
                                       .to = t };
    net->node_in[f].out_n++;
    net->node_in[t].in_n++;
    if (!cond || cond->text.n == 0) {
        net->edge_in[e].is_empty = cond != NULL;
        return;
    }
    struct str language = xml_attr(cond, XML_NONE, "language");
    if (language.n && str_find(language, STR("feel"), 0) < 0 &&
        str_find(language, STR("FEEL"), 0) < 0) {
        flow_fail(c, cond->line, xml_id_or_tag(x), "flow.expression_language",
                  arena_strndup(c->a, language.p, language.n));
        return;
    }
    static const char *const names[] = { "outcome", NULL };
    net->edge[e].condition = cond->text;
    net->edge_in[e].condition = net_expression(c, cond->line, xml_id_or_tag(x), cond->text, names);
}

/* --- the whole -------------------------------------------------------------------------------- */

static void count_element(struct checker *c, struct str tag)
{
    struct flow_report *r = c->report;
    for (size_t i = 0; i < r->element_n; i++)
        if (str_eq(r->element[i].name, tag)) {
            r->element_count[i]++;
            return;
        }
    size_t n = r->element_n;
    r->element = arena_grow(c->a, r->element, n * sizeof *r->element, (n + 1) * sizeof *r->element);
    r->element_count =
        arena_grow(c->a, r->element_count, n * sizeof(size_t), (n + 1) * sizeof(size_t));
    r->element[n].name = tag;
    r->element_count[n] = 1;
    r->element_n++;
}

/* What is refused is counted with what it holds. */
static void count_inside(struct checker *c, const struct xml *x)
{
    for (const struct xml *k = x->first; k; k = k->next)
        if (k->ns == XML_BPMN && element_of(k->tag) < sizeof elements / sizeof *elements &&
            role_of(k->tag) != ROLE_DRAWN) {
            count_element(c, k->tag);
            count_inside(c, k);
        }
}

static void read_element(struct checker *c, const struct xml *x, bool edges)
{
    enum role role = role_of(x->tag);
    if (edges) {
        if (role == ROLE_EDGE)
            add_edge(c, x);
        return;
    }
    /* of a sub-process itself, not of what is in it */
    if (c->part &&
        (one_of(x->tag, drawn_inside) || str_is(x->tag, "multiInstanceLoopCharacteristics")))
        return;
    count_element(c, x->tag);
    if (role == ROLE_NEVER) {
        count_inside(c, x);
        flow_fail(c, x->line, xml_id_or_tag(x), "flow.not_supported",
                  arena_strndup(c->a, x->tag.p, x->tag.n));
    }
    if (role == ROLE_NODE)
        add_node(c, x, elements[element_of(x->tag)].kind);
}

static bool has_nodes(const struct xml *process)
{
    for (const struct xml *k = process->first; k; k = k->next)
        if (k->ns == XML_BPMN && element_of(k->tag) < sizeof elements / sizeof *elements &&
            role_of(k->tag) != ROLE_DRAWN && role_of(k->tag) != ROLE_LANES)
            return true;
    return false;
}

/* The one process that runs: the only one drawn out, or the only executable one. */
static const struct xml *choose(struct checker *c, const struct xml *root)
{
    const struct xml *only = NULL, *executable = NULL;
    int n = 0, n_executable = 0;
    for (const struct xml *p = root->first; p; p = p->next) {
        if (!xml_is(p, XML_BPMN, "process") || !has_nodes(p))
            continue;
        only = p;
        n++;
        if (str_is(xml_attr(p, XML_NONE, "isExecutable"), "true")) {
            executable = p;
            n_executable++;
        }
    }
    if (n_executable == 1)
        return executable;
    if (n == 1)
        return only;
    flow_fail(c, root->line, xml_id_or_tag(root), n ? "flow.several_processes" : "flow.no_process",
              NULL);
    return NULL;
}

static void check_root(struct checker *c, const struct xml *root)
{
    static const char *const never[] = { "choreography", "globalChoreographyTask", "conversation",
                                         "globalConversation", NULL };
    for (const struct xml *k = root->first; k; k = k->next)
        if (k->ns == XML_BPMN && one_of(k->tag, never))
            flow_fail(c, k->line, xml_id_or_tag(k), "flow.not_supported",
                      arena_strndup(c->a, k->tag.p, k->tag.n));
}

static void children(const struct xml *x, size_t *nodes, size_t *parts)
{
    for (const struct xml *k = x->first; k; k = k->next) {
        ++*nodes;
        *parts += str_is(k->tag, "subProcess") || str_is(k->tag, "adHocSubProcess");
        children(k, nodes, parts);
    }
}

static void allocate(struct checker *c, const struct xml *process)
{
    struct flow_net *net = c->net;
    size_t most = 0, parts = 1;
    children(process, &most, &parts);
    size_t nodes = (most < NODE_MOST ? most : NODE_MOST) + parts + 2; /* and the hidden ones */
    net->node = arena_array_of(c->a, struct flow_node, nodes);
    net->node_in = arena_array_of(c->a, struct node_in, nodes);
    size_t edges = (most < EDGE_MOST ? most : EDGE_MOST) + 2 * nodes;
    net->edge = arena_array_of(c->a, struct flow_edge, edges);
    net->edge_in = arena_array_of(c->a, struct edge_in, edges);
    net->part = arena_array_of(c->a, struct part, parts);
    for (net->id_size = 16; net->id_size < nodes * 2;)
        net->id_size *= 2;
    net->id_slot = arena_array_of(c->a, const struct str *, net->id_size);
    net->id_node = arena_array_of(c->a, int, net->id_size);
}

static void link_edges(struct checker *c)
{
    struct flow_net *net = c->net;
    for (size_t i = 0; i < net->node_n; i++) {
        struct node_in *in = &net->node_in[i];
        in->in = arena_array_of(c->a, int, in->in_n);
        in->out = arena_array_of(c->a, int, in->out_n);
        in->in_n = in->out_n = 0;
    }
    for (size_t e = 0; e < net->edge_n; e++) {
        struct node_in *from = &net->node_in[net->edge[e].from],
                       *to = &net->node_in[net->edge[e].to];
        from->out[from->out_n++] = (int)e;
        to->in[to->in_n++] = (int)e;
    }
}

static void bind_default(struct checker *c, const struct xml *x)
{
    struct flow_net *net = c->net;
    struct str id = xml_attr(x, XML_NONE, "default");
    int n = flow_node_find(net, xml_attr(x, XML_NONE, "id"));
    if (!id.n || n < 0)
        return;
    struct node_in *in = &net->node_in[n];
    for (size_t i = 0; i < in->out_n; i++)
        if (str_eq(net->edge[in->out[i]].id, id)) {
            in->default_edge = in->out[i];
            net->edge[in->out[i]].is_default = true;
            return;
        }
    flow_fail(c, x->line, net->node[n].id, "flow.unknown_id", arena_strndup(c->a, id.p, id.n));
}

/* What a flow says about outcomes, and whether every way out of a choice is decidable. */
static void check_conditions(struct checker *c)
{
    struct flow_net *net = c->net;
    for (size_t e = 0; e < net->edge_n; e++) {
        struct flow_edge *edge = &net->edge[e];
        struct edge_in *in = &net->edge_in[e];
        const struct node_in *from = &net->node_in[edge->from];
        enum flow_node_kind kind = net->node[edge->from].kind;
        bool chooses = kind == FLOW_EXCLUSIVE || kind == FLOW_USER_TASK ||
                       kind == FLOW_SUB_PROCESS || kind == FLOW_CALL || kind == FLOW_FREE_ZONE ||
                       kind == FLOW_INCLUSIVE;
        if (in->condition)
            in->literal = feel_equals_literals(c->a, in->condition, "outcome", &in->literal_n);
        else if (!edge->condition.p && edge->label.p && !edge->is_default && chooses &&
                 from->out_n > 1)
            in->outcome = edge->label;
        if (edge->condition.p && (kind == FLOW_PARALLEL || kind == FLOW_START_EVENT ||
                                  kind == FLOW_BOUNDARY_EVENT || kind == FLOW_EVENT_GATEWAY))
            flow_fail(c, net->node[edge->from].line,
                      edge->id.p ? edge->id : net->node[edge->from].id, "flow.condition_misplaced",
                      NULL);
        if ((kind == FLOW_EXCLUSIVE || in->is_empty) && from->out_n > 1 && !edge->condition.p &&
            !in->outcome.p && !edge->is_default)
            flow_fail(c, net->node[edge->from].line,
                      edge->id.p ? edge->id : net->node[edge->from].id, "flow.no_condition", NULL);
    }
}

/* --- reading ---------------------------------------------------------------------------------- */

static void read_part(struct checker *c, int part)
{
    const struct xml *x = c->net->part[part].xml;
    c->part = part;
    for (const struct xml *k = x->first; k; k = k->next)
        if (k->ns == XML_BPMN)
            read_element(c, k, false);
    for (const struct xml *k = x->first; k; k = k->next)
        if (k->ns == XML_BPMN)
            read_element(c, k, true);
    for (const struct xml *k = x->first; k; k = k->next)
        if (xml_is(k, XML_BPMN, "laneSet"))
            net_read_lanes(c, k, STR_NONE, STR_NONE);
}

static void bind_defaults(struct checker *c, const struct xml *x)
{
    for (const struct xml *k = x->first; k; k = k->next) {
        if (k->ns != XML_BPMN)
            continue;
        bind_default(c, k);
        if (str_is(k->tag, "subProcess"))
            bind_defaults(c, k);
    }
}

static void read_process(struct checker *c, const struct xml *root, const struct xml *process)
{
    struct flow_net *net = c->net;
    net->key = xml_attr(process, XML_NONE, "id");
    net->name = xml_attr(process, XML_NONE, "name");
    allocate(c, process);
    net->part[0] = (struct part){ .kind = PART_PROCESS, .node = -1, .start = -1, .xml = process };
    net->part_n = 1;
    net_own_names(c, process);
    read_part(c, 0);
    net_find_hidden(c, process);
    link_edges(c);
    bind_defaults(c, process);
    if (str_is(xml_attr(process, XML_NONE, "isExecutable"), "false"))
        flow_warn(c, process->line, xml_id_or_tag(process), "flow.not_executable", NULL);
    check_conditions(c);
    net_check_auto(c);
    if (!c->report->error_n) {
        net_read_joins(c);
        net_find_asides(c);
        net_finish(c);
    }
    for (const struct xml *k = root->first; k; k = k->next)
        if (xml_is(k, XML_DI, "BPMNDiagram"))
            net_read_picture(c, k);
}

struct flow_net *flow_compile(struct arena *a, struct str text, const struct flow_known *known,
                              struct flow_report *report)
{
    *report = (struct flow_report){ .sound = FLOW_SOUND_UNKNOWN };
    struct checker c = {
        .a = a, .net = arena_new_of(a, struct flow_net), .report = report, .known = known
    };
    int line;
    const char *code, *detail;
    const struct xml *root = xml_read(a, text, &line, &code, &detail);
    if (!root) {
        flow_fail(&c, line, STR("definitions"), code, detail);
        return NULL;
    }
    if (!xml_is(root, XML_BPMN, "definitions")) {
        flow_fail(&c, root->line, root->tag, "flow.not_bpmn", NULL);
        return NULL;
    }
    c.root = root;
    check_root(&c, root);
    const struct xml *process = choose(&c, root);
    if (process)
        read_process(&c, root, process);
    if (!report->error_n)
        net_check_sound(&c);
    return report->error_n ? NULL : c.net;
}
