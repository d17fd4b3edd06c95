/* Elements of FLOW §3 that hold or wait: sub-processes, many at once, events, calls, inclusive
 * gateways, scripts, tables, the free zone; each with going back across its border. */
#include "flow_fixture.h"

#define S "<startEvent id=\"s\"/>"
#define E "<endEvent id=\"e\"/>"
#define TIMER(id, host, more, rule)                                                                \
    "<boundaryEvent id=\"" id "\" attachedToRef=\"" host "\" " more                                \
    "><timerEventDefinition><timeDuration>" rule "</timeDuration></timerEventDefinition>"          \
    "</boundaryEvent>\n"
#define MESSAGES                                                                                   \
    "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "                          \
    "xmlns:oa=\"urn:tongban:oa:1\"><message id=\"m1\" name=\"reply\"/><signal id=\"g1\" "          \
    "name=\"flood\"/><error id=\"r1\" errorCode=\"no_money\"/><escalation id=\"x1\" "              \
    "escalationCode=\"late\"/>\n<process id=\"p\" isExecutable=\"true\">\n"
#define END "\n</process></definitions>"

static struct flow_command back(struct fixture *f, const char *who, const char *to)
{
    return (struct flow_command){ .op = FLOW_SEND_BACK,
                                  .leaf = leaf(f, who),
                                  .to_node = str_of(to),
                                  .way = FLOW_WAY_REWIND,
                                  .reason = STR("请补充依据") };
}

static void send_back(struct fixture *f, const char *who, const char *to)
{
    struct flow_command cmd = back(f, who, to);
    must(f, &cmd);
}

/* The ref that was armed last for this node. */
static int armed(const struct fixture *f, const char *node)
{
    for (size_t i = f->d.wait_n; i-- > 0;)
        if (f->d.wait[i].what == FLOW_ARMED &&
            f->d.wait[i].node == flow_node_find(f->net, str_of(node)))
            return f->d.wait[i].ref;
    fail_msg("nothing armed for %s", node);
    return 0;
}

static bool disarmed(const struct fixture *f, int ref)
{
    for (size_t i = 0; i < f->d.wait_n; i++)
        if (f->d.wait[i].ref == ref && f->d.wait[i].what == FLOW_DISARMED)
            return true;
    return false;
}

static void fire(struct fixture *f, int ref)
{
    struct flow_command cmd = { .op = FLOW_TIMER_FIRED, .ref = ref };
    must(f, &cmd);
}

static const struct jv *json(struct fixture *f, const char *text)
{
    return jv_parse(f->a, str_of(text), NULL, NULL);
}

static const char *var(const struct fixture *f, const char *name)
{
    struct str v = flow_var(f->s, str_of(name));
    return v.p ? v.p : "(none)";
}

/* --- sub-process ------------------------------------------------------------------------------ */

static const char nested[] =
    DOC(S TASK(
        "a",
        "oa:assign=\"ann\"") "<subProcess id=\"sub\"><startEvent id=\"s2\"/><parallelGateway "
                             "id=\"x\"/>" TASK("b", "oa:assign=\"bob\"")
                                 TASK("c", "oa:assign=\"cid\"") "<parallelGateway id=\"y\"/>" TASK(
                                     "d", "oa:assign=\"dan\"") "<endEvent id=\"e2\"/>" FLOW("h1",
                                                                                            "s2",
                                                                                            "x")
                                     FLOW("h2", "x", "b") FLOW("h3", "x", "c") FLOW("h4", "b", "y")
                                         FLOW("h5", "c", "y") FLOW("h6", "y", "d")
                                             FLOW("h7", "d", "e2") "</subProcess>" TASK(
                                                 "z", "oa:assign=\"zoe\"") E FLOW("f1", "s", "a")
                                                 FLOW("f2", "a", "sub") FLOW("f3", "sub", "z")
                                                     FLOW("f4", "z", "e"));

static void sub_process(void **state)
{
    (void)state;
    struct fixture f = begin(nested);
    complete(&f, "ann", "ok");
    assert_string_equal(ready(&f), "b:bob c:cid");
    complete(&f, "bob", "ok");
    complete(&f, "cid", "ok");
    complete(&f, "dan", "agree");
    assert_string_equal(ready(&f), "z:zoe");
    /* 5.1 into a closed scope: it opens again, and the sibling inside is left as it is */
    send_back(&f, "zoe", "b");
    assert_string_equal(ready(&f), "b:bob");
    complete(&f, "bob", "ok");
    complete(&f, "dan", "agree");
    assert_string_equal(ready(&f), "z:zoe");
    /* 5.1 from behind it to before it: its scope is void, the next one is new */
    send_back(&f, "zoe", "a");
    assert_string_equal(ready(&f), "a:ann");
    complete(&f, "ann", "ok");
    assert_string_equal(ready(&f), "b:bob c:cid");
    /* 5.1 out of an open scope */
    send_back(&f, "cid", "a");
    assert_string_equal(ready(&f), "a:ann");
    complete(&f, "ann", "ok");
    complete(&f, "bob", "ok");
    complete(&f, "cid", "ok");
    complete(&f, "dan", "agree");
    complete(&f, "zoe", "ok");
    assert_string_equal(ready(&f), "[done]");
    finish(&f);
}

/* 5.4: the last in a sub-process takes back what left it. */
static void withdraw_out_of_a_sub_process(void **state)
{
    (void)state;
    struct fixture f = begin(nested);
    complete(&f, "ann", "ok");
    complete(&f, "bob", "ok");
    complete(&f, "cid", "ok");
    int dan = leaf(&f, "dan");
    complete(&f, "dan", "agree");
    struct flow_command cmd = { .op = FLOW_WITHDRAW, .leaf = dan, .reason = STR("填错了") };
    must(&f, &cmd);
    assert_string_equal(ready(&f), "d:dan");
    complete(&f, "dan", "agree");
    struct flow_command open = { .op = FLOW_OPEN, .leaf = leaf(&f, "zoe") };
    must(&f, &open);
    cmd.leaf = dan;
    must_not(&f, &cmd, "flow.not_done"); /* of an attempt that is over */
    finish(&f);
}

