/* demo/leaders: the leaders of the city, of each county and of each zone, in rank order, with the
 * several posts one person holds. The city's are named; a county's are drawn. */
#include "demo/demo_in.h"

#include "base/check.h"

/* where: "@committee", "@npc", "@government", "@cppcc" is a body; anything else the key of the unit
 * that the leader heads. "$" in a title is the area's kind: 市, 区, 县. */
struct leader_spec {
    const char *where, *title;
    const char *name;      /* NULL: invented */
    const char *place;     /* the story's place, or NULL */
    int flags;
    const char *also[4];   /* further posts: where, title, where, title */
    const char *duties;
    bool on_paper;
};

static const struct leader_spec city_leaders[] = {
    { "@committee", "市委书记", "鲁振川", NULL, LEADS_STANDING, { 0 }, "party_office research inspection", false },
    { "@government", "市长", NULL, "principal", LEADS_STANDING | LEADS_GOVERNMENT,
      { "@committee", "市委副书记", "@government", "市政府党组书记" }, "audit government_office 秘书一科 综合科", false },
    { "@committee", "市委副书记", "詹秀岩", NULL, LEADS_STANDING, { 0 }, "social_work", false },
    { "discipline", "市纪委书记、市监委主任", "祁正廉", NULL, LEADS_STANDING, { "@committee", "市委常委" }, NULL, false },
    { "@government", "常务副市长", "施清远", NULL, LEADS_STANDING | LEADS_GOVERNMENT,
      { "@committee", "市委常委", "@government", "市政府党组副书记" },
      "reform finance human statistics data affairs government_research 秘书二科", false },
    { "organisation", "部长", "涂学诚", NULL, LEADS_STANDING, { "@committee", "市委常委" }, "staffing", false },
    { "publicity", "部长", "颜慧兰", NULL, LEADS_STANDING, { "@committee", "市委常委" }, "cyberspace", false },
    { "united_front", "部长", "葛云霞", NULL, LEADS_STANDING, { "@committee", "市委常委" }, NULL, false },
    { "politics_law", "书记", "岳铁峰", NULL, LEADS_STANDING, { "@committee", "市委常委" }, "petition", false },
    { "party_office", "市委秘书长", "耿书明", NULL, LEADS_STANDING, { "@committee", "市委常委" }, NULL, false },
    { "@committee", "市委常委、常德军分区政治委员", "雷卫山", NULL, LEADS_STANDING, { 0 }, NULL, true },
    { "@npc", "市人大常委会主任", "殷德昌", NULL, LEADS_NPC, { "@npc", "市人大常委会党组书记" }, "npc_office", false },
    { "@npc", "市人大常委会副主任", "毕兰英", NULL, LEADS_NPC, { 0 }, NULL, false },
    { "@npc", "市人大常委会副主任", NULL, NULL, LEADS_NPC, { 0 }, NULL, false },
    { "@npc", "市人大常委会副主任", NULL, NULL, LEADS_NPC, { 0 }, NULL, false },
    { "@npc", "市人大常委会副主任", NULL, NULL, LEADS_NPC, { 0 }, NULL, false },
    { "@npc", "市人大常委会副主任", NULL, NULL, LEADS_NPC, { 0 }, NULL, false },
    { "@npc", "市人大常委会副主任", NULL, NULL, LEADS_NPC, { 0 }, NULL, false },
    { "@government", "副市长", "焦建业", NULL, LEADS_GOVERNMENT, { 0 }, "industry science assets power 秘书三科", false },
    { "@government", "副市长", NULL, "leader:2", LEADS_GOVERNMENT, { 0 },
      "agriculture water forestry emergency weather hydrology fire 秘书四科", false },
    { "@government", "副市长", "鄢桥", NULL, LEADS_GOVERNMENT, { 0 }, "housing natural ecology transport urban 秘书五科", false },
    { "@government", "副市长", "韦敏", NULL, LEADS_GOVERNMENT, { 0 }, "education health culture insurance 秘书六科", false },
    { "police", "局长", "邢海峰", NULL, LEADS_GOVERNMENT, { "@government", "副市长" }, "justice 秘书七科", false },
    { "@government", "副市长", "乔锦成", NULL, LEADS_GOVERNMENT, { 0 }, "commerce market financial_office tax", false },
    { "@government", "副市长", "丛静", NULL, LEADS_GOVERNMENT, { 0 }, "civil veterans union youth women", false },
    { "@cppcc", "市政协主席", "庞益民", NULL, LEADS_CPPCC, { "@cppcc", "市政协党组书记" }, "cppcc_office", false },
    { "@cppcc", "市政协副主席", NULL, NULL, LEADS_CPPCC, { 0 }, NULL, false },
    { "@cppcc", "市政协副主席", NULL, NULL, LEADS_CPPCC, { 0 }, NULL, false },
    { "@cppcc", "市政协副主席", NULL, NULL, LEADS_CPPCC, { 0 }, NULL, false },
    { "@cppcc", "市政协副主席", NULL, NULL, LEADS_CPPCC, { 0 }, NULL, false },
    { "@cppcc", "市政协副主席", NULL, NULL, LEADS_CPPCC, { 0 }, NULL, false },
    { "@cppcc", "市政协副主席", NULL, NULL, LEADS_CPPCC, { 0 }, NULL, false },
    { "@cppcc", "市政协副主席", NULL, NULL, LEADS_CPPCC, { 0 }, NULL, false },
    { "court", "院长", "佘直", NULL, LEADS_JUSTICE, { 0 }, NULL, false },
    { "procuratorate", "检察长", "申廉明", NULL, LEADS_JUSTICE, { 0 }, NULL, false },
    { "government_office", "市政府秘书长", "尤世宁", NULL, LEADS_GOVERNMENT,
      { "government_office", "市政府办公室党组书记" },
      "文书科 会务科 信息科 督查室 政务公开科 电子政务科 总值班室 建议提案科 行政科 人事科 财务科", false },
    { "npc_office", "市人大常委会秘书长", NULL, NULL, LEADS_NPC, { 0 }, NULL, false },
    { "cppcc_office", "市政协秘书长", NULL, NULL, LEADS_CPPCC, { 0 }, NULL, false },
};

