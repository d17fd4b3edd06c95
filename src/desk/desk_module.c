/* Installed definitions: a version is an immutable row; compiled once, kept for the program's life.
 * modules/ (carried inside the program) is only their source. */
#include <pthread.h>

#include "base/check.h"
#include "base/embed.h"
#include "base/id.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "desk/desk.sql.h"
#include "desk/desk_in.h"

#define KEPT 512

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards all below */
static struct arena *kept_arena;
static const struct definition *kept[KEPT];
static int n_kept;

static const struct definition *find_kept(int64_t id)
{
    const struct definition *d = NULL;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < n_kept && !d; i++)
        if (kept[i]->id == id)
            d = kept[i];
    pthread_mutex_unlock(&lock);
    return d;
}

static const struct definition *keep(int64_t id, struct str key, struct str name, struct str xml,
                                     struct str module)
{
    struct flow_report report;
    pthread_mutex_lock(&lock);
    if (!kept_arena)
        kept_arena = arena_new();
    struct definition *d = arena_new_of(kept_arena, struct definition);
    d->id = id;
    d->key = str_copy(kept_arena, key);
    d->name = str_copy(kept_arena, name);
    d->net = flow_compile(kept_arena, str_copy(kept_arena, xml), NULL, &report);
    d->module = jv_parse(kept_arena, str_copy(kept_arena, module), NULL, NULL);
    bool good = d->net && d->module && n_kept < KEPT;
    if (good)
        kept[n_kept++] = d;
    pthread_mutex_unlock(&lock);
    return good ? d : NULL;
}


const struct definition *definition_load(struct ctx *cx, int64_t definition_id)
{
    const struct definition *d = find_kept(definition_id);
    struct rows r;
    if (d)
        return d;
    int found = db_get(cx->db, &r, &q_definition_get, definition_id);
    if (found == 1)
        d = keep(definition_id, row_copy(&r, 1, cx->a), row_copy(&r, 3, cx->a),
                 row_copy(&r, 4, cx->a), row_copy(&r, 5, cx->a));
    rows_end(&r);
    if (!d && found >= 0)
        (void)fail(cx, ERR_INTERNAL, "module.broken", NULL); /* NULL says it */
    return d;
}

const struct definition *definition_newest(struct ctx *cx, struct str key)
{
    int64_t id = db_number(cx->db, 0, &q_definition_newest, key);
    if (id)
        return definition_load(cx, id);
    (void)fail_arg(cx, ERR_NOT_FOUND, "module.absent", NULL,
                   arena_strndup(cx->a, key.p, key.n), NULL); /* NULL says it */
    return NULL;
}

const struct definition *definition_version(struct ctx *cx, struct str key, int64_t version)
{
    int64_t id = db_number(cx->db, 0, &q_definition_version, key, version);
    if (id)
        return definition_load(cx, id);
    (void)fail_arg(cx, ERR_NOT_FOUND, "module.absent", NULL,
                   arena_strndup(cx->a, key.p, key.n), NULL); /* NULL says it */
    return NULL;
}

bool module_exists(struct ctx *cx, struct str key)
{
    return db_number(cx->db, 0, &q_definition_newest, key) > 0;
}

/* --- installing ------------------------------------------------------------------------------------- */

/* Names that expressions may use: the form's fields, the module's variables, and what every flow
 * has. */
static struct flow_known known_names(struct arena *a, const struct jv *module)
{
    static const struct str always[] = { { "starter", 7 }, { "outcome", 7 }, { "urgency", 7 } };
    const struct jv *fields = jv_get(module, "fields"), *variables = jv_get(module, "variables");
    struct str *names = arena_array_of(a, struct str, jv_size(fields) + jv_size(variables) + 3);
    size_t n = 0;
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        names[n++] = always[i];
    for (size_t i = 0; i < jv_size(fields); i++)
        names[n++] = jv_str(jv_get(jv_at(fields, i), "name"));
    for (size_t i = 0; i < jv_size(variables); i++)
        names[n++] = jv_str(jv_at(variables, i));
    return (struct flow_known){ names, n };
}

static bool refuse_broken(struct ctx *cx, struct str key, const struct flow_report *report)
{
    for (size_t i = 0; i < report->error_n; i++)
        log_error("desk", "module refused", "module", arena_strndup(cx->a, key.p, key.n), "line",
                  arena_printf(cx->a, "%d", report->error[i].line), "element",
                  arena_strndup(cx->a, report->error[i].element.p, report->error[i].element.n),
                  "message",
                  arena_strndup(cx->a, report->error[i].message.p, report->error[i].message.n));
    return fail_arg(cx, ERR_INVALID, "module.refused", NULL,
                    arena_strndup(cx->a, key.p, key.n), NULL);
}

bool module_install(struct ctx *cx, struct str key, struct str json, struct str bpmn)
{
    int line = 0;
    const char *what = "";
    struct flow_report report;
    struct rows r;
    char digest[SM3_HEX_SIZE + 1];
    const struct jv *module = jv_parse(cx->a, json, &line, &what);
    if (!module)
        return fail_arg(cx, ERR_INVALID, "module.json", NULL, arena_printf(cx->a, "%d", line), what);
    struct flow_known known = known_names(cx->a, module);
    bool is_open = jv_get(module, "fields") == NULL && jv_get(module, "variables") == NULL;
    if (!flow_compile(cx->a, str_copy(cx->a, bpmn), is_open ? NULL : &known, &report))
        return refuse_broken(cx, key, &report);
    sm3_hex(str_printf(cx->a, "%.*s\n%.*s", STR_ARG(json), STR_ARG(bpmn)), digest);
    int64_t version = 0;
    bool is_same = false;
    if (db_get(cx->db, &r, &q_definition_newest, key) == 1) {
        version = row_i64(&r, 1);
        is_same = str_is(row_text(&r, 2), digest);
    }
    rows_end(&r);
    if (is_same)
        return true;
    int64_t id = id_new(cx->now);
    return db_run(cx->db, &q_definition_put, id, key, version + 1, jv_str(jv_get(module, "name")),
                  bpmn, json, (const char *)digest, cx->now) &&
           trace_write(cx, trace_node_stream(cx), "module.install", 0, 0,
                       str_printf(cx->a, "{\"key\":\"%.*s\",\"version\":%lld,\"digest\":\"%s\"}",
                                  STR_ARG(key), (long long)version + 1, digest));
}

/* "modules/KEY/module.json" → KEY */
static struct str module_key(const char *name)
{
    struct str s = str_of(name);
    if (!str_starts(s, STR("modules/")) || !str_ends(s, STR("/module.json")))
        return STR_NONE;
    return str_sub(s, 8, s.n - 8 - 12);
}

static bool run_install_all(struct ctx *cx, const void *in, void *out)
{
    (void)in;
    (void)out;
    for (const struct embed_file *f = embed_files; f->name; f++) {
        struct str key = module_key(f->name);
        if (!key.p)
            continue;
        struct str bpmn = embed_find(arena_printf(cx->a, "modules/%.*s/flow.bpmn", STR_ARG(key)));
        struct str json = { f->begin, (size_t)(f->end - f->begin) };
        if (!module_install(cx, key, json, bpmn))
            return false;
    }
    return true;
}

static const struct command commands[] = {
    { "module.install_all", POST, NULL, PERM_OPERATOR, NULL, NULL, run_install_all,
      "安装随程序附带的业务模块", "Install the modules that come with the program",
      CMD_INTERNAL | CMD_NO_TRACE, NULL },
};

const struct room desk_module_room = { "desk", ROOM_TABLE(commands), NULL, 0, NULL, 0, NULL, NULL };
