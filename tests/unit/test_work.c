/* Cost stays flat (DESIGN §9): each list page and search takes, within a tenth, as many steps of
 * the database's machine when many more documents are on file as when there are 2,000 received
 * ones; so do the daily acts. Beside the clock, which a busy machine bends, this counts work.
 *
 * WORK_MATTERS says how many more; `make work` compares with 200,000. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "demo/demo_load.h"
#include "demo/demo_stage.h"
#include "small_city.h"

#include <cmocka.h> /* last: its fail() is a macro, the program's a function */

enum { FEW = 2000, MANY = 50000 };

static struct arena *a;
static char dir[] = "/tmp/tongban-work-XXXXXX";
static struct core_config config = { .dir = dir, .node = -1, .is_bulk = true };

/* --- counting --------------------------------------------------------------------------------- */
/* Both on the test's own thread and on the committer's, which never work at once. */
static _Atomic bool counting;
static _Atomic int64_t steps;

static int on_end(unsigned what, void *arg, void *statement, void *x)
{
    (void)what;
    (void)arg;
    (void)x;
    int n = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);
    if (counting)
        steps += n;
    return 0;
}

static int on_connection(sqlite3 *db, char **error, const void *api)
{
    (void)error;
    (void)api;
    return sqlite3_trace_v2(db, SQLITE_TRACE_PROFILE, on_end, NULL);
}

/* --- the pages -------------------------------------------------------------------------------- */
/* Each a full page on either side. 通知 stands in every document, 工作 in most. newest: a list
 * whose first row's key goes into the path. */
static const struct page {
    const char *account, *path, *newest, *key;
    const char *body; /* an act */
    int64_t most;     /* steps, where it is a limit that keeps the work flat */
} pages[] = {
    { "town_clerk", "/items?box=todo&limit=10", NULL, NULL, NULL, 0 },
    { "doc_clerk", "/items?box=todo&limit=20", NULL, NULL, NULL, 0 },
    { "doc_clerk", "/items?box=done&limit=20", NULL, NULL, NULL, 0 },
    { "village_clerk", "/items?box=done&limit=5", NULL, NULL, NULL, 0 },
    { "drafter", "/items?box=initiated&limit=20", NULL, NULL, NULL, 0 },
    { "drafter", "/items?box=initiated&module=send&limit=20", NULL, NULL, NULL, 0 },
    { "drafter", "/items?box=initiated&q=通知&limit=20", NULL, NULL, NULL, 0 },
    { "doc_clerk", "/items?box=done&q=通知&limit=20", NULL, NULL, NULL, 0 },
    { "doc_clerk", "/items?box=done&q=没有的词&limit=20", NULL, NULL, NULL, 80000 },
    { "leader", "/items?box=to_read&limit=20", NULL, NULL, NULL, 0 },
    { "drafter", "/items?box=watched&limit=20", NULL, NULL, NULL, 0 },
    { "doc_clerk", "/registers/sent?limit=20", NULL, NULL, NULL, 0 },
    { "drafter", "/registers/sent?limit=10", NULL, NULL, NULL, 0 },
    { "doc_clerk", "/registers/received?limit=20", NULL, NULL, NULL, 0 },
    { "doc_clerk", "/registers/sent?limit=20&doc_type=通知&urgency=normal", NULL, NULL, NULL, 8000 },
    { "doc_clerk", "/registers/sent?limit=20&doc_type=决议&q=没有的词", NULL, NULL, NULL, 500000 },
    { "town_clerk", "/registers/received?limit=20&doc_type=决议&issuer=没有的词", NULL, NULL, NULL, 500000 },
    { "town_clerk", "/registers/received?limit=5&doc_type=通知", NULL, NULL, NULL, 8000 },
    { "town_clerk", "/registers/received?limit=20", NULL, NULL, NULL, 0 },
    { "doc_clerk", "/statistics", NULL, NULL, NULL, 20000 },
    { "office_head", "/statistics/below?limit=20", NULL, NULL, NULL, 60000 },
    { "doc_clerk", "/categories", NULL, NULL, NULL, 0 },
    { "doc_clerk", "/dispatches?limit=20", NULL, NULL, NULL, 0 },
    { "drafter", "/dispatches?limit=10", NULL, NULL, NULL, 0 },
    { "doc_clerk", "/dispatches/%lld/board?limit=20", "/dispatches?limit=1", "id", NULL, 0 },
    { "doc_clerk", "/dispatches/%lld/totals?level=town", "/dispatches?limit=1", "id", NULL, 0 },
    { "doc_clerk", "/dispatches/%lld/receivers", "/dispatches?limit=1", "id", NULL, 0 },
    { "town_clerk", "/deliveries?box=signed&limit=20", NULL, NULL, NULL, 0 },
    { "village_clerk", "/deliveries?box=signed&limit=5", NULL, NULL, NULL, 0 },
    { "doc_clerk", "/deliveries?box=to_sign&limit=1", NULL, NULL, NULL, 0 },
    { "doc_clerk", "/instructions?limit=20&unit=%lld", NULL, "unit", NULL, 0 },
    { "doc_clerk", "/refusals?limit=20", NULL, NULL, NULL, 0 },
    { "doc_clerk", "/problems?limit=20", NULL, NULL, NULL, 0 },
    { "doc_clerk", "/me", NULL, NULL, NULL, 0 },
    { "doc_clerk", "/matters/%lld", "/items?box=done&limit=1", "matter", NULL, 0 },
    { "town_clerk", "/matters/%lld", "/items?box=todo&limit=1", "matter", NULL, 0 },
    { "doc_clerk", "/search?limit=5&q=通知", NULL, NULL, NULL, 0 },
    { "doc_clerk", "/search?limit=5&q=工作", NULL, NULL, NULL, 0 },
    { "town_clerk", "/search?limit=5&q=通知", NULL, NULL, NULL, 0 },
    { "town_clerk", "/search?limit=5&q=工作", NULL, NULL, NULL, 0 },
    { "village_clerk", "/search?limit=5&q=通知", NULL, NULL, NULL, 0 },
    { "village_clerk", "/search?limit=5&q=工作", NULL, NULL, NULL, 0 },
    { "doc_clerk", "/deliveries/%lld/sign_for", "/deliveries?box=to_sign&limit=1", "id", "{}", 0 },
    { "town_clerk", "/items/%lld/complete", "/items?box=todo&limit=1", "id",
      "{\"outcome\":\"close\"}", 0 },
    { "drafter", "/matters", NULL, NULL,
      "{\"module\":\"internal_request\",\"title\":\"关于购置防汛物资的呈批\",\"form\":{\"content\":"
      "\"请批准\"}}", 0 },
};
enum { PAGES = sizeof pages / sizeof *pages };

