/* Files as answers: ranges (RFC 9110 §14), names (RFC 6266, 5987), ETag. */
#include <unistd.h>

#include "http/http_in.h"

int range_parse(struct str v, int64_t size, struct range *out)
{
    if (!str_starts(v, STR("bytes=")) || str_find(v, STR(","), 0) >= 0)
        return 0;
    struct str last = str_trim(str_sub(v, 6, v.n)), first;
    if (!str_cut(&last, '-', &first) || !last.p)
        return 0;
    int64_t from, to;
    if (first.n == 0) { /* the last so many */
        if (!str_to_i64(last, &to) || to < 0 || last.p[0] == '+')
            return 0;
        if (to == 0 || size == 0)
            return -1;
        *out = (struct range){ to < size ? size - to : 0, to < size ? to : size };
        return 1;
    }
    if (!str_to_i64(first, &from) || from < 0 || (last.n && !str_to_i64(last, &to)))
        return 0;
    if (last.n == 0)
        to = size - 1;
    if (to < from && last.n)
        return 0;
    if (from >= size)
        return -1;
    if (to >= size)
        to = size - 1;
    *out = (struct range){ from, to - from + 1 };
    return 1;
}

static bool is_attr_char(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("!#$&+-.^_`|~", c));
}

/* Path separators, control characters and quotes become "_": the name can go nowhere. */
struct str disposition_of(struct arena *a, struct str name, bool is_inline)
{
    struct buf b = buf_in(a);
    buf_text(&b, is_inline ? "inline" : "attachment");
    if (!name.p)
        return buf_done(&b);
    struct buf plain = buf_in(a), coded = buf_in(a);
    for (size_t i = 0; i < name.n;) {
        size_t start = i;
        uint32_t code = utf8_next(name, &i);
        bool is_bad = code < 0x20 || code == 0x7f || strchr("/\\\"<>:|?*", (int)(code & 0x7f)) != NULL;
        is_bad = is_bad && code < 0x80;
        if (is_bad || (code >= 0x80 && code < 0xa0) || (code >= 0x202a && code <= 0x202e) ||
            (code >= 0x2066 && code <= 0x2069)) { /* and what turns the direction of text */
            buf_char(&plain, '_');
            buf_char(&coded, '_');
            continue;
        }
        buf_char(&plain, code < 0x7f && code != '%' ? (char)code : '_');
        for (size_t k = start; k < i; k++) {
            unsigned char c = (unsigned char)name.p[k];
            if (is_attr_char(c))
                buf_char(&coded, (char)c);
            else
                buf_printf(&coded, "%%%02X", c);
        }
    }
    buf_text(&b, "; filename=\"");
    buf_str(&b, buf_done(&plain));
    buf_text(&b, "\"; filename*=UTF-8''");
    buf_str(&b, buf_done(&coded));
    return buf_done(&b);
}

static bool etag_matches(struct str list, struct str etag)
{
    struct str part;
    while (str_cut(&list, ',', &part)) {
        part = str_trim(part);
        if (str_starts(part, STR("W/")))
            part = str_sub(part, 2, part.n);
        if (str_is(part, "*") || (part.n == etag.n + 2 && part.p[0] == '"' &&
                                  memcmp(part.p + 1, etag.p, etag.n) == 0))
            return true;
    }
    return false;
}

bool file_is_known(struct request *r, const struct raw *raw)
{
    struct str known = header(r, "If-None-Match");
    return raw->etag.p && known.p && etag_matches(known, raw->etag);
}

static struct MHD_Response *body_of(struct raw *raw, struct range part)
{
    if (raw->fd >= 0) { /* MHD closes it */
        struct MHD_Response *res = MHD_create_response_from_fd_at_offset64(
            (uint64_t)part.n, raw->fd, (uint64_t)part.from);
        if (res)
            raw->fd = -1;
        return res;
    }
    return MHD_create_response_from_buffer((size_t)part.n,
                                           (void *)(uintptr_t)(raw->bytes.p + part.from),
                                           MHD_RESPMEM_PERSISTENT);
}

