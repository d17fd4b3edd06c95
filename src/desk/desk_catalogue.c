/* 办事大厅: the modules that a unit sees (A9), one module with its form as a starter finds it, and what
 * the form says while it is being filled in. */
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_form_in.h"
#include "org/org.h"
#include "org/org_pinyin.h"

struct modules_in {
    int64_t post_id, unit_id;
};
static const struct field modules_in_fields[] = {
    FIELD(modules_in, post_id, F_ID, .zh = "以哪个身份", .en = "as which post"),
    FIELD(modules_in, unit_id, F_ID, .zh = "单位", .en = "unit"),
};
RECORD(modules_in);

struct module_row {
    struct str key, name, name_en, summary, summary_en, group, tier, icon, pinyin;
    bool is_on, is_startable, can_start, can_switch, is_own, is_tailored, is_booked;
    struct str things, owner;
    int64_t version, open_count;
};
static const struct field module_row_fields[] = {
    FIELD(module_row, key, F_TEXT, .flags = FIELD_REQUIRED, .zh = "业务", .en = "module"),
    FIELD(module_row, name, F_TEXT, .flags = FIELD_REQUIRED, .zh = "名称", .en = "name"),
    FIELD(module_row, name_en, F_TEXT, .zh = "英文名称", .en = "English name"),
    FIELD(module_row, summary, F_TEXT, .zh = "说明", .en = "summary"),
    FIELD(module_row, summary_en, F_TEXT, .zh = "英文说明", .en = "English summary"),
    FIELD(module_row, group, F_TEXT, .zh = "分组", .en = "group"),
    FIELD(module_row, tier, F_TEXT, .flags = FIELD_REQUIRED, .zh = "层级", .en = "city or unit"),
    FIELD(module_row, icon, F_TEXT, .zh = "图标", .en = "icon"),
    FIELD(module_row, pinyin, F_TEXT, .flags = FIELD_REQUIRED, .zh = "名称拼音：首字母和全拼", .en = "its name in pinyin: initials, then whole"),
    FIELD(module_row, is_on, F_BOOL, .zh = "本单位启用", .en = "in use in the unit"),
    FIELD(module_row, can_switch, F_BOOL, .zh = "可由本单位启用或停用", .en = "switched on and off by the unit"),
    FIELD(module_row, owner, F_TEXT, .zh = "哪个上级单位的", .en = "offered by this unit above; null: the city's or one's own"),
    FIELD(module_row, is_startable, F_BOOL, .zh = "由人发起", .en = "begun by persons, not by a document or a flow"),
    FIELD(module_row, can_start, F_BOOL, .zh = "可以发起", .en = "may be started"),
    FIELD(module_row, is_own, F_BOOL, .zh = "本单位自建", .en = "of the unit's own"),
    FIELD(module_row, is_tailored, F_BOOL, .zh = "本单位定制", .en = "tailored by the unit"),
    FIELD(module_row, is_booked, F_BOOL, .zh = "物品可预订", .en = "its things are booked"),
    FIELD(module_row, things, F_JSON, .zh = "物品台账：代码、名称、字段、管理角色", .en = "its registers of things"),
    FIELD(module_row, version, F_I64, .zh = "版本", .en = "version"),
    FIELD(module_row, open_count, F_I64, .zh = "我发起的在办", .en = "running, of my own"),
};
RECORD(module_row);

/* The own post asked for, or the main one; NULL with cx->err when it is not one's own. */
static bool as_post(struct ctx *cx, int64_t post_id, const struct actor_post **out)
{
    *out = post_id ? actor_post(cx, post_id) : actor_main_post(cx);
    return (*out || !post_id || fail_not_found(cx)) && post_at_office(cx, out);
}

/* The unit asked for must be one's own or one to administer. */
static bool unit_asked(struct ctx *cx, const struct modules_in *in, const struct actor_post *post,
                       int64_t *unit)
{
    struct unit_row u;
    *unit = in->unit_id ? in->unit_id : post ? post->unit_id : 0;
    if (!in->unit_id)
        return true;
    for (size_t i = 0; i < cx->actor->n_posts; i++)
        if (cx->actor->posts[i].unit_id == in->unit_id)
            return true;
    return unit_load(cx, in->unit_id, &u) &&
           (may(cx, PERM_UNIT_ADMIN, u.id, u.path) || fail_not_found(cx));
}

static bool can_start(struct ctx *cx, const struct definition *d, const struct modules_in *in,
                      int64_t unit_id, const bool *held)
{
    bool may_one = false;
    if (module_lacks(d, held) != ROLE_NONE)
        return false;
    for (size_t i = 0; i < cx->actor->n_posts; i++) {
        const struct actor_post *p = &cx->actor->posts[i];
        if (!post_at_office(cx, &p))
            return false;
        if (p->unit_id == unit_id && (!in->post_id || p->id == in->post_id))
            may_one = may_one || module_may_start(cx, d, p);
    }
    return may_one;
}

