/* desk: what waits for whom. A matter (事项) is one piece of work of any module, in one unit; an
 * item (待办) is a post's or pool's open work in it; an opinion (意见) is immutable; a reading
 * (传阅) never blocks; an attachment hangs on a matter. desk/ binds flow/ to the database: it owns
 * flow_instance and everything that people see of a flow.
 *
 * Fields of work start matters, are told by events what happens in them, and put their part on the
 * matter's page by answering "matter.page". They never touch an item or a token themselves.
 *
 * Events emitted here (subject: the matter's id):
 *   item.completing  struct desk_step   before the flow moves; a handler that fails refuses the act
 *   item.variables   struct desk_variables  (asked) before it moves: what of it the flow must know
 *   item.adding      struct desk_adding  signers are about to be added to a step; may refuse
 *   item.completed   struct desk_step   the step is done, the flow has moved
 *   node.completed   struct desk_step   any node that is completed, service tasks too
 *   opinion.corrected struct desk_step  a leader put the own words for what had been recorded
 *   matter.milestone struct desk_step   a node with oa:milestone was completed
 *   matter.started   struct matter      a person started it; its form and flow stand
 *   absence.changed  none               subject: the person who is away, returned, or 0
 *   matter.closed    struct matter      the flow ended: done, rejected or void
 *   matter.reopened  struct matter      a withdrawal brought it back after its end
 *   matter.sent_back struct desk_step   node: the step it went back to; reason in text
 *   matter.withdrawn struct desk_step   node: the step whose completion was taken back; reason in
 *                                       text. A handler that fails refuses the withdrawal
 *   attachment.changing struct desk_file  a file is about to come to the matter or to leave it; may refuse
 * Asked of the rooms: matter.area, detail int64_t *: the unit from which a matter came, for the leader
 * in charge of it.
 * Asked of the rooms while a page is written (event_ask; detail struct desk_page):
 *   matter.page      write further members of the page's object: "document", "delivery"
 * Asked while a dry run is written (detail struct desk_impact); a handler that fails refuses it as it
 * would refuse the act:
 *   matter.impact    say what falls beside the flow, by desk_impact_say
 *
 * A handler or service task must not move the same matter's flow (matter_end): the
 * state is in hand just then.
 *
 * Service tasks (oa:op="doc.reserve_number") run the command of that name as a child; its input
 * record must be matter_in. */
#ifndef TB_DESK_DESK_H
#define TB_DESK_DESK_H

#include "core/core.h"

struct matter {
    int64_t id;
    struct str module;         /* key: "send", "receive", "countersign", "co_sign" */
    struct str module_name;    /* in Chinese, as installed */
    int64_t definition_id, instance_id;
    int64_t unit_id;           /* whose matter it is; under way, never a former unit */
    int64_t parent_id;         /* the matter whose unit leaf opened this one, or 0 */
    int64_t parent_leaf;
    int64_t subject_id;        /* the document or delivery it is about, or 0 */
    int64_t text_id;           /* the matter whose text search finds it by: its own, or the sender's */
    struct str title, number, urgency; /* urgency: critical, urgent, normal */
    struct str from_name;      /* where it came from, as lists show it: unit or issuer of that day */
    struct str state;          /* draft, discarded, running, done, rejected, void, suspended */
    int64_t starter_post, starter_person;
    int64_t started_at, closed_at, due_at, rev;
    struct str label;          /* "", internal, sensitive */
};

struct desk_step {
    const struct matter *matter;
    int64_t item_id;
    struct str node;           /* BPMN id */
    struct str name;           /* of the step, as drawn */
    struct str role;           /* of whose leaf it is: sign, lead, assist, advise, rework; or absent */
    struct str milestone;      /* oa:milestone or absent */
    struct str outcome;        /* absent: none */
    struct str text;           /* the opinion's or reason's text */
    struct str said_on;        /* the day a recorded word was said; absent: now */
    const struct jv *vars;     /* what the actor chose; may be NULL */
    int64_t person_id, post_id, acting_for;
    struct str standing;       /* presiding, entrusted (OFFICE P2): done in the own name; or absent */
    int64_t for_post;          /* then: the head's post */
};

