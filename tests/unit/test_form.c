/* form/: module.json compiled and its mistakes found with their line; values checked by the named
 * field; what is computed, visible and required; rights; keys in order; versions compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/clock.h"
#include "form/form.h"

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

/* Single quotes for double ones, so that the cases can be read. */
static struct str json(const char *text)
{
    char *p = arena_strdup(a, text);
    for (char *c = p; *c; c++)
        if (*c == '\'')
            *c = '"';
    return str_of(p);
}

static const struct form *good(const char *text)
{
    struct form_findings f = { .a = a };
    const struct form *form = form_compile(a, json(text), &f);
    if (!form || f.n)
        fail_msg("%s at line %d: %s", f.p[0].code, f.p[0].line, f.p[0].message.p);
    return form;
}

/* --- compiling -------------------------------------------------------------------------------------- */

#define HEAD "{'name':'x','tier':'unit','start':'anyone',\n"

static void mistakes_are_found_with_line_and_advice(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code, *element;
        int line;
    } cases[] = {
        { "[]", "form.no_object", "", 1 },
        { "{'name':\n'x',}", "form.bad_json", "", 2 },
        { "{'tier':'unit'}", "form.missing", "name", 1 },
        { "{'name':'x','tier':'county'}", "form.word", "tier", 1 },
        { HEAD "'feilds':[]}", "form.unknown_member", "feilds", 2 },
        { HEAD "'fields':[{'name':'a','label':'A','type':'text'},\n{'name':'a','label':'B','type':'date'}]}",
          "form.name_twice", "fields[1].name", 3 },
        { HEAD "'fields':[\n{'name':'a','label':'A','type':'money','max_days':3}]}", "form.not_here",
          "fields[0].max_days", 3 },
        { HEAD "'fields':[{'name':'a','label':'A','type':'color'}]}", "form.type", "fields[0].type", 2 },
        { HEAD "'fields':[{'name':'A','label':'A','type':'text'}]}", "form.name", "fields[0].name", 2 },
        { HEAD "'fields':[{'name':'state','label':'A','type':'text'}]}", "form.name_reserved",
          "fields[0].name", 2 },
        { HEAD "'fields':[{'name':'then','label':'A','type':'text'}]}", "form.name_reserved",
          "fields[0].name", 2 },
        { HEAD "'fields':[{'name':'a','label':'A','type':'choice'}]}", "form.no_options", "fields[0]", 2 },
        { HEAD "'fields':[{'name':'a','label':'A','type':'money','min':5,'max':1}]}", "form.limits",
          "fields[0].min", 2 },
        { HEAD "'fields':[\n{'name':'a','label':'A','type':'number',\n'compute':'b + '}]}",
          "form.expression", "fields[0].compute", 4 },
        { HEAD "'fields':[\n{'name':'a','label':'A','type':'number',\n'compute':'b + 1'}]}",
          "form.unknown_name", "fields[0].compute", 4 },
        { HEAD "'fields':[{'name':'a','label':'A','type':'date_range'},\n"
               "{'name':'b','label':'B','type':'date','compute':'a.form'}]}",
          "form.unknown_name", "fields[1].compute", 3 },
        { HEAD "'fields':[{'name':'t','label':'T','type':'table','columns':[{'name':'c','label':'C','type':'money'}]},\n"
               "{'name':'b','label':'B','type':'money','compute':'sum(t.d)'}]}",
          "form.unknown_name", "fields[1].compute", 3 },
        { HEAD "'fields':[{'name':'a','label':'A','type':'number','compute':'b'},\n"
               "{'name':'b','label':'B','type':'number','compute':'a'}]}",
          "form.cycle", "fields[0].compute", 2 },
        { HEAD "'fields':[{'name':'a','label':'A','type':'number','compute':'1','required':true}]}",
          "form.compute_with", "fields[0].required", 2 },
        { HEAD "'steps':{'check':{\n'edit':['nothing']}}}", "form.no_field", "steps.check.edit[0]", 3 },
        { HEAD "'fields':[{'name':'a','label':'A','type':'number','compute':'1'}],\n'steps':{'n':{'edit':['a']}}}",
          "form.computed_right", "steps.n.edit[0]", 3 },
        { HEAD "'rules':[{'when':'true','message':'m','level':'fatal'}]}", "form.word",
          "rules[0].level", 2 },
        { HEAD "'number':{'pattern':'用车{year}号','scope':'unit','at':'done'}}", "form.number_pattern",
          "number.pattern", 2 },
        { HEAD "'fields':[{'name':'a','label':'A','type':'long_text'}],\n'list':['a']}",
          "form.not_listable", "list[0]", 3 },
        { HEAD "'register':{'columns':['title','wish']}}", "form.no_field", "register.columns[1]", 2 },
        { HEAD "'sheet':{'title':'t','rows':[['title','nope']]}}", "form.no_field", "sheet.rows[0][1]", 2 },
        { HEAD "'fields':[{'name':'c','label':'C','type':'thing','thing':'car'}]}", "form.no_thing",
          "fields[0].thing", 2 },
        { HEAD "'effects':[{'at':'done','kind':'absence','label':'leave'}]}", "form.effect_needs",
          "effects[0]", 2 },
        { HEAD "'effects':[{'at':'done','kind':'promotion'}]}", "form.word", "effects[0].kind", 2 },
        { HEAD "'events':[]}", "form.unknown_member", "events", 2 },
        { HEAD "'open':['salary:x']}", "form.word", "open[0]", 2 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct form_findings f = { .a = a };
        (void)form_compile(a, json(cases[i].text), &f);
        size_t k = 0;
        while (k < f.n && (strcmp(f.p[k].code, cases[i].code) != 0 ||
                           !str_is(f.p[k].element, cases[i].element)))
            k++;
        if (k == f.n)
            fail_msg("case %zu: no %s at %s (first: %s at %.*s)", i, cases[i].code, cases[i].element,
                     f.n ? f.p[0].code : "none", f.n ? (int)f.p[0].element.n : 0,
                     f.n ? f.p[0].element.p : "");
        if (f.p[k].line != cases[i].line)
            fail_msg("case %zu: line %d, not %d", i, f.p[k].line, cases[i].line);
        assert_true(f.p[k].message.n > 0 && f.p[k].message_en.n > 0);
        assert_true(f.p[k].todo.n > 0 && f.p[k].todo_en.n > 0);
    }
}

