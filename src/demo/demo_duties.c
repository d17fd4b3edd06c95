/* demo/duties: the division of work, secretaries, rank lists, groups, backups, authorisations and
 * second superiors (OFFICE P1–P5). Everything here is derived from the units and people made before. */
#include "demo/demo_in.h"

#include "base/check.h"

/* Posts by unit: those of unit u are list[start[u]] … list[start[u + 1] - 1], in rank order. */
struct by_unit {
    int *start, *list;
};

static struct by_unit posts_by_unit(struct demo_build *b)
{
    struct by_unit t = { arena_array_of(b->a, int, b->n_units + 2), arena_array_of(b->a, int, b->n_posts) };
    for (size_t i = 0; i < b->n_posts; i++)
        t.start[b->post[i].unit + 2]++;
    for (size_t i = 2; i < b->n_units + 2; i++)
        t.start[i] += t.start[i - 1];
    for (size_t i = 0; i < b->n_posts; i++)
        t.list[t.start[b->post[i].unit + 1]++] = (int)i;
    return t;
}

/* The k-th deputy of a unit (a leader in his main post, not the head), -1 when there is none. */
static int deputy(const struct demo_build *b, const struct by_unit *t, int unit, int k)
{
    for (int i = t->start[unit]; i < t->start[unit + 1]; i++) {
        const struct demo_post *p = &b->post[t->list[i]];
        if (p->is_leader && p->is_main && p->section < 0 && p->person != b->unit[unit].head && k-- == 0)
            return p->person;
    }
    return -1;
}

static int deputies(const struct demo_build *b, const struct by_unit *t, int unit)
{
    int n = 0;
    while (deputy(b, t, unit, n) >= 0)
        n++;
    return n;
}

/* --- division of work ---------------------------------------------------------------------------- */
struct duties {
    struct demo_build *b;
    struct by_unit t;
    bool *done; /* per unit or section: somebody is in charge */
};

static void in_charge(struct duties *d, int leader, int leader_unit, int unit, int deputy_person)
{
    if (d->done[unit])
        return;
    d->done[unit] = true;
    demo_csv_row(d->b, DEMO_IN_CHARGE, "puups", leader, leader_unit, unit, deputy_person, demo_day(d->b));
}

/* What the table of leaders says; a government leader comes with a deputy secretary-general. */
static void leaders_in_charge(struct duties *d)
{
    struct demo_build *b = d->b;
    int nth = 0;
    for (int i = 0; i < b->n_leaders; i++) {
        const struct demo_leader *l = &b->leader[i];
        const struct demo_area *ar = &b->area[l->area];
        int with = -1;
        if (ar->is_city && l->flags & LEADS_GOVERNMENT && l->unit != ar->government_office)
            with = deputy(b, &d->t, ar->government_office, nth++ % 8);
        struct str rest = str_of(l->duties), word;
        while (str_cut(&rest, ' ', &word)) {
            const char *key = arena_strndup(b->a, word.p, word.n);
            int unit = (unsigned char)word.p[0] < 0x80 ? demo_unit_find(b, l->area, key)
                                                       : demo_section_find(b, ar->government_office, key);
            if (unit >= 0)
                in_charge(d, l->person, l->unit, unit, with);
        }
    }
}

/* Units that no table names go round the leaders of their side. */
static void rest_in_charge(struct duties *d)
{
    struct demo_build *b = d->b;
    int next = 0;
    for (size_t u = 0; u < b->n_units; u++) {
        const struct demo_unit *unit = &b->unit[u];
        if (unit->kind != KIND_UNIT || unit->by_paper || unit->cls == CL_VILLAGE || d->done[u])
            continue;
        bool party = unit->branch == BR_PARTY || unit->branch == BR_MASS || unit->branch == BR_DEMOCRATIC;
        for (int tries = 0; tries < b->n_leaders; tries++) {
            const struct demo_leader *l = &b->leader[next++ % b->n_leaders];
            if (l->area != unit->area || !(l->flags & (party ? LEADS_STANDING : LEADS_GOVERNMENT)) ||
                !b->person[l->person].account.p)
                continue;
            in_charge(d, l->person, l->unit, (int)u, -1);
            break;
        }
    }
}

