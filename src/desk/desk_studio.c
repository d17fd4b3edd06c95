/* A module brought in from an uploaded file: the desk's, since uploads are. */
#include <unistd.h>

#include "blob/blob.h"
#include "core/answer.h"
#include "desk/desk.sql.h"
#include "desk/desk_in.h"

#define FILE_MOST (4 * 1024 * 1024)

struct studio_import_in {
    int64_t upload_id, unit_id;
    struct str key;
    struct str json, bpmn; /* read by prepare; not input */
};
static const struct field studio_import_in_fields[] = {
    FIELD(studio_import_in, upload_id, F_ID, .flags = FIELD_REQUIRED, .zh = "上传编号", .en = "upload"),
    FIELD(studio_import_in, unit_id, F_ID, .zh = "单位", .en = "unit; absent: the city's"),
    FIELD(studio_import_in, key, F_TEXT, .max = 40, .zh = "键", .en = "key; absent: the file's name"),
};
RECORD(studio_import_in);

struct studio_import_out {
    int64_t id;
};
static const struct field studio_import_out_fields[] = {
    FIELD(studio_import_out, id, F_ID, .flags = FIELD_REQUIRED, .zh = "草稿", .en = "draft"),
};
RECORD(studio_import_out);

static bool read_upload(struct ctx *cx, int64_t upload_id, int64_t size, struct str *out)
{
    int fd = blob_peek(core_blobs(cx->core), upload_id, NULL, cx->a, &cx->err);
    if (fd < 0)
        return false;
    char *p = arena_alloc(cx->a, (size_t)size + 1);
    size_t n = 0;
    ssize_t got;
    while (n < (size_t)size && (got = read(fd, p + n, (size_t)size - n)) > 0)
        n += (size_t)got;
    close(fd);
    p[n] = 0;
    *out = (struct str){ p, n };
    return n == (size_t)size || fail(cx, ERR_STATE, "attachment.not_complete", "upload_id");
}

/* The name of the exported file is KEY.zip. */
static struct str key_of(struct str file_name)
{
    ptrdiff_t point = str_find(file_name, STR("."), 0);
    return point < 0 ? file_name : str_sub(file_name, 0, (size_t)point);
}

/* Job thread: the file is read and taken apart off the committer. */
static bool prepare_import(struct ctx *cx, void *input)
{
    struct studio_import_in *in = input;
    struct rows r;
    struct str name = STR(""), file;
    int64_t size = 0;
    if (!module_unit_may(cx, in->unit_id))
        return false;
    int found = db_get(cx->db, &r, &q_upload_get, in->upload_id);
    if (found == 1 && row_i64(&r, 0) != cx->actor->person_id)
        found = 0;
    if (found == 1) {
        name = row_copy(&r, 1, cx->a);
        size = row_i64(&r, 2);
    }
    rows_end(&r);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    if (size > FILE_MOST)
        return fail(cx, ERR_INVALID, "studio.file_large", "upload_id");
    int64_t arrived = blob_arrived(core_blobs(cx->core), in->upload_id, cx->a, &cx->err);
    if (arrived < 0)
        return false;
    if (arrived != size)
        return fail(cx, ERR_STATE, "attachment.not_complete", "upload_id");
    if (!in->key.n)
        in->key = key_of(name);
    return read_upload(cx, in->upload_id, size, &file) &&
           module_zip_read(cx->a, file, "upload_id", &in->json, &in->bpmn, &cx->err);
}

static bool run_import(struct ctx *cx, const void *input, void *output)
{
    const struct studio_import_in *in = input;
    struct module_draft d = { .unit_id = in->unit_id, .key = in->key, .json = in->json,
                              .bpmn = in->bpmn };
    if (!module_unit_may(cx, in->unit_id))
        return false;
    struct str name = in->json.p ? jv_str(jv_get(jv_parse(cx->a, in->json, NULL, NULL), "name"))
                                 : STR_NONE;
    d.name = name.n && name.n <= 400 ? name : in->key;
    if (!d.json.p)
        d.json = module_first_json(cx->a, d.name, d.unit_id != 0);
    if (!module_draft_begin(cx, &d, true))
        return false;
    ((struct studio_import_out *)output)->id = d.id;
    return db_run(cx->db, &q_upload_drop, in->upload_id) &&
           trace_write(cx, d.unit_id ? d.unit_id : trace_node_stream(cx), "studio.import", 0, 0,
                       str_printf(cx->a, "{\"key\":\"%.*s\",\"draft\":\"%lld\"}", STR_ARG(d.key),
                                  (long long)d.id));
}

static const struct command commands[] = {
    { "studio.import", POST, "/studio/import", PERM_UNIT_ADMIN, &studio_import_in_record,
      &studio_import_out_record, run_import, "导入业务", "Bring a module in from an uploaded .zip or .bpmn",
      CMD_CREATES | CMD_WORK_LANE, prepare_import },
};

/* --- what a service task may name --------------------------------------------------------------------- */

static const struct field operation_fields[] = {
    MEMBER(ALWAYS, "op", F_TEXT, "操作", "operation"),
    MEMBER(ALWAYS, "words", F_TEXT, "说明", "in words"),
};
static const struct record operation_record = { "operation", 0, operation_fields, 2 };

/* The commands made for flows: about the matter and nothing else. */
static bool run_operations(struct ctx *cx, const void *input, struct jw *w)
{
    (void)input;
    answer_rows(w);
    for (const struct room *const *r = rooms; *r; r++)
        for (size_t i = 0; i < (*r)->n_commands; i++) {
            const struct command *c = &(*r)->commands[i];
            if (c->path || c->in != &matter_in_record)
                continue;
            jw_obj(w);
            jw_ktext(w, "op", c->name);
            jw_ktext(w, "words", cx->lang == LANG_EN ? c->en : c->zh);
            jw_obj_end(w);
        }
    answer_rows_end(w, STR_NONE);
    return true;
}

static const struct read reads[] = {
    { "studio.operations", "/studio/operations", PERM_UNIT_ADMIN, NULL, &operation_record, true,
      run_operations, "流程可用的系统操作", "Operations that a flow's service task may name", 0 },
};

const struct room desk_studio_room = { "desk", ROOM_TABLE(commands), ROOM_TABLE(reads), NULL, 0, NULL, NULL };
