/* The room's tables, and the rights its commands ask for. */
#include "org/org_tables.h"

#include "base/log.h"
#include "org/org.sql.h"

/* --- rights --- */

struct str today(const struct ctx *cx)
{
    return clock_day_text(cx->a, clock_date_of(cx->now));
}

struct str day_or_today(const struct ctx *cx, struct str on)
{
    return on.n ? on : today(cx);
}

bool is_city_admin(const struct ctx *cx)
{
    return cx->is_system || may(cx, PERM_CITY_ADMIN, 0, STR(""));
}

bool may_administer(struct ctx *cx, const struct unit_row *u)
{
    return may(cx, PERM_UNIT_ADMIN, u->home_id, u->path) || fail_not_found(cx);
}

bool load_administered(struct ctx *cx, int64_t unit_id, struct unit_row *out)
{
    return unit_load(cx, unit_id, out) && may_administer(cx, out);
}

bool is_own_unit(const struct ctx *cx, int64_t unit_id)
{
    for (size_t i = 0; cx->actor && i < cx->actor->n_posts; i++)
        if (cx->actor->posts[i].unit_id == unit_id)
            return true;
    return false;
}

bool post_load(struct ctx *cx, int64_t post_id, struct post_row *out)
{
    int found = post_find(cx, post_id, out);
    return found == 1 || (found == 0 && fail_not_found(cx));
}

bool post_is_current(const struct ctx *cx, const struct post_row *p)
{
    return str_cmp(p->from_on, today(cx)) <= 0 &&
           (!p->until_on.p || str_cmp(p->until_on, today(cx)) > 0);
}

/* --- the record --- */

struct note note_begin(struct ctx *cx)
{
    struct note n = { .b = arena_new_of(cx->a, struct buf) };
    *n.b = buf_in(cx->a);
    n.w = jw_to(n.b);
    jw_obj(&n.w);
    return n;
}

bool note_end(struct ctx *cx, struct note *n, int64_t unit_id, const char *op)
{
    const struct actor_post *post = actor_main_post(cx);
    jw_obj_end(&n->w);
    return trace_write(cx, unit_id, op, post ? post->id : 0, 0, buf_done(n->b));
}

/* --- tables --- */

