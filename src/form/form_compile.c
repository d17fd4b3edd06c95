/* module.json → struct form: the readers of its members, and what stands at the top. Fields are in
 * form_fields.c, what refers to them in form_parts.c. Nothing is ignored: a member that is not known
 * is a mistake, most often of spelling. */
#include <stdarg.h>

#include "form/form_in.h"

/* --- readers ------------------------------------------------------------------------------------ */

void read_bad(struct reader *r, const char *code, struct str arg, const char *path, ...)
{
    va_list ap;
    va_start(ap, path);
    const char *where = arena_vprintf(r->a, path, ap);
    va_end(ap);
    form_complain(r->out, r->form, where, code, arg, STR(""));
}

static const char *under(struct reader *r, const char *path, const char *name)
{
    return *path ? arena_printf(r->a, "%s.%s", path, name) : name;
}

bool read_is_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = c >= 'a' && c <= 'z', digit = (c >= '0' && c <= '9') || c == '_';
        if (!letter && (i == 0 || !digit))
            return false;
    }
    return s.n >= 1 && s.n <= 40;
}

bool read_members(struct reader *r, const struct jv *j, const char *path, const char *const *names)
{
    struct str key;
    const struct jv *value;
    if (jv_kind(j) != JV_OBJECT) {
        read_bad(r, "form.not_object", STR(""), "%s", path);
        return false;
    }
    for (const void *it = NULL; (it = jv_next(j, it, &key, &value));) {
        size_t i = 0;
        while (names[i] && !str_is(key, names[i]))
            i++;
        if (!names[i])
            read_bad(r, "form.unknown_member", key, "%s",
                     under(r, path, arena_strndup(r->a, key.p, key.n)));
    }
    return true;
}

struct str read_text(struct reader *r, const struct jv *j, const char *path, const char *name,
                     int64_t max, bool is_required)
{
    const struct jv *v = jv_get(j, name);
    if (!v || (jv_kind(v) == JV_STRING && !jv_str(v).n)) {
        if (is_required)
            read_bad(r, "form.missing", str_of(name), "%s", under(r, path, name));
        return STR_NONE;
    }
    if (jv_kind(v) != JV_STRING) {
        read_bad(r, "form.not_text", str_of(name), "%s", under(r, path, name));
        return STR_NONE;
    }
    if ((int64_t)utf8_length(jv_str(v)) > max)
        read_bad(r, "form.too_long", str_of(name), "%s", under(r, path, name));
    return jv_str(v);
}

bool read_bool(struct reader *r, const struct jv *j, const char *path, const char *name,
               bool otherwise)
{
    const struct jv *v = jv_get(j, name);
    if (v && jv_kind(v) != JV_BOOL)
        read_bad(r, "form.not_bool", str_of(name), "%s", under(r, path, name));
    return v ? jv_bool(v) : otherwise;
}

int64_t read_number(struct reader *r, const struct jv *j, const char *path, const char *name,
                    int64_t min, int64_t max, int64_t otherwise)
{
    const struct jv *v = jv_get(j, name);
    if (v && (jv_kind(v) != JV_INT || jv_i64(v) < min || jv_i64(v) > max)) {
        read_bad(r, "form.not_number", str_of(name), "%s", under(r, path, name));
        return otherwise;
    }
    return v ? jv_i64(v) : otherwise;
}

struct form_texts read_texts(struct reader *r, const struct jv *j, const char *path,
                             const char *name)
{
    const struct jv *v = jv_get(j, name);
    size_t n = jv_size(v);
    struct str *p = arena_array_of(r->a, struct str, n);
    if (v && jv_kind(v) != JV_ARRAY) {
        read_bad(r, "form.not_list", str_of(name), "%s", under(r, path, name));
        return (struct form_texts){ NULL, 0 };
    }
    for (size_t i = 0; i < n; i++) {
        p[i] = jv_str(jv_at(v, i));
        if (!p[i].n) {
            read_bad(r, "form.not_text", str_of(name), "%s[%zu]", under(r, path, name), i);
            p[i] = STR("");
        }
    }
    return (struct form_texts){ p, n };
}

struct str read_word(struct reader *r, const struct jv *j, const char *path, const char *name,
                     const char *const *words, bool is_required)
{
    struct str s = read_text(r, j, path, name, 60, is_required);
    for (size_t i = 0; s.p && words[i]; i++)
        if (str_is(s, words[i]))
            return s;
    if (s.p)
        read_bad(r, "form.word", s, "%s", under(r, path, name));
    return STR_NONE;
}

