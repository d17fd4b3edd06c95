/* demo/units: the tree of areas, bodies, units and sections from the divisions file and the
 * tables. The divisions give counties, towns and villages; five more zones are added. */
#include "demo/demo_in.h"

#include "base/check.h"

static int unit_push(struct demo_build *b, struct demo_unit u)
{
    if (b->n_units == b->cap_units) {
        size_t cap = b->cap_units ? b->cap_units * 2 : 1024;
        b->unit = arena_grow(b->a, b->unit, b->cap_units * sizeof *b->unit, cap * sizeof *b->unit);
        b->cap_units = cap;
    }
    int i = (int)b->n_units++;
    u.first_section = u.head = u.clerk = u.office_head = u.backup = -1;
    u.rank_order = u.parent < 0 ? 1 : ++b->unit[u.parent].children;
    if (!u.phone.p && u.kind == KIND_UNIT)
        u.phone = str_printf(b->a, "0736-7%06d", 100000 + i);
    b->unit[i] = u;
    return i;
}

/* "~" becomes whole, "#" becomes stem. */
static struct str fill(struct demo_build *b, const char *text, struct str whole, struct str stem)
{
    if (!strpbrk(text, "~#"))
        return str_of(text);
    struct buf out = buf_in(b->a);
    for (const char *p = text; *p; p++) {
        if (*p == '~')
            buf_str(&out, whole);
        else if (*p == '#')
            buf_str(&out, stem);
        else
            buf_char(&out, *p);
    }
    return buf_done(&out);
}

static struct str drop_prefix(struct str s, const char *prefix)
{
    struct str p = str_of(prefix);
    return str_starts(s, p) ? str_sub(s, p.n, s.n) : s;
}

static struct str drop_suffix(struct str s, const char *suffix)
{
    struct str p = str_of(suffix);
    return str_ends(s, p) ? str_sub(s, 0, s.n - p.n) : s;
}

/* --- sections ------------------------------------------------------------------------------------ */
/* In a district (区) a section is 科 where a county says 股. */
static struct str section_name(struct demo_build *b, struct str word, bool in_district)
{
    char name[96];
    CHECK(word.n < sizeof name);
    memcpy(name, word.p, word.n);
    name[word.n] = 0;
    struct str s = fill(b, name, STR("市"), STR(""));
    struct str stem = drop_suffix(s, "股");
    if (in_district && stem.n < s.n)
        return str_printf(b->a, "%.*s科", STR_ARG(stem));
    return s.p == name ? str_copy(b->a, s) : s;
}

static void sections_add(struct demo_build *b, int unit, const char *names, bool in_district)
{
    struct str rest = str_of(names), word;
    b->unit[unit].first_section = (int)b->n_units;
    while (str_cut(&rest, ' ', &word)) {
        if (word.n == 0)
            continue;
        struct demo_unit *u = &b->unit[unit];
        struct str name = section_name(b, word, in_district);
        struct str code = str_printf(b->a, "%.*s-%02d", STR_ARG(u->code), u->n_sections + 1);
        u->n_sections++;
        (void)unit_push(b, (struct demo_unit){ /* found by first_section */
            .code = code, .name = name, .short_name = name, .division = u->division,
            .parent = unit, .area = u->area, .level = u->level, .branch = u->branch,
            .kind = KIND_SECTION, .cls = CL_NONE });
    }
}

/* --- an area and its tables ---------------------------------------------------------------------- */
static int body_add(struct demo_build *b, int area, const char *name, const char *short_name,
                    enum demo_branch branch)
{
    struct demo_area *ar = &b->area[area];
    struct demo_unit *root = &b->unit[ar->unit];
    struct str code = str_printf(b->a, "%.*s-B%d", STR_ARG(root->code), (int)branch + 1);
    return unit_push(b, (struct demo_unit){
        .code = code, .name = fill(b, name, ar->name, ar->stem),
        .short_name = fill(b, short_name, ar->is_city ? STR("市") : ar->name, ar->stem),
        .division = root->division, .parent = ar->unit, .area = area, .level = root->level,
        .branch = branch, .kind = KIND_BODY, .cls = CL_NONE });
}

