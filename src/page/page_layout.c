/* The flow of a document over its pages: head, text, names and date, attachments, print block. Lines
 * stand on the grid; where the names and the date would be alone on a page, one page's lines move nearer
 * or further apart (L4), never more than that. */
#include <math.h>

#include "base/clock.h"
#include "page/page_in.h"

#define PAGES_MOST 2000

const char *const page_place_names[PAGE_PLACE_KINDS] = {
    "mark", "number", "rule", "title", "addressees", "body", "signature", "seal",
    "stamp", "date", "note", "attachment", "imprint", "page_number",
};

void *list_add(struct arena *a, void *list, size_t *n, size_t *size, size_t element)
{
    if (*n == *size) {
        size_t more = *size ? *size * 2 : 16;
        list = arena_grow(a, list, *size * element, more * element);
        *size = more;
    }
    memset((char *)list + *n * element, 0, element);
    ++*n;
    return list;
}

struct sheet *sheet_add(struct layout *ly)
{
    struct sheet *s = LIST_ADD(ly->a, ly->sheet, ly->n, ly->size);
    s->top = AREA_Y;
    s->height = AREA_H;
    s->scale = 1;
    s->is_numbered = true;
    return s;
}

void place_add(struct layout *ly, size_t page, enum page_place_kind kind, size_t index, double x,
               double y, double w, double h)
{
    *LIST_ADD(ly->a, ly->place, ly->place_n, ly->place_size) =
        (struct page_place){ kind, index, page, x, y, w, h };
}

void rule_add(struct layout *ly, size_t page, double x1, double y1, double x2, double y2,
              double width, enum page_colour colour)
{
    struct sheet *s = &ly->sheet[page];
    if (ly->is_turned) {
        double a = x1, b = x2;
        x1 = AREA_X + y1;
        x2 = AREA_X + y2;
        y1 = AREA_BOTTOM - a;
        y2 = AREA_BOTTOM - b;
    }
    *LIST_ADD(ly->a, s->rule, s->rule_n, s->rule_size) =
        (struct page_rule){ x1, y1, x2, y2, width, colour };
}

const struct page_place *page_place_find(const struct page_set *set, enum page_place_kind kind,
                                         size_t index)
{
    for (size_t i = 0; i < set->place_n; i++)
        if (set->place[i].kind == kind && set->place[i].index == index)
            return &set->place[i];
    return NULL;
}

struct str date_text(struct layout *ly, struct str day, const char *field)
{
    struct clock_date d;
    if (clock_day_parse(day, &d))
        return str_printf(ly->a, "%d年%d月%d日", d.year, d.month, d.day);
    err_set(ly->e, ly->a, ERR_INVALID, "page.bad_date", field,
            str_copy(ly->a, utf8_prefix(day, 20)).p, NULL, NULL);
    return STR_NONE;
}

/* --- items ------------------------------------------------------------------------------------------------ */

void items_line(struct layout *ly, struct items *it, const struct line *l, double x)
{
    struct item *i = LIST_ADD(ly->a, it->p, it->n, it->size);
    *i = (struct item){ .kind = ITEM_LINE, .h = PITCH, .line = *l, .x = x };
}

void items_space(struct layout *ly, struct items *it, double rows)
{
    struct item *i = LIST_ADD(ly->a, it->p, it->n, it->size);
    *i = (struct item){ .kind = ITEM_SPACE, .h = rows * PITCH };
}

void items_lines(struct layout *ly, struct items *it, const struct lines *l)
{
    for (size_t i = 0; i < l->n; i++)
        items_line(ly, it, &l->p[i], 0);
}

static const enum role level_role[] = { [PAGE_P] = ROLE_FANG, [PAGE_H1] = ROLE_HEI,
                                        [PAGE_H2] = ROLE_KAI, [PAGE_H3] = ROLE_FANG,
                                        [PAGE_H4] = ROLE_FANG };

