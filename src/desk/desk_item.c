/* Commands on one item: open, complete, send back, withdraw, add and remove a signer, transfer,
 * record for a leader. Who acts is found from the item itself (OFFICE P6): nobody switches identity
 * to find work. */
#include "base/check.h"
#include "base/clock.h"
#include "base/id.h"
#include "core/small.h"
#include "core/trace.h"
#include "desk/desk.sql.h"
#include "desk/desk_form_in.h"
#include "org/org.h"

static struct item item_of(struct ctx *cx, struct rows *r)
{
    return (struct item){
        .id = row_i64(r, 0),
        .matter_id = row_i64(r, 1),
        .leaf = row_i64(r, 2),
        .act = row_i64(r, 3),
        .node = row_copy(r, 4, cx->a),
        .step = row_copy(r, 5, cx->a),
        .attempt = row_i64(r, 6),
        .role = row_copy(r, 7, cx->a),
        .owner_id = row_i64(r, 8),
        .owner_kind = row_i64(r, 9),
        .for_post = row_i64(r, 10),
        .state = row_copy(r, 11, cx->a),
        .arrived_at = row_i64(r, 12),
        .opened_at = row_i64(r, 13),
        .done_at = row_i64(r, 14),
        .done_person = row_i64(r, 15),
        .done_post = row_i64(r, 16),
        .outcome = row_copy(r, 17, cx->a),
        .urges = row_i64(r, 18),
        .urged_at = row_i64(r, 19),
        .due_at = row_i64(r, 20),
        .rev = row_i64(r, 21),
        .child_id = row_i64(r, 22),
        .module = row_copy(r, 23, cx->a),
    };
}

bool item_load(struct ctx *cx, int64_t item_id, struct item *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_item_get, item_id);
    if (found == 1)
        *out = item_of(cx, &r);
    rows_end(&r);
    return found == 1 || (found == 0 && fail_not_found(cx));
}

int item_of_leaf(struct ctx *cx, int64_t matter_id, int64_t leaf, struct item *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_item_of_leaf, matter_id, leaf);
    if (found == 1)
        *out = item_of(cx, &r);
    rows_end(&r);
    return found;
}

bool item_capacity(struct ctx *cx, const struct item *i, struct capacity *out)
{
    const struct scope *s =
        i->owner_kind == SCOPE_UNIT ? NULL : actor_scope(cx, i->owner_id, i->module);
    struct post_row p;
    *out = (struct capacity){ 0 };
    if (!s)
        return fail_not_found(cx);
    out->post_id = out->flow_post = s->own_post;
    if (s->kind == SCOPE_ACTING) {
        const struct actor_acting *a = &cx->actor->acting[s->acting - 1];
        out->flow_post = s->id;
        out->acting_for = a->person_id;
        out->acting_kind = a->kind;
    } else if (i->for_post && post_find(cx, i->for_post, &p) == 1) {
        out->flow_post = i->for_post;
        out->acting_for = p.person_id;
        out->acting_kind = ACTING_DELEGATION;
    }
    return true;
}

/* What has changed, in the reader's words: the newest act on the matter, a leader without the name. */
static bool fail_stale(struct ctx *cx, const char *code, const char *field, const struct matter *m)
{
    struct rows r;
    struct org_post p;
    const char *what = "";
    int found = trace_last(cx, &r, m->id);
    if (found == 1) {
        const struct command *c = command_find(arena_strndup(cx->a, row_text(&r, 1).p, row_text(&r, 1).n));
        int64_t post = row_i64(&r, 4);
        bool hidden = !post ? org_main_post(cx, row_i64(&r, 2), &p) == 1 &&
                                  desk_sees_leader(cx, m->unit_id, p.id) != 1
                            : desk_sees_leader(cx, m->unit_id, post) != 1;
        struct str who = hidden || row_is_null(&r, 3) ? STR("") : row_text(&r, 3);
        const char *did = c ? cx->lang == LANG_EN ? c->en : c->zh : "";
        what = arena_printf(cx->a, "%.*s%s%s", STR_ARG(who), who.n && *did ? " " : "", did);
    }
    rows_end(&r);
    return found >= 0 && fail_arg(cx, ERR_CONFLICT, code, field, *what ? what : "-", NULL);
}

/* The item, its matter locked, and in what capacity; the item must still be open. */
struct act {
    struct item item;
    struct matter matter;
    struct capacity as;
    const struct flow_node *node;
    struct instance in;
};

