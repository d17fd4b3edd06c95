/* The list of a unit's categories, and what is in them. */
#include "desk/category.h"

#include "base/id.h"
#include "core/answer.h"
#include "core/small.h"
#include "desk/category.sql.h"
#include "desk/desk.h"

enum { MOST = 200, NAME_MOST = 30 };

struct category {
    int64_t id, unit_id, position, n, retired_at;
    bool for_sent, for_received;
    struct str name;
};

static struct category category_of(struct ctx *cx, struct rows *r)
{
    return (struct category){ .id = row_i64(r, 0), .unit_id = row_i64(r, 1),
                              .name = row_copy(r, 2, cx->a), .position = row_i64(r, 3),
                              .for_sent = row_i64(r, 4), .for_received = row_i64(r, 5),
                              .n = row_i64(r, 6), .retired_at = row_i64(r, 7) };
}

/* --- who may what: in the unit alone, or in the one that answers for it now ------------------------- */

static bool has_any(struct ctx *cx, int64_t unit_id, const enum role *roles, size_t n)
{
    int64_t now = unit_now(cx, unit_id);
    for (size_t i = 0; i < n; i++)
        if (has_role(cx, roles[i], unit_id) || (now && has_role(cx, roles[i], now)))
            return true;
    return false;
}

static bool may_keep(struct ctx *cx, int64_t unit_id)
{
    static const enum role roles[] = { ROLE_UNIT_ADMIN, ROLE_OFFICE_HEAD };
    return has_any(cx, unit_id, roles, sizeof roles / sizeof *roles);
}

static bool may_put(struct ctx *cx, int64_t unit_id)
{
    static const enum role roles[] = { ROLE_DOC_CLERK, ROLE_OFFICE_HEAD };
    return has_any(cx, unit_id, roles, sizeof roles / sizeof *roles);
}

static bool may_see(struct ctx *cx, int64_t unit_id)
{
    static const enum role roles[] = { ROLE_DOC_CLERK, ROLE_OFFICE_HEAD, ROLE_UNIT_ADMIN,
                                       ROLE_UNIT_HEAD, ROLE_REVIEWER, ROLE_ARCHIVIST,
                                       ROLE_SUPERVISION_OFFICE };
    return has_any(cx, unit_id, roles, sizeof roles / sizeof *roles);
}

static int category_find(struct ctx *cx, int64_t id, struct category *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_category_get, id);
    if (found == 1)
        *out = category_of(cx, &r);
    rows_end(&r);
    return found;
}

/* Locked; of a unit in which the actor may. Absent or not theirs: not_found. */
static bool category_load(struct ctx *cx, int64_t id, bool (*may_do)(struct ctx *, int64_t),
                          struct category *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_category_lock, id);
    rows_end(&r);
    if (found == 1)
        found = category_find(cx, id, out);
    if (found < 0)
        return false;
    return (found == 1 && may_do(cx, out->unit_id)) || fail_not_found(cx);
}

bool category_is_of(struct ctx *cx, int64_t category_id, int64_t unit_id)
{
    struct category c;
    if (!category_id)
        return true;
    int found = category_find(cx, category_id, &c);
    if (found < 0)
        return false;
    return (found == 1 && unit_id && c.unit_id == unit_id && may_see(cx, unit_id)) ||
           fail_not_found(cx);
}

/* --- the list ------------------------------------------------------------------------------------------ */

static struct str body_of(struct ctx *cx, const struct category *c)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_kid(&w, "category", c->id);
    jw_kstr(&w, "name", c->name);
    jw_kbool(&w, "for_sent", c->for_sent);
    jw_kbool(&w, "for_received", c->for_received);
    jw_obj_end(&w);
    return buf_done(&b);
}

static bool note(struct ctx *cx, const char *op, const struct category *c)
{
    return trace_write(cx, c->unit_id, op, 0, 0, body_of(cx, c));
}

static bool name_is_free(struct ctx *cx, const struct category *c)
{
    if (!c->name.n)
        return fail(cx, ERR_INVALID, "input.required", "name");
    if (!c->for_sent && !c->for_received)
        return fail(cx, ERR_INVALID, "category.for_none", "for_sent");
    if (db_number(cx->db, 0, &q_category_named, c->unit_id, c->name, c->id))
        return fail_arg(cx, ERR_CONFLICT, "category.name_taken", "name",
                        arena_strndup(cx->a, c->name.p, c->name.n), NULL);
    return cx->err.kind == ERR_NONE;
}

