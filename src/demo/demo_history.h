/* demo/history: what happened in the demo city in the months before it is first looked at: real
 * documents of the state received, its own documents drafted, signed, numbered, dispatched, received
 * and handled, so that no list of a story account is empty. Acted out on demo_stage.h. */
#ifndef TB_DEMO_HISTORY_H
#define TB_DEMO_HISTORY_H

#include "core/core.h"
#include "demo/demo.h"

bool demo_history(struct core *core, const struct demo_city *city, int64_t now, struct arena *a, struct err *e);

#endif
