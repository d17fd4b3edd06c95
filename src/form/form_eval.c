/* Expressions over a form's values: what names stand for, values to FEEL and back, and as variables of
 * the flow, where numbers and days stay exact. */
#include "base/clock.h"
#include "form/form_in.h"

int64_t moment_of(int64_t days, int64_t ms_of_day)
{
    return days * CLOCK_DAY_MS + ms_of_day - CLOCK_SHANGHAI_MS;
}

/* --- values to FEEL --------------------------------------------------------------------------------- */

static const struct feel_value *pair(struct arena *a, const struct feel_value *from,
                                     const struct feel_value *to)
{
    struct str *key = arena_array_of(a, struct str, 2);
    const struct feel_value **v = arena_array_of(a, const struct feel_value *, 2);
    key[0] = STR("from");
    key[1] = STR("to");
    v[0] = from;
    v[1] = to;
    return feel_context(a, key, v, 2);
}

static const struct feel_value *moment_value(struct arena *a, const struct jv *v)
{
    return jv_kind(v) == JV_INT ? feel_of_text(a, "dateTime", clock_iso(a, jv_i64(v))) : NULL;
}

static const struct feel_value *reference(struct arena *a, const struct form_field *f,
                                          const struct jv *v, const struct form_world *world)
{
    int64_t id;
    if (!jv_as_i64(v, &id))
        return NULL;
    const struct feel_value *found =
        world && world->look_up ? world->look_up(world->arg, a, f, id) : NULL;
    if (found)
        return found;
    struct str *key = arena_new_of(a, struct str);
    const struct feel_value **value = arena_new_of(a, const struct feel_value *);
    *key = STR("id");
    *value = feel_of_str(a, str_copy(a, jv_str(v)));
    return feel_context(a, key, value, 1);
}

static const struct feel_value *row_value(struct arena *a, const struct form_field *f,
                                          const struct jv *row, const struct form_world *world)
{
    struct str *key = arena_array_of(a, struct str, f->columns.n + 1);
    const struct feel_value **v =
        arena_array_of(a, const struct feel_value *, f->columns.n + 1);
    for (size_t i = 0; i < f->columns.n; i++) {
        const struct form_field *c = &f->columns.p[i];
        key[i] = c->name;
        v[i] = form_to_feel(a, c, jv_get(row, arena_strndup(a, c->name.p, c->name.n)), world);
    }
    return feel_context(a, key, v, f->columns.n);
}

static const struct feel_value *elements(struct arena *a, const struct form_field *f,
                                         const struct jv *v, const struct form_world *world)
{
    size_t n = jv_size(v);
    const struct feel_value **out = arena_array_of(a, const struct feel_value *, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct jv *one = jv_at(v, i);
        out[i] = f->type == FORM_TABLE                            ? row_value(a, f, one, world)
                 : f->type == FORM_POSTS || f->type == FORM_UNITS ? reference(a, f, one, world)
                                                                  : feel_of_json(a, one);
    }
    return feel_list(a, out, n);
}

const struct feel_value *form_to_feel(struct arena *a, const struct form_field *f,
                                      const struct jv *v, const struct form_world *world)
{
    bool is_list = f->type == FORM_TABLE || f->type == FORM_POSTS || f->type == FORM_UNITS ||
                   f->type == FORM_CHOICES || f->type == FORM_ATTACHMENT;
    if (is_list)
        return elements(a, f, jv_kind(v) == JV_ARRAY ? v : NULL, world);
    if (form_is_empty(v))
        return NULL;
    switch (f->type) {
    case FORM_NUMBER:
    case FORM_MONEY: return feel_of_text(a, "number", jv_str(v));
    case FORM_DATE: return feel_of_text(a, "date", jv_str(v));
    case FORM_DATE_RANGE:
        return pair(a, feel_of_text(a, "date", jv_str(jv_get(v, "from"))),
                    feel_of_text(a, "date", jv_str(jv_get(v, "to"))));
    case FORM_TIME: return feel_of_text(a, "time", str_printf(a, "%.*s:00", STR_ARG(jv_str(v))));
    case FORM_MOMENT: return moment_value(a, v);
    case FORM_MOMENT_RANGE:
        return pair(a, moment_value(a, jv_get(v, "from")), moment_value(a, jv_get(v, "to")));
    case FORM_POST:
    case FORM_UNIT:
    case FORM_THING:
    case FORM_MATTER: return reference(a, f, v, world);
    default: return feel_of_json(a, v);
    }
}

