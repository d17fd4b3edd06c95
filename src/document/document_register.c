/* 发文登记簿: what was given a number, newest first, by unit; whoever keeps no register sees what
 * they drafted themselves. */
#include "desk/category.h"
#include "desk/export.h"
#include "document/document.sql.h"
#include "document/document_in.h"

static const char *const urgencies[] = { "critical", "urgent", "normal", NULL };
static const char *const states[] = { "numbered", "dispatched", "retracted", "void", "replaced", NULL };

struct doc_sent_in {
    int64_t year, month, agency, unit, category, limit;
    struct str doc_type, urgency, state, q, after;
};
static const struct field doc_sent_in_fields[] = {
    FIELD(doc_sent_in, year, F_I64, .min = 0, .max = 2099, .zh = "年份", .en = "year"),
    FIELD(doc_sent_in, month, F_I64, .min = 0, .max = 12, .zh = "月份", .en = "month of numbering"),
    FIELD(doc_sent_in, doc_type, F_TEXT, .max = 10, .zh = "文种", .en = "kind"),
    FIELD(doc_sent_in, urgency, F_CHOICE, .choices = urgencies, .zh = "紧急程度", .en = "urgency"),
    FIELD(doc_sent_in, state, F_CHOICE, .choices = states, .zh = "状态", .en = "state"),
    FIELD(doc_sent_in, agency, F_ID, .zh = "发文机关", .en = "issuing agency"),
    FIELD(doc_sent_in, unit, F_ID, .zh = "单位", .en = "unit"),
    FIELD(doc_sent_in, category, F_ID, .zh = "分类", .en = "category of the unit"),
    FIELD(doc_sent_in, q, F_TEXT, .max = 100, .zh = "查找", .en = "search words"),
    FIELD(doc_sent_in, after, F_TEXT, .max = 100, .zh = "继续", .en = "cursor"),
    FIELD(doc_sent_in, limit, F_I64, .min = 0, .max = 100, .zh = "每页", .en = "page size"),
};
const struct record doc_sent_in_record = { "doc_sent_in", sizeof(struct doc_sent_in),
                                           doc_sent_in_fields,
                                           sizeof doc_sent_in_fields / sizeof *doc_sent_in_fields };

/* Whose register the actor reads: a unit where one keeps or heads the office, else 0. */
static int64_t register_unit(const struct ctx *cx, int64_t wanted)
{
    static const enum role roles[] = { ROLE_DOC_CLERK, ROLE_OFFICE_HEAD, ROLE_REVIEWER,
                                       ROLE_ARCHIVIST, ROLE_UNIT_HEAD };
    for (size_t i = 0; cx->actor && i < cx->actor->n_grants; i++)
        for (size_t k = 0; k < sizeof roles / sizeof *roles; k++)
            if (cx->actor->grants[i].role == roles[k] &&
                (!wanted || cx->actor->grants[i].unit_id == wanted))
                return cx->actor->grants[i].unit_id;
    return 0;
}

struct position {
    int64_t at, id;
};

/* Where a filter may leave next to nothing, a page looks through so many rows and no more; the next
 * one goes on from there. The page asks for it by itself. */
enum { LOOKED_AT = 1500 };

/* A page or a part of a file: from a position down to `floor`, 0: to the end. */
struct span {
    int64_t unit;
    bool by_year; /* of the number; a month is one of numbering */
    struct position from;
    int64_t floor, least; /* least: where the month begins */
};

static bool is_filtered(const struct doc_sent_in *in)
{
    return in->doc_type.n || in->urgency.n || in->state.n || in->q.n || in->agency ||
           in->category;
}

/* How far this page looks. */
static bool span_floor(struct ctx *cx, const struct doc_sent_in *in, struct span *s)
{
    s->floor = s->least;
    if (!s->unit || !is_filtered(in))
        return true;
    int64_t floor = s->by_year ? db_number(cx->db, 0, &q_sent_floor_year, s->unit, in->year,
                                           s->from.at, (int64_t)LOOKED_AT)
                               : db_number(cx->db, 0, &q_sent_floor, s->unit, s->from.at,
                                           (int64_t)LOOKED_AT);
    if (floor > s->floor)
        s->floor = floor;
    return cx->err.kind == ERR_NONE;
}

