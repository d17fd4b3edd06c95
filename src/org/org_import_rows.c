/* The rows of units.csv, people.csv and agencies.csv. */
#include "org/org_import.h"

#include "org/org.sql.h"

/* --- units --- */

enum {
    U_CODE,
    U_NAME,
    U_SHORT,
    U_PARENT,
    U_LEVEL,
    U_BRANCH,
    U_KIND,
    U_RANK,
    U_DIVISION,
    U_FROM,
    U_PHONE,
    U_PAPER
};
static const char *const unit_columns[] = {
    "code",       "name",          "short_name", "parent_code", "level",    "branch", "kind",
    "rank_order", "division_code", "from_on",    "phone",       "by_paper", NULL
};

static void unit_parent_check(struct importer *im, const struct csv_row *r, struct code_unit *u)
{
    struct str parent = r->cell[U_PARENT];
    bool is_section = str_is(r->cell[U_KIND], "section");
    if (!parent.n) {
        if (is_section)
            bad(im, U_PARENT, "import.empty");
        else if (im->has_root && !im->root_is_free && !u->id)
            bad(im, U_PARENT, "import.root");
        im->has_root = true;
        im->root_is_free = false;
        u->home_code = r->cell[U_CODE];
        return;
    }
    struct code_unit *p = map_get(&im->units, parent);
    u->home_code = r->cell[U_CODE];
    if (!p)
        bad(im, U_PARENT, "import.unit");
    else if (is_section && str_is(p->kind, "body"))
        bad(im, U_PARENT, "import.section_parent");
    else if (!is_section && str_is(p->kind, "section"))
        bad(im, U_PARENT, "import.section_parent");
    if (p && is_section)
        u->home_code = str_is(p->kind, "section") ? p->home_code : parent;
}

static void unit_check(struct importer *im, const struct csv_row *r)
{
    struct str code = r->cell[U_CODE];
    bool good = cell_filled(im, U_CODE) && cell_filled(im, U_NAME);
    cell_choice(im, U_LEVEL, unit_levels);
    cell_choice(im, U_BRANCH, unit_branches);
    cell_choice(im, U_KIND, unit_kinds);
    cell_number(im, U_RANK, 9999);
    cell_day(im, U_FROM, false);
    cell_flag(im, U_PAPER);
    if (good && utf8_length(r->cell[U_NAME]) > 100)
        bad(im, U_NAME, "import.long");
    if (!good)
        return;
    struct code_unit *old = map_get(&im->units, code);
    if (old && old->line)
        return bad(im, U_CODE, "import.twice");
    if (old && !str_eq(old->kind, r->cell[U_KIND]))
        return bad(im, U_KIND, "import.kind_fixed");
    struct code_unit *u = arena_new_of(im->a, struct code_unit);
    *u = (struct code_unit){ .id = old ? old->id : 0,
                             .home_id = old ? old->home_id : 0,
                             .kind = r->cell[U_KIND],
                             .level = r->cell[U_LEVEL],
                             .by_paper = str_is(r->cell[U_PAPER], "1"),
                             .line = r->line };
    unit_parent_check(im, r, u);
    map_put(&im->units, code, u);
}

/* The founded city takes the code of the first row without parent. */
static int64_t root_taken(struct ctx *cx)
{
    struct rows r;
    int64_t id = 0;
    if (db_get(cx->db, &r, &q_unit_root) == 1 && str_is(row_text(&r, 1), "ROOT"))
        id = row_i64(&r, 0);
    rows_end(&r);
    return id;
}

