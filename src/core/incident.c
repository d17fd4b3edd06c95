#include "core/incident.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/id.h"
#include "base/log.h"
#include "core/answer.h"
#include "core/core.sql.h"
#include "core/core_in.h"
#include "crypto/crypto.h"

/* --- what is watched or refused, by its act -------------------------------------------------- */

#define KNOWN_MAX 256
#define ACT_CHARS 64

/* Kept in memory, since every act asks: nearly always there is nothing. Beyond 256 the rest is not
 * watched; by then the operator has other worries. */
struct incidents {
    pthread_mutex_t lock; /* guards act */
    char act[KNOWN_MAX][ACT_CHARS + 1];
    _Atomic int n;
};

struct incidents *incidents_new(void)
{
    struct incidents *i = calloc(1, sizeof *i);
    CHECK(i);
    pthread_mutex_init(&i->lock, NULL);
    return i;
}

void incidents_free(struct incidents **i)
{
    if (!*i)
        return;
    pthread_mutex_destroy(&(*i)->lock);
    free(*i);
    *i = NULL;
}

bool incidents_any(const struct core *core)
{
    return atomic_load(&core->incidents->n) != 0;
}

static bool is_known(struct core *core, struct str act)
{
    struct incidents *known = core->incidents;
    bool found = false;
    pthread_mutex_lock(&known->lock);
    for (int i = 0; i < atomic_load(&known->n) && !found; i++)
        found = str_is(act, known->act[i]);
    pthread_mutex_unlock(&known->lock);
    return found;
}

void incidents_load(struct core *core, struct db *reader, struct arena *a)
{
    struct incidents *known = core->incidents;
    struct err e = { 0 };
    struct rows r;
    int n = 0;
    char(*act)[ACT_CHARS + 1] = arena_alloc(a, sizeof known->act);
    db_errors_to(reader, a, &e);
    for (db_rows(reader, &r, &q_incident_open); n < KNOWN_MAX && rows_next(&r);)
        if (row_text(&r, 0).n == ACT_CHARS)
            memcpy(act[n++], row_text(&r, 0).p, ACT_CHARS);
    rows_end(&r);
    if (rows_failed(&r))
        return; /* what was known still is */
    pthread_mutex_lock(&known->lock);
    memcpy(known->act, act, sizeof known->act);
    atomic_store(&known->n, n);
    pthread_mutex_unlock(&known->lock);
}

bool incident_allows(struct ctx *cx, struct str act, bool *watched)
{
    struct rows r;
    *watched = false;
    if (!is_known(cx->core, act))
        return true;
    int found = db_get(cx->db, &r, &q_incident_of_act, act);
    int64_t id = found == 1 ? row_i64(&r, 0) : 0, state = found == 1 ? row_i64(&r, 1) : 0;
    rows_end(&r);
    if (found < 0)
        return false;
    if (found == 1 && state == INCIDENT_REFUSED)
        return fail_arg(cx, ERR_STATE, "incident.refused", NULL,
                        arena_printf(cx->a, "%lld", (long long)id), NULL);
    *watched = found == 1 && state == INCIDENT_WATCHED;
    return true;
}

bool incident_passed(struct ctx *cx, struct str act)
{
    return db_run(cx->db, &q_incident_passed, act);
}

int64_t incidents_unhandled(struct ctx *cx)
{
    return incidents_any(cx->core) ? db_number(cx->db, 0, &q_incident_unhandled) : 0;
}

/* --- what an act is -------------------------------------------------------------------------- */

static bool has_secret(const struct record *r)
{
    for (size_t i = 0; r && i < r->n; i++)
        if (r->fields[i].flags & FIELD_SECRET)
            return true;
    return false;
}

/* The command and its input. Secrets are left out: a digest of a password can be guessed. */
struct str act_of_command(struct call *call)
{
    const struct command *c = call->command;
    if (call->in_digest.n && !has_secret(c->in))
        return call->in_digest;
    struct buf b = buf_in(call->a);
    struct jw w = jw_to(&b);
    buf_text(&b, c->name);
    buf_char(&b, '\n');
    if (c->in && call->in)
        record_encode_public(&w, c->in, call->in);
    return sm3_text(call->a, buf_done(&b));
}

