/* org: files of docs/import.md come in whole or not at all, and every bad row is named. */
#include "org_city.h"

#include "org/org_csv.h"
#include "org/org_pinyin.h"

struct bad_row {
    int64_t line;
    struct str column, reason;
};
struct import_in {
    struct str table, text;
};
struct import_out {
    int64_t file_id, rows, parts, done;
    struct list bad;
    int64_t n_bad;
    struct str secrets;
};
struct part_in {
    int64_t file_id, part, first_line;
    struct str table, text;
};
struct file_in {
    int64_t file_id;
    void *checked;
};

#define UNITS                                                                                      \
    "code,name,short_name,parent_code,level,branch,kind,rank_order,division_code,from_on,phone,"   \
    "by_paper\n"
#define PEOPLE                                                                                     \
    "person_code,account,name,mobile,office_phone,unit_code,section_code,title,grade,is_main,"     \
    "is_leader,rank_order,roles,from_on\n"

static struct import_out import_text(const char *table, const char *text)
{
    struct import_in in = { str_of(table), str_of(text) };
    struct import_out out = { 0 };
    struct err e = { 0 };
    if (!door_run(city_core, "org.import", &in, &out, NULL, city_now, a, &e))
        city_fail(table, &e);
    return out;
}

static int64_t count(const char *table)
{
    struct err e = { 0 };
    struct query q = { "count", 0, arena_printf(a, "SELECT count(*) FROM %s", table),
                       arena_printf(a, "SELECT count(*) FROM %s", table) };
    struct query *kept = arena_copy(a, &q, sizeof q);
    struct db *db = core_reader(city_core, a, &e);
    assert_non_null(db);
    int64_t n = db_number(db, -1, kept);
    db_close(&db);
    return n;
}

static void csv_reads_rfc4180(void **state)
{
    (void)state;
    struct csv c = csv_of(a, STR("\xEF\xBB\xBF" "a,b\r\n\"x, \"\"y\"\"\n2\", z \n\n,\n\"open"));
    struct csv_row r;
    assert_true(csv_next(&c, &r));
    assert_int_equal(r.n, 2);
    assert_true(str_is(r.cell[0], "a") && str_is(r.cell[1], "b"));
    assert_true(csv_next(&c, &r));
    assert_int_equal(r.line, 2);
    assert_true(str_is(r.cell[0], "x, \"y\"\n2"));
    assert_true(str_is(r.cell[1], "z"));
    assert_true(csv_next(&c, &r));
    assert_int_equal(r.line, 5);
    assert_int_equal(r.n, 2);
    assert_true(csv_next(&c, &r));
    assert_string_equal(r.code, "import.quote");
    assert_false(csv_next(&c, &r));
}

/* Any bytes: rows come in rising lines, cells stay inside, and it ends. */
static void csv_survives_any_bytes(void **state)
{
    static const char alphabet[] = "a,\"\n\r \xE4\xB8\xAD;";
    uint64_t random = 20261124;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char text[48];
        size_t n = (size_t)(round % (int)sizeof text);
        for (size_t i = 0; i < n; i++) {
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
            text[i] = alphabet[(random >> 33) % (sizeof alphabet - 1)];
        }
        struct arena_mark mark = arena_mark(a);
        struct csv c = csv_of(a, (struct str){ text, n });
        struct csv_row r;
        int line = 0;
        while (csv_next(&c, &r)) {
            assert_true(r.line > line && r.n >= 1 && r.n <= CSV_COLUMNS);
            line = r.line;
            for (size_t i = 0; i < r.n; i++)
                assert_true(r.cell[i].p && r.cell[i].n <= n);
        }
        arena_reset(a, mark);
    }
}

