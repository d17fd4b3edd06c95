/* flow check: what is refused, with which code and on which line; soundness with the way to the
 * fault; hostile XML. The definitions also serve as seeds of the fuzz target. */
#include "flow_fixture.h"

struct verdict {
    const char *name, *text;
    const char
        *code; /* of the first error, or of the first warning with "?" before it; NULL: clean */
    int line;  /* of that finding; 0: not looked at */
    const char *example;
};

#define HEAD "<startEvent id=\"s\"/>" TASK("a", "") FLOW("f1", "s", "a")
#define TAIL "<endEvent id=\"e\"/>"

static const struct verdict verdicts[] = {
    { "smallest", DOC(HEAD TAIL FLOW("f2", "a", "e")), NULL, 0, NULL },
    { "no start event drawn", DOC(TASK("a", "") TASK("b", "") FLOW("f", "a", "b")), NULL, 0, NULL },
    { "foreign attributes stay",
      "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "
      "xmlns:camunda=\"http://camunda.org/schema/1.0/bpmn\">"
      "<process id=\"p\" isExecutable=\"true\"><userTask id=\"a\" "
      "camunda:assignee=\"x\"><extensionElements><camunda:formData/>"
      "</extensionElements></userTask></process></definitions>",
      NULL, 0, NULL },
    { "both branches chosen, then joined",
      DOC("<startEvent id=\"s\"/><exclusiveGateway id=\"x\" default=\"f2\"/>" TASK("a", "")
              TASK("b", "") "<parallelGateway id=\"j\"/>" TAIL FLOW("f1", "s", "x")
                  FLOW("f2", "x", "a") FLOW_IF("f3", "x", "b", "y = 1") FLOW("f4", "a", "j")
                      FLOW("f5", "b", "j") FLOW("f6", "j", "e")),
      "flow.deadlock", 0, "s x a" },
    { "parallel, merged by choice",
      DOC("<startEvent id=\"s\"/><parallelGateway id=\"x\"/>" TASK("a", "")
              TASK("b", "") "<exclusiveGateway id=\"j\"/>" TASK("c", "") TAIL FLOW("f1", "s", "x")
                  FLOW("f2", "x", "a") FLOW("f3", "x", "b") FLOW("f4", "a", "j")
                      FLOW("f5", "b", "j") FLOW("f6", "j", "c") FLOW("f7", "c", "e")),
      "?flow.two_tokens", 0, NULL },
    { "loop that multiplies",
      DOC("<startEvent id=\"s\"/><exclusiveGateway id=\"m\"/>" TASK("a", "") TASK(
          "b", "") "<parallelGateway id=\"x\"/>" TAIL FLOW("f1", "s", "m") FLOW("f2", "m", "a")
              FLOW("f3", "a", "x") FLOW("f4", "x", "m") FLOW("f5", "x", "b") FLOW("f6", "b", "e")),
      "flow.unbounded", 0, "s m a x m" },
    { "loop that ends again and again and goes on",
      DOC("<startEvent id=\"s\"/><exclusiveGateway id=\"m\"/>" TASK(
          "a", "") "<parallelGateway id=\"x\"/>" TAIL FLOW("f1", "s", "m") FLOW("f2", "m", "a")
              FLOW("f3", "a", "x") FLOW("f4", "x", "m") FLOW("f5", "x", "e")),
      "flow.no_end", 0, "s" },
    { "loop without exit",
      DOC("<startEvent id=\"s\"/><exclusiveGateway id=\"m\"/>" TASK("a", "") TASK("b", "")
              FLOW("f1", "s", "m") FLOW("f2", "m", "a") FLOW("f3", "a", "b") FLOW("f4", "b", "m")),
      "flow.no_end", 0, "s" },
    { "unreachable",
      DOC(HEAD TASK("b", "") TASK("c", "") TAIL FLOW("f2", "a", "e") FLOW("f3", "b", "c")
              FLOW("f4", "c", "b")),
      "flow.dead_node", 0, NULL },
    { "loop without people",
      DOC("<startEvent id=\"s\"/><exclusiveGateway id=\"x\" default=\"f2\"/><task id=\"a\"/>" TAIL
              FLOW("f1", "s", "x") FLOW("f2", "x", "a") FLOW("f3", "a", "x")
                  FLOW_IF("f4", "x", "e", "y = 1")),
      "flow.endless", 0, NULL },
    { "choices that exclude each other",
      DOC(HEAD TASK("b", "") TASK("c", "") "<exclusiveGateway id=\"j\"/>" TASK("d", "")
              TAIL FLOW_IF("f2", "a", "b", "outcome = &quot;x&quot;") FLOW_IF(
                  "f3", "a", "c", "outcome in (&quot;y&quot;, &quot;z&quot;)") FLOW("f4", "b", "j")
                  FLOW("f5", "c", "j") FLOW("f6", "j", "d") FLOW("f7", "d", "e")),
      NULL, 0, NULL },
    { "conditions that may both hold",
      DOC(HEAD TASK("b", "") TASK("c", "") "<exclusiveGateway id=\"j\"/>" TASK("d", "")
              TAIL FLOW_IF("f2", "a", "b", "n &gt; 1") FLOW_IF("f3", "a", "c", "n &gt; 2") FLOW(
                  "f4", "b", "j") FLOW("f5", "c", "j") FLOW("f6", "j", "d") FLOW("f7", "d", "e")),
      "?flow.two_tokens", 0, NULL },
    { "another language", DOC(HEAD TAIL "\n\n" FLOW_IF("f2", "a", "e", "${amount &gt; 5}")),
      "flow.expression_language", 7, NULL },
    { "broken expression", DOC(HEAD TAIL FLOW_IF("f2", "a", "e", "1 +")), "flow.expression_broken",
      5, NULL },
    { "sub-process without an inside", DOC(HEAD "\n<subProcess id=\"g\"/>"), "flow.no_start", 6,
      NULL },
    { "flow across a border",
      DOC(HEAD "<subProcess id=\"g\"><task id=\"z\"/></subProcess>" FLOW("f2", "a", "g")
              FLOW("f3", "a", "z")),
      "flow.flow_crosses", 0, NULL },
    { "boundary event on nothing",
      DOC(HEAD "<boundaryEvent id=\"g\" attachedToRef=\"q\"><timerEventDefinition>"
               "<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"),
      "flow.unknown_id", 0, NULL },
    { "boundary event without a kind", DOC(HEAD "<boundaryEvent id=\"g\" attachedToRef=\"a\"/>"),
      "flow.no_event", 0, NULL },
    { "error that does not interrupt",
      DOC(HEAD "<boundaryEvent id=\"g\" attachedToRef=\"a\" cancelActivity=\"false\">"
               "<errorEventDefinition/></boundaryEvent>"),
      "flow.attribute_not_supported", 0, NULL },
    { "event on a script",
      DOC("<scriptTask id=\"a\"/><boundaryEvent id=\"g\" attachedToRef=\"a\">"
          "<errorEventDefinition/></boundaryEvent>"),
      "flow.bad_host", 0, NULL },
    { "catch without a kind", DOC(HEAD "<intermediateCatchEvent id=\"g\"/>" FLOW("f2", "a", "g")),
      "flow.no_event", 0, NULL },
    { "message without a name",
      DOC(HEAD "\n<intermediateCatchEvent id=\"g\"><messageEventDefinition/>"
               "</intermediateCatchEvent>" FLOW("f2", "a", "g")),
      "flow.no_message", 6, NULL },
    { "timer without a time",
      DOC(HEAD "<intermediateCatchEvent id=\"g\"><timerEventDefinition/>"
               "</intermediateCatchEvent>" FLOW("f2", "a", "g")),
      "flow.bad_timer", 0, NULL },
    { "link to nowhere",
      DOC(HEAD "<intermediateThrowEvent id=\"g\"><linkEventDefinition name=\"x\"/>"
               "</intermediateThrowEvent>" FLOW("f2", "a", "g")),
      "flow.bad_link", 0, NULL },
    { "task behind an event gateway",
      DOC(HEAD "<eventBasedGateway id=\"g\"/>" TASK("b", "") FLOW("f2", "a", "g")
              FLOW("f3", "g", "b")),
      "flow.bad_event_gateway", 0, NULL },
    { "call of nothing", DOC(HEAD "<callActivity id=\"g\"/>" FLOW("f2", "a", "g")),
      "flow.no_called", 0, NULL },
    { "script in another language",
      DOC(HEAD "<scriptTask id=\"g\" scriptFormat=\"javascript\"><script>x = 1</script>"
               "</scriptTask>" FLOW("f2", "a", "g")),
      "flow.expression_language", 0, NULL },
    { "script that is none",
      DOC(HEAD "<scriptTask id=\"g\"><script>do it</script></scriptTask>" FLOW("f2", "a", "g")),
      "flow.bad_script", 0, NULL },
    { "rule without a table", DOC(HEAD "<businessRuleTask id=\"g\"/>" FLOW("f2", "a", "g")),
      "flow.bad_table", 0, NULL },
    { "signing agrees by itself",
      DOC(HEAD TASK("g", "oa:due=\"1wd\" oa:overdue=\"auto:agree\" oa:sheet=\"签发\"") TAIL FLOW("f2", "a", "g") FLOW("f3", "g", "e")), "flow.auto_agreement", 0, NULL },
    { "countersigning agrees by itself",
      DOC(HEAD TASK("g", "oa:due=\"1wd\" oa:overdue=\"auto:agree\" oa:sheet=\"部门会签\"") TAIL FLOW("f2", "a", "g") FLOW("f3", "g", "e")), "flow.auto_agreement", 0, NULL },
    { "request agrees by itself",
      DOC(HEAD TASK("g", "oa:due=\"1wd\" oa:overdue=\"auto:yes\" oa:sheet=\"请示\"") TAIL FLOW("f2", "a", "g") FLOW("f3", "g", "e")), "flow.auto_agreement", 0, NULL },
    { "seal agrees by itself",
      DOC(HEAD TASK("g", "oa:due=\"1wd\" oa:overdue=\"auto:agree\" oa:sheet=\"监印\"") TAIL FLOW("f2", "a", "g") FLOW("f3", "g", "e")), "flow.auto_agreement", 0, NULL },
    { "several sign and agree by themselves",
      DOC(HEAD TASK("g", "oa:assign=\"x,y\" oa:sign=\"all\" oa:due=\"1wd\" oa:overdue=\"auto:agree\"") TAIL FLOW("f2", "a", "g") FLOW("f3", "g", "e")), "flow.auto_agreement", 0, NULL },
    { "a unit agrees by itself",
      DOC(HEAD TASK("g", "oa:child=\"countersign\" oa:due=\"1wd\" oa:overdue=\"auto:agree\"") TAIL FLOW("f2", "a", "g") FLOW("f3", "g", "e")), "flow.auto_agreement", 0, NULL },
    { "no deputy, and agrees by itself",
      DOC(HEAD TASK("g", "oa:no_backup=\"true\" oa:due=\"1wd\" oa:overdue=\"auto:agree\"") TAIL FLOW("f2", "a", "g") FLOW("f3", "g", "e")), "flow.auto_agreement", 0, NULL },
    { "signing is refused by itself",
      DOC(HEAD TASK("g", "oa:due=\"1wd\" oa:overdue=\"auto:disagree\" oa:sheet=\"签发\"") TAIL FLOW("f2", "a", "g") FLOW("f3", "g", "e")), NULL, 0, NULL },
    { "a notice is taken as read",
      DOC(HEAD TASK("g", "oa:due=\"1wd\" oa:overdue=\"auto:read\"") TAIL FLOW("f2", "a", "g") FLOW("f3", "g", "e")), NULL, 0, NULL },
    { "gateway in a free zone",
      DOC(HEAD "<adHocSubProcess id=\"g\"><userTask id=\"z\"/><parallelGateway id=\"y\"/>"
               "</adHocSubProcess>" FLOW("f2", "a", "g")),
      "flow.zone_content", 0, NULL },
    { "event sub-process with a plain start",
      DOC(HEAD "<subProcess id=\"g\" triggeredByEvent=\"true\"><startEvent id=\"z\"/>"
               "</subProcess>"),
      "flow.no_event", 0, NULL },
    { "deadlock inside a sub-process",
      DOC(HEAD "<subProcess id=\"g\"><startEvent id=\"s2\"/><exclusiveGateway id=\"x\" "
               "default=\"h2\"/><userTask id=\"b\"/><userTask id=\"c\"/>"
               "<parallelGateway id=\"j\"/>" FLOW("h1", "s2", "x") FLOW("h2", "x", "b")
                   FLOW_IF("h3", "x", "c", "y = 1") FLOW("h4", "b", "j")
                       FLOW("h5", "c", "j") "</subProcess>" TAIL FLOW("f2", "a", "g")
                           FLOW("f3", "g", "e")),
      "flow.deadlock", 0, "s2 x b" },
    { "inclusive, well paired",
      DOC(HEAD "<inclusiveGateway id=\"g\" default=\"f2\"/>" TASK("b", "")
              TASK("c", "") "<inclusiveGateway id=\"j\"/>" TASK("d", "") TAIL FLOW("f", "a", "g")
                  FLOW("f2", "g", "b") FLOW_IF("f3", "g", "c", "n = 1") FLOW("f4", "b", "j")
                      FLOW("f5", "c", "j") FLOW("f6", "j", "d") FLOW("f7", "d", "e")),
      NULL, 0, NULL },
    { "inclusive, joined by all",
      DOC(HEAD "<inclusiveGateway id=\"g\" default=\"f2\"/>" TASK("b", "")
              TASK("c", "") "<parallelGateway id=\"j\"/>" TAIL FLOW("f", "a", "g")
                  FLOW("f2", "g", "b") FLOW_IF("f3", "g", "c", "n = 1") FLOW("f4", "b", "j")
                      FLOW("f5", "c", "j") FLOW("f6", "j", "e")),
      "flow.deadlock", 0, NULL },
    { "two that wait for each other",
      DOC(HEAD "<parallelGateway id=\"x\"/><inclusiveGateway id=\"g\"/><inclusiveGateway "
               "id=\"h\"/>" TASK("b", "") TASK("c", "") TAIL FLOW("f", "a", "x") FLOW(
                   "f2", "x", "g") FLOW("f3", "x", "h") FLOW("f4", "g", "b") FLOW("f5", "b", "h")
                   FLOW("f6", "h", "c") FLOW_IF("f7", "c", "g", "n = 1") FLOW("f8", "c", "e")),
      "flow.deadlock", 0, "s a x" },
    { "timer that does not interrupt, in a loop",
      DOC("<startEvent id=\"s\"/><exclusiveGateway id=\"m\"/>" TASK(
          "a",
          "") "<boundaryEvent id=\"t\" attachedToRef=\"a\" cancelActivity=\"false\">"
              "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
              "</boundaryEvent><serviceTask id=\"n\" oa:op=\"note\"/>" TAIL FLOW("f1", "s", "m")
                  FLOW("f2", "m", "a") FLOW_IF("f3", "a", "m", "outcome = &quot;no&quot;")
                      FLOW_IF("f4", "a", "e", "outcome = &quot;yes&quot;") FLOW("f5", "t", "n")),
      NULL, 0, NULL },
    { "never: transaction", DOC(HEAD "<transaction id=\"g\"/>"), "flow.not_supported", 0, NULL },
    { "never: complex gateway", DOC(HEAD "<complexGateway id=\"g\"/>"), "flow.not_supported", 0,
      NULL },
    { "timer start without a time",
      DOC("<startEvent id=\"s\">\n<timerEventDefinition/></startEvent>"), "flow.bad_timer", 4,
      NULL },
    { "signal start", DOC("<startEvent id=\"s\">\n<signalEventDefinition/></startEvent>"),
      "flow.not_supported", 4, NULL },
    { "cancel end", DOC(HEAD "<endEvent id=\"q\">\n<cancelEventDefinition/></endEvent>"),
      "flow.not_supported", 6, NULL },
    { "unknown element", DOC(HEAD "\n<teaBreak id=\"g\"/>"), "flow.not_supported", 6, NULL },
    { "standard loop", DOC("<userTask id=\"a\"><standardLoopCharacteristics/></userTask>"),
      "flow.not_supported", 0, NULL },
    { "named assignment", DOC("<userTask id=\"a\"><potentialOwner/></userTask>"),
      "flow.not_supported", 0, NULL },
    { "start quantity", DOC("<userTask id=\"a\" startQuantity=\"2\"/>"),
      "flow.attribute_not_supported", 0, NULL },
    { "compensation", DOC("<userTask id=\"a\" isForCompensation=\"true\"/>"),
      "flow.attribute_not_supported", 0, NULL },
    { "unknown attribute", DOC(TASK("a", "oa:asign=\"bob\"")), "flow.unknown_attribute", 0, NULL },
    { "unknown child of ours",
      DOC("<userTask id=\"a\"><extensionElements><oa:magic/></extensionElements></userTask>"),
      "flow.unknown_attribute", 0, NULL },
    { "wrong value", DOC(TASK("a", "oa:sign=\"most\"")), "flow.attribute_value", 0, NULL },
    { "wrong assignee", DOC(TASK("a", "oa:assign=\"starter.mother\"")), "flow.attribute_value", 0,
      NULL },
    { "wrong period", DOC(TASK("a", "oa:due=\"soon\"")), "flow.attribute_value", 0, NULL },
    { "service without operation", DOC("<serviceTask id=\"a\"/>"), "flow.no_op", 0, NULL },
    { "flow to nowhere", DOC(HEAD FLOW("f2", "a", "nowhere")), "flow.unknown_id", 0, NULL },
    { "id twice", DOC(TASK("a", "") TASK("a", "")), "flow.id_twice", 0, NULL },
    { "no id", DOC("<task/>"), "flow.no_id", 0, NULL },
    { "two starts",
      DOC("<startEvent id=\"s\"/><startEvent id=\"t\"/>" TASK("a", "") FLOW("f1", "s", "a")
              FLOW("f2", "t", "a")),
      "flow.several_starts", 0, NULL },
    { "choice without condition",
      DOC("<startEvent id=\"s\"/><exclusiveGateway id=\"x\"/>" TASK("a", "") TASK("b", "")
              FLOW("f1", "s", "x") FLOW("f2", "x", "a") FLOW("f3", "x", "b")),
      "flow.no_condition", 0, NULL },
    { "not BPMN", "<html/>", "flow.not_bpmn", 1, NULL },
    { "nothing to run", "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\"/>",
      "flow.no_process", 1, NULL },
    { "empty", "", "flow.xml_broken", 1, NULL },
    { "cut off", "<definitions>\n<process>", "flow.xml_broken", 2, NULL },
    { "entities",
      "<?xml version=\"1.0\"?>\n<!DOCTYPE d [<!ENTITY a \"aaaa\"><!ENTITY b "
      "\"&a;&a;&a;\">]>\n<d>&b;</d>",
      "flow.xml_dtd", 2, NULL },
    { "outside entity", "<!DOCTYPE d SYSTEM \"file:///etc/passwd\"><d/>", "flow.xml_dtd", 1, NULL },
    { "undefined entity", DOC("<task id=\"&nope;\"/>"), "flow.xml_broken", 3, NULL },
    { "bad bytes", "<definitions>\xff\xfe</definitions>", "flow.xml_broken", 1, NULL },
};

