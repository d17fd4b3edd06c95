/* Tailoring (A8): what the city, or a unit above that offers it, left open in a module, a unit settles for
 * itself. Its list of changes is what is kept; the variant that its new matters run on is made of the
 * owner's texts and the list, whole or not at all, again with each version of the owner's (docs/modules.md). */
#include "core/answer.h"
#include "core/small.h"
#include "module/module.sql.h"
#include "module/tailor_in.h"
#include "org/org.h"

#define CHANGES_MOST 100
#define CHANGES_BYTES 20000
#define OPTIONS_MOST 50

/* Why one of the changes (at; n: all together) does not fit. */
struct problem {
    size_t at;
    const char *code; /* NULL: it fits */
    struct str arg, arg_en, arg2;
};

struct tailoring {
    struct ctx *cx;
    int64_t unit_id;
    struct str key;
    const struct version *city;
    const struct definition *def; /* of it */
    const struct jv *changes;
    struct problem bad;
    struct tailor_texts texts;
    struct module_checked checked;
};

/* --- one change: is it open, is the value one of its kind -------------------------------------------------- */

static struct tailor_change change_at(const struct tailoring *t, size_t i)
{
    const struct jv *c = jv_at(t->changes, i);
    return (struct tailor_change){ jv_str(jv_get(c, "change")), jv_str(jv_get(c, "target")),
                                   jv_get(c, "to") };
}

static const struct flow_node *node_of(const struct tailoring *t, struct str id)
{
    size_t n;
    int at = flow_node_find(t->def->net, id);
    return at < 0 ? NULL : &flow_nodes(t->def->net, &n)[at];
}

/* "科室负责人审核", "用途", or the kind where there is no target: what a person calls it. */
static struct str called(const struct tailoring *t, const struct tailor_change *c)
{
    const struct flow_node *n = c->target.n ? node_of(t, c->target) : NULL;
    const struct form_field *f = c->target.n ? form_find(t->def->form->fields, c->target) : NULL;
    if (n && n->name.n)
        return definition_say(t->cx, t->def, n->name);
    if (f)
        return t->cx->lang == LANG_EN && f->label_en.n ? f->label_en : f->label;
    return c->target.n ? c->target : c->kind;
}

static bool is_open(const struct form *form, const struct tailor_change *c)
{
    for (size_t i = 0; i < form->open.n; i++) {
        struct str target = form->open.p[i], kind;
        (void)str_cut(&target, ':', &kind); /* there is always a first part */
        if (str_eq(kind, c->kind) && target.n == c->target.n &&
            (!target.n || str_eq(target, c->target)))
            return true;
    }
    return false;
}

static bool is_text(const struct jv *v, size_t most)
{
    struct str s = str_trim(jv_str(v));
    return s.n > 0 && s.n <= most && str_find(s, STR("\n"), 0) < 0;
}

static bool are_texts(const struct jv *v, size_t most)
{
    bool good = jv_kind(v) == JV_ARRAY && jv_size(v) > 0 && jv_size(v) <= most;
    for (size_t i = 0; good && i < jv_size(v); i++)
        good = is_text(jv_at(v, i), 100);
    return good;
}

static bool are_options(const struct jv *v)
{
    bool good = jv_kind(v) == JV_ARRAY && jv_size(v) > 0 && jv_size(v) <= OPTIONS_MOST;
    for (size_t i = 0; good && i < jv_size(v); i++)
        good = is_text(jv_get(jv_at(v, i), "value"), 100) &&
               is_text(jv_get(jv_at(v, i), "label"), 200);
    return good;
}

static bool value_is_good(const struct tailor_change *c)
{
    if (str_is(c->kind, "step"))
        return jv_kind(c->to) == JV_BOOL && !jv_bool(c->to);
    if (str_is(c->kind, "hide"))
        return jv_kind(c->to) == JV_BOOL && jv_bool(c->to);
    if (str_is(c->kind, "require"))
        return jv_kind(c->to) == JV_BOOL;
    if (str_is(c->kind, "option"))
        return are_options(c->to);
    if (str_is(c->kind, "columns"))
        return are_texts(c->to, 40);
    return is_text(c->to, str_is(c->kind, "assign") ? 1000 : str_is(c->kind, "due") ? 20 : 200);
}