static void bodies_add(struct demo_build *b, int area)
{
    struct demo_area *ar = &b->area[area];
    ar->npc = ar->cppcc = -1;
    if (ar->is_zone) {
        ar->committee = body_add(b, area, "中共~工作委员会", "~党工委", BR_PARTY);
        ar->government = body_add(b, area, "~管理委员会", "~管委会", BR_GOVERNMENT);
        return;
    }
    ar->committee = body_add(b, area, "中共~委员会", "~委", BR_PARTY);
    ar->npc = body_add(b, area, "~人民代表大会常务委员会", "~人大常委会", BR_NPC);
    ar->government = body_add(b, area, "~人民政府", "~政府", BR_GOVERNMENT);
    ar->cppcc = body_add(b, area, "中国人民政治协商会议~委员会", "~政协", BR_CPPCC);
}

static int body_of(const struct demo_area *ar, enum demo_branch branch)
{
    int body = branch == BR_PARTY ? ar->committee : branch == BR_NPC ? ar->npc
             : branch == BR_GOVERNMENT ? ar->government : branch == BR_CPPCC ? ar->cppcc : -1;
    return body < 0 ? ar->unit : body;
}

static void spec_add(struct demo_build *b, int area, const struct demo_spec *s, int number)
{
    struct demo_area *ar = &b->area[area];
    struct demo_unit *root = &b->unit[ar->unit];
    struct str name = fill(b, s->name, ar->name, ar->stem);
    struct str short_place = ar->is_city ? STR("市") : ar->name;
    struct str short_name = drop_prefix(fill(b, s->short_name ? s->short_name : s->name,
                                             short_place, ar->stem), "中共");
    int u = unit_push(b, (struct demo_unit){
        .code = str_printf(b->a, "%.*s-%03d", STR_ARG(root->code), number), .name = name,
        .short_name = short_name, .division = root->division, .spec = s,
        .mark = str_printf(b->a, "%s%s", ar->letter, s->mark), .parent = body_of(ar, s->branch),
        .area = area, .level = root->level, .branch = s->branch, .kind = KIND_UNIT,
        .cls = ar->is_city ? CL_CITY : ar->is_zone ? CL_ZONE : CL_COUNTY,
        .by_paper = s->flags & SPEC_PAPER });
    if (s->flags & SPEC_PAPER)
        return;
    char all[512];
    (void)snprintf(all, sizeof all, "%s%s",                  /* longest table row is 300 bytes */
                   s->flags & SPEC_OFFICE && !ar->is_zone ? "" : "办公室 ", s->sections);
    sections_add(b, u, all, str_ends(ar->name, STR("区")) && !ar->is_zone);
}

static int area_add(struct demo_build *b, struct str code, struct str name, struct str short_name,
                    const char *letter, int parent)
{
    CHECK(b->n_areas < (int)(sizeof b->area / sizeof b->area[0]));
    int area = b->n_areas++;
    struct demo_area *ar = &b->area[area];
    bool is_zone = parent >= 0 && (str_ends(name, STR("管理区")) || str_find(name, STR("开发区"), 0) > 0 ||
                                   str_find(name, STR("度假区"), 0) > 0);
    struct str stem = short_name;
    if (utf8_length(stem) > 2)
        stem = drop_suffix(drop_suffix(drop_suffix(stem, "市"), "县"), "区");
    *ar = (struct demo_area){ .letter = letter, .name = is_zone ? short_name : name, .stem = stem,
                              .is_zone = is_zone, .is_city = parent < 0 };
    ar->unit = unit_push(b, (struct demo_unit){
        .code = code, .name = name, .short_name = short_name,
        .division = code.n > 4 && code.p[4] == 'Z' ? str_sub(code, 0, 4) : code, .parent = parent,
        .area = area, .level = parent < 0 ? LV_CITY : LV_COUNTY,
        .branch = is_zone ? BR_ZONE : BR_GOVERNMENT, .kind = KIND_BODY, .cls = CL_NONE });
    bodies_add(b, area);
    const struct demo_spec *table = ar->is_city ? demo_city_specs
                                  : is_zone ? demo_zone_specs : demo_county_specs;
    size_t n = ar->is_city ? demo_city_specs_n : is_zone ? demo_zone_specs_n : demo_county_specs_n;
    for (size_t i = 0; i < n; i++)
        spec_add(b, area, &table[i], (int)i + 1);
    ar->government_office = demo_unit_find(b, area, "government_office");
    ar->party_office = is_zone ? ar->government_office : demo_unit_find(b, area, "party_office");
    ar->npc_office = demo_unit_find(b, area, "npc_office");
    ar->cppcc_office = demo_unit_find(b, area, "cppcc_office");
    return area;
}

