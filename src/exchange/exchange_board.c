/* The sender's side: what the own unit sent, the board of one dispatch with a row per unit, totals,
 * who has not signed yet with a phone to call, what came back. Milestones by direction (R3); never
 * a word of the receiver's inside. */
#include "exchange/exchange.sql.h"
#include "exchange/exchange_in.h"

static const struct field dispatch_id_in_fields[] = {
    FIELD(dispatch_id_in, dispatch_id, F_ID, .flags = FIELD_PATH, .zh = "分发", .en = "dispatch"),
};
EXCHANGE_RECORD(dispatch_id_in);

/* --- one dispatch
 * ------------------------------------------------------------------------------------------ */

/* A sender without subordinates among the receivers has no column for what it may not see (R3).
 * `all`: the kept totals of the whole dispatch, which say what it has columns for. */
static void totals_object(struct jw *w, const struct dispatch *d, int64_t count, const int64_t *n,
                          const int64_t *all)
{
    jw_kobj(w, "totals");
    if (d->count > all[MILESTONE_DELIVERED]) /* by paper: counted apart */
        jw_ki64(w, "queued", count - n[MILESTONE_DELIVERED]);
    for (int m = 0; m < MILESTONE_COUNT; m++)
        if (all[m] || milestone_shown((enum milestone)m, str_is(d->direction, "down")))
            jw_ki64(w, milestone_names[m], n[m]);
    jw_obj_end(w);
}

static bool totals_kept(struct ctx *cx, const struct dispatch *d, int64_t *n)
{
    struct rows r;
    for (db_rows(cx->db, &r, &q_totals, d->id); rows_next(&r);) {
        enum milestone m = milestone_of(row_text(&r, 0));
        if (m < MILESTONE_COUNT)
            n[m] = row_i64(&r, 1);
    }
    rows_end(&r);
    return !rows_failed(&r);
}

static bool totals_write(struct ctx *cx, struct jw *w, const struct dispatch *d)
{
    int64_t n[MILESTONE_COUNT] = { 0 };
    if (!totals_kept(cx, d, n))
        return false;
    totals_object(w, d, d->count, n, n);
    return true;
}

void cover_write(struct ctx *cx, struct jw *w, const struct dispatch *d)
{
    (void)cx;
    jw_kstr(w, "kind", d->kind);
    jw_kstr(w, "issuer", d->issuer);
    jw_kstr(w, "sender", d->sender_name);
    jw_kstr(w, "title", d->title);
    jw_kstr(w, "number", d->number);
    jw_kstr(w, "doc_type", d->doc_type);
    jw_kstr(w, "urgency", d->urgency);
    jw_kstr(w, "label", d->label);
    jw_kstr(w, "signed_on", d->signed_on);
    jw_ki64(w, "sent_at", d->at);
    jw_kbool(w, "wants_feedback", d->wants_feedback);
}

static bool corrections_write(struct ctx *cx, struct jw *w, int64_t dispatch_id)
{
    struct rows r;
    jw_karr(w, "corrections");
    for (db_rows(cx->db, &r, &q_corrections, dispatch_id); rows_next(&r);) {
        jw_obj(w);
        jw_kid(w, "dispatch", row_i64(&r, 0));
        jw_kstr(w, "kind", row_text(&r, 1));
        jw_kstr(w, "title", row_text(&r, 2));
        jw_kstr(w, "number", row_text(&r, 3));
        jw_ki64(w, "at", row_i64(&r, 4));
        jw_kstr(w, "text", row_text(&r, 5));
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    return !rows_failed(&r);
}

/* The choice of recipients as it was made, to be used again. */
static bool choice_write(struct ctx *cx, struct jw *w, int64_t dispatch_id)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_dispatch_choice, dispatch_id);
    if (found == 1)
        jw_kraw(w, "recipients", row_text(&r, 0));
    rows_end(&r);
    return found == 1;
}

