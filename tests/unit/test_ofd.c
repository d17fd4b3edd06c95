/* OFD packages: written strictly, read leniently, hostile ones refused, each changed byte named. With
 * TB_OFD_SAMPLE=FILE it writes the sample there, for the test that shows it in another's viewer. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <glob.h>

#include "../fuzz/fuzz_ofd.c"
#include "ofd_fixture.h"

static struct arena *a;
static struct shaper shaper;

#define assert_str(s, expected)                                                                    \
    do {                                                                                           \
        struct str got_ = (s);                                                                     \
        assert_string_equal(arena_strndup(a, got_.p ? got_.p : "", got_.n), expected);             \
    } while (0)
#define assert_has(s, piece) assert_true(str_find((s), str_of(piece), 0) >= 0)
#define assert_lacks(s, piece) assert_true(str_find((s), str_of(piece), 0) < 0)

static struct ofd *opened(struct str bytes)
{
    struct err e = { 0 };
    struct ofd *o = ofd_open(a, bytes, &e);
    if (!o)
        fail_msg("%s", err_message(a, &e, LANG_EN));
    return o;
}

static struct str part(struct ofd *o, const char *path)
{
    struct err e = { 0 };
    struct str out;
    if (!ofd_part(o, str_of(path), &out, &e))
        fail_msg("%s: %s", path, err_message(a, &e, LANG_EN));
    return out;
}

static struct str text_of(struct ofd *o, size_t page)
{
    struct err e = { 0 };
    struct str out;
    assert_true(ofd_page_text(o, page, &out, &e));
    return out;
}

static struct str svg_of(struct ofd *o, size_t page, struct str *notes)
{
    struct err e = { 0 };
    struct buf b = buf_in(a);
    if (!ofd_page_svg(o, page, true, &b, notes, &e))
        fail_msg("%s", err_message(a, &e, LANG_EN));
    return buf_done(&b);
}

/* --- written ------------------------------------------------------------------------------------------- */

static void test_same_bytes(void **state)
{
    (void)state;
    assert_true(str_eq(sample(a, &shaper), sample(a, &shaper)));
}

static void test_round_trip(void **state)
{
    struct ofd *o = opened(sample(a, &shaper));
    const struct ofd_attachment *files;
    const struct ofd_tag *tags;
    struct err e = { 0 };
    size_t n;
    (void)state;
    assert_int_equal(ofd_pages(o), 2);
    assert_str(text_of(o, 0), SAMPLE_PAGE_1);
    assert_str(text_of(o, 1), SAMPLE_PAGE_2);
    assert_str(ofd_info(o)->title, "关于加强汛期安全工作的通知");
    assert_str(ofd_info(o)->doc_id, "0123456789abcdef0123456789abcdef");
    assert_int_equal(ofd_info(o)->n_data, 2);
    assert_str(ofd_info(o)->data[1].value, "加急 & <平>");
    assert_int_equal(ofd_attachments(o, &files), 1);
    assert_str(files[0].name, "元数据.xml");
    assert_str(part(o, files[0].path.p), "<公文/>");
    assert_true(ofd_tags(o, &tags, &n, &e));
    assert_int_equal(n, 2);
    assert_str(tags[0].element, "发文字号");
    assert_str(tags[0].text, "云政发〔2026〕12号");
    assert_str(tags[1].text, "关于加强汛期安全工作的通知");
    assert_int_equal(ofd_signatures(o), 0);
}

/* O2, O4, O5, O7: what strict readers ask for. */
static void test_parts(void **state)
{
    struct ofd *o = opened(sample(a, &shaper));
    struct str main = part(o, "OFD.xml"), document = part(o, "/Doc_0/Document.xml");
    struct str page = part(o, "/Doc_0/Pages/Page_0/Content.xml");
    const struct str *paths;
    (void)state;
    assert_true(ofd_parts(o, &paths) > 8);
    assert_str(paths[0], "OFD.xml");
    assert_has(main, "xmlns:ofd=\"http://www.ofdspec.org/2016\" Version=\"1.0\" DocType=\"OFD\"");
    assert_has(main, "<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>");
    assert_has(page, "DeltaX=\"g 17 5.5714\"");
    assert_has(page, "<ofd:FillColor Value=\"255 0 0\"/>");
    assert_has(page, "<ofd:AbbreviatedData>M 0.25 0.25 L 156.25 0.25</ofd:AbbreviatedData>");
    assert_has(part(o, "/Doc_0/Pages/Page_1/Content.xml"), "CTM=\"42 0 0 42 0 0\"");
    assert_has(part(o, "/Doc_0/PublicRes.xml"), "<ofd:FontFile>font_1.otf</ofd:FontFile>");
    assert_has(part(o, "/Doc_0/Annots/Page_1/Annotation.xml"),
               "https://example.gov.cn/?a=1&amp;b=2");
    /* the largest id is MaxUnitID, and none stands twice */
    int64_t largest = 0;
    bool seen[200] = { 0 };
    for (size_t i = 0; i < ofd_parts(o, &paths); i++) {
        struct str x = part(o, paths[i].p);
        for (ptrdiff_t at = 0; (at = str_find(x, STR(" ID=\""), (size_t)at)) >= 0; at++) {
            long id = strtol(x.p + at + 5, NULL, 10);
            if (!id)
                continue; /* an attachment's */
            assert_in_range(id, 1, 199);
            assert_false(seen[id]);
            seen[id] = true;
            largest = id > largest ? id : largest;
        }
    }
    assert_has(document,
               arena_printf(a, "<ofd:MaxUnitID>%lld</ofd:MaxUnitID>", (long long)largest));
}

