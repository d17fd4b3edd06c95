/* form: the part of a module that is not its flow (DESIGN §4, §7): module.json compiled and checked,
 * values of a form checked, computed and made visible, rights at a step, keys for lists, two versions
 * compared. Pure: no clock, no database; whoever calls brings the time and looks references up.
 *
 * A compiled form is immutable and may be read by any thread; everything lives in the arena of the
 * call. Expressions are FEEL. In them a field is known by its name: numbers and money as decimals,
 * dates and moments as such, ranges as {from, to}, tables as lists of contexts, choices as strings,
 * references as contexts (post {id, name, title, unit}, unit {id, name}, thing {id, name, state and
 * its fields}, matter {id, title, number and its form's fields}); besides `starter` {name, unit,
 * title, is_leader, roles}, `outcome`, `urgency`, today(), now(), workdays(a, b).
 *
 * Values in JSON are those of docs/modules.md: ids and decimals are strings, moments ms UTC. */
#ifndef TB_FORM_FORM_H
#define TB_FORM_FORM_H

#include "feel/feel.h"

enum form_type {
    FORM_TEXT,
    FORM_LONG_TEXT,
    FORM_NUMBER,
    FORM_MONEY,
    FORM_DATE,
    FORM_DATE_RANGE,
    FORM_TIME,
    FORM_MOMENT,
    FORM_MOMENT_RANGE,
    FORM_CHOICE,
    FORM_CHOICES,
    FORM_CHECK,
    FORM_POST,
    FORM_POSTS,
    FORM_UNIT,
    FORM_UNITS,
    FORM_THING,
    FORM_MATTER,
    FORM_ATTACHMENT,
    FORM_TABLE,
    FORM_RICH_TEXT,
    FORM_TYPES
};
const char *form_type_name(enum form_type t); /* "date_range" */

struct form_texts {
    const struct str *p;
    size_t n;
};

struct form_option {
    struct str value, label, label_en;
};

enum form_pattern { FORM_ANY, FORM_PHONE, FORM_PLATE, FORM_ID_CARD };
/* GB 11643: 17 digits and the check character of ISO 7064 MOD 11-2, with a day of birth. */
bool form_is_id_card(struct str s);

/* Fields of the form, columns of a table, fields of a thing. */
struct form_field;
struct form_fields {
    const struct form_field *p;
    size_t n;
};
const struct form_field *form_find(struct form_fields fields, struct str name); /* or NULL */

struct form_field {
    struct str name, label, label_en, hint, hint_en;
    enum form_type type;
    int index;       /* its place among its fields */
    bool is_required, is_read_only, is_list;
    const struct feel *compute, *visible, *required_when, *otherwise; /* otherwise: "default" */
    const struct feel *min_on, *max_on; /* date: limits */
    struct str min, max; /* number, money: decimals; absent: none */
    int decimals;        /* number: at most so many; money 2 */
    int64_t least, most; /* characters, rows, choices, files */
    enum form_pattern pattern;
    int64_t max_days, max_hours, step_minutes;
    const struct form_option *option;
    size_t option_n;
    bool in_unit;         /* post, unit: of the matter's unit only */
    struct form_texts roles; /* post: holders of one of these */
    struct str thing;     /* "vehicle", "vehicle_use.vehicle" */
    struct str own;       /* the thing's post field that must be one of the person's own posts */
    struct str module;    /* matter: of that module */
    struct form_texts kinds;
    struct form_fields columns;
    struct form_texts sum; /* table: columns with a total */
};

struct form_choice {
    struct str name, label, label_en, kind, suggest;
    struct str by; /* "program": a room sets it, nobody is asked */
    bool is_required;
};
struct form_ask {
    struct str node, name, label, kind;
};

struct form_step {
    struct str node;
    const uint8_t *right; /* one per field: bits of enum form_right */
};
enum form_right { FORM_EDIT = 1, FORM_REQUIRE = 2, FORM_HIDE = 4 };

