/* Both files of a module against each other: nodes that module.json names must be drawn, variables and
 * members that the flow uses must exist, whoever is asked must be known. What is wrong is said with
 * file, line, element and what to do. Pure, but for the names of roles and commands. */
#include "base/check.h"
#include "form/form.h"
#include "module/module_in.h"
#include "org/org.h"

bool module_key_good(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = c >= 'a' && c <= 'z', other = (c >= '0' && c <= '9') || c == '_';
        if (!letter && (i == 0 || !other))
            return false;
    }
    return s.n >= 2 && s.n <= 40;
}

/* --- the report -------------------------------------------------------------------------------------- */

void report_add(struct arena *a, struct module_report *r, const struct module_finding *f)
{
    if (r->n == 400)
        return;
    if (r->n == r->size) {
        size_t size = r->size ? r->size * 2 : 16;
        r->p = arena_grow(a, r->p, r->size * sizeof *r->p, size * sizeof *r->p);
        r->size = size;
    }
    r->p[r->n++] = *f;
    r->error_n += !f->is_warning;
}

struct checking {
    struct arena *a;
    struct str key;
    struct module_checked *out;
    const struct form *form;
    const struct flow_net *net;
    const struct module_others *others;
};

static const struct {
    const char *code, *zh, *en, *todo_zh, *todo_en;
} texts[] = {
    { "module.no_node", "流程图里没有环节“{1}”", "the flow has no step \"{1}\"",
      "写流程图里环节的编号（id）", "write the id of a step as drawn" },
    { "module.no_assign", "环节没有指定办理人", "the step names nobody", "设置 oa:assign",
      "set oa:assign" },
    { "module.assign_name", "办理人“{1}”只在试运行中可用", "\"{1}\" is somebody only in trial runs",
      "改用 starter、role(…)、var(…) 等写法", "use starter, role(…), var(…) and the like" },
    { "module.no_role", "没有名为“{1}”的角色", "there is no role \"{1}\"",
      "从 docs/organisation.md 的角色中选用", "take one of the roles in docs/organisation.md" },
    { "module.no_variable", "办理人用到未声明的变量“{1}”", "the assignee is a variable \"{1}\" nobody declares",
      "在 choices、variables 或 fields 中声明", "declare it in choices, variables or fields" },
    { "module.not_people", "字段“{1}”不是人员或单位，不能作办理人", "the field \"{1}\" holds neither people nor units",
      "改用 post、posts、unit 或 units 类型的字段", "use a field of type post, posts, unit or units" },
    { "module.no_operation", "流程不能使用操作“{1}”", "a flow has no operation \"{1}\"",
      "从 docs/flow.md 列出的操作中选用", "take one of the operations in docs/flow.md" },
    { "module.no_parameter", "操作不接受参数“{1}”", "an operation takes no \"{1}\"",
      "删去 oa:{1}；操作只针对本事项", "take oa:{1} away; an operation is about its matter and nothing else" },
    { "module.no_place", "没有环节把意见写到“{1}”", "no step writes its opinions to \"{1}\"",
      "在环节上设 oa:sheet=\"{1}\"，或改正这里的名称", "set oa:sheet on a step, or correct the name" },
    { "module.name_clash", "字段与环节同名“{1}”，表达式分不清", "a field and a step are both called \"{1}\"",
      "改其中一个的名称", "rename one of them" },
    { "module.unknown_member", "条件用到不存在的“{1}”", "the condition uses \"{1}\", which does not exist",
      "核对字段名", "check the field's name" },
    { "module.far_member", "“{1}”不是台账或所引事项的字段", "\"{1}\" is no field of that register or matter",
      "核对字段名", "check the field's name" },
    { "module.no_module", "没有业务“{1}”", "there is no module \"{1}\"", "核对业务的键，或先安装它",
      "check its key, or install it first" },
    { "module.other_field", "业务里没有字段“{1}”", "that module has no field \"{1}\"", "核对字段名",
      "check the field's name" },
    { "module.other_type", "字段“{1}”与所引业务的字段类型不同", "the field \"{1}\" is of another type there",
      "两边用同一类型", "use one type on both sides" },
    { "module.no_thing", "没有台账物品类别“{1}”", "there is no register of things \"{1}\"",
      "核对 业务键.类别", "check module.key" },
    { "module.first_step", "第一个环节不是发起人的，退回后无人修改表单",
      "the first step is not the starter's: nobody could mend the form after a send-back",
      "以 oa:assign=\"starter\" 的填写环节开头", "begin with a step of oa:assign=\"starter\"" },
    { "module.no_plain_start", "流程只由定时或消息开始，个人无从发起",
      "only a timer or a message starts the flow: no person could", "加一个普通的开始事件，或删去 start",
      "draw a plain start event too, or leave start out" },
    { "module.nobody_started", "由“{1}”开始的事项没有发起人，这个环节到时无人办理",
      "what \"{1}\" starts has no starter: nobody would have this step", "改由角色或指定的人办理",
      "give the step to a role or to somebody named" },
    { "module.key", "键“{1}”不对：小写字母开头，2 至 40 个小写字母、数字或下划线",
      "\"{1}\" is no key: a small letter first, then small letters, digits and _, 2 to 40",
      "改名", "rename it" },
    { "module.no_english", "“{1}”没有英文", "\"{1}\" has no English",
      "写出 _en 成员，或在 english 中列出", "write its _en twin, or put it into english" },
    /* a unit's own module (A10) */
    { "module.own_tier", "本单位自建的业务不能定为全市统一", "a unit's own module is not the whole city's",
      "写 \"tier\": \"unit\"", "write \"tier\": \"unit\"" },
    { "module.own_number", "本单位自建的业务不能使用全市编号", "a unit's own module has no number series of the city",
      "写 \"scope\": \"unit\"", "write \"scope\": \"unit\"" },
    { "module.own_operation", "本单位自建的业务不能使用系统操作“{1}”", "a unit's own module has no operation \"{1}\"",
      "删去 oa:op", "remove oa:op" },
    { "module.own_message", "本单位自建的业务不能收发流程消息和信号", "a unit's own module sends and awaits no messages or signals",
      "删去这个元素", "remove this element" },
    { "module.own_people", "“{1}”不是本单位的人员", "\"{1}\" is not of this unit",
      "改为本单位的人员、角色或发起人", "name the unit's people, its roles or the starter" },
};

