/* What a month of a unit's received letters counts (desk/figure.h), and the rows behind what is no
 * filter of the register: signed for and closed, in time or late. */
#include "calendar/calendar.h"
#include "core/answer.h"
#include "desk/figure.h"
#include "exchange/exchange.sql.h"
#include "exchange/exchange_in.h"

struct counted {
    int64_t from_at, at, due_at, late_steps, urges;
    struct str urgency;
};
struct counteds {
    struct counted *p;
    size_t n;
};

/* Rows first, the calendar's questions after them. */
static bool read_all(struct ctx *cx, struct rows *r, struct counteds *out)
{
    *out = (struct counteds){ NULL, 0 };
    while (rows_next(r)) {
        if (out->n % 256 == 0)
            out->p = arena_grow(cx->a, out->p, out->n * sizeof *out->p,
                                (out->n + 256) * sizeof *out->p);
        out->p[out->n++] = (struct counted){ row_i64(r, 0), row_i64(r, 1), row_i64(r, 3),
                                             row_i64(r, 4), row_i64(r, 5), row_copy(r, 2, cx->a) };
    }
    rows_end(r);
    return !rows_failed(r);
}

/* 签收时限: two working hours for 特急, four for 加急, a working day for the rest. */
static bool signed_late(struct ctx *cx, const struct counted *c, bool *out)
{
    int64_t due;
    struct str rule = str_is(c->urgency, "critical") ? STR("2wh")
                      : str_is(c->urgency, "urgent") ? STR("4wh")
                                                     : STR("1wd");
    if (!calendar_due(cx, rule, c->from_at, &due))
        return false;
    *out = c->at > due;
    return true;
}

/* 办结时限: the matter's own; without one, no step of it was done after its limit. */
static bool closed_late(const struct counted *c)
{
    return c->due_at ? c->at > c->due_at : c->late_steps > 0;
}

static bool count_received(struct ctx *cx, const struct figures_ask *ask)
{
    struct rows r;
    bool good = true;
    for (db_rows(cx->db, &r, &q_figures_received, ask->unit_id, ask->from, ask->until);
         good && rows_next(&r);)
        good = ask->add(ask, "received", STR(""), row_i64(&r, 2)) &&
               ask->add(ask, "received_type", row_text(&r, 0), row_i64(&r, 2)) &&
               ask->add(ask, "received_urgency", row_text(&r, 1), row_i64(&r, 2));
    rows_end(&r);
    return good && !rows_failed(&r);
}

static bool count_signed(struct ctx *cx, const struct figures_ask *ask)
{
    struct rows r;
    struct counteds all;
    bool is_late = false;
    db_rows(cx->db, &r, &q_figures_signed, ask->unit_id, ask->from, ask->until);
    if (!read_all(cx, &r, &all))
        return false;
    for (size_t i = 0; i < all.n; i++)
        if (!signed_late(cx, &all.p[i], &is_late) || !ask->add(ask, "signed", STR(""), 1) ||
            !ask->add(ask, "signed_in_time", STR(""), !is_late) ||
            !ask->add(ask, "urged", STR(""), all.p[i].urges))
            return false;
    return true;
}

static bool count_closed(struct ctx *cx, const struct figures_ask *ask)
{
    struct rows r;
    struct counteds all;
    int64_t days;
    db_rows(cx->db, &r, &q_figures_closed, ask->unit_id, ask->from, ask->until);
    if (!read_all(cx, &r, &all))
        return false;
    for (size_t i = 0; i < all.n; i++)
        if (!calendar_work_days(cx, all.p[i].from_at, all.p[i].at, &days) ||
            !ask->add(ask, "closed", STR(""), 1) ||
            !ask->add(ask, "closed_in_limit", STR(""), !closed_late(&all.p[i])) ||
            !ask->add(ask, "days", STR(""), days > 0 ? days : 0) ||
            !ask->add(ask, "days_most", STR(""), days > 0 ? days : 0) ||
            !ask->add(ask, "urged", STR(""), all.p[i].urges))
            return false;
    return true;
}

/* 承办 in what was closed, by section and by person: leaders are left out (P8). */
static bool count_handled(struct ctx *cx, const struct figures_ask *ask)
{
    struct rows r;
    bool good = true;
    for (db_rows(cx->db, &r, &q_figures_handled, ask->unit_id, ask->from, ask->until);
         good && rows_next(&r);) {
        char section[24], person[24];
        (void)snprintf(section, sizeof section, "%lld", (long long)row_i64(&r, 0));
        (void)snprintf(person, sizeof person, "%lld", (long long)row_i64(&r, 1));
        good = ask->add(ask, "section", str_of(section), 1) &&
               ask->add(ask, "section_late", str_of(section), row_i64(&r, 2)) &&
               ask->add(ask, "person", str_of(person), 1) &&
               ask->add(ask, "person_late", str_of(person), row_i64(&r, 2));
    }
    rows_end(&r);
    return good && !rows_failed(&r);
}

static bool count_codes(struct ctx *cx, const struct figures_ask *ask, const struct query *q,
                        const char *measure)
{
    struct rows r;
    bool good = true;
    for (db_rows(cx->db, &r, q, ask->unit_id, ask->from, ask->until);
         good && rows_next(&r);)
        good = ask->add(ask, measure, row_text(&r, 0), row_i64(&r, 1));
    rows_end(&r);
    return good && !rows_failed(&r);
}

bool on_figures_count(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct figures_ask *ask = detail;
    (void)event;
    (void)subject;
    return count_received(cx, ask) && count_signed(cx, ask) && count_closed(cx, ask) &&
           count_handled(cx, ask) && count_codes(cx, ask, &q_figures_returned, "returned") &&
           count_codes(cx, ask, &q_figures_problems, "problem");
}