EXCHANGE_READ(dispatch_read)
{
    const struct dispatch_id_in *in = in_;
    struct dispatch d;
    struct capacity as;
    if (!dispatch_load(cx, in->dispatch_id, &d))
        return false;
    jw_obj(w);
    jw_kid(w, "id", d.id);
    jw_kobj(w, "document");
    jw_kid(w, "id", d.document_id);
    jw_kid(w, "matter", d.matter_id);
    cover_write(cx, w, &d);
    jw_kstr(w, "main_text", d.main_text);
    jw_kstr(w, "cc_text", d.cc_text);
    jw_obj_end(w);
    jw_ki64(w, "count", d.count);
    jw_kid(w, "corrects", d.corrects_id);
    if (!choice_write(cx, w, d.id))
        return false;
    if (!totals_write(cx, w, &d) || !corrections_write(cx, w, d.id))
        return false;
    bool is_signer = cx->actor && d.signer_person == cx->actor->person_id;
    jw_kobj(w, "can");
    jw_kbool(w, "approve",
             is_signer || has_role(cx, ROLE_OFFICE_HEAD, d.unit_id) ||
                 has_role(cx, ROLE_UNIT_HEAD, d.unit_id));
    jw_kbool(w, "acknowledge", clerk_of(cx, d.unit_id, &as));
    jw_obj_end(w);
    jw_obj_end(w);
    return true;
}

/* --- the board
 * ---------------------------------------------------------------------------------------------------
 */

static const char *const board_states[] = { "queued",     "delivered", "signed",
                                            "registered", "handling",  "closed",
                                            "refused",    "retracted", NULL };
/* The same words as the totals': a unit that has signed has been reached by 送达 too. */
static const char *const board_reached[] = { "queued",   "delivered",  "signed",   "registered",
                                             "proposed", "instructed", "handling", "closed",
                                             "refused",  "retracted",  NULL };
struct board_in {
    int64_t dispatch_id, under, limit;
    struct str state, reached, level, branch, q, after;
};
static const struct field board_in_fields[] = {
    FIELD(board_in, dispatch_id, F_ID, .flags = FIELD_PATH, .zh = "分发", .en = "dispatch"),
    FIELD(board_in, state, F_CHOICE, .choices = board_states, .zh = "状态", .en = "state"),
    FIELD(board_in, reached, F_CHOICE, .choices = board_reached, .zh = "到达节点",
          .en = "milestone reached, as the totals count"),
    FIELD(board_in, level, F_TEXT, .max = 20, .zh = "层级", .en = "level"),
    FIELD(board_in, branch, F_TEXT, .max = 40, .zh = "系统", .en = "branch"),
    FIELD(board_in, under, F_ID, .zh = "地区", .en = "a unit: itself and all below it"),
    FIELD(board_in, q, F_TEXT, .max = 100, .zh = "单位名称", .en = "unit name"),
    FIELD(board_in, after, F_TEXT, .max = 100, .zh = "继续位置", .en = "after"),
    FIELD(board_in, limit, F_I64, .min = 0, .max = 100, .zh = "条数", .en = "limit"),
};
EXCHANGE_RECORD(board_in);
struct board_totals_in {
    int64_t dispatch_id, under;
    struct str level, branch, q;
};
static const struct field board_totals_in_fields[] = {
    FIELD(board_totals_in, dispatch_id, F_ID, .flags = FIELD_PATH, .zh = "分发", .en = "dispatch"),
    FIELD(board_totals_in, level, F_TEXT, .max = 20, .zh = "层级", .en = "level"),
    FIELD(board_totals_in, branch, F_TEXT, .max = 40, .zh = "系统", .en = "branch"),
    FIELD(board_totals_in, under, F_ID, .zh = "地区", .en = "a unit: itself and all below it"),
    FIELD(board_totals_in, q, F_TEXT, .max = 100, .zh = "单位名称", .en = "unit name"),
};
EXCHANGE_RECORD(board_totals_in);

/* The place asked for as its path; "" without one. */
static bool place_path(struct ctx *cx, int64_t unit_id, struct str *out)
{
    struct unit_row u = { .path = STR("") };
    if (unit_id && !unit_load(cx, unit_id, &u))
        return false;
    *out = u.path;
    return true;
}

static void moment(struct jw *w, const char *key, int64_t at)
{
    if (at)
        jw_ki64(w, key, at);
    else
        jw_knull(w, key);
}

static void board_row(struct jw *w, struct rows *r)
{
    static const char *const keys[MILESTONE_REFUSED] = { "delivered_at",  "signed_at",
                                                         "registered_at", "proposed_at",
                                                         "instructed_at", "handling_at",
                                                         "closed_at" };
    bool sees_all = row_i64(r, 15);
    jw_obj(w);
    jw_kid(w, "delivery", row_i64(r, 0));
    jw_kobj(w, "unit");
    jw_kid(w, "id", row_i64(r, 1));
    jw_kstr(w, "name", row_text(r, 2));
    jw_obj_end(w);
    jw_kstr(w, "level", row_text(r, 3));
    jw_kstr(w, "branch", row_text(r, 4));
    jw_kstr(w, "state", row_text(r, 5));
    jw_kbool(w, "is_cc", row_i64(r, 6));
    for (int m = 0; m < MILESTONE_REFUSED; m++)
        moment(w, keys[m], milestone_shown((enum milestone)m, sees_all) ? row_i64(r, 7 + m) : 0);
    moment(w, "ended_at", row_i64(r, 14));
    jw_kbool(w, "sees_all", sees_all);
    jw_kstr(w, "clerk", row_text(r, 16));
    jw_ki64(w, "resent", row_i64(r, 18));
    jw_ki64(w, "feedback", row_i64(r, 19));
    jw_ki64(w, "problems", row_i64(r, 20));
    jw_kstr(w, "retract", row_text(r, 21));
    jw_ki64(w, "urges", row_i64(r, 22));
    jw_obj_end(w);
}

