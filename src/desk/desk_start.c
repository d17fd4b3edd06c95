/* Starting a matter of a module for persons, as one of one's own posts (OFFICE P6: the chosen post
 * matters only here). A draft is a matter that has not begun: only its starter sees it, its form may
 * lack anything, files hang on it; submitting it begins the flow. */
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_form_in.h"
#include "org/org.h"

static const char *const urgencies[] = { "critical", "urgent", "normal", NULL };

struct start_in {
    struct str module, title, urgency, outcome, opinion;
    int64_t post_id;
    bool is_draft, hand_on;
    const struct jv *form, *vars, *reasons;
};
#define HAND_ON_FIELDS(in)                                                                         \
    FIELD(in, hand_on, F_BOOL, .zh = "同时提交首个环节", .en = "complete the first step as well"), \
        FIELD(in, outcome, F_TEXT, .max = 60, .zh = "结果", .en = "outcome"),                      \
        FIELD(in, opinion, F_TEXT, .max = 4000, .flags = FIELD_LINES, .zh = "意见",                \
              .en = "opinion"),                                                                    \
        FIELD(in, vars, F_JSON, .zh = "下一环节的选择", .en = "choices for what follows"),         \
        FIELD(in, reasons, F_JSON, .zh = "提醒的理由", .en = "reasons for warnings, by rule")
static const struct field start_in_fields[] = {
    FIELD(start_in, module, F_TEXT, .max = 60, .flags = FIELD_REQUIRED, .zh = "业务",
          .en = "module"),
    FIELD(start_in, title, F_TEXT, .max = 200, .zh = "标题", .en = "title"),
    FIELD(start_in, urgency, F_CHOICE, .choices = urgencies, .zh = "紧急程度", .en = "urgency"),
    FIELD(start_in, post_id, F_ID, .zh = "以哪个身份", .en = "as which post"),
    FIELD(start_in, form, F_JSON, .max = FORM_BYTES, .zh = "表单", .en = "form"),
    FIELD(start_in, is_draft, F_BOOL, .zh = "存为草稿", .en = "keep as a draft"),
    HAND_ON_FIELDS(start_in),
};
RECORD(start_in);

struct start_out {
    int64_t matter_id, item_id;
};
static const struct field start_out_fields[] = {
    FIELD(start_out, matter_id, F_ID, .flags = FIELD_REQUIRED, .zh = "事项", .en = "matter"),
    FIELD(start_out, item_id, F_ID, .zh = "待办", .en = "item"),
};
RECORD(start_out);

/* --- what is about to be started ------------------------------------------------------------------------ */

struct opening {
    const struct definition *d;
    const struct actor_post *post;
    struct form_result form;
    struct form_seen *seen;
    struct str title, urgency, starter, note;
};

bool post_at_office(struct ctx *cx, const struct actor_post **post)
{
    int64_t office;
    struct str name;
    if (!*post)
        return true;
    if (!org_office_of(cx, (*post)->unit_id, &office, &name))
        return false;
    if (office == (*post)->unit_id)
        return true;
    struct actor_post *p = arena_copy(cx->a, *post, sizeof *p);
    p->unit_id = office;
    p->unit_name = name;
    *post = p;
    return true;
}

static bool may_start(struct ctx *cx, const struct definition *d, const struct actor_post *post)
{
    if (!d->form->is_startable)
        return fail(cx, ERR_FORBIDDEN, "module.not_startable", "module");
    if (!post)
        return fail(cx, ERR_INVALID, "matter.no_post", "post_id");
    if (!module_is_on(cx, d, post->unit_id))
        return fail_arg(cx, ERR_FORBIDDEN, "module.off", "module",
                        arena_strndup(cx->a, d->name.p, d->name.n), NULL);
    const char *name = arena_strndup(cx->a, d->name.p, d->name.n);
    bool held[ROLE_COUNT];
    if (!module_may_start(cx, d, post))
        return fail_arg(cx, ERR_FORBIDDEN, "module.not_your_role", "module", name, NULL);
    if (!org_roles_held(cx, post->unit_id, held))
        return false;
    enum role lacking = module_lacks(d, held);
    return lacking == ROLE_NONE || fail_arg(cx, ERR_STATE, "module.no_holder", "module", name,
                                            role_title(lacking, cx->lang));
}

