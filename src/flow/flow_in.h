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
bool xml_is(const struct xml *x, enum xml_ns ns, const char *tag);
const struct xml *xml_child(const struct xml *x, enum xml_ns ns, const char *tag);

/* --- the net ---------------------------------------------------------------------------------- */

enum veto { VETO_NONE, VETO_ANY, VETO_LEAD };
enum multi { MULTI_NONE, MULTI_PARALLEL, MULTI_SEQUENTIAL };
enum return_to { RETURN_ANY, RETURN_PREV, RETURN_STARTER, RETURN_IDS };

/* What only the engine needs of a node; same position as in nodes. */
struct node_in {
    int *in, *out; /* edges, in document order */
    size_t in_n, out_n;
    int default_edge;
    const struct flow_term *term, *lead;
    size_t term_n, lead_n;
    bool lead_first, has_sign, wait_all, reassign, keep_agreed, exclusive_out;
    const struct feel *pass, *completion, *collection, *cardinality;
    enum multi multi;
    struct str multi_item; /* name of the item variable */
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
};

struct edge_in {
    const struct feel *condition;
    struct str outcome;        /* labelled without a condition: taken when the outcome is this */
    const struct str *literal; /* outcomes its condition names, when it names nothing else */
    size_t literal_n;
    bool is_empty; /* a condition is drawn but says nothing */
};

struct flow_net {
    struct str key, name;
    struct flow_node *node;
    struct node_in *node_in;
    size_t node_n; /* with the hidden start, which is last */
    struct flow_edge *edge;
    struct edge_in *edge_in;
    size_t edge_n;
    size_t shown_node_n, shown_edge_n; /* what was drawn */
    int start; /* where no start event is drawn: a hidden one before all nodes without inflow */
    const struct str **id_slot; /* hash of node ids: slot → id, and its node in id_node */
    int *id_node;
    size_t id_size;
};

/* A way in which a node may fire, in terms of edges. */
struct net_step {
    int node;
    const int *in, *out;
    size_t in_n, out_n;
    bool clears; /* terminate: consumes everything */
};
/* All steps of the net; *limited when a node has too many ways to list. */
struct net_step *net_steps(struct arena *a, const struct flow_net *net, size_t *n, bool *limited);
/* The markings reachable from start, as sorted lists of edges. For tests and I6. */
struct net_space;
struct net_space *net_explore(struct arena *a, const struct flow_net *net, size_t cap);
bool net_space_complete(const struct net_space *s);
bool net_space_has(const struct net_space *s, const int *edges, size_t n);
size_t net_space_size(const struct net_space *s);
/* Reduction to nothing proves soundness without a search. */
bool net_reduces(struct arena *a, const struct flow_net *net);

struct checker {
    struct arena *a;
    struct flow_net *net;
    struct flow_report *report;
    const struct flow_known *known;
};
void flow_fail(struct checker *c, int line, struct str element, const char *code, const char *arg);
void flow_warn(struct checker *c, int line, struct str element, const char *code, const char *arg);
void net_check_sound(struct checker *c);
/* Attributes of one task, terms, expressions (flow_attr.c). */
void net_read_attributes(struct checker *c, int node, const struct xml *x);
const struct flow_term *flow_terms(struct arena *a, struct str text, size_t *n, const char **what);
const struct feel *net_expression(struct checker *c, int line, struct str element, struct str text,
                                  const char *const *extra);
void net_read_lanes(struct checker *c, const struct xml *x, struct str lane);
void net_read_picture(struct checker *c, const struct xml *x);
void net_finish(struct checker *c); /* outcomes, needs, ids named in attributes */

/* --- the state -------------------------------------------------------------------------------- */

enum token_state { TOKEN_LIVE, TOKEN_SPENT, TOKEN_VOID };

struct token {
    int place;    /* edge, or -1 - node for the inside of an act */
    int producer; /* firing */
    int consumer; /* firing, or -1 */
    int revives;  /* token, or -1 */
    int via;      /* act completed last on the way here, or 0 */
    enum token_state state;
    bool stuck; /* incident: no way on (I2: the token stays) */
};

enum firing_kind { FIRE_START, FIRE_PASS, FIRE_ENTER, FIRE_LEAVE, FIRE_TERMINATE, FIRE_ABORT };

struct firing {
    int node; /* -1: ABORT, or START of several nodes */
    int act;
    enum firing_kind kind;
    bool undone;
    bool absence; /* inspected absence: depends on everything before it (rule D) */
};