struct worked {
    size_t rows;
    int64_t steps;
};

/* Without a list to find it in, the number is the account's own unit. */
static const char *path_of(struct stage *s, const struct page *p)
{
    int64_t id = 0;
    if (!p->key)
        return p->path;
    if (!p->newest)
        id = actor_main_post(stage_look(s, p->account))->unit_id;
    else if (!jv_as_i64(
                 jv_get(jv_at(jv_get(stage_get(s, p->account, p->newest), "rows"), 0), p->key),
                 &id))
        fail_msg("%s sees nothing in %s", p->account, p->newest);
    return stage_text(s, p->path, (long long)id);
}

static const struct jv *call(struct stage *s, const struct page *p, const char *path)
{
    steps = 0;
    counting = true;
    const struct jv *answer =
        p->body ? stage_post(s, p->account, path, str_of(p->body)) : stage_get(s, p->account, path);
    counting = false;
    if (!answer)
        fail_msg("%s %s: %s", p->account, path, err_message(a, stage_err(s), LANG_EN));
    return answer;
}

/* A page is looked at twice: the second time what is kept in memory is there. */
static struct worked look(struct stage *s, const struct page *p)
{
    const char *path = path_of(s, p);
    if (!p->body)
        (void)call(s, p, path);
    return (struct worked){ jv_size(jv_get(call(s, p, path), "rows")), steps };
}

/* Texts are indexed while the program serves, by its clock. */
static void index_texts(void)
{
    struct err e = { 0 };
    struct core_config serving = config;
    serving.serve = true;
    struct core *core = core_open(&serving, a, &e);
    assert_non_null(core);
    struct db *db = core_reader(core, a, &e);
    const char *sql = "SELECT count(*) FROM search_queue";
    struct query waiting = { "waiting", 0, sql, sql };
    while (db_number(db, 0, &waiting) > 0)
        usleep(20000);
    db_close(&db);
    core_close(&core);
}

static void load(int64_t matters, struct worked *out)
{
    struct err e = { 0 };
    struct demo_loaded done;
    if (!demo_load(&config, "small", matters, clock_now_ms(), a, &done, &e))
        fail_msg("%s", err_message(a, &e, LANG_EN));
    index_texts();
    struct core *core = core_open(&config, a, &e);
    assert_non_null(core);
    struct stage *s = stage_new(core, a, &e);
    assert_non_null(s);
    stage_at(s, clock_now_ms());
    for (size_t i = 0; i < PAGES; i++)
        out[i] = look(s, &pages[i]);
    stage_free(&s);
    core_close(&core);
}

/* --- the test --------------------------------------------------------------------------------- */
static int set_up(void **state)
{
    (void)state;
    a = arena_new();
    /* always the same noon: what lies in an office's box is another story on each day */
    clock_shift(clock_at((struct clock_date){ 2026, 11, 27 }, 12 * 60) - clock_now_ms());
    sqlite3_auto_extension((void (*)(void))(uintptr_t)on_connection);
    small_city_begin(a, dir, &config, clock_now_ms());
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sqlite3_reset_auto_extension();
    small_city_end(dir);
    arena_free(&a);
    return 0;
}

