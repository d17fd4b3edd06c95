/* 个人办公: one list over all posts and modules. The to-do list merges one index stream per owner
 * (post, pool, acted-for post) and, where a delegation is limited to modules, one per module;
 * nothing is filtered by permission afterwards. */
#include "base/check.h"
#include "base/clock.h"
#include "base/id.h"
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_in.h"
#include "org/org.h"

#define LIMIT_DEFAULT 50
#define LIMIT_MAX 100
#define SCAN_MAX 2000 /* rows looked at for one page of a filter that no index knows */

static const char *const boxes[] = { "todo", "done", "to_read", "initiated", "watched", "draft", NULL };
static const char *const urgencies[] = { "critical", "urgent", "normal", NULL };

struct items_in {
    struct str box, module, urgency, q, sender, from, to, after;
    int64_t limit;
};
static const struct field items_in_fields[] = {
    FIELD(items_in, box, F_CHOICE, .choices = boxes, .flags = FIELD_REQUIRED, .zh = "栏目",
          .en = "box"),
    FIELD(items_in, module, F_TEXT, .max = 60, .zh = "业务", .en = "module"),
    FIELD(items_in, urgency, F_CHOICE, .choices = urgencies, .zh = "紧急程度", .en = "urgency"),
    FIELD(items_in, q, F_TEXT, .max = 100, .zh = "标题或文号中的词", .en = "words of title or number"),
    FIELD(items_in, sender, F_TEXT, .max = 60, .zh = "来文单位", .en = "sender"),
    FIELD(items_in, from, F_DAY, .zh = "起始日期", .en = "from"),
    FIELD(items_in, to, F_DAY, .zh = "截止日期", .en = "until"),
    FIELD(items_in, after, F_TEXT, .max = 60, .zh = "位置", .en = "cursor"),
    FIELD(items_in, limit, F_I64, .min = 0, .max = LIMIT_MAX, .zh = "行数", .en = "rows"),
};
RECORD(items_in);

struct item_capacity_row {
    int64_t post;
    struct str title, unit_name, acting_for;
    bool presides;
};
static const struct field item_capacity_row_fields[] = {
    FIELD(item_capacity_row, post, F_ID, .zh = "身份", .en = "post"),
    FIELD(item_capacity_row, title, F_TEXT, .flags = FIELD_REQUIRED, .zh = "职务", .en = "title"),
    FIELD(item_capacity_row, unit_name, F_TEXT, .flags = FIELD_REQUIRED, .zh = "单位",
          .en = "unit"),
    FIELD(item_capacity_row, acting_for, F_TEXT, .zh = "代谁办理", .en = "acting for"),
    FIELD(item_capacity_row, presides, F_BOOL, .zh = "主持工作",
          .en = "as who presides while that person is away"),
};
RECORD(item_capacity_row);

struct item_row {
    int64_t id, matter, arrived_at, due_at, urges;
    struct str kind, module, module_name, title, number, urgency, label, from_unit, step, current,
        state;
    bool opened, overdue, for_leader;
    struct item_capacity_row capacity;
};
static const char *const row_kinds[] = { "item", "reading", "matter", NULL };
static const struct field item_row_fields[] = {
    FIELD(item_row, id, F_ID, .flags = FIELD_REQUIRED, .zh = "编号", .en = "id"),
    FIELD(item_row, kind, F_CHOICE, .flags = FIELD_REQUIRED, .choices = row_kinds, .zh = "类别",
          .en = "item, reading or matter"),
    FIELD(item_row, matter, F_ID, .flags = FIELD_REQUIRED, .zh = "事项", .en = "matter"),
    FIELD(item_row, module, F_TEXT, .flags = FIELD_REQUIRED, .zh = "业务", .en = "module"),
    FIELD(item_row, module_name, F_TEXT, .flags = FIELD_REQUIRED, .zh = "业务名称",
          .en = "module's name"),
    FIELD(item_row, title, F_TEXT, .flags = FIELD_REQUIRED, .zh = "标题", .en = "title"),
    FIELD(item_row, number, F_TEXT, .zh = "文号", .en = "number"),
    FIELD(item_row, urgency, F_TEXT, .zh = "紧急程度", .en = "urgency"),
    FIELD(item_row, label, F_TEXT, .flags = FIELD_REQUIRED, .zh = "标识",
          .en = "empty, internal, sensitive"),
    FIELD(item_row, from_unit, F_TEXT, .zh = "来自", .en = "from"),
    FIELD(item_row, step, F_TEXT, .zh = "环节", .en = "step"),
    FIELD(item_row, current, F_TEXT, .zh = "事项当前环节（已办、我发起、关注）",
          .en = "where the matter is now: of one's done, own and watched"),
    FIELD(item_row, arrived_at, F_MOMENT, .flags = FIELD_REQUIRED, .zh = "到达时间",
          .en = "arrived"),
    FIELD(item_row, opened, F_BOOL, .zh = "已打开", .en = "opened"),
    FIELD(item_row, due_at, F_MOMENT, .zh = "办理期限", .en = "due"),
    FIELD(item_row, overdue, F_BOOL, .zh = "超期", .en = "overdue"),
    FIELD(item_row, urges, F_I64, .zh = "催办次数", .en = "times urged"),
    FIELD(item_row, for_leader, F_BOOL, .zh = "领导的待办", .en = "a leader's item"),
    FIELD(item_row, state, F_TEXT, .flags = FIELD_REQUIRED, .zh = "状态",
          .en = "state of the item or matter"),
    FIELD(item_row, capacity, F_RECORD, .record = &item_capacity_row_record, .zh = "办理身份",
          .en = "capacity"),
};
RECORD(item_row);