static void check_one(const struct verdict *v)
{
    struct arena *a = arena_new();
    struct flow_report r;
    const struct flow_net *net = flow_compile(a, str_of(v->text), NULL, &r);
    bool warning = v->code && v->code[0] == '?';
    const struct flow_finding *f = warning ? r.warning : r.error;
    if (!v->code && (!net || r.warning_n))
        fail_msg("%s: %s", v->name, report_text(a, &r));
    if (v->code &&
        (!(warning ? r.warning_n : r.error_n) || strcmp(f->code, v->code + warning) != 0))
        fail_msg("%s: %s expected, got %s", v->name, v->code, report_text(a, &r));
    if (v->code && (warning ? net == NULL : net != NULL))
        fail_msg("%s: wrong verdict %s", v->name, report_text(a, &r));
    if (v->line && f->line != v->line)
        fail_msg("%s: line %d, not %d", v->name, f->line, v->line);
    if (v->code && (f->message.n == 0 || str_is(f->message, f->code)))
        fail_msg("%s: %s has no sentence", v->name, f->code);
    struct buf b = buf_in(a);
    for (size_t i = 0; i < r.counterexample_n; i++)
        buf_printf(&b, "%s%.*s", i ? " " : "", STR_ARG(r.counterexample[i]));
    if (v->example)
        assert_string_equal(buf_done(&b).p, v->example);
    arena_free(&a);
}

