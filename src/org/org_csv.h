/* org/csv: comma-separated text as in RFC 4180, read where it lies. Pure; any thread. */
#ifndef TB_ORG_CSV_H
#define TB_ORG_CSV_H

#include "base/str.h"

#define CSV_COLUMNS 20

struct csv {
    struct arena *a; /* quoted cells with doubled quotes are copied here */
    struct str text;
    size_t at;
    int line; /* of the row read last; the header is line 1 */
    int next_line;
};

struct csv_row {
    struct str cell[CSV_COLUMNS]; /* trimmed unless quoted; never absent */
    size_t n;
    int line;
    const char *code; /* NULL, or why the row cannot be read: an error code */
};

/* Skips a byte order mark. The text must be valid UTF-8 and outlive the rows. */
struct csv csv_of(struct arena *a, struct str text);
/* The next row that is not empty; false at the end. */
bool csv_next(struct csv *c, struct csv_row *row);
/* A cell as it must stand in a file. */
void csv_put(struct buf *b, struct str cell);

#endif