/* Inside a unit: the head leads office, personnel and money, the deputies the rest in turn. */
static void sections_in_charge(struct duties *d)
{
    struct demo_build *b = d->b;
    for (size_t u = 0; u < b->n_units; u++) {
        const struct demo_unit *unit = &b->unit[u];
        int n = unit->n_sections ? deputies(b, &d->t, (int)u) : 0;
        for (int i = 0; i < unit->n_sections; i++) {
            struct str name = b->unit[unit->first_section + i].name;
            bool by_head = n == 0 || i == 0 || str_is(name, "人事科") || str_is(name, "财务科");
            int leader = by_head ? unit->head : deputy(b, &d->t, (int)u, i % n);
            in_charge(d, leader, (int)u, unit->first_section + i, -1);
        }
    }
}

/* --- secretaries --------------------------------------------------------------------------------- */
static int office_of_leader(const struct demo_build *b, const struct demo_leader *l)
{
    const struct demo_area *ar = &b->area[l->area];
    if (b->unit[l->unit].kind == KIND_UNIT)
        return l->unit;
    return l->unit == ar->committee ? ar->party_office : l->unit == ar->npc ? ar->npc_office
         : l->unit == ar->cppcc ? ar->cppcc_office : ar->government_office;
}

/* How well a post suits as secretary of the leader; 0 not at all. */
static int secretary_fit(const struct demo_build *b, const struct demo_leader *l, const struct demo_post *p,
                         const bool *taken)
{
    const struct demo_person *who = &b->person[p->person];
    if (taken[p->person] || p->section < 0 || p->is_leader || !p->is_main)
        return 0;
    struct str section = b->unit[p->section].name;
    bool served = l->duties && str_find(str_of(l->duties), section, 0) >= 0;
    if (str_is(p->title, "秘书"))
        return served ? 5 : 0;
    if (who->is_story)
        return 0;
    if (p->roles.n == 0)
        return served ? 4 : 3;
    return str_is(p->roles, "section_head") ? 2 : 1;
}

/* In a town the clerk writes down what the Party secretary says (OFFICE R5). */
static void town_secretaries(struct duties *d)
{
    struct demo_build *b = d->b;
    for (size_t u = 0; u < b->n_units; u++) {
        const struct demo_unit *unit = &b->unit[u];
        if (unit->kind == KIND_UNIT && unit->level == LV_TOWN && unit->head >= 0 && unit->clerk >= 0)
            demo_csv_row(b, DEMO_SECRETARIES, "ppss", unit->head, unit->clerk, "2025-01-06",
                         "镇（街道）党委会议关于代录书记批示的分工");
    }
}

static void secretaries(struct duties *d)
{
    struct demo_build *b = d->b;
    bool *taken = arena_array_of(b->a, bool, b->n_people);
    int of_area = -1, so_far = 0;
    for (int i = 0; i < b->n_leaders; i++) {
        const struct demo_leader *l = &b->leader[i];
        so_far = l->area == of_area ? so_far : 0;
        of_area = l->area;
        bool wanted = b->area[l->area].is_city || so_far < 2; /* a county's two principals */
        if (!wanted || !b->person[l->person].account.p)
            continue;
        int office = office_of_leader(b, l), best = -1, fit = 0;
        for (int k = d->t.start[office]; k < d->t.start[office + 1]; k++) {
            const struct demo_post *p = &b->post[d->t.list[k]];
            int f = secretary_fit(b, l, p, taken);
            if (f > fit) {
                fit = f;
                best = p->person;
            }
        }
        if (best < 0)
            continue;
        taken[best] = true;
        so_far++;
        demo_csv_row(b, DEMO_SECRETARIES, "ppss", l->person, best, "2025-01-06", "办公室关于领导同志联络员安排的通知");
    }
}

/* --- rank lists ---------------------------------------------------------------------------------- */
/* The unit of the person's post that stands on a list of that body. */
static int listed_unit(const struct demo_build *b, const struct by_unit *t, const struct demo_leader *l, int body)
{
    for (int i = t->start[body]; body >= 0 && i < t->start[body + 1]; i++)
        if (b->post[t->list[i]].person == l->person)
            return body;
    return l->unit;
}

