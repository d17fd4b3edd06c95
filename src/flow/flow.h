/* flow: the workflow engine (FLOW.md). BPMN text → compiled net → soundness → apply(). Pure: no
 * clock, no database, no sockets; whoever calls brings the time, the organisation and the storage.
 *
 * A net is immutable and may be read by any thread; a state belongs to one thread at a time. All
 * results live in the arena that the function was given. Ordinals (act, leaf) are small numbers
 * from 1, given by apply, never reused inside an instance; 0 means none. Node and edge numbers are
 * positions in flow_nodes and flow_edges; -1 means none.
 *
 * Words: an act is one activation of a task; a leaf is one signature in its signing tree and is
 * what desk/ shows as one item (办件). */
#ifndef TB_FLOW_FLOW_H
#define TB_FLOW_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"

struct feel;
struct flow_net;
struct flow_state;

/* --- the definition ----------------------------------------------------------------------------
 */

enum flow_node_kind {
    FLOW_START_EVENT,
    FLOW_END_EVENT,
    FLOW_TERMINATE_EVENT,
    FLOW_USER_TASK,
    FLOW_SERVICE_TASK,
    FLOW_PASS_TASK, /* task, manualTask: drawn, passed through */
    FLOW_EXCLUSIVE,
    FLOW_PARALLEL,
    FLOW_INCLUSIVE,
    FLOW_EVENT_GATEWAY,
    FLOW_SUB_PROCESS,
    FLOW_EVENT_SUB_PROCESS, /* without flows: its start event sets it going */
    FLOW_FREE_ZONE,         /* adHocSubProcess (自由流, FLOW 5.9) */
    FLOW_CALL,              /* callActivity: another definition, as an instance of its own */
    FLOW_BOUNDARY_EVENT,
    FLOW_CATCH_EVENT,
    FLOW_THROW_EVENT,
    FLOW_SEND_TASK,
    FLOW_RECEIVE_TASK,
    FLOW_SCRIPT_TASK,
    FLOW_RULE_TASK,
    FLOW_NODE_KINDS
};

enum flow_event {
    FLOW_EVENT_NONE,
    FLOW_EVENT_TIMER,
    FLOW_EVENT_MESSAGE,
    FLOW_EVENT_SIGNAL,
    FLOW_EVENT_ERROR,
    FLOW_EVENT_ESCALATION,
    FLOW_EVENT_CONDITION,
    FLOW_EVENT_LINK
};

enum flow_sign { FLOW_SIGN_ANY, FLOW_SIGN_ALL, FLOW_SIGN_SEQ, FLOW_SIGN_VOTE };
enum flow_way { FLOW_WAY_DEFAULT, FLOW_WAY_REWIND, FLOW_WAY_REWORK };

/* One attribute in the oa: namespace, as written. */
struct flow_attr {
    struct str name, value;
};

/* A node of the drawing. Absent texts are STR_NONE. */
struct flow_node {
    struct str id, name;
    enum flow_node_kind kind;
    int line;   /* in the XML */
    int parent; /* sub-process or zone it is drawn in, or -1 */
    enum flow_event event;
    struct str event_name; /* of the message, signal, error, escalation or link */
    bool is_interrupting;  /* boundary events and starts of event sub-processes */
    int host;              /* boundary events: the activity they sit on; else -1 */
    /* call activities */
    struct str called; /* key of the definition */
    int version;       /* 0: the newest when it is called */
    struct str cc;     /* terms: who is told when it is completed (抄送) */
    struct str lane;   /* name of the lane it is drawn in */
    struct str doc;    /* text of its documentation element */
    /* user tasks */
    struct str assign;    /* terms, see flow_org; absent: anyone */
    enum flow_sign sign;  /* of several assignees */
    struct str due, warn; /* "1wd", "4wh", "P3D"; due also "= FEEL", see flow_due */
    struct str overdue;   /* urge, escalate, transfer, auto:OUTCOME */
    struct str form, fields, distinct;
    struct str sheet; /* place of its opinions on the sheet (呈批单) */
    uint32_t ops;     /* bit 1 << enum flow_op: commands the node allows its holders */
    bool may_circulate, may_urge;
    bool keep_due; /* a reopened act keeps its due (FLOW 5.1) */
    /* service tasks */
    struct str op, undo; /* commands of the door */
    bool is_barrier;     /* cannot be undone, stops a return (FLOW 5.1) */
    bool is_refusal;     /* an end event of oa:ends="rejected": the business came to nothing */
    /* any task: the milestone that the sender of a document may see when it is completed */
    struct str milestone;
    const struct flow_attr *attr; /* all oa: attributes of the element */
    size_t attr_n;
    /* the picture; w == 0: not drawn */
    double x, y, w, h;
};

