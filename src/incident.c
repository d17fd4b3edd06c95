#include "incident.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "core/core.h"
#include "core/incident.h"
#include "http/http.h"

struct options {
    const char *dir, *acknowledge, *release, *note;
};

static bool read_options(int argc, char **argv, struct options *o)
{
    const struct {
        const char *name;
        const char **value;
    } all[] = { { "--data", &o->dir },
                { "--acknowledge", &o->acknowledge },
                { "--release", &o->release },
                { "--note", &o->note } };
    for (int i = 1; i < argc; i++) {
        size_t k = 0, n = sizeof all / sizeof *all;
        while (k < n && strcmp(argv[i], all[k].name) != 0)
            k++;
        if (k == n || ++i == argc)
            return false;
        *all[k].value = argv[i];
    }
    return o->dir && !(o->acknowledge && o->release);
}

static int tell(struct arena *a, const struct err *e)
{
    fprintf(stderr, "tongban: %s\n", err_message(a, e, LANG_ZH));
    return 1;
}

/* --- listing --------------------------------------------------------------------------------- */

static void print(struct arena *a, const struct incident *i)
{
    static const char *const states[] = { "待观察 watched", "已停止执行 refused",
                                          "已恢复执行 released" };
    struct str day = clock_day_text(a, clock_date_of(i->last_at));
    printf("%lld  %.*s  %.*s  %s  ×%lld  %.*s  %.*s%s%.*s\n", (long long)i->id, STR_ARG(day),
           STR_ARG(i->what), states[i->state], (long long)i->crashes,
           STR_ARG(i->signal.n ? i->signal : STR("killed")),
           STR_ARG(i->person.n ? i->person : STR("-")), i->handled_at ? "  已确认 " : "",
           STR_ARG(i->note));
}

static int list(const struct options *o, struct arena *a)
{
    struct ctx cx = { .a = a, .is_system = true };
    struct db_config config;
    struct incident i;
    struct rows r;
    if (!core_conf(o->dir, NULL, a, &config, &cx.err))
        return tell(a, &cx.err);
    cx.db = db_open(&config, DB_READ, a, &cx.err);
    if (!cx.db)
        return tell(a, &cx.err);
    db_errors_to(cx.db, a, &cx.err);
    for (incident_rows(&cx, &r, 0, 1000); incident_next(&cx, &r, &i);)
        print(a, &i);
    rows_end(&r);
    bool good = !rows_failed(&r);
    db_close(&cx.db);
    return good ? 0 : tell(a, &cx.err);
}

/* --- changing -------------------------------------------------------------------------------- */

static int change_closed(const struct options *o, const char *command, int64_t id, struct arena *a)
{
    const struct incident_handle in = { id, o->note ? str_of(o->note) : STR_NONE };
    struct core_config config = { .dir = o->dir, .node = -1 };
    struct core *core = NULL;
    struct err e = { 0 };
    bool good = core_conf(o->dir, NULL, a, &config.db, &e);
    if (good)
        core = core_open(&config, a, &e);
    good = core && door_run(core, command, &in, NULL, NULL, clock_now_ms(), a, &e);
    core_close(&core);
    return good ? 0 : tell(a, &e);
}

static int change(const struct options *o, struct arena *a)
{
    const char *command = o->release ? "incident.release" : "incident.acknowledge";
    const char *id_text = o->release ? o->release : o->acknowledge;
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    struct str answer = STR_NONE;
    bool is_problem = false;
    struct err e = { 0 };
    int64_t id = 0;
    (void)str_to_i64(str_of(id_text), &id); /* 0 is not found */
    jw_obj(&w);
    jw_kid(&w, "incident_id", id);
    if (o->note)
        jw_ktext(&w, "note", o->note);
    jw_obj_end(&w);
    int said = http_socket_ask(o->dir, command, buf_done(&b), a, &answer, &is_problem, &e);
    if (said == 0)
        return change_closed(o, command, id, a);
    if (said < 0)
        return tell(a, &e);
    if (!is_problem)
        return 0;
    const struct jv *v = jv_parse(a, answer, NULL, NULL);
    fprintf(stderr, "tongban: %.*s\n", STR_ARG(jv_str(jv_get(v, "detail"))));
    return 1;
}

int incident_cli(int argc, char **argv)
{
    struct options o = { 0 };
    if (!read_options(argc, argv, &o)) {
        fputs("usage: tongban " INCIDENT_USAGE "\n", stderr);
        return 2;
    }
    struct arena *a = arena_new();
    int code = o.acknowledge || o.release ? change(&o, a) : list(&o, a);
    arena_free(&a);
    return code;
}
