#include "core/record.h"

#include "base/check.h"
#include "base/clock.h"

#define TEXT_DEFAULT 200
#define LIST_DEFAULT 1000
#define JSON_DEFAULT 65536

static void *member(void *value, const struct field *f)
{
    return (char *)value + f->offset;
}

static const void *member_of(const void *value, const struct field *f)
{
    return (const char *)value + f->offset;
}

/* --- decoding ---------------------------------------------------------------------------------- */

struct decoder {
    struct arena *a;
    struct err *e;
    struct str where; /* "rows[3]." */
};

static bool refuse(struct decoder *d, const struct field *f, const char *code, int64_t limit)
{
    struct str name = str_printf(d->a, "%.*s%s", STR_ARG(d->where), f->name);
    const char *n = limit ? arena_printf(d->a, "%lld", (long long)limit) : NULL;
    return err_set(d->e, d->a, ERR_INVALID, code, name.p, f->zh ? f->zh : f->name, n,
                   f->en ? f->en : f->name);
}

static int64_t limit_of(const struct field *f, int64_t otherwise)
{
    return f->max ? f->max : otherwise;
}

static bool has_control(struct str s, bool lines)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < 0x20 && !(lines && (c == '\n' || c == '\t'))) || c == 0x7f)
            return true;
    }
    return false;
}

static struct str without_cr(struct arena *a, struct str s)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\r')
            buf_char(&b, s.p[i]);
    return buf_done(&b);
}

static bool take_text(struct decoder *d, const struct field *f, struct str s, struct str *out)
{
    if (f->flags & FIELD_LINES && s.n && memchr(s.p, '\r', s.n))
        s = without_cr(d->a, s);
    if (!(f->flags & FIELD_SECRET))
        s = str_trim(s);
    if (!utf8_valid(s) || has_control(s, f->flags & FIELD_LINES))
        return refuse(d, f, "input.characters", 0);
    int64_t n = (int64_t)utf8_length(s);
    if (n > limit_of(f, TEXT_DEFAULT))
        return refuse(d, f, "input.too_long", limit_of(f, TEXT_DEFAULT));
    if (n == 0 && f->flags & FIELD_REQUIRED)
        return refuse(d, f, "input.required", 0);
    if (n > 0 && n < f->min)
        return refuse(d, f, "input.too_short", f->min);
    *out = str_copy(d->a, s);
    return true;
}

static bool take_day(struct decoder *d, const struct field *f, struct str s, struct str *out)
{
    struct clock_date day;
    if (s.n == 0 && !(f->flags & FIELD_REQUIRED))
        return true;
    if (!clock_day_parse(s, &day))
        return refuse(d, f, "input.day", 0);
    *out = str_copy(d->a, s);
    return true;
}

static bool take_choice(struct decoder *d, const struct field *f, struct str s, struct str *out)
{
    if (s.n == 0 && !(f->flags & FIELD_REQUIRED))
        return true;
    for (const char *const *c = f->choices; *c; c++) {
        if (!str_is(s, *c))
            continue;
        *out = str_of(*c);
        return true;
    }
    return refuse(d, f, "input.choice", 0);
}

static bool take_number(struct decoder *d, const struct field *f, int64_t v, int64_t *out)
{
    if (f->type == F_ID && v <= 0)
        return refuse(d, f, "input.id", 0);
    if ((f->max && v > f->max) || v < f->min)
        return refuse(d, f, "input.range", 0);
    *out = v;
    return true;
}

