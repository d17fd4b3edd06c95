/* Below the text: names of the bodies, date and the places of their seals (L1, L2), the stamp of an
 * order (L3), the note. One struct says how many rows must stay with the text, before any of it is put. */
#include <math.h>

#include "page/page_in.h"

#define BELOW 3.0  /* how far the names' middle lies under the seal's */
#define APART 2.0  /* between two seals at least */
#define STAMP_W 40.0
#define STAMP_H 16.0

static double name_width(struct layout *ly, struct str name)
{
    struct units u = units_of(ly, name, &body_style);
    return units_width(&u, 0, u.n);
}

static bool is_sealed(const struct page_source *s, double *mm)
{
    *mm = 0;
    for (size_t i = 0; i < s->signature_n; i++)
        *mm = fmax(*mm, s->signature[i].seal_mm);
    return *mm > 0;
}

/* How far apart two seals of a row stand, centre to centre. */
static double column_step(struct layout *ly, double seal_mm)
{
    double wide = 0;
    for (size_t i = 0; i < ly->s->signature_n; i++)
        wide = fmax(wide, name_width(ly, ly->s->signature[i].name));
    return fmax(seal_mm + APART, wide + CELL / 2);
}

static bool has_date(const struct page_source *s)
{
    return s->date.n || s->date_words.n;
}

bool tail_measure(struct layout *ly, struct tail *t)
{
    const struct page_source *s = ly->s;
    *t = (struct tail){ 0 };
    if (s->form == PAGE_MINUTES)
        return true;
    double note = s->note.n ? 1 : 0;
    if (s->note.n) {
        struct units u = units_of(ly, s->note, &body_style);
        note = (double)lines_break(ly, &u, 2 * CELL, 0, AREA_W, &body_style).n;
    }
    if (s->form == PAGE_ORDER || s->signer_title.n) {
        t->gap = 2;
        t->rows = (s->signer_title.n || s->signer_name.n ? 2 + 2 : 0) + (has_date(s) ? 2 : 0) + note;
        return true;
    }
    if (!is_sealed(s, &t->seal_mm)) {
        t->gap = 1;
        t->rows = s->signature_n || has_date(s)
                      ? 1 + (double)s->signature_n + (has_date(s) ? 1 : 0) + note
                      : note;
        return true;
    }
    double step = column_step(ly, t->seal_mm);
    t->columns = (size_t)fmin(3, floor((AREA_W - t->seal_mm) / step + EPS) + 1);
    size_t lines = (s->signature_n + t->columns - 1) / t->columns;
    /* rows before the first name, so that the seal's top lies below the text, within a row of it */
    t->gap = fmax(1, ceil((t->seal_mm / 2 + BELOW) / PITCH - 1 - EPS));
    t->name_rows = (size_t)ceil((t->seal_mm + APART) / PITCH - EPS);
    t->middle = t->gap + 1 + (double)(lines - 1) * (double)t->name_rows;
    t->below_mm = t->seal_mm / 2 - BELOW;
    t->rows = t->middle + 1 + note;
    return true;
}

/* A line whose left edge is x, in that row below y. */
static void put_at(struct layout *ly, size_t page, double y, double row, struct str text, double x,
                   enum role role, double *w)
{
    struct sheet *sh = &ly->sheet[page];
    struct style s = body_style;
    s.role = role;
    struct units *u = arena_new_of(ly->a, struct units);
    *u = units_of(ly, text, &s);
    struct line l = line_of(ly, u, 0, u->n, 0, &s);
    double pitch = PITCH * sh->scale, top = sh->top + y * sh->scale + row * pitch;
    line_put(ly, page, &l, x, row_baseline(top, pitch, s.size));
    if (w)
        *w = l.width;
}

static double row_y(struct layout *ly, size_t page, double y, double row)
{
    return ly->sheet[page].top + (y + row * PITCH) * ly->sheet[page].scale;
}

static double clamp(double v, double low, double high)
{
    return v < low ? low : v > high ? high : v;
}

static void sealed(struct layout *ly, const struct tail *t, size_t page, double y, struct str date)
{
    const struct page_source *s = ly->s;
    double date_w = name_width(ly, date), pitch = PITCH * ly->sheet[page].scale;
    double step = column_step(ly, t->seal_mm), half = t->seal_mm / 2;
    size_t last_row = (s->signature_n - 1) / t->columns;
    size_t across = last_row ? t->columns : s->signature_n;
    double centre = AREA_RIGHT - 4 * CELL - date_w / 2;
    double name_half = name_width(ly, s->signature[s->signature_n - 1].name) / 2;
    centre = fmin(centre, AREA_RIGHT - fmax(name_half, half)); /* a long name moves both */
    double left = AREA_X + fmax(half, 0) + (double)(across - 1) * step;
    centre = clamp(centre, left, AREA_RIGHT - half);
    for (size_t i = 0; i < s->signature_n; i++) {
        size_t line = i / t->columns, in_line = line == last_row ? s->signature_n - line * t->columns
                                                                 : t->columns;
        size_t from_right = in_line - 1 - i % t->columns;
        double cx = centre - (double)from_right * step;
        double row = t->gap + (double)(line * t->name_rows), w;
        w = name_width(ly, s->signature[i].name);
        put_at(ly, page, y, row, s->signature[i].name, cx - w / 2, ROLE_FANG, NULL);
        place_add(ly, page, PAGE_AT_SIGNATURE, i, cx - w / 2, row_y(ly, page, y, row), w, pitch);
        double cy = row_y(ly, page, y, row + 1) - BELOW, r = s->signature[i].seal_mm / 2;
        if (r > 0)
            place_add(ly, page, PAGE_AT_SEAL, i, cx - r, cy - r, 2 * r, 2 * r);
    }
    double row = t->gap + 1 + (double)(last_row * t->name_rows);
    put_at(ly, page, y, row, date, centre - date_w / 2, ROLE_FANG, NULL);
    place_add(ly, page, PAGE_AT_DATE, 0, centre - date_w / 2, row_y(ly, page, y, row), date_w, pitch);
}

