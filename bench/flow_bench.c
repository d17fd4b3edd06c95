/* flow.per_cpu_s (DESIGN §9): instances of a five-step approval driven to the end through apply, no
 * I/O, per CPU-second. One JSON line. */
#include <stdio.h>
#include <time.h>

#include "flow/flow.h"

static const char definition[] =
    "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:oa=\"urn:tongban:oa:1\">"
    "<process id=\"approval\" isExecutable=\"true\">"
    "<startEvent id=\"s\"/><userTask id=\"draft\" oa:assign=\"starter\"/>"
    "<userTask id=\"head\" oa:assign=\"starter.section_head\"/>"
    "<userTask id=\"office\" oa:assign=\"role(office_head)\"/>"
    "<userTask id=\"leader\" oa:assign=\"starter.leader\"/>"
    "<exclusiveGateway id=\"x\" default=\"back\"/>"
    "<userTask id=\"file\" oa:assign=\"role(doc_clerk)\"/><endEvent id=\"e\"/>"
    "<sequenceFlow id=\"f1\" sourceRef=\"s\" targetRef=\"draft\"/>"
    "<sequenceFlow id=\"f2\" sourceRef=\"draft\" targetRef=\"head\"/>"
    "<sequenceFlow id=\"f3\" sourceRef=\"head\" targetRef=\"office\"/>"
    "<sequenceFlow id=\"f4\" sourceRef=\"office\" targetRef=\"leader\"/>"
    "<sequenceFlow id=\"f5\" sourceRef=\"leader\" targetRef=\"x\"/>"
    "<sequenceFlow id=\"f6\" sourceRef=\"x\" targetRef=\"file\"><conditionExpression>outcome = \"agree\""
    "</conditionExpression></sequenceFlow>"
    "<sequenceFlow id=\"back\" sourceRef=\"x\" targetRef=\"draft\"/>"
    "<sequenceFlow id=\"f7\" sourceRef=\"file\" targetRef=\"e\"/>"
    "</process></definitions>";

static bool resolve(void *arg, struct arena *a, const struct flow_term *term,
                    const struct flow_resolve_ctx *ctx, struct flow_who **out, size_t *n,
                    struct err *err)
{
    int64_t *next = arg;
    (void)term, (void)ctx, (void)err;
    struct flow_who who = { FLOW_POST, ++*next, STR_NONE };
    *out = arena_copy(a, &who, sizeof who);
    *n = 1;
    return true;
}

/* Start, and open and complete each of the five steps. */
static bool drive(struct arena *a, const struct flow_net *net, int64_t *next)
{
    struct flow_org org = { .resolve = resolve, .arg = next };
    struct flow_state *s = flow_state_new(a);
    struct flow_delta d;
    struct err e = { 0 };
    struct flow_command cmd = { .op = FLOW_START, .actor = { FLOW_POST, 1, STR_NONE } };
    if (!flow_apply(a, net, s, &cmd, &org, 1000, &d, &e))
        return false;
    for (int step = 0; step < 5; step++) {
        int leaf = d.change[d.change_n - 1].leaf;
        struct flow_command open = { .op = FLOW_OPEN, .leaf = leaf };
        struct flow_command complete = { .op = FLOW_COMPLETE, .leaf = leaf, .outcome = STR("agree") };
        if (!flow_apply(a, net, s, &open, &org, 2000 + step, &d, &e) ||
            !flow_apply(a, net, s, &complete, &org, 2000 + step, &d, &e))
            return false;
    }
    return flow_state_status(s) == FLOW_DONE;
}

int main(void)
{
    struct arena *keep = arena_new(), *a = arena_new();
    struct flow_report report;
    const struct flow_net *net = flow_compile(keep, str_of(definition), NULL, &report);
    int64_t next = 0;
    long n = 0;
    clock_t from = clock(), spent = 0;
    while (net && spent < 2 * CLOCKS_PER_SEC) {
        for (int i = 0; i < 1000; i++, n++) {
            if (!drive(a, net, &next)) {
                fputs("flow bench: an instance did not end\n", stderr);
                return 1;
            }
            arena_empty(a);
        }
        spent = clock() - from;
    }
    if (!net)
        return 1;
    double seconds = (double)spent / CLOCKS_PER_SEC;
    printf("{\"bench\":\"flow.per_cpu_s\",\"value\":%.0f,\"unit\":\"1/s\",\"of\":{\"instances\":%ld,"
           "\"cpu_s\":%.2f,\"steps\":5,\"commands\":11}}\n",
           (double)n / seconds, n, seconds);
    arena_free(&a);
    arena_free(&keep);
    return 0;
}
