/* demo/agencies: who issues, under which mark, from which number books (OFFICE P4, D7). An agency's
 * code is the code of the unit that handles its paper, with a letter when there are several. */
#include "demo/demo_in.h"

#define TYPES_COMMON "意见;通知;通报;报告;请示;函;纪要"
#define TYPES_COMMITTEE "决议;决定;批复;" TYPES_COMMON
#define TYPES_GOVERNMENT "决定;命令;公告;通告;批复;议案;" TYPES_COMMON
#define TYPES_TOWN "决定;通告;批复;议案;" TYPES_COMMON
#define TYPES_OFFICE "批复;" TYPES_COMMON
#define TYPES_NPC "决议;决定;公告;批复;" TYPES_COMMON
#define TYPES_DEPARTMENT "通告;批复;" TYPES_COMMON
#define TYPES_OTHER "决定;" TYPES_COMMON

struct agency {
    int unit;
    const char *suffix;    /* of the code */
    struct str name, mark; /* name under the text; the mark above it says 文件 behind it */
    const char *types, *kind;
};

static struct str agency_add(struct demo_build *b, struct agency g)
{
    struct str code = str_printf(b->a, "%.*s%s", STR_ARG(b->unit[g.unit].code), g.suffix);
    struct str title = str_printf(b->a, "%.*s文件", STR_ARG(g.name));
    demo_csv_row(b, DEMO_AGENCIES, "SuSSSss", code, g.unit, title, g.name, g.mark, g.types, g.kind);
    return code;
}

static void book_add(struct demo_build *b, struct str agency, struct str mark, const char *kind)
{
    bool of_city = agency.n > 5 && agency.p[4] == '-'; /* 4307-… : the city's own */
    int used = of_city && strcmp(kind, "mark") == 0 ? (int)demo_random(b, 40) : 0;
    if (of_city) /* last year's book stays open until the clerk closes it */
        demo_csv_row(b, DEMO_NUMBER_BOOKS, "SSdds", agency, mark, b->o.year - 1, used + 30, kind);
    demo_csv_row(b, DEMO_NUMBER_BOOKS, "SSdds", agency, mark, b->o.year, used + 1, kind);
}

static struct str mark_of(struct demo_build *b, const char *letter, const char *rest)
{
    return str_printf(b->a, "%s%s", letter, rest);
}

/* Committee, congress, government, consultative conference, and the two offices. */
static void area_agencies(struct demo_build *b, const struct demo_area *ar)
{
    const char *l = ar->letter;
    struct str place = ar->name;
    struct str code = agency_add(b, (struct agency){ ar->party_office, "-A", str_printf(b->a, "中共%.*s委", STR_ARG(place)),
                                                     mark_of(b, l, "发"), TYPES_COMMITTEE, "committee" });
    book_add(b, code, mark_of(b, l, "发"), "mark");
    book_add(b, code, mark_of(b, l, "任"), "mark");
    code = agency_add(b, (struct agency){ ar->party_office, "-B", b->unit[ar->party_office].name,
                                          mark_of(b, l, "办发"), TYPES_OFFICE, "office" });
    book_add(b, code, mark_of(b, l, "办发"), "mark");
    book_add(b, code, mark_of(b, l, "办"), "mark");
    code = agency_add(b, (struct agency){ ar->npc_office, "-A", b->unit[ar->npc].name, mark_of(b, l, "常发"),
                                          TYPES_NPC, "npc" });
    book_add(b, code, mark_of(b, l, "常发"), "mark");
    code = agency_add(b, (struct agency){ ar->cppcc_office, "-A", b->unit[ar->cppcc].name, mark_of(b, l, "协发"),
                                          TYPES_OTHER, "cppcc" });
    book_add(b, code, mark_of(b, l, "协发"), "mark");
    code = agency_add(b, (struct agency){ ar->government_office, "-A", b->unit[ar->government].name,
                                          mark_of(b, l, "政发"), TYPES_GOVERNMENT, "government" });
    book_add(b, code, mark_of(b, l, "政发"), "mark");
    book_add(b, code, mark_of(b, l, "政函"), "mark");
    book_add(b, code, mark_of(b, l, "政任"), "mark");
    book_add(b, code, str_printf(b->a, "%.*s人民政府令", STR_ARG(place)), "order");
    book_add(b, code, str_printf(b->a, "%.*s人民政府常务会议纪要", STR_ARG(place)), "minutes");
    code = agency_add(b, (struct agency){ ar->government_office, "-B", b->unit[ar->government_office].name,
                                          mark_of(b, l, "政办发"), TYPES_OFFICE, "office" });
    book_add(b, code, mark_of(b, l, "政办发"), "mark");
    book_add(b, code, mark_of(b, l, "政办函"), "mark");
    book_add(b, code, mark_of(b, l, "政办发明电"), "telegram");
    book_add(b, code, STR("政务要情"), "bulletin");
}

