/* Tables: columns by what stands in them, letters of 四号 down to 小五 until it fits, head rows again on
 * each page. What is too wide even then lies across pages of its own, its head to the left (L6). */
#include <math.h>

#include "page/page_in.h"

#define COLUMNS_MOST 60
#define PAD_X 1.2
#define PAD_Y 1.0
#define BORDER 0.25

struct cell {
    size_t row, column, rows, columns;
    struct str text;
    double whole, piece; /* its width, and that of the longest piece that no line may cut: in characters */
    struct lines lines;
    bool is_head;
};
struct table {
    struct cell *cell;
    size_t n, size;
    size_t columns, rows, head_rows;
    size_t *begin; /* the first cell of each row, and behind the last row their number */
    double *width, *height; /* of columns and rows */
    struct style style;
    double line_h;
    bool is_across;
};

#define SIZES 4
static const double sizes[SIZES] = { 14, 12, 10.5, 9 };

static size_t span(int n, size_t most)
{
    size_t v = n > 1 ? (size_t)n : 1;
    return v < most ? v : most;
}

/* Puts the cells on a grid; a cell that would fall on one spanned from above moves right. */
static void arrange(struct layout *ly, struct table *t, const struct page_block *b)
{
    bool *taken = arena_array_of(ly->a, bool, b->row_n * COLUMNS_MOST);
    t->rows = b->row_n;
    t->begin = arena_array_of(ly->a, size_t, b->row_n + 1);
    for (size_t r = 0; r < b->row_n; r++) {
        size_t c = 0;
        t->begin[r] = t->n;
        for (size_t k = 0; k < b->row[r].n; k++) {
            while (c < COLUMNS_MOST && taken[r * COLUMNS_MOST + c])
                c++;
            if (c == COLUMNS_MOST)
                break;
            const struct page_cell *from = &b->row[r].cell[k];
            struct cell *x = LIST_ADD(ly->a, t->cell, t->n, t->size);
            *x = (struct cell){ .row = r, .column = c, .text = str_trim(from->text),
                                .rows = span(from->rows, b->row_n - r),
                                .columns = span(from->columns, COLUMNS_MOST - c) };
            for (size_t i = 0; i < x->rows; i++)
                for (size_t j = 0; j < x->columns; j++)
                    taken[(r + i) * COLUMNS_MOST + c + j] = true;
            c += x->columns;
            t->columns = c > t->columns ? c : t->columns;
        }
    }
    t->begin[b->row_n] = t->n;
    t->head_rows = b->head_rows > 0 ? (size_t)b->head_rows : 1;
    for (size_t i = 0; i < t->n; i++) { /* a head cell that spans deeper takes its rows along */
        t->cell[i].is_head = t->cell[i].row < t->head_rows;
        size_t end = t->cell[i].row + t->cell[i].rows;
        if (t->cell[i].is_head && end > t->head_rows)
            t->head_rows = end;
    }
    if (t->head_rows >= t->rows)
        t->head_rows = 0;
}

static struct style style_of(double points)
{
    return (struct style){ ROLE_FANG, points * POINT, points * POINT * CELL / SIZE_3, PAGE_BLACK, true };
}

/* Once for all sizes: everything in a cell grows with its letters. */
static void measure(struct layout *ly, struct cell *x)
{
    struct style s = style_of(sizes[0]);
    struct units u = units_of(ly, x->text, &s);
    double piece = 0;
    for (size_t i = 0; i < u.n; i++) {
        piece = u.p[i].is_glued ? piece + u.p[i].w : u.p[i].w;
        x->piece = fmax(x->piece, piece / s.cell);
    }
    x->whole = units_width(&u, 0, u.n) / s.cell;
}

/* What a column must have for it, in characters: the longest piece, or four if the text is longer;
 * is_wide: six, and what has no more than eight stays on one line. */
static double least_of(const struct cell *x, bool is_wide)
{
    if (is_wide && x->whole <= 8 + EPS)
        return x->whole;
    return fmin(x->whole, fmax(x->piece, is_wide ? 6 : 4));
}

/* Room for all: columns grow alike. Too little: narrow columns keep their own width, the wide ones share
 * the rest; none falls under its least. */
static void share(struct table *t, const double *own, const double *least, double sum,
                  double sum_least, double room)
{
    if (sum <= room || sum_least > room) {
        for (size_t c = 0; c < t->columns; c++)
            t->width[c] = sum <= room ? own[c] * room / sum : least[c] * room / sum_least;
        return;
    }
    double low = 0, high = room; /* the level that narrow columns lie below */
    for (int i = 0; i < 60; i++) {
        double level = (low + high) / 2, all = 0;
        for (size_t c = 0; c < t->columns; c++)
            all += fmax(least[c], fmin(own[c], level));
        *(all > room ? &high : &low) = level;
    }
    for (size_t c = 0; c < t->columns; c++)
        t->width[c] = fmax(least[c], fmin(own[c], low));
}

