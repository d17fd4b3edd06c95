/* Registers of things, kept by the holder of the role that the module names, and changed by effects of
 * approved matters. Every change stands in the thing's own history and on the unit's record. */
#include "base/id.h"
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_effect_in.h"
#include "desk/desk_thing_in.h"
#include "org/org.h"

/* --- writing ------------------------------------------------------------------------------------------- */

static bool event_put(struct ctx *cx, int64_t thing_id, const char *op, struct str changed,
                      int64_t matter_id)
{
    return db_run(cx->db, &q_thing_event_put, id_new(cx->now), thing_id, op,
                  changed.n ? changed : STR("{}"), bind_id(matter_id),
                  bind_id(cx->actor ? cx->actor->person_id : 0),
                  cx->actor ? cx->actor->name : STR(""), cx->now);
}

/* Takes the input over what the thing holds; its name is its first field. */
static bool take(struct ctx *cx, const struct definition *d, const struct form_thing *kind,
                 int64_t unit_id, const struct jv *input, struct form_values before,
                 struct form_values *out, struct str *name)
{
    struct form_seen *seen = form_seen_of(cx, d->key, unit_id, 0, 0, STR_NONE, STR_NONE, STR_NONE);
    const struct form_change change = { .input = input, .is_start = true };
    if (input && jv_kind(input) != JV_OBJECT)
        return fail(cx, ERR_INVALID, "input.object", "form");
    struct form_result r =
        form_apply(cx->a, d->form, kind->fields, before, &change, &seen->world);
    if (!form_refuse(cx, &r, NULL) ||
        !form_refs_good(cx, d, kind->fields, unit_id, 0, r.values, before))
        return false;
    *out = r.values;
    *name = jv_str(r.values.v[0]);
    return name->n || fail_arg(cx, ERR_INVALID, "input.required",
                               arena_printf(cx->a, "form.%.*s", STR_ARG(kind->fields.p[0].name)),
                               arena_strndup(cx->a, kind->fields.p[0].label.p,
                                             kind->fields.p[0].label.n), NULL);
}

struct made {
    int64_t thing_id;
};
static const struct field made_fields[] = {
    FIELD(made, thing_id, F_ID, .flags = FIELD_REQUIRED, .zh = "物品", .en = "thing"),
};
RECORD(made);

static bool name_taken(struct ctx *cx, const struct form_thing *kind, struct str name)
{
    return fail_arg(cx, ERR_CONFLICT, "thing.taken",
                    arena_printf(cx->a, "form.%.*s", STR_ARG(kind->fields.p[0].name)),
                    arena_strndup(cx->a, name.p, name.n), NULL);
}

/* The name under which nobody else of the kind may be in use; NULL: it may. Refuses one that is taken. */
static bool once_of(struct ctx *cx, const struct thing_kind *k, int64_t thing_id, struct str name,
                    bool is_retired, struct str *out)
{
    *out = STR_NONE;
    if (!k->form->is_unique || is_retired)
        return true;
    int64_t has = db_number(cx->db, 0, &q_thing_once, k->unit_id, k->module, k->key, name);
    *out = name;
    return cx->err.kind == ERR_NONE && (!has || has == thing_id || name_taken(cx, k->form, name));
}

/* Another was faster by a moment: the key refuses the second. */
static bool is_first(struct ctx *cx, const struct form_thing *kind, struct str name, bool good,
                     struct err was)
{
    if (good && db_settle(cx->db))
        return true;
    if (db_last_failure(cx->db) != DB_FAIL_UNIQUE)
        return false;
    cx->err = was;
    return name_taken(cx, kind, name);
}

static bool thing_new(struct ctx *cx, const struct thing_kind *k, const struct jv *input,
                      struct str state, int64_t matter_id, int64_t *id)
{
    struct form_values v;
    struct str name, once;
    struct err was = cx->err;
    const struct form_values none = form_values_of(cx->a, k->form->fields, NULL);
    if (!take(cx, k->d, k->form, k->unit_id, input, none, &v, &name) ||
        !once_of(cx, k, 0, name, false, &once))
        return false;
    *id = id_new(cx->now);
    return is_first(cx, k->form, name,
                    db_run(cx->db, &q_thing_put, *id, k->unit_id, k->module, k->key, name,
                           state.n ? state : STR("active"),
                           form_values_text(cx->a, k->form->fields, v), cx->now, once),
                    was) &&
           event_put(cx, *id, "create", input ? jv_compact(cx->a, input) : STR_NONE, matter_id);
}