static void names_in_expressions_are_followed(void **state)
{
    (void)state;
    (void)good(HEAD "'fields':[{'name':'t','label':'T','type':'table','columns':["
               "{'name':'price','label':'P','type':'money'},{'name':'count','label':'N','type':'number'},"
               "{'name':'amount','label':'A','type':'money','compute':'price * count'}],'sum':['amount']},"
               "{'name':'total','label':'S','type':'money','compute':'sum(t.amount)'},"
               "{'name':'dear','label':'D','type':'check','compute':'some r in t satisfies r.price > 100'},"
               "{'name':'many','label':'M','type':'number','compute':'count(t[price > 5])'},"
               "{'name':'on','label':'O','type':'date','default':'today()'},"
               "{'name':'who','label':'W','type':'post'}],"
               "'title':'starter.name + who.name + string(on.year)'}");
    static const char *const bad[] = { "some r in t satisfies r.cost > 1", "count(t[cost > 1]) > 1",
                                       "starter.wage > 1", "on.hour = 1" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct form_findings f = { .a = a };
        struct str text = str_printf(a,
            "%.*s'fields':[{'name':'t','label':'T','type':'table','columns':[{'name':'price',"
            "'label':'P','type':'money'}]},{'name':'on','label':'O','type':'date'}],"
            "'rules':[{'when':'%s','message':'m'}]}", (int)strlen(HEAD), HEAD, bad[i]);
        (void)form_compile(a, json(text.p), &f);
        assert_int_equal(f.n, 1);
        assert_string_equal(f.p[0].code, "form.unknown_name");
    }
}

/* --- values ------------------------------------------------------------------------------------------ */

