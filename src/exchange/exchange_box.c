/* The receiver's side as it is looked at: the box of letters to sign, the cover before and the text
 * after signing, and the delivery's part of the receiving matter's page. */
#include "exchange/exchange.sql.h"
#include "exchange/exchange_in.h"

/* --- the box
 * ---------------------------------------------------------------------------------------------------
 */

static const char *const boxes[] = { "to_sign", "signed", "retract_asked", NULL };
struct box_in {
    int64_t unit, limit;
    struct str box, after;
};
static const struct field box_in_fields[] = {
    FIELD(box_in, box, F_CHOICE, .flags = FIELD_REQUIRED, .choices = boxes, .zh = "信箱",
          .en = "box"),
    FIELD(box_in, unit, F_ID, .zh = "单位", .en = "unit"),
    FIELD(box_in, after, F_TEXT, .max = 100, .zh = "继续位置", .en = "after"),
    FIELD(box_in, limit, F_I64, .min = 0, .max = 100, .zh = "条数", .en = "limit"),
};
EXCHANGE_RECORD(box_in);

struct box_row {
    int64_t id, delivered_at, sort_at, matter, dispatch, unit, corrects, sort_id, urges;
    bool is_cc;
    struct str state, kind, issuer, sender, title, number, urgency, doc_type, label;
};

#define UNITS_MOST 64 /* own ones and their former ones */
struct boxing {
    struct box_row *rows;
    size_t n;
};

static struct box_row box_row_of(struct ctx *cx, struct rows *r)
{
    return (struct box_row){
        .id = row_i64(r, 0),
        .state = row_copy(r, 1, cx->a),
        .delivered_at = row_i64(r, 2),
        .sort_at = row_i64(r, 3),
        .is_cc = row_i64(r, 4),
        .matter = row_i64(r, 5),
        .dispatch = row_i64(r, 6),
        .kind = row_copy(r, 7, cx->a),
        .issuer = row_copy(r, 8, cx->a),
        .sender = row_copy(r, 9, cx->a),
        .title = row_copy(r, 10, cx->a),
        .number = row_copy(r, 11, cx->a),
        .urgency = row_copy(r, 12, cx->a),
        .doc_type = row_copy(r, 13, cx->a),
        .unit = row_i64(r, 14),
        .corrects = row_i64(r, 15),
        .sort_id = row_i64(r, 16),
        .label = row_copy(r, 17, cx->a),
        .urges = row_i64(r, 18),
    };
}

/* Units whose letters the actor may sign for, each once. */
static size_t my_units(struct ctx *cx, int64_t *out)
{
    struct capacity as;
    size_t n = 0;
    for (size_t i = 0; cx->actor && i < cx->actor->n_scopes && n < UNITS_MOST; i++) {
        int64_t unit = cx->actor->scopes[i].unit_id;
        bool is_new = unit != 0;
        for (size_t k = 0; k < n; k++)
            is_new = is_new && out[k] != unit;
        if (is_new && clerk_of(cx, unit, &as))
            out[n++] = unit;
    }
    return n;
}

static bool box_stream(struct ctx *cx, const struct box_in *in, int64_t unit, int64_t before_at,
                       int64_t before_id, int64_t limit, struct boxing *b)
{
    struct rows r;
    if (str_is(in->box, "signed"))
        db_rows(cx->db, &r, &q_box_signed, unit, before_at, before_id, limit);
    else if (str_is(in->box, "to_sign"))
        db_rows(cx->db, &r, &q_box_to_sign, unit, before_id, limit);
    else
        db_rows(cx->db, &r, &q_box_retract_asked, unit, before_id, limit);
    while (rows_next(&r))
        b->rows[b->n++] = box_row_of(cx, &r);
    rows_end(&r);
    return !rows_failed(&r);
}

static bool is_before(const struct box_row *x, const struct box_row *y, bool by_moment)
{
    if (by_moment && x->sort_at != y->sort_at)
        return x->sort_at > y->sort_at;
    return x->sort_id > y->sort_id;
}

static void sort_rows(struct boxing *b, bool by_moment)
{
    for (size_t i = 1; i < b->n; i++) { /* streams are sorted already: mostly nothing moves */
        struct box_row row = b->rows[i];
        size_t k = i;
        for (; k > 0 && is_before(&row, &b->rows[k - 1], by_moment); k--)
            b->rows[k] = b->rows[k - 1];
        b->rows[k] = row;
    }
}

