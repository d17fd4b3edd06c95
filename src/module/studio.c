/* The studio (A8, A10): drafts of modules, made by the city's administrator for the city and by a unit's
 * for the unit. A draft may be unfinished; publishing asks for a clean check and makes a new version,
 * which new matters run on at once, on every node, while running ones keep theirs. */
#include "base/id.h"
#include "core/small.h"
#include "module/module.sql.h"
#include "module/module_in.h"
#include "org/org.h"

#define JSON_MOST 250000
#define BPMN_MOST 400000

/* --- drafts --------------------------------------------------------------------------------------------- */

bool module_unit_may(struct ctx *cx, int64_t unit_id)
{
    struct unit_row u;
    if (!unit_id)
        return may(cx, PERM_CITY_ADMIN, 0, STR("")) || fail_not_found(cx);
    return unit_load(cx, unit_id, &u) &&
           ((may(cx, PERM_UNIT_ADMIN, u.id, u.path) && str_is(u.kind, "unit")) ||
            fail_not_found(cx));
}

bool module_draft_load(struct ctx *cx, int64_t draft_id, struct module_draft *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_draft_get, draft_id);
    if (found == 1)
        *out = (struct module_draft){
            .id = draft_id, .key = row_copy(&r, 0, cx->a), .unit_id = row_i64(&r, 1),
            .name = row_copy(&r, 2, cx->a), .state = row_copy(&r, 3, cx->a),
            .base_version = row_i64(&r, 4), .rev = row_i64(&r, 5),
            .json = row_copy(&r, 6, cx->a), .bpmn = row_copy(&r, 7, cx->a),
        };
    rows_end(&r);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    return module_unit_may(cx, out->unit_id);
}

static bool load_locked(struct ctx *cx, int64_t draft_id, struct module_draft *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_draft_lock, draft_id);
    rows_end(&r);
    return found >= 0 && module_draft_load(cx, draft_id, out);
}

static bool load_at_rev(struct ctx *cx, int64_t draft_id, int64_t rev, struct module_draft *out)
{
    return load_locked(cx, draft_id, out) &&
           (rev == out->rev || fail(cx, ERR_CONFLICT, "studio.stale", "rev"));
}

static bool note(struct ctx *cx, const struct module_draft *d, const char *op, int64_t version)
{
    return trace_write(cx, d->unit_id ? d->unit_id : trace_node_stream(cx), op, 0, 0,
                       str_printf(cx->a, "{\"key\":\"%.*s\",\"draft\":\"%lld\",\"version\":%lld}",
                                  STR_ARG(d->key), (long long)d->id, (long long)version));
}

/* A unit's own never stands before one of the city's or of a unit above: that would be tailoring, or getting
 * rid of it. */
static bool key_is_free(struct ctx *cx, int64_t unit_id, struct str key)
{
    struct version v;
    struct offer o;
    int taken = unit_id ? version_newest(cx, key, 0, &v)
                        : db_number(cx->db, 0, &q_definition_unit_key, key) > 0;
    if (!offer_from_above(cx, key, unit_id, &o))
        return false;
    taken = taken || o.unit_id;
    if (cx->err.kind)
        return false;
    return !taken || fail_arg(cx, ERR_STATE, "studio.key_taken", "key",
                              arena_strndup(cx->a, key.p, key.n), NULL);
}

bool module_draft_begin(struct ctx *cx, struct module_draft *d, bool from_own)
{
    struct version v;
    const char *key = arena_strndup(cx->a, d->key.p, d->key.n);
    if (!module_key_good(d->key))
        return fail_arg(cx, ERR_INVALID, "studio.key", "key", key, NULL);
    if (!key_is_free(cx, d->unit_id, d->key))
        return false;
    int found = version_newest(cx, d->key, d->unit_id, &v);
    if (found == 1 && !from_own)
        return fail_arg(cx, ERR_STATE, "studio.key_taken", "key", key, NULL);
    if (found < 0)
        return false;
    if (db_number(cx->db, 0, &q_draft_of_key, d->unit_id, d->key))
        return fail_arg(cx, ERR_STATE, "studio.has_draft", "key", key, NULL);
    d->id = id_new(cx->now);
    d->rev = 1;
    d->base_version = found == 1 ? v.version : 0;
    return !cx->err.kind && db_run(cx->db, &q_draft_put, d->id, d->key, d->unit_id, d->name, d->json,
                                   d->bpmn, d->base_version, cx->actor->person_id, cx->now);
}

