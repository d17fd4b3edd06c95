/* A document as a Word file in the standard layout (GB/T 9704): red head, number, rule, title, addressee,
 * body with its tables, 附件说明, 署名 and 成文日期, 附注, 版记. What is not yet there (number, day) stays
 * open, as on a draft. The places are word/'s; what stands at them is decided here. */
#include "document/document_in.h"
#include "word/word.h"

/* --- the body's own words for word/ ------------------------------------------------------------------ */

static void block_spans(struct arena *a, const struct jv *spans, struct word_block *b)
{
    b->span = arena_array_of(a, struct word_span, jv_size(spans) + 1);
    for (size_t i = 0; i < jv_size(spans); i++) {
        const struct jv *s = jv_at(spans, i);
        b->span[b->n_spans++] = (struct word_span){
            (size_t)jv_i64(jv_at(s, 0)), (size_t)jv_i64(jv_at(s, 1)), (size_t)jv_i64(jv_at(s, 2)),
            (size_t)jv_i64(jv_at(s, 3))
        };
    }
}

/* A row shorter than the widest is filled up. */
static void block_table(struct arena *a, const struct jv *rows, struct word_block *b)
{
    b->rows = jv_size(rows);
    for (size_t y = 0; y < b->rows; y++)
        b->columns = jv_size(jv_at(rows, y)) > b->columns ? jv_size(jv_at(rows, y)) : b->columns;
    b->cell = arena_array_of(a, struct str, b->rows * b->columns + 1);
    for (size_t i = 0; i < b->rows * b->columns; i++) {
        struct str s = jv_str(jv_at(jv_at(rows, i / b->columns), i % b->columns));
        b->cell[i] = s.p ? s : STR("");
    }
}

static struct word_block *blocks_of(struct arena *a, const struct jv *body, size_t *n)
{
    static const char *const kinds[] = { "p", "h1", "h2", "h3", "h4", "table" };
    struct word_block *p = arena_array_of(a, struct word_block, jv_size(body) + 1);
    *n = 0;
    for (size_t i = 0; i < jv_size(body); i++) {
        const struct jv *block = jv_at(body, i);
        struct word_block *b = &p[*n];
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
            if (str_is(jv_str(jv_get(block, "kind")), kinds[k]))
                b->kind = kinds[k];
        if (!b->kind)
            continue;
        b->text = jv_str(jv_get(block, "text"));
        if (strcmp(b->kind, "table") == 0) {
            block_table(a, jv_get(block, "rows"), b);
            block_spans(a, jv_get(block, "spans"), b);
        }
        ++*n;
    }
    return p;
}

/* --- the parts --------------------------------------------------------------------------------------- */

static struct str long_day(struct arena *a, struct str on)
{
    struct clock_date d;
    return clock_day_parse(on, &d) ? str_printf(a, "%d年%d月%d日", d.year, d.month, d.day) : STR_NONE;
}

/* In half characters, as printed. */
static int width_of(struct str s)
{
    int n = 0;
    for (size_t i = 0; i < s.n;)
        n += utf8_next(s, &i) < 0x80 ? 1 : 2;
    return n;
}

static struct str without(struct str s, const char *last)
{
    return s.n && str_ends(s, str_of(last)) ? str_sub(s, 0, s.n - strlen(last)) : s;
}

static void blank(struct word_out *o, int lines)
{
    while (lines-- > 0)
        word_p(o, WORD_S_FLUSH, STR(""));
}

static void put_head(struct ctx *cx, struct word_out *o, const struct doc *d,
                     const struct doc_issuer *issuer, size_t n)
{
    struct str urgency = str_is(d->urgency, "critical") ? STR("特急")
                         : str_is(d->urgency, "urgent") ? STR("加急")
                                                        : STR("");
    word_p(o, WORD_S_URGENCY, urgency);
    blank(o, 1);
    for (size_t i = 0; n > 1 && i < n; i++)
        word_p(o, WORD_S_MARK, i + 1 < n ? issuer[i].name : str_printf(cx->a, "%.*s文件", STR_ARG(issuer[i].name)));
    if (n <= 1)
        word_p(o, WORD_S_MARK, d->agency_mark);
    blank(o, 2);
    struct str number = d->number.n ? d->number : STR("");
    struct str signers = n > 1 ? doc_signers_text(cx, issuer, n) : d->signer;
    if (str_is(d->direction, "up"))
        word_p_ends(o, WORD_S_NUMBER, number, str_printf(cx->a, "签发人：%.*s", STR_ARG(signers)));
    else
        word_p(o, WORD_S_NUMBER, number);
    word_p(o, WORD_S_RULE, STR(""));
    blank(o, 2);
    word_p(o, WORD_S_TITLE, d->title);
    blank(o, 1);
    if (d->elements.main_text.n)
        word_p(o, WORD_S_FLUSH, str_printf(cx->a, "%.*s：", STR_ARG(without(d->elements.main_text, "："))));
}

