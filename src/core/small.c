/* The small tables of permission, and counters: changed by org/ and the fields of work through
 * these functions alone. */
#include "core/small.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/id.h"
#include "core/core.sql.h"
#include "core/core_in.h"
#include "crypto/crypto.h"

#define ONCE_LIFE_MS (14 * CLOCK_DAY_MS)

bool unit_put(struct ctx *cx, const struct unit_row *u)
{
    return db_run(cx->db, &q_unit_put, u->id, bind_id(u->parent_id), u->home_id, u->code, u->kind,
                  u->level, u->branch, u->path, u->name, u->short_name, u->sort_key,
                  (int64_t)u->by_paper, u->closed_on);
}

int unit_find(struct ctx *cx, int64_t unit_id, struct unit_row *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_unit_get, unit_id);
    if (found == 1)
        *out = (struct unit_row){
            .id = row_i64(&r, 0),
            .parent_id = row_i64(&r, 1),
            .home_id = row_i64(&r, 2),
            .code = row_copy(&r, 3, cx->a),
            .kind = row_copy(&r, 4, cx->a),
            .level = row_copy(&r, 5, cx->a),
            .branch = row_copy(&r, 6, cx->a),
            .path = row_copy(&r, 7, cx->a),
            .name = row_copy(&r, 8, cx->a),
            .short_name = row_copy(&r, 9, cx->a),
            .sort_key = row_copy(&r, 10, cx->a),
            .by_paper = row_i64(&r, 11),
            .closed_on = row_copy(&r, 12, cx->a),
        };
    rows_end(&r);
    return found;
}

bool unit_load(struct ctx *cx, int64_t unit_id, struct unit_row *out)
{
    int found = unit_find(cx, unit_id, out);
    return found == 1 || (found == 0 && fail_not_found(cx));
}

bool unit_lock(struct ctx *cx, int64_t unit_id)
{
    return db_number(cx->db, 0, &q_unit_lock, unit_id) != 0 || cx->err.kind == ERR_NONE;
}

bool unit_former_put(struct ctx *cx, int64_t unit_id, int64_t into, struct str from_on)
{
    return db_run(cx->db, &q_unit_formers_follow, into, unit_id) &&
           db_run(cx->db, &q_unit_former_put, unit_id, into, from_on);
}

int64_t unit_now(struct ctx *cx, int64_t unit_id)
{
    int64_t now = db_number(cx->db, 0, &q_unit_now, unit_id);
    return cx->err.kind ? 0 : now ? now : unit_id;
}

bool unit_touch(struct ctx *cx, int64_t unit_id)
{
    return db_run(cx->db, &q_generation_next_unit, unit_id);
}

bool person_put(struct ctx *cx, const struct person_row *p)
{
    return db_run(cx->db, &q_person_put, p->id, p->code, p->name, p->sort_key, p->pinyin,
                  p->mobile, p->office_phone, (int64_t)p->is_disabled);
}

int person_find(struct ctx *cx, int64_t person_id, struct person_row *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_person_get, person_id);
    if (found == 1)
        *out = (struct person_row){
            .id = row_i64(&r, 0),
            .code = row_copy(&r, 1, cx->a),
            .name = row_copy(&r, 2, cx->a),
            .sort_key = row_copy(&r, 3, cx->a),
            .pinyin = row_copy(&r, 4, cx->a),
            .mobile = row_copy(&r, 5, cx->a),
            .office_phone = row_copy(&r, 6, cx->a),
            .is_disabled = row_i64(&r, 7),
        };
    rows_end(&r);
    return found;
}

bool post_put(struct ctx *cx, const struct post_row *p)
{
    return db_run(cx->db, &q_post_put, p->id, p->person_id, p->unit_id, bind_id(p->section_id),
                  p->title, p->grade, (int64_t)p->is_main, (int64_t)p->is_leader, p->sort_key,
                  p->from_on, p->until_on) &&
           person_touch(cx, p->person_id);
}

int post_find(struct ctx *cx, int64_t post_id, struct post_row *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_post_get, post_id);
    if (found == 1)
        *out = (struct post_row){
            .id = row_i64(&r, 0),
            .person_id = row_i64(&r, 1),
            .unit_id = row_i64(&r, 2),
            .section_id = row_i64(&r, 3),
            .title = row_copy(&r, 4, cx->a),
            .grade = row_copy(&r, 5, cx->a),
            .is_main = row_i64(&r, 6),
            .is_leader = row_i64(&r, 7),
            .sort_key = row_copy(&r, 8, cx->a),
            .from_on = row_copy(&r, 9, cx->a),
            .until_on = row_copy(&r, 10, cx->a),
        };
    rows_end(&r);
    return found;
}

