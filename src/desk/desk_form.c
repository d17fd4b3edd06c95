/* Forms of matters: stored as the text of one module version (DESIGN §4), with keys of the list fields
 * beside it; what expressions see of the city; what is refused. The rules of fields are form/'s. */
#include "base/check.h"
#include "base/clock.h"
#include "base/id.h"
#include "calendar/calendar.h"
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_form_in.h"
#include "desk/desk_thing_in.h"
#include "desk/label.h"
#include "org/org.h"

/* --- what expressions see ------------------------------------------------------------------------------ */

struct members {
    struct arena *a;
    struct str key[40];
    const struct feel_value *value[40];
    size_t n;
};

static void member(struct members *m, const char *key, const struct feel_value *v)
{
    if (m->n == sizeof m->key / sizeof *m->key)
        return;
    m->key[m->n] = str_of(key);
    m->value[m->n++] = v;
}

static void member_text(struct members *m, const char *key, struct str s)
{
    member(m, key, s.p ? feel_of_str(m->a, s) : NULL);
}

static void member_id(struct members *m, int64_t id)
{
    member_text(m, "id", str_printf(m->a, "%lld", (long long)id));
}

static const struct feel_value *context_of(struct members *m)
{
    return feel_context(m->a, arena_copy(m->a, m->key, m->n * sizeof *m->key),
                        arena_copy(m->a, m->value, m->n * sizeof *m->value), m->n);
}

static const struct feel_value *post_context(struct ctx *cx, int64_t id)
{
    struct org_post p;
    struct members m = { .a = cx->a };
    if (org_post_find(cx, id, &p) != 1)
        return NULL;
    member_id(&m, id);
    member_text(&m, "name", p.name);
    member_text(&m, "title", p.title);
    member_text(&m, "unit", p.unit_name);
    return context_of(&m);
}

/* Is the matter's unit above the other, whose business it is to look after it? Asked for one unit, not for a
 * list of hundreds. */
static const struct feel_value *is_below(struct ctx *cx, int64_t unit_id, int64_t id)
{
    struct ids above;
    bool is = false;
    if (!org_units_above(cx, id, &above)) {
        cx->err = (struct err){ 0 };
        return NULL;
    }
    for (size_t i = 0; i < above.n; i++)
        is = is || above.p[i] == unit_id;
    return feel_of_bool(is);
}

static const struct feel_value *unit_context(struct ctx *cx, int64_t id, const struct feel_value *below)
{
    struct str name;
    struct members m = { .a = cx->a };
    if (!org_unit_name_on(cx, id, STR_NONE, &name)) {
        cx->err = (struct err){ 0 };
        return NULL;
    }
    member_id(&m, id);
    member_text(&m, "name", name);
    if (below)
        member(&m, "is_below", below);
    return context_of(&m);
}

static const struct feel_value *matter_context(struct ctx *cx, int64_t id,
                                               const struct feel_value *followers);

#define FOLLOWERS 50

/* Who judges by them for one matter waits for who does for another: the second sees what the first has
 * written. Reads (a form being filled in) wait for nobody. */
static bool named_lock(struct ctx *cx, const struct form_field *f, int64_t id)
{
    struct rows r;
    int found = !cx->run ? 1
                : db_get(cx->db, &r, f->type == FORM_THING ? &q_thing_lock : &q_matter_lock, id);
    if (cx->run)
        rows_end(&r);
    return found == 1;
}

/* Matters of the same module and unit that name this matter or thing in the same listed field, asked for or
 * approved: of a matter field its module's, of a thing field this form's own. */