/* A state is a word of the module's own, like a key. */
static bool state_good(struct ctx *cx, struct str state, const char *field)
{
    bool good = state.n <= 40;
    for (size_t i = 0; i < state.n; i++)
        good = good && ((state.p[i] >= 'a' && state.p[i] <= 'z') || state.p[i] == '_' ||
                        (state.p[i] >= '0' && state.p[i] <= '9'));
    return good || fail_arg(cx, ERR_INVALID, "thing.state", field,
                            arena_strndup(cx->a, state.p, state.n), NULL);
}

static bool thing_change(struct ctx *cx, const struct thing *t, const struct definition *d,
                         const struct form_thing *kind, const struct jv *input, struct str state,
                         int64_t matter_id)
{
    struct form_values v, before =
        form_values_of(cx->a, kind->fields, jv_parse(cx->a, t->body, NULL, NULL));
    struct str name, once;
    struct err was = cx->err;
    const struct thing_kind k = { d, kind, t->module, t->kind, t->unit_id };
    if (!take(cx, d, kind, t->unit_id, input, before, &v, &name) ||
        !once_of(cx, &k, t->id, name, t->retired_at != 0, &once))
        return false;
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_kraw(&w, "form", jv_size(input) ? jv_compact(cx->a, input) : STR("{}"));
    if (state.n)
        jw_kstr(&w, "state", state);
    jw_obj_end(&w);
    return is_first(cx, kind, name,
                    db_run(cx->db, &q_thing_save, name, state.n ? state : t->state,
                           form_values_text(cx->a, kind->fields, v), bind_id(t->retired_at), once,
                           t->id),
                    was) &&
           event_put(cx, t->id, "change", buf_done(&b), matter_id);
}

/* --- who keeps it ---------------------------------------------------------------------------------------- */

static bool keeps(struct ctx *cx, int64_t unit_id, const struct form_thing *kind, bool *out)
{
    struct ids posts;
    enum role held;
    if (!org_role_holders(cx, unit_id, role_of(kind->keeper), &held, &posts))
        return false;
    *out = cx->is_system;
    for (size_t i = 0; i < posts.n; i++)
        *out = *out || actor_post(cx, posts.p[i]) != NULL;
    return true;
}

static bool must_keep(struct ctx *cx, int64_t unit_id, const struct form_thing *kind)
{
    bool good;
    return keeps(cx, unit_id, kind, &good) &&
           (good || fail_arg(cx, ERR_FORBIDDEN, "thing.not_keeper", NULL,
                             role_title(role_of(kind->keeper), cx->lang), NULL));
}

static bool note(struct ctx *cx, int64_t unit_id, const char *op, int64_t thing_id)
{
    return trace_write(cx, unit_id, op, 0, 0,
                       str_printf(cx->a, "{\"thing\":\"%lld\"}", (long long)thing_id));
}

/* --- commands ---------------------------------------------------------------------------------------------- */

struct create_in {
    struct str kind;
    int64_t unit_id;
    const struct jv *form;
};
static const struct field create_in_fields[] = {
    FIELD(create_in, kind, F_TEXT, .max = 90, .flags = FIELD_PATH, .zh = "物品类别",
          .en = "kind of things"),
    FIELD(create_in, unit_id, F_ID, .zh = "单位", .en = "unit"),
    FIELD(create_in, form, F_JSON, .zh = "内容", .en = "its fields"),
};
RECORD(create_in);

static bool run_create(struct ctx *cx, const void *input, void *output)
{
    const struct create_in *in = input;
    struct made *out = output;
    struct thing_kind k;
    return thing_kind_load(cx, in->kind, in->unit_id, &k) && must_keep(cx, k.unit_id, k.form) &&
           thing_new(cx, &k, in->form, STR_NONE, 0, &out->thing_id) &&
           note(cx, k.unit_id, "thing.create", out->thing_id);
}

