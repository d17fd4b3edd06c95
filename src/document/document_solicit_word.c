/* 征求意见汇总表 as a Word file: OOXML written by hand, so that it opens wherever .docx does. Set as an
 * office sets its tables: A4 across, title 小标宋 二号 in the middle, 黑体 in the head row, 仿宋 小四 in
 * the lines; the head row repeats on each page, no line is torn, the foot counts the pages. Pure. */
#include "base/zip.h"
#include "document/document_solicit_in.h"

#define W "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

static const char content_types[] = XML
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
    "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
    "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    "<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>"
    "<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>"
    "<Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>"
    "</Types>";
static const char rels[] = XML
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>"
    "</Relationships>";
static const char document_rels[] = XML
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/>"
    "<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer1.xml\"/>"
    "</Relationships>";
#define FONT(zh) "<w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:eastAsia=\"" zh "\" w:cs=\"Times New Roman\"/>"
#define SIZE(half) "<w:sz w:val=\"" half "\"/><w:szCs w:val=\"" half "\"/>"
#define SONG FONT("方正小标宋简体")
#define HEI FONT("黑体")
#define FANG FONT("仿宋_GB2312")
static const char styles[] = XML
    "<w:styles " W "><w:docDefaults><w:rPrDefault><w:rPr>" FANG SIZE("24")
    "<w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault></w:docDefaults>"
    "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>"
    "<w:style w:type=\"paragraph\" w:styleId=\"Biaoti\"><w:name w:val=\"公文标题\"/><w:basedOn w:val=\"Normal\"/>"
    "<w:pPr><w:spacing w:line=\"640\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/></w:pPr><w:rPr>" SONG SIZE("44") "</w:rPr></w:style>"
    "<w:style w:type=\"paragraph\" w:styleId=\"Shuoming\"><w:name w:val=\"表格说明\"/><w:basedOn w:val=\"Normal\"/>"
    "<w:pPr><w:spacing w:before=\"120\" w:after=\"60\"/></w:pPr><w:rPr>" SIZE("28") "</w:rPr></w:style>"
    "<w:style w:type=\"paragraph\" w:styleId=\"Biaotou\"><w:name w:val=\"表头\"/><w:basedOn w:val=\"Normal\"/>"
    "<w:pPr><w:jc w:val=\"center\"/></w:pPr><w:rPr>" HEI "</w:rPr></w:style>"
    "<w:style w:type=\"paragraph\" w:styleId=\"Juzhong\"><w:name w:val=\"表格居中\"/><w:basedOn w:val=\"Normal\"/>"
    "<w:pPr><w:jc w:val=\"center\"/></w:pPr></w:style></w:styles>";
static const char footer[] = XML
    "<w:ftr " W "><w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r><w:rPr>" FONT("宋体") SIZE("28") "</w:rPr><w:t xml:space=\"preserve\">— </w:t></w:r>"
    "<w:r><w:rPr>" FONT("宋体") SIZE("28") "</w:rPr><w:fldChar w:fldCharType=\"begin\"/></w:r>"
    "<w:r><w:rPr>" FONT("宋体") SIZE("28") "</w:rPr><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>"
    "<w:r><w:rPr>" FONT("宋体") SIZE("28") "</w:rPr><w:fldChar w:fldCharType=\"end\"/></w:r>"
    "<w:r><w:rPr>" FONT("宋体") SIZE("28") "</w:rPr><w:t xml:space=\"preserve\"> —</w:t></w:r></w:p></w:ftr>";

/* Twentieths of a point: A4 across, 版心 of 37 mm above, 26 mm beside. */
static const int widths[] = { 800, 2700, 5300, 1500, 3590 };
#define COLUMNS 5

static void put_text(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '&')
            buf_text(b, "&amp;");
        else if (c == '<')
            buf_text(b, "&lt;");
        else if (c == '>')
            buf_text(b, "&gt;");
        else if (c >= ' ') /* other control characters are no XML */
            buf_char(b, s.p[i]);
    }
}

/* A paragraph for each line. */
static void paragraphs(struct buf *b, const char *style, struct str text)
{
    for (struct str rest = text, one; str_cut(&rest, '\n', &one);) {
        buf_text(b, "<w:p><w:pPr><w:pStyle w:val=\"");
        buf_text(b, style);
        buf_text(b, "\"/></w:pPr><w:r><w:t xml:space=\"preserve\">");
        put_text(b, one);
        buf_text(b, "</w:t></w:r></w:p>");
    }
}

static void cell(struct buf *b, int column, const char *style, struct str text)
{
    buf_printf(b, "<w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>",
               widths[column]);
    paragraphs(b, style, text.p ? text : STR(""));
    buf_text(b, "</w:tc>");
}

