/* demo/things: the registers of the story's units, entered by those who keep them, and what has been
 * asked for: vehicles and venues of the days to come, an asset handed out. */
#include "demo/demo_scenes.h"

#include "base/clock.h"

enum { ENTERED = 40, ASKED = 1, TABLE_MOST = 8 };

static const char *const homes[] = { "drafter", "countersign_clerk", "emergency_clerk", "secrecy_officer",
                                     "security_admin", "county_clerk", "town_clerk" };
static const char *const modules[] = { "vehicle_use", "venue_loan", "asset_purchase", "asset_use", "asset_transfer",
                                       "asset_disposal" };

/* {0} is the place among the units: plates and names of their own. */
static const struct entry {
    const char *kind;
    enum demo_keeper keeper;
    const char *form[TABLE_MOST];
} entries[] = {
    { "vehicle_use.vehicle", KEEPS_VEHICLES,
      { "{\"plate\":\"湘J6%zu018\",\"model\":\"公务轿车\",\"seats\":\"5\"}",
        "{\"plate\":\"湘J6%zu026\",\"model\":\"越野车\",\"seats\":\"5\"}",
        "{\"plate\":\"湘J6%zu035\",\"model\":\"商务车\",\"seats\":\"7\"}",
        "{\"plate\":\"湘J6%zu049\",\"model\":\"中型客车\",\"seats\":\"19\"}" } },
    { "venue_loan.venue", KEEPS_VENUES,
      { "{\"venue_name\":\"第一会议室\",\"place\":\"办公楼二楼东\",\"kind\":\"venue\",\"capacity\":\"60\"}",
        "{\"venue_name\":\"第二会议室\",\"place\":\"办公楼三楼西\",\"kind\":\"venue\",\"capacity\":\"24\"}",
        "{\"venue_name\":\"视频会议室\",\"place\":\"办公楼五楼\",\"kind\":\"venue\",\"capacity\":\"36\"}",
        "{\"venue_name\":\"便携投影仪\",\"place\":\"后勤库房\",\"kind\":\"equipment\"}" } },
    { "asset_purchase.asset", KEEPS_ASSETS,
      { "{\"asset_name\":\"台式计算机\",\"model\":\"国产 8 核\",\"value\":\"5600.00\",\"bought_on\":\"2023-05-18\"}",
        "{\"asset_name\":\"便携式计算机\",\"model\":\"国产 14 英寸\",\"value\":\"7200.00\",\"bought_on\":\"2024-03-12\"}",
        "{\"asset_name\":\"双面扫描仪\",\"model\":\"A3\",\"value\":\"8800.00\",\"bought_on\":\"2022-09-30\"}",
        "{\"asset_name\":\"铁皮文件柜\",\"model\":\"两门\",\"value\":\"960.00\",\"bought_on\":\"2019-11-06\"}",
        "{\"asset_name\":\"多功能一体机\",\"model\":\"A4 黑白\",\"value\":\"3150.00\",\"bought_on\":\"2021-06-22\"}" } },
    { "seal_request.seal", KEEPS_SEALS,
      { "{\"seal_name\":\"单位行政印章\",\"kind\":\"administrative\"}",
        "{\"seal_name\":\"党组织印章\",\"kind\":\"party\"}",
        "{\"seal_name\":\"办公室印章\",\"kind\":\"office\"}",
        "{\"seal_name\":\"合同专用章\",\"kind\":\"contract\"}" } },
};

static void switch_on(struct play *p, const struct demo_desk *d)
{
    long long unit = (long long)play_unit(p, d);
    for (size_t i = 0; i < sizeof modules / sizeof modules[0]; i++)
        (void)stage_post(p->s, play_account(p, d->keeper[KEEPS_UNIT]), stage_text(p->s, "/modules/%s/switch", modules[i]),
                         str_of(stage_text(p->s, "{\"unit_id\":\"%lld\",\"is_on\":true}", unit))); /* stops the play */
}

static void enter(struct play *p, const struct demo_desk *d, size_t place)
{
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
        for (size_t k = 0; k < TABLE_MOST && entries[i].form[k]; k++) {
            const char *path = stage_text(p->s, "/things/%s", entries[i].kind);
            const char *form = stage_text(p->s, entries[i].form[k], place);
            (void)stage_post(p->s, play_account(p, d->keeper[entries[i].keeper]), path, /* stops the play */
                             str_of(stage_text(p->s, "{\"form\":%s}", form)));
        }
}

/* --- what is asked for ----------------------------------------------------------------------------- */

static int64_t thing_at(struct play *p, const char *account, const char *kind, size_t i)
{
    const struct jv *rows = jv_get(stage_get(p->s, account, stage_text(p->s, "/things/%s", kind)), "rows");
    int64_t id = 0;
    return jv_as_i64(jv_get(jv_at(rows, i), "id"), &id) ? id : 0;
}

static int64_t ask(struct play *p, const char *account, const char *module, const char *form)
{
    const char *body = stage_text(p->s, "{\"module\":\"%s\",\"form\":%s,\"hand_on\":true}", module, form);
    int64_t id = 0;
    (void)jv_as_i64(jv_get(stage_post(p->s, account, "/matters", str_of(body)), "matter_id"), &id); /* 0: stopped */
    return id;
}

