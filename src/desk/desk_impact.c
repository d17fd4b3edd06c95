/* The dry run before a confirmation (FLOW §5, common): what a command would do to whom, by name,
 * found by applying it to a copy of the state and comparing the signatures (leaves) before and
 * after. Nothing here knows a command's rule: whatever the engine can do is compared alike. What
 * falls beside the flow the rooms say themselves ("matter.impact"). */
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_in.h"
#include "org/org.h"

#define ROUNDS_MAX 50 /* service tasks played after one another */

/* --- what the command is --------------------------------------------------------------------------- */

static const char *const item_ops[] = { "complete", "send_back", "withdraw",   "terminate",
                                        "transfer", "delegate",  "add_signer", "remove_signer",
                                        "forward",  "finish",    "claim",      "put_back",
                                        NULL };
static const char *const ways[] = { "default", "rewind", "rework", NULL };
static const char *const places[] = { "before", "after", "parallel", NULL };
static const char *const modes[] = { "all", "any", "seq", "par", NULL };
static const char *const roles[] = { "sign", "advise", NULL };

struct impact_in {
    int64_t item_id, act, other_leaf, other_item_id;
    struct ids post_ids;
    struct str op, to, way, outcome, place, mode, role;
};
static const struct field impact_in_fields[] = {
    FIELD(impact_in, item_id, F_ID, .flags = FIELD_PATH, .zh = "待办", .en = "item"),
    FIELD(impact_in, op, F_CHOICE, .choices = item_ops, .flags = FIELD_REQUIRED, .zh = "操作",
          .en = "command"),
    FIELD(impact_in, to, F_TEXT, .max = 100, .zh = "退回到", .en = "step to go back to"),
    FIELD(impact_in, act, F_I64, .max = 1000000, .zh = "第几次办理", .en = "act"),
    FIELD(impact_in, way, F_CHOICE, .choices = ways, .zh = "退回方式", .en = "way"),
    FIELD(impact_in, outcome, F_TEXT, .max = 60, .zh = "结果", .en = "outcome"),
    FIELD(impact_in, other_leaf, F_I64, .max = 1000000, .zh = "要减去的签办", .en = "signer"),
    FIELD(impact_in, other_item_id, F_ID, .zh = "要减去的待办", .en = "item of the signer"),
    FIELD(impact_in, post_ids, F_IDS, .max = 50, .zh = "加签人或转办给谁",
          .en = "signers to add, or to whom it goes"),
    FIELD(impact_in, place, F_CHOICE, .choices = places, .zh = "加签方式", .en = "place"),
    FIELD(impact_in, mode, F_CHOICE, .choices = modes, .zh = "多人办理方式", .en = "mode"),
    FIELD(impact_in, role, F_CHOICE, .choices = roles, .zh = "作用", .en = "role"),
};
RECORD(impact_in);

static enum flow_op op_named(struct str name)
{
    for (int op = 0; op < FLOW_OP_COUNT; op++)
        if (str_is(name, flow_op_name((enum flow_op)op)))
            return (enum flow_op)op;
    return FLOW_OP_COUNT;
}

/* What the act itself would refuse before it asks the engine. */
static bool may_do(struct ctx *cx, const struct matter *m, const struct item *i,
                   const struct definition *d, int node, enum flow_op op, const struct capacity *as)
{
    size_t n;
    if (op == FLOW_WITHDRAW)
        return (str_is(i->state, "done") && i->done_person == cx->actor->person_id) ||
               fail(cx, ERR_STATE, "item.not_yours_to_withdraw", NULL);
    if (!item_may_act(cx, as, &flow_nodes(d->net, &n)[node]))
        return false;
    if (item_is_own_request(cx, m, d, i))
        return fail(cx, ERR_STATE, "item.own_request", NULL);
    int is_own = op == FLOW_TERMINATE ? matter_is_initiated(cx, m) : 1;
    return is_own == 1 || (is_own == 0 && fail(cx, ERR_STATE, "matter.received", NULL));
}

