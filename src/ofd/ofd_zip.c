/* The package as a zip (O1). Reading trusts nothing: the directory at the end is looked through once,
 * before anything is unpacked, and refused as a whole when a name could lead elsewhere, stands twice,
 * or the sizes are those of a bomb. Other readers go by the local headers, so an entry whose own header
 * disagrees with the directory is not read. Writing gives the same bytes for the same files. */
#include <iconv.h>
#include <stdlib.h>
#include <zlib.h>

#include "ofd/ofd_in.h"

enum {
    ENTRIES_MAX = 20000,
    NAME_MAX_BYTES = 512,
    PART_MAX = 128 << 20,
    ALL_MAX = 512 << 20,
    SMALL = 8 << 20, /* parts up to here may be packed as tightly as deflate can */
    RATIO_MAX = 200, /* what lies above: 1,032 is the most deflate gives, texts give 10 to 50 */
};

bool ofd_fail(struct err *e, struct arena *a, enum err_kind kind, const char *code, struct str part,
              const char *more)
{
    return err_set(e, a, kind, code, NULL, arena_strndup(a, part.p ? part.p : "", part.n), more,
                   NULL);
}

/* --- reading ----------------------------------------------------------------------------------------- */

static uint16_t u16(const char *p)
{
    return (uint16_t)((unsigned char)p[0] | (unsigned char)p[1] << 8);
}

static uint32_t u32(const char *p)
{
    return u16(p) | (uint32_t)u16(p + 2) << 16;
}

/* Names without the UTF-8 flag are most often GBK. */
static struct str name_of(struct arena *a, struct str raw)
{
    struct str name = STR_NONE;
    if (memchr(raw.p, 0, raw.n))
        return name;
    if (utf8_valid(raw)) {
        name = str_copy(a, raw);
    } else {
        iconv_t to = iconv_open("UTF-8", "GB18030");
        char *in = arena_strndup(a, raw.p, raw.n), *out = arena_alloc(a, raw.n * 4 + 1), *at = out;
        size_t n = raw.n, left = raw.n * 4;
        if (to == (iconv_t)-1)
            return name;
        if (iconv(to, &in, &n, &at, &left) != (size_t)-1 && n == 0)
            name = (struct str){ out, (size_t)(at - out) };
        iconv_close(to);
    }
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] == '\\')
            ((char *)(uintptr_t)name.p)[i] = '/'; /* our own copy */
    return name;
}

bool ofd_zip_name_is_safe(struct str name)
{
    struct str rest = name, step;
    if (!name.n || name.n > NAME_MAX_BYTES || name.p[0] == '/' || memchr(name.p, ':', name.n))
        return false;
    for (size_t i = 0; i < name.n; i++)
        if ((unsigned char)name.p[i] < 0x20)
            return false;
    while (str_cut(&rest, '/', &step))
        if (str_is(step, "..") || str_is(step, ".") || (!step.n && rest.p))
            return false;
    return true;
}

static struct str shown(struct arena *a, struct str raw)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < raw.n && i < 80; i++)
        buf_char(&b, raw.p[i] >= 0x20 && raw.p[i] < 0x7f ? raw.p[i] : '?');
    return buf_done(&b);
}

/* The record behind everything; its comment may be up to 64 KB long. */
static const char *find_end(struct str bytes)
{
    if (bytes.n < 22)
        return NULL;
    size_t least = bytes.n > 22 + 65535 ? bytes.n - 22 - 65535 : 0;
    for (size_t i = bytes.n - 22;; i--) {
        if (u32(bytes.p + i) == 0x06054b50 && u16(bytes.p + i + 20) <= bytes.n - i - 22)
            return bytes.p + i;
        if (i == least)
            return NULL;
    }
}

static int fold(char c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : (unsigned char)c;
}

static int cmp_fold(struct str a, struct str b)
{
    for (size_t i = 0; i < a.n && i < b.n; i++)
        if (fold(a.p[i]) != fold(b.p[i]))
            return fold(a.p[i]) - fold(b.p[i]);
    return (a.n > b.n) - (a.n < b.n);
}

static int by_name(const void *x, const void *y, void *arg)
{
    const struct ofd_entry *entries = arg, *a = &entries[*(const size_t *)x],
                           *b = &entries[*(const size_t *)y];
    int by = cmp_fold(a->name, b->name);
    return by ? by : str_cmp(a->name, b->name);
}

static int by_place(const void *x, const void *y)
{
    const struct ofd_entry *a = x, *b = y;
    return (a->raw.p > b->raw.p) - (a->raw.p < b->raw.p);
}

/* Each stands alone: contents that share bytes are how a small file unpacks to a large one. */
static bool check_places(struct ofd_zip *z, struct err *e)
{
    struct ofd_entry *copy = arena_copy(z->a, z->entries, z->n * sizeof *copy);
    if (z->n)
        qsort(copy, z->n, sizeof *copy, by_place);
    for (size_t i = 1; i < z->n; i++)
        if (copy[i - 1].raw.p + copy[i - 1].raw.n > copy[i].raw.p)
            return ofd_fail(e, z->a, ERR_INVALID, "ofd.bomb", copy[i].name, NULL);
    return true;
}

