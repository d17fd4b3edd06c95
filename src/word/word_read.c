/* A Word file to its paragraphs and tables: the zip, the main part named by the package, its events.
 * Tracked changes count as accepted; pictures, text boxes, comments and the like are counted. */
#include "base/zip.h"
#include "word/word_in.h"

#define PART_MOST (32u * 1024 * 1024)
#define ALL_MOST (64u * 1024 * 1024)
enum { ENTRIES_MOST = 4000, RAW_MOST = 20000, ROWS_MOST = 5000, COLUMNS_MOST = 63 };

const char *const word_lost_names[] = {
    [WORD_PICTURES] = "pictures",   [WORD_TEXT_BOXES] = "text_boxes", [WORD_COMMENTS] = "comments",
    [WORD_CHANGES] = "changes",     [WORD_NOTES] = "notes",           [WORD_EQUATIONS] = "equations",
    [WORD_OBJECTS] = "objects",     [WORD_HIDDEN] = "hidden",         [WORD_NESTED] = "nested",
    [WORD_CUT] = "cut",             [WORD_HEAD] = "head",             [WORD_SIGNATURE] = "signature",
    [WORD_PRINTED] = "printed",     [WORD_LOST_COUNT] = NULL,
};

/* --- the package ----------------------------------------------------------------------------------- */

struct package {
    struct zip_part *part;
    size_t n;
};

/* XML at the top, in word/ and in the folders of relationships; no picture is ever unpacked. */
static bool wants(const char *name)
{
    struct str s = str_of(name);
    return str_is(s, "[Content_Types].xml") || str_is(s, "_rels/.rels") ||
           (str_starts(s, STR("word/")) && str_ends(s, STR(".xml")) &&
            str_find(s, STR("/"), 5) < 0);
}

static struct str part_of(const struct package *k, struct str name)
{
    for (size_t i = 0; i < k->n; i++)
        if (str_eq(str_of(k->part[i].name), name))
            return k->part[i].text;
    return STR_NONE;
}

static bool open_package(struct arena *a, struct str bytes, struct package *out, struct err *e)
{
    static const char *const codes[] = {
        [ZIP_BROKEN] = "word.not_word", [ZIP_TOO_LARGE] = "word.too_large", [ZIP_PATH] = "word.path",
        [ZIP_TWICE] = "word.twice",     [ZIP_LOCKED] = "word.locked",
    };
    const struct zip_limits limits = { ENTRIES_MOST, PART_MOST, ALL_MOST };
    enum zip_fault fault = zip_read(a, bytes, &limits, wants, &out->part, &out->n);
    if (fault)
        return err_set(e, a, ERR_INVALID, codes[fault], NULL, NULL, NULL, NULL);
    for (size_t i = 0; i < out->n; i++)
        if (str_ends(str_of(out->part[i].name), STR("vbaProject.bin")))
            return err_set(e, a, ERR_INVALID, "word.macro", NULL, NULL, NULL, NULL);
    return true;
}

struct finding_main {
    struct arena *a;
    struct str main;
};

static void rels_start(void *arg, struct word_xml *x, enum word_tag tag, const char **attr)
{
    struct finding_main *f = arg;
    const char *type = word_attr(attr, "Type"), *target = word_attr(attr, "Target");
    const char *mode = word_attr(attr, "TargetMode");
    (void)x;
    if (tag != T_RELATION || !type || !target || (mode && strcmp(mode, "External") == 0) ||
        !str_ends(str_of(type), STR("/officeDocument")))
        return;
    f->main = str_copy(f->a, str_of(target[0] == '/' ? target + 1 : target));
}

static void types_start(void *arg, struct word_xml *x, enum word_tag tag, const char **attr)
{
    const char *type = word_attr(attr, "ContentType");
    (void)x;
    if (tag == T_CONTENT && type && str_find(str_of(type), STR("macroEnabled"), 0) >= 0)
        *(bool *)arg = true;
}

static void no_end(void *arg, struct word_xml *x, enum word_tag tag)
{
    (void)arg;
    (void)x;
    (void)tag;
}