/* --- the rows behind them -------------------------------------------------------------------------------- */

static const char *const figures[] = { "signed", "signed_late", "closed", "closed_late", NULL };
struct figure_rows_in {
    int64_t unit, year, month, limit;
    struct str figure, after;
};
static const struct field figure_rows_in_fields[] = {
    FIELD(figure_rows_in, unit, F_ID, .zh = "单位", .en = "unit"),
    FIELD(figure_rows_in, figure, F_CHOICE, .choices = figures, .flags = FIELD_REQUIRED, .zh = "指标",
          .en = "figure"),
    FIELD(figure_rows_in, year, F_I64, .flags = FIELD_REQUIRED, .min = 2000, .max = 2099, .zh = "年度",
          .en = "year"),
    FIELD(figure_rows_in, month, F_I64, .min = 0, .max = 12, .zh = "月份", .en = "month; 0: the year"),
    FIELD(figure_rows_in, after, F_TEXT, .max = 100, .zh = "继续位置", .en = "after"),
    FIELD(figure_rows_in, limit, F_I64, .min = 0, .max = 100, .zh = "条数", .en = "limit"),
};
EXCHANGE_RECORD(figure_rows_in);

ANSWER(figure_row, ID(ALWAYS, "id", "送达", "delivery"),
       ID(OR_NULL, "matter", "事项", "matter; null: not for this reader to open"),
       TEXT(ALWAYS, "title", "标题", "title"), TEXT(OR_NULL, "number", "来文字号", "number"),
       TEXT(ALWAYS, "issuer", "来文机关", "issuer"), TEXT(OR_NULL, "urgency", "紧急程度", "urgency"),
       AT(ALWAYS, "from_at", "起算时间", "counted from"), AT(ALWAYS, "at", "完成时间", "done"),
       FLAG(ALWAYS, "is_late", "超时限", "after its limit"),
       NUMBER(ALWAYS, "days", "工作日", "working days"));

struct figure_row {
    struct counted c;
    int64_t id, matter;
    struct str title, number, issuer;
};

static bool row_out(struct ctx *cx, struct jw *w, const struct figure_row *f, bool is_late, bool opens)
{
    int64_t days;
    if (!calendar_work_days(cx, f->c.from_at, f->c.at, &days))
        return false;
    jw_obj(w);
    jw_kid(w, "id", f->id);
    jw_kid(w, "matter", opens ? f->matter : 0);
    jw_kstr(w, "title", f->title);
    jw_kstr(w, "number", f->number);
    jw_kstr(w, "issuer", f->issuer);
    jw_kstr(w, "urgency", f->c.urgency);
    jw_ki64(w, "from_at", f->c.from_at);
    jw_ki64(w, "at", f->c.at);
    jw_kbool(w, "is_late", is_late);
    jw_ki64(w, "days", days > 0 ? days : 0);
    jw_obj_end(w);
    return true;
}

/* A late one is known only by the calendar: a page looks through so many and has a cursor. */
EXCHANGE_READ(figure_rows)
{
    const struct figure_rows_in *in = in_;
    int64_t unit, at = INT64_MAX, id = INT64_MAX, limit = in->limit ? in->limit : 50, shown = 0;
    bool keeps, closed = str_starts(in->figure, STR("closed")), late = str_find(in->figure, STR("_late"), 0) > 0;
    struct figure_row *list = arena_array_of(cx->a, struct figure_row, 300);
    int64_t ids[300];
    size_t n = 0, i = 0;
    struct rows r;
    int first = in->month ? (int)in->month : 1, last = in->month ? (int)in->month : 12;
    int64_t from = clock_at((struct clock_date){ (int)in->year, first, 1 }, 0);
    int64_t until = clock_at((struct clock_date){ (int)in->year + (last == 12), last % 12 + 1, 1 }, 0);
    if (!register_reader(cx, in->unit, &unit, &keeps) || !cursor_read(cx, in->after, &at, &id, NULL))
        return false;
    at = at > until ? until : at;
    int64_t look = late ? 300 : limit;
    for (db_rows(cx->db, &r, closed ? &q_figure_closed_rows : &q_figure_signed_rows, unit, from, at, id, look);
         n < 300 && rows_next(&r); n++) {
        list[n] = (struct figure_row){
            .c = { row_i64(&r, 0), row_i64(&r, 1), row_i64(&r, 3), row_i64(&r, 4), 0, row_copy(&r, 2, cx->a) },
            .id = row_i64(&r, 5), .matter = row_i64(&r, 6), .title = row_copy(&r, 7, cx->a),
            .number = row_copy(&r, 8, cx->a), .issuer = row_copy(&r, 9, cx->a) };
        ids[n] = list[n].matter;
    }
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    struct ids open = keeps ? (struct ids){ 0 } : matters_seen(cx, ids, n);
    answer_rows(w);
    for (; i < n && shown < limit; i++) {
        bool is_late = closed_late(&list[i].c);
        if (!closed && !signed_late(cx, &list[i].c, &is_late))
            return false;
        if (late && !is_late)
            continue;
        shown++;
        if (!row_out(cx, w, &list[i], is_late, keeps || matters_have(open, list[i].matter)))
            return false;
    }
    bool more = i < n || n == (size_t)look;
    answer_rows_end(w, more && i ? cursor_text(cx, list[i - 1].c.at, list[i - 1].id, 0) : STR_NONE);
    return cx->err.kind == ERR_NONE;
}