static void zone_agencies(struct demo_build *b, const struct demo_area *ar)
{
    const char *l = ar->letter;
    int office = ar->government_office;
    struct str code = agency_add(b, (struct agency){ office, "-A", b->unit[ar->committee].name, mark_of(b, l, "工发"),
                                                     TYPES_COMMITTEE, "committee" });
    book_add(b, code, mark_of(b, l, "工发"), "mark");
    code = agency_add(b, (struct agency){ office, "-B", b->unit[ar->government].name, mark_of(b, l, "管发"),
                                          TYPES_DEPARTMENT, "government" });
    book_add(b, code, mark_of(b, l, "管发"), "mark");
    code = agency_add(b, (struct agency){ office, "-C", b->unit[office].name, mark_of(b, l, "管办发"), TYPES_OFFICE, "office" });
    book_add(b, code, mark_of(b, l, "管办发"), "mark");
}

static const char *kind_of(const struct demo_unit *u)
{
    switch (u->branch) {
    case BR_DISCIPLINE: return "discipline";
    case BR_COURT: return "court";
    case BR_PROCURATORATE: return "procuratorate";
    case BR_MASS:
    case BR_DEMOCRATIC: return "mass";
    case BR_VERTICAL: return "vertical";
    case BR_INSTITUTION: return "institution";
    case BR_ENTERPRISE: return "enterprise";
    default: return "department";
    }
}

/* 常财, but 常组发, 常纪发; with 常财党 for the Party group. */
static void unit_agency(struct demo_build *b, int unit)
{
    const struct demo_unit *u = &b->unit[unit];
    bool says_fa = u->branch == BR_PARTY || u->branch == BR_DISCIPLINE || u->branch == BR_MASS || u->branch == BR_DEMOCRATIC;
    struct str mark = str_printf(b->a, "%.*s%s", STR_ARG(u->mark), says_fa ? "发" : "");
    bool is_department = u->branch == BR_GOVERNMENT || u->branch == BR_PARTY || u->branch == BR_ZONE;
    if (!(u->spec->flags & SPEC_QUIET)) {
        struct str code = agency_add(b, (struct agency){ unit, "", u->name, mark,
                                                         is_department ? TYPES_DEPARTMENT : TYPES_OTHER, kind_of(u) });
        book_add(b, code, mark, "mark");
        if (u->cls == CL_CITY && u->branch == BR_GOVERNMENT)
            book_add(b, code, str_printf(b->a, "%.*s函", STR_ARG(u->mark)), "mark");
    }
    if (u->spec->flags & SPEC_PARTY_GROUP) {
        mark = str_printf(b->a, "%.*s党", STR_ARG(u->mark));
        struct str code = agency_add(b, (struct agency){ unit, "-P", str_printf(b->a, "中共%.*s党组", STR_ARG(u->name)),
                                                         mark, TYPES_OTHER, "party_group" });
        book_add(b, code, mark, "mark");
    }
}

/* N发 and N政发; a sub-district 工发 and 办发; a farm has no government either. */
static void town_agencies(struct demo_build *b, int unit)
{
    const struct demo_unit *u = &b->unit[unit];
    struct str n = u->mark;
    bool is_street = str_ends(u->short_name, STR("街道"));
    bool has_government = str_ends(u->short_name, STR("镇")) || str_ends(u->short_name, STR("乡"));
    const char *party = is_street ? "街工发" : has_government ? "发" : "场党发";
    const char *office = is_street ? "街办发" : has_government ? "政发" : "场发";
    struct str mark = str_printf(b->a, "%.*s%s", STR_ARG(n), party);
    struct str name = str_printf(b->a, "中共%.*s%s", STR_ARG(u->name), is_street ? "工作委员会" : "委员会");
    struct str code = agency_add(b, (struct agency){ unit, "-A", name, mark, TYPES_COMMITTEE, "committee" });
    book_add(b, code, mark, "mark");
    mark = str_printf(b->a, "%.*s%s", STR_ARG(n), office);
    name = str_printf(b->a, "%.*s%s", STR_ARG(u->name), is_street ? "办事处" : has_government ? "人民政府" : "");
    code = agency_add(b, (struct agency){ unit, "-B", name, mark, has_government ? TYPES_TOWN : TYPES_DEPARTMENT, "government" });
    book_add(b, code, mark, "mark");
}

/* Leading groups issue through the bureau that works for them. */
static void leading_groups(struct demo_build *b)
{
    static const struct {
        const char *key, *name, *mark;
    } groups[] = {
        { "emergency", "常德市防汛抗旱指挥部", "常防" },
        { "emergency", "常德市安全生产委员会", "常安委" },
        { "reform", "常德市重点项目建设领导小组", "常重" },
    };
    static const char *const suffix[] = { "-L1", "-L2", "-L3" };
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        struct str mark = str_of(groups[i].mark);
        struct str code = agency_add(b, (struct agency){ demo_unit_find(b, 0, groups[i].key), suffix[i],
                                                         str_of(groups[i].name), mark, TYPES_OTHER, "leading_group" });
        book_add(b, code, mark, "mark");
    }
}

void demo_agencies_make(struct demo_build *b)
{
    for (int i = 0; i < b->n_areas; i++) {
        if (b->area[i].is_zone)
            zone_agencies(b, &b->area[i]);
        else
            area_agencies(b, &b->area[i]);
    }
    for (size_t i = 0; i < b->n_units; i++) {
        const struct demo_unit *u = &b->unit[i];
        if (u->cls == CL_TOWN)
            town_agencies(b, (int)i);
        else if (u->kind == KIND_UNIT && u->spec)
            unit_agency(b, (int)i);
    }
    leading_groups(b);
}
