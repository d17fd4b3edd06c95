/* Office operations of FLOW 5.3, 5.6, 5.10, 5.11, 5.13 and the dry run, by example. */
#include "flow_fixture.h"

#define S "<startEvent id=\"s\"/>"
#define E "<endEvent id=\"e\"/>"

static struct flow_who *person(struct fixture *f, const char *name)
{
    struct flow_who *who = arena_new_of(f->a, struct flow_who);
    *who = (struct flow_who){ FLOW_NAME, 0, str_of(name) };
    return who;
}

static const char *impact(struct fixture *f, const struct flow_command *cmd)
{
    static const char *const words[] = { "opened", "reopened",  "voided",
                                         "undone", "suspended", "closed" };
    struct flow_state *copy = flow_state_copy(f->a, f->s);
    struct flow_org org = { .resolve = fixture_resolve };
    struct flow_delta d;
    struct err e = { 0 };
    struct buf b = buf_in(f->a);
    size_t n;
    if (!flow_apply(f->a, f->net, copy, cmd, &org, f->now, &d, &e))
        return e.code;
    struct flow_impact *list = flow_impact(f->a, f->s, copy, &n);
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%s%s:%.*s", i ? " " : "", words[list[i].what],
                   STR_ARG(flow_who_text(f->a, &list[i].who)));
    return buf_done(&b).p;
}

/* --- 5.3 -------------------------------------------------------------------------------------- */

#define BOARD(more)                                                                                \
    DOC(S TASK("draft", "oa:assign=\"starter\"") TASK("check", "oa:assign=\"pat\"") TASK(          \
        "sign", "oa:assign=\"bob,cid,dan\" oa:sign=\"all\" oa:returnMode=\"collect\" " more)       \
            TASK("last", "oa:assign=\"zoe\"") E FLOW("f1", "s", "draft")                           \
                FLOW("f2", "draft", "check") FLOW("f3", "check", "sign")                           \
                    FLOW("f4", "sign", "last") FLOW("f5", "last", "e"))

static void back(struct fixture *f, const char *who, const char *to)
{
    struct flow_command cmd = {
        .op = FLOW_SEND_BACK, .leaf = leaf(f, who), .to_node = str_of(to), .reason = STR("缺依据")
    };
    must(f, &cmd);
}

static void returns_are_collected(void **state)
{
    (void)state;
    static const char text[] = BOARD("");
    struct fixture f = begin(text);
    complete(&f, "ann", "ok");
    complete(&f, "pat", "ok");
    back(&f, "bob", "check");
    assert_string_equal(ready(&f), "sign:cid sign:dan"); /* a vote, nothing more */
    complete(&f, "cid", "agree");
    assert_int_equal(f.d.returned_n, 0);
    back(&f, "dan", "draft");
    assert_string_equal(ready(&f), "draft:ann"); /* the earliest that was named, once */
    assert_int_equal(f.d.returned_n, 2);
    complete(&f, "ann", "ok");
    complete(&f, "pat", "ok");
    assert_string_equal(ready(&f), "sign:bob sign:cid sign:dan");
    finish(&f);
}

/* With a rule to pass, a vote to return counts as one against it. */
static void returns_are_outvoted(void **state)
{
    (void)state;
    static const char text[] = BOARD("oa:pass=\"agree &gt;= 2\"");
    struct fixture f = begin(text);
    complete(&f, "ann", "ok");
    complete(&f, "pat", "ok");
    back(&f, "bob", "check");
    complete(&f, "cid", "agree");
    complete(&f, "dan", "agree");
    assert_string_equal(ready(&f), "last:zoe");
    finish(&f);
    f = begin(text);
    complete(&f, "ann", "ok");
    complete(&f, "pat", "ok");
    back(&f, "bob", "check");
    complete(&f, "cid", "disagree");
    assert_string_equal(ready(&f), "check:pat");
    assert_int_equal(f.d.returned_n, 1);
    /* a way that is named acts at once */
    complete(&f, "pat", "ok");
    struct flow_command cmd = { .op = FLOW_SEND_BACK,
                                .leaf = leaf(&f, "bob"),
                                .to_node = STR("draft"),
                                .way = FLOW_WAY_REWIND,
                                .reason = STR("重写") };
    must(&f, &cmd);
    assert_string_equal(ready(&f), "draft:ann");
    finish(&f);
}

