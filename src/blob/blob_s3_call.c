/* One request to the S3 store, through libcurl, which signs it (SigV4). What curl 7.88 wants of us:
 * x-amz-content-sha256 is given, else it signs PUT bodies as empty; the query comes sorted and
 * encoded, it is signed as it stands; no header without a value, which would be signed but not sent.
 *
 * A store that does not answer is not asked again for DOWN_US after the third attempt, so that what
 * queued up behind it is told at once. */
#include <ctype.h>
#include <errno.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "blob/blob_s3_in.h"

#define TRIES 3
#define PATIENCE_US INT64_C(6000000) /* no further attempt after this */
#define DOWN_US INT64_C(2000000)
#define CONNECT_MS 3000L
#define SILENCE_S 20L /* fewer than 1 KB a second for so long */
#define SMALL_MS 15000L
#define EMPTY_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

struct exchange {
    const struct s3_ask *ask;
    struct s3_said said;
    int status;
    int64_t sent;
    bool gave_up;     /* take or restart */
    char wrong[2048]; /* what came with a refusal */
    size_t wrong_n;
};

/* --- curl's calls ---------------------------------------------------------------------------- */

static size_t on_header(char *p, size_t size, size_t n, void *arg)
{
    struct exchange *x = arg;
    struct str value = { p, size * n }, name;
    if (str_starts(value, STR("HTTP/"))) {
        int64_t status;
        (void)str_cut(&value, ' ', &name); /* the line is not absent */
        x->status = str_to_i64(str_sub(value, 0, 3), &status) ? (int)status : 0;
        x->said = (struct s3_said){ .size = -1 };
        return size * n;
    }
    char text[64], key[16] = "";
    if (!str_cut(&value, ':', &name) || !value.p || name.n >= sizeof key)
        return size * n;
    for (size_t i = 0; i < name.n; i++)
        key[i] = (char)tolower((unsigned char)name.p[i]);
    value = str_trim(value);
    (void)snprintf(text, sizeof text, "%.*s", STR_ARG(value)); /* those we want are short */
    if (strcmp(key, "content-length") == 0)
        (void)str_to_i64(value, &x->said.size); /* stays unknown */
    else if (strcmp(key, "last-modified") == 0)
        x->said.modified_at = (int64_t)curl_getdate(text, NULL) * 1000;
    else if (strcmp(key, "date") == 0)
        x->said.date_at = (int64_t)curl_getdate(text, NULL) * 1000;
    return size * n;
}

static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
    struct exchange *x = arg;
    size_t all = size * n, room = sizeof x->wrong - 1 - x->wrong_n;
    if (x->status / 100 == 2) {
        x->gave_up = x->ask->take && !x->ask->take(x->ask->arg, p, all);
        return x->gave_up ? 0 : all;
    }
    memcpy(x->wrong + x->wrong_n, p, all < room ? all : room);
    x->wrong_n += all < room ? all : room;
    return all;
}

static size_t on_send(char *p, size_t size, size_t n, void *arg)
{
    struct exchange *x = arg;
    int64_t left = x->ask->size - x->sent;
    size_t want = (int64_t)(size * n) < left ? size * n : (size_t)left;
    ssize_t got = want ? pread(x->ask->fd, p, want, x->sent) : 0;
    if (got < 0 || (got == 0 && want > 0))
        return CURL_READFUNC_ABORT;
    x->sent += got;
    return (size_t)got;
}

static int on_seek(void *arg, curl_off_t at, int whence)
{
    struct exchange *x = arg;
    if (whence != SEEK_SET)
        return CURL_SEEKFUNC_CANTSEEK;
    x->sent = at;
    return CURL_SEEKFUNC_OK;
}

/* --- handles: each keeps its connection -------------------------------------------------------- */

static CURL *handle_take(struct s3 *s)
{
    CURL *c = NULL;
    pthread_mutex_lock(&s->lock);
    if (s->handles > 0)
        c = s->handle[--s->handles];
    pthread_mutex_unlock(&s->lock);
    c = c ? c : curl_easy_init();
    CHECK(c);
    return c;
}

