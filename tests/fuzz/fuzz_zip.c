/* Any bytes as an imported file: refused with a code, or two texts that come back the same from the file
 * written of them. */
#include "base/check.h"
#include "module/module.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct err e = { 0 };
    struct str json, bpmn, json_again, bpmn_again;
    char *p = arena_alloc(a, size + 1);
    if (size)
        memcpy(p, data, size);
    p[size] = 0;
    const struct str file = { p, size };
    if (!module_zip_read(a, file, "upload_id", &json, &bpmn, &e)) {
        CHECK(e.kind != ERR_NONE && e.code);
    } else if (json.p) {
        struct err no = { 0 };
        struct str out = module_zip_write(a, json, bpmn);
        CHECK(module_zip_read(a, out, NULL, &json_again, &bpmn_again, &no));
        CHECK(str_eq(json, json_again) && str_eq(bpmn, bpmn_again));
    }
    arena_free(&a);
    return 0;
}
