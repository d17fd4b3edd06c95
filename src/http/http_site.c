/* The pages: files of build/web, embedded under "web/". index.html is asked for anew each time,
 * what lies under assets/ has its digest in the name and never changes; a .gz sibling is sent as it
 * is. A path outside /api/ that is no file is a page of the application: index.html. */
#include "base/embed.h"
#include "base/log.h"
#include "http/http_in.h"

#define PAGE_POLICY                                                                                \
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "           \
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "            \
    "frame-ancestors 'none'"

struct file {
    struct str name; /* after "web/" */
    struct str plain, gz;
    const char *type;
    char etag[24];
    bool is_immutable;
};

struct site {
    struct file *files; /* sorted by name */
    size_t n;
    const struct file *index;
};

static const struct {
    const char *end, *type;
} types[] = {
    { ".html", "text/html; charset=utf-8" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".mjs", "text/javascript; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },
    { ".json", "application/json" },
    { ".svg", "image/svg+xml" },
    { ".png", "image/png" },
    { ".jpg", "image/jpeg" },
    { ".ico", "image/x-icon" },
    { ".wasm", "application/wasm" },
    { ".woff2", "font/woff2" },
    { ".woff", "font/woff" },
    { ".ttf", "font/ttf" },
    { ".txt", "text/plain; charset=utf-8" },
    { ".webmanifest", "application/manifest+json" },
};

static const char *type_of(struct str name)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_ends(name, str_of(types[i].end)))
            return types[i].type;
    return "application/octet-stream";
}

static struct str bytes_of(const struct embed_file *f)
{
    return (struct str){ f->begin, (size_t)(f->end - f->begin) };
}

