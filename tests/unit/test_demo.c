/* demo: the generated city has OFFICE §7's numbers, and every name in its files leads somewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/embed.h"
#include "demo/demo.h"

/* --- a table: the rows of one file, found by their first column ----------------------------------- */
enum { COLUMNS = 16, SLOTS = 1 << 18 };

struct table {
    struct str (*row)[COLUMNS];
    struct str header[COLUMNS];
    size_t n, columns;
    int *slot; /* row + 1 of the first row with that first column */
};

struct city {
    struct demo_city made;
    struct table t[DEMO_FILES];
};

static struct arena *a;
static struct city big, little;

static size_t split(struct str line, struct str *out)
{
    size_t n = 0;
    while (n < COLUMNS && str_cut(&line, ',', &out[n]))
        n++;
    assert_null(line.p);
    return n;
}

static int find_in(const struct table *t, struct str key)
{
    for (size_t i = str_hash(key) % SLOTS; t->slot[i]; i = (i + 1) % SLOTS)
        if (str_eq(t->row[t->slot[i] - 1][0], key))
            return t->slot[i] - 1;
    return -1;
}

static void index_row(struct table *t, size_t row)
{
    if (find_in(t, t->row[row][0]) >= 0)
        return;
    size_t i = str_hash(t->row[row][0]) % SLOTS;
    while (t->slot[i])
        i = (i + 1) % SLOTS;
    t->slot[i] = (int)row + 1;
}

/* No field of the demo city needs quotes; assert it, and split plainly. */
static struct table read_table(struct str text)
{
    struct table t = { .slot = arena_array_of(a, int, SLOTS) };
    struct str rest = text, line;
    size_t lines = 0;
    assert_true(utf8_valid(text));
    assert_null(memchr(text.p, '"', text.n));
    for (size_t i = 0; i < text.n; i++)
        lines += text.p[i] == '\n';
    t.row = arena_alloc_array(a, lines, sizeof *t.row);
    assert_true(str_cut(&rest, '\n', &line));
    t.columns = split(line, t.header);
    while (str_cut(&rest, '\n', &line)) {
        if (line.n == 0)
            continue;
        assert_int_equal(split(line, t.row[t.n]), t.columns);
        index_row(&t, t.n++);
    }
    return t;
}

static void make(struct city *c, enum demo_scale scale)
{
    struct err err = { 0 };
    struct demo_options o = { scale, 7, 2026, embed_find("data/divisions-changde.csv") };
    assert_true(demo_generate(a, &o, &c->made, &err));
    for (int f = 0; f < DEMO_FILES; f++)
        c->t[f] = read_table(c->made.csv[f]);
}

static int set_up(void **state)
{
    (void)state;
    a = arena_new();
    make(&big, DEMO_CITY);
    make(&little, DEMO_SMALL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static struct str cell(const struct table *t, size_t row, const char *column)
{
    for (size_t i = 0; i < t->columns; i++)
        if (str_is(t->header[i], column))
            return t->row[row][i];
    fail_msg("no column %s", column);
    return STR_NONE;
}

static size_t count(const struct city *c, const char *level, const char *branch)
{
    const struct table *t = &c->t[DEMO_UNITS];
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++)
        n += str_is(cell(t, i, "kind"), "unit") && (!level || str_is(cell(t, i, "level"), level)) &&
             (!branch || str_is(cell(t, i, "branch"), branch));
    return n;
}

/* Units whose code begins with that and a hyphen, of the tables (…-001) or of the others (…-E01). */
static size_t count_code(const struct city *c, const char *area, bool others)
{
    const struct table *t = &c->t[DEMO_UNITS];
    struct str prefix = str_printf(a, "%s-", area);
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++) {
        struct str code = cell(t, i, "code");
        n += str_is(cell(t, i, "kind"), "unit") && str_starts(code, prefix) && (code.p[prefix.n] == 'E') == others;
    }
    return n;
}