/* The first one of a request. */
static bool span_of(struct ctx *cx, const struct doc_sent_in *in, struct position from,
                    struct span *s)
{
    *s = (struct span){ .unit = register_unit(cx, in->unit), .by_year = in->year && !in->month,
                        .from = from };
    if (in->month) {
        int year = in->year ? (int)in->year : clock_date_of(cx->now).year, month = (int)in->month;
        struct clock_date next = { month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1 };
        int64_t until = clock_at(next, 0);
        s->least = clock_at((struct clock_date){ year, month, 1 }, 0);
        if (s->from.at > until)
            s->from = (struct position){ until, 0 };
    }
    return category_is_of(cx, in->category, s->unit) && span_floor(cx, in, s);
}

/* To where the last page did not look; false: it was the end. */
static bool span_next(struct ctx *cx, const struct doc_sent_in *in, struct span *s)
{
    if (s->floor <= s->least)
        return false;
    s->from = (struct position){ s->floor, 0 };
    return span_floor(cx, in, s);
}

static struct str or_none(struct str s)
{
    return s.p ? s : STR("");
}

static bool page_open(struct ctx *cx, struct rows *r, const struct doc_sent_in *in,
                      const struct span *s, int64_t limit)
{
    struct str type = or_none(in->doc_type), q = or_none(in->q), urgency = or_none(in->urgency),
               state = or_none(in->state);
    if (s->unit && s->by_year)
        return db_rows(cx->db, r, &q_sent_year, s->from.at, s->from.id, s->floor, in->agency, type,
                       q, urgency, state, in->category, s->unit, in->year, limit);
    if (s->unit)
        return db_rows(cx->db, r, &q_sent_unit, s->from.at, s->from.id, s->floor, in->agency, type,
                       q, urgency, state, in->category, s->unit, limit);
    return db_rows(cx->db, r, &q_sent_own, s->from.at, s->from.id, s->floor, in->agency, type, q,
                   urgency, state, cx->actor->person_id, s->by_year ? in->year : 0, limit);
}

/* Whose register one reads need not let one open what is in it: then matter_id is 0. */
static void row_write(struct jw *w, struct rows *r, int64_t matter_id)
{
    jw_obj(w);
    jw_kid(w, "id", row_i64(r, 0));
    jw_kid(w, "matter_id", matter_id);
    jw_kstr(w, "number", row_text(r, 2));
    jw_kstr(w, "title", row_text(r, 3));
    jw_kstr(w, "doc_type", row_text(r, 4));
    jw_kstr(w, "agency", row_text(r, 5));
    jw_kbool(w, "is_led_elsewhere", row_i64(r, 15));
    jw_kstr(w, "signer", row_text(r, 6));
    jw_kstr(w, "signed_for", row_text(r, 14).n ? row_text(r, 14) : STR_NONE);
    jw_kstr(w, "signed_on", row_text(r, 7));
    jw_kstr(w, "state", row_text(r, 8));
    jw_kstr(w, "urgency", row_text(r, 9));
    jw_kstr(w, "label", row_text(r, 13));
    jw_ki64(w, "numbered_at", row_i64(r, 10));
    jw_ki64(w, "dispatched_at", row_i64(r, 11));
    jw_kid(w, "dispatch_id", row_i64(r, 12));
    jw_kstr(w, "categories", row_text(r, 16));
    jw_obj_end(w);
}

/* Heads and reviewers read the unit's register without its boxes. Keepers see all it has. */
static bool opens_all(const struct ctx *cx, int64_t unit)
{
    return unit == 0 || has_role(cx, ROLE_DOC_CLERK, unit) || has_role(cx, ROLE_OFFICE_HEAD, unit) ||
           has_role(cx, ROLE_ARCHIVIST, unit);
}

/* Of a page's matters those its reader may open; the page is short and so read twice. */
static bool opened_of(struct ctx *cx, struct rows *r, struct ids *out)
{
    int64_t ids[100];
    size_t n = 0;
    while (n < 100 && rows_next(r))
        ids[n++] = row_i64(r, 1);
    rows_end(r);
    *out = matters_seen(cx, ids, n);
    return !rows_failed(r) && cx->err.kind == ERR_NONE;
}

