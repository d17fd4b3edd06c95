/* The running program: data folder, lock, database, node lease, threads. */
#include "core/core.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/id.h"
#include "base/log.h"
#include "blob/blob.h"
#include "core/core.sql.h"
#include "core/core_in.h"
#include "core/login.h"
#include "crypto/crypto.h"

extern const char embed_schema_sql[], embed_schema_sql_end[];

#define LEASE_LIFE_MS (5 * CLOCK_MINUTE_MS)
#define CLOCKS_APART_MS 10000 /* what two nodes' clocks may differ by */

int64_t core_now(const struct core *core)
{
    (void)core;
    return clock_now_ms();
}

const char *core_dir(const struct core *core)
{
    return core->config.dir;
}

struct str core_schema(void)
{
    return (struct str){ embed_schema_sql, (size_t)(embed_schema_sql_end - embed_schema_sql) };
}

const struct db_config *core_db_config(const struct core *core)
{
    return &core->config.db;
}

struct blob_store *core_blobs(struct core *core)
{
    return core->blobs;
}

/* --- the data folder -------------------------------------------------------------------------------- */

static struct str file_text(struct arena *a, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return STR_NONE;
    char *p = arena_alloc(a, 65536);
    ssize_t n = read(fd, p, 65535);
    close(fd);
    return n < 0 ? STR_NONE : (struct str){ p, (size_t)n };
}

bool core_conf(const char *dir, const char *url, struct arena *a, struct db_config *out,
               struct err *e)
{
    struct str text = file_text(a, arena_printf(a, "%s/tongban.conf", dir)), line, key;
    if (!text.p)
        return err_set(e, a, ERR_NOT_FOUND, "core.no_folder", NULL, dir, NULL, NULL);
    *out = (struct db_config){ DB_SQLITE, arena_printf(a, "%s/tongban.db", dir), NULL, false };
    while (str_cut(&text, '\n', &line)) {
        if (!str_cut(&line, '=', &key) || !line.p || key.n == 0 || key.p[0] == '#')
            continue;
        struct str value = str_trim(line);
        if (str_is(str_trim(key), "database") && str_starts(value, STR("postgresql://")))
            url = url ? url : arena_strndup(a, value.p, value.n);
    }
    if (url)
        *out = (struct db_config){ DB_PGSQL, NULL, url, false };
    return true;
}

const char *core_conf_blob(const char *dir, const char *where, struct arena *a)
{
    struct str text = file_text(a, arena_printf(a, "%s/tongban.conf", dir)), line, key;
    while (!where && text.p && str_cut(&text, '\n', &line))
        if (str_cut(&line, '=', &key) && line.p && str_is(str_trim(key), "blob")) {
            struct str value = str_trim(line);
            where = arena_strndup(a, value.p, value.n);
        }
    return where ? where : "folder";
}

static bool take_lock(struct core *core, struct arena *a, struct err *e)
{
    const char *path = arena_printf(a, "%s/tongban.lock", core->config.dir);
    core->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (core->lock_fd < 0)
        return err_set(e, a, ERR_NOT_FOUND, "core.no_folder", NULL, core->config.dir, NULL, NULL);
    return flock(core->lock_fd, LOCK_EX | LOCK_NB) == 0 ||
           err_set(e, a, ERR_BUSY, "core.locked", NULL, core->config.dir, NULL, NULL);
}

/* --- database and node ---------------------------------------------------------------------------------- */

/* From where ids go on. A row holds the last id at the node's latest renewal; where the clock is behind
 * that, more may have been made in the time until the next one, and is jumped over: an id never goes
 * back with the clock, and none is given twice. */
static int64_t ids_after(int64_t last_id, int64_t now, int64_t apart)
{
    if (last_id == 0 || id_moment(last_id) <= now + apart)
        return last_id;
    return id_first_at(id_moment(last_id) + 2 * LEASE_EVERY_MS);
}

/* The first number whose lease ran out (or, on SQLite where the folder is locked, the first). */
static bool lease_node(struct core *core, struct db *db, int64_t now)
{
    struct rows r;
    int64_t others = 0, mine = 0, last[1024] = { 0 };
    int node = 0;
    bool taken[1024] = { false };
    if (!db_begin(db))
        return false;
    for (db_rows(db, &r, &q_node_all); rows_next(&r);) {
        int64_t n = row_i64(&r, 0) & 1023;
        last[n] = row_i64(&r, 2);
        if (last[n] > others)
            others = last[n];
        if (core->config.db.engine == DB_PGSQL && row_i64(&r, 1) + LEASE_LIFE_MS > now)
            taken[n] = true;
    }
    rows_end(&r);
    while (node < 1023 && taken[node])
        node++;
    core->node = core->config.node >= 0 ? core->config.node : node;
    mine = ids_after(last[core->node & 1023], now, 0);
    others = ids_after(others, now, CLOCKS_APART_MS);
    id_start(core->node, mine > others ? mine : others);
    return !rows_failed(&r) &&
           db_run(db, &q_node_put, (int64_t)core->node, now, id_new(now)) && db_commit(db);
}

