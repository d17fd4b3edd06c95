/* Importing files (docs/import.md): read, check every row, and only when all are good apply them.
 *
 * Into a folder that does not serve yet a file is one command. While the city is at work a file is
 * staged in parts, checked whole on a job thread, and then applied part by part, each a command of
 * its own (some 100 ms): between two parts others work on, and see what has come so far. */
#include "org/org_import.h"

#include "org/org.sql.h"
#include "org/org_tables.h"

#define ORG_RECORD(name)                                                                           \
    const struct record name##_record = { #name, sizeof(struct name), name##_fields,               \
                                          sizeof name##_fields / sizeof *name##_fields }

static const struct import_kind *const kinds[] = {
    &import_units,       &import_people,          &import_agencies, &import_in_charge,
    &import_secretaries, &import_rank_lists,      &import_groups,   &import_backups,
    &import_delegations, &import_dual_leadership,
};

const struct import_kind *import_kind_find(struct str name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_is(name, kinds[i]->name))
            return kinds[i];
    return NULL;
}

/* --- maps --- */

static size_t map_slot(const struct str_map *m, struct str key)
{
    size_t i = (size_t)str_hash(key) & (m->size - 1);
    while (m->key[i].p && !str_eq(m->key[i], key))
        i = (i + 1) & (m->size - 1);
    return i;
}

void *map_get(const struct str_map *m, struct str key)
{
    return m->size && key.n ? m->value[map_slot(m, key)] : NULL;
}

static void map_grow(struct str_map *m)
{
    struct str_map old = *m;
    m->size = old.size ? old.size * 2 : 1024;
    m->key = arena_array_of(m->a, struct str, m->size);
    m->value = arena_array_of(m->a, void *, m->size);
    for (size_t i = 0; i < old.size; i++)
        if (old.key[i].p) {
            size_t k = map_slot(m, old.key[i]);
            m->key[k] = old.key[i];
            m->value[k] = old.value[i];
        }
}

void map_put(struct str_map *m, struct str key, void *value)
{
    if (m->n * 2 >= m->size)
        map_grow(m);
    size_t i = map_slot(m, key);
    if (!m->key[i].p) {
        m->key[i] = str_copy(m->a, key);
        m->n++;
    }
    m->value[i] = value;
}

/* --- what is wrong --- */

void bad_line(struct importer *im, int line, int column, const char *code)
{
    if (im->n_bad++ >= IMPORT_BAD_MAX)
        return;
    struct str name = column >= 0 ? str_of(im->kind->columns[column]) : STR_NONE;
    struct str cell =
        column >= 0 && im->row && im->row->line == line ? im->row->cell[column] : STR("");
    struct str shown = utf8_prefix(cell, 40);
    struct err e = { .kind = ERR_INVALID,
                     .code = code,
                     .arg = { arena_strndup(im->a, shown.p ? shown.p : "", shown.n),
                              name.p ? name.p : "" } };
    im->bad[im->n_bad - 1] =
        (struct org_bad_row){ line, name, str_of(err_message(im->a, &e, im->cx->lang)) };
}

void bad(struct importer *im, int column, const char *code)
{
    bad_line(im, im->row->line, column, code);
}

bool cell_filled(struct importer *im, int column)
{
    if (im->row->cell[column].n)
        return true;
    bad(im, column, "import.empty");
    return false;
}

bool cell_day(struct importer *im, int column, bool may_be_empty)
{
    struct clock_date d;
    if (may_be_empty && !im->row->cell[column].n)
        return true;
    if (clock_day_parse(im->row->cell[column], &d))
        return true;
    bad(im, column, "import.day");
    return false;
}

bool cell_flag(struct importer *im, int column)
{
    struct str c = im->row->cell[column];
    if (str_is(c, "0") || str_is(c, "1"))
        return true;
    bad(im, column, "import.flag");
    return false;
}

bool cell_number(struct importer *im, int column, int64_t most)
{
    int64_t v;
    if (str_to_i64(im->row->cell[column], &v) && v >= 0 && v <= most)
        return true;
    bad(im, column, "import.number");
    return false;
}