struct category_add_in {
    int64_t unit_id;
    struct str name;
    bool for_sent, for_received;
};
static const struct field category_add_in_fields[] = {
    FIELD(category_add_in, unit_id, F_ID, .flags = FIELD_REQUIRED, .zh = "单位", .en = "unit"),
    FIELD(category_add_in, name, F_TEXT, .flags = FIELD_REQUIRED, .max = NAME_MOST, .zh = "名称",
          .en = "name"),
    FIELD(category_add_in, for_sent, F_BOOL, .zh = "用于发文", .en = "for sent documents"),
    FIELD(category_add_in, for_received, F_BOOL, .zh = "用于收文", .en = "for received documents"),
};
RECORD(category_add_in);
struct category_made {
    int64_t category_id;
};
static const struct field category_made_fields[] = {
    FIELD(category_made, category_id, F_ID, .flags = FIELD_REQUIRED, .zh = "分类", .en = "category"),
};
RECORD(category_made);

static bool run_add(struct ctx *cx, const void *input, void *output)
{
    const struct category_add_in *in = input;
    struct category c = { .unit_id = in->unit_id, .name = str_trim(in->name),
                          .for_sent = in->for_sent, .for_received = in->for_received };
    if (!may_keep(cx, in->unit_id))
        return fail_not_found(cx);
    if (!name_is_free(cx, &c))
        return false;
    if (db_number(cx->db, 0, &q_category_count, c.unit_id) >= MOST)
        return fail_arg(cx, ERR_STATE, "category.many", "name", arena_printf(cx->a, "%d", MOST), NULL);
    c.id = id_new(cx->now);
    c.position = db_number(cx->db, 0, &q_category_last, c.unit_id) + 1;
    ((struct category_made *)output)->category_id = c.id;
    return db_run(cx->db, &q_category_put, c.id, c.unit_id, c.name, c.position,
                  (int64_t)c.for_sent, (int64_t)c.for_received) &&
           note(cx, "category.add", &c);
}

struct category_change_in {
    int64_t category_id;
    struct str name;
    bool for_sent, for_received;
};
static const struct field category_change_in_fields[] = {
    FIELD(category_change_in, category_id, F_ID, .flags = FIELD_PATH, .zh = "分类", .en = "category"),
    FIELD(category_change_in, name, F_TEXT, .flags = FIELD_REQUIRED, .max = NAME_MOST, .zh = "名称",
          .en = "name"),
    FIELD(category_change_in, for_sent, F_BOOL, .zh = "用于发文", .en = "for sent documents"),
    FIELD(category_change_in, for_received, F_BOOL, .zh = "用于收文", .en = "for received documents"),
};
RECORD(category_change_in);

static bool run_change(struct ctx *cx, const void *input, void *output)
{
    const struct category_change_in *in = input;
    struct category c;
    (void)output;
    if (!category_load(cx, in->category_id, may_keep, &c))
        return false;
    c.name = str_trim(in->name);
    c.for_sent = in->for_sent;
    c.for_received = in->for_received;
    return name_is_free(cx, &c) &&
           db_run(cx->db, &q_category_set, c.name, (int64_t)c.for_sent, (int64_t)c.for_received,
                  c.id) &&
           note(cx, "category.change", &c);
}

struct category_order_in {
    int64_t unit_id;
    struct ids category_ids;
};
static const struct field category_order_in_fields[] = {
    FIELD(category_order_in, unit_id, F_ID, .flags = FIELD_REQUIRED, .zh = "单位", .en = "unit"),
    FIELD(category_order_in, category_ids, F_IDS, .flags = FIELD_REQUIRED, .min = 1, .max = MOST,
          .zh = "分类", .en = "categories in their new order"),
};
RECORD(category_order_in);

