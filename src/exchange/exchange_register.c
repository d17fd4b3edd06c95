/* 收文登记: numbers of a unit's book of a year, gap-free; the register; letters that came on paper
 * or from outside the city. */
#include "crypto/crypto.h"
#include "desk/category.h"
#include "desk/export.h"
#include "desk/figure.h"
#include "secret/secret.h"
#include "exchange/exchange.sql.h"
#include "exchange/exchange_in.h"

/* --- numbers
 * -------------------------------------------------------------------------------------------- */

/* The book's row is the lock: a number that is not committed is given again. */
static int64_t next_number(struct ctx *cx, int64_t unit_id, int64_t year)
{
    return db_number(cx->db, 0, &q_receipt_next, unit_id, year);
}

bool register_signed(struct ctx *cx, const struct dispatch *s, const struct delivery *d,
                     int64_t matter_id)
{
    int64_t year = clock_date_of(cx->now).year;
    int64_t unit_id = unit_now(cx, d->unit_id);
    int64_t seq = unit_id ? next_number(cx, unit_id, year) : 0;
    if (!seq)
        return false;
    return db_run(cx->db, &q_received_put, unit_id, year, seq, d->id, s->id, matter_id, "action",
                  cx->now, bind_id(cx->actor ? cx->actor->person_id : 0)) &&
           figures_changed(cx, unit_id, cx->now);
}

bool register_received(struct ctx *cx, const struct dispatch *s, struct delivery *d,
                       int64_t matter_id)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_received_of, d->id, matter_id);
    rows_end(&r);
    if (found)
        return found == 1; /* once */
    return register_signed(cx, s, d, matter_id) && milestone_reach(cx, s, d, MILESTONE_REGISTERED);
}

/* 重文提醒: what this unit has registered before with the same issuer and number. */
static bool same_write(struct ctx *cx, struct jw *w, const struct delivery *d,
                       const struct dispatch *s)
{
    struct rows r;
    jw_karr(w, "registered_before");
    if (s->number.n) {
        for (db_rows(cx->db, &r, &q_received_same, unit_now(cx, d->unit_id), s->number, s->issuer, d->id);
             rows_next(&r);) {
            jw_obj(w);
            jw_kstr(w, "receipt_no", receipt_no(cx->a, row_i64(&r, 0), row_i64(&r, 1)));
            jw_kid(w, "matter", row_i64(&r, 2));
            jw_ki64(w, "registered_at", row_i64(&r, 3));
            jw_obj_end(w);
        }
        rows_end(&r);
        if (rows_failed(&r))
            return false;
    }
    jw_arr_end(w);
    return true;
}

bool received_write(struct ctx *cx, struct jw *w, const struct delivery *d,
                    const struct dispatch *s, int64_t matter_id)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_received_of, d->id, matter_id);
    if (found == 1) {
        jw_kstr(w, "receipt_no", receipt_no(cx->a, row_i64(&r, 0), row_i64(&r, 1)));
        jw_kstr(w, "received_kind", row_text(&r, 2));
    } else {
        jw_knull(w, "receipt_no");
        jw_knull(w, "received_kind");
    }
    rows_end(&r);
    return found >= 0 && same_write(cx, w, d, s);
}

/* --- the register
 * --------------------------------------------------------------------------------------------- */

static const char *const register_kinds[] = { "action", "reading", NULL };
static const char *const register_urgencies[] = { "critical", "urgent", "normal", NULL };
static const char *const register_states[] = { "registered", "handling", "closed", "refused",
                                               "retracted", NULL };
