/* Packages for the tests of ofd/: a zip of which every field can be made wrong, a small document drawn
 * by the writer, a file as other programs write it. */
#ifndef OFD_FIXTURE_H
#define OFD_FIXTURE_H

#include <hb-ot.h>
#include <hb.h>
#include <zlib.h>

#include "base/check.h"
#include "ofd/ofd.h"

/* --- any zip ---------------------------------------------------------------------------------------- */

struct raw_part {
    const char *name;
    struct str bytes;
    bool is_packed;
    uint32_t says_size;     /* in place of the true one, when not 0 */
    const char *local_name; /* another name in the local header */
    unsigned flags;
    bool is_shared; /* its place is that of the part before */
};

static inline void le(struct buf *b, uint32_t v, int n)
{
    for (int i = 0; i < n; i++)
        buf_char(b, (char)(i < 4 ? v >> 8 * i : 0));
}

static inline struct str raw_zip(struct arena *a, const struct raw_part *p, size_t n)
{
    struct buf b = buf_in(a), dir = buf_in(a);
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        struct str bytes = p[i].bytes;
        uint32_t crc = (uint32_t)crc32(0, (const Bytef *)bytes.p, (uInt)bytes.n);
        uint32_t size = p[i].says_size ? p[i].says_size : (uint32_t)bytes.n;
        const char *local = p[i].local_name ? p[i].local_name : p[i].name;
        if (p[i].is_packed) {
            uLong room = bytes.n + 1000;
            char *out = arena_alloc(a, room);
            z_stream s = { .next_in = (Bytef *)(uintptr_t)bytes.p,
                           .avail_in = (uInt)bytes.n,
                           .next_out = (Bytef *)out,
                           .avail_out = (uInt)room };
            CHECK(deflateInit2(&s, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK &&
                  deflate(&s, Z_FINISH) == Z_STREAM_END);
            bytes = (struct str){ out, s.total_out };
            deflateEnd(&s);
        }
        at = p[i].is_shared ? at : b.n;
        for (int pass = 0; pass < 2; pass++) {
            struct buf *to = pass ? &dir : &b;
            const char *name = pass ? p[i].name : local;
            if (!pass && p[i].is_shared)
                continue;
            le(to, pass ? 0x02014b50 : 0x04034b50, 4);
            if (pass)
                le(to, 20, 2);
            le(to, 20, 2);
            le(to, p[i].flags, 2);
            le(to, p[i].is_packed ? 8 : 0, 2);
            le(to, 0, 4);
            le(to, crc, 4);
            le(to, (uint32_t)bytes.n, 4);
            le(to, size, 4);
            le(to, (uint32_t)strlen(name), 2);
            le(to, 0, pass ? 12 : 2); /* lengths of extra and comment, disk, attributes */
            if (pass)
                le(to, 0, 2);
            if (pass) {
                dir.n -= 2; /* 2 + 2 + 2 + 2 + 4 */
                le(to, (uint32_t)at, 4);
            }
            buf_text(to, name);
            if (!pass)
                buf_str(to, bytes);
        }
    }
    at = b.n;
    buf_str(&b, buf_done(&dir));
    le(&b, 0x06054b50, 4);
    le(&b, 0, 4);
    le(&b, (uint32_t)n, 2);
    le(&b, (uint32_t)n, 2);
    le(&b, (uint32_t)dir.n, 4);
    le(&b, (uint32_t)at, 4);
    le(&b, 0, 2);
    return buf_done(&b);
}

/* --- a document of ours -------------------------------------------------------------------------------- */

#define NOTO "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
enum { NOTO_SC = 2 };

static inline struct str whole_file(struct arena *a, const char *path)
{
    FILE *f = fopen(path, "rb");
    struct buf b = buf_in(a);
    size_t n;
    CHECK(f);
    do {
        buf_reserve(&b, 1 << 20);
        n = fread(b.p + b.n, 1, 1 << 20, f);
        b.n += n;
    } while (n);
    CHECK(fclose(f) == 0);
    return buf_done(&b);
}

struct shaper {
    struct arena *a;
    struct str bytes;
    hb_font_t *font;
};

static inline struct shaper shaper_of(struct arena *a)
{
    struct shaper s = { a, whole_file(a, NOTO), NULL };
    hb_blob_t *blob =
        hb_blob_create(s.bytes.p, (unsigned)s.bytes.n, HB_MEMORY_MODE_READONLY, NULL, NULL);
    hb_face_t *face = hb_face_create(blob, NOTO_SC);
    s.font = hb_font_create(face);
    hb_face_destroy(face);
    hb_blob_destroy(blob);
    return s;
}

