#include "document/document_elements.h"

const char *const doc_urgencies[] = { "critical", "urgent", "normal", NULL };
const char *const doc_disclosures[] = { "active", "on_request", "none", NULL };
static const char *const review_kinds[] = { "legality", "fair_competition", "collective", NULL };
static const char *const link_kinds[] = { "basis", "incoming", "forwards", NULL };
static const char *const block_kinds[] = { "p", "h1", "h2", "h3", "h4", "table", NULL };

enum { BLOCKS_MAX = 5000, BLOCK_TEXT_MAX = 20000, ROWS_MAX = 500, CELLS_MAX = 30 };

static const struct field recipients_fields[] = {
    FIELD(doc_recipients, units, F_IDS, .max = 5000, .zh = "单位", .en = "units"),
    FIELD(doc_recipients, groups, F_IDS, .max = 100, .zh = "群组", .en = "groups"),
};
static const struct field review_fields[] = {
    FIELD(doc_review, kind, F_CHOICE, .choices = review_kinds, .flags = FIELD_REQUIRED,
          .zh = "程序", .en = "review"),
    FIELD(doc_review, on, F_DAY, .flags = FIELD_REQUIRED, .zh = "日期", .en = "day"),
    FIELD(doc_review, note, F_TEXT, .max = 300, .zh = "说明", .en = "note"),
};
static const struct field link_fields[] = {
    FIELD(doc_link, kind, F_CHOICE, .choices = link_kinds, .flags = FIELD_REQUIRED, .zh = "关系",
          .en = "relation"),
    FIELD(doc_link, matter_id, F_ID, .zh = "事项", .en = "matter"),
    FIELD(doc_link, text, F_TEXT, .max = 300, .zh = "公文", .en = "document"),
};
#define WHOLE(name_, struct_, fields_)                                                             \
    const struct record name_ = { #struct_, sizeof(struct struct_), fields_,                       \
                                  sizeof(fields_) / sizeof *(fields_) }
WHOLE(doc_recipients_record, doc_recipients, recipients_fields);
WHOLE(doc_review_record, doc_review, review_fields);
WHOLE(doc_link_record, doc_link, link_fields);

struct doc_stored {
    struct doc_elements e;
};
static const struct field doc_stored_fields[] = { DOC_ELEMENTS(doc_stored) };
RECORD(doc_stored);

struct str elements_text(struct arena *a, const struct doc_elements *e)
{
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    const struct doc_stored s = { *e };
    record_encode_public(&w, &doc_stored_record, &s);
    return buf_done(&b);
}

bool elements_read(struct arena *a, struct str text, struct doc_elements *out, struct err *e)
{
    const struct jv *json = jv_parse(a, text, NULL, NULL);
    const struct doc_stored *s =
        json ? record_decode(a, &doc_stored_record, json, NULL, 0, e) : NULL;
    if (!s)
        return err_set(e, a, ERR_INTERNAL, "internal", NULL, NULL, NULL, NULL);
    *out = s->e;
    return true;
}

/* --- the body ------------------------------------------------------------------------------------ */

static bool is_word_of(const char *const *words, struct str s)
{
    for (; *words; words++)
        if (str_is(s, *words))
            return true;
    return false;
}

static bool text_is_good(struct str s, size_t max)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
            return false;
    }
    return s.p && utf8_length(s) <= max;
}

static bool table_is_good(const struct jv *rows)
{
    if (jv_kind(rows) != JV_ARRAY || jv_size(rows) > ROWS_MAX)
        return false;
    for (size_t i = 0; i < jv_size(rows); i++) {
        const struct jv *row = jv_at(rows, i);
        if (jv_kind(row) != JV_ARRAY || jv_size(row) > CELLS_MAX)
            return false;
        for (size_t k = 0; k < jv_size(row); k++)
            if (!text_is_good(jv_str(jv_at(row, k)), 2000))
                return false;
    }
    return true;
}

/* [row, column, rows, columns] each, inside the table, none over another's first cell. */
static bool spans_are_good(const struct jv *spans, const struct jv *rows)
{
    size_t columns = jv_size(jv_at(rows, 0));
    if (jv_kind(spans) == JV_NULL)
        return true;
    if (jv_kind(spans) != JV_ARRAY || jv_size(spans) > ROWS_MAX)
        return false;
    for (size_t i = 0; i < jv_size(spans); i++) {
        const struct jv *one = jv_at(spans, i);
        int64_t v[4] = { 0 };
        for (size_t k = 0; k < 4; k++)
            v[k] = jv_kind(jv_at(one, k)) == JV_INT ? jv_i64(jv_at(one, k)) : -1;
        if (jv_size(one) != 4 || v[0] < 0 || v[1] < 0 || v[2] < 1 || v[3] < 1 || v[2] > ROWS_MAX ||
            v[3] > CELLS_MAX || v[0] + v[2] > (int64_t)jv_size(rows) || v[1] + v[3] > (int64_t)columns)
            return false;
    }
    return true;
}

