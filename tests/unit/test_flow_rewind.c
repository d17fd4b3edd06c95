/* The rewind property of FLOW §4: on random sound nets (exclusive, parallel and inclusive gateways,
 * loops, early ends, sub-processes, many at once, free zones, calls, events on activities and
 * behind gateways) and random runs with send_back, withdraw, signers, forwarding, branches,
 * suspending and moving, every resulting marking of every open scope is reachable in the unmodified
 * net, every instance still ends, and a replay of the records gives the same bytes (I10).
 *
 * On the same runs the usual "move one token to the target" is tried beside it, on paper: it must
 * leave the reachable markings, or this test could not fail. TB_FLOW_NETS sets the number of nets,
 * TB_FLOW_REWINDS the number of rewinds after which it stops instead.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "flow/flow_space.h"

/* --- chance, the same every time -------------------------------------------------------------- */

static uint64_t seed_state;

static uint32_t chance(uint32_t n)
{
    seed_state ^= seed_state << 13;
    seed_state ^= seed_state >> 7;
    seed_state ^= seed_state << 17;
    return (uint32_t)(seed_state >> 20) % n;
}

/* --- random nets ------------------------------------------------------------------------------ */

struct maker {
    struct buf b, edges;
    int nodes, flows;
};

static int node(struct maker *m, const char *tag, const char *attributes)
{
    int n = m->nodes++;
    buf_printf(&m->b, "<%s id=\"n%d\" %s/>\n", tag, n, attributes);
    return n;
}

static void flow(struct maker *m, int from, int to, const char *condition)
{
    buf_printf(&m->edges, "<sequenceFlow id=\"f%d\" sourceRef=\"n%d\" targetRef=\"n%d\"",
               m->flows++, from, to);
    if (condition)
        buf_printf(&m->edges, "><conditionExpression>%s</conditionExpression></sequenceFlow>\n",
                   condition);
    else
        buf_text(&m->edges, "/>\n");
}

/* The default flow of an exclusive gateway is the one that gets the next number. */
static int choice(struct maker *m)
{
    int n = m->nodes++;
    buf_printf(&m->b, "<exclusiveGateway id=\"n%d\" default=\"f%d\"/>\n", n, m->flows);
    return n;
}

struct block {
    int in, out;
};

static struct block make(struct maker *m, int depth);

static struct block make_task(struct maker *m)
{
    static const char *const kinds[] = {
        "oa:assign=\"ann\"", "oa:assign=\"bob,cid\" oa:sign=\"all\" oa:waitAll=\"true\"",
        "oa:assign=\"dan,eve\"", "oa:assign=\"ann,bob\" oa:sign=\"seq\""
    };
    uint32_t k = chance(12);
    int n = k == 10   ? node(m, "task", "")
            : k == 11 ? node(m, "serviceTask", "oa:op=\"note\"")
                      : node(m, "userTask", kinds[k < 7 ? 0 : k - 6]);
    return (struct block){ n, n };
}

/* Somebody must hold every loop, or it would turn for ever. */
static struct block make_person(struct maker *m)
{
    int n = node(m, "userTask", "oa:assign=\"fay\"");
    return (struct block){ n, n };
}

static struct block make_sequence(struct maker *m, int depth)
{
    struct block first = make(m, depth), last = first;
    for (uint32_t i = 1 + chance(2); i > 0; i--) {
        struct block next = make(m, depth);
        flow(m, last.out, next.in, NULL);
        last = next;
    }
    return (struct block){ first.in, last.out };
}

static struct block make_exclusive(struct maker *m, int depth)
{
    int split = choice(m), join = -1, first = m->flows++;
    struct block b[3] = { 0 };
    uint32_t n = 2 + chance(2);
    for (uint32_t i = 0; i < n; i++)
        b[i] = make(m, depth);
    join = node(m, chance(4) ? "exclusiveGateway" : "inclusiveGateway", "");
    buf_printf(&m->edges, "<sequenceFlow id=\"f%d\" sourceRef=\"n%d\" targetRef=\"n%d\"/>\n", first,
               split, b[0].in);
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0)
            flow(m, split, b[i].in, i == 1 ? "outcome = \"a\"" : "outcome = \"b\"");
        flow(m, b[i].out, join, NULL);
    }
    if (chance(3) == 0)
        flow(m, split, join, "outcome = \"c\"");
    return (struct block){ split, join };
}