/* --- counts -------------------------------------------------------------------------------------- */
static void test_units_are_3600_by_kind(void **state)
{
    (void)state;
    static const char *const counties[] = { "430702", "430703", "430721", "430722", "430723",
                                            "430724", "430725", "430726", "430781" };
    static const char *const zones[] = { "430771", "4307Z1", "4307Z2", "4307Z3", "4307Z4", "4307Z5" };
    size_t others = count_code(&big, "4307", true);
    assert_int_equal(big.made.units, 3600);
    assert_int_equal(count_code(&big, "4307", false), 160);
    for (size_t i = 0; i < 9; i++) {
        assert_int_equal(count_code(&big, counties[i], false), 84);
        others += count_code(&big, counties[i], true);
    }
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(count_code(&big, zones[i], false), 17);
        others += count_code(&big, zones[i], true);
    }
    assert_int_equal(others, 86 + 45);
    assert_int_equal(count(&big, "town", NULL), 178);
    assert_int_equal(count(&big, "village", "village"), 2273);
}

static void test_city_units_by_branch(void **state)
{
    (void)state;
    static const struct {
        const char *branch;
        size_t n;
    } want[] = { { "party", 18 }, { "discipline", 1 }, { "npc", 1 }, { "cppcc", 1 }, { "court", 1 },
                 { "procuratorate", 1 }, { "military", 2 }, { "government", 34 }, { "mass", 13 },
                 { "democratic", 6 }, { "vertical", 22 } };
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++)
        assert_int_equal(count(&little, "city", want[i].branch), want[i].n);
    assert_int_equal(count(&little, "city", "institution"), 18 + 30);
    assert_int_equal(count(&little, "city", "enterprise"), 12);
}

static void test_people_are_about_40000(void **state)
{
    (void)state;
    assert_int_equal(big.made.people, 160 * 22 + 756 * 14 + 102 * 9 + 131 * 12 + 178 * 55 + 2273 * 6);
    assert_true(little.made.people <= 4500);
    assert_in_range(little.made.units, 345, 355);
    assert_int_equal(little.t[DEMO_PEOPLE].n, little.made.posts);
}

/* --- everything leads somewhere ------------------------------------------------------------------- */
static void check_units(const struct city *c)
{
    const struct table *t = &c->t[DEMO_UNITS];
    for (size_t i = 0; i < t->n; i++) {
        struct str parent = cell(t, i, "parent_code");
        assert_int_equal(find_in(t, cell(t, i, "code")), i); /* unique */
        assert_true(cell(t, i, "name").n > 0 && cell(t, i, "short_name").n > 0);
        if (i == 0)
            assert_int_equal(parent.n, 0);
        else
            assert_in_range(find_in(t, parent), 0, i - 1); /* and came before */
    }
}

static void test_codes_are_unique_and_parents_exist(void **state)
{
    (void)state;
    check_units(&big);
    check_units(&little);
}

static bool has_role(struct str roles, const char *role)
{
    struct str word;
    while (str_cut(&roles, ';', &word))
        if (str_is(word, role))
            return true;
    return false;
}

static void check_people(const struct city *c)
{
    const struct table *t = &c->t[DEMO_PEOPLE], *units = &c->t[DEMO_UNITS];
    struct table accounts = { .slot = arena_array_of(a, int, SLOTS), .row = arena_alloc_array(a, t->n, sizeof *t->row) };
    int *mains = arena_array_of(a, int, t->n);
    for (size_t i = 0; i < t->n; i++) {
        int first = find_in(t, t->row[i][0]);
        int unit = find_in(units, cell(t, i, "unit_code"));
        struct str section = cell(t, i, "section_code"), account = cell(t, i, "account");
        assert_true(unit >= 0 && !str_is(cell(units, (size_t)unit, "kind"), "section"));
        if (section.n)
            assert_true(str_eq(cell(units, (size_t)find_in(units, section), "parent_code"), cell(t, i, "unit_code")));
        assert_true(str_eq(account, cell(t, (size_t)first, "account")));
        mains[first] += str_is(cell(t, i, "is_main"), "1");
        if (first == (int)i && account.n) {
            accounts.row[accounts.n][0] = account;
            assert_int_equal(find_in(&accounts, account), -1); /* unique */
            index_row(&accounts, accounts.n++);
        }
    }
    for (size_t i = 0; i < t->n; i++)
        assert_int_equal(mains[i], find_in(t, t->row[i][0]) == (int)i ? 1 : 0);
}