static bool act_load(struct ctx *cx, int64_t item_id, bool open, struct act *out)
{
    if (!item_load(cx, item_id, &out->item) || !item_capacity(cx, &out->item, &out->as) ||
        !matter_load_for_change(cx, out->item.matter_id, &out->matter) ||
        (db_has_row_locks(cx->db) && !item_load(cx, item_id, &out->item)))
        return false;
    bool is_open = str_is(out->item.state, "ready") || str_is(out->item.state, "opened");
    if (open && !is_open)
        return fail_stale(cx, "item.not_open", NULL, &out->matter);
    out->in.def = definition_load(cx, out->matter.definition_id);
    if (!out->in.def)
        return false;
    size_t n;
    int node = flow_node_find(out->in.def->net, out->item.node);
    CHECK(node >= 0);
    out->node = &flow_nodes(out->in.def->net, &n)[node];
    return true;
}

struct str capacity_standing(const struct capacity *as, struct str place)
{
    if (as->acting_kind != ACTING_PRESIDING)
        return STR_NONE;
    return str_find(place, STR("签发"), 0) >= 0 ? STR("entrusted") : STR("presiding");
}

static struct str place_of(const struct act *a)
{
    return a->node->sheet.n ? a->node->sheet : a->item.step;
}

/* OFFICE P1, P2: a secretary never acts as the leader; a deputy not on steps that exclude it. Who
 * presides is no deputy. */
bool item_may_act(struct ctx *cx, const struct capacity *as, const struct flow_node *node)
{
    if (as->acting_kind == ACTING_SECRETARY)
        return fail(cx, ERR_FORBIDDEN, "item.secretary", NULL);
    if (as->acting_for && as->acting_kind != ACTING_PRESIDING &&
        str_is(flow_node_attr(node, "no_backup"), "true"))
        return fail(cx, ERR_FORBIDDEN, "item.no_backup", NULL);
    return true;
}

static bool may_act(struct ctx *cx, const struct act *a)
{
    return item_may_act(cx, &a->as, a->node) &&
           (!item_is_own_request(cx, &a->matter, a->in.def, &a->item) ||
            fail(cx, ERR_STATE, "item.own_request", NULL));
}

/* The page was read at this revision of the item; 0: does not say. */
static bool rev_fits(struct ctx *cx, const struct act *a, int64_t rev)
{
    return rev == 0 || rev == a->item.rev || fail_stale(cx, "item.stale", "rev", &a->matter);
}

static struct flow_step step_of(struct ctx *cx, const struct act *a, enum flow_op op,
                                const char *name)
{
    return (struct flow_step){
        .cmd = { .op = op, .leaf = (int)a->item.leaf, .actor = who_of_post(cx, a->as.flow_post) },
        .post_id = a->as.post_id, .acting_for = a->as.acting_for, .op = name,
        .standing = capacity_standing(&a->as, place_of(a)), .for_post = a->as.flow_post,
        .item_id = a->item.id,
    };
}

/* --- records ------------------------------------------------------------------------------------------- */

#define REV_FIELD(record)                                                                          \
    FIELD(record, rev, F_I64, .max = INT64_MAX, .zh = "版本", .en = "revision the page was read at")

struct item_in {
    int64_t item_id, rev;
    struct str reason;
};
static const struct field item_in_fields[] = {
    FIELD(item_in, item_id, F_ID, .flags = FIELD_PATH, .zh = "待办", .en = "item"),
    REV_FIELD(item_in),
    FIELD(item_in, reason, F_TEXT, .max = 500, .flags = FIELD_LINES, .zh = "理由", .en = "reason"),
};
RECORD(item_in);

struct matter_out {
    int64_t matter_id;
};
static const struct field matter_out_fields[] = {
    FIELD(matter_out, matter_id, F_ID, .flags = FIELD_REQUIRED, .zh = "事项", .en = "matter"),
};
RECORD(matter_out);

/* --- open ------------------------------------------------------------------------------------------------ */

static bool run_open(struct ctx *cx, const void *input, void *output)
{
    const struct item_in *in = input;
    struct act a;
    if (!act_load(cx, in->item_id, true, &a)) /* withdrawn at the same instant: told, not passed over */
        return false;
    ((struct matter_out *)output)->matter_id = a.item.matter_id;
    if (!str_is(a.item.state, "ready") || a.as.acting_kind == ACTING_SECRETARY)
        return true;
    struct flow_step s = step_of(cx, &a, FLOW_OPEN, "item.open");
    return db_run(cx->db, &q_item_opened, cx->now, a.item.id) &&
           flow_step_run(cx, &a.matter, &s, NULL);
}