struct asked {
    struct str title, urgency;
    const struct jv *form, *reasons;
    int64_t matter_id; /* of a draft, or 0 */
    bool is_draft;
};

/* Takes the form over what was there before; refuses what does not fit. */
static bool open_form(struct ctx *cx, const struct asked *in, struct form_values before,
                      struct opening *o)
{
    const struct form *form = o->d->form;
    if (in->form && jv_kind(in->form) != JV_OBJECT)
        return fail(cx, ERR_INVALID, "input.object", "form");
    o->urgency = in->urgency.n && form->has_urgency ? in->urgency : STR("normal");
    o->starter = starter_json(cx, o->post);
    o->seen = form_seen_of(cx, o->d->key, o->post->unit_id, o->post->id, in->matter_id, o->starter,
                           o->urgency, STR_NONE);
    const struct form_change change = {
        .input = in->form, .right = form_rights(cx->a, form, o->d->first_node, true),
        .is_start = true, .is_draft = in->is_draft,
    };
    o->form = form_apply(cx->a, form, form->fields, before, &change, &o->seen->world);
    o->note = form_note(cx, o->d, in->form);
    if (!form_refuse(cx, &o->form, in->reasons) ||
        !form_may_name(cx, o->d, o->post->unit_id, o->form.values) ||
        !form_refs_good(cx, o->d, form->fields, o->post->unit_id, in->matter_id, o->form.values,
                        (struct form_values){ NULL }))
        return false;
    o->title = form_title(cx, o->d, o->form.values, o->seen, in->title);
    if (!o->title.n && in->is_draft)
        o->title = o->d->name;
    return o->title.n || fail_arg(cx, ERR_INVALID, "input.required", "title", "标题", NULL);
}

/* The rows are there: the form, what it needs and books, the flow, the number. */
static bool begin(struct ctx *cx, struct opening *o, struct matter *m, const struct jv *reasons)
{
    struct flow_delta delta;
    const struct jv *vars =
        flow_vars_of(cx, o->d, o->form.values, NULL, o->starter, o->urgency);
    return matter_form_put(cx, m, o->d, o->title, o->form.values, o->starter) &&
           form_keep_reasons(cx, m, STR("start"), m->starter_post, &o->form, reasons) &&
           requires_hold(cx, m, o->d, o->form.values, (struct form_values){ NULL }) &&
           matter_begin(cx, m, STR_NONE, vars, o->note, &delta) &&
           matter_number_at(cx, m, o->d, STR("start")) &&
           event_emit(cx, "matter.started", m->id, m) &&
           event_emit(cx, "search.changed", m->id, NULL);
}

/* The starter's first step, completed at once where that was asked. */
static bool answer(struct ctx *cx, const struct opening *o, const struct matter *m,
                   const struct start_in *in, struct start_out *out)
{
    out->matter_id = m->id;
    if (matter_my_item(cx, m->id, o->d->first_node, &out->item_id, NULL) < 0)
        return false;
    if (!in->hand_on)
        return true;
    int64_t item = out->item_id;
    out->item_id = 0;
    return item ? item_complete_with(cx, item, in->outcome, in->opinion, in->vars, in->reasons)
                : fail(cx, ERR_STATE, "matter.no_first_step", "hand_on");
}