/* The subset holds what was drawn and little else; glyphs that its own table would not choose are told. */
static void test_subset(void **state)
{
    static const struct ofd_info info = { .doc_id = STR("0123456789abcdef0123456789abcdef") };
    struct ofd_writer *w = ofd_writer_new(a, &info);
    struct err e = { 0 };
    struct str out;
    hb_codepoint_t one, other;
    (void)state;
    int font = ofd_font_add(
        w, &(struct ofd_font){ .name = STR("Noto"), .bytes = shaper.bytes, .index = NOTO_SC });
    assert_true(hb_font_get_nominal_glyph(shaper.font, 0x540c, &one));
    assert_true(hb_font_get_nominal_glyph(shaper.font, 0x529e, &other));
    const struct ofd_glyph plain[] = { { one, 3, 5 }, { other, 3, 5 } };
    const struct ofd_glyph odd[] = { { other, 3, 5 }, { one, 6, 5 }, { other, 0, 5 } };
    const struct ofd_glyph beyond[] = { { one, 3, 5 }, { other, 4, 5 }, { one, 3, 5 } };
    ofd_page_begin(w, 100, 100);
    ofd_text(w, &(struct ofd_text){ .font = font,
                                    .size = 5,
                                    .x = 10,
                                    .y = 10,
                                    .text = STR("同办"),
                                    .glyphs = plain,
                                    .n = 2 });
    ofd_text(w, &(struct ofd_text){ .font = font,
                                    .size = 5,
                                    .x = 10,
                                    .y = 20,
                                    .text = STR("同办同"),
                                    .glyphs = odd,
                                    .n = 3 });
    ofd_text(w, &(struct ofd_text){ .font = font,
                                    .size = 5,
                                    .x = 10,
                                    .y = 30,
                                    .text = STR("同\xf0\xa0\xae\xb7办"),
                                    .glyphs = beyond,
                                    .n = 3,
                                    .turn = -90,
                                    .stretch = 0.9 });
    assert_true(ofd_writer_end(w, &out, &e));
    struct ofd *o = opened(out);
    struct str page = part(o, "/Doc_0/Pages/Page_0/Content.xml");
    assert_in_range(part(o, "/Doc_0/Res/font_1.otf").n, 500, 6000);
    ptrdiff_t second = str_find(page, STR("<ofd:TextObject"),
                                (size_t)str_find(page, STR("<ofd:TextObject"), 0) + 1);
    assert_true(second > 0);
    assert_lacks(str_sub(page, 0, (size_t)second), "CGTransform");
    assert_has(page,
               "<ofd:CGTransform CodePosition=\"0\" CodeCount=\"1\" GlyphCount=\"1\"><ofd:Glyphs>");
    assert_has(page,
               "<ofd:CGTransform CodePosition=\"1\" CodeCount=\"2\" GlyphCount=\"2\"><ofd:Glyphs>");
    assert_has(page, " HScale=\"0.9\"");
    assert_has(page, " CTM=\"0 -1 1 0 ");
    assert_has(page, ">\xf0\xa0\xae\xb7</ofd:TextCode>"); /* alone: is it one character or two? */
    assert_str(text_of(o, 0), "同办\n同办同\n同\xf0\xa0\xae\xb7办\n"); /* what runs upwards last */
    /* the same outlines, however they were chosen */
    assert_lacks(svg_of(o, 0, NULL), "<text");
}

static void test_bad_font(void **state)
{
    static const struct ofd_info info = { .doc_id = STR("0123456789abcdef0123456789abcdef") };
    struct ofd_writer *w = ofd_writer_new(a, &info);
    struct err e = { 0 };
    struct str out;
    (void)state;
    (void)ofd_font_add(w, &(struct ofd_font){ .name = STR("x"), .bytes = STR("no font at all") });
    ofd_page_begin(w, 100, 100);
    assert_false(ofd_writer_end(w, &out, &e));
    assert_string_equal(e.code, "ofd.font");
}

/* --- shown ------------------------------------------------------------------------------------------------ */