/* terminate ends its own scope only */
static void terminate_inside(void **state)
{
    (void)state;
    static const char text[] = DOC(
        S "<subProcess id=\"sub\"><startEvent id=\"s2\"/>"
          "<parallelGateway id=\"x\"/>" TASK("b", "oa:assign=\"bob\"") TASK(
              "c", "oa:assign=\"cid\"") "<endEvent "
                                        "id=\"t\"><terminateEventDefinition/></endEvent><endEvent "
                                        "id=\"n\"/>" FLOW("h1", "s2", "x") FLOW("h2", "x", "b")
                                            FLOW("h3", "x", "c") FLOW("h4", "b", "t")
                                                FLOW("h5", "c", "n") "</subProcess>" TASK(
                                                    "z", "oa:assign=\"zoe\"")
                                                    E FLOW("f1", "s", "sub") FLOW("f2", "sub", "z")
                                                        FLOW("f3", "z", "e"));
    struct fixture f = begin(text);
    complete(&f, "bob", "ok");
    assert_string_equal(ready(&f), "z:zoe");
    send_back(&f, "zoe", "b"); /* and what it ended comes back */
    assert_string_equal(ready(&f), "c:cid b:bob");
    finish(&f);
}

/* --- inclusive gateways ----------------------------------------------------------------------- */

static const char some[] =
    DOC(S TASK("a", "oa:assign=\"ann\"") "<inclusiveGateway id=\"x\" default=\"f4\"/>" TASK(
        "b", "oa:assign=\"bob\"") TASK("c", "oa:assign=\"cid\"") TASK("d", "oa:assign=\"dan\"")
            TASK("c2", "oa:assign=\"col\"") "<inclusiveGateway id=\"y\"/>" TASK("z",
                                                                                "oa:assign=\"zoe\"")
                E FLOW("f1", "s", "a") FLOW("f2", "a", "x") FLOW_IF("f3", "x", "b", "n &gt;= 1")
                    FLOW("f4", "x", "d") FLOW_IF("f5", "x", "c", "n &gt;= 2") FLOW("f6", "b", "y")
                        FLOW("f7", "c", "c2") FLOW("f7b", "c2", "y") FLOW("f8", "d", "y")
                            FLOW("f9", "y", "z") FLOW("fa", "z", "e"));

static void inclusive(void **state)
{
    (void)state;
    struct fixture f = begin_with(some, "{\"n\":2}");
    complete(&f, "ann", "ok");
    assert_string_equal(ready(&f), "b:bob c:cid");
    complete(&f, "bob", "ok");
    assert_string_equal(ready(&f), "c:cid"); /* waits: a token can still come */
    complete(&f, "cid", "ok");
    complete(&f, "col", "ok");
    assert_string_equal(ready(&f), "z:zoe");
    send_back(&f, "zoe", "c"); /* bob's token waits at the join again, nobody works it again */
    assert_string_equal(ready(&f), "c:cid");
    complete(&f, "cid", "ok");
    complete(&f, "col", "ok");
    complete(&f, "zoe", "ok");
    assert_string_equal(ready(&f), "[done]");
    finish(&f);
    f = begin_with(some, "{\"n\":0}");
    complete(&f, "ann", "ok");
    complete(&f, "dan", "ok");
    assert_string_equal(ready(&f), "z:zoe");
    finish(&f);
}

/* Rule D: the join found a branch empty; when that branch is taken again, the join goes too. */
static void inclusive_absence(void **state)
{
    (void)state;
    static const char text[] =
        DOC(S TASK("a", "oa:assign=\"ann\"") "<parallelGateway id=\"p\"/>" TASK("b",
                                                                                "oa:assign=\"bob\"")
                TASK("c", "oa:assign=\"cid\"") "<exclusiveGateway id=\"k\" "
                                               "default=\"f7\"/>"
                                               "<inclusiveGateway id=\"y\"/>" TASK(
                                                   "z", "oa:assign=\"zoe\"")
                                                   TASK("w", "oa:assign=\"wen\"") E
            "<endEvent id=\"e3\"/>" FLOW("f1", "s", "a") FLOW("f2", "a", "p") FLOW("f3", "p", "b")
                FLOW("f4", "p", "c") FLOW("f5", "b", "y") FLOW("f6", "c", "k") FLOW("f7", "k", "w")
                    FLOW_IF("f8", "k", "y", "outcome = &quot;y&quot;") FLOW("f9", "y", "z")
                        FLOW("fa", "z", "e") FLOW("fb", "w", "e3"));
    struct fixture f = begin(text);
    complete(&f, "ann", "ok");
    complete(&f, "bob", "ok");
    assert_string_equal(ready(&f), "c:cid");
    complete(&f, "cid", "no"); /* nothing comes any more: the join fires */
    assert_string_equal(ready(&f), "w:wen z:zoe");
    send_back(&f, "wen", "c"); /* now something may come again: zoe's work was too early */
    assert_string_equal(ready(&f), "c:cid");
    complete(&f, "cid", "y");
    assert_string_equal(ready(&f), "z:zoe");
    complete(&f, "zoe", "ok");
    assert_string_equal(ready(&f), "[done]");
    finish(&f);
}

/* --- events ----------------------------------------------------------------------------------- */

static void timers(void **state)
{
    (void)state;
    static const char text[] =
        DOC(S TASK("a", "oa:assign=\"ann\"") TASK("b", "oa:assign=\"bob\"")
                TIMER("warn", "b", "cancelActivity=\"false\"", "1wd") TIMER("over", "b", "", "P3D")
                    TASK("urge", "oa:assign=\"una\"") TASK("boss", "oa:assign=\"ben\"") E
            "<endEvent id=\"e2\"/><exclusiveGateway id=\"m\"/>" FLOW("f1", "s", "a")
                FLOW("f2", "a", "b") FLOW("f3", "b", "m") FLOW("f4", "warn", "urge")
                    FLOW("f5", "over", "boss") FLOW("f6", "urge", "e2") FLOW("f7", "boss", "m")
                        FLOW("f8", "m", "e"));
    struct fixture f = begin(text);
    assert_int_equal(f.d.wait_n, 0);
    complete(&f, "ann", "ok");
    int warn = armed(&f, "warn"), over = armed(&f, "over");
    assert_int_equal(f.d.wait[0].kind, FLOW_WAIT_TIMER);
    assert_true(str_is(f.d.wait[0].rule, "1wd") && str_is(f.d.wait[1].rule, "P3D"));
    fire(&f, warn);
    assert_string_equal(ready(&f), "b:bob urge:una");
    assert_int_equal(f.d.wait_n, 0); /* once */
    fire(&f, over);
    assert_string_equal(ready(&f), "urge:una boss:ben");
    struct flow_command late = { .op = FLOW_TIMER_FIRED, .ref = over };
    must_not(&f, &late, "flow.not_waiting");
    /* back to before it: the timers are armed afresh, the old ones are not heard */
    send_back(&f, "ben", "a");
    assert_string_equal(ready(&f), "a:ann");
    complete(&f, "ann", "ok");
    assert_true(armed(&f, "warn") > over);
    int again = armed(&f, "over");
    complete(&f, "bob", "ok");
    assert_true(disarmed(&f, again));
    assert_string_equal(ready(&f), "[done]");
    finish(&f);
}

