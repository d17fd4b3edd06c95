/* How a document appears: on the matter's page, as a letter to exchange/, as text to search/. */
#include "desk/letter.h"
#include "document/document.sql.h"
#include "document/document_in.h"

/* The elements' own members, as stored. */
static bool elements_write(struct ctx *cx, struct jw *w, const struct doc *d)
{
    const struct jv *all = jv_parse(cx->a, d->elements_text, NULL, NULL), *value;
    struct str key;
    if (!all)
        return fail(cx, ERR_INTERNAL, "internal", NULL);
    for (const void *it = jv_next(all, NULL, &key, &value); it;
         it = jv_next(all, it, &key, &value)) {
        jw_key_str(w, key);
        jw_raw(w, jv_compact(cx->a, value));
    }
    return true;
}

bool doc_write(struct ctx *cx, struct jw *w, const struct doc *d)
{
    struct str files = STR("");
    if (d->signed_digest.n && !matter_files_digest(cx, d->matter_id, &files))
        return false;
    jw_obj(w);
    jw_kid(w, "id", d->id);
    jw_kid(w, "matter_id", d->matter_id);
    jw_kobj(w, "agency");
    jw_kid(w, "id", d->agency_id);
    jw_kstr(w, "name", d->issuer);
    jw_kstr(w, "mark", d->agency_mark);
    jw_obj_end(w);
    if (!doc_issuers_write(cx, w, d))
        return false;
    jw_kstr(w, "doc_type", d->doc_type);
    jw_kstr(w, "direction", d->direction);
    if (!elements_write(cx, w, d))
        return false;
    jw_kstr(w, "number", d->number.n ? d->number : STR_NONE);
    jw_kid(w, "number_id", d->number_id);
    jw_kstr(w, "signer", d->signer.n ? d->signer : STR_NONE);
    jw_kstr(w, "signed_for", d->signed_for.n ? d->signed_for : STR_NONE);
    jw_kstr(w, "signed_on", d->signed_on.n ? d->signed_on : STR_NONE);
    jw_kbool(w, "changed_after_signing",
             d->signed_digest.n && (!str_eq(d->digest, d->signed_digest) ||
                                    !str_eq(files, d->signed_files)));
    jw_kstr(w, "state", d->state);
    jw_kid(w, "dispatch_id", d->dispatch_id);
    jw_kid(w, "replaced_by", d->replaced_by);
    if (!doc_write_correction(cx, w, d))
        return false;
    jw_ki64(w, "revision", d->revision);
    jw_ki64(w, "rev", d->rev);
    jw_ki64(w, "saved_at", d->saved_at);
    jw_obj_end(w);
    return true;
}

