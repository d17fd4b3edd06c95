/* The head: copy number, secrecy, urgency; the red mark; number, signers and red rule; title and
 * addressees. The mark's ink ends where the row begins that lies two rows above the number, so that all
 * below it stands on the grid. Letters (L7), orders (L8) and minutes (L9) have heads of their own. */
#include <math.h>

#include "page/page_in.h"

#define RULE_GAP 4.0
#define RED_RULE 0.45
#define MARK_TOP 35.0
#define LETTER_TOP 30.0
#define ORDER_TOP 20.0
#define WIDE_RULE 170.0
#define THICK 0.9
#define THIN 0.3
#define BETWEEN 0.6

static const struct style title_style = { ROLE_TITLE, SIZE_2, SIZE_2 *CELL / SIZE_3, PAGE_BLACK, false };

static double row_top(double row) /* 1 is the first of the page's text area */
{
    return AREA_Y + (row - 1) * PITCH;
}

/* Ink of a run in shares of its size. */
static struct ink ink_of(struct layout *ly, const struct units *u)
{
    struct ink all = { 0, 0, -1, 1 };
    for (size_t i = 0; i < u->n; i++) {
        struct ink k = font_ink(ly->f, u->p[i].face, u->p[i].glyph);
        all.top = fmax(all.top, k.top);
        all.bottom = fmin(all.bottom, k.bottom);
    }
    return all;
}

/* --- the mark --------------------------------------------------------------------------------------------- */

struct mark {
    struct units u;
    struct ink ink;
};

static struct units mark_units(struct layout *ly, struct str text)
{
    struct style s = { ROLE_TITLE, 10, 10, PAGE_RED, false };
    return units_of(ly, text, &s);
}

/* Red letters of that ink height from top on, at most width wide, a letter's cell at most so many times its
 * own width. Returns the height that they took, which is less where so many letters would become too narrow. */
static double mark_run(struct layout *ly, const struct units *u, double x, double width, double top,
                       double height, double wide)
{
    struct ink k = ink_of(ly, u);
    double size = height / (k.top - k.bottom), cell = width / (double)u->n;
    if (cell < 0.5 * size)
        size = cell / 0.5;
    double stretch = fmin(0.86, cell * 0.98 / size);
    cell = fmin(cell, size * stretch * wide);
    run_put(ly, 0, u->p, u->n, x + (width - cell * (double)u->n) / 2, top + k.top * size, size, stretch,
            cell, PAGE_RED);
    return size * (k.top - k.bottom);
}

/* One name of a joint mark: its first letter at the left edge, its last at the right one. */
static void spread_run(struct layout *ly, const struct units *u, double x, double width, double top,
                       double size, double stretch)
{
    struct ink k = ink_of(ly, u);
    double letter = size * stretch, n = (double)u->n;
    double cell = u->n > 1 ? (width - letter) / (n - 1) : width;
    run_put(ly, 0, u->p, u->n, u->n > 1 ? x - (cell - letter) / 2 : x, top + k.top * size, size, stretch,
            cell, PAGE_RED);
}

static bool mark_fits(struct layout *ly, const struct units *u)
{
    if (u->n >= 1 && u->n <= 40)
        return true;
    return err_set(ly->e, ly->a, ERR_INVALID, u->n ? "page.head_too_long" : "page.no_head", "issuers",
                   NULL, NULL, NULL);
}

static bool single_mark(struct layout *ly, struct str text, double top, double height)
{
    struct units u = mark_units(ly, text);
    if (!mark_fits(ly, &u))
        return false;
    double wide = u.n <= 6 ? 1.4 : u.n <= 9 ? 1.15 : 1.06; /* few letters stand further apart */
    double h = mark_run(ly, &u, AREA_X, AREA_W, top, height, wide);
    place_add(ly, 0, PAGE_AT_MARK, 0, AREA_X, top, AREA_W, h);
    return true;
}

