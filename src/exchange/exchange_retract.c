/* What a sender may still do (X8, OFFICE D8): take back in two stages, send again, correct. Before
 * a unit has signed, a letter is gone at once; afterwards the unit is asked. Each act needs the
 * signer or a head of the sending unit, and a reason. */
#include <stdlib.h>

#include "base/id.h"
#include "exchange/exchange.sql.h"
#include "exchange/exchange_in.h"

static int64_t own_post(struct ctx *cx, int64_t unit_id)
{
    struct capacity as;
    const struct actor_post *main = cx->actor ? actor_main_post(cx) : NULL;
    if (clerk_of(cx, unit_id, &as) && as.post_id)
        return as.post_id;
    return main ? main->id : 0;
}

/* --- dispatch.retract
 * ------------------------------------------------------------------------------------- */

struct dispatch_retract_in {
    int64_t dispatch_id;
    struct ids delivery_ids;
    struct str reason;
};
static const struct field dispatch_retract_in_fields[] = {
    FIELD(dispatch_retract_in, dispatch_id, F_ID, .flags = FIELD_PATH, .zh = "分发",
          .en = "dispatch"),
    FIELD(dispatch_retract_in, delivery_ids, F_IDS, .max = 8000, .zh = "单位（不填为全部）",
          .en = "deliveries; all when absent"),
    FIELD(dispatch_retract_in, reason, F_TEXT, .flags = FIELD_REQUIRED, .max = 500, .zh = "原因",
          .en = "reason"),
};
EXCHANGE_RECORD(dispatch_retract_in);
struct dispatch_retracted {
    int64_t retracted, asked;
};
static const struct field dispatch_retracted_fields[] = {
    FIELD(dispatch_retracted, retracted, F_I64, .zh = "已收回", .en = "retracted at once"),
    FIELD(dispatch_retracted, asked, F_I64, .zh = "已征询", .en = "asked"),
};
EXCHANGE_RECORD(dispatch_retracted);

struct retracting {
    struct dispatch *d;
    int64_t *chosen, *open; /* ascending */
    size_t n_chosen, n_open;
    struct buf silent, asked; /* JSON arrays */
    int64_t *silent_units, *asked_units;
    size_t n_silent, n_silent_boxes, n_asked;
};

static bool has(const int64_t *sorted, size_t n, int64_t v)
{
    return n && bsearch(&v, sorted, n, sizeof v, id_order);
}

static bool open_requests(struct ctx *cx, struct retracting *g)
{
    struct rows r;
    g->open = arena_array_of(cx->a, int64_t, (size_t)g->d->count + 1);
    for (db_rows(cx->db, &r, &q_requests_open, g->d->id); rows_next(&r);)
        if (g->n_open < (size_t)g->d->count)
            g->open[g->n_open++] = row_i64(&r, 0);
    rows_end(&r);
    qsort(g->open, g->n_open, sizeof *g->open, id_order);
    return !rows_failed(&r);
}

static void retract_one(struct ctx *cx, struct retracting *g, struct rows *r)
{
    int64_t id = row_i64(r, 0), unit = row_i64(r, 1);
    enum retraction what = retraction_of(row_text(r, 2));
    if (g->n_chosen && !has(g->chosen, g->n_chosen, id))
        return;
    if (what == RETRACT_AT_ONCE) {
        buf_printf(&g->silent, "%s%lld", g->n_silent++ ? "," : "[", (long long)id);
        if (str_is(row_text(r, 2), "delivered"))
            g->silent_units[g->n_silent_boxes++] = unit;
    } else if (what == RETRACT_ASK && !has(g->open, g->n_open, id)) {
        buf_printf(&g->asked, "%s[%lld,%lld,%lld]", g->n_asked ? "," : "[",
                   (long long)id_new(cx->now), (long long)id, (long long)unit);
        g->asked_units[g->n_asked++] = unit;
    }
}