bool cell_choice(struct importer *im, int column, const char *const *choices)
{
    for (size_t i = 0; choices[i]; i++)
        if (str_is(im->row->cell[column], choices[i]))
            return true;
    bad(im, column, "import.choice");
    return false;
}

struct code_unit *cell_unit(struct importer *im, int column)
{
    struct code_unit *u = map_get(&im->units, im->row->cell[column]);
    if (!u)
        bad(im, column, im->row->cell[column].n ? "import.unit" : "import.empty");
    return u;
}

struct code_person *cell_person(struct importer *im, int column)
{
    struct code_person *p = map_get(&im->people, im->row->cell[column]);
    if (!p)
        bad(im, column, im->row->cell[column].n ? "import.person" : "import.empty");
    return p;
}

/* --- what is there already --- */

static bool load_units(struct importer *im)
{
    struct rows r;
    struct db *db = im->cx->db;
    for (db_rows(db, &r, &q_all_units); rows_next(&r);) {
        struct code_unit *u = arena_new_of(im->a, struct code_unit);
        *u = (struct code_unit){ .id = row_i64(&r, 1),
                                 .home_id = row_i64(&r, 3),
                                 .kind = row_copy(&r, 2, im->a),
                                 .level = row_copy(&r, 4, im->a),
                                 .by_paper = row_i64(&r, 5) };
        map_put(&im->units, row_text(&r, 0), u);
    }
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    int found = db_get(db, &r, &q_unit_root);
    im->has_root = found == 1;
    im->root_is_free = found == 1 && str_is(row_text(&r, 1), "ROOT");
    rows_end(&r);
    return found >= 0;
}

static bool load_people(struct importer *im)
{
    struct rows r;
    for (db_rows(im->cx->db, &r, &q_all_people); rows_next(&r);) {
        struct code_person *p = arena_new_of(im->a, struct code_person);
        *p = (struct code_person){ .id = row_i64(&r, 1), .account = row_copy(&r, 2, im->a) };
        map_put(&im->people, row_text(&r, 0), p);
        if (p->account.n)
            map_put(&im->accounts, p->account, p);
    }
    rows_end(&r);
    return !rows_failed(&r);
}

static bool load_agencies(struct importer *im)
{
    struct rows r;
    for (db_rows(im->cx->db, &r, &q_all_agencies); rows_next(&r);)
        map_put(&im->agencies, row_text(&r, 0), im);
    rows_end(&r);
    return !rows_failed(&r);
}

static struct importer *importer_new(struct ctx *cx, const struct import_kind *kind)
{
    struct importer *im = arena_new_of(cx->a, struct importer);
    *im = (struct importer){ .cx = cx, .a = cx->a, .kind = kind };
    im->units.a = im->people.a = im->accounts.a = im->agencies.a = im->seen.a = cx->a;
    return im;
}

static bool header_good(struct importer *im, const struct csv_row *r)
{
    size_t n = 0;
    while (im->kind->columns[n])
        n++;
    bool good = r->n == n && !r->code;
    for (size_t i = 0; good && i < n; i++)
        good = str_is(r->cell[i], im->kind->columns[i]);
    im->row = r;
    if (!good)
        bad(im, -1, "import.header");
    return good;
}

/* One text; line_shift: what its line numbers lack (parts of a file). */
static void check_text(struct importer *im, struct str text, int line_shift)
{
    struct csv_row row;
    struct csv c = csv_of(im->a, text);
    size_t columns = 0;
    while (im->kind->columns[columns])
        columns++;
    if (!csv_next(&c, &row)) {
        im->row = &row;
        row = (struct csv_row){ .line = 1 };
        bad(im, -1, "import.header");
        return;
    }
    if (!header_good(im, &row))
        return;
    while (csv_next(&c, &row)) {
        row.line += line_shift;
        im->row = &row;
        im->n_rows++;
        if (row.code || row.n != columns)
            bad(im, -1, row.code ? row.code : "import.columns");
        else
            im->kind->check(im, &row);
    }
}