/* Several bodies one below the other, made equally wide, 文件 to their right in the middle of the height. */
static bool joint_mark(struct layout *ly, double top, double height)
{
    const struct page_texts *names = &ly->s->issuers;
    size_t n = names->n, longest = 0;
    struct units *u = arena_array_of(ly->a, struct units, n), right = mark_units(ly, STR("文件"));
    for (size_t i = 0; i < n; i++) {
        u[i] = mark_units(ly, names->p[i]);
        if (!mark_fits(ly, &u[i]))
            return false;
        longest = u[i].n > longest ? u[i].n : longest;
    }
    double step = height / ((double)n - 0.18), letter = step * 0.82;
    struct ink k = ink_of(ly, &right);
    double big = fmin(18, height), big_size = big / (k.top - k.bottom), big_cell = big_size * 0.84;
    double room = AREA_W - 2 * big_cell - 5;
    double width = fmin(room, (double)longest * letter * 1.02);
    double left = AREA_X + (AREA_W - width - 5 - 2 * big_cell) / 2;
    double size = letter / 0.94, stretch = fmin(0.9, width / (double)longest * 0.98 / size);
    for (size_t i = 0; i < n; i++)
        spread_run(ly, &u[i], left, width, top + (double)i * step, size, stretch);
    double mid = top + height / 2, base = mid + (k.top + k.bottom) / 2 * big_size;
    run_put(ly, 0, right.p, right.n, left + width + 5, base, big_size, 0.78, big_cell, PAGE_RED);
    place_add(ly, 0, PAGE_AT_MARK, 0, AREA_X, top, AREA_W, height);
    return true;
}

/* --- the lines above and below it ---------------------------------------------------------------------------- */

static void left_line(struct layout *ly, double top, struct str text, enum role role)
{
    struct style s = body_style;
    s.role = role;
    struct units u = units_of(ly, text, &s);
    struct line l = line_of(ly, &u, 0, u.n, 0, &s);
    line_put(ly, 0, &l, AREA_X, row_baseline(top, PITCH, s.size));
}

/* 份号, 密级和保密期限, 紧急程度 one below the other; how many there are. */
static size_t corner(struct layout *ly, double top)
{
    const struct page_source *s = ly->s;
    size_t n = 0;
    if (s->copy_number.n)
        left_line(ly, top + (double)n++ * PITCH, s->copy_number, ROLE_FANG);
    if (s->secrecy.n)
        left_line(ly, top + (double)n++ * PITCH, s->secrecy, ROLE_HEI);
    if (s->urgency.n)
        left_line(ly, top + (double)n++ * PITCH, s->urgency, ROLE_HEI);
    return n;
}

static struct line plain_line(struct layout *ly, struct str text, enum role role)
{
    struct style s = body_style;
    s.role = role;
    struct units *u = arena_new_of(ly->a, struct units);
    *u = units_of(ly, text, &s);
    return line_of(ly, u, 0, u->n, 0, &s);
}

static void number_place(struct layout *ly, double x, double w, double top)
{
    place_add(ly, 0, PAGE_AT_NUMBER, 0, x, top + (PITCH - SIZE_3) / 2, w, SIZE_3);
}

/* The number, and beside it the signers, two a line; the row of the number. */
static double number_line(struct layout *ly, double row)
{
    const struct page_source *s = ly->s;
    struct line number = plain_line(ly, s->number, ROLE_FANG);
    if (s->signers.n == 0) {
        double x = AREA_X + (AREA_W - number.width) / 2;
        line_put(ly, 0, &number, x, row_baseline(row_top(row), PITCH, SIZE_3));
        if (s->number.n)
            number_place(ly, x, number.width, row_top(row));
        return row;
    }
    struct line label = plain_line(ly, STR("签发人："), ROLE_FANG);
    double wide[2] = { 0, 0 };
    for (size_t i = 0; i < s->signers.n; i++)
        wide[i % 2] = fmax(wide[i % 2], plain_line(ly, s->signers.p[i], ROLE_KAI).width);
    double names = wide[0] + (s->signers.n > 1 ? CELL + wide[1] : 0);
    double left = AREA_RIGHT - CELL - names;
    line_put(ly, 0, &label, left - label.width, row_baseline(row_top(row), PITCH, SIZE_3));
    for (size_t i = 0; i < s->signers.n; i++) {
        if (i && i % 2 == 0)
            row++;
        struct line l = plain_line(ly, s->signers.p[i], ROLE_KAI);
        line_put(ly, 0, &l, left + (i % 2 ? wide[0] + CELL : 0), row_baseline(row_top(row), PITCH, SIZE_3));
    }
    line_put(ly, 0, &number, AREA_X + CELL, row_baseline(row_top(row), PITCH, SIZE_3));
    number_place(ly, AREA_X + CELL, number.width, row_top(row));
    return row;
}

static void red_rule(struct layout *ly, double top)
{
    rule_add(ly, 0, AREA_X, top + RED_RULE / 2, AREA_RIGHT, top + RED_RULE / 2, RED_RULE, PAGE_RED);
    place_add(ly, 0, PAGE_AT_RULE, 0, AREA_X, top, AREA_W, RED_RULE);
}

