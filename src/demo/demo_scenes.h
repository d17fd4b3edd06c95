/* demo/scenes: what demo_history.c puts together. Each scene acts what happens in it on the day that
 * many days before today; the clock stands at that day's morning and only moves forwards. */
#ifndef TB_DEMO_SCENES_H
#define TB_DEMO_SCENES_H

#include "demo/demo_play.h"

void scene_internal(struct play *p, int days_ago);
/* Vehicles, assets, seals and venues of the story's units, and who has asked for them. */
void scene_things(struct play *p, int days_ago);

/* How far a received document gets: the step at which it still waits. */
enum received_reach {
    RECEIVED_REGISTER, RECEIVED_CHECK, RECEIVED_PROPOSE, RECEIVED_INSTRUCT, RECEIVED_ASSIGN, RECEIVED_HANDLE,
    RECEIVED_REPLY, RECEIVED_CLOSED
};
struct receiving {
    const char *clerk, *office_head;
    const char *const *leaders, *const *handlers;
    size_t n_leaders, n_handlers;
    bool is_small;   /* registers and proposes on one page (OFFICE R5) */
    bool is_reading; /* 阅件 */
    bool is_tolerant; /* a step that is refused ends this matter only */
    enum received_reach reach;
};
/* The step of a matter of module receive; false: it goes no further. */
bool play_receive_step(struct play *p, const struct receiving *r, int64_t matter, enum received_reach step);
/* A matter of module receive, just signed for: all its steps. */
void play_receive(struct play *p, const struct receiving *r, int64_t matter);
/* The i-th of n real documents, registered from paper by the city government's office. */
void scene_paper(struct play *p, const struct demo_text *t, size_t i, size_t n);

/* How far a document of one's own gets: where it still waits. */
enum sent_reach {
    SENT_DRAFT, SENT_HEAD, SENT_COUNTERSIGN, SENT_REVIEW, SENT_OFFICE, SENT_LEADER, SENT_SIGN, SENT_RECHECK,
    SENT_NUMBER, SENT_DISPATCH, SENT_OUT
};
struct sending {
    const struct demo_desk *desk; /* the unit that handles the agency's paper */
    const char *drafter, *checker, *reviewer, *office_head, *signer, *recheck, *clerk;
    const char *principal;        /* who signs for the body whose office the desk is */
    const char *leader;           /* 分管领导 who signs upwards first, or NULL */
    const struct demo_desk *countersign[2];
    const char *countersign_handler[2]; /* NULL: the desk's drafter */
    size_t n_countersign;
    const struct demo_desk *joint[2]; /* the other bodies of a joint issue; a bureau's code is its agency's */
    size_t n_joint;
    struct str mark;              /* of the number book */
    struct str to;                /* the choice of recipients */
    struct str bound;             /* the same as an element: {"units":[…],"groups":[…]}, or empty */
    enum sent_reach reach;
    bool asks;                    /* other units for their opinion on the draft */
};
/* The people of a unit; the city government's office has those of the story. */
struct sending play_people(struct play *p, const struct demo_desk *d);
/* d: one line of demo-documents.jsonl. The dispatch, or 0 when it does not get that far. */
int64_t play_send(struct play *p, const struct sending *s, const struct jv *d);

struct arrival {
    uint32_t signed_percent, handled_most, diligence; /* diligence: per cent that are closed */
    bool not_story;                                   /* leaves the story's units alone */
    bool is_urgent;                                   /* within hours, on Sundays too */
};
void play_arrivals(struct play *p, const char *sender, int64_t dispatch, const struct arrival *how);
/* play_arrivals gives its receivers errands from now on. */
void errands_start(struct play *p);
/* Is it one of the units where story people work? */
bool play_is_story(const struct play *p, const struct demo_desk *d);

/* The documents of demo-documents.jsonl whose day it is. */
struct own_documents {
    const struct jv **line;
    size_t n;
};
bool own_documents_read(struct arena *a, struct own_documents *out, struct err *e);
void scene_sent(struct play *p, const struct own_documents *own, int days_ago);

#endif
