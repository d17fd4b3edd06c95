/* module/: both files of a module against each other; each mistake with file, line and element. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/embed.h"
#include "module/module.h"

#include <cmocka.h>

static struct arena *a;

static int set_up(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static struct str json(const char *text)
{
    char *p = arena_strdup(a, text);
    for (char *c = p; *c; c++)
        if (*c == '\'')
            *c = '"';
    return str_of(p);
}

static const struct form *other(void *arg, struct arena *in, struct str key)
{
    struct form_findings f = { .a = in };
    (void)arg;
    if (!str_is(key, "garage"))
        return NULL;
    return form_compile(in, json("{'name':'车库','tier':'unit','fields':[{'name':'plate','label':'车牌','type':'text'}],"
                                 "'things':[{'key':'car','name':'车','keeper':'vehicle_keeper','fields':["
                                 "{'name':'plate','label':'车牌','type':'text'}]}]}"), &f);
}

/* A process fill → check → end; attributes of the second task and further elements are given. */
static struct str flow(const char *check, const char *more)
{
    return str_printf(a,
        "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:oa=\"urn:tongban:oa:1\">\n"
        "<process id=\"p\" isExecutable=\"true\">\n"
        "<startEvent id=\"begin\"/><sequenceFlow id=\"f1\" sourceRef=\"begin\" targetRef=\"fill\"/>\n"
        "<userTask id=\"fill\" name=\"填写\" oa:assign=\"starter\"/><sequenceFlow id=\"f2\" sourceRef=\"fill\" targetRef=\"check\"/>\n"
        "<userTask id=\"check\" name=\"审核\" %s/>\n%s"
        "</process></definitions>", check,
        *more ? more : "<sequenceFlow id=\"f3\" sourceRef=\"check\" targetRef=\"done\"/><endEvent id=\"done\"/>\n");
}

static struct module_checked check(const char *module, struct str bpmn)
{
    const struct module_others others = { other, NULL };
    return module_check(a, STR("trial"), json(module), bpmn, &others);
}

#define HEAD "{'name':'x','tier':'unit','start':'anyone',\n"
#define GOOD "oa:assign=\"role(finance)\""

#define OWN "{'name':'b','label':'B','type':'thing','thing':'boat'}"
#define FAR "{'name':'c','label':'C','type':'thing','thing':'garage.car'}"
#define BOAT "{'key':'boat','name':'船','keeper':'vehicle_keeper','fields':[{'name':'hull','label':'船号','type':'text'},{'name':'built','label':'建造','type':'date'}]}"

/* What there is may be used, wherever; and what is wrong says what there is. */
static void members_of_things_and_matters_are_known(void **state)
{
    (void)state;
    struct module_checked c = check(HEAD "'fields':[" OWN "," FAR ",{'name':'m','label':'M','type':'matter','module':'garage'},"
                                    "{'name':'r','label':'R','type':'table','columns':[" FAR "]}],'things':[" BOAT "],"
                                    "'title':'b.name + b.hull + c.plate + c.state + m.plate + m.number + string(b.built.year)',"
                                    "'rules':[{'when':'some x in r satisfies x.c.plate = c.plate','message':'m'}],"
                                    "'effects':[{'at':'check','kind':'thing_set','thing_field':'c','set':{'plate':'null','state':'null'}}]}",
                                    flow(GOOD, ""));
    for (size_t i = 0; i < c.report.n; i++)
        if (!c.report.p[i].is_warning)
            fail_msg("%s at %.*s", c.report.p[i].code, (int)c.report.p[i].element.n, c.report.p[i].element.p);
    c = check(HEAD "'fields':[" FAR "],'title':'c.plat'}", flow(GOOD, ""));
    assert_int_equal(c.report.error_n, 1);
    assert_true(str_find(c.report.p[0].message, STR("c.plat"), 0) >= 0);
    assert_true(str_find(c.report.p[0].todo, STR("id、name、state、plate"), 0) >= 0);
}

