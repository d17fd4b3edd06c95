/* The document as its pages (版式预览): its elements as the source of page/, laid out and written as PDF in
 * the lane for work. What it does not have yet, number and date, stands there as room for them. */
#include "core/small.h"
#include "base/log.h"
#include "document/document.sql.h"
#include "document/document_in.h"
#include "page/page.h"

static struct page_fonts *fonts; /* set at the start, then only read */

static bool start(struct ctx *cx)
{
    struct err e = { 0 };
    fonts = page_fonts_new(cx->a, arena_printf(cx->a, "%s/fonts", core_dir(cx->core)), &e);
    if (!fonts)
        log_warn("document", "no fonts for pages: 版式预览 is refused", "code", e.code);
    return true;
}

void doc_preview_stop(void)
{
    page_fonts_free(&fonts);
}

/* --- elements as a source ------------------------------------------------------------------------------------ */

static enum page_form form_of(const struct doc *d)
{
    return str_is(d->doc_type, "函")     ? PAGE_LETTER
           : str_is(d->doc_type, "命令") ? PAGE_ORDER
           : str_is(d->doc_type, "纪要") ? PAGE_MINUTES
                                         : PAGE_DOCUMENT;
}

static enum page_block_kind kind_of(struct str kind)
{
    static const char *const kinds[] = { "p", "h1", "h2", "h3", "h4", "table" };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_is(kind, kinds[i]))
            return (enum page_block_kind)i;
    return PAGE_P;
}

static void body_of(struct arena *a, const struct jv *body, struct page_source *s)
{
    s->block_n = jv_size(body);
    s->block = arena_array_of(a, struct page_block, s->block_n + 1);
    for (size_t i = 0; i < s->block_n; i++) {
        const struct jv *b = jv_at(body, i), *rows = jv_get(b, "rows");
        struct page_block *to = &s->block[i];
        to->kind = kind_of(jv_str(jv_get(b, "kind")));
        to->text = jv_str(jv_get(b, "text"));
        to->row_n = jv_size(rows);
        to->row = arena_array_of(a, struct page_row, to->row_n + 1);
        for (size_t r = 0; r < to->row_n; r++) {
            to->row[r].n = jv_size(jv_at(rows, r));
            to->row[r].cell = arena_array_of(a, struct page_cell, to->row[r].n + 1);
            for (size_t c = 0; c < to->row[r].n; c++)
                to->row[r].cell[c].text = jv_str(jv_at(jv_at(rows, r), c));
        }
    }
}

/* 附注: as written, else how far it goes, else whom to ask (D6). */
static struct str note_of(struct arena *a, const struct doc_elements *e, bool is_upward)
{
    if (e->note.n)
        return e->note;
    if (e->distribution_scope.n)
        return str_printf(a, "此件%.*s", STR_ARG(e->distribution_scope));
    if (is_upward && e->contact.n)
        return str_printf(a, "联系人：%.*s，电话：%.*s", STR_ARG(e->contact), STR_ARG(e->phone));
    return STR_NONE;
}

/* L10: townships 42, whoever stands above them 45. */
static bool seal_of(struct ctx *cx, int64_t unit_id, double *mm)
{
    struct unit_row u;
    int found = unit_find(cx, unit_id, &u);
    *mm = found == 1 && (str_is(u.level, "town") || str_is(u.level, "village")) ? 42 : 45;
    return found >= 0;
}

static struct str without_wenjian(struct str mark)
{
    struct str end = STR("文件");
    return str_ends(mark, end) ? str_sub(mark, 0, mark.n - end.n) : mark;
}

static bool bodies_of(struct ctx *cx, const struct doc *d, struct page_source *s)
{
    struct doc_issuer *p;
    size_t n;
    bool is_upward = str_is(d->direction, "up");
    if (!doc_issuers(cx, d, &p, &n))
        return false;
    s->issuers.p = arena_array_of(cx->a, struct str, n);
    s->issuers.n = n;
    s->signature = arena_array_of(cx->a, struct page_signature, n);
    s->signature_n = n;
    s->signers.p = arena_array_of(cx->a, struct str, n);
    for (size_t i = 0; i < n; i++) {
        s->issuers.p[i] = without_wenjian(p[i].mark);
        s->signature[i].name = p[i].name;
        if (!seal_of(cx, p[i].unit_id, &s->signature[i].seal_mm))
            return false;
        s->signers.p[i] = p[i].signed_on.n && p[i].signer.n ? p[i].signer : STR("　　　");
    }
    s->signers.n = is_upward ? n : 0;
    if (n == 1 && d->elements.signature.n)
        s->signature[0].name = d->elements.signature;
    if (s->form == PAGE_ORDER && p[0].signed_on.n) {
        s->signer_title = p[0].title.n ? p[0].title : STR_NONE;
        s->signer_name = p[0].signer;
    }
    if (s->form == PAGE_ORDER || s->form == PAGE_MINUTES)
        s->signature_n = 0;
    return true;
}

