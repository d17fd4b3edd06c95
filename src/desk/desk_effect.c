/* Effects (DESIGN §7): a closed list of what an approval brings about, each bound to a node, to the
 * start or to the end. They run in the command that completes it: if one fails, nothing was done. */
#include "desk/desk.sql.h"
#include "desk/desk_effect_in.h"

const struct feel_value *effect_value(const struct effect_of *e, const struct feel *x)
{
    return form_eval(e->seen->cx->a, e->d->form, e->form.values, &e->seen->world, x);
}

static bool has_any(const struct definition *d)
{
    return d->form->effect_n || d->form->booking_n;
}

static bool effect_make(struct ctx *cx, const struct matter *m, const struct definition *d,
                        struct str outcome, int64_t post_id, struct effect_of *e)
{
    *e = (struct effect_of){ .m = m, .d = d, .post_id = post_id };
    if (matter_form_find(cx, m->id, d, &e->form) < 0)
        return false;
    e->seen = form_seen_of(cx, m->module, m->unit_id, m->starter_post, m->id, e->form.starter,
                           m->urgency, outcome);
    return true;
}

static bool run_one(struct ctx *cx, const struct effect_of *e, size_t i)
{
    const struct form_effect *f = &e->d->form->effect[i];
    int64_t of = e->m->id;
    if (f->when && effect_value(e, f->when) != feel_of_bool(true))
        return true;
    switch (f->kind) {
    case FORM_ABSENCE: return absence_begin(cx, e, i);
    case FORM_STAND_IN: return stand_in_begin(cx, e, i);
    case FORM_ABSENCE_END:
        if (f->of && (!e->form.values.v[f->of->index] ||
                      !jv_as_i64(e->form.values.v[f->of->index], &of)))
            return true; /* names none */
        return absence_finish(cx, of);
    case FORM_THING_ADD:
    case FORM_THING_SET:
    case FORM_THING_STATE: return thing_effect(cx, e, i);
    case FORM_EFFECTS: break;
    }
    return true;
}

static bool effects_at(struct ctx *cx, const struct effect_of *e, struct str at)
{
    if (!bookings_at(cx, e, at))
        return false;
    for (size_t i = 0; i < e->d->form->effect_n; i++)
        if (str_eq(e->d->form->effect[i].at, at) && !run_one(cx, e, i))
            return false;
    return true;
}

static bool on_started(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct matter *m = detail;
    const struct definition *d = definition_load(cx, m->definition_id);
    struct effect_of e;
    (void)event;
    (void)subject;
    if (!d || !has_any(d))
        return d != NULL;
    return effect_make(cx, m, d, STR_NONE, m->starter_post, &e) && effects_at(cx, &e, STR("start"));
}

static bool on_node(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct desk_step *s = detail;
    const struct definition *d = definition_load(cx, s->matter->definition_id);
    struct effect_of e;
    (void)event;
    (void)subject;
    if (!d || !has_any(d))
        return d != NULL;
    return effect_make(cx, s->matter, d, s->outcome, s->post_id, &e) &&
           effects_at(cx, &e, s->node);
}

static bool on_closed(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct matter *m = detail;
    const struct definition *d = definition_load(cx, m->definition_id);
    struct effect_of e;
    bool is_done = str_is(m->state, "done");
    (void)event;
    (void)subject;
    if (!d || !has_any(d))
        return d != NULL;
    return effect_make(cx, m, d, STR_NONE, 0, &e) && bookings_end(cx, &e, m->state) &&
           (is_done ? effects_at(cx, &e, STR("done")) : absence_undo(cx, m->id));
}

/* A withdrawal after the end: who is away and stands in can be taken back; a register cannot, since
 * others have read it. */
static bool on_reopened(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct matter *m = detail;
    const struct definition *d = definition_load(cx, m->definition_id);
    (void)event;
    if (!d || !has_any(d))
        return d != NULL;
    struct effect_of e;
    if (db_number(cx->db, 0, &q_thing_effect_any, subject))
        return fail(cx, ERR_STATE, "effect.cannot_undo", NULL);
    return cx->err.kind == ERR_NONE && absence_undo(cx, m->id) &&
           effect_make(cx, m, d, STR_NONE, 0, &e) && bookings_again(cx, &e);
}

static const struct handler handlers[] = {
    { "matter.started", on_started },
    { "node.completed", on_node },
    { "matter.closed", on_closed },
    { "matter.reopened", on_reopened },
};

const struct room desk_effect_room = { "desk", NULL, 0, NULL, 0, ROOM_TABLE(handlers), NULL, NULL };