/* --- complete ---------------------------------------------------------------------------------------------- */

struct complete_in {
    int64_t item_id, rev;
    struct str outcome, opinion;
    bool noted;
    const struct jv *vars, *form, *reasons, *ink;
};
static const struct field complete_in_fields[] = {
    FIELD(complete_in, item_id, F_ID, .flags = FIELD_PATH, .zh = "待办", .en = "item"),
    FIELD(complete_in, outcome, F_TEXT, .max = 60, .zh = "结果", .en = "outcome"),
    FIELD(complete_in, opinion, F_TEXT, .max = 4000, .flags = FIELD_LINES, .zh = "意见",
          .en = "opinion"),
    FIELD(complete_in, noted, F_BOOL, .zh = "圈阅", .en = "noted by leader"),
    FIELD(complete_in, ink, F_JSON, .max = INK_BYTES, .zh = "手写批示", .en = "handwriting"),
    FIELD(complete_in, vars, F_JSON, .zh = "下一环节的选择", .en = "choices for what follows"),
    FIELD(complete_in, form, F_JSON, .max = FORM_BYTES, .zh = "表单", .en = "changed fields"),
    FIELD(complete_in, reasons, F_JSON, .zh = "提醒的理由", .en = "reasons for warnings, by rule"),
    FIELD(complete_in, rev, F_I64, .max = INT64_MAX, .zh = "版本", .en = "revision"),
};
RECORD(complete_in);

static bool outcome_fits(struct ctx *cx, const struct act *a, struct str outcome)
{
    size_t n;
    int node = flow_node_find(a->in.def->net, a->item.node);
    const struct flow_outcome *o = flow_outcomes(a->in.def->net, node, &n);
    if (n == 0 || str_is(a->item.role, "advise") || str_is(a->item.role, "rework"))
        return true;
    for (size_t i = 0; i < n; i++)
        if (str_eq(o[i].name, outcome))
            return true;
    if (!outcome.n)
        return fail(cx, ERR_INVALID, "item.outcome_missing", "outcome");
    return fail_arg(cx, ERR_INVALID, "item.outcome", "outcome",
                    arena_strndup(cx->a, outcome.p, outcome.n), NULL);
}

static bool vars_fit(struct ctx *cx, const struct act *a, const struct jv *vars)
{
    if (vars && jv_kind(vars) != JV_OBJECT)
        return fail(cx, ERR_INVALID, "input.object", "vars");
    return vars_may_be_named(cx, a->matter.unit_id, a->in.def->module, vars, "vars");
}

static bool put_opinion(struct ctx *cx, const struct act *a, const struct complete_in *in)
{
    struct str ink;
    if (!ink_take(cx, in->ink, &ink))
        return false;
    if (!in->opinion.n && !in->noted && !in->outcome.n && !ink.n)
        return true;
    const struct opinion o = {
        .node = a->item.node, .step = place_of(a), .text = in->opinion, .outcome = in->outcome, .ink = ink,
        .item_id = a->item.id, .person_id = cx->actor->person_id, .post_id = a->as.post_id,
        .acting_for = a->as.acting_for, .is_noted = in->noted,
        .standing = capacity_standing(&a->as, place_of(a)),
    };
    return opinion_put(cx, a->matter.id, &o, NULL);
}

/* Whose form and rights count: the step's own, or for a rework those of the step it went back to;
 * who only advises fills in nothing. */
static bool take_form(struct ctx *cx, struct act *a, const struct complete_in *in,
                      struct flow_step *s)
{
    struct form_step_in step = { .form = in->form, .reasons = in->reasons, .node = a->item.node,
                                 .outcome = in->outcome, .post_id = a->as.post_id,
                                 .may_edit = !str_is(a->item.role, "advise") };
    if (str_is(a->item.role, "rework")) {
        struct flow_leaf leaf;
        size_t n;
        if (!instance_read(cx, &a->matter, false, &a->in))
            return false;
        if (flow_leaf_find(a->in.state, (int)a->item.leaf, &leaf) && leaf.form_node >= 0)
            step.node = flow_nodes(a->in.def->net, &n)[leaf.form_node].id;
    }
    return form_step_take(cx, &a->matter, a->in.def, &step, &s->cmd.vars, &s->note);
}

