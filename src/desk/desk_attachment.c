/* Attachments: an upload belongs to the person who began it; its bytes stream past the door into
 * the blob store (http/ speaks tus); naming the content as an attachment is the command. A content
 * is on disk, file and folder synced, before its name is written (blob/). */
#include <magic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/id.h"
#include "blob/blob.h"
#include "core/answer.h"
#include "desk/desk.sql.h"
#include "desk/desk_form_in.h"
#include "desk/label.h"
#include "secret/secret.h"

#define UPLOAD_MAX INT64_C(524288000) /* 500 MB */
#define ATTACHMENTS_MAX 200

/* --- uploads --------------------------------------------------------------------------------------- */

struct upload_begin_in {
    struct str name;
    int64_t size;
};
static const struct field upload_begin_in_fields[] = {
    FIELD(upload_begin_in, name, F_TEXT, .max = 200, .flags = FIELD_REQUIRED, .zh = "文件名",
          .en = "file name"),
    FIELD(upload_begin_in, size, F_I64, .min = 1, .max = UPLOAD_MAX, .flags = FIELD_REQUIRED,
          .zh = "文件大小", .en = "size in bytes"),
};
RECORD(upload_begin_in);

struct upload {
    int64_t id, size, person_id;
    struct str name;
};
static const struct field upload_fields[] = {
    FIELD(upload, id, F_ID, .flags = FIELD_REQUIRED, .zh = "上传编号", .en = "upload"),
    FIELD(upload, name, F_TEXT, .flags = FIELD_REQUIRED, .zh = "文件名", .en = "file name"),
    FIELD(upload, size, F_I64, .zh = "文件大小", .en = "size in bytes"),
};
RECORD(upload);

/* Names are neutral (S57): no path, no leading dot. */
static bool name_is_good(struct str name)
{
    return name.n && name.p[0] != '.' && !memchr(name.p, '/', name.n) &&
           !memchr(name.p, '\\', name.n);
}

static bool run_upload_begin(struct ctx *cx, const void *input, void *output)
{
    const struct upload_begin_in *in = input;
    struct upload *out = output;
    if (!name_is_good(in->name))
        return fail(cx, ERR_INVALID, "attachment.name", "name");
    *out = (struct upload){ .id = id_new(cx->now), .size = in->size, .name = in->name };
    return db_run(cx->db, &q_upload_put, out->id, cx->actor->person_id, in->name, in->size,
                  cx->now);
}

/* 1, 0, -1: an upload of the actor's own. */
static int upload_find(struct ctx *cx, int64_t id, struct upload *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_upload_get, id);
    if (found == 1)
        *out = (struct upload){ .id = id, .person_id = row_i64(&r, 0),
                                .name = row_copy(&r, 1, cx->a), .size = row_i64(&r, 2) };
    rows_end(&r);
    return found == 1 && out->person_id != cx->actor->person_id ? 0 : found;
}

static bool read_all(struct ctx *cx, int fd, int64_t size, struct str *bytes)
{
    char *p = arena_alloc(cx->a, (size_t)size + 1);
    size_t n = 0;
    for (ssize_t got; n < (size_t)size && (got = pread(fd, p + n, (size_t)size - n, (off_t)n)) > 0;)
        n += (size_t)got;
    *bytes = (struct str){ p, n };
    return n == (size_t)size || fail(cx, ERR_INTERNAL, "blob.io", NULL);
}

bool desk_upload_read(struct ctx *cx, int64_t upload_id, int64_t most, struct str *name, struct str *bytes)
{
    struct upload u;
    struct blob_store *store = core_blobs(cx->core);
    int found = upload_find(cx, upload_id, &u);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    if (u.size > most)
        return fail(cx, ERR_TOO_LARGE, "desk.upload_large", "upload_id");
    int64_t arrived = blob_arrived(store, upload_id, cx->a, &cx->err);
    if (arrived < 0)
        return false;
    if (arrived != u.size)
        return fail(cx, ERR_STATE, "attachment.not_complete", "upload_id");
    int fd = blob_peek(store, upload_id, NULL, cx->a, &cx->err);
    if (fd < 0)
        return false;
    bool good = read_all(cx, fd, u.size, bytes);
    close(fd);
    *name = u.name;
    return good;
}