EXCHANGE_READ(dispatch_board)
{
    const struct board_in *in = in_;
    struct dispatch d;
    struct rows r;
    struct str under;
    int64_t after = 0, n = 0, limit = in->limit ? in->limit : 50;
    if (!dispatch_load(cx, in->dispatch_id, &d) || !place_path(cx, in->under, &under) ||
        !cursor_read(cx, in->after, &after, NULL, NULL))
        return false;
    answer_rows(w);
    for (db_rows(cx->db, &r, &q_board, d.id, after, in->state, in->reached, in->level, in->branch,
                 in->q.p ? in->q : STR(""), under, limit);
         rows_next(&r); n++) {
        board_row(w, &r);
        after = row_i64(&r, 17);
    }
    rows_end(&r);
    answer_rows_end(w, n == limit ? cursor_text(cx, after, 0, 0) : STR_NONE);
    return !rows_failed(&r);
}

EXCHANGE_READ(dispatch_totals)
{
    const struct board_totals_in *in = in_;
    struct dispatch d;
    struct rows r;
    struct str under;
    int64_t all[MILESTONE_COUNT] = { 0 }, n[MILESTONE_COUNT] = { 0 }, count = 0;
    if (!dispatch_load(cx, in->dispatch_id, &d) || !place_path(cx, in->under, &under) ||
        !totals_kept(cx, &d, all))
        return false;
    int found = db_get(cx->db, &r, &q_board_totals, d.id, in->level, in->branch,
                       in->q.p ? in->q : STR(""), under);
    if (found == 1) {
        count = row_i64(&r, 0);
        for (int m = 0; m < MILESTONE_COUNT; m++)
            n[m] = row_i64(&r, 1 + m);
    }
    rows_end(&r);
    if (found < 0)
        return false;
    jw_obj(w);
    jw_ki64(w, "count", count);
    totals_object(w, &d, count, n, all);
    jw_obj_end(w);
    return true;
}

/* --- who has not signed: names and phones to copy (OFFICE L5)
 * -------------------------------------------------------- */

struct waiting_unit {
    int64_t delivery, unit, delivered_at, sort;
    struct str name;
};

static bool clerks_write(struct ctx *cx, struct jw *w, int64_t unit_id)
{
    struct ids posts;
    if (!org_role_posts(cx, unit_id, ROLE_DOC_CLERK, &posts))
        return false;
    jw_karr(w, "clerks");
    for (size_t i = 0; i < posts.n && i < 3; i++) {
        struct org_post p;
        struct person_row person;
        if (org_post_find(cx, posts.p[i], &p) != 1 || person_find(cx, p.person_id, &person) != 1)
            continue;
        jw_obj(w);
        jw_kstr(w, "name", p.name);
        jw_kstr(w, "phone", person.office_phone);
        jw_obj_end(w);
    }
    jw_arr_end(w);
    return cx->err.kind == ERR_NONE;
}

EXCHANGE_READ(dispatch_unsigned)
{
    const struct board_in *in = in_;
    struct dispatch d;
    struct rows r;
    struct waiting_unit u[100];
    struct str under;
    int64_t after = 0, n = 0, limit = in->limit ? in->limit : 50;
    if (!dispatch_load(cx, in->dispatch_id, &d) || !place_path(cx, in->under, &under) ||
        !cursor_read(cx, in->after, &after, NULL, NULL))
        return false;
    for (db_rows(cx->db, &r, &q_board, d.id, after, "delivered", in->reached, in->level, in->branch,
                 in->q.p ? in->q : STR(""), under, limit);
         rows_next(&r); n++)
        u[n] = (struct waiting_unit){ row_i64(&r, 0), row_i64(&r, 1), row_i64(&r, 7),
                                      row_i64(&r, 17), row_copy(&r, 2, cx->a) };
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    answer_rows(w);
    for (int64_t i = 0; i < n; i++) {
        jw_obj(w);
        jw_kid(w, "delivery", u[i].delivery);
        jw_kid(w, "unit", u[i].unit);
        jw_kstr(w, "name", u[i].name);
        jw_ki64(w, "delivered_at", u[i].delivered_at);
        if (!clerks_write(cx, w, u[i].unit))
            return false;
        jw_obj_end(w);
    }
    answer_rows_end(w, n == limit ? cursor_text(cx, u[n - 1].sort, 0, 0) : STR_NONE);
    return true;
}

