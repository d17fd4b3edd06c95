/* 台账: the register of a module in one unit, newest first, or by a list field in the order of its
 * values; and the same as a file (desk/export.h). Pages are walked along an index: by unit, by state, by
 * the key of a field, or along one's own matters; further filters are looked up row by row. */
#include "base/clock.h"
#include "base/id.h"
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_form_in.h"
#include "desk/export.h"
#include "org/org.h"

#define FILTERS 3

static const char *const states[] = { "running", "done", "rejected", "void", "suspended", NULL };

struct register_in {
    struct str key, state, from, to, after;
    int64_t unit_id, limit;
    bool mine;
    struct rest f;
};
static const struct field register_in_fields[] = {
    FIELD(register_in, key, F_TEXT, .max = 40, .flags = FIELD_PATH, .zh = "业务", .en = "module"),
    FIELD(register_in, unit_id, F_ID, .zh = "单位", .en = "unit"),
    FIELD(register_in, mine, F_BOOL, .zh = "只看本人发起", .en = "one's own alone"),
    FIELD(register_in, state, F_CHOICE, .choices = states, .zh = "状态", .en = "state"),
    FIELD(register_in, from, F_DAY, .zh = "起始日期", .en = "from"),
    FIELD(register_in, to, F_DAY, .zh = "截止日期", .en = "until"),
    FIELD(register_in, f, F_REST, .zh = "按字段筛选", .en = "by a field: value, or from..to"),
    FIELD(register_in, after, F_TEXT, .max = 100, .zh = "继续", .en = "cursor"),
    FIELD(register_in, limit, F_I64, .min = 0, .max = 100, .zh = "每页", .en = "page size"),
};
RECORD(register_in);

/* One filter as a span of keys. */
struct span {
    struct str field, lo, hi;
    bool is_one; /* lo and hi are one key: newest first inside it */
};

struct query_of {
    const struct definition *d;
    int64_t unit_id;
    bool is_own;
    struct str state;
    int64_t from_id, to_id;
    struct span span[FILTERS];
    size_t n;
};

/* --- filters -------------------------------------------------------------------------------------------- */

#define LAST "\xF4\x8F\xBF\xBF" /* behind every text */

static bool bad_filter(struct ctx *cx, const struct param *p)
{
    const char *name = arena_printf(cx->a, "f.%.*s", STR_ARG(p->name));
    return fail_arg(cx, ERR_INVALID, "register.filter", name,
                    arena_strndup(cx->a, p->value.p, p->value.n), NULL);
}

static bool span_of(struct ctx *cx, const struct definition *d, const struct param *p,
                    struct span *out)
{
    const struct form_field *f = form_find(d->form->fields, p->name);
    struct str lo = STR_NONE, hi = STR_NONE;
    ptrdiff_t dots = str_find(p->value, STR(".."), 0);
    if (!f || !f->is_list)
        return fail_arg(cx, ERR_INVALID, "input.unknown",
                        arena_printf(cx->a, "f.%.*s", STR_ARG(p->name)),
                        arena_strndup(cx->a, p->name.p, p->name.n), NULL);
    *out = (struct span){ .field = f->name, .lo = STR(""), .hi = STR(LAST) };
    if (dots < 0) {
        if (!form_key_of_text(cx->a, f, p->value, &out->lo))
            return bad_filter(cx, p);
        out->is_one = f->type != FORM_TEXT;
        out->hi = out->is_one ? out->lo
                              : str_printf(cx->a, "%.*s" LAST, STR_ARG(out->lo)); /* begins with */
        return true;
    }
    lo = str_sub(p->value, 0, (size_t)dots);
    hi = str_sub(p->value, (size_t)dots + 2, p->value.n);
    if ((lo.n && !form_key_of_text(cx->a, f, lo, &out->lo)) ||
        (hi.n && !form_key_of_text(cx->a, f, hi, &out->hi)))
        return bad_filter(cx, p);
    if (hi.n && (f->type == FORM_MOMENT || f->type == FORM_MOMENT_RANGE) && hi.n == 10) {
        struct clock_date day; /* the whole last day */
        if (clock_day_parse(hi, &day))
            out->hi = str_printf(cx->a, "%014lld",
                                 (long long)(clock_at(day, 0) + CLOCK_DAY_MS - 1));
    }
    return true;
}

static bool sees_all(struct ctx *cx, const struct definition *d, int64_t unit_id)
{
    static const enum role always[] = { ROLE_DOC_CLERK, ROLE_OFFICE_HEAD, ROLE_UNIT_HEAD,
                                        ROLE_ARCHIVIST };
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (has_role(cx, always[i], unit_id))
            return true;
    for (size_t i = 0; d->form->open_to == FORM_OPEN_ROLES && i < d->form->open_roles.n; i++)
        if (has_role(cx, role_of(d->form->open_roles.p[i]), unit_id))
            return true;
    return d->form->open_to == FORM_OPEN_UNIT;
}

