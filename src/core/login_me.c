/* The table of what a person can do with their own sign-in, and what /me tells. */
#include "base/id.h"
#include "core/answer.h"
#include "core/login.sql.h"
#include "core/login_in.h"
#include "core/small.h"

#define TOKEN_DAYS_MOST 366
#define TOKENS_MOST 20

/* --- /me -------------------------------------------------------------------------------------------*/

/* What run_me writes. */
static const char *const themes[] = { "red", "blue", NULL };
static const char *const langs[] = { "zh-CN", "en", NULL };
static const char *const acting_kinds[] = { "backup", "delegation", "secretary", "presiding", NULL };
static ANSWER(me_person, ID(ALWAYS, "id", "人员", "person"), TEXT(ALWAYS, "name", "姓名", "name"),
              TEXT(ALWAYS, "account", "账号", "account"));
static ANSWER(me_unit, ID(ALWAYS, "id", "单位", "unit"), TEXT(ALWAYS, "name", "名称", "name"),
              TEXT(ALWAYS, "short_name", "简称", "short name"));
static ANSWER(me_section, ID(ALWAYS, "id", "科室", "section"),
              TEXT(ALWAYS, "name", "名称", "name"));
static ANSWER(me_post, ID(ALWAYS, "id", "身份", "post"), TEXT(ALWAYS, "title", "职务", "title"),
              FLAG(ALWAYS, "is_main", "主职", "main post"),
              FLAG(ALWAYS, "is_leader", "领导班子成员", "leadership team"),
              ONE(ALWAYS, "unit", &me_unit_record, "单位", "unit"),
              ONE(OR_NULL, "section", &me_section_record, "科室", "section"));
static ANSWER(me_acting, ID(ALWAYS, "post", "被代身份", "post acted for"),
              TEXT(ALWAYS, "person_name", "姓名", "name"), TEXT(ALWAYS, "title", "职务", "title"),
              DAY(OR_NULL, "until_on", "截止日期", "until"),
              CHOICE(ALWAYS, "kind", acting_kinds, "种类", "kind"));
static ANSWER(me_role, TEXT(ALWAYS, "role", "角色", "role"),
              ONE(ALWAYS, "unit", &me_unit_record, "单位", "unit"));
static ANSWER(me_box, ID(ALWAYS, "id", "单位", "unit"), TEXT(ALWAYS, "name", "名称", "name"),
              FLAG(ALWAYS, "is_former", "已并入的原单位", "a former unit"));
static ANSWER(me_settings, CHOICE(MAYBE, "theme", themes, "主题色", "theme"),
              FLAG(MAYBE, "dark", "深色", "dark"), FLAG(MAYBE, "large", "大字", "large type"),
              CHOICE(MAYBE, "lang", langs, "语言", "language"));
static ANSWER(me_city, TEXT(ALWAYS, "name", "城市", "city"),
              FLAG(ALWAYS, "is_demo", "演示", "demo"),
              TEXT(ALWAYS, "demo_note", "演示说明", "note of the demo"));

struct counters {
    int64_t todo, to_sign, to_read, retract_asked, instructions;
};
static const struct field counters_fields[] = {
    FIELD(counters, todo, F_I64, .zh = "待办", .en = "to do"),
    FIELD(counters, to_sign, F_I64, .zh = "待签收", .en = "to sign for"),
    FIELD(counters, to_read, F_I64, .zh = "待阅", .en = "to read"),
    FIELD(counters, retract_asked, F_I64, .zh = "撤回请求", .en = "retractions asked"),
    FIELD(counters, instructions, F_I64, .zh = "待转办批示", .en = "instructions at the office"),
};
RECORD(counters);

