/* What a module.json says about its fields: choices, steps, rules, number, lists, register, sheet, and
 * the four of DESIGN §7: things, bookings, requires, effects. Names of nodes are checked by module/,
 * which knows the flow. */
#include "form/form_in.h"

/* Walks a list of objects; returns how many, 0 with a finding when it is no list. */
static size_t list_of(struct reader *r, const struct jv *j, const char *name,
                      const struct jv **list)
{
    *list = jv_get(j, name);
    if (*list && jv_kind(*list) != JV_ARRAY) {
        read_bad(r, "form.not_list", str_of(name), "%s", name);
        return 0;
    }
    return jv_size(*list);
}

static const struct feel *feel_of(struct reader *r, const struct jv *j, const char *path,
                                  const char *name, struct form_fields own)
{
    const struct feel *e = read_feel(r, j, path, name);
    check_feel(r, e, NULL, own, arena_printf(r->a, "%s.%s", path, name));
    return e;
}

/* --- choices, asks ---------------------------------------------------------------------------------- */

static void read_choices(struct reader *r, const struct jv *j)
{
    static const char *const names[] = { "name",     "label",   "label_en", "kind",
                                         "required", "suggest", "by",    NULL };
    static const char *const kinds[] = { "posts", "units", NULL };
    static const char *const by[] = { "program", NULL };
    const struct jv *list;
    size_t n = list_of(r, j, "choices", &list);
    struct form_choice *c = arena_array_of(r->a, struct form_choice, n + 1);
    for (size_t i = 0; i < n; i++) {
        const char *path = arena_printf(r->a, "choices[%zu]", i);
        const struct jv *one = jv_at(list, i);
        if (!read_members(r, one, path, names))
            continue;
        c[i].name = read_text(r, one, path, "name", 40, true);
        c[i].label = read_text(r, one, path, "label", 60, true);
        c[i].label_en = read_text(r, one, path, "label_en", 100, false);
        c[i].kind = read_word(r, one, path, "kind", kinds, true);
        c[i].suggest = read_text(r, one, path, "suggest", 40, false);
        c[i].is_required = read_bool(r, one, path, "required", false);
        c[i].by = read_word(r, one, path, "by", by, false);
        if (c[i].name.p && !read_is_name(c[i].name))
            read_bad(r, "form.name", c[i].name, "%s.name", path);
        if (c[i].name.p && form_find(r->form->fields, c[i].name))
            read_bad(r, "form.name_twice", c[i].name, "%s.name", path);
    }
    r->form->choice = c;
    r->form->choice_n = n;
}

static void read_asks(struct reader *r, const struct jv *j)
{
    static const char *const names[] = { "node", "name", "label", "label_en", "kind", "options", NULL };
    static const char *const kinds[] = { "select", "post", "posts", "units", "date", "text", NULL };
    static const char *const option[] = { "value", "label", "label_en", NULL };
    const struct jv *list;
    size_t n = list_of(r, j, "asks", &list);
    struct form_ask *k = arena_array_of(r->a, struct form_ask, n + 1);
    for (size_t i = 0; i < n; i++) {
        const char *path = arena_printf(r->a, "asks[%zu]", i);
        const struct jv *one = jv_at(list, i), *options = jv_get(one, "options");
        if (!read_members(r, one, path, names))
            continue;
        k[i].node = read_text(r, one, path, "node", 100, true);
        k[i].name = read_text(r, one, path, "name", 40, true);
        k[i].label = read_text(r, one, path, "label", 60, true);
        k[i].kind = read_word(r, one, path, "kind", kinds, true);
        for (size_t o = 0; o < jv_size(options); o++)
            (void)read_members(r, jv_at(options, o), /* what is wrong is among the findings */
                               arena_printf(r->a, "%s.options[%zu]", path, o), option);
    }
    r->form->ask = k;
    r->form->ask_n = n;
}

/* --- rights at a step -------------------------------------------------------------------------------- */

