/* Matters: rows, who may see them, what other rooms may do to them. */
#include <stdlib.h>

#include "base/check.h"
#include "base/id.h"
#include "core/small.h"
#include "crypto/crypto.h"
#include "desk/desk.sql.h"
#include "desk/desk_form_in.h"
#include "desk/label.h"

static const struct field matter_in_fields[] = {
    FIELD(matter_in, matter_id, F_ID, .flags = FIELD_REQUIRED, .zh = "事项", .en = "matter"),
};
const struct record matter_in_record = { "matter_in", sizeof(struct matter_in), matter_in_fields,
                                         1 };

/* --- finding ------------------------------------------------------------------------------------------ */

static int find(struct ctx *cx, const struct query *q, int64_t matter_id, struct matter *m)
{
    struct rows r;
    int found = db_get(cx->db, &r, q, matter_id);
    if (found == 1)
        *m = (struct matter){
            .id = row_i64(&r, 0),
            .module = row_copy(&r, 1, cx->a),
            .module_name = row_copy(&r, 2, cx->a),
            .definition_id = row_i64(&r, 3),
            .instance_id = row_i64(&r, 4),
            .unit_id = row_i64(&r, 5),
            .parent_id = row_i64(&r, 6),
            .parent_leaf = row_i64(&r, 7),
            .subject_id = row_i64(&r, 8),
            .title = row_copy(&r, 9, cx->a),
            .number = row_copy(&r, 10, cx->a),
            .urgency = row_copy(&r, 11, cx->a),
            .from_name = row_copy(&r, 12, cx->a),
            .state = row_copy(&r, 13, cx->a),
            .starter_post = row_i64(&r, 14),
            .starter_person = row_i64(&r, 15),
            .started_at = row_i64(&r, 16),
            .closed_at = row_i64(&r, 17),
            .due_at = row_i64(&r, 18),
            .rev = row_i64(&r, 19),
            .text_id = row_i64(&r, 20),
            .label = row_copy(&r, 21, cx->a),
        };
    rows_end(&r);
    if (found == 1)
        m->module_name = definition_words(cx, m->definition_id, m->module_name);
    return found;
}

int matter_find(struct ctx *cx, int64_t matter_id, struct matter *m)
{
    return find(cx, &q_matter_get, matter_id, m);
}

/* A delegation limited to modules opens matters of these only. */
static bool sees_by_module(struct ctx *cx, const struct scope *s, int64_t matter_id)
{
    struct rows r;
    bool sees = db_get(cx->db, &r, &q_access_module, s->id, matter_id) == 1 &&
                module_named(s->modules, row_text(&r, 0));
    rows_end(&r);
    return sees;
}

bool matter_can_see(struct ctx *cx, int64_t matter_id)
{
    if (cx->is_system)
        return true;
    for (size_t i = 0; cx->actor && i < cx->actor->n_scopes; i++) {
        const struct scope *s = &cx->actor->scopes[i];
        if (s->modules.n ? sees_by_module(cx, s, matter_id)
                         : db_number(cx->db, 0, &q_access_has, s->id, matter_id) != 0)
            return true;
    }
    return false;
}

struct ids matters_seen(struct ctx *cx, const int64_t *p, size_t n)
{
    int64_t *seen = arena_array_of(cx->a, int64_t, n + 1);
    struct ids out = { seen, 0 };
    for (size_t i = 0; i < n; i++)
        if (matter_can_see(cx, p[i]))
            seen[out.n++] = p[i];
    return out;
}

bool matters_have(struct ids ids, int64_t id)
{
    for (size_t i = 0; i < ids.n; i++)
        if (ids.p[i] == id)
            return true;
    return false;
}

static bool load(struct ctx *cx, const struct query *q, int64_t matter_id, struct matter *out)
{
    int found = find(cx, q, matter_id, out);
    if (found < 0)
        return false;
    return (found == 1 && matter_can_see(cx, matter_id)) || fail_not_found(cx);
}

bool matter_load(struct ctx *cx, int64_t matter_id, struct matter *out)
{
    return load(cx, &q_matter_get, matter_id, out);
}

bool matter_load_for_change(struct ctx *cx, int64_t matter_id, struct matter *out)
{
    return load(cx, &q_matter_lock, matter_id, out);
}

bool matter_lock(struct ctx *cx, int64_t matter_id, struct matter *out)
{
    int found = find(cx, &q_matter_lock, matter_id, out);
    return found == 1 || (found == 0 && fail_not_found(cx));
}

/* --- changing ------------------------------------------------------------------------------------------- */

bool matter_let_see(struct ctx *cx, int64_t matter_id, int64_t scope)
{
    return db_run(cx->db, &q_access_let, scope, matter_id);
}