/* A thing of the actor's unit that the actor keeps, locked. */
static bool load_kept(struct ctx *cx, int64_t thing_id, struct thing *t,
                      const struct definition **d, const struct form_thing **kind)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_thing_lock, thing_id);
    rows_end(&r);
    if (found == 1)
        found = thing_find(cx, thing_id, t);
    if (found != 1 || !is_of_unit(cx, t->unit_id))
        return found >= 0 && fail_not_found(cx);
    *d = definition_newest(cx, t->module, t->unit_id);
    *kind = *d ? thing_form(*d, t->kind) : NULL;
    if (!*d)
        return false;
    return (*kind || fail_not_found(cx)) && must_keep(cx, t->unit_id, *kind);
}

struct change_in {
    int64_t thing_id, rev;
    struct str state;
    const struct jv *form;
};
static const struct field change_in_fields[] = {
    FIELD(change_in, thing_id, F_ID, .flags = FIELD_PATH, .zh = "物品", .en = "thing"),
    FIELD(change_in, form, F_JSON, .zh = "内容", .en = "changed fields"),
    FIELD(change_in, state, F_TEXT, .max = 40, .zh = "状态", .en = "state"),
    FIELD(change_in, rev, F_I64, .max = INT64_MAX, .zh = "版本", .en = "revision"),
};
RECORD(change_in);

static bool run_change(struct ctx *cx, const void *input, void *output)
{
    const struct change_in *in = input;
    const struct definition *d;
    const struct form_thing *kind;
    struct thing t;
    (void)output;
    if (!load_kept(cx, in->thing_id, &t, &d, &kind))
        return false;
    if (in->rev && in->rev != t.rev)
        return fail(cx, ERR_CONFLICT, "thing.stale", "rev");
    if (t.retired_at)
        return fail(cx, ERR_STATE, "thing.retired", NULL);
    return state_good(cx, in->state, "state") &&
           thing_change(cx, &t, d, kind, in->form, in->state, 0) &&
           note(cx, t.unit_id, "thing.change", t.id);
}

struct retire_in {
    int64_t thing_id;
    struct str reason;
    bool restore;
};
static const struct field retire_in_fields[] = {
    FIELD(retire_in, thing_id, F_ID, .flags = FIELD_PATH, .zh = "物品", .en = "thing"),
    FIELD(retire_in, reason, F_TEXT, .max = 200, .flags = FIELD_REQUIRED, .zh = "原因",
          .en = "reason"),
    FIELD(retire_in, restore, F_BOOL, .zh = "恢复使用", .en = "take it up again"),
};
RECORD(retire_in);

static bool run_retire(struct ctx *cx, const void *input, void *output)
{
    const struct retire_in *in = input;
    const struct definition *d;
    const struct form_thing *kind;
    struct thing t;
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    (void)output;
    if (!load_kept(cx, in->thing_id, &t, &d, &kind))
        return false;
    if (in->restore == (t.retired_at == 0))
        return fail(cx, ERR_STATE, in->restore ? "thing.in_use" : "thing.retired", NULL);
    jw_obj(&w);
    jw_kstr(&w, "reason", in->reason);
    jw_obj_end(&w);
    struct str once;
    struct err was = cx->err;
    const struct thing_kind k = { d, kind, t.module, t.kind, t.unit_id };
    return once_of(cx, &k, t.id, t.name, !in->restore, &once) &&
           is_first(cx, kind, t.name,
                    db_run(cx->db, &q_thing_save, t.name, t.state, t.body,
                           bind_id(in->restore ? 0 : cx->now), once, t.id),
                    was) &&
           event_put(cx, t.id, in->restore ? "restore" : "retire", buf_done(&b), 0) &&
           note(cx, t.unit_id, in->restore ? "thing.restore" : "thing.retire", t.id);
}

/* --- reads ---------------------------------------------------------------------------------------------------- */

struct things_in {
    struct str kind, state, q, after;
    int64_t unit_id, limit;
    bool retired;
};
static const struct field things_in_fields[] = {
    FIELD(things_in, kind, F_TEXT, .max = 90, .flags = FIELD_PATH, .zh = "物品类别",
          .en = "kind of things"),
    FIELD(things_in, unit_id, F_ID, .zh = "单位", .en = "unit"),
    FIELD(things_in, state, F_TEXT, .max = 40, .zh = "状态", .en = "state"),
    FIELD(things_in, q, F_TEXT, .max = 60, .zh = "名称", .en = "name begins with"),
    FIELD(things_in, retired, F_BOOL, .zh = "含已停用", .en = "retired ones too"),
    FIELD(things_in, after, F_TEXT, .max = 60, .zh = "继续", .en = "cursor"),
    FIELD(things_in, limit, F_I64, .min = 0, .max = 100, .zh = "每页", .en = "page size"),
};
RECORD(things_in);

