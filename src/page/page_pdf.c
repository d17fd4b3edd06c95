/* A set of pages as PDF by cairo: each glyph with the text it stands for, so that it can be searched and
 * copied; subsets of the fonts inside. One writer at a time (font_lock): FreeType's faces are shared. */
#include <cairo-pdf.h>

#include "base/clock.h"
#include "page/page_in.h"

static cairo_status_t take(void *closure, const unsigned char *data, unsigned n)
{
    buf_put(closure, data, n);
    return CAIRO_STATUS_SUCCESS;
}

static void colour(cairo_t *c, enum page_colour v)
{
    if (v == PAGE_RED)
        cairo_set_source_rgb(c, 1, 0, 0);
    else
        cairo_set_source_rgb(c, 0, 0, 0);
}

static void glyphs(struct arena *a, struct page_fonts *f, cairo_t *c, const struct page_glyphs *g)
{
    struct arena_mark m = arena_mark(a);
    cairo_glyph_t *at = arena_array_of(a, cairo_glyph_t, g->n);
    cairo_text_cluster_t *cluster = arena_array_of(a, cairo_text_cluster_t, g->n);
    double x = 0;
    for (size_t i = 0; i < g->n; i++) {
        at[i] = (cairo_glyph_t){ g->glyph[i], x, 0 };
        cluster[i] = (cairo_text_cluster_t){ g->bytes[i], 1 };
        x += g->advance[i];
    }
    cairo_save(c);
    cairo_translate(c, g->x, g->y);
    if (g->is_turned)
        cairo_rotate(c, -1.57079632679489661923);
    colour(c, g->colour);
    cairo_set_font_face(c, font_cairo(f, g->font));
    cairo_matrix_t size;
    cairo_matrix_init_scale(&size, g->size * g->stretch, g->size);
    cairo_set_font_matrix(c, &size);
    cairo_show_text_glyphs(c, g->text.p, (int)g->text.n, at, (int)g->n, cluster, (int)g->n, 0);
    cairo_restore(c);
    arena_reset(a, m);
}

struct bytes {
    struct str s;
    size_t at;
};

static cairo_status_t give(void *closure, unsigned char *data, unsigned n)
{
    struct bytes *b = closure;
    if (b->s.n - b->at < n)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(data, b->s.p + b->at, n);
    b->at += n;
    return CAIRO_STATUS_SUCCESS;
}

/* A JPEG goes in as it is; cairo needs only a surface of its size to hang it on. */
static bool picture(cairo_t *c, const struct page_picture *p)
{
    double w, h;
    bool is_jpeg;
    if (!picture_size(p->bytes, &w, &h, &is_jpeg))
        return false;
    struct bytes b = { p->bytes, 0 };
    cairo_surface_t *s = is_jpeg ? cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)w, (int)h)
                                 : cairo_image_surface_create_from_png_stream(give, &b);
    if (is_jpeg)
        (void)cairo_surface_set_mime_data(s, CAIRO_MIME_TYPE_JPEG, (const unsigned char *)p->bytes.p,
                                          p->bytes.n, NULL, NULL); /* its status is asked below */
    bool is_good = cairo_surface_status(s) == CAIRO_STATUS_SUCCESS;
    if (is_good) {
        cairo_save(c);
        cairo_translate(c, p->x, p->y);
        cairo_scale(c, p->w / w, p->h / h);
        cairo_set_source_surface(c, s, 0, 0);
        cairo_paint(c);
        cairo_restore(c);
    }
    cairo_surface_destroy(s);
    return is_good;
}

static void metadata(struct arena *a, cairo_surface_t *s, const struct page_info *info)
{
    const struct {
        cairo_pdf_metadata_t key;
        struct str value;
    } all[] = {
        { CAIRO_PDF_METADATA_TITLE, info->title },
        { CAIRO_PDF_METADATA_AUTHOR, info->author },
        { CAIRO_PDF_METADATA_SUBJECT, info->subject },
        { CAIRO_PDF_METADATA_KEYWORDS, info->keywords },
        { CAIRO_PDF_METADATA_CREATOR, STR("Tongban") },
        { CAIRO_PDF_METADATA_CREATE_DATE, clock_iso(a, info->created_at) },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].value.n)
            cairo_pdf_surface_set_metadata(s, all[i].key,
                                           arena_strndup(a, all[i].value.p, all[i].value.n));
}

bool page_pdf(struct arena *a, struct page_fonts *f, const struct page_set *set,
              const struct page_info *info, struct str *out, struct err *e)
{
    struct buf b = buf_in(NULL);
    bool is_good = true;
    font_lock(f);
    cairo_surface_t *s = cairo_pdf_surface_create_for_stream(take, &b, PAGE_W / POINT, PAGE_H / POINT);
    metadata(a, s, info);
    cairo_t *c = cairo_create(s);
    cairo_font_options_t *o = cairo_font_options_create();
    cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
    cairo_set_font_options(c, o);
    cairo_font_options_destroy(o);
    for (size_t i = 0; i < set->n && is_good; i++) {
        const struct page *p = &set->page[i];
        cairo_pdf_surface_set_size(s, p->w / POINT, p->h / POINT);
        cairo_identity_matrix(c);
        cairo_scale(c, 1 / POINT, 1 / POINT);
        for (size_t k = 0; k < p->picture_n; k++)
            is_good &= picture(c, &p->picture[k]);
        for (size_t k = 0; k < p->rule_n; k++) {
            const struct page_rule *r = &p->rule[k];
            colour(c, r->colour);
            cairo_set_line_width(c, r->width);
            cairo_move_to(c, r->x1, r->y1);
            cairo_line_to(c, r->x2, r->y2);
            cairo_stroke(c);
        }
        for (size_t k = 0; k < p->glyphs_n; k++)
            glyphs(a, f, c, &p->glyphs[k]);
        cairo_show_page(c);
    }
    cairo_destroy(c);
    cairo_surface_finish(s);
    cairo_status_t status = cairo_surface_status(s);
    cairo_surface_destroy(s);
    font_unlock(f);
    if (is_good && status == CAIRO_STATUS_SUCCESS)
        *out = str_copy(a, (struct str){ b.p, b.n });
    buf_free(&b);
    if (!is_good)
        return err_set(e, a, ERR_INVALID, "page.bad_picture", "body", NULL, NULL, NULL);
    return status == CAIRO_STATUS_SUCCESS ||
           err_set(e, a, ERR_INTERNAL, "page.not_written", NULL, cairo_status_to_string(status), NULL,
                   NULL);
}
