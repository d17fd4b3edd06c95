/* 仿真/试运行 and 预测后续 (FLOW 5.14): what a definition would do in the real organisation, and what
 * comes next in a matter under way. The engine is the one that runs; here it meets the people, the
 * calendar and the language of who asks. Nothing is written. */
#include "base/clock.h"
#include "calendar/calendar.h"
#include "core/answer.h"
#include "core/small.h"
#include "desk/desk_form_in.h"
#include "org/org.h"

#define PATHS_SHOWN 20

static const char *const sim_ends[] = { "ended", "cut", "stuck", NULL };
static ANSWER(foreseen_who, FLAG(ALWAYS, "shielded", "不显示领导办理情况", "a leader, shielded"),
              TEXT(OR_NULL, "who", "姓名", "who"), TEXT(OR_NULL, "title", "职务", "title"),
              TEXT(OR_NULL, "choice", "办理中再选", "chosen on the way: which choice"));
static ANSWER(foreseen_step, TEXT(ALWAYS, "node", "环节编号", "node"),
              TEXT(ALWAYS, "name", "环节", "step"), NUMBER(ALWAYS, "attempt", "第几次", "attempt"),
              LIST(ALWAYS, "people", &foreseen_who_record, "办理人", "who would have it"),
              AT(ALWAYS, "from_at", "开始", "from"), AT(OR_NULL, "due_at", "期限", "due"),
              TEXT(OR_NULL, "outcome", "结果", "outcome on this path"),
              TEXT(OR_NULL, "event", "发生的事件", "event in the place of a completion"));
static ANSWER(foreseen_path, CHOICE(ALWAYS, "end", sim_ends, "结局", "how it ends"),
              AT(ALWAYS, "end_at", "结束", "when"),
              LIST(ALWAYS, "steps", &foreseen_step_record, "环节", "steps"));
static ANSWER(foreseen_next, TEXT(ALWAYS, "node", "环节编号", "node"),
              TEXT(ALWAYS, "name", "环节", "step"),
              LIST(ALWAYS, "people", &foreseen_who_record, "办理人", "who would have it"),
              AT(ALWAYS, "from_at", "最早开始", "earliest begin"),
              AT(OR_NULL, "due_at", "期限", "due then"),
              FLAG(ALWAYS, "is_sure", "必经", "on every path"),
              FLAG(ALWAYS, "is_now", "正在办理", "open now"));
static ANSWER(foreseen_finding, TEXT(OR_NULL, "node", "环节编号", "node"),
              TEXT(OR_NULL, "name", "环节", "step"), TEXT(ALWAYS, "code", "代码", "code"),
              TEXT(ALWAYS, "words", "说明", "in words"));
static ANSWER(foresight, NUMBER(ALWAYS, "paths_n", "路径数", "number of paths"),
              FLAG(ALWAYS, "capped", "只看了一部分", "there are more paths than were looked at"),
              LIST(ALWAYS, "steps", &foreseen_next_record, "环节一览", "steps, each once"),
              LIST(ALWAYS, "paths", &foreseen_path_record, "路径", "paths, the first ones"),
              LIST(ALWAYS, "findings", &foreseen_finding_record, "问题", "findings"));

/* --- the world ------------------------------------------------------------------------------------ */

struct seer {
    struct ctx *cx;
    const struct matter *m; /* with id 0: only a definition */
    const struct definition *d;
    const struct flow_org *org;
    struct flow_sim *sim;
    struct jw *w;
};

/* A question that has no answer is a finding of the simulation, not an error of the request. */
static bool forgive(struct ctx *cx)
{
    if (cx->err.kind == ERR_INTERNAL || cx->err.kind == ERR_BUSY)
        return false;
    cx->err = (struct err){ 0 };
    return true;
}

