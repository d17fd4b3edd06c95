/* People and how they are found: the row, the account, and the derived keys of the address book. */
#include "org/org_in.h"

#include "org/org.sql.h"

static bool key_put(struct ctx *cx, const char *kind, struct str key, struct str sort,
                    int64_t post_id, int64_t person_id)
{
    return key.n == 0 || db_run(cx->db, &q_contact_put, id_new(cx->now), kind, utf8_prefix(key, 40),
                                sort, post_id, person_id);
}

/* The name, and its tails: 欧阳建国 is found by 阳, 建国, 国. */
static bool name_keys(struct ctx *cx, struct str name, struct str sort, int64_t post_id,
                      int64_t person_id)
{
    for (size_t i = 0; i < name.n;) {
        if (!key_put(cx, "n", str_sub(name, i, name.n), sort, post_id, person_id))
            return false;
        utf8_next(name, &i);
    }
    return true;
}

/* 党组书记、局长 is found by both titles. */
static bool title_keys(struct ctx *cx, struct str title, struct str sort, int64_t post_id,
                       int64_t person_id)
{
    size_t at = 0;
    for (;;) {
        if (!key_put(cx, "d", str_sub(title, at, title.n), sort, post_id, person_id))
            return false;
        ptrdiff_t next = str_find(title, STR("、"), at);
        if (next < 0)
            return true;
        at = (size_t)next + 3;
    }
}

struct held_post {
    int64_t id;
    struct str title;
    bool is_leader;
};

static bool held_posts(struct ctx *cx, int64_t person_id, struct held_post *out, size_t *n)
{
    struct rows r;
    *n = 0;
    for (db_rows(cx->db, &r, &q_person_posts, person_id); rows_next(&r) && *n < 16;) {
        struct str until = row_text(&r, 8);
        if ((until.p && str_cmp(until, today(cx)) <= 0) || str_cmp(row_text(&r, 7), today(cx)) > 0)
            continue;
        out[(*n)++] = (struct held_post){ row_i64(&r, 0), row_copy(&r, 3, cx->a), row_i64(&r, 6) };
    }
    rows_end(&r);
    return !rows_failed(&r);
}

bool contact_index(struct ctx *cx, int64_t person_id)
{
    struct person_row p;
    struct held_post post[16];
    size_t n;
    if (!db_run(cx->db, &q_contact_clear, person_id))
        return false;
    int found = person_find(cx, person_id, &p);
    if (found != 1 || p.is_disabled)
        return found >= 0;
    if (!held_posts(cx, person_id, post, &n))
        return false;
    if (n == 0)
        return true;
    struct pinyin y = pinyin_of(cx->a, p.name, true);
    bool is_leader = false;
    for (size_t i = 0; i < n; i++) {
        is_leader = is_leader || post[i].is_leader;
        if (!title_keys(cx, post[i].title, p.sort_key, post[i].id, person_id))
            return false;
    }
    return name_keys(cx, p.name, p.sort_key, post[0].id, person_id) &&
           key_put(cx, "i", y.initials, p.sort_key, post[0].id, person_id) &&
           key_put(cx, "p", y.full, p.sort_key, post[0].id, person_id) &&
           key_put(cx, "t", p.office_phone, p.sort_key, post[0].id, person_id) &&
           (is_leader || key_put(cx, "m", p.mobile, p.sort_key, post[0].id, person_id));
}

bool people_index(struct ctx *cx, int64_t after, int64_t limit, int64_t *last)
{
    struct rows r;
    int64_t n = 0, *ids = arena_array_of(cx->a, int64_t, (size_t)limit);
    for (db_rows(cx->db, &r, &q_people_after, after, limit); rows_next(&r);)
        ids[n++] = row_i64(&r, 0);
    rows_end(&r);
    *last = n == limit ? ids[n - 1] : 0;
    for (int64_t i = 0; i < n; i++) {
        struct arena_mark mark = arena_mark(cx->a);
        if (!contact_index(cx, ids[i]))
            return false;
        arena_reset(cx->a, mark);
    }
    return !rows_failed(&r);
}

bool people_day(struct ctx *cx, struct str since)
{
    struct rows r;
    size_t n = 0;
    int64_t *ids = arena_array_of(cx->a, int64_t, 5000);
    for (db_rows(cx->db, &r, &q_posts_turned, since, today(cx)); n < 5000 && rows_next(&r);)
        ids[n++] = row_i64(&r, 0);
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct arena_mark mark = arena_mark(cx->a);
        if (!contact_index(cx, ids[i]))
            return false;
        arena_reset(cx->a, mark);
    }
    return true;
}