static void leaders_list(struct duties *d, int area, const char *format, int flags, int body)
{
    struct demo_build *b = d->b;
    const struct demo_area *ar = &b->area[area];
    struct str place = ar->is_city ? STR("市") : ar->name;
    const char *name = arena_printf(b->a, "%.*s%s", STR_ARG(place), format);
    int position = 0;
    for (int i = 0; i < b->n_leaders; i++) {
        const struct demo_leader *l = &b->leader[i];
        if (l->area == area && l->flags & flags)
            demo_csv_row(b, DEMO_RANK_LISTS, "sdpu", name, ++position, l->person,
                         body < 0 ? l->unit : listed_unit(b, &d->t, l, body));
    }
}

static void team_list(struct duties *d, int unit)
{
    struct demo_build *b = d->b;
    const struct demo_unit *u = &b->unit[unit];
    const char *name = arena_printf(b->a, "%.*s领导班子", STR_ARG(u->short_name));
    if (u->cls != CL_CITY)
        name = arena_printf(b->a, "%.*s领导班子", STR_ARG(u->name));
    int position = 0;
    if (u->head >= 0)
        demo_csv_row(b, DEMO_RANK_LISTS, "sdpu", name, ++position, u->head, unit);
    for (int i = d->t.start[unit]; i < d->t.start[unit + 1]; i++) {
        const struct demo_post *p = &b->post[d->t.list[i]];
        if (p->is_leader && p->is_main && p->person != u->head)
            demo_csv_row(b, DEMO_RANK_LISTS, "sdpu", name, ++position, p->person, unit);
    }
}

static void rank_lists(struct duties *d)
{
    struct demo_build *b = d->b;
    for (int i = 0; i < b->n_areas; i++) {
        const struct demo_area *ar = &b->area[i];
        leaders_list(d, i, ar->is_city ? "级领导" : "领导", ~0, -1);
        leaders_list(d, i, ar->is_zone ? "党工委委员" : "委常委", LEADS_STANDING, ar->committee);
        leaders_list(d, i, ar->is_zone ? "管委会领导" : "政府领导", LEADS_GOVERNMENT, ar->government);
        if (ar->npc >= 0)
            leaders_list(d, i, "人大常委会领导", LEADS_NPC, ar->npc);
        if (ar->cppcc >= 0)
            leaders_list(d, i, "政协领导", LEADS_CPPCC, ar->cppcc);
    }
    for (size_t u = 0; u < b->n_units; u++)
        if (b->unit[u].kind == KIND_UNIT && !b->unit[u].by_paper && b->unit[u].cls != CL_VILLAGE)
            team_list(d, (int)u);
}

/* --- groups -------------------------------------------------------------------------------------- */
static void group_row(struct demo_build *b, const char *name, int owner, int member)
{
    demo_csv_row(b, DEMO_GROUPS, "suu", name, owner, member);
}

/* The wordings of 主送 that the city's offices use, each with the units it means. */
static void city_groups(struct demo_build *b)
{
    const struct demo_area *city = &b->area[0];
    int party = city->party_office, government = city->government_office;
    for (int i = 1; i < b->n_areas; i++)
        if (!b->area[i].is_zone)
            group_row(b, "各县（市、区）委", party, b->area[i].party_office);
    for (int i = 1; i < b->n_areas; i++)
        if (!b->area[i].is_zone)
            group_row(b, "各县（市、区）人民政府", government, b->area[i].government_office);
    for (int i = 1; i < b->n_areas; i++)
        if (b->area[i].is_zone)
            group_row(b, "各管理区（开发区）管委会", government, b->area[i].government_office);
    for (size_t i = 0; i < b->n_units; i++) {
        const struct demo_unit *u = &b->unit[i];
        int unit = (int)i;
        bool of_city = u->cls == CL_CITY;
        if (of_city && u->branch == BR_GOVERNMENT && unit != government)
            group_row(b, "市政府各部门", government, unit);
        if (of_city && u->branch != BR_VERTICAL && u->branch != BR_ENTERPRISE && u->branch != BR_MILITARY &&
            u->branch != BR_DEMOCRATIC)
            group_row(b, "市直各单位", government, unit);
        if (of_city && u->branch == BR_MASS)
            group_row(b, "各人民团体", party, unit);
        if (of_city && u->branch == BR_VERTICAL)
            group_row(b, "中省驻市各单位", government, unit);
        if (of_city && u->branch == BR_ENTERPRISE)
            group_row(b, "市属国有企业", government, unit);
        if (u->cls == CL_TOWN)
            group_row(b, "各乡镇（街道）", government, unit);
        if (u->cls == CL_VILLAGE)
            group_row(b, "各村（社区）", government, unit);
    }
}