const struct feel *read_feel(struct reader *r, const struct jv *j, const char *path,
                             const char *name)
{
    const char *what = NULL;
    struct str text = read_text(r, j, path, name, 8000, false);
    if (!text.p)
        return NULL;
    const struct feel *e = feel_compile(r->a, text, NULL, &what, NULL);
    if (!e)
        read_bad(r, "form.expression", str_of(what), "%s", under(r, path, name));
    return e;
}

const struct form_field *form_find(struct form_fields fields, struct str name)
{
    for (size_t i = 0; i < fields.n; i++)
        if (str_eq(fields.p[i].name, name))
            return &fields.p[i];
    return NULL;
}

const struct form_field *read_field_named(struct reader *r, struct str name, const char *path,
                                          const char *member, unsigned types)
{
    if (!name.p)
        return NULL;
    const struct form_field *f = form_find(r->form->fields, name);
    if (!f) {
        read_bad(r, "form.no_field", name, "%s", under(r, path, member));
        return NULL;
    }
    if (types && !(types & TYPE_BIT(f->type))) {
        read_bad(r, "form.field_type", name, "%s", under(r, path, member));
        return NULL;
    }
    return f;
}

/* --- the top -------------------------------------------------------------------------------------- */

static const char *const members[] = {
    "name",   "name_en",  "summary",  "summary_en", "tier",   "group",    "icon",     "start",
    "title",  "urgency",  "fields",   "variables",  "choices", "asks",    "steps",    "rules",
    "number", "list",     "register", "sheet",      "retention", "things", "bookings", "requires",
    "effects", "open",    "english",  NULL
};
static const char *const tiers[] = { "city", "unit", NULL };
static const char *const groups[] = { "documents", "absence", "affairs",  "assets", "duty",
                                      "information", "people", "projects", NULL };
static const char *const retentions[] = { "permanent", "30y", "10y", NULL };

/* "anyone", roles, or by the system alone. */
static void read_start(struct reader *r, const struct jv *j)
{
    static const char *const words[] = { "anyone", "system", "document", NULL };
    const struct jv *start = jv_get(j, "start");
    if (jv_kind(start) == JV_ARRAY) {
        r->form->start_roles = read_texts(r, j, "", "start");
        r->form->is_startable = true;
        return;
    }
    r->form->is_startable = str_is(read_word(r, j, "", "start", words, false), "anyone");
}

static void read_variables(struct reader *r, const struct jv *j)
{
    r->form->variables = read_texts(r, j, "", "variables");
    for (size_t i = 0; i < r->form->variables.n; i++) {
        struct str name = r->form->variables.p[i];
        if (!read_is_name(name))
            read_bad(r, "form.name", name, "variables[%zu]", i);
        if (form_find(r->form->fields, name))
            read_bad(r, "form.name_twice", name, "variables[%zu]", i);
    }
}

const struct form *form_compile(struct arena *a, struct str text, struct form_findings *out)
{
    struct reader r = { a, arena_new_of(a, struct form), out };
    const char *what = "";
    int line = 0;
    out->a = a;
    *r.form = (struct form){ .text = text };
    const struct jv *j = r.form->json = jv_parse(a, text, &line, &what);
    if (!j || jv_kind(j) != JV_OBJECT) {
        form_complain(out, NULL, "", j ? "form.no_object" : "form.bad_json", str_of(what), STR(""));
        out->p[out->n - 1].line = j ? 1 : line;
        return NULL;
    }
    struct form *f = r.form;
    (void)read_members(&r, j, "", members); /* it is an object */
    f->name = read_text(&r, j, "", "name", 40, true);
    f->name_en = read_text(&r, j, "", "name_en", 80, false);
    f->summary = read_text(&r, j, "", "summary", 200, false);
    f->summary_en = read_text(&r, j, "", "summary_en", 300, false);
    f->is_city = str_is(read_word(&r, j, "", "tier", tiers, true), "city");
    f->group = read_word(&r, j, "", "group", groups, false);
    f->icon = read_text(&r, j, "", "icon", 40, false);
    f->has_urgency = read_bool(&r, j, "", "urgency", true);
    f->retention = read_word(&r, j, "", "retention", retentions, false);
    read_start(&r, j);
    f->fields = read_fields(&r, jv_get(j, "fields"), "fields", false);
    read_variables(&r, j);
    f->title = read_feel(&r, j, "", "title");
    read_parts(&r, j);
    read_english(&r, j);
    check_field_names(&r, f->fields, "fields", NULL);
    check_feel(&r, f->title, NULL, f->fields, "title");
    return f;
}

