/* 征求意见 as pages show it: rounds with their counts on the document's page, 汇总表, and on the page of
 * a unit that is asked the text, the note and the day. */
#include "core/answer.h"
#include "document/document_solicit.sql.h"
#include "document/document_solicit_in.h"

/* --- what is answered --------------------------------------------------------------------------------- */

static const char *const states[] = { "none", "comment", "waiting", "late", NULL };
static const char *const whys[] = { "own", "paper", NULL };

ANSWER(solicit_round, ID(ALWAYS, "id", "征求意见", "round"),
       NUMBER(ALWAYS, "round", "第几次", "which round"),
       ID(OR_NULL, "matter_id", "事项", "its matter; null: not for this reader to open"),
       NUMBER(ALWAYS, "revision", "稿次", "revision of the text that was sent"),
       TEXT(ALWAYS, "note", "说明", "what is asked"),
       TEXT(ALWAYS, "asked_by", "征求人", "who asked"),
       AT(ALWAYS, "asked_at", "征求时间", "asked at"),
       DAY(ALWAYS, "reply_by", "截止日期", "reply by"),
       FLAG(ALWAYS, "is_late", "已过截止日期", "its day is over"),
       TEXT(ALWAYS, "state", "状态", "state of its matter"),
       NUMBER(ALWAYS, "units", "单位数", "units asked"),
       NUMBER(ALWAYS, "replied", "已反馈", "replied"),
       NUMBER(ALWAYS, "comments", "有意见", "with an opinion"),
       NUMBER(ALWAYS, "undecided", "未写采纳情况", "opinions not decided yet"));

static ANSWER(solicit_line, ID(ALWAYS, "unit_id", "单位", "unit"),
              TEXT(ALWAYS, "unit", "单位名称", "name"),
              CHOICE(ALWAYS, "state", states, "反馈情况", "none, comment, waiting, late"),
              TEXT(ALWAYS, "text", "意见", "opinion"),
              AT(OR_NULL, "replied_at", "反馈时间", "replied at"),
              TEXT(ALWAYS, "verdict", "采纳情况", "adopted, partly, rejected or empty"),
              TEXT(ALWAYS, "reason", "理由", "reason"),
              TEXT(ALWAYS, "decided_by", "填写人", "who decided"),
              AT(OR_NULL, "decided_at", "填写时间", "decided at"),
              NUMBER(ALWAYS, "rev", "版本", "revision of the line"));
static ANSWER(solicit_document, ID(ALWAYS, "id", "公文", "document"),
              ID(OR_NULL, "matter_id", "事项", "its matter; null: not for this reader to open"),
              TEXT(ALWAYS, "title", "标题", "title, as it was sent"));
ANSWER(solicit_table, ONE(ALWAYS, "round", &solicit_round_record, "征求意见", "the round"),
       ONE(ALWAYS, "document", &solicit_document_record, "公文", "the document"),
       FLAG(ALWAYS, "may_decide", "可填写采纳情况", "may write what was adopted"),
       FLAG(ALWAYS, "may_close", "可截止", "may wait no more for the silent ones"),
       LIST(ALWAYS, "rows", &solicit_line_record, "各单位意见", "lines, in the order of the units"));

static ANSWER(solicit_left_out, TEXT(ALWAYS, "name", "单位", "unit"),
              CHOICE(ALWAYS, "why", whys, "原因", "own unit, or reached on paper only"));
ANSWER(solicit_check, NUMBER(ALWAYS, "count", "单位数", "units it would ask"),
       LIST(ALWAYS, "left_out", &solicit_left_out_record, "不征求的单位", "left out"));

static ANSWER(solicitation, TEXT(ALWAYS, "unit", "征求意见的单位", "who asks"),
              NUMBER(ALWAYS, "round", "第几次", "which round"),
              AT(ALWAYS, "asked_at", "征求时间", "asked at"),
              DAY(ALWAYS, "reply_by", "截止日期", "reply by"),
              FLAG(ALWAYS, "is_late", "已过截止日期", "its day is over"),
              TEXT(ALWAYS, "note", "说明", "what is asked"));
ANSWER(document_solicit_on_page,
       LIST(MAYBE, "solicits", &solicit_round_record, "征求意见", "rounds of opinions"),
       FLAG(MAYBE, "may_solicit", "可征求意见", "may ask for opinions now"),
       ONE(MAYBE, "solicitation", &solicitation_record, "来稿征求意见",
           "what is asked of this unit"));

/* --- rounds --------------------------------------------------------------------------------------------- */