static struct str fill(struct arena *a, const char *text, struct str arg)
{
    struct buf b = buf_in(a);
    for (; *text; text++) {
        if (strncmp(text, "{1}", 3) == 0) {
            buf_str(&b, arg);
            text += 2;
        } else {
            buf_char(&b, *text);
        }
    }
    return buf_done(&b);
}

void module_complain(struct arena *a, struct module_report *r, struct module_finding f,
                     struct str arg)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(texts[i].code, f.code) == 0) {
            f.message = fill(a, texts[i].zh, arg);
            f.message_en = fill(a, texts[i].en, arg);
            f.todo = fill(a, texts[i].todo_zh, arg);
            f.todo_en = fill(a, texts[i].todo_en, arg);
        }
    report_add(a, r, &f);
}

static void add(struct checking *k, const char *file, int line, struct str element,
                const char *code, struct str arg, bool is_warning)
{
    const struct module_finding f = { .file = file, .line = line, .element = element,
                                      .code = code, .is_warning = is_warning };
    module_complain(k->a, &k->out->report, f, arg);
}

static void bad_json(struct checking *k, const char *path, const char *code, struct str arg)
{
    add(k, "module.json", form_line(k->form->text, path), str_copy(k->a, str_of(path)), code, arg,
        false);
}

static void bad_flow(struct checking *k, const struct flow_node *n, const char *code,
                     struct str arg)
{
    add(k, "flow.bpmn", n->line, n->id, code, arg, false);
}

static void take_form_findings(struct checking *k, const struct form_findings *f)
{
    for (size_t i = 0; i < f->n; i++) {
        const struct module_finding one = {
            .file = "module.json", .line = f->p[i].line, .element = f->p[i].element,
            .code = f->p[i].code, .message = f->p[i].message, .message_en = f->p[i].message_en,
            .todo = f->p[i].todo, .todo_en = f->p[i].todo_en,
        };
        report_add(k->a, &k->out->report, &one);
    }
}

static void take_flow_findings(struct checking *k, const struct flow_finding *f, size_t n,
                               bool is_warning)
{
    for (size_t i = 0; i < n; i++) {
        struct module_finding one = {
            .file = "flow.bpmn", .line = f[i].line, .element = f[i].element, .code = f[i].code,
            .message = f[i].message, .message_en = f[i].message_en, .is_warning = is_warning,
        };
        one.todo = flow_todo(f[i].code, LANG_ZH);
        one.todo_en = flow_todo(f[i].code, LANG_EN);
        report_add(k->a, &k->out->report, &one);
    }
}

/* --- names of nodes in module.json ------------------------------------------------------------------------ */

static const struct flow_node *node_of(const struct checking *k, struct str id)
{
    size_t n;
    int at = k->net ? flow_node_find(k->net, id) : -1;
    return at < 0 ? NULL : &flow_nodes(k->net, &n)[at];
}

