/* tus 1.0 (creation, termination): files on their way in. Whose upload it is and how long, the
 * rooms know (command upload.begin, read upload.get, through the door like everything); the bytes
 * go past the door, piece by piece, into the blob store. What waits for the store longer than a
 * write to memory is done by a job while the connection is parked. Each request may reach another
 * node when the store is S3: what was told to have arrived is known to all.
 *
 *     OPTIONS /api/v1/uploads            what we speak
 *     POST    /api/v1/uploads            Upload-Length, Upload-Metadata filename → Location
 *     HEAD    /api/v1/uploads/{id}       Upload-Offset, Upload-Length
 *     PATCH   /api/v1/uploads/{id}       Upload-Offset and bytes → Upload-Offset
 *     DELETE  /api/v1/uploads/{id}       gives it up */
#include "base/log.h"
#include "crypto/crypto.h"
#include "http/http_in.h"

#define PREFIX "/api/v1/uploads"
#define NAME_BYTES 1024

struct upload {
    struct request *r;
    int64_t id, size, offset, arrived;
    struct blob_upload *open;
    enum { UPLOAD_BEGIN, UPLOAD_PATCH, UPLOAD_STATE, UPLOAD_DROP } kind;
};

bool upload_is_path(struct str path)
{
    return str_is(path, PREFIX) || str_starts(path, STR(PREFIX "/"));
}

/* --- answers -------------------------------------------------------------------------------------*/

static void put_number(struct MHD_Response *res, struct arena *a, const char *name, int64_t v)
{
    (void)MHD_add_response_header(res, name, arena_printf(a, "%lld", (long long)v));
}

static struct MHD_Response *empty(void)
{
    struct MHD_Response *res =
        MHD_create_response_from_buffer(0, (void *)(uintptr_t)"", MHD_RESPMEM_PERSISTENT);
    if (res)
        (void)MHD_add_response_header(res, "Tus-Resumable", "1.0.0");
    return res;
}

static enum MHD_Result answer_options(struct request *r)
{
    struct MHD_Response *res = empty();
    if (!res)
        return MHD_NO;
    (void)MHD_add_response_header(res, "Tus-Version", "1.0.0");
    (void)MHD_add_response_header(res, "Tus-Extension", "creation,termination");
    put_number(res, r->a, "Tus-Max-Size", UPLOAD_LIMIT);
    return answer_empty(r, 204, res);
}

static enum MHD_Result answer_begun(struct request *r)
{
    struct MHD_Response *res = empty();
    if (!res)
        return MHD_NO;
    (void)MHD_add_response_header(res, "Location",
                                  arena_printf(r->a, PREFIX "/%lld", (long long)r->upload->id));
    put_number(res, r->a, "Upload-Offset", 0);
    return answer_empty(r, 201, res);
}

static enum MHD_Result answer_state(struct request *r, int status, int64_t offset, int64_t size)
{
    struct MHD_Response *res = empty();
    if (!res)
        return MHD_NO;
    put_number(res, r->a, "Upload-Offset", offset);
    if (size >= 0)
        put_number(res, r->a, "Upload-Length", size);
    return answer_empty(r, status, res);
}

/* --- who and which -------------------------------------------------------------------------------*/

static bool refuse(struct request *r, int status, enum err_kind kind, const char *code)
{
    r->refused = status;
    return err_set(&r->call.err, r->a, kind, code, NULL, NULL, NULL, NULL);
}

static const struct read *state_read(void)
{
    for (const struct room *const *room = rooms; *room; room++)
        for (size_t i = 0; i < (*room)->n_reads; i++)
            if (strcmp((*room)->reads[i].name, "upload.get") == 0)
                return &(*room)->reads[i];
    return NULL;
}

/* The upload named by the path, when it is the person's own and they may change it. */
static bool load(struct request *r, struct upload *u)
{
    struct call *c = &r->call;
    struct worker *w = worker_mine(r->h);
    struct str id = str_sub(r->path, sizeof PREFIX, r->path.n);
    if (!w || !w->db)
        return refuse(r, 503, ERR_BUSY, "http.busy");
    c->read = state_read();
    if (!c->read || !str_to_i64(id, &u->id) || u->id <= 0)
        return refuse(r, 404, ERR_NOT_FOUND, "blob.upload_absent");
    c->params[0] = (struct param){ STR("upload_id"), id };
    c->n_params = 1;
    door_read(c, w->db);
    worker_db_check(w, &c->err);
    if (c->err.kind != ERR_NONE) {
        r->refused = problem_status(c->err.kind);
        return false;
    }
    const struct actor *me = c->cx.actor;
    if (me && !me->is_token && !str_is(r->method, "HEAD") && !secret_equal(c->csrf, me->csrf))
        return refuse(r, 403, ERR_FORBIDDEN, "login.csrf");
    const struct jv *j = jv_parse(r->a, c->answer, NULL, NULL);
    (void)jv_as_i64(jv_get(j, "size"), &u->size); /* the record says it is a number */
    return true;
}

