/* The one door. Reads are answered on the HTTP worker. Commands are decoded and checked there, run
 * by the committer in a savepoint of their own, and answered after the commit is on disk. */
#include "base/check.h"
#include "base/clock.h"
#include "base/disk.h"
#include "base/log.h"
#include "core/core.sql.h"
#include "core/core_in.h"
#include "crypto/crypto.h"

/* --- errors ------------------------------------------------------------------------------------- */

bool fail(struct ctx *cx, enum err_kind kind, const char *code, const char *field)
{
    return err_set(&cx->err, cx->a, kind, code, field, NULL, NULL, NULL);
}

bool fail_arg(struct ctx *cx, enum err_kind kind, const char *code, const char *field,
              const char *arg1, const char *arg2)
{
    return err_set(&cx->err, cx->a, kind, code, field, arg1, arg2, NULL);
}

/* A refusal that names a field alone takes the words for it from the description of the input. */
static void word_field(struct err *e, const struct record *in)
{
    if (!e->code || !e->field || strncmp(e->code, "input.", 6) || (e->arg[0] && e->arg[2]))
        return;
    const char *zh = e->field, *en = e->field;
    for (size_t i = 0; in && i < in->n; i++)
        if (strcmp(in->fields[i].name, e->field) == 0) {
            zh = in->fields[i].zh ? in->fields[i].zh : zh;
            en = in->fields[i].en ? in->fields[i].en : en;
        }
    if (!e->arg[0])
        e->arg[0] = zh;
    if (!e->arg[2])
        e->arg[2] = en;
}

bool fail_not_found(struct ctx *cx)
{
    return fail(cx, ERR_NOT_FOUND, "not_found", NULL);
}

/* --- parts --------------------------------------------------------------------------------------- */

bool part_begin(struct ctx *cx, struct part *p)
{
    CHECK(cx->run);
    const struct run *run = cx->run;
    *p = (struct part){ run->n_counts, run->n_held,
                        run->n_held ? arena_copy(cx->a, run->held, run->n_held * sizeof *run->held) : NULL };
    return db_savepoint(cx->db);
}

bool part_end(struct ctx *cx, const struct part *p, bool *good)
{
    *good = *good && db_settle(cx->db);
    if (*good)
        return db_savepoint_keep(cx->db);
    cx->run->n_counts = p->n_counts;
    cx->run->n_held = p->n_held;
    if (p->n_held)
        memcpy(cx->run->held, p->held, p->n_held * sizeof *cx->run->held);
    return db_savepoint_undo(cx->db);
}

/* --- tables -------------------------------------------------------------------------------------- */

const struct command *command_find(const char *name)
{
    for (const struct room *const *r = rooms; *r; r++)
        for (size_t i = 0; i < (*r)->n_commands; i++)
            if (strcmp((*r)->commands[i].name, name) == 0)
                return &(*r)->commands[i];
    return NULL;
}

bool event_ask(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    for (const struct room *const *r = rooms; *r; r++)
        for (size_t i = 0; i < (*r)->n_handlers; i++) {
            const struct handler *h = &(*r)->handlers[i];
            if (strcmp(h->event, event) == 0 && !h->run(cx, event, subject, detail))
                return false;
        }
    return true;
}

bool event_emit(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    CHECK(cx->run);
    return event_ask(cx, event, subject, detail);
}

bool command_run_child(struct ctx *cx, const char *name, const void *in, void *out)
{
    const struct command *c = command_find(name);
    CHECK(c && cx->run);
    if (cx->run->depth >= 3)
        return fail(cx, ERR_INTERNAL, "internal", NULL);
    struct part p;
    if (!part_begin(cx, &p))
        return false;
    cx->run->depth++;
    bool good = c->run(cx, in, out);
    cx->run->depth--;
    return part_end(cx, &p, &good) && good;
}

/* --- lists ----------------------------------------------------------------------------------------- */

void answer_rows(struct jw *w)
{
    jw_obj(w);
    jw_karr(w, "rows");
}

void answer_rows_end(struct jw *w, struct str after)
{
    jw_arr_end(w);
    jw_kstr(w, "after", after);
    jw_obj_end(w);
}

struct str cursor_text(struct ctx *cx, int64_t a, int64_t b, int64_t c)
{
    return str_printf(cx->a, "%llx.%llx.%llx", (unsigned long long)a, (unsigned long long)b,
                      (unsigned long long)c);
}