static const struct feel_value *followers_of(const struct form_seen *s, const struct form_field *f,
                                             int64_t id)
{
    struct rows r;
    int64_t ids[FOLLOWERS];
    size_t n = 0;
    if (!f->is_list || !named_lock(s->cx, f, id))
        return NULL;
    struct str key = str_printf(s->cx->a, "%lld", (long long)id);
    struct str module = f->type == FORM_THING ? s->module : f->module;
    for (db_rows(s->cx->db, &r, &q_followers, s->unit_id, module, f->name, key, s->matter_id);
         n < FOLLOWERS && rows_next(&r);)
        ids[n++] = row_i64(&r, 0);
    rows_end(&r);
    const struct feel_value **v = arena_array_of(s->cx->a, const struct feel_value *, n + 1);
    for (size_t i = 0; i < n; i++)
        v[i] = matter_context(s->cx, ids[i], NULL);
    return feel_list(s->cx->a, v, n);
}

/* Title, number and the fields of its form, references in it by their ids only. */
static const struct feel_value *matter_context(struct ctx *cx, int64_t id,
                                               const struct feel_value *followers)
{
    struct matter t;
    struct matter_form stored = { { NULL }, STR_NONE };
    struct members m = { .a = cx->a };
    if (matter_find(cx, id, &t) != 1)
        return NULL;
    const struct definition *d = definition_load(cx, t.definition_id);
    member_id(&m, id);
    member_text(&m, "title", t.title);
    member_text(&m, "number", t.number);
    member_text(&m, "state", t.state);
    if (followers)
        member(&m, "followers", followers);
    if (d && matter_form_find(cx, id, d, &stored) == 1)
        for (size_t i = 0; i < d->form->fields.n && i < 30; i++)
            member(&m, arena_strndup(cx->a, d->form->fields.p[i].name.p, d->form->fields.p[i].name.n),
                   form_to_feel(cx->a, &d->form->fields.p[i], stored.values.v[i], NULL));
    return context_of(&m);
}

static const struct feel_value *look_up(void *arg, struct arena *a, const struct form_field *f,
                                        int64_t id)
{
    struct form_seen *s = arg;
    (void)a; /* the command's own: cx->a */
    switch (f->type) {
    case FORM_POST:
    case FORM_POSTS: return post_context(s->cx, id);
    case FORM_UNIT: return unit_context(s->cx, id, is_below(s->cx, s->unit_id, id));
    case FORM_UNITS: return unit_context(s->cx, id, NULL);
    case FORM_THING: return thing_context(s->cx, id, followers_of(s, f, id));
    case FORM_MATTER: return matter_context(s->cx, id, followers_of(s, f, id));
    default: return NULL;
    }
}

/* Working days from one day to another, both counted. */
static bool workdays(void *arg, int64_t from, int64_t to, int64_t *out)
{
    struct form_seen *s = arg;
    *out = 0;
    return to < from ||
           calendar_work_days(s->cx, clock_at(clock_from_days(from - 1), 0),
                              clock_at(clock_from_days(to), 0), out);
}

struct form_seen *form_seen_of(struct ctx *cx, struct str module, int64_t unit_id, int64_t post_id,
                               int64_t matter_id, struct str starter, struct str urgency, struct str outcome)
{
    struct form_seen *s = arena_new_of(cx->a, struct form_seen);
    const struct jv *j = starter.n ? jv_parse(cx->a, starter, NULL, NULL) : NULL;
    *s = (struct form_seen){
        .cx = cx, .module = module, .unit_id = unit_id, .post_id = post_id, .matter_id = matter_id,
        .world = { .arg = s, .look_up = look_up, .workdays = workdays,
                   .is_other_away = is_other_away,
                   .starter = j ? feel_of_json(cx->a, j) : NULL, .outcome = outcome,
                   .urgency = urgency, .now = cx->now },
    };
    return s;
}

bool starter_place_write(struct ctx *cx, struct jw *w, int64_t post_id)
{
    static const char *const above[] = { "none", "head", "leader" };
    struct org_place p;
    if (!org_place_of(cx, post_id, &p))
        return false;
    jw_kbool(w, "is_head", p.is_head);
    jw_kstr(w, "body", p.body);
    jw_ktext(w, "superior", above[p.has_head_above + (p.has_head_above && p.has_leader_above)]);
    return true;
}

