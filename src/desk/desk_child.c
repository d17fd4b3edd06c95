/* What another unit's own matter takes over of the form that asked for it (oa:child): fields of the same
 * name and type. Not what the step hides, nor people, things, matters and files, which are the asking
 * unit's own. */
#include "core/small.h"
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

/* Whoever asked, as the child's expressions see its starter: the unit, nobody's name. */
static struct str asked_by(struct ctx *cx, struct str unit)
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
        if (f && f->type == mine.p[i].type && goes_along(f) && !(right[f->index] & FORM_HIDE))
            v.v[i] = stored.values.v[f->index];
    }
    struct str starter = asked_by(cx, in->from_name);
    *vars = flow_vars_of(cx, d, v, *vars, starter, child->urgency);
    return matter_form_put(cx, child, d, child->title, v, starter);
}
