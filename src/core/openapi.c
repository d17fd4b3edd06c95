/* The OpenAPI 3.1 document, made from the rooms' tables. */
#include "base/check.h"
#include "core/core.h"

static void put_parameter(struct jw *w, const struct field *f, bool in_path)
{
    jw_obj(w);
    jw_ktext(w, "name", f->name);
    jw_ktext(w, "in", in_path ? "path" : "query");
    jw_kbool(w, "required", in_path || f->flags & FIELD_REQUIRED);
    if (f->zh)
        jw_ktext(w, "description", f->zh);
    jw_kobj(w, "schema");
    jw_ktext(w, "type", f->type == F_I64 || f->type == F_MOMENT ? "integer"
                        : f->type == F_BOOL                     ? "boolean"
                                                                : "string");
    if (f->type == F_CHOICE) {
        jw_karr(w, "enum");
        for (const char *const *c = f->choices; *c; c++)
            jw_text(w, *c);
        jw_arr_end(w);
    }
    jw_obj_end(w);
    jw_obj_end(w);
}

static void put_parameters(struct jw *w, const struct record *r, bool query_too)
{
    jw_karr(w, "parameters");
    for (size_t i = 0; r && i < r->n; i++)
        if (r->fields[i].flags & FIELD_PATH || query_too)
            put_parameter(w, &r->fields[i], r->fields[i].flags & FIELD_PATH);
    jw_arr_end(w);
}

static void put_content(struct jw *w, const char *type, const struct record *r, bool input,
                        bool rows)
{
    jw_kobj(w, "content");
    jw_kobj(w, type);
    jw_key(w, "schema");
    if (rows) {
        jw_obj(w);
        jw_ktext(w, "type", "object");
        jw_kobj(w, "properties");
        jw_kobj(w, "rows");
        jw_ktext(w, "type", "array");
        jw_key(w, "items");
        if (r) {
            record_schema(w, r, false);
        } else {
            jw_obj(w);
            jw_ktext(w, "type", "object");
            jw_obj_end(w);
        }
        jw_obj_end(w);
        jw_kobj(w, "after");
        jw_karr(w, "type");
        jw_text(w, "string");
        jw_text(w, "null");
        jw_arr_end(w);
        jw_obj_end(w);
        jw_obj_end(w);
        jw_karr(w, "required");
        jw_text(w, "rows");
        jw_text(w, "after");
        jw_arr_end(w);
        jw_obj_end(w);
    } else if (r) {
        record_schema(w, r, input);
    } else {
        jw_obj(w);
        jw_ktext(w, "type", "object");
        jw_obj_end(w);
    }
    jw_obj_end(w);
    jw_obj_end(w);
}

static void put_responses(struct jw *w, const struct record *out, bool rows, bool raw, int status)
{
    jw_kobj(w, "responses");
    jw_kobj(w, status == 201 ? "201" : "200");
    jw_ktext(w, "description", "成功");
    if (!raw)
        put_content(w, "application/json", out, false, rows);
    jw_obj_end(w);
    jw_kobj(w, "default");
    jw_ktext(w, "description", "问题说明（RFC 9457）");
    jw_kobj(w, "content");
    jw_kobj(w, "application/problem+json");
    jw_kobj(w, "schema");
    jw_ktext(w, "$ref", "#/components/schemas/problem");
    jw_obj_end(w);
    jw_obj_end(w);
    jw_obj_end(w);
    jw_obj_end(w);
    jw_obj_end(w);
}

static void put_head(struct jw *w, const char *name, const char *room, const char *zh,
                     const char *en)
{
    jw_ktext(w, "operationId", name);
    jw_karr(w, "tags");
    jw_text(w, room);
    jw_arr_end(w);
    jw_ktext(w, "summary", zh);
    jw_ktext(w, "description", en);
}

static void put_read(struct jw *w, const struct room *room, const struct read *r)
{
    jw_kobj(w, "get");
    put_head(w, r->name, room->name, r->zh, r->en);
    put_parameters(w, r->in, true);
    put_responses(w, r->out, r->rows, r->flags & READ_RAW, 200);
    if (r->perm == PERM_ANYONE) {
        jw_karr(w, "security");
        jw_arr_end(w);
    }
    jw_obj_end(w);
}