/* Members of an object: variables that the flow gets with the step, over what its holder chose. */
struct desk_variables {
    const struct desk_step *step;
    struct jw *w;
};

struct desk_adding {
    const struct matter *matter;
    struct str node;
    struct ids posts;
    bool is_advice;
};

struct desk_file {
    const struct matter *matter;
    struct str name, kind;     /* kind: main, attachment, scan (of a word on paper), basis */
    bool is_removed;
};

struct desk_page {
    struct jw *w;
    const struct matter *matter;
    int64_t my_item;           /* the actor's open item in it, or 0 */
    struct str my_node;        /* its node */
};

struct desk_impact {
    struct jw *w;
    const struct matter *matter;
    struct str op;             /* "send_back", "withdraw", "cancel" …: flow_op_name */
    struct str node;           /* the step it goes back to, absent: none */
    int64_t item_id;           /* whose act it is, 0: nobody's */
};
/* One sentence of the rooms: a code of their errors.txt, and its argument or NULL. */
void desk_impact_say(struct ctx *cx, const struct desk_impact *i, const char *code,
                     const char *arg);

/* Input of every command that a service task may run. */
struct matter_in {
    int64_t matter_id;
};
extern const struct record matter_in_record;

struct matter_start {
    struct str module;
    int64_t definition_id;     /* this version; 0: the newest */
    int64_t unit_id;
    int64_t post_id;           /* the starter's post; 0: the system, for units' matters */
    int64_t starter_person;    /* 0: who acts */
    int64_t parent_id, parent_leaf, subject_id;
    struct str parent_node;    /* of oa:child: its form goes along, or absent */
    int64_t text_id;           /* a received document: the sender's matter; 0: its own text */
    struct str title, urgency, from_name;
    struct str label;          /* the sender's mark, or absent */
    int64_t due_at;
    const struct jv *vars;     /* variables of the flow, an object, or NULL */
    bool skip_first;           /* complete the first item at once as the starter (draft saved and
                                * handed on elsewhere is not this: use for sign_for by the clerk) */
};
/* Opens a matter of the newest version that the unit uses: rows, access for the unit's clerks and
 * the starter, first items. On the committer's thread. */
bool matter_start(struct ctx *cx, const struct matter_start *in, struct matter *out);

/* Absent, or the actor may not see it: not_found. The system sees all. */
bool matter_load(struct ctx *cx, int64_t matter_id, struct matter *out);
/* The same, and locks it for this command. */
bool matter_load_for_change(struct ctx *cx, int64_t matter_id, struct matter *out);
/* Without asking who looks: for a room that has asked by its own rule. 1, 0, -1. */
int matter_find(struct ctx *cx, int64_t matter_id, struct matter *out);
bool matter_can_see(struct ctx *cx, int64_t matter_id);
/* Its revision grows; whoever sees it is told. */
bool matter_touched(struct ctx *cx, int64_t matter_id);
/* A register is read by some who may not open all that is in it: of these matters those the actor
 * may. No rows may be open. */
struct ids matters_seen(struct ctx *cx, const int64_t *p, size_t n);
bool matters_have(struct ids ids, int64_t id);
/* OFFICE P7, P8: may the reader know when this leader had it and acted? The unit's office head, the
 * leader, the secretary. Of posts that are no leader's everybody may. 1, 0, -1. */