/* --- beginning, saving, giving up ----------------------------------------------------------------------- */

/* module.json with some members replaced, in their place or at the end; absent: left out. */
struct override {
    const char *name;
    struct str text;
};

static struct str with_texts(struct arena *a, const struct jv *j, const struct override *o, size_t n)
{
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    struct str key;
    const struct jv *value;
    jw_obj(&w);
    for (size_t i = 0; i < n; i++)
        if (o[i].text.p)
            jw_kstr(&w, o[i].name, o[i].text);
    for (const void *it = jv_next(j, NULL, &key, &value); it; it = jv_next(j, it, &key, &value)) {
        bool is_over = false;
        for (size_t i = 0; i < n; i++)
            is_over = is_over || str_is(key, o[i].name);
        if (is_over)
            continue;
        jw_key_str(&w, key);
        jw_raw(&w, jv_compact(a, value));
    }
    jw_obj_end(&w);
    return jv_indented(a, jv_parse(a, buf_done(&b), NULL, NULL));
}

struct str module_first_json(struct arena *a, struct str name, bool of_unit)
{
    const struct jv *j = jv_parse(a, STR("{\"group\":\"affairs\",\"start\":\"anyone\",\"fields\":[],"
                                         "\"register\":{\"columns\":[\"title\",\"starter\",\"state\","
                                         "\"started_at\"],\"open_to\":\"starter\"}}"),
                                  NULL, NULL);
    const struct override o[] = { { "name", name },
                                  { "tier", of_unit ? STR("unit") : STR("city") } };
    return with_texts(a, j, o, 2);
}

static struct str xml_text(struct arena *a, struct str s)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '&')
            buf_str(&b, STR("&amp;"));
        else if (s.p[i] == '<')
            buf_str(&b, STR("&lt;"));
        else if (s.p[i] == '"')
            buf_str(&b, STR("&quot;"));
        else
            buf_char(&b, s.p[i]);
    return buf_done(&b);
}

struct str module_first_bpmn(struct arena *a, struct str key, struct str name)
{
    return str_printf(a,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\""
        " xmlns:bpmndi=\"http://www.omg.org/spec/BPMN/20100524/DI\""
        " xmlns:dc=\"http://www.omg.org/spec/DD/20100524/DC\""
        " xmlns:di=\"http://www.omg.org/spec/DD/20100524/DI\""
        " xmlns:oa=\"urn:tongban:oa:1\" id=\"definitions\" targetNamespace=\"urn:tongban:modules\">\n"
        "  <process id=\"%.*s\" name=\"%.*s\" isExecutable=\"true\">\n"
        "    <startEvent id=\"start\" name=\"开始\"/>\n"
        "    <sequenceFlow id=\"f1\" sourceRef=\"start\" targetRef=\"fill\"/>\n"
        "    <userTask id=\"fill\" name=\"填写\" oa:assign=\"starter\"/>\n"
        "    <sequenceFlow id=\"f2\" sourceRef=\"fill\" targetRef=\"end\"/>\n"
        "    <endEvent id=\"end\" name=\"办结\"/>\n"
        "  </process>\n"
        "  <bpmndi:BPMNDiagram id=\"diagram\"><bpmndi:BPMNPlane id=\"plane\" bpmnElement=\"%.*s\">\n"
        "    <bpmndi:BPMNShape id=\"s_start\" bpmnElement=\"start\"><dc:Bounds x=\"40\" y=\"82\" width=\"36\" height=\"36\"/></bpmndi:BPMNShape>\n"
        "    <bpmndi:BPMNShape id=\"s_fill\" bpmnElement=\"fill\"><dc:Bounds x=\"130\" y=\"60\" width=\"100\" height=\"80\"/></bpmndi:BPMNShape>\n"
        "    <bpmndi:BPMNShape id=\"s_end\" bpmnElement=\"end\"><dc:Bounds x=\"284\" y=\"82\" width=\"36\" height=\"36\"/></bpmndi:BPMNShape>\n"
        "    <bpmndi:BPMNEdge id=\"e_f1\" bpmnElement=\"f1\"><di:waypoint x=\"76\" y=\"100\"/><di:waypoint x=\"130\" y=\"100\"/></bpmndi:BPMNEdge>\n"
        "    <bpmndi:BPMNEdge id=\"e_f2\" bpmnElement=\"f2\"><di:waypoint x=\"230\" y=\"100\"/><di:waypoint x=\"284\" y=\"100\"/></bpmndi:BPMNEdge>\n"
        "  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>\n"
        "</definitions>\n",
        STR_ARG(key), STR_ARG(xml_text(a, name)), STR_ARG(key));
}