static bool find_main(struct arena *a, const struct package *k, struct str *main, struct err *e)
{
    static const struct word_handler of_rels = { rels_start, no_end, NULL };
    static const struct word_handler of_types = { types_start, no_end, NULL };
    struct finding_main f = { a, STR_NONE };
    bool has_macros = false;
    struct str rels = part_of(k, STR("_rels/.rels")), types = part_of(k, STR("[Content_Types].xml"));
    if (!rels.p || !types.p)
        return err_set(e, a, ERR_INVALID, "word.not_word", NULL, NULL, NULL, NULL);
    if (!word_xml_read(a, rels, &of_rels, &f, e) ||
        !word_xml_read(a, types, &of_types, &has_macros, e))
        return false;
    if (has_macros)
        return err_set(e, a, ERR_INVALID, "word.macro", NULL, NULL, NULL, NULL);
    *main = f.main.p ? part_of(k, f.main) : STR_NONE;
    return main->p || err_set(e, a, ERR_INVALID, "word.not_word", NULL, NULL, NULL, NULL);
}

/* --- the text -------------------------------------------------------------------------------------- */

enum { MERGE_NONE, MERGE_FIRST, MERGE_LATER };
struct cell {
    struct str text;
    int column, columns, down;
};
struct row {
    struct cell *cell;
    size_t n, size;
};
struct table {
    struct row *row;
    size_t n, size;
};

struct reader {
    struct arena *a;
    struct word_styles *styles;
    size_t *lost;
    struct word_raw *raw;
    size_t n, size;
    bool is_over; /* more than we take */
    /* what is passed over: its depth, and what was seen in it */
    int skip;
    enum word_tag skipped;
    bool has_box;
    /* the paragraph */
    struct buf text;
    struct word_look look;
    struct str style;
    bool has_style, is_red, is_mark_deleted, is_hidden, in_paragraph;
    int jc; /* 1 middle, 2 right, 0 left, -1 as the style says */
    /* the table */
    int tables, before;
    struct table table;
    struct cell cell;
    struct buf cell_text;
    bool is_row_deleted;
};

static void paragraph_begin(struct reader *r)
{
    if (!r->is_mark_deleted)
        r->text = buf_in(r->a);
    r->look = (struct word_look){ -1, -1, -1, -1, -1, -1, false };
    r->style = STR_NONE;
    r->is_red = r->is_mark_deleted = false;
    r->jc = -1;
    r->in_paragraph = true;
}

/* White space of all kinds to one, the ends trimmed. */
static struct str tidy(struct arena *a, struct str s)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < s.n;) {
        size_t at = i;
        uint32_t c = utf8_next(s, &i);
        if (c == 0xa0 || c == 0x2002 || c == 0x2003)
            buf_char(&b, ' ');
        else if (c >= 0x20 || c == '\n')
            buf_put(&b, s.p + at, c == 0x7f || c == 0xfeff || c == 0x200b ? 0 : i - at);
    }
    return str_trim(buf_done(&b));
}

static struct word_look look_of(struct reader *r)
{
    struct word_look by_style = word_style_look(r->styles, r->style), own = r->look;
    if (own.outline < 0)
        own.outline = by_style.outline;
    if (own.size < 0)
        own.size = by_style.size;
    if (own.num_id < 0) {
        own.num_id = by_style.num_id;
        own.num_level = own.num_level >= 0 ? own.num_level : by_style.num_level;
    }
    own.is_centred = r->jc >= 0 ? r->jc == 1 : by_style.is_centred > 0;
    own.is_right = r->jc >= 0 ? r->jc == 2 : by_style.is_right > 0;
    own.is_title = by_style.is_title;
    return own;
}

static void raw_put(struct reader *r, struct word_raw raw)
{
    if (r->n == RAW_MOST) {
        r->is_over = true;
        return;
    }
    if (r->n == r->size) {
        size_t more = r->size ? 2 * r->size : 64;
        r->raw = arena_grow(r->a, r->raw, r->size * sizeof *r->raw, more * sizeof *r->raw);
        r->size = more;
    }
    r->raw[r->n++] = raw;
}