/* --- one row -------------------------------------------------------------------------------------------- */

static struct str acting_name(const struct ctx *cx, const struct scope *s)
{
    return s->acting ? cx->actor->acting[s->acting - 1].person_name : STR_NONE;
}

static struct item_capacity_row capacity_of(struct ctx *cx, int64_t own_post, const struct scope *s)
{
    const struct actor_post *p = actor_post(cx, own_post);
    return (struct item_capacity_row){
        .post = own_post,
        .title = p ? p->title : STR(""),
        .unit_name = p ? p->unit_name : STR(""),
        .acting_for = s ? acting_name(cx, s) : STR_NONE,
        .presides = s && s->acting && cx->actor->acting[s->acting - 1].kind == ACTING_PRESIDING,
    };
}

/* Texts lie in the row: good until the next one. Its definition is in column `definition`. */
static void read_row(struct ctx *cx, struct rows *r, const char *kind, int definition,
                     struct item_row *out)
{
    int64_t words = row_i64(r, definition);
    *out = (struct item_row){
        .id = row_i64(r, 0),
        .kind = str_of(kind),
        .matter = row_i64(r, 1),
        .module = row_text(r, 2),
        .module_name = definition_words(cx, words, row_text(r, 3)),
        .title = row_text(r, 4),
        .number = row_text(r, 5),
        .urgency = row_text(r, 6),
        .from_unit = row_text(r, 7),
        .step = definition_words(cx, words, row_text(r, 8)),
        .arrived_at = row_i64(r, 9),
        .state = row_text(r, 10),
        .due_at = row_i64(r, 11),
        .urges = row_i64(r, 12),
        .label = row_text(r, 18),
    };
    out->opened = !str_is(out->state, "ready");
    out->overdue = out->due_at && out->due_at < cx->now &&
                   (str_is(out->state, "ready") || str_is(out->state, "opened") ||
                    str_is(out->state, "running"));
}

/* --- filters that no index knows ------------------------------------------------------------------------- */

/* Words, sender and days are compared row by row, over at most SCAN_MAX rows a page; a page that has
 * come so far without being full says where to go on. */
struct sieve {
    struct str q, sender;
    int64_t from, until; /* moments; 0: open */
    bool is_on;
};

static int64_t day_moment(struct str day, int64_t days_on)
{
    struct clock_date d;
    return day.n && clock_day_parse(day, &d) ? clock_at(d, 0) + days_on * INT64_C(86400000) : 0;
}

static struct sieve sieve_of(const struct items_in *in)
{
    struct sieve s = { str_trim(in->q), str_trim(in->sender), day_moment(in->from, 0),
                       day_moment(in->to, 1), false };
    s.is_on = s.q.n || s.sender.n || s.from || s.until;
    return s;
}

/* Each word stands in one of the two. */
static bool has_words(struct str words, struct str one, struct str other)
{
    struct str word;
    while (words.n && str_cut(&words, ' ', &word))
        if (word.n && str_find(one, word, 0) < 0 && str_find(other, word, 0) < 0)
            return false;
    return true;
}

