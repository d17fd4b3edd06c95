/* 仿真/试运行 and 预测后续 (FLOW 5.14): what a draft, a published module or a matter under way would do in
 * the real organisation: who would have each step, until when, and what is wrong on any way. One world
 * and one answer for all three; the engine is the one that runs, and nothing is left behind. */
#include "core/answer.h"
#include "core/small.h"
#include "desk/desk_form_in.h"
#include "org/org.h"

static const char *const way_ends[] = { "ended", "cut", "stuck", NULL }; /* enum flow_sim_end */
static ANSWER(simulated_person, FLAG(ALWAYS, "shielded", "不显示领导办理情况", "a leader, shielded"),
              TEXT(OR_NULL, "who", "姓名", "who"), TEXT(OR_NULL, "title", "职务", "title"),
              TEXT(OR_NULL, "choice", "办理中再选", "chosen on the way: which choice"));
static ANSWER(simulated_step, TEXT(ALWAYS, "node", "环节编号", "node"), TEXT(ALWAYS, "name", "环节", "step"),
              LIST(ALWAYS, "people", &simulated_person_record, "办理人", "who would have it"),
              FLAG(ALWAYS, "is_raised", "本应由申请人本人办理，改由上一级", "would be the starter's own, so it goes up"),
              TEXT(OR_NULL, "outcome", "结果", "outcome taken on this way"),
              TEXT(OR_NULL, "event", "发生的事件", "event in the place of a completion"),
              AT(ALWAYS, "from_at", "到达时间", "arrives"), AT(OR_NULL, "due_at", "办理期限", "due"));
static ANSWER(simulated_way, CHOICE(ALWAYS, "end", way_ends, "结局", "how it ends; cut: it goes round"),
              AT(ALWAYS, "end_at", "结束时间", "when"),
              LIST(ALWAYS, "steps", &simulated_step_record, "环节", "steps in the order they begin"));
static ANSWER(simulated_outcome, TEXT(ALWAYS, "name", "结果", "outcome"), TEXT(ALWAYS, "label", "显示", "as its button has it"));
static ANSWER(simulated_node, TEXT(ALWAYS, "node", "环节编号", "node"), TEXT(ALWAYS, "name", "环节", "step"),
              FLAG(ALWAYS, "is_sure", "必经", "on every way"), FLAG(ALWAYS, "is_now", "正在办理", "open now"),
              LIST(ALWAYS, "outcomes", &simulated_outcome_record, "可选的结果", "outcomes among which it chooses; none: it goes on"));
static ANSWER(simulated_finding, TEXT(OR_NULL, "node", "环节编号", "node; null: the whole"),
              TEXT(OR_NULL, "name", "环节", "step"), TEXT(ALWAYS, "code", "代码", "code"),
              TEXT(ALWAYS, "message", "问题", "what was found"));
static ANSWER(simulation, NUMBER(ALWAYS, "ways", "走法", "ways looked at"),
              FLAG(ALWAYS, "is_capped", "只看了一部分", "there are more ways than were looked at"),
              ONE(ALWAYS, "way", &simulated_way_record, "所走的路", "the way on which most goes as asked"),
              LIST(ALWAYS, "nodes", &simulated_node_record, "环节一览", "steps of all ways, each once"),
              LIST(ALWAYS, "findings", &simulated_finding_record, "问题", "findings over all ways"));

/* --- the world ------------------------------------------------------------------------------------------- */

