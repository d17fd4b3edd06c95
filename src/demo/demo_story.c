/* demo/story: the people one signs in as to follow a document from the drafter to the village. */
#include "demo/demo_in.h"

#include "base/check.h"

struct story {
    struct demo_account account;
    const char *unit;  /* key of a unit of the city; "town", "village"; "county:KEY"; "@government" */
    const char *place; /* see demo_people.c */
};

static const struct story stories[] = {
    { { "drafter", "温晓川", "市政府办公室秘书四科，拟稿人", "City Government Office, Secretariat 4: drafter" },
      "government_office", "秘书四科:staff" },
    { { "section_head", "程树青", "市政府办公室秘书四科科长", "City Government Office, head of Secretariat 4" },
      "government_office", "秘书四科:head" },
    { { "countersign_clerk", "田雨涵", "市水利局办公室，收发文员", "City Water Bureau: document clerk" },
      "water", "clerk" },
    { { "countersign_handler", "龚海波", "市水利局水旱灾害防御科科长", "City Water Bureau, head of flood control" },
      "water", "水旱灾害防御科:head" },
    { { "countersign_head", "樊江", "市水利局局长", "City Water Bureau: director" }, "water", "head" },
    { { "emergency_clerk", "柳佳怡", "市应急管理局办公室，收发文员", "City Emergency Bureau: document clerk" },
      "emergency", "clerk" },
    { { "emergency_head", "齐武胜", "市应急管理局局长", "City Emergency Bureau: director" }, "emergency", "head" },
    { { "reviewer", "季思远", "市政府办公室综合科，核稿", "City Government Office: reviewer" },
      "government_office", "reviewer" },
    { { "office_head", "骆文达", "市政府副秘书长、办公室主任", "City Government Office: director" },
      "government_office", "office_head" },
    { { "leader", "贺青林", "副市长，分管农业农村、水利、应急", "Vice mayor in charge of agriculture, water, emergencies" },
      "@government", "leader:2" },
    { { "secretary", "安雨晨", "市政府办公室秘书四科，贺青林的秘书", "Secretary of vice mayor He" },
      "government_office", "秘书四科:secretary" },
    { { "principal", "章启航", "市委副书记、市长", "Mayor" }, "@government", "principal" },
    { { "recheck", "耿秀兰", "市政府办公室文书科科长，复核", "City Government Office, head of documents: recheck" },
      "government_office", "文书科:head" },
    { { "doc_clerk", "梅静", "市政府办公室文书科，收发文员", "City Government Office: document clerk" },
      "government_office", "clerk" },
    { { "seal_custodian", "季桂芳", "市政府办公室文书科，监印人", "City Government Office: seal custodian" },
      "government_office", "seal" },
    { { "duty", "武岩", "市政府办公室总值班室主任", "City Government Office: head of the duty room" },
      "government_office", "总值班室:head" },
    { { "supervision", "毕正", "市政府办公室督查室主任", "City Government Office: head of supervision" },
      "government_office", "督查室:head" },
    { { "city_admin", "向智", "市政府办公室电子政务科科长，全市系统管理员", "City administrator" },
      "government_office", "电子政务科:head" },
    { { "secrecy_officer", "柏青松", "市委办公室机要保密科科长，保密员", "City Party Committee Office: secrecy officer" },
      "party_office", "机要保密科:head" },
    { { "security_admin", "管云帆", "市数据局数字政府科科长，安全管理员", "City Data Bureau: security administrator" },
      "data", "数字政府科:head" },
    { { "unit_admin", "聂洪", "市政府办公室行政科，单位管理员", "City Government Office: unit administrator" },
      "government_office", "admin" },
    { { "county_clerk", "俞欣", "津市市政府办公室，收发文员", "Jinshi Government Office: document clerk" },
      "county:government_office", "clerk" },
    { { "town_clerk", "覃小梅", "毛里湖镇党政综合办公室，文书", "Maolihu town: document clerk" }, "town", "clerk" },
    { { "town_office", "伍建平", "毛里湖镇党政综合办公室主任", "Maolihu town: head of the office" }, "town", "office_head" },
    { { "town_secretary", "鲁春生", "毛里湖镇党委书记", "Maolihu town: Party secretary" }, "town", "head" },
    { { "town_head", "皮兴旺", "毛里湖镇镇长", "Maolihu town: head of the government" }, "town", "mayor" },
    { { "town_handler", "粟庆生", "毛里湖镇应急管理办公室主任", "Maolihu town: head of emergencies, handles" },
      "town", "应急管理办公室:head" },
    { { "village_clerk", "燕玲", "毛里湖镇一个村（社区）的会计、文书", "A village of Maolihu: clerk" }, "village", "clerk" },
    { { "village_head", "麻福贵", "同一个村（社区）的书记、主任", "The same village: secretary and head" }, "village", "head" },
    /* who serves the office's own affairs: known accounts, no part in the story */
    { { "finance", "伏玉成", NULL, NULL }, "government_office", "财务科:head" },
    { { "personnel", "甘文秀", NULL, NULL }, "government_office", "人事科:head" },
    { { "logistics", "车国良", NULL, NULL }, "government_office", "行政科:head" },
    { { "legal", "简正平", NULL, NULL }, "government_office", "综合科:head" },
    { { "disclosure", "封雅琴", NULL, NULL }, "government_office", "政务公开科:head" },
    { { "archivist", "阮静波", NULL, NULL }, "government_office", "archive" },
    { { "print_room", "卓小芹", NULL, NULL }, "government_office", "clerk2" },
    { { "water_finance", "柏少华", NULL, NULL }, "water", "财务科:head" },
};
enum { STORIES = sizeof stories / sizeof stories[0] };

const struct demo_account *demo_story_accounts(size_t *n)
{
    static struct demo_account list[STORIES];
    *n = 0;
    for (size_t i = 0; i < STORIES; i++) /* the same values each time: harmless from two threads */
        if (stories[i].account.where_zh)
            list[(*n)++] = stories[i].account;
    return list;
}

/* The story's county is the second area read when small, and found by the town's area in general. */
static bool is_here(const struct demo_build *b, const char *where, int unit)
{
    const struct demo_unit *u = &b->unit[unit];
    if (strcmp(where, "town") == 0)
        return unit == b->story_town;
    if (strcmp(where, "village") == 0)
        return unit == b->story_village;
    if (strcmp(where, "@government") == 0)
        return unit == b->area[0].government;
    bool in_county = strncmp(where, "county:", 7) == 0;
    int area = in_county ? b->unit[b->story_town].area : 0;
    return u->area == area && u->cls != CL_OTHER && u->spec && u->spec->key &&
           strcmp(u->spec->key, in_county ? where + 7 : where) == 0;
}

int demo_person_for(struct demo_build *b, int unit, const char *place)
{
    for (size_t i = 0; i < STORIES; i++) {
        if (b->story_used[i] || strcmp(stories[i].place, place) != 0 || !is_here(b, stories[i].unit, unit))
            continue;
        b->story_used[i] = true;
        int person = demo_person_named(b, stories[i].account.name, stories[i].account.account);
        b->person[person].is_story = true;
        return person;
    }
    return demo_person_new(b, true);
}