static void read_right(struct reader *r, const struct jv *step, const char *path,
                       const char *member, enum form_right right, uint8_t *out)
{
    struct form_texts names = read_texts(r, step, path, member);
    for (size_t i = 0; i < names.n; i++) {
        const struct form_field *f = form_find(r->form->fields, names.p[i]);
        if (!f)
            read_bad(r, "form.no_field", names.p[i], "%s.%s[%zu]", path, member, i);
        else if (f->compute && right != FORM_HIDE)
            read_bad(r, "form.computed_right", names.p[i], "%s.%s[%zu]", path, member, i);
        else
            out[f->index] |= (uint8_t)right | (right == FORM_REQUIRE ? FORM_EDIT : 0);
    }
}

static void read_steps(struct reader *r, const struct jv *j)
{
    static const char *const names[] = { "edit", "require", "hide", NULL };
    const struct jv *steps = jv_get(j, "steps"), *one;
    struct str node;
    size_t n = 0;
    if (steps && jv_kind(steps) != JV_OBJECT) {
        read_bad(r, "form.not_object", STR(""), "steps");
        return;
    }
    struct form_step *s = arena_array_of(r->a, struct form_step, jv_size(steps) + 1);
    for (const void *it = NULL; steps && (it = jv_next(steps, it, &node, &one)); n++) {
        const char *path = arena_printf(r->a, "steps.%.*s", STR_ARG(node));
        uint8_t *right = arena_array_of(r->a, uint8_t, r->form->fields.n + 1);
        s[n] = (struct form_step){ node, right };
        if (!read_members(r, one, path, names))
            continue;
        read_right(r, one, path, "edit", FORM_EDIT, right);
        read_right(r, one, path, "require", FORM_REQUIRE, right);
        read_right(r, one, path, "hide", FORM_HIDE, right);
    }
    r->form->step = s;
    r->form->step_n = n;
}

/* --- rules, number, lists ------------------------------------------------------------------------------ */

/* {role, from, to}: no two of the unit who hold the role are away at once. */
static void read_apart(struct reader *r, const struct jv *one, const char *path,
                       struct form_rule *u)
{
    static const char *const names[] = { "role", "from", "to", NULL };
    const struct jv *j = jv_get(one, "apart");
    const char *here = arena_printf(r->a, "%s.apart", path);
    if (!j || !read_members(r, j, here, names))
        return;
    u->apart = read_text(r, j, here, "role", 40, true);
    u->apart_from = feel_of(r, j, here, "from", r->form->fields);
    u->apart_to = feel_of(r, j, here, "to", r->form->fields);
    if (!jv_get(j, "from") || !jv_get(j, "to"))
        read_bad(r, "form.missing", STR("from, to"), "%s", here);
}

static void read_rules(struct reader *r, const struct jv *j)
{
    static const char *const names[] = { "when", "apart", "message", "message_en",
                                         "level", "at",   "field",   NULL };
    static const char *const levels[] = { "error", "warn", NULL };
    const struct jv *list;
    size_t n = list_of(r, j, "rules", &list);
    struct form_rule *u = arena_array_of(r->a, struct form_rule, n + 1);
    for (size_t i = 0; i < n; i++) {
        const char *path = arena_printf(r->a, "rules[%zu]", i);
        const struct jv *one = jv_at(list, i);
        if (!read_members(r, one, path, names))
            continue;
        u[i].when = feel_of(r, one, path, "when", r->form->fields);
        read_apart(r, one, path, &u[i]);
        if (!jv_get(one, "when") && !u[i].apart.n)
            read_bad(r, "form.missing", STR("when"), "%s", path);
        u[i].message = read_text(r, one, path, "message", 300, true);
        u[i].message_en = read_text(r, one, path, "message_en", 400, false);
        u[i].is_warn = str_is(read_word(r, one, path, "level", levels, false), "warn");
        u[i].at = read_texts(r, one, path, "at");
        u[i].field = read_text(r, one, path, "field", 40, false);
        (void)read_field_named(r, u[i].field, path, "field", 0); /* only that it exists */
    }
    r->form->rule = u;
    r->form->rule_n = n;
}