struct form_rule {
    const struct feel *when; /* NULL: whenever the rule is looked at */
    struct str apart;        /* a role: true while another holder of it is away; absent: no matter */
    const struct feel *apart_from, *apart_to;
    struct str message, message_en;
    bool is_warn; /* asks for a reason instead of refusing */
    struct form_texts at; /* nodes; n 0: at the start */
    struct str field; /* absent: of the whole form */
};

struct form_number {
    struct str pattern; /* absent: the module numbers nothing */
    struct str at;      /* "start", "done" or a node */
    bool is_city;       /* one series for the whole city; else one a unit */
    bool is_yearly;
};

struct form_thing {
    struct str key, name, name_en, keeper; /* keeper: name of a role */
    struct form_fields fields;             /* the first one names the thing in lists */
    bool is_unique;                        /* no two in use have the same name */
};

enum { FORM_ON_REJECTED = 1, FORM_ON_VOID = 2, FORM_ON_DONE = 4 };
struct form_booking {
    const struct form_field *thing_field;
    const struct feel *from, *to;
    struct str at;       /* "start" or a node */
    unsigned release_on; /* bits FORM_ON_… */
};

struct form_require {
    const struct form_field *field; /* type matter */
    struct str module;
    bool is_once;
    struct form_texts same_mine, same_theirs; /* fields that must agree, pairwise */
};

enum form_effect_kind {
    FORM_ABSENCE,
    FORM_STAND_IN,
    FORM_ABSENCE_END,
    FORM_THING_ADD,
    FORM_THING_SET,
    FORM_THING_STATE,
    FORM_EFFECTS
};
struct form_set {
    struct str name;
    const struct feel *value;
};
struct form_effect {
    enum form_effect_kind kind;
    struct str at;                        /* "start", "done" or a node */
    const struct form_field *who;         /* post, of absences also posts; NULL: the starter */
    const struct feel *from, *to, *when;  /* when: only if true; NULL: always */
    struct str label;                     /* leave, trip, duty_out, other */
    const struct form_field *post_field;  /* stand_in */
    const struct form_field *of;          /* absence_end: type matter; NULL: this matter's own */
    struct str thing;                     /* thing_add: key */
    const struct form_field *thing_field; /* thing_set, thing_state: type thing */
    const struct form_field *rows;        /* thing_add: a table, one thing a row; NULL: one */
    const struct feel *times;             /* thing_add: how many of each; NULL: one */
    const struct form_set *set;
    size_t set_n;
};

enum form_open { FORM_OPEN_STARTER, FORM_OPEN_UNIT, FORM_OPEN_ROLES };

struct form_sheet_row {
    struct form_texts cells; /* names of fields and built-in columns; "@place": opinions */
};

/* A text and its English, see form_english. */
struct form_pair {
    struct str zh, en;
};

/* An expression of module.json, and where it stands. */
struct form_said {
    const struct feel *e;
    const struct form_field *table; /* columns that it sees first, or NULL */
    struct form_fields own;         /* fields that it sees then */
    const char *path;               /* "fields[2].compute" */
};

struct form {
    struct str name, name_en, summary, summary_en, group, icon, retention;
    bool is_city;              /* tier: city-mandatory */
    bool is_startable;         /* by persons */
    struct form_texts start_roles; /* n 0: anyone */
    bool has_urgency;
    const struct feel *title;  /* NULL: the starter writes it */
    struct form_fields fields;
    struct form_texts variables;
    const struct form_choice *choice;
    size_t choice_n;
    const struct form_ask *ask;
    size_t ask_n;
    const struct form_step *step;
    size_t step_n;
    const struct form_rule *rule;
    size_t rule_n;
    struct form_number number;
    struct form_texts columns; /* of the register */
    enum form_open open_to;
    struct form_texts open_roles;
    struct str sheet_title;
    const struct form_sheet_row *sheet;
    size_t sheet_n;
    const struct form_thing *thing;
    size_t thing_n;
    const struct form_booking *booking;
    size_t booking_n;
    const struct form_require *require;
    size_t require_n;
    const struct form_effect *effect;
    size_t effect_n;
    struct form_said *said;
    size_t said_n;
    struct form_texts open; /* what a unit may tailor: "assign:NODE" … */
    struct form_pair *pair;
    size_t pair_n;
    struct str text;        /* module.json as given; the caller's */
    const struct jv *json;
};