struct trial {
    struct ctx *cx;
    struct matter m; /* id 0: there is none yet */
    const struct definition *d;
    const struct flow_org *org;
    const struct flow_sim *sim;
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

/* Whom the form or a step has chosen; the definition of a draft is not to be had by its id. */
static bool chosen(struct trial *t, struct arena *a, struct str name, const struct flow_resolve_ctx *r,
                   struct flow_who **out, size_t *n)
{
    *out = arena_array_of(a, struct flow_who, r->chosen_n + 1);
    *n = 0;
    for (size_t i = 0; i < r->chosen_n; i++) {
        struct flow_who w = r->chosen[i];
        int good = who_may_be_named(t->cx, t->m.unit_id, &w, var_takes_units(t->d->module, name));
        if (good < 0)
            return false;
        if (good)
            (*out)[(*n)++] = w;
    }
    return true;
}

static bool resolve(void *arg, struct arena *a, const struct flow_term *term,
                    const struct flow_resolve_ctx *r, struct flow_who **out, size_t *n,
                    struct err *err)
{
    struct trial *t = arg;
    if (term->kind == FLOW_TERM_VAR ? chosen(t, a, term->arg, r, out, n)
                                    : t->org->resolve(t->org->arg, a, term, r, out, n, err))
        return true;
    *n = 0;
    if (!forgive(t->cx))
        return false;
    *err = (struct err){ 0 };
    return true;
}

static bool due(void *arg, struct str rule, int64_t from, int64_t *out)
{
    struct trial *t = arg;
    return wait_fire_time(t->cx, rule, from, out) || (forgive(t->cx) && false);
}

/* What expressions know of the starter, who need not be the actor. */
static bool starter_of(struct ctx *cx, const struct org_post *p, int64_t unit_id, struct str unit,
                       struct str *out)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_kid(&w, "post", p->id);
    jw_kstr(&w, "name", p->name);
    jw_kstr(&w, "unit", unit);
    jw_kstr(&w, "title", p->title);
    jw_kbool(&w, "is_leader", p->is_leader);
    jw_karr(&w, "roles");
    for (int r = ROLE_NONE + 1; r < ROLE_COUNT; r++) {
        struct ids posts;
        if (!org_role_posts(cx, unit_id, (enum role)r, &posts))
            return false;
        for (size_t i = 0; i < posts.n; i++)
            if (posts.p[i] == p->id)
                jw_text(&w, role_name((enum role)r));
    }
    jw_arr_end(&w);
    bool good = starter_place_write(cx, &w, p->id) && starter_above_write(cx, &w, unit_id);
    jw_obj_end(&w);
    *out = buf_done(&b);
    return good;
}

/* What is known: fields that have a value; the others decide nothing, so that each way is looked at. */
static const struct jv *known_of(struct ctx *cx, const struct jv *vars)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    struct str key;
    const struct jv *value;
    jw_obj(&w);
    for (const void *it = jv_next(vars, NULL, &key, &value); it; it = jv_next(vars, it, &key, &value))
        if (jv_kind(value) != JV_NULL) {
            jw_key_str(&w, key);
            jw_raw(&w, jv_compact(cx->a, value));
        }
    jw_obj_end(&w);
    return jv_parse(cx->a, buf_done(&b), NULL, NULL);
}

/* --- the way shown --------------------------------------------------------------------------------------- */

static struct str node_id(const struct trial *t, int node)
{
    size_t n;
    return flow_nodes(t->d->net, &n)[node].id;
}

static bool is_step(const struct trial *t, int node)
{
    size_t n;
    return flow_nodes(t->d->net, &n)[node].kind == FLOW_USER_TASK;
}

/* The way on which most steps go as asked; one that ends before one that does not, and one on which
 * everything goes as usual before one on which an event happens. */
static const struct flow_sim_path *way_of(const struct trial *t, const struct jv *outcomes)
{
    const struct flow_sim_path *best = NULL;
    long best_is = 0;
    for (size_t i = 0; i < t->sim->path_n; i++) {
        const struct flow_sim_path *p = &t->sim->path[i];
        long is = p->end == FLOW_SIM_ENDED ? 1 : 0;
        for (size_t k = 0; k < p->step_n; k++) {
            struct str id = node_id(t, p->step[k].node);
            struct str asked = jv_str(jv_get(outcomes, arena_strndup(t->cx->a, id.p, id.n)));
            is -= p->step[k].event.n ? 2 : 0;
            is -= asked.n && !str_eq(asked, p->step[k].outcome) ? 4 : 0;
        }
        if (!best || is > best_is) {
            best = p;
            best_is = is;
        }
    }
    return best;
}