static void test_svg(void **state)
{
    struct str notes;
    struct str svg = svg_of(opened(sample(a, &shaper)), 0, &notes);
    (void)state;
    assert_null(notes.p);
    assert_has(svg, "viewBox=\"0 0 210 297\"");
    assert_has(svg, "fill=\"#ff0000\"");
    assert_has(svg, "<use xlink:href=\"#g");
    assert_has(svg, "FangSong"); /* named, not embedded: the viewer's own font */
    svg = svg_of(opened(sample(a, &shaper)), 1, NULL);
    assert_has(svg, "xlink:href=\"data:image/png;base64,iVBOR");
    assert_lacks(svg, "example.gov.cn"); /* no address leads out */
}

/* --- as others write ----------------------------------------------------------------------------------------- */

#define NS " xmlns:ofd=\"http://www.ofdspec.org\""
#define FOREIGN_MAIN                                                                               \
    "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\"?><ofd:OFD" NS                            \
    " Version=\"1.1\"><ofd:DocBody><ofd:DocInfo>"                                                  \
    "<ofd:DocID>x</ofd:DocID><ofd:Title> 外来文 "                                               \
    "</ofd:Title><ofd:CreationDate>20201010151120</ofd:CreationDate>"                              \
    "<ofd:ModDate>2020-04-22 "                                                                     \
    "16:22:44</ofd:ModDate></ofd:DocInfo><ofd:DocRoot>/doc_0/document.xml</ofd:DocRoot></"         \
    "ofd:DocBody></ofd:OFD>"
#define FOREIGN_DOCUMENT                                                                           \
    "<Document><CommonData><PageArea><PhysicalBox>0 0 100 50</PhysicalBox></PageArea>"             \
    "<PublicRes>PublicRes.xml</PublicRes><TemplatePage ID=\"90\" BaseLoc=\"Tpls/T.xml\" "          \
    "ZOrder=\"Background\"/></CommonData>"                                                         \
    "<Pages><Page ID=\"1\" BaseLoc=\"Pages/Page_0/Content.xml\"/></Pages></Document>"
#define FOREIGN_RES                                                                                \
    "<Res BaseLoc=\"Res\"><Fonts><Font ID=\"5\" "                                                  \
    "FontName=\"宋体\"/></Fonts><DrawParams><DrawParam ID=\"6\" LineWidth=\"2\">"                \
    "<StrokeColor Value=\"0 0 255\"/></DrawParam></DrawParams><MultiMedias><MultiMedia ID=\"7\" "  \
    "Type=\"Image\"><MediaFile>A.JB2</MediaFile>"                                                  \
    "</MultiMedia><MultiMedia ID=\"8\" "                                                           \
    "Type=\"Image\"><MediaFile>inner.ofd</MediaFile></MultiMedia></MultiMedias>"                   \
    "<CompositeGraphicUnits><CompositeGraphicUnit ID=\"9\" Width=\"1\" "                           \
    "Height=\"1\"><Content><TextObject ID=\"30\" Boundary=\"0 0 9 9\" Font=\"5\" Size=\"3\">"      \
    "<TextCode X=\"0\" "                                                                           \
    "Y=\"3\">合成</TextCode></TextObject></Content></CompositeGraphicUnit></"                    \
    "CompositeGraphicUnits></Res>"
#define FOREIGN_PAGE                                                                               \
    "<Page><Template TemplateID=\"90\"/><Content><Layer ID=\"2\">"                                 \
    "<TextObject ID=\"11\" Boundary=\"30 20 9 9\" Font=\"5\" Size=\"4\"><TextCode X=\"0\" "        \
    "Y=\"4\">二</TextCode></TextObject>"                                                          \
    "<TextObject ID=\"10\" Boundary=\"26 20 9 9\" Font=\"5\" Size=\"4\"><TextCode X=\"0\" "        \
    "Y=\"4\">第</TextCode></TextObject>"                                                          \
    "<TextObject ID=\"12\" Boundary=\"10 10 90 9\" Font=\"5\" Size=\"4\"><TextCode X=\"0\" "       \
    "Y=\"4\" DeltaX=\"g 2 4 8\">首行 &amp;字</TextCode></TextObject>"                           \
    "<PathObject ID=\"13\" Boundary=\"0 0 100 50\" DrawParam=\"6\"><AbbreviatedData>S 1 1 B 1 2 "  \
    "3 4 5 6 A 3 3 0 1 0 9 9 C</AbbreviatedData></PathObject>"                                     \
    "<ImageObject ID=\"14\" Boundary=\"0 0 9 9\" CTM=\"9 0 0 9 0 0\" ResourceID=\"7\"/>"           \
    "<ImageObject ID=\"15\" Boundary=\"50 0 9 9\" CTM=\"9 0 0 9 0 0\" ResourceID=\"8\"/>"          \
    "<CompositeObject ID=\"16\" Boundary=\"10 30 9 9\" "                                           \
    "ResourceID=\"9\"/></Layer></Content></Page>"
#define FOREIGN_TEMPLATE                                                                           \
    "<Page><Content><Layer ID=\"3\"><TextObject ID=\"17\" Boundary=\"10 40 90 9\" Font=\"5\" "     \
    "Size=\"4\"><TextCode X=\"0\" Y=\"4\">底版</TextCode></TextObject></Layer></Content></Page>"

