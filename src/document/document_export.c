/* Registers as .xlsx and .csv: a row in export_job is the order, a job on the work lane writes the
 * file into the data folder (DIR/export/ID), as the person who asked; after a day both go. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/log.h"
#include "desk/export.h"
#include "document/document.sql.h"
#include "document/document_in.h"
#include "module/module.h"
#include "org/org_csv.h"

#define LIFE_MS CLOCK_DAY_MS
#define ROWS_MAX 1000000 /* a sheet of a workbook holds 1,048,576 */
#define TOLD_EVERY 2000

/* --- the order ------------------------------------------------------------------------------------------- */

static const char *const formats[] = { "xlsx", "csv", NULL };

struct doc_export_in {
    struct str reg, format;
    const struct jv *filter;
};
static const struct field doc_export_in_fields[] = {
    { .name = "register", .type = F_TEXT, .offset = offsetof(struct doc_export_in, reg), .max = 60,
      .flags = FIELD_REQUIRED, .zh = "台账", .en = "sent, received, instructions, statistics, statistics_below or module:KEY" },
    FIELD(doc_export_in, format, F_CHOICE, .choices = formats, .flags = FIELD_REQUIRED,
          .zh = "格式", .en = "format"),
    FIELD(doc_export_in, filter, F_JSON, .max = 2000, .zh = "筛选", .en = "filter"),
};
const struct record doc_export_in_record = { "doc_export_in", sizeof(struct doc_export_in),
                                             doc_export_in_fields, 3 };

struct doc_job {
    int64_t job_id;
};
static const struct field doc_job_fields[] = {
    FIELD(doc_job, job_id, F_ID, .flags = FIELD_REQUIRED, .zh = "任务", .en = "job"),
};
const struct record doc_job_record = { "doc_job", sizeof(struct doc_job), doc_job_fields, 1 };

static const struct field doc_job_path_fields[] = {
    FIELD(doc_job, job_id, F_ID, .flags = FIELD_PATH, .zh = "任务", .en = "job"),
};
const struct record doc_job_path_record = { "doc_job_path", sizeof(struct doc_job),
                                            doc_job_path_fields, 1 };

/* Those of documents, or a module's by its key. */
static bool is_register(struct ctx *cx, struct str name)
{
    if (str_is(name, "sent") || str_is(name, "received") || str_is(name, "instructions") ||
        str_is(name, "statistics") || str_is(name, "statistics_below"))
        return true;
    return str_starts(name, STR("module:")) &&
           module_name(cx, str_sub(name, 7, name.n), LANG_ZH).n > 0;
}

static struct str file_title(struct ctx *cx, struct str reg)
{
    if (str_starts(reg, STR("module:")))
        return str_printf(cx->a, cx->lang == LANG_EN ? "%.*s register" : "%.*s台账",
                          STR_ARG(module_name(cx, str_sub(reg, 7, reg.n), cx->lang)));
    return str_is(reg, "sent")       ? STR("发文登记簿")
           : str_is(reg, "received") ? STR("收文登记簿")
           : str_starts(reg, STR("statistics")) ? STR("公文统计")
                                     : STR("批示登记本");
}

DOC_COMMAND(doc_export)
{
    const struct doc_export_in *in = input;
    struct doc_job *out = output;
    if (!is_register(cx, in->reg))
        return fail_arg(cx, ERR_INVALID, "input.choice", "register", "台账", NULL);
    if (in->filter && jv_kind(in->filter) != JV_OBJECT)
        return fail(cx, ERR_INVALID, "input.object", "filter");
    struct str filter = in->filter ? jv_compact(cx->a, in->filter) : STR("{}");
    out->job_id = id_new(cx->now);
    return db_run(cx->db, &q_job_put, out->job_id, cx->actor->person_id, in->reg, in->format,
                  filter, cx->now) &&
           trace_write(cx, trace_node_stream(cx), "register.export", 0, 0,
                       str_printf(cx->a, "{\"job\":\"%lld\",\"register\":\"%.*s\",\"filter\":%.*s}",
                                  (long long)out->job_id, STR_ARG(in->reg), STR_ARG(filter)));
}

struct job {
    int64_t id, person_id, progress, count, created_at;
    struct str reg, format, filter, state, code;
};