/* An attempt of one activation does not get a warning twice; an interrupted one comes back. */
static void timers_and_attempts(void **state)
{
    (void)state;
    static const char text[] = DOC(
        S TASK("a", "oa:assign=\"ann\"") TIMER("warn", "a", "cancelActivity=\"false\"", "1wd")
            TASK("z", "oa:assign=\"zoe\"") TASK("urge", "oa:assign=\"una\"") E FLOW("f1", "s", "a")
                FLOW("f2", "a", "z") FLOW("f3", "z", "e") FLOW("f4", "warn", "urge"));
    struct fixture f = begin(text);
    fire(&f, armed(&f, "warn"));
    complete(&f, "ann", "ok");
    send_back(&f, "zoe", "a");
    assert_string_equal(ready(&f), "urge:una a:ann");
    assert_int_equal(f.d.wait_n, 0);
    complete(&f, "una", "ok");
    complete(&f, "ann", "ok");
    complete(&f, "zoe", "ok");
    assert_string_equal(ready(&f), "[done]");
    finish(&f);
}

static void messages(void **state)
{
    (void)state;
    static const char text[] = MESSAGES S TASK(
        "a",
        "oa:assign=\"ann\"") "<sendTask id=\"ask\" messageRef=\"m1\" "
                             "oa:correlation=\"number\"><extensionElements>"
                             "<oa:in source=\"sum + 1\" "
                             "target=\"amount\"/></extensionElements></sendTask>"
                             "<eventBasedGateway id=\"g\"/><intermediateCatchEvent id=\"got\" "
                             "oa:correlation=\"number\">"
                             "<extensionElements><oa:out source=\"text\" "
                             "target=\"answer\"/></extensionElements>"
                             "<messageEventDefinition messageRef=\"m1\"/></intermediateCatchEvent>"
                             "<intermediateCatchEvent "
                             "id=\"late\"><timerEventDefinition><timeDuration>P3D</timeDuration>"
                             "</timerEventDefinition></intermediateCatchEvent>" TASK(
                                 "b", "oa:assign=\"bob\"")
                                 TASK("c", "oa:assign=\"cid\"") "<exclusiveGateway id=\"m\"/>" E
                                     FLOW("f1", "s", "a") FLOW("f2", "a", "ask")
                                         FLOW("f3", "ask", "g") FLOW("f4", "g", "got")
                                             FLOW("f5", "g", "late") FLOW("f6", "got", "b")
                                                 FLOW("f7", "late", "c") FLOW("f8", "b", "m")
                                                     FLOW("f9", "c", "m") FLOW("fa", "m", "e") END;
    struct fixture f = begin_with(text, "{\"number\":\"7号\",\"sum\":41}");
    complete(&f, "ann", "ok");
    assert_string_equal(ready(&f), "");
    assert_int_equal(f.d.sending_n, 1);
    assert_true(str_is(f.d.sending[0].name, "reply"));
    assert_true(str_is(f.d.sending[0].correlation, "\"7号\""));
    assert_true(str_is(f.d.sending[0].vars, "{\"amount\":42}"));
    int got = armed(&f, "got"), late = armed(&f, "late");
    assert_true(str_is(f.d.wait[0].correlation, "\"7号\""));
    struct flow_command cmd = { .op = FLOW_MESSAGE,
                                .ref = got,
                                .vars = json(&f, "{\"text\":\"同意\",\"other\":1}") };
    must(&f, &cmd);
    assert_true(disarmed(&f, late));
    assert_string_equal(ready(&f), "b:bob");
    assert_string_equal(var(&f, "answer"), "\"同意\"");
    assert_string_equal(var(&f, "other"), "(none)");
    must_not(&f, &cmd, "flow.not_waiting");
    /* who sent cannot take it back any more: the world has answered */
    struct flow_command undo = { .op = FLOW_WITHDRAW,
                                 .leaf = leaf_in(&f, "ann", FLOW_LEAF_DONE),
                                 .reason = STR("填错了") };
    must_not(&f, &undo, "flow.already_handled");
    send_back(&f, "bob", "a");
    complete(&f, "ann", "ok");
    fire(&f, armed(&f, "late"));
    assert_string_equal(ready(&f), "c:cid");
    finish(&f);
}

static void signals_and_receive(void **state)
{
    (void)state;
    static const char text[] = MESSAGES S
        "<parallelGateway id=\"x\"/>"
        "<intermediateCatchEvent id=\"g\"><signalEventDefinition signalRef=\"g1\"/>"
        "</intermediateCatchEvent><receiveTask id=\"r\" messageRef=\"m1\"/>" TASK(
            "a", "oa:assign=\"ann\"") "<boundaryEvent id=\"b\" "
                                      "attachedToRef=\"a\"><signalEventDefinition "
                                      "signalRef=\"g1\"/></boundaryEvent><parallelGateway "
                                      "id=\"y\"/><exclusiveGateway id=\"m\"/>"
                                      "<intermediateThrowEvent id=\"t\"><signalEventDefinition "
                                      "signalRef=\"g1\"/>"
                                      "</intermediateThrowEvent>" E FLOW("f1", "s", "x")
                                          FLOW("f2", "x", "g") FLOW("f3", "x", "r")
                                              FLOW("f4", "x", "a") FLOW("f5", "g", "y")
                                                  FLOW("f6", "r", "y") FLOW("f7", "a", "m")
                                                      FLOW("f8", "b", "m") FLOW("f9", "m", "y")
                                                          FLOW("fa", "y", "t") FLOW("fb", "t", "e")
                                                              END;
    struct fixture f = begin(text);
    assert_int_equal(f.d.wait_n, 3);
    int r = armed(&f, "r");
    struct flow_command sig = { .op = FLOW_SIGNAL, .name = STR("drought") };
    must_not(&f, &sig, "flow.not_waiting");
    sig.name = STR("flood");
    must(&f, &sig); /* all that wait for it */
    assert_string_equal(ready(&f), "");
    struct flow_command cmd = { .op = FLOW_MESSAGE, .ref = r };
    must(&f, &cmd);
    assert_string_equal(ready(&f), "[done]");
    assert_int_equal(f.d.sending_n, 1);
    assert_true(f.d.sending[0].is_signal && str_is(f.d.sending[0].name, "flood"));
    finish(&f);
}