static void mistakes_between_the_files_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *module, *check, *more, *code, *file, *element;
        int line;
    } cases[] = {
        { HEAD "'steps':{'chek':{}}}", GOOD, "", "module.no_node", "module.json", "steps.chek", 2 },
        { HEAD "'rules':[{'when':'true','message':'m','at':['sign']}]}", GOOD, "", "module.no_node", "module.json", "rules[0].at[0]", 2 },
        { HEAD "'number':{'pattern':'{seq}号','scope':'unit','at':'never'}}", GOOD, "", "module.no_node", "module.json", "number.at", 2 },
        { HEAD "'fields':[]}", "oa:due=\"1wd\"", "", "module.no_assign", "flow.bpmn", "check", 5 },
        { HEAD "'fields':[]}", "oa:assign=\"role(king)\"", "", "module.no_role", "flow.bpmn", "check", 5 },
        { HEAD "'fields':[]}", "oa:assign=\"var(boss)\"", "", "module.no_variable", "flow.bpmn", "check", 5 },
        { HEAD "'fields':[]}", "oa:assign=\"bob\"", "", "module.assign_name", "flow.bpmn", "check", 5 },
        { HEAD "'fields':[{'name':'boss','label':'B','type':'text'}]}", "oa:assign=\"var(boss)\"", "", "module.not_people", "flow.bpmn", "check", 5 },
        { HEAD "'fields':[{'name':'check','label':'B','type':'text'}]}", GOOD, "", "module.name_clash", "flow.bpmn", "check", 5 },
        { HEAD "'sheet':{'title':'t','rows':[['@领导批示']]}}", GOOD, "", "module.no_place", "module.json", "sheet.rows[0][0]", 2 },
        { HEAD "'start':['king']}", GOOD, "", "form.bad_json", "module.json", "", 2 },
        { "{'name':'x','tier':'unit','start':['king']}", GOOD, "", "module.no_role", "module.json", "start[0]", 1 },
        { HEAD "'fields':[{'name':'m','label':'M','type':'matter','module':'nothing'}]}", GOOD, "", "module.no_module", "module.json", "fields[0].module", 2 },
        { HEAD "'fields':[{'name':'c','label':'C','type':'thing','thing':'garage.boat'}]}", GOOD, "", "module.no_thing", "module.json", "fields[0].thing", 2 },
        { HEAD "'fields':[{'name':'m','label':'M','type':'matter','module':'garage'},{'name':'n','label':'N','type':'number'}],\n"
               "'requires':[{'field':'m','module':'garage','same':{'n':'plate'}}]}", GOOD, "", "module.other_type", "module.json", "requires[0].same.n", 3 },
        { HEAD "'fields':[{'name':'sum_of','label':'S','type':'money'}]}", GOOD,
          "<exclusiveGateway id=\"g\" default=\"f5\"/><sequenceFlow id=\"f3\" sourceRef=\"check\" targetRef=\"g\"/>\n"
          "<sequenceFlow id=\"f4\" sourceRef=\"g\" targetRef=\"done\"><conditionExpression>sum &gt; 5</conditionExpression></sequenceFlow>\n"
          "<sequenceFlow id=\"f5\" sourceRef=\"g\" targetRef=\"fill\"/><endEvent id=\"done\"/>", "flow.unknown_variable", "flow.bpmn", "f4", 7 },
        { HEAD "'fields':[{'name':'trip','label':'S','type':'date_range'}]}", GOOD,
          "<exclusiveGateway id=\"g\" default=\"f5\"/><sequenceFlow id=\"f3\" sourceRef=\"check\" targetRef=\"g\"/>\n"
          "<sequenceFlow id=\"f4\" sourceRef=\"g\" targetRef=\"done\"><conditionExpression>trip.form &gt; today()</conditionExpression></sequenceFlow>\n"
          "<sequenceFlow id=\"f5\" sourceRef=\"g\" targetRef=\"fill\"/><endEvent id=\"done\"/>", "module.unknown_member", "flow.bpmn", "f4", 7 },
        /* what a register of things has, here and in another module; what a matter has */
        { HEAD "'fields':[" OWN "],'things':[" BOAT "],\n'rules':[{'when':'b.nmae = null','message':'m'}]}", GOOD, "", "module.far_member", "module.json", "rules[0].when", 3 },
        { HEAD "'fields':[" OWN "],'things':[" BOAT "],\n'bookings':[{'thing_field':'b','from':'b.lenght','to':'today()','at':'start'}]}", GOOD, "", "module.far_member", "module.json", "bookings[0].from", 3 },
        { HEAD "'fields':[" OWN "],'things':[" BOAT "],\n'title':'b.built.yaer'}", GOOD, "", "module.far_member", "module.json", "title", 3 },
        { HEAD "'fields':[" FAR ",\n{'name':'t','label':'T','type':'text','compute':'c.plat'}]}", GOOD, "", "module.far_member", "module.json", "fields[1].compute", 3 },
        { HEAD "'fields':[{'name':'r','label':'R','type':'table','columns':[" FAR "]},\n{'name':'t','label':'T','type':'text','compute':'count(r[c.plat = null])'}]}", GOOD, "", "module.far_member", "module.json", "fields[1].compute", 3 },
        { HEAD "'fields':[{'name':'m','label':'M','type':'matter','module':'garage'}],\n'title':'m.palte'}", GOOD, "", "module.far_member", "module.json", "title", 3 },
        { HEAD "'fields':[" FAR "],'effects':[\n{'at':'check','kind':'thing_set','thing_field':'c','set':{'plat':'null'}}]}", GOOD, "", "module.far_member", "module.json", "effects[0].set.plat", 3 },
        { HEAD "'effects':[\n{'at':'check','kind':'thing_add','thing':'garage.car','set':{'plate':'null','colour':'null'}}]}", GOOD, "", "module.far_member", "module.json", "effects[0].set.colour", 3 },
        { HEAD "'fields':[" FAR "]}", GOOD,
          "<scriptTask id=\"k\" scriptFormat=\"feel\">\n<script>x = c.plat</script></scriptTask><sequenceFlow id=\"f3\" sourceRef=\"check\" targetRef=\"k\"/>\n"
          "<sequenceFlow id=\"f4\" sourceRef=\"k\" targetRef=\"done\"/><endEvent id=\"done\"/>", "module.far_member", "flow.bpmn", "k", 7 },
        { HEAD "'fields':[]}", GOOD, "<serviceTask id=\"s\" oa:op=\"city.sell\"/><sequenceFlow id=\"f3\" sourceRef=\"check\" targetRef=\"s\"/>"
          "<sequenceFlow id=\"f4\" sourceRef=\"s\" targetRef=\"done\"/><endEvent id=\"done\"/>", "module.no_operation", "flow.bpmn", "s", 6 },
        { HEAD "'fields':[]}", GOOD, "<sequenceFlow id=\"f3\" sourceRef=\"check\" targetRef=\"j\"/><parallelGateway id=\"j\"/>"
          "<sequenceFlow id=\"f6\" sourceRef=\"fill\" targetRef=\"x\"/><exclusiveGateway id=\"x\" default=\"f8\"/>"
          "<sequenceFlow id=\"f7\" sourceRef=\"x\" targetRef=\"j\"><conditionExpression>urgency = \"urgent\"</conditionExpression></sequenceFlow>"
          "<sequenceFlow id=\"f8\" sourceRef=\"x\" targetRef=\"end2\"/><endEvent id=\"end2\"/>"
          "<sequenceFlow id=\"f9\" sourceRef=\"j\" targetRef=\"done\"/><endEvent id=\"done\"/>", "flow.deadlock", "flow.bpmn", "j", 6 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct module_checked c = check(cases[i].module, flow(cases[i].check, cases[i].more));
        assert_false(c.is_good);
        size_t k = 0;
        while (k < c.report.n && (strcmp(c.report.p[k].code, cases[i].code) != 0 ||
                                  !str_is(c.report.p[k].element, cases[i].element)))
            k++;
        if (k == c.report.n)
            fail_msg("case %zu: no %s (first: %s at %.*s line %d)", i, cases[i].code,
                     c.report.n ? c.report.p[0].code : "none", c.report.n ? (int)c.report.p[0].element.n : 0,
                     c.report.n ? c.report.p[0].element.p : "", c.report.n ? c.report.p[0].line : 0);
        assert_string_equal(c.report.p[k].file, cases[i].file);
        if (c.report.p[k].line != cases[i].line)
            fail_msg("case %zu: line %d, not %d", i, c.report.p[k].line, cases[i].line);
        assert_true(c.report.p[k].message.n && c.report.p[k].todo.n && c.report.p[k].todo_en.n);
    }
}

