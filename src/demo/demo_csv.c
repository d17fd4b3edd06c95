/* demo/csv: the city as texts in the formats of docs/import.md. */
#include "demo/demo_in.h"

#include "base/check.h"

static const struct {
    const char *name, *header;
} files[DEMO_FILES] = {
    [DEMO_UNITS] = { "units.csv", "code,name,short_name,parent_code,level,branch,kind,rank_order,division_code,from_on,phone,by_paper" },
    [DEMO_PEOPLE] = { "people.csv", "person_code,account,name,mobile,office_phone,unit_code,section_code,title,grade,is_main,is_leader,rank_order,roles,from_on" },
    [DEMO_AGENCIES] = { "agencies.csv", "code,unit_code,name,signature_name,book_mark,doc_types,kind" },
    [DEMO_NUMBER_BOOKS] = { "number_books.csv", "agency_code,mark,year,start_value,kind" },
    [DEMO_IN_CHARGE] = { "in_charge.csv", "leader_person_code,leader_unit_code,unit_or_section_code,deputy_person_code,from_on" },
    [DEMO_SECRETARIES] = { "secretaries.csv", "leader_person_code,secretary_person_code,from_on,authorisation" },
    [DEMO_RANK_LISTS] = { "rank_lists.csv", "list_name,position,person_code,unit_code" },
    [DEMO_GROUPS] = { "groups.csv", "name,owner_unit_code,member_code" },
    [DEMO_BACKUPS] = { "backups.csv", "person_code,unit_code,backup_person_code" },
    [DEMO_DELEGATIONS] = { "delegations.csv", "from_person_code,to_person_code,unit_code,from_on,until_on,mode,authorisation" },
    [DEMO_DUAL_LEADERSHIP] = { "dual_leadership.csv", "unit_code,other_superior_code" },
};

const char *demo_file_name(enum demo_file f)
{
    return files[f].name;
}

void demo_csv_start(struct demo_build *b)
{
    for (int f = 0; f < DEMO_FILES; f++) {
        b->csv[f] = buf_in(b->a);
        buf_text(&b->csv[f], files[f].header);
        buf_char(&b->csv[f], '\n');
    }
}

/* One column; the comma stands before it unless it opens the row. */
static void put(struct buf *out, struct str s)
{
    if (out->p[out->n - 1] != '\n')
        buf_char(out, ',');
    if (s.n == 0 && out->p[out->n - 1] == '\n')
        CHECK(!"the first column of a row is never empty");
    bool quoted = s.n && (memchr(s.p, ',', s.n) || memchr(s.p, '"', s.n));
    if (!quoted) {
        buf_str(out, s);
        return;
    }
    buf_char(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            buf_char(out, '"');
        buf_char(out, s.p[i]);
    }
    buf_char(out, '"');
}

static void put_number(struct buf *out, int64_t v)
{
    if (out->p[out->n - 1] != '\n')
        buf_char(out, ',');
    buf_i64(out, v);
}

static void put_unit(struct demo_build *b, struct buf *out, int unit)
{
    put(out, unit < 0 ? STR("") : b->unit[unit].code);
}

static void put_person(struct buf *out, int person)
{
    char code[16] = "";
    if (person >= 0)
        (void)snprintf(code, sizeof code, "P%06d", person + 1); /* fits */
    put(out, str_of(code));
}

void demo_csv_row(struct demo_build *b, enum demo_file f, const char *format, ...)
{
    struct buf *out = &b->csv[f];
    va_list ap;
    va_start(ap, format);
    for (const char *p = format; *p; p++) {
        switch (*p) {
        case 's': put(out, str_of(va_arg(ap, const char *))); break;
        case 'S': put(out, va_arg(ap, struct str)); break;
        case 'd': put_number(out, va_arg(ap, int)); break;
        case 'u': put_unit(b, out, va_arg(ap, int)); break;
        case 'p': put_person(out, va_arg(ap, int)); break;
        default: CHECK(!"format of a row");
        }
    }
    va_end(ap);
    buf_char(out, '\n');
}

static void write_units(struct demo_build *b, struct demo_city *out)
{
    static const char *const level[] = { "city", "county", "town", "village" };
    static const char *const kind[] = { "unit", "section", "body" };
    static const char *const branch[] = { "party", "npc", "government", "cppcc", "discipline", "court",
                                          "procuratorate", "military", "mass", "democratic", "vertical",
                                          "zone", "institution", "enterprise", "village" };
    for (size_t i = 0; i < b->n_units; i++) {
        const struct demo_unit *u = &b->unit[i];
        demo_csv_row(b, DEMO_UNITS, "SSSusssdSsSd", u->code, u->name, u->short_name, u->parent,
                     level[u->level], branch[u->branch], kind[u->kind], u->rank_order, u->division,
                     "2019-03-01", u->phone.p ? u->phone : STR(""), u->by_paper ? 1 : 0);
        out->units += u->kind == KIND_UNIT;
        out->sections += u->kind == KIND_SECTION;
        out->bodies += u->kind == KIND_BODY;
    }
}