struct str act_of_read(struct arena *a, const char *what, int64_t person_id, struct str subject)
{
    return sm3_text(
        a, str_printf(a, "read %s\n%lld\n%.*s", what, (long long)person_id, STR_ARG(subject)));
}

struct str read_subject(const struct call *call, char *to, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < call->n_params; i++) {
        const struct str part[] = { call->params[i].name, STR("="), call->params[i].value,
                                    STR("\n") };
        for (size_t k = 0; k < 4 && n < size - 1; k++) {
            size_t take = part[k].n < size - 1 - n ? part[k].n : size - 1 - n;
            if (take)
                memcpy(to + n, part[k].p, take);
            n += take;
        }
    }
    while (n && !utf8_valid((struct str){ to, n }))
        n--; /* cut inside a character */
    if (call->body.n && n + 24 < size) { /* a read asked by POST: told apart, but not kept */
        uint64_t h = UINT64_C(0xcbf29ce484222325);
        for (size_t i = 0; i < call->body.n; i++)
            h = (h ^ (unsigned char)call->body.p[i]) * UINT64_C(0x100000001b3);
        n += (size_t)snprintf(to + n, size - n, "body %016llx", (unsigned long long)h);
    }
    to[n] = 0;
    return (struct str){ to, n };
}

/* --- counting -------------------------------------------------------------------------------- */

static const struct {
    int number;
    const char *name;
} signals[] = { { SIGSEGV, "SIGSEGV" }, { SIGBUS, "SIGBUS" },   { SIGILL, "SIGILL" },
                { SIGFPE, "SIGFPE" },   { SIGABRT, "SIGABRT" }, { 0, NULL } };

static const char *signal_name(int64_t number)
{
    int i = 0;
    while (signals[i].name && signals[i].number != number)
        i++;
    return signals[i].name;
}

struct found_in {
    struct running_found found;
    struct str act;
};
struct found_out {
    int64_t id, crashes;
};
static const struct field found_out_fields[] = {
    FIELD(found_out, id, F_ID, .zh = "编号", .en = "id"),
    FIELD(found_out, crashes, F_I64, .zh = "中断次数", .en = "crashes"),
};
RECORD(found_out);

static bool run_found(struct ctx *cx, const void *input, void *output)
{
    const struct found_in *in = input;
    struct found_out *out = output;
    struct rows r;
    if (!db_run(cx->db, &q_incident_found, id_new(cx->now), in->act, in->found.what,
                bind_id(in->found.person_id), in->found.at, (int64_t)in->found.signal))
        return false;
    int found = db_get(cx->db, &r, &q_incident_crashes, in->act);
    if (found == 1)
        *out = (struct found_out){ row_i64(&r, 0), row_i64(&r, 1) };
    rows_end(&r);
    return found == 1 &&
           trace_write(
               cx, trace_node_stream(cx), "incident.found", 0, 0,
               str_printf(cx->a, "{\"incident\":\"%lld\",\"what\":\"%.*s\",\"crashes\":%lld}",
                          (long long)out->id, STR_ARG(in->found.what), (long long)out->crashes));
}

struct counting {
    struct core *core;
    struct arena *a;
};

static bool count_one(void *arg, const struct running_found *f)
{
    struct counting *c = arg;
    const char *signal_ = signal_name(f->signal);
    if (!f->what.n) {
        log_error("incident", "the program died by a signal outside any act", "signal",
                  signal_ ? signal_ : "");
        return true;
    }
    struct found_in in = { *f, f->act.n ? f->act
                                        : act_of_read(c->a, f->what.p, f->person_id, f->subject) };
    struct found_out out = { 0 };
    struct err e = { 0 };
    if (!door_run(c->core, "incident.found", &in, &out, NULL, core_now(c->core), c->a, &e)) {
        log_error("incident", "a crash could not be counted", "what", f->what.p, "code", e.code);
        return false;
    }
    const char *id = arena_printf(c->a, "%lld", (long long)out.id);
    const char *person = arena_printf(c->a, "%lld", (long long)f->person_id);
    if (out.crashes > 1)
        log_error("incident", "running at two crashes: refused from now on", "incident", id, "what",
                  f->what.p, "by", person, "signal", signal_ ? signal_ : "killed");
    else
        log_warn("incident", "running when the program died: watched", "incident", id, "what",
                 f->what.p, "by", person, "signal", signal_ ? signal_ : "killed");
    return true;
}

