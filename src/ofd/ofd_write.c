/* Writing a package, strictly (O1 to O6). What is drawn is kept until the end, since the numbers of
 * glyphs in a subset stand only then; ids are given in one order, so the same calls give the same
 * bytes. */
#include "ofd/ofd_in.h"

struct font {
    struct ofd_font f;
    struct ofd_subset *subset; /* NULL: named only */
    int64_t id;
    const char *ending;
};

struct picture {
    const char *type;
    struct str bytes;
    int64_t id;
};

enum drawn { DRAWN_TEXT, DRAWN_PATH, DRAWN_IMAGE };

struct object {
    enum drawn kind;
    int tag; /* -1: none */
    struct ofd_text text;
    struct ofd_path path;
    struct ofd_box at; /* image */
    int picture;
    bool is_turned;
    int64_t id, last_id; /* a text may become several */
    struct object *next;
};

struct link {
    struct ofd_box at;
    struct str uri;
    struct link *next;
};

struct page {
    double w, h;
    int64_t id;
    struct object *first, *last;
    struct link *links, *last_link;
    struct page *next;
};

struct file {
    struct str name, bytes;
    const char *format;
    bool is_visible;
    struct file *next;
};

struct ofd_writer {
    struct arena *a;
    struct ofd_info info;
    struct font *fonts;
    struct picture *pictures;
    struct str *tags;
    size_t n_fonts, n_pictures, n_tags, n_pages;
    struct page *first, *last;
    struct file *files, *last_file;
    int tag;
    bool is_bad_font;
    int64_t id; /* given last */
    struct ofd_zip_out zip;
    struct buf xml; /* of the part at hand */
};

#define GROW(w, array, n, type)                                                                    \
    ((w)->array = arena_grow((w)->a, (w)->array, (n) * sizeof(type), ((n) + 1) * sizeof(type)))

struct ofd_writer *ofd_writer_new(struct arena *a, const struct ofd_info *info)
{
    struct ofd_writer *w = arena_new_of(a, struct ofd_writer);
    *w = (struct ofd_writer){
        .a = a, .info = *info, .tag = -1, .zip = ofd_zip_to(a), .xml = buf_in(a)
    };
    if (info->n_data)
        w->info.data = arena_copy(a, info->data, info->n_data * sizeof *info->data);
    return w;
}

int ofd_font_add(struct ofd_writer *w, const struct ofd_font *font)
{
    GROW(w, fonts, w->n_fonts, struct font);
    struct font *f = &w->fonts[w->n_fonts];
    *f = (struct font){ .f = *font };
    if (font->bytes.p && !(f->subset = ofd_subset_new(w->a, font->bytes, font->index)))
        w->is_bad_font = true;
    return (int)w->n_fonts++;
}

int ofd_picture_add(struct ofd_writer *w, const char *type, struct str bytes)
{
    GROW(w, pictures, w->n_pictures, struct picture);
    w->pictures[w->n_pictures] = (struct picture){ .type = type, .bytes = bytes };
    return (int)w->n_pictures++;
}

void ofd_page_begin(struct ofd_writer *w, double width, double height)
{
    struct page *p = arena_new_of(w->a, struct page);
    CHECK(w->tag < 0);
    p->w = width;
    p->h = height;
    if (w->last)
        w->last = w->last->next = p;
    else
        w->first = w->last = p;
    w->n_pages++;
}

static struct object *object_new(struct ofd_writer *w, enum drawn kind)
{
    struct object *o = arena_new_of(w->a, struct object);
    CHECK(w->last); /* a page was begun */
    o->kind = kind;
    o->tag = w->tag;
    if (w->last->last)
        w->last->last = w->last->last->next = o;
    else
        w->last->first = w->last->last = o;
    return o;
}

/* The one character of a cluster; 0 when it is none or several. */
static uint32_t only_char(struct str s)
{
    size_t i = 0;
    uint32_t code = s.n ? utf8_next(s, &i) : 0;
    return i == s.n ? code : 0;
}