struct studio_create_in {
    struct str key, name, from;
    int64_t unit_id;
};
static const struct field studio_create_in_fields[] = {
    FIELD(studio_create_in, key, F_TEXT, .max = 40, .flags = FIELD_REQUIRED, .zh = "键", .en = "key"),
    FIELD(studio_create_in, name, F_TEXT, .max = 60, .flags = FIELD_REQUIRED, .zh = "名称", .en = "name"),
    FIELD(studio_create_in, unit_id, F_ID, .zh = "单位", .en = "unit; absent: the city's"),
    FIELD(studio_create_in, from, F_TEXT, .max = 40, .zh = "以哪项业务为底稿", .en = "begin from this module"),
};
RECORD(studio_create_in);

struct studio_id {
    int64_t id;
};
static const struct field studio_id_fields[] = {
    FIELD(studio_id, id, F_ID, .flags = FIELD_REQUIRED, .zh = "草稿", .en = "draft"),
};
RECORD(studio_id);

/* The texts of a published module that the unit sees, under the new name. */
static bool take_from(struct ctx *cx, struct str from, struct module_draft *d)
{
    struct version v;
    struct offer above;
    int found = d->unit_id ? version_newest(cx, from, d->unit_id, &v) : 0;
    if (found == 0)
        found = version_newest(cx, from, 0, &v);
    if (found == 0 && offer_from_above(cx, from, d->unit_id, &above) && above.is_open)
        found = version_newest(cx, from, above.unit_id, &v);
    if (found < 0 || cx->err.kind)
        return false;
    const struct jv *j = found ? jv_parse(cx->a, v.json, NULL, NULL) : NULL;
    if (!j)
        return fail_arg(cx, ERR_INVALID, "module.absent", "from",
                        arena_strndup(cx->a, from.p, from.n), NULL);
    bool renamed = !str_eq(jv_str(jv_get(j, "name")), d->name);
    const struct override o[] = { /* its English name is another one's then */
                                  { "name", d->name },
                                  { "name_en", renamed ? STR_NONE : jv_str(jv_get(j, "name_en")) },
                                  { "tier", STR("unit") } };
    d->json = renamed || d->unit_id ? with_texts(cx->a, j, o, d->unit_id ? 3 : 2) : v.json;
    d->bpmn = v.bpmn;
    return true;
}

static bool run_create(struct ctx *cx, const void *input, void *output)
{
    const struct studio_create_in *in = input;
    struct module_draft d = { .unit_id = in->unit_id, .key = in->key, .name = in->name };
    if (!module_unit_may(cx, in->unit_id))
        return false;
    d.json = module_first_json(cx->a, in->name, in->unit_id != 0);
    d.bpmn = module_first_bpmn(cx->a, in->key, in->name);
    if ((in->from.n && !take_from(cx, in->from, &d)) ||
        !module_draft_begin(cx, &d, str_eq(in->from, in->key)))
        return false;
    ((struct studio_id *)output)->id = d.id;
    return note(cx, &d, "studio.create", d.base_version);
}

struct studio_save_in {
    int64_t id, rev;
    const struct jv *module;
    struct str bpmn;
};
static const struct field studio_save_in_fields[] = {
    FIELD(studio_save_in, id, F_ID, .flags = FIELD_PATH, .zh = "草稿", .en = "draft"),
    FIELD(studio_save_in, rev, F_I64, .min = 1, .max = INT64_MAX, .flags = FIELD_REQUIRED, .zh = "版本", .en = "revision"),
    FIELD(studio_save_in, module, F_JSON, .max = JSON_MOST, .flags = FIELD_REQUIRED, .zh = "module.json", .en = "module.json"),
    FIELD(studio_save_in, bpmn, F_TEXT, .max = BPMN_MOST, .flags = FIELD_REQUIRED | FIELD_LINES, .zh = "flow.bpmn", .en = "flow.bpmn"),
};
RECORD(studio_save_in);