/* --- FEEL to values ------------------------------------------------------------------------------------ */

static struct str json_text(struct arena *a, struct str s)
{
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    jw_str(&w, s);
    return buf_done(&b);
}

static struct str moment_text(struct arena *a, const struct feel_value *v)
{
    int64_t days, ms;
    if (!feel_as_moment(v, &days, &ms))
        return STR_NONE;
    return str_printf(a, "%lld", (long long)moment_of(days, ms / CLOCK_MINUTE_MS * CLOCK_MINUTE_MS));
}

static struct str day_text(struct arena *a, const struct feel_value *v)
{
    int64_t days, ms;
    if (!feel_as_moment(v, &days, &ms))
        return STR_NONE;
    return json_text(a, clock_day_text(a, clock_from_days(days)));
}

static struct str range_text(struct arena *a, const struct form_field *f,
                             const struct feel_value *v)
{
    const struct feel_value *from = feel_member(v, STR("from")), *to = feel_member(v, STR("to"));
    bool days = f->type == FORM_DATE_RANGE;
    struct str x = days ? day_text(a, from) : moment_text(a, from);
    struct str y = days ? day_text(a, to) : moment_text(a, to);
    return x.p && y.p ? str_printf(a, "{\"from\":%.*s,\"to\":%.*s}", STR_ARG(x), STR_ARG(y))
                      : STR_NONE;
}

/* A reference computed from another: its context's id. */
static struct str id_text(struct arena *a, const struct feel_value *v)
{
    struct str id = feel_as_str(feel_member(v, STR("id")));
    return id.p ? json_text(a, id) : STR_NONE;
}

struct str form_of_feel(struct arena *a, const struct form_field *f, const struct feel_value *v)
{
    struct str s;
    switch (f->type) {
    case FORM_TEXT:
    case FORM_LONG_TEXT:
        s = feel_text(a, v);
        return s.p ? json_text(a, utf8_prefix(s, (size_t)f->most)) : STR_NONE;
    case FORM_RICH_TEXT:
    case FORM_CHOICE:
        s = feel_as_str(v);
        return s.p ? json_text(a, s) : STR_NONE;
    case FORM_NUMBER:
    case FORM_MONEY:
        s = feel_decimal(a, v, f->type == FORM_MONEY || f->decimals < 10 ? f->decimals : -1);
        return s.p && decimal_good(s, 10) ? json_text(a, s) : STR_NONE;
    case FORM_DATE: return day_text(a, v);
    case FORM_TIME:
        s = feel_text(a, v);
        return strcmp(feel_kind(v), "time") == 0 ? json_text(a, str_sub(s, 0, 5)) : STR_NONE;
    case FORM_MOMENT: return moment_text(a, v);
    case FORM_DATE_RANGE:
    case FORM_MOMENT_RANGE: return range_text(a, f, v);
    case FORM_CHECK:
        return strcmp(feel_kind(v), "boolean") != 0 ? STR_NONE
               : v == feel_of_bool(true)            ? STR("true")
                                                    : STR("false");
    case FORM_POST:
    case FORM_UNIT:
    case FORM_THING:
    case FORM_MATTER: return id_text(a, v);
    default: return STR_NONE;
    }
}

/* --- names ------------------------------------------------------------------------------------------------- */

struct env {
    const struct form *form;
    struct form_fields fields;
    struct form_values values;
    const struct form_world *world;
    const struct form_field *table; /* in a row of it */
    const struct jv *row;
};