/* A county's own: its towns and departments; a town's: its villages. */
static void lower_groups(struct demo_build *b)
{
    for (size_t i = 0; i < b->n_units; i++) {
        const struct demo_unit *u = &b->unit[i];
        const struct demo_area *ar = &b->area[u->area];
        if (u->cls == CL_TOWN)
            group_row(b, "各乡镇（街道）", ar->government_office, (int)i);
        else if ((u->cls == CL_COUNTY || u->cls == CL_ZONE) && !u->by_paper && u->branch != BR_VERTICAL)
            group_row(b, "直属各单位", ar->government_office, (int)i);
        else if (u->cls == CL_VILLAGE)
            group_row(b, "各村（社区）", u->parent, (int)i);
    }
}

/* --- backups, authorisations, second superiors --------------------------------------------------- */
static void backups(struct demo_build *b)
{
    for (size_t i = 0; i < b->n_units; i++) {
        const struct demo_unit *u = &b->unit[i];
        if (u->clerk >= 0 && u->backup >= 0)
            demo_csv_row(b, DEMO_BACKUPS, "pup", u->clerk, (int)i, u->backup);
        if (u->clerk >= 0 && u->backup >= 0 && u->cls != CL_VILLAGE)
            demo_csv_row(b, DEMO_BACKUPS, "pup", u->backup, (int)i, u->clerk);
    }
}

/* Heads who are away: what is not for their own signature goes to a deputy, by written authorisation. */
static void delegations(struct duties *d)
{
    static const struct {
        const char *key, *mode, *why;
    } away[] = {
        { "forestry", "redirect", "参加省委党校学习，期间公文转由其办理" },
        { "audit", "redirect", "因公出差，期间公文转由其办理" },
        { "culture", "share", "休假，日常公文由其代为处理" },
        { "statistics", "share", "赴省局跟班学习，日常公文由其代为处理" },
    };
    struct demo_build *b = d->b;
    const char *from = arena_printf(b->a, "%d-11-02", b->o.year);
    const char *until = arena_printf(b->a, "%d-12-31", b->o.year);
    for (size_t i = 0; i < sizeof away / sizeof away[0]; i++) {
        int unit = demo_unit_find(b, 0, away[i].key);
        demo_csv_row(b, DEMO_DELEGATIONS, "ppussss", b->unit[unit].head, deputy(b, &d->t, unit, 0), unit, from,
                     until, away[i].mode, away[i].why);
    }
}

static void dual_leadership(struct demo_build *b)
{
    static const struct {
        const char *section, *key;
    } sent[] = { { "派出所", "police" }, { "司法所", "justice" }, { "自然资源所", "natural" },
                 { "市场监督管理所", "market" } };
    for (size_t i = 0; i < b->n_units; i++) {
        const struct demo_unit *u = &b->unit[i];
        if (u->spec && u->spec->flags & SPEC_DUAL && u->spec->key && u->area > 0) {
            int above = demo_unit_find(b, 0, u->spec->key);
            if (above >= 0)
                demo_csv_row(b, DEMO_DUAL_LEADERSHIP, "uu", (int)i, above);
        }
        for (size_t k = 0; u->cls == CL_TOWN && k < sizeof sent / sizeof sent[0]; k++) {
            int above = demo_unit_find(b, u->area, sent[k].key);
            int section = demo_section_find(b, (int)i, sent[k].section);
            if (above >= 0 && section >= 0)
                demo_csv_row(b, DEMO_DUAL_LEADERSHIP, "uu", section, above);
        }
    }
}

void demo_duties_make(struct demo_build *b)
{
    struct duties d = { b, posts_by_unit(b), arena_array_of(b->a, bool, b->n_units) };
    leaders_in_charge(&d);
    rest_in_charge(&d);
    sections_in_charge(&d);
    secretaries(&d);
    town_secretaries(&d);
    rank_lists(&d);
    city_groups(b);
    lower_groups(b);
    backups(b);
    delegations(&d);
    dual_leadership(b);
}
