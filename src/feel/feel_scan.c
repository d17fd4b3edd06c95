/* What the parser reads bytes with: space and comments, signs, words, names and texts. Names may
 * hold spaces when they are known; only the position says what can follow, so there is no list of
 * tokens. */
#include "feel/feel_in.h"

const struct fn *scan_refuse(struct parser *p, const char *what)
{
    if (!p->what) {
        p->what = what;
        p->what_at = p->i;
    }
    return NULL;
}

static bool line_comment(struct parser *p)
{
    if (p->i + 1 >= p->s.n || p->s.p[p->i] != '/' || p->s.p[p->i + 1] != '/')
        return false;
    while (p->i < p->s.n && p->s.p[p->i] != '\n')
        p->i++;
    return true;
}

static bool block_comment(struct parser *p)
{
    if (p->i + 1 >= p->s.n || p->s.p[p->i] != '/' || p->s.p[p->i + 1] != '*')
        return false;
    ptrdiff_t end = str_find(p->s, STR("*/"), p->i + 2);
    p->i = end < 0 ? p->s.n : (size_t)end + 2;
    return true;
}

void scan_space(struct parser *p)
{
    for (;;) {
        while (p->i < p->s.n && (strchr(" \t\r\n\v\f", p->s.p[p->i]) && p->s.p[p->i]))
            p->i++;
        if (p->i + 1 < p->s.n && (unsigned char)p->s.p[p->i] == 0xc2 &&
            (unsigned char)p->s.p[p->i + 1] == 0xa0) {
            p->i += 2;
            continue;
        }
        if (!line_comment(p) && !block_comment(p))
            return;
    }
}

bool scan_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '?' ||
           (unsigned char)c >= 0x80;
}

bool scan_name_part(char c)
{
    return scan_name_start(c) || (c >= '0' && c <= '9');
}

bool scan_sign(struct parser *p, const char *text)
{
    scan_space(p);
    size_t n = strlen(text);
    if (p->i + n > p->s.n || memcmp(p->s.p + p->i, text, n) != 0)
        return false;
    p->i += n;
    return true;
}

char scan_peek(struct parser *p)
{
    scan_space(p);
    return p->i < p->s.n ? p->s.p[p->i] : 0;
}

struct str scan_word_at(const struct parser *p, size_t i)
{
    size_t from = i;
    if (i < p->s.n && scan_name_start(p->s.p[i]))
        while (i < p->s.n && scan_name_part(p->s.p[i]))
            i++;
    return str_sub(p->s, from, i - from);
}

/* Takes the keyword when it is the next whole word. */
bool scan_keyword(struct parser *p, const char *text)
{
    scan_space(p);
    struct str w = scan_word_at(p, p->i);
    if (!str_is(w, text))
        return false;
    p->i += w.n;
    return true;
}

static bool is_reserved(struct str w)
{
    static const char *const words[] = { "and",      "or",       "if",        "then", "else",
                                         "in",       "between",  "satisfies", "some", "every",
                                         "true",     "false",    "null",      "for",  "return",
                                         "function", "instance", "external" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is(w, words[i]))
            return true;
    return false;
}

/* Length of the longest known name at the cursor that is more than a plain word, or 0. */
size_t scan_known_name(const struct parser *p)
{
    size_t best = 0;
    struct str rest = str_sub(p->s, p->i, p->s.n);
    for (size_t k = 0; p->names && k < p->names->n; k++) {
        struct str n = p->names->name[k];
        if (n.n > best && str_starts(rest, n) && (n.n == rest.n || !scan_name_part(rest.p[n.n])))
            best = n.n;
    }
    return best;
}

/* A name at the cursor: a known one (longest), else one word. */
bool scan_name(struct parser *p, struct str *out)
{
    scan_space(p);
    struct str w = scan_word_at(p, p->i);
    size_t known = scan_known_name(p);
    if (known > w.n)
        w = str_sub(p->s, p->i, known);
    else if (w.n == 0 || is_reserved(w))
        return false;
    *out = w;
    p->i += w.n;
    return true;
}

/* --- literals --------------------------------------------------------------------------------- */

static bool hex(struct parser *p, int n, uint32_t *out)
{
    *out = 0;
    for (int k = 0; k < n; k++) {
        char c = p->i < p->s.n ? p->s.p[p->i] : 0;
        int v = c >= '0' && c <= '9'                 ? c - '0'
                : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                     : -1;
        if (v < 0)
            return false;
        *out = *out * 16 + (uint32_t)v;
        p->i++;
    }
    return true;
}

/* Behind "\u": four digits, or a pair of surrogates. */
static bool escaped_code(struct parser *p, int digits, uint32_t *out)
{
    if (!hex(p, digits, out))
        return false;
    if (*out >= 0xd800 && *out < 0xdc00) {
        uint32_t low;
        if (p->i + 2 > p->s.n || p->s.p[p->i] != '\\' || p->s.p[p->i + 1] != 'u')
            return false;
        p->i += 2;
        if (!hex(p, 4, &low) || low < 0xdc00 || low > 0xdfff)
            return false;
        *out = 0x10000 + ((*out - 0xd800) << 10) + (low - 0xdc00);
    }
    return *out > 0 && *out <= 0x10ffff && (*out < 0xd800 || *out > 0xdfff);
}

static bool escape(struct parser *p, struct buf *b)
{
    static const char from[] = "nrt\"'\\/", to[] = "\n\r\t\"'\\/";
    char c = p->i < p->s.n ? p->s.p[p->i++] : 0;
    const char *at = c ? strchr(from, c) : NULL;
    if (at) {
        buf_char(b, to[at - from]);
        return true;
    }
    uint32_t code;
    char utf8[4];
    if ((c != 'u' && c != 'U') || !escaped_code(p, c == 'u' ? 4 : 6, &code))
        return false;
    buf_put(b, utf8, utf8_put(code, utf8));
    return true;
}

bool scan_string(struct parser *p, struct str *out)
{
    struct buf b = buf_in(p->a);
    p->i++;
    while (p->i < p->s.n && p->s.p[p->i] != '"') {
        char c = p->s.p[p->i++];
        if (c != '\\')
            buf_char(&b, c);
        else if (!escape(p, &b))
            return scan_refuse(p, "文本中的转义写法不对") != NULL;
    }
    if (p->i == p->s.n)
        return scan_refuse(p, "文本缺少结束的引号") != NULL;
    p->i++;
    *out = buf_done(&b);
    return true;
}
