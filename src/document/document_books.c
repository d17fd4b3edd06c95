/* Number books and numbers to look at; the agencies one may draft for; number_books.csv. */
#include "document/document.sql.h"
#include "document/document_in.h"
#include "org/org_csv.h"

#define WHOLE(name_, struct_, fields_)                                                             \
    const struct record name_ = { #struct_, sizeof(struct struct_), fields_,                       \
                                  sizeof(fields_) / sizeof *(fields_) }

/* The unit asked for when the actor has a post there, else that of the main post; 0: none. */
static int64_t own_unit(const struct ctx *cx, int64_t wanted)
{
    for (size_t i = 0; cx->actor && i < cx->actor->n_posts; i++)
        if (cx->actor->posts[i].unit_id == wanted)
            return wanted;
    const struct actor_post *main_post = actor_main_post(cx);
    return wanted || !main_post ? 0 : main_post->unit_id;
}

static bool keeps_books(const struct ctx *cx, int64_t unit)
{
    return has_role(cx, ROLE_DOC_CLERK, unit) || has_role(cx, ROLE_OFFICE_HEAD, unit);
}

/* --- books ------------------------------------------------------------------------------------------------ */

struct doc_books_in {
    int64_t unit, limit;
    struct str after;
};
static const struct field doc_books_in_fields[] = {
    FIELD(doc_books_in, unit, F_ID, .zh = "单位", .en = "unit"),
    FIELD(doc_books_in, limit, F_I64, .min = 0, .max = 100, .zh = "每页", .en = "page size"),
    FIELD(doc_books_in, after, F_TEXT, .max = 100, .zh = "继续", .en = "cursor"),
};
WHOLE(doc_books_in_record, doc_books_in, doc_books_in_fields);

static void book_write(struct jw *w, struct rows *r)
{
    jw_obj(w);
    jw_kid(w, "id", row_i64(r, 0));
    jw_kid(w, "agency_id", row_i64(r, 1));
    jw_kstr(w, "agency", row_text(r, 2));
    jw_kstr(w, "mark", row_text(r, 3));
    jw_kstr(w, "kind", row_text(r, 4));
    jw_ki64(w, "year", row_i64(r, 5));
    jw_ki64(w, "start_value", row_i64(r, 6));
    jw_ki64(w, "next_value", row_i64(r, 7));
    jw_ki64(w, "last_value", row_i64(r, 7) - 1);
    jw_kbool(w, "is_closed", row_i64(r, 8) != 0);
}

bool doc_books(struct ctx *cx, const void *input, struct jw *w)
{
    const struct doc_books_in *in = input;
    int64_t unit = own_unit(cx, in->unit), limit = in->limit > 0 ? in->limit : 50;
    int64_t year = INT64_MAX, after = 0, n = 0, unused = 0;
    struct rows r;
    if (!unit)
        return fail_not_found(cx);
    if (!cursor_read(cx, in->after, &year, &after, &unused))
        return false;
    bool may_keep = keeps_books(cx, unit);
    answer_rows(w);
    for (db_rows(cx->db, &r, &q_books_of_unit, unit, year, after, limit); rows_next(&r); n++) {
        year = row_i64(&r, 5);
        after = row_i64(&r, 0);
        book_write(w, &r);
        jw_ki64(w, "returned", row_i64(&r, 9));
        jw_kbool(w, "may_keep", may_keep);
        jw_obj_end(w);
    }
    rows_end(&r);
    answer_rows_end(w, n == limit ? cursor_text(cx, year, after, 0) : STR_NONE);
    return !rows_failed(&r);
}

/* --- one book -------------------------------------------------------------------------------------------------- */

struct doc_book_one_in {
    int64_t book_id;
};
static const struct field doc_book_one_in_fields[] = {
    FIELD(doc_book_one_in, book_id, F_ID, .flags = FIELD_PATH, .zh = "号簿", .en = "number book"),
};
WHOLE(doc_book_one_in_record, doc_book_one_in, doc_book_one_in_fields);

/* Stretches below the first number that are not registered yet: paper of before the cut-over. */
static bool missing_write(struct ctx *cx, struct jw *w, int64_t book_id, int64_t start)
{
    struct rows r;
    int64_t from = 1, shown = 0, left = 0;
    jw_karr(w, "missing");
    for (db_rows(cx->db, &r, &q_book_paper, book_id, start); ; from = row_i64(&r, 0) + 1) {
        bool more = rows_next(&r);
        int64_t until = more ? row_i64(&r, 0) : start;
        left += until - from;
        if (until > from && shown++ < 100) {
            jw_arr(w);
            jw_i64(w, from);
            jw_i64(w, until - 1);
            jw_arr_end(w);
        }
        if (!more)
            break;
    }
    rows_end(&r);
    jw_arr_end(w);
    jw_ki64(w, "missing_count", left);
    return !rows_failed(&r);
}

