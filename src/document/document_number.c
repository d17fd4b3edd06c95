/* 发文字号: number books and their numbers (OFFICE D7, STANDARDS §3): reserve → confirm → void. The
 * book's row is locked while a number is taken, so that fifty at once leave no gap; a reserved one
 * that was given back is offered first; only a confirmed one can be void, with a reason. */
#include "document/document.sql.h"
#include "document/document_in.h"
#include "org/org_csv.h"

#define WHOLE(name_, struct_, fields_)                                                             \
    const struct record name_ = { #struct_, sizeof(struct struct_), fields_,                       \
                                  sizeof(fields_) / sizeof *(fields_) }

struct book {
    int64_t id, agency_id, unit_id, year, start, next, closed_at;
    struct str agency, mark, kind;
};

static bool book_load(struct ctx *cx, int64_t book_id, struct book *b)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_book_get, book_id);
    if (found == 1)
        *b = (struct book){ .id = row_i64(&r, 0),
                            .agency_id = row_i64(&r, 1),
                            .unit_id = row_i64(&r, 2),
                            .agency = row_copy(&r, 3, cx->a),
                            .mark = row_copy(&r, 4, cx->a),
                            .kind = row_copy(&r, 5, cx->a),
                            .year = row_i64(&r, 6),
                            .start = row_i64(&r, 7),
                            .next = row_i64(&r, 8),
                            .closed_at = row_i64(&r, 9) };
    rows_end(&r);
    return found == 1 || (found == 0 && fail_not_found(cx));
}

/* 文书 of the office that keeps the book; anything of another office does not exist. */
static bool book_load_kept(struct ctx *cx, int64_t book_id, struct book *b)
{
    if (!book_load(cx, book_id, b))
        return false;
    return cx->is_system || has_role(cx, ROLE_DOC_CLERK, b->unit_id) ||
           has_role(cx, ROLE_OFFICE_HEAD, b->unit_id) || fail_not_found(cx);
}

static struct str number_text(struct arena *a, const struct book *b, int64_t value)
{
    if (str_is(b->kind, "order"))
        return str_printf(a, "%.*s第%lld号", STR_ARG(b->mark), (long long)value);
    if (str_is(b->kind, "minutes") || str_is(b->kind, "bulletin"))
        return str_printf(a, "%.*s第%lld期", STR_ARG(b->mark), (long long)value);
    return str_printf(a, "%.*s〔%lld〕%lld号", STR_ARG(b->mark), (long long)b->year,
                      (long long)value);
}

/* --- books --------------------------------------------------------------------------------------------- */

struct doc_book_in {
    int64_t agency_id, year, start_value;
    struct str mark, kind;
};
static const struct field doc_book_in_fields[] = {
    FIELD(doc_book_in, agency_id, F_ID, .flags = FIELD_REQUIRED, .zh = "发文机关",
          .en = "issuing agency"),
    FIELD(doc_book_in, mark, F_TEXT, .max = 16, .flags = FIELD_REQUIRED, .zh = "代字",
          .en = "mark"),
    FIELD(doc_book_in, year, F_I64, .min = 1949, .max = 2099, .flags = FIELD_REQUIRED,
          .zh = "年份", .en = "year"),
    FIELD(doc_book_in, start_value, F_I64, .min = 1, .max = 99999, .flags = FIELD_REQUIRED,
          .zh = "起始号", .en = "first number to give"),
    FIELD(doc_book_in, kind, F_TEXT, .max = 20, .zh = "号簿类别", .en = "kind of book"),
};
WHOLE(doc_book_in_record, doc_book_in, doc_book_in_fields);

struct doc_book_made {
    int64_t book_id;
};
static const struct field doc_book_made_fields[] = {
    FIELD(doc_book_made, book_id, F_ID, .flags = FIELD_REQUIRED, .zh = "号簿", .en = "number book"),
};
WHOLE(doc_book_made_record, doc_book_made, doc_book_made_fields);