struct flow_edge {
    struct str id, name, label; /* label: text of the route button */
    int from, to;
    struct str condition; /* FEEL; absent: unconditional */
    bool is_default;
    const double *points; /* x, y, x, y, … */
    size_t points_n;      /* pairs */
};

struct flow_finding {
    int line;
    struct str element; /* id, or the tag's name where it has none */
    const char *code;   /* static */
    struct str message; /* zh-CN */
    struct str message_en;
};

enum flow_sound { FLOW_SOUND_UNKNOWN, FLOW_SOUND_YES, FLOW_SOUND_NO };

/* What `flow check` prints. */
struct flow_report {
    struct flow_finding *error, *warning;
    size_t error_n, warning_n;
    struct flow_attr *element; /* tag → how often */
    size_t *element_count, element_n;
    enum flow_sound sound;
    struct str *counterexample; /* BPMN ids in the order of firing */
    size_t counterexample_n;
};

/* Names that expressions may use. all: any name is fine (no form known). */
struct flow_known {
    const struct str *name;
    size_t n;
};

/* What starts an instance without a person: start events of the process with a timer or a message.
 * FLOW_START names the event in to_node; without it the plain start event is taken. */
struct flow_trigger {
    int node;
    enum flow_event event;
    struct str name; /* of the message */
    /* Of the timer: its rule as written, the moment it names (0: counted from when it is put to use),
     * what lies between two turns or before the only one (absent: none), and how many turns there
     * are (-1: without end). Of the message: rule is its oa:correlation, absent: of the sender's unit. */
    struct str rule, period;
    int64_t first;
    int times;
};
const struct flow_trigger *flow_triggers(const struct flow_net *net, size_t *n);
/* Is there a start event that nothing but a person, or another flow, sets off? */
bool flow_starts_plainly(const struct flow_net *net);
/* What a message brings to the start event that it sets off, as a JSON object: all of it, or what
 * the event's oa:out takes. */
struct str flow_start_vars(struct arena *a, const struct flow_net *net, int node,
                           const struct jv *message, int64_t now);
/* The unit that a message is addressed to, as the start event's oa:correlation finds it in what came: a
 * unit, or a list of one; FLOW_NOBODY: none. */
struct flow_who flow_start_unit(struct arena *a, const struct flow_net *net, int node,
                                const struct jv *message, int64_t now);

/* Reads and checks a definition. NULL when the report holds errors. known may be NULL: names are
 * not checked. At most 1 MB, 2,000 nodes, no DTD. Both results live in a, and so must xml. */
struct flow_net *flow_compile(struct arena *a, struct str xml, const struct flow_known *known,
                              struct flow_report *report);
/* Expressions over this instance's variables, where they stand. */
struct flow_said {
    const struct feel *e;
    int line;
    struct str element;
};
const struct flow_said *flow_expressions(const struct flow_net *net, size_t *n);
/* The object of `flow check`. */
/* file: the drawing's name, said with each finding. */
void flow_report_write(struct jw *w, const char *file, const struct flow_report *report);
/* What helps against a finding. */
struct str flow_todo(const char *code, enum lang lang);

struct str flow_net_key(const struct flow_net *net); /* id of the process */
struct str flow_net_name(const struct flow_net *net);
const struct flow_node *flow_nodes(const struct flow_net *net, size_t *n);
const struct flow_edge *flow_edges(const struct flow_net *net, size_t *n);
int flow_node_find(const struct flow_net *net, struct str id); /* -1 when absent */
struct str flow_node_attr(const struct flow_node *node,
                          const char *name); /* STR_NONE when absent */

