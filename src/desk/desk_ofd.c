/* OFD files among the papers of a matter (B17): what is in one, its pages as pictures, the files it
 * carries. Who may see the matter may see them; the reading itself is work for the lane, since a
 * received file may be large or made to hurt (ofd/ofd.h refuses those, and says why). */
#include <strings.h>
#include <unistd.h>

#include "base/log.h"
#include "blob/blob.h"
#include "core/answer.h"
#include "desk/desk_in.h"
#include "ofd/ofd.h"

enum {
    OFD_FILE_MAX = 64 << 20,
    TEXT_MAX = 200000, /* bytes that the search looks through */
    DRAWN_BY = 1,      /* counts up when pages are drawn differently: browsers keep them by it */
};

bool attachment_is_ofd(struct str name, struct str type)
{
    bool ends = name.n > 4 && strncasecmp(name.p + name.n - 4, ".ofd", 4) == 0;
    return ends && (str_is(type, "application/zip") || str_is(type, "application/octet-stream"));
}

/* What the lane is given: the open file, and what is wanted of it. */
struct ofd_work {
    int fd;
    int64_t size;
    struct str name;
    int64_t n; /* page or file, from 1 */
};

static void close_fd(void *arg)
{
    (void)close(*(int *)arg); /* only read from */
}

static struct ofd *open_work(struct arena *a, const struct ofd_work *k, struct err *e)
{
    char *p = arena_grow_unset(a, NULL, 0, (size_t)k->size + 1);
    int64_t n = 0;
    while (n < k->size) {
        ssize_t got = pread(k->fd, p + n, (size_t)(k->size - n), n);
        if (got <= 0)
            break;
        n += got;
    }
    struct ofd *o = ofd_open(a, (struct str){ p, (size_t)n }, e);
    if (!o)
        log_info("desk", "an OFD file was refused", "code", e->code);
    return o;
}

/* Lines joined: without a blank where Chinese goes on, so that a word over the end of a line is found. */
static void put_joined(struct buf *b, struct str text)
{
    for (struct str rest = text, line; b->n < TEXT_MAX && str_cut(&rest, '\n', &line);) {
        line = str_trim(line);
        if (b->n && line.n && ((b->p[b->n - 1] & 0x80) == 0 || (line.p[0] & 0x80) == 0))
            buf_char(b, ' ');
        buf_str(b, line);
    }
}

struct str desk_ofd_text(struct arena *a, int fd, int64_t size)
{
    const struct ofd_work k = { .fd = fd, .size = size };
    struct arena *own = arena_new();
    struct err aside = { 0 };
    struct buf b = buf_in(own);
    struct str text, out = STR_NONE;
    struct ofd *o = size <= OFD_FILE_MAX ? open_work(own, &k, &aside) : NULL;
    for (size_t i = 0; o && i < ofd_pages(o) && b.n < TEXT_MAX; i++)
        if (ofd_page_text(o, i, &text, &aside))
            put_joined(&b, text);
    if (b.n)
        out = str_copy(a, utf8_prefix(buf_done(&b), TEXT_MAX / 3));
    arena_free(&own);
    return out;
}

struct ofd_part_path {
    int64_t attachment_id;
    int64_t n;
};
static const struct field ofd_part_path_fields[] = {
    FIELD(ofd_part_path, attachment_id, F_ID, .flags = FIELD_PATH, .zh = "附件",
          .en = "attachment"),
    FIELD(ofd_part_path, n, F_I64, .min = 1, .max = 100000, .flags = FIELD_PATH, .zh = "第几个",
          .en = "which, from 1"),
};
RECORD(ofd_part_path);
struct ofd_whole_path {
    int64_t attachment_id;
};
static const struct field ofd_whole_path_fields[] = {
    FIELD(ofd_whole_path, attachment_id, F_ID, .flags = FIELD_PATH, .zh = "附件",
          .en = "attachment"),
};
RECORD(ofd_whole_path);