static ANSWER(me, ONE(ALWAYS, "person", &me_person_record, "本人", "oneself"),
              LIST(ALWAYS, "posts", &me_post_record, "身份", "posts held today, main one first"),
              LIST(ALWAYS, "roles", &me_role_record, "角色", "roles by unit"),
              LIST(ALWAYS, "boxes", &me_box_record, "所管信箱与登记簿",
                   "units whose mailbox and registers one keeps, own ones first"),
              LIST(ALWAYS, "acting_for", &me_acting_record, "代为办理", "whom one acts for"),
              TEXTS(ALWAYS, "can", "权限", "rights by name"),
              TEXT(ALWAYS, "csrf", "页面校验码", "CSRF token"),
              FLAG(ALWAYS, "must_change_password", "须先修改密码", "change the password first"),
              AT(OR_NULL, "password_until_at", "密码到期", "the password ends"),
              ONE(ALWAYS, "settings", &me_settings_record, "界面设置",
                  "settings of the own screen"),
              ONE(ALWAYS, "city", &me_city_record, "城市", "the city"),
              ONE(ALWAYS, "counters", &counters_record, "计数", "what waits"),
              NUMBER(ALWAYS, "filings", "待处理的备案（市级管理员）",
                     "filings that wait, for the city's administrators"),
              NUMBER(ALWAYS, "incidents", "未确认的系统事件（市级管理员）",
                     "system incidents nobody has acknowledged; for city administrators"));

static const struct {
    enum perm perm;
    const char *name;
} rights[] = {
    { PERM_CITY_ADMIN, "org.admin" },    { PERM_CITY_ADMIN, "org.approve" },
    { PERM_UNIT_ADMIN, "unit.admin" },   { PERM_DOC_CLERK, "exchange.clerk" },
    { PERM_OFFICE, "office" },           { PERM_SECRECY, "secrecy" },
};

static void put_unit(struct jw *w, const char *key, struct rows *r, int column)
{
    jw_kobj(w, key);
    jw_kid(w, "id", row_i64(r, column));
    jw_kstr(w, "name", row_text(r, column + 1));
    jw_kstr(w, "short_name", row_text(r, column + 2));
    jw_obj_end(w);
}