/* At the numbering step: the books that fit, with the number each would give. */
static bool write_books(struct ctx *cx, struct jw *w, const struct doc *d)
{
    struct rows r;
    int64_t year = 0;
    (void)str_to_i64(str_sub(d->signed_on, 0, 4), &year); /* unsigned: no book fits */
    jw_karr(w, "number_books");
    for (db_rows(cx->db, &r, &q_books_of_agency, d->agency_id); rows_next(&r);) {
        if (row_i64(&r, 3) != year)
            continue;
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

bool doc_on_page(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct desk_page *page = detail;
    struct doc d;
    int found = 0;
    (void)event;
    if (str_is(page->matter->module, "send"))
        found = doc_of_matter(cx, matter_id, &d);
    else if (str_is(page->matter->module, "countersign") || str_is(page->matter->module, "co_sign"))
        found = doc_find(cx, page->matter->subject_id, &d);
    if (found < 1)
        return found == 0;
    jw_key(page->w, "document");
    if (!doc_write(cx, page->w, &d))
        return false;
    bool numbers = str_is(page->my_node, "number") || str_is(page->my_node, "dispatch");
    return !numbers || d.number_id || write_books(cx, page->w, &d);
}

/* --- letters -------------------------------------------------------------------------------------------------- */

static void jw_ids(struct jw *w, const char *key, struct ids ids)
{
    jw_karr(w, key);
    for (size_t i = 0; i < ids.n; i++)
        jw_id(w, ids.p[i]);
    jw_arr_end(w);
}

static struct str recipients_text(struct arena *a, const struct doc_elements *e)
{
    const struct {
        const char *key;
        const struct doc_recipients *r;
    } both[] = { { "main", &e->main_recipients }, { "cc", &e->cc_recipients } };
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    for (int i = 0; i < 2; i++) {
        jw_kobj(&w, both[i].key);
        jw_ids(&w, "unit_ids", both[i].r->units);
        jw_ids(&w, "group_ids", both[i].r->groups);
        jw_obj_end(&w);
    }
    jw_obj_end(&w);
    return buf_done(&b);
}

static bool letter_fill(struct ctx *cx, const struct doc *d, bool with_text, struct letter *out)
{
    const struct doc_elements *e = &d->elements;
    struct doc_issuer *p;
    size_t n;
    if (doc_is_joint(d) && !doc_issuers(cx, d, &p, &n))
        return false;
    *out = (struct letter){
        .is_found = true, .document_id = d->id, .matter_id = d->matter_id, .unit_id = d->unit_id,
        .agency_id = d->agency_id, .signer_person = d->signer_person, .state = d->state,
        .may_dispatch = doc_is(d, "numbered"), .corrects_id = d->corrects_id, .issuer = d->issuers, .title = d->title,
        .number = d->number, .doc_type = d->doc_type, .urgency = d->urgency,
        .direction = str_is(d->direction, "public") ? STR("down") : d->direction,
        .main_text = e->main_text, .cc_text = e->cc_text,
        .signer = doc_is_joint(d) ? doc_signers_text(cx, p, n) : d->signer,
        .signed_on = d->signed_on, .note = e->note, .contact = e->contact, .phone = e->phone,
        .distribution_scope = e->distribution_scope, .recipients = recipients_text(cx->a, e),
    };
    if (with_text)
        out->body = e->body ? jv_compact(cx->a, e->body) : STR("[]");
    return true;
}

bool doc_on_letter(struct ctx *cx, const char *event, int64_t document_id, const void *detail)
{
    const struct letter_ask *ask = detail;
    struct doc d;
    (void)event;
    int found = doc_find(cx, document_id, &d);
    return found == 1 ? letter_fill(cx, &d, ask->with_text, ask->out) : found == 0;
}

static bool may_leave(struct ctx *cx, const struct doc *d)
{
    if (doc_is(d, "dispatched"))
        return fail(cx, ERR_STATE, "doc.already_dispatched", NULL);
    if (!doc_is(d, "numbered"))
        return fail(cx, ERR_STATE, "doc.no_number", NULL);
    return doc_is_as_signed(cx, d, NULL) && doc_must_be_co_signed(cx, d);
}

bool doc_on_letter_sent(struct ctx *cx, const char *event, int64_t document_id, const void *detail)
{
    const struct letter_sent *sent = detail;
    struct doc d;
    int found = doc_find(cx, document_id, &d);
    if (found < 1)
        return found == 0; /* another room's letter */
    /* no right is asked: letter.retracted comes of the receiver's command, and exchange/ has its own
     * rule for the rest */
    if (!db_number(cx->db, 0, &q_document_lock, d.id) || doc_find(cx, d.id, &d) != 1)
        return false;
    if (strcmp(event, "letter.dispatching") == 0)
        return may_leave(cx, &d) && (!sent->main || doc_may_go_to(cx, &d, sent));
    if (strcmp(event, "letter.adding") == 0)
        return doc_may_go_to(cx, &d, sent);
    if (strcmp(event, "letter.dispatched") == 0)
        return db_run(cx->db, &q_document_dispatched, cx->now, sent->dispatch_id, d.id) &&
               doc_answers(cx, &d);
    if (strcmp(event, "letter.retracted") == 0)
        return db_run(cx->db, &q_document_state, "retracted", d.id);
    return !sent->other_id || doc_corrected(cx, &d, sent->other_id);
}

/* --- search ------------------------------------------------------------------------------------------------------ */

/* A joint body finds in its own matter what it signed. */
static int searched_text(struct ctx *cx, int64_t matter_id, struct doc *d)
{
    struct matter m;
    int found = doc_of_matter(cx, matter_id, d);
    if (found)
        return found;
    found = matter_find(cx, matter_id, &m);
    return found == 1 && str_is(m.module, "co_sign") ? doc_find(cx, m.subject_id, d) : found < 0 ? -1 : 0;
}

bool doc_on_search(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    struct buf *out = (struct buf *)(uintptr_t)detail; /* the asker's, to be filled */
    struct doc d;
    (void)event;
    int found = searched_text(cx, matter_id, &d);
    if (found < 1)
        return found == 0;
    buf_char(out, '\n');
    buf_str(out, d.number);
    buf_char(out, '\n');
    buf_str(out, d.issuers);
    buf_char(out, '\n');
    buf_str(out, elements_plain(cx->a, &d.elements));
    return true;
}
