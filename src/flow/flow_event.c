/* Events of a definition: what they wait for or send (FLOW §3). Messages, signals, errors and
 * escalations are declared beside the process and named here; maps between variables, scripts and
 * decision tables stand in the extension elements of our own namespace. */
#include "base/clock.h"
#include "flow/flow_in.h"

/* "tns:order" refers to "order". */
static struct str local(struct str ref)
{
    ptrdiff_t at = str_find(ref, STR(":"), 0);
    return at < 0 ? ref : str_sub(ref, (size_t)at + 1, ref.n);
}

/* The name that a declaration gives: of a message, a signal; the code of an error. */
static struct str declared(struct checker *c, const char *tag, const char *attr, struct str ref)
{
    struct str id = local(ref);
    for (const struct xml *k = c->root->first; k && id.n; k = k->next)
        if (xml_is(k, XML_BPMN, tag) && str_eq(xml_attr(k, XML_NONE, "id"), id)) {
            struct str name = xml_attr(k, XML_NONE, attr);
            return name.n ? name : id;
        }
    return STR_NONE;
}

static void need_name(struct checker *c, int node, int line)
{
    if (!c->net->node[node].event_name.n)
        flow_fail(c, line, c->net->node[node].id, "flow.no_message", NULL);
}

/* --- timers ----------------------------------------------------------------------------------- */

static bool is_moment(struct str s)
{
    int64_t at;
    struct clock_date d;
    return clock_iso_parse(s, &at) || clock_day_parse(s, &d);
}

/* "R3/PT1H": three times; "R/P1D": without end. */
static bool read_cycle(struct str s, int *times, struct str *rest)
{
    ptrdiff_t slash = str_find(s, STR("/"), 0);
    int64_t n = -1;
    if (s.n < 3 || s.p[0] != 'R' || slash < 1)
        return false;
    if (slash > 1 && !str_to_i64(str_sub(s, 1, (size_t)slash - 1), &n))
        return false;
    *times = n > 0 && n < 1000 ? (int)n : -1;
    *rest = str_sub(s, (size_t)slash + 1, s.n);
    return n != 0 && net_is_period(*rest);
}

/* What a start repeats: one unit, and not so often that a city drowns in it. */
static bool is_turn(struct str s)
{
    static const struct {
        const char *before, *after;
        int least;
    } forms[] = { { "PT", "M", 10 }, { "PT", "H", 1 }, { "P", "D", 1 }, { "P", "W", 1 },
                  { "P", "M", 1 },   { "P", "Y", 1 },  { "", "wd", 1 }, { "", "wh", 1 },
                  { "", "wm", 10 } };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct str before = str_of(forms[i].before), after = str_of(forms[i].after);
        int64_t n;
        if (s.n > before.n + after.n && str_starts(s, before) && str_ends(s, after) &&
            str_to_i64(str_sub(s, before.n, s.n - before.n - after.n), &n))
            return n >= forms[i].least && n <= 10000;
    }
    return false;
}

static bool moment_of(struct str s, int64_t *out)
{
    struct clock_date d;
    if (clock_day_parse(s, &d))
        return *out = clock_at(d, 0), true;
    return clock_iso_parse(s, out);
}

/* A start has no variables to ask: it says when itself. "R/2026-12-01T08:30/1wd" begins at a moment. */
static bool read_start_timer(struct node_in *in, struct str text, bool is_cycle, bool is_period)
{
    in->rule = text;
    in->cycles = 1;
    if (!is_cycle && !is_period)
        return moment_of(text, &in->first);
    ptrdiff_t slash = is_cycle ? str_find(text, STR("/"), 0) : -1;
    int64_t n = -1;
    if (is_cycle) {
        if (slash < 1 || text.p[0] != 'R' ||
            (slash > 1 && (!str_to_i64(str_sub(text, 1, (size_t)slash - 1), &n) || n < 1)) ||
            n > 100000)
            return false;
        in->cycles = (int)n;
        text = str_sub(text, (size_t)slash + 1, text.n);
    }
    slash = is_cycle ? str_find(text, STR("/"), 0) : -1;
    if (slash >= 0 && !moment_of(str_sub(text, 0, (size_t)slash), &in->first))
        return false;
    in->period = slash >= 0 ? str_sub(text, (size_t)slash + 1, text.n) : text;
    return is_turn(in->period);
}