static const char *const travel = HEAD
    "'fields':[{'name':'reason','label':'事由','label_en':'Reason','type':'text','max':10,'required':true},"
    "{'name':'trip','label':'时间','type':'date_range','max_days':30},"
    "{'name':'days','label':'天数','type':'number','compute':'(trip.to - trip.from).days + 1'},"
    "{'name':'kind','label':'类别','type':'choice','options':[{'value':'a','label':'甲'},{'value':'b','label':'乙'}]},"
    "{'name':'plan','label':'计划','type':'text','visible':'kind = \\'b\\'','required':true},"
    "{'name':'abroad','label':'出境','type':'check','default':'false'},"
    "{'name':'paper','label':'批文','type':'text','required_when':'abroad'},"
    "{'name':'on','label':'日期','type':'date','min':'date(\\'2026-01-01\\')'},"
    "{'name':'items','label':'费用','type':'table','max_rows':3,'columns':["
    "{'name':'what','label':'项目','type':'text','required':true},{'name':'price','label':'单价','type':'money','min':0},"
    "{'name':'number_of','label':'数量','type':'number','decimals':0},"
    "{'name':'amount','label':'金额','type':'money','compute':'price * number_of'}]},"
    "{'name':'total','label':'合计','type':'money','compute':'sum(items.amount)'},"
    "{'name':'car','label':'车牌','type':'text','read_only':true,'pattern':'plate'},"
    "{'name':'leader','label':'领导','type':'post'}],"
    "'steps':{'garage':{'edit':['car'],'require':['car'],'hide':['total']}},"
    "'rules':[{'when':'total > 1000','message':'超过 1000 元','message_en':'over 1000','field':'total'},"
    "{'when':'total > 500','message':'超过 500 元。','level':'warn'},"
    "{'when':'car = null','message':'没有车','at':['garage']}]}";

/* Quotes inside expressions: \' in the C text above is \' here, then \" in JSON. */
static const struct form *travel_form(void)
{
    static const struct form *form;
    form = good(travel);
    return form;
}

static const struct form_world world = { .now = INT64_C(1764300000000) };

static struct form_result apply(const struct form *form, const char *before, const char *input,
                                struct form_change c)
{
    c.input = jv_parse(a, json(input), NULL, NULL);
    assert_non_null(c.input);
    return form_apply(a, form, form->fields,
                      form_values_of(a, form->fields, jv_parse(a, json(before), NULL, NULL)), &c,
                      &world);
}

static struct str value(const struct form *form, struct form_result r, const char *name)
{
    const struct jv *v = r.values.v[form_find(form->fields, str_of(name))->index];
    return v ? jv_compact(a, v) : STR("");
}

static void what_does_not_fit_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *input, *code, *field;
    } cases[] = {
        { "{}", "input.required", "form.reason" },
        { "{'reason':'  '}", "input.required", "form.reason" },
        { "{'reason':'一二三四五六七八九十一'}", "input.too_long", "form.reason" },
        { "{'reason':5}", "input.text", "form.reason" },
        { "{'reason':'好','wish':1}", "input.unknown", "form.wish" },
        { "{'reason':'好','trip':{'from':'2026-05-01'}}", "form.range", "form.trip" },
        { "{'reason':'好','trip':{'from':'2026-05-02','to':'2026-05-01'}}", "form.range_order", "form.trip" },
        { "{'reason':'好','trip':{'from':'2026-05-01','to':'2026-06-01'}}", "form.range_days", "form.trip" },
        { "{'reason':'好','trip':{'from':'2026-02-30','to':'2026-06-01'}}", "form.range", "form.trip" },
        { "{'reason':'好','kind':'c'}", "input.choice", "form.kind" },
        { "{'reason':'好','kind':'b'}", "input.required", "form.plan" },
        { "{'reason':'好','abroad':true}", "input.required", "form.paper" },
        { "{'reason':'好','on':'2025-12-31'}", "form.too_early", "form.on" },
        { "{'reason':'好','leader':'x'}", "input.id", "form.leader" },
        { "{'reason':'好','leader':12}", "input.id", "form.leader" },
        { "{'reason':'好','car':'湘J12345'}", "form.not_editable", "form.car" },
        { "{'reason':'好','items':{}}", "input.list", "form.items" },
        { "{'reason':'好','items':[1]}", "form.row", "form.items.0" },
        { "{'reason':'好','items':[{'what':'a'},{'what':'b','price':'1.234'}]}", "form.money", "form.items.1.price" },
        { "{'reason':'好','items':[{'what':'a','price':'-1'}]}", "form.too_small", "form.items.0.price" },
        { "{'reason':'好','items':[{'what':'a','number_of':'1.5'}]}", "form.whole", "form.items.0.number_of" },
        { "{'reason':'好','items':[{'what':'a','tax':'1'}]}", "input.unknown", "form.items.0.tax" },
        { "{'reason':'好','items':[{'price':'1'}]}", "input.required", "form.items.0.what" },
        { "{'reason':'好','items':[{'what':'1'},{'what':'2'},{'what':'3'},{'what':'4'}]}", "input.too_many", "form.items" },
        { "{'reason':'好','items':[{'what':'a','price':'501','number_of':'2'}]}", "form.rule", "form.total" },
        { "{'reason':'好','items':[{'what':'a','price':'501','number_of':'1'}]}", "form.rule_warn", "form" },
    };
    const struct form *form = travel_form();
    const struct form_change c = { .right = form_rights(a, form, STR("draft"), true),
                                   .at = STR("draft"), .is_start = true };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct form_result r = apply(form, "{}", cases[i].input, c);
        if (!r.problem_n)
            fail_msg("case %zu: nothing found", i);
        if (strcmp(r.problem[0].code, cases[i].code) != 0 || !str_is(r.problem[0].field, cases[i].field))
            fail_msg("case %zu: %s at %s", i, r.problem[0].code, r.problem[0].field.p);
    }
    struct form_result r = apply(form, "{}", "{}", c);
    assert_string_equal(r.problem[0].label, "事由");
    assert_string_equal(r.problem[0].label_en, "Reason");
    struct form_change draft = c;
    draft.is_draft = true;
    assert_int_equal(apply(form, "{}", "{}", draft).problem_n, 0);
}

