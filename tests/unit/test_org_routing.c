/* org: who a flow's words mean, who stands how to whom, and the expansion of recipients, on the
 * small demo city (OFFICE P3, P4, P8; STANDARDS §1 R1–R13). */
#include "org_city.h"

#include "core/small.h"

static struct ctx *look(void)
{
    struct ctx *cx = stage_look(stage, NULL);
    assert_non_null(cx);
    return cx;
}

/* A number by an own query with one text. */
static int64_t find(const char *sql, const char *text)
{
    struct query *q = arena_new_of(a, struct query);
    *q = (struct query){ "find", 1, sql, sql };
    return db_number(look()->db, 0, q, text);
}

static int64_t unit_named(const char *name)
{
    int64_t id = find("SELECT id FROM unit WHERE name = ?1 OR code = ?1", name);
    if (!id)
        fail_msg("no unit %s", name);
    return id;
}

static int64_t section_of(int64_t unit, const char *name)
{
    return find(arena_printf(a, "SELECT id FROM unit WHERE home_id = %lld AND name = ?1",
                             (long long)unit), name);
}

static int64_t post_of(const char *account)
{
    return find("SELECT t.id FROM account c JOIN post t ON t.person_id = c.person_id "
                "WHERE c.account = ?1 AND t.is_main = 1", account);
}

static struct org_whos resolve(struct org_ask ask, const char **code)
{
    struct ctx *cx = look();
    struct org_whos out = { .p = NULL };
    bool good = org_resolve(cx, &ask, &out);
    *code = good ? NULL : cx->err.code;
    struct org_who *p = arena_copy(a, out.p, out.n * sizeof *p);
    return (struct org_whos){ p, good ? out.n : 0, good && out.is_raised };
}

static void words_become_posts_and_pools(void **state)
{
    (void)state;
    const char *code;
    int64_t office = unit_named("常德市人民政府办公室");
    int64_t section = section_of(office, "秘书四科");
    struct org_ask ask = { .term = ORG_STARTER_SECTION_HEAD, .unit_id = office,
                           .section_id = section };
    struct org_whos w = resolve(ask, &code);
    assert_int_equal(w.n, 1);
    assert_int_equal(w.p[0].kind, ORG_WHO_POST);
    assert_int_equal(w.p[0].id, post_of("section_head"));

    ask.term = ORG_STARTER_LEADER;
    w = resolve(ask, &code);
    assert_int_equal(w.n, 1);
    struct org_post leader;
    assert_int_equal(org_post_find(look(), w.p[0].id, &leader), 1);
    assert_true(leader.is_leader);

    ask.term = ORG_ROLE;
    ask.role = ROLE_DOC_CLERK;
    w = resolve(ask, &code);
    assert_int_equal(w.n, 1);
    assert_int_equal(w.p[0].kind, ORG_WHO_POOL);
    assert_int_equal(w.p[0].id, office);
    ask.role = ROLE_OFFICE_HEAD;
    w = resolve(ask, &code);
    assert_true(w.n >= 1);
    assert_int_equal(w.p[0].kind, ORG_WHO_POST);
    assert_int_equal(w.p[0].id, post_of("office_head"));

    ask = (struct org_ask){ .term = ORG_UNIT, .id = unit_named("常德市水利局") };
    w = resolve(ask, &code);
    assert_int_equal(w.p[0].kind, ORG_WHO_UNIT);
    ask.id = unit_named("4307"); /* the area: nobody sits there */
    assert_int_equal(resolve(ask, &code).n, 0);
    assert_string_equal(code, "org.nobody");
    ask = (struct org_ask){ .term = ORG_POST, .id = 12345 };
    assert_int_equal(resolve(ask, &code).n, 0);
    assert_string_equal(code, "org.nobody");
}

