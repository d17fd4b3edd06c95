/* core/record: a record is described once, as a table of fields; the description drives JSON
 * decoding, input checks (S51), encoding, OpenAPI and the browser's types.
 *
 *     struct urge_in { int64_t matter_id; struct str words; };
 *     static const struct field urge_in_fields[] = {
 *         FIELD(urge_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
 *         FIELD(urge_in, words, F_TEXT, .max = 200, .zh = "催办内容", .en = "words"),
 *     };
 *     RECORD(urge_in);
 */
#ifndef TB_CORE_RECORD_H
#define TB_CORE_RECORD_H

#include <stddef.h>

#include "base/err.h"
#include "base/json.h"

enum field_type {
    F_ID,      /* int64_t; JSON: decimal string */
    F_I64,     /* int64_t */
    F_MOMENT,  /* int64_t, ms UTC; 0 is null */
    F_BOOL,    /* bool */
    F_TEXT,    /* struct str, one line unless FIELD_LINES; trimmed on input; min, max in code points */
    F_DAY,     /* struct str, YYYY-MM-DD, a real day */
    F_CHOICE,  /* struct str, one of .choices */
    F_IDS,     /* struct ids; min, max elements */
    F_TEXTS,   /* struct texts; min, max elements, each at most 200 code points */
    F_RECORD,  /* struct of .record inside this one, by value */
    F_RECORDS, /* struct list of .record */
    F_REST,    /* reads: struct rest, parameters "f.NAME" whose names only the handler can check */
    F_JSON     /* input: const struct jv *; output: struct str of JSON, of .record if it says so;
                  max bytes of it (64 K) */
};

enum {
    FIELD_REQUIRED = 1, /* input: must be there and, as text, not empty */
    FIELD_PATH = 2,     /* input: taken from the route's path; always required */
    FIELD_SECRET = 4,   /* never in log or trace (S39) */
    FIELD_LINES = 8,    /* text with line breaks */
    /* What an answer promises. Ids, moments and texts may be null unless FIELD_REQUIRED says never;
     * the other types are never null unless FIELD_NULL says they may be. */
    FIELD_NULL = 16,
    FIELD_OPTIONAL = 32, /* answers: may be left out */
    FIELD_MANY = 64      /* F_JSON with .record: an array of it */
};

struct ids {
    const int64_t *p;
    size_t n;
};
struct texts {
    const struct str *p;
    size_t n;
};
struct list {
    void *p; /* array of the record's struct */
    size_t n;
};

/* Values by name that come before the JSON: path parameters and query string. */
struct param {
    struct str name, value;
};
struct rest {
    struct param p[8]; /* without the "f." */
    size_t n;
};

struct record;
struct field {
    const char *name;
    struct str key; /* `,"name":` as answers write it; made by FIELD; absent: from the name */
    enum field_type type;
    size_t offset;
    int64_t min, max; /* max 0: the type's default (text 200, lists 1,000, numbers int64) */
    unsigned flags;
    const char *const *choices; /* NULL-terminated */
    const struct record *record;
    const char *zh, *en; /* label */
};
struct record {
    const char *name;
    size_t size;
    const struct field *fields;
    size_t n;
};

/* A member's name, and the same as answers write it. */
#define FIELD_NAME(member) .name = #member, .key = { ",\"" #member "\":", sizeof #member + 3 }
#define FIELD(struct_name, member, field_type_, ...)                                               \
    {                                                                                              \
        FIELD_NAME(member), .type = field_type_, .offset = offsetof(struct struct_name, member),   \
        __VA_ARGS__                                                                                \
    }
#define RECORD(struct_name)                                                                        \
    static const struct record struct_name##_record = {                                            \
        #struct_name, sizeof(struct struct_name), struct_name##_fields,                            \
        sizeof struct_name##_fields / sizeof *struct_name##_fields                                 \
    }


/* Decodes and checks into a new struct in a. body may be NULL (reads). Unknown fields, wrong types,
 * out-of-range values: *e names the field (for lists "rows[3].name"). NULL on error. Query string
 * parameters fill fields by name: ids, numbers, "1"/"true", lists by commas. */
void *record_decode(struct arena *a, const struct record *r, const struct jv *body,
                    const struct param *params, size_t n_params, struct err *e);
/* Writes one value as a JSON object. */
void record_encode(struct jw *w, const struct record *r, const void *value);
/* The same without FIELD_SECRET members: what trace and log may hold. */
void record_encode_public(struct jw *w, const struct record *r, const void *value);
/* Its JSON schema (OpenAPI 3.1). input: required and limits are those of input, records inside are
 * written out; else what it promises as an answer, with references to the records inside. */
void record_schema(struct jw *w, const struct record *r, bool input);
/* {"$ref": …} to the component of that name. */
void record_schema_ref(struct jw *w, const struct record *r);
/* One field of an answer. */
void record_schema_field(struct jw *w, const struct field *f);

#endif
