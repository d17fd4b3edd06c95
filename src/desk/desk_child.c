/* What another unit's own matter takes over of the form that asked for it (oa:child): fields of the same
 * name and type; files are copied. Not what the step hides, nor people, things and matters, which are the
 * asking unit's own. With its answer come back those that the step may edit; nothing else does. */
#include "base/id.h"
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_form_in.h"

static bool goes_along(const struct form_field *f)
{
    switch (f->type) {
    case FORM_POST:
    case FORM_POSTS:
    case FORM_THING:
    case FORM_MATTER:
    case FORM_ATTACHMENT: return false;
    default: break;
    }
    for (size_t i = 0; i < f->columns.n; i++)
        if (!goes_along(&f->columns.p[i]))
            return false;
    return true;
}

/* The files of a field, as files of the child's matter: the list of their ids there. */
static const struct jv *files_copied(struct ctx *cx, const struct jv *v, int64_t to_matter)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_arr(&w);
    for (size_t i = 0; i < jv_size(v); i++) {
        int64_t from = 0, to = id_new(cx->now);
        if (!jv_as_i64(jv_at(v, i), &from) ||
            !db_run(cx->db, &q_attachment_copy, to, to_matter, cx->now, from))
            return NULL;
        jw_str(&w, str_printf(cx->a, "%lld", (long long)to));
    }
    jw_arr_end(&w);
    return jv_parse(cx->a, buf_done(&b), NULL, NULL);
}

/* Whoever asked, as the child's expressions see its starter: the unit, nobody's name. What is above, and
 * whose office it is, is the child's own unit's. */
static struct str asked_by(struct ctx *cx, struct str unit, int64_t unit_id)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_kstr(&w, "name", unit);
    jw_kstr(&w, "unit", unit);
    jw_kstr(&w, "title", STR(""));
    jw_kbool(&w, "is_leader", false);
    jw_karr(&w, "roles");
    jw_arr_end(&w);
    (void)starter_above_write(cx, &w, unit_id); /* what fails is in cx->err */
    jw_obj_end(&w);
    return buf_done(&b);
}

bool child_form_take(struct ctx *cx, const struct matter_start *in, const struct matter *child,
                     const struct definition *d, const struct jv **vars)
{
    struct matter up;
    struct matter_form stored = { { NULL }, STR_NONE };
    struct form_fields mine = d->form->fields;
    if (!in->parent_node.n || mine.n == 0 || matter_find(cx, in->parent_id, &up) != 1)
        return cx->err.kind == ERR_NONE;
    const struct definition *theirs = definition_load(cx, up.definition_id);
    if (!theirs || matter_form_find(cx, up.id, theirs, &stored) < 0)
        return false;
    const uint8_t *right = definition_rights(cx->a, theirs, in->parent_node);
    struct form_values v = { arena_array_of(cx->a, const struct jv *, mine.n + 1) };
    for (size_t i = 0; i < mine.n && stored.values.v; i++) {
        const struct form_field *f = form_find(theirs->form->fields, mine.p[i].name);
        if (!f || f->type != mine.p[i].type || right[f->index] & FORM_HIDE || !stored.values.v[f->index])
            continue;
        if (f->type == FORM_ATTACHMENT)
            v.v[i] = files_copied(cx, stored.values.v[f->index], child->id);
        else if (goes_along(f))
            v.v[i] = stored.values.v[f->index];
        if (cx->err.kind)
            return false;
    }
    struct str starter = asked_by(cx, in->from_name, child->unit_id);
    if (cx->err.kind)
        return false;
    *vars = flow_vars_of(cx, d, v, *vars, starter, child->urgency);
    return matter_form_put(cx, child, d, child->title, v, starter);
}

/* {field: value}: what the child has of the fields that the asking step may edit. */
static const struct jv *answered(struct ctx *cx, const struct definition *up, struct str node,
                                 const struct definition *d, struct form_values v)
{
    const uint8_t *right = definition_rights(cx->a, up, node);
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    for (size_t i = 0; i < up->form->fields.n; i++) {
        const struct form_field *f = &up->form->fields.p[i];
        const struct form_field *theirs = form_find(d->form->fields, f->name);
        if (right[i] & FORM_EDIT && theirs && theirs->type == f->type && goes_along(f) &&
            v.v[theirs->index]) {
            jw_key_str(&w, f->name);
            jw_raw(&w, jv_compact(cx->a, v.v[theirs->index]));
        }
    }
    jw_obj_end(&w);
    return jv_parse(cx->a, buf_done(&b), NULL, NULL);
}

bool child_form_give(struct ctx *cx, const struct matter *child, const struct matter *parent,
                     struct flow_step *step, struct str node)
{
    struct matter_form stored = { { NULL }, STR_NONE };
    const struct definition *d = definition_load(cx, child->definition_id);
    const struct definition *up = d ? definition_load(cx, parent->definition_id) : NULL;
    if (!up || d->form->fields.n == 0 || up->form->fields.n == 0)
        return up != NULL;
    if (matter_form_find(cx, child->id, d, &stored) < 0)
        return false;
    struct form_step_in in = { .form = answered(cx, up, node, d, stored.values), .node = node,
                               .outcome = step->cmd.outcome, .may_edit = true };
    struct matter now;
    return !jv_size(in.form) ||
           (matter_lock(cx, parent->id, &now) &&
            form_step_take(cx, &now, up, &in, &step->cmd.vars, &step->note));
}