static int64_t unit_asked(struct ctx *cx, int64_t wanted)
{
    for (size_t i = 0; i < cx->actor->n_posts; i++)
        if (!wanted || cx->actor->posts[i].unit_id == wanted)
            return cx->actor->posts[i].unit_id;
    return 0;
}

static bool query_make(struct ctx *cx, const struct register_in *in, struct query_of *q)
{
    struct clock_date day;
    *q = (struct query_of){ .unit_id = unit_asked(cx, in->unit_id), .state = in->state,
                            .to_id = INT64_MAX };
    if (!q->unit_id)
        return fail_not_found(cx);
    q->d = definition_newest(cx, in->key, q->unit_id);
    if (!q->d)
        return false;
    q->is_own = in->mine || !sees_all(cx, q->d, q->unit_id);
    if (in->from.n && clock_day_parse(in->from, &day))
        q->from_id = id_first_at(clock_at(day, 0));
    if (in->to.n && clock_day_parse(in->to, &day))
        q->to_id = id_first_at(clock_at(day, 0) + CLOCK_DAY_MS);
    if (in->f.n > FILTERS)
        return fail_arg(cx, ERR_INVALID, "input.too_many", "f", "筛选", "3");
    for (; q->n < in->f.n; q->n++)
        if (!span_of(cx, q->d, &in->f.p[q->n], &q->span[q->n]))
            return false;
    return true;
}

/* --- rows ------------------------------------------------------------------------------------------------- */

/* The filter to walk along: one value first, then a span. */
static int driver_of(const struct query_of *q)
{
    for (size_t i = 0; i < q->n; i++)
        if (q->span[i].is_one)
            return (int)i;
    return q->n ? 0 : -1;
}

static bool rows_open(struct ctx *cx, struct rows *r, const struct query_of *q, int64_t before,
                      int64_t limit)
{
    struct span rest[FILTERS] = { { .field = STR_NONE } };
    int driver = q->is_own ? -1 : driver_of(q);
    size_t n = 0;
    for (size_t i = 0; i < q->n; i++)
        if ((int)i != driver)
            rest[n++] = q->span[i];
    if (before > q->to_id)
        before = q->to_id;
    if (q->is_own)
        return db_rows(cx->db, r, &q_register_own, cx->actor->person_id, q->d->key, q->from_id,
                       before, q->state, q->unit_id, rest[0].field, rest[0].lo, rest[0].hi,
                       rest[1].field, rest[1].lo, rest[1].hi, rest[2].field, rest[2].lo,
                       rest[2].hi, limit);
    if (driver < 0)
        return db_rows(cx->db, r, q->state.p ? &q_register_state : &q_register_unit, q->unit_id,
                       q->d->key, q->from_id, before, q->state, rest[0].field, rest[0].lo,
                       rest[0].hi, rest[1].field, rest[1].lo, rest[1].hi, rest[2].field,
                       rest[2].lo, rest[2].hi, limit);
    const struct span *s = &q->span[driver];
    if (s->is_one)
        return db_rows(cx->db, r, &q_register_value, q->unit_id, q->d->key, s->field, s->lo,
                       q->from_id, before, q->state, rest[0].field, rest[0].lo, rest[0].hi,
                       rest[1].field, rest[1].lo, rest[1].hi, limit);
    /* the position inside the span: the key of the row that the page before ended with */
    struct str at = s->hi;
    int64_t last = before == q->to_id ? INT64_MAX : before;
    if (last != INT64_MAX) {
        struct rows k;
        if (db_get(cx->db, &k, &q_value_key, before, s->field) == 1)
            at = row_copy(&k, 0, cx->a);
        rows_end(&k);
    }
    return db_rows(cx->db, r, &q_register_span, q->unit_id, q->d->key, s->field, s->lo, at, last,
                   q->from_id, q->to_id, q->state, rest[0].field, rest[0].lo, rest[0].hi,
                   rest[1].field, rest[1].lo, rest[1].hi, limit);
}

struct register_row {
    struct matter m;
    struct str starter;
    struct form_values values;
};

static void row_read(struct ctx *cx, struct rows *r, const struct definition *d,
                     struct register_row *out)
{
    struct str body = row_copy(r, 9, cx->a);
    *out = (struct register_row){
        .m = { .id = row_i64(r, 0), .title = row_copy(r, 1, cx->a),
               .number = row_copy(r, 2, cx->a), .urgency = row_copy(r, 3, cx->a),
               .state = row_copy(r, 4, cx->a), .started_at = row_i64(r, 5),
               .closed_at = row_i64(r, 6), .starter_person = row_i64(r, 7),
               .unit_id = row_i64(r, 10), .module = d->key, .definition_id = d->id,
               .label = row_copy(r, 11, cx->a) },
        .starter = row_copy(r, 8, cx->a),
        .values = form_values_of(cx->a, d->form->fields,
                                 body.n ? jv_parse(cx->a, body, NULL, NULL) : NULL),
    };
}

