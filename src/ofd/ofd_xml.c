/* A part as a small tree, by expat: names without their prefix, so that files with another namespace,
 * or none, read alike (O9). A DTD ends the reading: with it go entities and what they blow up to. */
#include <expat.h>

#include "ofd/ofd_in.h"

enum { DEPTH_MAX = 64, XML_MAX = 48 << 20, NODES_MAX = 2000000 };

struct reading {
    struct arena *a;
    XML_Parser p;
    struct ofd_xml *root, *at;
    struct buf text;
    int depth;
    size_t nodes;
    const char *why; /* a code, when we stopped it */
};

static struct str local(const char *name)
{
    const char *colon = strrchr(name, ':');
    return str_of(colon ? colon + 1 : name);
}

static void stop(struct reading *r, const char *why)
{
    r->why = r->why ? r->why : why;
    XML_StopParser(r->p, XML_FALSE);
}

/* The first text of an element that is more than white space: OFD mixes no text with elements. */
static void keep_text(struct reading *r)
{
    struct str s = buf_done(&r->text);
    if (r->at && !r->at->text.n && str_trim(s).n)
        r->at->text = str_copy(r->a, s);
    r->text.n = 0;
}

static void on_start(void *arg, const XML_Char *name, const XML_Char **attrs)
{
    struct reading *r = arg;
    size_t n = 0;
    keep_text(r);
    if (++r->depth > DEPTH_MAX || ++r->nodes > NODES_MAX) {
        stop(r, "ofd.too_deep");
        return;
    }
    struct ofd_xml *x = arena_new_of(r->a, struct ofd_xml);
    while (attrs[n])
        n++;
    x->name = str_copy(r->a, local(name));
    x->attrs = arena_array_of(r->a, const char *, n + 1);
    for (size_t i = 0; i < n; i++)
        x->attrs[i] = i % 2 ? arena_strdup(r->a, attrs[i]) : arena_strdup(r->a, local(attrs[i]).p);
    x->up = r->at;
    if (!r->at)
        r->root = x;
    else if (r->at->last)
        r->at->last = r->at->last->next = x;
    else
        r->at->first = r->at->last = x;
    r->at = x;
}

static void on_end(void *arg, const XML_Char *name)
{
    struct reading *r = arg;
    (void)name;
    keep_text(r);
    r->at = r->at->up;
    r->depth--;
}

static void on_text(void *arg, const XML_Char *s, int n)
{
    buf_put(&((struct reading *)arg)->text, s, (size_t)n);
}

static void on_doctype(void *arg, const XML_Char *name, const XML_Char *sys, const XML_Char *pub,
                       int has)
{
    (void)name;
    (void)sys;
    (void)pub;
    (void)has;
    stop(arg, "ofd.dtd");
}

struct ofd_xml *ofd_xml_parse(struct arena *a, struct str part, struct str bytes, const char *root,
                              struct err *e)
{
    struct reading r = { .a = a, .text = buf_in(a) };
    if (bytes.n > XML_MAX) {
        ofd_fail(e, a, ERR_TOO_LARGE, "ofd.too_large", part, NULL);
        return NULL;
    }
    r.p = XML_ParserCreate(NULL);
    CHECK(r.p);
    XML_SetUserData(r.p, &r);
    XML_SetElementHandler(r.p, on_start, on_end);
    XML_SetCharacterDataHandler(r.p, on_text);
    XML_SetStartDoctypeDeclHandler(r.p, on_doctype);
    bool good = XML_Parse(r.p, bytes.p, (int)bytes.n, 1) == XML_STATUS_OK;
    unsigned long line = XML_GetCurrentLineNumber(r.p);
    XML_ParserFree(r.p);
    if (!good)
        ofd_fail(e, a, ERR_INVALID, r.why ? r.why : "ofd.xml", part, arena_printf(a, "%lu", line));
    else if (root && !ofd_xml_is(r.root, root))
        good = ofd_fail(e, a, ERR_INVALID, "ofd.root", part, root);
    return good ? r.root : NULL;
}

bool ofd_xml_is(const struct ofd_xml *x, const char *name)
{
    return x && str_is(x->name, name);
}

struct ofd_xml *ofd_xml_child(const struct ofd_xml *x, const char *name)
{
    struct ofd_xml *c = x ? x->first : NULL;
    while (c && !ofd_xml_is(c, name))
        c = c->next;
    return c;
}

struct ofd_xml *ofd_xml_next(const struct ofd_xml *x, const char *name)
{
    struct ofd_xml *c = x->next;
    while (c && !ofd_xml_is(c, name))
        c = c->next;
    return c;
}

struct str ofd_xml_attr(const struct ofd_xml *x, const char *name)
{
    for (const char **p = x ? x->attrs : NULL; p && *p; p += 2)
        if (strcmp(*p, name) == 0)
            return str_of(p[1]);
    return STR_NONE;
}