static bool touched_index(struct importer *im)
{
    for (size_t i = 0; i < im->n_touched; i++) {
        struct arena_mark mark = arena_mark(im->cx->a);
        if (!contact_index(im->cx, im->touched[i]))
            return false;
        arena_reset(im->cx->a, mark);
    }
    return true;
}

static size_t count_lines(struct str text)
{
    size_t n = 1;
    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '\n';
    return n;
}

static void secrets_free(void *arg)
{
    buf_free(arg);
}

/* Applies one text that was checked; a row that fails now (the city has moved on) undoes it all. */
static bool apply_text(struct importer *im, struct str text, struct str *secrets)
{
    struct csv_row row;
    struct csv c = csv_of(im->a, text);
    /* on the heap: the arena goes back to its mark after each row */
    im->secrets = arena_new_of(im->a, struct buf);
    arena_on_clean(im->a, secrets_free, im->secrets);
    im->touched = arena_array_of(im->a, int64_t, count_lines(text));
    im->n_touched = 0;
    (void)csv_next(&c, &row); /* the header was checked */
    for (;;) {
        struct arena_mark mark = arena_mark(im->a);
        if (!csv_next(&c, &row))
            break;
        im->row = &row;
        if (!im->kind->apply(im, &row))
            return im->cx->err.kind != ERR_NONE
                       ? false
                       : fail_arg(im->cx, ERR_STATE, "import.moved", NULL,
                                  arena_printf(im->a, "%d", row.line), NULL);
        arena_reset(im->a, mark);
    }
    *secrets =
        im->secrets->n ? str_copy(im->a, (struct str){ im->secrets->p, im->secrets->n }) : STR_NONE;
    return touched_index(im);
}

static bool note_import(struct ctx *cx, const struct import_kind *kind, size_t rows, int64_t part)
{
    int64_t root = db_number(cx->db, 0, &q_unit_root);
    struct note n = note_begin(cx);
    jw_ktext(&n.w, "file", kind->name);
    jw_ki64(&n.w, "rows", (int64_t)rows);
    jw_ki64(&n.w, "part", part);
    return root && note_end(cx, &n, root, "org.import");
}

/* --- the commands --- */

struct org_import_out {
    int64_t file_id, rows, parts, done;
    struct list bad;
    int64_t n_bad;
    struct str secrets; /* "account,secret" lines of new accounts: shown once */
};
static const struct field org_bad_row_fields[] = {
    FIELD(org_bad_row, line, F_I64, .zh = "行", .en = "line"),
    FIELD(org_bad_row, column, F_TEXT, .zh = "列", .en = "column"),
    FIELD(org_bad_row, reason, F_TEXT, .zh = "原因", .en = "reason"),
};
static const struct record org_bad_row_record = { "org_bad_row", sizeof(struct org_bad_row),
                                                  org_bad_row_fields, 3 };
static const struct field org_import_out_fields[] = {
    FIELD(org_import_out, file_id, F_ID, .zh = "文件", .en = "file"),
    FIELD(org_import_out, rows, F_I64, .zh = "行数", .en = "rows"),
    FIELD(org_import_out, parts, F_I64, .zh = "份数", .en = "parts"),
    FIELD(org_import_out, done, F_I64, .zh = "已完成份数", .en = "parts done"),
    FIELD(org_import_out, n_bad, F_I64, .zh = "有问题的行数", .en = "bad rows"),
    FIELD(org_import_out, bad, F_RECORDS, .record = &org_bad_row_record, .zh = "有问题的行",
          .en = "bad rows"),
    FIELD(org_import_out, secrets, F_TEXT, .flags = FIELD_SECRET | FIELD_LINES,
          .zh = "新账号的一次性口令", .en = "one-time secrets of new accounts"),
};
ORG_RECORD(org_import_out);

struct org_import_in {
    struct str table, text;
};
static const struct field org_import_in_fields[] = {
    FIELD(org_import_in, table, F_TEXT, .max = 40, .flags = FIELD_REQUIRED, .zh = "文件种类",
          .en = "kind of file"),
    FIELD(org_import_in, text, F_TEXT, .max = 900000, .flags = FIELD_REQUIRED | FIELD_LINES,
          .zh = "内容", .en = "CSV text"),
};
ORG_RECORD(org_import_in);