/* Fields of the register's columns and of lists. */
static bool is_shown(const struct definition *d, const struct form_field *f)
{
    for (size_t i = 0; i < d->form->columns.n; i++)
        if (str_eq(d->form->columns.p[i], f->name))
            return true;
    return f->is_list;
}

static void row_write(struct ctx *cx, struct jw *w, const struct definition *d,
                      const struct register_row *row)
{
    struct form_fields fields = d->form->fields;
    jw_obj(w);
    jw_kid(w, "matter_id", row->m.id);
    jw_kstr(w, "title", row->m.title);
    jw_kstr(w, "number", row->m.number);
    jw_kstr(w, "urgency", row->m.urgency);
    jw_kstr(w, "label", row->m.label);
    jw_kstr(w, "state", row->m.state);
    jw_kstr(w, "starter", row->starter);
    jw_ki64(w, "started_at", row->m.started_at);
    jw_key(w, "closed_at");
    if (row->m.closed_at)
        jw_i64(w, row->m.closed_at);
    else
        jw_null(w);
    bool is_own = cx->actor && row->m.starter_person == cx->actor->person_id;
    jw_kobj(w, "values");
    for (size_t i = 0; i < fields.n; i++) {
        const struct jv *v = row->values.v[i];
        if (!is_shown(d, &fields.p[i]) || !v)
            continue;
        jw_key_str(w, fields.p[i].name);
        if (fields.p[i].pattern == FORM_ID_CARD && !is_own)
            jw_str(w, form_masked(cx->a, &fields.p[i], jv_str(v)));
        else
            jw_raw(w, jv_compact(cx->a, v));
    }
    jw_obj_end(w);
    jw_kobj(w, "words"); /* the same as people read them */
    for (size_t i = 0; i < fields.n; i++)
        if (is_shown(d, &fields.p[i]) && row->values.v[i]) {
            jw_key_str(w, fields.p[i].name);
            jw_str(w, form_words_of(cx, &fields.p[i], row->values.v[i]));
        }
    for (size_t i = 0; i < d->form->columns.n; i++)
        if (str_is(d->form->columns.p[i], "retention"))
            jw_kstr(w, "retention", builtin_words(cx, &row->m, STR("retention")));
    jw_obj_end(w);
    jw_obj_end(w);
}

static bool run_register(struct ctx *cx, const void *input, struct jw *w)
{
    const struct register_in *in = input;
    struct query_of q;
    int64_t before = INT64_MAX, limit = in->limit > 0 ? in->limit : 50;
    if (!query_make(cx, in, &q) || !cursor_read(cx, in->after, &before, NULL, NULL))
        return false;
    struct register_row *list = arena_array_of(cx->a, struct register_row, (size_t)limit + 1);
    struct rows r;
    int64_t n = 0;
    bool more = false;
    for (rows_open(cx, &r, &q, before, limit + 1); rows_next(&r);) {
        more = n == limit;
        if (more)
            break;
        row_read(cx, &r, q.d, &list[n++]);
    }
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    answer_rows(w); /* words ask for names: only now, with the page's rows closed */
    for (int64_t i = 0; i < n; i++)
        row_write(cx, w, q.d, &list[i]);
    answer_rows_end(w, more ? cursor_text(cx, list[n - 1].m.id, 0, 0) : STR_NONE);
    return cx->err.kind == ERR_NONE;
}

/* --- as a file ------------------------------------------------------------------------------------------------ */

static void filter_rest(struct ctx *cx, const struct register_ask *ask, struct rest *out)
{
    struct str key;
    const struct jv *v;
    for (const void *it = NULL; (it = jv_next(ask->filter, it, &key, &v));)
        if (str_starts(key, STR("f.")) && out->n < FILTERS && jv_str(v).p)
            out->p[out->n++] =
                (struct param){ str_copy(cx->a, str_sub(key, 2, key.n)), jv_str(v) };
}

static struct str cell_of(struct ctx *cx, const struct definition *d,
                          const struct register_row *row, struct str column)
{
    const struct form_field *f = form_find(d->form->fields, column);
    if (!f && str_is(column, "starter"))
        return row->starter.p ? row->starter : STR("");
    return f ? form_words_of(cx, f, row->values.v[f->index]) : builtin_words(cx, &row->m, column);
}

#define PART 200

