/* The OpenAPI 3.1 document, made from the rooms' tables. */
#include "base/check.h"
#include "core/core.h"

static void put_parameter(struct jw *w, const struct field *f, bool in_path)
{
    jw_obj(w);
    jw_ktext(w, "name", f->type == F_REST ? "f.NAME" : f->name);
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

static void put_any_object(struct jw *w)
{
    jw_obj(w);
    jw_ktext(w, "type", "object");
    jw_obj_end(w);
}

/* {"rows":[…],"after":…} */
static void put_page(struct jw *w, const struct record *row)
{
    jw_obj(w);
    jw_ktext(w, "type", "object");
    jw_kobj(w, "properties");
    jw_kobj(w, "rows");
    jw_ktext(w, "type", "array");
    jw_key(w, "items");
    record_schema_ref(w, row);
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
}

static void put_input(struct jw *w, const struct record *r)
{
    jw_kobj(w, "requestBody");
    jw_kobj(w, "content");
    jw_kobj(w, "application/json");
    jw_key(w, "schema");
    if (r)
        record_schema(w, r, true);
    else
        put_any_object(w);
    jw_obj_end(w);
    jw_obj_end(w);
    jw_obj_end(w);
}

static void put_responses(struct jw *w, const struct record *out, bool rows, bool raw, int status)
{
    jw_kobj(w, "responses");
    jw_kobj(w, status == 201 ? "201" : "200");
    jw_ktext(w, "description", "成功");
    if (!raw || out) {
        jw_kobj(w, "content");
        jw_kobj(w, "application/json");
        jw_key(w, "schema");
        if (!out)
            put_any_object(w);
        else if (rows)
            put_page(w, out);
        else
            record_schema_ref(w, out);
        jw_obj_end(w);
        jw_obj_end(w);
    }
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
    bool by_post = r->flags & READ_POST;
    jw_kobj(w, by_post ? "post" : "get");
    put_head(w, r->name, room->name, r->zh, r->en);
    put_parameters(w, r->in, !by_post);
    if (by_post) {
        put_input(w, r->in);
        jw_kbool(w, "x-retry-key", false);
    }
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
    put_input(w, c->in);
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

/* --- components: what is answered, by the names of the records -------------------- */

struct answers {
    struct arena *a;
    const struct record **p;
    size_t n, size;
};

static void answers_add(struct answers *all, const struct record *r)
{
    for (size_t i = 0; r && i < all->n; i++) {
        if (all->p[i] == r)
            return;
        CHECK(strcmp(all->p[i]->name, r->name) != 0); /* two answers of one name */
    }
    if (!r)
        return;
    if (all->n == all->size) {
        all->p =
            arena_grow(all->a, all->p, all->size * sizeof *all->p, all->size * 2 * sizeof *all->p);
        all->size *= 2;
    }
    all->p[all->n++] = r;
    for (size_t i = 0; i < r->n; i++)
        answers_add(all, r->fields[i].record);
    for (const struct answer_part *part = answer_parts; part->to; part++)
        for (size_t i = 0; strcmp(part->to, r->name) == 0 && i < part->adds->n; i++)
            answers_add(all, part->adds->fields[i].record);
}

static bool is_added_before(const struct answer_part *part, const char *name)
{
    for (const struct answer_part *p = answer_parts; p != part; p++)
        for (size_t i = 0; strcmp(p->to, part->to) == 0 && i < p->adds->n; i++)
            if (strcmp(p->adds->fields[i].name, name) == 0)
                return true;
    return false;
}

/* A member that several rooms add, each in its own case, is any of theirs. */
static void put_added(struct jw *w, const struct answer_part *first, const char *name)
{
    jw_kobj(w, name);
    jw_karr(w, "anyOf");
    for (const struct answer_part *part = first; part->to; part++)
        for (size_t i = 0; strcmp(part->to, first->to) == 0 && i < part->adds->n; i++)
            if (strcmp(part->adds->fields[i].name, name) == 0)
                record_schema_field(w, &part->adds->fields[i]);
    jw_arr_end(w);
    jw_obj_end(w);
}

static void put_parts(struct jw *w, const char *to)
{
    for (const struct answer_part *part = answer_parts; part->to; part++)
        for (size_t i = 0; strcmp(part->to, to) == 0 && i < part->adds->n; i++)
            if (!is_added_before(part, part->adds->fields[i].name))
                put_added(w, part, part->adds->fields[i].name);
}

static bool has_parts(const char *name)
{
    const struct answer_part *part = answer_parts;
    while (part->to && strcmp(part->to, name) != 0)
        part++;
    return part->to != NULL;
}

static void put_answer(struct jw *w, const struct record *r)
{
    jw_key(w, r->name);
    if (!has_parts(r->name)) {
        record_schema(w, r, false);
        return;
    }
    jw_obj(w);
    jw_karr(w, "allOf");
    record_schema(w, r, false);
    jw_obj(w);
    jw_ktext(w, "type", "object");
    jw_kobj(w, "properties");
    put_parts(w, r->name);
    jw_obj_end(w);
    jw_obj_end(w);
    jw_arr_end(w);
    jw_obj_end(w);
}

static void put_components(struct jw *w, struct arena *a)
{
    struct answers all = { .a = a, .size = 64 };
    all.p = arena_array_of(a, const struct record *, all.size);
    for (const struct room *const *r = rooms; *r; r++) {
        for (size_t i = 0; i < (*r)->n_reads; i++)
            answers_add(&all, (*r)->reads[i].out);
        for (size_t i = 0; i < (*r)->n_commands; i++)
            if ((*r)->commands[i].path)
                answers_add(&all, (*r)->commands[i].out);
    }
    jw_kobj(w, "components");
    jw_key(w, "securitySchemes");
    jw_raw(w, STR("{\"cookie\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"tb_login\"},"
                  "\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"}}"));
    jw_kobj(w, "schemas");
    for (size_t i = 0; i < all.n; i++)
        put_answer(w, all.p[i]);
    jw_key(w, "problem");
    jw_raw(w, STR("{\"type\":\"object\",\"properties\":{"
                  "\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
                  "\"status\":{\"type\":\"integer\"},\"code\":{\"type\":\"string\"},"
                  "\"detail\":{\"type\":\"string\"},\"field\":{\"type\":[\"string\",\"null\"]}},"
                  "\"required\":[\"title\",\"status\",\"code\",\"detail\"]}"));
    jw_obj_end(w);
    jw_obj_end(w);
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
    put_components(&w, a);
    jw_obj_end(&w);
    return buf_done(&b);
}
