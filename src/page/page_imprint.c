/* The print block (版记, L5) at the foot of the last page and the page numbers (L6). With a print block
 * the pages come in pairs (or fours): it stands on the last, alone if need be; blank pages before it and
 * a page with nothing else bear no number. */
#include <math.h>

#include "page/page_in.h"

#define OUTER 0.35
#define INNER 0.25
#define LINE_H (SIZE_4 * 15 / 8)
#define CELL_4 (SIZE_4 * CELL / SIZE_3)

static const struct style small_style = { ROLE_FANG, SIZE_4, CELL_4, PAGE_BLACK, false };

static struct lines hanging(struct layout *ly, const char *label, struct str names)
{
    struct units *u = arena_new_of(ly->a, struct units);
    units_add(ly, u, str_of(label), &small_style);
    double hang = CELL_4 + units_width(u, 0, u->n);
    units_add(ly, u, str_ends(names, STR("。")) ? names : str_printf(ly->a, "%.*s。", STR_ARG(names)),
              &small_style);
    return lines_break(ly, u, CELL_4, hang, AREA_W - CELL_4, &small_style);
}

static void lines_put(struct layout *ly, size_t page, const struct lines *l, double *y)
{
    for (size_t i = 0; i < l->n; i++, *y += LINE_H)
        line_put(ly, page, &l->p[i], AREA_X, row_baseline(*y, LINE_H, SIZE_4));
}

static void across(struct layout *ly, size_t page, double y, double width)
{
    rule_add(ly, page, AREA_X, y, AREA_RIGHT, y, width, PAGE_BLACK);
}

static struct line small_line(struct layout *ly, struct str text)
{
    struct units *u = arena_new_of(ly->a, struct units);
    *u = units_of(ly, text, &small_style);
    return line_of(ly, u, 0, u->n, 0, &small_style);
}

/* The page that it stands on; blank pages are added before it. */
static size_t last_page(struct layout *ly, double height)
{
    size_t sides = ly->s->sides > 0 ? (size_t)ly->s->sides : 2, last = ly->n - 1;
    struct sheet *s = &ly->sheet[last];
    double end = s->top + s->used * s->scale, bottom = s->top + s->height;
    if (ly->n % sides == 0 && end + height <= fmax(bottom, AREA_BOTTOM) + 0.01)
        return last;
    do {
        s = sheet_add(ly);
        s->is_numbered = false;
    } while (ly->n % sides);
    return ly->n - 1;
}

bool imprint_put(struct layout *ly)
{
    const struct page_source *s = ly->s;
    bool is_letter = s->form == PAGE_LETTER;
    struct lines to = { 0 }, cc = { 0 };
    if (s->imprint_to.n)
        to = hanging(ly, "主送：", s->imprint_to);
    if (s->cc.n)
        cc = hanging(ly, "抄送：", s->cc);
    bool has_printer = !is_letter && (s->printer.n || s->printed_on.n);
    if (to.n + cc.n == 0 && !has_printer)
        return true;
    struct str on = STR_NONE;
    if (has_printer && s->printed_on.n) {
        on = date_text(ly, s->printed_on, "printed_on");
        if (!on.p)
            return false;
    }
    double height = (double)(to.n + cc.n + has_printer) * LINE_H;
    size_t page = last_page(ly, height);
    double y = AREA_BOTTOM - height;
    if (page == 0 && is_letter)
        y = ly->sheet[0].top + ly->sheet[0].height - height;
    place_add(ly, page, PAGE_AT_IMPRINT, 0, AREA_X, y, AREA_W, height);
    if (!is_letter)
        across(ly, page, y + OUTER / 2, OUTER);
    lines_put(ly, page, &to, &y);
    lines_put(ly, page, &cc, &y);
    if (is_letter)
        return true;
    if (has_printer) {
        if (to.n + cc.n)
            across(ly, page, y, INNER);
        struct line left = small_line(ly, s->printer);
        line_put(ly, page, &left, AREA_X + CELL_4, row_baseline(y, LINE_H, SIZE_4));
        if (on.p) {
            struct line right = small_line(ly, str_printf(ly->a, "%.*s印发", STR_ARG(on)));
            line_put(ly, page, &right, AREA_RIGHT - CELL_4 - right.width, row_baseline(y, LINE_H, SIZE_4));
        }
    }
    across(ly, page, AREA_BOTTOM - OUTER / 2, OUTER);
    return true;
}

/* — N —: its dashes 7 below the text area, a character from the right on odd pages, from the left on even. */
void numbers_put(struct layout *ly)
{
    struct style s = { ROLE_SONG, SIZE_4, CELL_4, PAGE_BLACK, false };
    for (size_t i = 0; i < ly->n; i++) {
        if (!ly->sheet[i].is_numbered)
            continue;
        struct units *u = arena_new_of(ly->a, struct units);
        *u = units_of(ly, str_printf(ly->a, "— %zu —", i + 1), &s);
        struct line l = line_of(ly, u, 0, u->n, 0, &s);
        struct ink dash = font_ink(ly->f, u->p[0].face, u->p[0].glyph);
        double baseline = AREA_BOTTOM + 7 + dash.top * SIZE_4;
        double x = i % 2 ? AREA_X + CELL_4 : AREA_RIGHT - CELL_4 - l.width;
        line_put(ly, i, &l, x, baseline);
        place_add(ly, i, PAGE_AT_PAGE_NUMBER, i, x, AREA_BOTTOM + 7, l.width, SIZE_4);
    }
}
