/* A page as an SVG document that does nothing: shapes, outlines of glyphs, pictures inside it. No
 * script, no link, no address leads out of it: every value from the file is a number that was read as
 * one, a colour, text that is escaped, or a picture whose first bytes were looked at. */
#include "ofd/ofd_in.h"

enum { SVG_MAX = 48 << 20, CLIPS_MAX = 2000, FONTS_MAX = 200 };

struct shown_font {
    int64_t id;
    const struct ofd_xml *x; /* NULL: the font is not in the package */
    struct ofd_face *face;   /* NULL: not embedded or not readable */
    bool *has;               /* by glyph: outline is in the defs */
    size_t n_has;
    unsigned serial;
};
/* What a page and the OFD inside it share. */
struct shared {
    struct buf *out, defs;
    unsigned serial;
    size_t visits, clips;
    struct buf notes;
    const char *lacks; /* noted last */
};
struct painter {
    struct ofd *o;
    struct shared *s;
    struct shown_font fonts[FONTS_MAX];
    size_t n_fonts;
    const struct ofd_xml *layer;
};

static void note(struct painter *p, const char *what)
{
    struct str known = buf_done(&p->s->notes);
    p->s->lacks = what;
    if (str_find(known, str_of(what), 0) < 0)
        buf_printf(&p->s->notes, known.n ? ",%s" : "%s", what);
}

static bool is_full(const struct painter *p)
{
    return p->s->visits > OFD_VISITS || p->s->out->n > SVG_MAX || p->s->defs.n > SVG_MAX;
}

static void put_attr(struct buf *b, const char *name, double v)
{
    buf_printf(b, " %s=\"", name);
    ofd_put_number(b, v);
    buf_char(b, '"');
}

/* Six decimals: a matrix multiplies. */
static void put_matrix(struct buf *b, struct ofd_matrix m)
{
    const double v[] = { m.a, m.b, m.c, m.d, m.e, m.f };
    buf_text(b, " transform=\"matrix(");
    for (int i = 0; i < 6; i++)
        buf_printf(b, i ? " %.6f" : "%.6f", isfinite(v[i]) ? v[i] : 0);
    buf_text(b, ")\"");
}

/* --- how an object is drawn: its own attributes, else its DrawParam's, else the layer's ----------------------- */

static const struct ofd_xml *param_of(struct painter *p, const struct ofd_xml *x, const char *attr)
{
    struct str id = ofd_xml_attr(x, attr);
    const struct ofd_resource *r = id.p ? ofd_resource(p->o, id, "DrawParam") : NULL;
    return r ? r->x : NULL;
}

static struct str style(struct painter *p, const struct ofd_xml *x, const char *name)
{
    struct str v = ofd_xml_attr(x, name);
    const struct ofd_xml *starts[] = { param_of(p, x, "DrawParam"),
                                       param_of(p, p->layer, "DrawParam") };
    for (int s = 0; s < 2 && !v.p; s++)
        for (int i = 0; i < 8 && starts[s] && !v.p; i++) {
            v = ofd_xml_attr(starts[s], name);
            starts[s] = param_of(p, starts[s], "Relative");
        }
    return v;
}

static const struct ofd_xml *style_child(struct painter *p, const struct ofd_xml *x,
                                         const char *name)
{
    const struct ofd_xml *c = ofd_xml_child(x, name);
    const struct ofd_xml *starts[] = { param_of(p, x, "DrawParam"),
                                       param_of(p, p->layer, "DrawParam") };
    for (int s = 0; s < 2 && !c; s++)
        for (int i = 0; i < 8 && starts[s] && !c; i++) {
            c = ofd_xml_child(starts[s], name);
            starts[s] = param_of(p, starts[s], "Relative");
        }
    return c;
}

