#include "demo/demo_stage.h"

#include "base/check.h"
#include "core/small.h"

enum { CAST = 32768 }; /* people who act; never more than half used */

struct player {
    const char *account;
    const struct actor *actor;
    int64_t generation; /* under which the actor was loaded */
};

struct stage {
    struct core *core;
    struct db *db;
    struct arena *a;       /* the play's */
    struct arena *scratch; /* the call's */
    struct err err;
    struct ctx look;
    int64_t now, limit; /* limit 0: none */
    struct player *cast;
    size_t n_cast;
};

struct stage *stage_new(struct core *core, struct arena *a, struct err *e)
{
    struct db *db = core_reader(core, a, e);
    if (!db)
        return NULL;
    struct stage *s = arena_new_of(a, struct stage);
    s->core = core;
    s->db = db;
    s->a = a;
    s->scratch = arena_new();
    s->cast = arena_array_of(a, struct player, CAST);
    return s;
}

void stage_free(struct stage **ps)
{
    if (!*ps)
        return;
    db_close(&(*ps)->db);
    arena_free(&(*ps)->scratch);
    *ps = NULL;
}

void stage_at(struct stage *s, int64_t at)
{
    CHECK(at >= s->now);
    s->now = at;
}

void stage_later(struct stage *s, int64_t ms)
{
    s->now += ms;
    if (s->limit && s->now > s->limit)
        s->now = s->limit;
}

void stage_limit(struct stage *s, int64_t at)
{
    s->limit = at;
}

int64_t stage_now(const struct stage *s)
{
    return s->now;
}

bool stage_good(const struct stage *s)
{
    return s->err.kind == ERR_NONE;
}

const struct err *stage_err(const struct stage *s)
{
    return &s->err;
}

void stage_stop(struct stage *s, const char *code, const char *what)
{
    (void)err_set(&s->err, s->a, ERR_INTERNAL, code, NULL, what, NULL, NULL); /* false by contract */
}

struct arena *stage_arena(struct stage *s)
{
    return s->a;
}

int *stage_ints(struct stage *s, size_t n)
{
    return arena_array_of(s->a, int, n);
}

const char *stage_text(struct stage *s, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    const char *text = arena_vprintf(s->a, format, ap);
    va_end(ap);
    return text;
}

/* --- the cast ------------------------------------------------------------------------------------ */
static struct ctx context(struct stage *s, const struct actor *actor)
{
    struct ctx cx = { .a = s->scratch, .db = s->db, .core = s->core, .now = s->now, .actor = actor,
                      .is_system = actor == NULL, .client = STR("demo") };
    return cx;
}

static int64_t person_of(struct stage *s, const char *account)
{
    struct ctx cx = context(s, NULL);
    int64_t person = 0;
    db_errors_to(s->db, s->scratch, &cx.err);
    int found = account_person(&cx, str_of(account), &person);
    if (found < 0)
        s->err = cx.err;
    else if (found == 0)
        stage_stop(s, "demo.no_account", account);
    return person;
}

/* What a person may do changes while the play goes on (a pool is made, a day comes). */
static bool player_fresh(struct stage *s, struct player *p, int64_t person)
{
    struct ctx cx = context(s, NULL);
    db_errors_to(s->db, s->scratch, &cx.err);
    int64_t generation = account_generation(&cx, person);
    if (!p->actor || p->generation != generation)
        p->actor = actor_load(s->core, s->db, person, s->now, s->a, &s->err);
    p->generation = generation;
    return p->actor != NULL;
}

/* NULL account: the system. *good false: nobody of that name. */
static const struct actor *player(struct stage *s, const char *account, bool *good)
{
    *good = true;
    if (!account)
        return NULL;
    size_t i = str_hash(str_of(account)) % CAST;
    while (s->cast[i].account && strcmp(s->cast[i].account, account) != 0)
        i = (i + 1) % CAST;
    struct player *p = &s->cast[i];
    int64_t person = p->actor ? p->actor->person_id : person_of(s, account);
    *good = person != 0 && player_fresh(s, p, person);
    if (*good && !p->account) {
        CHECK(++s->n_cast < CAST / 2);
        p->account = arena_strdup(s->a, account);
    }
    return *good ? p->actor : NULL;
}

struct ctx *stage_look(struct stage *s, const char *account)
{
    bool good = stage_good(s);
    if (!good)
        return NULL;
    arena_empty(s->scratch);
    const struct actor *actor = player(s, account, &good);
    if (!good)
        return NULL;
    s->look = context(s, actor);
    db_errors_to(s->db, s->scratch, &s->look.err);
    return &s->look;
}

/* --- paths --------------------------------------------------------------------------------------- */
struct match {
    struct param params[16];
    size_t n;
};

