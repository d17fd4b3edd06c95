#include "base/check.h"
#include "document/document_mark.h"

/* --- a line ------------------------------------------------------------------------------------------ */

struct line_out {
    struct arena *a;
    struct mark_line line;
    size_t size;
};

static void piece_put(struct line_out *o, struct str text, int put, int taken)
{
    struct mark_line *l = &o->line;
    struct mark_piece *last = l->n ? &l->piece[l->n - 1] : NULL;
    if (!text.n)
        return;
    if (last && last->put == put && last->taken == taken && last->text.p + last->text.n == text.p) {
        last->text.n += text.n;
        return;
    }
    if (l->n == o->size) {
        size_t more = o->size ? 2 * o->size : 4;
        l->piece = arena_grow(o->a, l->piece, o->size * sizeof *l->piece, more * sizeof *l->piece);
        o->size = more;
    }
    l->piece[l->n++] = (struct mark_piece){ text, put, taken };
}

/* Where one reads in a line: its living words are what the next text is compared with. */
struct line_in {
    const struct mark_line *line;
    size_t i, at;
};

/* Copies what is gone at the place reached, then n bytes of living words; taken: 0, or by which text. */
static void copy_on(struct line_out *o, struct line_in *in, size_t n, int taken)
{
    for (; in->i < in->line->n; in->i++, in->at = 0) {
        const struct mark_piece *p = &in->line->piece[in->i];
        if (p->taken) {
            piece_put(o, p->text, p->put, p->taken);
            continue;
        }
        if (!n)
            return;
        size_t left = p->text.n - in->at, now = n < left ? n : left;
        piece_put(o, str_sub(p->text, in->at, now), p->put, taken);
        n -= now;
        if (now < left) {
            in->at += now;
            return;
        }
    }
    CHECK(n == 0);
}

static struct str living(struct arena *a, const struct mark_line *l)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < l->n; i++)
        if (!l->piece[i].taken)
            buf_str(&b, l->piece[i].text);
    return buf_done(&b);
}

/* Both sides of a changed row, word by word: what stays is on both, cut at different places. */
static struct mark_line change_line(struct arena *a, const struct mark_line *l,
                                    const struct diff_row *r, int round)
{
    struct line_out o = { .a = a };
    struct line_in in = { .line = l };
    size_t x = 0, y = 0, left_at = 0, right_at = 0;
    while (x < r->left_n || y < r->right_n) {
        const struct diff_piece *left = x < r->left_n ? &r->left_piece[x] : NULL;
        const struct diff_piece *right = y < r->right_n ? &r->right_piece[y] : NULL;
        if (left && !left->is_same) {
            copy_on(&o, &in, left->text.n, round);
            x++;
        } else if (right && !right->is_same) {
            copy_on(&o, &in, 0, 0);
            piece_put(&o, right->text, round, 0);
            y++;
        } else {
            CHECK(left && right);
            size_t ln = left->text.n - left_at, rn = right->text.n - right_at, n = ln < rn ? ln : rn;
            copy_on(&o, &in, n, 0);
            left_at = n == ln ? 0 : left_at + n;
            right_at = n == rn ? 0 : right_at + n;
            x += n == ln;
            y += n == rn;
        }
    }
    copy_on(&o, &in, 0, 0);
    return o.line;
}

static struct mark_line take_line(struct arena *a, const struct mark_line *l, int round)
{
    struct line_out o = { .a = a };
    struct line_in in = { .line = l };
    copy_on(&o, &in, living(a, l).n, round);
    copy_on(&o, &in, 0, 0);
    o.line.kind = l->kind;
    o.line.is_gone = true;
    return o.line;
}

static struct mark_line put_line(struct arena *a, const struct paragraph *p, int round)
{
    struct line_out o = { .a = a };
    piece_put(&o, p->text, round, 0);
    o.line.kind = p->kind;
    return o.line;
}

/* --- the text ---------------------------------------------------------------------------------------- */

static struct paragraphs living_lines(struct arena *a, const struct marks *m)
{
    struct paragraph *p = arena_array_of(a, struct paragraph, m->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < m->n; i++)
        if (!m->line[i].is_gone)
            p[n++] = (struct paragraph){ m->line[i].kind, living(a, &m->line[i]) };
    return (struct paragraphs){ p, n };
}

static struct marks next_text(struct arena *a, const struct marks *m, struct paragraphs text, int round)
{
    struct diff d = diff_paragraphs(a, living_lines(a, m), text);
    struct marks out = { arena_array_of(a, struct mark_line, m->n + text.n + 1), 0 };
    size_t from = 0, y = 0;
    for (size_t i = 0; i < d.n; i++) {
        const struct diff_row *r = &d.row[i];
        if (r->op == DIFF_ADD) {
            out.line[out.n++] = put_line(a, &text.p[y++], round);
            continue;
        }
        while (m->line[from].is_gone)
            out.line[out.n++] = m->line[from++];
        const struct mark_line *l = &m->line[from++];
        struct mark_line *to = &out.line[out.n++];
        *to = r->op == DIFF_DEL    ? take_line(a, l, round)
              : r->op == DIFF_SAME ? *l
                                   : change_line(a, l, r, round);
        if (r->op != DIFF_DEL)
            to->kind = text.p[y++].kind;
    }
    while (from < m->n)
        out.line[out.n++] = m->line[from++];
    return out;
}

struct marks mark_texts(struct arena *a, const struct paragraphs *text, size_t n)
{
    CHECK(n > 0);
    struct marks m = { arena_array_of(a, struct mark_line, text[0].n + 1), text[0].n };
    for (size_t i = 0; i < m.n; i++)
        m.line[i] = put_line(a, &text[0].p[i], 0);
    for (size_t k = 1; k < n; k++)
        m = next_text(a, &m, text[k], (int)k);
    return m;
}