/* Values, or an index into the palette of its colour space. */
static size_t colour_values(struct painter *p, const struct ofd_xml *c, double v[4])
{
    struct str s = ofd_xml_attr(c, "Value");
    size_t n = 0;
    if (!s.p && ofd_xml_attr(c, "Index").p) {
        const struct ofd_resource *r =
            ofd_resource(p->o, ofd_xml_attr(c, "ColorSpace"), "ColorSpace");
        const struct ofd_xml *cv = ofd_xml_child(ofd_xml_child(r ? r->x : NULL, "Palette"), "CV");
        for (double i = ofd_number_of(ofd_xml_attr(c, "Index"), 0); cv && i > 0; i--)
            cv = ofd_xml_next(cv, "CV");
        s = ofd_xml_text(cv);
    }
    while (n < 4 && s.n) {
        s = str_trim(s);
        if (s.n && s.p[0] == '#') { /* hexadecimal, as some write */
            unsigned hex = 0, i = 1;
            for (; i < s.n && i < 3 && strchr("0123456789abcdefABCDEF", s.p[i]); i++)
                hex =
                    hex * 16 + (unsigned)(s.p[i] <= '9' ? s.p[i] - '0' : (s.p[i] | 32) - 'a' + 10);
            v[n++] = hex;
            s = str_sub(s, i, s.n);
        } else if (!ofd_number(&s, &v[n++])) {
            return n - 1;
        }
    }
    return n;
}

static void put_colour(struct painter *p, const char *attr, const struct ofd_xml *c)
{
    struct buf *b = p->s->out;
    double v[4] = { 0 }, alpha = ofd_number_of(ofd_xml_attr(c, "Alpha"), 255);
    const char *shades[] = { "AxialShd", "RadialShd", "GouraudShd", "LaGouraudShd" };
    if (ofd_xml_child(c, "Pattern"))
        note(p, "Pattern");
    for (size_t i = 0; i < 4; i++) {
        const struct ofd_xml *shade = ofd_xml_child(c, shades[i]);
        const struct ofd_xml *at = ofd_xml_child(shade, i < 2 ? "Segment" : "Point");
        if (shade) { /* its first colour */
            note(p, shades[i]);
            c = ofd_xml_child(at, "Color");
        }
    }
    size_t n = colour_values(p, c, v);
    if (n == 1)
        v[1] = v[2] = v[0];
    if (n == 4) /* cyan, magenta, yellow, black */
        for (int i = 0; i < 3; i++)
            v[i] = 255 * (1 - fmin(255, v[i]) / 255) * (1 - fmin(255, v[3]) / 255);
    buf_printf(b, " %s=\"#", attr);
    for (int i = 0; i < 3; i++)
        buf_printf(b, "%02x", (unsigned)fmin(255, fmax(0, round(v[i]))));
    buf_char(b, '"');
    if (alpha < 255) {
        char name[32];
        (void)snprintf(name, sizeof name, "%s-opacity", attr);
        put_attr(b, name, fmax(0, alpha) / 255);
    }
}

static bool flag(struct str s, bool without)
{
    return s.p ? str_is(s, "true") || str_is(s, "1") : without;
}

/* fill and stroke of an object. */
static void put_paint(struct painter *p, const struct ofd_xml *x, bool fills, bool strokes)
{
    struct buf *b = p->s->out;
    struct str join = style(p, x, "Join"), cap = style(p, x, "Cap"),
               dash = style(p, x, "DashPattern");
    double v;
    if (flag(style(p, x, "Fill"), fills))
        put_colour(p, "fill", style_child(p, x, "FillColor"));
    else
        buf_text(b, " fill=\"none\"");
    if (!flag(style(p, x, "Stroke"), strokes))
        return;
    put_colour(p, "stroke", style_child(p, x, "StrokeColor"));
    put_attr(b, "stroke-width", ofd_number_of(style(p, x, "LineWidth"), 0.353));
    if (str_is(join, "Round") || str_is(join, "Bevel"))
        buf_text(b, str_is(join, "Round") ? " stroke-linejoin=\"round\""
                                          : " stroke-linejoin=\"bevel\"");
    if (str_is(cap, "Round") || str_is(cap, "Square"))
        buf_text(b,
                 str_is(cap, "Round") ? " stroke-linecap=\"round\"" : " stroke-linecap=\"square\"");
    if (!dash.p || !ofd_number(&dash, &v))
        return;
    buf_text(b, " stroke-dasharray=\"");
    do {
        ofd_put_number(b, fabs(v));
        buf_char(b, ' ');
    } while (ofd_number(&dash, &v));
    buf_char(b, '"');
    if ((dash = style(p, x, "DashOffset")).p)
        put_attr(b, "stroke-dashoffset", ofd_number_of(dash, 0));
}

/* --- paths ------------------------------------------------------------------------------------------------------- */

