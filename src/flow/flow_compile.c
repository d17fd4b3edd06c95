/* BPMN text → net. Every element and attribute of the process is looked up in the tables below:
 * executed, drawn only, or refused with its line; what the tables do not know is refused too
 * (fail closed, FLOW §2 and §3). Elements of foreign namespaces are kept in the text and left
 * alone. */
#include "base/check.h"
#include "flow/flow_in.h"

#define NODE_MOST 2000
#define EDGE_MOST 6000

enum role { ROLE_NODE, ROLE_EDGE, ROLE_DRAWN, ROLE_LANES, ROLE_LATER, ROLE_NEVER };

static const struct {
    const char *tag;
    enum role role;
    enum flow_node_kind kind;
} elements[] = {
    { "adHocSubProcess", ROLE_LATER, 0 },
    { "artifact", ROLE_DRAWN, 0 },
    { "association", ROLE_DRAWN, 0 },
    { "auditing", ROLE_DRAWN, 0 },
    { "boundaryEvent", ROLE_LATER, 0 },
    { "businessRuleTask", ROLE_LATER, 0 },
    { "callActivity", ROLE_LATER, 0 },
    { "callChoreography", ROLE_NEVER, 0 },
    { "choreographyTask", ROLE_NEVER, 0 },
    { "complexGateway", ROLE_NEVER, 0 },
    { "dataObject", ROLE_DRAWN, 0 },
    { "dataObjectReference", ROLE_DRAWN, 0 },
    { "dataStoreReference", ROLE_DRAWN, 0 },
    { "documentation", ROLE_DRAWN, 0 },
    { "endEvent", ROLE_NODE, FLOW_END_EVENT },
    { "eventBasedGateway", ROLE_LATER, 0 },
    { "exclusiveGateway", ROLE_NODE, FLOW_EXCLUSIVE },
    { "extensionElements", ROLE_DRAWN, 0 },
    { "group", ROLE_DRAWN, 0 },
    { "implicitThrowEvent", ROLE_NEVER, 0 },
    { "inclusiveGateway", ROLE_LATER, 0 },
    { "intermediateCatchEvent", ROLE_LATER, 0 },
    { "intermediateThrowEvent", ROLE_LATER, 0 },
    { "ioSpecification", ROLE_DRAWN, 0 },
    { "laneSet", ROLE_LANES, 0 },
    { "manualTask", ROLE_NODE, FLOW_PASS_TASK },
    { "monitoring", ROLE_DRAWN, 0 },
    { "parallelGateway", ROLE_NODE, FLOW_PARALLEL },
    { "property", ROLE_DRAWN, 0 },
    { "receiveTask", ROLE_LATER, 0 },
    { "scriptTask", ROLE_LATER, 0 },
    { "sendTask", ROLE_LATER, 0 },
    { "sequenceFlow", ROLE_EDGE, 0 },
    { "serviceTask", ROLE_NODE, FLOW_SERVICE_TASK },
    { "startEvent", ROLE_NODE, FLOW_START_EVENT },
    { "subChoreography", ROLE_NEVER, 0 },
    { "subProcess", ROLE_LATER, 0 },
    { "task", ROLE_NODE, FLOW_PASS_TASK },
    { "textAnnotation", ROLE_DRAWN, 0 },
    { "transaction", ROLE_NEVER, 0 },
    { "userTask", ROLE_NODE, FLOW_USER_TASK },
};

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

static const char *const plain_attributes[] = { "id",
                                                "name",
                                                "default",
                                                "implementation",
                                                "gatewayDirection",
                                                "sourceRef",
                                                "targetRef",
                                                "isImmediate",
                                                "isInterrupting",
                                                "parallelMultiple",
                                                "isForCompensation",
                                                "startQuantity",
                                                "completionQuantity",
                                                NULL };

static bool one_of(struct str s, const char *const *list)
{
    for (; *list; list++)
        if (str_is(s, *list))
            return true;
    return false;
}