static void paragraph_end(struct reader *r)
{
    r->in_paragraph = false;
    if (r->is_mark_deleted)
        return; /* runs on into the next one */
    struct word_look look = look_of(r);
    struct str text = tidy(r->a, buf_done(&r->text));
    if (text.n && look.num_id > 0) {
        struct str number = word_number_next(r->a, r->styles, look.num_id,
                                             look.num_level > 0 ? look.num_level : 0);
        text = str_printf(r->a, "%.*s%.*s", STR_ARG(number), STR_ARG(text));
    }
    if (r->tables) {
        if (r->cell_text.n && text.n)
            buf_char(&r->cell_text, '\n');
        buf_str(&r->cell_text, text);
        return;
    }
    struct str rest = text, one;
    while (str_cut(&rest, '\n', &one))
        raw_put(r, (struct word_raw){ str_trim(one), look, r->is_red, NULL });
}

static void row_begin(struct reader *r)
{
    struct table *t = &r->table;
    r->before = 0;
    r->is_row_deleted = false;
    if (t->n == ROWS_MOST) {
        r->is_over = true;
        t->n--;
    }
    if (t->n == t->size) {
        size_t more = t->size ? 2 * t->size : 16;
        t->row = arena_grow(r->a, t->row, t->size * sizeof *t->row, more * sizeof *t->row);
        t->size = more;
    }
    t->row[t->n++] = (struct row){ NULL, 0, 0 };
}

static void cell_end(struct reader *r)
{
    struct row *row = r->table.n ? &r->table.row[r->table.n - 1] : NULL;
    if (!row)
        return;
    if (row->n == COLUMNS_MOST) {
        r->is_over = true;
        return;
    }
    if (row->n == row->size) {
        size_t more = row->size ? 2 * row->size : 8;
        row->cell = arena_grow(r->a, row->cell, row->size * sizeof *row->cell, more * sizeof *row->cell);
        row->size = more;
    }
    const struct cell *last = row->n ? &row->cell[row->n - 1] : NULL;
    r->cell.column = last ? last->column + last->columns : r->before;
    r->cell.text = buf_done(&r->cell_text);
    row->cell[row->n++] = r->cell;
}

/* Columns at which no cell begins are no columns to the reader: Word keeps one for every edge. */
static size_t number_columns(struct table *t, int *place, int most)
{
    size_t columns = 0;
    bool begins[4096] = { false };
    for (size_t y = 0; y < t->n; y++)
        for (size_t x = 0; x < t->row[y].n; x++)
            if (t->row[y].cell[x].column < most)
                begins[t->row[y].cell[x].column] = true;
    for (int i = 0; i < most; i++) {
        place[i] = (int)columns;
        columns += begins[i];
    }
    place[most] = (int)columns;
    return columns;
}

static size_t rows_down(const struct table *t, size_t y, const struct cell *c)
{
    size_t rows = 1;
    for (size_t below = y + 1; c->down == MERGE_FIRST && below < t->n; below++, rows++) {
        bool goes_on = false;
        for (size_t x = 0; x < t->row[below].n; x++) {
            const struct cell *other = &t->row[below].cell[x];
            goes_on |= other->column == c->column && other->down == MERGE_LATER;
        }
        if (!goes_on)
            break;
    }
    return rows;
}

static struct word_block *table_block(struct reader *r)
{
    enum { GRID_MOST = 4095 };
    struct table *t = &r->table;
    struct word_block *b = arena_new_of(r->a, struct word_block);
    int *place = arena_array_of(r->a, int, GRID_MOST + 2);
    size_t cells = 0;
    for (size_t y = 0; y < t->n; y++)
        cells += t->row[y].n;
    b->kind = "table";
    b->rows = t->n;
    b->columns = number_columns(t, place, GRID_MOST);
    b->cell = arena_array_of(r->a, struct str, b->rows * b->columns + 1);
    b->span = arena_array_of(r->a, struct word_span, cells + 1);
    for (size_t i = 0; i < b->rows * b->columns; i++)
        b->cell[i] = STR("");
    for (size_t y = 0; y < t->n; y++)
        for (size_t x = 0; x < t->row[y].n; x++) {
            const struct cell *c = &t->row[y].cell[x];
            if (c->column >= GRID_MOST || c->down == MERGE_LATER)
                continue;
            int end = c->column + c->columns < GRID_MOST ? c->column + c->columns : GRID_MOST;
            size_t at = (size_t)place[c->column], wide = (size_t)place[end] - at;
            size_t down = rows_down(t, y, c);
            b->cell[y * b->columns + at] = c->text;
            if (wide > 1 || down > 1)
                b->span[b->n_spans++] = (struct word_span){ y, at, down, wide ? wide : 1 };
        }
    return b;
}

