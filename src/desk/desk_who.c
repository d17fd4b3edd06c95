/* Whom a person may name for what follows: in a step's choices, as added signer, as the one who takes
 * over. Units never see each other's work (S30), so these are the matter's unit's own people; other
 * units come in as a whole, where the flow is drawn for it, and answer from inside. */
#include "core/small.h"
#include "desk/desk_in.h"
#include "org/org.h"

#define DEEPEST 4

static int own_post(struct ctx *cx, int64_t unit_id, int64_t post_id)
{
    struct org_post p;
    int found = org_post_find(cx, post_id, &p);
    return found == 1 && p.is_current ? org_is_own_post(cx, unit_id, &p) : found < 0 ? -1 : 0;
}

static int open_unit(struct ctx *cx, int64_t unit_id)
{
    struct unit_row u;
    int found = unit_find(cx, unit_id, &u);
    return found == 1 ? str_is(u.kind, "unit") && !u.closed_on.p : found;
}

int who_may_be_named(struct ctx *cx, int64_t unit_id, struct flow_who *who, bool takes_units)
{
    struct org_post p;
    int found;
    switch (who->kind) {
    case FLOW_PERSON:
        found = org_main_post(cx, who->id, &p);
        if (found != 1)
            return found;
        *who = (struct flow_who){ FLOW_POST, p.id, STR("") };
        return own_post(cx, unit_id, p.id);
    case FLOW_POST:
        return own_post(cx, unit_id, who->id);
    case FLOW_POOL:
        if (who->id == 0)
            who->id = unit_id;
        return who->id == unit_id && role_of(who->name) != ROLE_NONE;
    case FLOW_UNIT:
        return takes_units ? open_unit(cx, who->id) : 0;
    default:
        return 0;
    }
}

/* Is the variable drawn for whole units? A choice of kind units; an ask for "who" takes both. */
bool var_takes_units(const struct jv *module, struct str name)
{
    static const char *const lists[] = { "choices", "asks", "fields", NULL };
    for (int k = 0; lists[k]; k++) {
        const struct jv *all = jv_get(module, lists[k]);
        for (size_t i = 0; i < jv_size(all); i++) {
            struct str kind = jv_str(jv_get(jv_at(all, i), k == 2 ? "type" : "kind"));
            if (!str_eq(jv_str(jv_get(jv_at(all, i), "name")), name))
                continue;
            return str_is(kind, "units") || str_is(kind, "unit") ||
                   (k == 1 && str_is(kind, "post"));
        }
    }
    return false;
}

/* A text that is a name of somebody ("post:1") counts wherever it stands: a variable may reach a task
 * by way of an expression. */
static int all_named(struct ctx *cx, int64_t unit_id, const struct jv *v, bool takes_units, int deep)
{
    struct str key;
    const struct jv *one;
    if (jv_kind(v) == JV_STRING) {
        struct flow_who who = flow_who_parse(jv_str(v));
        bool is_text = who.kind == FLOW_NAME || who.kind == FLOW_NOBODY;
        return is_text ? 1 : who_may_be_named(cx, unit_id, &who, takes_units);
    }
    if (deep == DEEPEST)
        return jv_kind(v) != JV_ARRAY && jv_kind(v) != JV_OBJECT;
    int good = 1;
    for (size_t i = 0; good == 1 && jv_kind(v) == JV_ARRAY && i < jv_size(v); i++)
        good = all_named(cx, unit_id, jv_at(v, i), takes_units, deep + 1);
    if (jv_kind(v) == JV_OBJECT)
        for (const void *it = jv_next(v, NULL, &key, &one); good == 1 && it;
             it = jv_next(v, it, &key, &one))
            good = all_named(cx, unit_id, one, takes_units, deep + 1);
    return good;
}

bool vars_may_be_named(struct ctx *cx, int64_t unit_id, const struct jv *module,
                       const struct jv *vars, const char *where)
{
    struct str key;
    const struct jv *value;
    for (const void *it = vars ? jv_next(vars, NULL, &key, &value) : NULL; it;
         it = jv_next(vars, it, &key, &value)) {
        int good = all_named(cx, unit_id, value, var_takes_units(module, key), 0);
        if (good == 1)
            continue;
        return good == 0 && fail(cx, ERR_INVALID, "item.unknown_person",
                                 arena_printf(cx->a, "%s.%.*s", where, STR_ARG(key)));
    }
    return true;
}

const struct flow_who *whos_named(struct ctx *cx, const struct matter *m, struct ids posts,
                                  const char *field)
{
    struct flow_who *w = arena_array_of(cx->a, struct flow_who, posts.n);
    for (size_t i = 0; i < posts.n; i++) {
        w[i] = who_of_post(cx, posts.p[i]);
        int good = who_may_be_named(cx, m->unit_id, &w[i], false);
        if (good == 1)
            continue;
        if (good == 0)
            (void)fail(cx, ERR_INVALID, "item.unknown_person", field); /* NULL says it */
        return NULL;
    }
    return w;
}

bool item_is_own_request(const struct ctx *cx, const struct matter *m, const struct definition *d,
                         const struct item *i)
{
    int node = flow_node_find(d->net, i->node);
    return cx->actor && m->starter_person && cx->actor->person_id == m->starter_person &&
           !str_is(i->role, "advise") && !str_is(i->role, "rework") && node >= 0 &&
           flow_decides(d->net, node);
}
