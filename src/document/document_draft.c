/* Drafting (拟稿): begin a document, save it with a revision, keep a buffer while typing, compare
 * versions. Secret papers are refused before anything is kept (OFFICE D9). */
#include "secret/secret.h"
#include "document/document.sql.h"
#include "document/document_diff.h"
#include "document/document_in.h"

/* --- secret papers ---------------------------------------------------------------------------------- */

/* The first lines of the paper as a person would see them on its head. */
static struct str head_of(struct arena *a, const struct doc_elements *e)
{
    struct paragraphs body = body_paragraphs(a, e->body);
    struct buf b = buf_in(a);
    buf_str(&b, e->title);
    for (size_t i = 0; i < body.n && i < 25; i++) {
        buf_char(&b, '\n');
        buf_str(&b, body.p[i].text);
    }
    return buf_done(&b);
}

/* On a job's thread, before the command: the refusal goes on record although nothing else is kept. */
bool doc_refuse_secret(struct ctx *cx, const struct doc_elements *e)
{
    const char *rule = secret_classification(e->classification);
    if (!rule)
        rule = secret_rule(head_of(cx->a, e), secret_marks(cx));
    return !rule || secret_refuse(cx, rule, doc_digest(cx->a, elements_text(cx->a, e)));
}

/* Inside the command, for callers that skip the preparation (importer, demo history). */
bool doc_is_public(struct ctx *cx, const struct doc_elements *e)
{
    if (!secret_classification(e->classification) &&
        !secret_rule(head_of(cx->a, e), secret_marks(cx)))
        return true;
    return fail(cx, ERR_INVALID, "secret.refused", NULL);
}

/* --- create ------------------------------------------------------------------------------------------- */

struct doc_create_in {
    int64_t agency_id;
    struct str doc_type, title;
};
static const struct field doc_create_in_fields[] = {
    FIELD(doc_create_in, agency_id, F_ID, .flags = FIELD_REQUIRED, .zh = "发文机关",
          .en = "issuing agency"),
    FIELD(doc_create_in, doc_type, F_TEXT, .max = 10, .flags = FIELD_REQUIRED, .zh = "文种",
          .en = "kind"),
    FIELD(doc_create_in, title, F_TEXT, .max = 200, .flags = FIELD_REQUIRED, .zh = "标题",
          .en = "title"),
};
#define WHOLE(name_, struct_, fields_)                                                             \
    const struct record name_ = { #struct_, sizeof(struct struct_), fields_,                       \
                                  sizeof(fields_) / sizeof *(fields_) }
WHOLE(doc_create_in_record, doc_create_in, doc_create_in_fields);

static const struct field doc_created_fields[] = {
    FIELD(doc_created, matter_id, F_ID, .flags = FIELD_REQUIRED, .zh = "事项", .en = "matter"),
    FIELD(doc_created, document_id, F_ID, .flags = FIELD_REQUIRED, .zh = "公文", .en = "document"),
    FIELD(doc_created, item_id, F_ID, .zh = "待办", .en = "item"),
};
WHOLE(doc_created_record, doc_created, doc_created_fields);

bool doc_create_prepare(struct ctx *cx, void *input)
{
    const struct doc_create_in *in = input;
    const struct doc_elements e = { .title = in->title };
    return doc_refuse_secret(cx, &e);
}

/* The own post in the office that handles the agency's paper; the main one first. */
static const struct actor_post *post_for(const struct ctx *cx, int64_t unit_id)
{
    for (size_t i = 0; cx->actor && i < cx->actor->n_posts; i++)
        if (cx->actor->posts[i].unit_id == unit_id)
            return &cx->actor->posts[i];
    return NULL;
}

static bool draft_begin(struct ctx *cx, struct doc *d, const struct org_agency *agency)
{
    const char *direction;
    d->id = id_new(cx->now);
    d->unit_id = agency->unit_id;
    d->agency_id = agency->id;
    d->issuer = d->issuers = agency->signature_name;
    d->agency_mark = agency->name;
    d->elements_text = elements_text(cx->a, &d->elements);
    d->digest = doc_digest(cx->a, d->elements_text);
    d->revision = d->rev = 1;
    if (!doc_direction(cx, d, &d->elements, &direction))
        return false;
    d->direction = str_of(direction);
    return true;
}