static void write_people(struct demo_build *b, struct demo_city *out)
{
    for (size_t i = 0; i < b->n_posts; i++) {
        const struct demo_post *p = &b->post[i];
        const struct demo_person *who = &b->person[p->person];
        char mobile[24], phone[24];
        (void)snprintf(mobile, sizeof mobile, "199%08d", p->person + 1);         /* eleven digits */
        (void)snprintf(phone, sizeof phone, "0736-7%06d", 200000 + p->person); /* twelve characters */
        demo_csv_row(b, DEMO_PEOPLE, "pSSssuuSSdddSs", p->person, who->account, who->name, mobile, phone,
                     p->unit, p->section, p->title, p->grade, p->is_main ? 1 : 0, p->is_leader ? 1 : 0,
                     p->rank_order, p->roles, p->from_on);
    }
    out->people = b->n_people;
    out->posts = b->n_posts;
}

void demo_csv_tables(struct demo_build *b, struct demo_city *out)
{
    write_units(b, out);
    write_people(b, out);
    for (int f = 0; f < DEMO_FILES; f++)
        out->csv[f] = buf_done(&b->csv[f]);
}

static struct str account_of(const struct demo_build *b, int person, struct str otherwise)
{
    return person < 0 || !b->person[person].account.p ? otherwise : b->person[person].account;
}

static bool says(const struct demo_post *p, const char *role)
{
    return str_find(p->roles, str_of(role), 0) >= 0;
}

/* People of a unit as they are met in the list of posts. */
struct crew {
    int reviewer, staff; /* + 1; 0: none */
    int staff_section;
    int keeper[DEMO_KEEPERS];
};

static int *section_heads(struct demo_build *b)
{
    int *head = arena_array_of(b->a, int, b->n_units);
    for (size_t i = 0; i < b->n_posts; i++)
        if (b->post[i].section >= 0 && says(&b->post[i], "section_head"))
            head[b->post[i].section] = b->post[i].person + 1;
    return head;
}

static const char *const keeper_roles[DEMO_KEEPERS] = { "unit_admin", "vehicle_keeper", "asset_keeper",
                                                        "seal_custodian", "logistics" };

static struct crew *crews(struct demo_build *b)
{
    struct crew *c = arena_array_of(b->a, struct crew, b->n_units);
    for (size_t i = 0; i < b->n_posts; i++) {
        const struct demo_post *p = &b->post[i];
        struct crew *u = &c[p->unit];
        if (p->is_main && says(p, "reviewer") && !u->reviewer)
            u->reviewer = p->person + 1;
        if (p->is_main && p->roles.n == 0 && p->section >= 0 && !u->staff) {
            u->staff = p->person + 1;
            u->staff_section = p->section;
        }
        for (int k = 0; k < DEMO_KEEPERS; k++)
            if (says(p, keeper_roles[k]) && !u->keeper[k])
                u->keeper[k] = p->person + 1;
    }
    return c;
}

static void list_desks(struct demo_build *b, struct demo_city *out)
{
    int *section_head = section_heads(b);
    struct crew *crew = crews(b);
    out->desks = arena_array_of(b->a, struct demo_desk, out->units);
    for (size_t i = 0; i < b->n_units; i++) {
        const struct demo_unit *u = &b->unit[i];
        const struct crew *c = &crew[i];
        if (u->kind != KIND_UNIT || u->by_paper)
            continue;
        struct str clerk = account_of(b, u->clerk, STR("")), head = account_of(b, u->head, clerk);
        struct str office = account_of(b, u->office_head, clerk), reviewer = account_of(b, c->reviewer - 1, clerk);
        bool serves = u->parent >= 0 && b->unit[u->parent].kind == KIND_BODY && u->spec && u->spec->flags & SPEC_OFFICE;
        bool by_staff = c->staff && section_head[c->staff_section];
        out->desks[out->n_desks++] = (struct demo_desk){
            .code = u->code, .name = u->name, .clerk = clerk, .reviewer = reviewer, .office_head = office,
            .head = head, .principal = serves ? account_of(b, b->unit[u->parent].head, head) : head, .drafter = by_staff ? account_of(b, c->staff - 1, clerk) : reviewer,
            .checker = by_staff ? account_of(b, section_head[c->staff_section] - 1, head) : office,
            .is_town = u->cls == CL_TOWN, .is_village = u->cls == CL_VILLAGE, .is_city = u->cls == CL_CITY };
        for (int k = 0; k < DEMO_KEEPERS; k++) /* nobody: org_role_holders takes the office head */
            out->desks[out->n_desks - 1].keeper[k] = account_of(b, c->keeper[k] - 1, office);
    }
}

bool demo_generate(struct arena *a, const struct demo_options *o, struct demo_city *out, struct err *err)
{
    struct demo_build *b = arena_new_of(a, struct demo_build);
    *out = (struct demo_city){ .units = 0 };
    b->a = a;
    b->o = *o;
    b->err = err;
    b->random = o->seed;
    demo_names_start(b);
    if (!demo_units_make(b))
        return false;
    demo_people_make(b);
    demo_csv_start(b);
    demo_duties_make(b);
    demo_agencies_make(b);
    demo_csv_tables(b, out);
    list_desks(b, out);
    return true;
}
