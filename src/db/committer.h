/* db/committer: the only writer. It takes what is waiting (at most 64), runs each work in a
 * savepoint, commits the group with one fsync, and only then settles each work.
 *
 * SQLite: one thread, one connection. PostgreSQL: several, each with its own connection; a group
 * that meets a deadlock or serialisation failure is run again one by one.
 *
 * A work that waits must not wait inside run: no network, file conversion, password hash. */
#ifndef TB_DB_COMMITTER_H
#define TB_DB_COMMITTER_H

#include "db/db.h"

enum settled {
    SETTLED_COMMITTED, /* on disk */
    SETTLED_UNDONE,    /* run returned false; nothing of it was kept */
    SETTLED_FAILED     /* the group could not be committed; nothing is known to be kept */
};

struct work {
    struct work *next; /* the committer's while it is queued */
    /* Committer's thread, in a savepoint of its own. True keeps, false undoes. May be called
     * again after an undo (PostgreSQL): it must start afresh each time. */
    bool (*run)(struct work *w, struct db *db);
    /* Committer's thread, outside any transaction; hands the work back to its owner. */
    void (*settled)(struct work *w, enum settled how, enum db_failure why);
};

struct committer;

struct committer_hooks {
    void *arg;
    /* Last in the transaction of a group: what its kept works write together. False fails the group
     * as its last statement did. */
    bool (*before_commit)(void *arg, struct db *db, struct arena *a, struct work *const *kept,
                          int n);
    /* Once a group is committed and before its works are settled. */
    void (*after_group)(void *arg, struct db *db);
};

/* connections: 1 for SQLite. The hooks are called on the committer's threads. */
struct committer *committer_start(const struct db_config *config, int connections,
                                  const struct committer_hooks *hooks, struct arena *a,
                                  struct err *e);
/* Any thread. False when it is stopping or the queue is full (4,096): nothing will run. */
bool committer_submit(struct committer *c, struct work *w);
/* Runs what is queued, then ends the threads and closes the connections. */
void committer_stop(struct committer **c);

struct committer_stats {
    int64_t groups, works, undone, retried;
};
struct committer_stats committer_stats(struct committer *c);

#endif
