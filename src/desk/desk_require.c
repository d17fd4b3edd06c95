/* 先申请、后审批、再使用 (D13): a matter that uses something names the approved matter it rests on. The
 * approval is of the same unit, agrees in the fields named, and is used once: the key of matter_use
 * decides a race. */
#include "desk/desk.sql.h"
#include "desk/desk_form_in.h"

static bool refuse(struct ctx *cx, const char *code, const struct form_field *f,
                   const struct form_field *differs)
{
    const struct form_field *told = differs ? differs : f;
    struct str en = told->label_en.n ? told->label_en : told->label;
    return err_set(&cx->err, cx->a, ERR_INVALID, code,
                   arena_printf(cx->a, "form.%.*s", STR_ARG(f->name)),
                   arena_strndup(cx->a, told->label.p, told->label.n), NULL,
                   arena_strndup(cx->a, en.p, en.n));
}

static bool same_values(struct ctx *cx, const struct jv *x, const struct jv *y)
{
    if (!x || !y)
        return x == y;
    return str_eq(jv_canonical(cx->a, x), jv_canonical(cx->a, y));
}

static bool agrees(struct ctx *cx, const struct form_require *q, const struct definition *d,
                   struct form_values v, const struct matter *required)
{
    struct matter_form theirs;
    const struct definition *there = definition_load(cx, required->definition_id);
    if (!there || matter_form_find(cx, required->id, there, &theirs) < 0)
        return false;
    for (size_t i = 0; i < q->same_mine.n; i++) {
        const struct form_field *mine = form_find(d->form->fields, q->same_mine.p[i]);
        const struct form_field *other = form_find(there->form->fields, q->same_theirs.p[i]);
        if (!mine || !other ||
            !same_values(cx, v.v[mine->index], theirs.values.v[other->index]))
            return refuse(cx, "requires.differs", q->field, mine);
    }
    return true;
}

static bool use(struct ctx *cx, const struct matter *m, const struct form_require *q,
                int64_t required_id)
{
    if (!q->is_once)
        return true;
    if (!db_run(cx->db, &q_use_put, required_id, m->module, q->field->name, m->id, cx->now))
        return false;
    int64_t by = db_number(cx->db, 0, &q_use_of, required_id, m->module, q->field->name);
    return by == m->id || (cx->err.kind == ERR_NONE && refuse(cx, "requires.used", q->field, NULL));
}

bool requires_hold(struct ctx *cx, const struct matter *m, const struct definition *d,
                   struct form_values v, struct form_values before)
{
    for (size_t i = 0; i < d->form->require_n; i++) {
        const struct form_require *q = &d->form->require[i];
        const struct jv *now = v.v[q->field->index];
        const struct jv *was = before.v ? before.v[q->field->index] : NULL;
        struct matter required;
        int64_t id = 0;
        if (!same_values(cx, now, was) && was &&
            !db_run(cx->db, &q_use_drop, m->id, q->field->name))
            return false;
        if (!now || !jv_as_i64(now, &id))
            continue;
        int found = matter_find(cx, id, &required);
        if (found < 0)
            return false;
        if (!found || !str_eq(required.module, q->module) || required.unit_id != m->unit_id ||
            !str_is(required.state, "done"))
            return refuse(cx, "requires.not_approved", q->field, NULL);
        if (!agrees(cx, q, d, v, &required) || !use(cx, m, q, id))
            return false;
    }
    return true;
}

/* What came to nothing has used nothing. */
static bool on_closed(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct matter *m = detail;
    (void)event;
    if (str_is(m->state, "done"))
        return true;
    const struct definition *d = definition_load(cx, m->definition_id);
    return d && (d->form->require_n == 0 || db_run(cx->db, &q_use_drop, subject, STR_NONE));
}

/* A withdrawal brought it back: it uses its basis again, unless another was faster. */
static bool on_reopened(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct matter *m = detail;
    struct matter_form stored;
    (void)event;
    (void)subject;
    const struct definition *d = definition_load(cx, m->definition_id);
    if (!d || d->form->require_n == 0)
        return d != NULL;
    return matter_form_find(cx, m->id, d, &stored) >= 0 &&
           requires_hold(cx, m, d, stored.values, (struct form_values){ NULL });
}

/* --- what may be named as a basis ---------------------------------------------------------------------------- */

