#include "base/json.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/check.h"

/* --- out ------------------------------------------------------------------------------------ */

struct jw jw_to(struct buf *out)
{
    return (struct jw){ .out = out };
}

static void comma(struct jw *w)
{
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    uint64_t bit = UINT64_C(1) << w->depth;
    if (w->has_member & bit)
        buf_char(w->out, ',');
    w->has_member |= bit;
}

static void open(struct jw *w, char c)
{
    comma(w);
    buf_char(w->out, c);
    CHECK(w->depth < 63);
    w->depth++;
    w->has_member &= ~(UINT64_C(1) << w->depth);
}

static void close(struct jw *w, char c)
{
    CHECK(w->depth > 0 && !w->after_key);
    w->depth--;
    buf_char(w->out, c);
}

void jw_obj(struct jw *w)
{
    open(w, '{');
}

void jw_obj_end(struct jw *w)
{
    close(w, '}');
}

void jw_arr(struct jw *w)
{
    open(w, '[');
}

void jw_arr_end(struct jw *w)
{
    close(w, ']');
}

/* 1: must be escaped. Also "<", so that a text can never end a script element. */
static const unsigned char special[256] = {
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    ['"'] = 1, ['\\'] = 1, ['<'] = 1, [0x7f] = 1,
};

static void escaped(struct buf *b, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    if (c == '"' || c == '\\') {
        char esc[2] = { '\\', (char)c };
        buf_put(b, esc, 2);
    } else if (c == '\n') {
        buf_put(b, "\\n", 2);
    } else {
        char esc[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
        buf_put(b, esc, 6);
    }
}

/* Sixteen bytes at once; the compiler makes of it what the machine has. */
typedef unsigned char bytes16 __attribute__((vector_size(16)));

static bool has_special(const char *p)
{
    bytes16 v;
    uint64_t half[2];
    memcpy(&v, p, sizeof v);
    bytes16 bad = (bytes16)(v < 0x20) | (bytes16)(v == '"') | (bytes16)(v == '\\') |
                  (bytes16)(v == '<') | (bytes16)(v == 0x7f);
    memcpy(half, &bad, sizeof half);
    return half[0] | half[1];
}

static void quoted(struct buf *b, struct str s)
{
    size_t from = 0, i = 0;
    buf_reserve(b, s.n + 2); /* enough where nothing needs escaping */
    b->p[b->n++] = '"';
    while (i < s.n) {
        if (s.n >= 16) { /* the last piece overlaps the one before */
            size_t at = s.n - i >= 16 ? i : s.n - 16;
            if (!has_special(s.p + at)) {
                i = at + 16;
                continue;
            }
        }
        for (size_t end = s.n - i > 16 ? i + 16 : s.n; i < end; i++) {
            if (!special[(unsigned char)s.p[i]])
                continue;
            buf_put(b, s.p + from, i - from);
            from = i + 1;
            escaped(b, (unsigned char)s.p[i]);
        }
    }
    buf_put(b, s.p + from, s.n - from);
    buf_char(b, '"');
}

void jw_key_str(struct jw *w, struct str key)
{
    CHECK(!w->after_key);
    comma(w);
    quoted(w->out, key);
    buf_char(w->out, ':');
    w->after_key = true;
}

/* Keys of our own need no escaping. */
void jw_key(struct jw *w, const char *key)
{
    size_t n = strlen(key);
    CHECK(!w->after_key);
    comma(w);
    buf_reserve(w->out, n + 3);
    buf_char(w->out, '"');
    buf_put(w->out, key, n);
    buf_put(w->out, "\":", 2);
    w->after_key = true;
}

void jw_key_made(struct jw *w, struct str made)
{
    uint64_t bit = UINT64_C(1) << w->depth;
    size_t skip = w->has_member & bit ? 0 : 1;
    CHECK(!w->after_key);
    w->has_member |= bit;
    buf_put(w->out, made.p + skip, made.n - skip);
    w->after_key = true;
}

void jw_str(struct jw *w, struct str s)
{
    comma(w);
    if (s.p)
        quoted(w->out, s);
    else
        buf_put(w->out, "null", 4);
}

void jw_text(struct jw *w, const char *s)
{
    jw_str(w, str_of(s));
}

void jw_i64(struct jw *w, int64_t v)
{
    comma(w);
    buf_i64(w->out, v);
}

void jw_id(struct jw *w, int64_t id)
{
    comma(w);
    if (id == 0) {
        buf_put(w->out, "null", 4);
        return;
    }
    buf_char(w->out, '"');
    buf_i64(w->out, id);
    buf_char(w->out, '"');
}

void jw_bool(struct jw *w, bool v)
{
    comma(w);
    buf_text(w->out, v ? "true" : "false");
}

void jw_null(struct jw *w)
{
    comma(w);
    buf_put(w->out, "null", 4);
}

void jw_raw(struct jw *w, struct str json)
{
    comma(w);
    if (json.n)
        buf_str(w->out, json);
    else
        buf_put(w->out, "null", 4);
}

void jw_kstr(struct jw *w, const char *key, struct str s)
{
    jw_key(w, key);
    jw_str(w, s);
}

void jw_ktext(struct jw *w, const char *key, const char *s)
{
    jw_key(w, key);
    jw_text(w, s);
}

void jw_ki64(struct jw *w, const char *key, int64_t v)
{
    jw_key(w, key);
    jw_i64(w, v);
}

void jw_kid(struct jw *w, const char *key, int64_t id)
{
    jw_key(w, key);
    jw_id(w, id);
}

void jw_kbool(struct jw *w, const char *key, bool v)
{
    jw_key(w, key);
    jw_bool(w, v);
}

void jw_knull(struct jw *w, const char *key)
{
    jw_key(w, key);
    jw_null(w);
}

void jw_kraw(struct jw *w, const char *key, struct str json)
{
    jw_key(w, key);
    jw_raw(w, json);
}

void jw_kobj(struct jw *w, const char *key)
{
    jw_key(w, key);
    jw_obj(w);
}

void jw_karr(struct jw *w, const char *key)
{
    jw_key(w, key);
    jw_arr(w);
}

/* --- in ------------------------------------------------------------------------------------- */

static json_t *of(const struct jv *j)
{
    return (json_t *)(uintptr_t)j;
}

static bool too_deep(json_t *j, int depth)
{
    if (depth > 64)
        return true;
    size_t i;
    const char *key;
    json_t *v;
    if (json_is_array(j)) {
        json_array_foreach(j, i, v)
            if (too_deep(v, depth + 1))
                return true;
    } else if (json_is_object(j)) {
        json_object_foreach(j, key, v)
            if (too_deep(v, depth + 1))
                return true;
    }
    return false;
}

static void drop(void *arg)
{
    json_decref(arg);
}

const struct jv *jv_parse(struct arena *a, struct str text, int *line, const char **what)
{
    json_error_t e;
    json_t *j = json_loadb(text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
    if (j && too_deep(j, 0)) {
        json_decref(j);
        j = NULL;
        e.line = 1;
        (void)snprintf(e.text, sizeof e.text, "nested too deeply"); /* shorter than the field */
    }
    if (!j) {
        if (line)
            *line = e.line;
        if (what)
            *what = arena_strdup(a, e.text);
        return NULL;
    }
    arena_on_clean(a, drop, j);
    return (const struct jv *)(const void *)j;
}

enum jv_kind jv_kind(const struct jv *j)
{
    if (!j)
        return JV_NULL;
    switch (json_typeof(of(j))) {
    case JSON_OBJECT: return JV_OBJECT;
    case JSON_ARRAY: return JV_ARRAY;
    case JSON_STRING: return JV_STRING;
    case JSON_INTEGER: return JV_INT;
    case JSON_REAL: return JV_REAL;
    case JSON_TRUE:
    case JSON_FALSE: return JV_BOOL;
    case JSON_NULL: break;
    }
    return JV_NULL;
}

struct str jv_str(const struct jv *j)
{
    if (!j || !json_is_string(of(j)))
        return STR_NONE;
    return (struct str){ json_string_value(of(j)), json_string_length(of(j)) };
}

int64_t jv_i64(const struct jv *j)
{
    return j ? json_integer_value(of(j)) : 0;
}

double jv_real(const struct jv *j)
{
    return j ? json_number_value(of(j)) : 0;
}

bool jv_bool(const struct jv *j)
{
    return j && json_is_true(of(j));
}

bool jv_as_i64(const struct jv *j, int64_t *out)
{
    if (jv_kind(j) == JV_INT) {
        *out = jv_i64(j);
        return true;
    }
    return jv_kind(j) == JV_STRING && str_to_i64(jv_str(j), out);
}

size_t jv_size(const struct jv *j)
{
    if (!j)
        return 0;
    return json_is_array(of(j)) ? json_array_size(of(j)) : json_object_size(of(j));
}

const struct jv *jv_at(const struct jv *array, size_t i)
{
    return array ? (const void *)json_array_get(of(array), i) : NULL;
}

const struct jv *jv_get(const struct jv *object, const char *key)
{
    return object ? (const void *)json_object_get(of(object), key) : NULL;
}

const void *jv_next(const struct jv *object, const void *iter, struct str *key,
                      const struct jv **value)
{
    if (!object)
        return NULL;
    void *i = iter ? json_object_iter_next(of(object), (void *)(uintptr_t)iter)
                   : json_object_iter(of(object));
    if (!i)
        return NULL;
    *key = (struct str){ json_object_iter_key(i), strlen(json_object_iter_key(i)) };
    *value = (const void *)json_object_iter_value(i);
    return i;
}

static struct str dump(struct arena *a, const struct jv *j, size_t flags)
{
    char *s = json_dumps(of(j), flags | JSON_ENCODE_ANY);
    CHECK(s);
    struct str out = str_copy(a, str_of(s));
    free(s);
    return out;
}

struct str jv_canonical(struct arena *a, const struct jv *j)
{
    return dump(a, j, JSON_COMPACT | JSON_SORT_KEYS);
}

struct str jv_compact(struct arena *a, const struct jv *j)
{
    return dump(a, j, JSON_COMPACT);
}

struct str jv_indented(struct arena *a, const struct jv *j)
{
    return dump(a, j, JSON_INDENT(2));
}