static bool sort_out(struct ctx *cx, struct retracting *g)
{
    struct rows r;
    size_t n = (size_t)g->d->count + 1;
    g->silent = buf_in(cx->a);
    g->asked = buf_in(cx->a);
    g->silent_units = arena_array_of(cx->a, int64_t, n);
    g->asked_units = arena_array_of(cx->a, int64_t, n);
    if (g->n_chosen) /* none: all of them, and no array */
        qsort(g->chosen, g->n_chosen, sizeof *g->chosen, id_order);
    if (!open_requests(cx, g))
        return false;
    for (db_rows(cx->db, &r, &q_deliveries_of, g->d->id); rows_next(&r);)
        retract_one(cx, g, &r);
    rows_end(&r);
    buf_char(&g->silent, ']');
    buf_char(&g->asked, ']');
    return !rows_failed(&r);
}

static bool retract_rows(struct ctx *cx, struct retracting *g, struct str reason, int64_t post)
{
    if (g->n_silent && (!db_run(cx->db, &q_deliveries_retracted, cx->now, buf_done(&g->silent)) ||
                        !total_add(cx, g->d->id, MILESTONE_RETRACTED, (int64_t)g->n_silent)))
        return false;
    if (g->n_asked && !db_run(cx->db, &q_requests_put, g->d->id, reason, cx->actor->person_id, post,
                              cx->now, buf_done(&g->asked)))
        return false;
    return counter_add_all(cx, g->silent_units, g->n_silent_boxes, BOX_TO_SIGN, -1) &&
           counter_add_all(cx, g->asked_units, g->n_asked, BOX_RETRACT_ASKED, 1);
}

static int64_t total_of(struct ctx *cx, int64_t dispatch_id, enum milestone m)
{
    struct rows r;
    int64_t n = 0;
    for (db_rows(cx->db, &r, &q_totals, dispatch_id); rows_next(&r);)
        if (str_is(row_text(&r, 0), milestone_names[m]))
            n = row_i64(&r, 1);
    rows_end(&r);
    return n;
}

/* The document learns of it when nobody holds it any more. */
static bool tell_document(struct ctx *cx, const struct dispatch *d, struct str reason)
{
    struct letter_sent sent = { .dispatch_id = d->id, .count = d->count, .reason = reason };
    if (!d->document_id || !str_is(d->kind, "document") ||
        total_of(cx, d->id, MILESTONE_RETRACTED) < d->count)
        return cx->err.kind == ERR_NONE;
    return event_emit(cx, "letter.retracted", d->document_id, &sent);
}

static struct str retract_body(struct ctx *cx, const struct retracting *g, struct str reason)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_kid(&w, "dispatch", g->d->id);
    jw_ki64(&w, "retracted", (int64_t)g->n_silent);
    jw_ki64(&w, "asked", (int64_t)g->n_asked);
    jw_kstr(&w, "reason", reason);
    jw_obj_end(&w);
    return buf_done(&b);
}

EXCHANGE_COMMAND(dispatch_retract)
{
    const struct dispatch_retract_in *in = in_;
    struct dispatch_retracted *out = out_;
    struct dispatch d;
    if (!dispatch_load_for_change(cx, in->dispatch_id, &d) || !dispatch_may_approve(cx, &d))
        return false;
    struct retracting g = { .d = &d, .n_chosen = in->delivery_ids.n };
    g.chosen = arena_array_of(cx->a, int64_t, g.n_chosen + 1);
    for (size_t i = 0; i < g.n_chosen; i++)
        g.chosen[i] = in->delivery_ids.p[i];
    if (!sort_out(cx, &g))
        return false;
    if (g.n_silent + g.n_asked == 0)
        return fail(cx, ERR_STATE, "dispatch.nothing_to_retract", NULL);
    int64_t post = own_post(cx, d.unit_id);
    if (!retract_rows(cx, &g, in->reason, post) || !tell_document(cx, &d, in->reason))
        return false;
    board_touched(cx, &d);
    *out = (struct dispatch_retracted){ (int64_t)g.n_silent, (int64_t)g.n_asked };
    return matter_trace(cx, d.matter_id, "dispatch.retract", post,
                        retract_body(cx, &g, in->reason));
}