void ofd_text(struct ofd_writer *w, const struct ofd_text *text)
{
    CHECK(text->font >= 0 && (size_t)text->font < w->n_fonts && utf8_valid(text->text));
    struct object *o = object_new(w, DRAWN_TEXT);
    struct font *f = &w->fonts[text->font];
    size_t at = 0;
    o->text = *text;
    o->text.text = str_copy(w->a, text->text);
    o->text.glyphs = arena_copy(w->a, text->glyphs, text->n * sizeof *text->glyphs);
    for (size_t i = 0; i < text->n; i++) {
        CHECK(text->glyphs[i].text_n <= text->text.n - at);
        if (f->subset)
            ofd_subset_use(f->subset, text->glyphs[i].id,
                           only_char((struct str){ text->text.p + at, text->glyphs[i].text_n }));
        at += text->glyphs[i].text_n;
    }
    CHECK(at == text->text.n && (!text->n || text->glyphs[0].text_n));
}

void ofd_path(struct ofd_writer *w, const struct ofd_path *path)
{
    struct object *o = object_new(w, DRAWN_PATH);
    o->path = *path;
    o->path.steps = arena_copy(w->a, path->steps, path->n * sizeof *path->steps);
    o->path.dash =
        path->n_dash ? arena_copy(w->a, path->dash, path->n_dash * sizeof *path->dash) : NULL;
}

void ofd_line(struct ofd_writer *w, double x1, double y1, double x2, double y2, double width,
              uint32_t colour)
{
    const struct ofd_step steps[] = { { 'M', { x1, y1 } }, { 'L', { x2, y2 } } };
    ofd_path(w, &(struct ofd_path){
                    .steps = steps, .n = 2, .is_stroked = true, .stroke = colour, .width = width });
}

void ofd_image(struct ofd_writer *w, int picture, struct ofd_box at, bool is_turned)
{
    CHECK(picture >= 0 && (size_t)picture < w->n_pictures);
    struct object *o = object_new(w, DRAWN_IMAGE);
    o->picture = picture;
    o->is_turned = is_turned;
    o->at = at;
}

void ofd_link(struct ofd_writer *w, struct ofd_box at, struct str uri)
{
    struct link *l = arena_new_of(w->a, struct link);
    CHECK(w->last);
    *l = (struct link){ at, str_copy(w->a, uri), NULL };
    if (w->last->last_link)
        w->last->last_link = w->last->last_link->next = l;
    else
        w->last->links = w->last->last_link = l;
}

void ofd_attach(struct ofd_writer *w, struct str name, const char *format, struct str bytes,
                bool is_visible)
{
    struct file *f = arena_new_of(w->a, struct file);
    *f = (struct file){ str_copy(w->a, name), bytes, format, is_visible, NULL };
    if (w->last_file)
        w->last_file = w->last_file->next = f;
    else
        w->files = w->last_file = f;
}

void ofd_tag_begin(struct ofd_writer *w, struct str element)
{
    CHECK(w->tag < 0 && element.n);
    size_t i = 0;
    while (i < w->n_tags && !str_eq(w->tags[i], element))
        i++;
    if (i == w->n_tags) {
        GROW(w, tags, w->n_tags, struct str);
        w->tags[w->n_tags++] = str_copy(w->a, element);
    }
    w->tag = (int)i;
}

void ofd_tag_end(struct ofd_writer *w)
{
    CHECK(w->tag >= 0);
    w->tag = -1;
}

/* --- XML --------------------------------------------------------------------------------------------------- */

static struct buf *part_begin(struct ofd_writer *w, const char *root, const char *attrs)
{
    w->xml = buf_in(w->a);
    buf_printf(&w->xml,
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ofd:%s xmlns:ofd=\"" OFD_NAMESPACE
               "\"%s>",
               root, attrs);
    return &w->xml;
}