static void unsealed(struct layout *ly, size_t page, double y, struct str date)
{
    const struct page_source *s = ly->s;
    double date_w = date.n ? name_width(ly, date) : 0, name_w = 0, pitch = PITCH * ly->sheet[page].scale;
    for (size_t i = 0; i < s->signature_n; i++)
        name_w = fmax(name_w, name_width(ly, s->signature[i].name));
    double name_x = AREA_RIGHT - 2 * CELL - name_w, date_x = name_x + 2 * CELL;
    if (date_x + date_w > AREA_RIGHT - 2 * CELL || s->signature_n == 0) {
        date_x = AREA_RIGHT - 2 * CELL - date_w;
        name_x = date_x - 2 * CELL;
    }
    double row = 1;
    for (size_t i = 0; i < s->signature_n; i++, row++) {
        put_at(ly, page, y, row, s->signature[i].name, name_x, ROLE_FANG, NULL);
        place_add(ly, page, PAGE_AT_SIGNATURE, i, name_x, row_y(ly, page, y, row),
                  name_width(ly, s->signature[i].name), pitch);
    }
    if (date.n) {
        put_at(ly, page, y, row, date, date_x, ROLE_FANG, NULL);
        place_add(ly, page, PAGE_AT_DATE, 0, date_x, row_y(ly, page, y, row), date_w, pitch);
    }
}

/* L3: two rows free, office and stamp, one free, date. The stamp is as high as two rows. */
static void stamped(struct layout *ly, size_t page, double y, struct str date)
{
    const struct page_source *s = ly->s;
    double wide = s->signer_name.n ? name_width(ly, s->signer_name) : STAMP_W;
    double x = AREA_RIGHT - 4 * CELL - wide, row = 2, pitch = PITCH * ly->sheet[page].scale;
    if (s->signer_title.n || s->signer_name.n) {
        double w = name_width(ly, s->signer_title), mid = row_y(ly, page, y, row + 1);
        put_at(ly, page, y, row + 0.5, s->signer_title, x - 2 * CELL - w, ROLE_FANG, NULL);
        if (s->signer_name.n)
            put_at(ly, page, y, row + 0.5, s->signer_name, x, ROLE_KAI, NULL);
        place_add(ly, page, PAGE_AT_STAMP, 0, x, mid - STAMP_H / 2, wide, STAMP_H);
        row += 3;
    }
    if (date.n) {
        double w = name_width(ly, date);
        put_at(ly, page, y, row, date, AREA_RIGHT - 4 * CELL - w, ROLE_FANG, NULL);
        place_add(ly, page, PAGE_AT_DATE, 0, AREA_RIGHT - 4 * CELL - w, row_y(ly, page, y, row), w, pitch);
    }
}

static void note(struct layout *ly, size_t page, double y, double row)
{
    struct str text = ly->s->note;
    if (!str_starts(text, STR("（")))
        text = str_printf(ly->a, "（%.*s）", STR_ARG(text));
    struct units *u = arena_new_of(ly->a, struct units);
    *u = units_of(ly, text, &body_style);
    struct lines l = lines_break(ly, u, 2 * CELL, 0, AREA_W, &body_style);
    double pitch = PITCH * ly->sheet[page].scale;
    place_add(ly, page, PAGE_AT_NOTE, 0, AREA_X, row_y(ly, page, y, row), AREA_W, (double)l.n * pitch);
    for (size_t i = 0; i < l.n; i++)
        line_put(ly, page, &l.p[i], AREA_X,
                 row_baseline(row_y(ly, page, y, row + (double)i), pitch, SIZE_3));
}

bool tail_put(struct layout *ly, const struct tail *t, size_t page, double y)
{
    const struct page_source *s = ly->s;
    struct str date = s->date_words.n ? s->date_words : STR_NONE;
    if (s->date.n) {
        date = date_text(ly, s->date, "date");
        if (!date.p)
            return false;
    }
    double row; /* of the note */
    if (s->form == PAGE_ORDER || s->signer_title.n) {
        stamped(ly, page, y, date);
        row = t->rows;
    } else if (t->seal_mm > 0) {
        sealed(ly, t, page, y, date.p ? date : STR(""));
        row = t->middle + 1;
    } else {
        unsealed(ly, page, y, date);
        row = t->rows;
    }
    struct sheet *sh = &ly->sheet[page];
    if (s->note.n) {
        struct units u = units_of(ly, s->note, &body_style);
        if (t->seal_mm <= 0)
            row -= (double)lines_break(ly, &u, 2 * CELL, 0, AREA_W, &body_style).n;
        note(ly, page, y, row);
    }
    sh->used = y + fmax(t->rows * PITCH, t->middle * PITCH + t->below_mm / sh->scale);
    sh->has_text = true;
    return true;
}
