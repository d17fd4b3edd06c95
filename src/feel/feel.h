/* feel: conditions and computed values (FLOW §7): the boolean, number, string, list, date and range
 * part of DMN's FEEL. Exact decimals (34 digits, half even), three-valued logic, a step budget; no
 * functions of the user, no calls outside.
 *
 * A compiled expression is immutable and may be read by any thread; results live in the arena of
 * the call. */
#ifndef TB_FEEL_FEEL_H
#define TB_FEEL_FEEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"

struct feel;       /* a compiled expression */
struct feel_value; /* opaque; NULL counts as null */

/* Names the parser may take as one word even with spaces in them ("Full Name"). */
struct feel_names {
    const struct str *name;
    size_t n;
};

/* Compiles text. NULL with *what (in a, zh) and *at (byte offset) on a syntax error; both may be
 * NULL. names may be NULL. At most 8 KB of text, nesting 100. */
const struct feel *feel_compile(struct arena *a, struct str text, const struct feel_names *names,
                                const char **what, size_t *at);

/* Free names the expression uses (the first word of each path), each once. */
const struct str *feel_names_used(const struct feel *e, size_t *n);
/* What names stand for: whether the path (`trip.from`: two words) exists. */
struct feel_schema {
    bool (*has)(void *arg, const struct str *path, size_t n);
    void *arg;
};
/* Every path the expression uses exists; false with the first that does not, dotted, in *unknown
 * (may be NULL). Names bound by some and every and rows inside a filter are followed. */
bool feel_paths_known(struct arena *a, const struct feel *e, const struct feel_schema *schema,
                      struct str *unknown);
/* Literals x of `name = "x"` and `name in ("x", "y")` when the whole expression consists of that,
 * or-ed together; n = 0 otherwise. For route buttons. */
const struct str *feel_equals_literals(struct arena *a, const struct feel *e, const char *name,
                                       size_t *n);

/* Where names get their values. get returns false when the name is unknown (its value is null). */
struct feel_env {
    bool (*get)(void *arg, struct arena *a, struct str name, const struct feel_value **out);
    void *arg;
    int64_t now; /* for today() and now(), ms UTC */
    /* Host functions, NULL where absent (their result is then null). */
    bool (*workdays)(void *arg, int64_t from_days, int64_t to_days, int64_t *out);
    bool (*in_role)(void *arg, struct str role);
};

/* The value; NULL is null. Never fails: what cannot be computed is null, as FEEL has it. Over the
 * step budget (100,000) everything is null and *exhausted (may be NULL) is set. */
const struct feel_value *feel_eval(struct arena *a, const struct feel *e,
                                   const struct feel_env *env, bool *exhausted);
/* Unary tests of a decision table: "-", `< 5, [10..20]`, `not("a")`, or a condition about ?. */
const struct feel *feel_compile_tests(struct arena *a, struct str text,
                                      const struct feel_names *names, const char **what,
                                      size_t *at);
/* Does the input meet them? 1 yes, 0 no, -1 null. */
int feel_eval_tests(struct arena *a, const struct feel *e, const struct feel_value *input,
                    const struct feel_env *env);
/* 1 true, 0 false, -1 anything else. */
int feel_as_bool(const struct feel_value *v);

/* Values from and to the outside. Numbers are {"number":"1.5"} in JSON of `tongban feel`
 * (tagged = true), plain JSON numbers otherwise. */
const struct feel_value *feel_of_json(struct arena *a, const struct jv *j);
const struct feel_value *feel_of_str(struct arena *a, struct str s);
const struct feel_value *feel_of_i64(struct arena *a, int64_t v);
const struct feel_value *feel_of_bool(bool b);
const struct feel_value *feel_context(struct arena *a, const struct str *key,
                                      const struct feel_value *const *value, size_t n);
const struct feel_value *feel_list(struct arena *a, const struct feel_value *const *v, size_t n);
/* kind: number, date, time, dateTime, duration, as the tags in JSON; NULL when text is none. */
const struct feel_value *feel_of_text(struct arena *a, const char *kind, struct str text);
/* What it is, in the same words and: null, boolean, string, list, context, range. */
const char *feel_kind(const struct feel_value *v);
/* A number, string, date, time or duration as plain text; STR_NONE for anything else. */
struct str feel_text(struct arena *a, const struct feel_value *v);
/* A number with exactly so many decimals (half up, as money is rounded); scale < 0: as it stands.
 */
struct str feel_decimal(struct arena *a, const struct feel_value *v, int scale);
/* Days since 1970-01-01 and minutes of the day of a date or a date and time; false otherwise. */
bool feel_as_moment(const struct feel_value *v, int64_t *days, int64_t *ms_of_day);
/* Elements of a list; 0 otherwise. */
size_t feel_size(const struct feel_value *v);
/* Member of a context; NULL when it has none. */
const struct feel_value *feel_member(const struct feel_value *v, struct str key);
/* x < y, x = y, x > y as -1, 0, 1; false when they have no order. */
bool feel_compare(const struct feel_value *x, const struct feel_value *y, int *out);
void feel_write(struct jw *w, const struct feel_value *v, bool tagged);
/* As plain JSON, but a number that a double may not hold is {"number":"1.5"}; only_whole: any that is not
 * whole, for what leaves the flow. feel_of_json reads back the very value. */
void feel_write_exact(struct jw *w, const struct feel_value *v, bool only_whole);
/* Whole number inside 64 bits; false otherwise. */
bool feel_as_i64(const struct feel_value *v, int64_t *out);
struct str feel_as_str(const struct feel_value *v); /* STR_NONE unless a string */

/* `tongban feel`: one JSON object a line from standard input. Exit code. */
int feel_cli(int argc, char **argv);

#endif