static void test_people_have_one_account_and_one_main_post(void **state)
{
    (void)state;
    check_people(&big);
    check_people(&little);
}

static void check_clerks(const struct city *c)
{
    static const char *const needed[] = { "unit_admin", "doc_clerk", "unit_head", "seal_custodian" };
    const struct table *t = &c->t[DEMO_PEOPLE], *units = &c->t[DEMO_UNITS];
    int (*have)[4] = arena_alloc_array(a, units->n, sizeof *have);
    for (size_t i = 0; i < t->n; i++)
        for (size_t k = 0; k < 4; k++)
            have[find_in(units, cell(t, i, "unit_code"))][k] += has_role(cell(t, i, "roles"), needed[k]);
    for (size_t i = 0; i < units->n; i++) {
        bool staffed = str_is(cell(units, i, "kind"), "unit") && str_is(cell(units, i, "by_paper"), "0");
        bool is_village = str_is(cell(units, i, "level"), "village"); /* issues nothing, has no seal here */
        for (size_t k = 0; k < 4; k++)
            if (staffed && !(is_village && k == 3) && have[i][k] == 0)
                fail_msg("%.*s has no %s", STR_ARG(cell(units, i, "code")), needed[k]);
        if (!staffed)
            assert_int_equal(have[i][1], 0);
    }
}

static void test_every_unit_with_accounts_has_clerk_admin_and_head(void **state)
{
    (void)state;
    check_clerks(&big);
    check_clerks(&little);
}

/* Column, and the file it must be found in. */
static void check_references(const struct city *c)
{
    static const struct {
        enum demo_file file;
        const char *column;
        enum demo_file in;
        bool may_be_empty;
    } refs[] = {
        { DEMO_AGENCIES, "unit_code", DEMO_UNITS, false },
        { DEMO_NUMBER_BOOKS, "agency_code", DEMO_AGENCIES, false },
        { DEMO_IN_CHARGE, "leader_person_code", DEMO_PEOPLE, false },
        { DEMO_IN_CHARGE, "leader_unit_code", DEMO_UNITS, false },
        { DEMO_IN_CHARGE, "unit_or_section_code", DEMO_UNITS, false },
        { DEMO_IN_CHARGE, "deputy_person_code", DEMO_PEOPLE, true },
        { DEMO_SECRETARIES, "leader_person_code", DEMO_PEOPLE, false },
        { DEMO_SECRETARIES, "secretary_person_code", DEMO_PEOPLE, false },
        { DEMO_RANK_LISTS, "person_code", DEMO_PEOPLE, false },
        { DEMO_RANK_LISTS, "unit_code", DEMO_UNITS, false },
        { DEMO_GROUPS, "owner_unit_code", DEMO_UNITS, false },
        { DEMO_GROUPS, "member_code", DEMO_UNITS, false },
        { DEMO_BACKUPS, "person_code", DEMO_PEOPLE, false },
        { DEMO_BACKUPS, "backup_person_code", DEMO_PEOPLE, false },
        { DEMO_BACKUPS, "unit_code", DEMO_UNITS, false },
        { DEMO_DELEGATIONS, "from_person_code", DEMO_PEOPLE, false },
        { DEMO_DELEGATIONS, "to_person_code", DEMO_PEOPLE, false },
        { DEMO_DUAL_LEADERSHIP, "unit_code", DEMO_UNITS, false },
        { DEMO_DUAL_LEADERSHIP, "other_superior_code", DEMO_UNITS, false },
    };
    for (size_t k = 0; k < sizeof refs / sizeof refs[0]; k++) {
        const struct table *t = &c->t[refs[k].file];
        assert_true(t->n > 0);
        for (size_t i = 0; i < t->n; i++) {
            struct str s = cell(t, i, refs[k].column);
            if (!(s.n == 0 && refs[k].may_be_empty) && find_in(&c->t[refs[k].in], s) < 0)
                fail_msg("%s row %zu: %s \"%.*s\" leads nowhere", demo_file_name(refs[k].file), i, refs[k].column, STR_ARG(s));
        }
    }
}