static bool look(void *arg, struct arena *a, struct str name, const struct feel_value **out)
{
    const struct env *e = arg;
    const struct form_field *f = e->table ? form_find(e->table->columns, name) : NULL;
    if (f) {
        *out = form_to_feel(a, f, jv_get(e->row, arena_strndup(a, name.p, name.n)), e->world);
        return true;
    }
    f = form_find(e->fields, name);
    if (f) {
        *out = form_to_feel(a, f, e->values.v[f->index], e->world);
        return true;
    }
    if (!e->world)
        return false;
    if (str_is(name, "starter"))
        *out = e->world->starter;
    else if (str_is(name, "outcome"))
        *out = e->world->outcome.p ? feel_of_str(a, e->world->outcome) : NULL;
    else if (str_is(name, "urgency"))
        *out = e->world->urgency.p ? feel_of_str(a, e->world->urgency) : NULL;
    else
        return false;
    return true;
}

static bool count_workdays(void *arg, int64_t from, int64_t to, int64_t *out)
{
    const struct env *e = arg;
    return e->world && e->world->workdays && e->world->workdays(e->world->arg, from, to, out);
}

static const struct feel_value *eval(struct arena *a, const struct env *e, const struct feel *x)
{
    struct env own = *e;
    const struct feel_env env = { .get = look, .arg = &own, .workdays = count_workdays,
                                  .now = e->world ? e->world->now : 0 };
    return feel_eval(a, x, &env, NULL);
}

static bool is_true(struct arena *a, const struct env *e, const struct feel *x)
{
    return eval(a, e, x) == feel_of_bool(true);
}

const struct feel_value *form_eval(struct arena *a, const struct form *form, struct form_values v,
                                   const struct form_world *world, const struct feel *x)
{
    const struct env e = { form, form->fields, v, world, NULL, NULL };
    return x ? eval(a, &e, x) : NULL;
}

const struct feel_value *form_eval_row(struct arena *a, const struct form *form,
                                       struct form_values v, const struct form_field *table,
                                       size_t row, const struct form_world *world,
                                       const struct feel *x)
{
    const struct env e = { form, form->fields, v, world, table, jv_at(v.v[table->index], row) };
    return x ? eval(a, &e, x) : NULL;
}

/* --- computing ------------------------------------------------------------------------------------------------ */

static bool same_value(struct arena *a, const struct jv *x, const struct jv *y)
{
    if (!x || !y)
        return x == y;
    return str_eq(jv_canonical(a, x), jv_canonical(a, y));
}

static const struct jv *computed(struct arena *a, const struct env *e, const struct form_field *f,
                                 const struct feel *x)
{
    struct str text = form_of_feel(a, f, eval(a, e, x));
    return text.p ? jv_parse(a, text, NULL, NULL) : NULL;
}

static bool has_computed_column(const struct form_field *f)
{
    for (size_t i = 0; i < f->columns.n; i++)
        if (f->columns.p[i].compute)
            return true;
    return false;
}

/* One row with its computed cells; those before are seen by those after. */
static const struct jv *computed_row(struct arena *a, const struct env *e,
                                     const struct form_field *f, const struct jv *row)
{
    for (size_t i = 0; i < f->columns.n; i++) {
        const struct form_field *c = &f->columns.p[i];
        if (!c->compute)
            continue;
        struct env in_row = *e;
        in_row.table = f;
        in_row.row = row;
        struct str cell = form_of_feel(a, c, eval(a, &in_row, c->compute));
        struct buf b = buf_in(a);
        struct jw w = jw_to(&b);
        struct str key;
        const struct jv *value;
        jw_obj(&w);
        for (const void *it = NULL; (it = jv_next(row, it, &key, &value));)
            if (!str_eq(key, c->name)) {
                jw_key_str(&w, key);
                jw_raw(&w, jv_compact(a, value));
            }
        if (cell.p) {
            jw_key_str(&w, c->name);
            jw_raw(&w, cell);
        }
        jw_obj_end(&w);
        row = jv_parse(a, buf_done(&b), NULL, NULL);
    }
    return row;
}

static const struct jv *computed_table(struct arena *a, const struct env *e,
                                       const struct form_field *f, const struct jv *rows)
{
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    if (jv_kind(rows) != JV_ARRAY)
        return rows;
    jw_arr(&w);
    for (size_t i = 0; i < jv_size(rows); i++) {
        const struct jv *row = jv_at(rows, i);
        jw_raw(&w, jv_compact(a, jv_kind(row) == JV_OBJECT ? computed_row(a, e, f, row) : row));
    }
    jw_arr_end(&w);
    return jv_parse(a, buf_done(&b), NULL, NULL);
}

