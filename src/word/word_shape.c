/* What a Word file's paragraphs are to an official document (GB/T 9704): the red head and number above
 * the title, the addressee under it, levels by their marks or by outline, name and day, note and copies
 * at the end. What the platform sets by itself is left out and counted. */
#include "word/word_in.h"

enum { BLOCKS_MOST = 5000, TEXT_MOST = 20000, CELL_MOST = 2000, ROWS_BLOCK = 500, CELLS_MOST = 30,
       HEAD_MOST = 40, LINE_MOST = 60 };

struct shaping {
    struct arena *a;
    struct word_raw *raw;
    size_t from, to; /* what is body */
    struct word_text *out;
    bool has_title;
};

static bool ends_word(struct str s, const char *word)
{
    return str_ends(s, str_of(word));
}

/* --- marks ----------------------------------------------------------------------------------------- */

static size_t digits_at(struct str s, size_t at, bool is_chinese)
{
    size_t n = 0, i = at;
    while (i < s.n) {
        size_t was = i;
        uint32_t c = utf8_next(s, &i);
        bool is = is_chinese ? str_find(STR("一二三四五六七八九十〇"), str_sub(s, was, i - was), 0) >= 0
                             : c >= '0' && c <= '9';
        if (!is)
            return n ? was : 0;
        n++;
    }
    return 0;
}

static bool has_at(struct str s, size_t at, const char *one, const char *other)
{
    struct str rest = str_sub(s, at, s.n);
    return str_starts(rest, str_of(one)) || (other && str_starts(rest, str_of(other)));
}

/* 一、 （一） 1. （1）: 1 to 4; 0 none. */
static int level_of(struct str s)
{
    size_t at = digits_at(s, 0, true);
    if (at && has_at(s, at, "、", NULL))
        return 1;
    at = digits_at(s, 0, false);
    if (at && at <= 2 && (has_at(s, at, ".", "．")) &&
        !(at + 1 < s.n && s.p[at] == '.' && s.p[at + 1] >= '0' && s.p[at + 1] <= '9'))
        return 3;
    bool is_wide = str_starts(s, STR("（"));
    if (!is_wide && !str_starts(s, STR("(")))
        return 0;
    size_t in = is_wide ? 3 : 1;
    at = digits_at(s, in, true);
    if (at && has_at(s, at, "）", ")"))
        return 2;
    at = digits_at(s, in, false);
    return at && at - in <= 2 && has_at(s, at, "）", ")") ? 4 : 0;
}

/* A long line with a mark is a paragraph that begins with one. */
static const char *kind_of(const struct word_raw *r)
{
    static const char *const kinds[] = { "p", "h1", "h2", "h3", "h4" };
    int level = level_of(r->text);
    if (utf8_length(r->text) > LINE_MOST)
        return "p";
    if (level)
        return kinds[level];
    return r->look.outline >= 0 && r->look.outline < 4 ? kinds[r->look.outline + 1] : "p";
}

/* "2026年11月28日", all of it. */
static bool is_day(struct str s)
{
    size_t at = 0;
    const char *const after[] = { "年", "月", "日" };
    for (int i = 0; i < 3; i++) {
        size_t end = digits_at(s, at, false);
        bool is_chinese = !end;
        if (is_chinese)
            end = digits_at(s, at, true);
        if (!end || !has_at(s, end, after[i], NULL))
            return false;
        at = end + 3;
    }
    return at == s.n;
}

static struct str without_spaces(struct arena *a, struct str s)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < s.n;) {
        size_t at = i;
        uint32_t c = utf8_next(s, &i);
        if (c != ' ' && c != 0x3000)
            buf_put(&b, s.p + at, i - at);
    }
    return buf_done(&b);
}

/* --- the head -------------------------------------------------------------------------------------- */

static bool is_number_line(struct str s)
{
    ptrdiff_t open = str_find(s, STR("〔"), 0);
    return open > 0 && utf8_length(s) <= LINE_MOST && str_find(s, STR("〕"), (size_t)open) > 0 &&
           str_find(s, STR("号"), (size_t)open) > 0 && str_find(s, STR("。"), 0) < 0;
}

/* 份号, six figures. */
static bool is_copy_number(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n == 6;
}

/* The red mark of who issues it: red, or large, or right above the number. */
static bool is_mark(const struct shaping *s, size_t i)
{
    const struct word_raw *r = &s->raw[i];
    if (utf8_length(r->text) > 40)
        return false;
    if (r->is_red || !ends_word(r->text, "文件"))
        return r->is_red;
    bool is_above = r->look.size >= 52;
    for (size_t k = i + 1; k < s->to && k <= i + 4; k++)
        is_above |= is_number_line(s->raw[k].text);
    return is_above;
}

