/* The receiving unit's clerk: signs for a letter, one or many at once, refuses it within R4,
 * reports what is wrong with it, answers. What stands before signing leaves its trace on the unit's
 * own stream, what comes after on the matter's. */
#include "desk/figure.h"
#include "exchange/exchange.sql.h"
#include "exchange/exchange_in.h"

/* --- how a unit receives
 * ------------------------------------------------------------------------------ */

bool receiving_rule_of(struct ctx *cx, int64_t unit_id, struct receiving_rule *out)
{
    struct rows r;
    struct unit_row u;
    int found = db_get(cx->db, &r, &q_rule_get, unit_id);
    if (found == 1)
        *out = (struct receiving_rule){ row_i64(&r, 0), row_i64(&r, 1) };
    rows_end(&r);
    if (found != 0)
        return found == 1;
    if (!unit_load(cx, unit_id, &u))
        return false;
    *out = (struct receiving_rule){ str_is(u.level, "town") || str_is(u.level, "village"), false };
    return true;
}

/* What the receiver is to the sender: decides what the sender sees (R3) and what may be refused
 * (R4). */
static bool is_below_sender(struct ctx *cx, const struct dispatch *s, int64_t unit_id, bool *out)
{
    struct org_relation rel;
    if (str_is(s->kind, "paper")) {
        *out = false;
        return true;
    }
    bool good = s->agency_id ? org_agency_relation(cx, s->agency_id, unit_id, &rel)
                             : org_relation(cx, s->unit_id, unit_id, &rel);
    *out = good && rel.is == ORG_SUBORDINATE;
    return good;
}

/* --- signing
 * -------------------------------------------------------------------------------------------- */

static bool must_wait(struct ctx *cx, const struct delivery *d)
{
    if (str_is(d->state, "delivered"))
        return true;
    const char *code = str_is(d->state, "retracted") ? "delivery.retracted"
                       : str_is(d->state, "refused") ? "delivery.refused"
                       : str_is(d->state, "queued")  ? "delivery.by_paper"
                                                     : "delivery.signed_already";
    return fail(cx, ERR_STATE, code, NULL);
}

/* Where search/ finds the letter's text: the matter of whoever wrote it. A referral goes back to
 * what it refers; 0: the receiving matter itself. */
static bool text_source(struct ctx *cx, const struct dispatch *s, int64_t *out)
{
    struct dispatch at = *s;
    for (int i = 0; i < 8 && str_is(at.kind, "referral"); i++) {
        struct matter m;
        struct delivery d;
        if (matter_find(cx, at.matter_id, &m) != 1 || delivery_of_matter(cx, &m, &d) != 1 ||
            dispatch_find(cx, d.dispatch_id, &at) != 1)
            return false;
    }
    *out = str_is(at.kind, "document") ? at.matter_id : 0;
    return true;
}

static bool start_matter(struct ctx *cx, const struct delivery *d, const struct dispatch *s,
                         const struct capacity *as, struct matter *m)
{
    struct unit_row u;
    struct receiving_rule rule;
    int64_t text_id;
    /* what came to a former unit is handled by the one that answers for it; the delivery keeps the
     * name it was addressed to */
    if (!unit_load(cx, unit_now(cx, d->unit_id), &u) || !receiving_rule_of(cx, u.id, &rule) ||
        !text_source(cx, s, &text_id))
        return false;
    bool is_village = str_is(u.level, "village");
    struct str vars = rule.is_small ? STR("{\"is_small\":true}") : STR("{\"is_small\":false}");
    struct matter_start in = {
        .module = is_village ? STR("receive_village") : STR("receive"),
        .unit_id = u.id,
        .post_id = as->post_id,
        .subject_id = d->id,
        .text_id = text_id,
        .title = s->title,
        .urgency = s->urgency,
        .from_name = s->issuer,
        .label = s->label,
        .vars = jv_parse(cx->a, vars, NULL, NULL),
        .skip_first = rule.is_small && !is_village,
    };
    if (!matter_start(cx, &in, m) || !matter_describe(cx, m->id, STR_NONE, s->number, STR_NONE))
        return false;
    return !s->matter_id || str_is(s->kind, "referral") ||
           attachment_copy_all(cx, s->matter_id, m->id);
}

