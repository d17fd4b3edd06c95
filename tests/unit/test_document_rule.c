/* document/rule, document/diff, secret/secret: each rule with a case that breaks it and one that does
 * not (STANDARDS §1, §3; OFFICE D5, D6, D9). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "secret/secret.h"
#include "document/document_diff.h"
#include "document/document_reply.h"
#include "document/document_rule.h"

#include <cmocka.h> /* after ours: it calls a macro fail */

static struct arena *a;

static int set_up(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}
static int tear_down(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

/* --- the case: a notice of the city government to the counties, without fault ------------------------ */

struct the_case {
    struct rule_facts f;
    struct doc_elements e;
    struct rule_party party[6];
    const char *lines[8];
    struct rule_body joint[2];
    int64_t involved[1], answered[1];
    struct doc_review reviews[3];
    struct doc_link links[1];
};

static struct rule_party party(int64_t id, int level, enum org_direction is, bool is_direct)
{
    return (struct rule_party){ .unit_id = id, .name = STR("某单位"), .level = level, .is_known = true,
                                .relation = { .is = is, .is_direct = is_direct, .levels = level } };
}

static void good(struct the_case *c)
{
    *c = (struct the_case){ .lines = { "各地要立即行动。" } };
    c->e = (struct doc_elements){
        .title = STR("常德市人民政府关于防汛的通知"), .urgency = STR("normal"), .disclosure = STR("active"),
        .main_text = STR("各区县（市）人民政府，市直各单位"), .contact = STR("温晓川"), .phone = STR("7780000"),
    };
    c->party[0] = party(11, 1, ORG_SUBORDINATE, true);
    c->f = (struct rule_facts){ .stage = STAGE_NUMBER, .doc_type = STR("通知"), .agency_kind = STR("government"),
                                .agency_name = STR("常德市人民政府"), .is_government = true, .party_n = 1,
                                .signer = STR("章启航"), .signed_on = STR("2026-07-01"), .today = STR("2026-07-01") };
}

/* A request of the city upward to the province (its superior: unit 1). */
static void upward(struct the_case *c)
{
    good(c);
    c->f.level = 1;
    c->f.doc_type = STR("请示");
    c->e.title = STR("津市市人民政府关于防汛资金的请示");
    c->f.agency_name = STR("津市市人民政府");
    c->e.main_text = STR("常德市人民政府");
    c->party[0] = party(1, 0, ORG_SUPERIOR, true);
    c->f.direct_superior_id = 1;
    c->f.direct_superior = STR("常德市人民政府办公室");
}

static bool finds(struct the_case *c, const char *rule, bool *is_error)
{
    struct paragraph *p = arena_array_of(a, struct paragraph, 8);
    struct findings out;
    size_t n = 0;
    for (; n < 8 && c->lines[n]; n++) {
        struct str s = str_of(c->lines[n]);
        bool is_heading = s.p[0] == '#';
        p[n] = (struct paragraph){ is_heading ? STR("h1") : STR("p"), is_heading ? str_sub(s, 1, s.n) : s };
    }
    c->f.body = (struct paragraphs){ p, n };
    c->f.e = &c->e;
    c->f.party = c->party;
    c->f.joint = c->joint;
    c->f.answered = c->answered;
    rules_find(a, &c->f, &out);
    for (size_t i = 0; i < out.n; i++)
        if (strcmp(out.p[i].rule, rule) == 0) {
            *is_error = out.p[i].is_error;
            return true;
        }
    return false;
}

#define BREAKS(rule, level)                                                                        \
    do {                                                                                           \
        bool is_error_ = false;                                                                    \
        if (!finds(&c, rule, &is_error_))                                                          \
            fail_msg("%s was not found (line %d)", rule, __LINE__);                                \
        assert_int_equal(is_error_, strcmp(level, "error") == 0);                                  \
    } while (0)
#define KEEPS(rule)                                                                                \
    do {                                                                                           \
        bool is_error_;                                                                            \
        if (finds(&c, rule, &is_error_))                                                           \
            fail_msg("%s was found (line %d)", rule, __LINE__);                                    \
    } while (0)

static void a_good_document_has_no_finding(void **state)
{
    struct the_case c;
    struct findings out;
    bool unused;
    (void)state;
    good(&c);
    (void)finds(&c, "", &unused); /* fills the facts */
    rules_find(a, &c.f, &out);
    assert_int_equal(out.n, 0);
    upward(&c);
    (void)finds(&c, "", &unused); /* the same */
    rules_find(a, &c.f, &out);
    assert_int_equal(out.n, 0);
}

static void r1_no_level_is_skipped(void **state)
{
    struct the_case c;
    (void)state;
    upward(&c);
    KEEPS("R1");
    c.party[0] = party(9, 0, ORG_SUPERIOR, false); /* past unit 1 */
    BREAKS("R1", "error");
    c.party[1] = party(1, 0, ORG_SUPERIOR, true);
    c.party[1].is_cc = true;
    c.f.party_n = 2;
    KEEPS("R1");
    good(&c);
    c.party[0] = party(21, 2, ORG_SUBORDINATE, false); /* towns without their counties */
    BREAKS("R1", "error");
    c.party[1] = party(11, 1, ORG_SUBORDINATE, true);
    c.f.party_n = 2;
    KEEPS("R1");
}

static void r2_one_main_recipient_upward(void **state)
{
    struct the_case c;
    (void)state;
    upward(&c);
    KEEPS("R2");
    c.e.main_text = STR("常德市人民政府，常德市财政局");
    BREAKS("R2", "warn");
    c.e.main_text = STR("常德市人民政府（办公室，文书科）"); /* what stands in brackets parts nothing */
    KEEPS("R2");
    good(&c); /* downward there may be many */
    KEEPS("R2");
}

static void r3_no_copy_below(void **state)
{
    struct the_case c;
    (void)state;
    upward(&c);
    c.party[1] = party(30, 2, ORG_PARALLEL, true);
    c.party[1].is_cc = true;
    c.f.party_n = 2;
    KEEPS("R3");
    c.party[1].relation.is = ORG_SUBORDINATE;
    BREAKS("R3", "error");
}

static void r4_one_matter(void **state)
{
    struct the_case c;
    (void)state;
    upward(&c);
    c.lines[0] = "#一、请求安排资金";
    KEEPS("R4");
    c.lines[1] = "#二、申请增加编制";
    BREAKS("R4", "warn");
    c.lines[1] = NULL;
    c.e.title = STR("津市市人民政府关于防汛资金等事项的请示");
    BREAKS("R4", "warn");
}

static void r5_request_in_another_kind(void **state)
{
    struct the_case c;
    (void)state;
    upward(&c);
    c.f.doc_type = STR("报告");
    c.e.title = STR("津市市人民政府关于防汛的报告");
    KEEPS("R5");
    c.lines[0] = "以上情况，请予批准。";
    BREAKS("R5", "warn");
    c.f.doc_type = STR("请示");
    KEEPS("R5");
}

static void r6_not_to_a_person(void **state)
{
    struct the_case c;
    (void)state;
    upward(&c);
    c.e.main_text = STR("章启航市长");
    BREAKS("R6", "error");
    c.e.is_assigned = true;
    KEEPS("R6");
    c.e.is_assigned = false;
    c.e.main_text = STR("市人大常委会办公室");
    KEEPS("R6");
}

static void r7_department_to_lower_government(void **state)
{
    struct the_case c;
    (void)state;
    good(&c);
    c.f.agency_kind = STR("department");
    c.party[0] = party(11, 1, ORG_PARALLEL, false);
    c.party[0].relation.to_speaks = true;
    c.e.main_text = STR("各区县（市）人民政府");
    BREAKS("R7", "error");
    c.e.main_text = STR("各区县（市）人民政府办公室");
    KEEPS("R7");
    c.e.main_text = STR("各区县（市）人民政府");
    c.lines[0] = "经市人民政府同意，现通知如下。";
    KEEPS("R7");
    c.lines[0] = "现通知如下。";
    c.f.agency_kind = STR("government");
    KEEPS("R7");
}

static void r8_powers_of_others_countersigned(void **state)
{
    struct the_case c;
    (void)state;
    good(&c);
    c.involved[0] = 77;
    c.e.involved_units = (struct ids){ c.involved, 1 };
    BREAKS("R8", "error");
    c.f.stage = STAGE_DRAFT; /* before the step where they are asked */
    KEEPS("R8");
    c.f.stage = STAGE_REVIEW;
    c.answered[0] = 77;
    c.f.answered_n = 1;
    KEEPS("R8");
}

static void r9_sections_do_not_issue(void **state)
{
    struct the_case c;
    (void)state;
    good(&c);
    c.f.is_section = true;
    BREAKS("R9", "error");
    c.f.is_office = true;
    KEEPS("R9");
    c.f.is_office = false;
    c.party[0].relation.is = ORG_SELF;
    KEEPS("R9");
}

static void r10_joint_issue_of_one_level(void **state)
{
    struct the_case c;
    (void)state;
    good(&c);
    c.f.joint_n = 1;
    c.joint[0] = (struct rule_body){ .name = STR("中共常德市委"), .kind = STR("committee"), .has_signed = true };
    KEEPS("R10");
    c.joint[0].level = 1;
    BREAKS("R10", "error");
    c.joint[0].level = 0;
    c.joint[0].kind = STR("department"); /* of the city too, but no peer of its government */
    BREAKS("R10", "error");
    c.f.agency_kind = STR("office");
    KEEPS("R10");
}

static void e3_every_head_of_a_joint_issue_signs(void **state)
{
    struct the_case c;
    (void)state;
    good(&c);
    c.f.agency_kind = STR("office");
    c.f.joint_n = 2;
    for (int i = 0; i < 2; i++)
        c.joint[i] = (struct rule_body){ .name = i ? STR("常德市应急管理局") : STR("常德市水利局"),
                                         .kind = STR("department"), .has_signed = true };
    KEEPS("E3");
    c.joint[1].has_signed = false;
    BREAKS("E3", "error");
    c.f.stage = STAGE_SIGN; /* they sign after the lead's head */
    KEEPS("E3");
    c.f.joint_n = 1;
    c.f.stage = STAGE_NUMBER;
    KEEPS("E3");
    c.f.signer = STR("");
    BREAKS("E3", "error");
}

static void e5_signature_names_all_bodies_of_a_joint_issue(void **state)
{
    struct the_case c;
    (void)state;
    good(&c);
    c.f.joint_n = 1;
    c.joint[0] = (struct rule_body){ .name = STR("中共常德市委"), .kind = STR("committee"), .has_signed = true };
    KEEPS("E5");
    c.e.signature = STR("常德市人民政府");
    BREAKS("E5", "error");
    c.e.signature = STR("常德市人民政府、中共常德市委");
    KEEPS("E5");
}

static void r11_own_opinion_when_passing_on(void **state)
{
    struct the_case c;
    (void)state;
    upward(&c);
    KEEPS("R11");
    c.f.forwards_request = true;
    BREAKS("R11", "warn");
    c.lines[0] = "经研究，我市拟同意，现转报。";
    KEEPS("R11");
}

static void r12_r13_superiors_are_copied(void **state)
{
    struct the_case c;
    (void)state;
    upward(&c);
    c.f.other_superior_id = 5;
    BREAKS("R12", "warn");
    c.party[1] = party(5, 0, ORG_SUPERIOR, true);
    c.party[1].is_cc = true;
    c.f.party_n = 2;
    KEEPS("R12");
    good(&c);
    c.f.direct_superior_id = 5;
    KEEPS("R13");
    c.e.is_important = true;
    BREAKS("R13", "warn");
    c.party[1] = party(5, 0, ORG_SUPERIOR, true);
    c.f.party_n = 2;
    KEEPS("R13");
}

static void elements(void **state)
{
    struct the_case c;
    (void)state;
    good(&c);
    c.e.classification = STR("秘密");
    BREAKS("E1", "error");
    c.e.classification = STR("非密");
    KEEPS("E1");
    c.e.urgency = STR("特提");
    BREAKS("E2", "error");
    c.e.urgency = STR("critical");
    KEEPS("E2");
    upward(&c);
    c.f.signer = STR_NONE;
    BREAKS("E3", "error");
    c.f.stage = STAGE_DRAFT;
    KEEPS("E3");
    good(&c);
    c.f.signed_on = STR("2026-07-02");
    BREAKS("E4", "error");
    c.f.signed_on = STR_NONE;
    BREAKS("E4", "error");
    c.f.signed_on = STR("2026-06-30");
    KEEPS("E4");
    c.e.signature = STR("常德市财政局");
    BREAKS("E5", "error");
    c.e.signature = STR("常德市人民政府");
    KEEPS("E5");
}

static void title(void **state)
{
    static const struct {
        const char *title, *rule; /* rule NULL: without fault */
    } cases[] = {
        { "常德市人民政府关于防汛的通知", NULL },  { "常德市人民政府关于防汛的通知。", "E6" },
        { "常德市人民政府关于防汛的意见", "E6" },  { "", "E6" },
        { "关于防汛的通知", "E6.issuer" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct the_case c;
        good(&c);
        c.e.title = str_of(cases[i].title);
        if (cases[i].rule)
            BREAKS(cases[i].rule, strcmp(cases[i].rule, "E6") == 0 ? "error" : "warn");
        else
            KEEPS("E6");
    }
}

static void who_may_issue_what(void **state)
{
    struct the_case c;
    (void)state;
    good(&c);
    c.f.doc_types = STR("意见,通知");
    KEEPS("K1");
    c.f.doc_types = STR("意见,函");
    BREAKS("K1", "error");
    good(&c);
    c.f.doc_type = STR("命令");
    c.e.title = STR("常德市人民政府令");
    KEEPS("K1");
    c.f.agency_kind = STR("department");
    BREAKS("K1", "error");
    c.f.doc_type = STR("议案");
    BREAKS("K1", "error");
    good(&c);
    c.f.doc_type = STR("决议");
    BREAKS("K1", "error");
    c.e.adopted_by = STR("市九届人大常委会第三次会议");
    c.e.adopted_on = STR("2026-06-30");
    KEEPS("K1");
    upward(&c);
    KEEPS("K2");
    c.party[0].relation.is = ORG_PARALLEL; /* without subordination: 函 */
    BREAKS("K2", "error");
    c.f.doc_type = STR("函");
    KEEPS("K2");
}

static void d5_scope_past_the_county(void **state)
{
    struct the_case c;
    (void)state;
    good(&c);
    KEEPS("D5");
    c.party[1] = party(31, 3, ORG_SUBORDINATE, false);
    c.party[2] = party(21, 2, ORG_SUBORDINATE, false);
    c.f.party_n = 3;
    BREAKS("D5", "warn");
    c.e.distribution_scope = STR("发至乡镇");
    BREAKS("D5", "warn");
    c.e.distribution_scope = STR("发至村（社区）");
    KEEPS("D5");
    KEEPS("D5.widen");
    c.f.forwards_scope = STR("发至乡镇"); /* what it forwards was not for villages */
    BREAKS("D5.widen", "warn");
    c.f.party_n = 1;
    KEEPS("D5.widen");
}

static void d6_what_must_not_miss(void **state)
{
    struct the_case c;
    (void)state;
    good(&c);
    c.e.disclosure = STR_NONE;
    BREAKS("D6", "error");
    c.f.is_government = false;
    KEEPS("D6");
    c.e.disclosure = STR("none");
    BREAKS("D6", "error");
    c.e.disclosure_reason = STR("内部事务信息");
    KEEPS("D6");
    upward(&c);
    c.e.phone = STR_NONE;
    BREAKS("D6.contact", "warn");
    good(&c);
    c.e.is_normative = true;
    BREAKS("D6.normative", "error");
    c.f.stage = STAGE_REVIEW; /* demanded before signing */
    KEEPS("D6.normative");
    c.f.stage = STAGE_SIGN;
    c.reviews[0] = (struct doc_review){ STR("legality"), STR("2026-06-01"), STR_NONE };
    c.reviews[1] = (struct doc_review){ STR("fair_competition"), STR("2026-06-02"), STR_NONE };
    c.e.reviews = (struct list){ c.reviews, 2 };
    BREAKS("D6.normative", "error");
    c.reviews[2] = (struct doc_review){ STR("collective"), STR("2026-06-03"), STR_NONE };
    c.e.reviews.n = 3;
    KEEPS("D6.normative");
}

static void text_and_addressee(void **state)
{
    struct the_case c;
    (void)state;
    good(&c);
    c.lines[0] = "  ";
    BREAKS("M1", "error");
    good(&c);
    c.e.main_text = STR_NONE;
    BREAKS("M2", "error");
    c.f.doc_type = STR("公告");
    KEEPS("M2");
}

static void numbers(void **state)
{
    static const struct {
        const char *number;
        bool is_good;
    } cases[] = {
        { "常政发〔2026〕1号", true },    { "常政办函〔2026〕12345号", true }, { "X政发〔1999〕9号", true },
        { "常政发[2026]1号", false },     { "常政发〔26〕1号", false },        { "常政发〔2026〕01号", false },
        { "常政发〔2026〕第1号", false }, { "常政发〔2026〕123456号", false }, { "〔2026〕1号", false },
        { "常政发〔2126〕1号", false },   { "常政发〔2026〕号", false },       { "常政发〔2026〕1", false },
        { "常 政发〔2026〕1号", false },  { "", false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (rule_is_number(str_of(cases[i].number)) != cases[i].is_good)
            fail_msg("%s", cases[i].number);
}

static void direction(void **state)
{
    struct rule_party up = party(1, 0, ORG_SUPERIOR, true), down = party(2, 2, ORG_SUBORDINATE, true);
    struct rule_party side = party(3, 1, ORG_PARALLEL, false);
    (void)state;
    assert_string_equal(rule_direction(STR("请示"), NULL, 0), "up");
    assert_string_equal(rule_direction(STR("意见"), &up, 1), "up");
    assert_string_equal(rule_direction(STR("意见"), &down, 1), "down");
    assert_string_equal(rule_direction(STR("通知"), &side, 1), "lateral");
    assert_string_equal(rule_direction(STR("通知"), NULL, 0), "down");
    assert_string_equal(rule_direction(STR("函"), &up, 1), "lateral");
    assert_string_equal(rule_direction(STR("公告"), NULL, 0), "public");
}

/* --- differences --------------------------------------------------------------------------------------- */

static struct paragraphs lines(const char *const *text)
{
    struct paragraph *p = arena_array_of(a, struct paragraph, 64);
    size_t n = 0;
    for (; text[n]; n++)
        p[n] = (struct paragraph){ STR("p"), str_of(text[n]) };
    return (struct paragraphs){ p, n };
}

static void diff_of_paragraphs_and_words(void **state)
{
    static const char *const left[] = { "一", "各地要立即行动，落实责任。", "三", "四", NULL };
    static const char *const right[] = { "一", "各地要马上行动，落实责任。", "四", "五", NULL };
    struct diff d = diff_paragraphs(a, lines(left), lines(right));
    (void)state;
    assert_int_equal(d.n, 5);
    assert_int_equal(d.row[0].op, DIFF_SAME);
    assert_int_equal(d.row[1].op, DIFF_CHANGE);
    assert_int_equal(d.row[2].op, DIFF_DEL);
    assert_int_equal(d.row[3].op, DIFF_SAME);
    assert_int_equal(d.row[4].op, DIFF_ADD);
    assert_int_equal(d.row[1].left_n, 3);
    assert_true(str_is(d.row[1].left_piece[1].text, "立即"));
    assert_true(str_is(d.row[1].right_piece[1].text, "马上"));
    assert_false(diff_is_mechanical(&d));
}

/* Whatever is compared: the rows, read on one side, are the text of that side again. */
static void diff_keeps_both_sides(void **state)
{
    unsigned seed = 7;
    (void)state;
    for (int round = 0; round < 300; round++) {
        struct paragraphs side[2];
        for (int s = 0; s < 2; s++) {
            side[s] = (struct paragraphs){ arena_array_of(a, struct paragraph, 12), 0 };
            for (seed = seed * 1103515245u + 12345u; side[s].n < (seed >> 16) % 12; side[s].n++) {
                unsigned word = (seed >> (side[s].n + 3)) % 4;
                side[s].p[side[s].n] = (struct paragraph){ STR("p"), str_printf(a, "段落%u内容%u", word, word * 7) };
            }
        }
        struct diff d = diff_paragraphs(a, side[0], side[1]);
        size_t at[2] = { 0, 0 };
        for (size_t i = 0; i < d.n; i++) {
            if (d.row[i].left.p)
                assert_true(str_eq(d.row[i].left, side[0].p[at[0]++].text));
            if (d.row[i].right.p)
                assert_true(str_eq(d.row[i].right, side[1].p[at[1]++].text));
        }
        assert_int_equal(at[0], side[0].n);
        assert_int_equal(at[1], side[1].n);
    }
}

static void slips_and_substance(void **state)
{
    static const char *const old[] = { "拨付资金100万元，于七月底前完成。", NULL };
    static const struct {
        const char *text;
        bool is_mechanical;
    } cases[] = {
        { "拨付资金100万元，于七月底以前完成。", true },
        { "拨付资金200万元，于七月底前完成。", false }, /* a figure */
        { "不再拨付任何资金，各地各部门自行筹措解决，逾期不予办理，后果由各单位自行承担并追究责任。", false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const text[] = { cases[i].text, NULL };
        struct diff d = diff_paragraphs(a, lines(old), lines(text));
        assert_int_equal(diff_is_mechanical(&d), cases[i].is_mechanical);
    }
}

/* --- answers --------------------------------------------------------------------------------------------- */

static void answers_are_drafted(void **state)
{
    static const struct {
        const char *form, *came, *type, *title;
    } cases[] = {
        { "批复", "津市市人民政府关于增加防汛资金的请示", "批复", "常德市人民政府关于增加防汛资金的批复" },
        { "复函", "湖南省水利厅关于商请协助巡查的函", "函", "常德市人民政府关于商请协助巡查的复函" },
        { "转发", "湖南省人民政府关于防汛的通知", "通知", "常德市人民政府转发湖南省人民政府关于防汛的通知" },
        { "转发", "湖南省人民政府关于防汛的意见", "通知", "常德市人民政府转发湖南省人民政府关于防汛的意见的通知" },
        { "报告", "湖南省人民政府关于报送防汛情况的通知", "报告", "常德市人民政府关于报送防汛情况的报告" },
        { "复函", "征求意见稿", "函", "常德市人民政府关于征求意见稿的复函" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct letter came = { .title = str_of(cases[i].came), .number = STR("某发〔2026〕1号"),
                               .issuer = STR("某机关"), .urgency = STR("urgent") };
        struct reply r = reply_compose(a, str_of(cases[i].form), STR("常德市人民政府"), &came);
        assert_string_equal(r.doc_type, cases[i].type);
        assert_string_equal(r.e.title.p, cases[i].title);
        struct paragraphs body = body_paragraphs(a, r.e.body);
        assert_true(str_find(body.p[0].text, STR("（某发〔2026〕1号）"), 0) > 0);
        assert_int_equal(r.e.main_text.n > 0, strcmp(cases[i].form, "转发") != 0);
    }
}

/* --- secret papers -------------------------------------------------------------------------------------- */

/* As tesseract gives them: blanks between, the star as any character, brackets as any, 号 lost. */
static void secret_scans(void **state)
{
    static const struct {
        const char *head, *rule;
    } cases[] = {
        { "000012\n机 密 妇 10 年\n特急", "secret.mark" },
        { "秘密女", "secret.mark" },
        { "绝密", "secret.mark" },
        { "000012 机密★1年", "secret.mark" },
        { "秘密娘长期", "secret.mark" },
        { "机密10年特急", "secret.mark" },
        { "机密大6个月", "secret.mark" },
        { "中办发 【2026] 9号", "secret.central" },
        { "中办发[2026] 9", "secret.central" },
        { "湘办发 (2026) 12号 签发人: 某某", "secret.central" },
        { "机密文件管理办法", NULL },
        { "秘密工作者的故事", NULL },
        { "某政发 [2026] 12号", NULL },
        { "根据中办发 [2026] 9号要求", NULL },
        { "中办发 [2026] 9号文件已收悉", NULL },
        { "中办发言人", NULL },
        { "", NULL },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *rule = secret_rule_of_scan(str_of(cases[i].head), STR_NONE);
        if ((rule == NULL) != (cases[i].rule == NULL) || (rule && strcmp(rule, cases[i].rule) != 0))
            fail_msg("%s: %s", cases[i].head, rule ? rule : "none");
    }
}

static void secret_heads(void **state)
{
    static const struct {
        const char *head, *rule;
    } cases[] = {
        { "机密★10年\n某文件", "secret.mark" },
        { "000123\n绝　密\n特急", "secret.mark" },
        { "秘密*长期", "secret.mark" },
        { "中办发〔2026〕3号\n关于某事", "secret.central" },
        { " 湘办发［2026］7号 ", "secret.central" },
        { "常政发〔2026〕3号\n关于做好保密工作的通知", NULL },
        { "关于开展机密文件清查的通知", NULL },
        { "根据中办发〔2026〕3号要求，通知如下", NULL },
        { "", NULL },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *rule = secret_rule(str_of(cases[i].head), STR_NONE);
        if ((rule == NULL) != (cases[i].rule == NULL) || (rule && strcmp(rule, cases[i].rule) != 0))
            fail_msg("%s: %s", cases[i].head, rule ? rule : "nothing");
    }
    assert_string_equal(secret_rule(STR("国办密〔2026〕1号"), STR("国办密")), "secret.central");
    assert_null(secret_rule(STR("中办发〔2026〕3号"), STR("国办密")));
    assert_null(secret_classification(STR("非密")));
    assert_null(secret_classification(STR_NONE));
    assert_string_equal(secret_classification(STR("机密")), "secret.classification");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_document_has_no_finding),
        cmocka_unit_test(r1_no_level_is_skipped),
        cmocka_unit_test(r2_one_main_recipient_upward),
        cmocka_unit_test(r3_no_copy_below),
        cmocka_unit_test(r4_one_matter),
        cmocka_unit_test(r5_request_in_another_kind),
        cmocka_unit_test(r6_not_to_a_person),
        cmocka_unit_test(r7_department_to_lower_government),
        cmocka_unit_test(r8_powers_of_others_countersigned),
        cmocka_unit_test(r9_sections_do_not_issue),
        cmocka_unit_test(r10_joint_issue_of_one_level),
        cmocka_unit_test(e3_every_head_of_a_joint_issue_signs),
        cmocka_unit_test(e5_signature_names_all_bodies_of_a_joint_issue),
        cmocka_unit_test(r11_own_opinion_when_passing_on),
        cmocka_unit_test(r12_r13_superiors_are_copied),
        cmocka_unit_test(elements),
        cmocka_unit_test(title),
        cmocka_unit_test(who_may_issue_what),
        cmocka_unit_test(d5_scope_past_the_county),
        cmocka_unit_test(d6_what_must_not_miss),
        cmocka_unit_test(text_and_addressee),
        cmocka_unit_test(numbers),
        cmocka_unit_test(direction),
        cmocka_unit_test(diff_of_paragraphs_and_words),
        cmocka_unit_test(diff_keeps_both_sides),
        cmocka_unit_test(slips_and_substance),
        cmocka_unit_test(answers_are_drafted),
        cmocka_unit_test(secret_heads),
        cmocka_unit_test(secret_scans),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
