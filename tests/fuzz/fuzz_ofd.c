/* Any bytes as a received OFD file: refused with a code, or read, drawn, checked and sealed without harm.
 * What begins with "===" is a list of parts ("=== NAME", then its text; "hex:" for bytes), packed here:
 * chance alone never hits the checksums of a zip. */
#include "ofd/ofd_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str from_hex(struct arena *a, struct str s)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i + 1 < s.n; i++) {
        static const char digits[] = "0123456789abcdef";
        const char *high = s.p[i] ? strchr(digits, s.p[i]) : NULL;
        const char *low = s.p[i + 1] ? strchr(digits, s.p[i + 1]) : NULL;
        if (high && low) {
            buf_char(&b, (char)((high - digits) << 4 | (low - digits)));
            i++;
        }
    }
    return buf_done(&b);
}

static struct str package_of(struct arena *a, struct str s)
{
    struct ofd_zip_out z = ofd_zip_to(a);
    for (size_t at = 0; at + 4 < s.n;) {
        ptrdiff_t line = str_find(s, STR("\n"), at), next = str_find(s, STR("\n=== "), at);
        size_t end = next < 0 ? s.n : (size_t)next;
        if (line < 0)
            break;
        struct str name = str_sub(s, at + 4, (size_t)line - at - 4);
        struct str body =
            (size_t)line < end ? str_sub(s, (size_t)line + 1, end - (size_t)line - 1) : STR("");
        if (str_starts(body, STR("hex:")))
            body = from_hex(a, str_sub(body, 4, body.n));
        if (name.n < 1000 && z.n < 1000)
            ofd_zip_put(&z, name, body);
        at = end + 1;
    }
    return ofd_zip_end(&z);
}

static void told(const struct err *e)
{
    CHECK(e->kind != ERR_NONE && e->code);
}

static void draw(struct ofd *o, size_t page)
{
    struct err e = { 0 }, again = { 0 };
    struct buf b = buf_in(o->a);
    struct str text, notes;
    struct ofd_box box;
    if (ofd_page_text(o, page, &text, &e))
        CHECK(utf8_valid(text));
    else
        told(&e);
    if (ofd_page_svg(o, page, true, &b, &notes, &again)) {
        struct str svg = buf_done(&b);
        CHECK(utf8_valid(svg) && ofd_page_box(o, page, &box, &again) && box.w > 0);
        CHECK(str_find(svg, STR("<script"), 0) < 0 && str_find(svg, STR(" on"), 0) < 0 &&
              str_find(svg, STR("href=\"http"), 0) < 0);
        /* it is XML */
        struct err bad = { 0 };
        CHECK(ofd_xml_parse(o->a, STR("svg"), svg, "svg", &bad) ||
              strcmp(bad.code, "ofd.xml") != 0);
    } else {
        told(&again);
    }
}

static void seal(struct arena *a, struct str package)
{
    const struct ofd_stamp stamps[] = { { .box = { 1, 1, 42, 42 } } };
    const struct ofd_sign sign = { .is_seal = true,
                                   .provider = STR("x"),
                                   .signed_at = STR("20261128150000Z"),
                                   .seal = STR("seal"),
                                   .stamps = stamps,
                                   .n_stamps = 1 };
    struct ofd_prepared *p;
    struct str hash, path;
    struct err e = { 0 };
    struct ofd_signature s;
    if (!ofd_sign_prepare(a, package, &sign, &p, &hash, &path, &e)) {
        told(&e);
        return;
    }
    struct ofd *o = ofd_open(a, ofd_sign_finish(p, STR("value")), &e);
    if (!o)
        (void)fprintf(stderr, "%s %s\n", e.code, e.arg[0]);
    CHECK(o); /* what we write we can read */
    size_t n = ofd_signatures(o);
    CHECK(n && ofd_signature(o, n - 1, &s, &e) && str_eq(s.path, path) && str_eq(s.bytes, hash) &&
          str_is(s.value, "value"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct err e = { 0 };
    char *p = arena_alloc(a, size + 1);
    if (size)
        memcpy(p, data, size);
    struct str in = { p, size };
    struct str package = str_starts(in, STR("=== ")) ? package_of(a, in) : in;
    struct ofd *o = ofd_open(a, package, &e);
    if (!o) {
        told(&e);
        arena_free(&a);
        return 0;
    }
    const struct ofd_reference *refs;
    const struct ofd_tag *tags;
    size_t n;
    for (size_t i = 0; i < ofd_pages(o) && i < 3; i++)
        draw(o, i);
    for (size_t i = 0; i < ofd_signatures(o) && i < 3; i++) {
        struct err aside = { 0 };
        if (!ofd_references_check(o, i, &refs, &n, &aside))
            told(&aside);
    }
    struct err aside = { 0 };
    if (!ofd_tags(o, &tags, &n, &aside))
        told(&aside);
    seal(a, package);
    arena_free(&a);
    return 0;
}