/* --- 5.6, 5.11 -------------------------------------------------------------------------------- */

static const char one[] =
    DOC(S TASK("a", "oa:assign=\"ann\" oa:cc=\"kim,lee\"") TASK("b", "oa:assign=\"bob,cid,dan\"")
            E FLOW("f1", "s", "a") FLOW("f2", "a", "b") FLOW("f3", "b", "e"));

static void delegate_and_tell(void **state)
{
    (void)state;
    struct fixture f = begin(one);
    struct flow_command cmd = { .op = FLOW_DELEGATE,
                                .leaf = leaf(&f, "ann"),
                                .who = person(&f, "amy"),
                                .who_n = 1,
                                .reason = STR("请先研究") };
    must(&f, &cmd);
    assert_string_equal(ready(&f), "a:amy");
    complete(&f, "amy", "no"); /* advice: it never votes */
    assert_string_equal(ready(&f), "a:ann");
    complete(&f, "ann", "ok");
    assert_int_equal(f.d.copy_n, 1);
    assert_int_equal(f.d.copy[0].n, 2);
    assert_true(str_is(f.d.copy[0].who[1].name, "lee"));
    finish(&f);
}

static void claim_among_candidates(void **state)
{
    (void)state;
    struct fixture f = begin(one);
    complete(&f, "ann", "ok");
    assert_string_equal(ready(&f), "b:bob b:cid b:dan");
    struct flow_command claim = { .op = FLOW_CLAIM, .leaf = leaf(&f, "cid") };
    must(&f, &claim);
    assert_string_equal(ready(&f), "b:cid");
    must_not(&f, &claim, "flow.claimed");
    struct flow_command put = { .op = FLOW_PUT_BACK, .leaf = claim.leaf };
    must(&f, &put);
    assert_string_equal(ready(&f), "b:bob b:cid b:dan");
    must_not(&f, &put, "flow.not_claimed");
    must(&f, &claim);
    complete(&f, "cid", "ok");
    assert_string_equal(ready(&f), "[done]");
    struct flow_command undo = { .op = FLOW_WITHDRAW, .leaf = claim.leaf, .reason = STR("错") };
    must(&f, &undo);
    assert_string_equal(ready(&f), "b:bob b:cid b:dan");
    finish(&f);
}

static bool to_pool(void *arg, struct arena *a, const struct flow_term *term,
                    const struct flow_resolve_ctx *ctx, struct flow_who **out, size_t *n,
                    struct err *err)
{
    (void)arg, (void)term, (void)ctx, (void)err;
    struct flow_who who = { FLOW_POOL, 45, STR("doc_clerk") };
    *out = arena_copy(a, &who, sizeof who);
    *n = 1;
    return true;
}

static void claim_from_a_pool(void **state)
{
    (void)state;
    struct fixture f = begin(one);
    struct flow_org org = { .resolve = to_pool };
    struct flow_command cmd = { .op = FLOW_COMPLETE, .leaf = leaf(&f, "ann") };
    assert_true(flow_apply(f.a, f.net, f.s, &cmd, &org, f.now + 5, &f.d, &f.e));
    int pool = leaf(&f, "pool:45:doc_clerk");
    struct flow_command claim = { .op = FLOW_CLAIM,
                                  .leaf = pool,
                                  .actor = { FLOW_POST, 7, { 0 } } };
    assert_true(flow_leaf_ops(f.net, f.s, pool) & 1u << FLOW_CLAIM);
    assert_true(flow_apply(f.a, f.net, f.s, &claim, &org, f.now + 6, &f.d, &f.e));
    assert_int_equal(f.d.change[0].kind, FLOW_CLAIMED);
    assert_int_equal(f.d.change[0].who.id, 7);
    assert_string_equal(ready(&f), "b:post:7");
    struct flow_command put = { .op = FLOW_PUT_BACK, .leaf = pool };
    assert_true(flow_apply(f.a, f.net, f.s, &put, &org, f.now + 7, &f.d, &f.e));
    assert_int_equal(f.d.change[0].kind, FLOW_RELEASED);
    assert_true(flow_apply(f.a, f.net, f.s, &claim, &org, f.now + 8, &f.d, &f.e));
    cmd = (struct flow_command){ .op = FLOW_COMPLETE, .leaf = pool };
    assert_true(flow_apply(f.a, f.net, f.s, &cmd, &org, f.now + 9, &f.d, &f.e));
    struct flow_leaf l;
    assert_true(flow_leaf_find(f.s, pool, &l));
    assert_int_equal(l.done_by.id, 7);
    arena_free(&f.a);
}

