/* Any bytes as a Word file, or as the main part of one: refused with a code, or blocks that a draft may
 * hold; and what was read can be written and read again. */
#include "base/check.h"
#include "base/zip.h"
#include "word/word.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str wrapped(struct arena *a, struct str main)
{
    static const char rels[] =
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
        "<Relationship Id=\"r\" Type=\"x/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
    static const char types[] =
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    const struct zip_part parts[] = {
        { "[Content_Types].xml", { types, sizeof types - 1 } },
        { "_rels/.rels", { rels, sizeof rels - 1 } },
        { "word/document.xml", main },
        { "word/styles.xml", main },
        { "word/numbering.xml", main },
    };
    return zip_write(a, parts, sizeof parts / sizeof *parts, true);
}

static void check_block(const struct word_block *b)
{
    if (strcmp(b->kind, "table") != 0) {
        CHECK(b->text.p && utf8_valid(b->text));
        return;
    }
    CHECK(b->rows && b->rows <= 500 && b->columns && b->columns <= 30);
    for (size_t i = 0; i < b->n_spans; i++)
        CHECK(b->span[i].row + b->span[i].rows <= b->rows &&
              b->span[i].column + b->span[i].columns <= b->columns && b->span[i].rows &&
              b->span[i].columns);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct err e = { 0 };
    struct word_text t, again;
    struct str file = { arena_copy(a, data, size ? size : 1), size };
    if (!str_starts(file, STR("PK")))
        file = wrapped(a, file);
    if (!word_read(a, file, &t, &e)) {
        CHECK(e.kind != ERR_NONE && e.code);
    } else {
        for (size_t i = 0; i < t.n; i++)
            check_block(&t.block[i]);
        struct word_out *o = word_new(a, false);
        word_body(o, t.block, t.n);
        CHECK(word_read(a, word_done(o), &again, &e));
    }
    arena_free(&a);
    return 0;
}
