#include "demo/demo_text.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/json.h"

/* --- days ---------------------------------------------------------------------------------------- */
/* Value of one digit, written either way; -1 for anything else. 十 is 10. */
static int digit_of(uint32_t c)
{
    static const uint32_t chinese[] = { 0x3007, 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03, 0x516B,
                                        0x4E5D, 0x5341 };
    if (c >= '0' && c <= '9')
        return (int)(c - '0');
    for (int i = 0; i <= 10; i++)
        if (chinese[i] == c)
            return i;
    return -1;
}

/* A number before the mark 年, 月 or 日: 2019, 一九九六, 十二, 二十九. */
static bool read_number(struct str s, size_t *i, uint32_t mark, int *out)
{
    int v = 0, n = 0;
    bool after_ten = false; /* 十二: the two is added */
    while (*i < s.n) {
        uint32_t c = utf8_next(s, i);
        if (c == mark) {
            *out = v;
            return n > 0;
        }
        int d = digit_of(c);
        if (d < 0 || ++n > 4)
            return false;
        v = d == 10 ? (v ? v * 10 : 10) : after_ten ? v + d : v * 10 + d;
        after_ten = d == 10;
    }
    return false;
}

struct str demo_text_day(struct arena *a, struct str s)
{
    struct clock_date d;
    size_t i = 0;
    s = str_trim(s);
    if (!read_number(s, &i, 0x5E74, &d.year) || !read_number(s, &i, 0x6708, &d.month) ||
        !read_number(s, &i, 0x65E5, &d.day) || i != s.n)
        return STR("");
    struct str text = str_printf(a, "%04d-%02d-%02d", d.year, d.month, d.day);
    return clock_day_parse(text, &d) ? text : STR("");
}

/* --- one document -------------------------------------------------------------------------------- */
static struct str type_of(struct str title)
{
    static const char *const types[] = { "决议", "决定", "命令", "公报", "公告", "通告", "意见", "通知", "通报",
                                         "报告", "请示", "批复", "议案", "函", "纪要" };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (str_ends(title, str_of(types[i])))
            return str_of(types[i]);
    return STR("函"); /* 答复 of a proposal is a letter */
}

/* Everything but blanks, for comparing lines that were set with spaces in them. */
static struct str squeezed(struct arena *a, struct str s)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < s.n;) {
        size_t from = i;
        uint32_t c = utf8_next(s, &i);
        if (c != ' ' && c != 0x3000 && c != 0xA0 && c != 0x3001)
            buf_put(&b, s.p + from, i - from);
    }
    return buf_done(&b);
}

/* A short line that begins with a number of that level is a heading; a long one begins a paragraph. */
static const char *kind_of(struct str s)
{
    static const char numerals[] = "一二三四五六七八九十";
    if (utf8_length(s) > 40 || str_find(s, STR("。"), 0) >= 0)
        return "p";
    struct str first = utf8_prefix(s, 1);
    struct str second = str_sub(utf8_prefix(s, 2), first.n, s.n);
    bool in_brackets = str_is(first, "（");
    struct str numeral = in_brackets ? second : first;
    if (numeral.n == 3 && str_find(STR(numerals), numeral, 0) >= 0)
        return in_brackets ? "h2" : str_find(s, STR("、"), 0) > 0 && str_find(s, STR("、"), 0) <= 9 ? "h1" : "p";
    if (numeral.n == 1 && numeral.p[0] >= '0' && numeral.p[0] <= '9')
        return in_brackets ? "h4" : str_find(s, STR("."), 0) == 1 || str_find(s, STR("."), 0) == 2 ? "h3" : "p";
    return "p";
}

/* Where the body begins: behind the title's lines, the number and the addressee. */
static size_t body_start(struct arena *a, const struct jv *lines, struct demo_text *t)
{
    size_t n = jv_size(lines), i = 0;
    while (i < n && i < 6 && !str_eq(squeezed(a, jv_str(jv_at(lines, i))), squeezed(a, t->number)))
        i++;
    if (i == n || i == 6)
        return 0;
    struct str next = jv_str(jv_at(lines, ++i));
    if (str_ends(next, STR("：")) && utf8_length(next) < 400) {
        t->main_text = str_sub(next, 0, next.n - 3);
        i++;
    }
    return i;
}

static void take_apart(struct arena *a, const struct jv *lines, struct demo_text *t)
{
    size_t n = jv_size(lines);
    struct str issuer = squeezed(a, t->issuer);
    t->body = arena_array_of(a, struct demo_paragraph, n + 1);
    for (size_t i = body_start(a, lines, t); i < n; i++) {
        struct str s = str_trim(jv_str(jv_at(lines, i)));
        struct str day = i + 1 < n ? demo_text_day(a, jv_str(jv_at(lines, i + 1))) : STR("");
        if (t->signed_on.n == 0 && day.n && str_eq(squeezed(a, s), issuer)) {
            t->signed_on = day; /* the name under the text, and its date */
            i++;
            continue;
        }
        if (str_starts(s, STR("（此件")) || str_starts(s, STR("（本文"))) {
            t->note = str_sub(s, 3, s.n - 6);
            continue;
        }
        if (s.n)
            t->body[t->n_body++] = (struct demo_paragraph){ kind_of(s), s };
    }
}

static bool read_one(struct arena *a, struct str line, struct demo_text *t)
{
    const struct jv *j = jv_parse(a, line, NULL, NULL);
    const struct jv *lines = jv_get(j, "paragraphs");
    *t = (struct demo_text){ .title = jv_str(jv_get(j, "title")), .issuer = jv_str(jv_get(j, "issuer")),
                             .number = jv_str(jv_get(j, "number")), .source = jv_str(jv_get(j, "source")),
                             .main_text = STR(""), .note = STR(""), .signed_on = STR("") };
    if (!t->title.p || !t->issuer.p || !t->number.p || jv_size(lines) == 0)
        return false;
    t->doc_type = type_of(t->title);
    take_apart(a, lines, t);
    return t->n_body > 0;
}

bool demo_texts_read(struct arena *a, struct str jsonl, struct demo_text **out, size_t *n, struct err *err)
{
    struct str rest = jsonl, line;
    size_t lines = 1;
    for (size_t i = 0; i < jsonl.n; i++)
        lines += jsonl.p[i] == '\n';
    *out = arena_array_of(a, struct demo_text, lines);
    *n = 0;
    for (int number = 1; str_cut(&rest, '\n', &line); number++) {
        if (str_trim(line).n == 0)
            continue;
        if (!read_one(a, line, &(*out)[*n]))
            return err_set(err, a, ERR_INVALID, "demo.documents", NULL, arena_printf(a, "%d", number), NULL, NULL);
        ++*n;
    }
    return true;
}

struct str demo_text_body(struct arena *a, const struct demo_text *t, size_t max_bytes)
{
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    size_t so_far = 0;
    jw_arr(&w);
    for (size_t i = 0; i < t->n_body; i++) {
        so_far += t->body[i].text.n;
        bool is_left_out = so_far > max_bytes;
        jw_obj(&w);
        jw_ktext(&w, "kind", is_left_out ? "p" : t->body[i].kind);
        jw_kstr(&w, "text", is_left_out ? STR("（后文及附件略。）") : t->body[i].text);
        jw_obj_end(&w);
        if (is_left_out)
            break;
    }
    jw_arr_end(&w);
    return buf_done(&b);
}
