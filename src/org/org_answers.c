/* What org's reads answer, described for OpenAPI and the pages' types. The reads write these
 * members themselves, straight from their rows; tests/api/org_answers.test.mjs holds the two
 * together. */
#include "org/org_tables.h"

#define MEMBER(name_, type_, zh_, en_)                                                             \
    {                                                                                              \
        .name = name_, .type = type_, .zh = zh_, .en = en_                                         \
    }
#define NESTED(name_, type_, of_, zh_, en_)                                                        \
    {                                                                                              \
        .name = name_, .type = type_, .record = of_, .zh = zh_, .en = en_                          \
    }
#define ANSWER(name, ...)                                                                          \
    static const struct field name##_fields[] = { __VA_ARGS__ };                                   \
    const struct record name##_record = { #name, 0, name##_fields,                                 \
                                          sizeof name##_fields / sizeof *name##_fields }

#define ID(name, zh, en) MEMBER(name, F_ID, zh, en)
#define TEXT(name, zh, en) MEMBER(name, F_TEXT, zh, en)
#define DAY(name, zh, en) MEMBER(name, F_DAY, zh, en)
#define AT(name, zh, en) MEMBER(name, F_MOMENT, zh, en)
#define FLAG(name, zh, en) MEMBER(name, F_BOOL, zh, en)
#define NUMBER(name, zh, en) MEMBER(name, F_I64, zh, en)

ANSWER(org_named, ID("id", "编号", "id"), TEXT("name", "名称", "name"));
ANSWER(org_old_name, DAY("from_on", "生效日期", "from"), TEXT("name", "名称", "name"),
       TEXT("short_name", "简称", "short name"));
ANSWER(org_agency_short, ID("id", "发文机关", "agency"), TEXT("name", "发文机关标志", "name"),
       TEXT("mark", "代字", "mark"), TEXT("kind", "类别", "kind"));
ANSWER(org_unit_answer, ID("id", "单位", "unit"), ID("parent_id", "上级", "parent"),
       TEXT("code", "单位编码", "code"), TEXT("name", "名称", "name"),
       TEXT("short_name", "简称", "short name"), TEXT("kind", "类别", "kind"),
       TEXT("level", "层级", "level"), TEXT("branch", "系统", "branch"),
       NUMBER("rank_order", "排序号", "rank order"), TEXT("phone", "电话", "phone"),
       FLAG("by_paper", "仅纸质", "by paper only"), DAY("from_on", "成立日期", "from"),
       DAY("closed_on", "撤销日期", "closed"), FLAG("can_administer", "可以管理", "may administer"),
       NESTED("other_superior", F_RECORD, &org_named_record, "双重领导的另一上级",
              "second superior"),
       NESTED("above", F_RECORDS, &org_named_record, "各级上级", "units above"),
       NESTED("names", F_RECORDS, &org_old_name_record, "历次名称", "names over time"),
       NESTED("sections", F_RECORDS, &org_named_record, "科室", "sections"),
       NESTED("agencies", F_RECORDS, &org_agency_short_record, "发文机关", "agencies"));

ANSWER(org_contact, TEXT("name", "联系人", "name"), TEXT("phone", "联系电话", "phone"));
ANSWER(org_book_row, ID("person", "人员", "person"), ID("post", "身份", "post"),
       TEXT("name", "姓名", "name"), TEXT("title", "职务", "title"), TEXT("grade", "职级", "grade"),
       ID("section_id", "科室", "section"), TEXT("section", "科室名称", "section"),
       ID("unit_id", "单位", "unit"), TEXT("unit", "单位名称", "unit"),
       TEXT("office_phone", "办公电话", "office phone"),
       TEXT("mobile", "手机（按权限隐去）", "mobile, masked or hidden"),
       FLAG("is_leader", "班子成员", "leadership team"), FLAG("is_main", "主职", "main post"),
       NESTED("contact", F_RECORD, &org_contact_record, "领导的联系人", "a leader's contact"));

ANSWER(org_person_post, ID("id", "身份", "post"), ID("unit_id", "单位", "unit"),
       TEXT("unit", "单位名称", "unit"), ID("section_id", "科室", "section"),
       TEXT("section", "科室名称", "section"), TEXT("title", "职务", "title"),
       TEXT("grade", "职级", "grade"), FLAG("is_main", "主职", "main post"),
       FLAG("is_leader", "班子成员", "leadership team"), DAY("from_on", "起始日期", "from"),
       DAY("until_on", "截止日期", "until"));
ANSWER(org_person_role, ID("id", "授权", "grant"), TEXT("role", "角色", "role"),
       ID("unit_id", "单位", "unit"), TEXT("unit", "单位名称", "unit"),
       ID("post_id", "身份", "post"), DAY("until_on", "截止日期", "until"));