/* One for each of several: 0 no, 1 at once, 2 in turn (several instances or several signers). */
int flow_node_multi(const struct flow_net *net, int node);

/* Outcomes that route behind a user task: read from labelled or `outcome = "x"` flows behind it
 * (its own, or of the exclusive gateway it leads to); a task of several signers without such flows
 * has agree and disagree; otherwise none (n = 0: one plain button). */
struct flow_outcome {
    struct str name, label;
};
const struct flow_outcome *flow_outcomes(const struct flow_net *net, int node, size_t *n);

/* Does somebody agree here to what the starter asks for? Then it is never the starter (oa:self="up", and
 * where nothing is said every step with an outcome that disagrees, but for the starter's own;
 * oa:self="may" lifts it). */
bool flow_decides(const struct flow_net *net, int node);

/* Variables that the holder of this task must choose for whoever comes next: the var(NAME) of the
 * user tasks that follow without another user task between. */
struct flow_need {
    struct str name;
    int node; /* the task that will use it */
};
const struct flow_need *flow_needs(const struct flow_net *net, int node, size_t *n);

/* --- who -------------------------------------------------------------------------------------- */

enum flow_who_kind {
    FLOW_NOBODY,
    FLOW_POST,   /* id: post */
    FLOW_PERSON, /* id: person */
    FLOW_POOL,   /* holders of role `name` in unit id */
    FLOW_UNIT,   /* a whole other unit signs: desk opens a child matter and completes the leaf */
    FLOW_NAME    /* only a name: `flow run`, tests; "anyone" for a task without assign */
};

struct flow_who {
    enum flow_who_kind kind;
    int64_t id;
    struct str name;
};
bool flow_who_eq(const struct flow_who *x, const struct flow_who *y);
/* "post:12", "person:7", "unit:45", "pool:45:doc_clerk", or the bare name; and back. */
struct str flow_who_text(struct arena *a, const struct flow_who *who);
struct flow_who flow_who_parse(struct str text);

enum flow_term_kind {
    FLOW_TERM_STARTER,
    FLOW_TERM_STARTER_SECTION_HEAD,
    FLOW_TERM_STARTER_LEADER, /* the leader in charge (分管领导) */
    FLOW_TERM_STARTER_UNIT_LEADER, /* the unit's own leader in charge of the starter's section */
    FLOW_TERM_STARTER_DEPUTY_SECRETARY_GENERAL,
    FLOW_TERM_PREV_ACTOR,
    FLOW_TERM_POST,   /* post(ID) */
    FLOW_TERM_PERSON, /* person(ID) */
    FLOW_TERM_UNIT,   /* unit(ID) */
    FLOW_TERM_ROLE,   /* role(NAME): in the matter's unit */
    FLOW_TERM_LEADER_OF, /* leader(NAME): in charge of the people of that role in the unit */
    FLOW_TERM_SUPERIOR_LEADER, /* superior.leader: in charge of the unit at the level above */
    FLOW_TERM_SUPERIOR_HEAD,   /* superior.head: the principal of the level above */
    FLOW_TERM_SUPERIOR_ROLE,   /* superior.role(NAME): in the office of the level above */
    FLOW_TERM_SUPERIOR_UNIT,   /* superior.unit: the unit that takes what goes up */
    FLOW_TERM_BESIDE_ROLE,     /* beside.role(NAME): in the other office of the same place */
    FLOW_TERM_VAR,    /* var(NAME): chosen by whoever came before */
    FLOW_TERM_NAME    /* a bare name */
};

struct flow_term {
    enum flow_term_kind kind;
    struct str arg;  /* between the brackets, or the bare name */
    struct str text; /* the whole term */
};

/* What a resolver may look at. */
struct flow_resolve_ctx {
    const struct flow_net *net;
    int node;
    struct flow_who starter;
    struct flow_who prev; /* who completed the act before; NOBODY when there was none */
    struct str var_json;  /* FLOW_TERM_VAR: the variable's JSON text, or STR_NONE */
    /* FLOW_TERM_VAR: the strings of that variable, read by flow_who_parse. "role:NAME" comes as a
     * FLOW_POOL with id 0 (the matter's unit). */
    const struct flow_who *chosen;
    size_t chosen_n;
};

