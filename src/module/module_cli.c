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

static bool write_file(const char *path, struct str text)
{
    FILE *f = fopen(path, "wbe");
    bool good = f && fwrite(text.p, 1, text.n, f) == text.n;
    return (f && fclose(f) == 0 && good) || (fprintf(stderr, "tongban module: cannot write %s\n", path), false);
}

static int export(const char *dir, const char *file)
{
    struct arena *a = arena_new();
    struct str json, bpmn;
    bool good = read_file(a, arena_printf(a, "%s/module.json", dir), &json) &&
                read_file(a, arena_printf(a, "%s/flow.bpmn", dir), &bpmn);
    if (!good)
        fprintf(stderr, "tongban module export: cannot read %s\n", dir);
    good = good && write_file(file, module_zip_write(a, json, bpmn));
    arena_free(&a);
    return good ? 0 : 2;
}

/* Into a folder that is there; a drawing alone gets a first module.json. */
static int import(const char *file, const char *dir)
{
    struct arena *a = arena_new();
    struct str bytes, json = STR_NONE, bpmn;
    struct err e = { 0 };
    bool good = read_file(a, file, &bytes);
    if (!good)
        fprintf(stderr, "tongban module import: cannot read %s\n", file);
    else if (!(good = module_zip_read(a, bytes, NULL, &json, &bpmn, &e)))
        fprintf(stderr, "tongban module import: %s\n", err_message(a, &e, LANG_EN));
    if (good && !json.p)
        json = module_first_json(a, key_of(a, dir), true);
    good = good && write_file(arena_printf(a, "%s/module.json", dir), json) &&
           write_file(arena_printf(a, "%s/flow.bpmn", dir), bpmn);
    arena_free(&a);
    return good ? 0 : 2;
}

int module_cli(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "check") == 0)
        return check(argv[2]);
    if (argc == 4 && strcmp(argv[1], "export") == 0)
        return export(argv[2], argv[3]);
    if (argc == 4 && strcmp(argv[1], "import") == 0)
        return import(argv[2], argv[3]);
    fputs("usage: tongban " MODULE_USAGE "\n", stderr);
    return 2;
}