int64_t matter_text(struct ctx *cx, int64_t matter_id)
{
    return db_number(cx->db, 0, &q_matter_text, matter_id);
}

static struct str numbers_json(struct arena *a, const int64_t *numbers, size_t n)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < n; i++) {
        buf_char(&b, i ? ',' : '[');
        buf_i64(&b, numbers[i]);
    }
    buf_text(&b, n ? "]" : "[]");
    return buf_done(&b);
}

struct str matter_scopes(struct ctx *cx)
{
    size_t n = cx->actor ? cx->actor->n_scopes : 0;
    int64_t *ids = arena_array_of(cx->a, int64_t, n + 1);
    size_t k = 0;
    for (size_t i = 0; i < n; i++) /* a limited delegation is worked on from the lists, not searched */
        if (!cx->actor->scopes[i].modules.n)
            ids[k++] = cx->actor->scopes[i].id;
    return numbers_json(cx->a, ids, k);
}

int64_t matter_seen_next(struct ctx *cx, struct str scopes, int64_t from)
{
    return db_number(cx->db, 0, &q_access_next, from, scopes);
}

bool matter_seen_among(struct ctx *cx, struct str scopes, const int64_t *texts, size_t n,
                       const struct matter_filter *only, int64_t *matters)
{
    struct rows r;
    struct str all = numbers_json(cx->a, texts, n);
    size_t i = 0;
    memset(matters, 0, n * sizeof *matters);
    if (only)
        db_rows(cx->db, &r, &q_access_among_only, only->module, only->from_name,
                only->starter_person, only->since, only->until, all, scopes);
    else
        db_rows(cx->db, &r, &q_access_among, all, scopes);
    for (; i < n && rows_next(&r); i++)
        matters[i] = row_i64(&r, 1);
    rows_end(&r);
    return !rows_failed(&r);
}

bool matter_owns_text(struct ctx *cx, int64_t matter_id)
{
    struct matter m;
    return matter_find(cx, matter_id, &m) == 1 && m.text_id == matter_id;
}

static bool put_rows(struct ctx *cx, const struct files_seen *seen, struct rows *r, struct buf *out)
{
    while (rows_next(r)) {
        if (!file_is_seen(cx, seen, row_i64(r, 1), row_i64(r, 2), row_i64(r, 3)))
            continue;
        buf_str(out, row_text(r, 0));
        buf_char(out, '\n');
    }
    rows_end(r);
    return !rows_failed(r);
}

bool matter_attachment_words(struct ctx *cx, int64_t matter_id, struct buf *out)
{
    struct rows r;
    struct matter m;
    struct files_seen seen;
    int found = matter_find(cx, matter_id, &m);
    if (found < 1 || !files_seen_of(cx, &m, &seen))
        return found == 0;
    db_rows(cx->db, &r, &q_attachment_names, matter_id);
    if (!put_rows(cx, &seen, &r, out))
        return false;
    db_rows(cx->db, &r, &q_attachment_texts, matter_id);
    return put_rows(cx, &seen, &r, out);
}

static struct str without_ending(struct str name)
{
    size_t i = name.n;
    while (i > 0 && name.p[i - 1] != '.')
        i--;
    return i > 1 && name.n - i <= 5 ? str_sub(name, 0, i - 1) : name;
}

bool matter_names_out(struct ctx *cx, int64_t matter_id, struct str **out, size_t *n)
{
    struct rows r;
    *out = NULL;
    *n = 0;
    for (db_rows(cx->db, &r, &q_attachment_names_out, matter_id); rows_next(&r); ++*n) {
        *out = arena_grow(cx->a, *out, *n * sizeof **out, (*n + 1) * sizeof **out);
        (*out)[*n] = without_ending(row_copy(&r, 0, cx->a));
    }
    rows_end(&r);
    return !rows_failed(&r);
}

static bool tell_watchers(struct ctx *cx, int64_t matter_id)
{
    struct rows r;
    for (db_rows(cx->db, &r, &q_access_scopes, matter_id); rows_next(&r);)
        live_matter(cx, row_i64(&r, 0), matter_id, cx->now);
    rows_end(&r);
    return !rows_failed(&r);
}

bool matter_touched(struct ctx *cx, int64_t matter_id)
{
    return db_run(cx->db, &q_matter_touch, matter_id) && tell_watchers(cx, matter_id);
}

bool matter_describe(struct ctx *cx, int64_t matter_id, struct str title, struct str number,
                     struct str urgency)
{
    if (!db_run(cx->db, &q_matter_describe, title, number, urgency, matter_id))
        return false;
    if (urgency.p && !db_run(cx->db, &q_item_urgency, urgency, matter_id))
        return false;
    if (!title.p && !number.p)
        return tell_watchers(cx, matter_id);
    return tell_watchers(cx, matter_id) && event_emit(cx, "search.changed", matter_id, NULL);
}

