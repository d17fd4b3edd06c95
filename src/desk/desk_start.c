/* Starting a matter of a module whose module.json says "start": "anyone", as one of one's own
 * posts (OFFICE P6: the chosen post matters only here). The form's fields are variables of the
 * flow; required ones must be there and fit their limits. */
#include "desk/desk_in.h"

static const char *const urgencies[] = { "critical", "urgent", "normal", NULL };

struct start_in {
    struct str module, title, urgency;
    int64_t post_id;
    const struct jv *form;
};
static const struct field start_in_fields[] = {
    FIELD(start_in, module, F_TEXT, .max = 60, .flags = FIELD_REQUIRED, .zh = "业务",
          .en = "module"),
    FIELD(start_in, title, F_TEXT, .max = 200, .flags = FIELD_REQUIRED, .zh = "标题",
          .en = "title"),
    FIELD(start_in, urgency, F_CHOICE, .choices = urgencies, .zh = "紧急程度", .en = "urgency"),
    FIELD(start_in, post_id, F_ID, .zh = "以哪个身份", .en = "as which post"),
    FIELD(start_in, form, F_JSON, .zh = "表单", .en = "form"),
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

static const struct jv *field_named(const struct jv *fields, struct str name)
{
    for (size_t i = 0; i < jv_size(fields); i++)
        if (str_eq(jv_str(jv_get(jv_at(fields, i), "name")), name))
            return jv_at(fields, i);
    return NULL;
}

static bool refuse(struct ctx *cx, const char *code, const struct jv *field, struct str name)
{
    struct str label = jv_str(jv_get(field, "label"));
    return fail_arg(cx, ERR_INVALID, code,
                    arena_printf(cx->a, "form.%.*s", STR_ARG(name)),
                    arena_printf(cx->a, "%.*s", STR_ARG(label.n ? label : name)),
                    arena_printf(cx->a, "%lld", (long long)jv_i64(jv_get(field, "max"))));
}

/* Unknown names, missing required ones, texts over their limit. */
static bool form_fits(struct ctx *cx, const struct jv *fields, const struct jv *form)
{
    struct str key;
    const struct jv *value;
    if (form && jv_kind(form) != JV_OBJECT)
        return fail(cx, ERR_INVALID, "input.object", "form");
    for (const void *it = jv_next(form, NULL, &key, &value); it; it = jv_next(form, it, &key, &value)) {
        const struct jv *f = field_named(fields, key);
        int64_t max = jv_i64(jv_get(f, "max"));
        if (!f)
            return refuse(cx, "input.unknown", NULL, key);
        if (jv_kind(value) == JV_STRING && max && (int64_t)utf8_length(jv_str(value)) > max)
            return refuse(cx, "input.too_long", f, key);
    }
    for (size_t i = 0; i < jv_size(fields); i++) {
        const struct jv *f = jv_at(fields, i);
        struct str name = jv_str(jv_get(f, "name"));
        const struct jv *v = jv_get(form, arena_strndup(cx->a, name.p, name.n));
        bool is_empty = !v || jv_kind(v) == JV_NULL || (jv_kind(v) == JV_STRING && !jv_str(v).n);
        if (jv_bool(jv_get(f, "required")) && is_empty)
            return refuse(cx, "input.required", f, name);
    }
    return true;
}

static bool run_start(struct ctx *cx, const void *input, void *output)
{
    const struct start_in *in = input;
    struct start_out *out = output;
    struct matter m;
    const struct actor_post *post = in->post_id ? actor_post(cx, in->post_id)
                                                : actor_main_post(cx);
    const struct definition *d = definition_newest(cx, in->module, post ? post->unit_id : 0);
    if (!d)
        return false;
    if (!str_is(jv_str(jv_get(d->module, "start")), "anyone"))
        return fail(cx, ERR_FORBIDDEN, "module.not_startable", "module");
    if (!post)
        return fail(cx, ERR_INVALID, "matter.no_post", "post_id");
    if (!form_fits(cx, jv_get(d->module, "fields"), in->form) ||
        !vars_may_be_named(cx, post->unit_id, d->module, in->form, "form"))
        return false;
    struct matter_start start = {
        .module = in->module, .unit_id = post->unit_id, .post_id = post->id, .title = in->title,
        .urgency = in->urgency, .from_name = post->unit_name, .vars = in->form,
    };
    if (!matter_start(cx, &start, &m))
        return false;
    out->matter_id = m.id;
    return matter_my_item(cx, m.id, STR_NONE, &out->item_id, NULL) >= 0 &&
           event_emit(cx, "search.changed", m.id, NULL);
}

static const struct command commands[] = {
    { "matter.start", POST, "/matters", PERM_LOGIN, &start_in_record, &start_out_record, run_start,
      "发起事项", "Start a matter of a module", CMD_CREATES, NULL },
};
const struct room desk_start_room = { "desk", ROOM_TABLE(commands), NULL, 0, NULL, 0, NULL, NULL };