/* 一、 → 1, （一） → 2; what a paragraph begins with. */
static int mark_level(struct str text)
{
    struct str figures = STR("一二三四五六七八九十");
    size_t i = 0;
    bool has_bracket = str_starts(text, STR("（"));
    if (has_bracket)
        i = 3;
    size_t from = i;
    while (i + 3 <= text.n && str_find(figures, str_sub(text, i, 3), 0) >= 0)
        i += 3;
    if (i == from)
        return 0;
    struct str next = str_sub(text, i, 3);
    return has_bracket ? (str_is(next, "）") ? 2 : 0) : (str_is(next, "、") ? 1 : 0);
}

/* Bytes of a heading at the beginning of a paragraph: 一、…。 or （一）…。 and text behind it. */
static size_t run_in(const struct page_block *b, enum role *role)
{
    int level = b->kind == PAGE_P ? mark_level(b->text) : (int)b->kind;
    *role = level == 1 ? ROLE_HEI : level == 2 ? ROLE_KAI : ROLE_FANG;
    ptrdiff_t end = str_find(b->text, STR("。"), 0);
    if (level < 1 || level > 2)
        return 0;
    if (end < 0 || (size_t)end + 3 >= b->text.n)
        return b->kind == PAGE_P ? 0 : b->text.n;
    if (b->kind == PAGE_P && utf8_length(str_sub(b->text, 0, (size_t)end)) > 40)
        return 0;
    return (size_t)end + 3;
}

static void paragraph(struct layout *ly, struct items *it, const struct page_block *b)
{
    struct style s = body_style, head = body_style;
    s.role = level_role[PAGE_P];
    enum role role;
    struct str text = str_trim(b->text);
    struct page_block trimmed = *b;
    trimmed.text = text;
    size_t n = run_in(&trimmed, &role);
    struct units *u = arena_new_of(ly->a, struct units);
    head.role = role;
    units_add(ly, u, str_sub(text, 0, n), &head);
    units_add(ly, u, str_sub(text, n, text.n), &s);
    struct lines l = lines_break(ly, u, 2 * CELL, 0, AREA_W, &s);
    items_lines(ly, it, &l);
}

static bool figure(struct layout *ly, struct items *it, const struct page_block *b, const char *field)
{
    double w, h;
    bool is_jpeg;
    if (!picture_size(b->picture, &w, &h, &is_jpeg))
        return err_set(ly->e, ly->a, ERR_INVALID, "page.bad_picture", field, NULL, NULL, NULL);
    double most_h = 17 * PITCH, mm = b->picture_mm > 0 ? b->picture_mm : w * 25.4 / 150;
    mm = mm > AREA_W ? AREA_W : mm;
    if (mm * h / w > most_h)
        mm = most_h * w / h;
    struct item *i = LIST_ADD(ly->a, it->p, it->n, it->size);
    *i = (struct item){ .kind = ITEM_FIGURE, .h = mm * h / w, .w = mm, .picture = b->picture };
    if (b->text.n) {
        struct style s = { ROLE_FANG, SIZE_4, SIZE_4 * CELL / SIZE_3, PAGE_BLACK, false };
        struct units *u = arena_new_of(ly->a, struct units);
        *u = units_of(ly, b->text, &s);
        struct lines l = lines_break(ly, u, 0, 0, AREA_W, &s);
        i->more = (double)(l.n + 1) * PITCH;
        for (size_t k = 0; k < l.n; k++) {
            items_line(ly, it, &l.p[k], (AREA_W - l.p[k].width) / 2);
            it->p[it->n - 1].is_bound = true;
        }
    }
    return true;
}

bool items_blocks(struct layout *ly, struct items *it, const struct page_block *b, size_t n,
                  const char *field)
{
    for (size_t i = 0; i < n; i++) {
        if (b[i].kind == PAGE_TABLE)
            table_items(ly, it, &b[i]);
        else if (b[i].kind != PAGE_FIGURE)
            paragraph(ly, it, &b[i]);
        else if (!figure(ly, it, &b[i], field))
            return false;
    }
    return true;
}

static double up_to_grid(double y)
{
    return ceil(y / PITCH - 1e-4) * PITCH;
}

/* Rows of a table that begin a page have the head rows above them. */
static double head_above(const struct item *i, double y)
{
    return i->kind == ITEM_ROWS && i->from > 0 && y < EPS ? table_head_height(i->table) : 0;
}

