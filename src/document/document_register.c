/* 发文登记簿: what was given a number, newest first, by unit; whoever keeps no register sees what
 * they drafted themselves. */
#include "desk/export.h"
#include "document/document.sql.h"
#include "document/document_in.h"

struct doc_sent_in {
    int64_t year, agency, unit, limit;
    struct str doc_type, q, after;
};
static const struct field doc_sent_in_fields[] = {
    FIELD(doc_sent_in, year, F_I64, .min = 0, .max = 2099, .zh = "年份", .en = "year"),
    FIELD(doc_sent_in, doc_type, F_TEXT, .max = 10, .zh = "文种", .en = "kind"),
    FIELD(doc_sent_in, agency, F_ID, .zh = "发文机关", .en = "issuing agency"),
    FIELD(doc_sent_in, unit, F_ID, .zh = "单位", .en = "unit"),
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

static bool page_open(struct ctx *cx, struct rows *r, const struct doc_sent_in *in,
                      struct position from, int64_t limit)
{
    int64_t unit = register_unit(cx, in->unit);
    struct str type = in->doc_type.p ? in->doc_type : STR(""), q = in->q.p ? in->q : STR("");
    if (unit && in->year)
        return db_rows(cx->db, r, &q_sent_year, from.at, from.id, in->agency, type, q, unit,
                       in->year, limit);
    if (unit)
        return db_rows(cx->db, r, &q_sent_unit, from.at, from.id, in->agency, type, q, unit, limit);
    return db_rows(cx->db, r, &q_sent_own, from.at, from.id, in->agency, type, q,
                   cx->actor->person_id, in->year, limit);
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
    struct rows r;
    struct ids open = { 0 };
    bool all = opens_all(cx, register_unit(cx, in->unit));
    if (!cursor_read(cx, in->after, &at.at, &at.id, &unused))
        return false;
    if (!all && (!page_open(cx, &r, in, at, limit) || !opened_of(cx, &r, &open)))
        return false;
    answer_rows(w);
    for (page_open(cx, &r, in, at, limit); rows_next(&r); n++) {
        at = (struct position){ row_i64(&r, 10), row_i64(&r, 0) };
        row_write(w, &r, all || matters_have(open, row_i64(&r, 1)) ? row_i64(&r, 1) : 0);
    }
    rows_end(&r);
    answer_rows_end(w, n == limit ? cursor_text(cx, at.at, at.id, 0) : STR_NONE);
    return !rows_failed(&r);
}

/* --- the same as a file -------------------------------------------------------------------------------- */

static const struct register_column columns[] = {
    { "发文字号", "Number", 22 }, { "标题", "Title", 60 },     { "文种", "Kind", 8 },
    { "发文机关", "Issuer", 26 }, { "签发人", "Signer", 10 },  { "成文日期", "Signed on", 12 },
    { "紧急程度", "Urgency", 10 }, { "状态", "State", 10 },    { "分发时间", "Dispatched", 20 },
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
        sent ? utf8_prefix(clock_iso(cx->a, sent), 16) : STR(""),
    };
    return sink->row(sink, cells, COLUMNS);
}

bool doc_on_register(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct register_ask *ask = detail;
    struct position at = { INT64_MAX, INT64_MAX };
    bool more = true;
    (void)event;
    (void)subject;
    if (!str_is(ask->name, "sent"))
        return true;
    const struct doc_sent_in in = {
        .year = register_number(ask, "year"), .agency = register_number(ask, "agency"),
        .unit = register_number(ask, "unit"), .doc_type = register_text(ask, "doc_type"),
        .q = register_text(ask, "q"),
    };
    ask->sink->columns(ask->sink, columns, COLUMNS);
    while (more) {
        struct arena_mark mark = arena_mark(cx->a);
        struct rows r;
        int64_t n = 0;
        for (page_open(cx, &r, &in, at, 500); more && rows_next(&r); n++) {
            at = (struct position){ row_i64(&r, 10), row_i64(&r, 0) };
            more = row_to_sink(cx, ask->sink, &r);
        }
        rows_end(&r);
        if (rows_failed(&r))
            return false;
        more = more && n == 500;
        arena_reset(cx->a, mark);
    }
    return true;
}
