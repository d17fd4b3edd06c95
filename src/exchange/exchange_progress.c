/* What happens in the receiver's matter, told by desk/'s events, becomes milestones of its
 * delivery: moments, never words. And the rules of receiving that refuse a step. */
#include "desk/figure.h"
#include "exchange/exchange.sql.h"
#include "exchange/exchange_in.h"

/* The nodes of modules/receive and receive_village that this room knows by name. */
static const struct str NODE_CHECK = { "check", 5 }, NODE_INSTRUCT = { "instruct", 8 },
                        NODE_ASSIGN = { "assign", 6 }, NODE_REPLY = { "reply", 5 },
                        NODE_HANDLE = { "handle", 6 },
                        NODE_FEEDBACK = { "feedback", 8 };

/* 1: the matter is a receiving one; 0: not ours; -1 failed. */
static int letter_of(struct ctx *cx, const struct matter *m, struct delivery *d, struct dispatch *s)
{
    int found = delivery_of_matter(cx, m, d);
    return found == 1 ? dispatch_find(cx, d->dispatch_id, s) : found;
}

static struct str var_text(const struct jv *vars, const char *name)
{
    return jv_str(jv_get(vars, name));
}

/* --- before a step
 * ------------------------------------------------------------------------------------ */

static bool may_close(struct ctx *cx, const struct desk_step *step, const struct delivery *d,
                      const struct dispatch *s)
{
    struct rows r;
    if (!assignments_settled(cx, step->matter->id))
        return false;
    if (str_is(step->outcome, "reply"))
        return step->text.n || fail(cx, ERR_INVALID, "receiving.reply_empty", "opinion");
    if (!s->wants_feedback)
        return true;
    int found = db_get(cx->db, &r, &q_feedback_of, d->id);
    rows_end(&r);
    return found == 1 || (found == 0 && fail(cx, ERR_STATE, "receiving.feedback_due", NULL));
}

bool on_item_completing(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct desk_step *step = detail;
    struct delivery d;
    struct dispatch s;
    (void)event;
    (void)subject;
    if (str_is(step->matter->module, "assignment"))
        return step->text.n || fail(cx, ERR_INVALID, "assignment.result_empty", "opinion");
    int found = letter_of(cx, step->matter, &d, &s);
    if (found != 1)
        return found == 0;
    if (str_eq(step->node, NODE_CHECK) && str_is(step->outcome, "refuse")) {
        if (!step->text.n)
            return fail(cx, ERR_INVALID, "delivery.refuse_text", "opinion");
        return refuse_checked(cx, &s, &d, var_text(step->vars, "refuse_code"));
    }
    if (str_eq(step->node, NODE_ASSIGN))
        return contradiction_settled(cx, step->matter->id, step->text);
    if (str_eq(step->node, NODE_FEEDBACK))
        return !s.wants_feedback || step->text.n ||
               fail(cx, ERR_INVALID, "receiving.reply_empty", "opinion");
    return !str_eq(step->node, NODE_REPLY) || may_close(cx, step, &d, &s);
}

/* --- after it
 * ------------------------------------------------------------------------------------------- */

static bool checked(struct ctx *cx, const struct desk_step *step, struct delivery *d,
                    const struct dispatch *s)
{
    if (str_is(step->outcome, "refuse"))
        return refuse_record(cx, s, d, var_text(step->vars, "refuse_code"), step->text,
                             step->person_id, step->post_id);
    if (str_is(step->outcome, "read"))
        return db_run(cx->db, &q_received_kind, "reading", d->id, step->matter->id);
    return true;
}

bool on_item_completed(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct desk_step *step = detail;
    struct delivery d;
    struct dispatch s;
    (void)event;
    (void)subject;
    if (str_is(step->matter->module, "assignment"))
        return assignment_child_said(cx, step);
    int found = letter_of(cx, step->matter, &d, &s);
    if (found != 1)
        return found == 0;
    if (str_eq(step->node, NODE_CHECK))
        return checked(cx, step, &d, &s);
    if (!received_handler(cx, &d, step->matter->id, handlers_named(cx, step)))
        return false;
    if (str_eq(step->node, NODE_ASSIGN))
        return instructions_at_assign(cx, step);
    if (str_eq(step->node, NODE_HANDLE))
        return instructions_handled(cx, step);
    if (str_eq(step->node, NODE_INSTRUCT))
        return milestone_reach(cx, &s, &d, MILESTONE_INSTRUCTED) && instruction_given(cx, step, &d);
    bool answers = (str_eq(step->node, NODE_REPLY) && str_is(step->outcome, "reply")) ||
                   (str_eq(step->node, NODE_FEEDBACK) && step->text.n);
    return !answers || str_is(s.kind, "paper") || feedback_put(cx, &s, &d, "reply", step->text);
}

bool on_withdrawn(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct desk_step *step = detail;
    struct delivery d;
    struct dispatch s;
    (void)event;
    (void)subject;
    int found = letter_of(cx, step->matter, &d, &s);
    if (found != 1 || !str_eq(step->node, NODE_INSTRUCT))
        return found >= 0;
    return instruction_withdrawn(cx, step);
}

