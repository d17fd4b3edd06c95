/* The file of a backup: tar (pax) under zstd by libarchive, and around that, with a passphrase, a
 * sealed stream. A file that was cut or altered is found: sealed ones piece by piece, others by the
 * digests in the last entry. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "operate/operate_in.h"

struct pack {
    struct operate *o;
    const char *path, *part;
    int fd;
    struct archive *archive;
    struct archive_entry *entry;
    struct sealer *sealer;
    struct sm3_state *digest;
    int64_t size;
    bool ended;
};

static bool raw_write(void *arg, const void *bytes, size_t n)
{
    struct pack *p = arg;
    sm3_put(p->digest, bytes, n);
    p->size += (int64_t)n;
    for (const char *from = bytes; n > 0;) {
        ssize_t done = write(p->fd, from, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return operate_fail_file(p->o, p->part);
        from += done;
        n -= (size_t)done;
    }
    return true;
}

static la_ssize_t archive_out(struct archive *archive, void *arg, const void *bytes, size_t n)
{
    struct pack *p = arg;
    bool good = p->sealer ? sealer_put(p->sealer, bytes, n) : raw_write(p, bytes, n);
    if (good)
        return (la_ssize_t)n;
    archive_set_error(archive, EIO, "write failed");
    return -1;
}

static bool pack_failed(struct pack *p)
{
    const char *words = archive_error_string(p->archive);
    log_error("operate", "the backup file cannot be written", "cause", words ? words : "");
    return operate_fail(p->o, ERR_INTERNAL, "operate.write", p->part);
}

struct pack *pack_new(struct operate *o, const char *path)
{
    struct pack *p = calloc(1, sizeof *p);
    CHECK(p);
    p->o = o;
    p->path = path;
    p->part = arena_printf(o->a, "%s.part", path);
    p->digest = sm3_new();
    p->entry = archive_entry_new();
    p->fd = open(p->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (p->fd < 0) {
        (void)operate_fail_file(o, p->part);
        pack_free(&p);
        return NULL;
    }
    if (o->passphrase.p)
        p->sealer = sealer_new(o->passphrase, raw_write, p);
    p->archive = archive_write_new();
    CHECK(p->archive && p->entry);
    bool good = archive_write_set_format_pax_restricted(p->archive) == ARCHIVE_OK &&
                archive_write_add_filter_zstd(p->archive) == ARCHIVE_OK &&
                archive_write_set_bytes_in_last_block(p->archive, 1) == ARCHIVE_OK &&
                archive_write_open2(p->archive, p, NULL, archive_out, NULL, NULL) == ARCHIVE_OK;
    if (good)
        return p;
    (void)pack_failed(p);
    pack_free(&p);
    return NULL;
}

bool pack_entry(struct pack *p, const char *name, int64_t size, int64_t at)
{
    archive_entry_clear(p->entry);
    archive_entry_set_pathname(p->entry, name);
    archive_entry_set_size(p->entry, size);
    archive_entry_set_filetype(p->entry, AE_IFREG);
    archive_entry_set_perm(p->entry, 0600);
    archive_entry_set_mtime(p->entry, at / 1000, 0);
    return archive_write_header(p->archive, p->entry) == ARCHIVE_OK || pack_failed(p);
}

bool pack_data(struct pack *p, const void *bytes, size_t n)
{
    return archive_write_data(p->archive, bytes, n) == (la_ssize_t)n || pack_failed(p);
}

bool pack_text(struct pack *p, const char *name, struct str text, int64_t at)
{
    return pack_entry(p, name, (int64_t)text.n, at) && pack_data(p, text.p, text.n);
}

static bool sync_folder_of(struct pack *p)
{
    const char *slash = strrchr(p->path, '/');
    const char *folder = !slash ? "."
                         : slash == p->path
                             ? "/"
                             : arena_strndup(p->o->a, p->path, (size_t)(slash - p->path));
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        (void)close(fd); /* only synced */
    return good;
}

bool pack_end(struct pack *p, struct blob *out)
{
    uint8_t digest[SM3_SIZE];
    if (archive_write_close(p->archive) != ARCHIVE_OK)
        return pack_failed(p);
    if (p->sealer && !sealer_end(p->sealer))
        return operate_fail(p->o, ERR_INTERNAL, "operate.write", p->part);
    bool good = fsync(p->fd) == 0;
    good = close(p->fd) == 0 && good;
    p->fd = -1;
    if (!good || rename(p->part, p->path) != 0 || !sync_folder_of(p))
        return operate_fail_file(p->o, p->path);
    p->ended = true;
    sm3_end(p->digest, digest);
    hex_put(digest, sizeof digest, out->digest);
    out->size = p->size;
    return true;
}