static struct str foreign(const char *page)
{
    const struct raw_part inner[] = {
        { .name = "OFD.xml",
          .bytes = STR("<OFD><DocBody><DocRoot>D/Document.xml</DocRoot></DocBody></OFD>") },
        { .name = "D/Document.xml",
          .bytes = STR("<Document><Pages><Page ID=\"1\" BaseLoc=\"P.xml\"/></Pages></Document>") },
        { .name = "D/P.xml",
          .bytes = STR(
              "<Page><Area><PhysicalBox>0 0 42 42</PhysicalBox></Area><Content><Layer><PathObject "
              "Boundary=\"0 0 42 42\" Fill=\"true\">"
              "<FillColor Value=\"#ee 0 0\"/><AbbreviatedData>M 0 0 L 42 0 L 42 42 "
              "C</AbbreviatedData></PathObject></Layer></Content></Page>") },
    };
    const struct raw_part parts[] = {
        { .name = "OFD.xml", .bytes = STR(FOREIGN_MAIN), .is_packed = true },
        { .name = "Doc_0/", .bytes = STR("") },
        { .name = "Doc_0/Document.xml", .bytes = STR(FOREIGN_DOCUMENT), .is_packed = true },
        { .name = "Doc_0/Pages/page_0/content.xml", .bytes = str_of(page), .is_packed = true },
        { .name = "Doc_0/Tpls/T.xml", .bytes = STR(FOREIGN_TEMPLATE) },
        { .name = "Doc_0/publicres.xml", .bytes = STR(FOREIGN_RES) },
        { .name = "Doc_0/Res/a.jb2", .bytes = STR("\x97JB2\r\n\x1a\n....") },
        { .name = "Doc_0/Res/inner.ofd", .bytes = raw_zip(a, inner, 3) },
    };
    return raw_zip(a, parts, sizeof parts / sizeof *parts);
}

static void test_lenient(void **state)
{
    struct ofd *o = opened(foreign(FOREIGN_PAGE));
    struct str notes, svg;
    struct err e = { 0 };
    struct ofd_box box;
    (void)state;
    assert_str(ofd_info(o)->title, "外来文");
    assert_str(ofd_info(o)->created_on, "2020-10-10");
    assert_str(ofd_info(o)->changed_on, "2020-04-22");
    assert_true(ofd_page_box(o, 0, &box, &e) && box.w == 100 && box.h == 50);
    assert_str(text_of(o, 0), "首行 &字\n第二\n合成\n底版\n");
    svg = svg_of(o, 0, &notes);
    assert_str(notes, "JBIG2");
    assert_has(svg, ">JBIG2 图像无法显示<");
    assert_has(svg, "stroke=\"#0000ff\" stroke-width=\"2\"");
    assert_has(svg, "d=\"M1 1C1 2 3 4 5 6A3 3 0 1 0 9 9Z\"");
    assert_has(svg, "viewBox=\"0 0 42 42\"><g"); /* an OFD as a picture */
    assert_has(svg, "fill=\"#ee0000\"");
    assert_has(svg, ">底版<");
    assert_has(svg, "&amp;");
}

static void test_svg_is_inert(void **state)
{
    struct str svg = svg_of(
        opened(foreign("<Page><Content><Layer><TextObject Boundary=\"0 0 9 9\" Font=\"5\" "
                       "Size=\"4&quot; onload=&quot;x\">"
                       "<FillColor Value=\"1 2 3&quot;/&gt;&lt;script&gt;\"/>"
                       "<TextCode X=\"0\" Y=\"4\" "
                       "DeltaX=\"1\">&lt;script&gt;alert(1)&lt;/script&gt;</TextCode></TextObject>"
                       "<PathObject Boundary=\"0 0 9 9\"><AbbreviatedData>M 0 0 L 1 1 "
                       "\"/&gt;&lt;script&gt;</AbbreviatedData></PathObject>"
                       "</Layer></Content></Page>")),
        0, NULL);
    (void)state;
    assert_lacks(svg, "<script");
    assert_lacks(svg, "onload");
}

/* Composites that draw themselves twice, 16 deep: cut off, not drawn for ever. */
static void test_composites_end(void **state)
{
    struct buf b = buf_in(a);
    struct str notes;
    (void)state;
    buf_text(&b, "<Res><CompositeGraphicUnits>");
    buf_text(&b, "<CompositeGraphicUnit ID=\"9\"><Content>");
    for (int i = 0; i < 40; i++)
        buf_text(&b, "<CompositeObject Boundary=\"0 0 1 1\" ResourceID=\"9\"/>");
    buf_text(&b, "</Content></CompositeGraphicUnit></CompositeGraphicUnits></Res>");
    const struct raw_part parts[] = {
        { .name = "OFD.xml",
          .bytes = STR("<OFD><DocBody><DocRoot>D/D.xml</DocRoot></DocBody></OFD>") },
        { .name = "D/D.xml",
          .bytes = STR("<Document><CommonData><PublicRes>R.xml</PublicRes></"
                       "CommonData><Pages><Page ID=\"1\" BaseLoc=\"P.xml\"/></Pages></Document>") },
        { .name = "D/R.xml", .bytes = buf_done(&b) },
        { .name = "D/P.xml",
          .bytes = STR("<Page><Content><Layer><CompositeObject Boundary=\"0 0 1 1\" "
                       "ResourceID=\"9\"/></Layer></Content></Page>") },
    };
    struct ofd *o = opened(raw_zip(a, parts, 4));
    (void)svg_of(o, 0, &notes);
    assert_str(notes, "…");
    assert_str(text_of(o, 0), "");
}

