/* desk/figure: what stats/ and the fields of work tell each other about figures (统计, B13). Fields never
 * keep figures themselves: a command that changes what a month of a unit counts says so, and stats/
 * asks for the month anew, off the committer.
 *
 *   emitted  figures.changed  int64_t   subject: the unit; detail: a moment of the month. Inside the command.
 *   asked    figures.count    struct figures_ask   each room adds what its rows say of that month
 *
 * Measures that the rooms add (key empty unless said): received, received_type (kind), received_urgency,
 * sent, sent_joint (of which others lead), sent_type, sent_urgency, signed, signed_in_time, closed,
 * closed_in_limit, days (working days from signing to the end, summed), days_most, urged, returned
 * (code), problem (code), section, section_late (section's id), person, person_late (person's id; never
 * a leader's, OFFICE P8). */
#ifndef TB_DESK_FIGURE_H
#define TB_DESK_FIGURE_H

#include "core/core.h"

struct figures_ask {
    int64_t unit_id, from, until; /* the second moment excluded */
    /* A measure's number grows by n; of one that ends in _most the greater stays. */
    bool (*add)(const struct figures_ask *ask, const char *measure, struct str key, int64_t n);
    void *arg; /* the asker's */
};

static inline bool figures_changed(struct ctx *cx, int64_t unit_id, int64_t at)
{
    return !unit_id || event_emit(cx, "figures.changed", unit_id, &at);
}

#endif
