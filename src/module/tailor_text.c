/* A unit's changes put into the city's two texts (A8): members of module.json, attributes of the drawing.
 * All else of both stays as the city wrote it. */
#include <expat.h>

#include "module/tailor_in.h"

/* --- module.json ----------------------------------------------------------------------------------------- */

/* The object with one member replaced in its place, put at the end, or (raw absent) taken out. */
static struct str with_member(struct arena *a, const struct jv *object, const char *name,
                              struct str raw)
{
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    struct str key;
    const struct jv *value;
    bool is_in = false;
    jw_obj(&w);
    for (const void *it = jv_next(object, NULL, &key, &value); it;
         it = jv_next(object, it, &key, &value)) {
        bool is_it = str_is(key, name);
        is_in = is_in || is_it;
        if (is_it && !raw.p)
            continue;
        jw_key_str(&w, key);
        jw_raw(&w, is_it ? raw : jv_compact(a, value));
    }
    if (!is_in && raw.p)
        jw_kraw(&w, name, raw);
    jw_obj_end(&w);
    return buf_done(&b);
}

static void put(struct tailor_texts *t, const char *name, struct str raw)
{
    t->json = jv_parse(t->a, with_member(t->a, t->json, name, raw), NULL, NULL);
}

/* One member of an object inside module.json. */
static void put_in(struct tailor_texts *t, const char *name, const char *member, struct str raw)
{
    put(t, name, with_member(t->a, jv_get(t->json, name), member, raw));
}

static void put_in_field(struct tailor_texts *t, struct str field, const char *member,
                         struct str raw)
{
    const struct jv *fields = jv_get(t->json, "fields");
    struct buf b = buf_in(t->a);
    struct jw w = jw_to(&b);
    jw_arr(&w);
    for (size_t i = 0; i < jv_size(fields); i++) {
        const struct jv *f = jv_at(fields, i);
        bool is_it = str_eq(jv_str(jv_get(f, "name")), field);
        jw_raw(&w, is_it ? with_member(t->a, f, member, raw) : jv_compact(t->a, f));
    }
    jw_arr_end(&w);
    put(t, "fields", buf_done(&b));
}

static struct str more_options(struct arena *a, const struct jv *old, const struct jv *more)
{
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    jw_arr(&w);
    for (size_t i = 0; i < jv_size(old); i++)
        jw_raw(&w, jv_compact(a, jv_at(old, i)));
    for (size_t i = 0; i < jv_size(more); i++)
        jw_raw(&w, jv_compact(a, jv_at(more, i)));
    jw_arr_end(&w);
    return buf_done(&b);
}

static const struct jv *field_of(const struct jv *json, struct str name)
{
    const struct jv *fields = jv_get(json, "fields");
    for (size_t i = 0; i < jv_size(fields); i++)
        if (str_eq(jv_str(jv_get(jv_at(fields, i), "name")), name))
            return jv_at(fields, i);
    return NULL;
}

/* --- the drawing ------------------------------------------------------------------------------------------ */

/* A prefix as an element declares it. */
struct bound {
    struct str prefix;
    int depth;
    bool is_ours;
};

struct tag {
    XML_Parser parser;
    struct arena *a;
    struct str id;
    struct bound *bound; /* those in force, the innermost last */
    size_t bound_n;
    struct str prefix; /* of our namespace there; absent: none is in force */
    struct str free;   /* one that means nothing there */
    int depth, at;     /* at: depth of the element, 0: not met yet */
    size_t from, n;    /* its start tag in the text */
    size_t end;        /* its end tag; 0: not met yet */
};

static void bind_prefix(struct tag *t, const char *prefix, const char *uri)
{
    t->bound = arena_grow(t->a, t->bound, t->bound_n * sizeof *t->bound,
                          (t->bound_n + 1) * sizeof *t->bound);
    t->bound[t->bound_n++] = (struct bound){ str_copy(t->a, str_of(prefix)), t->depth,
                                             strcmp(uri, "urn:tongban:oa:1") == 0 };
}

/* What a prefix means at the element: NULL: nothing. */
static const struct bound *meaning(const struct tag *t, struct str prefix)
{
    for (size_t i = t->bound_n; i-- > 0;)
        if (str_eq(t->bound[i].prefix, prefix))
            return &t->bound[i];
    return NULL;
}

