/* document/, inside: what its own files share. */
#ifndef TB_DOCUMENT_DOCUMENT_IN_H
#define TB_DOCUMENT_DOCUMENT_IN_H

#include "base/check.h"
#include "base/clock.h"
#include "base/id.h"
#include "core/small.h"
#include "crypto/crypto.h"
#include "desk/desk.h"
#include "desk/letter.h"
#include "document/document.h"
#include "document/document_rule.h"
#include "org/org.h"

/* --- document_store.c ------------------------------------------------------------------------------ */

struct str doc_digest(struct arena *a, struct str text);
struct str doc_today(const struct ctx *cx);
/* A new version of the elements: columns, revision, links; the matter's title follows. */
bool doc_store(struct ctx *cx, struct doc *d, const struct doc_elements *e, const char *why,
               int64_t post_id);
bool doc_revision_put(struct ctx *cx, const struct doc *d, const char *why, int64_t post_id);
/* The actor's open item in the document's matter at this node (absent: any). 1, 0, -1. */
int doc_my_item(struct ctx *cx, const struct doc *d, const char *node, int64_t *post_id);
bool doc_note(struct ctx *cx, const struct doc *d, const char *op, int64_t post_id, struct str body);
/* One of "draft", "signed" … */
bool doc_is(const struct doc *d, const char *state);

/* Text and files are those that were signed; refuses otherwise. */
bool doc_is_as_signed(struct ctx *cx, const struct doc *d, const char *field);

/* --- document_finding.c ------------------------------------------------------------------------------ */

/* What the rules say of it now; stage as the document stands unless a later one is given. */
bool doc_judge(struct ctx *cx, const struct doc *d, enum rule_stage stage, struct findings *out);
/* Refuses when an error stands or a warning is not confirmed. */
bool doc_must_be_clean(struct ctx *cx, const struct doc *d, enum rule_stage stage);
/* Whoever it goes to in fact: the rules hold for them as well, and who was not among those it was
 * signed for asks for a reason, which is kept (D5, R1–R13). */
bool doc_may_go_to(struct ctx *cx, const struct doc *d, const struct letter_sent *sent);
/* Direction by kind and addressees of these elements. */
bool doc_direction(struct ctx *cx, const struct doc *d, const struct doc_elements *e,
                   const char **out);

/* --- document_signer.c ------------------------------------------------------------------------------- */

/* Refuses with the field's name who may not sign this document. */
bool doc_may_sign(struct ctx *cx, const struct doc *d, int64_t post_id, const char *field);

/* The same for another body of a joint issue; name: as it signs. */
bool doc_may_sign_for(struct ctx *cx, const struct doc *d, int64_t agency_id, struct str name,
                      int64_t post_id, const char *field);

/* --- document_cosign.c ------------------------------------------------------------------------------- */

/* A body of an issue, and who signed for it; signed_on empty: not yet. */
struct doc_issuer {
    int64_t agency_id, unit_id, signer_person;
    struct str kind; /* of the agency; only where it is not signed yet */
    struct str name, mark, signer, title, signed_for, signed_on, digest;
};
bool doc_is_joint(const struct doc *d);
/* Lead first, then as printed; one where it is no joint issue. */
bool doc_issuers(struct ctx *cx, const struct doc *d, struct doc_issuer **out, size_t *n);
/* "甲、乙"; of the signers those who have signed. */
struct str doc_issuers_text(struct ctx *cx, const struct doc_issuer *p, size_t n);
struct str doc_signers_text(struct ctx *cx, const struct doc_issuer *p, size_t n);
/* Member "issuers" of the object that pages show. */
bool doc_issuers_write(struct ctx *cx, struct jw *w, const struct doc *d);
/* Refuses with field joint what cannot issue with it: unknown, the lead itself, twice, by paper only. */
bool doc_joint_fits(struct ctx *cx, const struct doc *d, struct ids joint);
/* The lead's head signs: all bodies are asked from here on. Nothing stays of an earlier round. */
bool doc_co_sign_begin(struct ctx *cx, const struct doc *d, const struct desk_step *s);
bool doc_co_sign_end(struct ctx *cx, const struct doc *d);
/* The answers of the bodies are out of date (anew), or one took its own back. */
bool doc_co_sign_reopened(struct ctx *cx, const struct doc *d, bool is_anew);
bool doc_co_sign_numbered(struct ctx *cx, const struct doc *d, int64_t at);
/* A slip was mended: who had signed the text of that digest has signed this one (W3). */
bool doc_co_sign_mended(struct ctx *cx, const struct doc *d, struct str was);
/* Has every body's head signed the very text that the lead's signed? True where it is no joint issue. */
bool doc_is_co_signed(struct ctx *cx, const struct doc *d, bool *out);
bool doc_must_be_co_signed(struct ctx *cx, const struct doc *d);
/* What desk tells of module co_sign; impact: of the lead's matter too. */
bool doc_co_sign_completing(struct ctx *cx, const struct desk_step *s);
bool doc_co_sign_adding(struct ctx *cx, const struct desk_adding *s);
/* What the record says of a signature: text, files, day, on whose authority; names_it where the record is
 * another matter's than the document's. */
