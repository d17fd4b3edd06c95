/* Answers: JSON, problem documents (RFC 9457), the headers every answer carries (S55), and the
 * compression of JSON for browsers that ask for it; programs that do not ask do not pay. */
#include <zlib.h>

#include "base/log.h"
#include "http/http_in.h"

#define GZIP_FROM 1024

static const struct {
    enum err_kind kind;
    int status;
    const char *zh, *en;
} kinds[] = {
    { ERR_INVALID, 400, "填写的内容有误", "The request is not valid" },
    { ERR_UNAUTHENTICATED, 401, "需要登录", "Sign-in needed" },
    { ERR_FORBIDDEN, 403, "没有权限", "Not permitted" },
    { ERR_NOT_FOUND, 404, "没有找到", "Not found" },
    { ERR_CONFLICT, 409, "内容已被改动", "Changed meanwhile" },
    { ERR_STATE, 409, "当前状态不能这样办", "Not possible at present" },
    { ERR_TOO_LARGE, 413, "内容过大", "Too large" },
    { ERR_BUSY, 503, "系统正忙", "Busy" },
    { ERR_INTERNAL, 500, "系统内部出错", "Internal error" },
};

int problem_status(enum err_kind kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].kind == kind)
            return kinds[i].status;
    return 500;
}

/* What is wrong with the request itself, not with what was filled in. */
static const struct {
    const char *begins;
    const char *zh, *en;
} titles[] = {
    { "http.method", "请求方式不支持", "Method not allowed" },
    { "http.type", "内容类型不支持", "Media type not supported" },
    { "http.upload_type", "内容类型不支持", "Media type not supported" },
    { "http.", "请求有误", "The request is not valid" },
    { "key.missing", "缺少重试键", "No retry key" },
    { "key.reused", "重试键已用过", "Retry key used before" },
};

static const char *title_of(enum err_kind kind, const char *code, enum lang lang)
{
    bool mine = kind == ERR_INVALID || kind == ERR_CONFLICT;
    for (size_t i = 0; mine && i < sizeof titles / sizeof *titles; i++)
        if (strncmp(code, titles[i].begins, strlen(titles[i].begins)) == 0)
            return lang == LANG_EN ? titles[i].en : titles[i].zh;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].kind == kind)
            return lang == LANG_EN ? kinds[i].en : kinds[i].zh;
    return "";
}

struct str problem_text(struct arena *a, int status, const struct err *e, enum lang lang)
{
    const char *code = e->code ? e->code : "internal";
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_kstr(&w, "type", str_printf(a, "/api/docs#%s", code));
    jw_ktext(&w, "title", title_of(e->kind, code, lang));
    jw_ki64(&w, "status", status ? status : problem_status(e->kind));
    jw_ktext(&w, "code", code);
    jw_ktext(&w, "detail", err_message(a, e, lang));
    if (e->field)
        jw_ktext(&w, "field", e->field);
    jw_obj_end(&w);
    return buf_done(&b);
}

/* --- headers -------------------------------------------------------------------------------------*/

static void put(struct MHD_Response *res, const char *name, const char *value)
{
    if (MHD_add_response_header(res, name, value) != MHD_YES)
        log_error("http", "a response header was refused", "name", name);
}

static void put_login(struct request *r, struct MHD_Response *res)
{
    struct str v = r->call.set_login;
    if (!v.p)
        return;
    bool secure = peer_is_secure(r);
    put(res, "Set-Cookie",
        arena_printf(r->a, "%s=%.*s; Path=/; HttpOnly; SameSite=Strict%s%s",
                     secure ? COOKIE_SECURE : COOKIE_PLAIN, STR_ARG(v), secure ? "; Secure" : "",
                     v.n ? "" : "; Max-Age=0"));
}