bool doc_begin(struct ctx *cx, int64_t agency_id, struct str doc_type, struct str title,
               struct doc *d, int64_t *post_id)
{
    struct org_agency agency;
    struct matter m;
    int found = org_agency_find(cx, agency_id, &agency);
    const struct actor_post *post = found == 1 ? post_for(cx, agency.unit_id) : NULL;
    if (found < 0)
        return false;
    if (!post)
        return fail(cx, ERR_INVALID, "doc.not_your_agency", "agency_id");
    if (!rule_is_doc_type(doc_type))
        return fail(cx, ERR_INVALID, "doc.doc_type", "doc_type");
    *d = (struct doc){ .doc_type = doc_type, .title = title, .urgency = STR("normal"),
                       .state = STR("draft"),
                       .elements = { .title = title, .urgency = STR("normal") } };
    if (!doc_is_public(cx, &d->elements) || !draft_begin(cx, d, &agency))
        return false;
    const struct matter_start start = { .module = STR("send"), .unit_id = agency.unit_id,
                                        .post_id = post->id, .subject_id = d->id,
                                        .title = d->title, .urgency = d->urgency,
                                        .from_name = post->unit_name };
    if (!matter_start(cx, &start, &m))
        return false;
    d->matter_id = m.id;
    *post_id = post->id;
    return db_run(cx->db, &q_document_put, d->id, m.id, d->unit_id, d->agency_id, d->issuer,
                  d->agency_mark, d->doc_type, d->direction, d->title, d->urgency,
                  d->elements_text, d->digest, cx->actor->person_id, post->id, cx->now) &&
           doc_revision_put(cx, d, "save", post->id) &&
           doc_note(cx, d, "doc.create", post->id,
                    str_printf(cx->a, "{\"document\":\"%lld\",\"digest\":\"%.*s\"}",
                               (long long)d->id, STR_ARG(d->digest)));
}

bool doc_created_out(struct ctx *cx, const struct doc *d, struct doc_created *out)
{
    *out = (struct doc_created){ d->matter_id, d->id, 0 };
    return matter_my_item(cx, d->matter_id, STR_NONE, &out->item_id, NULL) >= 0;
}

bool doc_create(struct ctx *cx, const void *input, void *output)
{
    const struct doc_create_in *in = input;
    struct doc d;
    int64_t post_id;
    return doc_begin(cx, in->agency_id, in->doc_type, in->title, &d, &post_id) &&
           doc_created_out(cx, &d, output);
}

/* --- save ----------------------------------------------------------------------------------------------- */

static const char *const whys[] = { "save", "leave", "fix", NULL };

struct doc_save_in {
    int64_t document_id, rev;
    struct str why;
    struct doc_elements e;
};
static const struct field doc_save_in_fields[] = {
    FIELD(doc_save_in, document_id, F_ID, .flags = FIELD_PATH, .zh = "公文", .en = "document"),
    FIELD(doc_save_in, rev, F_I64, .max = INT64_MAX, .flags = FIELD_REQUIRED, .zh = "版本",
          .en = "revision"),
    FIELD(doc_save_in, why, F_CHOICE, .choices = whys, .zh = "保存方式", .en = "why"),
    DOC_ELEMENTS(doc_save_in),
};
WHOLE(doc_save_in_record, doc_save_in, doc_save_in_fields);

struct doc_saved {
    int64_t document_id, rev, revision;
    struct str digest;
    bool is_substantive;
};
static const struct field doc_saved_fields[] = {
    FIELD(doc_saved, document_id, F_ID, .flags = FIELD_REQUIRED, .zh = "公文", .en = "document"),
    FIELD(doc_saved, rev, F_I64, .zh = "版本", .en = "revision of the row"),
    FIELD(doc_saved, revision, F_I64, .zh = "修订次数", .en = "revision"),
    FIELD(doc_saved, digest, F_TEXT, .flags = FIELD_REQUIRED, .zh = "摘要", .en = "digest"),
    FIELD(doc_saved, is_substantive, F_BOOL, .zh = "签发后有实质性修改",
          .en = "changed in substance after signing"),
};
WHOLE(doc_saved_record, doc_saved, doc_saved_fields);

