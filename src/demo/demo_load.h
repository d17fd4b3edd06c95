/* demo/load: a city at work for years, for the benchmarks: documents with text cut from the real
 * paragraphs, issued by the city's office, the counties and the towns, signed for and handled by the
 * units they went to. Every row is written by the rooms' own commands, so that verify passes. */
#ifndef TB_DEMO_LOAD_H
#define TB_DEMO_LOAD_H

#include "core/core.h"

struct demo_loaded {
    int64_t documents, matters; /* issued; received */
};

/* Adds received matters (and the documents they come from, about one for 24) to a demo city until
 * there are that many more. The core is open and does not serve; from: the clock of the first act,
 * which moves on to now. scale as the folder was made. Says how far it is on standard error. */
bool demo_load(struct core *core, const char *scale, int64_t matters, int64_t from, int64_t now, struct arena *a,
               struct demo_loaded *out, struct err *e);

#endif