/* --- names in expressions ------------------------------------------------------------------------- */

/* What may follow a field's name in a path. */
bool form_has_member(const struct form *form, const struct form_field *f, const struct str *rest,
                     size_t n)
{
    static const char *const parts[FORM_TYPES][8] = {
        [FORM_DATE] = { "year", "month", "day", "weekday" },
        [FORM_MOMENT] = { "year", "month", "day", "weekday", "hour", "minute" },
        [FORM_TIME] = { "hour", "minute" },
        [FORM_DATE_RANGE] = { "from", "to" },
        [FORM_MOMENT_RANGE] = { "from", "to" },
        [FORM_POST] = { "id", "name", "title", "unit" },
        [FORM_POSTS] = { "id", "name", "title", "unit" },
        [FORM_UNIT] = { "id", "name", "is_below" },
        [FORM_UNITS] = { "id", "name" },
    };
    static const struct form_field day = { .type = FORM_DATE }, moment = { .type = FORM_MOMENT };
    if (n == 0)
        return true;
    if (f->type == FORM_THING || f->type == FORM_MATTER) /* fields of another module */
        return true;
    if (f->type == FORM_TABLE) {
        const struct form_field *column = form_find(f->columns, rest[0]);
        return column && form_has_member(form, column, rest + 1, n - 1);
    }
    for (size_t i = 0; i < 8 && parts[f->type][i]; i++)
        if (str_is(rest[0], parts[f->type][i]))
            return n == 1 || (f->type == FORM_DATE_RANGE && form_has_member(form, &day, rest + 1, n - 1)) ||
                   (f->type == FORM_MOMENT_RANGE && form_has_member(form, &moment, rest + 1, n - 1));
    return false;
}

/* What the form's own expressions see: choices of later steps are not among it. */
static bool has_own(const struct form *form, const struct str *path, size_t n)
{
    static const char *const starter[] = { "name",    "unit",  "title",   "is_leader",
                                         "roles",   "is_head", "body", "superior", "post", "above",
                                         "serves" };
    if (str_is(path[0], "starter")) {
        bool known = n == 1;
        for (size_t i = 0; n == 2 && i < sizeof starter / sizeof *starter; i++)
            known = known || str_is(path[1], starter[i]);
        return known;
    }
    if (str_is(path[0], "outcome") || str_is(path[0], "urgency"))
        return n == 1;
    const struct form_field *f = form_find(form->fields, path[0]);
    return f && form_has_member(form, f, path + 1, n - 1);
}

bool form_has_path(const struct form *form, const struct str *path, size_t n)
{
    for (size_t i = 0; i < form->variables.n; i++)
        if (str_eq(form->variables.p[i], path[0]))
            return true;
    for (size_t i = 0; i < form->choice_n; i++)
        if (str_eq(form->choice[i].name, path[0]))
            return true;
    for (size_t i = 0; i < form->ask_n; i++)
        if (str_eq(form->ask[i].name, path[0]))
            return true;
    return has_own(form, path, n);
}

struct seen {
    const struct form *form;
    const struct form_field *table;
    struct form_fields own;
};

static bool has(void *arg, const struct str *path, size_t n)
{
    const struct seen *s = arg;
    const struct form_field *f = s->table ? form_find(s->table->columns, path[0]) : NULL;
    if (!f)
        f = form_find(s->own, path[0]);
    return f ? form_has_member(s->form, f, path + 1, n - 1) : has_own(s->form, path, n);
}

/* For module/, which knows what things and matters have. */
static void keep_said(struct reader *r, struct form_said said)
{
    struct form *f = r->form;
    if ((f->said_n & (f->said_n - 1)) == 0) /* full: it grows by doubling */
        f->said = arena_grow(r->a, f->said, f->said_n * sizeof *f->said,
                             (f->said_n ? 2 * f->said_n : 1) * sizeof *f->said);
    f->said[f->said_n++] = said;
}

void check_feel(struct reader *r, const struct feel *e, const struct form_field *table,
                struct form_fields own, const char *path)
{
    struct seen seen = { r->form, table, own };
    const struct feel_schema schema = { has, &seen };
    struct str unknown = STR_NONE;
    if (e)
        keep_said(r, (struct form_said){ e, table, own, path });
    if (e && !feel_paths_known(r->a, e, &schema, &unknown))
        read_bad(r, "form.unknown_name", unknown, "%s", path);
}