static void handle_give(struct s3 *s, CURL *c)
{
    curl_easy_reset(c); /* keeps the connection */
    pthread_mutex_lock(&s->lock);
    bool kept = s->handles < S3_HANDLES;
    if (kept)
        s->handle[s->handles++] = c;
    pthread_mutex_unlock(&s->lock);
    if (!kept)
        curl_easy_cleanup(c);
}

/* --- one attempt ------------------------------------------------------------------------------- */

static void set_up(struct s3 *s, CURL *c, struct exchange *x, struct curl_slist *headers,
                   const char *url)
{
    const struct s3_ask *ask = x->ask;
    bool is_put = strcmp(ask->method, "PUT") == 0;
    (void)curl_easy_setopt(c, CURLOPT_URL, url); /* options known to this version cannot fail */
    (void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(c, CURLOPT_NOPROXY, "*"); /* the store is of the same network */
    (void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(c, CURLOPT_AWS_SIGV4, s->sigv4);
    (void)curl_easy_setopt(c, CURLOPT_USERNAME, s->key);
    (void)curl_easy_setopt(c, CURLOPT_PASSWORD, s->secret);
    (void)curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    (void)curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
    (void)curl_easy_setopt(c, CURLOPT_HEADERDATA, x);
    (void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(c, CURLOPT_WRITEDATA, x);
    (void)curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
    (void)curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1024L);
    (void)curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, SILENCE_S);
    if (!ask->take && !(is_put && ask->sha256))
        (void)curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, SMALL_MS);
    if (strcmp(ask->method, "HEAD") == 0) {
        (void)curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
    } else if (is_put) {
        (void)curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
        (void)curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)ask->size);
        (void)curl_easy_setopt(c, CURLOPT_READFUNCTION, on_send);
        (void)curl_easy_setopt(c, CURLOPT_READDATA, x);
        (void)curl_easy_setopt(c, CURLOPT_SEEKFUNCTION, on_seek);
        (void)curl_easy_setopt(c, CURLOPT_SEEKDATA, x);
    } else if (strcmp(ask->method, "DELETE") == 0) {
        (void)curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, "DELETE");
    }
}

static CURLcode attempt(struct s3 *s, struct exchange *x, struct arena *a)
{
    const struct s3_ask *ask = x->ask;
    const char *url = arena_printf(a, "%s%s%s%s%s%s", s->bucket, ask->name ? "/" : "",
                                   ask->name ? s->prefix : "", ask->name ? ask->name : "",
                                   ask->query ? "?" : "", ask->query ? ask->query : "");
    struct curl_slist *headers =
        curl_slist_append(NULL, arena_printf(a, "x-amz-content-sha256: %s",
                                             ask->sha256 ? ask->sha256 : EMPTY_SHA256));
    CHECK(headers);
    CURL *c = handle_take(s);
    set_up(s, c, x, headers, url);
    CURLcode how = curl_easy_perform(c);
    handle_give(s, c);
    curl_slist_free_all(headers);
    return how;
}

/* --- what it means ------------------------------------------------------------------------------ */

static struct str wrong_code(const struct exchange *x)
{
    struct str text = { x->wrong, x->wrong_n };
    ptrdiff_t from = str_find(text, STR("<Code>"), 0);
    ptrdiff_t to = from < 0 ? -1 : str_find(text, STR("</Code>"), (size_t)from);
    return to < 0 ? STR("") : str_sub(text, (size_t)from + 6, (size_t)(to - from) - 6);
}

static bool is_passing(CURLcode how, int status)
{
    if (how != CURLE_OK)
        return how != CURLE_WRITE_ERROR && how != CURLE_ABORTED_BY_CALLBACK;
    return status == 429 || status == 408 || (status >= 500 && status != 501 && status != 507);
}

static bool is_full(int status, struct str code)
{
    static const char *const names[] = { "XMinioStorageFull", "QuotaExceeded",
                                         "InsufficientCapacity", "StorageQuotaExceeded",
                                         "XMinioAdminBucketQuotaExceeded" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(code, names[i]))
            return true;
    return status == 507;
}

