/* `tongban feel`: reads {"expr","context"} a line, prints {"value"} or {"error"} a line; with
 * {"tests","input","context"} whether the input meets unary tests. Values in the form of
 * tests/flow/feel-cases.jsonl: {"number":"1.5"}, {"date":"2026-11-24"} and so on. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "feel/feel_in.h"

static bool context_get(void *arg, struct arena *a, struct str name, const struct feel_value **out)
{
    const struct feel_value *context = arg;
    (void)a;
    return fv_kind(context) == FV_CONTEXT && fv_get(context, name, out);
}

struct gathered {
    struct arena *a;
    struct str *name;
    size_t n;
};

/* All keys of the context, at any depth: names may hold spaces. */
static void gather(struct gathered *g, const struct feel_value *v)
{
    if (fv_kind(v) == FV_LIST)
        for (size_t i = 0; i < v->u.list.n; i++)
            gather(g, v->u.list.v[i]);
    if (fv_kind(v) != FV_CONTEXT)
        return;
    for (size_t i = 0; i < v->u.context.n; i++) {
        g->name = arena_grow(g->a, g->name, g->n * sizeof *g->name, (g->n + 1) * sizeof *g->name);
        g->name[g->n++] = v->u.context.key[i];
        gather(g, v->u.context.v[i]);
    }
}

static void answer_error(struct jw *w, const char *code, const char *what)
{
    jw_kobj(w, "error");
    jw_ktext(w, "code", code);
    jw_ktext(w, "message", what);
    jw_obj_end(w);
}

static void answer(struct arena *a, struct jw *w, struct str line)
{
    const char *what = NULL;
    const struct jv *j = jv_parse(a, line, NULL, &what);
    struct str expr = jv_str(jv_get(j, "expr")), tests = jv_str(jv_get(j, "tests"));
    if (!expr.p && !tests.p) {
        answer_error(w, "feel.bad_input", what ? what : "expr is missing");
        return;
    }
    const struct feel_value *context = feel_of_json(a, jv_get(j, "context"));
    struct gathered g = { .a = a };
    gather(&g, context);
    struct feel_names names = { g.name, g.n };
    const struct feel *e = tests.p ? feel_compile_tests(a, tests, &names, &what, NULL)
                                   : feel_compile(a, expr, &names, &what, NULL);
    if (!e) {
        answer_error(w, "feel.syntax", what);
        return;
    }
    struct feel_env env = { .get = context_get,
                            .arg = (void *)(uintptr_t)context,
                            .now = clock_now_ms() };
    if (tests.p) {
        int met = feel_eval_tests(a, e, feel_of_json(a, jv_get(j, "input")), &env);
        jw_key(w, "value");
        feel_write(w, met < 0 ? NULL : feel_of_bool(met), true);
        return;
    }
    bool exhausted;
    const struct feel_value *v = feel_eval(a, e, &env, &exhausted);
    if (exhausted) {
        answer_error(w, "feel.exhausted", "表达式计算量太大");
        return;
    }
    jw_key(w, "value");
    feel_write(w, v, true);
}

int feel_cli(int argc, char **argv)
{
    if (argc > 1) {
        fprintf(stderr, "usage: tongban feel < FILE   ({\"expr\":…,\"context\":{…}} a line)%s%s\n",
                argc > 1 ? "; not understood: " : "", argc > 1 ? argv[1] : "");
        return 2;
    }
    struct arena *a = arena_new();
    char *line = NULL;
    size_t size = 0;
    ssize_t n;
    while ((n = getline(&line, &size, stdin)) >= 0) {
        struct str text = str_trim((struct str){ line, (size_t)n });
        if (text.n == 0)
            continue;
        struct buf b = buf_in(a);
        struct jw w = jw_to(&b);
        jw_obj(&w);
        answer(a, &w, text);
        jw_obj_end(&w);
        struct str out = buf_done(&b);
        printf("%.*s\n", STR_ARG(out));
        fflush(stdout);
        arena_empty(a);
    }
    free(line);
    arena_free(&a);
    return 0;
}
