/* What jv_parse takes comes out canonical, and that text reads back as itself, by the tree and by
 * the reader without one. What the reader takes as it stands is JSON: the tree refuses it only for
 * what the reader leaves to its caller. */
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

/* Every value by the reader, beside the same value of the tree; keys come in the same order. */
static void same(struct jr *r, const struct jv *j)
{
    struct str key, found;
    const struct jv *v;
    enum jv_kind kind = jr_kind(r);
    CHECK(kind == jv_kind(j));
    switch (kind) {
    case JV_NULL: CHECK(jr_null(r)); break;
    case JV_BOOL: CHECK(jr_bool(r) == jv_bool(j)); break;
    case JV_INT: CHECK(jr_i64(r) == jv_i64(j)); break;
    case JV_REAL: CHECK(jr_raw(r).n > 0); break;
    case JV_STRING: CHECK(str_eq(jr_str(r), jv_str(j))); break;
    case JV_ARRAY: {
        size_t i = 0;
        for (jr_arr(r); jr_more(r);)
            same(r, jv_at(j, i++));
        CHECK(i == jv_size(j));
        break;
    }
    case JV_OBJECT: {
        const void *it = NULL;
        for (jr_obj(r); jr_member(r, &found);) {
            it = jv_next(j, it, &key, &v);
            CHECK(it && str_eq(key, found));
            same(r, v);
        }
        CHECK(!jv_next(j, it, &key, &v) || jv_size(j) == 0);
    }
    }
    CHECK(!r->bad);
}

static void check_reader(struct arena *a, struct str text)
{
    int line = 0;
    const char *what = NULL;
    struct jr r = jr_of(a, text);
    struct str raw = jr_raw(&r);
    if (!jr_end(&r) || jv_parse(a, text, &line, &what)) {
        CHECK(r.bad || str_eq(raw, text));
        return;
    }
    CHECK(strstr(what, "duplicate") || strstr(what, "too big") || strstr(what, "overflow") || strstr(what, "NUL"));
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
    struct jr r = jr_of(a, once);
    same(&r, jv_parse(a, once, NULL, NULL));
    CHECK(jr_end(&r));
    const struct jv *again = jv_parse(a, once, NULL, NULL);
    CHECK(again && str_eq(once, jv_canonical(a, again)));
    CHECK(jv_parse(a, jv_compact(a, j), NULL, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct str text = { arena_strndup(a, (const char *)data, size), size };
    check(a, text);
    check_reader(a, text);
    arena_free(&a);
    return 0;
}