static bool take_param(struct decoder *d, const struct field *f, struct str s, void *out)
{
    int64_t v;
    switch (f->type) {
    case F_ID:
    case F_I64:
    case F_MOMENT:
        if (!str_to_i64(s, &v))
            return refuse(d, f, f->type == F_ID ? "input.id" : "input.number", 0);
        return take_number(d, f, v, out);
    case F_BOOL:
        *(bool *)out = str_is(s, "1") || str_is(s, "true");
        return *(bool *)out || str_is(s, "0") || str_is(s, "false") || refuse(d, f, "input.bool", 0);
    case F_TEXT: return take_text(d, f, s, out);
    case F_DAY: return take_day(d, f, s, out);
    case F_CHOICE: return take_choice(d, f, s, out);
    case F_IDS: {
        struct ids *ids = out;
        int64_t *p = arena_array_of(d->a, int64_t, s.n / 2 + 1);
        struct str one;
        while (s.n && str_cut(&s, ',', &one))
            if (!str_to_i64(one, &p[ids->n++]))
                return refuse(d, f, "input.id", 0);
        ids->p = p;
        return (int64_t)ids->n <= limit_of(f, LIST_DEFAULT) ||
               refuse(d, f, "input.too_many", limit_of(f, LIST_DEFAULT));
    }
    case F_TEXTS: {
        struct texts *texts = out;
        struct str *p = arena_array_of(d->a, struct str, s.n + 1);
        struct str one;
        while (s.n && str_cut(&s, ',', &one)) {
            if (!utf8_valid(one) || has_control(one, false))
                return refuse(d, f, "input.characters", 0);
            p[texts->n++] = one;
        }
        texts->p = p;
        return (int64_t)texts->n <= limit_of(f, LIST_DEFAULT) ||
               refuse(d, f, "input.too_many", limit_of(f, LIST_DEFAULT));
    }
    default: return refuse(d, f, "input.unknown", 0);
    }
}

static bool decode_object(struct decoder *d, const struct record *r, const struct jv *body,
                          const struct param *params, size_t n_params, void *out);

static bool list_size(struct decoder *d, const struct field *f, const struct jv *j)
{
    if (jv_kind(j) != JV_ARRAY)
        return refuse(d, f, "input.list", 0);
    if ((int64_t)jv_size(j) > limit_of(f, LIST_DEFAULT))
        return refuse(d, f, "input.too_many", limit_of(f, LIST_DEFAULT));
    if ((int64_t)jv_size(j) < f->min || (jv_size(j) == 0 && f->flags & FIELD_REQUIRED))
        return refuse(d, f, "input.too_few", f->min ? f->min : 1);
    return true;
}

static bool take_ids(struct decoder *d, const struct field *f, const struct jv *j, struct ids *out)
{
    if (!list_size(d, f, j))
        return false;
    int64_t *p = arena_array_of(d->a, int64_t, jv_size(j));
    for (size_t i = 0; i < jv_size(j); i++)
        if (!jv_as_i64(jv_at(j, i), &p[i]) || p[i] <= 0)
            return refuse(d, f, "input.id", 0);
    *out = (struct ids){ p, jv_size(j) };
    return true;
}

static bool take_texts(struct decoder *d, const struct field *f, const struct jv *j,
                       struct texts *out)
{
    if (!list_size(d, f, j))
        return false;
    struct str *p = arena_array_of(d->a, struct str, jv_size(j));
    const struct field one = { .name = f->name, .zh = f->zh, .en = f->en };
    for (size_t i = 0; i < jv_size(j); i++) {
        if (jv_kind(jv_at(j, i)) != JV_STRING)
            return refuse(d, f, "input.text", 0);
        if (!take_text(d, &one, jv_str(jv_at(j, i)), &p[i]))
            return false;
    }
    *out = (struct texts){ p, jv_size(j) };
    return true;
}

static bool take_records(struct decoder *d, const struct field *f, const struct jv *j,
                         struct list *out)
{
    if (!list_size(d, f, j))
        return false;
    *out = (struct list){ arena_alloc_array(d->a, jv_size(j), f->record->size), jv_size(j) };
    struct str where = d->where;
    for (size_t i = 0; i < out->n; i++) {
        d->where = str_printf(d->a, "%.*s%s[%zu].", STR_ARG(where), f->name, i);
        if (!decode_object(d, f->record, jv_at(j, i), NULL, 0,
                           (char *)out->p + i * f->record->size))
            return false;
    }
    d->where = where;
    return true;
}

static bool take_record(struct decoder *d, const struct field *f, const struct jv *j, void *out)
{
    struct str where = d->where;
    d->where = str_printf(d->a, "%.*s%s.", STR_ARG(where), f->name);
    bool good = decode_object(d, f->record, j, NULL, 0, out);
    d->where = where;
    return good;
}

static bool take_json(struct decoder *d, const struct field *f, const struct jv *j, void *out)
{
    if ((int64_t)jv_compact(d->a, j).n > limit_of(f, JSON_DEFAULT))
        return refuse(d, f, "input.too_long", limit_of(f, JSON_DEFAULT));
    *(const struct jv **)out = j;
    return true;
}

