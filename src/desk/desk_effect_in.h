/* What a module's matter brings about when a node is completed: bookings, absences, stand-ins, changes
 * of things. Shared by desk's own files. */
#ifndef TB_DESK_DESK_EFFECT_IN_H
#define TB_DESK_DESK_EFFECT_IN_H

#include "desk/desk_form_in.h"

/* The matter with its form, as expressions of its effects see it. */
struct effect_of {
    const struct matter *m;
    const struct definition *d;
    struct matter_form form;
    struct form_seen *seen;
    int64_t post_id; /* who completed the node, or 0 */
};
/* NULL expression: null. */
const struct feel_value *effect_value(const struct effect_of *e, const struct feel *x);
/* Two dates or moments as a span; a day at its end is meant whole. */
bool feel_span(const struct feel_value *from, const struct feel_value *to, int64_t *from_at,
               int64_t *to_at);

/* desk_booking.c */
bool bookings_at(struct ctx *cx, const struct effect_of *e, struct str at);
bool bookings_end(struct ctx *cx, const struct effect_of *e, struct str state);
/* The matter is open again: what its end released is taken again, unless another has it by now. */
bool bookings_again(struct ctx *cx, const struct effect_of *e);

/* desk_absence.c */
bool absence_begin(struct ctx *cx, const struct effect_of *e, size_t effect);
bool stand_in_begin(struct ctx *cx, const struct effect_of *e, size_t effect);
/* 销假: those of the matter end now. */
bool absence_finish(struct ctx *cx, int64_t matter_id);
/* The matter came to nothing, or was taken back. */
bool absence_undo(struct ctx *cx, int64_t matter_id);

/* desk_thing_cmd.c */
bool thing_effect(struct ctx *cx, const struct effect_of *e, size_t effect);

#endif