static int job_find(struct ctx *cx, int64_t id, struct job *j)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_job_get, id);
    if (found == 1)
        *j = (struct job){ .id = row_i64(&r, 0),
                           .person_id = row_i64(&r, 1),
                           .reg = row_copy(&r, 2, cx->a),
                           .format = row_copy(&r, 3, cx->a),
                           .filter = row_copy(&r, 4, cx->a),
                           .state = row_copy(&r, 5, cx->a),
                           .progress = row_i64(&r, 6),
                           .count = row_i64(&r, 7),
                           .code = row_copy(&r, 8, cx->a),
                           .created_at = row_i64(&r, 9) };
    rows_end(&r);
    return found;
}

static bool job_load_own(struct ctx *cx, int64_t id, struct job *j)
{
    int found = job_find(cx, id, j);
    return (found == 1 && j->person_id == cx->actor->person_id) ||
           (found >= 0 && fail_not_found(cx));
}

static const char *job_file(struct ctx *cx, int64_t id)
{
    return arena_printf(cx->a, "%s/export/%lld", core_dir(cx->core), (long long)id);
}

DOC_READ(doc_job)
{
    const struct doc_job *in = input;
    struct job j;
    if (!job_load_own(cx, in->job_id, &j))
        return false;
    const struct err e = { .kind = ERR_INTERNAL, .code = j.code.p };
    bool done = str_is(j.state, "done");
    jw_obj(w);
    jw_kid(w, "job_id", j.id);
    jw_kstr(w, "state", j.state);
    jw_ki64(w, "progress", j.progress);
    jw_ki64(w, "count", j.count);
    jw_kstr(w, "file",
            done ? str_printf(cx->a, "/api/v1/jobs/%lld/file", (long long)j.id) : STR_NONE);
    jw_ktext(w, "detail", j.code.n ? err_message(cx->a, &e, cx->lang) : NULL);
    jw_obj_end(w);
    return true;
}

DOC_READ(doc_job_file)
{
    const struct doc_job *in = input;
    struct job j;
    struct stat st;
    (void)w;
    if (!job_load_own(cx, in->job_id, &j))
        return false;
    if (!str_is(j.state, "done"))
        return fail(cx, ERR_STATE, "export.not_done", NULL);
    int fd = open(job_file(cx, j.id), O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        if (fd >= 0)
            close(fd);
        return fail_not_found(cx);
    }
    bool is_xlsx = str_is(j.format, "xlsx");
    *raw_of(cx) = (struct raw){
        .type = is_xlsx ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                        : "text/csv; charset=utf-8",
        .name = str_printf(cx->a, "%.*s.%s", STR_ARG(file_title(cx, j.reg)),
                           is_xlsx ? "xlsx" : "csv"),
        .fd = fd, .size = st.st_size,
    };
    return true;
}

/* --- the job's own commands -------------------------------------------------------------------------------- */

struct job_part {
    int64_t job_id, taken;
};
static const struct field job_part_fields[] = {
    FIELD(job_part, job_id, F_ID, .zh = "任务", .en = "job"),
    FIELD(job_part, taken, F_I64, .zh = "已领取", .en = "taken"),
};
const struct record doc_job_part_record = { "job_part", sizeof(struct job_part), job_part_fields,
                                            2 };

/* One node gets it. */
DOC_COMMAND(doc_export_take)
{
    const struct job_part *in = input;
    int64_t n = db_update(cx->db, &q_job_take, cx->now, in->job_id);
    ((struct job_part *)output)->taken = n;
    return n >= 0;
}

struct job_told {
    int64_t job_id, progress, count;
    struct str state, code;
};
static const struct field job_told_fields[] = {
    FIELD(job_told, job_id, F_ID, .zh = "任务", .en = "job"),
    FIELD(job_told, progress, F_I64, .max = 100, .zh = "进度", .en = "progress"),
    FIELD(job_told, count, F_I64, .max = INT64_MAX, .zh = "行数", .en = "rows"),
    FIELD(job_told, state, F_TEXT, .max = 20, .zh = "状态", .en = "state"),
    FIELD(job_told, code, F_TEXT, .max = 60, .zh = "原因", .en = "reason"),
};
const struct record doc_job_told_record = { "job_told", sizeof(struct job_told), job_told_fields,
                                            5 };

/* One that was stopped meanwhile (误传处置) stays so. */
DOC_COMMAND(doc_export_told)
{
    const struct job_told *in = input;
    (void)output;
    return db_run(cx->db, &q_job_told, in->state, in->progress, in->count, in->code, in->job_id);
}

DOC_COMMAND(doc_export_clean)
{
    const struct job_part *in = input;
    (void)output;
    return db_run(cx->db, &q_job_drop, in->job_id);
}

/* --- writing the file ----------------------------------------------------------------------------------------- */

