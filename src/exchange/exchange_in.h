/* Shared by exchange's own files. */
#ifndef TB_EXCHANGE_EXCHANGE_IN_H
#define TB_EXCHANGE_EXCHANGE_IN_H

#include "base/check.h"
#include "base/clock.h"
#include "base/id.h"
#include "core/small.h"
#include "desk/desk.h"
#include "desk/letter.h"
#include "exchange/exchange.h"
#include "org/org.h"

/* --- rules of practice: pure (exchange_rule.c)
 * ---------------------------------------------------- */

enum milestone {
    MILESTONE_DELIVERED,
    MILESTONE_SIGNED,
    MILESTONE_REGISTERED,
    MILESTONE_PROPOSED,
    MILESTONE_INSTRUCTED,
    MILESTONE_HANDLING,
    MILESTONE_CLOSED,
    MILESTONE_REFUSED, /* ends */
    MILESTONE_RETRACTED,
    MILESTONE_COUNT
};
extern const char *const milestone_names[MILESTONE_COUNT];
/* MILESTONE_COUNT for another word. */
enum milestone milestone_of(struct str name);
/* R3: a superior sees all; upward and lateral senders not what happens at the leaders' desks. */
bool milestone_shown(enum milestone m, bool sees_all);

/* Why a unit does not take a letter, or what is wrong with it. */
struct reason_code {
    const char *code, *zh, *en;
};
extern const struct reason_code refuse_codes[], problem_codes[]; /* code NULL at the end */
const struct reason_code *reason_find(const struct reason_code *codes, struct str code);

/* Two instructions in one matter contradict when both name a lead, or both a day, and differ (X2).
 */
struct wanted {
    struct str lead, due_on;
};
bool instructions_contradict(const struct wanted *x, const struct wanted *y);

enum retraction { RETRACT_NOTHING, RETRACT_AT_ONCE, RETRACT_ASK };
/* What to do with a delivery in this state when its sender wants it back (X8). */
enum retraction retraction_of(struct str state);

/* "收〔2026〕12号" */
struct str receipt_no(struct arena *a, int64_t year, int64_t seq);

/* --- rows (exchange_row.c)
 * ------------------------------------------------------------------------- */

struct dispatch {
    int64_t id, document_id, matter_id, unit_id, agency_id, person_id, post_id, signer_person, at;
    int64_t count, corrects_id;
    struct str kind, issuer, sender_name, title, number, doc_type, urgency, direction, signed_on;
    struct str main_text, cc_text, body, label;
    bool wants_feedback;
};
struct delivery {
    int64_t id, dispatch_id, unit_id, sort, wave, signed_by, signed_post, matter_id, ended_at, urged_at, urges;
    int64_t at[MILESTONE_REFUSED]; /* 0: not yet */
    struct str state;
    bool is_cc, sees_all;
};
/* Without asking who looks: 1, 0, -1. */
int dispatch_find(struct ctx *cx, int64_t id, struct dispatch *out);
int delivery_find(struct ctx *cx, int64_t id, struct delivery *out);
/* For its sender's change: the dispatch's row is the lock of all that the sender does; the delivery is
 * read again under it. */
bool delivery_load_for_sender(struct ctx *cx, int64_t id, struct delivery *d, struct dispatch *of);
/* The delivery a matter is about (its subject); 0 when it is none of ours. */
int delivery_of_matter(struct ctx *cx, const struct matter *m, struct delivery *out);

/* The sender's side: its clerks and office, the signer, whoever sees the sender's matter. Absent or
 * not theirs: not_found. */
bool dispatch_load(struct ctx *cx, int64_t id, struct dispatch *out);
/* The same and locked; the actor must be clerk or office of the sending unit, or its signer. */
bool dispatch_load_for_change(struct ctx *cx, int64_t id, struct dispatch *out);
/* OFFICE D8: the signer, the office head or the head of the sending unit; fails with
 * dispatch.approval. */
bool dispatch_may_approve(struct ctx *cx, const struct dispatch *d);

/* The receiver's side: clerks and office of the receiving unit. */
struct capacity {
    int64_t post_id, acting_for; /* person acted for, 0: nobody */
};
/* May the actor act as clerk (or office) of that unit, by grant or as a clerk's deputy? */
bool clerk_of(struct ctx *cx, int64_t unit_id, struct capacity *out);
/* The same for the supervision office: who deals with instructions there. */
bool office_of(struct ctx *cx, int64_t unit_id, struct capacity *out);
/* Who reads a unit's 收文登记簿 besides those who keep it: its head, 核稿, 督查室 and 档案员; the
 * 批示登记本: the office (R1, L5). The unit asked for, or the first (0); not_found when there is none.
 * `keeps`: its clerks and office, who may open every row. */
bool register_reader(struct ctx *cx, int64_t asked, int64_t *unit, bool *keeps);
bool book_reader(struct ctx *cx, int64_t asked, int64_t *unit);
/* The unit asked for (0: the first the actor is clerk or office of); not_found when not theirs. */
bool exchange_own_unit(struct ctx *cx, int64_t asked, int64_t *unit);
bool delivery_load(struct ctx *cx, int64_t id, struct delivery *out, struct dispatch *of);
bool delivery_load_for_change(struct ctx *cx, int64_t id, struct delivery *out, struct dispatch *of,
                              struct capacity *as);