/* words: names beside nodes that are good here, NULL-terminated. */
static void check_node(struct checking *k, struct str id, const char *path,
                       const char *const *words, bool only_people)
{
    const struct flow_node *n = node_of(k, id);
    for (; *words; words++)
        if (str_is(id, *words))
            return;
    if (id.p && k->net && (!n || (only_people && n->kind != FLOW_USER_TASK)))
        bad_json(k, path, "module.no_node", id);
}

/* A step that a unit passes over (tailor.c) is a plain task in that unit's variant. */
static void check_open_node(struct checking *k, struct str id, const char *path)
{
    const struct flow_node *n = node_of(k, id);
    if (k->net && (!n || (n->kind != FLOW_USER_TASK && n->kind != FLOW_PASS_TASK)))
        bad_json(k, path, "module.no_node", id);
}

static void check_nodes(struct checking *k)
{
    static const char *const none[] = { NULL }, *const start[] = { "start", NULL };
    static const char *const both[] = { "start", "done", NULL };
    const struct form *f = k->form;
    struct arena *a = k->a;
    for (size_t i = 0; i < f->step_n; i++)
        check_node(k, f->step[i].node, arena_printf(a, "steps.%.*s", STR_ARG(f->step[i].node)),
                   start, true);
    for (size_t i = 0; i < f->rule_n; i++)
        for (size_t n = 0; n < f->rule[i].at.n; n++)
            check_node(k, f->rule[i].at.p[n], arena_printf(a, "rules[%zu].at[%zu]", i, n), start,
                       true);
    check_node(k, f->number.at, "number.at", both, false);
    for (size_t i = 0; i < f->booking_n; i++)
        check_node(k, f->booking[i].at, arena_printf(a, "bookings[%zu].at", i), start, false);
    for (size_t i = 0; i < f->effect_n; i++)
        check_node(k, f->effect[i].at, arena_printf(a, "effects[%zu].at", i), both, false);
    for (size_t i = 0; i < f->ask_n; i++)
        check_node(k, f->ask[i].node, arena_printf(a, "asks[%zu].node", i), none, true);
    for (size_t i = 0; i < f->open.n; i++) {
        struct str rest = f->open.p[i], kind;
        if (str_cut(&rest, ':', &kind) && (str_is(kind, "assign") || str_is(kind, "due") || str_is(kind, "step")))
            check_open_node(k, rest, arena_printf(a, "open[%zu]", i));
    }
}

static bool has_place(const struct checking *k, struct str place)
{
    size_t n;
    const struct flow_node *nodes = flow_nodes(k->net, &n);
    for (size_t i = 0; i < n; i++)
        if (str_eq(nodes[i].sheet, place) || (!nodes[i].sheet.n && str_eq(nodes[i].name, place)))
            return true;
    return false;
}

static void check_sheet(struct checking *k)
{
    for (size_t i = 0; k->net && i < k->form->sheet_n; i++)
        for (size_t c = 0; c < k->form->sheet[i].cells.n; c++) {
            struct str cell = k->form->sheet[i].cells.p[c];
            if (cell.n > 1 && cell.p[0] == '@' && !has_place(k, str_sub(cell, 1, cell.n)))
                bad_json(k, arena_printf(k->a, "sheet.rows[%zu][%zu]", i, c), "module.no_place",
                         str_sub(cell, 1, cell.n));
        }
}

/* --- roles -------------------------------------------------------------------------------------------------- */

static void check_role(struct checking *k, struct str role, const char *path)
{
    if (role.n && role_of(role) == ROLE_NONE)
        bad_json(k, path, "module.no_role", role);
}

static void check_roles(struct checking *k)
{
    const struct form *f = k->form;
    struct arena *a = k->a;
    for (size_t i = 0; i < f->start_roles.n; i++)
        check_role(k, f->start_roles.p[i], arena_printf(a, "start[%zu]", i));
    for (size_t i = 0; i < f->rule_n; i++)
        check_role(k, f->rule[i].apart, arena_printf(a, "rules[%zu].apart.role", i));
    for (size_t i = 0; i < f->open_roles.n; i++)
        check_role(k, f->open_roles.p[i], arena_printf(a, "register.open_to[%zu]", i));
    for (size_t i = 0; i < f->thing_n; i++)
        check_role(k, f->thing[i].keeper, arena_printf(a, "things[%zu].keeper", i));
    for (size_t i = 0; i < f->fields.n; i++)
        for (size_t r = 0; r < f->fields.p[i].roles.n; r++)
            check_role(k, f->fields.p[i].roles.p[r], arena_printf(a, "fields[%zu].roles[%zu]", i, r));
}

/* --- the flow -------------------------------------------------------------------------------------------------- */