/* On SQLite the folder's lock already makes the node ours. With a full disk the lease cannot be written;
 * the program still starts, so that what is there can be read (S60); the clock leases again. */
static bool lease_or_read(struct core *core, struct db *db, struct err *e)
{
    if (lease_node(core, db, core_now(core)))
        return true;
    if (!core->config.serve || core->config.db.engine != DB_SQLITE || db_last_failure(db) != DB_FAIL_FULL)
        return false;
    db_rollback(db);
    *e = (struct err){ 0 };
    log_error("core", "the disk is full: started for reading, writes are refused until there is room");
    return true;
}

static bool prepare_database(struct core *core, struct arena *a, struct err *e)
{
    struct db *db = db_open(&core->config.db, DB_WRITE, a, e);
    char digest[65];
    if (!db)
        return false;
    sm3_hex(core_schema(), digest);
    bool good = db_schema_install(db, core_schema(), str_of(digest)) &&
                lease_or_read(core, db, e);
    db_close(&db);
    return good;
}

struct db *core_reader(struct core *core, struct arena *a, struct err *e)
{
    return db_open(&core->config.db, DB_READ, a, e);
}

/* --- settings ------------------------------------------------------------------------------------------- */

struct settings {
    struct settings *next;
    const char *name, *value;
};

static bool load_settings(struct core *core, struct arena *a, struct err *e)
{
    struct db *db = core_reader(core, a, e);
    struct rows r;
    if (!db)
        return false;
    core->settings_arena = arena_new();
    for (db_rows(db, &r, &q_setting_all); rows_next(&r);) {
        struct settings *s = arena_new_of(core->settings_arena, struct settings);
        s->name = row_copy(&r, 0, core->settings_arena).p;
        s->value = row_copy(&r, 1, core->settings_arena).p;
        s->next = core->settings;
        core->settings = s;
    }
    rows_end(&r);
    db_close(&db);
    return !rows_failed(&r);
}

const char *core_setting(struct core *core, const char *name)
{
    const char *value = NULL;
    pthread_mutex_lock(&core->lock);
    for (struct settings *s = core->settings; s && !value; s = s->next)
        if (strcmp(s->name, name) == 0)
            value = s->value;
    pthread_mutex_unlock(&core->lock);
    return value;
}

bool core_setting_set(struct ctx *cx, const char *name, struct str value)
{
    struct core *core = cx->core;
    if (!db_run(cx->db, &q_setting_put, name, value))
        return false;
    pthread_mutex_lock(&core->lock);
    struct settings *s = arena_new_of(core->settings_arena, struct settings);
    s->name = arena_strdup(core->settings_arena, name);
    s->value = arena_strndup(core->settings_arena, value.p, value.n);
    s->next = core->settings;
    core->settings = s;
    pthread_mutex_unlock(&core->lock);
    return true;
}

/* --- start and end --------------------------------------------------------------------------------------- */

static void *clock_loop(void *arg)
{
    struct core *core = arg;
    struct arena *a = arena_new();
    struct err e = { 0 };
    struct db *reader = NULL;
    core->last_checkpoint_at = core->last_lease_at = clock_now_ms(); /* the purge is due at once */
    pthread_mutex_lock(&core->lock);
    while (!core->stopping) {
        struct timespec until;
        (void)clock_gettime(CLOCK_REALTIME, &until); /* cannot fail for this clock */
        until.tv_sec++;
        pthread_cond_timedwait(&core->wake, &core->lock, &until);
        if (core->stopping)
            break;
        pthread_mutex_unlock(&core->lock);
        e = (struct err){ 0 };
        if (!reader)
            reader = core_reader(core, a, &e);
        if (reader)
            system_tick(core, reader, a);
        arena_empty(a);
        pthread_mutex_lock(&core->lock);
    }
    pthread_mutex_unlock(&core->lock);
    db_close(&reader);
    arena_free(&a);
    return NULL;
}

static bool start_rooms(struct core *core, struct arena *a, struct err *e)
{
    struct ctx cx = { .a = a, .core = core, .now = core_now(core), .is_system = true };
    cx.db = core_reader(core, a, e);
    bool good = cx.db != NULL;
    if (good)
        db_errors_to(cx.db, a, &cx.err);
    for (const struct room *const *r = rooms; good && *r; r++)
        good = !(*r)->start || (*r)->start(&cx);
    db_close(&cx.db);
    if (cx.err.kind)
        *e = cx.err;
    return good;
}

/* --- the write-ahead log ------------------------------------------------------------------------ */