bool grant_put(struct ctx *cx, const struct grant_row *g)
{
    int64_t pool;
    return db_run(cx->db, &q_grant_put, g->id, g->post_id, g->person_id, (int64_t)g->role,
                  g->unit_id, g->until_on) &&
           pool_of(cx, g->unit_id, g->role, &pool) && person_touch(cx, g->person_id);
}

int grant_find(struct ctx *cx, int64_t grant_id, struct grant_row *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_grant_get, grant_id);
    if (found == 1)
        *out = (struct grant_row){
            .id = row_i64(&r, 0),
            .post_id = row_i64(&r, 1),
            .person_id = row_i64(&r, 2),
            .role = (enum role)row_i64(&r, 3),
            .unit_id = row_i64(&r, 4),
            .until_on = row_copy(&r, 5, cx->a),
            .is_revoked = row_i64(&r, 6),
        };
    rows_end(&r);
    return found;
}

bool grant_revoke(struct ctx *cx, const struct grant_row *g)
{
    return db_run(cx->db, &q_grant_revoke, g->id) && person_touch(cx, g->person_id);
}

bool acting_put(struct ctx *cx, const struct acting_row *t)
{
    return db_run(cx->db, &q_acting_put, t->id, (int64_t)t->kind, t->from_post, t->to_post,
                  t->to_person, (int64_t)t->is_share, t->modules.p ? t->modules : STR(""),
                  t->from_on, t->until_on, t->authorisation.p ? t->authorisation : STR("")) &&
           person_touch(cx, t->to_person);
}

bool acting_end(struct ctx *cx, int64_t acting_id, int64_t to_person)
{
    return db_run(cx->db, &q_acting_end, cx->now, acting_id) && person_touch(cx, to_person);
}

bool person_touch(struct ctx *cx, int64_t person_id)
{
    return db_run(cx->db, &q_generation_next, person_id);
}

bool pool_of(struct ctx *cx, int64_t unit_id, enum role role, int64_t *out)
{
    *out = db_number(cx->db, 0, &q_pool_find, unit_id, (int64_t)role);
    if (*out || cx->err.kind)
        return cx->err.kind == ERR_NONE;
    if (!db_run(cx->db, &q_pool_put, id_new(cx->now), unit_id, (int64_t)role) ||
        !db_run(cx->db, &q_generation_next_role, unit_id, (int64_t)role))
        return false;
    *out = db_number(cx->db, 0, &q_pool_find, unit_id, (int64_t)role);
    return *out != 0;
}

/* --- accounts -------------------------------------------------------------------------------------- */

static struct str once_secret(struct ctx *cx, char digest[65])
{
    char code[SECRET_CODE_SIZE + 1];
    secret_code(code);
    struct str secret = str_copy(cx->a, str_of(code));
    sm3_hex(secret_code_plain(cx->a, secret), digest);
    return secret;
}

bool account_create(struct ctx *cx, int64_t person_id, struct str account, struct str *secret)
{
    char digest[65];
    *secret = once_secret(cx, digest);
    struct err was = cx->err;
    if (db_run(cx->db, &q_account_put, person_id, account, (struct bind){ .kind = BIND_NULL },
               (const char *)digest, cx->now + ONCE_LIFE_MS, (int64_t)1) &&
        db_settle(cx->db))
        return true;
    if (db_last_failure(cx->db) != DB_FAIL_UNIQUE)
        return false;
    cx->err = was;
    return fail_arg(cx, ERR_CONFLICT, "account.taken", "account",
                    arena_strndup(cx->a, account.p, account.n), NULL);
}

bool account_create_shared(struct ctx *cx, int64_t person_id, struct str account,
                           const char *shared)
{
    return db_run(cx->db, &q_account_put, person_id, account, shared,
                  (struct bind){ .kind = BIND_NULL }, (struct bind){ .kind = BIND_NULL },
                  (int64_t)0);
}

bool account_reset(struct ctx *cx, int64_t person_id, struct str *secret)
{
    char digest[65];
    *secret = once_secret(cx, digest);
    int64_t n = db_update(cx->db, &q_account_once, (const char *)digest, cx->now + ONCE_LIFE_MS,
                          person_id);
    if (n < 1)
        return n == 0 && fail_not_found(cx);
    return logins_end(cx, person_id, 0);
}

int account_person(struct ctx *cx, struct str account, int64_t *person_id)
{
    *person_id = db_number(cx->db, 0, &q_account_person, account);
    return *person_id ? 1 : cx->err.kind ? -1 : 0;
}

int64_t account_generation(struct ctx *cx, int64_t person_id)
{
    return db_number(cx->db, 0, &q_account_generation, person_id);
}

