/* 意见: immutable, with the names and titles of the day. What a secretary wrote down for a leader is
 * marked 代录 and can be confirmed or corrected by the leader (OFFICE P1). */
#include "base/id.h"
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_in.h"
#include "org/org.h"

/* Whoever acts is known already, as of this request. */
static struct str person_name(struct ctx *cx, int64_t person_id)
{
    struct person_row p;
    if (cx->actor && person_id == cx->actor->person_id)
        return cx->actor->name;
    return person_id && person_find(cx, person_id, &p) == 1 ? p.name : STR_NONE;
}

static bool title_of(struct ctx *cx, int64_t post_id, struct str *out)
{
    const struct actor_post *own = actor_post(cx, post_id);
    struct org_post p = { .title = STR("") };
    if (!own && post_id && org_post_find(cx, post_id, &p) < 0)
        return false;
    *out = own ? own->title : p.title;
    return true;
}

bool opinion_write(struct ctx *cx, int64_t matter_id, int64_t id, const struct opinion *o,
                   const struct opinion_names *by)
{
    const struct str part[] = { o->step, by->who, by->title, by->acting, by->recorded, o->outcome,
                                o->is_noted ? STR("1") : STR("0"), o->text, o->ink };
    trace_hold(cx, matter_id, "opinion", trace_content(cx->a, part, sizeof part / sizeof *part));
    return db_run(cx->db, &q_opinion_put, id, matter_id, bind_id(o->item_id),
                  o->node.p ? o->node : STR(""), o->step.p ? o->step : STR(""),
                  bind_id(o->person_id), bind_id(o->post_id), by->who.p ? by->who : STR(""), by->title,
                  bind_id(o->acting_for), by->acting, o->standing.p ? o->standing : STR(""),
                  bind_id(o->recorded_by), by->recorded, o->recorded_form, bind_id(o->said_at),
                  o->said_on, bind_id(o->scan_id), bind_id(o->corrects_id), o->outcome,
                  (int64_t)o->is_noted, o->text.p ? o->text : STR(""), cx->now, o->ink);
}

bool opinion_put(struct ctx *cx, int64_t matter_id, const struct opinion *o, int64_t *id)
{
    int64_t new_id = id_new(cx->now);
    struct opinion_names by = { .who = person_name(cx, o->person_id),
                                .acting = person_name(cx, o->acting_for),
                                .recorded = person_name(cx, o->recorded_by) };
    if (!title_of(cx, o->post_id, &by.title))
        return false;
    if (id)
        *id = new_id;
    return opinion_write(cx, matter_id, new_id, o, &by);
}

struct confirm_in {
    int64_t opinion_id;
    struct str text;
};
static const struct field confirm_in_fields[] = {
    FIELD(confirm_in, opinion_id, F_ID, .flags = FIELD_PATH, .zh = "意见", .en = "opinion"),
    FIELD(confirm_in, text, F_TEXT, .max = 4000, .flags = FIELD_LINES, .zh = "更正为",
          .en = "correction; empty: as recorded"),
};
RECORD(confirm_in);

/* What was recorded for somebody, with its place on the sheet. 1, 0, -1. */
struct recorded {
    struct opinion o;
    int64_t id, matter_id;
    bool is_recorded, is_confirmed, is_undone;
};

static int recorded_find(struct ctx *cx, int64_t id, struct recorded *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_opinion_get, id);
    if (found == 1)
        *out = (struct recorded){
            .id = id,
            .matter_id = row_i64(&r, 1),
            .is_recorded = !row_is_null(&r, 3),
            .is_confirmed = !row_is_null(&r, 4),
            .is_undone = row_i64(&r, 14),
            .o = { .person_id = row_i64(&r, 2),
                   .item_id = row_i64(&r, 5),
                   .node = row_copy(&r, 6, cx->a),
                   .step = row_copy(&r, 7, cx->a),
                   .post_id = row_i64(&r, 8),
                   .outcome = row_copy(&r, 9, cx->a),
                   .is_noted = row_i64(&r, 10),
                   .said_at = row_i64(&r, 11),
                   .said_on = row_copy(&r, 12, cx->a),
                   .scan_id = row_i64(&r, 13),
                   .corrects_id = id },
        };
    rows_end(&r);
    return found;
}

/* The leader's own words stand in the place of what had been recorded, which stays in the record. */
static bool correct(struct ctx *cx, const struct matter *m, struct recorded *k, struct str text)
{
    k->o.text = text;
    const struct desk_step corrected = { .matter = m, .item_id = k->o.item_id, .node = k->o.node,
                                         .name = k->o.step, .text = text,
                                         .person_id = k->o.person_id, .post_id = k->o.post_id };
    return opinion_put(cx, m->id, &k->o, NULL) && matter_touched(cx, m->id) &&
           event_emit(cx, "opinion.corrected", m->id, &corrected);
}

static bool run_confirm(struct ctx *cx, const void *input, void *output)
{
    const struct confirm_in *in = input;
    struct recorded k;
    struct matter m;
    (void)output;
    int found = recorded_find(cx, in->opinion_id, &k);
    if (found != 1 || k.o.person_id != cx->actor->person_id || !k.is_recorded)
        return found >= 0 && fail_not_found(cx);
    if (!matter_load_for_change(cx, k.matter_id, &m) || recorded_find(cx, k.id, &k) != 1)
        return false;
    if (k.is_confirmed)
        return fail(cx, ERR_STATE, "opinion.confirmed", NULL);
    if (k.is_undone)
        return fail(cx, ERR_STATE, "opinion.undone", NULL);
    bool is_correction = in->text.n > 0;
    return db_run(cx->db, &q_opinion_confirm, cx->now, (int64_t)is_correction, k.id) &&
           (!is_correction || correct(cx, &m, &k, in->text)) &&
           matter_trace(cx, m.id, "opinion.confirm", k.o.post_id,
                        str_printf(cx->a, "{\"opinion\":\"%lld\",\"corrected\":%s}",
                                   (long long)k.id, is_correction ? "true" : "false"));
}

static const struct command commands[] = {
    { "opinion.confirm", POST, "/opinions/{opinion_id}/confirm", PERM_LOGIN, &confirm_in_record,
      NULL, run_confirm, "确认或更正代录的批示", "Confirm or correct what was recorded for one", 0,
      NULL },
};

const struct room desk_opinion_room = { "desk", ROOM_TABLE(commands), NULL, 0, NULL, 0, NULL, NULL };