static bool take_value(struct decoder *d, const struct field *f, const struct jv *j, void *out)
{
    int64_t v = 0;
    switch (f->type) {
    case F_ID:
        if (!jv_as_i64(j, &v))
            return refuse(d, f, "input.id", 0);
        return take_number(d, f, v, out);
    case F_I64:
    case F_MOMENT:
        if (jv_kind(j) != JV_INT)
            return refuse(d, f, "input.number", 0);
        return take_number(d, f, jv_i64(j), out);
    case F_BOOL:
        *(bool *)out = jv_bool(j);
        return jv_kind(j) == JV_BOOL || refuse(d, f, "input.bool", 0);
    case F_TEXT:
    case F_DAY:
    case F_CHOICE:
        if (jv_kind(j) != JV_STRING)
            return refuse(d, f, "input.text", 0);
        return take_param(d, f, jv_str(j), out);
    case F_IDS: return take_ids(d, f, j, out);
    case F_TEXTS: return take_texts(d, f, j, out);
    case F_RECORD: return take_record(d, f, j, out);
    case F_RECORDS: return take_records(d, f, j, out);
    case F_JSON: return take_json(d, f, j, out);
    case F_REST: return refuse(d, f, "input.unknown", 0);
    }
    return false;
}

static const struct field *field_find(const struct record *r, struct str name)
{
    for (size_t i = 0; i < r->n; i++)
        if (str_is(name, r->fields[i].name))
            return &r->fields[i];
    return NULL;
}

static bool refuse_unknown(struct decoder *d, struct str name)
{
    const struct field unknown = { .name = arena_strndup(d->a, name.p, name.n) };
    return refuse(d, &unknown, "input.unknown", 0);
}

/* A filter by a name of the thing's own ("f.amount"), when the record takes such. */
static bool take_rest(struct decoder *d, const struct record *r, const struct param *p, void *out)
{
    const struct field *f = NULL;
    for (size_t i = 0; i < r->n; i++)
        if (r->fields[i].type == F_REST)
            f = &r->fields[i];
    struct rest *rest = f ? member(out, f) : NULL;
    if (!f || !str_starts(p->name, STR("f.")) || p->name.n == 2)
        return refuse_unknown(d, p->name);
    const struct field one = { .name = arena_strndup(d->a, p->name.p, p->name.n), .type = F_TEXT };
    if (rest->n == sizeof rest->p / sizeof *rest->p)
        return refuse(d, &one, "input.too_many", sizeof rest->p / sizeof *rest->p);
    rest->p[rest->n].name = str_sub(p->name, 2, p->name.n);
    return take_text(d, &one, p->value, &rest->p[rest->n++].value);
}

static bool decode_object(struct decoder *d, const struct record *r, const struct jv *body,
                          const struct param *params, size_t n_params, void *out)
{
    uint64_t seen = 0;
    CHECK(r->n <= 64);
    if (body && jv_kind(body) != JV_OBJECT) {
        const struct field whole = { .name = "body" };
        return refuse(d, &whole, "input.object", 0);
    }
    for (size_t i = 0; i < n_params; i++) {
        const struct field *f = field_find(r, params[i].name);
        if (!f && !body) {
            if (!take_rest(d, r, &params[i], out))
                return false;
            continue;
        }
        if (!f || f->type == F_REST || (body && !(f->flags & FIELD_PATH)))
            return refuse_unknown(d, params[i].name);
        if (seen & UINT64_C(1) << (f - r->fields))
            return refuse(d, f, "input.twice", 0);
        seen |= UINT64_C(1) << (f - r->fields);
        if (!take_param(d, f, params[i].value, member(out, f)))
            return false;
    }
    struct str key;
    const struct jv *value;
    for (const void *it = jv_next(body, NULL, &key, &value); it;
         it = jv_next(body, it, &key, &value)) {
        const struct field *f = field_find(r, key);
        if (!f || (f->flags & FIELD_PATH && n_params))
            return refuse_unknown(d, key);
        if (jv_kind(value) == JV_NULL)
            continue;
        seen |= UINT64_C(1) << (f - r->fields);
        if (!take_value(d, f, value, member(out, f)))
            return false;
    }
    for (size_t i = 0; i < r->n; i++)
        if (r->fields[i].flags & (FIELD_REQUIRED | FIELD_PATH) && !(seen & UINT64_C(1) << i))
            return refuse(d, &r->fields[i], "input.required", 0);
    return true;
}