static struct str id_of(const struct xml *x)
{
    struct str id = xml_attr(x, XML_NONE, "id");
    return id.p ? id : x->tag;
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

static void check_attributes(struct checker *c, const struct xml *x)
{
    for (size_t i = 0; i < x->attr_n; i++) {
        const struct xml_attr *at = &x->attr[i];
        bool fine = at->ns != XML_NONE || one_of(at->name, plain_attributes);
        if ((str_is(at->name, "startQuantity") || str_is(at->name, "completionQuantity")) &&
            at->ns == XML_NONE)
            fine = str_is(at->value, "1");
        if (str_is(at->name, "isForCompensation") && at->ns == XML_NONE)
            fine = str_is(at->value, "false");
        if (!fine)
            flow_fail(c, x->line, id_of(x), "flow.attribute_not_supported",
                      arena_printf(c->a, "%.*s=\"%.*s\"", STR_ARG(at->name), STR_ARG(at->value)));
    }
}

/* Children of extensionElements in our own namespace would be orders: none is known yet. */
static void check_extension(struct checker *c, const struct xml *x)
{
    const struct xml *ext = xml_child(x, XML_BPMN, "extensionElements");
    for (const struct xml *e = ext ? ext->first : NULL; e; e = e->next)
        if (e->ns == XML_OA)
            flow_fail(c, e->line, id_of(x), "flow.unknown_attribute",
                      arena_printf(c->a, "oa:%.*s", STR_ARG(e->tag)));
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
    return x ? net_expression(c, x->line, id_of(node), x->text, names) : NULL;
}

static void read_multi(struct checker *c, int node, const struct xml *x, const struct xml *m)
{
    struct node_in *in = &c->net->node_in[node];
    struct str behavior = xml_attr(m, XML_NONE, "behavior");
    if (behavior.p && !str_is(behavior, "All"))
        flow_fail(c, m->line, id_of(x), "flow.attribute_not_supported",
                  arena_printf(c->a, "behavior=\"%.*s\"", STR_ARG(behavior)));
    bool seq = str_is(xml_attr(m, XML_NONE, "isSequential"), "true");
    in->multi = seq ? MULTI_SEQUENTIAL : MULTI_PARALLEL;
    in->cardinality = inner(c, x, xml_child(m, XML_BPMN, "loopCardinality"));
    in->completion = inner(c, x, xml_child(m, XML_BPMN, "completionCondition"));
    in->collection = inner(c, x, xml_child(m, XML_BPMN, "loopDataInputRef"));
    struct str own = xml_attr(x, XML_OA, "collection");
    if (own.p)
        in->collection = net_expression(c, x->line, id_of(x), own, NULL);
    const struct xml *item = xml_child(m, XML_BPMN, "inputDataItem");
    if (item) {
        struct str name = xml_attr(item, XML_NONE, "name");
        in->multi_item = name.p ? name : xml_attr(item, XML_NONE, "id");
    }
    if (!in->collection && !in->cardinality)
        flow_fail(c, m->line, id_of(x), "flow.multi_without_items", NULL);
    for (const struct xml *k = m->first; k; k = k->next)
        if (str_is(k->tag, "complexBehaviorDefinition"))
            flow_fail(c, k->line, id_of(x), "flow.not_supported", "complexBehaviorDefinition");
}

/* A none event, or an end that terminates. */
static bool event_definition(struct checker *c, int node, const struct xml *x, const struct xml *k)
{
    if (!str_ends(k->tag, STR("EventDefinition")) && !str_is(k->tag, "eventDefinitionRef"))
        return false;
    struct flow_node *n = &c->net->node[node];
    if (n->kind == FLOW_END_EVENT && str_is(k->tag, "terminateEventDefinition"))
        n->kind = FLOW_TERMINATE_EVENT;
    else
        flow_fail(c, k->line, id_of(x), "flow.not_supported",
                  arena_strndup(c->a, k->tag.p, k->tag.n));
    return true;
}

static void read_inside(struct checker *c, int node, const struct xml *x)
{
    for (const struct xml *k = x->first; k; k = k->next) {
        if (k->ns != XML_BPMN || one_of(k->tag, drawn_inside) || event_definition(c, node, x, k))
            continue;
        if (str_is(k->tag, "multiInstanceLoopCharacteristics") &&
            c->net->node[node].kind == FLOW_USER_TASK)
            read_multi(c, node, x, k);
        else
            flow_fail(c, k->line, id_of(x), "flow.not_supported",
                      arena_strndup(c->a, k->tag.p, k->tag.n));
    }
    const struct xml *doc = xml_child(x, XML_BPMN, "documentation");
    if (doc)
        c->net->node[node].doc = doc->text;
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
    int n = (int)net->node_n++;
    net->node[n] = (struct flow_node){
        .id = id, .name = xml_attr(x, XML_NONE, "name"), .kind = kind, .line = x->line
    };
    net->node_in[n].default_edge = -1;
    /* A drawn task with people named on it is theirs (FLOW §3). */
    if (kind == FLOW_PASS_TASK && xml_attr(x, XML_OA, "assign").p)
        net->node[n].kind = FLOW_USER_TASK;
    index_id(net, n);
    check_attributes(c, x);
    check_extension(c, x);
    read_inside(c, n, x);
    net_read_attributes(c, n, x);
}

static void add_edge(struct checker *c, const struct xml *x)
{
    struct flow_net *net = c->net;
    struct str from = xml_attr(x, XML_NONE, "sourceRef"), to = xml_attr(x, XML_NONE, "targetRef");
    int f = flow_node_find(net, from), t = flow_node_find(net, to);
    check_attributes(c, x);
    if (f < 0 || t < 0) {
        /* When the other end was refused, its own error is enough. */
        if (!c->report->error_n)
            flow_fail(c, x->line, id_of(x), "flow.unknown_id", f < 0 ? from.p : to.p);
        return;
    }
    if (net->edge_n == EDGE_MOST) {
        if (!c->report->error_n)
            flow_fail(c, x->line, id_of(x), "flow.too_many_flows", NULL);
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
        flow_fail(c, cond->line, id_of(x), "flow.expression_language",
                  arena_strndup(c->a, language.p, language.n));
        return;
    }
    static const char *const names[] = { "outcome", NULL };
    net->edge[e].condition = cond->text;
    net->edge_in[e].condition = net_expression(c, cond->line, id_of(x), cond->text, names);
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
        for (size_t i = 0; k->ns == XML_BPMN && i < sizeof elements / sizeof *elements; i++)
            if (elements[i].role != ROLE_DRAWN && str_is(k->tag, elements[i].tag)) {
                count_element(c, k->tag);
                count_inside(c, k);
            }
}

static void read_element(struct checker *c, const struct xml *x, bool edges)
{
    size_t i = 0, n = sizeof elements / sizeof *elements;
    while (i < n && !str_is(x->tag, elements[i].tag))
        i++;
    enum role role = i < n ? elements[i].role : ROLE_NEVER;
    if (edges) {
        if (role == ROLE_EDGE)
            add_edge(c, x);
        return;
    }
    count_element(c, x->tag);
    if (role == ROLE_LATER || role == ROLE_NEVER)
        count_inside(c, x);
    if (role == ROLE_NODE)
        add_node(c, x, elements[i].kind);
    else if (role == ROLE_LATER || role == ROLE_NEVER)
        flow_fail(c, x->line, id_of(x), role == ROLE_LATER ? "flow.not_yet" : "flow.not_supported",
                  arena_strndup(c->a, x->tag.p, x->tag.n));
}

static bool has_nodes(const struct xml *process)
{
    for (const struct xml *k = process->first; k; k = k->next)
        for (size_t i = 0; k->ns == XML_BPMN && i < sizeof elements / sizeof *elements; i++)
            if (str_is(k->tag, elements[i].tag) && elements[i].role != ROLE_DRAWN &&
                elements[i].role != ROLE_LANES)
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
    flow_fail(c, root->line, id_of(root), n ? "flow.several_processes" : "flow.no_process", NULL);
    return NULL;
}

static void check_root(struct checker *c, const struct xml *root)
{
    static const char *const never[] = { "choreography", "globalChoreographyTask", "conversation",
                                         "globalConversation", NULL };
    for (const struct xml *k = root->first; k; k = k->next)
        if (k->ns == XML_BPMN && one_of(k->tag, never))
            flow_fail(c, k->line, id_of(k), "flow.not_supported",
                      arena_strndup(c->a, k->tag.p, k->tag.n));
}

static size_t children(const struct xml *x)
{
    size_t n = 0;
    for (const struct xml *k = x->first; k; k = k->next)
        n++;
    return n;
}

static void allocate(struct checker *c, size_t most)
{
    struct flow_net *net = c->net;
    size_t nodes = most < NODE_MOST ? most : NODE_MOST;
    net->node = arena_array_of(c->a, struct flow_node, nodes + 1);
    net->node_in = arena_array_of(c->a, struct node_in, nodes + 1);
    net->edge = arena_array_of(c->a, struct flow_edge, 2 * most + 1); /* and the hidden ones */
    net->edge_in = arena_array_of(c->a, struct edge_in, 2 * most + 1);
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
        bool chooses = kind == FLOW_EXCLUSIVE || kind == FLOW_USER_TASK;
        if (in->condition)
            in->literal = feel_equals_literals(c->a, in->condition, "outcome", &in->literal_n);
        else if (!edge->condition.p && edge->label.p && !edge->is_default && chooses &&
                 from->out_n > 1)
            in->outcome = edge->label;
        if (edge->condition.p && (kind == FLOW_PARALLEL || kind == FLOW_START_EVENT))
            flow_fail(c, net->node[edge->from].line,
                      edge->id.p ? edge->id : net->node[edge->from].id, "flow.condition_misplaced",
                      NULL);
        if ((kind == FLOW_EXCLUSIVE || in->is_empty) && from->out_n > 1 && !edge->condition.p &&
            !in->outcome.p && !edge->is_default)
            flow_fail(c, net->node[edge->from].line,
                      edge->id.p ? edge->id : net->node[edge->from].id, "flow.no_condition", NULL);
    }
}

