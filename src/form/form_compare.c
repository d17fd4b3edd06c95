/* Two versions of a module.json side by side: what was added, removed, changed. Members of lists are
 * matched by their name, key or node, so that a field moved up is not everything changed. */
#include "form/form_in.h"

struct comparing {
    struct arena *a;
    struct form_difference *p;
    size_t n, size;
};

#define DIFFERENCES_MOST 1000

static void add(struct comparing *c, const char *what, const char *path, const struct jv *before,
                const struct jv *after)
{
    if (c->n == DIFFERENCES_MOST)
        return;
    if (c->n == c->size) {
        size_t size = c->size ? c->size * 2 : 16;
        c->p = arena_grow(c->a, c->p, c->size * sizeof *c->p, size * sizeof *c->p);
        c->size = size;
    }
    c->p[c->n++] = (struct form_difference){
        what, str_of(path), before ? jv_compact(c->a, before) : STR_NONE,
        after ? jv_compact(c->a, after) : STR_NONE
    };
}

static bool is_same(struct comparing *c, const struct jv *x, const struct jv *y)
{
    return str_eq(jv_canonical(c->a, x), jv_canonical(c->a, y));
}

/* What an element of a list is known by. */
static struct str known_by(const struct jv *v)
{
    static const char *const members[] = { "name", "key", "value", "message", "field" };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        struct str s = jv_str(jv_get(v, members[i]));
        if (s.n)
            return s;
    }
    return STR_NONE;
}

static const struct jv *find(const struct jv *list, struct str by)
{
    for (size_t i = 0; i < jv_size(list); i++)
        if (str_eq(known_by(jv_at(list, i)), by))
            return jv_at(list, i);
    return NULL;
}

static bool all_known(const struct jv *list)
{
    for (size_t i = 0; i < jv_size(list); i++)
        if (!known_by(jv_at(list, i)).p)
            return false;
    return jv_size(list) > 0;
}

static void compare(struct comparing *c, const char *path, const struct jv *x, const struct jv *y,
                    int depth);

static const char *under(struct comparing *c, const char *path, struct str name)
{
    return *path ? arena_printf(c->a, "%s.%.*s", path, STR_ARG(name))
                 : arena_strndup(c->a, name.p, name.n);
}

static void compare_lists(struct comparing *c, const char *path, const struct jv *x,
                          const struct jv *y, int depth)
{
    for (size_t i = 0; i < jv_size(x); i++) {
        struct str by = known_by(jv_at(x, i));
        const struct jv *other = find(y, by);
        if (!other)
            add(c, "removed", under(c, path, by), jv_at(x, i), NULL);
        else
            compare(c, under(c, path, by), jv_at(x, i), other, depth);
    }
    for (size_t i = 0; i < jv_size(y); i++) {
        struct str by = known_by(jv_at(y, i));
        if (!find(x, by))
            add(c, "added", under(c, path, by), NULL, jv_at(y, i));
    }
}

static void compare_objects(struct comparing *c, const char *path, const struct jv *x,
                            const struct jv *y, int depth)
{
    struct str key;
    const struct jv *v;
    for (const void *it = NULL; (it = jv_next(x, it, &key, &v));) {
        const struct jv *other = jv_get(y, arena_strndup(c->a, key.p, key.n));
        if (!other)
            add(c, "removed", under(c, path, key), v, NULL);
        else
            compare(c, under(c, path, key), v, other, depth);
    }
    for (const void *it = NULL; (it = jv_next(y, it, &key, &v));)
        if (!jv_get(x, arena_strndup(c->a, key.p, key.n)))
            add(c, "added", under(c, path, key), NULL, v);
}

static void compare(struct comparing *c, const char *path, const struct jv *x, const struct jv *y,
                    int depth)
{
    if (is_same(c, x, y))
        return;
    if (depth < 8 && jv_kind(x) == JV_OBJECT && jv_kind(y) == JV_OBJECT)
        compare_objects(c, path, x, y, depth + 1);
    else if (depth < 8 && jv_kind(x) == JV_ARRAY && jv_kind(y) == JV_ARRAY && all_known(x) &&
             all_known(y))
        compare_lists(c, path, x, y, depth + 1);
    else
        add(c, "changed", path, x, y);
}

const struct form_difference *form_compare(struct arena *a, const struct jv *before,
                                           const struct jv *after, size_t *n)
{
    struct comparing c = { .a = a };
    compare(&c, "", before, after, 0);
    *n = c.n;
    return c.p;
}