static bool is_declared(const struct form *f, struct str name)
{
    for (size_t i = 0; i < f->variables.n; i++)
        if (str_eq(f->variables.p[i], name))
            return true;
    for (size_t i = 0; i < f->choice_n; i++)
        if (str_eq(f->choice[i].name, name))
            return true;
    for (size_t i = 0; i < f->ask_n; i++)
        if (str_eq(f->ask[i].name, name))
            return true;
    return false;
}

static void check_variable(struct checking *k, const struct flow_node *n, struct str name)
{
    const struct form_field *f = form_find(k->form->fields, name);
    if (f && f->type != FORM_POST && f->type != FORM_POSTS && f->type != FORM_UNIT &&
        f->type != FORM_UNITS)
        bad_flow(k, n, "module.not_people", name);
    else if (!f && !is_declared(k->form, name))
        bad_flow(k, n, "module.no_variable", name);
}

bool module_term(struct str *terms, struct str *head, struct str *arg)
{
    struct str term;
    if (!terms->n || !str_cut(terms, ',', &term))
        return false;
    term = str_trim(term);
    ptrdiff_t open = str_find(term, STR("("), 0);
    *head = open < 0 ? term : str_trim(str_sub(term, 0, (size_t)open));
    *arg = open < 0 ? STR_NONE
                    : str_trim(str_sub(term, (size_t)open + 1, term.n - (size_t)open - 2));
    return true;
}

static void check_term(struct checking *k, const struct flow_node *n, struct str head,
                       struct str arg)
{
    enum org_term term;
    bool has_role = str_is(head, "role") || str_is(head, "leader") ||
                    str_is(head, "superior.role") || str_is(head, "beside.role");
    bool is_path = str_find(head, STR("."), 0) > 0 && org_term_of(head, &term);
    if (!arg.p && !str_is(head, "starter") && !str_is(head, "prev.actor") && !is_path)
        bad_flow(k, n, "module.assign_name", head);
    if (has_role && role_of(arg) == ROLE_NONE)
        bad_flow(k, n, "module.no_role", arg);
    if (str_is(head, "var"))
        check_variable(k, n, arg);
}

static void check_terms(struct checking *k, const struct flow_node *n, struct str terms)
{
    struct str head, arg;
    while (module_term(&terms, &head, &arg))
        check_term(k, n, head, arg);
}

/* Operations of the flow are the commands made for it: about the matter and nothing else. */
static void check_operation(struct checking *k, const struct flow_node *n, struct str op)
{
    const struct command *c = op.n ? command_find(arena_strndup(k->a, op.p, op.n)) : NULL;
    if (op.n && !(c && !c->path && c->in && strcmp(c->in->name, "matter_in") == 0))
        bad_flow(k, n, "module.no_operation", op);
}

/* What would be handed to an operation and never arrive is refused, not passed over. */
static void check_parameters(struct checking *k, const struct flow_node *n)
{
    static const char *const known[] = { "op", "barrier", "undo", "cc", "milestone", "label", NULL };
    for (size_t i = 0; n->kind == FLOW_SERVICE_TASK && i < n->attr_n; i++) {
        bool is_known = false;
        for (size_t j = 0; known[j]; j++)
            is_known = is_known || str_is(n->attr[i].name, known[j]);
        if (!is_known)
            bad_flow(k, n, "module.no_parameter", n->attr[i].name);
    }
}

static void check_called(struct checking *k, const struct flow_node *n, struct str called)
{
    if (called.n && !str_eq(called, k->key) && !k->others->find(k->others->arg, k->a, called))
        bad_flow(k, n, "module.no_module", called);
}

static void check_tasks(struct checking *k)
{
    size_t n;
    const struct flow_node *nodes = flow_nodes(k->net, &n);
    for (size_t i = 0; i < n; i++) {
        const struct flow_node *node = &nodes[i];
        if (node->kind == FLOW_USER_TASK && !node->assign.n &&
            !flow_node_attr(node, "collection").n)
            bad_flow(k, node, "module.no_assign", STR(""));
        check_terms(k, node, node->assign);
        check_terms(k, node, node->cc);
        check_operation(k, node, node->op);
        check_operation(k, node, node->undo);
        check_parameters(k, node);
        if (form_find(k->form->fields, node->id))
            bad_flow(k, node, "module.name_clash", node->id);
        check_called(k, node, node->called);
        check_called(k, node, flow_node_attr(node, "child"));
    }
}

/* In the flow they are only who and what is meant; a thing is known with its fields. */
static bool is_reference(enum form_type t)
{
    return t == FORM_POST || t == FORM_POSTS || t == FORM_UNIT || t == FORM_UNITS ||
           t == FORM_MATTER || t == FORM_ATTACHMENT;
}

