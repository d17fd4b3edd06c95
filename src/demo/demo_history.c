#include "demo/demo_history.h"

#include "base/clock.h"
#include "base/embed.h"
#include "demo/demo_scenes.h"

enum { DAYS = 76, MORNING = 9 * 60, EVENING = 21 * 60 };

struct texts_of {
    struct demo_text *text;
    size_t n;
};

/* The real documents are spread evenly over the days, the oldest first as the file has them last. */
static void paper_of_day(struct play *p, const struct texts_of *t, int days_ago)
{
    for (size_t i = 0; i < t->n && stage_good(p->s); i++)
        if (DAYS - 1 - (int)(i * (DAYS - 1) / t->n) == days_ago)
            scene_paper(p, &t->text[t->n - 1 - i], i, t->n);
}

/* Day by day, the scenes of a day one after the other from nine o'clock on. */
static void play_days(struct play *p, const struct texts_of *t, const struct own_documents *own, int64_t now)
{
    int64_t today = clock_days(clock_date_of(now));
    for (int days_ago = DAYS; days_ago > 0 && stage_good(p->s); days_ago--) {
        int64_t morning = clock_at(clock_from_days(today - days_ago), MORNING);
        play_errands(p, morning);
        stage_limit(p->s, clock_at(clock_from_days(today - days_ago), EVENING));
        if (morning > stage_now(p->s))
            stage_at(p->s, morning);
        paper_of_day(p, t, days_ago);
        scene_sent(p, own, days_ago);
        scene_internal(p, days_ago);
        scene_things(p, days_ago);
        play_errands(p, clock_at(clock_from_days(today - days_ago), EVENING));
    }
}

bool demo_history(struct core *core, const struct demo_city *city, int64_t now, struct arena *a, struct err *e)
{
    struct play p;
    struct texts_of texts;
    struct own_documents own;
    if (!own_documents_read(a, &own, e) || !demo_texts_read(a, embed_find("data/documents.jsonl"), &texts.text, &texts.n, e))
        return false;
    struct stage *s = stage_new(core, a, e);
    if (!s)
        return false;
    play_start(&p, s, city, 20260701);
    errands_start(&p);
    play_days(&p, &texts, &own, now);
    bool good = stage_good(s);
    if (!good)
        *e = *stage_err(s);
    stage_free(&s);
    return good;
}