static void read_timer(struct checker *c, int node, const struct xml *x)
{
    struct node_in *in = &c->net->node_in[node];
    const struct flow_node *n = &c->net->node[node];
    const struct xml *date = xml_child(x, XML_BPMN, "timeDate"),
                     *duration = xml_child(x, XML_BPMN, "timeDuration"),
                     *cycle = xml_child(x, XML_BPMN, "timeCycle");
    const struct xml *one = date ? date : duration ? duration : cycle;
    if (!one || !one->text.n) {
        flow_fail(c, x->line, n->id, "flow.bad_timer", n->id.p);
        return;
    }
    struct str text = one->text;
    bool top = n->kind == FLOW_START_EVENT && c->net->node_in[node].part == 0;
    if (top) {
        if (!read_start_timer(in, text, one == cycle, one == duration))
            flow_fail(c, one->line, n->id, "flow.start_timer", arena_strndup(c->a, text.p, text.n));
        return;
    }
    if (cycle && !(n->kind == FLOW_BOUNDARY_EVENT || n->kind == FLOW_START_EVENT)) {
        flow_fail(c, one->line, n->id, "flow.not_supported", "timeCycle");
        return;
    }
    if (cycle && !read_cycle(text, &in->cycles, &text)) {
        flow_fail(c, one->line, n->id, "flow.bad_timer", arena_strndup(c->a, text.p, text.n));
        return;
    }
    if (net_is_period(text) || is_moment(text))
        in->rule = text;
    else
        in->timer = net_expression(c, one->line, n->id, text, NULL);
}

/* --- one definition --------------------------------------------------------------------------- */

static void read_condition(struct checker *c, int node, const struct xml *x)
{
    static const char *const names[] = { "outcome", NULL };
    const struct xml *k = xml_child(x, XML_BPMN, "condition");
    if (!k || !k->text.n)
        flow_fail(c, x->line, c->net->node[node].id, "flow.expression_broken", "");
    else
        c->net->node_in[node].condition =
            net_expression(c, k->line, c->net->node[node].id, k->text, names);
}

enum {
    AT_START = 1,   /* of the process */
    AT_HANDLER = 2, /* start of an event sub-process */
    AT_CATCH = 4,
    AT_THROW = 8,
    AT_END = 16,
    AT_BOUNDARY = 32
};

static int place_of(const struct checker *c, int node)
{
    const struct flow_node *n = &c->net->node[node];
    switch (n->kind) {
    case FLOW_START_EVENT:
        return c->net->part[c->net->node_in[node].part].kind == PART_EVENT_SUB ? AT_HANDLER
               : c->net->node_in[node].part == 0                               ? AT_START
                                                                               : 0;
    case FLOW_CATCH_EVENT: return AT_CATCH;
    case FLOW_THROW_EVENT: return AT_THROW;
    case FLOW_END_EVENT: return AT_END;
    case FLOW_BOUNDARY_EVENT: return AT_BOUNDARY;
    default: return 0;
    }
}

static const struct {
    const char *tag;
    enum flow_event event;
    int at;
    const char *ref, *declared, *attr;
} definitions[] = {
    { "timerEventDefinition", FLOW_EVENT_TIMER, AT_START | AT_HANDLER | AT_CATCH | AT_BOUNDARY,
      NULL, NULL, NULL },
    { "messageEventDefinition", FLOW_EVENT_MESSAGE,
      AT_START | AT_HANDLER | AT_CATCH | AT_THROW | AT_END | AT_BOUNDARY, "messageRef", "message",
      "name" },
    { "signalEventDefinition", FLOW_EVENT_SIGNAL,
      AT_HANDLER | AT_CATCH | AT_THROW | AT_END | AT_BOUNDARY, "signalRef", "signal", "name" },
    { "errorEventDefinition", FLOW_EVENT_ERROR, AT_HANDLER | AT_END | AT_BOUNDARY, "errorRef",
      "error", "errorCode" },
    { "escalationEventDefinition", FLOW_EVENT_ESCALATION,
      AT_HANDLER | AT_THROW | AT_END | AT_BOUNDARY, "escalationRef", "escalation",
      "escalationCode" },
    { "conditionalEventDefinition", FLOW_EVENT_CONDITION, AT_HANDLER | AT_CATCH | AT_BOUNDARY, NULL,
      NULL, NULL },
    { "linkEventDefinition", FLOW_EVENT_LINK, AT_CATCH | AT_THROW, NULL, NULL, NULL },
};

