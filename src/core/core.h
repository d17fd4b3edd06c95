/* core: the one door. Everything that changes the city is a command that passes door_submit (or
 * door_run, for the command line): identity, permission, input check, transaction, trace, commit,
 * live events. Everything that is only looked at is a read, answered on an HTTP worker.
 *
 * core/ owns login, account, person, post, grant, unit path, pool, access-token, retry-key, trace
 * and counter tables: what every question of permission needs. org/ changes the small tables
 * through the functions here.
 *
 * Threads: a struct ctx belongs to one thread at a time (HTTP worker, committer, job). */
#ifndef TB_CORE_CORE_H
#define TB_CORE_CORE_H

#include "core/record.h"
#include "db/committer.h"
#include "db/db.h"

/* --- who acts -------------------------------------------------------------------------------- */

/* Rights. A command's or read's column can hold one; "anyone" is written as such. */
enum perm {
    PERM_UNSET,       /* refused at start: a column may not be forgotten */
    PERM_ANYONE,      /* no login needed */
    PERM_LOGIN,       /* any signed-in person; the handler asks about the thing */
    PERM_FIRST_LOGIN, /* also before the first password was changed */
    PERM_CITY_ADMIN,
    PERM_UNIT_ADMIN, /* of some unit; the handler asks may(cx, PERM_UNIT_ADMIN, unit) */
    PERM_DOC_CLERK,
    PERM_OFFICE, /* office head, reviewer, supervision office */
    PERM_SECRECY, /* secrecy officer, security administrator: each half of 误传处置 */
    PERM_OPERATOR, /* only through the command line's socket */
    PERM_COUNT
};

enum role {
    ROLE_NONE,
    ROLE_CITY_ADMIN,         /* 市级管理员 */
    ROLE_UNIT_ADMIN,         /* 单位管理员 unit_admin */
    ROLE_DOC_CLERK,          /* 收发文员 doc_clerk */
    ROLE_OFFICE_HEAD,        /* 办公室主任 office_head */
    ROLE_REVIEWER,           /* 核稿 reviewer */
    ROLE_SECTION_HEAD,       /* 科室负责人 section_head */
    ROLE_UNIT_HEAD,          /* 主要负责人 unit_head */
    ROLE_LEADER,             /* 班子成员 leader */
    ROLE_SEAL_CUSTODIAN,     /* 监印人 seal_custodian */
    ROLE_ARCHIVIST,          /* 档案员 archivist */
    ROLE_DUTY_ROOM,          /* 值班室 duty_room */
    ROLE_SUPERVISION_OFFICE, /* 督查室 supervision_office */
    /* staff of a unit's own affairs; where nobody holds one, org_resolve takes the office head */
    ROLE_FINANCE,         /* 财务 finance */
    ROLE_PERSONNEL,       /* 人事 personnel */
    ROLE_LEGAL,           /* 法制审核 legal */
    ROLE_CONFIDENTIALITY, /* 保密 confidentiality */
    ROLE_DISCLOSURE,      /* 政务公开、信息发布 disclosure */
    ROLE_PETITION,        /* 信访 petition */
    ROLE_LOGISTICS,       /* 后勤 logistics: premises, repairs, loans */
    ROLE_ASSET_KEEPER,    /* 资产管理 asset_keeper */
    ROLE_VEHICLE_KEEPER,  /* 车辆管理 vehicle_keeper */
    ROLE_SUPPLIES_KEEPER, /* 物资管理 supplies_keeper */
    ROLE_RECEPTION,       /* 接待 reception */
    ROLE_PRINT_ROOM,      /* 文印室 print_room */
    ROLE_IT_SUPPORT,      /* 信息技术 it_support */
    ROLE_SECRECY_OFFICER,    /* 保密员 secrecy_officer: 误传处置, with the next */
    ROLE_SECURITY_ADMIN,     /* 安全管理员 security_admin */
    ROLE_COUNT
};
/* "doc_clerk" and back; ROLE_NONE for an unknown name. Titles for people in both languages. */
enum role role_of(struct str name);
const char *role_name(enum role r);
const char *role_title(enum role r, enum lang lang);