struct str ofd_xml_text(const struct ofd_xml *x)
{
    return x && x->text.p ? str_trim(x->text) : STR_NONE;
}

void ofd_xml_escape(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n;) {
        size_t from = i;
        uint32_t code = utf8_next(s, &i);
        if (code == '<')
            buf_text(b, "&lt;");
        else if (code == '>')
            buf_text(b, "&gt;");
        else if (code == '&')
            buf_text(b, "&amp;");
        else if (code == '"')
            buf_text(b, "&quot;");
        else if (code == '\n' || code == '\t' || code == '\r')
            buf_printf(b, "&#%u;", code);
        else if (code >= 0x20 && code != 0xfffe && code != 0xffff)
            buf_put(b, s.p + from, i - from);
    }
}

/* --- numbers --------------------------------------------------------------------------------------------- */

bool ofd_number(struct str *s, double *out)
{
    size_t i = 0, digits = 0;
    double v = 0, part = 1, sign = 1;
    while (i < s->n && strchr(" \t\r\n,", s->p[i]) && s->p[i])
        i++;
    if (i < s->n && (s->p[i] == '-' || s->p[i] == '+'))
        sign = s->p[i++] == '-' ? -1 : 1;
    for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++, digits++)
        v = v < 1e12 ? v * 10 + (s->p[i] - '0') : v;
    if (i < s->n && s->p[i] == '.')
        for (i++; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++, digits++)
            v += (part = part / 10) * (s->p[i] - '0');
    if (digits && i + 1 < s->n && (s->p[i] == 'e' || s->p[i] == 'E')) {
        size_t at = i + 1;
        int power = 0, minus = s->p[at] == '-';
        at += minus || s->p[at] == '+';
        if (at < s->n && s->p[at] >= '0' && s->p[at] <= '9') {
            for (; at < s->n && s->p[at] >= '0' && s->p[at] <= '9'; at++)
                power = power < 100 ? power * 10 + (s->p[at] - '0') : power;
            v *= pow(10, minus ? -power : power);
            i = at;
        }
    }
    if (!digits || !(v <= 1e7))
        return false;
    *s = str_sub(*s, i, s->n);
    *out = sign * v;
    return true;
}

double ofd_number_of(struct str s, double without)
{
    double v;
    return s.p && ofd_number(&s, &v) ? v : without;
}

bool ofd_box_of(struct str s, struct ofd_box *out)
{
    struct ofd_box b;
    if (!s.p || !ofd_number(&s, &b.x) || !ofd_number(&s, &b.y) || !ofd_number(&s, &b.w) ||
        !ofd_number(&s, &b.h))
        return false;
    *out = b;
    return true;
}

void ofd_put_number(struct buf *b, double v)
{
    long long n = isfinite(v) && fabs(v) < 1e11 ? llround(v * 10000) : 0;
    char digits[32];
    if (n < 0)
        buf_char(b, '-');
    n = n < 0 ? -n : n;
    buf_i64(b, n / 10000);
    if (n % 10000 == 0)
        return;
    int len = snprintf(digits, sizeof digits, ".%04lld", n % 10000);
    while (digits[len - 1] == '0')
        len--;
    buf_put(b, digits, (size_t)len);
}

struct ofd_matrix ofd_matrix_of(struct str s)
{
    struct ofd_matrix m = OFD_IDENTITY, got;
    if (s.p && ofd_number(&s, &got.a) && ofd_number(&s, &got.b) && ofd_number(&s, &got.c) &&
        ofd_number(&s, &got.d) && ofd_number(&s, &got.e) && ofd_number(&s, &got.f))
        return got;
    return m;
}

struct ofd_matrix ofd_then(struct ofd_matrix m, struct ofd_matrix n)
{
    return (struct ofd_matrix){ n.a * m.a + n.c * m.b,       n.b * m.a + n.d * m.b,
                                n.a * m.c + n.c * m.d,       n.b * m.c + n.d * m.d,
                                n.a * m.e + n.c * m.f + n.e, n.b * m.e + n.d * m.f + n.f };
}

void ofd_put_base64(struct buf *b, struct str bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *p = (const unsigned char *)bytes.p;
    buf_reserve(b, bytes.n / 3 * 4 + 8);
    for (size_t i = 0; i < bytes.n; i += 3) {
        size_t left = bytes.n - i;
        uint32_t v = (uint32_t)p[i] << 16 | (left > 1 ? (uint32_t)p[i + 1] << 8 : 0) |
                     (left > 2 ? p[i + 2] : 0);
        buf_char(b, digits[v >> 18]);
        buf_char(b, digits[v >> 12 & 63]);
        buf_char(b, left > 1 ? digits[v >> 6 & 63] : '=');
        buf_char(b, left > 2 ? digits[v & 63] : '=');
    }
}