static bool resolve(void *arg, struct arena *a, const struct flow_term *term,
                    const struct flow_resolve_ctx *rc, struct flow_who **out, size_t *n,
                    struct err *err)
{
    struct seer *s = arg;
    if (s->org->resolve(s->org->arg, a, term, rc, out, n, err))
        return true;
    *n = 0;
    if (!forgive(s->cx))
        return false;
    *err = (struct err){ 0 };
    return true;
}

static bool due(void *arg, struct str rule, int64_t from, int64_t *out)
{
    struct seer *s = arg;
    return wait_fire_time(s->cx, rule, from, out) || (forgive(s->cx) && false);
}

/* --- written --------------------------------------------------------------------------------------- */

/* The label of a choice that a person makes on the way. */
static struct str choice_label(const struct seer *s, struct str name)
{
    static const char *const lists[] = { "choices", "fields", NULL };
    const struct jv *module = definition_json(s->cx, s->d);
    for (size_t k = 0; lists[k]; k++) {
        const struct jv *all = jv_get(module, lists[k]);
        for (size_t i = 0; i < jv_size(all); i++)
            if (str_eq(jv_str(jv_get(jv_at(all, i), "name")), name))
                return jv_str(jv_get(jv_at(all, i), "label"));
    }
    return name;
}

/* P8: in a matter, who of the leaders has it or will have it is for the office. */
static bool write_who(const struct seer *s, const struct flow_who *who)
{
    struct ctx *cx = s->cx;
    struct org_post p = { .title = STR_NONE };
    bool is_choice = who->kind == FLOW_NAME && who->name.n && who->name.p[0] == '?';
    if (who->kind == FLOW_POST && org_post_find(cx, who->id, &p) < 0)
        return false;
    bool shielded = s->m->id && who->kind == FLOW_POST &&
                    desk_sees_leader(cx, s->m->unit_id, who->id) == 0;
    jw_obj(s->w);
    jw_kbool(s->w, "shielded", shielded);
    jw_kstr(s->w, "who", shielded || is_choice ? STR_NONE : who_name(cx, who));
    jw_kstr(s->w, "title", shielded ? STR_NONE : p.title);
    jw_kstr(s->w, "choice",
            is_choice ? choice_label(s, str_sub(who->name, 1, who->name.n)) : STR_NONE);
    jw_obj_end(s->w);
    return cx->err.kind == ERR_NONE;
}

static bool write_people(const struct seer *s, const struct flow_sim_step *step)
{
    bool good = true;
    jw_karr(s->w, "people");
    for (size_t i = 0; good && i < step->who_n; i++)
        good = write_who(s, &step->who[i]);
    jw_arr_end(s->w);
    return good;
}

static void write_due(struct jw *w, int64_t at)
{
    if (at)
        jw_ki64(w, "due_at", at);
    else
        jw_knull(w, "due_at");
}

static struct str name_of(const struct seer *s, int node)
{
    size_t n;
    const struct flow_node *x = &flow_nodes(s->d->net, &n)[node];
    return x->name.n ? definition_say(s->cx, s->d, x->name) : x->id;
}

static struct str event_name(const struct seer *s, struct str id)
{
    int node = id.n ? flow_node_find(s->d->net, id) : -1;
    return node >= 0 ? name_of(s, node) : id.n ? id : STR_NONE;
}

static bool write_step(const struct seer *s, const struct flow_sim_step *step)
{
    size_t n;
    struct str id = flow_nodes(s->d->net, &n)[step->node].id;
    jw_obj(s->w);
    jw_kstr(s->w, "node", id);
    jw_kstr(s->w, "name", name_of(s, step->node));
    jw_ki64(s->w, "attempt", step->attempt);
    bool good = write_people(s, step);
    jw_ki64(s->w, "from_at", step->from_at);
    write_due(s->w, step->due_at);
    jw_kstr(s->w, "outcome",
            step->outcome.n ? definition_outcome(s->cx, s->d, id, step->outcome) : STR_NONE);
    jw_kstr(s->w, "event", event_name(s, step->event));
    jw_obj_end(s->w);
    return good;
}