static bool run_complete(struct ctx *cx, const void *input, void *output)
{
    const struct complete_in *in = input;
    struct act a;
    if (!act_load(cx, in->item_id, true, &a) || !may_act(cx, &a) ||
        !rev_fits(cx, &a, in->rev) || !outcome_fits(cx, &a, in->outcome))
        return false;
    if (!vars_fit(cx, &a, in->vars))
        return false;
    ((struct matter_out *)output)->matter_id = a.item.matter_id;
    struct flow_step s = step_of(cx, &a, FLOW_COMPLETE, "item.complete");
    s.cmd.outcome = in->outcome;
    s.cmd.vars = s.vars = in->vars;
    s.text = in->opinion.n || jv_kind(in->ink) == JV_NULL ? in->opinion : STR("（手写批示）"); /* what others are told of it */
    return take_form(cx, &a, in, &s) && put_opinion(cx, &a, in) &&
           flow_step_run(cx, &a.matter, &s, NULL);
}

bool item_complete(struct ctx *cx, int64_t item_id, struct str outcome, struct str opinion)
{
    return item_complete_with(cx, item_id, outcome, opinion, NULL, NULL);
}

bool item_complete_with(struct ctx *cx, int64_t item_id, struct str outcome, struct str opinion,
                        const struct jv *vars, const struct jv *reasons)
{
    const struct complete_in in = { .item_id = item_id, .outcome = outcome, .opinion = opinion,
                                    .vars = vars, .reasons = reasons };
    struct matter_out out;
    return run_complete(cx, &in, &out);
}

/* --- send back, withdraw --------------------------------------------------------------------------------- */

static const char *const ways[] = { "default", "rewind", "rework", NULL };

struct send_back_in {
    int64_t item_id, act, rev;
    struct str to, way, reason;
};
static const struct field send_back_in_fields[] = {
    FIELD(send_back_in, item_id, F_ID, .flags = FIELD_PATH, .zh = "待办", .en = "item"),
    REV_FIELD(send_back_in),
    FIELD(send_back_in, to, F_TEXT, .max = 100, .zh = "退回到", .en = "step to go back to"),
    FIELD(send_back_in, act, F_I64, .max = 1000000, .zh = "第几次办理", .en = "act"),
    FIELD(send_back_in, way, F_CHOICE, .choices = ways, .zh = "退回方式", .en = "way"),
    FIELD(send_back_in, reason, F_TEXT, .max = 500, .flags = FIELD_REQUIRED | FIELD_LINES,
          .zh = "退回理由", .en = "reason"),
};
RECORD(send_back_in);

static bool run_send_back(struct ctx *cx, const void *input, void *output)
{
    const struct send_back_in *in = input;
    struct act a;
    if (!act_load(cx, in->item_id, true, &a) || !may_act(cx, &a) || !rev_fits(cx, &a, in->rev))
        return false;
    if (!in->to.n && !in->act)
        return fail(cx, ERR_INVALID, "input.required", "to");
    ((struct matter_out *)output)->matter_id = a.item.matter_id;
    struct flow_step s = step_of(cx, &a, FLOW_SEND_BACK, "item.send_back");
    s.cmd.to_node = in->to;
    s.cmd.to_act = (int)in->act;
    s.cmd.way = str_is(in->way, "rewind")   ? FLOW_WAY_REWIND
                : str_is(in->way, "rework") ? FLOW_WAY_REWORK
                                            : FLOW_WAY_DEFAULT;
    s.cmd.reason = s.text = in->reason;
    const struct opinion o = {
        .node = a.item.node, .step = a.item.step, .text = in->reason, .outcome = STR("send_back"),
        .person_id = cx->actor->person_id, .post_id = a.as.post_id, .acting_for = a.as.acting_for,
        .standing = s.standing,
    };
    return opinion_put(cx, a.matter.id, &o, NULL) && flow_step_run(cx, &a.matter, &s, NULL);
}

static bool run_withdraw(struct ctx *cx, const void *input, void *output)
{
    const struct item_in *in = input;
    struct act a;
    if (!act_load(cx, in->item_id, false, &a) || !rev_fits(cx, &a, in->rev))
        return false;
    if (!str_is(a.item.state, "done") || a.item.done_person != cx->actor->person_id)
        return fail(cx, ERR_STATE, "item.not_yours_to_withdraw", NULL);
    if (!in->reason.n)
        return fail(cx, ERR_INVALID, "input.required", "reason");
    ((struct matter_out *)output)->matter_id = a.item.matter_id;
    struct flow_step s = step_of(cx, &a, FLOW_WITHDRAW, "item.withdraw");
    s.cmd.reason = s.text = in->reason;
    return flow_step_run(cx, &a.matter, &s, NULL);
}

