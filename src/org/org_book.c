/* 通讯录 (A7): a unit's people, and the search over the city by name, pinyin, telephone, title.
 * Mobile numbers are masked outside the own unit; leaders' are never shown, their contact is the
 * secretary or the office (OFFICE P7). */
#include "org/org_tables.h"

#include "org/org.sql.h"

#define ORG_RECORD(name)                                                                           \
    const struct record name##_record = { #name, sizeof(struct name), name##_fields,               \
                                          sizeof name##_fields / sizeof *name##_fields }

struct book_row {
    int64_t person, post, section_id, unit_id;
    struct str name, title, grade, section, unit, office_phone, mobile;
    bool is_leader, is_main;
};

/* May the actor see this unit's mobile numbers whole? One's own unit, or its administrators. */
static bool sees_mobiles(const struct ctx *cx, int64_t unit_id, struct str unit_path)
{
    return is_own_unit(cx, unit_id) || may(cx, PERM_UNIT_ADMIN, unit_id, unit_path);
}

static bool write_contact(struct ctx *cx, int64_t leader_post, int64_t unit_id, struct jw *w)
{
    struct rows r;
    int found =
        db_get(cx->db, &r, &q_secretary_contact, leader_post, (int64_t)ACTING_SECRETARY, today(cx));
    struct str name = found == 1 ? row_copy(&r, 0, cx->a) : STR_NONE;
    struct str phone = found == 1 ? row_copy(&r, 1, cx->a) : STR_NONE;
    rows_end(&r);
    if (found < 0)
        return false;
    struct unit_facts f = { 0 };
    if (found == 0 && unit_facts_find(cx, unit_id, &f) < 0)
        return false;
    jw_kobj(w, "contact");
    jw_kstr(w, "name", name);
    jw_kstr(w, "phone", found ? phone : f.phone.n ? f.phone : STR_NONE);
    jw_obj_end(w);
    return true;
}

static bool write_row(struct ctx *cx, const struct book_row *b, bool whole, struct jw *w)
{
    jw_obj(w);
    jw_kid(w, "person", b->person);
    jw_kid(w, "post", b->post);
    jw_kstr(w, "name", b->name);
    jw_kstr(w, "title", b->title);
    jw_kstr(w, "grade", b->grade);
    jw_kid(w, "section_id", b->section_id);
    jw_kstr(w, "section", b->section);
    if (b->unit_id) {
        jw_kid(w, "unit_id", b->unit_id);
        jw_kstr(w, "unit", b->unit);
    }
    jw_kstr(w, "office_phone", b->office_phone);
    struct str mobile = b->is_leader ? STR_NONE
                        : whole      ? b->mobile
                                     : phone_masked(cx->a, b->mobile);
    jw_kstr(w, "mobile", mobile);
    jw_kbool(w, "is_leader", b->is_leader);
    jw_kbool(w, "is_main", b->is_main);
    bool good = true;
    if (b->is_leader)
        good = write_contact(cx, b->post, b->unit_id ? b->unit_id : 0, w);
    else
        jw_knull(w, "contact");
    jw_obj_end(w);
    return good;
}

/* --- one unit --- */

struct org_unit_people_in {
    int64_t unit_id, limit;
    struct str after;
    bool disabled;
};
static const struct field org_unit_people_in_fields[] = {
    FIELD(org_unit_people_in, unit_id, F_ID, .flags = FIELD_PATH, .zh = "单位", .en = "unit"),
    FIELD(org_unit_people_in, disabled, F_BOOL, .zh = "已停用的人员（管理员）",
          .en = "those who were disabled, for administrators"),
    FIELD(org_unit_people_in, after, F_TEXT, .max = 100, .zh = "继续查看的位置", .en = "position"),
    FIELD(org_unit_people_in, limit, F_I64, .min = 1, .max = 100, .zh = "每页条数", .en = "limit"),
};
ORG_RECORD(org_unit_people_in);

static struct book_row row_of_unit(struct rows *r, struct arena *a)
{
    return (struct book_row){
        .post = row_i64(r, 1),
        .person = row_i64(r, 2),
        .name = row_copy(r, 3, a),
        .title = row_copy(r, 4, a),
        .section_id = row_i64(r, 5),
        .section = row_copy(r, 6, a),
        .office_phone = row_copy(r, 7, a),
        .mobile = row_copy(r, 8, a),
        .is_leader = row_i64(r, 9),
        .grade = row_copy(r, 11, a),
        .is_main = row_i64(r, 12),
    };
}

/* A page of posts of one unit, or of two one after the other. */
struct people_page {
    struct book_row *rows;
    size_t n, limit;
    int64_t at, stage; /* cursor: the last post looked at; which of two units */
    bool more;
};