/* "oa:due", under whatever prefix: its name without it; absent: not ours. */
static struct str our_name(const struct tag *t, struct str attr)
{
    struct str rest = attr, prefix;
    (void)str_cut(&rest, ':', &prefix); /* there is always a first part */
    const struct bound *b = rest.p ? meaning(t, prefix) : NULL;
    return b && b->is_ours ? rest : STR_NONE;
}

/* The innermost prefix that is ours and that nothing further in has taken for something else. */
static void choose_prefix(struct tag *t)
{
    static const struct str names[] = { { "oa", 2 }, { "tongban", 7 }, { "tongban_oa", 10 } };
    for (size_t i = t->bound_n; i-- > 0 && !t->prefix.p;)
        if (t->bound[i].is_ours && meaning(t, t->bound[i].prefix) == &t->bound[i])
            t->prefix = t->bound[i].prefix;
    size_t k = 0;
    while (k < 2 && meaning(t, names[k]))
        k++;
    t->free = names[k];
}

static void XMLCALL on_start(void *arg, const XML_Char *name, const XML_Char **attr)
{
    struct tag *t = arg;
    bool is_it = false;
    (void)name;
    t->depth++;
    for (size_t i = 0; attr[i] && !t->at; i += 2) {
        if (strncmp(attr[i], "xmlns:", 6) == 0)
            bind_prefix(t, attr[i] + 6, attr[i + 1]);
        is_it = is_it || (strcmp(attr[i], "id") == 0 && str_is(t->id, attr[i + 1]));
    }
    if (!is_it)
        return;
    choose_prefix(t);
    t->at = t->depth;
    t->from = (size_t)XML_GetCurrentByteIndex(t->parser);
    t->n = (size_t)XML_GetCurrentByteCount(t->parser);
}

static void XMLCALL on_end(void *arg, const XML_Char *name)
{
    struct tag *t = arg;
    (void)name;
    while (!t->at && t->bound_n && t->bound[t->bound_n - 1].depth == t->depth)
        t->bound_n--;
    if (t->at == t->depth && !t->end)
        t->end = (size_t)XML_GetCurrentByteIndex(t->parser);
    t->depth--;
}

static bool find_tag(struct arena *a, struct str xml, struct str id, struct tag *t)
{
    *t = (struct tag){ .parser = XML_ParserCreate("UTF-8"), .a = a, .id = id };
    if (!t->parser)
        return false;
    XML_SetUserData(t->parser, t);
    XML_SetElementHandler(t->parser, on_start, on_end);
    bool good = XML_Parse(t->parser, xml.p, (int)xml.n, 1) == XML_STATUS_OK;
    XML_ParserFree(t->parser);
    return good && t->at && t->n;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The next attribute of a start tag behind *at: its name and the whole of it, `name="value"`. A start tag
 * that expat has read is well-formed. */
static bool next_attr(struct str tag, size_t *at, struct str *name, struct str *whole)
{
    size_t i = *at;
    while (i < tag.n && is_space(tag.p[i]))
        i++;
    size_t from = i;
    while (i < tag.n && !is_space(tag.p[i]) && tag.p[i] != '=' && tag.p[i] != '>' &&
           tag.p[i] != '/')
        i++;
    *name = str_sub(tag, from, i - from);
    while (i < tag.n && tag.p[i] != '"' && tag.p[i] != '\'')
        i++;
    if (!name->n || i >= tag.n)
        return false;
    char quote = tag.p[i++];
    while (i < tag.n && tag.p[i] != quote)
        i++;
    *at = i + 1;
    *whole = str_sub(tag, from, *at - from);
    return true;
}

static void put_escaped(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '&')
            buf_str(b, STR("&amp;"));
        else if (s.p[i] == '<')
            buf_str(b, STR("&lt;"));
        else if (s.p[i] == '"')
            buf_str(b, STR("&quot;"));
        else
            buf_char(b, s.p[i]);
}

static size_t name_end(struct str tag)
{
    size_t i = 1;
    while (i < tag.n && !is_space(tag.p[i]) && tag.p[i] != '>' && tag.p[i] != '/')
        i++;
    return i;
}

static bool is_closed(struct str tag)
{
    return tag.n > 1 && tag.p[tag.n - 2] == '/';
}

