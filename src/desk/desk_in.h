/* Shared by desk's own files. */
#ifndef TB_DESK_DESK_IN_H
#define TB_DESK_DESK_IN_H

#include "base/log.h"
#include "desk/desk.h"
#include "module/module.h"

struct instance;
#define FORM_BYTES 400000 /* of a form's JSON */

/* --- desk_wait.c: timers, messages, signals, called processes ----------------------------------------- */

/* Rows for what a command of the flow armed, disarmed and sent. answers: commands that follow at
 * once, of called processes that ended while they started. */
bool wait_follow(struct ctx *cx, struct matter *m, const struct flow_delta *d,
                 struct flow_command **answers, size_t *n);
/* A matter has ended: tells the process that called it, if one did. */
bool wait_answer(struct ctx *cx, const struct matter *child, const struct flow_state *state,
                 struct str error);
bool wait_answer_of(struct ctx *cx, const struct matter *child, const struct flow_state *state,
                    struct str error, int ref, struct flow_command *out);

/* When a timer's rule, counted from a moment, comes to; a day or moment is itself. */
bool wait_fire_time(struct ctx *cx, struct str rule, int64_t from, int64_t *out);

/* --- desk_incident.c -------------------------------------------------------------------------------- */

/* "incidents": where it cannot go on by itself. */
void incidents_write(const struct ctx *cx, struct jw *w, const struct instance *in);
extern const struct record matter_incident_record;
extern const struct record matter_open_item_record;

/* --- desk_matter.c ---------------------------------------------------------------------------------- */

/* Locks it, whoever acts: the right was asked before. */
bool matter_lock(struct ctx *cx, int64_t matter_id, struct matter *out);
/* matter_note for an item: undone with it. */
bool matter_note_on(struct ctx *cx, int64_t matter_id, int64_t item_id, struct str step,
                    struct str who, struct str text, int64_t person_id, int64_t post_id);

/* Did a person begin it? Only such a matter may be given up from inside; what came from elsewhere (a
 * letter, a countersign, an assignment) is closed, refused where that is allowed, or retracted by its
 * sender. 1, 0, -1. */
int matter_is_initiated(struct ctx *cx, const struct matter *m);
/* May its initiator cancel it now? Sets the reason why not. */
bool matter_may_cancel(struct ctx *cx, const struct matter *m);
/* The two halves of matter_start: the rows, in state "draft" or "running"; then the unit sees it and the
 * flow begins, at that start event or, absent, the plain one. note: what the trace shall also hold. */
struct flow_delta;
bool matter_insert(struct ctx *cx, const struct matter_start *in, const struct definition *d,
                   const char *state, struct matter *m);
bool matter_begin(struct ctx *cx, struct matter *m, struct str start_node, const struct jv *vars,
                  struct str note, struct flow_delta *delta);

/* --- desk_item.c ------------------------------------------------------------------------------------ */

struct item {
    int64_t id, matter_id, leaf, act;
    struct str node, step, role, state, outcome;
    int64_t attempt, owner_id, owner_kind, for_post;
    int64_t arrived_at, opened_at, done_at, done_person, done_post, urges, urged_at, due_at, rev;
    int64_t child_id;
    struct str module;
};
/* May the actor end the waiting for another unit's answer, once it is late? */
bool matter_may_stop_waiting(const struct ctx *cx, const struct matter *m);
/* A unit's open part that is late ends as 逾期未反馈: never as consent, its own matter ends with it. The
 * matter is locked. */
bool item_is_silent(struct ctx *cx, struct matter *m, const struct item *i);
bool item_load(struct ctx *cx, int64_t item_id, struct item *out); /* exists; no right asked */
/* 1, 0: the leaf never became an item, -1. */
int item_of_leaf(struct ctx *cx, int64_t matter_id, int64_t leaf, struct item *out);
/* Completes an item of the actor's as POST /items/{id}/complete does, with choices and reasons. */
bool item_complete_with(struct ctx *cx, int64_t item_id, struct str outcome, struct str opinion,
                        const struct jv *vars, const struct jv *reasons);
/* In what capacity the actor may act on it: own post and, acting, the person acted for. */
struct capacity {
    int64_t post_id;    /* the actor's own post */
    int64_t flow_post;  /* the post the flow knows: own, or the one acted for */
    int64_t acting_for; /* person, 0: nobody */
    enum acting_kind acting_kind;
};
/* How who presides stands on a step whose opinion goes to this place: "entrusted" (受委托签发) where it is
 * the signature, else "presiding" (主持工作); STR_NONE: nobody presides. */