static bool sieve_passes(const struct sieve *s, const struct item_row *row)
{
    return (!s->from || row->arrived_at >= s->from) && (!s->until || row->arrived_at < s->until) &&
           has_words(s->q, row->title, row->number) &&
           (!s->sender.n || str_find(row->from_unit, s->sender, 0) >= 0);
}

/* --- boxes merged from several owners ----------------------------------------------------------------------- */

#define ROW_BYTES 1024 /* more than most rows need */

/* Rows are encoded where they are read; only their places in the text are merged. Of each stream
 * no more is read than may come onto the page: the newest `most` of all, in `place`, newest first. */
struct merged {
    struct buf json;
    struct place {
        int64_t id;
        size_t at, n;
    } *place, *spare;
    size_t n, most;
};

static struct merged merged_new(struct arena *a, int64_t limit)
{
    struct merged m = { .json = buf_in(a), .most = (size_t)limit + 1 }; /* one tells of a next page */
    buf_reserve(&m.json, (size_t)limit * ROW_BYTES / 2);
    m.place = arena_array_of(a, struct place, m.most * 2);
    m.spare = arena_array_of(a, struct place, m.most * 2);
    return m;
}

static void merged_add(struct merged *m, const struct item_row *row)
{
    struct jw w = jw_to(&m->json);
    CHECK(m->n < m->most * 2);
    size_t at = m->json.n;
    buf_reserve(&m->json, ROW_BYTES);
    record_encode(&w, &item_row_record, row);
    m->place[m->n++] = (struct place){ row->id, at, m->json.n - at };
}

/* Two runs, each newest first, become one; what is beyond the page is dropped. */
static void merged_run(struct merged *m, size_t first)
{
    size_t i = 0, k = first, n = 0;
    struct place *out = m->spare;
    while (n < m->most && (i < first || k < m->n)) {
        bool old = i < first && (k == m->n || m->place[i].id > m->place[k].id);
        out[n++] = m->place[old ? i++ : k++];
    }
    m->spare = m->place;
    m->place = out;
    m->n = n;
}

/* Nobody urges a leader (OFFICE P8): the own list shows neither that it was urged nor that it is late.
 * Who stands before the leader sees both, as something to present. */
struct calm {
    bool is_known; /* asked for when the first row matters */
    bool is_leader;
};

static bool calm_ask(struct ctx *cx, const struct scope *s, const struct item_row *row,
                     struct calm *calm)
{
    struct post_row p;
    if (calm->is_known || s->kind == SCOPE_POOL || (!row->urges && !row->overdue))
        return true;
    int found = post_find(cx, s->id, &p);
    *calm = (struct calm){ true, found == 1 && p.is_leader };
    return found >= 0;
}

static void calm_row(const struct calm *calm, const struct scope *s, struct item_row *row)
{
    row->for_leader = calm->is_leader;
    if (!calm->is_leader || s->kind != SCOPE_POST)
        return;
    row->urges = 0;
    row->overdue = false;
}

struct page {
    const struct items_in *in;
    const struct query *q;
    const char *kind;
    int definition; /* column */
    int64_t before, limit;
    struct sieve sieve;
    int64_t floor; /* below it a stream was not looked at; 0: all were */
    struct merged m;
};

static bool rows_open(struct ctx *cx, const struct page *p, const struct scope *s, struct str module,
                      struct rows *r)
{
    return db_rows(cx->db, r, p->q, s->id, p->before, module, p->in->urgency,
                   p->sieve.is_on ? (int64_t)SCAN_MAX : p->limit + 1);
}

/* A stream that turns out to be a leader's is written again from its first row. */
static bool add_stream(struct ctx *cx, struct page *p, const struct scope *s, struct str module)
{
    struct rows r;
    struct merged *m = &p->m;
    struct calm calm = { false, false };
    size_t first = m->n, at = m->json.n;
    const struct item_capacity_row capacity = capacity_of(cx, s->own_post, s);
    bool good = rows_open(cx, p, s, module, &r);
    int64_t scanned = 0;
    while (good && rows_next(&r)) {
        struct item_row row;
        bool was_known = calm.is_known;
        if (p->sieve.is_on && ++scanned == SCAN_MAX && row_i64(&r, 0) > p->floor)
            p->floor = row_i64(&r, 0);
        if (m->n - first == m->most)
            break;
        if (first == m->most && row_i64(&r, 0) < m->place[first - 1].id)
            break; /* older than the whole page */
        read_row(cx, &r, p->kind, p->definition, &row);
        if (p->sieve.is_on && !sieve_passes(&p->sieve, &row))
            continue;
        row.capacity = capacity;
        good = calm_ask(cx, s, &row, &calm);
        calm_row(&calm, s, &row);
        if (!was_known && calm.is_leader && m->n > first) {
            rows_end(&r);
            m->n = first;
            m->json.n = at;
            scanned = 0;
            good = good && rows_open(cx, p, s, module, &r);
            continue;
        }
        merged_add(m, &row);
    }
    rows_end(&r);
    merged_run(m, first);
    return good && !rows_failed(&r);
}