/* --- written --------------------------------------------------------------------------------------------- */

static struct str name_of(const struct trial *t, int node)
{
    size_t n;
    const struct flow_node *x = &flow_nodes(t->d->net, &n)[node];
    return x->name.n ? definition_say(t->cx, t->d, x->name) : x->id;
}

/* The label of a choice that a person makes on the way. */
static struct str choice_label(const struct trial *t, struct str name)
{
    static const char *const lists[] = { "choices", "asks", "fields", NULL };
    const struct jv *module = definition_json(t->cx, t->d);
    for (size_t k = 0; lists[k]; k++) {
        const struct jv *all = jv_get(module, lists[k]);
        for (size_t i = 0; i < jv_size(all); i++)
            if (str_eq(jv_str(jv_get(jv_at(all, i), "name")), name))
                return jv_str(jv_get(jv_at(all, i), "label"));
    }
    return name;
}

static void put_person(struct jw *w, struct str who, struct str title, struct str choice)
{
    jw_obj(w);
    jw_kbool(w, "shielded", !who.p && !choice.p);
    jw_kstr(w, "who", who);
    jw_kstr(w, "title", title);
    jw_kstr(w, "choice", choice);
    jw_obj_end(w);
}

/* P8: in a matter, who of the leaders has it or will have it is for the office. */
static bool write_post(const struct trial *t, int64_t post_id)
{
    struct org_post p;
    if (org_post_find(t->cx, post_id, &p) != 1)
        return t->cx->err.kind == ERR_NONE;
    bool shielded = t->m.id && desk_sees_leader(t->cx, t->m.unit_id, post_id) == 0;
    put_person(t->w, shielded ? STR_NONE : p.name, shielded ? STR_NONE : p.title, STR_NONE);
    return t->cx->err.kind == ERR_NONE;
}

static bool write_who(const struct trial *t, const struct flow_who *who)
{
    struct ids posts = { NULL, 0 };
    enum role held;
    if (who->kind == FLOW_NAME && str_starts(who->name, STR("?"))) {
        put_person(t->w, STR_NONE, STR_NONE, choice_label(t, str_sub(who->name, 1, who->name.n)));
        return true;
    }
    if (who->kind == FLOW_POOL &&
        !org_role_holders(t->cx, who->id ? who->id : t->m.unit_id, role_of(who->name), &held, &posts) &&
        !forgive(t->cx))
        return false;
    if (who->kind == FLOW_POST)
        posts = (struct ids){ &who->id, 1 };
    for (size_t i = 0; i < posts.n; i++)
        if (!write_post(t, posts.p[i]))
            return false;
    if (!posts.n)
        put_person(t->w, who_name(t->cx, who), STR_NONE, STR_NONE);
    return t->cx->err.kind == ERR_NONE;
}

static struct str event_name(const struct trial *t, struct str id)
{
    int node = id.n ? flow_node_find(t->d->net, id) : -1;
    return node >= 0 ? name_of(t, node) : id.n ? id : STR_NONE;
}

static bool write_step(const struct trial *t, const struct flow_sim_step *step)
{
    struct str id = node_id(t, step->node);
    bool good = true;
    jw_obj(t->w);
    jw_kstr(t->w, "node", id);
    jw_kstr(t->w, "name", name_of(t, step->node));
    jw_karr(t->w, "people");
    for (size_t i = 0; good && i < step->who_n; i++)
        good = write_who(t, &step->who[i]);
    jw_arr_end(t->w);
    jw_kbool(t->w, "is_raised", flow_is_raised(t->org, step->node));
    jw_kstr(t->w, "outcome",
            step->outcome.n ? definition_outcome(t->cx, t->d, id, step->outcome) : STR_NONE);
    jw_kstr(t->w, "event", event_name(t, step->event));
    jw_ki64(t->w, "from_at", step->from_at);
    if (step->due_at)
        jw_ki64(t->w, "due_at", step->due_at);
    else
        jw_knull(t->w, "due_at");
    jw_obj_end(t->w);
    return good;
}