static void check_verdicts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
        check_one(&verdicts[i]);
}

static const char *code_of(struct arena *a, struct str text)
{
    struct flow_report r;
    const struct flow_net *net = flow_compile(a, text, NULL, &r);
    return net ? "" : r.error[0].code;
}

static void limits(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf deep = buf_in(a), many = buf_in(a), wide = buf_in(a), chatty = buf_in(a);
    for (int i = 0; i < 100000; i++)
        buf_text(&deep, "<a>");
    assert_string_equal(code_of(a, buf_done(&deep)), "flow.xml_too_deep");
    buf_text(
        &many,
        "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\"><process id=\"p\">");
    for (int i = 0; i < 2001; i++)
        buf_printf(&many, "<task id=\"t%d\"/>", i);
    buf_text(&many, "</process></definitions>");
    assert_string_equal(code_of(a, buf_done(&many)), "flow.too_many_nodes");
    buf_text(&wide, "<d>");
    while (wide.n <= 1024 * 1024)
        buf_text(&wide, "<!-- wide -->");
    buf_text(&wide, "</d>");
    assert_string_equal(code_of(a, buf_done(&wide)), "flow.xml_too_large");
    /* one choice with thousands of ways in and out has millions of steps */
    struct buf fan = buf_in(a);
    buf_text(&fan,
             "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\"><process id=\"p\">"
             "<startEvent id=\"s\"/><exclusiveGateway id=\"x\" default=\"o0\"/><task id=\"t\"/>");
    for (int i = 0; i < 2500; i++)
        buf_printf(
            &fan,
            "<sequenceFlow id=\"i%d\" sourceRef=\"s\" targetRef=\"x\"/><sequenceFlow id=\"o%d\" "
            "sourceRef=\"x\" "
            "targetRef=\"t\"><conditionExpression>n=%d</conditionExpression></sequenceFlow>",
            i, i, i);
    buf_text(&fan, "</process></definitions>");
    struct flow_report r;
    (void)flow_compile(a, buf_done(&fan), NULL, &r);
    assert_int_not_equal(r.sound, FLOW_SOUND_NO);
    /* a million pieces of text must not be copied a million times */
    buf_text(&chatty, "<d>");
    while (chatty.n < 1000 * 1000)
        buf_text(&chatty, "\n<b/>x");
    buf_text(&chatty, "</d>");
    assert_string_equal(code_of(a, buf_done(&chatty)), "flow.not_bpmn");
    assert_true(arena_used(a) < (size_t)200 * 1024 * 1024);
    arena_free(&a);
}