void desk_upload_drop(struct ctx *cx, int64_t upload_id)
{
    blob_drop(core_blobs(cx->core), upload_id);
}

struct upload_path {
    int64_t upload_id;
};
static const struct field upload_path_fields[] = {
    FIELD(upload_path, upload_id, F_ID, .flags = FIELD_PATH, .zh = "上传编号", .en = "upload"),
};
RECORD(upload_path);

static bool run_upload(struct ctx *cx, const void *input, struct jw *w)
{
    struct upload u;
    int found = upload_find(cx, ((const struct upload_path *)input)->upload_id, &u);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    record_encode(w, &upload_record, &u);
    return true;
}

/* --- attaching ------------------------------------------------------------------------------------- */

static const char *const kinds[] = { "main", "attachment", "scan", "basis", NULL };

struct attach_in {
    int64_t matter_id, upload_id;
    struct str name, kind;
    /* found before the committer, from the bytes */
    struct blob blob;
    struct str type, text;
    struct label label;
};
static const struct field attach_in_fields[] = {
    FIELD(attach_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(attach_in, upload_id, F_ID, .flags = FIELD_REQUIRED, .zh = "上传编号", .en = "upload"),
    FIELD(attach_in, name, F_TEXT, .max = 200, .zh = "文件名", .en = "file name"),
    FIELD(attach_in, kind, F_CHOICE, .choices = kinds, .zh = "用途", .en = "kind"),
};
RECORD(attach_in);

struct attachment_out {
    int64_t id, size;
    struct str name, type, digest;
};
static const struct field attachment_out_fields[] = {
    FIELD(attachment_out, id, F_ID, .flags = FIELD_REQUIRED, .zh = "附件", .en = "attachment"),
    FIELD(attachment_out, name, F_TEXT, .flags = FIELD_REQUIRED, .zh = "文件名", .en = "file name"),
    FIELD(attachment_out, type, F_TEXT, .flags = FIELD_REQUIRED, .zh = "类型", .en = "type"),
    FIELD(attachment_out, size, F_I64, .zh = "大小", .en = "size"),
    FIELD(attachment_out, digest, F_TEXT, .flags = FIELD_REQUIRED, .zh = "摘要",
          .en = "SM3 digest"),
};
RECORD(attachment_out);

/* Types that may be attached, and the endings that belong to each (S56). A program or a web page is
 * none of them. */
static const struct {
    const char *type, *endings;
} types[] = {
    { "application/pdf", " pdf " },
    { "image/png", " png " },
    { "image/jpeg", " jpg jpeg " },
    { "image/gif", " gif " },
    { "image/webp", " webp " },
    { "image/tiff", " tif tiff " },
    { "image/bmp", " bmp " },
    { "image/x-ms-bmp", " bmp " },
    { "text/plain", " txt csv md log " },
    { "text/csv", " csv txt " },
    { "application/msword", " doc wps " },
    { "application/vnd.ms-excel", " xls et " },
    { "application/vnd.ms-powerpoint", " ppt dps " },
    { "application/CDFV2", " doc xls ppt wps et dps " },
    { "application/vnd.openxmlformats-officedocument.wordprocessingml.document", " docx " },
    { "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", " xlsx " },
    { "application/vnd.openxmlformats-officedocument.presentationml.presentation", " pptx " },
    { "application/zip", " zip ofd docx xlsx pptx " },
    { "application/x-rar", " rar " },
    { "application/x-7z-compressed", " 7z " },
    { "application/x-wine-extension-ini", " txt " },
    { "video/mp4", " mp4 " },
    { "audio/mpeg", " mp3 " },
    { "audio/x-wav", " wav " },
};

/* What a content is, in words that its reader knows; the first that fits. "image/" stands for all. */
static const struct {
    const char *type, *zh, *en;
} contents[] = {
    { "application/pdf", "PDF 文件", "a PDF file" },
    { "image/svg", "SVG 矢量图", "an SVG drawing" },
    { "image/", "图片", "a picture" },
    { "text/html", "网页", "a web page" },
    { "text/xml", "XML 文件", "an XML file" },
    { "application/xml", "XML 文件", "an XML file" },
    { "text/csv", "文本", "plain text" },
    { "text/plain", "文本", "plain text" },
    { "text/rtf", "RTF 文档", "an RTF document" },
    { "text/", "程序或脚本", "a program or script" },
    { "application/json", "JSON 数据文件", "a JSON data file" },
    { "application/javascript", "程序或脚本", "a program or script" },
    { "application/x-dosexec", "Windows 程序", "a Windows program" },
    { "application/vnd.microsoft.portable-executable", "Windows 程序", "a Windows program" },
    { "application/x-executable", "程序", "a program" },
    { "application/x-pie-executable", "程序", "a program" },
    { "application/x-sharedlib", "程序", "a program" },
    { "application/java-archive", "Java 程序", "a Java program" },
    { "application/vnd.android.package-archive", "手机程序", "a phone program" },
    { "application/msword", "Word 文档", "a Word document" },
    { "application/vnd.ms-excel", "Excel 表格", "an Excel sheet" },
    { "application/vnd.ms-powerpoint", "PowerPoint 演示文稿", "a PowerPoint file" },
    { "application/CDFV2", "旧版 Office 文档", "an older Office document" },
    { "application/vnd.openxmlformats-officedocument.wordprocessingml", "Word 文档",
      "a Word document" },
    { "application/vnd.openxmlformats-officedocument.spreadsheetml", "Excel 表格",
      "an Excel sheet" },
    { "application/vnd.openxmlformats-officedocument.presentationml", "PowerPoint 演示文稿",
      "a PowerPoint file" },
    { "application/zip", "压缩包", "an archive" },
    { "application/x-rar", "压缩包", "an archive" },
    { "application/x-7z-compressed", "压缩包", "an archive" },
    { "application/gzip", "压缩包", "an archive" },
    { "video/", "视频", "a video" },
    { "audio/", "音频", "a sound recording" },
    { "", "无法识别的文件", "of an unknown kind" },
};

static const char *content_words(struct ctx *cx, struct str type)
{
    size_t i = 0;
    while (!str_starts(type, str_of(contents[i].type)))
        i++;
    return cx->lang == LANG_EN ? contents[i].en : contents[i].zh;
}

/* What a page asks before it sends anything: the same table, each ending once. */
static bool run_attachment_rule(struct ctx *cx, const void *input, struct jw *w)
{
    struct buf seen = buf_in(cx->a);
    (void)input;
    buf_char(&seen, ' ');
    jw_obj(w);
    jw_ki64(w, "max_bytes", UPLOAD_MAX);
    jw_karr(w, "endings");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        for (const char *p = types[i].endings + 1; *p;) {
            size_t n = strcspn(p, " ");
            const char *word = arena_printf(cx->a, " %.*s ", (int)n, p);
            if (!strstr(buf_done(&seen).p, word)) {
                buf_text(&seen, word + 1);
                jw_str(w, (struct str){ p, n });
            }
            p += n + 1;
        }
    jw_arr_end(w);
    jw_obj_end(w);
    return true;
}
static ANSWER(attachment_rule, NUMBER(ALWAYS, "max_bytes", "单个文件上限（字节）", "largest file"),
              TEXTS(ALWAYS, "endings", "可作附件的扩展名", "endings of files that may be attached"));

static bool type_fits(struct ctx *cx, struct str type, struct str name)
{
    ptrdiff_t dot = -1;
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] == '.')
            dot = (ptrdiff_t)i;
    if (dot < 0)
        return false;
    char *ending = arena_printf(cx->a, " %.*s ", (int)(name.n - (size_t)dot - 1), name.p + dot + 1);
    for (char *c = ending; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_is(type, types[i].type) && strstr(types[i].endings, ending))
            return true;
    return false;
}

