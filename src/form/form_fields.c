/* Fields of a form, columns of a table, fields of a thing: read, and their limits and expressions
 * checked. */
#include "form/form_in.h"

static const struct {
    const char *name;
    int64_t most; /* characters or entries when nothing is said */
    bool may_list;
    const char *const *members; /* beside those that every field may have */
} types[FORM_TYPES] = {
#define OWN(...) (const char *const[]){ __VA_ARGS__, NULL }
    [FORM_TEXT] = { "text", 200, true, OWN("max", "pattern") },
    [FORM_LONG_TEXT] = { "long_text", 4000, false, OWN("max") },
    [FORM_NUMBER] = { "number", 0, true, OWN("min", "max", "decimals") },
    [FORM_MONEY] = { "money", 0, true, OWN("min", "max") },
    [FORM_DATE] = { "date", 0, true, OWN("min", "max") },
    [FORM_DATE_RANGE] = { "date_range", 0, true, OWN("max_days") },
    [FORM_TIME] = { "time", 0, true, OWN(NULL) },
    [FORM_MOMENT] = { "moment", 0, true, OWN("step_minutes") },
    [FORM_MOMENT_RANGE] = { "moment_range", 0, true, OWN("max_hours", "step_minutes") },
    [FORM_CHOICE] = { "choice", 0, true, OWN("options") },
    [FORM_CHOICES] = { "choices", 50, true, OWN("options", "max") },
    [FORM_CHECK] = { "check", 0, true, OWN(NULL) },
    [FORM_POST] = { "post", 0, true, OWN("within", "roles") },
    [FORM_POSTS] = { "posts", 50, true, OWN("within", "roles", "max") },
    [FORM_UNIT] = { "unit", 0, true, OWN("within") },
    [FORM_UNITS] = { "units", 500, true, OWN("within", "max") },
    [FORM_THING] = { "thing", 0, true, OWN("thing", "own") },
    [FORM_MATTER] = { "matter", 0, true, OWN("module") },
    [FORM_ATTACHMENT] = { "attachment", 20, false, OWN("kinds", "min", "max") },
    [FORM_TABLE] = { "table", 100, false, OWN("columns", "min_rows", "max_rows", "sum") },
    [FORM_RICH_TEXT] = { "rich_text", 20000, false, OWN("max") },
#undef OWN
};

const char *form_type_name(enum form_type t)
{
    return types[t].name;
}

bool form_may_list(enum form_type t)
{
    return types[t].may_list;
}

static const char *const common[] = { "name",    "label",         "label_en",  "type", "hint",
                                      "hint_en", "required",      "default",   "compute",
                                      "visible", "required_when", "read_only", "list", NULL };

/* Names that every matter has, and parameters of register pages. */
static const char *const builtin[] = { "number", "title", "urgency", "state", "starter", "unit",
                                       "started_at", "closed_at", "step", "retention", NULL };
static const char *const reserved[] = { "outcome", "after", "limit", "from", "to", "unit_id", "mine",
                                        "q", "module", "item", "key", "id", "name", NULL };

static bool among(struct str s, const char *const *words)
{
    for (; *words; words++)
        if (str_is(s, *words))
            return true;
    return false;
}

bool form_is_builtin(struct str name)
{
    return among(name, builtin);
}

/* --- one field -------------------------------------------------------------------------------------- */

static bool type_of(struct str s, enum form_type *out)
{
    for (int t = 0; t < FORM_TYPES; t++)
        if (str_is(s, types[t].name)) {
            *out = (enum form_type)t;
            return true;
        }
    return false;
}

static void check_members(struct reader *r, const struct jv *j, const char *path, enum form_type t)
{
    struct str key;
    const struct jv *value;
    for (const void *it = NULL; (it = jv_next(j, it, &key, &value));) {
        if (among(key, common) || among(key, types[t].members))
            continue;
        bool elsewhere = false;
        for (int k = 0; k < FORM_TYPES; k++)
            elsewhere = elsewhere || among(key, types[k].members);
        read_bad(r, elsewhere ? "form.not_here" : "form.unknown_member", key, "%s.%.*s", path,
                 STR_ARG(key));
    }
}

