/* What a definition means beyond its drawn nodes and flows: where each part starts (a hidden event
 * where none is drawn), which activity an event sits on, where a link goes on, which event
 * sub-processes a part has; and what stands where it cannot. */
#include "flow/flow_in.h"

static int hidden_node(struct flow_net *net, int part)
{
    int n = (int)net->node_n++;
    net->node[n] = (struct flow_node){
        .id = STR(""), .kind = FLOW_START_EVENT, .ops = ~0u, .parent = -1, .host = -1
    };
    net->node_in[n] =
        (struct node_in){ .default_edge = -1, .part = part, .body = -1, .join = -1, .aside = -1 };
    return n;
}

static void hidden_edge(struct flow_net *net, int from, int to)
{
    net->edge[net->edge_n++] = (struct flow_edge){ .from = from, .to = to };
    net->node_in[from].out_n++;
    net->node_in[to].in_n++;
}

static bool starts_by_itself(const struct flow_net *net, int node)
{
    enum flow_node_kind k = net->node[node].kind;
    return !net->node_in[node].in_n && k != FLOW_BOUNDARY_EVENT && k != FLOW_EVENT_SUB_PROCESS &&
           net->node[node].event != FLOW_EVENT_LINK;
}

/* No start event is drawn: every node without inflow starts, behind a hidden event (BPMN 2.0). */
static void hidden_start(struct checker *c, int part)
{
    struct flow_net *net = c->net;
    int n = hidden_node(net, part);
    for (int i = 0; i < (int)net->shown_node_n; i++)
        if (net->node_in[i].part == part && starts_by_itself(net, i))
            hidden_edge(net, n, i);
    net->part[part].start = n;
    if (net->node_in[n].out_n == 0)
        flow_fail(c, net->part[part].xml->line, xml_id_or_tag(net->part[part].xml), "flow.no_start",
                  NULL);
}

static void add_trigger(struct checker *c, int node)
{
    struct flow_net *net = c->net;
    net->trigger = arena_grow(c->a, net->trigger, net->trigger_n * sizeof *net->trigger,
                              (net->trigger_n + 1) * sizeof *net->trigger);
    net->trigger[net->trigger_n++] =
        (struct flow_trigger){ .node = node, .event = net->node[node].event,
                               .name = net->node[node].event_name,
                               .rule = net->node_in[node].rule,
                               .period = net->node_in[node].period,
                               .first = net->node_in[node].first,
                               .times = net->node_in[node].cycles };
}

static void add_start(struct checker *c, int part, int node)
{
    struct flow_net *net = c->net;
    struct part *p = &net->part[part];
    const struct flow_node *n = &net->node[node];
    bool plain = n->event == FLOW_EVENT_NONE;
    if (net->node_in[node].in_n)
        flow_fail(c, n->line, n->id, "flow.flow_into_start", NULL);
    if (p->kind == PART_EVENT_SUB && plain)
        flow_fail(c, n->line, n->id, "flow.no_event", NULL);
    bool second = p->starts_n && (p->kind != PART_PROCESS || plain) &&
                  (p->kind != PART_PROCESS || net->node[p->start].event == FLOW_EVENT_NONE);
    if (second || p->kind == PART_ZONE)
        flow_fail(c, n->line, n->id, "flow.several_starts", NULL);
    p->starts = arena_grow(c->a, p->starts, p->starts_n * sizeof *p->starts,
                           (p->starts_n + 1) * sizeof *p->starts);
    p->starts[p->starts_n++] = node;
    if (p->start < 0 || plain)
        p->start = node;
    if (p->kind == PART_PROCESS && !plain)
        add_trigger(c, node);
}

static void find_starts(struct checker *c)
{
    struct flow_net *net = c->net;
    for (size_t i = 0; i < net->shown_node_n; i++) {
        const struct node_in *in = &net->node_in[i];
        enum flow_node_kind k = net->node[i].kind;
        if (k == FLOW_START_EVENT)
            add_start(c, in->part, (int)i);
        if ((k == FLOW_END_EVENT || k == FLOW_TERMINATE_EVENT) && in->out_n)
            flow_fail(c, net->node[i].line, net->node[i].id, "flow.flow_out_of_end", NULL);
        if ((k == FLOW_BOUNDARY_EVENT || k == FLOW_EVENT_SUB_PROCESS) && in->in_n)
            flow_fail(c, net->node[i].line, net->node[i].id, "flow.flow_into_start", NULL);
        if (k == FLOW_EVENT_SUB_PROCESS && in->out_n)
            flow_fail(c, net->node[i].line, net->node[i].id, "flow.flow_out_of_end", NULL);
    }
    for (size_t p = 0; p < net->part_n; p++)
        if (net->part[p].start < 0) {
            hidden_start(c, (int)p);
            if (net->part[p].kind == PART_EVENT_SUB)
                flow_fail(c, net->part[p].xml->line, xml_id_or_tag(net->part[p].xml),
                          "flow.no_event", NULL);
        }
    net->start = net->part[0].start;
    for (size_t p = 0; p < net->part_n; p++)
        if (!net->part[p].starts_n) {
            net->part[p].starts = &net->part[p].start;
            net->part[p].starts_n = 1;
        }
    net->gone = hidden_node(net, 0);
    net->node[net->gone].kind = FLOW_PASS_TASK;
}

