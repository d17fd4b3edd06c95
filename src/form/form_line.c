/* Where in the text of module.json a member stands: the parser keeps no lines, so a finding looks its
 * own up. The text is valid JSON. */
#include <stdio.h>

#include "form/form_in.h"

struct place {
    struct str s;
    size_t i;
    int line;
};

static void skip_space(struct place *p)
{
    for (; p->i < p->s.n; p->i++) {
        char c = p->s.p[p->i];
        if (c == '\n')
            p->line++;
        else if (c != ' ' && c != '\t' && c != '\r')
            return;
    }
}

static char look(struct place *p)
{
    skip_space(p);
    return p->i < p->s.n ? p->s.p[p->i] : 0;
}

static struct str take_string(struct place *p)
{
    size_t from = ++p->i;
    while (p->i < p->s.n && p->s.p[p->i] != '"')
        p->i += p->s.p[p->i] == '\\' ? 2 : 1;
    struct str s = str_sub(p->s, from, p->i - from);
    p->i++;
    return s;
}

static void skip_value(struct place *p)
{
    int depth = 0;
    do {
        char c = look(p);
        if (!c)
            return;
        if (c == '"') {
            (void)take_string(p); /* only to pass it */
            continue;
        }
        depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        p->i++;
        /* a number or a word */
        while (depth == 0 && p->i < p->s.n && !strchr(",]}: \t\r\n", p->s.p[p->i]))
            p->i++;
    } while (depth > 0);
}

/* "fields[3].compute": cuts the first step off; is_index says which of the two it is. */
static bool cut_step(const char **path, struct str *name, size_t *index, bool *is_index)
{
    const char *p = *path;
    if (*p == '.')
        p++;
    if (!*p)
        return false;
    *is_index = *p == '[';
    size_t n = *is_index ? strcspn(p, "]") : strcspn(p, ".[");
    *name = (struct str){ p, n };
    if (*is_index)
        *index = (size_t)strtoul(p + 1, NULL, 10);
    *path = p + n + (*is_index && p[n] ? 1 : 0);
    return true;
}

static bool enter_member(struct place *p, struct str name)
{
    if (look(p) != '{')
        return false;
    p->i++;
    for (char c = look(p); c == '"' || c == ','; c = look(p)) {
        if (c == ',') {
            p->i++;
            continue;
        }
        int line = p->line;
        struct str key = take_string(p);
        bool found = str_eq(key, name);
        if (look(p) == ':')
            p->i++;
        if (found) {
            p->line = line; /* the member's own line, its value may begin lower */
            return true;
        }
        skip_value(p);
    }
    return false;
}

static bool enter_element(struct place *p, size_t index)
{
    if (look(p) != '[')
        return false;
    p->i++;
    for (; index > 0; index--) {
        skip_value(p);
        if (look(p) != ',')
            return false;
        p->i++;
    }
    char c = look(p);
    return c && c != ']';
}

int form_line(struct str json, const char *path)
{
    struct place p = { json, 0, 1 };
    struct str name;
    size_t index = 0;
    bool is_index;
    (void)look(&p);
    int best = p.line;
    while (cut_step(&path, &name, &index, &is_index)) {
        if (is_index ? !enter_element(&p, index) : !enter_member(&p, name))
            break;
        best = p.line;
    }
    return best;
}
