/* Characters into cells, cells into lines. The advance of a character is the grid's, whatever its glyph;
 * figures and Latin letters take half cells; no line begins with a closing mark or ends with an opening
 * one (避头尾), and no number, word, dash or 〔2026〕5号 is cut. */
#include <math.h>

#include "page/page_in.h"

const struct style body_style = { ROLE_FANG, SIZE_3, CELL, PAGE_BLACK, false };

static bool one_of(uint32_t code, const char *set)
{
    struct str s = str_of(set);
    for (size_t i = 0; i < s.n;)
        if (utf8_next(s, &i) == code)
            return true;
    return false;
}

static enum sort sort_of(uint32_t c, double advance)
{
    if (c == ' ' || c == 0x3000 || c == 0xa0)
        return SORT_BLANK;
    if (one_of(c, "（《「『【〔〈“‘￥［｛"))
        return SORT_OPEN;
    if (one_of(c, "，。、；：？！）》」』】〕〉”’·％‰℃～］｝…"))
        return SORT_CLOSE;
    if (c < 0x250 && advance < 1.3)
        return SORT_LATIN;
    return SORT_HAN;
}

/* A mark whose glyph leaves half of its cell empty, so that the half may be taken away. */
static bool has_spare_half(const struct unit *u)
{
    return one_of(u->code, "，。、；：）》」』】〕〉”’（《「『【〔〈“‘");
}

static bool is_figure(uint32_t c)
{
    return c >= '0' && c <= '9';
}

/* A word of half-width characters: figures exactly half a cell each, the rest its own width, all of it
 * a whole number of half cells. */
static void fit_word(struct unit *u, size_t n, const struct style *s)
{
    double own = 0;
    size_t letters = 0;
    for (size_t i = 0; i < n; i++) {
        if (is_figure(u[i].code)) {
            u[i].shift = (s->cell / 2 - u[i].w) / 2;
            u[i].w = s->cell / 2;
        } else {
            own += u[i].w;
            letters++;
        }
    }
    for (size_t i = 1; i < n; i++)
        u[i].is_glued = n <= 40;
    if (!letters)
        return;
    double whole = ceil(own / (s->cell / 2) - 0.15) * s->cell / 2;
    double more = (whole - own) / (double)letters;
    for (size_t i = 0; i < n; i++)
        if (!is_figure(u[i].code)) {
            u[i].w += more;
            u[i].shift = more / 2;
        }
}

/* 〔2026〕5号 from its bracket on: how many characters, or 0. */
static size_t number_at(const struct unit *u, size_t n)
{
    size_t i = 1;
    if (n < 4 || u[0].code != 0x3014)
        return 0;
    while (i < n && is_figure(u[i].code))
        i++;
    if (i == 1 || i >= n || u[i].code != 0x3015)
        return 0;
    for (i++; i < n && (is_figure(u[i].code) || u[i].code == 0x7b2c); i++)
        ;
    return i < n && (u[i].code == 0x53f7 || u[i].code == 0x671f) ? i + 1 : i;
}

static void glue(struct unit *u, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (u[i].sort == SORT_CLOSE || u[i - 1].sort == SORT_OPEN ||
            (u[i].code == u[i - 1].code && (u[i].code == 0x2014 || u[i].code == 0x2026)) ||
            (is_figure(u[i - 1].code) && one_of(u[i].code, "年月日时号期")))
            u[i].is_glued = true;
    for (size_t i = 0; i < n; i++)
        for (size_t k = number_at(u + i, n - i); k > 1; k--)
            u[i + k - 1].is_glued = true;
}

static void note_missing(struct layout *ly, uint32_t code)
{
    for (size_t i = 0; i < ly->missing_n; i++)
        if (ly->missing[i] == code)
            return;
    ly->missing = arena_grow(ly->a, ly->missing, ly->missing_n * sizeof code,
                             (ly->missing_n + 1) * sizeof code);
    ly->missing[ly->missing_n++] = code;
}