static bool run_start(struct ctx *cx, const void *input, void *output)
{
    const struct start_in *in = input;
    struct start_out *out = output;
    struct matter m;
    struct opening o = { .post = in->post_id ? actor_post(cx, in->post_id)
                                             : actor_main_post(cx) };
    if (!post_at_office(cx, &o.post))
        return false;
    o.d = definition_newest(cx, in->module, o.post ? o.post->unit_id : 0);
    if (!o.d || !may_start(cx, o.d, o.post))
        return false;
    const struct asked asked = { .title = in->title, .urgency = in->urgency, .form = in->form,
                                 .reasons = in->reasons, .is_draft = in->is_draft };
    if (!open_form(cx, &asked, form_values_of(cx->a, o.d->form->fields, NULL), &o))
        return false;
    const struct matter_start start = { .module = in->module, .unit_id = o.post->unit_id,
                                        .post_id = o.post->id, .title = o.title,
                                        .urgency = o.urgency, .from_name = o.post->unit_name };
    if (!matter_insert(cx, &start, o.d, in->is_draft ? "draft" : "running", &m))
        return false;
    if (!in->is_draft)
        return begin(cx, &o, &m, in->reasons) && answer(cx, &o, &m, in, out);
    out->matter_id = m.id;
    return matter_form_put(cx, &m, o.d, o.title, o.form.values, o.starter) &&
           trace_write(cx, m.id, "matter.draft", o.post->id, 0, STR("{}"));
}

/* --- drafts ---------------------------------------------------------------------------------------------- */

/* A draft of the actor's own, locked, with what was filled in. */
static bool draft_load(struct ctx *cx, int64_t matter_id, struct matter *m, struct opening *o,
                       struct form_values *before)
{
    struct matter_form stored;
    if (!matter_load_for_change(cx, matter_id, m))
        return false;
    if (m->starter_person != cx->actor->person_id || str_is(m->state, "discarded"))
        return fail_not_found(cx);
    if (!str_is(m->state, "draft"))
        return fail(cx, ERR_STATE, "matter.no_draft", NULL);
    o->post = actor_post(cx, m->starter_post);
    if (!post_at_office(cx, &o->post))
        return false;
    o->d = definition_newest(cx, m->module, m->unit_id); /* a newer version takes the draft over */
    if (!o->d || !may_start(cx, o->d, o->post) || matter_form_find(cx, m->id, o->d, &stored) < 0)
        return false;
    *before = stored.values;
    return true;
}