static void suspend_and_resume(void **state)
{
    (void)state;
    static const char text[] = DOC(S TASK(
        "a", "oa:assign=\"ann\"") "<boundaryEvent id=\"t\" "
                                  "attachedToRef=\"a\"><timerEventDefinition><timeDuration>P1D"
                                  "</timeDuration></timerEventDefinition></boundaryEvent>" TASK(
                                      "b", "oa:assign=\"bob\"") E FLOW("f1", "s", "a")
                                       FLOW("f2", "a", "e") FLOW("f3", "t", "b"));
    struct fixture f = begin(text);
    int ref = f.d.wait[0].ref;
    struct flow_command stop = { .op = FLOW_SUSPEND }, go = { .op = FLOW_RESUME },
                        fire = { .op = FLOW_TIMER_FIRED, .ref = ref },
                        done = { .op = FLOW_COMPLETE, .leaf = leaf(&f, "ann") };
    must_not(&f, &stop, "flow.no_reason");
    stop.reason = STR("等上级批复");
    must(&f, &stop);
    assert_int_equal(f.d.wait[0].what, FLOW_PAUSED);
    assert_string_equal(ready(&f), "a:ann [suspended]");
    must_not(&f, &done, "flow.is_suspended");
    must_not(&f, &fire, "flow.is_suspended");
    must(&f, &go);
    assert_int_equal(f.d.wait[0].what, FLOW_CONTINUED);
    must(&f, &fire);
    assert_string_equal(ready(&f), "b:bob");
    must(&f, &stop);
    struct flow_command end = { .op = FLOW_TERMINATE, .reason = STR("不办了"), .is_admin = true };
    must(&f, &end);
    assert_string_equal(ready(&f), "[rejected]");
    finish(&f);
}

/* 5.2: while the step waits for a rework its clock stands. */
static void rework_stops_the_clock(void **state)
{
    (void)state;
    static const char text[] = DOC(S TASK("a", "oa:assign=\"ann\"") TASK(
        "b", "oa:assign=\"bob\"") "<boundaryEvent id=\"t\" "
                                  "attachedToRef=\"b\"><timerEventDefinition><timeDuration>P1D"
                                  "</timeDuration></timerEventDefinition></boundaryEvent>" TASK(
                                      "c", "oa:assign=\"cid\"") E FLOW("f1", "s", "a")
                                       FLOW("f2", "a", "b") FLOW("f3", "b", "e")
                                           FLOW("f4", "t", "c"));
    struct fixture f = begin(text);
    complete(&f, "ann", "ok");
    int ref = f.d.wait[0].ref;
    struct flow_command cmd = { .op = FLOW_SEND_BACK,
                                .leaf = leaf(&f, "bob"),
                                .to_node = STR("a"),
                                .way = FLOW_WAY_REWORK,
                                .reason = STR("补件") };
    must(&f, &cmd);
    assert_string_equal(ready(&f), "b:ann");
    assert_int_equal(f.d.wait_n, 1);
    assert_int_equal(f.d.wait[0].what, FLOW_PAUSED);
    struct flow_command stop = { .op = FLOW_SUSPEND, .reason = STR("停") },
                        go = { .op = FLOW_RESUME };
    must(&f, &stop);
    must(&f, &go);
    assert_int_equal(f.d.wait_n, 0); /* still waiting for ann */
    complete(&f, "ann", "ok");
    assert_int_equal(f.d.wait[0].what, FLOW_CONTINUED);
    struct flow_command fire = { .op = FLOW_TIMER_FIRED, .ref = ref };
    must(&f, &fire);
    assert_string_equal(ready(&f), "c:cid");
    finish(&f);
}