static void names_read_as_people_say_them(void **state)
{
    static const struct {
        const char *name, *full, *initials;
    } cases[] = {
        { "单雄", "shanxiong", "sx" },   { "曾国", "zengguo", "zg" },    { "仇英", "qiuying", "qy" },
        { "欧阳喆", "ouyangzhe", "oyz" }, { "解镕", "xierong", "xr" },    { "区堃", "oukun", "ok" },
        { "尉迟敬", "yuchijing", "ycj" }, { "吕布", "lubu", "lb" },       { "任华", "renhua", "rh" },
        { "华罗庚", "hualuogeng", "hlg" }, { "单于明", "chanyuming", "cym" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pinyin p = pinyin_of(a, str_of(cases[i].name), true);
        assert_string_equal(p.full.p, cases[i].full);
        assert_string_equal(p.initials.p, cases[i].initials);
    }
    /* 占 zhan stands before 张 zhang, 张三 before 章三 */
    struct str zhan = pinyin_of(a, STR("占一"), true).sort;
    struct str zhang = pinyin_of(a, STR("张一"), true).sort;
    assert_true(str_cmp(zhan, zhang) < 0);
    assert_string_equal(pinyin_of(a, STR("重庆路3号A座"), false).full.p, "chongqinglu3haoazuo");
}

static void every_bad_row_is_named_and_nothing_comes_in(void **state)
{
    (void)state;
    int64_t before = count("unit");
    struct import_out out = import_text(
        "units", UNITS "X1,甲局,甲局,4307,city,government,unit,900,,2026-01-01,,0\n"
                       ",乙局,乙局,4307,city,government,unit,901,,2026-01-01,,0\n"
                       "X3,丙局,丙局,NOWHERE,city,government,unit,902,,2026-01-01,,0\n"
                       "X4,丁局,丁局,4307,state,government,unit,903,,2026-13-01,,2\n"
                       "X1,甲局,甲局,4307,city,government,unit,900,,2026-01-01,,0\n"
                       "X6,戊局\n");
    const struct bad_row *b = out.bad.p;
    static const struct {
        int64_t line;
        const char *column;
    } want[] = { { 3, "code" },    { 4, "parent_code" }, { 5, "level" },
                 { 5, "from_on" }, { 5, "by_paper" },    { 6, "code" }, { 7, NULL } };
    assert_int_equal(out.n_bad, sizeof want / sizeof *want);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        assert_int_equal(b[i].line, want[i].line);
        if (want[i].column)
            assert_string_equal(b[i].column.p, want[i].column);
        assert_true(b[i].reason.n > 0);
    }
    assert_int_equal(count("unit"), before);
}

static void at_most_200_bad_rows_are_told(void **state)
{
    struct buf text = buf_in(a);
    (void)state;
    buf_text(&text, UNITS);
    for (int i = 0; i < 300; i++)
        buf_text(&text, ",名,名,4307,city,government,unit,1,,2026-01-01,,0\n");
    struct import_out out = import_text("units", buf_done(&text).p);
    assert_int_equal(out.n_bad, 300);
    assert_int_equal(out.bad.n, 200);
}

static void people_are_checked_against_each_other(void **state)
{
    (void)state;
    int64_t before = count("person");
    struct import_out out = import_text(
        "people", PEOPLE "Z1,zzz1,张一,,,4307-G1,,科员,,1,0,1,,2026-01-01\n"
                         "Z1,zzz1,张二,,,4307-G1,,科长,,0,0,1,,2026-01-01\n"
                         "Z2,zzz1,李一,,,4307-G1,,科员,,1,0,1,,2026-01-01\n"
                         "Z3,zzz3,李三,,,4307-G1,,科员,,0,0,1,,2026-01-01\n"
                         "Z4,zzz4,李四,12a,,4307-G1,,科员,,1,0,1,king,2026-01-01\n");
    const struct bad_row *b = out.bad.p;
    bool differs = false, taken = false, mains = false, phone = false, role = false;
    for (size_t i = 0; i < out.bad.n; i++) {
        differs |= b[i].line == 3 && str_is(b[i].column, "name");
        taken |= b[i].line == 4 && str_is(b[i].column, "account");
        mains |= b[i].line == 5 && str_is(b[i].column, "is_main");
        phone |= b[i].line == 6 && str_is(b[i].column, "mobile");
        role |= b[i].line == 6 && str_is(b[i].column, "roles");
    }
    assert_true(differs && taken && mains && phone && role);
    assert_int_equal(count("person"), before);
}

