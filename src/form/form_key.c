/* Keys of list fields: text whose byte order is the order of the values, on both engines; and values
 * in words for files and printed sheets. */
#include <stdio.h>

#include "base/clock.h"
#include "form/form_in.h"

#define KEY_TEXT 100 /* characters of a text that count */

static struct str one_line(struct arena *a, struct str s)
{
    struct buf b = buf_in(a);
    s = utf8_prefix(str_trim(s), KEY_TEXT);
    for (size_t i = 0; i < s.n; i++) /* letters alike in both cases */
        buf_char(&b, s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32)
                     : (unsigned char)s.p[i] < 0x20  ? ' '
                                                     : s.p[i]);
    return buf_done(&b);
}

/* "1" and the whole part in 15 digits, then the decimals; below zero "0" and every digit as what is
 * missing to nine, closed by "~", so that more decimals come first. */
static struct str decimal_key(struct arena *a, struct str s)
{
    bool below = s.n && s.p[0] == '-';
    struct str digits = str_sub(s, below, s.n), whole = digits, part = STR("");
    ptrdiff_t point = str_find(digits, STR("."), 0);
    if (point >= 0) {
        whole = str_sub(digits, 0, (size_t)point);
        part = str_sub(digits, (size_t)point + 1, digits.n);
        while (part.n && part.p[part.n - 1] == '0')
            part.n--;
    }
    if (whole.n == 1 && whole.p[0] == '0' && !part.n)
        below = false; /* "-0" */
    struct buf b = buf_in(a);
    buf_char(&b, below ? '0' : '1');
    for (size_t i = whole.n; i < 15; i++)
        buf_char(&b, below ? '9' : '0');
    for (size_t i = 0; i < whole.n; i++)
        buf_char(&b, below ? (char)('9' - whole.p[i] + '0') : whole.p[i]);
    buf_char(&b, '.');
    for (size_t i = 0; i < part.n; i++)
        buf_char(&b, below ? (char)('9' - part.p[i] + '0') : part.p[i]);
    if (below)
        buf_char(&b, '~');
    return buf_done(&b);
}

static struct str moment_key(struct arena *a, int64_t at)
{
    return str_printf(a, "%014lld", (long long)at);
}

static struct str key_of(struct arena *a, const struct form_field *f, const struct jv *v)
{
    switch (f->type) {
    case FORM_TEXT: return one_line(a, jv_str(v));
    case FORM_NUMBER:
    case FORM_MONEY: return decimal_key(a, jv_str(v));
    case FORM_DATE_RANGE: return jv_str(jv_get(v, "from"));
    case FORM_MOMENT: return moment_key(a, jv_i64(v));
    case FORM_MOMENT_RANGE: return moment_key(a, jv_i64(jv_get(v, "from")));
    case FORM_CHECK: return jv_bool(v) ? STR("1") : STR("0");
    default: return jv_str(v);
    }
}

struct form_texts form_keys(struct arena *a, const struct form_field *f, const struct jv *v)
{
    bool is_many = f->type == FORM_CHOICES || f->type == FORM_POSTS || f->type == FORM_UNITS;
    size_t n = form_is_empty(v) ? 0 : is_many ? jv_size(v) : 1;
    struct str *p = arena_array_of(a, struct str, n + 1);
    for (size_t i = 0; i < n; i++)
        p[i] = key_of(a, f, is_many ? jv_at(v, i) : v);
    return (struct form_texts){ p, n };
}