ANSWER(org_person_answer, ID("id", "人员", "person"), TEXT("name", "姓名", "name"),
       TEXT("office_phone", "办公电话", "office phone"), FLAG("is_disabled", "已停用", "disabled"),
       NESTED("posts", F_RECORDS, &org_person_post_record, "任职", "posts"),
       TEXT("mobile", "手机（按权限隐去）", "mobile, masked or hidden"),
       FLAG("is_leader", "班子成员", "leadership team"),
       FLAG("can_administer", "可以管理", "may administer"),
       TEXT("account", "账号（管理员与本人可见）", "account"),
       NESTED("roles", F_RECORDS, &org_person_role_record, "角色（管理员与本人可见）", "roles"));

ANSWER(org_change_row, NUMBER("seq", "序号", "sequence"), TEXT("op", "操作", "act"),
       TEXT("actor", "经办人", "who"), AT("at", "时间", "at"),
       MEMBER("body", F_JSON, "内容", "body"));
ANSWER(org_grant_row, ID("id", "授权", "grant"), ID("post_id", "身份", "post"),
       ID("person_id", "人员", "person"), TEXT("name", "姓名", "name"),
       TEXT("title", "职务", "title"), TEXT("role", "角色", "role"),
       TEXT("role_title", "角色名称", "role in words"), DAY("until_on", "截止日期", "until"));
ANSWER(org_filing_row, ID("id", "备案", "filing"), ID("unit_id", "单位", "unit"),
       TEXT("unit", "单位名称", "unit"), TEXT("act", "事项", "act: grant, revoke"),
       ID("post_id", "身份", "post"), TEXT("title", "职务", "title"),
       ID("person_id", "人员", "person"), TEXT("name", "姓名", "name"),
       TEXT("role", "角色", "role"), DAY("until_on", "截止日期", "until"),
       TEXT("state", "状态", "state"), AT("asked_at", "申报时间", "asked at"),
       TEXT("asked_by", "申报人", "asked by"), AT("decided_at", "办结时间", "decided at"),
       TEXT("decided_by", "办结人", "decided by"), TEXT("reason", "退回理由", "reason"));
ANSWER(org_acting_row, ID("id", "编号", "id"),
       TEXT("kind", "种类", "backup, delegation, secretary"),
       ID("from_post", "委托身份", "from post"), TEXT("from_title", "职务", "title"),
       TEXT("from_name", "姓名", "name"), ID("to_post", "受托身份", "to post"),
       TEXT("to_title", "职务", "title"), TEXT("to_name", "姓名", "name"),
       TEXT("mode", "方式", "share, redirect"), MEMBER("modules", F_TEXTS, "适用模块", "modules"),
       DAY("from_on", "起始日期", "from"), DAY("until_on", "截止日期", "until"),
       TEXT("authorisation", "书面授权", "written authorisation"));
ANSWER(org_charge_row, ID("id", "分管", "charge"), ID("leader_post", "领导身份", "leader's post"),
       TEXT("leader", "领导", "leader"), TEXT("leader_title", "职务", "title"),
       ID("unit_id", "单位或科室", "unit or section"), TEXT("unit", "名称", "name"),
       ID("deputy_post", "联系副秘书长身份", "deputy's post"),
       TEXT("deputy", "联系副秘书长", "deputy secretary-general"),
       TEXT("deputy_title", "职务", "title"), DAY("from_on", "起始日期", "from"),
       DAY("until_on", "截止日期", "until"));
ANSWER(org_rank_list_row, ID("id", "名单", "list"), TEXT("name", "名称", "name"),
       ID("unit_id", "单位", "unit"), TEXT("unit", "单位名称", "unit"));
ANSWER(org_rank_entry, NUMBER("position", "位次", "position"), ID("post_id", "身份", "post"),
       ID("person_id", "人员", "person"), TEXT("name", "姓名", "name"),
       TEXT("title", "职务", "title"), TEXT("unit", "单位名称", "unit"));
ANSWER(org_rank_list_answer, ID("id", "名单", "list"), TEXT("name", "名称", "name"),
       ID("unit_id", "单位", "unit"), DAY("from_on", "起始日期", "from"),
       NESTED("rows", F_RECORDS, &org_rank_entry_record, "顺序", "order"));
ANSWER(org_group_row, ID("id", "群组", "group"), TEXT("name", "名称", "name"),
       TEXT("scope", "范围", "city or unit"), ID("unit_id", "所属单位", "owner"),
       TEXT("unit", "单位名称", "unit"), NUMBER("count", "成员数", "members"),
       FLAG("is_mine", "本单位的", "own unit's"));
ANSWER(org_group_unit, ID("id", "单位", "unit"), TEXT("name", "名称", "name"),
       TEXT("level", "层级", "level"), TEXT("branch", "系统", "branch"));
ANSWER(org_group_answer, ID("id", "群组", "group"), TEXT("name", "名称", "name"),
       TEXT("scope", "范围", "city or unit"), ID("unit_id", "所属单位", "owner"),
       FLAG("is_mine", "本单位的", "own unit's"),
       NESTED("units", F_RECORDS, &org_group_unit_record, "成员单位", "members"));