/* A unit without finance staff: the office head; a village without an office: its clerk. */
static void small_units_need_no_grants(void **state)
{
    (void)state;
    const char *code;
    struct org_ask ask = { .term = ORG_ROLE, .unit_id = unit_named("常德市人民政府办公室"),
                           .role = ROLE_FINANCE };
    struct org_whos w = resolve(ask, &code);
    assert_int_equal(w.n, 1);
    assert_int_equal(w.p[0].kind, ORG_WHO_POOL);
    assert_int_equal(w.p[0].role, ROLE_FINANCE);
    ask.role = ROLE_PETITION; /* nobody's there */
    w = resolve(ask, &code);
    assert_int_equal(w.n, 1);
    assert_int_equal(w.p[0].kind, ORG_WHO_POST);
    assert_int_equal(w.p[0].id, post_of("office_head"));
    struct org_post clerk;
    assert_int_equal(org_post_find(look(), post_of("village_clerk"), &clerk), 1);
    ask.unit_id = clerk.unit_id;
    w = resolve(ask, &code);
    assert_int_equal(w.n, 1);
    assert_int_equal(w.p[0].kind, ORG_WHO_POOL);
    assert_int_equal(w.p[0].role, ROLE_DOC_CLERK);
    ask.role = ROLE_SEAL_CUSTODIAN; /* a seal passes to nobody by itself */
    assert_int_equal(resolve(ask, &code).n, 0);
    assert_string_equal(code, "org.nobody");
}

static struct org_ask starters(enum org_term term, const char *account)
{
    struct org_post p;
    assert_int_equal(org_post_find(look(), post_of(account), &p), 1);
    return (struct org_ask){ .term = term, .unit_id = p.unit_id, .section_id = p.section_id,
                             .post_id = p.id };
}

static struct org_ask not_himself(struct org_ask ask)
{
    struct org_post p;
    assert_int_equal(org_post_find(look(), ask.post_id, &p), 1);
    ask.not_person = p.person_id;
    return ask;
}

static void post_is(struct org_ask ask, int64_t post, bool is_raised)
{
    const char *code;
    struct org_whos w = resolve(ask, &code);
    assert_int_equal(w.n, 1);
    assert_int_equal(w.p[0].kind, ORG_WHO_POST);
    assert_int_equal(w.p[0].id, post);
    assert_int_equal(w.is_raised, is_raised);
}

static void one_is(struct org_ask ask, const char *account, bool is_raised)
{
    post_is(ask, post_of(account), is_raised);
}

/* M5, M7: the ladder from the section to the level above, without the one who asks. */
static void nobody_agrees_to_his_own(void **state)
{
    (void)state;
    const char *code;
    struct org_ask ask = starters(ORG_STARTER_SECTION_HEAD, "section_head");
    one_is(ask, "section_head", false);
    int64_t vice_mayor, deputy; /* 联系副秘书长: the office's own */
    assert_int_equal(org_leader_in_charge(look(), ask.section_id, STR_NONE, &vice_mayor, &deputy), 1);
    assert_int_equal(vice_mayor, post_of("leader"));
    assert_true(deputy);
    post_is(not_himself(ask), deputy, true);
    one_is(not_himself(starters(ORG_STARTER_SECTION_HEAD, "drafter")), "section_head", false);
    post_is(starters(ORG_STARTER_UNIT_LEADER, "drafter"), deputy, false);
    one_is(starters(ORG_STARTER_LEADER, "drafter"), "leader", false);
    one_is(not_himself(starters(ORG_STARTER_SECTION_HEAD, "countersign_head")), "leader", true);
    one_is(not_himself(starters(ORG_STARTER_UNIT_LEADER, "youshining")), "principal", true);
    ask = starters(ORG_ROLE, "finance");
    ask.role = ROLE_FINANCE;
    struct org_whos w = resolve(ask, &code);
    assert_int_equal(w.p[0].kind, ORG_WHO_POOL);
    one_is(not_himself(ask), "youshining", true); /* the only one of the pool */
    ask = starters(ORG_LEADER_OF, "drafter");
    ask.role = ROLE_FINANCE;
    one_is(ask, "youshining", false);
}