/* The office's words for a kind, and ours. */
static const char *book_kind(struct str word)
{
    static const struct {
        const char *word, *kind;
    } kinds[] = { { "mark", "mark" },         { "", "mark" },           { "发", "mark" },
                  { "办发", "mark" },         { "函", "mark" },         { "任免", "mark" },
                  { "order", "order" },       { "令", "order" },        { "minutes", "minutes" },
                  { "纪要", "minutes" },      { "bulletin", "bulletin" }, { "简报", "bulletin" },
                  { "telegram", "telegram" }, { "明电", "telegram" } };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (word.n ? str_is(word, kinds[i].word) : kinds[i].word[0] == 0)
            return kinds[i].kind;
    return NULL;
}

static bool book_put(struct ctx *cx, const struct org_agency *agency, const struct doc_book_in *in,
                     const char *kind, int64_t *id)
{
    struct book b = { .year = in->year, .mark = in->mark, .kind = str_of(kind) };
    if (memchr(in->mark.p, '"', in->mark.n) || memchr(in->mark.p, '\\', in->mark.n))
        return fail(cx, ERR_INVALID, "doc.mark", "mark");
    bool is_marked = strcmp(kind, "mark") == 0 || strcmp(kind, "telegram") == 0;
    if (is_marked && !rule_is_number(number_text(cx->a, &b, in->start_value)))
        return fail(cx, ERR_INVALID, "doc.mark", "mark");
    if (db_number(cx->db, 0, &q_book_find, in->agency_id, in->mark, in->year, kind))
        return fail(cx, ERR_CONFLICT, "doc.book_exists", "mark");
    *id = id_new(cx->now);
    return cx->err.kind == ERR_NONE &&
           db_run(cx->db, &q_book_put, *id, agency->id, agency->unit_id, agency->signature_name,
                  in->mark, kind, in->year, in->start_value);
}

bool doc_book_create(struct ctx *cx, const void *input, void *output)
{
    const struct doc_book_in *in = input;
    struct doc_book_made *out = output;
    struct org_agency agency;
    const char *kind = book_kind(in->kind);
    int found = org_agency_find(cx, in->agency_id, &agency);
    if (found < 0)
        return false;
    if (found == 0 || !(cx->is_system || has_role(cx, ROLE_DOC_CLERK, agency.unit_id) ||
                        has_role(cx, ROLE_OFFICE_HEAD, agency.unit_id)))
        return fail(cx, ERR_INVALID, "doc.not_your_agency", "agency_id");
    if (!kind)
        return fail(cx, ERR_INVALID, "doc.book_kind", "kind");
    return book_put(cx, &agency, in, kind, &out->book_id) &&
           trace_write(cx, agency.unit_id, "number_book.create", 0, 0,
                       str_printf(cx->a, "{\"book\":\"%lld\",\"year\":%lld,\"start\":%lld}",
                                  (long long)out->book_id, (long long)in->year,
                                  (long long)in->start_value));
}

struct doc_book_path {
    int64_t book_id;
};
static const struct field doc_book_path_fields[] = {
    FIELD(doc_book_path, book_id, F_ID, .flags = FIELD_PATH, .zh = "号簿", .en = "number book"),
};
WHOLE(doc_book_path_record, doc_book_path, doc_book_path_fields);

bool doc_book_close(struct ctx *cx, const void *input, void *output)
{
    const struct doc_book_path *in = input;
    struct book b;
    (void)output;
    if (!book_load_kept(cx, in->book_id, &b) || !db_number(cx->db, 0, &q_book_lock, b.id) ||
        !book_load(cx, b.id, &b))
        return false;
    if (b.closed_at)
        return fail(cx, ERR_STATE, "doc.book_closed", NULL);
    return db_run(cx->db, &q_book_close, cx->now, b.id) &&
           trace_write(cx, b.unit_id, "number_book.close", 0, 0,
                       str_printf(cx->a, "{\"book\":\"%lld\"}", (long long)b.id));
}

/* --- reserve, confirm, release ------------------------------------------------------------------------------ */

static const struct field doc_number_fields[] = {
    FIELD(doc_number, number_id, F_ID, .flags = FIELD_REQUIRED, .zh = "文号", .en = "number"),
    FIELD(doc_number, number, F_TEXT, .flags = FIELD_REQUIRED, .zh = "发文字号",
          .en = "document number"),
    FIELD(doc_number, value, F_I64, .zh = "序号", .en = "sequence number"),
};
WHOLE(doc_number_record, doc_number, doc_number_fields);

