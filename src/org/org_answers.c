/* What org's reads answer, described for OpenAPI and the pages' types. The reads write these
 * members themselves, straight from their rows; tests/api/org_answers.test.mjs holds the two
 * together. */
#include "core/answer.h"
#include "org/org_tables.h"

ANSWER(org_named, ID(ALWAYS, "id", "编号", "id"), TEXT(ALWAYS, "name", "名称", "name"));
ANSWER(org_old_name, DAY(ALWAYS, "from_on", "生效日期", "from"),
       TEXT(ALWAYS, "name", "名称", "name"), TEXT(ALWAYS, "short_name", "简称", "short name"));
ANSWER(org_agency_short, ID(ALWAYS, "id", "发文机关", "agency"),
       TEXT(ALWAYS, "name", "发文机关标志", "name"), TEXT(ALWAYS, "mark", "代字", "mark"),
       TEXT(ALWAYS, "kind", "类别", "kind"));
ANSWER(org_former, ID(ALWAYS, "id", "原单位", "former unit"), TEXT(ALWAYS, "name", "名称", "name"),
       DAY(ALWAYS, "from_on", "并入日期", "merged on"));
ANSWER(org_unit_answer, ID(ALWAYS, "id", "单位", "unit"),
       ID(OR_NULL, "parent_id", "上级", "parent"), TEXT(ALWAYS, "code", "单位编码", "code"),
       TEXT(ALWAYS, "name", "名称", "name"), TEXT(ALWAYS, "short_name", "简称", "short name"),
       TEXT(ALWAYS, "kind", "类别", "kind"), TEXT(ALWAYS, "level", "层级", "level"),
       TEXT(ALWAYS, "branch", "系统", "branch"),
       NUMBER(ALWAYS, "rank_order", "排序号", "rank order"), TEXT(ALWAYS, "phone", "电话", "phone"),
       FLAG(ALWAYS, "by_paper", "仅纸质", "by paper only"),
       DAY(ALWAYS, "from_on", "成立日期", "from"), DAY(OR_NULL, "closed_on", "撤销日期", "closed"),
       FLAG(ALWAYS, "can_administer", "可以管理", "may administer"),
       ONE(OR_NULL, "other_superior", &org_named_record, "双重领导的另一上级", "second superior"),
       LIST(ALWAYS, "above", &org_named_record, "各级上级", "units above"),
       LIST(ALWAYS, "names", &org_old_name_record, "历次名称", "names over time"),
       LIST(ALWAYS, "sections", &org_named_record, "科室", "sections"),
       LIST(ALWAYS, "agencies", &org_agency_short_record, "发文机关", "agencies"),
       LIST(ALWAYS, "formers", &org_former_record, "并入的原单位", "units merged into it"),
       ONE(OR_NULL, "merged_into", &org_named_record, "并入的单位", "merged into"));

ANSWER(org_contact, TEXT(OR_NULL, "name", "联系人", "name"),
       TEXT(OR_NULL, "phone", "联系电话", "phone"));
ANSWER(org_book_row, ID(ALWAYS, "person", "人员", "person"), ID(ALWAYS, "post", "身份", "post"),
       TEXT(ALWAYS, "name", "姓名", "name"), TEXT(ALWAYS, "title", "职务", "title"),
       TEXT(ALWAYS, "grade", "职级", "grade"), ID(OR_NULL, "section_id", "科室", "section"),
       TEXT(OR_NULL, "section", "科室名称", "section"), ID(ALWAYS, "unit_id", "单位", "unit"),
       TEXT(ALWAYS, "unit", "单位名称", "unit"),
       TEXT(OR_NULL, "office_phone", "办公电话", "office phone"),
       TEXT(OR_NULL, "mobile", "手机（按权限隐去）", "mobile, masked or hidden"),
       FLAG(ALWAYS, "is_leader", "班子成员", "leadership team"),
       FLAG(ALWAYS, "is_main", "主职", "main post"),
       ONE(OR_NULL, "contact", &org_contact_record, "领导的联系人", "a leader's contact"));