/* --- lists of the own unit
 * -----------------------------------------------------------------------------------------------
 */

struct dispatch_page_in {
    int64_t dispatch_id, limit;
    struct str after;
};
static const struct field dispatch_page_in_fields[] = {
    FIELD(dispatch_page_in, dispatch_id, F_ID, .flags = FIELD_PATH, .zh = "分发", .en = "dispatch"),
    FIELD(dispatch_page_in, after, F_TEXT, .max = 100, .zh = "继续位置", .en = "after"),
    FIELD(dispatch_page_in, limit, F_I64, .min = 0, .max = 100, .zh = "条数", .en = "limit"),
};
EXCHANGE_RECORD(dispatch_page_in);
struct unit_page_in {
    int64_t unit, limit;
    struct str after;
};
static const struct field unit_page_in_fields[] = {
    FIELD(unit_page_in, unit, F_ID, .zh = "单位", .en = "unit"),
    FIELD(unit_page_in, after, F_TEXT, .max = 100, .zh = "继续位置", .en = "after"),
    FIELD(unit_page_in, limit, F_I64, .min = 0, .max = 100, .zh = "条数", .en = "limit"),
};
EXCHANGE_RECORD(unit_page_in);

/* The unit asked for, or the first the actor is clerk or office of; not_found when none. */
bool exchange_own_unit(struct ctx *cx, int64_t asked, int64_t *unit)
{
    struct capacity as;
    *unit = asked;
    if (asked)
        return clerk_of(cx, asked, &as) || fail_not_found(cx);
    for (size_t i = 0; cx->actor && i < cx->actor->n_scopes && !*unit; i++)
        if (cx->actor->scopes[i].kind == SCOPE_UNIT &&
            clerk_of(cx, cx->actor->scopes[i].unit_id, &as))
            *unit = cx->actor->scopes[i].unit_id;
    for (size_t i = 0; cx->actor && i < cx->actor->n_posts && !*unit; i++)
        if (clerk_of(cx, cx->actor->posts[i].unit_id, &as))
            *unit = cx->actor->posts[i].unit_id;
    return *unit || fail_not_found(cx);
}

struct page {
    int64_t unit, before, limit, n, last;
};

static bool page_begin(struct ctx *cx, const struct unit_page_in *in, struct page *p)
{
    *p = (struct page){ .before = INT64_MAX, .limit = in->limit ? in->limit : 50 };
    return exchange_own_unit(cx, in->unit, &p->unit) &&
           cursor_read(cx, in->after, &p->before, NULL, NULL);
}

static bool page_end(struct ctx *cx, struct jw *w, struct rows *r, const struct page *p)
{
    rows_end(r);
    answer_rows_end(w, p->n == p->limit ? cursor_text(cx, p->last, 0, 0) : STR_NONE);
    return !rows_failed(r);
}

static void dispatch_row(struct jw *w, struct rows *r)
{
    jw_obj(w);
    jw_kid(w, "id", row_i64(r, 0));
    jw_kstr(w, "kind", row_text(r, 1));
    jw_kstr(w, "title", row_text(r, 2));
    jw_kstr(w, "number", row_text(r, 3));
    jw_kstr(w, "urgency", row_text(r, 4));
    jw_kstr(w, "label", row_text(r, 13));
    jw_kstr(w, "doc_type", row_text(r, 5));
    jw_ki64(w, "at", row_i64(r, 6));
    jw_ki64(w, "count", row_i64(r, 7));
    jw_kid(w, "matter", row_i64(r, 8));
    jw_kstr(w, "by", row_text(r, 9));
    jw_kid(w, "corrects", row_i64(r, 10));
    jw_ki64(w, "signed", row_i64(r, 11));
    jw_ki64(w, "closed", row_i64(r, 12));
    jw_obj_end(w);
}