struct candidates_in {
    struct str key, field, after;
    int64_t post_id, limit;
};
static const struct field candidates_in_fields[] = {
    FIELD(candidates_in, key, F_TEXT, .max = 40, .flags = FIELD_PATH, .zh = "业务",
          .en = "module"),
    FIELD(candidates_in, field, F_TEXT, .max = 40, .flags = FIELD_REQUIRED, .zh = "字段",
          .en = "field"),
    FIELD(candidates_in, post_id, F_ID, .zh = "以哪个身份", .en = "as which post"),
    FIELD(candidates_in, after, F_TEXT, .max = 60, .zh = "继续", .en = "cursor"),
    FIELD(candidates_in, limit, F_I64, .min = 0, .max = 100, .zh = "每页", .en = "page size"),
};
RECORD(candidates_in);

static const struct form_require *require_of(const struct definition *d, struct str field)
{
    for (size_t i = 0; i < d->form->require_n; i++)
        if (str_eq(d->form->require[i].field->name, field))
            return &d->form->require[i];
    return NULL;
}

/* Values that the two share, by the name they have here: the page fills them in. */
static bool write_same(struct ctx *cx, struct jw *w, const struct form_require *q,
                       int64_t definition_id, struct str body)
{
    const struct definition *there = definition_load(cx, definition_id);
    if (!there)
        return false;
    struct form_values v = form_values_of(cx->a, there->form->fields,
                                          body.n ? jv_parse(cx->a, body, NULL, NULL) : NULL);
    jw_kobj(w, "values");
    for (size_t i = 0; q && i < q->same_mine.n; i++) {
        const struct form_field *f = form_find(there->form->fields, q->same_theirs.p[i]);
        if (f && v.v[f->index]) {
            jw_key_str(w, q->same_mine.p[i]);
            jw_raw(w, jv_compact(cx->a, v.v[f->index]));
        }
    }
    jw_obj_end(w);
    return true;
}

static bool run_candidates(struct ctx *cx, const void *input, struct jw *w)
{
    const struct candidates_in *in = input;
    const struct actor_post *post = in->post_id ? actor_post(cx, in->post_id)
                                                : actor_main_post(cx);
    int64_t before = INT64_MAX, limit = in->limit > 0 ? in->limit : 20, n = 0, last = 0;
    if (!post)
        return fail_not_found(cx);
    if (!post_at_office(cx, &post) || !cursor_read(cx, in->after, &before, NULL, NULL))
        return false;
    const struct definition *d = definition_newest(cx, in->key, post->unit_id);
    if (!d)
        return false;
    const struct form_field *f = form_find(d->form->fields, in->field);
    if (!f || f->type != FORM_MATTER)
        return fail_arg(cx, ERR_INVALID, "input.choice", "field", "字段", NULL);
    const struct form_require *q = require_of(d, in->field);
    int64_t once = q && q->is_once;
    bool sees_all = has_role(cx, ROLE_DOC_CLERK, post->unit_id) ||
                    has_role(cx, ROLE_OFFICE_HEAD, post->unit_id);
    struct rows r;
    bool more = false;
    bool good = sees_all ? db_rows(cx->db, &r, &q_candidates_unit, post->unit_id, f->module, once,
                                   d->key, f->name, before, limit + 1)
                         : db_rows(cx->db, &r, &q_candidates_own, cx->actor->person_id, f->module,
                                   post->unit_id, once, d->key, f->name, before, limit + 1);
    answer_rows(w);
    while (good && rows_next(&r)) {
        more = n == limit;
        if (more)
            break;
        last = row_i64(&r, 0);
        n++;
        jw_obj(w);
        jw_kid(w, "matter_id", last);
        jw_kstr(w, "title", row_text(&r, 1));
        jw_kstr(w, "number", row_text(&r, 2));
        jw_ki64(w, "closed_at", row_i64(&r, 3));
        if (!write_same(cx, w, q, row_i64(&r, 5), row_copy(&r, 4, cx->a)))
            break;
        jw_obj_end(w);
    }
    rows_end(&r);
    answer_rows_end(w, more ? cursor_text(cx, last, 0, 0) : STR_NONE);
    return !rows_failed(&r) && cx->err.kind == ERR_NONE;
}

static const struct read reads[] = {
    { "module.candidates", "/modules/{key}/candidates", PERM_LOGIN, &candidates_in_record,
      &candidate_row_record, true, run_candidates, "可作依据的已批事项",
      "Approved matters that a field may name as its basis", 0 },
};

static const struct handler handlers[] = {
    { "matter.closed", on_closed },
    { "matter.reopened", on_reopened },
};

const struct room desk_require_room = { "desk", NULL, 0, ROOM_TABLE(reads), ROOM_TABLE(handlers),
                                        NULL, NULL };