/* Computed fields use others, visibility uses computed ones, what becomes invisible is empty: until
 * nothing changes. */
static void settle(struct arena *a, struct env *e, struct form_result *out)
{
    size_t n = e->fields.n;
    bool changed = true;
    for (size_t round = 0; changed && round < n + 2; round++) {
        changed = false;
        for (size_t i = 0; i < n; i++) {
            const struct form_field *f = &e->fields.p[i];
            const struct jv *v = e->values.v[i];
            if (f->compute)
                v = computed(a, e, f, f->compute);
            else if (f->type == FORM_TABLE && v && has_computed_column(f))
                v = computed_table(a, e, f, v);
            out->is_visible[i] = !f->visible || is_true(a, e, f->visible);
            if (!out->is_visible[i])
                v = NULL;
            if (!same_value(a, v, e->values.v[i])) {
                e->values.v[i] = v;
                changed = true;
            }
        }
    }
}

/* --- taking a change --------------------------------------------------------------------------------------------- */

static struct str path_of(struct arena *a, const struct form_change *c, struct str name)
{
    return str_printf(a, "%s.%.*s", c->prefix ? c->prefix : "form", STR_ARG(name));
}

/* Puts the input over the values; marks what was named. */
static void merge(struct checking *k, struct env *e, const struct form_change *c, bool *is_named)
{
    struct str key;
    const struct jv *value;
    for (const void *it = NULL; c->input && (it = jv_next(c->input, it, &key, &value));) {
        const struct form_field *f = form_find(e->fields, key);
        if (!f) {
            problem_add(k, NULL, "input.unknown", path_of(k->a, c, key), STR_NONE);
            continue;
        }
        const struct jv *v = form_is_empty(value) ? NULL : value;
        bool may = !f->compute && (!c->right || c->right[f->index] & FORM_EDIT);
        if (may) {
            is_named[f->index] = true;
            e->values.v[f->index] = v;
        } else if (!f->compute && !same_value(k->a, v, e->values.v[f->index])) {
            problem_add(k, f, "form.not_editable", path_of(k->a, c, key), STR_NONE);
        } /* a page may send back what it was given, computed ones too */
    }
}

static void fill_defaults(struct arena *a, struct env *e, const bool *is_named)
{
    for (size_t i = 0; i < e->fields.n; i++)
        if (e->fields.p[i].otherwise && !is_named[i] && !e->values.v[i])
            e->values.v[i] = computed(a, e, &e->fields.p[i], e->fields.p[i].otherwise);
}

/* What does not fit is complained about and does not take part in what is computed. */
static void check_types(struct checking *k, struct env *e, const struct form_change *c,
                        const bool *is_named)
{
    for (size_t i = 0; i < e->fields.n; i++) {
        size_t before = k->out->problem_n;
        if (!is_named[i] || !e->values.v[i])
            continue;
        value_check(k, &e->fields.p[i], e->values.v[i], path_of(k->a, c, e->fields.p[i].name));
        if (k->out->problem_n > before)
            e->values.v[i] = NULL;
    }
}

static bool lacks(const struct form_field *f, const struct jv *v)
{
    return form_is_empty(v) || (f->type == FORM_CHECK && !jv_bool(v));
}

static void check_cells(struct checking *k, const struct env *e, const struct form_field *f,
                        struct str path)
{
    const struct jv *rows = e->values.v[f->index];
    for (size_t i = 0; i < jv_size(rows); i++) {
        struct env in_row = *e;
        in_row.table = f;
        in_row.row = jv_at(rows, i);
        for (size_t c = 0; c < f->columns.n; c++) {
            const struct form_field *col = &f->columns.p[c];
            const struct jv *cell = jv_get(in_row.row, arena_strndup(k->a, col->name.p, col->name.n));
            bool needed = col->is_required ||
                          (col->required_when && is_true(k->a, &in_row, col->required_when));
            if (needed && lacks(col, cell) &&
                !(col->visible && !is_true(k->a, &in_row, col->visible)))
                problem_add(k, col, "input.required",
                            str_printf(k->a, "%.*s.%zu.%.*s", STR_ARG(path), i,
                                       STR_ARG(col->name)), STR_NONE);
        }
    }
}