static const struct command commands[] = {
    { "unit.create", POST, "/units", PERM_UNIT_ADMIN, &org_unit_create_in_record, &org_made_record,
      org_unit_create, "新建单位或科室", "Create a unit or section", CMD_CREATES, NULL },
    { "unit.change", POST, "/units/{unit_id}/change", PERM_UNIT_ADMIN, &org_unit_change_in_record,
      NULL, org_unit_change, "修改单位电话与排序", "Change a unit's telephone and order", 0, NULL },
    { "unit.rename", POST, "/units/{unit_id}/rename", PERM_UNIT_ADMIN, &org_unit_rename_in_record,
      NULL, org_unit_rename, "单位更名（按日期生效）", "Rename a unit from a day on", 0, NULL },
    { "unit.close", POST, "/units/{unit_id}/close", PERM_UNIT_ADMIN, &org_unit_close_in_record,
      NULL, org_unit_close, "撤销单位", "Close a unit", 0, NULL },
    { "unit.merge", POST, "/units/{unit_id}/merge", PERM_UNIT_ADMIN, &org_merge_in_record,
      &org_reformed_record, org_merge, "单位合并", "Merge a unit into another", CMD_CREATES, NULL },
    { "unit.split", POST, "/units/{unit_id}/split", PERM_CITY_ADMIN, &org_split_in_record,
      &org_reformed_record, org_split, "单位分设或职能划转",
      "Split a unit, or hand a part of it to another", CMD_CREATES, NULL },
    { "reform.cancel", POST, "/reforms/{reform_id}/cancel", PERM_UNIT_ADMIN, &org_reform_in_record,
      NULL, org_reform_cancel, "取消尚未生效的改革", "Call a planned reform off", 0, NULL },
    { "person.create", POST, "/people", PERM_UNIT_ADMIN, &org_person_create_in_record,
      &org_person_made_record, org_person_create, "新增人员与账号",
      "Add a person with post and account", CMD_CREATES, NULL },
    { "person.change", POST, "/people/{person_id}/change", PERM_LOGIN, &org_person_change_in_record,
      NULL, org_person_change, "修改人员信息", "Change a person's name and telephones", 0, NULL },
    { "person.disable", POST, "/people/{person_id}/disable", PERM_UNIT_ADMIN,
      &org_person_id_in_record, NULL, org_person_disable, "停用人员", "Disable a person", 0, NULL },
    { "person.enable", POST, "/people/{person_id}/enable", PERM_UNIT_ADMIN,
      &org_person_id_in_record, &org_secret_record, org_person_enable, "恢复人员",
      "Enable a disabled person again, with a new one-time secret", 0, NULL },
    { "person.reset_secret", POST, "/people/{person_id}/reset_secret", PERM_UNIT_ADMIN,
      &org_person_id_in_record, &org_secret_record, org_person_reset, "重置口令",
      "Give a new one-time secret", 0, NULL },
    { "post.create", POST, "/posts", PERM_UNIT_ADMIN, &org_post_create_in_record, &org_made_record,
      org_post_create, "新增任职", "Add a post", CMD_CREATES, NULL },
    { "post.change", POST, "/posts/{post_id}/change", PERM_UNIT_ADMIN, &org_post_change_in_record,
      NULL, org_post_change, "修改任职", "Change a post", 0, NULL },
    { "post.end", POST, "/posts/{post_id}/end", PERM_UNIT_ADMIN, &org_post_end_in_record, NULL,
      org_post_end, "结束任职", "End a post", 0, NULL },
    { "post.dates", POST, "/posts/{post_id}/dates", PERM_UNIT_ADMIN, &org_post_dates_in_record,
      NULL, org_post_dates, "修改任职起止日期", "Change a post's days", 0, NULL },
    { "post.move", POST, "/posts/{post_id}/move", PERM_UNIT_ADMIN, &org_post_move_in_record,
      &org_made_record, org_post_move, "调往其他单位", "Move a post to another unit", CMD_CREATES,
      NULL },
    { "post.backup", POST, "/posts/{post_id}/backup", PERM_LOGIN, &org_backup_in_record, NULL,
      org_backup_set, "设定AB岗", "Set or end the backup post", 0, NULL },
    { "grant.create", POST, "/grants", PERM_UNIT_ADMIN, &org_grant_create_in_record,
      &org_granted_record, org_grant_create, "授予角色", "Grant a role", CMD_CREATES, NULL },
    { "grant.revoke", POST, "/grants/{grant_id}/revoke", PERM_UNIT_ADMIN,
      &org_grant_revoke_in_record, &org_granted_record, org_grant_revoke, "收回角色",
      "Revoke a role", 0, NULL },
    { "filing.approve", POST, "/filings/{filing_id}/approve", PERM_CITY_ADMIN,
      &org_filing_in_record, NULL, org_filing_approve, "同意备案", "Approve a filing", 0, NULL },
    { "filing.reject", POST, "/filings/{filing_id}/reject", PERM_CITY_ADMIN,
      &org_filing_reject_in_record, NULL, org_filing_reject, "退回备案", "Reject a filing", 0,
      NULL },
    { "delegation.create", POST, "/delegations", PERM_LOGIN, &org_delegation_in_record,
      &org_made_record, org_delegate, "委托代办", "Delegate", CMD_CREATES, NULL },
    { "delegation.end", POST, "/delegations/{delegation_id}/end", PERM_LOGIN,
      &org_acting_end_in_record, NULL, org_delegation_end, "结束委托", "End a delegation", 0,
      NULL },
    { "presiding.create", POST, "/presiding", PERM_LOGIN, &org_presiding_in_record,
      &org_made_record, org_presiding_set, "设定主持工作", "Name who presides while the head is away",
      CMD_CREATES, NULL },
    { "presiding.end", POST, "/presiding/{presiding_id}/end", PERM_LOGIN,
      &org_presiding_end_in_record, NULL, org_presiding_end, "结束主持工作", "End presiding", 0,
      NULL },
    { "secretary.create", POST, "/secretaries", PERM_LOGIN, &org_secretary_in_record,
      &org_made_record, org_secretary_set, "设定领导秘书", "Set a leader's secretary", CMD_CREATES,
      NULL },
    { "secretary.end", POST, "/secretaries/{secretary_id}/end", PERM_LOGIN,
      &org_secretary_end_in_record, NULL, org_secretary_end, "结束秘书关系", "End a secretaryship",
      0, NULL },
    { "agency.create", POST, "/agencies", PERM_CITY_ADMIN, &org_agency_create_in_record,
      &org_made_record, org_agency_create, "登记发文机关", "Register an issuing body", CMD_CREATES,
      NULL },
    { "agency.rename", POST, "/agencies/{agency_id}/rename", PERM_CITY_ADMIN,
      &org_agency_rename_in_record, NULL, org_agency_rename, "发文机关更名（按日期生效）",
      "Rename an issuing body from a day on", 0, NULL },
    { "agency.change", POST, "/agencies/{agency_id}/change", PERM_CITY_ADMIN,
      &org_agency_change_in_record, NULL, org_agency_change, "调整发文机关文种与承办单位",
      "Change an issuing body's kinds of document and its unit", 0, NULL },
    { "agency.close", POST, "/agencies/{agency_id}/close", PERM_CITY_ADMIN,
      &org_agency_close_in_record, NULL, org_agency_close, "撤销发文机关", "Close an issuing body",
      0, NULL },
    { "unit.second_superior", POST, "/units/{unit_id}/second_superior", PERM_CITY_ADMIN,
      &org_dual_in_record, NULL, org_dual_set, "设定双重领导", "Set or end dual leadership", 0,
      NULL },
    { "in_charge.create", POST, "/in-charge", PERM_UNIT_ADMIN, &org_in_charge_in_record,
      &org_charged_record, org_in_charge_set, "设定分管", "Put a leader in charge", CMD_CREATES,
      NULL },
    { "in_charge.end", POST, "/in-charge/{in_charge_id}/end", PERM_UNIT_ADMIN,
      &org_in_charge_end_in_record, NULL, org_in_charge_end, "结束分管", "End a charge", 0, NULL },
    { "rank_list.create", POST, "/rank-lists", PERM_UNIT_ADMIN, &org_rank_create_in_record,
      &org_made_record, org_rank_create, "新建排名名单", "Create a rank list", CMD_CREATES, NULL },
    { "rank_list.set", POST, "/rank-lists/{list_id}/set", PERM_LOGIN, &org_rank_set_in_record, NULL,
      org_rank_set, "设定排名顺序", "Set a rank list's order", 0, NULL },
    { "group.create", POST, "/groups", PERM_LOGIN, &org_group_create_in_record, &org_made_record,
      org_group_create, "新建单位群组", "Save a group of units", CMD_CREATES, NULL },
    { "group.change", POST, "/groups/{group_id}/change", PERM_LOGIN, &org_group_change_in_record,
      NULL, org_group_change, "修改单位群组", "Change a group", 0, NULL },
    { "group.remove", POST, "/groups/{group_id}/remove", PERM_LOGIN, &org_group_remove_in_record,
      NULL, org_group_remove, "删除单位群组", "Remove a group", 0, NULL },
    { "org.import", POST, NULL, PERM_OPERATOR, &org_import_in_record, &org_import_out_record,
      org_import, "导入文件", "Import a file", CMD_INTERNAL | CMD_OPERATOR | CMD_NO_KEY, NULL },
    { "org.import_part", POST, NULL, PERM_OPERATOR, &org_import_part_in_record,
      &org_import_out_record, org_import_part, "分份存放导入文件", "Stage a part of a file",
      CMD_INTERNAL | CMD_OPERATOR | CMD_NO_KEY | CMD_NO_TRACE, NULL },
    { "org.import_apply", POST, NULL, PERM_OPERATOR, &org_import_file_in_record,
      &org_import_out_record, org_import_apply, "核对并逐份导入", "Check a file, then apply a part",
      CMD_INTERNAL | CMD_OPERATOR | CMD_NO_KEY, org_import_check },
    { "org.rebuild_book", POST, NULL, PERM_OPERATOR, &org_rebuild_record, &org_rebuild_record,
      org_rebuild_book, "重建通讯录查找键", "Build the address book's keys anew",
      CMD_INTERNAL | CMD_OPERATOR | CMD_NO_KEY | CMD_NO_TRACE, NULL },
    { "reform.day", POST, NULL, PERM_OPERATOR, &org_reform_in_record, NULL, org_reform_day,
      "改革到期执行", "The day of a planned reform", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "reform.carry_out", POST, NULL, PERM_OPERATOR, &org_reform_in_record, NULL,
      org_reform_carry_out, "执行改革", "Carry a reform out", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "reform.follow", POST, NULL, PERM_OPERATOR, &org_reform_follow_in_record, NULL,
      org_reform_follow, "在办事项随转", "Matters come along", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "org.day", POST, NULL, PERM_OPERATOR, NULL, NULL, org_day, "按日期生效的变更",
      "What was dated becomes true", CMD_INTERNAL | CMD_NO_TRACE, NULL },
};

