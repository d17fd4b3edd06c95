/* Values in JSON: their types and limits, how they are stored, what they refer to. Each complaint
 * names the field as the page knows it: "form.items.2.amount". */
#include "base/clock.h"
#include "form/form_in.h"

bool form_is_empty(const struct jv *v)
{
    switch (jv_kind(v)) {
    case JV_NULL: return true;
    case JV_STRING: return str_trim(jv_str(v)).n == 0;
    case JV_ARRAY: return jv_size(v) == 0;
    default: return false;
    }
}

struct form_values form_values_of(struct arena *a, struct form_fields fields,
                                  const struct jv *object)
{
    struct form_values v = { arena_array_of(a, const struct jv *, fields.n + 1) };
    for (size_t i = 0; object && i < fields.n; i++) {
        v.v[i] = jv_get(object, arena_strndup(a, fields.p[i].name.p, fields.p[i].name.n));
        if (form_is_empty(v.v[i]))
            v.v[i] = NULL;
    }
    return v;
}

struct str form_values_text(struct arena *a, struct form_fields fields, struct form_values v)
{
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    for (size_t i = 0; i < fields.n; i++)
        if (v.v[i]) {
            jw_key_str(&w, fields.p[i].name);
            jw_raw(&w, jv_canonical(a, v.v[i]));
        }
    jw_obj_end(&w);
    return jv_canonical(a, jv_parse(a, buf_done(&b), NULL, NULL));
}

/* --- complaints --------------------------------------------------------------------------------------- */

void problem_add(struct checking *k, const struct form_field *f, const char *code, struct str path,
                 struct str limit)
{
    struct form_result *out = k->out;
    if (out->problem_n == 200)
        return;
    if (out->problem_n == out->problem_size) {
        size_t size = out->problem_size ? out->problem_size * 2 : 8;
        out->problem = arena_grow(k->a, out->problem, out->problem_size * sizeof *out->problem,
                                  size * sizeof *out->problem);
        out->problem_size = size;
    }
    struct str label = f && f->label.n ? f->label : path;
    struct str label_en = f && f->label_en.n ? f->label_en : label;
    out->problem[out->problem_n++] = (struct form_problem){
        .code = code, .field = path, .label = arena_strndup(k->a, label.p, label.n),
        .limit = limit.p ? arena_strndup(k->a, limit.p, limit.n) : NULL,
        .label_en = arena_strndup(k->a, label_en.p, label_en.n),
    };
}

static void bad(struct checking *k, const struct form_field *f, const char *code, struct str path)
{
    problem_add(k, f, code, path, STR_NONE);
}

static void bad_limit(struct checking *k, const struct form_field *f, const char *code,
                      struct str path, int64_t limit)
{
    problem_add(k, f, code, path, str_printf(k->a, "%lld", (long long)limit));
}

/* --- texts ------------------------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool decimal_good(struct str s, int decimals)
{
    size_t i = s.n && s.p[0] == '-', from = i, whole, part = 0;
    while (i < s.n && is_digit(s.p[i]))
        i++;
    whole = i - from;
    if (i < s.n && s.p[i] == '.') {
        for (i++; i < s.n && is_digit(s.p[i]); i++)
            part++;
        if (part == 0)
            return false;
    }
    bool padded = whole > 1 && s.p[from] == '0';
    return i == s.n && whole >= 1 && whole <= 15 && !padded && (int)part <= decimals;
}

static bool has_control(struct str s, bool lines)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < 0x20 && !(lines && (c == '\n' || c == '\t' || c == '\r'))) || c == 0x7f)
            return true;
    }
    return false;
}

static bool phone_good(struct str s)
{
    size_t digits = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (!is_digit(s.p[i]) && s.p[i] != '-' && s.p[i] != '+' && s.p[i] != ' ')
            return false;
        digits += is_digit(s.p[i]);
    }
    return digits >= 5 && digits <= 15;
}

/* 湘J12345, 湘JD12345: a province, a letter, five or six letters and digits without I and O, the last
 * of which may be 警, 学 and the like. */
static bool plate_good(struct str s)
{
    size_t i = 0, n = 0;
    while (i < s.n) {
        uint32_t c = utf8_next(s, &i);
        bool letter = c >= 'A' && c <= 'Z', digit = c >= '0' && c <= '9';
        if (n == 0 ? !utf8_is_han(c) : n == 1 ? !letter : !letter && !digit && !utf8_is_han(c))
            return false;
        if (n >= 2 && (c == 'I' || c == 'O' || (utf8_is_han(c) && i < s.n)))
            return false;
        n++;
    }
    return n == 7 || n == 8;
}