static bool check_names(struct ofd_zip *z, struct err *e)
{
    z->sorted = arena_array_of(z->a, size_t, z->n + 1);
    for (size_t i = 0; i < z->n; i++)
        z->sorted[i] = i;
    if (z->n)
        qsort_r(z->sorted, z->n, sizeof *z->sorted, by_name, z->entries);
    for (size_t i = 1; i < z->n; i++)
        if (str_eq(z->entries[z->sorted[i - 1]].name, z->entries[z->sorted[i]].name))
            return ofd_fail(e, z->a, ERR_INVALID, "ofd.duplicate", z->entries[z->sorted[i]].name,
                            NULL);
    return true;
}

/* One record of the directory; p has room for it. */
static bool take_entry(struct ofd_zip *z, struct str bytes, const char *p, uint64_t *all,
                       struct err *e)
{
    struct str written = { p + 46, u16(p + 28) };
    struct str name = name_of(z->a, written);
    uint32_t packed = u32(p + 20), size = u32(p + 24), at = u32(p + 42);
    struct ofd_entry x = { .name = name, .crc = u32(p + 16), .size = size, .method = u16(p + 10) };
    if (!ofd_zip_name_is_safe(name))
        return ofd_fail(e, z->a, ERR_INVALID, "ofd.path",
                        name.p && name.n < 200 ? name : shown(z->a, written), NULL);
    if (u16(p + 8) & 1)
        return ofd_fail(e, z->a, ERR_INVALID, "ofd.encrypted", name, NULL);
    if (name.p[name.n - 1] == '/')
        return size == 0 || ofd_fail(e, z->a, ERR_INVALID, "ofd.broken", name, NULL);
    if (x.method != 0 && x.method != 8)
        return ofd_fail(e, z->a, ERR_INVALID, "ofd.packing", name, NULL);
    *all += size;
    if (size > PART_MAX || *all > ALL_MAX || (size > SMALL && size / RATIO_MAX > packed))
        return ofd_fail(e, z->a, ERR_INVALID, "ofd.bomb", name, NULL);
    if (at > bytes.n || bytes.n - at < 30 || u32(bytes.p + at) != 0x04034b50)
        return ofd_fail(e, z->a, ERR_INVALID, "ofd.broken", name, NULL);
    uint64_t data = (uint64_t)at + 30 + u16(bytes.p + at + 26) + u16(bytes.p + at + 28);
    if (data > bytes.n || packed > bytes.n - data || (x.method == 0 && packed != size))
        return ofd_fail(e, z->a, ERR_INVALID, "ofd.broken", name, NULL);
    x.raw = (struct str){ bytes.p + data, packed };
    x.is_bad = !str_eq(written, (struct str){ bytes.p + at + 30, u16(bytes.p + at + 26) }) ||
               u16(bytes.p + at + 8) != x.method;
    z->entries[z->n++] = x;
    return true;
}

bool ofd_zip_open(struct ofd_zip *z, struct arena *a, struct str bytes, struct err *e)
{
    const char *end = bytes.n ? find_end(bytes) : NULL;
    uint64_t all = 0;
    *z = (struct ofd_zip){ .a = a };
    if (!end)
        return ofd_fail(e, a, ERR_INVALID, "ofd.not_zip", STR(""), NULL);
    uint32_t n = u16(end + 10), size = u32(end + 12), at = u32(end + 16);
    if (n == 0xffff || n > ENTRIES_MAX)
        return ofd_fail(e, a, ERR_INVALID, "ofd.too_many", STR(""), NULL);
    if (at > bytes.n || size > bytes.n - at || bytes.p + at + size > end)
        return ofd_fail(e, a, ERR_INVALID, "ofd.not_zip", STR(""), NULL);
    z->entries = arena_array_of(a, struct ofd_entry, n + 1);
    const char *p = bytes.p + at, *to = p + size;
    for (uint32_t i = 0; i < n; i++) {
        if (to - p < 46 || u32(p) != 0x02014b50 ||
            to - p < 46 + u16(p + 28) + u16(p + 30) + u16(p + 32))
            return ofd_fail(e, a, ERR_INVALID, "ofd.not_zip", STR(""), NULL);
        if (!take_entry(z, bytes, p, &all, e))
            return false;
        p += 46 + u16(p + 28) + u16(p + 30) + u16(p + 32);
    }
    return check_names(z, e) && check_places(z, e);
}

struct ofd_entry *ofd_zip_find(struct ofd_zip *z, struct str name)
{
    size_t from = 0, to = z->n;
    struct ofd_entry *alike = NULL;
    while (from < to) {
        size_t mid = from + (to - from) / 2;
        if (cmp_fold(z->entries[z->sorted[mid]].name, name) < 0)
            from = mid + 1;
        else
            to = mid;
    }
    for (; from < z->n; from++) {
        struct ofd_entry *entry = &z->entries[z->sorted[from]];
        if (cmp_fold(entry->name, name) != 0)
            break;
        if (str_eq(entry->name, name))
            return entry;
        alike = alike ? alike : entry;
    }
    return alike;
}