bool account_disable(struct ctx *cx, int64_t person_id)
{
    return db_run(cx->db, &q_account_disable, person_id) && logins_end(cx, person_id, 0);
}

bool account_enable(struct ctx *cx, int64_t person_id)
{
    return db_run(cx->db, &q_account_enable, person_id);
}

bool logins_end(struct ctx *cx, int64_t person_id, int64_t keep_login)
{
    live_logins_ended(cx, person_id, keep_login);
    return db_run(cx->db, &q_logins_end, cx->now, person_id, keep_login);
}

/* --- counters ---------------------------------------------------------------------------------------- */

bool counter_add(struct ctx *cx, int64_t owner_id, enum box box, int64_t delta)
{
    struct run *run = cx->run;
    if (delta == 0)
        return true;
    if (run->n_counts == run->size_counts) {
        size_t size = run->size_counts ? run->size_counts * 2 : 16;
        run->counts = arena_grow(cx->a, run->counts, run->n_counts * sizeof *run->counts,
                                 size * sizeof *run->counts);
        run->size_counts = size;
    }
    run->counts[run->n_counts++] = (struct count){ owner_id, box, delta };
    live_counter(cx, owner_id);
    return true;
}

bool counter_add_all(struct ctx *cx, const int64_t *owners, size_t n, enum box box, int64_t delta)
{
    for (size_t i = 0; i < n; i++)
        if (!counter_add(cx, owners[i], box, delta))
            return false;
    return true;
}

static int by_owner(const void *x, const void *y)
{
    const struct count *a = x, *b = y;
    if (a->owner != b->owner)
        return a->owner < b->owner ? -1 : 1;
    return a->box < b->box ? -1 : a->box > b->box;
}

/* Those of one owner and box as one; what comes out at 0 is left out. */
static size_t summed(struct count *all, size_t n)
{
    size_t to = 0;
    qsort(all, n, sizeof *all, by_owner);
    for (size_t i = 0; i < n;) {
        struct count sum = all[i];
        for (i++; i < n && by_owner(&sum, &all[i]) == 0; i++)
            sum.delta += all[i].delta;
        if (sum.delta)
            all[to++] = sum;
    }
    return to;
}

bool counts_write(void *core, struct db *db, struct arena *a, struct work *const *calls, int n)
{
    size_t all_n = 0, at = 0;
    (void)core;
    for (int i = 0; i < n; i++)
        all_n += ((const struct call *)calls[i])->run->n_counts;
    if (all_n == 0)
        return true;
    struct count *all = arena_array_of(a, struct count, all_n);
    for (int i = 0; i < n; i++) {
        const struct run *run = ((const struct call *)calls[i])->run;
        if (run->n_counts)
            memcpy(all + at, run->counts, run->n_counts * sizeof *all);
        at += run->n_counts;
    }
    all_n = summed(all, all_n);
    bool good = true;
    struct buf b = buf_in(a);
    bool is_one_by_one = all_n <= 16;
    for (size_t i = 0; good && i < all_n; i++) {
        if (is_one_by_one)
            good = db_run(db, &q_counter_add, all[i].owner, all[i].box, all[i].delta);
        else
            buf_printf(&b, "%c[%lld,%lld,%lld]", i ? ',' : '[', (long long)all[i].owner,
                       (long long)all[i].box, (long long)all[i].delta);
    }
    if (!is_one_by_one)
        buf_char(&b, ']');
    return good && (is_one_by_one || db_run(db, &q_counter_add_all, buf_done(&b)));
}

/* A unit's own boxes are its clerks' and its office head's; instructions the supervision office's too.
 * Who only looks things up there (an archivist) has nothing waiting. */
static bool is_counted(const struct scope *s, enum box box)
{
    return s->kind != SCOPE_UNIT || s->role == ROLE_DOC_CLERK || s->role == ROLE_OFFICE_HEAD ||
           (s->role == ROLE_SUPERVISION_OFFICE && box == BOX_INSTRUCTIONS);
}

bool counter_sum(struct ctx *cx, enum box box, int64_t *out)
{
    const struct scope *s = cx->actor ? cx->actor->scopes : NULL;
    const struct counter_ask ask = { box, out };
    *out = 0;
    for (size_t i = 0; cx->actor && i < cx->actor->n_scopes; i++) {
        bool is_first = is_counted(&s[i], box) && !s[i].modules.n;
        for (size_t k = 0; is_first && k < i; k++)
            is_first = s[k].id != s[i].id || !is_counted(&s[k], box) || s[k].modules.n;
        if (is_first)
            *out += db_number(cx->db, 0, &q_counter_get, s[i].id, (int64_t)box);
    }
    return cx->err.kind == ERR_NONE && event_ask(cx, "counter.limited", 0, &ask);
}
