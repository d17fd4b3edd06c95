/* Text → tokens. Pairs of Chinese characters: 防汛工作 → 防汛 汛工 工作 作. A single character of a query
 * becomes a prefix of pairs; the last character of a run is a token of its own so that it hits. */
#include "search/search_in.h"

#define WORD_MAX 64 /* code points of a word of letters and digits */

/* How tokens are written: those of a text, or those of a query in an engine's words. */
enum form { FORM_TEXT, FORM_SQLITE, FORM_PGSQL, FORM_NEEDLES, FORM_COUNT };
static const struct {
    const char *between, *before, *after, *after_prefix;
} forms[FORM_COUNT] = {
    [FORM_TEXT] = { " ", "", "", "" },
    [FORM_SQLITE] = { " AND ", "\"", "\"", "\"*" },
    [FORM_PGSQL] = { " & ", "'", "'", "':*" },
    [FORM_NEEDLES] = { ",", "\" ", " \"", "\"" },
};

struct tokens {
    struct buf out;
    uint64_t *seen; /* hashes, open addressing */
    size_t size, n;
    struct arena *a;
    enum form form;
};

static bool is_new(struct tokens *t, struct str token)
{
    uint64_t h = str_hash(token) | 1;
    if (t->n * 2 >= t->size) {
        size_t size = t->size ? t->size * 2 : 256;
        uint64_t *seen = arena_array_of(t->a, uint64_t, size);
        for (size_t i = 0; i < t->size; i++) {
            if (!t->seen[i])
                continue;
            size_t k = t->seen[i] & (size - 1);
            while (seen[k])
                k = (k + 1) & (size - 1);
            seen[k] = t->seen[i];
        }
        t->seen = seen;
        t->size = size;
    }
    size_t k = h & (t->size - 1);
    for (; t->seen[k]; k = (k + 1) & (t->size - 1))
        if (t->seen[k] == h)
            return false;
    t->seen[k] = h;
    t->n++;
    return true;
}

static void put(struct tokens *t, struct str token, bool is_prefix)
{
    if (!is_new(t, token))
        return;
    if (t->n > 1)
        buf_text(&t->out, forms[t->form].between);
    buf_text(&t->out, forms[t->form].before);
    buf_str(&t->out, token);
    buf_text(&t->out, is_prefix ? forms[t->form].after_prefix : forms[t->form].after);
}

/* A run of Chinese characters s[from, to). */
static void han_run(struct tokens *t, struct str s, size_t from, size_t to)
{
    size_t i = from, last = from, n = 0;
    while (i < to) {
        size_t first = i;
        (void)utf8_next(s, &i); /* only the position is wanted */
        if (n++ > 0)
            put(t, str_sub(s, last, i - last), false);
        last = first;
    }
    bool is_query = t->form != FORM_TEXT;
    if (!is_query || n == 1)
        put(t, str_sub(s, last, to - last), is_query);
}

struct str search_word(struct arena *a, struct str run)
{
    struct str w = utf8_prefix(run, WORD_MAX);
    char *low = arena_strndup(a, w.p, w.n);
    for (char *c = low; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return (struct str){ low, w.n };
}

static void word_run(struct tokens *t, struct str s, size_t from, size_t to)
{
    put(t, search_word(t->a, str_sub(s, from, to - from)), t->form != FORM_TEXT);
}

enum kind { GAP, HAN, WORD };

static enum kind kind_of(uint32_t c)
{
    if (utf8_is_han(c))
        return HAN;
    bool is_word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                   (c >= 0xC0 && c < 0x2000 && c != 0xD7 && c != 0xF7);
    return is_word ? WORD : GAP;
}

bool search_run_next(struct str s, size_t *at, struct search_run *out)
{
    enum kind run = GAP;
    size_t from = *at;
    for (size_t i = *at; i < s.n;) {
        size_t here = i;
        enum kind k = kind_of(utf8_next(s, &i));
        if (run == GAP) {
            from = here;
            run = k;
        } else if (k != run) {
            *out = (struct search_run){ from, here, run == HAN };
            *at = here;
            return true;
        }
    }
    *out = (struct search_run){ from, s.n, run == HAN };
    *at = s.n;
    return run != GAP;
}

static void run_all(struct tokens *t, struct str s)
{
    struct search_run run;
    for (size_t at = 0; search_run_next(s, &at, &run);)
        if (run.is_han)
            han_run(t, s, run.from, run.to);
        else
            word_run(t, s, run.from, run.to);
}

struct str search_tokens(struct arena *a, struct str text)
{
    struct tokens t = { .out = buf_in(a), .a = a };
    run_all(&t, text);
    return buf_done(&t.out);
}

struct str search_match(struct arena *a, enum db_engine engine, struct str query)
{
    enum form form = engine == DB_SQLITE ? FORM_SQLITE : FORM_PGSQL;
    struct tokens t = { .out = buf_in(a), .a = a, .form = form };
    run_all(&t, query);
    return t.n ? buf_done(&t.out) : STR_NONE;
}

struct str search_needles(struct arena *a, struct str query)
{
    struct tokens t = { .out = buf_in(a), .a = a, .form = FORM_NEEDLES };
    buf_char(&t.out, '[');
    run_all(&t, query);
    buf_char(&t.out, ']');
    return buf_done(&t.out);
}

struct str search_year_word(struct arena *a, int64_t year)
{
    return str_printf(a, "inyear%lld", (long long)year);
}

struct str search_match_year(struct arena *a, enum db_engine engine, struct str match, int64_t year)
{
    bool is_sqlite = engine == DB_SQLITE;
    const char *quote = is_sqlite ? "\"" : "'";
    struct str this = search_year_word(a, year), before = search_year_word(a, year - 1);
    return str_printf(a, "(%.*s) %s (%s%.*s%s %s %s%.*s%s)", STR_ARG(match), is_sqlite ? "AND" : "&",
                      quote, STR_ARG(this), quote, is_sqlite ? "OR" : "|", quote, STR_ARG(before),
                      quote);
}