static bool unpack(struct arena *a, const struct ofd_entry *entry, char *out)
{
    (void)a;
    z_stream s = { 0 };
    if (inflateInit2(&s, -15) != Z_OK)
        return false;
    s.next_in = (Bytef *)(uintptr_t)entry->raw.p; /* zlib's pointer is older than const */
    s.avail_in = (uInt)entry->raw.n;
    s.next_out = (Bytef *)out;
    s.avail_out = entry->size;
    int got = inflate(&s, Z_FINISH);
    /* An empty room for output leaves the end unseen: one more byte tells. */
    Bytef more;
    if (got == Z_BUF_ERROR && s.avail_out == 0) {
        s.next_out = &more;
        s.avail_out = 1;
        got = inflate(&s, Z_FINISH);
    }
    bool whole = got == Z_STREAM_END && s.total_out == entry->size;
    inflateEnd(&s);
    return whole;
}

bool ofd_zip_read(struct ofd_zip *z, struct ofd_entry *entry, struct err *e)
{
    if (entry->bytes.p)
        return true;
    struct str bytes = entry->raw;
    bool good = !entry->is_bad;
    if (good && entry->method == 8) {
        char *out = arena_grow_unset(z->a, NULL, 0, (size_t)entry->size + 1);
        good = unpack(z->a, entry, out);
        out[entry->size] = 0;
        bytes = (struct str){ out, entry->size };
    }
    if (!good || crc32(0, (const Bytef *)bytes.p, (uInt)bytes.n) != entry->crc)
        return ofd_fail(e, z->a, ERR_INVALID, "ofd.broken", entry->name, NULL);
    entry->bytes = bytes;
    return true;
}

/* --- writing ------------------------------------------------------------------------------------------- */

static void put16(struct buf *b, unsigned v)
{
    buf_char(b, (char)v);
    buf_char(b, (char)(v >> 8));
}

static void put32(struct buf *b, uint32_t v)
{
    put16(b, v & 0xffff);
    put16(b, v >> 16);
}

struct ofd_zip_out ofd_zip_to(struct arena *a)
{
    return (struct ofd_zip_out){ .b = buf_in(a), .directory = buf_in(a), .a = a };
}

/* What a local header and a record of the directory have in common: from the needed version to the
 * lengths. 1 January 1980 is the first day a zip can name. */
static void put_common(struct buf *b, const struct ofd_entry *x)
{
    put16(b, 20);
    put16(b, 0x800); /* names in UTF-8 */
    put16(b, x->method);
    put16(b, 0);
    put16(b, 1 << 5 | 1);
    put32(b, x->crc);
    put32(b, (uint32_t)x->raw.n);
    put32(b, x->size);
    put16(b, (unsigned)x->name.n);
    put16(b, 0);
}

void ofd_zip_put_entry(struct ofd_zip_out *z, const struct ofd_entry *x)
{
    size_t at = z->b.n;
    CHECK(at < UINT32_MAX - x->raw.n - 1000 && z->n < 0xffff);
    put32(&z->b, 0x04034b50);
    put_common(&z->b, x);
    buf_str(&z->b, x->name);
    buf_str(&z->b, x->raw);
    put32(&z->directory, 0x02014b50);
    put16(&z->directory, 20);
    put_common(&z->directory, x);
    put16(&z->directory, 0); /* comment */
    put16(&z->directory, 0); /* disk */
    put16(&z->directory, 0);
    put32(&z->directory, 0);
    put32(&z->directory, (uint32_t)at);
    buf_str(&z->directory, x->name);
    z->n++;
}

void ofd_zip_put(struct ofd_zip_out *z, struct str name, struct str bytes)
{
    struct ofd_entry x = { .name = name, .raw = bytes, .size = (uint32_t)bytes.n };
    z_stream s = { 0 };
    x.crc = (uint32_t)crc32(0, (const Bytef *)bytes.p, (uInt)bytes.n);
    CHECK(bytes.n < PART_MAX &&
          deflateInit2(&s, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    size_t room = deflateBound(&s, bytes.n);
    char *out = arena_grow_unset(z->a, NULL, 0, room);
    s.next_in = (Bytef *)(uintptr_t)bytes.p;
    s.avail_in = (uInt)bytes.n;
    s.next_out = (Bytef *)out;
    s.avail_out = (uInt)room;
    CHECK(deflate(&s, Z_FINISH) == Z_STREAM_END);
    if (s.total_out < bytes.n) { /* pictures are packed already */
        x.raw = (struct str){ out, s.total_out };
        x.method = 8;
    }
    deflateEnd(&s);
    ofd_zip_put_entry(z, &x);
}

struct str ofd_zip_end(struct ofd_zip_out *z)
{
    size_t at = z->b.n;
    buf_str(&z->b, buf_done(&z->directory));
    put32(&z->b, 0x06054b50);
    put32(&z->b, 0);
    put16(&z->b, (unsigned)z->n);
    put16(&z->b, (unsigned)z->n);
    put32(&z->b, (uint32_t)z->directory.n);
    put32(&z->b, (uint32_t)at);
    put16(&z->b, 0);
    return buf_done(&z->b);
}