/* M5: the level above, by who asks. */
static void the_level_above(void **state)
{
    (void)state;
    const char *code;
    one_is(starters(ORG_SUPERIOR_LEADER, "countersign_head"), "leader", false);
    one_is(starters(ORG_SUPERIOR_HEAD, "countersign_head"), "principal", false);
    one_is(starters(ORG_SUPERIOR_HEAD, "leader"), "principal", false);
    one_is(starters(ORG_SUPERIOR_HEAD, "principal"), "luzhenchuan", false);
    one_is(starters(ORG_SUPERIOR_LEADER, "leader"), "principal", false); /* nobody between */
    struct org_ask ask = starters(ORG_SUPERIOR_ROLE, "countersign_head");
    ask.role = ROLE_DUTY_ROOM;
    struct org_whos w = resolve(ask, &code);
    assert_int_equal(w.p[0].kind, ORG_WHO_POOL);
    assert_int_equal(w.p[0].id, unit_named("常德市人民政府办公室"));
    ask = starters(ORG_SUPERIOR_ROLE, "principal");
    ask.role = ROLE_DUTY_ROOM;
    assert_int_equal(resolve(ask, &code).p[0].id, unit_named("中共常德市委办公室"));
    ask = starters(ORG_SUPERIOR_HEAD, "luzhenchuan"); /* the province is not here */
    assert_int_equal(resolve(ask, &code).n, 0);
    assert_string_equal(code, "org.nobody");
    struct org_place place;
    assert_true(org_place_of(look(), post_of("luzhenchuan"), &place));
    assert_true(place.is_head && !place.has_head_above && place.body.n);
    assert_true(org_place_of(look(), post_of("countersign_head"), &place));
    assert_true(place.is_head && place.has_head_above && place.has_leader_above && !place.body.n);
    struct org_post village;
    assert_int_equal(org_post_find(look(), post_of("village_head"), &village), 1);
    struct org_above above;
    assert_true(org_above_of(look(), village.unit_id, village.id, &above));
    struct org_post town;
    assert_int_equal(org_post_find(look(), post_of("town_clerk"), &town), 1);
    assert_int_equal(above.unit_id, town.unit_id);
    assert_int_equal(above.office_id, town.unit_id);
}

/* A unit without an office: its head does what an office head does; a seal never passes. */
static void no_office_no_seal(void **state)
{
    (void)state;
    bool held[ROLE_COUNT];
    struct org_ask ask = starters(ORG_ROLE, "village_clerk");
    ask.role = ROLE_OFFICE_HEAD;
    one_is(ask, "village_head", false);
    assert_true(org_roles_held(look(), ask.unit_id, held));
    assert_true(held[ROLE_OFFICE_HEAD] && held[ROLE_FINANCE] && held[ROLE_UNIT_HEAD]);
    assert_false(held[ROLE_SEAL_CUSTODIAN] || held[ROLE_REVIEWER] || held[ROLE_SUPERVISION_OFFICE]);
}

static void terms_are_read(void **state)
{
    (void)state;
    enum org_term t;
    assert_true(org_term_of(STR("starter.leader"), &t) && t == ORG_STARTER_LEADER);
    assert_true(org_term_of(STR("unit"), &t) && t == ORG_UNIT);
    assert_true(org_term_of(STR("superior.head"), &t) && t == ORG_SUPERIOR_HEAD);
    assert_true(org_term_of(STR("superior.role"), &t) && t == ORG_SUPERIOR_ROLE);
    assert_false(org_term_of(STR("starter.boss"), &t));
}

static void leaders_are_reached_through_their_gate(void **state)
{
    (void)state;
    int64_t out;
    assert_true(org_gatekeeper(look(), post_of("leader"), &out));
    assert_int_equal(out, post_of("secretary"));
    assert_true(org_gatekeeper(look(), post_of("drafter"), &out));
    assert_int_equal(out, post_of("drafter"));
}

static void the_rank_list_orders_leaders(void **state)
{
    (void)state;
    int64_t posts[] = { post_of("drafter"), post_of("leader"), post_of("principal") };
    struct org_post p;
    assert_int_equal(org_post_find(look(), posts[1], &p), 1);
    assert_true(org_rank_sort(look(), p.unit_id, STR_NONE, posts, 3));
    assert_int_equal(posts[0], post_of("principal"));
    assert_int_equal(posts[1], post_of("leader"));
    assert_int_equal(posts[2], post_of("drafter"));
}