bool doc_book_one(struct ctx *cx, const void *input, struct jw *w)
{
    const struct doc_book_one_in *in = input;
    struct rows r;
    int found = db_get(cx->db, &r, &q_book_get, in->book_id);
    int64_t unit = found == 1 ? row_i64(&r, 2) : 0, start = found == 1 ? row_i64(&r, 7) : 0;
    if (found < 1 || !keeps_books(cx, unit)) {
        rows_end(&r);
        return found >= 0 && fail_not_found(cx);
    }
    jw_obj(w);
    jw_kid(w, "id", row_i64(&r, 0));
    jw_kid(w, "agency_id", row_i64(&r, 1));
    jw_kstr(w, "agency", row_text(&r, 3));
    jw_kstr(w, "mark", row_text(&r, 4));
    jw_kstr(w, "kind", row_text(&r, 5));
    jw_ki64(w, "year", row_i64(&r, 6));
    jw_ki64(w, "start_value", start);
    jw_ki64(w, "next_value", row_i64(&r, 8));
    jw_kbool(w, "is_closed", row_i64(&r, 9) != 0);
    rows_end(&r);
    found = db_get(cx->db, &r, &q_book_counts, in->book_id);
    jw_ki64(w, "reserved", found == 1 ? row_i64(&r, 0) : 0);
    jw_ki64(w, "returned", found == 1 ? row_i64(&r, 1) : 0);
    jw_ki64(w, "void", found == 1 ? row_i64(&r, 2) : 0);
    jw_ki64(w, "paper", found == 1 ? row_i64(&r, 3) : 0);
    rows_end(&r);
    bool good = found == 1 && missing_write(cx, w, in->book_id, start);
    jw_obj_end(w);
    return good;
}

/* --- numbers of a book: the register with what is void ------------------------------------------------------- */

struct doc_numbers_in {
    int64_t book_id, limit;
    struct str after;
};
static const struct field doc_numbers_in_fields[] = {
    FIELD(doc_numbers_in, book_id, F_ID, .flags = FIELD_PATH, .zh = "号簿", .en = "number book"),
    FIELD(doc_numbers_in, limit, F_I64, .min = 0, .max = 100, .zh = "每页", .en = "page size"),
    FIELD(doc_numbers_in, after, F_TEXT, .max = 100, .zh = "继续", .en = "cursor"),
};
WHOLE(doc_numbers_in_record, doc_numbers_in, doc_numbers_in_fields);

static void number_write(struct jw *w, struct rows *r)
{
    bool is_paper = row_i64(r, 4) == 0;
    jw_obj(w);
    jw_kid(w, "id", row_i64(r, 0));
    jw_ki64(w, "value", row_i64(r, 1));
    jw_kstr(w, "number", row_text(r, 2));
    jw_kstr(w, "state", row_text(r, 3));
    jw_kid(w, "document_id", row_i64(r, 4));
    jw_kstr(w, "title", row_text(r, is_paper ? 5 : 8));
    jw_kid(w, "matter_id", row_i64(r, 9));
    jw_kstr(w, "signed_on", row_text(r, 6));
    jw_kstr(w, "reason", row_text(r, 7));
    jw_kbool(w, "is_paper", is_paper);
    /* given to a document that has not gone out, or registered from paper */
    jw_kbool(w, "may_end", str_is(row_text(r, 3), "reserved") ||
                               (str_is(row_text(r, 3), "confirmed") &&
                                (is_paper || !str_is(row_text(r, 10), "dispatched"))));
    jw_obj_end(w);
}

bool doc_numbers(struct ctx *cx, const void *input, struct jw *w)
{
    const struct doc_numbers_in *in = input;
    int64_t limit = in->limit > 0 ? in->limit : 50, before = INT64_MAX, last = 0, n = 0, unused = 0;
    struct rows r;
    int found = db_get(cx->db, &r, &q_book_get, in->book_id);
    int64_t unit = found == 1 ? row_i64(&r, 2) : 0;
    rows_end(&r);
    if (found < 0)
        return false;
    if (!unit || !keeps_books(cx, unit))
        return fail_not_found(cx);
    if (!cursor_read(cx, in->after, &before, &unused, &unused))
        return false;
    answer_rows(w);
    for (db_rows(cx->db, &r, &q_numbers_page, in->book_id, before, limit); rows_next(&r); n++) {
        last = row_i64(&r, 1);
        number_write(w, &r);
    }
    rows_end(&r);
    answer_rows_end(w, n == limit ? cursor_text(cx, last, 0, 0) : STR_NONE);
    return !rows_failed(&r);
}

/* --- agencies ---------------------------------------------------------------------------------------------------- */

struct doc_agencies_in {
    bool mine;
};
static const struct field doc_agencies_in_fields[] = {
    FIELD(doc_agencies_in, mine, F_BOOL, .zh = "只看本人可用的", .en = "only those one drafts for"),
};
WHOLE(doc_agencies_in_record, doc_agencies_in, doc_agencies_in_fields);

