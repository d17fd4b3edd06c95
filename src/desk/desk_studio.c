/* What the studio needs of the desk: a draft tried against the real people and calendar, without leaving
 * anything behind, and a module brought in from an uploaded file. */
#include <unistd.h>

#include "base/clock.h"
#include "blob/blob.h"
#include "calendar/calendar.h"
#include "core/answer.h"
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_form_in.h"
#include "org/org.h"

/* --- simulation ------------------------------------------------------------------------------------------ */

struct studio_simulate_in {
    int64_t id, post_id;
    const struct jv *form, *outcomes;
};
static const struct field studio_simulate_in_fields[] = {
    FIELD(studio_simulate_in, id, F_ID, .flags = FIELD_PATH, .zh = "草稿", .en = "draft"),
    FIELD(studio_simulate_in, post_id, F_ID, .zh = "由谁发起", .en = "started by this post; absent: one's own"),
    FIELD(studio_simulate_in, form, F_JSON, .max = FORM_BYTES, .zh = "表单", .en = "form"),
    FIELD(studio_simulate_in, outcomes, F_JSON, .zh = "各环节的结果", .en = "outcome by step"),
};
RECORD(studio_simulate_in);

struct trial {
    struct ctx *cx;
    const struct definition *d;
    struct matter m;
    const struct flow_org *org;
};

static bool resolve(void *arg, struct arena *a, const struct flow_term *term,
                    const struct flow_resolve_ctx *r, struct flow_who **out, size_t *n,
                    struct err *err)
{
    struct trial *t = arg;
    if (term->kind != FLOW_TERM_VAR)
        return t->org->resolve(t->org->arg, a, term, r, out, n, err);
    *out = arena_array_of(a, struct flow_who, r->chosen_n + 1);
    *n = 0;
    for (size_t i = 0; i < r->chosen_n; i++) {
        struct flow_who w = r->chosen[i];
        int good = who_may_be_named(t->cx, t->m.unit_id, &w, var_takes_units(t->d->module, term->arg));
        if (good < 0)
            return false;
        if (good)
            (*out)[(*n)++] = w;
    }
    return true;
}

static bool due(void *arg, struct str rule, int64_t from, int64_t *out)
{
    struct ctx *cx = ((struct trial *)arg)->cx;
    bool good = clock_iso_parse(rule, out) || calendar_due(cx, rule, from, out);
    if (!good)
        cx->err = (struct err){ 0 }; /* no such rule: taken as at once */
    return good;
}

/* The starter tried: an own post of the draft's unit, any post for the city's; the actor's own by
 * default. */
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

static bool starter_of(struct ctx *cx, const struct org_post *p, struct str *out)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_kstr(&w, "name", p->name);
    jw_kstr(&w, "unit", p->unit_name);
    jw_kstr(&w, "title", p->title);
    jw_kbool(&w, "is_leader", p->is_leader);
    jw_karr(&w, "roles");
    for (int r = ROLE_NONE + 1; r < ROLE_COUNT; r++) {
        struct ids posts;
        if (!org_role_posts(cx, p->unit_id, (enum role)r, &posts))
            return false;
        for (size_t i = 0; i < posts.n; i++)
            if (posts.p[i] == p->id)
                jw_text(&w, role_name((enum role)r));
    }
    jw_arr_end(&w);
    jw_obj_end(&w);
    *out = buf_done(&b);
    return true;
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

static const struct jv *trial_vars(struct trial *t, const struct jv *form, struct str starter)
{
    struct form_seen *seen =
        form_seen_of(t->cx, t->m.unit_id, 0, 0, starter, STR("normal"), STR_NONE);
    const struct form_change change = { .input = form, .is_start = true, .is_draft = true };
    const struct form *f = t->d->form;
    struct form_result r = form_apply(t->cx->a, f, f->fields,
                                      form_values_of(t->cx->a, f->fields, NULL), &change,
                                      &seen->world);
    return known_of(t->cx, flow_vars_of(t->cx, t->d, r.values, NULL, starter, STR("normal")));
}

