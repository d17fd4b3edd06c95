/* module: business modules as data (DESIGN §7). A module is module.json (form/) and flow.bpmn (flow/);
 * a version of it is an immutable row, compiled once and kept for the program's life. The city's come
 * from modules/, which the program carries, or from the studio; a unit may have modules of its own
 * (A10), open to the units below it if it likes, and its own tailoring of what comes from above (A8). Here too: which units use which module (A9), drafts,
 * checking, publishing, comparing, one file in and out.
 *
 * desk/ starts and runs matters of a definition; it never asks where one came from. */
#ifndef TB_MODULE_MODULE_H
#define TB_MODULE_MODULE_H

#include "core/core.h"
#include "flow/flow.h"
#include "form/form.h"

/* --- installed definitions ---------------------------------------------------------------------- */

struct definition {
    int64_t id, version;
    int64_t unit_id;     /* whose; 0: the city's */
    int64_t owner_id;    /* whose module it is at the root: of a variant, its base's */
    bool is_tailored;    /* a unit's variant of the owner's */
    struct str key, name, name_en;
    const struct flow_net *net;
    const struct form *form;
    const struct jv *module; /* module.json */
    const struct jv *english; /* the same with its texts in English */
    struct str first_node;   /* the starter's first step, or absent */
    const bool *in_flow;     /* a field: does the flow use it? */
};
/* Lives as long as the program. NULL with cx->err. */
const struct definition *definition_load(struct ctx *cx, int64_t definition_id);
/* What a new matter of a unit runs on: the unit's own or tailored one, else the city's, else what a unit
 * above offers or offered. unit_id 0: the city's. NULL with module.absent (field "module"). */
const struct definition *definition_newest(struct ctx *cx, struct str key, int64_t unit_id);
/* One numbered version, looked for in the same order. NULL with module.absent. */
const struct definition *definition_version(struct ctx *cx, struct str key, int64_t version,
                                            int64_t unit_id);
/* A text that the definition shows (a step's name, an outcome's label, a place on the sheet) in the
 * language of the request; itself where the module has no English for it. */
struct str definition_say(const struct ctx *cx, const struct definition *d, struct str text);
/* The same for a row that knows its definition by id; fast for Chinese, which is stored so. */
struct str definition_words(struct ctx *cx, int64_t definition_id, struct str text);
/* module.json in the language of the request. */
const struct jv *definition_json(const struct ctx *cx, const struct definition *d);
/* An outcome as the button had it: its label behind that step (node absent: behind any). */
struct str definition_outcome(const struct ctx *cx, const struct definition *d, struct str node,
                              struct str outcome);
/* Rights of a step on its fields (form_rights), with the first step known. */
const uint8_t *definition_rights(struct arena *a, const struct definition *d, struct str node);

/* The Chinese or English name of the newest version; "" when there is none. */
struct str module_name(struct ctx *cx, struct str key, enum lang lang);

/* Detail of the event module.published (subject: the definition's id), which every new version but a
 * unit's variant emits. Texts live as long as the command. */
struct module_published {
    struct str key;
    int64_t unit_id; /* 0: the city's */
    const struct flow_net *net;
    const struct form *form;
};

/* How a unit has it (A9): in use, and may its administrator switch it? City-mandatory ones and those a unit
 * above made mandatory are always in use; a unit's own unless switched off; one withdrawn never. */
struct module_use {
    bool is_on, can_switch, is_withdrawn;
};
bool module_use_of(struct ctx *cx, const struct definition *d, int64_t unit_id,
                   struct module_use *out);
bool module_is_on(struct ctx *cx, const struct definition *d, int64_t unit_id);
/* May the holder of this post start one: by persons at all, in use there, by the roles named. */
bool module_may_start(struct ctx *cx, const struct definition *d, const struct actor_post *post);
/* A role that a step needs and that nobody in the unit holds or does the work of (a village has no
 * custodian of seals): the module cannot be done there. ROLE_NONE: it lacks nothing. held: org_roles_held
 * of the unit. */
enum role module_lacks(const struct definition *d, const bool *held);

/* Newest definitions that a unit sees, by key: its own and tailored ones, the city's, those offered from
 * above; one withdrawn only where it was in use. */
