/* 更正件 that replaces (X8, OFFICE D8): a substantive error in what has gone out is mended by a new
 * text that goes the whole way again, so that the office head and the signer approve it with the
 * reason before them, and that keeps the number of the one it replaces. exchange/ then puts it in the
 * place of the wrong one in every unit. */
#include "document/document.sql.h"
#include "document/document_in.h"

struct doc_correction_in {
    int64_t document_id;
    struct str reason;
};
static const struct field doc_correction_in_fields[] = {
    FIELD(doc_correction_in, document_id, F_ID, .flags = FIELD_PATH, .zh = "有误的公文",
          .en = "document that is wrong"),
    FIELD(doc_correction_in, reason, F_TEXT, .min = 2, .max = 500,
          .flags = FIELD_REQUIRED | FIELD_LINES, .zh = "更正原因", .en = "reason"),
};
const struct record doc_correction_in_record = { "doc_correction_in",
                                                 sizeof(struct doc_correction_in),
                                                 doc_correction_in_fields, 2 };

/* Who drafted or signed it, and the office that handles the agency's paper. */
static bool may_correct(struct ctx *cx, const struct doc *d)
{
    int64_t person = cx->actor ? cx->actor->person_id : 0;
    return person == d->drafter_person || person == d->signer_person ||
           has_role(cx, ROLE_DOC_CLERK, d->unit_id) || has_role(cx, ROLE_OFFICE_HEAD, d->unit_id) ||
           fail(cx, ERR_FORBIDDEN, "doc.not_yours_to_correct", NULL);
}

static bool is_correctable(struct ctx *cx, const struct doc *d)
{
    if (!doc_is(d, "dispatched"))
        return fail(cx, ERR_STATE, "doc.not_dispatched_yet", NULL);
    if (d->replaced_by)
        return fail(cx, ERR_STATE, "doc.replaced_already", NULL);
    if (db_number(cx->db, 0, &q_correction_open, d->id))
        return fail(cx, ERR_CONFLICT, "doc.correction_open", NULL);
    return cx->err.kind == ERR_NONE;
}

DOC_COMMAND(doc_correction)
{
    const struct doc_correction_in *in = input;
    struct doc wrong, d;
    int64_t post_id;
    if (!doc_load_for_change(cx, in->document_id, &wrong) || !may_correct(cx, &wrong) ||
        !is_correctable(cx, &wrong) ||
        !doc_begin(cx, wrong.agency_id, wrong.doc_type, wrong.title, &d, &post_id))
        return false;
    d.corrects_id = wrong.id;
    return db_run(cx->db, &q_document_corrects, wrong.id, in->reason, d.id) &&
           doc_store(cx, &d, &wrong.elements, "save", post_id) &&
           attachment_copy_all(cx, wrong.matter_id, d.matter_id) &&
           doc_note(cx, &d, "doc.begin_correction", post_id,
                    str_printf(cx->a, "{\"corrects\":\"%lld\",\"number\":\"%.*s\"}",
                               (long long)wrong.id, STR_ARG(wrong.number))) &&
           doc_created_out(cx, &d, output);
}

/* --- its number -------------------------------------------------------------------------------------- */

/* At the numbering step: the number of the one it replaces, which stays confirmed in its book. */
DOC_COMMAND(doc_keep_number)
{
    const struct doc_path *in = input;
    struct doc_number *out = output;
    struct doc d, wrong;
    int64_t post_id = 0;
    if (!doc_load_for_change(cx, in->document_id, &d))
        return false;
    int at = doc_my_item(cx, &d, "number", &post_id);
    if (at < 1)
        return at == 0 && fail(cx, ERR_STATE, "doc.not_your_turn", NULL);
    if (!d.corrects_id || doc_find(cx, d.corrects_id, &wrong) != 1)
        return fail(cx, ERR_STATE, "doc.corrects_nothing", NULL);
    if (!doc_is(&d, "signed"))
        return fail(cx, ERR_STATE, "doc.not_signed", NULL);
    if (d.number_id)
        return fail(cx, ERR_STATE, "doc.has_number", NULL);
    *out = (struct doc_number){ wrong.number_id, 0, wrong.number };
    return db_run(cx->db, &q_document_number, wrong.number, wrong.number_id, wrong.year, INT64_C(0),
                  d.state, d.id) &&
           doc_note(cx, &d, "doc.reserve_number", post_id,
                    str_printf(cx->a, "{\"number\":\"%.*s\",\"corrects\":\"%lld\"}",
                               STR_ARG(wrong.number), (long long)wrong.id));
}

bool doc_corrected(struct ctx *cx, const struct doc *wrong, int64_t by)
{
    /* the number's row follows the text that stands under it */
    return db_run(cx->db, &q_document_replaced, by, wrong->id) &&
           db_run(cx->db, &q_number_moves, by, wrong->number_id, wrong->id);
}

/* --- on pages ------------------------------------------------------------------------------------------ */

bool doc_write_correction(struct ctx *cx, struct jw *w, const struct doc *d)
{
    struct doc other;
    struct rows r;
    if (d->corrects_id) {
        if (doc_find(cx, d->corrects_id, &other) != 1)
            return cx->err.kind == ERR_NONE;
        jw_kobj(w, "corrects");
        jw_kid(w, "id", other.id);
        jw_kid(w, "matter_id", other.matter_id);
        jw_kid(w, "dispatch_id", other.dispatch_id);
        jw_kstr(w, "title", other.title);
        jw_kstr(w, "number", other.number);
        jw_kstr(w, "reason", d->correct_reason);
        jw_obj_end(w);
    }
    if (doc_is(d, "draft")) /* only what went out is corrected */
        return true;
    int found = db_get(cx->db, &r, &q_correction_of, d->id);
    if (found == 1) {
        jw_kobj(w, "correction");
        jw_kid(w, "id", row_i64(&r, 0));
        jw_kid(w, "matter_id", row_i64(&r, 1));
        jw_kstr(w, "state", row_text(&r, 2));
        jw_obj_end(w);
    }
    rows_end(&r);
    return found >= 0;
}