/* 不同意并办结: ends the matter as rejected; the step must allow it (oa:ops). */
static bool run_terminate(struct ctx *cx, const void *input, void *output)
{
    const struct item_in *in = input;
    struct act a;
    if (!act_load(cx, in->item_id, true, &a) || !may_act(cx, &a) || !rev_fits(cx, &a, in->rev))
        return false;
    int is_own = matter_is_initiated(cx, &a.matter);
    if (is_own < 1)
        return is_own == 0 && fail(cx, ERR_STATE, "matter.received", NULL);
    if (!in->reason.n)
        return fail(cx, ERR_INVALID, "input.required", "reason");
    ((struct matter_out *)output)->matter_id = a.item.matter_id;
    struct flow_step s = step_of(cx, &a, FLOW_TERMINATE, "item.terminate");
    s.cmd.reason = s.text = in->reason;
    const struct opinion o = {
        .node = a.item.node, .step = a.node->sheet.n ? a.node->sheet : a.item.step,
        .text = in->reason, .outcome = STR("terminate"), .item_id = a.item.id,
        .person_id = cx->actor->person_id, .post_id = a.as.post_id, .acting_for = a.as.acting_for,
        .standing = s.standing,
    };
    return opinion_put(cx, a.matter.id, &o, NULL) && flow_step_run(cx, &a.matter, &s, NULL);
}

/* --- signers, transfer ------------------------------------------------------------------------------------- */

static const char *const places[] = { "before", "after", "parallel", NULL };
static const char *const modes[] = { "all", "any", "seq", NULL };
static const char *const roles[] = { "sign", "advise", NULL };

struct add_signer_in {
    int64_t item_id, rev;
    struct ids post_ids;
    struct str place, mode, role, reason;
};
static const struct field add_signer_in_fields[] = {
    FIELD(add_signer_in, item_id, F_ID, .flags = FIELD_PATH, .zh = "待办", .en = "item"),
    REV_FIELD(add_signer_in),
    FIELD(add_signer_in, post_ids, F_IDS, .min = 1, .max = 50, .flags = FIELD_REQUIRED,
          .zh = "加签人", .en = "signers"),
    FIELD(add_signer_in, place, F_CHOICE, .choices = places, .flags = FIELD_REQUIRED,
          .zh = "加签方式", .en = "place"),
    FIELD(add_signer_in, mode, F_CHOICE, .choices = modes, .zh = "多人办理方式", .en = "mode"),
    FIELD(add_signer_in, role, F_CHOICE, .choices = roles, .zh = "作用", .en = "role"),
    FIELD(add_signer_in, reason, F_TEXT, .max = 500, .flags = FIELD_LINES, .zh = "说明",
          .en = "reason"),
};
RECORD(add_signer_in);

static bool run_add_signer(struct ctx *cx, const void *input, void *output)
{
    const struct add_signer_in *in = input;
    struct act a;
    if (!act_load(cx, in->item_id, true, &a) || !may_act(cx, &a) || !rev_fits(cx, &a, in->rev))
        return false;
    ((struct matter_out *)output)->matter_id = a.item.matter_id;
    struct flow_step s = step_of(cx, &a, FLOW_ADD_SIGNER, "item.add_signer");
    s.cmd.who = whos_named(cx, &a.matter, in->post_ids, "post_ids");
    s.cmd.who_n = in->post_ids.n;
    s.cmd.place = str_is(in->place, "before")  ? FLOW_BEFORE
                  : str_is(in->place, "after") ? FLOW_AFTER
                                               : FLOW_BESIDE;
    s.cmd.mode = str_is(in->mode, "any")   ? FLOW_MODE_ANY
                 : str_is(in->mode, "seq") ? FLOW_MODE_SEQ
                                           : FLOW_MODE_ALL;
    s.cmd.role = str_is(in->role, "advise") ? FLOW_ROLE_ADVISE : FLOW_ROLE_SIGN;
    s.cmd.reason = in->reason;
    const struct desk_adding adding = { &a.matter, a.item.node, in->post_ids,
                                        s.cmd.role == FLOW_ROLE_ADVISE };
    return s.cmd.who && event_emit(cx, "item.adding", a.matter.id, &adding) &&
           flow_step_run(cx, &a.matter, &s, NULL);
}