/* Does the number, an effect or a rule hang on the step, or a way behind it on its outcome? */
static bool step_is_used(const struct tailoring *t, struct str id)
{
    const struct form *f = t->def->form;
    size_t outcomes = 0;
    bool used = str_eq(id, t->def->first_node) || str_eq(id, f->number.at);
    int node = flow_node_find(t->def->net, id);
    if (node >= 0)
        (void)flow_outcomes(t->def->net, node, &outcomes); /* only how many */
    for (size_t i = 0; i < f->booking_n; i++)
        used = used || str_eq(f->booking[i].at, id);
    for (size_t i = 0; i < f->effect_n; i++)
        used = used || str_eq(f->effect[i].at, id);
    for (size_t i = 0; i < f->ask_n; i++)
        used = used || str_eq(f->ask[i].node, id);
    for (size_t i = 0; i < f->rule_n; i++)
        for (size_t k = 0; k < f->rule[i].at.n; k++)
            used = used || str_eq(f->rule[i].at.p[k], id);
    return used || outcomes > 1;
}

static bool has_option(const struct form_field *f, struct str value)
{
    for (size_t i = 0; f && i < f->option_n; i++)
        if (str_eq(f->option[i].value, value))
            return true;
    return false;
}

static void is_bad(struct tailoring *t, size_t at, const char *code, struct str arg, struct str arg2)
{
    t->bad = (struct problem){ at, code, arg, arg, arg2 };
}

/* False: failed. What does not fit is in t->bad. */
static bool look_at(struct tailoring *t, size_t i)
{
    const struct tailor_change c = change_at(t, i);
    struct str name = called(t, &c), other;
    for (size_t k = 0; k < i; k++) {
        const struct tailor_change was = change_at(t, k);
        if (str_eq(was.kind, c.kind) && str_eq(was.target, c.target))
            is_bad(t, i, "tailor.twice", name, STR_NONE);
    }
    if (!is_open(t->def->form, &c))
        is_bad(t, i, "tailor.closed", name, STR_NONE);
    else if (!value_is_good(&c))
        is_bad(t, i, "tailor.value", name, STR_NONE);
    else if (str_is(c.kind, "step") && step_is_used(t, c.target))
        is_bad(t, i, "tailor.step_used", name, STR_NONE);
    if (t->bad.code)
        return true;
    for (size_t k = 0; str_is(c.kind, "option") && k < jv_size(c.to); k++) {
        struct str value = jv_str(jv_get(jv_at(c.to, k), "value"));
        if (has_option(form_find(t->def->form->fields, c.target), value))
            is_bad(t, i, "tailor.option_taken", name, value);
    }
    if (str_is(c.kind, "assign")) {
        int good = module_own_terms(t->cx, t->unit_id, t->def->form, jv_str(c.to), &other);
        if (good < 0)
            return false;
        if (!good)
            is_bad(t, i, "tailor.people", name, other);
    }
    return true;
}

static void take_finding(struct tailoring *t)
{
    const struct module_report *r = &t->checked.report;
    for (size_t i = 0; i < r->n && !t->bad.code; i++)
        if (!r->p[i].is_warning)
            t->bad = (struct problem){ jv_size(t->changes), "tailor.check", r->p[i].message,
                                       r->p[i].message_en, STR_NONE };
}