ANSWER(org_person_post, ID(ALWAYS, "id", "身份", "post"), ID(ALWAYS, "unit_id", "单位", "unit"),
       TEXT(ALWAYS, "unit", "单位名称", "unit"), ID(OR_NULL, "section_id", "科室", "section"),
       TEXT(OR_NULL, "section", "科室名称", "section"), TEXT(ALWAYS, "title", "职务", "title"),
       TEXT(ALWAYS, "grade", "职级", "grade"), FLAG(ALWAYS, "is_main", "主职", "main post"),
       FLAG(ALWAYS, "is_leader", "班子成员", "leadership team"),
       DAY(ALWAYS, "from_on", "起始日期", "from"), DAY(OR_NULL, "until_on", "截止日期", "until"));
ANSWER(org_person_role, ID(ALWAYS, "id", "授权", "grant"), TEXT(ALWAYS, "role", "角色", "role"),
       ID(ALWAYS, "unit_id", "单位", "unit"), TEXT(ALWAYS, "unit", "单位名称", "unit"),
       ID(ALWAYS, "post_id", "身份", "post"), DAY(OR_NULL, "until_on", "截止日期", "until"));
ANSWER(org_person_answer, ID(ALWAYS, "id", "人员", "person"), TEXT(ALWAYS, "name", "姓名", "name"),
       TEXT(OR_NULL, "office_phone", "办公电话", "office phone"),
       FLAG(ALWAYS, "is_disabled", "已停用", "disabled"),
       LIST(ALWAYS, "posts", &org_person_post_record, "任职", "posts"),
       TEXT(OR_NULL, "mobile", "手机（按权限隐去）", "mobile, masked or hidden"),
       FLAG(ALWAYS, "is_leader", "班子成员", "leadership team"),
       FLAG(ALWAYS, "can_administer", "可以管理", "may administer"),
       TEXT(OR_NULL, "account", "账号（管理员与本人可见）", "account"),
       LIST(ALWAYS, "roles", &org_person_role_record, "角色（管理员与本人可见）", "roles"));

ANSWER(org_change_row, NUMBER(ALWAYS, "seq", "序号", "sequence"), TEXT(ALWAYS, "op", "操作", "act"),
       TEXT(ALWAYS, "actor", "经办人", "who"), AT(ALWAYS, "at", "时间", "at"),
       MEMBER(ALWAYS, "body", F_JSON, "内容", "body"));
ANSWER(org_grant_row, ID(ALWAYS, "id", "授权", "grant"), ID(ALWAYS, "post_id", "身份", "post"),
       ID(ALWAYS, "person_id", "人员", "person"), TEXT(ALWAYS, "name", "姓名", "name"),
       TEXT(ALWAYS, "title", "职务", "title"), TEXT(ALWAYS, "role", "角色", "role"),
       TEXT(ALWAYS, "role_title", "角色名称", "role in words"),
       DAY(OR_NULL, "until_on", "截止日期", "until"));
ANSWER(org_filing_row, ID(ALWAYS, "id", "备案", "filing"), ID(ALWAYS, "unit_id", "单位", "unit"),
       TEXT(ALWAYS, "unit", "单位名称", "unit"), TEXT(ALWAYS, "act", "事项", "act: grant, revoke"),
       ID(ALWAYS, "post_id", "身份", "post"), TEXT(ALWAYS, "title", "职务", "title"),
       ID(ALWAYS, "person_id", "人员", "person"), TEXT(ALWAYS, "name", "姓名", "name"),
       TEXT(ALWAYS, "role", "角色", "role"), DAY(OR_NULL, "until_on", "截止日期", "until"),
       TEXT(ALWAYS, "state", "状态", "state"), AT(ALWAYS, "asked_at", "申报时间", "asked at"),
       TEXT(ALWAYS, "asked_by", "申报人", "asked by"),
       AT(OR_NULL, "decided_at", "办结时间", "decided at"),
       TEXT(OR_NULL, "decided_by", "办结人", "decided by"),
       TEXT(OR_NULL, "reason", "退回理由", "reason"));
