/* Any text as module.json, with a small flow beside it: findings or a form, never a crash; and whatever
 * compiles once compiles again, written anew. */
#include "base/check.h"
#include "module/module.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct form *nothing(void *arg, struct arena *a, struct str key)
{
    (void)arg;
    (void)a;
    (void)key;
    return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    const struct module_others none = { nothing, NULL };
    struct str json = { arena_strndup(a, (const char *)data, size), size };
    if (utf8_valid(json)) {
        struct str bpmn = module_first_bpmn(a, STR("fuzz"), STR("fuzz"));
        struct module_checked c = module_check(a, STR("fuzz"), json, bpmn, &none);
        CHECK(!c.is_good || (c.form && c.net));
        if (c.is_good) {
            struct str again = jv_indented(a, c.form->json);
            CHECK(module_check(a, STR("fuzz"), again, bpmn, &none).is_good);
        }
    }
    arena_free(&a);
    return 0;
}