static void put_bad(const struct importer *im, struct org_import_out *out)
{
    size_t n = im->n_bad < IMPORT_BAD_MAX ? im->n_bad : IMPORT_BAD_MAX;
    out->bad = (struct list){ arena_copy(im->a, im->bad, n * sizeof *im->bad), n };
    out->n_bad = (int64_t)im->n_bad;
    out->rows = (int64_t)im->n_rows;
}

static bool load_known(struct importer *im)
{
    return load_units(im) && load_people(im) && load_agencies(im);
}

/* A whole file at once. Bad rows are an answer, not an error: nothing was changed then. */
ORG_COMMAND(org_import)
{
    const struct org_import_in *in = in_;
    struct org_import_out *out = out_;
    const struct import_kind *kind = import_kind_find(in->table);
    if (!kind)
        return fail(cx, ERR_INVALID, "import.kind", "table");
    struct importer *im = importer_new(cx, kind);
    if (!load_known(im))
        return false;
    check_text(im, in->text, 0);
    if (kind->check_end)
        kind->check_end(im);
    put_bad(im, out);
    if (im->n_bad)
        return note_import(cx, kind, 0, 0);
    out->parts = out->done = 1;
    return apply_text(im, in->text, &out->secrets) && note_import(cx, kind, im->n_rows, 1);
}

/* --- staged files --- */

struct org_import_part_in {
    int64_t file_id, part, first_line;
    struct str table, text;
};
static const struct field org_import_part_in_fields[] = {
    FIELD(org_import_part_in, file_id, F_ID, .zh = "文件", .en = "file"),
    FIELD(org_import_part_in, table, F_TEXT, .max = 40, .flags = FIELD_REQUIRED, .zh = "文件种类",
          .en = "kind of file"),
    FIELD(org_import_part_in, part, F_I64, .min = 0, .max = 100000, .zh = "第几份", .en = "part"),
    FIELD(org_import_part_in, first_line, F_I64, .min = 1, .max = 100000000, .zh = "首行行号",
          .en = "line of the first row"),
    FIELD(org_import_part_in, text, F_TEXT, .max = 900000, .flags = FIELD_REQUIRED | FIELD_LINES,
          .zh = "内容", .en = "CSV text with header"),
};
ORG_RECORD(org_import_part_in);

struct staged {
    struct str kind, state;
    int64_t parts, done;
};

static bool staged_load(struct ctx *cx, int64_t id, struct staged *s)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_import_file_get, id);
    if (found == 1)
        *s = (struct staged){ row_copy(&r, 0, cx->a), row_copy(&r, 1, cx->a), row_i64(&r, 2),
                              row_i64(&r, 3) };
    rows_end(&r);
    return found == 1 || (found == 0 && fail_not_found(cx));
}

/* Parts arrive in order; the first one opens the file. */
ORG_COMMAND(org_import_part)
{
    const struct org_import_part_in *in = in_;
    struct org_import_out *out = out_;
    struct staged s = { .state = STR("staged") };
    int64_t id = in->file_id ? in->file_id : id_new(cx->now);
    if (!import_kind_find(in->table))
        return fail(cx, ERR_INVALID, "import.kind", "table");
    if (in->file_id ? !staged_load(cx, id, &s)
                    : !db_run(cx->db, &q_import_file_put, id, in->table, cx->now))
        return false;
    if (!str_is(s.state, "staged") || in->part != s.parts)
        return fail(cx, ERR_STATE, "import.order", "part");
    out->file_id = id;
    out->parts = s.parts + 1;
    return db_run(cx->db, &q_import_part_put, id, in->part, in->first_line, in->text) &&
           db_run(cx->db, &q_import_file_set, "staged", s.parts + 1, (int64_t)0, id);
}

struct org_import_file_in {
    int64_t file_id;
    struct org_import_out *checked; /* made by org_import_check, not by the caller */
};
static const struct field org_import_file_in_fields[] = {
    FIELD(org_import_file_in, file_id, F_ID, .flags = FIELD_REQUIRED, .zh = "文件", .en = "file"),
};
ORG_RECORD(org_import_file_in);

