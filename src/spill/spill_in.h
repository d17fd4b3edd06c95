/* Shared by spill.c and spill_purge.c. */
#ifndef TB_SPILL_SPILL_IN_H
#define TB_SPILL_SPILL_IN_H

#include "core/answer.h"
#include "desk/desk.h"
#include "spill/spill.h"

struct spill {
    int64_t id, matter_id, root_id;
    struct str kind, file, rule, state, digest;
    bool with_opinions;
    int64_t reported_by, reported_at, asked_by, asked_at, decided_by, decided_at, done_at;
    enum role asked_role;
};
int spill_find(struct ctx *cx, int64_t id, struct spill *out);
bool spill_is_file(const struct spill *s);
/* The matters to which a matter led: its children, and what rooms say. */
bool spill_derived(struct ctx *cx, int64_t matter_id, const struct spill_spread *to);
bool spill_trace(struct ctx *cx, const struct spill *s, const char *op);

/* spill_purge.c: the confirmation's own part (out of reach at once), and one more stretch. */
bool spill_begin(struct ctx *cx, const struct spill *s);
bool spill_run_step(struct ctx *cx, const void *input, void *output);
extern const struct record spill_step_in_record, spill_step_out_record;
bool spill_run_fold(struct ctx *cx, const void *input, void *output);
void spill_tick(struct ctx *cx);

/* spill_answers.c */
extern const struct record spill_row_record, spill_one_record, spill_matter_record,
    spill_hit_record;

#endif