static bool complained(const struct form_result *out, struct str path)
{
    for (size_t i = 0; i < out->problem_n; i++)
        if (str_starts(out->problem[i].field, path))
            return true;
    return false;
}

static void check_required(struct checking *k, const struct env *e, const struct form_change *c)
{
    for (size_t i = 0; i < e->fields.n; i++) {
        const struct form_field *f = &e->fields.p[i];
        struct str path = path_of(k->a, c, f->name);
        const struct jv *v = e->values.v[i];
        uint8_t right = c->right ? c->right[i] : FORM_EDIT;
        bool by_rule = f->is_required ||
                       (f->required_when && is_true(k->a, e, f->required_when));
        k->out->is_required[i] =
            k->out->is_visible[i] && !f->compute && (right & FORM_EDIT) &&
            (by_rule || right & FORM_REQUIRE);
        if (c->is_draft || !k->out->is_visible[i] || !(right & FORM_EDIT) || f->compute ||
            complained(k->out, path))
            continue;
        if (k->out->is_required[i] && lacks(f, v))
            problem_add(k, f, "input.required", path, STR_NONE);
        else if (f->least && (int64_t)jv_size(v) < f->least &&
                 (f->type == FORM_TABLE || f->type == FORM_ATTACHMENT))
            problem_add(k, f, "input.too_few", path,
                        str_printf(k->a, "%lld", (long long)f->least));
        if (f->type == FORM_TABLE)
            check_cells(k, e, f, path);
    }
}

static bool rule_is_at(const struct form_rule *r, const struct form_change *c)
{
    if (r->at.n == 0)
        return c->is_start;
    for (size_t i = 0; i < r->at.n; i++)
        if (str_eq(r->at.p[i], c->at) || (c->is_start && str_is(r->at.p[i], "start")))
            return true;
    return false;
}

static bool is_broken(struct arena *a, const struct env *e, const struct form_rule *r)
{
    if (r->when && !is_true(a, e, r->when))
        return false;
    return !r->apart.n || (e->world && e->world->is_other_away &&
                           e->world->is_other_away(e->world->arg, r->apart,
                                                   eval(a, e, r->apart_from),
                                                   eval(a, e, r->apart_to)));
}

static void check_rules(struct checking *k, const struct env *e, const struct form_change *c)
{
    for (size_t i = 0; i < e->form->rule_n; i++) {
        const struct form_rule *r = &e->form->rule[i];
        if (!rule_is_at(r, c) || !is_broken(k->a, e, r))
            continue;
        struct str path = r->field.p ? path_of(k->a, c, r->field)
                                     : str_of(c->prefix ? c->prefix : "form");
        struct str en = r->message_en.p ? r->message_en : r->message;
        problem_add(k, NULL, r->is_warn ? "form.rule_warn" : "form.rule", path, STR_NONE);
        struct form_problem *p = &k->out->problem[k->out->problem_n - 1];
        p->rule = r;
        p->rule_no = (int)i + 1;
        p->is_warn = r->is_warn;
        p->label = arena_strndup(k->a, r->message.p, r->message.n);
        p->label_en = arena_strndup(k->a, en.p, en.n);
        p->limit = arena_printf(k->a, "%zu", i + 1);
    }
}