/* --- compiling and checking -------------------------------------------------------------------- */

struct form_finding {
    int line;           /* in module.json; 0: of the whole */
    struct str element; /* "fields[2].compute", or the field's name */
    const char *code;   /* static: "form.unknown_member" */
    struct str message, message_en; /* what is wrong */
    struct str todo, todo_en;       /* what to do */
};
struct form_findings {
    struct form_finding *p;
    size_t n, size;
    struct arena *a;
};
/* Compiles module.json; NULL when it is no JSON object at all. What is wrong in it stands in out; a
 * form with findings may be looked at, never used. text must live as long as the form. */
const struct form *form_compile(struct arena *a, struct str text, struct form_findings *out);
/* Adds one: path as in "steps.check.edit[0]" finds the line; args fill {1} {2} of the code's text. */
void form_complain(struct form_findings *f, const struct form *form, const char *path,
                   const char *code, struct str arg1, struct str arg2);
/* The text of a code, for findings of others about the same module (module/). */
void form_finding_text(struct arena *a, struct form_finding *f, struct str arg1, struct str arg2);
/* Line of a path in a JSON text, from 1; that of the nearest part there is. */
int form_line(struct str json, const char *path);
/* Is it a name that every matter has (number, title, state …), in registers and on sheets? */
bool form_is_builtin(struct str name);
/* Whether a path exists in expressions of this form ("trip.from"); for flows of the module. */
/* May this follow the field's name in a path? Of a thing or a matter it is not known here: true. */
bool form_has_member(const struct form *form, const struct form_field *f, const struct str *rest,
                     size_t n);
bool form_has_path(const struct form *form, const struct str *path, size_t n);
/* Fields whose type differs from an older version's: a name never changes its type (DESIGN §4). */
void form_check_types(struct form_findings *out, const struct form *form, const struct form *older);

/* --- English ------------------------------------------------------------------------------------ */

/* What a text that the module shows is in English; itself where nothing says. */
struct str form_english(const struct form *f, struct str zh);
/* module.json with its texts in English, for what goes out as it stands. */
const struct jv *form_english_view(struct arena *a, const struct form *f);
/* Is it Chinese and without English? */
bool form_needs_english(const struct form *f, struct str text);
/* Tells every shown text of module.json that needs one: its path, and the text. */
struct form_missing {
    void (*found)(void *arg, const char *path, struct str text);
    void *arg;
};
void form_without_english(struct arena *a, const struct form *f, struct form_missing *out);

/* --- values -------------------------------------------------------------------------------------- */

/* One value a field; NULL or JSON null: empty. */
struct form_values {
    const struct jv **v;
};
struct form_values form_values_of(struct arena *a, struct form_fields fields,
                                  const struct jv *object); /* object may be NULL */
/* As stored: canonical JSON, empty ones left out. */
struct str form_values_text(struct arena *a, struct form_fields fields, struct form_values v);
bool form_is_empty(const struct jv *v);

/* What expressions see beside the fields. */
struct form_world {
    void *arg;
    /* The context of a post, unit, thing or matter; NULL: unknown. May be NULL. */
    const struct feel_value *(*look_up)(void *arg, struct arena *a, const struct form_field *f,
                                        int64_t id);
    bool (*workdays)(void *arg, int64_t from_days, int64_t to_days, int64_t *out);
    /* The starter holds the role, and somebody else of the same unit who does is away in the span. May
     * be NULL: nobody is. */
    bool (*is_other_away)(void *arg, struct str role, const struct feel_value *from,
                          const struct feel_value *to);
    const struct feel_value *starter;
    struct str outcome, urgency;
    int64_t now;
};