static bool pattern_good(struct str s, bool *is_yearly)
{
    int seqs = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\' || (unsigned char)s.p[i] < 0x20)
            return false;
        if (s.p[i] != '{')
            continue;
        ptrdiff_t end = str_find(s, STR("}"), i);
        if (end < 0)
            return false;
        struct str word = str_sub(s, i + 1, (size_t)end - i - 1);
        bool is_seq = str_is(word, "seq") ||
                      (word.n == 5 && str_starts(word, STR("seq:")) && word.p[4] >= '1' &&
                       word.p[4] <= '9');
        seqs += is_seq;
        *is_yearly = *is_yearly || str_is(word, "year");
        if (!is_seq && !str_is(word, "year") && !str_is(word, "month") && !str_is(word, "unit"))
            return false;
        i = (size_t)end;
    }
    return seqs == 1;
}

static void read_numbering(struct reader *r, const struct jv *j)
{
    static const char *const names[] = { "pattern", "scope", "at", NULL };
    static const char *const scopes[] = { "unit", "city", NULL };
    const struct jv *n = jv_get(j, "number");
    struct form_number *out = &r->form->number;
    if (!n || !read_members(r, n, "number", names))
        return;
    out->pattern = read_text(r, n, "number", "pattern", 60, true);
    out->is_city = str_is(read_word(r, n, "number", "scope", scopes, true), "city");
    out->at = read_text(r, n, "number", "at", 100, true);
    if (out->pattern.p && !pattern_good(out->pattern, &out->is_yearly))
        read_bad(r, "form.number_pattern", out->pattern, "number.pattern");
}

static void read_list(struct reader *r, const struct jv *j)
{
    struct form_texts names = read_texts(r, j, "", "list");
    for (size_t i = 0; i < names.n; i++) {
        const struct form_field *f = form_find(r->form->fields, names.p[i]);
        if (!f && names.p[i].n)
            read_bad(r, "form.no_field", names.p[i], "list[%zu]", i);
        else if (!f)
            continue; /* no text: said already */
        else if (!form_may_list(f->type))
            read_bad(r, "form.not_listable", names.p[i], "list[%zu]", i);
        else
            ((struct form_field *)(uintptr_t)f)->is_list = true; /* still being made */
    }
}

static void read_register(struct reader *r, const struct jv *j)
{
    static const char *const names[] = { "columns", "open_to", NULL };
    const struct jv *reg = jv_get(j, "register");
    struct str word = jv_str(jv_get(reg, "open_to"));
    if (!reg || !read_members(r, reg, "register", names))
        return;
    r->form->columns = read_texts(r, reg, "register", "columns");
    for (size_t i = 0; i < r->form->columns.n; i++)
        if (!form_is_builtin(r->form->columns.p[i]) &&
            !form_find(r->form->fields, r->form->columns.p[i]))
            read_bad(r, "form.no_field", r->form->columns.p[i], "register.columns[%zu]", i);
    if (jv_kind(jv_get(reg, "open_to")) == JV_ARRAY) {
        r->form->open_to = FORM_OPEN_ROLES;
        r->form->open_roles = read_texts(r, reg, "register", "open_to");
    } else if (str_is(word, "unit")) {
        r->form->open_to = FORM_OPEN_UNIT;
    } else if (word.p && !str_is(word, "starter")) { /* one role */
        struct str *one = arena_new_of(r->a, struct str);
        *one = word;
        r->form->open_to = FORM_OPEN_ROLES;
        r->form->open_roles = (struct form_texts){ one, 1 };
    }
}

