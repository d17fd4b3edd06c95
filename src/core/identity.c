/* Who asks: cookie or token → login → actor. The actor is cached per person and thrown away when
 * the account's generation, read with the login in each request, has moved on (S29), or the day has
 * changed (posts and delegations begin and end by date). */
#include <stdatomic.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/clock.h"
#include "core/core_in.h"
#include "core/login.h"
#include "core/core.sql.h"
#include "crypto/crypto.h"

#define CACHE_SLOTS 8192

struct cached {
    struct actor actor; /* first */
    _Atomic int held;
    int64_t generation;
    int64_t day;
    struct cached *next;
};

struct actor_cache {
    pthread_mutex_t lock; /* guards slot */
    struct cached *slot[CACHE_SLOTS];
};

struct actor_cache *actor_cache_new(void)
{
    struct actor_cache *c = calloc(1, sizeof *c);
    CHECK(c);
    pthread_mutex_init(&c->lock, NULL);
    return c;
}

static void let_go(struct cached *k)
{
    if (k && atomic_fetch_sub(&k->held, 1) == 1)
        free(k);
}

void actor_cache_free(struct actor_cache **c)
{
    if (!*c)
        return;
    for (size_t i = 0; i < CACHE_SLOTS; i++)
        let_go((*c)->slot[i]);
    pthread_mutex_destroy(&(*c)->lock);
    free(*c);
    *c = NULL;
}

/* --- loading ---------------------------------------------------------------------------------- */

static bool load_person(struct ctx *cx, int64_t person_id, struct actor *out)
{
    struct rows r;
    if (db_get(cx->db, &r, &q_actor_person, person_id) != 1) {
        rows_end(&r);
        return fail_not_found(cx);
    }
    out->person_id = person_id;
    out->name = row_copy(&r, 0, cx->a);
    out->account = row_copy(&r, 1, cx->a);
    rows_end(&r);
    return true;
}

static bool load_posts(struct ctx *cx, struct str today, struct actor *out)
{
    struct rows r;
    struct actor_post *posts = arena_array_of(cx->a, struct actor_post, 64);
    for (db_rows(cx->db, &r, &q_actor_posts, out->person_id, today);
         rows_next(&r) && out->n_posts < 64; out->n_posts++)
        posts[out->n_posts] = (struct actor_post){
            .id = row_i64(&r, 0),           .unit_id = row_i64(&r, 1),
            .section_id = row_i64(&r, 2),   .title = row_copy(&r, 3, cx->a),
            .is_main = row_i64(&r, 4),      .unit_name = row_copy(&r, 5, cx->a),
            .unit_path = row_copy(&r, 6, cx->a),
        };
    rows_end(&r);
    out->posts = posts;
    return !rows_failed(&r);
}

static bool load_acting(struct ctx *cx, struct str today, struct actor *out, int64_t *units,
                        int64_t *to_posts)
{
    struct rows r;
    struct actor_acting *acting = arena_array_of(cx->a, struct actor_acting, 64);
    for (db_rows(cx->db, &r, &q_actor_acting, out->person_id, today);
         rows_next(&r) && out->n_acting < 64; out->n_acting++) {
        acting[out->n_acting] = (struct actor_acting){
            .kind = (enum acting_kind)row_i64(&r, 0), .post_id = row_i64(&r, 1),
            .person_id = row_i64(&r, 2),              .person_name = row_copy(&r, 3, cx->a),
            .title = row_copy(&r, 4, cx->a),          .until_on = row_copy(&r, 5, cx->a),
            .is_share = row_i64(&r, 6),               .modules = row_copy(&r, 9, cx->a),
        };
        to_posts[out->n_acting] = row_i64(&r, 7);
        units[out->n_acting] = row_i64(&r, 8);
    }
    rows_end(&r);
    out->acting = acting;
    return !rows_failed(&r);
}

/* Which rights a role brings, and whether it sees all of its unit's matters. */
static const struct {
    int64_t rights;
    bool sees_unit;
} role_rights[ROLE_COUNT] = {
    [ROLE_CITY_ADMIN] = { 1 << PERM_CITY_ADMIN | 1 << PERM_UNIT_ADMIN, false },
    [ROLE_UNIT_ADMIN] = { 1 << PERM_UNIT_ADMIN, false },
    [ROLE_DOC_CLERK] = { 1 << PERM_DOC_CLERK, true },
    [ROLE_OFFICE_HEAD] = { 1 << PERM_OFFICE, true },
    [ROLE_REVIEWER] = { 1 << PERM_OFFICE, false },
    [ROLE_SUPERVISION_OFFICE] = { 1 << PERM_OFFICE, true },
    [ROLE_ARCHIVIST] = { 0, true },
    [ROLE_SECRECY_OFFICER] = { 1 << PERM_SECRECY, false },
    [ROLE_SECURITY_ADMIN] = { 1 << PERM_SECRECY, false },
};