static bool may_host(enum flow_node_kind k)
{
    return k == FLOW_USER_TASK || k == FLOW_SERVICE_TASK || k == FLOW_SUB_PROCESS ||
           k == FLOW_FREE_ZONE || k == FLOW_CALL || k == FLOW_RECEIVE_TASK;
}

static void attach(struct checker *c, int node, const struct xml *x)
{
    struct flow_net *net = c->net;
    struct str ref = xml_attr(x, XML_NONE, "attachedToRef");
    int host = flow_node_find(net, ref);
    if (host < 0 || net->node_in[host].part != net->node_in[node].part) {
        if (!c->report->error_n)
            flow_fail(c, x->line, net->node[node].id, "flow.unknown_id", ref.p);
        return;
    }
    if (!may_host(net->node[host].kind)) {
        flow_fail(c, x->line, net->node[node].id, "flow.bad_host", NULL);
        return;
    }
    struct node_in *in = &net->node_in[host];
    in->boundary = arena_grow(c->a, in->boundary, in->boundary_n * sizeof *in->boundary,
                              (in->boundary_n + 1) * sizeof *in->boundary);
    in->boundary[in->boundary_n++] = node;
    net->node[node].host = host;
}

/* A thrown link goes on where the link of that name is caught. */
static void link(struct checker *c, int node)
{
    struct flow_net *net = c->net;
    int to = -1;
    for (size_t i = 0; i < net->shown_node_n; i++)
        if (net->node[i].kind == FLOW_CATCH_EVENT && net->node[i].event == FLOW_EVENT_LINK &&
            net->node_in[i].part == net->node_in[node].part &&
            str_eq(net->node[i].event_name, net->node[node].event_name))
            to = (int)i;
    if (to < 0 || net->node_in[node].out_n)
        flow_fail(c, net->node[node].line, net->node[node].id, "flow.bad_link", NULL);
    else
        hidden_edge(net, node, to);
}

static void add_handler(struct checker *c, int node)
{
    struct part *p = &c->net->part[c->net->node_in[node].part];
    p->handler = arena_grow(c->a, p->handler, p->handler_n * sizeof *p->handler,
                            (p->handler_n + 1) * sizeof *p->handler);
    p->handler[p->handler_n++] = node;
}

/* A free zone holds tasks and nothing that leads from one to the other. */
static void check_zone(struct checker *c, int part)
{
    struct flow_net *net = c->net;
    size_t tasks = 0;
    for (size_t i = 0; i < net->shown_node_n; i++) {
        if (net->node_in[i].part != part)
            continue;
        tasks++;
        if (net->node[i].kind != FLOW_USER_TASK || net->node_in[i].boundary_n)
            flow_fail(c, net->node[i].line, net->node[i].id, "flow.zone_content", NULL);
    }
    for (size_t e = 0; e < net->shown_edge_n; e++)
        if (net->node_in[net->edge[e].from].part == part)
            flow_fail(c, net->node[net->edge[e].from].line, net->edge[e].id, "flow.zone_content",
                      NULL);
    if (!tasks)
        flow_fail(c, net->part[part].xml->line, xml_id_or_tag(net->part[part].xml),
                  "flow.zone_content", NULL);
}

/* Behind an event-based gateway stand events, each behind it alone. */
static void check_event_gateway(struct checker *c, int node)
{
    const struct flow_net *net = c->net;
    bool good = net->node_in[node].out_n > 0;
    for (size_t e = 0; e < net->edge_n; e++) {
        int to = net->edge[e].to;
        enum flow_node_kind k = net->node[to].kind;
        if (net->edge[e].from == node)
            good &= (k == FLOW_RECEIVE_TASK ||
                     (k == FLOW_CATCH_EVENT && net->node[to].event != FLOW_EVENT_LINK)) &&
                    net->node_in[to].in_n == 1 && !net->node_in[to].boundary_n;
    }
    if (!good)
        flow_fail(c, net->node[node].line, net->node[node].id, "flow.bad_event_gateway", NULL);
}

static void attach_all(struct checker *c, const struct xml *x)
{
    for (const struct xml *k = x->first; k; k = k->next) {
        int n = k->ns == XML_BPMN ? flow_node_find(c->net, xml_attr(k, XML_NONE, "id")) : -1;
        if (n >= 0 && c->net->node[n].kind == FLOW_BOUNDARY_EVENT &&
            str_is(k->tag, "boundaryEvent"))
            attach(c, n, k);
        if (str_is(k->tag, "subProcess"))
            attach_all(c, k);
    }
}

void net_find_hidden(struct checker *c, const struct xml *process)
{
    struct flow_net *net = c->net;
    net->shown_node_n = net->node_n;
    net->shown_edge_n = net->edge_n;
    attach_all(c, process);
    for (size_t i = 0; i < net->shown_node_n; i++) {
        if (net->node[i].kind == FLOW_THROW_EVENT && net->node[i].event == FLOW_EVENT_LINK)
            link(c, (int)i);
        if (net->node[i].kind == FLOW_EVENT_SUB_PROCESS)
            add_handler(c, (int)i);
    }
    find_starts(c);
    for (size_t i = 0; i < net->shown_node_n; i++)
        if (net->node[i].kind == FLOW_EVENT_GATEWAY)
            check_event_gateway(c, (int)i);
    for (size_t p = 0; p < net->part_n; p++)
        if (net->part[p].kind == PART_ZONE)
            check_zone(c, (int)p);
}
