/* Documents in the database: found, locked, stored with their revisions. */
#include "document/document.sql.h"
#include "document/document_in.h"

#include "desk/label.h"

static const struct field doc_path_fields[] = {
    FIELD(doc_path, document_id, F_ID, .flags = FIELD_PATH, .zh = "公文", .en = "document"),
};
const struct record doc_path_record = { "doc_path", sizeof(struct doc_path), doc_path_fields, 1 };

struct str doc_digest(struct arena *a, struct str text)
{
    char hex[SM3_HEX_SIZE + 1];
    sm3_hex(text, hex);
    return str_copy(a, str_of(hex));
}

struct str doc_today(const struct ctx *cx)
{
    return clock_day_text(cx->a, clock_date_of(cx->now));
}

bool doc_is(const struct doc *d, const char *state)
{
    return str_is(d->state, state);
}

bool doc_is_as_signed(struct ctx *cx, const struct doc *d, const char *field)
{
    struct str files;
    if (!str_eq(d->digest, d->signed_digest))
        return fail(cx, ERR_STATE, "doc.changed_after_signing", field);
    if (!matter_files_digest(cx, d->matter_id, &files))
        return false;
    return str_eq(files, d->signed_files) ||
           fail(cx, ERR_STATE, "doc.files_after_signing", field);
}

static void row_to_doc(struct ctx *cx, struct rows *r, struct doc *d)
{
    *d = (struct doc){
        .id = row_i64(r, 0),
        .matter_id = row_i64(r, 1),
        .unit_id = row_i64(r, 2),
        .agency_id = row_i64(r, 3),
        .issuer = row_copy(r, 4, cx->a),
        .agency_mark = row_copy(r, 5, cx->a),
        .doc_type = row_copy(r, 6, cx->a),
        .direction = row_copy(r, 7, cx->a),
        .title = row_copy(r, 8, cx->a),
        .urgency = row_copy(r, 9, cx->a),
        .elements_text = row_copy(r, 10, cx->a),
        .digest = row_copy(r, 11, cx->a),
        .drafter_person = row_i64(r, 12),
        .drafter_post = row_i64(r, 13),
        .state = row_copy(r, 14, cx->a),
        .number = row_copy(r, 15, cx->a),
        .number_id = row_i64(r, 16),
        .signer = row_copy(r, 17, cx->a),
        .signer_person = row_i64(r, 18),
        .signer_post = row_i64(r, 19),
        .signed_on = row_copy(r, 20, cx->a),
        .signed_digest = row_copy(r, 21, cx->a),
        .year = row_i64(r, 22),
        .numbered_at = row_i64(r, 23),
        .dispatched_at = row_i64(r, 24),
        .dispatch_id = row_i64(r, 25),
        .replaced_by = row_i64(r, 26),
        .revision = row_i64(r, 27),
        .rev = row_i64(r, 28),
        .saved_at = row_i64(r, 29),
        .corrects_id = row_i64(r, 30),
        .correct_reason = row_copy(r, 31, cx->a),
        .signed_for = row_copy(r, 32, cx->a),
        .signed_files = row_copy(r, 33, cx->a),
        .issuers = row_copy(r, 34, cx->a),
    };
}

int doc_find(struct ctx *cx, int64_t document_id, struct doc *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_document_get, document_id);
    if (found == 1)
        row_to_doc(cx, &r, out);
    rows_end(&r);
    if (found == 1 && !elements_read(cx->a, out->elements_text, &out->elements, &cx->err))
        return -1;
    return found;
}

int doc_of_matter(struct ctx *cx, int64_t matter_id, struct doc *out)
{
    int64_t id = db_number(cx->db, 0, &q_document_of_matter, matter_id);
    return id ? doc_find(cx, id, out) : cx->err.kind ? -1 : 0;
}

bool doc_load(struct ctx *cx, int64_t document_id, struct doc *out)
{
    int found = doc_find(cx, document_id, out);
    if (found < 0)
        return false;
    if (found == 1 && (cx->is_system || matter_can_see(cx, out->matter_id)))
        return true;
    return cx->err.kind == ERR_NONE && fail_not_found(cx);
}

