/* Any bytes as a definition: refused or compiled; what compiles starts, runs a few commands of
 * every kind, is written and read back, and is simulated from where it stands. */
#include <stdlib.h>

#include "flow/flow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool resolve(void *arg, struct arena *a, const struct flow_term *term,
                    const struct flow_resolve_ctx *ctx, struct flow_who **out, size_t *n,
                    struct err *err)
{
    (void)arg, (void)ctx, (void)err;
    struct flow_who who = { FLOW_NAME, 0, term->text };
    *out = arena_copy(a, &who, sizeof who);
    *n = 1;
    return true;
}

static int first_active(struct arena *a, const struct flow_state *s)
{
    size_t n;
    const struct flow_leaf *l = flow_leaves(a, s, &n);
    for (size_t i = 0; i < n; i++)
        if (l[i].state == FLOW_LEAF_ACTIVE)
            return l[i].leaf;
    return 0;
}

/* The bytes of the definition choose the commands too. */
struct chooser {
    const uint8_t *p;
    size_t n, at;
};

static uint32_t choose(struct chooser *c, uint32_t n)
{
    c->at = c->at * 31 + 7;
    return c->n ? (c->p[c->at % c->n] + (uint32_t)c->at) % n : 0;
}

static const struct flow_who someone = { FLOW_NAME, 0, { "kay", 3 } };

/* What waits, by ref: the deltas say it. */
static int last_ref;

static struct flow_command next(struct arena *a, const struct flow_net *net,
                                const struct flow_state *s, struct chooser *c)
{
    static const enum flow_op events[] = { FLOW_TIMER_FIRED, FLOW_MESSAGE, FLOW_CALL_DONE,
                                           FLOW_CALL_FAILED };
    size_t n;
    int leaf = first_active(a, s);
    struct flow_command cmd = { .op = FLOW_COMPLETE, .leaf = leaf, .outcome = STR("agree") };
    uint32_t k = choose(c, 16);
    if (!leaf && last_ref)
        k = 7;
    cmd.reason = STR("x");
    cmd.is_admin = choose(c, 2);
    cmd.who = &someone;
    cmd.who_n = 1;
    switch (k) {
    case 0: {
        const struct flow_target *t = flow_targets(a, net, s, leaf, &n);
        if (n) {
            cmd.op = FLOW_SEND_BACK;
            cmd.to_act = t[choose(c, (uint32_t)n)].act;
            cmd.way = (enum flow_way)choose(c, 3);
        }
        break;
    }
    case 1:
        cmd.op = FLOW_WITHDRAW;
        cmd.leaf = 1 + (int)choose(c, 20);
        break;
    case 2:
        cmd.op = FLOW_ADD_SIGNER;
        cmd.place = (enum flow_place)choose(c, 3);
        break;
    case 3: cmd.op = FLOW_TRANSFER; break;
    case 4: cmd.op = FLOW_FORWARD; break;
    case 5: cmd.op = FLOW_FINISH; break;
    case 6: cmd.op = FLOW_RETRY; break;
    case 7:
    case 8:
        cmd.op = events[choose(c, 4)];
        cmd.ref = last_ref ? 1 + (int)choose(c, (uint32_t)last_ref) : 1;
        break;
    case 9: {
        const struct flow_node *node = flow_nodes(net, &n);
        cmd.op = FLOW_REROUTE;
        cmd.to_node = node[choose(c, (uint32_t)n)].id;
        break;
    }
    case 10: cmd.op = FLOW_CLAIM; break;
    case 11:
        cmd.op = FLOW_COLLECT;
        cmd.act = 1 + (int)choose(c, 8);
        break;
    default: break;
    }
    return cmd;
}

static void write_and_read(struct arena *a, const struct flow_net *net, struct flow_state *s)
{
    struct buf b = buf_in(a), again = buf_in(a);
    struct flow_state *copy;
    struct err e = { 0 };
    flow_state_write(&b, s);
    if (!flow_state_read(a, net, buf_done(&b), &copy, &e))
        abort();
    flow_state_write(&again, copy);
    if (!str_eq(buf_done(&b), buf_done(&again)))
        abort();
    (void)flow_picture(a, net, s);
}

/* Starts by timer and message: each begins an instance, with what its message brings. */
static void start_by_itself(struct arena *a, const struct flow_net *net)
{
    struct flow_org org = { .resolve = resolve };
    struct flow_delta d;
    size_t n, nodes;
    const struct flow_trigger *g = flow_triggers(net, &n);
    const struct jv *brought = jv_parse(a, STR("{\"a\":1,\"b\":\"x\"}"), NULL, NULL);
    for (size_t i = 0; i < n; i++) {
        struct err e = { 0 };
        struct flow_state *s = flow_state_new(a);
        struct flow_command cmd = { .op = FLOW_START, .to_node = flow_nodes(net, &nodes)[g[i].node].id };
        cmd.vars = jv_parse(a, flow_start_vars(a, net, g[i].node, brought, 1000), NULL, NULL);
        if (flow_apply(a, net, s, &cmd, &org, 1000, &d, &e))
            write_and_read(a, net, s);
    }
}

static void run(struct arena *a, const struct flow_net *net, struct chooser *c)
{
    struct flow_org org = { .resolve = resolve };
    struct flow_state *s = flow_state_new(a);
    struct flow_delta d;
    struct flow_command cmd = { .op = FLOW_START };
    last_ref = 0;
    for (int step = 0; step < 30; step++) {
        struct err e = { 0 };
        bool good = flow_apply(a, net, s, &cmd, &org, 1000 + step, &d, &e);
        if (!good && step == 0)
            return;
        for (size_t i = 0; good && i < d.wait_n; i++)
            last_ref = d.wait[i].ref > last_ref ? d.wait[i].ref : last_ref;
        cmd = next(a, net, s, c);
        if (good && d.service_n)
            cmd = (struct flow_command){ .op = FLOW_SERVICE_DONE, .act = d.service[0].act };
    }
    write_and_read(a, net, s);
    struct flow_world world = { .org = org };
    size_t nodes;
    (void)flow_nodes(net, &nodes);
    if (nodes < 40)
        (void)flow_simulate(a, net, s, &world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct flow_report report;
    struct chooser c = { data, size, size };
    const struct flow_net *net = flow_compile(
        a, (struct str){ arena_strndup(a, (const char *)data, size), size }, NULL, &report);
    if (net) {
        run(a, net, &c);
        start_by_itself(a, net);
    }
    arena_free(&a);
    return 0;
}