static void read_options(struct reader *r, const struct jv *j, const char *path,
                         struct form_field *f)
{
    static const char *const names[] = { "value", "label", "label_en", NULL };
    const struct jv *list = jv_get(j, "options");
    struct form_option *o = arena_array_of(r->a, struct form_option, jv_size(list) + 1);
    f->option = o;
    for (size_t i = 0; jv_kind(list) == JV_ARRAY && i < jv_size(list); i++) {
        const char *at = arena_printf(r->a, "%s.options[%zu]", path, i);
        if (!read_members(r, jv_at(list, i), at, names))
            continue;
        o[i].value = read_text(r, jv_at(list, i), at, "value", 60, true);
        o[i].label = read_text(r, jv_at(list, i), at, "label", 60, true);
        o[i].label_en = read_text(r, jv_at(list, i), at, "label_en", 80, false);
        for (size_t k = 0; k < i; k++)
            if (o[i].value.p && str_eq(o[k].value, o[i].value))
                read_bad(r, "form.name_twice", o[i].value, "%s", at);
        f->option_n = i + 1;
    }
    if (f->option_n == 0)
        read_bad(r, "form.no_options", STR(""), "%s", path);
}

/* A limit of a number is written as a number or as decimal text; of a date as FEEL. */
static struct str read_limit(struct reader *r, const struct jv *j, const char *path,
                             const char *name, int decimals)
{
    const struct jv *v = jv_get(j, name);
    struct str s = jv_kind(v) == JV_STRING ? jv_str(v) : STR_NONE;
    if (!v)
        return STR_NONE;
    if (jv_kind(v) == JV_INT)
        s = str_printf(r->a, "%lld", (long long)jv_i64(v));
    if (jv_kind(v) == JV_REAL)
        s = jv_compact(r->a, v);
    if (s.p && decimal_good(s, decimals))
        return s;
    read_bad(r, "form.limits", s.p ? s : str_of(name), "%s.%s", path, name);
    return STR_NONE;
}

static void read_number_limits(struct reader *r, const struct jv *j, const char *path,
                               struct form_field *f)
{
    int order = 0;
    f->decimals = f->type == FORM_MONEY ? 2
                                        : (int)read_number(r, j, path, "decimals", 0, 10, 10);
    f->min = read_limit(r, j, path, "min", f->decimals);
    f->max = read_limit(r, j, path, "max", f->decimals);
    if (f->min.p && f->max.p &&
        feel_compare(feel_of_text(r->a, "number", f->min), feel_of_text(r->a, "number", f->max),
                     &order) &&
        order > 0)
        read_bad(r, "form.limits", f->min, "%s.min", path);
}

static void read_who_limits(struct reader *r, const struct jv *j, const char *path,
                            struct form_field *f)
{
    static const char *const within[] = { "unit", "city", NULL };
    f->in_unit = str_is(read_word(r, j, path, "within", within, false), "unit");
    f->roles = read_texts(r, j, path, "roles");
}

static void read_table(struct reader *r, const struct jv *j, const char *path, bool in_table,
                       struct form_field *f)
{
    if (in_table) {
        read_bad(r, "form.table_in_table", STR(""), "%s.type", path);
        return;
    }
    f->columns = read_fields(r, jv_get(j, "columns"), arena_printf(r->a, "%s.columns", path), true);
    if (f->columns.n == 0)
        read_bad(r, "form.no_columns", STR(""), "%s", path);
    f->least = read_number(r, j, path, "min_rows", 0, 500, 0);
    f->most = read_number(r, j, path, "max_rows", 1, 500, types[FORM_TABLE].most);
    f->sum = read_texts(r, j, path, "sum");
    for (size_t i = 0; i < f->sum.n; i++) {
        const struct form_field *c = form_find(f->columns, f->sum.p[i]);
        if (!c)
            read_bad(r, "form.no_field", f->sum.p[i], "%s.sum[%zu]", path, i);
        else if (c->type != FORM_MONEY && c->type != FORM_NUMBER)
            read_bad(r, "form.field_type", f->sum.p[i], "%s.sum[%zu]", path, i);
    }
}