struct register_in {
    int64_t unit, year, month, category, limit;
    struct str kind, doc_type, urgency, state, issuer, handler, q, after;
};
static const struct field register_in_fields[] = {
    FIELD(register_in, unit, F_ID, .zh = "单位", .en = "unit"),
    FIELD(register_in, year, F_I64, .min = 0, .max = 9999, .zh = "年度", .en = "year"),
    FIELD(register_in, month, F_I64, .min = 0, .max = 12, .zh = "月份", .en = "month of registering"),
    FIELD(register_in, kind, F_CHOICE, .choices = register_kinds, .zh = "类别", .en = "kind"),
    FIELD(register_in, urgency, F_CHOICE, .choices = register_urgencies, .zh = "紧急程度",
          .en = "urgency"),
    FIELD(register_in, state, F_CHOICE, .choices = register_states, .zh = "状态", .en = "state"),
    FIELD(register_in, issuer, F_TEXT, .max = 100, .zh = "来文机关", .en = "part of the issuer"),
    FIELD(register_in, handler, F_TEXT, .max = 60, .zh = "承办", .en = "part of a handler's name"),
    FIELD(register_in, doc_type, F_TEXT, .max = 20, .zh = "文种", .en = "kind of document"),
    FIELD(register_in, category, F_ID, .zh = "分类", .en = "category of the unit"),
    FIELD(register_in, q, F_TEXT, .max = 100, .zh = "查找", .en = "search"),
    FIELD(register_in, after, F_TEXT, .max = 100, .zh = "继续位置", .en = "after"),
    FIELD(register_in, limit, F_I64, .min = 0, .max = 100, .zh = "条数", .en = "limit"),
};
EXCHANGE_RECORD(register_in);

static const char *register_state(struct rows *r)
{
    if (str_is(row_text(r, 13), "refused"))
        return "refused";
    if (str_is(row_text(r, 13), "retracted"))
        return "retracted";
    return row_i64(r, 14) ? "closed" : row_i64(r, 15) ? "handling" : "registered";
}

/* matter_id 0: the reader may not open it. */
static void register_row(struct ctx *cx, struct jw *w, struct rows *r, int64_t year,
                         int64_t matter_id)
{
    jw_obj(w);
    jw_kstr(w, "receipt_no", receipt_no(cx->a, year, row_i64(r, 0)));
    jw_ki64(w, "seq", row_i64(r, 0));
    jw_kstr(w, "kind", row_text(r, 1));
    jw_ki64(w, "registered_at", row_i64(r, 2));
    jw_kid(w, "matter", matter_id);
    jw_kid(w, "delivery", matter_id ? row_i64(r, 4) : 0);
    jw_kstr(w, "issuer", row_text(r, 5));
    jw_kstr(w, "number", row_text(r, 6));
    jw_kstr(w, "title", row_text(r, 7));
    jw_kstr(w, "doc_type", row_text(r, 8));
    jw_kstr(w, "urgency", row_text(r, 9));
    jw_kstr(w, "label", row_text(r, 16));
    jw_kbool(w, "is_paper", str_is(row_text(r, 10), "paper"));
    jw_kstr(w, "signed_on", row_text(r, 11));
    jw_kstr(w, "registered_by", row_text(r, 12));
    jw_ktext(w, "state", register_state(r));
    jw_kstr(w, "handler", row_text(r, 17));
    jw_kstr(w, "categories", row_text(r, 18));
    jw_obj_end(w);
}

/* Where a filter may leave next to nothing, a page looks through so many rows and no more; the next
 * one goes on from there. */
enum { LOOKED_AT = 1500 };

/* A page or a part of a file: numbers of one unit's year below `before`, down to `floor`. */
struct register_span {
    int64_t unit, year, before, floor, least; /* least: where the month begins */
};

static bool is_filtered(const struct register_in *in)
{
    return in->kind.n || in->doc_type.n || in->urgency.n || in->state.n || in->issuer.n ||
           in->handler.n || in->q.n || in->category;
}

static bool span_floor(struct ctx *cx, const struct register_in *in, struct register_span *s)
{
    s->floor = s->least;
    if (!is_filtered(in))
        return true;
    int64_t floor = db_number(cx->db, 0, &q_received_floor, s->unit, s->year, s->before,
                              (int64_t)LOOKED_AT);
    if (floor > s->floor)
        s->floor = floor;
    return cx->err.kind == ERR_NONE;
}

static bool span_of(struct ctx *cx, const struct register_in *in, int64_t unit, int64_t before,
                    struct register_span *s)
{
    *s = (struct register_span){ .unit = unit, .before = before,
                                 .year = in->year ? in->year : clock_date_of(cx->now).year };
    if (in->month) {
        int month = (int)in->month, year = (int)s->year;
        int64_t end = clock_at((struct clock_date){ year + 1, 1, 1 }, 0), first;
        int64_t from = clock_at((struct clock_date){ year, month, 1 }, 0);
        s->least = db_number(cx->db, INT64_MAX, &q_received_first_at, unit, from, end);
        if (month < 12) {
            from = clock_at((struct clock_date){ year, month + 1, 1 }, 0);
            first = db_number(cx->db, INT64_MAX, &q_received_first_at, unit, from, end);
            s->before = first < s->before ? first : s->before;
        }
    }
    return category_is_of(cx, in->category, unit) && span_floor(cx, in, s);
}