static bool version_check(struct request *r)
{
    return str_is(header(r, "Tus-Resumable"), "1.0.0") ||
           refuse(r, 412, ERR_INVALID, "http.tus_version");
}

/* --- begin ---------------------------------------------------------------------------------------*/

static int base64_value(char c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

static bool base64_read(struct arena *a, struct str s, struct str *out)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    unsigned bits = 0;
    int have = 0;
    while (s.n && s.p[s.n - 1] == '=')
        s.n--;
    for (size_t i = 0; i < s.n; i++) {
        int v = base64_value(s.p[i]);
        if (v < 0)
            return false;
        bits = bits << 6 | (unsigned)v;
        have += 6;
        if (have >= 8) {
            have -= 8;
            p[n++] = (char)(bits >> have & 0xff);
        }
    }
    *out = (struct str){ p, n };
    return utf8_valid(*out);
}

/* "filename 5paH5Lu2LnBkZg==,filetype …" */
static bool name_of(struct request *r, struct str *out)
{
    struct str rest = header(r, "Upload-Metadata"), pair, key;
    while (rest.p && rest.n < NAME_BYTES * 4 && str_cut(&rest, ',', &pair)) {
        pair = str_trim(pair);
        if (str_cut(&pair, ' ', &key) && str_is(key, "filename") && pair.p)
            return base64_read(r->a, str_trim(pair), out);
    }
    return false;
}

static void resume(struct upload *u)
{
    MHD_resume_connection(u->r->mhd);
}

static void begin_job(void *arg)
{
    struct upload *u = arg;
    (void)blob_begin(core_blobs(u->r->h->core), u->id, u->r->a, &u->r->call.err); /* told by err */
    resume(u);
}

static void busy(struct upload *u)
{
    (void)refuse(u->r, 503, ERR_BUSY, "http.busy"); /* always false */
    resume(u);
}

/* The row stands; now the file. Committer's thread. */
static void begun(struct call *call)
{
    struct request *r = call->owner;
    struct upload *u = r->upload;
    if (call->err.kind == ERR_NONE) {
        const struct jv *j = jv_parse(r->a, call->answer, NULL, NULL);
        (void)jv_as_i64(jv_get(j, "id"), &u->id); /* the record says it is an id */
        if (!job_run(r->h->core, LANE_STORE, begin_job, u))
            busy(u);
        return;
    }
    resume(u);
}

static enum MHD_Result begin(struct request *r)
{
    struct worker *w = worker_mine(r->h);
    struct call *c = &r->call;
    struct str name;
    int64_t length;
    c->command = command_find("upload.begin");
    if (!w || !w->db || !c->command)
        return answer_code(r, 503, ERR_BUSY, "http.busy");
    if (!header(r, "Upload-Length").p || !str_to_i64(header(r, "Upload-Length"), &length) ||
        length < 0)
        return answer_code(r, 400, ERR_INVALID, "http.upload_length");
    if (length > UPLOAD_LIMIT)
        return answer_code(r, 413, ERR_TOO_LARGE, "http.upload_large");
    if (!name_of(r, &name))
        return answer_code(r, 400, ERR_INVALID, "http.upload_name");
    struct buf b = buf_in(r->a);
    struct jw j = jw_to(&b);
    jw_obj(&j);
    jw_kstr(&j, "name", name);
    jw_ki64(&j, "size", length);
    jw_obj_end(&j);
    c->body = buf_done(&b);
    c->done = begun;
    r->upload->kind = UPLOAD_BEGIN;
    request_park(r);
    if (!door_submit(c, w->db))
        resume(r->upload);
    return MHD_YES;
}

/* --- bytes ---------------------------------------------------------------------------------------*/

static bool patch_open(struct request *r, struct upload *u)
{
    struct str at = header(r, "Upload-Offset");
    if (!str_is(header(r, "Content-Type"), "application/offset+octet-stream"))
        return refuse(r, 415, ERR_INVALID, "http.upload_type");
    if (!at.p || !str_to_i64(at, &u->offset) || u->offset < 0)
        return refuse(r, 400, ERR_INVALID, "http.upload_offset");
    if (!load(r, u))
        return false;
    if (r->length > u->size - u->offset)
        return refuse(r, 413, ERR_TOO_LARGE, "http.upload_beyond");
    u->open = blob_upload_open(core_blobs(r->h->core), u->id, u->offset, r->a, &r->call.err);
    if (u->open)
        return true;
    r->refused = problem_status(r->call.err.kind);
    return false;
}