static struct block make_parallel(struct maker *m, int depth)
{
    bool any = chance(3) == 0; /* joined by what comes: then a branch may end for itself */
    int split = node(m, "parallelGateway", ""),
        join = node(m, any ? "inclusiveGateway" : "parallelGateway", "");
    for (uint32_t i = 2 + chance(2); i > 0; i--) {
        struct block b = chance(2) ? make_sequence(m, depth) : make(m, depth);
        flow(m, split, b.in, NULL);
        if (any && i > 1 && chance(2)) {
            int after = choice(m), out = m->flows++, end = node(m, "endEvent", "");
            flow(m, b.out, after, NULL);
            buf_printf(&m->edges,
                       "<sequenceFlow id=\"f%d\" sourceRef=\"n%d\" targetRef=\"n%d\"/>\n", out,
                       after, join);
            flow(m, after, end, "outcome = \"b\"");
            continue;
        }
        flow(m, b.out, join, NULL);
    }
    return (struct block){ split, join };
}

static struct block make_loop(struct maker *m, int depth)
{
    int join = node(m, "exclusiveGateway", "");
    struct block body = make(m, depth), person = make_person(m);
    int after = choice(m), out = m->flows++;
    struct block task = make_task(m);
    flow(m, join, body.in, NULL);
    flow(m, body.out, person.in, NULL);
    flow(m, person.out, after, NULL);
    buf_printf(&m->edges, "<sequenceFlow id=\"f%d\" sourceRef=\"n%d\" targetRef=\"n%d\"/>\n", out,
               after, task.in);
    flow(m, after, join, "outcome = \"a\"");
    return (struct block){ join, task.out };
}

static struct block make_inclusive(struct maker *m, int depth)
{
    static const char *const when[] = { "not(outcome = \"a\")", "not(outcome = \"b\")",
                                        "outcome = \"c\"" };
    int split = m->nodes++, join = node(m, "inclusiveGateway", ""), first = m->flows++;
    uint32_t n = 2 + chance(2);
    buf_printf(&m->b, "<inclusiveGateway id=\"n%d\" default=\"f%d\"/>\n", split, first);
    for (uint32_t i = 0; i < n; i++) {
        struct block b = make(m, depth);
        if (i == 0)
            buf_printf(&m->edges,
                       "<sequenceFlow id=\"f%d\" sourceRef=\"n%d\" targetRef=\"n%d\"/>\n", first,
                       split, b.in);
        else
            flow(m, split, b.in, when[i]);
        flow(m, b.out, join, NULL);
    }
    return (struct block){ split, join };
}

static const char *event(void)
{
    static const char *const kinds[] = {
        "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>",
        "<messageEventDefinition messageRef=\"m1\"/>", "<signalEventDefinition signalRef=\"g1\"/>"
    };
    return kinds[chance(3)];
}

static struct block make_catch(struct maker *m)
{
    int n = m->nodes++;
    buf_printf(&m->b, "<intermediateCatchEvent id=\"n%d\">%s</intermediateCatchEvent>\n", n,
               event());
    return (struct block){ n, n };
}

/* Whichever comes first. */
static struct block make_race(struct maker *m, int depth)
{
    int split = node(m, "eventBasedGateway", ""), join = node(m, "exclusiveGateway", "");
    for (uint32_t i = 2 + chance(2); i > 0; i--) {
        struct block got = make_catch(m), b = make(m, depth);
        flow(m, split, got.in, NULL);
        flow(m, got.out, b.in, NULL);
        flow(m, b.out, join, NULL);
    }
    return (struct block){ split, join };
}