/* --- retract.answer
 * ------------------------------------------------------------------------------------------ */

struct retract_answer_in {
    int64_t request_id;
    bool agree;
    struct str reason;
};
static const struct field retract_answer_in_fields[] = {
    FIELD(retract_answer_in, request_id, F_ID, .flags = FIELD_PATH, .zh = "收回征询",
          .en = "request"),
    FIELD(retract_answer_in, agree, F_BOOL, .flags = FIELD_REQUIRED, .zh = "同意收回",
          .en = "agree"),
    FIELD(retract_answer_in, reason, F_TEXT, .max = 500, .zh = "说明", .en = "reason"),
};
EXCHANGE_RECORD(retract_answer_in);

static bool give_back(struct ctx *cx, struct delivery *d, const struct dispatch *s,
                      struct str reason)
{
    return db_run(cx->db, &q_delivery_ended, "retracted", cx->now, d->id) &&
           total_add(cx, s->id, MILESTONE_RETRACTED, 1) && tell_document(cx, s, reason) &&
           (!d->matter_id || (matter_end(cx, d->matter_id, STR("来文单位收回")) &&
                              attachment_take_back(cx, s->matter_id, d->matter_id)));
}

EXCHANGE_COMMAND(retract_answer)
{
    const struct retract_answer_in *in = in_;
    struct rows r;
    struct delivery d;
    struct dispatch s;
    struct capacity as;
    (void)out_;
    int found = db_get(cx->db, &r, &q_request_get, in->request_id);
    int64_t delivery = found == 1 ? row_i64(&r, 1) : 0;
    bool is_open = found == 1 && str_is(row_text(&r, 5), "asked");
    struct str why = found == 1 ? row_copy(&r, 4, cx->a) : STR("");
    rows_end(&r);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    if (!delivery_load_for_change(cx, delivery, &d, &s, &as))
        return false;
    if (!is_open)
        return fail(cx, ERR_STATE, "retract.answered", NULL);
    if (!in->agree && !in->reason.n)
        return fail(cx, ERR_INVALID, "retract.reason", "reason");
    if (!db_run(cx->db, &q_request_answer, in->agree ? "agreed" : "declined", cx->actor->person_id,
                cx->now, in->reason, in->request_id) ||
        (in->agree && !give_back(cx, &d, &s, why)))
        return false;
    board_touched(cx, &s);
    return counter_add(cx, d.unit_id, BOX_RETRACT_ASKED, -1) &&
           trace_write(cx, d.matter_id ? d.matter_id : d.unit_id, "retract.answer", as.post_id,
                       as.acting_for,
                       str_printf(cx->a, "{\"request\":\"%lld\",\"agree\":%s}",
                                  (long long)in->request_id, in->agree ? "true" : "false"));
}

/* --- delivery.resend: 重发
 * -------------------------------------------------------------------------------------- */

struct delivery_resend_in {
    int64_t delivery_id;
    struct str reason;
};
static const struct field delivery_resend_in_fields[] = {
    FIELD(delivery_resend_in, delivery_id, F_ID, .flags = FIELD_PATH, .zh = "投递",
          .en = "delivery"),
    FIELD(delivery_resend_in, reason, F_TEXT, .flags = FIELD_REQUIRED, .max = 500, .zh = "原因",
          .en = "reason"),
};
EXCHANGE_RECORD(delivery_resend_in);

/* The row starts anew; what it had added to the totals goes. */
static bool start_anew(struct ctx *cx, const struct dispatch *s, const struct delivery *d)
{
    bool was_refused = str_is(d->state, "refused");
    for (int m = MILESTONE_SIGNED; m < MILESTONE_REFUSED; m++)
        if (d->at[m] && milestone_shown((enum milestone)m, d->sees_all) &&
            !total_add(cx, s->id, (enum milestone)m, -1))
            return false;
    return total_add(cx, s->id, was_refused ? MILESTONE_REFUSED : MILESTONE_RETRACTED, -1) &&
           db_run(cx->db, &q_delivery_again, cx->now, d->id) &&
           counter_add(cx, d->unit_id, BOX_TO_SIGN, 1);
}