struct writer {
    struct register_sink sink; /* first: the room knows no more */
    struct ctx *cx;
    struct arena *told_arena;
    int64_t job_id;
    lxw_workbook *book;
    lxw_worksheet *sheet;
    FILE *csv;
    size_t n_columns;
    int64_t n_rows;
    bool is_known, is_broken;
};

static void tell(struct writer *wr, const char *state, int64_t progress, const char *code)
{
    struct err e = { 0 };
    const struct job_told told = { wr->job_id, progress, wr->n_rows, str_of(state),
                                   str_of(code ? code : "") };
    arena_empty(wr->told_arena);
    if (!door_run(wr->cx->core, "register.export_told", &told, NULL, NULL, wr->cx->now,
                  wr->told_arena, &e))
        log_warn("document", "export progress not told", "code", e.code);
}

static void csv_row(struct writer *wr, const struct str *cells, size_t n)
{
    struct buf b = buf_in(NULL);
    for (size_t i = 0; i < n; i++) {
        /* what a spreadsheet would run as a formula stays text */
        bool is_formula = cells[i].n && strchr("=+-@\t", cells[i].p[0]);
        if (i)
            buf_char(&b, ',');
        csv_put(&b, is_formula ? str_printf(wr->told_arena, "'%.*s", STR_ARG(cells[i]))
                               : cells[i]);
    }
    buf_text(&b, "\r\n");
    wr->is_broken |= fwrite(b.p, 1, b.n, wr->csv) != b.n;
    buf_free(&b);
}

static void on_columns(struct register_sink *sink, const struct register_column *columns, size_t n)
{
    struct writer *wr = (struct writer *)(void *)sink;
    struct str names[64];
    CHECK(n <= 64);
    wr->is_known = true;
    wr->n_columns = n;
    for (size_t i = 0; i < n; i++)
        names[i] = str_of(wr->cx->lang == LANG_ZH ? columns[i].zh : columns[i].en);
    if (wr->csv) {
        wr->is_broken |= fputs("\xEF\xBB\xBF", wr->csv) < 0;
        csv_row(wr, names, n);
        return;
    }
    lxw_format *bold = workbook_add_format(wr->book);
    format_set_bold(bold);
    for (size_t i = 0; i < n; i++) {
        (void)worksheet_set_column(wr->sheet, (lxw_col_t)i, (lxw_col_t)i, columns[i].width, NULL);
        (void)worksheet_write_string(wr->sheet, 0, (lxw_col_t)i, names[i].p, bold);
    }
    worksheet_freeze_panes(wr->sheet, 1, 0);
}

static bool on_row(struct register_sink *sink, const struct str *cells, size_t n)
{
    struct writer *wr = (struct writer *)(void *)sink;
    CHECK(n == wr->n_columns);
    wr->n_rows++;
    arena_empty(wr->told_arena);
    if (wr->csv)
        csv_row(wr, cells, n);
    for (size_t i = 0; !wr->csv && i < n; i++)
        (void)worksheet_write_string(wr->sheet, (lxw_row_t)wr->n_rows, (lxw_col_t)i,
                                     arena_strndup(wr->told_arena, cells[i].p, cells[i].n), NULL);
    if (wr->n_rows % TOLD_EVERY == 0) /* how many there are is not known: it comes nearer */
        tell(wr, "running", 95 - 95 * TOLD_EVERY / (wr->n_rows + TOLD_EVERY), NULL);
    return !wr->is_broken && wr->n_rows < ROWS_MAX;
}

static bool writer_open(struct writer *wr, struct str format, const char *path)
{
    if (str_is(format, "csv")) {
        wr->csv = fopen(path, "we");
        return wr->csv != NULL;
    }
    lxw_workbook_options options = { .constant_memory = LXW_TRUE };
    wr->book = workbook_new_opt(path, &options);
    wr->sheet = wr->book ? workbook_add_worksheet(wr->book, NULL) : NULL;
    return wr->sheet != NULL;
}

static bool writer_close(struct writer *wr)
{
    bool good = !wr->is_broken;
    if (wr->csv)
        good = fclose(wr->csv) == 0 && good;
    if (wr->book)
        good = workbook_close(wr->book) == LXW_NO_ERROR && good;
    return good;
}