/* The book is locked. One given back comes first, then the next. */
static bool take(struct ctx *cx, const struct book *b, const struct doc *d, struct doc_number *out)
{
    struct rows r;
    int64_t person = cx->actor ? cx->actor->person_id : 0;
    int found = db_get(cx->db, &r, &q_number_returned, b->id);
    if (found == 1) {
        out->number_id = row_i64(&r, 0);
        out->value = row_i64(&r, 1);
    }
    rows_end(&r);
    if (found < 0)
        return false;
    if (found == 0)
        out->value = b->next;
    out->number = number_text(cx->a, b, out->value);
    if (found == 1)
        return db_run(cx->db, &q_number_again, d->id, d->signed_on, bind_id(person), cx->now,
                      out->number_id);
    if (out->value > 99999)
        return fail(cx, ERR_STATE, "doc.book_full", NULL);
    out->number_id = id_new(cx->now);
    return db_run(cx->db, &q_number_put, out->number_id, b->id, out->value, out->number,
                  "reserved", d->id, "", d->signed_on, bind_id(person), cx->now, bind_id(0)) &&
           db_run(cx->db, &q_book_next, b->id);
}

struct doc_reserve_in {
    int64_t document_id, book_id;
};
static const struct field doc_reserve_in_fields[] = {
    FIELD(doc_reserve_in, document_id, F_ID, .flags = FIELD_PATH, .zh = "公文", .en = "document"),
    FIELD(doc_reserve_in, book_id, F_ID, .flags = FIELD_REQUIRED, .zh = "号簿", .en = "number book"),
};
WHOLE(doc_reserve_in_record, doc_reserve_in, doc_reserve_in_fields);

/* The clerk at the numbering step (or, when a void number is to be replaced, at dispatch). */
static bool may_number(struct ctx *cx, const struct doc *d, int64_t *post_id, bool *at_dispatch)
{
    int at = doc_my_item(cx, d, "number", post_id);
    if (at == 0) {
        at = doc_my_item(cx, d, "dispatch", post_id);
        *at_dispatch = at == 1;
    }
    if (at < 1)
        return at == 0 && fail(cx, ERR_STATE, "doc.not_your_turn", NULL);
    if (!doc_is(d, "signed"))
        return fail(cx, ERR_STATE, "doc.not_signed", NULL);
    if (d->corrects_id)
        return fail(cx, ERR_STATE, "doc.keeps_number", "book_id");
    return !d->number_id || fail(cx, ERR_STATE, "doc.has_number", NULL);
}

static bool book_fits(struct ctx *cx, const struct book *b, const struct doc *d)
{
    int64_t year = 0;
    if (b->agency_id != d->agency_id)
        return fail(cx, ERR_INVALID, "doc.book_agency", "book_id");
    if (b->closed_at)
        return fail(cx, ERR_STATE, "doc.book_closed", "book_id");
    return (str_to_i64(str_sub(d->signed_on, 0, 4), &year) && year == b->year) ||
           fail_arg(cx, ERR_INVALID, "doc.book_year", "book_id",
                    arena_printf(cx->a, "%lld", (long long)b->year),
                    arena_strndup(cx->a, d->signed_on.p, d->signed_on.n));
}

bool doc_reserve_number(struct ctx *cx, const void *input, void *output)
{
    const struct doc_reserve_in *in = input;
    struct doc_number *out = output;
    struct doc d;
    struct book b;
    int64_t post_id = 0;
    bool at_dispatch = false;
    if (!doc_load_for_change(cx, in->document_id, &d) ||
        !may_number(cx, &d, &post_id, &at_dispatch) || !book_load(cx, in->book_id, &b) ||
        !book_fits(cx, &b, &d) || !db_number(cx->db, 0, &q_book_lock, b.id) ||
        !book_load(cx, b.id, &b) || !book_fits(cx, &b, &d) || !take(cx, &b, &d, out))
        return false;
    d.number_id = out->number_id;
    d.number = out->number;
    return db_run(cx->db, &q_document_number, d.number, d.number_id, b.year, INT64_C(0), d.state,
                  d.id) &&
           (!at_dispatch || doc_number_confirm(cx, &d)) &&
           doc_note(cx, &d, "doc.reserve_number", post_id,
                    str_printf(cx->a, "{\"number\":\"%.*s\",\"book\":\"%lld\"}",
                               STR_ARG(d.number), (long long)b.id));
}