static bool write_way(const struct trial *t, const struct flow_sim_path *way)
{
    bool good = true;
    jw_kobj(t->w, "way");
    jw_ktext(t->w, "end", way_ends[way ? way->end : FLOW_SIM_STUCK]);
    jw_ki64(t->w, "end_at", way ? way->end_at : t->cx->now);
    jw_karr(t->w, "steps");
    for (size_t i = 0; good && way && i < way->step_n; i++)
        good = !is_step(t, way->step[i].node) || write_step(t, &way->step[i]);
    jw_arr_end(t->w);
    jw_obj_end(t->w);
    return good;
}

struct once {
    size_t paths, last; /* on how many, and the last that counted */
    int64_t from_at;    /* the earliest */
};

static void write_node(const struct trial *t, int node, const struct once *o)
{
    size_t n;
    const struct flow_outcome *out = flow_outcomes(t->d->net, node, &n);
    jw_obj(t->w);
    jw_kstr(t->w, "node", node_id(t, node));
    jw_kstr(t->w, "name", name_of(t, node));
    jw_kbool(t->w, "is_sure", !t->sim->is_capped && o->paths == t->sim->path_n);
    jw_kbool(t->w, "is_now", t->m.id && o->from_at <= t->cx->now);
    jw_karr(t->w, "outcomes");
    for (size_t i = 0; i < n && n > 1; i++) {
        jw_obj(t->w);
        jw_kstr(t->w, "name", out[i].name);
        jw_kstr(t->w, "label", definition_outcome(t->cx, t->d, node_id(t, node), out[i].name));
        jw_obj_end(t->w);
    }
    jw_arr_end(t->w);
    jw_obj_end(t->w);
}

/* Every step once, in the order of the first way on which it comes. */
static void write_nodes(const struct trial *t)
{
    size_t nodes_n, n = 0;
    (void)flow_nodes(t->d->net, &nodes_n); /* only how many */
    struct once *by = arena_array_of(t->cx->a, struct once, nodes_n + 1);
    int *order = arena_array_of(t->cx->a, int, nodes_n + 1);
    memset(by, 0, (nodes_n + 1) * sizeof *by);
    for (size_t i = 0; i < t->sim->path_n; i++)
        for (size_t k = 0; k < t->sim->path[i].step_n; k++) {
            const struct flow_sim_step *step = &t->sim->path[i].step[k];
            struct once *o = &by[step->node];
            if (!is_step(t, step->node))
                continue;
            if (!o->paths)
                order[n++] = step->node;
            if (!o->paths || step->from_at < o->from_at)
                o->from_at = step->from_at;
            if (o->last != i + 1)
                o->paths++;
            o->last = i + 1;
        }
    jw_karr(t->w, "nodes");
    for (size_t i = 0; i < n; i++)
        write_node(t, order[i], &by[order[i]]);
    jw_arr_end(t->w);
}

static void write_findings(const struct trial *t)
{
    jw_karr(t->w, "findings");
    for (size_t i = 0; i < t->sim->finding_n; i++) {
        const struct flow_sim_finding *f = &t->sim->finding[i];
        const struct err words = { .code = f->code, .arg = { "" } };
        jw_obj(t->w);
        jw_kstr(t->w, "node", f->node >= 0 ? node_id(t, f->node) : STR_NONE);
        jw_kstr(t->w, "name", f->node >= 0 ? name_of(t, f->node) : STR_NONE);
        jw_ktext(t->w, "code", f->code);
        jw_ktext(t->w, "message", err_message(t->cx->a, &words, t->cx->lang));
        jw_obj_end(t->w);
    }
    jw_arr_end(t->w);
}