static void file_headers(struct request *r, struct MHD_Response *res, const struct raw *raw)
{
    (void)MHD_add_response_header(res, "Content-Type",
                                  raw->type ? raw->type : "application/octet-stream");
    struct str how = disposition_of(r->a, raw->name, raw->is_inline);
    if (raw->name.p || !raw->is_inline)
        (void)MHD_add_response_header(res, "Content-Disposition", how.p);
    /* A stored page or picture shown by itself may run nothing and load nothing. */
    (void)MHD_add_response_header(res, "Content-Security-Policy",
                                  "sandbox; default-src 'none'; img-src data:; style-src "
                                  "'unsafe-inline'; frame-ancestors 'self'");
    (void)MHD_add_response_header(res, "Cache-Control",
                                  raw->etag.p ? "private, no-cache" : "no-store");
    if (raw->etag.p)
        (void)MHD_add_response_header(res, "ETag",
                                      arena_printf(r->a, "\"%.*s\"", STR_ARG(raw->etag)));
    (void)MHD_add_response_header(res, "Accept-Ranges", "bytes");
}

static void close_file(struct raw *raw)
{
    if (raw->fd >= 0)
        (void)close(raw->fd); /* only read from */
    raw->fd = -1;
}

/* The whole answer in the form its maker compressed once for all. */
static enum MHD_Result answer_gzip(struct request *r, struct raw *raw)
{
    struct raw gz = *raw;
    gz.bytes = raw->gzip;
    struct MHD_Response *res = body_of(&gz, (struct range){ 0, (int64_t)gz.bytes.n });
    if (!res)
        return MHD_NO;
    file_headers(r, res, raw);
    (void)MHD_add_response_header(res, "Content-Encoding", "gzip");
    (void)MHD_add_response_header(res, "Vary", "Accept-Encoding");
    answer_headers(r, res);
    return answer_send(r, 200, res);
}

enum MHD_Result answer_file(struct request *r, struct raw *raw)
{
    int64_t size = raw->fd >= 0 ? raw->size : (int64_t)raw->bytes.n;
    struct str asked = header(r, "Range");
    struct str only_if = header(r, "If-Range");
    bool is_known = file_is_known(r, raw);
    struct range part = { 0, size };
    int kind = 0;
    if (asked.p && (!only_if.p || (raw->etag.p && etag_matches(only_if, raw->etag))))
        kind = range_parse(asked, size, &part);
    if (!is_known && !asked.p && raw->gzip.p && r->h->gzip && accepts_gzip(r))
        return answer_gzip(r, raw);
    if (kind <= 0)
        part = (struct range){ 0, size };
    if (is_known || kind < 0) {
        close_file(raw);
        struct raw none = *raw;
        none.bytes = STR("");
        none.fd = -1;
        part.n = 0;
        part.from = 0;
        struct MHD_Response *res = body_of(&none, part);
        if (!res)
            return MHD_NO;
        file_headers(r, res, raw);
        if (!is_known)
            (void)MHD_add_response_header(res, "Content-Range",
                                          arena_printf(r->a, "bytes */%lld", (long long)size));
        answer_headers(r, res);
        return answer_send(r, is_known ? 304 : 416, res);
    }
    struct MHD_Response *res = body_of(raw, part);
    if (!res) {
        close_file(raw);
        return MHD_NO;
    }
    file_headers(r, res, raw);
    if (kind > 0)
        (void)MHD_add_response_header(
            res, "Content-Range",
            arena_printf(r->a, "bytes %lld-%lld/%lld", (long long)part.from,
                         (long long)(part.from + part.n - 1), (long long)size));
    answer_headers(r, res);
    return answer_send(r, kind > 0 ? 206 : 200, res);
}