struct studio_rev {
    int64_t rev;
};
static const struct field studio_rev_fields[] = {
    FIELD(studio_rev, rev, F_I64, .flags = FIELD_REQUIRED, .zh = "版本", .en = "revision"),
};
RECORD(studio_rev);

static bool run_save(struct ctx *cx, const void *input, void *output)
{
    const struct studio_save_in *in = input;
    struct module_draft d;
    if (jv_kind(in->module) != JV_OBJECT)
        return fail(cx, ERR_INVALID, "input.object", "module");
    if (!load_at_rev(cx, in->id, in->rev, &d))
        return false;
    struct str name = str_trim(jv_str(jv_get(in->module, "name")));
    ((struct studio_rev *)output)->rev = d.rev + 1;
    return db_run(cx->db, &q_draft_save, name.n && name.n <= 400 ? name : d.name,
                  jv_indented(cx->a, in->module), in->bpmn, cx->actor->person_id, cx->now, d.id);
}

struct studio_in {
    int64_t id;
};
static const struct field studio_in_fields[] = {
    FIELD(studio_in, id, F_ID, .flags = FIELD_PATH, .zh = "草稿", .en = "draft"),
};
RECORD(studio_in);

static bool run_discard(struct ctx *cx, const void *input, void *output)
{
    struct module_draft d;
    (void)output;
    return load_locked(cx, ((const struct studio_in *)input)->id, &d) &&
           db_run(cx->db, &q_draft_drop, d.id) && note(cx, &d, "studio.discard", d.base_version);
}

/* --- checking and publishing ---------------------------------------------------------------------------- */

/* Every older version counts: a field that was away for a while has values all the same. */
static bool check_older(struct ctx *cx, const struct module_draft *d, struct module_checked *c)
{
    struct rows r;
    int64_t ids[200];
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_definition_versions, d->key, d->unit_id); n < 200 && rows_next(&r);)
        ids[n++] = row_i64(&r, 0);
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    for (size_t i = 0; i < n && c->is_good; i++) {
        const struct definition *was = definition_load(cx, ids[i]);
        if (!was)
            return false;
        module_check_types(cx->a, c, was->form);
    }
    return true;
}

bool module_draft_check(struct ctx *cx, const struct module_draft *d, struct module_checked *out)
{
    struct offer o = { .is_open = false };
    if (offer_find(cx, d->unit_id, d->key, &o) < 0)
        return false;
    const struct module_others others = module_published(cx, d->unit_id, o.is_open);
    *out = module_check(cx->a, d->key, d->json, d->bpmn, &others);
    if (d->unit_id && !module_check_own(cx, d->unit_id, out))
        return false;
    return !cx->err.kind && check_older(cx, d, out);
}

struct studio_publish_in {
    int64_t id, rev;
    struct str note, below;
};
static const struct field studio_publish_in_fields[] = {
    FIELD(studio_publish_in, id, F_ID, .flags = FIELD_PATH, .zh = "草稿", .en = "draft"),
    FIELD(studio_publish_in, rev, F_I64, .min = 1, .max = INT64_MAX, .flags = FIELD_REQUIRED, .zh = "版本", .en = "revision"),
    FIELD(studio_publish_in, note, F_TEXT, .max = 500, .flags = FIELD_LINES, .zh = "更新说明", .en = "what is new"),
    FIELD(studio_publish_in, below, F_CHOICE, .choices = offer_kinds, .zh = "下级单位使用", .en = "open to the units below; absent: as it was"),
};
RECORD(studio_publish_in);

struct studio_version {
    int64_t version, rev;
};
static const struct field studio_version_fields[] = {
    FIELD(studio_version, version, F_I64, .flags = FIELD_REQUIRED, .zh = "版本", .en = "version"),
    FIELD(studio_version, rev, F_I64, .flags = FIELD_REQUIRED, .zh = "草稿的修订号", .en = "the draft's revision"),
};
RECORD(studio_version);