/* The own ones first, then those for former units (OFFICE P9: their boxes stay where they are). */
#define GRANTS_MOST 256

static bool load_grants(struct ctx *cx, struct str today, struct actor *out, struct scope *scopes)
{
    struct rows r;
    struct actor_grant *grants = arena_array_of(cx->a, struct actor_grant, GRANTS_MOST);
    for (db_rows(cx->db, &r, &q_actor_grants, out->person_id, today);
         rows_next(&r) && out->n_grants < GRANTS_MOST;) {
        enum role role = (enum role)row_i64(&r, 0);
        if (role <= ROLE_NONE || role >= ROLE_COUNT)
            continue;
        grants[out->n_grants++] =
            (struct actor_grant){ role, row_i64(&r, 1), row_copy(&r, 2, cx->a) };
        out->rights |= role_rights[role].rights;
        struct scope s = { .own_post = row_i64(&r, 3), .unit_id = row_i64(&r, 1), .role = role };
        if (row_i64(&r, 4)) {
            s.kind = SCOPE_POOL;
            s.id = row_i64(&r, 4);
            scopes[out->n_scopes++] = s;
        }
        if (role_rights[role].sees_unit) {
            s.kind = SCOPE_UNIT;
            s.id = s.unit_id;
            scopes[out->n_scopes++] = s;
        }
    }
    rows_end(&r);
    out->grants = grants;
    return !rows_failed(&r);
}

static bool actor_build(struct ctx *cx, int64_t person_id, struct actor *out)
{
    struct str today = clock_day_text(cx->a, clock_date_of(cx->now));
    int64_t units[64], to_posts[64];
    *out = (struct actor){ .csrf = STR("") };
    if (!load_person(cx, person_id, out) || !load_posts(cx, today, out) ||
        !load_acting(cx, today, out, units, to_posts))
        return false;
    struct scope *scopes = arena_array_of(cx->a, struct scope, 64 * 2 + GRANTS_MOST * 2);
    for (size_t i = 0; i < out->n_posts; i++)
        scopes[out->n_scopes++] = (struct scope){ .kind = SCOPE_POST,
                                                  .id = out->posts[i].id,
                                                  .own_post = out->posts[i].id,
                                                  .unit_id = out->posts[i].unit_id };
    for (size_t i = 0; i < out->n_acting; i++) {
        const struct actor_acting *t = &out->acting[i];
        if (t->kind == ACTING_DELEGATION && !t->is_share)
            continue; /* redirected: new items come to the own post, the other's stay closed (A14) */
        scopes[out->n_scopes++] = (struct scope){ .kind = SCOPE_ACTING,
                                                  .id = t->post_id,
                                                  .own_post = to_posts[i],
                                                  .unit_id = units[i],
                                                  .modules = t->modules,
                                                  .acting = i + 1 };
    }
    out->scopes = scopes;
    return load_grants(cx, today, out, scopes);
}

/* --- one block per cached actor ---------------------------------------------------------------- */

struct packer {
    char *p; /* NULL: only count */
    size_t n;
};

static void *pack(struct packer *k, const void *from, size_t size)
{
    size_t at = (k->n + 7) / 8 * 8;
    k->n = at + size;
    if (!k->p)
        return NULL;
    if (size)
        memcpy(k->p + at, from, size);
    return k->p + at;
}

static struct str pack_str(struct packer *k, struct str s)
{
    if (!s.p)
        return STR_NONE;
    return (struct str){ pack(k, s.p, s.n + 1), s.n };
}