void units_add(struct layout *ly, struct units *out, struct str text, const struct style *s)
{
    size_t first = out->n;
    for (size_t i = 0; i < text.n;) {
        size_t from = i;
        uint32_t c = utf8_next(text, &i);
        if (c == '\t' || c == '\n')
            c = ' ';
        if (c < ' ' || c == 0x200b || c == 0xfeff)
            continue;
        struct pick k = font_pick(ly->f, s->role, c);
        if (k.is_missing)
            note_missing(ly, c);
        struct unit *u = LIST_ADD(ly->a, out->p, out->n, out->size);
        *u = (struct unit){ .p = text.p + from, .bytes = (uint8_t)(i - from), .code = c,
                            .glyph = k.glyph, .face = k.face, .w = k.advance * s->size,
                            .sort = sort_of(c, k.advance) };
        if (u->sort == SORT_LATIN)
            continue;
        double w = c == ' ' || c == 0xa0 ? s->cell / 2 : s->cell;
        u->shift = (w - u->w) / 2;
        u->w = w;
    }
    for (size_t i = first; i < out->n;) {
        size_t n = 0;
        while (i + n < out->n && out->p[i + n].sort == SORT_LATIN)
            n++;
        if (n)
            fit_word(out->p + i, n, s);
        i += n ? n : 1;
    }
    glue(out->p, out->n);
}

struct units units_of(struct layout *ly, struct str text, const struct style *s)
{
    struct units u = { 0 };
    units_add(ly, &u, text, s);
    return u;
}

double units_width(const struct units *u, size_t from, size_t to)
{
    double w = 0;
    for (size_t i = from; i < to; i++)
        w += u->p[i].w;
    return w;
}

struct line line_of(struct layout *ly, const struct units *u, size_t from, size_t to, double x,
                    const struct style *s)
{
    struct line l = { .u = u->p + from, .n = to - from, .size = s->size, .colour = s->colour };
    l.x = arena_array_of(ly->a, double, l.n + 1);
    for (size_t i = 0; i < l.n; i++) {
        l.x[i] = x;
        x += l.u[i].w;
    }
    l.x[l.n] = x;
    l.width = x;
    return l;
}

/* Between these two something may be added: not inside a word, not where one line begins. */
static bool may_widen(const struct unit *u, size_t i)
{
    return !(u[i].sort == SORT_LATIN && u[i - 1].sort == SORT_LATIN);
}

static void spread(struct line *l, size_t n, double more)
{
    size_t gaps = 0;
    for (size_t i = 1; i < n; i++)
        gaps += may_widen(l->u, i);
    if (!gaps)
        return;
    double each = more / (double)gaps, moved = 0;
    for (size_t i = 1; i <= l->n; i++) {
        if (i < n && may_widen(l->u, i))
            moved += each;
        l->x[i] += moved;
    }
    l->width += moved;
}

/* Takes less of the cells of n marks before end, from the last one on; an opening mark moves left. */
static void squeeze(struct line *l, double less)
{
    double half = 0;
    size_t n = 0;
    for (size_t i = l->n; i-- > 1 && less > EPS;) {
        if (!has_spare_half(&l->u[i]))
            continue;
        half = l->u[i].w / 2;
        double by = less < half ? less : half;
        n++;
        for (size_t k = i + (l->u[i].sort != SORT_OPEN); k <= l->n; k++)
            l->x[k] -= by;
        less -= by;
    }
    l->width = l->x[l->n];
}

static double spare(const struct unit *u, size_t from, size_t to)
{
    double w = 0;
    for (size_t i = from + 1; i < to; i++)
        if (has_spare_half(&u[i]))
            w += u[i].w / 2;
    return w;
}