static bool others_of(struct ctx *cx, const struct impact_in *in, const struct matter *m,
                      const struct item *i, struct flow_command *cmd)
{
    struct item other;
    if (in->other_item_id) {
        if (!item_load(cx, in->other_item_id, &other))
            return false;
        if (other.matter_id != i->matter_id)
            return fail_not_found(cx);
        cmd->other_leaf = (int)other.leaf;
    }
    cmd->who_n = in->post_ids.n;
    cmd->who = in->post_ids.n ? whos_named(cx, m, in->post_ids, "post_ids") : NULL;
    if (cx->err.kind != ERR_NONE || cmd->op != FLOW_ADD_SIGNER)
        return cx->err.kind == ERR_NONE;
    const struct desk_adding adding = { m, i->node, in->post_ids, str_is(in->role, "advise") };
    return event_ask(cx, "item.adding", m->id, &adding);
}

/* The same command as the act itself would give, with a reason in its place. */
static bool item_command(struct ctx *cx, const struct impact_in *in, const struct matter *m,
                         const struct item *i, const struct instance *inst,
                         struct flow_command *cmd)
{
    struct capacity as;
    int node = flow_node_find(inst->def->net, i->node);
    enum flow_op op = op_named(in->op);
    if (!item_capacity(cx, i, &as) || node < 0 ||
        !may_do(cx, m, i, inst->def, node, op, &as))
        return false;
    if (op == FLOW_SEND_BACK && !in->to.n && !in->act)
        return fail(cx, ERR_INVALID, "input.required", "to");
    *cmd = (struct flow_command){
        .op = op, .leaf = (int)i->leaf, .reason = STR("-"), .outcome = in->outcome,
        .to_node = in->to, .to_act = (int)in->act, .other_leaf = (int)in->other_leaf,
        .actor = who_of_post(cx, as.flow_post),
        .way = str_is(in->way, "rewind")   ? FLOW_WAY_REWIND
               : str_is(in->way, "rework") ? FLOW_WAY_REWORK
                                           : FLOW_WAY_DEFAULT,
        .place = str_is(in->place, "after")      ? FLOW_AFTER
                 : str_is(in->place, "parallel") ? FLOW_BESIDE
                                                 : FLOW_BEFORE,
        .mode = str_is(in->mode, "any")   ? FLOW_MODE_ANY
                : str_is(in->mode, "seq") ? FLOW_MODE_SEQ
                                          : FLOW_MODE_ALL,
        .role = str_is(in->role, "advise") ? FLOW_ROLE_ADVISE : FLOW_ROLE_SIGN,
    };
    if (op == FLOW_CLAIM) {
        cmd->who = &cmd->actor;
        cmd->who_n = 1;
        return true;
    }
    return others_of(cx, in, m, i, cmd);
}

/* --- played on a copy ------------------------------------------------------------------------------ */

struct play {
    struct ctx *cx;
    const struct matter *m;
    const struct instance *in;
    const struct definition *to; /* of the copy: another after a migration */
    struct flow_state *copy;
    struct flow_delta first;
    struct flow_service service[ROUNDS_MAX]; /* in the order in which they would run */
    size_t service_n;
};

static void note_services(struct play *p, const struct flow_delta *d)
{
    for (size_t i = 0; i < d->service_n && p->service_n < ROUNDS_MAX; i++)
        p->service[p->service_n++] = d->service[i];
}

