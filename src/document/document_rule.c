#include "document/document_rule.h"

enum { UP = 1, DOWN = 2, LATERAL = 4, PUBLIC = 8 };

/* The fifteen kinds (Regulations, Art. 8) and where they may go; what the title may end with. */
static const struct kind {
    const char *name;
    int directions;
    bool needs_addressee;
} kinds[] = {
    { "决议", DOWN | PUBLIC, false },   { "决定", DOWN, false },
    { "命令", DOWN | PUBLIC, false },   { "公报", PUBLIC, false },
    { "公告", PUBLIC, false },          { "通告", PUBLIC, false },
    { "意见", UP | DOWN | LATERAL, true }, { "通知", DOWN | LATERAL, true },
    { "通报", DOWN, true },             { "报告", UP, true },
    { "请示", UP, true },               { "批复", DOWN, true },
    { "议案", UP, true },               { "函", LATERAL, true },
    { "纪要", DOWN, false },
};

static const struct kind *kind_find(struct str name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_is(name, kinds[i].name))
            return &kinds[i];
    return NULL;
}

bool rule_is_doc_type(struct str doc_type)
{
    return kind_find(doc_type) != NULL;
}

static const struct rule_party *first_main(const struct rule_party *party, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!party[i].is_cc && party[i].is_known && party[i].relation.is != ORG_SELF)
            return &party[i];
    return NULL;
}

const char *rule_direction(struct str doc_type, const struct rule_party *party, size_t n)
{
    const struct kind *k = kind_find(doc_type);
    const struct rule_party *to = first_main(party, n);
    int by_party = !to                                     ? 0
                   : to->relation.is == ORG_SUPERIOR       ? UP
                   : to->relation.is == ORG_SUBORDINATE    ? DOWN
                                                           : LATERAL;
    int d = k ? k->directions : DOWN;
    if (by_party & d)
        d = by_party;
    return d & DOWN ? "down" : d & UP ? "up" : d & LATERAL ? "lateral" : "public";
}

/* --- document numbers ---------------------------------------------------------------------------- */

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

bool rule_is_number(struct str s)
{
    size_t i = 0, mark = 0, digits = 0;
    uint32_t c = 0, first = 0;
    while (i < s.n) {
        c = utf8_next(s, &i);
        if (c == 0x3014)
            break;
        bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_digit(c);
        if (++mark > 16 || (!is_letter && !utf8_is_han(c)))
            return false;
    }
    if (mark == 0 || c != 0x3014)
        return false;
    struct str year = str_sub(s, i, 4), rest = str_sub(s, i + year.n, s.n);
    bool century = str_starts(year, STR("19")) || str_starts(year, STR("20"));
    if (year.n != 4 || !century || !is_digit((uint32_t)year.p[2]) || !is_digit((uint32_t)year.p[3]))
        return false;
    if (!str_starts(rest, STR("〕")) || !str_ends(rest, STR("号")))
        return false;
    rest = str_sub(rest, 3, rest.n - 6);
    for (size_t k = 0; k < rest.n; k++, digits++) {
        if (!is_digit((uint32_t)rest.p[k]))
            return false;
        first = k == 0 ? (uint32_t)rest.p[0] : first;
    }
    return digits >= 1 && digits <= 5 && first != '0';
}

/* --- helpers --------------------------------------------------------------------------------------- */

struct judge {
    struct arena *a;
    const struct rule_facts *f;
    const struct kind *kind;
    const char *direction;
    struct findings *out;
};

static void add(struct judge *j, const char *rule, bool is_error, const char *code,
                const char *field, struct str arg)
{
    if (j->out->n == sizeof j->out->p / sizeof *j->out->p)
        return;
    j->out->p[j->out->n++] = (struct finding){
        rule, is_error, code, field, arg.p ? arena_strndup(j->a, arg.p, arg.n) : NULL
    };
}
static void error(struct judge *j, const char *rule, const char *code, const char *field,
                  struct str arg)
{
    add(j, rule, true, code, field, arg);
}
static void warn(struct judge *j, const char *rule, const char *code, const char *field,
                 struct str arg)
{
    add(j, rule, false, code, field, arg);
}