struct definitions {
    const struct definition **p;
    size_t n;
};
bool definitions_of(struct ctx *cx, int64_t unit_id, struct definitions *out);
/* The same as it comes from above, without what the unit made or tailored. */
bool definitions_above(struct ctx *cx, int64_t unit_id, struct definitions *out);

/* Installs or renews a city's module from its files: refuses a broken one with its findings in the
 * log. Unchanged text makes no new version. */
bool module_install(struct ctx *cx, struct str key, struct str json, struct str bpmn);

/* --- checking --------------------------------------------------------------------------------------- */

struct module_finding {
    const char *file; /* "module.json", "flow.bpmn" */
    int line;
    struct str element;
    const char *code;
    struct str message, message_en, todo, todo_en;
    bool is_warning;
};
struct module_report {
    struct module_finding *p;
    size_t n, size, error_n;
    const struct str *counterexample; /* nodes in the order of firing, of an unsound flow */
    size_t counterexample_n;
};
/* Another module's form by its key; NULL: not installed, and so nothing may refer to it. */
struct module_others {
    const struct form *(*find)(void *arg, struct arena *a, struct str key);
    void *arg;
};
struct module_checked {
    const struct form *form;    /* NULL: module.json is no JSON */
    const struct flow_net *net; /* NULL: the flow has errors */
    struct str first_node;
    struct module_report report;
    bool is_good;
};
/* Checks both files and what each says about the other. Texts must live as long as the result. */
struct module_checked module_check(struct arena *a, struct str key, struct str json,
                                   struct str bpmn, const struct module_others *others);
/* {"ok", "errors": [{file, line, element, code, message, message_en, todo, todo_en}], "warnings",
 * "counterexample"} */
void module_report_write(struct jw *w, const struct module_checked *c);
/* Is it a key: [a-z][a-z0-9_]{1,39}? */
bool module_key_good(struct str key);

/* --- the studio: drafts ------------------------------------------------------------------------------ */

/* A draft belongs to the city (unit_id 0) or to a unit; it may be unfinished. */
struct module_draft {
    int64_t id, unit_id, rev;
    int64_t base_version; /* begun from or published as; 0: none */
    struct str key, name, state; /* draft, published */
    struct str json, bpmn;
};
/* May the actor make modules of this unit (0: of the city)? Otherwise as for one that does not exist. */
bool module_unit_may(struct ctx *cx, int64_t unit_id);
/* One that the actor may change; else not found. */
bool module_draft_load(struct ctx *cx, int64_t draft_id, struct module_draft *out);
/* Puts a new one (id and rev are set); refuses a key that is taken or has a draft already. from_own:
 * it is begun from the published module of the same key. */
bool module_draft_begin(struct ctx *cx, struct module_draft *d, bool from_own);
/* Its texts checked, with what only holds for a unit's own and against its older versions. False:
 * failed. */
bool module_draft_check(struct ctx *cx, const struct module_draft *d, struct module_checked *out);
/* A checked draft as a definition, to be tried and not kept; lives in a. */
const struct definition *definition_trial(struct arena *a, const struct module_draft *d,
                                          const struct module_checked *c);
/* A module.json and flow.bpmn to begin with. */
struct str module_first_json(struct arena *a, struct str name, bool of_unit);
struct str module_first_bpmn(struct arena *a, struct str key, struct str name);

/* module.json and flow.bpmn as one .zip, the same bytes for the same texts. */
struct str module_zip_write(struct arena *a, struct str json, struct str bpmn);
/* Reads such a file, or a drawing alone (*json is then absent). Whatever is not these two files, too
 * large, not UTF-8 or has a DOCTYPE is refused with its own code, field `field`. */
bool module_zip_read(struct arena *a, struct str file, const char *field, struct str *json,
                     struct str *bpmn, struct err *e);

/* `tongban module check DIR`; argv[0] is "module". Exit code. */
#define MODULE_USAGE "module check DIR | export DIR FILE.zip | import FILE DIR"
int module_cli(int argc, char **argv);

extern const struct room module_room, studio_room, tailor_room;

#endif