/* The command, then the service tasks as if they succeeded, so that who comes next is there. */
static bool play(struct play *p, const struct flow_command *cmd)
{
    struct ctx *cx = p->cx;
    const struct flow_org *org = flow_org_of(cx, p->m);
    p->copy = flow_state_copy(cx->a, p->in->state);
    const struct instance after = { .def = p->to, .state = p->copy };
    if (!flow_apply(cx->a, p->in->def->net, p->copy, cmd, org, cx->now, &p->first, &cx->err) ||
        !flow_may_open(cx, p->m, &after, &p->first))
        return false;
    note_services(p, &p->first);
    for (size_t i = 0; i < p->service_n; i++) {
        struct flow_command done = { .op = FLOW_SERVICE_DONE, .act = p->service[i].act };
        struct flow_delta next;
        struct err stands = { 0 };
        if (p->service[i].is_undo)
            continue;
        if (!flow_apply(cx->a, p->to->net, p->copy, &done, org, cx->now, &next, &stands))
            break;
        if (!flow_may_open(cx, p->m, &after, &next))
            return false;
        note_services(p, &next);
    }
    return true;
}

/* --- compared -------------------------------------------------------------------------------------- */

static const char *was_of(const struct flow_leaf *l)
{
    if (l->is_undone || l->state == FLOW_LEAF_VOID)
        return NULL;
    return l->state == FLOW_LEAF_DONE ? "done" : l->state == FLOW_LEAF_ACTIVE ? "todo" : "waiting";
}

/* What becomes of a signature that stood before; NULL: nothing, or it was over already. */
static const char *change_of(const struct flow_leaf *was, const struct flow_leaf *is)
{
    if (!was_of(was))
        return is->state == FLOW_LEAF_ACTIVE ? "reopen" : NULL;
    if (is->is_undone || (is->state == FLOW_LEAF_VOID && was->state != FLOW_LEAF_VOID))
        return "void";
    if (is->state == was->state)
        return NULL;
    if (is->state == FLOW_LEAF_DONE)
        return "close";
    if (is->state == FLOW_LEAF_ACTIVE)
        return "reopen";
    return "suspend";
}

static bool write_who(struct ctx *cx, const struct matter *m, const struct flow_leaf *l,
                      const char *was, struct jw *w)
{
    bool done = was && strcmp(was, "done") == 0;
    struct org_post p = { .title = STR_NONE };
    const struct flow_who *who = done && l->done_by.kind ? &l->done_by : &l->who;
    if (who->kind == FLOW_POST && org_post_find(cx, who->id, &p) < 0)
        return false;
    /* P8: who of the leaders holds it now is for the office; what was done stands on the sheet, and
     * to whom it would go is what is asked */
    bool shielded = was && !done && who->kind == FLOW_POST &&
                    desk_sees_leader(cx, m->unit_id, who->id) == 0;
    jw_kbool(w, "shielded", shielded);
    jw_kstr(w, "who", shielded ? STR_NONE : who_name(cx, who));
    jw_kstr(w, "title", shielded ? STR_NONE : p.title);
    jw_kbool(w, "mine", cx->actor && p.person_id == cx->actor->person_id && p.person_id);
    return cx->err.kind == ERR_NONE;
}

static bool write_row(struct play *p, const struct flow_leaf *l, const char *change,
                      const char *was, struct jw *w)
{
    static const char *const words[] = { [FLOW_ROLE_SIGN] = "sign",     [FLOW_ROLE_LEAD] = "lead",
                                         [FLOW_ROLE_ASSIST] = "assist", [FLOW_ROLE_ADVISE] = "advise",
                                         [FLOW_ROLE_REWORK] = "rework" };
    size_t n;
    const struct flow_node *nodes = flow_nodes(p->to->net, &n);
    jw_obj(w);
    jw_ktext(w, "change", change);
    jw_ktext(w, "was", was ? was : "");
    jw_kstr(w, "node", nodes[l->node].id);
    jw_kstr(w, "step", definition_say(p->cx, p->to, nodes[l->form_node].name));
    jw_ktext(w, "role", words[l->role]);
    bool good = write_who(p->cx, p->m, l, was, w);
    jw_obj_end(w);
    return good;
}