struct draft_in {
    int64_t matter_id;
    struct str title, urgency;
    const struct jv *form;
};
static const struct field draft_in_fields[] = {
    FIELD(draft_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(draft_in, title, F_TEXT, .max = 200, .zh = "标题", .en = "title"),
    FIELD(draft_in, urgency, F_CHOICE, .choices = urgencies, .zh = "紧急程度", .en = "urgency"),
    FIELD(draft_in, form, F_JSON, .max = FORM_BYTES, .zh = "表单", .en = "form"),
};
RECORD(draft_in);

static bool draft_put(struct ctx *cx, const struct opening *o, const struct matter *m)
{
    return db_run(cx->db, &q_draft_save, o->title, o->urgency, cx->now, m->id) &&
           (m->definition_id == o->d->id ||
            (db_run(cx->db, &q_draft_definition, o->d->id, m->id) &&
             db_run(cx->db, &q_draft_instance, o->d->id, STR("draft"), m->instance_id))) &&
           matter_form_put(cx, m, o->d, o->title, o->form.values, o->starter);
}

static bool run_draft(struct ctx *cx, const void *input, void *output)
{
    const struct draft_in *in = input;
    struct matter m;
    struct opening o;
    struct form_values before;
    (void)output;
    if (!draft_load(cx, in->matter_id, &m, &o, &before))
        return false;
    const struct asked asked = {
        .title = in->title.n ? in->title : m.title,
        .urgency = in->urgency.n ? in->urgency : m.urgency,
        .form = in->form, .matter_id = m.id, .is_draft = true,
    };
    return open_form(cx, &asked, before, &o) && draft_put(cx, &o, &m);
}

struct submit_in {
    int64_t matter_id;
    struct str title, urgency, outcome, opinion;
    bool hand_on;
    const struct jv *form, *vars, *reasons;
};
static const struct field submit_in_fields[] = {
    FIELD(submit_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(submit_in, title, F_TEXT, .max = 200, .zh = "标题", .en = "title"),
    FIELD(submit_in, urgency, F_CHOICE, .choices = urgencies, .zh = "紧急程度", .en = "urgency"),
    FIELD(submit_in, form, F_JSON, .max = FORM_BYTES, .zh = "表单", .en = "form"),
    HAND_ON_FIELDS(submit_in),
};
RECORD(submit_in);

static bool run_submit(struct ctx *cx, const void *input, void *output)
{
    const struct submit_in *in = input;
    struct matter m;
    struct opening o;
    struct form_values before;
    if (!draft_load(cx, in->matter_id, &m, &o, &before))
        return false;
    const struct asked asked = {
        .title = in->title.n ? in->title : m.title,
        .urgency = in->urgency.n ? in->urgency : m.urgency,
        .form = in->form, .reasons = in->reasons, .matter_id = m.id,
    };
    if (!open_form(cx, &asked, before, &o) || !draft_put(cx, &o, &m) ||
        !db_run(cx->db, &q_draft_state, STR("running"), cx->now, m.id) ||
        !db_run(cx->db, &q_draft_instance, o.d->id, STR("running"), m.instance_id))
        return false;
    m.state = STR("running");
    m.definition_id = o.d->id;
    m.title = o.title;
    m.urgency = o.urgency;
    m.started_at = cx->now;
    const struct start_in as_start = { .hand_on = in->hand_on, .outcome = in->outcome,
                                       .opinion = in->opinion, .vars = in->vars,
                                       .reasons = in->reasons };
    return begin(cx, &o, &m, in->reasons) && answer(cx, &o, &m, &as_start, output);
}

struct matter_path {
    int64_t matter_id;
};
static const struct field matter_path_fields[] = {
    FIELD(matter_path, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
};
RECORD(matter_path);

/* What was written is taken away; the row stays, since ids and traces do. */
static bool run_discard(struct ctx *cx, const void *input, void *output)
{
    const struct matter_path *in = input;
    struct matter m;
    (void)output;
    if (!matter_load_for_change(cx, in->matter_id, &m))
        return false;
    if (m.starter_person != cx->actor->person_id || str_is(m.state, "discarded"))
        return fail_not_found(cx);
    if (!str_is(m.state, "draft"))
        return fail(cx, ERR_STATE, "matter.no_draft", NULL);
    return db_run(cx->db, &q_draft_state, STR("discarded"), cx->now, m.id) &&
           db_run(cx->db, &q_form_drop, m.id) &&
           db_run(cx->db, &q_attachments_drop, cx->now, m.id) &&
           db_run(cx->db, &q_access_drop, m.id) &&
           trace_write(cx, m.id, "matter.discard", m.starter_post, 0, STR("{}"));
}

static const struct command commands[] = {
    { "matter.start", POST, "/matters", PERM_LOGIN, &start_in_record, &start_out_record, run_start,
      "发起事项", "Start a matter of a module", CMD_CREATES, NULL },
    { "matter.draft", POST, "/matters/{matter_id}/draft", PERM_LOGIN, &draft_in_record, NULL,
      run_draft, "保存草稿", "Save a draft", CMD_NO_KEY | CMD_NO_TRACE, NULL },
    { "matter.submit", POST, "/matters/{matter_id}/submit", PERM_LOGIN, &submit_in_record,
      &start_out_record, run_submit, "提交草稿", "Start the matter of a draft", 0, NULL },
    { "matter.discard", POST, "/matters/{matter_id}/discard", PERM_LOGIN, &matter_path_record, NULL,
      run_discard, "丢弃草稿", "Discard a draft", 0, NULL },
};
const struct room desk_start_room = { "desk", ROOM_TABLE(commands), NULL, 0, NULL, 0, NULL, NULL };