struct open_counts {
    struct str *module;
    int64_t *n;
    size_t size;
};

static bool read_counts(struct ctx *cx, struct open_counts *out)
{
    struct rows r;
    *out = (struct open_counts){ arena_array_of(cx->a, struct str, 200),
                                 arena_array_of(cx->a, int64_t, 200), 0 };
    for (db_rows(cx->db, &r, &q_initiated_running, cx->actor->person_id);
         out->size < 200 && rows_next(&r); out->size++) {
        out->module[out->size] = row_copy(&r, 0, cx->a);
        out->n[out->size] = row_i64(&r, 1);
    }
    rows_end(&r);
    return !rows_failed(&r);
}

static int64_t count_of(const struct open_counts *c, struct str key)
{
    for (size_t i = 0; i < c->size; i++)
        if (str_eq(c->module[i], key))
            return c->n[i];
    return 0;
}

static bool run_modules(struct ctx *cx, const void *input, struct jw *w)
{
    const struct modules_in *in = input;
    const struct actor_post *post = NULL;
    struct definitions list;
    struct open_counts counts;
    int64_t unit = 0;
    bool held[ROLE_COUNT] = { false };
    if (!as_post(cx, in->post_id, &post) || !unit_asked(cx, in, post, &unit) ||
        !org_roles_held(cx, unit, held) || !definitions_of(cx, unit, &list) || !read_counts(cx, &counts))
        return false;
    answer_rows(w);
    for (size_t i = 0; i < list.n; i++) {
        const struct definition *d = list.p[i];
        const struct form *f = d->form;
        const struct pinyin read = pinyin_of(cx->a, d->name, false);
        struct module_use use;
        struct str owner = STR_NONE;
        if (!module_use_of(cx, d, unit, &use) ||
            (d->owner_id && d->owner_id != unit && !org_unit_name_on(cx, d->owner_id, STR_NONE, &owner)))
            return false;
        const struct jv *things = jv_get(definition_json(cx, d), "things");
        const struct module_row row = {
            .key = d->key, .name = definition_say(cx, d, d->name), .name_en = d->name_en, .summary = definition_say(cx, d, f->summary),
            .summary_en = f->summary_en, .group = f->group, .icon = f->icon,
            .pinyin = str_printf(cx->a, "%.*s %.*s", STR_ARG(read.initials), STR_ARG(read.full)),
            .tier = f->is_city ? STR("city") : STR("unit"), .is_on = use.is_on, .can_switch = use.can_switch, .owner = owner,
            .is_startable = f->is_startable, .can_start = can_start(cx, d, in, unit, held), .is_own = d->owner_id && d->owner_id == unit,
            .is_tailored = d->is_tailored, .is_booked = f->booking_n > 0,
            .things = things ? jv_compact(cx->a, things) : STR("[]"), .version = d->version,
            .open_count = count_of(&counts, d->key),
        };
        record_encode(w, &module_row_record, &row);
    }
    answer_rows_end(w, STR_NONE);
    return cx->err.kind == ERR_NONE;
}

/* --- one module ------------------------------------------------------------------------------------------ */

struct module_in {
    struct str key;
    int64_t post_id;
};
static const struct field module_in_fields[] = {
    FIELD(module_in, key, F_TEXT, .max = 40, .flags = FIELD_PATH, .zh = "业务", .en = "module"),
    FIELD(module_in, post_id, F_ID, .zh = "以哪个身份", .en = "as which post"),
};
RECORD(module_in);

/* The form as the starter finds it: rights, defaults, and what the first step chooses. */
static bool write_start(struct ctx *cx, struct jw *w, const struct definition *d,
                        const struct actor_post *post)
{
    struct form_seen *seen =
        form_seen_of(cx, d->key, post ? post->unit_id : 0, post ? post->id : 0, 0,
                     post ? starter_json(cx, post) : STR_NONE, STR("normal"), STR_NONE);
    const uint8_t *right = form_rights(cx->a, d->form, d->first_node, true);
    const struct form_change change = { .right = right, .is_start = true, .is_draft = true };
    struct form_result r = form_apply(cx->a, d->form, d->form->fields,
                                      form_values_of(cx->a, d->form->fields, NULL), &change,
                                      &seen->world);
    struct instance in = { .def = d, .state = flow_state_new(cx->a) };
    int node = d->first_node.p ? flow_node_find(d->net, d->first_node) : -1;
    jw_kobj(w, "start");
    jw_kstr(w, "node", d->first_node);
    jw_kbool(w, "title_is_computed", d->form->title != NULL);
    jw_kbool(w, "has_urgency", d->form->has_urgency);
    if (!form_write(cx, w, d, r.values, right, &r, true))
        return false;
    if (node >= 0) {
        size_t n;
        const struct flow_outcome *o = flow_outcomes(d->net, node, &n);
        jw_karr(w, "outcomes");
        for (size_t i = 0; i < n; i++) {
            jw_obj(w);
            jw_kstr(w, "name", o[i].name);
            jw_kstr(w, "label", definition_say(cx, d, o[i].label));
            jw_obj_end(w);
        }
        jw_arr_end(w);
        needs_write(cx, w, &in, node);
        asks_write(cx, w, &in, d->first_node);
    }
    jw_obj_end(w);
    return cx->err.kind == ERR_NONE;
}

