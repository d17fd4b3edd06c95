/* demo/errand: what the receivers of a dispatch do, each at its own time: sign, register, propose,
 * instruct, handle, answer, refuse or report a problem in the hours and days behind it. A heap by time;
 * the scenes' clock (play_minutes) has them done as it passes them. */
#include "demo/demo_scenes.h"

#include "base/check.h"
#include "base/clock.h"

enum what { SIGNS, HANDLES, FEEDS_BACK, REFUSES, REPORTS };

struct errand {
    int64_t at, order; /* those of one moment in the order they were given */
    enum what what;
    const struct demo_desk *desk;
    int64_t delivery, matter;
    uint32_t luck, diligence;
    enum received_reach step;
    int *refusals; /* that the dispatch still gets */
    bool is_urgent, handles;
};

struct errands {
    struct errand *p;
    size_t n, size;
    int64_t given;
    bool is_busy;
};

void errands_start(struct play *p)
{
    p->errands = arena_new_of(stage_arena(p->s), struct errands);
}

/* --- the heap ------------------------------------------------------------------------------------ */
static bool before(const struct errand *x, const struct errand *y)
{
    return x->at != y->at ? x->at < y->at : x->order < y->order;
}

static void swap(struct errand *x, struct errand *y)
{
    struct errand was = *x;
    *x = *y;
    *y = was;
}