struct form_problem {
    const char *code;     /* "input.required" */
    struct str field;     /* "form.items.2.amount" */
    const char *label, *limit, *label_en; /* arguments of the code's text, as core/record has them */
    const struct form_rule *rule;
    int rule_no;          /* from 1; 0: no rule */
    bool is_warn;
};
struct form_result {
    struct form_values values;
    bool *is_visible, *is_required; /* a field */
    struct form_problem *problem;   /* errors in the order of the form, then rules */
    size_t problem_n, problem_size;
};

struct form_change {
    const struct jv *input; /* object of changed fields, or NULL */
    const uint8_t *right;   /* of each field, form_rights; NULL: all may be written (things) */
    struct str at;          /* the step completed, for rules; absent: no rules */
    bool is_start;          /* rules of the start apply; defaults fill what input does not name */
    bool is_draft;          /* nothing is required yet */
    const char *prefix;     /* of field names: "form" */
};
/* Takes the change over the values before, computes, empties what is not visible, checks. */
struct form_result form_apply(struct arena *a, const struct form *form, struct form_fields fields,
                              struct form_values before, const struct form_change *change,
                              const struct form_world *world);

/* Rights of a step (node absent: nobody's step, all read only). is_first: the starter's first step or
 * the start itself, where every plain field may be written. */
const uint8_t *form_rights(struct arena *a, const struct form *form, struct str node,
                           bool is_first);

/* References in the values, for whoever must look whether they exist. */
struct form_ref {
    const struct form_field *field;
    int64_t id;
    struct str path; /* "form.basis", "form.items.2.asset" */
};
const struct form_ref *form_refs(struct arena *a, struct form_fields fields, struct form_values v,
                                 const char *prefix, size_t *n);

/* Evaluates over the values: title, from and to of effects, values of sets. */
const struct feel_value *form_eval(struct arena *a, const struct form *form, struct form_values v,
                                   const struct form_world *world, const struct feel *e);
/* The same in a row of a table. */
const struct feel_value *form_eval_row(struct arena *a, const struct form *form,
                                       struct form_values v, const struct form_field *table,
                                       size_t row, const struct form_world *world,
                                       const struct feel *e);
/* A FEEL value as the field's JSON value; STR_NONE: it does not fit. */
struct str form_of_feel(struct arena *a, const struct form_field *f, const struct feel_value *v);
const struct feel_value *form_to_feel(struct arena *a, const struct form_field *f,
                                      const struct jv *v, const struct form_world *world);
/* As a variable of the flow: exact numbers and dates, "post:ID", "unit:ID" (JSON text). */
/* The other way: a value of the flow as the field has it in JSON ("null" where there is none). */
struct str form_from_flow(struct arena *a, const struct form_field *f, const struct jv *v);
struct str form_to_flow(struct arena *a, const struct form_field *f, const struct jv *v);

/* --- lists ----------------------------------------------------------------------------------------- */

/* Keys whose byte order is the values' order; several for choices, posts, units. */
struct form_texts form_keys(struct arena *a, const struct form_field *f, const struct jv *v);
/* The key of what a person typed into a filter; false: not of that type. */
bool form_key_of_text(struct arena *a, const struct form_field *f, struct str text,
                      struct str *out);
bool form_may_list(enum form_type t);
/* A value in words, for registers as files and printed sheets, where no reference is meant. */
struct str form_words(struct arena *a, const struct form_field *f, const struct jv *v, bool in_en);
/* "430702********1234" */
struct str form_masked(struct arena *a, const struct form_field *f, struct str text);

/* --- two versions ------------------------------------------------------------------------------------ */

struct form_difference {
    const char *what;  /* added, removed, changed */
    struct str path;   /* "fields.amount.max" */
    struct str before, after; /* JSON text */
};
const struct form_difference *form_compare(struct arena *a, const struct jv *before,
                                           const struct jv *after, size_t *n);

#endif
