/* flow/ inside: the compiled net, the state of an instance, and the work of one command. */
#ifndef TB_FLOW_FLOW_IN_H
#define TB_FLOW_FLOW_IN_H

#include "feel/feel.h"
#include "flow/flow.h"

/* --- XML as a tree (flow_xml.c) --------------------------------------------------------------- */

enum xml_ns { XML_OTHER, XML_BPMN, XML_OA, XML_DI, XML_DC, XML_DD, XML_XSI, XML_NONE };

struct xml_attr {
    enum xml_ns ns;
    struct str name, value;
};

struct xml {
    enum xml_ns ns;
    struct str tag, text;
    int line;
    struct xml_attr *attr;
    size_t attr_n;
    struct xml *parent, *first, *last, *next;
};

/* NULL with *line and *what (static code) when the text is not acceptable XML. */
struct xml *xml_read(struct arena *a, struct str text, int *line, const char **code,
                     const char **detail);
struct str xml_attr(const struct xml *x, enum xml_ns ns, const char *name); /* STR_NONE */
struct str xml_id_or_tag(const struct xml *x);                              /* for findings */
bool xml_is(const struct xml *x, enum xml_ns ns, const char *tag);
const struct xml *xml_child(const struct xml *x, enum xml_ns ns, const char *tag);

/* --- the net ---------------------------------------------------------------------------------- */

enum veto { VETO_NONE, VETO_ANY, VETO_LEAD };
enum multi { MULTI_NONE, MULTI_PARALLEL, MULTI_SEQUENTIAL };
enum return_to { RETURN_ANY, RETURN_PREV, RETURN_STARTER, RETURN_IDS };
enum collect { COLLECT_ALL, COLLECT_LEAD, COLLECT_SOME, COLLECT_NONE };

/* One line of a map between variables here and those of a child or a message; also of a script. */
struct map_line {
    struct str to;
    const struct feel *from;
};

struct table; /* a decision table (flow_table.c) */

/* What only the engine needs of a node; same position as in nodes. */
struct node_in {
    int *in, *out; /* edges, in document order */
    size_t in_n, out_n;
    int default_edge;
    int part, body; /* the part it stands in; the part inside it, or -1 */
    int *boundary;  /* events that sit on it */
    size_t boundary_n;
    /* The event that does not interrupt, in whose country it stands: only reached from there,
     * joining nothing, ending by itself. It is in no marking, and the event may happen again and
     * again. -1: none. */
    int aside;
    bool goes_aside; /* such an event */
    int join;        /* inclusive gateways of several inflows: position in net->join; else -1 */
    const struct flow_term *term, *lead, *cc;
    size_t term_n, lead_n, cc_n;
    bool lead_first, has_sign, wait_all, reassign, keep_agreed, exclusive_out;
    bool collects_returns; /* a return is a vote (FLOW 5.3) */
    const struct feel *due; /* where it is an expression */
    const struct feel *pass, *completion, *collection, *cardinality;
    enum multi multi;
    struct str multi_item; /* name of the item variable */
    enum collect collect;
    int collect_n;
    bool keep_running; /* branches that collect does not wait for go on */
    bool finish_owner; /* free zone: ends when its owner says so */
    enum veto veto;
    enum return_to return_to;
    const int *return_ids;
    size_t return_ids_n;
    enum flow_way return_way;
    const int *distinct;
    size_t distinct_n;
    struct flow_outcome *outcome;
    size_t outcome_n;
    struct flow_need *need;
    size_t need_n;
    /* events */
    struct str rule; /* of a timer, when it is no expression */
    const struct feel *timer, *correlation, *condition;
    int cycles; /* of a timer that does not interrupt: how often, -1 without end; 0: once */
    struct str period; /* of a timer that starts the process, as flow_trigger has it */
    int64_t first;
    struct map_line *in_map, *out_map, *script;
    size_t in_map_n, out_map_n, script_n;
    const struct table *table;
};

struct edge_in {
    const struct feel *condition;
    struct str outcome;        /* labelled without a condition: taken when the outcome is this */
    const struct str *literal; /* outcomes its condition names, when it names nothing else */
    size_t literal_n;
    bool is_empty; /* a condition is drawn but says nothing */
};