/* May the person see it, is it one, is it here: then the lane's turn. raw NULL: the answer is JSON. */
static bool begin_work(struct ctx *cx, int64_t attachment_id, int64_t n, struct raw *raw, char what,
                       later_fn make)
{
    struct attachment t;
    struct ofd_work *k = arena_new_of(cx->a, struct ofd_work);
    struct blob_store *store = core_blobs(cx->core);
    if (!attachment_open(cx, attachment_id, &t))
        return false;
    if (!attachment_is_ofd(t.name, t.type))
        return fail(cx, ERR_INVALID, "attachment.no_preview", NULL);
    if (t.size > OFD_FILE_MAX)
        return fail_arg(cx, ERR_TOO_LARGE, "ofd.too_large", NULL,
                        arena_strndup(cx->a, t.name.p, t.name.n), NULL);
    if (!blob_is_near(store, t.digest))
        return read_fetch(cx, t.digest);
    k->fd = blob_fd(store, t.digest, true, &k->size, cx->a, &cx->err);
    if (k->fd < 0)
        return false;
    arena_on_clean(cx->a, close_fd, &k->fd);
    k->name = t.name;
    k->n = n;
    if (raw)
        raw->etag =
            str_printf(cx->a, "%.*s-%c%lld-%d", STR_ARG(t.digest), what, (long long)n, DRAWN_BY);
    read_later(cx, make, k);
    return true;
}

/* --- what is in it ------------------------------------------------------------------------------------- */

static ANSWER(ofd_data, TEXT(ALWAYS, "name", "名称", "name"),
              TEXT(OR_NULL, "value", "值", "value"));
static ANSWER(ofd_file, TEXT(OR_NULL, "name", "文件名", "file name"),
              TEXT(OR_NULL, "format", "格式", "format"));
static ANSWER(ofd_stamped, TEXT(OR_NULL, "provider", "签章程序", "the program that signed"),
              TEXT(OR_NULL, "signed_at", "签章时间", "time, as the file says"),
              FLAG(ALWAYS, "is_changed", "盖章后有改动", "files differ from what was signed"));
static ANSWER(ofd_whole, TEXT(OR_NULL, "title", "标题", "title"),
              TEXT(OR_NULL, "author", "作者", "author"),
              TEXT(OR_NULL, "created_on", "创建日期", "made on, as the file says"),
              NUMBER(ALWAYS, "pages", "页数", "pages"),
              NUMBER(ALWAYS, "width_um", "首页宽（微米）", "width of page 1"),
              NUMBER(ALWAYS, "height_um", "首页高（微米）", "height of page 1"),
              LIST(ALWAYS, "data", &ofd_data_record, "公文元数据", "elements of the document"),
              LIST(ALWAYS, "files", &ofd_file_record, "内含附件", "files inside"),
              LIST(ALWAYS, "seals", &ofd_stamped_record, "签章，未验证",
                   "signatures, not verified"));

