/* 外出、请假 and who stands in (OFFICE M5, X4): an approved absence shows on the whereabouts board, the
 * stand-in's list takes the other's work in, marked as acting for, and both end by themselves when the
 * period is over, or earlier by 销假. Where leaders are is for their offices alone. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_effect_in.h"
#include "desk/desk_thing_in.h"
#include "org/org.h"

/* --- not away together ---------------------------------------------------------------------------------------- */

static bool is_away(struct ctx *cx, int64_t post_id, int64_t but_person, int64_t from, int64_t to)
{
    struct org_post p;
    return org_post_find(cx, post_id, &p) == 1 && p.person_id != but_person &&
           db_number(cx->db, 0, &q_absence_in, p.person_id, from, to) > 0;
}

/* Units whose holders count as one pair: the unit, and for a place the party committee and the
 * government of the same place. */
static size_t paired_units(struct ctx *cx, int64_t unit_id, int64_t *ids, size_t max)
{
    struct rows r;
    size_t n = 0;
    ids[n++] = unit_id;
    for (db_rows(cx->db, &r, &q_paired_bodies, unit_id); n < max && rows_next(&r);)
        ids[n++] = row_i64(&r, 0);
    rows_end(&r);
    return n;
}

/* Whoever approves for one of the pair waits for who approves for the other: the second sees what the
 * first has written. Reads (a form being filled in) wait for nobody. */
static bool pair_lock(struct ctx *cx, int64_t *units, size_t n)
{
    qsort(units, n, sizeof *units, id_order);
    for (size_t u = 0; cx->run && u < n; u++)
        if (!unit_lock(cx, units[u]))
            return false;
    return true;
}

bool is_other_away(void *arg, struct str role, const struct feel_value *from,
                   const struct feel_value *to)
{
    const struct form_seen *s = arg;
    struct ctx *cx = s->cx;
    struct org_post mine;
    int64_t from_at = 0, to_at = 0, units[4];
    bool holds = false, is_one_away = false;
    if (!feel_span(from, to, &from_at, &to_at) || from_at >= to_at || !s->post_id ||
        org_post_find(cx, s->post_id, &mine) != 1)
        return false;
    size_t n = paired_units(cx, mine.unit_id, units, sizeof units / sizeof *units);
    struct ids posts[4];
    for (size_t u = 0; u < n; u++) {
        if (!org_role_posts(cx, units[u], role_of(role), &posts[u]))
            return false;
        holds = holds || matters_have(posts[u], s->post_id);
    }
    if (!holds || !pair_lock(cx, units, n))
        return false;
    for (size_t u = 0; u < n; u++)
        for (size_t i = 0; i < posts[u].n; i++)
            is_one_away = is_one_away || is_away(cx, posts[u].p[i], mine.person_id, from_at, to_at);
    return is_one_away;
}

/* --- away ----------------------------------------------------------------------------------------------------- */

static bool refuse_span(struct ctx *cx)
{
    return fail(cx, ERR_INVALID, "effect.span", "form");
}

/* The post that is away: the starter's, or one the form names. */
static bool away_post(struct ctx *cx, const struct effect_of *e, const struct form_field *who,
                      struct post_row *out)
{
    int64_t id = e->m->starter_post;
    if (who && (!e->form.values.v[who->index] || !jv_as_i64(e->form.values.v[who->index], &id)))
        return fail_arg(cx, ERR_INVALID, "input.required",
                        arena_printf(cx->a, "form.%.*s", STR_ARG(who->name)),
                        arena_strndup(cx->a, who->label.p, who->label.n), NULL);
    int found = post_find(cx, id, out);
    return found == 1 || (found == 0 && fail_not_found(cx));
}

struct away {
    int64_t effect, from, to;
    struct str label;
};