static bool hex_number(struct str s, int64_t *out)
{
    uint64_t v = 0;
    if (s.n == 0 || s.n > 16)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        int d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (d < 0)
            return false;
        v = v << 4 | (uint64_t)d;
    }
    *out = (int64_t)v;
    return true;
}

bool cursor_read(struct ctx *cx, struct str after, int64_t *a, int64_t *b, int64_t *c)
{
    struct str part;
    int64_t v[3], *out[3] = { a, b, c };
    if (!after.n)
        return true;
    for (int i = 0; i < 3; i++)
        if (!str_cut(&after, '.', &part) || !hex_number(part, &v[i]))
            return fail(cx, ERR_INVALID, "input.cursor", "after");
    if (after.p)
        return fail(cx, ERR_INVALID, "input.cursor", "after");
    for (int i = 0; i < 3; i++)
        if (out[i])
            *out[i] = v[i];
    return true;
}

struct raw *raw_of(struct ctx *cx)
{
    struct call *call = (struct call *)((char *)cx - offsetof(struct call, cx));
    CHECK(call->read && call->read->flags & READ_RAW);
    return &call->raw;
}

void read_later(struct ctx *cx, later_fn make, void *arg)
{
    struct call *call = (struct call *)((char *)cx - offsetof(struct call, cx));
    CHECK(call->read);
    call->later = make;
    call->later_arg = arg;
}

bool read_fetch(struct ctx *cx, struct str digest)
{
    struct call *call = (struct call *)((char *)cx - offsetof(struct call, cx));
    CHECK(call->read);
    call->raw.fetch = digest;
    return true;
}

void door_set_login(struct ctx *cx, struct str token)
{
    struct call *call = (struct call *)((char *)cx - offsetof(struct call, cx));
    CHECK(call->command);
    call->set_login = str_copy(cx->a, token);
}

/* --- what reads and commands share ------------------------------------------------------------------ */

static void call_begin(struct call *call, struct db *db)
{
    call->cx = (struct ctx){
        .a = call->a, .db = db, .core = call->core, .now = core_now(call->core),
        .lang = call->lang, .is_system = call->is_operator,
        .client = str_copy(call->a, call->address.p ? call->address : STR("")),
    };
    call->answer_status = 200;
    call->later = NULL;
    call->raw.fd = -1;
    db_errors_to(db, call->a, &call->cx.err);
}

/* Identity and the table's permission column. */
static bool let_in(struct call *call, enum perm perm, const char *name)
{
    struct ctx *cx = &call->cx;
    CHECK(perm != PERM_UNSET);
    if (call->is_operator || perm == PERM_ANYONE)
        return true;
    if (!identify(call, cx))
        return false;
    if (cx->actor->must_change_password && perm != PERM_FIRST_LOGIN)
        return fail(cx, ERR_FORBIDDEN, "login.must_change", NULL);
    if (perm_allows(cx, perm))
        return true;
    refusal_note(cx, name);
    return fail(cx, ERR_FORBIDDEN, "right.missing", NULL);
}

/* The parser's words are English and of its own trade: the person reads ours, by case. */
static bool not_json(struct call *call, int line, const char *what)
{
    struct ctx *cx = &call->cx;
    const char *at = arena_printf(call->a, "%d", line);
    const char *key = strchr(what, '"'), *end = key ? strchr(key + 1, '"') : NULL;
    if (strncmp(what, "duplicate", 9) == 0)
        return fail_arg(cx, ERR_INVALID, "input.json_twice", "body", at,
                        end ? arena_strndup(call->a, key + 1, (size_t)(end - key - 1)) : "");
    bool is_cut = strstr(what, "end of file") || strstr(what, "premature");
    return fail_arg(cx, ERR_INVALID, is_cut ? "input.json_cut" : "input.json", "body", at, NULL);
}

/* The JSON text of a command or of a read that is asked by POST. */
static const struct jv *body_parse(struct call *call)
{
    int line = 0;
    const char *what = "";
    const struct jv *body =
        jv_parse(call->a, call->body.n ? call->body : STR("{}"), &line, &what);
    if (!body)
        (void)not_json(call, line, what); /* NULL says it */
    return body;
}

/* --- reads ------------------------------------------------------------------------------------------ */

