/* Office files in the page: converted to PDF once, by LibreOffice (office/), and kept by the digest of the
 * file in DIR/preview, which is derived and may be lost: bounded, the longest unused go first. A file that
 * could not be converted is remembered for a day, with why. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "blob/blob.h"
#include "desk/desk_in.h"
#include "office/office.h"
#include "secret/secret.h"

#define KEPT_MOST (INT64_C(2) << 30)

/* The endings that a page shows by way of PDF; each as LibreOffice knows the format. */
static const struct {
    const char *ending, *as;
} formats[] = {
    { ".doc", "doc" }, { ".docx", "docx" }, { ".wps", "doc" }, { ".xls", "xls" }, { ".xlsx", "xlsx" },
    { ".et", "xls" },  { ".ppt", "ppt" },   { ".pptx", "pptx" }, { ".dps", "ppt" },
};

static bool ends_any_case(struct str name, const char *ending)
{
    size_t n = strlen(ending);
    for (size_t i = 0; name.n > n && i < n; i++) {
        char c = name.p[name.n - n + i];
        if ((c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c) != ending[i])
            return false;
    }
    return name.n > n;
}

static const char *format_of(struct str name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (ends_any_case(name, formats[i].ending))
            return formats[i].as;
    return NULL;
}

bool preview_converts(struct str name)
{
    return format_of(name) != NULL;
}

static const char *place(struct ctx *cx, struct str digest, const char *ending)
{
    return arena_printf(cx->a, "%s/preview/%.*s%s", core_dir(cx->core), STR_ARG(digest), ending);
}

int preview_open(struct ctx *cx, struct str digest, int64_t *size)
{
    struct stat st;
    int fd = open(place(cx, digest, ".pdf"), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    if (fstat(fd, &st) != 0) {
        close(fd);
        return -1;
    }
    (void)futimens(fd, NULL); /* used now: it is not the first to go */
    *size = st.st_size;
    return fd;
}

void preview_drop(struct core *core, struct str digest)
{
    char path[4200];
    static const char *const endings[] = { ".pdf", ".no" };
    for (int i = 0; i < 2; i++) {
        (void)snprintf(path, sizeof path, "%s/preview/%.*s%s", core_dir(core), STR_ARG(digest), endings[i]);
        if (unlink(path) != 0 && errno != ENOENT)
            log_error("desk", "a preview could not be removed", "digest", path);
    }
}

/* --- making ----------------------------------------------------------------------------------------- */

/* Why it failed before, as its error; true: it may be tried. */
static bool may_try(struct ctx *cx, struct str digest)
{
    static const char *const codes[] = { "office.failed", "office.too_slow", "office.too_large" };
    const char *path = place(cx, digest, ".no");
    char code[64] = "";
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return true;
    ssize_t n = read(fd, code, sizeof code - 1);
    bool is_old = fstat(fd, &st) != 0 || st.st_mtime < clock_now_ms() / 1000 - 86400;
    close(fd);
    if (is_old)
        (void)unlink(path); /* it is written anew if it fails again */
    for (size_t i = 0; !is_old && n > 0 && i < sizeof codes / sizeof *codes; i++)
        if (strcmp(code, codes[i]) == 0)
            return fail(cx, ERR_INVALID, codes[i], NULL);
    return true;
}

static void remember_failure(struct ctx *cx, struct str digest)
{
    int fd = strcmp(cx->err.code, "office.absent") == 0
                 ? -1
                 : open(place(cx, digest, ".no"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return; /* it is tried again the next time */
    if (write(fd, cx->err.code, strlen(cx->err.code)) < 0)
        log_warn("desk", "a failed conversion could not be noted");
    close(fd);
}

static bool keep(struct ctx *cx, int from, struct str digest)
{
    const char *part = place(cx, digest, ".part");
    char piece[65536];
    ssize_t got = 0;
    off_t at = 0;
    int to = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool good = to >= 0;
    for (; good && (got = pread(from, piece, sizeof piece, at)) > 0; at += got)
        good = write(to, piece, (size_t)got) == got;
    if (to >= 0)
        good = close(to) == 0 && good;
    good = good && got == 0 && rename(part, place(cx, digest, ".pdf")) == 0;
    if (!good)
        (void)unlink(part); /* may not be there */
    return good || fail(cx, ERR_BUSY, "blob.full", NULL);
}

static bool convert(struct ctx *cx, struct str digest, const char *format)
{
    int64_t size;
    int fd = blob_fd(core_blobs(cx->core), digest, true, &size, cx->a, &cx->err);
    if (fd < 0)
        return false;
    int made = office_convert(cx, fd, str_of(format), "pdf", &size);
    close(fd);
    if (made < 0) {
        remember_failure(cx, digest);
        return false;
    }
    bool good = keep(cx, made, digest);
    close(made);
    int is_purged = good ? secret_is_purged(cx, digest) : 0; /* meanwhile */
    if (is_purged > 0)
        preview_drop(cx->core, digest);
    return good && is_purged >= 0 && (!is_purged || fail_not_found(cx));
}

bool preview_make(struct ctx *cx, struct str digest, struct str name)
{
    const char *format = format_of(name);
    int64_t size;
    if (!format)
        return fail(cx, ERR_INVALID, "attachment.no_preview", NULL);
    int is_purged = secret_is_purged(cx, digest);
    if (is_purged)
        return is_purged > 0 && fail_not_found(cx);
    int fd = preview_open(cx, digest, &size);
    if (fd >= 0) {
        close(fd);
        return true;
    }
    (void)mkdir(arena_printf(cx->a, "%s/preview", core_dir(cx->core)), 0700); /* is there most often */
    return may_try(cx, digest) && convert(cx, digest, format);
}

/* --- keeping house ----------------------------------------------------------------------------------- */

struct kept {
    char name[SM3_HEX_SIZE + 8];
    int64_t used_at, size;
};

static int longest_unused_first(const void *x, const void *y)
{
    const struct kept *a = x, *b = y;
    return a->used_at < b->used_at ? -1 : a->used_at > b->used_at;
}

/* Each hour, a job's thread: no more than KEPT_MOST stays. */
void preview_sweep(const char *dir, struct arena *a)
{
    DIR *d = opendir(arena_printf(a, "%s/preview", dir));
    struct dirent *entry;
    struct stat st;
    struct kept *p = NULL;
    size_t n = 0, most = 0;
    int64_t all = 0;
    while (d && (entry = readdir(d)) != NULL) {
        if (entry->d_name[0] == '.' || strlen(entry->d_name) >= sizeof p->name ||
            fstatat(dirfd(d), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        if (n == most) {
            most = most ? 2 * most : 256;
            p = arena_grow(a, p, n * sizeof *p, most * sizeof *p);
        }
        p[n] = (struct kept){ .used_at = st.st_mtime, .size = st.st_size };
        (void)snprintf(p[n++].name, sizeof p->name, "%s", entry->d_name);
        all += st.st_size;
    }
    if (n)
        qsort(p, n, sizeof *p, longest_unused_first);
    for (size_t i = 0; d && i < n && all > KEPT_MOST; i++)
        if (unlinkat(dirfd(d), p[i].name, 0) == 0)
            all -= p[i].size;
    if (d)
        (void)closedir(d);
}