/* Widths for letters of that size in room; false when even the least widths do not fit. */
static bool widths(struct layout *ly, struct table *t, double points, double room, bool is_wide)
{
    double *least = arena_array_of(ly->a, double, t->columns), sum_least = 0, sum = 0;
    double *own = arena_array_of(ly->a, double, t->columns);
    t->style = style_of(points);
    t->line_h = points * POINT * 1.4;
    for (int pass = 0; pass < 2; pass++) /* single columns first, then what spans several */
        for (size_t i = 0; i < t->n; i++) {
            const struct cell *x = &t->cell[i];
            if ((x->columns > 1) != (pass == 1))
                continue;
            double w = x->whole * t->style.cell + 2 * PAD_X;
            double l = least_of(x, is_wide) * t->style.cell + 2 * PAD_X;
            double have_w = 0, have_l = 0;
            for (size_t c = x->column; c < x->column + x->columns; c++) {
                have_w += own[c];
                have_l += least[c];
            }
            for (size_t c = x->column; c < x->column + x->columns; c++) {
                own[c] += fmax(0, w - have_w) / (double)x->columns;
                least[c] += fmax(0, l - have_l) / (double)x->columns;
            }
        }
    for (size_t c = 0; c < t->columns; c++) {
        own[c] = fmax(own[c], 6);
        least[c] = fmin(fmax(least[c], 6), own[c]);
        sum += own[c];
        sum_least += least[c];
    }
    share(t, own, least, sum, sum_least, room);
    return sum_least <= room + EPS;
}

static double cell_width(const struct table *t, const struct cell *x)
{
    double w = 0;
    for (size_t c = x->column; c < x->column + x->columns && c < t->columns; c++)
        w += t->width[c];
    return w;
}

static double rows_height(const struct table *t, size_t from, size_t to)
{
    double h = 0;
    for (size_t r = from; r < to; r++)
        h += t->height[r];
    return h;
}

static void heights(struct layout *ly, struct table *t)
{
    struct style head = t->style;
    head.role = ROLE_HEI;
    for (size_t r = 0; r < t->rows; r++)
        t->height[r] = t->line_h + 2 * PAD_Y;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < t->n; i++) {
            struct cell *x = &t->cell[i];
            if ((x->rows > 1) != (pass == 1))
                continue;
            const struct style *s = x->is_head ? &head : &t->style;
            struct units *u = arena_new_of(ly->a, struct units);
            *u = units_of(ly, x->text, s);
            x->lines = lines_break(ly, u, 0, 0, fmax(cell_width(t, x) - 2 * PAD_X, s->cell), s);
            double need = (double)x->lines.n * t->line_h + 2 * PAD_Y;
            double have = rows_height(t, x->row, x->row + x->rows);
            if (need > have)
                t->height[x->row + x->rows - 1] += need - have;
        }
}

/* The largest letters with which short texts stay whole, else with which anything fits. */
static bool fits(struct layout *ly, struct table *t, double room)
{
    for (size_t i = 0; i < 2 * SIZES; i++)
        if (widths(ly, t, sizes[i % SIZES], room, i < SIZES))
            return true;
    return false;
}

static struct table *make(struct layout *ly, const struct page_block *b)
{
    struct table *t = arena_new_of(ly->a, struct table);
    arrange(ly, t, b);
    if (t->columns == 0)
        return t;
    t->width = arena_array_of(ly->a, double, t->columns);
    t->height = arena_array_of(ly->a, double, t->rows);
    for (size_t i = 0; i < t->n; i++)
        measure(ly, &t->cell[i]);
    if (!fits(ly, t, AREA_W)) {
        t->is_across = true;
        (void)fits(ly, t, AREA_H); /* else its widths are cut to the room */
    }
    heights(ly, t);
    return t;
}

double table_head_height(const struct table *t)
{
    return t->is_across ? 0 : rows_height(t, 0, t->head_rows);
}

/* Where the group of rows that begins at from ends: no cell spans over it. */
static size_t group_end(const struct table *t, size_t from)
{
    size_t end = from + 1;
    for (size_t i = t->begin[from]; end < t->rows && i < t->begin[end]; i++)
        if (t->cell[i].row + t->cell[i].rows > end)
            end = t->cell[i].row + t->cell[i].rows;
    return end;
}