void incidents_count(struct core *core, struct arena *a)
{
    struct counting c = { core, a };
    struct err e = { 0 };
    (void)running_dead(core_dir(core), a, count_one, &c); /* what failed is in the log */
    struct db *reader = core_reader(core, a, &e);
    if (reader)
        incidents_load(core, reader, a);
    db_close(&reader);
}

/* --- looking, acknowledging, releasing ------------------------------------------------------- */

void incident_rows(struct ctx *cx, struct rows *r, int64_t before, int64_t limit)
{
    db_rows(cx->db, r, &q_incident_page, before ? before : INT64_MAX, limit);
}

bool incident_next(struct ctx *cx, struct rows *r, struct incident *out)
{
    if (!rows_next(r))
        return false;
    const char *name = signal_name(row_i64(r, 7));
    *out = (struct incident){
        .id = row_i64(r, 0),
        .what = row_copy(r, 1, cx->a),
        .person_id = row_i64(r, 2),
        .person = row_copy(r, 3, cx->a),
        .crashes = row_i64(r, 4),
        .first_at = row_i64(r, 5),
        .last_at = row_i64(r, 6),
        .signal = name ? str_of(name) : STR_NONE,
        .state = (enum incident_state)row_i64(r, 8),
        .handled_at = row_i64(r, 9),
        .handled_by = row_copy(r, 10, cx->a),
        .note = row_copy(r, 11, cx->a),
    };
    return true;
}

static const char *const states[] = { "watched", "refused", "released", NULL };

static ANSWER(system_incident, ID(ALWAYS, "id", "编号", "id"),
              TEXT(ALWAYS, "what", "命令或查询", "command or read"),
              TEXT(ALWAYS, "title", "名称", "in words"),
              ID(OR_NULL, "person_id", "操作人", "whose act"),
              TEXT(OR_NULL, "person", "操作人姓名", "name"),
              NUMBER(ALWAYS, "crashes", "中断次数", "crashes"),
              AT(ALWAYS, "first_at", "首次中断", "first crash"),
              AT(ALWAYS, "last_at", "最近中断", "last crash"),
              TEXT(OR_NULL, "signal", "信号", "signal; null: killed from outside"),
              CHOICE(ALWAYS, "state", states, "状态", "state"),
              AT(OR_NULL, "handled_at", "处理时间", "handled at"),
              TEXT(OR_NULL, "handled_by", "处理人", "handled by"),
              TEXT(ALWAYS, "note", "处理说明", "note"));

static const char *title_of(const struct ctx *cx, struct str what)
{
    const struct command *c = command_find(what.p);
    if (c)
        return cx->lang == LANG_EN ? c->en : c->zh;
    for (const struct room *const *r = rooms; *r; r++)
        for (size_t i = 0; i < (*r)->n_reads; i++)
            if (str_is(what, (*r)->reads[i].name))
                return cx->lang == LANG_EN ? (*r)->reads[i].en : (*r)->reads[i].zh;
    return what.p;
}

static void incident_write(struct ctx *cx, struct jw *w, const struct incident *i)
{
    jw_obj(w);
    jw_kid(w, "id", i->id);
    jw_kstr(w, "what", i->what);
    jw_ktext(w, "title", title_of(cx, i->what));
    jw_kid(w, "person_id", i->person_id);
    jw_kstr(w, "person", i->person);
    jw_ki64(w, "crashes", i->crashes);
    jw_ki64(w, "first_at", i->first_at);
    jw_ki64(w, "last_at", i->last_at);
    jw_kstr(w, "signal", i->signal);
    jw_ktext(w, "state", states[i->state]);
    if (i->handled_at)
        jw_ki64(w, "handled_at", i->handled_at);
    else
        jw_knull(w, "handled_at");
    jw_kstr(w, "handled_by", i->handled_by);
    jw_kstr(w, "note", i->note);
    jw_obj_end(w);
}

