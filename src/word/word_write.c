/* Word files written by hand, so that they open wherever .docx does: Word, WPS, LibreOffice. The standard
 * page is GB/T 9704's: A4, 37/28/35/26 mm, 22 lines of 28 characters of 仿宋 三号. Lines are exact. A
 * character of 16 points stands a quarter of a point closer, or 28 would overflow; full lines are then
 * set wide to the edge. A grid of characters would say the same, but each program snaps to it in its own
 * way: LibreOffice gives every character two cells. */
#include "base/zip.h"
#include "word/word_in.h"

#define W "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define TYPE(part, kind) "<Override PartName=\"/word/" part "\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml." kind "+xml\"/>"
#define RELATION(id, kind, to) "<Relationship Id=\"" id "\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/" kind "\" Target=\"" to "\"/>"
#define RELATIONS(inside) XML "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" inside "</Relationships>"

static const char content_types[] = XML
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
    "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
    "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    TYPE("document.xml", "document.main") TYPE("styles.xml", "styles") TYPE("settings.xml", "settings")
    TYPE("footer1.xml", "footer") TYPE("footer2.xml", "footer") "</Types>";
static const char rels[] = RELATIONS(RELATION("rId1", "officeDocument", "word/document.xml"));
static const char document_rels[] =
    RELATIONS(RELATION("rId1", "styles", "styles.xml") RELATION("rId2", "footer", "footer1.xml")
                  RELATION("rId3", "footer", "footer2.xml") RELATION("rId4", "settings", "settings.xml"));

/* --- styles ---------------------------------------------------------------------------------------- */

/* Half points and twentieths of a point. A line of the grid is 579, a character 316. */
enum { LINE = 579, CHAR = 316, ACROSS = 8844 };

struct style {
    const char *id, *name, *font;
    int half_points, line; /* line exact; 0: as the font needs */
    const char *rest;      /* of pPr */
    const char *run;       /* of rPr */
};
#define CENTRE "<w:jc w:val=\"center\"/>"
#define RIGHT "<w:jc w:val=\"right\"/>"
static const struct style look[WORD_S_COUNT] = {
    [WORD_S_BODY] = { "Zhengwen", "公文正文", "仿宋_GB2312", 32, LINE,
                      "<w:ind w:firstLineChars=\"200\" w:firstLine=\"632\"/><w:jc w:val=\"both\"/>", "" },
    [WORD_S_FLUSH] = { "Dingge", "公文顶格", "仿宋_GB2312", 32, LINE, "", "" },
    [WORD_S_H1] = { "Yiji", "公文一级标题", "黑体", 32, LINE,
                    "<w:ind w:firstLineChars=\"200\" w:firstLine=\"632\"/><w:outlineLvl w:val=\"0\"/>", "" },
    [WORD_S_H2] = { "Erji", "公文二级标题", "楷体_GB2312", 32, LINE,
                    "<w:ind w:firstLineChars=\"200\" w:firstLine=\"632\"/><w:outlineLvl w:val=\"1\"/>", "" },
    [WORD_S_TITLE] = { "Biaoti", "公文标题", "方正小标宋简体", 44, 640, CENTRE, "" },
    [WORD_S_MARK] = { "Biaozhi", "发文机关标志", "方正小标宋简体", 72, 0, CENTRE,
                      "<w:color w:val=\"FF0000\"/>" },
    [WORD_S_NUMBER] = { "Zihao", "发文字号", "仿宋_GB2312", 32, LINE, CENTRE, "" },
    [WORD_S_RULE] = { "Hongxian", "红色分隔线", "仿宋_GB2312", 8, 226,
                      "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"12\" w:space=\"0\" w:color=\"FF0000\"/></w:pBdr>", "" },
    [WORD_S_URGENCY] = { "Jinji", "紧急程度", "黑体", 32, LINE, "", "" },
    [WORD_S_SIGN] = { "Luokuan", "署名和日期", "仿宋_GB2312", 32, LINE, RIGHT, "" },
    [WORD_S_APPENDIX] = { "Fujian", "附件说明", "仿宋_GB2312", 32, LINE,
                          "<w:ind w:left=\"1896\" w:hanging=\"1264\"/>", "" },
    [WORD_S_CELL] = { "Biaoge", "表格文字", "仿宋_GB2312", 24, 0, "", "" },
    [WORD_S_CELL_MIDDLE] = { "Juzhong", "表格居中", "仿宋_GB2312", 24, 0, CENTRE, "" },
    [WORD_S_CELL_HEAD] = { "Biaotou", "表头", "黑体", 24, 0, CENTRE, "" },
    [WORD_S_TABLE_NOTE] = { "Shuoming", "表格说明", "仿宋_GB2312", 28, 0,
                            "<w:spacing w:before=\"120\" w:after=\"60\"/>", "" },
    [WORD_S_COPIES] = { "Banji", "版记", "仿宋_GB2312", 28, 500,
                        "<w:ind w:left=\"280\" w:right=\"280\"/>", "" },
};