/* 更正件: the unit's matter on what was wrong learns of it. */
static bool note_correction(struct ctx *cx, const struct delivery *d, const struct dispatch *s,
                            const struct capacity *as, int64_t *old_matter)
{
    struct delivery old;
    int64_t id = db_number(cx->db, 0, &q_delivery_at_unit, s->corrects_id, d->unit_id);
    *old_matter = 0;
    if (!id || delivery_find(cx, id, &old) != 1 || !old.matter_id)
        return cx->err.kind == ERR_NONE;
    *old_matter = old.matter_id;
    struct str text = s->body.n ? s->body : s->title;
    return matter_note(cx, old.matter_id, STR("更正件"), s->issuer, text, s->person_id, 0) &&
           matter_trace(cx, old.matter_id, "delivery.corrected", as->post_id,
                        str_printf(cx->a, "{\"delivery\":\"%lld\",\"by\":\"%lld\"}",
                                   (long long)old.id, (long long)d->id));
}

static struct str delivery_body(struct ctx *cx, const struct delivery *d, struct str code)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_kid(&w, "delivery", d->id);
    jw_kid(&w, "dispatch", d->dispatch_id);
    if (code.n)
        jw_kstr(&w, "code", code);
    jw_obj_end(&w);
    return buf_done(&b);
}

static bool put_signed(struct ctx *cx, struct delivery *d, const struct dispatch *s,
                       const struct capacity *as)
{
    int64_t person = cx->actor ? cx->actor->person_id : 0;
    if (!is_below_sender(cx, s, d->unit_id, &d->sees_all) ||
        !db_run(cx->db, &q_delivery_signed, cx->now, bind_id(person), bind_id(as->post_id),
                (int64_t)d->sees_all, d->id))
        return false;
    d->state = STR("signed");
    d->at[MILESTONE_SIGNED] = cx->now;
    return figures_changed(cx, d->unit_id, cx->now);
}

bool sign_for(struct ctx *cx, struct delivery *d, const struct dispatch *s,
              const struct capacity *as, int64_t *matter_id)
{
    struct matter m = { 0 };
    int64_t old_matter = 0;
    if (!must_wait(cx, d) || !put_signed(cx, d, s, as))
        return false;
    if (s->corrects_id && !note_correction(cx, d, s, as, &old_matter))
        return false;
    m.id = old_matter;
    if (!str_is(s->kind, "slip") &&
        (!start_matter(cx, d, s, as, &m) || (str_is(m.module, "receive_village") &&
                                            !register_signed(cx, s, d, m.id))))
        return false;
    *matter_id = d->matter_id = m.id;
    board_touched(cx, s);
    /* a slip to a unit that never opened a matter stays on the unit's own stream */
    int64_t stream = m.id ? m.id : d->unit_id;
    return (!m.id || db_run(cx->db, &q_delivery_matter, m.id, d->id)) &&
           trace_write(cx, stream, "delivery.sign_for", as->post_id, as->acting_for,
                       delivery_body(cx, d, STR_NONE)) &&
           total_add(cx, d->dispatch_id, MILESTONE_SIGNED, 1) &&
           counter_add(cx, d->unit_id, BOX_TO_SIGN, -1);
}

static const struct field delivery_id_in_fields[] = {
    FIELD(delivery_id_in, delivery_id, F_ID, .flags = FIELD_PATH, .zh = "收文", .en = "delivery"),
};
EXCHANGE_RECORD(delivery_id_in);
static const struct field delivery_matter_fields[] = {
    FIELD(delivery_matter, matter_id, F_ID, .zh = "事项", .en = "matter"),
};
EXCHANGE_RECORD(delivery_matter);

EXCHANGE_COMMAND(delivery_sign_for)
{
    const struct delivery_id_in *in = in_;
    struct delivery_matter *out = out_;
    struct delivery d;
    struct dispatch s;
    struct capacity as;
    return delivery_load_for_change(cx, in->delivery_id, &d, &s, &as) &&
           sign_for(cx, &d, &s, &as, &out->matter_id);
}

/* --- many at once, each by itself
 * --------------------------------------------------------------------------- */