bool doc_save_prepare(struct ctx *cx, void *input)
{
    const struct doc_save_in *in = input;
    return body_check(cx->a, in->e.body, &cx->err) && doc_refuse_secret(cx, &in->e);
}

/* Whoever holds an open step of it may write, until the number is given; after signing every change
 * is weighed (W3). */
bool doc_may_write(struct ctx *cx, const struct doc *d, int64_t *post_id)
{
    int mine = doc_my_item(cx, d, NULL, post_id);
    if (mine < 0)
        return false;
    if (mine == 0)
        return fail(cx, ERR_STATE, "doc.not_your_turn", NULL);
    if (!doc_is(d, "draft") && !doc_is(d, "signed"))
        return fail(cx, ERR_STATE, "doc.frozen", NULL);
    return true;
}

/* A fix after signing is on record with before and after (W3). */
static bool note_fix(struct ctx *cx, const struct doc *d, const struct diff *diff, int64_t post_id,
                     bool is_mechanical)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_ki64(&w, "revision", d->revision);
    jw_kstr(&w, "digest", d->digest);
    jw_kbool(&w, "is_mechanical", is_mechanical);
    jw_karr(&w, "changes");
    for (size_t i = 0; i < diff->n; i++) {
        if (diff->row[i].op == DIFF_SAME)
            continue;
        jw_obj(&w);
        jw_kstr(&w, "before", diff->row[i].left);
        jw_kstr(&w, "after", diff->row[i].right);
        jw_obj_end(&w);
    }
    jw_arr_end(&w);
    jw_obj_end(&w);
    return doc_note(cx, d, "doc.fix", post_id, buf_done(&b));
}

static bool is_list_same(struct ids x, struct ids y)
{
    return x.n == y.n && (x.n == 0 || memcmp(x.p, y.p, x.n * sizeof *x.p) == 0);
}

static bool are_recipients_same(const struct doc_elements *x, const struct doc_elements *y)
{
    return is_list_same(x->main_recipients.units, y->main_recipients.units) &&
           is_list_same(x->main_recipients.groups, y->main_recipients.groups) &&
           is_list_same(x->cc_recipients.units, y->cc_recipients.units) &&
           is_list_same(x->cc_recipients.groups, y->cc_recipients.groups);
}

static bool save_signed(struct ctx *cx, struct doc *d, const struct doc_elements *e,
                        int64_t post_id, bool *is_substantive)
{
    bool was_signed_text = str_eq(d->digest, d->signed_digest);
    struct diff diff = diff_paragraphs(cx->a, elements_lines(cx->a, &d->elements),
                                       elements_lines(cx->a, e));
    bool mechanical = diff_is_mechanical(&diff) && are_recipients_same(&d->elements, e) &&
                      is_list_same(d->elements.joint, e->joint);
    struct str was = d->signed_digest;
    if (!doc_store(cx, d, e, "fix", post_id) || !note_fix(cx, d, &diff, post_id, mechanical))
        return false;
    *is_substantive = !(was_signed_text && mechanical);
    return *is_substantive || (db_run(cx->db, &q_document_signed_digest, d->digest, d->id) &&
                               doc_co_sign_mended(cx, d, was));
}

static bool save_draft(struct ctx *cx, struct doc *d, const struct doc_elements *e,
                       struct str why, int64_t post_id)
{
    const char *kept = str_is(why, "leave") ? "leave" : str_is(why, "hand_on") ? "hand_on" : "save";
    return doc_store(cx, d, e, kept, post_id) &&
           doc_note(cx, d, "doc.save", post_id,
                    str_printf(cx->a, "{\"revision\":%lld,\"digest\":\"%.*s\"}",
                               (long long)d->revision, STR_ARG(d->digest)));
}