bool form_is_id_card(struct str s)
{
    static const int weight[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
    static const char check[] = "10X98765432";
    struct clock_date day;
    char on[11];
    int sum = 0;
    if (s.n != 18)
        return false;
    for (size_t i = 0; i < 17; i++) {
        if (!is_digit(s.p[i]))
            return false;
        sum += (s.p[i] - '0') * weight[i];
    }
    (void)snprintf(on, sizeof on, "%.4s-%.2s-%.2s", s.p + 6, s.p + 10, s.p + 12); /* fits exactly */
    return clock_day_parse(str_of(on), &day) && s.p[17] == check[sum % 11];
}

static void check_text(struct checking *k, const struct form_field *f, const struct jv *v,
                       struct str path)
{
    struct str s = jv_str(v);
    if (!s.p) {
        bad(k, f, "input.text", path);
        return;
    }
    if (has_control(s, f->type != FORM_TEXT))
        bad(k, f, "input.characters", path);
    if ((int64_t)utf8_length(s) > f->most)
        bad_limit(k, f, "input.too_long", path, f->most);
    if (f->type == FORM_RICH_TEXT && !html_is_clean(s))
        bad(k, f, "form.html", path);
    bool good = f->pattern == FORM_PHONE     ? phone_good(s)
                : f->pattern == FORM_PLATE   ? plate_good(s)
                : f->pattern == FORM_ID_CARD ? form_is_id_card(s)
                                             : true;
    if (!good)
        bad(k, f, f->pattern == FORM_PHONE   ? "form.phone"
                  : f->pattern == FORM_PLATE ? "form.plate"
                                             : "form.id_card", path);
}

/* --- numbers, days, moments ---------------------------------------------------------------------------- */

static int order_of(struct checking *k, struct str x, struct str y)
{
    int order = 0;
    (void)feel_compare(feel_of_text(k->a, "number", x), feel_of_text(k->a, "number", y),
                       &order); /* both are decimals */
    return order;
}

static void check_number(struct checking *k, const struct form_field *f, const struct jv *v,
                         struct str path)
{
    struct str s = jv_str(v);
    if (!s.p || !decimal_good(s, f->decimals)) {
        if (f->type == FORM_MONEY)
            bad(k, f, "form.money", path);
        else
            bad_limit(k, f, f->decimals ? "form.decimal" : "form.whole", path, f->decimals);
        return;
    }
    if (f->min.p && order_of(k, s, f->min) < 0)
        problem_add(k, f, "form.too_small", path, f->min);
    if (f->max.p && order_of(k, s, f->max) > 0)
        problem_add(k, f, "form.too_great", path, f->max);
}

static bool day_of(const struct jv *v, struct clock_date *out)
{
    return jv_kind(v) == JV_STRING && clock_day_parse(jv_str(v), out);
}

/* The limit an expression gives, as text of a day; STR_NONE: none. */
static struct str limit_day(struct checking *k, const struct feel *e)
{
    if (!e || !k->world)
        return STR_NONE;
    const struct feel_value *v = form_eval(k->a, k->form, *k->values, k->world, e);
    return strcmp(feel_kind(v), "date") == 0 ? feel_text(k->a, v) : STR_NONE;
}

static void check_day(struct checking *k, const struct form_field *f, const struct jv *v,
                      struct str path)
{
    struct clock_date d;
    if (!day_of(v, &d)) {
        bad(k, f, "input.day", path);
        return;
    }
    struct str min = limit_day(k, f->min_on), max = limit_day(k, f->max_on);
    if (min.p && str_cmp(jv_str(v), min) < 0)
        problem_add(k, f, "form.too_early", path, min);
    if (max.p && str_cmp(jv_str(v), max) > 0)
        problem_add(k, f, "form.too_late", path, max);
}

static bool only_from_to(const struct jv *v)
{
    return jv_kind(v) == JV_OBJECT && jv_size(v) == 2 && jv_get(v, "from") && jv_get(v, "to");
}

static void check_days(struct checking *k, const struct form_field *f, const struct jv *v,
                       struct str path)
{
    struct clock_date from, to;
    if (!only_from_to(v) || !day_of(jv_get(v, "from"), &from) || !day_of(jv_get(v, "to"), &to)) {
        bad(k, f, "form.range", path);
        return;
    }
    int64_t days = clock_days(to) - clock_days(from) + 1;
    if (days < 1)
        bad(k, f, "form.range_order", path);
    else if (f->max_days && days > f->max_days)
        bad_limit(k, f, "form.range_days", path, f->max_days);
}

#define MOMENT_MIN INT64_C(0)             /* 1970 */
#define MOMENT_MAX INT64_C(4102444800000) /* 2100 */

static bool moment_good(const struct form_field *f, const struct jv *v)
{
    int64_t step = (f->step_minutes ? f->step_minutes : 1) * CLOCK_MINUTE_MS;
    return jv_kind(v) == JV_INT && jv_i64(v) > MOMENT_MIN && jv_i64(v) < MOMENT_MAX &&
           (jv_i64(v) + CLOCK_SHANGHAI_MS) % step == 0;
}

static void check_moment(struct checking *k, const struct form_field *f, const struct jv *v,
                         struct str path)
{
    if (!moment_good(f, v))
        bad_limit(k, f, "form.moment", path, f->step_minutes);
}

static void check_moments(struct checking *k, const struct form_field *f, const struct jv *v,
                          struct str path)
{
    if (!only_from_to(v) || !moment_good(f, jv_get(v, "from")) ||
        !moment_good(f, jv_get(v, "to"))) {
        bad(k, f, "form.range", path);
        return;
    }
    int64_t ms = jv_i64(jv_get(v, "to")) - jv_i64(jv_get(v, "from"));
    if (ms <= 0)
        bad(k, f, "form.range_order", path);
    else if (f->max_hours && ms > f->max_hours * CLOCK_HOUR_MS)
        bad_limit(k, f, "form.range_hours", path, f->max_hours);
}

static bool time_good(struct str s)
{
    return s.n == 5 && is_digit(s.p[0]) && is_digit(s.p[1]) && s.p[2] == ':' && is_digit(s.p[3]) &&
           is_digit(s.p[4]) && (s.p[0] - '0') * 10 + s.p[1] - '0' < 24 && s.p[3] < '6';
}

/* --- choices and references ------------------------------------------------------------------------------ */

static bool is_option(const struct form_field *f, struct str s)
{
    for (size_t i = 0; i < f->option_n; i++)
        if (str_eq(f->option[i].value, s))
            return true;
    return false;
}

static bool id_good(const struct jv *v)
{
    int64_t id;
    return jv_kind(v) == JV_STRING && jv_as_i64(v, &id) && id > 0;
}

static void check_list(struct checking *k, const struct form_field *f, const struct jv *v,
                       struct str path)
{
    size_t n = jv_size(v);
    if (jv_kind(v) != JV_ARRAY) {
        bad(k, f, "input.list", path);
        return;
    }
    if ((int64_t)n > f->most)
        bad_limit(k, f, "input.too_many", path, f->most);
    for (size_t i = 0; i < n && i < (size_t)f->most; i++) {
        const struct jv *one = jv_at(v, i);
        struct str at = str_printf(k->a, "%.*s.%zu", STR_ARG(path), i);
        bool good = f->type == FORM_CHOICES ? is_option(f, jv_str(one)) : id_good(one);
        if (!good)
            bad(k, f, f->type == FORM_CHOICES ? "input.choice" : "input.id", at);
        for (size_t other = 0; good && other < i; other++)
            if (str_eq(jv_str(jv_at(v, other)), jv_str(one))) {
                bad(k, f, "input.twice", at);
                break;
            }
    }
}

/* --- tables ------------------------------------------------------------------------------------------------- */

static void check_row(struct checking *k, const struct form_field *f, const struct jv *row,
                      struct str path)
{
    struct str key;
    const struct jv *cell;
    if (jv_kind(row) != JV_OBJECT) {
        bad(k, f, "form.row", path);
        return;
    }
    for (const void *it = NULL; (it = jv_next(row, it, &key, &cell));) {
        const struct form_field *c = form_find(f->columns, key);
        struct str at = str_printf(k->a, "%.*s.%.*s", STR_ARG(path), STR_ARG(key));
        if (!c)
            bad(k, NULL, "input.unknown", at);
        else if (!form_is_empty(cell) && !c->compute)
            value_check(k, c, cell, at);
    }
}

static void check_table(struct checking *k, const struct form_field *f, const struct jv *v,
                        struct str path)
{
    size_t n = jv_size(v);
    if (jv_kind(v) != JV_ARRAY) {
        bad(k, f, "input.list", path);
        return;
    }
    if ((int64_t)n > f->most) {
        bad_limit(k, f, "input.too_many", path, f->most);
        n = (size_t)f->most;
    }
    for (size_t i = 0; i < n; i++)
        check_row(k, f, jv_at(v, i), str_printf(k->a, "%.*s.%zu", STR_ARG(path), i));
}

void value_check(struct checking *k, const struct form_field *f, const struct jv *v,
                 struct str path)
{
    switch (f->type) {
    case FORM_TEXT:
    case FORM_LONG_TEXT:
    case FORM_RICH_TEXT: check_text(k, f, v, path); return;
    case FORM_NUMBER:
    case FORM_MONEY: check_number(k, f, v, path); return;
    case FORM_DATE: check_day(k, f, v, path); return;
    case FORM_DATE_RANGE: check_days(k, f, v, path); return;
    case FORM_TIME:
        if (!time_good(jv_str(v)))
            bad(k, f, "form.time", path);
        return;
    case FORM_MOMENT: check_moment(k, f, v, path); return;
    case FORM_MOMENT_RANGE: check_moments(k, f, v, path); return;
    case FORM_CHOICE:
        if (!is_option(f, jv_str(v)))
            bad(k, f, "input.choice", path);
        return;
    case FORM_CHECK:
        if (jv_kind(v) != JV_BOOL)
            bad(k, f, "input.bool", path);
        return;
    case FORM_POST:
    case FORM_UNIT:
    case FORM_THING:
    case FORM_MATTER:
        if (!id_good(v))
            bad(k, f, "input.id", path);
        return;
    case FORM_CHOICES:
    case FORM_POSTS:
    case FORM_UNITS:
    case FORM_ATTACHMENT: check_list(k, f, v, path); return;
    case FORM_TABLE: check_table(k, f, v, path); return;
    case FORM_TYPES: return;
    }
}

/* --- references ------------------------------------------------------------------------------------------------ */

struct refs {
    struct arena *a;
    struct form_ref *p;
    size_t n, size;
};

static void ref_add(struct refs *r, const struct form_field *f, const struct jv *v, struct str path)
{
    int64_t id;
    if (!jv_as_i64(v, &id))
        return;
    if (r->n == r->size) {
        size_t size = r->size ? r->size * 2 : 8;
        r->p = arena_grow(r->a, r->p, r->size * sizeof *r->p, size * sizeof *r->p);
        r->size = size;
    }
    r->p[r->n++] = (struct form_ref){ f, id, path };
}

static void refs_of(struct refs *r, const struct form_field *f, const struct jv *v, struct str path)
{
    switch (f->type) {
    case FORM_POST:
    case FORM_UNIT:
    case FORM_THING:
    case FORM_MATTER: ref_add(r, f, v, path); return;
    case FORM_POSTS:
    case FORM_UNITS:
    case FORM_ATTACHMENT:
        for (size_t i = 0; i < jv_size(v); i++)
            ref_add(r, f, jv_at(v, i), str_printf(r->a, "%.*s.%zu", STR_ARG(path), i));
        return;
    case FORM_TABLE:
        for (size_t i = 0; i < jv_size(v); i++)
            for (size_t c = 0; c < f->columns.n; c++) {
                const struct form_field *col = &f->columns.p[c];
                const char *name = arena_strndup(r->a, col->name.p, col->name.n);
                const struct jv *cell = jv_get(jv_at(v, i), name);
                if (!form_is_empty(cell))
                    refs_of(r, col, cell, str_printf(r->a, "%.*s.%zu.%s", STR_ARG(path), i, name));
            }
        return;
    default: return;
    }
}

const struct form_ref *form_refs(struct arena *a, struct form_fields fields, struct form_values v,
                                 const char *prefix, size_t *n)
{
    struct refs r = { .a = a };
    for (size_t i = 0; i < fields.n; i++)
        if (v.v[i])
            refs_of(&r, &fields.p[i], v.v[i],
                    str_printf(a, "%s.%.*s", prefix, STR_ARG(fields.p[i].name)));
    *n = r.n;
    return r.p;
}