bool items_flow(struct layout *ly, struct items *it, size_t first, size_t page)
{
    double y = ly->sheet[page].used;
    for (size_t k = first; k < it->n; k++) {
        struct item *i = &it->p[k];
        if (i->kind == ITEM_SPACE) {
            y = y < EPS ? 0 : y + i->h;
            i->page = page;
            i->y = y;
            ly->sheet[page].used = y;
            continue;
        }
        double h = i->kind == ITEM_PLACE ? 0 : i->h;
        if (i->kind != ITEM_ROWS || i->from == 0)
            y = up_to_grid(y);
        bool is_next = i->kind == ITEM_BREAK ||
                       y + h + i->more + head_above(i, y) > ly->sheet[page].height + 0.01;
        if (is_next && (y > EPS || i->kind == ITEM_BREAK || page == 0)) {
            if (++page == ly->n)
                sheet_add(ly);
            if (ly->n > PAGES_MOST)
                return err_set(ly->e, ly->a, ERR_TOO_LARGE, "page.too_long", NULL, NULL, NULL, NULL);
            y = ly->sheet[page].used;
        }
        i->has_head = head_above(i, y) > 0;
        y += head_above(i, y);
        i->page = page;
        i->y = y;
        y += h;
        struct sheet *s = &ly->sheet[page];
        s->used = y;
        s->has_text |= i->kind != ITEM_PLACE && i->kind != ITEM_BREAK;
        s->is_rigid |= i->kind == ITEM_ROWS || i->kind == ITEM_FIGURE;
    }
    return true;
}

void items_put(struct layout *ly, const struct items *it)
{
    for (size_t k = 0; k < it->n; k++) {
        const struct item *i = &it->p[k];
        struct sheet *s = &ly->sheet[i->page];
        double pitch = PITCH * s->scale, top = s->top + i->y * s->scale;
        if (i->kind == ITEM_LINE) {
            line_put(ly, i->page, &i->line, AREA_X + i->x, row_baseline(top, pitch, i->line.size));
        } else if (i->kind == ITEM_ROWS) {
            table_put(ly, i, top);
        } else if (i->kind == ITEM_FIGURE) {
            struct page_picture *p = LIST_ADD(ly->a, s->picture, s->picture_n, s->picture_size);
            double w, h;
            *p = (struct page_picture){ .x = AREA_X + (AREA_W - i->w) / 2, .y = top, .w = i->w,
                                        .h = i->h, .bytes = i->picture };
            (void)picture_size(i->picture, &w, &h, &p->is_jpeg); /* read once before */
        } else if (i->kind == ITEM_PLACE) {
            size_t n = 0; /* it speaks of the lines that follow, up to the next space */
            while (k + 1 + n < it->n && it->p[k + 1 + n].kind == ITEM_LINE &&
                   it->p[k + 1 + n].page == it->p[k + 1].page)
                n++;
            if (n)
                place_add(ly, it->p[k + 1].page, i->place, i->index, AREA_X,
                          ly->sheet[it->p[k + 1].page].top +
                              it->p[k + 1].y * ly->sheet[it->p[k + 1].page].scale,
                          AREA_W, (double)n * PITCH * ly->sheet[it->p[k + 1].page].scale);
        }
    }
}

/* --- the text and what stands below it ----------------------------------------------------------------------- */

static void place_item(struct layout *ly, struct items *it, enum page_place_kind kind, size_t index)
{
    struct item *i = LIST_ADD(ly->a, it->p, it->n, it->size);
    *i = (struct item){ .kind = ITEM_PLACE, .place = kind, .index = index };
}

/* 附件说明: below the text, numbered where there are several, turned lines under the name. */
static void attachment_note(struct layout *ly, struct items *it)
{
    const struct page_source *s = ly->s;
    size_t n = s->attachment_names.n ? s->attachment_names.n : s->attachment_n;
    if (n)
        items_space(ly, it, 1);
    for (size_t i = 0; i < n; i++) {
        struct str name = s->attachment_names.n ? s->attachment_names.p[i] : s->attachment[i].title;
        struct units *u = arena_new_of(ly->a, struct units);
        if (i == 0)
            units_add(ly, u, STR("附件："), &body_style);
        if (n > 1)
            units_add(ly, u, str_printf(ly->a, "%zu.", i + 1), &body_style);
        double x = (i ? 5 : 2) * CELL, hang = x + units_width(u, 0, u->n);
        units_add(ly, u, name, &body_style);
        struct lines l = lines_break(ly, u, x, hang, AREA_W, &body_style);
        items_lines(ly, it, &l);
    }
}