static void part_end(struct ofd_writer *w, const char *root, const char *path)
{
    buf_printf(&w->xml, "</ofd:%s>\n", root);
    ofd_zip_put(&w->zip, str_of(path), buf_done(&w->xml));
}

static void put_element(struct buf *b, const char *name, struct str value)
{
    if (!value.n)
        return;
    buf_printf(b, "<ofd:%s>", name);
    ofd_xml_escape(b, value);
    buf_printf(b, "</ofd:%s>", name);
}

static void put_box(struct buf *b, struct ofd_box box)
{
    const double v[] = { box.x, box.y, box.w, box.h };
    for (int i = 0; i < 4; i++) {
        if (i)
            buf_char(b, ' ');
        ofd_put_number(b, v[i]);
    }
}

static void put_numbers(struct buf *b, const double *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_char(b, ' ');
        ofd_put_number(b, v[i]);
    }
}

static void put_colour(struct buf *b, const char *element, uint32_t c)
{
    buf_printf(b, "<ofd:%s Value=\"%u %u %u\"/>", element, c >> 16 & 255, c >> 8 & 255, c & 255);
}

static void put_object(struct buf *b, const char *element, int64_t id, struct ofd_box at)
{
    buf_printf(b, "<ofd:%s ID=\"%lld\" Boundary=\"", element, (long long)id);
    put_box(b, at);
    buf_char(b, '"');
}

/* --- text (O4) ---------------------------------------------------------------------------------------------- */

static double rounded(double v)
{
    return round(v * 10000) / 10000;
}

/* Repeated advances as "g n v". */
static void put_deltas(struct buf *b, const double *v, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t same = 1;
        while (i + same < n && rounded(v[i + same]) == rounded(v[i]))
            same++;
        if (i)
            buf_char(b, ' ');
        if (same > 2)
            buf_printf(b, "g %zu ", same);
        else
            same = 1;
        ofd_put_number(b, v[i]);
        i += same;
    }
}

/* Where the run's rectangle lies on the page, and the matrix that turns it there. */
static struct ofd_box turned(const struct ofd_text *t, double width, double above, double below,
                             struct ofd_matrix *m)
{
    double by = t->turn * M_PI / 180, c = cos(by), s = sin(by);
    struct ofd_box b = { 1e9, 1e9, -1e9, -1e9 };
    const double xs[] = { 0, width, width, 0 }, ys[] = { -above, -above, below, below };
    for (int i = 0; i < 4; i++) {
        double x = t->x + c * xs[i] - s * ys[i], y = t->y + s * xs[i] + c * ys[i];
        b = (struct ofd_box){ fmin(b.x, x), fmin(b.y, y), fmax(b.w, x), fmax(b.h, y) };
    }
    *m = (struct ofd_matrix){ c, s, -s, c, t->x - b.x, t->y - b.y };
    return (struct ofd_box){ b.x, b.y, b.w - b.x, b.h - b.y };
}

struct cluster {
    struct str text;
    size_t first, n; /* glyphs */
    double advance;
};

/* Which glyphs viewers would not choose by themselves: those from the cluster c on are told. */
static void put_transform(struct buf *b, const struct font *f, const struct ofd_text *t,
                          const struct cluster *c, size_t n)
{
    size_t at = 0;
    for (size_t i = 0; f->subset && i < n; at += utf8_length(c[i].text), i++) {
        uint32_t code = only_char(c[i].text);
        if (code && c[i].n == 1 &&
            ofd_subset_of(f->subset, code) == ofd_subset_glyph(f->subset, t->glyphs[c[i].first].id))
            continue;
        buf_printf(b,
                   "<ofd:CGTransform CodePosition=\"%zu\" CodeCount=\"%zu\" "
                   "GlyphCount=\"%zu\"><ofd:Glyphs>",
                   at, utf8_length(c[i].text), c[i].n);
        for (size_t g = 0; g < c[i].n; g++)
            buf_printf(b, g ? " %u" : "%u",
                       ofd_subset_glyph(f->subset, t->glyphs[c[i].first + g].id));
        buf_text(b, "</ofd:Glyphs></ofd:CGTransform>");
    }
}

