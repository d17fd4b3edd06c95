/* rich_text: text with a closed list of tags. What is not on the list is refused, not repaired: the
 * page's editor writes nothing else, so it came from elsewhere. Rules: tags of the list without
 * attributes (a: one href to http or https, or a fragment; td, th: colspan and rowspan), properly
 * nested; no comments, no entities but the five of XML and numbers. */
#include "form/form_in.h"

static const char *const tags[] = { "p",  "br",  "strong", "b",  "em",    "i",     "u",     "s",
                                    "ul", "ol",  "li",     "h3", "h4",    "blockquote", "a",
                                    "table", "thead", "tbody", "tr", "td", "th", NULL };
#define DEPTH 32

struct html {
    struct str s;
    size_t i;
    int open[DEPTH]; /* positions in tags */
    int depth;
};

static int tag_of(struct str name)
{
    for (int i = 0; tags[i]; i++)
        if (str_is(name, tags[i]))
            return i;
    return -1;
}

static struct str word(struct html *h)
{
    size_t from = h->i;
    while (h->i < h->s.n && ((h->s.p[h->i] >= 'a' && h->s.p[h->i] <= 'z') ||
                             (h->s.p[h->i] >= '0' && h->s.p[h->i] <= '9')))
        h->i++;
    return str_sub(h->s, from, h->i - from);
}

static bool span_good(struct str v)
{
    int64_t n;
    return v.n <= 2 && str_to_i64(v, &n) && n > 0;
}

static bool attribute_good(struct str tag, struct str name, struct str value)
{
    if (str_is(tag, "a") && str_is(name, "href"))
        return str_starts(value, STR("https://")) || str_starts(value, STR("http://")) ||
               str_starts(value, STR("#"));
    return (str_is(tag, "td") || str_is(tag, "th")) &&
           (str_is(name, "colspan") || str_is(name, "rowspan")) && span_good(value);
}

static bool attribute(struct html *h, struct str tag)
{
    struct str name = word(h);
    if (!name.n || h->i + 1 >= h->s.n || h->s.p[h->i] != '=' || h->s.p[h->i + 1] != '"')
        return false;
    h->i += 2;
    ptrdiff_t end = str_find(h->s, STR("\""), h->i);
    if (end < 0)
        return false;
    struct str value = str_sub(h->s, h->i, (size_t)end - h->i);
    h->i = (size_t)end + 1;
    return !memchr(value.p, '<', value.n) && attribute_good(tag, name, value);
}

static bool tag(struct html *h)
{
    bool closes = h->i < h->s.n && h->s.p[h->i] == '/';
    if (closes)
        h->i++;
    struct str name = word(h);
    int t = tag_of(name);
    if (t < 0)
        return false;
    while (!closes && h->i < h->s.n && h->s.p[h->i] == ' ') {
        h->i++;
        if (h->i < h->s.n && h->s.p[h->i] == '/')
            break;
        if (!attribute(h, name))
            return false;
    }
    bool is_void = str_is(name, "br");
    if (is_void && h->i < h->s.n && h->s.p[h->i] == '/')
        h->i++;
    if (h->i >= h->s.n || h->s.p[h->i++] != '>')
        return false;
    if (is_void)
        return !closes;
    if (closes)
        return h->depth > 0 && h->open[--h->depth] == t;
    if (h->depth == DEPTH)
        return false;
    h->open[h->depth++] = t;
    return true;
}

static bool entity(struct html *h)
{
    static const char *const names[] = { "amp", "lt", "gt", "quot", "apos", "nbsp" };
    size_t from = h->i;
    if (h->i < h->s.n && h->s.p[h->i] == '#')
        h->i++;
    struct str name = word(h);
    bool is_number = h->i - from > name.n;
    if (h->i >= h->s.n || h->s.p[h->i++] != ';' || !name.n || name.n > 7)
        return false;
    for (size_t k = 0; !is_number && k < sizeof names / sizeof *names; k++)
        if (str_is(name, names[k]))
            return true;
    return is_number;
}

bool html_is_clean(struct str text)
{
    struct html h = { .s = text };
    while (h.i < text.n) {
        char c = text.p[h.i++];
        if (c == '>' || (c == '<' && !tag(&h)) || (c == '&' && !entity(&h)))
            return false;
    }
    return h.depth == 0;
}