/* The city's texts with all changes, checked. False: failed; what does not fit is in t->bad. */
static bool apply(struct tailoring *t)
{
    struct ctx *cx = t->cx;
    t->texts = (struct tailor_texts){ cx->a, jv_parse(cx->a, t->city->json, NULL, NULL),
                                      t->city->bpmn };
    t->def = definition_load(cx, t->city->id);
    if (!t->def)
        return false;
    for (size_t i = 0; i < jv_size(t->changes); i++) {
        const struct tailor_change c = change_at(t, i);
        if (!look_at(t, i))
            return false;
        if (!t->bad.code && !tailor_put(&t->texts, &c))
            is_bad(t, i, "tailor.closed", called(t, &c), STR_NONE);
        if (t->bad.code)
            return true;
    }
    const struct module_others others = module_published(cx, t->unit_id, false);
    t->checked = module_check(cx->a, t->key, jv_indented(cx->a, t->texts.json), t->texts.bpmn,
                              &others);
    if (!t->checked.is_good)
        take_finding(t);
    return cx->err.kind == ERR_NONE;
}

static bool put_variant(struct tailoring *t, int64_t *version)
{
    const struct version_put put = { .key = t->key, .json = jv_indented(t->cx->a, t->texts.json),
                                     .bpmn = t->texts.bpmn, .unit_id = t->unit_id,
                                     .base_id = t->city->id };
    int64_t id;
    return version_put(t->cx, &put, &t->checked, &id, version);
}

static struct str words_of(struct ctx *cx, const struct problem *p, enum lang lang)
{
    struct str arg = lang == LANG_EN ? p->arg_en : p->arg;
    const struct err e = { .code = p->code,
                           .arg = { arena_strndup(cx->a, arg.p ? arg.p : "", arg.n),
                                    arena_strndup(cx->a, p->arg2.p ? p->arg2.p : "", p->arg2.n) } };
    return str_of(err_message(cx->a, &e, lang));
}

/* --- again with the city's next version ---------------------------------------------------------------------- */

static bool hold(struct tailoring *t)
{
    struct buf b = buf_in(t->cx->a);
    struct jw w = jw_to(&b);
    jw_arr(&w);
    jw_obj(&w);
    jw_ki64(&w, "at", (int64_t)t->bad.at);
    jw_kstr(&w, "message", words_of(t->cx, &t->bad, LANG_ZH));
    jw_kstr(&w, "message_en", words_of(t->cx, &t->bad, LANG_EN));
    jw_obj_end(&w);
    jw_arr_end(&w);
    return db_run(t->cx->db, &q_tailoring_held, buf_done(&b), t->unit_id, t->key);
}

static bool again_for(struct tailoring *t)
{
    int64_t version;
    if (!apply(t))
        return false;
    bool fits = !t->bad.code;
    return (fits ? put_variant(t, &version) &&
                       db_run(t->cx->db, &q_tailoring_fits, t->city->version, t->unit_id, t->key)
                 : hold(t)) &&
           trace_write(t->cx, t->unit_id, "module.tailor_again", 0, 0,
                       str_printf(t->cx->a, "{\"key\":\"%.*s\",\"city_version\":%lld,\"fits\":%s}",
                                  STR_ARG(t->key), (long long)t->city->version,
                                  fits ? "true" : "false"));
}

bool tailor_again(struct ctx *cx, struct str key, int64_t owner_id, const struct version *city)
{
    struct rows r;
    size_t n = 0, size = 16;
    struct tailoring *list = arena_array_of(cx->a, struct tailoring, size);
    for (db_rows(cx->db, &r, &q_tailorings_of_key, owner_id, key); rows_next(&r); n++) {
        if (n == size) {
            list = arena_grow(cx->a, list, size * sizeof *list, size * 2 * sizeof *list);
            size *= 2;
        }
        list[n] = (struct tailoring){ .cx = cx, .unit_id = row_i64(&r, 0), .key = key, .city = city,
                                      .changes = jv_parse(cx->a, row_copy(&r, 1, cx->a), NULL, NULL) };
    }
    rows_end(&r);
    bool good = !rows_failed(&r);
    for (size_t i = 0; good && i < n; i++) {
        struct arena_mark mark = arena_mark(cx->a);
        good = again_for(&list[i]);
        if (good)
            arena_reset(cx->a, mark);
    }
    return good;
}