struct str capacity_standing(const struct capacity *as, struct str place);
bool item_capacity(struct ctx *cx, const struct item *i, struct capacity *out);
/* Not a secretary, and no deputy where the step excludes one (OFFICE P1, P2). */
bool item_may_act(struct ctx *cx, const struct capacity *as, const struct flow_node *node);
/* Would the actor agree to his own request with this item (flow_decides)? Also as a deputy, presiding, or
 * out of a pool. Who advises or mends only does not agree. */
bool item_is_own_request(const struct ctx *cx, const struct matter *m, const struct definition *d,
                         const struct item *i);

/* One command of a flow, as flow_step_run takes it. */
struct flow_step {
    struct flow_command cmd;
    int64_t post_id;     /* capacity for the trace */
    int64_t acting_for;
    struct str standing; /* capacity_standing */
    int64_t for_post;    /* of standing: the head's post */
    const char *op;      /* of the trace: "item.complete" */
    struct str note;     /* JSON object with what the trace shall also hold, or absent */
    int64_t item_id;     /* whose item moved, or 0 */
    struct str text;     /* opinion or reason, for events */
    struct str said_on;  /* of a recorded word; absent: now */
    const struct jv *vars;
    const struct definition *to_definition; /* MIGRATE: the version it moves to */
};

/* The item with its matter locked, and the step of the flow that its holder takes: for verbs beside
 * complete and send back. False when it is not the actor's, not open, changed since rev, or a
 * secretary's or deputy's to leave alone. */
struct item_act {
    struct item item;
    struct matter matter;
    struct flow_step step;
};
bool item_act_begin(struct ctx *cx, int64_t item_id, int64_t rev, enum flow_op op,
                    const char *name, struct item_act *out);
bool item_act_opinion(struct ctx *cx, const struct item_act *a, struct str text,
                      struct str outcome);

/* --- desk_who.c: whom a person may name (S30) ---------------------------------------------------------- */

/* 1: a current post of the unit's own (a person becomes the main post), a pool of it or, where units
 * are taken, an open unit; 0: not, or it does not exist; -1: failed. */
int who_may_be_named(struct ctx *cx, int64_t unit_id, struct flow_who *who, bool takes_units);
/* Does this variable of the module name whole units? */
bool var_takes_units(const struct jv *module, struct str name);
/* Everybody named in variables or a form; refuses with the field "WHERE.NAME". */
bool vars_may_be_named(struct ctx *cx, int64_t unit_id, const struct jv *module,
                       const struct jv *vars, const char *where);
/* Posts of the matter's unit; NULL with cx->err naming the field. */
const struct flow_who *whos_named(struct ctx *cx, const struct matter *m, struct ids posts,
                                  const char *field);

/* --- desk_run.c: one command of the flow, and everything that follows from it ----------------------- */

/* Applies, saves, moves items and counters, runs service tasks, emits events, writes the trace.
 * The matter must be locked (matter_load_for_change). delta may be NULL. */
bool flow_step_run(struct ctx *cx, struct matter *m, const struct flow_step *step,
                   struct flow_delta *delta);
/* May whom a delta gives something to have it? Dry runs ask; the act asks as it opens the items. in: of
 * the version after it. Sets the reason why not. */
struct instance;
bool flow_may_open(struct ctx *cx, const struct matter *m, const struct instance *in,
                   const struct flow_delta *d);
/* The instance as it stands, for pages and dry runs. */
struct instance {
    const struct definition *def;
    struct flow_state *state;
    int needs_of; /* pages: the task whose choices are being written */
};
bool instance_read(struct ctx *cx, const struct matter *m, bool lock, struct instance *out);
/* state of the instance's row, and of its matter's once it has begun. */
const char *instance_state(enum flow_status status);
/* That of the matter: rejected where the flow was done at an end of 未同意. */
const char *matter_state(const struct definition *d, const struct flow_state *state);
/* Members of an entry of the record: the commands; at the start and where it moved the version. */
#define FLOW_RECORDS "flow"
#define FLOW_DEFINITION "definition"
#define FLOW_RAISED "raised" /* steps that were to be the starter's own */
const struct flow_org *flow_org_of(struct ctx *cx, const struct matter *m);
/* Did that organisation, asked for this node, pass the starter over and name somebody further up? */
bool flow_is_raised(const struct flow_org *org, int node);
struct flow_who who_of_post(struct ctx *cx, int64_t post_id);
/* "张三" or the pool's title, for lists and traces. */
struct str who_name(struct ctx *cx, const struct flow_who *who);