static bool run_order(struct ctx *cx, const void *input, void *output)
{
    const struct category_order_in *in = input;
    (void)output;
    if (!may_keep(cx, in->unit_id))
        return fail_not_found(cx);
    for (size_t i = 0; i < in->category_ids.n; i++) {
        int64_t n = db_update(cx->db, &q_category_place, (int64_t)i + 1, in->category_ids.p[i],
                              in->unit_id);
        if (n != 1)
            return n == 0 && fail_not_found(cx);
    }
    return trace_write(cx, in->unit_id, "category.order", 0, 0,
                       str_printf(cx->a, "{\"categories\":%zu}", in->category_ids.n));
}

struct category_in {
    int64_t category_id;
};
static const struct field category_in_fields[] = {
    FIELD(category_in, category_id, F_ID, .flags = FIELD_PATH, .zh = "分类", .en = "category"),
};
RECORD(category_in);

static bool run_retire(struct ctx *cx, const void *input, void *output)
{
    const struct category_in *in = input;
    struct category c;
    (void)output;
    if (!category_load(cx, in->category_id, may_keep, &c))
        return false;
    if (c.retired_at)
        return fail(cx, ERR_STATE, "category.retired", NULL);
    return db_run(cx->db, &q_category_retire, bind_id(cx->now), c.id) &&
           note(cx, "category.retire", &c);
}

static bool run_restore(struct ctx *cx, const void *input, void *output)
{
    const struct category_in *in = input;
    struct category c;
    (void)output;
    if (!category_load(cx, in->category_id, may_keep, &c))
        return false;
    if (!c.retired_at)
        return fail(cx, ERR_STATE, "category.in_use", NULL);
    return name_is_free(cx, &c) && db_run(cx->db, &q_category_retire, bind_id(0), c.id) &&
           note(cx, "category.restore", &c);
}

struct category_merge_in {
    int64_t category_id, into_id;
};
static const struct field category_merge_in_fields[] = {
    FIELD(category_merge_in, category_id, F_ID, .flags = FIELD_PATH, .zh = "分类", .en = "category"),
    FIELD(category_merge_in, into_id, F_ID, .flags = FIELD_REQUIRED, .zh = "并入", .en = "into"),
};
RECORD(category_merge_in);

static bool run_merge(struct ctx *cx, const void *input, void *output)
{
    const struct category_merge_in *in = input;
    struct category c, into;
    bool first = in->category_id < in->into_id; /* locks in the order of the ids */
    (void)output;
    if (!category_load(cx, first ? in->category_id : in->into_id, may_keep, first ? &c : &into) ||
        !category_load(cx, first ? in->into_id : in->category_id, may_keep, first ? &into : &c))
        return false;
    if (c.unit_id != into.unit_id)
        return fail_not_found(cx);
    if (c.id == into.id || into.retired_at)
        return fail(cx, ERR_INVALID, "category.merge_into", "into_id");
    int64_t moved = db_update(cx->db, &q_entries_move, into.id, c.id); /* those it had not itself */
    return moved >= 0 && db_update(cx->db, &q_entries_drop, c.id) >= 0 &&
           db_run(cx->db, &q_category_add, moved, into.id) &&
           db_run(cx->db, &q_category_merged, cx->now, into.id, c.id) &&
           db_run(cx->db, &q_category_set, into.name, (int64_t)(into.for_sent || c.for_sent),
                  (int64_t)(into.for_received || c.for_received), into.id) &&
           note(cx, "category.merge", &c);
}

/* --- what is in them ------------------------------------------------------------------------------------ */

static bool is_sent(struct str module)
{
    return str_is(module, "send") || str_is(module, "co_sign");
}
static bool is_received(struct str module)
{
    return str_is(module, "receive") || str_is(module, "receive_village");
}

/* A paper of the category's unit that stands in its registers, or is being registered. */
static bool fits(struct ctx *cx, const struct category *c, int64_t matter_id, struct matter *m)
{
    int found = matter_find(cx, matter_id, m);
    if (found < 0)
        return false;
    if (found == 0 || unit_now(cx, m->unit_id) != unit_now(cx, c->unit_id))
        return fail_not_found(cx);
    if (is_received(m->module))
        return c->for_received || fail(cx, ERR_STATE, "category.for_sent_only", "matter_ids");
    if (!is_sent(m->module) || !m->number.n)
        return fail(cx, ERR_STATE, "category.not_in_book", "matter_ids");
    return c->for_sent || fail(cx, ERR_STATE, "category.for_received_only", "matter_ids");
}