static bool put_away(struct ctx *cx, const struct effect_of *e, const struct post_row *post,
                     const struct away *x)
{
    return db_run(cx->db, &q_absence_put, id_new(cx->now), post->person_id, post->id, post->unit_id,
                  e->m->id, x->effect, x->label, x->from, x->to) &&
           event_emit(cx, "absence.changed", post->person_id, NULL);
}

/* Each of the list; nobody named, nobody away. */
static bool put_all_away(struct ctx *cx, const struct effect_of *e, const struct jv *list,
                         const struct away *x)
{
    struct post_row post;
    int64_t id;
    for (size_t i = 0; i < jv_size(list); i++) {
        int found = jv_as_i64(jv_at(list, i), &id) ? post_find(cx, id, &post) : 0;
        if (found < 0 || (found == 1 && !put_away(cx, e, &post, x)))
            return false;
    }
    return true;
}

bool absence_begin(struct ctx *cx, const struct effect_of *e, size_t effect)
{
    const struct form_effect *f = &e->d->form->effect[effect];
    struct post_row post;
    struct away x = { (int64_t)effect, 0, 0, f->label };
    bool is_list = f->who && f->who->type == FORM_POSTS;
    if (!is_list && !away_post(cx, e, f->who, &post))
        return false;
    if (!feel_span(effect_value(e, f->from), effect_value(e, f->to), &x.from, &x.to) ||
        x.from >= x.to)
        return refuse_span(cx);
    return db_run(cx->db, &q_absence_void, cx->now, e->m->id, x.effect) &&
           (is_list ? put_all_away(cx, e, e->form.values.v[f->who->index], &x)
                    : put_away(cx, e, &post, &x));
}

static bool stand_ins_end(struct ctx *cx, int64_t matter_id, int64_t effect)
{
    struct rows r;
    int64_t ids[16], acting[16];
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_stand_ins_of, matter_id, effect); n < 16 && rows_next(&r); n++) {
        ids[n] = row_i64(&r, 0);
        acting[n] = row_i64(&r, 1);
    }
    rows_end(&r);
    for (size_t i = 0; i < n; i++)
        if (!org_stand_in_end(cx, acting[i]) ||
            !db_run(cx->db, &q_stand_in_end, cx->now, ids[i]))
            return false;
    return !rows_failed(&r);
}

/* What the delegation rests on: the matter. */
static struct str authority(struct ctx *cx, const struct matter *m)
{
    return m->number.n ? str_printf(cx->a, "%.*s %.*s", STR_ARG(m->title), STR_ARG(m->number))
                       : m->title;
}

bool stand_in_begin(struct ctx *cx, const struct effect_of *e, size_t effect)
{
    const struct form_effect *f = &e->d->form->effect[effect];
    const char *field = arena_printf(cx->a, "form.%.*s", STR_ARG(f->post_field->name));
    struct post_row away;
    struct org_post deputy;
    int64_t id = 0, from = 0, to = 0, acting = 0;
    if (!stand_ins_end(cx, e->m->id, (int64_t)effect))
        return false;
    if (!e->form.values.v[f->post_field->index] ||
        !jv_as_i64(e->form.values.v[f->post_field->index], &id))
        return true; /* nobody was named */
    if (!away_post(cx, e, f->who && f->who->type == FORM_POST ? f->who : NULL, &away))
        return false;
    if (!feel_span(effect_value(e, f->from), effect_value(e, f->to), &from, &to) || from >= to)
        return refuse_span(cx);
    int found = org_post_find(cx, id, &deputy);
    if (found < 0)
        return false;
    if (!found || !deputy.is_current || deputy.person_id == away.person_id ||
        (deputy.unit_id != away.unit_id && org_is_own_post(cx, e->m->unit_id, &deputy) != 1))
        return cx->err.kind == ERR_NONE && fail(cx, ERR_INVALID, "effect.stand_in", field);
    struct str from_on = clock_day_text(cx->a, clock_date_of(from));
    struct str until_on = clock_day_text(cx->a, clock_date_of(to - 1));
    return org_stand_in(cx, away.id, deputy.id, from_on, until_on, authority(cx, e->m), &acting) &&
           db_run(cx->db, &q_stand_in_put, id_new(cx->now), e->m->id, (int64_t)effect, acting,
                  deputy.id, to);
}