static void box_row_write(struct jw *w, const struct box_row *r, bool is_request)
{
    jw_obj(w);
    jw_kid(w, "id", r->id);
    jw_kstr(w, "state", r->state);
    jw_ki64(w, "delivered_at", r->delivered_at);
    jw_ki64(w, "at", r->sort_at);
    jw_kbool(w, "is_cc", r->is_cc);
    jw_kid(w, "matter", r->matter);
    jw_kid(w, "unit", r->unit);
    jw_kstr(w, "kind", r->kind);
    jw_kstr(w, "issuer", r->issuer);
    jw_kstr(w, "sender", r->sender);
    jw_kstr(w, "title", r->title);
    jw_kstr(w, "number", r->number);
    jw_kstr(w, "urgency", r->urgency);
    jw_kstr(w, "label", r->label);
    jw_kstr(w, "doc_type", r->doc_type);
    jw_ki64(w, "urges", r->urges);
    jw_kbool(w, "is_correction", r->corrects != 0);
    jw_kid(w, "retract_request", is_request ? r->sort_id : 0);
    jw_obj_end(w);
}

EXCHANGE_READ(delivery_box)
{
    const struct box_in *in = in_;
    struct boxing b = { 0 };
    struct capacity as;
    int64_t units[UNITS_MOST], at = INT64_MAX, id = INT64_MAX, limit = in->limit ? in->limit : 50;
    bool by_moment = str_is(in->box, "signed"), is_request = str_is(in->box, "retract_asked");
    size_t n_units = 1;
    units[0] = in->unit;
    if (in->unit && !clerk_of(cx, in->unit, &as))
        return fail_not_found(cx);
    if (!in->unit)
        n_units = my_units(cx, units);
    if (!cursor_read(cx, in->after, &at, &id, NULL))
        return false;
    b.rows = arena_array_of(cx->a, struct box_row, n_units * (size_t)limit + 1);
    for (size_t i = 0; i < n_units; i++)
        if (!box_stream(cx, in, units[i], at, id, limit, &b))
            return false;
    sort_rows(&b, by_moment);
    bool is_more = b.n >= (size_t)limit;
    if (b.n > (size_t)limit)
        b.n = (size_t)limit;
    answer_rows(w);
    for (size_t i = 0; i < b.n; i++)
        box_row_write(w, &b.rows[i], is_request);
    const struct box_row *last = b.n ? &b.rows[b.n - 1] : NULL;
    answer_rows_end(w,
                    last && is_more ? cursor_text(cx, last->sort_at, last->sort_id, 0) : STR_NONE);
    return true;
}

/* --- the text
 * ---------------------------------------------------------------------------------------------------------
 */