/* The open step of whichever of the two has it, with 同意 where it is asked. */
static void go_on(struct play *p, const char *account, const char *other, int64_t matter, const char *form)
{
    struct str node;
    int64_t item = play_item(p, account, matter, &node);
    const char *who = item ? account : other;
    if (!item)
        item = play_item(p, other, matter, &node);
    if (!item) {
        stage_stop(p->s, "demo.no_step", who);
        return;
    }
    play_minutes(p, 15);
    const char *said = form ? stage_text(p->s, "\"form\":%s", form) : "\"outcome\":\"同意\",\"opinion\":\"同意。\"";
    (void)stage_post(p->s, who, stage_text(p->s, "/items/%lld/complete", (long long)item), /* stops the play */
                     str_of(stage_text(p->s, "{%s}", said)));
}

static const char *span(struct play *p, int in_days, int from_hour, int to_hour)
{
    int64_t day = clock_at(clock_from_days(clock_days(clock_date_of(stage_now(p->s))) + in_days), 0);
    return stage_text(p->s, "{\"from\":%lld,\"to\":%lld}", (long long)(day + from_hour * CLOCK_HOUR_MS),
                      (long long)(day + to_hour * CLOCK_HOUR_MS));
}

static const struct trip {
    int in_days, from, to;
    size_t vehicle;
    const char *where, *why, *driver;
    bool waits;
} trips[] = {
    { 2, 8, 18, 0, "石门县", "查看山洪灾害监测预警点", "范师傅", false },
    { 3, 9, 12, 1, "澧县", "调研冬修水利进展", "卢师傅", false },
    { 4, 14, 18, 0, "西湖管理区", "参加项目调度会", "范师傅", false },
    { 5, 8, 17, 2, "桃源县", "开展安全生产检查", "", true },
};

static void ask_for_vehicles(struct play *p, const struct demo_desk *d)
{
    const char *drafter = play_account(p, d->drafter), *keeper = play_account(p, d->keeper[KEEPS_VEHICLES]);
    for (size_t i = 0; i < sizeof trips / sizeof trips[0] && stage_good(p->s); i++) {
        const struct trip *t = &trips[i];
        int64_t matter = ask(p, drafter, "vehicle_use", stage_text(p->s,
            "{\"destination\":\"%s\",\"use_time\":%s,\"passengers\":\"3\",\"purpose\":\"%s\"}", t->where,
            span(p, t->in_days, t->from, t->to), t->why));
        if (t->waits)
            continue;
        go_on(p, play_account(p, d->checker), play_account(p, d->head), matter, NULL);
        go_on(p, keeper, keeper, matter, stage_text(p->s, "{\"vehicle\":\"%lld\",\"driver\":\"%s\"}",
              (long long)thing_at(p, keeper, "vehicle_use.vehicle", t->vehicle), t->driver));
    }
}

static void ask_for_venues(struct play *p, const struct demo_desk *d)
{
    static const struct {
        int in_days, from, to;
        size_t venue;
        const char *event;
    } loans[] = { { 2, 9, 11, 0, "周例会" }, { 3, 15, 17, 0, "业务培训" }, { 3, 9, 12, 1, "项目会商" }, { 6, 10, 12, 2, "视频调度" } };
    const char *drafter = play_account(p, d->drafter), *keeper = play_account(p, d->keeper[KEEPS_VENUES]);
    for (size_t i = 0; i < sizeof loans / sizeof loans[0] && stage_good(p->s); i++) {
        int64_t matter = ask(p, drafter, "venue_loan", stage_text(p->s,
            "{\"venue\":\"%lld\",\"use_time\":%s,\"event\":\"%s\",\"people\":\"20\"}",
            (long long)thing_at(p, keeper, "venue_loan.venue", loans[i].venue),
            span(p, loans[i].in_days, loans[i].from, loans[i].to), loans[i].event));
        if (i % 2 == 0)
            go_on(p, keeper, keeper, matter, NULL);
    }
}

static void hand_out(struct play *p, const struct demo_desk *d)
{
    const char *drafter = play_account(p, d->drafter), *keeper = play_account(p, d->keeper[KEEPS_ASSETS]);
    int64_t back = clock_days(clock_date_of(stage_now(p->s))) + 30;
    int64_t matter = ask(p, drafter, "asset_use", stage_text(p->s,
        "{\"asset\":\"%lld\",\"purpose\":\"外出调研\",\"back_by\":\"%s\"}",
        (long long)thing_at(p, keeper, "asset_purchase.asset", 0),
        play_account(p, clock_day_text(stage_arena(p->s), clock_from_days(back)))));
    go_on(p, play_account(p, d->checker), play_account(p, d->head), matter, NULL);
    go_on(p, keeper, keeper, matter, "{}");
}

void scene_things(struct play *p, int days_ago)
{
    for (size_t i = 0; (days_ago == ENTERED || days_ago == ASKED) && i < sizeof homes / sizeof homes[0]; i++) {
        const struct demo_desk *d = play_own_desk(p, homes[i]);
        if (!d)
            return;
        if (days_ago == ENTERED) {
            switch_on(p, d);
            enter(p, d, i + 1);
            continue;
        }
        ask_for_vehicles(p, d);
        ask_for_venues(p, d);
        hand_out(p, d);
    }
}