/* --- 5.10 ------------------------------------------------------------------------------------- */

/* a; then b → b2 beside c; then d. */
static const char fork[] = DOC(
    S TASK("a", "oa:assign=\"ann\"") "<parallelGateway id=\"x\"/>" TASK("b", "oa:assign=\"bob\"")
        TASK("b2", "oa:assign=\"bea\"") TASK(
            "c", "oa:assign=\"cid\"") "<parallelGateway id=\"y\"/>" TASK("d", "oa:assign=\"dan\"")
            E FLOW("f1", "s", "a") FLOW("f2", "a", "x") FLOW("f3", "x", "b") FLOW("f4", "b", "b2")
                FLOW("f5", "b2", "y") FLOW("f6", "x", "c") FLOW("f7", "c", "y") FLOW("f8", "y", "d")
                    FLOW("f9", "d", "e"));

static struct flow_command move(struct fixture *f, const char *who, const char *to)
{
    return (struct flow_command){ .op = FLOW_REROUTE,
                                  .leaf = leaf(f, who),
                                  .to_node = str_of(to),
                                  .reason = STR("调度"),
                                  .is_admin = true };
}

static void reroute(void **state)
{
    (void)state;
    struct fixture f = begin(fork);
    complete(&f, "ann", "ok");
    struct flow_command cmd = move(&f, "bob", "b2");
    cmd.is_admin = false;
    must_not(&f, &cmd, "flow.op_not_allowed");
    cmd.is_admin = true;
    cmd.reason = STR("");
    must_not(&f, &cmd, "flow.no_reason");
    cmd = move(&f, "bob", "b2"); /* same region: it moves, the sibling stays */
    must(&f, &cmd);
    assert_string_equal(ready(&f), "c:cid b2:bea");
    cmd = move(&f, "bea", "d"); /* out of the region: the other branch is void */
    assert_string_equal(impact(&f, &cmd), "voided:cid voided:bea opened:dan");
    must(&f, &cmd);
    assert_string_equal(ready(&f), "d:dan");
    cmd = move(&f, "dan", "b2"); /* into the region: the join gets what it would wait for */
    must(&f, &cmd);
    assert_string_equal(ready(&f), "b2:bea");
    complete(&f, "bea", "ok");
    assert_string_equal(ready(&f), "d:dan");
    /* back to before it all: what was moved is undone like anything else */
    struct flow_command back_to = { .op = FLOW_SEND_BACK,
                                    .leaf = leaf(&f, "dan"),
                                    .to_node = STR("a"),
                                    .reason = STR("重来"),
                                    .way = FLOW_WAY_REWIND };
    must(&f, &back_to);
    assert_string_equal(ready(&f), "a:ann");
    cmd = move(&f, "ann", "s");
    must_not(&f, &cmd, "flow.no_target");
    cmd = move(&f, "ann", "nowhere");
    must_not(&f, &cmd, "flow.no_target");
    finish(&f);
}

