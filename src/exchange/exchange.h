/* exchange: from unit to unit (交换). A dispatch (分发) is one letter sent to many units, a
 * delivery (投递) its row at one receiving unit with the moment of each milestone. The receiver's
 * matter begins when the unit signs for it; what happens in that matter reaches the sender as
 * milestones and never as words. exchange/ also owns what only receiving knows: the register of
 * received documents with its numbers, instructions (批示), their transcripts and assignments.
 *
 * Other rooms reach it by events: it handles item.completing, item.completed, matter.milestone,
 * matter.closed, matter.page; it asks and emits the events of desk/letter.h. The functions below
 * are for the loaders of the demo city and of the benchmarks. */
#ifndef TB_EXCHANGE_EXCHANGE_H
#define TB_EXCHANGE_EXCHANGE_H

#include "core/core.h"

extern const struct room exchange_room;
/* What it adds to a matter's page. */
extern const struct record exchange_on_page_record;

/* A letter that came on paper or from outside the city, entered by a clerk: command
 * "received.register_paper". */
struct paper_in {
    int64_t unit_id;
    struct str issuer, number, title, doc_type, urgency, signed_on, body;
};
struct paper_out {
    int64_t delivery_id, matter_id;
};

#endif