/* Noted as running; refused when it brought the program down twice. */
static bool read_watched(struct call *call, struct jw *w)
{
    struct ctx *cx = &call->cx;
    const char *name = call->read->name;
    int64_t person = cx->actor ? cx->actor->person_id : 0;
    char text[256];
    bool watched;
    struct str subject = read_subject(call, text, sizeof text);
    if (incidents_any(call->core) &&
        !incident_allows(cx, act_of_read(call->a, name, person, subject), &watched))
        return false;
    struct running_slot *at = running_begin(call->core->running, name, STR_NONE, subject, person,
                                            cx->now);
    bool good = call->read->run(cx, call->in, w);
    running_end(&at);
    if (!good)
        word_field(&cx->err, call->read->in);
    return good;
}

static bool read_run(struct call *call, struct buf *out)
{
    struct ctx *cx = &call->cx;
    struct jw w = jw_to(out);
    const struct jv *body = NULL;
    if (!let_in(call, call->read->perm, call->read->name) ||
        (call->read->flags & READ_POST && !(body = body_parse(call))))
        return false;
    call->in = record_decode(call->a, call->read->in, body, call->params, call->n_params, &cx->err);
    return call->in && read_watched(call, &w);
}

void door_read(struct call *call, struct db *db)
{
    struct buf out = buf_in(call->a);
    call_begin(call, db);
    log_span(0, 0, call->read->name);
    bool good = db_begin(db) && read_run(call, &out);
    db_rollback(db);
    if (good && call->cx.err.kind == ERR_NONE)
        call->answer = buf_done(&out);
    else
        call->err = call->cx.err;
    if (!good && call->err.kind == ERR_NONE)
        call->err = (struct err){ .kind = ERR_INTERNAL, .code = "internal" };
    if (call->err.kind == ERR_NOT_FOUND)
        refusal_note(&call->cx, call->read->name);
    log_span_end();
}

void door_later(struct call *call)
{
    later_fn make = call->later;
    char text[256];
    struct running_slot *at =
        running_begin(call->core->running, call->read->name, STR_NONE, read_subject(call, text, sizeof text),
                      call->cx.actor ? call->cx.actor->person_id : 0, call->cx.now);
    call->later = NULL;
    log_span(0, 0, call->read->name);
    if (!make(call->a, call->later_arg, &call->raw, &call->err) && call->err.kind == ERR_NONE)
        call->err = (struct err){ .kind = ERR_INTERNAL, .code = "internal" };
    if (!(call->read->flags & READ_RAW))
        call->answer = call->raw.bytes;
    log_span_end();
    running_end(&at);
}

/* --- commands: before the committer ------------------------------------------------------------------- */

static bool key_is_good(struct str key)
{
    for (size_t i = 0; i < key.n; i++) {
        char c = key.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_'))
            return false;
    }
    return key.n >= 8 && key.n <= 64;
}

static bool decode_command(struct call *call)
{
    struct ctx *cx = &call->cx;
    const struct jv *body = body_parse(call);
    if (!body)
        return false;
    call->in = record_decode(call->a, call->command->in, body, call->params, call->n_params,
                             &cx->err);
    if (!call->in)
        return false;
    struct buf b = buf_in(call->a);
    buf_text(&b, call->command->name);
    for (size_t i = 0; i < call->n_params; i++)
        buf_printf(&b, "\n%.*s", STR_ARG(call->params[i].value));
    buf_char(&b, '\n');
    buf_str(&b, jv_canonical(call->a, body));
    char digest[65];
    sm3_hex(buf_done(&b), digest);
    call->in_digest = str_copy(call->a, str_of(digest));
    call->act = act_of_command(call);
    return true;
}

static bool command_checks(struct call *call)
{
    struct ctx *cx = &call->cx;
    const struct command *c = call->command;
    if (!let_in(call, c->perm, c->name))
        return false;
    if (cx->actor && !cx->actor->is_token && !secret_equal(call->csrf, cx->actor->csrf))
        return fail(cx, ERR_FORBIDDEN, "login.csrf", NULL);
    if (cx->actor && !(c->flags & CMD_NO_KEY) && !key_is_good(call->key))
        return fail(cx, ERR_INVALID, "key.missing", "Idempotency-Key");
    return decode_command(call);
}

static bool run_in_group(struct work *w, struct db *db);
static void settled_in_group(struct work *w, enum settled how, enum db_failure why);

static bool queue(struct call *call)
{
    call->work = (struct work){ .run = run_in_group, .settled = settled_in_group };
    return committer_submit(call->core->committer, &call->work) ||
           fail(&call->cx, ERR_BUSY, "queue.full", NULL);
}