static bool refuse_unsound(struct ctx *cx, const struct module_checked *c)
{
    for (size_t i = 0; i < c->report.n; i++) {
        const struct module_finding *f = &c->report.p[i];
        if (f->is_warning)
            continue;
        struct str said = cx->lang == LANG_EN ? f->message_en : f->message;
        return fail_arg(cx, ERR_STATE, "studio.not_clean", f->file,
                        arena_printf(cx->a, "%zu", c->report.error_n),
                        arena_strndup(cx->a, said.p, said.n));
    }
    return true;
}

static bool run_publish(struct ctx *cx, const void *input, void *output)
{
    const struct studio_publish_in *in = input;
    struct module_draft d;
    struct module_checked c;
    struct version old;
    int64_t id, version;
    if (!load_at_rev(cx, in->id, in->rev, &d) || !key_is_free(cx, d.unit_id, d.key))
        return false;
    int found = version_newest(cx, d.key, d.unit_id, &old);
    if (found < 0)
        return false;
    if (found && str_eq(old.json, d.json) && str_eq(old.bpmn, d.bpmn))
        return fail(cx, ERR_STATE, "studio.unchanged", NULL);
    if (in->below.n && !offer_put(cx, d.unit_id, d.key, in->below))
        return false;
    if (!module_draft_check(cx, &d, &c) || !refuse_unsound(cx, &c))
        return false;
    const struct version_put put = { .key = d.key, .json = d.json, .bpmn = d.bpmn,
                                     .unit_id = d.unit_id, .note = in->note };
    if (!version_put(cx, &put, &c, &id, &version) ||
        !db_run(cx->db, &q_draft_published, version, cx->actor->person_id, cx->now, d.id))
        return false;
    *(struct studio_version *)output = (struct studio_version){ version, d.rev + 1 };
    return note(cx, &d, "studio.publish", version);
}

/* --- for the units below -------------------------------------------------------------------------------- */

struct studio_offer_in {
    int64_t id;
    struct str below;
};
static const struct field studio_offer_in_fields[] = {
    FIELD(studio_offer_in, id, F_ID, .flags = FIELD_PATH, .zh = "草稿", .en = "draft of the module"),
    FIELD(studio_offer_in, below, F_CHOICE, .flags = FIELD_REQUIRED, .choices = offer_kinds, .zh = "下级单位使用", .en = "open to the units below; none: withdrawn"),
};
RECORD(studio_offer_in);

/* What is published is looked at again: those below must see what it refers to. */
static bool run_offer(struct ctx *cx, const void *input, void *output)
{
    const struct studio_offer_in *in = input;
    struct module_draft d;
    struct module_checked c;
    struct version v;
    (void)output;
    if (!load_locked(cx, in->id, &d))
        return false;
    int found = version_newest(cx, d.key, d.unit_id, &v);
    if (found != 1)
        return found == 0 && fail(cx, ERR_STATE, "studio.not_published", "below");
    if (!offer_put(cx, d.unit_id, d.key, in->below))
        return false;
    struct module_draft published = d;
    published.json = v.json;
    published.bpmn = v.bpmn;
    if (!str_is(in->below, "none") &&
        (!module_draft_check(cx, &published, &c) || !refuse_unsound(cx, &c)))
        return false;
    return trace_write(cx, d.unit_id ? d.unit_id : trace_node_stream(cx), "studio.offer", 0, 0,
                       str_printf(cx->a, "{\"key\":\"%.*s\",\"version\":%lld,\"below\":\"%.*s\"}",
                                  STR_ARG(d.key), (long long)v.version, STR_ARG(in->below)));
}

/* --- reads ---------------------------------------------------------------------------------------------- */

static const char *const states[] = { "draft", "published", NULL };

