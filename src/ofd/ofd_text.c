/* The characters of text objects and where they stand; the text of a page in reading order: pieces are
 * sorted into lines by their baselines, then from left to right, since a file's own order may be any. */
#include <stdlib.h>

#include "ofd/ofd_in.h"

enum { CHARS_MAX = 1000000 };

/* Deltas: numbers, and "g n v" for n times v. */
static size_t deltas_of(struct str s, double *out, size_t most)
{
    size_t n = 0;
    double v, times;
    while (n < most) {
        s = str_trim(s);
        if (s.n && s.p[0] == 'g') {
            s = str_sub(s, 1, s.n);
            if (!ofd_number(&s, &times) || !ofd_number(&s, &v))
                break;
            for (double i = 0; i < times && n < most; i++)
                out[n++] = v;
        } else if (ofd_number(&s, &v)) {
            out[n++] = v;
        } else {
            break;
        }
    }
    return n;
}

/* Writers escape spaces twice, so that they are not lost. */
static struct str unescaped(struct arena *a, struct str s)
{
    struct buf b = buf_in(a);
    if (str_find(s, STR("&#x20;"), 0) < 0)
        return s;
    for (size_t i = 0; i < s.n; i++)
        if (str_starts(str_sub(s, i, 6), STR("&#x20;"))) {
            buf_char(&b, ' ');
            i += 5;
        } else {
            buf_char(&b, s.p[i]);
        }
    return buf_done(&b);
}

size_t ofd_chars(struct arena *a, const struct ofd_xml *code, double size, double *x, double *y,
                 struct ofd_char **out)
{
    struct str s = unescaped(a, code->text);
    size_t n = s.p ? utf8_length(s) : 0, at = 0, k = 0;
    n = n < CHARS_MAX ? n : CHARS_MAX;
    struct ofd_char *c = arena_array_of(a, struct ofd_char, n + 1);
    double *dx = arena_array_of(a, double, n + 1), *dy = arena_array_of(a, double, n + 1);
    size_t n_dx = deltas_of(ofd_xml_attr(code, "DeltaX"), dx, n);
    size_t n_dy = deltas_of(ofd_xml_attr(code, "DeltaY"), dy, n);
    double cx = *x = ofd_number_of(ofd_xml_attr(code, "X"), *x);
    double cy = *y = ofd_number_of(ofd_xml_attr(code, "Y"), *y);
    for (; k < n; k++) {
        size_t from = at;
        uint32_t u = utf8_next(s, &at);
        double guess = n_dy ? 0 : size * (u < 0x2e80 ? 0.5 : 1);
        double step = k < n_dx ? dx[k] : n_dx ? dx[n_dx - 1] : guess;
        c[k] = (struct ofd_char){ { s.p + from, at - from }, cx, cy, k < n_dx ? dx[k] : 0 };
        cx += step;
        cy += k < n_dy ? dy[k] : 0;
    }
    *out = c;
    return n;
}

/* --- a page's text --------------------------------------------------------------------------------------------- */

/* A text that runs up or down the page is sorted as if the page were turned. */
struct piece {
    int way; /* 0 level, 1 upwards, 2 downwards */
    double x, y, end, size;
    struct str text;
    size_t order;
};
struct gathering {
    struct ofd *o;
    struct piece *v;
    size_t n, room, chars, visits;
};

static void add_piece(struct gathering *g, struct piece p)
{
    if (g->n == g->room) {
        size_t room = g->room ? g->room * 2 : 256;
        g->v = arena_grow(g->o->a, g->v, g->room * sizeof *g->v, room * sizeof *g->v);
        g->room = room;
    }
    p.order = g->n;
    g->v[g->n++] = p;
}

static int way_of(struct ofd_matrix m)
{
    return fabs(m.b) <= fabs(m.a) ? 0 : m.b < 0 ? 1 : 2;
}

/* Turned until the text is level. */
static struct ofd_matrix levelled(struct ofd_matrix m)
{
    static const struct ofd_matrix turns[] = { { 1, 0, 0, 1, 0, 0 },
                                               { 0, 1, -1, 0, 0, 0 },
                                               { 0, -1, 1, 0, 0, 0 } };
    return ofd_then(m, turns[way_of(m)]);
}

static double scale_of(struct ofd_matrix m)
{
    double s = sqrt(m.c * m.c + m.d * m.d);
    return s > 0 ? s : 1;
}