static void put_data(struct buf *b, struct str s)
{
    static const struct {
        char op, svg;
        int n;
    } ops[] = { { 'S', 'M', 2 }, { 'M', 'M', 2 }, { 'L', 'L', 2 }, { 'Q', 'Q', 4 },
                { 'B', 'C', 6 }, { 'A', 'A', 7 }, { 'C', 'Z', 0 } };
    bool has_start = false;
    buf_text(b, " d=\"");
    while ((s = str_trim(s)).n) {
        size_t i = 0;
        double v[7];
        int n = 0;
        while (i < 7 && ops[i].op != s.p[0])
            i++;
        if (i == 7)
            break;
        s = str_sub(s, 1, s.n);
        while (n < ops[i].n && ofd_number(&s, &v[n]))
            n++;
        if (n < ops[i].n)
            break;
        if (!has_start && ops[i].svg != 'M')
            buf_text(b, "M0 0");
        has_start = true;
        buf_char(b, ops[i].svg);
        for (int k = 0; k < n; k++) {
            if (k)
                buf_char(b, ' ');
            if (ops[i].op == 'A' && (k == 3 || k == 4)) /* flags */
                buf_char(b, v[k] != 0 ? '1' : '0');
            else
                ofd_put_number(b, v[k]);
        }
    }
    buf_char(b, '"');
}

static void paint_path(struct painter *p, const struct ofd_xml *x)
{
    struct buf *b = p->s->out;
    buf_text(b, "<path");
    put_data(b, ofd_xml_text(ofd_xml_child(x, "AbbreviatedData")));
    put_paint(p, x, false, true);
    if (str_is(ofd_xml_attr(x, "Rule"), "Even-Odd"))
        buf_text(b, " fill-rule=\"evenodd\"");
    buf_text(b, "/>");
}

/* --- text ----------------------------------------------------------------------------------------------------------- */

static struct ofd_face *face_of(struct painter *p, const struct ofd_resource *r)
{
    struct err aside = { 0 };
    struct str loc = ofd_xml_text(ofd_xml_child(r->x, "FontFile"));
    struct ofd_entry *entry = loc.n ? ofd_find(p->o, r->folder, loc) : NULL;
    return entry && ofd_zip_read(&p->o->zip, entry, &aside) ? ofd_face_new(p->o->a, entry->bytes)
                                                            : NULL;
}

static struct shown_font *font_of(struct painter *p, struct str id)
{
    int64_t wanted = (int64_t)ofd_number_of(id, -1);
    for (size_t i = 0; i < p->n_fonts; i++)
        if (p->fonts[i].id == wanted)
            return &p->fonts[i];
    if (p->n_fonts == FONTS_MAX)
        return &p->fonts[0];
    const struct ofd_resource *r = ofd_resource(p->o, id, "Font");
    struct shown_font *f = &p->fonts[p->n_fonts++];
    *f = (struct shown_font){ .id = wanted, .x = r ? r->x : NULL, .serial = p->s->serial++ };
    f->face = r ? face_of(p, r) : NULL;
    return f;
}

/* The glyph's outline stands once in the document. */
static bool need_outline(struct painter *p, struct shown_font *f, uint32_t glyph)
{
    struct buf *b = &p->s->defs;
    if (glyph > 0xffff)
        return false;
    if (!f->has)
        f->has = arena_array_of(p->o->a, bool, 0x10000);
    if (f->has[glyph])
        return true;
    size_t before = b->n;
    buf_printf(b, "<path id=\"g%u_%u\" d=\"", f->serial, glyph);
    if (!ofd_face_outline(f->face, glyph, b)) {
        b->n = before;
        return false;
    }
    buf_text(b, "\"/>");
    return f->has[glyph] = true;
}