static const struct form_thing *thing_of(struct checking *k, struct str name)
{
    struct str key = name, module = STR_NONE;
    const struct form *there = k->form;
    if (str_find(name, STR("."), 0) >= 0) {
        (void)str_cut(&key, '.', &module); /* there is a point */
        there = k->others->find(k->others->arg, k->a, module);
    }
    for (size_t i = 0; there && i < there->thing_n; i++)
        if (str_eq(there->thing[i].key, key))
            return &there->thing[i];
    return NULL;
}

static bool is_word(struct str s, const char *const *words)
{
    for (; *words; words++)
        if (str_is(s, *words))
            return true;
    return false;
}

static const char *const thing_words[] = { "id", "name", "state", NULL };
static const char *const matter_words[] = { "id", "title", "number", "state", NULL };

/* What else the wrong path might have said: "id、name、state、plate". */
static struct str choices(struct checking *k, const char *const *words, struct form_fields f)
{
    struct buf b = buf_in(k->a);
    for (; *words; words++) {
        buf_text(&b, b.n ? "、" : "");
        buf_text(&b, *words);
    }
    for (size_t i = 0; i < f.n; i++) {
        buf_text(&b, "、");
        buf_str(&b, f.p[i].name);
    }
    return buf_done(&b);
}

/* A path behind a field: into a thing's register or another module's form. *has: what there is, where it
 * leads nowhere. What is not known at all is said elsewhere. */
static bool leads_on(struct checking *k, const struct form_field *f, const struct str *rest, size_t n,
                     struct str *has)
{
    const struct form_field *next;
    if (n == 0)
        return true;
    if (f->type == FORM_THING) {
        const struct form_thing *t = thing_of(k, f->thing);
        if (f->is_list && str_is(rest[0], "followers")) /* matters of this module that name the same one */
            return n == 1 || is_word(rest[1], matter_words) ||
                   ((next = form_find(k->form->fields, rest[1])) != NULL &&
                    (n == 2 || (!is_reference(next->type) && next->type != FORM_THING &&
                                form_has_member(k->form, next, rest + 2, n - 2))));
        if (!t || (n == 1 && is_word(rest[0], thing_words)))
            return true;
        next = form_find(t->fields, rest[0]);
        *has = choices(k, thing_words, t->fields);
        return next && leads_on(k, next, rest + 1, n - 1, has);
    }
    if (f->type == FORM_MATTER) {
        const struct form *there = k->others->find(k->others->arg, k->a, f->module);
        if (!there)
            return true;
        if (f->is_list && n > 1 && str_is(rest[0], "followers")) { /* matters that name the same one */
            rest++;
            n--;
        }
        if (n == 1 && (is_word(rest[0], matter_words) || (f->is_list && str_is(rest[0], "followers"))))
            return true;
        next = form_find(there->fields, rest[0]);
        *has = choices(k, matter_words, there->fields);
        if (next && n > 1 && (is_reference(next->type) || next->type == FORM_THING))
            return false; /* of what it refers to only the id is there */
        return next && form_has_member(there, next, rest + 1, n - 1);
    }
    if (f->type == FORM_TABLE) {
        next = form_find(f->columns, rest[0]);
        return !next || leads_on(k, next, rest + 1, n - 1, has);
    }
    return form_has_member(k->form, f, rest, n);
}

struct looking {
    struct checking *k;
    const struct form_said *said; /* NULL: in the flow */
    struct str has;               /* of the first path that leads nowhere, what there is */
};

static bool has_in_form(void *arg, const struct str *path, size_t n)
{
    struct looking *l = arg;
    const struct form_field *f = l->said->table ? form_find(l->said->table->columns, path[0]) : NULL;
    if (!f)
        f = form_find(l->said->own, path[0]);
    if (!f)
        f = form_find(l->k->form->fields, path[0]);
    /* form/ has looked at all but things and matters */
    bool is_far = f && (f->type == FORM_THING || f->type == FORM_MATTER || f->type == FORM_TABLE);
    return !is_far || leads_on(l->k, f, path + 1, n - 1, &l->has);
}

static bool has_in_flow(void *arg, const struct str *path, size_t n)
{
    struct looking *l = arg;
    struct checking *k = l->k;
    if (flow_node_find(k->net, path[0]) >= 0)
        return n == 1 || (n == 2 && str_is(path[1], "outcome"));
    const struct form_field *f = form_find(k->form->fields, path[0]);
    if (f && n > 1 && is_reference(f->type))
        return false;
    if (!f) /* its first name is known: a variable, an item, a vote's */
        return !str_is(path[0], "starter") || form_has_path(k->form, path, n);
    return form_has_path(k->form, path, n) && leads_on(k, f, path + 1, n - 1, &l->has);
}