static void table_end(struct reader *r)
{
    if (--r->tables > 0)
        return;
    if (r->table.n) {
        struct word_block *b = table_block(r);
        if (b->columns)
            raw_put(r, (struct word_raw){ .text = STR(""), .table = b });
    }
    r->table = (struct table){ NULL, 0, 0 };
}

static bool is_red(const char *v)
{
    char *end;
    if (!v || strlen(v) != 6)
        return false;
    long c = strtol(v, &end, 16);
    return !*end && (c >> 16 & 255) >= 0xc0 && (c >> 8 & 255) < 0x60 && (c & 255) < 0x60;
}

static void of_paragraph(struct reader *r, enum word_tag tag, const char **attr)
{
    const char *v = word_attr(attr, "val");
    if (tag == T_PSTYLE)
        r->style = v ? str_copy(r->a, str_of(v)) : STR_NONE;
    else if (tag == T_OUTLINE)
        r->look.outline = word_attr_int(attr, "val", -1) < 9 ? word_attr_int(attr, "val", -1) : -1;
    else if (tag == T_JC && v)
        r->jc = strcmp(v, "center") == 0 ? 1 : strcmp(v, "right") == 0 || strcmp(v, "end") == 0 ? 2 : 0;
    else if (tag == T_NUMID)
        r->look.num_id = word_attr_int(attr, "val", 0);
    else if (tag == T_ILVL)
        r->look.num_level = word_attr_int(attr, "val", 0);
}

static void of_run(struct reader *r, enum word_tag tag, const char **attr)
{
    if (tag == T_SZ && r->look.size < word_attr_int(attr, "val", 0))
        r->look.size = word_attr_int(attr, "val", 0);
    else if (tag == T_COLOR)
        r->is_red |= is_red(word_attr(attr, "val"));
    else if (tag == T_VANISH)
        r->is_hidden = word_is_on(attr);
}

static void of_cell(struct reader *r, enum word_tag tag, const char **attr)
{
    const char *v = word_attr(attr, "val");
    int span = word_attr_int(attr, "val", 1);
    if (tag == T_SPAN)
        r->cell.columns = span >= 1 && span <= COLUMNS_MOST ? span : 1;
    else if (tag == T_VMERGE)
        r->cell.down = v && strcmp(v, "restart") == 0 ? MERGE_FIRST : MERGE_LATER;
}

/* Is this one passed over with all it holds? Counts it. */
static bool passes_over(struct reader *r, enum word_tag tag, enum word_tag parent)
{
    switch (tag) {
    case T_DRAWING: case T_PICT: case T_OBJECT: case T_SKIP: case T_FALLBACK:
        return true;
    case T_DEL: case T_MOVE_FROM:
        r->lost[WORD_CHANGES]++;
        if (parent == T_RPR)
            r->is_mark_deleted = r->in_paragraph && !r->tables;
        if (parent == T_TRPR)
            r->is_row_deleted = true;
        return true;
    case T_MATH:
        r->lost[WORD_EQUATIONS]++;
        return true;
    case T_CHUNK:
        r->lost[WORD_OBJECTS]++;
        return true;
    default:
        return false;
    }
}

static void text_put(struct reader *r, const char *s)
{
    if (r->in_paragraph && !r->is_hidden)
        buf_text(&r->text, s);
}

