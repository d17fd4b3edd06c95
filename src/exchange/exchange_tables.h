/* Commands, reads and handlers of exchange's files, gathered into the room's tables by exchange.c.
 * Included by exchange_in.h. */
#ifndef TB_EXCHANGE_EXCHANGE_TABLES_H
#define TB_EXCHANGE_EXCHANGE_TABLES_H

/* exchange_row.c */
bool on_rights(struct ctx *cx, const char *event, int64_t subject, const void *detail);
/* exchange_answers.c */
extern const struct record dispatch_row_record, dispatch_record, board_row_record,
    unsigned_row_record, feedback_row_record, refusals_record, problem_row_record,
    board_totals_record, board_receivers_record, box_letter_record, delivery_record, delivery_reasons_record, received_row_record,
    receiving_rule_record, instruction_row_record;
/* exchange_send.c */
struct document_dispatched {
    int64_t dispatch_id, count;
};
extern const struct record recipients_choice_record, recipients_expanded_record,
    document_dispatch_in_record, document_dispatched_record, dispatch_add_in_record;
EXCHANGE_COMMAND(recipients_expand);
EXCHANGE_COMMAND(document_dispatch);
EXCHANGE_COMMAND(dispatch_add_recipient);
bool dispatch_letter(struct ctx *cx, const struct letter *l, struct dispatch *d,
                     const struct sending *to);
/* exchange_receive.c */
struct delivery_id_in {
    int64_t delivery_id;
};
struct delivery_matter {
    int64_t matter_id;
};
extern const struct record delivery_id_in_record, delivery_matter_record, sign_many_in_record,
    sign_many_out_record, delivery_refuse_in_record, delivery_problem_in_record,
    delivery_feedback_in_record, refusal_acknowledge_in_record, problem_settle_in_record;
EXCHANGE_COMMAND(delivery_sign_for);
EXCHANGE_COMMAND(delivery_sign_for_many);
EXCHANGE_COMMAND(delivery_urge);
EXCHANGE_COMMAND(delivery_urge_many);
EXCHANGE_COMMAND(delivery_refuse);
EXCHANGE_COMMAND(delivery_report_problem);
EXCHANGE_COMMAND(delivery_feedback);
EXCHANGE_COMMAND(refusal_acknowledge);
EXCHANGE_COMMAND(problem_settle);
/* exchange_progress.c */
bool on_item_completing(struct ctx *cx, const char *event, int64_t subject, const void *detail);
bool on_item_completed(struct ctx *cx, const char *event, int64_t subject, const void *detail);
bool on_withdrawn(struct ctx *cx, const char *event, int64_t subject, const void *detail);
bool on_impact(struct ctx *cx, const char *event, int64_t subject, const void *detail);
bool on_area(struct ctx *cx, const char *event, int64_t subject, const void *detail);
bool on_corrected(struct ctx *cx, const char *event, int64_t subject, const void *detail);
bool on_milestone(struct ctx *cx, const char *event, int64_t subject, const void *detail);
bool on_closed(struct ctx *cx, const char *event, int64_t subject, const void *detail);
bool on_reopened(struct ctx *cx, const char *event, int64_t subject, const void *detail);
EXCHANGE_COMMAND(receiving_register);
/* exchange_retract.c */
extern const struct record dispatch_retract_in_record, dispatch_retracted_record,
    retract_answer_in_record, delivery_resend_in_record, document_correct_in_record;
EXCHANGE_COMMAND(dispatch_retract);
EXCHANGE_COMMAND(retract_answer);
EXCHANGE_COMMAND(delivery_resend);
EXCHANGE_COMMAND(document_correct);
/* exchange_purge.c */
bool on_purge(struct ctx *cx, const char *event, int64_t matter_id, const void *detail);
bool on_derived(struct ctx *cx, const char *event, int64_t matter_id, const void *detail);
bool on_origin(struct ctx *cx, const char *event, int64_t matter_id, const void *detail);
bool on_holds(struct ctx *cx, const char *event, int64_t matter_id, const void *detail);
bool on_numbered(struct ctx *cx, const char *event, int64_t subject, const void *detail);
/* exchange_board.c */
struct dispatch_id_in {
    int64_t dispatch_id;
};
extern const struct record dispatch_id_in_record, board_in_record, board_totals_in_record,
    unit_page_in_record, dispatch_page_in_record;
EXCHANGE_READ(dispatch_read);
EXCHANGE_READ(dispatch_board);
EXCHANGE_READ(dispatch_totals);
EXCHANGE_READ(dispatch_unsigned);
EXCHANGE_READ(dispatch_list);
EXCHANGE_READ(dispatch_feedback_list);
EXCHANGE_READ(refusal_list);
EXCHANGE_READ(problem_list);
/* exchange_receivers.c */
EXCHANGE_READ(dispatch_receivers);
/* exchange_box.c */
extern const struct record box_in_record;
EXCHANGE_READ(delivery_box);
EXCHANGE_READ(delivery_read);
EXCHANGE_READ(reason_list);
bool on_page(struct ctx *cx, const char *event, int64_t subject, const void *detail);
bool on_search_text(struct ctx *cx, const char *event, int64_t subject, const void *detail);
bool on_search_hidden(struct ctx *cx, const char *event, int64_t subject, const void *detail);
/* exchange_register.c */
extern const struct record paper_in_record, paper_out_record, register_in_record,
    receiving_rule_in_record, receiving_unit_in_record;
EXCHANGE_COMMAND(paper_register);
bool paper_prepare(struct ctx *cx, void *in_);
bool on_letter_received(struct ctx *cx, const char *event, int64_t matter_id, const void *detail);
bool on_letter_answered(struct ctx *cx, const char *event, int64_t matter_id, const void *detail);
bool on_reform_moved(struct ctx *cx, const char *event, int64_t subject, const void *detail);
bool on_reform_preview(struct ctx *cx, const char *event, int64_t subject, const void *detail);
bool on_register_rows(struct ctx *cx, const char *event, int64_t subject, const void *detail);
EXCHANGE_COMMAND(receiving_rule_set);
EXCHANGE_READ(received_register);
EXCHANGE_READ(receiving_rule_read);
/* exchange_figures.c */
extern const struct record figure_rows_in_record, figure_row_record;
EXCHANGE_READ(figure_rows);
bool on_figures_count(struct ctx *cx, const char *event, int64_t subject, const void *detail);
/* exchange_instruct.c */
extern const struct record assign_in_record, assign_out_record, instruction_note_in_record;
EXCHANGE_COMMAND(instruction_assign);
EXCHANGE_COMMAND(instruction_note);
/* exchange_instruct_book.c */
struct instruction_list_in {
    int64_t unit, leader, year, limit;
    struct str state, q, after;
};
extern const struct record instruction_list_in_record;
EXCHANGE_READ(instruction_list);
bool on_instruction_rows(struct ctx *cx, const char *event, int64_t subject, const void *detail);

#endif
