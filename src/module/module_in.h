/* module/ inside: what its files share. */
#ifndef TB_MODULE_MODULE_IN_H
#define TB_MODULE_MODULE_IN_H

#include "module/module.h"

/* module_check.c */
void report_add(struct arena *a, struct module_report *r, const struct module_finding *f);
/* Errors or warnings as a list under key; only: in that language, NULL: in both, as message and
 * message_en, todo and todo_en. */
void findings_write(struct jw *w, const char *key, const struct module_report *r, bool warnings,
                    const enum lang *only);
/* f's code has its texts in module_check.c, arg fills them. */
void module_complain(struct arena *a, struct module_report *r, struct module_finding f,
                     struct str arg);
/* Cuts the first of "starter, role(finance)": head role, arg finance; without brackets arg is absent.
 * False at the end. */
bool module_term(struct str *terms, struct str *head, struct str *arg);

/* module_own.c: may these terms stand in a flow of this unit's own? The first that may not goes to
 * *bad. form: of the module, for var(). 1, 0, -1. */
int module_own_terms(struct ctx *cx, int64_t unit_id, const struct form *form, struct str terms,
                     struct str *bad);
/* What a unit's own module may not (A10): reach beyond the unit. Findings go to the report. */
bool module_check_own(struct ctx *cx, int64_t unit_id, struct module_checked *c);

/* module_install.c */
/* Forms of installed modules, for module_check; carried ones stand before. */
struct module_others module_installed(struct ctx *cx);
/* Puts a checked version; its number follows the newest of that key and unit. */
struct version_put {
    struct str key, json, bpmn;
    int64_t unit_id, base_id; /* base: the city's version it tailors, or 0 */
    struct str note;          /* of the publisher, or absent */
};
bool version_put(struct ctx *cx, const struct version_put *v, const struct module_checked *c,
                 int64_t *id, int64_t *version);
/* Newest version of that very unit: 1 found, 0 none, -1 failed. */
struct version {
    int64_t id, version, base_id, created_by;
    struct str digest, json, bpmn;
};
int version_newest(struct ctx *cx, struct str key, int64_t unit_id, struct version *out);

/* Checks and, when good, puts a version; the same text again makes none. False: not even checked. */
bool module_try(struct ctx *cx, const struct version_put *v, struct module_checked *c,
                int64_t *version);

/* module_check.c: a field name never changes its type */
void module_check_types(struct arena *a, struct module_checked *c, const struct form *older);

/* Published ones as a unit (0: the city) sees them: what a new version may refer to. is_offered: as the
 * units below it do, for a module that is open to them. */
struct module_others module_published(struct ctx *cx, int64_t unit_id, bool is_offered);

/* module_definition.c: the id of definition_newest; 0 none, or failed. */
int64_t definition_for(struct ctx *cx, struct str key, int64_t unit_id);

/* offer.c: a unit's own module, open to the units below it */
struct offer {
    int64_t unit_id; /* whose; 0: there is none */
    struct str key;
    bool is_mandatory, is_open; /* not open: withdrawn */
};
extern const char *const offer_kinds[]; /* "none", "optional", "mandatory" */
const char *offer_kind(const struct offer *o);
/* 1 found, 0 never offered, -1 failed. */
int offer_find(struct ctx *cx, int64_t unit_id, struct str key, struct offer *out);
/* Who above this unit offers, or offered, that key: the nearest; out->unit_id 0 when nobody. */
bool offer_from_above(struct ctx *cx, struct str key, int64_t unit_id, struct offer *out);
/* All that is or was offered to a unit, from the nearest above it. */
bool offers_to(struct ctx *cx, int64_t unit_id, struct offer **out, size_t *n);
/* below: of offer_kinds; "none" withdraws. Refuses what would be the city's to decide
 * (studio.offer_city) and a key that a unit below has taken (studio.key_below). */
bool offer_put(struct ctx *cx, int64_t unit_id, struct str key, struct str below);

/* tailor.c: the module of the city (owner 0) or of a unit has this new version; the changes of every unit
 * that tailored it are applied to it (A8). */
bool tailor_again(struct ctx *cx, struct str key, int64_t owner_id, const struct version *newest);

/* studio_compare.c: {with, fields, steps, other, elements, bpmn, with_bpmn} */
void module_compare_write(struct arena *a, struct jw *w, const struct version *with,
                          struct str json, struct str bpmn);

/* studio_answers.c */
extern const struct record module_check_answer_record, module_compared_record,
    module_draft_page_record;

#endif