static void write_seals(struct ofd *o, struct jw *w)
{
    jw_karr(w, "seals");
    for (size_t i = 0; i < ofd_signatures(o); i++) {
        struct err aside = { 0 };
        struct ofd_signature s = { 0 };
        const struct ofd_reference *refs;
        size_t n = 0;
        bool is_changed =
            !ofd_signature(o, i, &s, &aside) || !ofd_references_check(o, i, &refs, &n, &aside);
        for (size_t k = 0; !is_changed && k < n; k++)
            is_changed = refs[k].state != OFD_REF_OK && refs[k].state != OFD_REF_UNKNOWN;
        jw_obj(w);
        jw_kstr(w, "provider", s.provider);
        jw_kstr(w, "signed_at", s.signed_at);
        jw_kbool(w, "is_changed", is_changed);
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

static bool make_whole(struct arena *a, void *arg, struct raw *out, struct err *e)
{
    struct ofd *o = open_work(a, arg, e);
    struct ofd_box box;
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    const struct ofd_attachment *files;
    if (!o || !ofd_page_box(o, 0, &box, e))
        return false;
    const struct ofd_info *d = ofd_info(o);
    size_t n = ofd_attachments(o, &files);
    jw_obj(&w);
    jw_kstr(&w, "title", d->title);
    jw_kstr(&w, "author", d->author);
    jw_kstr(&w, "created_on", d->created_on);
    jw_ki64(&w, "pages", (int64_t)ofd_pages(o));
    jw_ki64(&w, "width_um", (int64_t)(box.w * 1000));
    jw_ki64(&w, "height_um", (int64_t)(box.h * 1000));
    jw_karr(&w, "data");
    for (size_t i = 0; i < d->n_data; i++) {
        jw_obj(&w);
        jw_kstr(&w, "name", d->data[i].name.p ? d->data[i].name : STR(""));
        jw_kstr(&w, "value", d->data[i].value);
        jw_obj_end(&w);
    }
    jw_arr_end(&w);
    jw_karr(&w, "files");
    for (size_t i = 0; i < n; i++) {
        jw_obj(&w);
        jw_kstr(&w, "name", files[i].name);
        jw_kstr(&w, "format", files[i].format);
        jw_obj_end(&w);
    }
    jw_arr_end(&w);
    write_seals(o, &w);
    jw_obj_end(&w);
    out->bytes = buf_done(&b);
    return true;
}

static bool run_whole(struct ctx *cx, const void *input, struct jw *w)
{
    (void)w;
    return begin_work(cx, ((const struct ofd_whole_path *)input)->attachment_id, 0, NULL, 0,
                      make_whole);
}

/* --- a page, a file ------------------------------------------------------------------------------------- */

static bool make_page(struct arena *a, void *arg, struct raw *out, struct err *e)
{
    const struct ofd_work *k = arg;
    struct ofd *o = open_work(a, k, e);
    struct buf b = buf_in(a);
    if (!o || !ofd_page_svg(o, (size_t)k->n - 1, true, &b, NULL, e))
        return false;
    out->bytes = buf_done(&b);
    out->type = "image/svg+xml";
    out->is_inline = true;
    return true;
}

static bool run_page(struct ctx *cx, const void *input, struct jw *w)
{
    const struct ofd_part_path *in = input;
    (void)w;
    return begin_work(cx, in->attachment_id, in->n, raw_of(cx), 'p', make_page);
}

/* Given as bytes to be saved, whatever it says it is. */
static bool make_file(struct arena *a, void *arg, struct raw *out, struct err *e)
{
    const struct ofd_work *k = arg;
    struct ofd *o = open_work(a, k, e);
    const struct ofd_attachment *files;
    size_t n = o ? ofd_attachments(o, &files) : 0;
    if (!o)
        return false;
    if ((size_t)k->n > n)
        return err_set(e, a, ERR_NOT_FOUND, "not_found", NULL, NULL, NULL, NULL);
    const struct ofd_attachment *f = &files[k->n - 1];
    if (!ofd_part(o, f->path, &out->bytes, e))
        return false;
    out->type = "application/octet-stream";
    out->name = f->name.n ? f->name : f->path;
    return true;
}

static bool run_file(struct ctx *cx, const void *input, struct jw *w)
{
    const struct ofd_part_path *in = input;
    (void)w;
    return begin_work(cx, in->attachment_id, in->n, raw_of(cx), 'f', make_file);
}

static const struct read reads[] = {
    { "attachment.ofd", "/attachments/{attachment_id}/ofd", PERM_LOGIN, &ofd_whole_path_record,
      &ofd_whole_record, false, run_whole, "OFD 附件的内容", "What is in an attached OFD file", 0 },
    { "attachment.ofd_page", "/attachments/{attachment_id}/ofd/pages/{n}", PERM_LOGIN,
      &ofd_part_path_record, NULL, false, run_page, "OFD 附件的一页",
      "A page of an attached OFD file, as a picture", READ_RAW },
    { "attachment.ofd_file", "/attachments/{attachment_id}/ofd/files/{n}", PERM_LOGIN,
      &ofd_part_path_record, NULL, false, run_file, "OFD 附件内含的文件",
      "A file inside an attached OFD file", READ_RAW },
};
const struct room desk_ofd_room = { "desk", NULL, 0, ROOM_TABLE(reads), NULL, 0, NULL, NULL };
