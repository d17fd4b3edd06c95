/* 排名 rank lists (OFFICE P5): ordered lists of posts for a body and an occasion, kept by hand,
 * dated as a whole. */
#include "org/org_tables.h"

#include "org/org.sql.h"

#define ORG_RECORD(name)                                                                           \
    const struct record name##_record = { #name, sizeof(struct name), name##_fields,               \
                                          sizeof name##_fields / sizeof *name##_fields }

int64_t rank_list_make(struct ctx *cx, int64_t unit_id, struct str name)
{
    int64_t id = db_number(cx->db, 0, &q_rank_list_find, name, unit_id);
    if (id || cx->err.kind)
        return id;
    id = id_new(cx->now);
    return db_run(cx->db, &q_rank_list_put, id, unit_id, name) ? id : 0;
}

bool rank_entry_add(struct ctx *cx, int64_t list_id, struct str from_on, int64_t position,
                    int64_t post_id)
{
    return db_run(cx->db, &q_rank_entry_put, list_id, from_on, position, post_id);
}

/* The first day of the order that holds on a day; absent when the list has none yet. */
static bool order_day(struct ctx *cx, int64_t list_id, struct str on, struct str *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_rank_day, list_id, day_or_today(cx, on));
    *out = found == 1 ? row_copy(&r, 0, cx->a) : STR_NONE;
    rows_end(&r);
    return found >= 0;
}

/* --- sorting by rank --- */

struct ranked {
    int64_t post, person;
    size_t place; /* among those on lists, from 1; 0: on none */
    struct str sort_key;
};

static int by_rank(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->place != y->place)
        return !x->place ? 1 : !y->place ? -1 : x->place < y->place ? -1 : 1;
    int c = str_cmp(x->sort_key, y->sort_key);
    return c ? c : x->post < y->post ? -1 : x->post > y->post;
}

/* The order of a list on that day, as people: a mayor stands there in one post and may act in
 * another. */
static bool list_people(struct ctx *cx, int64_t list_id, struct str on, struct ids *out)
{
    struct rows r;
    struct str day;
    *out = (struct ids){ NULL, 0 };
    if (!order_day(cx, list_id, on, &day) || !day.p)
        return cx->err.kind == ERR_NONE;
    int64_t *p = arena_array_of(cx->a, int64_t, 200);
    for (db_rows(cx->db, &r, &q_rank_people, list_id, day); out->n < 200 && rows_next(&r);)
        p[out->n++] = row_i64(&r, 0);
    out->p = p;
    rows_end(&r);
    return !rows_failed(&r);
}

static size_t covered(struct ids list, const struct ranked *p, size_t n)
{
    size_t hits = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; !p[i].place && k < list.n; k++)
            if (list.p[k] == p[i].person) {
                hits++;
                break;
            }
    return hits;
}

/* Again and again the list that has most of those still without a place; of equals the first. */
static void place_all(const struct ids *lists, size_t n_lists, struct ranked *p, size_t n)
{
    size_t place = 0;
    for (;;) {
        size_t best = 0, hits = 0;
        for (size_t i = 0; i < n_lists; i++) {
            size_t c = covered(lists[i], p, n);
            if (c > hits) {
                hits = c;
                best = i;
            }
        }
        if (!hits)
            return;
        for (size_t k = 0; k < lists[best].n; k++) {
            bool is_here = false;
            for (size_t i = 0; i < n; i++)
                if (!p[i].place && p[i].person == lists[best].p[k]) {
                    p[i].place = place + 1;
                    is_here = true;
                }
            place += is_here;
        }
    }
}

static bool lists_of(struct ctx *cx, const struct query *q, int64_t unit_id, int64_t *ids,
                     size_t room, size_t *n)
{
    struct rows r;
    if (unit_id)
        db_rows(cx->db, &r, q, unit_id);
    else
        db_rows(cx->db, &r, q);
    while (*n < room && rows_next(&r))
        ids[(*n)++] = row_i64(&r, 0);
    rows_end(&r);
    return !rows_failed(&r);
}

#define LISTS_LOOKED_AT 24