/* One TextObject of the clusters [c, c + n). */
static void put_text_object(struct ofd_writer *w, struct ofd_text *t, const struct cluster *c,
                            size_t n)
{
    struct buf *b = &w->xml, text = buf_in(w->a);
    const struct font *f = &w->fonts[t->font];
    double above = 0.88, below = 0.22, width = 0, *deltas;
    struct ofd_matrix m;
    size_t chars = 0;
    for (size_t i = 0; i < n; i++) {
        buf_str(&text, c[i].text);
        width += c[i].advance;
    }
    deltas = arena_array_of(w->a, double, utf8_length(buf_done(&text)) + 1);
    for (size_t i = 0; i < n; i++) {
        chars += utf8_length(c[i].text);
        deltas[chars - 1] = c[i].advance;
    }
    if (f->subset)
        ofd_subset_extents(f->subset, &above, &below);
    struct ofd_box box =
        turned(t, fmax(width, t->size * 0.1), above * t->size, below * t->size, &m);
    put_object(b, "TextObject", ++w->id, box);
    bool level = t->turn == 0;
    if (!level) {
        buf_text(b, " CTM=\"");
        put_numbers(b, (const double[]){ m.a, m.b, m.c, m.d, m.e, m.f }, 6);
        buf_char(b, '"');
    }
    buf_printf(b, " Font=\"%lld\" Size=\"", (long long)f->id);
    ofd_put_number(b, t->size);
    if (t->stretch > 0 && t->stretch != 1) {
        buf_text(b, "\" HScale=\"");
        ofd_put_number(b, t->stretch);
    }
    buf_text(b, "\">");
    if (t->colour)
        put_colour(b, "FillColor", t->colour);
    put_transform(b, f, t, c, n);
    buf_text(b, "<ofd:TextCode X=\"0\" Y=\"");
    ofd_put_number(b, level ? above * t->size : 0);
    buf_char(b, '"');
    if (chars > 1) {
        buf_text(b, " DeltaX=\"");
        put_deltas(b, deltas, chars - 1);
        buf_char(b, '"');
    }
    buf_char(b, '>');
    ofd_xml_escape(b, buf_done(&text));
    buf_text(b, "</ofd:TextCode></ofd:TextObject>");
}

/* A character beyond U+FFFF stands in an object of its own: readers count it as one or as two. */
static bool stands_alone(const struct cluster *c)
{
    for (size_t i = 0; i < c->text.n;)
        if (utf8_next(c->text, &i) > 0xffff)
            return true;
    return false;
}

static void put_text(struct ofd_writer *w, struct object *o)
{
    struct ofd_text t = o->text;
    struct cluster *c = arena_array_of(w->a, struct cluster, t.n + 1);
    size_t n = 0, at = 0;
    for (size_t i = 0; i < t.n; i++) {
        if (t.glyphs[i].text_n)
            c[n++] = (struct cluster){ { t.text.p + at, t.glyphs[i].text_n }, i, 0, 0 };
        c[n - 1].n++;
        c[n - 1].advance += t.glyphs[i].advance;
        at += t.glyphs[i].text_n;
    }
    double by = t.turn * M_PI / 180;
    o->id = w->id + 1;
    for (size_t from = 0, to; from < n; from = to) {
        to = from + 1;
        while (to < n && !stands_alone(&c[from]) && !stands_alone(&c[to]))
            to++;
        put_text_object(w, &t, c + from, to - from);
        for (size_t i = from; i < to; i++) {
            t.x += c[i].advance * cos(by);
            t.y += c[i].advance * sin(by);
        }
    }
    o->last_id = w->id;
}

/* --- paths and images (O5) ----------------------------------------------------------------------------------- */

static int points_of(char op)
{
    return op == 'M' || op == 'L' ? 1 : op == 'Q' ? 2 : op == 'B' ? 3 : 0;
}