EXCHANGE_COMMAND(delivery_resend)
{
    const struct delivery_resend_in *in = in_;
    struct delivery d;
    struct dispatch s;
    (void)out_;
    if (!delivery_load_for_sender(cx, in->delivery_id, &d, &s) || !dispatch_may_approve(cx, &s))
        return false;
    if (!str_is(d.state, "refused") && !str_is(d.state, "retracted"))
        return fail(cx, ERR_STATE, "delivery.resend_state", NULL);
    if (d.at[MILESTONE_DELIVERED] == 0)
        return fail(cx, ERR_STATE, "delivery.by_paper", NULL);
    board_touched(cx, &s);
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_kid(&w, "delivery", d.id);
    jw_kstr(&w, "was", d.state);
    jw_kstr(&w, "reason", in->reason);
    jw_obj_end(&w);
    return start_anew(cx, &s, &d) &&
           matter_trace(cx, s.matter_id, "delivery.resend", own_post(cx, s.unit_id), buf_done(&b));
}

/* --- document.correct: 更正
 * -------------------------------------------------------------------------------------- */

static const char *const correction_kinds[] = { "slip", "replace", NULL };
struct document_correct_in {
    int64_t document_id, by_document_id;
    struct str kind, text, reason;
};
static const struct field document_correct_in_fields[] = {
    FIELD(document_correct_in, document_id, F_ID, .flags = FIELD_PATH, .zh = "公文",
          .en = "document"),
    FIELD(document_correct_in, kind, F_CHOICE, .flags = FIELD_REQUIRED, .choices = correction_kinds,
          .zh = "更正方式", .en = "kind"),
    FIELD(document_correct_in, text, F_TEXT, .flags = FIELD_LINES, .max = 4000, .zh = "更正说明",
          .en = "what is corrected"),
    FIELD(document_correct_in, by_document_id, F_ID, .zh = "更正件", .en = "correcting document"),
    FIELD(document_correct_in, reason, F_TEXT, .flags = FIELD_REQUIRED, .max = 500, .zh = "原因",
          .en = "reason"),
};
EXCHANGE_RECORD(document_correct_in);

struct same_units {
    struct org_unit *p, *cc;
    size_t n, n_cc;
};

/* Every unit that has the wrong one, in the same order. */
static bool units_to_correct(struct ctx *cx, const struct dispatch *d, struct same_units *out)
{
    struct rows r;
    size_t most = (size_t)d->count;
    out->p = arena_array_of(cx->a, struct org_unit, most + 1);
    out->cc = arena_array_of(cx->a, struct org_unit, most + 1);
    for (db_rows(cx->db, &r, &q_units_to_correct, d->id); rows_next(&r);) {
        struct org_unit u = { .id = row_i64(&r, 0), .by_paper = row_i64(&r, 2) };
        if (out->n + out->n_cc == most)
            continue;
        if (row_i64(&r, 3))
            out->cc[out->n_cc++] = u;
        else
            out->p[out->n++] = u;
    }
    rows_end(&r);
    return !rows_failed(&r);
}

/* A slip: a short text to everybody who has the letter. */
static bool send_slip(struct ctx *cx, const struct dispatch *wrong, struct str text,
                      const struct sending *to, struct dispatch *d)
{
    *d = *wrong;
    d->kind = STR("slip");
    d->title = str_printf(cx->a, "更正说明：%.*s", STR_ARG(wrong->title));
    d->body = text;
    d->corrects_id = wrong->id;
    d->wants_feedback = false;
    d->signed_on = clock_day_text(cx->a, clock_date_of(cx->now));
    d->post_id = own_post(cx, wrong->unit_id);
    return text.n ? dispatch_send(cx, d, to) : fail(cx, ERR_INVALID, "correction.text", "text");
}

