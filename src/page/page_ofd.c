/* A set of pages as OFD. What is drawn inside a named place belongs to its element; the smallest place
 * counts, since the text area holds the others. */
#include "page/page_ofd.h"
#include "page/page_in.h"

/* Names of GB/T 9704; absent: not an element of its own. */
static const char *const elements[PAGE_PLACE_KINDS] = {
    [PAGE_AT_MARK] = "发文机关标志", [PAGE_AT_NUMBER] = "发文字号",
    [PAGE_AT_TITLE] = "标题",        [PAGE_AT_ADDRESSEES] = "主送机关",
    [PAGE_AT_BODY] = "正文",         [PAGE_AT_SIGNATURE] = "发文机关署名",
    [PAGE_AT_DATE] = "成文日期",     [PAGE_AT_NOTE] = "附注",
    [PAGE_AT_IMPRINT] = "版记",      [PAGE_AT_PAGE_NUMBER] = "页码",
};

struct writing {
    struct arena *a;
    struct page_fonts *f;
    const struct page_set *set;
    struct ofd_writer *w;
    int *font;           /* by the number in the set; -1: not added yet */
    const char *element; /* the tag that is open */
};

static uint32_t colour_of(enum page_colour c)
{
    return c == PAGE_RED ? 0xff0000 : 0;
}

static int font_of(struct writing *x, size_t i)
{
    if (x->font[i] < 0) {
        struct page_face face = page_fonts_face(x->f, i);
        x->font[i] = ofd_font_add(x->w, &(struct ofd_font){ .name = str_of(face.name),
                                                            .bytes = page_fonts_bytes(x->f, i),
                                                            .index = face.index });
    }
    return x->font[i];
}

/* The element of the smallest place that holds the run's beginning; a head's ink may lie a little beside. */
static const char *element_at(const struct page_set *set, size_t page, double x, double y)
{
    const char *found = NULL;
    double least = 1e9;
    for (size_t i = 0; i < set->place_n; i++) {
        const struct page_place *p = &set->place[i];
        double slack = p->kind == PAGE_AT_BODY ? 0 : 2;
        if (p->page != page || !elements[p->kind] || x < p->x - slack || x > p->x + p->w + slack ||
            y < p->y - slack || y > p->y + p->h + slack || p->w * p->h >= least)
            continue;
        least = p->w * p->h;
        found = elements[p->kind];
    }
    return found;
}

/* Runs of one element follow each other under one tag. */
static void tag(struct writing *x, const char *element)
{
    if (x->element == element)
        return;
    if (x->element)
        ofd_tag_end(x->w);
    if (element)
        ofd_tag_begin(x->w, str_of(element));
    x->element = element;
}

static void put_glyphs(struct writing *x, const struct page_glyphs *g)
{
    struct ofd_glyph *to = arena_array_of(x->a, struct ofd_glyph, g->n + 1);
    for (size_t i = 0; i < g->n; i++)
        to[i] = (struct ofd_glyph){ g->glyph[i], g->bytes[i], g->advance[i] };
    ofd_text(x->w, &(struct ofd_text){ .font = font_of(x, g->font),
                                       .size = g->size,
                                       .stretch = g->stretch,
                                       .colour = colour_of(g->colour),
                                       .x = g->x,
                                       .y = g->y,
                                       .text = g->text,
                                       .glyphs = to,
                                       .n = g->n,
                                       .turn = g->is_turned ? -90 : 0 });
}

static void put_page(struct writing *x, const struct page *p, size_t n)
{
    ofd_page_begin(x->w, p->w, p->h);
    for (size_t i = 0; i < p->picture_n; i++) {
        const struct page_picture *q = &p->picture[i];
        int picture = ofd_picture_add(x->w, q->is_jpeg ? "jpg" : "png", q->bytes);
        ofd_image(x->w, picture, (struct ofd_box){ q->x, q->y, q->w, q->h }, q->is_turned);
    }
    for (size_t i = 0; i < p->rule_n; i++) {
        const struct page_rule *r = &p->rule[i];
        ofd_line(x->w, r->x1, r->y1, r->x2, r->y2, r->width, colour_of(r->colour));
    }
    for (size_t i = 0; i < p->glyphs_n; i++) {
        tag(x, element_at(x->set, n, p->glyphs[i].x, p->glyphs[i].y));
        put_glyphs(x, &p->glyphs[i]);
    }
    tag(x, NULL);
}

bool page_ofd(struct arena *a, struct page_fonts *f, const struct page_set *set,
              const struct ofd_info *info, struct str *out, struct err *e)
{
    size_t n = page_fonts_count(f);
    struct writing x = { .a = a,
                         .f = f,
                         .set = set,
                         .w = ofd_writer_new(a, info),
                         .font = arena_array_of(a, int, n + 1) };
    for (size_t i = 0; i < n; i++)
        x.font[i] = -1;
    for (size_t i = 0; i < set->n; i++)
        put_page(&x, &set->page[i], i);
    return ofd_writer_end(x.w, out, e);
}