/* Sixteen branches of two steps: the markings are not listed, the regions are asked. */
static void reroute_among_many(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf b = buf_in(a);
    buf_text(&b,
             "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "
             "xmlns:oa=\"urn:tongban:oa:1\"><process id=\"p\" isExecutable=\"true\">" S
             "<parallelGateway id=\"x\"/><parallelGateway id=\"y\"/>" TASK("d", "oa:assign=\"dan\"")
                 E FLOW("fs", "s", "x") FLOW("fy", "y", "d") FLOW("fe", "d", "e"));
    for (int i = 0; i < 16; i++)
        buf_printf(
            &b,
            "<userTask id=\"t%d\" oa:assign=\"p%d\"/><userTask id=\"u%d\" oa:assign=\"q%d\"/>"
            "<sequenceFlow id=\"f%d\" sourceRef=\"x\" targetRef=\"t%d\"/><sequenceFlow "
            "id=\"g%d\" sourceRef=\"t%d\" targetRef=\"u%d\"/><sequenceFlow id=\"h%d\" "
            "sourceRef=\"u%d\" targetRef=\"y\"/>",
            i, i, i, i, i, i, i, i, i, i, i);
    buf_text(&b, "</process></definitions>");
    struct fixture f = begin(buf_done(&b).p);
    complete(&f, "p3", "ok");
    struct flow_command cmd = move(&f, "p5", "u5");
    must(&f, &cmd);
    leaf(&f, "q5");
    leaf(&f, "p4"); /* nobody else is touched */
    cmd = move(&f, "q5", "d");
    must(&f, &cmd);
    assert_string_equal(ready(&f), "d:dan");
    cmd = move(&f, "dan", "t7");
    must(&f, &cmd);
    assert_string_equal(ready(&f), "t7:p7");
    complete(&f, "p7", "ok");
    complete(&f, "q7", "ok");
    complete(&f, "dan", "ok");
    assert_string_equal(ready(&f), "[done]");
    finish(&f);
    arena_free(&a);
}

/* --- 5.13 ------------------------------------------------------------------------------------- */

static void override(void **state)
{
    (void)state;
    struct fixture f = begin(one);
    struct flow_command cmd = {
        .op = FLOW_OVERRIDE, .to_node = STR("b"), .who = person(&f, "kay"), .who_n = 1
    };
    must_not(&f, &cmd, "flow.op_not_allowed");
    cmd.is_admin = true;
    must(&f, &cmd);
    complete(&f, "ann", "ok");
    assert_string_equal(ready(&f), "b:kay");
    finish(&f);
}

static const struct flow_net *compile(struct fixture *f, const char *text)
{
    struct flow_report r;
    const struct flow_net *net = flow_compile(f->a, str_of(text), NULL, &r);
    if (!net)
        fail_msg("%s", report_text(f->a, &r));
    return net;
}

/* The second version names b "bb" and puts a step before d. */
static const char fork2[] = DOC(
    S TASK("a", "oa:assign=\"ann\"") "<parallelGateway id=\"x\"/>" TASK("bb", "oa:assign=\"bob\"")
        TASK("b2", "oa:assign=\"bea\"") TASK(
            "c", "oa:assign=\"cid\"") "<parallelGateway id=\"y\"/>" TASK("n", "oa:assign=\"nic\"")
            TASK("d", "oa:assign=\"dan\"") E FLOW("f1", "s", "a") FLOW("f2", "a", "x")
                FLOW("f3", "x", "bb") FLOW("f4", "bb", "b2") FLOW("f5", "b2", "y")
                    FLOW("f6", "x", "c") FLOW("f7", "c", "y") FLOW("f8", "y", "n")
                        FLOW("f8b", "n", "d") FLOW("f9", "d", "e"));
/* The third has no c: an instance that is there does not fit. */
static const char fork3[] = DOC(
    S TASK("a", "oa:assign=\"ann\"") TASK("b", "oa:assign=\"bob\"") TASK("d", "oa:assign=\"dan\"")
        E FLOW("f1", "s", "a") FLOW("f2", "a", "b") FLOW("f3", "b", "d") FLOW("f4", "d", "e"));

/* A gateway that the new version dropped: who stands behind it stands there still (5.13). */
#define DROPPED(more)                                                                              \
    DOC(S TASK("a", "oa:assign=\"ann\"") more TASK("d", "oa:assign=\"dan\"") E FLOW("f1", "s", "a")  \
            FLOW("f9", "d", "e"))
static const char gate1[] = DROPPED(
    "<exclusiveGateway id=\"x\" default=\"f3\"/>" TASK("b", "oa:assign=\"bob\"")
        TASK("c", "oa:assign=\"cid\"") FLOW("f2", "a", "x") FLOW("f3", "x", "b")
            FLOW_IF("f4", "x", "c", "outcome = \"far\"") FLOW("f5", "b", "d") FLOW("f6", "c", "d"));