static void test_work_does_not_grow(void **state)
{
    (void)state;
    struct worked few[PAGES], many[PAGES];
    const char *said = getenv("WORK_MATTERS");
    int64_t matters = said ? strtoll(said, NULL, 10) : MANY;
    int grown = 0;
    load(FEW, few);
    load(matters - FEW, many);
    for (size_t i = 0; i < PAGES; i++) {
        bool is_flat =
            many[i].rows == few[i].rows && many[i].steps <= (pages[i].most ? pages[i].most : few[i].steps + few[i].steps / 10);
        grown += !is_flat;
        if (!is_flat || said)
            print_message("%s %s: %zu rows in %lld steps, %zu in %lld with %lld matters\n",
                          pages[i].account, pages[i].path, few[i].rows, (long long)few[i].steps,
                          many[i].rows, (long long)many[i].steps, (long long)matters);
    }
    assert_int_equal(grown, 0);
}

/* --- search leaves nothing out ------------------------------------------------------------- */

struct found {
    int64_t *text;
    size_t n;
};

static void add(struct found *f, int64_t text)
{
    if (f->n % 1024 == 0)
        f->text = arena_grow(a, f->text, f->n * sizeof *f->text, (f->n + 1024) * sizeof *f->text);
    f->text[f->n++] = text;
}

/* By looking at every text: those with the token that a scope of the account may see. */
static struct found by_looking(struct stage *s, sqlite3 *db, const char *account, const char *word)
{
    struct found f = { NULL, 0 };
    const struct ctx *cx = stage_look(s, account);
    struct buf sql = buf_in(a);
    sqlite3_stmt *st = NULL;
    buf_text(&sql,
             "SELECT id FROM search_text t WHERE instr(' ' || tokens || ' ', ?1) > 0 AND id IN"
             " (SELECT text_id FROM city.access WHERE scope IN (0");
    for (size_t i = 0; i < cx->actor->n_scopes; i++)
        buf_printf(&sql, ",%lld", (long long)cx->actor->scopes[i].id);
    buf_text(&sql, ")) ORDER BY id DESC");
    struct str text = buf_done(&sql);
    assert_int_equal(sqlite3_prepare_v2(db, text.p, (int)text.n, &st, NULL), SQLITE_OK);
    const char *token = arena_printf(a, " %s ", word);
    sqlite3_bind_text(st, 1, token, -1, SQLITE_STATIC);
    while (sqlite3_step(st) == SQLITE_ROW)
        add(&f, sqlite3_column_int64(st, 0));
    sqlite3_finalize(st);
    return f;
}

static struct found by_search(struct stage *s, sqlite3 *db, const char *account, const char *word)
{
    struct found f = { NULL, 0 };
    struct str after = STR("");
    sqlite3_stmt *st = NULL;
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT text_id FROM city.matter WHERE id = ?1", -1, &st, NULL),
        SQLITE_OK);
    do {
        const struct jv *page = stage_get(
            s, account, arena_printf(a, "/search?limit=17&q=%s&after=%.*s", word, STR_ARG(after)));
        const struct jv *rows = jv_get(page, "rows");
        for (size_t i = 0; i < jv_size(rows); i++) {
            int64_t matter = 0;
            assert_true(jv_as_i64(jv_get(jv_at(rows, i), "matter"), &matter));
            sqlite3_bind_int64(st, 1, matter);
            assert_int_equal(sqlite3_step(st), SQLITE_ROW);
            add(&f, sqlite3_column_int64(st, 0));
            sqlite3_reset(st);
        }
        after = str_copy(a, jv_str(jv_get(page, "after")));
    } while (after.n);
    sqlite3_finalize(st);
    return f;
}

/* Words in every document, in many, in few; of one town, whose documents others do not see. */
static void test_search_finds_all_and_nothing_else(void **state)
{
    (void)state;
    static const char *const accounts[] = { "doc_clerk", "town_clerk", "village_clerk", "drafter" };
    static const char *const words[] = { "通知", "工作", "乡村", "粮油", "里湖", "白衣", "无此" };
    struct err e = { 0 };
    sqlite3 *db = NULL;
    struct core *core = core_open(&config, a, &e);
    struct stage *s = stage_new(core, a, &e);
    assert_int_equal(sqlite3_open(arena_printf(a, "%s/search.db", dir), &db), SQLITE_OK);
    const char *attach = arena_printf(a, "ATTACH '%s/tongban.db' AS city", dir);
    assert_int_equal(sqlite3_exec(db, attach, NULL, NULL, NULL), SQLITE_OK);
    stage_at(s, clock_now_ms());
    for (size_t i = 0; i < sizeof accounts / sizeof *accounts; i++)
        for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
            struct found want = by_looking(s, db, accounts[i], words[k]);
            struct found have = by_search(s, db, accounts[i], words[k]);
            if (want.n != have.n ||
                (want.n && memcmp(want.text, have.text, want.n * sizeof *want.text) != 0))
                fail_msg("%s %s: %zu texts, %zu found", accounts[i], words[k], want.n, have.n);
        }
    sqlite3_close(db);
    stage_free(&s);
    core_close(&core);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_work_does_not_grow),
        cmocka_unit_test(test_search_finds_all_and_nothing_else), /* in the same city */
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