/* No start event is drawn: every node without inflow starts, behind a hidden event (BPMN 2.0). */
static bool hidden_start(struct flow_net *net)
{
    int n = (int)net->node_n;
    net->node[n] = (struct flow_node){ .id = STR(""), .kind = FLOW_START_EVENT, .ops = ~0u };
    net->node_in[n].default_edge = -1;
    for (int i = 0; i < n; i++) {
        if (net->node_in[i].in_n)
            continue;
        net->edge[net->edge_n++] = (struct flow_edge){ .from = n, .to = i };
        net->node_in[n].out_n++;
        net->node_in[i].in_n++;
    }
    net->start = n;
    net->node_n++;
    return net->node_in[n].out_n > 0;
}

static void find_start(struct checker *c, const struct xml *process)
{
    struct flow_net *net = c->net;
    net->start = -1;
    for (size_t i = 0; i < net->node_n; i++) {
        const struct node_in *in = &net->node_in[i];
        enum flow_node_kind k = net->node[i].kind;
        if (k == FLOW_START_EVENT) {
            if (net->start >= 0)
                flow_fail(c, net->node[i].line, net->node[i].id, "flow.several_starts", NULL);
            net->start = (int)i;
            if (in->in_n)
                flow_fail(c, net->node[i].line, net->node[i].id, "flow.flow_into_start", NULL);
        }
        if ((k == FLOW_END_EVENT || k == FLOW_TERMINATE_EVENT) && in->out_n)
            flow_fail(c, net->node[i].line, net->node[i].id, "flow.flow_out_of_end", NULL);
    }
    net->shown_node_n = net->node_n;
    net->shown_edge_n = net->edge_n;
    if (net->start < 0 && !hidden_start(net))
        flow_fail(c, process->line, id_of(process), "flow.no_start", NULL);
}