static bool is_head_line(const struct shaping *s, size_t i)
{
    struct str t = s->raw[i].text;
    return is_number_line(t) || is_mark(s, i) || str_starts(t, STR("签发人：")) || str_is(t, "特急") ||
           str_is(t, "加急") || is_copy_number(t);
}

static bool is_titled(const struct word_raw *r)
{
    return r->look.is_title || (r->look.is_centred > 0 && !level_of(r->text));
}

/* A plain text without centring: the first short line that ends with a kind of document. */
static bool ends_with_kind(struct str s)
{
    static const char *const kinds[] = { "决议", "决定", "命令", "公报", "公告", "通告", "意见", "通知", "通报",
                                         "报告", "请示", "批复", "议案", "函", "纪要", "方案", "办法", "规定" };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (ends_word(s, kinds[i]))
            return true;
    return false;
}

static void take_title(struct shaping *s)
{
    struct buf title = buf_in(s->a);
    size_t i = s->from, heads = 0;
    while (i < s->to && i < s->from + HEAD_MOST && !s->raw[i].table &&
           (!s->raw[i].text.n || (is_head_line(s, i) && !s->raw[i].look.is_title))) {
        heads += s->raw[i].text.n > 0;
        i++;
    }
    size_t first = i;
    while (i < s->to && i < first + 5 && !s->raw[i].table && s->raw[i].text.n &&
           is_titled(&s->raw[i]) && utf8_length(s->raw[i].text) <= 100 &&
           !(i > first && (str_starts(s->raw[i].text, STR("（")) || str_starts(s->raw[i].text, STR("(")))))
        buf_str(&title, s->raw[i++].text);
    if (i == first && i < s->to && !s->raw[i].table && utf8_length(s->raw[i].text) <= 100 &&
        ends_with_kind(s->raw[i].text))
        buf_str(&title, s->raw[i++].text);
    if (i == first) {
        if (heads) { /* a red head without a title under it is a head all the same */
            s->from = i;
            s->out->lost[WORD_HEAD] += heads;
        }
        return;
    }
    s->has_title = true;
    s->out->title = utf8_prefix(buf_done(&title), 200);
    s->out->lost[WORD_HEAD] += heads;
    s->from = i;
}

static void take_addressee(struct shaping *s)
{
    size_t i = s->from;
    while (i < s->to && !s->raw[i].table && !s->raw[i].text.n)
        i++;
    if (!s->has_title || i == s->to || s->raw[i].table)
        return;
    struct str text = s->raw[i].text;
    size_t cut = ends_word(text, "：") ? 3 : ends_word(text, ":") ? 1 : 0;
    if (!cut || utf8_length(text) > 300 || level_of(text) || str_find(text, STR("。"), 0) >= 0 ||
        str_find(text, STR("如下"), 0) >= 0)
        return;
    s->out->main_text = str_sub(text, 0, text.n - cut);
    s->from = i + 1;
}

/* --- the end --------------------------------------------------------------------------------------- */

static bool take_foot_line(struct shaping *s, struct str text)
{
    static const char *const words[] = { "抄送：", "抄送:" };
    for (size_t i = 0; i < 2; i++)
        if (str_starts(text, str_of(words[i]))) {
            struct str cc = str_sub(text, strlen(words[i]), text.n);
            s->out->cc_text = ends_word(cc, "。") ? str_sub(cc, 0, cc.n - 3) : cc;
            return true;
        }
    if (ends_word(text, "印发") && utf8_length(text) <= 80) {
        s->out->lost[WORD_PRINTED]++;
        return true;
    }
    return false;
}

/* 版记 as a table: every cell is a line of it. */
static bool take_foot_table(struct shaping *s, const struct word_block *t)
{
    bool has = false;
    for (size_t i = 0; i < t->rows * t->columns; i++)
        has |= str_starts(t->cell[i], STR("抄送")) || ends_word(t->cell[i], "印发");
    if (!has || t->rows > 6)
        return false;
    for (size_t i = 0; i < t->rows * t->columns; i++)
        (void)take_foot_line(s, t->cell[i]);
    return true;
}

static size_t last_line(const struct shaping *s)
{
    size_t i = s->to;
    while (i > s->from && !s->raw[i - 1].table && !s->raw[i - 1].text.n)
        i--;
    return i;
}

static bool is_signature(struct shaping *s, const struct word_raw *r)
{
    size_t n = utf8_length(without_spaces(s->a, r->text));
    return n && n <= 40 && !r->table && str_find(r->text, STR("。"), 0) < 0 && !level_of(r->text) &&
           (r->look.is_right > 0 || (!r->look.is_centred && str_find(r->text, STR("，"), 0) < 0 &&
                                     str_find(r->text, STR("："), 0) < 0));
}

