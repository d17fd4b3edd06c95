/* The router: a tree of path segments made once from the rooms' tables. Words go before
 * parameters; a wrong turn is taken back. */
#include "base/check.h"
#include "http/http_in.h"

struct node {
    struct str word; /* absent: a {parameter} */
    struct node *first, *next;
    struct route *get, *post;
};

struct route_table {
    struct node root;
};

static bool is_parameter(struct str s)
{
    return s.n > 2 && s.p[0] == '{' && s.p[s.n - 1] == '}';
}

static struct node *child(struct arena *a, struct node *at, struct str segment)
{
    bool any = is_parameter(segment);
    struct node **p = &at->first;
    for (; *p; p = &(*p)->next)
        if (any ? !(*p)->word.p : (*p)->word.p && str_eq((*p)->word, segment))
            return *p;
    struct node *n = arena_new_of(a, struct node);
    n->word = any ? STR_NONE : segment;
    if (any) { /* last, so that words are tried first */
        *p = n;
    } else {
        n->next = at->first;
        at->first = n;
    }
    return n;
}

static void add(struct arena *a, struct route_table *t, const struct command *c,
                const struct read *r)
{
    struct route *route = arena_new_of(a, struct route);
    *route = (struct route){ .path = c ? c->path : r->path, .command = c, .read = r };
    CHECK(route->path && route->path[0] == '/');
    struct str rest = str_of(route->path + 1), segment;
    struct node *at = &t->root;
    while (str_cut(&rest, '/', &segment)) {
        at = child(a, at, segment);
        route->n_values += is_parameter(segment);
    }
    CHECK(route->n_values <= 8);
    bool is_post = c ? c->method == POST : r->flags & READ_POST;
    struct route **place = is_post ? &at->post : &at->get;
    CHECK(*place == NULL); /* two rooms want the same route */
    *place = route;
}

struct route_table *routes_make(struct arena *a)
{
    struct route_table *t = arena_new_of(a, struct route_table);
    for (const struct room *const *room = rooms; *room; room++) {
        for (size_t i = 0; i < (*room)->n_commands; i++)
            if ((*room)->commands[i].path && !((*room)->commands[i].flags & CMD_INTERNAL))
                add(a, t, &(*room)->commands[i], NULL);
        for (size_t i = 0; i < (*room)->n_reads; i++)
            add(a, t, NULL, &(*room)->reads[i]);
    }
    return t;
}

static const struct node *walk(const struct node *at, struct str rest, struct route_values *values)
{
    struct str segment;
    if (!rest.p)
        return at->get || at->post ? at : NULL;
    if (!str_cut(&rest, '/', &segment) || segment.n == 0)
        return NULL;
    for (const struct node *n = at->first; n; n = n->next) {
        if (n->word.p && !str_eq(n->word, segment))
            continue;
        int n_values = values->n;
        if (!n->word.p && n_values < 8)
            values->v[values->n++] = segment;
        const struct node *found = walk(n, rest, values);
        if (found)
            return found;
        values->n = n_values;
    }
    return NULL;
}

const struct route *route_find(const struct route_table *t, struct str method, struct str path,
                               struct route_values *values, const char **allow)
{
    *allow = NULL;
    values->n = 0;
    if (path.n < 2 || path.p[0] != '/')
        return NULL;
    const struct node *n = walk(&t->root, str_sub(path, 1, path.n - 1), values);
    if (!n)
        return NULL;
    const struct route *r = NULL;
    if (str_is(method, "GET") || str_is(method, "HEAD"))
        r = n->get;
    else if (str_is(method, "POST"))
        r = n->post;
    if (!r)
        *allow = n->get ? n->post ? "GET, HEAD, POST" : "GET, HEAD" : "POST";
    return r;
}

/* --- values of path and query string -------------------------------------------------------------*/

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool url_decode(struct arena *a, struct str s, struct str *out)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '%') {
            p[n++] = s.p[i];
            continue;
        }
        int high = i + 2 < s.n ? hex(s.p[i + 1]) : -1, low = i + 2 < s.n ? hex(s.p[i + 2]) : -1;
        if (high < 0 || low < 0)
            return false;
        p[n++] = (char)(high << 4 | low);
        i += 2;
    }
    *out = (struct str){ p, n };
    return utf8_valid(*out);
}

static bool put(struct request *r, struct str name, struct str value)
{
    struct call *c = &r->call;
    struct param p;
    if (c->n_params == sizeof c->params / sizeof *c->params)
        return err_set(&c->err, r->a, ERR_INVALID, "http.query", NULL, NULL, NULL, NULL);
    if (!url_decode(r->a, name, &p.name) || !url_decode(r->a, value, &p.value))
        return err_set(&c->err, r->a, ERR_INVALID, "http.encoding", NULL, NULL, NULL, NULL);
    for (size_t i = 0; i < c->n_params; i++)
        if (str_eq(c->params[i].name, p.name))
            return err_set(&c->err, r->a, ERR_INVALID, "http.query_twice",
                           str_copy(r->a, p.name).p, NULL, NULL, NULL);
    c->params[c->n_params++] = p;
    return true;
}

static enum MHD_Result put_query(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_n,
                                 const char *value, size_t value_n)
{
    (void)kind;
    struct str v = value ? (struct str){ value, value_n } : STR("");
    return put(cls, (struct str){ key, key_n }, v) ? MHD_YES : MHD_NO;
}

bool route_params(struct request *r)
{
    struct str rest = str_of(r->route->path + 1), segment;
    int at = 0;
    while (str_cut(&rest, '/', &segment))
        if (is_parameter(segment) &&
            !put(r, str_sub(segment, 1, segment.n - 2), r->values.v[at++]))
            return false;
    (void)MHD_get_connection_values_n(r->mhd, MHD_GET_ARGUMENT_KIND, put_query, r);
    return r->call.err.kind == ERR_NONE;
}