/* ACTING_PRESIDING 主持工作 (acting_head): while the head is away, in one's own name (OFFICE P2). */
enum acting_kind { ACTING_BACKUP = 1, ACTING_DELEGATION, ACTING_SECRETARY, ACTING_PRESIDING };

struct actor_post {
    int64_t id, unit_id, section_id; /* unit_id: the unit with a mailbox; section 0 when none */
    struct str title, unit_name, unit_path;
    bool is_main;
};
struct actor_grant {
    enum role role;
    int64_t unit_id;
    struct str unit_path;
};
struct actor_acting {
    enum acting_kind kind;
    int64_t post_id, person_id; /* the one acted for */
    struct str person_name, title;
    struct str until_on; /* may be empty */
    bool is_share;       /* share: sees the other's open items; redirect: new items come to oneself */
    struct str modules;  /* the only ones it covers, by commas; empty: all */
};
enum scope_kind { SCOPE_POST, SCOPE_POOL, SCOPE_ACTING, SCOPE_UNIT };
struct scope {
    enum scope_kind kind;
    int64_t id;       /* post, pool or unit: what access.scope and item.owner hold */
    int64_t own_post; /* the post of one's own in whose capacity it is seen */
    int64_t unit_id;  /* the unit that post, pool or role belongs to */
    enum role role;   /* for pools and units */
    struct str modules; /* SCOPE_ACTING: the only ones it covers, by commas; empty: all */
    size_t acting;      /* SCOPE_ACTING: its place in actor->acting, from 1 */
};

/* A signed-in person with all they may act as; immutable, shared, counted. */
struct actor {
    int64_t person_id, login_id;
    struct str name, account;
    bool must_change_password, is_token;
    struct str csrf;
    int64_t rights; /* bit per enum perm */
    const struct actor_post *posts;
    size_t n_posts;
    const struct actor_grant *grants;
    size_t n_grants;
    const struct actor_acting *acting;
    size_t n_acting;
    const struct scope *scopes; /* all; posts first */
    size_t n_scopes;
};

/* --- the luggage ------------------------------------------------------------------------------ */

struct core; /* the running program */
struct run;  /* what one command gathered: traces, live hints, events; NULL for reads */

struct ctx {
    struct arena *a;
    struct db *db;
    struct core *core;
    int64_t now; /* the clock */
    enum lang lang;
    const struct actor *actor; /* NULL: anyone, or the system itself (is_system) */
    bool is_system;            /* importer, clock, operator */
    struct str client;         /* address and agent for the trace, no secrets */
    struct err err;
    struct run *run;
};

/* A part of a command that may fail by itself, as one item of a batch: undone then, with the counters it
 * changed, and the command goes on. */
struct part {
    size_t n_counts, n_held;
    const void *held;
};
bool part_begin(struct ctx *cx, struct part *p);
/* Keeps the part when *good, else undoes it. What was run in it may have failed without a word until
 * now: *good is false then, and cx->err says why. False: the database failed, so does the command. */
bool part_end(struct ctx *cx, const struct part *p, bool *good);

/* Sets the error; always false. arg may be NULL. */
bool fail(struct ctx *cx, enum err_kind kind, const char *code, const char *field);
bool fail_arg(struct ctx *cx, enum err_kind kind, const char *code, const char *field,
              const char *arg1, const char *arg2);
/* The common one: absent or not yours, worded alike. */
bool fail_not_found(struct ctx *cx);

/* Does the actor hold this right for that unit (the unit itself or one above it, for city and unit
 * administrators; the unit itself for the rest)? The system may all. */
bool may(const struct ctx *cx, enum perm perm, int64_t unit_id, struct str unit_path);
bool has_role(const struct ctx *cx, enum role role, int64_t unit_id);
/* The own post with this id, or NULL. */
const struct actor_post *actor_post(const struct ctx *cx, int64_t post_id);
/* The main post, else the first; NULL for people without posts. */
const struct actor_post *actor_main_post(const struct ctx *cx);
/* The scope of the actor with this id (own post, pool, acted-for post, unit by role) that covers
 * the module (absent: any), or NULL. */
