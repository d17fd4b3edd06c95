/* `tongban page FILE.json --to OUT.pdf`: a source as PDF, or as OFD where the name ends so; --places prints where things came to stand. */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "crypto/crypto.h"
#include "page/page_in.h"
#include "page/page_ofd.h"

#define FILE_MOST (64u << 20)

static bool read_file(struct arena *a, const char *path, struct str *out)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!f)
        return false;
    struct buf b = buf_in(a);
    char part[65536];
    size_t n;
    while ((n = fread(part, 1, sizeof part, f)) > 0 && b.n < FILE_MOST)
        buf_put(&b, part, n);
    bool is_good = !ferror(f) && b.n < FILE_MOST;
    if (f != stdin)
        (void)fclose(f); /* it was only read */
    *out = buf_done(&b);
    return is_good;
}

static bool write_file(const char *path, struct str bytes)
{
    FILE *f = fopen(path, "wb");
    if (!f)
        return false;
    bool is_good = fwrite(bytes.p, 1, bytes.n, f) == bytes.n;
    return fclose(f) == 0 && is_good;
}

static void real(struct jw *w, struct arena *a, const char *key, double v)
{
    jw_kraw(w, key, str_printf(a, "%.3f", v));
}

static void print_places(struct arena *a, const struct page_set *set)
{
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_ki64(&w, "pages", (int64_t)set->n);
    jw_karr(&w, "pitch");
    for (size_t i = 0; i < set->n; i++)
        jw_raw(&w, str_printf(a, "%.3f", set->page[i].pitch));
    jw_arr_end(&w);
    jw_karr(&w, "missing");
    for (size_t i = 0; i < set->missing_n; i++) {
        char c[4];
        jw_str(&w, (struct str){ c, utf8_put(set->missing[i], c) });
    }
    jw_arr_end(&w);
    jw_karr(&w, "places");
    for (size_t i = 0; i < set->place_n; i++) {
        const struct page_place *p = &set->place[i];
        jw_obj(&w);
        jw_ktext(&w, "kind", page_place_names[p->kind]);
        jw_ki64(&w, "index", (int64_t)p->index);
        jw_ki64(&w, "page", (int64_t)p->page + 1);
        real(&w, a, "x", p->x);
        real(&w, a, "y", p->y);
        real(&w, a, "w", p->w);
        real(&w, a, "h", p->h);
        jw_obj_end(&w);
    }
    jw_arr_end(&w);
    jw_obj_end(&w);
    struct str out = buf_done(&b);
    printf("%.*s\n", STR_ARG(out));
}

/* The document's id is made of what is laid out, so that the same source gives the same bytes. */
static bool as_ofd(struct arena *a, struct page_fonts *f, const struct page_set *set, struct str json,
                   const struct page_source *s, struct str *out, struct err *e)
{
    const struct ofd_data data[] = { { STR("文件编号"), s->number }, { STR("紧急程度"), s->urgency },
                                     { STR("成文日期"), s->date } };
    const struct ofd_info info = { .doc_id = str_sub(sm3_text(a, json), 0, 32), .title = s->title,
                                   .author = s->issuers.n ? s->issuers.p[0] : STR_NONE,
                                   .creator = STR("Tongban"), .data = data, .n_data = 3 };
    return page_ofd(a, f, set, &info, out, e);
}

static int run(struct arena *a, struct page_fonts **f, const char *from, const char *to,
               const char *fonts, bool with_places, struct err *e)
{
    struct str json, pdf;
    struct page_source s;
    struct page_set set;
    if (!read_file(a, from, &json)) {
        fprintf(stderr, "tongban page: %s cannot be read\n", from);
        return 1;
    }
    if (!page_source_read(a, json, &s, e))
        return 1;
    *f = page_fonts_new(a, fonts, e);
    if (!*f || !page_layout(a, *f, &s, &set, e))
        return 1;
    struct page_info info = { .title = s.title, .author = s.issuers.n ? s.issuers.p[0] : STR_NONE,
                              .subject = s.number };
    bool is_good = str_ends(str_of(to), STR(".ofd")) ? as_ofd(a, *f, &set, json, &s, &pdf, e)
                                                     : page_pdf(a, *f, &set, &info, &pdf, e);
    if (!is_good)
        return 1;
    if (!write_file(to, pdf)) {
        fprintf(stderr, "tongban page: %s cannot be written\n", to);
        return 1;
    }
    if (with_places)
        print_places(a, &set);
    return 0;
}

int page_cli(int argc, char **argv)
{
    const char *from = NULL, *to = NULL, *fonts = NULL;
    bool with_places = false, is_bad = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--to") == 0 && i + 1 < argc)
            to = argv[++i];
        else if (strcmp(argv[i], "--fonts") == 0 && i + 1 < argc)
            fonts = argv[++i];
        else if (strcmp(argv[i], "--places") == 0)
            with_places = true;
        else if (!from)
            from = argv[i];
        else
            is_bad = true;
    }
    if (!from || !to || is_bad) {
        fprintf(stderr, "usage: tongban %s\n", PAGE_USAGE);
        return 2;
    }
    struct arena *a = arena_new();
    struct err e = { 0 };
    struct page_fonts *f = NULL;
    int code = run(a, &f, from, to, fonts, with_places, &e);
    if (code && e.kind != ERR_NONE)
        fprintf(stderr, "tongban page: %s%s%s\n", e.field ? e.field : "", e.field ? ": " : "",
                err_message(a, &e, LANG_EN));
    page_fonts_free(&f);
    arena_free(&a);
    return code;
}