static struct str spliced(struct arena *a, struct str text, size_t from, size_t n, struct str by)
{
    struct buf b = buf_in(a);
    buf_str(&b, str_sub(text, 0, from));
    buf_str(&b, by);
    buf_str(&b, str_sub(text, from + n, text.n));
    return buf_done(&b);
}

static bool set_attr(struct tailor_texts *t, struct str id, const char *name, struct str value)
{
    struct tag tag;
    if (!find_tag(t->a, t->bpmn, id, &tag))
        return false;
    struct str text = str_sub(t->bpmn, tag.from, tag.n), attr, whole;
    struct str full = str_printf(t->a, "%.*s:%s", STR_ARG(tag.prefix.p ? tag.prefix : tag.free), name);
    struct buf b = buf_in(t->a);
    size_t at = name_end(text);
    buf_str(&b, str_sub(text, 0, at));
    while (next_attr(text, &at, &attr, &whole))
        if (!str_is(our_name(&tag, attr), name)) {
            buf_char(&b, ' ');
            buf_str(&b, whole);
        }
    if (!tag.prefix.p)
        buf_printf(&b, " xmlns:%.*s=\"urn:tongban:oa:1\"", STR_ARG(tag.free));
    buf_char(&b, ' ');
    buf_str(&b, full);
    buf_str(&b, STR("=\""));
    put_escaped(&b, value);
    buf_str(&b, is_closed(text) ? STR("\"/>") : STR("\">"));
    t->bpmn = spliced(t->a, t->bpmn, tag.from, tag.n, buf_done(&b));
    return true;
}

/* userTask → task, without what the office says of it but its milestone. */
static bool pass_over(struct tailor_texts *t, struct str id)
{
    struct tag tag;
    if (!find_tag(t->a, t->bpmn, id, &tag))
        return false;
    struct str text = str_sub(t->bpmn, tag.from, tag.n), attr, whole;
    size_t at = name_end(text);
    struct str name = str_sub(text, 1, at - 1), rest = name, local, prefix = STR_NONE;
    (void)str_cut(&rest, ':', &local); /* there is always a first part */
    if (rest.p)
        prefix = local;
    struct str as = prefix.p ? str_printf(t->a, "%.*s:task", STR_ARG(prefix)) : STR("task");
    struct buf b = buf_in(t->a);
    buf_char(&b, '<');
    buf_str(&b, as);
    while (next_attr(text, &at, &attr, &whole))
        if (!our_name(&tag, attr).p || str_is(our_name(&tag, attr), "milestone")) {
            buf_char(&b, ' ');
            buf_str(&b, whole);
        }
    buf_str(&b, is_closed(text) ? STR("/>") : STR(">"));
    if (!is_closed(text)) /* the later one first, so that places before it stay */
        t->bpmn = spliced(t->a, t->bpmn, tag.end + 2, name.n, as);
    t->bpmn = spliced(t->a, t->bpmn, tag.from, tag.n, buf_done(&b));
    return true;
}

bool tailor_put(struct tailor_texts *t, const struct tailor_change *c)
{
    struct arena *a = t->a;
    struct str raw = jv_compact(a, c->to);
    if (str_is(c->kind, "assign"))
        return set_attr(t, c->target, "assign", jv_str(c->to));
    if (str_is(c->kind, "due"))
        return set_attr(t, c->target, "due", jv_str(c->to));
    if (str_is(c->kind, "step")) {
        const struct jv *steps = jv_get(t->json, "steps");
        if (steps)
            put(t, "steps", with_member(a, steps, arena_strndup(a, c->target.p, c->target.n), STR_NONE));
        return pass_over(t, c->target);
    }
    if (str_is(c->kind, "hide"))
        put_in_field(t, c->target, "visible", STR("\"false\""));
    else if (str_is(c->kind, "require"))
        put_in_field(t, c->target, "required", raw);
    else if (str_is(c->kind, "label"))
        put_in_field(t, c->target, "label", raw);
    else if (str_is(c->kind, "option"))
        put_in_field(t, c->target, "options",
                     more_options(a, jv_get(field_of(t->json, c->target), "options"), c->to));
    else if (str_is(c->kind, "columns"))
        put_in(t, "register", "columns", raw);
    else
        put_in(t, "sheet", "title", raw);
    return t->json != NULL;
}