static void test_references_lead_somewhere(void **state)
{
    (void)state;
    check_references(&big);
    check_references(&little);
}

/* The post named by person and unit exists. */
static bool has_post(const struct city *c, struct str person, struct str unit)
{
    const struct table *t = &c->t[DEMO_PEOPLE];
    for (size_t i = 0; i < t->n; i++)
        if (str_eq(t->row[i][0], person) && str_eq(cell(t, i, "unit_code"), unit))
            return true;
    return false;
}

static void test_lists_and_duties_name_existing_posts(void **state)
{
    (void)state;
    const struct table *t = &little.t[DEMO_RANK_LISTS];
    for (size_t i = 0; i < t->n; i++)
        assert_true(has_post(&little, cell(t, i, "person_code"), cell(t, i, "unit_code")));
    t = &little.t[DEMO_IN_CHARGE];
    for (size_t i = 0; i < t->n; i++)
        assert_true(has_post(&little, cell(t, i, "leader_person_code"), cell(t, i, "leader_unit_code")));
    t = &little.t[DEMO_BACKUPS];
    for (size_t i = 0; i < t->n; i++)
        assert_true(has_post(&little, cell(t, i, "person_code"), cell(t, i, "unit_code")));
}

/* Every section, and every unit above the village, has exactly one leader in charge. */
static void test_everything_is_in_somebodys_charge(void **state)
{
    (void)state;
    const struct table *t = &big.t[DEMO_IN_CHARGE], *units = &big.t[DEMO_UNITS];
    int *led = arena_array_of(a, int, units->n);
    for (size_t i = 0; i < t->n; i++)
        led[find_in(units, cell(t, i, "unit_or_section_code"))]++;
    for (size_t i = 0; i < units->n; i++) {
        bool is_led = !str_is(cell(units, i, "kind"), "body") && str_is(cell(units, i, "by_paper"), "0") &&
                      !str_is(cell(units, i, "level"), "village");
        if (led[i] != is_led)
            fail_msg("%.*s is in the charge of %d", STR_ARG(cell(units, i, "code")), led[i]);
    }
}

/* --- groups -------------------------------------------------------------------------------------- */
static void test_groups_expand_as_named(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t n;
    } want[] = {
        { "各县（市、区）委", 9 },    { "各县（市、区）人民政府", 9 }, { "各管理区（开发区）管委会", 6 },
        { "市政府各部门", 33 },       { "各人民团体", 13 },           { "中省驻市各单位", 22 },
        { "市属国有企业", 12 },       { "市直各单位", 160 - 22 - 12 - 2 - 6 },
        { "各乡镇（街道）", 178 },    { "各村（社区）", 2273 },
    };
    const struct table *t = &big.t[DEMO_GROUPS], *units = &big.t[DEMO_UNITS];
    for (size_t k = 0; k < sizeof want / sizeof want[0]; k++) {
        size_t n = 0;
        for (size_t i = 0; i < t->n; i++) {
            struct str owner = cell(t, i, "owner_unit_code");
            if (!str_is(cell(t, i, "name"), want[k].name) || !str_starts(owner, STR("4307-")))
                continue;
            n++;
            assert_true(str_is(cell(units, (size_t)find_in(units, cell(t, i, "member_code")), "kind"), "unit"));
        }
        assert_int_equal(n, want[k].n);
    }
}

