/* Any bytes as a definition: refused or compiled; what compiles starts and runs a few steps. */
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

/* Complete, and now and then send back to the newest target. */
static void run(struct arena *a, const struct flow_net *net)
{
    struct flow_org org = { .resolve = resolve };
    struct flow_state *s = flow_state_new(a);
    struct flow_delta d;
    struct flow_command cmd = { .op = FLOW_START };
    for (int step = 0; step < 20; step++) {
        struct err e = { 0 };
        if (!flow_apply(a, net, s, &cmd, &org, step, &d, &e))
            break;
        cmd = (struct flow_command){ .op = FLOW_COMPLETE,
                                     .leaf = first_active(a, s),
                                     .outcome = STR("agree") };
        if (d.service_n) {
            cmd = (struct flow_command){ .op = FLOW_SERVICE_DONE, .act = d.service[0].act };
            continue;
        }
        size_t n;
        const struct flow_target *t = flow_targets(a, net, s, cmd.leaf, &n);
        if (step % 4 == 3 && n)
            cmd = (struct flow_command){
                .op = FLOW_SEND_BACK, .leaf = cmd.leaf, .to_act = t[0].act, .reason = STR("x")
            };
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct flow_report report;
    const struct flow_net *net = flow_compile(
        a, (struct str){ arena_strndup(a, (const char *)data, size), size }, NULL, &report);
    if (net)
        run(a, net);
    arena_free(&a);
    return 0;
}