static bool unit_apply(struct importer *im, const struct csv_row *r)
{
    struct ctx *cx = im->cx;
    int64_t rank, id;
    struct unit_new u = {
        .id = db_number(cx->db, 0, &q_unit_id_by_code, r->cell[U_CODE]),
        .code = r->cell[U_CODE],
        .name = r->cell[U_NAME],
        .short_name = r->cell[U_SHORT],
        .level = r->cell[U_LEVEL],
        .branch = r->cell[U_BRANCH],
        .kind = r->cell[U_KIND],
        .division_code = r->cell[U_DIVISION],
        .from_on = r->cell[U_FROM],
        .phone = r->cell[U_PHONE],
        .by_paper = str_is(r->cell[U_PAPER], "1"),
    };
    struct unit_row old = { 0 };
    if (cx->err.kind || !str_to_i64(r->cell[U_RANK], &rank))
        return false;
    u.rank_order = rank;
    if (r->cell[U_PARENT].n)
        u.parent_id = db_number(cx->db, 0, &q_unit_id_by_code, r->cell[U_PARENT]);
    else if (!u.id)
        u.id = root_taken(cx);
    if (r->cell[U_PARENT].n && !u.parent_id)
        return false;
    /* a unit keeps its place in the tree: moving one carries items and books along (OFFICE P9) */
    if (u.id && unit_find(cx, u.id, &old) == 1 && old.parent_id != u.parent_id)
        return false;
    bool is_founded = !r->cell[U_PARENT].n && u.id && str_is(old.code, "ROOT");
    int64_t last;
    /* whoever founded the city is found in the address book from now on */
    return unit_write(cx, &u, &id) && (!is_founded || people_index(cx, 0, 100, &last));
}

const struct import_kind import_units = { "units", unit_columns, unit_check, NULL, unit_apply };

/* --- people --- */

enum {
    P_CODE,
    P_ACCOUNT,
    P_NAME,
    P_MOBILE,
    P_PHONE,
    P_UNIT,
    P_SECTION,
    P_TITLE,
    P_GRADE,
    P_MAIN,
    P_LEADER,
    P_RANK,
    P_ROLES,
    P_FROM
};
static const char *const people_columns[] = { "person_code",  "account",      "name",
                                              "mobile",       "office_phone", "unit_code",
                                              "section_code", "title",        "grade",
                                              "is_main",      "is_leader",    "rank_order",
                                              "roles",        "from_on",      NULL };

static bool account_good(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'))
            return false;
    }
    return s.n >= 3 && s.n <= 40;
}

static bool phone_good(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-' || s.p[i] == '+' || s.p[i] == ' '))
            return false;
    return s.n <= 30;
}

static void roles_check(struct importer *im, struct str roles)
{
    struct str one;
    while (roles.n && str_cut(&roles, ';', &one))
        if (str_trim(one).n && role_of(str_trim(one)) == ROLE_NONE)
            bad(im, P_ROLES, "import.role");
}

static void person_same(struct importer *im, struct code_person *p, const struct csv_row *r)
{
    if (!str_eq(p->name, r->cell[P_NAME]))
        bad(im, P_NAME, "import.differs");
    if (!str_eq(p->account.p ? p->account : STR(""), r->cell[P_ACCOUNT]))
        bad(im, P_ACCOUNT, "import.differs");
    if (!str_eq(p->mobile, r->cell[P_MOBILE]))
        bad(im, P_MOBILE, "import.differs");
    if (!str_eq(p->office_phone, r->cell[P_PHONE]))
        bad(im, P_PHONE, "import.differs");
}

static struct code_person *person_check_new(struct importer *im, struct code_person *old,
                                            const struct csv_row *r)
{
    struct str account = r->cell[P_ACCOUNT];
    struct code_person *owner = map_get(&im->accounts, account);
    if (account.n && !account_good(account))
        bad(im, P_ACCOUNT, "import.account");
    else if (owner && owner != old)
        bad(im, P_ACCOUNT, "import.account_taken");
    else if (old && old->account.n && account.n && !str_eq(old->account, account))
        bad(im, P_ACCOUNT, "import.account_fixed");
    struct code_person *p = arena_new_of(im->a, struct code_person);
    *p = (struct code_person){ .id = old ? old->id : 0,
                               .account = account,
                               .name = r->cell[P_NAME],
                               .mobile = r->cell[P_MOBILE],
                               .office_phone = r->cell[P_PHONE],
                               .line = r->line };
    map_put(&im->people, r->cell[P_CODE], p);
    if (account.n)
        map_put(&im->accounts, account, p);
    return p;
}