static void read_sheet(struct reader *r, const struct jv *j)
{
    static const char *const names[] = { "title", "rows", NULL };
    const struct jv *sheet = jv_get(j, "sheet"), *rows = jv_get(sheet, "rows");
    if (!sheet || !read_members(r, sheet, "sheet", names))
        return;
    r->form->sheet_title = read_text(r, sheet, "sheet", "title", 60, true);
    size_t n = jv_size(rows);
    if (jv_kind(rows) != JV_ARRAY) {
        read_bad(r, "form.not_list", STR("rows"), "sheet.rows");
        return;
    }
    struct form_sheet_row *out = arena_array_of(r->a, struct form_sheet_row, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct jv *row = jv_at(rows, i);
        size_t cells = jv_size(row);
        struct str *c = arena_array_of(r->a, struct str, cells + 1);
        if (jv_kind(row) != JV_ARRAY || cells == 0 || cells > 4) {
            read_bad(r, "form.row_most", STR(""), "sheet.rows[%zu]", i);
            continue;
        }
        for (size_t k = 0; k < cells; k++) {
            c[k] = jv_str(jv_at(row, k));
            if (!c[k].n || (c[k].p[0] != '@' && !form_is_builtin(c[k]) &&
                            !form_find(r->form->fields, c[k])))
                read_bad(r, "form.no_field", c[k].p ? c[k] : STR(""), "sheet.rows[%zu][%zu]", i, k);
        }
        out[i].cells = (struct form_texts){ c, cells };
    }
    r->form->sheet = out;
    r->form->sheet_n = n;
}

/* --- things, bookings, requires ----------------------------------------------------------------------------- */

static const struct form_thing *thing_find(const struct form *form, struct str key)
{
    for (size_t i = 0; i < form->thing_n; i++)
        if (str_eq(form->thing[i].key, key))
            return &form->thing[i];
    return NULL;
}

static void read_things(struct reader *r, const struct jv *j)
{
    static const char *const names[] = { "key", "name", "name_en", "fields", "keeper", "unique", NULL };
    const struct jv *list;
    size_t n = list_of(r, j, "things", &list);
    struct form_thing *t = arena_array_of(r->a, struct form_thing, n + 1);
    for (size_t i = 0; i < n; i++) {
        const char *path = arena_printf(r->a, "things[%zu]", i);
        const struct jv *one = jv_at(list, i);
        if (!read_members(r, one, path, names))
            continue;
        t[i].key = read_text(r, one, path, "key", 40, true);
        t[i].name = read_text(r, one, path, "name", 40, true);
        t[i].name_en = read_text(r, one, path, "name_en", 80, false);
        t[i].keeper = read_text(r, one, path, "keeper", 40, true);
        t[i].is_unique = read_bool(r, one, path, "unique", false);
        if (t[i].key.p && !read_is_name(t[i].key))
            read_bad(r, "form.name", t[i].key, "%s.key", path);
        const char *fields = arena_printf(r->a, "%s.fields", path);
        t[i].fields = read_fields(r, jv_get(one, "fields"), fields, false);
        if (t[i].fields.n == 0 || t[i].fields.p[0].type != FORM_TEXT)
            read_bad(r, "form.field_type", STR("fields[0]"), "%s", fields);
        check_field_names(r, t[i].fields, fields, NULL);
    }
    r->form->thing = t;
    r->form->thing_n = n;
}

/* "vehicle" must be declared here; "module.key" is looked up by module/. */
static void check_thing_name(struct reader *r, struct str name, const char *path)
{
    if (name.p && str_find(name, STR("."), 0) < 0 && !thing_find(r->form, name))
        read_bad(r, "form.no_thing", name, "%s", path);
}

static void check_thing_fields(struct reader *r)
{
    for (size_t i = 0; i < r->form->fields.n; i++) {
        const struct form_field *f = &r->form->fields.p[i];
        if (f->type == FORM_THING)
            check_thing_name(r, f->thing, arena_printf(r->a, "fields[%zu].thing", i));
        for (size_t k = 0; k < f->columns.n; k++)
            if (f->columns.p[k].type == FORM_THING)
                check_thing_name(r, f->columns.p[k].thing,
                                 arena_printf(r->a, "fields[%zu].columns[%zu].thing", i, k));
    }
}