static bool page_begin(struct ctx *cx, struct str after, size_t limit, struct people_page *p)
{
    *p = (struct people_page){ .limit = limit };
    p->rows = arena_array_of(cx->a, struct book_row, limit);
    return cursor_read(cx, after, &p->at, &p->stage, NULL) &&
           ((p->stage >= 0 && p->stage <= 1) || fail(cx, ERR_INVALID, "input.cursor", "after"));
}

/* The place behind the last row of the page before. */
static bool sort_of(struct ctx *cx, int64_t post, struct str *out)
{
    struct rows r;
    *out = STR("");
    if (!post)
        return true;
    int found = db_get(cx->db, &r, &q_post_sort, post);
    if (found == 1)
        *out = row_copy(&r, 0, cx->a);
    rows_end(&r);
    return found == 1 || (found == 0 && fail(cx, ERR_INVALID, "input.cursor", "after"));
}

enum of_them { ALL_ACTIVE, LEADERS, DISABLED };

/* Adds the people of a unit, or of one section when nothing is asked, behind p->at. */
static bool add_people(struct ctx *cx, const struct unit_row *u, const struct unit_row *home,
                       struct str q, enum of_them of, struct people_page *p)
{
    struct rows r;
    struct str sort;
    int64_t room = (int64_t)(p->limit - p->n) + 1;
    if (!sort_of(cx, p->at, &sort))
        return false;
    if (of == DISABLED)
        db_rows(cx->db, &r, &q_unit_people, home->id, sort, p->at, today(cx), (int64_t)1, room);
    else if (q.n)
        db_rows(cx->db, &r, &q_unit_people_like, home->id, sort, p->at, today(cx),
                str_printf(cx->a, "%%%.*s%%", STR_ARG(q)), str_printf(cx->a, "%.*s%%", STR_ARG(q)),
                room);
    else
        db_rows(cx->db, &r, str_is(u->kind, "section") ? &q_section_people : &q_unit_people, u->id,
                sort, p->at, today(cx), (int64_t)0, room);
    for (int64_t seen = 1; rows_next(&r) && !p->more; seen++) {
        p->more = seen == room;
        if (p->more)
            break;
        struct book_row row = row_of_unit(&r, cx->a);
        p->at = row.post;
        if (of == LEADERS && !row.is_leader)
            continue;
        row.unit_id = home->id;
        row.unit = home->name;
        p->rows[p->n++] = row;
    }
    rows_end(&r);
    return !rows_failed(&r);
}

static bool write_people(struct ctx *cx, const struct unit_row *home, const struct people_page *p,
                         struct jw *w)
{
    bool whole = sees_mobiles(cx, home->id, home->path);
    answer_rows(w);
    for (size_t i = 0; i < p->n; i++)
        if (!write_row(cx, &p->rows[i], whole && p->rows[i].unit_id == home->id, w))
            return false;
    answer_rows_end(w, p->more ? cursor_text(cx, p->at, p->stage, 0) : STR_NONE);
    return true;
}

static bool unit_page(struct ctx *cx, const struct unit_row *u, struct str q, enum of_them of,
                      struct str after, int64_t limit, struct jw *w)
{
    struct people_page p;
    struct unit_row home = *u;
    return page_begin(cx, after, (size_t)limit, &p) &&
           (!str_is(u->kind, "section") || unit_load(cx, u->home_id, &home)) &&
           add_people(cx, u, &home, q, of, &p) && write_people(cx, &home, &p, w);
}

/* Whom a unit may name: the leaders of the body whose office it is, then its own people. Stage 0 of
 * the cursor: among the leaders. */
static bool named_page(struct ctx *cx, const struct unit_row *u, struct str q, struct str after,
                       int64_t limit, struct jw *w)
{
    struct people_page p;
    struct unit_row body;
    struct org_post as_leader = { .unit_id = u->parent_id };
    int is_office = u->parent_id ? org_is_own_post(cx, u->id, &as_leader) : 0;
    if (is_office < 0 || !page_begin(cx, after, (size_t)limit, &p))
        return false;
    if (!is_office)
        p.stage = 1;
    if (p.stage == 0 &&
        (!unit_load(cx, u->parent_id, &body) || !add_people(cx, &body, &body, q, LEADERS, &p)))
        return false;
    if (p.stage == 0 && !p.more) {
        p.stage = 1;
        p.at = 0;
    }
    return (p.stage == 0 || add_people(cx, u, u, q, ALL_ACTIVE, &p)) && write_people(cx, u, &p, w);
}

