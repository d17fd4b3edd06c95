#include "document/document_diff.h"

enum { EDITS_MAX = 2000, MECHANICAL_CHARS = 30, PAIRS_MAX = 400 };

/* --- Myers over any two sequences of texts ------------------------------------------------------- */

struct seq {
    const struct str *p;
    size_t n;
};
enum step { KEEP, TAKE_LEFT, TAKE_RIGHT };
struct script {
    unsigned char *step;
    size_t n;
};

/* Everything replaced: when the texts have too little in common to be worth the search. */
static void replace_all(struct script *s, size_t left, size_t right)
{
    for (size_t i = 0; i < left; i++)
        s->step[s->n++] = TAKE_LEFT;
    for (size_t i = 0; i < right; i++)
        s->step[s->n++] = TAKE_RIGHT;
}

/* Walks back through the kept frontiers; v[d] holds the furthest x per diagonal before step d. */
static void walk_back(struct script *s, int **v, int d, int n, int m)
{
    unsigned char *from_end = s->step + s->n;
    int x = n, y = m, steps = 0;
    for (; d > 0; d--) {
        const int *w = v[d] + d; /* the frontier of d - 1, index k from -d */
        int k = x - y;
        bool down = k == -d || (k != d && w[k - 1] < w[k + 1]);
        int from_k = down ? k + 1 : k - 1, from_x = w[from_k], from_y = from_x - from_k;
        while (x > from_x && y > from_y) {
            from_end[steps++] = KEEP;
            x--, y--;
        }
        from_end[steps++] = down ? TAKE_RIGHT : TAKE_LEFT;
        x = from_x;
        y = from_y;
    }
    while (x > 0) {
        from_end[steps++] = KEEP;
        x--;
    }
    for (int i = 0; i < steps / 2; i++) {
        unsigned char t = from_end[i];
        from_end[i] = from_end[steps - 1 - i];
        from_end[steps - 1 - i] = t;
    }
    s->n += (size_t)steps;
}

static void search(struct arena *a, struct script *s, struct seq l, struct seq r)
{
    int n = (int)l.n, m = (int)r.n, most = n + m < EDITS_MAX ? n + m : EDITS_MAX;
    int **kept = arena_array_of(a, int *, (size_t)most + 2);
    int *all = arena_array_of(a, int, 2 * (size_t)most + 5), *v = all + most + 2;
    v[1] = 0;
    for (int d = 0; d <= most; d++) {
        kept[d] = arena_array_of(a, int, 2 * (size_t)d + 3);
        memcpy(kept[d], v - d, (2 * (size_t)d + 1) * sizeof *v);
        for (int k = -d; k <= d; k += 2) {
            bool down = k == -d || (k != d && v[k - 1] < v[k + 1]);
            int x = down ? v[k + 1] : v[k - 1] + 1, y = x - k;
            while (x < n && y < m && str_eq(l.p[x], r.p[y]))
                x++, y++;
            v[k] = x;
            if (x >= n && y >= m) {
                walk_back(s, kept, d, n, m);
                return;
            }
        }
    }
    replace_all(s, l.n, r.n);
}

static struct script compare(struct arena *a, struct seq l, struct seq r)
{
    struct script s = { arena_alloc(a, l.n + r.n + 1), 0 };
    size_t head = 0, tail = 0;
    while (head < l.n && head < r.n && str_eq(l.p[head], r.p[head]))
        head++;
    while (tail < l.n - head && tail < r.n - head &&
           str_eq(l.p[l.n - 1 - tail], r.p[r.n - 1 - tail]))
        tail++;
    for (size_t i = 0; i < head; i++)
        s.step[s.n++] = KEEP;
    struct seq lm = { l.p + head, l.n - head - tail }, rm = { r.p + head, r.n - head - tail };
    if (lm.n == 0 || rm.n == 0)
        replace_all(&s, lm.n, rm.n);
    else
        search(a, &s, lm, rm);
    for (size_t i = 0; i < tail; i++)
        s.step[s.n++] = KEEP;
    return s;
}

/* --- words ------------------------------------------------------------------------------------------ */