struct sign_many_in {
    struct ids delivery_ids;
};
static const struct field sign_many_in_fields[] = {
    FIELD(sign_many_in, delivery_ids, F_IDS, .flags = FIELD_REQUIRED, .min = 1, .max = 100,
          .zh = "收文", .en = "deliveries"),
};
EXCHANGE_RECORD(sign_many_in);
struct sign_result {
    int64_t id, matter_id;
    bool ok;
    struct str code, detail;
};
static const struct field sign_result_fields[] = {
    FIELD(sign_result, id, F_ID, .flags = FIELD_REQUIRED, .zh = "收文", .en = "delivery"),
    FIELD(sign_result, ok, F_BOOL, .zh = "成功", .en = "done"),
    FIELD(sign_result, matter_id, F_ID, .zh = "事项", .en = "matter"),
    FIELD(sign_result, code, F_TEXT, .zh = "代码", .en = "code"),
    FIELD(sign_result, detail, F_TEXT, .zh = "说明", .en = "detail"),
};
RECORD(sign_result);
struct sign_many_out {
    struct list results;
};
static const struct field sign_many_out_fields[] = {
    FIELD(sign_many_out, results, F_RECORDS, .record = &sign_result_record, .zh = "逐件结果",
          .en = "results"),
};
EXCHANGE_RECORD(sign_many_out);

/* Runs the command `op` on each, told item by item; nothing done is still an attempt on record. */
static bool each_delivery(struct ctx *cx, const struct sign_many_in *in, const char *op,
                          struct sign_many_out *out)
{
    struct sign_result *results = arena_array_of(cx->a, struct sign_result, in->delivery_ids.n);
    size_t good = 0;
    for (size_t i = 0; i < in->delivery_ids.n; i++) {
        const struct delivery_id_in one = { in->delivery_ids.p[i] };
        struct delivery_matter made = { 0 };
        results[i].id = one.delivery_id;
        results[i].ok = command_run_child(cx, op, &one, &made);
        results[i].matter_id = made.matter_id;
        good += results[i].ok;
        if (results[i].ok)
            continue;
        if (cx->err.kind == ERR_INTERNAL || cx->err.kind == ERR_BUSY)
            return false;
        results[i].code = str_of(cx->err.code);
        results[i].detail = str_of(err_message(cx->a, &cx->err, cx->lang));
        cx->err = (struct err){ 0 };
    }
    *out = (struct sign_many_out){ { results, in->delivery_ids.n } };
    const char *none = arena_printf(cx->a, "%s_none", op);
    return good || trace_write(cx, trace_node_stream(cx), none, 0, 0, STR_NONE);
}

EXCHANGE_COMMAND(delivery_sign_for_many)
{
    return each_delivery(cx, in_, "delivery.sign_for", out_);
}

/* --- urging those who have not signed (B9): the mark stands on the letter in the unit's box, where its
 * clerks and office see it; no leader holds it (P8)
 * --------------------------------------------------------------------------------------------- */

EXCHANGE_COMMAND(delivery_urge)
{
    const struct delivery_id_in *in = in_;
    struct delivery d;
    struct dispatch s;
    (void)out_;
    if (!delivery_load_for_sender(cx, in->delivery_id, &d, &s))
        return false;
    if (!str_is(d.state, "delivered"))
        return fail(cx, ERR_STATE, str_is(d.state, "queued") ? "delivery.by_paper"
                                                             : "delivery.urge_state", NULL);
    int is_due = urge_is_due(cx, d.urged_at);
    if (is_due != 1)
        return is_due == 0 && fail(cx, ERR_STATE, "urge.too_soon", NULL);
    board_touched(cx, &s);
    live_counter(cx, d.unit_id);
    struct capacity as = { 0 };
    (void)clerk_of(cx, s.unit_id, &as);
    return db_run(cx->db, &q_delivery_urge, cx->now, d.id) &&
           matter_trace(cx, s.matter_id, "delivery.urge", as.post_id,
                        delivery_body(cx, &d, STR_NONE));
}

EXCHANGE_COMMAND(delivery_urge_many)
{
    return each_delivery(cx, in_, "delivery.urge", out_);
}

/* --- refusing (R4)
 * --------------------------------------------------------------------------------------------- */

bool refuse_checked(struct ctx *cx, const struct dispatch *s, const struct delivery *d,
                    struct str code)
{
    bool is_below;
    if (!reason_find(refuse_codes, code))
        return fail(cx, ERR_INVALID, "delivery.refuse_code", "code");
    if (str_is(s->kind, "paper"))
        return fail(cx, ERR_STATE, "delivery.paper", NULL);
    if (!is_below_sender(cx, s, d->unit_id, &is_below))
        return false;
    return !is_below || fail(cx, ERR_STATE, "delivery.superior", NULL);
}