struct listed {
    struct thing t;
    struct form_values v;
};

static void write_thing(struct ctx *cx, struct jw *w, const struct form_thing *kind,
                        const struct listed *x, bool may_keep)
{
    jw_obj(w);
    jw_kid(w, "id", x->t.id);
    jw_kstr(w, "name", x->t.name);
    jw_kstr(w, "state", x->t.state);
    jw_ki64(w, "rev", x->t.rev);
    jw_kbool(w, "is_retired", x->t.retired_at != 0);
    jw_kbool(w, "may_change", may_keep);
    jw_kobj(w, "values");
    for (size_t i = 0; i < kind->fields.n; i++)
        if (x->v.v[i]) {
            jw_key_str(w, kind->fields.p[i].name);
            jw_raw(w, jv_compact(cx->a, x->v.v[i]));
        }
    jw_obj_end(w);
    jw_kobj(w, "words");
    for (size_t i = 0; i < kind->fields.n; i++)
        if (x->v.v[i]) {
            jw_key_str(w, kind->fields.p[i].name);
            jw_str(w, form_words_of(cx, &kind->fields.p[i], x->v.v[i]));
        }
    jw_obj_end(w);
    jw_obj_end(w);
}

/* LIKE's own signs are meant as themselves: they find nothing special here, so they are left out. */
static struct str begins_with(struct ctx *cx, struct str q)
{
    struct buf b = buf_in(cx->a);
    if (!q.n)
        return STR_NONE;
    for (size_t i = 0; i < q.n; i++)
        if (q.p[i] != '%' && q.p[i] != '_' && q.p[i] != '\\')
            buf_char(&b, q.p[i]);
    buf_char(&b, '%');
    return buf_done(&b);
}

/* By the index of names, unless letters may be meant in either case. */
static bool page_of(struct ctx *cx, struct rows *r, const struct thing_kind *k,
                    const struct things_in *in, int64_t after, int64_t limit)
{
    struct str state = in->state.n ? in->state : STR_NONE;
    bool has_letter = in->q.n == 0;
    for (size_t i = 0; i < in->q.n; i++)
        has_letter = has_letter || ((in->q.p[i] | 32) >= 'a' && (in->q.p[i] | 32) <= 'z');
    if (has_letter)
        return db_rows(cx->db, r, &q_thing_page, k->unit_id, k->module, k->key, after, state,
                       (int64_t)in->retired, begins_with(cx, in->q), limit);
    return db_rows(cx->db, r, &q_thing_named, k->unit_id, k->module, k->key, after, state,
                   (int64_t)in->retired, in->q,
                   str_printf(cx->a, "%.*s\xf4\x8f\xbf\xbf", STR_ARG(in->q)), limit);
}

static bool run_things(struct ctx *cx, const void *input, struct jw *w)
{
    const struct things_in *in = input;
    struct thing_kind k;
    struct rows r;
    int64_t after = 0, limit = in->limit > 0 ? in->limit : 50, n = 0;
    bool more = false, may_keep = false;
    if (!thing_kind_load(cx, in->kind, in->unit_id, &k) ||
        !keeps(cx, k.unit_id, k.form, &may_keep) ||
        !cursor_read(cx, in->after, &after, NULL, NULL))
        return false;
    struct listed *list = arena_array_of(cx->a, struct listed, (size_t)limit);
    for (page_of(cx, &r, &k, in, after, limit + 1); rows_next(&r);) {
        more = n == limit;
        if (more)
            break;
        list[n].t = (struct thing){ .id = row_i64(&r, 0), .name = row_copy(&r, 1, cx->a),
                                    .state = row_copy(&r, 2, cx->a), .rev = row_i64(&r, 4),
                                    .retired_at = row_i64(&r, 5) };
        list[n++].v = form_values_of(cx->a, k.form->fields,
                                     jv_parse(cx->a, row_copy(&r, 3, cx->a), NULL, NULL));
    }
    rows_end(&r);
    answer_rows(w);
    for (int64_t i = 0; i < n; i++)
        write_thing(cx, w, k.form, &list[i], may_keep);
    answer_rows_end(w, more ? cursor_text(cx, list[n - 1].t.id, 0, 0) : STR_NONE);
    return !rows_failed(&r) && cx->err.kind == ERR_NONE;
}

