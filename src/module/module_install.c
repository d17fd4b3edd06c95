/* Installing: modules/ (carried inside the program) are the source of the city's modules. A broken one
 * is refused with its findings in the log, and what was installed before stays. */
#include "base/embed.h"
#include "base/id.h"
#include "base/log.h"
#include "core/small.h"
#include "crypto/crypto.h"
#include "module/module.sql.h"
#include "module/module_in.h"
#include "org/org.h"

int version_newest(struct ctx *cx, struct str key, int64_t unit_id, struct version *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_definition_texts, key, unit_id);
    if (found == 1)
        *out = (struct version){ .id = row_i64(&r, 0), .version = row_i64(&r, 1),
                                 .base_id = row_i64(&r, 2), .digest = row_copy(&r, 3, cx->a),
                                 .json = row_copy(&r, 4, cx->a), .bpmn = row_copy(&r, 5, cx->a), .created_by = row_i64(&r, 6) };
    rows_end(&r);
    return found;
}

/* --- other modules --------------------------------------------------------------------------------- */

static const struct form *carried(struct arena *a, struct str key)
{
    struct form_findings f = { .a = a };
    if (!module_key_good(key))
        return NULL;
    struct str json = embed_find(arena_printf(a, "modules/%.*s/module.json", STR_ARG(key)));
    return json.p ? form_compile(a, json, &f) : NULL;
}

static const struct form *find_other(void *arg, struct arena *a, struct str key)
{
    struct ctx *cx = arg;
    const struct form *f = carried(a, key);
    int64_t id = f ? 0 : db_number(cx->db, 0, &q_definition_any, key);
    const struct definition *d = id ? definition_load(cx, id) : NULL;
    return d ? d->form : f;
}

struct module_others module_installed(struct ctx *cx)
{
    return (struct module_others){ find_other, cx };
}

struct asked_by {
    struct ctx *cx;
    int64_t unit_id;
    bool is_offered;
};

static const struct form *find_published(void *arg, struct arena *a, struct str key)
{
    const struct asked_by *k = arg;
    struct offer o;
    (void)a;
    int64_t id = definition_for(k->cx, key, k->unit_id);
    if (id && k->is_offered && !db_number(k->cx->db, 0, &q_definition_for, key, INT64_C(0)) &&
        !(offer_find(k->cx, k->unit_id, key, &o) == 1 && o.is_open))
        id = 0; /* the unit's own, which those below do not see */
    const struct definition *d = id ? definition_load(k->cx, id) : NULL;
    return d ? d->form : NULL;
}

struct module_others module_published(struct ctx *cx, int64_t unit_id, bool is_offered)
{
    struct asked_by *k = arena_new_of(cx->a, struct asked_by);
    *k = (struct asked_by){ cx, unit_id, is_offered };
    return (struct module_others){ find_published, k };
}

/* --- versions ----------------------------------------------------------------------------------------- */

static struct str digest_of(struct ctx *cx, struct str json, struct str bpmn)
{
    char digest[SM3_HEX_SIZE + 1];
    sm3_hex(str_printf(cx->a, "%.*s\n%.*s", STR_ARG(json), STR_ARG(bpmn)), digest);
    return str_copy(cx->a, str_of(digest));
}

bool version_put(struct ctx *cx, const struct version_put *v, const struct module_checked *c,
                 int64_t *id, int64_t *version)
{
    const struct module_published event = { v->key, v->unit_id, c->net, c->form };
    struct str digest = digest_of(cx, v->json, v->bpmn);
    *id = id_new(cx->now);
    *version = db_number(cx->db, 0, &q_definition_last, v->key, v->unit_id) + 1;
    if (cx->err.kind || !db_run(cx->db, &q_definition_put, *id, v->key, *version, c->form->name,
                                v->unit_id, bind_id(v->base_id), v->bpmn, v->json, digest,
                                bind_id(cx->actor ? cx->actor->person_id : 0), cx->now, v->note))
        return false;
    if (!trace_write(cx, v->unit_id ? v->unit_id : trace_node_stream(cx), "module.install", 0, 0,
                     str_printf(cx->a, "{\"key\":\"%.*s\",\"version\":%lld,\"digest\":\"%.*s\"}",
                                STR_ARG(v->key), (long long)*version, STR_ARG(digest))))
        return false;
    const struct version put = { .id = *id, .version = *version, .json = v->json, .bpmn = v->bpmn };
    return v->base_id || (event_emit(cx, "module.published", *id, &event) &&
                          tailor_again(cx, v->key, v->unit_id, &put));
}

static void log_findings(struct ctx *cx, struct str key, const struct module_report *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (!r->p[i].is_warning)
            log_error("module", "module refused", "module", arena_strndup(cx->a, key.p, key.n),
                      "file", r->p[i].file, "line", arena_printf(cx->a, "%d", r->p[i].line),
                      "element", arena_strndup(cx->a, r->p[i].element.p, r->p[i].element.n),
                      "message", arena_strndup(cx->a, r->p[i].message.p, r->p[i].message.n));
}