/* The organisation, asked once per assign term. Sets out (in a) and n; n == 0 is allowed and gives
 * an incident when no term yields anyone. False with err when the question cannot be answered:
 * the command fails. Must be a function of its arguments and the database snapshot. */
struct flow_org {
    bool (*resolve)(void *arg, struct arena *a, const struct flow_term *term,
                    const struct flow_resolve_ctx *ctx, struct flow_who **out, size_t *n,
                    struct err *err);
    void *arg;
    /* Host functions of expressions, NULL where absent. Their answers are recorded like those of
     * resolve. */
    bool (*workdays)(void *arg, int64_t from_days, int64_t to_days, int64_t *out);
    bool (*in_role)(void *arg, struct str role);
};

/* --- commands --------------------------------------------------------------------------------- */

enum flow_op {
    FLOW_START,          /* actor, vars */
    FLOW_COMPLETE,       /* leaf, actor, outcome, vars */
    FLOW_OPEN,           /* leaf: its holder saw it (the race with withdraw, FLOW 5.4) */
    FLOW_SEND_BACK,      /* leaf, to_act or to_node, way, reason (FLOW 5.1, 5.2) */
    FLOW_WITHDRAW,       /* leaf (a done one, also of an attempt before), reason (FLOW 5.4) */
    FLOW_ADD_SIGNER,     /* leaf, who[], place, mode, role (FLOW 5.5) */
    FLOW_REMOVE_SIGNER,  /* leaf (of who added it; 0 with is_admin), other_leaf */
    FLOW_TRANSFER,       /* leaf, who[0], reason (FLOW 5.6) */
    FLOW_TERMINATE,      /* reason: 不同意并办结; state becomes rejected */
    FLOW_CANCEL,         /* reason: 撤销; state becomes void */
    FLOW_SERVICE_DONE,   /* act, vars */
    FLOW_SERVICE_FAILED, /* act, reason: an incident; RETRY offers it again */
    FLOW_SET_ASSIGNEES,  /* act with incident flow.no_assignee, who[] */
    FLOW_RETRY,          /* vars: sets them, then tries everything that is in incident */
    FLOW_DELEGATE,       /* leaf, who[0], reason: 委派, who advises first (FLOW 5.6) */
    FLOW_CLAIM,          /* leaf (of a pool, or one of several candidates), who[0] or actor */
    FLOW_PUT_BACK,       /* leaf: gives a claimed item back */
    FLOW_FORWARD,        /* leaf in a free zone, who[], mode ALL|SEQ, to_node, outcome (FLOW 5.9) */
    FLOW_FINISH,         /* leaf: 办结 of a free zone by its owner; without one (actor, reason, scope or
                          * 0): while others still have it */
    FLOW_ADD_BRANCH,     /* act, value: one more item of a multi-instance activity (补发) */
    FLOW_WITHDRAW_BRANCH, /* scope, reason: of an item that nobody has opened, or by admin */
    FLOW_COLLECT,         /* act, reason: ends a multi-instance activity now (强制归结) */
    FLOW_REROUTE,         /* act (or leaf), to_node, reason: by admin (FLOW 5.10) */
    FLOW_SUSPEND,         /* reason: 挂起 of the instance; timers keep what is left of them */
    FLOW_RESUME,
    FLOW_OVERRIDE,    /* to_node, who[]: assignees of this node in this instance (FLOW 5.13) */
    FLOW_MIGRATE,     /* to_net, map (old id → new id): to another version (FLOW 5.13) */
    FLOW_TIMER_FIRED, /* ref */
    FLOW_MESSAGE,     /* ref, vars: the binder has found the subscription */
    FLOW_SIGNAL,      /* name, vars: to everything here that waits for it; or one ref */
    FLOW_CALL_DONE,   /* ref, vars: the child's variables, outcome: the child's */
    FLOW_CALL_FAILED, /* ref, outcome: error code, reason */
    FLOW_OP_COUNT
};
const char *flow_op_name(enum flow_op op); /* "send_back" */

