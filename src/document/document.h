/* document (prefix doc_): official documents from the first draft to the number: elements and body,
 * revisions, the rules that stop or warn, number books, countersigns, the register of what was sent.
 *
 * It owns document, revision, draft_buffer, number_book, doc_number, confirmation, countersign, co_sign,
 * solicit_round, solicit_reply, doc_link and export_job. The flow (modules/send) only decides when; what may happen then is
 * decided here, on desk's events:
 *   item.completing   the rules must be satisfied; at recheck the signed text must be unchanged
 *   item.completed    issue_approval fixes signer, date and text; a joint body's head signs (co_sign)
 *   item.variables    which units sign a joint issue, and whether all have
 *   matter.sent_back  the signature falls when the matter goes back before it
 *   matter.closed     a cancelled matter gives its number back; a countersign's answer is kept
 * exchange/ meets documents as letters (desk/letter.h); pages by "matter.page", member "document".
 *
 * Functions take the caller's ctx, serve commands and reads alike, and leave results in cx->a. */
#ifndef TB_DOCUMENT_DOCUMENT_H
#define TB_DOCUMENT_DOCUMENT_H

#include "core/core.h"
#include "document/document_elements.h"

extern const struct room document_room, document_books_room, document_reform_room,
    document_solicit_room, document_preview_room;
/* Gives back the fonts that the start took (room_stops). */
void doc_preview_stop(void);
/* What it adds to a matter's page. */
extern const struct record document_on_page_record, document_solicit_on_page_record;

struct doc {
    int64_t id, matter_id, unit_id, agency_id;
    struct str issuers; /* of a joint issue all bodies, lead first: "甲、乙"; else as issuer */
    struct str issuer, agency_mark, doc_type, direction, title, urgency;
    struct str elements_text, digest;
    struct doc_elements elements;
    int64_t drafter_person, drafter_post;
    struct str state, number;
    int64_t number_id;
    struct str signer;
    int64_t signer_person, signer_post;
    struct str signed_for; /* 受委托签发: the head who was away; empty: by right */
    struct str signed_on, signed_digest, signed_files;
    int64_t year, numbered_at, dispatched_at, dispatch_id, replaced_by, revision, rev, saved_at;
    int64_t corrects_id; /* the document this one replaces under its number (D8), or 0 */
    struct str correct_reason;
};

/* Without asking who looks: 1, 0, -1. */
int doc_find(struct ctx *cx, int64_t document_id, struct doc *out);
int doc_of_matter(struct ctx *cx, int64_t matter_id, struct doc *out);
/* Absent, or its matter is not the actor's to see: not_found. */
bool doc_load(struct ctx *cx, int64_t document_id, struct doc *out);
/* The same, matter and document locked for this command. */
bool doc_load_for_change(struct ctx *cx, int64_t document_id, struct doc *out);
/* The object that pages show. */
bool doc_write(struct ctx *cx, struct jw *w, const struct doc *d);

/* number_books.csv (docs/import.md) into an open core: as org_import_file. */
bool doc_books_import(struct core *core, struct str csv, int64_t now, struct arena *a,
                      struct buf *report, struct err *e);

#endif
