/* What a matter's page shows of its form: fields with the reader's rights, values, reasons given at
 * rules, and the print sheet (呈批单) as module.json lays it out. */
#include "base/clock.h"
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_form_in.h"
#include "org/org.h"

/* --- what every matter has --------------------------------------------------------------------------- */

static const struct {
    const char *name, *zh, *en;
} builtins[] = {
    { "number", "编号", "Number" },         { "title", "标题", "Title" },
    { "urgency", "紧急程度", "Urgency" },   { "state", "状态", "State" },
    { "starter", "发起人", "Started by" },  { "unit", "单位", "Unit" },
    { "started_at", "发起时间", "Started" }, { "closed_at", "办结时间", "Closed" },
    { "step", "当前环节", "Step" },         { "retention", "保管期限", "Kept for" },
}, words[] = {
    { "critical", "特急", "critical" }, { "urgent", "加急", "urgent" }, { "normal", "平件", "normal" },
    { "draft", "草稿", "draft" },       { "running", "办理中", "running" }, { "done", "已办结", "done" },
    { "rejected", "未同意", "rejected" }, { "void", "已撤销", "void" },
    { "suspended", "已挂起", "suspended" }, { "permanent", "永久", "for ever" },
    { "30y", "30年", "30 years" },          { "10y", "10年", "10 years" },
};

struct str builtin_label(struct str name, enum lang lang)
{
    for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++)
        if (str_is(name, builtins[i].name))
            return str_of(lang == LANG_EN ? builtins[i].en : builtins[i].zh);
    return name;
}

static struct str word(struct ctx *cx, struct str code)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is(code, words[i].name))
            return str_of(cx->lang == LANG_EN ? words[i].en : words[i].zh);
    return code;
}

static struct str minute(struct ctx *cx, int64_t at)
{
    struct str iso = at ? clock_iso(cx->a, at) : STR("");
    return at ? str_printf(cx->a, "%.10s %.5s", iso.p, iso.p + 11) : iso;
}

static struct str open_steps(struct ctx *cx, const struct matter *m)
{
    struct rows r;
    struct buf b = buf_in(cx->a);
    for (db_rows(cx->db, &r, &q_items_open, m->id); rows_next(&r);) {
        struct str step = definition_words(cx, m->definition_id, row_text(&r, 4));
        if (b.n && str_find(buf_done(&b), step, 0) >= 0)
            continue;
        if (b.n)
            buf_text(&b, cx->lang == LANG_EN ? ", " : "、");
        buf_str(&b, step);
    }
    rows_end(&r);
    return buf_done(&b);
}

struct str matter_retention(struct ctx *cx, const struct matter *m)
{
    const struct definition *d = definition_load(cx, m->definition_id);
    return d && d->form->retention.n ? d->form->retention : STR("");
}

struct str builtin_words(struct ctx *cx, const struct matter *m, struct str name)
{
    struct person_row p;
    struct str unit = STR("");
    if (str_is(name, "number"))
        return m->number;
    if (str_is(name, "title"))
        return m->title;
    if (str_is(name, "urgency"))
        return word(cx, m->urgency);
    if (str_is(name, "state"))
        return word(cx, m->state);
    if (str_is(name, "starter"))
        return m->starter_person && person_find(cx, m->starter_person, &p) == 1 ? p.name : STR("");
    if (str_is(name, "unit"))
        return org_unit_name_on(cx, m->unit_id, STR_NONE, &unit) ? unit : STR("");
    if (str_is(name, "started_at") || str_is(name, "closed_at"))
        return minute(cx, str_is(name, "started_at") ? m->started_at : m->closed_at);
    if (str_is(name, "retention"))
        return word(cx, matter_retention(cx, m));
    return str_is(name, "step") ? open_steps(cx, m) : STR("");
}

/* --- the form -------------------------------------------------------------------------------------------- */

/* Whose rights the reader has now: of the own step, of the first for a draft, else nobody's. */
static const uint8_t *rights_of(struct ctx *cx, const struct matter *m, const struct instance *in,
                                const struct item *my, struct str *node)
{
    struct flow_leaf leaf;
    size_t n;
    *node = my ? my->node : STR_NONE;
    if (str_is(m->state, "draft")) {
        *node = in->def->first_node;
        return form_rights(cx->a, in->def->form, in->def->first_node, true);
    }
    if (!my || str_is(my->role, "advise"))
        return form_rights(cx->a, in->def->form, STR_NONE, false);
    if (str_is(my->role, "rework") && flow_leaf_find(in->state, (int)my->leaf, &leaf) &&
        leaf.form_node >= 0)
        *node = flow_nodes(in->def->net, &n)[leaf.form_node].id;
    return definition_rights(cx->a, in->def, *node);
}