static const struct file *find(const struct site *s, struct str name)
{
    size_t low = 0, high = s->n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        int c = str_cmp(name, s->files[mid].name);
        if (c == 0)
            return &s->files[mid];
        if (c < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

struct site *site_make(struct arena *a)
{
    struct site *s = arena_new_of(a, struct site);
    size_t n = 0;
    for (const struct embed_file *f = embed_files; f->name; f++)
        n += str_starts(str_of(f->name), STR("web/"));
    s->files = arena_array_of(a, struct file, n + 1);
    for (const struct embed_file *f = embed_files; f->name; f++) {
        struct str name = str_of(f->name);
        if (!str_starts(name, STR("web/")) || str_ends(name, STR(".gz")))
            continue;
        struct file *to = &s->files[s->n++];
        to->name = str_sub(name, 4, name.n);
        to->plain = bytes_of(f);
        to->gz = embed_find(arena_printf(a, "%s.gz", f->name));
        to->type = type_of(name);
        to->is_immutable = str_starts(to->name, STR("assets/"));
        (void)snprintf(to->etag, sizeof to->etag, "\"%016llx\"",
                       (unsigned long long)str_hash(to->plain)); /* always fits */
    }
    s->index = find(s, STR("index.html"));
    return s;
}

static enum MHD_Result send_file(struct request *r, const struct file *f)
{
    struct str known = header(r, "If-None-Match");
    bool is_known = known.p && str_find(known, str_of(f->etag), 0) >= 0;
    bool is_gz = f->gz.p && accepts_gzip(r);
    struct str body = is_known ? STR("") : is_gz ? f->gz : f->plain;
    struct MHD_Response *res = MHD_create_response_from_buffer(
        body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_PERSISTENT);
    if (!res)
        return MHD_NO;
    (void)MHD_add_response_header(res, "Content-Type", f->type);
    (void)MHD_add_response_header(res, "ETag", f->etag);
    (void)MHD_add_response_header(res, "Vary", "Accept-Encoding");
    (void)MHD_add_response_header(res, "Cache-Control",
                                  f->is_immutable ? "public, max-age=31536000, immutable"
                                                  : "no-cache");
    (void)MHD_add_response_header(res, "Content-Security-Policy", PAGE_POLICY);
    if (is_gz && !is_known)
        (void)MHD_add_response_header(res, "Content-Encoding", "gzip");
    answer_headers(r, res);
    return answer_send(r, is_known ? 304 : 200, res);
}

enum MHD_Result site_answer(struct request *r)
{
    const struct site *s = r->h->site;
    struct str path;
    if (!str_is(r->method, "GET") && !str_is(r->method, "HEAD"))
        return answer_code(r, 405, ERR_INVALID, "http.method");
    if (!url_decode(r->a, r->path, &path) || path.n == 0)
        return answer_code(r, 400, ERR_INVALID, "http.encoding");
    const struct file *f = find(s, str_sub(path, 1, path.n));
    bool is_asset = str_starts(path, STR("/assets/"));
    if (!f && !is_asset) /* a missing asset must not become a page: the browser would run it */
        f = s->index;
    return f ? send_file(r, f) : answer_code(r, 404, ERR_NOT_FOUND, "http.no_page");
}

/* --- /api/docs -----------------------------------------------------------------------------------*/

static void put_html(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        const char *to = s.p[i] == '<'   ? "&lt;"
                         : s.p[i] == '>' ? "&gt;"
                         : s.p[i] == '&' ? "&amp;"
                         : s.p[i] == '"' ? "&quot;"
                                         : NULL;
        if (to)
            buf_text(b, to);
        else
            buf_char(b, s.p[i]);
    }
}

static void put_fields(struct buf *b, const struct record *rec, bool is_input)
{
    buf_text(b, is_input ? "<p>in</p><ul>" : "<p>out</p><ul>");
    for (size_t i = 0; rec && i < rec->n; i++) {
        const struct field *f = &rec->fields[i];
        buf_text(b, "<li><code>");
        put_html(b, str_of(f->name));
        buf_text(b, "</code> ");
        put_html(b, str_of(f->zh ? f->zh : ""));
        buf_text(b, " · ");
        put_html(b, str_of(f->en ? f->en : ""));
        if (is_input && (f->flags & (FIELD_REQUIRED | FIELD_PATH)))
            buf_text(b, " <b>*</b>");
        buf_text(b, "</li>");
    }
    buf_text(b, "</ul>");
}

static void put_route(struct buf *b, const char *method, const char *path, const char *name,
                      const char *zh, const char *en, const struct record *in,
                      const struct record *out)
{
    buf_text(b, "<details><summary><b>");
    buf_text(b, method);
    buf_text(b, "</b> <code>/api/v1");
    put_html(b, str_of(path));
    buf_text(b, "</code> ");
    put_html(b, str_of(zh));
    buf_text(b, " · ");
    put_html(b, str_of(en));
    buf_text(b, " <i>");
    put_html(b, str_of(name));
    buf_text(b, "</i></summary>");
    put_fields(b, in, true);
    put_fields(b, out, false);
    buf_text(b, "</details>");
}

/* The rooms in words; what is not here goes by its name. */
static const struct {
    const char *name, *words;
} groups[] = {
    { "core", "系统 · System" },
    { "login", "登录与个人设置 · Sign-in and one's own settings" },
    { "incident", "系统事件 · System incidents" },
    { "system", "系统管理 · System" },
    { "org", "机构与人员 · Organisation" },
    { "calendar", "工作日历 · Working days" },
    { "module", "业务设计 · Businesses" },
    { "desk", "事项办理 · Matters" },
    { "label", "敏感标识 · Marks" },
    { "secret", "保密 · Secrecy" },
    { "spill", "误传处置 · Spills" },
    { "document", "公文 · Documents" },
    { "document_books", "文号簿 · Number books" },
    { "exchange", "交换 · Exchange" },
    { "category", "公文分类 · Categories" },
    { "stats", "公文统计 · Figures of documents" },
    { "seal", "电子印章 · Electronic seals" },
    { "search", "检索 · Search" },
    { "demo", "演示 · Demonstration" },
};

static void put_group_head(struct buf *b, const char *name)
{
    const char *words = name;
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (strcmp(groups[i].name, name) == 0)
            words = groups[i].words;
    buf_text(b, "<h2 id=\"");
    put_html(b, str_of(name));
    buf_text(b, "\">");
    put_html(b, str_of(words));
    buf_text(b, "</h2>");
}

static void put_room(struct buf *b, const struct room *room)
{
    for (size_t i = 0; i < room->n_reads; i++) {
        const struct read *x = &room->reads[i];
        put_route(b, x->flags & READ_POST ? "POST" : "GET", x->path, x->name, x->zh, x->en, x->in, x->out);
    }
    for (size_t i = 0; i < room->n_commands; i++) {
        const struct command *x = &room->commands[i];
        if (!(x->flags & CMD_INTERNAL))
            put_route(b, x->method == POST ? "POST" : "GET", x->path, x->name, x->zh, x->en, x->in,
                      x->out);
    }
}

static bool has_routes(const struct room *room)
{
    size_t n = room->n_reads;
    for (size_t i = 0; i < room->n_commands; i++)
        n += !(room->commands[i].flags & CMD_INTERNAL);
    return n > 0;
}

/* A room may have several tables: they stand under one head, where the first one that has routes is. */
static void put_group(struct buf *b, const struct room *const *at)
{
    if (!has_routes(*at))
        return;
    for (const struct room *const *before = rooms; before < at; before++)
        if (has_routes(*before) && strcmp((*before)->name, (*at)->name) == 0)
            return;
    const char *name = (*at)->name;
    put_group_head(b, name);
    for (; *at; at++)
        if (strcmp((*at)->name, name) == 0)
            put_room(b, *at);
}

enum MHD_Result docs_answer(struct request *r)
{
    struct buf b = buf_in(r->a);
    buf_text(&b, "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\">"
                 "<meta name=\"viewport\" content=\"width=device-width\"><title>同办 API</title>"
                 "<style>body{font:16px/1.6 sans-serif;max-width:70em;margin:1em auto;padding:0 1em}"
                 "summary{cursor:pointer}i{color:#555}ul{margin:0}p{margin:.3em 0 0}</style>"
                 "<h1>同办 API</h1><p><a href=\"/api/v1/openapi.json\">OpenAPI 3.1</a></p>");
    for (const struct room *const *room = rooms; *room; room++)
        put_group(&b, room);
    struct str body = buf_done(&b);
    struct MHD_Response *res = MHD_create_response_from_buffer(
        body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_PERSISTENT);
    if (!res)
        return MHD_NO;
    (void)MHD_add_response_header(res, "Content-Type", "text/html; charset=utf-8");
    (void)MHD_add_response_header(res, "Cache-Control", "no-cache");
    (void)MHD_add_response_header(res, "Content-Security-Policy",
                                  "default-src 'none'; style-src 'unsafe-inline'; "
                                  "frame-ancestors 'none'");
    answer_headers(r, res);
    return answer_send(r, 200, res);
}