void pack_free(struct pack **pp)
{
    struct pack *p = *pp;
    if (!p)
        return;
    archive_write_free(p->archive); /* closed already, or given up */
    archive_entry_free(p->entry);
    sealer_free(&p->sealer);
    sm3_free(&p->digest);
    if (p->fd >= 0)
        (void)close(p->fd); /* given up */
    if (!p->ended)
        (void)unlink(p->part); /* may not exist */
    free(p);
    *pp = NULL;
}

/* --- and back
 * -------------------------------------------------------------------------------------- */

struct unpack {
    struct operate *o;
    const char *path;
    int fd;
    struct archive *archive;
    struct opener *opener;
    char part[65536];
};

static ptrdiff_t raw_read(void *arg, void *bytes, size_t n)
{
    struct unpack *u = arg;
    ssize_t got;
    do
        got = read(u->fd, bytes, n);
    while (got < 0 && errno == EINTR);
    return got;
}

static la_ssize_t archive_in(struct archive *archive, void *arg, const void **bytes)
{
    struct unpack *u = arg;
    *bytes = u->part;
    ptrdiff_t n = u->opener ? opener_next(u->opener, bytes) : raw_read(u, u->part, sizeof u->part);
    if (n < 0)
        archive_set_error(archive, EIO, "altered or unreadable");
    return n;
}

static bool unpack_failed(struct unpack *u)
{
    const char *words = archive_error_string(u->archive);
    log_error("operate", "the backup file cannot be read", "cause", words ? words : "");
    return operate_fail(u->o, ERR_INVALID, "operate.altered", u->path);
}

/* The seal, when there is one; what fits passphrase and file together is said in the user's words.
 */
static bool unpack_unseal(struct unpack *u)
{
    char begin[8];
    enum opened how = OPEN_OK;
    ssize_t n = pread(u->fd, begin, sizeof begin, 0);
    bool sealed = n > 0 && is_sealed((struct str){ begin, (size_t)n });
    if (!sealed)
        return true;
    if (!u->o->passphrase.p)
        return operate_fail(u->o, ERR_INVALID, "operate.sealed", u->path);
    u->opener = opener_new(u->o->passphrase, raw_read, u, &how);
    if (how == OPEN_WRONG)
        return operate_fail(u->o, ERR_INVALID, "operate.passphrase", u->path);
    return how == OPEN_OK || operate_fail(u->o, ERR_INVALID, "operate.altered", u->path);
}

struct unpack *unpack_new(struct operate *o, const char *path)
{
    struct unpack *u = calloc(1, sizeof *u);
    CHECK(u);
    u->o = o;
    u->path = path;
    u->fd = open(path, O_RDONLY | O_CLOEXEC);
    bool good = u->fd >= 0 ? unpack_unseal(u) : operate_fail_file(o, path);
    if (good) {
        u->archive = archive_read_new();
        CHECK(u->archive);
        good = (archive_read_support_filter_zstd(u->archive) == ARCHIVE_OK &&
                archive_read_support_format_tar(u->archive) == ARCHIVE_OK &&
                archive_read_open(u->archive, u, NULL, archive_in, NULL) == ARCHIVE_OK) ||
               unpack_failed(u);
    }
    if (!good)
        unpack_free(&u);
    return u;
}

int unpack_next(struct unpack *u, const char **name, int64_t *size)
{
    struct archive_entry *entry;
    int rc = archive_read_next_header(u->archive, &entry);
    if (rc == ARCHIVE_EOF)
        return 0;
    if (rc != ARCHIVE_OK || archive_entry_filetype(entry) != AE_IFREG)
        return unpack_failed(u) ? 1 : -1;
    *name = archive_entry_pathname(entry);
    *size = archive_entry_size(entry);
    return 1;
}

ptrdiff_t unpack_data(struct unpack *u, void *p, size_t n)
{
    la_ssize_t got = archive_read_data(u->archive, p, n);
    if (got < 0)
        (void)unpack_failed(u);
    return got < 0 ? -1 : got;
}

bool unpack_text(struct unpack *u, struct arena *a, size_t limit, struct str *out)
{
    struct buf b = buf_in(a);
    char part[32768];
    ptrdiff_t n;
    while ((n = unpack_data(u, part, sizeof part)) > 0) {
        if (b.n + (size_t)n > limit)
            return operate_fail(u->o, ERR_INVALID, "operate.altered", u->path);
        buf_put(&b, part, (size_t)n);
    }
    *out = buf_done(&b);
    return n == 0;
}

void unpack_free(struct unpack **u)
{
    if (!*u)
        return;
    archive_read_free((*u)->archive); /* only read */
    opener_free(&(*u)->opener);
    if ((*u)->fd >= 0)
        (void)close((*u)->fd); /* only read */
    free(*u);
    *u = NULL;
}