static void table_begin(struct buf *b)
{
    static const char *const edges[] = { "top", "left", "bottom", "right", "insideH", "insideV" };
    static const char *const heads[] = { "序号", "单位", "意见建议", "采纳情况", "理由" };
    buf_text(b, "<w:tbl><w:tblPr><w:tblW w:w=\"13890\" w:type=\"dxa\"/><w:jc w:val=\"center\"/><w:tblBorders>");
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        buf_printf(b, "<w:%s w:val=\"single\" w:sz=\"6\" w:space=\"0\" w:color=\"000000\"/>", edges[i]);
    buf_text(b, "</w:tblBorders><w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"100\" w:type=\"dxa\"/>"
                "<w:right w:w=\"100\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>");
    for (int i = 0; i < COLUMNS; i++)
        buf_printf(b, "<w:gridCol w:w=\"%d\"/>", widths[i]);
    buf_text(b, "</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:trHeight w:val=\"560\" w:hRule=\"atLeast\"/><w:tblHeader/></w:trPr>");
    for (int i = 0; i < COLUMNS; i++)
        cell(b, i, "Biaotou", str_of(heads[i]));
    buf_text(b, "</w:tr>");
}

static const char *verdict_words(const struct solicit_reply *r)
{
    return str_is(r->verdict, "adopted")    ? "采纳"
           : str_is(r->verdict, "partly")   ? "部分采纳"
           : str_is(r->verdict, "rejected") ? "不采纳"
                                            : "";
}

static void line(struct arena *a, struct buf *b, size_t i, const struct solicit_reply *r, bool is_late)
{
    struct str said = str_is(r->outcome, "comment") ? r->text
                      : str_is(r->outcome, "none")
                          ? (r->text.n ? str_printf(a, "无意见。%.*s", STR_ARG(r->text)) : STR("无意见"))
                          : str_of(is_late ? "逾期未反馈" : "未反馈");
    buf_text(b, "<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val=\"480\" w:hRule=\"atLeast\"/></w:trPr>");
    cell(b, 0, "Juzhong", str_printf(a, "%zu", i + 1));
    cell(b, 1, "Normal", r->unit);
    cell(b, 2, "Normal", said);
    cell(b, 3, "Juzhong", str_of(verdict_words(r)));
    cell(b, 4, "Normal", r->reason);
    buf_text(b, "</w:tr>");
}

static struct str long_day(struct arena *a, struct str on)
{
    struct clock_date d;
    return clock_day_parse(on, &d) ? str_printf(a, "%d年%d月%d日", d.year, d.month, d.day) : on;
}

static struct str counts(struct arena *a, const struct solicit_round *r, bool is_late,
                         const struct solicit_reply *rows, size_t n)
{
    size_t none = 0, comment = 0;
    for (size_t i = 0; i < n; i++) {
        none += str_is(rows[i].outcome, "none");
        comment += str_is(rows[i].outcome, "comment");
    }
    return str_printf(a,
                      "第%lld次征求意见，截止日期%s。共征求%zu个单位意见，有意见%zu个，无意见%zu个，%s%zu个。",
                      (long long)r->round, long_day(a, r->reply_by).p, n, comment, none,
                      is_late ? "逾期未反馈" : "尚未反馈", n - none - comment);
}

struct str solicit_word(struct arena *a, const struct solicit_round *r, struct str title,
                        struct str unit, bool is_late, const struct solicit_reply *rows, size_t n,
                        struct str today)
{
    struct buf b = buf_in(a);
    buf_text(&b, XML "<w:document " W " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><w:body>");
    paragraphs(&b, "Biaoti", str_printf(a, "《%.*s》\n征求意见情况汇总表", STR_ARG(title)));
    paragraphs(&b, "Shuoming", counts(a, r, is_late, rows, n));
    table_begin(&b);
    for (size_t i = 0; i < n; i++)
        line(a, &b, i, &rows[i], is_late);
    buf_text(&b, "</w:tbl>");
    paragraphs(&b, "Shuoming", str_printf(a, "汇总单位：%.*s　　%s", STR_ARG(unit), long_day(a, today).p));
    buf_text(&b, "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId2\"/>"
                 "<w:pgSz w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"/>"
                 "<w:pgMar w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1474\" w:header=\"851\" w:footer=\"1400\" w:gutter=\"0\"/>"
                 "</w:sectPr></w:body></w:document>");
    const struct zip_part parts[] = {
        { "[Content_Types].xml", { content_types, sizeof content_types - 1 } },
        { "_rels/.rels", { rels, sizeof rels - 1 } },
        { "word/document.xml", buf_done(&b) },
        { "word/_rels/document.xml.rels", { document_rels, sizeof document_rels - 1 } },
        { "word/styles.xml", { styles, sizeof styles - 1 } },
        { "word/footer1.xml", { footer, sizeof footer - 1 } },
    };
    return zip_write(a, parts, sizeof parts / sizeof *parts, false);
}