static void paper_body(struct jw *w, struct str text)
{
    struct str line;
    jw_karr(w, "body");
    while (text.n && str_cut(&text, '\n', &line)) {
        if (str_trim(line).n == 0)
            continue;
        jw_obj(w);
        jw_ktext(w, "kind", "p");
        jw_kstr(w, "text", str_trim(line));
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

static void letter_members(struct jw *w, const struct letter *l)
{
    jw_kstr(w, "main_text", l->main_text);
    jw_kstr(w, "cc_text", l->cc_text);
    jw_kstr(w, "signer", l->signer);
    jw_kstr(w, "note", l->note);
    jw_kstr(w, "contact", l->contact);
    jw_kstr(w, "phone", l->phone);
    jw_kstr(w, "distribution_scope", l->distribution_scope);
    jw_key(w, "body");
    jw_raw(w, l->body.n ? l->body : STR("[]"));
}

bool letter_write(struct ctx *cx, struct jw *w, const struct dispatch *d)
{
    struct letter l = { 0 };
    const struct letter_ask ask = { &l, true };
    if (d->document_id && !event_ask(cx, "letter.find", d->document_id, &ask))
        return false;
    jw_obj(w);
    jw_kid(w, "id", d->document_id);
    cover_write(cx, w, d);
    jw_ktext(w, "agency", arena_strndup(cx->a, d->issuer.p, d->issuer.n));
    jw_kstr(w, "direction", d->direction); /* an upward document names its signer on the paper (E3) */
    if (str_is(d->kind, "referral"))
        jw_kstr(w, "transcript", d->body);
    if (l.is_found)
        letter_members(w, &l);
    else
        paper_body(w, d->body);
    jw_obj_end(w);
    return true;
}

/* --- one delivery
 * -------------------------------------------------------------------------------------------------------
 */

static bool relation_allows_refusal(struct ctx *cx, const struct dispatch *s,
                                    const struct delivery *d, bool *may_refuse)
{
    *may_refuse = refuse_checked(cx, s, d, str_of(refuse_codes[0].code));
    if (!*may_refuse && cx->err.kind != ERR_STATE)
        return false;
    cx->err = (struct err){ 0 }; /* only asked */
    return true;
}

/* When the leaders had it is the office head's to know by the hour (OFFICE P8). */
static void moments_write(struct ctx *cx, struct jw *w, const struct delivery *d)
{
    bool by_day = !cx->is_system && !has_role(cx, ROLE_OFFICE_HEAD, d->unit_id);
    for (int m = 0; m < MILESTONE_REFUSED; m++) {
        int64_t at = d->at[m];
        if (at && by_day && m == MILESTONE_INSTRUCTED)
            at = clock_at(clock_date_of(at), 0);
        jw_key(w, milestone_names[m]);
        if (at)
            jw_i64(w, at);
        else
            jw_null(w);
    }
}

static bool talk_write(struct ctx *cx, struct jw *w, const struct delivery *d)
{
    struct rows r;
    jw_karr(w, "feedback");
    for (db_rows(cx->db, &r, &q_feedback_of, d->id); rows_next(&r);) {
        jw_obj(w);
        jw_kstr(w, "kind", row_text(&r, 0));
        jw_kstr(w, "text", row_text(&r, 1));
        jw_kstr(w, "by", row_text(&r, 2));
        jw_ki64(w, "at", row_i64(&r, 3));
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    jw_karr(w, "problems");
    for (db_rows(cx->db, &r, &q_problems_of, d->id); rows_next(&r);) {
        jw_obj(w);
        jw_kstr(w, "code", row_text(&r, 0));
        jw_kstr(w, "text", row_text(&r, 1));
        jw_ki64(w, "at", row_i64(&r, 2));
        jw_ki64(w, "settled_at", row_i64(&r, 3));
        jw_kstr(w, "answer", row_text(&r, 4));
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    return !rows_failed(&r);
}

static bool request_write(struct ctx *cx, struct jw *w, const struct delivery *d)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_request_open, d->id);
    jw_key(w, "retract_request");
    if (found == 1) {
        jw_obj(w);
        jw_kid(w, "id", row_i64(&r, 0));
        jw_kstr(w, "reason", row_text(&r, 1));
        jw_ki64(w, "asked_at", row_i64(&r, 2));
        jw_kstr(w, "by", row_text(&r, 3));
        jw_obj_end(w);
    } else {
        jw_null(w);
    }
    rows_end(&r);
    return found >= 0;
}

static bool delivery_members(struct ctx *cx, struct jw *w, const struct delivery *d,
                             const struct dispatch *s)
{
    struct rows r;
    bool may_refuse;
    if (!relation_allows_refusal(cx, s, d, &may_refuse))
        return false;
    jw_kid(w, "id", d->id);
    jw_kid(w, "unit", d->unit_id);
    jw_kstr(w, "state", d->state);
    jw_kbool(w, "is_cc", d->is_cc);
    jw_kid(w, "matter", d->matter_id);
    cover_write(cx, w, s);
    jw_kbool(w, "may_refuse", may_refuse);
    jw_ki64(w, "urges", d->urges);
    moments_write(cx, w, d);
    jw_karr(w, "corrections");
    for (db_rows(cx->db, &r, &q_corrections, s->id); rows_next(&r);) {
        jw_obj(w);
        jw_kstr(w, "kind", row_text(&r, 1));
        jw_kstr(w, "title", row_text(&r, 2));
        jw_ki64(w, "at", row_i64(&r, 4));
        jw_kstr(w, "text", row_text(&r, 5));
        jw_kid(w, "delivery",
               db_number(cx->db, 0, &q_delivery_at_unit, row_i64(&r, 0), d->unit_id));
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    jw_kid(w, "corrects",
           s->corrects_id ? db_number(cx->db, 0, &q_delivery_at_unit, s->corrects_id, d->unit_id)
                          : 0);
    return !rows_failed(&r) && request_write(cx, w, d) && talk_write(cx, w, d);
}

EXCHANGE_READ(delivery_read)
{
    const struct delivery_id_in *in = in_;
    struct delivery d;
    struct dispatch s;
    if (!delivery_load(cx, in->delivery_id, &d, &s))
        return false;
    jw_obj(w);
    if (!delivery_members(cx, w, &d, &s) || !received_write(cx, w, &d, &s, d.matter_id))
        return false;
    jw_key(w, "document");
    bool is_signed = retraction_of(d.state) == RETRACT_ASK;
    if (!is_signed)
        jw_null(w);
    else if (!letter_write(cx, w, &s))
        return false;
    jw_obj_end(w);
    return true;
}

/* --- the matter's page
 * ------------------------------------------------------------------------------------------------------
 */

/* Who handles an assignment reads the letter there too. */
static bool assignment_page(struct ctx *cx, const struct desk_page *p)
{
    struct matter parent;
    struct delivery d;
    struct dispatch s;
    if (!p->matter->parent_id || matter_find(cx, p->matter->parent_id, &parent) != 1 ||
        delivery_of_matter(cx, &parent, &d) != 1 || dispatch_find(cx, d.dispatch_id, &s) != 1 ||
        str_is(d.state, "retracted"))
        return cx->err.kind == ERR_NONE;
    jw_key(p->w, "document");
    return letter_write(cx, p->w, &s);
}

bool on_page(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct desk_page *p = detail;
    struct delivery d;
    struct dispatch s;
    (void)event;
    (void)subject;
    if (str_is(p->matter->module, "assignment"))
        return assignment_page(cx, p);
    int found = delivery_of_matter(cx, p->matter, &d);
    if (found != 1 || dispatch_find(cx, d.dispatch_id, &s) != 1)
        return found >= 0 && cx->err.kind == ERR_NONE;
    jw_key(p->w, "document");
    if (!str_is(d.state, "retracted")) {
        if (!letter_write(cx, p->w, &s))
            return false;
    } else {
        jw_null(p->w); /* given back: the text is the sender's again */
    }
    jw_kobj(p->w, "delivery");
    if (!delivery_members(cx, p->w, &d, &s) || !received_write(cx, p->w, &d, &s, p->matter->id) ||
        !instructions_write(cx, p->w, p->matter->id))
        return false;
    jw_obj_end(p->w);
    return true;
}

/* What search/ finds a letter by that has no document here: paper, and what refers to it. */
bool on_search_text(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    struct buf *out = (struct buf *)(uintptr_t)detail; /* the asker's, to be filled */
    struct matter m;
    struct delivery d;
    struct dispatch s;
    (void)event;
    int found = matter_find(cx, subject, &m);
    if (found == 1)
        found = delivery_of_matter(cx, &m, &d);
    if (found != 1 || dispatch_find(cx, d.dispatch_id, &s) != 1)
        return cx->err.kind == ERR_NONE;
    buf_printf(out, "\n%.*s\n%.*s\n", STR_ARG(s.issuer), STR_ARG(s.number));
    buf_str(out, s.body.p ? s.body : STR(""));
    return true;
}

/* Given back: the text is the sender's again. */
bool on_search_hidden(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    bool *is_hidden = (bool *)(uintptr_t)detail; /* the asker's, to be set */
    struct matter m;
    struct delivery d;
    (void)event;
    int found = matter_find(cx, subject, &m);
    if (found == 1)
        found = delivery_of_matter(cx, &m, &d);
    if (found == 1 && str_is(d.state, "retracted"))
        *is_hidden = true;
    return found >= 0;
}

/* --- words
 * --------------------------------------------------------------------------------------------------------------------
 */

static void codes_write(struct jw *w, const char *key, const struct reason_code *codes,
                        enum lang lang)
{
    jw_karr(w, key);
    for (; codes->code; codes++) {
        jw_obj(w);
        jw_ktext(w, "code", codes->code);
        jw_ktext(w, "label", lang == LANG_EN ? codes->en : codes->zh);
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

EXCHANGE_READ(reason_list)
{
    (void)in_;
    jw_obj(w);
    codes_write(w, "refuse", refuse_codes, cx->lang);
    codes_write(w, "problem", problem_codes, cx->lang);
    jw_obj_end(w);
    return true;
}