ANSWER(org_acting_row, ID(ALWAYS, "id", "编号", "id"),
       TEXT(ALWAYS, "kind", "种类", "backup, delegation, secretary, presiding"),
       ID(ALWAYS, "from_post", "委托身份", "from post"),
       TEXT(ALWAYS, "from_title", "职务", "title"), TEXT(ALWAYS, "from_name", "姓名", "name"),
       ID(ALWAYS, "to_post", "受托身份", "to post"), TEXT(ALWAYS, "to_title", "职务", "title"),
       TEXT(ALWAYS, "to_name", "姓名", "name"), TEXT(ALWAYS, "mode", "方式", "share, redirect"),
       TEXTS(ALWAYS, "modules", "适用模块", "modules"), DAY(ALWAYS, "from_on", "起始日期", "from"),
       DAY(OR_NULL, "until_on", "截止日期", "until"),
       TEXT(ALWAYS, "authorisation", "书面授权", "written authorisation"));
ANSWER(org_charge_row, ID(ALWAYS, "id", "分管", "charge"),
       ID(ALWAYS, "leader_post", "领导身份", "leader's post"),
       TEXT(ALWAYS, "leader", "领导", "leader"), TEXT(ALWAYS, "leader_title", "职务", "title"),
       ID(ALWAYS, "unit_id", "单位或科室", "unit or section"), TEXT(ALWAYS, "unit", "名称", "name"),
       ID(OR_NULL, "deputy_post", "联系副秘书长身份", "deputy's post"),
       TEXT(OR_NULL, "deputy", "联系副秘书长", "deputy secretary-general"),
       TEXT(OR_NULL, "deputy_title", "职务", "title"), DAY(ALWAYS, "from_on", "起始日期", "from"),
       DAY(OR_NULL, "until_on", "截止日期", "until"));
ANSWER(org_rank_list_row, ID(ALWAYS, "id", "名单", "list"), TEXT(ALWAYS, "name", "名称", "name"),
       ID(ALWAYS, "unit_id", "单位", "unit"), TEXT(ALWAYS, "unit", "单位名称", "unit"));
ANSWER(org_rank_entry, NUMBER(ALWAYS, "position", "位次", "position"),
       ID(ALWAYS, "post_id", "身份", "post"), ID(ALWAYS, "person_id", "人员", "person"),
       TEXT(ALWAYS, "name", "姓名", "name"), TEXT(ALWAYS, "title", "职务", "title"),
       TEXT(ALWAYS, "unit", "单位名称", "unit"));
ANSWER(org_rank_list_answer, ID(ALWAYS, "id", "名单", "list"), TEXT(ALWAYS, "name", "名称", "name"),
       ID(ALWAYS, "unit_id", "单位", "unit"), DAY(ALWAYS, "from_on", "起始日期", "from"),
       LIST(ALWAYS, "rows", &org_rank_entry_record, "顺序", "order"));
ANSWER(org_group_row, ID(ALWAYS, "id", "群组", "group"), TEXT(ALWAYS, "name", "名称", "name"),
       TEXT(ALWAYS, "scope", "范围", "city or unit"), ID(ALWAYS, "unit_id", "所属单位", "owner"),
       TEXT(ALWAYS, "unit", "单位名称", "unit"), NUMBER(ALWAYS, "count", "成员数", "members"),
       FLAG(ALWAYS, "is_mine", "本单位的", "own unit's"),
       FLAG(ALWAYS, "can_keep", "可以修改", "may be changed"));
ANSWER(org_group_unit, ID(ALWAYS, "id", "单位", "unit"), TEXT(ALWAYS, "name", "名称", "name"),
       TEXT(ALWAYS, "level", "层级", "level"), TEXT(ALWAYS, "branch", "系统", "branch"));