/* The line that begins at from: where it ends, and its cells set. */
static size_t one_line(struct layout *ly, const struct units *u, size_t from, double indent,
                       double width, const struct style *s, struct line *out)
{
    double room = width - indent, w = 0;
    size_t fit = from, end, n = u->n;
    while (fit < n && w + u->p[fit].w <= room + EPS)
        w += u->p[fit++].w;
    if (fit == n) {
        *out = line_of(ly, u, from, n, indent, s);
        return n;
    }
    size_t marks = 0;
    while (fit + marks < n && u->p[fit + marks].sort == SORT_CLOSE)
        marks++;
    bool ends_there = fit + marks == n || !u->p[fit + marks].is_glued;
    if (ends_there && fit > from && !s->is_ragged &&
        (marks == 1 || (marks == 2 && has_spare_half(&u->p[fit]) && has_spare_half(&u->p[fit + 1])))) {
        *out = line_of(ly, u, from, fit + marks, indent, s);
        if (marks == 2) /* both in one cell */
            squeeze(out, s->cell);
        spread(out, fit - from + 1, room - w);
        return fit + marks;
    }
    for (end = fit; end > from && u->p[end].is_glued; end--)
        ;
    if (end == from)
        end = fit > from ? fit : from + 1;
    size_t next = fit + 1;
    while (next < n && u->p[next].is_glued)
        next++;
    double over = units_width(u, from, next) - room;
    if (end < fit && over <= s->cell + EPS && spare(u->p, from, next) >= over - EPS) {
        *out = line_of(ly, u, from, next, indent, s);
        squeeze(out, over);
        return next;
    }
    size_t seen = end; /* blanks at its end take no room */
    while (seen > from + 1 && u->p[seen - 1].sort == SORT_BLANK)
        seen--;
    *out = line_of(ly, u, from, seen, indent, s);
    if (!s->is_ragged)
        spread(out, out->n, room - units_width(u, from, seen));
    return end;
}

struct lines lines_break(struct layout *ly, const struct units *u, double first, double rest,
                         double width, const struct style *s)
{
    struct lines l = { 0 };
    for (size_t i = 0; i < u->n;) {
        while (i && i < u->n && u->p[i].sort == SORT_BLANK)
            i++;
        if (i == u->n)
            break;
        struct line *x = LIST_ADD(ly->a, l.p, l.n, l.size);
        i = one_line(ly, u, i, l.n == 1 ? first : rest, width, s, x);
    }
    return l;
}

double row_baseline(double top, double pitch, double size)
{
    return top + pitch / 2 + size * 0.38; /* the em square stands from 0.88 over to 0.12 under it */
}

/* --- onto a page ---------------------------------------------------------------------------------------- */

static void put(struct layout *ly, size_t page, const struct unit *u, size_t n, const double *x,
                double left, double baseline, double size, double stretch, enum page_colour colour)
{
    struct sheet *sh = &ly->sheet[page];
    struct page_glyphs *g = LIST_ADD(ly->a, sh->glyphs, sh->glyphs_n, sh->glyphs_size);
    uint32_t *glyph = arena_array_of(ly->a, uint32_t, n);
    double *advance = arena_array_of(ly->a, double, n);
    uint8_t *bytes = arena_array_of(ly->a, uint8_t, n);
    struct buf b = buf_in(ly->a);
    for (size_t i = 0; i < n; i++) {
        glyph[i] = u[i].glyph;
        bytes[i] = u[i].bytes;
        advance[i] = i + 1 < n ? x[i + 1] + u[i + 1].shift - x[i] - u[i].shift : x[i + 1] - x[i];
        buf_put(&b, u[i].p, u[i].bytes);
    }
    *g = (struct page_glyphs){ .font = u[0].face, .size = size, .stretch = stretch,
                               .x = left + x[0] + u[0].shift, .y = baseline, .colour = colour,
                               .is_turned = ly->is_turned, .n = n, .glyph = glyph, .advance = advance, .bytes = bytes,
                               .text = buf_done(&b) };
    if (ly->is_turned) {
        g->y = AREA_BOTTOM - g->x;
        g->x = AREA_X + baseline;
    }
}

void line_put(struct layout *ly, size_t page, const struct line *l, double x, double baseline)
{
    for (size_t i = 0; i < l->n;) {
        size_t n = 1;
        while (i + n < l->n && l->u[i + n].face == l->u[i].face)
            n++;
        put(ly, page, l->u + i, n, l->x + i, x, baseline, l->size, 1, l->colour);
        i += n;
    }
}

void run_put(struct layout *ly, size_t page, const struct unit *u, size_t n, double x,
             double baseline, double size, double stretch, double cell, enum page_colour colour)
{
    struct unit *v = arena_copy(ly->a, u, n * sizeof *u);
    double *at = arena_array_of(ly->a, double, n + 1);
    for (size_t i = 0; i <= n; i++)
        at[i] = (double)i * cell;
    for (size_t i = 0; i < n;) {
        size_t k = 0;
        for (; i + k < n && v[i + k].face == v[i].face; k++)
            v[i + k].shift = (cell - size * stretch) / 2;
        put(ly, page, v + i, k, at + i, x, baseline, size, stretch, colour);
        i += k;
    }
}
