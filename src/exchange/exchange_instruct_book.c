/* 批示登记本 (OFFICE L5): every instruction of a unit's leaders by leader, year, topic, executor and
 * result, and of them what waits for the office (R1). */
#include "desk/export.h"
#include "exchange/exchange.sql.h"
#include "exchange/exchange_in.h"

static const char *const list_states[] = { "new", "all", NULL };
static const struct field instruction_list_in_fields[] = {
    FIELD(instruction_list_in, unit, F_ID, .zh = "单位", .en = "unit"),
    FIELD(instruction_list_in, state, F_CHOICE, .choices = list_states, .zh = "范围",
          .en = "which"),
    FIELD(instruction_list_in, leader, F_ID, .zh = "领导身份", .en = "a leader's post"),
    FIELD(instruction_list_in, year, F_I64, .min = 0, .max = 9999, .zh = "年度", .en = "year"),
    FIELD(instruction_list_in, q, F_TEXT, .max = 100, .zh = "查找内容",
          .en = "words of title, number, instruction or executor"),
    FIELD(instruction_list_in, after, F_TEXT, .max = 100, .zh = "继续位置", .en = "after"),
    FIELD(instruction_list_in, limit, F_I64, .min = 0, .max = 100, .zh = "条数", .en = "limit"),
};
EXCHANGE_RECORD(instruction_list_in);

struct book {
    int64_t unit, person, since, until;
    struct str q;
    bool only_new;
};

static bool book_of(struct ctx *cx, const struct instruction_list_in *in, struct book *b)
{
    struct post_row leader = { 0 };
    *b = (struct book){ .unit = in->unit, .until = INT64_MAX, .q = in->q.p ? in->q : STR(""),
                        .only_new = str_is(in->state, "new") };
    if (!book_reader(cx, in->unit, &b->unit))
        return false;
    if (in->leader && post_find(cx, in->leader, &leader) < 0)
        return false;
    b->person = in->leader ? leader.person_id ? leader.person_id : -1 : 0;
    if (in->year) {
        b->since = clock_at((struct clock_date){ (int)in->year, 1, 1 }, 0);
        b->until = clock_at((struct clock_date){ (int)in->year + 1, 1, 1 }, 0);
    }
    return true;
}

static bool book_open(struct ctx *cx, struct rows *r, const struct book *b, int64_t before,
                      int64_t limit)
{
    return b->only_new ? db_rows(cx->db, r, &q_instruction_new, b->unit, before, limit)
                       : db_rows(cx->db, r, &q_instruction_book, b->unit, before, b->since,
                                 b->until, b->person, b->q, limit);
}

/* Of the assignment it went out with, else of the handlers inside. */
static struct str result_of(struct rows *r)
{
    struct str s = row_text(r, 15);
    return s.n ? s : row_text(r, 14);
}

EXCHANGE_READ(instruction_list)
{
    const struct instruction_list_in *in = in_;
    struct book b;
    struct rows r;
    int64_t before = INT64_MAX, last = 0, n = 0, limit = in->limit ? in->limit : 50;
    if (!book_of(cx, in, &b) || !cursor_read(cx, in->after, &before, NULL, NULL))
        return false;
    answer_rows(w);
    for (book_open(cx, &r, &b, before, limit); rows_next(&r); n++) {
        last = row_i64(&r, 0);
        jw_obj(w);
        jw_kid(w, "id", last);
        jw_kid(w, "matter", row_i64(&r, 1));
        jw_kstr(w, "who", row_text(&r, 2));
        jw_kstr(w, "text", row_text(&r, 3));
        jw_kstr(w, "lead", row_text(&r, 4));
        jw_kstr(w, "due_on", row_text(&r, 5));
        jw_ki64(w, "at", desk_moment(cx, b.unit, row_i64(&r, 12), row_i64(&r, 6)));
        jw_kstr(w, "state", row_text(&r, 7));
        jw_kbool(w, "is_contradicted", row_i64(&r, 8));
        jw_kstr(w, "title", row_text(&r, 9));
        jw_kstr(w, "number", row_text(&r, 10));
        jw_kstr(w, "urgency", row_text(&r, 11));
        jw_kstr(w, "executors", row_text(&r, 13));
        jw_kstr(w, "result", result_of(&r).n ? result_of(&r) : STR_NONE);
        jw_kbool(w, "is_open", row_i64(&r, 17) && row_is_null(&r, 16));
        jw_obj_end(w);
    }
    rows_end(&r);
    answer_rows_end(w, n == limit ? cursor_text(cx, last, 0, 0) : STR_NONE);
    return !rows_failed(&r);
}

/* --- as a file ------------------------------------------------------------------------------------------ */

static const struct register_column columns[] = {
    { "批示日期", "Day", 12 },    { "领导", "Leader", 10 },    { "来文标题", "Letter", 50 },
    { "文号", "Number", 20 },     { "批示内容", "Words", 50 },  { "承办", "Executors", 24 },
    { "办理时限", "Due", 12 },    { "办理结果", "Result", 50 },
};
#define COLUMNS (sizeof columns / sizeof *columns)

static bool row_to_sink(struct ctx *cx, struct register_sink *sink, struct rows *r)
{
    const struct str cells[COLUMNS] = { clock_day_text(cx->a, clock_date_of(row_i64(r, 6))),
                                        row_text(r, 2),  row_text(r, 9),  row_text(r, 10),
                                        row_text(r, 3),  row_text(r, 13), row_text(r, 5),
                                        result_of(r) };
    return sink->row(sink, cells, COLUMNS);
}

bool on_instruction_rows(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct register_ask *ask = detail;
    struct book b;
    int64_t before = INT64_MAX, n = 500;
    bool more = true;
    (void)event;
    (void)subject;
    if (!str_is(ask->name, "instructions"))
        return true;
    const struct instruction_list_in in = { .unit = register_number(ask, "unit"),
                                            .leader = register_number(ask, "leader"),
                                            .year = register_number(ask, "year"),
                                            .q = register_text(ask, "q") };
    if (!book_of(cx, &in, &b))
        return false;
    ask->sink->columns(ask->sink, columns, COLUMNS);
    while (more && n == 500) {
        struct arena_mark mark = arena_mark(cx->a);
        struct rows r;
        n = 0;
        for (book_open(cx, &r, &b, before, 500); more && rows_next(&r); n++) {
            before = row_i64(&r, 0);
            more = row_to_sink(cx, ask->sink, &r);
        }
        rows_end(&r);
        if (rows_failed(&r))
            return false;
        arena_reset(cx->a, mark);
    }
    return true;
}