static unsigned release_bits(struct reader *r, const struct jv *one, const char *path)
{
    static const char *const words[] = { "rejected", "void", "done" };
    struct form_texts on = read_texts(r, one, path, "release_on");
    unsigned bits = jv_get(one, "release_on") ? 0 : FORM_ON_REJECTED | FORM_ON_VOID;
    for (size_t i = 0; i < on.n; i++) {
        unsigned bit = 0;
        for (size_t k = 0; k < 3; k++)
            if (str_is(on.p[i], words[k]))
                bit = 1u << k;
        if (!bit)
            read_bad(r, "form.word", on.p[i], "%s.release_on[%zu]", path, i);
        bits |= bit;
    }
    return bits;
}

static void need(struct reader *r, bool has, const char *what, const char *path)
{
    if (!has)
        read_bad(r, "form.effect_needs", str_of(what), "%s", path);
}

static void read_bookings(struct reader *r, const struct jv *j)
{
    static const char *const names[] = { "thing_field", "from", "to", "at", "release_on", NULL };
    const struct jv *list;
    size_t n = list_of(r, j, "bookings", &list);
    struct form_booking *b = arena_array_of(r->a, struct form_booking, n + 1);
    for (size_t i = 0; i < n; i++) {
        const char *path = arena_printf(r->a, "bookings[%zu]", i);
        const struct jv *one = jv_at(list, i);
        if (!read_members(r, one, path, names))
            continue;
        b[i].thing_field = read_field_named(r, read_text(r, one, path, "thing_field", 40, true),
                                            path, "thing_field", TYPE_BIT(FORM_THING));
        b[i].from = feel_of(r, one, path, "from", r->form->fields);
        b[i].to = feel_of(r, one, path, "to", r->form->fields);
        need(r, jv_get(one, "from") != NULL, "from", path);
        need(r, jv_get(one, "to") != NULL, "to", path);
        b[i].at = read_text(r, one, path, "at", 100, true);
        b[i].release_on = release_bits(r, one, path);
    }
    r->form->booking = b;
    r->form->booking_n = n;
}

static void read_requires(struct reader *r, const struct jv *j)
{
    static const char *const names[] = { "field", "module", "state", "once", "same", NULL };
    static const char *const states[] = { "done", NULL };
    const struct jv *list;
    size_t n = list_of(r, j, "requires", &list);
    struct form_require *q = arena_array_of(r->a, struct form_require, n + 1);
    for (size_t i = 0; i < n; i++) {
        const char *path = arena_printf(r->a, "requires[%zu]", i);
        const struct jv *one = jv_at(list, i), *same = jv_get(one, "same"), *theirs;
        struct str mine;
        if (!read_members(r, one, path, names))
            continue;
        q[i].field = read_field_named(r, read_text(r, one, path, "field", 40, true), path, "field",
                                      TYPE_BIT(FORM_MATTER));
        if (q[i].field) /* nothing can be used without its approval (D13) */
            ((struct form_field *)(uintptr_t)q[i].field)->is_required = true; /* still being made */
        q[i].module = read_text(r, one, path, "module", 40, true);
        (void)read_word(r, one, path, "state", states, false); /* done is the only one there is */
        q[i].is_once = read_bool(r, one, path, "once", true);
        struct str *a = arena_array_of(r->a, struct str, jv_size(same) + 1);
        struct str *b = arena_array_of(r->a, struct str, jv_size(same) + 1);
        size_t k = 0;
        if (same && jv_kind(same) != JV_OBJECT)
            read_bad(r, "form.not_object", STR(""), "%s.same", path);
        for (const void *it = NULL;
             jv_kind(same) == JV_OBJECT && (it = jv_next(same, it, &mine, &theirs)); k++) {
            a[k] = mine;
            b[k] = jv_str(theirs);
            (void)read_field_named(r, mine, path, "same", 0); /* only that it exists */
            if (!b[k].n)
                read_bad(r, "form.not_text", mine, "%s.same", path);
        }
        q[i].same_mine = (struct form_texts){ a, k };
        q[i].same_theirs = (struct form_texts){ b, k };
    }
    r->form->require = q;
    r->form->require_n = n;
}