int desk_sees_leader(struct ctx *cx, int64_t unit_id, int64_t post_id);
/* A moment at which the holder of a post acted, for this reader: itself, or its day's beginning. */
int64_t desk_moment(struct ctx *cx, int64_t unit_id, int64_t post_id, int64_t at);
/* Is its text its own (search indexes it), not the sender's? */
bool matter_owns_text(struct ctx *cx, int64_t matter_id);
/* For search: the matter whose text it is found by, its own or the sender's; 0: none, or failed. */
int64_t matter_text(struct ctx *cx, int64_t matter_id);
/* For search: what the actor may see of texts. The scopes once, in the words of the two below. */
struct str matter_scopes(struct ctx *cx);
/* The newest text at or below `from` that they may see; 0: none, or failed. */
int64_t matter_seen_next(struct ctx *cx, struct str scopes, int64_t from);
/* Which of the matters that they see; absent and 0: whichever. */
struct matter_filter {
    struct str module, from_name;
    int64_t starter_person;
    int64_t since, until; /* started, the second moment excluded */
};
/* Of n texts, the newest matter by which each is seen, 0: not at all. only: NULL, or which matters. */
bool matter_seen_among(struct ctx *cx, struct str scopes, const int64_t *texts, size_t n,
                       const struct matter_filter *only, int64_t *matters);
/* Names of its attachments, then what can be read in them, a line each. */
bool matter_attachment_words(struct ctx *cx, int64_t matter_id, struct buf *out);
/* Of those that go out with its text, in the order they came, without their endings. */
bool matter_names_out(struct ctx *cx, int64_t matter_id, struct str **out, size_t *n);
/* scope: post, pool or unit. Twice is once. */
bool matter_let_see(struct ctx *cx, int64_t matter_id, int64_t scope);
/* What lists show of it; absent texts stay as they are. Bumps rev. */
bool matter_describe(struct ctx *cx, int64_t matter_id, struct str title, struct str number,
                     struct str urgency);
bool matter_set_due(struct ctx *cx, int64_t matter_id, int64_t due_at);
/* Does the actor hold an open item at this node of the matter (post, pool or acted-for)? 1, 0, -1;
 * item_id and post_id (capacity) may be NULL. node absent: any node. */
int matter_my_item(struct ctx *cx, int64_t matter_id, struct str node, int64_t *item_id,
                   int64_t *post_id);
/* The name of the step in which the actor holds it; "" outside of any. */
bool matter_my_step(struct ctx *cx, int64_t matter_id, struct str *out);
/* Completes an item of the actor's as POST /items/{id}/complete does: the act of another room (a
 * dispatch) is the step. */
bool item_complete(struct ctx *cx, int64_t item_id, struct str outcome, struct str opinion);
/* A message or signal for whatever flow waits for it, now or within 30 days. correlation: JSON text
 * of the key or absent; vars_json: an object. */
bool matter_message(struct ctx *cx, int64_t unit_id, bool is_signal, struct str name,
                    struct str correlation, struct str vars_json);
/* What it has consigned to other units and waits for, in the order in which they were asked. */
struct desk_consigned {
    int64_t item_id, unit_id, child_id; /* child: the matter there */
};
bool matter_consigned(struct ctx *cx, int64_t matter_id, struct desk_consigned **out, size_t *n);
/* A fixed day for all of them, for the matter and for the matters there. */
bool matter_consigned_due(struct ctx *cx, int64_t matter_id, int64_t due_at);
/* Whoever of them has not answered is recorded as 逾期未反馈 and waited for no more; refused while one is
 * not late yet. The right was asked before. *n_silent: how many. */
bool matter_stop_waiting(struct ctx *cx, int64_t matter_id, int64_t *n_silent);
/* Ends the flow of a matter (retracted delivery, refused document): state void. */
bool matter_end(struct ctx *cx, int64_t matter_id, struct str reason);
/* 误传处置 of what desk/ owns (spill/): title, the flow's variables and, when asked, opinions become words;
 * who, when and what act stay. */
bool matter_purge(struct ctx *cx, const struct matter *m, struct str words, bool with_opinions);
/* Every attachment with this content is removed, its name too. */
bool attachment_purge(struct ctx *cx, struct str digest, struct str words);
/* Trace on the matter's stream, in the capacity of post_id. */
bool matter_trace(struct ctx *cx, int64_t matter_id, const char *op, int64_t post_id,
                  struct str body_json);
/* An opinion outside a step (countersign text of another unit, feedback): appears on the sheet
 * under the step's name. */