static void no_member(struct checking *k, const char *file, int line, struct str element,
                      struct str unknown, struct str has)
{
    size_t at = k->out->report.n;
    add(k, file, line, element, has.n ? "module.far_member" : "module.unknown_member", unknown, false);
    if (has.n && at < k->out->report.n) {
        struct module_finding *f = &k->out->report.p[at];
        f->todo = str_printf(k->a, "可用的有：%.*s", STR_ARG(has));
        f->todo_en = str_printf(k->a, "there are: %.*s", STR_ARG(has));
    }
}

/* The first names were looked at when the texts were compiled; here what follows the dot. */
static void check_members(struct checking *k)
{
    struct looking l = { .k = k };
    struct str unknown = STR_NONE;
    for (size_t i = 0; i < k->form->said_n; i++) {
        const struct form_said *s = &k->form->said[i];
        const struct feel_schema schema = { has_in_form, &l };
        l.said = s;
        l.has = STR_NONE;
        if (!feel_paths_known(k->a, s->e, &schema, &unknown))
            no_member(k, "module.json", form_line(k->form->text, s->path), str_of(s->path), unknown,
                      l.has);
    }
}

static void check_expressions(struct checking *k)
{
    struct looking l = { .k = k };
    struct str unknown = STR_NONE;
    size_t n;
    const struct flow_said *s = flow_expressions(k->net, &n);
    for (size_t i = 0; i < n; i++) {
        const struct feel_schema schema = { has_in_flow, &l };
        l.has = STR_NONE;
        if (!feel_paths_known(k->a, s[i].e, &schema, &unknown))
            no_member(k, "flow.bpmn", s[i].line, s[i].element, unknown, l.has);
    }
}

/* What an effect writes into a register of another module; form/ has looked at the module's own. */
static void check_sets(struct checking *k)
{
    for (size_t i = 0; i < k->form->effect_n; i++) {
        const struct form_effect *e = &k->form->effect[i];
        struct str name = e->thing.n ? e->thing : e->thing_field ? e->thing_field->thing : STR_NONE;
        const struct form_thing *t =
            name.n && str_find(name, STR("."), 0) >= 0 ? thing_of(k, name) : NULL;
        for (size_t s = 0; t && s < e->set_n; s++) {
            const char *path = arena_printf(k->a, "effects[%zu].set.%.*s", i, STR_ARG(e->set[s].name));
            if (!str_is(e->set[s].name, "state") && !form_find(t->fields, e->set[s].name))
                no_member(k, "module.json", form_line(k->form->text, path), str_of(path),
                          e->set[s].name, choices(k, thing_words + 2, t->fields));
        }
    }
}

/* The user task that everything begins with, when there is one and it is the starter's. */
static struct str first_step(const struct flow_net *net, bool *is_one)
{
    size_t n, edges_n;
    const struct flow_node *nodes = flow_nodes(net, &n);
    const struct flow_edge *e = flow_edges(net, &edges_n);
    int at = -1;
    for (size_t i = 0; i < n && at < 0; i++)
        if (nodes[i].kind == FLOW_START_EVENT && nodes[i].event == FLOW_EVENT_NONE &&
            nodes[i].parent < 0)
            at = (int)i;
    for (size_t steps = 0; at >= 0 && steps <= n && nodes[at].kind != FLOW_USER_TASK; steps++) {
        int to = -1, ways = 0;
        for (size_t i = 0; i < edges_n; i++)
            if (e[i].from == at) {
                to = e[i].to;
                ways++;
            }
        at = ways == 1 ? to : -1;
    }
    *is_one = at >= 0 && nodes[at].kind == FLOW_USER_TASK;
    return *is_one && str_is(nodes[at].assign, "starter") ? nodes[at].id : STR_NONE;
}

/* --- starts without a person ------------------------------------------------------------------------------------- */

static bool asks_starter_alone(struct str terms)
{
    struct str head, arg;
    bool only = terms.n > 0;
    while (module_term(&terms, &head, &arg))
        only = only && (str_is(head, "starter") || str_starts(head, STR("starter.")));
    return only;
}

/* Steps of the starter on the ways from a start that has none. */
static void check_start(struct checking *k, int from)
{
    size_t n, edges_n;
    const struct flow_node *nodes = flow_nodes(k->net, &n);
    const struct flow_edge *e = flow_edges(k->net, &edges_n);
    bool *seen = arena_array_of(k->a, bool, n + 1);
    seen[from] = true;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < edges_n; i++)
            if (seen[e[i].from] && !seen[e[i].to])
                more = seen[e[i].to] = true;
    }
    for (size_t i = 0; i < n; i++)
        if (seen[i] && nodes[i].kind == FLOW_USER_TASK && asks_starter_alone(nodes[i].assign))
            add(k, "flow.bpmn", nodes[i].line, nodes[i].id, "module.nobody_started",
                nodes[from].name.n ? nodes[from].name : nodes[from].id, true);
}