/* A net of its own: the process, the inside of a sub-process, a free zone. */
enum part_kind { PART_PROCESS, PART_SUB, PART_EVENT_SUB, PART_ZONE };
struct part {
    enum part_kind kind;
    int node;   /* that holds it, -1: the process */
    int parent; /* part */
    int start;  /* plain start event, else the first start event; or a hidden one */
    int *starts;
    size_t starts_n;
    int *handler; /* event sub-processes inside it */
    size_t handler_n;
    const struct xml *xml;
};

/* What an inclusive gateway looks at (BPMN 2.0, Inclusive Gateway): for each inflow the nodes from
 * which it can be reached not through the gateway. */
struct join {
    int node;
    uint64_t **reach; /* by inflow: bits by node */
    uint64_t *any;    /* all inflows together */
};

struct flow_net {
    struct str key, name;
    struct flow_node *node;
    struct node_in *node_in;
    size_t node_n; /* with hidden ones, which are last */
    struct flow_edge *edge;
    struct edge_in *edge_in;
    size_t edge_n;
    size_t shown_node_n, shown_edge_n; /* what was drawn */
    int start;                         /* of the process */
    int gone;          /* stands for nodes that a migration left behind: hidden, no flows */
    struct part *part; /* 0 is the process; a part stands behind the one that holds it */
    size_t part_n;
    struct join *join;
    size_t join_n;
    bool has_waits; /* something in it waits for the world */
    struct flow_trigger *trigger;
    size_t trigger_n;
    struct flow_said *said;
    size_t said_n;
    const struct str **id_slot; /* hash of node ids: slot → id, and its node in id_node */
    int *id_node;
    size_t id_size;
};

static inline bool bit_of(const uint64_t *set, int i)
{
    return set[i >> 6] >> (i & 63) & 1;
}

/* The place of the inside of an activity with boundary events, and of a boundary event that has
 * not happened and does not interrupt. */
int net_place_inside(const struct flow_net *net, int node);
/* The markings of a part reachable from its start, as sorted lists of places. For tests and I6. */
struct net_space;
struct net_space *net_explore(struct arena *a, const struct flow_net *net, int part, size_t cap);
/* The same for the country of an event (node_in.aside). */
struct net_space *net_explore_aside(struct arena *a, const struct flow_net *net, int event,
                                    size_t cap);
bool net_space_complete(const struct net_space *s);
bool net_space_has(const struct net_space *s, const int *places, size_t n);
size_t net_space_size(const struct net_space *s);
const int *net_space_at(const struct net_space *s, size_t i, size_t *n);
/* Reduction to nothing proves soundness without a search. */
bool net_reduces(struct arena *a, const struct flow_net *net, int part);

struct checker {
    struct arena *a;
    struct flow_net *net;
    struct flow_report *report;
    const struct flow_known *known;
    const struct xml *root; /* definitions: messages, signals, errors */
    int part;               /* being read */
    struct str *own;        /* variables that the definition itself sets */
    size_t own_n;
};
void flow_fail(struct checker *c, int line, struct str element, const char *code, const char *arg);
void flow_warn(struct checker *c, int line, struct str element, const char *code, const char *arg);
void net_check_sound(struct checker *c);
/* flow_auto.c: an automatic outcome never stands for a signature. */
void net_check_auto(struct checker *c);
void net_find_asides(struct checker *c);
/* Attributes of one task, terms, expressions (flow_attr.c). */
void net_read_attributes(struct checker *c, int node, const struct xml *x);
const struct flow_term *flow_terms(struct arena *a, struct str text, size_t *n, const char **what);
const struct feel *net_expression(struct checker *c, int line, struct str element, struct str text,
                                  const char *const *extra);
bool net_is_period(struct str s);
void net_read_lanes(struct checker *c, const struct xml *x, struct str lane, struct str assign);
/* An event definition, a message or correlation of a task (flow_event.c). */
bool net_read_event(struct checker *c, int node, const struct xml *x, const struct xml *definition);
void net_read_message(struct checker *c, int node, const struct xml *x);
void net_read_script(struct checker *c, int node, const struct xml *x);
void net_read_extension(struct checker *c, int node, const struct xml *x);
/* Starts, hosts, links, handlers (flow_hidden.c). */
void net_find_hidden(struct checker *c, const struct xml *process);
void net_own_names(struct checker *c, const struct xml *process);
struct str net_item_name(const struct xml *multi, const struct xml *x);
const struct table *table_read(struct checker *c, int node, const struct xml *x);
void net_read_joins(struct checker *c);
void net_read_picture(struct checker *c, const struct xml *x);
void net_finish(struct checker *c); /* outcomes, needs, ids named in attributes */

