/* DER written and read. Whoever changes the reader runs `make fuzz FUZZ=ses`. */
#include "crypto/der.h"

#include <stdio.h>

#include "base/check.h"
#include "base/clock.h"

/* --- writing ---------------------------------------------------------------------------------- */

static size_t put_head(uint8_t out[8], int tag, size_t n)
{
    size_t k = 0;
    out[k++] = (uint8_t)tag;
    if (n < 0x80) {
        out[k++] = (uint8_t)n;
        return k;
    }
    int bytes = n < 0x100 ? 1 : n < 0x10000 ? 2 : n < 0x1000000 ? 3 : 4;
    CHECK(n < UINT32_MAX);
    out[k++] = (uint8_t)(0x80 | bytes);
    for (int i = bytes - 1; i >= 0; i--)
        out[k++] = (uint8_t)(n >> (8 * i));
    return k;
}

struct str der_join(struct arena *a, int tag, const struct str *parts, size_t n)
{
    size_t size = 0, at;
    uint8_t head[8];
    for (size_t i = 0; i < n; i++)
        size += parts[i].n;
    at = put_head(head, tag, size);
    char *p = arena_alloc(a, at + size + 1);
    memcpy(p, head, at);
    for (size_t i = 0; i < n; i++) {
        if (parts[i].n)
            memcpy(p + at, parts[i].p, parts[i].n);
        at += parts[i].n;
    }
    return (struct str){ p, at };
}

struct str der(struct arena *a, int tag, struct str content)
{
    return der_join(a, tag, &content, 1);
}

struct str der_number(struct arena *a, struct str big_endian)
{
    while (big_endian.n > 1 && big_endian.p[0] == 0)
        big_endian = str_sub(big_endian, 1, big_endian.n - 1);
    bool is_high = big_endian.n && (uint8_t)big_endian.p[0] >= 0x80;
    const struct str parts[] = { is_high ? (struct str){ "", 1 } : STR(""), big_endian };
    return der_join(a, DER_INT, parts, 2);
}

struct str der_int(struct arena *a, int64_t v)
{
    uint8_t b[8];
    CHECK(v >= 0);
    for (int i = 0; i < 8; i++)
        b[i] = (uint8_t)((uint64_t)v >> (56 - 8 * i));
    return der_number(a, (struct str){ (const char *)b, 8 });
}

static void put_base128(struct buf *b, uint64_t v)
{
    int shift = 63;
    while (shift > 0 && v >> shift == 0)
        shift -= 7;
    for (; shift > 0; shift -= 7)
        buf_char(b, (char)(0x80 | (v >> shift & 0x7f)));
    buf_char(b, (char)(v & 0x7f));
}

struct str der_oid(struct arena *a, const char *dotted)
{
    struct buf b = buf_in(a);
    struct str rest = str_of(dotted), part;
    int64_t first = 0, v;
    for (int i = 0; str_cut(&rest, '.', &part); i++) {
        CHECK(str_to_i64(part, &v) && v >= 0);
        if (i == 0)
            first = v;
        else
            put_base128(&b, (uint64_t)(i == 1 ? first * 40 + v : v));
    }
    return der(a, DER_OID, buf_done(&b));
}

struct str der_bits(struct arena *a, struct str bytes)
{
    const struct str parts[] = { { "", 1 }, bytes };
    return der_join(a, DER_BITS, parts, 2);
}

struct str der_true(struct arena *a)
{
    return der(a, DER_BOOL, STR("\xff"));
}

/* Year to second of a moment in UTC, as digits. */
static struct str digits_of(struct arena *a, int64_t at)
{
    int64_t s = at / 1000, day = s / 86400, second = s % 86400;
    struct clock_date d = clock_from_days(day);
    return str_printf(a, "%04d%02d%02d%02d%02d%02dZ", d.year, d.month, d.day, (int)(second / 3600),
                      (int)(second / 60 % 60), (int)(second % 60));
}

struct str der_time(struct arena *a, int64_t at)
{
    return der(a, DER_TIME, digits_of(a, at));
}

struct str der_x509_time(struct arena *a, int64_t at)
{
    struct str s = digits_of(a, at);
    if (str_cmp(s, STR("2050")) >= 0)
        return der(a, DER_TIME, s);
    return der(a, DER_UTC_TIME, str_sub(s, 2, s.n - 2));
}

/* --- reading ----------------------------------------------------------------------------------- */

struct der_reader der_read(struct str bytes)
{
    return (struct der_reader){ bytes, false };
}

struct der_reader der_inside(const struct der_item *item)
{
    return der_read(item->content);
}

int der_peek(const struct der_reader *r)
{
    return r->failed || r->rest.n == 0 ? -1 : (uint8_t)r->rest.p[0];
}

bool der_ended(const struct der_reader *r)
{
    return !r->failed && r->rest.n == 0;
}

/* Bytes of tag and length and of the content; false when they are not there or not DER. */
static bool head_of(struct str s, size_t *head, size_t *size)
{
    const uint8_t *p = (const uint8_t *)s.p;
    if (s.n < 2 || (p[0] & 0x1f) == 0x1f)
        return false;
    size_t bytes = 0, n = p[1];
    if (n >= 0x80) {
        bytes = n & 0x7f;
        n = 0;
        if (bytes < 1 || bytes > 4 || s.n < 2 + bytes || p[2] == 0)
            return false;
        for (size_t i = 0; i < bytes; i++)
            n = n << 8 | p[2 + i];
        if (n < 0x80)
            return false;
    }
    *head = 2 + bytes;
    *size = n;
    return n <= s.n - *head;
}

