/* The S3 store: where it is, its keys, and what it does of the two stores' table. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/check.h"
#include "blob/blob_s3_in.h"

#define CACHE_MB 4096

/* --- where -------------------------------------------------------------------------------------- */

struct place {
    struct str bucket, prefix, endpoint, region;
    int64_t cache_mb;
};

static bool wrong(const char *part, struct arena *a, struct err *e)
{
    return err_set(e, a, ERR_INVALID, "blob.where", NULL, part, NULL, NULL);
}

static bool is_made_of(struct str s, const char *others)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              strchr(others, c)))
            return false;
    }
    return true;
}

/* Keys have no place in an address: it stands in files, lists of processes, logs. */
static bool read_option(struct place *p, struct str name, struct str value, struct arena *a,
                        struct err *e)
{
    if (str_is(name, "endpoint"))
        p->endpoint = value;
    else if (str_is(name, "region"))
        p->region = value;
    else if (!str_is(name, "cache_mb"))
        return wrong(arena_strndup(a, name.p, name.n < 40 ? name.n : 40), a, e);
    else if (!str_to_i64(value, &p->cache_mb) || p->cache_mb < 1 || p->cache_mb > 1 << 24)
        return wrong("cache_mb", a, e);
    return true;
}

static bool read_place(const char *where, struct place *p, struct arena *a, struct err *e)
{
    struct str rest = str_of(where), path, option, name;
    *p = (struct place){ .region = STR("us-east-1"), .prefix = STR(""), .cache_mb = CACHE_MB };
    if (!str_starts(rest, STR("s3://")))
        return wrong("s3://", a, e);
    rest = str_sub(rest, 5, rest.n);
    (void)str_cut(&rest, '?', &path); /* not absent */
    while (str_cut(&rest, '&', &option))
        if (option.n &&
            (!str_cut(&option, '=', &name) || !option.p || !read_option(p, name, option, a, e)))
            return wrong("?", a, e);
    (void)str_cut(&path, '/', &p->bucket); /* not absent */
    if (path.p)
        p->prefix = path;
    while (str_ends(p->prefix, STR("/")))
        p->prefix.n--;
    while (str_ends(p->endpoint, STR("/")))
        p->endpoint.n--;
    if (p->bucket.n < 3 || p->bucket.n > 63 || !is_made_of(p->bucket, ".-"))
        return wrong("bucket", a, e);
    if (p->prefix.n > 200 || !is_made_of(p->prefix, "._-/") ||
        str_find(p->prefix, STR("//"), 0) >= 0 || str_find(p->prefix, STR(".."), 0) >= 0 ||
        str_starts(p->prefix, STR("/")))
        return wrong("prefix", a, e);
    if (!p->region.n || p->region.n > 60 || !is_made_of(p->region, "-_"))
        return wrong("region", a, e);
    struct str host = p->endpoint.p ? p->endpoint : STR("");
    host = str_starts(host, STR("https://"))  ? str_sub(host, 8, host.n)
           : str_starts(host, STR("http://")) ? str_sub(host, 7, host.n)
                                              : STR("");
    return (host.n > 0 && host.n < 256 && is_made_of(host, ".-:[]")) || wrong("endpoint", a, e);
}

/* --- keys ---------------------------------------------------------------------------------------- */

static void wiped(char **s)
{
    if (*s)
        secret_wipe(*s, strlen(*s));
    free(*s);
    *s = NULL;
}

/* Taken out of the environment: what the program starts (pdftotext, tesseract) inherits none. Kept for
 * a second store of the same process: a restore is verified at its end. */
static char *env_take(const char *name, char **kept)
{
    const char *value = getenv(name);
    if (value && *value) {
        wiped(kept);
        *kept = strdup(value);
    }
    (void)unsetenv(name); /* the name is good */
    return *kept ? strdup(*kept) : NULL;
}