/* Clerks and offices see what their unit sent; everybody else what came of the own drafts. */
EXCHANGE_READ(dispatch_list)
{
    const struct unit_page_in *in = in_;
    struct page p;
    struct rows r;
    bool is_clerk = page_begin(cx, in, &p);
    if (!is_clerk && (in->unit || !cx->actor || cx->err.kind != ERR_NOT_FOUND))
        return false;
    if (!is_clerk) {
        cx->err = (struct err){ 0 }; /* clerk of nothing: the own drafts */
        if (!cursor_read(cx, in->after, &p.before, NULL, NULL))
            return false;
        db_rows(cx->db, &r, &q_dispatch_mine, cx->actor->person_id, p.before, p.limit);
    } else {
        db_rows(cx->db, &r, &q_dispatch_page, p.unit, p.before, p.limit);
    }
    answer_rows(w);
    for (; rows_next(&r); p.n++) {
        p.last = row_i64(&r, 0);
        dispatch_row(w, &r);
    }
    return page_end(cx, w, &r, &p);
}

static struct str reason_text(struct ctx *cx, const struct reason_code *codes, struct str code)
{
    const struct reason_code *c = reason_find(codes, code);
    return c ? str_of(cx->lang == LANG_EN ? c->en : c->zh) : code;
}

static void returned_row(struct ctx *cx, struct jw *w, struct rows *r,
                         const struct reason_code *codes, const char *settled)
{
    jw_obj(w);
    jw_kid(w, "id", row_i64(r, 0));
    jw_kid(w, "delivery", row_i64(r, 1));
    jw_kid(w, "dispatch", row_i64(r, 2));
    jw_kstr(w, "code", row_text(r, 3));
    jw_kstr(w, "reason", reason_text(cx, codes, row_text(r, 3)));
    jw_kstr(w, "text", row_text(r, 4));
    jw_ki64(w, "at", row_i64(r, 5));
    moment(w, settled, row_i64(r, 6));
    jw_kstr(w, "unit", row_text(r, 7));
    jw_kstr(w, "title", row_text(r, 8));
    jw_kstr(w, "number", row_text(r, 9));
    jw_kid(w, "matter", row_i64(r, 10));
    jw_obj_end(w);
}

EXCHANGE_READ(refusal_list)
{
    struct page p;
    struct rows r;
    if (!page_begin(cx, in_, &p))
        return false;
    jw_obj(w);
    jw_karr(w, "counts");
    for (db_rows(cx->db, &r, &q_refusal_counts, p.unit); rows_next(&r);) {
        jw_obj(w);
        jw_kstr(w, "code", row_text(&r, 0));
        jw_kstr(w, "reason", reason_text(cx, refuse_codes, row_text(&r, 0)));
        jw_ki64(w, "n", row_i64(&r, 1));
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    jw_karr(w, "rows");
    for (db_rows(cx->db, &r, &q_refusal_page, p.unit, p.before, p.limit); rows_next(&r); p.n++) {
        p.last = row_i64(&r, 0);
        returned_row(cx, w, &r, refuse_codes, "acknowledged_at");
    }
    return page_end(cx, w, &r, &p);
}

EXCHANGE_READ(problem_list)
{
    struct page p;
    struct rows r;
    if (!page_begin(cx, in_, &p))
        return false;
    answer_rows(w);
    for (db_rows(cx->db, &r, &q_problem_page, p.unit, p.before, p.limit); rows_next(&r); p.n++) {
        p.last = row_i64(&r, 0);
        returned_row(cx, w, &r, problem_codes, "settled_at");
    }
    return page_end(cx, w, &r, &p);
}

EXCHANGE_READ(dispatch_feedback_list)
{
    const struct dispatch_page_in *in = in_;
    struct dispatch d;
    struct rows r;
    struct page p = { .limit = in->limit ? in->limit : 50 };
    if (!dispatch_load(cx, in->dispatch_id, &d) || !cursor_read(cx, in->after, &p.last, NULL, NULL))
        return false;
    answer_rows(w);
    for (db_rows(cx->db, &r, &q_feedback_page, d.id, p.last, p.limit); rows_next(&r); p.n++) {
        p.last = row_i64(&r, 0);
        jw_obj(w);
        jw_kid(w, "id", p.last);
        jw_kid(w, "delivery", row_i64(&r, 1));
        jw_kstr(w, "kind", row_text(&r, 2));
        jw_kstr(w, "text", row_text(&r, 3));
        jw_kstr(w, "by", row_text(&r, 4));
        jw_ki64(w, "at", row_i64(&r, 5));
        jw_kstr(w, "unit", row_text(&r, 6));
        jw_kid(w, "unit_id", row_i64(&r, 7));
        jw_obj_end(w);
    }
    return page_end(cx, w, &r, &p);
}