void answer_headers(struct request *r, struct MHD_Response *res)
{
    put(res, "X-Content-Type-Options", "nosniff");
    put(res, "Referrer-Policy", "same-origin");
    if (peer_is_secure(r))
        put(res, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    if (atomic_load(&r->h->stopping))
        put(res, "Connection", "close");
    put_login(r, res);
}

enum MHD_Result answer_send(struct request *r, int status, struct MHD_Response *res)
{
    if (!res)
        return MHD_NO; /* no memory: MHD closes the connection */
    enum MHD_Result ok = MHD_queue_response(r->mhd, (unsigned)status, res);
    MHD_destroy_response(res); /* MHD holds its own reference */
    r->state = REQUEST_ANSWERED;
    return ok;
}

enum MHD_Result answer_empty(struct request *r, int status, struct MHD_Response *res)
{
    if (!res)
        res = MHD_create_response_from_buffer(0, (void *)(uintptr_t)"", MHD_RESPMEM_PERSISTENT);
    if (!res)
        return MHD_NO;
    answer_headers(r, res);
    put(res, "Cache-Control", "no-store");
    return answer_send(r, status, res);
}

/* --- gzip ----------------------------------------------------------------------------------------*/

struct zip {
    z_stream z;
};

void zip_free(struct zip **z)
{
    if (*z)
        (void)deflateEnd(&(*z)->z); /* memory only; nothing can be lost */
    free(*z);
    *z = NULL;
}

/* One packer a worker, set back for each answer: making one clears 260 KB. */
static struct zip *zip_of(struct worker *w)
{
    if (w->zip)
        return deflateReset(&w->zip->z) == Z_OK ? w->zip : NULL;
    struct zip *z = calloc(1, sizeof *z);
    if (!z || deflateInit2(&z->z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        free(z);
        return NULL;
    }
    return w->zip = z;
}

static bool packed(struct request *r, struct str *body)
{
    if (!r->h->gzip || body->n < GZIP_FROM || !accepts_gzip(r))
        return false;
    struct worker *w = worker_mine(r->h);
    struct zip *z = w ? zip_of(w) : NULL;
    if (!z)
        return false;
    size_t room = deflateBound(&z->z, body->n);
    char *out = arena_alloc(r->a, room);
    z->z.next_in = (unsigned char *)(uintptr_t)body->p; /* zlib's type lacks const */
    z->z.avail_in = (unsigned)body->n;
    z->z.next_out = (unsigned char *)out;
    z->z.avail_out = (unsigned)room;
    if (deflate(&z->z, Z_FINISH) != Z_STREAM_END)
        return false;
    *body = (struct str){ out, room - z->z.avail_out };
    return true;
}

/* --- bodies --------------------------------------------------------------------------------------*/

static enum MHD_Result answer_text(struct request *r, int status, struct str body, const char *type)
{
    bool is_packed = packed(r, &body);
    /* The bytes are the request's arena, which outlives the answer. */
    struct MHD_Response *res = MHD_create_response_from_buffer(
        body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_PERSISTENT);
    if (!res)
        return MHD_NO;
    put(res, "Content-Type", type);
    put(res, "Cache-Control", "no-store");
    put(res, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    if (is_packed)
        put(res, "Content-Encoding", "gzip");
    if (status == 503)
        put(res, "Retry-After", "2");
    answer_headers(r, res);
    return answer_send(r, status, res);
}

enum MHD_Result answer_json(struct request *r, int status, struct str json)
{
    return answer_text(r, status, json.p ? json : STR("{}"), "application/json");
}

enum MHD_Result answer_problem(struct request *r, int status, const struct err *e)
{
    if (!status)
        status = problem_status(e->kind);
    return answer_text(r, status, problem_text(r->a, status, e, r->call.lang),
                       "application/problem+json");
}

enum MHD_Result answer_err(struct request *r, const struct err *e)
{
    return answer_problem(r, 0, e);
}

enum MHD_Result answer_code(struct request *r, int status, enum err_kind kind, const char *code)
{
    struct err e = { .kind = kind, .code = code };
    return answer_problem(r, status, &e);
}

enum MHD_Result answer_allow(struct request *r, const char *allow)
{
    struct err e = { .kind = ERR_INVALID, .code = "http.method" };
    struct str body = problem_text(r->a, 405, &e, r->call.lang);
    struct MHD_Response *res = MHD_create_response_from_buffer(
        body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_PERSISTENT);
    if (!res)
        return MHD_NO;
    put(res, "Allow", allow);
    put(res, "Content-Type", "application/problem+json");
    put(res, "Cache-Control", "no-store");
    answer_headers(r, res);
    return answer_send(r, 405, res);
}