bool matter_set_due(struct ctx *cx, int64_t matter_id, int64_t due_at)
{
    return db_run(cx->db, &q_matter_due, bind_id(due_at), matter_id);
}

bool matter_trace(struct ctx *cx, int64_t matter_id, const char *op, int64_t post_id,
                  struct str body_json)
{
    return trace_write(cx, matter_id, op, post_id, 0, body_json);
}

bool matter_note_on(struct ctx *cx, int64_t matter_id, int64_t item_id, struct str step,
                    struct str who, struct str text, int64_t person_id, int64_t post_id)
{
    const struct opinion o = { .step = step, .text = text, .item_id = item_id, .person_id = person_id,
                               .post_id = post_id };
    const struct opinion_names by = { .who = who, .title = STR("") };
    return opinion_write(cx, matter_id, id_new(cx->now), &o, &by);
}

bool matter_note(struct ctx *cx, int64_t matter_id, struct str step, struct str who,
                 struct str text, int64_t person_id, int64_t post_id)
{
    return matter_note_on(cx, matter_id, 0, step, who, text, person_id, post_id);
}

/* The first open item that the actor may act on, with its step's name. */
static int my_item(struct ctx *cx, int64_t matter_id, struct str node, int64_t *item_id,
                   int64_t *post_id, struct str *step)
{
    struct rows r;
    int found = 0;
    for (db_rows(cx->db, &r, &q_items_open, matter_id); !found && rows_next(&r);) {
        const struct scope *s = actor_scope(cx, row_i64(&r, 1), row_text(&r, 11));
        if (!s || s->kind == SCOPE_UNIT || (node.p && !str_eq(row_text(&r, 3), node)))
            continue;
        found = 1;
        *item_id = row_i64(&r, 0);
        *post_id = s->own_post;
        if (step)
            *step = row_copy(&r, 4, cx->a);
    }
    rows_end(&r);
    return rows_failed(&r) ? -1 : found;
}

int matter_my_item(struct ctx *cx, int64_t matter_id, struct str node, int64_t *item_id,
                   int64_t *post_id)
{
    int64_t item = 0, post = 0;
    int found = my_item(cx, matter_id, node, &item, &post, NULL);
    if (found == 1 && item_id)
        *item_id = item;
    if (found == 1 && post_id)
        *post_id = post;
    return found;
}

bool matter_my_step(struct ctx *cx, int64_t matter_id, struct str *out)
{
    int64_t item, post;
    *out = STR("");
    return my_item(cx, matter_id, STR_NONE, &item, &post, out) >= 0;
}

/* --- starting --------------------------------------------------------------------------------------------- */

static bool complete_first(struct ctx *cx, struct matter *m, const struct flow_delta *delta)
{
    for (size_t i = 0; i < delta->change_n; i++) {
        if (delta->change[i].kind != FLOW_OPENED)
            continue;
        struct flow_step step = {
            .cmd = { .op = FLOW_COMPLETE, .leaf = delta->change[i].leaf,
                     .actor = who_of_post(cx, m->starter_post) },
            .post_id = m->starter_post, .op = "item.complete",
        };
        step.item_id = db_number(cx->db, 0, &q_item_by_leaf, m->id, (int64_t)step.cmd.leaf);
        return flow_step_run(cx, m, &step, NULL);
    }
    return true;
}

/* The rows of a matter that has not begun: nobody but its starter knows of it. */
bool matter_insert(struct ctx *cx, const struct matter_start *in, const struct definition *d,
                   const char *state, struct matter *m)
{
    *m = (struct matter){
        .id = id_new(cx->now), .instance_id = id_new(cx->now), .module = d->key,
        .module_name = d->name, .definition_id = d->id, .unit_id = in->unit_id,
        .parent_id = in->parent_id, .parent_leaf = in->parent_leaf, .subject_id = in->subject_id,
        .title = in->title, .number = STR(""), .state = str_of(state),
        .urgency = in->urgency.n ? in->urgency : STR("normal"),
        .from_name = in->from_name.p ? in->from_name : STR(""), .starter_post = in->post_id,
        .starter_person = in->starter_person           ? in->starter_person
                          : in->post_id && cx->actor ? cx->actor->person_id
                                                     : 0,
        .started_at = cx->now, .due_at = in->due_at, .rev = 1,
    };
    struct label l;
    if (!label_of_start(cx, in, d->name, &l))
        return false;
    m->label = l.value;
    m->text_id = in->text_id ? in->text_id : m->id;
    struct buf body = buf_in(cx->a);
    flow_state_write(&body, flow_state_new(cx->a));
    return db_run(cx->db, &q_matter_put, m->id, m->module, m->definition_id, m->instance_id,
                  m->unit_id, bind_id(m->parent_id), bind_id(m->parent_leaf),
                  bind_id(m->subject_id), m->text_id, m->title, m->urgency, m->from_name, m->state,
                  bind_id(m->starter_post), bind_id(m->starter_person), m->started_at,
                  bind_id(m->due_at), l.value, l.by, l.why, l.least) &&
           db_run(cx->db, &q_instance_put, m->instance_id, m->definition_id, m->id, state,
                  buf_done(&body)) &&
           (!m->starter_post ||
            db_run(cx->db, &q_access_put, m->starter_post, m->id, m->text_id));
}