static void pack_actor(struct packer *k, const struct actor *from, struct actor *to)
{
    *to = *from;
    to->name = pack_str(k, from->name);
    to->account = pack_str(k, from->account);
    to->csrf = STR("");
    struct actor_post *posts = pack(k, from->posts, from->n_posts * sizeof *posts);
    for (size_t i = 0; i < from->n_posts; i++) {
        struct str title = pack_str(k, from->posts[i].title);
        struct str name = pack_str(k, from->posts[i].unit_name);
        struct str path = pack_str(k, from->posts[i].unit_path);
        if (!k->p)
            continue;
        posts[i].title = title;
        posts[i].unit_name = name;
        posts[i].unit_path = path;
    }
    struct actor_grant *grants = pack(k, from->grants, from->n_grants * sizeof *grants);
    for (size_t i = 0; i < from->n_grants; i++) {
        struct str path = pack_str(k, from->grants[i].unit_path);
        if (k->p)
            grants[i].unit_path = path;
    }
    struct actor_acting *acting = pack(k, from->acting, from->n_acting * sizeof *acting);
    for (size_t i = 0; i < from->n_acting; i++) {
        struct str name = pack_str(k, from->acting[i].person_name);
        struct str title = pack_str(k, from->acting[i].title);
        struct str until = pack_str(k, from->acting[i].until_on);
        struct str modules = pack_str(k, from->acting[i].modules);
        if (!k->p)
            continue;
        acting[i].person_name = name;
        acting[i].title = title;
        acting[i].until_on = until;
        acting[i].modules = modules;
    }
    struct scope *scopes = pack(k, from->scopes, from->n_scopes * sizeof *scopes);
    for (size_t i = 0; k->p && i < from->n_scopes; i++)
        if (scopes[i].acting)
            scopes[i].modules = acting[scopes[i].acting - 1].modules;
    to->posts = posts;
    to->grants = grants;
    to->acting = acting;
    to->scopes = scopes;
}

static struct cached *cached_new(const struct actor *a, int64_t generation, int64_t day)
{
    struct packer count = { NULL, 0 };
    struct actor ignored;
    pack_actor(&count, a, &ignored);
    struct cached *k = malloc(sizeof *k + 8 + count.n);
    CHECK(k);
    *k = (struct cached){ .generation = generation, .day = day };
    atomic_init(&k->held, 2); /* the cache's and the caller's */
    struct packer put = { (char *)(k + 1), 0 };
    pack_actor(&put, a, &k->actor);
    return k;
}

/* --- finding ------------------------------------------------------------------------------------ */

static struct cached *cache_take(struct actor_cache *c, int64_t person_id, int64_t generation,
                                 int64_t day)
{
    struct cached *k = NULL;
    pthread_mutex_lock(&c->lock);
    struct cached *at = c->slot[(uint64_t)person_id * UINT64_C(0x9E3779B97F4A7C15) >> 51];
    if (at && at->actor.person_id == person_id && at->generation == generation && at->day == day) {
        k = at;
        atomic_fetch_add(&k->held, 1);
    }
    pthread_mutex_unlock(&c->lock);
    return k;
}

static void cache_put(struct actor_cache *c, struct cached *k)
{
    pthread_mutex_lock(&c->lock);
    struct cached **slot =
        &c->slot[(uint64_t)k->actor.person_id * UINT64_C(0x9E3779B97F4A7C15) >> 51];
    struct cached *old = *slot;
    *slot = k;
    pthread_mutex_unlock(&c->lock);
    let_go(old);
}

void actor_release(struct core *core, const struct actor *actor)
{
    (void)core;
    let_go((struct cached *)(uintptr_t)actor);
}

struct login_row {
    int64_t id, person_id, generation, seen_at;
    struct str csrf;
    bool is_token, must_change;
};

static bool login_find(struct ctx *cx, struct str token, struct login_row *out)
{
    char digest[65];
    sm3_hex(token, digest);
    struct rows r;
    int found = db_get(cx->db, &r, &q_login_by_digest, (const char *)digest);
    if (found != 1) {
        rows_end(&r);
        return found < 0 ? false : fail(cx, ERR_UNAUTHENTICATED, "login.ended", NULL);
    }
    *out = (struct login_row){
        .id = row_i64(&r, 0),          .person_id = row_i64(&r, 1),
        .csrf = row_copy(&r, 2, cx->a), .is_token = row_i64(&r, 3),
        .seen_at = row_i64(&r, 4),     .generation = row_i64(&r, 7),
        .must_change = row_i64(&r, 8),
    };
    bool ended = !row_is_null(&r, 6) || row_i64(&r, 9) || row_i64(&r, 5) <= cx->now ||
                 (!out->is_token && out->seen_at + LOGIN_IDLE_MS <= cx->now);
    rows_end(&r);
    return !ended || fail(cx, ERR_UNAUTHENTICATED, "login.ended", NULL);
}

/* Copies what belongs to this login beside the shared part. */
static const struct actor *for_login(struct ctx *cx, const struct cached *k,
                                     const struct login_row *l)
{
    struct actor *a = arena_copy(cx->a, &k->actor, sizeof *a);
    a->login_id = l->id;
    a->csrf = l->csrf;
    a->is_token = l->is_token;
    a->must_change_password = l->must_change;
    return a;
}

struct hold {
    struct core *core;
    struct cached *k;
};

static void hold_end(void *arg)
{
    let_go(((struct hold *)arg)->k);
}