/* --- hostile --------------------------------------------------------------------------------------------------- */

static void refused(struct str bytes, const char *code, const char *part)
{
    struct err e = { 0 };
    assert_null(ofd_open(a, bytes, &e));
    assert_string_equal(e.code, code);
    if (part)
        assert_non_null(strstr(e.arg[0], part));
    /* both sentences stand in errors.txt and name the part */
    for (int lang = 0; lang < 2; lang++) {
        const char *words = err_message(a, &e, lang ? LANG_EN : LANG_ZH);
        assert_string_not_equal(words, code);
        if (part)
            assert_non_null(strstr(words, part));
    }
}

/* The foreign file's first parts, and one more that is bad. */
static struct str with_part(struct raw_part bad)
{
    const struct raw_part parts[] = {
        { .name = "OFD.xml", .bytes = STR(FOREIGN_MAIN) },
        { .name = "Doc_0/Document.xml", .bytes = STR(FOREIGN_DOCUMENT) },
        { .name = "Doc_0/Pages/Page_0/Content.xml", .bytes = STR(FOREIGN_PAGE) },
        bad,
    };
    return raw_zip(a, parts, 4);
}

static void test_hostile_zips(void **state)
{
    struct str zeros = { arena_alloc(a, 20 << 20), 20 << 20 };
    (void)state;
    refused(STR(""), "ofd.not_zip", NULL);
    refused(STR("PK\3\4 and no more than this, so no directory"), "ofd.not_zip", NULL);
    refused(with_part((struct raw_part){ .name = "x/b", .bytes = zeros, .is_packed = true }),
            "ofd.bomb", "x/b");
    refused(with_part((struct raw_part){
                .name = "x/b", .bytes = STR("1"), .is_packed = true, .says_size = 1 << 30 }),
            "ofd.bomb", "x/b");
    refused(with_part(
                (struct raw_part){ .name = "x/b", .bytes = STR(FOREIGN_PAGE), .is_shared = true }),
            "ofd.bomb", NULL);
    refused(with_part((struct raw_part){ .name = "/etc/passwd", .bytes = STR("x") }), "ofd.path",
            "/etc/passwd");
    refused(with_part((struct raw_part){ .name = "Doc_0/../../x", .bytes = STR("x") }), "ofd.path",
            "../../x");
    refused(with_part((struct raw_part){ .name = "..\\x", .bytes = STR("x") }), "ofd.path", "../x");
    refused(with_part((struct raw_part){ .name = "C:/x", .bytes = STR("x") }), "ofd.path", "C:/x");
    refused(with_part((struct raw_part){ .name = "OFD.xml", .bytes = STR("x") }), "ofd.duplicate",
            "OFD.xml");
    refused(with_part((struct raw_part){ .name = "Doc_0\\Document.xml", .bytes = STR("x") }),
            "ofd.duplicate", "Doc_0/Document.xml");
    refused(with_part((struct raw_part){ .name = "x", .bytes = STR("x"), .flags = 1 }),
            "ofd.encrypted", "x");
}

static struct str with_parts(const char *main, const char *document)
{
    const struct raw_part parts[] = { { .name = "OFD.xml", .bytes = str_of(main) },
                                      { .name = "Doc_0/Document.xml", .bytes = str_of(document) } };
    return raw_zip(a, parts, 2);
}

static void test_hostile_parts(void **state)
{
    struct buf deep = buf_in(a);
    (void)state;
    for (int i = 0; i < 100; i++)
        buf_text(&deep, "<OFD>");
    refused(raw_zip(a, &(struct raw_part){ .name = "a.txt", .bytes = STR("x") }, 1), "ofd.not_ofd",
            NULL);
    refused(with_parts("<!DOCTYPE OFD [<!ENTITY a \"b\">]><OFD>&a;</OFD>", ""), "ofd.dtd",
            "OFD.xml");
    refused(with_parts("<!DOCTYPE OFD SYSTEM \"file:///etc/passwd\"><OFD/>", ""), "ofd.dtd",
            "OFD.xml");
    refused(with_parts("<OFD>&a;</OFD>", ""), "ofd.xml", "OFD.xml");
    refused(with_parts("<html/>", ""), "ofd.root", "OFD.xml");
    refused(with_parts(buf_done(&deep).p, ""), "ofd.too_deep", "OFD.xml");
    refused(with_parts("<OFD><DocBody><DocRoot>Doc_1/Document.xml</DocRoot></DocBody></OFD>", ""),
            "ofd.missing", "Doc_1/Document.xml");
    refused(with_parts("<OFD><DocBody><DocRoot>../Document.xml</DocRoot></DocBody></OFD>", ""),
            "ofd.missing", "../");
    refused(with_parts(FOREIGN_MAIN, "<Document/>"), "ofd.no_pages", "Doc_0/Document.xml");
    refused(with_parts(FOREIGN_MAIN, "<Page/>"), "ofd.root", "Doc_0/Document.xml");
    const struct raw_part torn[] = {
        { .name = "OFD.xml", .bytes = STR(FOREIGN_MAIN), .local_name = "ofd.XML" }
    };
    refused(raw_zip(a, torn, 1), "ofd.broken", "OFD.xml");
}