/* A net of its own inside; many at once with their own ways to be collected; a free zone. */
static struct block make_inside(struct maker *m, int depth)
{
    static const char *const many[] = {
        "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
        "</multiInstanceLoopCharacteristics>",
        "<multiInstanceLoopCharacteristics "
        "isSequential=\"true\"><loopCardinality>2</loopCardinality>"
        "</multiInstanceLoopCharacteristics>",
        "<multiInstanceLoopCharacteristics><loopCardinality>3</"
        "loopCardinality><completionCondition>"
        "nrOfCompletedInstances &gt;= 2</completionCondition></multiInstanceLoopCharacteristics>"
    };
    static const char *const collect[] = { "", "", "oa:collect=\"lead\"",
                                           "oa:collect=\"1\" oa:rest=\"keep\"",
                                           "oa:collect=\"none\"" };
    struct maker in = {
        .b = buf_in(m->b.a), .edges = buf_in(m->b.a), .nodes = m->nodes + 1, .flows = m->flows
    };
    int n = m->nodes;
    uint32_t k = chance(4);
    bool zone = chance(3) == 0;
    struct block body = { 0, 0 };
    if (zone) {
        node(&in, "userTask", "oa:assign=\"gus\"");
    } else {
        int start = node(&in, "startEvent", "");
        body = make_sequence(&in, depth);
        int end = in.nodes++;
        buf_printf(&in.b, "<endEvent id=\"n%d\">%s</endEvent>\n", end,
                   chance(4) ? "" : "<terminateEventDefinition/>");
        flow(&in, start, body.in, NULL);
        flow(&in, body.out, end, NULL);
    }
    buf_printf(&m->b, "<%s id=\"n%d\" %s %s>%s", zone ? "adHocSubProcess" : "subProcess", n,
               zone ? (chance(2) ? "oa:finish=\"owner\"" : "oa:finish=\"all\"") : "",
               k < 3 ? collect[chance(5)] : "", k < 3 ? many[k] : "");
    buf_str(&m->b, buf_done(&in.b));
    buf_str(&m->b, buf_done(&in.edges));
    buf_printf(&m->b, "</%s>\n", zone ? "adHocSubProcess" : "subProcess");
    m->nodes = in.nodes;
    m->flows = in.flows;
    return (struct block){ n, n };
}

static struct block make_call(struct maker *m)
{
    int n = node(m, "callActivity", "calledElement=\"other\"");
    return (struct block){ n, n };
}

/* Something with an event on it, which leads around it, or aside. */
static struct block make_hosted(struct maker *m, int depth)
{
    uint32_t k = chance(4);
    struct block host = k == 0 ? make_inside(m, depth) : k == 1 ? make_call(m) : make_person(m);
    int join = node(m, "exclusiveGateway", "");
    bool stops = chance(2);
    int e = m->nodes++;
    const char *what = stops && k < 2 && chance(2) ? "<errorEventDefinition/>" : event();
    buf_printf(&m->b,
               "<boundaryEvent id=\"n%d\" attachedToRef=\"n%d\" cancelActivity=\"%s\">%s"
               "</boundaryEvent>\n",
               e, host.in, stops ? "true" : "false", what);
    flow(m, host.out, join, NULL);
    struct block b = chance(3) ? make(m, depth) : make_task(m);
    flow(m, e, b.in, NULL);
    flow(m, b.out, stops ? join : node(m, "endEvent", ""), NULL);
    return (struct block){ host.in, join };
}

/* A way that ends everything at once, whatever runs beside it. */
static struct block make_early_end(struct maker *m, int depth)
{
    struct block body = make(m, depth);
    int after = choice(m), out = m->flows++, end = m->nodes++;
    struct block task = make_task(m);
    buf_printf(&m->b, "<endEvent id=\"n%d\"><terminateEventDefinition/></endEvent>\n", end);
    flow(m, body.out, after, NULL);
    buf_printf(&m->edges, "<sequenceFlow id=\"f%d\" sourceRef=\"n%d\" targetRef=\"n%d\"/>\n", out,
               after, task.in);
    flow(m, after, end, "outcome = \"c\"");
    return (struct block){ body.in, task.out };
}

static struct block make(struct maker *m, int depth)
{
    if (depth <= 0)
        return make_task(m);
    switch (chance(16)) {
    case 0:
    case 1: return make_sequence(m, depth - 1);
    case 2:
    case 3: return make_exclusive(m, depth - 1);
    case 4:
    case 5: return make_parallel(m, depth - 1);
    case 6: return make_loop(m, depth - 1);
    case 7: return make_early_end(m, depth - 1);
    case 8:
    case 9: return make_inclusive(m, depth - 1);
    case 10: return make_race(m, depth - 1);
    case 11: return make_inside(m, depth - 1);
    case 12: return make_hosted(m, depth - 1);
    case 13: return chance(2) ? make_catch(m) : make_call(m);
    default: return make_task(m);
    }
}

/* Sometimes one more flow out of an exclusive gateway, anywhere: most such nets are unsound and are
 * refused by the compiler, the others are not block structured. */