/* Job thread: a staged file is checked whole before its first part is applied. */
bool org_import_check(struct ctx *cx, void *in_)
{
    struct org_import_file_in *in = in_;
    struct staged s;
    struct rows r;
    if (!staged_load(cx, in->file_id, &s) || !str_is(s.state, "staged"))
        return cx->err.kind == ERR_NONE;
    struct importer *im = importer_new(cx, import_kind_find(s.kind));
    CHECK(im->kind);
    if (!load_known(im))
        return false;
    for (db_rows(cx->db, &r, &q_import_parts, in->file_id); rows_next(&r);)
        check_text(im, row_copy(&r, 2, cx->a), (int)row_i64(&r, 1) - 2);
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    if (im->kind->check_end)
        im->kind->check_end(im);
    in->checked = arena_new_of(cx->a, struct org_import_out);
    put_bad(im, in->checked);
    return true;
}

static bool staged_drop(struct ctx *cx, int64_t file_id, const struct staged *s, const char *state)
{
    return db_run(cx->db, &q_import_parts_drop, file_id) &&
           db_run(cx->db, &q_import_file_set, state, s->parts, s->done, file_id);
}

/* The next part of a checked file; a file with bad rows is dropped and its rows are the answer. */
ORG_COMMAND(org_import_apply)
{
    const struct org_import_file_in *in = in_;
    struct org_import_out *out = out_;
    struct staged s;
    struct rows r;
    if (!staged_load(cx, in->file_id, &s))
        return false;
    const struct import_kind *kind = import_kind_find(s.kind);
    CHECK(kind);
    if (str_is(s.state, "applied") || str_is(s.state, "refused"))
        return fail(cx, ERR_STATE, "import.order", NULL);
    if (str_is(s.state, "staged") && !in->checked)
        return fail(cx, ERR_BUSY, "db.busy", NULL); /* staged while this was on its way */
    if (in->checked)
        *out = *in->checked;
    out->file_id = in->file_id;
    out->parts = s.parts;
    if (out->n_bad)
        return staged_drop(cx, in->file_id, &s, "refused") && note_import(cx, kind, 0, 0);
    int found = db_get(cx->db, &r, &q_import_part_get, in->file_id, s.done);
    struct str text = found == 1 ? row_copy(&r, 1, cx->a) : STR_NONE;
    rows_end(&r);
    if (found != 1)
        return found == 0 && fail(cx, ERR_STATE, "import.order", NULL);
    struct importer *im = importer_new(cx, kind);
    if (!apply_text(im, text, &out->secrets))
        return false;
    out->done = ++s.done;
    bool ends = s.done == s.parts;
    return note_import(cx, kind, count_lines(text) - 1, s.done) &&
           (ends ? staged_drop(cx, in->file_id, &s, "applied")
                 : db_run(cx->db, &q_import_file_set, "checked", s.parts, s.done, in->file_id));
}

void org_import_bad(struct buf *report, const char *file, int64_t line, struct str column,
                    struct str reason)
{
    buf_printf(report, "%s:%lld: ", file, (long long)line);
    if (column.n)
        buf_printf(report, "[%.*s] ", STR_ARG(column));
    buf_printf(report, "%.*s\n", STR_ARG(reason));
}

bool org_import_file(struct core *core, const char *kind, const char *file, struct str csv, int64_t now,
                     struct arena *a, struct buf *report, struct buf *secrets, struct err *e)
{
    struct org_import_in in = { str_of(kind), csv };
    struct org_import_out out = { 0 };
    if (!door_run(core, "org.import", &in, &out, NULL, now, a, e))
        return false;
    const struct org_bad_row *b = out.bad.p;
    for (size_t i = 0; report && i < out.bad.n; i++)
        org_import_bad(report, file, b[i].line, b[i].column, b[i].reason);
    if (secrets && out.secrets.n)
        buf_str(secrets, out.secrets);
    return out.n_bad == 0 || err_set(e, a, ERR_INVALID, "import.bad", NULL, file,
                                     arena_printf(a, "%lld", (long long)out.n_bad), NULL);
}