struct str doc_signed_note(struct ctx *cx, const struct doc *d, bool names_it, struct str files,
                           const struct desk_step *s);
bool doc_co_sign_completed(struct ctx *cx, const struct desk_step *s);
bool doc_co_sign_undone(struct ctx *cx, const struct desk_step *s, bool is_own);
bool doc_co_sign_impact(struct ctx *cx, const struct desk_impact *i);

/* --- document_number.c -------------------------------------------------------------------------------- */

/* A reserved number goes back to its book, or a confirmed one is void; the document has none then. */
bool doc_number_release(struct ctx *cx, struct doc *d, struct str reason);
/* Reserved → confirmed; 文号 is given from here on. */
bool doc_number_confirm(struct ctx *cx, struct doc *d);

/* --- document_correct.c ------------------------------------------------------------------------------- */

/* It has taken the place of the wrong one, and its number. */
bool doc_corrected(struct ctx *cx, const struct doc *wrong, int64_t by);
/* Members "corrects" and "correction" of the object that pages show. */
bool doc_write_correction(struct ctx *cx, struct jw *w, const struct doc *d);

/* --- tables of the room -------------------------------------------------------------------------------- */

struct doc_path {
    int64_t document_id;
};
extern const struct record doc_path_record;

#define DOC_COMMAND(name) bool name(struct ctx *cx, const void *input, void *output)
#define DOC_READ(name) bool name(struct ctx *cx, const void *input, struct jw *w)

/* document_answers.c */
extern const struct record document_record, document_buffer_record, document_revision_record,
    document_line_record, document_finding_record, agency_row_record, number_book_record,
    number_row_record, number_book_one_record, sent_row_record, export_job_record;
/* document_draft.c */
/* Refuses a secret text: on a job's thread with an entry of its own, and again inside the command. */
bool doc_refuse_secret(struct ctx *cx, const struct doc_elements *e);
bool doc_is_public(struct ctx *cx, const struct doc_elements *e);
struct doc_created {
    int64_t matter_id, document_id, item_id;
};
/* A new draft of the actor's, with its matter; *post_id: in which capacity. */
bool doc_begin(struct ctx *cx, int64_t agency_id, struct str doc_type, struct str title,
               struct doc *d, int64_t *post_id);
bool doc_created_out(struct ctx *cx, const struct doc *d, struct doc_created *out);
extern const struct record doc_create_in_record, doc_created_record, doc_save_in_record,
    doc_saved_record, doc_buffer_in_record, doc_revisions_in_record, doc_compare_in_record;
DOC_COMMAND(doc_create);
DOC_COMMAND(doc_save);
DOC_COMMAND(doc_buffer);
bool doc_take_buffer(struct ctx *cx, struct doc *d, int64_t post_id);
bool doc_create_prepare(struct ctx *cx, void *input);
bool doc_save_prepare(struct ctx *cx, void *input);
bool doc_buffer_prepare(struct ctx *cx, void *input);
/* Does the actor hold an open step of it, before its number? In which capacity. */
bool doc_may_write(struct ctx *cx, const struct doc *d, int64_t *post_id);
DOC_READ(doc_buffer_get);
DOC_READ(doc_get);
DOC_READ(doc_revisions);
DOC_READ(doc_compare);
/* The elements of one of its revisions. */
bool doc_revision_elements(struct ctx *cx, int64_t document_id, int64_t revision,
                           struct doc_elements *out);
