/* Any text as an expression, in a small context: a value or a syntax error. */
#include "feel/feel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool get(void *arg, struct arena *a, struct str name, const struct feel_value **out)
{
    (void)arg;
    if (str_is(name, "n"))
        *out = feel_of_i64(a, 7);
    else if (str_is(name, "s"))
        *out = feel_of_str(a, STR("文本"));
    else
        return false;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct str text = { arena_strndup(a, (const char *)data, size), size };
    const struct feel *e = utf8_valid(text) ? feel_compile(a, text, NULL, NULL, NULL) : NULL;
    if (e) {
        struct feel_env env = { .get = get, .now = 1700000000000 };
        struct buf b = buf_in(a);
        struct jw w = jw_to(&b);
        feel_write(&w, feel_eval(a, e, &env, NULL), true);
    }
    arena_free(&a);
    return 0;
}