bool total_add(struct ctx *cx, int64_t dispatch_id, enum milestone m, int64_t n);
/* Tells the sender's open board. */
void board_touched(struct ctx *cx, const struct dispatch *d);
/* Sets the moment unless it is set; counts it in the dispatch's totals. */
bool milestone_reach(struct ctx *cx, const struct dispatch *s, struct delivery *d,
                     enum milestone m);

/* --- sending (exchange_send.c)
 * ------------------------------------------------------------------------ */

/* One letter to these units: dispatch row, deliveries, totals, counters, hints. d->id, at, count
 * and the digest are set here. */
struct sending {
    const struct org_unit *main, *cc;
    size_t n_main, n_cc;
    struct str choice; /* JSON, kept for the next time */
    struct str reason; /* why it goes in spite of warnings */
};
bool dispatch_send(struct ctx *cx, struct dispatch *d, const struct sending *to);
/* The cover as JSON members. */
void cover_write(struct ctx *cx, struct jw *w, const struct dispatch *d);
/* The letter's text for whoever may read it, as an object; null when it cannot be found. */
bool letter_write(struct ctx *cx, struct jw *w, const struct dispatch *d);

/* --- receiving
 * ------------------------------------------------------------------------------------------ */

bool sign_for(struct ctx *cx, struct delivery *d, const struct dispatch *s,
              const struct capacity *as, int64_t *matter_id);
bool feedback_put(struct ctx *cx, const struct dispatch *s, const struct delivery *d,
                  const char *kind, struct str text);
bool refuse_checked(struct ctx *cx, const struct dispatch *s, const struct delivery *d,
                    struct str code);
bool refuse_record(struct ctx *cx, const struct dispatch *s, struct delivery *d, struct str code,
                   struct str text, int64_t person, int64_t post);
/* A row in the receiving unit's book and no milestone: what a village has signed for (R5). */
bool register_signed(struct ctx *cx, const struct dispatch *s, const struct delivery *d,
                     int64_t matter_id);
/* exchange_register.c: gives the receipt number; once per delivery and matter. */
bool register_received(struct ctx *cx, const struct dispatch *s, struct delivery *d,
                       int64_t matter_id);
/* Names of whom it was given to, into the register's column 承办. */
bool received_handler(struct ctx *cx, const struct delivery *d, int64_t matter_id, struct str names);
bool received_write(struct ctx *cx, struct jw *w, const struct delivery *d,
                    const struct dispatch *s, int64_t matter_id);
/* exchange_instruct.c */
bool instruction_given(struct ctx *cx, const struct desk_step *step, const struct delivery *d);
/* The step 交办 settles what is new; the handlers' words are its result. */
bool instructions_at_assign(struct ctx *cx, const struct desk_step *step);
bool instructions_handled(struct ctx *cx, const struct desk_step *step);
/* Names of the posts that a step hands it to (vars.handlers), by 、; empty when it does not. */
struct str handlers_named(struct ctx *cx, const struct desk_step *step);
bool instruction_corrected(struct ctx *cx, const struct desk_step *step);
bool instructions_void(struct ctx *cx, int64_t matter_id);
bool instruction_withdrawn(struct ctx *cx, const struct desk_step *step);
/* Fails with instruction.used when the office has used what this item instructed. */
bool instruction_is_free(struct ctx *cx, int64_t matter_id, int64_t item_id);
bool instructions_write(struct ctx *cx, struct jw *w, int64_t matter_id);
bool assignment_child_closed(struct ctx *cx, const struct matter *m);
bool assignments_settled(struct ctx *cx, int64_t matter_id);
bool assignment_child_said(struct ctx *cx, const struct desk_step *step);
/* A unit's answer to a referral; the lead unit's settles the assignment. */
bool assignment_feedback(struct ctx *cx, const struct dispatch *s, const struct delivery *d,
                         struct str text);
/* Fails with receiving.contradiction while leaders contradict and nothing says which holds. */
bool contradiction_settled(struct ctx *cx, int64_t matter_id, struct str resolution);
/* The unit's way of receiving. */
struct receiving_rule {
    bool is_small, forwards;
};
bool receiving_rule_of(struct ctx *cx, int64_t unit_id, struct receiving_rule *out);

/* --- tables of the room
 * ------------------------------------------------------------------------------------ */

#define EXCHANGE_COMMAND(name) bool name(struct ctx *cx, const void *in_, void *out_)
#define EXCHANGE_READ(name) bool name(struct ctx *cx, const void *in_, struct jw *w)
#define EXCHANGE_RECORD(name)                                                                      \
    const struct record name##_record = { #name, sizeof(struct name), name##_fields,               \
                                          sizeof name##_fields / sizeof *name##_fields }

#include "exchange/exchange_tables.h"

#endif