bool form_key_of_text(struct arena *a, const struct form_field *f, struct str text, struct str *out)
{
    struct clock_date d;
    int64_t v;
    text = str_trim(text);
    switch (f->type) {
    case FORM_TEXT: *out = one_line(a, text); return true;
    case FORM_NUMBER:
    case FORM_MONEY:
        *out = decimal_good(text, 10) ? decimal_key(a, text) : STR_NONE;
        return out->p != NULL;
    case FORM_DATE:
    case FORM_DATE_RANGE: *out = text; return clock_day_parse(text, &d);
    case FORM_MOMENT:
    case FORM_MOMENT_RANGE: /* ms, or a day: its first moment */
        if (clock_day_parse(text, &d))
            v = clock_at(d, 0);
        else if (!str_to_i64(text, &v) || v < 0)
            return false;
        *out = moment_key(a, v);
        return true;
    case FORM_CHECK:
        *out = str_is(text, "true") || str_is(text, "1") ? STR("1") : STR("0");
        return str_is(text, "true") || str_is(text, "1") || str_is(text, "false") ||
               str_is(text, "0");
    case FORM_CHOICE:
    case FORM_CHOICES:
        *out = text;
        for (size_t i = 0; i < f->option_n; i++)
            if (str_eq(f->option[i].value, text))
                return true;
        return false;
    case FORM_TIME: *out = text; return text.n == 5;
    default: *out = text; return str_to_i64(text, &v) && v > 0;
    }
}

/* --- in words --------------------------------------------------------------------------------------- */

struct str form_masked(struct arena *a, const struct form_field *f, struct str text)
{
    if (f->pattern != FORM_ID_CARD || text.n != 18)
        return text;
    return str_printf(a, "%.6s********%.4s", text.p, text.p + 14);
}

static struct str option_label(const struct form_field *f, struct str value, bool in_en)
{
    for (size_t i = 0; i < f->option_n; i++)
        if (str_eq(f->option[i].value, value))
            return in_en && f->option[i].label_en.n ? f->option[i].label_en : f->option[i].label;
    return value;
}

static struct str moment_words(struct arena *a, const struct jv *v)
{
    struct str iso = clock_iso(a, jv_i64(v));
    return str_printf(a, "%.10s %.5s", iso.p, iso.p + 11);
}

static struct str between(struct arena *a, struct str x, struct str y, bool in_en)
{
    return str_printf(a, "%.*s%s%.*s", STR_ARG(x), in_en ? " – " : " 至 ", STR_ARG(y));
}

/* The text between the tags. */
static struct str plain(struct arena *a, struct str html)
{
    struct buf b = buf_in(a);
    bool in_tag = false;
    for (size_t i = 0; i < html.n; i++) {
        if (html.p[i] == '<' || html.p[i] == '>')
            in_tag = html.p[i] == '<';
        else if (!in_tag)
            buf_char(&b, html.p[i]);
    }
    return buf_done(&b);
}

static struct str many(struct arena *a, const struct form_field *f, const struct jv *v, bool in_en)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < jv_size(v); i++) {
        if (i)
            buf_text(&b, in_en ? ", " : "、");
        buf_str(&b, option_label(f, jv_str(jv_at(v, i)), in_en));
    }
    return buf_done(&b);
}

struct str form_words(struct arena *a, const struct form_field *f, const struct jv *v, bool in_en)
{
    if (form_is_empty(v))
        return STR("");
    switch (f->type) {
    case FORM_TEXT: return form_masked(a, f, jv_str(v));
    case FORM_DATE_RANGE: return between(a, jv_str(jv_get(v, "from")), jv_str(jv_get(v, "to")), in_en);
    case FORM_MOMENT: return moment_words(a, v);
    case FORM_MOMENT_RANGE:
        return between(a, moment_words(a, jv_get(v, "from")), moment_words(a, jv_get(v, "to")),
                       in_en);
    case FORM_CHOICE: return option_label(f, jv_str(v), in_en);
    case FORM_CHOICES: return many(a, f, v, in_en);
    case FORM_CHECK:
        return jv_bool(v) ? (in_en ? STR("yes") : STR("是")) : in_en ? STR("no") : STR("否");
    case FORM_RICH_TEXT: return plain(a, jv_str(v));
    case FORM_TABLE:
    case FORM_ATTACHMENT:
        return str_printf(a, in_en ? "%zu" : "%zu 项", jv_size(v));
    default: return jv_str(v).p ? jv_str(v) : STR("");
    }
}