/* 附件说明 by the files that go out with it, unless the text has one. */
static bool put_appendix(struct ctx *cx, struct word_out *o, const struct doc *d,
                         const struct word_block *block, size_t n)
{
    struct texts names;
    for (size_t i = 0; i < n; i++)
        if (block[i].text.p && str_starts(str_trim(block[i].text), STR("附件")))
            return true;
    if (!matter_file_names(cx, d->matter_id, &names))
        return false;
    if (names.n)
        blank(o, 1);
    for (size_t i = 0; i < names.n; i++) {
        const char *number = names.n > 1 ? arena_printf(cx->a, "%zu.", i + 1) : "";
        word_p(o, WORD_S_APPENDIX, str_printf(cx->a, "%s%s%.*s", i ? "　　　" : "附件：", number, STR_ARG(names.p[i])));
    }
    return true;
}

/* Name over the middle of the day, the day four characters in. */
static void put_signature(struct ctx *cx, struct word_out *o, const struct doc *d,
                          const struct doc_issuer *issuer, size_t n)
{
    struct str day = long_day(cx->a, d->signed_on), rest = d->elements.signature, one;
    int wide = day.n ? width_of(day) : 12;
    blank(o, 2);
    if (!rest.n)
        for (size_t i = 0; i < n; i++)
            rest = i ? str_printf(cx->a, "%.*s\n%.*s", STR_ARG(rest), STR_ARG(issuer[i].name)) : issuer[i].name;
    while (str_cut(&rest, '\n', &one)) {
        int in = 8 + (wide - width_of(one)) / 2;
        word_p_right(o, WORD_S_SIGN, one, in > 0 ? in : 0);
    }
    if (day.n)
        word_p_right(o, WORD_S_SIGN, day, 8);
}

static void put_note(struct ctx *cx, struct word_out *o, struct str note)
{
    struct str inside = without(str_starts(note, STR("（")) ? str_sub(note, 3, note.n) : note, "）");
    if (inside.n)
        word_p(o, WORD_S_BODY, str_printf(cx->a, "（%.*s）", STR_ARG(inside)));
}

static bool put_foot(struct ctx *cx, struct word_out *o, const struct doc *d)
{
    struct str office, printed = STR("　　年　月　日印发");
    bool has_copies = d->elements.cc_text.n > 0;
    if (!org_unit_name_on(cx, d->unit_id, STR_NONE, &office))
        return false;
    if (d->numbered_at) {
        struct clock_date on = clock_date_of(d->numbered_at);
        printed = str_printf(cx->a, "%d年%d月%d日印发", on.year, on.month, on.day);
    }
    if (has_copies)
        word_foot(o, str_printf(cx->a, "抄送：%.*s。", STR_ARG(without(d->elements.cc_text, "。"))), STR_NONE,
                  true, false);
    word_foot(o, office, printed, !has_copies, true);
    return true;
}

static bool word_of(struct ctx *cx, const struct doc *d, struct str *out)
{
    struct doc_issuer *issuer;
    size_t n, n_blocks;
    struct word_out *o = word_new(cx->a, false);
    struct word_block *block = blocks_of(cx->a, d->elements.body, &n_blocks);
    if (!doc_issuers(cx, d, &issuer, &n))
        return false;
    put_head(cx, o, d, issuer, n);
    word_body(o, block, n_blocks);
    if (!put_appendix(cx, o, d, block, n_blocks))
        return false;
    put_signature(cx, o, d, issuer, n);
    put_note(cx, o, d->elements.note);
    put_note(cx, o, d->elements.distribution_scope);
    if (!put_foot(cx, o, d))
        return false;
    *out = word_done(o);
    return true;
}

/* A name that every system takes: the title, or the number once it has one. */
static struct str file_name(struct ctx *cx, const struct doc *d)
{
    struct buf b = buf_in(cx->a);
    struct str title = utf8_prefix(d->title, 80);
    for (size_t i = 0; i < title.n; i++)
        buf_char(&b, (unsigned char)title.p[i] < ' ' || strchr("/\\:*?\"<>|", title.p[i]) ? '_' : title.p[i]);
    buf_text(&b, ".docx");
    return buf_done(&b);
}

DOC_READ(doc_word_file)
{
    const struct doc_path *in = input;
    struct doc d;
    struct str bytes;
    (void)w;
    if (!doc_load(cx, in->document_id, &d) || !word_of(cx, &d, &bytes))
        return false;
    *raw_of(cx) = (struct raw){
        .type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        .name = file_name(cx, &d), .fd = -1, .bytes = bytes,
    };
    return true;
}
