/* What jv_parse takes comes out canonical, and that text reads back as itself. */
#include "base/json.h"
#include "base/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int depth_of(const struct jv *j)
{
    int most = 0;
    struct str key;
    const struct jv *v;
    for (size_t i = 0; jv_kind(j) == JV_ARRAY && i < jv_size(j); i++) {
        int d = depth_of(jv_at(j, i));
        most = d > most ? d : most;
    }
    for (const void *it = jv_next(j, NULL, &key, &v); jv_kind(j) == JV_OBJECT && it;
         it = jv_next(j, it, &key, &v)) {
        int d = depth_of(v);
        CHECK(utf8_valid(key));
        most = d > most ? d : most;
    }
    return most + 1;
}

static void check(struct arena *a, struct str text)
{
    int line = 0;
    const char *what = NULL;
    const struct jv *j = jv_parse(a, text, &line, &what);
    if (!j) {
        CHECK(what);
        return;
    }
    CHECK(depth_of(j) <= 66);
    struct str once = jv_canonical(a, j);
    const struct jv *again = jv_parse(a, once, NULL, NULL);
    CHECK(again && str_eq(once, jv_canonical(a, again)));
    CHECK(jv_parse(a, jv_compact(a, j), NULL, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    check(a, (struct str){ arena_strndup(a, (const char *)data, size), size });
    arena_free(&a);
    return 0;
}