/* state: of the matter under way; NULL: from the beginning, with vars. */
static bool simulate(struct trial *t, const struct flow_state *state, const struct jv *vars,
                     const struct jv *outcomes)
{
    struct ctx *cx = t->cx;
    t->org = flow_org_of(cx, &t->m);
    const struct flow_world world = {
        .org = { .resolve = resolve, .arg = t }, .due = due, .arg = t, .now = cx->now,
        .starter = who_of_post(cx, t->m.starter_post), .vars = vars,
    };
    t->sim = flow_simulate(cx->a, t->d->net, state, &world);
    if (cx->err.kind)
        return false;
    jw_obj(t->w);
    jw_ki64(t->w, "ways", (int64_t)t->sim->path_n);
    jw_kbool(t->w, "is_capped", t->sim->is_capped);
    bool good = write_way(t, way_of(t, outcomes));
    write_nodes(t);
    write_findings(t);
    jw_obj_end(t->w);
    return good && cx->err.kind == ERR_NONE;
}

static bool is_object(struct ctx *cx, const struct jv *v, const char *field)
{
    return !v || jv_kind(v) == JV_OBJECT || fail(cx, ERR_INVALID, "input.object", field);
}

/* --- from the beginning: a draft, a published module -------------------------------------------------------- */

struct beginning {
    const struct org_post *post; /* who starts it */
    const struct jv *form, *vars, *outcomes;
};

/* The form as the starter would hand it in, as far as it is filled in. */
static const struct jv *form_vars(struct trial *t, const struct beginning *b, struct str starter)
{
    struct form_seen *seen =
        form_seen_of(t->cx, t->d->key, t->m.unit_id, 0, 0, starter, STR("normal"), STR_NONE);
    const struct form_change change = { .input = b->form, .is_start = true, .is_draft = true };
    const struct form *f = t->d->form;
    struct form_result r = form_apply(t->cx->a, f, f->fields,
                                      form_values_of(t->cx->a, f->fields, NULL), &change,
                                      &seen->world);
    return known_of(t->cx, flow_vars_of(t->cx, t->d, r.values, b->vars, starter, STR("normal")));
}

static bool from_beginning(struct ctx *cx, struct jw *w, const struct definition *d,
                           const struct beginning *b)
{
    const struct org_post *p = b->post;
    struct str starter, unit;
    struct trial t = {
        .cx = cx, .w = w, .d = d,
        .m = { .module = d->key, .definition_id = d->id, .starter_post = p->id,
               .starter_person = p->person_id, .urgency = STR("normal") },
    };
    if (!is_object(cx, b->form, "form") || !is_object(cx, b->vars, "vars") ||
        !is_object(cx, b->outcomes, "outcomes") ||
        !org_office_of(cx, p->unit_id, &t.m.unit_id, &unit) ||
        !starter_of(cx, p, t.m.unit_id, unit, &starter))
        return false;
    return simulate(&t, NULL, form_vars(&t, b, starter), b->outcomes);
}

#define BEGINNING_FIELDS(in)                                                                       \
    FIELD(in, post_id, F_ID, .zh = "由谁发起", .en = "started by this post; absent: one's own"),      \
        FIELD(in, form, F_JSON, .max = FORM_BYTES, .zh = "表单", .en = "form, as far as known"),     \
        FIELD(in, vars, F_JSON, .max = FORM_BYTES, .zh = "其他变量", .en = "choices made, by name"),   \
        FIELD(in, outcomes, F_JSON, .zh = "各环节的结果", .en = "outcome by step")

struct studio_simulate_in {
    int64_t id, post_id;
    const struct jv *form, *vars, *outcomes;
};
static const struct field studio_simulate_in_fields[] = {
    FIELD(studio_simulate_in, id, F_ID, .flags = FIELD_PATH, .zh = "草稿", .en = "draft"),
    BEGINNING_FIELDS(studio_simulate_in),
};
RECORD(studio_simulate_in);

/* An own post of the draft's unit, any post for the city's; the actor's own by default. */
static bool take_starter(struct ctx *cx, const struct module_draft *d, int64_t post_id,
                         struct org_post *out)
{
    const struct actor_post *own = actor_main_post(cx);
    if (!post_id && !own)
        return fail(cx, ERR_INVALID, "matter.no_post", "post_id");
    int found = org_post_find(cx, post_id ? post_id : own->id, out);
    if (found == 1 && (!out->is_current || (d->unit_id && out->unit_id != d->unit_id)))
        found = !d->unit_id || !out->is_current ? 0 : org_is_own_post(cx, d->unit_id, out);
    return found == 1 || (found == 0 && fail(cx, ERR_INVALID, "item.unknown_person", "post_id"));
}

