/* `tongban ofd`: what is in an OFD file, for operators and for programs that have no OFD reader. */
#include <errno.h>

#include "base/json.h"
#include "ofd/ofd_in.h"

enum { FILE_MAX = 512 << 20 };

static bool read_whole(struct arena *a, const char *path, struct str *out)
{
    FILE *f = fopen(path, "rb");
    struct buf b = buf_in(a);
    size_t n;
    if (!f)
        return false;
    do {
        buf_reserve(&b, 1 << 20);
        n = fread(b.p + b.n, 1, 1 << 20, f);
        b.n += n;
    } while (n && b.n < FILE_MAX);
    bool good = !ferror(f);
    (void)fclose(f);
    *out = buf_done(&b);
    return good;
}

static void show_info(struct jw *w, const struct ofd_info *d)
{
    jw_kstr(w, "doc_id", d->doc_id);
    jw_kstr(w, "title", d->title);
    jw_kstr(w, "author", d->author);
    jw_kstr(w, "creator", d->creator);
    jw_kstr(w, "created_on", d->created_on);
    jw_kstr(w, "changed_on", d->changed_on);
    jw_kobj(w, "data");
    for (size_t i = 0; i < d->n_data; i++)
        if (d->data[i].name.n) {
            jw_key_str(w, d->data[i].name);
            jw_str(w, d->data[i].value);
        }
    jw_obj_end(w);
}

static bool show_pages(struct jw *w, struct ofd *o, struct err *e)
{
    jw_karr(w, "pages");
    for (size_t i = 0; i < ofd_pages(o); i++) {
        struct ofd_box box;
        struct str text;
        if (!ofd_page_box(o, i, &box, e) || !ofd_page_text(o, i, &text, e))
            return false;
        struct buf size = buf_in(o->a);
        ofd_put_number(&size, box.w);
        buf_text(&size, " x ");
        ofd_put_number(&size, box.h);
        jw_obj(w);
        jw_kstr(w, "size_mm", buf_done(&size));
        jw_kstr(w, "text", text);
        jw_obj_end(w);
    }
    jw_arr_end(w);
    return true;
}

static void show_files(struct jw *w, struct ofd *o)
{
    const struct ofd_attachment *files;
    size_t n = ofd_attachments(o, &files);
    jw_karr(w, "attachments");
    for (size_t i = 0; i < n; i++) {
        jw_obj(w);
        jw_kstr(w, "name", files[i].name);
        jw_kstr(w, "format", files[i].format);
        jw_kstr(w, "path", files[i].path);
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

static bool show_tags(struct jw *w, struct ofd *o, struct err *e)
{
    const struct ofd_tag *tags;
    size_t n;
    if (!ofd_tags(o, &tags, &n, e))
        return false;
    jw_karr(w, "tags");
    for (size_t i = 0; i < n; i++) {
        jw_obj(w);
        jw_kstr(w, "element", tags[i].element);
        jw_kstr(w, "text", tags[i].text);
        jw_obj_end(w);
    }
    jw_arr_end(w);
    return true;
}

static bool show_signatures(struct jw *w, struct ofd *o, struct err *e)
{
    static const char *const states[] = { "ok", "changed", "missing", "not covered",
                                          "unknown digest" };
    jw_karr(w, "signatures");
    for (size_t i = 0; i < ofd_signatures(o); i++) {
        struct ofd_signature s;
        const struct ofd_reference *refs;
        size_t n, good = 0;
        if (!ofd_signature(o, i, &s, e) || !ofd_references_check(o, i, &refs, &n, e))
            return false;
        jw_obj(w);
        jw_kstr(w, "id", s.id);
        jw_kstr(w, "type", s.type);
        jw_kstr(w, "path", s.path);
        jw_kstr(w, "provider", s.provider);
        jw_kstr(w, "signed_at", s.signed_at);
        jw_ki64(w, "stamps", (int64_t)s.n_stamps);
        jw_kbool(w, "has_value", s.value.p != NULL);
        jw_karr(w, "not_intact");
        for (size_t k = 0; k < n; k++) {
            good += refs[k].state == OFD_REF_OK;
            if (refs[k].state == OFD_REF_OK)
                continue;
            jw_obj(w);
            jw_kstr(w, "path", refs[k].path);
            jw_ktext(w, "state", states[refs[k].state]);
            jw_obj_end(w);
        }
        jw_arr_end(w);
        jw_ki64(w, "files_intact", (int64_t)good);
        jw_obj_end(w);
    }
    jw_arr_end(w);
    return true;
}

static bool show(struct arena *a, struct ofd *o, struct err *e)
{
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    show_info(&w, ofd_info(o));
    if (!show_pages(&w, o, e))
        return false;
    show_files(&w, o);
    if (!show_tags(&w, o, e) || !show_signatures(&w, o, e))
        return false;
    jw_obj_end(&w);
    buf_char(&b, '\n');
    return fwrite(b.p, 1, b.n, stdout) == b.n;
}

static bool svg(struct arena *a, struct ofd *o, const char *page, struct err *e)
{
    struct buf b = buf_in(a);
    struct str notes;
    int64_t n;
    if (!str_to_i64(str_of(page), &n) || n < 1)
        return ofd_fail(e, a, ERR_NOT_FOUND, "ofd.page", STR(""), NULL);
    if (!ofd_page_svg(o, (size_t)n - 1, true, &b, &notes, e))
        return false;
    if (notes.p)
        (void)fprintf(stderr, "%.*s\n", STR_ARG(notes));
    return fwrite(b.p, 1, b.n, stdout) == b.n;
}

int ofd_cli(int argc, char **argv)
{
    struct arena *a = arena_new();
    struct err e = { 0 };
    struct str bytes;
    bool is_svg = argc == 4 && strcmp(argv[1], "svg") == 0, good = false;
    if (!is_svg && !(argc == 3 && strcmp(argv[1], "show") == 0)) {
        (void)fprintf(stderr, "usage: tongban " OFD_USAGE "\n");
        arena_free(&a);
        return 2;
    }
    if (!read_whole(a, argv[2], &bytes)) {
        (void)fprintf(stderr, "%s: %s\n", argv[2], strerror(errno));
        arena_free(&a);
        return 1;
    }
    struct ofd *o = ofd_open(a, bytes, &e);
    if (o)
        good = is_svg ? svg(a, o, argv[3], &e) : show(a, o, &e);
    if (!good)
        (void)fprintf(stderr, "%s\n%s\n", err_message(a, &e, LANG_ZH), err_message(a, &e, LANG_EN));
    arena_free(&a);
    return good ? 0 : 1;
}
