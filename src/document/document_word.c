/* 从文件导入 and Word 导出. Importing changes nothing: the file is read on a job's thread, what came and
 * what could not be kept goes back to the page, which puts it into the draft when the person says so; it
 * is saved, undone and recorded there like anything typed. The upload is not kept. */
#include <sys/stat.h>
#include <unistd.h>

#include "document/document_in.h"
#include "office/office.h"
#include "secret/secret.h"
#include "word/word.h"

#define IMPORT_MOST (INT64_C(64) << 20)

/* --- in -------------------------------------------------------------------------------------------- */

struct doc_lost {
    struct str what;
    int64_t count;
};
static const struct field doc_lost_fields[] = {
    FIELD(doc_lost, what, F_CHOICE, .choices = word_lost_names, .flags = FIELD_REQUIRED, .zh = "内容",
          .en = "what"),
    FIELD(doc_lost, count, F_I64, .zh = "处数", .en = "how many"),
};
RECORD(doc_lost);

struct doc_imported {
    struct str name, title, main_text, cc_text, note;
    struct str body; /* JSON */
    struct list lost;
};
static const struct field doc_imported_fields[] = {
    FIELD(doc_imported, name, F_TEXT, .flags = FIELD_REQUIRED, .zh = "文件名", .en = "file name"),
    FIELD(doc_imported, title, F_TEXT, .zh = "标题", .en = "title"),
    FIELD(doc_imported, main_text, F_TEXT, .zh = "主送机关", .en = "main recipients"),
    FIELD(doc_imported, cc_text, F_TEXT, .zh = "抄送机关", .en = "copies to"),
    FIELD(doc_imported, note, F_TEXT, .zh = "附注", .en = "note"),
    FIELD(doc_imported, body, F_JSON, .flags = FIELD_MANY, .record = &doc_block_record, .zh = "正文",
          .en = "body"),
    FIELD(doc_imported, lost, F_RECORDS, .record = &doc_lost_record, .zh = "没有带入的内容",
          .en = "what was not taken"),
};
const struct record doc_imported_record = { "doc_imported", sizeof(struct doc_imported),
                                            doc_imported_fields,
                                            sizeof doc_imported_fields / sizeof *doc_imported_fields };

struct doc_import_in {
    int64_t document_id, upload_id;
    struct doc_imported made; /* found before the committer, from the bytes */
};
static const struct field doc_import_in_fields[] = {
    FIELD(doc_import_in, document_id, F_ID, .flags = FIELD_PATH, .zh = "公文", .en = "document"),
    FIELD(doc_import_in, upload_id, F_ID, .flags = FIELD_REQUIRED, .zh = "上传编号", .en = "upload"),
};
const struct record doc_import_in_record = { "doc_import_in", sizeof(struct doc_import_in),
                                             doc_import_in_fields, 2 };

static void table_write(struct jw *w, const struct word_block *b)
{
    jw_karr(w, "rows");
    for (size_t y = 0; y < b->rows; y++) {
        jw_arr(w);
        for (size_t x = 0; x < b->columns; x++)
            jw_str(w, b->cell[y * b->columns + x]);
        jw_arr_end(w);
    }
    jw_arr_end(w);
    if (!b->n_spans)
        return;
    jw_karr(w, "spans");
    for (size_t i = 0; i < b->n_spans; i++) {
        const struct word_span *s = &b->span[i];
        const size_t v[4] = { s->row, s->column, s->rows, s->columns };
        jw_arr(w);
        for (int k = 0; k < 4; k++)
            jw_i64(w, (int64_t)v[k]);
        jw_arr_end(w);
    }
    jw_arr_end(w);
}

static struct str body_json(struct arena *a, const struct word_text *t)
{
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    jw_arr(&w);
    for (size_t i = 0; i < t->n; i++) {
        jw_obj(&w);
        jw_ktext(&w, "kind", t->block[i].kind);
        if (strcmp(t->block[i].kind, "table") == 0)
            table_write(&w, &t->block[i]);
        else
            jw_kstr(&w, "text", t->block[i].text);
        jw_obj_end(&w);
    }
    jw_arr_end(&w);
    return buf_done(&b);
}