static void attendance(struct layout *ly, struct items *it)
{
    struct style hei = body_style;
    hei.role = ROLE_HEI;
    if (ly->s->attendance_n)
        items_space(ly, it, 1);
    for (size_t i = 0; i < ly->s->attendance_n; i++) {
        struct units *u = arena_new_of(ly->a, struct units);
        units_add(ly, u, ly->s->attendance[i].label, &hei);
        units_add(ly, u, STR("："), &hei);
        double hang = 2 * CELL + units_width(u, 0, u->n);
        units_add(ly, u, ly->s->attendance[i].names, &body_style);
        struct lines l = lines_break(ly, u, 2 * CELL, hang, AREA_W, &body_style);
        items_lines(ly, it, &l);
    }
}

/* Where the last n lines (or the one thing that is no line) of a page begin. */
static size_t last_lines(const struct items *it, size_t page, size_t n)
{
    size_t first = it->n, lines = 0;
    while (first > 0 && lines < n && it->p[first - 1].page == page) {
        first--;
        lines += it->p[first].kind != ITEM_SPACE && it->p[first].kind != ITEM_PLACE;
        n += it->p[first].is_bound && lines == n;
    }
    return first;
}

static double height_from(const struct items *it, size_t first)
{
    double h = 0;
    for (size_t i = first; i < it->n; i++)
        h += it->p[i].h + head_above(&it->p[i], h);
    return h;
}

/* Moves what begins with first to a page of its own. */
static bool move_on(struct layout *ly, struct items *it, size_t page, size_t first)
{
    struct sheet *s = &ly->sheet[page];
    s->used = first ? it->p[first - 1].y + (it->p[first - 1].kind == ITEM_SPACE ? 0 : it->p[first - 1].h)
                    : 0;
    double rows = s->height / PITCH, left = s->used / PITCH;
    if (!s->is_rigid && left >= rows * 0.85 && page + 1 == ly->n)
        s->scale = fmin(1.12, rows / left);
    sheet_add(ly);
    return items_flow(ly, it, first, page + 1);
}

static size_t lines_on(const struct items *it, size_t page)
{
    size_t n = 0;
    for (size_t i = 0; i < it->n; i++)
        n += it->p[i].page == page && it->p[i].kind != ITEM_SPACE && it->p[i].kind != ITEM_PLACE;
    return n;
}

static double tail_height(const struct tail *t)
{
    return fmax(t->rows * PITCH, t->middle * PITCH + t->below_mm);
}

static bool alone(struct layout *ly, size_t *page, double *y)
{
    sheet_add(ly);
    *page = ly->n - 1;
    *y = 0;
    return true;
}

/* Where names and date begin so that they stay with text (L4): *y on *page, from its top, without scale. */
static bool keep_tail(struct layout *ly, struct items *it, const struct tail *t, size_t *page, double *y)
{
    *page = ly->n - 1;
    struct sheet *s = &ly->sheet[*page];
    *y = up_to_grid(s->used);
    double scale = fmin(s->height / (*y + t->rows * PITCH),
                        (s->height - t->below_mm) / (*y + t->middle * PITCH));
    if (scale > 1 - EPS)
        return true;
    size_t n = lines_on(it, *page);
    if (!s->is_rigid && scale * PITCH >= AREA_H / 24 - 0.01) {
        s->scale = scale;
        return true;
    }
    if (*page == 0 && n < 2) { /* its only line may not leave the first page */
        if (!ly->is_compact) {
            ly->is_compact = true;
            return false;
        }
        return alone(ly, page, y);
    }
    size_t first = last_lines(it, *page, *page == 0 && n < 3 ? 1 : 2);
    if (up_to_grid(height_from(it, first)) + tail_height(t) > AREA_H + 0.01) /* a table as high as a page */
        return alone(ly, page, y);
    if (!move_on(ly, it, *page, first))
        return false;
    *page = ly->n - 1;
    *y = up_to_grid(ly->sheet[*page].used);
    return true;
}