bool starter_above_write(struct ctx *cx, struct jw *w, int64_t unit_id)
{
    int64_t above = 0;
    struct str name = STR(""), body;
    if (!org_goes_up_to(cx, unit_id, &above) || !org_serves(cx, unit_id, &body) ||
        (above && !org_unit_name_on(cx, above, STR_NONE, &name)))
        return false;
    jw_kstr(w, "above", name);
    jw_kstr(w, "serves", body);
    return true;
}

struct str starter_json(struct ctx *cx, const struct actor_post *post)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    struct org_post p = { .is_leader = false };
    (void)org_post_find(cx, post->id, &p); /* the actor's own: it is there */
    jw_obj(&w);
    jw_kid(&w, "post", post->id);
    jw_kstr(&w, "name", cx->actor->name);
    jw_kstr(&w, "unit", post->unit_name);
    jw_kstr(&w, "title", post->title);
    jw_kbool(&w, "is_leader", p.is_leader);
    jw_karr(&w, "roles");
    for (size_t i = 0; i < cx->actor->n_grants; i++)
        if (cx->actor->grants[i].unit_id == post->unit_id)
            jw_text(&w, role_name(cx->actor->grants[i].role));
    jw_arr_end(&w);
    (void)starter_place_write(cx, &w, post->id); /* the actor's own: it is there */
    (void)starter_above_write(cx, &w, post->unit_id);
    jw_obj_end(&w);
    return buf_done(&b);
}

/* --- stored -------------------------------------------------------------------------------------------- */

int matter_form_find(struct ctx *cx, int64_t matter_id, const struct definition *d,
                     struct matter_form *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_form_get, matter_id);
    const struct jv *j =
        found == 1 ? jv_parse(cx->a, row_copy(&r, 0, cx->a), NULL, NULL) : NULL;
    out->starter = found == 1 ? row_copy(&r, 1, cx->a) : STR_NONE;
    rows_end(&r);
    out->values = form_values_of(cx->a, d->form->fields, j);
    return found;
}

int matter_form_values(struct ctx *cx, int64_t matter_id, const struct jv **out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_form_get, matter_id);
    *out = found == 1 ? jv_parse(cx->a, row_copy(&r, 0, cx->a), NULL, NULL) : NULL;
    rows_end(&r);
    return found;
}

static bool put_keys(struct ctx *cx, const struct matter *m, const struct form_field *f,
                     const struct jv *v)
{
    struct form_texts keys = form_keys(cx->a, f, v);
    for (size_t i = 0; i < keys.n; i++)
        if (!db_run(cx->db, &q_value_put, m->unit_id, m->module, f->name, keys.p[i], m->id))
            return false;
    return true;
}

bool matter_form_put(struct ctx *cx, const struct matter *m, const struct definition *d,
                     struct str title, struct form_values v, struct str starter)
{
    struct str text = form_values_text(cx->a, d->form->fields, v);
    trace_hold(cx, m->id, "form", text);
    if (!db_run(cx->db, &q_form_put, m->id, text, starter) ||
        !db_run(cx->db, &q_value_drop, m->id))
        return false;
    bool is_draft = str_is(m->state, "draft");
    for (size_t i = 0; !is_draft && i < d->form->fields.n; i++)
        if (d->form->fields.p[i].is_list && v.v[i] &&
            !put_keys(cx, m, &d->form->fields.p[i], v.v[i]))
            return false;
    return matter_label_text(cx, m->id, title, text, NULL);
}

/* A thing goes along as it is now: its fields decide ways. */
static struct str in_flow(struct ctx *cx, const struct form_field *f, const struct jv *v)
{
    int64_t id;
    return f->type == FORM_THING && v && jv_as_i64(v, &id) ? thing_in_flow(cx, id)
                                                            : form_to_flow(cx->a, f, v);
}

