/* Forms of matters, shared by desk's own files: values stored beside the matter, what expressions see,
 * what is refused, what lists keep. The rules of fields are form/'s. */
#ifndef TB_DESK_DESK_FORM_IN_H
#define TB_DESK_DESK_FORM_IN_H

#include "desk/desk_in.h"

/* What expressions of a matter's form see. starter: its context as JSON, kept with the form. */
struct form_seen {
    struct ctx *cx;
    struct str module;
    int64_t unit_id, post_id; /* post: the starter's, or 0 */
    int64_t matter_id;        /* 0: not yet there */
    struct form_world world;
};
struct form_seen *form_seen_of(struct ctx *cx, struct str module, int64_t unit_id, int64_t post_id,
                               int64_t matter_id, struct str starter, struct str urgency, struct str outcome);
/* form_world's, desk_absence.c: M5, the two principals are not away together. */
bool is_other_away(void *arg, struct str role, const struct feel_value *from,
                   const struct feel_value *to);
/* {"post","name","unit","title","is_leader","roles","is_head","body","superior","above","serves"} of the
 * post: the actor's roles in its unit, and where post and unit stand. */
struct str starter_json(struct ctx *cx, const struct actor_post *post);
/* is_head, body and superior of its members. */
bool starter_place_write(struct ctx *cx, struct jw *w, int64_t post_id);
/* Its last two, of the matter's unit: the unit that takes what this one sends up (superior.unit; "" at the
 * top), and the body whose office it is ("": nobody's). */
bool starter_above_write(struct ctx *cx, struct jw *w, int64_t unit_id);

/* The stored form of a matter: 1 found, 0 none, -1 failed. */
struct matter_form {
    struct form_values values;
    struct str starter; /* JSON */
};
int matter_form_find(struct ctx *cx, int64_t matter_id, const struct definition *d,
                     struct matter_form *out);
/* Stores it and the keys of its list fields; marks the matter, whose title is now this one. */
bool matter_form_put(struct ctx *cx, const struct matter *m, const struct definition *d,
                     struct str title, struct form_values v, struct str starter);
/* The fields the flow uses, as an object of variables; added (choices; may be NULL) goes along, but
 * never in the place of a field. starter, urgency: at the start, else absent. */
const struct jv *flow_vars_of(struct ctx *cx, const struct definition *d, struct form_values v,
                              const struct jv *added, struct str starter, struct str urgency);
/* An item's part of the form is taken over: checked by the rights of its step, stored, its variables in
 * *vars (in: the choices). rights absent: nothing may be filled in, only rules are looked at. */
struct form_step_in {
    const struct jv *form, *reasons;
    struct str node, outcome;
    int64_t post_id;
    bool may_edit;
};
bool form_step_take(struct ctx *cx, const struct matter *m, const struct definition *d,
                    const struct form_step_in *in, const struct jv **vars, struct str *note);

/* Refuses the first problem; warnings pass with a reason. reasons: object rule number → text. */
bool form_refuse(struct ctx *cx, const struct form_result *r, const struct jv *reasons);
/* Keeps the reasons given for the warnings of a step. */
bool form_keep_reasons(struct ctx *cx, const struct matter *m, struct str node, int64_t post_id,
                       const struct form_result *r, const struct jv *reasons);
/* What the form refers to exists and may be referred to. before: what was there stays good. */
bool form_refs_good(struct ctx *cx, const struct definition *d, struct form_fields fields,
                    int64_t unit_id, int64_t matter_id, struct form_values v,
                    struct form_values before);
/* Whom the flow may ask because the form says so is of the matter's unit (desk_who.c, S30). */
bool form_may_name(struct ctx *cx, const struct definition *d, int64_t unit_id,
                   struct form_values v);
/* The title by the module's expression, else the given one. */
struct str form_title(struct ctx *cx, const struct definition *d, struct form_values v,
                      const struct form_seen *seen, struct str given);

/* {"form": what was handed in} for the trace, identity cards masked; absent when nothing was. */
struct str form_note(struct ctx *cx, const struct definition *d, const struct jv *form);