static void read_limits(struct reader *r, const struct jv *j, const char *path, bool in_table,
                        struct form_field *f)
{
    static const char *const patterns[] = { "phone", "plate", "id_card", NULL };
    struct str pattern;
    f->most = types[f->type].most;
    switch (f->type) {
    case FORM_TEXT:
        pattern = read_word(r, j, path, "pattern", patterns, false);
        f->pattern = str_is(pattern, "phone")     ? FORM_PHONE
                     : str_is(pattern, "plate")   ? FORM_PLATE
                     : str_is(pattern, "id_card") ? FORM_ID_CARD
                                                  : FORM_ANY;
        f->most = read_number(r, j, path, "max", 1, 200, f->most);
        break;
    case FORM_LONG_TEXT: f->most = read_number(r, j, path, "max", 1, 20000, f->most); break;
    case FORM_RICH_TEXT: f->most = read_number(r, j, path, "max", 1, 50000, f->most); break;
    case FORM_NUMBER:
    case FORM_MONEY: read_number_limits(r, j, path, f); break;
    case FORM_DATE:
        f->min_on = read_feel(r, j, path, "min");
        f->max_on = read_feel(r, j, path, "max");
        break;
    case FORM_DATE_RANGE: f->max_days = read_number(r, j, path, "max_days", 1, 3660, 0); break;
    case FORM_MOMENT:
        f->step_minutes = read_number(r, j, path, "step_minutes", 1, 720, 1);
        break;
    case FORM_MOMENT_RANGE:
        f->max_hours = read_number(r, j, path, "max_hours", 1, 8784, 0);
        f->step_minutes = read_number(r, j, path, "step_minutes", 1, 720, 1);
        break;
    case FORM_CHOICE: read_options(r, j, path, f); break;
    case FORM_CHOICES:
        read_options(r, j, path, f);
        f->most = read_number(r, j, path, "max", 1, 50, f->most);
        break;
    case FORM_POST:
    case FORM_UNIT: read_who_limits(r, j, path, f); break;
    case FORM_POSTS:
    case FORM_UNITS:
        read_who_limits(r, j, path, f);
        f->most = read_number(r, j, path, "max", 1, f->type == FORM_POSTS ? 200 : 4000, f->most);
        break;
    case FORM_THING:
        f->thing = read_text(r, j, path, "thing", 90, false);
        f->own = read_text(r, j, path, "own", 40, false);
        if (!f->thing.p)
            read_bad(r, "form.no_target", STR("thing"), "%s", path);
        break;
    case FORM_MATTER:
        f->module = read_text(r, j, path, "module", 40, false);
        if (!f->module.p)
            read_bad(r, "form.no_target", STR("module"), "%s", path);
        break;
    case FORM_ATTACHMENT:
        f->kinds = read_texts(r, j, path, "kinds");
        f->least = read_number(r, j, path, "min", 0, 50, 0);
        f->most = read_number(r, j, path, "max", 1, 50, f->most);
        break;
    case FORM_TABLE: read_table(r, j, path, in_table, f); break;
    default: break;
    }
    if (f->least > f->most && f->most)
        read_bad(r, "form.limits", STR("min"), "%s", path);
}

static void check_compute(struct reader *r, const struct jv *j, const char *path,
                          struct form_field *f)
{
    static const char *const with[] = { "required", "required_when", "default", NULL };
    if (!f->compute)
        return;
    for (size_t i = 0; with[i]; i++)
        if (jv_get(j, with[i]))
            read_bad(r, "form.compute_with", str_of(with[i]), "%s.%s", path, with[i]);
    if (f->type == FORM_TABLE || f->type == FORM_ATTACHMENT || f->type == FORM_MATTER)
        read_bad(r, "form.not_here", STR("compute"), "%s.compute", path);
}

static void check_name(struct reader *r, const char *path, struct str name, bool in_table)
{
    size_t n = 0;
    if (!name.p)
        return;
    if (!read_is_name(name)) {
        read_bad(r, "form.name", name, "%s.name", path);
        return;
    }
    const struct feel *e = feel_compile(r->a, name, NULL, NULL, NULL);
    bool is_word = e && feel_names_used(e, &n) && n == 1; /* no keyword of the expressions */
    if (!is_word || (!in_table && (among(name, builtin) || among(name, reserved))))
        read_bad(r, "form.name_reserved", name, "%s.name", path);
}

static void read_field(struct reader *r, const struct jv *j, const char *path, bool in_table,
                       struct form_field *f)
{
    struct str type;
    if (jv_kind(j) != JV_OBJECT) {
        read_bad(r, "form.not_object", STR(""), "%s", path);
        return;
    }
    f->name = read_text(r, j, path, "name", 60, true);
    check_name(r, path, f->name, in_table);
    f->label = read_text(r, j, path, "label", 60, true);
    f->label_en = read_text(r, j, path, "label_en", 100, false);
    f->hint = read_text(r, j, path, "hint", 300, false);
    f->hint_en = read_text(r, j, path, "hint_en", 400, false);
    type = read_text(r, j, path, "type", 40, true);
    if (!type.p)
        return;
    if (!type_of(type, &f->type)) {
        read_bad(r, "form.type", type, "%s.type", path);
        return;
    }
    check_members(r, j, path, f->type);
    f->is_required = read_bool(r, j, path, "required", false);
    f->is_read_only = read_bool(r, j, path, "read_only", false);
    f->is_list = read_bool(r, j, path, "list", false);
    if (f->is_list && (in_table || !types[f->type].may_list))
        read_bad(r, "form.not_listable", f->name, "%s.list", path);
    f->compute = read_feel(r, j, path, "compute");
    f->visible = read_feel(r, j, path, "visible");
    f->required_when = read_feel(r, j, path, "required_when");
    f->otherwise = read_feel(r, j, path, "default");
    check_compute(r, j, path, f);
    read_limits(r, j, path, in_table, f);
}

