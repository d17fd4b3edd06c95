/* 征求意见汇总表 as a Word file, set as an office sets its tables: A4 across, title 小标宋 二号 in the
 * middle, 黑体 in the head row, 仿宋 小四 in the lines; the head row repeats on each page, no line is
 * torn, the foot counts the pages. Pure; how a Word file is made is word/'s. */
#include "document/document_solicit_in.h"
#include "word/word.h"

/* Twentieths of a point: A4 across, 版心 of 37 mm above, 26 mm beside. */
static const int widths[] = { 800, 2700, 5300, 1500, 3590 };
#define COLUMNS 5

static void table_begin(struct word_out *o)
{
    static const char *const heads[] = { "序号", "单位", "意见建议", "采纳情况", "理由" };
    word_table(o, widths, COLUMNS);
    word_row(o, true);
    for (int i = 0; i < COLUMNS; i++)
        word_cell(o, WORD_S_CELL_HEAD, str_of(heads[i]), 1, 0);
}

static const char *verdict_words(const struct solicit_reply *r)
{
    return str_is(r->verdict, "adopted")    ? "采纳"
           : str_is(r->verdict, "partly")   ? "部分采纳"
           : str_is(r->verdict, "rejected") ? "不采纳"
                                            : "";
}

static void line(struct arena *a, struct word_out *o, size_t i, const struct solicit_reply *r, bool is_late)
{
    struct str said = str_is(r->outcome, "comment") ? r->text
                      : str_is(r->outcome, "none")
                          ? (r->text.n ? str_printf(a, "无意见。%.*s", STR_ARG(r->text)) : STR("无意见"))
                          : str_of(is_late ? "逾期未反馈" : "未反馈");
    word_row(o, false);
    word_cell(o, WORD_S_CELL_MIDDLE, str_printf(a, "%zu", i + 1), 1, 0);
    word_cell(o, WORD_S_CELL, r->unit, 1, 0);
    word_cell(o, WORD_S_CELL, said, 1, 0);
    word_cell(o, WORD_S_CELL_MIDDLE, str_of(verdict_words(r)), 1, 0);
    word_cell(o, WORD_S_CELL, r->reason, 1, 0);
}

static struct str long_day(struct arena *a, struct str on)
{
    struct clock_date d;
    return clock_day_parse(on, &d) ? str_printf(a, "%d年%d月%d日", d.year, d.month, d.day) : on;
}

static struct str counts(struct arena *a, const struct solicit_round *r, bool is_late,
                         const struct solicit_reply *rows, size_t n)
{
    size_t none = 0, comment = 0;
    for (size_t i = 0; i < n; i++) {
        none += str_is(rows[i].outcome, "none");
        comment += str_is(rows[i].outcome, "comment");
    }
    return str_printf(a,
                      "第%lld次征求意见，截止日期%s。共征求%zu个单位意见，有意见%zu个，无意见%zu个，%s%zu个。",
                      (long long)r->round, long_day(a, r->reply_by).p, n, comment, none,
                      is_late ? "逾期未反馈" : "尚未反馈", n - none - comment);
}

struct str solicit_word(struct arena *a, const struct solicit_round *r, struct str title,
                        struct str unit, bool is_late, const struct solicit_reply *rows, size_t n,
                        struct str today)
{
    struct word_out *o = word_new(a, true);
    word_p(o, WORD_S_TITLE, str_printf(a, "《%.*s》\n征求意见情况汇总表", STR_ARG(title)));
    word_p(o, WORD_S_TABLE_NOTE, counts(a, r, is_late, rows, n));
    table_begin(o);
    for (size_t i = 0; i < n; i++)
        line(a, o, i, &rows[i], is_late);
    word_table_end(o);
    word_p(o, WORD_S_TABLE_NOTE, str_printf(a, "汇总单位：%.*s　　%s", STR_ARG(unit), long_day(a, today).p));
    return word_done(o);
}