struct history_in {
    int64_t thing_id, limit;
    struct str after;
};
static const struct field history_in_fields[] = {
    FIELD(history_in, thing_id, F_ID, .flags = FIELD_PATH, .zh = "物品", .en = "thing"),
    FIELD(history_in, after, F_TEXT, .max = 60, .zh = "继续", .en = "cursor"),
    FIELD(history_in, limit, F_I64, .min = 0, .max = 100, .zh = "每页", .en = "page size"),
};
RECORD(history_in);

static bool run_history(struct ctx *cx, const void *input, struct jw *w)
{
    const struct history_in *in = input;
    struct thing t;
    struct rows r;
    int64_t before = INT64_MAX, limit = in->limit > 0 ? in->limit : 50, n = 0, last = 0;
    int found = thing_find(cx, in->thing_id, &t);
    if (found != 1 || !is_of_unit(cx, t.unit_id))
        return found >= 0 && fail_not_found(cx);
    if (!cursor_read(cx, in->after, &before, NULL, NULL))
        return false;
    bool more = false;
    answer_rows(w);
    for (db_rows(cx->db, &r, &q_thing_events, t.id, before, limit + 1); rows_next(&r);) {
        more = n == limit;
        if (more)
            break;
        last = row_i64(&r, 0);
        n++;
        jw_obj(w);
        jw_kstr(w, "op", row_text(&r, 1));
        jw_kraw(w, "changed", row_text(&r, 2));
        jw_kid(w, "matter_id", row_i64(&r, 3));
        jw_kstr(w, "who", row_text(&r, 4));
        jw_ki64(w, "at", row_i64(&r, 5));
        jw_obj_end(w);
    }
    rows_end(&r);
    answer_rows_end(w, more ? cursor_text(cx, last, 0, 0) : STR_NONE);
    return !rows_failed(&r);
}

/* --- effects --------------------------------------------------------------------------------------------------- */

/* What an effect sets, as input of the thing's form; its state apart. */
static bool set_of(struct ctx *cx, const struct effect_of *e, const struct form_effect *f,
                   const struct form_thing *kind, int64_t row, const struct jv **input,
                   struct str *state)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    *state = STR_NONE;
    jw_obj(&w);
    for (size_t i = 0; i < f->set_n; i++) {
        const struct feel_value *v =
            f->rows ? form_eval_row(cx->a, e->d->form, e->form.values, f->rows, (size_t)row,
                                    &e->seen->world, f->set[i].value)
                    : effect_value(e, f->set[i].value);
        if (str_is(f->set[i].name, "state")) {
            *state = feel_as_str(v);
            continue;
        }
        const struct form_field *field = form_find(kind->fields, f->set[i].name);
        struct str text = field ? form_of_feel(cx->a, field, v) : STR_NONE;
        jw_key_str(&w, f->set[i].name);
        jw_raw(&w, text);
    }
    jw_obj_end(&w);
    *input = jv_parse(cx->a, buf_done(&b), NULL, NULL);
    return state_good(cx, *state, "form");
}

/* One thing; place is its number among what the effect makes, row that of the table's row. */
static bool add_one(struct ctx *cx, const struct effect_of *e, size_t effect, int64_t row,
                    int64_t place)
{
    const struct form_effect *f = &e->d->form->effect[effect];
    struct thing_kind k = { .unit_id = e->m->unit_id };
    const struct jv *input;
    struct str state;
    struct thing t;
    int64_t id;
    (void)thing_kind_of(cx->a, e->d->key, f->thing, &k.module, &k.key); /* checked at install */
    k.d = definition_newest(cx, k.module, k.unit_id);
    k.form = k.d ? thing_form(k.d, k.key) : NULL;
    if (!k.form)
        return fail(cx, ERR_STATE, "effect.no_thing", NULL);
    if (!set_of(cx, e, f, k.form, row, &input, &state))
        return false;
    id = db_number(cx->db, 0, &q_thing_effect_get, e->m->id, (int64_t)effect, place);
    if (id && thing_find(cx, id, &t) == 1) /* the step was done before */
        return thing_change(cx, &t, k.d, k.form, input, state, e->m->id);
    return cx->err.kind == ERR_NONE && thing_new(cx, &k, input, state, e->m->id, &id) &&
           db_run(cx->db, &q_thing_effect_put, e->m->id, (int64_t)effect, place, id);
}

