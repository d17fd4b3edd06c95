/* desk/letter: what document/ and exchange/ tell each other. They stand on one floor and never call
 * each other; these are the structs of their events. A letter (公文件) is a finished document as
 * another unit may see it: nothing of the sender's inside.
 *
 *   asked    letter.find         struct letter_ask   document/ fills *out and sets out->is_found. No
 *                                                    right is asked: exchange/ has its own rule.
 *   emitted  letter.dispatching  struct letter_sent  before the rows: document/ locks the document,
 *                                                    refuses what may not leave (no number, already
 *                                                    dispatched, findings), freezes the text.
 *   emitted  letter.dispatched   struct letter_sent  after the rows: the document's state becomes
 *                                                    dispatched; its flow goes on.
 *   emitted  letter.adding       struct letter_sent  before further units are written to (补发): main are
 *                                                    all it then has gone to; document/ refuses as above.
 *   emitted  letter.retracted    struct letter_sent  all its deliveries are retracted (reason).
 *   emitted  letter.corrected    struct letter_sent  other_id replaces the subject (更正件), or a
 *                                                    note (更正说明) was sent when other_id is 0.
 * Subject: the document's id. Of a letter that came in, the subject is the receiving matter:
 *
 *   asked    letter.received     struct letter_ask   exchange/ fills *out with what that matter received;
 *                                                    unit_id 0 when it came on paper from outside.
 *   emitted  letter.answered     struct letter_answer  the document that answers it was dispatched
 *                                                    (一键复文, OFFICE L2): exchange/ closes the receipt. */
#ifndef TB_DESK_LETTER_H
#define TB_DESK_LETTER_H

#include "base/str.h"
#include "org/org.h"

struct letter {
    bool is_found;
    int64_t document_id, matter_id; /* the sender's matter: its attachments go along */
    int64_t unit_id, agency_id;     /* who sends; agency 0 for outside issuers */
    int64_t signer_person;          /* 签发人; 0 when not recorded */
    struct str state;               /* draft, numbered, dispatched … as document/ names them */
    bool may_dispatch;              /* numbered and not yet dispatched */
    int64_t corrects_id;            /* 更正件: the document it replaces, under its number; or 0 */
    struct str issuer;              /* 发文机关标志 or signature name */
    struct str title, number, doc_type, urgency, direction; /* direction: up, lateral, down */
    struct str main_text, cc_text;  /* wording of 主送 and 抄送 */
    struct str signer, signed_on, note, contact, phone, distribution_scope;
    struct str body;                /* JSON text of the structured body: an array of paragraphs */
    struct str recipients;          /* JSON {"main":{unit_ids[],group_ids[]},"cc":{…}} as bound by the
                                     * drafter, or absent */
};

/* The detail of letter.find; with_text: body too. */
struct letter_ask {
    struct letter *out; /* the asker's */
    bool with_text;
};

struct letter_sent {
    int64_t dispatch_id, count, other_id;
    int64_t post_id;    /* capacity of the one who did it */
    struct str reason;  /* dispatching: for which warnings are kept */
    /* dispatching: to whom, as chosen just then; NULL when it follows another dispatch */
    const struct org_unit *main, *cc;
    size_t n_main, n_cc;
};

struct letter_answer {
    struct str number, title; /* of the answering document */
};

#endif
