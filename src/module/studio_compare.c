/* Two versions of a module side by side: module.json by form_compare, the drawing element by element.
 * Read as plain XML, so that an unfinished drawing can be compared; where things stand on the sheet does
 * not count. */
#include <expat.h>

#include "module/module_in.h"

#define ELEMENTS_MOST 4000
#define DEEP_MOST 64

struct element {
    struct str id, kind, name;
    struct str said; /* canonical JSON of its attributes and text */
    struct buf text;
};
struct drawing {
    struct arena *a;
    struct element *p;
    size_t n;
    int open[DEEP_MOST]; /* element that text belongs to, by depth; -1: none */
    int depth, hidden;   /* hidden: depth of the diagram part, 0: not in it */
};

static const char *local(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

static int begin(struct drawing *d, const char *name, const char **attr)
{
    const char *id = NULL;
    for (size_t i = 0; attr[i]; i += 2)
        if (strcmp(attr[i], "id") == 0)
            id = attr[i + 1];
    if (!id || d->n == ELEMENTS_MOST)
        return d->depth ? d->open[d->depth - 1] : -1;
    struct element *e = &d->p[d->n];
    *e = (struct element){ .id = str_copy(d->a, str_of(id)), .name = STR(""),
                           .kind = str_copy(d->a, str_of(local(name))), .text = buf_in(d->a) };
    struct buf b = buf_in(d->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    for (size_t i = 0; attr[i]; i += 2) {
        if (strncmp(attr[i], "xmlns", 5) != 0 && strcmp(attr[i], "id") != 0)
            jw_ktext(&w, attr[i], attr[i + 1]);
        if (strcmp(attr[i], "name") == 0)
            e->name = str_copy(d->a, str_of(attr[i + 1]));
    }
    jw_obj_end(&w);
    e->said = buf_done(&b);
    return (int)d->n++;
}

static void XMLCALL on_start(void *arg, const XML_Char *name, const XML_Char **attr)
{
    struct drawing *d = arg;
    if (d->depth < DEEP_MOST) {
        if (!d->hidden && strcmp(local(name), "BPMNDiagram") == 0)
            d->hidden = d->depth + 1;
        d->open[d->depth] = d->hidden ? -1 : begin(d, name, attr);
    }
    d->depth++;
}

static void XMLCALL on_end(void *arg, const XML_Char *name)
{
    struct drawing *d = arg;
    (void)name;
    if (d->hidden == d->depth)
        d->hidden = 0;
    d->depth--;
}

static void XMLCALL on_text(void *arg, const XML_Char *s, int n)
{
    struct drawing *d = arg;
    int at = d->depth > 0 && d->depth <= DEEP_MOST ? d->open[d->depth - 1] : -1;
    if (at >= 0)
        buf_str(&d->p[at].text, (struct str){ s, (size_t)n });
}

/* Also of a broken text: up to where it breaks. */
static struct drawing read_drawing(struct arena *a, struct str xml)
{
    struct drawing d = { .a = a, .p = arena_array_of(a, struct element, ELEMENTS_MOST) };
    XML_Parser parser = XML_ParserCreate("UTF-8");
    if (!parser)
        return d;
    XML_SetUserData(parser, &d);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    if (str_find(xml, STR("<!DOCTYPE"), 0) < 0)
        (void)XML_Parse(parser, xml.p, (int)xml.n, 1); /* what was read counts */
    XML_ParserFree(parser);
    for (size_t i = 0; i < d.n; i++) {
        struct buf b = buf_in(a);
        struct jw w = jw_to(&b);
        struct str text = str_trim(buf_done(&d.p[i].text));
        jw_obj(&w);
        jw_kraw(&w, "attributes", d.p[i].said);
        jw_kstr(&w, "text", text);
        jw_obj_end(&w);
        const struct jv *j = jv_parse(a, buf_done(&b), NULL, NULL);
        d.p[i].said = j ? jv_canonical(a, j) : STR("{}");
    }
    return d;
}

static const struct element *find(const struct drawing *d, const struct element *e)
{
    for (size_t i = 0; i < d->n; i++)
        if (str_eq(d->p[i].id, e->id))
            return &d->p[i];
    return NULL;
}

static void write_element(struct jw *w, const char *change, const struct element *before,
                          const struct element *after)
{
    const struct element *e = after ? after : before;
    jw_obj(w);
    jw_kstr(w, "id", e->id);
    jw_kstr(w, "kind", e->kind);
    jw_kstr(w, "name", e->name);
    jw_ktext(w, "change", change);
    jw_kraw(w, "before", before ? before->said : STR_NONE);
    jw_kraw(w, "after", after ? after->said : STR_NONE);
    jw_obj_end(w);
}

static void write_elements(struct jw *w, const struct drawing *was, const struct drawing *is)
{
    jw_karr(w, "elements");
    for (size_t i = 0; i < is->n; i++) {
        const struct element *old = find(was, &is->p[i]);
        if (!old)
            write_element(w, "added", NULL, &is->p[i]);
        else if (!str_eq(old->said, is->p[i].said) || !str_eq(old->kind, is->p[i].kind))
            write_element(w, "changed", old, &is->p[i]);
    }
    for (size_t i = 0; i < was->n; i++)
        if (!find(is, &was->p[i]))
            write_element(w, "removed", &was->p[i], NULL);
    jw_arr_end(w);
}

static bool is_in(const struct form_difference *d, const char *part)
{
    return str_is(d->path, part) ||
           (str_starts(d->path, str_of(part)) && d->path.p[strlen(part)] == '.');
}

/* part NULL: what is in neither of the two. */
static void write_differences(struct jw *w, const char *key, const char *part,
                              const struct form_difference *d, size_t n)
{
    jw_karr(w, key);
    for (size_t i = 0; i < n; i++) {
        bool good = part ? is_in(&d[i], part) : !is_in(&d[i], "fields") && !is_in(&d[i], "steps");
        if (!good)
            continue;
        jw_obj(w);
        jw_kstr(w, "path", d[i].path);
        jw_ktext(w, "change", d[i].what);
        jw_kraw(w, "before", d[i].before);
        jw_kraw(w, "after", d[i].after);
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

void module_compare_write(struct arena *a, struct jw *w, const struct version *with,
                          struct str json, struct str bpmn)
{
    size_t n;
    const struct form_difference *d =
        form_compare(a, jv_parse(a, with->json, NULL, NULL), jv_parse(a, json, NULL, NULL), &n);
    struct drawing was = read_drawing(a, with->bpmn), is = read_drawing(a, bpmn);
    jw_obj(w);
    jw_ki64(w, "with", with->version);
    write_differences(w, "fields", "fields", d, n);
    write_differences(w, "steps", "steps", d, n);
    write_differences(w, "other", NULL, d, n);
    write_elements(w, &was, &is);
    jw_kstr(w, "bpmn", bpmn);
    jw_kstr(w, "with_bpmn", with->bpmn);
    jw_obj_end(w);
}