/* To where the last page did not look; false: it was the end. */
static bool span_next(struct ctx *cx, const struct register_in *in, struct register_span *s)
{
    if (s->floor <= s->least)
        return false;
    s->before = s->floor;
    return span_floor(cx, in, s);
}

static struct str or_none(struct str s)
{
    return s.p ? s : STR("");
}

static bool register_open(struct ctx *cx, struct rows *r, const struct register_in *in,
                          const struct register_span *s, int64_t limit)
{
    return db_rows(cx->db, r, &q_received_page, s->unit, s->year, s->before, s->floor,
                   or_none(in->kind), or_none(in->doc_type), or_none(in->urgency),
                   or_none(in->state), or_none(in->issuer), or_none(in->handler), or_none(in->q),
                   in->category, limit);
}

/* Of a page's matters those its reader may open; the page is short and so read twice. */
static bool opened_of(struct ctx *cx, struct rows *r, struct ids *out)
{
    int64_t ids[100];
    size_t n = 0;
    while (n < 100 && rows_next(r))
        ids[n++] = row_i64(r, 3);
    rows_end(r);
    *out = matters_seen(cx, ids, n);
    return !rows_failed(r) && cx->err.kind == ERR_NONE;
}

EXCHANGE_READ(received_register)
{
    const struct register_in *in = in_;
    struct rows r;
    struct register_span span;
    int64_t unit, before = INT64_MAX, limit = in->limit ? in->limit : 50, n = 0;
    struct ids open = { 0 };
    bool keeps;
    if (!register_reader(cx, in->unit, &unit, &keeps) ||
        !cursor_read(cx, in->after, &before, NULL, NULL) || !span_of(cx, in, unit, before, &span))
        return false;
    if (!keeps && (!register_open(cx, &r, in, &span, limit) || !opened_of(cx, &r, &open)))
        return false;
    answer_rows(w);
    for (register_open(cx, &r, in, &span, limit); rows_next(&r); n++) {
        register_row(cx, w, &r, span.year,
                     keeps || matters_have(open, row_i64(&r, 3)) ? row_i64(&r, 3) : 0);
        before = row_i64(&r, 0);
    }
    rows_end(&r);
    if (n < limit)
        before = span.floor;
    answer_rows_end(w, n == limit || span.floor > span.least ? cursor_text(cx, before, 0, 0)
                                                             : STR_NONE);
    return !rows_failed(&r);
}

/* --- the same as a file (desk/export.h)
 * ---------------------------------------------------------------------------------------------
 */