/* Text in UTF-8: the last character may be cut, nothing else may be wrong in it. */
static bool is_plain_text(struct str head)
{
    for (size_t i = 0; i < head.n; i++)
        if ((unsigned char)head.p[i] < 0x20 && !memchr("\t\n\f\r", head.p[i], 4))
            return false;
    for (int cut = 0; cut < 4 && head.n; cut++, head.n--)
        if (utf8_valid(head))
            return true;
    return false;
}

static struct str type_of(struct ctx *cx, int fd)
{
    magic_t m = magic_open(MAGIC_MIME_TYPE);
    struct str out = STR("application/octet-stream");
    char head[65536];
    ssize_t n = pread(fd, head, sizeof head, 0);
    if (m && n > 0 && magic_load(m, NULL) == 0) {
        const char *t = magic_buffer(m, head, (size_t)n);
        out = t ? str_copy(cx->a, str_of(t)) : out;
        /* 附, 防, 镇 …: their first byte is a jump of an old program to libmagic */
        if (str_is(out, "application/x-dosexec") && is_plain_text((struct str){ head, (size_t)n }))
            out = STR("text/plain");
    }
    if (m)
        magic_close(m);
    return out;
}

/* Once purged, a content does not come again. */
static bool refuse_purged(struct ctx *cx, struct blob_store *store, int64_t upload_id)
{
    struct blob b;
    int fd = db_number(cx->db, 0, &q_purged_any)
                 ? blob_peek(store, upload_id, &b, cx->a, &cx->err)
                 : -1;
    if (fd < 0)
        return cx->err.kind == ERR_NONE; /* nothing was ever purged: no need to read it all */
    close(fd);
    int is = secret_is_purged(cx, str_of(b.digest));
    if (is < 1)
        return is == 0;
    blob_drop(store, upload_id);
    (void)secret_refuse(cx, "secret.purged", str_of(b.digest)); /* puts it on record, and fails */
    cx->err = (struct err){ 0 };
    return fail(cx, ERR_INVALID, "secret.purged", "upload_id");
}