/* Made for every request under uploads; false with r->refused. */
bool upload_head(struct request *r)
{
    struct upload *u = r->upload = arena_new_of(r->a, struct upload);
    u->r = r;
    if (str_is(r->method, "OPTIONS"))
        return true;
    if (!version_check(r))
        return false;
    return !str_is(r->method, "PATCH") || patch_open(r, u);
}

/* A piece of the body; what is beyond the promised length is refused, what is there stays. */
bool upload_piece(struct request *r, struct str bytes)
{
    struct upload *u = r->upload;
    if (!u->open)
        return refuse(r, 400, ERR_INVALID, "http.header"); /* only PATCH carries bytes */
    if (u->offset + r->taken > u->size)
        return refuse(r, 413, ERR_TOO_LARGE, "http.upload_beyond");
    if (blob_upload_write(u->open, bytes, r->a, &r->call.err))
        return true;
    r->refused = problem_status(r->call.err.kind);
    return false;
}

static void close_job(void *arg)
{
    struct upload *u = arg;
    struct err *e = &u->r->call.err;
    struct err mine = { 0 };
    if (!blob_upload_close(&u->open, &u->arrived, u->r->a, &mine) && e->kind == ERR_NONE)
        *e = mine;
    resume(u);
}

/* The body has ended or was refused half-way: what came is synced before the sender is told. */
static enum MHD_Result patch_end(struct request *r)
{
    r->upload->kind = UPLOAD_PATCH;
    request_park(r);
    if (!job_run(r->h->core, LANE_STORE, close_job, r->upload))
        busy(r->upload);
    return MHD_YES;
}

static void look_job(void *arg)
{
    struct upload *u = arg;
    struct blob_store *store = core_blobs(u->r->h->core);
    u->arrived = blob_arrived(store, u->id, u->r->a, &u->r->call.err); /* told by err */
    if (u->arrived >= 0 && u->kind == UPLOAD_DROP)
        blob_drop(store, u->id);
    resume(u);
}

/* HEAD and DELETE. */
static enum MHD_Result look(struct request *r, bool is_drop)
{
    if (!load(r, r->upload))
        return answer_problem(r, r->refused, &r->call.err);
    r->upload->kind = is_drop ? UPLOAD_DROP : UPLOAD_STATE;
    request_park(r);
    if (!job_run(r->h->core, LANE_STORE, look_job, r->upload))
        busy(r->upload);
    return MHD_YES;
}

enum MHD_Result upload_end(struct request *r)
{
    bool is_one = r->path.n > sizeof PREFIX;
    if (r->upload->open)
        return patch_end(r);
    if (r->refused)
        return answer_problem(r, r->refused, &r->call.err);
    if (str_is(r->method, "OPTIONS"))
        return answer_options(r);
    if (!is_one && str_is(r->method, "POST"))
        return begin(r);
    if (is_one && str_is(r->method, "HEAD"))
        return look(r, false);
    if (is_one && str_is(r->method, "DELETE"))
        return look(r, true);
    return answer_allow(r, is_one ? "OPTIONS, HEAD, PATCH, DELETE" : "OPTIONS, POST");
}

enum MHD_Result upload_resumed(struct request *r)
{
    struct upload *u = r->upload;
    if (r->call.err.kind != ERR_NONE)
        return answer_problem(r, r->refused, &r->call.err);
    switch (u->kind) {
    case UPLOAD_BEGIN: return answer_begun(r);
    case UPLOAD_PATCH: return answer_state(r, 204, u->arrived, -1);
    case UPLOAD_STATE: return answer_state(r, 200, u->arrived, u->size);
    case UPLOAD_DROP: break;
    }
    return answer_empty(r, 204, empty());
}

/* --- a connection that broke ---------------------------------------------------------------------*/

struct torn {
    struct blob_upload *open;
};

static void torn_job(void *arg)
{
    struct torn *t = arg;
    struct arena *a = arena_new();
    struct err e = { 0 };
    if (!blob_upload_close(&t->open, NULL, a, &e))
        log_warn("http", "a torn upload could not be synced", "code", e.code ? e.code : "");
    arena_free(&a);
    free(t);
}

/* What came is kept for the sender to go on from. The request's arena is about to go. */
void upload_done(struct request *r)
{
    if (!r->upload->open)
        return;
    struct torn *t = calloc(1, sizeof *t);
    if (!t)
        return; /* left open: the sender is told it is busy until a restart */
    t->open = r->upload->open;
    r->upload->open = NULL;
    if (!job_run(r->h->core, LANE_STORE, torn_job, t))
        torn_job(t);
}