bool absence_finish(struct ctx *cx, int64_t matter_id)
{
    return db_run(cx->db, &q_absence_end, cx->now, matter_id) &&
           stand_ins_end(cx, matter_id, -1) && event_emit(cx, "absence.changed", 0, NULL);
}

bool absence_undo(struct ctx *cx, int64_t matter_id)
{
    return db_run(cx->db, &q_absence_void, cx->now, matter_id, INT64_C(-1)) &&
           stand_ins_end(cx, matter_id, -1);
}

/* --- the end of a period ------------------------------------------------------------------------------------ */

struct due_in {
    int64_t id;
};
static const struct field due_in_fields[] = {
    FIELD(due_in, id, F_ID, .zh = "编号", .en = "id"),
};
RECORD(due_in);

/* Another node may have been first: then there is nothing to do. */
static bool run_return(struct ctx *cx, const void *input, void *output)
{
    const struct due_in *in = input;
    struct rows r;
    (void)output;
    int found = db_get(cx->db, &r, &q_absence_get, in->id);
    int64_t matter = found == 1 ? row_i64(&r, 0) : 0, person = found == 1 ? row_i64(&r, 2) : 0;
    bool is_over = found == 1 && row_i64(&r, 1) <= cx->now;
    rows_end(&r);
    if (!is_over)
        return found >= 0;
    return db_run(cx->db, &q_absence_return, in->id) &&
           event_emit(cx, "absence.changed", person, NULL) &&
           trace_write(cx, matter, "absence.return", 0, 0, STR("{}"));
}

static bool run_stand_in_over(struct ctx *cx, const void *input, void *output)
{
    const struct due_in *in = input;
    struct rows r;
    (void)output;
    int found = db_get(cx->db, &r, &q_stand_in_get, in->id);
    int64_t acting = found == 1 ? row_i64(&r, 0) : 0, matter = found == 1 ? row_i64(&r, 1) : 0;
    rows_end(&r);
    if (found != 1)
        return found == 0;
    return org_stand_in_end(cx, acting) && db_run(cx->db, &q_stand_in_end, cx->now, in->id) &&
           trace_write(cx, matter, "stand_in.end", 0, 0, STR("{}"));
}

static void end_due(struct ctx *cx, const struct query *q, const char *command)
{
    struct rows r;
    struct due_in due[64];
    size_t n = 0;
    for (db_rows(cx->db, &r, q, cx->now); n < 64 && rows_next(&r);)
        due[n++].id = row_i64(&r, 0);
    rows_end(&r);
    for (size_t i = 0; i < n; i++) {
        struct err e = { 0 };
        if (!door_run(cx->core, command, &due[i], NULL, NULL, cx->now, cx->a, &e))
            log_warn("desk", "the end of an absence waits", "code", e.code);
    }
}

static void tick(struct ctx *cx)
{
    end_due(cx, &q_absences_due, "absence.return");
    end_due(cx, &q_stand_ins_due, "stand_in.over");
}

/* --- whereabouts ------------------------------------------------------------------------------------------------ */

struct whereabouts_in {
    int64_t unit_id;
    struct str on;
};
static const struct field whereabouts_in_fields[] = {
    FIELD(whereabouts_in, unit_id, F_ID, .zh = "单位", .en = "unit"),
    FIELD(whereabouts_in, on, F_DAY, .zh = "日期", .en = "day"),
};
RECORD(whereabouts_in);

