/* demo/people: who works where. An area's people are shared out by the weight of its units, so that
 * OFFICE §7's averages come out exactly; a unit is filled from the top: head, deputies, office,
 * heads of sections, staff. */
#include "demo/demo_in.h"

#include "base/check.h"

enum {
    CITY_EACH = 22, SMALL_CITY_EACH = 12, COUNTY_EACH = 14, ZONE_EACH = 9, OTHER_EACH = 12,
    TOWN_EACH = 55, VILLAGE_EACH = 6, UNIT_LEAST = 6
};

static const char *const days[] = { "2021-03-01", "2021-07-12", "2021-11-22", "2022-02-21", "2022-06-13",
                                    "2022-09-05", "2023-01-09", "2023-04-17", "2023-08-28", "2024-01-15",
                                    "2024-05-20", "2024-09-09", "2025-02-17", "2025-06-23" };

const char *demo_day(struct demo_build *b)
{
    return days[demo_random(b, sizeof days / sizeof days[0])];
}

int demo_post_add(struct demo_build *b, struct demo_post p)
{
    CHECK(p.unit >= 0 && p.person >= 0);
    if (b->n_posts == b->cap_posts) {
        size_t cap = b->cap_posts ? b->cap_posts * 2 : 1024;
        b->post = arena_grow(b->a, b->post, b->cap_posts * sizeof *b->post, cap * sizeof *b->post);
        b->cap_posts = cap;
    }
    p.rank_order = ++b->unit[p.unit].n_posts;
    b->post[b->n_posts] = p;
    return (int)b->n_posts++;
}

/* --- grades beside posts ------------------------------------------------------------------------- */
static struct str grade_staff(struct demo_build *b, const struct demo_unit *u)
{
    static const char *const city[] = { "一级主任科员", "二级主任科员", "三级主任科员", "四级主任科员",
                                        "四级主任科员", "一级科员" };
    static const char *const county[] = { "三级主任科员", "四级主任科员", "一级科员", "一级科员", "二级科员" };
    if (u->branch == BR_INSTITUTION || u->branch == BR_ENTERPRISE || u->level == LV_VILLAGE)
        return STR("");
    if (u->level == LV_CITY)
        return str_of(city[demo_random(b, sizeof city / sizeof city[0])]);
    return str_of(county[demo_random(b, sizeof county / sizeof county[0])]);
}

static struct str grade_head(const struct demo_unit *u, int step) /* 0 head, 1 deputy, 2 section head */
{
    static const char *const city[] = { "一级调研员", "三级调研员", "四级调研员" };
    static const char *const county[] = { "四级调研员", "一级主任科员", "二级主任科员" };
    if (u->branch == BR_INSTITUTION || u->branch == BR_ENTERPRISE || u->level == LV_VILLAGE)
        return STR("");
    return str_of(u->level == LV_CITY ? city[step] : county[step]);
}