/* Members of a page's object: "fields" with rights, "values", "names" of what they refer to. */
bool form_write(struct ctx *cx, struct jw *w, const struct definition *d, struct form_values v,
                const uint8_t *right, const struct form_result *now, bool sees_masked);
/* A value in words, references by their names. */
struct str form_words_of(struct ctx *cx, const struct form_field *f, const struct jv *v);

/* desk_child.c: the form of a unit's matter that another's step has opened; *vars gains its variables. */
bool child_form_take(struct ctx *cx, const struct matter_start *in, const struct matter *child,
                     const struct definition *d, const struct jv **vars);
/* Its answer: fields that the asking step (node) may edit are filled in from the child's of the same name
 * and type; the step gets their variables and the note for the record. */
bool child_form_give(struct ctx *cx, const struct matter *child, const struct matter *parent,
                     struct flow_step *step, struct str node);

/* desk_form_page.c: members "form", "warnings", "print_sheet" of a matter's page; my: the reader's open
 * item, or NULL. */
bool form_page_write(struct ctx *cx, struct jw *w, const struct matter *m,
                     const struct instance *in, const struct item *my);
/* now: the rights of the reader's open step or of none. What a step hides is hidden also later, and from
 * whoever has it to read, but for the starter and those with a step that shows it. */
const uint8_t *form_reader_rights(struct ctx *cx, const struct matter *m,
                                  const struct definition *d, const uint8_t *now);
/* Files of a matter that this reader finds: all of them, unless the module hides fields from the reader.
 * Then those of fields that are shown, the own ones, and those of whoever has as little before him: a letter
 * must not tell who wrote it. */
struct files_seen {
    bool all;
    struct ids shown;       /* of fields */
    struct ids masked_posts; /* have only steps that hide */
};
bool files_seen_of(struct ctx *cx, const struct matter *m, struct files_seen *out);
bool file_is_seen(const struct ctx *cx, const struct files_seen *v, int64_t attachment_id,
                  int64_t added_by, int64_t added_post);
/* The words of what every matter has (form_is_builtin): number, title, state … */
struct str builtin_words(struct ctx *cx, const struct matter *m, struct str name);
/* permanent, 30y, 10y; "" where its module says nothing. */
struct str matter_retention(struct ctx *cx, const struct matter *m);
struct str builtin_label(struct str name, enum lang lang);
/* desk_page.c: opinions of one place of the sheet, as an array. */
bool sheet_place_write(struct ctx *cx, const struct matter *m, struct str place, struct jw *w);

/* desk_answers.c, desk_form_answers.c */
extern const struct record diagram_record, matter_outcome_record, matter_need_record,
    matter_ask_record, module_page_record, form_evaluation_record,
    matter_form_record, matter_warning_record, print_sheet_record, matter_opinion_record,
    register_row_answer_record, candidate_row_record, booking_row_record, thing_row_record,
    thing_event_row_record, whereabouts_row_record;

/* desk_start.c: whose business a post's modules are: of a leader in a body, the office's that serves it.
 * *post is replaced by a copy; NULL stays NULL. */
bool post_at_office(struct ctx *cx, const struct actor_post **post);

/* desk_require.c: approved matters as a basis (D13): each one that the form names is approved, of this
 * unit, agrees and was not used. Marks them as used by this matter. */
bool requires_hold(struct ctx *cx, const struct matter *m, const struct definition *d,
                   struct form_values v, struct form_values before);

/* desk_thing.c */
/* The thing's name and fields, and who follows it (NULL: not asked), as a context; NULL when it is not there. */
const struct feel_value *thing_context(struct ctx *cx, int64_t thing_id,
                                       const struct feel_value *followers);
bool thing_ref_good(struct ctx *cx, const struct definition *d, const struct form_field *f,
                    int64_t unit_id, int64_t thing_id, const char *path);
struct str thing_name(struct ctx *cx, int64_t thing_id);

#endif
