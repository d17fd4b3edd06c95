/* The office's further verbs (FLOW §5): claim and put back, one-off delegation, free routing,
 * branches of a parallel sending, and what the unit's administrator may do to a matter under way:
 * move it, name others, suspend it, carry it to another version. Each is one command of the flow;
 * the engine refuses what would leave a state the process cannot reach. */
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_in.h"

struct directed_out {
    int64_t matter_id;
};
static const struct field directed_out_fields[] = {
    FIELD(directed_out, matter_id, F_ID, .zh = "事项", .en = "matter"),
};
RECORD(directed_out);

/* --- of an item ------------------------------------------------------------------------------------- */

struct item_words_in {
    int64_t item_id, rev;
    struct str reason;
};
static const struct field item_words_in_fields[] = {
    FIELD(item_words_in, item_id, F_ID, .flags = FIELD_PATH, .zh = "待办", .en = "item"),
    FIELD(item_words_in, reason, F_TEXT, .max = 500, .flags = FIELD_LINES, .zh = "理由",
          .en = "reason"),
    FIELD(item_words_in, rev, F_I64, .max = INT64_MAX, .zh = "版本", .en = "revision"),
};
RECORD(item_words_in);

static bool run_claim(struct ctx *cx, const void *input, void *output)
{
    const struct item_words_in *in = input;
    struct item_act a;
    struct flow_who who;
    if (!item_act_begin(cx, in->item_id, in->rev, FLOW_CLAIM, "item.claim", &a))
        return false;
    who = who_of_post(cx, a.step.post_id);
    a.step.cmd.who = &who;
    a.step.cmd.who_n = 1;
    ((struct directed_out *)output)->matter_id = a.matter.id;
    return flow_step_run(cx, &a.matter, &a.step, NULL);
}

static bool run_put_back(struct ctx *cx, const void *input, void *output)
{
    const struct item_words_in *in = input;
    struct item_act a;
    if (!item_act_begin(cx, in->item_id, in->rev, FLOW_PUT_BACK, "item.put_back", &a))
        return false;
    ((struct directed_out *)output)->matter_id = a.matter.id;
    return flow_step_run(cx, &a.matter, &a.step, NULL);
}

/* 委派 (one-off): another prepares, it comes back to the one who delegates (FLOW 5.6). */
struct delegate_in {
    int64_t item_id, to_post, rev;
    struct str reason;
};
static const struct field delegate_in_fields[] = {
    FIELD(delegate_in, item_id, F_ID, .flags = FIELD_PATH, .zh = "待办", .en = "item"),
    FIELD(delegate_in, to_post, F_ID, .flags = FIELD_REQUIRED, .zh = "委派给", .en = "to"),
    FIELD(delegate_in, reason, F_TEXT, .max = 500, .flags = FIELD_REQUIRED | FIELD_LINES,
          .zh = "委派事项", .en = "what for"),
    FIELD(delegate_in, rev, F_I64, .max = INT64_MAX, .zh = "版本", .en = "revision"),
};
RECORD(delegate_in);

static bool run_delegate(struct ctx *cx, const void *input, void *output)
{
    const struct delegate_in *in = input;
    struct item_act a;
    if (!item_act_begin(cx, in->item_id, in->rev, FLOW_DELEGATE, "item.delegate", &a))
        return false;
    a.step.cmd.who = whos_named(cx, &a.matter, (struct ids){ &in->to_post, 1 }, "to_post");
    a.step.cmd.who_n = 1;
    a.step.cmd.reason = a.step.text = in->reason;
    ((struct directed_out *)output)->matter_id = a.matter.id;
    return a.step.cmd.who && flow_step_run(cx, &a.matter, &a.step, NULL);
}

/* 自由流 forward: to any people of the unit, all at once or one after the other (FLOW 5.9). */
static const char *const ways[] = { "par", "seq", NULL };