bool doc_number_confirm(struct ctx *cx, struct doc *d)
{
    int64_t year = 0;
    if (!d->number_id)
        return fail(cx, ERR_STATE, "doc.no_number", NULL);
    int64_t n = d->corrects_id ? 1 : db_update(cx->db, &q_number_confirm, cx->now, d->number_id);
    if (n != 1)
        return n == 0 && fail(cx, ERR_STATE, "doc.no_number", NULL);
    (void)str_to_i64(str_sub(d->signed_on, 0, 4), &year); /* the book's year, checked on reserving */
    year = d->corrects_id ? d->year : year; /* that of the one it replaces */
    d->state = STR("numbered");
    d->numbered_at = cx->now;
    return db_run(cx->db, &q_document_number, d->number, d->number_id, year, cx->now, d->state,
                  d->id) &&
           doc_co_sign_numbered(cx, d, cx->now) && doc_figures_changed(cx, d, cx->now) &&
           matter_describe(cx, d->matter_id, STR_NONE, d->number, STR_NONE);
}

struct number {
    int64_t id, book_id, value, document_id;
    struct str text, state;
};

static bool number_load(struct ctx *cx, int64_t number_id, struct number *n)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_number_get, number_id);
    if (found == 1)
        *n = (struct number){ .id = row_i64(&r, 0),
                              .book_id = row_i64(&r, 1),
                              .value = row_i64(&r, 2),
                              .text = row_copy(&r, 3, cx->a),
                              .state = row_copy(&r, 4, cx->a),
                              .document_id = row_i64(&r, 5) };
    rows_end(&r);
    return found == 1 || (found == 0 && fail_not_found(cx));
}

/* D7: only a printed one is void; one that stands on no paper goes back and is given first. */
static bool number_end(struct ctx *cx, const struct number *n, struct str reason, bool unprinted)
{
    bool is_given = str_is(n->state, "confirmed"), is_void = is_given && !unprinted;
    if (!is_given && !str_is(n->state, "reserved"))
        return fail(cx, ERR_STATE, "doc.number_ended", NULL);
    return db_run(cx->db, &q_number_state, is_void ? "void" : "returned",
                  bind_id(is_void ? n->document_id : 0), reason, bind_id(is_void ? cx->now : 0),
                  bind_id(cx->actor ? cx->actor->person_id : 0), n->id);
}

static bool release(struct ctx *cx, struct doc *d, struct str reason, bool unprinted)
{
    struct number n;
    if (!d->number_id)
        return true;
    if (!number_load(cx, d->number_id, &n) || !db_number(cx->db, 0, &q_book_lock, n.book_id) ||
        (!d->corrects_id && !number_end(cx, &n, reason, unprinted))) /* else not its own yet */
        return false;
    d->number_id = 0;
    d->number = STR("");
    return db_run(cx->db, &q_document_number, d->number, bind_id(0), INT64_C(0), INT64_C(0),
                  d->state, d->id) &&
           doc_co_sign_numbered(cx, d, 0) && doc_figures_changed(cx, d, d->numbered_at);
}

bool doc_number_release(struct ctx *cx, struct doc *d, struct str reason)
{
    return release(cx, d, reason, false);
}

struct doc_void_in {
    int64_t number_id;
    struct str reason;
    bool unprinted;
};
static const struct field doc_void_in_fields[] = {
    FIELD(doc_void_in, number_id, F_ID, .flags = FIELD_PATH, .zh = "文号", .en = "number"),
    FIELD(doc_void_in, reason, F_TEXT, .min = 2, .max = 300, .flags = FIELD_REQUIRED | FIELD_LINES,
          .zh = "理由", .en = "reason"),
    FIELD(doc_void_in, unprinted, F_BOOL, .zh = "尚未印制（退回号簿，先行再用）",
          .en = "not printed: it goes back to its book and is given first"),
};
WHOLE(doc_void_in_record, doc_void_in, doc_void_in_fields);