static void put_command(struct jw *w, const struct room *room, const struct command *c)
{
    jw_kobj(w, "post");
    put_head(w, c->name, room->name, c->zh, c->en);
    put_parameters(w, c->in, false);
    jw_kobj(w, "requestBody");
    put_content(w, "application/json", c->in, true, false);
    jw_obj_end(w);
    put_responses(w, c->out, false, false, c->flags & CMD_CREATES ? 201 : 200);
    jw_kbool(w, "x-retry-key", !(c->flags & CMD_NO_KEY));
    if (c->perm == PERM_ANYONE) {
        jw_karr(w, "security");
        jw_arr_end(w);
    }
    jw_obj_end(w);
}

/* The paths in the order of the tables, each once with all its methods. */
static bool was_before(const char *path, const struct room *until_room, const void *until)
{
    for (const struct room *const *r = rooms; *r; r++) {
        for (size_t i = 0; i < (*r)->n_reads; i++) {
            if (&(*r)->reads[i] == until)
                return false;
            if (strcmp((*r)->reads[i].path, path) == 0)
                return true;
        }
        for (size_t i = 0; i < (*r)->n_commands; i++) {
            if (&(*r)->commands[i] == until)
                return false;
            if ((*r)->commands[i].path && strcmp((*r)->commands[i].path, path) == 0)
                return true;
        }
        if (*r == until_room && !until)
            return false;
    }
    return false;
}

static void put_path(struct jw *w, const char *path)
{
    jw_kobj(w, path);
    for (const struct room *const *r = rooms; *r; r++) {
        for (size_t i = 0; i < (*r)->n_reads; i++)
            if (strcmp((*r)->reads[i].path, path) == 0)
                put_read(w, *r, &(*r)->reads[i]);
        for (size_t i = 0; i < (*r)->n_commands; i++)
            if ((*r)->commands[i].path && strcmp((*r)->commands[i].path, path) == 0)
                put_command(w, *r, &(*r)->commands[i]);
    }
    jw_obj_end(w);
}

static void put_components(struct jw *w)
{
    jw_key(w, "components");
    jw_raw(w, STR("{\"securitySchemes\":{\"cookie\":{\"type\":\"apiKey\",\"in\":\"cookie\","
                  "\"name\":\"tb_login\"},\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"}},"
                  "\"schemas\":{\"problem\":{\"type\":\"object\",\"properties\":{"
                  "\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
                  "\"status\":{\"type\":\"integer\"},\"code\":{\"type\":\"string\"},"
                  "\"detail\":{\"type\":\"string\"},\"field\":{\"type\":[\"string\",\"null\"]}},"
                  "\"required\":[\"title\",\"status\",\"code\",\"detail\"]}}}"));
}

struct str core_openapi(struct arena *a)
{
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_ktext(&w, "openapi", "3.1.0");
    jw_kobj(&w, "info");
    jw_ktext(&w, "title", "同办 Tongban");
    jw_ktext(&w, "version", "1");
    jw_obj_end(&w);
    jw_key(&w, "servers");
    jw_raw(&w, STR("[{\"url\":\"/api/v1\"}]"));
    jw_key(&w, "security");
    jw_raw(&w, STR("[{\"cookie\":[]},{\"token\":[]}]"));
    jw_kobj(&w, "paths");
    for (const struct room *const *r = rooms; *r; r++) {
        for (size_t i = 0; i < (*r)->n_reads; i++)
            if (!was_before((*r)->reads[i].path, *r, &(*r)->reads[i]))
                put_path(&w, (*r)->reads[i].path);
        for (size_t i = 0; i < (*r)->n_commands; i++)
            if ((*r)->commands[i].path &&
                !was_before((*r)->commands[i].path, *r, &(*r)->commands[i]))
                put_path(&w, (*r)->commands[i].path);
    }
    jw_obj_end(&w);
    put_components(&w);
    jw_obj_end(&w);
    return buf_done(&b);
}