/* document_word.c */
extern const struct record doc_import_in_record, doc_imported_record;
DOC_COMMAND(doc_import);
bool doc_import_prepare(struct ctx *cx, void *input);
/* document_marks.c */
extern const struct record doc_marks_in_record, document_marks_record;
DOC_READ(doc_marks);
/* document_word_file.c */
DOC_READ(doc_word_file);
/* document_reply.c */
extern const struct record doc_reply_in_record;
DOC_COMMAND(doc_reply);
/* document_figures.c: its number came or went; the figures of that month are another. */
bool doc_figures_changed(struct ctx *cx, const struct doc *d, int64_t numbered_at);
bool doc_on_figures(struct ctx *cx, const char *event, int64_t subject, const void *detail);
/* Tells whoever received what this document answers that it has gone out. */
bool doc_answers(struct ctx *cx, const struct doc *d);
/* document_finding.c */
extern const struct record doc_confirm_in_record;
DOC_COMMAND(doc_confirm_warning);
DOC_READ(doc_findings);
/* document_correct.c */
extern const struct record doc_correction_in_record;
DOC_COMMAND(doc_correction);
DOC_COMMAND(doc_keep_number);
/* document_number.c */
struct doc_number {
    int64_t number_id, value;
    struct str number;
};
extern const struct record doc_book_in_record, doc_book_made_record, doc_book_path_record,
    doc_reserve_in_record, doc_number_record, doc_void_in_record, doc_books_in_record,
    doc_numbers_in_record, doc_paper_in_record, doc_agencies_in_record, doc_book_one_in_record;
DOC_COMMAND(doc_book_create);
DOC_COMMAND(doc_book_close);
DOC_COMMAND(doc_reserve_number);
DOC_COMMAND(doc_void_number);
DOC_COMMAND(doc_register_paper);
DOC_READ(doc_books);
DOC_READ(doc_book_one);
DOC_READ(doc_numbers);
DOC_READ(doc_agencies);
/* document_cosign.c */
extern const struct record doc_joint_in_record, joint_agency_record;
DOC_READ(doc_joint_agencies);
bool doc_on_variables(struct ctx *cx, const char *event, int64_t matter_id, const void *detail);
/* document_flow.c */
DOC_COMMAND(doc_confirm_number);
DOC_COMMAND(doc_finish_dispatch);
bool doc_on_completing(struct ctx *cx, const char *event, int64_t matter_id, const void *detail);
bool doc_on_adding(struct ctx *cx, const char *event, int64_t matter_id, const void *detail);
bool doc_on_file(struct ctx *cx, const char *event, int64_t matter_id, const void *detail);
bool doc_on_node(struct ctx *cx, const char *event, int64_t matter_id, const void *detail);
bool doc_on_completed(struct ctx *cx, const char *event, int64_t matter_id, const void *detail);
bool doc_on_sent_back(struct ctx *cx, const char *event, int64_t matter_id, const void *detail);
bool doc_on_withdrawn(struct ctx *cx, const char *event, int64_t matter_id, const void *detail);
bool doc_on_impact(struct ctx *cx, const char *event, int64_t matter_id, const void *detail);
bool doc_on_closed(struct ctx *cx, const char *event, int64_t matter_id, const void *detail);
/* document_page.c */
bool doc_on_page(struct ctx *cx, const char *event, int64_t matter_id, const void *detail);
bool doc_on_letter(struct ctx *cx, const char *event, int64_t document_id, const void *detail);
bool doc_on_letter_sent(struct ctx *cx, const char *event, int64_t document_id, const void *detail);
bool doc_on_search(struct ctx *cx, const char *event, int64_t matter_id, const void *detail);
/* document_purge.c */
bool doc_on_purge(struct ctx *cx, const char *event, int64_t matter_id, const void *detail);
bool doc_on_holds(struct ctx *cx, const char *event, int64_t matter_id, const void *detail);
/* document_register.c */
extern const struct record doc_sent_in_record, doc_export_in_record, doc_job_record,
    doc_job_path_record;
DOC_READ(doc_sent);
bool doc_on_register(struct ctx *cx, const char *event, int64_t subject, const void *detail);
/* document_export.c */
extern const struct record doc_job_part_record, doc_job_told_record;
DOC_COMMAND(doc_export);
DOC_COMMAND(doc_export_take);
DOC_COMMAND(doc_export_told);
DOC_COMMAND(doc_export_clean);
DOC_READ(doc_job);
DOC_READ(doc_job_file);
void doc_export_tick(struct ctx *cx);

#endif