static const struct leader_spec county_leaders[] = {
    { "@committee", "$委书记", NULL, NULL, LEADS_STANDING, { 0 }, "party_office", false },
    { "@government", "$长", NULL, NULL, LEADS_STANDING | LEADS_GOVERNMENT,
      { "@committee", "$委副书记", "@government", "$政府党组书记" }, "audit government_office", false },
    { "@committee", "$委副书记", NULL, NULL, LEADS_STANDING, { 0 }, NULL, false },
    { "discipline", "$纪委书记、$监委主任", NULL, NULL, LEADS_STANDING, { "@committee", "$委常委" }, NULL, false },
    { "@government", "常务副$长", NULL, NULL, LEADS_STANDING | LEADS_GOVERNMENT, { "@committee", "$委常委" },
      "reform finance human statistics data affairs emergency", false },
    { "organisation", "部长", NULL, NULL, LEADS_STANDING, { "@committee", "$委常委" }, NULL, false },
    { "publicity", "部长", NULL, NULL, LEADS_STANDING, { "@committee", "$委常委" }, NULL, false },
    { "united_front", "部长", NULL, NULL, LEADS_STANDING, { "@committee", "$委常委" }, NULL, false },
    { "politics_law", "书记", NULL, NULL, LEADS_STANDING, { "@committee", "$委常委" }, NULL, false },
    { "party_office", "主任", NULL, NULL, LEADS_STANDING, { "@committee", "$委常委" }, NULL, false },
    { "@committee", "$委常委、$人武部政治委员", NULL, NULL, LEADS_STANDING, { 0 }, NULL, true },
    { "@npc", "$人大常委会主任", NULL, NULL, LEADS_NPC, { 0 }, "npc_office", false },
    { "@npc", "$人大常委会副主任", NULL, NULL, LEADS_NPC, { 0 }, NULL, false },
    { "@npc", "$人大常委会副主任", NULL, NULL, LEADS_NPC, { 0 }, NULL, false },
    { "@npc", "$人大常委会副主任", NULL, NULL, LEADS_NPC, { 0 }, NULL, false },
    { "@npc", "$人大常委会副主任", NULL, NULL, LEADS_NPC, { 0 }, NULL, false },
    { "@government", "副$长", NULL, NULL, LEADS_GOVERNMENT, { 0 }, "agriculture water forestry", false },
    { "@government", "副$长", NULL, NULL, LEADS_GOVERNMENT, { 0 }, "housing natural ecology transport urban", false },
    { "@government", "副$长", NULL, NULL, LEADS_GOVERNMENT, { 0 }, "education health culture insurance", false },
    { "police", "局长", NULL, NULL, LEADS_GOVERNMENT, { "@government", "副$长" }, "justice", false },
    { "@government", "副$长", NULL, NULL, LEADS_GOVERNMENT, { 0 }, "industry commerce market civil veterans", false },
    { "@cppcc", "$政协主席", NULL, NULL, LEADS_CPPCC, { 0 }, "cppcc_office", false },
    { "@cppcc", "$政协副主席", NULL, NULL, LEADS_CPPCC, { 0 }, NULL, false },
    { "@cppcc", "$政协副主席", NULL, NULL, LEADS_CPPCC, { 0 }, NULL, false },
    { "@cppcc", "$政协副主席", NULL, NULL, LEADS_CPPCC, { 0 }, NULL, false },
    { "@cppcc", "$政协副主席", NULL, NULL, LEADS_CPPCC, { 0 }, NULL, false },
    { "court", "院长", NULL, NULL, LEADS_JUSTICE, { 0 }, NULL, false },
    { "procuratorate", "检察长", NULL, NULL, LEADS_JUSTICE, { 0 }, NULL, false },
};