const struct jv *flow_vars_of(struct ctx *cx, const struct definition *d, struct form_values v,
                              const struct jv *added, struct str starter, struct str urgency)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    struct str key;
    const struct jv *value;
    jw_obj(&w);
    for (size_t i = 0; i < d->form->fields.n; i++)
        if (d->in_flow[i]) {
            jw_key_str(&w, d->form->fields.p[i].name);
            jw_raw(&w, in_flow(cx, &d->form->fields.p[i], v.v[i]));
        }
    for (const void *it = NULL; added && (it = jv_next(added, it, &key, &value));)
        if (!form_find(d->form->fields, key) && !str_is(key, "starter") && !str_is(key, "urgency")) {
            jw_key_str(&w, key);
            jw_raw(&w, jv_compact(cx->a, value));
        }
    if (starter.n)
        jw_kraw(&w, "starter", starter);
    if (urgency.n)
        jw_kstr(&w, "urgency", urgency);
    jw_obj_end(&w);
    return jv_parse(cx->a, buf_done(&b), NULL, NULL);
}

/* --- refusing -------------------------------------------------------------------------------------------- */

static struct str reason_of(struct ctx *cx, const struct jv *reasons, int rule)
{
    struct str s = jv_str(jv_get(reasons, arena_printf(cx->a, "%d", rule)));
    return s.p ? utf8_prefix(str_trim(s), 500) : STR("");
}

bool form_refuse(struct ctx *cx, const struct form_result *r, const struct jv *reasons)
{
    if (reasons && jv_kind(reasons) != JV_OBJECT)
        return fail(cx, ERR_INVALID, "input.object", "reasons");
    for (size_t i = 0; i < r->problem_n; i++) {
        const struct form_problem *p = &r->problem[i];
        if (p->is_warn && reason_of(cx, reasons, p->rule_no).n)
            continue;
        const char *field = p->is_warn ? arena_printf(cx->a, "reasons.%d", p->rule_no) : p->field.p;
        return err_set(&cx->err, cx->a, ERR_INVALID, p->code, field, p->label, p->limit,
                       p->label_en);
    }
    return true;
}

bool form_keep_reasons(struct ctx *cx, const struct matter *m, struct str node, int64_t post_id,
                       const struct form_result *r, const struct jv *reasons)
{
    for (size_t i = 0; i < r->problem_n; i++) {
        const struct form_problem *p = &r->problem[i];
        if (p->is_warn && !db_run(cx->db, &q_warning_put, id_new(cx->now), m->id,
                                  node.p ? node : STR(""), (int64_t)p->rule_no, p->rule->message,
                                  reason_of(cx, reasons, p->rule_no),
                                  bind_id(cx->actor ? cx->actor->person_id : 0), bind_id(post_id),
                                  cx->actor ? cx->actor->name : STR(""), cx->now))
            return false;
    }
    return true;
}

/* --- references ---------------------------------------------------------------------------------------------- */

static bool bad_ref(struct ctx *cx, const char *code, const struct form_ref *ref)
{
    struct str en = ref->field->label_en.n ? ref->field->label_en : ref->field->label;
    return err_set(&cx->err, cx->a, ERR_INVALID, code, ref->path.p,
                   arena_strndup(cx->a, ref->field->label.p, ref->field->label.n), NULL,
                   arena_strndup(cx->a, en.p, en.n));
}

static bool holds_one(struct ctx *cx, const struct form_field *f, const struct org_post *p,
                      bool *out)
{
    *out = f->roles.n == 0;
    for (size_t i = 0; i < f->roles.n && !*out; i++) {
        struct ids posts;
        if (!org_role_posts(cx, p->unit_id, role_of(f->roles.p[i]), &posts))
            return false;
        for (size_t k = 0; k < posts.n; k++)
            *out = *out || posts.p[k] == p->id;
    }
    return true;
}

static bool post_good(struct ctx *cx, const struct form_ref *ref, int64_t unit_id)
{
    struct org_post p;
    bool holds = false;
    int found = org_post_find(cx, ref->id, &p);
    if (found < 0)
        return false;
    if (!found || !p.is_current)
        return bad_ref(cx, "ref.post", ref);
    int own = ref->field->in_unit ? org_is_own_post(cx, unit_id, &p) : 1;
    if (own < 1) /* worded as if it were not there (S30) */
        return own == 0 && bad_ref(cx, "ref.post", ref);
    return holds_one(cx, ref->field, &p, &holds) && (holds || bad_ref(cx, "ref.role", ref));
}

