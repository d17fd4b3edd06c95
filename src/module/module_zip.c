/* A module as one file: a .zip of module.json and flow.bpmn. The same texts give the same
 * bytes. What comes from outside is hostile until read: only these two names, each at most a megabyte
 * whatever its header says, UTF-8, no DOCTYPE. */
#include <archive.h>
#include <archive_entry.h>

#include "base/check.h"
#include "base/zip.h"
#include "module/module_in.h"

#define PART_MOST (1024 * 1024)
#define ZIP_MOST (4 * 1024 * 1024)
#define ENTRIES_MOST 16

struct str module_zip_write(struct arena *a, struct str json, struct str bpmn)
{
    const struct zip_part parts[] = { { "module.json", json }, { "flow.bpmn", bpmn } };
    return zip_write(a, parts, 2, true);
}

struct reading {
    struct arena *a;
    const char *field;
    struct err *e;
    struct str *json, *bpmn;
};

static bool refuse(const struct reading *r, enum err_kind kind, const char *code, const char *arg)
{
    return err_set(r->e, r->a, kind, code, r->field, arg, NULL, NULL);
}

/* module.json and flow.bpmn, also inside one folder. */
static struct str *place_of(const struct reading *r, struct str name)
{
    struct str rest = name, part = name;
    while (str_cut(&rest, '/', &part))
        continue;
    return str_is(part, "module.json") ? r->json : str_is(part, "flow.bpmn") ? r->bpmn : NULL;
}

static bool read_entry(const struct reading *r, struct archive *z, const char *name, struct str *out)
{
    char *p = arena_alloc(r->a, PART_MOST + 1);
    size_t n = 0;
    while (n <= PART_MOST) {
        la_ssize_t got = archive_read_data(z, p + n, PART_MOST + 1 - n);
        if (got < 0)
            return refuse(r, ERR_INVALID, "studio.zip_broken", name);
        if (got == 0)
            break;
        n += (size_t)got;
    }
    if (n > PART_MOST)
        return refuse(r, ERR_INVALID, "studio.part_large", name);
    *out = (struct str){ p, n };
    return true;
}

static bool read_entries(const struct reading *r, struct archive *z)
{
    struct archive_entry *e;
    int code = ARCHIVE_OK;
    for (int i = 0; (code = archive_read_next_header(z, &e)) == ARCHIVE_OK; i++) {
        const char *name = archive_entry_pathname(e);
        if (!name || !utf8_valid(str_of(name)) || i == ENTRIES_MOST)
            return refuse(r, ERR_INVALID, "studio.zip_broken", "");
        if (archive_entry_filetype(e) == AE_IFDIR)
            continue;
        struct str *place = place_of(r, str_of(name));
        name = arena_strndup(r->a, name, strlen(name));
        if (!place || place->p || archive_entry_filetype(e) != AE_IFREG)
            return refuse(r, ERR_INVALID, "studio.zip_entry", name);
        if (!read_entry(r, z, name, place))
            return false;
    }
    return code == ARCHIVE_EOF || refuse(r, ERR_INVALID, "studio.zip_broken", "");
}

static bool read_zip(const struct reading *r, struct str file)
{
    struct archive *z = archive_read_new();
    CHECK(z && archive_read_support_format_zip(z) == ARCHIVE_OK);
    bool good = archive_read_open_memory(z, file.p, file.n) == ARCHIVE_OK
                    ? read_entries(r, z)
                    : refuse(r, ERR_INVALID, "studio.zip_broken", "");
    archive_read_free(z);
    if (!good)
        return false;
    if (!r->json->p || !r->bpmn->p)
        return refuse(r, ERR_INVALID, "studio.zip_lacks", r->json->p ? "flow.bpmn" : "module.json");
    return true;
}

static bool text_good(const struct reading *r, struct str s, const char *name)
{
    if (!utf8_valid(s) || memchr(s.p, 0, s.n))
        return refuse(r, ERR_INVALID, "studio.not_utf8", name);
    return true;
}

bool module_zip_read(struct arena *a, struct str file, const char *field, struct str *json,
                     struct str *bpmn, struct err *e)
{
    const struct reading r = { a, field, e, json, bpmn };
    *json = *bpmn = STR_NONE;
    if (file.n > ZIP_MOST)
        return refuse(&r, ERR_INVALID, "studio.file_large", NULL);
    struct str s = str_starts(file, STR("\xEF\xBB\xBF")) ? str_sub(file, 3, file.n) : file;
    if (str_trim(s).n && str_trim(s).p[0] == '<') {
        if (s.n > PART_MOST)
            return refuse(&r, ERR_INVALID, "studio.part_large", "flow.bpmn");
        *bpmn = s;
    } else if (!read_zip(&r, file)) {
        return false;
    }
    if ((json->p && !text_good(&r, *json, "module.json")) || !text_good(&r, *bpmn, "flow.bpmn"))
        return false;
    if (str_find(*bpmn, STR("<!DOCTYPE"), 0) >= 0 || str_find(*bpmn, STR("<!ENTITY"), 0) >= 0)
        return refuse(&r, ERR_INVALID, "studio.xml_dtd", "flow.bpmn");
    int line = 0;
    const char *what = "";
    const struct jv *j = json->p ? jv_parse(a, *json, &line, &what) : NULL;
    if (json->p && jv_kind(j) != JV_OBJECT)
        return refuse(&r, ERR_INVALID, "studio.json_broken", arena_printf(a, "%d", j ? 1 : line));
    return true;
}
