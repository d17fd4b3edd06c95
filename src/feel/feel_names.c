/* Whether every path an expression uses exists in a schema: `trip.form` for `trip.from` would be
 * null at run time and take a wrong branch in silence. Follows members of contexts, filters (whose
 * names may be members of the filtered list's rows) and some/every. */
#include "feel/feel_in.h"

#define PATH_MOST 8

/* A name bound by some or every, or the rows of a filtered list (name absent), stand for a path. */
struct bound {
    const struct bound *outer;
    struct str name;
    struct str path[PATH_MOST];
    size_t n; /* 0: nothing is known of it, anything goes */
};

struct looker {
    struct arena *a;
    const struct feel_schema *schema;
    struct str unknown;
};

static bool walk(struct looker *k, const struct fn *n, const struct bound *b);

static struct str dotted(struct arena *a, const struct str *path, size_t n)
{
    struct buf text = buf_in(a);
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_char(&text, '.');
        buf_str(&text, path[i]);
    }
    return buf_done(&text);
}

/* The path a name at the head of a chain stands for. False: it is in no schema. *n 0: unknown base,
 * whatever follows cannot be judged. */
static bool head_path(struct looker *k, struct str name, const struct bound *b, struct str *path,
                      size_t *n)
{
    for (; b; b = b->outer) {
        if (b->name.p && str_eq(b->name, name)) {
            memcpy(path, b->path, sizeof b->path);
            *n = b->n;
            return true;
        }
        if (b->name.p)
            continue;
        memcpy(path, b->path, sizeof b->path);
        *n = b->n;
        if (b->n == 0 || str_is(name, "item")) /* rows that cannot be judged; the row itself */
            return true;
        path[(*n)++] = name;
        if (k->schema->has(k->schema->arg, path, *n))
            return true;
    }
    path[0] = name;
    *n = 1;
    return k->schema->has(k->schema->arg, path, 1);
}

/* Path of a chain of members over a name, through filters. False: refused, or not such a chain with
 * *n 0 and the parts already walked. */
static bool chain(struct looker *k, const struct fn *f, const struct bound *b, struct str *path,
                  size_t *n)
{
    *n = 0;
    if (f->op == FN_NAME) {
        if (head_path(k, f->name, b, path, n))
            return true;
        k->unknown = f->name;
        return false;
    }
    if (f->op == FN_FILTER) {
        struct bound rows = { .outer = b };
        if (!chain(k, f->kid[0], b, path, n))
            return false;
        memcpy(rows.path, path, *n * sizeof *path);
        rows.n = *n < PATH_MOST - 1 ? *n : 0;
        return walk(k, f->kid[1], &rows);
    }
    if (f->op != FN_PATH)
        return walk(k, f, b);
    if (!chain(k, f->kid[0], b, path, n))
        return false;
    if (*n == 0)
        return true;
    if (*n == PATH_MOST - 1) {
        *n = 0;
        return true;
    }
    path[(*n)++] = f->name;
    if (k->schema->has(k->schema->arg, path, *n))
        return true;
    k->unknown = dotted(k->a, path, *n);
    return false;
}

static bool quantified(struct looker *k, const struct fn *f, size_t i, const struct bound *b)
{
    struct bound one = { .outer = b };
    if (i == f->n)
        return walk(k, f->kid[0], b);
    if (!chain(k, f->many[i], b, one.path, &one.n))
        return false;
    one.name = f->names[i];
    return quantified(k, f, i + 1, &one);
}

/* Members of a context written out may use those before them. */
static bool members(struct looker *k, const struct fn *f, size_t i, const struct bound *b)
{
    struct bound one = { .outer = b, .name = i < f->n ? f->names[i] : STR("") };
    return i == f->n || (walk(k, f->many[i], b) && members(k, f, i + 1, &one));
}

static bool walk(struct looker *k, const struct fn *n, const struct bound *b)
{
    struct str path[PATH_MOST];
    size_t length;
    if (!n)
        return true;
    if (n->op == FN_NAME || n->op == FN_PATH || n->op == FN_FILTER)
        return chain(k, n, b, path, &length);
    if (n->op == FN_SOME || n->op == FN_EVERY)
        return quantified(k, n, 0, b);
    if (n->op == FN_CONTEXT)
        return members(k, n, 0, b);
    for (size_t i = 0; i < sizeof n->kid / sizeof *n->kid; i++)
        if (!walk(k, n->kid[i], b))
            return false;
    for (size_t i = 0; n->many && i < n->n; i++)
        if (!walk(k, n->many[i], b))
            return false;
    return true;
}

bool feel_paths_known(struct arena *a, const struct feel *e, const struct feel_schema *schema,
                      struct str *unknown)
{
    struct looker k = { .a = a, .schema = schema };
    bool good = walk(&k, e->root, NULL);
    if (unknown)
        *unknown = k.unknown;
    return good;
}