static void place_check(struct importer *im, const struct csv_row *r)
{
    struct code_unit *u = cell_unit(im, P_UNIT);
    if (u && str_is(u->kind, "section"))
        bad(im, P_UNIT, "import.not_unit");
    if (u && u->by_paper && r->cell[P_ACCOUNT].n)
        bad(im, P_UNIT, "import.by_paper");
    if (!r->cell[P_SECTION].n)
        return;
    struct code_unit *s = cell_unit(im, P_SECTION);
    if (u && s && (!str_is(s->kind, "section") || s->home_id != u->id))
        bad(im, P_SECTION, "import.section");
}

static void person_check(struct importer *im, const struct csv_row *r)
{
    bool good = cell_filled(im, P_CODE);
    good = cell_filled(im, P_NAME) && good;
    cell_filled(im, P_TITLE);
    cell_flag(im, P_MAIN);
    cell_flag(im, P_LEADER);
    cell_number(im, P_RANK, 99999);
    cell_day(im, P_FROM, false);
    if (utf8_length(r->cell[P_NAME]) > 40)
        bad(im, P_NAME, "import.long");
    if (!phone_good(r->cell[P_MOBILE]))
        bad(im, P_MOBILE, "import.phone");
    if (!phone_good(r->cell[P_PHONE]))
        bad(im, P_PHONE, "import.phone");
    roles_check(im, r->cell[P_ROLES]);
    place_check(im, r);
    if (!good)
        return;
    struct code_person *p = map_get(&im->people, r->cell[P_CODE]);
    if (p && p->line)
        person_same(im, p, r);
    else
        p = person_check_new(im, p, r);
    p->mains += str_is(r->cell[P_MAIN], "1");
    if (p->mains == 2 && str_is(r->cell[P_MAIN], "1"))
        bad(im, P_MAIN, "import.mains");
}

static void people_check_end(struct importer *im)
{
    im->row = NULL;
    for (size_t i = 0; i < im->people.size; i++) {
        struct code_person *p = im->people.value[i];
        if (p && p->line && p->mains == 0)
            bad_line(im, p->line, P_MAIN, "import.mains");
    }
}

static bool role_apply(struct importer *im, const struct post_row *post, enum role role)
{
    struct ctx *cx = im->cx;
    int64_t unit = post->unit_id;
    if (!org_roles_apart(cx, post->person_id, role))
        return false;
    if (role == ROLE_CITY_ADMIN || role == ROLE_SECRECY_OFFICER || role == ROLE_SECURITY_ADMIN)
        unit = db_number(cx->db, 0, &q_unit_root);
    if (db_number(cx->db, 0, &q_grant_same, unit, (int64_t)role, post->id, today(cx)))
        return true;
    struct grant_row g = { .id = id_new(cx->now),
                           .post_id = post->id,
                           .person_id = post->person_id,
                           .role = role,
                           .unit_id = unit };
    return cx->err.kind == ERR_NONE && unit && grant_put(cx, &g);
}

static bool post_apply(struct importer *im, const struct csv_row *r, int64_t person_id,
                       struct post_row *post)
{
    struct ctx *cx = im->cx;
    int64_t rank;
    struct str section = r->cell[P_SECTION];
    *post = (struct post_row){
        .person_id = person_id,
        .unit_id = db_number(cx->db, 0, &q_unit_id_by_code, r->cell[P_UNIT]),
        .section_id = section.n ? db_number(cx->db, 0, &q_unit_id_by_code, section) : 0,
        .title = r->cell[P_TITLE],
        .grade = r->cell[P_GRADE],
        .is_main = str_is(r->cell[P_MAIN], "1"),
        .is_leader = str_is(r->cell[P_LEADER], "1"),
        .from_on = r->cell[P_FROM],
    };
    if (!post->unit_id || !str_to_i64(r->cell[P_RANK], &rank))
        return false;
    post->sort_key = str_printf(cx->a, "%05lld", (long long)rank);
    post->id =
        db_number(cx->db, 0, &q_post_same, person_id, post->unit_id, post->section_id, post->title);
    if (!post->id)
        post->id = id_new(cx->now);
    return cx->err.kind == ERR_NONE && post_put(cx, post);
}