bool doc_sent(struct ctx *cx, const void *input, struct jw *w)
{
    const struct doc_sent_in *in = input;
    int64_t limit = in->limit > 0 ? in->limit : 50, n = 0, unused = 0;
    struct position at = { INT64_MAX, INT64_MAX };
    struct span span;
    struct rows r;
    struct ids open = { 0 };
    bool all = opens_all(cx, register_unit(cx, in->unit));
    if (!cursor_read(cx, in->after, &at.at, &at.id, &unused) || !span_of(cx, in, at, &span))
        return false;
    if (!all && (!page_open(cx, &r, in, &span, limit) || !opened_of(cx, &r, &open)))
        return false;
    answer_rows(w);
    for (page_open(cx, &r, in, &span, limit); rows_next(&r); n++) {
        at = (struct position){ row_i64(&r, 10), row_i64(&r, 0) };
        row_write(w, &r, all || matters_have(open, row_i64(&r, 1)) ? row_i64(&r, 1) : 0);
    }
    rows_end(&r);
    if (n < limit)
        at = (struct position){ span.floor, 0 };
    answer_rows_end(w, n == limit || span.floor > span.least ? cursor_text(cx, at.at, at.id, 0)
                                                             : STR_NONE);
    return !rows_failed(&r);
}

/* --- the same as a file -------------------------------------------------------------------------------- */

static const struct register_column columns[] = {
    { "发文字号", "Number", 22 }, { "标题", "Title", 60 },     { "文种", "Kind", 8 },
    { "发文机关", "Issuer", 26 }, { "签发人", "Signer", 10 },  { "成文日期", "Signed on", 12 },
    { "紧急程度", "Urgency", 10 }, { "状态", "State", 10 },    { "分发时间", "Dispatched", 20 },
    { "分类", "Categories", 20 },
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static struct str word_of(struct ctx *cx, struct str code)
{
    static const struct {
        const char *code, *zh, *en;
    } words[] = { { "critical", "特急", "critical" },     { "urgent", "加急", "urgent" },
                  { "normal", "平件", "normal" },         { "signed", "已签发", "signed" },
                  { "numbered", "已编号", "numbered" },   { "dispatched", "已分发", "dispatched" },
                  { "retracted", "已收回", "retracted" }, { "void", "作废", "void" },
                  { "replaced", "已被更正件替换", "replaced" } };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is(code, words[i].code))
            return str_of(cx->lang == LANG_ZH ? words[i].zh : words[i].en);
    return code;
}

static struct str signer_of(struct ctx *cx, struct rows *r)
{
    struct str signer = row_text(r, 6);
    if (!row_text(r, 14).n)
        return signer;
    return str_printf(cx->a, cx->lang == LANG_EN ? "%.*s (by entrustment)" : "%.*s（受委托签发）",
                      STR_ARG(signer));
}

static bool row_to_sink(struct ctx *cx, struct register_sink *sink, struct rows *r)
{
    int64_t sent = row_i64(r, 11);
    const struct str cells[COLUMNS] = {
        row_text(r, 2), row_text(r, 3), row_text(r, 4), row_text(r, 5), signer_of(cx, r),
        row_text(r, 7), word_of(cx, row_text(r, 9)), word_of(cx, row_text(r, 8)),
        sent ? utf8_prefix(clock_iso(cx->a, sent), 16) : STR(""), row_text(r, 16),
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
                         const struct doc_sent_in *in, struct span *s, int64_t *n, bool *more)
{
    struct rows r;
    *n = 0;
    for (page_open(cx, &r, in, s, 500); *more && rows_next(&r); ++*n) {
        s->from = (struct position){ row_i64(&r, 10), row_i64(&r, 0) };
        *more = row_to_sink(cx, ask->sink, &r);
    }
    rows_end(&r);
    return !rows_failed(&r);
}

bool doc_on_register(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct register_ask *ask = detail;
    struct span span;
    bool more = true;
    (void)event;
    (void)subject;
    if (!str_is(ask->name, "sent"))
        return true;
    const struct doc_sent_in in = {
        .year = register_number(ask, "year"), .month = register_number(ask, "month") % 13,
        .agency = register_number(ask, "agency"), .unit = register_number(ask, "unit"),
        .doc_type = register_text(ask, "doc_type"), .q = register_text(ask, "q"),
        .urgency = choice_of(ask, "urgency", urgencies), .state = choice_of(ask, "state", states),
        .category = register_number(ask, "category"),
    };
    ask->sink->columns(ask->sink, columns, COLUMNS);
    if (!span_of(cx, &in, (struct position){ INT64_MAX, INT64_MAX }, &span))
        return false;
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