/* --- a unit's new list ----------------------------------------------------------------------------------------- */

struct tailor_in {
    struct str key;
    int64_t unit_id, rev;
    const struct jv *changes;
};
static const struct field tailor_in_fields[] = {
    FIELD(tailor_in, key, F_TEXT, .max = 40, .flags = FIELD_PATH, .zh = "业务", .en = "module"),
    FIELD(tailor_in, unit_id, F_ID, .flags = FIELD_REQUIRED, .zh = "单位", .en = "unit"),
    FIELD(tailor_in, changes, F_JSON, .max = CHANGES_BYTES, .flags = FIELD_REQUIRED, .zh = "调整", .en = "changes: {change, target, to}; none: back to the city's"),
    FIELD(tailor_in, rev, F_I64, .min = 0, .max = INT64_MAX, .zh = "修订号", .en = "revision it was made from"),
};
RECORD(tailor_in);

struct tailor_out {
    int64_t version, rev;
};
static const struct field tailor_out_fields[] = {
    FIELD(tailor_out, version, F_I64, .zh = "本单位的版本", .en = "the unit's version; 0: the city's"),
    FIELD(tailor_out, rev, F_I64, .zh = "修订号", .en = "revision; 0: none"),
};
RECORD(tailor_out);

/* The newest as it comes from above: the city's, or what a unit above offers; a key that is only some
 * unit's own is no module here. */
static bool load_city(struct ctx *cx, struct str key, int64_t unit_id, struct version *out,
                      int64_t *owner_id)
{
    struct offer o;
    int found = version_newest(cx, key, 0, out);
    *owner_id = 0;
    if (found == 0 && offer_from_above(cx, key, unit_id, &o) && o.is_open) {
        *owner_id = o.unit_id;
        found = version_newest(cx, key, o.unit_id, out);
    }
    if (cx->err.kind)
        return false;
    return found == 1 || (found == 0 && fail_arg(cx, ERR_NOT_FOUND, "module.absent", "key",
                                                 arena_strndup(cx->a, key.p, key.n), NULL));
}

static bool refuse(struct ctx *cx, const struct problem *p, size_t n)
{
    struct str arg = cx->lang == LANG_EN ? p->arg_en : p->arg;
    const char *field = p->at < n ? arena_printf(cx->a, "changes[%zu]", p->at) : "changes";
    return fail_arg(cx, ERR_INVALID, p->code, field,
                    arena_strndup(cx->a, arg.p ? arg.p : "", arg.n),
                    p->arg2.p ? arena_strndup(cx->a, p->arg2.p, p->arg2.n) : NULL);
}

/* 0: none yet; -1: failed. */
static int64_t locked_rev(struct ctx *cx, int64_t unit_id, struct str key)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_tailoring_lock, unit_id, key);
    int64_t rev = found == 1 ? row_i64(&r, 0) : 0;
    rows_end(&r);
    return found < 0 ? -1 : rev;
}