struct form_result form_apply(struct arena *a, const struct form *form, struct form_fields fields,
                              struct form_values before, const struct form_change *change,
                              const struct form_world *world)
{
    struct form_result out = { .is_visible = arena_array_of(a, bool, fields.n + 1),
                               .is_required = arena_array_of(a, bool, fields.n + 1) };
    struct form_values v = { arena_copy(a, before.v, (fields.n + 1) * sizeof *before.v) };
    struct env e = { form, fields, v, world, NULL, NULL };
    struct checking k = { a, form, &out, world, &e.values };
    bool *is_named = arena_array_of(a, bool, fields.n + 1);
    merge(&k, &e, change, is_named);
    if (change->is_start)
        fill_defaults(a, &e, is_named);
    check_types(&k, &e, change, is_named);
    settle(a, &e, &out);
    check_required(&k, &e, change);
    if (!change->is_draft && (change->at.p || change->is_start) && fields.p == form->fields.p)
        check_rules(&k, &e, change);
    out.values = e.values;
    return out;
}

/* --- rights ---------------------------------------------------------------------------------------------------------- */

const uint8_t *form_rights(struct arena *a, const struct form *form, struct str node, bool is_first)
{
    uint8_t *right = arena_array_of(a, uint8_t, form->fields.n + 1);
    for (size_t i = 0; is_first && i < form->fields.n; i++)
        if (!form->fields.p[i].compute && !form->fields.p[i].is_read_only)
            right[i] = FORM_EDIT;
    for (size_t s = 0; s < form->step_n; s++) {
        const struct form_step *step = &form->step[s];
        if (!(node.p && str_eq(step->node, node)) && !(is_first && str_is(step->node, "start")))
            continue;
        for (size_t i = 0; i < form->fields.n; i++)
            right[i] |= step->right[i];
    }
    for (size_t i = 0; i < form->fields.n; i++)
        if (right[i] & FORM_HIDE)
            right[i] = FORM_HIDE;
    return right;
}

/* --- variables of the flow --------------------------------------------------------------------------------------------- */

static void tagged(struct jw *w, const char *tag, struct str text)
{
    jw_obj(w);
    jw_kstr(w, tag, text);
    jw_obj_end(w);
}

static void flow_write(struct jw *w, struct arena *a, const struct form_field *f,
                       const struct jv *v);

static void flow_pair(struct jw *w, struct arena *a, enum form_type t, const struct jv *v)
{
    const struct form_field end = { .type = t };
    jw_obj(w);
    jw_key(w, "from");
    flow_write(w, a, &end, jv_get(v, "from"));
    jw_key(w, "to");
    flow_write(w, a, &end, jv_get(v, "to"));
    jw_obj_end(w);
}

