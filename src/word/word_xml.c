/* XML of a Word file as events, by expat: no DOCTYPE and so no entities, bounded depth. Both namespaces
 * of the format count as one; what is of another is passed through, but for the few we know. */
#include <expat.h>
#include <stdlib.h>

#include "word/word_in.h"

#define SEP '\x01' /* cannot stand in XML text */
enum { DEPTH_MOST = 200 };

struct word_xml {
    XML_Parser parser;
    const struct word_handler *h;
    void *arg;
    int depth;
    unsigned char open[DEPTH_MOST + 1];
    const char *code;
};

static const struct {
    const char *name;
    enum word_tag tag;
} tags[] = {
    { "p", T_P }, { "r", T_R }, { "t", T_T }, { "tab", T_TAB }, { "ptab", T_TAB }, { "br", T_BR },
    { "cr", T_CR }, { "noBreakHyphen", T_HYPHEN }, { "pPr", T_PPR }, { "rPr", T_RPR },
    { "pStyle", T_PSTYLE }, { "outlineLvl", T_OUTLINE }, { "jc", T_JC }, { "numPr", T_NUMPR },
    { "ilvl", T_ILVL }, { "numId", T_NUMID }, { "ind", T_IND }, { "sz", T_SZ }, { "color", T_COLOR },
    { "vanish", T_VANISH }, { "tbl", T_TBL }, { "tr", T_TR }, { "tc", T_TC }, { "tcPr", T_TCPR },
    { "trPr", T_TRPR }, { "gridSpan", T_SPAN }, { "vMerge", T_VMERGE }, { "hMerge", T_HMERGE },
    { "gridBefore", T_BEFORE }, { "ins", T_INS }, { "del", T_DEL }, { "moveFrom", T_MOVE_FROM },
    { "moveTo", T_MOVE_TO }, { "drawing", T_DRAWING }, { "pict", T_PICT }, { "object", T_OBJECT },
    { "txbxContent", T_BOX }, { "commentReference", T_COMMENT }, { "footnoteReference", T_NOTE },
    { "endnoteReference", T_NOTE }, { "altChunk", T_CHUNK }, { "instrText", T_SKIP },
    { "delText", T_SKIP }, { "delInstrText", T_SKIP }, { "rPrChange", T_SKIP },
    { "pPrChange", T_SKIP }, { "tblPrChange", T_SKIP }, { "tblPrExChange", T_SKIP },
    { "trPrChange", T_SKIP }, { "tcPrChange", T_SKIP }, { "sectPrChange", T_SKIP },
    { "tblGridChange", T_SKIP }, { "numberingChange", T_SKIP }, { "sdtPr", T_SKIP },
    { "sectPr", T_SKIP }, { "rt", T_SKIP }, { "style", T_STYLE }, { "name", T_NAME },
    { "basedOn", T_BASED }, { "docDefaults", T_DEFAULTS }, { "abstractNum", T_ABSTRACT },
    { "num", T_NUM }, { "lvl", T_LVL }, { "numFmt", T_FMT }, { "lvlText", T_LVLTEXT },
    { "start", T_START }, { "abstractNumId", T_ABSTRACT_ID }, { "lvlOverride", T_OVERRIDE },
    { "startOverride", T_START_OVERRIDE },
};

static bool has_space(const char *name, const char *sep, const char *uri)
{
    return strlen(uri) == (size_t)(sep - name) && memcmp(name, uri, strlen(uri)) == 0;
}