struct remove_signer_in {
    int64_t item_id, other_item_id, other_leaf;
};
static const struct field remove_signer_in_fields[] = {
    FIELD(remove_signer_in, item_id, F_ID, .flags = FIELD_PATH, .zh = "待办", .en = "item"),
    FIELD(remove_signer_in, other_item_id, F_ID, .zh = "要减去的待办",
          .en = "item of the signer to remove"),
    FIELD(remove_signer_in, other_leaf, F_I64, .min = 1, .max = 1000000, .zh = "要减去的签办",
          .en = "the signer to remove, also one whose turn has not come"),
};
RECORD(remove_signer_in);

static bool run_remove_signer(struct ctx *cx, const void *input, void *output)
{
    const struct remove_signer_in *in = input;
    struct act a;
    struct item other = { .leaf = in->other_leaf };
    if (!act_load(cx, in->item_id, false, &a) || !may_act(cx, &a))
        return false;
    if (!in->other_item_id && !in->other_leaf)
        return fail(cx, ERR_INVALID, "input.required", "other_leaf");
    if (in->other_item_id && !item_load(cx, in->other_item_id, &other))
        return false;
    if (in->other_item_id && other.matter_id != a.item.matter_id)
        return fail_not_found(cx);
    ((struct matter_out *)output)->matter_id = a.item.matter_id;
    struct flow_step s = step_of(cx, &a, FLOW_REMOVE_SIGNER, "item.remove_signer");
    s.cmd.other_leaf = (int)other.leaf;
    return flow_step_run(cx, &a.matter, &s, NULL);
}

/* --- silence of another unit (OFFICE D2) --------------------------------------------------------- */

struct no_answer_in {
    int64_t item_id;
};
static const struct field no_answer_in_fields[] = {
    FIELD(no_answer_in, item_id, F_ID, .flags = FIELD_PATH, .zh = "待办", .en = "item"),
};
RECORD(no_answer_in);

/* Whoever waits for it: who began the matter, or the office. */
bool matter_may_stop_waiting(const struct ctx *cx, const struct matter *m)
{
    return (cx->actor && m->starter_person == cx->actor->person_id) ||
           has_role(cx, ROLE_OFFICE_HEAD, m->unit_id);
}

bool item_is_silent(struct ctx *cx, struct matter *m, const struct item *i)
{
    const struct actor_post *own = actor_main_post(cx);
    struct str unit, said = STR("逾期未反馈");
    if (!str_is(i->state, "ready") && !str_is(i->state, "opened"))
        return fail_stale(cx, "item.not_open", NULL, m);
    if (!i->due_at || i->due_at > cx->now)
        return fail(cx, ERR_STATE, "item.not_late", NULL);
    if (!org_unit_name_on(cx, i->owner_id, STR_NONE, &unit))
        return false;
    struct flow_step s = {
        .cmd = { .op = FLOW_COMPLETE, .leaf = (int)i->leaf, .is_admin = true,
                 .actor = { FLOW_UNIT, i->owner_id, STR("") }, .outcome = STR("no_answer") },
        .op = "item.no_answer", .item_id = i->id, .post_id = own ? own->id : 0, .text = said,
    };
    return matter_note_on(cx, m->id, i->id, i->step, unit, said, 0, 0) &&
           flow_step_run(cx, m, &s, NULL) &&
           matter_end(cx, i->child_id, STR("逾期未反馈，主办单位不再等待"));
}

static bool run_no_answer(struct ctx *cx, const void *input, void *output)
{
    const int64_t id = ((const struct no_answer_in *)input)->item_id;
    struct item i;
    struct matter m;
    if (!item_load(cx, id, &i) || !matter_load_for_change(cx, i.matter_id, &m) ||
        !item_load(cx, id, &i)) /* again, under the lock */
        return false;
    if (i.owner_kind != SCOPE_UNIT || !i.child_id)
        return fail_not_found(cx);
    if (!matter_may_stop_waiting(cx, &m))
        return fail(cx, ERR_FORBIDDEN, "item.not_waiting", NULL);
    ((struct matter_out *)output)->matter_id = m.id;
    return item_is_silent(cx, &m, &i);
}

struct transfer_in {
    int64_t item_id, to_post, rev;
    struct str reason;
};
static const struct field transfer_in_fields[] = {
    FIELD(transfer_in, item_id, F_ID, .flags = FIELD_PATH, .zh = "待办", .en = "item"),
    REV_FIELD(transfer_in),
    FIELD(transfer_in, to_post, F_ID, .flags = FIELD_REQUIRED, .zh = "转办给", .en = "to"),
    FIELD(transfer_in, reason, F_TEXT, .max = 500, .flags = FIELD_REQUIRED | FIELD_LINES,
          .zh = "转办理由", .en = "reason"),
};
RECORD(transfer_in);

