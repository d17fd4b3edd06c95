/* XML text → a tree of elements, by expat. No DTD and so no entities, at most 1 MB, 64 deep; the
 * line of every element is kept for the errors. */
#include <expat.h>

#include "flow/flow_in.h"

#define XML_MOST (1024u * 1024)
#define DEPTH_MOST 64
#define ATTR_MOST 64
#define TEXT_MOST 16384u
#define NS_SEP '\x01' /* cannot stand in XML text */

struct reading {
    struct arena *a;
    XML_Parser parser;
    struct xml *root, *at;
    int depth;
    const char *code;
    int line;
};

static const struct {
    const char *uri;
    enum xml_ns ns;
} spaces[] = {
    { "http://www.omg.org/spec/BPMN/20100524/MODEL", XML_BPMN },
    { "http://www.omg.org/spec/BPMN/20100524/DI", XML_DI },
    { "http://www.omg.org/spec/DD/20100524/DC", XML_DC },
    { "http://www.omg.org/spec/DD/20100524/DI", XML_DD },
    { "http://www.w3.org/2001/XMLSchema-instance", XML_XSI },
    { "urn:tongban:oa:1", XML_OA },
};

static void stop(struct reading *r, const char *code)
{
    if (!r->code) {
        r->code = code;
        r->line = (int)XML_GetCurrentLineNumber(r->parser);
    }
    XML_StopParser(r->parser, XML_FALSE);
}

/* "uri\x01local" or "local". */
static struct str split(struct reading *r, const char *name, enum xml_ns *ns)
{
    const char *sep = strrchr(name, NS_SEP);
    *ns = XML_NONE;
    if (!sep)
        return str_copy(r->a, str_of(name));
    *ns = XML_OTHER;
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (strlen(spaces[i].uri) == (size_t)(sep - name) &&
            memcmp(spaces[i].uri, name, (size_t)(sep - name)) == 0)
            *ns = spaces[i].ns;
    return str_copy(r->a, str_of(sep + 1));
}

static void XMLCALL start(void *arg, const XML_Char *name, const XML_Char **attr)
{
    struct reading *r = arg;
    if (++r->depth > DEPTH_MOST) {
        stop(r, "flow.xml_too_deep");
        return;
    }
    struct xml *x = arena_new_of(r->a, struct xml);
    x->tag = split(r, name, &x->ns);
    x->line = (int)XML_GetCurrentLineNumber(r->parser);
    while (attr[x->attr_n * 2])
        x->attr_n++;
    if (x->attr_n > ATTR_MOST) {
        stop(r, "flow.xml_too_many_attributes");
        return;
    }
    x->attr = arena_array_of(r->a, struct xml_attr, x->attr_n);
    for (size_t i = 0; i < x->attr_n; i++) {
        x->attr[i].name = split(r, attr[2 * i], &x->attr[i].ns);
        x->attr[i].value = str_copy(r->a, str_of(attr[2 * i + 1]));
    }
    x->parent = r->at;
    if (r->at && r->at->last)
        r->at->last->next = x;
    else if (r->at)
        r->at->first = x;
    else
        r->root = x;
    if (r->at)
        r->at->last = x;
    r->at = x;
}

static void XMLCALL end(void *arg, const XML_Char *name)
{
    struct reading *r = arg;
    (void)name;
    r->depth--;
    r->at->text = str_trim(r->at->text);
    r->at = r->at->parent;
}

/* Text in pieces. Only short texts in front of any child matter (conditions, documentation): the
 * rest is dropped, or a hostile file would have us copy without end. */
static void XMLCALL text(void *arg, const XML_Char *s, int n)
{
    struct reading *r = arg;
    if (!r->at || r->at->first || n <= 0 || r->at->text.n + (size_t)n > TEXT_MOST)
        return;
    struct str *t = &r->at->text;
    char *p = arena_grow(r->a, (void *)(uintptr_t)t->p, t->n ? t->n + 1 : 0, t->n + (size_t)n + 1);
    memcpy(p + t->n, s, (size_t)n);
    t->p = p;
    t->n += (size_t)n;
    p[t->n] = 0;
}

static void XMLCALL doctype(void *arg, const XML_Char *name, const XML_Char *sysid,
                            const XML_Char *pubid, int internal)
{
    (void)name, (void)sysid, (void)pubid, (void)internal;
    stop(arg, "flow.xml_dtd");
}

struct xml *xml_read(struct arena *a, struct str s, int *line, const char **code,
                     const char **detail)
{
    *line = 1;
    *detail = NULL;
    if (s.n > XML_MOST) {
        *code = "flow.xml_too_large";
        return NULL;
    }
    struct reading r = { .a = a, .parser = XML_ParserCreateNS(NULL, NS_SEP) };
    if (!r.parser) {
        *code = "internal";
        return NULL;
    }
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, start, end);
    XML_SetCharacterDataHandler(r.parser, text);
    XML_SetStartDoctypeDeclHandler(r.parser, doctype);
    enum XML_Status st = XML_Parse(r.parser, s.p ? s.p : "", (int)s.n, 1);
    *line = r.code ? r.line : (int)XML_GetCurrentLineNumber(r.parser);
    *code = r.code ? r.code : "flow.xml_broken";
    if (st != XML_STATUS_OK && !r.code)
        *detail = arena_strdup(a, XML_ErrorString(XML_GetErrorCode(r.parser)));
    XML_ParserFree(r.parser);
    return st == XML_STATUS_OK ? r.root : NULL;
}

struct str xml_attr(const struct xml *x, enum xml_ns ns, const char *name)
{
    for (size_t i = 0; i < x->attr_n; i++)
        if (x->attr[i].ns == ns && str_is(x->attr[i].name, name))
            return x->attr[i].value;
    return STR_NONE;
}

bool xml_is(const struct xml *x, enum xml_ns ns, const char *tag)
{
    return x->ns == ns && str_is(x->tag, tag);
}

const struct xml *xml_child(const struct xml *x, enum xml_ns ns, const char *tag)
{
    for (const struct xml *c = x->first; c; c = c->next)
        if (xml_is(c, ns, tag))
            return c;
    return NULL;
}

struct str xml_id_or_tag(const struct xml *x)
{
    struct str id = xml_attr(x, XML_NONE, "id");
    return id.p ? id : x->tag;
}