static const char gate2[] =
    DROPPED(TASK("b", "oa:assign=\"bob\"") FLOW("g2", "a", "b") FLOW("g5", "b", "d"));
/* b may be entered from two sides; a join waits for both of its flows */
static const char gate3[] = DROPPED(
    "<parallelGateway id=\"p\"/><parallelGateway id=\"q\"/>" TASK("b", "oa:assign=\"bob\"") TASK(
        "c", "oa:assign=\"cid\"") FLOW("g2", "a", "p") FLOW("g3", "p", "b") FLOW("g4", "p", "c")
        FLOW("g5", "b", "q") FLOW("g6", "c", "q") FLOW("g7", "q", "d"));

static void migrate_behind_a_gateway(void **state)
{
    (void)state;
    struct fixture f = begin(gate1);
    complete(&f, "ann", "ok");
    assert_string_equal(ready(&f), "b:bob");
    struct flow_command cmd = { .op = FLOW_MIGRATE, .is_admin = true,
                                .to_net = compile(&f, gate3) };
    size_t n;
    (void)flow_misfits(f.a, f.net, cmd.to_net, f.s, NULL, &n);
    assert_int_equal(n, 0);
    must_not(&f, &cmd, "flow.does_not_fit"); /* b has its place, but c would have to be there too */
    cmd.to_net = compile(&f, gate2);
    must(&f, &cmd);
    f.net = cmd.to_net;
    f.records.n = 0;
    assert_string_equal(ready(&f), "b:bob");
    struct flow_command back_to = { .op = FLOW_SEND_BACK, .leaf = leaf(&f, "bob"),
                                    .to_node = STR("a"), .reason = STR("重来"),
                                    .way = FLOW_WAY_REWIND };
    must(&f, &back_to);
    assert_string_equal(ready(&f), "a:ann");
    complete(&f, "ann", "ok");
    complete(&f, "bob", "ok");
    assert_string_equal(ready(&f), "d:dan");
}

static void migrate_tells_why_not(void **state)
{
    (void)state;
    struct fixture f = begin(gate1);
    complete(&f, "ann", "far");
    assert_string_equal(ready(&f), "c:cid");
    size_t n;
    const struct flow_net *to = compile(&f, gate2);
    struct flow_misfit *m = flow_misfits(f.a, f.net, to, f.s, NULL, &n);
    assert_int_equal(n, 1);
    assert_string_equal(m[0].code, "flow.misfit_gone");
    assert_int_equal(m[0].node, flow_node_find(f.net, STR("c")));
    const struct jv *map = jv_parse(f.a, STR("{\"c\":\"b\"}"), NULL, NULL);
    (void)flow_misfits(f.a, f.net, to, f.s, map, &n);
    assert_int_equal(n, 0);
    map = jv_parse(f.a, STR("{\"c\":\"e\"}"), NULL, NULL);
    m = flow_misfits(f.a, f.net, to, f.s, map, &n);
    assert_int_equal(n, 1);
    assert_string_equal(m[0].code, "flow.misfit_kind");
    arena_free(&f.a);
}

/* A token that waits at a join whose other side is still at work keeps its side. */
static void migrate_at_a_join(void **state)
{
    (void)state;
    struct fixture f = begin(gate3);
    complete(&f, "ann", "ok");
    complete(&f, "bob", "ok");
    assert_string_equal(ready(&f), "c:cid");
    struct flow_command cmd = { .op = FLOW_MIGRATE, .is_admin = true };
    cmd.to_net = compile(&f, DROPPED(
        "<parallelGateway id=\"p\"/><parallelGateway id=\"q\"/>" TASK("b2", "oa:assign=\"bob\"") TASK(
        "c", "oa:assign=\"cid\"") FLOW("h2", "a", "p") FLOW("h4", "p", "c") FLOW("h3", "p", "b2")
        FLOW("h6", "c", "q") FLOW("h5", "b2", "q") FLOW("h7", "q", "d")));
    must(&f, &cmd);
    f.net = cmd.to_net;
    f.records.n = 0;
    complete(&f, "cid", "ok");
    assert_string_equal(ready(&f), "d:dan");
}