static struct str random_net(struct arena *a)
{
    struct maker m = { .b = buf_in(a), .edges = buf_in(a) };
    struct buf all = buf_in(a);
    int start = node(&m, "startEvent", "");
    struct block first = make_task(&m), body = make_sequence(&m, 2 + (int)chance(2)),
                 last = make_person(&m);
    int end = node(&m, "endEvent", "");
    flow(&m, start, first.in, NULL);
    flow(&m, first.out, body.in, NULL);
    flow(&m, body.out, last.in, NULL);
    flow(&m, last.out, end, NULL);
    if (chance(3) == 0) {
        int extra = choice(&m), out = m.flows++;
        buf_printf(&m.edges, "<sequenceFlow id=\"f%d\" sourceRef=\"n%d\" targetRef=\"n%d\"/>\n",
                   out, extra, end);
        flow(&m, last.out, extra, "outcome = \"a\"");
        flow(&m, extra, (int)chance((uint32_t)m.nodes), "outcome = \"a\"");
    }
    buf_text(&all, "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "
                   "xmlns:oa=\"urn:tongban:oa:1\"><message id=\"m1\" name=\"m\"/><signal "
                   "id=\"g1\" name=\"g\"/><process id=\"p\" isExecutable=\"true\">\n");
    buf_str(&all, buf_done(&m.b));
    buf_str(&all, buf_done(&m.edges));
    buf_text(&all, "</process></definitions>");
    return buf_done(&all);
}

/* --- markings --------------------------------------------------------------------------------- */

/* The flow through which an act was entered. */
static int entry_of(const struct flow_state *s, int act)
{
    for (int t = 0; t < s->token.n; t++)
        if (s->token.p[t].consumer == act_of(s, act)->start)
            return s->token.p[t].place;
    return -1;
}

static void insert(int *m, size_t *n, int edge)
{
    size_t k = (*n)++;
    for (; k > 0 && m[k - 1] > edge; k--)
        m[k] = m[k - 1];
    m[k] = edge;
}

/* --- one net ---------------------------------------------------------------------------------- */

struct counts {
    long nets, firings, rewinds, with_siblings, across, withdraws, reworks, unreachable, naive,
        naive_unreachable, revived, tree_changes, events, moves, forwards, branches;
};

struct trial {
    struct arena *a;
    const struct flow_net *net;
    struct str text;
    struct net_space **space;     /* by part, every marking */
    struct net_regions **regions; /* by part: the same question asked region by region */
    struct flow_state *s;
    struct counts *c;
    struct buf records;
    int64_t now;
    const char *code; /* of the last refusal */
    char wait[4000];
    char item[4000]; /* by leaf, from the deltas alone: 0 none, 'o' open, 's' suspended, 'c' closed
                      */
};

static bool resolve(void *arg, struct arena *a, const struct flow_term *term,
                    const struct flow_resolve_ctx *ctx, struct flow_who **out, size_t *n,
                    struct err *err)
{
    (void)arg, (void)ctx, (void)err;
    struct flow_who who = { FLOW_NAME, 0, term->arg };
    *out = arena_copy(a, &who, sizeof who);
    *n = 1;
    return true;
}

/* The first fault, with the way that led to it. */
static void show(struct trial *t, int scope, const int *m, size_t n)
{
    if (t->c->unreachable > 1)
        return;
    fprintf(stderr, "%s\n%s\nscope %d:", t->text.p, buf_done(&t->records).p, scope);
    for (size_t i = 0; i < n; i++) {
        bool flow = m[i] < (int)t->net->edge_n;
        struct str id = m[i] < 0 ? STR("gone")
                        : flow   ? t->net->edge[m[i]].id
                                 : t->net->node[m[i] - (int)t->net->edge_n].id;
        fprintf(stderr, " %.*s", STR_ARG(id));
    }
    fputc('\n', stderr);
}

static void check_reachable(struct trial *t)
{
    int *m = arena_array_of(t->a, int, (size_t)t->s->token.n * 4 + 1);
    for (int k = 0; k < t->s->scope.n; k++) {
        const struct scope *x = &t->s->scope.p[k];
        if (x->state != SCOPE_OPEN || x->part < 0 || !t->space[x->part])
            continue;
        size_t n = route_marking(t->net, t->s, k, m);
        bool is_in = n == 0 || net_space_has(t->space[x->part], m, n);
        if (t->space[x->part]->doubled < 0 && n &&
            regions_have(t->regions[x->part], m, n) != is_in) {
            show(t, k, m, n);
            fail_msg("regions and markings do not agree: %d", is_in);
        }
        if (!is_in) {
            t->c->unreachable++;
            show(t, k, m, n);
        }
    }
}

