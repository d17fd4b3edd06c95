/* The passage of a text by which a hit is shown: where most of what was asked for stands close
 * together, the earliest of such places; what matched is marked by ranges. */
#include "search/search_in.h"

#define BEFORE 60  /* bytes shown before the first match: some twenty characters */
#define LONG 300   /* of a passage */
#define CLOSE 210  /* within which matches count as one place */

struct find {
    size_t from, to; /* bytes */
    size_t term;
};
struct finds {
    struct find *p;
    size_t n, size;
    uint64_t found;
    struct arena *a;
};

/* --- what is looked for ------------------------------------------------------------------------------- */

static void term_add(struct search_terms *t, struct str text, bool is_han)
{
    for (size_t i = 0; i < t->n; i++)
        if (str_eq(t->term[i].text, text) && t->term[i].is_han == is_han)
            return;
    if (t->n == SEARCH_TERMS_MAX) /* a query of more is found by its first ones */
        return;
    t->all |= (uint64_t)1 << t->n;
    t->term[t->n++] = (struct search_term){ text, is_han };
}

static void terms_of_han(struct search_terms *t, struct str run)
{
    size_t last = 0, i = 0;
    (void)utf8_next(run, &i); /* only the position is wanted */
    if (i == run.n)
        term_add(t, run, true);
    while (i < run.n) {
        size_t first = i;
        (void)utf8_next(run, &i);
        term_add(t, str_sub(run, last, i - last), true);
        last = first;
    }
}

void search_terms_of(struct arena *a, struct str query, struct search_terms *out)
{
    struct search_run run;
    *out = (struct search_terms){ .n = 0 };
    for (size_t at = 0; search_run_next(query, &at, &run);) {
        struct str text = str_sub(query, run.from, run.to - run.from);
        if (run.is_han)
            terms_of_han(out, text);
        else
            term_add(out, search_word(a, text), false);
    }
}

/* --- where it stands ---------------------------------------------------------------------------------- */

static void find_add(struct finds *f, size_t from, size_t to, size_t term)
{
    if (f->n == f->size) {
        size_t size = f->size ? f->size * 2 : 64;
        f->p = arena_grow(f->a, f->p, f->size * sizeof *f->p, size * sizeof *f->p);
        f->size = size;
    }
    f->p[f->n++] = (struct find){ from, to, term };
    f->found |= (uint64_t)1 << term;
}

static bool begins_with(struct str run, struct str word)
{
    for (size_t i = 0; i < word.n; i++) {
        char c = i < run.n ? run.p[i] : 0;
        if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != word.p[i])
            return false;
    }
    return true;
}

static void find_in_run(struct finds *f, const struct search_terms *t, struct str s,
                        struct search_run run)
{
    for (size_t at = run.from; at < run.to;) {
        struct str rest = str_sub(s, at, run.to - at);
        for (size_t i = 0; i < t->n; i++) {
            struct str text = t->term[i].text;
            if (t->term[i].is_han == run.is_han &&
                (run.is_han ? str_starts(rest, text) : begins_with(rest, text)))
                find_add(f, at, at + text.n, i);
        }
        if (!run.is_han)
            return;
        (void)utf8_next(s, &at); /* only the position is wanted */
    }
}

/* The first of those finds from which most terms follow closely. */
static size_t best_place(const struct finds *f, const struct search_terms *t, uint64_t *here)
{
    size_t best = 0, count[SEARCH_TERMS_MAX] = { 0 }, distinct = 0, most = 0, end = 0;
    *here = 0;
    for (size_t i = 0; i < f->n; i++) {
        for (; end < f->n && (end <= i || f->p[end].to <= f->p[i].from + CLOSE); end++)
            distinct += count[f->p[end].term]++ == 0;
        if (distinct > most) {
            most = distinct;
            best = i;
            *here = 0;
            for (size_t k = 0; k < t->n; k++)
                *here |= count[k] ? (uint64_t)1 << k : 0;
        }
        distinct -= --count[f->p[i].term] == 0;
    }
    return best;
}

/* --- what is shown of it -------------------------------------------------------------------------------- */

static bool is_inside(struct str s, size_t i)
{
    return i < s.n && ((unsigned char)s.p[i] & 0xC0) == 0x80;
}

/* From the beginning of the clause when that is near. */
static size_t begin_of(struct str s, size_t match)
{
    static const char *const ends[] = { "\n", "。", "；", "！", "？", "，", "、" };
    size_t from = match > BEFORE ? match - BEFORE : 0, begin = from;
    while (is_inside(s, from))
        begin = ++from;
    for (size_t e = 0; e < sizeof ends / sizeof *ends; e++) {
        struct str end = str_of(ends[e]);
        for (ptrdiff_t at = str_find(s, end, from); at >= 0 && (size_t)at + end.n <= match;
             at = str_find(s, end, (size_t)at + 1))
            begin = (size_t)at + end.n;
        if (begin > from)
            break;
    }
    return begin;
}

static void mark_all(struct arena *a, const struct finds *f, struct str s, size_t from, size_t to,
                     int64_t characters, struct search_passage *out)
{
    size_t at = from, behind = 0;
    out->mark = arena_array_of(a, struct search_mark, f->n + 1);
    for (size_t i = 0; i < f->n; i++) {
        const struct find *one = &f->p[i];
        if (one->from < from || one->to > to)
            continue;
        if (!out->n_marks || one->from > behind) {
            characters += (int64_t)utf8_length(str_sub(s, at, one->from - at));
            at = one->from;
            out->mark[out->n_marks++].from = characters;
            behind = one->from;
        }
        if (one->to > behind) {
            characters += (int64_t)utf8_length(str_sub(s, at, one->to - at));
            at = behind = one->to;
        }
        out->mark[out->n_marks - 1].to = characters;
    }
}

bool search_passage_find(struct arena *a, const struct search_terms *terms, struct str text,
                         bool is_whole, struct search_passage *out)
{
    struct finds f = { .a = a };
    struct search_run run;
    *out = (struct search_passage){ .text = text };
    for (size_t at = 0; search_run_next(text, &at, &run);)
        find_in_run(&f, terms, text, run);
    if (!f.n)
        return false;
    size_t best = best_place(&f, terms, &out->here);
    size_t from = is_whole ? 0 : begin_of(text, f.p[best].from);
    size_t to = is_whole || from + LONG >= text.n ? text.n : from + LONG;
    while (is_inside(text, to))
        to--;
    out->found = f.found;
    out->text = str_printf(a, "%s%.*s%s", from ? "…" : "", (int)(to - from), text.p + from,
                           to < text.n ? "…" : "");
    for (char *c = (char *)(uintptr_t)out->text.p; *c; c++) /* our own copy */
        if ((unsigned char)*c < ' ')
            *c = ' ';
    mark_all(a, &f, text, from, to, from ? 1 : 0, out);
    return true;
}