static bool put_posts(struct ctx *cx, struct jw *w, struct str today)
{
    struct rows r;
    jw_karr(w, "posts");
    for (db_rows(cx->db, &r, &q_me_posts, cx->actor->person_id, today); rows_next(&r);) {
        jw_obj(w);
        jw_kid(w, "id", row_i64(&r, 0));
        jw_kstr(w, "title", row_text(&r, 1));
        jw_kbool(w, "is_main", row_i64(&r, 2));
        jw_kbool(w, "is_leader", row_i64(&r, 8));
        put_unit(w, "unit", &r, 3);
        if (row_is_null(&r, 6)) {
            jw_knull(w, "section");
        } else {
            jw_kobj(w, "section");
            jw_kid(w, "id", row_i64(&r, 6));
            jw_kstr(w, "name", row_text(&r, 7));
            jw_obj_end(w);
        }
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    return !rows_failed(&r);
}

static bool put_roles(struct ctx *cx, struct jw *w, struct str today)
{
    struct rows r;
    jw_karr(w, "roles");
    for (db_rows(cx->db, &r, &q_me_roles, cx->actor->person_id, today); rows_next(&r);) {
        jw_obj(w);
        jw_ktext(w, "role", role_name((enum role)row_i64(&r, 0)));
        put_unit(w, "unit", &r, 1);
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    return !rows_failed(&r);
}

/* By role, and so with the former units of each (OFFICE P9). */
static bool put_boxes(struct ctx *cx, struct jw *w)
{
    const struct actor *me = cx->actor;
    jw_karr(w, "boxes");
    for (size_t i = 0; i < me->n_scopes; i++) {
        bool is_again = me->scopes[i].kind != SCOPE_UNIT;
        struct unit_row u;
        for (size_t k = 0; k < i && !is_again; k++)
            is_again = me->scopes[k].kind == SCOPE_UNIT && me->scopes[k].id == me->scopes[i].id;
        if (is_again)
            continue;
        if (!unit_load(cx, me->scopes[i].id, &u))
            return false;
        jw_obj(w);
        jw_kid(w, "id", u.id);
        jw_kstr(w, "name", u.name);
        jw_kbool(w, "is_former", u.closed_on.p);
        jw_obj_end(w);
    }
    jw_arr_end(w);
    return true;
}

static void put_acting(struct ctx *cx, struct jw *w)
{
    static const char *const kinds[] = { [ACTING_BACKUP] = "backup",
                                         [ACTING_DELEGATION] = "delegation",
                                         [ACTING_SECRETARY] = "secretary",
                                         [ACTING_PRESIDING] = "presiding" };
    jw_karr(w, "acting_for");
    for (size_t i = 0; i < cx->actor->n_acting; i++) {
        const struct actor_acting *t = &cx->actor->acting[i];
        jw_obj(w);
        jw_kid(w, "post", t->post_id);
        jw_kstr(w, "person_name", t->person_name);
        jw_kstr(w, "title", t->title);
        jw_kstr(w, "until_on", t->until_on.n ? t->until_on : STR_NONE);
        jw_ktext(w, "kind", kinds[t->kind]);
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

static bool put_counters(struct ctx *cx, struct jw *w)
{
    static const struct {
        enum box box;
        const char *name;
    } boxes[] = { { BOX_TODO, "todo" },
                  { BOX_TO_SIGN, "to_sign" },
                  { BOX_TO_READ, "to_read" },
                  { BOX_RETRACT_ASKED, "retract_asked" },
                  { BOX_INSTRUCTIONS, "instructions" } };
    jw_obj(w);
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
        int64_t n;
        if (!counter_sum(cx, boxes[i].box, &n))
            return false;
        jw_ki64(w, boxes[i].name, n);
    }
    jw_obj_end(w);
    return true;
}

static void put_city(struct ctx *cx, struct jw *w)
{
    const char *demo = core_setting(cx->core, "is_demo");
    const char *name = core_setting(cx->core, "city_name");
    const char *note = core_setting(cx->core, "demo_note");
    jw_kobj(w, "city");
    jw_ktext(w, "name", name ? name : "");
    jw_kbool(w, "is_demo", demo && strcmp(demo, "1") == 0);
    jw_ktext(w, "demo_note", note ? note : "");
    jw_obj_end(w);
}

static bool put_account(struct ctx *cx, struct jw *w)
{
    struct rows r;
    int64_t days = password_days(cx->core);
    int found = db_get(cx->db, &r, &q_account_settings, cx->actor->person_id);
    bool ends = found == 1 && days > 0 && !row_is_null(&r, 1) && row_is_null(&r, 2);
    jw_key(w, "password_until_at");
    if (ends)
        jw_i64(w, row_i64(&r, 1) + days * CLOCK_DAY_MS);
    else
        jw_null(w);
    jw_kraw(w, "settings", found == 1 ? row_copy(&r, 0, cx->a) : STR("{}"));
    rows_end(&r);
    return found >= 0;
}

static bool run_me(struct ctx *cx, const void *in, struct jw *w)
{
    const struct actor *me = cx->actor;
    struct str today = clock_day_text(cx->a, clock_date_of(cx->now));
    struct jw *const into = w; /* rooms add what they know of their own */
    (void)in;
    jw_obj(w);
    jw_kobj(w, "person");
    jw_kid(w, "id", me->person_id);
    jw_kstr(w, "name", me->name);
    jw_kstr(w, "account", me->account);
    jw_obj_end(w);
    if (!put_posts(cx, w, today) || !put_roles(cx, w, today) || !put_boxes(cx, w))
        return false;
    put_acting(cx, w);
    jw_karr(w, "can");
    for (size_t i = 0; i < sizeof rights / sizeof *rights; i++)
        if (me->rights & (INT64_C(1) << rights[i].perm))
            jw_text(w, rights[i].name);
    if (!event_ask(cx, "me.rights", 0, &into))
        return false;
    jw_arr_end(w);
    jw_kstr(w, "csrf", me->csrf);
    jw_kbool(w, "must_change_password", me->must_change_password);
    if (!put_account(cx, w))
        return false;
    put_city(cx, w);
    jw_key(w, "counters");
    if (!put_counters(cx, w))
        return false;
    bool is_admin = me->rights & (INT64_C(1) << PERM_CITY_ADMIN);
    jw_ki64(w, "incidents", is_admin ? incidents_unhandled(cx) : 0);
    int64_t filings = 0, *const waiting = &filings;
    if (is_admin && !event_ask(cx, "me.filings", 0, &waiting))
        return false;
    jw_ki64(w, "filings", filings);
    jw_obj_end(w);
    return cx->err.kind == ERR_NONE;
}

static bool run_counters(struct ctx *cx, const void *in, struct jw *w)
{
    (void)in;
    return put_counters(cx, w);
}

/* --- settings of the own screen --------------------------------------------------------------------*/

struct settings_in {
    struct str theme;
    bool dark, large;
    struct str lang;
};
static const struct field settings_in_fields[] = {
    FIELD(settings_in, theme, F_CHOICE, .choices = themes, .flags = FIELD_REQUIRED, .zh = "主题色",
          .en = "theme"),
    FIELD(settings_in, dark, F_BOOL, .zh = "深色", .en = "dark"),
    FIELD(settings_in, large, F_BOOL, .zh = "大字", .en = "large type"),
    FIELD(settings_in, lang, F_CHOICE, .choices = langs, .flags = FIELD_REQUIRED, .zh = "语言",
          .en = "language"),
};
RECORD(settings_in);

static bool run_settings(struct ctx *cx, const void *in, void *out)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    (void)out;
    record_encode(&w, &settings_in_record, in);
    return db_run(cx->db, &q_account_settings_put, buf_done(&b), cx->actor->person_id);
}

/* --- logins and tokens -----------------------------------------------------------------------------*/

struct login_row {
    int64_t id, created_at, seen_at;
    struct str address, agent;
    bool is_current;
};
static const struct field login_row_fields[] = {
    FIELD(login_row, id, F_ID, .flags = FIELD_REQUIRED, .zh = "编号", .en = "id"),
    FIELD(login_row, created_at, F_MOMENT, .flags = FIELD_REQUIRED, .zh = "登录时间",
          .en = "signed in"),
    FIELD(login_row, seen_at, F_MOMENT, .flags = FIELD_REQUIRED, .zh = "最近使用",
          .en = "last used"),
    FIELD(login_row, address, F_TEXT, .flags = FIELD_REQUIRED, .zh = "地址", .en = "address"),
    FIELD(login_row, agent, F_TEXT, .flags = FIELD_REQUIRED, .zh = "浏览器", .en = "browser"),
    FIELD(login_row, is_current, F_BOOL, .zh = "当前", .en = "this one"),
};
RECORD(login_row);

static bool run_logins(struct ctx *cx, const void *in, struct jw *w)
{
    struct rows r;
    (void)in;
    answer_rows(w);
    for (db_rows(cx->db, &r, &q_logins_of, cx->actor->person_id, (int64_t)0, cx->now);
         rows_next(&r);) {
        if (row_i64(&r, 3) + LOGIN_IDLE_MS <= cx->now)
            continue; /* ended by idleness */
        struct login_row row = {
            row_i64(&r, 0),      row_i64(&r, 2),      row_i64(&r, 3),
            row_text(&r, 5), row_text(&r, 6), row_i64(&r, 0) == cx->actor->login_id,
        };
        record_encode(w, &login_row_record, &row);
    }
    rows_end(&r);
    answer_rows_end(w, STR_NONE);
    return !rows_failed(&r);
}

struct login_ref {
    int64_t login_id;
};
static const struct field login_ref_fields[] = {
    FIELD(login_ref, login_id, F_ID, .flags = FIELD_PATH, .zh = "登录", .en = "login"),
};
RECORD(login_ref);

static bool end_one(struct ctx *cx, int64_t id, bool is_token, const char *op)
{
    if (cx->actor->is_token)
        return fail(cx, ERR_FORBIDDEN, "login.not_by_token", NULL);
    int64_t n = db_update(cx->db, &q_login_end, cx->now, id, cx->actor->person_id, (int64_t)is_token);
    if (n < 1)
        return n == 0 && fail_not_found(cx);
    live_login_ended(cx, cx->actor->person_id, id);
    return trace_write(cx, trace_node_stream(cx), op, 0, 0,
                       str_printf(cx->a, "{\"login\":\"%lld\"}", (long long)id));
}

static bool run_login_end(struct ctx *cx, const void *in, void *out)
{
    const struct login_ref *ref = in;
    (void)out;
    if (ref->login_id == cx->actor->login_id)
        door_set_login(cx, STR(""));
    return end_one(cx, ref->login_id, false, "login.end");
}

struct token_row {
    int64_t id;
    struct str name, expires_on;
    int64_t created_at, seen_at;
};
static const struct field token_row_fields[] = {
    FIELD(token_row, id, F_ID, .flags = FIELD_REQUIRED, .zh = "编号", .en = "id"),
    FIELD(token_row, name, F_TEXT, .flags = FIELD_REQUIRED, .zh = "名称", .en = "name"),
    FIELD(token_row, expires_on, F_DAY, .flags = FIELD_REQUIRED, .zh = "到期日", .en = "last day"),
    FIELD(token_row, created_at, F_MOMENT, .flags = FIELD_REQUIRED, .zh = "建立时间", .en = "made"),
    FIELD(token_row, seen_at, F_MOMENT, .flags = FIELD_REQUIRED, .zh = "最近使用",
          .en = "last used"),
};
RECORD(token_row);

static bool run_tokens(struct ctx *cx, const void *in, struct jw *w)
{
    struct rows r;
    (void)in;
    answer_rows(w);
    for (db_rows(cx->db, &r, &q_logins_of, cx->actor->person_id, (int64_t)1, cx->now);
         rows_next(&r);) {
        struct token_row row = {
            row_i64(&r, 0), row_text(&r, 1),
            clock_day_text(cx->a, clock_date_of(row_i64(&r, 4) - 1)), row_i64(&r, 2),
            row_i64(&r, 3),
        };
        record_encode(w, &token_row_record, &row);
    }
    rows_end(&r);
    answer_rows_end(w, STR_NONE);
    return !rows_failed(&r);
}

struct token_in {
    struct str name, expires_on;
};
static const struct field token_in_fields[] = {
    FIELD(token_in, name, F_TEXT, .max = 50, .flags = FIELD_REQUIRED, .zh = "名称", .en = "name"),
    FIELD(token_in, expires_on, F_DAY, .flags = FIELD_REQUIRED, .zh = "到期日", .en = "last day"),
};
RECORD(token_in);
struct token_out {
    int64_t id;
    struct str token;
};
static const struct field token_out_fields[] = {
    FIELD(token_out, id, F_ID, .flags = FIELD_REQUIRED, .zh = "编号", .en = "id"),
    FIELD(token_out, token, F_TEXT, .flags = FIELD_SECRET | FIELD_REQUIRED | FIELD_OPTIONAL,
          .zh = "令牌（只显示这一次）", .en = "the token, shown this once"),
};
RECORD(token_out);

static bool run_token_create(struct ctx *cx, const void *input, void *output)
{
    const struct token_in *in = input;
    struct token_out *out = output;
    struct clock_date day;
    char token[SECRET_TOKEN_SIZE + 1], csrf[SECRET_TOKEN_SIZE + 1];
    if (cx->actor->is_token)
        return fail(cx, ERR_FORBIDDEN, "login.not_by_token", NULL);
    if (!clock_day_parse(in->expires_on, &day))
        return fail(cx, ERR_INVALID, "input.day", "expires_on");
    int64_t until = clock_at(day, 0) + CLOCK_DAY_MS;
    if (until <= cx->now || until > cx->now + TOKEN_DAYS_MOST * CLOCK_DAY_MS)
        return fail(cx, ERR_INVALID, "login.token_days", "expires_on");
    if (db_number(cx->db, 0, &q_tokens_count, cx->actor->person_id, cx->now) >= TOKENS_MOST)
        return fail(cx, ERR_STATE, "login.tokens_most", NULL);
    secret_token(token);
    secret_token(csrf);
    out->id = id_new(cx->now);
    out->token = str_copy(cx->a, str_of(token));
    return db_run(cx->db, &q_login_put, out->id, cx->actor->person_id, sm3_text(cx->a, out->token),
                  (const char *)csrf, (int64_t)1, in->name, cx->now, until, STR(""), STR("")) &&
           trace_write(cx, trace_node_stream(cx), "login.token_create", 0, 0,
                       str_printf(cx->a, "{\"login\":\"%lld\"}", (long long)out->id));
}

struct token_ref {
    int64_t token_id;
};
static const struct field token_ref_fields[] = {
    FIELD(token_ref, token_id, F_ID, .flags = FIELD_PATH, .zh = "令牌", .en = "token"),
};
RECORD(token_ref);

static bool run_token_revoke(struct ctx *cx, const void *in, void *out)
{
    (void)out;
    return end_one(cx, ((const struct token_ref *)in)->token_id, true, "login.token_revoke");
}

/* --- the room --------------------------------------------------------------------------------------*/

static const struct command commands[] = {
    { "login.sign_in", POST, "/sign-in", PERM_ANYONE, &login_sign_in_in, &login_sign_in_out,
      login_run_sign_in, "登录", "Sign in", CMD_NO_KEY | CMD_NARROW, login_prepare_sign_in },
    { "login.sign_out", POST, "/sign-out", PERM_FIRST_LOGIN, NULL, NULL, login_run_sign_out,
      "退出登录", "Sign out", CMD_NO_KEY | CMD_NARROW, NULL },
    { "login.sign_out_everywhere", POST, "/sign-out-everywhere", PERM_FIRST_LOGIN, NULL, NULL,
      login_run_sign_out_everywhere, "在所有设备上退出", "Sign out everywhere", CMD_NO_KEY | CMD_NARROW, NULL },
    { "me.password", POST, "/me/password", PERM_FIRST_LOGIN, &login_password_in, NULL,
      login_run_password, "修改密码", "Change the own password", CMD_NO_KEY | CMD_NARROW,
      login_prepare_password },
    { "me.settings", POST, "/me/settings", PERM_LOGIN, &settings_in_record, NULL, run_settings,
      "保存界面设置", "Keep the settings of the own screen", CMD_NO_TRACE, NULL },
    { "login.end", POST, "/logins/{login_id}/end", PERM_LOGIN, &login_ref_record, NULL,
      run_login_end, "结束一处登录", "End one of the own logins", 0, NULL },
    { "login.token_create", POST, "/me/tokens", PERM_LOGIN, &token_in_record, &token_out_record,
      run_token_create, "建立个人令牌", "Make a personal access token", CMD_CREATES, NULL },
    { "login.token_revoke", POST, "/tokens/{token_id}/revoke", PERM_LOGIN, &token_ref_record, NULL,
      run_token_revoke, "吊销个人令牌", "Revoke a personal access token", 0, NULL },
    { "login.failed", POST, NULL, PERM_OPERATOR, NULL, NULL, login_run_failed, "记录失败的登录",
      "Count and record a failed sign-in", CMD_INTERNAL, NULL },
    { "login.seen", POST, NULL, PERM_OPERATOR, NULL, NULL, login_run_seen, "记录登录的最近使用时间",
      "Note when logins were last used", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "login.purge", POST, NULL, PERM_OPERATOR, NULL, NULL, login_run_purge, "清理失败登录计数",
      "Forget old counts of failed sign-ins", CMD_INTERNAL | CMD_NO_TRACE, NULL },
};

static const struct read reads[] = {
    { "me", "/me", PERM_FIRST_LOGIN, NULL, &me_record, false, run_me, "本人",
      "Who is signed in", 0 },
    { "me.counters", "/me/counters", PERM_FIRST_LOGIN, NULL, &counters_record, false, run_counters,
      "计数", "What waits", 0 },
    { "me.logins", "/me/logins", PERM_LOGIN, NULL, &login_row_record, true, run_logins, "我的登录",
      "The own logins", 0 },
    { "me.tokens", "/me/tokens", PERM_LOGIN, NULL, &token_row_record, true, run_tokens,
      "我的令牌", "The own personal tokens", 0 },
};

const struct room login_room = {
    "login", ROOM_TABLE(commands), ROOM_TABLE(reads), NULL, 0, NULL, login_tick,
};