static bool run_tailor(struct ctx *cx, const void *input, void *output)
{
    const struct tailor_in *in = input;
    struct tailor_out *out = output;
    struct version city;
    int64_t owner;
    if (!module_unit_may(cx, in->unit_id) || !load_city(cx, in->key, in->unit_id, &city, &owner))
        return false;
    if (jv_kind(in->changes) != JV_ARRAY || jv_size(in->changes) > CHANGES_MOST)
        return fail(cx, ERR_INVALID, "tailor.list", "changes");
    int64_t was = locked_rev(cx, in->unit_id, in->key);
    if (was < 0)
        return false;
    if (in->rev && in->rev != was)
        return fail(cx, ERR_CONFLICT, "studio.stale", "rev");
    struct tailoring t = { .cx = cx, .unit_id = in->unit_id, .key = in->key, .city = &city,
                           .changes = in->changes };
    if (!jv_size(in->changes)) {
        *out = (struct tailor_out){ 0, 0 };
        if (!db_run(cx->db, &q_tailoring_drop, in->unit_id, in->key) ||
            !db_run(cx->db, &q_definition_untailor, in->key, in->unit_id))
            return false;
    } else {
        if (!apply(&t))
            return false;
        if (t.bad.code)
            return refuse(cx, &t.bad, jv_size(in->changes));
        out->rev = was + 1;
        if (!put_variant(&t, &out->version) ||
            !db_run(cx->db, &q_tailoring_put, in->unit_id, in->key, owner,
                    jv_canonical(cx->a, in->changes), city.version, out->rev,
                    cx->actor->person_id, cx->now))
            return false;
    }
    return trace_write(cx, in->unit_id, "studio.tailor", 0, 0,
                       str_printf(cx->a, "{\"key\":\"%.*s\",\"version\":%lld,\"changes\":%s}",
                                  STR_ARG(in->key), (long long)out->version,
                                  arena_strndup(cx->a, jv_canonical(cx->a, in->changes).p,
                                                jv_canonical(cx->a, in->changes).n)));
}

/* --- reads -------------------------------------------------------------------------------------------------------- */

struct tailored_in {
    struct str key;
    int64_t unit_id;
};
static const struct field tailored_in_fields[] = {
    FIELD(tailored_in, key, F_TEXT, .max = 40, .flags = FIELD_PATH, .zh = "业务", .en = "module"),
    FIELD(tailored_in, unit_id, F_ID, .flags = FIELD_REQUIRED, .zh = "单位", .en = "unit"),
};
RECORD(tailored_in);

static const char *const states[] = { "none", "fits", "held", NULL };
static ANSWER(tailor_problem, NUMBER(ALWAYS, "at", "第几处", "which change; as many as there are: all together"),
              TEXT(ALWAYS, "message", "问题", "what no longer fits"));
static ANSWER(tailor_open, TEXT(ALWAYS, "change", "调整什么", "change"),
              TEXT(ALWAYS, "target", "环节或字段", "node or field; empty: none"),
              TEXT(ALWAYS, "label", "名称", "what it is called; empty: by its kind"),
              MEMBER(ALWAYS, "city", F_JSON, "全市的规定", "as the city has it"),
              MEMBER(OR_NULL, "own", F_JSON, "本单位的调整", "as the unit has it; null: as the city"));
static ANSWER(module_tailored, TEXT(ALWAYS, "key", "业务", "module"), TEXT(ALWAYS, "name", "名称", "name"),
              TEXT(OR_NULL, "owner", "哪个上级单位的", "of this unit above; null: the city's"),
              CHOICE(ALWAYS, "state", states, "状态", "state"),
              NUMBER(ALWAYS, "city_version", "全市版本", "the city's newest version"),
              NUMBER(ALWAYS, "base_version", "所依版本", "the version that the unit's is made of; 0: none"),
              NUMBER(ALWAYS, "rev", "修订号", "revision; 0: none"),
              LIST(ALWAYS, "open", &tailor_open_record, "可调整之处", "what is open"),
              LIST(ALWAYS, "problems", &tailor_problem_record, "不再适用之处", "what no longer fits"));

