/* A title's lines: broken where a word ends (ICU's dictionary), inside 《》 only when it would
 * not fit otherwise, not before 的, the kind
 * never alone; of what is left the arrangement that comes nearest to a trapezoid or a rhombus. */
#include <math.h>
#include <unicode/ubrk.h>
#include <unicode/ustring.h>

#include "page/page_in.h"

#define MOST 4 /* lines that are weighed against each other; longer titles are filled line by line */

struct title {
    const struct units *u;
    double cell;
    bool *may;   /* a line may begin with this character */
    double *cost; /* of beginning a line there */
    size_t n;
    double best;
    size_t cut[MOST + 1], best_cut[MOST + 1];
    size_t best_lines;
};

static bool is_any(uint32_t c, const char *set)
{
    struct str s = str_of(set);
    for (size_t i = 0; i < s.n;)
        if (utf8_next(s, &i) == c)
            return true;
    return false;
}

/* Marks the beginnings of words. Without ICU's data every character is one. */
static void words(struct layout *ly, struct title *t)
{
    size_t n = t->n;
    UChar *text = arena_array_of(ly->a, UChar, 2 * n + 1);
    size_t *at = arena_array_of(ly->a, size_t, 2 * n + 1);
    int32_t len = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t c = t->u->p[i].code;
        at[len] = i;
        if (c > 0xffff) {
            text[len++] = U16_LEAD(c);
            at[len] = n;
            text[len++] = U16_TRAIL(c);
        } else {
            text[len++] = (UChar)c;
        }
    }
    UErrorCode code = U_ZERO_ERROR;
    UBreakIterator *it = ubrk_open(UBRK_WORD, "zh", text, len, &code);
    if (U_FAILURE(code)) {
        for (size_t i = 0; i < n; i++)
            t->may[i] = true;
        return;
    }
    for (int32_t p = ubrk_first(it); p != UBRK_DONE && p < len; p = ubrk_next(it))
        if (at[p] < n)
            t->may[at[p]] = true;
    ubrk_close(it);
}

static bool is_about(const struct title *t, size_t i) /* 关于 */
{
    return i + 1 < t->n && t->u->p[i].code == 0x5173 && t->u->p[i + 1].code == 0x4e8e;
}

/* No line begins within the name of a body that issues it. */
static void keep_names(struct title *t, const struct page_source *s, struct str title)
{
    for (size_t k = 0; k < s->issuers.n + s->signature_n; k++) {
        struct str name = k < s->issuers.n ? s->issuers.p[k] : s->signature[k - s->issuers.n].name;
        ptrdiff_t at = name.n ? str_find(title, name, 0) : -1;
        const char *from = title.p + at;
        for (size_t i = 0; at >= 0 && i < t->n; i++)
            if (t->u->p[i].p > from && t->u->p[i].p < from + name.n)
                t->cost[i] += 9;
    }
}

static void weigh_places(struct title *t)
{
    int depth = 0;
    bool has_about = false, seen = false;
    for (size_t i = 0; i < t->n; i++)
        has_about |= is_about(t, i);
    for (size_t i = 0; i < t->n; i++) {
        const struct unit *u = &t->u->p[i];
        seen |= is_about(t, i);
        if (u->is_glued || is_any(u->code, "的了和与及并等"))
            t->may[i] = false;
        if (depth > 0)
            t->cost[i] += 14; /* inside 《》: only where there is no other way */
        if (i && is_any(t->u->p[i - 1].code, "和与及并"))
            t->cost[i] += 3;
        if (i > 1 && is_about(t, i - 2))
            t->cost[i] += 5; /* a line that ends with 关于 */
        if (is_about(t, i))
            t->cost[i] -= 2;
        if (i && t->u->p[i - 1].sort == SORT_BLANK)
            t->cost[i] -= 3;
        else if (has_about && !seen)
            t->cost[i] += 3; /* inside the body's name */
        if (is_any(u->code, "市县区镇乡局厅处室院所部省委会办"))
            t->cost[i] += 3;
        depth += u->code == 0x300a;
        depth -= u->code == 0x300b && depth > 0;
    }
}

static double shape(const struct title *t, size_t lines)
{
    double w[MOST], cost = 0, most = 0, least = 1e9;
    for (size_t i = 0; i < lines; i++) {
        w[i] = units_width(t->u, t->cut[i], t->cut[i + 1]) / t->cell;
        if (w[i] > 20 + EPS)
            return 1e9;
        cost += w[i] > 18 ? 2 * (w[i] - 18) : 0;
        cost += i ? t->cost[t->cut[i]] : 0;
        most = w[i] > most ? w[i] : most;
        least = w[i] < least ? w[i] : least;
    }
    if (lines > 1 && w[lines - 1] < 5)
        cost += 30; /* the kind alone */
    if (lines > 1 && w[0] < 4)
        cost += 20;
    cost += most - least > 8 ? most - least - 8 : 0;
    cost += lines > 1 && most - least < 1 ? 4 : 0;
    for (size_t i = 1; i + 1 < lines; i++)
        if (w[i] < w[i - 1] && w[i] < w[i + 1])
            cost += 20; /* waisted */
        else if (fabs(w[i] - w[i - 1]) < 1 || fabs(w[i] - w[i + 1]) < 1)
            cost += 2;
    return cost;
}

static void try_cuts(struct title *t, size_t lines, size_t k)
{
    if (k == lines) {
        t->cut[k] = t->n;
        double cost = shape(t, lines) + 6 * (double)lines;
        if (cost < t->best) {
            t->best = cost;
            t->best_lines = lines;
            memcpy(t->best_cut, t->cut, sizeof t->cut);
        }
        return;
    }
    double w = 0;
    for (size_t i = t->cut[k - 1]; i < t->n; i++) {
        if (i > t->cut[k - 1] && t->may[i]) {
            t->cut[k] = i;
            try_cuts(t, lines, k + 1);
        }
        w += t->u->p[i].w;
        if (w > 20 * t->cell + EPS)
            return;
    }
}

struct lines title_break(struct layout *ly, struct str title, const struct style *s)
{
    struct units *u = arena_new_of(ly->a, struct units);
    *u = units_of(ly, title, s);
    struct title t = { .u = u, .cell = s->cell, .n = u->n, .best = 1e8 };
    struct lines out = { 0 };
    if (u->n == 0)
        return out;
    t.may = arena_array_of(ly->a, bool, u->n + 1);
    t.cost = arena_array_of(ly->a, double, u->n + 1);
    words(ly, &t);
    weigh_places(&t);
    keep_names(&t, ly->s, title);
    double whole = units_width(u, 0, u->n) / s->cell;
    for (size_t lines = 1; lines <= MOST && whole <= 20 * MOST; lines++)
        if ((double)lines * 20 >= whole)
            try_cuts(&t, lines, 1);
    if (t.best_lines == 0) {
        out = lines_break(ly, u, 0, 0, 18 * s->cell, s);
    } else {
        for (size_t i = 0; i < t.best_lines; i++) {
            size_t end = t.best_cut[i + 1];
            while (end > t.best_cut[i] && u->p[end - 1].sort == SORT_BLANK)
                end--;
            *LIST_ADD(ly->a, out.p, out.n, out.size) = line_of(ly, u, t.best_cut[i], end, 0, s);
        }
    }
    return out;
}