/* I7, as desk/ sees it: the items that the deltas open and close are the active leaves. */
static void check_items(struct trial *t, const struct flow_delta *d)
{
    static const char become[] = {
        [FLOW_OPENED] = 'o',    [FLOW_CLOSED] = 'c',      [FLOW_TRANSFERRED] = 'c',
        [FLOW_SUSPENDED] = 's', [FLOW_REACTIVATED] = 'o', [FLOW_VOIDED] = 'c'
    };
    /* and what waits for the world is what the deltas armed */
    assert_true(t->s->wait.n < (int)sizeof t->wait);
    for (size_t i = 0; i < d->wait_n; i++) {
        char *w = &t->wait[d->wait[i].ref];
        assert_true((d->wait[i].what == FLOW_ARMED) == (*w == 0));
        *w = d->wait[i].what == FLOW_DISARMED ? 'c' : d->wait[i].what == FLOW_PAUSED ? 'p' : 'o';
    }
    for (int k = 0; k < t->s->wait.n; k++) {
        if (t->s->wait.p[k].state == WAIT_FIRED)
            t->wait[k + 1] = 'c';
        assert_int_equal(t->s->wait.p[k].state == WAIT_ARMED, t->wait[k + 1] == 'o');
    }
    assert_true(t->s->tree.n < (int)sizeof t->item);
    for (size_t i = 0; i < d->change_n; i++) {
        char *item = &t->item[d->change[i].leaf];
        assert_true((d->change[i].kind == FLOW_OPENED) == (*item == 0));
        assert_true(d->change[i].kind != FLOW_REACTIVATED || *item != 'o');
        *item = become[d->change[i].kind];
    }
    for (int k = 1; k <= t->s->tree.n; k++) {
        const struct tree *x = tree_of(t->s, k);
        if ((t->item[k] == 'o') != (x->kind == TREE_LEAF && x->state == TREE_ACTIVE))
            fail_msg("leaf %d is %d, its item '%c'", k, (int)x->state, t->item[k]);
        bool waits = x->kind == TREE_LEAF && x->state == TREE_PENDING && x->is_suspended;
        if ((t->item[k] == 's') != waits)
            fail_msg("leaf %d suspended %d, its item '%c'", k, waits, t->item[k]);
    }
}

static bool apply(struct trial *t, const struct flow_command *cmd)
{
    struct flow_org org = { .resolve = resolve };
    struct flow_delta d;
    struct err e = { 0 };
    t->now += 1000;
    if (!flow_apply(t->a, t->net, t->s, cmd, &org, t->now, &d, &e)) {
        t->code = e.code;
        return false;
    }
    flow_check_invariants(t->net, t->s);
    check_items(t, &d);
    struct jw w = jw_to(&t->records);
    flow_record_write(&w, cmd, t->now, &d);
    buf_char(&t->records, '\n');
    check_reachable(t);
    for (size_t i = 0; i < d.service_n; i++) {
        struct flow_command done = { .op = FLOW_SERVICE_DONE, .act = d.service[i].act };
        if (!d.service[i].is_undo && t->s->act.p[d.service[i].act - 1].state == ACT_OPEN)
            assert_true(apply(t, &done));
    }
    return true;
}

static int some_leaf(struct trial *t, enum flow_leaf_state state)
{
    size_t n, k = 0;
    struct flow_leaf *l = flow_leaves(t->a, t->s, &n);
    for (size_t i = 0; i < n; i++)
        if (l[i].state == state && (state != FLOW_LEAF_DONE || !l[i].is_undone))
            l[k++] = l[i];
    return k ? l[chance((uint32_t)k)].leaf : 0;
}

static bool runs(const struct flow_state *s)
{
    return s->status == FLOW_RUNNING || s->status == FLOW_INCIDENT;
}

/* A timer, a message, a signal, a child: any that is waited for. */
static bool happen(struct trial *t)
{
    int list[64], n = 0;
    for (int k = 0; k < t->s->wait.n && n < 64; k++)
        if (t->s->wait.p[k].state == WAIT_ARMED)
            list[n++] = k + 1;
    if (n == 0)
        return false;
    struct flow_command cmd = { .ref = list[chance((uint32_t)n)] };
    switch (t->s->wait.p[cmd.ref - 1].kind) {
    case WAIT_TIMER: cmd.op = FLOW_TIMER_FIRED; break;
    case WAIT_MESSAGE: cmd.op = FLOW_MESSAGE; break;
    case WAIT_SIGNAL: cmd.op = FLOW_SIGNAL; break;
    default: cmd.op = chance(4) ? FLOW_CALL_DONE : FLOW_CALL_FAILED;
    }
    if (!apply(t, &cmd))
        fail_msg("%s: %s", flow_op_name(cmd.op), t->code);
    t->c->events++;
    if (t->s->status == FLOW_INCIDENT) { /* a call failed and nobody caught it */
        struct flow_command retry = { .op = FLOW_RETRY };
        if (!apply(t, &retry))
            fail_msg("retry: %s", t->code);
    }
    return true;
}

