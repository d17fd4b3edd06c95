/* 批示: each leader's instruction is at the office the moment it is given; the office sends a
 * transcript (批示抄清) with the chosen ones to lead and assisting units or posts, in one step and
 * without waiting for the other leaders (OFFICE R1, CAPABILITIES B5, X2). Two leaders who name
 * different leads or days are flagged on both. */
#include "exchange/exchange.sql.h"
#include "exchange/exchange_in.h"

struct instruction {
    int64_t id, post_id, at, person_id, unit_id, matter_id, delivery_id, item_id, assignment_id;
    struct str who, text, lead, due_on, state;
    bool is_contradicted;
};

static struct instruction instruction_of(struct ctx *cx, struct rows *r)
{
    return (struct instruction){
        .id = row_i64(r, 0),
        .post_id = row_i64(r, 1),
        .who = row_copy(r, 2, cx->a),
        .text = row_copy(r, 3, cx->a),
        .lead = row_copy(r, 4, cx->a),
        .due_on = row_copy(r, 5, cx->a),
        .at = row_i64(r, 6),
        .state = row_copy(r, 7, cx->a),
        .is_contradicted = row_i64(r, 8),
        .person_id = row_i64(r, 9),
        .unit_id = row_i64(r, 10),
        .matter_id = row_i64(r, 11),
        .delivery_id = row_i64(r, 12),
        .item_id = row_i64(r, 13),
        .assignment_id = row_i64(r, 14),
    };
}

#define LEADERS_MOST 50

static bool instructions_of(struct ctx *cx, int64_t matter_id, struct instruction *out, size_t *n)
{
    struct rows r;
    *n = 0;
    for (db_rows(cx->db, &r, &q_instructions, matter_id); rows_next(&r);)
        if (*n < LEADERS_MOST && !str_is(row_text(&r, 7), "replaced"))
            out[(*n)++] = instruction_of(cx, &r);
    rows_end(&r);
    return !rows_failed(&r);
}

/* The office's counter holds what is new. */
static bool move(struct ctx *cx, const struct instruction *i, const char *state)
{
    return db_run(cx->db, &q_instruction_moved, state, i->id) &&
           (!str_is(i->state, "new") || counter_add(cx, i->unit_id, BOX_INSTRUCTIONS, -1));
}

/* --- contradictions
 * --------------------------------------------------------------------------------------- */