void *record_decode(struct arena *a, const struct record *r, const struct jv *body,
                    const struct param *params, size_t n_params, struct err *e)
{
    static const struct record nothing = { "nothing", 1, NULL, 0 };
    struct decoder d = { a, e, STR("") };
    if (!r)
        r = &nothing;
    void *out = arena_alloc(a, r->size);
    return decode_object(&d, r, body, params, n_params, out) ? out : NULL;
}

/* --- encoding ---------------------------------------------------------------------------------- */

static void encode(struct jw *w, const struct record *r, const void *value, bool public);

static void encode_member(struct jw *w, const struct field *f, const void *p, bool public)
{
    switch (f->type) {
    case F_ID: jw_id(w, *(const int64_t *)p); return;
    case F_I64: jw_i64(w, *(const int64_t *)p); return;
    case F_MOMENT:
        if (*(const int64_t *)p)
            jw_i64(w, *(const int64_t *)p);
        else
            jw_null(w);
        return;
    case F_BOOL: jw_bool(w, *(const bool *)p); return;
    case F_TEXT:
    case F_DAY:
    case F_CHOICE: jw_str(w, *(const struct str *)p); return;
    case F_IDS: {
        const struct ids *ids = p;
        jw_arr(w);
        for (size_t i = 0; i < ids->n; i++)
            jw_id(w, ids->p[i]);
        jw_arr_end(w);
        return;
    }
    case F_TEXTS: {
        const struct texts *texts = p;
        jw_arr(w);
        for (size_t i = 0; i < texts->n; i++)
            jw_str(w, texts->p[i]);
        jw_arr_end(w);
        return;
    }
    case F_RECORD: encode(w, f->record, p, public); return;
    case F_RECORDS: {
        const struct list *l = p;
        jw_arr(w);
        for (size_t i = 0; i < l->n; i++)
            encode(w, f->record, (const char *)l->p + i * f->record->size, public);
        jw_arr_end(w);
        return;
    }
    case F_REST: jw_null(w); return;
    case F_JSON:
        if (public) { /* an input value */
            const struct jv *j = *(const struct jv *const *)p;
            struct arena *a = w->out->a;
            jw_raw(w, j && a ? jv_compact(a, j) : STR_NONE);
            return;
        }
        jw_raw(w, *(const struct str *)p);
        return;
    }
}

static void encode(struct jw *w, const struct record *r, const void *value, bool public)
{
    jw_obj(w);
    for (size_t i = 0; i < r->n; i++) {
        const struct field *f = &r->fields[i];
        if (public && f->flags & FIELD_SECRET)
            continue;
        if (f->key.n)
            jw_key_made(w, f->key);
        else
            jw_key(w, f->name);
        encode_member(w, f, member_of(value, f), public);
    }
    jw_obj_end(w);
}

void record_encode(struct jw *w, const struct record *r, const void *value)
{
    encode(w, r, value, false);
}

void record_encode_public(struct jw *w, const struct record *r, const void *value)
{
    encode(w, r, value, true);
}

/* --- schema ------------------------------------------------------------------------------------- */

static void schema_limits(struct jw *w, const struct field *f, const char *min, const char *max,
                          int64_t otherwise)
{
    if (f->min)
        jw_ki64(w, min, f->min);
    if (f->max || otherwise)
        jw_ki64(w, max, limit_of(f, otherwise));
}

/* May it be null? Input takes null for absent; of answers see FIELD_NULL. */
static bool is_nullable(const struct field *f, bool input)
{
    bool by_type = f->type == F_ID || f->type == F_MOMENT || f->type == F_TEXT ||
                   f->type == F_DAY || f->type == F_CHOICE;
    return by_type ? !(f->flags & (FIELD_REQUIRED | FIELD_PATH)) : !input && f->flags & FIELD_NULL;
}

static void schema_type(struct jw *w, const struct field *f, bool input, const char *type)
{
    if (!is_nullable(f, input)) {
        jw_ktext(w, "type", type);
        return;
    }
    jw_karr(w, "type");
    jw_text(w, type);
    jw_text(w, "null");
    jw_arr_end(w);
}

