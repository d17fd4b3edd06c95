/* base/json: the reader without a tree, for texts of our own. No state but a position and one bit:
 * a comma is due unless a bracket was just opened, and the caller's own nesting closes it. */
#include "base/json.h"

#define DEPTH_MOST 64

struct jr jr_of(struct arena *a, struct str text)
{
    return (struct jr){ .at = text.p, .end = text.p + text.n, .a = a, .bad = text.n == 0 };
}

/* Bad, and at the end, so that nothing more is found. */
static void spoil(struct jr *r)
{
    r->bad = true;
    r->at = r->end;
}

static bool take(struct jr *r, char c)
{
    if (r->at == r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

static void must(struct jr *r, char c)
{
    if (!take(r, c))
        spoil(r);
}

static bool take_word(struct jr *r, struct str word)
{
    if ((size_t)(r->end - r->at) < word.n || memcmp(r->at, word.p, word.n) != 0)
        return false;
    r->at += word.n;
    return true;
}

/* --- numbers ------------------------------------------------------------------------------------ */

static bool is_digit(const struct jr *r)
{
    return r->at < r->end && *r->at >= '0' && *r->at <= '9';
}

static bool digits(struct jr *r)
{
    bool any = is_digit(r);
    while (is_digit(r))
        r->at++;
    return any;
}

/* Moves behind a number of any spelling JSON allows. */
static bool number(struct jr *r, bool *is_real)
{
    *is_real = false;
    (void)take(r, '-');
    if (!take(r, '0') && !digits(r))
        return false;
    if (take(r, '.')) {
        *is_real = true;
        if (!digits(r))
            return false;
    }
    if (take(r, 'e') || take(r, 'E')) {
        *is_real = true;
        if (!take(r, '-'))
            (void)take(r, '+');
        return digits(r);
    }
    return true;
}

int64_t jr_i64(struct jr *r)
{
    bool negative = take(r, '-');
    const char *from = r->at;
    int64_t v = 0;
    bool over = false;
    for (; is_digit(r); r->at++) {
        int d = *r->at - '0';
        over |= __builtin_mul_overflow(v, 10, &v);
        over |= __builtin_add_overflow(v, negative ? -d : d, &v);
    }
    ptrdiff_t n = r->at - from;
    bool more = r->at < r->end && (*r->at == '.' || *r->at == 'e' || *r->at == 'E');
    if (n == 0 || over || more || (*from == '0' && (n > 1 || negative))) {
        spoil(r);
        return 0;
    }
    return v;
}

/* --- texts ---------------------------------------------------------------------------------------- */

static int hex4(const char *p, const char *end)
{
    int v = 0;
    if (end - p < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        int d = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
        if (d < 0)
            return -1;
        v = v << 4 | d;
    }
    return v;
}

/* \uXXXX, or two of them for a code point above U+FFFF; p stands behind the "u". */
static bool unescape_code(const char **p, const char *end, struct buf *out)
{
    char bytes[4];
    int code = hex4(*p, end);
    if (code <= 0 || (code >= 0xDC00 && code <= 0xDFFF))
        return false;
    *p += 4;
    if (code >= 0xD800 && code <= 0xDBFF) {
        int low = end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u' ? hex4(*p + 2, end) : -1;
        if (low < 0xDC00 || low > 0xDFFF)
            return false;
        *p += 6;
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    buf_put(out, bytes, utf8_put((uint32_t)code, bytes));
    return true;
}

static bool unescape(struct arena *a, struct str raw, struct str *out)
{
    static const char letter[256] = { ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
                                      ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t' };
    struct buf b = buf_in(a);
    const char *p = raw.p, *end = raw.p + raw.n;
    buf_reserve(&b, raw.n);
    while (p < end) {
        const char *hit = memchr(p, '\\', (size_t)(end - p));
        const char *until = hit ? hit : end;
        buf_put(&b, p, (size_t)(until - p));
        p = until;
        if (!hit)
            break;
        unsigned char c = (unsigned char)p[1]; /* jr_str has seen that it is there */
        p += 2;
        if (c == 'u') {
            if (!unescape_code(&p, end, &b))
                return false;
        } else if (letter[c]) {
            buf_char(&b, letter[c]);
        } else {
            return false;
        }
    }
    *out = buf_done(&b);
    return true;
}

/* The text between the quotes as it stands; control characters and a missing end are refused. */
static bool quoted(struct jr *r, struct str *raw, bool *is_escaped)
{
    unsigned char high = 0;
    *is_escaped = false;
    if (!take(r, '"'))
        return false;
    const char *p = r->at;
    for (; p < r->end && *p != '"'; p++) {
        unsigned char c = (unsigned char)*p;
        if (c < 0x20)
            return false;
        high |= c;
        if (c == '\\') {
            *is_escaped = true;
            if (++p == r->end)
                return false;
        }
    }
    if (p >= r->end)
        return false;
    *raw = (struct str){ r->at, (size_t)(p - r->at) };
    r->at = p + 1;
    return high < 0x80 || utf8_valid(*raw);
}

struct str jr_str(struct jr *r)
{
    struct str s;
    bool is_escaped;
    if (jr_null(r))
        return STR_NONE;
    if (!quoted(r, &s, &is_escaped) || (is_escaped && !unescape(r->a, s, &s))) {
        spoil(r);
        return STR_NONE;
    }
    return s;
}

/* --- what comes, and its end ------------------------------------------------------------------------ */

enum jv_kind jr_kind(const struct jr *r)
{
    if (r->at == r->end)
        return JV_NULL;
    switch (*r->at) {
    case '{': return JV_OBJECT;
    case '[': return JV_ARRAY;
    case '"': return JV_STRING;
    case 't':
    case 'f': return JV_BOOL;
    case 'n': return JV_NULL;
    default: break;
    }
    struct jr ahead = *r;
    bool is_real;
    return !number(&ahead, &is_real) ? JV_NULL : is_real ? JV_REAL : JV_INT;
}

bool jr_null(struct jr *r)
{
    return take_word(r, STR("null"));
}

bool jr_bool(struct jr *r)
{
    if (take_word(r, STR("true")))
        return true;
    if (!take_word(r, STR("false")))
        spoil(r);
    return false;
}

bool jr_end(struct jr *r)
{
    if (r->at != r->end)
        spoil(r);
    return !r->bad;
}

/* --- inside brackets ------------------------------------------------------------------------------ */

static void enter(struct jr *r, char c)
{
    must(r, c);
    r->is_first = true;
}

/* Another one comes, or the bracket closes. */
static bool another(struct jr *r, char close)
{
    bool first = r->is_first;
    r->is_first = false;
    if (take(r, close))
        return false;
    if (!first)
        must(r, ',');
    return !r->bad;
}

static void leave(struct jr *r, char close)
{
    r->is_first = false;
    must(r, close);
}

void jr_obj(struct jr *r)
{
    enter(r, '{');
}

bool jr_member(struct jr *r, struct str *key)
{
    if (!another(r, '}'))
        return false;
    *key = jr_kind(r) == JV_STRING ? jr_str(r) : STR_NONE;
    if (!key->p)
        spoil(r);
    must(r, ':');
    return !r->bad;
}

bool jr_is(struct jr *r, const char *key)
{
    struct str found = STR_NONE;
    if (!jr_member(r, &found) || !str_is(found, key))
        spoil(r);
    return !r->bad;
}

void jr_obj_end(struct jr *r)
{
    leave(r, '}');
}

void jr_arr(struct jr *r)
{
    enter(r, '[');
}

bool jr_more(struct jr *r)
{
    return another(r, ']');
}

void jr_next(struct jr *r)
{
    if (!another(r, ']'))
        spoil(r);
}

void jr_arr_end(struct jr *r)
{
    leave(r, ']');
}

/* --- any value -------------------------------------------------------------------------------------- */

static void skip(struct jr *r, int depth)
{
    struct str key;
    bool is_real;
    if (r->at == r->end || depth > DEPTH_MOST) {
        spoil(r);
        return;
    }
    switch (*r->at) {
    case '{':
        for (jr_obj(r); jr_member(r, &key);)
            skip(r, depth + 1);
        break;
    case '[':
        for (jr_arr(r); jr_more(r);)
            skip(r, depth + 1);
        break;
    case '"': (void)jr_str(r); break;
    case 't':
    case 'f': (void)jr_bool(r); break;
    case 'n':
        if (!jr_null(r))
            spoil(r);
        break;
    default:
        if (!number(r, &is_real))
            spoil(r);
    }
}

struct str jr_raw(struct jr *r)
{
    const char *from = r->at;
    skip(r, 1);
    return r->bad ? STR_NONE : (struct str){ from, (size_t)(r->at - from) };
}