/* --- the divisions file -------------------------------------------------------------------------- */
struct division {
    struct str code, name, level, parent;
};

static const char *first_character(struct demo_build *b, struct str name)
{
    return str_copy(b->a, utf8_prefix(name, 1)).p;
}

static int area_find(const struct demo_build *b, struct str code)
{
    for (int i = 0; i < b->n_areas; i++)
        if (str_eq(b->unit[b->area[i].unit].code, code))
            return i;
    return -1;
}

static int town_add(struct demo_build *b, int area, const struct division *d)
{
    struct demo_area *ar = &b->area[area];
    int u = unit_push(b, (struct demo_unit){
        .code = d->code, .name = str_printf(b->a, "%.*s%.*s", STR_ARG(ar->name), STR_ARG(d->name)),
        .short_name = d->name, .division = d->code, .mark = utf8_prefix(d->name, 1),
        .parent = ar->unit, .area = area, .level = LV_TOWN, .branch = BR_GOVERNMENT,
        .kind = KIND_UNIT, .cls = CL_TOWN });
    sections_add(b, u, demo_town_offices, false);
    return u;
}

/* 先锋村 → 先锋村村民委员会; 红卫社区, 磨市居委会 → 红卫社区居民委员会, 磨市社区居民委员会. */
static int village_add(struct demo_build *b, int town, const struct division *d)
{
    static const char *const endings[] = { "虚拟生活区", "居民委员会", "居委会", "社区" };
    const struct demo_unit *t = &b->unit[town];
    bool is_village = str_ends(d->name, STR("村")) || str_ends(d->name, STR("村委会"));
    struct str stem = is_village ? drop_suffix(drop_suffix(d->name, "委会"), "村") : d->name;
    for (size_t i = 0; !is_village && i < sizeof endings / sizeof endings[0]; i++)
        stem = drop_suffix(stem, endings[i]);
    struct str short_name = str_printf(b->a, "%.*s%s", STR_ARG(stem), is_village ? "村" : "社区");
    struct str name = str_printf(b->a, "%.*s%.*s%s", STR_ARG(t->short_name), STR_ARG(short_name),
                                 is_village ? "村民委员会" : "居民委员会");
    return unit_push(b, (struct demo_unit){
        .code = d->code, .name = name, .short_name = short_name, .division = d->code,
        .parent = town, .area = t->area, .level = LV_VILLAGE, .branch = BR_VILLAGE,
        .kind = KIND_UNIT, .cls = CL_VILLAGE });
}

static const char story_county[] = "430781", story_town_name[] = "毛里湖镇";

static bool is_wanted(const struct demo_build *b, struct str code)
{
    return b->o.scale == DEMO_CITY || str_starts(code, str_of(story_county));
}

static int town_find(const struct demo_build *b, int area, struct str code)
{
    for (int i = (int)b->n_units - 1; i >= 0; i--) {
        const struct demo_unit *u = &b->unit[i];
        if (u->cls == CL_TOWN && u->area == area && str_eq(u->code, code))
            return i;
    }
    return -1;
}

/* False when the parent has not come before. Villages follow their towns in the file, so the town
 * is nearly always the one of the line before. */