int upload_peek(struct ctx *cx, int64_t upload_id, struct str *name, struct str *digest)
{
    struct blob_store *store = core_blobs(cx->core);
    struct upload u;
    struct blob b;
    int found = upload_find(cx, upload_id, &u);
    if (found == 0)
        (void)fail_not_found(cx);
    if (found != 1)
        return -1;
    int64_t arrived = blob_arrived(store, upload_id, cx->a, &cx->err);
    if (arrived >= 0 && arrived != u.size)
        (void)fail(cx, ERR_STATE, "attachment.not_complete", "upload_id");
    if (cx->err.kind || !refuse_purged(cx, store, upload_id))
        return -1;
    int fd = blob_peek(store, upload_id, &b, cx->a, &cx->err);
    *name = u.name;
    *digest = fd < 0 ? STR_NONE : str_copy(cx->a, str_of(b.digest));
    return fd;
}

void upload_drop_bytes(struct ctx *cx, int64_t upload_id)
{
    blob_drop(core_blobs(cx->core), upload_id);
}

bool upload_forget(struct ctx *cx, int64_t upload_id)
{
    return db_run(cx->db, &q_upload_drop, upload_id);
}

/* Looked at before it gets a place: a secret paper's bytes are kept nowhere (OFFICE D9). */
static bool refuse_secret(struct ctx *cx, struct blob_store *store, int64_t upload_id,
                          struct str name, struct label *label)
{
    struct blob b;
    int fd = blob_peek(store, upload_id, NULL, cx->a, &cx->err);
    if (fd < 0)
        return false;
    struct secret_head head = secret_file_head(cx, fd, type_of(cx, fd));
    const char *rule = head.is_scan ? secret_rule_of_scan(head.text, secret_marks(cx))
                                    : secret_rule(head.text, secret_marks(cx));
    close(fd);
    *label = label_of_text(cx, name, head.text);
    if (!rule)
        return cx->err.kind == ERR_NONE;
    fd = blob_peek(store, upload_id, &b, cx->a, &cx->err);
    if (fd < 0)
        return false;
    close(fd);
    blob_drop(store, upload_id);
    return secret_refuse(cx, rule, str_of(b.digest));
}

/* Job thread: the bytes get their place and their real type before any command may name them. */
static bool prepare_attach(struct ctx *cx, void *input)
{
    struct attach_in *in = input;
    struct blob_store *store = core_blobs(cx->core);
    struct upload u;
    int64_t size;
    int found = upload_find(cx, in->upload_id, &u);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    if (!matter_can_see(cx, in->matter_id))
        return fail_not_found(cx);
    in->name = in->name.n ? in->name : u.name;
    if (!name_is_good(in->name))
        return fail(cx, ERR_INVALID, "attachment.name", "name");
    int64_t arrived = blob_arrived(store, in->upload_id, cx->a, &cx->err);
    if (arrived < 0)
        return false;
    if (arrived != u.size)
        return fail(cx, ERR_STATE, "attachment.not_complete", "upload_id");
    if (!refuse_purged(cx, store, in->upload_id) ||
        !refuse_secret(cx, store, in->upload_id, in->name, &in->label))
        return false;
    if (!blob_finish(store, in->upload_id, STR_NONE, &in->blob, cx->a, &cx->err))
        return false;
    int fd = blob_fd(store, str_of(in->blob.digest), false, &size, cx->a, &cx->err);
    if (fd < 0)
        return false;
    in->type = type_of(cx, fd);
    if (attachment_is_ofd(in->name, in->type))
        in->text = desk_ofd_text(cx->a, fd, size);
    close(fd);
    return type_fits(cx, in->type, in->name) ||
           fail_arg(cx, ERR_INVALID, "attachment.type", "upload_id", content_words(cx, in->type),
                    arena_strndup(cx->a, in->name.p, in->name.n));
}

