/* What is drawn and not executed: lanes, bounds and waypoints for the picture; and the readers of
 * the finished net. */
#include <stdlib.h>

#include "flow/flow_in.h"

/* A lane may say who its tasks are for where they do not say it themselves (oa:assign). */
static void read_lane_of(struct checker *c, int node, struct str lane, struct str assign, int line)
{
    struct flow_node *n = &c->net->node[node];
    struct node_in *in = &c->net->node_in[node];
    const char *what;
    n->lane = lane;
    if (!assign.n || n->assign.n || n->kind != FLOW_USER_TASK)
        return;
    n->assign = assign;
    in->term = flow_terms(c->a, assign, &in->term_n, &what);
    if (!in->term)
        flow_fail(c, line, n->id, "flow.attribute_value",
                  arena_printf(c->a, "oa:assign=\"%.*s\"", STR_ARG(assign)));
}

void net_read_lanes(struct checker *c, const struct xml *x, struct str lane, struct str assign)
{
    for (const struct xml *k = x->first; k; k = k->next) {
        if (xml_is(k, XML_BPMN, "lane")) {
            struct str own = xml_attr(k, XML_OA, "assign");
            net_read_lanes(c, k, xml_attr(k, XML_NONE, "name"), own.n ? own : assign);
        } else if (xml_is(k, XML_BPMN, "childLaneSet")) {
            net_read_lanes(c, k, lane, assign);
        } else if (xml_is(k, XML_BPMN, "flowNodeRef")) {
            int n = flow_node_find(c->net, k->text);
            if (n >= 0)
                read_lane_of(c, n, lane, assign, k->line);
        }
    }
}

static size_t points(const struct xml *x)
{
    size_t n = 0;
    for (const struct xml *k = x->first; k; k = k->next)
        n += xml_is(k, XML_DD, "waypoint");
    return n;
}

static double number(const struct xml *x, const char *name)
{
    struct str v = xml_attr(x, XML_NONE, name);
    return v.p ? strtod(v.p, NULL) : 0;
}

static void read_shape(struct checker *c, const struct xml *x)
{
    int n = flow_node_find(c->net, xml_attr(x, XML_NONE, "bpmnElement"));
    const struct xml *b = xml_child(x, XML_DC, "Bounds");
    if (n < 0 || !b)
        return;
    struct flow_node *node = &c->net->node[n];
    node->x = number(b, "x");
    node->y = number(b, "y");
    node->w = number(b, "width");
    node->h = number(b, "height");
}

static void read_way(struct checker *c, const struct xml *x)
{
    struct str id = xml_attr(x, XML_NONE, "bpmnElement");
    struct flow_net *net = c->net;
    for (size_t e = 0; id.p && e < net->edge_n; e++) {
        if (!str_eq(net->edge[e].id, id) || net->edge[e].points_n)
            continue;
        double *at = arena_array_of(c->a, double, 2 * points(x));
        size_t n = 0;
        for (const struct xml *k = x->first; k; k = k->next)
            if (xml_is(k, XML_DD, "waypoint")) {
                at[2 * n] = number(k, "x");
                at[2 * n++ + 1] = number(k, "y");
            }
        net->edge[e].points = at;
        net->edge[e].points_n = n;
        return;
    }
}

void net_read_picture(struct checker *c, const struct xml *x)
{
    for (const struct xml *k = x->first; k; k = k->next) {
        if (xml_is(k, XML_DI, "BPMNShape"))
            read_shape(c, k);
        else if (xml_is(k, XML_DI, "BPMNEdge"))
            read_way(c, k);
        else if (k->ns == XML_DI)
            net_read_picture(c, k);
    }
}

/* --- readers of the net ----------------------------------------------------------------------- */

struct str flow_net_key(const struct flow_net *net)
{
    return net->key;
}

struct str flow_net_name(const struct flow_net *net)
{
    return net->name;
}

const struct flow_node *flow_nodes(const struct flow_net *net, size_t *n)
{
    *n = net->shown_node_n;
    return net->node;
}

const struct flow_edge *flow_edges(const struct flow_net *net, size_t *n)
{
    *n = net->shown_edge_n;
    return net->edge;
}

struct str flow_node_attr(const struct flow_node *node, const char *name)
{
    for (size_t i = 0; i < node->attr_n; i++)
        if (str_is(node->attr[i].name, name))
            return node->attr[i].value;
    return STR_NONE;
}

const struct flow_trigger *flow_triggers(const struct flow_net *net, size_t *n)
{
    *n = net->trigger_n;
    return net->trigger;
}

const struct flow_said *flow_expressions(const struct flow_net *net, size_t *n)
{
    *n = net->said_n;
    return net->said;
}

bool flow_starts_plainly(const struct flow_net *net)
{
    return net->node[net->start].event == FLOW_EVENT_NONE;
}

const struct flow_outcome *flow_outcomes(const struct flow_net *net, int node, size_t *n)
{
    *n = net->node_in[node].outcome_n;
    return net->node_in[node].outcome;
}

bool flow_decides(const struct flow_net *net, int node)
{
    const struct node_in *in = &net->node_in[node];
    struct str self = flow_node_attr(&net->node[node], "self");
    bool is_starters = in->term_n == 1 && in->term[0].kind == FLOW_TERM_STARTER;
    bool may_refuse = false;
    for (size_t i = 0; i < in->outcome_n; i++)
        may_refuse = may_refuse || tree_disagrees(in->outcome[i].name);
    return self.n ? str_is(self, "up") : may_refuse && !is_starters;
}

const struct flow_need *flow_needs(const struct flow_net *net, int node, size_t *n)
{
    *n = net->node_in[node].need_n;
    return net->node_in[node].need;
}
