/* Numbers of modules (module.json "number"): a series per unit or for the city, by years when its
 * pattern has {year}. The series grows in the command that uses the number, so it has no gap. */
#include "base/clock.h"
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_in.h"

static struct str written(struct ctx *cx, struct str pattern, struct clock_date day, int64_t seq,
                          struct str unit)
{
    struct buf b = buf_in(cx->a);
    for (size_t i = 0; i < pattern.n; i++) {
        ptrdiff_t end = pattern.p[i] == '{' ? str_find(pattern, STR("}"), i) : -1;
        if (end < 0) {
            buf_char(&b, pattern.p[i]);
            continue;
        }
        struct str word = str_sub(pattern, i + 1, (size_t)end - i - 1);
        if (str_is(word, "year"))
            buf_printf(&b, "%d", day.year);
        else if (str_is(word, "month"))
            buf_printf(&b, "%02d", day.month);
        else if (str_is(word, "unit"))
            buf_str(&b, unit);
        else /* seq, seq:4 */
            buf_printf(&b, "%0*lld", word.n == 5 ? word.p[4] - '0' : 1, (long long)seq);
        i = (size_t)end;
    }
    return buf_done(&b);
}

/* The matters of other units that the same step has just opened go by it too. */
static bool tell_children(struct ctx *cx, int64_t matter_id, struct str number)
{
    struct rows r;
    int64_t *p = NULL;
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_items_of_matter, matter_id); rows_next(&r);)
        if (!row_is_null(&r, 13)) {
            p = arena_grow(cx->a, p, n * sizeof *p, (n + 1) * sizeof *p);
            p[n++] = row_i64(&r, 13);
        }
    rows_end(&r);
    for (size_t i = 0; i < n; i++)
        if (!matter_describe(cx, p[i], STR_NONE, number, STR_NONE))
            return false;
    return !rows_failed(&r);
}

bool matter_number_at(struct ctx *cx, const struct matter *m, const struct definition *d,
                      struct str at)
{
    const struct form_number *n = &d->form->number;
    struct unit_row u;
    if (!n->pattern.p || !str_eq(n->at, at) || m->number.n)
        return true;
    struct clock_date day = clock_date_of(cx->now);
    int64_t unit = n->is_city ? 0 : m->unit_id, year = n->is_yearly ? day.year : 0;
    if (!unit_load(cx, m->unit_id, &u) || !db_run(cx->db, &q_number_next, m->module, unit, year))
        return false;
    int64_t seq = db_number(cx->db, 0, &q_number_last, m->module, unit, year);
    struct str number = seq > 0 ? written(cx, n->pattern, day, seq, u.short_name) : STR_NONE;
    return seq > 0 && matter_describe(cx, m->id, STR_NONE, number, STR_NONE) &&
           tell_children(cx, m->id, number);
}

/* The matter of the event is as it was when the command began: a number given since stands in its row. */
static bool number_at(struct ctx *cx, const struct matter *m, struct str at)
{
    struct matter now;
    const struct definition *d = definition_load(cx, m->definition_id);
    if (!d || !d->form->number.pattern.p || !str_eq(d->form->number.at, at))
        return d != NULL;
    return matter_find(cx, m->id, &now) == 1 && matter_number_at(cx, &now, d, at);
}

static bool on_node(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct desk_step *s = detail;
    (void)event;
    (void)subject;
    return number_at(cx, s->matter, s->node);
}

static bool on_closed(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct matter *m = detail;
    (void)event;
    (void)subject;
    return !str_is(m->state, "done") || number_at(cx, m, STR("done"));
}

static const struct handler handlers[] = {
    { "node.completed", on_node },
    { "matter.closed", on_closed },
};

const struct room desk_number_room = { "desk", NULL, 0, NULL, 0, ROOM_TABLE(handlers), NULL, NULL };