static bool flag_contradictions(struct ctx *cx, int64_t matter_id)
{
    struct instruction *all = arena_array_of(cx->a, struct instruction, LEADERS_MOST);
    size_t n;
    if (!instructions_of(cx, matter_id, all, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        bool is = false;
        for (size_t k = 0; k < n && !is; k++) {
            struct wanted x = { all[i].lead, all[i].due_on }, y = { all[k].lead, all[k].due_on };
            is = k != i && instructions_contradict(&x, &y);
        }
        if (is != all[i].is_contradicted &&
            !db_run(cx->db, &q_instruction_contradicted, (int64_t)is, all[i].id))
            return false;
    }
    return true;
}

bool contradiction_settled(struct ctx *cx, int64_t matter_id, struct str resolution)
{
    struct instruction *all = arena_array_of(cx->a, struct instruction, LEADERS_MOST);
    size_t n;
    if (!instructions_of(cx, matter_id, all, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (all[i].is_contradicted && !resolution.n)
            return fail(cx, ERR_STATE, "receiving.contradiction", NULL);
    return true;
}

/* --- given
 * --------------------------------------------------------------------------------------------------
 */

/* The leader whose word it is, also when a secretary or deputy wrote it down; of who presides, the own. */
static bool leader_of(struct ctx *cx, const struct desk_step *step, struct org_post *out)
{
    int found = step->acting_for && !step->standing.n
                    ? org_main_post(cx, step->acting_for, out)
                                 : org_post_find(cx, step->post_id, out);
    return found == 1 || (found == 0 && fail_not_found(cx));
}

static bool forward_by_itself(struct ctx *cx, const struct desk_step *step, int64_t instruction_id,
                              struct str text, struct str lead, struct str due_on);

/* Given again after a return: the new word takes the old one's place. */
static bool replace_earlier(struct ctx *cx, int64_t matter_id, int64_t post_id)
{
    struct instruction *all = arena_array_of(cx->a, struct instruction, LEADERS_MOST);
    size_t n;
    if (!instructions_of(cx, matter_id, all, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (all[i].post_id == post_id &&
            (!move(cx, &all[i], "replaced") ||
             !db_run(cx->db, &q_instruction_contradicted, (int64_t)0, all[i].id)))
            return false;
    return true;
}

/* Who already does it learns of the leader's own words (R1). */
static bool tell_executors(struct ctx *cx, const struct instruction *i, struct str text)
{
    int64_t child = i->assignment_id
                        ? db_number(cx->db, 0, &q_assignment_child, i->assignment_id) : 0;
    return cx->err.kind == ERR_NONE &&
           (!child || (matter_describe(cx, child, STR_NONE, STR_NONE, STR_NONE) &&
                       matter_note(cx, child, STR("批示更正"), i->who, text, i->person_id,
                                   i->post_id) &&
                       matter_trace(cx, child, "instruction.corrected", 0,
                                    str_printf(cx->a, "{\"instruction\":\"%lld\"}",
                                               (long long)i->id))));
}

/* What had been recorded for a leader is corrected: the office has it anew. */
bool instruction_corrected(struct ctx *cx, const struct desk_step *step)
{
    struct instruction *all = arena_array_of(cx->a, struct instruction, LEADERS_MOST);
    size_t n;
    if (!instructions_of(cx, step->matter->id, all, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct instruction *old = &all[i];
        if (old->item_id != step->item_id || str_is(old->state, "void"))
            continue;
        if (!move(cx, old, "replaced") || !tell_executors(cx, old, step->text) ||
            !db_run(cx->db, &q_instruction_put, id_new(cx->now), old->matter_id, old->delivery_id,
                    old->unit_id, old->item_id, old->person_id, old->post_id, old->who, step->text,
                    old->lead, old->due_on, old->at) ||
            !counter_add(cx, old->unit_id, BOX_INSTRUCTIONS, 1))
            return false;
        return flag_contradictions(cx, step->matter->id);
    }
    return true;
}

/* The matter ended otherwise (retracted, given back): nothing waits for the office any more. */
bool instructions_void(struct ctx *cx, int64_t matter_id)
{
    struct instruction *all = arena_array_of(cx->a, struct instruction, LEADERS_MOST);
    size_t n;
    if (!instructions_of(cx, matter_id, all, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (str_is(all[i].state, "new") && !move(cx, &all[i], "void"))
            return false;
    return true;
}

bool instruction_given(struct ctx *cx, const struct desk_step *step, const struct delivery *d)
{
    const struct matter *m = step->matter;
    struct receiving_rule rule;
    struct org_post leader;
    struct str text = step->text.n ? step->text : STR("（圈阅）");
    struct str lead = jv_str(jv_get(step->vars, "lead"));
    struct str due_on = jv_str(jv_get(step->vars, "due_on"));
    struct clock_date day;
    if (due_on.n && !clock_day_parse(due_on, &day))
        return fail(cx, ERR_INVALID, "receiving.day", "vars.due_on");
    if (!leader_of(cx, step, &leader) || !receiving_rule_of(cx, m->unit_id, &rule))
        return false;
    if (!replace_earlier(cx, m->id, leader.id))
        return false;
    int64_t id = id_new(cx->now), at = cx->now;
    if (step->said_on.p && clock_day_parse(step->said_on, &day) && clock_at(day, 0) + CLOCK_DAY_MS <= at)
        at = clock_at(day, 0); /* recorded on a later day: the register has the day of the word */
    if (!db_run(cx->db, &q_instruction_put, id, m->id, d->id, m->unit_id, step->item_id,
                leader.person_id, leader.id, leader.name, text, lead, due_on, at) ||
        !counter_add(cx, m->unit_id, BOX_INSTRUCTIONS, 1) || !flag_contradictions(cx, m->id))
        return false;
    bool flies = rule.forwards && str_starts(lead, STR("post:"));
    return !flies || forward_by_itself(cx, step, id, text, lead, due_on);
}

/* What an item instructed, and whether the office has not used it yet. 1, 0, -1. */
static int instruction_of_item(struct ctx *cx, int64_t matter_id, int64_t item_id, int64_t *id,
                               bool *is_new)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_instruction_of_item, matter_id, item_id);
    *id = found == 1 ? row_i64(&r, 0) : 0;
    *is_new = found == 1 && str_is(row_text(&r, 1), "new");
    rows_end(&r);
    return found;
}

bool instruction_is_free(struct ctx *cx, int64_t matter_id, int64_t item_id)
{
    int64_t id;
    bool is_new;
    int found = instruction_of_item(cx, matter_id, item_id, &id, &is_new);
    if (found < 1 || is_new)
        return found >= 0;
    return fail(cx, ERR_CONFLICT, "instruction.used", NULL);
}

/* Taken back before the office has used it: it leaves the office's list. */
bool instruction_withdrawn(struct ctx *cx, const struct desk_step *step)
{
    int64_t id;
    bool is_new;
    int found = instruction_of_item(cx, step->matter->id, step->item_id, &id, &is_new);
    if (found != 1)
        return found == 0;
    const struct instruction given = { .id = id, .unit_id = step->matter->unit_id,
                                       .state = is_new ? STR("new") : STR("transcribed") };
    return instruction_is_free(cx, step->matter->id, step->item_id) &&
           move(cx, &given, "replaced") &&
           db_run(cx->db, &q_instruction_contradicted, (int64_t)0, id) &&
           flag_contradictions(cx, step->matter->id);
}

/* --- transcript and assignment
 * -------------------------------------------------------------------------------- */

struct assign_in {
    int64_t matter_id;
    struct ids instruction_ids;
    struct str text, lead, due_on, resolution;
    struct texts assist;
    bool for_information;
};
static const struct field assign_in_fields[] = {
    FIELD(assign_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(assign_in, instruction_ids, F_IDS, .max = LEADERS_MOST, .zh = "批示",
          .en = "instructions"),
    FIELD(assign_in, text, F_TEXT, .flags = FIELD_LINES, .max = 4000, .zh = "抄清内容",
          .en = "transcript"),
    FIELD(assign_in, lead, F_TEXT, .flags = FIELD_REQUIRED, .max = 40, .zh = "主办", .en = "lead"),
    FIELD(assign_in, assist, F_TEXTS, .max = 50, .zh = "协办", .en = "assisting"),
    FIELD(assign_in, due_on, F_DAY, .zh = "办理时限", .en = "due"),
    FIELD(assign_in, resolution, F_TEXT, .max = 500, .zh = "分歧处理", .en = "which one holds"),
    FIELD(assign_in, for_information, F_BOOL, .zh = "仅供阅知", .en = "for information"),
};
EXCHANGE_RECORD(assign_in);
struct assign_out {
    int64_t assignment_id, matter_id, dispatch_id;
};
static const struct field assign_out_fields[] = {
    FIELD(assign_out, assignment_id, F_ID, .flags = FIELD_REQUIRED, .zh = "交办",
          .en = "assignment"),
    FIELD(assign_out, matter_id, F_ID, .zh = "承办事项", .en = "matter of the handlers"),
    FIELD(assign_out, dispatch_id, F_ID, .zh = "转办单", .en = "referral"),
};
EXCHANGE_RECORD(assign_out);

struct assigning {
    const struct matter *m;
    struct capacity as;
    struct str text, due_on;
    struct str *posts; /* "post:1" */
    struct org_unit *units;
    size_t n_posts, n_units;
    struct buf names; /* of all of them, as the register shows them */
    bool wants_feedback;
    int64_t id, child_id, dispatch_id;
};

/* "post:ID" of the own unit, or "unit:ID" of another. */
static bool add_who(struct ctx *cx, struct assigning *g, struct str who)
{
    struct org_post p;
    struct unit_row u;
    int64_t id = 0;
    bool is_post = str_starts(who, STR("post:"));
    if ((!is_post && !str_starts(who, STR("unit:"))) || !str_to_i64(str_sub(who, 5, 30), &id))
        return fail(cx, ERR_INVALID, "assignment.who", "lead");
    int found = is_post ? org_post_find(cx, id, &p) : unit_find(cx, id, &u);
    if (found < 0)
        return false;
    if (found == 1 && is_post)
        found = p.is_current ? org_is_own_post(cx, g->m->unit_id, &p) : 0;
    else if (found == 1)
        found = str_is(u.kind, "unit") && !u.closed_on.p && u.id != g->m->unit_id;
    if (found < 1)
        return found == 0 && fail(cx, ERR_INVALID, "assignment.who", "lead");
    buf_text(&g->names, g->n_posts + g->n_units ? "、" : "");
    buf_str(&g->names, is_post ? p.name : u.name);
    if (is_post)
        g->posts[g->n_posts++] = str_copy(cx->a, who);
    else
        g->units[g->n_units++] =
            (struct org_unit){ .id = u.id, .name = u.name, .by_paper = u.by_paper };
    return true;
}

static struct str handlers_var(struct ctx *cx, const struct assigning *g)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_karr(&w, "handlers");
    for (size_t i = 0; i < g->n_posts; i++)
        jw_str(&w, g->posts[i]);
    jw_arr_end(&w);
    jw_obj_end(&w);
    return buf_done(&b);
}

/* Posts of the own unit: a matter of module assignment, beside the receiving one. */
static bool to_posts(struct ctx *cx, struct assigning *g)
{
    struct matter child;
    struct clock_date day;
    if (g->n_posts == 0)
        return true;
    struct matter_start in = {
        .module = STR("assignment"),
        .unit_id = g->m->unit_id,
        .post_id = g->as.post_id,
        .parent_id = g->m->id,
        .subject_id = g->id,
        .urgency = g->m->urgency,
        .title = str_printf(cx->a, "交办：%.*s", STR_ARG(g->m->title)),
        .from_name = g->m->from_name,
        .vars = jv_parse(cx->a, handlers_var(cx, g), NULL, NULL),
    };
    if (clock_day_parse(g->due_on.p ? g->due_on : STR(""), &day))
        in.due_at = clock_at(day, 18 * 60);
    if (!matter_start(cx, &in, &child) ||
        !matter_note(cx, child.id, STR("批示抄清"), STR(""), g->text,
                     cx->actor ? cx->actor->person_id : 0, g->as.post_id))
        return false;
    for (size_t i = 0; i < g->n_posts; i++) {
        int64_t post = 0;
        (void)str_to_i64(str_sub(g->posts[i], 5, 30), &post); /* checked by add_who */
        if (!matter_let_see(cx, g->m->id, post))
            return false;
    }
    g->child_id = child.id;
    return true;
}

/* Other units: a referral (转办单) that carries the transcript; the inside stays here. */
static bool to_units(struct ctx *cx, struct assigning *g)
{
    struct delivery d;
    struct dispatch of;
    if (g->n_units == 0)
        return true;
    if (delivery_of_matter(cx, g->m, &d) != 1 || dispatch_find(cx, d.dispatch_id, &of) != 1)
        return false;
    struct dispatch s = {
        .kind = STR("referral"),
        .document_id = of.document_id,
        .matter_id = g->m->id,
        .unit_id = g->m->unit_id,
        .post_id = g->as.post_id,
        .title = g->m->title,
        .number = g->m->number,
        .doc_type = of.doc_type,
        .urgency = g->m->urgency,
        .direction = STR("lateral"),
        .body = g->text,
        .wants_feedback = g->wants_feedback,
    };
    if (!org_unit_name_on(cx, s.unit_id, STR_NONE, &s.sender_name))
        return false;
    struct org_relation rel;
    if (!org_relation(cx, s.unit_id, g->units[0].id, &rel))
        return false;
    if (rel.is == ORG_SUBORDINATE)
        s.direction = STR("down");
    s.issuer = s.sender_name;
    struct sending to = { .main = g->units, .n_main = g->n_units };
    if (!dispatch_send(cx, &s, &to))
        return false;
    g->dispatch_id = s.id;
    return true;
}

static bool assign(struct ctx *cx, struct assigning *g)
{
    struct delivery d;
    g->id = id_new(cx->now);
    int found = delivery_of_matter(cx, g->m, &d);
    if (found < 0 || !to_posts(cx, g) || !to_units(cx, g) ||
        (found == 1 && !received_handler(cx, &d, g->m->id, buf_done(&g->names))))
        return false;
    return db_run(cx->db, &q_assignment_put, g->id, g->m->id, g->m->unit_id, g->text, g->due_on,
                  (int64_t)g->wants_feedback, bind_id(g->dispatch_id), bind_id(g->child_id),
                  bind_id(cx->actor ? cx->actor->person_id : 0), cx->now) &&
           matter_trace(cx, g->m->id, "instruction.assign", g->as.post_id,
                        str_printf(cx->a, "{\"assignment\":\"%lld\",\"posts\":%zu,\"units\":%zu}",
                                   (long long)g->id, g->n_posts, g->n_units));
}

/* What was sent out with which instruction: 批示登记本 shows who does it and what came of it. */
static bool transcribed(struct ctx *cx, const struct assigning *g, struct ids instruction_ids)
{
    for (size_t i = 0; i < instruction_ids.n; i++) {
        struct rows r;
        int found = db_get(cx->db, &r, &q_instruction_get, instruction_ids.p[i]);
        struct instruction one = found == 1 ? instruction_of(cx, &r) : (struct instruction){ 0 };
        rows_end(&r);
        if (found != 1 || !move(cx, &one, "transcribed") ||
            !db_run(cx->db, &q_instruction_executors, buf_done((struct buf *)&g->names),
                    bind_id(g->id), one.id))
            return false;
    }
    return true;
}

/* Inside the own unit, where the unit has switched it on (R1). */
static bool forward_by_itself(struct ctx *cx, const struct desk_step *step, int64_t instruction_id,
                              struct str text, struct str lead, struct str due_on)
{
    struct str post;
    struct assigning g = { .m = step->matter,
                           .as = { step->post_id, step->acting_for },
                           .text = text,
                           .due_on = due_on,
                           .posts = &post,
                           .names = buf_in(cx->a),
                           .wants_feedback = true };
    return add_who(cx, &g, lead) && assign(cx, &g) &&
           transcribed(cx, &g, (struct ids){ &instruction_id, 1 });
}

/* The transcript's text: as typed, or the chosen instructions one a line. */
static bool transcript(struct ctx *cx, const struct assign_in *in, struct str *out)
{
    struct buf b = buf_in(cx->a);
    for (size_t i = 0; i < in->instruction_ids.n; i++) {
        struct rows r;
        int found = db_get(cx->db, &r, &q_instruction_get, in->instruction_ids.p[i]);
        struct instruction one = found == 1 ? instruction_of(cx, &r) : (struct instruction){ 0 };
        rows_end(&r);
        if (found < 0)
            return false;
        if (found == 0 || one.matter_id != in->matter_id)
            return fail_not_found(cx);
        buf_printf(&b, "%s%.*s：%.*s", i ? "\n" : "", STR_ARG(one.who), STR_ARG(one.text));
    }
    *out = in->text.n ? in->text : buf_done(&b);
    return out->n || fail(cx, ERR_INVALID, "assignment.text", "text");
}

EXCHANGE_COMMAND(instruction_assign)
{
    const struct assign_in *in = in_;
    struct assign_out *out = out_;
    struct matter m;
    struct assigning g = { .m = &m, .due_on = in->due_on, .wants_feedback = !in->for_information };
    g.names = buf_in(cx->a);
    g.posts = arena_array_of(cx->a, struct str, in->assist.n + 1);
    g.units = arena_array_of(cx->a, struct org_unit, in->assist.n + 1);
    if (!matter_load_for_change(cx, in->matter_id, &m))
        return false;
    if (!office_of(cx, m.unit_id, &g.as) || !str_is(m.module, "receive"))
        return fail_not_found(cx);
    if (!str_is(m.state, "running"))
        return fail(cx, ERR_STATE, "receiving.closed", NULL);
    if (!contradiction_settled(cx, m.id, in->resolution) || !transcript(cx, in, &g.text) ||
        !add_who(cx, &g, in->lead))
        return false;
    for (size_t i = 0; i < in->assist.n; i++)
        if (!add_who(cx, &g, in->assist.p[i]))
            return false;
    if (in->resolution.n && !matter_note(cx, m.id, STR("批示分歧处理"), cx->actor->name,
                                         in->resolution, cx->actor->person_id, g.as.post_id))
        return false;
    if (!assign(cx, &g) || !transcribed(cx, &g, in->instruction_ids))
        return false;
    *out = (struct assign_out){ g.id, g.child_id, g.dispatch_id };
    return true;
}

/* 请阅, 已阅: no task (R1). */
struct instruction_note_in {
    int64_t instruction_id;
};
static const struct field instruction_note_in_fields[] = {
    FIELD(instruction_note_in, instruction_id, F_ID, .flags = FIELD_PATH, .zh = "批示",
          .en = "instruction"),
};
EXCHANGE_RECORD(instruction_note_in);

EXCHANGE_COMMAND(instruction_note)
{
    const struct instruction_note_in *in = in_;
    struct rows r;
    struct capacity as;
    (void)out_;
    int found = db_get(cx->db, &r, &q_instruction_get, in->instruction_id);
    struct instruction one = found == 1 ? instruction_of(cx, &r) : (struct instruction){ 0 };
    rows_end(&r);
    if (found != 1 || !office_of(cx, one.unit_id, &as))
        return found >= 0 && fail_not_found(cx);
    if (!str_is(one.state, "new"))
        return fail(cx, ERR_STATE, "instruction.settled", NULL);
    return move(cx, &one, "noted") &&
           matter_trace(cx, one.matter_id, "instruction.note", as.post_id,
                        str_printf(cx->a, "{\"instruction\":\"%lld\"}", (long long)one.id));
}

struct str handlers_named(struct ctx *cx, const struct desk_step *step)
{
    struct buf names = buf_in(cx->a);
    size_t named = 0;
    const struct jv *who = jv_get(step->vars, "handlers");
    for (size_t i = 0; str_is(step->outcome, "handle") && i < jv_size(who); i++) {
        struct org_post p;
        int64_t id = 0;
        struct str one = jv_str(jv_at(who, i));
        if (str_starts(one, STR("post:")) && str_to_i64(str_sub(one, 5, one.n), &id) &&
            org_post_find(cx, id, &p) == 1)
            buf_printf(&names, "%s%.*s", named++ ? "、" : "", STR_ARG(p.name));
    }
    return buf_done(&names);
}

/* The step 交办 deals with what is still new: handed to handlers inside, or filed. */
bool instructions_at_assign(struct ctx *cx, const struct desk_step *step)
{
    struct instruction *all = arena_array_of(cx->a, struct instruction, LEADERS_MOST);
    bool is_handled = str_is(step->outcome, "handle");
    size_t n;
    if (!instructions_of(cx, step->matter->id, all, &n))
        return false;
    struct str names = handlers_named(cx, step);
    for (size_t i = 0; i < n; i++)
        if (str_is(all[i].state, "new") &&
            (!move(cx, &all[i], is_handled ? "transcribed" : "noted") ||
             !db_run(cx->db, &q_instruction_executors, names, bind_id(0), all[i].id)))
            return false;
    return true;
}

/* What its handlers wrote is the result of what was not sent out as an assignment. */
bool instructions_handled(struct ctx *cx, const struct desk_step *step)
{
    return !step->text.n ||
           db_run(cx->db, &q_instruction_result, step->text, step->matter->id);
}

/* --- what comes of it
 * -------------------------------------------------------------------------------------------- */

static int64_t assignment_of(struct ctx *cx, const struct query *q, int64_t key)
{
    return db_number(cx->db, 0, q, key);
}

bool assignment_child_said(struct ctx *cx, const struct desk_step *step)
{
    int64_t id = assignment_of(cx, &q_assignment_of_child, step->matter->id);
    return id ? db_run(cx->db, &q_assignment_result, step->text, id) : cx->err.kind == ERR_NONE;
}

bool assignment_child_closed(struct ctx *cx, const struct matter *m)
{
    int64_t id = assignment_of(cx, &q_assignment_of_child, m->id);
    live_matter(cx, m->unit_id, m->parent_id, cx->now);
    return id ? db_run(cx->db, &q_assignment_done, cx->now, id) : cx->err.kind == ERR_NONE;
}

bool assignment_feedback(struct ctx *cx, const struct dispatch *s, const struct delivery *d,
                         struct str text)
{
    int64_t id = assignment_of(cx, &q_assignment_of_dispatch, s->id);
    if (!id || d->sort != 1) /* the lead stands first */
        return cx->err.kind == ERR_NONE;
    return db_run(cx->db, &q_assignment_result, text, id) &&
           db_run(cx->db, &q_assignment_done, cx->now, id);
}

bool assignments_settled(struct ctx *cx, int64_t matter_id)
{
    int64_t open = db_number(cx->db, -1, &q_assignment_open, matter_id);
    return open == 0 || (open > 0 && fail(cx, ERR_STATE, "receiving.unanswered", NULL));
}

/* --- shown
 * ----------------------------------------------------------------------------------------------------------
 */

static void instruction_row(struct ctx *cx, struct jw *w, const struct instruction *i)
{
    jw_obj(w);
    jw_kid(w, "id", i->id);
    jw_kid(w, "post", i->post_id);
    jw_kstr(w, "who", i->who);
    jw_kstr(w, "text", i->text);
    jw_kstr(w, "lead", i->lead);
    jw_kstr(w, "due_on", i->due_on);
    jw_ki64(w, "at", desk_moment(cx, i->unit_id, i->post_id, i->at));
    jw_kstr(w, "state", i->state);
    jw_kbool(w, "is_contradicted", i->is_contradicted);
    jw_obj_end(w);
}

static bool assignments_write(struct ctx *cx, struct jw *w, int64_t matter_id)
{
    struct rows r;
    jw_karr(w, "assignments");
    for (db_rows(cx->db, &r, &q_assignments, matter_id); rows_next(&r);) {
        jw_obj(w);
        jw_kid(w, "id", row_i64(&r, 0));
        jw_kstr(w, "text", row_text(&r, 1));
        jw_kstr(w, "due_on", row_text(&r, 2));
        jw_kbool(w, "wants_feedback", row_i64(&r, 3));
        jw_kid(w, "dispatch", row_i64(&r, 4));
        jw_kid(w, "matter", row_i64(&r, 5));
        jw_kbool(w, "by_itself", row_is_null(&r, 6));
        jw_ki64(w, "at", row_i64(&r, 7));
        jw_ki64(w, "done_at", row_i64(&r, 8));
        jw_kstr(w, "result", row_text(&r, 9));
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    return !rows_failed(&r);
}

/* One sheet in rank order (X2). */
bool instructions_write(struct ctx *cx, struct jw *w, int64_t matter_id)
{
    struct instruction *all = arena_array_of(cx->a, struct instruction, LEADERS_MOST);
    int64_t posts[LEADERS_MOST];
    size_t n;
    bool is_contradicted = false;
    if (!instructions_of(cx, matter_id, all, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        posts[i] = all[i].post_id;
        is_contradicted = is_contradicted || all[i].is_contradicted;
    }
    if (n && !org_rank_sort(cx, all[0].unit_id, STR_NONE, posts, n))
        return false;
    jw_karr(w, "instructions");
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            if (all[k].post_id == posts[i] && all[k].id) {
                instruction_row(cx, w, &all[k]);
                all[k].id = 0; /* written: one post may have instructed twice */
                break;
            }
    jw_arr_end(w);
    jw_kbool(w, "is_contradicted", is_contradicted);
    return assignments_write(cx, w, matter_id);
}