static void put_path(struct ofd_writer *w, struct object *o)
{
    struct buf *b = &w->xml;
    const struct ofd_path *p = &o->path;
    struct ofd_box box = { 1e9, 1e9, -1e9, -1e9 };
    double edge = p->is_stroked ? p->width / 2 : 0;
    for (size_t i = 0; i < p->n; i++)
        for (int k = 0; k < points_of(p->steps[i].op); k++) {
            double x = p->steps[i].p[2 * k], y = p->steps[i].p[2 * k + 1];
            box = (struct ofd_box){ fmin(box.x, x - edge), fmin(box.y, y - edge),
                                    fmax(box.w, x + edge), fmax(box.h, y + edge) };
        }
    if (box.w < box.x)
        return; /* nothing drawn */
    box = (struct ofd_box){ box.x, box.y, box.w - box.x, box.h - box.y };
    o->id = o->last_id = ++w->id;
    put_object(b, "PathObject", o->id, box);
    if (p->is_stroked) {
        buf_text(b, " LineWidth=\"");
        ofd_put_number(b, p->width);
        buf_char(b, '"');
    } else {
        buf_text(b, " Stroke=\"false\"");
    }
    if (p->is_filled)
        buf_text(b, p->is_even_odd ? " Fill=\"true\" Rule=\"Even-Odd\"" : " Fill=\"true\"");
    if (p->n_dash) {
        buf_text(b, " DashPattern=\"");
        put_numbers(b, p->dash, p->n_dash);
        buf_char(b, '"');
    }
    buf_char(b, '>');
    if (p->is_filled)
        put_colour(b, "FillColor", p->fill);
    if (p->is_stroked && p->stroke)
        put_colour(b, "StrokeColor", p->stroke);
    buf_text(b, "<ofd:AbbreviatedData>");
    for (size_t i = 0; i < p->n; i++) {
        double v[6];
        int n = points_of(p->steps[i].op);
        for (int k = 0; k < n; k++) {
            v[2 * k] = p->steps[i].p[2 * k] - box.x;
            v[2 * k + 1] = p->steps[i].p[2 * k + 1] - box.y;
        }
        if (i)
            buf_char(b, ' ');
        buf_char(b, p->steps[i].op);
        if (n)
            buf_char(b, ' ');
        put_numbers(b, v, 2 * (size_t)n);
    }
    buf_text(b, "</ofd:AbbreviatedData></ofd:PathObject>");
}

static void put_image(struct ofd_writer *w, struct object *o)
{
    struct buf *b = &w->xml;
    o->id = o->last_id = ++w->id;
    put_object(b, "ImageObject", o->id, o->at);
    const double level[] = { o->at.w, 0, 0, o->at.h, 0, 0 },
                 up[] = { 0, -o->at.h, o->at.w, 0, 0, o->at.h };
    buf_text(b, " CTM=\"");
    put_numbers(b, o->is_turned ? up : level, 6);
    buf_printf(b, "\" ResourceID=\"%lld\"/>", (long long)w->pictures[o->picture].id);
}

/* --- parts ------------------------------------------------------------------------------------------------------ */

static void put_main(struct ofd_writer *w)
{
    const struct ofd_info *d = &w->info;
    struct buf *b = part_begin(w, "OFD", " Version=\"1.0\" DocType=\"OFD\"");
    buf_text(b, "<ofd:DocBody><ofd:DocInfo>");
    put_element(b, "DocID", d->doc_id);
    put_element(b, "Title", d->title);
    put_element(b, "Author", d->author);
    put_element(b, "Subject", d->subject);
    put_element(b, "Abstract", d->summary);
    put_element(b, "CreationDate", d->created_on);
    put_element(b, "ModDate", d->changed_on);
    put_element(b, "Creator", d->creator);
    put_element(b, "CreatorVersion", d->creator_version);
    for (size_t i = 0; i < d->n_data; i++) {
        buf_text(b, i ? "<ofd:CustomData Name=\"" : "<ofd:CustomDatas><ofd:CustomData Name=\"");
        ofd_xml_escape(b, d->data[i].name);
        buf_text(b, "\">");
        ofd_xml_escape(b, d->data[i].value);
        buf_text(b, "</ofd:CustomData>");
    }
    if (d->n_data)
        buf_text(b, "</ofd:CustomDatas>");
    /* named before the first seal, so that a seal changes no file that another has digested (O7) */
    buf_text(b, "</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
                "<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody>");
    part_end(w, "OFD", "OFD.xml");
    (void)part_begin(w, "Signatures", "");
    part_end(w, "Signatures", "Doc_0/Signs/Signatures.xml");
}

