/* Shared by core's own files: the running program, one command's gatherings. */
#ifndef TB_CORE_CORE_IN_H
#define TB_CORE_CORE_IN_H

#include <stdatomic.h>

#include <pthread.h>

#include "base/clock.h"
#include "core/core.h"
#include "core/running.h"

#define LOGIN_IDLE_MS (30 * CLOCK_MINUTE_MS)
#define LOGIN_SEEN_MS (5 * CLOCK_MINUTE_MS)

struct hint {
    int64_t scope, matter, rev; /* matter 0: a counter of the scope changed */
};

/* What one command gathered; in the call's arena; fresh for every try. */
/* A counter's change, not written yet: the counters of a whole group are written last in its
 * transaction and in one order, so that two nodes never wait for each other over them. */
struct count {
    int64_t owner, box, delta;
};

/* trace_hold, until an entry of the stream takes it along. */
struct held {
    int64_t stream;
    const char *kind;
    char digest[65];
};

struct run {
    struct hint *hints;
    size_t n_hints, size_hints;
    struct count *counts;
    size_t n_counts, size_counts;
    struct held *held;
    size_t n_held, size_held;
    size_t n_traces;
    int depth; /* of child commands */
};

/* committer_hooks.before_commit: the counters of all these calls. */
bool counts_write(void *core, struct db *db, struct arena *a, struct work *const *calls, int n);

struct core {
    struct core_config config;
    struct committer *committer;
    struct blob_store *blobs;
    struct actor_cache *actors;
    struct live *live;
    struct jobs *jobs;
    int64_t last_checkpoint_at, last_purge_at, last_lease_at;
    struct node_key *node_key;
    int node;
    pthread_t clock_thread;
    bool clock_runs;
    pthread_mutex_t lock; /* guards stopping, settings, refusals, calls */
    pthread_cond_t wake;
    bool stopping;
    struct arena *settings_arena;
    struct settings *settings;
    struct refusals *refusals;
    struct running *running; /* NULL: not serving */
    struct incidents *incidents;
    struct seen *seen;       /* login.c */
    int64_t login_purged_at; /* the clock's thread */
    _Atomic int log_fold;    /* core_fold_log: 0 nothing, 1 asked for, 2 done */
    _Atomic bool disk_refuses; /* said in the log once */
    int lock_fd;
};

/* identity.c */
struct actor_cache *actor_cache_new(void);
void actor_cache_free(struct actor_cache **c);
/* Fills cx->actor from the call's cookie or token. false: UNAUTHENTICATED. Held until released. */
bool identify(struct call *call, struct ctx *cx);
/* The login is still good? Asked again on the committer's connection. */
bool identity_still_good(struct ctx *cx);
bool perm_allows(const struct ctx *cx, enum perm perm);

/* trace.c */
bool trace_start(struct core *core, struct arena *a, struct err *e);
bool trace_hold_end(struct ctx *cx, const char *op); /* what no entry took along gets its own */
void trace_stop(struct core *core);
bool checkpoint_make(struct ctx *cx, int64_t *streams);

/* incident.c */
struct incidents *incidents_new(void);
void incidents_free(struct incidents **i);
/* Counts what died programs of this folder left, before serving. */
void incidents_count(struct core *core, struct arena *a);
/* What is watched or refused, from the database: at start and each second (another node may have
 * counted something). */
void incidents_load(struct core *core, struct db *reader, struct arena *a);
/* Is anything watched or refused at all? Cheap. */
bool incidents_any(const struct core *core);
/* May this act run? False: incident.refused. *watched: it may, and incident_passed is due after. */
bool incident_allows(struct ctx *cx, struct str act, bool *watched);
bool incident_passed(struct ctx *cx, struct str act);
/* Refused ones that nobody has acknowledged. */
int64_t incidents_unhandled(struct ctx *cx);
/* By what a command, or a read with its subject, is known after a crash. */
struct str act_of_command(struct call *call);
struct str act_of_read(struct arena *a, const char *what, int64_t person_id, struct str subject);
/* A read's parameters as its subject, cut to the size. */
struct str read_subject(const struct call *call, char *to, size_t size);

/* live.c */
bool live_start(struct core *core);
void live_stop(struct core *core);
/* To this node's browsers; other nodes hear of it with the group. */
void live_publish(struct core *core, const struct hint *hints, size_t n);
void live_logins_ended(struct ctx *cx, int64_t person_id, int64_t keep_login);
void live_login_ended(struct ctx *cx, int64_t person_id, int64_t login_id);

/* job.c */
struct jobs *jobs_start(void);
void jobs_stop(struct jobs **jobs); /* runs what waits */

/* system.c: what the program does by itself */
/* A refused access is put on record (S34): gathered here, written by the clock as one command. */
struct refusals *refusals_new(void);
void refusals_free(struct refusals **r);
void refusal_note(const struct ctx *cx, const char *what);
/* One round of the clock thread, about every second. */
void system_tick(struct core *core, struct db *reader, struct arena *a);
/* Signs what changed since the last checkpoint. */
bool system_checkpoint(struct core *core, struct arena *a);
#define LEASE_EVERY_MS CLOCK_MINUTE_MS
/* Renews the node's number, with its last id. */
bool system_lease(struct core *core, struct arena *a);

/* core.c */
int64_t core_now(const struct core *core);

#endif