/* --- titles -------------------------------------------------------------------------------------- */
/* What the head of a section is called, by the end of its name. */
static const char *section_head_title(struct str name)
{
    static const struct {
        const char *ending, *title;
    } table[] = {
        { "支队", "支队长" }, { "大队", "大队长" }, { "分局", "局长" }, { "科", "科长" }, { "股", "股长" },
        { "部", "部长" }, { "处", "处长" }, { "院", "院长" }, { "馆", "馆长" }, { "站", "站长" },
        { "庭", "庭长" }, { "局", "局长" }, { "组", "组长" }, { "所", "所长" }, { "队", "队长" }, { "台", "台长" },
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (str_ends(name, str_of(table[i].ending)))
            return table[i].title;
    return "主任";
}

static struct str deputy_title(struct demo_build *b, const struct demo_spec *s)
{
    if (strncmp(s->head, "常务副", strlen("常务副")) == 0)
        return str_of(s->head + strlen("常务"));
    return str_printf(b->a, "副%s", s->head);
}

/* --- one unit being filled ----------------------------------------------------------------------- */
struct filling {
    struct demo_build *b;
    int unit, left;
};

struct place {
    int section;       /* -1: none */
    const char *place; /* for the story; NULL: nobody's */
    const char *title, *roles;
    struct str grade;
    bool is_leader;
};

/* Puts a new person into the place; -1 when the unit is full. */
static int fill(struct filling *f, struct place p)
{
    if (f->left == 0)
        return -1;
    f->left--;
    int person = p.place ? demo_person_for(f->b, f->unit, p.place) : demo_person_new(f->b, true);
    (void)demo_post_add(f->b, (struct demo_post){ /* found through the person */
        .person = person, .unit = f->unit, .section = p.section, .title = str_of(p.title),
        .grade = p.grade, .roles = str_of(p.roles), .is_main = true, .is_leader = p.is_leader,
        .from_on = demo_day(f->b) });
    return person;
}

static void fill_head(struct filling *f)
{
    struct demo_build *b = f->b;
    const struct demo_unit *u = &b->unit[f->unit];
    if (u->head >= 0) {
        f->left--; /* one of the area's leaders */
    } else {
        int head = fill(f, (struct place){ -1, "head", u->spec->head, "unit_head;leader", grade_head(u, 0), true });
        b->unit[f->unit].head = head;
    }
    if (u->spec->flags & SPEC_PARTY_GROUP && !(u->spec->flags & SPEC_OFFICE))
        (void)demo_post_add(b, (struct demo_post){ /* director and Party group secretary are one person */
            .person = b->unit[f->unit].head, .unit = f->unit, .section = -1, .title = STR("党组书记"),
            .grade = STR(""), .roles = STR("leader"), .is_leader = true, .from_on = demo_day(b) });
}

/* The roles that come with heading a section of that name; what no section has, the office head does
 * (org_role_holders). */
static const char *section_roles(struct str name)
{
    static const struct {
        const char *section, *roles;
    } table[] = {
        { "督查室", "section_head;supervision_office" },
        { "总值班室", "section_head;duty_room" },
        { "电子政务科", "section_head;city_admin;it_support" },
        { "文书科", "section_head;reviewer;confidentiality" },
        { "综合科", "section_head;legal" },
        { "法规科", "section_head;legal" },
        { "法规股", "section_head;legal" },
        { "机要保密科", "section_head;confidentiality;secrecy_officer" },
        { "数字政府科", "section_head;security_admin" },
        { "政务公开科", "section_head;disclosure" },
        { "信访室", "section_head;petition" },
        { "财务科", "section_head;finance" },
        { "财务股", "section_head;finance" },
        { "财政所", "section_head;finance" },
        { "人事科", "section_head;personnel" },
        { "人事股", "section_head;personnel" },
        { "党建办公室", "section_head;personnel" },
        { "司法所", "section_head;legal" },
        { "平安法治办公室", "section_head;petition" },
        { "行政科", "section_head;logistics;asset_keeper;vehicle_keeper;supplies_keeper;reception" },
        { "行政股", "section_head;logistics;asset_keeper;vehicle_keeper;supplies_keeper;reception" },
        { "后勤科", "section_head;logistics;asset_keeper;vehicle_keeper;supplies_keeper" },
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (str_is(name, table[i].section))
            return table[i].roles;
    return "section_head";
}

static void fill_section_heads(struct filling *f, int except)
{
    const struct demo_unit *u = &f->b->unit[f->unit];
    for (int i = 0; i < u->n_sections && f->left > 0; i++) {
        int s = u->first_section + i;
        struct str name = f->b->unit[s].name;
        if (s == except)
            continue;
        char place[96];
        (void)snprintf(place, sizeof place, "%.*s:head", STR_ARG(name)); /* names are short */
        (void)fill(f, (struct place){ s, place, section_head_title(name), section_roles(name), /* full is fine */
                                      grade_head(u, 2), false });
    }
}

/* What is left goes round the sections. */
static void fill_staff(struct filling *f)
{
    const struct demo_unit *u = &f->b->unit[f->unit];
    for (int i = 0; f->left > 0; i++) {
        int s = u->n_sections ? u->first_section + i % u->n_sections : -1;
        char place[96] = "";
        if (s >= 0)
            (void)snprintf(place, sizeof place, "%.*s:staff", STR_ARG(f->b->unit[s].name)); /* short */
        (void)fill(f, (struct place){ s, place, u->branch == BR_ENTERPRISE ? "职员" : "干部", "",
                                      grade_staff(f->b, u), false });
    }
}

static int document_section(const struct demo_build *b, int unit)
{
    static const char *const names[] = { "文书科", "文电科", "文书股", "文电股", "办公室" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        int s = demo_section_find(b, unit, names[i]);
        if (s >= 0)
            return s;
    }
    return b->unit[unit].n_sections ? b->unit[unit].first_section : -1;
}

static int either_section(const struct demo_build *b, int unit, const char *first, const char *second, int otherwise)
{
    int s = demo_section_find(b, unit, first);
    if (s < 0)
        s = demo_section_find(b, unit, second);
    return s < 0 ? otherwise : s;
}

/* The office of a committee or government: sub-secretaries-general serve the leaders. */
static void fill_office(struct demo_build *b, int unit, int size)
{
    struct filling f = { b, unit, size };
    struct demo_unit *u = &b->unit[unit];
    const struct demo_area *ar = &b->area[u->area];
    bool is_government = unit == ar->government_office;
    int deputies = !ar->is_city ? 2 : is_government ? 8 : unit == ar->party_office ? 6 : 3;
    int documents = document_section(b, unit);
    fill_head(&f);
    const char *vice = ar->is_city ? (is_government ? "市政府副秘书长" : unit == ar->party_office ? "市委副秘书长" : "副秘书长") : "副主任";
    const char *director = ar->is_city ? arena_printf(b->a, "%s、办公室主任", vice) : "副主任、办公室主任";
    u->office_head = fill(&f, (struct place){ -1, "office_head", director, "office_head;leader", grade_head(u, 1), true });
    for (int i = 1; i < deputies; i++)
        (void)fill(&f, (struct place){ -1, "deputy", vice, "leader", grade_head(u, 1), true }); /* size suffices */
    u->clerk = fill(&f, (struct place){ documents, "clerk", "收发文员", "doc_clerk", grade_staff(b, u), false });
    u->backup = fill(&f, (struct place){ documents, "clerk2", "文书", "doc_clerk;print_room", grade_staff(b, u), false });
    int review = either_section(b, unit, "综合科", "综合股", documents);
    (void)fill(&f, (struct place){ review, "reviewer", "文秘", "reviewer", grade_staff(b, u), false });
    int admin = either_section(b, unit, "行政科", "行政股", documents);
    (void)fill(&f, (struct place){ admin, "admin", "系统管理员", "unit_admin", grade_staff(b, u), false });
    (void)fill(&f, (struct place){ documents, "seal", "监印人", "seal_custodian", grade_staff(b, u), false });
    int files = either_section(b, unit, "档案科", "档案股", documents);
    (void)fill(&f, (struct place){ files, "archive", "档案员", "archivist", grade_staff(b, u), false });
    fill_section_heads(&f, -1);
    int fourth = demo_section_find(b, unit, "秘书四科");
    if (fourth >= 0)
        (void)fill(&f, (struct place){ fourth, "秘书四科:secretary", "秘书", "", grade_staff(b, u), false });
    if (fourth >= 0)
        (void)fill(&f, (struct place){ fourth, "秘书四科:staff", "干部", "", grade_staff(b, u), false });
    fill_staff(&f);
}

static void fill_unit(struct demo_build *b, int unit, int size)
{
    struct filling f = { b, unit, size };
    struct demo_unit *u = &b->unit[unit];
    int deputies = size / 8 < 1 ? 1 : size / 8 > 4 ? 4 : size / 8;
    int office = u->n_sections ? u->first_section : -1;
    fill_head(&f);
    const char *deputy = deputy_title(b, u->spec).p;
    for (int i = 0; i < deputies; i++)
        (void)fill(&f, (struct place){ -1, NULL, deputy, "leader", grade_head(u, 1), true }); /* size suffices */
    u->office_head = fill(&f, (struct place){ office, "office_head", "办公室主任", "office_head;section_head",
                                              grade_head(u, 2), false });
    bool is_small = size < 14;
    u->clerk = fill(&f, (struct place){ office, "clerk", "收发文员",
                                        is_small ? "doc_clerk;seal_custodian;archivist" : "doc_clerk",
                                        grade_staff(b, u), false });
    u->backup = fill(&f, (struct place){ office, "reviewer", "文秘", "reviewer;unit_admin", grade_staff(b, u), false });
    if (!is_small) {
        (void)fill(&f, (struct place){ office, "seal", "监印人", "seal_custodian;asset_keeper;supplies_keeper", grade_staff(b, u), false });
        (void)fill(&f, (struct place){ office, "archive", "档案员", "archivist;confidentiality;vehicle_keeper;logistics", grade_staff(b, u), false });
    }
    fill_section_heads(&f, office);
    fill_staff(&f);
}

/* --- towns and villages -------------------------------------------------------------------------- */
static void fill_town(struct demo_build *b, int unit)
{
    struct filling f = { b, unit, TOWN_EACH };
    struct demo_unit *u = &b->unit[unit];
    bool is_street = str_ends(u->short_name, STR("街道"));
    bool is_farm = !is_street && !str_ends(u->short_name, STR("镇")) && !str_ends(u->short_name, STR("乡"));
    bool is_village_town = str_ends(u->short_name, STR("乡"));
    const char *party = is_street ? "党工委" : "党委";
    const char *head = is_street ? "办事处主任" : is_farm ? "场长" : is_village_town ? "乡长" : "镇长";
    const char *vice = is_street ? "办事处副主任" : is_farm ? "副场长" : is_village_town ? "副乡长" : "副镇长";
    bool chairs = !is_street && !is_farm && demo_random(b, 4) == 0; /* the secretary chairs the congress */
    const char *second[] = {
        is_street ? "人大工委主任" : is_farm || chairs ? "党委委员" : "人大主席", "党委副书记、政法委员", "纪委书记",
        "组织委员", "宣传委员", is_farm ? "党委委员" : "武装部部长", vice, vice, vice };
    struct str grade = grade_head(u, 1);
    u->head = fill(&f, (struct place){ -1, "head", arena_printf(b->a, "%s书记", party), "unit_head;leader", grade, true });
    if (chairs)
        (void)demo_post_add(b, (struct demo_post){ /* the second post of the secretary */
            .person = u->head, .unit = unit, .section = -1, .title = STR("人大主席"), .grade = STR(""),
            .roles = STR("leader"), .is_leader = true, .from_on = demo_day(b) });
    (void)fill(&f, (struct place){ -1, "mayor", arena_printf(b->a, "%s副书记、%s", party, head), "unit_head;leader", grade, true });
    for (size_t i = 0; i < sizeof second / sizeof second[0]; i++)
        (void)fill(&f, (struct place){ -1, NULL, second[i], "leader", grade, true });
    int office = u->first_section;
    u->office_head = fill(&f, (struct place){ office, "office_head", "主任", "office_head;section_head", grade_head(u, 2), false });
    u->clerk = fill(&f, (struct place){ office, "clerk", "文书", "doc_clerk", grade_staff(b, u), false });
    u->backup = fill(&f, (struct place){ office, "reviewer", "文秘", "reviewer;unit_admin", grade_staff(b, u), false });
    (void)fill(&f, (struct place){ office, "seal", "监印人", "seal_custodian;archivist;asset_keeper;supplies_keeper", grade_staff(b, u), false });
    (void)fill(&f, (struct place){ office, "duty", "值班员", "duty_room;vehicle_keeper;logistics", grade_staff(b, u), false });
    fill_section_heads(&f, office);
    fill_staff(&f);
}

/* Six people. Where there are two grid workers the vice secretary is also in charge of security. */
static void fill_village(struct demo_build *b, int unit)
{
    struct filling f = { b, unit, VILLAGE_EACH };
    struct demo_unit *u = &b->unit[unit];
    bool two_grids = demo_random(b, 3) == 0;
    u->head = fill(&f, (struct place){ -1, "head", "党组织书记、主任", "unit_head;leader", STR(""), true });
    u->backup = fill(&f, (struct place){ -1, NULL, "副书记", "leader", STR(""), true });
    (void)fill(&f, (struct place){ -1, NULL, "妇联主席", "", STR(""), false });
    u->clerk = fill(&f, (struct place){ -1, "clerk", "会计、文书", "doc_clerk;unit_admin", STR(""), false });
    u->office_head = u->clerk;
    if (two_grids)
        (void)demo_post_add(b, (struct demo_post){ /* the second post of the vice secretary */
            .person = u->backup, .unit = unit, .section = -1, .title = STR("治保委员"), .grade = STR(""),
            .roles = STR(""), .from_on = demo_day(b) });
    else
        (void)fill(&f, (struct place){ -1, NULL, "治保委员", "", STR(""), false });
    while (f.left > 0)
        (void)fill(&f, (struct place){ -1, NULL, "网格员", "", STR(""), false });
}

/* --- sharing out --------------------------------------------------------------------------------- */
static void staff_unit(struct demo_build *b, int unit, int size)
{
    if (b->unit[unit].spec->flags & SPEC_OFFICE)
        fill_office(b, unit, size);
    else
        fill_unit(b, unit, size);
}

/* The fewest people a unit works with. */
static int least(const struct demo_build *b, int unit)
{
    const struct demo_unit *u = &b->unit[unit];
    const struct demo_area *ar = &b->area[u->area];
    if (!ar->is_city || !(u->spec->flags & SPEC_OFFICE))
        return UNIT_LEAST;
    return unit == ar->government_office ? 40 : unit == ar->party_office ? 34 : 20;
}

/* Divides `total` people among the units of the class in the area by their weights. */
static void share_out(struct demo_build *b, int area, enum demo_class cls, int total)
{
    int weights = 0, spare = total;
    for (size_t i = 0; i < b->n_units; i++)
        if (b->unit[i].cls == cls && b->unit[i].area == area && !b->unit[i].by_paper) {
            weights += b->unit[i].spec->weight;
            spare -= least(b, (int)i);
        }
    int so_far = 0, given = 0;
    CHECK(spare >= 0);
    for (size_t i = 0, n = b->n_units; i < n; i++) {
        if (b->unit[i].cls != cls || b->unit[i].area != area || b->unit[i].by_paper)
            continue;
        so_far += b->unit[i].spec->weight;
        int upto = (int)((int64_t)spare * so_far / weights);
        staff_unit(b, (int)i, least(b, (int)i) + upto - given);
        given = upto;
    }
}

/* --- further posts ------------------------------------------------------------------------------- */
static int staff_of(const struct demo_build *b, int unit)
{
    for (size_t i = 0; i < b->n_posts; i++)
        if (b->post[i].unit == unit && b->post[i].roles.n == 0 && b->post[i].section >= 0)
            return b->post[i].person;
    return -1;
}

static void extra_post(struct demo_build *b, int person, int unit, int section, const char *title, const char *from_on)
{
    if (person < 0 || section < 0)
        return;
    (void)demo_post_add(b, (struct demo_post){ /* found through the person */
        .person = person, .unit = unit, .section = section, .title = str_of(title), .grade = STR(""),
        .roles = STR(""), .from_on = from_on });
}

/* Cadres seconded to the two offices, and clerks who stand in for a second section. */
static void extra_posts(struct demo_build *b)
{
    static const char *const lent[] = { "water", "emergency", "reform", "finance", "agriculture" };
    static const char *const double_work[] = { "education", "health", "transport", "civil", "market" };
    int office = b->area[0].government_office;
    for (size_t i = 0; i < sizeof lent / sizeof lent[0]; i++)
        extra_post(b, staff_of(b, demo_unit_find(b, 0, lent[i])), office,
                   demo_section_find(b, office, i < 2 ? "秘书四科" : "综合科"), "干部（借调）",
                   arena_printf(b->a, "%d-03-02", b->o.year));
    for (size_t i = 0; i < sizeof double_work / sizeof double_work[0]; i++) {
        int unit = demo_unit_find(b, 0, double_work[i]);
        extra_post(b, b->unit[unit].backup, unit, demo_section_find(b, unit, "财务科"), "文秘（AB岗）", "2024-05-20");
    }
}

void demo_people_make(struct demo_build *b)
{
    for (int i = 0; i < b->n_areas; i++) {
        const struct demo_area *ar = &b->area[i];
        int city_each = b->o.scale == DEMO_CITY ? CITY_EACH : SMALL_CITY_EACH;
        int total = ar->is_city ? city_each * (int)demo_city_specs_n
                  : ar->is_zone ? ZONE_EACH * (int)demo_zone_specs_n
                                : COUNTY_EACH * (int)demo_county_specs_n;
        total -= demo_leaders_make(b, i);
        share_out(b, i, ar->is_city ? CL_CITY : ar->is_zone ? CL_ZONE : CL_COUNTY, total);
        share_out(b, i, CL_OTHER, OTHER_EACH * ar->others);
    }
    for (size_t i = 0; i < b->n_units; i++) {
        if (b->unit[i].cls == CL_TOWN)
            fill_town(b, (int)i);
        else if (b->unit[i].cls == CL_VILLAGE)
            fill_village(b, (int)i);
    }    extra_posts(b);
}