static bool send_part(struct ctx *cx, const struct register_ask *ask, const struct query_of *q,
                      struct form_texts columns, int64_t *before, bool *more)
{
    struct register_row *list = arena_array_of(cx->a, struct register_row, PART);
    struct rows r;
    size_t n = 0;
    for (rows_open(cx, &r, q, *before, PART); n < PART && rows_next(&r); n++)
        row_read(cx, &r, q->d, &list[n]);
    rows_end(&r);
    *more = n == PART;
    for (size_t i = 0; i < n; i++) {
        struct str *cells = arena_array_of(cx->a, struct str, columns.n);
        for (size_t c = 0; c < columns.n; c++)
            cells[c] = cell_of(cx, q->d, &list[i], columns.p[c]);
        *before = list[i].m.id;
        if (!ask->sink->row(ask->sink, cells, columns.n)) {
            *more = false;
            break;
        }
    }
    return !rows_failed(&r) && cx->err.kind == ERR_NONE;
}

static bool on_rows(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    static const struct str plain[] = { { "number", 6 }, { "title", 5 }, { "starter", 7 },
                                        { "state", 5 }, { "started_at", 10 } };
    const struct register_ask *ask = detail;
    struct register_column columns[40];
    struct query_of q;
    (void)event;
    (void)subject;
    if (!str_starts(ask->name, STR("module:")))
        return true;
    struct str mine = register_text(ask, "mine");
    struct register_in in = {
        .key = str_sub(ask->name, 7, ask->name.n), .unit_id = register_number(ask, "unit_id"),
        .from = register_text(ask, "from"), .to = register_text(ask, "to"),
        .mine = str_is(mine, "1") || str_is(mine, "true"),
    };
    struct str state = register_text(ask, "state");
    in.state = state.n ? state : STR_NONE;
    filter_rest(cx, ask, &in.f);
    if (!query_make(cx, &in, &q))
        return false;
    struct form_texts names = q.d->form->columns;
    if (names.n == 0)
        names = (struct form_texts){ plain, sizeof plain / sizeof *plain };
    if (names.n > 40)
        names.n = 40;
    for (size_t i = 0; i < names.n; i++) {
        const struct form_field *f = form_find(q.d->form->fields, names.p[i]);
        struct str zh = f ? f->label : builtin_label(names.p[i], LANG_ZH);
        struct str en = f && f->label_en.n ? f->label_en : f ? f->label
                                                             : builtin_label(names.p[i], LANG_EN);
        columns[i] = (struct register_column){ arena_strndup(cx->a, zh.p, zh.n),
                                               arena_strndup(cx->a, en.p, en.n),
                                               str_is(names.p[i], "title") ? 50 : 20 };
    }
    ask->sink->columns(ask->sink, columns, names.n);
    int64_t before = INT64_MAX;
    bool more = true;
    while (more) {
        struct arena_mark mark = arena_mark(cx->a);
        if (!send_part(cx, ask, &q, names, &before, &more))
            return false;
        arena_reset(cx->a, mark);
    }
    return true;
}

/* --- the words of forms in search -------------------------------------------------------------------------- */

/* The index has all; a person is told only what everybody who sees the matter may read of its form, and
 * nothing of the form of a matter that is not theirs: a receiver finds by the sender's text. */
static bool on_text(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    struct buf *b = (struct buf *)(uintptr_t)detail; /* the asker's, to be added to */
    struct matter m;
    struct matter_form stored;
    (void)event;
    if (matter_find(cx, matter_id, &m) != 1)
        return cx->err.kind == ERR_NONE;
    const struct definition *d = definition_load(cx, m.definition_id);
    if (!d || d->form->fields.n == 0)
        return d != NULL;
    if (!matter_can_see(cx, matter_id))
        return cx->err.kind == ERR_NONE;
    if (matter_form_find(cx, matter_id, d, &stored) < 0)
        return false;
    const uint8_t *right =
        form_reader_rights(cx, &m, d, form_rights(cx->a, d->form, STR_NONE, false));
    for (size_t i = 0; i < d->form->fields.n; i++) {
        const struct form_field *f = &d->form->fields.p[i];
        if (!stored.values.v[i] || f->pattern == FORM_ID_CARD ||
            (!cx->is_system && right[i] & FORM_HIDE))
            continue;
        buf_str(b, form_words(cx->a, f, stored.values.v[i], false));
        buf_char(b, '\n');
    }
    return true;
}

static const struct read reads[] = {
    { "module.register", "/modules/{key}/matters", PERM_LOGIN, &register_in_record,
      &register_row_answer_record, true, run_register, "业务台账", "The register of a module", 0 },
};

static const struct handler handlers[] = {
    { "register.rows", on_rows },
    { "search.text", on_text },
};

const struct room desk_register_room = { "desk", NULL, 0, ROOM_TABLE(reads), ROOM_TABLE(handlers),
                                         NULL, NULL };