static void read_process(struct checker *c, const struct xml *root, const struct xml *process)
{
    c->net->key = xml_attr(process, XML_NONE, "id");
    c->net->name = xml_attr(process, XML_NONE, "name");
    allocate(c, children(process));
    for (const struct xml *k = process->first; k; k = k->next)
        if (k->ns == XML_BPMN)
            read_element(c, k, false);
    for (const struct xml *k = process->first; k; k = k->next)
        if (k->ns == XML_BPMN)
            read_element(c, k, true);
    for (const struct xml *k = process->first; k; k = k->next)
        if (xml_is(k, XML_BPMN, "laneSet"))
            net_read_lanes(c, k, STR_NONE);
    find_start(c, process);
    link_edges(c);
    for (const struct xml *k = process->first; k; k = k->next)
        if (k->ns == XML_BPMN)
            bind_default(c, k);
    if (str_is(xml_attr(process, XML_NONE, "isExecutable"), "false"))
        flow_warn(c, process->line, id_of(process), "flow.not_executable", NULL);
    check_conditions(c);
    if (!c->report->error_n)
        net_finish(c);
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
    check_root(&c, root);
    const struct xml *process = choose(&c, root);
    if (process)
        read_process(&c, root, process);
    if (!report->error_n)
        net_check_sound(&c);
    return report->error_n ? NULL : c.net;
}