/* --- effects ------------------------------------------------------------------------------------------------- */

static const char *const effect_kinds[] = { "absence",   "stand_in",  "absence_end", "thing_add",
                                            "thing_set", "thing_state", NULL };

static void read_set(struct reader *r, const struct jv *one, const char *path,
                     const struct form_field *rows, struct form_effect *e)
{
    const struct jv *set = jv_get(one, "set"), *value;
    struct str name;
    struct form_set *out = arena_array_of(r->a, struct form_set, jv_size(set) + 1);
    e->set = out;
    if (set && jv_kind(set) != JV_OBJECT) {
        read_bad(r, "form.not_object", STR(""), "%s.set", path);
        return;
    }
    for (const void *it = NULL; set && (it = jv_next(set, it, &name, &value));) {
        const char *key = arena_strndup(r->a, name.p, name.n);
        const char *at = arena_printf(r->a, "%s.set", path);
        out[e->set_n] = (struct form_set){ name, read_feel(r, set, at, key) };
        check_feel(r, out[e->set_n++].value, rows, r->form->fields,
                   arena_printf(r->a, "%s.%s", at, key));
    }
}

/* Members of a thing that is declared here; of another module's, module/ checks. */
static void check_set(struct reader *r, const struct form_effect *e, struct str thing,
                      const char *path)
{
    const struct form_thing *t = thing.p ? thing_find(r->form, thing) : NULL;
    for (size_t i = 0; t && i < e->set_n; i++)
        if (!str_is(e->set[i].name, "state") && !form_find(t->fields, e->set[i].name))
            read_bad(r, "form.no_field", e->set[i].name, "%s.set.%.*s", path,
                     STR_ARG(e->set[i].name));
}

static void read_effect(struct reader *r, const struct jv *one, const char *path,
                        struct form_effect *e)
{
    static const char *const labels[] = { "leave", "trip", "duty_out", "other", NULL };
    struct str who = read_text(r, one, path, "who", 40, false);
    struct form_fields fields = r->form->fields;
    e->at = read_text(r, one, path, "at", 100, true);
    e->when = feel_of(r, one, path, "when", fields);
    e->from = feel_of(r, one, path, "from", fields);
    e->to = feel_of(r, one, path, "to", fields);
    e->label = read_word(r, one, path, "label", labels, false);
    if (who.p && !str_is(who, "starter"))
        e->who = read_field_named(r, who, path, "who", TYPE_BIT(FORM_POST) | TYPE_BIT(FORM_POSTS));
    e->post_field = read_field_named(r, read_text(r, one, path, "post_field", 40, false), path,
                                     "post_field", TYPE_BIT(FORM_POST));
    e->of = read_field_named(r, read_text(r, one, path, "of", 40, false), path, "of",
                             TYPE_BIT(FORM_MATTER));
    e->rows = read_field_named(r, read_text(r, one, path, "rows", 40, false), path, "rows",
                               TYPE_BIT(FORM_TABLE));
    e->times = read_feel(r, one, path, "times");
    check_feel(r, e->times, e->rows, fields, arena_printf(r->a, "%s.times", path));
    e->thing = read_text(r, one, path, "thing", 90, false);
    check_thing_name(r, e->thing, arena_printf(r->a, "%s.thing", path));
    /* a thing field, or with rows a column of that table */
    struct str name = read_text(r, one, path, "thing_field", 40, false);
    if (name.p && e->rows) {
        e->thing_field = form_find(e->rows->columns, name);
        if (!e->thing_field || e->thing_field->type != FORM_THING)
            read_bad(r, e->thing_field ? "form.field_type" : "form.no_field", name,
                     "%s.thing_field", path);
    } else {
        e->thing_field = read_field_named(r, name, path, "thing_field", TYPE_BIT(FORM_THING));
    }
    read_set(r, one, path, e->rows, e);
}

