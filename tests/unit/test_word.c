/* word/: what a Word file says is what a draft gets; hostile ones are refused by name; the seeds of the
 * fuzz target. (B17) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>
#include <stdio.h>

#include "../fuzz/fuzz_word.c"

#define W "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
#define P(text) "<w:p><w:r><w:t>" text "</w:t></w:r></w:p>"
#define MIDDLE(text) "<w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r><w:t>" text "</w:t></w:r></w:p>"

static struct arena *a;

static struct str doc(const char *body)
{
    return wrapped(a, str_printf(a, "<w:document " W "><w:body>%s</w:body></w:document>", body));
}

static struct word_text read_good(struct str file)
{
    struct word_text t;
    struct err e = { 0 };
    if (!word_read(a, file, &t, &e))
        fail_msg("%s", e.code);
    return t;
}

static void is_text(struct str got, const char *wanted)
{
    if (!str_is(got, wanted))
        fail_msg("%.*s, not %s", STR_ARG(got), wanted);
}

static void refused(struct str file, const char *code)
{
    struct word_text t;
    struct err e = { 0 };
    assert_false(word_read(a, file, &t, &e));
    assert_string_equal(e.code, code);
}

static void levels_by_mark(void **state)
{
    static const struct {
        const char *text, *kind;
    } cases[] = {
        { "一、总体要求", "h1" },      { "十二、附则", "h1" },      { "（一）工作目标", "h2" },
        { "(三)责任分工", "h2" },      { "1.加强领导", "h3" },      { "12．严格考核", "h3" },
        { "（1）明确责任", "h4" },     { "1.5亿元用于防汛", "p" },  { "一是加强领导", "p" },
        { "（见附件）", "p" },         { "2026年任务", "p" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct word_text t = read_good(doc(arena_printf(a, P("%s"), cases[i].text)));
        assert_int_equal(t.n, 1);
        if (strcmp(t.block[0].kind, cases[i].kind) != 0)
            fail_msg("%s is %s, not %s", cases[i].text, t.block[0].kind, cases[i].kind);
    }
}

static void the_parts_of_a_paper(void **state)
{
    (void)state;
    struct word_text t = read_good(doc(
        MIDDLE("常德市人民政府文件") MIDDLE("常政发〔2026〕12号") P("") MIDDLE("常德市人民政府关于做好")
        MIDDLE("防汛工作的通知") P("各区县（市）人民政府，市直各单位：") P("现将有关事项通知如下：")
        P("一、提高认识") P("　　各级各部门要立即行动。")
        "<w:p><w:pPr><w:jc w:val=\"right\"/></w:pPr><w:r><w:t>常德市人民政府</w:t></w:r></w:p>"
        "<w:p><w:pPr><w:jc w:val=\"right\"/></w:pPr><w:r><w:t>2026年6月1日</w:t></w:r></w:p>"
        P("（联系人：温晓川）") P("抄送：市委办公室。") P("常德市人民政府办公室　2026年6月2日印发")));
    (void)state;
    is_text(t.main_text, "各区县（市）人民政府，市直各单位");
    is_text(t.note, "联系人：温晓川");
    is_text(t.cc_text, "市委办公室");
    assert_int_equal(t.n, 3);
    is_text(t.block[2].text, "各级各部门要立即行动。");
    assert_int_equal(t.lost[WORD_SIGNATURE], 1);
    assert_int_equal(t.lost[WORD_PRINTED], 1);
    assert_true(str_find(t.head, STR("常政发〔2026〕12号"), 0) >= 0);
    assert_true(str_ends(t.title, STR("常德市人民政府关于做好防汛工作的通知")));
}

static void merged_cells(void **state)
{
    (void)state;
    struct word_text t = read_good(doc(
        "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"4\"/></w:tcPr>" P("汇总") "</w:tc></w:tr>"
        "<w:tr><w:tc><w:tcPr><w:vMerge w:val=\"restart\"/></w:tcPr>" P("甲") "</w:tc><w:tc><w:tcPr>"
        "<w:gridSpan w:val=\"3\"/></w:tcPr>" P("1") P("2") "</w:tc></w:tr>"
        "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc><w:tcPr><w:gridSpan w:val=\"3\"/></w:tcPr>"
        P("3") "</w:tc></w:tr></w:tbl>"));
    assert_int_equal(t.n, 1);
    const struct word_block *b = t.block;
    assert_int_equal(b->rows, 3);
    assert_int_equal(b->columns, 2); /* edges at which no cell begins are no columns */
    is_text(b->cell[3], "1\n2");
    is_text(b->cell[4], "");
    assert_int_equal(b->n_spans, 2);
    assert_int_equal(b->span[0].columns, 2);
    assert_int_equal(b->span[1].rows, 2);
    /* written and read again they are the same */
    struct word_out *o = word_new(a, false);
    word_body(o, t.block, t.n);
    struct word_text again = read_good(word_done(o));
    assert_int_equal(again.block[0].n_spans, 2);
    assert_int_equal(again.block[0].span[1].rows, 2);
    is_text(again.block[0].cell[3], "1\n2");
}