struct studio_row {
    int64_t id, unit_id, rev, base_version, version, changed_at;
    struct str key, name, state, changed_by, below;
};
static const struct field studio_row_fields[] = {
    FIELD(studio_row, id, F_ID, .flags = FIELD_REQUIRED, .zh = "草稿", .en = "draft"),
    FIELD(studio_row, key, F_TEXT, .flags = FIELD_REQUIRED, .zh = "键", .en = "key"),
    FIELD(studio_row, name, F_TEXT, .flags = FIELD_REQUIRED, .zh = "名称", .en = "name"),
    FIELD(studio_row, unit_id, F_ID, .zh = "单位", .en = "unit; null: the city's"),
    FIELD(studio_row, state, F_CHOICE, .flags = FIELD_REQUIRED, .choices = states, .zh = "状态", .en = "state"),
    FIELD(studio_row, rev, F_I64, .zh = "版本", .en = "revision"),
    FIELD(studio_row, base_version, F_I64, .zh = "底稿版本", .en = "begun from or published as; 0: none"),
    FIELD(studio_row, version, F_I64, .zh = "已发布版本", .en = "newest published; 0: none"),
    FIELD(studio_row, below, F_CHOICE, .flags = FIELD_REQUIRED, .choices = offer_kinds, .zh = "下级单位使用", .en = "open to the units below"),
    FIELD(studio_row, changed_at, F_MOMENT, .flags = FIELD_REQUIRED, .zh = "修改时间", .en = "changed"),
    FIELD(studio_row, changed_by, F_TEXT, .zh = "修改人", .en = "changed by"),
};
RECORD(studio_row);

struct studio_list_in {
    int64_t unit_id;
};
static const struct field studio_list_in_fields[] = {
    FIELD(studio_list_in, unit_id, F_ID, .zh = "单位", .en = "of one unit only"),
};
RECORD(studio_list_in);

static struct str name_of(struct ctx *cx, int64_t person_id)
{
    struct person_row p;
    return person_id && person_find(cx, person_id, &p) == 1 ? p.name : STR_NONE;
}

static bool list_of(struct ctx *cx, struct jw *w, int64_t unit_id)
{
    struct rows r;
    for (db_rows(cx->db, &r, &q_drafts_of, unit_id); rows_next(&r);) {
        const struct studio_row row = {
            .id = row_i64(&r, 0), .key = row_text(&r, 1), .name = row_text(&r, 2),
            .unit_id = row_i64(&r, 3), .state = row_text(&r, 4), .rev = row_i64(&r, 5),
            .base_version = row_i64(&r, 6), .changed_at = row_i64(&r, 7),
            .changed_by = name_of(cx, row_i64(&r, 8)), .version = row_i64(&r, 9),
            .below = row_is_null(&r, 10) || !row_i64(&r, 10) ? STR("none")
                     : row_i64(&r, 11)                      ? STR("mandatory")
                                                            : STR("optional"),
        };
        record_encode(w, &studio_row_record, &row);
    }
    rows_end(&r);
    return !rows_failed(&r);
}

/* The city's for its administrator, and those of the units administered; unit_id: that unit's. */
static bool run_list(struct ctx *cx, const void *input, struct jw *w)
{
    const struct studio_list_in *in = input;
    const struct actor *who = cx->actor;
    if (in->unit_id && !module_unit_may(cx, in->unit_id))
        return false;
    answer_rows(w);
    if (in->unit_id && !list_of(cx, w, in->unit_id))
        return false;
    if (!in->unit_id && may(cx, PERM_CITY_ADMIN, 0, STR("")) && !list_of(cx, w, 0))
        return false;
    for (size_t i = 0; !in->unit_id && i < who->n_grants; i++)
        if (who->grants[i].role == ROLE_UNIT_ADMIN && !list_of(cx, w, who->grants[i].unit_id))
            return false;
    answer_rows_end(w, STR_NONE);
    return true;
}

static bool run_get(struct ctx *cx, const void *input, struct jw *w)
{
    struct module_draft d;
    struct version v = { .version = 0 };
    struct offer o = { .is_open = false };
    struct ids up = { NULL, 0 };
    if (!module_draft_load(cx, ((const struct studio_in *)input)->id, &d) ||
        version_newest(cx, d.key, d.unit_id, &v) < 0 || offer_find(cx, d.unit_id, d.key, &o) < 0 ||
        (d.unit_id && !org_units_above(cx, d.unit_id, &up)))
        return false;
    jw_obj(w);
    jw_kid(w, "id", d.id);
    jw_kstr(w, "key", d.key);
    jw_kstr(w, "name", d.name);
    jw_kid(w, "unit_id", d.unit_id);
    jw_kstr(w, "state", d.state);
    jw_ki64(w, "rev", d.rev);
    jw_ki64(w, "base_version", d.base_version);
    jw_ki64(w, "version", v.version);
    jw_ktext(w, "below", offer_kind(&o));
    jw_kbool(w, "can_offer", up.n > 0);
    jw_kraw(w, "module", jv_compact(cx->a, jv_parse(cx->a, d.json, NULL, NULL)));
    jw_kstr(w, "bpmn", d.bpmn);
    jw_obj_end(w);
    return true;
}