static void units_stand_to_each_other(void **state)
{
    static const struct {
        const char *from, *to;
        enum org_direction is;
        int levels;
        bool direct, line;
    } cases[] = {
        /* the city's government office speaks for the government */
        { "常德市人民政府办公室", "常德市财政局", ORG_SUBORDINATE, 0, true, false },
        { "常德市财政局", "常德市人民政府办公室", ORG_SUPERIOR, 0, true, false },
        { "常德市财政局", "常德市水利局", ORG_PARALLEL, 0, false, false },
        { "常德市人民政府办公室", "@county_office", ORG_SUBORDINATE, 1, true, false },
        { "@county_office", "常德市人民政府办公室", ORG_SUPERIOR, 1, true, false },
        /* a department is above its own line below, of nobody else */
        { "常德市财政局", "@county_finance", ORG_SUBORDINATE, 1, true, true },
        { "@county_finance", "常德市财政局", ORG_SUPERIOR, 1, true, true },
        { "常德市水利局", "@county_finance", ORG_PARALLEL, 1, false, false },
        { "常德市财政局", "@county_office", ORG_PARALLEL, 1, false, false },
        /* a level skipped */
        { "常德市人民政府办公室", "@town", ORG_SUBORDINATE, 2, false, false },
        { "@town", "@county_office", ORG_SUPERIOR, 1, true, false },
        { "@village", "@town", ORG_SUPERIOR, 1, true, false },
        { "常德市财政局", "常德市财政局", ORG_SELF, 0, false, false },
    };
    (void)state;
    int64_t town = find("SELECT t.unit_id FROM account c JOIN post t ON t.person_id = c.person_id "
                        "WHERE c.account = ?1 AND t.is_main = 1", "town_clerk");
    int64_t village = find("SELECT min(id) FROM unit WHERE level = 'village' AND parent_id = "
                           "(SELECT t.unit_id FROM account c JOIN post t ON t.person_id = "
                           "c.person_id WHERE c.account = ?1 AND t.is_main = 1)", "town_clerk");
    int64_t county_office = find("SELECT id FROM unit WHERE level = 'county' AND kind = 'unit' AND "
                                 "name LIKE ?1", "%人民政府办公室");
    int64_t county_finance = find("SELECT id FROM unit WHERE level = 'county' AND kind = 'unit' AND "
                                  "name LIKE ?1", "%财政局");
    assert_true(town && village && county_office && county_finance);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *ends[] = { cases[i].from, cases[i].to };
        int64_t id[2];
        for (int k = 0; k < 2; k++)
            id[k] = strcmp(ends[k], "@town") == 0             ? town
                    : strcmp(ends[k], "@village") == 0        ? village
                    : strcmp(ends[k], "@county_office") == 0  ? county_office
                    : strcmp(ends[k], "@county_finance") == 0 ? county_finance
                                                              : unit_named(ends[k]);
        struct org_relation r;
        assert_true(org_relation(look(), id[0], id[1], &r));
        if (r.is != cases[i].is || r.levels != cases[i].levels || r.is_direct != cases[i].direct ||
            r.same_line != cases[i].line)
            fail_msg("%s to %s: is %d levels %d direct %d line %d", cases[i].from, cases[i].to,
                     r.is, r.levels, r.is_direct, r.same_line);
    }
    int64_t direct, other;
    assert_true(org_superiors(look(), town, &direct, &other));
    assert_int_equal(direct, county_office);
    assert_true(org_superiors(look(), county_finance, &direct, &other));
    assert_int_equal(direct, county_office);
    assert_true(org_superiors(look(), county_office, &direct, &other));
    assert_int_equal(direct, unit_named("常德市人民政府办公室"));
}

static bool is_among(struct ids list, int64_t id)
{
    for (size_t i = 0; i < list.n; i++)
        if (list.p[i] == id)
            return true;
    return false;
}

/* org_units_above looks along areas, lines and second superiors only, and yet leaves nobody out: it says
 * what org_relation says of every unit there is. */
static void units_above_are_the_superiors(void **state)
{
    (void)state;
    struct ctx *cx = look();
    struct org_units all;
    const struct org_choice every = { .levels = { (struct str[]){ STR("city"), STR("county"),
                                                                 STR("town"), STR("village") }, 4 } };
    assert_true(org_expand(cx, &every, &all));
    assert_true(all.n > 100);
    size_t levels[3] = { 0 };
    for (size_t i = 0; i < all.n; i += all.n / 25 + 1) {
        struct ids up;
        struct org_relation r;
        size_t n = 0;
        struct arena_mark mark = arena_mark(cx->a);
        assert_true(org_units_above(cx, all.p[i].id, &up));
        for (size_t k = 0; k < all.n; k++) {
            assert_true(org_relation(cx, all.p[i].id, all.p[k].id, &r));
            if ((r.is == ORG_SUPERIOR) != is_among(up, all.p[k].id))
                fail_msg("%.*s above %.*s: relation %d", STR_ARG(all.p[k].name),
                         STR_ARG(all.p[i].name), r.is);
            n += r.is == ORG_SUPERIOR;
        }
        assert_int_equal(n, up.n);
        levels[n > 4 ? 2 : n > 0]++;
        arena_reset(cx->a, mark);
    }
    assert_true(levels[0] + levels[1] + levels[2] > 20 && levels[2] > 0);
}