static void put_family(struct buf *b, const struct ofd_xml *font)
{
    static const struct {
        const char *word, *family;
    } known[] = {
        { "仿宋", "FangSong,FangSong_GB2312,STFangsong,'FandolFang R'" },
        { "FangSong", "FangSong,FangSong_GB2312,STFangsong,'FandolFang R'" },
        { "楷", "KaiTi,KaiTi_GB2312,STKaiti,'FandolKai'" },
        { "Kai", "KaiTi,KaiTi_GB2312,STKaiti,'FandolKai'" },
        { "黑", "SimHei,STHeiti,'Noto Sans CJK SC'" },
        { "Hei", "SimHei,STHeiti,'Noto Sans CJK SC'" },
        { "宋", "SimSun,STSong,'Noto Serif CJK SC'" },
        { "Song", "SimSun,STSong,'Noto Serif CJK SC'" },
        { "SimSun", "SimSun,STSong,'Noto Serif CJK SC'" },
        { "Courier", "'Courier New',monospace" },
    };
    struct str name = ofd_xml_attr(font, "FontName");
    buf_text(b, " font-family=\"");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (name.p && str_find(name, str_of(known[i].word), 0) >= 0) {
            buf_printf(b, "%s,", known[i].family);
            break;
        }
    buf_text(b, "serif\"");
    if (flag(ofd_xml_attr(font, "Bold"), false))
        buf_text(b, " font-weight=\"bold\"");
    if (flag(ofd_xml_attr(font, "Italic"), false))
        buf_text(b, " font-style=\"italic\"");
}

/* Of a text being painted. */
struct painting {
    struct shown_font *font;
    double size, wide; /* the size across: HScale */
    double turn;       /* of each character, in quarter turns */
    bool in_text;      /* the family's group is open */
    struct ofd_xml *transform;
    size_t at;   /* characters painted of the object */
    double x, y; /* where the TextCode before began */
};

static void put_glyph(struct painter *p, const struct painting *t, uint32_t glyph, double x,
                      double y)
{
    struct buf *b = p->s->out;
    double k = t->size / 1000, w = k * t->wide;
    buf_printf(b, "<use xlink:href=\"#g%u_%u\"", t->font->serial, glyph);
    if (t->turn == 0) {
        put_matrix(b, (struct ofd_matrix){ w, 0, 0, k, x, y });
    } else {
        double by = t->turn * M_PI / 2;
        put_matrix(
            b, (struct ofd_matrix){ w * cos(by), w * sin(by), -k * sin(by), k * cos(by), x, y });
    }
    buf_text(b, "/>");
}

static void put_characters(struct painter *p, struct str s, const struct painting *t, double x,
                           double y)
{
    struct buf *b = p->s->out;
    buf_text(b, "<text");
    put_family(b, t->font->x);
    put_attr(b, "font-size", t->size);
    put_attr(b, "x", x);
    put_attr(b, "y", y);
    buf_char(b, '>');
    ofd_xml_escape(b, s);
    buf_text(b, "</text>");
}

/* The CGTransform that begins at this character. */
static const struct ofd_xml *transform_at(const struct ofd_xml *x, size_t at)
{
    const struct ofd_xml *c = ofd_xml_child(x, "CGTransform");
    while (c && ofd_number_of(ofd_xml_attr(c, "CodePosition"), 0) != (double)at)
        c = ofd_xml_next(c, "CGTransform");
    return c;
}

/* As many glyphs as it has, at the places of its characters; the characters it covers. */
static size_t paint_transform(struct painter *p, const struct painting *t, const struct ofd_xml *c,
                              const struct ofd_char *chars, size_t n)
{
    struct str s = ofd_xml_text(ofd_xml_child(c, "Glyphs"));
    double codes = ofd_number_of(ofd_xml_attr(c, "CodeCount"), 1), glyph, x = 0;
    size_t covers = codes >= 1 && codes < (double)n ? (size_t)codes : codes < 1 ? 1 : n;
    for (size_t i = 0; s.p && ofd_number(&s, &glyph) && !is_full(p); i++) {
        const struct ofd_char *at = &chars[i < covers ? i : covers - 1];
        uint32_t id = glyph >= 0 && glyph < 65536 ? (uint32_t)glyph : 0;
        x = i < covers ? at->x : x + t->size * ofd_face_advance(t->font->face, id);
        if (need_outline(p, t->font, id))
            put_glyph(p, t, id, x, at->y);
    }
    return covers;
}