static void an_unsound_flow_comes_with_its_way(void **state)
{
    (void)state;
    struct module_checked c = check(HEAD "'fields':[]}", flow(GOOD,
        "<sequenceFlow id=\"f3\" sourceRef=\"check\" targetRef=\"j\"/><parallelGateway id=\"j\"/>"
        "<sequenceFlow id=\"f6\" sourceRef=\"fill\" targetRef=\"x\"/><exclusiveGateway id=\"x\" default=\"f8\"/>"
        "<sequenceFlow id=\"f7\" sourceRef=\"x\" targetRef=\"j\"><conditionExpression>urgency = \"urgent\"</conditionExpression></sequenceFlow>"
        "<sequenceFlow id=\"f8\" sourceRef=\"x\" targetRef=\"end2\"/><endEvent id=\"end2\"/>"
        "<sequenceFlow id=\"f9\" sourceRef=\"j\" targetRef=\"done\"/><endEvent id=\"done\"/>"));
    assert_false(c.is_good);
    assert_true(c.report.counterexample_n > 0);
}

static void a_good_one_passes_and_its_first_step_is_known(void **state)
{
    (void)state;
    struct module_checked c = check(HEAD "'fields':[{'name':'who','label':'W','type':'posts'},"
        "{'name':'car','label':'C','type':'thing','thing':'garage.car'},{'name':'trip','label':'T','type':'date_range'}],"
        "'steps':{'check':{'edit':['car']}},'sheet':{'title':'t','rows':[['@审核']]}}",
        flow("oa:assign=\"var(who), role(finance)\"", ""));
    if (!c.is_good)
        fail_msg("%s at %.*s", c.report.p[0].code, (int)c.report.p[0].element.n, c.report.p[0].element.p);
    assert_true(str_is(c.first_node, "fill"));
}

