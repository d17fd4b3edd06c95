/* Things of a unit, shared by desk's own files. */
#ifndef TB_DESK_DESK_THING_IN_H
#define TB_DESK_DESK_THING_IN_H

#include "desk/desk_in.h"

struct thing {
    int64_t id, unit_id, rev, created_at, retired_at;
    struct str module, kind, name, state, body;
};
int thing_find(struct ctx *cx, int64_t thing_id, struct thing *out);
/* "vehicle" of the module itself, "vehicle_use.vehicle" of another. */
bool thing_kind_of(struct arena *a, struct str own_module, struct str name, struct str *module,
                   struct str *kind);
/* What such a thing consists of; NULL: the module has none of that kind. */
const struct form_thing *thing_form(const struct definition *d, struct str kind);

#endif