const struct scope *actor_scope(const struct ctx *cx, int64_t scope_id, struct str module);
/* Is the module among these names by commas? No names: all are. */
bool module_named(struct str modules, struct str module);

/* --- commands and reads ------------------------------------------------------------------------ */

enum method { GET, POST };

enum {
    CMD_NO_KEY = 1,    /* needs no Idempotency-Key: sign-in, autosave */
    CMD_NO_TRACE = 2,  /* leaves no trace: autosave, last-seen, settings of the own screen */
    CMD_INTERNAL = 4,  /* no route: children of flows, clock, importer */
    READ_RAW = 8,      /* the handler fills cx's struct raw instead of JSON */
    CMD_OPERATOR = 16, /* may also come over tongban.sock */
    CMD_CREATES = 32,    /* answers 201 */
    CMD_WORK_LANE = 64,  /* prepare runs in the lane for work, not for passwords */
    READ_POST = 128,     /* asked by POST with a JSON body, since it is too long for an address */
    CMD_CONVERT_LANE = 512, /* prepare reads or converts foreign files, one at a time */
    CMD_NARROW = 256,    /* goes on while the disk has any room: signing in and out, giving room back */
};

struct command {
    const char *name; /* stable: "doc.dispatch" */
    enum method method;
    const char *path; /* under /api/v1, with {parameters} */
    enum perm perm;
    const struct record *in, *out; /* out NULL: answers {} */
    /* Committer's thread, inside the command's savepoint. false: cx->err is set, all is undone. */
    bool (*run)(struct ctx *cx, const void *in, void *out);
    const char *zh, *en; /* one-line summary */
    unsigned flags;
    /* Optional, job thread (password lane), before the committer: slow work that touches nothing
     * but the input (hashing). May read with cx->db. */
    bool (*prepare)(struct ctx *cx, void *in);
};

struct read {
    const char *name;
    const char *path;
    enum perm perm;
    const struct record *in;  /* path and query-string parameters; may be NULL */
    const struct record *out; /* of one row (rows true) or of the whole answer */
    bool rows;                /* answers {"rows":[…],"after":…} */
    /* HTTP worker's thread, one read snapshot. Writes the answer with answer_* or, for RAW, fills
     * *raw_of(cx). */
    bool (*run)(struct ctx *cx, const void *in, struct jw *w);
    const char *zh, *en;
    unsigned flags;
};

/* A room's table of what it can do. */
struct room {
    const char *name;
    const struct command *commands;
    size_t n_commands;
    const struct read *reads;
    size_t n_reads;
    const struct handler *handlers; /* of events */
    size_t n_handlers;
    /* Called once after the database is open, before serving; may be NULL. */
    bool (*start)(struct ctx *cx);
    /* Called by the clock about every second on its own thread, with a read connection. */
    void (*tick)(struct ctx *cx);
};
extern const struct room *const rooms[]; /* rooms.c; NULL at the end */
/* What rooms do at the end, highest floor first, when nobody acts or asks any more and every command is
 * committed; also after a start that failed. Each gives back what its start took. NULL at the end. */
extern void (*const room_stops[])(void); /* rooms.c */

/* Members that a room adds to another room's answer when asked for (event_ask): described here so
 * that OpenAPI shows the whole. All are FIELD_OPTIONAL. */
struct answer_part {
    const char *to; /* the answer's record by name */
    const struct record *adds;
};
extern const struct answer_part answer_parts[]; /* rooms.c; to NULL at the end */

#define ROOM_TABLE(t) (t), sizeof(t) / sizeof *(t)

/* Lists: between these two, record_encode(w, row_record, &row) for each row. after: the cursor of
 * the last row when there may be more, else STR_NONE. */
void answer_rows(struct jw *w);
void answer_rows_end(struct jw *w, struct str after);
/* Cursors: up to three numbers, opaque and checked. cursor_read leaves the numbers as they are
 * when after is absent; false (field "after") when it is not a cursor. */