static void schema_choice(struct jw *w, const struct field *f, bool input)
{
    schema_type(w, f, input, "string");
    jw_karr(w, "enum");
    for (const char *const *c = f->choices; *c; c++)
        jw_text(w, *c);
    if (is_nullable(f, input))
        jw_null(w);
    jw_arr_end(w);
}

static void schema_inner(struct jw *w, const struct field *f, bool input)
{
    if (input)
        record_schema(w, f->record, true);
    else
        record_schema_ref(w, f->record);
}

static void schema_record(struct jw *w, const struct field *f, bool input)
{
    bool nullable = is_nullable(f, input);
    jw_karr(w, nullable ? "anyOf" : "allOf");
    schema_inner(w, f, input);
    if (nullable) {
        jw_obj(w);
        jw_ktext(w, "type", "null");
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

static void schema_list(struct jw *w, const struct field *f, bool input)
{
    schema_type(w, f, input, "array");
    jw_key(w, "items");
    if (f->record) {
        schema_inner(w, f, input);
    } else {
        jw_obj(w);
        jw_ktext(w, "type", "string");
        if (f->type == F_IDS)
            jw_ktext(w, "format", "id");
        jw_obj_end(w);
    }
    if (input)
        schema_limits(w, f, "minItems", "maxItems", LIST_DEFAULT);
}

static void schema_member(struct jw *w, const struct field *f, bool input)
{
    jw_obj(w);
    switch (f->type) {
    case F_ID:
        schema_type(w, f, input, "string");
        jw_ktext(w, "format", "id");
        break;
    case F_I64:
        schema_type(w, f, input, "integer");
        schema_limits(w, f, "minimum", "maximum", 0);
        break;
    case F_MOMENT:
        schema_type(w, f, input, "integer");
        jw_ktext(w, "format", "ms-utc");
        break;
    case F_BOOL: schema_type(w, f, input, "boolean"); break;
    case F_TEXT:
        schema_type(w, f, input, "string");
        if (input)
            schema_limits(w, f, "minLength", "maxLength", TEXT_DEFAULT);
        break;
    case F_DAY:
        schema_type(w, f, input, "string");
        jw_ktext(w, "format", "date");
        break;
    case F_CHOICE: schema_choice(w, f, input); break;
    case F_IDS:
    case F_TEXTS:
    case F_RECORDS: schema_list(w, f, input); break;
    case F_RECORD: schema_record(w, f, input); break;
    case F_JSON:
        if (!input && f->record && f->flags & FIELD_MANY)
            schema_list(w, f, false);
        else if (!input && f->record)
            schema_record(w, f, false);
        break;
    case F_REST: break;
    }
    if (f->zh)
        jw_ktext(w, "title", f->zh);
    if (f->en)
        jw_ktext(w, "description", f->en);
    jw_obj_end(w);
}

void record_schema_field(struct jw *w, const struct field *f)
{
    schema_member(w, f, false);
}

void record_schema_ref(struct jw *w, const struct record *r)
{
    char ref[128];
    CHECK(snprintf(ref, sizeof ref, "#/components/schemas/%s", r->name) < (int)sizeof ref);
    jw_obj(w);
    jw_ktext(w, "$ref", ref);
    jw_obj_end(w);
}

static bool is_always_there(const struct field *f, bool input)
{
    return input ? f->flags & FIELD_REQUIRED && !(f->flags & FIELD_PATH)
                 : !(f->flags & FIELD_OPTIONAL);
}

void record_schema(struct jw *w, const struct record *r, bool input)
{
    jw_obj(w);
    jw_ktext(w, "type", "object");
    jw_kobj(w, "properties");
    for (size_t i = 0; i < r->n; i++) {
        if (input && r->fields[i].flags & FIELD_PATH)
            continue;
        jw_key(w, r->fields[i].name);
        schema_member(w, &r->fields[i], input);
    }
    jw_obj_end(w);
    jw_karr(w, "required");
    for (size_t i = 0; i < r->n; i++)
        if (is_always_there(&r->fields[i], input))
            jw_text(w, r->fields[i].name);
    jw_arr_end(w);
    if (input)
        jw_kbool(w, "additionalProperties", false);
    jw_obj_end(w);
}