ORG_READ(org_unit_people)
{
    const struct org_unit_people_in *in = in_;
    struct unit_row u;
    if (in->disabled ? !load_administered(cx, in->unit_id, &u) : !unit_load(cx, in->unit_id, &u))
        return false;
    return unit_page(cx, &u, STR_NONE, in->disabled ? DISABLED : ALL_ACTIVE, in->after,
                     in->limit ? in->limit : 50, w);
}

/* --- the search --- */

struct org_people_in {
    struct str q, after;
    int64_t unit, named_by, limit;
};
static const struct field org_people_in_fields[] = {
    FIELD(org_people_in, q, F_TEXT, .max = 40, .zh = "查找内容", .en = "query"),
    FIELD(org_people_in, unit, F_ID, .zh = "单位", .en = "unit"),
    FIELD(org_people_in, named_by, F_ID, .zh = "可由哪个单位选人",
          .en = "whom this unit may name: its people and the leaders it serves"),
    FIELD(org_people_in, after, F_TEXT, .max = 100, .zh = "继续查看的位置", .en = "position"),
    FIELD(org_people_in, limit, F_I64, .min = 1, .max = 100, .zh = "每页条数", .en = "limit"),
};
ORG_RECORD(org_people_in);

/* The kinds of key a query is looked up in, one after the other. */
static const char *kinds_of(struct str q)
{
    bool digits = q.n > 0, latin = q.n > 0;
    for (size_t i = 0; i < q.n; i++) {
        unsigned char c = (unsigned char)q.p[i];
        digits = digits && ((c >= '0' && c <= '9') || c == '-');
        latin = latin && c < 128;
    }
    return digits ? "tm" : latin ? "ip" : "nd";
}

static struct str lower(struct arena *a, struct str q)
{
    char *p = arena_strndup(a, q.p, q.n);
    for (size_t i = 0; i < q.n; i++)
        if (p[i] >= 'A' && p[i] <= 'Z')
            p[i] = (char)(p[i] + 32);
    return (struct str){ p, q.n };
}

struct hit {
    int64_t key_id, person, post;
};

/* Hits of one kind from a key on, in one unit or in all (0); mobiles only whole (nobody leafs through
 * them), and once. */
static bool stage_hits(struct ctx *cx, char kind, int64_t unit, struct str q, int64_t after,
                       size_t limit, struct hit *out, size_t *n)
{
    struct rows r;
    const char name[2] = { kind, 0 };
    struct str key = STR(""), sort = STR("");
    struct str end = str_printf(cx->a, "%.*s\xF4\x8F\xBF\xBF", STR_ARG(q));
    *n = 0;
    if (kind == 'm' && (q.n < 11 || unit))
        return true;
    if (after && kind != 'm') {
        int found = db_get(cx->db, &r, &q_contact_at, after, (const char *)name);
        if (found == 1) {
            key = row_copy(&r, 0, cx->a);
            sort = row_copy(&r, 1, cx->a);
        }
        rows_end(&r);
        if (found != 1)
            return found == 0 && fail(cx, ERR_INVALID, "input.cursor", "after");
    }
    if (kind == 'm')
        db_rows(cx->db, &r, &q_contact_exact, (const char *)name, q, after, (int64_t)limit);
    else if (unit)
        db_rows(cx->db, &r, &q_contact_unit, unit, (const char *)name, q, end, key, sort, after,
                (int64_t)limit);
    else
        db_rows(cx->db, &r, &q_contact_page, (const char *)name, q, end, key, sort, after,
                (int64_t)limit);
    while (rows_next(&r))
        out[(*n)++] = (struct hit){ row_i64(&r, 0), row_i64(&r, 1), row_i64(&r, 2) };
    rows_end(&r);
    return !rows_failed(&r);
}

static bool hit_load(struct ctx *cx, const struct hit *h, struct book_row *out, struct str *path)
{
    struct org_post t;
    struct person_row p;
    struct unit_row u;
    struct post_row row;
    if (org_post_find(cx, h->post, &t) != 1 || person_find(cx, h->person, &p) != 1 ||
        post_find(cx, h->post, &row) != 1 || unit_find(cx, t.unit_id, &u) != 1)
        return cx->err.kind == ERR_NONE && fail(cx, ERR_INTERNAL, "internal", NULL);
    *path = u.path;
    *out = (struct book_row){ .person = h->person,
                              .post = h->post,
                              .section_id = t.section_id,
                              .unit_id = t.unit_id,
                              .name = t.name,
                              .title = t.title,
                              .grade = row.grade,
                              .section = t.section_name,
                              .unit = t.unit_name,
                              .office_phone = p.office_phone,
                              .mobile = p.mobile,
                              .is_leader = t.is_leader,
                              .is_main = t.is_main };
    return true;
}