struct str cursor_text(struct ctx *cx, int64_t a, int64_t b, int64_t c);
bool cursor_read(struct ctx *cx, struct str after, int64_t *a, int64_t *b, int64_t *c);

/* A file as answer of a READ_RAW read. */
struct raw {
    const char *type;      /* content type */
    struct str name;       /* file name for Content-Disposition; absent: inline without name */
    bool is_inline;
    int fd;                /* owned by http/ from then on; -1 when bytes are used */
    int64_t size;
    struct str bytes;      /* in the request's arena */
    struct str etag;       /* absent: not cacheable */
    struct str gzip;       /* the same bytes compressed, for whoever takes them; absent: none */
    struct str fetch;      /* a content that is not on this node yet: http/ fetches it off the worker
                              and asks the read again */
};
struct raw *raw_of(struct ctx *cx);
/* Heavy work of a read that needs no database: make runs in the lane for work after the read has said who
 * may, and fills out->bytes (of a read that is not READ_RAW: its JSON), or sets *e. a is the request's
 * arena, arg lives in it. Not run when the browser has the answer already (raw_of(cx)->etag). */
typedef bool (*later_fn)(struct arena *a, void *arg, struct raw *out, struct err *e);
void read_later(struct ctx *cx, later_fn make, void *arg);
/* The content is not on this node yet: fetched off the worker, then the read is asked again. Always true. */
bool read_fetch(struct ctx *cx, struct str digest);
/* Sign-in and sign-out: the cookie the answer sets; "" clears it. */
void door_set_login(struct ctx *cx, struct str token);

/* --- inside a command -------------------------------------------------------------------------- */

/* Events between rooms, handled at once inside the same command by the rooms' const tables, in the
 * order of rooms.c; false when a handler failed (all is undone). */
struct handler {
    const char *event; /* "doc.dispatched" */
    bool (*run)(struct ctx *cx, const char *event, int64_t subject, const void *detail);
};
bool event_emit(struct ctx *cx, const char *event, int64_t subject, const void *detail);

/* The same for reads: asks the rooms to add to something (a page); writes nothing. */
bool event_ask(struct ctx *cx, const char *event, int64_t subject, const void *detail);

/* Runs another command as a child of this one, in a savepoint of its own inside it (service tasks
 * of flows). in is the decoded input. On failure cx->err is set and its writes are undone. */
bool command_run_child(struct ctx *cx, const char *name, const void *in, void *out);
const struct command *command_find(const char *name);

/* Trace: stream is a matter, a unit's administration or the node's sign-ins. post: the capacity
 * acted in (0: none); acting_for: the person acted for (0: none). body is JSON: what replay and
 * audit need; secrets never, files by digest. Locks the stream's head. */
bool trace_write(struct ctx *cx, int64_t stream, const char *op, int64_t post_id,
                 int64_t acting_for, struct str body_json);
/* What stands in a row beside the record and must not be altered unseen (an opinion's words, a form,
 * a text): its SM3 enters the next entry of the stream in this command, at the latest one of its own
 * at the end. kind is static text; content is a row's one text, or several as trace_content joins
 * them. `tongban verify` compares (operate_held.c). */
void trace_hold(struct ctx *cx, int64_t stream, const char *kind, struct str content);
void trace_hold_digest(struct ctx *cx, int64_t stream, const char *kind, struct str digest);
struct str trace_content(struct arena *a, const struct str *part, size_t n);
int64_t trace_node_stream(const struct ctx *cx);
/* 误传处置: the bodies of a stream (those that hold needle, when it is not absent) are replaced by
 * their digests; the chain and its checkpoints hold as before. Irreversible. */
bool trace_purge(struct ctx *cx, int64_t stream, struct str needle);
/* First answers kept for retries that hold what was purged: those of this person's command of that
 * moment are emptied. */
bool answers_forget(struct ctx *cx, int64_t person_id, int64_t at);
/* The write-ahead log keeps old pages for a while. core_fold_log has it folded into the database and
 * cut with the next group of commands; core_log_is_folded: it was since. A reader may hold it back:
 * then ask again. */
