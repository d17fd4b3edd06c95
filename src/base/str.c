#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"

struct str str_copy(struct arena *a, struct str s)
{
    if (!s.p)
        return STR_NONE;
    return (struct str){ arena_strndup(a, s.p, s.n), s.n };
}

struct str str_printf(struct arena *a, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    char *p = arena_vprintf(a, format, ap);
    va_end(ap);
    return str_of(p);
}

int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n &&
           (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

ptrdiff_t str_find(struct str s, struct str needle, size_t from)
{
    if (from > s.n || needle.n > s.n - from)
        return -1;
    if (needle.n == 0)
        return (ptrdiff_t)from;
    const char *hit = memmem(s.p + from, s.n - from, needle.p, needle.n);
    return hit ? hit - s.p : -1;
}

struct str str_sub(struct str s, size_t from, size_t n)
{
    if (from > s.n)
        from = s.n;
    if (n > s.n - from)
        n = s.n - from;
    return (struct str){ s.p ? s.p + from : NULL, n };
}

static size_t space_at_start(struct str s)
{
    if (s.n && strchr(" \t\r\n", s.p[0]))
        return 1;
    return str_starts(s, STR("\u3000")) ? 3 : 0;
}

static size_t space_at_end(struct str s)
{
    if (s.n && strchr(" \t\r\n", s.p[s.n - 1]))
        return 1;
    return str_ends(s, STR("\u3000")) ? 3 : 0;
}

struct str str_trim(struct str s)
{
    size_t k;
    while ((k = space_at_start(s)) > 0)
        s = str_sub(s, k, s.n);
    while ((k = space_at_end(s)) > 0)
        s.n -= k;
    return s;
}

bool str_cut(struct str *rest, char sep, struct str *out)
{
    if (!rest->p)
        return false;
    const char *hit = rest->n ? memchr(rest->p, sep, rest->n) : NULL;
    if (!hit) {
        *out = *rest;
        *rest = STR_NONE;
        return true;
    }
    *out = (struct str){ rest->p, (size_t)(hit - rest->p) };
    *rest = str_sub(*rest, out->n + 1, rest->n);
    return true;
}

uint64_t str_hash(struct str s)
{
    uint64_t h = 1469598103934665603u; /* FNV-1a */
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
    return h;
}

bool str_to_i64(struct str s, int64_t *out)
{
    size_t i = 0;
    bool negative = false;
    int64_t v = 0;
    if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
        negative = s.p[i++] == '-';
    if (i == s.n)
        return false;
    for (; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        int d = s.p[i] - '0';
        if (__builtin_mul_overflow(v, 10, &v) ||
            __builtin_add_overflow(v, negative ? -d : d, &v))
            return false;
    }
    *out = v;
    return true;
}

/* Length of the sequence at p (n bytes left), 0 when it is not valid UTF-8. */
static size_t utf8_check_one(const unsigned char *p, size_t n)
{
    unsigned c = p[0];
    if (c < 0x80)
        return c != 0;
    size_t k = c >= 0xC2 && c <= 0xDF ? 2 : c >= 0xE0 && c <= 0xEF ? 3 : c >= 0xF0 && c <= 0xF4 ? 4 : 0;
    if (k == 0 || k > n)
        return 0;
    for (size_t i = 1; i < k; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    if ((c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] > 0x9F) || (c == 0xF0 && p[1] < 0x90) ||
        (c == 0xF4 && p[1] > 0x8F))
        return 0;
    return k;
}

bool utf8_valid(struct str s)
{
    for (size_t i = 0; i < s.n;) {
        size_t k = utf8_check_one((const unsigned char *)s.p + i, s.n - i);
        if (k == 0)
            return false;
        i += k;
    }
    return true;
}

size_t utf8_length(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

uint32_t utf8_next(struct str s, size_t *i)
{
    const unsigned char *p = (const unsigned char *)s.p + *i;
    if (p[0] < 0x80) {
        *i += 1;
        return p[0];
    }
    int k = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    uint32_t code = p[0] & (0xFFu >> (k + 1));
    for (int j = 1; j < k; j++)
        code = code << 6 | (p[j] & 0x3Fu);
    *i += (size_t)k;
    return code;
}

struct str utf8_prefix(struct str s, size_t n)
{
    size_t i = 0;
    while (n-- > 0 && i < s.n)
        (void)utf8_next(s, &i); /* only the position is wanted */
    return str_sub(s, 0, i);
}

size_t utf8_put(uint32_t code, char out[4])
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t k = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = k - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3F));
    static const unsigned char lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    out[0] = (char)(lead[k] | code);
    return k;
}

bool utf8_is_han(uint32_t c)
{
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || c == 0x3007 ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

struct buf buf_in(struct arena *a)
{
    return (struct buf){ .a = a };
}

void buf_free(struct buf *b)
{
    CHECK(!b->a);
    free(b->p);
    *b = (struct buf){ 0 };
}

void buf_grow(struct buf *b, size_t more)
{
    CHECK(more <= SIZE_MAX / 4);
    size_t size = b->size ? b->size * 2 : 128;
    while (size - b->n <= more)
        size *= 2;
    if (b->a) {
        b->p = arena_grow_unset(b->a, b->p, b->size, size);
    } else {
        b->p = realloc(b->p, size);
        if (!b->p)
            check_fail("buf", 0, "out of memory");
    }
    b->size = size;
}

void buf_str(struct buf *b, struct str s)
{
    buf_put(b, s.p, s.n);
}

void buf_text(struct buf *b, const char *s)
{
    buf_put(b, s, strlen(s));
}

void buf_i64(struct buf *b, int64_t v)
{
    static const char pairs[] = "0001020304050607080910111213141516171819202122232425262728293031323334"
                                "3536373839404142434445464748495051525354555657585960616263646566676869"
                                "707172737475767778798081828384858687888990919293949596979899";
    if (v >= 0 && v < 10) {
        buf_char(b, (char)('0' + v));
        return;
    }
    char digits[20], *p = digits + sizeof digits;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    for (; u >= 100; u /= 100)
        memcpy(p -= 2, pairs + u % 100 * 2, 2);
    if (u >= 10)
        memcpy(p -= 2, pairs + u * 2, 2);
    else
        *--p = (char)('0' + u);
    if (v < 0)
        buf_char(b, '-');
    buf_put(b, p, (size_t)(digits + sizeof digits - p));
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    CHECK(n >= 0);
    buf_reserve(b, (size_t)n + 1);
    (void)vsnprintf(b->p + b->n, (size_t)n + 1, format, again); /* the length was just measured */
    b->n += (size_t)n;
    va_end(again);
    va_end(ap);
}

struct str buf_done(struct buf *b)
{
    buf_reserve(b, 1);
    b->p[b->n] = 0;
    return (struct str){ b->p, b->n };
}