static void errors(void **state)
{
    (void)state;
    static const char text[] = MESSAGES S
        "<subProcess id=\"sub\"><startEvent id=\"s2\"/>"
        "<parallelGateway id=\"x\"/>" TASK("a", "oa:assign=\"ann\"") TASK(
            "b",
            "oa:assign=\"bob\"") "<exclusiveGateway id=\"k\" default=\"h4\"/><endEvent "
                                 "id=\"e2\"/><endEvent id=\"bad\">"
                                 "<errorEventDefinition errorRef=\"r1\"/></endEvent><endEvent "
                                 "id=\"e4\"/>" FLOW("h1", "s2", "x") FLOW("h2", "x", "a") FLOW(
                                     "h3", "a",
                                     "k") FLOW("h4", "k",
                                               "e2") FLOW_IF("h5", "k", "bad",
                                                             "outcome = &quot;poor&quot;")
                                     FLOW("h6", "x", "b") FLOW(
                                         "h7", "b",
                                         "e4") "</subProcess><boundaryEvent id=\"c\" "
                                               "attachedToRef=\"sub\">"
                                               "<errorEventDefinition "
                                               "errorRef=\"r1\"/></boundaryEvent>" TASK(
                                                   "z",
                                                   "oa:assign=\"zoe\"")
                                                   TASK(
                                                       "f",
                                                       "oa:assign=\"fay\"") "<exclusiveGateway "
                                                                            "id=\"m\"/>" E
                                                                                FLOW("f1", "s", "sub") FLOW(
                                                                                    "f2",
                                                                                    "sub",
                                                                                    "z") FLOW("f3", "c", "f")
                                                                                    FLOW("f4", "z",
                                                                                         "m")
                                                                                        FLOW("f5",
                                                                                             "f",
                                                                                             "m")
                                                                                            FLOW(
                                                                                                "f"
                                                                                                "6",
                                                                                                "m",
                                                                                                "e")
                                                                                                END;
    struct fixture f = begin(text);
    complete(&f, "ann", "poor");
    assert_string_equal(ready(&f), "f:fay"); /* bob's is ended with the sub-process */
    send_back(&f, "fay", "a");
    assert_string_equal(ready(&f), "b:bob a:ann");
    complete(&f, "ann", "rich");
    complete(&f, "bob", "ok");
    assert_string_equal(ready(&f), "z:zoe");
    finish(&f);
}

static void uncaught_error(void **state)
{
    (void)state;
    static const char text[] =
        MESSAGES S TASK("a", "oa:assign=\"ann\"") "<endEvent id=\"bad\"><errorEventDefinition "
                                                  "errorRef=\"r1\"/></endEvent>" FLOW(
                                                      "f1", "s", "a") FLOW("f2", "a", "bad") END;
    struct fixture f = begin(text);
    complete(&f, "ann", "ok");
    assert_string_equal(ready(&f), "[rejected]");
    assert_true(str_is(f.d.error, "no_money"));
    finish(&f);
}

static void event_sub_process(void **state)
{
    (void)state;
    static const char text[] =
        MESSAGES S TASK("a", "oa:assign=\"ann\"") TASK("z", "oa:assign=\"zoe\"") E
        "<subProcess id=\"h\" triggeredByEvent=\"true\"><startEvent "
        "id=\"hs\"><messageEventDefinition "
        "messageRef=\"m1\"/></startEvent>" TASK("h1", "oa:assign=\"hal\"") FLOW(
            "g1", "hs",
            "h1") "</subProcess><subProcess id=\"w\" triggeredByEvent=\"true\"><startEvent "
                  "id=\"ws\" "
                  "isInterrupting=\"false\"><timerEventDefinition><timeDuration>P1D</timeDuration>"
                  "</timerEventDefinition></startEvent>" TASK("w1", "oa:assign=\"wen\"")
                      FLOW("g2", "ws", "w1") "</subProcess>" FLOW("f1", "s", "a")
                          FLOW("f2", "a", "z") FLOW("f3", "z", "e") END;
    struct fixture f = begin(text);
    int msg = armed(&f, "hs"), timer = armed(&f, "ws");
    fire(&f, timer);
    assert_string_equal(ready(&f), "a:ann w1:wen");
    complete(&f, "ann", "ok");
    struct flow_command cmd = { .op = FLOW_MESSAGE, .ref = msg };
    must(&f, &cmd);
    assert_string_equal(ready(&f), "h1:hal"); /* everything else is ended */
    send_back(&f, "hal", "a");                /* the act that was done before the interruption */
    assert_string_equal(ready(&f), "w1:wen a:ann");
    assert_true(armed(&f, "hs") > msg);
    complete(&f, "ann", "ok");
    complete(&f, "zoe", "ok");
    assert_string_equal(ready(&f), "w1:wen");
    complete(&f, "wen", "ok");
    assert_string_equal(ready(&f), "[done]");
    finish(&f);
}