static bool hides_any(const struct form *form)
{
    for (size_t s = 0; s < form->step_n; s++)
        for (size_t i = 0; i < form->fields.n; i++)
            if (form->step[s].right[i] & FORM_HIDE)
                return true;
    return false;
}

/* A step that the reader holds or held. */
static bool is_mine(struct ctx *cx, const struct matter *m, struct rows *r)
{
    int kind = (int)row_i64(r, 5);
    return kind != SCOPE_UNIT && actor_scope(cx, row_i64(r, 4), m->module);
}

const uint8_t *form_reader_rights(struct ctx *cx, const struct matter *m,
                                  const struct definition *d, const uint8_t *now)
{
    struct rows r;
    const struct form *form = d->form;
    bool is_own = cx->is_system || (cx->actor && m->starter_person == cx->actor->person_id);
    if (is_own || !hides_any(form))
        return now;
    uint8_t *right = arena_copy(cx->a, now, form->fields.n + 1);
    bool *shown = arena_array_of(cx->a, bool, form->fields.n + 1);
    for (db_rows(cx->db, &r, &q_items_of_matter, m->id); rows_next(&r);) {
        if (!is_mine(cx, m, &r))
            continue;
        const uint8_t *there = definition_rights(cx->a, d, row_text(&r, 1));
        for (size_t i = 0; i < form->fields.n; i++)
            shown[i] = shown[i] || !(there[i] & FORM_HIDE);
    }
    rows_end(&r);
    for (size_t s = 0; s < form->step_n; s++)
        for (size_t i = 0; i < form->fields.n; i++)
            if (form->step[s].right[i] & FORM_HIDE && !shown[i])
                right[i] = FORM_HIDE;
    return right;
}

static bool hides_at(const uint8_t *right, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (right[i] & FORM_HIDE)
            return true;
    return false;
}

static bool id_among(struct ids list, int64_t id)
{
    for (size_t i = 0; i < list.n; i++)
        if (list.p[i] == id)
            return true;
    return false;
}

/* Posts with steps that hide and none that does not. */
static bool masked_posts(struct ctx *cx, const struct matter *m, const struct definition *d,
                         struct ids *out)
{
    struct rows r;
    int64_t *masked = arena_array_of(cx->a, int64_t, 200), *full = arena_array_of(cx->a, int64_t, 200);
    struct ids has = { masked, 0 }, sees = { full, 0 };
    for (db_rows(cx->db, &r, &q_items_of_matter, m->id); rows_next(&r);) {
        int64_t owner = row_i64(&r, 4);
        bool hides = hides_at(definition_rights(cx->a, d, row_text(&r, 1)), d->form->fields.n);
        if ((int)row_i64(&r, 5) != SCOPE_POST)
            continue;
        if (hides && has.n < 200)
            masked[has.n++] = owner;
        else if (!hides && sees.n < 200)
            full[sees.n++] = owner;
    }
    rows_end(&r);
    int64_t *kept = arena_array_of(cx->a, int64_t, has.n + 1);
    *out = (struct ids){ kept, 0 };
    for (size_t i = 0; i < has.n; i++)
        if (!id_among(sees, has.p[i]) && has.p[i] != m->starter_post)
            kept[out->n++] = has.p[i];
    return !rows_failed(&r);
}

bool files_seen_of(struct ctx *cx, const struct matter *m, struct files_seen *out)
{
    *out = (struct files_seen){ .all = true };
    const struct definition *d = definition_load(cx, m->definition_id);
    if (!d || d->form->fields.n == 0 || !hides_any(d->form))
        return d != NULL;
    struct matter_form stored = { { NULL }, STR_NONE };
    struct form_fields fields = d->form->fields;
    const uint8_t *right =
        form_reader_rights(cx, m, d, form_rights(cx->a, d->form, STR_NONE, false));
    if (!hides_at(right, fields.n))
        return cx->err.kind == ERR_NONE;
    if (matter_form_find(cx, m->id, d, &stored) < 0)
        return false;
    for (size_t i = 0; i < fields.n; i++)
        if (right[i] & FORM_HIDE)
            stored.values.v[i] = NULL;
    size_t n;
    const struct form_ref *ref = form_refs(cx->a, fields, stored.values, "form", &n);
    int64_t *ids = arena_array_of(cx->a, int64_t, n + 1);
    *out = (struct files_seen){ .shown = { ids, 0 } };
    for (size_t i = 0; i < n; i++)
        if (ref[i].field->type == FORM_ATTACHMENT)
            ids[out->shown.n++] = ref[i].id;
    return masked_posts(cx, m, d, &out->masked_posts);
}

bool file_is_seen(const struct ctx *cx, const struct files_seen *v, int64_t attachment_id,
                  int64_t added_by, int64_t added_post)
{
    return v->all || id_among(v->shown, attachment_id) ||
           (cx->actor && cx->actor->person_id == added_by) || id_among(v->masked_posts, added_post);
}

