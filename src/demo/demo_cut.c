#include "base/id.h"
#include "demo/demo_cut.h"

#include <stdlib.h>
#include <string.h>

enum { DIGEST = 64, MOMENT_DIGITS = 13, ID_DIGITS = 18, ID_DIGITS_MOST = 19 };

static int by_text(const void *x, const void *y)
{
    return memcmp(x, y, DIGEST);
}

ptrdiff_t cut_rank(const struct cut_rules *r, int64_t id)
{
    const int64_t *at = r->n_ids ? bsearch(&id, r->ids, r->n_ids, sizeof id, id_order) : NULL;
    return at ? at - r->ids : -1;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

/* How many characters from at on are of that kind. */
static size_t run(struct str s, size_t at, bool (*fits)(char))
{
    size_t n = 0;
    while (at + n < s.n && fits(s.p[at + n]))
        n++;
    return n;
}

static bool find_digest(struct str s, size_t at, const struct cut_rules *r, struct piece *out)
{
    const char(*found)[65] =
        r->n_digests ? bsearch(s.p + at, r->digests, r->n_digests, sizeof *r->digests, by_text)
                     : NULL;
    if (found)
        *out = (struct piece){ .kind = PIECE_DIGEST, .n = found - r->digests };
    return found != NULL;
}

static bool find_number(struct str number, const struct cut_rules *r, struct piece *out)
{
    int64_t v;
    if ((number.n != MOMENT_DIGITS && number.n != ID_DIGITS && number.n != ID_DIGITS_MOST) ||
        !str_to_i64(number, &v))
        return false;
    if (number.n == MOMENT_DIGITS) {
        *out =
            (struct piece){ .kind = v > r->end ? PIECE_DEADLINE : PIECE_MOMENT, .n = v - r->from };
        return v >= r->from && v < r->until;
    }
    *out = (struct piece){ .kind = PIECE_ID, .n = cut_rank(r, v) };
    return out->n >= 0;
}

static size_t find_word(struct str s, size_t at, const struct cut_rules *r, struct piece *out)
{
    for (size_t i = 0; i < r->n_words; i++) {
        struct str w = r->words[i];
        if (w.n && w.n <= s.n - at && w.p[0] == s.p[at] && memcmp(w.p, s.p + at, w.n) == 0) {
            *out = (struct piece){ .kind = PIECE_WORD, .n = (int64_t)i };
            return w.n;
        }
    }
    return 0;
}

/* What stands at this place: its length, and whether it is one of those that change. */
static size_t find(struct str s, size_t at, const struct cut_rules *r, struct piece *out,
                   bool *found)
{
    size_t n = is_hex(s.p[at]) ? run(s, at, is_hex) : 0;
    *found = n == DIGEST && find_digest(s, at, r, out);
    if (n == DIGEST) /* a digest of something else stays, whatever digits it has */
        return n;
    if (is_digit(s.p[at])) {
        n = run(s, at, is_digit);
        *found = find_number(str_sub(s, at, n), r, out);
        return n;
    }
    if (n > 0)
        return 1;
    n = find_word(s, at, r, out);
    *found = n > 0;
    return n ? n : 1;
}

struct pieces {
    struct arena *a;
    struct piece *p;
    size_t n, size;
};

static void add(struct pieces *all, struct piece one)
{
    if (one.kind == PIECE_SAME && one.same.n == 0)
        return;
    if (all->n == all->size) {
        size_t size = all->size ? all->size * 2 : 8;
        all->p = arena_grow(all->a, all->p, all->size * sizeof *all->p, size * sizeof *all->p);
        all->size = size;
    }
    all->p[all->n++] = one;
}

struct cut cut_text(struct arena *a, struct str text, const struct cut_rules *r)
{
    struct pieces all = { .a = a };
    size_t from = 0;
    bool changes = false;
    for (size_t at = 0; at < text.n;) {
        struct piece one;
        bool found;
        size_t n = find(text, at, r, &one, &found);
        if (found) {
            add(&all, (struct piece){ .kind = PIECE_SAME, .same = str_sub(text, from, at - from) });
            add(&all, one);
            from = at + n;
            changes = true;
        }
        at += n;
    }
    add(&all, (struct piece){ .kind = PIECE_SAME, .same = str_sub(text, from, text.n - from) });
    return (struct cut){ all.p, all.n, changes };
}

void cut_write(struct buf *b, const struct cut *c, const struct cut_again *again)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct piece *p = &c->piece[i];
        switch (p->kind) {
        case PIECE_SAME: buf_str(b, p->same); break;
        case PIECE_ID: buf_i64(b, again->first_id + p->n); break;
        case PIECE_MOMENT: buf_i64(b, again->at + p->n); break;
        case PIECE_DEADLINE: buf_i64(b, again->deadlines_from + p->n); break;
        case PIECE_WORD: buf_str(b, again->words[p->n]); break;
        case PIECE_DIGEST: buf_put(b, again->digests[p->n], DIGEST); break;
        }
    }
}