/* Number, date and print block, as far as they are there. */
static bool register_of(struct ctx *cx, const struct doc *d, struct page_source *s)
{
    struct org_agency g;
    struct unit_row u;
    int found = org_agency_find(cx, d->agency_id, &g);
    if (found < 0)
        return false;
    s->number = d->number;
    if (!d->number.n && found == 1 && s->form == PAGE_DOCUMENT)
        s->number = str_printf(cx->a, "%.*s〔%d〕　　号", STR_ARG(g.book_mark), clock_date_of(cx->now).year);
    s->date = d->elements.adopted_on.n ? d->elements.adopted_on : d->signed_on;
    s->date_words = s->form == PAGE_MINUTES ? STR_NONE : STR("　　年　　月　　日");
    s->cc = d->elements.cc_text;
    found = unit_find(cx, found == 1 ? g.unit_id : d->unit_id, &u);
    if (found == 1)
        s->printer = u.name;
    if (d->numbered_at)
        s->printed_on = clock_day_text(cx->a, clock_date_of(d->numbered_at));
    return found >= 0;
}

static bool source_of(struct ctx *cx, const struct doc *d, struct page_source *s)
{
    const struct doc_elements *e = &d->elements;
    *s = (struct page_source){ .form = form_of(d), .title = d->title, .addressees = e->main_text };
    if (s->form == PAGE_ORDER || s->form == PAGE_MINUTES)
        s->addressees = STR_NONE;
    s->urgency = str_is(e->urgency, "critical") ? STR("特急")
                 : str_is(e->urgency, "urgent") ? STR("加急")
                                                : STR_NONE;
    s->note = note_of(cx->a, e, str_is(d->direction, "up"));
    body_of(cx->a, e->body, s);
    return matter_names_out(cx, d->matter_id, &s->attachment_names.p, &s->attachment_names.n) &&
           bodies_of(cx, d, s) && register_of(cx, d, s);
}

/* --- the read ------------------------------------------------------------------------------------------------- */

struct doc_preview_in {
    int64_t document_id;
    bool typed;
};
static const struct field doc_preview_in_fields[] = {
    FIELD(doc_preview_in, document_id, F_ID, .flags = FIELD_PATH, .zh = "公文", .en = "document"),
    FIELD(doc_preview_in, typed, F_BOOL, .zh = "连同本人尚未保存的内容", .en = "with what one typed and has not saved"),
};
static const struct record doc_preview_in_record = { "doc_preview_in", sizeof(struct doc_preview_in),
                                                     doc_preview_in_fields, 2 };

/* What the actor has typed since the last save takes the elements' place. */
static bool take_typed(struct ctx *cx, struct doc *d)
{
    struct rows r;
    struct str text = STR_NONE;
    int found = db_get(cx->db, &r, &q_buffer_get, d->id, cx->actor->person_id);
    if (found == 1 && row_i64(&r, 1) == d->rev)
        text = row_copy(&r, 2, cx->a);
    rows_end(&r);
    if (!text.n)
        return found >= 0;
    d->digest = doc_digest(cx->a, text);
    if (!elements_read(cx->a, text, &d->elements, &cx->err))
        return false;
    d->title = d->elements.title.n ? d->elements.title : d->title;
    return true;
}

struct preview {
    struct page_source source;
    struct page_info info;
};

static bool make(struct arena *a, void *arg, struct raw *out, struct err *e)
{
    struct preview *k = arg;
    struct page_set set;
    return page_layout(a, fonts, &k->source, &set, e) && page_pdf(a, fonts, &set, &k->info, &out->bytes, e);
}

static DOC_READ(page_pdf_read)
{
    const struct doc_preview_in *in = input;
    struct doc d;
    struct preview *k = arena_new_of(cx->a, struct preview);
    (void)w;
    if (!doc_load(cx, in->document_id, &d))
        return false;
    if (!fonts)
        return fail(cx, ERR_STATE, "doc.no_fonts", NULL);
    if ((in->typed && !take_typed(cx, &d)) || !source_of(cx, &d, &k->source))
        return false;
    k->info = (struct page_info){ .title = d.title, .author = d.issuers, .subject = k->source.number,
                                  .created_at = d.saved_at };
    *raw_of(cx) = (struct raw){ .type = "application/pdf", .is_inline = true, .fd = -1,
                                .name = str_printf(cx->a, "%.*s.pdf", STR_ARG(d.title)) };
    read_later(cx, make, k);
    return true;
}

static const struct read reads[] = {
    { "doc.page_pdf", "/documents/{document_id}/page.pdf", PERM_LOGIN, &doc_preview_in_record, NULL, false,
      page_pdf_read, "公文的版式文件（PDF）", "The pages of a document as PDF", READ_RAW },
};

const struct room document_preview_room = { .name = "document", .reads = reads, .n_reads = 1,
                                            .start = start };