static double number_bottom(double row)
{
    return row_top(row) + (PITCH + SIZE_3) / 2;
}

/* Title and addressees from a y on; the text area begins below them. */
static bool title_and_addressees(struct layout *ly, double top)
{
    const struct page_source *s = ly->s;
    struct lines l = title_break(ly, s->title, &title_style);
    double y = top;
    if (l.n)
        place_add(ly, 0, PAGE_AT_TITLE, 0, AREA_X, y, AREA_W, (double)l.n * PITCH);
    for (size_t i = 0; i < l.n; i++, y += PITCH)
        line_put(ly, 0, &l.p[i], AREA_X + (AREA_W - l.p[i].width) / 2, row_baseline(y, PITCH, SIZE_2));
    if (l.n)
        y += PITCH;
    if (s->addressees.n) {
        struct str to = str_ends(s->addressees, STR("：")) ? s->addressees
                                                         : str_printf(ly->a, "%.*s：", STR_ARG(s->addressees));
        struct units *u = arena_new_of(ly->a, struct units);
        *u = units_of(ly, to, &body_style);
        struct lines a = lines_break(ly, u, 0, 0, AREA_W, &body_style);
        place_add(ly, 0, PAGE_AT_ADDRESSEES, 0, AREA_X, y, AREA_W, (double)a.n * PITCH);
        for (size_t i = 0; i < a.n; i++, y += PITCH)
            line_put(ly, 0, &a.p[i], AREA_X, row_baseline(y, PITCH, SIZE_3));
    }
    ly->sheet[0].top = y;
    return true;
}

/* Rows that title and addressees will take. */
static double rows_below(struct layout *ly)
{
    struct lines l = title_break(ly, ly->s->title, &title_style);
    struct units u = units_of(ly, ly->s->addressees, &body_style);
    struct lines a = lines_break(ly, &u, 0, 0, AREA_W, &body_style);
    return (double)l.n + (l.n ? 1 : 0) + (double)a.n;
}

/* --- the four forms ------------------------------------------------------------------------------------------- */

static bool document_head(struct layout *ly)
{
    const struct page_source *s = ly->s;
    size_t n = s->mark.n ? 1 : s->issuers.n;
    double row = n <= 1 ? 8 : n == 2 ? 9 : n == 3 ? 10 : n == 4 ? 11 : 12;
    double signer_rows = s->signers.n > 2 ? (double)((s->signers.n - 1) / 2) : 0;
    (void)corner(ly, AREA_Y);
    double last = row + signer_rows + 3 + rows_below(ly);
    while (row > 8 && last + (ly->is_compact ? 5 : 1) > ROWS + 1) { /* page 1 shows text */
        row--;
        last--;
    }
    double top = AREA_Y + MARK_TOP, height = row_top(row - 2) - top;
    struct str mark = s->mark;
    if (!mark.n && s->issuers.n)
        mark = str_printf(ly->a, "%.*s文件", STR_ARG(s->issuers.p[0]));
    if (!(n > 1 ? joint_mark(ly, top, height) : single_mark(ly, mark, top, height)))
        return false;
    row = number_line(ly, row);
    red_rule(ly, number_bottom(row) + RULE_GAP);
    if (!title_and_addressees(ly, row_top(row + (ly->is_compact ? 2 : 3))))
        return false;
    ly->sheet[0].height = AREA_BOTTOM - ly->sheet[0].top;
    return true;
}

/* Two rules across, one thick and one thin; y is the upper edge of the pair. */
static void double_rule(struct layout *ly, double y, bool thick_first)
{
    double x = (PAGE_W - WIDE_RULE) / 2, a = thick_first ? THICK : THIN, b = thick_first ? THIN : THICK;
    rule_add(ly, 0, x, y + a / 2, x + WIDE_RULE, y + a / 2, a, PAGE_RED);
    y += a + BETWEEN;
    rule_add(ly, 0, x, y + b / 2, x + WIDE_RULE, y + b / 2, b, PAGE_RED);
}