static bool run_module(struct ctx *cx, const void *input, struct jw *w)
{
    const struct module_in *in = input;
    const struct actor_post *post = NULL;
    if (!as_post(cx, in->post_id, &post))
        return false;
    const struct definition *d = definition_newest(cx, in->key, post ? post->unit_id : 0);
    if (!d)
        return false;
    jw_obj(w);
    jw_kstr(w, "key", d->key);
    jw_ki64(w, "version", d->version);
    jw_kstr(w, "name", definition_say(cx, d, d->name));
    jw_kstr(w, "name_en", d->name_en);
    jw_kstr(w, "summary", definition_say(cx, d, d->form->summary));
    jw_kstr(w, "summary_en", d->form->summary_en);
    jw_kstr(w, "group", d->form->group);
    jw_kstr(w, "icon", d->form->icon);
    jw_ktext(w, "tier", d->form->is_city ? "city" : "unit");
    jw_kbool(w, "is_on", post && module_is_on(cx, d, post->unit_id));
    bool held[ROLE_COUNT] = { false };
    if (post && !org_roles_held(cx, post->unit_id, held))
        return false;
    jw_kbool(w, "can_start", post && module_may_start(cx, d, post) && module_lacks(d, held) == ROLE_NONE);
    jw_kid(w, "post_id", post ? post->id : 0);
    jw_kraw(w, "module", jv_compact(cx->a, definition_json(cx, d)));
    jw_key(w, "picture");
    bool good = picture_write(cx, w, d, flow_picture(cx->a, d->net, flow_state_new(cx->a))) &&
                write_start(cx, w, d, post);
    jw_obj_end(w);
    return good;
}

/* --- while it is being filled in --------------------------------------------------------------------------- */

struct evaluate_in {
    struct str module, node, urgency;
    int64_t matter_id, post_id;
    const struct jv *form;
};
static const struct field evaluate_in_fields[] = {
    FIELD(evaluate_in, module, F_TEXT, .max = 40, .zh = "业务", .en = "module"),
    FIELD(evaluate_in, matter_id, F_ID, .zh = "事项", .en = "matter"),
    FIELD(evaluate_in, post_id, F_ID, .zh = "以哪个身份", .en = "as which post"),
    FIELD(evaluate_in, node, F_TEXT, .max = 100, .zh = "环节", .en = "step"),
    FIELD(evaluate_in, urgency, F_TEXT, .max = 20, .zh = "紧急程度", .en = "urgency"),
    FIELD(evaluate_in, form, F_JSON, .max = FORM_BYTES, .zh = "表单", .en = "form"),
};
RECORD(evaluate_in);