/* The step to which a delta went back, -1 for none. */
int flow_node_back(const struct flow_delta *d);

/* --- desk_direct.c: who may direct a matter under way --------------------------------------------------- */

/* The unit's office and who began it: the branches of a parallel sending. */
bool matter_is_directed_by(const struct ctx *cx, const struct matter *m);
/* Could the actor, as the owner of a free zone, end it while others have it? By which post. */
struct instance;
bool matter_finishes(struct ctx *cx, const struct matter *m, const struct instance *in,
                     int64_t *post_id);
/* The unit's administrator, or also its office head; loads it without lock. */
bool matter_governed(struct ctx *cx, int64_t matter_id, bool also_office, struct matter *m);
/* In whose name: a post of that unit, else the main one. */
int64_t matter_post_of_actor(const struct ctx *cx, const struct matter *m);

/* --- desk_may.c: what would be accepted now -------------------------------------------------------------- */

/* Would this command be accepted? It is tried on a copy; cx->err stays as it is. */
bool flow_would(struct ctx *cx, const struct matter *m, const struct instance *in,
                const struct flow_command *cmd);
/* Of these commands of an item (bit 1 << op) those that its holder could give now. */
uint32_t item_would(struct ctx *cx, const struct matter *m, const struct instance *in,
                    const struct item *i, const struct capacity *as, uint32_t ops);
/* matter_governed without asking whether the matter is there; sets no reason. */
bool matter_is_governed(struct ctx *cx, const struct matter *m, bool also_office);
/* Would this command of who governs it, which needs nothing but a reason, be accepted? */
bool matter_would(struct ctx *cx, const struct matter *m, const struct instance *in,
                  enum flow_op op);

/* --- desk_due.c: limits of items (FLOW 5.12) ---------------------------------------------------------- */

struct item_due {
    int64_t at;   /* due; 0: no limit */
    int64_t from; /* what it was counted from; 0: a fixed moment */
    int64_t next; /* when the clock looks at it; 0: never */
};
/* The limit of a new item of that node and act, counted from now. */
bool item_due_start(struct ctx *cx, const struct instance *in, const struct flow_node *node,
                    int64_t act, struct item_due *out);
/* That of the item which the new one continues (转办: the limit stays). */
bool item_due_keep(struct ctx *cx, const struct flow_node *node, int64_t from_item,
                   struct item_due *out);
/* Its clock stands while it waits for another signer or a rework, and goes on with what was left;
 * an item taken back gets a fresh limit unless its node keeps it. */
bool item_due_suspend(struct ctx *cx, const struct instance *in, int64_t act, int64_t item_id);
bool item_due_resume(struct ctx *cx, const struct instance *in, const struct flow_node *node,
                     int64_t act, int64_t item_id);

/* --- desk_urge.c ------------------------------------------------------------------------------------------ */

/* Is there anything in it that the actor may urge now? Sets the reason why not. */
bool matter_may_urge(struct ctx *cx, const struct matter *m);
/* Counts an urging and tells the owner, or who stands before a leader (P8). op: of the trace. */
bool item_urge(struct ctx *cx, const struct matter *m, int64_t item_id, int64_t owner_id,
               bool is_pool, const char *op);
/* Its dry run: who would be told, who would be left out and why. */
bool matter_urge_impact(struct ctx *cx, int64_t matter_id, struct jw *w);

/* --- desk_reading.c --------------------------------------------------------------------------------------- */

/* A reading item from the system; nothing when the post has or had one. */
bool matter_reading_put(struct ctx *cx, int64_t matter_id, int64_t post_id, struct str note);
/* The same, once more with another note, also when it was read or not yet its turn. */
bool matter_reading_again(struct ctx *cx, int64_t matter_id, int64_t post_id, struct str note);
/* The office and the clerk, of any section. */
bool matter_fixes_readers(const struct ctx *cx, const struct matter *m);
/* May the actor fix readers in this matter (clerk, office; a section head inside the section)? */
bool matter_may_circulate(struct ctx *cx, const struct matter *m);
/* May the actor, as a reader or holder of it, propose a reader? */
bool matter_may_propose(struct ctx *cx, const struct matter *m);
/* Ids one by one, each in a savepoint of its own, reported item by item (B9). */
extern const struct record batch_in_record, batch_out_record;
bool batch_run(struct ctx *cx, const void *input, void *output,
               bool (*one)(struct ctx *cx, int64_t id));
/* --- desk_page.c: parts that the start page of a module shares -------------------------------------- */