static bool round_write(struct ctx *cx, struct jw *w, const struct solicit_round *r)
{
    struct solicit_count c;
    struct matter m;
    if (!solicit_count(cx, r->id, &c) || matter_find(cx, r->matter_id, &m) != 1)
        return false;
    jw_obj(w);
    jw_kid(w, "id", r->id);
    jw_ki64(w, "round", r->round);
    jw_kid(w, "matter_id", matter_can_see(cx, m.id) ? m.id : 0);
    jw_ki64(w, "revision", r->revision);
    jw_kstr(w, "note", r->note);
    jw_kstr(w, "asked_by", r->asked_by);
    jw_ki64(w, "asked_at", r->asked_at);
    jw_kstr(w, "reply_by", r->reply_by);
    jw_kbool(w, "is_late", solicit_is_late(cx, r));
    jw_kstr(w, "state", m.state);
    jw_ki64(w, "units", c.units);
    jw_ki64(w, "replied", c.replied);
    jw_ki64(w, "comments", c.comments);
    jw_ki64(w, "undecided", c.undecided);
    jw_obj_end(w);
    return true;
}

#define ROUNDS_MOST 100

static bool rounds_write(struct ctx *cx, struct jw *w, const struct doc *d)
{
    struct rows r;
    int64_t ids[ROUNDS_MOST];
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_rounds_of, d->id); n < ROUNDS_MOST && rows_next(&r);)
        ids[n++] = row_i64(&r, 0);
    rows_end(&r);
    for (size_t i = 0; i < n; i++) {
        struct solicit_round one;
        if (solicit_round_find(cx, ids[i], &one) != 1 || !round_write(cx, w, &one))
            return false;
    }
    return !rows_failed(&r);
}

DOC_READ(doc_solicits)
{
    const struct doc_path *in = input;
    struct doc d;
    if (!doc_load(cx, in->document_id, &d))
        return false;
    answer_rows(w);
    bool good = rounds_write(cx, w, &d);
    answer_rows_end(w, STR_NONE);
    return good;
}

DOC_READ(doc_solicit_check)
{
    struct solicit_asked asked;
    if (!solicit_would(cx, input, &asked))
        return false;
    jw_obj(w);
    jw_ki64(w, "count", (int64_t)asked.n);
    jw_karr(w, "left_out");
    for (size_t i = 0; i < asked.n_out; i++) {
        jw_obj(w);
        jw_kstr(w, "name", asked.out[i].name);
        jw_ktext(w, "why", asked.out[i].why);
        jw_obj_end(w);
    }
    jw_arr_end(w);
    jw_obj_end(w);
    return true;
}

/* --- the table ------------------------------------------------------------------------------------------- */

static void line_write(struct jw *w, const struct solicit_reply *l, bool is_late)
{
    jw_obj(w);
    jw_kid(w, "unit_id", l->unit_id);
    jw_kstr(w, "unit", l->unit);
    jw_kstr(w, "state", l->outcome.n ? l->outcome : is_late ? STR("late") : STR("waiting"));
    jw_kstr(w, "text", l->text);
    if (l->replied_at)
        jw_ki64(w, "replied_at", l->replied_at);
    else
        jw_knull(w, "replied_at");
    jw_kstr(w, "verdict", l->verdict);
    jw_kstr(w, "reason", l->reason);
    jw_kstr(w, "decided_by", l->decided_by);
    if (l->decided_at)
        jw_ki64(w, "decided_at", l->decided_at);
    else
        jw_knull(w, "decided_at");
    jw_ki64(w, "rev", l->rev);
    jw_obj_end(w);
}

/* The text as it was sent, under its title of that day. */
static bool as_asked(struct ctx *cx, const struct solicit_round *r, struct doc *d)
{
    if (!doc_revision_elements(cx, d->id, r->revision, &d->elements))
        return false;
    d->elements.title = d->title = solicit_title(cx->a, d->elements.title);
    d->elements.involved_units = (struct ids){ NULL, 0 };
    d->elements.links = d->elements.reviews = (struct list){ NULL, 0 };
    d->elements_text = elements_text(cx->a, &d->elements);
    return true;
}

/* A round with its lines, and the document as it was when it was asked about. */
struct summary {
    struct solicit_round r;
    struct doc d;
    struct solicit_reply *lines;
    size_t n;
};

static bool summary_load(struct ctx *cx, int64_t solicit_id, struct summary *s)
{
    return solicit_round_load(cx, solicit_id, &s->r, &s->d) &&
           solicit_replies(cx, s->r.id, &s->lines, &s->n) && as_asked(cx, &s->r, &s->d);
}