struct incidents_in {
    struct str after;
    int64_t limit;
};
static const struct field incidents_in_fields[] = {
    FIELD(incidents_in, after, F_TEXT, .max = 60, .zh = "位置", .en = "cursor"),
    FIELD(incidents_in, limit, F_I64, .max = 100, .zh = "行数", .en = "rows"),
};
RECORD(incidents_in);

static bool run_incidents(struct ctx *cx, const void *input, struct jw *w)
{
    const struct incidents_in *in = input;
    int64_t before = 0, n = 0, limit = in->limit ? in->limit : 50;
    struct incident i = { 0 };
    struct rows r;
    if (!cursor_read(cx, in->after, &before, NULL, NULL))
        return false;
    answer_rows(w);
    for (incident_rows(cx, &r, before, limit); incident_next(cx, &r, &i); n++)
        incident_write(cx, w, &i);
    rows_end(&r);
    answer_rows_end(w, n == limit ? cursor_text(cx, i.id, 0, 0) : STR_NONE);
    return !rows_failed(&r);
}

static const struct field incident_handle_fields[] = {
    FIELD(incident_handle, incident_id, F_ID, .flags = FIELD_PATH, .zh = "系统事件",
          .en = "incident"),
    FIELD(incident_handle, note, F_TEXT, .max = 300, .zh = "处理说明", .en = "note"),
};
RECORD(incident_handle);

static bool handle(struct ctx *cx, const struct incident_handle *in, const char *op, bool releases)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_incident_lock, in->incident_id);
    int64_t state = found == 1 ? row_i64(&r, 1) : 0;
    rows_end(&r);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    if (state == INCIDENT_RELEASED)
        return fail(cx, ERR_STATE, "incident.released", NULL);
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    record_encode(&w, &incident_handle_record, in);
    return db_run(cx->db, &q_incident_handle, bind_id(cx->actor ? cx->actor->person_id : 0),
                  cx->now, in->note.p ? in->note : STR(""), in->incident_id) &&
           (!releases || db_run(cx->db, &q_incident_release, in->incident_id)) &&
           trace_write(cx, trace_node_stream(cx), op, 0, 0, buf_done(&b));
}

static bool run_acknowledge(struct ctx *cx, const void *in, void *out)
{
    (void)out;
    return handle(cx, in, "incident.acknowledge", false);
}

static bool run_release(struct ctx *cx, const void *in, void *out)
{
    (void)out;
    return handle(cx, in, "incident.release", true);
}

static const struct command commands[] = {
    { "incident.found", POST, NULL, PERM_OPERATOR, NULL, &found_out_record, run_found,
      "记录系统中断", "Count what was running at a crash", CMD_INTERNAL, NULL },
    { "incident.acknowledge", POST, "/system-incidents/{incident_id}/acknowledge", PERM_CITY_ADMIN,
      &incident_handle_record, NULL, run_acknowledge, "确认系统事件",
      "Acknowledge a system incident", CMD_OPERATOR, NULL },
    { "incident.release", POST, "/system-incidents/{incident_id}/release", PERM_CITY_ADMIN,
      &incident_handle_record, NULL, run_release, "恢复执行", "Let a refused act run again",
      CMD_OPERATOR, NULL },
};

static const struct read reads[] = {
    { "incident.list", "/system-incidents", PERM_CITY_ADMIN, &incidents_in_record,
      &system_incident_record, true, run_incidents, "系统事件", "System incidents", 0 },
};

const struct room incident_room = {
    "incident", ROOM_TABLE(commands), ROOM_TABLE(reads), NULL, 0, NULL, NULL
};
