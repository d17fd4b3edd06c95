/* Registers of things (DESIGN §7): vehicles, assets, seals, rooms; per unit, kept by the holder of a
 * role that the module names. A thing is never removed: it is retired. */
#include "base/id.h"
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_form_in.h"
#include "desk/desk_thing_in.h"
#include "org/org.h"

int thing_find(struct ctx *cx, int64_t thing_id, struct thing *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_thing_get, thing_id);
    if (found == 1)
        *out = (struct thing){
            .id = thing_id, .unit_id = row_i64(&r, 0), .module = row_copy(&r, 1, cx->a),
            .kind = row_copy(&r, 2, cx->a), .name = row_copy(&r, 3, cx->a),
            .state = row_copy(&r, 4, cx->a), .body = row_copy(&r, 5, cx->a),
            .rev = row_i64(&r, 6), .created_at = row_i64(&r, 7), .retired_at = row_i64(&r, 8),
        };
    rows_end(&r);
    return found;
}

int desk_thing_find(struct ctx *cx, int64_t thing_id, struct desk_thing *out)
{
    struct thing t;
    int found = thing_find(cx, thing_id, &t);
    if (found == 1)
        *out = (struct desk_thing){ t.id, t.unit_id,
                                    str_printf(cx->a, "%.*s.%.*s", STR_ARG(t.module), STR_ARG(t.kind)),
                                    t.name, t.state };
    return found;
}

bool thing_kind_of(struct arena *a, struct str own_module, struct str name, struct str *module,
                   struct str *kind)
{
    struct str rest = name, first;
    (void)a;
    (void)str_cut(&rest, '.', &first); /* there is always a first part */
    *module = rest.p ? first : own_module;
    *kind = rest.p ? rest : first;
    return kind->n > 0;
}

const struct form_thing *thing_form(const struct definition *d, struct str kind)
{
    for (size_t i = 0; i < d->form->thing_n; i++)
        if (str_eq(d->form->thing[i].key, kind))
            return &d->form->thing[i];
    return NULL;
}

struct str thing_name(struct ctx *cx, int64_t thing_id)
{
    struct thing t;
    return thing_find(cx, thing_id, &t) == 1 ? t.name : STR("");
}

const struct feel_value *thing_context(struct ctx *cx, int64_t thing_id,
                                       const struct feel_value *followers)
{
    struct thing t;
    if (thing_find(cx, thing_id, &t) != 1)
        return NULL;
    const struct definition *d = definition_newest(cx, t.module, t.unit_id);
    const struct form_thing *kind = d ? thing_form(d, t.kind) : NULL;
    if (!kind)
        return NULL;
    struct form_values v =
        form_values_of(cx->a, kind->fields, jv_parse(cx->a, t.body, NULL, NULL));
    size_t n = kind->fields.n, at = 0;
    struct str *key = arena_array_of(cx->a, struct str, n + 4);
    const struct feel_value **value = arena_array_of(cx->a, const struct feel_value *, n + 4);
    const struct {
        const char *key;
        struct str text;
    } own[] = { { "id", str_printf(cx->a, "%lld", (long long)t.id) }, { "name", t.name },
                { "state", t.state } };
    for (; at < 3; at++) {
        key[at] = str_of(own[at].key);
        value[at] = feel_of_str(cx->a, own[at].text);
    }
    for (size_t i = 0; i < n; i++, at++) {
        key[at] = kind->fields.p[i].name;
        value[at] = form_to_feel(cx->a, &kind->fields.p[i], v.v[i], NULL);
    }
    if (followers) {
        key[at] = STR("followers");
        value[at++] = followers;
    }
    return feel_context(cx->a, key, value, at);
}

struct str thing_in_flow(struct ctx *cx, int64_t thing_id)
{
    struct thing t;
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    if (thing_find(cx, thing_id, &t) != 1)
        return STR("null");
    const struct definition *d = definition_newest(cx, t.module, t.unit_id);
    const struct form_thing *kind = d ? thing_form(d, t.kind) : NULL;
    if (!kind)
        return STR("null");
    struct form_values v =
        form_values_of(cx->a, kind->fields, jv_parse(cx->a, t.body, NULL, NULL));
    jw_obj(&w);
    jw_kobj(&w, "context");
    jw_kid(&w, "id", t.id);
    jw_kstr(&w, "name", t.name);
    jw_kstr(&w, "state", t.state);
    for (size_t i = 0; i < kind->fields.n; i++) {
        jw_key_str(&w, kind->fields.p[i].name);
        jw_raw(&w, form_to_flow(cx->a, &kind->fields.p[i], v.v[i]));
    }
    jw_obj_end(&w);
    jw_obj_end(&w);
    return buf_done(&b);
}

/* The post field of the thing names one of the actor's own posts. */
static bool is_own(struct ctx *cx, const struct thing *t, struct str field)
{
    int64_t post = 0;
    const struct jv *body = jv_parse(cx->a, t->body, NULL, NULL);
    const struct jv *v = body ? jv_get(body, arena_strndup(cx->a, field.p, field.n)) : NULL;
    return v && jv_as_i64(v, &post) && actor_post(cx, post) != NULL;
}

bool thing_ref_good(struct ctx *cx, const struct definition *d, const struct form_field *f,
                    int64_t unit_id, int64_t thing_id, const char *path)
{
    struct thing t;
    struct str module, kind;
    struct str en = f->label_en.n ? f->label_en : f->label;
    int found = thing_find(cx, thing_id, &t);
    if (found < 0)
        return false;
    (void)thing_kind_of(cx->a, d->key, f->thing, &module, &kind); /* checked at install */
    bool good = found && t.unit_id == unit_id && str_eq(t.module, module) &&
                str_eq(t.kind, kind) && !t.retired_at && (!f->own.n || is_own(cx, &t, f->own));
    return good || err_set(&cx->err, cx->a, ERR_INVALID, "ref.thing", path,
                           arena_strndup(cx->a, f->label.p, f->label.n), NULL,
                           arena_strndup(cx->a, en.p, en.n));
}

bool is_of_unit(struct ctx *cx, int64_t unit_id)
{
    for (size_t i = 0; cx->actor && i < cx->actor->n_posts; i++) {
        const struct actor_post *p = &cx->actor->posts[i];
        if (p->unit_id == unit_id || (post_at_office(cx, &p) && p->unit_id == unit_id))
            return true;
    }
    return cx->is_system;
}

bool thing_kind_load(struct ctx *cx, struct str name, int64_t unit_id, struct thing_kind *out)
{
    const struct actor_post *post = actor_main_post(cx);
    *out = (struct thing_kind){ .unit_id = unit_id };
    if (!unit_id) {
        if (!post_at_office(cx, &post))
            return false;
        out->unit_id = post ? post->unit_id : 0;
    }
    if (str_find(name, STR("."), 0) < 0 || !out->unit_id || !is_of_unit(cx, out->unit_id))
        return cx->err.kind == ERR_NONE && fail_not_found(cx);
    (void)thing_kind_of(cx->a, STR(""), name, &out->module, &out->key); /* there is a point */
    out->d = definition_newest(cx, out->module, out->unit_id);
    if (!out->d)
        return false;
    out->form = thing_form(out->d, out->key);
    return out->form || fail_not_found(cx);
}
