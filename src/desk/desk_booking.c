/* Bookings (DESIGN §7): a thing is taken for a span of quarters of an hour by a matter, exclusively. A
 * row a quarter decides: whoever comes second is refused by its key, on both engines alike. */
#include "base/clock.h"
#include "base/id.h"
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_effect_in.h"
#include "desk/desk_thing_in.h"

#define QUARTER_MS (15 * CLOCK_MINUTE_MS)
#define SPAN_MOST (62 * CLOCK_DAY_MS)

bool feel_span(const struct feel_value *from, const struct feel_value *to, int64_t *from_at,
               int64_t *to_at)
{
    int64_t day, ms;
    if (!feel_as_moment(from, &day, &ms))
        return false;
    *from_at = clock_at(clock_from_days(day), 0) + ms;
    if (!feel_as_moment(to, &day, &ms))
        return false;
    bool is_day = strcmp(feel_kind(to), "date") == 0; /* a day is meant to its end */
    *to_at = clock_at(clock_from_days(day), 0) + (is_day ? CLOCK_DAY_MS : ms);
    return true;
}

static bool refuse(struct ctx *cx, enum err_kind kind, const char *code,
                   const struct form_field *f, struct str arg1, struct str arg2)
{
    return fail_arg(cx, kind, code, arena_printf(cx->a, "form.%.*s", STR_ARG(f->name)),
                    arena_strndup(cx->a, arg1.p, arg1.n), arena_strndup(cx->a, arg2.p, arg2.n));
}

static struct str minute(struct ctx *cx, int64_t at)
{
    struct str iso = clock_iso(cx->a, at);
    return str_printf(cx->a, "%.10s %.5s", iso.p, iso.p + 11);
}

static bool release(struct ctx *cx, int64_t matter_id, int64_t place)
{
    struct rows r;
    int64_t ids[32];
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_bookings_of_matter, matter_id, place); n < 32 && rows_next(&r);)
        ids[n++] = row_i64(&r, 0);
    rows_end(&r);
    for (size_t i = 0; i < n; i++)
        if (!db_run(cx->db, &q_booking_release, cx->now, ids[i]) ||
            !db_run(cx->db, &q_booking_slots_drop, ids[i]))
            return false;
    return !rows_failed(&r);
}

/* Who stands in the way, told with the span. */
static bool is_free(struct ctx *cx, const struct form_field *f, const struct thing *t,
                    int64_t first, int64_t last)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_booking_taken, t->id, first, last);
    struct str span = STR("");
    if (found == 1)
        span = str_printf(cx->a, "%.*s – %.*s %.*s", STR_ARG(minute(cx, row_i64(&r, 0))),
                          STR_ARG(minute(cx, row_i64(&r, 1))), STR_ARG(row_text(&r, 2)));
    rows_end(&r);
    if (found == 1)
        return refuse(cx, ERR_CONFLICT, "booking.taken", f, t->name, span);
    return found == 0;
}

static bool put(struct ctx *cx, const struct matter *m, const struct form_field *f, size_t place,
                const struct thing *t, int64_t from, int64_t to)
{
    int64_t id = id_new(cx->now), first = from / QUARTER_MS, last = (to - 1) / QUARTER_MS;
    struct err was = cx->err;
    if (!is_free(cx, f, t, first, last) ||
        !db_run(cx->db, &q_booking_put, id, t->id, m->id, (int64_t)place, from, to))
        return false;
    if (db_run(cx->db, &q_booking_slots, first, last, t->id, id) && db_settle(cx->db))
        return true;
    if (db_last_failure(cx->db) != DB_FAIL_UNIQUE)
        return false;
    cx->err = was; /* another was faster by a moment */
    return refuse(cx, ERR_CONFLICT, "booking.taken", f, t->name, STR(""));
}

static bool book(struct ctx *cx, const struct effect_of *e, size_t place)
{
    const struct form_booking *b = &e->d->form->booking[place];
    const struct form_field *f = b->thing_field;
    const struct jv *v = e->form.values.v[f->index];
    struct thing t;
    int64_t id = 0, from = 0, to = 0;
    if (!release(cx, e->m->id, (int64_t)place))
        return false;
    if (!v || !jv_as_i64(v, &id))
        return true; /* nothing is wanted */
    if (!feel_span(effect_value(e, b->from), effect_value(e, b->to), &from, &to) || from >= to)
        return refuse(cx, ERR_INVALID, "booking.span", f, f->label, STR(""));
    if (to - from > SPAN_MOST)
        return refuse(cx, ERR_INVALID, "booking.long", f, f->label, STR("62"));
    int found = thing_find(cx, id, &t);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    return put(cx, e->m, f, place, &t, from, to);
}

bool bookings_at(struct ctx *cx, const struct effect_of *e, struct str at)
{
    for (size_t i = 0; i < e->d->form->booking_n; i++)
        if (str_eq(e->d->form->booking[i].at, at) && !book(cx, e, i))
            return false;
    return true;
}

bool bookings_end(struct ctx *cx, const struct effect_of *e, struct str state)
{
    unsigned bit = str_is(state, "rejected") ? FORM_ON_REJECTED
                   : str_is(state, "void")   ? FORM_ON_VOID
                                             : FORM_ON_DONE;
    for (size_t i = 0; i < e->d->form->booking_n; i++)
        if (e->d->form->booking[i].release_on & bit && !release(cx, e->m->id, (int64_t)i))
            return false;
    return true;
}

