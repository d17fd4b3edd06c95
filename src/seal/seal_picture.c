/* Drawing by Cairo; the check of what was uploaded by Cairo and expat. */
#include "seal/seal_picture.h"

#include <cairo.h>
#include <expat.h>
#include <math.h>
#include <stdio.h>

#include "base/check.h"

#define POINTS_A_MM 12
#define PIXELS_MOST 3000
#define RED 0.84, 0.06, 0.06

static cairo_status_t put_png(void *arg, const unsigned char *p, unsigned n)
{
    buf_put(arg, p, n);
    return CAIRO_STATUS_SUCCESS;
}

/* One character at an angle (clockwise from the top) on a circle about the origin, its foot inwards; squeezed
 * to width when it is wider. */
static void arc_character(cairo_t *c, const char *text, double angle, double radius, double width)
{
    cairo_text_extents_t e;
    cairo_text_extents(c, text, &e);
    cairo_save(c);
    cairo_rotate(c, angle);
    cairo_translate(c, 0, -radius);
    if (e.width > width && e.width > 0)
        cairo_scale(c, width / e.width, 1);
    cairo_move_to(c, -e.width / 2 - e.x_bearing, 0);
    cairo_show_text(c, text);
    cairo_restore(c);
}

static void name_on_arc(cairo_t *c, struct arena *a, struct str name, double outer)
{
    size_t n = utf8_length(name);
    /* from 150° for a short name to 270° for a long one */
    double spread = (n < 6 ? 130 + 12.0 * (double)n : fmin(270, 190 + 8 * (double)n)) * M_PI / 180;
    double size = outer * (n <= 10 ? 0.27 : n <= 16 ? 0.22 : 0.18), radius = outer * 0.90 - size * 0.86;
    double step = n > 1 ? spread / (double)(n - 1) : 0, room = step * radius * 0.92;
    size_t i = 0;
    cairo_set_font_size(c, size);
    for (size_t k = 0; k < n; k++) {
        size_t from = i;
        (void)utf8_next(name, &i);
        arc_character(c, arena_strndup(a, name.p + from, i - from), -spread / 2 + step * (double)k, radius,
                      n > 1 ? room : size);
    }
}

static void star(cairo_t *c, double radius)
{
    double inner = radius * 0.381966;
    cairo_new_path(c);
    for (int k = 0; k < 10; k++) {
        double r = k % 2 ? inner : radius, angle = k * M_PI / 5;
        cairo_line_to(c, r * sin(angle), -r * cos(angle));
    }
    cairo_close_path(c);
    cairo_fill(c);
}

static void words_below(cairo_t *c, struct arena *a, struct str words, double outer)
{
    cairo_text_extents_t e;
    const char *text = arena_strndup(a, words.p, words.n);
    cairo_set_font_size(c, outer * 0.21);
    cairo_text_extents(c, text, &e);
    cairo_save(c);
    cairo_translate(c, 0, outer * 0.62);
    if (e.width > outer * 1.2)
        cairo_scale(c, outer * 1.2 / e.width, 1);
    cairo_move_to(c, -e.width / 2 - e.x_bearing, 0);
    cairo_show_text(c, text);
    cairo_restore(c);
}

bool seal_picture_draw(struct arena *a, const struct seal_shape *shape, struct str *png)
{
    int side = shape->mm * POINTS_A_MM;
    double outer = side / 2.0, line = 1.2 * POINTS_A_MM;
    struct buf b = buf_in(a);
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, side, side);
    cairo_t *c = cairo_create(s);
    cairo_set_source_rgb(c, RED);
    cairo_translate(c, outer, outer);
    cairo_set_line_width(c, line);
    cairo_arc(c, 0, 0, outer - line / 2 - 1, 0, 2 * M_PI);
    cairo_stroke(c);
    cairo_select_font_face(c, "Noto Serif CJK SC", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_BOLD);
    name_on_arc(c, a, shape->name, outer);
    star(c, outer * 0.31);
    if (shape->words.n)
        words_below(c, a, shape->words, outer);
    bool good = cairo_status(c) == CAIRO_STATUS_SUCCESS &&
                cairo_surface_write_to_png_stream(s, put_png, &b) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(c);
    cairo_surface_destroy(s);
    *png = good ? buf_done(&b) : STR_NONE;
    return good;
}

int seal_diameter(struct str level, bool is_body)
{
    if (str_is(level, "province"))
        return 50;
    if (is_body && (str_is(level, "city") || str_is(level, "county")))
        return 45;
    return 42;
}

/* --- what was uploaded ------------------------------------------------------------------------------- */

static cairo_status_t take_png(void *arg, unsigned char *p, unsigned n)
{
    struct str *rest = arg;
    if (rest->n < n)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(p, rest->p, n);
    *rest = str_sub(*rest, n, rest->n - n);
    return CAIRO_STATUS_SUCCESS;
}