static void put_fonts(struct buf *b, const char *font)
{
    buf_printf(b, "<w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:eastAsia=\"%s\" "
                  "w:cs=\"Times New Roman\"/>", font);
}

static struct str styles_xml(struct arena *a, bool is_across)
{
    struct buf b = buf_in(a);
    buf_text(&b, XML "<w:styles " W "><w:docDefaults><w:rPrDefault><w:rPr>");
    put_fonts(&b, "仿宋_GB2312");
    buf_printf(&b, "<w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/><w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/>"
                   "</w:rPr></w:rPrDefault></w:docDefaults>"
                   "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:rPr>"
                   "<w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/></w:rPr></w:style>",
               is_across ? 24 : 32, is_across ? 24 : 32, is_across ? 24 : 32, is_across ? 24 : 32);
    for (int i = 0; i < WORD_S_COUNT; i++) {
        const struct style *s = &look[i];
        buf_printf(&b, "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"%s\"><w:name w:val=\"%s\"/>"
                       "<w:basedOn w:val=\"Normal\"/><w:qFormat/><w:pPr>", s->id, s->name);
        /* the order of the schema: pBdr, spacing, ind, jc, outlineLvl */
        bool has_border = str_starts(str_of(s->rest), STR("<w:pBdr>"));
        buf_text(&b, has_border ? s->rest : "");
        if (s->line)
            buf_printf(&b, "<w:spacing w:line=\"%d\" w:lineRule=\"exact\"/>", s->line);
        buf_text(&b, has_border ? "" : s->rest);
        buf_text(&b, "</w:pPr><w:rPr>");
        put_fonts(&b, s->font);
        buf_text(&b, s->run);
        if (s->half_points == 32)
            buf_text(&b, "<w:spacing w:val=\"-5\"/>");
        buf_printf(&b, "<w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/></w:rPr></w:style>", s->half_points,
                   s->half_points);
    }
    buf_text(&b, "</w:styles>");
    return buf_done(&b);
}

/* — N —: 四号 宋体, dash and figures half wide; at the outer edge, or in the middle. */
static struct str footer_xml(struct arena *a, const char *place)
{
    struct buf b = buf_in(a);
    static const char *const runs[] = {
        "<w:t xml:space=\"preserve\">— </w:t>", "<w:fldChar w:fldCharType=\"begin\"/>",
        "<w:instrText xml:space=\"preserve\"> PAGE </w:instrText>", "<w:fldChar w:fldCharType=\"separate\"/>",
        "<w:t>1</w:t>", "<w:fldChar w:fldCharType=\"end\"/>", "<w:t xml:space=\"preserve\"> —</w:t>",
    };
    buf_text(&b, XML "<w:ftr " W "><w:p><w:pPr>");
    buf_text(&b, place);
    buf_text(&b, "</w:pPr>");
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        buf_text(&b, "<w:r><w:rPr><w:rFonts w:ascii=\"宋体\" w:hAnsi=\"宋体\" w:eastAsia=\"宋体\"/>"
                     "<w:sz w:val=\"28\"/><w:szCs w:val=\"28\"/></w:rPr>");
        buf_text(&b, runs[i]);
        buf_text(&b, "</w:r>");
    }
    buf_text(&b, "</w:p></w:ftr>");
    return buf_done(&b);
}

