/* Text from outside: UTF-8, days, moments, numbers, search words, tokens and codes. */
#include "base/clock.h"
#include "crypto/crypto.h"
#include "base/check.h"
#include "search/search.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct arena *a, struct str s)
{
    int64_t v;
    struct clock_date d;
    if (str_to_i64(s, &v)) {
        struct buf b = buf_in(a);
        int64_t w;
        buf_i64(&b, v);
        CHECK(str_to_i64(buf_done(&b), &w) && w == v);
    }
    if (clock_day_parse(s, &d))
        CHECK(str_eq(s, clock_day_text(a, d)));
    if (clock_iso_parse(s, &v)) {
        int64_t w;
        CHECK(clock_iso_parse(clock_iso(a, v), &w) && w == v);
    }
    uint8_t bytes[8];
    (void)hex_read(s, bytes, sizeof bytes);
    (void)secret_code_plain(a, s);
    if (!utf8_valid(s))
        return;
    CHECK(utf8_prefix(s, utf8_length(s)).n == s.n);
    (void)password_refused(s, STR("drafter"), false);
    struct str tokens = search_tokens(a, s);
    CHECK(utf8_valid(tokens));
    (void)search_match(a, DB_SQLITE, s);
    (void)search_match(a, DB_PGSQL, s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    check(a, (struct str){ arena_strndup(a, (const char *)data, size), size });
    arena_free(&a);
    return 0;
}