static void fields_are_computed_and_hidden(void **state)
{
    (void)state;
    const struct form *form = travel_form();
    const struct form_change c = { .right = form_rights(a, form, STR("draft"), true),
                                   .at = STR("draft"), .is_start = true };
    struct form_result r = apply(form, "{'plan':'old'}",
        "{'reason':'好','kind':'a','trip':{'from':'2026-05-01','to':'2026-05-03'},"
        "'items':[{'what':'a','price':'0.05','number_of':'3'},{'what':'b','price':'10.00','number_of':'2','amount':'9'}],'total':'1'}", c);
    assert_int_equal(r.problem_n, 0);
    assert_true(str_is(value(form, r, "days"), "\"3\""));
    assert_true(str_is(value(form, r, "total"), "\"20.15\""));
    assert_true(str_is(value(form, r, "abroad"), "false")); /* the default */
    assert_true(str_is(value(form, r, "plan"), ""));         /* not visible: emptied */
    assert_false(r.is_visible[form_find(form->fields, STR("plan"))->index]);
    assert_non_null(strstr(value(form, r, "items").p, "\"amount\":\"20.00\""));
    struct str text = form_values_text(a, form->fields, r.values);
    assert_null(strstr(text.p, "plan"));
}

static void rights_belong_to_steps(void **state)
{
    (void)state;
    const struct form *form = travel_form();
    int car = form_find(form->fields, STR("car"))->index, total = form_find(form->fields, STR("total"))->index;
    int reason = form_find(form->fields, STR("reason"))->index;
    const uint8_t *first = form_rights(a, form, STR("draft"), true);
    const uint8_t *garage = form_rights(a, form, STR("garage"), false);
    const uint8_t *nobody = form_rights(a, form, STR_NONE, false);
    assert_int_equal(first[reason], FORM_EDIT);
    assert_int_equal(first[car], 0);
    assert_int_equal(first[total], 0);
    assert_int_equal(garage[reason], 0);
    assert_int_equal(garage[car], FORM_EDIT | FORM_REQUIRE);
    assert_int_equal(garage[total], FORM_HIDE);
    assert_int_equal(nobody[reason] | nobody[car] | nobody[total], 0);
    const struct form_change c = { .right = garage, .at = STR("garage") };
    struct form_result r = apply(form, "{'reason':'好'}", "{}", c);
    assert_string_equal(r.problem[0].code, "input.required");
    assert_true(str_is(r.problem[0].field, "form.car"));
    assert_string_equal(r.problem[1].code, "form.rule");
    r = apply(form, "{'reason':'好'}", "{'car':'湘J1234'}", c);
    assert_string_equal(r.problem[0].code, "form.plate");
    r = apply(form, "{'reason':'好'}", "{'car':'湘JD12345','reason':'好'}", c); /* unchanged: passes */
    assert_int_equal(r.problem_n, 0);
    r = apply(form, "{'reason':'好'}", "{'car':'湘J12345','reason':'坏'}", c);
    assert_string_equal(r.problem[0].code, "form.not_editable");
}