/* --- the state -------------------------------------------------------------------------------- */

enum token_state { TOKEN_LIVE, TOKEN_SPENT, TOKEN_VOID };

struct token {
    int place; /* edge, or -1 - node for the inside of an act */
    int scope;
    int producer; /* firing */
    int consumer; /* firing, or -1 */
    int revives;  /* token, or -1 */
    int via;      /* act completed last on the way here, or 0 */
    enum token_state state;
    enum { STUCK_NOT, STUCK_NO_WAY, STUCK_CONDITION, STUCK_NO_RULE } stuck; /* the token stays */
};

enum firing_kind {
    FIRE_START, /* opens a scope */
    FIRE_PASS,
    FIRE_ENTER,
    FIRE_LEAVE,
    FIRE_TERMINATE,
    FIRE_ABORT,
    FIRE_CLOSE,  /* a scope without live tokens */
    FIRE_EVENT,  /* a boundary event */
    FIRE_OWNER,  /* a free zone goes back to its owner */
    FIRE_FINISH, /* a free zone or a branch is ended by command */
    FIRE_REROUTE,
    FIRE_MIGRATE
};

/* What a firing found empty or ended: it depends on every earlier firing in there (rule D). */
enum region {
    REGION_NONE,
    REGION_SCOPE,  /* its scope and all scopes inside */
    REGION_INSIDE, /* the scopes inside its act */
    REGION_CLOSES, /* only the closings of the scopes of its act */
    REGION_JOIN    /* what can reach an inflow of its node, in its scope */
};

struct firing {
    int node; /* -1: ABORT, or START of several nodes */
    int act;
    int scope;
    int cause; /* a firing it depends on beside its tokens, or -1 */
    enum firing_kind kind;
    enum region region;
    bool undone;
};

enum scope_state { SCOPE_OPEN, SCOPE_CLOSED, SCOPE_VOID };

/* Scope 0 is the process. */
struct scope {
    int part;           /* -1: a single item of an activity without an inside */
    int parent;         /* scope */
    int act;            /* that holds it, in the parent; 0: event sub-process */
    int node;           /* of that act, or of the event sub-process */
    int opened, closed; /* firings; closed -1 */
    int item;           /* number in a multi-instance activity, from 1; 0: none */
    int via;            /* act completed last in it */
    enum scope_state state;
    bool is_lead;
    struct str value; /* of the item, JSON */
    int64_t opened_at, closed_at;
};

enum act_state { ACT_OPEN, ACT_DONE, ACT_VOID, ACT_UNDONE };

enum incident {
    INCIDENT_NONE,
    INCIDENT_NO_ASSIGNEE,
    INCIDENT_NO_WAY,
    INCIDENT_FAILED,
    INCIDENT_CARDINALITY,
    INCIDENT_CONDITION,
    INCIDENT_TIMER,
    INCIDENT_CALL,
    INCIDENT_VOTE,
    INCIDENT_COUNT
};

struct act {
    int node, scope, token, start, complete; /* firings; complete -1 */
    int attempt, root, prev;                 /* prev: act before on the token's way, or 0 */
    int completed_by;                        /* leaf */
    enum act_state state;
    enum incident incident;
    bool is_item; /* a single item of a multi-instance activity without an inside */
    struct str outcome;
    struct str items; /* multi-instance, not a task: the items as a JSON array */
    int64_t started_at, done_at;
};

enum wait_kind { WAIT_TIMER, WAIT_MESSAGE, WAIT_SIGNAL, WAIT_CALL, WAIT_CONDITION, WAIT_ERROR };
enum wait_state { WAIT_ARMED, WAIT_FIRED, WAIT_DISARMED, WAIT_PAUSED };

/* Position + 1 is the ref by which the world knows it. */
struct wait {
    int node, act, scope;
    int firing; /* that it set off, or -1 */
    enum wait_kind kind;
    enum wait_state state;
    struct str name, key; /* as handed out; key: rule of a timer, correlation of a message */
};