bool matter_begin(struct ctx *cx, struct matter *m, struct str start_node, const struct jv *vars,
                  struct str note, struct flow_delta *delta)
{
    struct flow_step step = {
        .cmd = { .op = FLOW_START, .actor = who_of_post(cx, m->starter_post), .vars = vars,
                 .to_node = start_node },
        .post_id = m->starter_post, .op = "matter.start", .note = note,
    };
    return db_run(cx->db, &q_access_put, m->unit_id, m->id, m->text_id) &&
           flow_step_run(cx, m, &step, delta);
}

bool matter_start(struct ctx *cx, const struct matter_start *in, struct matter *m)
{
    const struct definition *d = in->definition_id
                                     ? definition_load(cx, in->definition_id)
                                     : definition_newest(cx, in->module, in->unit_id);
    struct flow_delta delta;
    const struct jv *vars = in->vars;
    return d && matter_insert(cx, in, d, "running", m) &&
           child_form_take(cx, in, m, d, &vars) &&
           matter_begin(cx, m, STR_NONE, vars, STR_NONE, &delta) &&
           (!in->skip_first || complete_first(cx, m, &delta));
}

bool matter_end(struct ctx *cx, int64_t matter_id, struct str reason)
{
    struct matter m;
    if (!matter_lock(cx, matter_id, &m))
        return false;
    if (!str_is(m.state, "running"))
        return true;
    struct flow_step step = { .cmd = { .op = FLOW_CANCEL, .reason = reason, .is_admin = true },
                              .op = "matter.end", .text = reason };
    return flow_step_run(cx, &m, &step, NULL);
}

/* --- attachments between matters ------------------------------------------------------------------------------ */

bool matter_files_digest(struct ctx *cx, int64_t matter_id, struct str *out)
{
    char hex[SM3_HEX_SIZE + 1];
    struct buf b = buf_in(cx->a);
    struct rows r;
    for (db_rows(cx->db, &r, &q_attachments_out, matter_id); rows_next(&r);)
        buf_printf(&b, "%.*s %.*s\n", STR_ARG(row_text(&r, 2)), STR_ARG(row_text(&r, 1)));
    rows_end(&r);
    *out = STR("");
    if (b.n) {
        sm3_hex(buf_done(&b), hex);
        *out = str_copy(cx->a, str_of(hex));
    }
    return !rows_failed(&r);
}

bool matter_file_names(struct ctx *cx, int64_t matter_id, struct texts *out)
{
    enum { MOST = 200 };
    struct str *p = arena_array_of(cx->a, struct str, MOST);
    struct rows r;
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_attachments, matter_id); n < MOST && rows_next(&r);) {
        if (!str_is(row_text(&r, 3), "attachment"))
            continue;
        struct str name = row_copy(&r, 1, cx->a);
        for (size_t i = name.n; i > 1; i--)
            if (name.p[i - 1] == '.') {
                name.n = i - 1;
                break;
            }
        p[n++] = name;
    }
    rows_end(&r);
    *out = (struct texts){ p, n };
    return !rows_failed(&r);
}

bool attachment_copy_all(struct ctx *cx, int64_t from_matter, int64_t to_matter)
{
    struct rows r;
    int64_t ids[200];
    int n = 0;
    for (db_rows(cx->db, &r, &q_attachments_out, from_matter); n < 200 && rows_next(&r);)
        ids[n++] = row_i64(&r, 0);
    rows_end(&r);
    qsort(ids, (size_t)n, sizeof *ids, id_order); /* in the order in which they came */
    for (int i = 0; i < n; i++)
        if (!db_run(cx->db, &q_attachment_copy, id_new(cx->now), to_matter, cx->now, ids[i]))
            return false;
    return !rows_failed(&r);
}

bool attachment_take_back(struct ctx *cx, int64_t from_matter, int64_t to_matter)
{
    return db_run(cx->db, &q_attachment_take_back, cx->now, to_matter, from_matter);
}
