/* demo/build: puts the generated city into a freshly opened, empty data folder, through the door:
 * units, people and everything about them by org/'s importer, then the history, played by its
 * people (demo_stage.h) with a set clock.
 *
 * Its password exists only there: one argon2id record in the setting demo_secret, to which every
 * account refers until its first change. */
#ifndef TB_DEMO_BUILD_H
#define TB_DEMO_BUILD_H

#include "core/core.h"
#include "demo/demo.h"

#define DEMO_PASSWORD "Tongban-2026"

/* scale "small" or "city"; now: the day on which the city is first looked at. Says what it does on
 * standard output. Main thread, before serving. */
bool demo_build(struct core *core, const char *scale, int64_t now, struct arena *a, struct err *e);

/* The city of a folder that demo_build made in the same year: the same bytes again. */
bool demo_city_again(const char *scale, int64_t now, struct arena *a, struct demo_city *out, struct err *e);

extern const struct room demo_room;

#endif