/* What nobody has signed yet needs no correcting: it goes. */
static bool drop_unsigned(struct ctx *cx, struct dispatch *wrong)
{
    struct retracting g = { .d = wrong };
    if (!sort_out(cx, &g))
        return false;
    g.n_asked = 0;
    return retract_rows(cx, &g, STR("更正件替换"), 0);
}

/* A substantive correction: another document, signed again, takes the letter's place. */
static bool send_replacement(struct ctx *cx, struct dispatch *wrong, int64_t by_document,
                             const struct sending *to, struct dispatch *d)
{
    struct letter l = { 0 };
    struct matter m;
    const struct letter_ask ask = { &l, false };
    int64_t item = 0, post = 0;
    if (!by_document || by_document == wrong->document_id)
        return fail(cx, ERR_INVALID, "correction.document", "by_document_id");
    if (!event_ask(cx, "letter.find", by_document, &ask))
        return false;
    if (!l.is_found || l.unit_id != wrong->unit_id || !matter_load_for_change(cx, l.matter_id, &m))
        return fail_not_found(cx);
    if (l.corrects_id && l.corrects_id != wrong->document_id)
        return fail(cx, ERR_INVALID, "correction.other", "by_document_id");
    if (!l.may_dispatch)
        return fail(cx, ERR_STATE, "dispatch.not_ready", NULL);
    /* D8: signed again with the reason before the signer, it may be sent by whoever has the step;
     * another document in its place needs the approval here */
    int holds = matter_my_item(cx, m.id, STR("dispatch"), &item, &post);
    if (holds < 0 || (!(l.corrects_id && holds == 1) && !dispatch_may_approve(cx, wrong)))
        return false;
    *d = (struct dispatch){
        .kind = STR("document"),
        .document_id = by_document,
        .matter_id = l.matter_id,
        .unit_id = l.unit_id,
        .agency_id = l.agency_id,
        .signer_person = l.signer_person,
        .issuer = l.issuer,
        .title = l.title,
        .number = l.number,
        .doc_type = l.doc_type,
        .urgency = l.urgency,
        .direction = l.direction,
        .signed_on = l.signed_on,
        .main_text = l.main_text,
        .cc_text = l.cc_text,
        .corrects_id = wrong->id,
        .wants_feedback = wrong->wants_feedback,
        .post_id = own_post(cx, l.unit_id),
    };
    return dispatch_letter(cx, &l, d, to) && drop_unsigned(cx, wrong) &&
           (holds != 1 || item_complete(cx, item, STR_NONE, STR_NONE));
}

EXCHANGE_COMMAND(document_correct)
{
    const struct document_correct_in *in = in_;
    struct document_dispatched *out = out_;
    struct dispatch wrong, d;
    struct same_units units = { 0 };
    struct letter_sent sent = { .other_id = in->by_document_id, .reason = in->reason };
    int64_t id = db_number(cx->db, 0, &q_dispatch_of_document, in->document_id);
    if (!id)
        return fail_not_found(cx);
    bool is_slip = str_is(in->kind, "slip");
    if (!dispatch_load_for_change(cx, id, &wrong) || (is_slip && !dispatch_may_approve(cx, &wrong)) ||
        !units_to_correct(cx, &wrong, &units))
        return false;
    if (units.n + units.n_cc == 0)
        return fail(cx, ERR_STATE, "dispatch.nobody_left", NULL);
    struct sending to = { units.p, units.cc, units.n, units.n_cc, STR_NONE, in->reason };
    bool good = is_slip
                    ? send_slip(cx, &wrong, in->text, &to, &d)
                    : send_replacement(cx, &wrong, in->by_document_id, &to, &d);
    if (!good)
        return false;
    sent.dispatch_id = d.id;
    sent.count = d.count;
    sent.post_id = d.post_id;
    *out = (struct document_dispatched){ d.id, d.count };
    return event_emit(cx, "letter.corrected", in->document_id, &sent) &&
           matter_trace(cx, wrong.matter_id, "document.correct", d.post_id,
                        str_printf(cx->a, "{\"dispatch\":\"%lld\",\"by\":\"%lld\"}",
                                   (long long)wrong.id, (long long)d.id));
}