/* --- names --------------------------------------------------------------------------------------- */
static void test_names_hold_rare_short_and_equal_ones(void **state)
{
    (void)state;
    const struct table *t = &little.t[DEMO_PEOPLE];
    struct table names = { .slot = arena_array_of(a, int, SLOTS), .row = arena_alloc_array(a, t->n, sizeof *t->row) };
    static const char *const rare[] = { "镕", "堃", "喆" };
    size_t found[3] = { 0 }, two = 0, equal = 0;
    for (size_t i = 0; i < t->n; i++) {
        struct str name = cell(t, i, "name");
        if (find_in(t, t->row[i][0]) != (int)i)
            continue;
        for (size_t k = 0; k < 3; k++)
            found[k] += str_find(name, str_of(rare[k]), 0) >= 0;
        two += utf8_length(name) == 2;
        names.row[names.n][0] = name;
        equal += find_in(&names, name) >= 0;
        index_row(&names, names.n++);
        assert_in_range(utf8_length(name), 2, 3);
    }
    assert_true(found[0] && found[1] && found[2]);
    assert_true(two > 100 && equal > 0);
}

/* --- the story ----------------------------------------------------------------------------------- */
static void test_story_accounts_exist_in_both_scales(void **state)
{
    (void)state;
    size_t n;
    const struct demo_account *list = demo_story_accounts(&n);
    const struct city *cities[] = { &big, &little };
    assert_true(n >= 16);
    for (size_t c = 0; c < 2; c++)
        for (size_t k = 0; k < n; k++) {
            const struct table *t = &cities[c]->t[DEMO_PEOPLE];
            size_t i = 0;
            while (i < t->n && !str_is(cell(t, i, "account"), list[k].account))
                i++;
            if (i == t->n)
                fail_msg("nobody signs in as %s", list[k].account);
            assert_true(str_is(cell(t, i, "name"), list[k].name));
        }
}

/* Every unit with accounts has its people at the desk, and they are people of the city. */
static void test_desks_are_manned(void **state)
{
    (void)state;
    struct table accounts = { .slot = arena_array_of(a, int, SLOTS) };
    const struct table *t = &big.t[DEMO_PEOPLE];
    accounts.row = arena_alloc_array(a, t->n, sizeof *t->row);
    for (size_t i = 0; i < t->n; i++) {
        accounts.row[i][0] = cell(t, i, "account");
        index_row(&accounts, i);
    }
    assert_int_equal(big.made.n_desks, 3600 - 2 - 9); /* the military's are on paper */
    for (size_t i = 0; i < big.made.n_desks; i++) {
        const struct demo_desk *d = &big.made.desks[i];
        const struct str who[] = { d->clerk, d->reviewer, d->office_head, d->head, d->drafter, d->checker };
        for (size_t k = 0; k < 6; k++)
            assert_true(who[k].n > 0 && find_in(&accounts, who[k]) >= 0);
        assert_true(d->is_village || !str_eq(d->drafter, d->clerk)); /* D1: the clerk numbers */
    }
}

static struct str person_of(const struct city *c, const char *account)
{
    const struct table *t = &c->t[DEMO_PEOPLE];
    for (size_t i = 0; i < t->n; i++)
        if (str_is(cell(t, i, "account"), account))
            return t->row[i][0];
    return STR_NONE;
}