struct category_put_in {
    int64_t category_id;
    struct ids matter_ids;
};
static const struct field category_put_in_fields[] = {
    FIELD(category_put_in, category_id, F_ID, .flags = FIELD_PATH, .zh = "分类", .en = "category"),
    FIELD(category_put_in, matter_ids, F_IDS, .flags = FIELD_REQUIRED, .min = 1, .max = 100,
          .zh = "公文", .en = "matters"),
};
RECORD(category_put_in);
struct category_changed {
    struct ids matter_ids;
};
static const struct field category_changed_fields[] = {
    FIELD(category_changed, matter_ids, F_IDS, .flags = FIELD_REQUIRED, .zh = "有变动的公文",
          .en = "matters that were not so before"),
};
RECORD(category_changed);

static bool put_or_take(struct ctx *cx, const struct category_put_in *in, bool is_put,
                        struct category_changed *out)
{
    struct category c;
    int64_t *changed = arena_array_of(cx->a, int64_t, in->matter_ids.n);
    size_t n = 0;
    if (!category_load(cx, in->category_id, may_put, &c))
        return false;
    if (is_put && c.retired_at)
        return fail(cx, ERR_STATE, "category.retired", NULL);
    const struct actor_post *own = actor_main_post(cx);
    struct str body = body_of(cx, &c);
    for (size_t i = 0; i < in->matter_ids.n; i++) {
        struct matter m;
        int64_t id = in->matter_ids.p[i];
        if (!fits(cx, &c, id, &m))
            return false;
        int64_t done = is_put ? db_update(cx->db, &q_entry_put, c.id, id, cx->actor->person_id, cx->now)
                              : db_update(cx->db, &q_entry_drop, c.id, id);
        if (done < 0 ||
            (done == 1 && !matter_trace(cx, id, is_put ? "category.put" : "category.take_out",
                                        own ? own->id : 0, body)))
            return false;
        if (done == 1)
            changed[n++] = id;
    }
    out->matter_ids = (struct ids){ changed, n };
    return n ? db_run(cx->db, &q_category_add, is_put ? (int64_t)n : -(int64_t)n, c.id)
             : note(cx, is_put ? "category.put" : "category.take_out", &c);
}

static bool run_put(struct ctx *cx, const void *input, void *output)
{
    return put_or_take(cx, input, true, output);
}
static bool run_take_out(struct ctx *cx, const void *input, void *output)
{
    return put_or_take(cx, input, false, output);
}

/* --- to look at --------------------------------------------------------------------------------------------- */

struct categories_in {
    int64_t unit;
    bool retired;
};
static const struct field categories_in_fields[] = {
    FIELD(categories_in, unit, F_ID, .zh = "单位", .en = "unit; 0: the first whose categories one sees"),
    FIELD(categories_in, retired, F_BOOL, .zh = "含停用", .en = "retired ones too"),
};
RECORD(categories_in);

static ANSWER(category_row, ID(ALWAYS, "id", "分类", "category"), ID(ALWAYS, "unit", "单位", "unit"),
              TEXT(ALWAYS, "name", "名称", "name"),
              FLAG(ALWAYS, "for_sent", "用于发文", "for sent documents"),
              FLAG(ALWAYS, "for_received", "用于收文", "for received documents"),
              NUMBER(ALWAYS, "n", "件数", "documents in it"),
              FLAG(ALWAYS, "is_retired", "已停用", "retired"),
              FLAG(ALWAYS, "may_change", "可以修改", "may be changed by the reader"));

static int64_t own_unit(struct ctx *cx, int64_t asked)
{
    for (size_t i = 0; !asked && i < cx->actor->n_grants; i++)
        if (may_see(cx, cx->actor->grants[i].unit_id))
            return cx->actor->grants[i].unit_id;
    return asked && may_see(cx, asked) ? asked : 0;
}