static struct str read_all(struct ctx *cx, int fd)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || st.st_size > IMPORT_MOST) {
        (void)fail(cx, ERR_TOO_LARGE, "doc.import_size", "upload_id");
        return STR_NONE;
    }
    char *p = arena_alloc(cx->a, (size_t)st.st_size + 1);
    size_t n = 0;
    for (ssize_t got; n < (size_t)st.st_size &&
                      (got = pread(fd, p + n, (size_t)st.st_size - n, (off_t)n)) > 0;)
        n += (size_t)got;
    return (struct str){ p, n };
}

static struct str ending_of(struct arena *a, struct str name)
{
    size_t dot = name.n;
    for (size_t i = 0; i < name.n; i++)
        dot = name.p[i] == '.' ? i : dot;
    struct str raw = str_sub(name, dot + (dot < name.n), 8);
    char *p = arena_strndup(a, raw.p ? raw.p : "", raw.n);
    for (char *c = p; *c; c++)
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    return (struct str){ p, raw.n };
}

/* The package of the new format, or the older one (a .doc or .wps, or a .docx under a password), which
 * LibreOffice makes new. */
static struct str as_docx(struct ctx *cx, int fd, struct str name)
{
    struct str bytes = read_all(cx, fd), ending = ending_of(cx->a, name);
    int64_t size;
    if (!bytes.p || !str_starts(bytes, STR("\xd0\xcf\x11\xe0")))
        return bytes;
    if (!str_is(ending, "doc") && !str_is(ending, "wps")) {
        (void)fail(cx, ERR_INVALID, str_is(ending, "docx") ? "word.locked" : "word.not_word", "upload_id");
        return STR_NONE;
    }
    int made = office_convert(cx, fd, STR("doc"), "docx", &size);
    if (made < 0)
        return STR_NONE;
    bytes = read_all(cx, made);
    close(made);
    return bytes;
}

static struct list lost_of(struct arena *a, const struct word_text *t)
{
    struct doc_lost *p = arena_array_of(a, struct doc_lost, WORD_LOST_COUNT);
    size_t n = 0;
    for (int i = 0; i < WORD_LOST_COUNT; i++)
        if (t->lost[i])
            p[n++] = (struct doc_lost){ str_of(word_lost_names[i]), (int64_t)t->lost[i] };
    return (struct list){ p, n };
}

static bool read_upload(struct ctx *cx, struct doc_import_in *in, int fd, struct str name,
                        struct str digest)
{
    struct word_text t;
    struct str bytes = as_docx(cx, fd, name);
    if (!bytes.p || !word_read(cx->a, bytes, &t, &cx->err))
        return false;
    const char *rule = secret_rule(t.head, secret_marks(cx));
    if (rule)
        return secret_refuse(cx, rule, digest);
    if (!t.n && !t.title.n)
        return fail(cx, ERR_INVALID, "doc.import_empty", "upload_id");
    in->made = (struct doc_imported){ name, t.title, t.main_text, t.cc_text, t.note,
                                      body_json(cx->a, &t), lost_of(cx->a, &t) };
    return cx->err.kind == ERR_NONE;
}

bool doc_import_prepare(struct ctx *cx, void *input)
{
    struct doc_import_in *in = input;
    struct doc d;
    struct str name, digest;
    int64_t post_id;
    if (!doc_load(cx, in->document_id, &d) || !doc_may_write(cx, &d, &post_id))
        return false;
    int fd = upload_peek(cx, in->upload_id, &name, &digest);
    if (fd < 0)
        return false;
    bool good = read_upload(cx, in, fd, name, digest);
    close(fd);
    upload_drop_bytes(cx, in->upload_id);
    return good;
}

bool doc_import(struct ctx *cx, const void *input, void *output)
{
    const struct doc_import_in *in = input;
    *(struct doc_imported *)output = in->made;
    return upload_forget(cx, in->upload_id);
}
