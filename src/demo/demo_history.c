#include "demo/demo_history.h"

#include "base/clock.h"
#include "demo/demo_scenes.h"

enum { DAYS = 76, MORNING = 9 * 60 };

/* Day by day, the scenes of a day one after the other from nine o'clock on. */
static void play_days(struct play *p, int64_t now)
{
    int64_t today = clock_days(clock_date_of(now));
    for (int days_ago = DAYS; days_ago > 0 && stage_good(p->s); days_ago--) {
        int64_t morning = clock_at(clock_from_days(today - days_ago), MORNING);
        if (morning > stage_now(p->s))
            stage_at(p->s, morning);
        scene_internal(p, days_ago);
    }
}

bool demo_history(struct core *core, const struct demo_city *city, int64_t now, struct arena *a, struct err *e)
{
    struct play p;
    struct stage *s = stage_new(core, a, e);
    if (!s)
        return false;
    play_start(&p, s, city, 20260701);
    play_days(&p, now);
    bool good = stage_good(s);
    if (!good)
        *e = *stage_err(s);
    stage_free(&s);
    return good;
}
