/* 传阅 (OFFICE R2, STANDARDS W7): the office fixes the readers, in the order of the rank list with the
 * leader in charge first, one after the other or all at once. Who is absent is passed over and reads
 * later. A reader proposes a reader, only the office adds one. Readings are a forest of their own
 * and never block (FLOW 5.11). */
#include <stdlib.h>

#include "base/id.h"
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_in.h"
#include "org/org.h"

/* --- one reading ------------------------------------------------------------------------------------- */

struct reading {
    int64_t id, matter_id, post_id, place;
    bool is_sent, is_skipped, is_opened, is_read;
};

static struct reading reading_of(struct rows *r)
{
    return (struct reading){ .id = row_i64(r, 0), .matter_id = row_i64(r, 1),
                             .post_id = row_i64(r, 2), .is_opened = !row_is_null(r, 3),
                             .is_read = !row_is_null(r, 4),
                             .is_sent = !row_is_null(r, 5), .is_skipped = !row_is_null(r, 6),
                             .place = row_i64(r, 7) };
}

static int reading_find(struct ctx *cx, int64_t id, struct reading *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_reading_get, id);
    if (found == 1)
        *out = reading_of(&r);
    rows_end(&r);
    return found;
}

/* Comes to the reader's desk. */
static bool send(struct ctx *cx, int64_t matter_id, int64_t post_id)
{
    return counter_add(cx, post_id, BOX_TO_READ, 1) && matter_let_see(cx, matter_id, post_id);
}

struct sending {
    int64_t by, by_post, place;
    struct str note;
};

/* 1: a new reader, 0: is one already. Without a place it is sent at once. */
static int put(struct ctx *cx, int64_t matter_id, int64_t post_id, const struct sending *s)
{
    int64_t n = db_update(cx->db, &q_reading_put, id_new(cx->now), matter_id, post_id, s->by,
                          bind_id(s->by_post), s->note, s->place, cx->now,
                          s->place ? bind_id(0) : bind_i64(cx->now));
    if (n < 1)
        return (int)n;
    return s->place || send(cx, matter_id, post_id) ? 1 : -1;
}

bool matter_reading_put(struct ctx *cx, int64_t matter_id, int64_t post_id, struct str note)
{
    const struct sending s = { .note = note };
    return put(cx, matter_id, post_id, &s) >= 0;
}

bool matter_reading_again(struct ctx *cx, int64_t matter_id, int64_t post_id, struct str note)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_reading_at, matter_id, post_id);
    struct reading k = found == 1 ? reading_of(&r) : (struct reading){ 0 };
    rows_end(&r);
    if (found != 1)
        return found == 0 && matter_reading_put(cx, matter_id, post_id, note);
    bool is_open = k.is_sent && !k.is_read;
    return db_run(cx->db, &q_reading_again, note, cx->now, k.id) &&
           (is_open || send(cx, matter_id, post_id));
}

/* --- in turn --------------------------------------------------------------------------------------------- */

/* Whoever has a redirecting delegation today is away: passed over, and reads later. */
static int is_away(struct ctx *cx, const struct matter *m, int64_t post_id)
{
    int64_t to, acting_for;
    return org_redirect(cx, post_id, m->module, STR_NONE, &to, &acting_for) ? acting_for != 0 : -1;
}

/* When nobody holds it, the next in turn gets it; the absent get it too and do not keep the others. */
static bool advance(struct ctx *cx, const struct matter *m)
{
    while (db_number(cx->db, 0, &q_reading_holder, m->id) == 0 && cx->err.kind == ERR_NONE) {
        struct rows r;
        int found = db_get(cx->db, &r, &q_reading_next, m->id);
        int64_t id = found == 1 ? row_i64(&r, 0) : 0, post = found == 1 ? row_i64(&r, 1) : 0;
        rows_end(&r);
        if (found != 1)
            return found == 0;
        int away = is_away(cx, m, post);
        if (away < 0 || !db_run(cx->db, &q_reading_send, cx->now, id) || !send(cx, m->id, post) ||
            (away && !db_run(cx->db, &q_reading_skip, cx->now, id)))
            return false;
    }
    return cx->err.kind == ERR_NONE;
}

/* --- who may, and in which order ----------------------------------------------------------------------------- */

