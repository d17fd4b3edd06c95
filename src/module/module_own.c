/* A module that a unit made for itself (A10) stays inside it: whoever it asks is the unit's own (S30), it
 * wakes no other unit's flow, numbers in no series of the city and runs no operation of the system. */
#include "module/module_in.h"
#include "org/org.h"

static int own_post(struct ctx *cx, int64_t unit_id, bool is_person, int64_t id)
{
    struct org_post p;
    int found = is_person ? org_main_post(cx, id, &p) : org_post_find(cx, id, &p);
    return found == 1 ? org_is_own_post(cx, unit_id, &p) : found;
}

/* Holds the variable units as a whole? */
static bool is_of_units(const struct form *form, struct str name)
{
    const struct form_field *f = form_find(form->fields, name);
    if (f)
        return f->type == FORM_UNIT || f->type == FORM_UNITS;
    for (size_t i = 0; i < form->choice_n; i++)
        if (str_eq(form->choice[i].name, name))
            return str_starts(form->choice[i].kind, STR("unit"));
    for (size_t i = 0; i < form->ask_n; i++)
        if (str_eq(form->ask[i].name, name))
            return str_starts(form->ask[i].kind, STR("unit"));
    return false;
}

int module_own_terms(struct ctx *cx, int64_t unit_id, const struct form *form, struct str terms,
                     struct str *bad)
{
    struct str head, arg;
    int good = 1;
    while (good == 1 && module_term(&terms, &head, &arg)) {
        int64_t id = 0;
        *bad = arg;
        (void)str_to_i64(arg, &id); /* 0: nobody's */
        if (str_is(head, "post") || str_is(head, "person"))
            good = own_post(cx, unit_id, str_is(head, "person"), id);
        else if (str_is(head, "unit"))
            good = id == unit_id;
        else if (str_is(head, "var"))
            good = !is_of_units(form, arg);
        else if (str_starts(head, STR("superior.")) || str_starts(head, STR("beside."))) {
            good = 0;
            *bad = head;
        }
    }
    return good;
}

static void bad_node(struct ctx *cx, struct module_checked *c, const struct flow_node *n,
                     const char *code, struct str arg)
{
    const struct module_finding f = { .file = "flow.bpmn", .line = n->line, .element = n->id,
                                      .code = code };
    module_complain(cx->a, &c->report, f, arg);
}

static void bad_json(struct ctx *cx, struct module_checked *c, const char *path, const char *code)
{
    const struct module_finding f = { .file = "module.json", .code = code,
                                      .line = form_line(c->form->text, path),
                                      .element = str_of(path) };
    module_complain(cx->a, &c->report, f, STR(""));
}

static bool check_node(struct ctx *cx, int64_t unit_id, struct module_checked *c,
                       const struct flow_node *n)
{
    const struct str terms[] = { n->assign, n->cc };
    if (n->op.n || n->undo.n)
        bad_node(cx, c, n, "module.own_operation", n->op.n ? n->op : n->undo);
    if (n->event == FLOW_EVENT_MESSAGE || n->event == FLOW_EVENT_SIGNAL ||
        n->kind == FLOW_SEND_TASK || n->kind == FLOW_RECEIVE_TASK)
        bad_node(cx, c, n, "module.own_message", STR(""));
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        struct str bad;
        int good = module_own_terms(cx, unit_id, c->form, terms[i], &bad);
        if (good < 0)
            return false;
        if (!good)
            bad_node(cx, c, n, "module.own_people", bad);
    }
    return true;
}

bool module_check_own(struct ctx *cx, int64_t unit_id, struct module_checked *c)
{
    size_t n = 0;
    const struct flow_node *nodes = c->net ? flow_nodes(c->net, &n) : NULL;
    if (!c->form)
        return true;
    if (c->form->is_city)
        bad_json(cx, c, "tier", "module.own_tier");
    if (c->form->number.pattern.p && c->form->number.is_city)
        bad_json(cx, c, "number.scope", "module.own_number");
    for (size_t i = 0; i < n; i++)
        if (!check_node(cx, unit_id, c, &nodes[i]))
            return false;
    c->is_good = c->report.error_n == 0;
    return true;
}