bool doc_save(struct ctx *cx, const void *input, void *output)
{
    const struct doc_save_in *in = input;
    struct doc_saved *out = output;
    struct doc d;
    int64_t post_id = 0;
    if (!body_check(cx->a, in->e.body, &cx->err) || !doc_is_public(cx, &in->e) ||
        !doc_load_for_change(cx, in->document_id, &d) || !doc_may_write(cx, &d, &post_id))
        return false;
    if (in->rev != d.rev)
        return fail(cx, ERR_CONFLICT, "doc.stale", "rev");
    struct str digest = doc_digest(cx->a, elements_text(cx->a, &in->e));
    bool same = str_eq(digest, d.digest), good = true;
    if (same)
        good = doc_note(cx, &d, "doc.save", post_id, STR("{\"same\":true}"));
    else if (doc_is(&d, "signed"))
        good = save_signed(cx, &d, &in->e, post_id, &out->is_substantive);
    else
        good = save_draft(cx, &d, &in->e, in->why, post_id);
    out->document_id = d.id;
    out->rev = d.rev;
    out->revision = d.revision;
    out->digest = d.digest;
    return good && db_run(cx->db, &q_buffer_drop, d.id, cx->actor->person_id);
}

/* Handing on makes a revision (what was typed and only buffered goes along, as the one who typed it
 * meant it to); a buffer of an older text is left for its owner. */
bool doc_take_buffer(struct ctx *cx, struct doc *d, int64_t post_id)
{
    struct rows r;
    struct doc_elements e;
    struct str text = STR_NONE;
    bool ignored;
    if (!cx->actor || (!doc_is(d, "draft") && !doc_is(d, "signed")))
        return true;
    int found = db_get(cx->db, &r, &q_buffer_get, d->id, cx->actor->person_id);
    if (found == 1 && row_i64(&r, 1) == d->rev)
        text = row_copy(&r, 2, cx->a);
    rows_end(&r);
    if (found < 0 || !text.n)
        return found >= 0;
    if (!elements_read(cx->a, text, &e, &cx->err) || !doc_is_public(cx, &e))
        return false;
    bool good = str_eq(doc_digest(cx->a, elements_text(cx->a, &e)), d->digest) ||
                (doc_is(d, "signed") ? save_signed(cx, d, &e, post_id, &ignored)
                                     : save_draft(cx, d, &e, STR("hand_on"), post_id));
    return good && db_run(cx->db, &q_buffer_drop, d->id, cx->actor->person_id);
}

/* --- buffer ------------------------------------------------------------------------------------------------ */

struct doc_buffer_in {
    int64_t document_id;
    struct doc_elements e;
};
static const struct field doc_buffer_in_fields[] = {
    FIELD(doc_buffer_in, document_id, F_ID, .flags = FIELD_PATH, .zh = "公文", .en = "document"),
    DOC_ELEMENTS(doc_buffer_in),
};
WHOLE(doc_buffer_in_record, doc_buffer_in, doc_buffer_in_fields);

bool doc_buffer_prepare(struct ctx *cx, void *input)
{
    const struct doc_buffer_in *in = input;
    return body_check(cx->a, in->e.body, &cx->err) && doc_refuse_secret(cx, &in->e);
}

bool doc_buffer(struct ctx *cx, const void *input, void *output)
{
    const struct doc_buffer_in *in = input;
    struct doc d;
    int64_t post_id = 0;
    (void)output;
    return doc_is_public(cx, &in->e) && doc_load(cx, in->document_id, &d) &&
           doc_may_write(cx, &d, &post_id) &&
           db_run(cx->db, &q_buffer_put, d.id, cx->actor->person_id, cx->now, d.rev,
                  elements_text(cx->a, &in->e));
}

bool doc_buffer_get(struct ctx *cx, const void *input, struct jw *w)
{
    const struct doc_path *in = input;
    struct doc d;
    struct rows r;
    if (!doc_load(cx, in->document_id, &d))
        return false;
    int found = db_get(cx->db, &r, &q_buffer_get, d.id, cx->actor->person_id);
    jw_obj(w);
    jw_key(w, "buffer");
    if (found == 1) {
        jw_obj(w);
        jw_ki64(w, "at", row_i64(&r, 0));
        jw_ki64(w, "rev", row_i64(&r, 1));
        jw_kraw(w, "elements", row_text(&r, 2));
        jw_obj_end(w);
    } else {
        jw_null(w);
    }
    jw_obj_end(w);
    rows_end(&r);
    return found >= 0;
}

