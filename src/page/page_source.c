/* A source from JSON: every field by its name, what it does not know refused. */
#include "base/json.h"
#include "page/page_in.h"

struct reader {
    struct arena *a;
    struct err *e;
    bool is_good;
};

static void refuse(struct reader *r, const char *field)
{
    r->is_good = err_set(r->e, r->a, ERR_INVALID, "page.bad_source", field, field, NULL, NULL);
}

static struct str text(struct reader *r, const struct jv *v, const char *field)
{
    if (jv_kind(v) != JV_STRING && jv_kind(v) != JV_NULL)
        refuse(r, field);
    return jv_str(v);
}

static double number(struct reader *r, const struct jv *v, const char *field, double most)
{
    if (jv_kind(v) == JV_NULL)
        return 0;
    double d = jv_real(v);
    if ((jv_kind(v) != JV_INT && jv_kind(v) != JV_REAL) || d < 0 || d > most)
        refuse(r, field);
    return d;
}

/* Members of an array; refuses what is none. */
static size_t many(struct reader *r, const struct jv *v, const char *field)
{
    if (jv_kind(v) != JV_ARRAY && jv_kind(v) != JV_NULL)
        refuse(r, field);
    return jv_size(v);
}

static struct page_texts texts(struct reader *r, const struct jv *v, const char *field)
{
    struct page_texts out = { .n = many(r, v, field) };
    out.p = arena_array_of(r->a, struct str, out.n + 1);
    for (size_t i = 0; i < out.n; i++)
        out.p[i] = text(r, jv_at(v, i), field);
    return out;
}