/* The dry run of a withdrawal is refused as the act would be. */
bool on_impact(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct desk_impact *i = detail;
    (void)event;
    (void)subject;
    return !str_is(i->op, "withdraw") || !str_eq(i->node, NODE_INSTRUCT) ||
           instruction_is_free(cx, i->matter->id, i->item_id);
}

/* The unit whose letter it is: the leader in charge of that unit reads first (R2). */
bool on_area(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    int64_t *out = (int64_t *)(uintptr_t)detail; /* the asker's, to be filled */
    struct matter m;
    struct delivery d;
    struct dispatch s;
    (void)event;
    int found = matter_find(cx, subject, &m);
    if (found == 1)
        found = letter_of(cx, &m, &d, &s);
    if (found == 1 && s.unit_id != m.unit_id)
        *out = s.unit_id;
    return found >= 0;
}

bool on_corrected(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    (void)event;
    (void)subject;
    return instruction_corrected(cx, detail);
}

bool on_milestone(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct desk_step *step = detail;
    struct delivery d;
    struct dispatch s;
    enum milestone m = milestone_of(step->milestone);
    (void)event;
    (void)subject;
    if (m <= MILESTONE_SIGNED || m >= MILESTONE_REFUSED)
        return true;
    int found = letter_of(cx, step->matter, &d, &s);
    if (found != 1 || retraction_of(d.state) != RETRACT_ASK)
        return found >= 0;
    return milestone_reach(cx, &s, &d, m);
}

bool on_closed(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct matter *m = detail;
    struct delivery d;
    struct dispatch s;
    (void)event;
    (void)subject;
    if (str_is(m->module, "assignment"))
        return assignment_child_closed(cx, m);
    int found = letter_of(cx, m, &d, &s);
    if (found == 1 && !str_is(m->state, "done"))
        return instructions_void(cx, m->id);
    if (found != 1 || retraction_of(d.state) != RETRACT_ASK)
        return found >= 0;
    return milestone_reach(cx, &s, &d, MILESTONE_CLOSED);
}

/* Taken back after its end (FLOW 5.4): not closed any more. */
bool on_reopened(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct matter *m = detail;
    struct delivery d;
    struct dispatch s;
    (void)event;
    (void)subject;
    int found = letter_of(cx, m, &d, &s);
    if (found != 1 || !d.at[MILESTONE_CLOSED])
        return found >= 0;
    board_touched(cx, &s);
    return db_run(cx->db, &q_delivery_reopened, d.id) &&
           figures_changed(cx, d.unit_id, d.at[MILESTONE_CLOSED]) &&
           total_add(cx, s.id, MILESTONE_CLOSED, -1);
}

/* --- what the flow itself calls
 * ------------------------------------------------------------------------------ */

EXCHANGE_COMMAND(receiving_register)
{
    const struct matter_in *in = in_;
    struct matter m;
    struct delivery d;
    struct dispatch s;
    (void)out_;
    if (matter_find(cx, in->matter_id, &m) != 1)
        return fail_not_found(cx);
    int found = letter_of(cx, &m, &d, &s);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    return register_received(cx, &s, &d, m.id);
}

/* --- an answer by document (OFFICE L2)
 * ----------------------------------------------------------------------------------------- */

bool on_letter_received(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct letter_ask *ask = detail;
    struct matter m;
    struct delivery d;
    struct dispatch s;
    (void)event;
    int found = matter_find(cx, matter_id, &m);
    if (found == 1)
        found = letter_of(cx, &m, &d, &s);
    if (found == 1)
        *ask->out = (struct letter){
            .is_found = true, .document_id = s.document_id, .matter_id = matter_id,
            .unit_id = str_is(s.kind, "paper") ? 0 : s.unit_id, .issuer = s.issuer,
            .title = s.title, .number = s.number, .doc_type = s.doc_type, .urgency = s.urgency,
        };
    return found >= 0;
}

/* Tries to close as POST /items/{id}/complete would; what may not be closed yet stays open. */
static bool close_receipt(struct ctx *cx, int64_t item_id, struct str text, bool *closed)
{
    struct part p;
    if (!part_begin(cx, &p))
        return false;
    *closed = item_complete(cx, item_id, STR("reply"), text);
    if (!part_end(cx, &p, closed))
        return false;
    if (!*closed)
        cx->err = (struct err){ 0 };
    return true;
}

bool on_letter_answered(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct letter_answer *answer = detail;
    struct matter m;
    struct delivery d;
    struct dispatch s;
    int64_t item = 0;
    bool closed = false;
    (void)event;
    int found = matter_find(cx, matter_id, &m);
    if (found == 1)
        found = letter_of(cx, &m, &d, &s);
    if (found != 1)
        return found == 0;
    struct str text = str_printf(cx->a, "已以《%.*s》（%.*s）答复。", STR_ARG(answer->title),
                                 STR_ARG(answer->number));
    int mine = matter_my_item(cx, matter_id, NODE_REPLY, &item, NULL);
    if (mine < 0 || (mine == 1 && !close_receipt(cx, item, text, &closed)))
        return false;
    return closed || str_is(s.kind, "paper") || feedback_put(cx, &s, &d, "reply", text);
}