enum act_state { ACT_OPEN, ACT_DONE, ACT_VOID, ACT_UNDONE };

enum incident {
    INCIDENT_NONE,
    INCIDENT_NO_ASSIGNEE,
    INCIDENT_NO_WAY,
    INCIDENT_FAILED,
    INCIDENT_CARDINALITY
};

struct act {
    int node, token, start, complete; /* firings; complete -1 */
    int attempt, root, prev;          /* prev: act before on the token's way, or 0 */
    int completed_by;                 /* leaf */
    enum act_state state;
    enum incident incident;
    struct str outcome;
    int64_t started_at, done_at;
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
    CAUSE_TRANSFER
};

struct tree {
    int act, parent, first, next;
    enum tree_kind kind;
    enum tree_state state, before; /* before: what it was when it became void */
    enum cause cause;
    int by;       /* leaf whose completion activated it or made it void */
    int added_by; /* leaf of who added it */
    int from;     /* leaf it continues */
    int ref_act;  /* rework: the act sent back to */
    enum flow_role role;
    bool is_opened, is_suspended;
    bool is_resumed; /* active again after having been suspended */
    bool has_item;   /* an OPENED was noted; not so for a signature kept from the attempt before */
    struct flow_who who, done_by;
    struct str outcome;
    int64_t opened_at, done_at;
};

struct var {
    struct str name, json;
};

#define ARRAY_OF(type)                                                                             \
    struct {                                                                                       \
        type *p;                                                                                   \
        int n, size;                                                                               \
    }

struct flow_state {
    enum flow_status status;
    struct flow_who starter;
    ARRAY_OF(struct firing) firing;
    ARRAY_OF(struct token) token;
    ARRAY_OF(struct act) act;
    ARRAY_OF(struct tree) tree;
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

struct work {
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
    ARRAY_OF(int) queue; /* tokens that may move */
    int steps;
};

bool flow_err(struct work *w, enum err_kind kind, const char *code, const char *arg);

/* tokens and firings (flow_step.c) */
int step_fire(struct work *w, enum firing_kind kind, int node, int act);
int step_token(struct work *w, int place, int producer, int via);
void step_spend(struct work *w, int token, int firing);
bool step_start(struct work *w);
bool step_run(struct work *w);                 /* moves until nothing moves */
bool step_leave(struct work *w, int act);      /* completes an act whose work is done */
void step_end_all(struct work *w, int firing); /* consumes everything, voids open acts */
void step_status(struct work *w);

/* variables and expressions (flow_vars.c) */
bool vars_merge(struct work *w, const struct jv *vars);
struct vote {
    int agree, disagree, total, completed, active, instances;
};
int vars_test(struct work *w, const struct feel *e, int via, const struct vote *vote);
const struct feel_value *vars_value(struct work *w, const struct feel *e, int via);

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
int tree_clone(struct work *w, int act_from, int act_to, int only_leaf, bool keep_agreed);
bool tree_is_vote(const struct tree *t);
bool tree_disagrees(struct str outcome);
void tree_note(struct work *w, enum flow_change_kind kind, int leaf);
bool tree_unfinish(struct work *w, int leaf); /* withdraw inside an open act (FLOW 5.4 A) */
/* The leaf in which this one's signature lives on after its act was undone, or itself. */
int tree_continued(const struct flow_state *s, int leaf);

/* commands (flow_sign.c, flow_return.c) */
bool sign_add(struct work *w);
bool sign_remove(struct work *w);
bool sign_transfer(struct work *w);
bool sign_assign(struct work *w);
bool return_send_back(struct work *w);
bool return_withdraw(struct work *w);
bool return_may_cancel(struct work *w);
/* An active leaf whose node allows the command, else an error. */
struct tree *leaf_for(struct work *w, int leaf, enum flow_op op);

/* causes and effects (flow_cause.c) */
bool *cause_up(struct arena *a, const struct flow_state *s, int firing); /* Up(x) of FLOW §5 */
bool *cause_past(struct arena *a, const struct flow_state *s,
                 int firing); /* everything it depends on */
struct flow_target *cause_targets(struct arena *a, const struct flow_net *net,
                                  const struct flow_state *s, int leaf, size_t *n);

/* I1–I12, in debug builds after every command (flow_invariant.c). */
void flow_check_invariants(const struct flow_net *net, const struct flow_state *s);

const char *incident_code(enum incident i);
struct flow_who who_tidy(const struct flow_who *who);

#endif