/* --- the text -------------------------------------------------------------------------------------- */

struct word_out {
    struct arena *a;
    bool is_across, in_row, has_foot;
    struct buf b;
    const int *width;
    size_t columns, column;
};

struct word_out *word_new(struct arena *a, bool is_across)
{
    struct word_out *o = arena_new_of(a, struct word_out);
    *o = (struct word_out){ .a = a, .is_across = is_across, .b = buf_in(a) };
    buf_text(&o->b, XML "<w:document " W " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><w:body>");
    return o;
}

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
        else if (c == '\t')
            buf_char(b, ' ');
        else if (c >= ' ') /* other control characters are no XML */
            buf_char(b, s.p[i]);
    }
}

static void put_run(struct buf *b, struct str s)
{
    buf_text(b, "<w:r><w:t xml:space=\"preserve\">");
    put_text(b, s);
    buf_text(b, "</w:t></w:r>");
}

static void begin_p(struct word_out *o, enum word_style style)
{
    buf_printf(&o->b, "<w:p><w:pPr><w:pStyle w:val=\"%s\"/>", look[style].id);
}

void word_p(struct word_out *o, enum word_style style, struct str text)
{
    for (struct str rest = text.p ? text : STR(""), one; str_cut(&rest, '\n', &one);) {
        begin_p(o, style);
        buf_text(&o->b, "</w:pPr>");
        put_run(&o->b, one);
        buf_text(&o->b, "</w:p>");
    }
}

void word_p_right(struct word_out *o, enum word_style style, struct str text, int halves)
{
    begin_p(o, style);
    buf_printf(&o->b, "<w:ind w:right=\"%d\"/><w:jc w:val=\"right\"/></w:pPr>", halves * CHAR / 2);
    put_run(&o->b, text);
    buf_text(&o->b, "</w:p>");
}

static void put_ends(struct word_out *o, struct str left, struct str right)
{
    put_run(&o->b, left);
    if (right.n) {
        buf_text(&o->b, "<w:r><w:tab/></w:r>");
        put_run(&o->b, right);
    }
}

void word_p_ends(struct word_out *o, enum word_style style, struct str left, struct str right)
{
    begin_p(o, style);
    buf_printf(&o->b, "<w:tabs><w:tab w:val=\"right\" w:pos=\"%d\"/></w:tabs>"
                      "<w:ind w:left=\"%d\" w:right=\"%d\"/><w:jc w:val=\"left\"/></w:pPr>", ACROSS - CHAR, CHAR, CHAR);
    put_ends(o, left, right);
    buf_text(&o->b, "</w:p>");
}

static void foot_cell(struct word_out *o, int wide, int columns, const char *rest, struct str text)
{
    buf_printf(&o->b, "<w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/>", wide);
    if (columns > 1)
        buf_printf(&o->b, "<w:gridSpan w:val=\"%d\"/>", columns);
    buf_text(&o->b, "</w:tcPr>");
    begin_p(o, WORD_S_COPIES);
    buf_text(&o->b, rest);
    buf_text(&o->b, "</w:pPr>");
    put_run(&o->b, text);
    buf_text(&o->b, "</w:p></w:tc>");
}