static bool put_fonts(struct ofd_writer *w, struct err *e)
{
    if (w->is_bad_font)
        return ofd_fail(e, w->a, ERR_INVALID, "ofd.font", STR(""), NULL);
    struct buf *b = part_begin(w, "Res", " BaseLoc=\"Res\"");
    buf_text(b, "<ofd:Fonts>");
    for (size_t i = 0; i < w->n_fonts; i++) {
        struct font *f = &w->fonts[i];
        struct str bytes;
        f->id = ++w->id;
        buf_printf(b, "<ofd:Font ID=\"%lld\" FontName=\"", (long long)f->id);
        ofd_xml_escape(b, f->f.name);
        if (f->f.family.n) {
            buf_text(b, "\" FamilyName=\"");
            ofd_xml_escape(b, f->f.family);
        }
        buf_printf(b, "\"%s%s%s%s>", f->f.is_bold ? " Bold=\"true\"" : "",
                   f->f.is_italic ? " Italic=\"true\"" : "", f->f.is_serif ? " Serif=\"true\"" : "",
                   f->f.is_fixed ? " FixedWidth=\"true\"" : "");
        if (f->subset) {
            if (!ofd_subset_make(f->subset, &bytes, &f->ending))
                return ofd_fail(e, w->a, ERR_INVALID, "ofd.font", f->f.name, NULL);
            const char *file = arena_printf(w->a, "font_%lld.%s", (long long)f->id, f->ending);
            buf_printf(b, "<ofd:FontFile>%s</ofd:FontFile>", file);
            ofd_zip_put(&w->zip, str_printf(w->a, "Doc_0/Res/%s", file), bytes);
        }
        buf_text(b, "</ofd:Font>");
    }
    buf_text(b, "</ofd:Fonts>");
    part_end(w, "Res", "Doc_0/PublicRes.xml");
    return true;
}

static void put_pictures(struct ofd_writer *w)
{
    if (!w->n_pictures)
        return;
    struct buf *b = part_begin(w, "Res", " BaseLoc=\"Res\"");
    buf_text(b, "<ofd:MultiMedias>");
    for (size_t i = 0; i < w->n_pictures; i++) {
        struct picture *p = &w->pictures[i];
        p->id = ++w->id;
        const char *file = arena_printf(w->a, "image_%lld.%s", (long long)p->id, p->type);
        buf_printf(b, "<ofd:MultiMedia ID=\"%lld\" Type=\"Image\" Format=\"", (long long)p->id);
        for (const char *c = strcmp(p->type, "jpg") == 0 ? "jpeg" : p->type; *c; c++)
            buf_char(b, (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c));
        buf_printf(b, "\"><ofd:MediaFile>%s</ofd:MediaFile></ofd:MultiMedia>", file);
        ofd_zip_put(&w->zip, str_printf(w->a, "Doc_0/Res/%s", file), p->bytes);
    }
    buf_text(b, "</ofd:MultiMedias>");
    part_end(w, "Res", "Doc_0/DocumentRes.xml");
}