/* Where a module has an English name, what else has none is told; without one, nothing is. */
static void what_has_no_english_is_told(void **state)
{
    (void)state;
    static const char *const module =
        "%s'tier':'unit','start':'anyone',\n'summary':'说明','summary_en':'Words',\n"
        "'fields':[{'name':'why','label':'事由','type':'text'}],\n"
        "'sheet':{'title':'单','rows':[['@审核']]},'english':{'填写':'Fill in','单':'Sheet'}}";
    struct module_checked c =
        check(arena_printf(a, module, "{'name':'试','name_en':'Trial',"), flow(GOOD, ""));
    assert_true(c.is_good);
    size_t n = 0;
    const char *found[8] = { NULL };
    for (size_t i = 0; i < c.report.n && n < 8; i++)
        if (strcmp(c.report.p[i].code, "module.no_english") == 0)
            found[n++] = arena_strndup(a, c.report.p[i].element.p, c.report.p[i].element.n);
    assert_int_equal(n, 2);
    assert_string_equal(found[0], "fields[0].label");
    assert_string_equal(found[1], "check");
    assert_true(str_is(form_english(c.form, STR("填写")), "Fill in"));
    assert_true(str_is(form_english(c.form, STR("说明")), "Words"));
    assert_true(str_is(form_english(c.form, STR("审核")), "审核"));
    const struct jv *view = form_english_view(a, c.form);
    assert_true(str_is(jv_str(jv_get(view, "name")), "Trial"));
    assert_true(str_is(jv_str(jv_get(jv_get(view, "sheet"), "title")), "Sheet"));
    c = check(arena_printf(a, module, "{'name':'试',"), flow(GOOD, ""));
    assert_true(c.is_good && c.report.n == 0);
}

static const struct form *carried(void *arg, struct arena *in, struct str key)
{
    struct form_findings f = { .a = in };
    (void)arg;
    struct str text = embed_find(arena_printf(in, "modules/%.*s/module.json", STR_ARG(key)));
    return text.p ? form_compile(in, text, &f) : NULL;
}

static void the_modules_of_the_program_are_good(void **state)
{
    (void)state;
    const struct module_others others = { carried, NULL };
    int n = 0;
    for (const struct embed_file *f = embed_files; f->name; f++) {
        struct str name = str_of(f->name);
        if (!str_starts(name, STR("modules/")) || !str_ends(name, STR("/module.json")))
            continue;
        struct str key = str_sub(name, 8, name.n - 8 - 12);
        struct str bpmn = embed_find(arena_printf(a, "modules/%.*s/flow.bpmn", STR_ARG(key)));
        struct module_checked c = module_check(a, key, (struct str){ f->begin, (size_t)(f->end - f->begin) },
                                               bpmn, &others);
        if (!c.is_good)
            fail_msg("%.*s: %s line %d %.*s: %.*s", STR_ARG(key), c.report.p[0].file, c.report.p[0].line,
                     STR_ARG(c.report.p[0].element), STR_ARG(c.report.p[0].message));
        assert_true(c.form->name_en.n);
        for (size_t i = 0; i < c.report.n; i++)
            if (strcmp(c.report.p[i].code, "module.no_english") == 0)
                fail_msg("%.*s: %s %.*s: %.*s", STR_ARG(key), c.report.p[i].file,
                         STR_ARG(c.report.p[i].element), STR_ARG(c.report.p[i].message));
        n++;
    }
    assert_true(n >= 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_between_the_files_are_found),
        cmocka_unit_test(members_of_things_and_matters_are_known),
        cmocka_unit_test(an_unsound_flow_comes_with_its_way),
        cmocka_unit_test(a_good_one_passes_and_its_first_step_is_known),
        cmocka_unit_test(what_has_no_english_is_told),
        cmocka_unit_test(the_modules_of_the_program_are_good),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