static bool has(struct str s, const char *words)
{
    return str_find(s, str_of(words), 0) >= 0;
}
static bool has_any(struct str s, const char *const *words)
{
    for (; *words; words++)
        if (has(s, *words))
            return true;
    return false;
}
static bool body_has_any(const struct judge *j, const char *const *words)
{
    for (size_t i = 0; i < j->f->body.n; i++)
        if (has_any(j->f->body.p[i].text, words))
            return true;
    return false;
}
static bool is_up(const struct judge *j)
{
    return strcmp(j->direction, "up") == 0;
}
static bool is_type(const struct judge *j, const char *type)
{
    return str_is(j->f->doc_type, type);
}
static bool is_party(const struct judge *j, int64_t unit_id)
{
    for (size_t i = 0; i < j->f->party_n; i++)
        if (j->f->party[i].unit_id == unit_id)
            return true;
    return false;
}

/* Cuts the next addressee off a wording: 、，； 和 the like part them; what stands in brackets
 * does not. */
static bool next_addressee(struct str *rest, struct str *out)
{
    size_t i = 0, depth = 0;
    if (!rest->p || rest->n == 0)
        return false;
    while (i < rest->n) {
        size_t at = i;
        uint32_t c = utf8_next(*rest, &i);
        if (c == 0xFF08 || c == '(')
            depth++;
        if ((c == 0xFF09 || c == ')') && depth)
            depth--;
        bool parts = c == 0x3001 || c == 0xFF0C || c == 0xFF1B || c == ',' || c == ';' ||
                     c == 0xFF1A || c == ':' || c == 0x3002;
        if (!parts || depth)
            continue;
        *out = str_trim(str_sub(*rest, 0, at));
        *rest = str_sub(*rest, i, rest->n);
        return true;
    }
    *out = str_trim(*rest);
    *rest = STR_NONE;
    return true;
}

static size_t count_addressees(struct str wording)
{
    struct str one;
    size_t n = 0;
    while (next_addressee(&wording, &one))
        n += one.n > 0;
    return n;
}

/* --- routing: R1 to R13 ------------------------------------------------------------------------------ */

/* Is a body of this level, between sender and addressee, among all that get it? */
static bool level_is_served(const struct judge *j, int level)
{
    for (size_t i = 0; i < j->f->party_n; i++)
        if (j->f->party[i].level == level)
            return true;
    return false;
}

static void r1_skips_level(struct judge *j)
{
    const struct rule_facts *f = j->f;
    for (size_t i = 0; i < f->party_n; i++) {
        const struct rule_party *p = &f->party[i];
        int gap = p->level - f->level;
        if (p->is_cc || (p->is_known && p->relation.is == ORG_PARALLEL))
            continue;
        if (p->is_known && p->relation.is == ORG_SUPERIOR && !p->relation.is_direct &&
            !p->relation.is_dual) {
            if (!f->direct_superior_id || is_party(j, f->direct_superior_id))
                continue;
            error(j, "R1", "doc.r1_up", "cc", f->direct_superior);
            return;
        }
        if (gap >= 2 && !level_is_served(j, p->level - 1)) {
            error(j, "R1", "doc.r1_down", "cc", p->name);
            return;
        }
    }
}

static void r2_one_addressee(struct judge *j)
{
    size_t bound = 0;
    for (size_t i = 0; i < j->f->party_n; i++)
        bound += !j->f->party[i].is_cc;
    if (is_up(j) && (bound > 1 || count_addressees(j->f->e->main_text) > 1))
        warn(j, "R2", "doc.r2", "main", STR_NONE);
}

static void r3_copy_below(struct judge *j)
{
    for (size_t i = 0; is_up(j) && i < j->f->party_n; i++) {
        const struct rule_party *p = &j->f->party[i];
        if (p->is_cc && p->is_known && p->relation.is == ORG_SUBORDINATE) {
            error(j, "R3", "doc.r3", "cc", p->name);
            return;
        }
    }
}