/* A number that is void stays in the register; its document waits for another. */
static bool void_of_document(struct ctx *cx, const struct number *n, struct str reason,
                             bool unprinted)
{
    struct doc d;
    if (!doc_load_for_change(cx, n->document_id, &d))
        return false;
    if (d.number_id != n->id) /* it has another one since */
        return fail(cx, ERR_STATE, "doc.number_ended", NULL);
    if (doc_is(&d, "dispatched"))
        return fail(cx, ERR_STATE, "doc.already_dispatched", NULL);
    bool was_numbered = doc_is(&d, "numbered");
    d.state = was_numbered ? STR("signed") : d.state;
    return release(cx, &d, reason, unprinted) &&
           (!was_numbered || matter_describe(cx, d.matter_id, STR_NONE, STR(""), STR_NONE)) &&
           doc_note(cx, &d, "doc.void_number", 0,
                    str_printf(cx->a, "{\"number\":\"%.*s\"}", STR_ARG(n->text)));
}

bool doc_void_number(struct ctx *cx, const void *input, void *output)
{
    const struct doc_void_in *in = input;
    struct number n;
    struct book b;
    (void)output;
    if (!number_load(cx, in->number_id, &n) || !book_load_kept(cx, n.book_id, &b))
        return false;
    if (n.document_id)
        return void_of_document(cx, &n, in->reason, in->unprinted);
    return db_number(cx->db, 0, &q_book_lock, b.id) && number_load(cx, n.id, &n) &&
           number_end(cx, &n, in->reason, false) &&
           trace_write(cx, b.unit_id, "number.void", 0, 0,
                       str_printf(cx->a, "{\"number\":\"%.*s\"}", STR_ARG(n.text)));
}

/* --- paper of before the cut-over (补登) ------------------------------------------------------------------------ */

struct doc_paper_in {
    int64_t book_id, value;
    struct str title, signed_on;
};
static const struct field doc_paper_in_fields[] = {
    FIELD(doc_paper_in, book_id, F_ID, .flags = FIELD_PATH, .zh = "号簿", .en = "number book"),
    FIELD(doc_paper_in, value, F_I64, .min = 1, .max = 99999, .flags = FIELD_REQUIRED,
          .zh = "序号", .en = "sequence number"),
    FIELD(doc_paper_in, title, F_TEXT, .max = 200, .flags = FIELD_REQUIRED, .zh = "标题",
          .en = "title"),
    FIELD(doc_paper_in, signed_on, F_DAY, .flags = FIELD_REQUIRED, .zh = "成文日期",
          .en = "day of the document"),
};
WHOLE(doc_paper_in_record, doc_paper_in, doc_paper_in_fields);

bool doc_register_paper(struct ctx *cx, const void *input, void *output)
{
    const struct doc_paper_in *in = input;
    struct doc_number *out = output;
    struct book b;
    int64_t year = 0;
    if (!book_load_kept(cx, in->book_id, &b) || !db_number(cx->db, 0, &q_book_lock, b.id))
        return false;
    if (in->value >= b.start)
        return fail(cx, ERR_INVALID, "doc.paper_value", "value");
    if (!str_to_i64(str_sub(in->signed_on, 0, 4), &year) || year != b.year)
        return fail_arg(cx, ERR_INVALID, "doc.book_year", "signed_on",
                        arena_printf(cx->a, "%lld", (long long)b.year), in->signed_on.p);
    if (db_number(cx->db, 0, &q_number_taken, b.id, in->value))
        return fail(cx, ERR_CONFLICT, "doc.number_taken", "value");
    *out = (struct doc_number){ id_new(cx->now), in->value, number_text(cx->a, &b, in->value) };
    return cx->err.kind == ERR_NONE &&
           db_run(cx->db, &q_number_put, out->number_id, b.id, in->value, out->number, "confirmed",
                  bind_id(0), in->title, in->signed_on,
                  bind_id(cx->actor ? cx->actor->person_id : 0), cx->now, cx->now) &&
           trace_write(cx, b.unit_id, "number.register_paper", 0, 0,
                       str_printf(cx->a, "{\"number\":\"%.*s\"}", STR_ARG(out->number)));
}