static bool run_check(struct ctx *cx, const void *input, struct jw *w)
{
    struct module_draft d;
    struct module_checked c;
    if (!module_draft_load(cx, ((const struct studio_in *)input)->id, &d) ||
        !module_draft_check(cx, &d, &c))
        return false;
    jw_obj(w);
    jw_kbool(w, "ok", c.is_good);
    findings_write(w, "errors", &c.report, false, &cx->lang);
    findings_write(w, "warnings", &c.report, true, &cx->lang);
    jw_kbool(w, "sound", c.net != NULL);
    jw_karr(w, "counterexample");
    for (size_t i = 0; i < c.report.counterexample_n; i++)
        jw_str(w, c.report.counterexample[i]);
    jw_arr_end(w);
    jw_obj_end(w);
    return true;
}

static bool run_export(struct ctx *cx, const void *input, struct jw *w)
{
    struct module_draft d;
    (void)w;
    if (!module_draft_load(cx, ((const struct studio_in *)input)->id, &d))
        return false;
    struct raw *raw = raw_of(cx);
    raw->type = "application/zip";
    raw->name = str_printf(cx->a, "%.*s.zip", STR_ARG(d.key));
    raw->bytes = module_zip_write(cx->a, d.json, d.bpmn);
    return true;
}

struct studio_compare_in {
    int64_t id, with, of;
};
static const struct field studio_compare_in_fields[] = {
    FIELD(studio_compare_in, id, F_ID, .flags = FIELD_PATH, .zh = "草稿", .en = "draft"),
    FIELD(studio_compare_in, with, F_I64, .min = 0, .max = INT64_MAX, .zh = "与哪个版本对照", .en = "with this version; absent: the newest"),
    FIELD(studio_compare_in, of, F_I64, .min = 0, .max = INT64_MAX, .zh = "对照哪个版本", .en = "this version in the place of the draft"),
};
RECORD(studio_compare_in);

/* 1 found, 0 none, -1 failed; number 0: the newest. */
static int version_of(struct ctx *cx, const struct module_draft *d, int64_t number,
                      struct version *out)
{
    struct rows r;
    if (!number)
        return version_newest(cx, d->key, d->unit_id, out);
    int found = db_get(cx->db, &r, &q_definition_of_version, d->key, d->unit_id, number);
    if (found == 1)
        *out = (struct version){ .version = number, .json = row_copy(&r, 0, cx->a),
                                 .bpmn = row_copy(&r, 1, cx->a) };
    rows_end(&r);
    return found;
}

static bool run_compare(struct ctx *cx, const void *input, struct jw *w)
{
    const struct studio_compare_in *in = input;
    struct module_draft d;
    struct version with, of;
    if (!module_draft_load(cx, in->id, &d))
        return false;
    of = (struct version){ .json = d.json, .bpmn = d.bpmn };
    int found = version_of(cx, &d, in->with, &with);
    const char *field = "with";
    if (found == 1 && in->of) {
        found = version_of(cx, &d, in->of, &of);
        field = "of";
    }
    if (found != 1)
        return found == 0 && fail_arg(cx, ERR_INVALID, "module.absent", field,
                                      arena_strndup(cx->a, d.key.p, d.key.n), NULL);
    module_compare_write(cx->a, w, &with, of.json, of.bpmn);
    return true;
}

struct versions_in {
    struct str key;
    int64_t unit_id;
};
static const struct field versions_in_fields[] = {
    FIELD(versions_in, key, F_TEXT, .max = 40, .flags = FIELD_PATH, .zh = "业务", .en = "module"),
    FIELD(versions_in, unit_id, F_ID, .zh = "单位", .en = "the unit's own; absent: the city's"),
};
RECORD(versions_in);