static bool letter_head(struct layout *ly)
{
    const struct page_source *s = ly->s;
    const double pair = THICK + THIN + BETWEEN, near = SIZE_3 * 7 / 8;
    struct str mark = s->mark.n ? s->mark : s->issuers.n ? s->issuers.p[0] : STR("");
    if (!single_mark(ly, mark, LETTER_TOP, 14))
        return false;
    double taken = 0;
    for (size_t i = 0; i < ly->place_n; i++)
        if (ly->place[i].kind == PAGE_AT_MARK)
            taken = ly->place[i].h;
    double rule = LETTER_TOP + taken + 4;
    double_rule(ly, rule, true);
    place_add(ly, 0, PAGE_AT_RULE, 0, (PAGE_W - WIDE_RULE) / 2, rule, WIDE_RULE, pair);
    double_rule(ly, PAGE_H - 20 - pair, false);
    double top = rule + pair + near - (PITCH - SIZE_3) / 2;
    size_t n = corner(ly, top);
    struct line number = plain_line(ly, s->number, ROLE_FANG);
    if (s->number.n) {
        line_put(ly, 0, &number, AREA_RIGHT - number.width, row_baseline(top, PITCH, SIZE_3));
        number_place(ly, AREA_RIGHT - number.width, number.width, top);
    }
    n = n ? n : s->number.n ? 1 : 0;
    if (!title_and_addressees(ly, top + (double)(n + 2) * PITCH))
        return false;
    ly->sheet[0].height = PAGE_H - 20 - pair - near - ly->sheet[0].top + (PITCH - SIZE_3) / 2;
    ly->sheet[0].is_numbered = false;
    return true;
}

static bool order_head(struct layout *ly)
{
    const struct page_source *s = ly->s;
    struct str mark = s->mark.n ? s->mark
                      : s->issuers.n ? str_printf(ly->a, "%.*s令", STR_ARG(s->issuers.p[0]))
                                     : STR("");
    double top = AREA_Y + ORDER_TOP, row = 7;
    (void)corner(ly, AREA_Y);
    if (!single_mark(ly, mark, top, row_top(row - 2) - top))
        return false;
    struct line number = plain_line(ly, s->number, ROLE_FANG);
    double x = AREA_X + (AREA_W - number.width) / 2;
    line_put(ly, 0, &number, x, row_baseline(row_top(row), PITCH, SIZE_3));
    if (s->number.n)
        number_place(ly, x, number.width, row_top(row));
    if (!title_and_addressees(ly, row_top(row + 3)))
        return false;
    ly->sheet[0].height = AREA_BOTTOM - ly->sheet[0].top;
    return true;
}

/* 纪要: mark and number as usual, then who prints it and when over the rule. */
static bool minutes_head(struct layout *ly)
{
    const struct page_source *s = ly->s;
    struct str mark = s->mark.n ? s->mark
                      : s->issuers.n ? str_printf(ly->a, "%.*s纪要", STR_ARG(s->issuers.p[0]))
                                     : STR("");
    (void)corner(ly, AREA_Y);
    if (!single_mark(ly, mark, AREA_Y + MARK_TOP, row_top(6) - AREA_Y - MARK_TOP))
        return false;
    double row = 8;
    struct line number = plain_line(ly, s->number, ROLE_FANG);
    double x = AREA_X + (AREA_W - number.width) / 2;
    line_put(ly, 0, &number, x, row_baseline(row_top(row), PITCH, SIZE_3));
    if (s->number.n)
        number_place(ly, x, number.width, row_top(row));
    if (s->printer.n && s->date.n) {
        struct str day = date_text(ly, s->date, "date");
        if (!day.p)
            return false;
        struct line body = plain_line(ly, s->printer, ROLE_FANG), on = plain_line(ly, day, ROLE_FANG);
        row++;
        line_put(ly, 0, &body, AREA_X + CELL, row_baseline(row_top(row), PITCH, SIZE_3));
        line_put(ly, 0, &on, AREA_RIGHT - CELL - on.width, row_baseline(row_top(row), PITCH, SIZE_3));
        place_add(ly, 0, PAGE_AT_DATE, 0, AREA_RIGHT - CELL - on.width, row_top(row), on.width, PITCH);
    }
    red_rule(ly, number_bottom(row) + RULE_GAP);
    if (!title_and_addressees(ly, row_top(row + 3)))
        return false;
    ly->sheet[0].height = AREA_BOTTOM - ly->sheet[0].top;
    return true;
}

bool head_put(struct layout *ly)
{
    switch (ly->s->form) {
    case PAGE_LETTER: return letter_head(ly);
    case PAGE_ORDER: return order_head(ly);
    case PAGE_MINUTES: return minutes_head(ly);
    default: return document_head(ly);
    }
}