static void on_start(void *arg, struct word_xml *x, enum word_tag tag, const char **attr)
{
    struct reader *r = arg;
    enum word_tag parent = word_xml_parent(x);
    if (r->skip) {
        r->skip++;
        r->has_box |= tag == T_BOX;
        return;
    }
    if (passes_over(r, tag, parent)) {
        r->skip = 1;
        r->skipped = tag;
        r->has_box = false;
        return;
    }
    switch (tag) {
    case T_P: paragraph_begin(r); break;
    case T_R: r->is_hidden = false; break;
    case T_TAB: if (parent == T_R) text_put(r, " "); break;
    case T_BR: text_put(r, word_attr(attr, "type") ? "" : "\n"); break;
    case T_CR: text_put(r, "\n"); break;
    case T_HYPHEN: text_put(r, "-"); break;
    case T_INS: case T_MOVE_TO: r->lost[WORD_CHANGES]++; break;
    case T_COMMENT: r->lost[WORD_COMMENTS]++; break;
    case T_NOTE: r->lost[WORD_NOTES]++; break;
    case T_TBL:
        if (r->tables++)
            r->lost[WORD_NESTED]++;
        break;
    case T_TR:
        if (r->tables == 1)
            row_begin(r);
        break;
    case T_BEFORE:
        r->before = r->tables == 1 ? word_attr_int(attr, "val", 0) : r->before;
        r->before = r->before >= 0 && r->before <= COLUMNS_MOST ? r->before : 0;
        break;
    case T_TC:
        if (r->tables == 1) {
            r->cell = (struct cell){ .columns = 1 };
            r->cell_text = buf_in(r->a);
        }
        break;
    default:
        if (parent == T_PPR || parent == T_NUMPR)
            of_paragraph(r, tag, attr);
        else if (parent == T_RPR)
            of_run(r, tag, attr);
        else if (parent == T_TCPR && r->tables == 1)
            of_cell(r, tag, attr);
    }
}

static void on_end(void *arg, struct word_xml *x, enum word_tag tag)
{
    struct reader *r = arg;
    (void)x;
    if (r->skip) {
        if (--r->skip == 0 && (r->skipped == T_DRAWING || r->skipped == T_PICT))
            r->lost[r->has_box ? WORD_TEXT_BOXES : WORD_PICTURES]++;
        else if (r->skip == 0 && r->skipped == T_OBJECT)
            r->lost[WORD_OBJECTS]++;
        return;
    }
    if (tag == T_P)
        paragraph_end(r);
    else if (tag == T_TC && r->tables == 1)
        cell_end(r);
    else if (tag == T_TR && r->tables == 1 && r->is_row_deleted && r->table.n)
        r->table.n--;
    else if (tag == T_TBL)
        table_end(r);
}

static void on_text(void *arg, struct str s)
{
    struct reader *r = arg;
    if (r->skip || !r->in_paragraph)
        return;
    if (r->is_hidden) {
        r->lost[WORD_HIDDEN]++;
        return;
    }
    for (size_t i = 0; i < s.n; i++)
        buf_char(&r->text, s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == '\t' ? ' ' : s.p[i]);
}

/* The head as it stands, a paragraph a line. */
static struct str head_text(struct arena *a, const struct word_raw *raw, size_t n)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < n && i < 40; i++) {
        const struct word_block *t = raw[i].table;
        buf_str(&b, raw[i].text);
        for (size_t k = 0; t && k < t->rows * t->columns && k < 60; k++) {
            buf_str(&b, t->cell[k]);
            buf_char(&b, '\n');
        }
        buf_char(&b, '\n');
    }
    return buf_done(&b);
}

bool word_read(struct arena *a, struct str bytes, struct word_text *out, struct err *e)
{
    static const struct word_handler of_text = { on_start, on_end, on_text };
    struct package k;
    struct str main;
    struct reader r = { .a = a, .lost = out->lost, .jc = -1 };
    memset(out, 0, sizeof *out);
    if (!open_package(a, bytes, &k, e) || !find_main(a, &k, &main, e))
        return false;
    r.text = r.cell_text = buf_in(a);
    r.styles = word_styles_read(a, part_of(&k, STR("word/styles.xml")),
                                part_of(&k, STR("word/numbering.xml")), e);
    if (!r.styles || !word_xml_read(a, main, &of_text, &r, e))
        return false;
    if (r.is_over)
        return err_set(e, a, ERR_INVALID, "word.too_long", NULL, NULL, NULL, NULL);
    out->head = head_text(a, r.raw, r.n);
    return word_shape(a, r.raw, r.n, out, e);
}