/* --- looking ------------------------------------------------------------------------------------------------ */

bool doc_get(struct ctx *cx, const void *input, struct jw *w)
{
    const struct doc_path *in = input;
    struct doc d;
    return doc_load(cx, in->document_id, &d) && doc_write(cx, w, &d);
}

struct doc_revisions_in {
    int64_t document_id, limit;
    struct str after;
};
static const struct field doc_revisions_in_fields[] = {
    FIELD(doc_revisions_in, document_id, F_ID, .flags = FIELD_PATH, .zh = "公文", .en = "document"),
    FIELD(doc_revisions_in, limit, F_I64, .min = 0, .max = 100, .zh = "每页", .en = "page size"),
    FIELD(doc_revisions_in, after, F_TEXT, .max = 100, .zh = "继续", .en = "cursor"),
};
WHOLE(doc_revisions_in_record, doc_revisions_in, doc_revisions_in_fields);

bool doc_revisions(struct ctx *cx, const void *input, struct jw *w)
{
    const struct doc_revisions_in *in = input;
    int64_t limit = in->limit > 0 ? in->limit : 50, before = INT64_MAX, last = 0, n = 0, unused = 0;
    struct doc d;
    struct rows r;
    if (!cursor_read(cx, in->after, &before, &unused, &unused) || !doc_load(cx, in->document_id, &d))
        return false;
    answer_rows(w);
    for (db_rows(cx->db, &r, &q_revision_page, d.id, before, limit); rows_next(&r); n++) {
        last = row_i64(&r, 0);
        jw_obj(w);
        jw_ki64(w, "revision", last);
        jw_kstr(w, "author", row_text(&r, 1));
        jw_kstr(w, "step", row_text(&r, 5));
        jw_kstr(w, "why", row_text(&r, 2));
        jw_ki64(w, "at", row_i64(&r, 3));
        jw_kstr(w, "digest", row_text(&r, 4));
        jw_kbool(w, "is_signed", str_eq(row_text(&r, 4), d.signed_digest));
        jw_obj_end(w);
    }
    rows_end(&r);
    answer_rows_end(w, n == limit ? cursor_text(cx, last, 0, 0) : STR_NONE);
    return !rows_failed(&r);
}

struct doc_compare_in {
    int64_t document_id, from, to;
};
static const struct field doc_compare_in_fields[] = {
    FIELD(doc_compare_in, document_id, F_ID, .flags = FIELD_PATH, .zh = "公文", .en = "document"),
    FIELD(doc_compare_in, from, F_I64, .min = 1, .max = INT32_MAX, .zh = "旧版", .en = "older revision"),
    FIELD(doc_compare_in, to, F_I64, .min = 1, .max = INT32_MAX, .zh = "新版", .en = "newer revision"),
};
WHOLE(doc_compare_in_record, doc_compare_in, doc_compare_in_fields);

bool doc_revision_elements(struct ctx *cx, int64_t document_id, int64_t revision,
                           struct doc_elements *out)
{
    struct rows r;
    struct str text = STR_NONE;
    int found = db_get(cx->db, &r, &q_revision_get, document_id, revision);
    if (found == 1)
        text = row_copy(&r, 0, cx->a);
    rows_end(&r);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    return elements_read(cx->a, text, out, &cx->err);
}

static bool revision_lines(struct ctx *cx, int64_t document_id, int64_t revision,
                           struct paragraphs *out)
{
    struct doc_elements e;
    if (!doc_revision_elements(cx, document_id, revision, &e))
        return false;
    *out = elements_lines(cx->a, &e);
    return true;
}

bool doc_compare(struct ctx *cx, const void *input, struct jw *w)
{
    const struct doc_compare_in *in = input;
    struct paragraphs left, right;
    struct doc d;
    if (!doc_load(cx, in->document_id, &d) || !revision_lines(cx, d.id, in->from, &left) ||
        !revision_lines(cx, d.id, in->to, &right))
        return false;
    struct diff diff = diff_paragraphs(cx->a, left, right);
    answer_rows(w);
    for (size_t i = 0; i < diff.n; i++)
        diff_row_write(w, &diff.row[i]);
    answer_rows_end(w, STR_NONE);
    return true;
}