static const struct read reads[] = {
    { "unit.tree", "/units/tree", PERM_LOGIN, NULL, &org_tree_answer_record, false, org_tree,
      "单位树", "Tree of units", READ_RAW },
    { "unit.get", "/units/{unit_id}", PERM_LOGIN, &org_unit_get_in_record, &org_unit_answer_record,
      false, org_unit_get, "单位", "A unit", 0 },
    { "unit.merge_preview", "/units/{unit_id}/merge-preview", PERM_UNIT_ADMIN,
      &org_merge_in_record, &org_reform_preview_record, false, org_merge_preview, "合并预览",
      "What a merge would move", 0 },
    { "unit.split_preview", "/units/{unit_id}/split-preview", PERM_CITY_ADMIN,
      &org_split_in_record, &org_reform_preview_record, false, org_split_preview, "分设预览",
      "What a split would move", 0 },
    { "reform.list", "/reforms", PERM_UNIT_ADMIN, &org_reforms_in_record, &org_reform_row_record,
      true, org_reforms, "机构改革事项", "Reforms", 0 },
    { "agency.list", "/units/{unit_id}/agencies", PERM_LOGIN, &org_agency_list_in_record,
      &org_agency_row_record, true, org_agency_list, "单位的发文机关", "A unit's issuing bodies", 0 },
    { "unit.people", "/units/{unit_id}/people", PERM_LOGIN, &org_unit_people_in_record,
      &org_book_row_record, true, org_unit_people, "单位人员", "People of a unit", 0 },
    { "unit.grants", "/units/{unit_id}/grants", PERM_LOGIN, &org_grants_in_record,
      &org_grant_row_record, true, org_grants, "单位授权", "Roles in a unit", 0 },
    { "person.search", "/people", PERM_LOGIN, &org_people_in_record, &org_book_row_record, true,
      org_people, "通讯录查找", "Search the address book", 0 },
    { "person.get", "/people/{person_id}", PERM_LOGIN, &org_person_id_in_record,
      &org_person_answer_record, false, org_person_get, "人员", "A person", 0 },
    { "org.changes", "/org/changes", PERM_UNIT_ADMIN, &org_changes_in_record,
      &org_change_row_record, true, org_changes, "单位管理记录",
      "History of a unit's administration", 0 },
    { "filing.list", "/filings", PERM_UNIT_ADMIN, &org_filings_in_record, &org_filing_row_record,
      true, org_filings, "备案列表", "Filings", 0 },
    { "delegation.mine", "/me/delegations", PERM_LOGIN, &org_list_in_record, &org_acting_row_record,
      true, org_my_delegations, "我的委托与代办", "My delegations", 0 },
    { "presiding.list", "/presiding", PERM_LOGIN, &org_presiding_list_in_record,
      &org_acting_row_record, true, org_presiding_list, "主持工作", "Who presides", 0 },
    { "secretary.list", "/secretaries", PERM_LOGIN, &org_secretaries_in_record,
      &org_acting_row_record, true, org_secretaries, "领导秘书", "Secretaries", 0 },
    { "in_charge.list", "/in-charge", PERM_LOGIN, &org_in_charge_list_in_record,
      &org_charge_row_record, true, org_in_charge_list, "领导分工", "Division of work", 0 },
    { "rank_list.list", "/rank-lists", PERM_LOGIN, &org_rank_lists_in_record,
      &org_rank_list_row_record, true, org_rank_lists, "排名名单", "Rank lists", 0 },
    { "rank_list.get", "/rank-lists/{list_id}", PERM_LOGIN, &org_rank_list_in_record,
      &org_rank_list_answer_record, false, org_rank_list, "一份排名名单", "A rank list", 0 },
    { "group.list", "/groups", PERM_LOGIN, &org_list_in_record, &org_group_row_record, true,
      org_groups, "单位群组", "Groups of units", 0 },
    { "group.get", "/groups/{group_id}", PERM_LOGIN, &org_group_in_record, &org_group_answer_record,
      false, org_group, "一个单位群组", "A group of units", 0 },
};

/* Once a day, in its first second, and after a start: renames whose day has come. Reforms whenever
 * there is something to do. */
static void tick(struct ctx *cx)
{
    reforms_tick(cx);
    int64_t day = clock_days(clock_date_of(cx->now));
    struct err e = { 0 };
    if (db_number(cx->db, 0, &q_org_version, "day") >= day || cx->err.kind)
        return;
    if (!door_run(cx->core, "org.day", NULL, NULL, NULL, cx->now, cx->a, &e))
        log_error("org", "what is due today was not done", "code", e.code);
}

static const struct handler handlers[] = { { "me.filings", org_filings_waiting } };

const struct room org_room = {
    "org", ROOM_TABLE(commands), ROOM_TABLE(reads), ROOM_TABLE(handlers), NULL, tick
};