/* DIR/s3.keys: two lines, access_key = … and secret_key = …, for nobody else to read. */
static bool keys_of_file(struct s3 *s, const char *dir, struct arena *a, struct err *e)
{
    const char *path = arena_printf(a, "%s/s3.keys", dir);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat st;
    char text[4096] = "";
    bool is_private = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
                      (st.st_mode & 077) == 0 && st.st_uid == geteuid();
    ssize_t n = is_private ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0)
        (void)close(fd); /* only read */
    if (fd >= 0 && !is_private)
        return err_set(e, a, ERR_INVALID, "blob.keys_open", NULL, path, NULL, NULL);
    struct str rest = { text, n > 0 ? (size_t)n : 0 }, line, name;
    while (str_cut(&rest, '\n', &line)) {
        if (!str_cut(&line, '=', &name) || !line.p)
            continue;
        char **to = str_is(str_trim(name), "access_key")   ? &s->key
                    : str_is(str_trim(name), "secret_key") ? &s->secret
                                                           : NULL;
        line = str_trim(line);
        if (to && line.n) {
            wiped(to);
            *to = strndup(line.p, line.n);
        }
    }
    secret_wipe(text, sizeof text);
    return (s->key && s->secret) || err_set(e, a, ERR_INVALID, "blob.keys", NULL, path, NULL, NULL);
}

static bool find_keys(struct s3 *s, const char *dir, struct arena *a, struct err *e)
{
    static char *key, *secret; /* of the process; stores are opened by one thread */
    s->key = env_take("AWS_ACCESS_KEY_ID", &key);
    s->secret = env_take("AWS_SECRET_ACCESS_KEY", &secret);
    if (s->key && s->secret)
        return true;
    wiped(&s->key);
    wiped(&s->secret);
    return keys_of_file(s, dir, a, e);
}

struct s3 *s3_new(const char *dir, const char *where, struct arena *a, struct err *e)
{
    struct place p;
    if (!read_place(where, &p, a, e))
        return NULL;
    struct s3 *s = calloc(1, sizeof *s);
    CHECK(s && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    pthread_mutex_init(&s->lock, NULL);
    pthread_mutex_init(&s->hold_lock, NULL);
    pthread_mutex_init(&s->remove_lock, NULL);
    pthread_cond_init(&s->hold_wake, NULL);
    s->bucket = strdup(arena_printf(a, "%.*s/%.*s", STR_ARG(p.endpoint), STR_ARG(p.bucket)));
    s->prefix = strdup(arena_printf(a, "%.*s%s", STR_ARG(p.prefix), p.prefix.n ? "/" : ""));
    s->sigv4 = strdup(arena_printf(a, "aws:amz:%.*s:s3", STR_ARG(p.region)));
    s->cache_most = p.cache_mb * 1024 * 1024;
    atomic_store(&s->cached, -1);
    secret_random(&s->seed, sizeof s->seed);
    CHECK(s->bucket && s->prefix && s->sigv4);
    if (!find_keys(s, dir, a, e))
        s3_free(&s);
    return s;
}

void s3_free(struct s3 **ps)
{
    struct s3 *s = *ps;
    if (!s)
        return;
    pthread_mutex_lock(&s->hold_lock);
    s->is_ending = true;
    pthread_cond_signal(&s->hold_wake);
    pthread_mutex_unlock(&s->hold_lock);
    if (s->has_keeper)
        pthread_join(s->keeper, NULL);
    for (int i = 0; i < s->handles; i++)
        curl_easy_cleanup(s->handle[i]);
    pthread_mutex_destroy(&s->lock);
    pthread_mutex_destroy(&s->hold_lock);
    pthread_mutex_destroy(&s->remove_lock);
    pthread_cond_destroy(&s->hold_wake);
    free(s->bucket);
    free(s->prefix);
    free(s->sigv4);
    wiped(&s->key);
    wiped(&s->secret);
    free(s);
    curl_global_cleanup();
    *ps = NULL;
}

/* --- this node's part -------------------------------------------------------------------------------
 */

const char *s3_content_name(struct str digest, struct arena *a)
{
    return arena_printf(a, "content/%.*s", STR_ARG(digest));
}

int s3_spool(struct blob_store *s, struct arena *a, struct err *e)
{
    int64_t id;
    secret_random(&id, sizeof id);
    struct blob_path path = blob_path_stage(s, id | INT64_MIN); /* apart from the ids of uploads */
    int fd = s->io->open(path.p, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        (void)blob_fail(s, "cannot make a file for bytes that pass through", path.p, a, e);
    else
        (void)s->io->unlink(path.p); /* should it stay, it is swept after a day */
    return fd;
}

void s3_cached(struct blob_store *s, int64_t bytes)
{
    struct s3 *s3 = s->s3;
    int64_t known = atomic_load(&s3->cached);
    if (known < 0)
        atomic_store(&s3->cached, blob_folder_trim(s, s3->cache_most));
    else if (atomic_fetch_add(&s3->cached, bytes) + bytes > s3->cache_most)
        atomic_store(&s3->cached, blob_folder_trim(s, s3->cache_most / 10 * 9));
}