static bool run_transfer(struct ctx *cx, const void *input, void *output)
{
    const struct transfer_in *in = input;
    struct act a;
    if (!act_load(cx, in->item_id, true, &a) || !may_act(cx, &a) || !rev_fits(cx, &a, in->rev))
        return false;
    ((struct matter_out *)output)->matter_id = a.item.matter_id;
    struct flow_step s = step_of(cx, &a, FLOW_TRANSFER, "item.transfer");
    s.cmd.who = whos_named(cx, &a.matter, (struct ids){ &in->to_post, 1 }, "to_post");
    s.cmd.who_n = 1;
    s.cmd.reason = in->reason;
    return s.cmd.who && flow_step_run(cx, &a.matter, &s, NULL);
}

/* --- recording for a leader (OFFICE P1 代录) ----------------------------------------------------------------- */

static const char *const forms[] = { "oral", "paper", NULL };

struct record_for_in {
    int64_t item_id, said_at, scan_id;
    struct str outcome, text, form, said_on;
    const struct jv *vars;
};
static const struct field record_for_in_fields[] = {
    FIELD(record_for_in, item_id, F_ID, .flags = FIELD_PATH, .zh = "待办", .en = "item"),
    FIELD(record_for_in, text, F_TEXT, .max = 4000, .flags = FIELD_REQUIRED | FIELD_LINES,
          .zh = "批示内容", .en = "the leader's words"),
    FIELD(record_for_in, form, F_CHOICE, .choices = forms, .flags = FIELD_REQUIRED,
          .zh = "批示方式", .en = "spoken or on paper"),
    FIELD(record_for_in, said_at, F_MOMENT, .min = 1, .max = INT64_MAX, .zh = "批示时间",
          .en = "when it was said"),
    FIELD(record_for_in, said_on, F_DAY, .zh = "批示日期（具体时间不详）",
          .en = "the day, where the hour is not known"),
    FIELD(record_for_in, scan_id, F_ID, .zh = "批示扫描件", .en = "scan of the paper"),
    FIELD(record_for_in, outcome, F_TEXT, .max = 60, .zh = "结果", .en = "outcome"),
    FIELD(record_for_in, vars, F_JSON, .zh = "下一环节的选择", .en = "choices for what follows"),
};
RECORD(record_for_in);

/* The hour, or only the day: what is not known is not made up. */
static bool said_when(struct ctx *cx, const struct record_for_in *in, struct str *day)
{
    if (!in->said_at && !in->said_on.n)
        return fail(cx, ERR_INVALID, "item.said_when", "said_at");
    *day = in->said_at ? clock_day_text(cx->a, clock_date_of(in->said_at)) : in->said_on;
    if (in->said_at > cx->now || str_cmp(*day, clock_day_text(cx->a, clock_date_of(cx->now))) > 0)
        return fail(cx, ERR_INVALID, "item.said_later", in->said_at ? "said_at" : "said_on");
    return true;
}

/* A paper has its scan, a spoken word none. */
static bool scan_fits(struct ctx *cx, const struct record_for_in *in, const struct matter *m)
{
    bool is_paper = str_is(in->form, "paper");
    if (!is_paper && !in->scan_id)
        return true;
    if (!in->scan_id)
        return fail(cx, ERR_INVALID, "item.scan_missing", "scan_id");
    return attachment_is_scan(cx, m->id, in->scan_id, "scan_id");
}