static struct cached *cached_actor(struct ctx *cx, int64_t person_id, int64_t generation)
{
    int64_t day = clock_days(clock_date_of(cx->now));
    struct cached *k = cache_take(cx->core->actors, person_id, generation, day);
    if (k)
        return k;
    struct actor a;
    if (!actor_build(cx, person_id, &a))
        return NULL;
    k = cached_new(&a, generation, day);
    cache_put(cx->core->actors, k);
    return k;
}

bool identify(struct call *call, struct ctx *cx)
{
    struct login_row l;
    struct str token = call->bearer.n ? call->bearer : call->login_token;
    if (token.n == 0 || token.n > 128)
        return fail(cx, ERR_UNAUTHENTICATED, "login.required", NULL);
    if (!login_find(cx, token, &l))
        return false;
    if (l.is_token != (call->bearer.n > 0))
        return fail(cx, ERR_UNAUTHENTICATED, "login.ended", NULL);
    if (!call->is_background && l.seen_at + LOGIN_SEEN_MS <= cx->now)
        login_seen_note(cx->core, l.id, cx->now);
    struct cached *k = cached_actor(cx, l.person_id, l.generation);
    if (!k)
        return false;
    arena_on_clean(cx->a, hold_end, arena_copy(cx->a, &(struct hold){ cx->core, k }, sizeof(struct hold)));
    cx->actor = for_login(cx, k, &l);
    return true;
}

bool identity_still_good(struct ctx *cx)
{
    struct rows r;
    if (!cx->actor || !cx->actor->login_id)
        return true;
    bool good = db_get(cx->db, &r, &q_login_state, cx->actor->login_id) == 1 && row_is_null(&r, 0) &&
                !row_i64(&r, 1);
    rows_end(&r);
    return good || fail(cx, ERR_UNAUTHENTICATED, "login.ended", NULL);
}

const struct actor *actor_load(struct core *core, struct db *db, int64_t person_id, int64_t now,
                               struct arena *a, struct err *e)
{
    struct ctx cx = { .a = a, .db = db, .core = core, .now = now };
    struct actor *out = arena_new_of(a, struct actor);
    db_errors_to(db, a, &cx.err);
    if (actor_build(&cx, person_id, out))
        return out;
    *e = cx.err;
    return NULL;
}

const struct actor *door_authenticate(struct call *call, struct db *db)
{
    struct login_row l;
    call->cx = (struct ctx){ .a = call->a, .db = db, .core = call->core,
                             .now = core_now(call->core), .lang = call->lang };
    db_errors_to(db, call->a, &call->cx.err);
    struct ctx *cx = &call->cx;
    struct cached *k = NULL;
    struct str token = call->bearer.n ? call->bearer : call->login_token;
    bool good = (token.n > 0 && token.n <= 128) ||
                fail(cx, ERR_UNAUTHENTICATED, "login.required", NULL);
    if (good && login_find(cx, token, &l) &&
        (l.is_token == (call->bearer.n > 0) || fail(cx, ERR_UNAUTHENTICATED, "login.ended", NULL)))
        k = cached_actor(cx, l.person_id, l.generation);
    if (!k) {
        call->err = cx->err;
        return NULL;
    }
    /* a copy with the login's id that outlives the request */
    struct actor with_login = k->actor;
    with_login.login_id = l.id;
    struct cached *own = cached_new(&with_login, l.generation, 0);
    atomic_store(&own->held, 1);
    let_go(k);
    return &own->actor;
}

/* --- rights -------------------------------------------------------------------------------------- */