static bool books_write(struct ctx *cx, struct jw *w, int64_t agency_id)
{
    struct rows r;
    jw_karr(w, "books");
    for (db_rows(cx->db, &r, &q_books_of_agency, agency_id); rows_next(&r);) {
        jw_obj(w);
        jw_kid(w, "id", row_i64(&r, 0));
        jw_kstr(w, "mark", row_text(&r, 1));
        jw_kstr(w, "kind", row_text(&r, 2));
        jw_ki64(w, "year", row_i64(&r, 3));
        jw_ki64(w, "next_value", row_i64(&r, 4));
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    return !rows_failed(&r);
}

static bool agency_write(struct ctx *cx, struct jw *w, const struct org_agency *g,
                         const struct actor_post *post)
{
    struct str types = g->doc_types, one;
    jw_obj(w);
    jw_kid(w, "id", g->id);
    jw_kstr(w, "name", g->signature_name);
    jw_kstr(w, "mark", g->name);
    jw_kstr(w, "book_mark", g->book_mark);
    jw_kobj(w, "unit");
    jw_kid(w, "id", post->unit_id);
    jw_kstr(w, "name", post->unit_name);
    jw_obj_end(w);
    jw_karr(w, "doc_types");
    while (types.n && str_cut(&types, ',', &one))
        jw_str(w, str_trim(one));
    jw_arr_end(w);
    bool good = books_write(cx, w, g->id);
    jw_obj_end(w);
    return good;
}

bool doc_agencies(struct ctx *cx, const void *input, struct jw *w)
{
    (void)input; /* only one's own are listed at all */
    answer_rows(w);
    for (size_t i = 0; cx->actor && i < cx->actor->n_posts; i++) {
        const struct actor_post *post = &cx->actor->posts[i];
        struct org_agency *agencies;
        size_t n;
        bool seen = false;
        for (size_t k = 0; k < i; k++)
            seen |= cx->actor->posts[k].unit_id == post->unit_id;
        if (seen)
            continue;
        if (!org_agencies_of(cx, post->unit_id, &agencies, &n))
            return false;
        for (size_t k = 0; k < n; k++)
            if (!agency_write(cx, w, &agencies[k], post))
                return false;
    }
    answer_rows_end(w, STR_NONE);
    return true;
}

/* --- number_books.csv ------------------------------------------------------------------------------------------------ */

struct books_in {
    struct str csv;
    struct buf *report;
};

static bool book_row(struct ctx *cx, const struct csv_row *row, const char **why)
{
    struct org_agency g;
    int64_t year, start, id;
    if (row->code || row->n < 5) {
        *why = row->code ? row->code : "import.columns";
        return true;
    }
    int found = org_agency_by_code(cx, row->cell[0], &g);
    if (found < 0)
        return false;
    if (found == 0) {
        *why = "doc.unknown_agency";
        return true;
    }
    if (!str_to_i64(row->cell[2], &year) || !str_to_i64(row->cell[3], &start) || start < 1) {
        *why = "doc.book_row";
        return true;
    }
    if (db_number(cx->db, 0, &q_book_find, g.id, row->cell[1], year, row->cell[4]))
        return true; /* given before: the city's own counting goes on */
    id = id_new(cx->now);
    return cx->err.kind == ERR_NONE &&
           db_run(cx->db, &q_book_put, id, g.id, g.unit_id, g.signature_name, row->cell[1],
                  row->cell[4], year, start);
}

static bool run_books_import(struct ctx *cx, const void *input, void *output)
{
    const struct books_in *in = input;
    struct csv csv = csv_of(cx->a, in->csv);
    struct csv_row row;
    bool all_good = true;
    (void)output;
    if (!csv_next(&csv, &row))
        return fail(cx, ERR_INVALID, "doc.book_row", NULL);
    while (csv_next(&csv, &row)) {
        const char *why = NULL;
        struct arena_mark mark = arena_mark(cx->a);
        if (!book_row(cx, &row, &why))
            return false;
        arena_reset(cx->a, mark);
        if (why && in->report)
            buf_printf(in->report, "number_books.csv:%d: %s\n", row.line, why);
        all_good = all_good && !why;
    }
    if (!all_good)
        return fail(cx, ERR_INVALID, "doc.book_row", NULL);
    return trace_write(cx, trace_node_stream(cx), "number_books.import", 0, 0,
                       str_printf(cx->a, "{\"digest\":\"%.*s\"}",
                                  STR_ARG(doc_digest(cx->a, in->csv))));
}

static const struct command book_commands[] = {
    { "number_books.import", POST, NULL, PERM_OPERATOR, NULL, NULL, run_books_import,
      "导入发文号簿", "Bring in number books", CMD_INTERNAL, NULL },
};
const struct room document_books_room = { .name = "document_books", .commands = book_commands,
                                          .n_commands = 1 };

bool doc_books_import(struct core *core, struct str csv, int64_t now, struct arena *a,
                      struct buf *report, struct err *e)
{
    struct books_in in = { csv, report };
    return door_run(core, "number_books.import", &in, NULL, NULL, now, a, e);
}