static int sextet(char c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

static struct str base64(struct reader *r, struct str s, const char *field)
{
    struct buf b = buf_in(r->a);
    unsigned bits = 0, have = 0;
    while (s.n && s.p[s.n - 1] == '=')
        s.n--;
    for (size_t i = 0; i < s.n; i++) {
        int v = sextet(s.p[i]);
        if (v < 0) {
            refuse(r, field);
            break;
        }
        bits = bits << 6 | (unsigned)v;
        have += 6;
        if (have >= 8) {
            have -= 8;
            buf_char(&b, (char)(bits >> have));
        }
    }
    return buf_done(&b);
}

static struct page_cell cell(struct reader *r, const struct jv *v, const char *field)
{
    if (jv_kind(v) != JV_OBJECT)
        return (struct page_cell){ .text = text(r, v, field) };
    return (struct page_cell){ text(r, jv_get(v, "text"), field),
                               (int)number(r, jv_get(v, "columns"), field, 60),
                               (int)number(r, jv_get(v, "rows"), field, 5000) };
}

static const char *const kinds[] = { "p", "h1", "h2", "h3", "h4", "table", "figure", NULL };

static int choice(struct reader *r, const struct jv *v, const char *const *all, const char *field)
{
    for (int i = 0; all[i]; i++)
        if (str_is(jv_str(v), all[i]))
            return i;
    refuse(r, field);
    return 0;
}

static struct page_block *blocks(struct reader *r, const struct jv *v, const char *field, size_t *n)
{
    *n = many(r, v, field);
    struct page_block *b = arena_array_of(r->a, struct page_block, *n + 1);
    for (size_t i = 0; i < *n && r->is_good; i++) {
        const struct jv *x = jv_at(v, i), *rows = jv_get(x, "rows");
        b[i].kind = (enum page_block_kind)choice(r, jv_get(x, "kind"), kinds, field);
        b[i].text = text(r, jv_get(x, "text"), field);
        b[i].row_n = many(r, rows, field);
        b[i].row = arena_array_of(r->a, struct page_row, b[i].row_n + 1);
        b[i].head_rows = (int)number(r, jv_get(x, "head_rows"), field, 20);
        b[i].picture_mm = number(r, jv_get(x, "picture_mm"), field, AREA_W);
        if (jv_get(x, "picture"))
            b[i].picture = base64(r, text(r, jv_get(x, "picture"), field), field);
        for (size_t k = 0; k < b[i].row_n; k++) {
            struct page_row *row = &b[i].row[k];
            row->n = many(r, jv_at(rows, k), field);
            row->cell = arena_array_of(r->a, struct page_cell, row->n + 1);
            for (size_t c = 0; c < row->n; c++)
                row->cell[c] = cell(r, jv_at(jv_at(rows, k), c), field);
        }
    }
    return b;
}

static void signatures(struct reader *r, const struct jv *v, struct page_source *s)
{
    s->signature_n = many(r, v, "signatures");
    s->signature = arena_array_of(r->a, struct page_signature, s->signature_n + 1);
    for (size_t i = 0; i < s->signature_n; i++) {
        const struct jv *x = jv_at(v, i);
        bool is_plain = jv_kind(x) == JV_STRING;
        s->signature[i].name = text(r, is_plain ? x : jv_get(x, "name"), "signatures");
        s->signature[i].seal_mm = is_plain ? 0 : number(r, jv_get(x, "seal_mm"), "signatures", 60);
    }
}

static void attendances(struct reader *r, const struct jv *v, struct page_source *s)
{
    s->attendance_n = many(r, v, "attendance");
    s->attendance = arena_array_of(r->a, struct page_attendance, s->attendance_n + 1);
    for (size_t i = 0; i < s->attendance_n; i++) {
        s->attendance[i].label = text(r, jv_get(jv_at(v, i), "label"), "attendance");
        s->attendance[i].names = text(r, jv_get(jv_at(v, i), "names"), "attendance");
    }
}

static void attachments(struct reader *r, const struct jv *v, struct page_source *s)
{
    s->attachment_n = many(r, v, "attachments");
    s->attachment = arena_array_of(r->a, struct page_attachment, s->attachment_n + 1);
    for (size_t i = 0; i < s->attachment_n; i++) {
        s->attachment[i].title = text(r, jv_get(jv_at(v, i), "title"), "attachments");
        s->attachment[i].block = blocks(r, jv_get(jv_at(v, i), "body"), "attachments",
                                        &s->attachment[i].block_n);
    }
}

static const char *const forms[] = { "document", "letter", "order", "minutes", NULL };

static const struct {
    const char *name;
    size_t offset;
} plain[] = {
    { "addressees", offsetof(struct page_source, addressees) },
    { "cc", offsetof(struct page_source, cc) },
    { "copy_number", offsetof(struct page_source, copy_number) },
    { "date", offsetof(struct page_source, date) },
    { "date_words", offsetof(struct page_source, date_words) },
    { "imprint_to", offsetof(struct page_source, imprint_to) },
    { "mark", offsetof(struct page_source, mark) },
    { "note", offsetof(struct page_source, note) },
    { "number", offsetof(struct page_source, number) },
    { "printed_on", offsetof(struct page_source, printed_on) },
    { "printer", offsetof(struct page_source, printer) },
    { "secrecy", offsetof(struct page_source, secrecy) },
    { "signer_name", offsetof(struct page_source, signer_name) },
    { "signer_title", offsetof(struct page_source, signer_title) },
    { "title", offsetof(struct page_source, title) },
    { "urgency", offsetof(struct page_source, urgency) },
};

static bool plain_member(struct reader *r, struct str key, const struct jv *v, struct page_source *s)
{
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (str_is(key, plain[i].name)) {
            *(struct str *)((char *)s + plain[i].offset) = text(r, v, plain[i].name);
            return true;
        }
    return false;
}

static void member(struct reader *r, struct str key, const struct jv *v, struct page_source *s)
{
    if (plain_member(r, key, v, s))
        return;
    if (str_is(key, "form"))
        s->form = (enum page_form)choice(r, v, forms, "form");
    else if (str_is(key, "issuers"))
        s->issuers = texts(r, v, "issuers");
    else if (str_is(key, "signers"))
        s->signers = texts(r, v, "signers");
    else if (str_is(key, "body"))
        s->block = blocks(r, v, "body", &s->block_n);
    else if (str_is(key, "attachment_names"))
        s->attachment_names = texts(r, v, "attachment_names");
    else if (str_is(key, "signatures"))
        signatures(r, v, s);
    else if (str_is(key, "attendance"))
        attendances(r, v, s);
    else if (str_is(key, "attachments"))
        attachments(r, v, s);
    else if (str_is(key, "sides"))
        s->sides = (int)number(r, v, "sides", 4);
    else
        refuse(r, arena_strndup(r->a, key.p, key.n));
}

bool page_source_read(struct arena *a, struct str json, struct page_source *out, struct err *e)
{
    struct reader r = { a, e, true };
    int line = 0;
    const char *what = NULL;
    const struct jv *v = jv_parse(a, json, &line, &what), *value;
    *out = (struct page_source){ 0 };
    if (jv_kind(v) != JV_OBJECT)
        return err_set(e, a, ERR_INVALID, "page.bad_json", NULL, arena_printf(a, "%d", line),
                       what ? what : "object expected", NULL);
    struct str key;
    for (const void *it = jv_next(v, NULL, &key, &value); it && r.is_good;
         it = jv_next(v, it, &key, &value))
        member(&r, key, value, out);
    return r.is_good;
}