bool net_read_event(struct checker *c, int node, const struct xml *x, const struct xml *k)
{
    struct flow_node *n = &c->net->node[node];
    if (!str_ends(k->tag, STR("EventDefinition")) && !str_is(k->tag, "eventDefinitionRef"))
        return false;
    if (n->event || n->kind == FLOW_TERMINATE_EVENT) {
        flow_fail(c, k->line, n->id, "flow.several_events", NULL);
        return true;
    }
    if (n->kind == FLOW_END_EVENT && str_is(k->tag, "terminateEventDefinition")) {
        n->kind = FLOW_TERMINATE_EVENT;
        return true;
    }
    size_t i = 0, count = sizeof definitions / sizeof *definitions;
    while (i < count &&
           !(str_is(k->tag, definitions[i].tag) && definitions[i].at & place_of(c, node)))
        i++;
    if (i == count) {
        flow_fail(c, k->line, n->id, "flow.not_supported", arena_strndup(c->a, k->tag.p, k->tag.n));
        return true;
    }
    n->event = definitions[i].event;
    if (definitions[i].ref)
        n->event_name = declared(c, definitions[i].declared, definitions[i].attr,
                                 xml_attr(k, XML_NONE, definitions[i].ref));
    if (n->event == FLOW_EVENT_LINK)
        n->event_name = xml_attr(k, XML_NONE, "name");
    if (n->event == FLOW_EVENT_TIMER)
        read_timer(c, node, k);
    if (n->event == FLOW_EVENT_CONDITION)
        read_condition(c, node, k);
    struct str own = xml_attr(x, XML_OA, "message");
    if (n->event == FLOW_EVENT_MESSAGE && own.n)
        n->event_name = own;
    if (n->event == FLOW_EVENT_MESSAGE || n->event == FLOW_EVENT_SIGNAL ||
        n->event == FLOW_EVENT_LINK)
        need_name(c, node, k->line);
    return true;
}

/* sendTask and receiveTask, and the correlation of any message. */
void net_read_message(struct checker *c, int node, const struct xml *x)
{
    struct flow_node *n = &c->net->node[node];
    struct str key = xml_attr(x, XML_OA, "correlation"), own = xml_attr(x, XML_OA, "message");
    if (n->kind == FLOW_SEND_TASK || n->kind == FLOW_RECEIVE_TASK) {
        n->event = FLOW_EVENT_MESSAGE;
        n->event_name =
            own.n ? own : declared(c, "message", "name", xml_attr(x, XML_NONE, "messageRef"));
        need_name(c, node, x->line);
    }
    if (!key.n)
        return;
    static const char *const names[] = { "outcome", NULL };
    const struct flow_known *known = c->known;
    bool begins = place_of(c, node) == AT_START;
    if (begins) {
        c->known = NULL; /* over what the message brings: theirs, not ours to know */
        c->net->node_in[node].rule = key;
    }
    if (n->event == FLOW_EVENT_MESSAGE)
        c->net->node_in[node].correlation = net_expression(c, x->line, n->id, key, names);
    c->known = known;
    if (n->event != FLOW_EVENT_MESSAGE)
        flow_fail(c, x->line, n->id, "flow.unknown_attribute", "oa:correlation");
}

/* --- scripts and maps ------------------------------------------------------------------------- */

static void add_line(struct checker *c, struct map_line **list, size_t *n, struct str to,
                     const struct feel *from)
{
    *list = arena_grow(c->a, *list, *n * sizeof **list, (*n + 1) * sizeof **list);
    (*list)[(*n)++] = (struct map_line){ to, from };
}

static void sort_lines(struct map_line *list, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && str_cmp(list[k - 1].to, list[k].to) > 0; k--) {
            struct map_line swap = list[k];
            list[k] = list[k - 1];
            list[k - 1] = swap;
        }
}

static bool is_name(struct str s)
{
    if (!s.n || (s.p[0] >= '0' && s.p[0] <= '9'))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char k = s.p[i];
        if (!(k == '_' || (k >= '0' && k <= '9') || ((k | 32) >= 'a' && (k | 32) <= 'z') ||
              (unsigned char)k >= 0x80))
            return false;
    }
    return true;
}

