/* demo/play: the moves of which the scenes of the history, and the bench loader, are made: draft and
 * issue a document, dispatch it, sign for it, handle it. On demo_stage.h; the same rule: after the
 * first failure nothing more happens. */
#ifndef TB_DEMO_PLAY_H
#define TB_DEMO_PLAY_H

#include "demo/demo.h"
#include "demo/demo_stage.h"
#include "demo/demo_text.h"

struct play {
    struct stage *s;
    const struct demo_city *city;
    uint64_t random;
    bool hurries; /* many units at once: minutes are seconds */
    struct errands *errands; /* what receivers do at their own times (demo_errand.c); NULL: nothing */
    int *desk_slot; /* hash of codes → desk + 1 */
};

void play_start(struct play *p, struct stage *s, const struct demo_city *city, uint64_t seed);
uint32_t play_random(struct play *p, uint32_t below);
/* Moves the clock on by that many minutes and up to half as many again. */
void play_minutes(struct play *p, int minutes);

/* Has the errands done whose time comes until then, each at its time. */
void play_errands(struct play *p, int64_t until);

const struct demo_desk *play_desk(const struct play *p, struct str code);
/* The unit of a desk; 0 when stopped. */
int64_t play_unit(struct play *p, const struct demo_desk *d);
/* NUL-terminated account of a desk's person. */
const char *play_account(struct play *p, struct str account);

/* What a step is answered with. */
struct play_answer {
    const char *outcome; /* NULL: the first offered that agrees */
    const char *opinion;
    const char *vars;    /* JSON object, or NULL */
    bool noted;          /* 圈阅 */
};

/* An open item of the account in the matter: its id and node ("" when none); 0 when none. */
int64_t play_item(struct play *p, const char *account, int64_t matter_id, struct str *node);
/* Completes the account's open item in the matter. A step that is not there stops the play. */
void play_step(struct play *p, const char *account, int64_t matter_id, struct play_answer answer);
/* The same, when there is one and it is accepted; true when done. */
bool play_try(struct play *p, const char *account, int64_t matter_id, struct play_answer answer);

void play_send_back(struct play *p, const char *account, int64_t matter_id, const char *to_node, const char *reason);
/* 传阅 to the main posts of accounts parted by spaces; an account reads what was sent to it. */
void play_circulate(struct play *p, const char *by, int64_t matter_id, const char *readers, const char *note);
void play_read(struct play *p, const char *account, int64_t matter_id, const char *note);
void play_watch(struct play *p, const char *account, int64_t matter_id);

/* Main post of an account. */
int64_t play_post(struct play *p, const char *account);
/* The post they hold in that desk's unit, where they hold one; else their main post. */
int64_t play_post_in(struct play *p, const char *account, const struct demo_desk *d);
/* The desk of the unit where the account's person works; NULL when stopped or in a body. */
const struct demo_desk *play_own_desk(struct play *p, const char *account);
/* {Y} and {N} become this year and the next. */
struct str play_fill(struct play *p, const char *text);

/* A choice of recipients as JSON {"unit_ids":[…],"group_ids":[…]…} from the words of
 * demo-documents.jsonl; owner: the account that sends. */
struct str play_choice(struct play *p, const char *owner, int64_t unit_id, const struct jv *to);

#endif