/* A request speaks of one matter: several asking headings, or a title that lists. */
static void r4_one_matter(struct judge *j)
{
    static const char *const asks[] = { "请求", "申请", "恳请", "请示", NULL };
    static const char *const tails[] = { "事项", "问题", "项目", "工作", NULL };
    size_t n = 0;
    if (!is_type(j, "请示"))
        return;
    for (size_t i = 0; i < j->f->body.n; i++)
        n += str_is(j->f->body.p[i].kind, "h1") && has_any(j->f->body.p[i].text, asks);
    ptrdiff_t etc = str_find(j->f->e->title, STR("等"), 0);
    bool lists = etc >= 0 && has_any(str_sub(j->f->e->title, (size_t)etc, 60), tails);
    if (n > 1 || lists)
        warn(j, "R4", "doc.r4", "body", STR_NONE);
}

static void r5_request_wording(struct judge *j)
{
    static const char *const words[] = { "请批示", "请批复", "请审批", "请予审批", "请予批准",
                                         "请予批复", "妥否", "当否", "恳请批准", "请批准", NULL };
    bool may_ask = is_type(j, "请示") || is_type(j, "函") || is_type(j, "议案");
    if (!may_ask && body_has_any(j, words))
        warn(j, "R5", "doc.r5", "body", j->f->doc_type);
}

static void r6_addressed_to_person(struct judge *j)
{
    static const char *const titles[] = { "书记", "市长", "县长", "区长", "省长", "镇长", "乡长",
                                          "局长", "厅长", "部长", "主任", "秘书长", "主席", "常委",
                                          "同志", "厅长", "处长", "科长", "领导", NULL };
    struct str rest = j->f->e->main_text, one;
    if (j->f->e->is_assigned)
        return;
    while (next_addressee(&rest, &one))
        for (size_t i = 0; titles[i]; i++)
            if (str_ends(one, str_of(titles[i]))) {
                error(j, "R6", "doc.r6", "main", one);
                return;
            }
}

static bool names_body(struct str s)
{
    return str_ends(s, STR("人民政府")) || str_ends(s, STR("党委")) || str_ends(s, STR("委员会")) ||
           str_ends(s, STR("县委")) || str_ends(s, STR("区委")) || str_ends(s, STR("市委")) ||
           str_ends(s, STR("（市、区）委"));
}

static bool is_body_kind(struct str kind)
{
    return str_is(kind, "committee") || str_is(kind, "government") || str_is(kind, "npc") ||
           str_is(kind, "cppcc") || str_is(kind, "office") || str_is(kind, "discipline");
}

/* A department gives no orders to a lower committee or government; to its office it may write. */
static void r7_department_downward(struct judge *j)
{
    static const char *const consent[] = { "经市人民政府同意", "经市政府同意", "经县人民政府同意",
                                           "经县政府同意", "经区人民政府同意", "经区政府同意",
                                           "经市委同意", "经县委同意", "经区委同意", "经人民政府同意",
                                           "经党委、政府同意", "经市委、市政府同意", NULL };
    struct str rest = j->f->e->main_text, one;
    bool below = false;
    if (is_body_kind(j->f->agency_kind) || is_type(j, "函"))
        return;
    for (size_t i = 0; i < j->f->party_n; i++) {
        const struct rule_party *p = &j->f->party[i];
        below |= !p->is_cc && p->is_known && p->relation.to_speaks && p->level > j->f->level;
    }
    while (below && next_addressee(&rest, &one))
        if (names_body(one) && !body_has_any(j, consent)) {
            error(j, "R7", "doc.r7", "main", one);
            return;
        }
}

static void r8_countersigned(struct judge *j)
{
    const struct rule_facts *f = j->f;
    if (f->stage < STAGE_REVIEW || is_up(j))
        return;
    for (size_t i = 0; i < f->e->involved_units.n; i++) {
        bool answered = false;
        for (size_t k = 0; k < f->answered_n; k++)
            answered |= f->answered[k] == f->e->involved_units.p[i];
        if (!answered) {
            error(j, "R8", "doc.r8", "involved_units", STR_NONE);
            return;
        }
    }
}

