/* demo/scenes: what demo_history.c puts together. Each scene acts what happens in it on the day that
 * many days before today; the clock stands at that day's morning and only moves forwards. */
#ifndef TB_DEMO_SCENES_H
#define TB_DEMO_SCENES_H

#include "demo/demo_play.h"

void scene_internal(struct play *p, int days_ago);

#endif