static void rows_item(struct layout *ly, struct items *it, const struct table *t, size_t from, size_t to,
                      double h)
{
    struct item *i = LIST_ADD(ly->a, it->p, it->n, it->size);
    *i = (struct item){ .kind = ITEM_ROWS, .h = h, .table = t, .from = from, .to = to };
}

/* A row higher than a page, in parts that are not. */
static void parts_items(struct layout *ly, struct items *it, const struct table *t, size_t row, double room)
{
    size_t most = 0, per = (size_t)fmax(1, floor((room - 2 * PAD_Y) / t->line_h));
    for (size_t i = t->begin[row]; i < t->begin[row + 1]; i++)
        most = t->cell[i].lines.n > most ? t->cell[i].lines.n : most;
    for (size_t k = 0; k < most; k += per) {
        size_t to = k + per < most ? k + per : most;
        rows_item(ly, it, t, row, row + 1, t->is_across ? AREA_H : (double)(to - k) * t->line_h + 2 * PAD_Y);
        it->p[it->n - 1].line_from = k;
        it->p[it->n - 1].line_to = to;
    }
}

void table_items(struct layout *ly, struct items *it, const struct page_block *b)
{
    const struct table *t = make(ly, b);
    if (t->columns == 0)
        return;
    double room = t->is_across ? AREA_W : AREA_H, head = rows_height(t, 0, t->head_rows);
    for (size_t from = 0; from < t->rows;) {
        size_t end = from ? from : t->head_rows;
        double h = 0;
        if (group_end(t, end) == end + 1 && head + t->height[end] > room + EPS) {
            if (from == 0 && end > 0 && !t->is_across)
                rows_item(ly, it, t, 0, end, head);
            parts_items(ly, it, t, end, room - head);
            from = end + 1;
            continue;
        }
        do { /* the head keeps the first group, a page across takes as many as it holds */
            size_t next = group_end(t, end);
            double more = rows_height(t, end, next);
            if (h > 0 && (!t->is_across || head + h + more > room + EPS))
                break;
            h += more;
            end = next;
        } while (end < t->rows);
        if (from == 0)
            h += head;
        rows_item(ly, it, t, from, end, t->is_across ? AREA_H : fmin(h, AREA_H));
        from = end;
    }
}

static void cell_put(struct layout *ly, const struct item *it, const struct cell *x, double left,
                     double top, double w, double h)
{
    const struct table *t = it->table;
    size_t page = it->page, from = 0, to = x->lines.n;
    if (it->line_to && x->row == it->from) {
        from = it->line_from < to ? it->line_from : to;
        to = it->line_to < to ? it->line_to : to;
        h = (double)(it->line_to - it->line_from) * t->line_h + 2 * PAD_Y;
    }
    rule_add(ly, page, left, top, left + w, top, BORDER, PAGE_BLACK);
    rule_add(ly, page, left, top + h, left + w, top + h, BORDER, PAGE_BLACK);
    rule_add(ly, page, left, top, left, top + h, BORDER, PAGE_BLACK);
    rule_add(ly, page, left + w, top, left + w, top + h, BORDER, PAGE_BLACK);
    double y = it->line_to ? top + PAD_Y : top + (h - (double)(to - from) * t->line_h) / 2;
    for (size_t i = from; i < to; i++, y += t->line_h) {
        const struct line *l = &x->lines.p[i];
        double at = x->lines.n == 1 || x->is_head ? (w - l->width) / 2 : PAD_X;
        line_put(ly, page, l, left + at, row_baseline(y, t->line_h, l->size));
    }
}

static void rows_put(struct layout *ly, const struct item *it, size_t from, size_t to, double x0, double y)
{
    const struct table *t = it->table;
    for (size_t i = t->begin[from]; i < t->begin[to]; i++) {
        const struct cell *x = &t->cell[i];
        double left = x0;
        for (size_t c = 0; c < x->column; c++)
            left += t->width[c];
        cell_put(ly, it, x, left, y + rows_height(t, from, x->row), cell_width(t, x),
                 rows_height(t, x->row, x->row + x->rows));
    }
}

void table_put(struct layout *ly, const struct item *it, double y)
{
    const struct table *t = it->table;
    double x = AREA_X;
    bool has_head = it->has_head;
    if (t->is_across) {
        ly->is_turned = true;
        x = y = 0;
        has_head = it->from > 0 && t->head_rows > 0;
    } else if (has_head) {
        y -= rows_height(t, 0, t->head_rows);
    }
    if (has_head) {
        struct item head = { .table = t, .page = it->page };
        rows_put(ly, &head, 0, t->head_rows, x, y);
        y += rows_height(t, 0, t->head_rows);
    }
    rows_put(ly, it, it->from, it->to, x, y);
    ly->is_turned = false;
}