/* A matter that is suspended or resumed: its signatures stay as they are, nobody has them or all do. */
static const char *halt_of(const struct play *p, const struct flow_leaf *l)
{
    bool stood = flow_state_status(p->in->state) == FLOW_SUSPENDED_INSTANCE;
    bool stands = flow_state_status(p->copy) == FLOW_SUSPENDED_INSTANCE;
    return l->state != FLOW_LEAF_ACTIVE || stood == stands ? NULL : stands ? "suspend" : "reopen";
}

static bool write_rows(struct play *p, struct jw *w)
{
    size_t n, before_n, b = 0;
    struct flow_leaf *before = flow_leaves(p->cx->a, p->in->state, &before_n);
    struct flow_leaf *after = flow_leaves(p->cx->a, p->copy, &n);
    bool good = true;
    jw_karr(w, "rows");
    for (size_t i = 0; good && i < n; i++) {
        bool is_old = b < before_n && before[b].leaf == after[i].leaf;
        const struct flow_leaf *was = is_old ? &before[b++] : NULL;
        const char *change = was ? change_of(was, &after[i])
                             : after[i].state == FLOW_LEAF_ACTIVE    ? "open"
                             : after[i].state == FLOW_LEAF_PENDING ? "queue"
                                                                   : NULL;
        if (!change)
            change = halt_of(p, &after[i]);
        if (change)
            good = write_row(p, &after[i], change, was ? was_of(was) : NULL, w);
    }
    jw_arr_end(w);
    return good;
}