static void complete_one(struct trial *t)
{
    static const struct str outcomes[] = { { "a", 1 },  { "b", 1 },  { "c", 1 },
                                           { "go", 2 }, { "go", 2 }, { "go", 2 } };
    struct flow_command cmd = { .op = FLOW_COMPLETE,
                                .leaf = some_leaf(t, FLOW_LEAF_ACTIVE),
                                .outcome = outcomes[chance(6)] };
    if (!cmd.leaf) {
        assert_true(happen(t)); /* nobody has it: the world has */
        return;
    }
    if (!apply(t, &cmd))
        fail_msg("complete: %s", t->code);
    t->c->firings++;
}

/* What a common engine does: take the caller's token away, put one in front of the target. */
static void try_naive(struct trial *t, int from, int target)
{
    int *m = arena_array_of(t->a, int, (size_t)t->s->token.n * 4 + 2),
        scope = act_of(t->s, from)->scope;
    int part = t->s->scope.p[scope].part;
    if (act_of(t->s, target)->scope != scope || part < 0 || !t->space[part] ||
        t->net->node_in[act_of(t->s, from)->node].boundary_n ||
        t->net->node_in[act_of(t->s, target)->node].boundary_n)
        return;
    size_t n = route_marking(t->net, t->s, scope, m), k = 0;
    int gone = entry_of(t->s, from), put = entry_of(t->s, target);
    while (k < n && m[k] != gone)
        k++;
    if (k == n)
        return; /* in the country of an event */
    memmove(m + k, m + k + 1, (--n - k) * sizeof *m);
    insert(m, &n, put);
    t->c->naive++;
    t->c->naive_unreachable += !net_space_has(t->space[part], m, n);
}

static bool siblings_stay(const struct flow_state *s, const bool *up, int from)
{
    for (int k = 1; k <= s->act.n; k++)
        if (k != from && act_of(s, k)->state == ACT_OPEN && !up[act_of(s, k)->start])
            return true;
    return false;
}

static void send_back(struct trial *t)
{
    struct flow_command cmd = { .op = FLOW_SEND_BACK,
                                .leaf = some_leaf(t, FLOW_LEAF_ACTIVE),
                                .reason = STR("改"),
                                .way = chance(5) ? FLOW_WAY_REWIND : FLOW_WAY_REWORK };
    size_t n;
    if (!cmd.leaf)
        return;
    const struct flow_target *target = flow_targets(t->a, t->net, t->s, cmd.leaf, &n);
    if (n == 0)
        return;
    cmd.to_act = target[chance(2) ? 0 : chance((uint32_t)n)].act; /* often the step before */
    int from = t->s->tree.p[cmd.leaf - 1].act, revived = 0;
    if (cmd.way == FLOW_WAY_REWIND) {
        bool *up = cause_up(t->a, t->net, t->s, act_of(t->s, cmd.to_act)->complete);
        t->c->with_siblings += siblings_stay(t->s, up, from);
        t->c->across += act_of(t->s, from)->scope != act_of(t->s, cmd.to_act)->scope;
        try_naive(t, from, cmd.to_act);
    }
    if (cmd.way == FLOW_WAY_REWORK && !act_of(t->s, cmd.to_act)->root)
        return; /* a call has nobody to work it over */
    if (!apply(t, &cmd))
        fail_msg("send_back: %s", t->code);
    *(cmd.way == FLOW_WAY_REWIND ? &t->c->rewinds : &t->c->reworks) += 1;
    for (int i = 0; i < t->s->token.n; i++)
        revived += t->s->token.p[i].revives >= 0 && t->s->token.p[i].place >= 0;
    t->c->revived += revived > 0;
}

static void withdraw(struct trial *t)
{
    struct flow_command cmd = { .op = FLOW_WITHDRAW,
                                .leaf = some_leaf(t, FLOW_LEAF_DONE),
                                .reason = STR("撤") };
    if (cmd.leaf && apply(t, &cmd))
        t->c->withdraws++;
}

static struct flow_who someone(void)
{
    static const struct str names[] = {
        { "ann", 3 }, { "bob", 3 }, { "cid", 3 }, { "dan", 3 }, { "eve", 3 }
    };
    return (struct flow_who){ FLOW_NAME, 0, names[chance(5)] };
}