static enum word_tag tag_of(const char *name)
{
    const char *sep = strrchr(name, SEP);
    if (!sep)
        return T_OTHER;
    const char *local = sep + 1;
    if (has_space(name, sep, "http://schemas.openxmlformats.org/wordprocessingml/2006/main") ||
        has_space(name, sep, "http://purl.oclc.org/ooxml/wordprocessingml/main")) {
        for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
            if (strcmp(tags[i].name, local) == 0)
                return tags[i].tag;
        return T_OTHER;
    }
    if (has_space(name, sep, "http://schemas.openxmlformats.org/markup-compatibility/2006"))
        return strcmp(local, "Fallback") == 0 ? T_FALLBACK : T_OTHER;
    if (has_space(name, sep, "http://schemas.openxmlformats.org/officeDocument/2006/math") ||
        has_space(name, sep, "http://purl.oclc.org/ooxml/officeDocument/math"))
        return strcmp(local, "oMath") == 0 ? T_MATH : T_OTHER;
    if (has_space(name, sep, "http://schemas.openxmlformats.org/package/2006/relationships"))
        return strcmp(local, "Relationship") == 0 ? T_RELATION : T_OTHER;
    if (has_space(name, sep, "http://schemas.openxmlformats.org/package/2006/content-types"))
        return strcmp(local, "Types") == 0 ? T_OTHER : T_CONTENT;
    return T_OTHER;
}

static void stop(struct word_xml *x, const char *code)
{
    if (!x->code)
        x->code = code;
    XML_StopParser(x->parser, XML_FALSE);
}

static void XMLCALL on_start(void *arg, const XML_Char *name, const XML_Char **attr)
{
    struct word_xml *x = arg;
    if (x->depth == DEPTH_MOST) {
        stop(x, "word.broken");
        return;
    }
    enum word_tag tag = tag_of(name);
    x->h->start(x->arg, x, tag, attr);
    x->open[++x->depth] = (unsigned char)tag;
}

static void XMLCALL on_end(void *arg, const XML_Char *name)
{
    struct word_xml *x = arg;
    (void)name;
    enum word_tag tag = x->open[x->depth--];
    x->h->end(x->arg, x, tag);
}

static void XMLCALL on_text(void *arg, const XML_Char *p, int n)
{
    struct word_xml *x = arg;
    if (x->h->text && x->depth && x->open[x->depth] == T_T)
        x->h->text(x->arg, (struct str){ p, (size_t)n });
}

static void XMLCALL on_doctype(void *arg, const XML_Char *name, const XML_Char *from,
                               const XML_Char *public_id, int has_subset)
{
    (void)name;
    (void)from;
    (void)public_id;
    (void)has_subset;
    stop(arg, "word.doctype");
}

enum word_tag word_xml_parent(const struct word_xml *x)
{
    return x->depth ? x->open[x->depth] : T_OTHER;
}

bool word_xml_read(struct arena *a, struct str text, const struct word_handler *h, void *arg,
                   struct err *e)
{
    struct word_xml x = { .h = h, .arg = arg };
    x.parser = XML_ParserCreateNS(NULL, SEP);
    CHECK(x.parser);
    XML_SetUserData(x.parser, &x);
    XML_SetElementHandler(x.parser, on_start, on_end);
    XML_SetCharacterDataHandler(x.parser, on_text);
    XML_SetStartDoctypeDeclHandler(x.parser, on_doctype);
    bool good = text.n <= INT32_MAX &&
                XML_Parse(x.parser, text.p ? text.p : "", (int)text.n, XML_TRUE) == XML_STATUS_OK;
    XML_ParserFree(x.parser);
    return (good && !x.code) ||
           err_set(e, a, ERR_INVALID, x.code ? x.code : "word.broken", NULL, NULL, NULL, NULL);
}

const char *word_attr(const char **attr, const char *name)
{
    for (; *attr; attr += 2) {
        const char *sep = strrchr(*attr, SEP);
        if (strcmp(sep ? sep + 1 : *attr, name) == 0)
            return attr[1];
    }
    return NULL;
}

int word_attr_int(const char **attr, const char *name, int fallback)
{
    int64_t v;
    const char *s = word_attr(attr, name);
    return s && str_to_i64(str_of(s), &v) && v >= -100000 && v <= 100000000 ? (int)v : fallback;
}

bool word_is_on(const char **attr)
{
    const char *v = word_attr(attr, "val");
    return !v || (strcmp(v, "0") != 0 && strcmp(v, "false") != 0 && strcmp(v, "off") != 0);
}