enum flow_place { FLOW_BEFORE, FLOW_AFTER, FLOW_BESIDE };
enum flow_mode { FLOW_MODE_ALL, FLOW_MODE_ANY, FLOW_MODE_SEQ };
enum flow_role {
    FLOW_ROLE_SIGN,
    FLOW_ROLE_LEAD,
    FLOW_ROLE_ASSIST,
    FLOW_ROLE_ADVISE,
    FLOW_ROLE_REWORK
};

struct flow_command {
    enum flow_op op;
    struct flow_who actor; /* who acts (a post, not the proxy); NOBODY: the holder of the leaf */
    bool is_admin;         /* the node's ops list does not bind */
    int leaf, other_leaf, act, to_act;
    struct str to_node; /* BPMN id: its latest legal act; used when to_act is 0 */
    enum flow_way way;  /* DEFAULT: the node's returnWay, else FLOW 5.2's last sentence */
    struct str outcome, reason;
    const struct jv *vars; /* an object, or NULL */
    const struct flow_who *who;
    size_t who_n;
    enum flow_place place;
    enum flow_mode mode;
    enum flow_role role;           /* SIGN or ADVISE */
    int ref;                       /* of a wait, as the delta gave it */
    int scope;                     /* of a branch, as flow_branches gives it */
    struct str name;               /* of a signal */
    const struct jv *value;        /* ADD_BRANCH: the item */
    const struct jv *map;          /* MIGRATE: an object, or NULL where ids are the same */
    const struct flow_net *to_net; /* MIGRATE: from then on the instance's net */
};

/* --- what a command changed ------------------------------------------------------------------- */

enum flow_status {
    FLOW_NEW,
    FLOW_RUNNING,
    FLOW_DONE,
    FLOW_REJECTED,
    FLOW_VOID,
    FLOW_INCIDENT,
    FLOW_SUSPENDED_INSTANCE /* 挂起: only RESUME, TERMINATE and CANCEL by admin, late callbacks */
};

enum flow_change_kind {
    FLOW_OPENED,      /* a new leaf: a new item */
    FLOW_CLOSED,      /* done: the item of the one who completed */
    FLOW_TRANSFERRED, /* closed, handed to another (an OPENED with from follows) */
    FLOW_SUSPENDED,   /* waits for a signer before it or for rework; its clock stands */
    FLOW_REACTIVATED, /* the same item is open again */
    FLOW_VOIDED,      /* not needed any more; reason is in cause */
    FLOW_CLAIMED,     /* an item of a pool is now that of who */
    FLOW_RELEASED     /* put back into its pool */
};

struct flow_change {
    enum flow_change_kind kind;
    int leaf, act, node;
    struct flow_who who;
    enum flow_role role;
    int attempt;
    int from;           /* OPENED: the leaf this one continues (prefill, due, opinion), or 0 */
    int form_node;      /* whose form and field rights count: node, or for rework the target's */
    struct str outcome; /* CLOSED */
    /* VOIDED: "send_back" "withdraw" "decided" "removed" "ended" "interrupted" "finished"
     * "collected" "rerouted" */
    const char *cause;
};

/* What waits for the world. The binder keeps timers, subscriptions and children by ref, brings
 * them back as commands, and drops what comes for a ref that was disarmed (flow.not_waiting). */
enum flow_wait_kind { FLOW_WAIT_TIMER, FLOW_WAIT_MESSAGE, FLOW_WAIT_SIGNAL, FLOW_WAIT_CALL };
enum flow_wait_what {
    FLOW_ARMED,
    FLOW_DISARMED, /* a timer or subscription is not needed; a child is to be voided */
    FLOW_PAUSED,   /* timers: keep what is left; others: hold what comes */
    FLOW_CONTINUED
};
struct flow_wait {
    enum flow_wait_what what;
    enum flow_wait_kind kind;
    int ref, node;
    int act; /* that holds it, or 0 (event sub-process) */
    /* TIMER: "1wd" "4wh" "P3D", or an ISO 8601 day or moment; counted from the command's clock */
    struct str rule;
    struct str name;        /* MESSAGE, SIGNAL; CALL: key of the definition */
    struct str correlation; /* MESSAGE: JSON of the key, or STR_NONE */
    int version;            /* CALL: 0 is the newest */
    struct str vars;        /* CALL: an object, the child's first variables */
};