bool module_try(struct ctx *cx, const struct version_put *v, struct module_checked *c,
                int64_t *version)
{
    struct version old;
    int64_t id;
    int found = version_newest(cx, v->key, v->unit_id, &old);
    *c = (struct module_checked){ .is_good = true };
    *version = found == 1 ? old.version : 0;
    if (found < 0)
        return false;
    if (found && str_eq(old.digest, digest_of(cx, v->json, v->bpmn)))
        return true;
    const struct module_others others = module_installed(cx);
    *c = module_check(cx->a, v->key, str_copy(cx->a, v->json), str_copy(cx->a, v->bpmn), &others);
    if (found && c->is_good) {
        const struct definition *was = definition_load(cx, old.id);
        if (!was)
            return false;
        module_check_types(cx->a, c, was->form);
    }
    return !c->is_good || version_put(cx, v, c, &id, version);
}

bool module_install(struct ctx *cx, struct str key, struct str json, struct str bpmn)
{
    const struct version_put put = { .key = key, .json = json, .bpmn = bpmn };
    struct module_checked c;
    int64_t version;
    if (!module_try(cx, &put, &c, &version))
        return false;
    if (c.is_good)
        return true;
    log_findings(cx, key, &c.report);
    return fail_arg(cx, ERR_INVALID, "module.refused", NULL, arena_strndup(cx->a, key.p, key.n),
                    NULL);
}

/* "modules/KEY/module.json" → KEY */
static struct str module_key(const char *name)
{
    struct str s = str_of(name);
    if (!str_starts(s, STR("modules/")) || !str_ends(s, STR("/module.json")))
        return STR_NONE;
    return str_sub(s, 8, s.n - 8 - 12);
}

/* Where the city has published its own version (studio), that one stands. 1, 0, -1. */
static int is_city_made(struct ctx *cx, struct str key)
{
    struct version v;
    int found = version_newest(cx, key, 0, &v);
    return found == 1 ? v.created_by != 0 : found;
}

/* One refused module does not keep the others, nor the city, from working. */
static bool run_install_all(struct ctx *cx, const void *in, void *out)
{
    (void)in;
    (void)out;
    for (const struct embed_file *f = embed_files; f->name; f++) {
        struct str key = module_key(f->name);
        if (!key.p)
            continue;
        struct str bpmn = embed_find(arena_printf(cx->a, "modules/%.*s/flow.bpmn", STR_ARG(key)));
        struct str json = { f->begin, (size_t)(f->end - f->begin) };
        struct arena_mark mark = arena_mark(cx->a);
        int is_made = is_city_made(cx, key);
        if (is_made < 0)
            return false;
        if (is_made)
            continue;
        bool good = module_install(cx, key, json, bpmn.p ? bpmn : STR(""));
        if (!good && strcmp(cx->err.code, "module.refused") != 0)
            return false;
        cx->err = (struct err){ 0 };
        if (good)
            arena_reset(cx->a, mark);
    }
    return true;
}

/* --- by the operator --------------------------------------------------------------------------------------- */

struct install_in {
    struct str key, module, bpmn;
};
static const struct field install_in_fields[] = {
    FIELD(install_in, key, F_TEXT, .max = 40, .flags = FIELD_REQUIRED, .zh = "键", .en = "key"),
    FIELD(install_in, module, F_TEXT, .max = 1000000, .flags = FIELD_REQUIRED | FIELD_LINES,
          .zh = "module.json", .en = "module.json"),
    FIELD(install_in, bpmn, F_TEXT, .max = 1000000, .flags = FIELD_REQUIRED | FIELD_LINES,
          .zh = "flow.bpmn", .en = "flow.bpmn"),
};
RECORD(install_in);

struct install_out {
    int64_t version;
    struct str report;
};
static const struct field install_out_fields[] = {
    FIELD(install_out, version, F_I64, .zh = "版本", .en = "version"),
    FIELD(install_out, report, F_JSON, .zh = "检查结果", .en = "findings"),
};
RECORD(install_out);

static bool run_install(struct ctx *cx, const void *input, void *output)
{
    const struct install_in *in = input;
    struct install_out *out = output;
    const struct version_put put = { .key = in->key, .json = in->module, .bpmn = in->bpmn };
    struct module_checked c;
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    if (!module_try(cx, &put, &c, &out->version))
        return false;
    module_report_write(&w, &c);
    out->report = buf_done(&b);
    return true;
}

/* --- who uses what (A9) --------------------------------------------------------------------------------- */

bool module_use_of(struct ctx *cx, const struct definition *d, int64_t unit_id,
                   struct module_use *out)
{
    bool is_own = d->owner_id && d->owner_id == unit_id, is_given = !d->owner_id && d->form->is_city;
    struct offer o = { .is_open = true };
    if (d->owner_id && !is_own) {
        int found = offer_find(cx, d->owner_id, d->key, &o);
        if (found < 0)
            return false;
        is_given = found && o.is_mandatory;
        o.is_open = found && o.is_open;
    }
    *out = (struct module_use){ .is_on = is_given, .can_switch = o.is_open && !is_given,
                                .is_withdrawn = !o.is_open };
    if (!is_given)
        out->is_on = db_number(cx->db, is_own, &q_switch_get, unit_id, d->key) > 0;
    out->is_on = out->is_on && o.is_open;
    return cx->err.kind == ERR_NONE;
}

