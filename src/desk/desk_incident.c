/* 流程异常 (FLOW §3): where a flow cannot go on by itself, because a condition has no result, no way
 * is open, nobody was found or a called process failed. It stands on the matter's page and in a list
 * for the unit's administrator and head of office, who complete what is missing and try again, or name
 * who does it. Never is a way taken that nobody decided on. */
#include "core/answer.h"
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_in.h"

#define PAGE 200

static struct str words_of(const struct ctx *cx, const char *code)
{
    const struct err words = { .code = code, .arg = { "" } };
    return str_of(err_message(cx->a, &words, cx->lang));
}

static struct str step_of(const struct ctx *cx, const struct instance *in, int node)
{
    size_t n;
    const struct flow_node *x = &flow_nodes(in->def->net, &n)[node];
    return x->name.n ? definition_say(cx, in->def, x->name) : x->id;
}

static struct str node_id(const struct instance *in, int node)
{
    size_t n;
    return flow_nodes(in->def->net, &n)[node].id;
}

ANSWER(matter_incident, TEXT(ALWAYS, "node", "环节编号", "node"),
       TEXT(ALWAYS, "step", "环节", "step"),
       NUMBER(ALWAYS, "act", "第几次办理", "act; 0: on the way"),
       TEXTS(ALWAYS, "asks", "据以判断的数据", "variables that the way onwards depends on"),
       TEXT(ALWAYS, "code", "代码", "code"), TEXT(ALWAYS, "words", "说明", "in words"));

