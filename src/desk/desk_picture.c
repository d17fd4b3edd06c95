/* The flow picture: nodes and edges as drawn, what has become of each, and who has or had it. */
#include "base/clock.h"
#include "core/small.h"
#include "desk/desk_in.h"

#define HANDS_MAX 3 /* of those who were done with a node, the last */

struct diagram_in {
    int64_t matter_id;
};
static const struct field diagram_in_fields[] = {
    FIELD(diagram_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
};
RECORD(diagram_in);

/* What is being drawn; without a matter nobody has it. */
struct picture {
    struct ctx *cx;
    const struct definition *d;
    const struct matter *m;
    const struct flow_leaf *leaf;
    size_t leaf_n;
};

static const char *const events[] = {
    [FLOW_EVENT_NONE] = "",           [FLOW_EVENT_TIMER] = "timer",
    [FLOW_EVENT_MESSAGE] = "message", [FLOW_EVENT_SIGNAL] = "signal",
    [FLOW_EVENT_ERROR] = "error",     [FLOW_EVENT_ESCALATION] = "escalation",
    [FLOW_EVENT_CONDITION] = "condition", [FLOW_EVENT_LINK] = "link",
};
static const char *const marks[] = { [FLOW_IDLE] = "idle", [FLOW_LIVE] = "active",
                                     [FLOW_PASSED] = "done", [FLOW_UNDONE] = "undone" };
static const char *const kinds[] = {
    [FLOW_START_EVENT] = "start",      [FLOW_END_EVENT] = "end",
    [FLOW_TERMINATE_EVENT] = "terminate", [FLOW_USER_TASK] = "task",
    [FLOW_SERVICE_TASK] = "service",   [FLOW_PASS_TASK] = "task",
    [FLOW_EXCLUSIVE] = "exclusive",    [FLOW_PARALLEL] = "parallel",
    [FLOW_INCLUSIVE] = "inclusive",    [FLOW_EVENT_GATEWAY] = "event",
    [FLOW_SUB_PROCESS] = "sub",        [FLOW_EVENT_SUB_PROCESS] = "event_sub",
    [FLOW_FREE_ZONE] = "zone",         [FLOW_CALL] = "call",
    [FLOW_BOUNDARY_EVENT] = "boundary", [FLOW_CATCH_EVENT] = "catch",
    [FLOW_THROW_EVENT] = "throw",      [FLOW_SEND_TASK] = "service",
    [FLOW_RECEIVE_TASK] = "catch",     [FLOW_SCRIPT_TASK] = "service",
    [FLOW_RULE_TASK] = "service",
};

static void write_number(struct jw *w, const char *key, double v)
{
    jw_ki64(w, key, (int64_t)(v + 0.5));
}

/* Who had it and when: those who have it now, and the last who were done with it. A leader who has it
 * is not named, what a leader did shows its day alone (P8). */
static bool write_hand(struct ctx *cx, const struct matter *m, const struct flow_leaf *l,
                       struct jw *w)
{
    bool done = l->state == FLOW_LEAF_DONE;
    const struct flow_who *who = done && l->done_by.kind ? &l->done_by : &l->who;
    int sees = who->kind == FLOW_POST ? desk_sees_leader(cx, m->unit_id, who->id) : 1;
    bool hidden = sees != 1;
    jw_obj(w);
    jw_ktext(w, "state", done ? l->is_undone ? "undone" : "done" : "active");
    jw_kbool(w, "shielded", hidden && !done);
    jw_kstr(w, "who", hidden && !done ? STR_NONE : who_name(cx, who));
    jw_kbool(w, "day_only", hidden);
    jw_key(w, "at");
    if (hidden && !done)
        jw_null(w);
    else
        jw_i64(w, hidden ? clock_at(clock_date_of(l->done_at), 0)
                         : done ? l->done_at : l->opened_at);
    jw_obj_end(w);
    return sees >= 0;
}

static bool write_hands(struct picture *p, struct jw *w, int node)
{
    int done = 0;
    bool good = true;
    jw_karr(w, "hands");
    for (size_t i = p->leaf_n; good && i-- > 0;) { /* newest first */
        const struct flow_leaf *l = &p->leaf[i];
        bool shows = l->node == node && (l->state == FLOW_LEAF_ACTIVE ||
                                         (l->state == FLOW_LEAF_DONE && done++ < HANDS_MAX));
        good = !shows || write_hand(p->cx, p->m, l, w);
    }
    jw_arr_end(w);
    return good;
}

static struct str id_of(const struct flow_node *nodes, int node)
{
    return node >= 0 ? nodes[node].id : STR_NONE;
}

static bool write_node(struct picture *p, struct jw *w, const struct flow_node *nodes, int i,
                       const struct flow_mark_node *mark)
{
    static const char *const multi[] = { "", "parallel", "sequential" };
    const struct definition *d = p->d;
    const struct ctx *cx = p->cx;
    const struct flow_node *n = &nodes[i];
    jw_obj(w);
    jw_kstr(w, "parent", id_of(nodes, n->parent));
    jw_kstr(w, "host", id_of(nodes, n->host));
    jw_ktext(w, "event", events[n->event]);
    jw_kbool(w, "interrupts", n->is_interrupting);
    jw_ktext(w, "multi", multi[flow_node_multi(d->net, i)]);
    jw_kstr(w, "called", n->called);
    jw_kstr(w, "id", n->id);
    jw_ktext(w, "type", kinds[n->kind]);
    jw_kstr(w, "name", definition_say(cx, d, n->name));
    write_number(w, "x", n->x);
    write_number(w, "y", n->y);
    write_number(w, "w", n->w);
    write_number(w, "h", n->h);
    jw_ktext(w, "state", marks[mark->mark]);
    jw_ki64(w, "attempts", mark->attempts);
    bool good = write_hands(p, w, i);
    jw_obj_end(w);
    return good;
}

static void write_edge(const struct ctx *cx, struct jw *w, const struct definition *d,
                       const struct flow_edge *e, const struct flow_node *nodes,
                       enum flow_mark mark)
{
    jw_obj(w);
    jw_kstr(w, "id", e->id);
    jw_kstr(w, "from", nodes[e->from].id);
    jw_kstr(w, "to", nodes[e->to].id);
    jw_kstr(w, "label", definition_say(cx, d, e->label.n ? e->label : e->name));
    jw_ktext(w, "state", marks[mark]);
    jw_karr(w, "points");
    for (size_t i = 0; i < e->points_n; i++) {
        jw_arr(w);
        jw_i64(w, (int64_t)(e->points[2 * i] + 0.5));
        jw_i64(w, (int64_t)(e->points[2 * i + 1] + 0.5));
        jw_arr_end(w);
    }
    jw_arr_end(w);
    jw_obj_end(w);
}

static bool write_all(struct picture *p, struct jw *w, struct flow_picture marked)
{
    size_t nodes_n, edges_n;
    const struct flow_node *nodes = flow_nodes(p->d->net, &nodes_n);
    const struct flow_edge *edges = flow_edges(p->d->net, &edges_n);
    bool good = true;
    jw_obj(w);
    jw_karr(w, "nodes");
    for (size_t i = 0; good && i < nodes_n; i++)
        good = write_node(p, w, nodes, (int)i, &marked.node[i]);
    jw_arr_end(w);
    jw_karr(w, "edges");
    for (size_t i = 0; i < edges_n; i++)
        write_edge(p->cx, w, p->d, &edges[i], nodes, marked.edge[i]);
    jw_arr_end(w);
    jw_obj_end(w);
    return good;
}

bool picture_write(struct ctx *cx, struct jw *w, const struct definition *d,
                   struct flow_picture marked)
{
    struct picture p = { .cx = cx, .d = d };
    return write_all(&p, w, marked);
}

bool picture_write_of(struct ctx *cx, struct jw *w, const struct matter *m,
                      const struct instance *in)
{
    struct picture p = { .cx = cx, .d = in->def, .m = m };
    p.leaf = flow_leaves(cx->a, in->state, &p.leaf_n);
    return write_all(&p, w, flow_picture(cx->a, in->def->net, in->state));
}

static bool run_diagram(struct ctx *cx, const void *input, struct jw *w)
{
    const struct diagram_in *path = input;
    struct matter m;
    struct instance in;
    return matter_load(cx, path->matter_id, &m) && instance_read(cx, &m, false, &in) &&
           picture_write_of(cx, w, &m, &in);
}

static const struct read reads[] = {
    { "matter.diagram", "/matters/{matter_id}/diagram", PERM_LOGIN, &diagram_in_record,
      &diagram_record, false, run_diagram, "流程图", "The flow picture of a matter", 0 },
};

const struct room desk_picture_room = { "desk", NULL, 0, ROOM_TABLE(reads), NULL, 0, NULL, NULL };
