/* The matter's page: sheet, where it is now, what I may do, readings, attachments; further members
 * come from the rooms that own the document or delivery ("matter.page"). And its record.
 * Leaders are shielded (OFFICE P8). */
#include <stdlib.h>

#include "core/small.h"
#include "core/trace.h"
#include "base/clock.h"
#include "calendar/calendar.h"
#include "desk/desk.sql.h"
#include "desk/desk_form_in.h"
#include "desk/label.h"
#include "org/org.h"

struct matter_path {
    int64_t matter_id;
};
static const struct field matter_path_fields[] = {
    FIELD(matter_path, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
};
RECORD(matter_path);

/* --- leaders are shielded (OFFICE P7, P8) --------------------------------------------------------------- */

/* Is the leader of a level above the unit (上报的事项)? Then his own office knows, not the unit's. */
static int is_from_above(struct ctx *cx, int64_t unit_id, const struct post_row *p)
{
    struct org_relation r;
    const struct org_post own = { .id = p->id, .unit_id = p->unit_id };
    int is_own = org_is_own_post(cx, unit_id, &own);
    if (is_own)
        return is_own > 0 ? 0 : -1;
    return org_relation(cx, unit_id, p->unit_id, &r) ? r.is == ORG_SUPERIOR : -1;
}

static bool heads_an_office(const struct ctx *cx)
{
    for (size_t i = 0; cx->actor && i < cx->actor->n_grants; i++)
        if (cx->actor->grants[i].role == ROLE_OFFICE_HEAD)
            return true;
    return false;
}

int desk_sees_leader(struct ctx *cx, int64_t unit_id, int64_t post_id)
{
    struct post_row p;
    int64_t office;
    if (cx->is_system || actor_scope(cx, post_id, STR_NONE))
        return 1;
    int found = post_find(cx, post_id, &p);
    if (found < 1 || !p.is_leader)
        return found < 0 ? -1 : 1;
    if (!heads_an_office(cx))
        return 0;
    if (has_role(cx, ROLE_OFFICE_HEAD, unit_id)) {
        int above = is_from_above(cx, unit_id, &p);
        if (above < 1)
            return above < 0 ? -1 : 1;
    }
    return org_office_of(cx, p.unit_id, &office, NULL) ? has_role(cx, ROLE_OFFICE_HEAD, office) : -1;
}

int64_t desk_moment(struct ctx *cx, int64_t unit_id, int64_t post_id, int64_t at)
{
    bool is_whole = !at || !post_id || desk_sees_leader(cx, unit_id, post_id) == 1;
    return is_whole ? at : clock_at(clock_date_of(at), 0);
}

/* --- the sheet -------------------------------------------------------------------------------------------- */

struct on_sheet {
    int64_t id, item_id, post_id, said_at, confirmed_at, at, rank, scan_id;
    struct str said_on, step, who, title, acting, standing, recorded_by, form, outcome, text;
    bool is_noted, is_undone, is_own, is_correction, has_ink;
};

static struct on_sheet *read_opinions(struct ctx *cx, int64_t matter_id, size_t *count)
{
    struct rows r;
    size_t n = 0, size = 8;
    struct on_sheet *out = arena_array_of(cx->a, struct on_sheet, size);
    for (db_rows(cx->db, &r, &q_opinions, matter_id); rows_next(&r);) {
        if (row_i64(&r, 17))
            continue;
        if (n == size) {
            out = arena_grow(cx->a, out, size * sizeof *out, size * 2 * sizeof *out);
            size *= 2;
        }
        out[n++] = (struct on_sheet){
            .id = row_i64(&r, 0),
            .item_id = row_i64(&r, 1),
            .step = row_copy(&r, 3, cx->a),
            .is_own = cx->actor && row_i64(&r, 4) == cx->actor->person_id,
            .post_id = row_i64(&r, 5),
            .who = row_copy(&r, 6, cx->a),
            .title = row_copy(&r, 7, cx->a),
            .acting = row_copy(&r, 8, cx->a),
            .recorded_by = row_copy(&r, 9, cx->a),
            .form = row_copy(&r, 10, cx->a),
            .said_at = row_i64(&r, 11),
            .confirmed_at = row_i64(&r, 12),
            .outcome = row_copy(&r, 13, cx->a),
            .is_noted = row_i64(&r, 14),
            .text = row_copy(&r, 15, cx->a),
            .at = row_i64(&r, 16),
            .said_on = row_copy(&r, 18, cx->a),
            .scan_id = row_i64(&r, 19),
            .is_correction = !row_is_null(&r, 20),
            .standing = row_copy(&r, 21, cx->a),
            .has_ink = row_i64(&r, 22),
        };
    }
    rows_end(&r);
    *count = n;
    return out;
}

static int by_rank(const void *x, const void *y)
{
    const struct on_sheet *a = x, *b = y;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

/* Opinions of one step stand in rank order (OFFICE P5), the steps in order of their first word. */
static bool rank_opinions(struct ctx *cx, const struct matter *m, struct on_sheet *o, size_t n)
{
    int64_t *posts = arena_array_of(cx->a, int64_t, n + 1);
    for (size_t i = 0; i < n; i++)
        posts[i] = o[i].post_id;
    if (!org_rank_sort(cx, m->unit_id, STR_NONE, posts, n))
        return false;
    for (size_t i = 0; i < n; i++) {
        size_t step = 0, rank = 0;
        while (!str_eq(o[step].step, o[i].step))
            step++;
        while (rank < n && posts[rank] != o[i].post_id)
            rank++;
        o[i].rank = (int64_t)(step * (n + 1) + rank);
    }
    /* step is found among the not yet sorted: sort only now */
    qsort(o, n, sizeof *o, by_rank);
    return true;
}

static void write_opinion(struct jw *w, const struct on_sheet *o)
{
    jw_obj(w);
    jw_kid(w, "id", o->id);
    jw_kid(w, "item", o->item_id);
    jw_kstr(w, "who", o->who);
    jw_kstr(w, "title", o->title);
    jw_kstr(w, "text", o->text);
    jw_kstr(w, "outcome", o->outcome);
    jw_kbool(w, "noted", o->is_noted);
    jw_ki64(w, "at", o->at);
    jw_kstr(w, "acting_for", o->acting);
    jw_kstr(w, "standing", o->standing.n ? o->standing : STR_NONE);
    jw_kstr(w, "recorded_by", o->recorded_by);
    jw_kstr(w, "recorded_form", o->form);
    jw_kstr(w, "said_on", o->said_on);
    jw_key(w, "said_at");
    if (o->said_at)
        jw_i64(w, o->said_at);
    else
        jw_null(w);
    jw_kid(w, "scan", o->scan_id);
    jw_kbool(w, "ink", o->has_ink);
    jw_kbool(w, "corrected", o->is_correction);
    jw_kbool(w, "confirmed", o->confirmed_at != 0);
    jw_kbool(w, "mine_to_confirm", o->is_own && o->recorded_by.n && !o->confirmed_at);
    jw_obj_end(w);
}

static bool write_sheet(struct ctx *cx, const struct matter *m, struct jw *w)
{
    size_t n;
    struct on_sheet *o = read_opinions(cx, m->id, &n);
    if (!rank_opinions(cx, m, o, n))
        return false;
    for (size_t i = 0; i < n; i++) {
        o[i].at = desk_moment(cx, m->unit_id, o[i].post_id, o[i].at);
        o[i].said_at = desk_moment(cx, m->unit_id, o[i].post_id, o[i].said_at);
    }
    jw_karr(w, "sheet");
    for (size_t i = 0; i < n;) {
        struct str step = o[i].step;
        jw_obj(w);
        jw_kstr(w, "name", definition_words(cx, m->definition_id, step));
        jw_karr(w, "opinions");
        for (; i < n && str_eq(o[i].step, step); i++)
            write_opinion(w, &o[i]);
        jw_arr_end(w);
        jw_obj_end(w);
    }
    jw_arr_end(w);
    return cx->err.kind == ERR_NONE;
}

bool sheet_place_write(struct ctx *cx, const struct matter *m, struct str place, struct jw *w)
{
    size_t n;
    struct on_sheet *o = read_opinions(cx, m->id, &n);
    if (!rank_opinions(cx, m, o, n))
        return false;
    jw_arr(w);
    for (size_t i = 0; i < n; i++)
        if (str_eq(o[i].step, place))
            write_opinion(w, &o[i]);
    jw_arr_end(w);
    return cx->err.kind == ERR_NONE;
}

/* --- where it is now --------------------------------------------------------------------------------------- */

static bool write_open_item(struct ctx *cx, const struct matter *m, struct rows *r, struct jw *w)
{
    int64_t owner = row_i64(r, 1);
    int kind = (int)row_i64(r, 2);
    struct org_post p = { .name = STR(""), .title = STR("") };
    struct str name = STR("");
    if (kind == SCOPE_POST && org_post_find(cx, owner, &p) < 0)
        return false;
    if (kind == SCOPE_UNIT && !org_unit_name_on(cx, owner, STR_NONE, &name))
        return false;
    int sees = kind == SCOPE_POST ? desk_sees_leader(cx, m->unit_id, owner) : 1;
    bool shielded = sees == 0;
    if (sees < 0)
        return false;
    jw_obj(w);
    jw_kid(w, "item", row_i64(r, 0));
    jw_kstr(w, "node", row_text(r, 3));
    jw_ki64(w, "act", row_i64(r, 9));
    jw_kstr(w, "name", definition_words(cx, m->definition_id, row_text(r, 4)));
    jw_ktext(w, "kind", kind == SCOPE_POST ? "post" : kind == SCOPE_UNIT ? "unit" : "pool");
    jw_kbool(w, "shielded", shielded);
    jw_kstr(w, "who", shielded ? STR_NONE : kind == SCOPE_POST ? p.name : name);
    jw_kstr(w, "title", shielded ? STR_NONE : p.title);
    jw_key(w, "since_at");
    if (shielded)
        jw_null(w);
    else
        jw_i64(w, row_i64(r, 5));
    jw_kbool(w, "opened", !shielded && !row_is_null(r, 6));
    jw_obj_end(w);
    return true;
}

bool current_write(struct ctx *cx, const struct matter *m, struct jw *w)
{
    struct rows r;
    bool good = true;
    jw_karr(w, "current");
    for (db_rows(cx->db, &r, &q_items_open, m->id); good && rows_next(&r);)
        good = write_open_item(cx, m, &r, w);
    rows_end(&r);
    jw_arr_end(w);
    return good && !rows_failed(&r);
}

/* --- what I may do -------------------------------------------------------------------------------------------- */

static const struct jv *choice_of(const struct jv *module, struct str name)
{
    const struct jv *all = jv_get(module, "choices");
    for (size_t i = 0; i < jv_size(all); i++)
        if (str_eq(jv_str(jv_get(jv_at(all, i), "name")), name))
            return jv_at(all, i);
    return NULL;
}

/* Names of those a variable already holds: an earlier step has chosen. Their number. */
static size_t write_chosen(struct ctx *cx, struct jw *w, const struct instance *in, struct str name)
{
    struct str json = flow_var(in->state, name);
    const struct jv *list = json.p ? jv_parse(cx->a, json, NULL, NULL) : NULL;
    size_t n = jv_kind(list) == JV_ARRAY ? jv_size(list) : 0;
    jw_karr(w, "chosen");
    for (size_t i = 0; i < n; i++) {
        struct flow_who who = flow_who_parse(jv_str(jv_at(list, i)));
        jw_str(w, who_name(cx, &who));
    }
    jw_arr_end(w);
    return n;
}

/* Which outcomes lead from a task to the one that needs a choice; found by walking the edges behind
 * it up to the next tasks. bit 63: without any outcome in between. */
static uint64_t outcomes_to(const struct instance *in, int from, int to, uint64_t by, int depth)
{
    size_t edges_n, nodes_n, n;
    const struct flow_edge *e = flow_edges(in->def->net, &edges_n);
    const struct flow_node *nodes = flow_nodes(in->def->net, &nodes_n);
    uint64_t found = 0;
    for (size_t i = 0; depth < 16 && i < edges_n; i++) {
        if (e[i].from != from)
            continue;
        uint64_t via = by;
        const struct flow_outcome *o = flow_outcomes(in->def->net, in->needs_of, &n);
        for (size_t k = 0; k < n && k < 63; k++)
            if (e[i].label.n && str_eq(o[k].label, e[i].label))
                via = UINT64_C(1) << k;
        if (e[i].to == to)
            found |= via;
        else if (nodes[e[i].to].kind != FLOW_USER_TASK)
            found |= outcomes_to(in, e[i].to, to, via, depth + 1);
    }
    return found;
}

static void write_need_outcomes(struct jw *w, struct instance *in, int node, int to)
{
    size_t n;
    const struct flow_outcome *o = flow_outcomes(in->def->net, node, &n);
    in->needs_of = node;
    uint64_t by = outcomes_to(in, node, to, UINT64_C(1) << 63, 0);
    jw_karr(w, "outcomes"); /* empty: whatever the outcome */
    for (size_t k = 0; !(by >> 63) && k < n; k++)
        if (by & UINT64_C(1) << k)
            jw_str(w, o[k].name);
    jw_arr_end(w);
}

void needs_write(struct ctx *cx, struct jw *w, struct instance *in, int node)
{
    size_t n;
    const struct flow_need *needs = flow_needs(in->def->net, node, &n);
    jw_karr(w, "need_vars");
    for (size_t i = 0; i < n; i++) {
        const struct jv *c = choice_of(definition_json(cx, in->def), needs[i].name);
        struct str kind = jv_str(jv_get(c, "kind")), label = jv_str(jv_get(c, "label"));
        if (str_is(jv_str(jv_get(c, "by")), "program"))
            continue;
        jw_obj(w);
        jw_kstr(w, "name", needs[i].name);
        jw_kstr(w, "label", label.n ? label : needs[i].name);
        jw_kstr(w, "kind", kind.n ? kind : STR("posts"));
        size_t chosen = write_chosen(cx, w, in, needs[i].name);
        jw_kbool(w, "required", chosen == 0 && jv_bool(jv_get(c, "required")));
        jw_kstr(w, "suggest", jv_str(jv_get(c, "suggest")));
        write_need_outcomes(w, in, node, needs[i].node);
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

void asks_write(struct ctx *cx, struct jw *w, const struct instance *in, struct str node)
{
    /* variables a step asks of its holder, beside the choice of persons: module.json "asks" */
    const struct jv *all = jv_get(definition_json(cx, in->def), "asks");
    jw_karr(w, "asks");
    for (size_t i = 0; i < jv_size(all); i++) {
        const struct jv *ask = jv_at(all, i);
        if (!str_eq(jv_str(jv_get(ask, "node")), node))
            continue;
        jw_raw(w, jv_compact(w->out->a, ask));
    }
    jw_arr_end(w);
}

static const struct {
    enum flow_op op;
    const char *name;
} op_names[] = { { FLOW_COMPLETE, "complete" },         { FLOW_SEND_BACK, "send_back" },
                 { FLOW_ADD_SIGNER, "add_signer" },     { FLOW_REMOVE_SIGNER, "remove_signer" },
                 { FLOW_TRANSFER, "transfer" },           { FLOW_TERMINATE, "terminate" },
                 { FLOW_CLAIM, "claim" },                 { FLOW_PUT_BACK, "put_back" },
                 { FLOW_DELEGATE, "delegate" },           { FLOW_FORWARD, "forward" },
                 { FLOW_FINISH, "finish" } };

static bool write_ops(struct ctx *cx, struct jw *w, const struct matter *m,
                      const struct instance *in, const struct item *i,
                      const struct flow_node *node, const struct capacity *as)
{
    uint32_t ops = item_would(cx, m, in, i, as,
                              flow_leaf_ops(in->def->net, in->state, (int)i->leaf));
    int is_own = matter_is_initiated(cx, m);
    size_t targets = 0;
    if (is_own < 1)
        ops &= ~(1u << FLOW_TERMINATE);
    if (ops & 1u << FLOW_SEND_BACK)
        (void)flow_targets(cx->a, in->def->net, in->state, (int)i->leaf, &targets); /* only how many */
    if (!targets)
        ops &= ~(1u << FLOW_SEND_BACK);
    bool is_secretary = as->acting_kind == ACTING_SECRETARY;
    bool no_backup = as->acting_for && as->acting_kind != ACTING_PRESIDING &&
                     str_is(flow_node_attr(node, "no_backup"), "true");
    bool is_own_request = item_is_own_request(cx, m, in->def, i);
    jw_karr(w, "ops");
    for (size_t k = 0; !is_secretary && !no_backup && !is_own_request && k < sizeof op_names / sizeof *op_names; k++)
        if (ops & 1u << op_names[k].op)
            jw_text(w, op_names[k].name);
    if (is_secretary && !is_own_request && str_is(flow_node_attr(node, "recordable"), "true"))
        jw_text(w, "record_for");
    jw_arr_end(w);
    return is_own >= 0;
}

/* due_is_estimate: its year has no holidays yet, so it counts plain weeks and may still move. */
static bool write_due(struct ctx *cx, struct jw *w, int64_t due_at)
{
    int known = due_at ? calendar_knows(cx, due_at) : 1;
    jw_key(w, "due_at");
    if (due_at)
        jw_i64(w, due_at);
    else
        jw_null(w);
    jw_kbool(w, "due_is_estimate", known == 0);
    return known >= 0;
}

static bool is_leader_item(struct ctx *cx, const struct item *i)
{
    struct post_row p = { 0 };
    int64_t post = i->for_post ? i->for_post : i->owner_id;
    return i->owner_kind == SCOPE_POST && post_find(cx, post, &p) == 1 && p.is_leader;
}

static const char *const role_words[] = { [FLOW_ROLE_SIGN] = "sign",     [FLOW_ROLE_LEAD] = "lead",
                                          [FLOW_ROLE_ASSIST] = "assist", [FLOW_ROLE_ADVISE] = "advise",
                                          [FLOW_ROLE_REWORK] = "rework" };
static const char *const leaf_words[] = { [FLOW_LEAF_PENDING] = "waiting",
                                          [FLOW_LEAF_ACTIVE] = "todo", [FLOW_LEAF_DONE] = "done" };

/* Who signs this step beside me, and whom of them I brought in and may take out again (减签). */
static bool write_signers(struct ctx *cx, const struct matter *m, struct instance *in,
                          const struct item *mine, struct jw *w)
{
    size_t n, nodes_n;
    struct flow_leaf *l = flow_leaves(cx->a, in->state, &n), own;
    const struct flow_node *nodes = flow_nodes(in->def->net, &nodes_n);
    bool has_own = flow_leaf_find(in->state, (int)mine->leaf, &own);
    jw_karr(w, "signers");
    for (size_t i = 0; has_own && i < n; i++) {
        struct org_post p = { .title = STR_NONE };
        bool may_remove = l[i].added_by == own.leaf && l[i].state != FLOW_LEAF_DONE &&
                          nodes[l[i].node].ops & 1u << FLOW_REMOVE_SIGNER;
        if (l[i].act != own.act || l[i].leaf == own.leaf || l[i].state == FLOW_LEAF_VOID)
            continue;
        if (l[i].who.kind == FLOW_POST && org_post_find(cx, l[i].who.id, &p) < 0)
            return false;
        bool shielded = l[i].state == FLOW_LEAF_ACTIVE && l[i].who.kind == FLOW_POST &&
                        l[i].added_by != own.leaf &&
                        desk_sees_leader(cx, m->unit_id, l[i].who.id) == 0;
        jw_obj(w);
        jw_ki64(w, "leaf", l[i].leaf);
        jw_kstr(w, "who", shielded ? STR_NONE : who_name(cx, &l[i].who));
        jw_kstr(w, "title", shielded ? STR_NONE : p.title);
        jw_kbool(w, "shielded", shielded);
        jw_ktext(w, "role", role_words[l[i].role]);
        jw_ktext(w, "state", leaf_words[l[i].state]);
        jw_kbool(w, "may_remove", may_remove);
        jw_obj_end(w);
    }
    jw_arr_end(w);
    return cx->err.kind == ERR_NONE;
}

/* Mine that wait for somebody: a signer before me, or a rework. */
static bool write_waiting(struct ctx *cx, const struct matter *m, struct instance *in, struct jw *w)
{
    struct rows r;
    int64_t ids[16];
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_items_suspended, m->id); n < 16 && rows_next(&r);) {
        const struct scope *s = actor_scope(cx, row_i64(&r, 1), m->module);
        if (s && s->kind != SCOPE_UNIT)
            ids[n++] = row_i64(&r, 0);
    }
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    jw_karr(w, "waiting");
    for (size_t i = 0; i < n; i++) {
        struct item mine;
        if (!item_load(cx, ids[i], &mine))
            return false;
        jw_obj(w);
        jw_kid(w, "id", mine.id);
        jw_kstr(w, "name", definition_say(cx, in->def, mine.step));
        bool good = write_signers(cx, m, in, &mine, w);
        jw_obj_end(w);
        if (!good)
            return false;
    }
    jw_arr_end(w);
    return true;
}

static bool write_my_item(struct ctx *cx, const struct matter *m, struct instance *in,
                          int64_t item_id, struct jw *w)
{
    struct item i;
    struct capacity as;
    size_t n;
    if (!item_load(cx, item_id, &i) || !item_capacity(cx, &i, &as))
        return false;
    int at = flow_node_find(in->def->net, i.node);
    const struct flow_node *node = &flow_nodes(in->def->net, &n)[at];
    const struct actor_post *post = actor_post(cx, as.post_id);
    jw_kobj(w, "my_item");
    jw_kid(w, "id", i.id);
    jw_kstr(w, "node", i.node);
    jw_kstr(w, "name", definition_say(cx, in->def, i.step));
    jw_kstr(w, "role", i.role);
    jw_kstr(w, "doc", definition_say(cx, in->def, str_trim(node->doc)));
    jw_ki64(w, "rev", i.rev);
    jw_kbool(w, "opened", str_is(i.state, "opened"));
    if (!write_due(cx, w, i.due_at))
        return false;
    jw_kid(w, "as_post", as.post_id);
    jw_kstr(w, "as_title", post ? post->title : STR(""));
    jw_kbool(w, "is_acting", as.acting_for != 0);
    jw_kstr(w, "standing", capacity_standing(&as, node->sheet.n ? node->sheet : i.step));
    jw_kbool(w, "for_leader", is_leader_item(cx, &i));
    jw_kbool(w, "own_request", item_is_own_request(cx, m, in->def, &i));
    jw_kbool(w, "may_circulate", node->may_circulate);
    jw_kstr(w, "fields", node->fields);
    jw_kstr(w, "form", node->form);
    jw_kstr(w, "milestone", node->milestone);
    if (!write_ops(cx, w, m, in, &i, node, &as))
        return false;
    jw_karr(w, "outcomes");
    const struct flow_outcome *o = flow_outcomes(in->def->net, at, &n);
    for (size_t k = 0; k < n; k++) {
        jw_obj(w);
        jw_kstr(w, "name", o[k].name);
        jw_kstr(w, "label", definition_say(cx, in->def, o[k].label));
        jw_obj_end(w);
    }
    jw_arr_end(w);
    needs_write(cx, w, in, at);
    asks_write(cx, w, in, i.node);
    bool good = write_signers(cx, m, in, &i, w);
    jw_obj_end(w);
    return good;
}

/* The last item I finished, when nobody after it has opened theirs: it may be taken back. */
static int64_t my_withdrawable(struct ctx *cx, const struct matter *m)
{
    return cx->actor ? db_number(cx->db, 0, &q_last_done, m->id, cx->actor->person_id) : 0;
}

static int64_t withdraw_rev(struct ctx *cx, int64_t item_id)
{
    struct item i;
    return item_load(cx, item_id, &i) ? i.rev : 0;
}

static bool may_withdraw(struct ctx *cx, const struct matter *m, const struct instance *in,
                         int64_t item_id)
{
    struct item i;
    if (!item_id || !item_load(cx, item_id, &i))
        return false;
    const struct flow_command cmd = { .op = FLOW_WITHDRAW, .leaf = (int)i.leaf, .reason = STR("-"),
                                      .actor = { FLOW_POST, i.done_post, STR("") } };
    return flow_would(cx, m, in, &cmd);
}

/* --- readings, attachments, children ----------------------------------------------------------------------------- */

static void write_moment(struct jw *w, const char *key, int64_t at)
{
    if (at)
        jw_ki64(w, key, at);
    else
        jw_knull(w, key);
}

static const char *reading_state(struct rows *r, bool hidden)
{
    if (hidden)
        return "hidden";
    return !row_is_null(r, 7) ? "read" : row_is_null(r, 5) ? "waiting" : !row_is_null(r, 11) ? "skipped" : "sent";
}

static bool write_readings(struct ctx *cx, const struct matter *m, struct jw *w)
{
    struct rows r;
    jw_karr(w, "readings");
    for (db_rows(cx->db, &r, &q_readings, m->id); rows_next(&r);) {
        /* P7: whether a leader has read is the office's to know */
        bool hidden = desk_sees_leader(cx, m->unit_id, row_i64(&r, 1)) != 1;
        bool is_mine = actor_post(cx, row_i64(&r, 1)) != NULL;
        jw_obj(w);
        jw_kid(w, "id", row_i64(&r, 0));
        jw_kstr(w, "who", row_text(&r, 2));
        jw_kstr(w, "title", row_text(&r, 3));
        jw_kstr(w, "unit", row_text(&r, 4));
        jw_ki64(w, "place", row_i64(&r, 10));
        jw_ktext(w, "state", reading_state(&r, hidden));
        write_moment(w, "sent_at", hidden || row_is_null(&r, 5) ? 0 : row_i64(&r, 5));
        jw_kbool(w, "hidden", hidden);
        write_moment(w, "opened_at", hidden || row_is_null(&r, 6) ? 0 : row_i64(&r, 6));
        write_moment(w, "read_at", hidden || row_is_null(&r, 7) ? 0 : row_i64(&r, 7));
        jw_kbool(w, "skipped", !hidden && !row_is_null(&r, 11));
        jw_kstr(w, "note", hidden ? STR_NONE : row_text(&r, 8));
        jw_kbool(w, "mine", is_mine && row_is_null(&r, 7) && !row_is_null(&r, 5));
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    return !rows_failed(&r);
}

/* Proposed readers, for the office to decide. */
static bool write_proposals(struct ctx *cx, const struct matter *m, bool decides, struct jw *w)
{
    struct rows r;
    jw_karr(w, "proposals");
    if (!decides) {
        jw_arr_end(w);
        return true;
    }
    for (db_rows(cx->db, &r, &q_proposals_open, m->id); rows_next(&r);) {
        jw_obj(w);
        jw_kid(w, "id", row_i64(&r, 0));
        jw_kid(w, "post", row_i64(&r, 1));
        jw_kstr(w, "who", row_text(&r, 2));
        jw_kstr(w, "title", row_text(&r, 3));
        jw_kstr(w, "by", row_text(&r, 4));
        jw_kstr(w, "reason", row_text(&r, 5));
        jw_ki64(w, "at", row_i64(&r, 6));
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    return !rows_failed(&r);
}

static bool can_preview(struct str name, struct str type)
{
    return attachment_is_ofd(name, type) || str_is(type, "application/pdf") || str_starts(type, STR("image/png")) ||
           str_starts(type, STR("image/jpeg")) || str_starts(type, STR("image/gif")) ||
           str_starts(type, STR("image/webp")) || str_starts(type, STR("text/plain"));
}

static bool write_attachments(struct ctx *cx, const struct matter *m, struct jw *w)
{
    struct rows r;
    struct files_seen seen;
    if (!files_seen_of(cx, m, &seen))
        return false;
    jw_karr(w, "attachments");
    for (db_rows(cx->db, &r, &q_attachments, m->id); rows_next(&r);) {
        if (!file_is_seen(cx, &seen, row_i64(&r, 0), row_i64(&r, 6), row_i64(&r, 7)))
            continue;
        jw_obj(w);
        jw_kid(w, "id", row_i64(&r, 0));
        jw_kstr(w, "name", row_text(&r, 1));
        jw_kstr(w, "type", row_text(&r, 2));
        jw_kstr(w, "kind", row_text(&r, 3));
        jw_ki64(w, "size", row_i64(&r, 4));
        jw_kstr(w, "digest", row_text(&r, 5));
        jw_kbool(w, "can_preview", can_preview(row_text(&r, 1), row_text(&r, 2)));
        jw_kbool(w, "can_convert", preview_converts(row_text(&r, 1)));
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    return !rows_failed(&r);
}

static bool write_children(struct ctx *cx, const struct matter *m, struct jw *w)
{
    struct rows r;
    bool may = str_is(m->state, "running") && matter_may_stop_waiting(cx, m);
    jw_karr(w, "children");
    for (db_rows(cx->db, &r, &q_matter_children, m->id); rows_next(&r);) {
        bool is_silent = str_is(row_text(&r, 5), "no_answer"), is_open = row_i64(&r, 6);
        bool is_late = row_i64(&r, 7) && row_i64(&r, 7) <= cx->now;
        jw_obj(w); /* the inside stays hidden (OFFICE D2): the unit and whether it has answered */
        jw_kstr(w, "unit", row_text(&r, 3));
        jw_kstr(w, "state", is_silent ? STR("silent") : row_text(&r, 1));
        jw_kstr(w, "module", row_text(&r, 8));
        jw_kstr(w, "outcome", row_text(&r, 5).n && !is_silent ? row_text(&r, 5) : STR_NONE);
        jw_kid(w, "silence_item", may && is_open && is_late ? row_i64(&r, 4) : 0);
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    return !rows_failed(&r);
}

/* --- the page --------------------------------------------------------------------------------------------------------- */

static bool write_head(struct ctx *cx, const struct matter *m, struct jw *w)
{
    struct str unit;
    struct person_row starter = { .name = STR_NONE };
    if (!org_unit_name_on(cx, m->unit_id, STR_NONE, &unit) ||
        (m->starter_person && person_find(cx, m->starter_person, &starter) < 0))
        return false;
    jw_kid(w, "id", m->id);
    jw_kstr(w, "module", m->module);
    jw_kstr(w, "module_name", m->module_name);
    jw_kstr(w, "title", m->title);
    jw_kstr(w, "number", m->number);
    jw_kstr(w, "urgency", m->urgency);
    if (!matter_label_write(cx, m->id, w))
        return false;
    jw_kstr(w, "state", m->state);
    struct str kept = matter_retention(cx, m);
    jw_kstr(w, "retention", kept.n ? kept : STR_NONE);
    jw_kid(w, "unit_id", m->unit_id);
    jw_kstr(w, "unit", unit);
    jw_kstr(w, "from_unit", m->from_name);
    jw_kstr(w, "starter", starter.name);
    jw_ki64(w, "started_at", m->started_at);
    if (!write_due(cx, w, m->due_at))
        return false;
    jw_ki64(w, "rev", m->rev);
    jw_kid(w, "subject_id", m->subject_id);
    jw_kid(w, "parent_id", m->parent_id && matter_can_see(cx, m->parent_id) ? m->parent_id : 0);
    return true;
}

/* A question that may be answered no: the reason is not the page's. */
static bool is_possible(struct ctx *cx, bool answer)
{
    if (!answer && cx->err.kind != ERR_INTERNAL && cx->err.kind != ERR_BUSY)
        cx->err = (struct err){ 0 };
    return answer;
}

static void write_can(struct ctx *cx, const struct matter *m, const struct instance *in,
                      struct jw *w)
{
    int64_t last = my_withdrawable(cx, m);
    bool decides = matter_fixes_readers(cx, m);
    bool withdraws = may_withdraw(cx, m, in, last);
    jw_kobj(w, "can");
    jw_kbool(w, "cancel", is_possible(cx, matter_may_cancel(cx, m)));
    jw_kbool(w, "attach", is_possible(cx, matter_may_attach(cx, m)));
    jw_kbool(w, "circulate", is_possible(cx, matter_may_circulate(cx, m)));
    jw_kbool(w, "decide_reader", decides);
    jw_kbool(w, "propose_reader", !decides && is_possible(cx, matter_may_propose(cx, m)));
    jw_kbool(w, "urge", is_possible(cx, matter_may_urge(cx, m)));
    bool governs = is_possible(cx, matter_is_governed(cx, m, true));
    jw_kbool(w, "govern", governs);
    jw_kbool(w, "suspend", governs && matter_would(cx, m, in, FLOW_SUSPEND));
    jw_kbool(w, "resume", governs && matter_would(cx, m, in, FLOW_RESUME));
    size_t branches = 0;
    (void)flow_branches(cx->a, in->def->net, in->state, 0, &branches); /* only how many */
    jw_kbool(w, "branches", branches > 0);
    int64_t owner;
    jw_kbool(w, "finish", matter_finishes(cx, m, in, &owner));
    matter_label_choices(cx, m, w);
    jw_kid(w, "withdraw_item", withdraws ? last : 0);
    jw_ki64(w, "withdraw_rev", withdraws ? withdraw_rev(cx, last) : 0);
    jw_obj_end(w);
}

static bool run_page(struct ctx *cx, const void *input, struct jw *w)
{
    const struct matter_path *path = input;
    struct matter m;
    struct instance in;
    int64_t my_item = 0;
    struct item mine = { .node = STR_NONE };
    if (!matter_load(cx, path->matter_id, &m) || !instance_read(cx, &m, false, &in) ||
        matter_my_item(cx, m.id, STR_NONE, &my_item, NULL) < 0 ||
        (my_item && !item_load(cx, my_item, &mine)))
        return false;
    jw_obj(w);
    bool good = write_head(cx, &m, w) && write_sheet(cx, &m, w) && current_write(cx, &m, w) &&
                (!my_item || write_my_item(cx, &m, &in, my_item, w)) &&
                write_waiting(cx, &m, &in, w) && write_readings(cx, &m, w) &&
                write_proposals(cx, &m, matter_fixes_readers(cx, &m), w) &&
                write_attachments(cx, &m, w) && write_children(cx, &m, w);
    if (!good)
        return false;
    incidents_write(cx, w, &in);
    if (!form_page_write(cx, w, &m, &in, my_item ? &mine : NULL))
        return false;
    if (!my_item)
        jw_knull(w, "my_item");
    write_can(cx, &m, &in, w);
    jw_kbool(w, "watched",
             cx->actor && db_number(cx->db, 0, &q_watch_has, cx->actor->person_id, m.id));
    const struct desk_page page = { w, &m, my_item, mine.node };
    good = event_ask(cx, "matter.page", m.id, &page);
    jw_obj_end(w);
    return good;
}

/* --- the record ----------------------------------------------------------------------------------------------------- */

struct trace_in {
    int64_t matter_id;
    struct str after;
    int64_t limit;
};
static const struct field trace_in_fields[] = {
    FIELD(trace_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(trace_in, after, F_TEXT, .max = 60, .zh = "位置", .en = "cursor"),
    FIELD(trace_in, limit, F_I64, .max = 200, .zh = "行数", .en = "rows"),
};
RECORD(trace_in);

struct trace_row {
    int64_t seq, at;
    bool day_only;
    struct str op, actor, acting_for, standing, step, outcome, reason, raised;
};
static const struct field trace_row_fields[] = {
    FIELD(trace_row, seq, F_I64, .zh = "序号", .en = "sequence"),
    FIELD(trace_row, op, F_TEXT, .flags = FIELD_REQUIRED, .zh = "行为", .en = "act"),
    FIELD(trace_row, actor, F_TEXT, .zh = "人员", .en = "by"),
    FIELD(trace_row, acting_for, F_TEXT, .zh = "代谁办理", .en = "acting for"),
    FIELD(trace_row, standing, F_TEXT, .zh = "以何身份", .en = "presiding, entrusted: in the own name"),
    FIELD(trace_row, step, F_TEXT, .zh = "环节", .en = "step"),
    FIELD(trace_row, outcome, F_TEXT, .zh = "结果", .en = "outcome"),
    FIELD(trace_row, reason, F_TEXT, .zh = "理由", .en = "reason"),
    FIELD(trace_row, raised, F_TEXT, .zh = "轮到申请人本人而由上一级办理的环节",
          .en = "steps that would have been the starter's own and went up"),
    FIELD(trace_row, at, F_MOMENT, .flags = FIELD_REQUIRED, .zh = "时间", .en = "at"),
    FIELD(trace_row, day_only, F_BOOL, .zh = "只到日期（领导）", .en = "the day only: a leader's"),
};
RECORD(trace_row);

static struct str raised_steps(struct ctx *cx, const struct instance *in, const struct jv *raised)
{
    struct buf b = buf_in(cx->a);
    for (size_t i = 0; i < jv_size(raised); i++) {
        size_t n;
        int at = flow_node_find(in->def->net, jv_str(jv_at(raised, i)));
        struct str name = at >= 0 ? flow_nodes(in->def->net, &n)[at].name : STR_NONE;
        if (name.n)
            buf_printf(&b, "%s%.*s", b.n ? cx->lang == LANG_EN ? ", " : "、" : "",
                       STR_ARG(definition_say(cx, in->def, name)));
    }
    return buf_done(&b);
}

/* Step, outcome and reason out of the recorded command. */
static void read_record(struct ctx *cx, const struct instance *in, struct str body,
                        struct trace_row *row)
{
    const struct jv *j = jv_parse(cx->a, body, NULL, NULL);
    row->standing = jv_str(jv_get(j, "standing"));
    row->raised = raised_steps(cx, in, jv_get(j, FLOW_RAISED));
    const struct jv *cmd = jv_at(jv_get(j, "flow"), 0);
    const struct jv *c = jv_get(cmd, "cmd") ? jv_get(cmd, "cmd") : cmd;
    struct flow_leaf leaf;
    size_t n;
    row->reason = jv_str(jv_get(str_is(row->op, "matter.label") ? j : c, "reason"));
    bool has_leaf = flow_leaf_find(in->state, (int)jv_i64(jv_get(c, "leaf")), &leaf);
    const struct flow_node *node = has_leaf ? &flow_nodes(in->def->net, &n)[leaf.node] : NULL;
    if (node)
        row->step = definition_say(cx, in->def, node->name);
    row->outcome = definition_outcome(cx, in->def, node ? node->id : STR_NONE,
                                      jv_str(jv_get(c, "outcome")));
}

/* The post whose act it was, or whom it was done for. */
static int64_t post_of_act(struct ctx *cx, int64_t post_id, int64_t person_id, int64_t acting_for)
{
    struct org_post p;
    if (!acting_for && post_id)
        return post_id;
    return org_main_post(cx, acting_for ? acting_for : person_id, &p) == 1 ? p.id : 0;
}

/* When a leader opened or read it is not told at all; what a leader did, by its day. False: the row is
 * not for this reader. */
static bool shield_row(struct ctx *cx, const struct matter *m, int64_t post_id,
                       struct trace_row *row)
{
    if (!post_id || desk_sees_leader(cx, m->unit_id, post_id) == 1)
        return true;
    row->day_only = true;
    row->at = clock_at(clock_date_of(row->at), 0);
    return !str_is(row->op, "item.open") && !str_is(row->op, "reading.open") &&
           !str_is(row->op, "reading.read");
}

static bool run_trace(struct ctx *cx, const void *input, struct jw *w)
{
    const struct trace_in *in = input;
    struct matter m;
    struct instance inst;
    struct rows r;
    int64_t after = 0, limit = in->limit ? in->limit : 100, n = 0;
    struct trace_row row = { 0 };
    if (!matter_load(cx, in->matter_id, &m) || !cursor_read(cx, in->after, &after, NULL, NULL) ||
        !instance_read(cx, &m, false, &inst))
        return false;
    bool more = false;
    answer_rows(w);
    for (trace_rows(cx, &r, m.id, after, limit + 1); rows_next(&r); n++) {
        more = n == limit;
        if (more)
            break;
        row = (struct trace_row){ .seq = row_i64(&r, 0), .op = row_text(&r, 1),
                                  .actor = row_copy(&r, 3, cx->a),
                                  .acting_for = row_copy(&r, 6, cx->a), .at = row_i64(&r, 7) };
        int64_t post = post_of_act(cx, row_i64(&r, 4), row_i64(&r, 2), row_i64(&r, 5));
        read_record(cx, &inst, row_text(&r, 8), &row);
        if (shield_row(cx, &m, post, &row))
            record_encode(w, &trace_row_record, &row);
    }
    rows_end(&r);
    answer_rows_end(w, more ? cursor_text(cx, row.seq, 0, 0) : STR_NONE);
    return !rows_failed(&r);
}

/* --- where an item may be sent back to -------------------------------------------------------------------------------------- */

struct item_path {
    int64_t item_id;
};
static const struct field item_path_fields[] = {
    FIELD(item_path, item_id, F_ID, .flags = FIELD_PATH, .zh = "待办", .en = "item"),
};
RECORD(item_path);

struct target_row {
    int64_t act, attempt;
    struct str node, name, who;
};
static const struct field target_row_fields[] = {
    FIELD(target_row, act, F_I64, .zh = "第几次办理", .en = "act"),
    FIELD(target_row, attempt, F_I64, .zh = "轮次", .en = "attempt"),
    FIELD(target_row, node, F_TEXT, .flags = FIELD_REQUIRED, .zh = "环节编号", .en = "node"),
    FIELD(target_row, name, F_TEXT, .flags = FIELD_REQUIRED, .zh = "环节", .en = "step"),
    FIELD(target_row, who, F_TEXT, .flags = FIELD_REQUIRED, .zh = "办理人", .en = "who"),
};
RECORD(target_row);

static bool run_targets(struct ctx *cx, const void *input, struct jw *w)
{
    const struct item_path *path = input;
    struct item i;
    struct capacity as;
    struct matter m;
    struct instance in;
    size_t n, nodes_n;
    if (!item_load(cx, path->item_id, &i) || !item_capacity(cx, &i, &as) ||
        !matter_load(cx, i.matter_id, &m) || !instance_read(cx, &m, false, &in))
        return false;
    const struct flow_node *nodes = flow_nodes(in.def->net, &nodes_n);
    struct flow_target *t = flow_targets(cx->a, in.def->net, in.state, (int)i.leaf, &n);
    answer_rows(w);
    for (size_t k = 0; k < n; k++) {
        struct target_row row = { t[k].act, t[k].attempt, nodes[t[k].node].id,
                                  definition_say(cx, in.def, nodes[t[k].node].name),
                                  who_name(cx, &t[k].who) };
        record_encode(w, &target_row_record, &row);
    }
    answer_rows_end(w, STR_NONE);
    return cx->err.kind == ERR_NONE;
}

static const struct read reads[] = {
    { "matter.page", "/matters/{matter_id}", PERM_LOGIN, &matter_path_record, &matter_page_record,
      false, run_page, "事项页", "The page of a matter", 0 },
    { "matter.trace", "/matters/{matter_id}/trace", PERM_LOGIN, &trace_in_record, &trace_row_record,
      true, run_trace, "流转记录", "The record of a matter", 0 },
    { "item.targets", "/items/{item_id}/targets", PERM_LOGIN, &item_path_record, &target_row_record,
      true, run_targets, "可退回的环节", "Where an item may be sent back to", 0 },
};

const struct room desk_page_room = { "desk", NULL, 0, ROOM_TABLE(reads), NULL, 0, NULL, NULL };