/* A message or signal that leaves (throw events, end events, sendTask). */
struct flow_sending {
    int node;
    bool is_signal;
    struct str name, correlation, vars; /* vars: an object */
};

/* Told of a completion (抄送): no token, no item; the binder makes readings. */
struct flow_copy {
    int node, act;
    const struct flow_who *who;
    size_t n;
};

struct flow_service {
    int act, node;
    struct str op; /* run it through the door, then apply SERVICE_DONE or SERVICE_FAILED */
    bool is_undo;  /* run op to undo a barrier; nothing is applied afterwards */
};

/* One answer of the resolver, as asked. */
struct flow_answer {
    int node;
    struct str term;
    const struct flow_who *who;
    size_t n;
    int64_t value; /* of a host function: term is "workdays" or "in role" */
};

struct flow_incident {
    int node, act; /* act 0: at a gateway */
    /* flow.no_assignee, flow.no_way, flow.service_failed, flow.bad_cardinality,
     * flow.condition_failed, flow.bad_timer, flow.call_failed, flow.vote_failed, flow.no_rule */
    const char *code;
};

struct flow_delta {
    enum flow_status status;    /* after the command */
    struct flow_change *change; /* in order of happening */
    size_t change_n;
    struct flow_service *service; /* now waiting because of this command, in order */
    size_t service_n;
    int *completed; /* nodes completed, in order */
    size_t completed_n;
    struct flow_answer *answer;
    size_t answer_n;
    struct flow_incident *incident; /* all that stand after the command */
    size_t incident_n;
    struct flow_wait *wait; /* in order */
    size_t wait_n;
    struct flow_sending *sending;
    size_t sending_n;
    struct flow_copy *copy;
    size_t copy_n;
    /* leaves whose votes to return made the rewind of this command, with all their reasons
     * (FLOW 5.3); empty for any other */
    int *returned;
    size_t returned_n;
    struct str error; /* an error that nobody caught ended the instance: its code */
};

/* Applies one command. On false err is set and state is as before. After a MIGRATE the instance's
 * net is cmd->to_net. a must live as long as state.
 * out (never NULL) lives in a. The impact list before a confirmation is flow_state_copy + apply.
 * A withdraw may bring a DONE instance back to RUNNING (FLOW 5.4 B); who may not want that refuses
 * before. Codes: flow.*, see errors.txt. */
bool flow_apply(struct arena *a, const struct flow_net *net, struct flow_state *state,
                const struct flow_command *cmd, const struct flow_org *org, int64_t now,
                struct flow_delta *out, struct err *err);

/* --- the state -------------------------------------------------------------------------------- */

struct flow_state *flow_state_new(struct arena *a);
struct flow_state *flow_state_copy(struct arena *a, const struct flow_state *state);
/* Canonical JSON, the `body` of the instance. */
void flow_state_write(struct buf *out, const struct flow_state *state);
/* Reads what write wrote; the net must be the same version. False with flow.body_broken. */
bool flow_state_read(struct arena *a, const struct flow_net *net, struct str body,
                     struct flow_state **out, struct err *err);

/* What the trace keeps of a command so that replay needs nothing else: one JSON object. */
void flow_record_write(struct jw *w, const struct flow_command *cmd, int64_t now,
                       const struct flow_delta *delta);
/* Applies such a record with the answers it holds. A record of a migration needs to_net and is told
 * by flow_record_migrates. */
bool flow_record_apply(struct arena *a, const struct flow_net *net, struct flow_state *state,
                       const struct jv *record, struct flow_delta *out, struct err *err);
bool flow_record_migrates(const struct jv *record);
bool flow_record_migrate(struct arena *a, const struct flow_net *net, const struct flow_net *to_net,
                         struct flow_state *state, const struct jv *record, struct flow_delta *out,
                         struct err *err);

/* --- readers ---------------------------------------------------------------------------------- */

enum flow_leaf_state { FLOW_LEAF_PENDING, FLOW_LEAF_ACTIVE, FLOW_LEAF_DONE, FLOW_LEAF_VOID };