static void r9_section_outward(struct judge *j)
{
    if (!j->f->is_section || j->f->is_office)
        return;
    for (size_t i = 0; i < j->f->party_n; i++)
        if (!j->f->party[i].is_known || j->f->party[i].relation.is != ORG_SELF) {
            error(j, "R9", "doc.r9", "main", j->f->agency_name);
            return;
        }
}

/* A committee, congress, government or consultative conference stands above its departments. */
static bool leads_area(struct str kind)
{
    return str_is(kind, "committee") || str_is(kind, "government") || str_is(kind, "npc") ||
           str_is(kind, "cppcc");
}

bool rule_are_peers(int level, struct str kind, int other_level, struct str other_kind)
{
    return level == other_level && leads_area(kind) == leads_area(other_kind);
}

static void r10_joint_level(struct judge *j)
{
    const struct rule_facts *f = j->f;
    for (size_t i = 0; i < f->joint_n; i++)
        if (!rule_are_peers(f->level, f->agency_kind, f->joint[i].level, f->joint[i].kind)) {
            error(j, "R10", "doc.r10", "joint", f->joint[i].name);
            return;
        }
}

static void r11_forwards_without_opinion(struct judge *j)
{
    static const char *const opinions[] = { "我们认为", "我市认为", "经研究", "经审核", "经审查",
                                            "拟同意", "意见如下", "建议", "现提出如下", NULL };
    static const char *const forwards[] = { "转报", "转呈", "转发", NULL };
    bool does = j->f->forwards_request || has_any(j->f->e->title, forwards);
    if (is_up(j) && does && !body_has_any(j, opinions))
        warn(j, "R11", "doc.r11", "body", STR_NONE);
}

static void r12_dual_leadership(struct judge *j)
{
    if (is_up(j) && j->f->other_superior_id && !is_party(j, j->f->other_superior_id))
        warn(j, "R12", "doc.r12", "cc", j->f->other_superior);
    else if (is_up(j) && j->f->other_superior_id && j->f->direct_superior_id &&
             !is_party(j, j->f->direct_superior_id))
        warn(j, "R12", "doc.r12", "cc", j->f->direct_superior);
}

static void r13_important_downward(struct judge *j)
{
    bool is_down = strcmp(j->direction, "down") == 0;
    bool important = j->f->e->is_important || is_type(j, "命令") || is_type(j, "决议");
    if (is_down && important && j->f->direct_superior_id && !is_party(j, j->f->direct_superior_id))
        warn(j, "R13", "doc.r13", "cc", j->f->direct_superior);
}

/* --- elements: E1 to E6 -------------------------------------------------------------------------------- */

static void e1_classification(struct judge *j)
{
    struct str c = j->f->e->classification;
    if (c.n && !str_is(c, "非密") && !str_is(c, "none"))
        error(j, "E1", "doc.e1", "classification", STR_NONE);
}

static void e2_urgency(struct judge *j)
{
    struct str u = j->f->e->urgency;
    for (const char *const *w = doc_urgencies; *w; w++)
        if (u.n == 0 || str_is(u, *w))
            return;
    error(j, "E2", "doc.e2", "urgency", STR_NONE);
}

/* Every body's head signs the text before the lead body numbers it (OFFICE D2, STANDARDS E3). */
static void e3_joint(struct judge *j)
{
    const struct rule_facts *f = j->f;
    for (size_t i = 0; f->stage >= STAGE_NUMBER && i < f->joint_n; i++)
        if (!f->joint[i].has_signed) {
            error(j, "E3", "doc.e3_joint", "joint", f->joint[i].name);
            return;
        }
}

static void e3_signer(struct judge *j)
{
    if (j->f->stage >= STAGE_NUMBER && (is_up(j) || j->f->joint_n) && j->f->signer.n == 0)
        error(j, "E3", "doc.e3", "signer", STR_NONE);
}

/* The date of a document is the day of adoption or of signing, never a later one. */
static void e4_date(struct judge *j)
{
    const struct rule_facts *f = j->f;
    if (f->stage >= STAGE_NUMBER && f->signed_on.n == 0)
        error(j, "E4", "doc.e4_missing", "signed_on", STR_NONE);
    else if (f->signed_on.n && f->today.n && str_cmp(f->signed_on, f->today) > 0)
        error(j, "E4", "doc.e4_later", "signed_on", f->signed_on);
    else if (f->e->adopted_on.n && f->today.n && str_cmp(f->e->adopted_on, f->today) > 0)
        error(j, "E4", "doc.e4_later", "adopted_on", f->e->adopted_on);
}