static const struct register_column columns[] = {
    { "收文号", "Receipt number", 14 },
    { "登记时间", "Registered", 18 },
    { "来文机关", "Issuer", 28 },
    { "来文字号", "Number", 22 },
    { "标题", "Title", 60 },
    { "文种", "Kind", 8 },
    { "紧急程度", "Urgency", 10 },
    { "成文日期", "Date", 12 },
    { "类别", "Handling", 8 },
    { "承办", "Handled by", 16 },
    { "状态", "State", 10 },
    { "分类", "Categories", 20 },
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static struct str word_of(const struct ctx *cx, struct str code)
{
    static const struct {
        const char *code, *zh, *en;
    } words[] = {
        { "critical", "特急", "critical" },   { "urgent", "加急", "urgent" },
        { "normal", "平件", "normal" },       { "action", "办件", "action" },
        { "reading", "阅件", "reading" },     { "registered", "已登记", "registered" },
        { "handling", "办理中", "handling" }, { "closed", "已办结", "closed" },
        { "refused", "已退文", "refused" },   { "retracted", "已收回", "retracted" },
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is(code, words[i].code))
            return str_of(cx->lang == LANG_ZH ? words[i].zh : words[i].en);
    return code;
}

static bool row_to_sink(struct ctx *cx, struct register_sink *sink, struct rows *r, int64_t year)
{
    const struct str cells[COLUMNS] = {
        receipt_no(cx->a, year, row_i64(r, 0)),
        utf8_prefix(clock_iso(cx->a, row_i64(r, 2)), 16),
        row_text(r, 5),
        row_text(r, 6),
        row_text(r, 7),
        row_text(r, 8),
        word_of(cx, row_text(r, 9)),
        row_text(r, 11),
        word_of(cx, row_text(r, 1)),
        row_text(r, 17),
        word_of(cx, str_of(register_state(r))),
        row_text(r, 18),
    };
    return sink->row(sink, cells, COLUMNS);
}

static struct str choice_of(const struct register_ask *ask, const char *name,
                            const char *const *of)
{
    struct str said = register_text(ask, name);
    for (; *of; of++)
        if (str_is(said, *of))
            return said;
    return STR("");
}

/* One stretch of rows. *n: how many there were. */
static bool rows_to_sink(struct ctx *cx, const struct register_ask *ask,
                         const struct register_in *in, struct register_span *s, int64_t *n,
                         bool *more)
{
    struct rows r;
    *n = 0;
    for (register_open(cx, &r, in, s, 500); *more && rows_next(&r); ++*n) {
        s->before = row_i64(&r, 0);
        *more = row_to_sink(cx, ask->sink, &r, s->year);
    }
    rows_end(&r);
    return !rows_failed(&r);
}

bool on_register_rows(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct register_ask *ask = detail;
    int64_t unit;
    bool more = true, keeps;
    struct register_span span;
    (void)event;
    (void)subject;
    if (!str_is(ask->name, "received"))
        return true;
    const struct register_in in = {
        .year = register_number(ask, "year"), .month = register_number(ask, "month") % 13,
        .kind = choice_of(ask, "kind", register_kinds), .doc_type = register_text(ask, "doc_type"),
        .urgency = choice_of(ask, "urgency", register_urgencies),
        .state = choice_of(ask, "state", register_states), .issuer = register_text(ask, "issuer"),
        .handler = register_text(ask, "handler"), .q = register_text(ask, "q"),
        .category = register_number(ask, "category"),
    };
    if (!register_reader(cx, register_number(ask, "unit"), &unit, &keeps) ||
        !span_of(cx, &in, unit, INT64_MAX, &span))
        return false;
    ask->sink->columns(ask->sink, columns, COLUMNS);
    while (more) {
        struct arena_mark mark = arena_mark(cx->a);
        int64_t n;
        if (!rows_to_sink(cx, ask, &in, &span, &n, &more))
            return false;
        if (n < 500)
            more = more && span_next(cx, &in, &span);
        arena_reset(cx->a, mark);
    }
    return cx->err.kind == ERR_NONE;
}

/* 承办, as the book has it: added to whom it was given before. */
bool received_handler(struct ctx *cx, const struct delivery *d, int64_t matter_id, struct str names)
{
    return !names.n || db_run(cx->db, &q_received_handler, names, d->id, matter_id);
}

/* --- paper
 * ------------------------------------------------------------------------------------------------------
 */

static const char *const urgencies[] = { "normal", "urgent", "critical", NULL };
static const struct field paper_in_fields[] = {
    FIELD(paper_in, unit_id, F_ID, .flags = FIELD_REQUIRED, .zh = "收文单位", .en = "unit"),
    FIELD(paper_in, issuer, F_TEXT, .flags = FIELD_REQUIRED, .max = 100, .zh = "来文机关",
          .en = "issuer"),
    FIELD(paper_in, number, F_TEXT, .max = 60, .zh = "来文字号", .en = "number"),
    FIELD(paper_in, title, F_TEXT, .flags = FIELD_REQUIRED, .max = 300, .zh = "标题",
          .en = "title"),
    FIELD(paper_in, doc_type, F_TEXT, .max = 20, .zh = "文种", .en = "kind"),
    FIELD(paper_in, urgency, F_CHOICE, .choices = urgencies, .zh = "紧急程度", .en = "urgency"),
    FIELD(paper_in, signed_on, F_DAY, .zh = "成文日期", .en = "date"),
    FIELD(paper_in, body, F_TEXT, .flags = FIELD_LINES, .max = 60000, .zh = "正文", .en = "text"),
};
EXCHANGE_RECORD(paper_in);
static const struct field paper_out_fields[] = {
    FIELD(paper_out, delivery_id, F_ID, .flags = FIELD_REQUIRED, .zh = "收文", .en = "delivery"),
    FIELD(paper_out, matter_id, F_ID, .flags = FIELD_REQUIRED, .zh = "事项", .en = "matter"),
};
EXCHANGE_RECORD(paper_out);

/* A listed or marked paper does not come in by being typed either (OFFICE D9). Job thread. */
bool paper_prepare(struct ctx *cx, void *in_)
{
    const struct paper_in *in = in_;
    struct str head = str_printf(cx->a, "%.*s\n%.*s\n%.*s", STR_ARG(in->number), STR_ARG(in->title),
                                 STR_ARG(in->body));
    const char *rule = secret_rule(head, secret_marks(cx));
    return !rule || secret_refuse(cx, rule, sm3_text(cx->a, head));
}

/* The unit sends to itself and signs at once: from there on it is a received letter like any. */
EXCHANGE_COMMAND(paper_register)
{
    const struct paper_in *in = in_;
    struct paper_out *out = out_;
    struct capacity as;
    struct unit_row u;
    struct delivery d;
    if (!clerk_of(cx, in->unit_id, &as))
        return fail_not_found(cx);
    if (!unit_load(cx, in->unit_id, &u))
        return false;
    struct org_unit self = { .id = u.id, .name = u.name };
    struct sending to = { .main = &self, .n_main = 1 };
    struct dispatch s = {
        .kind = STR("paper"),
        .unit_id = u.id,
        .post_id = as.post_id,
        .issuer = in->issuer,
        .title = in->title,
        .number = in->number,
        .doc_type = in->doc_type,
        .urgency = in->urgency,
        .signed_on = in->signed_on,
        .body = in->body,
        .direction = STR(""),
    };
    if (!dispatch_send(cx, &s, &to))
        return false;
    out->delivery_id = db_number(cx->db, 0, &q_delivery_at_unit, s.id, u.id);
    return out->delivery_id && delivery_find(cx, out->delivery_id, &d) == 1 &&
           sign_for(cx, &d, &s, &as, &out->matter_id);
}

/* --- how a unit receives
 * ---------------------------------------------------------------------------------------- */

struct receiving_rule_in {
    int64_t unit_id;
    bool is_small, forwards;
};
static const struct field receiving_rule_in_fields[] = {
    FIELD(receiving_rule_in, unit_id, F_ID, .flags = FIELD_PATH, .zh = "单位", .en = "unit"),
    FIELD(receiving_rule_in, is_small, F_BOOL, .zh = "签收即登记", .en = "small unit"),
    FIELD(receiving_rule_in, forwards, F_BOOL, .zh = "批示自动转办", .en = "instructions forward"),
};
EXCHANGE_RECORD(receiving_rule_in);

EXCHANGE_COMMAND(receiving_rule_set)
{
    const struct receiving_rule_in *in = in_;
    struct unit_row u;
    (void)out_;
    if (!unit_load(cx, in->unit_id, &u))
        return false;
    if (!may(cx, PERM_UNIT_ADMIN, u.id, u.path) && !has_role(cx, ROLE_OFFICE_HEAD, u.id))
        return fail_not_found(cx);
    return db_run(cx->db, &q_rule_put, u.id, (int64_t)in->is_small, (int64_t)in->forwards) &&
           trace_write(cx, u.id, "receiving.rule_set", 0, 0,
                       str_printf(cx->a, "{\"is_small\":%s,\"forwards\":%s}",
                                  in->is_small ? "true" : "false",
                                  in->forwards ? "true" : "false"));
}

struct receiving_unit_in {
    int64_t unit_id;
};
static const struct field receiving_unit_in_fields[] = {
    FIELD(receiving_unit_in, unit_id, F_ID, .flags = FIELD_PATH, .zh = "单位", .en = "unit"),
};
EXCHANGE_RECORD(receiving_unit_in);

EXCHANGE_READ(receiving_rule_read)
{
    const struct receiving_unit_in *in = in_;
    struct receiving_rule rule;
    struct capacity as;
    struct unit_row u;
    if (!unit_load(cx, in->unit_id, &u))
        return false;
    if (!may(cx, PERM_UNIT_ADMIN, u.id, u.path) && !clerk_of(cx, u.id, &as))
        return fail_not_found(cx);
    if (!receiving_rule_of(cx, u.id, &rule))
        return false;
    jw_obj(w);
    jw_kid(w, "unit_id", u.id);
    jw_kbool(w, "is_small", rule.is_small);
    jw_kbool(w, "forwards", rule.forwards);
    jw_obj_end(w);
    return true;
}