/* Does the path fit the pattern? Its parameters go to m. */
static bool path_fits(const char *pattern, struct str path, struct match *m)
{
    struct str left = str_of(pattern), want, have;
    m->n = 0;
    while (str_cut(&left, '/', &want)) {
        if (!str_cut(&path, '/', &have))
            return false;
        if (want.n > 2 && want.p[0] == '{' && m->n < 16)
            m->params[m->n++] = (struct param){ str_sub(want, 1, want.n - 2), have };
        else if (!str_eq(want, have))
            return false;
    }
    return path.p == NULL;
}

static const struct command *command_at(struct str path, struct match *m)
{
    for (const struct room *const *r = rooms; *r; r++)
        for (size_t i = 0; i < (*r)->n_commands; i++) {
            const struct command *c = &(*r)->commands[i];
            if (c->path && !(c->flags & CMD_INTERNAL) && path_fits(c->path, path, m))
                return c;
        }
    return NULL;
}

static const struct read *read_at(struct str path, struct match *m)
{
    for (const struct room *const *r = rooms; *r; r++)
        for (size_t i = 0; i < (*r)->n_reads; i++)
            if (path_fits((*r)->reads[i].path, path, m))
                return &(*r)->reads[i];
    return NULL;
}

/* --- acting -------------------------------------------------------------------------------------- */
static const struct jv *run_command(struct stage *s, const struct actor *actor, const struct command *c,
                                    struct match *m, struct str body, struct err *e)
{
    struct arena *a = s->scratch;
    const struct jv *json = body.n ? jv_parse(a, body, NULL, NULL) : NULL;
    void *in = NULL, *out = c->out ? arena_alloc(a, c->out->size) : NULL;
    CHECK(!body.n || json);
    if (c->in && !(in = record_decode(a, c->in, json, m->params, m->n, e)))
        return NULL;
    if (!door_run(s->core, c->name, in, out, actor, s->now, a, e))
        return NULL;
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    if (c->out) {
        record_encode(&w, c->out, out);
    } else {
        jw_obj(&w);
        jw_obj_end(&w);
    }
    return jv_parse(a, buf_done(&b), NULL, NULL);
}

static const struct jv *post(struct stage *s, const char *account, const char *path, struct str body, struct err *e)
{
    struct match m;
    bool good = stage_good(s);
    if (!good)
        return NULL;
    arena_empty(s->scratch);
    const struct actor *actor = player(s, account, &good);
    if (!good)
        return NULL;
    const struct command *c = command_at(str_of(path), &m);
    if (!c) {
        stage_stop(s, "demo.no_path", path);
        return NULL;
    }
    return run_command(s, actor, c, &m, body, e);
}

const struct jv *stage_post(struct stage *s, const char *account, const char *path, struct str body)
{
    struct err e = { 0 };
    const struct jv *answer = post(s, account, path, body, &e);
    if (e.kind && stage_good(s)) { /* where the play stopped, and why */
        const char *why = err_message(s->a, &e, LANG_ZH);
        const char *where = arena_printf(s->a, "%s: POST %s %.*s", account ? account : "system", path,
                                         STR_ARG(utf8_prefix(body, 200)));
        (void)err_set(&s->err, s->a, ERR_INTERNAL, "demo.refused", NULL, where, e.code, why); /* false by contract */
    }
    return answer;
}

bool stage_try(struct stage *s, const char *account, const char *path, struct str body, const char **code)
{
    struct err e = { 0 };
    bool good = post(s, account, path, body, &e) != NULL;
    if (code)
        *code = e.code;
    return good;
}

static void query_params(struct str query, struct match *m)
{
    struct str pair, name;
    while (query.p && str_cut(&query, '&', &pair) && m->n < 16) {
        struct str value = pair;
        if (str_cut(&value, '=', &name) && value.p)
            m->params[m->n++] = (struct param){ name, value };
    }
}

const struct jv *stage_get(struct stage *s, const char *account, const char *path)
{
    struct str query = str_of(path), plain;
    struct match m;
    struct ctx *cx = stage_look(s, account);
    if (!cx || !str_cut(&query, '?', &plain))
        return NULL;
    const struct read *r = read_at(plain, &m);
    if (!r) {
        stage_stop(s, "demo.no_path", path);
        return NULL;
    }
    query_params(query, &m);
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    void *in = NULL;
    bool good = !r->in || (in = record_decode(cx->a, r->in, NULL, m.params, m.n, &cx->err)) != NULL;
    good = good && r->run(cx, in, &w);
    if (!good)
        (void)err_set(&s->err, s->a, ERR_INTERNAL, "demo.refused", NULL, path, cx->err.code, ""); /* false by contract */
    const struct jv *answer = good ? jv_parse(cx->a, buf_done(&b), NULL, NULL) : NULL;
    if (good && !answer) /* twice the same key, for example */
        stage_stop(s, "demo.bad_answer", path);
    return answer;
}