/* 加签, 减签, 转办, opening: no token moves, and what may be refused is refused cleanly. */
static void change_tree(struct trial *t)
{
    struct flow_who who[3] = { someone(), someone(), someone() };
    struct flow_command cmd = { .leaf = some_leaf(t, FLOW_LEAF_ACTIVE),
                                .who = who,
                                .reason = STR("换人") };
    switch (chance(8)) {
    case 5: cmd.op = FLOW_CLAIM; break;
    case 6: cmd.op = FLOW_PUT_BACK; break;
    case 7:
        cmd.op = FLOW_DELEGATE;
        cmd.who_n = 1;
        break;
    case 0:
    case 1:
        cmd.op = FLOW_ADD_SIGNER;
        cmd.who_n = 1 + chance(3);
        cmd.place = (enum flow_place)chance(3);
        cmd.mode = (enum flow_mode)chance(3);
        cmd.role = chance(3) ? FLOW_ROLE_SIGN : FLOW_ROLE_ADVISE;
        break;
    case 2:
        cmd.op = FLOW_REMOVE_SIGNER;
        cmd.is_admin = true;
        cmd.other_leaf = some_leaf(t, chance(2) ? FLOW_LEAF_ACTIVE : FLOW_LEAF_PENDING);
        break;
    case 3:
        cmd.op = FLOW_TRANSFER;
        cmd.who_n = 1;
        break;
    default: cmd.op = FLOW_OPEN;
    }
    t->c->tree_changes += apply(t, &cmd);
}

/* In a free zone: to others, or to the end. Elsewhere both are refused. */
static void move_on(struct trial *t)
{
    struct flow_who who[3] = { someone(), someone(), someone() };
    struct flow_command cmd = { .op = chance(4) ? FLOW_FORWARD : FLOW_FINISH,
                                .leaf = some_leaf(t, FLOW_LEAF_ACTIVE),
                                .who = who,
                                .who_n = 1 + chance(3),
                                .mode = chance(3) ? FLOW_MODE_ALL : FLOW_MODE_SEQ };
    if (chance(6) == 0) /* the owner ends it without holding anything */
        cmd = (struct flow_command){ .op = FLOW_FINISH, .actor = someone(), .reason = STR("够了") };
    if ((cmd.leaf || cmd.reason.n) && t->s->act.n < 60)
        t->c->forwards += apply(t, &cmd);
}

static void change_branches(struct trial *t)
{
    size_t n;
    struct flow_branch *b = flow_branches(t->a, t->net, t->s, 0, &n);
    if (n == 0)
        return;
    struct flow_branch x = b[chance((uint32_t)n)];
    struct flow_command cmd = { .op = FLOW_WITHDRAW_BRANCH,
                                .scope = x.scope,
                                .act = x.act,
                                .reason = STR("不要"),
                                .is_admin = chance(2) };
    if (chance(3) == 0 && n < 6) {
        cmd.op = FLOW_ADD_BRANCH;
        cmd.value = jv_parse(t->a, STR("\"xu\""), NULL, NULL);
    } else if (chance(4) == 0) {
        cmd.op = FLOW_COLLECT;
    }
    t->c->branches += apply(t, &cmd);
}

static void reroute(struct trial *t)
{
    int act = 0, node = (int)chance((uint32_t)t->net->shown_node_n);
    for (int k = 1; k <= t->s->act.n; k++)
        if (act_of(t->s, k)->state == ACT_OPEN && (!act || chance(3) == 0))
            act = k;
    struct flow_command cmd = { .op = FLOW_REROUTE,
                                .is_admin = true,
                                .act = act,
                                .to_node = t->net->node[node].id,
                                .reason = STR("调度") };
    t->c->moves += act && apply(t, &cmd);
}

static void pause(struct trial *t)
{
    struct flow_command cmd = { .op = FLOW_SUSPEND, .reason = STR("停") },
                        on = { .op = FLOW_RESUME };
    assert_true(apply(t, &cmd) && apply(t, &on));
}

/* I10, and the state through its text. */
static void check_replay(struct trial *t)
{
    struct buf before = buf_in(t->a), after = buf_in(t->a), again = buf_in(t->a);
    flow_state_write(&before, t->s);
    struct flow_state *copy;
    struct err e = { 0 };
    assert_true(flow_state_read(t->a, t->net, buf_done(&before), &copy, &e));
    flow_state_write(&again, copy);
    assert_true(str_eq(buf_done(&before), buf_done(&again)));
    struct flow_state *s = flow_state_new(t->a);
    struct str rest = buf_done(&t->records), line;
    while (str_cut(&rest, '\n', &line)) {
        if (line.n == 0)
            continue;
        struct flow_delta d;
        if (!flow_record_apply(t->a, t->net, s, jv_parse(t->a, line, NULL, NULL), &d, &e))
            fail_msg("replay: %s", e.code);
    }
    flow_state_write(&after, s);
    assert_string_equal(buf_done(&before).p, buf_done(&after).p);
}