static void take_end(struct shaping *s)
{
    size_t i = last_line(s);
    while (i > s->from && (s->raw[i - 1].table ? take_foot_table(s, s->raw[i - 1].table)
                                               : take_foot_line(s, s->raw[i - 1].text))) {
        s->to = i - 1;
        i = last_line(s);
    }
    s->to = i;
    size_t at = i; /* a note may stand under the day */
    bool has_note = at > s->from && !s->raw[at - 1].table && str_starts(s->raw[at - 1].text, STR("（")) &&
                    ends_word(s->raw[at - 1].text, "）");
    struct str note = has_note ? s->raw[at - 1].text : STR_NONE;
    at -= has_note;
    if (at == s->from || s->raw[at - 1].table || !is_day(without_spaces(s->a, s->raw[at - 1].text)))
        return;
    if (has_note)
        s->out->note = utf8_prefix(str_sub(note, 3, note.n - 6), 300);
    s->out->lost[WORD_SIGNATURE]++;
    s->to = at - 1;
    for (i = last_line(s); i > s->from + 1 && is_signature(s, &s->raw[i - 1]); i = last_line(s))
        s->to = i - 1;
}

/* --- the body -------------------------------------------------------------------------------------- */

static bool cut_cells(struct shaping *s, struct word_block *b, struct err *e)
{
    for (size_t i = 0; i < b->rows * b->columns; i++)
        if (utf8_length(b->cell[i]) > CELL_MOST)
            return err_set(e, s->a, ERR_INVALID, "word.too_long", NULL, NULL, NULL, NULL);
    if (b->columns <= CELLS_MOST)
        return true;
    s->out->lost[WORD_CUT] += b->columns - CELLS_MOST;
    for (size_t y = 0; y < b->rows; y++)
        for (size_t x = 0; x < CELLS_MOST; x++)
            b->cell[y * CELLS_MOST + x] = b->cell[y * b->columns + x];
    b->columns = CELLS_MOST;
    size_t n = 0;
    for (size_t i = 0; i < b->n_spans; i++) {
        struct word_span one = b->span[i];
        if (one.column >= CELLS_MOST)
            continue;
        if (one.column + one.columns > CELLS_MOST)
            one.columns = CELLS_MOST - one.column;
        b->span[n++] = one;
    }
    b->n_spans = n;
    return true;
}

/* A table longer than one of a draft may be goes into several. */
static bool put_table(struct shaping *s, struct word_block *t, struct err *e)
{
    if (!cut_cells(s, t, e))
        return false;
    for (size_t from = 0; from < t->rows; from += ROWS_BLOCK) {
        struct word_block b = *t;
        b.rows = t->rows - from < ROWS_BLOCK ? t->rows - from : ROWS_BLOCK;
        b.cell = t->cell + from * t->columns;
        b.span = arena_array_of(s->a, struct word_span, t->n_spans + 1);
        b.n_spans = 0;
        for (size_t i = 0; i < t->n_spans; i++) {
            struct word_span one = t->span[i];
            if (one.row < from || one.row >= from + b.rows)
                continue;
            one.row -= from;
            if (one.row + one.rows > b.rows)
                one.rows = b.rows - one.row;
            b.span[b.n_spans++] = one;
        }
        if (s->out->n == BLOCKS_MOST)
            return err_set(e, s->a, ERR_INVALID, "word.too_long", NULL, NULL, NULL, NULL);
        s->out->block[s->out->n++] = b;
    }
    return true;
}

bool word_shape(struct arena *a, const struct word_raw *raw, size_t n, struct word_text *out,
                struct err *e)
{
    struct shaping s = { .a = a, .raw = arena_copy(a, raw, n * sizeof *raw), .to = n, .out = out };
    take_title(&s);
    take_addressee(&s);
    take_end(&s);
    out->block = arena_array_of(a, struct word_block, BLOCKS_MOST);
    for (size_t i = s.from; i < s.to; i++) {
        const struct word_raw *r = &s.raw[i];
        if (r->table && !put_table(&s, r->table, e))
            return false;
        if (r->table || !r->text.n)
            continue;
        if (out->n == BLOCKS_MOST || utf8_length(r->text) > TEXT_MOST)
            return err_set(e, a, ERR_INVALID, "word.too_long", NULL, NULL, NULL, NULL);
        out->block[out->n++] = (struct word_block){ .kind = kind_of(r), .text = r->text };
    }
    return true;
}