bool doc_load_for_change(struct ctx *cx, int64_t document_id, struct doc *out)
{
    struct matter m;
    return doc_load(cx, document_id, out) && matter_load_for_change(cx, out->matter_id, &m) &&
           db_number(cx->db, 0, &q_document_lock, document_id) &&
           doc_load(cx, document_id, out); /* again, now under the lock */
}

int doc_my_item(struct ctx *cx, const struct doc *d, const char *node, int64_t *post_id)
{
    int64_t item;
    return matter_my_item(cx, d->matter_id, node ? str_of(node) : STR_NONE, &item, post_id);
}

bool doc_note(struct ctx *cx, const struct doc *d, const char *op, int64_t post_id, struct str body)
{
    return matter_trace(cx, d->matter_id, op, post_id, body);
}

bool doc_revision_put(struct ctx *cx, const struct doc *d, const char *why, int64_t post_id)
{
    struct str step = STR("");
    if (cx->actor && !matter_my_step(cx, d->matter_id, &step))
        return false;
    trace_hold_digest(cx, d->matter_id, "revision", d->digest);
    return db_run(cx->db, &q_revision_put, d->id, d->revision,
                  cx->actor ? cx->actor->person_id : 0, bind_id(post_id),
                  cx->actor ? cx->actor->name : STR(""), step, why, cx->now, d->elements_text,
                  d->digest);
}

static bool links_put(struct ctx *cx, const struct doc *d, const struct doc_elements *e)
{
    const struct doc_link *l = e->links.p;
    if (!db_run(cx->db, &q_links_drop, d->id))
        return false;
    for (size_t i = 0; i < e->links.n; i++) {
        if (l[i].matter_id && !cx->is_system && !matter_can_see(cx, l[i].matter_id))
            return fail(cx, ERR_INVALID, "doc.unknown_link", "links");
        if (!db_run(cx->db, &q_link_put, d->id, (int64_t)i, l[i].kind, bind_id(l[i].matter_id),
                    l[i].text.p ? l[i].text : STR("")))
            return false;
    }
    return true;
}

/* 内部, 敏感: by its words, and where it is not to be disclosed (OFFICE D9, D6). */
static bool label_put(struct ctx *cx, const struct doc *d, const struct doc_elements *e)
{
    static const struct label kept = { .value = { "internal", 8 }, .by = { "rule", 4 },
                                       .why = { "不予公开", 12 } };
    return matter_label_text(cx, d->matter_id, d->title, elements_plain(cx->a, e),
                             str_is(e->disclosure, "none") ? &kept : NULL);
}

bool doc_store(struct ctx *cx, struct doc *d, const struct doc_elements *e, const char *why,
               int64_t post_id)
{
    const char *direction;
    bool is_other = d->elements.joint.n != e->joint.n ||
                    (e->joint.n && memcmp(d->elements.joint.p, e->joint.p, e->joint.n * sizeof *e->joint.p));
    bool is_new_head = !str_eq(d->title, e->title) || !str_eq(d->urgency, e->urgency);
    if (!doc_direction(cx, d, e, &direction) || (is_other && !doc_joint_fits(cx, d, e->joint)))
        return false;
    d->elements = *e;
    if (doc_is(d, "draft") || is_other) { /* once signed it bears the names of that day */
        struct doc_issuer *p;
        size_t n;
        if (!doc_issuers(cx, d, &p, &n))
            return false;
        d->issuers = doc_issuers_text(cx, p, n);
    }
    d->elements_text = elements_text(cx->a, e);
    d->digest = doc_digest(cx->a, d->elements_text);
    d->title = e->title.p ? e->title : STR("");
    d->urgency = e->urgency.n ? e->urgency : STR("normal");
    d->direction = str_of(direction);
    d->revision++;
    d->rev++;
    if (!links_put(cx, d, e) ||
        !db_run(cx->db, &q_document_save, d->direction, d->title, d->urgency, d->elements_text,
                d->digest, d->issuers, d->revision, cx->now, d->id) ||
        !doc_revision_put(cx, d, why, post_id) || !label_put(cx, d, e))
        return false;
    return is_new_head ? matter_describe(cx, d->matter_id, d->title, STR_NONE, d->urgency)
                       : event_emit(cx, "search.changed", d->matter_id, NULL);
}