static void the_issuing_body_decides_who_speaks(void **state)
{
    (void)state;
    int64_t office = unit_named("常德市人民政府办公室"), finance = unit_named("常德市财政局");
    struct org_agency *list;
    size_t n;
    struct org_relation r;
    assert_true(org_agencies_of(look(), office, &list, &n));
    assert_true(n >= 2);
    bool seen = false;
    for (size_t i = 0; i < n; i++)
        if (str_is(list[i].kind, "government")) {
            seen = true;
            assert_true(org_agency_relation(look(), list[i].id, finance, &r));
            assert_int_equal(r.is, ORG_SUBORDINATE);
        }
    assert_true(seen);
}

static void a_choice_expands_to_each_unit_once(void **state)
{
    (void)state;
    struct org_units out;
    struct str villages[] = { STR("village") }, towns[] = { STR("town"), STR("village") };
    struct str government[] = { STR("government") };
    struct org_choice c = { .levels = { villages, 1 } };
    assert_true(org_expand(look(), &c, &out));
    size_t n_villages = out.n;
    assert_true(n_villages > 50);
    for (size_t i = 0; i < out.n; i++)
        assert_true(str_is(out.p[i].level, "village"));
    /* named twice, by filter and by id: once */
    int64_t first = out.p[0].id;
    c.unit_ids = (struct ids){ &first, 1 };
    assert_true(org_expand(look(), &c, &out));
    assert_int_equal(out.n, n_villages);
    /* filters together */
    c = (struct org_choice){ .levels = { towns, 2 }, .branches = { government, 1 } };
    assert_true(org_expand(look(), &c, &out));
    size_t n_towns = out.n;
    assert_true(n_towns > 2);
    /* in a subtree */
    int64_t town = out.p[0].id;
    c = (struct org_choice){ .under = { &town, 1 } };
    assert_true(org_expand(look(), &c, &out));
    assert_true(out.n > 1);
    assert_int_equal(out.p[0].id, town);
    /* a group */
    int64_t group = find("SELECT id FROM unit_group WHERE name = ?1 AND scope = 'city'",
                         "市政府各部门");
    c = (struct org_choice){ .group_ids = { &group, 1 } };
    assert_true(org_expand(look(), &c, &out));
    assert_true(out.n > 20);
    for (size_t i = 0; i < out.n; i++)
        assert_true(str_is(out.p[i].branch, "government"));
    /* nothing chosen is nobody, not everybody */
    c = (struct org_choice){ 0 };
    assert_true(org_expand(look(), &c, &out));
    assert_int_equal(out.n, 0);
    /* a group of another unit is not there */
    struct ctx *drafter = stage_look(stage, "drafter");
    int64_t hidden = find("SELECT id FROM unit_group WHERE scope <> ?1 ORDER BY id LIMIT 1", "city");
    c = (struct org_choice){ .group_ids = { &hidden, 1 } };
    drafter = stage_look(stage, "drafter");
    assert_false(org_expand(drafter, &c, &out));
    assert_string_equal(drafter->err.code, "not_found");
}

static int setup(void **state)
{
    (void)state;
    city_open();
    city_fill(DEMO_SMALL);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_become_posts_and_pools),
        cmocka_unit_test(small_units_need_no_grants),
        cmocka_unit_test(nobody_agrees_to_his_own),
        cmocka_unit_test(the_level_above),
        cmocka_unit_test(no_office_no_seal),
        cmocka_unit_test(terms_are_read),
        cmocka_unit_test(leaders_are_reached_through_their_gate),
        cmocka_unit_test(the_rank_list_orders_leaders),
        cmocka_unit_test(units_stand_to_each_other),
        cmocka_unit_test(units_above_are_the_superiors),
        cmocka_unit_test(the_issuing_body_decides_who_speaks),
        cmocka_unit_test(a_choice_expands_to_each_unit_once),
    };
    return cmocka_run_group_tests_name("org routing", tests, setup, city_close);
}