static bool is_run(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static struct seq words_of(struct arena *a, struct str s)
{
    struct str *p = arena_array_of(a, struct str, s.n + 1);
    size_t n = 0, i = 0;
    bool in_run = false;
    while (i < s.n) {
        size_t at = i;
        uint32_t c = utf8_next(s, &i);
        if (is_run(c) && in_run)
            p[n - 1].n += i - at;
        else
            p[n++] = str_sub(s, at, i - at);
        in_run = is_run(c);
    }
    return (struct seq){ p, n };
}

static void piece_add(struct diff_piece *p, size_t *n, bool is_same, struct str word)
{
    if (*n && p[*n - 1].is_same == is_same && p[*n - 1].text.p + p[*n - 1].text.n == word.p)
        p[*n - 1].text.n += word.n;
    else
        p[(*n)++] = (struct diff_piece){ is_same, word };
}

/* Fills the pieces of a changed row; answers how many characters both have in common. */
static size_t compare_words(struct arena *a, struct diff_row *row)
{
    struct seq l = words_of(a, row->left), r = words_of(a, row->right);
    struct script s = compare(a, l, r);
    size_t x = 0, y = 0, same = 0;
    row->left_piece = arena_array_of(a, struct diff_piece, l.n + 1);
    row->right_piece = arena_array_of(a, struct diff_piece, r.n + 1);
    for (size_t i = 0; i < s.n; i++) {
        if (s.step[i] != TAKE_RIGHT)
            piece_add(row->left_piece, &row->left_n, s.step[i] == KEEP, l.p[x]);
        if (s.step[i] != TAKE_LEFT)
            piece_add(row->right_piece, &row->right_n, s.step[i] == KEEP, r.p[y]);
        same += s.step[i] == KEEP ? utf8_length(l.p[x]) : 0;
        x += s.step[i] != TAKE_RIGHT;
        y += s.step[i] != TAKE_LEFT;
    }
    return same;
}

/* --- rows --------------------------------------------------------------------------------------------- */

static struct seq texts_of(struct arena *a, struct paragraphs p)
{
    struct str *s = arena_array_of(a, struct str, p.n + 1);
    for (size_t i = 0; i < p.n; i++)
        s[i] = p.p[i].text;
    return (struct seq){ s, p.n };
}

/* Have they enough in common to be one paragraph that was changed? Then how many characters, else 0. */
static size_t resemblance(struct arena *a, struct diff_row *row)
{
    size_t left = utf8_length(row->left), right = utf8_length(row->right), same = compare_words(a, row);
    return 10 * same >= 3 * (left > right ? left : right) ? same : 0;
}

/* Which paragraph of the left has become which of the right, so that most stays: pair[i] is one more than
 * the place on the right, 0 none. Long stretches are paired place by place. */
static size_t *pair_up(struct arena *a, const struct str *l, size_t ln, const struct str *r, size_t rn)
{
    size_t *pair = arena_array_of(a, size_t, ln + 1);
    if (ln * rn > PAIRS_MAX) {
        for (size_t i = 0; i < ln && i < rn; i++)
            pair[i] = i + 1;
        return pair;
    }
    size_t *same = arena_array_of(a, size_t, ln * rn + 1);
    size_t *best = arena_array_of(a, size_t, (ln + 1) * (rn + 1)); /* of what is still to come */
#define BEST(i, k) best[(i) * (rn + 1) + (k)]
    for (size_t i = ln; i-- > 0;)
        for (size_t k = rn; k-- > 0;) {
            struct diff_row row = { .left = l[i], .right = r[k] };
            size_t with = same[i * rn + k] = resemblance(a, &row);
            with += with ? BEST(i + 1, k + 1) : 0;
            BEST(i, k) = BEST(i + 1, k) > BEST(i, k + 1) ? BEST(i + 1, k) : BEST(i, k + 1);
            if (with > BEST(i, k))
                BEST(i, k) = with;
        }
    for (size_t i = 0, k = 0; i < ln && k < rn;) {
        if (same[i * rn + k] && BEST(i, k) == same[i * rn + k] + BEST(i + 1, k + 1))
            pair[i++] = ++k;
        else if (BEST(i, k) == BEST(i + 1, k))
            i++;
        else
            k++;
    }
#undef BEST
    return pair;
}

static void row_alone(struct diff *d, enum diff_op op, struct str s)
{
    d->same_shape = false;
    d->changed_chars += utf8_length(s);
    d->row[d->n++] = op == DIFF_DEL ? (struct diff_row){ .op = op, .left = s }
                                    : (struct diff_row){ .op = op, .right = s };
}

/* A stretch taken from the left and put on the right: pairs that resemble each other are changes,
 * the rest went or came. */
static void stretch(struct arena *a, struct diff *d, const struct str *l, size_t ln,
                    const struct str *r, size_t rn)
{
    const size_t *pair = pair_up(a, l, ln, r, rn);
    size_t k = 0;
    for (size_t i = 0; i < ln; i++) {
        struct diff_row row = { .op = DIFF_CHANGE, .left = l[i] };
        size_t same = 0;
        if (pair[i]) {
            for (; k + 1 < pair[i]; k++)
                row_alone(d, DIFF_ADD, r[k]);
            row.right = r[k];
            same = resemblance(a, &row);
        }
        if (!same) {
            row_alone(d, DIFF_DEL, l[i]);
            continue;
        }
        d->changed_chars += utf8_length(row.left) + utf8_length(row.right) - 2 * same;
        d->row[d->n++] = row;
        k++;
    }
    for (; k < rn; k++)
        row_alone(d, DIFF_ADD, r[k]);
}

struct diff diff_paragraphs(struct arena *a, struct paragraphs left, struct paragraphs right)
{
    struct seq l = texts_of(a, left), r = texts_of(a, right);
    struct script s = compare(a, l, r);
    struct diff d = { arena_array_of(a, struct diff_row, l.n + r.n + 1), 0, 0, true };
    size_t x = 0, y = 0;
    for (size_t i = 0; i < s.n;) {
        size_t ln = 0, rn = 0;
        for (; i < s.n && s.step[i] != KEEP; i++) {
            ln += s.step[i] == TAKE_LEFT;
            rn += s.step[i] == TAKE_RIGHT;
        }
        stretch(a, &d, l.p + x, ln, r.p + y, rn);
        x += ln;
        y += rn;
        for (; i < s.n && s.step[i] == KEEP; i++, x++, y++)
            d.row[d.n++] = (struct diff_row){ .op = DIFF_SAME, .left = l.p[x], .right = r.p[y] };
    }
    return d;
}

static void pieces_write(struct jw *w, const char *key, const struct diff_piece *p, size_t n)
{
    jw_karr(w, key);
    for (size_t i = 0; i < n; i++) {
        jw_obj(w);
        jw_kbool(w, "same", p[i].is_same);
        jw_kstr(w, "text", p[i].text);
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

void diff_row_write(struct jw *w, const struct diff_row *r)
{
    static const char *const ops[] = { "same", "add", "del", "change" };
    jw_obj(w);
    jw_ktext(w, "op", ops[r->op]);
    jw_kstr(w, "left", r->left);
    jw_kstr(w, "right", r->right);
    if (r->op == DIFF_CHANGE) {
        pieces_write(w, "left_pieces", r->left_piece, r->left_n);
        pieces_write(w, "right_pieces", r->right_piece, r->right_n);
    }
    jw_obj_end(w);
}

static bool touches_figure(const struct diff_piece *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; !p[i].is_same && k < p[i].text.n; k++)
            if (p[i].text.p[k] >= '0' && p[i].text.p[k] <= '9')
                return true;
    return false;
}

bool diff_is_mechanical(const struct diff *d)
{
    if (!d->same_shape || d->changed_chars > MECHANICAL_CHARS)
        return false;
    for (size_t i = 0; i < d->n; i++)
        if (touches_figure(d->row[i].left_piece, d->row[i].left_n) ||
            touches_figure(d->row[i].right_piece, d->row[i].right_n))
            return false;
    return true;
}