static void texts_have_patterns(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text;
        bool good;
    } cases[] = {
        { "id_card", "110101199003077758", true },  { "id_card", "110101199003077759", false },
        { "id_card", "110101199002307758", false }, { "id_card", "11010119900307775X", false },
        { "phone", "0736-7123456", true },          { "phone", "13900000001", true },
        { "phone", "12ab", false },                 { "plate", "湘J12345", true },
        { "plate", "湘J1234警", true },             { "plate", "湘J1O345", false },
        { "plate", "J123456", false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str text = str_printf(a, "%s'fields':[{'name':'t','label':'T','type':'text','pattern':'%s'}]}",
                                     HEAD, cases[i].pattern);
        const struct form *form = good(text.p);
        const struct form_change c = { .is_start = true };
        struct form_result r = apply(form, "{}", str_printf(a, "{'t':'%s'}", cases[i].text).p, c);
        if ((r.problem_n == 0) != cases[i].good)
            fail_msg("%s %s", cases[i].pattern, cases[i].text);
    }
    const struct form *card = good(HEAD "'fields':[{'name':'t','label':'T','type':'text','pattern':'id_card'}]}");
    assert_true(str_is(form_masked(a, card->fields.p, STR("110101199003077758")), "110101********7758"));
}

static void rich_text_takes_a_closed_list_of_tags(void **state)
{
    (void)state;
    static const struct {
        const char *html;
        bool good;
    } cases[] = {
        { "<p>一<strong>二</strong><br>三&amp;&lt;</p>", true },
        { "<a href=\\\"https://example.cn/x\\\">链接</a>", true },
        { "<table><tr><td colspan=\\\"2\\\">a</td></tr></table>", true },
        { "<script>alert(1)</script>", false }, { "<p onclick=\\\"x()\\\">a</p>", false },
        { "<a href=\\\"javascript:alert(1)\\\">x</a>", false }, { "<p>a", false }, { "<p><b>x</p></b>", false },
        { "<img src=x>", false }, { "<!-- x -->", false }, { "a < b", false }, { "<P>x</P>", false },
        { "&copy;", false }, { "<iframe></iframe>", false }, { "<p style=\\\"color:red\\\">x</p>", false },
    };
    const struct form *form = good(HEAD "'fields':[{'name':'t','label':'T','type':'rich_text'}]}");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct form_change c = { .is_start = true };
        struct form_result r = apply(form, "{}", str_printf(a, "{'t':'%s'}", cases[i].html).p, c);
        if ((r.problem_n == 0) != cases[i].good)
            fail_msg("%s", cases[i].html);
    }
}

/* --- keys ----------------------------------------------------------------------------------------------- */

static void keys_keep_the_order_of_numbers(void **state)
{
    (void)state;
    static const char *const numbers[] = { "-999999999999999.99", "-1000", "-12.5", "-12.4999", "-12", "-1.01", "-1", "-0.5",
                                           "-0.05", "0", "0.05", "0.5", "0.51", "1", "1.01", "9", "10", "99.9", "100", "1000",
                                           "999999999999999" };
    const struct form *form = good(HEAD "'fields':[{'name':'n','label':'N','type':'number'}]}");
    size_t n = sizeof numbers / sizeof *numbers;
    struct str before = STR("");
    for (size_t i = 0; i < n; i++) {
        struct str key;
        assert_true(form_key_of_text(a, form->fields.p, str_of(numbers[i]), &key));
        if (str_cmp(before, key) >= 0)
            fail_msg("%s: %s not behind %s", numbers[i], key.p, before.p);
        before = key;
    }
    struct str x, y;
    assert_true(form_key_of_text(a, form->fields.p, STR("1.50"), &x));
    assert_true(form_key_of_text(a, form->fields.p, STR("1.5"), &y));
    assert_true(str_eq(x, y));
    assert_false(form_key_of_text(a, form->fields.p, STR("many"), &x));
}