static bool person_apply(struct importer *im, const struct csv_row *r)
{
    struct ctx *cx = im->cx;
    struct str secret, roles = r->cell[P_ROLES], one;
    struct post_row post;
    int64_t id;
    struct person_new p = { .id = db_number(cx->db, 0, &q_person_id_by_code, r->cell[P_CODE]),
                            .code = r->cell[P_CODE],
                            .name = r->cell[P_NAME],
                            .account = r->cell[P_ACCOUNT],
                            .mobile = r->cell[P_MOBILE],
                            .office_phone = r->cell[P_PHONE] };
    if (cx->err.kind || !person_write(cx, &p, &id, &secret) || !post_apply(im, r, id, &post))
        return false;
    if (secret.n)
        buf_printf(im->secrets, "%.*s,%.*s\n", STR_ARG(p.account), STR_ARG(secret));
    while (roles.n && str_cut(&roles, ';', &one))
        if (str_trim(one).n && !role_apply(im, &post, role_of(str_trim(one))))
            return false;
    if (!im->n_touched || im->touched[im->n_touched - 1] != id)
        im->touched[im->n_touched++] = id;
    return true;
}

const struct import_kind import_people = { "people", people_columns, person_check, people_check_end,
                                           person_apply };

/* --- agencies --- */

enum { A_CODE, A_UNIT, A_NAME, A_SIGNATURE, A_MARK, A_TYPES, A_KIND };
static const char *const agency_columns[] = { "code",      "unit_code", "name", "signature_name",
                                              "book_mark", "doc_types", "kind", NULL };
static void agency_check(struct importer *im, const struct csv_row *r)
{
    struct str types = r->cell[A_TYPES], one;
    cell_filled(im, A_NAME);
    cell_filled(im, A_SIGNATURE);
    cell_choice(im, A_KIND, agency_kinds);
    struct code_unit *u = cell_unit(im, A_UNIT);
    if (u && !str_is(u->kind, "unit"))
        bad(im, A_UNIT, "import.not_unit");
    while (types.n && str_cut(&types, ';', &one)) {
        size_t i = 0;
        while (agency_doc_types[i] && !str_is(str_trim(one), agency_doc_types[i]))
            i++;
        if (!agency_doc_types[i])
            bad(im, A_TYPES, "import.choice");
    }
    if (!cell_filled(im, A_CODE))
        return;
    if (map_get(&im->seen, r->cell[A_CODE]))
        bad(im, A_CODE, "import.twice");
    map_put(&im->seen, r->cell[A_CODE], im);
}

static bool agency_apply(struct importer *im, const struct csv_row *r)
{
    struct ctx *cx = im->cx;
    int64_t id;
    char *types = arena_strndup(cx->a, r->cell[A_TYPES].p, r->cell[A_TYPES].n);
    for (char *c = types; *c; c++)
        if (*c == ';')
            *c = ',';
    struct org_agency agency = {
        .unit_id = db_number(cx->db, 0, &q_unit_id_by_code, r->cell[A_UNIT]),
        .code = r->cell[A_CODE],
        .name = r->cell[A_NAME],
        .signature_name = r->cell[A_SIGNATURE],
        .book_mark = r->cell[A_MARK],
        .kind = r->cell[A_KIND],
        .doc_types = str_of(types),
    };
    return cx->err.kind == ERR_NONE && agency.unit_id && agency_write(cx, &agency, &id);
}

const struct import_kind import_agencies = { "agencies", agency_columns, agency_check, NULL,
                                             agency_apply };
