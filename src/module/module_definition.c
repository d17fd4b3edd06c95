/* Installed definitions: a version is an immutable row; compiled once, kept for the program's life. */
#include <pthread.h>
#include <stdlib.h>

#include "base/check.h"
#include "module/module.sql.h"
#include "module/module_in.h"

/* Open addressing by id; grows by doubling. The definitions themselves are in kept_arena. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards all below */
static struct arena *kept_arena;
static const struct definition **slot;
static size_t slots, kept;

static size_t place_of(int64_t id, size_t size)
{
    return (size_t)((uint64_t)id * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (size - 1);
}

static void put_in(const struct definition **table, size_t size, const struct definition *d)
{
    size_t at = place_of(d->id, size);
    while (table[at])
        at = (at + 1) & (size - 1);
    table[at] = d;
}

/* Under the lock. */
static const struct definition *find_kept(int64_t id)
{
    for (size_t at = slots ? place_of(id, slots) : 0; slots && slot[at]; at = (at + 1) & (slots - 1))
        if (slot[at]->id == id)
            return slot[at];
    return NULL;
}

static void grow(void)
{
    size_t size = slots ? slots * 2 : 256;
    const struct definition **table = calloc(size, sizeof *table);
    CHECK(table);
    for (size_t i = 0; i < slots; i++)
        if (slot[i])
            put_in(table, size, slot[i]);
    free(slot);
    slot = table;
    slots = size;
}

/* Fields whose names stand anywhere in the drawing: their values go along as variables of the flow;
 * long texts and the like stay out of its state. */
static const bool *used_in_flow(struct arena *a, const struct form *form, struct str xml)
{
    bool *used = arena_array_of(a, bool, form->fields.n + 1);
    for (size_t i = 0; i < form->fields.n; i++)
        used[i] = str_find(xml, form->fields.p[i].name, 0) >= 0;
    return used;
}

static const struct form *no_others(void *arg, struct arena *a, struct str key)
{
    (void)arg;
    (void)a;
    (void)key;
    return NULL;
}

struct stored {
    int64_t id, version, unit_id, base_id, base_unit_id;
    struct str key, xml, module;
};

/* What was installed was checked then, with the modules there were; here only what is needed to run
 * counts: a later version of another module does not break this one. */
static const struct definition *compile(const struct stored *s)
{
    const struct module_others none = { no_others, NULL };
    struct arena *a = kept_arena;
    struct definition *d = arena_new_of(a, struct definition);
    struct str xml = str_copy(a, s->xml), module = str_copy(a, s->module);
    struct module_checked c = module_check(a, s->key, module, xml, &none);
    if (!c.net || !c.form)
        return NULL;
    *d = (struct definition){
        .id = s->id, .version = s->version, .unit_id = s->unit_id, .is_tailored = s->base_id != 0,
        .owner_id = s->base_id ? s->base_unit_id : s->unit_id,
        .key = str_copy(a, s->key), .name = c.form->name, .name_en = c.form->name_en, .net = c.net,
        .form = c.form, .module = c.form->json, .english = form_english_view(a, c.form),
        .first_node = c.first_node,
        .in_flow = used_in_flow(a, c.form, xml),
    };
    return d;
}

const struct definition *definition_trial(struct arena *a, const struct module_draft *draft,
                                          const struct module_checked *c)
{
    struct definition *d = arena_new_of(a, struct definition);
    *d = (struct definition){
        .unit_id = draft->unit_id, .owner_id = draft->unit_id, .key = draft->key, .name = c->form->name,
        .name_en = c->form->name_en, .net = c->net, .form = c->form, .module = c->form->json,
        .english = form_english_view(a, c->form), .first_node = c->first_node,
        .in_flow = used_in_flow(a, c->form, draft->bpmn),
    };
    return d;
}

static const struct definition *keep(const struct stored *s)
{
    pthread_mutex_lock(&lock);
    if (!kept_arena)
        kept_arena = arena_new();
    const struct definition *d = find_kept(s->id);
    if (!d) {
        d = compile(s);
        if (d && kept * 2 >= slots)
            grow();
        if (d) {
            put_in(slot, slots, d);
            kept++;
        }
    }
    pthread_mutex_unlock(&lock);
    return d;
}

const struct definition *definition_load(struct ctx *cx, int64_t definition_id)
{
    struct rows r;
    pthread_mutex_lock(&lock);
    const struct definition *d = find_kept(definition_id);
    pthread_mutex_unlock(&lock);
    if (d)
        return d;
    int found = db_get(cx->db, &r, &q_definition_get, definition_id);
    if (found == 1) {
        const struct stored s = { definition_id, row_i64(&r, 2), row_i64(&r, 4), row_i64(&r, 5),
                                  row_i64(&r, 8), row_text(&r, 1), row_text(&r, 6), row_text(&r, 7) };
        d = keep(&s);
    }
    rows_end(&r);
    if (!d && found >= 0)
        (void)fail(cx, ERR_INTERNAL, "module.broken", NULL); /* NULL says it */
    return d;
}

int64_t definition_for(struct ctx *cx, struct str key, int64_t unit_id)
{
    struct offer o;
    int64_t id = db_number(cx->db, 0, &q_definition_for, key, unit_id);
    if (id || cx->err.kind || !offer_from_above(cx, key, unit_id, &o) || !o.unit_id)
        return id;
    return db_number(cx->db, 0, &q_definition_for, key, o.unit_id);
}

const struct definition *definition_newest(struct ctx *cx, struct str key, int64_t unit_id)
{
    int64_t id = definition_for(cx, key, unit_id);
    if (id || cx->err.kind)
        return id ? definition_load(cx, id) : NULL;
    (void)fail_arg(cx, ERR_NOT_FOUND, "module.absent", "module",
                   arena_strndup(cx->a, key.p, key.n), NULL); /* NULL says it */
    return NULL;
}

const struct definition *definition_version(struct ctx *cx, struct str key, int64_t version,
                                            int64_t unit_id)
{
    struct offer o;
    int64_t id = db_number(cx->db, 0, &q_definition_numbered, key, version, unit_id);
    if (!id && offer_from_above(cx, key, unit_id, &o) && o.unit_id)
        id = db_number(cx->db, 0, &q_definition_numbered, key, version, o.unit_id);
    if (cx->err.kind)
        return NULL;
    if (id)
        return definition_load(cx, id);
    (void)fail_arg(cx, ERR_NOT_FOUND, "module.absent", "version",
                   arena_strndup(cx->a, key.p, key.n), NULL); /* NULL says it */
    return NULL;
}

struct str module_name(struct ctx *cx, struct str key, enum lang lang)
{
    int64_t id = db_number(cx->db, 0, &q_definition_any, key);
    const struct definition *d = id ? definition_load(cx, id) : NULL;
    if (!d)
        return STR("");
    return lang == LANG_EN && d->name_en.n ? d->name_en : d->name;
}

struct str definition_say(const struct ctx *cx, const struct definition *d, struct str text)
{
    return cx->lang == LANG_EN ? form_english(d->form, text) : text;
}

struct str definition_words(struct ctx *cx, int64_t definition_id, struct str text)
{
    if (cx->lang != LANG_EN || !text.n)
        return text;
    const struct definition *d = definition_load(cx, definition_id);
    return d ? form_english(d->form, text) : text;
}

const struct jv *definition_json(const struct ctx *cx, const struct definition *d)
{
    return cx->lang == LANG_EN ? d->english : d->module;
}

struct str definition_outcome(const struct ctx *cx, const struct definition *d, struct str node,
                              struct str outcome)
{
    size_t nodes_n, n;
    (void)flow_nodes(d->net, &nodes_n); /* only how many */
    int only = node.n ? flow_node_find(d->net, node) : -1;
    for (size_t i = 0; outcome.n && i < nodes_n; i++) {
        if (only >= 0 && (int)i != only)
            continue;
        const struct flow_outcome *o = flow_outcomes(d->net, (int)i, &n);
        for (size_t k = 0; k < n; k++)
            if (str_eq(o[k].name, outcome) && o[k].label.n)
                return definition_say(cx, d, o[k].label);
    }
    return definition_say(cx, d, outcome);
}

const uint8_t *definition_rights(struct arena *a, const struct definition *d, struct str node)
{
    return form_rights(a, d->form, node, node.p && str_eq(node, d->first_node));
}

struct found {
    struct str key;
    int64_t id;
};
static int by_key(const void *a, const void *b)
{
    return str_cmp(((const struct found *)a)->key, ((const struct found *)b)->key);
}

/* One more, unless the key is there already. */
static void add(struct ctx *cx, struct found **list, size_t *n, struct str key, int64_t id)
{
    for (size_t i = 0; i < *n; i++)
        if (str_eq((*list)[i].key, key))
            return;
    if ((*n & (*n - 1)) == 0)
        *list = arena_grow(cx->a, *list, *n * sizeof **list, (*n ? *n * 2 : 1) * sizeof **list);
    (*list)[(*n)++] = (struct found){ key, id };
}

/* What was withdrawn stays in sight where it was in use, for its register. */
static bool is_in_sight(struct ctx *cx, const struct offer *o, int64_t unit_id)
{
    return o->is_open || o->is_mandatory ||
           db_number(cx->db, 0, &q_switch_get, unit_id, o->key) > 0;
}

static bool collect(struct ctx *cx, int64_t unit_id, bool with_own, struct definitions *out)
{
    struct rows r;
    struct found *list = NULL;
    struct offer *offer;
    size_t n = 0, offer_n;
    for (db_rows(cx->db, &r, &q_definitions_of, with_own ? unit_id : 0); rows_next(&r);)
        add(cx, &list, &n, row_copy(&r, 1, cx->a), row_i64(&r, 0)); /* the unit's own comes first */
    rows_end(&r);
    if (rows_failed(&r) || !offers_to(cx, unit_id, &offer, &offer_n))
        return false;
    for (size_t i = 0; i < offer_n; i++)
        if (is_in_sight(cx, &offer[i], unit_id))
            add(cx, &list, &n, offer[i].key,
                db_number(cx->db, 0, &q_definition_for, offer[i].key, offer[i].unit_id));
    if (offer_n)
        qsort(list, n, sizeof *list, by_key);
    *out = (struct definitions){ arena_array_of(cx->a, const struct definition *, n + 1), 0 };
    for (size_t i = 0; i < n; i++) {
        const struct definition *d = list[i].id ? definition_load(cx, list[i].id) : NULL;
        if (!d)
            return false;
        out->p[out->n++] = d;
    }
    return cx->err.kind == ERR_NONE;
}

bool definitions_of(struct ctx *cx, int64_t unit_id, struct definitions *out)
{
    return collect(cx, unit_id, true, out);
}

bool definitions_above(struct ctx *cx, int64_t unit_id, struct definitions *out)
{
    return collect(cx, unit_id, false, out);
}