/* What the program itself would do or undo on the way, in its own words. */
static void write_services(struct play *p, struct jw *w)
{
    jw_karr(w, "services");
    for (size_t i = 0; i < p->service_n; i++) {
        struct str op = p->service[i].op;
        const struct command *c = command_find(arena_strndup(p->cx->a, op.p, op.n));
        jw_obj(w);
        jw_kstr(w, "op", op);
        jw_ktext(w, "words", !c ? "" : p->cx->lang == LANG_EN ? c->en : c->zh);
        jw_kbool(w, "is_undo", p->service[i].is_undo);
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

static bool write_notes(struct play *p, const struct flow_command *cmd, struct jw *w)
{
    size_t n;
    const struct flow_node *nodes = flow_nodes(p->in->def->net, &n);
    struct flow_leaf leaf;
    int node = flow_node_back(&p->first);
    if (cmd->op == FLOW_WITHDRAW && flow_leaf_find(p->in->state, cmd->leaf, &leaf))
        node = leaf.node;
    const struct desk_impact asked = {
        .w = w, .matter = p->m, .op = str_of(flow_op_name(cmd->op)),
        .node = node >= 0 ? nodes[node].id : STR_NONE,
        .item_id = cmd->leaf ? db_number(p->cx->db, 0, &q_item_by_leaf, p->m->id,
                                         (int64_t)cmd->leaf)
                             : 0,
    };
    jw_karr(w, "notes");
    bool good = event_ask(p->cx, "matter.impact", p->m->id, &asked);
    jw_arr_end(w);
    return good;
}

void desk_impact_say(struct ctx *cx, const struct desk_impact *i, const char *code,
                     const char *arg)
{
    const struct err words = { .code = code, .arg = { arg } };
    jw_text(i->w, err_message(cx->a, &words, cx->lang));
}

static const char *const ends[] = { [FLOW_NEW] = "", [FLOW_RUNNING] = "", [FLOW_DONE] = "done",
                                    [FLOW_REJECTED] = "rejected", [FLOW_VOID] = "void",
                                    [FLOW_INCIDENT] = "",
                                    [FLOW_SUSPENDED_INSTANCE] = "suspended" };

static bool write_impact(struct ctx *cx, const struct matter *m, const struct instance *in,
                         const struct definition *to, const struct flow_command *cmd, struct jw *w)
{
    struct play *p = arena_new_of(cx->a, struct play);
    *p = (struct play){ .cx = cx, .m = m, .in = in, .to = to };
    if (!play(p, cmd))
        return false;
    jw_obj(w);
    bool good = write_rows(p, w);
    write_services(p, w);
    jw_ktext(w, "ends", ends[flow_state_status(p->copy)]);
    good = good && write_notes(p, cmd, w);
    jw_obj_end(w);
    return good && cx->err.kind == ERR_NONE;
}

/* --- asked ------------------------------------------------------------------------------------------ */

static bool run_item_impact(struct ctx *cx, const void *input, struct jw *w)
{
    const struct impact_in *in = input;
    struct item i;
    struct capacity as;
    struct matter m;
    struct instance inst;
    struct flow_command cmd;
    return item_load(cx, in->item_id, &i) && item_capacity(cx, &i, &as) &&
           matter_load(cx, i.matter_id, &m) && instance_read(cx, &m, false, &inst) &&
           item_command(cx, in, &m, &i, &inst, &cmd) && write_impact(cx, &m, &inst, inst.def, &cmd, w);
}

static const char *const matter_ops[] = { "cancel",  "suspend",    "resume",          "reroute",
                                          "collect", "add_branch", "withdraw_branch", "override",
                                          "migrate", "retry",      "set_assignees",   "finish",
                                          "urge",    NULL };

struct matter_impact_in {
    int64_t matter_id, act, scope, post_id, version;
    struct ids post_ids;
    struct str op, to, map, vars;
};
static const struct field matter_impact_in_fields[] = {
    FIELD(matter_impact_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(matter_impact_in, op, F_CHOICE, .choices = matter_ops, .flags = FIELD_REQUIRED,
          .zh = "操作", .en = "command"),
    FIELD(matter_impact_in, act, F_I64, .max = 1000000, .zh = "哪一次办理", .en = "act"),
    FIELD(matter_impact_in, scope, F_I64, .max = 1000000, .zh = "哪一路", .en = "branch"),
    FIELD(matter_impact_in, to, F_TEXT, .max = 100, .zh = "改到", .en = "step to move to"),
    FIELD(matter_impact_in, post_id, F_ID, .zh = "补送", .en = "one more"),
    FIELD(matter_impact_in, post_ids, F_IDS, .max = 50, .zh = "办理人", .en = "who is named"),
    FIELD(matter_impact_in, version, F_I64, .max = 1000000, .zh = "目标版本",
          .en = "version to move to"),
    FIELD(matter_impact_in, map, F_TEXT, .max = 4000, .zh = "环节对应（JSON）",
          .en = "step to step, as JSON"),
    FIELD(matter_impact_in, vars, F_TEXT, .max = 4000, .zh = "补齐的数据（JSON）",
          .en = "what was missing, as JSON"),
};
RECORD(matter_impact_in);

/* Who may give the command: who began it, the unit's office, or its administrator. */
static bool may_direct(struct ctx *cx, int64_t matter_id, enum flow_op op, struct matter *m)
{
    bool is_admins = op == FLOW_REROUTE || op == FLOW_OVERRIDE || op == FLOW_MIGRATE;
    if (is_admins || op == FLOW_SUSPEND || op == FLOW_RESUME || op == FLOW_RETRY ||
        op == FLOW_SET_ASSIGNEES)
        return matter_governed(cx, matter_id, !is_admins, m);
    if (!matter_load(cx, matter_id, m))
        return false;
    if (op == FLOW_CANCEL)
        return matter_may_cancel(cx, m);
    if (op == FLOW_FINISH)
        return true; /* the flow knows its owner */
    return matter_is_directed_by(cx, m) || fail(cx, ERR_FORBIDDEN, "matter.only_office", NULL);
}

static bool object_in(struct ctx *cx, struct str text, const char *field, const struct jv **out)
{
    *out = text.n ? jv_parse(cx->a, text, NULL, NULL) : NULL;
    return !text.n || jv_kind(*out) == JV_OBJECT || fail(cx, ERR_INVALID, "input.object", field);
}

static bool branch_command(struct ctx *cx, const struct matter_impact_in *in,
                           const struct matter *m, struct flow_command *cmd)
{
    const struct flow_who *who = whos_named(cx, m, (struct ids){ &in->post_id, 1 }, "post_id");
    if (!who)
        return false;
    struct str item = str_printf(cx->a, "\"%.*s\"", STR_ARG(flow_who_text(cx->a, who)));
    cmd->value = jv_parse(cx->a, item, NULL, NULL);
    return true;
}

static bool migrate_command(struct ctx *cx, const struct matter_impact_in *in,
                            const struct matter *m, struct flow_command *cmd,
                            const struct definition **to)
{
    if (!object_in(cx, in->map, "map", &cmd->map))
        return false;
    *to = definition_version(cx, m->module, in->version, m->unit_id);
    if (!*to) {
        cx->err = (struct err){ 0 };
        return fail(cx, ERR_INVALID, "matter.no_version", "version");
    }
    cmd->to_net = (*to)->net;
    return true;
}

/* What the command needs beside act, branch and step. */
static bool matter_command(struct ctx *cx, const struct matter_impact_in *in,
                           const struct matter *m, const struct instance *inst,
                           struct flow_command *cmd, const struct definition **to)
{
    switch (cmd->op) {
    case FLOW_ADD_BRANCH: return branch_command(cx, in, m, cmd);
    case FLOW_MIGRATE: return migrate_command(cx, in, m, cmd, to);
    case FLOW_RETRY:
        return object_in(cx, in->vars, "vars", &cmd->vars) &&
               vars_may_be_named(cx, m->unit_id, inst->def->module, cmd->vars, "vars");
    case FLOW_OVERRIDE:
    case FLOW_SET_ASSIGNEES:
        cmd->who_n = in->post_ids.n;
        cmd->who = in->post_ids.n ? whos_named(cx, m, in->post_ids, "post_ids") : NULL;
        return cmd->who || !in->post_ids.n;
    default: return true;
    }
}

static bool run_matter_impact(struct ctx *cx, const void *input, struct jw *w)
{
    const struct matter_impact_in *in = input;
    enum flow_op op = op_named(in->op);
    struct matter m;
    struct instance inst;
    if (str_is(in->op, "urge")) /* the flow knows nothing of it */
        return matter_urge_impact(cx, in->matter_id, w);
    if (!may_direct(cx, in->matter_id, op, &m) || !instance_read(cx, &m, false, &inst))
        return false;
    int64_t post = op == FLOW_CANCEL ? m.starter_post : matter_post_of_actor(cx, &m);
    if (op == FLOW_FINISH)
        (void)matter_finishes(cx, &m, &inst, &post); /* if not, the flow says why */
    const struct definition *to = inst.def;
    struct flow_command cmd = { .op = op, .reason = STR("-"), .act = (int)in->act,
                                .scope = (int)in->scope, .to_node = in->to,
                                .is_admin = op != FLOW_WITHDRAW_BRANCH && op != FLOW_FINISH,
                                .actor = who_of_post(cx, post) };
    return matter_command(cx, in, &m, &inst, &cmd, &to) &&
           write_impact(cx, &m, &inst, to, &cmd, w);
}

static const struct read reads[] = {
    { "item.impact", "/items/{item_id}/impact", PERM_LOGIN, &impact_in_record, &impact_record,
      false, run_item_impact, "办理前试算：谁的办理将作废，转到谁",
      "Dry run of a command on an item: whose work falls, who gets it", 0 },
    { "matter.impact", "/matters/{matter_id}/impact", PERM_LOGIN, &matter_impact_in_record,
      &impact_record, false, run_matter_impact, "撤销前试算", "Dry run of a command on a matter", 0 },
};

const struct room desk_impact_room = { "desk", NULL, 0, ROOM_TABLE(reads), NULL, 0, NULL, NULL };
