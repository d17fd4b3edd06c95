/* Decision table of a business-rule task (FLOW §3): inputs are FEEL expressions, conditions FEEL
 * unary tests, conclusions FEEL expressions. Hit policies: U (exactly one rule), F (the first),
 * C (all, as a list; C+ C< C> C#: their sum, least, greatest, number).
 *
 *   <oa:table hit="U"><oa:input>amount</oa:input><oa:output>level</oa:output>
 *     <oa:rule><oa:if>&lt; 5000</oa:if><oa:then>"section"</oa:then></oa:rule></oa:table> */
#include "flow/flow_in.h"

#define RULES_MOST 500
#define COLUMNS_MOST 32

enum hit { HIT_UNIQUE, HIT_FIRST, HIT_COLLECT };

struct rule {
    const struct feel **test, **then;
};

struct table {
    enum hit hit;
    char fold; /* of C: + < > #, or 0 */
    const struct feel **input;
    struct str *output;
    size_t input_n, output_n;
    struct rule *rule;
    size_t rule_n;
};

/* --- reading ---------------------------------------------------------------------------------- */

static bool read_hit(struct str s, struct table *t)
{
    static const struct {
        const char *text;
        enum hit hit;
        char fold;
    } words[] = { { "U", HIT_UNIQUE, 0 },     { "UNIQUE", HIT_UNIQUE, 0 },
                  { "F", HIT_FIRST, 0 },      { "FIRST", HIT_FIRST, 0 },
                  { "C", HIT_COLLECT, 0 },    { "COLLECT", HIT_COLLECT, 0 },
                  { "C+", HIT_COLLECT, '+' }, { "C<", HIT_COLLECT, '<' },
                  { "C>", HIT_COLLECT, '>' }, { "C#", HIT_COLLECT, '#' } };
    if (!s.p)
        return true; /* U */
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is(s, words[i].text)) {
            t->hit = words[i].hit;
            t->fold = words[i].fold;
            return true;
        }
    return false;
}

static size_t count(const struct xml *x, const char *tag)
{
    size_t n = 0;
    for (const struct xml *k = x->first; k; k = k->next)
        n += xml_is(k, XML_OA, tag);
    return n;
}

static const struct feel *tests_of(struct checker *c, struct str id, const struct xml *x)
{
    const char *what;
    struct feel_names names = { 0 };
    if (c->known)
        names = (struct feel_names){ c->known->name, c->known->n };
    const struct feel *e =
        feel_compile_tests(c->a, x->text.n ? x->text : STR("-"), &names, &what, NULL);
    if (!e)
        flow_fail(c, x->line, id, "flow.expression_broken", what);
    return e;
}

static bool read_rule(struct checker *c, struct str id, const struct xml *x, struct table *t)
{
    struct rule *r = &t->rule[t->rule_n++];
    size_t tests = 0, thens = 0;
    if (count(x, "if") != t->input_n || count(x, "then") != t->output_n)
        return false;
    r->test = arena_array_of(c->a, const struct feel *, t->input_n);
    r->then = arena_array_of(c->a, const struct feel *, t->output_n);
    for (const struct xml *k = x->first; k; k = k->next) {
        if (xml_is(k, XML_OA, "if"))
            r->test[tests++] = tests_of(c, id, k);
        else if (xml_is(k, XML_OA, "then"))
            r->then[thens++] = net_expression(c, k->line, id, k->text, NULL);
    }
    return true;
}

static struct str output_name(const struct xml *x)
{
    struct str name = xml_attr(x, XML_NONE, "name");
    return name.p ? name : x->text;
}

const struct table *table_read(struct checker *c, int node, const struct xml *x)
{
    struct table *t = arena_new_of(c->a, struct table);
    struct str id = c->net->node[node].id;
    size_t inputs = count(x, "input"), outputs = count(x, "output"), rules = count(x, "rule");
    bool good = read_hit(xml_attr(x, XML_NONE, "hit"), t) && inputs && outputs && rules &&
                inputs <= COLUMNS_MOST && outputs <= COLUMNS_MOST && rules <= RULES_MOST;
    t->input = arena_array_of(c->a, const struct feel *, inputs + 1);
    t->output = arena_array_of(c->a, struct str, outputs + 1);
    t->rule = arena_array_of(c->a, struct rule, rules + 1);
    for (const struct xml *k = x->first; k && good; k = k->next) {
        static const char *const names[] = { "outcome", NULL };
        if (xml_is(k, XML_OA, "input"))
            t->input[t->input_n++] = net_expression(c, k->line, id, k->text, names);
        else if (xml_is(k, XML_OA, "output"))
            good = (t->output[t->output_n++] = output_name(k)).n > 0;
        else if (!xml_is(k, XML_OA, "rule"))
            good = false;
    }
    for (const struct xml *k = x->first; k && good; k = k->next)
        if (xml_is(k, XML_OA, "rule"))
            good = read_rule(c, id, k, t);
    if (!good)
        flow_fail(c, x->line, id, "flow.bad_table", NULL);
    return t;
}

/* --- deciding --------------------------------------------------------------------------------- */

static bool meets(struct work *w, const struct table *t, const struct rule *r,
                  const struct feel_value *const *input, int scope, int via)
{
    for (size_t i = 0; i < t->input_n; i++)
        if (vars_tests(w, r->test[i], input[i], scope, via) != 1)
            return false;
    return true;
}

static struct str fold(struct work *w, char how, const struct feel_value *const *v, size_t n)
{
    static const struct {
        char how;
        const char *text;
    } folds[] = { { '+', "sum(?)" }, { '<', "min(?)" }, { '>', "max(?)" }, { '#', "count(?)" } };
    const char *text = "?";
    for (size_t i = 0; i < sizeof folds / sizeof *folds; i++)
        if (folds[i].how == how)
            text = folds[i].text;
    return vars_fold(w, text, feel_list(w->a, v, n));
}

static bool conclude(struct work *w, const struct table *t, const size_t *hit, size_t n, int scope,
                     int via)
{
    for (size_t o = 0; o < t->output_n; o++) {
        if (t->hit != HIT_COLLECT) {
            if (!vars_set(w, t->output[o], vars_json(w, t->rule[hit[0]].then[o], scope, via)))
                return false;
            continue;
        }
        const struct feel_value **v = arena_array_of(w->a, const struct feel_value *, n + 1);
        for (size_t i = 0; i < n; i++)
            v[i] = vars_value(w, t->rule[hit[i]].then[o], scope, via);
        if (!vars_set(w, t->output[o], fold(w, t->fold, v, n)))
            return false;
    }
    return true;
}

int table_run(struct work *w, const struct table *t, int scope, int via)
{
    const struct feel_value *input[COLUMNS_MOST];
    size_t *hit = arena_array_of(w->a, size_t, t->rule_n + 1), n = 0;
    for (size_t i = 0; i < t->input_n; i++)
        input[i] = vars_value(w, t->input[i], scope, via);
    for (size_t r = 0; r < t->rule_n && !(t->hit == HIT_FIRST && n); r++)
        if (meets(w, t, &t->rule[r], input, scope, via))
            hit[n++] = r;
    if (t->hit != HIT_COLLECT && n != 1)
        return 0;
    return conclude(w, t, hit, n, scope, via) ? 1 : -1;
}