static bool write_paths(const struct seer *s)
{
    bool good = true;
    jw_karr(s->w, "paths");
    for (size_t i = 0; good && i < s->sim->path_n && i < PATHS_SHOWN; i++) {
        const struct flow_sim_path *p = &s->sim->path[i];
        jw_obj(s->w);
        jw_ktext(s->w, "end", sim_ends[p->end]);
        jw_ki64(s->w, "end_at", p->end_at);
        jw_karr(s->w, "steps");
        for (size_t k = 0; good && k < p->step_n; k++)
            good = write_step(s, &p->step[k]);
        jw_arr_end(s->w);
        jw_obj_end(s->w);
    }
    jw_arr_end(s->w);
    return good;
}

struct once {
    const struct flow_sim_step *step; /* the earliest */
    size_t paths, last;               /* on how many, and the last that counted */
};

static bool write_once(const struct seer *s, const struct once *o)
{
    size_t n;
    jw_obj(s->w);
    jw_kstr(s->w, "node", flow_nodes(s->d->net, &n)[o->step->node].id);
    jw_kstr(s->w, "name", name_of(s, o->step->node));
    bool good = write_people(s, o->step);
    jw_ki64(s->w, "from_at", o->step->from_at);
    write_due(s->w, o->step->due_at);
    jw_kbool(s->w, "is_sure", !s->sim->is_capped && o->paths == s->sim->path_n);
    jw_kbool(s->w, "is_now", s->m->id && o->step->from_at <= s->cx->now);
    jw_obj_end(s->w);
    return good;
}

/* Every step once, in the order of the first path on which it comes. */
static bool write_steps(const struct seer *s)
{
    size_t nodes_n, n = 0;
    (void)flow_nodes(s->d->net, &nodes_n); /* only how many */
    struct once *by = arena_array_of(s->cx->a, struct once, nodes_n + 1);
    int *order = arena_array_of(s->cx->a, int, nodes_n + 1);
    memset(by, 0, (nodes_n + 1) * sizeof *by);
    for (size_t i = 0; i < s->sim->path_n; i++)
        for (size_t k = 0; k < s->sim->path[i].step_n; k++) {
            const struct flow_sim_step *step = &s->sim->path[i].step[k];
            struct once *o = &by[step->node];
            if (!o->step)
                order[n++] = step->node;
            if (!o->step || step->from_at < o->step->from_at)
                o->step = step;
            if (o->last != i + 1)
                o->paths++;
            o->last = i + 1;
        }
    bool good = true;
    jw_karr(s->w, "steps");
    for (size_t i = 0; good && i < n; i++)
        good = write_once(s, &by[order[i]]);
    jw_arr_end(s->w);
    return good;
}

static void write_findings(const struct seer *s)
{
    size_t n;
    const struct flow_node *nodes = flow_nodes(s->d->net, &n);
    jw_karr(s->w, "findings");
    for (size_t i = 0; i < s->sim->finding_n; i++) {
        const struct flow_sim_finding *f = &s->sim->finding[i];
        const struct err words = { .code = f->code, .arg = { "" } };
        jw_obj(s->w);
        jw_kstr(s->w, "node", f->node >= 0 ? nodes[f->node].id : STR_NONE);
        jw_kstr(s->w, "name", f->node >= 0 ? name_of(s, f->node) : STR_NONE);
        jw_ktext(s->w, "code", f->code);
        jw_ktext(s->w, "words", err_message(s->cx->a, &words, s->cx->lang));
        jw_obj_end(s->w);
    }
    jw_arr_end(s->w);
}