struct forward_in {
    int64_t item_id, rev;
    struct ids post_ids;
    struct str way, opinion;
};
static const struct field forward_in_fields[] = {
    FIELD(forward_in, item_id, F_ID, .flags = FIELD_PATH, .zh = "待办", .en = "item"),
    FIELD(forward_in, post_ids, F_IDS, .min = 1, .max = 50, .flags = FIELD_REQUIRED,
          .zh = "送给", .en = "to"),
    FIELD(forward_in, way, F_CHOICE, .choices = ways, .zh = "同时或依次", .en = "par or seq"),
    FIELD(forward_in, opinion, F_TEXT, .max = 4000, .flags = FIELD_LINES, .zh = "意见",
          .en = "opinion"),
    FIELD(forward_in, rev, F_I64, .max = INT64_MAX, .zh = "版本", .en = "revision"),
};
RECORD(forward_in);

static bool run_forward(struct ctx *cx, const void *input, void *output)
{
    const struct forward_in *in = input;
    struct item_act a;
    if (!item_act_begin(cx, in->item_id, in->rev, FLOW_FORWARD, "item.forward", &a))
        return false;
    a.step.cmd.who = whos_named(cx, &a.matter, in->post_ids, "post_ids");
    a.step.cmd.who_n = in->post_ids.n;
    a.step.cmd.mode = str_is(in->way, "seq") ? FLOW_MODE_SEQ : FLOW_MODE_ALL;
    a.step.text = in->opinion;
    ((struct directed_out *)output)->matter_id = a.matter.id;
    return a.step.cmd.who && item_act_opinion(cx, &a, in->opinion, STR("forward")) &&
           flow_step_run(cx, &a.matter, &a.step, NULL);
}

struct finish_in {
    int64_t item_id, rev;
    struct str opinion;
};
static const struct field finish_in_fields[] = {
    FIELD(finish_in, item_id, F_ID, .flags = FIELD_PATH, .zh = "待办", .en = "item"),
    FIELD(finish_in, opinion, F_TEXT, .max = 4000, .flags = FIELD_LINES, .zh = "办结意见",
          .en = "closing words"),
    FIELD(finish_in, rev, F_I64, .max = INT64_MAX, .zh = "版本", .en = "revision"),
};
RECORD(finish_in);

static bool run_finish(struct ctx *cx, const void *input, void *output)
{
    const struct finish_in *in = input;
    struct item_act a;
    if (!item_act_begin(cx, in->item_id, in->rev, FLOW_FINISH, "item.finish", &a))
        return false;
    a.step.text = in->opinion;
    ((struct directed_out *)output)->matter_id = a.matter.id;
    return item_act_opinion(cx, &a, in->opinion, STR("finish")) &&
           flow_step_run(cx, &a.matter, &a.step, NULL);
}

bool matter_finishes(struct ctx *cx, const struct matter *m, const struct instance *in, int64_t *post_id)
{
    for (size_t i = 0; cx->actor && i < cx->actor->n_posts; i++) {
        const struct flow_command cmd = { .op = FLOW_FINISH, .reason = STR("-"),
                                          .actor = who_of_post(cx, cx->actor->posts[i].id) };
        if (flow_would(cx, m, in, &cmd)) {
            *post_id = cx->actor->posts[i].id;
            return true;
        }
    }
    *post_id = matter_post_of_actor(cx, m);
    return false;
}