ANSWER(org_group_answer, ID(ALWAYS, "id", "群组", "group"), TEXT(ALWAYS, "name", "名称", "name"),
       TEXT(ALWAYS, "scope", "范围", "city or unit"), ID(ALWAYS, "unit_id", "所属单位", "owner"),
       FLAG(ALWAYS, "is_mine", "本单位的", "own unit's"),
       FLAG(ALWAYS, "can_keep", "可以修改", "may be changed"),
       LIST(ALWAYS, "units", &org_group_unit_record, "成员单位", "members"));
/* A table: names of the columns once, then a list of values each. */
ANSWER(org_tree_answer, TEXTS(ALWAYS, "fields", "列名", "columns"),
       MEMBER(ALWAYS, "rows", F_JSON, "各单位", "units"));

ANSWER(org_agency_next, DAY(ALWAYS, "from_on", "生效日期", "from"),
       TEXT(ALWAYS, "name", "发文机关标志", "name"),
       TEXT(ALWAYS, "signature_name", "署名", "name under the text"),
       TEXT(ALWAYS, "book_mark", "代字", "mark"));
ANSWER(org_agency_row, ID(ALWAYS, "id", "发文机关", "agency"),
       TEXT(ALWAYS, "code", "机关编码", "code"), TEXT(ALWAYS, "name", "发文机关标志", "name"),
       TEXT(ALWAYS, "signature_name", "署名", "name under the text"),
       TEXT(ALWAYS, "book_mark", "代字", "mark"), TEXT(ALWAYS, "kind", "类别", "kind"),
       TEXTS(ALWAYS, "doc_types", "可用文种", "kinds of document"),
       DAY(OR_NULL, "closed_on", "撤销日期", "closed"),
       ONE(OR_NULL, "next", &org_agency_next_record, "将启用的名称", "name to come"));

ANSWER(org_reform_line, TEXT(ALWAYS, "what", "种类", "what"),
       NUMBER(ALWAYS, "count", "数量", "how many"),
       TEXTS(ALWAYS, "names", "名称", "the first names"));
ANSWER(org_reform_grant, ID(ALWAYS, "id", "授权", "grant"), ID(ALWAYS, "post_id", "身份", "post"),
       TEXT(ALWAYS, "name", "姓名", "name"), TEXT(ALWAYS, "title", "职务", "title"),
       TEXT(ALWAYS, "role", "角色", "role"),
       TEXT(ALWAYS, "role_title", "角色名称", "role in words"),
       FLAG(ALWAYS, "goes", "建议随转", "goes along"));
ANSWER(org_reform_preview, TEXT(ALWAYS, "unit", "单位", "unit"),
       TEXT(ALWAYS, "into", "并入的单位", "into"), FLAG(ALWAYS, "is_new", "新单位", "a new unit"),
       DAY(ALWAYS, "on", "生效日期", "on"),
       LIST(ALWAYS, "lines", &org_reform_line_record, "将转移的内容", "what will move"),
       LIST(ALWAYS, "grants", &org_reform_grant_record, "角色", "roles"),
       TEXTS(ALWAYS, "warnings", "提醒", "warnings"),
       LIST(ALWAYS, "groups", &org_named_record, "所在群组", "groups it is in"));
ANSWER(org_reform_row, ID(ALWAYS, "id", "改革事项", "reform"),
       TEXT(ALWAYS, "kind", "方式", "merge, split"), ID(ALWAYS, "unit_id", "单位", "unit"),
       TEXT(ALWAYS, "unit", "单位名称", "unit"), ID(OR_NULL, "into_id", "并入的单位", "into"),
       TEXT(OR_NULL, "into", "并入的单位名称", "into"), DAY(ALWAYS, "on", "生效日期", "on"),
       TEXT(ALWAYS, "state", "状态", "state"),
       LIST(OR_NULL, "lines", &org_reform_line_record, "已转移的内容", "what moved"),
       NUMBER(ALWAYS, "followed", "随转事项", "matters that came along"),
       TEXT(OR_NULL, "failure", "未能执行的原因", "why it failed"),
       TEXT(OR_NULL, "asked_by", "经办人", "who"), AT(ALWAYS, "asked_at", "提交时间", "asked at"),
       AT(OR_NULL, "done_at", "完成时间", "done at"));