/* In an earlier kind the same person was already shown: zh by initials, again by pinyin. */
static bool is_shown(const struct hit *hits, size_t n, const struct hit *h)
{
    for (size_t i = 0; i < n; i++)
        if (hits[i].person == h->person && hits[i].post == h->post)
            return true;
    return false;
}

static bool found_by_first(struct ctx *cx, const char *kinds, struct str q, int64_t person_id)
{
    struct person_row p;
    if (kinds[0] != 'i' || person_find(cx, person_id, &p) != 1)
        return false;
    return str_starts(p.pinyin, q);
}

/* One looks for people of one's own unit first, then those of the body whose office it is, then
 * everybody in the order of pinyin: six stages, two kinds of key in each of three places. */
enum { STAGES = 6 };

struct near {
    int64_t place[3]; /* own unit, the body served, 0: the city; an absent one is -1 */
};

static bool near_of(struct ctx *cx, struct near *out)
{
    const struct actor_post *own = actor_main_post(cx);
    struct unit_row u;
    *out = (struct near){ { -1, -1, 0 } };
    if (!own)
        return true;
    if (!unit_load(cx, own->unit_id, &u))
        return false;
    out->place[0] = u.id;
    struct org_post as_leader = { .unit_id = u.parent_id };
    int is_office = u.parent_id ? org_is_own_post(cx, u.id, &as_leader) : 0;
    if (is_office > 0)
        out->place[1] = u.parent_id;
    return is_office >= 0;
}

/* Already told in an earlier place? */
static bool told_before(struct ctx *cx, const struct near *near, size_t place, const struct hit *h)
{
    struct post_row post;
    if (near->place[place] || post_find(cx, h->post, &post) != 1)
        return false;
    return post.unit_id == near->place[0] || post.unit_id == near->place[1];
}

static bool city_page(struct ctx *cx, struct str q, struct str after_text, int64_t limit,
                      struct jw *w)
{
    const char *kinds = kinds_of(q);
    struct near near;
    int64_t stage = 0, after = 0;
    size_t n = 0, got;
    struct hit *page = arena_array_of(cx->a, struct hit, (size_t)limit);
    struct hit *found = arena_array_of(cx->a, struct hit, (size_t)limit + 1);
    if (!near_of(cx, &near) || !cursor_read(cx, after_text, &stage, &after, NULL))
        return false;
    if (stage < 0 || stage >= STAGES)
        return fail(cx, ERR_INVALID, "input.cursor", "after");
    bool full = false;
    while (stage < STAGES && !full) {
        size_t place = (size_t)stage / 2;
        got = 0;
        if (near.place[place] >= 0 && !stage_hits(cx, kinds[stage % 2], near.place[place], q, after,
                                                  (size_t)limit + 1, found, &got))
            return false;
        for (size_t i = 0; i < got && !full; i++) {
            full = n == (size_t)limit;
            if (full)
                break;
            after = found[i].key_id; /* looked at, if told or not: the next page begins behind it */
            if (!is_shown(page, n, &found[i]) && !told_before(cx, &near, place, &found[i]) &&
                !(stage % 2 == 1 && found_by_first(cx, kinds, q, found[i].person)))
                page[n++] = found[i];
        }
        if (full || got > (size_t)limit)
            continue;
        stage++;
        after = 0;
    }
    answer_rows(w);
    for (size_t i = 0; i < n; i++) {
        struct book_row b = { 0 };
        struct str path = STR("");
        if (!hit_load(cx, &page[i], &b, &path) ||
            !write_row(cx, &b, sees_mobiles(cx, b.unit_id, path), w))
            return false;
    }
    answer_rows_end(w, full ? cursor_text(cx, stage, after, 0) : STR_NONE);
    return true;
}

/* Everybody's: nothing asked gives the own unit. */
ORG_READ(org_people)
{
    const struct org_people_in *in = in_;
    int64_t limit = in->limit ? in->limit : 50, unit = in->named_by ? in->named_by : in->unit;
    struct str q = lower(cx->a, in->q.p ? in->q : STR(""));
    const struct actor_post *own = actor_main_post(cx);
    if (!unit && !q.n && own)
        unit = own->unit_id;
    struct unit_row u;
    if (unit)
        return unit_load(cx, unit, &u) &&
               (in->named_by ? named_page(cx, &u, q, in->after, limit, w)
                             : unit_page(cx, &u, q, ALL_ACTIVE, in->after, limit, w));
    if (!q.n)
        return fail(cx, ERR_INVALID, "input.required", "q");
    return city_page(cx, q, in->after, limit, w);
}