/* The drafter's section is the vice mayor's; his secretary is the story's; the bureau is his too. */
static void test_story_people_fit_together(void **state)
{
    (void)state;
    const struct table *people = &little.t[DEMO_PEOPLE], *t = &little.t[DEMO_IN_CHARGE];
    struct str leader = person_of(&little, "leader"), section = STR_NONE, water = STR_NONE;
    for (size_t i = 0; i < people->n; i++) {
        if (str_is(cell(people, i, "account"), "drafter"))
            section = cell(people, i, "section_code");
        if (str_is(cell(people, i, "account"), "countersign_head"))
            water = cell(people, i, "unit_code");
    }
    size_t led = 0;
    for (size_t i = 0; i < t->n; i++)
        led += str_eq(t->row[i][0], leader) && (str_eq(cell(t, i, "unit_or_section_code"), section) ||
                                                str_eq(cell(t, i, "unit_or_section_code"), water));
    assert_int_equal(led, 2);
    t = &little.t[DEMO_SECRETARIES];
    int row = find_in(t, leader);
    assert_true(row >= 0);
    assert_true(str_eq(cell(t, (size_t)row, "secretary_person_code"), person_of(&little, "secretary")));
}

/* --- the same again, and bad input ---------------------------------------------------------------- */
static void test_same_seed_same_bytes(void **state)
{
    (void)state;
    struct demo_city again, other;
    struct err err = { 0 };
    struct demo_options o = { DEMO_SMALL, 7, 2026, embed_find("data/divisions-changde.csv") };
    assert_true(demo_generate(a, &o, &again, &err));
    for (int f = 0; f < DEMO_FILES; f++)
        assert_true(str_eq(again.csv[f], little.made.csv[f]));
    o.seed = 8;
    assert_true(demo_generate(a, &o, &other, &err));
    assert_false(str_eq(again.csv[DEMO_PEOPLE], other.csv[DEMO_PEOPLE]));
}

static void refused(const char *text, const char *code, const char *line)
{
    struct err err = { 0 };
    struct demo_city out;
    struct demo_options o = { DEMO_CITY, 7, 2026, str_of(text) };
    assert_false(demo_generate(a, &o, &out, &err));
    assert_string_equal(err.code, code);
    if (line)
        assert_string_equal(err.arg[0], line);
}

static void test_bad_divisions_are_refused_with_their_line(void **state)
{
    (void)state;
    refused("code,name,level,parent\n4307,常德市,city,\n430702,武陵区,county\n", "demo.divisions", "3");
    refused("code,name,level,parent\n430702,武陵区,county,4307\n", "demo.divisions", "2");
    refused("code,name,level,parent\n4307,常德市,city,\n430702001,启明街道,town,430702\n", "demo.divisions", "3");
    refused("code,name,level,parent\n4307,常德市,city,\n430702,武陵区,county,4307,x\n", "demo.divisions", "3");
    refused("code,name,level,parent\n4307,常德市,city,\n430702,武陵区,county,4307\n", "demo.no_story", NULL);
    refused("", "demo.no_story", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_units_are_3600_by_kind),
        cmocka_unit_test(test_city_units_by_branch),
        cmocka_unit_test(test_people_are_about_40000),
        cmocka_unit_test(test_codes_are_unique_and_parents_exist),
        cmocka_unit_test(test_people_have_one_account_and_one_main_post),
        cmocka_unit_test(test_every_unit_with_accounts_has_clerk_admin_and_head),
        cmocka_unit_test(test_references_lead_somewhere),
        cmocka_unit_test(test_lists_and_duties_name_existing_posts),
        cmocka_unit_test(test_everything_is_in_somebodys_charge),
        cmocka_unit_test(test_groups_expand_as_named),
        cmocka_unit_test(test_names_hold_rare_short_and_equal_ones),
        cmocka_unit_test(test_story_accounts_exist_in_both_scales),
        cmocka_unit_test(test_desks_are_manned),
        cmocka_unit_test(test_story_people_fit_together),
        cmocka_unit_test(test_same_seed_same_bytes),
        cmocka_unit_test(test_bad_divisions_are_refused_with_their_line),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