struct flow_leaf {
    int leaf, act, node, attempt, form_node;
    struct flow_who who, done_by;
    enum flow_role role;
    enum flow_leaf_state state;
    /* undone: done once, its act was sent back or withdrawn; a signature that the next attempt
     * keeps is not undone */
    bool is_opened, is_undone;
    bool is_suspended;
    bool is_claimed;
    int scope; /* branch it belongs to; 0: the process itself */
    struct str outcome;
    int added_by;               /* leaf of who added this signer, or 0 */
    int64_t opened_at, done_at; /* when it became active, when it was done; 0: not yet */
};
enum flow_status flow_state_status(const struct flow_state *state);
/* Did the process come to an end event of oa:ends="rejected"? Asked once it has ended. */
bool flow_state_is_refused(const struct flow_net *net, const struct flow_state *state);
bool flow_leaf_find(const struct flow_state *state, int leaf, struct flow_leaf *out);
/* All leaves in order of their ordinals. */
struct flow_leaf *flow_leaves(struct arena *a, const struct flow_state *state, size_t *n);
/* JSON text of a variable, or STR_NONE. */
struct str flow_var(const struct flow_state *state, struct str name);
/* The limit of an act's step: the period as drawn or what its expression gives now: a period, a moment
 * in ISO 8601, a day as "=2026-12-10": by its end. STR_NONE: none. */
struct str flow_due(struct arena *a, const struct flow_net *net, const struct flow_state *state,
                    int act, int64_t now);
void flow_vars_write(struct jw *w, const struct flow_state *state);
/* Forgets the values of all variables (a purged matter): the state stands as it is, expressions read
 * null, and its record cannot be played back any more. */
void flow_state_forget(struct flow_state *state);
/* Latest live outcome of a node, or STR_NONE. */
struct str flow_node_outcome(const struct flow_state *state, int node);
struct flow_incident *flow_incidents(struct arena *a, const struct flow_net *net,
                                     const struct flow_state *state, size_t *n);

/* Why an instance would not fit into another version: what is under way at a node (of its own version)
 * has no counterpart. None, and the migration is refused all the same: each has its place, but the new
 * version cannot be in this state. */
struct flow_misfit {
    int node;
    /* flow.misfit_gone, flow.misfit_kind: is something else there; flow.misfit_waits: a token waits
     * in front of it, and nothing leads there */
    const char *code;
};
struct flow_misfit *flow_misfits(struct arena *a, const struct flow_net *net,
                                 const struct flow_net *to, const struct flow_state *state,
                                 const struct jv *map, size_t *n);
/* Assignees named for this instance alone (FLOW_OVERRIDE). */
struct flow_named {
    int node;
    const struct flow_who *who;
    size_t who_n;
};
struct flow_named *flow_overrides(struct arena *a, const struct flow_state *state, size_t *n);
/* Variables on which the flows behind a node depend: what may have been missing at an incident. */
struct str *flow_asked_vars(struct arena *a, const struct flow_net *net, int node, size_t *n);

/* The branches of a multi-instance activity (并行发文): one for each item, for the list of who has
 * it, for 补发 and 撤回 of one, and for the closing view (归结). */
enum flow_branch_state { FLOW_BRANCH_OPEN, FLOW_BRANCH_CLOSED, FLOW_BRANCH_VOID };
struct flow_branch {
    int scope, act, node, item; /* item: from 1, in the order of opening */
    enum flow_branch_state state;
    struct str value;   /* the item as JSON */
    bool is_lead;       /* collect="lead" waits for this one */
    bool is_opened;     /* somebody has seen an item in it: it cannot be withdrawn singly */
    int last_leaf;      /* signature done last in it, or 0 */
    struct str outcome; /* of that */
    int64_t opened_at, closed_at;
};
struct flow_branch *flow_branches(struct arena *a, const struct flow_net *net,
                                  const struct flow_state *state, int act, size_t *n);

/* What a command would do or did to people: the difference of two states, by leaf. Names are the
 * binder's. Dry run: flow_state_copy, flow_apply on the copy, flow_impact. */