bool org_rank_sort(struct ctx *cx, int64_t unit_id, struct str on, int64_t *posts, size_t n)
{
    int64_t ids[LISTS_LOOKED_AT];
    struct ids lists[LISTS_LOOKED_AT];
    size_t n_lists = 0;
    struct ranked *p = arena_array_of(cx->a, struct ranked, n);
    if (n < 2)
        return true;
    for (size_t i = 0; i < n; i++) {
        struct post_row row = { 0 };
        if (post_find(cx, posts[i], &row) < 0)
            return false;
        p[i] =
            (struct ranked){ .post = posts[i], .person = row.person_id, .sort_key = row.sort_key };
    }
    if (!lists_of(cx, &q_rank_lists, unit_id, ids, LISTS_LOOKED_AT, &n_lists) ||
        !lists_of(cx, &q_rank_lists_city, 0, ids, LISTS_LOOKED_AT, &n_lists))
        return false;
    for (size_t i = 0; i < n_lists; i++)
        if (!list_people(cx, ids[i], on, &lists[i]))
            return false;
    place_all(lists, n_lists, p, n);
    qsort(p, n, sizeof *p, by_rank);
    for (size_t i = 0; i < n; i++)
        posts[i] = p[i].post;
    return true;
}

/* --- commands --- */

struct org_rank_create_in {
    int64_t unit_id;
    struct str name;
};
static const struct field org_rank_create_in_fields[] = {
    FIELD(org_rank_create_in, unit_id, F_ID, .flags = FIELD_REQUIRED, .zh = "单位", .en = "unit"),
    FIELD(org_rank_create_in, name, F_TEXT, .max = 60, .flags = FIELD_REQUIRED, .zh = "名称",
          .en = "name"),
};
ORG_RECORD(org_rank_create_in);

ORG_COMMAND(org_rank_create)
{
    const struct org_rank_create_in *in = in_;
    struct org_made *out = out_;
    struct unit_row u;
    if (!load_administered(cx, in->unit_id, &u))
        return false;
    if (db_number(cx->db, 0, &q_rank_list_find, in->name, u.id))
        return fail(cx, ERR_CONFLICT, "rank.same", "name");
    out->id = cx->err.kind ? 0 : rank_list_make(cx, u.id, in->name);
    struct note n = note_begin(cx);
    jw_kid(&n.w, "list_id", out->id);
    jw_kstr(&n.w, "name", in->name);
    return out->id && note_end(cx, &n, u.id, "rank_list.create");
}

struct org_rank_set_in {
    int64_t list_id;
    struct str from_on;
    struct ids post_ids;
};
static const struct field org_rank_set_in_fields[] = {
    FIELD(org_rank_set_in, list_id, F_ID, .flags = FIELD_PATH, .zh = "名单", .en = "list"),
    FIELD(org_rank_set_in, from_on, F_DAY, .flags = FIELD_REQUIRED, .zh = "起始日期", .en = "from"),
    FIELD(org_rank_set_in, post_ids, F_IDS, .min = 1, .max = 200, .flags = FIELD_REQUIRED,
          .zh = "顺序", .en = "order"),
};
ORG_RECORD(org_rank_set_in);

static bool rank_list_load(struct ctx *cx, int64_t id, int64_t *unit_id, struct str *name)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_rank_list_get, id);
    *unit_id = found == 1 ? row_i64(&r, 0) : 0;
    *name = found == 1 ? row_copy(&r, 1, cx->a) : STR_NONE;
    rows_end(&r);
    return found == 1 || (found == 0 && fail_not_found(cx));
}

/* Kept by the office: its administrators, office head and reviewers. */
static bool may_keep(struct ctx *cx, const struct unit_row *u)
{
    return may(cx, PERM_OFFICE, u->id, u->path) || may_administer(cx, u);
}