static void random_numbers_sort_by_their_keys(void **state)
{
    (void)state;
    const struct form *form = good(HEAD "'fields':[{'name':'n','label':'N','type':'number'}]}");
    uint64_t seed = 7;
    for (int i = 0; i < 20000; i++) {
        double v[2];
        struct str key[2];
        for (int k = 0; k < 2; k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            int64_t whole = (int64_t)(seed >> 33) % (i % 2 ? 50 : 2000000) - (i % 2 ? 25 : 1000000);
            int cents = (int)(seed >> 13 & 0xff) % 100;
            struct str text = str_printf(a, "%lld.%02d", (long long)whole, cents);
            v[k] = strtod(text.p, NULL);
            assert_true(form_key_of_text(a, form->fields.p, text, &key[k]));
        }
        int by_value = (v[0] > v[1]) - (v[0] < v[1]), by_key = str_cmp(key[0], key[1]);
        assert_int_equal(by_value, (by_key > 0) - (by_key < 0));
    }
}

/* --- the flow, versions -------------------------------------------------------------------------------------- */

static void the_flow_gets_exact_values(void **state)
{
    (void)state;
    const struct form *form = travel_form();
    static const struct {
        const char *field, *value, *out;
    } cases[] = {
        { "total", "'1234.50'", "{\"number\":\"1234.50\"}" },
        { "trip", "{'from':'2026-05-01','to':'2026-05-03'}", "{\"from\":{\"date\":\"2026-05-01\"},\"to\":{\"date\":\"2026-05-03\"}}" },
        { "leader", "'12'", "\"post:12\"" },
        { "kind", "'a'", "\"a\"" },
        { "abroad", "true", "true" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str v = json(cases[i].value);
        struct str out = form_to_flow(a, form_find(form->fields, str_of(cases[i].field)),
                                      v.p[0] == '"' || v.p[0] == 't' ? jv_at(jv_parse(a, str_printf(a, "[%s]", v.p), NULL, NULL), 0)
                                                                     : jv_parse(a, v, NULL, NULL));
        assert_string_equal(out.p, cases[i].out);
    }
}

static void versions_are_compared(void **state)
{
    (void)state;
    const struct jv *x = jv_parse(a, json("{'name':'a','fields':[{'name':'p','type':'text','max':5},{'name':'q','type':'date'}]}"), NULL, NULL);
    const struct jv *y = jv_parse(a, json("{'name':'a','fields':[{'name':'q','type':'date'},{'name':'p','type':'text','max':6},{'name':'r','type':'money'}],'title':'p'}"), NULL, NULL);
    size_t n;
    const struct form_difference *d = form_compare(a, x, y, &n);
    assert_int_equal(n, 3);
    assert_true(str_is(d[0].path, "fields.p.max") && strcmp(d[0].what, "changed") == 0);
    assert_true(str_is(d[0].before, "5") && str_is(d[0].after, "6"));
    assert_true(str_is(d[1].path, "fields.r") && strcmp(d[1].what, "added") == 0);
    assert_true(str_is(d[2].path, "title") && strcmp(d[2].what, "added") == 0);
    struct form_findings f = { .a = a };
    const struct form *older = good(HEAD "'fields':[{'name':'a','label':'A','type':'text'}]}");
    const struct form *newer = good(HEAD "'fields':[{'name':'a','label':'A','type':'number'}]}");
    form_check_types(&f, newer, older);
    assert_int_equal(f.n, 1);
    assert_string_equal(f.p[0].code, "form.type_changed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_are_found_with_line_and_advice),
        cmocka_unit_test(names_in_expressions_are_followed),
        cmocka_unit_test(what_does_not_fit_is_named),
        cmocka_unit_test(fields_are_computed_and_hidden),
        cmocka_unit_test(rights_belong_to_steps),
        cmocka_unit_test(texts_have_patterns),
        cmocka_unit_test(rich_text_takes_a_closed_list_of_tags),
        cmocka_unit_test(keys_keep_the_order_of_numbers),
        cmocka_unit_test(random_numbers_sort_by_their_keys),
        cmocka_unit_test(the_flow_gets_exact_values),
        cmocka_unit_test(versions_are_compared),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
