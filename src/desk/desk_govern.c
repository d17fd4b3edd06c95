/* 流程管理: what the unit's administrator and its head of office see of a matter in order to mend and
 * direct its flow: where it stands and who has it, what may be done, where it could be moved, and how it
 * would fit another version. Who governs a flow need not see the paper: title and contents stay with
 * those who have the matter. */
#include "core/answer.h"
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_in.h"
#include "form/form.h"
#include "org/org.h"

static const char *const field_kinds[] = { "text", "number", "bool", "date", NULL };

static ANSWER(govern_choice, TEXT(ALWAYS, "name", "名称", "variable"),
              TEXT(ALWAYS, "label", "标签", "label"),
              CHOICE(ALWAYS, "kind", field_kinds, "种类", "kind"));
static ANSWER(govern_step, TEXT(ALWAYS, "node", "环节编号", "node"),
              TEXT(ALWAYS, "name", "环节", "step"),
              TEXTS(ALWAYS, "named", "本事项指定的办理人", "named for this matter alone"));
static ANSWER(govern_can, FLAG(ALWAYS, "suspend", "可挂起", "may suspend"),
              FLAG(ALWAYS, "resume", "可恢复", "may resume"),
              FLAG(ALWAYS, "retry", "可重试", "may try again"),
              FLAG(ALWAYS, "reroute", "可调度", "may move it"),
              FLAG(ALWAYS, "override", "可指定办理人", "may name others"),
              FLAG(ALWAYS, "migrate", "可换版本", "may change its version"));
ANSWER(govern, ID(ALWAYS, "matter_id", "事项", "matter"), ID(ALWAYS, "unit_id", "单位", "unit"),
       TEXT(ALWAYS, "unit", "单位名称", "its name"), TEXT(ALWAYS, "module", "业务", "module"),
       TEXT(ALWAYS, "module_name", "业务名称", "module's name"),
       TEXT(OR_NULL, "title", "标题（有权查看的）", "title, for who may see the matter"),
       TEXT(OR_NULL, "starter", "发起人", "started by"),
       AT(ALWAYS, "started_at", "发起时间", "started"), TEXT(ALWAYS, "state", "状态", "state"),
       NUMBER(ALWAYS, "rev", "修订", "revision"),
       NUMBER(ALWAYS, "version", "流程版本", "version it runs on"),
       NUMBER(ALWAYS, "newest", "最新版本", "newest version"),
       LIST(ALWAYS, "current", &matter_open_item_record, "当前环节", "where it is now"),
       LIST(ALWAYS, "incidents", &matter_incident_record, "流程异常", "where it cannot go on"),
       LIST(ALWAYS, "choices", &govern_choice_record, "可补齐的数据", "what may be completed"),
       LIST(ALWAYS, "steps", &govern_step_record, "环节", "steps"),
       ONE(ALWAYS, "can", &govern_can_record, "可做的事", "what may be done"),
       ONE(ALWAYS, "picture", &diagram_record, "流程图", "the flow picture"));