enum tree_kind { TREE_LEAF, TREE_SEQ, TREE_ALL, TREE_ANY, TREE_VOTE };
enum tree_state { TREE_PENDING, TREE_ACTIVE, TREE_DONE, TREE_VOID };
enum cause {
    CAUSE_NONE,
    CAUSE_SEND_BACK,
    CAUSE_WITHDRAW,
    CAUSE_DECIDED,
    CAUSE_REMOVED,
    CAUSE_ENDED,
    CAUSE_TRANSFER,
    CAUSE_INTERRUPTED,
    CAUSE_FINISHED,
    CAUSE_COLLECTED,
    CAUSE_REROUTED,
    CAUSE_BRANCH, /* its branch was withdrawn */
    CAUSE_COUNT
};

struct tree {
    int act, parent, first, next;
    enum tree_kind kind;
    enum tree_state state, before; /* before: what it was when it became void */
    enum cause cause;
    int by;       /* leaf whose completion activated it or made it void */
    int added_by; /* leaf of who added it */
    int from;     /* leaf it continues */
    int ref_act;  /* rework, or a vote to return: the act sent back to */
    enum flow_role role;
    bool is_opened, is_suspended;
    bool is_resumed; /* active again after having been suspended */
    bool has_item;   /* an OPENED was noted; not so for a signature kept from the attempt before */
    bool is_claimed; /* by its holder; of a pool: who is then in claimer */
    struct flow_who who, done_by, claimer;
    struct str outcome;
    int64_t opened_at, done_at;
};

struct var {
    struct str name, json;
};

/* Assignees named for this instance (FLOW 5.13). */
struct override {
    int node;
    const struct flow_who *who;
    size_t n;
};

#define ARRAY_OF(type)                                                                             \
    struct {                                                                                       \
        type *p;                                                                                   \
        int n, size;                                                                               \
    }

struct flow_state {
    enum flow_status status;
    bool is_suspended, is_migrated;
    struct flow_who starter;
    int64_t started_at;
    struct str error; /* that nobody caught */
    ARRAY_OF(struct firing) firing;
    ARRAY_OF(struct token) token;
    ARRAY_OF(struct act) act;
    ARRAY_OF(struct tree) tree;
    ARRAY_OF(struct scope) scope;
    ARRAY_OF(struct wait) wait;
    ARRAY_OF(struct override) override;
    ARRAY_OF(struct var) var; /* sorted by name */
};

static inline struct act *act_of(const struct flow_state *s, int ordinal)
{
    return &s->act.p[ordinal - 1];
}
static inline struct tree *tree_of(const struct flow_state *s, int ordinal)
{
    return &s->tree.p[ordinal - 1];
}

/* Room for one more; memory of the arena. */
#define ARRAY_MORE(a, list)                                                                        \
    ((list).n == (list).size                                                                       \
         ? (void)((list).p =                                                                       \
                      arena_grow((a), (list).p, (size_t)(list).size * sizeof *(list).p,            \
                                 (size_t)((list).size ? (list).size * 2 : 8) * sizeof *(list).p),  \
                  (list).size = (list).size ? (list).size * 2 : 8)                                 \
         : (void)0)

/* --- the work of one command ------------------------------------------------------------------ */

struct people {
    struct flow_who *p;
    size_t n;
};

/* In a simulation: which way is taken where the data do not say, one after the other. Choices that
 * go beyond the list are the first ones, and are added to it with the number of their options. */
struct choice {
    int pick, options;
};
struct oracle {
    struct arena *a;
    ARRAY_OF(struct choice) choice;
    int at;
};
int oracle_choose(struct oracle *o, int options);

struct work {
    struct oracle *oracle; /* NULL in earnest */
    struct arena *a;
    const struct flow_net *net;
    struct flow_state *s; /* the copy that becomes the state */
    const struct flow_command *cmd;
    const struct flow_org *org;
    int64_t now;
    struct err *err;
    int by; /* leaf whose completion drives what happens */
    ARRAY_OF(struct flow_change) change;
    ARRAY_OF(struct flow_service) service;
    ARRAY_OF(int) completed;
    ARRAY_OF(struct flow_answer) answer;
    ARRAY_OF(struct flow_wait) wait;
    ARRAY_OF(struct flow_sending) sending;
    ARRAY_OF(struct flow_copy) copy;
    ARRAY_OF(int) returned;
    ARRAY_OF(int) queue; /* tokens that may move */
    int steps;
    /* FORWARD: who the next acts are for, instead of assign */
    const struct people *given;
    enum tree_kind given_kind;
    bool vars_changed; /* conditions are looked at again */
    int no_rearm;      /* event that just happened and goes on by itself */
};