static bool text_put(struct layout *ly)
{
    const struct page_source *s = ly->s;
    struct items it = { 0 };
    if (!items_blocks(ly, &it, s->block, s->block_n, "body"))
        return false;
    attachment_note(ly, &it);
    attendance(ly, &it);
    if (!items_flow(ly, &it, 0, 0))
        return false;
    struct tail t;
    if (!tail_measure(ly, &t))
        return false;
    size_t page = ly->n - 1;
    double y = 0;
    if (t.rows > 0 && !keep_tail(ly, &it, &t, &page, &y))
        return false;
    items_put(ly, &it);
    return t.rows <= 0 || tail_put(ly, &t, page, y);
}

/* 附件: each on a page of its own, before the print block. */
static bool attachments_put(struct layout *ly)
{
    struct style hei = body_style, head = { ROLE_TITLE, SIZE_2, SIZE_2 * CELL / SIZE_3, PAGE_BLACK, false };
    hei.role = ROLE_HEI;
    for (size_t i = 0; i < ly->s->attachment_n; i++) {
        const struct page_attachment *x = &ly->s->attachment[i];
        struct items it = { 0 };
        struct units *u = arena_new_of(ly->a, struct units);
        units_add(ly, u, STR("附件"), &hei);
        if (ly->s->attachment_n > 1)
            units_add(ly, u, str_printf(ly->a, "%zu", i + 1), &hei);
        struct line label = line_of(ly, u, 0, u->n, 0, &hei);
        sheet_add(ly);
        size_t page = ly->n - 1;
        place_item(ly, &it, PAGE_AT_ATTACHMENT, i);
        items_line(ly, &it, &label, 0);
        if (x->title.n) {
            items_space(ly, &it, 1);
            struct lines l = title_break(ly, x->title, &head);
            for (size_t k = 0; k < l.n; k++)
                items_line(ly, &it, &l.p[k], (AREA_W - l.p[k].width) / 2);
        }
        items_space(ly, &it, 1);
        if (!items_blocks(ly, &it, x->block, x->block_n, "attachments") || !items_flow(ly, &it, 0, page))
            return false;
        items_put(ly, &it);
    }
    return true;
}

static void bodies_place(struct layout *ly)
{
    for (size_t i = 0; i < ly->n; i++)
        if (ly->sheet[i].has_text)
            place_add(ly, i, PAGE_AT_BODY, i, AREA_X, ly->sheet[i].top, AREA_W, ly->sheet[i].height);
}

static bool lay(struct layout *ly)
{
    ly->n = ly->place_n = ly->missing_n = 0;
    ly->sheet = NULL;
    ly->place = NULL;
    ly->missing = NULL;
    ly->size = ly->place_size = 0;
    sheet_add(ly);
    if (!head_put(ly) || !text_put(ly) || !attachments_put(ly))
        return false;
    bodies_place(ly);
    if (!imprint_put(ly))
        return false;
    numbers_put(ly);
    return true;
}

bool page_layout(struct arena *a, const struct page_fonts *f, const struct page_source *s,
                 struct page_set *out, struct err *e)
{
    struct layout ly = { .a = a, .f = f, .s = s, .e = e };
    bool is_good = lay(&ly);
    if (!is_good && ly.is_compact && e->kind == ERR_NONE)
        is_good = lay(&ly);
    if (!is_good)
        return false;
    *out = (struct page_set){ .n = ly.n, .page = arena_array_of(a, struct page, ly.n),
                              .place = ly.place, .place_n = ly.place_n, .missing = ly.missing,
                              .missing_n = ly.missing_n };
    for (size_t i = 0; i < ly.n; i++) {
        const struct sheet *x = &ly.sheet[i];
        out->page[i] = (struct page){ PAGE_W, PAGE_H, (int)i + 1, PITCH * x->scale, x->glyphs, x->glyphs_n,
                                       x->rule, x->rule_n, x->picture, x->picture_n };
    }
    return true;
}