void incidents_write(const struct ctx *cx, struct jw *w, const struct instance *in)
{
    size_t n;
    const struct flow_incident *x = flow_incidents(cx->a, in->def->net, in->state, &n);
    jw_karr(w, "incidents");
    for (size_t i = 0; i < n; i++) {
        jw_obj(w);
        jw_kstr(w, "node", node_id(in, x[i].node));
        jw_kstr(w, "step", step_of(cx, in, x[i].node));
        jw_ki64(w, "act", x[i].act);
        size_t asks_n;
        const struct str *asks = flow_asked_vars(cx->a, in->def->net, x[i].node, &asks_n);
        jw_karr(w, "asks");
        for (size_t k = 0; k < asks_n; k++)
            jw_str(w, asks[k]);
        jw_arr_end(w);
        jw_ktext(w, "code", x[i].code);
        jw_kstr(w, "words", words_of(cx, x[i].code));
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

/* --- the list of those who mend ------------------------------------------------------------------- */

struct incidents_in {
    struct str after;
};
static const struct field incidents_in_fields[] = {
    FIELD(incidents_in, after, F_TEXT, .max = 80, .zh = "接着", .en = "after"),
};
RECORD(incidents_in);

struct incident_row {
    int64_t matter_id, unit_id, act, started_at;
    struct str unit, module, title, node, step, code, words;
};
static const struct field incident_row_fields[] = {
    FIELD(incident_row, matter_id, F_ID, .zh = "事项", .en = "matter"),
    FIELD(incident_row, unit_id, F_ID, .zh = "单位", .en = "unit"),
    FIELD(incident_row, unit, F_TEXT, .zh = "单位名称", .en = "its name"),
    FIELD(incident_row, module, F_TEXT, .zh = "业务", .en = "module"),
    FIELD(incident_row, title, F_TEXT, .flags = FIELD_NULL, .zh = "标题（有权查看的）",
          .en = "title, for who may see the matter"),
    FIELD(incident_row, node, F_TEXT, .zh = "环节编号", .en = "node"),
    FIELD(incident_row, step, F_TEXT, .zh = "环节", .en = "step"),
    FIELD(incident_row, act, F_I64, .zh = "第几次办理", .en = "act; 0: on the way"),
    FIELD(incident_row, code, F_TEXT, .zh = "代码", .en = "code"),
    FIELD(incident_row, words, F_TEXT, .zh = "说明", .en = "in words"),
    FIELD(incident_row, started_at, F_MOMENT, .zh = "发起时间", .en = "started"),
};
RECORD(incident_row);

static bool write_matter(struct ctx *cx, int64_t matter_id, struct jw *w)
{
    struct matter m;
    struct unit_row u;
    struct instance in;
    size_t n;
    int found = matter_find(cx, matter_id, &m);
    if (found != 1)
        return found == 0;
    if (!unit_load(cx, m.unit_id, &u))
        return false;
    if (!may(cx, PERM_UNIT_ADMIN, u.id, u.path) && !has_role(cx, ROLE_OFFICE_HEAD, u.id))
        return true;
    if (!instance_read(cx, &m, false, &in))
        return false;
    bool sees = matter_can_see(cx, m.id);
    const struct flow_incident *x = flow_incidents(cx->a, in.def->net, in.state, &n);
    for (size_t i = 0; i < n; i++) {
        const struct incident_row row = {
            .matter_id = m.id, .unit_id = u.id, .unit = u.name,
            .module = definition_say(cx, in.def, m.module_name),
            .title = sees ? m.title : STR_NONE, .node = node_id(&in, x[i].node),
            .step = step_of(cx, &in, x[i].node), .act = x[i].act, .code = str_of(x[i].code),
            .words = words_of(cx, x[i].code), .started_at = m.started_at,
        };
        record_encode(w, &incident_row_record, &row);
    }
    return cx->err.kind == ERR_NONE;
}

static bool run_incidents(struct ctx *cx, const void *input, struct jw *w)
{
    const struct incidents_in *in = input;
    struct rows r;
    int64_t ids[PAGE], after = 0;
    size_t n = 0;
    if (!cursor_read(cx, in->after, &after, NULL, NULL))
        return false;
    for (db_rows(cx->db, &r, &q_instances_stuck, after, (int64_t)PAGE); n < PAGE && rows_next(&r);)
        ids[n++] = row_i64(&r, 0);
    rows_end(&r);
    answer_rows(w);
    for (size_t i = 0; i < n; i++)
        if (!write_matter(cx, ids[i], w))
            return false;
    answer_rows_end(w, n == PAGE ? cursor_text(cx, ids[n - 1], 0, 0) : STR_NONE);
    return cx->err.kind == ERR_NONE && !rows_failed(&r);
}

/* --- mending ----------------------------------------------------------------------------------------- */

struct mended_out {
    int64_t matter_id, incidents_n;
};
static const struct field mended_out_fields[] = {
    FIELD(mended_out, matter_id, F_ID, .zh = "事项", .en = "matter"),
    FIELD(mended_out, incidents_n, F_I64, .zh = "仍有的异常", .en = "incidents that stand still"),
};
RECORD(mended_out);

/* By the unit's administrator or its head of office, on the record with the reason. */
static bool mend(struct ctx *cx, struct matter *m, struct flow_command cmd, const char *name,
                 const struct jv *vars, struct mended_out *out)
{
    struct instance in;
    size_t n;
    int64_t post = matter_post_of_actor(cx, m);
    cmd.is_admin = true;
    cmd.actor = who_of_post(cx, post);
    const struct flow_step s = { .cmd = cmd, .post_id = post, .op = name, .text = cmd.reason,
                                 .vars = vars };
    if (!flow_step_run(cx, m, &s, NULL) || !instance_read(cx, m, false, &in))
        return false;
    (void)flow_incidents(cx->a, in.def->net, in.state, &n); /* only how many */
    *out = (struct mended_out){ m->id, (int64_t)n };
    return true;
}

static bool mend_load(struct ctx *cx, int64_t matter_id, struct matter *m)
{
    struct instance in;
    size_t n;
    if (!matter_governed(cx, matter_id, true, m) || !matter_lock(cx, matter_id, m) ||
        !instance_read(cx, m, true, &in))
        return false;
    (void)flow_incidents(cx->a, in.def->net, in.state, &n); /* only how many */
    return n > 0 || fail(cx, ERR_STATE, "matter.no_incident", NULL);
}

struct retry_in {
    int64_t matter_id;
    const struct jv *vars;
    struct str reason;
};
static const struct field retry_in_fields[] = {
    FIELD(retry_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(retry_in, vars, F_JSON, .zh = "补齐的数据", .en = "what was missing"),
    FIELD(retry_in, reason, F_TEXT, .max = 500, .flags = FIELD_REQUIRED | FIELD_LINES,
          .zh = "理由", .en = "reason"),
};
RECORD(retry_in);

static bool run_retry(struct ctx *cx, const void *input, void *output)
{
    const struct retry_in *in = input;
    struct matter m;
    if (!mend_load(cx, in->matter_id, &m))
        return false;
    if (in->vars && jv_kind(in->vars) != JV_OBJECT)
        return fail(cx, ERR_INVALID, "input.object", "vars");
    const struct definition *d = definition_load(cx, m.definition_id);
    const struct flow_command cmd = { .op = FLOW_RETRY, .vars = in->vars, .reason = in->reason };
    return d && vars_may_be_named(cx, m.unit_id, d->module, in->vars, "vars") &&
           mend(cx, &m, cmd, "matter.retry", in->vars, output);
}

struct assignees_in {
    int64_t matter_id, act;
    struct ids post_ids;
    struct str reason;
};
static const struct field assignees_in_fields[] = {
    FIELD(assignees_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(assignees_in, act, F_I64, .min = 1, .max = 1000000, .flags = FIELD_REQUIRED,
          .zh = "哪一次办理", .en = "act"),
    FIELD(assignees_in, post_ids, F_IDS, .min = 1, .max = 50, .flags = FIELD_REQUIRED,
          .zh = "办理人", .en = "who"),
    FIELD(assignees_in, reason, F_TEXT, .max = 500, .flags = FIELD_REQUIRED | FIELD_LINES,
          .zh = "理由", .en = "reason"),
};
RECORD(assignees_in);

static bool run_set_assignees(struct ctx *cx, const void *input, void *output)
{
    const struct assignees_in *in = input;
    struct matter m;
    if (!mend_load(cx, in->matter_id, &m))
        return false;
    const struct flow_who *who = whos_named(cx, &m, in->post_ids, "post_ids");
    const struct flow_command cmd = { .op = FLOW_SET_ASSIGNEES, .act = (int)in->act, .who = who,
                                      .who_n = in->post_ids.n, .reason = in->reason };
    if (!who)
        return false;
    if (mend(cx, &m, cmd, "matter.set_assignees", NULL, output))
        return true;
    if (!cx->err.field && (strcmp(cx->err.code, "flow.no_act") == 0 ||
                           strcmp(cx->err.code, "flow.not_in_incident") == 0))
        cx->err.field = "act";
    return false;
}

static const struct command commands[] = {
    { "matter.retry", POST, "/matters/{matter_id}/retry", PERM_LOGIN, &retry_in_record,
      &mended_out_record, run_retry, "补齐数据后重试", "Complete what is missing and try again", 0,
      NULL },
    { "matter.set_assignees", POST, "/matters/{matter_id}/set_assignees", PERM_LOGIN,
      &assignees_in_record, &mended_out_record, run_set_assignees, "指定无人办理环节的办理人",
      "Name who does a step that found nobody", 0, NULL },
};

static const struct read reads[] = {
    { "flow.incidents", "/flow-incidents", PERM_LOGIN, &incidents_in_record, &incident_row_record,
      true, run_incidents, "流程异常", "Flows that cannot go on by themselves", 0 },
};

const struct room desk_incident_room = { "desk", ROOM_TABLE(commands), ROOM_TABLE(reads),
                                         NULL, 0, NULL, NULL };