static void check_starts(struct checking *k)
{
    size_t n;
    const struct flow_trigger *g = flow_triggers(k->net, &n);
    if (n && k->form->is_startable && !flow_starts_plainly(k->net))
        add(k, "flow.bpmn", 0, flow_net_key(k->net), "module.no_plain_start", STR(""), false);
    for (size_t i = 0; i < n; i++)
        check_start(k, g[i].node);
}

/* --- other modules ------------------------------------------------------------------------------------------------ */

static const struct form *other(struct checking *k, struct str key, const char *path)
{
    const struct form *f = k->others->find(k->others->arg, k->a, key);
    if (!f)
        bad_json(k, path, "module.no_module", key);
    return f;
}

static void check_require(struct checking *k, const struct form_require *q, size_t i)
{
    const char *path = arena_printf(k->a, "requires[%zu]", i);
    const struct form *there =
        q->module.n ? other(k, q->module, arena_printf(k->a, "%s.module", path)) : NULL;
    for (size_t s = 0; there && s < q->same_mine.n; s++) {
        const struct form_field *mine = form_find(k->form->fields, q->same_mine.p[s]);
        const struct form_field *theirs = form_find(there->fields, q->same_theirs.p[s]);
        const char *at = arena_printf(k->a, "%s.same.%.*s", path, STR_ARG(q->same_mine.p[s]));
        if (!theirs)
            bad_json(k, at, "module.other_field", q->same_theirs.p[s]);
        else if (mine && mine->type != theirs->type)
            bad_json(k, at, "module.other_type", q->same_mine.p[s]);
    }
}

static void check_thing(struct checking *k, struct str name, const char *path)
{
    if (str_find(name, STR("."), 0) >= 0 && !thing_of(k, name)) /* declared here: form/ has looked */
        bad_json(k, path, "module.no_thing", name);
}

/* own: the thing has such a field, and it names one post. */
static void check_own(struct checking *k, const struct form_field *f, const char *path)
{
    const struct form_thing *t = f->own.n ? thing_of(k, f->thing) : NULL;
    const struct form_field *who = t ? form_find(t->fields, f->own) : NULL;
    if (t && !(who && who->type == FORM_POST))
        bad_json(k, arena_printf(k->a, "%s.own", path), "module.other_field", f->own);
}

static void check_others(struct checking *k)
{
    const struct form *f = k->form;
    for (size_t i = 0; i < f->require_n; i++)
        check_require(k, &f->require[i], i);
    for (size_t i = 0; i < f->fields.n; i++) {
        const struct form_field *x = &f->fields.p[i];
        if (x->thing.n)
            check_thing(k, x->thing, arena_printf(k->a, "fields[%zu].thing", i));
        check_own(k, x, arena_printf(k->a, "fields[%zu]", i));
        if (x->module.n)
            (void)other(k, x->module, arena_printf(k->a, "fields[%zu].module", i)); /* only that it is */
        for (size_t c = 0; c < x->columns.n; c++)
            if (x->columns.p[c].thing.n)
                check_thing(k, x->columns.p[c].thing,
                            arena_printf(k->a, "fields[%zu].columns[%zu].thing", i, c));
    }
    for (size_t i = 0; i < f->effect_n; i++)
        if (f->effect[i].thing.n)
            check_thing(k, f->effect[i].thing, arena_printf(k->a, "effects[%zu].thing", i));
}

/* --- English: a module that has an English name has it all ------------------------------------------------------ */

static void no_english(void *arg, const char *path, struct str text)
{
    struct checking *k = arg;
    add(k, "module.json", form_line(k->form->text, path), str_copy(k->a, str_of(path)),
        "module.no_english", text, true);
}

static void need_english(struct checking *k, int line, struct str element, struct str text)
{
    if (form_needs_english(k->form, text))
        add(k, "flow.bpmn", line, element, "module.no_english", text, true);
}

static void check_english(struct checking *k)
{
    size_t n;
    struct form_missing missing = { no_english, k };
    form_without_english(k->a, k->form, &missing);
    const struct flow_node *nodes = flow_nodes(k->net, &n);
    for (size_t i = 0; i < n; i++) {
        need_english(k, nodes[i].line, nodes[i].id, nodes[i].name);
        need_english(k, nodes[i].line, nodes[i].id, nodes[i].doc);
        need_english(k, nodes[i].line, nodes[i].id, nodes[i].sheet);
    }
    const struct flow_edge *edges = flow_edges(k->net, &n);
    for (size_t i = 0; i < n; i++)
        need_english(k, 0, edges[i].id, edges[i].label.n ? edges[i].label : edges[i].name);
}