/* A table without sides, fixed to the foot of the page on which it comes to stand. */
void word_foot(struct word_out *o, struct str left, struct str right, bool is_first, bool is_last)
{
    enum { RIGHT_WIDE = 3400 };
    if (is_first)
        buf_printf(&o->b,
                   "<w:tbl><w:tblPr><w:tblpPr w:leftFromText=\"0\" w:rightFromText=\"0\" w:vertAnchor=\"margin\" "
                   "w:horzAnchor=\"margin\" w:tblpXSpec=\"center\" w:tblpYSpec=\"bottom\"/><w:tblW w:w=\"%d\" w:type=\"dxa\"/>"
                   "<w:tblBorders><w:top w:val=\"single\" w:sz=\"8\" w:space=\"0\" w:color=\"000000\"/>"
                   "<w:bottom w:val=\"single\" w:sz=\"8\" w:space=\"0\" w:color=\"000000\"/>"
                   "<w:insideH w:val=\"single\" w:sz=\"6\" w:space=\"0\" w:color=\"000000\"/></w:tblBorders>"
                   "<w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"0\" w:type=\"dxa\"/>"
                   "</w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w=\"%d\"/><w:gridCol w:w=\"%d\"/></w:tblGrid>",
                   ACROSS, ACROSS - RIGHT_WIDE, RIGHT_WIDE);
    buf_text(&o->b, "<w:tr><w:trPr><w:cantSplit/></w:trPr>");
    if (right.n) {
        foot_cell(o, ACROSS - RIGHT_WIDE, 1, "", left);
        foot_cell(o, RIGHT_WIDE, 1, RIGHT, right);
    } else {
        foot_cell(o, ACROSS, 2, "<w:ind w:left=\"1120\" w:right=\"280\" w:hanging=\"840\"/>", left);
    }
    buf_text(&o->b, "</w:tr>");
    if (is_last)
        buf_text(&o->b, "</w:tbl>");
    o->has_foot = true;
}

/* --- tables ---------------------------------------------------------------------------------------- */

void word_table(struct word_out *o, const int *widths, size_t columns)
{
    static const char *const edges[] = { "top", "left", "bottom", "right", "insideH", "insideV" };
    int *w = arena_array_of(o->a, int, columns + 1), all = 0;
    for (size_t i = 0; i < columns; i++)
        all += w[i] = widths ? widths[i] : ACROSS / (int)columns;
    o->width = w;
    o->columns = columns;
    o->in_row = false;
    buf_printf(&o->b, "<w:tbl><w:tblPr><w:tblW w:w=\"%d\" w:type=\"dxa\"/><w:jc w:val=\"center\"/><w:tblBorders>", all);
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        buf_printf(&o->b, "<w:%s w:val=\"single\" w:sz=\"6\" w:space=\"0\" w:color=\"000000\"/>", edges[i]);
    buf_text(&o->b, "</w:tblBorders><w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"100\" w:type=\"dxa\"/>"
                    "<w:right w:w=\"100\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>");
    for (size_t i = 0; i < columns; i++)
        buf_printf(&o->b, "<w:gridCol w:w=\"%d\"/>", w[i]);
    buf_text(&o->b, "</w:tblGrid>");
}

static void row_end(struct word_out *o)
{
    if (o->in_row)
        buf_text(&o->b, "</w:tr>");
    o->in_row = false;
    o->column = 0;
}

void word_row(struct word_out *o, bool is_head)
{
    row_end(o);
    buf_printf(&o->b, "<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val=\"%d\" w:hRule=\"atLeast\"/>%s</w:trPr>",
               is_head ? 560 : 480, is_head ? "<w:tblHeader/>" : "");
    o->in_row = true;
}

void word_cell(struct word_out *o, enum word_style style, struct str text, size_t columns, int down)
{
    int wide = 0;
    CHECK(o->in_row && columns && o->column + columns <= o->columns);
    for (size_t i = 0; i < columns; i++)
        wide += o->width[o->column + i];
    o->column += columns;
    buf_printf(&o->b, "<w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/>", wide);
    if (columns > 1)
        buf_printf(&o->b, "<w:gridSpan w:val=\"%zu\"/>", columns);
    if (down)
        buf_text(&o->b, down == 1 ? "<w:vMerge w:val=\"restart\"/>" : "<w:vMerge/>");
    buf_text(&o->b, "<w:vAlign w:val=\"center\"/></w:tcPr>");
    word_p(o, style, text);
    buf_text(&o->b, "</w:tc>");
}

void word_table_end(struct word_out *o)
{
    row_end(o);
    buf_text(&o->b, "</w:tbl>");
}

