/* desk/replay: a matter's flow played back from its record alone (FLOW I10), for `tongban verify`.
 *
 * The record of a matter holds every command of its flow: its input, the clock, the answers of the
 * organisation (who was found for a step) and, at the start and where the flow moved to another
 * version, the definition. Played from the first entry on they make the body of the instance again,
 * byte for byte, and say which work is open. Nobody is asked: not the organisation, not the
 * calendar, not the clock. */
#ifndef TB_DESK_REPLAY_H
#define TB_DESK_REPLAY_H

#include "db/db.h"

struct flow_state;

/* One matter while its entries pass by, oldest first. */
struct replay {
    struct arena *a; /* everything made on the way; the caller empties it behind each matter */
    struct db *db;
    int64_t definition_id; /* as the record has it; 0: has not begun */
    const struct definition *definition;
    struct flow_state *state;
    int64_t commands;
};
void replay_begin(struct replay *r, struct arena *a, struct db *db);
/* body: of an entry of the matter's stream; one without a command of the flow changes nothing. False
 * with err when it cannot be applied: where it stands the record is not that of this flow. */
bool replay_entry(struct replay *r, struct str body, struct err *err);

/* What the instance's row must say: body and state. is_draft: a matter that has not begun may be a
 * draft, or a discarded one. */
struct str replay_body(struct replay *r);
const char *replay_state(const struct replay *r, bool *is_draft);
/* The state of the matter by then: a flow that is done may have come to nothing. */
const char *replay_matter_state(const struct replay *r);

/* Work that must be open, in the order of leaves. */
struct replay_item {
    int64_t leaf, act, attempt;
    struct str node;
    int64_t post_id; /* whose it is, as the flow has it; 0: a pool's, a unit's, or anyone's */
};
struct replay_item *replay_open(struct replay *r, size_t *n);

#endif