static uint32_t number_at(struct str s, size_t at)
{
    const uint8_t *p = (const uint8_t *)s.p + at;
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Its size is looked at before anything is unpacked. */
static bool png_check(struct arena *a, struct str bytes, struct err *e)
{
    if (bytes.n < 33 || memcmp(bytes.p + 12, "IHDR", 4) != 0)
        return err_set(e, a, ERR_INVALID, "seal.picture_type", "upload_id", NULL, NULL, NULL);
    uint32_t w = number_at(bytes, 16), h = number_at(bytes, 20);
    if (w < 50 || h < 50 || w > PIXELS_MOST || h > PIXELS_MOST)
        return err_set(e, a, ERR_INVALID, "seal.picture_size", "upload_id",
                       arena_printf(a, "%u×%u", w, h), NULL, NULL);
    struct str rest = bytes;
    cairo_surface_t *s = cairo_image_surface_create_from_png_stream(take_png, &rest);
    bool good = cairo_surface_status(s) == CAIRO_STATUS_SUCCESS;
    cairo_surface_destroy(s);
    return good || err_set(e, a, ERR_INVALID, "seal.picture_type", "upload_id", NULL, NULL, NULL);
}

/* What a drawing may consist of. */
static const char *const elements[] = { "svg", "g", "path", "circle", "ellipse", "rect", "line", "polyline",
                                        "polygon", "text", "tspan", "textPath", "defs", "title", "desc",
                                        "clipPath", NULL };
struct svg {
    XML_Parser parser;
    struct arena *a;
    const char *bad;
    int depth, count;
};

static void svg_refuse(struct svg *s, const char *what)
{
    s->bad = s->bad ? s->bad : arena_printf(s->a, "%.60s", what);
    XML_StopParser(s->parser, XML_FALSE);
}

static bool is_harmless(const char *name, const char *value)
{
    if (strncmp(name, "on", 2) == 0 || strstr(value, "javascript:") || strstr(value, "data:"))
        return false;
    if (strstr(name, "href") && value[0] != '#')
        return false;
    const char *url = strstr(value, "url(");
    return strcmp(name, "style") == 0 ? !url && !strstr(value, "@import") : !url || strncmp(url, "url(#", 5) == 0;
}

static void XMLCALL svg_begin(void *arg, const char *name, const char **attributes)
{
    struct svg *s = arg;
    size_t i = 0;
    while (elements[i] && strcmp(elements[i], name) != 0)
        i++;
    if (!elements[i] || (s->depth == 0 && strcmp(name, "svg") != 0) || ++s->depth > 16 || ++s->count > 5000)
        svg_refuse(s, name);
    for (; *attributes; attributes += 2)
        if (!is_harmless(attributes[0], attributes[1]))
            svg_refuse(s, attributes[0]);
}

static void XMLCALL svg_end(void *arg, const char *name)
{
    (void)name;
    ((struct svg *)arg)->depth--;
}

static void XMLCALL svg_doctype(void *arg, const char *name, const char *sysid, const char *pubid, int internal)
{
    (void)name;
    (void)sysid;
    (void)pubid;
    (void)internal;
    svg_refuse(arg, "DOCTYPE");
}

static void XMLCALL svg_instruction(void *arg, const char *target, const char *data)
{
    (void)data;
    svg_refuse(arg, target);
}

static bool svg_check(struct arena *a, struct str bytes, struct err *e)
{
    struct svg s = { .parser = XML_ParserCreate("UTF-8"), .a = a };
    CHECK(s.parser);
    XML_SetUserData(s.parser, &s);
    XML_SetElementHandler(s.parser, svg_begin, svg_end);
    XML_SetStartDoctypeDeclHandler(s.parser, svg_doctype);
    XML_SetProcessingInstructionHandler(s.parser, svg_instruction);
    bool good = XML_Parse(s.parser, bytes.p, (int)bytes.n, 1) == XML_STATUS_OK && !s.bad;
    const char *why = s.bad ? s.bad : XML_ErrorString(XML_GetErrorCode(s.parser));
    XML_ParserFree(s.parser);
    return good || err_set(e, a, ERR_INVALID, "seal.picture_svg", "upload_id", why, NULL, NULL);
}

bool seal_picture_check(struct arena *a, struct str bytes, const char **type, struct err *e)
{
    if (bytes.n > SEAL_PICTURE_MOST)
        return err_set(e, a, ERR_INVALID, "seal.picture_size", "upload_id", "1 MB", NULL, NULL);
    *type = "PNG";
    if (str_starts(bytes, (struct str){ "\x89PNG\r\n\x1a\n", 8 }))
        return png_check(a, bytes, e);
    *type = "SVG";
    struct str head = str_trim(str_sub(bytes, 0, 200));
    if (str_starts(head, STR("<?xml")) || str_starts(head, STR("<svg")))
        return utf8_valid(bytes) ? svg_check(a, bytes, e)
                                 : err_set(e, a, ERR_INVALID, "seal.picture_svg", "upload_id", "UTF-8", NULL, NULL);
    return err_set(e, a, ERR_INVALID, "seal.picture_type", "upload_id", NULL, NULL, NULL);
}