static void escalation_condition_link(void **state)
{
    (void)state;
    static const char text[] = MESSAGES S "<subProcess id=\"sub\"><startEvent id=\"s2\"/>" TASK(
        "a",
        "oa:assign=\"ann\"") "<intermediateThrowEvent id=\"up\"><escalationEventDefinition "
                             "escalationRef=\"x1\"/></intermediateThrowEvent>" TASK(
                                 "b", "oa:assign=\"bob\"") FLOW("h1", "s2", "a")
                                 FLOW("h2", "a", "up") FLOW(
                                     "h3", "up",
                                     "b") "</subProcess>"
                                          "<boundaryEvent id=\"c\" attachedToRef=\"sub\" "
                                          "cancelActivity=\"false\">"
                                          "<escalationEventDefinition "
                                          "escalationRef=\"x1\"/></boundaryEvent>" TASK(
                                              "boss",
                                              "oa:assign=\"ben\"") "<intermediateThrowEvent "
                                                                   "id=\"l1\"><linkEventDefinition "
                                                                   "name=\"L\"/></"
                                                                   "intermediateThrowEvent><"
                                                                   "intermediateCatchEvent "
                                                                   "id=\"l2\"><linkEventDefinition "
                                                                   "name=\"L\"/></"
                                                                   "intermediateCatchEvent><"
                                                                   "intermediateCatchEvent "
                                                                   "id=\"w\">"
                                                                   "<conditionalEventDefinition><"
                                                                   "condition>level &gt; "
                                                                   "3</condition></"
                                                                   "conditionalEventDefinition>"
                                                                   "</intermediateCatchEvent>" TASK(
                                                                       "z", "oa:assign=\"zoe\"")
                                                                       E FLOW("f1", "s",
                                                                              "sub") FLOW("f2",
                                                                                          "sub",
                                                                                          "l1")
                                                                           FLOW("f3", "l2",
                                                                                "w") FLOW("f4", "w",
                                                                                          "z")
                                                                               FLOW("f5", "z", "e")
                                                                                   FLOW("f6", "c",
                                                                                        "boss") END;
    struct fixture f = begin_with(text, "{\"level\":1}");
    complete(&f, "ann", "ok");
    assert_string_equal(ready(&f), "b:bob boss:ben");
    complete(&f, "bob", "ok");
    assert_string_equal(ready(&f), "boss:ben");
    struct flow_command cmd = { .op = FLOW_COMPLETE,
                                .leaf = leaf(&f, "ben"),
                                .vars = json(&f, "{\"level\":4}") };
    must(&f, &cmd);
    assert_string_equal(ready(&f), "z:zoe");
    finish(&f);
}

/* --- many ------------------------------------------------------------------------------------- */

#define LEADERS(more, rest)                                                                        \
    DOC(S TASK(                                                                                    \
        "a",                                                                                       \
        "oa:assign=\"ann\"") "<subProcess id=\"many\" " more                                       \
                             "><multiInstanceLoopCharacteristics " rest                            \
                             "<loopDataInputRef>leaders</loopDataInputRef><inputDataItem "         \
                             "name=\"leader\"/>"                                                   \
                             "</multiInstanceLoopCharacteristics><startEvent id=\"s2\"/>" TASK(    \
                                 "b", "oa:assign=\"var(leader)\"") TASK("c", "oa:assign=\"cid\"")  \
                                 FLOW("h1", "s2", "b") FLOW("h2", "b", "c") "</subProcess>" TASK(  \
                                     "z", "oa:assign=\"zoe\"") E FLOW("f1", "s", "a")              \
                                     FLOW("f2", "a", "many") FLOW("f3", "many", "z")               \
                                         FLOW("f4", "z", "e"))

static void many_scopes(void **state)
{
    (void)state;
    static const char text[] = LEADERS("", ">");
    struct fixture f = begin_with(text, "{\"leaders\":[\"li\",\"wu\"]}");
    complete(&f, "ann", "ok");
    assert_string_equal(ready(&f), "b:li b:wu");
    complete(&f, "li", "agree");
    assert_string_equal(ready(&f), "b:wu c:cid");
    complete(&f, "cid", "agree");
    /* 补发 while it is open, then 撤回 of one that nobody has opened */
    struct flow_command more = { .op = FLOW_ADD_BRANCH, .act = 2, .value = json(&f, "\"xu\"") };
    must(&f, &more);
    assert_string_equal(ready(&f), "b:wu b:xu");
    size_t n;
    struct flow_branch *b = flow_branches(f.a, f.net, f.s, 2, &n);
    assert_int_equal(n, 3);
    assert_int_equal(b[0].state, FLOW_BRANCH_CLOSED);
    assert_true(str_is(b[0].outcome, "agree") && str_is(b[2].value, "\"xu\""));
    struct flow_command drop = { .op = FLOW_WITHDRAW_BRANCH, .scope = b[2].scope };
    must_not(&f, &drop, "flow.no_reason");
    drop.reason = STR("发错了");
    must(&f, &drop);
    assert_string_equal(ready(&f), "b:wu");
    struct flow_command open = { .op = FLOW_OPEN, .leaf = leaf(&f, "wu") };
    must(&f, &open);
    drop.scope = b[1].scope;
    must_not(&f, &drop, "flow.already_opened");
    complete(&f, "wu", "agree");
    complete(&f, "cid", "agree");
    assert_string_equal(ready(&f), "z:zoe");
    /* back into one branch: the other stays done */
    struct flow_target *t = flow_targets(f.a, f.net, f.s, leaf(&f, "zoe"), &n);
    assert_int_equal(n, 5);
    struct flow_command cmd = back(&f, "zoe", "b");
    cmd.to_act = t[3].act; /* li's */
    assert_true(str_is(t[3].who.name, "li"));
    must(&f, &cmd);
    assert_string_equal(ready(&f), "b:li");
    complete(&f, "li", "agree");
    complete(&f, "cid", "agree");
    complete(&f, "zoe", "ok");
    assert_string_equal(ready(&f), "[done]");
    finish(&f);
}

static void many_lead(void **state)
{
    (void)state;
    static const char text[] = LEADERS("oa:collect=\"lead\" oa:lead=\"first\"", ">");
    struct fixture f = begin_with(text, "{\"leaders\":[\"li\",\"wu\"]}");
    complete(&f, "ann", "ok");
    complete(&f, "li", "agree");
    complete(&f, "cid", "agree");
    assert_string_equal(ready(&f), "z:zoe"); /* wu's is not needed any more */
    send_back(&f, "zoe", "c");
    assert_string_equal(ready(&f), "b:wu c:cid"); /* needed again */
    finish(&f);
}

static void many_keep_running(void **state)
{
    (void)state;
    static const char text[] = LEADERS("oa:collect=\"1\" oa:rest=\"keep\"", ">");
    struct fixture f = begin_with(text, "{\"leaders\":[\"li\",\"wu\"]}");
    complete(&f, "ann", "ok");
    complete(&f, "li", "agree");
    complete(&f, "cid", "agree");
    assert_string_equal(ready(&f), "b:wu z:zoe");
    complete(&f, "zoe", "ok");
    assert_string_equal(ready(&f), "b:wu"); /* the instance ends when all are through */
    complete(&f, "wu", "agree");
    complete(&f, "cid", "agree");
    assert_string_equal(ready(&f), "[done]");
    finish(&f);
}