/* The log gets the cause; keys and signatures are in none of it. */
static void fail_with(const struct exchange *x, CURLcode how, struct arena *a, struct err *e)
{
    struct str code = wrong_code(x);
    bool unreached = is_passing(how, x->status), full = !unreached && is_full(x->status, code);
    log_error("blob", unreached ? "the S3 store does not answer" : "the S3 store refused a request",
              "method", x->ask->method, "object", x->ask->name ? x->ask->name : "(list)", "cause",
              how != CURLE_OK ? curl_easy_strerror(how) : arena_strndup(a, code.p, code.n),
              "status", arena_printf(a, "%d", x->status));
    const char *said = unreached ? "blob.unreachable" : full ? "blob.full" : "blob.refused";
    (void)err_set(e, a, ERR_BUSY, said, NULL, NULL, NULL, NULL); /* the caller says false */
}

static void pause_before(struct s3 *s, int try_no)
{
    pthread_mutex_lock(&s->lock);
    s->seed = s->seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    int64_t ms = (try_no == 1 ? 100 : 400) + (int64_t)(s->seed >> 33) % 100;
    pthread_mutex_unlock(&s->lock);
    struct timespec t = { 0, (long)ms * 1000000 };
    (void)nanosleep(&t, NULL); /* a shorter pause is as good */
}

static bool is_down(struct s3 *s)
{
    pthread_mutex_lock(&s->lock);
    bool is = clock_monotonic_us() < s->down_until_us;
    pthread_mutex_unlock(&s->lock);
    return is;
}

static void set_down(struct s3 *s, int64_t until_us)
{
    pthread_mutex_lock(&s->lock);
    s->down_until_us = until_us;
    pthread_mutex_unlock(&s->lock);
}

enum s3_found s3_call(struct s3 *s, const struct s3_ask *ask, struct s3_said *out, struct arena *a,
                      struct err *e)
{
    struct exchange x = { .ask = ask };
    CURLcode how = CURLE_OK;
    int64_t began = clock_monotonic_us();
    if (is_down(s)) {
        (void)err_set(e, a, ERR_BUSY, "blob.unreachable", NULL, NULL, NULL, NULL);
        return S3_FAILED;
    }
    for (int i = 0; i < TRIES; i++) {
        if (i > 0)
            pause_before(s, i);
        x = (struct exchange){ .ask = ask, .said.size = -1 };
        if (ask->restart && !ask->restart(ask->arg))
            return S3_FAILED;
        how = attempt(s, &x, a);
        if (x.gave_up || !is_passing(how, x.status) || clock_monotonic_us() - began > PATIENCE_US)
            break;
    }
    if (x.gave_up)
        return S3_FAILED;
    if (how == CURLE_OK && x.status / 100 == 2) {
        if (out)
            *out = x.said;
        return S3_FOUND;
    }
    struct str code = wrong_code(&x);
    if (how == CURLE_OK &&
        ((x.status == 404 && !str_is(code, "NoSuchBucket")) || x.status == 405 || x.status == 501))
        return S3_ABSENT;
    if (is_passing(how, x.status))
        set_down(s, clock_monotonic_us() + DOWN_US);
    fail_with(&x, how, a, e);
    return S3_FAILED;
}

enum s3_found s3_head(struct s3 *s, const char *name, struct s3_said *out, struct arena *a,
                      struct err *e)
{
    const struct s3_ask ask = { .method = "HEAD", .name = name };
    return s3_call(s, &ask, out, a, e);
}

bool s3_mark(struct s3 *s, const char *name, struct arena *a, struct err *e)
{
    const struct s3_ask ask = { .method = "PUT", .name = name };
    enum s3_found found = s3_call(s, &ask, NULL, a, e);
    return found == S3_FOUND || err_set(e, a, ERR_BUSY, "blob.refused", NULL, NULL, NULL, NULL);
}

bool s3_remove(struct s3 *s, const char *name, const char *version, struct arena *a, struct err *e)
{
    struct buf b = buf_in(a);
    buf_text(&b, "versionId=");
    for (const char *c = version ? version : ""; *c; c++) {
        if (isalnum((unsigned char)*c) || strchr("-._~", *c))
            buf_char(&b, *c);
        else
            buf_printf(&b, "%%%02X", (unsigned char)*c);
    }
    const struct s3_ask ask = { .method = "DELETE",
                                .name = name,
                                .query = version ? buf_done(&b).p : NULL };
    return s3_call(s, &ask, NULL, a, e) != S3_FAILED;
}