static void put_page(struct ofd_writer *w, struct page *p, size_t n)
{
    struct buf *b = part_begin(w, "Page", "");
    p->id = ++w->id;
    buf_text(b, "<ofd:Area><ofd:PhysicalBox>");
    put_box(b, (struct ofd_box){ 0, 0, p->w, p->h });
    buf_printf(b, "</ofd:PhysicalBox></ofd:Area><ofd:Content><ofd:Layer ID=\"%lld\" Type=\"Body\">",
               (long long)++w->id);
    for (struct object *o = p->first; o; o = o->next)
        if (o->kind == DRAWN_TEXT)
            put_text(w, o);
        else if (o->kind == DRAWN_PATH)
            put_path(w, o);
        else
            put_image(w, o);
    buf_text(b, "</ofd:Layer></ofd:Content>");
    part_end(w, "Page", arena_printf(w->a, "Doc_0/Pages/Page_%zu/Content.xml", n));
}

/* A link is an annotation that shows nothing and has an action. */
static void put_links(struct ofd_writer *w, const struct page *p, size_t n)
{
    struct buf *b = part_begin(w, "PageAnnot", "");
    struct str day = w->info.changed_on.n ? w->info.changed_on : w->info.created_on;
    for (const struct link *l = p->links; l; l = l->next) {
        buf_printf(b, "<ofd:Annot ID=\"%lld\" Type=\"Link\" Creator=\"", (long long)++w->id);
        ofd_xml_escape(b, w->info.creator);
        buf_text(b, "\" LastModDate=\"");
        ofd_xml_escape(b, day);
        buf_text(b, "\"><ofd:Appearance Boundary=\"");
        put_box(b, l->at);
        buf_text(b, "\">");
        put_object(b, "PathObject", ++w->id, (struct ofd_box){ 0, 0, l->at.w, l->at.h });
        buf_text(b, " Stroke=\"false\"><ofd:Actions><ofd:Action Event=\"CLICK\"><ofd:URI URI=\"");
        ofd_xml_escape(b, l->uri);
        buf_text(b, "\"/></ofd:Action></ofd:Actions><ofd:AbbreviatedData>M 0 0 L ");
        put_numbers(b, (const double[]){ l->at.w, 0 }, 2);
        buf_text(b, " L ");
        put_numbers(b, (const double[]){ l->at.w, l->at.h }, 2);
        buf_text(b, " L 0 ");
        put_numbers(b, (const double[]){ l->at.h }, 1);
        buf_text(b, " C</ofd:AbbreviatedData></ofd:PathObject></ofd:Appearance></ofd:Annot>");
    }
    part_end(w, "PageAnnot", arena_printf(w->a, "Doc_0/Annots/Page_%zu/Annotation.xml", n));
}

static bool put_annotations(struct ofd_writer *w)
{
    size_t n = 0;
    bool any = false;
    for (struct page *p = w->first; p; p = p->next, n++)
        if (p->links) {
            put_links(w, p, n);
            any = true;
        }
    if (!any)
        return false;
    struct buf *b = part_begin(w, "Annotations", "");
    n = 0;
    for (struct page *p = w->first; p; p = p->next, n++)
        if (p->links)
            buf_printf(
                b,
                "<ofd:Page "
                "PageID=\"%lld\"><ofd:FileLoc>Page_%zu/Annotation.xml</ofd:FileLoc></ofd:Page>",
                (long long)p->id, n);
    part_end(w, "Annotations", "Doc_0/Annots/Annotations.xml");
    return true;
}

static void put_attachments(struct ofd_writer *w)
{
    struct buf *b = part_begin(w, "Attachments", "");
    size_t n = 0;
    for (struct file *f = w->files; f; f = f->next) {
        const char *file = arena_printf(w->a, "attach_%zu.%s", ++n, f->format);
        buf_printf(b, "<ofd:Attachment ID=\"attach_%zu\" Name=\"", n);
        ofd_xml_escape(b, f->name);
        buf_printf(b, "\" Format=\"%s\" Size=\"", f->format);
        ofd_put_number(b, (double)f->bytes.n / 1024); /* kilobytes */
        buf_printf(b, "\" Visible=\"%s\"><ofd:FileLoc>%s</ofd:FileLoc></ofd:Attachment>",
                   f->is_visible ? "true" : "false", file);
        ofd_zip_put(&w->zip, str_printf(w->a, "Doc_0/Attachs/%s", file), f->bytes);
    }
    part_end(w, "Attachments", "Doc_0/Attachs/Attachments.xml");
}