/* Committer's thread, between two groups. */
static void after_group(void *arg, struct db *db)
{
    struct core *core = arg;
    if (atomic_load(&core->log_fold) == 1 && db_fold_log(db))
        atomic_store(&core->log_fold, 2);
}

void core_fold_log(struct core *core)
{
    atomic_store(&core->log_fold, 1);
}

bool core_log_is_folded(struct core *core)
{
    return atomic_load(&core->log_fold) == 2;
}

bool answers_forget(struct ctx *cx, int64_t person_id, int64_t at)
{
    return db_run(cx->db, &q_key_forget, person_id, at);
}

struct core *core_open(const struct core_config *config, struct arena *a, struct err *e)
{
    struct core *core = calloc(1, sizeof *core);
    CHECK(core);
    core->config = *config;
    core->config.dir = strdup(config->dir);
    if (config->db.path)
        core->config.db.path = strdup(config->db.path);
    if (config->db.url)
        core->config.db.url = strdup(config->db.url);
    core->config.db.is_bulk = config->is_bulk;
    core->lock_fd = -1;
    pthread_mutex_init(&core->lock, NULL);
    pthread_cond_init(&core->wake, NULL);
    core->actors = actor_cache_new();
    core->refusals = refusals_new();
    core->incidents = incidents_new();
    core->seen = seen_new();
    int committers = config->committers ? config->committers
                     : config->db.engine == DB_SQLITE ? 1 : 4;
    bool good = (config->db.engine == DB_PGSQL || take_lock(core, a, e)) &&
                prepare_database(core, a, e) && trace_start(core, a, e) &&
                (core->blobs = blob_open(core->config.dir, core_conf_blob(config->dir, config->blob, a),
                                         NULL, a, e)) != NULL &&
                load_settings(core, a, e);
    if (good) {
        core->jobs = jobs_start();
        good = live_start(core);
        const struct committer_hooks hooks = { core, counts_write, after_group };
        core->committer = committer_start(&core->config.db, committers, &hooks, a, e);
        good = good && core->committer && start_rooms(core, a, e);
    }
    if (good && config->serve) {
        incidents_count(core, a);
        core->running = running_open(core->config.dir);
    }
    if (!good) {
        core_close(&core);
        return NULL;
    }
    if (config->serve) {
        core->clock_runs = true;
        CHECK(pthread_create(&core->clock_thread, NULL, clock_loop, core) == 0);
    }
    return core;
}

/* How well commands share a commit: for whoever sizes a machine. */
static void log_groups(const struct core *core)
{
    struct committer_stats s = committer_stats(core->committer);
    char works[24], groups[24];
    (void)snprintf(works, sizeof works, "%lld", (long long)s.works); /* both always fit */
    (void)snprintf(groups, sizeof groups, "%lld", (long long)s.groups);
    log_info("core", "commands committed", "works", works, "groups", groups);
}

static void end_clock(struct core *core)
{
    if (!core->clock_runs)
        return;
    pthread_mutex_lock(&core->lock);
    core->stopping = true;
    pthread_cond_signal(&core->wake);
    pthread_mutex_unlock(&core->lock);
    pthread_join(core->clock_thread, NULL);
}

void core_close(struct core **pcore)
{
    struct core *core = *pcore;
    if (!core)
        return;
    end_clock(core);
    jobs_stop(&core->jobs);
    if (core->committer) {
        struct arena *a = arena_new();
        login_flush(&(struct ctx){ .a = a, .core = core, .now = core_now(core) });
        (void)system_checkpoint(core, a); /* a failure is in the log */
        (void)system_lease(core, a);      /* the last id, exactly */
        arena_free(&a);
        if (core->clock_runs)
            log_groups(core);
    }
    committer_stop(&core->committer);
    for (void (*const *stop)(void) = room_stops; *stop; stop++)
        (*stop)();
    if (core->config.is_bulk && core->live) {
        struct arena *a = arena_new();
        struct err e = { 0 };
        struct db *db = db_open(&core->config.db, DB_WRITE, a, &e);
        if (!db || !db_make_durable(db))
            log_error("core", "bulk fill could not be made durable");
        db_close(&db);
        arena_free(&a);
    }
    live_stop(core);
    trace_stop(core);
    blob_close(&core->blobs);
    running_close(&core->running);
    incidents_free(&core->incidents);
    actor_cache_free(&core->actors);
    refusals_free(&core->refusals);
    seen_free(&core->seen);
    arena_free(&core->settings_arena);
    if (core->lock_fd >= 0)
        close(core->lock_fd);
    pthread_mutex_destroy(&core->lock);
    pthread_cond_destroy(&core->wake);
    free((void *)(uintptr_t)core->config.dir);
    free((void *)(uintptr_t)core->config.db.path);
    free((void *)(uintptr_t)core->config.db.url);
    free(core);
    *pcore = NULL;
}