static void write_city_value(struct jw *w, const struct tailoring *t, const struct tailor_change *c)
{
    const struct flow_node *n = c->target.n ? node_of(t, c->target) : NULL;
    const struct form_field *f = c->target.n ? form_find(t->def->form->fields, c->target) : NULL;
    const struct jv *j = definition_json(t->cx, t->def), *fields = jv_get(j, "fields");
    const struct jv *options = NULL;
    for (size_t i = 0; f && i < jv_size(fields); i++)
        if (str_eq(jv_str(jv_get(jv_at(fields, i), "name")), f->name))
            options = jv_get(jv_at(fields, i), "options");
    jw_key(w, "city");
    if (str_is(c->kind, "assign") || str_is(c->kind, "due"))
        jw_str(w, !n ? STR("") : str_is(c->kind, "assign") ? n->assign : n->due);
    else if (str_is(c->kind, "step"))
        jw_bool(w, true);
    else if (str_is(c->kind, "hide"))
        jw_bool(w, false);
    else if (str_is(c->kind, "require"))
        jw_bool(w, f && f->is_required);
    else if (str_is(c->kind, "label"))
        jw_str(w, f ? f->label : STR(""));
    else if (str_is(c->kind, "option"))
        jw_raw(w, options ? jv_compact(t->cx->a, options) : STR("[]"));
    else if (str_is(c->kind, "columns"))
        jw_raw(w, jv_get(jv_get(j, "register"), "columns")
                      ? jv_compact(t->cx->a, jv_get(jv_get(j, "register"), "columns"))
                      : STR("[]"));
    else
        jw_str(w, jv_str(jv_get(jv_get(t->def->module, "sheet"), "title")));
}