static bool unit_good(struct ctx *cx, const struct form_ref *ref, int64_t unit_id)
{
    struct unit_row u;
    int found = unit_find(cx, ref->id, &u);
    if (found < 0)
        return false;
    bool is_inside = found && u.home_id == unit_id;
    if (!found || u.closed_on.p || str_is(u.kind, "body"))
        return bad_ref(cx, "ref.unit", ref);
    return !ref->field->in_unit || is_inside || bad_ref(cx, "ref.unit", ref);
}

static bool matter_good(struct ctx *cx, const struct form_ref *ref)
{
    struct matter m;
    int found = matter_find(cx, ref->id, &m);
    if (found < 0)
        return false;
    return (found && str_eq(m.module, ref->field->module) && !str_is(m.state, "draft") &&
            matter_can_see(cx, m.id)) ||
           bad_ref(cx, "ref.matter", ref);
}

static bool attachment_good(struct ctx *cx, const struct form_ref *ref, int64_t matter_id)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_attachment_get, ref->id);
    bool good = found == 1 && matter_id && row_i64(&r, 1) == matter_id && row_is_null(&r, 7);
    rows_end(&r);
    return good || (found >= 0 && bad_ref(cx, "ref.attachment", ref));
}

static bool ref_good(struct ctx *cx, const struct definition *d, const struct form_ref *ref,
                     int64_t unit_id, int64_t matter_id)
{
    switch (ref->field->type) {
    case FORM_POST:
    case FORM_POSTS: return post_good(cx, ref, unit_id);
    case FORM_UNIT:
    case FORM_UNITS: return unit_good(cx, ref, unit_id);
    case FORM_MATTER: return matter_good(cx, ref);
    case FORM_ATTACHMENT: return attachment_good(cx, ref, matter_id);
    case FORM_THING: return thing_ref_good(cx, d, ref->field, unit_id, ref->id, ref->path.p);
    default: return true;
    }
}

bool form_refs_good(struct ctx *cx, const struct definition *d, struct form_fields fields,
                    int64_t unit_id, int64_t matter_id, struct form_values v,
                    struct form_values before)
{
    size_t n, old_n = 0;
    const struct form_ref *ref = form_refs(cx->a, fields, v, "form", &n);
    const struct form_ref *old =
        before.v ? form_refs(cx->a, fields, before, "form", &old_n) : NULL;
    for (size_t i = 0; i < n; i++) {
        bool was_there = false;
        for (size_t k = 0; k < old_n && !was_there; k++)
            was_there = old[k].field == ref[i].field && old[k].id == ref[i].id;
        if (!was_there && !ref_good(cx, d, &ref[i], unit_id, matter_id))
            return false;
    }
    return true;
}

bool form_may_name(struct ctx *cx, const struct definition *d, int64_t unit_id,
                   struct form_values v)
{
    const struct jv *vars = flow_vars_of(cx, d, v, NULL, STR_NONE, STR_NONE);
    return vars_may_be_named(cx, unit_id, d->module, vars, "form");
}

struct str form_title(struct ctx *cx, const struct definition *d, struct form_values v,
                      const struct form_seen *seen, struct str given)
{
    if (!d->form->title)
        return given;
    struct str s = feel_text(cx->a, form_eval(cx->a, d->form, v, &seen->world, d->form->title));
    return s.n ? utf8_prefix(s, 200) : d->name;
}

/* --- a step ------------------------------------------------------------------------------------------------ */