static void migrate(void **state)
{
    (void)state;
    struct fixture f = begin(fork);
    complete(&f, "ann", "ok");
    complete(&f, "cid", "ok");
    struct flow_command cmd = { .op = FLOW_MIGRATE,
                                .is_admin = true,
                                .to_net = compile(&f, fork3) };
    must_not(&f, &cmd, "flow.does_not_fit");
    cmd.to_net = compile(&f, fork2);
    must_not(&f, &cmd, "flow.does_not_fit"); /* b has no place */
    cmd.map = jv_parse(f.a, STR("{\"b\":\"bb\"}"), NULL, NULL);
    must(&f, &cmd);
    /* its record needs both versions */
    struct str all = buf_done(&f.records), line;
    while (str_cut(&all, '\n', &line) && line.n)
        if (flow_record_migrates(jv_parse(f.a, line, NULL, NULL)))
            break;
    assert_true(line.n > 0);
    struct flow_state *again = flow_state_new(f.a);
    struct flow_delta d;
    struct str rest = buf_done(&f.records);
    while (str_cut(&rest, '\n', &line) && line.n) {
        const struct jv *j = jv_parse(f.a, line, NULL, NULL);
        assert_true(flow_record_migrate(f.a, f.net, cmd.to_net, again, j, &d, &f.e));
    }
    struct buf x = buf_in(f.a), y = buf_in(f.a);
    flow_state_write(&x, f.s);
    flow_state_write(&y, again);
    assert_string_equal(buf_done(&x).p, buf_done(&y).p);
    f.net = cmd.to_net;
    f.records.n = 0;
    assert_string_equal(ready(&f), "bb:bob");
    complete(&f, "bob", "ok");
    complete(&f, "bea", "ok");
    assert_string_equal(ready(&f), "n:nic");
    /* and back over the seam: what results is a marking of the new version */
    struct flow_command back_to = { .op = FLOW_SEND_BACK,
                                    .leaf = leaf(&f, "nic"),
                                    .to_node = STR("a"),
                                    .reason = STR("重来"),
                                    .way = FLOW_WAY_REWIND };
    must(&f, &back_to);
    assert_string_equal(ready(&f), "a:ann");
    complete(&f, "ann", "ok");
    assert_string_equal(ready(&f), "bb:bob c:cid");
    arena_free(&f.a);
}

/* --- dry runs --------------------------------------------------------------------------------- */

static void dry_runs(void **state)
{
    (void)state;
    struct fixture f = begin(fork);
    complete(&f, "ann", "ok");
    complete(&f, "bob", "ok");
    struct flow_command cmd = { .op = FLOW_SEND_BACK,
                                .leaf = leaf(&f, "cid"),
                                .to_node = STR("a"),
                                .way = FLOW_WAY_REWIND,
                                .reason = STR("改") };
    assert_string_equal(impact(&f, &cmd),
                        "undone:ann undone:bob voided:cid voided:bea reopened:ann");
    cmd.way = FLOW_WAY_REWORK;
    assert_string_equal(impact(&f, &cmd), "suspended:cid opened:ann");
    cmd = (struct flow_command){
        .op = FLOW_TRANSFER, .leaf = leaf(&f, "cid"), .who = person(&f, "kay"), .who_n = 1
    };
    assert_string_equal(impact(&f, &cmd), "voided:cid reopened:kay");
    cmd.leaf = 99;
    assert_string_equal(impact(&f, &cmd), "flow.no_leaf");
    finish(&f);
}

static bool in_days(void *arg, struct str rule, int64_t from, int64_t *out)
{
    (void)arg;
    *out = from + (rule.p[0] - '0') * INT64_C(86400000);
    return true;
}

static bool nobody_for_dan(void *arg, struct arena *a, const struct flow_term *term,
                           const struct flow_resolve_ctx *ctx, struct flow_who **out, size_t *n,
                           struct err *err)
{
    *n = 0;
    return str_is(term->arg, "dan") || fixture_resolve(arg, a, term, ctx, out, n, err);
}