static bool division_add(struct demo_build *b, const struct division *d, int *last_town)
{
    if (str_is(d->level, "city") && b->n_areas == 0) {
        (void)area_add(b, d->code, d->name, drop_suffix(d->name, "市"), first_character(b, d->name), -1);
        b->area[0].stem = drop_suffix(d->name, "市");
        return true;
    }
    if (b->n_areas == 0)
        return false;
    if (str_is(d->level, "county")) {
        bool is_zone = str_ends(d->name, STR("管理区"));
        struct str short_name = is_zone ? drop_prefix(d->name, b->unit[0].name.p) : d->name;
        if (is_wanted(b, d->code))
            (void)area_add(b, d->code, d->name, short_name, /* found by code */
                           is_zone ? "常西" : first_character(b, d->name), 0);
        return str_is(d->parent, b->unit[0].code.p);
    }
    if (!is_wanted(b, d->code))
        return true;
    int area = area_find(b, str_sub(d->code, 0, 6));
    if (area < 0)
        return false;
    if (str_is(d->level, "town")) {
        *last_town = town_add(b, area, d);
        if (str_is(d->name, story_town_name) && str_starts(d->code, str_of(story_county)))
            b->story_town = *last_town;
        return true;
    }
    int town = *last_town;
    if (town < 0 || !str_eq(b->unit[town].code, d->parent))
        town = town_find(b, area, d->parent);
    if (town < 0 || !str_is(d->level, "village"))
        return false;
    *last_town = town;
    int village = village_add(b, town, d);
    if (town == b->story_town && b->story_village < 0)
        b->story_village = village;
    return true;
}

static bool divisions_read(struct demo_build *b)
{
    struct str rest = b->o.divisions, line;
    int number = 0, last_town = -1;
    while (str_cut(&rest, '\n', &line)) {
        number++;
        line = str_trim(line);
        if (number == 1 || line.n == 0)
            continue;
        struct division d = { 0 };
        struct str *field[] = { &d.code, &d.name, &d.level, &d.parent };
        size_t n = 0;
        while (n < 4 && str_cut(&line, ',', field[n])) {
            *field[n] = str_copy(b->a, *field[n]);
            n++;
        }
        if (n != 4 || line.p || d.code.n < 4 || !utf8_valid(d.name) || !division_add(b, &d, &last_town)) {
            const char *at = arena_printf(b->a, "%d", number);
            return err_set(b->err, b->a, ERR_INVALID, "demo.divisions", NULL, at, NULL, NULL);
        }
    }
    return true;
}

/* --- zones without a division code, and the 131 others ------------------------------------------- */
static void zones_add(struct demo_build *b)
{
    static const struct {
        const char *name, *short_name, *letter;
    } zones[] = {
        { "常德经济技术开发区", "常德经开区", "常经" }, { "常德高新技术产业开发区", "常德高新区", "常高" },
        { "柳叶湖旅游度假区", "柳叶湖度假区", "常柳" }, { "桃花源旅游管理区", "桃花源管理区", "常桃" },
        { "常德市西湖管理区", "西湖管理区", "常湖" },
    };
    size_t n = b->o.scale == DEMO_CITY ? sizeof zones / sizeof zones[0] : 1;
    for (size_t i = 0; i < n; i++) {
        struct str code = str_printf(b->a, "%.*sZ%zu", STR_ARG(b->unit[0].code), i + 1);
        (void)area_add(b, code, str_of(zones[i].name), str_of(zones[i].short_name), zones[i].letter, 0);
    }
}

static void other_add(struct demo_build *b, int area, int parent, const char *kind, struct str name)
{
    const struct demo_spec *s = demo_other_specs;
    while (strcmp(s->key, kind) != 0)
        s++;
    struct demo_area *ar = &b->area[area];
    int number = ++ar->others;
    int u = unit_push(b, (struct demo_unit){
        .code = str_printf(b->a, "%.*s-E%02d", STR_ARG(b->unit[ar->unit].code), number), .name = name,
        .short_name = name, .division = b->unit[ar->unit].division, .spec = s,
        .mark = str_printf(b->a, "%s%s%02d", ar->letter, s->mark, number), .parent = parent,
        .area = area, .level = b->unit[ar->unit].level, .branch = s->branch, .kind = KIND_UNIT,
        .cls = CL_OTHER });
    sections_add(b, u, s->sections, false);
}