/* --- signed ------------------------------------------------------------------------------------------------------ */

/* A picture as a seal holds it, with what the search has to pass by. */
static struct str seal_with_picture(void)
{
    struct buf in = buf_in(a), out = buf_in(a);
    buf_text(&in, "\x16\3PNG\x04");
    buf_char(&in, (char)sizeof red_png);
    buf_str(&in, RED_PNG);
    buf_text(&in, "\x02\x01\x2a\x02\x01\x2a");
    buf_text(&out, "\x30");
    buf_char(&out, (char)(in.n + 4));
    buf_text(&out, "\x16\2ES");
    buf_text(&out, "");
    out.p[1] = (char)(in.n + 4 + 2);
    buf_text(&out, "\x30");
    buf_char(&out, (char)in.n);
    buf_str(&out, buf_done(&in));
    return buf_done(&out);
}

static struct str sealed_on(struct str package, size_t page, struct str *to_hash, struct str *path)
{
    const struct ofd_stamp stamps[] = { { .page = page, .box = { 120, 90, 42, 42 } } };
    const struct ofd_sign sign = { .is_seal = true,
                                   .provider = STR("Tongban"),
                                   .signed_at = STR("20261128150000Z"),
                                   .seal = seal_with_picture(),
                                   .stamps = stamps,
                                   .n_stamps = 1 };
    struct ofd_prepared *p;
    struct err e = { 0 };
    if (!ofd_sign_prepare(a, package, &sign, &p, to_hash, path, &e))
        fail_msg("%s", err_message(a, &e, LANG_EN));
    return ofd_sign_finish(p, STR("the signature's bytes"));
}

static struct str sealed(struct str package, struct str *to_hash, struct str *path)
{
    return sealed_on(package, 1, to_hash, path);
}

static size_t not_ok(struct ofd *o, size_t i, const char **path, enum ofd_reference_state *state)
{
    const struct ofd_reference *refs;
    struct err e = { 0 };
    size_t n, bad = 0;
    assert_true(ofd_references_check(o, i, &refs, &n, &e));
    assert_true(n > 5);
    for (size_t k = 0; k < n; k++)
        if (refs[k].state != OFD_REF_OK) {
            bad++;
            *path = arena_strndup(a, refs[k].path.p, refs[k].path.n);
            *state = refs[k].state;
        }
    return bad;
}

static void test_seals(void **state)
{
    struct str one_hash, two_hash, one_path, two_path;
    struct str once = sealed(sample(a, &shaper), &one_hash, &one_path);
    struct str twice = sealed(once, &two_hash, &two_path);
    struct ofd *o = opened(twice);
    struct ofd_signature s;
    struct err e = { 0 };
    const char *path = NULL;
    enum ofd_reference_state how;
    (void)state;
    assert_int_equal(ofd_signatures(o), 2);
    assert_true(ofd_signature(o, 0, &s, &e));
    assert_str(s.path, "/Doc_0/Signs/Sign_1/Signature.xml");
    assert_true(str_eq(s.path, one_path) && str_eq(s.bytes, one_hash));
    assert_str(s.value, "the signature's bytes");
    assert_true(str_eq(s.seal, seal_with_picture()));
    assert_str(s.type, "Seal");
    assert_str(s.method, "1.2.156.10197.1.501");
    assert_str(s.digest_method, "1.2.156.10197.1.401");
    assert_str(s.signed_at, "2026-11-28 15:00:00Z");
    assert_int_equal(s.n_stamps, 1);
    assert_int_equal(s.stamps[0].page, 1);
    assert_true(ofd_signature(o, 1, &s, &e) && str_eq(s.bytes, two_hash) &&
                str_eq(s.path, two_path));
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(not_ok(o, i, &path, &how), 0);
    assert_str(text_of(o, 0), SAMPLE_PAGE_1);
    assert_has(svg_of(o, 1, NULL),
               "<svg preserveAspectRatio=\"none\" x=\"120\" y=\"90\" width=\"42\" height=\"42\"");
    assert_true(str_eq(twice, sealed(once, &two_hash, &two_path))); /* the same bytes again */
}