static const struct leader_spec zone_leaders[] = {
    { "@committee", "党工委书记", NULL, NULL, LEADS_STANDING, { 0 }, "government_office organisation", false },
    { "@government", "管委会主任", NULL, NULL, LEADS_STANDING | LEADS_GOVERNMENT,
      { "@committee", "党工委副书记" }, "finance data platform", false },
    { "@government", "管委会副主任", NULL, NULL, LEADS_STANDING | LEADS_GOVERNMENT,
      { "@committee", "党工委委员" }, "reform commerce housing natural", false },
    { "discipline", "纪检监察工委书记", NULL, NULL, LEADS_STANDING, { "@committee", "党工委委员" }, NULL, false },
    { "@government", "管委会副主任", NULL, NULL, LEADS_GOVERNMENT, { 0 },
      "civil agriculture emergency urban ecology police tax", false },
};

/* "$" becomes 市, 区 or 县. */
static struct str title_of(struct demo_build *b, const struct demo_area *ar, const char *text)
{
    if (!strchr(text, '$'))
        return str_of(text);
    struct str kind = str_sub(ar->name, ar->name.n - 3, 3);
    struct buf out = buf_in(b->a);
    for (const char *p = text; *p; p++) {
        if (*p == '$')
            buf_str(&out, kind);
        else
            buf_char(&out, *p);
    }
    return buf_done(&out);
}

static int where_of(const struct demo_build *b, int area, const char *where)
{
    const struct demo_area *ar = &b->area[area];
    if (where[0] != '@')
        return demo_unit_find(b, area, where);
    return where[1] == 'n' ? ar->npc : where[1] == 'g' ? ar->government
         : strcmp(where, "@cppcc") == 0 ? ar->cppcc : ar->committee;
}

static int leader_person(struct demo_build *b, const struct leader_spec *s, int unit)
{
    if (s->place)
        return demo_person_for(b, unit, s->place);
    if (s->on_paper && s->name) {
        int p = demo_person_named(b, s->name, NULL);
        b->person[p].account = STR_NONE;
        return p;
    }
    if (s->name)
        return demo_person_named(b, s->name, NULL);
    return demo_person_new(b, !s->on_paper);
}

static void leader_posts(struct demo_build *b, int area, const struct leader_spec *s, int person, int unit)
{
    const struct demo_area *ar = &b->area[area];
    bool heads = b->unit[unit].head < 0; /* the first of a body is its principal */
    (void)demo_post_add(b, (struct demo_post){ /* the main post comes first */
        .person = person, .unit = unit, .section = -1, .title = title_of(b, ar, s->title),
        .grade = STR(""), .roles = s->on_paper ? STR("") : heads ? STR("unit_head;leader") : STR("leader"),
        .is_main = true, .is_leader = true, .from_on = demo_day(b) });
    for (size_t i = 0; i < 4 && s->also[i]; i += 2)
        (void)demo_post_add(b, (struct demo_post){ /* no use for its number */
            .person = person, .unit = where_of(b, area, s->also[i]), .section = -1,
            .title = title_of(b, ar, s->also[i + 1]), .grade = STR(""), .roles = STR("leader"),
            .is_leader = true, .from_on = demo_day(b) });
}

int demo_leaders_make(struct demo_build *b, int area)
{
    const struct demo_area *ar = &b->area[area];
    const struct leader_spec *table = ar->is_city ? city_leaders : ar->is_zone ? zone_leaders : county_leaders;
    size_t n = ar->is_city ? sizeof city_leaders / sizeof city_leaders[0]
             : ar->is_zone ? sizeof zone_leaders / sizeof zone_leaders[0]
                           : sizeof county_leaders / sizeof county_leaders[0];
    int without_unit = 0;
    for (size_t i = 0; i < n; i++) {
        const struct leader_spec *s = &table[i];
        int unit = where_of(b, area, s->where);
        CHECK(unit >= 0 && b->n_leaders < (int)(sizeof b->leader / sizeof b->leader[0]));
        int person = leader_person(b, s, unit);
        leader_posts(b, area, s, person, unit);
        if (b->unit[unit].head < 0)
            b->unit[unit].head = person;
        without_unit += b->unit[unit].kind == KIND_BODY;
        b->leader[b->n_leaders++] = (struct demo_leader){
            .area = area, .person = person, .unit = unit, .flags = s->flags, .duties = s->duties };
    }
    return without_unit;
}
