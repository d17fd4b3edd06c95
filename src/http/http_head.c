/* What is judged from the head of a request alone, before a byte of its body is read: headers that
 * two programs could read differently (a repeated Content-Length, Content-Length beside
 * Transfer-Encoding, odd characters in names), size, media type, and where it came from (S54). */
#include <strings.h>

#include "http/http_in.h"

struct look {
    int lengths, encodings, hosts, cookies;
    bool is_odd;
};

static bool is_token(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        if (c <= 0x20 || c >= 0x7f || strchr("()<>@,;:\\\"/[]?={}", c))
            return false;
    }
    return n > 0;
}

static bool is_plain_value(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static bool is_named(const char *key, size_t n, const char *name)
{
    return n == strlen(name) && strncasecmp(key, name, n) == 0;
}

static enum MHD_Result look_at(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_n,
                               const char *value, size_t value_n)
{
    struct look *l = cls;
    (void)kind;
    l->lengths += is_named(key, key_n, "Content-Length");
    l->encodings += is_named(key, key_n, "Transfer-Encoding");
    l->hosts += is_named(key, key_n, "Host");
    l->cookies += is_named(key, key_n, "Cookie");
    l->is_odd |= !is_token(key, key_n) || (value && !is_plain_value(value, value_n));
    return MHD_YES;
}

struct str header(struct request *r, const char *name)
{
    const char *value = NULL;
    size_t n = 0;
    if (MHD_lookup_connection_value_n(r->mhd, MHD_HEADER_KIND, name, strlen(name), &value, &n) !=
            MHD_YES ||
        !value)
        return STR_NONE;
    return (struct str){ value, n };
}

static bool bad(struct request *r, int *status, int as, enum err_kind kind, const char *code)
{
    *status = as;
    return err_set(&r->call.err, r->a, kind, code, NULL, NULL, NULL, NULL);
}

static bool framing_check(struct request *r, int *status)
{
    struct look l = { 0 };
    (void)MHD_get_connection_values_n(r->mhd, MHD_HEADER_KIND, look_at, &l);
    struct str length = header(r, "Content-Length"), encoding = header(r, "Transfer-Encoding");
    if (l.lengths > 1 || l.encodings > 1 || l.hosts != 1 || l.cookies > 1 || l.is_odd ||
        (l.lengths && l.encodings))
        return bad(r, status, 400, ERR_INVALID, "http.header");
    if (l.encodings && !(encoding.n == 7 && strncasecmp(encoding.p, "chunked", 7) == 0))
        return bad(r, status, 400, ERR_INVALID, "http.header");
    r->length = l.encodings ? -1 : 0;
    if (l.lengths) {
        if (length.n == 0 || length.n > 18)
            return bad(r, status, 400, ERR_INVALID, "http.header");
        for (size_t i = 0; i < length.n; i++)
            if (length.p[i] < '0' || length.p[i] > '9')
                return bad(r, status, 400, ERR_INVALID, "http.header");
        (void)str_to_i64(length, &r->length); /* only digits, checked above */
    }
    r->has_body = r->length != 0;
    return true;
}

/* A browser names the page a request comes from; a page of another site may change nothing. */
static bool origin_check(struct request *r, int *status)
{
    struct str origin = header(r, "Origin"), host = header(r, "Host");
    struct str site = header(r, "Sec-Fetch-Site");
    if (str_is(site, "cross-site") || str_is(site, "same-site"))
        return bad(r, status, 403, ERR_FORBIDDEN, "http.origin");
    if (!origin.p)
        return true;
    ptrdiff_t at = str_find(origin, STR("://"), 0);
    struct str from = at < 0 ? STR("") : str_sub(origin, (size_t)at + 3, origin.n);
    if (from.n == 0 || from.n != host.n || strncasecmp(from.p, host.p, from.n) != 0)
        return bad(r, status, 403, ERR_FORBIDDEN, "http.origin");
    return true;
}

static bool json_check(struct request *r, int *status)
{
    struct str type = header(r, "Content-Type");
    if (r->length > JSON_LIMIT)
        return bad(r, status, 413, ERR_TOO_LARGE, "http.too_large");
    struct str plain = STR_NONE, rest = type;
    if (type.p)
        (void)str_cut(&rest, ';', &plain); /* p is set: there is a first part */
    plain = str_trim(plain);
    if (r->has_body && !(plain.n == 16 && strncasecmp(plain.p, "application/json", 16) == 0))
        return bad(r, status, 415, ERR_INVALID, "http.type");
    return true;
}

bool head_check(struct request *r, int *status)
{
    if (!framing_check(r, status))
        return false;
    bool is_change = !str_is(r->method, "GET") && !str_is(r->method, "HEAD") &&
                     !str_is(r->method, "OPTIONS");
    if (is_change && !origin_check(r, status))
        return false;
    if (upload_is_path(r->path))
        return upload_head(r);
    if (!is_change && r->has_body)
        return bad(r, status, 400, ERR_INVALID, "http.header");
    return json_check(r, status);
}

/* --- the call ------------------------------------------------------------------------------------*/

enum lang lang_of(struct str accept)
{
    double best = 0;
    enum lang lang = LANG_ZH;
    struct str part, tag;
    while (str_cut(&accept, ',', &part)) {
        double q = 1;
        ptrdiff_t at = str_find(part, STR("q="), 0);
        if (at >= 0) { /* 0, 1 or 0.ddd; anything else counts as 0 */
            struct str v = str_trim(str_sub(part, (size_t)at + 2, part.n));
            q = v.n && v.p[0] == '1' ? 1 : 0;
            double scale = 0.1;
            for (size_t i = 2; v.n && v.p[0] == '0' && i < v.n && i < 5; i++, scale /= 10)
                q += v.p[i] >= '0' && v.p[i] <= '9' ? (v.p[i] - '0') * scale : 0;
        }
        if (!str_cut(&part, ';', &tag))
            continue;
        tag = str_trim(tag);
        bool is_zh = tag.n >= 2 && strncasecmp(tag.p, "zh", 2) == 0;
        bool is_en = tag.n >= 2 && strncasecmp(tag.p, "en", 2) == 0;
        if ((is_zh || is_en) && q > best) {
            best = q;
            lang = is_en ? LANG_EN : LANG_ZH;
        }
    }
    return lang;
}

bool accepts_gzip(struct request *r)
{
    struct str v = header(r, "Accept-Encoding");
    ptrdiff_t at = v.p ? str_find(v, STR("gzip"), 0) : -1;
    return at >= 0 && !str_starts(str_sub(v, (size_t)at + 4, v.n), STR(";q=0"));
}

static struct str cookie_of(struct request *r)
{
    struct str rest = header(r, "Cookie"), pair, name;
    const char *cookie = peer_is_secure(r) ? COOKIE_SECURE : COOKIE_PLAIN;
    while (str_cut(&rest, ';', &pair)) {
        if (str_cut(&pair, '=', &name) && str_is(str_trim(name), cookie))
            return pair.p ? str_trim(pair) : STR_NONE;
    }
    return STR_NONE;
}

static struct str bearer_of(struct request *r)
{
    struct str v = header(r, "Authorization");
    if (v.n > 7 && strncasecmp(v.p, "Bearer ", 7) == 0)
        return str_trim(str_sub(v, 7, v.n));
    return STR_NONE;
}

/* Header values live as long as the connection is inside this request; they are valid UTF-8 for
 * the rest of the program or absent. */
static struct str clean(struct str s)
{
    return s.p && utf8_valid(s) ? s : STR_NONE;
}

void head_to_call(struct request *r)
{
    struct call *c = &r->call;
    c->a = r->a;
    c->core = r->h->core;
    c->owner = r;
    c->lang = lang_of(header(r, "Accept-Language"));
    c->login_token = clean(cookie_of(r));
    c->bearer = clean(bearer_of(r));
    c->csrf = clean(header(r, "X-CSRF-Token"));
    c->key = clean(header(r, "Idempotency-Key"));
    c->address = peer_address(r);
    c->is_background = str_is(header(r, "X-Background"), "1");
    struct str agent = clean(header(r, "User-Agent"));
    c->agent = agent.p ? utf8_prefix(agent, 200) : STR("");
}