/* Twenty branches in parallel have a million markings; folding proves them sound at once. */
static void wide_but_structured(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf b = buf_in(a);
    buf_text(&b, "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\"><process "
                 "id=\"p\" isExecutable=\"true\">"
                 "<startEvent id=\"s\"/><parallelGateway id=\"x\"/><parallelGateway "
                 "id=\"y\"/><endEvent id=\"e\"/>" FLOW("fs", "s", "x") FLOW("fe", "y", "e"));
    for (int i = 0; i < 20; i++)
        buf_printf(
            &b,
            "<userTask id=\"t%d\"/><sequenceFlow id=\"f%d\" sourceRef=\"x\" targetRef=\"t%d\"/>"
            "<sequenceFlow id=\"g%d\" sourceRef=\"t%d\" targetRef=\"y\"/>",
            i, i, i, i, i);
    buf_text(&b, "</process></definitions>");
    struct flow_report r;
    assert_non_null(flow_compile(a, buf_done(&b), NULL, &r));
    assert_int_equal(r.sound, FLOW_SOUND_YES);
    arena_free(&a);
}

/* Twenty branches with a timer on each, which no fold knows: each is judged for itself. */
static void wide_with_events(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf b = buf_in(a);
    buf_text(&b, "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\"><process "
                 "id=\"p\" isExecutable=\"true\">"
                 "<startEvent id=\"s\"/><parallelGateway id=\"x\"/><parallelGateway "
                 "id=\"y\"/><endEvent id=\"e\"/>" FLOW("fs", "s", "x") FLOW("fe", "y", "e"));
    for (int i = 0; i < 20; i++)
        buf_printf(
            &b,
            "<userTask id=\"t%d\"/><boundaryEvent id=\"b%d\" "
            "attachedToRef=\"t%d\"><timerEventDefinition>"
            "<timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent><userTask "
            "id=\"u%d\"/>"
            "<exclusiveGateway id=\"m%d\"/><sequenceFlow id=\"f%d\" sourceRef=\"x\" "
            "targetRef=\"t%d\"/>"
            "<sequenceFlow id=\"g%d\" sourceRef=\"t%d\" targetRef=\"m%d\"/><sequenceFlow "
            "id=\"h%d\" "
            "sourceRef=\"b%d\" targetRef=\"u%d\"/><sequenceFlow id=\"i%d\" sourceRef=\"u%d\" "
            "targetRef=\"m%d\"/><sequenceFlow id=\"j%d\" sourceRef=\"m%d\" targetRef=\"y\"/>",
            i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i);
    buf_text(&b, "</process></definitions>");
    struct flow_report r;
    assert_non_null(flow_compile(a, buf_done(&b), NULL, &r));
    assert_int_equal(r.sound, FLOW_SOUND_YES);
    assert_int_equal(r.warning_n, 0);
    arena_free(&a);
}