static void write_findings(struct ctx *cx, struct jw *w, const struct form_result *r)
{
    jw_karr(w, "findings");
    for (size_t i = 0; i < r->problem_n; i++) {
        const struct form_problem *p = &r->problem[i];
        struct err e = { 0 };
        (void)err_set(&e, cx->a, ERR_INVALID, p->code, p->field.p, p->label, p->limit,
                      p->label_en); /* only for its words */
        struct str words = str_of(err_message(cx->a, &e, cx->lang));
        if (p->rule) /* the rule's own message, without the request for a reason */
            words = str_of(cx->lang == LANG_EN ? p->label_en : p->label);
        jw_obj(w);
        jw_kstr(w, "field", p->field);
        jw_ktext(w, "code", p->code);
        jw_ktext(w, "level", p->is_warn ? "warn" : "error");
        jw_kstr(w, "message", words);
        jw_ki64(w, "rule", p->rule_no);
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

static void write_evaluation(struct ctx *cx, struct jw *w, const struct definition *d,
                             const struct form_result *r, struct str title)
{
    struct form_fields fields = d->form->fields;
    jw_obj(w);
    jw_kobj(w, "computed"); /* tables too: they hold computed cells */
    for (size_t i = 0; i < fields.n; i++)
        if (fields.p[i].compute || fields.p[i].type == FORM_TABLE) {
            jw_key_str(w, fields.p[i].name);
            jw_raw(w, r->values.v[i] ? jv_compact(cx->a, r->values.v[i]) : STR_NONE);
        }
    jw_obj_end(w);
    jw_kobj(w, "visible");
    for (size_t i = 0; i < fields.n; i++) {
        jw_key_str(w, fields.p[i].name);
        jw_bool(w, r->is_visible[i]);
    }
    jw_obj_end(w);
    jw_kobj(w, "required");
    for (size_t i = 0; i < fields.n; i++) {
        jw_key_str(w, fields.p[i].name);
        jw_bool(w, r->is_required[i]);
    }
    jw_obj_end(w);
    jw_kstr(w, "title", title);
    write_findings(cx, w, r);
    jw_obj_end(w);
}

static bool evaluate_start(struct ctx *cx, const struct evaluate_in *in, struct jw *w)
{
    const struct actor_post *post = NULL;
    if (!as_post(cx, in->post_id, &post))
        return false;
    const struct definition *d = definition_newest(cx, in->module, post ? post->unit_id : 0);
    if (!d)
        return false;
    struct form_seen *seen =
        form_seen_of(cx, d->key, post ? post->unit_id : 0, post ? post->id : 0, 0,
                     post ? starter_json(cx, post) : STR_NONE,
                     in->urgency.n ? in->urgency : STR("normal"), STR_NONE);
    const struct form_change change = {
        .input = in->form, .right = form_rights(cx->a, d->form, d->first_node, true),
        .at = d->first_node, .is_start = true,
    };
    struct form_result r = form_apply(cx->a, d->form, d->form->fields,
                                      form_values_of(cx->a, d->form->fields, NULL), &change,
                                      &seen->world);
    write_evaluation(cx, w, d, &r, form_title(cx, d, r.values, seen, STR_NONE));
    return cx->err.kind == ERR_NONE;
}

static bool evaluate_matter(struct ctx *cx, const struct evaluate_in *in, struct jw *w)
{
    struct matter m;
    struct matter_form stored = { { NULL }, STR_NONE };
    int64_t my_item = 0;
    struct item mine = { .node = STR_NONE };
    if (!matter_load(cx, in->matter_id, &m) ||
        matter_my_item(cx, m.id, in->node.n ? in->node : STR_NONE, &my_item, NULL) < 0 ||
        (my_item && !item_load(cx, my_item, &mine)))
        return false;
    const struct definition *d = definition_load(cx, m.definition_id);
    if (!d || matter_form_find(cx, m.id, d, &stored) < 0)
        return false;
    bool is_draft = str_is(m.state, "draft");
    struct form_seen *seen =
        form_seen_of(cx, m.module, m.unit_id, m.starter_post, m.id, stored.starter, m.urgency, STR_NONE);
    const struct form_change change = {
        .input = in->form, .at = mine.node, .is_start = is_draft,
        .right = is_draft ? form_rights(cx->a, d->form, d->first_node, true)
                          : definition_rights(cx->a, d, mine.node),
    };
    struct form_result r = form_apply(cx->a, d->form, d->form->fields, stored.values, &change,
                                      &seen->world);
    write_evaluation(cx, w, d, &r, form_title(cx, d, r.values, seen, m.title));
    return cx->err.kind == ERR_NONE;
}

static bool run_evaluate(struct ctx *cx, const void *input, struct jw *w)
{
    const struct evaluate_in *in = input;
    if (in->form && jv_kind(in->form) != JV_OBJECT)
        return fail(cx, ERR_INVALID, "input.object", "form");
    if (!in->matter_id && !in->module.n)
        return fail_arg(cx, ERR_INVALID, "input.required", "module", "业务", NULL);
    return in->matter_id ? evaluate_matter(cx, in, w) : evaluate_start(cx, in, w);
}

static const struct read reads[] = {
    { "modules.list", "/modules", PERM_LOGIN, &modules_in_record, &module_row_record, true,
      run_modules, "业务目录", "The catalogue of modules", 0 },
    { "module.get", "/modules/{key}", PERM_LOGIN, &module_in_record, &module_page_record, false, run_module,
      "一项业务的表单和流程", "A module: its form as a starter finds it, its flow", 0 },
    { "form.evaluate", "/forms/evaluate", PERM_LOGIN, &evaluate_in_record, &form_evaluation_record, false,
      run_evaluate, "试算表单", "What is computed, visible and required in a form being filled in",
      READ_POST },
};

const struct room desk_catalogue_room = { "desk", NULL, 0, ROOM_TABLE(reads), NULL, 0, NULL, NULL };