static bool foresee(struct seer *s, const struct flow_state *state, const struct jv *vars)
{
    s->org = flow_org_of(s->cx, s->m);
    const struct flow_world world = {
        .org = { .resolve = resolve, .arg = s }, .due = due, .arg = s, .now = s->cx->now,
        .starter = who_of_post(s->cx, s->m->starter_post), .vars = vars,
    };
    s->sim = flow_simulate(s->cx->a, s->d->net, state, &world);
    if (s->cx->err.kind)
        return false;
    jw_obj(s->w);
    jw_ki64(s->w, "paths_n", (int64_t)s->sim->path_n);
    jw_kbool(s->w, "capped", s->sim->is_capped);
    bool good = write_steps(s) && write_paths(s);
    write_findings(s);
    jw_obj_end(s->w);
    return good;
}

/* --- of a definition --------------------------------------------------------------------------------- */

struct simulate_in {
    struct str key, form, vars;
    int64_t post_id;
};
static const struct field simulate_in_fields[] = {
    FIELD(simulate_in, key, F_TEXT, .max = 60, .flags = FIELD_PATH, .zh = "业务", .en = "module"),
    FIELD(simulate_in, post_id, F_ID, .zh = "以哪个身份发起", .en = "as which post"),
    FIELD(simulate_in, form, F_TEXT, .max = 8000, .zh = "表单内容（JSON）",
          .en = "values of the form, as JSON"),
    FIELD(simulate_in, vars, F_TEXT, .max = 4000, .zh = "其他变量（JSON）",
          .en = "other variables, as JSON"),
};
RECORD(simulate_in);

static bool object_in(struct ctx *cx, struct str text, const char *field, const struct jv **out)
{
    *out = text.n ? jv_parse(cx->a, text, NULL, NULL) : NULL;
    return !text.n || jv_kind(*out) == JV_OBJECT || fail(cx, ERR_INVALID, "input.object", field);
}

static bool run_simulate(struct ctx *cx, const void *input, struct jw *w)
{
    const struct simulate_in *in = input;
    const struct jv *form, *added;
    const struct actor_post *post = in->post_id ? actor_post(cx, in->post_id)
                                                : actor_main_post(cx);
    if (!post)
        return fail(cx, ERR_INVALID, "matter.no_post", "post_id");
    if (!post_at_office(cx, &post) || !object_in(cx, in->form, "form", &form) ||
        !object_in(cx, in->vars, "vars", &added))
        return false;
    const struct definition *d = definition_newest(cx, in->key, post->unit_id);
    if (!d)
        return false;
    const struct matter m = { .module = d->key, .definition_id = d->id, .unit_id = post->unit_id,
                              .starter_post = post->id };
    struct seer s = { .cx = cx, .m = &m, .d = d, .w = w };
    return foresee(&s, NULL,
                   flow_vars_of(cx, d, form_values_of(cx->a, d->form->fields, form), added,
                                starter_json(cx, post), STR("normal")));
}

/* --- of a matter under way ---------------------------------------------------------------------------- */

struct next_in {
    int64_t matter_id;
};
static const struct field next_in_fields[] = {
    FIELD(next_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
};
RECORD(next_in);

static bool run_next(struct ctx *cx, const void *input, struct jw *w)
{
    const struct next_in *in = input;
    struct matter m;
    struct instance i;
    if (!matter_load(cx, in->matter_id, &m) || !instance_read(cx, &m, false, &i))
        return false;
    if (!str_is(m.state, "running"))
        return fail(cx, ERR_STATE, "flow.not_running", NULL);
    struct seer s = { .cx = cx, .m = &m, .d = i.def, .w = w };
    return foresee(&s, i.state, NULL);
}

static const struct read reads[] = {
    { "module.simulate", "/modules/{key}/simulate", PERM_LOGIN, &simulate_in_record,
      &foresight_record, false, run_simulate, "业务试运行",
      "Dry run of a module in the real organisation", 0 },
    { "matter.next", "/matters/{matter_id}/next", PERM_LOGIN, &next_in_record, &foresight_record,
      false, run_next, "预测后续环节", "What comes next in a matter", 0 },
};

const struct room desk_foresee_room = { "desk", NULL, 0, ROOM_TABLE(reads), NULL, 0, NULL, NULL };