/* M5: principals, offices, the duty room and the secretary know where a leader is. */
static bool sees_leader(const struct ctx *cx, int64_t unit_id, int64_t post_id)
{
    static const enum role roles[] = { ROLE_UNIT_HEAD, ROLE_OFFICE_HEAD, ROLE_DOC_CLERK,
                                       ROLE_DUTY_ROOM };
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (has_role(cx, roles[i], unit_id))
            return true;
    return actor_scope(cx, post_id, STR_NONE) != NULL;
}

static bool write_unit(struct ctx *cx, struct jw *w, int64_t unit_id, int64_t board_unit,
                       int64_t from, int64_t to)
{
    struct rows r;
    for (db_rows(cx->db, &r, &q_absences_unit, unit_id, from, to); rows_next(&r);) {
        int64_t from_at = row_i64(&r, 8), to_at = row_i64(&r, 9), ended = row_i64(&r, 10);
        if (row_i64(&r, 5) && !sees_leader(cx, board_unit, row_i64(&r, 2)))
            continue;
        jw_obj(w);
        jw_kid(w, "id", row_i64(&r, 0));
        jw_kid(w, "person_id", row_i64(&r, 1));
        jw_kid(w, "post_id", row_i64(&r, 2));
        jw_kstr(w, "name", row_text(&r, 3));
        jw_kstr(w, "title", row_text(&r, 4));
        jw_kbool(w, "is_leader", row_i64(&r, 5));
        jw_kstr(w, "section", row_text(&r, 6));
        jw_kstr(w, "label", row_text(&r, 7));
        jw_ki64(w, "from_at", from_at);
        jw_ki64(w, "to_at", ended && ended < to_at ? ended : to_at);
        jw_kbool(w, "is_now", from_at <= cx->now && !ended && to_at > cx->now);
        jw_kstr(w, "stand_in", row_text(&r, 12));
        jw_obj_end(w);
    }
    rows_end(&r);
    return !rows_failed(&r);
}

static bool run_whereabouts(struct ctx *cx, const void *input, struct jw *w)
{
    const struct whereabouts_in *in = input;
    const struct actor_post *post = actor_main_post(cx);
    struct clock_date day = clock_date_of(cx->now);
    struct unit_row u;
    struct org_post body = { .id = 0 };
    if (!post_at_office(cx, &post))
        return false;
    int64_t unit = in->unit_id ? in->unit_id : post ? post->unit_id : 0;
    if (!unit || !is_of_unit(cx, unit) || !unit_load(cx, unit, &u))
        return cx->err.kind == ERR_NONE && fail_not_found(cx);
    if (in->on.n && !clock_day_parse(in->on, &day))
        return fail_arg(cx, ERR_INVALID, "input.day", "on", "日期", NULL);
    int64_t from = clock_at(day, 0), to = from + CLOCK_DAY_MS;
    body.unit_id = u.parent_id; /* the leaders of the body whose office it is */
    int serves = u.parent_id ? org_is_own_post(cx, unit, &body) : 0;
    answer_rows(w);
    if (serves < 0 || (serves && !write_unit(cx, w, u.parent_id, unit, from, to)) ||
        !write_unit(cx, w, unit, unit, from, to))
        return false;
    answer_rows_end(w, STR_NONE);
    return cx->err.kind == ERR_NONE;
}

static const struct command commands[] = {
    { "absence.return", POST, NULL, PERM_OPERATOR, &due_in_record, NULL, run_return,
      "外出期满", "The period of an absence is over", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "stand_in.over", POST, NULL, PERM_OPERATOR, &due_in_record, NULL, run_stand_in_over,
      "代办期满", "The period of a stand-in is over", CMD_INTERNAL | CMD_NO_TRACE, NULL },
};

static const struct read reads[] = {
    { "whereabouts", "/whereabouts", PERM_LOGIN, &whereabouts_in_record, &whereabouts_row_record,
      true, run_whereabouts, "人员去向", "Who of a unit is away", 0 },
};

const struct room desk_absence_room = { "desk", ROOM_TABLE(commands), ROOM_TABLE(reads), NULL, 0,
                                        NULL, tick };
