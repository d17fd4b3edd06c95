/* form/ inside: what its files share. */
#ifndef TB_FORM_FORM_IN_H
#define TB_FORM_FORM_IN_H

#include "form/form.h"

/* --- reading module.json (form_compile.c, form_fields.c, form_parts.c) --- */

struct reader {
    struct arena *a;
    struct form *form;
    struct form_findings *out;
};

/* Complains at a path (printf) with a code and one argument. */
void read_bad(struct reader *r, const char *code, struct str arg, const char *path, ...)
    __attribute__((format(printf, 4, 5)));
/* Members of j that are not among names (NULL-terminated) are errors; false when j is no object. */
bool read_members(struct reader *r, const struct jv *j, const char *path,
                  const char *const *names);
/* A text of at most max characters; absent or wrong: STR_NONE, wrong with a finding. */
struct str read_text(struct reader *r, const struct jv *j, const char *path, const char *name,
                     int64_t max, bool is_required);
bool read_bool(struct reader *r, const struct jv *j, const char *path, const char *name,
               bool otherwise);
int64_t read_number(struct reader *r, const struct jv *j, const char *path, const char *name,
                    int64_t min, int64_t max, int64_t otherwise);
struct form_texts read_texts(struct reader *r, const struct jv *j, const char *path,
                             const char *name);
/* One of words (NULL-terminated); absent: STR_NONE. */
struct str read_word(struct reader *r, const struct jv *j, const char *path, const char *name,
                     const char *const *words, bool is_required);
/* Compiles the expression; its names are checked later, when all fields are known. */
const struct feel *read_feel(struct reader *r, const struct jv *j, const char *path,
                             const char *name);
/* Roles by name are the caller's to know; here only their shape. */
bool read_is_name(struct str s);
const struct form_field *read_field_named(struct reader *r, struct str name, const char *path,
                                          const char *member, unsigned types);

/* form_fields.c */
struct form_fields read_fields(struct reader *r, const struct jv *list, const char *path,
                               bool in_table);
/* Expressions of the fields: names known, no cycle of computed ones. */
void check_field_names(struct reader *r, struct form_fields fields, const char *path,
                       const struct form_field *table);

/* form_parts.c: what refers to the fields */
void read_parts(struct reader *r, const struct jv *j);
void check_feel(struct reader *r, const struct feel *e, const struct form_field *table,
                struct form_fields own, const char *path);

/* form_english.c */
void read_english(struct reader *r, const struct jv *j);

#define TYPE_BIT(t) (1u << (t))

/* --- values (form_value.c) --- */

struct checking {
    struct arena *a;
    const struct form *form;
    struct form_result *out;
    const struct form_world *world;
    const struct form_values *values; /* of the form, for limits by expressions */
};
void problem_add(struct checking *k, const struct form_field *f, const char *code,
                 struct str path, struct str limit);
/* Type and limits of one value that is not empty. */
void value_check(struct checking *k, const struct form_field *f, const struct jv *v,
                 struct str path);
bool html_is_clean(struct str html);
/* Decimal text: optional minus, digits, at most `decimals` behind the point, 15 before it. */
bool decimal_good(struct str s, int decimals);
/* Moment of a FEEL date or date and time, ms UTC. */
int64_t moment_of(int64_t days, int64_t ms_of_day);

#endif
