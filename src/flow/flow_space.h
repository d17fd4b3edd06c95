/* What the files share that judge a net: steps, the search of markings, regions. */
#ifndef TB_FLOW_FLOW_SPACE_H
#define TB_FLOW_FLOW_SPACE_H

#include "flow/flow_in.h"

/* A way in which a node may fire, in terms of places. */
struct net_step {
    int node;
    const int *in, *out;
    size_t in_n, out_n;
    const int *clear; /* places emptied when they are filled */
    size_t clear_n;
    bool clears;    /* terminate: empties everything */
    bool inclusive; /* in is not looked at: the rule of inclusive gateways says what is taken */
};
struct net_step *space_steps(struct arena *a, const struct flow_net *net, const int *node, size_t n,
                             size_t *steps, bool *limited);

/* How much of a net is looked at. Without a region: a part, or the country of an event, with every
 * flow a place of its own. With one: its own nodes, where what lies between two of them, being
 * regions that are sound, is one place, named by its first flow. */
struct net_view {
    int part, aside;
    const int *node;
    size_t node_n;
    const int *start; /* places filled at the beginning … */
    size_t start_n;
    const int *starts; /* … or the outflows of each of these in turn */
    size_t starts_n;
    /* by flow, NULL: each is itself. place: what it belongs to; target: where a token there goes
     * on, -1: to the end; */
    const int *place, *target;
    const char *sink; /* by flow: SINK_STAYS, SINK_GONE */
    int entry, exit;  /* flows of the region that are places of their own; -1: none */
};
enum { SINK_NOT, SINK_STAYS, SINK_GONE };

struct marking {
    const int *place; /* sorted, with repetitions */
    size_t n;
    int parent, step; /* how it was reached first */
};

struct pair {
    int from, to;
};

struct net_space {
    struct arena *a;
    const struct flow_net *net;
    struct net_view view;
    bool is_plain; /* more tokens never take a step away: no rule of absence, nothing emptied */
    bool *filled;  /* room for the rule of inclusive gateways */
    struct net_step *step;
    size_t step_n;
    int *by_first, *by_next; /* steps by their first inflow */
    struct marking *m;
    size_t n, size, cap;
    int *slot;
    size_t slots;
    struct pair *pair;
    size_t pair_n, pair_size;
    int *joining; /* steps of inclusive gateways */
    size_t joining_n;
    bool *fired; /* by node */
    bool limited, complete;
    int stuck, unbounded, doubled, improper; /* markings, or -1 */
};

/* Room that searches of one net share: by place, all -1 between two searches. */
struct space_room {
    int *by_first, *marking;
    bool *fired; /* by node: in any of them */
};
struct space_room space_room_of(struct arena *a, const struct flow_net *net);
struct net_space *space_search(struct arena *a, const struct flow_net *net,
                               const struct net_view *view, struct space_room *room, size_t cap);
/* A marking from which the end cannot be reached, or -1. */
int space_without_end(const struct net_space *s);
/* The node at which a token on a place goes on; -1: the end. */
int space_goes_on(const struct net_space *s, int place);

/* An end that takes its token and does nothing to others. */
bool space_is_end(const struct flow_net *net, int node);

/* --- regions (flow_region.c) ------------------------------------------------------------------ */

/* A part of a net with one flow in and one out, sound in itself. */
struct net_region {
    int entry, exit; /* exit ≥ edge_n: the end of everything */
    int parent;      /* region that holds it; the last one is the whole */
    int *node;       /* everything in it */
    size_t node_n;
    bool is_alive;           /* false: it is not sound, and its nodes are its parent's */
    struct net_space *space; /* NULL: one node with nothing to say */
};

struct net_regions {
    struct arena *a;
    const struct flow_net *net;
    int part;
    struct net_region *r; /* by size; the last is the whole */
    size_t n;
    int *own;                   /* by node: the smallest that holds it; -1: not looked at */
    int *behind, *before;       /* by flow: region between it and the next of its kind, or -1 */
    int *place, *target, *last; /* by flow; last: of the chain, by its first */
    char *sink;
    struct space_room room;
};
/* keep: the spaces are kept for questions about markings. */
struct net_regions *regions_of(struct arena *a, const struct flow_net *net, int part, bool keep);
/* Is a marking of the part, sorted, reachable? */
bool regions_have(const struct net_regions *x, const int *marking, size_t n);
/* The region in which a place is seen as itself, and the one around another. */
int region_of_place(const struct net_regions *x, int place);
int region_owner(const struct net_regions *x, int node);
int region_parent(const struct net_regions *x, int r);

#endif