static void many_none(void **state)
{
    (void)state;
    static const char text[] = LEADERS("oa:collect=\"none\"", ">");
    struct fixture f = begin_with(text, "{\"leaders\":[\"li\",\"wu\"]}");
    complete(&f, "ann", "ok");
    assert_string_equal(ready(&f), "b:li b:wu z:zoe");
    complete(&f, "zoe", "ok");
    complete(&f, "li", "agree");
    complete(&f, "cid", "agree");
    struct flow_command cmd = { .op = FLOW_COLLECT, .act = 2, .reason = STR("归结") };
    must(&f, &cmd);
    assert_string_equal(ready(&f), "[done]");
    finish(&f);
}

static void many_in_turn(void **state)
{
    (void)state;
    static const char text[] = LEADERS(
        "", "isSequential=\"true\"><completionCondition>disagree &gt; 0</completionCondition>");
    struct fixture f = begin_with(text, "{\"leaders\":[\"li\",\"wu\",\"xu\"]}");
    complete(&f, "ann", "ok");
    assert_string_equal(ready(&f), "b:li");
    complete(&f, "li", "agree");
    complete(&f, "cid", "agree");
    assert_string_equal(ready(&f), "b:wu");
    complete(&f, "wu", "disagree");
    complete(&f, "cid", "disagree");
    assert_string_equal(ready(&f), "z:zoe");
    struct flow_command cmd = back(&f, "zoe", "b");
    must(&f, &cmd);
    assert_string_equal(ready(&f), "b:wu"); /* the newest */
    finish(&f);
    f = begin_with(text, "{\"leaders\":[]}");
    complete(&f, "ann", "ok");
    assert_string_equal(ready(&f), "z:zoe"); /* 0 = skip */
    finish(&f);
    f = begin_with(text, "{\"leaders\":7}");
    complete(&f, "ann", "ok");
    assert_string_equal(ready(&f), "[incident]");
    struct flow_command retry = { .op = FLOW_RETRY, .vars = json(&f, "{\"leaders\":[\"li\"]}") };
    must(&f, &retry);
    assert_string_equal(ready(&f), "b:li");
    finish(&f);
}

/* --- calls ------------------------------------------------------------------------------------ */

static void calls(void **state)
{
    (void)state;
    static const char text[] = MESSAGES S TASK(
        "a", "oa:assign=\"ann\"") "<callActivity id=\"call\" calledElement=\"supervise\" "
                                  "oa:version=\"3\"><extensionElements>"
                                  "<oa:in source=\"title\" target=\"about\"/><oa:out "
                                  "source=\"result\" target=\"answer\"/>"
                                  "</extensionElements></callActivity><boundaryEvent id=\"c\" "
                                  "attachedToRef=\"call\">"
                                  "<errorEventDefinition errorRef=\"r1\"/></boundaryEvent>" TASK(
                                      "z", "oa:assign=\"zoe\"")
                                      TASK("f",
                                           "oa:assign=\"fay\"") "<exclusiveGateway id=\"m\"/>" E
                                          FLOW("f1", "s", "a") FLOW("f2", "a", "call")
                                              FLOW("f3", "call", "z") FLOW("f4", "c", "f")
                                                  FLOW("f5", "z", "m") FLOW("f6", "f", "m")
                                                      FLOW("f7", "m", "e") END;
    struct fixture f = begin_with(text, "{\"title\":\"修路\"}");
    complete(&f, "ann", "ok");
    int ref = armed(&f, "call");
    assert_int_equal(f.d.wait[0].kind, FLOW_WAIT_CALL);
    assert_int_equal(f.d.wait[0].version, 3);
    assert_true(str_is(f.d.wait[0].name, "supervise") &&
                str_is(f.d.wait[0].vars, "{\"about\":\"修路\"}"));
    struct flow_command done = { .op = FLOW_CALL_DONE,
                                 .ref = ref,
                                 .outcome = STR("agree"),
                                 .vars = json(&f, "{\"result\":5,\"secret\":1}") };
    must(&f, &done);
    assert_string_equal(ready(&f), "z:zoe");
    assert_string_equal(var(&f, "answer"), "5");
    assert_string_equal(var(&f, "secret"), "(none)");
    /* the call itself is what one goes back to: it is made again */
    send_back(&f, "zoe", "call");
    int again = armed(&f, "call");
    assert_true(again != ref);
    must_not(&f, &done, "flow.not_waiting"); /* the late callback of the first */
    struct flow_command failed = { .op = FLOW_CALL_FAILED, .ref = again, .outcome = STR("broken") };
    must(&f, &failed);
    assert_string_equal(ready(&f), "[incident]");
    struct flow_command retry = { .op = FLOW_RETRY };
    must(&f, &retry);
    failed.ref = armed(&f, "call");
    failed.outcome = STR("no_money");
    must(&f, &failed);
    assert_string_equal(ready(&f), "f:fay");
    finish(&f);
    f = begin_with(text, "{\"title\":\"修路\"}");
    complete(&f, "ann", "ok");
    ref = armed(&f, "call");
    struct flow_command undo = { .op = FLOW_WITHDRAW,
                                 .leaf = leaf_in(&f, "ann", FLOW_LEAF_DONE),
                                 .reason = STR("填错了") };
    must(&f, &undo);
    assert_true(disarmed(&f, ref)); /* the child is to be voided */
    finish(&f);
}

static void many_calls(void **state)
{
    (void)state;
    static const char text[] = DOC(
        S "<callActivity id=\"call\" calledElement=\"q\">"
          "<extensionElements><oa:in source=\"unit\" target=\"unit\"/></extensionElements>"
          "<multiInstanceLoopCharacteristics><loopDataInputRef>units</"
          "loopDataInputRef><inputDataItem "
          "name=\"unit\"/><completionCondition>nrOfCompletedInstances &gt;= 2</completionCondition>"
          "</multiInstanceLoopCharacteristics></callActivity>" TASK("z", "oa:assign=\"zoe\"")
              E FLOW("f1", "s", "call") FLOW("f2", "call", "z") FLOW("f3", "z", "e"));
    struct fixture f = begin_with(text, "{\"units\":[\"A\",\"B\",\"C\"]}");
    assert_int_equal(f.d.wait_n, 3);
    int ref[3] = { f.d.wait[0].ref, f.d.wait[1].ref, f.d.wait[2].ref };
    assert_true(str_is(f.d.wait[1].vars, "{\"unit\":\"B\"}"));
    struct flow_command done = { .op = FLOW_CALL_DONE, .ref = ref[2] };
    must(&f, &done);
    done.ref = ref[0];
    must(&f, &done);
    assert_true(disarmed(&f, ref[1]));
    assert_string_equal(ready(&f), "z:zoe");
    send_back(&f, "zoe", "call");
    assert_string_equal(ready(&f), "");
    assert_int_equal(f.d.wait_n, 2); /* the last one made again, and the one that was cut off */
    finish(&f);
}