static bool run_list(struct ctx *cx, const void *input, struct jw *w)
{
    const struct categories_in *in = input;
    struct rows r;
    int64_t unit = own_unit(cx, in->unit);
    if (!unit)
        return fail_not_found(cx);
    bool keeps = may_keep(cx, unit);
    answer_rows(w);
    for (db_rows(cx->db, &r, &q_categories, unit, (int64_t)in->retired); rows_next(&r);) {
        jw_obj(w);
        jw_kid(w, "id", row_i64(&r, 0));
        jw_kid(w, "unit", unit);
        jw_kstr(w, "name", row_text(&r, 2));
        jw_kbool(w, "for_sent", row_i64(&r, 4));
        jw_kbool(w, "for_received", row_i64(&r, 5));
        jw_ki64(w, "n", row_i64(&r, 6));
        jw_kbool(w, "is_retired", row_i64(&r, 7));
        jw_kbool(w, "may_change", keeps);
        jw_obj_end(w);
    }
    rows_end(&r);
    answer_rows_end(w, STR_NONE);
    return !rows_failed(&r);
}

static ANSWER(category_short, ID(ALWAYS, "id", "分类", "category"), TEXT(ALWAYS, "name", "名称", "name"));
ANSWER(category_on_page, LIST(MAYBE, "categories", &category_short_record, "本单位分类",
                              "categories of the own unit"),
       FLAG(MAYBE, "may_categorise", "可以归类", "may be put into categories"));

/* On the page of a paper of the own unit. */
static bool on_page(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct desk_page *page = detail;
    const struct matter *m = page->matter;
    struct rows r;
    (void)event;
    if ((!is_received(m->module) && !(is_sent(m->module) && m->number.n)) || !may_see(cx, m->unit_id))
        return cx->err.kind == ERR_NONE;
    jw_karr(page->w, "categories");
    for (db_rows(cx->db, &r, &q_entries_of, matter_id); rows_next(&r);) {
        jw_obj(page->w);
        jw_kid(page->w, "id", row_i64(&r, 0));
        jw_kstr(page->w, "name", row_text(&r, 1));
        jw_obj_end(page->w);
    }
    rows_end(&r);
    jw_arr_end(page->w);
    jw_kbool(page->w, "may_categorise", may_put(cx, m->unit_id));
    return !rows_failed(&r);
}

static bool on_rights(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    struct jw *w = *(struct jw *const *)detail;
    (void)event;
    (void)subject;
    int64_t unit = own_unit(cx, 0);
    if (unit)
        jw_text(w, "categories");
    return cx->err.kind == ERR_NONE;
}

static const struct command commands[] = {
    { "category.add", POST, "/categories", PERM_LOGIN, &category_add_in_record,
      &category_made_record, run_add, "设立分类", "Make a category of the own unit", CMD_CREATES, NULL },
    { "category.order", POST, "/categories/order", PERM_LOGIN, &category_order_in_record, NULL,
      run_order, "调整分类次序", "Put the unit's categories in order", 0, NULL },
    { "category.change", POST, "/categories/{category_id}", PERM_LOGIN, &category_change_in_record,
      NULL, run_change, "修改分类", "Rename a category, say what it is for", 0, NULL },
    { "category.merge", POST, "/categories/{category_id}/merge", PERM_LOGIN,
      &category_merge_in_record, NULL, run_merge, "合并分类", "Merge a category into another", 0, NULL },
    { "category.retire", POST, "/categories/{category_id}/retire", PERM_LOGIN, &category_in_record,
      NULL, run_retire, "停用分类", "Retire a category", 0, NULL },
    { "category.restore", POST, "/categories/{category_id}/restore", PERM_LOGIN,
      &category_in_record, NULL, run_restore, "恢复分类", "Use a retired category again", 0, NULL },
    { "category.put", POST, "/categories/{category_id}/put", PERM_LOGIN, &category_put_in_record,
      &category_changed_record, run_put, "归类", "Put documents into a category", 0, NULL },
    { "category.take_out", POST, "/categories/{category_id}/take_out", PERM_LOGIN,
      &category_put_in_record, &category_changed_record, run_take_out, "移出分类",
      "Take documents out of a category", 0, NULL },
};
static const struct read reads[] = {
    { "categories", "/categories", PERM_LOGIN, &categories_in_record, &category_row_record, true,
      run_list, "本单位公文分类", "Categories of the own unit's documents", 0 },
};
static const struct handler handlers[] = {
    { "matter.page", on_page },
    { "me.rights", on_rights },
};
const struct room category_room = { "category", ROOM_TABLE(commands), ROOM_TABLE(reads),
                                    ROOM_TABLE(handlers), NULL, NULL };
