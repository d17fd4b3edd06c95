/* Shared by core's own files: the running program, one command's gatherings. */
#ifndef TB_CORE_CORE_IN_H
#define TB_CORE_CORE_IN_H

#include <pthread.h>

#include "core/core.h"

#define LOGIN_IDLE_MS (30 * CLOCK_MINUTE_MS)
#define LOGIN_SEEN_MS (5 * CLOCK_MINUTE_MS)

struct hint {
    int64_t scope, matter, rev; /* matter 0: a counter of the scope changed */
};

/* What one command gathered; in the call's arena; fresh for every try. */
struct run {
    struct hint *hints;
    size_t n_hints, size_hints;
    size_t n_traces;
    int depth; /* of child commands */
};

struct core {
    struct core_config config;
    struct committer *committer;
    struct actor_cache *actors;
    struct live *live;
    struct jobs *jobs;
    struct node_key *node_key;
    int node;
    pthread_t clock_thread;
    bool clock_runs;
    pthread_mutex_t lock; /* guards stopping, settings, refusals, calls */
    pthread_cond_t wake;
    bool stopping;
    struct arena *settings_arena;
    struct settings *settings;
    int64_t calls; /* commands under way in jobs: core_close waits for none */
    struct arena *refusals_arena;
    struct refusal *refusals;
    int n_refusals;
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
void trace_stop(struct core *core);
bool checkpoint_make(struct ctx *cx, int64_t *streams);

/* live.c */
struct live *live_start(void);
void live_stop(struct live **live);
void live_publish(struct core *core, const struct hint *hints, size_t n);
/* Another node's hints, as text of a NOTIFY. */
void live_end_login(struct core *core, int64_t login_id);

/* job.c */
struct jobs *jobs_start(void);
void jobs_stop(struct jobs **jobs); /* runs what waits */

/* door.c */
/* A refused access is put on record (S34): gathered here, written by the clock as one command. */
void refusal_note(const struct ctx *cx, const char *what);
extern const struct room core_room;

/* core.c */
int64_t core_now(const struct core *core);

#endif