DOC_READ(doc_solicit_table)
{
    const struct solicit_path *in = input;
    struct summary s;
    struct matter m;
    int64_t post_id;
    if (!summary_load(cx, in->solicit_id, &s) || matter_find(cx, s.r.matter_id, &m) != 1)
        return false;
    bool is_late = solicit_is_late(cx, &s.r), is_open = str_is(m.state, "running");
    bool ours = solicit_is_ours(cx, &s.d, &post_id);
    size_t silent = 0;
    if (cx->err.kind)
        return false;
    jw_obj(w);
    jw_key(w, "round");
    if (!round_write(cx, w, &s.r))
        return false;
    jw_kobj(w, "document");
    jw_kid(w, "id", s.d.id);
    jw_kid(w, "matter_id", matter_can_see(cx, s.d.matter_id) ? s.d.matter_id : 0);
    jw_kstr(w, "title", s.d.title);
    jw_obj_end(w);
    jw_karr(w, "rows");
    for (size_t i = 0; i < s.n; i++) {
        line_write(w, &s.lines[i], is_late);
        silent += s.lines[i].outcome.n == 0;
    }
    jw_arr_end(w);
    jw_kbool(w, "may_decide", ours && is_open);
    jw_kbool(w, "may_close", ours && is_open && is_late && silent > 0);
    jw_obj_end(w);
    return true;
}

DOC_READ(doc_solicit_file)
{
    const struct solicit_path *in = input;
    struct summary s;
    struct str unit;
    (void)w;
    if (!summary_load(cx, in->solicit_id, &s) ||
        !org_unit_name_on(cx, s.d.unit_id, STR_NONE, &unit))
        return false;
    *raw_of(cx) = (struct raw){
        .type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        .name = str_printf(cx->a, "征求意见汇总表（第%lld次）.docx", (long long)s.r.round),
        .fd = -1,
        .bytes = solicit_word(cx->a, &s.r, s.d.title, unit, solicit_is_late(cx, &s.r), s.lines, s.n,
                              doc_today(cx)),
    };
    return true;
}

/* --- on a matter's page ------------------------------------------------------------------------------------ */

/* Nothing of what became of it later: neither number nor signature nor later text. */
static bool write_text(struct ctx *cx, struct jw *w, const struct solicit_round *r, struct doc *d)
{
    if (!as_asked(cx, r, d))
        return false;
    d->number = d->signer = d->signed_for = d->signed_on = d->signed_digest = STR("");
    d->number_id = d->dispatch_id = d->replaced_by = d->corrects_id = 0;
    d->state = STR("draft");
    d->revision = d->rev = r->revision;
    d->saved_at = r->asked_at;
    jw_key(w, "document");
    return doc_write(cx, w, d);
}

static bool write_asked(struct ctx *cx, struct jw *w, const struct solicit_round *r,
                        const struct doc *d)
{
    struct str unit;
    if (!org_unit_name_on(cx, d->unit_id, STR_NONE, &unit))
        return false;
    jw_kobj(w, "solicitation");
    jw_kstr(w, "unit", unit);
    jw_ki64(w, "round", r->round);
    jw_ki64(w, "asked_at", r->asked_at);
    jw_kstr(w, "reply_by", r->reply_by);
    jw_kbool(w, "is_late", solicit_is_late(cx, r));
    jw_kstr(w, "note", r->note);
    jw_obj_end(w);
    return true;
}

static bool on_round(struct ctx *cx, const struct desk_page *page, bool is_asked)
{
    struct solicit_round r;
    struct doc d;
    int found = solicit_round_find(cx, page->matter->subject_id, &r);
    if (found == 1)
        found = doc_find(cx, r.document_id, &d);
    if (found != 1 || !write_text(cx, page->w, &r, &d))
        return found == 0;
    if (is_asked)
        return write_asked(cx, page->w, &r, &d);
    jw_karr(page->w, "solicits");
    bool good = round_write(cx, page->w, &r);
    jw_arr_end(page->w);
    return good;
}

bool solicit_on_page(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct desk_page *page = detail;
    struct doc d;
    int64_t post_id;
    (void)event;
    bool is_asked = str_is(page->matter->module, "opinion_reply");
    if (is_asked || str_is(page->matter->module, "solicit_opinions"))
        return on_round(cx, page, is_asked);
    if (!str_is(page->matter->module, "send"))
        return true;
    int found = doc_of_matter(cx, matter_id, &d);
    if (found < 1)
        return found == 0;
    jw_karr(page->w, "solicits");
    bool good = rounds_write(cx, page->w, &d);
    jw_arr_end(page->w);
    jw_kbool(page->w, "may_solicit", doc_is(&d, "draft") && solicit_is_ours(cx, &d, &post_id));
    return good && cx->err.kind == ERR_NONE;
}