bool flow_err(struct work *w, enum err_kind kind, const char *code, const char *arg);

/* tokens and firings (flow_step.c) */
int step_fire(struct work *w, enum firing_kind kind, int scope, int node, int act);
int step_token(struct work *w, int scope, int place, int producer, int via);
void step_spend(struct work *w, int token, int firing);
bool step_start(struct work *w);
bool step_run(struct work *w);                         /* moves until nothing moves */
bool step_leave(struct work *w, int act);              /* completes an act whose work is done */
bool step_leave_by(struct work *w, int act, int edge); /* the same, by one flow; -1: by none */
enum step_way { WAY_FOUND, WAY_NONE, WAY_UNKNOWN };
enum step_way step_ways_out(struct work *w, int node, int scope, int via, int *out, size_t *n);
void step_produce(struct work *w, int scope, const int *edge, size_t n, int firing, int via);
void step_completed(struct work *w, int node);
void step_status(struct work *w);
int step_act(struct work *w, int scope, int node, int firing, int via); /* a new open act */
bool step_begin(struct work *w, int act); /* what a new act starts with */
int step_attempts(const struct flow_state *s, int node, int scope);
int step_later(const struct flow_state *s, int x, int y); /* of two acts the one completed later */

/* scopes (flow_scope.c) */
int scope_new(struct work *w, int part, int parent, int act, int node);
bool scope_is_in(const struct flow_state *s, int scope, int outer);
bool scope_enter(struct work *w, int act); /* a sub-process, zone or multi-instance activity */
bool scope_open(struct work *w, int act, int cause, struct str value, int item);
bool scope_close_empty(struct work *w, bool *any);
/* Ends everything in a scope and the scopes inside, by this firing. */
void scope_clear(struct work *w, int scope, int firing, enum cause cause);
/* The same for an act: its leaves, its scopes; its token is spent. */
void scope_cancel_act(struct work *w, int act, int firing, enum cause cause);
bool scope_finish(struct work *w, int scope, enum cause cause); /* 办结, 撤回 of a branch */
bool scope_settle_act(struct work *w, int act);                 /* do its branches end it? */
bool scope_end_act(struct work *w, int act);
int scope_owner_leaf(const struct flow_state *s, int scope); /* free zone */
const struct vote *scope_tally(const struct work *w, int act, struct vote *out);

/* inclusive gateways (flow_join.c) */
bool join_run(struct work *w, bool *any);

/* events (flow_wait.c) */
bool wait_settle(struct work *w); /* arms what is to be waited for, disarms what is not */
bool wait_conditions(struct work *w, bool *any);
bool wait_fire(struct work *w, int ref);
bool wait_error(struct work *w, int scope, int act, enum flow_event kind, struct str code,
                bool *caught);
bool wait_run_event(struct work *w); /* commands TIMER_FIRED, MESSAGE, SIGNAL */
bool wait_run_call(struct work *w);
void wait_send(struct work *w, int node, int scope, int via);
void wait_hand_out(struct work *w, int ref, enum flow_wait_what what);
bool wait_pause(struct work *w, bool pause);
bool wait_is_catching(const struct flow_net *net, int node); /* kinds whose act waits */

/* variables and expressions (flow_vars.c) */
bool vars_merge(struct work *w, const struct jv *vars);
struct str vars_find(const struct flow_net *net, const struct flow_state *s, int scope,
                     struct str name);
bool vars_set(struct work *w, struct str name, struct str json);
struct vote {
    int agree, disagree, total, completed, active, instances;
};
/* 1 true, 0 false, -1 neither. via: act on the way here, or 0. */
int vars_test(struct work *w, const struct feel *e, int scope, int via, const struct vote *vote);
bool vars_is_counted(struct str name); /* one of the names of a vote: agree, total … */
const struct feel_value *vars_value(struct work *w, const struct feel *e, int scope, int via);
struct str vars_json(struct work *w, const struct feel *e, int scope, int via);
/* A test of a decision table; an aggregate of values, which the text calls "?". */
int vars_tests(struct work *w, const struct feel *e, const struct feel_value *input, int scope,
               int via);
struct str vars_fold(struct work *w, const char *text, const struct feel_value *values);
struct str vars_map(struct work *w, const struct map_line *line, size_t n, int scope, int via);
bool vars_map_from(struct work *w, const struct map_line *line, size_t n, const struct jv *vars);
bool vars_script(struct work *w, int node, int scope, int via);
/* Decision table: 1 done, 0 no rule, -1 wrong (flow_table.c). */
int table_run(struct work *w, const struct table *t, int scope, int via);