/* Who works on it now, and the office, may add papers; whoever has begun it, to a draft. */
bool matter_may_attach(struct ctx *cx, const struct matter *m)
{
    if (str_is(m->state, "draft") && cx->actor && m->starter_person == cx->actor->person_id)
        return true;
    int mine = matter_my_item(cx, m->id, STR_NONE, NULL, NULL);
    if (mine < 0)
        return false;
    return mine == 1 || has_role(cx, ROLE_DOC_CLERK, m->unit_id) ||
           has_role(cx, ROLE_OFFICE_HEAD, m->unit_id) ||
           fail(cx, ERR_FORBIDDEN, "attachment.not_now", NULL);
}

static struct str attachment_body(struct ctx *cx, int64_t id, struct str name, struct str digest,
                                  int64_t size)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_kid(&w, "attachment", id);
    jw_kstr(&w, "name", name);
    jw_kstr(&w, "digest", digest);
    jw_ki64(&w, "size", size);
    jw_obj_end(&w);
    return buf_done(&b);
}

/* The room whose matter it is may have closed its papers. */
static bool may_change(struct ctx *cx, const struct matter *m, struct str name, struct str kind,
                       bool is_removed)
{
    const struct desk_file file = { m, name, kind, is_removed };
    return event_emit(cx, "attachment.changing", m->id, &file);
}

static bool run_attach(struct ctx *cx, const void *input, void *output)
{
    const struct attach_in *in = input;
    struct attachment_out *out = output;
    struct matter m;
    const struct actor_post *own = actor_main_post(cx);
    struct str kind = in->kind.n ? in->kind : STR("attachment");
    if (!matter_load_for_change(cx, in->matter_id, &m) || !matter_may_attach(cx, &m) ||
        !may_change(cx, &m, in->name, kind, false))
        return false;
    struct str digest = str_of(in->blob.digest);
    int is_purged = secret_is_purged(cx, digest); /* since the bytes were looked at */
    if (is_purged)
        return is_purged > 0 && fail(cx, ERR_INVALID, "secret.purged", "upload_id");
    *out = (struct attachment_out){ id_new(cx->now), in->blob.size, in->name, in->type, digest };
    return db_run(cx->db, &q_attachment_put, out->id, m.id, in->name, in->type,
                  kind, in->blob.size, digest, cx->actor->person_id, bind_id(own ? own->id : 0), cx->now) &&
           (!in->text.n || db_run(cx->db, &q_attachment_text_put, digest, in->text)) &&
           db_run(cx->db, &q_upload_drop, in->upload_id) &&
           matter_label_file(cx, m.id, in->label.value, in->label.why) &&
           event_emit(cx, "search.changed", m.id, NULL) && matter_touched(cx, m.id) &&
           matter_trace(cx, m.id, "attachment.add", own ? own->id : 0,
                        attachment_body(cx, out->id, in->name, digest, in->blob.size));
}

/* --- removing, reading ---------------------------------------------------------------------------------- */

bool attachment_load(struct ctx *cx, int64_t id, struct attachment *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_attachment_get, id);
    bool is_gone = found == 1 && !row_is_null(&r, 7);
    int64_t added_by = found == 1 ? row_i64(&r, 8) : 0, added_post = found == 1 ? row_i64(&r, 9) : 0;
    if (found == 1)
        *out = (struct attachment){ id, row_i64(&r, 1), row_i64(&r, 5), row_copy(&r, 2, cx->a),
                                    row_copy(&r, 3, cx->a), row_copy(&r, 4, cx->a),
                                    row_copy(&r, 6, cx->a) };
    rows_end(&r);
    if (found < 0)
        return false;
    struct matter m;
    struct files_seen seen;
    if (found != 1 || is_gone || !matter_can_see(cx, out->matter_id))
        return fail_not_found(cx);
    return matter_load(cx, out->matter_id, &m) && files_seen_of(cx, &m, &seen) &&
           (file_is_seen(cx, &seen, id, added_by, added_post) || fail_not_found(cx));
}