/* --- scripts and tables ----------------------------------------------------------------------- */

static void scripts_and_tables(void **state)
{
    (void)state;
    static const char text[] = DOC(
        S
        "<scriptTask id=\"sc\"><script>sum = price * 3; note = \"a;b\"\n"
        "tax = sum * 0.1</script></scriptTask><businessRuleTask id=\"rule\"><extensionElements>"
        "<oa:table hit=\"U\"><oa:input>sum</oa:input><oa:input>kind</oa:input><oa:output>level"
        "</oa:output><oa:rule><oa:if>&lt; "
        "5000</oa:if><oa:if>-</oa:if><oa:then>\"section\"</oa:then>"
        "</oa:rule><oa:rule><oa:if>[5000..100000]</oa:if><oa:if>not(\"car\")</oa:if><oa:then>"
        "\"leader\"</oa:then></oa:rule><oa:rule><oa:if>&gt;= 5000</oa:if><oa:if>\"car\", \"house\""
        "</oa:if><oa:then>\"mayor\"</oa:then></oa:rule></oa:table></extensionElements>"
        "</businessRuleTask><businessRuleTask id=\"fees\"><extensionElements><oa:table hit=\"C+\">"
        "<oa:input>sum</oa:input><oa:output name=\"fee\"/><oa:rule><oa:if>? &gt; 0</oa:if><oa:then>"
        "10</oa:then></oa:rule><oa:rule><oa:if>&gt; 1000</oa:if><oa:then>sum / "
        "100</oa:then></oa:rule>"
        "</oa:table></extensionElements></businessRuleTask>" TASK("z", "oa:assign=\"zoe\"")
            E FLOW("f1", "s", "sc") FLOW("f2", "sc", "rule") FLOW("f3", "rule", "fees")
                FLOW("f4", "fees", "z") FLOW("f5", "z", "e"));
    struct fixture f = begin_with(text, "{\"price\":2000,\"kind\":\"paper\"}");
    assert_string_equal(var(&f, "sum"), "6000");
    assert_string_equal(var(&f, "note"), "\"a;b\"");
    assert_string_equal(var(&f, "level"), "\"leader\"");
    assert_string_equal(var(&f, "fee"), "70");
    finish(&f);
    f = begin_with(text, "{\"price\":2000,\"kind\":\"house\"}");
    assert_string_equal(ready(&f), "[incident]"); /* two rules hold */
    assert_string_equal(f.d.incident[0].code, "flow.no_rule");
    struct flow_command retry = { .op = FLOW_RETRY, .vars = json(&f, "{\"kind\":\"car\"}") };
    must(&f, &retry);
    assert_string_equal(var(&f, "level"), "\"mayor\"");
    finish(&f);
}

/* --- free zone -------------------------------------------------------------------------------- */

#define ZONE(more)                                                                                 \
    DOC(S TASK("a",                                                                                \
               "oa:assign=\"ann\"") "<adHocSubProcess id=\"zone\" oa:free=\"true\" " more          \
                                    ">" TASK("do", "oa:assign=\"bob\"") "</adHocSubProcess>" TASK( \
                                        "z", "oa:assign=\"zoe\"") E FLOW("f1", "s", "a")           \
                                        FLOW("f2", "a", "zone") FLOW("f3", "zone", "z")            \
                                            FLOW("f4", "z", "e"))

static void forward(struct fixture *f, const char *who, const char *to, enum flow_mode mode)
{
    struct str rest = str_of(to), part;
    struct flow_who list[8];
    size_t n = 0;
    while (str_cut(&rest, ' ', &part))
        list[n++] = (struct flow_who){ FLOW_NAME, 0, part };
    struct flow_command cmd = {
        .op = FLOW_FORWARD, .leaf = leaf(f, who), .who = list, .who_n = n, .mode = mode
    };
    must(f, &cmd);
}

static void zone_of_all(void **state)
{
    (void)state;
    static const char text[] = ZONE("oa:finish=\"all\"");
    struct fixture f = begin(text);
    complete(&f, "ann", "ok");
    assert_string_equal(ready(&f), "do:bob");
    forward(&f, "bob", "cid dan", FLOW_MODE_ALL);
    assert_string_equal(ready(&f), "do:cid do:dan");
    forward(&f, "dan", "eve fay", FLOW_MODE_SEQ);
    assert_string_equal(ready(&f), "do:cid do:eve");
    complete(&f, "eve", "ok");
    complete(&f, "cid", "ok");
    assert_string_equal(ready(&f), "do:fay");
    /* 5.1 in the zone: only what dan set going is undone */
    send_back(&f, "fay", "do");
    assert_string_equal(ready(&f), "do:dan");
    complete(&f, "dan", "ok");
    assert_string_equal(ready(&f), "z:zoe");
    /* 5.1 into the closed zone */
    size_t n;
    struct flow_target *t = flow_targets(f.a, f.net, f.s, leaf(&f, "zoe"), &n);
    struct flow_command cmd = back(&f, "zoe", "do");
    for (size_t i = 0; i < n; i++)
        if (str_is(t[i].who.name, "cid"))
            cmd.to_act = t[i].act;
    must(&f, &cmd);
    assert_string_equal(ready(&f), "do:cid");
    complete(&f, "cid", "ok");
    complete(&f, "zoe", "ok");
    assert_string_equal(ready(&f), "[done]");
    finish(&f);
}