/* The way on which most steps go as asked; an ended one before one that does not end. */
static const struct flow_sim_path *way_of(struct arena *a, const struct flow_net *net, const struct flow_sim *s,
                                          const struct jv *outcomes)
{
    const struct flow_sim_path *best = NULL;
    size_t nodes_n;
    long best_is = 0;
    const struct flow_node *nodes = flow_nodes(net, &nodes_n);
    for (size_t i = 0; i < s->path_n; i++) {
        const struct flow_sim_path *p = &s->path[i];
        long is = p->end == FLOW_SIM_ENDED ? 1 : 0;
        for (size_t k = 0; k < p->step_n; k++) {
            struct str id = nodes[p->step[k].node].id;
            struct str asked = jv_str(jv_get(outcomes, arena_strndup(a, id.p, id.n)));
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

static void put_person(struct jw *w, struct str name, struct str title)
{
    jw_obj(w);
    jw_kstr(w, "name", name);
    jw_kstr(w, "title", title);
    jw_obj_end(w);
}

static bool write_who(struct ctx *cx, struct jw *w, const struct flow_who *who)
{
    struct org_post p;
    struct ids posts = { NULL, 0 };
    enum role held;
    if (who->kind == FLOW_POOL &&
        !org_role_holders(cx, who->id, role_of(who->name), &held, &posts))
        return false;
    if (who->kind == FLOW_POST)
        posts = (struct ids){ &who->id, 1 };
    for (size_t i = 0; i < posts.n; i++)
        if (org_post_find(cx, posts.p[i], &p) == 1)
            put_person(w, p.name, p.title);
    if (who->kind == FLOW_UNIT || who->kind == FLOW_NAME)
        put_person(w, who->kind == FLOW_NAME && str_starts(who->name, STR("?")) ? STR("")
                                                                               : who_name(cx, who),
                   STR(""));
    return cx->err.kind == ERR_NONE;
}

static bool write_step(struct ctx *cx, struct jw *w, const struct flow_node *node,
                       const struct flow_sim_step *s)
{
    jw_obj(w);
    jw_kstr(w, "node", node->id);
    jw_kstr(w, "name", node->name.p ? node->name : STR(""));
    jw_karr(w, "persons");
    bool is_chosen_later = false;
    for (size_t i = 0; i < s->who_n; i++) {
        is_chosen_later |= s->who[i].kind == FLOW_NAME && str_starts(s->who[i].name, STR("?"));
        if (!write_who(cx, w, &s->who[i]))
            return false;
    }
    jw_arr_end(w);
    jw_kbool(w, "is_chosen_later", is_chosen_later);
    jw_kstr(w, "outcome", s->outcome.n ? s->outcome : STR_NONE);
    jw_ki64(w, "arrives_at", s->from_at);
    jw_key(w, "due_at");
    if (s->due_at)
        jw_i64(w, s->due_at);
    else
        jw_null(w);
    jw_obj_end(w);
    return true;
}

static bool write_simulation(struct trial *t, struct jw *w, const struct flow_sim *s,
                             const struct jv *outcomes)
{
    struct ctx *cx = t->cx;
    size_t n;
    const struct flow_node *nodes = flow_nodes(t->d->net, &n);
    const struct flow_sim_path *way = way_of(cx->a, t->d->net, s, outcomes);
    jw_obj(w);
    jw_karr(w, "steps");
    for (size_t i = 0; way && i < way->step_n; i++)
        if (nodes[way->step[i].node].kind == FLOW_USER_TASK &&
            !write_step(cx, w, &nodes[way->step[i].node], &way->step[i]))
            return false;
    jw_arr_end(w);
    jw_kbool(w, "ended", way && way->end == FLOW_SIM_ENDED);
    jw_ki64(w, "ways", (int64_t)s->path_n);
    jw_karr(w, "findings");
    for (size_t i = 0; i < s->finding_n; i++) {
        struct err e = { .kind = ERR_INVALID, .code = s->finding[i].code };
        int at = s->finding[i].node;
        jw_obj(w);
        jw_kstr(w, "node", at >= 0 ? nodes[at].id : STR_NONE);
        jw_kstr(w, "name", at >= 0 && nodes[at].name.p ? nodes[at].name : STR(""));
        jw_ktext(w, "code", e.code);
        jw_ktext(w, "message", err_message(cx->a, &e, cx->lang));
        jw_obj_end(w);
    }
    jw_arr_end(w);
    jw_obj_end(w);
    return true;
}

static bool run_simulate(struct ctx *cx, const void *input, struct jw *w)
{
    const struct studio_simulate_in *in = input;
    struct module_draft draft;
    struct module_checked c;
    struct org_post p;
    struct str starter;
    struct trial t = { .cx = cx };
    if (in->form && jv_kind(in->form) != JV_OBJECT)
        return fail(cx, ERR_INVALID, "input.object", "form");
    if (in->outcomes && jv_kind(in->outcomes) != JV_OBJECT)
        return fail(cx, ERR_INVALID, "input.object", "outcomes");
    if (!module_draft_load(cx, in->id, &draft) || !module_draft_check(cx, &draft, &c))
        return false;
    if (!c.is_good || !c.net)
        return fail(cx, ERR_STATE, "studio.not_simulated", NULL);
    if (!take_starter(cx, &draft, in->post_id, &p) || !starter_of(cx, &p, &starter))
        return false;
    t.d = definition_trial(cx->a, &draft, &c);
    t.m = (struct matter){ .module = draft.key, .unit_id = p.unit_id, .starter_post = p.id,
                           .starter_person = p.person_id, .urgency = STR("normal") };
    if (!org_office_of(cx, p.unit_id, &t.m.unit_id, NULL))
        return false;
    t.org = flow_org_of(cx, &t.m);
    const struct flow_world world = {
        .org = { .resolve = resolve, .arg = &t }, .due = due, .arg = &t, .now = cx->now,
        .starter = { FLOW_POST, p.id, STR("") }, .vars = trial_vars(&t, in->form, starter),
    };
    const struct flow_sim *s = flow_simulate(cx->a, t.d->net, NULL, &world);
    return cx->err.kind == ERR_NONE && write_simulation(&t, w, s, in->outcomes);
}

static ANSWER(simulated_person, TEXT(ALWAYS, "name", "姓名", "name; empty: chosen on the way"),
              TEXT(ALWAYS, "title", "职务", "title"));
static ANSWER(simulated_step, TEXT(ALWAYS, "node", "环节编号", "node"), TEXT(ALWAYS, "name", "环节", "step"),
              LIST(ALWAYS, "persons", &simulated_person_record, "办理人", "who would have it"),
              FLAG(ALWAYS, "is_chosen_later", "由前一环节选定", "chosen by whoever comes before"),
              TEXT(OR_NULL, "outcome", "结果", "outcome taken"),
              AT(ALWAYS, "arrives_at", "到达时间", "arrives"), AT(OR_NULL, "due_at", "办理期限", "due"));
static ANSWER(simulated_finding, TEXT(OR_NULL, "node", "环节编号", "node; null: the whole"),
              TEXT(ALWAYS, "name", "环节", "step"), TEXT(ALWAYS, "code", "代码", "code"),
              TEXT(ALWAYS, "message", "问题", "what was found"));
static ANSWER(studio_simulation, LIST(ALWAYS, "steps", &simulated_step_record, "环节", "steps in order"),
              FLAG(ALWAYS, "ended", "走到了结束", "comes to an end"),
              NUMBER(ALWAYS, "ways", "走法", "ways looked at"),
              LIST(ALWAYS, "findings", &simulated_finding_record, "问题", "findings over all ways"));

/* --- one file in ------------------------------------------------------------------------------------------ */

#define FILE_MOST (4 * 1024 * 1024)

struct studio_import_in {
    int64_t upload_id, unit_id;
    struct str key;
    struct str json, bpmn; /* read by prepare; not input */
};
static const struct field studio_import_in_fields[] = {
    FIELD(studio_import_in, upload_id, F_ID, .flags = FIELD_REQUIRED, .zh = "上传编号", .en = "upload"),
    FIELD(studio_import_in, unit_id, F_ID, .zh = "单位", .en = "unit; absent: the city's"),
    FIELD(studio_import_in, key, F_TEXT, .max = 40, .zh = "键", .en = "key; absent: the file's name"),
};
RECORD(studio_import_in);

struct studio_import_out {
    int64_t id;
};
static const struct field studio_import_out_fields[] = {
    FIELD(studio_import_out, id, F_ID, .flags = FIELD_REQUIRED, .zh = "草稿", .en = "draft"),
};
RECORD(studio_import_out);

static bool read_upload(struct ctx *cx, int64_t upload_id, int64_t size, struct str *out)
{
    int fd = blob_peek(core_blobs(cx->core), upload_id, NULL, cx->a, &cx->err);
    if (fd < 0)
        return false;
    char *p = arena_alloc(cx->a, (size_t)size + 1);
    size_t n = 0;
    ssize_t got;
    while (n < (size_t)size && (got = read(fd, p + n, (size_t)size - n)) > 0)
        n += (size_t)got;
    close(fd);
    p[n] = 0;
    *out = (struct str){ p, n };
    return n == (size_t)size || fail(cx, ERR_STATE, "attachment.not_complete", "upload_id");
}

/* The name of the exported file is KEY.zip. */
static struct str key_of(struct str file_name)
{
    ptrdiff_t point = str_find(file_name, STR("."), 0);
    return point < 0 ? file_name : str_sub(file_name, 0, (size_t)point);
}

/* Job thread: the file is read and taken apart off the committer. */
static bool prepare_import(struct ctx *cx, void *input)
{
    struct studio_import_in *in = input;
    struct rows r;
    struct str name = STR(""), file;
    int64_t size = 0;
    if (!module_unit_may(cx, in->unit_id))
        return false;
    int found = db_get(cx->db, &r, &q_upload_get, in->upload_id);
    if (found == 1 && row_i64(&r, 0) != cx->actor->person_id)
        found = 0;
    if (found == 1) {
        name = row_copy(&r, 1, cx->a);
        size = row_i64(&r, 2);
    }
    rows_end(&r);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    if (size > FILE_MOST)
        return fail(cx, ERR_INVALID, "studio.file_large", "upload_id");
    if (blob_arrived(core_blobs(cx->core), in->upload_id) != size)
        return fail(cx, ERR_STATE, "attachment.not_complete", "upload_id");
    if (!in->key.n)
        in->key = key_of(name);
    return read_upload(cx, in->upload_id, size, &file) &&
           module_zip_read(cx->a, file, "upload_id", &in->json, &in->bpmn, &cx->err);
}

static bool run_import(struct ctx *cx, const void *input, void *output)
{
    const struct studio_import_in *in = input;
    struct module_draft d = { .unit_id = in->unit_id, .key = in->key, .json = in->json,
                              .bpmn = in->bpmn };
    if (!module_unit_may(cx, in->unit_id))
        return false;
    struct str name = in->json.p ? jv_str(jv_get(jv_parse(cx->a, in->json, NULL, NULL), "name"))
                                 : STR_NONE;
    d.name = name.n && name.n <= 400 ? name : in->key;
    if (!d.json.p)
        d.json = module_first_json(cx->a, d.name, d.unit_id != 0);
    if (!module_draft_begin(cx, &d, true))
        return false;
    ((struct studio_import_out *)output)->id = d.id;
    return db_run(cx->db, &q_upload_drop, in->upload_id) &&
           trace_write(cx, d.unit_id ? d.unit_id : trace_node_stream(cx), "studio.import", 0, 0,
                       str_printf(cx->a, "{\"key\":\"%.*s\",\"draft\":\"%lld\"}", STR_ARG(d.key),
                                  (long long)d.id));
}

static const struct command commands[] = {
    { "studio.import", POST, "/studio/import", PERM_UNIT_ADMIN, &studio_import_in_record,
      &studio_import_out_record, run_import, "导入业务", "Bring a module in from an uploaded .zip or .bpmn",
      CMD_CREATES | CMD_WORK_LANE, prepare_import },
};

static const struct read reads[] = {
    { "studio.simulate", "/studio/modules/{id}/simulate", PERM_UNIT_ADMIN,
      &studio_simulate_in_record, &studio_simulation_record, false, run_simulate, "试走一遍",
      "Try a draft against the real people and calendar", READ_POST },
};

const struct room desk_studio_room = { "desk", ROOM_TABLE(commands), ROOM_TABLE(reads), NULL, 0, NULL, NULL };