/* --- a body ---------------------------------------------------------------------------------------- */

static const struct word_span *span_at(const struct word_block *b, size_t y, size_t x)
{
    for (size_t i = 0; i < b->n_spans; i++) {
        const struct word_span *s = &b->span[i];
        if (y >= s->row && y < s->row + s->rows && x >= s->column && x < s->column + s->columns)
            return s;
    }
    return NULL;
}

static void body_table(struct word_out *o, const struct word_block *b)
{
    if (!b->rows || !b->columns)
        return;
    word_table(o, NULL, b->columns);
    for (size_t y = 0; y < b->rows; y++) {
        word_row(o, y == 0);
        for (size_t x = 0; x < b->columns;) {
            const struct word_span *s = span_at(b, y, x);
            size_t wide = s ? s->column + s->columns - x : 1;
            int down = !s || s->rows == 1 ? 0 : y == s->row ? 1 : 2;
            word_cell(o, y == 0 ? WORD_S_CELL_HEAD : WORD_S_CELL_MIDDLE,
                      down == 2 ? STR("") : b->cell[y * b->columns + x], wide, down);
            x += wide;
        }
    }
    word_table_end(o);
}

void word_body(struct word_out *o, const struct word_block *block, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *k = block[i].kind;
        if (strcmp(k, "table") == 0)
            body_table(o, &block[i]);
        else
            word_p(o, strcmp(k, "h1") == 0 ? WORD_S_H1 : strcmp(k, "h2") == 0 ? WORD_S_H2 : WORD_S_BODY,
                   block[i].text);
    }
}

/* --- the file -------------------------------------------------------------------------------------- */

/* A file may not end with a table: a line after it, which takes no room. */
static const char anchor[] = "<w:p><w:pPr><w:spacing w:line=\"20\" w:lineRule=\"exact\"/><w:rPr><w:sz w:val=\"2\"/></w:rPr></w:pPr></w:p>";

struct str word_done(struct word_out *o)
{
    static const char settings[] = XML
        "<w:settings " W "><w:evenAndOddHeaders/>"
        "<w:characterSpacingControl w:val=\"compressPunctuation\"/><w:compat><w:useFELayout/>"
        "<w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/>"
        "</w:compat></w:settings>";
    static const char settings_across[] = XML "<w:settings " W "/>";
    if (o->has_foot)
        buf_text(&o->b, anchor);
    if (o->is_across)
        buf_text(&o->b, "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId2\"/>"
                        "<w:pgSz w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"/>"
                        "<w:pgMar w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1474\" w:header=\"851\" w:footer=\"1400\" w:gutter=\"0\"/>"
                        "</w:sectPr></w:body></w:document>");
    else
        buf_text(&o->b, "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId2\"/><w:footerReference w:type=\"even\" r:id=\"rId3\"/>"
                        "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>"
                        "<w:pgMar w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1588\" w:header=\"851\" w:footer=\"1304\" w:gutter=\"0\"/>"
                        "<w:docGrid w:type=\"lines\" w:linePitch=\"579\"/>"
                        "</w:sectPr></w:body></w:document>");
    struct str styles = styles_xml(o->a, o->is_across);
    struct str odd = footer_xml(o->a, o->is_across ? CENTRE : "<w:ind w:right=\"280\"/>" RIGHT);
    struct str even = footer_xml(o->a, "<w:ind w:left=\"280\"/>");
    const struct zip_part parts[] = {
        { "[Content_Types].xml", { content_types, sizeof content_types - 1 } },
        { "_rels/.rels", { rels, sizeof rels - 1 } },
        { "word/document.xml", buf_done(&o->b) },
        { "word/_rels/document.xml.rels", { document_rels, sizeof document_rels - 1 } },
        { "word/styles.xml", styles },
        { "word/settings.xml", str_of(o->is_across ? settings_across : settings) },
        { "word/footer1.xml", odd },
        { "word/footer2.xml", even },
    };
    return zip_write(o->a, parts, sizeof parts / sizeof *parts, false);
}