static bool block_is_good(const struct jv *block)
{
    struct str kind = jv_str(jv_get(block, "kind")), key;
    const struct jv *value;
    bool is_table = str_is(kind, "table");
    if (jv_kind(block) != JV_OBJECT || !kind.p || !is_word_of(block_kinds, kind))
        return false;
    for (const void *it = jv_next(block, NULL, &key, &value); it;
         it = jv_next(block, it, &key, &value))
        if (!str_is(key, "kind") && !str_is(key, "text") && !str_is(key, "rows") &&
            !(is_table && str_is(key, "spans")))
            return false;
    return is_table ? table_is_good(jv_get(block, "rows")) &&
                          spans_are_good(jv_get(block, "spans"), jv_get(block, "rows"))
                    : text_is_good(jv_str(jv_get(block, "text")), BLOCK_TEXT_MAX);
}

bool body_check(struct arena *a, const struct jv *body, struct err *e)
{
    if (jv_kind(body) == JV_NULL)
        return true;
    if (jv_kind(body) != JV_ARRAY || jv_size(body) > BLOCKS_MAX)
        return err_set(e, a, ERR_INVALID, "doc.body_shape", "body", "1", NULL, NULL);
    for (size_t i = 0; i < jv_size(body); i++)
        if (!block_is_good(jv_at(body, i)))
            return err_set(e, a, ERR_INVALID, "doc.body_shape", "body",
                           arena_printf(a, "%zu", i + 1), NULL, NULL);
    return true;
}

static struct str row_text_of(struct arena *a, const struct jv *row)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < jv_size(row); i++) {
        if (i)
            buf_char(&b, '\t');
        buf_str(&b, jv_str(jv_at(row, i)));
    }
    return buf_done(&b);
}

struct paragraphs body_paragraphs(struct arena *a, const struct jv *body)
{
    size_t n = 0, max = 1;
    for (size_t i = 0; i < jv_size(body); i++)
        max += 1 + jv_size(jv_get(jv_at(body, i), "rows"));
    struct paragraph *p = arena_array_of(a, struct paragraph, max);
    for (size_t i = 0; i < jv_size(body); i++) {
        const struct jv *block = jv_at(body, i), *rows = jv_get(block, "rows");
        struct str kind = jv_str(jv_get(block, "kind"));
        if (!str_is(kind, "table"))
            p[n++] = (struct paragraph){ kind, jv_str(jv_get(block, "text")) };
        for (size_t k = 0; str_is(kind, "table") && k < jv_size(rows); k++)
            p[n++] = (struct paragraph){ kind, row_text_of(a, jv_at(rows, k)) };
    }
    return (struct paragraphs){ p, n };
}

static const struct {
    size_t offset;
    const char *label;
} line_fields[] = {
    { offsetof(struct doc_elements, title), "标题" },
    { offsetof(struct doc_elements, urgency), "紧急程度" },
    { offsetof(struct doc_elements, main_text), "主送机关" },
    { offsetof(struct doc_elements, cc_text), "抄送机关" },
    { offsetof(struct doc_elements, distribution_scope), "印发传达范围" },
    { offsetof(struct doc_elements, disclosure), "公开属性" },
    { offsetof(struct doc_elements, disclosure_reason), "不予公开的理由" },
    { offsetof(struct doc_elements, signature), "署名" },
    { offsetof(struct doc_elements, basis), "发文依据" },
    { offsetof(struct doc_elements, note), "附注" },
    { offsetof(struct doc_elements, contact), "联系人" },
    { offsetof(struct doc_elements, phone), "联系电话" },
};

struct paragraphs elements_lines(struct arena *a, const struct doc_elements *e)
{
    const size_t n_fields = sizeof line_fields / sizeof *line_fields;
    struct paragraphs body = body_paragraphs(a, e->body);
    struct paragraph *p = arena_array_of(a, struct paragraph, body.n + n_fields);
    size_t n = 0;
    for (size_t i = 0; i < n_fields; i++) {
        struct str s = *(const struct str *)(const void *)((const char *)e + line_fields[i].offset);
        if (s.n)
            p[n++] = (struct paragraph){
                STR("element"), str_printf(a, "%s：%.*s", line_fields[i].label, STR_ARG(s))
            };
    }
    if (body.n)
        memcpy(p + n, body.p, body.n * sizeof *p);
    return (struct paragraphs){ p, n + body.n };
}

struct str elements_plain(struct arena *a, const struct doc_elements *e)
{
    struct buf b = buf_in(a);
    struct paragraphs body = body_paragraphs(a, e->body);
    buf_str(&b, e->title);
    buf_char(&b, '\n');
    buf_str(&b, e->main_text);
    for (size_t i = 0; i < body.n; i++) {
        buf_char(&b, '\n');
        buf_str(&b, body.p[i].text);
    }
    return buf_done(&b);
}