static bool account_make(struct ctx *cx, int64_t person_id, struct str account, struct str *secret)
{
    const char *shared = core_setting(cx->core, "demo_secret");
    if (shared)
        return account_create_shared(cx, person_id, account, "demo_secret");
    return account_create(cx, person_id, account, secret);
}

bool person_write(struct ctx *cx, const struct person_new *in, int64_t *id, struct str *secret)
{
    struct rows r;
    struct person_row p = { .id = in->id ? in->id : id_new(cx->now), .name = in->name };
    struct person_row old = { 0 };
    if (in->id && person_find(cx, in->id, &old) < 0)
        return false;
    struct pinyin y = pinyin_of(cx->a, in->name, true);
    p.code = in->code.n ? in->code : old.code;
    if (!p.code.n)
        p.code = str_printf(cx->a, "P%lld", (long long)p.id);
    p.sort_key = y.sort;
    p.pinyin = y.initials;
    p.mobile = in->mobile.n ? in->mobile : STR_NONE;
    p.office_phone = in->office_phone.n ? in->office_phone : STR_NONE;
    p.is_disabled = old.is_disabled;
    *id = p.id;
    *secret = STR_NONE;
    if (!person_put(cx, &p))
        return false;
    if (!in->account.n)
        return true;
    int has = in->id ? db_get(cx->db, &r, &q_account_of, p.id) : 0;
    if (in->id)
        rows_end(&r);
    return has == 1 || (has == 0 && account_make(cx, p.id, in->account, secret));
}

struct str phone_masked(struct arena *a, struct str mobile)
{
    if (!mobile.p || mobile.n < 8)
        return mobile.p ? STR("****") : STR_NONE;
    return str_printf(a, "%.*s****%.*s", 3, mobile.p, 4, mobile.p + mobile.n - 4);
}

/* --- posts as others show them --- */

int org_post_find(struct ctx *cx, int64_t post_id, struct org_post *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_post_show, post_id);
    if (found == 1) {
        struct str from = row_copy(&r, 10, cx->a), until = row_copy(&r, 11, cx->a);
        *out = (struct org_post){
            .id = row_i64(&r, 0),
            .person_id = row_i64(&r, 1),
            .unit_id = row_i64(&r, 2),
            .section_id = row_i64(&r, 3),
            .name = row_copy(&r, 4, cx->a),
            .title = row_copy(&r, 5, cx->a),
            .unit_name = row_copy(&r, 6, cx->a),
            .section_name = row_copy(&r, 7, cx->a),
            .is_main = row_i64(&r, 8),
            .is_leader = row_i64(&r, 9),
        };
        out->is_current = !row_i64(&r, 12) && str_cmp(from, today(cx)) <= 0 &&
                          (!until.p || str_cmp(until, today(cx)) > 0);
    }
    rows_end(&r);
    return found;
}

int org_main_post(struct ctx *cx, int64_t person_id, struct org_post *out)
{
    int64_t id = db_number(cx->db, 0, &q_main_post, person_id, today(cx));
    if (cx->err.kind)
        return -1;
    return id ? org_post_find(cx, id, out) : 0;
}

bool org_role_posts(struct ctx *cx, int64_t unit_id, enum role role, struct ids *out)
{
    struct rows r;
    int64_t *p = NULL;
    size_t n = 0, size = 0;
    for (db_rows(cx->db, &r, &q_role_posts, unit_id, (int64_t)role, today(cx)); rows_next(&r);) {
        if (n == size) {
            size_t more = size ? size * 2 : 8;
            p = arena_grow(cx->a, p, size * sizeof *p, more * sizeof *p);
            size = more;
        }
        p[n++] = row_i64(&r, 0);
    }
    rows_end(&r);
    *out = (struct ids){ p, n };
    return !rows_failed(&r);
}

int org_is_head(struct ctx *cx, int64_t unit_id, int64_t post_id)
{
    struct ids heads;
    struct post_row post, head;
    int found = post_find(cx, post_id, &post);
    if (found != 1 || post.unit_id != unit_id)
        return found < 0 ? -1 : 0;
    if (!org_role_posts(cx, unit_id, ROLE_UNIT_HEAD, &heads))
        return -1;
    for (size_t i = 0; i < heads.n; i++)
        if (post_find(cx, heads.p[i], &head) == 1 && head.person_id == post.person_id)
            return 1;
    return cx->err.kind ? -1 : 0;
}