static void give(struct play *p, struct errand e)
{
    struct errands *all = p->errands;
    if (all->n == all->size) {
        size_t size = all->size ? all->size * 2 : 256;
        all->p = arena_grow(stage_arena(p->s), all->p, all->size * sizeof *all->p, size * sizeof *all->p);
        all->size = size;
    }
    e.order = ++all->given;
    size_t i = all->n++;
    all->p[i] = e;
    for (; i && before(&all->p[i], &all->p[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&all->p[i], &all->p[(i - 1) / 2]);
}

static struct errand take(struct errands *all)
{
    struct errand first = all->p[0];
    all->p[0] = all->p[--all->n];
    for (size_t i = 0, least; ; i = least) {
        least = i;
        for (size_t k = 2 * i + 1; k <= 2 * i + 2 && k < all->n; k++)
            if (before(&all->p[k], &all->p[least]))
                least = k;
        if (least == i)
            return first;
        swap(&all->p[i], &all->p[least]);
    }
}

/* --- when ---------------------------------------------------------------------------------------- */
/* The first moment from at on when an office is open, 8:30 to 18:30; what is urgent waits for no Monday. */
static int64_t open_at(struct play *p, int64_t at, bool is_urgent)
{
    int64_t day = clock_days(clock_date_of(at));
    int64_t opens = clock_at(clock_from_days(day), 510), closes = clock_at(clock_from_days(day), 1110);
    if (at > closes)
        day++;
    while (!is_urgent && ((day + 4) % 7 == 0 || (day + 4) % 7 == 6)) /* 1970-01-01 was a Thursday */
        day++;
    if (at >= opens && at <= closes && day == clock_days(clock_date_of(at)))
        return at;
    return clock_at(clock_from_days(day), 510) + (int64_t)play_random(p, 100) * CLOCK_MINUTE_MS +
           (int64_t)play_random(p, 60) * CLOCK_SECOND_MS;
}

/* So many minutes on, by luck from half as many to twice; a third of it for what is urgent. */
static int64_t after(struct play *p, int64_t at, int minutes, bool is_urgent)
{
    int64_t least = (int64_t)minutes * CLOCK_MINUTE_MS / 2;
    int64_t ms = least + least * 3 * play_random(p, 1000) / 1000;
    return open_at(p, at + (is_urgent ? ms / 3 : ms), is_urgent);
}

static int64_t signs_at(struct play *p, int64_t at, bool is_urgent)
{
    uint32_t luck = play_random(p, 100);
    return after(p, at, luck < 60 ? 60 : luck < 92 ? 600 : 2400, is_urgent);
}

/* --- what ---------------------------------------------------------------------------------------- */
static int64_t id_of(const struct jv *j, const char *key)
{
    int64_t id = 0;
    return jv_as_i64(jv_get(j, key), &id) ? id : 0;
}

/* Who handles at the story's units; elsewhere whoever drafts. */
static const char *handler_of(struct play *p, const struct demo_desk *d)
{
    static const struct {
        const char *code, *account;
    } known[] = { { "4307-026", "section_head" }, { "4307-041", "countersign_handler" }, { "430781106", "town_handler" } };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (str_is(d->code, known[i].code))
            return known[i].account;
    return play_account(p, d->drafter);
}

static void village_feeds_back(struct play *p, const struct errand *e)
{
    static const char *const words[] = { "已通知到各组各户，巡查人员到岗。", "已通过广播、入户宣传传达到位。",
                                         "已召开村支两委会议部署落实。" };
    (void)play_try(p, play_account(p, e->desk->clerk), e->matter,
                   (struct play_answer){ .opinion = words[e->luck % 3] }); /* else later */
}

static void handles(struct play *p, struct errand *e)
{
    static const int minutes[] = { 20, 30, 150, 420, 60, 900, 120 };
    const struct demo_desk *d = e->desk;
    bool is_government = str_is(d->code, "4307-026");
    const char *leaders[] = { is_government ? "leader" : play_account(p, d->head) }, *handlers[] = { handler_of(p, d) };
    struct receiving r = { .clerk = play_account(p, d->clerk), .office_head = play_account(p, d->office_head),
                           .leaders = leaders, .handlers = handlers, .n_leaders = 1, .n_handlers = 1,
                           .is_small = d->is_town, .is_reading = e->luck % 5 == 0, .is_tolerant = true,
                           .reach = e->luck < e->diligence ? RECEIVED_CLOSED : (enum received_reach)(e->luck % 7) };
    if (!play_receive_step(p, &r, e->matter, e->step) || e->step == RECEIVED_REPLY)
        return;
    e->step++;
    e->at = after(p, stage_now(p->s), minutes[e->step], e->is_urgent);
    give(p, *e);
}

static void signs(struct play *p, struct errand *e)
{
    const char *path = stage_text(p->s, "/deliveries/%lld/sign_for", (long long)e->delivery);
    e->matter = id_of(stage_post(p->s, play_account(p, e->desk->clerk), path, STR("{}")), "matter_id");
    if (e->desk->is_village ? e->luck >= 60 : !e->handles)
        return;
    e->what = e->desk->is_village ? FEEDS_BACK : HANDLES;
    e->at = after(p, stage_now(p->s), e->desk->is_village ? 240 : 20, e->is_urgent);
    give(p, *e);
}

/* A superior's document is not refused (R4): then it is signed for. */
static void refuses(struct play *p, struct errand *e)
{
    static const char *const body = "{\"code\":\"not_ours\",\"text\":\"所涉事项由主管部门办理，不属于本单位职权范围。\"}";
    const char *path = stage_text(p->s, "/deliveries/%lld/refuse", (long long)e->delivery);
    bool tries = *e->refusals > 0 && e->luck % 3 != 0;
    if (tries && stage_try(p->s, play_account(p, e->desk->clerk), path, str_of(body), NULL))
        --*e->refusals;
    else if (stage_good(p->s))
        signs(p, e);
}

static void reports(struct play *p, struct errand *e)
{
    static const char *const bodies[] = { "{\"code\":\"unreadable\",\"text\":\"附件打不开，请补发。\"}",
                                          "{\"code\":\"missing_attachment\",\"text\":\"文中所说的附件没有收到。\"}",
                                          "{\"code\":\"misdirected\",\"text\":\"似应送主管部门，请核对。\"}" };
    const char *path = stage_text(p->s, "/deliveries/%lld/report_problem", (long long)e->delivery);
    (void)stage_post(p->s, play_account(p, e->desk->clerk), path, str_of(bodies[e->luck % 3])); /* stops the play */
    e->what = SIGNS;
    e->at = after(p, stage_now(p->s), 30, e->is_urgent);
    give(p, *e);
}

void play_errands(struct play *p, int64_t until)
{
    struct errands *all = p->errands;
    if (!all || all->is_busy)
        return;
    all->is_busy = true;
    while (all->n && all->p[0].at <= until && stage_good(p->s)) {
        struct errand e = take(all);
        if (e.at > stage_now(p->s))
            stage_at(p->s, e.at);
        switch (e.what) {
        case SIGNS: signs(p, &e); break;
        case HANDLES: handles(p, &e); break;
        case FEEDS_BACK: village_feeds_back(p, &e); break;
        case REFUSES: refuses(p, &e); break;
        case REPORTS: reports(p, &e); break;
        }
    }
    all->is_busy = false;
}

/* --- a dispatch ---------------------------------------------------------------------------------- */
static const struct demo_desk *desk_named(const struct play *p, struct str name)
{
    for (size_t i = 0; i < p->city->n_desks; i++)
        if (str_eq(p->city->desks[i].name, name))
            return &p->city->desks[i];
    return NULL;
}

/* Of each dispatch one receiver reports a problem, another one refuses where it may. Where there is only
 * one receiver, that one reports. */
static enum what what_of(const struct play *p, const struct arrival *how, const struct demo_desk *d,
                         uint32_t place, bool is_alone)
{
    if (play_is_story(p, d))
        return SIGNS;
    return place == (is_alone ? 0 : 1) ? REPORTS : !how->is_urgent && !d->is_village && place < 24 ? REFUSES : SIGNS;
}

/* Most units sign; in the city's big dispatches only a part of them goes further. */
void play_arrivals(struct play *p, const char *sender, int64_t dispatch, const struct arrival *how)
{
    struct str after_row = STR("");
    uint32_t played = 0, place = 0;
    bool is_alone = false;
    int *refusals = stage_ints(p->s, 1);
    *refusals = 1;
    CHECK(p->errands);
    do {
        const char *path = stage_text(p->s, "/dispatches/%lld/board?limit=100%s%.*s", (long long)dispatch,
                                      after_row.n ? "&after=" : "", STR_ARG(after_row));
        struct str board = jv_compact(stage_arena(p->s), stage_get(p->s, sender, path));
        const struct jv *page = jv_parse(stage_arena(p->s), board, NULL, NULL), *rows = jv_get(page, "rows");
        is_alone = !after_row.n && jv_size(rows) == 1;
        for (size_t i = 0; i < jv_size(rows) && stage_good(p->s); i++) {
            const struct jv *row = jv_at(rows, i);
            const struct demo_desk *d = desk_named(p, jv_str(jv_get(jv_get(row, "unit"), "name")));
            if (!d || play_random(p, 100) >= how->signed_percent || (how->not_story && play_is_story(p, d)))
                continue;
            bool is_story = play_is_story(p, d);
            struct errand e = { .what = what_of(p, how, d, place, is_alone), .desk = d, .delivery = id_of(row, "delivery"),
                                .luck = play_random(p, 100), .diligence = is_story ? 35 : how->diligence,
                                .is_urgent = how->is_urgent, .refusals = refusals };
            e.handles = !d->is_village && (is_story || played < how->handled_most);
            played += e.handles && !is_story;
            place += !is_story;
            e.at = signs_at(p, stage_now(p->s), e.is_urgent);
            give(p, e);
        }
        after_row = stage_good(p->s) ? jv_str(jv_get(page, "after")) : STR("");
    } while (after_row.n);
}