static void run_net(struct arena *a, struct str text, const struct flow_net *net, struct counts *c)
{
    struct trial t = {
        .a = a, .text = text, .net = net, .c = c, .records = buf_in(a), .now = 1000000
    };
    t.space = arena_array_of(a, struct net_space *, net->part_n);
    t.regions = arena_array_of(a, struct net_regions *, net->part_n);
    for (size_t p = 0; p < net->part_n; p++) {
        if (net->part[p].kind == PART_ZONE)
            continue;
        t.space[p] = net_explore(a, net, (int)p, 20000);
        /* it was found sound by folding or by regions: the whole search must say so too */
        if (t.space[p]->stuck >= 0 || t.space[p]->unbounded >= 0 ||
            (net_space_complete(t.space[p]) && space_without_end(t.space[p]) >= 0)) {
            fprintf(stderr, "%s\n", text.p);
            fail_msg("not sound");
        }
        t.regions[p] = regions_of(a, net, (int)p, true);
        if (!net_space_complete(t.space[p]))
            return;
    }
    c->nets++;
    t.s = flow_state_new(a);
    struct flow_command start = { .op = FLOW_START, .actor = { FLOW_NAME, 0, STR("ann") } };
    assert_true(apply(&t, &start));
    for (int i = 0; i < 60 && runs(t.s); i++) {
        uint32_t k = chance(24);
        if (k < 10)
            complete_one(&t);
        else if (k < 14)
            send_back(&t);
        else if (k < 16)
            change_tree(&t);
        else if (k < 18)
            withdraw(&t);
        else if (k < 20)
            (void)happen(&t);
        else if (k < 22)
            move_on(&t);
        else if (k < 23)
            change_branches(&t);
        else if (chance(2))
            reroute(&t);
        else
            pause(&t);
        if (!runs(t.s) && chance(2))
            withdraw(&t); /* back out of the end */
    }
    for (int i = 0; i < 3000 && runs(t.s); i++)
        complete_one(&t);
    if (t.s->status != FLOW_DONE) { /* it can still end */
        struct buf b = buf_in(a);
        flow_state_write(&b, t.s);
        fail_msg("it does not end: %s", buf_done(&b).p);
    }
    check_replay(&t);
}

static void rewinds_stay_reachable(void **state)
{
    (void)state;
    struct counts c = { 0 };
    const char *want = getenv("TB_FLOW_NETS");
    long nets = want ? strtol(want, NULL, 10) : 1200;
    const char *seed = getenv("TB_FLOW_SEED");
    seed_state = 88172645463325252u ^ (seed ? strtoull(seed, NULL, 10) << 7 : 0);
    struct arena *a = arena_new();
    const char *most = getenv("TB_FLOW_REWINDS");
    long rewinds = most ? strtol(most, NULL, 10) : LONG_MAX;
    while (most ? c.rewinds < rewinds : c.nets < nets) {
        struct flow_report report;
        struct str text = random_net(a);
        const struct flow_net *net = flow_compile(a, text, NULL, &report);
        if (net)
            run_net(a, text, net, &c);
        arena_empty(a);
    }
    print_message("rewind: %ld nets, %ld completions, %ld events, %ld rewinds (%ld across scopes, "
                  "%ld beside live branches, %ld revived tokens), %ld reworks, %ld withdraws, %ld "
                  "changes of signers, %ld forwards, %ld changes of branches, %ld moves: %ld "
                  "unreachable; moving one token: %ld of %ld unreachable (%.0f %%)\n",
                  c.nets, c.firings, c.events, c.rewinds, c.across, c.with_siblings, c.revived,
                  c.reworks, c.withdraws, c.tree_changes, c.forwards, c.branches, c.moves,
                  c.unreachable, c.naive_unreachable, c.naive,
                  100.0 * (double)c.naive_unreachable / (double)c.naive);
    assert_int_equal(c.unreachable, 0);
    assert_true(c.rewinds > c.nets && c.withdraws > c.nets / 20 && c.with_siblings > 0);
    assert_true(c.across && c.moves && c.forwards && c.branches && c.events);
    assert_true(c.naive_unreachable * 10 > c.naive); /* the test can tell */
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(rewinds_stay_reachable) };
    return cmocka_run_group_tests_name("flow_rewind", tests, NULL, NULL);
}