struct form_fields read_fields(struct reader *r, const struct jv *list, const char *path,
                               bool in_table)
{
    size_t n = jv_size(list), most = in_table ? 30 : 200;
    if (list && jv_kind(list) != JV_ARRAY) {
        read_bad(r, "form.not_list", str_of(in_table ? "columns" : "fields"), "%s", path);
        return (struct form_fields){ NULL, 0 };
    }
    if (n > most) {
        read_bad(r, "form.too_many", str_of(in_table ? "columns" : "fields"), "%s", path);
        n = most;
    }
    struct form_field *f = arena_array_of(r->a, struct form_field, n + 1);
    for (size_t i = 0; i < n; i++) {
        const char *at = arena_printf(r->a, "%s[%zu]", path, i);
        f[i].index = (int)i;
        f[i].name = STR("");
        read_field(r, jv_at(list, i), at, in_table, &f[i]);
        if (!f[i].name.p)
            f[i].name = STR("");
        for (size_t k = 0; f[i].name.n && k < i; k++)
            if (str_eq(f[k].name, f[i].name))
                read_bad(r, "form.name_twice", f[i].name, "%s.name", at);
    }
    return (struct form_fields){ f, n };
}

/* --- expressions ---------------------------------------------------------------------------------------- */

static bool uses(const struct feel *e, struct str name)
{
    size_t n;
    const struct str *used = e ? feel_names_used(e, &n) : NULL;
    for (size_t i = 0; used && i < n; i++)
        if (str_eq(used[i], name))
            return true;
    return false;
}

/* Does computing `at` lead back to `from`? */
static bool leads_to(struct form_fields fields, size_t at, size_t from, uint8_t *visited)
{
    if (visited[at])
        return false;
    visited[at] = 1;
    for (size_t i = 0; i < fields.n; i++)
        if (fields.p[i].compute && uses(fields.p[at].compute, fields.p[i].name) &&
            (i == from || leads_to(fields, i, from, visited)))
            return true;
    return false;
}

void check_field_names(struct reader *r, struct form_fields fields, const char *path,
                       const struct form_field *table)
{
    for (size_t i = 0; i < fields.n; i++) {
        const struct form_field *f = &fields.p[i];
        const struct {
            const struct feel *e;
            const char *member;
        } all[] = { { f->compute, "compute" },       { f->visible, "visible" },
                    { f->required_when, "required_when" }, { f->otherwise, "default" },
                    { f->min_on, "min" },            { f->max_on, "max" } };
        const char *at = arena_printf(r->a, "%s[%zu]", path, i);
        for (size_t k = 0; k < sizeof all / sizeof *all; k++)
            check_feel(r, all[k].e, table, fields, arena_printf(r->a, "%s.%s", at, all[k].member));
        if (f->compute && leads_to(fields, i, i, arena_array_of(r->a, uint8_t, fields.n)))
            read_bad(r, "form.cycle", f->name, "%s.compute", at);
        if (f->type == FORM_TABLE)
            check_field_names(r, f->columns, arena_printf(r->a, "%s.columns", at), f);
    }
}

void form_check_types(struct form_findings *out, const struct form *form, const struct form *older)
{
    for (size_t i = 0; i < form->fields.n; i++) {
        const struct form_field *f = &form->fields.p[i], *o = form_find(older->fields, f->name);
        const char *path = arena_printf(out->a, "fields[%zu].type", i);
        if (o && o->type != f->type)
            form_complain(out, form, path, "form.type_changed", f->name, STR(""));
        for (size_t k = 0; o && o->type == f->type && k < f->columns.n; k++) {
            const struct form_field *c = &f->columns.p[k], *oc = form_find(o->columns, c->name);
            if (oc && oc->type != c->type)
                form_complain(out, form,
                              arena_printf(out->a, "fields[%zu].columns[%zu].type", i, k),
                              "form.type_changed", c->name, STR(""));
        }
    }
}