static bool has_items(const struct scope *s, bool reading)
{
    return s->kind == SCOPE_POST || (!reading && s->kind == SCOPE_POOL) || s->kind == SCOPE_ACTING;
}

/* Is this owner's work (of this module; none: all) in the list by another scope already? Whole
 * boxes stand before parts of them. */
static bool is_listed(const struct ctx *cx, size_t scope, struct str module)
{
    const struct scope *s = &cx->actor->scopes[scope];
    for (size_t k = 0; k < cx->actor->n_scopes; k++) {
        const struct scope *o = &cx->actor->scopes[k];
        if (o->id == s->id && k != scope && (k < scope || !o->modules.n) &&
            (module.p ? module_named(o->modules, module) : !o->modules.n && k < scope))
            return true;
    }
    return false;
}

/* The next of a limited scope's modules that is not listed already. */
static bool limited_modules(const struct ctx *cx, size_t scope, struct str *rest, struct str *out)
{
    while (rest->n && str_cut(rest, ',', out))
        if (!is_listed(cx, scope, *out))
            return true;
    return false;
}

static bool add_scope(struct ctx *cx, struct page *p, size_t scope)
{
    const struct scope *s = &cx->actor->scopes[scope];
    struct str rest = s->modules, module;
    if (!rest.n)
        return is_listed(cx, scope, STR_NONE) || add_stream(cx, p, s, p->in->module);
    while (limited_modules(cx, scope, &rest, &module))
        if ((!p->in->module.p || str_eq(p->in->module, module)) && !add_stream(cx, p, s, module))
            return false;
    return true;
}

static bool merged_box(struct ctx *cx, const struct items_in *in, struct jw *w, bool reading)
{
    struct page p = { .in = in,
                      .q = reading ? &q_to_read_page : &q_todo_page,
                      .kind = reading ? "reading" : "item",
                      .definition = 17,
                      .before = INT64_MAX,
                      .sieve = sieve_of(in),
                      .limit = in->limit ? in->limit : LIMIT_DEFAULT };
    p.m = merged_new(cx->a, p.limit);
    if (!cursor_read(cx, in->after, &p.before, NULL, NULL))
        return false;
    for (size_t i = 0; i < cx->actor->n_scopes; i++)
        if (has_items(&cx->actor->scopes[i], reading) && !add_scope(cx, &p, i))
            return false;
    const struct merged *m = &p.m;
    buf_reserve(w->out, m->json.n + 64);
    answer_rows(w);
    size_t n = m->n < (size_t)p.limit ? m->n : (size_t)p.limit;
    while (n && m->place[n - 1].id < p.floor)
        n--; /* others may stand between: the next page begins below the floor */
    bool is_full = n == (size_t)p.limit;
    for (size_t i = 0; i < n; i++)
        jw_raw(w, (struct str){ m->json.p + m->place[i].at, m->place[i].n });
    answer_rows_end(w, p.floor && !(is_full && m->n > n) ? cursor_text(cx, p.floor, 0, 0)
                       : m->n > n          ? cursor_text(cx, m->place[n - 1].id, 0, 0)
                                           : STR_NONE);
    return true;
}

/* What a limited delegation adds to a badge. A counter belongs to the whole post, so this part is
 * counted: over one owner's open work, up to a hundred a module, for those few who hold one. */
static bool on_counter_limited(struct ctx *cx, const char *event, int64_t subject,
                               const void *detail)
{
    const struct counter_ask *ask = detail;
    const struct query *q = ask->box == BOX_TODO      ? &q_todo_count
                            : ask->box == BOX_TO_READ ? &q_to_read_count
                                                      : NULL;
    (void)event;
    (void)subject;
    for (size_t i = 0; q && cx->actor && i < cx->actor->n_scopes; i++) {
        struct str rest = cx->actor->scopes[i].modules, module;
        while (limited_modules(cx, i, &rest, &module))
            *ask->sum += db_number(cx->db, 0, q, cx->actor->scopes[i].id, module);
    }
    return cx->err.kind == ERR_NONE;
}