bool matter_fixes_readers(const struct ctx *cx, const struct matter *m)
{
    return has_role(cx, ROLE_DOC_CLERK, m->unit_id) || has_role(cx, ROLE_OFFICE_HEAD, m->unit_id) ||
           has_role(cx, ROLE_REVIEWER, m->unit_id);
}

bool matter_may_circulate(struct ctx *cx, const struct matter *m)
{
    return matter_fixes_readers(cx, m) || has_role(cx, ROLE_SECTION_HEAD, m->unit_id) ||
           fail(cx, ERR_FORBIDDEN, "reading.only_clerk", NULL);
}

/* A post that this unit may give a matter to read; another unit's is as good as none (S30). */
static bool load_reader(struct ctx *cx, const struct matter *m, int64_t post_id,
                        struct org_post *out)
{
    int found = org_post_find(cx, post_id, out);
    if (found == 1)
        found = out->is_current ? org_is_own_post(cx, m->unit_id, out) : 0;
    return found == 1 || (found == 0 && fail(cx, ERR_INVALID, "reading.other_unit", "post_ids"));
}

/* R2: only the office or the clerk fixes the readers; a section head inside the own section. */
static bool readers_fit(struct ctx *cx, const struct matter *m, struct ids readers)
{
    bool all = matter_fixes_readers(cx, m);
    for (size_t i = 0; i < readers.n; i++) {
        struct org_post p;
        bool is_own = all;
        if (!load_reader(cx, m, readers.p[i], &p))
            return false;
        for (size_t k = 0; k < cx->actor->n_posts; k++)
            is_own = is_own || (p.section_id && cx->actor->posts[k].section_id == p.section_id);
        if (!is_own)
            return fail(cx, ERR_FORBIDDEN, "reading.only_section", "post_ids");
    }
    return true;
}

/* The leader in charge of what it is about: of the unit it came from, else of the starter's section. */
static bool leader_in_charge(struct ctx *cx, const struct matter *m, int64_t *post)
{
    struct post_row starter = { 0 };
    int64_t area = 0, deputy;
    *post = 0;
    if (!event_ask(cx, "matter.area", m->id, &area))
        return false;
    if (!area && m->starter_post && post_find(cx, m->starter_post, &starter) < 0)
        return false;
    int64_t at[] = { area, area ? 0 : starter.section_id, area ? 0 : m->unit_id };
    for (int i = 0; i < 3 && !*post; i++)
        if (at[i] && org_leader_in_charge(cx, at[i], STR_NONE, post, &deputy) < 0)
            return false;
    return true;
}

/* By the rank list, the leader in charge before all; *first: that leader is among them. */
static bool sort_readers(struct ctx *cx, const struct matter *m, int64_t *posts, size_t n,
                         bool *first)
{
    int64_t in_charge;
    struct post_row leader = { 0 }, p;
    *first = false;
    if (!org_rank_sort(cx, m->unit_id, STR_NONE, posts, n) || !leader_in_charge(cx, m, &in_charge) ||
        (in_charge && post_find(cx, in_charge, &leader) < 0))
        return false;
    for (size_t i = 0; leader.person_id && i < n; i++) {
        if (post_find(cx, posts[i], &p) != 1 || p.person_id != leader.person_id)
            continue;
        memmove(posts + 1, posts, i * sizeof *posts);
        posts[0] = p.id;
        *first = true;
        break;
    }
    return cx->err.kind == ERR_NONE;
}

/* --- circulate -------------------------------------------------------------------------------------------- */

static const char *const ways[] = { "at_once", "in_order", NULL };
static const char *const orders[] = { "rank", "given", NULL };