static bool run_record_for(struct ctx *cx, const void *input, void *output)
{
    const struct record_for_in *in = input;
    struct act a;
    struct post_row leader;
    if (!act_load(cx, in->item_id, true, &a))
        return false;
    if (a.as.acting_kind != ACTING_SECRETARY)
        return fail(cx, ERR_FORBIDDEN, "item.only_secretary", NULL);
    if (!str_is(flow_node_attr(a.node, "recordable"), "true"))
        return fail(cx, ERR_FORBIDDEN, "item.not_recordable", NULL);
    if (item_is_own_request(cx, &a.matter, a.in.def, &a.item))
        return fail(cx, ERR_STATE, "item.own_request", NULL);
    struct str said_on;
    if (!said_when(cx, in, &said_on) || !scan_fits(cx, in, &a.matter))
        return false;
    if (!outcome_fits(cx, &a, in->outcome) || !vars_fit(cx, &a, in->vars) ||
        post_find(cx, a.as.flow_post, &leader) != 1)
        return false;
    ((struct matter_out *)output)->matter_id = a.item.matter_id;
    const struct opinion o = {
        .node = a.item.node, .step = a.node->sheet.n ? a.node->sheet : a.item.step,
        .text = in->text, .outcome = in->outcome, .item_id = a.item.id,
        .person_id = leader.person_id, .post_id = leader.id, .recorded_by = cx->actor->person_id,
        .recorded_form = in->form, .said_at = in->said_at, .said_on = said_on,
        .scan_id = in->scan_id,
    };
    struct flow_step s = step_of(cx, &a, FLOW_COMPLETE, "item.record_for");
    s.cmd.outcome = in->outcome;
    s.cmd.vars = s.vars = in->vars;
    s.text = in->text;
    s.said_on = said_on;
    return opinion_put(cx, a.matter.id, &o, NULL) && flow_step_run(cx, &a.matter, &s, NULL);
}

bool item_act_begin(struct ctx *cx, int64_t item_id, int64_t rev, enum flow_op op,
                    const char *name, struct item_act *out)
{
    struct act a;
    if (!act_load(cx, item_id, true, &a) || !may_act(cx, &a) || !rev_fits(cx, &a, rev))
        return false;
    out->item = a.item;
    out->matter = a.matter;
    out->step = step_of(cx, &a, op, name);
    return true;
}

bool item_act_opinion(struct ctx *cx, const struct item_act *a, struct str text,
                      struct str outcome)
{
    if (!text.n)
        return true;
    const struct opinion o = {
        .node = a->item.node, .step = a->item.step, .text = text, .outcome = outcome,
        .item_id = a->item.id, .person_id = cx->actor->person_id, .post_id = a->step.post_id,
        .acting_for = a->step.acting_for, .standing = a->step.standing,
    };
    return opinion_put(cx, a->matter.id, &o, NULL);
}

static const struct command commands[] = {
    { "item.open", POST, "/items/{item_id}/open", PERM_LOGIN, &item_in_record, &matter_out_record,
      run_open, "打开待办", "Open an item", CMD_NO_KEY | CMD_NO_TRACE, NULL },
    { "item.complete", POST, "/items/{item_id}/complete", PERM_LOGIN, &complete_in_record,
      &matter_out_record, run_complete, "办理", "Complete a step", 0, NULL },
    { "item.send_back", POST, "/items/{item_id}/send_back", PERM_LOGIN, &send_back_in_record,
      &matter_out_record, run_send_back, "退回", "Send back to an earlier step", 0, NULL },
    { "item.withdraw", POST, "/items/{item_id}/withdraw", PERM_LOGIN, &item_in_record,
      &matter_out_record, run_withdraw, "撤回", "Take back while the next has not opened it", 0,
      NULL },
    { "item.terminate", POST, "/items/{item_id}/terminate", PERM_LOGIN, &item_in_record,
      &matter_out_record, run_terminate, "不同意并办结", "Refuse and end the matter", 0, NULL },
    { "item.add_signer", POST, "/items/{item_id}/add_signer", PERM_LOGIN, &add_signer_in_record,
      &matter_out_record, run_add_signer, "加签", "Add signers", 0, NULL },
    { "item.remove_signer", POST, "/items/{item_id}/remove_signer", PERM_LOGIN,
      &remove_signer_in_record, &matter_out_record, run_remove_signer, "减签",
      "Remove a signer", 0, NULL },
    { "item.no_answer", POST, "/items/{item_id}/no_answer", PERM_LOGIN, &no_answer_in_record,
      &matter_out_record, run_no_answer, "记为逾期未反馈",
      "Record that a unit did not answer in time", 0, NULL },
    { "item.transfer", POST, "/items/{item_id}/transfer", PERM_LOGIN, &transfer_in_record,
      &matter_out_record, run_transfer, "转办", "Hand one item to another", 0, NULL },
    { "item.record_for", POST, "/items/{item_id}/record_for", PERM_LOGIN, &record_for_in_record,
      &matter_out_record, run_record_for, "代录领导批示",
      "Record a leader's spoken or paper instruction", 0, NULL },
};

const struct room desk_item_room = { "desk", ROOM_TABLE(commands), NULL, 0, NULL, 0, NULL, NULL };