/* The package with one part replaced (NULL: left out), or one more. */
static struct str edited(struct str package, const char *name, struct str bytes)
{
    struct ofd *o = opened(package);
    const struct str *paths;
    size_t n = ofd_parts(o, &paths), k = 0;
    bool was_there = false;
    struct raw_part *parts = arena_array_of(a, struct raw_part, n + 1);
    for (size_t i = 0; i < n; i++) {
        bool is = str_is(paths[i], name);
        was_there |= is;
        if (!is || bytes.p)
            parts[k++] =
                (struct raw_part){ .name = paths[i].p, .bytes = is ? bytes : part(o, paths[i].p) };
    }
    if (!was_there)
        parts[k++] = (struct raw_part){ .name = name, .bytes = bytes };
    return raw_zip(a, parts, k);
}

/* One byte of every part in turn: named by its Reference, or the part refused by its name. */
static void test_flipped_bytes(void **state)
{
    struct str hash, sign;
    struct str package = sealed(sample(a, &shaper), &hash, &sign);
    struct ofd *o = opened(package);
    const struct str *paths;
    size_t n = ofd_parts(o, &paths), named = 0;
    (void)state;
    for (size_t i = 0; i < n; i++) {
        struct str bytes = str_copy(a, part(o, paths[i].p));
        const char *path = NULL;
        enum ofd_reference_state how;
        struct err e = { 0 };
        if (str_is(paths[i], "Doc_0/Signs/Signatures.xml") ||
            str_ends(paths[i], STR("/Signature.xml")) ||
            str_ends(paths[i], STR("/SignedValue.dat")))
            continue; /* these the signature itself covers, or nobody (O7) */
        ((char *)(uintptr_t)bytes.p)[bytes.n / 2] ^= 1;
        struct ofd *changed = ofd_open(a, edited(package, paths[i].p, bytes), &e);
        if (!changed) {
            assert_non_null(strstr(e.arg[0], arena_strndup(a, paths[i].p, paths[i].n)));
        } else {
            assert_int_equal(not_ok(changed, 0, &path, &how), 1);
            assert_int_equal(how, OFD_REF_CHANGED);
            assert_string_equal(path + 1, arena_strndup(a, paths[i].p, paths[i].n));
        }
        named++;
    }
    assert_true(named >= 12);
}

/* The same in the file's own bytes, packed as they are. */
static void test_flipped_in_the_file(void **state)
{
    struct str hash, sign;
    struct str package = sealed(sample(a, &shaper), &hash, &sign);
    size_t unnoticed = 0, seen = 0;
    struct arena *keep = a;
    (void)state;
    for (size_t at = 40; at < package.n; at += 97) {
        a = arena_new();
        struct err e = { 0 };
        struct str copy = str_copy(a, package);
        const struct ofd_reference *refs;
        size_t n, bad = 0;
        ((char *)(uintptr_t)copy.p)[at] ^= 0x10;
        struct ofd *o = ofd_open(a, copy, &e);
        if (o && ofd_references_check(o, 0, &refs, &n, &e))
            for (size_t k = 0; k < n; k++)
                bad += refs[k].state != OFD_REF_OK;
        seen++;
        if (e.kind == ERR_NONE && !bad)
            unnoticed++; /* times, attributes, the value, the signature and its list: no content of ours */
        arena_free(&a);
    }
    a = keep;
    assert_true(seen > 100);
    assert_in_range(unnoticed, 0, seen / 8);
}

static void test_lost_and_added(void **state)
{
    struct str hash, sign;
    struct str package = sealed(sample(a, &shaper), &hash, &sign);
    const char *path = NULL;
    enum ofd_reference_state how;
    (void)state;
    struct ofd *o = opened(edited(package, "Doc_0/Attachs/attach_1.xml", STR_NONE));
    assert_int_equal(not_ok(o, 0, &path, &how), 1);
    assert_string_equal(path, "/Doc_0/Attachs/attach_1.xml");
    assert_int_equal(how, OFD_REF_MISSING);
    o = opened(edited(package, "Doc_0/Signs/extra.xml", STR("<x/>")));
    assert_int_equal(not_ok(o, 0, &path, &how), 1);
    assert_string_equal(path, "/Doc_0/Signs/extra.xml");
    assert_int_equal(how, OFD_REF_UNCOVERED);
}

/* A file of others whose OFD.xml names no signatures. */
static void test_seal_a_foreign_file(void **state)
{
    struct str hash, sign;
    const char *path = NULL;
    enum ofd_reference_state how;
    struct ofd *o = opened(sealed_on(foreign(FOREIGN_PAGE), 0, &hash, &sign));
    (void)state;
    assert_has(
        part(o, "OFD.xml"),
        "</ofd:DocRoot><ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody>");
    assert_int_equal(ofd_signatures(o), 1);
    assert_int_equal(not_ok(o, 0, &path, &how), 0);
}