/* Characters that follow each other in a line are one piece. */
static void add_text(struct gathering *g, const struct ofd_xml *t, struct ofd_matrix placed)
{
    struct ofd_matrix m = levelled(placed);
    double size = ofd_number_of(ofd_xml_attr(t, "Size"), 4), x = 0, y = 0;
    double real = size * scale_of(m);
    for (struct ofd_xml *code = ofd_xml_child(t, "TextCode"); code;
         code = ofd_xml_next(code, "TextCode")) {
        struct ofd_char *c;
        size_t n = ofd_chars(g->o->a, code, size, &x, &y, &c);
        if ((g->chars += n) > CHARS_MAX)
            return;
        for (size_t i = 0, k; i < n; i = k) {
            struct buf b = buf_in(g->o->a);
            double px = m.a * c[i].x + m.c * c[i].y + m.e, py = m.b * c[i].x + m.d * c[i].y + m.f,
                   last = px;
            for (k = i; k < n; k++) {
                double qx = m.a * c[k].x + m.c * c[k].y + m.e,
                       qy = m.b * c[k].x + m.d * c[k].y + m.f;
                if (fabs(qy - py) > real / 2 || (k > i && fabs(qx - last) > real * 2))
                    break;
                buf_str(&b, c[k].text);
                last = qx;
            }
            bool is_wide = (unsigned char)c[k - 1].text.p[0] >= 0xe2;
            add_piece(g, (struct piece){ way_of(placed), px, py, last + real * (is_wide ? 1 : 0.5),
                                         real, buf_done(&b), 0 });
        }
    }
}

/* The objects of a layer, block, or appearance. */
static void add_objects(struct gathering *g, const struct ofd_xml *in, struct ofd_matrix m,
                        int depth)
{
    for (const struct ofd_xml *x = in ? in->first : NULL; x; x = x->next) {
        struct ofd_box at = { 0 };
        if (++g->visits > OFD_VISITS || str_is(ofd_xml_attr(x, "Visible"), "false"))
            continue;
        (void)ofd_box_of(ofd_xml_attr(x, "Boundary"), &at);
        struct ofd_matrix own =
            ofd_then(ofd_matrix_of(ofd_xml_attr(x, "CTM")),
                     ofd_then((struct ofd_matrix){ 1, 0, 0, 1, at.x, at.y }, m));
        if (ofd_xml_is(x, "TextObject")) {
            add_text(g, x, own);
        } else if (ofd_xml_is(x, "PageBlock") && depth < OFD_BLOCKS) {
            add_objects(g, x, m, depth + 1);
        } else if (ofd_xml_is(x, "CompositeObject") && depth < OFD_BLOCKS) {
            const struct ofd_resource *r =
                ofd_resource(g->o, ofd_xml_attr(x, "ResourceID"), "CompositeGraphicUnit");
            if (g->visits < OFD_VISITS)
                add_objects(g, ofd_xml_child(r ? r->x : NULL, "Content"), own, depth + 1);
        }
    }
}

static void add_page(struct gathering *g, const struct ofd_xml *root)
{
    const struct ofd_xml *content = ofd_xml_child(root, "Content");
    for (struct ofd_xml *c = ofd_xml_child(content, "Layer"); c; c = ofd_xml_next(c, "Layer"))
        add_objects(g, c, OFD_IDENTITY, 0);
}

static int by_height(const void *x, const void *y)
{
    const struct piece *a = x, *b = y;
    if (a->way != b->way)
        return a->way - b->way;
    return a->y != b->y ? (a->y > b->y) - (a->y < b->y)
                        : (a->order > b->order) - (a->order < b->order);
}

static int by_left(const void *x, const void *y)
{
    const struct piece *a = x, *b = y;
    return a->x != b->x ? (a->x > b->x) - (a->x < b->x)
                        : (a->order > b->order) - (a->order < b->order);
}

/* A gap of a word's width between Latin letters, or of a wide character and a half elsewhere. */
static bool has_gap(const struct piece *a, const struct piece *b)
{
    bool latin = a->text.n && b->text.n && (unsigned char)a->text.p[a->text.n - 1] < 0x80 &&
                 (unsigned char)b->text.p[0] < 0x80;
    return b->x - a->end > a->size * (latin ? 0.25 : 1.5);
}