bool refuse_record(struct ctx *cx, const struct dispatch *s, struct delivery *d, struct str code,
                   struct str text, int64_t person, int64_t post)
{
    d->state = STR("refused");
    board_touched(cx, s);
    live_counter(cx, s->unit_id);
    return db_run(cx->db, &q_delivery_ended, d->state, cx->now, d->id) &&
           db_run(cx->db, &q_refusal_put, id_new(cx->now), d->id, s->id, s->unit_id, code, text,
                  person, post, cx->now) &&
           db_run(cx->db, &q_refusal_count, s->unit_id, code) &&
           figures_changed(cx, s->unit_id, cx->now) &&
           total_add(cx, s->id, MILESTONE_REFUSED, 1);
}

struct delivery_refuse_in {
    int64_t delivery_id;
    struct str code, text;
};
static const struct field delivery_refuse_in_fields[] = {
    FIELD(delivery_refuse_in, delivery_id, F_ID, .flags = FIELD_PATH, .zh = "收文",
          .en = "delivery"),
    FIELD(delivery_refuse_in, code, F_TEXT, .flags = FIELD_REQUIRED, .max = 40, .zh = "退文理由",
          .en = "reason code"),
    FIELD(delivery_refuse_in, text, F_TEXT, .flags = FIELD_REQUIRED | FIELD_LINES, .max = 1000,
          .zh = "说明", .en = "explanation"),
};
EXCHANGE_RECORD(delivery_refuse_in);

EXCHANGE_COMMAND(delivery_refuse)
{
    const struct delivery_refuse_in *in = in_;
    struct delivery d;
    struct dispatch s;
    struct capacity as;
    (void)out_;
    if (!delivery_load_for_change(cx, in->delivery_id, &d, &s, &as) || !must_wait(cx, &d) ||
        !refuse_checked(cx, &s, &d, in->code))
        return false;
    return refuse_record(cx, &s, &d, in->code, in->text, cx->actor->person_id, as.post_id) &&
           trace_write(cx, d.unit_id, "delivery.refuse", as.post_id, as.acting_for,
                       delivery_body(cx, &d, in->code)) &&
           counter_add(cx, d.unit_id, BOX_TO_SIGN, -1);
}

/* What a receiver put to the sender (a refusal, a problem), for a clerk of the sending unit. */
static bool senders_own(struct ctx *cx, const struct query *get, int64_t id, struct dispatch *s,
                        struct capacity *as, bool *is_done)
{
    struct rows r;
    int found = db_get(cx->db, &r, get, id);
    int64_t dispatch_id = found == 1 ? row_i64(&r, 2) : 0;
    *is_done = found == 1 && row_i64(&r, 4);
    rows_end(&r);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    return (dispatch_find(cx, dispatch_id, s) == 1 && clerk_of(cx, s->unit_id, as)) ||
           fail_not_found(cx);
}

struct refusal_acknowledge_in {
    int64_t refusal_id;
};
static const struct field refusal_acknowledge_in_fields[] = {
    FIELD(refusal_acknowledge_in, refusal_id, F_ID, .flags = FIELD_PATH, .zh = "退文",
          .en = "refusal"),
};
EXCHANGE_RECORD(refusal_acknowledge_in);

EXCHANGE_COMMAND(refusal_acknowledge)
{
    const struct refusal_acknowledge_in *in = in_;
    struct dispatch s;
    struct capacity as;
    bool is_done;
    (void)out_;
    if (!senders_own(cx, &q_refusal_get, in->refusal_id, &s, &as, &is_done))
        return false;
    if (is_done)
        return fail(cx, ERR_STATE, "refusal.acknowledged", NULL);
    return db_run(cx->db, &q_refusal_acknowledge, cx->actor->person_id, cx->now, in->refusal_id) &&
           matter_trace(cx, s.matter_id, "refusal.acknowledge", as.post_id,
                        str_printf(cx->a, "{\"refusal\":\"%lld\"}", (long long)in->refusal_id));
}

/* --- problems
 * -------------------------------------------------------------------------------------------------
 */

struct delivery_problem_in {
    int64_t delivery_id;
    struct str code, text;
};
static const struct field delivery_problem_in_fields[] = {
    FIELD(delivery_problem_in, delivery_id, F_ID, .flags = FIELD_PATH, .zh = "收文",
          .en = "delivery"),
    FIELD(delivery_problem_in, code, F_TEXT, .flags = FIELD_REQUIRED, .max = 40, .zh = "问题",
          .en = "problem code"),
    FIELD(delivery_problem_in, text, F_TEXT, .flags = FIELD_LINES, .max = 1000, .zh = "说明",
          .en = "explanation"),
};
EXCHANGE_RECORD(delivery_problem_in);