static void flow_list(struct jw *w, struct arena *a, const struct form_field *f, const struct jv *v)
{
    static const struct form_field post = { .type = FORM_POST }, unit = { .type = FORM_UNIT };
    jw_arr(w);
    for (size_t i = 0; i < jv_size(v); i++) {
        const struct jv *one = jv_at(v, i);
        if (f->type != FORM_TABLE) {
            flow_write(w, a, f->type == FORM_POSTS ? &post : &unit, one);
            continue;
        }
        jw_obj(w);
        jw_kobj(w, "context");
        for (size_t c = 0; c < f->columns.n; c++) {
            struct str name = f->columns.p[c].name;
            jw_key_str(w, name);
            flow_write(w, a, &f->columns.p[c], jv_get(one, arena_strndup(a, name.p, name.n)));
        }
        jw_obj_end(w);
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

static void flow_write(struct jw *w, struct arena *a, const struct form_field *f,
                       const struct jv *v)
{
    if (form_is_empty(v)) {
        jw_null(w);
        return;
    }
    switch (f->type) {
    case FORM_NUMBER:
    case FORM_MONEY: tagged(w, "number", jv_str(v)); return;
    case FORM_DATE: tagged(w, "date", jv_str(v)); return;
    case FORM_TIME: tagged(w, "time", str_printf(a, "%.*s:00", STR_ARG(jv_str(v)))); return;
    case FORM_MOMENT: tagged(w, "dateTime", clock_iso(a, jv_i64(v))); return;
    case FORM_DATE_RANGE: flow_pair(w, a, FORM_DATE, v); return;
    case FORM_MOMENT_RANGE: flow_pair(w, a, FORM_MOMENT, v); return;
    case FORM_POST: jw_str(w, str_printf(a, "post:%.*s", STR_ARG(jv_str(v)))); return;
    case FORM_UNIT: jw_str(w, str_printf(a, "unit:%.*s", STR_ARG(jv_str(v)))); return;
    case FORM_POSTS:
    case FORM_UNITS:
    case FORM_TABLE: flow_list(w, a, f, v); return;
    default: jw_raw(w, jv_canonical(a, v)); return;
    }
}

struct str form_to_flow(struct arena *a, const struct form_field *f, const struct jv *v)
{
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    flow_write(&w, a, f, v);
    return buf_done(&b);
}

static void form_write_back(struct jw *w, struct arena *a, const struct form_field *f,
                            const struct jv *v);

/* {"date":"2026-12-01"} or the plain text; "post:12" is 12. */
static struct str plain_text(struct arena *a, const struct jv *v, const char *tag)
{
    const struct jv *tagged = jv_kind(v) == JV_OBJECT ? jv_get(v, tag) : v;
    struct str s = jv_str(tagged);
    return s.p ? s : jv_kind(tagged) == JV_NULL ? STR_NONE : jv_compact(a, tagged);
}

static void write_back_list(struct jw *w, struct arena *a, const struct form_field *f,
                            const struct jv *v)
{
    struct form_field one = *f;
    one.type = f->type == FORM_POSTS ? FORM_POST : FORM_UNIT;
    jw_arr(w);
    for (size_t i = 0; i < jv_size(v); i++) {
        const struct jv *row = jv_at(v, i);
        if (f->type != FORM_TABLE) {
            form_write_back(w, a, &one, row);
            continue;
        }
        row = jv_get(row, "context") ? jv_get(row, "context") : row;
        jw_obj(w);
        for (size_t c = 0; c < f->columns.n; c++) {
            struct str name = f->columns.p[c].name;
            jw_key_str(w, name);
            form_write_back(w, a, &f->columns.p[c], jv_get(row, arena_strndup(a, name.p, name.n)));
        }
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

static void write_back_pair(struct jw *w, struct arena *a, enum form_type t, const struct jv *v)
{
    const struct form_field end = { .type = t };
    jw_obj(w);
    jw_key(w, "from");
    form_write_back(w, a, &end, jv_get(v, "from"));
    jw_key(w, "to");
    form_write_back(w, a, &end, jv_get(v, "to"));
    jw_obj_end(w);
}

static void write_back_text(struct jw *w, struct str s)
{
    if (s.p)
        jw_str(w, s);
    else
        jw_null(w);
}

static void form_write_back(struct jw *w, struct arena *a, const struct form_field *f,
                            const struct jv *v)
{
    struct str s;
    int64_t at;
    if (jv_kind(v) == JV_NULL) {
        jw_null(w);
        return;
    }
    switch (f->type) {
    case FORM_NUMBER:
    case FORM_MONEY: write_back_text(w, plain_text(a, v, "number")); return;
    case FORM_DATE: write_back_text(w, plain_text(a, v, "date")); return;
    case FORM_TIME: write_back_text(w, str_sub(plain_text(a, v, "time"), 0, 5)); return;
    case FORM_MOMENT:
        if (clock_iso_parse(plain_text(a, v, "dateTime"), &at))
            jw_i64(w, at);
        else
            jw_raw(w, jv_compact(a, v));
        return;
    case FORM_DATE_RANGE: write_back_pair(w, a, FORM_DATE, v); return;
    case FORM_MOMENT_RANGE: write_back_pair(w, a, FORM_MOMENT, v); return;
    case FORM_POST:
    case FORM_UNIT:
        s = plain_text(a, v, "id");
        jw_str(w, str_starts(s, STR("post:")) || str_starts(s, STR("unit:")) ? str_sub(s, 5, s.n) : s);
        return;
    case FORM_THING:
    case FORM_MATTER: write_back_text(w, plain_text(a, v, "id")); return;
    case FORM_POSTS:
    case FORM_UNITS:
    case FORM_TABLE: write_back_list(w, a, f, v); return;
    default: jw_raw(w, jv_compact(a, v)); return;
    }
}

struct str form_from_flow(struct arena *a, const struct form_field *f, const struct jv *v)
{
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    form_write_back(&w, a, f, v);
    return buf_done(&b);
}