struct early_in {
    int64_t matter_id;
    struct str reason;
};
static const struct field early_in_fields[] = {
    FIELD(early_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(early_in, reason, F_TEXT, .max = 500, .flags = FIELD_REQUIRED | FIELD_LINES, .zh = "理由",
          .en = "reason"),
};
RECORD(early_in);

/* The owner of a free zone ends it while others still have it (FLOW 5.9). */
static bool run_finish_early(struct ctx *cx, const void *input, void *output)
{
    const struct early_in *in = input;
    struct matter m;
    struct instance inst;
    int64_t post_id;
    if (!matter_load_for_change(cx, in->matter_id, &m) || !instance_read(cx, &m, false, &inst))
        return false;
    (void)matter_finishes(cx, &m, &inst, &post_id); /* if not, the flow says why */
    const struct flow_step s = {
        .cmd = { .op = FLOW_FINISH, .reason = in->reason, .actor = who_of_post(cx, post_id) },
        .post_id = post_id, .op = "matter.finish", .text = in->reason,
    };
    ((struct directed_out *)output)->matter_id = m.id;
    return flow_step_run(cx, &m, &s, NULL);
}

/* --- branches of a parallel sending (FLOW 5.8): the unit's office keeps them ---------------------------- */

bool matter_is_directed_by(const struct ctx *cx, const struct matter *m)
{
    return has_role(cx, ROLE_OFFICE_HEAD, m->unit_id) || has_role(cx, ROLE_DOC_CLERK, m->unit_id) ||
           has_role(cx, ROLE_REVIEWER, m->unit_id) ||
           has_role(cx, ROLE_SUPERVISION_OFFICE, m->unit_id) ||
           (cx->actor && m->starter_person == cx->actor->person_id);
}

static bool directed_load(struct ctx *cx, int64_t matter_id, struct matter *m)
{
    if (!matter_load_for_change(cx, matter_id, m))
        return false;
    return matter_is_directed_by(cx, m) || fail(cx, ERR_FORBIDDEN, "matter.only_office", NULL);
}

int64_t matter_post_of_actor(const struct ctx *cx, const struct matter *m)
{
    for (size_t i = 0; cx->actor && i < cx->actor->n_posts; i++)
        if (cx->actor->posts[i].unit_id == m->unit_id)
            return cx->actor->posts[i].id;
    const struct actor_post *p = actor_main_post(cx);
    return p ? p->id : 0;
}

static struct flow_step directed(struct ctx *cx, const struct matter *m, enum flow_op op,
                                 const char *name, struct str reason)
{
    return (struct flow_step){
        .cmd = { .op = op, .is_admin = true, .reason = reason,
                 .actor = who_of_post(cx, matter_post_of_actor(cx, m)) },
        .post_id = matter_post_of_actor(cx, m), .op = name, .text = reason,
    };
}

/* What the flow does not know is a field of the request: it is named like one. */
static bool directed_run(struct ctx *cx, struct matter *m, const struct flow_step *s,
                         const char *step_field)
{
    if (flow_step_run(cx, m, s, NULL))
        return true;
    if (cx->err.kind == ERR_INTERNAL || cx->err.field)
        return false;
    if (strcmp(cx->err.code, "flow.no_act") == 0)
        cx->err.field = "act";
    else if (strcmp(cx->err.code, "flow.no_branch") == 0)
        cx->err.field = "scope";
    else if (strcmp(cx->err.code, "flow.unknown_id") == 0 ||
             strcmp(cx->err.code, "flow.no_target") == 0)
        cx->err.field = step_field;
    return false;
}

struct add_branch_in {
    int64_t matter_id, act, post_id;
};
static const struct field add_branch_in_fields[] = {
    FIELD(add_branch_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(add_branch_in, act, F_I64, .min = 1, .max = 1000000, .flags = FIELD_REQUIRED,
          .zh = "并行环节", .en = "parallel step"),
    FIELD(add_branch_in, post_id, F_ID, .flags = FIELD_REQUIRED, .zh = "补送", .en = "to"),
};
RECORD(add_branch_in);

static bool run_add_branch(struct ctx *cx, const void *input, void *output)
{
    const struct add_branch_in *in = input;
    struct matter m;
    if (!directed_load(cx, in->matter_id, &m))
        return false;
    const struct flow_who *who =
        whos_named(cx, &m, (struct ids){ &in->post_id, 1 }, "post_id");
    if (!who)
        return false;
    struct flow_step s = directed(cx, &m, FLOW_ADD_BRANCH, "matter.add_branch", STR_NONE);
    struct str item = str_printf(cx->a, "\"%.*s\"", STR_ARG(flow_who_text(cx->a, who)));
    s.cmd.act = (int)in->act;
    s.cmd.value = jv_parse(cx->a, item, NULL, NULL);
    ((struct directed_out *)output)->matter_id = m.id;
    return directed_run(cx, &m, &s, NULL);
}

struct branch_in {
    int64_t matter_id, scope;
    struct str reason;
};
static const struct field branch_in_fields[] = {
    FIELD(branch_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(branch_in, scope, F_I64, .min = 1, .max = 1000000, .flags = FIELD_REQUIRED,
          .zh = "哪一路", .en = "branch"),
    FIELD(branch_in, reason, F_TEXT, .max = 500, .flags = FIELD_REQUIRED | FIELD_LINES,
          .zh = "理由", .en = "reason"),
};
RECORD(branch_in);

static bool run_withdraw_branch(struct ctx *cx, const void *input, void *output)
{
    const struct branch_in *in = input;
    struct matter m;
    if (!directed_load(cx, in->matter_id, &m))
        return false;
    struct flow_step s =
        directed(cx, &m, FLOW_WITHDRAW_BRANCH, "matter.withdraw_branch", in->reason);
    s.cmd.scope = (int)in->scope;
    s.cmd.is_admin = false; /* only while nobody in it has seen it */
    ((struct directed_out *)output)->matter_id = m.id;
    return directed_run(cx, &m, &s, NULL);
}

struct collect_in {
    int64_t matter_id, act;
    struct str reason;
};
static const struct field collect_in_fields[] = {
    FIELD(collect_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(collect_in, act, F_I64, .min = 1, .max = 1000000, .flags = FIELD_REQUIRED,
          .zh = "并行环节", .en = "parallel step"),
    FIELD(collect_in, reason, F_TEXT, .max = 500, .flags = FIELD_REQUIRED | FIELD_LINES,
          .zh = "理由", .en = "reason"),
};
RECORD(collect_in);

/* 归结: the parallel step ends with what is there. */
static bool run_collect(struct ctx *cx, const void *input, void *output)
{
    const struct collect_in *in = input;
    struct matter m;
    if (!directed_load(cx, in->matter_id, &m))
        return false;
    struct flow_step s = directed(cx, &m, FLOW_COLLECT, "matter.collect", in->reason);
    s.cmd.act = (int)in->act;
    ((struct directed_out *)output)->matter_id = m.id;
    return directed_run(cx, &m, &s, NULL);
}

/* --- the unit's administrator ----------------------------------------------------------------------------- */

/* The unit's office head may suspend and resume; moving, naming others and migrating is the unit
 * administrator's, on the record with a reason. */
bool matter_governed(struct ctx *cx, int64_t matter_id, bool also_office, struct matter *m)
{
    struct unit_row u;
    int found = matter_find(cx, matter_id, m);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    if (!unit_load(cx, m->unit_id, &u))
        return false;
    bool governs = may(cx, PERM_UNIT_ADMIN, m->unit_id, u.path) ||
                   (also_office && has_role(cx, ROLE_OFFICE_HEAD, m->unit_id));
    if (!governs)
        return matter_can_see(cx, matter_id) ? fail(cx, ERR_FORBIDDEN, "matter.only_admin", NULL)
                                             : fail_not_found(cx);
    return true;
}

static bool governed_load(struct ctx *cx, int64_t matter_id, bool also_office, struct matter *m)
{
    return matter_governed(cx, matter_id, also_office, m) && matter_lock(cx, matter_id, m);
}

struct reroute_in {
    int64_t matter_id, act;
    struct str to, reason;
};
static const struct field reroute_in_fields[] = {
    FIELD(reroute_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(reroute_in, act, F_I64, .min = 1, .max = 1000000, .flags = FIELD_REQUIRED,
          .zh = "现在的环节", .en = "where it is"),
    FIELD(reroute_in, to, F_TEXT, .max = 100, .flags = FIELD_REQUIRED, .zh = "改到",
          .en = "step to move to"),
    FIELD(reroute_in, reason, F_TEXT, .max = 500, .flags = FIELD_REQUIRED | FIELD_LINES,
          .zh = "理由", .en = "reason"),
};
RECORD(reroute_in);

static bool run_reroute(struct ctx *cx, const void *input, void *output)
{
    const struct reroute_in *in = input;
    struct matter m;
    if (!governed_load(cx, in->matter_id, false, &m))
        return false;
    struct flow_step s = directed(cx, &m, FLOW_REROUTE, "matter.reroute", in->reason);
    s.cmd.act = (int)in->act;
    s.cmd.to_node = in->to;
    ((struct directed_out *)output)->matter_id = m.id;
    return directed_run(cx, &m, &s, "to");
}

struct override_in {
    int64_t matter_id;
    struct str node, reason;
    struct ids post_ids;
};
static const struct field override_in_fields[] = {
    FIELD(override_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(override_in, node, F_TEXT, .max = 100, .flags = FIELD_REQUIRED, .zh = "环节",
          .en = "step"),
    FIELD(override_in, post_ids, F_IDS, .max = 50, .zh = "办理人（空为按流程）",
          .en = "who; none: as drawn"),
    FIELD(override_in, reason, F_TEXT, .max = 500, .flags = FIELD_REQUIRED | FIELD_LINES,
          .zh = "理由", .en = "reason"),
};
RECORD(override_in);

static bool run_override(struct ctx *cx, const void *input, void *output)
{
    const struct override_in *in = input;
    struct matter m;
    if (!governed_load(cx, in->matter_id, false, &m))
        return false;
    struct flow_step s = directed(cx, &m, FLOW_OVERRIDE, "matter.override", in->reason);
    s.cmd.to_node = in->node;
    s.cmd.who = in->post_ids.n ? whos_named(cx, &m, in->post_ids, "post_ids") : NULL;
    s.cmd.who_n = in->post_ids.n;
    ((struct directed_out *)output)->matter_id = m.id;
    return (s.cmd.who || !in->post_ids.n) && directed_run(cx, &m, &s, "node");
}

struct hold_in {
    int64_t matter_id;
    struct str reason;
};
static const struct field hold_in_fields[] = {
    FIELD(hold_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(hold_in, reason, F_TEXT, .max = 500, .flags = FIELD_REQUIRED | FIELD_LINES,
          .zh = "理由", .en = "reason"),
};
RECORD(hold_in);

static bool hold(struct ctx *cx, const void *input, void *output, enum flow_op op,
                 const char *name)
{
    const struct hold_in *in = input;
    struct matter m;
    if (!governed_load(cx, in->matter_id, true, &m))
        return false;
    struct flow_step s = directed(cx, &m, op, name, in->reason);
    ((struct directed_out *)output)->matter_id = m.id;
    return flow_step_run(cx, &m, &s, NULL);
}

static bool run_suspend(struct ctx *cx, const void *input, void *output)
{
    return hold(cx, input, output, FLOW_SUSPEND, "matter.suspend");
}

static bool run_resume(struct ctx *cx, const void *input, void *output)
{
    return hold(cx, input, output, FLOW_RESUME, "matter.resume");
}

/* 版本 (FLOW 5.13): to another version of its module, when what is under way has a place there. */
struct migrate_in {
    int64_t matter_id, version;
    const struct jv *map;
    struct str reason;
};
static const struct field migrate_in_fields[] = {
    FIELD(migrate_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(migrate_in, version, F_I64, .min = 1, .max = 1000000, .flags = FIELD_REQUIRED,
          .zh = "目标版本", .en = "version to move to"),
    FIELD(migrate_in, map, F_JSON, .zh = "环节对应", .en = "step to step"),
    FIELD(migrate_in, reason, F_TEXT, .max = 500, .flags = FIELD_REQUIRED | FIELD_LINES,
          .zh = "理由", .en = "reason"),
};
RECORD(migrate_in);

static bool run_migrate(struct ctx *cx, const void *input, void *output)
{
    const struct migrate_in *in = input;
    struct matter m;
    if (!governed_load(cx, in->matter_id, false, &m))
        return false;
    if (in->map && jv_kind(in->map) != JV_OBJECT)
        return fail(cx, ERR_INVALID, "input.object", "map");
    const struct definition *to = definition_version(cx, m.module, in->version, m.unit_id);
    if (!to) {
        cx->err = (struct err){ 0 };
        return fail(cx, ERR_INVALID, "matter.no_version", "version");
    }
    struct flow_step s = directed(cx, &m, FLOW_MIGRATE, "matter.migrate", in->reason);
    s.cmd.to_net = to->net;
    s.cmd.map = in->map;
    s.to_definition = to;
    s.note = str_printf(cx->a, "{\"definition\":\"%lld\"}", (long long)to->id);
    ((struct directed_out *)output)->matter_id = m.id;
    return flow_step_run(cx, &m, &s, NULL);
}

/* --- the closing view of a parallel sending -------------------------------------------------------------------- */

struct branches_in {
    int64_t matter_id;
};
static const struct field branches_in_fields[] = {
    FIELD(branches_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
};
RECORD(branches_in);

struct branch_row {
    int64_t act, scope, item, opened_at, closed_at;
    struct str step, who, state, outcome, opinion;
    bool is_lead, is_opened, can_withdraw, can_add, can_collect;
};
static const struct field branch_row_fields[] = {
    FIELD(branch_row, act, F_I64, .zh = "并行环节", .en = "parallel step"),
    FIELD(branch_row, scope, F_I64, .zh = "哪一路", .en = "branch"),
    FIELD(branch_row, item, F_I64, .zh = "序号", .en = "position"),
    FIELD(branch_row, step, F_TEXT, .zh = "环节", .en = "step"),
    FIELD(branch_row, who, F_TEXT, .zh = "送给", .en = "to"),
    FIELD(branch_row, state, F_TEXT, .zh = "状态", .en = "open, closed or void"),
    FIELD(branch_row, outcome, F_TEXT, .zh = "结果", .en = "outcome"),
    FIELD(branch_row, opinion, F_TEXT, .zh = "最后意见", .en = "last opinion"),
    FIELD(branch_row, is_lead, F_BOOL, .zh = "主办", .en = "lead"),
    FIELD(branch_row, is_opened, F_BOOL, .zh = "已打开", .en = "opened"),
    FIELD(branch_row, can_withdraw, F_BOOL, .zh = "可收回", .en = "may be withdrawn"),
    FIELD(branch_row, can_add, F_BOOL, .zh = "可补送", .en = "the step takes one more"),
    FIELD(branch_row, can_collect, F_BOOL, .zh = "可归结", .en = "the step may be collected"),
    FIELD(branch_row, opened_at, F_MOMENT, .zh = "送出时间", .en = "sent"),
    FIELD(branch_row, closed_at, F_MOMENT, .zh = "结束时间", .en = "ended"),
};
RECORD(branch_row);

static const char *const branch_states[] = { [FLOW_BRANCH_OPEN] = "open",
                                             [FLOW_BRANCH_CLOSED] = "closed",
                                             [FLOW_BRANCH_VOID] = "void" };

static struct str opinion_of_leaf(struct ctx *cx, int64_t matter_id, int leaf)
{
    struct rows r;
    int64_t item = leaf ? db_number(cx->db, 0, &q_item_by_leaf, matter_id, (int64_t)leaf) : 0;
    struct str text = STR_NONE;
    if (item && db_get(cx->db, &r, &q_opinion_of_item, item) == 1)
        text = row_copy(&r, 0, cx->a);
    if (item)
        rows_end(&r);
    return text;
}

/* Of a branch and its step: would this be accepted of who directs it? */
static bool branch_would(struct ctx *cx, const struct matter *m, const struct instance *i,
                         enum flow_op op, const struct flow_branch *b)
{
    struct flow_step s = directed(cx, m, op, "", STR("-"));
    s.cmd.act = b->act;
    s.cmd.scope = b->scope;
    s.cmd.is_admin = op != FLOW_WITHDRAW_BRANCH;
    struct str own = flow_who_text(cx->a, &s.cmd.actor);
    s.cmd.value = jv_parse(cx->a, str_printf(cx->a, "\"%.*s\"", STR_ARG(own)), NULL, NULL);
    return flow_would(cx, m, i, &s.cmd);
}

static bool run_branches(struct ctx *cx, const void *input, struct jw *w)
{
    const struct branches_in *in = input;
    struct matter m;
    struct instance i;
    size_t n, nodes_n;
    bool can_add = false, can_collect = false;
    if (!matter_load(cx, in->matter_id, &m) || !instance_read(cx, &m, false, &i))
        return false;
    struct flow_branch *b = flow_branches(cx->a, i.def->net, i.state, 0, &n);
    const struct flow_node *nodes = flow_nodes(i.def->net, &nodes_n);
    bool directs = matter_is_directed_by(cx, &m);
    answer_rows(w);
    for (size_t k = 0; k < n; k++) {
        if (directs && (k == 0 || b[k].act != b[k - 1].act)) {
            can_add = branch_would(cx, &m, &i, FLOW_ADD_BRANCH, &b[k]);
            can_collect = branch_would(cx, &m, &i, FLOW_COLLECT, &b[k]);
        }
        const struct jv *value = jv_parse(cx->a, b[k].value, NULL, NULL);
        struct flow_who who = flow_who_parse(jv_str(value));
        const struct branch_row row = {
            .act = b[k].act, .scope = b[k].scope, .item = b[k].item,
            .step = definition_say(cx, i.def, nodes[b[k].node].name),
            .who = who_name(cx, &who), .state = str_of(branch_states[b[k].state]),
            .outcome = definition_outcome(cx, i.def, STR_NONE, b[k].outcome),
            .opinion = opinion_of_leaf(cx, m.id, b[k].last_leaf),
            .is_lead = b[k].is_lead,
            .is_opened = b[k].is_opened && !(who.kind == FLOW_POST && desk_sees_leader(cx, m.unit_id, who.id) != 1),
            .can_withdraw = directs && branch_would(cx, &m, &i, FLOW_WITHDRAW_BRANCH, &b[k]),
            .can_add = can_add, .can_collect = can_collect,
            .opened_at = b[k].opened_at, .closed_at = b[k].closed_at,
        };
        record_encode(w, &branch_row_record, &row);
    }
    answer_rows_end(w, STR_NONE);
    return cx->err.kind == ERR_NONE;
}

static const struct command commands[] = {
    { "item.claim", POST, "/items/{item_id}/claim", PERM_LOGIN, &item_words_in_record,
      &directed_out_record, run_claim, "认领", "Claim an item of a pool", 0, NULL },
    { "item.put_back", POST, "/items/{item_id}/put_back", PERM_LOGIN, &item_words_in_record,
      &directed_out_record, run_put_back, "放回", "Put a claimed item back", 0, NULL },
    { "item.delegate", POST, "/items/{item_id}/delegate", PERM_LOGIN, &delegate_in_record,
      &directed_out_record, run_delegate, "委派", "Let another prepare it", 0, NULL },
    { "item.forward", POST, "/items/{item_id}/forward", PERM_LOGIN, &forward_in_record,
      &directed_out_record, run_forward, "转送", "Forward in free routing", 0, NULL },
    { "item.finish", POST, "/items/{item_id}/finish", PERM_LOGIN, &finish_in_record,
      &directed_out_record, run_finish, "办结自由流转", "Finish free routing", 0, NULL },
    { "matter.finish", POST, "/matters/{matter_id}/finish", PERM_LOGIN, &early_in_record,
      &directed_out_record, run_finish_early, "提前办结自由流转",
      "The owner ends free routing while others have it", 0, NULL },
    { "matter.add_branch", POST, "/matters/{matter_id}/add_branch", PERM_LOGIN,
      &add_branch_in_record, &directed_out_record, run_add_branch, "补送一路",
      "Send to one more in parallel", 0, NULL },
    { "matter.withdraw_branch", POST, "/matters/{matter_id}/withdraw_branch", PERM_LOGIN,
      &branch_in_record, &directed_out_record, run_withdraw_branch, "收回一路",
      "Take one branch back", 0, NULL },
    { "matter.collect", POST, "/matters/{matter_id}/collect", PERM_LOGIN, &collect_in_record,
      &directed_out_record, run_collect, "归结", "End a parallel step with what is there", 0, NULL },
    { "matter.reroute", POST, "/matters/{matter_id}/reroute", PERM_LOGIN, &reroute_in_record,
      &directed_out_record, run_reroute, "改派环节", "Move a matter to another step", 0, NULL },
    { "matter.override", POST, "/matters/{matter_id}/override", PERM_LOGIN, &override_in_record,
      &directed_out_record, run_override, "指定本事项的办理人", "Name who does a step of one matter",
      0, NULL },
    { "matter.suspend", POST, "/matters/{matter_id}/suspend", PERM_LOGIN, &hold_in_record,
      &directed_out_record, run_suspend, "挂起", "Suspend a matter", 0, NULL },
    { "matter.resume", POST, "/matters/{matter_id}/resume", PERM_LOGIN, &hold_in_record,
      &directed_out_record, run_resume, "恢复", "Resume a matter", 0, NULL },
    { "matter.migrate", POST, "/matters/{matter_id}/migrate", PERM_LOGIN, &migrate_in_record,
      &directed_out_record, run_migrate, "迁移到另一版本", "Move a matter to another version", 0,
      NULL },
};

static const struct read reads[] = {
    { "matter.branches", "/matters/{matter_id}/branches", PERM_LOGIN, &branches_in_record,
      &branch_row_record, true, run_branches, "并行各路", "Branches of a parallel sending", 0 },
};

const struct room desk_direct_room = { "desk", ROOM_TABLE(commands), ROOM_TABLE(reads),
                                       NULL, 0, NULL, NULL };