struct govern_in {
    int64_t matter_id;
};
static const struct field govern_in_fields[] = {
    FIELD(govern_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
};
RECORD(govern_in);

static struct str step_words(const struct ctx *cx, const struct definition *d,
                             const struct flow_node *n)
{
    return n->name.n ? definition_say(cx, d, n->name) : n->id;
}

static void write_steps(struct ctx *cx, struct jw *w, const struct instance *in)
{
    size_t nodes_n, n;
    const struct flow_node *nodes = flow_nodes(in->def->net, &nodes_n);
    const struct flow_named *named = flow_overrides(cx->a, in->state, &n);
    jw_karr(w, "steps");
    for (size_t i = 0; i < nodes_n; i++) {
        if (nodes[i].kind != FLOW_USER_TASK)
            continue;
        jw_obj(w);
        jw_kstr(w, "node", nodes[i].id);
        jw_kstr(w, "name", step_words(cx, in->def, &nodes[i]));
        jw_karr(w, "named");
        for (size_t k = 0; k < n; k++)
            for (size_t x = 0; named[k].node == (int)i && x < named[k].who_n; x++)
                jw_str(w, who_name(cx, &named[k].who[x]));
        jw_arr_end(w);
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

/* Fields of the form that conditions may ask for: plain ones, which can be said in one line. */
static void write_choices(const struct ctx *cx, struct jw *w, const struct instance *in)
{
    const struct jv *fields = jv_get(definition_json(cx, in->def), "fields");
    jw_karr(w, "choices");
    for (size_t i = 0; i < jv_size(fields); i++) {
        const struct jv *f = jv_at(fields, i);
        struct str type = jv_str(jv_get(f, "type"));
        bool number = str_is(type, "number") || str_is(type, "money");
        const char *kind = number                         ? "number"
                           : str_is(type, "date")         ? "date"
                           : str_is(type, "check")       ? "bool"
                           : str_is(type, "text") || str_is(type, "choice") ? "text"
                                                                            : NULL;
        if (!kind)
            continue;
        jw_obj(w);
        jw_kstr(w, "name", jv_str(jv_get(f, "name")));
        jw_kstr(w, "label", jv_str(jv_get(f, "label")));
        jw_ktext(w, "kind", kind);
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

static void write_can(struct ctx *cx, struct jw *w, const struct matter *m,
                      const struct instance *in)
{
    size_t incidents;
    enum flow_status s = flow_state_status(in->state);
    bool open = s == FLOW_RUNNING || s == FLOW_INCIDENT;
    bool is_admin = matter_is_governed(cx, m, false);
    if (!is_admin && cx->err.kind != ERR_INTERNAL)
        cx->err = (struct err){ 0 };
    (void)flow_incidents(cx->a, in->def->net, in->state, &incidents); /* only how many */
    jw_kobj(w, "can");
    jw_kbool(w, "suspend", matter_would(cx, m, in, FLOW_SUSPEND));
    jw_kbool(w, "resume", matter_would(cx, m, in, FLOW_RESUME));
    jw_kbool(w, "retry", open && incidents > 0);
    jw_kbool(w, "reroute", is_admin && open);
    jw_kbool(w, "override", is_admin && (open || s == FLOW_SUSPENDED_INSTANCE));
    jw_kbool(w, "migrate", is_admin && open);
    jw_obj_end(w);
}

static int64_t newest_of(struct ctx *cx, const struct matter *m, const struct instance *in)
{
    const struct definition *d = definition_newest(cx, m->module, m->unit_id);
    if (!d && cx->err.kind != ERR_INTERNAL)
        cx->err = (struct err){ 0 };
    return d ? d->version : in->def->version;
}

static bool run_govern(struct ctx *cx, const void *input, struct jw *w)
{
    const struct govern_in *asked = input;
    struct matter m;
    struct instance in;
    struct str unit;
    struct person_row starter = { .name = STR_NONE };
    if (!matter_governed(cx, asked->matter_id, true, &m) || !instance_read(cx, &m, false, &in) ||
        !org_unit_name_on(cx, m.unit_id, STR_NONE, &unit) ||
        (m.starter_person && person_find(cx, m.starter_person, &starter) < 0))
        return false;
    jw_obj(w);
    jw_kid(w, "matter_id", m.id);
    jw_kid(w, "unit_id", m.unit_id);
    jw_kstr(w, "unit", unit);
    jw_kstr(w, "module", m.module);
    jw_kstr(w, "module_name", m.module_name);
    jw_kstr(w, "title", matter_can_see(cx, m.id) ? m.title : STR_NONE);
    jw_kstr(w, "starter", starter.name);
    jw_ki64(w, "started_at", m.started_at);
    jw_kstr(w, "state", m.state);
    jw_ki64(w, "rev", m.rev);
    jw_ki64(w, "version", in.def->version);
    jw_ki64(w, "newest", newest_of(cx, &m, &in));
    bool good = current_write(cx, &m, w);
    incidents_write(cx, w, &in);
    write_choices(cx, w, &in);
    write_steps(cx, w, &in);
    write_can(cx, w, &m, &in);
    jw_key(w, "picture");
    good = good && picture_write_of(cx, w, &m, &in);
    jw_obj_end(w);
    return good && cx->err.kind == ERR_NONE;
}

/* --- where it could be moved -------------------------------------------------------------------------- */

struct reroutes_in {
    int64_t matter_id, act;
};
static const struct field reroutes_in_fields[] = {
    FIELD(reroutes_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(reroutes_in, act, F_I64, .min = 1, .max = 1000000, .flags = FIELD_REQUIRED,
          .zh = "现在的环节", .en = "where it is"),
};
RECORD(reroutes_in);

struct reroute_row {
    struct str node, name;
};
static const struct field reroute_row_fields[] = {
    FIELD(reroute_row, node, F_TEXT, .flags = FIELD_REQUIRED, .zh = "环节编号", .en = "node"),
    FIELD(reroute_row, name, F_TEXT, .flags = FIELD_REQUIRED, .zh = "环节", .en = "step"),
};
RECORD(reroute_row);

/* Only steps at which the process itself could stand then: each is tried. */
static bool run_reroutes(struct ctx *cx, const void *input, struct jw *w)
{
    const struct reroutes_in *asked = input;
    struct matter m;
    struct instance in;
    size_t n;
    if (!matter_governed(cx, asked->matter_id, false, &m) || !instance_read(cx, &m, false, &in))
        return false;
    const struct flow_node *nodes = flow_nodes(in.def->net, &n);
    answer_rows(w);
    for (size_t i = 0; i < n; i++) {
        const struct flow_command cmd = {
            .op = FLOW_REROUTE, .is_admin = true, .reason = STR("-"), .act = (int)asked->act,
            .to_node = nodes[i].id, .actor = who_of_post(cx, matter_post_of_actor(cx, &m)),
        };
        if (nodes[i].kind != FLOW_USER_TASK && nodes[i].kind != FLOW_SUB_PROCESS &&
            nodes[i].kind != FLOW_CALL && nodes[i].kind != FLOW_FREE_ZONE &&
            nodes[i].kind != FLOW_SERVICE_TASK && nodes[i].kind != FLOW_RECEIVE_TASK)
            continue;
        if (!flow_would(cx, &m, &in, &cmd))
            continue;
        const struct reroute_row row = { nodes[i].id, step_words(cx, in.def, &nodes[i]) };
        record_encode(w, &reroute_row_record, &row);
    }
    answer_rows_end(w, STR_NONE);
    return cx->err.kind == ERR_NONE;
}

/* --- how it would fit another version ------------------------------------------------------------------- */

static ANSWER(migration_step, TEXT(ALWAYS, "node", "环节编号", "node"),
              TEXT(ALWAYS, "name", "环节", "step"),
              FLAG(ALWAYS, "is_here", "正在办理", "it stands here now"),
              TEXT(OR_NULL, "to", "新版本的环节", "what stands for it; null: gone"));
static ANSWER(migration_place, TEXT(ALWAYS, "node", "环节编号", "node"),
              TEXT(ALWAYS, "name", "环节", "step"), TEXT(ALWAYS, "type", "种类", "type"));
static ANSWER(migration_finding, TEXT(OR_NULL, "node", "环节编号", "node; null: the whole"),
              TEXT(OR_NULL, "step", "环节", "step"), TEXT(ALWAYS, "code", "代码", "code"),
              TEXT(ALWAYS, "words", "说明", "in words"));
static ANSWER(migration, NUMBER(ALWAYS, "version", "目标版本", "version"),
              LIST(ALWAYS, "steps", &migration_step_record, "本版本的环节", "steps of this version"),
              LIST(ALWAYS, "places", &migration_place_record, "目标版本的环节",
                   "steps of the other version"),
              LIST(ALWAYS, "findings", &migration_finding_record, "问题", "why it does not fit"),
              FLAG(ALWAYS, "fits", "可以迁移", "it fits"));

struct migration_in {
    int64_t matter_id, version;
    struct str map;
};
static const struct field migration_in_fields[] = {
    FIELD(migration_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(migration_in, version, F_I64, .min = 1, .max = 1000000, .flags = FIELD_REQUIRED,
          .zh = "目标版本", .en = "version to move to"),
    FIELD(migration_in, map, F_TEXT, .max = 4000, .zh = "环节对应（JSON）",
          .en = "step to step, as JSON"),
};
RECORD(migration_in);

static bool is_step(const struct flow_node *n)
{
    return n->kind == FLOW_USER_TASK || n->kind == FLOW_SERVICE_TASK || n->kind == FLOW_SUB_PROCESS ||
           n->kind == FLOW_CALL || n->kind == FLOW_FREE_ZONE || n->kind == FLOW_RECEIVE_TASK;
}

static void write_migration_steps(struct ctx *cx, struct jw *w, const struct instance *in,
                                  const struct definition *to, const struct jv *map)
{
    size_t n, to_n;
    const struct flow_node *nodes = flow_nodes(in->def->net, &n), *there = flow_nodes(to->net, &to_n);
    struct flow_picture p = flow_picture(cx->a, in->def->net, in->state);
    jw_karr(w, "steps");
    for (size_t i = 0; i < n; i++) {
        if (!is_step(&nodes[i]))
            continue;
        const struct jv *v = jv_get(map, arena_strndup(cx->a, nodes[i].id.p, nodes[i].id.n));
        int at = flow_node_find(to->net, v ? jv_str(v) : nodes[i].id);
        jw_obj(w);
        jw_kstr(w, "node", nodes[i].id);
        jw_kstr(w, "name", step_words(cx, in->def, &nodes[i]));
        jw_kbool(w, "is_here", p.node[i].mark == FLOW_LIVE);
        jw_kstr(w, "to", at >= 0 ? there[at].id : STR_NONE);
        jw_obj_end(w);
    }
    jw_arr_end(w);
    jw_karr(w, "places");
    for (size_t i = 0; i < to_n; i++) {
        if (!is_step(&there[i]))
            continue;
        jw_obj(w);
        jw_kstr(w, "node", there[i].id);
        jw_kstr(w, "name", step_words(cx, to, &there[i]));
        jw_ktext(w, "type", there[i].kind == FLOW_USER_TASK ? "task" : "other");
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

static void write_finding(const struct ctx *cx, struct jw *w, struct str node, struct str step,
                          const char *code)
{
    const struct err words = { .code = code, .arg = { "" } };
    jw_obj(w);
    jw_kstr(w, "node", node);
    jw_kstr(w, "step", step);
    jw_ktext(w, "code", code);
    jw_ktext(w, "words", err_message(cx->a, &words, cx->lang));
    jw_obj_end(w);
}

static bool run_migration(struct ctx *cx, const void *input, struct jw *w)
{
    const struct migration_in *asked = input;
    struct matter m;
    struct instance in;
    size_t n, nodes_n;
    if (!matter_governed(cx, asked->matter_id, false, &m) || !instance_read(cx, &m, false, &in))
        return false;
    const struct jv *map = asked->map.n ? jv_parse(cx->a, asked->map, NULL, NULL) : NULL;
    if (asked->map.n && jv_kind(map) != JV_OBJECT)
        return fail(cx, ERR_INVALID, "input.object", "map");
    const struct definition *to = definition_version(cx, m.module, asked->version, m.unit_id);
    if (!to) {
        cx->err = (struct err){ 0 };
        return fail(cx, ERR_INVALID, "matter.no_version", "version");
    }
    const struct flow_node *nodes = flow_nodes(in.def->net, &nodes_n);
    const struct flow_misfit *x =
        flow_misfits(cx->a, in.def->net, to->net, in.state, map, &n);
    const struct flow_command cmd = { .op = FLOW_MIGRATE, .is_admin = true, .reason = STR("-"),
                                      .to_net = to->net, .map = map,
                                      .actor = who_of_post(cx, matter_post_of_actor(cx, &m)) };
    bool fits = n == 0 && flow_would(cx, &m, &in, &cmd);
    jw_obj(w);
    jw_ki64(w, "version", to->version);
    write_migration_steps(cx, w, &in, to, map);
    jw_karr(w, "findings");
    for (size_t i = 0; i < n; i++)
        write_finding(cx, w, nodes[x[i].node].id, step_words(cx, in.def, &nodes[x[i].node]),
                      x[i].code);
    if (n == 0 && !fits)
        write_finding(cx, w, STR_NONE, STR_NONE, "flow.misfit_marking");
    jw_arr_end(w);
    jw_kbool(w, "fits", fits);
    jw_obj_end(w);
    return cx->err.kind == ERR_NONE;
}

/* --- matters under way --------------------------------------------------------------------------------- */

static const char *const governed_states[] = { "running", "suspended", NULL };

struct governed_in {
    int64_t unit_id, limit;
    struct str module, state, after;
};
static const struct field governed_in_fields[] = {
    FIELD(governed_in, unit_id, F_ID, .zh = "单位", .en = "unit"),
    FIELD(governed_in, module, F_TEXT, .max = 40, .flags = FIELD_REQUIRED, .zh = "业务",
          .en = "module"),
    FIELD(governed_in, state, F_CHOICE, .choices = governed_states, .zh = "状态", .en = "state"),
    FIELD(governed_in, after, F_TEXT, .max = 80, .zh = "接着", .en = "after"),
    FIELD(governed_in, limit, F_I64, .min = 0, .max = 100, .zh = "每页", .en = "page size"),
};
RECORD(governed_in);

struct governed_row {
    int64_t matter_id, started_at, version;
    struct str title, number, starter;
};
static const struct field governed_row_fields[] = {
    FIELD(governed_row, matter_id, F_ID, .zh = "事项", .en = "matter"),
    FIELD(governed_row, title, F_TEXT, .flags = FIELD_NULL, .zh = "标题（有权查看的）",
          .en = "title, for who may see the matter"),
    FIELD(governed_row, number, F_TEXT, .flags = FIELD_NULL, .zh = "编号", .en = "number"),
    FIELD(governed_row, starter, F_TEXT, .flags = FIELD_NULL, .zh = "发起人", .en = "started by"),
    FIELD(governed_row, version, F_I64, .zh = "流程版本", .en = "version it runs on"),
    FIELD(governed_row, started_at, F_MOMENT, .zh = "发起时间", .en = "started"),
};
RECORD(governed_row);

static bool unit_governed(struct ctx *cx, int64_t wanted, int64_t *out)
{
    const struct actor_post *main = actor_main_post(cx);
    *out = wanted ? wanted : main ? main->unit_id : 0;
    const struct matter m = { .unit_id = *out };
    if (*out && matter_is_governed(cx, &m, true))
        return true;
    if (cx->err.kind != ERR_INTERNAL)
        cx->err = (struct err){ 0 };
    return cx->err.kind == ERR_NONE && fail_not_found(cx);
}

static bool run_governed(struct ctx *cx, const void *input, struct jw *w)
{
    const struct governed_in *in = input;
    struct rows r;
    int64_t unit, before = INT64_MAX, last = 0, n = 0, limit = in->limit ? in->limit : 50;
    struct str state = in->state.n ? in->state : STR("running");
    bool more = false;
    if (!unit_governed(cx, in->unit_id, &unit) ||
        (in->after.n && !cursor_read(cx, in->after, &before, NULL, NULL)))
        return false;
    answer_rows(w);
    db_rows(cx->db, &r, &q_matters_governed, unit, in->module, state, before, limit + 1);
    for (; rows_next(&r); n++) {
        more = n == limit;
        if (more)
            break;
        last = row_i64(&r, 0);
        const struct definition *d = definition_load(cx, row_i64(&r, 4));
        bool sees = matter_can_see(cx, last);
        struct governed_row row = {
            .matter_id = last, .started_at = row_i64(&r, 3), .version = d ? d->version : 0,
            .title = sees ? row_text(&r, 1) : STR_NONE, .number = sees ? row_text(&r, 2) : STR_NONE,
            .starter = row_text(&r, 5),
        };
        record_encode(w, &governed_row_record, &row);
    }
    rows_end(&r);
    answer_rows_end(w, more ? cursor_text(cx, last, 0, 0) : STR_NONE);
    return cx->err.kind == ERR_NONE && !rows_failed(&r);
}

static const struct read reads[] = {
    { "matter.govern", "/matters/{matter_id}/govern", PERM_LOGIN, &govern_in_record,
      &govern_record, false, run_govern, "流程管理", "What who governs a matter's flow sees", 0 },
    { "matter.reroute_targets", "/matters/{matter_id}/reroute-targets", PERM_LOGIN,
      &reroutes_in_record, &reroute_row_record, true, run_reroutes, "可调度到的环节",
      "Steps to which a matter may be moved", 0 },
    { "matter.migration", "/matters/{matter_id}/migration", PERM_LOGIN, &migration_in_record,
      &migration_record, false, run_migration, "迁移前核对",
      "How a matter would fit another version", 0 },
    { "flow.governed", "/flow-matters", PERM_LOGIN, &governed_in_record, &governed_row_record, true,
      run_governed, "在办流程", "Matters under way of a unit's module", 0 },
};

const struct room desk_govern_room = { "desk", NULL, 0, ROOM_TABLE(reads), NULL, 0, NULL, NULL };