static void zone_of_owner(void **state)
{
    (void)state;
    static const char text[] = ZONE("oa:finish=\"owner\"");
    struct fixture f = begin(text);
    complete(&f, "ann", "ok");
    forward(&f, "bob", "cid dan", FLOW_MODE_ALL);
    complete(&f, "cid", "ok");
    complete(&f, "dan", "ok");
    assert_string_equal(ready(&f), "do:bob"); /* back to the owner */
    forward(&f, "bob", "eve bob", FLOW_MODE_ALL);
    struct flow_command end = { .op = FLOW_FINISH, .leaf = leaf(&f, "eve") };
    must_not(&f, &end, "flow.not_owner");
    end.leaf = leaf(&f, "bob");
    must(&f, &end);
    assert_string_equal(ready(&f), "z:zoe"); /* eve's is ended */
    send_back(&f, "zoe", "do");
    assert_string_equal(ready(&f), "do:eve do:bob");
    finish(&f);
}

/* The owner ends it while others have it and the owner has nothing: with a reason, and a return goes back
 * into it as ever. */
static void zone_ended_early(void **state)
{
    (void)state;
    static const char text[] = ZONE("oa:finish=\"owner\"");
    struct fixture f = begin(text);
    struct flow_command end = { .op = FLOW_FINISH, .actor = { FLOW_NAME, 0, STR("bob") },
                                .reason = STR("不用了") };
    must_not(&f, &end, "flow.not_owner"); /* there is no zone yet */
    complete(&f, "ann", "ok");
    must_not(&f, &end, "flow.not_owner"); /* who has it ends it there */
    forward(&f, "bob", "cid dan bob", FLOW_MODE_ALL);
    must_not(&f, &end, "flow.finish_yours");
    complete(&f, "bob", "ok");
    end.actor.name = STR("cid");
    must_not(&f, &end, "flow.not_owner");
    end.actor.name = STR("bob");
    end.reason = STR(" ");
    must_not(&f, &end, "flow.no_reason");
    end.reason = STR("不用了");
    must(&f, &end);
    assert_string_equal(ready(&f), "z:zoe");
    must_not(&f, &end, "flow.not_owner");
    struct flow_command into = back(&f, "zoe", "do");
    must(&f, &into);
    assert_non_null(strstr(ready(&f), "do:cid"));
    finish(&f);
}

/* 并行发文: one free zone for each leader; each goes on alone. */
static void zones_of_leaders(void **state)
{
    (void)state;
    static const char text[] = DOC(
        S "<adHocSubProcess id=\"zone\" oa:finish=\"all\">"
          "<multiInstanceLoopCharacteristics><loopDataInputRef>leaders</loopDataInputRef>"
          "<inputDataItem name=\"leader\"/></multiInstanceLoopCharacteristics>" TASK(
              "do", "oa:assign=\"var(leader)\"") "</adHocSubProcess>" TASK("z", "oa:assign=\"zoe\"")
              E FLOW("f1", "s", "zone") FLOW("f2", "zone", "z") FLOW("f3", "z", "e"));
    struct fixture f = begin_with(text, "{\"leaders\":[\"li\",\"wu\"]}");
    assert_string_equal(ready(&f), "do:li do:wu");
    forward(&f, "li", "cid", FLOW_MODE_ALL);
    complete(&f, "cid", "ok");
    assert_string_equal(ready(&f), "do:wu");
    complete(&f, "wu", "ok");
    assert_string_equal(ready(&f), "z:zoe");
    finish(&f);
}

/* --- host functions --------------------------------------------------------------------------- */

static bool three_days(void *arg, int64_t from, int64_t to, int64_t *out)
{
    *out = to - from - *(int *)arg;
    return true;
}

static bool is_clerk(void *arg, struct str role)
{
    return *(int *)arg == 2 && str_is(role, "clerk");
}

/* What the calendar and the organisation answered is in the record: replay asks nobody. */
static void host_functions(void **state)
{
    (void)state;
    static const char text[] = DOC(
        S TASK("a", "oa:assign=\"ann\"") "<exclusiveGateway id=\"x\" "
                                         "default=\"f4\"/>" TASK("b", "oa:assign=\"bob\"")
                                             TASK("c", "oa:assign=\"cid\"") E FLOW("f1", "s", "a")
                                                 FLOW("f2", "a", "x")
                                                     FLOW_IF("f3", "x", "b",
                                                             "workdays(date(from), date(to)) = 3 "
                                                             "and in role(&quot;clerk&quot;)")
                                                         FLOW("f4", "x", "c") FLOW("f5", "b", "e")
                                                             FLOW("f6", "c", "e"));
    struct fixture f = begin_with(text, "{\"from\":\"2026-11-20\",\"to\":\"2026-11-25\"}");
    int weekend = 2;
    struct flow_org org = {
        .resolve = fixture_resolve, .arg = &weekend, .workdays = three_days, .in_role = is_clerk
    };
    struct flow_command cmd = { .op = FLOW_COMPLETE, .leaf = leaf(&f, "ann") };
    f.now += 1000;
    assert_true(flow_apply(f.a, f.net, f.s, &cmd, &org, f.now, &f.d, &f.e));
    struct jw w = jw_to(&f.records);
    flow_record_write(&w, &cmd, f.now, &f.d);
    buf_char(&f.records, '\n');
    assert_string_equal(ready(&f), "b:bob");
    assert_int_equal(f.d.answer_n, 3);
    complete(&f, "bob", "ok");
    finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(host_functions),
        cmocka_unit_test(sub_process),
        cmocka_unit_test(withdraw_out_of_a_sub_process),
        cmocka_unit_test(terminate_inside),
        cmocka_unit_test(inclusive),
        cmocka_unit_test(inclusive_absence),
        cmocka_unit_test(timers),
        cmocka_unit_test(timers_and_attempts),
        cmocka_unit_test(messages),
        cmocka_unit_test(signals_and_receive),
        cmocka_unit_test(errors),
        cmocka_unit_test(uncaught_error),
        cmocka_unit_test(event_sub_process),
        cmocka_unit_test(escalation_condition_link),
        cmocka_unit_test(many_scopes),
        cmocka_unit_test(many_lead),
        cmocka_unit_test(many_keep_running),
        cmocka_unit_test(many_none),
        cmocka_unit_test(many_in_turn),
        cmocka_unit_test(calls),
        cmocka_unit_test(many_calls),
        cmocka_unit_test(scripts_and_tables),
        cmocka_unit_test(zone_of_all),
        cmocka_unit_test(zone_of_owner),
        cmocka_unit_test(zone_ended_early),
        cmocka_unit_test(zones_of_leaders),
    };
    return cmocka_run_group_tests_name("flow_parts", tests, NULL, NULL);
}