static bool prepare_watched(struct call *call)
{
    struct ctx *cx = &call->cx;
    int64_t person = cx->actor ? cx->actor->person_id : 0;
    bool watched;
    if (incidents_any(call->core) && !incident_allows(cx, call->act, &watched))
        return false;
    struct running_slot *at = running_begin(call->core->running, call->command->name, call->act,
                                            STR_NONE, person, cx->now);
    bool good = call->command->prepare(cx, call->in);
    running_end(&at);
    if (!good)
        word_field(&cx->err, call->command->in);
    return good;
}

static void prepare_then_queue(void *arg)
{
    struct call *call = arg;
    struct ctx *cx = &call->cx;
    struct db *db = core_reader(call->core, call->a, &cx->err);
    bool good = db != NULL;
    if (good) {
        cx->db = db;
        db_errors_to(db, call->a, &cx->err);
        good = prepare_watched(call);
    }
    db_close(&db);
    cx->db = NULL;
    if (good && queue(call))
        return;
    call->err = cx->err;
    call->done(call);
}

static enum lane lane_of(const struct command *c)
{
    return c->flags & CMD_CONVERT_LANE ? LANE_CONVERT : c->flags & CMD_WORK_LANE ? LANE_WORK : LANE_PASSWORD;
}

bool door_submit(struct call *call, struct db *db)
{
    call_begin(call, db);
    bool good = command_checks(call);
    if (good && call->command->prepare)
        good = job_run(call->core, lane_of(call->command), prepare_then_queue, call) ||
               fail(&call->cx, ERR_BUSY, "queue.full", NULL);
    else if (good)
        good = queue(call);
    if (!good)
        call->err = call->cx.err;
    return good;
}

/* --- commands: on the committer's thread ---------------------------------------------------------------- */

/* 1: this key was used for this very act, the first answer is in call; 0: new; -1: refused. */
static int find_first_answer(struct call *call)
{
    struct ctx *cx = &call->cx;
    struct rows r;
    if (!cx->actor || !call->key.n || call->command->flags & CMD_NO_KEY)
        return 0;
    int found = db_get(cx->db, &r, &q_key_find, cx->actor->person_id, call->key);
    if (found == 1 && !str_eq(row_text(&r, 0), call->in_digest)) {
        (void)fail(cx, ERR_CONFLICT, "key.reused", "Idempotency-Key"); /* always false */
        found = -1;
    } else if (found == 1) {
        call->answer_status = (int)row_i64(&r, 1);
        call->answer = row_copy(&r, 2, call->a);
        call->is_replayed = true;
    }
    rows_end(&r);
    return found;
}

/* What is kept for a repetition holds no secret: who asks again for a one-time code gets none. */
static struct str answer_to_keep(struct call *call)
{
    const struct record *out = call->command->out;
    bool has_secret = false;
    for (size_t i = 0; out && i < out->n; i++)
        has_secret = has_secret || (out->fields[i].flags & FIELD_SECRET);
    if (!has_secret)
        return call->answer;
    struct buf b = buf_in(call->a);
    struct jw w = jw_to(&b);
    record_encode_public(&w, out, call->out);
    return buf_done(&b);
}

static bool keep_first_answer(struct call *call)
{
    struct ctx *cx = &call->cx;
    if (!cx->actor || !call->key.n || call->command->flags & CMD_NO_KEY)
        return true;
    return db_run(cx->db, &q_key_put, cx->actor->person_id, call->key, call->in_digest,
                  (int64_t)call->answer_status, answer_to_keep(call), cx->now);
}

/* New work is refused before the disk is full, the program's own goes on a little longer (K3), so that
 * there is room left to sign in, to read, to stop in order and to start again. A database on another
 * machine has a disk of its own. */
static bool disk_allows(struct ctx *cx, const struct command *c)
{
    if (c->flags & CMD_NARROW || cx->core->config.is_bulk || db_engine_of(cx->db) != DB_SQLITE)
        return true;
    int used = disk_used(cx->core->config.dir);
    bool allows = used < (cx->is_system ? DISK_BRINK : DISK_NARROW);
    if (allows == atomic_exchange(&cx->core->disk_refuses, !allows))
        log_warn("door", allows ? "the disk has room again" : "the disk is nearly full: commands are refused",
                 "percent", arena_printf(cx->a, "%d", used));
    return allows || fail(cx, ERR_BUSY, "core.disk_narrow", NULL);
}