bool matter_note(struct ctx *cx, int64_t matter_id, struct str step, struct str who,
                 struct str text, int64_t person_id, int64_t post_id);

/* SM3 of what goes out with the matter's text: names and contents of its files but scans and grounds,
 * which stay inside. Empty when there are none. */
bool matter_files_digest(struct ctx *cx, int64_t matter_id, struct str *out);
/* What was made of a content to be shown goes from this node (it was purged). */
void preview_drop(struct core *core, struct str digest);
/* A finished upload of the actor's own, to be read once: open, the caller's to close, with its name and the
 * digest of its bytes; -1 with cx->err (not found, not complete, purged). Job threads. */
int upload_peek(struct ctx *cx, int64_t upload_id, struct str *name, struct str *digest);
/* It is not kept: its bytes go (job threads), then its row (inside a command). */
void upload_drop_bytes(struct ctx *cx, int64_t upload_id);
bool upload_forget(struct ctx *cx, int64_t upload_id);
/* Their names without the endings, in the order in which they came. */
bool matter_file_names(struct ctx *cx, int64_t matter_id, struct texts *out);
/* Copies what goes out with one matter's text to another by digest (no second copy of the bytes). */
bool attachment_copy_all(struct ctx *cx, int64_t from_matter, int64_t to_matter);
/* Removes what was copied so: the letter was given back. What the unit added itself stays. */
bool attachment_take_back(struct ctx *cx, int64_t from_matter, int64_t to_matter);

/* A file of a matter, for rooms that read it or make another of it. Absent, removed or not the actor's to
 * see: not_found. */
struct desk_paper {
    int64_t id, matter_id, size;
    struct str name, type, kind, digest;
};
bool desk_paper_load(struct ctx *cx, int64_t attachment_id, struct desk_paper *out);
/* Adds one whose content blob_put has just finished: matter_id, name, type, kind, size, digest; gives its
 * id. The right was asked before. */
bool desk_paper_put(struct ctx *cx, struct desk_paper *paper, int64_t post_id);
/* All of an upload of the actor's own, in a; job threads only. Errors: not_found, attachment.not_complete,
 * desk.upload_large. What is not attached afterwards is given up with desk_upload_drop. */
bool desk_upload_read(struct ctx *cx, int64_t upload_id, int64_t most, struct str *name, struct str *bytes);
void desk_upload_drop(struct ctx *cx, int64_t upload_id);
/* The values of a matter's form, an object; 1 found, 0 it has none, -1 failed. */
int matter_form_values(struct ctx *cx, int64_t matter_id, const struct jv **out);
/* A thing of a unit's register ("seal_request.seal"): 1 found, 0 none, -1 failed. */
struct desk_thing {
    int64_t id, unit_id;
    struct str register_key, name, state;
};
int desk_thing_find(struct ctx *cx, int64_t thing_id, struct desk_thing *out);

/* The room's tables, one a subject; rooms.c lists them. Uploads: http/ runs the command upload.begin
 * {name, size} for the person, streams the bytes into core_blobs() under the id it answers, and
 * asks upload.get before each further stretch; attachment.add names the finished upload. */
extern const struct room desk_studio_room;
extern const struct room desk_due_room, desk_wait_room, desk_begin_room, desk_direct_room, desk_item_room,
    desk_opinion_room, desk_ink_room, desk_start_room, desk_number_room, desk_require_room, desk_effect_room,
    desk_booking_room, desk_absence_room, desk_thing_room, desk_reading_room, desk_urge_room, desk_circulate_room,
    desk_list_room,
    desk_catalogue_room, desk_page_room, desk_picture_room, desk_govern_room, desk_impact_room, desk_simulate_room, desk_incident_room, desk_register_room, desk_attachment_room, desk_ofd_room,
    desk_reform_room, desk_hand_over_room;

/* May what was last urged then (0: never) be urged now? Once in four working hours. 1, 0, -1. */
int urge_is_due(struct ctx *cx, int64_t at);

#endif
