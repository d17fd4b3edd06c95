/* Decimals of 34 digits, half even, on Intel's decimal library (Debian: libintelrdfpmath; libmpdec
 * is not in Debian 12). Only this file knows it. Values are decimal128 in the binary encoding;
 * infinities and NaN never leave this file. */
#include <bid_conf.h>
#include <bid_functions.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "feel/feel_in.h"

static BID_UINT128 to_bid(struct feel_dec d)
{
    BID_UINT128 x;
    memcpy(&x, &d, sizeof x);
    return x;
}

static struct feel_dec of_bid(BID_UINT128 x)
{
    struct feel_dec d;
    memcpy(&d, &x, sizeof d);
    return d;
}

static bool keep(BID_UINT128 x, struct feel_dec *out)
{
    if (!bid128_isFinite(x))
        return false;
    *out = of_bid(x);
    return true;
}

/* The library reads inf, nan and rubbish too: only digits, one point and an exponent pass. */
static bool looks_like_number(struct str s)
{
    size_t i = 0, digits = 0;
    if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
        i++;
    for (bool point = false; i < s.n && ((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '.'); i++) {
        if (s.p[i] != '.')
            digits++;
        else if (point)
            return false;
        else
            point = true;
    }
    if (digits == 0)
        return false;
    if (i == s.n)
        return true;
    if (s.p[i] != 'e' && s.p[i] != 'E')
        return false;
    i++;
    if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
        i++;
    size_t from = i;
    while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
        i++;
    return i == s.n && i > from && i - from <= 6;
}

bool dec_parse(struct str s, struct feel_dec *out)
{
    char text[256];
    if (s.n >= sizeof text || !looks_like_number(s))
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    _IDEC_flags flags = 0;
    return keep(bid128_from_string(text, BID_ROUNDING_TO_NEAREST, &flags), out);
}

struct feel_dec dec_i64(int64_t v)
{
    return of_bid(bid128_from_int64(v));
}

/* "+1234E-2" of the library → digits and exponent, trailing zeros moved into the exponent. */
static size_t digits_of(struct feel_dec d, char digits[48], int *exponent, bool *is_negative)
{
    char text[64];
    _IDEC_flags flags = 0;
    bid128_to_string(text, to_bid(d), &flags);
    size_t i = 0, n = 0;
    *is_negative = text[i] == '-';
    if (text[i] == '-' || text[i] == '+')
        i++;
    while (text[i] == '0' && text[i + 1] >= '0' && text[i + 1] <= '9')
        i++;
    while (text[i] >= '0' && text[i] <= '9' && n < 40)
        digits[n++] = text[i++];
    CHECK(text[i] == 'E' && n > 0);
    int e = (int)strtol(text + i + 1, NULL, 10);
    while (n > 1 && digits[n - 1] == '0') {
        n--;
        e++;
    }
    if (n == 1 && digits[0] == '0') {
        e = 0;
        *is_negative = false;
    }
    *exponent = e;
    return n;
}

struct str dec_text(struct arena *a, struct feel_dec d)
{
    char digits[48];
    int e;
    bool is_negative;
    size_t n = digits_of(d, digits, &e, &is_negative);
    struct buf b = buf_in(a);
    if (is_negative)
        buf_char(&b, '-');
    if (e > 40 || e < -74) { /* too long to write out */
        buf_put(&b, digits, n);
        buf_printf(&b, "E%d", e);
        return buf_done(&b);
    }
    ptrdiff_t point = (ptrdiff_t)n + e;
    if (point <= 0)
        buf_text(&b, "0.");
    for (ptrdiff_t i = point; i < 0; i++)
        buf_char(&b, '0');
    for (size_t i = 0; i < n; i++) {
        if ((ptrdiff_t)i == point && i > 0)
            buf_char(&b, '.');
        buf_char(&b, digits[i]);
    }
    for (int i = 0; i < e; i++)
        buf_char(&b, '0');
    return buf_done(&b);
}

bool dec_as_i64(struct feel_dec d, int64_t *out)
{
    _IDEC_flags flags = 0;
    int64_t v = bid128_to_int64_xint(to_bid(d), &flags);
    if (flags)
        return false;
    *out = v;
    return true;
}

int64_t dec_trunc(struct feel_dec d)
{
    static const int64_t limit = INT64_C(1) << 62;
    _IDEC_flags flags = 0;
    int64_t v = bid128_to_int64_int(to_bid(d), &flags);
    if (flags)
        return dec_cmp(d, dec_i64(0)) < 0 ? -limit : limit;
    return v > limit ? limit : v < -limit ? -limit : v;
}

int dec_cmp(struct feel_dec x, struct feel_dec y)
{
    _IDEC_flags flags = 0;
    if (bid128_quiet_equal(to_bid(x), to_bid(y), &flags))
        return 0;
    return bid128_quiet_less(to_bid(x), to_bid(y), &flags) ? -1 : 1;
}

bool dec_is_zero(struct feel_dec d)
{
    return bid128_isZero(to_bid(d));
}

struct feel_dec dec_neg(struct feel_dec d)
{
    return of_bid(bid128_negate(to_bid(d)));
}

/* x - y * floor(x / y), as FEEL's modulo. */
static BID_UINT128 modulo(BID_UINT128 x, BID_UINT128 y, _IDEC_flags *flags)
{
    BID_UINT128 q = bid128_div(x, y, BID_ROUNDING_TO_NEAREST, flags);
    q = bid128_round_integral_negative(q, flags);
    q = bid128_mul(q, y, BID_ROUNDING_TO_NEAREST, flags);
    return bid128_sub(x, q, BID_ROUNDING_TO_NEAREST, flags);
}

bool dec_op(char op, struct feel_dec l, struct feel_dec r, struct feel_dec *out)
{
    _IDEC_flags flags = 0;
    BID_UINT128 x = to_bid(l), y = to_bid(r);
    switch (op) {
    case '+': return keep(bid128_add(x, y, BID_ROUNDING_TO_NEAREST, &flags), out);
    case '-': return keep(bid128_sub(x, y, BID_ROUNDING_TO_NEAREST, &flags), out);
    case '*': return keep(bid128_mul(x, y, BID_ROUNDING_TO_NEAREST, &flags), out);
    case '/': return keep(bid128_div(x, y, BID_ROUNDING_TO_NEAREST, &flags), out);
    case '^': return keep(bid128_pow(x, y, BID_ROUNDING_TO_NEAREST, &flags), out);
    case '%': return !dec_is_zero(r) && keep(modulo(x, y, &flags), out);
    default: return false;
    }
}

static BID_UINT128 to_integral(BID_UINT128 x, enum dec_round how, _IDEC_flags *flags)
{
    switch (how) {
    case DEC_FLOOR: return bid128_round_integral_negative(x, flags);
    case DEC_CEILING: return bid128_round_integral_positive(x, flags);
    case DEC_HALF_EVEN: return bid128_round_integral_nearest_even(x, flags);
    case DEC_HALF_UP: return bid128_round_integral_nearest_away(x, flags);
    case DEC_DOWN: return bid128_round_integral_zero(x, flags);
    case DEC_UP:
        return bid128_isSigned(x) ? bid128_round_integral_negative(x, flags)
                                  : bid128_round_integral_positive(x, flags);
    case DEC_HALF_DOWN: break;
    }
    /* half towards zero: what is exactly half after truncation stays there */
    BID_UINT128 down = bid128_round_integral_zero(x, flags);
    BID_UINT128 rest = bid128_abs(bid128_sub(x, down, BID_ROUNDING_TO_NEAREST, flags));
    char half_text[] = "0.5";
    BID_UINT128 half = bid128_from_string(half_text, BID_ROUNDING_TO_NEAREST, flags);
    return bid128_quiet_less_equal(rest, half, flags)
               ? down
               : bid128_round_integral_nearest_away(x, flags);
}

bool dec_round(struct feel_dec d, int64_t scale, enum dec_round how, struct feel_dec *out)
{
    if (scale < -6111 || scale > 6176)
        return false;
    _IDEC_flags flags = 0;
    BID_UINT128 x = bid128_scalbn(to_bid(d), (int)scale, BID_ROUNDING_TO_NEAREST, &flags);
    x = to_integral(x, how, &flags);
    return keep(bid128_scalbn(x, -(int)scale, BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool dec_sqrt(struct feel_dec d, struct feel_dec *out)
{
    _IDEC_flags flags = 0;
    return keep(bid128_sqrt(to_bid(d), BID_ROUNDING_TO_NEAREST, &flags), out);
}