static void test_no_such_page(void **state)
{
    const struct ofd_stamp far[] = { { .page = 7, .box = { 0, 0, 1, 1 } } };
    const struct ofd_sign sign = { .is_seal = true, .stamps = far, .n_stamps = 1 };
    struct ofd_prepared *p;
    struct str hash, path;
    struct err e = { 0 };
    (void)state;
    assert_false(ofd_sign_prepare(a, sample(a, &shaper), &sign, &p, &hash, &path, &e));
    assert_string_equal(e.code, "ofd.page");
}

/* 骑缝章: a slice on each page, which together are the seal. */
static void test_seam(void **state)
{
    struct str hash, path;
    struct ofd *o = opened(sample(a, &shaper));
    struct ofd_stamp s[2];
    struct err e = { 0 };
    struct ofd_prepared *p;
    (void)state;
    assert_true(ofd_seam(o, 0, 2, 42, 42, 150, s, &e));
    assert_true(s[0].clip.x == 0 && s[0].clip.w == 21 && s[1].clip.x == 21 && s[1].clip.w == 21);
    for (int i = 0; i < 2; i++) /* each slice ends at the page's edge */
        assert_true(s[i].box.x + s[i].clip.x + s[i].clip.w == 210 && s[i].box.y == 129);
    const struct ofd_sign sign = {
        .is_seal = true, .seal = seal_with_picture(), .stamps = s, .n_stamps = 2
    };
    assert_true(ofd_sign_prepare(a, sample(a, &shaper), &sign, &p, &hash, &path, &e));
    assert_has(hash, "Boundary=\"189 129 42 42\" Clip=\"0 0 21 42\"");
    assert_has(hash, "Boundary=\"168 129 42 42\" Clip=\"21 0 21 42\"");
    assert_has(svg_of(opened(ofd_sign_finish(p, STR("v"))), 1, NULL),
               "x=\"189\" y=\"129\" width=\"21\" height=\"42\" viewBox=\"21 0 21 42\"");
}

static void test_old_digest_name(void **state)
{
    struct str hash, path;
    struct str package = sealed(sample(a, &shaper), &hash, &path);
    const char *which = NULL;
    enum ofd_reference_state how;
    (void)state;
    ptrdiff_t at = str_find(hash, STR("CheckMethod=\"1.2.156.10197.1.401\""), 0);
    assert_true(at > 0);
    for (int i = 0; i < 2; i++) {
        struct str now =
            str_printf(a, "%.*sCheckMethod=\"%s\"%s", (int)at, hash.p, i ? "SHA1" : "SM3",
                       hash.p + at + strlen("CheckMethod=\"1.2.156.10197.1.401\""));
        struct ofd *o = opened(edited(package, path.p + 1, now));
        assert_int_equal(not_ok(o, 0, &which, &how) > 0, i);
        if (i)
            assert_int_equal(how, OFD_REF_UNKNOWN);
    }
}

static void test_the_seeds_of_the_fuzz_target(void **state)
{
    glob_t found;
    (void)state;
    assert_int_equal(glob("tests/fuzz/ofd/*", 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= 3);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct str seed = whole_file(a, found.gl_pathv[i]);
        struct err e = { 0 };
        assert_non_null(
            ofd_open(a, package_of(a, seed), &e)); /* one that is refused teaches little */
        assert_int_equal(LLVMFuzzerTestOneInput((const uint8_t *)seed.p, seed.n), 0);
    }
    globfree(&found);
}

static int set_up(void **state)
{
    (void)state;
    a = arena_new();
    shaper = shaper_of(a);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    hb_font_destroy(shaper.font);
    arena_free(&a);
    return 0;
}

static int write_sample(const char *path)
{
    a = arena_new();
    shaper = shaper_of(a);
    struct str bytes = sample(a, &shaper);
    FILE *f = fopen(path, "wb");
    bool good = f && fwrite(bytes.p, 1, bytes.n, f) == bytes.n;
    return f && fclose(f) == 0 && good ? 0 : 1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bytes),      cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_parts),           cmocka_unit_test(test_subset),
        cmocka_unit_test(test_bad_font),        cmocka_unit_test(test_svg),
        cmocka_unit_test(test_lenient),         cmocka_unit_test(test_svg_is_inert),
        cmocka_unit_test(test_composites_end),  cmocka_unit_test(test_hostile_zips),
        cmocka_unit_test(test_hostile_parts),   cmocka_unit_test(test_seals),
        cmocka_unit_test(test_flipped_bytes),   cmocka_unit_test(test_flipped_in_the_file),
        cmocka_unit_test(test_lost_and_added),  cmocka_unit_test(test_seal_a_foreign_file),
        cmocka_unit_test(test_no_such_page),    cmocka_unit_test(test_seam),
        cmocka_unit_test(test_old_digest_name), cmocka_unit_test(test_the_seeds_of_the_fuzz_target),
    };
    if (getenv("TB_OFD_SAMPLE"))
        return write_sample(getenv("TB_OFD_SAMPLE"));
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