static void write_open(struct jw *w, const struct tailoring *t)
{
    const struct form *form = t->def->form;
    jw_karr(w, "open");
    for (size_t i = 0; i < form->open.n; i++) {
        struct tailor_change c = { .target = form->open.p[i] };
        const struct jv *own = NULL;
        (void)str_cut(&c.target, ':', &c.kind); /* there is always a first part */
        for (size_t k = 0; k < jv_size(t->changes); k++) {
            const struct tailor_change is = change_at(t, k);
            if (str_eq(is.kind, c.kind) && str_eq(is.target, c.target))
                own = is.to;
        }
        jw_obj(w);
        jw_kstr(w, "change", c.kind);
        jw_kstr(w, "target", c.target.n ? c.target : STR(""));
        jw_kstr(w, "label", c.target.n ? called(t, &c) : STR(""));
        write_city_value(w, t, &c);
        jw_kraw(w, "own", own ? jv_compact(t->cx->a, own) : STR_NONE);
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

static void write_problems(struct ctx *cx, struct jw *w, const struct jv *problems)
{
    jw_karr(w, "problems");
    for (size_t i = 0; i < jv_size(problems); i++) {
        const struct jv *p = jv_at(problems, i);
        jw_obj(w);
        jw_ki64(w, "at", jv_i64(jv_get(p, "at")));
        jw_kstr(w, "message", jv_str(jv_get(p, cx->lang == LANG_EN ? "message_en" : "message")));
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

static bool run_tailored(struct ctx *cx, const void *input, struct jw *w)
{
    const struct tailored_in *in = input;
    struct version city;
    struct rows r;
    struct tailoring t = { .cx = cx, .unit_id = in->unit_id, .key = in->key, .city = &city };
    struct str state = STR("none"), of = STR_NONE;
    const struct jv *problems = NULL;
    int64_t base = 0, rev = 0, owner;
    if (!module_unit_may(cx, in->unit_id) || !load_city(cx, in->key, in->unit_id, &city, &owner))
        return false;
    t.def = definition_load(cx, city.id);
    int found = t.def ? db_get(cx->db, &r, &q_tailoring_get, in->unit_id, in->key) : -1;
    if (!t.def)
        return false;
    if (found == 1) {
        t.changes = jv_parse(cx->a, row_copy(&r, 0, cx->a), NULL, NULL);
        state = row_copy(&r, 1, cx->a);
        problems = jv_parse(cx->a, row_copy(&r, 2, cx->a), NULL, NULL);
        base = row_i64(&r, 3);
        rev = row_i64(&r, 4);
    }
    rows_end(&r);
    if (found < 0 || (owner && !org_unit_name_on(cx, owner, STR_NONE, &of)))
        return false;
    jw_obj(w);
    jw_kstr(w, "key", in->key);
    jw_kstr(w, "name", definition_say(cx, t.def, t.def->name));
    jw_kstr(w, "owner", of);
    jw_kstr(w, "state", state);
    jw_ki64(w, "city_version", city.version);
    jw_ki64(w, "base_version", base);
    jw_ki64(w, "rev", rev);
    write_open(w, &t);
    write_problems(cx, w, problems);
    jw_obj_end(w);
    return true;
}

struct tailorings_in {
    int64_t unit_id;
};
static const struct field tailorings_in_fields[] = {
    FIELD(tailorings_in, unit_id, F_ID, .flags = FIELD_REQUIRED, .zh = "单位", .en = "unit"),
};
RECORD(tailorings_in);

struct tailoring_row {
    struct str key, name, tier, state, owner;
};
static const struct field tailoring_row_fields[] = {
    FIELD(tailoring_row, key, F_TEXT, .flags = FIELD_REQUIRED, .zh = "业务", .en = "module"),
    FIELD(tailoring_row, name, F_TEXT, .flags = FIELD_REQUIRED, .zh = "名称", .en = "name"),
    FIELD(tailoring_row, tier, F_TEXT, .flags = FIELD_REQUIRED, .zh = "层级", .en = "city: given; unit: switched on by the unit"),
    FIELD(tailoring_row, owner, F_TEXT, .zh = "哪个上级单位的", .en = "of this unit above; null: the city's"),
    FIELD(tailoring_row, state, F_CHOICE, .flags = FIELD_REQUIRED, .choices = states, .zh = "状态", .en = "state"),
};
RECORD(tailoring_row);

static bool run_tailorings(struct ctx *cx, const void *input, struct jw *w)
{
    const struct tailorings_in *in = input;
    struct definitions list;
    struct rows r;
    struct str key[200], state[200];
    size_t n = 0;
    if (!module_unit_may(cx, in->unit_id) || !definitions_above(cx, in->unit_id, &list))
        return false;
    for (db_rows(cx->db, &r, &q_tailorings_of_unit, in->unit_id); n < 200 && rows_next(&r); n++) {
        key[n] = row_copy(&r, 0, cx->a);
        state[n] = row_copy(&r, 1, cx->a);
    }
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    answer_rows(w);
    for (size_t i = 0; i < list.n; i++) {
        const struct definition *d = list.p[i];
        struct module_use use;
        if (!module_use_of(cx, d, in->unit_id, &use))
            return false;
        if (use.is_withdrawn)
            continue;
        struct tailoring_row row = { d->key, definition_say(cx, d, d->name),
                                     use.can_switch ? STR("unit") : STR("city"), STR("none"),
                                     STR_NONE };
        if (d->owner_id && !org_unit_name_on(cx, d->owner_id, STR_NONE, &row.owner))
            return false;
        for (size_t k = 0; k < n; k++)
            if (str_eq(key[k], d->key))
                row.state = state[k];
        if (d->form->open.n || !str_is(row.state, "none"))
            record_encode(w, &tailoring_row_record, &row);
    }
    answer_rows_end(w, STR_NONE);
    return true;
}

static const struct command commands[] = {
    { "studio.tailor", POST, "/studio/modules/{key}/tailor", PERM_UNIT_ADMIN, &tailor_in_record,
      &tailor_out_record, run_tailor, "本单位调整全市业务",
      "Settle for a unit what the city left open in a module", 0, NULL },
};

static const struct read reads[] = {
    { "studio.tailored", "/studio/modules/{key}/tailor", PERM_UNIT_ADMIN, &tailored_in_record,
      &module_tailored_record, false, run_tailored, "本单位对一项业务的调整",
      "What a unit may settle in a module, and what it has", 0 },
    { "studio.tailorings", "/studio/tailorings", PERM_UNIT_ADMIN, &tailorings_in_record,
      &tailoring_row_record, true, run_tailorings, "可调整的业务", "Modules with something open", 0 },
};

const struct room tailor_room = { "module", ROOM_TABLE(commands), ROOM_TABLE(reads), NULL, 0, NULL, NULL };