static bool write_form(struct ctx *cx, struct jw *w, const struct matter *m,
                       const struct instance *in, const uint8_t *right, struct str node,
                       const struct matter_form *stored)
{
    struct form_seen *seen =
        form_seen_of(cx, m->module, m->unit_id, m->starter_post, m->id, stored->starter, m->urgency, STR_NONE);
    const struct form_change change = { .right = right, .is_draft = true };
    struct form_result r = form_apply(cx->a, in->def->form, in->def->form->fields, stored->values,
                                      &change, &seen->world);
    jw_kobj(w, "form");
    jw_ki64(w, "version", in->def->version);
    jw_kstr(w, "node", node);
    bool is_own = cx->actor && m->starter_person == cx->actor->person_id;
    bool good = form_write(cx, w, in->def, stored->values, right, &r, is_own);
    jw_obj_end(w);
    return good;
}

static bool write_warnings(struct ctx *cx, struct jw *w, const struct matter *m)
{
    struct rows r;
    jw_karr(w, "warnings");
    for (db_rows(cx->db, &r, &q_warnings, m->id); rows_next(&r);) {
        jw_obj(w);
        jw_kstr(w, "node", row_text(&r, 0));
        jw_kstr(w, "message", definition_words(cx, m->definition_id, row_text(&r, 1)));
        jw_kstr(w, "reason", row_text(&r, 2));
        jw_kstr(w, "who", row_text(&r, 3));
        jw_ki64(w, "at", row_i64(&r, 4));
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    return !rows_failed(&r);
}

/* --- the print sheet ----------------------------------------------------------------------------------------- */

static bool write_cell(struct ctx *cx, struct jw *w, const struct matter *m,
                       const struct definition *d, const struct matter_form *stored,
                       const uint8_t *right, struct str cell)
{
    const struct form_field *f = form_find(d->form->fields, cell);
    bool hides = f && right[f->index] & FORM_HIDE;
    bool good = true;
    jw_obj(w);
    if (cell.p[0] == '@') {
        struct str place = str_sub(cell, 1, cell.n);
        jw_ktext(w, "kind", "opinions");
        jw_kstr(w, "place", definition_say(cx, d, place));
        jw_key(w, "opinions");
        good = sheet_place_write(cx, m, place, w);
    } else {
        struct str en = f && f->label_en.n ? f->label_en : f ? f->label : STR_NONE;
        jw_ktext(w, "kind", "field");
        jw_kstr(w, "name", cell);
        jw_kstr(w, "label", !f                    ? builtin_label(cell, cx->lang)
                            : cx->lang == LANG_EN ? en
                                                  : f->label);
        jw_kstr(w, "text", hides ? STR("")
                           : f   ? form_words_of(cx, f, stored->values.v[f->index])
                                 : builtin_words(cx, m, cell));
    }
    jw_obj_end(w);
    return good && cx->err.kind == ERR_NONE;
}

static bool write_print_sheet(struct ctx *cx, struct jw *w, const struct matter *m,
                              const struct definition *d, const struct matter_form *stored,
                              const uint8_t *right)
{
    const struct form *form = d->form;
    jw_kobj(w, "print_sheet");
    jw_kstr(w, "title", definition_say(cx, d, form->sheet_title));
    jw_karr(w, "rows");
    for (size_t i = 0; i < form->sheet_n; i++) {
        jw_arr(w);
        for (size_t c = 0; c < form->sheet[i].cells.n; c++)
            if (!write_cell(cx, w, m, d, stored, right, form->sheet[i].cells.p[c]))
                return false;
        jw_arr_end(w);
    }
    jw_arr_end(w);
    jw_obj_end(w);
    return true;
}

bool form_page_write(struct ctx *cx, struct jw *w, const struct matter *m,
                     const struct instance *in, const struct item *my)
{
    const struct definition *d = in->def;
    struct matter_form stored;
    if (d->form->fields.n == 0 && d->form->sheet_n == 0) {
        jw_knull(w, "form");
        jw_knull(w, "print_sheet");
        jw_karr(w, "warnings");
        jw_arr_end(w);
        return true;
    }
    if (matter_form_find(cx, m->id, d, &stored) < 0)
        return false;
    struct str node;
    const uint8_t *right = form_reader_rights(cx, m, d, rights_of(cx, m, in, my, &node));
    if (d->form->fields.n == 0)
        jw_knull(w, "form");
    else if (!write_form(cx, w, m, in, right, node, &stored))
        return false;
    if (d->form->sheet_n == 0)
        jw_knull(w, "print_sheet");
    else if (!write_print_sheet(cx, w, m, d, &stored, right))
        return false;
    return write_warnings(cx, w, m);
}
