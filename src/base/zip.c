#include "base/zip.h"

#include <archive.h>
#include <archive_entry.h>

#include "base/check.h"

static la_ssize_t take_bytes(struct archive *z, void *arg, const void *p, size_t n)
{
    (void)z;
    buf_str(arg, (struct str){ p, n });
    return (la_ssize_t)n;
}

static void put_entry(struct archive *z, const struct zip_part *part)
{
    struct archive_entry *e = archive_entry_new();
    CHECK(e);
    archive_entry_set_pathname(e, part->name);
    archive_entry_set_size(e, (la_int64_t)part->text.n);
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, 0644);
    archive_entry_set_mtime(e, 1577836800, 0); /* 2020: any, but always the same */
    CHECK(archive_write_header(z, e) == ARCHIVE_OK);
    CHECK(archive_write_data(z, part->text.p, part->text.n) == (la_ssize_t)part->text.n);
    archive_entry_free(e);
}

struct str zip_write(struct arena *a, const struct zip_part *parts, size_t n, bool is_stored)
{
    struct buf b = buf_in(a);
    struct archive *z = archive_write_new();
    CHECK(z && archive_write_set_format_zip(z) == ARCHIVE_OK);
    CHECK((is_stored ? archive_write_zip_set_compression_store(z)
                     : archive_write_zip_set_compression_deflate(z)) == ARCHIVE_OK);
    (void)archive_write_set_options(z, "zip:!experimental"); /* no extra fields where known */
    CHECK(archive_write_set_bytes_in_last_block(z, 1) == ARCHIVE_OK);
    CHECK(archive_write_open(z, &b, NULL, take_bytes, NULL) == ARCHIVE_OK);
    for (size_t i = 0; i < n; i++)
        put_entry(z, &parts[i]);
    CHECK(archive_write_close(z) == ARCHIVE_OK);
    archive_write_free(z);
    return buf_done(&b);
}

/* --- reading ----------------------------------------------------------------------------------------- */

struct reading {
    struct arena *a;
    const struct zip_limits *limits;
    struct zip_part *part;
    size_t n, unpacked;
};

static bool is_good_path(const char *name)
{
    struct str rest = str_of(name), one;
    if (!rest.n || name[0] == '/' || strchr(name, '\\') || (name[1] == ':' && name[0] != '['))
        return false;
    while (str_cut(&rest, '/', &one))
        if (str_is(one, ".."))
            return false;
    return utf8_valid(str_of(name));
}

static enum zip_fault read_part(struct reading *r, struct archive *z, struct str *out)
{
    struct buf b = buf_in(r->a);
    char piece[16384];
    for (;;) {
        la_ssize_t got = archive_read_data(z, piece, sizeof piece);
        if (got < 0)
            return ZIP_BROKEN;
        if (got == 0)
            break;
        r->unpacked += (size_t)got;
        if (b.n + (size_t)got > r->limits->part_bytes || r->unpacked > r->limits->all_bytes)
            return ZIP_TOO_LARGE;
        buf_put(&b, piece, (size_t)got);
    }
    *out = buf_done(&b);
    return ZIP_GOOD;
}

static enum zip_fault read_entry(struct reading *r, struct archive *z, struct archive_entry *e,
                                 bool (*wants)(const char *name))
{
    const char *name = archive_entry_pathname(e);
    if (r->n == r->limits->entries)
        return ZIP_TOO_LARGE;
    if (!name || !is_good_path(name))
        return ZIP_PATH;
    if (archive_entry_is_data_encrypted(e) || archive_entry_is_metadata_encrypted(e))
        return ZIP_LOCKED;
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->part[i].name, name) == 0)
            return ZIP_TWICE;
    struct zip_part *part = &r->part[r->n++];
    part->name = arena_strdup(r->a, name);
    return archive_entry_filetype(e) == AE_IFREG && wants(name) ? read_part(r, z, &part->text)
                                                                : ZIP_GOOD;
}

enum zip_fault zip_read(struct arena *a, struct str bytes, const struct zip_limits *limits,
                        bool (*wants)(const char *name), struct zip_part **out, size_t *n)
{
    struct reading r = { a, limits, arena_array_of(a, struct zip_part, limits->entries + 1), 0, 0 };
    struct archive *z = archive_read_new();
    struct archive_entry *e;
    enum zip_fault fault = ZIP_GOOD;
    int code = ARCHIVE_OK;
    CHECK(z && archive_read_support_format_zip_seekable(z) == ARCHIVE_OK);
    if (archive_read_open_memory(z, bytes.p, bytes.n) != ARCHIVE_OK)
        fault = ZIP_BROKEN;
    while (!fault && (code = archive_read_next_header(z, &e)) == ARCHIVE_OK)
        fault = read_entry(&r, z, e, wants);
    archive_read_free(z);
    *out = r.part;
    *n = r.n;
    return fault || code == ARCHIVE_EOF ? fault : ZIP_BROKEN;
}