static void known_names(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct str names[] = { STR("amount"), STR("Full Name") };
    struct flow_known known = { names, 2 };
    struct flow_report r;
    static const char good[] =
        DOC(HEAD TAIL TASK("b", "") FLOW_IF("f2", "a", "e", "amount &gt; 1 and Full Name = outcome")
                FLOW_IF("f3", "a", "b", "a.outcome = &quot;x&quot;"));
    static const char bad[] = DOC(HEAD TAIL FLOW_IF("f2", "a", "e", "amont &gt; 1"));
    assert_non_null(flow_compile(a, str_of(good), &known, &r));
    assert_null(flow_compile(a, str_of(bad), &known, &r));
    assert_string_equal(r.error[0].code, "flow.unknown_variable");
    arena_free(&a);
}

static void the_drawing(void **state)
{
    (void)state;
    static const char text[] =
        "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "
        "xmlns:bpmndi=\"http://www.omg.org/spec/BPMN/20100524/DI\" "
        "xmlns:dc=\"http://www.omg.org/spec/DD/20100524/DC\" "
        "xmlns:di=\"http://www.omg.org/spec/DD/20100524/DI\">"
        "<collaboration id=\"c\"><participant id=\"pa\" processRef=\"p\"/></collaboration>"
        "<process id=\"p\" name=\"报销\" isExecutable=\"true\"><laneSet id=\"l\"><lane id=\"l1\" "
        "name=\"科室\"><flowNodeRef>a</flowNodeRef></lane></laneSet>"
        "<startEvent id=\"s\"/><userTask id=\"a\"/><textAnnotation id=\"n\"/>" FLOW(
            "f", "s",
            "a") "</process>"
                 "<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement=\"c\"><bpmndi:BPMNShape "
                 "bpmnElement=\"a\"><dc:Bounds x=\"10.5\" y=\"20\" width=\"100\" "
                 "height=\"80\"/></bpmndi:BPMNShape><bpmndi:BPMNEdge "
                 "bpmnElement=\"f\"><di:waypoint x=\"1\" y=\"2\"/><di:waypoint x=\"3\" y=\"4\"/>"
                 "</bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>";
    struct arena *a = arena_new();
    struct flow_report r;
    const struct flow_net *net = flow_compile(a, str_of(text), NULL, &r);
    assert_non_null(net);
    size_t n;
    const struct flow_node *node = &flow_nodes(net, &n)[flow_node_find(net, STR("a"))];
    assert_true(node->x == 10.5 && node->h == 80 && str_is(node->lane, "科室"));
    const struct flow_edge *e = flow_edges(net, &n);
    assert_int_equal(e[0].points_n, 2);
    assert_true(e[0].points[3] == 4);
    assert_true(str_is(flow_net_name(net), "报销"));
    arena_free(&a);
}

/* Every cut and many changes of every definition above: refused or compiled, never a crash. */
static void mangled(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
        size_t n = strlen(verdicts[i].text);
        for (size_t k = 0; k < n; k += 7) {
            struct flow_report r;
            char *text = arena_strndup(a, verdicts[i].text, n);
            (void)flow_compile(a, (struct str){ text, k }, NULL, &r);
            text[k] = "<>&\"/=a9 "[(i + k) % 9];
            (void)flow_compile(a, (struct str){ text, n }, NULL, &r);
            arena_empty(a);
        }
    }
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_verdicts),
        cmocka_unit_test(limits),
        cmocka_unit_test(wide_but_structured),
        cmocka_unit_test(known_names),
        cmocka_unit_test(wide_with_events),
        cmocka_unit_test(the_drawing),
        cmocka_unit_test(mangled),
    };
    return cmocka_run_group_tests_name("flow_check", tests, NULL, NULL);
}