/* The whole order from a day on; a second order for the same day replaces the first. */
ORG_COMMAND(org_rank_set)
{
    const struct org_rank_set_in *in = in_;
    int64_t unit_id;
    struct str name;
    struct unit_row u;
    (void)out_;
    if (!rank_list_load(cx, in->list_id, &unit_id, &name) || !unit_load(cx, unit_id, &u) ||
        !may_keep(cx, &u))
        return false;
    if (!db_run(cx->db, &q_rank_entries_clear, in->list_id, in->from_on))
        return false;
    struct note n = note_begin(cx);
    jw_kid(&n.w, "list_id", in->list_id);
    jw_kstr(&n.w, "from_on", in->from_on);
    jw_karr(&n.w, "post_ids");
    for (size_t i = 0; i < in->post_ids.n; i++) {
        struct post_row post;
        jw_id(&n.w, in->post_ids.p[i]);
        for (size_t k = 0; k < i; k++)
            if (in->post_ids.p[k] == in->post_ids.p[i])
                return fail(cx, ERR_INVALID, "rank.twice", "post_ids");
        if (!post_load(cx, in->post_ids.p[i], &post) ||
            !rank_entry_add(cx, in->list_id, in->from_on, (int64_t)i + 1, post.id))
            return false;
    }
    jw_arr_end(&n.w);
    return note_end(cx, &n, unit_id, "rank_list.set");
}

/* --- reads --- */

struct org_rank_lists_in {
    int64_t unit, limit;
};
static const struct field org_rank_lists_in_fields[] = {
    FIELD(org_rank_lists_in, unit, F_ID, .zh = "单位", .en = "unit"),
    ORG_LIMIT(org_rank_lists_in),
};
ORG_RECORD(org_rank_lists_in);

/* The city's lists, and the unit's (the own when none is named). */
ORG_READ(org_rank_lists)
{
    const struct org_rank_lists_in *in = in_;
    const struct actor_post *own = actor_main_post(cx);
    int64_t unit = in->unit ? in->unit : own ? own->unit_id : 0;
    struct rows r;
    answer_rows(w);
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 0)
            db_rows(cx->db, &r, &q_rank_lists_city);
        else
            db_rows(cx->db, &r, &q_rank_lists, unit);
        while (rows_next(&r)) {
            jw_obj(w);
            jw_kid(w, "id", row_i64(&r, 0));
            jw_kstr(w, "name", row_text(&r, 1));
            jw_kid(w, "unit_id", row_i64(&r, 2));
            jw_kstr(w, "unit", row_text(&r, 3));
            jw_obj_end(w);
        }
        rows_end(&r);
        if (rows_failed(&r))
            return false;
    }
    answer_rows_end(w, STR_NONE);
    return true;
}

struct org_rank_list_in {
    int64_t list_id;
    struct str on;
};
static const struct field org_rank_list_in_fields[] = {
    FIELD(org_rank_list_in, list_id, F_ID, .flags = FIELD_PATH, .zh = "名单", .en = "list"),
    FIELD(org_rank_list_in, on, F_DAY, .zh = "日期", .en = "on"),
};
ORG_RECORD(org_rank_list_in);

ORG_READ(org_rank_list)
{
    const struct org_rank_list_in *in = in_;
    int64_t unit_id;
    struct str name, day;
    struct rows r;
    if (!rank_list_load(cx, in->list_id, &unit_id, &name) ||
        !order_day(cx, in->list_id, in->on, &day))
        return false;
    jw_obj(w);
    jw_kid(w, "id", in->list_id);
    jw_kstr(w, "name", name);
    jw_kid(w, "unit_id", unit_id);
    jw_kstr(w, "from_on", day);
    jw_karr(w, "rows");
    for (db_rows(cx->db, &r, &q_rank_entries, in->list_id, day.p ? day : STR("")); rows_next(&r);) {
        jw_obj(w);
        jw_ki64(w, "position", row_i64(&r, 0));
        jw_kid(w, "post_id", row_i64(&r, 1));
        jw_kid(w, "person_id", row_i64(&r, 2));
        jw_kstr(w, "name", row_text(&r, 3));
        jw_kstr(w, "title", row_text(&r, 4));
        jw_kstr(w, "unit", row_text(&r, 5));
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    jw_obj_end(w);
    return !rows_failed(&r);
}