static bool run_command(struct call *call)
{
    struct ctx *cx = &call->cx;
    const struct command *c = call->command;
    if (!identity_still_good(cx))
        return false;
    int found = find_first_answer(call);
    bool watched = false;
    if (found)
        return found > 0;
    if (incidents_any(call->core) && !incident_allows(cx, call->act, &watched))
        return false;
    if (!disk_allows(cx, c))
        return false;
    call->out = c->out ? arena_alloc(call->a, c->out->size) : NULL;
    if (!c->run(cx, call->in, call->out) || !trace_hold_end(cx, c->name))
        return false;
    if (cx->run->n_traces == 0 && !(c->flags & CMD_NO_TRACE))
        return fail(cx, ERR_INTERNAL, "trace.missing", NULL);
    struct buf b = buf_in(call->a);
    struct jw w = jw_to(&b);
    if (c->out)
        record_encode(&w, c->out, call->out);
    else
        buf_text(&b, "{}");
    call->answer = buf_done(&b);
    call->answer_status = c->flags & CMD_CREATES ? 201 : 200;
    return (!watched || incident_passed(cx, call->act)) && keep_first_answer(call);
}

static bool run_in_group(struct work *w, struct db *db)
{
    struct call *call = (struct call *)(void *)w;
    struct ctx *cx = &call->cx;
    cx->db = db;
    cx->err = (struct err){ 0 };
    cx->now = call->work_now ? call->work_now : core_now(call->core);
    cx->run = call->run = arena_new_of(call->a, struct run);
    db_errors_to(db, call->a, &cx->err);
    int64_t person = cx->actor ? cx->actor->person_id : 0;
    log_span(0, person, call->command->name);
    struct running_slot *at = running_begin(call->core->running, call->command->name, call->act,
                                            STR_NONE, person, cx->now);
    bool good = run_command(call);
    running_end(&at);
    if (!good)
        word_field(&cx->err, call->command->in);
    log_span_end();
    CHECK(good || cx->err.kind != ERR_NONE);
    CHECK(!good || cx->err.kind == ERR_NONE);
    return good;
}

static void settled_in_group(struct work *w, enum settled how, enum db_failure why)
{
    struct call *call = (struct call *)(void *)w;
    struct ctx *cx = &call->cx;
    cx->db = NULL;
    if (how == SETTLED_COMMITTED) {
        call->err = (struct err){ 0 };
        live_publish(call->core, call->run->hints, call->run->n_hints);
    } else if (how == SETTLED_UNDONE) {
        /* another node used the same key a moment ago: its answer is the first one */
        bool again = why == DB_FAIL_UNIQUE && call->key.n && !call->is_again;
        call->is_again = true;
        if (again && queue(call))
            return;
        call->err = cx->err;
        if (call->err.kind == ERR_NOT_FOUND || call->err.kind == ERR_FORBIDDEN)
            refusal_note(cx, call->command->name);
    } else {
        call->err = (struct err){ .kind = ERR_BUSY, .code = why == DB_FAIL_FULL ? "db.full"
                                                             : why == DB_FAIL_LOST ? "db.lost"
                                                             : why == DB_FAIL_IO   ? "db.io"
                                                                                   : "db.busy" };
    }
    call->done(call);
}

/* --- the program's own commands ------------------------------------------------------------------------- */

struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t woken;
    bool done;
};

static void wake_waiter(struct call *call)
{
    struct waiter *w = call->owner;
    pthread_mutex_lock(&w->lock);
    w->done = true;
    pthread_cond_signal(&w->woken);
    pthread_mutex_unlock(&w->lock);
}

bool door_run(struct core *core, const char *command, const void *in, void *out,
              const struct actor *actor, int64_t now, struct arena *a, struct err *e)
{
    struct waiter waiter = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false };
    struct call call = { .a = a, .core = core, .command = command_find(command),
                         .done = wake_waiter, .owner = &waiter, .work_now = now };
    CHECK(call.command);
    call.cx = (struct ctx){ .a = a, .core = core, .now = now, .actor = actor,
                            .is_system = actor == NULL, .client = STR("program") };
    call.in = (void *)(uintptr_t)in;
    call.act = core->running ? act_of_command(&call) : STR_NONE;
    bool good = queue(&call);
    pthread_mutex_lock(&waiter.lock);
    while (good && !waiter.done)
        pthread_cond_wait(&waiter.woken, &waiter.lock);
    pthread_mutex_unlock(&waiter.lock);
    *e = good ? call.err : call.cx.err;
    if (e->kind == ERR_NONE && out && call.out)
        memcpy(out, call.out, call.command->out->size);
    return e->kind == ERR_NONE;
}