bool der_next(struct der_reader *r, struct der_item *out)
{
    size_t head, size;
    if (r->failed || r->rest.n == 0)
        return false;
    if (!head_of(r->rest, &head, &size)) {
        r->failed = true;
        return false;
    }
    *out = (struct der_item){ (uint8_t)r->rest.p[0], { r->rest.p + head, size },
                              { r->rest.p, head + size } };
    r->rest = (struct str){ r->rest.p + head + size, r->rest.n - head - size };
    return true;
}

bool der_want(struct der_reader *r, int tag, struct der_item *out)
{
    if (der_peek(r) != tag || !der_next(r, out)) {
        r->failed = true;
        return false;
    }
    return true;
}

bool der_one(struct str bytes, int tag, struct der_item *out)
{
    struct der_reader r = der_read(bytes);
    return der_want(&r, tag, out) && der_ended(&r);
}

bool der_want_int(struct der_reader *r, int64_t *out)
{
    struct der_item item;
    if (!der_want(r, DER_INT, &item))
        return false;
    const uint8_t *p = (const uint8_t *)item.content.p;
    size_t n = item.content.n;
    bool is_short = n == 1 || (n > 1 && !(p[0] == 0 && p[1] < 0x80));
    r->failed = n == 0 || n > 8 || p[0] >= 0x80 || !is_short; /* none of ours is negative */
    if (r->failed)
        return false;
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v = v << 8 | p[i];
    *out = (int64_t)v;
    return true;
}

bool der_want_bits(struct der_reader *r, struct str *out)
{
    struct der_item item;
    if (!der_want(r, DER_BITS, &item))
        return false;
    r->failed = item.content.n < 1 || item.content.p[0] != 0;
    *out = r->failed ? STR_NONE : str_sub(item.content, 1, item.content.n - 1);
    return !r->failed;
}

static bool oid_text(struct str content, struct buf *b)
{
    uint64_t v = 0;
    bool is_first = true;
    if (content.n == 0 || content.n > 64 || (uint8_t)content.p[content.n - 1] >= 0x80)
        return false;
    for (size_t i = 0; i < content.n; i++) {
        uint8_t c = (uint8_t)content.p[i];
        if (v > UINT32_MAX || (v == 0 && c == 0x80))
            return false;
        v = v << 7 | (c & 0x7f);
        if (c >= 0x80)
            continue;
        uint64_t top = v < 40 ? 0 : v < 80 ? 1 : 2;
        if (is_first)
            buf_printf(b, "%d.%lld", (int)top, (long long)(v - top * 40));
        else
            buf_printf(b, ".%lld", (long long)v);
        is_first = false;
        v = 0;
    }
    return true;
}

bool der_want_oid(struct der_reader *r, struct arena *a, struct str *out)
{
    struct der_item item;
    struct buf b = buf_in(a);
    if (!der_want(r, DER_OID, &item))
        return false;
    r->failed = !oid_text(item.content, &b);
    *out = r->failed ? STR_NONE : buf_done(&b);
    return !r->failed;
}

static bool number_at(struct str s, size_t at, size_t n, int *out)
{
    *out = 0;
    if (at + n > s.n)
        return false;
    for (size_t i = at; i < at + n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        *out = *out * 10 + (s.p[i] - '0');
    }
    return true;
}

/* "Z", "+0800" or nothing behind the seconds (taken as UTC); minutes east. */
static bool offset_of(struct str s, int *minutes)
{
    int h, m;
    *minutes = 0;
    if (s.n == 0 || str_is(s, "Z"))
        return true;
    if (s.n != 5 || (s.p[0] != '+' && s.p[0] != '-') || !number_at(s, 1, 2, &h) ||
        !number_at(s, 3, 2, &m) || h > 14 || m > 59)
        return false;
    *minutes = (s.p[0] == '-' ? -1 : 1) * (h * 60 + m);
    return true;
}

bool der_time_of(const struct der_item *item, int64_t *out)
{
    struct str s = item->content;
    int year, month, day, hour, minute, second, offset;
    size_t at = item->tag == DER_TIME ? 4 : 2;
    if (item->tag != DER_TIME && item->tag != DER_UTC_TIME)
        return false;
    if (!number_at(s, 0, at, &year) || !number_at(s, at, 2, &month) ||
        !number_at(s, at + 2, 2, &day) || !number_at(s, at + 4, 2, &hour) ||
        !number_at(s, at + 6, 2, &minute) || !number_at(s, at + 8, 2, &second))
        return false;
    if (at == 2)
        year += year < 50 ? 2000 : 1900;
    at += 10;
    if (at < s.n && s.p[at] == '.')
        for (at++; at < s.n && s.p[at] >= '0' && s.p[at] <= '9';)
            at++;
    struct clock_date d = { year, month, day };
    char text[16];
    (void)snprintf(text, sizeof text, "%04d-%02d-%02d", year % 10000, month % 100, day % 100);
    struct clock_date real;
    if (!clock_day_parse(str_of(text), &real) || hour > 23 || minute > 59 || second > 60 ||
        !offset_of(str_sub(s, at, s.n - at), &offset))
        return false;
    *out = (clock_days(d) * 86400 + hour * 3600 + minute * 60 + second - offset * 60) * 1000;
    return true;
}

bool der_want_time(struct der_reader *r, int64_t *out)
{
    struct der_item item;
    if (!der_next(r, &item) || !der_time_of(&item, out)) {
        r->failed = true;
        return false;
    }
    return true;
}
