/* demo/load: a city at work for years, for the benchmarks: documents with text cut from the real
 * paragraphs, issued by the city's office, the counties and the towns, signed for and handled by
 * the units they went to. Some hundred documents are issued and received by the rooms' own
 * commands, as the people whose work it is; then they are repeated (demo_repeat.h) with other
 * texts. `tongban verify` passes.
 *
 * The accounts of the demo city see of it: doc_clerk all, town_clerk half, village_clerk about 200
 * documents (fewer where there are under 4,000). */
#ifndef TB_DEMO_LOAD_H
#define TB_DEMO_LOAD_H

#include "core/core.h"

struct demo_loaded {
    int64_t documents, matters; /* issued; received */
};

/* Adds received matters (and the documents they come from, about one for 24) to a demo city until
 * there are that many more. Nobody else has the folder open; scale as it was made. Says how far it
 * is on standard error when that takes long. */
bool demo_load(const struct core_config *config, const char *scale, int64_t matters, int64_t now,
               struct arena *a, struct demo_loaded *out, struct err *e);

#endif