/* What is checked of the seal today: the signature names the body whose seal will stand there. */
static void e5_signature(struct judge *j)
{
    const struct rule_facts *f = j->f;
    struct str s = f->e->signature;
    if (s.n && f->joint_n == 0 && !str_eq(s, f->agency_name))
        error(j, "E5", "doc.e5", "signature", f->agency_name);
    for (size_t i = 0; s.n && f->joint_n && i <= f->joint_n; i++) {
        struct str name = i ? f->joint[i - 1].name : f->agency_name;
        if (str_find(s, name, 0) >= 0)
            continue;
        error(j, "E5", "doc.e5_joint", "signature", name);
        return;
    }
}

static bool ends_with_kind(struct str title, struct str type)
{
    if (str_is(type, "命令"))
        return str_ends(title, STR("令"));
    return type.n && str_ends(title, type);
}

static void e6_title(struct judge *j)
{
    static const char *const marks[] = { "。", "！", "？", "；", "，", "、", "：", "…", ".", ";",
                                         ",", "!", "?", NULL };
    struct str t = j->f->e->title;
    if (t.n == 0) {
        error(j, "E6", "doc.e6_missing", "title", STR_NONE);
        return;
    }
    for (size_t i = 0; marks[i]; i++)
        if (str_ends(t, str_of(marks[i]))) {
            error(j, "E6", "doc.e6_mark", "title", STR_NONE);
            return;
        }
    if (!ends_with_kind(t, j->f->doc_type))
        error(j, "E6", "doc.e6_kind", "title", j->f->doc_type);
    else if (j->f->agency_name.n && !has(t, arena_strndup(j->a, j->f->agency_name.p,
                                                          j->f->agency_name.n)))
        warn(j, "E6.issuer", "doc.e6_issuer", "title", j->f->agency_name);
}

/* --- who may issue what -------------------------------------------------------------------------------- */

static bool is_listed(struct str list, struct str word)
{
    struct str one;
    while (str_cut(&list, ',', &one))
        if (str_eq(str_trim(one), word))
            return true;
    return false;
}

static void k_issuer(struct judge *j)
{
    const struct rule_facts *f = j->f;
    if (!j->kind) {
        error(j, "K1", "doc.k1_unknown", "doc_type", f->doc_type);
        return;
    }
    if (f->doc_types.n && !is_listed(f->doc_types, f->doc_type))
        error(j, "K1", "doc.k1_not_listed", "doc_type", f->doc_type);
    if (is_type(j, "议案") && !str_is(f->agency_kind, "government"))
        error(j, "K1", "doc.k1_motion", "doc_type", STR_NONE);
    if (is_type(j, "命令") && !str_is(f->agency_kind, "government"))
        error(j, "K1", "doc.k1_order", "doc_type", STR_NONE);
    if (is_type(j, "决议") && (f->e->adopted_by.n == 0 || f->e->adopted_on.n == 0))
        error(j, "K1", "doc.k1_resolution", "adopted_by", STR_NONE);
}

/* 函 between bodies without subordination; 请示 to a superior; 批复 to who asked from below. */
static void k_relation(struct judge *j)
{
    const struct rule_party *to = first_main(j->f->party, j->f->party_n);
    if (!to)
        return;
    if (is_type(j, "请示") && to->relation.is != ORG_SUPERIOR)
        error(j, "K2", "doc.k2_request", "main", to->name);
    if (is_type(j, "批复") && to->relation.is != ORG_SUBORDINATE)
        error(j, "K2", "doc.k2_reply", "main", to->name);
    if (is_type(j, "报告") && to->relation.is != ORG_SUPERIOR)
        error(j, "K2", "doc.k2_report", "main", to->name);
}

/* --- OFFICE D5, D6 --------------------------------------------------------------------------------------- */