struct circulate_in {
    int64_t matter_id;
    struct ids post_ids;
    struct str note, way, order;
};
static const struct field circulate_in_fields[] = {
    FIELD(circulate_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(circulate_in, post_ids, F_IDS, .min = 1, .max = 500, .flags = FIELD_REQUIRED,
          .zh = "传阅对象", .en = "readers"),
    FIELD(circulate_in, note, F_TEXT, .max = 200, .zh = "说明", .en = "note"),
    FIELD(circulate_in, way, F_CHOICE, .choices = ways, .zh = "传阅方式",
          .en = "all at once, or one after the other"),
    FIELD(circulate_in, order, F_CHOICE, .choices = orders, .zh = "传阅顺序",
          .en = "by rank, the leader in charge first, or as given"),
};
RECORD(circulate_in);

struct circulate_out {
    int64_t sent, already;
};
static const struct field circulate_out_fields[] = {
    FIELD(circulate_out, sent, F_I64, .zh = "新增传阅", .en = "newly sent"),
    FIELD(circulate_out, already, F_I64, .zh = "此前已传阅", .en = "sent before"),
};
RECORD(circulate_out);

static int64_t *copy_ids(struct ctx *cx, struct ids ids)
{
    int64_t *out = arena_array_of(cx->a, int64_t, ids.n + 1);
    memcpy(out, ids.p, ids.n * sizeof *out);
    return out;
}

static bool run_circulate(struct ctx *cx, const void *input, void *output)
{
    const struct circulate_in *in = input;
    struct circulate_out *out = output;
    struct matter m;
    bool first, in_turn = str_is(in->way, "in_order");
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    if (!matter_load_for_change(cx, in->matter_id, &m) || !matter_may_circulate(cx, &m) ||
        !readers_fit(cx, &m, in->post_ids))
        return false;
    const struct actor_post *own = actor_main_post(cx);
    int64_t *posts = copy_ids(cx, in->post_ids);
    if (!str_is(in->order, "given") && !sort_readers(cx, &m, posts, in->post_ids.n, &first))
        return false;
    struct sending s = { cx->actor->person_id, own ? own->id : 0, 0, in->note.p ? in->note : STR("") };
    int64_t place = in_turn ? db_number(cx->db, 0, &q_reading_last_place, m.id) : 0;
    for (size_t i = 0; i < in->post_ids.n; i++) {
        s.place = in_turn ? ++place : 0;
        int is_new = put(cx, m.id, posts[i], &s);
        if (is_new < 0)
            return false;
        out->sent += is_new;
        out->already += !is_new;
    }
    record_encode(&w, &circulate_in_record, in);
    return advance(cx, &m) && matter_touched(cx, m.id) &&
           matter_trace(cx, m.id, "matter.circulate", own ? own->id : 0, buf_done(&b));
}

/* The order that circulating would give, shown before it is done. */
struct order_in {
    int64_t matter_id;
    struct ids post_ids;
};
static const struct field order_in_fields[] = {
    FIELD(order_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(order_in, post_ids, F_IDS, .min = 1, .max = 500, .flags = FIELD_REQUIRED,
          .zh = "传阅对象", .en = "readers"),
};
RECORD(order_in);

struct order_row {
    int64_t post;
    struct str name, title;
    bool in_charge, is_away;
};
static const struct field order_row_fields[] = {
    FIELD(order_row, post, F_ID, .flags = FIELD_REQUIRED, .zh = "身份", .en = "post"),
    FIELD(order_row, name, F_TEXT, .flags = FIELD_REQUIRED, .zh = "姓名", .en = "name"),
    FIELD(order_row, title, F_TEXT, .flags = FIELD_REQUIRED, .zh = "职务", .en = "title"),
    FIELD(order_row, in_charge, F_BOOL, .zh = "分管领导", .en = "leader in charge"),
    FIELD(order_row, is_away, F_BOOL, .zh = "不在岗", .en = "away: will be passed over"),
};
RECORD(order_row);

static bool run_order(struct ctx *cx, const void *input, struct jw *w)
{
    const struct order_in *in = input;
    struct matter m;
    bool first;
    if (!matter_load(cx, in->matter_id, &m) || !matter_may_circulate(cx, &m) ||
        !readers_fit(cx, &m, in->post_ids))
        return false;
    int64_t *posts = copy_ids(cx, in->post_ids);
    if (!sort_readers(cx, &m, posts, in->post_ids.n, &first))
        return false;
    answer_rows(w);
    for (size_t i = 0; i < in->post_ids.n; i++) {
        struct org_post p;
        int away = is_away(cx, &m, posts[i]);
        if (away < 0 || org_post_find(cx, posts[i], &p) != 1)
            return false;
        const struct order_row row = { p.id, p.name, p.title, first && i == 0, away };
        record_encode(w, &order_row_record, &row);
    }
    answer_rows_end(w, STR_NONE);
    return true;
}

/* --- read, pass over ------------------------------------------------------------------------------------------ */

struct read_in {
    int64_t reading_id;
    struct str note;
};
static const struct field read_in_fields[] = {
    FIELD(read_in, reading_id, F_ID, .flags = FIELD_PATH, .zh = "传阅", .en = "reading"),
    FIELD(read_in, note, F_TEXT, .max = 500, .flags = FIELD_LINES, .zh = "阅读意见", .en = "note"),
};
RECORD(read_in);

struct reading_id_in {
    int64_t reading_id;
};
static const struct field reading_id_in_fields[] = {
    FIELD(reading_id_in, reading_id, F_ID, .flags = FIELD_PATH, .zh = "传阅", .en = "reading"),
};
RECORD(reading_id_in);

static bool trace_reading(struct ctx *cx, const struct reading *k, const char *op, int64_t post)
{
    return matter_touched(cx, k->matter_id) &&
           matter_trace(cx, k->matter_id, op, post,
                        str_printf(cx->a, "{\"reading\":\"%lld\"}", (long long)k->id));
}

static bool mark_read(struct ctx *cx, int64_t reading_id, struct str note)
{
    struct reading k;
    struct matter m;
    int found = reading_find(cx, reading_id, &k);
    if (found != 1 || !actor_post(cx, k.post_id) || !k.is_sent)
        return found >= 0 && fail_not_found(cx);
    if (!matter_load_for_change(cx, k.matter_id, &m) || reading_find(cx, reading_id, &k) != 1)
        return false;
    if (k.is_read)
        return fail(cx, ERR_STATE, "reading.read", NULL);
    return db_run(cx->db, &q_reading_read, cx->now, note, reading_id) &&
           counter_add(cx, k.post_id, BOX_TO_READ, -1) && advance(cx, &m) &&
           trace_reading(cx, &k, "reading.read", k.post_id);
}

/* Whoever opens the paper from the box has opened it, not read it; once (R2). */
static bool run_open(struct ctx *cx, const void *input, void *output)
{
    const int64_t id = ((const struct reading_id_in *)input)->reading_id;
    struct reading k;
    struct matter m;
    (void)output;
    int found = reading_find(cx, id, &k);
    if (found != 1 || !actor_post(cx, k.post_id) || !k.is_sent)
        return found >= 0 && fail_not_found(cx);
    if (!matter_load_for_change(cx, k.matter_id, &m) || reading_find(cx, id, &k) != 1)
        return false;
    return k.is_opened || k.is_read ||
           (db_run(cx->db, &q_reading_open, cx->now, id) &&
            trace_reading(cx, &k, "reading.open", k.post_id));
}

static bool run_read(struct ctx *cx, const void *input, void *output)
{
    const struct read_in *in = input;
    (void)output;
    return mark_read(cx, in->reading_id, in->note);
}

static bool read_one(struct ctx *cx, int64_t id)
{
    return mark_read(cx, id, STR_NONE);
}

static bool run_read_batch(struct ctx *cx, const void *input, void *output)
{
    return batch_run(cx, input, output, read_one);
}

/* 跳阅: the absent keep it on the desk and read later; the next gets it now. */
static bool run_skip(struct ctx *cx, const void *input, void *output)
{
    struct reading k;
    struct matter m;
    (void)output;
    int found = reading_find(cx, ((const struct reading_id_in *)input)->reading_id, &k);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    if (!matter_load_for_change(cx, k.matter_id, &m) || reading_find(cx, k.id, &k) != 1)
        return false;
    if (!matter_fixes_readers(cx, &m))
        return fail(cx, ERR_FORBIDDEN, "reading.only_clerk", NULL);
    if (!k.place)
        return fail(cx, ERR_STATE, "reading.not_in_order", NULL);
    if (!k.is_sent)
        return fail(cx, ERR_STATE, "reading.not_sent", NULL);
    if (k.is_read || k.is_skipped)
        return fail(cx, ERR_STATE, k.is_read ? "reading.read" : "reading.skipped", NULL);
    const struct actor_post *own = actor_main_post(cx);
    return db_run(cx->db, &q_reading_skip, cx->now, k.id) && advance(cx, &m) &&
           trace_reading(cx, &k, "reading.skip", own ? own->id : 0);
}

/* --- a reader proposes a reader ---------------------------------------------------------------------------------- */

struct propose_in {
    int64_t matter_id;
    struct ids post_ids;
    struct str reason;
};
static const struct field propose_in_fields[] = {
    FIELD(propose_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(propose_in, post_ids, F_IDS, .min = 1, .max = 20, .flags = FIELD_REQUIRED,
          .zh = "建议传阅对象", .en = "readers proposed"),
    FIELD(propose_in, reason, F_TEXT, .max = 200, .flags = FIELD_REQUIRED, .zh = "理由",
          .en = "reason"),
};
RECORD(propose_in);

static int has_reading(struct ctx *cx, int64_t matter_id, int64_t post_id, struct reading *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_reading_see, matter_id, post_id);
    if (found == 1)
        *out = reading_of(&r);
    rows_end(&r);
    return found;
}

/* As whom: a reader whose turn has come, or who works on it now. 1, 0, -1. */
static int proposer_post(struct ctx *cx, const struct matter *m, int64_t *post)
{
    struct reading k;
    for (size_t i = 0; cx->actor && i < cx->actor->n_posts; i++) {
        int found = has_reading(cx, m->id, cx->actor->posts[i].id, &k);
        if (found < 0)
            return -1;
        if (found == 1 && k.is_sent) {
            *post = cx->actor->posts[i].id;
            return 1;
        }
    }
    return matter_my_item(cx, m->id, STR_NONE, NULL, post);
}

bool matter_may_propose(struct ctx *cx, const struct matter *m)
{
    int64_t post;
    int found = proposer_post(cx, m, &post);
    return found == 1 || (found == 0 && fail(cx, ERR_FORBIDDEN, "reading.only_reader", NULL));
}

/* Whom the office hears from: the one who circulated, else the head of the office. */
static bool tell_office(struct ctx *cx, const struct matter *m, int64_t post_id)
{
    struct ids heads = { NULL, 0 }, clerks = { NULL, 0 };
    struct org_post p;
    if (!org_role_posts(cx, m->unit_id, ROLE_DOC_CLERK, &clerks) ||
        (!clerks.n && !org_role_posts(cx, m->unit_id, ROLE_OFFICE_HEAD, &heads)) ||
        org_post_find(cx, post_id, &p) < 0)
        return false;
    int64_t to = clerks.n ? clerks.p[0] : heads.n ? heads.p[0] : 0;
    return !to || matter_reading_again(cx, m->id, to,
                                       str_printf(cx->a, "建议传阅：%.*s，请确定。", STR_ARG(p.name)));
}

static bool propose(struct ctx *cx, const struct matter *m, int64_t by_post, int64_t post_id,
                    struct str reason)
{
    struct org_post p;
    struct reading k;
    if (!load_reader(cx, m, post_id, &p))
        return false;
    int found = has_reading(cx, m->id, post_id, &k);
    if (found)
        return found == 1 && fail(cx, ERR_STATE, "reading.has", "post_ids");
    int64_t n = db_update(cx->db, &q_proposal_put, id_new(cx->now), m->id, post_id,
                          cx->actor->person_id, by_post, reason, cx->now);
    if (n < 1)
        return n == 0 && fail(cx, ERR_STATE, "reading.proposed", "post_ids");
    return tell_office(cx, m, post_id);
}

static bool run_propose(struct ctx *cx, const void *input, void *output)
{
    const struct propose_in *in = input;
    struct matter m;
    int64_t post = 0;
    (void)output;
    if (!matter_load_for_change(cx, in->matter_id, &m))
        return false;
    int found = proposer_post(cx, &m, &post);
    if (found != 1)
        return found == 0 && fail(cx, ERR_FORBIDDEN, "reading.only_reader", NULL);
    for (size_t i = 0; i < in->post_ids.n; i++)
        if (!propose(cx, &m, post, in->post_ids.p[i], in->reason))
            return false;
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    record_encode(&w, &propose_in_record, in);
    return matter_touched(cx, m.id) && matter_trace(cx, m.id, "reading.propose", post, buf_done(&b));
}

struct decide_in {
    int64_t proposal_id;
    bool add;
};
static const struct field decide_in_fields[] = {
    FIELD(decide_in, proposal_id, F_ID, .flags = FIELD_PATH, .zh = "传阅建议", .en = "proposal"),
    FIELD(decide_in, add, F_BOOL, .flags = FIELD_REQUIRED, .zh = "增加传阅", .en = "add the reader"),
};
RECORD(decide_in);

static bool add_proposed(struct ctx *cx, const struct matter *m, int64_t post_id, struct str reason)
{
    struct org_post p;
    const struct actor_post *own = actor_main_post(cx);
    int64_t place = db_number(cx->db, 0, &q_reading_last_place, m->id);
    /* where it goes round in order, the new reader stands last */
    struct sending s = { cx->actor->person_id, own ? own->id : 0, place ? place + 1 : 0, reason };
    return load_reader(cx, m, post_id, &p) && put(cx, m->id, post_id, &s) >= 0 && advance(cx, m);
}

static bool run_decide(struct ctx *cx, const void *input, void *output)
{
    const struct decide_in *in = input;
    struct rows r;
    struct matter m;
    (void)output;
    int found = db_get(cx->db, &r, &q_proposal_get, in->proposal_id);
    int64_t matter = found == 1 ? row_i64(&r, 1) : 0, post = found == 1 ? row_i64(&r, 2) : 0;
    struct str reason = found == 1 ? row_copy(&r, 5, cx->a) : STR("");
    bool is_decided = found == 1 && !row_is_null(&r, 6);
    rows_end(&r);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    if (!matter_load_for_change(cx, matter, &m))
        return false;
    if (!matter_fixes_readers(cx, &m))
        return fail(cx, ERR_FORBIDDEN, "reading.only_clerk", NULL);
    if (is_decided)
        return fail(cx, ERR_STATE, "reading.decided", NULL);
    const struct actor_post *own = actor_main_post(cx);
    return db_run(cx->db, &q_proposal_decide, cx->now, cx->actor->person_id, (int64_t)in->add,
                  in->proposal_id) &&
           (!in->add || add_proposed(cx, &m, post, reason)) && matter_touched(cx, m.id) &&
           matter_trace(cx, m.id, in->add ? "reading.proposal_add" : "reading.proposal_decline",
                        own ? own->id : 0,
                        str_printf(cx->a, "{\"proposal\":\"%lld\"}", (long long)in->proposal_id));
}

static const struct command commands[] = {
    { "matter.circulate", POST, "/matters/{matter_id}/circulate", PERM_LOGIN, &circulate_in_record,
      &circulate_out_record, run_circulate, "传阅", "Circulate for reading", 0, NULL },
    { "reading.read", POST, "/readings/{reading_id}/read", PERM_LOGIN, &read_in_record, NULL,
      run_read, "阅毕", "Mark as read", 0, NULL },
    { "reading.open", POST, "/readings/{reading_id}/open", PERM_LOGIN, &reading_id_in_record, NULL,
      run_open, "打开传阅件", "Note that a reading has been opened", CMD_NO_TRACE, NULL },
    { "reading.read_batch", POST, "/readings/read", PERM_LOGIN, &batch_in_record,
      &batch_out_record, run_read_batch, "批量阅毕", "Mark several as read", CMD_NO_TRACE, NULL },
    { "reading.skip", POST, "/readings/{reading_id}/skip", PERM_LOGIN, &reading_id_in_record, NULL,
      run_skip, "跳阅", "Pass over an absent reader", 0, NULL },
    { "reading.propose", POST, "/matters/{matter_id}/propose_reader", PERM_LOGIN,
      &propose_in_record, NULL, run_propose, "建议传阅对象", "Propose a reader", 0, NULL },
    { "reading.decide", POST, "/reading_proposals/{proposal_id}/decide", PERM_LOGIN,
      &decide_in_record, NULL, run_decide, "处理传阅建议", "Add a proposed reader, or not", 0, NULL },
};

static const struct read reads[] = {
    { "reading.order", "/matters/{matter_id}/reading_order", PERM_LOGIN, &order_in_record,
      &order_row_record, true, run_order, "传阅顺序", "In which order they would read", 0 },
};

const struct room desk_circulate_room = { "desk", ROOM_TABLE(commands), ROOM_TABLE(reads), NULL, 0,
                                          NULL, NULL };
