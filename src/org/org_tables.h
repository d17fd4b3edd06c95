/* org/, inside: commands and reads of its files, gathered into the room's tables by org.c. Each is
 * `bool org_…(struct ctx *cx, const void *in, void *out)` or, for reads, `(…, struct jw *w)`. */
#ifndef TB_ORG_ORG_TABLES_H
#define TB_ORG_ORG_TABLES_H

#include "org/org_in.h"

/* What every creating command answers. */
struct org_made {
    int64_t id;
};
extern const struct record org_made_record;
/* Short lists have one page: they take a limit as every list does, and come whole. */
struct org_list_in {
    int64_t limit;
};
extern const struct record org_list_in_record;
#define ORG_LIMIT(in_struct)                                                                       \
    FIELD(in_struct, limit, F_I64, .min = 1, .max = 100, .zh = "每页条数", .en = "limit")

#define ORG_COMMAND(name) bool name(struct ctx *cx, const void *in_, void *out_)
#define ORG_READ(name) bool name(struct ctx *cx, const void *in_, struct jw *w)

/* org_answers.c */
extern const struct record org_named_record, org_old_name_record, org_agency_short_record,
    org_unit_answer_record, org_contact_record, org_book_row_record, org_person_post_record,
    org_person_role_record, org_person_answer_record, org_change_row_record, org_grant_row_record,
    org_filing_row_record, org_acting_row_record, org_charge_row_record, org_rank_list_row_record,
    org_rank_entry_record, org_rank_list_answer_record, org_group_row_record, org_group_unit_record,
    org_group_answer_record, org_tree_answer_record, org_agency_row_record,
    org_reform_preview_record, org_reform_row_record;

/* org_unit_cmd.c */
extern const struct record org_unit_create_in_record, org_unit_change_in_record,
    org_unit_rename_in_record, org_unit_close_in_record, org_unit_get_in_record,
    org_changes_in_record;
ORG_COMMAND(org_unit_create);
ORG_COMMAND(org_unit_change);
ORG_COMMAND(org_unit_rename);
ORG_COMMAND(org_unit_close);
ORG_COMMAND(org_day);
ORG_READ(org_unit_get);
ORG_READ(org_changes);
/* org_tree.c */
ORG_READ(org_tree);
/* org_person_cmd.c */
extern const struct record org_person_create_in_record, org_person_made_record,
    org_person_change_in_record, org_person_id_in_record, org_secret_record;
/* The operator's: where to go on, in and out; null at the end. */
struct org_rebuild {
    int64_t after;
};
extern const struct record org_rebuild_record;
ORG_COMMAND(org_rebuild_book);
ORG_COMMAND(org_person_create);
ORG_COMMAND(org_person_change);
ORG_COMMAND(org_person_disable);
ORG_COMMAND(org_person_enable);
ORG_COMMAND(org_person_reset);
ORG_READ(org_person_get);
/* org_post.c */
extern const struct record org_post_create_in_record, org_post_change_in_record,
    org_post_end_in_record, org_post_dates_in_record, org_post_move_in_record;
ORG_COMMAND(org_post_create);
ORG_COMMAND(org_post_change);
ORG_COMMAND(org_post_end);
ORG_COMMAND(org_post_dates);
ORG_COMMAND(org_post_move);
/* org_book.c */
extern const struct record org_unit_people_in_record, org_people_in_record;
ORG_READ(org_unit_people);
ORG_READ(org_people);
/* org_grant.c */
extern const struct record org_grants_in_record, org_grant_create_in_record, org_granted_record,
    org_grant_revoke_in_record, org_filings_in_record, org_filing_in_record,
    org_filing_reject_in_record;
ORG_COMMAND(org_grant_create);
ORG_COMMAND(org_grant_revoke);
ORG_COMMAND(org_filing_approve);
ORG_COMMAND(org_filing_reject);
ORG_READ(org_grants);
ORG_READ(org_filings);
/* Answers me.filings: how many wait for the city. */
bool org_filings_waiting(struct ctx *cx, const char *event, int64_t subject, const void *detail);
/* org_acting.c */
extern const struct record org_delegation_in_record, org_acting_end_in_record,
    org_secretary_in_record, org_secretary_end_in_record, org_backup_in_record,
    org_secretaries_in_record, org_presiding_in_record, org_presiding_end_in_record,
    org_presiding_list_in_record;
ORG_COMMAND(org_presiding_set);
ORG_COMMAND(org_presiding_end);
ORG_READ(org_presiding_list);
ORG_COMMAND(org_delegate);
ORG_COMMAND(org_delegation_end);
ORG_COMMAND(org_secretary_set);
ORG_COMMAND(org_secretary_end);
ORG_COMMAND(org_backup_set);
ORG_READ(org_my_delegations);
ORG_READ(org_secretaries);
/* org_agency_cmd.c */
extern const struct record org_agency_create_in_record, org_agency_close_in_record,
    org_agency_rename_in_record, org_agency_change_in_record, org_agency_list_in_record,
    org_dual_in_record;
ORG_COMMAND(org_agency_create);
ORG_COMMAND(org_agency_rename);
ORG_COMMAND(org_agency_change);
ORG_READ(org_agency_list);
ORG_COMMAND(org_agency_close);
ORG_COMMAND(org_dual_set);
/* org_charge.c */
extern const struct record org_charged_record, org_in_charge_in_record, org_in_charge_end_in_record,
    org_in_charge_list_in_record;
ORG_COMMAND(org_in_charge_set);
ORG_COMMAND(org_in_charge_end);
ORG_READ(org_in_charge_list);
/* org_rank.c */
extern const struct record org_rank_lists_in_record, org_rank_list_in_record,
    org_rank_set_in_record, org_rank_create_in_record;
ORG_COMMAND(org_rank_create);
ORG_COMMAND(org_rank_set);
ORG_READ(org_rank_lists);
ORG_READ(org_rank_list);
/* org_group.c */
extern const struct record org_group_create_in_record, org_group_change_in_record,
    org_group_remove_in_record, org_group_in_record;
ORG_COMMAND(org_group_create);
ORG_COMMAND(org_group_change);
ORG_COMMAND(org_group_remove);
ORG_READ(org_groups);
ORG_READ(org_group);
/* org_reform.c */
extern const struct record org_merge_in_record, org_split_in_record, org_reformed_record,
    org_reforms_in_record, org_reform_in_record, org_reform_follow_in_record;
ORG_COMMAND(org_merge);
ORG_COMMAND(org_split);
ORG_COMMAND(org_reform_cancel);
ORG_COMMAND(org_reform_day);
ORG_COMMAND(org_reform_carry_out);
ORG_COMMAND(org_reform_follow);
ORG_READ(org_merge_preview);
ORG_READ(org_split_preview);
ORG_READ(org_reforms);
/* org_import.c */
extern const struct record org_import_in_record, org_import_out_record, org_import_part_in_record,
    org_import_file_in_record;
ORG_COMMAND(org_import);
ORG_COMMAND(org_import_part);
ORG_COMMAND(org_import_apply);
bool org_import_check(struct ctx *cx, void *in_);

#endif