static void a_second_import_changes_instead_of_copying(void **state)
{
    (void)state;
    const char *units = UNITS "T1,试验局,试验局,4307,city,government,unit,950,,2026-01-01,,0\n"
                              "T1-01,一科,一科,T1,city,government,section,1,,2026-01-01,,0\n";
    const char *people =
        PEOPLE "T1,tester1,单试,13900001111,0736-1,T1,T1-01,科长,,1,0,1,section_head,2026-01-01\n";
    assert_int_equal(import_text("units", units).n_bad, 0);
    struct import_out first = import_text("people", people);
    assert_int_equal(first.n_bad, 0);
    assert_true(str_starts(first.secrets, STR("tester1,")));
    int64_t n_units = count("unit"), n_people = count("person"), n_posts = count("post"),
            n_grants = count("grant_"), n_keys = count("contact_key");
    assert_int_equal(import_text("units", units).n_bad, 0);
    struct import_out again = import_text("people", people);
    assert_int_equal(again.n_bad, 0);
    assert_int_equal(again.secrets.n, 0);
    assert_int_equal(count("unit"), n_units);
    assert_int_equal(count("person"), n_people);
    assert_int_equal(count("post"), n_posts);
    assert_int_equal(count("grant_"), n_grants);
    assert_int_equal(count("contact_key"), n_keys);
}

static struct import_out run_file(const char *command, const void *in)
{
    struct import_out out = { 0 };
    struct err e = { 0 };
    if (!door_run(city_core, command, in, &out, NULL, city_now, a, &e))
        city_fail(command, &e);
    return out;
}

static void a_staged_file_comes_in_part_by_part(void **state)
{
    (void)state;
    int64_t before = count("unit");
    struct part_in one = { 0, 0, 2, STR("units"),
                           STR(UNITS "S1,分件一,分件一,4307,city,government,unit,960,,2026-01-01,,0\n") };
    struct import_out out = run_file("org.import_part", &one);
    struct part_in two = { out.file_id, 1, 3, STR("units"),
                           STR(UNITS "S1-01,科,科,S1,city,government,section,1,,2026-01-01,,0\n") };
    assert_int_equal(run_file("org.import_part", &two).parts, 2);
    assert_int_equal(count("unit"), before);
    /* the check belongs to the job before the command; the door's own callers hand it in */
    struct file_in in = { out.file_id, NULL };
    struct import_out ignored = { 0 };
    struct err e = { 0 };
    assert_false(door_run(city_core, "org.import_apply", &in, &ignored, NULL, city_now, a, &e));
    assert_string_equal(e.code, "db.busy");
    struct import_out good = { .rows = 2 };
    in.checked = &good;
    assert_int_equal(run_file("org.import_apply", &in).done, 1);
    assert_int_equal(count("unit"), before + 1);
    in.checked = NULL;
    assert_int_equal(run_file("org.import_apply", &in).done, 2);
    assert_int_equal(count("unit"), before + 2);
    assert_int_equal(count("import_part"), 0);
    assert_false(door_run(city_core, "org.import_apply", &in, &ignored, NULL, city_now, a, &e));
}

struct rebuild {
    int64_t after;
};

/* Derived: thrown away and built anew, it is the same. */
static void the_address_book_is_built_anew(void **state)
{
    (void)state;
    struct err e = { 0 };
    int64_t before = count("contact_key"), people = count("person"), rounds = 0;
    struct rebuild at = { 0 }, next = { 0 };
    do {
        at = next;
        if (!door_run(city_core, "org.rebuild_book", &at, &next, NULL, city_now, a, &e))
            city_fail("rebuild", &e);
        rounds++;
    } while (next.after);
    assert_true(rounds > people / 300);
    assert_int_equal(count("contact_key"), before);
    assert_true(before > people);
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
        cmocka_unit_test(csv_reads_rfc4180),
        cmocka_unit_test(csv_survives_any_bytes),
        cmocka_unit_test(names_read_as_people_say_them),
        cmocka_unit_test(every_bad_row_is_named_and_nothing_comes_in),
        cmocka_unit_test(at_most_200_bad_rows_are_told),
        cmocka_unit_test(people_are_checked_against_each_other),
        cmocka_unit_test(a_second_import_changes_instead_of_copying),
        cmocka_unit_test(the_address_book_is_built_anew),
        cmocka_unit_test(a_staged_file_comes_in_part_by_part),
    };
    return cmocka_run_group_tests_name("org import", tests, setup, city_close);
}