struct version_row {
    int64_t version, published_at;
    struct str published_by, note;
};
static const struct field version_row_fields[] = {
    FIELD(version_row, version, F_I64, .zh = "版本", .en = "version"),
    FIELD(version_row, published_at, F_MOMENT, .flags = FIELD_REQUIRED, .zh = "发布时间", .en = "published"),
    FIELD(version_row, published_by, F_TEXT, .zh = "发布人", .en = "published by; null: came with the program"),
    FIELD(version_row, note, F_TEXT, .zh = "更新说明", .en = "what is new"),
};
RECORD(version_row);

static bool run_versions(struct ctx *cx, const void *input, struct jw *w)
{
    const struct versions_in *in = input;
    struct rows r;
    size_t n = 0;
    if (in->unit_id && !module_unit_may(cx, in->unit_id))
        return false;
    answer_rows(w);
    for (db_rows(cx->db, &r, &q_definition_versions, in->key, in->unit_id); rows_next(&r); n++) {
        const struct version_row row = { row_i64(&r, 1), row_i64(&r, 2),
                                         name_of(cx, row_i64(&r, 3)), row_text(&r, 4) };
        record_encode(w, &version_row_record, &row);
    }
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    answer_rows_end(w, STR_NONE);
    return n > 0 || fail_arg(cx, ERR_NOT_FOUND, "module.absent", "key",
                             arena_strndup(cx->a, in->key.p, in->key.n), NULL);
}

static const struct command commands[] = {
    { "studio.create", POST, "/studio/modules", PERM_UNIT_ADMIN, &studio_create_in_record,
      &studio_id_record, run_create, "新建业务草稿", "Begin a module", CMD_CREATES, NULL },
    { "studio.save", POST, "/studio/modules/{id}/save", PERM_UNIT_ADMIN, &studio_save_in_record,
      &studio_rev_record, run_save, "保存业务草稿", "Save a draft, finished or not", CMD_NO_TRACE, NULL },
    { "studio.publish", POST, "/studio/modules/{id}/publish", PERM_UNIT_ADMIN,
      &studio_publish_in_record, &studio_version_record, run_publish, "发布业务新版本",
      "Publish a draft as a new version", 0, NULL },
    { "studio.offer", POST, "/studio/modules/{id}/offer", PERM_UNIT_ADMIN, &studio_offer_in_record,
      NULL, run_offer, "供下级单位使用或收回",
      "Open a unit's published module to the units below, or withdraw it", 0, NULL },
    { "studio.discard", POST, "/studio/modules/{id}/discard", PERM_UNIT_ADMIN, &studio_in_record,
      NULL, run_discard, "放弃业务草稿", "Discard a draft; what was published stays", 0, NULL },
};

static const struct read reads[] = {
    { "studio.list", "/studio/modules", PERM_UNIT_ADMIN, &studio_list_in_record, &studio_row_record,
      true, run_list, "业务草稿", "Drafts of modules", 0 },
    { "studio.get", "/studio/modules/{id}", PERM_UNIT_ADMIN, &studio_in_record,
      &module_draft_page_record, false, run_get, "一份业务草稿", "A draft with both texts", 0 },
    { "studio.check", "/studio/modules/{id}/check", PERM_UNIT_ADMIN, &studio_in_record,
      &module_check_answer_record, false, run_check, "检查业务草稿",
      "Check a draft: findings by file, line and element", READ_POST },
    { "studio.compare", "/studio/modules/{id}/compare", PERM_UNIT_ADMIN, &studio_compare_in_record,
      &module_compared_record, false, run_compare, "与已发布的版本对照",
      "A draft beside a published version", 0 },
    { "studio.export", "/studio/modules/{id}/export", PERM_UNIT_ADMIN, &studio_in_record, NULL,
      false, run_export, "导出业务", "module.json and flow.bpmn as one .zip", READ_RAW },
    { "module.versions", "/modules/{key}/versions", PERM_UNIT_ADMIN, &versions_in_record,
      &version_row_record, true, run_versions, "已发布的版本", "Published versions, newest first", 0 },
};

const struct room studio_room = { "module", ROOM_TABLE(commands), ROOM_TABLE(reads), NULL, 0, NULL, NULL };
