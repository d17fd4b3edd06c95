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
/* The thing as a variable of the flow, JSON text: {id, name, state, its fields}; null: it is not there. */
struct str thing_in_flow(struct ctx *cx, int64_t thing_id);
/* What such a thing consists of; NULL: the module has none of that kind. */
const struct form_thing *thing_form(const struct definition *d, struct str kind);

/* "KEY.vehicle" in a unit of the actor's (0: the main post's); otherwise it is not there. */
struct thing_kind {
    const struct definition *d;
    const struct form_thing *form;
    struct str module, key;
    int64_t unit_id;
};
bool thing_kind_load(struct ctx *cx, struct str name, int64_t unit_id, struct thing_kind *out);
/* Does the actor hold a post of this unit, or one in the body whose office it is? */
bool is_of_unit(struct ctx *cx, int64_t unit_id);

#endif