static void put_lines(struct gathering *g, struct buf *out)
{
    if (g->n)
        qsort(g->v, g->n, sizeof *g->v, by_height);
    for (size_t i = 0, k; i < g->n; i = k) {
        double least = fmin(g->v[i].size, 50) / 2;
        for (k = i + 1; k < g->n && g->v[k].way == g->v[i].way && g->v[k].y - g->v[i].y < least;
             k++)
            ;
        qsort(g->v + i, k - i, sizeof *g->v, by_left);
        for (size_t at = i; at < k; at++) {
            if (at > i && has_gap(&g->v[at - 1], &g->v[at]))
                buf_char(out, ' ');
            buf_str(out, g->v[at].text);
        }
        buf_char(out, '\n');
    }
    g->n = 0;
}

bool ofd_page_text(struct ofd *o, size_t page, struct str *out, struct err *e)
{
    const struct ofd_xml *root = ofd_page_tree(o, page, e);
    struct gathering g = { .o = o };
    struct buf b = buf_in(o->a);
    if (!root)
        return false;
    ofd_resources_read(o);
    add_page(&g, root);
    put_lines(&g, &b);
    for (struct ofd_xml *c = ofd_xml_child(root, "Template"); c; c = ofd_xml_next(c, "Template")) {
        struct ofd_template *t = ofd_template_find(o, ofd_xml_attr(c, "TemplateID"));
        if (t)
            add_page(&g, ofd_template_tree(o, t));
    }
    put_lines(&g, &b);
    *out = buf_done(&b);
    return true;
}

/* --- tags ------------------------------------------------------------------------------------------------------------ */

/* An object of a page by its id, wherever it is nested. */
static const struct ofd_xml *object_find(const struct ofd_xml *in, struct str id, int depth)
{
    const struct ofd_xml *found = NULL;
    for (const struct ofd_xml *x = in ? in->first : NULL; x && !found; x = x->next)
        if (str_eq(ofd_xml_attr(x, "ID"), id))
            found = x;
        else if (depth < OFD_BLOCKS)
            found = object_find(x, id, depth + 1);
    return found;
}

static void put_object_text(struct ofd *o, const struct ofd_xml *ref, struct buf *out)
{
    struct err aside = { 0 };
    size_t page = ofd_page_of(o, ofd_xml_attr(ref, "PageRef"));
    const struct ofd_xml *root = page < o->n_pages ? ofd_page_tree(o, page, &aside) : NULL;
    const struct ofd_xml *x = object_find(ofd_xml_child(root, "Content"), ofd_xml_text(ref), 0);
    for (struct ofd_xml *c = ofd_xml_child(x, "TextCode"); c; c = ofd_xml_next(c, "TextCode"))
        buf_str(out, unescaped(o->a, c->text));
}

bool ofd_tags(struct ofd *o, const struct ofd_tag **out, size_t *n, struct err *e)
{
    enum { TAGS_MAX = 500, REFS_MAX = 1000 };
    struct str loc = ofd_xml_text(ofd_xml_child(o->document, "CustomTags"));
    struct ofd_entry *entry = loc.n ? ofd_find(o, o->document_path, loc) : NULL;
    struct ofd_xml *list = entry ? ofd_tree(o, entry, "CustomTags", e) : NULL;
    struct ofd_tag *tags = arena_array_of(o->a, struct ofd_tag, TAGS_MAX);
    size_t refs = 0;
    *n = 0;
    *out = tags;
    if (entry && !list)
        return false;
    for (struct ofd_xml *c = ofd_xml_child(list, "CustomTag"); c;
         c = ofd_xml_next(c, "CustomTag")) {
        struct ofd_entry *file =
            ofd_find(o, entry->name, ofd_xml_text(ofd_xml_child(c, "FileLoc")));
        if (!file || !ofd_zip_read(&o->zip, file, e))
            continue;
        struct err aside = { 0 };
        struct ofd_xml *root = ofd_xml_parse(o->a, file->name, file->bytes, NULL, &aside);
        for (struct ofd_xml *x = root ? root->first : NULL; x && *n < TAGS_MAX; x = x->next) {
            struct buf b = buf_in(o->a);
            for (struct ofd_xml *r = ofd_xml_child(x, "ObjectRef"); r && refs < REFS_MAX;
                 r = ofd_xml_next(r, "ObjectRef"), refs++)
                put_object_text(o, r, &b);
            tags[(*n)++] = (struct ofd_tag){ x->name, buf_done(&b) };
        }
    }
    return true;
}