bool attachment_open(struct ctx *cx, int64_t id, struct attachment *out)
{
    if (!attachment_load(cx, id, out))
        return false;
    int is_purged = secret_is_purged(cx, out->digest); /* its rows follow step by step */
    return is_purged == 0 || (is_purged > 0 && fail_not_found(cx));
}

bool desk_paper_load(struct ctx *cx, int64_t attachment_id, struct desk_paper *out)
{
    struct attachment t;
    if (!attachment_open(cx, attachment_id, &t))
        return false;
    *out = (struct desk_paper){ t.id, t.matter_id, t.size, t.name, t.type, t.kind, t.digest };
    return true;
}

bool desk_paper_put(struct ctx *cx, struct desk_paper *p, int64_t post_id)
{
    p->id = id_new(cx->now);
    return db_run(cx->db, &q_attachment_put, p->id, p->matter_id, p->name, p->type, p->kind, p->size, p->digest,
                  cx->actor->person_id, bind_id(post_id), cx->now) &&
           event_emit(cx, "search.changed", p->matter_id, NULL) && matter_touched(cx, p->matter_id);
}

bool attachment_is_scan(struct ctx *cx, int64_t matter_id, int64_t attachment_id,
                        const char *field)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_attachment_get, attachment_id);
    bool is_scan = found == 1 && row_i64(&r, 1) == matter_id && str_is(row_text(&r, 4), "scan") &&
                   row_is_null(&r, 7) && row_i64(&r, 8) == cx->actor->person_id;
    rows_end(&r);
    return found >= 0 && (is_scan || fail(cx, ERR_INVALID, "item.scan", field));
}

struct attachment_path {
    int64_t attachment_id;
    bool preview;
};
static const struct field attachment_path_fields[] = {
    FIELD(attachment_path, attachment_id, F_ID, .flags = FIELD_PATH, .zh = "附件",
          .en = "attachment"),
    FIELD(attachment_path, preview, F_BOOL, .zh = "在页面内查看", .en = "show in the page"),
};
RECORD(attachment_path);

struct attachment_remove_in {
    int64_t attachment_id;
};
static const struct field attachment_remove_in_fields[] = {
    FIELD(attachment_remove_in, attachment_id, F_ID, .flags = FIELD_PATH, .zh = "附件",
          .en = "attachment"),
};
RECORD(attachment_remove_in);

static bool run_remove(struct ctx *cx, const void *input, void *output)
{
    struct attachment t;
    struct matter m;
    const struct actor_post *own = actor_main_post(cx);
    (void)output;
    if (!attachment_load(cx, ((const struct attachment_remove_in *)input)->attachment_id, &t) ||
        !matter_load_for_change(cx, t.matter_id, &m) || !matter_may_attach(cx, &m) ||
        !may_change(cx, &m, t.name, t.kind, true))
        return false;
    if (db_number(cx->db, 0, &q_scan_used, t.id)) /* what a recorded instruction rests on stays */
        return fail(cx, ERR_STATE, "attachment.scan_used", NULL);
    return db_run(cx->db, &q_attachment_remove, cx->now, t.id) && matter_touched(cx, m.id) &&
           matter_trace(cx, m.id, "attachment.remove", own ? own->id : 0,
                        attachment_body(cx, t.id, t.name, t.digest, t.size));
}

static bool is_safe_inline(struct str type)
{
    static const char *const safe[] = { "application/pdf", "image/png",  "image/jpeg",
                                        "image/gif",       "image/webp", "text/plain" };
    for (size_t i = 0; i < sizeof safe / sizeof *safe; i++)
        if (str_is(type, safe[i]))
            return true;
    return false;
}

struct convert_in {
    int64_t attachment_id;
};
static const struct field convert_in_fields[] = {
    FIELD(convert_in, attachment_id, F_ID, .flags = FIELD_PATH, .zh = "附件", .en = "attachment"),
};
RECORD(convert_in);

