/* A list of changes, a module.json and a drawing, parted by lines of "===": each change that fits goes into
 * the texts (A8). Never a crash; a drawing that was well-formed stays so, what was put in is what is read
 * out, and module.json stays an object with the members it had. */
#include "base/check.h"
#include "module/tailor_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str part(struct str *rest)
{
    static const struct str line = { "\n===\n", 5 };
    ptrdiff_t at = str_find(*rest, line, 0);
    struct str out = at < 0 ? *rest : str_sub(*rest, 0, (size_t)at);
    *rest = at < 0 ? STR("") : str_sub(*rest, (size_t)at + line.n, rest->n);
    return out;
}

/* Without the soundness of a flow, which has a target of its own: is the XML read at all? */
static bool is_well_formed(struct arena *a, struct str bpmn, const struct flow_net **net)
{
    struct flow_report r;
    *net = flow_compile(a, bpmn, NULL, &r);
    for (size_t i = 0; i < r.error_n; i++)
        if (strncmp(r.error[i].code, "flow.xml", 8) == 0)
            return false;
    return true;
}

/* As tailor.c looks at values before; control characters are no text there either. */
static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20)
            return false;
    return s.n > 0 && s.n <= 1000 && str_trim(s).n == s.n;
}

static bool fits(const struct tailor_change *c)
{
    if (str_is(c->kind, "step") || str_is(c->kind, "hide") || str_is(c->kind, "require"))
        return jv_kind(c->to) == JV_BOOL;
    if (str_is(c->kind, "option") || str_is(c->kind, "columns"))
        return jv_kind(c->to) == JV_ARRAY;
    return is_plain(jv_str(c->to));
}

static void look_at(struct arena *a, const struct tailor_texts *t, const struct tailor_change *c)
{
    const struct flow_net *net;
    CHECK(is_well_formed(a, t->bpmn, &net));
    int at = net ? flow_node_find(net, c->target) : -1;
    size_t n;
    if (at < 0)
        return;
    const struct flow_node *node = &flow_nodes(net, &n)[at];
    if (str_is(c->kind, "due"))
        CHECK(str_eq(node->due, jv_str(c->to)));
    if (str_is(c->kind, "assign"))
        CHECK(str_eq(node->assign, jv_str(c->to)));
    if (str_is(c->kind, "step"))
        CHECK(node->kind != FLOW_USER_TASK);
}

static size_t members(const struct jv *j)
{
    struct str key;
    const struct jv *value;
    size_t n = 0;
    for (const void *it = NULL; (it = jv_next(j, it, &key, &value));)
        n++;
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct str rest = { arena_strndup(a, (const char *)data, size), size };
    bool is_text = utf8_valid(rest);
    struct str changes = part(&rest), json = part(&rest), bpmn = rest;
    const struct jv *list = is_text ? jv_parse(a, changes, NULL, NULL) : NULL;
    struct tailor_texts t = { a, is_text ? jv_parse(a, json, NULL, NULL) : NULL, bpmn };
    const struct flow_net *net;
    bool good = list && jv_kind(t.json) == JV_OBJECT && is_well_formed(a, bpmn, &net);
    for (size_t i = 0; good && i < jv_size(list) && i < 8; i++) {
        const struct jv *one = jv_at(list, i);
        const struct tailor_change c = { jv_str(jv_get(one, "change")), jv_str(jv_get(one, "target")),
                                         jv_get(one, "to") };
        size_t had = members(t.json);
        if (!c.kind.n || !c.target.p || !fits(&c))
            continue;
        bool was_put = tailor_put(&t, &c);
        CHECK(t.json && members(t.json) >= had);
        if (was_put)
            look_at(a, &t, &c);
    }
    arena_free(&a);
    return 0;
}