/* 5.14: from a live state on, and with somebody missing. */
static void what_comes_next(void **state)
{
    (void)state;
    static const char text[] =
        DOC(S TASK("a", "oa:assign=\"ann\"") TASK("b", "oa:assign=\"bob\" oa:due=\"2wd\"")
                TASK("c", "oa:assign=\"var(next)\" oa:due=\"3wd\"") TASK("d", "oa:assign=\"dan\"")
                    E FLOW("f1", "s", "a") FLOW("f2", "a", "b") FLOW("f3", "b", "c")
                        FLOW("f4", "c", "d") FLOW("f5", "d", "e"));
    struct fixture f = begin(text);
    complete(&f, "ann", "ok");
    struct buf before = buf_in(f.a), after = buf_in(f.a);
    flow_state_write(&before, f.s);
    struct flow_world world = { .org = { .resolve = nobody_for_dan },
                                .due = in_days,
                                .now = f.now };
    struct flow_sim *s = flow_simulate(f.a, f.net, f.s, &world);
    flow_state_write(&after, f.s);
    assert_string_equal(buf_done(&before).p, buf_done(&after).p);
    assert_int_equal(s->path_n, 1);
    assert_int_equal(s->path[0].end, FLOW_SIM_ENDED);
    assert_int_equal(s->path[0].step_n, 3);
    assert_true(str_is(s->path[0].step[0].who[0].name, "bob"));
    assert_true(str_is(s->path[0].step[1].who[0].name, "?next")); /* whom bob will choose */
    assert_int_equal(s->path[0].step[1].due_at - f.now, 5 * INT64_C(86400000));
    assert_int_equal(s->finding_n, 1);
    assert_string_equal(s->finding[0].code, "sim.empty_assignee");
    assert_int_equal(s->finding[0].node, flow_node_find(f.net, STR("d")));
    finish(&f);
}

/* Text of a state of every kind is read back as it was; a changed one is refused or harmless. */
static void broken_bodies(void **state)
{
    (void)state;
    struct fixture f = begin(fork);
    complete(&f, "ann", "ok");
    complete(&f, "bob", "ok");
    struct buf b = buf_in(f.a);
    flow_state_write(&b, f.s);
    struct str body = buf_done(&b);
    assert_true(str_eq(jv_canonical(f.a, jv_parse(f.a, body, NULL, NULL)), body));
    struct arena *a = arena_new();
    long refused = 0, tries = 0;
    for (size_t i = 0; i < body.n; i++)
        for (const char *c = "0179-,\"[]{}"; *c; c++, tries++) {
            char *text = arena_strndup(a, body.p, body.n);
            struct flow_state *s;
            struct err e = { 0 };
            text[i] = *c;
            if (!flow_state_read(a, f.net, (struct str){ text, body.n }, &s, &e))
                refused++;
            else
                (void)flow_picture(a, f.net, s);
            arena_empty(a);
        }
    assert_true(refused * 2 > tries);
    arena_free(&a);
    finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(returns_are_collected),
        cmocka_unit_test(returns_are_outvoted),
        cmocka_unit_test(delegate_and_tell),
        cmocka_unit_test(claim_among_candidates),
        cmocka_unit_test(claim_from_a_pool),
        cmocka_unit_test(suspend_and_resume),
        cmocka_unit_test(rework_stops_the_clock),
        cmocka_unit_test(reroute),
        cmocka_unit_test(override),
        cmocka_unit_test(reroute_among_many),
        cmocka_unit_test(migrate),
        cmocka_unit_test(migrate_behind_a_gateway),
        cmocka_unit_test(migrate_tells_why_not),
        cmocka_unit_test(migrate_at_a_join),
        cmocka_unit_test(dry_runs),
        cmocka_unit_test(broken_bodies),
        cmocka_unit_test(what_comes_next),
    };
    return cmocka_run_group_tests_name("flow_admin", tests, NULL, NULL);
}