static bool prepare_convert(struct ctx *cx, void *input)
{
    struct attachment t;
    return attachment_open(cx, ((const struct convert_in *)input)->attachment_id, &t) &&
           preview_make(cx, t.digest, t.name);
}

/* All was done before: what it made is derived, and no row tells of it. */
static bool run_convert(struct ctx *cx, const void *input, void *output)
{
    (void)cx;
    (void)input;
    (void)output;
    return true;
}

static bool converted_content(struct ctx *cx, const struct attachment *t, struct raw *raw)
{
    raw->fd = preview_open(cx, t->digest, &raw->size);
    raw->type = "application/pdf";
    raw->name = str_printf(cx->a, "%.*s.pdf", STR_ARG(t->name));
    raw->is_inline = true;
    raw->etag = str_printf(cx->a, "%.*s-pdf", STR_ARG(t->digest));
    return raw->fd >= 0 || fail(cx, ERR_STATE, "attachment.not_converted", NULL);
}

static bool run_content(struct ctx *cx, const void *input, struct jw *w)
{
    const struct attachment_path *in = input;
    struct attachment t;
    struct raw *raw = raw_of(cx);
    (void)w;
    if (!attachment_open(cx, in->attachment_id, &t))
        return false;
    if (in->preview && preview_converts(t.name))
        return converted_content(cx, &t, raw);
    bool shows = in->preview && is_safe_inline(t.type);
    if (in->preview && !shows)
        return fail(cx, ERR_INVALID, "attachment.no_preview", "preview");
    struct blob_store *store = core_blobs(cx->core);
    raw->fetch = blob_is_near(store, t.digest) ? STR_NONE : t.digest;
    if (raw->fetch.p)
        return true; /* asked again when it is here */
    raw->fd = blob_fd(store, t.digest, t.size <= 33554432, &raw->size, cx->a, &cx->err);
    raw->type = str_is(t.type, "text/plain") ? "text/plain; charset=utf-8"
                                             : arena_strndup(cx->a, t.type.p, t.type.n);
    raw->name = t.name;
    raw->is_inline = shows;
    raw->etag = t.digest;
    return raw->fd >= 0;
}

static const struct command commands[] = {
    { "upload.begin", POST, NULL, PERM_LOGIN, &upload_begin_in_record, &upload_record,
      run_upload_begin, "开始上传", "Begin an upload", CMD_INTERNAL | CMD_NO_TRACE | CMD_NO_KEY,
      NULL },
    { "upload.purge", POST, NULL, PERM_OPERATOR, NULL, NULL, desk_run_upload_purge, "清理过期上传",
      "Forget uploads older than a day", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "attachment.add", POST, "/matters/{matter_id}/attachments", PERM_LOGIN, &attach_in_record,
      &attachment_out_record, run_attach, "添加附件", "Attach an uploaded file",
      CMD_CREATES | CMD_WORK_LANE, prepare_attach },
    { "attachment.convert", POST, "/attachments/{attachment_id}/convert", PERM_LOGIN,
      &convert_in_record, NULL, run_convert, "转换为 PDF，供页面内查看",
      "Make the PDF of an office file that the page shows",
      CMD_NO_KEY | CMD_NO_TRACE | CMD_CONVERT_LANE, prepare_convert },
    { "attachment.remove", POST, "/attachments/{attachment_id}/remove", PERM_LOGIN,
      &attachment_remove_in_record, NULL, run_remove, "移除附件", "Remove an attachment", 0, NULL },
};
static const struct read reads[] = {
    { "attachment.rule", "/attachment-rule", PERM_LOGIN, NULL, &attachment_rule_record, false,
      run_attachment_rule, "附件要求", "What may be attached: endings and size", 0 },
    { "upload.get", "/upload-state/{upload_id}", PERM_LOGIN, &upload_path_record, &upload_record,
      false, run_upload, "上传状态", "An upload of one's own", 0 },
    { "attachment.content", "/attachments/{attachment_id}/content", PERM_LOGIN,
      &attachment_path_record, NULL, false, run_content, "附件内容", "The bytes of an attachment",
      READ_RAW },
};
const struct room desk_attachment_room = { "desk", ROOM_TABLE(commands), ROOM_TABLE(reads), NULL,
                                           0, NULL, desk_sweep_tick };