static void changes_are_accepted(void **state)
{
    (void)state;
    struct word_text t = read_good(doc(
        "<w:p><w:r><w:t>各部门要</w:t></w:r><w:del><w:r><w:delText>立即</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>马上</w:t></w:r></w:ins><w:r><w:t>行动</w:t></w:r></w:p>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前段</w:t></w:r></w:p>" P("后段")));
    assert_int_equal(t.n, 2);
    is_text(t.block[0].text, "各部门要马上行动");
    is_text(t.block[1].text, "前段后段");
    assert_int_equal(t.lost[WORD_CHANGES], 3);
}

static void what_cannot_be_kept(void **state)
{
    (void)state;
    struct word_text t = read_good(doc(
        "<w:p><w:r><w:t>文</w:t><w:drawing/><w:pict><w:txbxContent>" P("框内") "</w:txbxContent></w:pict>"
        "<w:commentReference/><w:footnoteReference/><w:object/></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r></w:p>"));
    is_text(t.block[0].text, "文");
    const enum word_lost once[] = { WORD_PICTURES, WORD_TEXT_BOXES, WORD_COMMENTS, WORD_NOTES,
                                    WORD_OBJECTS, WORD_HIDDEN };
    for (size_t i = 0; i < sizeof once / sizeof *once; i++)
        assert_int_equal(t.lost[once[i]], 1);
}

static struct str package(const char *name, const char *text, const char *main)
{
    static const char rels[] =
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
        "<Relationship Id=\"r\" Type=\"x/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
    const struct zip_part parts[] = {
        { "[Content_Types].xml", STR("<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>") },
        { "_rels/.rels", STR(rels) },
        { "word/document.xml", str_of(main) },
        { name, str_of(text) },
    };
    return zip_write(a, parts, 4, false);
}

static void hostile_files(void **state)
{
    const char *good = "<w:document " W "><w:body>" P("文") "</w:body></w:document>";
    (void)state;
    refused(STR("%PDF-1.4"), "word.not_word");
    refused(STR(""), "word.not_word");
    refused(package("../../etc/passwd", "x", good), "word.path");
    refused(package("/etc/passwd", "x", good), "word.path");
    refused(package("_rels/.rels", "x", good), "word.twice");
    refused(package("word/vbaProject.bin", "x", good), "word.macro");
    refused(package("word/x.xml", "x", "<!DOCTYPE d [<!ENTITY x \"y\">]><d>&x;</d>"), "word.doctype");
    refused(package("word/x.xml", "x", "<w:document"), "word.broken");
    char *large = arena_alloc(a, (40u << 20) + 1);
    memset(large, ' ', 40u << 20);
    refused(package("word/x.xml", large, good), "word.too_large");
    struct str torn = package("word/x.xml", "x", good);
    refused((struct str){ torn.p, torn.n / 2 }, "word.not_word");
    struct buf deep = buf_in(a);
    for (int i = 0; i < 5000; i++)
        buf_text(&deep, "<d>");
    refused(package("word/x.xml", "x", buf_done(&deep).p), "word.broken");
}

static void the_seeds(void **state)
{
    glob_t files;
    (void)state;
    assert_int_equal(glob("tests/fuzz/word/*", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        char *bytes = arena_alloc(a, 65536);
        FILE *f = fopen(files.gl_pathv[i], "rbe");
        assert_non_null(f);
        size_t n = fread(bytes, 1, 65536, f);
        (void)fclose(f);
        assert_int_equal(LLVMFuzzerTestOneInput((const uint8_t *)bytes, n), 0);
    }
    globfree(&files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_by_mark),       cmocka_unit_test(the_parts_of_a_paper),
        cmocka_unit_test(merged_cells),         cmocka_unit_test(changes_are_accepted),
        cmocka_unit_test(what_cannot_be_kept),  cmocka_unit_test(hostile_files),
        cmocka_unit_test(the_seeds),
    };
    a = arena_new();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&a);
    return failed;
}
