/* Comma-separated text, see org_csv.h. */
#include "org/org_csv.h"

struct csv csv_of(struct arena *a, struct str text)
{
    struct csv c = { .a = a, .text = text, .next_line = 1 };
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        c.at = 3;
    return c;
}

/* A quoted cell; c->at stands behind the opening quote. false: never closed. */
static bool quoted(struct csv *c, struct str *out)
{
    struct buf b = buf_in(c->a);
    while (c->at < c->text.n) {
        char ch = c->text.p[c->at++];
        if (ch == '\n')
            c->next_line++;
        if (ch != '"') {
            buf_char(&b, ch);
            continue;
        }
        if (c->at >= c->text.n || c->text.p[c->at] != '"') {
            *out = buf_done(&b);
            return true;
        }
        buf_char(&b, '"');
        c->at++;
    }
    *out = buf_done(&b);
    return false;
}

static void plain(struct csv *c, struct str *out)
{
    size_t begin = c->at;
    while (c->at < c->text.n && c->text.p[c->at] != ',' && c->text.p[c->at] != '\n')
        c->at++;
    *out = str_trim(str_sub(c->text, begin, c->at - begin));
}

/* Behind a cell: a comma goes on, a line end or the text's end stops. */
static bool more_cells(struct csv *c, struct csv_row *row)
{
    while (c->at < c->text.n && c->text.p[c->at] != ',' && c->text.p[c->at] != '\n') {
        if (c->text.p[c->at] != '\r' && c->text.p[c->at] != ' ')
            row->code = "import.quote";
        c->at++;
    }
    if (c->at >= c->text.n)
        return false;
    if (c->text.p[c->at++] == ',')
        return true;
    c->next_line++;
    return false;
}

bool csv_next(struct csv *c, struct csv_row *row)
{
    while (c->at < c->text.n) {
        *row = (struct csv_row){ .line = c->next_line };
        c->line = c->next_line;
        bool more = true, is_empty = true;
        while (more) {
            struct str cell = STR("");
            if (c->at < c->text.n && c->text.p[c->at] == '"') {
                c->at++;
                if (!quoted(c, &cell))
                    row->code = "import.quote";
                is_empty = false;
            } else {
                plain(c, &cell);
            }
            is_empty = is_empty && cell.n == 0;
            if (row->n < CSV_COLUMNS)
                row->cell[row->n++] = cell;
            else
                row->code = "import.columns";
            more = more_cells(c, row);
        }
        if (!is_empty || row->n > 1)
            return true;
    }
    return false;
}

void csv_put(struct buf *b, struct str cell)
{
    bool plain_cell = str_trim(cell).n == cell.n; /* only quotes keep white space at the ends */
    for (size_t i = 0; i < cell.n; i++)
        plain_cell = plain_cell && cell.p[i] != ',' && cell.p[i] != '"' && cell.p[i] != '\n' &&
                     cell.p[i] != '\r';
    if (plain_cell) {
        buf_str(b, cell);
        return;
    }
    buf_char(b, '"');
    for (size_t i = 0; i < cell.n; i++) {
        if (cell.p[i] == '"')
            buf_char(b, '"');
        buf_char(b, cell.p[i]);
    }
    buf_char(b, '"');
}