static int64_t receiver_stream(const struct delivery *d)
{
    return d->matter_id ? d->matter_id : d->unit_id;
}

EXCHANGE_COMMAND(delivery_report_problem)
{
    const struct delivery_problem_in *in = in_;
    struct delivery d;
    struct dispatch s;
    struct capacity as;
    (void)out_;
    if (!delivery_load_for_change(cx, in->delivery_id, &d, &s, &as))
        return false;
    if (!reason_find(problem_codes, in->code))
        return fail(cx, ERR_INVALID, "delivery.problem_code", "code");
    if (str_is(s.kind, "paper"))
        return fail(cx, ERR_STATE, "delivery.paper", NULL);
    board_touched(cx, &s);
    return db_run(cx->db, &q_problem_put, id_new(cx->now), d.id, s.id, s.unit_id, in->code,
                  in->text.p ? in->text : STR(""), cx->actor->person_id, cx->now) &&
           figures_changed(cx, s.unit_id, cx->now) &&
           trace_write(cx, receiver_stream(&d), "delivery.report_problem", as.post_id,
                       as.acting_for, delivery_body(cx, &d, in->code));
}

struct problem_settle_in {
    int64_t problem_id;
    struct str answer;
};
static const struct field problem_settle_in_fields[] = {
    FIELD(problem_settle_in, problem_id, F_ID, .flags = FIELD_PATH, .zh = "问题", .en = "problem"),
    FIELD(problem_settle_in, answer, F_TEXT, .flags = FIELD_REQUIRED, .max = 500, .zh = "处理结果",
          .en = "answer"),
};
EXCHANGE_RECORD(problem_settle_in);

EXCHANGE_COMMAND(problem_settle)
{
    const struct problem_settle_in *in = in_;
    struct dispatch s;
    struct capacity as;
    bool is_done;
    (void)out_;
    if (!senders_own(cx, &q_problem_get, in->problem_id, &s, &as, &is_done))
        return false;
    if (is_done)
        return fail(cx, ERR_STATE, "problem.settled", NULL);
    return db_run(cx->db, &q_problem_settle, cx->actor->person_id, cx->now, in->answer,
                  in->problem_id) &&
           matter_trace(cx, s.matter_id, "problem.settle", as.post_id,
                        str_printf(cx->a, "{\"problem\":\"%lld\"}", (long long)in->problem_id));
}

/* --- feedback
 * --------------------------------------------------------------------------------------------------
 */

struct delivery_feedback_in {
    int64_t delivery_id;
    struct str text;
};
static const struct field delivery_feedback_in_fields[] = {
    FIELD(delivery_feedback_in, delivery_id, F_ID, .flags = FIELD_PATH, .zh = "收文",
          .en = "delivery"),
    FIELD(delivery_feedback_in, text, F_TEXT, .flags = FIELD_REQUIRED | FIELD_LINES, .max = 4000,
          .zh = "反馈内容", .en = "feedback"),
};
EXCHANGE_RECORD(delivery_feedback_in);

bool feedback_put(struct ctx *cx, const struct dispatch *s, const struct delivery *d,
                  const char *kind, struct str text)
{
    struct person_row p = { .name = STR("") };
    int64_t person = cx->actor ? cx->actor->person_id : 0;
    if (person && person_find(cx, person, &p) < 0)
        return false;
    board_touched(cx, s);
    return db_run(cx->db, &q_feedback_put, id_new(cx->now), d->id, s->id, kind, text, person,
                  p.name, cx->now) &&
           (!str_is(s->kind, "referral") || assignment_feedback(cx, s, d, text));
}

EXCHANGE_COMMAND(delivery_feedback)
{
    const struct delivery_feedback_in *in = in_;
    struct delivery d;
    struct dispatch s;
    struct capacity as;
    (void)out_;
    if (!delivery_load_for_change(cx, in->delivery_id, &d, &s, &as))
        return false;
    if (retraction_of(d.state) != RETRACT_ASK || str_is(s.kind, "paper"))
        return fail(cx, ERR_STATE, "delivery.not_signed", NULL);
    return feedback_put(cx, &s, &d, "feedback", in->text) &&
           trace_write(cx, receiver_stream(&d), "delivery.feedback", as.post_id, as.acting_for,
                       delivery_body(cx, &d, STR_NONE));
}