static bool run_draft(struct ctx *cx, const void *input, struct jw *w)
{
    const struct studio_simulate_in *in = input;
    struct module_draft draft;
    struct module_checked c;
    struct org_post p;
    if (!module_draft_load(cx, in->id, &draft) || !module_draft_check(cx, &draft, &c))
        return false;
    if (!c.is_good || !c.net)
        return fail(cx, ERR_STATE, "studio.not_simulated", NULL);
    const struct beginning b = { &p, in->form, in->vars, in->outcomes };
    return take_starter(cx, &draft, in->post_id, &p) &&
           from_beginning(cx, w, definition_trial(cx->a, &draft, &c), &b);
}

struct module_simulate_in {
    struct str key;
    int64_t post_id;
    const struct jv *form, *vars, *outcomes;
};
static const struct field module_simulate_in_fields[] = {
    FIELD(module_simulate_in, key, F_TEXT, .max = 60, .flags = FIELD_PATH, .zh = "业务", .en = "module"),
    BEGINNING_FIELDS(module_simulate_in),
};
RECORD(module_simulate_in);

/* As its starter: by a post of one's own. */
static bool run_module(struct ctx *cx, const void *input, struct jw *w)
{
    const struct module_simulate_in *in = input;
    struct org_post p;
    const struct actor_post *own = in->post_id ? actor_post(cx, in->post_id) : actor_main_post(cx);
    if (!own)
        return fail(cx, ERR_INVALID, "matter.no_post", "post_id");
    const struct actor_post *at = own;
    if (!post_at_office(cx, &at) || org_post_find(cx, own->id, &p) < 0)
        return false;
    const struct definition *d = definition_newest(cx, in->key, at->unit_id);
    const struct beginning b = { &p, in->form, in->vars, in->outcomes };
    return d && from_beginning(cx, w, d, &b);
}

/* --- of a matter under way ----------------------------------------------------------------------------------- */

struct matter_simulate_in {
    int64_t matter_id;
    const struct jv *outcomes;
};
static const struct field matter_simulate_in_fields[] = {
    FIELD(matter_simulate_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(matter_simulate_in, outcomes, F_JSON, .zh = "各环节的结果", .en = "outcome by step"),
};
RECORD(matter_simulate_in);

static bool run_matter(struct ctx *cx, const void *input, struct jw *w)
{
    const struct matter_simulate_in *in = input;
    struct trial t = { .cx = cx, .w = w };
    struct instance i;
    if (!is_object(cx, in->outcomes, "outcomes") || !matter_load(cx, in->matter_id, &t.m) ||
        !instance_read(cx, &t.m, false, &i))
        return false;
    if (!str_is(t.m.state, "running"))
        return fail(cx, ERR_STATE, "flow.not_running", NULL);
    t.d = i.def;
    return simulate(&t, i.state, NULL, in->outcomes);
}

static const struct read reads[] = {
    { "studio.simulate", "/studio/modules/{id}/simulate", PERM_UNIT_ADMIN,
      &studio_simulate_in_record, &simulation_record, false, run_draft, "试走一份业务草稿",
      "Try a draft against the real people and calendar", READ_POST },
    { "module.simulate", "/modules/{key}/simulate", PERM_LOGIN, &module_simulate_in_record,
      &simulation_record, false, run_module, "试走一项业务",
      "Try a module as its starter, against the real people and calendar", READ_POST },
    { "matter.simulate", "/matters/{matter_id}/simulate", PERM_LOGIN, &matter_simulate_in_record,
      &simulation_record, false, run_matter, "预测后续环节", "What comes next in a matter", READ_POST },
};

const struct room desk_simulate_room = { "desk", NULL, 0, ROOM_TABLE(reads), NULL, 0, NULL, NULL };