/* What may stand in the name of an element. */
static void put_name(struct buf *b, struct str name)
{
    for (size_t i = 0; i < name.n;) {
        size_t from = i;
        uint32_t c = utf8_next(name, &i);
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || utf8_is_han(c);
        if (letter || (from && c >= '0' && c <= '9'))
            buf_put(b, name.p + from, i - from);
        else
            buf_char(b, '_');
    }
}

static void put_tags(struct ofd_writer *w)
{
    struct buf *b = part_begin(w, "CustomTags", "");
    buf_text(b, "<ofd:CustomTag TypeID=\"0\"><ofd:FileLoc>Tag_0.xml</ofd:FileLoc></ofd:CustomTag>");
    part_end(w, "CustomTags", "Doc_0/Tags/CustomTags.xml");
    w->xml = buf_in(w->a);
    b = &w->xml;
    buf_text(b,
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<公文 xmlns:ofd=\"" OFD_NAMESPACE "\">");
    for (size_t i = 0; i < w->n_tags; i++) {
        buf_char(b, '<');
        put_name(b, w->tags[i]);
        buf_char(b, '>');
        for (struct page *p = w->first; p; p = p->next)
            for (struct object *o = p->first; o; o = o->next)
                for (int64_t id = o->id; id && o->tag == (int)i && id <= o->last_id; id++)
                    buf_printf(b, "<ofd:ObjectRef PageRef=\"%lld\">%lld</ofd:ObjectRef>",
                               (long long)p->id, (long long)id);
        buf_text(b, "</");
        put_name(b, w->tags[i]);
        buf_char(b, '>');
    }
    buf_text(b, "</公文>\n");
    ofd_zip_put(&w->zip, STR("Doc_0/Tags/Tag_0.xml"), buf_done(b));
}

static void put_document(struct ofd_writer *w, bool has_annotations)
{
    struct buf *b = part_begin(w, "Document", "");
    size_t n = 0;
    buf_printf(b,
               "<ofd:CommonData><ofd:MaxUnitID>%lld</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>",
               (long long)w->id);
    put_box(b, (struct ofd_box){ 0, 0, w->first->w, w->first->h });
    buf_text(b, "</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>");
    if (w->n_pictures)
        buf_text(b, "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>");
    buf_text(b, "</ofd:CommonData><ofd:Pages>");
    for (struct page *p = w->first; p; p = p->next)
        buf_printf(b, "<ofd:Page ID=\"%lld\" BaseLoc=\"Pages/Page_%zu/Content.xml\"/>",
                   (long long)p->id, n++);
    buf_text(b, "</ofd:Pages>");
    if (has_annotations)
        buf_text(b, "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>");
    if (w->n_tags)
        buf_text(b, "<ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags>");
    if (w->files)
        buf_text(b, "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>");
    part_end(w, "Document", "Doc_0/Document.xml");
}

bool ofd_writer_end(struct ofd_writer *w, struct str *out, struct err *e)
{
    size_t n = 0;
    CHECK(w->first && w->tag < 0);
    put_main(w); /* first in the package: readers and file(1) look there */
    if (!put_fonts(w, e))
        return false;
    put_pictures(w);
    for (struct page *p = w->first; p; p = p->next)
        put_page(w, p, n++);
    bool has_annotations = put_annotations(w);
    if (w->n_tags)
        put_tags(w);
    if (w->files)
        put_attachments(w);
    put_document(w, has_annotations);
    *out = ofd_zip_end(&w->zip);
    return true;
}