/* --- boxes of one person -------------------------------------------------------------------------------------- */

/* Where the matter is now, and when what is open there is due, if the matter has no day of its own;
 * until when a leader has it is not told (OFFICE P8). Its text lives as long as the request. */
static bool read_now(struct ctx *cx, int64_t definition, struct item_row *row)
{
    struct rows r;
    struct buf b = buf_in(cx->a);
    bool has_due = row->due_at != 0;
    for (db_rows(cx->db, &r, &q_items_now, row->matter); rows_next(&r);) {
        struct str step = definition_words(cx, definition, row_text(&r, 0));
        int64_t due = row_i64(&r, 2) ? 0 : row_i64(&r, 1);
        if (due && !has_due && (!row->due_at || due < row->due_at))
            row->due_at = due;
        if (!step.n || (b.n && str_find(buf_done(&b), step, 0) >= 0))
            continue;
        if (b.n)
            buf_text(&b, cx->lang == LANG_EN ? ", " : "、");
        buf_str(&b, step);
    }
    rows_end(&r);
    row->current = buf_done(&b);
    row->overdue = row->due_at && row->due_at < cx->now;
    return !rows_failed(&r);
}

static bool person_box(struct ctx *cx, const struct items_in *in, struct jw *w)
{
    struct rows r;
    const struct sieve sieve = sieve_of(in);
    bool is_done = str_is(in->box, "done"), is_watched = str_is(in->box, "watched");
    bool is_draft = str_is(in->box, "draft");
    int64_t before = INT64_MAX, before_at = INT64_MAX;
    int64_t limit = in->limit ? in->limit : LIMIT_DEFAULT, n = 0;
    struct item_row row = { 0 };
    if (!cursor_read(cx, in->after, &before, &before_at, NULL))
        return false;
    int64_t most = sieve.is_on ? SCAN_MAX : limit + 1, scanned = 0;
    if (is_done && sieve.until && sieve.until < before_at)
        before_at = sieve.until;
    if (!is_done && !is_watched && sieve.until && id_first_at(sieve.until) < before)
        before = id_first_at(sieve.until);
    answer_rows(w);
    bool good = is_done ? db_rows(cx->db, &r, &q_done_page, cx->actor->person_id, before_at,
                                  before, in->module, in->urgency, most)
                        : db_rows(cx->db, &r, is_watched ? &q_watched_page
                                           : is_draft ? &q_draft_page
                                                      : &q_initiated_page,
                                  cx->actor->person_id, before, in->module, in->urgency, most);
    bool more = false;
    while (good && rows_next(&r)) {
        struct item_row last = row;
        read_row(cx, &r, is_done ? "item" : "matter", 17, &row);
        if (is_done && sieve.from && row.arrived_at < sieve.from)
            break; /* older and older */
        bool passes = !sieve.is_on || sieve_passes(&sieve, &row);
        more = (passes && n == limit) || ++scanned == SCAN_MAX;
        if (passes && n == limit) {
            row = last;
            break;
        }
        if (!passes)
            continue;
        row.state = row_text(&r, 16);
        row.overdue = false;
        good = !str_is(row.state, "running") || read_now(cx, row_i64(&r, 17), &row);
        row.opened = true;
        row.capacity = capacity_of(cx, row_i64(&r, 15), NULL);
        record_encode(w, &item_row_record, &row);
        n++;
    }
    rows_end(&r);
    answer_rows_end(w, more ? cursor_text(cx, row.id, is_done ? row.arrived_at : 0, 0) : STR_NONE);
    return good && !rows_failed(&r);
}

static bool run_items(struct ctx *cx, const void *input, struct jw *w)
{
    const struct items_in *in = input;
    if (str_is(in->box, "todo"))
        return merged_box(cx, in, w, false);
    if (str_is(in->box, "to_read"))
        return merged_box(cx, in, w, true);
    return person_box(cx, in, w);
}

static const struct read reads[] = {
    { "items.page", "/items", PERM_LOGIN, &items_in_record, &item_row_record, true, run_items,
      "待办、已办、待阅、我发起、关注", "One's own lists over all posts and modules", 0 },
};

static const struct handler handlers[] = { { "counter.limited", on_counter_limited } };

const struct room desk_list_room = { "desk", NULL, 0, ROOM_TABLE(reads), ROOM_TABLE(handlers),
                                     NULL,   NULL };