/* "need_vars": what the holder of a step chooses for those that follow. */
void needs_write(struct ctx *cx, struct jw *w, struct instance *in, int node);
/* "asks": what the step asks of its holder beside. */
void asks_write(struct ctx *cx, struct jw *w, const struct instance *in, struct str node);
/* "current": who has it now; leaders are shielded. */
bool current_write(struct ctx *cx, const struct matter *m, struct jw *w);

/* --- desk_picture.c ----------------------------------------------------------------------------------- */

/* As drawn; and of a matter, with who has and had it. */
bool picture_write(struct ctx *cx, struct jw *w, const struct definition *d,
                   struct flow_picture marked);
bool picture_write_of(struct ctx *cx, struct jw *w, const struct matter *m,
                      const struct instance *in);

/* --- desk_opinion.c ----------------------------------------------------------------------------------- */

struct opinion {
    struct str node, step, text, outcome;
    struct str ink; /* strokes as ink_take gives them, or absent */
    int64_t item_id, person_id, post_id, acting_for;
    struct str standing;
    bool is_noted;
    int64_t recorded_by;
    struct str recorded_form;
    int64_t said_at;    /* 0: only the day is known */
    struct str said_on; /* absent: said when it was written */
    int64_t scan_id, corrects_id;
};
bool opinion_put(struct ctx *cx, int64_t matter_id, const struct opinion *o, int64_t *id);
/* The names and the title of the day as the row keeps them. */
struct opinion_names {
    struct str who, title, acting, recorded;
};
/* The row, its words by digest in the record (trace_hold), with the columns that operate_held.c reads. */
bool opinion_write(struct ctx *cx, int64_t matter_id, int64_t id, const struct opinion *o,
                   const struct opinion_names *by);

/* --- desk_ink.c ------------------------------------------------------------------------------------------ */

#define INK_BYTES (64 * 1024)
/* Checks strokes and writes them as they are kept; absent or null gives an absent text. Refuses with
 * the field "ink". */
bool ink_take(struct ctx *cx, const struct jv *ink, struct str *out);

/* --- desk_number.c --------------------------------------------------------------------------------------- */

/* Gives the matter its module's number when it has none yet and this is the place ("start", "done", a
 * node): the next of its series, in this very command. */
bool matter_number_at(struct ctx *cx, const struct matter *m, const struct definition *d,
                      struct str at);
/* desk_attachment.c: one that the actor may see and that was not removed; open: nor purged. */
struct attachment {
    int64_t id, matter_id, size;
    struct str name, type, kind, digest;
};
bool attachment_load(struct ctx *cx, int64_t id, struct attachment *out);
bool attachment_open(struct ctx *cx, int64_t id, struct attachment *out);
/* desk_ofd.c: does the page show it by its pages? */
bool attachment_is_ofd(struct str name, struct str type);
/* Its words as one line, for the search; absent when it cannot be read. Not on the committer. */
struct str desk_ofd_text(struct arena *a, int fd, int64_t size);
/* desk_attachment.c: may the actor add and remove its papers now? Sets the reason why not. */
bool matter_may_attach(struct ctx *cx, const struct matter *m);
/* A scan that the actor added to this matter. Refuses with that field. */
bool attachment_is_scan(struct ctx *cx, int64_t matter_id, int64_t attachment_id,
                        const char *field);

/* --- desk_clock.c: what the rooms' clocks share ----------------------------------------------------------- */

struct clock_ids {
    struct ids ids;
};
struct clock_one {
    int64_t id;
};
extern const struct record clock_ids_record, clock_one_record;
/* The ids a query lists, so many at most; ends the rows. */
struct ids clock_read(struct ctx *cx, struct rows *r, size_t most);
/* One command of the clock's, waited for. A failure is logged at that level; the next tick sees it again. */
bool clock_tell(struct ctx *cx, enum log_level level, const char *command, const void *in);

/* desk_answers.c */
extern const struct record matter_page_record, diagram_record, impact_record, govern_record,
    hand_impact_record;
/* desk_sweep.c */
bool desk_run_upload_purge(struct ctx *cx, const void *in, void *out);
void desk_sweep_tick(struct ctx *cx);

/* --- desk_preview.c ---------------------------------------------------------------------------------- */

/* Is a file of this name shown by way of PDF? */
bool preview_converts(struct str name);
/* Its PDF on this node, or -1: not converted here yet. Any thread. */
int preview_open(struct ctx *cx, struct str digest, int64_t *size);
/* Makes it, unless it is there. LANE_CONVERT. */
bool preview_make(struct ctx *cx, struct str digest, struct str name);
void preview_sweep(const char *dir, struct arena *a);

#endif