static const struct {
    const char *name, *zh, *en;
} role_words[ROLE_COUNT] = {
    [ROLE_NONE] = { "", "", "" },
    [ROLE_CITY_ADMIN] = { "city_admin", "市级管理员", "City administrator" },
    [ROLE_UNIT_ADMIN] = { "unit_admin", "单位管理员", "Unit administrator" },
    [ROLE_DOC_CLERK] = { "doc_clerk", "收发文员", "Document clerk" },
    [ROLE_OFFICE_HEAD] = { "office_head", "办公室主任", "Head of office" },
    [ROLE_REVIEWER] = { "reviewer", "核稿", "Reviewer" },
    [ROLE_SECTION_HEAD] = { "section_head", "科室负责人", "Head of section" },
    [ROLE_UNIT_HEAD] = { "unit_head", "主要负责人", "Head of unit" },
    [ROLE_LEADER] = { "leader", "班子成员", "Leadership team" },
    [ROLE_SEAL_CUSTODIAN] = { "seal_custodian", "监印人", "Seal custodian" },
    [ROLE_ARCHIVIST] = { "archivist", "档案员", "Archivist" },
    [ROLE_DUTY_ROOM] = { "duty_room", "值班室", "Duty room" },
    [ROLE_SUPERVISION_OFFICE] = { "supervision_office", "督查室", "Supervision office" },
    [ROLE_FINANCE] = { "finance", "财务", "Finance" },
    [ROLE_PERSONNEL] = { "personnel", "人事", "Personnel" },
    [ROLE_LEGAL] = { "legal", "法制审核", "Legal review" },
    [ROLE_CONFIDENTIALITY] = { "confidentiality", "保密审查", "Confidentiality" },
    [ROLE_DISCLOSURE] = { "disclosure", "政务公开", "Disclosure" },
    [ROLE_PETITION] = { "petition", "信访", "Petitions" },
    [ROLE_LOGISTICS] = { "logistics", "后勤", "Logistics" },
    [ROLE_ASSET_KEEPER] = { "asset_keeper", "资产管理员", "Asset keeper" },
    [ROLE_VEHICLE_KEEPER] = { "vehicle_keeper", "车辆管理员", "Vehicle keeper" },
    [ROLE_SUPPLIES_KEEPER] = { "supplies_keeper", "物资管理员", "Supplies keeper" },
    [ROLE_RECEPTION] = { "reception", "接待", "Reception" },
    [ROLE_PRINT_ROOM] = { "print_room", "文印室", "Print room" },
    [ROLE_IT_SUPPORT] = { "it_support", "信息技术", "IT support" },
    [ROLE_SECRECY_OFFICER] = { "secrecy_officer", "保密员", "Secrecy officer" },
    [ROLE_SECURITY_ADMIN] = { "security_admin", "安全管理员", "Security administrator" },
};

enum role role_of(struct str name)
{
    for (int r = ROLE_NONE + 1; r < ROLE_COUNT; r++)
        if (str_is(name, role_words[r].name))
            return (enum role)r;
    return ROLE_NONE;
}

const char *role_name(enum role r)
{
    return role_words[r].name;
}

const char *role_title(enum role r, enum lang lang)
{
    return lang == LANG_EN ? role_words[r].en : role_words[r].zh;
}

bool perm_allows(const struct ctx *cx, enum perm perm)
{
    if (perm == PERM_ANYONE || cx->is_system)
        return true;
    if (perm == PERM_OPERATOR || !cx->actor)
        return false;
    if (perm == PERM_LOGIN || perm == PERM_FIRST_LOGIN)
        return true;
    return cx->actor->rights & (INT64_C(1) << perm);
}

bool has_role(const struct ctx *cx, enum role role, int64_t unit_id)
{
    for (size_t i = 0; cx->actor && i < cx->actor->n_grants; i++)
        if (cx->actor->grants[i].role == role && cx->actor->grants[i].unit_id == unit_id)
            return true;
    return false;
}

bool may(const struct ctx *cx, enum perm perm, int64_t unit_id, struct str unit_path)
{
    if (cx->is_system)
        return true;
    for (size_t i = 0; cx->actor && i < cx->actor->n_grants; i++) {
        const struct actor_grant *g = &cx->actor->grants[i];
        if (!(role_rights[g->role].rights & (INT64_C(1) << perm)))
            continue;
        bool is_admin = g->role == ROLE_CITY_ADMIN || g->role == ROLE_UNIT_ADMIN;
        if (g->role == ROLE_CITY_ADMIN || g->unit_id == unit_id ||
            (is_admin && str_starts(unit_path, g->unit_path)))
            return true;
    }
    return false;
}

const struct actor_post *actor_post(const struct ctx *cx, int64_t post_id)
{
    for (size_t i = 0; cx->actor && i < cx->actor->n_posts; i++)
        if (cx->actor->posts[i].id == post_id)
            return &cx->actor->posts[i];
    return NULL;
}

const struct actor_post *actor_main_post(const struct ctx *cx)
{
    return cx->actor && cx->actor->n_posts ? &cx->actor->posts[0] : NULL;
}

bool module_named(struct str modules, struct str module)
{
    struct str one;
    if (!modules.n)
        return true;
    while (str_cut(&modules, ',', &one))
        if (str_eq(one, module))
            return true;
    return false;
}

const struct scope *actor_scope(const struct ctx *cx, int64_t scope_id, struct str module)
{
    for (size_t i = 0; cx->actor && i < cx->actor->n_scopes; i++) {
        const struct scope *s = &cx->actor->scopes[i];
        if (s->id == scope_id && (!module.p || module_named(s->modules, module)))
            return s;
    }
    return NULL;
}