void core_fold_log(struct core *core);
bool core_log_is_folded(struct core *core);

/* Live events are hints, never content: sent after the commit to whoever has that scope. */
void live_counter(struct ctx *cx, int64_t owner_id);
void live_matter(struct ctx *cx, int64_t scope_id, int64_t matter_id, int64_t rev);

/* Counters belong to an owner (post, pool, unit); a badge is the sum over the owners one acts
 * for. Kept by commands, never counted on read; written with those of the whole group when the
 * command is kept, so a command does not see its own changes. Also a live hint. */
enum box { BOX_TODO = 1, BOX_TO_READ, BOX_TO_SIGN, BOX_RETRACT_ASKED, BOX_INSTRUCTIONS, BOX_COUNT };
bool counter_add(struct ctx *cx, int64_t owner_id, enum box box, int64_t delta);
/* The same for many owners. */
bool counter_add_all(struct ctx *cx, const int64_t *owners, size_t n, enum box box, int64_t delta);
/* Over the actor's scopes, each once. What a delegation limited to modules opens is counted by the
 * room that owns the box, asked by counter.limited: a counter belongs to the whole post. */
bool counter_sum(struct ctx *cx, enum box box, int64_t *out);
struct counter_ask { /* detail of counter.limited */
    enum box box;
    int64_t *sum; /* to add to */
};

/* --- the small tables of permission, changed by org/ ----------------------------------------- */

/* Everyone whose scopes may have changed gets a new generation: their next request loads afresh
 * (S29). */
bool person_touch(struct ctx *cx, int64_t person_id);
/* The pool of a role in a unit (items any of its holders may take); made when missing. */
bool pool_of(struct ctx *cx, int64_t unit_id, enum role role, int64_t *out);
/* New account with a one-time secret (≥ 80 bits, expiring); the secret's text goes to *secret and
 * nowhere else. */
bool account_create(struct ctx *cx, int64_t person_id, struct str account, struct str *secret);
bool account_reset(struct ctx *cx, int64_t person_id, struct str *secret);
bool account_disable(struct ctx *cx, int64_t person_id);
bool account_enable(struct ctx *cx, int64_t person_id);
/* Ends every login of a person, keeping keep_login (0: none). */
bool logins_end(struct ctx *cx, int64_t person_id, int64_t keep_login);

/* --- the running program ------------------------------------------------------------------------ */

struct core_config {
    const char *dir;     /* the data folder */
    struct db_config db;
    const char *blob;    /* where file contents are (blob_open); NULL: as the data folder says */
    int node;            /* -1: lease one */
    int committers;      /* 0: one for SQLite, four for PostgreSQL */
    bool serve;          /* start the clock: checkpoints, rooms' ticks, refusals on record */
    bool is_bulk;        /* a fresh folder being filled: no fsync until core_close */
};
struct core *core_open(const struct core_config *config, struct arena *a, struct err *e);
/* Finishes what was accepted, signs a checkpoint, closes. */
void core_close(struct core **core);
/* The database a data folder names in DIR/tongban.conf ("database = sqlite" or a postgresql:// URL);
 * url overrides it. */
bool core_conf(const char *dir, const char *url, struct arena *a, struct db_config *out,
               struct err *e);
/* Where its file contents are ("blob = folder" or an s3:// address), in a; where overrides it. */
const char *core_conf_blob(const char *dir, const char *where, struct arena *a);
const char *core_dir(const struct core *core);
/* How its database is opened (search keeps its index beside it). */
const struct db_config *core_db_config(const struct core *core);
/* The store of file contents; any thread. */
struct blob_store *core_blobs(struct core *core);
/* Settings of the city, small texts ("city_name", "is_demo"); NULL when unset. */
const char *core_setting(struct core *core, const char *name);
bool core_setting_set(struct ctx *cx, const char *name, struct str value);

