/* What the tests of flow/ share: small definitions, names as persons, ready items as text. */
#ifndef TB_TEST_FLOW_FIXTURE_H
#define TB_TEST_FLOW_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "flow/flow.h"

struct fixture {
    struct arena *a;
    const struct flow_net *net;
    struct flow_state *s;
    struct flow_delta d;
    struct err e;
    int64_t now;
    struct buf records;
};

#define DOC(body)                                                                                  \
    "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "                          \
    "xmlns:oa=\"urn:tongban:oa:1\">\n<process id=\"p\" isExecutable=\"true\">\n" body              \
    "\n</process></definitions>"
#define FLOW(id, from, to)                                                                         \
    "<sequenceFlow id=\"" id "\" sourceRef=\"" from "\" targetRef=\"" to "\"/>\n"
#define FLOW_IF(id, from, to, cond)                                                                \
    "<sequenceFlow id=\"" id "\" sourceRef=\"" from "\" targetRef=\"" to                           \
    "\"><conditionExpression>" cond "</conditionExpression></sequenceFlow>\n"
#define TASK(id, attributes) "<userTask id=\"" id "\" name=\"" id "\" " attributes "/>\n"

/* person X of a term is X; starter and prev.actor as they are; var as chosen. */
static inline bool fixture_resolve(void *arg, struct arena *a, const struct flow_term *term,
                                   const struct flow_resolve_ctx *ctx, struct flow_who **out,
                                   size_t *n, struct err *err)
{
    (void)arg, (void)err;
    struct flow_who one = { FLOW_NAME, 0, term->arg };
    if (term->kind == FLOW_TERM_STARTER)
        one = ctx->starter;
    if (term->kind == FLOW_TERM_PREV_ACTOR)
        one = ctx->prev;
    if (term->kind == FLOW_TERM_POST && str_to_i64(term->arg, &one.id)) {
        one.kind = FLOW_POST;
        one.name = STR(""); /* desk/ writes it so */
    }
    *n = term->kind == FLOW_TERM_VAR ? ctx->chosen_n : 1;
    *out = arena_copy(a, term->kind == FLOW_TERM_VAR ? ctx->chosen : &one, *n * sizeof one);
    return true;
}

static inline const char *report_text(struct arena *a, const struct flow_report *r)
{
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    flow_report_write(&w, "flow.bpmn", r);
    return buf_done(&b).p;
}

static inline bool fixture_apply(struct fixture *f, const struct flow_command *cmd)
{
    struct flow_org org = { .resolve = fixture_resolve };
    f->now += 1000;
    f->e = (struct err){ 0 };
    struct buf before = buf_in(f->a), after = buf_in(f->a);
    flow_state_write(&before, f->s);
    if (flow_apply(f->a, f->net, f->s, cmd, &org, f->now, &f->d, &f->e)) {
        struct jw w = jw_to(&f->records);
        flow_record_write(&w, cmd, f->now, &f->d);
        buf_char(&f->records, '\n');
        return true;
    }
    flow_state_write(&after, f->s);
    assert_string_equal(buf_done(&before).p, buf_done(&after).p); /* a refusal changes nothing */
    return false;
}

static inline struct fixture begin_with(const char *text, const char *vars)
{
    struct fixture f = { .a = arena_new(), .now = 1700000000000 };
    struct flow_report r;
    f.net = flow_compile(f.a, str_of(text), NULL, &r);
    if (!f.net)
        fail_msg("%s", report_text(f.a, &r));
    f.s = flow_state_new(f.a);
    f.records = buf_in(f.a);
    struct flow_command start = { .op = FLOW_START, .actor = { FLOW_NAME, 0, STR("ann") } };
    if (vars)
        start.vars = jv_parse(f.a, str_of(vars), NULL, NULL);
    if (!fixture_apply(&f, &start))
        fail_msg("start: %s", f.e.code);
    return f;
}

static inline struct fixture begin(const char *text)
{
    return begin_with(text, NULL);
}

/* "node:who node:who" of the active leaves, then the state unless it runs. */
static inline const char *ready(struct fixture *f)
{
    static const char *const status[] = { "new",    "",           "[done]",     "[rejected]",
                                          "[void]", "[incident]", "[suspended]" };
    struct buf b = buf_in(f->a);
    size_t n, nodes;
    struct flow_leaf *l = flow_leaves(f->a, f->s, &n);
    const struct flow_node *node = flow_nodes(f->net, &nodes);
    for (size_t i = 0; i < n; i++) {
        if (l[i].state != FLOW_LEAF_ACTIVE)
            continue;
        struct str who = flow_who_text(f->a, &l[i].who), id = node[l[i].node].id;
        buf_printf(&b, "%s%.*s:%.*s", b.n ? " " : "", STR_ARG(id), STR_ARG(who));
    }
    const char *s = status[flow_state_status(f->s)];
    buf_printf(&b, "%s%s", b.n && *s ? " " : "", s);
    return buf_done(&b).p;
}

/* The newest leaf of that person in that state; fails when there is none. */
static inline int leaf_in(struct fixture *f, const char *who, enum flow_leaf_state state)
{
    size_t n;
    struct flow_leaf *l = flow_leaves(f->a, f->s, &n);
    while (n-- > 0)
        if (l[n].state == state && str_is(flow_who_text(f->a, &l[n].who), who))
            return l[n].leaf;
    fail_msg("%s has no such item; ready: %s", who, ready(f));
    return 0;
}

static inline int leaf(struct fixture *f, const char *who)
{
    return leaf_in(f, who, FLOW_LEAF_ACTIVE);
}

static inline void must(struct fixture *f, const struct flow_command *cmd)
{
    if (!fixture_apply(f, cmd))
        fail_msg("%s: %s", flow_op_name(cmd->op), f->e.code);
}

static inline void must_not(struct fixture *f, const struct flow_command *cmd, const char *code)
{
    if (fixture_apply(f, cmd))
        fail_msg("%s was accepted; %s expected", flow_op_name(cmd->op), code);
    assert_string_equal(f->e.code, code);
}

static inline void complete(struct fixture *f, const char *who, const char *outcome)
{
    struct flow_command cmd = { .op = FLOW_COMPLETE,
                                .leaf = leaf(f, who),
                                .outcome = str_of(outcome) };
    must(f, &cmd);
}

/* I10: the records alone give the same bytes; then everything is freed. */
static inline void finish(struct fixture *f)
{
    struct buf was = buf_in(f->a), is = buf_in(f->a);
    struct flow_state *s = flow_state_new(f->a);
    struct flow_delta d;
    struct str rest = buf_done(&f->records), line;
    while (str_cut(&rest, '\n', &line))
        if (line.n &&
            !flow_record_apply(f->a, f->net, s, jv_parse(f->a, line, NULL, NULL), &d, &f->e))
            fail_msg("replay: %s", f->e.code);
    flow_state_write(&was, f->s);
    flow_state_write(&is, s);
    assert_string_equal(buf_done(&was).p, buf_done(&is).p);
    arena_free(&f->a);
}

#endif