enum flow_impact_what {
    FLOW_IMPACT_OPENED,    /* gets a new item */
    FLOW_IMPACT_REOPENED,  /* gets an item again, or the next attempt of one that was done */
    FLOW_IMPACT_VOIDED,    /* an open item goes away */
    FLOW_IMPACT_UNDONE,    /* a done one counts no more */
    FLOW_IMPACT_SUSPENDED, /* has to wait */
    FLOW_IMPACT_CLOSED     /* done by the command itself */
};
struct flow_impact {
    enum flow_impact_what what;
    int leaf, act, node;
    struct flow_who who; /* holder; of a done one who did it */
    bool was_opened;
};
struct flow_impact *flow_impact(struct arena *a, const struct flow_state *before,
                                const struct flow_state *after, size_t *n);

/* Acts to which the holder of this leaf may send back (FLOW 5.1), newest first. */
struct flow_target {
    int act, node, attempt;
    struct flow_who who; /* who completed it (the first, where several signed) */
};
struct flow_target *flow_targets(struct arena *a, const struct flow_net *net,
                                 const struct flow_state *state, int leaf, size_t *n);
/* Commands possible for the holder of this leaf now: bit 1 << enum flow_op. */
uint32_t flow_leaf_ops(const struct flow_net *net, const struct flow_state *state, int leaf);

/* The picture: one entry per node and edge of the net. */
enum flow_mark { FLOW_IDLE, FLOW_LIVE, FLOW_PASSED, FLOW_UNDONE };
struct flow_mark_node {
    enum flow_mark mark;
    int attempts;
    int64_t since_at; /* LIVE: when the act began */
};
struct flow_picture {
    struct flow_mark_node *node;
    enum flow_mark *edge; /* LIVE: a token waits here */
};
struct flow_picture flow_picture(struct arena *a, const struct flow_net *net,
                                 const struct flow_state *state);

/* --- simulation (FLOW 5.14) ------------------------------------------------------------------- */

/* The world of a simulation: the organisation as it is, and what a time rule comes to. Everybody is
 * taken to finish at the deadline of his step, or at once where there is none. */
struct flow_world {
    struct flow_org org;
    /* When the period or moment that rule names is over, counted from `from`. False: no such rule,
     * taken as at once. NULL: everything is at once. */
    bool (*due)(void *arg, struct str rule, int64_t from, int64_t *out);
    void *arg;
    int64_t now;
    struct flow_who starter;
    const struct jv *vars; /* what is known of the form, or NULL */
};

struct flow_sim_step {
    int node, attempt;
    const struct flow_who *who; /* who would have it; a var() that nobody chose yet: "?NAME" */
    size_t who_n;
    int64_t from_at, due_at; /* due_at 0: no deadline */
    struct str outcome;      /* taken on this path */
    struct str event;        /* id of the event that happened instead of a completion */
};

enum flow_sim_end {
    FLOW_SIM_ENDED,
    FLOW_SIM_CUT, /* the same step for the fourth time: a loop goes on like this */
    FLOW_SIM_STUCK
};

struct flow_sim_path {
    enum flow_sim_end end;
    struct flow_sim_step *step; /* in order of beginning */
    size_t step_n;
    int64_t end_at;
};

/* "sim.empty_assignee" at a node on some path; "sim.unreachable" with these data and people;
 * "sim.never_ending" for the whole; other codes: incidents that would arise (flow.…). */
struct flow_sim_finding {
    int node;
    const char *code;
};

struct flow_sim {
    struct flow_sim_path *path;
    size_t path_n;
    bool is_capped; /* more than 500 paths: the others were not looked at */
    struct flow_sim_finding *finding;
    size_t finding_n;
};

/* Goes through a definition, every way that outcomes and unknown data leave open (state NULL), or
 * from a live state onwards: what comes next (预测后续). Nothing leaves it. */
struct flow_sim *flow_simulate(struct arena *a, const struct flow_net *net,
                               const struct flow_state *state, const struct flow_world *world);
void flow_sim_write(struct jw *w, const struct flow_net *net, const struct flow_sim *sim);

/* --- command line and bench ------------------------------------------------------------------- */

/* `tongban flow run|check …`; argv[0] is "flow". Exit code. */
int flow_cli(int argc, char **argv);

#endif