struct str form_note(struct ctx *cx, const struct definition *d, const struct jv *form)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    struct str key;
    const struct jv *value;
    if (!jv_size(form))
        return STR_NONE;
    jw_obj(&w);
    jw_kobj(&w, "form");
    for (const void *it = NULL; (it = jv_next(form, it, &key, &value));) {
        const struct form_field *f = form_find(d->form->fields, key);
        jw_key_str(&w, key);
        if (f && f->pattern == FORM_ID_CARD && jv_kind(value) == JV_STRING)
            jw_str(&w, form_masked(cx->a, f, jv_str(value)));
        else
            jw_raw(&w, jv_compact(cx->a, value));
    }
    jw_obj_end(&w);
    jw_obj_end(&w);
    return buf_done(&b);
}

bool form_step_take(struct ctx *cx, const struct matter *m, const struct definition *d,
                    const struct form_step_in *in, const struct jv **vars, struct str *note)
{
    struct matter_form stored = { { NULL }, STR_NONE };
    if (in->form && jv_kind(in->form) != JV_OBJECT)
        return fail(cx, ERR_INVALID, "input.object", "form");
    if (d->form->fields.n == 0 && !jv_size(in->form))
        return true;
    if (matter_form_find(cx, m->id, d, &stored) < 0)
        return false;
    struct form_seen *seen =
        form_seen_of(cx, m->module, m->unit_id, m->starter_post, m->id, stored.starter, m->urgency, in->outcome);
    const struct form_change change = {
        .input = in->form, .at = in->node,
        .right = in->may_edit ? definition_rights(cx->a, d, in->node)
                              : form_rights(cx->a, d->form, STR_NONE, false),
    };
    struct form_result r =
        form_apply(cx->a, d->form, d->form->fields, stored.values, &change, &seen->world);
    if (!form_refuse(cx, &r, in->reasons) || !form_may_name(cx, d, m->unit_id, r.values) ||
        !form_refs_good(cx, d, d->form->fields, m->unit_id, m->id, r.values, stored.values) ||
        !form_keep_reasons(cx, m, in->node, in->post_id, &r, in->reasons) ||
        (in->may_edit && !requires_hold(cx, m, d, r.values, stored.values)))
        return false;
    *note = form_note(cx, d, in->form);
    *vars = flow_vars_of(cx, d, r.values, *vars, STR_NONE, STR_NONE);
    struct str was = form_values_text(cx->a, d->form->fields, stored.values);
    if (!in->may_edit || str_eq(was, form_values_text(cx->a, d->form->fields, r.values)))
        return true;
    struct str title = form_title(cx, d, r.values, seen, m->title);
    return matter_form_put(cx, m, d, title, r.values, stored.starter) &&
           (str_eq(title, m->title) || matter_describe(cx, m->id, title, STR_NONE, STR_NONE));
}

/* --- the page -------------------------------------------------------------------------------------------------- */

static struct str ref_name(struct ctx *cx, const struct form_field *f, int64_t id)
{
    struct org_post p;
    struct matter m;
    struct rows r;
    struct str name = STR("");
    switch (f->type) {
    case FORM_POST:
    case FORM_POSTS: return org_post_find(cx, id, &p) == 1 ? p.name : name;
    case FORM_UNIT:
    case FORM_UNITS:
        if (!org_unit_name_on(cx, id, STR_NONE, &name))
            cx->err = (struct err){ 0 };
        return name.p ? name : STR("");
    case FORM_THING: return thing_name(cx, id);
    case FORM_MATTER:
        if (matter_find(cx, id, &m) != 1)
            return name;
        return m.number.n ? str_printf(cx->a, "%.*s（%.*s）", STR_ARG(m.title), STR_ARG(m.number))
                          : m.title;
    case FORM_ATTACHMENT:
        if (db_get(cx->db, &r, &q_attachment_get, id) == 1)
            name = row_copy(&r, 2, cx->a);
        rows_end(&r);
        return name;
    default: return name;
    }
}

static const char *ref_kind(enum form_type t)
{
    return t == FORM_POST || t == FORM_POSTS   ? "post"
           : t == FORM_UNIT || t == FORM_UNITS ? "unit"
                                               : form_type_name(t);
}

