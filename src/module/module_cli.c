/* `tongban module check DIR` (DESIGN §8): both files of a folder, one JSON object, exit 1 when there
 * is an error. Other modules are looked for beside the folder, then among those the program carries. */
#include <stdio.h>

#include "base/embed.h"
#include "module/module_in.h"

#define FILE_MOST (2 << 20)

static bool read_file(struct arena *a, const char *path, struct str *out)
{
    FILE *f = fopen(path, "rbe");
    if (!f)
        return false;
    char *p = arena_alloc(a, FILE_MOST + 1);
    size_t n = fread(p, 1, FILE_MOST + 1, f);
    bool good = !ferror(f) && n <= FILE_MOST;
    (void)fclose(f); /* only read */
    p[n <= FILE_MOST ? n : FILE_MOST] = 0;
    *out = (struct str){ p, n };
    return good;
}

static const struct form *beside(void *arg, struct arena *a, struct str key)
{
    struct form_findings f = { .a = a };
    struct str json;
    if (!module_key_good(key))
        return NULL;
    const char *path = arena_printf(a, "%s/../%.*s/module.json", (const char *)arg, STR_ARG(key));
    if (!read_file(a, path, &json))
        json = embed_find(arena_printf(a, "modules/%.*s/module.json", STR_ARG(key)));
    return json.p ? form_compile(a, json, &f) : NULL;
}

/* The folder's own name is the key. */
static struct str key_of(struct arena *a, const char *dir)
{
    char *full = realpath(dir, NULL);
    struct str s = full ? str_copy(a, str_of(full)) : str_of(dir), rest = s, part = s;
    free(full);
    while (str_cut(&rest, '/', &part))
        continue;
    return part;
}

static int check(const char *dir)
{
    struct arena *a = arena_new();
    struct str json, bpmn;
    const struct module_others others = { beside, (void *)(uintptr_t)dir };
    const char *const names[] = { "module.json", "flow.bpmn" };
    struct str *const texts[] = { &json, &bpmn };
    for (size_t i = 0; i < 2; i++)
        if (!read_file(a, arena_printf(a, "%s/%s", dir, names[i]), texts[i])) {
            fprintf(stderr, "tongban module check: cannot read %s/%s\n", dir, names[i]);
            arena_free(&a);
            return 2;
        }
    struct module_checked c = module_check(a, key_of(a, dir), json, bpmn, &others);
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    module_report_write(&w, &c);
    printf("%s\n", buf_done(&b).p);
    int code = c.is_good ? 0 : 1;
    arena_free(&a);
    return code;
}

int module_cli(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "check") == 0)
        return check(argv[2]);
    fputs("usage: tongban " MODULE_USAGE "\n", stderr);
    return 2;
}