bool bookings_again(struct ctx *cx, const struct effect_of *e)
{
    struct rows r;
    struct again {
        int64_t place, thing, from, to;
    } list[32];
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_bookings_released, e->m->id, e->m->closed_at);
         n < sizeof list / sizeof *list && rows_next(&r); n++)
        list[n] = (struct again){ row_i64(&r, 0), row_i64(&r, 1), row_i64(&r, 2), row_i64(&r, 3) };
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct again *b = &list[i];
        struct thing t;
        if (b->place >= (int64_t)e->d->form->booking_n || thing_find(cx, b->thing, &t) != 1)
            return cx->err.kind == ERR_NONE && fail_not_found(cx);
        if (!put(cx, e->m, e->d->form->booking[b->place].thing_field, (size_t)b->place, &t,
                 b->from, b->to))
            return false;
    }
    return true;
}

/* --- the calendar ---------------------------------------------------------------------------------------- */

struct bookings_in {
    int64_t thing_id, from, to;
};
static const struct field bookings_in_fields[] = {
    FIELD(bookings_in, thing_id, F_ID, .flags = FIELD_PATH, .zh = "物品", .en = "thing"),
    FIELD(bookings_in, from, F_MOMENT, .max = INT64_MAX, .zh = "起", .en = "from"),
    FIELD(bookings_in, to, F_MOMENT, .max = INT64_MAX, .zh = "止", .en = "until"),
};
RECORD(bookings_in);

struct kind_in {
    struct str kind;
    int64_t unit_id, from, to;
};
static const struct field kind_in_fields[] = {
    FIELD(kind_in, kind, F_TEXT, .max = 90, .flags = FIELD_PATH, .zh = "物品类别",
          .en = "kind of things"),
    FIELD(kind_in, unit_id, F_ID, .zh = "单位", .en = "unit"),
    FIELD(kind_in, from, F_MOMENT, .max = INT64_MAX, .zh = "起", .en = "from"),
    FIELD(kind_in, to, F_MOMENT, .max = INT64_MAX, .zh = "止", .en = "until"),
};
RECORD(kind_in);

struct taken {
    int64_t id, thing_id, matter_id, from, to;
    struct str who, title, state;
};

/* What it is for is told only to who may see the matter. */
static bool write_taken(struct ctx *cx, struct jw *w, struct rows *r)
{
    struct taken list[512];
    size_t n = 0;
    for (; n < sizeof list / sizeof *list && rows_next(r); n++)
        list[n] = (struct taken){ row_i64(r, 0), row_i64(r, 1), row_i64(r, 2), row_i64(r, 3),
                                  row_i64(r, 4), row_copy(r, 5, cx->a), row_copy(r, 6, cx->a),
                                  row_copy(r, 7, cx->a) };
    rows_end(r);
    if (rows_failed(r))
        return false;
    answer_rows(w);
    for (size_t i = 0; i < n; i++) {
        bool sees = matter_can_see(cx, list[i].matter_id);
        jw_obj(w);
        jw_kid(w, "id", list[i].id);
        jw_kid(w, "thing_id", list[i].thing_id);
        jw_ki64(w, "from_at", list[i].from);
        jw_ki64(w, "to_at", list[i].to);
        jw_kstr(w, "who", list[i].who);
        jw_kstr(w, "state", list[i].state);
        jw_kid(w, "matter_id", sees ? list[i].matter_id : 0);
        jw_kstr(w, "title", sees ? list[i].title : STR_NONE);
        jw_obj_end(w);
    }
    answer_rows_end(w, STR_NONE);
    return cx->err.kind == ERR_NONE;
}

/* Without limits: from today on, four weeks. */
static void span_of(const struct ctx *cx, int64_t *from, int64_t *to)
{
    if (!*from)
        *from = clock_at(clock_date_of(cx->now), 0);
    if (!*to)
        *to = *from + 28 * CLOCK_DAY_MS;
}

static bool run_bookings(struct ctx *cx, const void *input, struct jw *w)
{
    const struct bookings_in *in = input;
    struct thing t;
    struct rows r;
    int64_t from = in->from, to = in->to;
    int found = thing_find(cx, in->thing_id, &t);
    if (found != 1 || !is_of_unit(cx, t.unit_id))
        return found >= 0 && fail_not_found(cx);
    span_of(cx, &from, &to);
    return db_rows(cx->db, &r, &q_bookings_thing, t.id, to, from) && write_taken(cx, w, &r);
}

static bool run_kind(struct ctx *cx, const void *input, struct jw *w)
{
    const struct kind_in *in = input;
    struct thing_kind k;
    struct rows r;
    int64_t from = in->from, to = in->to;
    if (!thing_kind_load(cx, in->kind, in->unit_id, &k))
        return false;
    span_of(cx, &from, &to);
    return db_rows(cx->db, &r, &q_bookings_kind, k.unit_id, k.module, k.key, to, from) &&
           write_taken(cx, w, &r);
}

static const struct read reads[] = {
    { "thing.bookings", "/things/{thing_id}/bookings", PERM_LOGIN, &bookings_in_record,
      &booking_row_record, true, run_bookings, "一件物品的预订", "Bookings of a thing", 0 },
    { "bookings.page", "/bookings/{kind}", PERM_LOGIN, &kind_in_record, &booking_row_record, true,
      run_kind, "一类物品的预订日历", "The calendar of all things of a kind", 0 },
};

const struct room desk_booking_room = { "desk", NULL, 0, ROOM_TABLE(reads), NULL, 0, NULL, NULL };