/* `name = expression`, one a line or parted by semicolons outside of strings and brackets. */
static void read_assignment(struct checker *c, int node, int line, struct str text)
{
    struct node_in *in = &c->net->node_in[node];
    struct str id = c->net->node[node].id;
    ptrdiff_t eq = str_find(text, STR("="), 0);
    struct str name = eq > 0 ? str_trim(str_sub(text, 0, (size_t)eq)) : STR_NONE;
    if (!is_name(name)) {
        flow_fail(c, line, id, "flow.bad_script", arena_strndup(c->a, text.p, text.n));
        return;
    }
    static const char *const names[] = { "outcome", NULL };
    struct str rest = str_trim(str_sub(text, (size_t)eq + 1, text.n));
    add_line(c, &in->script, &in->script_n, str_copy(c->a, name),
             net_expression(c, line, id, str_copy(c->a, rest), names));
}

void net_read_script(struct checker *c, int node, const struct xml *x)
{
    const struct xml *k = xml_child(x, XML_BPMN, "script");
    struct str format = xml_attr(x, XML_NONE, "scriptFormat"), id = c->net->node[node].id;
    if (format.n && str_find(format, STR("feel"), 0) < 0 && str_find(format, STR("FEEL"), 0) < 0) {
        flow_fail(c, x->line, id, "flow.expression_language",
                  arena_strndup(c->a, format.p, format.n));
        return;
    }
    struct str s = k ? k->text : STR("");
    size_t from = 0;
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i <= s.n; i++) {
        char ch = i < s.n ? s.p[i] : '\n';
        if (ch == '"' && (i == 0 || s.p[i - 1] != '\\'))
            quoted = !quoted;
        if (!quoted)
            depth += ch == '(' || ch == '[' || ch == '{'   ? 1
                     : ch == ')' || ch == ']' || ch == '}' ? -1
                                                           : 0;
        if (i < s.n && (quoted || depth > 0 || (ch != '\n' && ch != ';')))
            continue;
        struct str part = str_trim(str_sub(s, from, i - from));
        if (part.n)
            read_assignment(c, node, k->line, part);
        from = i + 1;
    }
}

static bool takes_maps(enum flow_node_kind k, bool in)
{
    if (k == FLOW_CALL || k == FLOW_START_EVENT)
        return k == FLOW_CALL || !in;
    return in ? k == FLOW_SEND_TASK || k == FLOW_THROW_EVENT || k == FLOW_END_EVENT
              : k == FLOW_RECEIVE_TASK || k == FLOW_CATCH_EVENT || k == FLOW_BOUNDARY_EVENT;
}

/* <oa:in source="FEEL" target="there"/>, <oa:out source="FEEL over theirs" target="here"/>. */
static bool read_map(struct checker *c, int node, const struct xml *e)
{
    struct node_in *in = &c->net->node_in[node];
    bool inward = str_is(e->tag, "in");
    struct str target = xml_attr(e, XML_NONE, "target"), source = xml_attr(e, XML_NONE, "source");
    static const char *const names[] = { "outcome", NULL };
    if ((!inward && !str_is(e->tag, "out")) || !takes_maps(c->net->node[node].kind, inward))
        return false;
    if (!is_name(target) || !source.n) {
        flow_fail(c, e->line, c->net->node[node].id, "flow.bad_map", NULL);
        return true;
    }
    /* names in the source of an out are theirs: not ours to know */
    const struct flow_known *known = c->known;
    c->known = inward ? known : NULL;
    const struct feel *from = net_expression(c, e->line, c->net->node[node].id, source, names);
    c->known = known;
    if (inward) {
        add_line(c, &in->in_map, &in->in_map_n, target, from);
        sort_lines(in->in_map, in->in_map_n);
    } else {
        add_line(c, &in->out_map, &in->out_map_n, target, from);
    }
    return true;
}

void net_read_extension(struct checker *c, int node, const struct xml *x)
{
    const struct xml *ext = xml_child(x, XML_BPMN, "extensionElements");
    struct node_in *in = &c->net->node_in[node];
    for (const struct xml *e = ext ? ext->first : NULL; e; e = e->next) {
        if (e->ns != XML_OA)
            continue;
        if (str_is(e->tag, "table") && c->net->node[node].kind == FLOW_RULE_TASK && !in->table)
            in->table = table_read(c, node, e);
        else if (!read_map(c, node, e))
            flow_fail(c, e->line, c->net->node[node].id, "flow.unknown_attribute",
                      arena_printf(c->a, "oa:%.*s", STR_ARG(e->tag)));
    }
    if (c->net->node[node].kind == FLOW_RULE_TASK && !in->table)
        flow_fail(c, x->line, c->net->node[node].id, "flow.bad_table", NULL);
}