/* Three enterprises below each of the city's twelve: 36. */
static void subsidiaries_add(struct demo_build *b)
{
    static const char *const suffix[] = { "建设工程有限公司", "资产经营有限公司", "物业服务有限公司" };
    for (size_t i = 0, n = b->n_units; i < n; i++) {
        if (b->unit[i].cls != CL_CITY || b->unit[i].branch != BR_ENTERPRISE)
            continue;
        for (size_t k = 0; k < 3; k++)
            other_add(b, 0, (int)i, "enterprise",
                      str_printf(b->a, "常德%s%s", b->unit[i].spec->mark, suffix[k]));
    }
}

/* Per county 5 enterprises, 2 schools, a hospital, a headquarters; per added zone an enterprise;
 * nine headquarters of the city: 36 + 45 + 5 enterprises, 45 others. */
static void others_add(struct demo_build *b)
{
    static const struct {
        const char *kind, *name;
    } county[] = {
        { "enterprise", "城市建设投资集团有限公司" }, { "enterprise", "交通建设投资有限公司" },
        { "enterprise", "水务投资有限公司" }, { "enterprise", "农业发展投资有限公司" },
        { "enterprise", "文化旅游投资有限公司" }, { "school", "第三中学" }, { "school", "思源实验学校" },
        { "hospital", "第三人民医院" }, { "project", "重点项目建设指挥部" },
    };
    static const char *const city[] = {
        "沅江防洪治理工程指挥部", "澧水治理工程指挥部", "城市更新项目指挥部", "高铁新城建设指挥部",
        "港口物流园建设指挥部", "洞庭湖生态修复指挥部", "产业园区建设指挥部", "乡村振兴示范片指挥部",
        "文旅融合项目指挥部",
    };
    subsidiaries_add(b);
    for (int i = 1; i < b->n_areas; i++) {
        struct demo_area *ar = &b->area[i];
        for (size_t k = 0; !ar->is_zone && k < sizeof county / sizeof county[0]; k++)
            other_add(b, i, ar->unit, county[k].kind,
                      str_printf(b->a, "%.*s%s", STR_ARG(ar->name), county[k].name));
        if (ar->is_zone && b->unit[ar->unit].code.p[4] == 'Z')
            other_add(b, i, ar->unit, "enterprise",
                      str_printf(b->a, "%.*s产业投资有限公司", STR_ARG(ar->name)));
    }
    for (size_t k = 0; k < sizeof city / sizeof city[0]; k++)
        other_add(b, 0, 0, "project", str_printf(b->a, "常德市%s", city[k]));
}

/* Two towns of a county that begin alike take two characters as 代字. */
static void town_marks_part(struct demo_build *b)
{
    for (size_t i = 0; i < b->n_units; i++)
        for (size_t k = i + 1; b->unit[i].cls == CL_TOWN && k < b->n_units; k++) {
            if (b->unit[k].cls != CL_TOWN || b->unit[k].area != b->unit[i].area ||
                !str_eq(b->unit[k].mark, b->unit[i].mark))
                continue;
            b->unit[k].mark = utf8_prefix(b->unit[k].name.p ? b->unit[k].short_name : STR_NONE, 2);
        }
}

bool demo_units_make(struct demo_build *b)
{
    b->story_town = b->story_village = -1;
    if (!divisions_read(b))
        return false;
    if (b->story_village < 0)
        return err_set(b->err, b->a, ERR_INVALID, "demo.no_story", NULL, NULL, NULL, NULL);
    zones_add(b);
    if (b->o.scale == DEMO_CITY)
        others_add(b);
    town_marks_part(b);
    return true;
}

int demo_unit_find(const struct demo_build *b, int area, const char *key)
{
    for (size_t i = 0; i < b->n_units; i++) {
        const struct demo_unit *u = &b->unit[i];
        if (u->area == area && u->kind == KIND_UNIT && u->spec && u->spec->key &&
            u->cls != CL_OTHER && strcmp(u->spec->key, key) == 0)
            return (int)i;
    }
    return -1;
}

int demo_section_find(const struct demo_build *b, int unit, const char *name)
{
    const struct demo_unit *u = &b->unit[unit];
    for (int i = 0; i < u->n_sections; i++)
        if (str_is(b->unit[u->first_section + i].name, name))
            return u->first_section + i;
    return -1;
}
