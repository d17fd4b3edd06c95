/* demo/scenes: what demo_history.c puts together. Each scene acts what happens in it on the day that
 * many days before today; the clock stands at that day's morning and only moves forwards. */
#ifndef TB_DEMO_SCENES_H
#define TB_DEMO_SCENES_H

#include "demo/demo_play.h"

void scene_internal(struct play *p, int days_ago);

/* How far a received document gets: the step at which it still waits. */
enum received_reach {
    RECEIVED_REGISTER, RECEIVED_CHECK, RECEIVED_PROPOSE, RECEIVED_INSTRUCT, RECEIVED_ASSIGN, RECEIVED_HANDLE,
    RECEIVED_REPLY, RECEIVED_CLOSED
};
struct receiving {
    const char *clerk, *office_head;
    const char *const *leaders, *const *handlers;
    size_t n_leaders, n_handlers;
    bool is_small;   /* registers and proposes on one page (OFFICE R5) */
    bool is_reading; /* 阅件 */
    enum received_reach reach;
};
/* A matter of module receive, just signed for. */
void play_receive(struct play *p, const struct receiving *r, int64_t matter);
/* The i-th of n real documents, registered from paper by the city government's office. */
void scene_paper(struct play *p, const struct demo_text *t, size_t i, size_t n);

#endif