bool module_is_on(struct ctx *cx, const struct definition *d, int64_t unit_id)
{
    struct module_use use;
    return module_use_of(cx, d, unit_id, &use) && use.is_on;
}

bool module_may_start(struct ctx *cx, const struct definition *d, const struct actor_post *post)
{
    if (!d->form->is_startable || !module_is_on(cx, d, post->unit_id))
        return false;
    const struct actor_post *own = actor_post(cx, post->id); /* of a body, where it is its office's */
    for (size_t i = 0; i < d->form->start_roles.n; i++) {
        enum role role = role_of(d->form->start_roles.p[i]);
        if (has_role(cx, role, post->unit_id) || (own && has_role(cx, role, own->unit_id)))
            return true;
    }
    return d->form->start_roles.n == 0;
}

/* Roles only: whoever else is asked is found from the starter, or chosen. */
static enum role step_lacks(struct str assign, const bool *held)
{
    struct str head, arg;
    enum role lacking = ROLE_NONE;
    while (module_term(&assign, &head, &arg)) {
        enum role role = str_is(head, "role") ? role_of(arg) : ROLE_NONE;
        if (role == ROLE_NONE || held[role])
            return ROLE_NONE;
        lacking = role;
    }
    return lacking;
}

enum role module_lacks(const struct definition *d, const bool *held)
{
    size_t n;
    enum role lacking = ROLE_NONE;
    const struct flow_node *nodes = flow_nodes(d->net, &n);
    for (size_t i = 0; lacking == ROLE_NONE && i < n; i++)
        lacking = step_lacks(nodes[i].assign, held);
    return lacking;
}

struct module_switch_in {
    struct str key;
    int64_t unit_id;
    bool is_on;
};
static const struct field module_switch_in_fields[] = {
    FIELD(module_switch_in, key, F_TEXT, .max = 40, .flags = FIELD_PATH, .zh = "业务",
          .en = "module"),
    FIELD(module_switch_in, unit_id, F_ID, .flags = FIELD_REQUIRED, .zh = "单位", .en = "unit"),
    FIELD(module_switch_in, is_on, F_BOOL, .flags = FIELD_REQUIRED, .zh = "启用", .en = "in use"),
};
RECORD(module_switch_in);

static bool run_switch(struct ctx *cx, const void *input, void *output)
{
    const struct module_switch_in *in = input;
    struct module_use use;
    struct unit_row u;
    (void)output;
    if (!unit_load(cx, in->unit_id, &u))
        return false;
    if (!may(cx, PERM_UNIT_ADMIN, u.id, u.path) || !str_is(u.kind, "unit"))
        return fail_not_found(cx);
    const struct definition *d = definition_newest(cx, in->key, u.id);
    if (!d)
        return false;
    if (!module_use_of(cx, d, u.id, &use))
        return false;
    if (!use.can_switch)
        return fail_arg(cx, ERR_STATE, use.is_withdrawn ? "module.withdrawn" : "module.mandatory",
                        "key", arena_strndup(cx->a, d->name.p, d->name.n), NULL);
    bool held[ROLE_COUNT];
    if (in->is_on && !org_roles_held(cx, u.id, held))
        return false;
    enum role lacking = in->is_on ? module_lacks(d, held) : ROLE_NONE;
    if (lacking != ROLE_NONE)
        return fail_arg(cx, ERR_STATE, "module.no_holder", "key",
                        arena_strndup(cx->a, d->name.p, d->name.n), role_title(lacking, cx->lang));
    return db_run(cx->db, &q_switch_put, u.id, d->key, (int64_t)in->is_on, cx->now) &&
           trace_write(cx, u.id, "module.switch", 0, 0,
                       str_printf(cx->a, "{\"key\":\"%.*s\",\"is_on\":%s}", STR_ARG(d->key),
                                  in->is_on ? "true" : "false"));
}

static const struct command commands[] = {
    { "module.install_all", POST, NULL, PERM_OPERATOR, NULL, NULL, run_install_all,
      "安装随程序附带的业务模块", "Install the modules that come with the program",
      CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "module.install", POST, NULL, PERM_OPERATOR, &install_in_record, &install_out_record,
      run_install, "安装一个业务模块", "Install a module from its two files",
      CMD_INTERNAL | CMD_OPERATOR | CMD_NO_TRACE, NULL },
    { "module.switch", POST, "/modules/{key}/switch", PERM_UNIT_ADMIN, &module_switch_in_record,
      NULL, run_switch, "启用或停用本单位的可选业务", "Switch an optional module of a unit on or off", 0, NULL },
};

const struct room module_room = { "module", ROOM_TABLE(commands), NULL, 0, NULL, 0, NULL, NULL };