/* A field as module.json has it, with what the reader may do with it. */
static void write_field(struct ctx *cx, struct jw *w, const struct definition *d, size_t i,
                        uint8_t right, const struct form_result *now)
{
    const struct jv *field = jv_at(jv_get(definition_json(cx, d), "fields"), i), *value;
    struct str key;
    jw_obj(w);
    for (const void *it = NULL; (it = jv_next(field, it, &key, &value));) {
        jw_key_str(w, key);
        jw_raw(w, jv_compact(cx->a, value));
    }
    jw_kbool(w, "edit", right & FORM_EDIT);
    jw_kbool(w, "require", right & FORM_REQUIRE);
    jw_kbool(w, "is_visible", !now || now->is_visible[i]);
    jw_kbool(w, "is_required", now && now->is_required[i]);
    jw_obj_end(w);
}

static void write_value(struct ctx *cx, struct jw *w, const struct form_field *f,
                        const struct jv *v, bool sees_masked)
{
    jw_key_str(w, f->name);
    if (f->pattern == FORM_ID_CARD && !sees_masked && jv_kind(v) == JV_STRING)
        jw_str(w, form_masked(cx->a, f, jv_str(v)));
    else
        jw_raw(w, v ? jv_compact(cx->a, v) : STR_NONE);
}

static void write_names(struct ctx *cx, struct jw *w, struct form_fields fields,
                        struct form_values v)
{
    size_t n;
    const struct form_ref *ref = form_refs(cx->a, fields, v, "form", &n);
    jw_kobj(w, "names"); /* "post:12": what a reference is called */
    for (size_t i = 0; i < n; i++) {
        bool is_again = false;
        for (size_t k = 0; k < i; k++)
            is_again = is_again || (ref[k].id == ref[i].id &&
                                    ref_kind(ref[k].field->type) == ref_kind(ref[i].field->type));
        if (is_again)
            continue;
        jw_key(w, arena_printf(cx->a, "%s:%lld", ref_kind(ref[i].field->type),
                               (long long)ref[i].id));
        jw_str(w, ref_name(cx, ref[i].field, ref[i].id));
    }
    jw_obj_end(w);
}

bool form_write(struct ctx *cx, struct jw *w, const struct definition *d, struct form_values v,
                const uint8_t *right, const struct form_result *now, bool sees_masked)
{
    struct form_fields fields = d->form->fields;
    struct form_values seen = { arena_array_of(cx->a, const struct jv *, fields.n + 1) };
    jw_karr(w, "fields");
    for (size_t i = 0; i < fields.n; i++)
        if (!(right[i] & FORM_HIDE)) {
            seen.v[i] = v.v[i];
            write_field(cx, w, d, i, right[i], now);
        }
    jw_arr_end(w);
    jw_kobj(w, "values");
    for (size_t i = 0; i < fields.n; i++)
        if (!(right[i] & FORM_HIDE))
            write_value(cx, w, &fields.p[i], v.v[i], sees_masked || right[i] & FORM_EDIT);
    jw_obj_end(w);
    write_names(cx, w, fields, seen);
    return cx->err.kind == ERR_NONE;
}

struct str form_words_of(struct ctx *cx, const struct form_field *f, const struct jv *v)
{
    size_t n;
    bool is_ref = f->type == FORM_POST || f->type == FORM_POSTS || f->type == FORM_UNIT ||
                  f->type == FORM_UNITS || f->type == FORM_THING || f->type == FORM_MATTER ||
                  f->type == FORM_ATTACHMENT;
    if (!is_ref || form_is_empty(v))
        return form_words(cx->a, f, v, cx->lang == LANG_EN);
    const struct jv *one[1] = { v };
    struct form_field alone = *f; /* of a list of fields of its own */
    alone.index = 0;
    const struct form_ref *ref = form_refs(cx->a, (struct form_fields){ &alone, 1 },
                                           (struct form_values){ one }, "form", &n);
    struct buf b = buf_in(cx->a);
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_text(&b, cx->lang == LANG_EN ? ", " : "、");
        buf_str(&b, ref_name(cx, f, ref[i].id));
    }
    return buf_done(&b);
}
