#include "demo/demo_build.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/embed.h"
#include "crypto/crypto.h"
#include "demo/demo_history.h"
#include "document/document.h"
#include "document/document.h"
#include "org/org.h"

/* --- demo.begin: the settings of a demo folder --------------------------------------------------- */
struct begin_in {
    struct str city_name, note, secret;
};
static const struct field begin_in_fields[] = {
    FIELD(begin_in, city_name, F_TEXT, .max = 50, .flags = FIELD_REQUIRED, .zh = "城市名称", .en = "name of the city"),
    FIELD(begin_in, note, F_TEXT, .max = 200, .flags = FIELD_REQUIRED, .zh = "演示说明", .en = "what every page says"),
    FIELD(begin_in, secret, F_TEXT, .max = 200, .flags = FIELD_REQUIRED | FIELD_SECRET, .zh = "演示口令记录",
          .en = "record of the demo password"),
};
RECORD(begin_in);

static bool run_begin(struct ctx *cx, const void *input, void *out)
{
    const struct begin_in *in = input;
    (void)out;
    return core_setting_set(cx, "city_name", in->city_name) && core_setting_set(cx, "is_demo", STR("1")) &&
           core_setting_set(cx, "demo_note", in->note) && core_setting_set(cx, "demo_secret", in->secret) &&
           trace_write(cx, trace_node_stream(cx), "demo.begin", 0, 0, STR("{}"));
}

static const struct command commands[] = {
    { "demo.begin", POST, NULL, PERM_OPERATOR, &begin_in_record, NULL, run_begin, "建立演示数据",
      "Begin a demo data folder", CMD_INTERNAL, NULL },
};

/* --- whom one may sign in as --------------------------------------------------------------------- */
struct account_row {
    struct str account, name, work, password;
};
static const struct field account_row_fields[] = {
    FIELD(account_row, account, F_TEXT, .flags = FIELD_REQUIRED, .zh = "账号", .en = "account"),
    FIELD(account_row, name, F_TEXT, .flags = FIELD_REQUIRED, .zh = "姓名", .en = "name"),
    FIELD(account_row, work, F_TEXT, .flags = FIELD_REQUIRED, .zh = "单位和工作",
          .en = "unit and work"),
    FIELD(account_row, password, F_TEXT, .flags = FIELD_REQUIRED, .zh = "公开口令",
          .en = "public password"),
};
RECORD(account_row);

/* In a real city's folder there are none. The sign-in page asks before anybody is known. */
static bool run_accounts(struct ctx *cx, const void *in, struct jw *w)
{
    size_t n;
    const struct demo_account *list = demo_story_accounts(&n);
    (void)in;
    bool is_demo = core_setting(cx->core, "is_demo") != NULL;
    answer_rows(w);
    for (size_t i = 0; is_demo && i < n; i++) {
        const char *work = cx->lang == LANG_EN ? list[i].where_en : list[i].where_zh;
        struct account_row row = { str_of(list[i].account), str_of(list[i].name), str_of(work), STR(DEMO_PASSWORD) };
        record_encode(w, &account_row_record, &row);
    }
    answer_rows_end(w, STR_NONE);
    return true;
}

static const struct read reads[] = {
    { "demo.accounts", "/demo/accounts", PERM_ANYONE, NULL, &account_row_record, true, run_accounts,
      "演示账号", "Accounts of the demo city", 0 },
};

const struct room demo_room = { "demo", ROOM_TABLE(commands), ROOM_TABLE(reads), NULL, 0, NULL, NULL };

static bool begin(struct core *core, int64_t now, struct arena *a, struct err *e)
{
    char secret[PASSWORD_HASH_SIZE];
    if (!password_hash(STR(DEMO_PASSWORD), secret))
        return err_set(e, a, ERR_INTERNAL, "internal", NULL, NULL, NULL, NULL);
    struct begin_in in = {
        STR("常德市（演示）"),
        STR("演示数据：人物和事项均为虚构，口令公开，请勿录入真实信息。This is a demonstration: people and matters are "
            "invented, the password is public."),
        str_of(secret),
    };
    return door_run(core, "demo.begin", &in, NULL, NULL, now, a, e);
}

/* --- the files ----------------------------------------------------------------------------------- */
static void print_report(const struct buf *report)
{
    if (report->n)
        (void)fwrite(report->p, 1, report->n, stderr); /* nobody to tell if that fails */
}

static bool import_file(struct core *core, enum demo_file f, struct str csv, int64_t now, struct err *e)
{
    struct arena *a = arena_new();
    struct buf report = buf_in(a), secrets = buf_in(a);
    struct err own = { 0 };
    struct str name = str_of(demo_file_name(f));
    const char *kind = arena_strndup(a, name.p, name.n - strlen(".csv"));
    bool good = f == DEMO_NUMBER_BOOKS
                    ? doc_books_import(core, csv, now, a, &report, &own)
                    : org_import_file(core, kind, kind, csv, now, a, &report, &secrets, &own);
    print_report(&report);
    if (!good)
        *e = (struct err){ .kind = own.kind, .code = own.code };
    arena_free(&a);
    return good;
}

/* The same for the number books, which document/ owns. */
static bool import_books(struct core *core, struct str csv, int64_t now, struct err *e)
{
    struct arena *a = arena_new();
    struct buf report = buf_in(a);
    struct err own = { 0 };
    bool good = doc_books_import(core, csv, now, a, &report, &own);
    print_report(&report);
    if (!good)
        *e = (struct err){ .kind = own.kind, .code = own.code };
    arena_free(&a);
    return good;
}

static bool import_city(struct core *core, const struct demo_city *city, int64_t now, struct err *e)
{
    for (int f = 0; f < DEMO_FILES; f++)
        if (!import_file(core, (enum demo_file)f, city->csv[f], now, e))
            return false;
    return import_books(core, city->csv[DEMO_NUMBER_BOOKS], now, e);
}

bool demo_city_again(const char *scale, int64_t now, struct arena *a, struct demo_city *out, struct err *e)
{
    struct demo_options o = { .seed = 20260701, .year = clock_date_of(now).year,
                              .divisions = embed_find("data/divisions-changde.csv") };
    if (strcmp(scale, "small") != 0 && strcmp(scale, "city") != 0)
        return err_set(e, a, ERR_INVALID, "demo.scale", NULL, scale, NULL, NULL);
    o.scale = strcmp(scale, "city") == 0 ? DEMO_CITY : DEMO_SMALL;
    return demo_generate(a, &o, out, e);
}

bool demo_build(struct core *core, const char *scale, int64_t now, struct arena *a, struct err *e)
{
    struct demo_city city;
    int64_t started = clock_monotonic_us();
    if (!demo_city_again(scale, now, a, &city, e) || !begin(core, now, a, e) || !import_city(core, &city, now, e))
        return false;
    printf("演示城市：%zu 个单位，%zu 人，%.1f 秒 (units, people, seconds)\n", city.units, city.people,
           (double)(clock_monotonic_us() - started) / 1e6);
    if (!demo_history(core, &city, now, a, e))
        return false;
    printf("登录账号 (accounts): drafter, leader, principal, doc_clerk, town_clerk, village_clerk, city_admin … (docs/demo.md)\n"
           "口令 (password): %s\n", DEMO_PASSWORD);
    return true;
}