/* A line on a grid: every character one pitch wide, Latin half. */
static inline void line(struct ofd_writer *w, struct shaper *s, int font, const char *text,
                        double x, double y, double size, uint32_t colour)
{
    struct str t = str_of(text);
    struct ofd_glyph *g = arena_array_of(s->a, struct ofd_glyph, t.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < t.n; n++) {
        size_t from = i;
        uint32_t u = utf8_next(t, &i);
        hb_codepoint_t id = 0;
        (void)hb_font_get_nominal_glyph(s->font, u, &id);
        g[n] = (struct ofd_glyph){ id, (uint32_t)(i - from), u < 0x2e80 ? size / 2 : size };
    }
    ofd_text(w, &(struct ofd_text){ .font = font,
                                    .size = size,
                                    .colour = colour,
                                    .x = x,
                                    .y = y,
                                    .text = t,
                                    .glyphs = g,
                                    .n = n });
}

/* One red pixel. */
static const unsigned char red_png[] = { 0x89, 'P',  'N',  'G',  '\r', '\n', 0x1a, '\n', 0,   0,
                                         0,    13,   'I',  'H',  'D',  'R',  0,    0,    0,   1,
                                         0,    0,    0,    1,    8,    2,    0,    0,    0,   0x90,
                                         0x77, 0x53, 0xde, 0,    0,    0,    12,   'I',  'D', 'A',
                                         'T',  0x78, 0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0,    0,   3,
                                         1,    1,    0,    0xc9, 0xfe, 0x92, 0xef, 0,    0,   0,
                                         0,    'I',  'E',  'N',  'D',  0xae, 0x42, 0x60, 0x82 };
#define RED_PNG ((struct str){ (const char *)red_png, sizeof red_png })

#define SAMPLE_PAGE_1                                                                                                                      \
    "云川市人民政府文件\n云政发〔2026〕12号\n关于加强汛期安全工作的通知\n各县（市、区）人民政府，" \
    "市直各单位：\n"                                                                                                                 \
    "汛期将至，请各单位落实24小时值班制度 see GB/T 9704。\n"
#define SAMPLE_PAGE_2 "云川市人民政府\n2026年11月28日\n"

static inline struct str sample(struct arena *a, struct shaper *s)
{
    static const struct ofd_data data[] = { { STR("文件编号"), STR("云政发〔2026〕12号") },
                                            { STR("紧急程度"), STR("加急 & <平>") } };
    const struct ofd_info info = { .doc_id = STR("0123456789abcdef0123456789abcdef"),
                                   .title = STR("关于加强汛期安全工作的通知"),
                                   .author = STR("云川市人民政府"),
                                   .creator = STR("Tongban"),
                                   .created_on = STR("2026-11-28"),
                                   .data = data,
                                   .n_data = 2 };
    struct ofd_writer *w = ofd_writer_new(a, &info);
    int font = ofd_font_add(w, &(struct ofd_font){ .name = STR("Noto Serif CJK SC"),
                                                   .bytes = s->bytes,
                                                   .index = NOTO_SC,
                                                   .is_serif = true });
    int named = ofd_font_add(w, &(struct ofd_font){ .name = STR("仿宋") });
    int picture = ofd_picture_add(w, "png", RED_PNG);
    struct err e = { 0 };
    struct str out;
    ofd_page_begin(w, 210, 297);
    line(w, s, font, "云川市人民政府文件", 42, 60, 14, 0xff0000);
    ofd_tag_begin(w, STR("发文字号"));
    line(w, s, font, "云政发〔2026〕12号", 80, 80, 5.6444, 0);
    ofd_tag_end(w);
    ofd_line(w, 28, 85, 184, 85, 0.5, 0xff0000);
    ofd_tag_begin(w, STR("标题"));
    line(w, s, font, "关于加强汛期安全工作的通知", 55, 105, 7.7611, 0);
    ofd_tag_end(w);
    line(w, s, font, "各县（市、区）人民政府，市直各单位：", 28, 120, 5.5714, 0);
    line(w, s, named, "汛期将至，请各单位落实24小时值班制度 see GB/T 9704。", 28, 132, 4, 0);
    ofd_page_begin(w, 210, 297);
    ofd_image(w, picture, (struct ofd_box){ 130, 100, 42, 42 }, false);
    line(w, s, font, "云川市人民政府", 130, 110, 5.6444, 0);
    line(w, s, font, "2026年11月28日", 130, 120, 5.6444, 0);
    ofd_link(w, (struct ofd_box){ 28, 250, 40, 10 }, STR("https://example.gov.cn/?a=1&b=2"));
    ofd_attach(w, STR("元数据.xml"), "xml", STR("<公文/>"), true);
    CHECK(ofd_writer_end(w, &out, &e));
    return out;
}

#endif