/* A call from outside, HTTP or socket. The arena is the request's; everything in it lives there. */
struct call {
    struct work work; /* first: the committer's */
    struct arena *a;
    struct core *core;
    const struct command *command; /* or */
    const struct read *read;
    struct str login_token;  /* cookie; absent for none */
    struct str bearer;       /* personal token; absent for none */
    struct str csrf;         /* X-CSRF-Token */
    struct str key;          /* Idempotency-Key */
    struct str address, agent;
    enum lang lang;
    bool is_operator;        /* came over tongban.sock */
    bool is_background;      /* a page's own refreshing (X-Background: 1): no sign of the person */
    struct str body;         /* JSON text of a command */
    struct param params[16]; /* path, then query string */
    size_t n_params;
    /* the answer */
    struct err err; /* kind ERR_NONE: good */
    struct str answer;       /* JSON */
    int answer_status;       /* 200, 201 */
    struct str set_login;    /* new cookie value; "" clears; absent leaves */
    struct raw raw;
    later_fn later; /* read_later; NULL: the answer is there */
    void *later_arg;
    /* Called once when a command is settled; committer's or job's thread. */
    void (*done)(struct call *call);
    void *owner; /* the caller's */
    struct run *run;
    struct ctx cx;
    void *in, *out;
    struct str in_digest;
    struct str act; /* by what a crash would count it */
    int64_t work_now; /* a set clock; 0: the program's */
    bool is_replayed, is_again;
};
/* Reads: answered before it returns. db is the worker's read connection. */
void door_read(struct call *call, struct db *db);
/* What read_later put off, on the calling thread, which is the lane's; then the answer is there. */
void door_later(struct call *call);
/* Commands: decode and check on this thread with the worker's read connection, then queue. When it
 * returns true, done will be called; false: the answer (an error) is already there. */
bool door_submit(struct call *call, struct db *db);
/* A command of the program itself, waited for: importer, init, clock. actor NULL: the system. */
bool door_run(struct core *core, const char *command, const void *in, void *out,
              const struct actor *actor, int64_t now, struct arena *a, struct err *e);
/* Loads the actor of a person without a login: init and the demo history act as people. */
const struct actor *actor_load(struct core *core, struct db *db, int64_t person_id, int64_t now,
                               struct arena *a, struct err *e);
/* A read connection of one's own (HTTP workers, jobs). */
struct db *core_reader(struct core *core, struct arena *a, struct err *e);

/* --- jobs ---------------------------------------------------------------------------------------- */

/* LANE_STORE: what waits for the store of file contents, and does little else. LANE_CONVERT: foreign files
 * read and converted, one at a time. */
enum lane { LANE_PASSWORD, LANE_WORK, LANE_STORE, LANE_CONVERT };
/* Runs fn(arg) on the lane's threads; false when too much is waiting. */
bool job_run(struct core *core, enum lane lane, void (*fn)(void *arg), void *arg);

/* --- live events ------------------------------------------------------------------------------- */

/* A browser's stream: subscribes scopes; live_take gives the frames (text/event-stream) that have
 * come since the position and moves it. The hub keeps five minutes. */
struct live_sub;
struct live_sub *live_open(struct core *core, const struct actor *actor, struct str last_event_id);
void live_close(struct live_sub **sub);
/* Frames waiting, into b; false when none. is_alive false: the login has ended, close. */
bool live_take(struct live_sub *sub, struct buf *b, bool *is_alive);
/* Calls wake(arg) on the hub's tick thread (every 50–100 ms) when something has come for anyone.
 * wake NULL: never again for this arg; when it returns, no call is under way. */
void live_on_tick(struct core *core, void (*wake)(void *arg), void *arg);
/* True when frames wait: cheap, any thread. */
bool live_waiting(struct live_sub *sub);
/* Authenticates a stream request and returns the actor, counted; NULL with *e. */
const struct actor *door_authenticate(struct call *call, struct db *db);
void actor_release(struct core *core, const struct actor *actor);

/* The joined schema of all rooms, as text. */
struct str core_schema(void);
/* The OpenAPI 3.1 document of all rooms. */
struct str core_openapi(struct arena *a);

#endif