/* --- all of it ------------------------------------------------------------------------------------------------------- */

static struct flow_known known_names(struct arena *a, const struct form *f)
{
    static const struct str always[] = { { "starter", 7 }, { "outcome", 7 }, { "urgency", 7 } };
    size_t n = 0;
    struct str *names = arena_array_of(
        a, struct str, 3 + f->fields.n + f->variables.n + f->choice_n + f->ask_n);
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        names[n++] = always[i];
    for (size_t i = 0; i < f->fields.n; i++)
        names[n++] = f->fields.p[i].name;
    for (size_t i = 0; i < f->variables.n; i++)
        names[n++] = f->variables.p[i];
    for (size_t i = 0; i < f->choice_n; i++)
        names[n++] = f->choice[i].name;
    for (size_t i = 0; i < f->ask_n; i++)
        names[n++] = f->ask[i].name;
    return (struct flow_known){ names, n };
}

static void check_flow(struct checking *k, struct str bpmn)
{
    struct flow_report report;
    struct flow_known known = k->form ? known_names(k->a, k->form) : (struct flow_known){ NULL, 0 };
    k->net = flow_compile(k->a, bpmn, k->form ? &known : NULL, &report);
    take_flow_findings(k, report.error, report.error_n, false);
    take_flow_findings(k, report.warning, report.warning_n, true);
    k->out->report.counterexample = report.counterexample;
    k->out->report.counterexample_n = report.counterexample_n;
    k->out->net = k->net;
}

struct module_checked module_check(struct arena *a, struct str key, struct str json,
                                   struct str bpmn, const struct module_others *others)
{
    struct module_checked out = { .first_node = STR_NONE };
    struct form_findings findings = { .a = a };
    struct checking k = { .a = a, .key = key, .out = &out, .others = others };
    out.form = k.form = form_compile(a, json, &findings);
    if (!module_key_good(key))
        add(&k, "module.json", 1, key, "module.key", key, false);
    take_form_findings(&k, &findings);
    check_flow(&k, bpmn);
    if (k.form) {
        bool is_one = false;
        check_nodes(&k);
        check_roles(&k);
        check_others(&k);
        check_members(&k);
        check_sets(&k);
        if (k.net) {
            check_sheet(&k);
            check_tasks(&k);
            check_expressions(&k);
            check_starts(&k);
            if (k.form->name_en.n)
                check_english(&k);
            out.first_node = first_step(k.net, &is_one);
            if (k.form->is_startable && !out.first_node.p)
                add(&k, "flow.bpmn", 0, flow_net_key(k.net), "module.first_step", STR(""), true);
        }
    }
    out.is_good = out.report.error_n == 0;
    return out;
}

void module_check_types(struct arena *a, struct module_checked *c, const struct form *older)
{
    struct form_findings f = { .a = a };
    struct checking k = { .a = a, .out = c, .form = c->form };
    form_check_types(&f, c->form, older);
    take_form_findings(&k, &f);
    c->is_good = c->report.error_n == 0;
}

void findings_write(struct jw *w, const char *key, const struct module_report *r, bool warnings,
                    const enum lang *only)
{
    jw_karr(w, key);
    for (size_t i = 0; i < r->n; i++) {
        const struct module_finding *f = &r->p[i];
        if (f->is_warning != warnings)
            continue;
        bool en = only && *only == LANG_EN;
        jw_obj(w);
        jw_ktext(w, "file", f->file);
        jw_ki64(w, "line", f->line);
        jw_kstr(w, "element", f->element.p ? f->element : STR(""));
        jw_ktext(w, "code", f->code);
        jw_kstr(w, "message", en ? f->message_en : f->message);
        if (!only)
            jw_kstr(w, "message_en", f->message_en);
        jw_kstr(w, "todo", en ? f->todo_en : f->todo);
        if (!only)
            jw_kstr(w, "todo_en", f->todo_en);
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

void module_report_write(struct jw *w, const struct module_checked *c)
{
    jw_obj(w);
    jw_kbool(w, "ok", c->is_good);
    findings_write(w, "errors", &c->report, false, NULL);
    findings_write(w, "warnings", &c->report, true, NULL);
    jw_karr(w, "counterexample");
    for (size_t i = 0; i < c->report.counterexample_n; i++)
        jw_str(w, c->report.counterexample[i]);
    jw_arr_end(w);
    jw_obj_end(w);
}