#define TIMES_MOST 1000

static bool add_line(struct ctx *cx, const struct effect_of *e, size_t effect, int64_t row)
{
    const struct form_effect *f = &e->d->form->effect[effect];
    int64_t times = 0;
    if (!f->times)
        return add_one(cx, e, effect, row, row);
    const struct feel_value *said =
        f->rows ? form_eval_row(cx->a, e->d->form, e->form.values, f->rows, (size_t)row,
                                &e->seen->world, f->times)
                : effect_value(e, f->times);
    if (!feel_as_i64(said, &times) || times < 0 || times > TIMES_MOST)
        return fail(cx, ERR_STATE, "effect.times", NULL);
    for (int64_t i = 0; i < times; i++)
        if (!add_one(cx, e, effect, row, row * TIMES_MOST + i))
            return false;
    return true;
}

static bool set_line(struct ctx *cx, const struct effect_of *e, size_t effect, int64_t row)
{
    const struct form_effect *f = &e->d->form->effect[effect];
    const struct jv *v = f->rows ? jv_get(jv_at(e->form.values.v[f->rows->index], (size_t)row),
                                          arena_strndup(cx->a, f->thing_field->name.p,
                                                        f->thing_field->name.n))
                                 : e->form.values.v[f->thing_field->index];
    const struct jv *input;
    struct str state;
    struct rows r;
    struct thing t;
    int64_t id = 0;
    if (!v || !jv_as_i64(v, &id))
        return true; /* names none */
    int found = db_get(cx->db, &r, &q_thing_lock, id);
    rows_end(&r);
    if (found != 1 || thing_find(cx, id, &t) != 1 || t.unit_id != e->m->unit_id)
        return found >= 0 && fail(cx, ERR_STATE, "effect.no_thing", NULL);
    const struct definition *d = definition_newest(cx, t.module, t.unit_id);
    const struct form_thing *kind = d ? thing_form(d, t.kind) : NULL;
    if (!kind)
        return fail(cx, ERR_STATE, "effect.no_thing", NULL);
    return set_of(cx, e, f, kind, row, &input, &state) &&
           thing_change(cx, &t, d, kind, input, state, e->m->id) &&
           db_run(cx->db, &q_thing_effect_put, e->m->id, (int64_t)effect, row, t.id);
}

bool thing_effect(struct ctx *cx, const struct effect_of *e, size_t effect)
{
    const struct form_effect *f = &e->d->form->effect[effect];
    size_t n = f->rows ? jv_size(e->form.values.v[f->rows->index]) : 1;
    for (size_t row = 0; row < n; row++)
        if (!(f->kind == FORM_THING_ADD ? add_line(cx, e, effect, (int64_t)row)
                                        : set_line(cx, e, effect, (int64_t)row)))
            return false;
    return true;
}

static const struct command commands[] = {
    { "thing.create", POST, "/things/{kind}", PERM_LOGIN, &create_in_record, &made_record,
      run_create, "登记物品", "Enter a thing in its register", CMD_CREATES, NULL },
    { "thing.change", POST, "/things/{thing_id}/change", PERM_LOGIN, &change_in_record, NULL,
      run_change, "修改物品", "Change a thing", 0, NULL },
    { "thing.retire", POST, "/things/{thing_id}/retire", PERM_LOGIN, &retire_in_record, NULL,
      run_retire, "停用或恢复物品", "Retire a thing, or take it up again", 0, NULL },
};

static const struct read reads[] = {
    { "things.page", "/things/{kind}", PERM_LOGIN, &things_in_record, &thing_row_record, true,
      run_things, "物品台账", "A register of things", 0 },
    { "thing.history", "/things/{thing_id}/history", PERM_LOGIN, &history_in_record,
      &thing_event_row_record, true, run_history, "物品的变动记录", "What became of a thing", 0 },
};

const struct room desk_thing_room = { "desk", ROOM_TABLE(commands), ROOM_TABLE(reads), NULL, 0,
                                      NULL, NULL };
