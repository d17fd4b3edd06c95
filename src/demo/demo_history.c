#include "demo/demo_history.h"

#include "demo/demo_stage.h"

bool demo_history(struct core *core, const struct demo_city *city, int64_t now, struct arena *a, struct err *e)
{
    struct stage *s = stage_new(core, a, e);
    (void)city;
    if (!s)
        return false;
    stage_at(s, now);
    bool good = stage_good(s);
    if (!good)
        *e = *stage_err(s);
    stage_free(&s);
    return good;
}