static void paint_code(struct painter *p, const struct ofd_xml *x, const struct ofd_xml *code,
                       struct painting *t)
{
    struct ofd_char *c;
    size_t n = ofd_chars(p->o->a, code, t->size, &t->x, &t->y, &c);
    bool has_deltas = ofd_xml_attr(code, "DeltaX").p || ofd_xml_attr(code, "DeltaY").p;
    double drawn = 0; /* without deltas: by the font's own advances */
    struct ofd_face *face = t->font->face;
    p->s->visits += n;
    if (!face && !has_deltas && n) {
        struct buf all = buf_in(p->o->a);
        for (size_t i = 0; i < n; i++)
            buf_str(&all, c[i].text);
        put_characters(p, buf_done(&all), t, c[0].x, c[0].y);
        t->at += n;
        return;
    }
    for (size_t i = 0, step; i < n && !is_full(p); i += step) {
        const struct ofd_xml *g = face ? transform_at(x, t->at + i) : NULL;
        size_t first = 0;
        uint32_t u = utf8_next(c[i].text, &first), glyph = face ? ofd_face_glyph(face, u) : 0;
        double at = has_deltas ? c[i].x : c[0].x + drawn;
        step = 1;
        drawn += t->size * t->wide * (glyph ? ofd_face_advance(face, glyph) : u < 0x2e80 ? 0.5 : 1);
        if (g)
            step = paint_transform(p, t, g, c + i, n - i);
        else if (glyph && need_outline(p, t->font, glyph))
            put_glyph(p, t, glyph, at, c[i].y);
        else if (u > 0x20 && u != 0xa0 && u != 0x3000)
            put_characters(p, c[i].text, t, at, c[i].y);
    }
    t->at += n;
}

static void paint_text(struct painter *p, const struct ofd_xml *x)
{
    struct painting t = { .font = font_of(p, ofd_xml_attr(x, "Font")),
                          .size = ofd_number_of(ofd_xml_attr(x, "Size"), 4),
                          .wide = ofd_number_of(ofd_xml_attr(x, "HScale"), 1),
                          .turn = ofd_number_of(ofd_xml_attr(x, "CharDirection"), 0) / 90 };
    buf_text(p->s->out, "<g");
    put_paint(p, x, true, false);
    if (ofd_number_of(ofd_xml_attr(x, "Weight"), 400) >= 600)
        buf_text(p->s->out, " font-weight=\"bold\"");
    if (flag(ofd_xml_attr(x, "Italic"), false))
        buf_text(p->s->out, " font-style=\"italic\"");
    buf_char(p->s->out, '>');
    for (struct ofd_xml *c = ofd_xml_child(x, "TextCode"); c; c = ofd_xml_next(c, "TextCode"))
        paint_code(p, x, c, &t);
    buf_text(p->s->out, "</g>");
}

/* --- pictures --------------------------------------------------------------------------------------------------------- */

