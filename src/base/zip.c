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