/* signing trees (flow_tree.c) */
bool tree_build(struct work *w, int act);
int tree_new(struct work *w, int act, enum tree_kind kind);
int tree_leaf(struct work *w, int act, const struct flow_who *who, enum flow_role role);
void tree_append(struct work *w, int parent, int child);
void tree_replace(struct work *w, int old, int with);
void tree_activate(struct work *w, int t);
void tree_suspend(struct work *w, int leaf);
void tree_void(struct work *w, int t, enum cause cause);
void tree_void_act(struct work *w, int act, enum cause cause);
bool tree_settle(struct work *w,
                 int t); /* t became done or void: what follows; may leave the act */
bool tree_consider(struct work *w, int act); /* do the votes decide it now? Then it leaves */
int tree_clone(struct work *w, int act_from, int act_to, int only_leaf, bool keep_agreed);
bool tree_is_vote(const struct tree *t);
bool tree_disagrees(struct str outcome);
void tree_note(struct work *w, enum flow_change_kind kind, int leaf);
bool tree_unfinish(struct work *w, int leaf); /* withdraw inside an open act (FLOW 5.4 A) */
/* The leaf in which this one's signature lives on after its act was undone, or itself. */
int tree_continued(const struct flow_state *s, int leaf);
bool tree_resolve(struct work *w, int act, const struct flow_term *term, size_t n,
                  struct people *list);
/* The items of a multi-instance activity as a JSON array; false after an incident. */
bool tree_items(struct work *w, int act, struct str *out);
void tree_add_people(struct work *w, struct people *list, const struct flow_who *who, size_t n,
                     bool distinct);
bool tree_done(struct work *w, int leaf, struct str outcome); /* the signature is given */

/* commands (flow_sign.c, flow_return.c, flow_branch.c, flow_route.c) */
bool sign_add(struct work *w);
bool sign_remove(struct work *w);
bool sign_transfer(struct work *w);
bool sign_delegate(struct work *w);
bool sign_assign(struct work *w);
bool sign_claim(struct work *w);
bool sign_put_back(struct work *w);
bool return_send_back(struct work *w);
bool return_withdraw(struct work *w);
bool return_may_cancel(struct work *w);
/* The votes to return in an act that is decided, carried out (FLOW 5.3). */
bool return_collected(struct work *w, int act);
bool branch_add(struct work *w);
bool branch_withdraw(struct work *w);
bool branch_collect(struct work *w);
bool zone_forward(struct work *w);
bool zone_finish(struct work *w);
bool route_reroute(struct work *w);
bool route_override(struct work *w);
bool route_migrate(struct work *w);
/* An active leaf whose node allows the command, else an error. */
struct tree *leaf_for(struct work *w, int leaf, enum flow_op op);
bool check_distinct(struct work *w, int act, const struct flow_who *actor);

/* Is the marking of every open scope reachable (I6)? Unknown, for want of a listing, counts as no.
 */
bool route_is_reachable(struct work *w);
/* Live tokens of a scope as places of its part, sorted. */
size_t route_marking(const struct flow_net *net, const struct flow_state *s, int scope, int *out);

/* causes and effects (flow_cause.c) */
bool *cause_up(struct arena *a, const struct flow_net *net, const struct flow_state *s,
               int firing); /* Up(x) of FLOW §5 */
bool *cause_past(struct arena *a, const struct flow_net *net, const struct flow_state *s,
                 int firing); /* everything it depends on */
/* Does f depend on every earlier firing like e (rule D)? */
bool cause_inspects(const struct flow_net *net, const struct flow_state *s, int f, int e);
struct flow_target *cause_targets(struct arena *a, const struct flow_net *net,
                                  const struct flow_state *s, int leaf, size_t *n);

bool apply_with(struct arena *a, const struct flow_net *net, struct flow_state *state,
                const struct flow_command *cmd, const struct flow_org *org, int64_t now,
                struct oracle *oracle, struct flow_delta *out, struct err *err);

/* I1–I12, in debug builds after every command (flow_invariant.c). */
void flow_check_invariants(const struct flow_net *net, const struct flow_state *s);

const char *incident_code(enum incident i);
struct flow_who who_tidy(const struct flow_who *who);

#endif