/* The media type, by the first bytes; NULL and a note for what browsers do not show. */
static const char *media_of(struct painter *p, struct str s)
{
    static const struct {
        const char *head;
        size_t n;
        const char *type, *named;
    } kinds[] = {
        { "\x89PNG\r\n\x1a\n", 8, "image/png", NULL },
        { "\xff\xd8\xff", 3, "image/jpeg", NULL },
        { "GIF8", 4, "image/gif", NULL },
        { "BM", 2, "image/bmp", NULL },
        { "\x97JB2", 4, NULL, "JBIG2" },
        { "II*\0", 4, NULL, "TIFF" },
        { "MM\0*", 4, NULL, "TIFF" },
        { "\0\0\0\x0cjP", 6, NULL, "JPEG 2000" },
        { "\xff\x4f\xff\x51", 4, NULL, "JPEG 2000" },
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (s.n > kinds[i].n && memcmp(s.p, kinds[i].head, kinds[i].n) == 0) {
            if (kinds[i].named)
                note(p, kinds[i].named);
            return kinds[i].type;
        }
    note(p, "Image");
    return NULL;
}

static bool paint_inner(struct painter *p, struct str bytes, double w, double h);

/* A picture over the rectangle (0, 0, w, h); an OFD is drawn as its first page. */
static bool paint_picture(struct painter *p, struct str bytes, double w, double h)
{
    struct buf *b = p->s->out;
    if (bytes.n > 4 && memcmp(bytes.p, "PK\3\4", 4) == 0)
        return paint_inner(p, bytes, w, h);
    const char *type = bytes.n < SVG_MAX / 2 ? media_of(p, bytes) : NULL;
    if (!type)
        return false;
    buf_text(b, "<image preserveAspectRatio=\"none\"");
    put_attr(b, "width", w);
    put_attr(b, "height", h);
    buf_printf(b, " xlink:href=\"data:%s;base64,", type);
    ofd_put_base64(b, bytes);
    buf_text(b, "\"/>");
    return true;
}

/* An inner drawing of its own coordinates; it clips what lies outside. */
static void open_view(struct buf *b, struct ofd_box at, struct ofd_box shows)
{
    buf_text(b, "<svg preserveAspectRatio=\"none\"");
    put_attr(b, "x", at.x);
    put_attr(b, "y", at.y);
    put_attr(b, "width", at.w);
    put_attr(b, "height", at.h);
    buf_text(b, " viewBox=\"");
    const double v[] = { shows.x, shows.y, shows.w, shows.h };
    for (int i = 0; i < 4; i++) {
        ofd_put_number(b, v[i]);
        buf_char(b, i < 3 ? ' ' : '"');
    }
    buf_char(b, '>');
}

/* Where a picture would be: an empty frame and why it is empty. */
static void paint_frame(struct painter *p, struct ofd_box at, double w, double h)
{
    struct buf *b = p->s->out;
    open_view(b, (struct ofd_box){ 0, 0, w, h },
              (struct ofd_box){ 0, 0, fmax(at.w, 1), fmax(at.h, 1) });
    buf_text(b, "<rect fill=\"#f4f4f4\" stroke=\"#999999\" stroke-width=\"0.2\"");
    put_attr(b, "width", fmax(at.w, 1));
    put_attr(b, "height", fmax(at.h, 1));
    buf_text(
        b, "/><text x=\"1\" y=\"4\" font-size=\"3\" font-family=\"sans-serif\" fill=\"#666666\">");
    buf_text(b, p->s->lacks);
    buf_text(b, " 图像无法显示</text></svg>");
}

static void paint_image(struct painter *p, const struct ofd_xml *x, struct ofd_box at)
{
    struct err aside = { 0 };
    const struct ofd_resource *r = ofd_resource(p->o, ofd_xml_attr(x, "ResourceID"), "MultiMedia");
    struct str loc = ofd_xml_text(ofd_xml_child(r ? r->x : NULL, "MediaFile"));
    struct ofd_entry *entry = loc.n ? ofd_find(p->o, r->folder, loc) : NULL;
    bool is_unit = ofd_xml_attr(x, "CTM").p != NULL; /* the matrix scales a square of 1 mm */
    double w = is_unit ? 1 : at.w, h = is_unit ? 1 : at.h;
    if (!entry || !ofd_zip_read(&p->o->zip, entry, &aside))
        note(p, "Image");
    else if (paint_picture(p, entry->bytes, w, h))
        return;
    paint_frame(p, at, w, h);
}

/* --- objects -------------------------------------------------------------------------------------------------------------- */

static void paint_objects(struct painter *p, const struct ofd_xml *in, int depth);

/* The attribute that names the clip made of an object's Clips. Areas of one Clip are joined; only the
 * first Clip counts, of more their intersection would. */
static void put_clip(struct painter *p, const struct ofd_xml *x)
{
    struct buf *d = &p->s->defs;
    const struct ofd_xml *clip = ofd_xml_child(ofd_xml_child(x, "Clips"), "Clip"), *area;
    if (!clip || !ofd_xml_child(ofd_xml_child(clip, "Area"), "Path") || ++p->s->clips > CLIPS_MAX)
        return;
    unsigned id = p->s->serial++;
    buf_printf(d, "<clipPath id=\"c%u\">", id);
    for (area = ofd_xml_child(clip, "Area"); area; area = ofd_xml_next(area, "Area")) {
        const struct ofd_xml *path = ofd_xml_child(area, "Path");
        struct ofd_box at = { 0 };
        (void)ofd_box_of(ofd_xml_attr(path, "Boundary"), &at);
        buf_text(d, "<path");
        put_matrix(d, ofd_then(ofd_then(ofd_matrix_of(ofd_xml_attr(path, "CTM")),
                                        (struct ofd_matrix){ 1, 0, 0, 1, at.x, at.y }),
                               ofd_matrix_of(ofd_xml_attr(area, "CTM"))));
        put_data(d, ofd_xml_text(ofd_xml_child(path, "AbbreviatedData")));
        buf_text(d, "/>");
    }
    buf_text(d, "</clipPath>");
    buf_printf(p->s->out, " clip-path=\"url(#c%u)\"", id);
}

static void paint_composite(struct painter *p, const struct ofd_xml *x, int depth)
{
    const struct ofd_resource *r =
        ofd_resource(p->o, ofd_xml_attr(x, "ResourceID"), "CompositeGraphicUnit");
    paint_objects(p, ofd_xml_child(r ? r->x : NULL, "Content"), depth + 1);
}

static void paint_object(struct painter *p, const struct ofd_xml *x, int depth)
{
    struct buf *b = p->s->out;
    struct ofd_box at = { 0 };
    double alpha = ofd_number_of(ofd_xml_attr(x, "Alpha"), 255);
    bool is_known = ofd_xml_is(x, "TextObject") || ofd_xml_is(x, "PathObject") ||
                    ofd_xml_is(x, "ImageObject") || ofd_xml_is(x, "CompositeObject");
    if (!is_known || !flag(ofd_xml_attr(x, "Visible"), true))
        return;
    (void)ofd_box_of(ofd_xml_attr(x, "Boundary"), &at);
    buf_text(b, "<g");
    put_matrix(b, ofd_then(ofd_matrix_of(ofd_xml_attr(x, "CTM")),
                           (struct ofd_matrix){ 1, 0, 0, 1, at.x, at.y }));
    if (alpha < 255)
        put_attr(b, "opacity", fmax(0, alpha) / 255);
    put_clip(p, x);
    buf_char(b, '>');
    if (ofd_xml_is(x, "TextObject"))
        paint_text(p, x);
    else if (ofd_xml_is(x, "PathObject"))
        paint_path(p, x);
    else if (ofd_xml_is(x, "ImageObject"))
        paint_image(p, x, at);
    else if (depth < OFD_BLOCKS)
        paint_composite(p, x, depth);
    buf_text(b, "</g>");
}

static void paint_objects(struct painter *p, const struct ofd_xml *in, int depth)
{
    for (const struct ofd_xml *x = in ? in->first : NULL; x; x = x->next) {
        p->s->visits++;
        if (is_full(p)) {
            note(p, "…");
            return;
        }
        if (ofd_xml_is(x, "PageBlock") && depth < OFD_BLOCKS)
            paint_objects(p, x, depth + 1);
        else
            paint_object(p, x, depth);
    }
}

/* --- pages ------------------------------------------------------------------------------------------------------------------ */

static void paint_layers(struct painter *p, struct str path, const struct ofd_xml *root)
{
    static const char *const order[] = { "Background", "Body", "Foreground" };
    const struct ofd_xml *content = ofd_xml_child(root, "Content");
    for (struct ofd_xml *c = ofd_xml_child(root, "PageRes"); c; c = ofd_xml_next(c, "PageRes"))
        ofd_resources_add(p->o, path, c);
    for (int i = 0; i < 3; i++)
        for (struct ofd_xml *c = ofd_xml_child(content, "Layer"); c; c = ofd_xml_next(c, "Layer")) {
            struct str type = ofd_xml_attr(c, "Type");
            bool is_body = !str_is(type, "Background") && !str_is(type, "Foreground");
            if (i == 1 ? !is_body : !str_is(type, order[i]))
                continue;
            p->layer = c;
            paint_objects(p, c, 0);
        }
    p->layer = NULL;
}

static void paint_templates(struct painter *p, const struct ofd_xml *root, bool is_foreground)
{
    for (struct ofd_xml *c = ofd_xml_child(root, "Template"); c; c = ofd_xml_next(c, "Template")) {
        struct ofd_template *t = ofd_template_find(p->o, ofd_xml_attr(c, "TemplateID"));
        struct str z = ofd_xml_attr(c, "ZOrder");
        struct ofd_xml *tree = t ? ofd_template_tree(p->o, t) : NULL;
        if (tree && (z.p ? str_is(z, "Foreground") : t->is_foreground) == is_foreground)
            paint_layers(p, t->path, tree);
    }
}

static void paint_annotations(struct painter *p, size_t page)
{
    struct str path;
    const struct ofd_xml *all = ofd_page_annotations(p->o, page, &path);
    for (struct ofd_xml *c = ofd_xml_child(all, "Annot"); c; c = ofd_xml_next(c, "Annot")) {
        struct ofd_box at = { 0 };
        const struct ofd_xml *look = ofd_xml_child(c, "Appearance");
        if (!look || !flag(ofd_xml_attr(c, "Visible"), true))
            continue;
        (void)ofd_box_of(ofd_xml_attr(look, "Boundary"), &at);
        buf_text(p->s->out, "<g");
        put_matrix(p->s->out, (struct ofd_matrix){ 1, 0, 0, 1, at.x, at.y });
        buf_char(p->s->out, '>');
        paint_objects(p, look, 0);
        buf_text(p->s->out, "</g>");
    }
}

static bool paint_page(struct painter *p, size_t page, struct err *e)
{
    const struct ofd_xml *root = ofd_page_tree(p->o, page, e);
    if (!root)
        return false;
    ofd_resources_read(p->o);
    paint_templates(p, root, false);
    paint_layers(p, p->o->pages[page].path, root);
    paint_templates(p, root, true);
    paint_annotations(p, page);
    return true;
}

static bool paint_inner(struct painter *p, struct str bytes, double w, double h)
{
    struct err aside = { 0 };
    struct ofd_box box;
    struct painter *in = arena_new_of(p->o->a, struct painter);
    in->o = ofd_open_in(p->o->a, bytes, p->o->depth + 1, &aside);
    in->s = p->s;
    if (!in->o || !ofd_page_box(in->o, 0, &box, &aside)) {
        note(p, "OFD");
        return false;
    }
    open_view(p->s->out, (struct ofd_box){ 0, 0, w, h }, box);
    bool good = paint_page(in, 0, &aside);
    buf_text(p->s->out, "</svg>");
    return good;
}

/* What a signature shows on this page; nothing is verified here. */
static void paint_stamps(struct painter *p, size_t page)
{
    for (size_t i = 0; i < ofd_signatures(p->o) && i < 100; i++) {
        struct err aside = { 0 };
        struct ofd_signature s;
        struct str type, picture;
        if (!ofd_signature(p->o, i, &s, &aside) || (!ofd_seal_picture(s.seal, &type, &picture) &&
                                                    !ofd_seal_picture(s.value, &type, &picture)))
            continue;
        for (size_t k = 0; k < s.n_stamps && !is_full(p); k++) {
            const struct ofd_stamp *at = &s.stamps[k];
            struct ofd_box clip =
                at->has_clip ? at->clip : (struct ofd_box){ 0, 0, at->box.w, at->box.h };
            if (at->page != page || at->box.w <= 0 || at->box.h <= 0 || clip.w <= 0 || clip.h <= 0)
                continue;
            open_view(p->s->out,
                      (struct ofd_box){ at->box.x + clip.x, at->box.y + clip.y, clip.w, clip.h },
                      clip);
            if (!paint_picture(p, picture, at->box.w, at->box.h))
                paint_frame(p, at->box, at->box.w, at->box.h);
            buf_text(p->s->out, "</svg>");
        }
    }
}

bool ofd_page_svg(struct ofd *o, size_t page, bool with_seals, struct buf *out, struct str *notes,
                  struct err *e)
{
    struct buf body = buf_in(o->a);
    struct shared s = { .out = &body, .defs = buf_in(o->a), .notes = buf_in(o->a) };
    struct painter *p = arena_new_of(o->a, struct painter);
    struct ofd_box box;
    p->o = o;
    p->s = &s;
    if (!ofd_page_box(o, page, &box, e) || !paint_page(p, page, e))
        return false;
    if (with_seals)
        paint_stamps(p, page);
    buf_text(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
        "xml:space=\"preserve\" width=\"");
    ofd_put_number(out, box.w);
    buf_text(out, "mm\" height=\"");
    ofd_put_number(out, box.h);
    buf_text(out, "mm\" viewBox=\"");
    const double v[] = { box.x, box.y, box.w, box.h };
    for (int i = 0; i < 4; i++) {
        ofd_put_number(out, v[i]);
        buf_text(out, i < 3 ? " " : "\">");
    }
    buf_text(out, "<defs>");
    buf_str(out, buf_done(&s.defs));
    buf_text(out, "</defs><rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"");
    put_attr(out, "x", box.x);
    put_attr(out, "y", box.y);
    buf_text(out, "/>");
    buf_str(out, buf_done(&body));
    buf_text(out, "</svg>\n");
    if (notes)
        *notes = s.notes.n ? buf_done(&s.notes) : STR_NONE;
    return true;
}
