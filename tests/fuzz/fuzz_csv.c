/* Rows read from any text, written again and read again, are the same rows. */
#include "base/check.h"
#include "org/org_csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct arena *a, struct str text)
{
    if (!utf8_valid(text))
        return; /* the importer refuses the file */
    struct csv c = csv_of(a, text);
    struct csv_row row, again;
    for (int line = 0; csv_next(&c, &row); line = row.line) {
        CHECK(row.line > line);
        if (row.code)
            continue;
        struct buf b = buf_in(a);
        for (size_t i = 0; i < row.n; i++) {
            if (i)
                buf_char(&b, ',');
            csv_put(&b, row.cell[i]);
        }
        buf_char(&b, '\n');
        struct csv back = csv_of(a, buf_done(&b));
        bool empty = true;
        for (size_t i = 0; i < row.n; i++)
            empty = empty && row.cell[i].n == 0;
        if (empty)
            continue;
        CHECK(csv_next(&back, &again) && !again.code && again.n == row.n);
        for (size_t i = 0; i < row.n; i++)
            CHECK(str_eq(row.cell[i], again.cell[i]));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    check(a, (struct str){ arena_strndup(a, (const char *)data, size), size });
    arena_free(&a);
    return 0;
}