static const char *write_file(struct writer *wr, const struct job *j)
{
    struct ctx *cx = wr->cx;
    const char *path = job_file(cx, j->id), *part = arena_printf(cx->a, "%s.part", path);
    const struct register_ask ask = { j->reg, jv_parse(cx->a, j->filter, NULL, NULL), &wr->sink };
    (void)mkdir(arena_printf(cx->a, "%s/export", core_dir(cx->core)), 0700); /* is there most often */
    if (!writer_open(wr, j->format, part))
        return "export.file";
    bool good = event_ask(cx, "register.rows", 0, &ask);
    good = writer_close(wr) && good;
    if (good && wr->is_known && chmod(part, 0600) == 0 && rename(part, path) == 0)
        return NULL;
    (void)unlink(part); /* may not be there */
    return !wr->is_known ? "export.no_register" : cx->err.kind ? cx->err.code : "export.file";
}

/* What the job brings along; freed at its end. */
struct order {
    struct core *core;
    int64_t job_id, now;
};

static void job_work(struct ctx *cx, int64_t job_id, struct arena *told_arena)
{
    struct job j;
    struct writer wr = { .sink = { on_columns, on_row }, .cx = cx, .told_arena = told_arena,
                         .job_id = job_id };
    if (job_find(cx, job_id, &j) != 1)
        return;
    cx->actor = actor_load(cx->core, cx->db, j.person_id, cx->now, cx->a, &cx->err);
    const char *code = cx->actor ? write_file(&wr, &j) : "export.person";
    tell(&wr, code ? "failed" : "done", code ? 0 : 100, code);
    if (code)
        log_warn("document", "export failed", "code", code);
}

static void job_main(void *arg)
{
    struct order *o = arg;
    struct arena *a = arena_new(), *told = arena_new();
    struct ctx cx = { .a = a, .core = o->core, .now = o->now };
    cx.db = core_reader(o->core, a, &cx.err);
    if (cx.db) {
        db_errors_to(cx.db, a, &cx.err);
        job_work(&cx, o->job_id, told);
    }
    db_close(&cx.db);
    arena_free(&a);
    arena_free(&told);
    free(o);
}

/* --- the clock ---------------------------------------------------------------------------------------------------- */

static void start_queued(struct ctx *cx)
{
    struct job_part taken = { 0 };
    const struct job_part part = { db_number(cx->db, 0, &q_job_queued), 0 };
    if (!part.job_id || !door_run(cx->core, "register.export_take", &part, &taken, NULL, cx->now,
                                  cx->a, &cx->err) || taken.taken != 1)
        return;
    struct order *o = malloc(sizeof *o);
    CHECK(o);
    *o = (struct order){ cx->core, part.job_id, cx->now };
    if (job_run(cx->core, LANE_WORK, job_main, o))
        return;
    free(o);
    const struct job_told told = { part.job_id, 0, 0, STR("failed"), STR("queue.full") };
    (void)door_run(cx->core, "register.export_told", &told, NULL, NULL, cx->now, cx->a,
                   &cx->err); /* it stays running and goes after a day */
}

static void drop_old(struct ctx *cx)
{
    struct rows r;
    int64_t ids[20];
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_job_old, cx->now - LIFE_MS); n < 20 && rows_next(&r);)
        ids[n++] = row_i64(&r, 0);
    rows_end(&r);
    for (size_t i = 0; i < n; i++) {
        const struct job_part part = { ids[i], 0 };
        (void)unlink(job_file(cx, ids[i])); /* another node may have been first */
        if (!door_run(cx->core, "register.export_clean", &part, NULL, NULL, cx->now, cx->a,
                      &cx->err))
            return;
    }
}

/* Files of this node whose job is over otherwise than done, or forgotten: by another node, or because
 * a paper in them was purged. */
static void drop_orphans(struct ctx *cx)
{
    const char *folder = arena_printf(cx->a, "%s/export", core_dir(cx->core));
    DIR *d = opendir(folder);
    struct dirent *entry;
    while (d && (entry = readdir(d)) != NULL) {
        struct rows r;
        int64_t id = 0;
        struct str name = str_of(entry->d_name);
        ptrdiff_t dot = str_find(name, STR("."), 0);
        if (dot == 0 || !str_to_i64(dot < 0 ? name : str_sub(name, 0, (size_t)dot), &id))
            continue;
        int found = db_get(cx->db, &r, &q_job_state, id);
        bool stays = found < 0 || (found == 1 && !str_is(row_text(&r, 0), "failed"));
        rows_end(&r);
        if (!stays)
            (void)unlink(arena_printf(cx->a, "%s/%s", folder, entry->d_name)); /* tried again */
    }
    if (d)
        (void)closedir(d);
}

void doc_export_tick(struct ctx *cx)
{
    start_queued(cx);
    if (cx->now / CLOCK_SECOND_MS % 60 == 0)
        drop_old(cx);
    if (cx->now / CLOCK_SECOND_MS % 10 == 0)
        drop_orphans(cx);
}
