/* A matter's flow from its record: see replay.h. */
#include "desk/desk_in.h"
#include "desk/replay.h"

void replay_begin(struct replay *r, struct arena *a, struct db *db)
{
    *r = (struct replay){ .a = a, .db = db, .state = flow_state_new(a) };
}

static const struct definition *definition_of(struct replay *r, int64_t id, struct err *err)
{
    struct ctx cx = { .a = r->a, .db = r->db };
    const struct definition *d = definition_load(&cx, id);
    if (!d)
        (void)err_set(err, r->a, ERR_INTERNAL, "module.broken", NULL, NULL, NULL, NULL);
    return d;
}

static bool command(struct replay *r, const struct jv *record, const struct definition *to,
                    struct err *err)
{
    struct flow_delta d;
    r->commands++;
    if (!flow_record_migrates(record))
        return flow_record_apply(r->a, r->definition->net, r->state, record, &d, err);
    if (!to)
        return err_set(err, r->a, ERR_INTERNAL, "flow.record_broken", NULL, NULL, NULL, NULL);
    if (!flow_record_migrate(r->a, r->definition->net, to->net, r->state, record, &d, err))
        return false;
    r->definition = to;
    return true;
}

bool replay_entry(struct replay *r, struct str body, struct err *err)
{
    if (!str_starts(body, STR("{\"" FLOW_RECORDS "\":")))
        return true;
    const struct jv *j = jv_parse(r->a, body, NULL, NULL);
    const struct jv *records = jv_get(j, FLOW_RECORDS);
    const struct definition *to = NULL;
    int64_t id = 0;
    if (jv_as_i64(jv_get(j, FLOW_DEFINITION), &id)) {
        to = definition_of(r, id, err);
        if (!to)
            return false;
        r->definition_id = id;
        if (!r->definition)
            r->definition = to;
    }
    if (!r->definition)
        return err_set(err, r->a, ERR_INTERNAL, "flow.record_broken", NULL, NULL, NULL, NULL);
    for (size_t i = 0; i < jv_size(records); i++)
        if (!command(r, jv_at(records, i), to, err))
            return false;
    return true;
}

struct str replay_body(struct replay *r)
{
    struct buf b = buf_in(r->a);
    flow_state_write(&b, r->state);
    return buf_done(&b);
}

const char *replay_state(const struct replay *r, bool *is_draft)
{
    enum flow_status status = flow_state_status(r->state);
    *is_draft = status == FLOW_NEW;
    return instance_state(status);
}

const char *replay_matter_state(const struct replay *r)
{
    return matter_state(r->definition, r->state);
}

struct replay_item *replay_open(struct replay *r, size_t *n)
{
    size_t leaves_n, nodes_n;
    enum flow_status status = flow_state_status(r->state);
    *n = 0;
    if (status != FLOW_RUNNING && status != FLOW_INCIDENT)
        return NULL;
    const struct flow_node *nodes = flow_nodes(r->definition->net, &nodes_n);
    struct flow_leaf *leaves = flow_leaves(r->a, r->state, &leaves_n);
    struct replay_item *open = arena_array_of(r->a, struct replay_item, leaves_n + 1);
    for (size_t i = 0; i < leaves_n; i++) {
        const struct flow_leaf *l = &leaves[i];
        if (l->state == FLOW_LEAF_ACTIVE && !l->is_suspended)
            open[(*n)++] = (struct replay_item){ l->leaf, l->act, l->attempt, nodes[l->node].id,
                                                 l->who.kind == FLOW_POST ? l->who.id : 0 };
    }
    return open;
}