static void read_effects(struct reader *r, const struct jv *j)
{
    static const char *const names[] = { "at",   "kind",  "who",         "from", "to",  "when", "label",
                                         "post_field", "of", "thing", "thing_field", "rows", "times", "set",
                                         NULL };
    const struct jv *list;
    size_t n = list_of(r, j, "effects", &list);
    struct form_effect *e = arena_array_of(r->a, struct form_effect, n + 1);
    for (size_t i = 0; i < n; i++) {
        const char *path = arena_printf(r->a, "effects[%zu]", i);
        const struct jv *one = jv_at(list, i);
        if (!read_members(r, one, path, names))
            continue;
        struct str kind = read_word(r, one, path, "kind", effect_kinds, true);
        for (int k = 0; kind.p && effect_kinds[k]; k++)
            if (str_is(kind, effect_kinds[k]))
                e[i].kind = (enum form_effect_kind)k;
        read_effect(r, one, path, &e[i]);
        if (!kind.p)
            continue;
        bool has_period = jv_get(one, "from") && jv_get(one, "to");
        switch (e[i].kind) {
        case FORM_ABSENCE:
            need(r, has_period, "from, to", path);
            need(r, e[i].label.p != NULL, "label", path);
            break;
        case FORM_STAND_IN:
            need(r, has_period, "from, to", path);
            need(r, jv_get(one, "post_field") != NULL, "post_field", path);
            break;
        case FORM_THING_ADD:
            need(r, e[i].thing.p != NULL, "thing", path);
            need(r, e[i].set_n > 0, "set", path);
            check_set(r, &e[i], e[i].thing, path);
            break;
        case FORM_THING_SET:
        case FORM_THING_STATE:
            need(r, jv_get(one, "thing_field") != NULL, "thing_field", path);
            need(r, e[i].set_n > 0, "set", path);
            if (e[i].thing_field)
                check_set(r, &e[i], e[i].thing_field->thing, path);
            break;
        default: break;
        }
    }
    r->form->effect = e;
    r->form->effect_n = n;
}

/* --- what a unit may change -------------------------------------------------------------------------------------- */

static bool is_one_of(struct str word, const char *const *words)
{
    for (; *words; words++)
        if (str_is(word, *words))
            return true;
    return false;
}

static void read_open(struct reader *r, const struct jv *j)
{
    static const char *const of_node[] = { "assign", "due", "step", NULL };
    static const char *const of_field[] = { "hide", "require", "option", "label", NULL };
    static const char *const alone[] = { "columns", "sheet", NULL };
    r->form->open = read_texts(r, j, "", "open");
    for (size_t i = 0; i < r->form->open.n; i++) {
        struct str rest = r->form->open.p[i], kind;
        (void)str_cut(&rest, ':', &kind); /* there is always a first part */
        bool has_field = is_one_of(kind, of_field);
        bool is_known = has_field || is_one_of(kind, of_node) ? rest.n > 0
                                                              : is_one_of(r->form->open.p[i], alone);
        const struct form_field *f = has_field ? form_find(r->form->fields, rest) : NULL;
        if (!is_known)
            read_bad(r, "form.word", r->form->open.p[i], "open[%zu]", i);
        else if (has_field && (!f || (str_is(kind, "option") && f->type != FORM_CHOICE &&
                                      f->type != FORM_CHOICES)))
            read_bad(r, "form.no_field", rest, "open[%zu]", i);
    }
}

void read_parts(struct reader *r, const struct jv *j)
{
    read_choices(r, j);
    read_asks(r, j);
    read_steps(r, j);
    read_rules(r, j);
    read_numbering(r, j);
    read_list(r, j);
    read_register(r, j);
    read_sheet(r, j);
    read_things(r, j);
    check_thing_fields(r);
    read_bookings(r, j);
    read_requires(r, j);
    read_effects(r, j);
    read_open(r, j);
}