static const char *const to_village[] = { "村", "社区", NULL };
static const char *const to_town[] = { "乡", "镇", "街道", "村", "社区", NULL };

static int deepest_of(const struct rule_facts *f)
{
    int deepest = 0;
    for (size_t i = 0; i < f->party_n; i++)
        deepest = f->party[i].level > deepest ? f->party[i].level : deepest;
    return deepest;
}

static void d5_scope(struct judge *j)
{
    int deepest = deepest_of(j->f);
    int own_reach = j->f->level + 1; /* its own level below needs no leave */
    struct str scope = j->f->e->distribution_scope;
    if (deepest == 3 && own_reach < 3 && !has_any(scope, to_village))
        warn(j, "D5", "doc.d5_village", "distribution_scope", STR_NONE);
    else if (deepest == 2 && own_reach < 2 && !has_any(scope, to_town))
        warn(j, "D5", "doc.d5_town", "distribution_scope", STR_NONE);
}

/* Who forwards does not widen the scope without the issuer's consent: the reason says that it is there. */
static void d5_widened(struct judge *j)
{
    struct str scope = j->f->forwards_scope;
    int reach = has_any(scope, to_village) ? 3 : has_any(scope, to_town) ? 2 : 1;
    if (scope.n && deepest_of(j->f) > reach)
        warn(j, "D5.widen", "doc.d5_widen", "main", scope);
}

static bool review_is_on_record(const struct doc_elements *e, const char *kind)
{
    const struct doc_review *r = e->reviews.p;
    for (size_t i = 0; i < e->reviews.n; i++)
        if (str_is(r[i].kind, kind) && r[i].on.n)
            return true;
    return false;
}

static void d6_elements(struct judge *j)
{
    const struct doc_elements *e = j->f->e;
    if (j->f->is_government && e->disclosure.n == 0)
        error(j, "D6", "doc.d6_disclosure", "disclosure", STR_NONE);
    if (str_is(e->disclosure, "none") && e->disclosure_reason.n == 0)
        error(j, "D6", "doc.d6_reason", "disclosure_reason", STR_NONE);
    if (is_type(j, "请示") && (e->contact.n == 0 || e->phone.n == 0))
        warn(j, "D6.contact", "doc.d6_contact", "contact", STR_NONE);
    if (is_type(j, "批复") && e->links.n == 0 && e->basis.n == 0)
        warn(j, "D6.basis", "doc.d6_basis", "basis", STR_NONE);
    if (!e->is_normative || j->f->stage < STAGE_SIGN)
        return;
    if (!review_is_on_record(e, "legality") || !review_is_on_record(e, "fair_competition") ||
        !review_is_on_record(e, "collective"))
        error(j, "D6.normative", "doc.d6_normative", "reviews", STR_NONE);
}

static void m_text(struct judge *j)
{
    size_t n = 0;
    for (size_t i = 0; i < j->f->body.n; i++)
        n += str_trim(j->f->body.p[i].text).n > 0;
    if (n == 0)
        error(j, "M1", "doc.m1_body", "body", STR_NONE);
    if (j->kind && j->kind->needs_addressee && j->f->e->main_text.n == 0)
        error(j, "M2", "doc.m2_main", "main", STR_NONE);
}

void rules_find(struct arena *a, const struct rule_facts *f, struct findings *out)
{
    static void (*const rules[])(struct judge *) = {
        k_issuer,          k_relation,       m_text,
        r1_skips_level,    r2_one_addressee, r3_copy_below,
        r4_one_matter,     r5_request_wording, r6_addressed_to_person,
        r7_department_downward, r8_countersigned, r9_section_outward,
        r10_joint_level,   r11_forwards_without_opinion, r12_dual_leadership,
        r13_important_downward, e1_classification, e2_urgency,
        e3_signer, e3_joint,         e4_date,          e5_signature,
        e6_title,          d5_scope,         d5_widened,
        d6_elements,
    };
    struct judge j = { a, f, kind_find(f->doc_type),
                       rule_direction(f->doc_type, f->party, f->party_n), out };
    out->n = 0;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        rules[i](&j);
}
