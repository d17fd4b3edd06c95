/* Figures to look at: of a unit, and of the units below by whoever oversees them; the same as files. */
#include "base/clock.h"
#include "core/answer.h"
#include "desk/export.h"
#include "org/org.h"
#include "stats/stats.sql.h"
#include "stats/stats_in.h"

/* --- who may (P8) ------------------------------------------------------------------------------------------ */

static bool has_any(const struct ctx *cx, int64_t unit_id, const enum role *roles, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (has_role(cx, roles[i], unit_id))
            return true;
    return false;
}

static bool reads_own(const struct ctx *cx, int64_t unit_id)
{
    static const enum role roles[] = { ROLE_DOC_CLERK, ROLE_OFFICE_HEAD, ROLE_UNIT_HEAD, ROLE_REVIEWER,
                                       ROLE_SUPERVISION_OFFICE, ROLE_ARCHIVIST };
    return has_any(cx, unit_id, roles, sizeof roles / sizeof *roles);
}

static bool oversees(const struct ctx *cx, int64_t unit_id)
{
    static const enum role roles[] = { ROLE_OFFICE_HEAD, ROLE_UNIT_HEAD, ROLE_SUPERVISION_OFFICE };
    return has_any(cx, unit_id, roles, sizeof roles / sizeof *roles);
}

static bool sees_persons(const struct ctx *cx, int64_t unit_id)
{
    return has_role(cx, ROLE_OFFICE_HEAD, unit_id) || has_role(cx, ROLE_UNIT_HEAD, unit_id);
}

/* The first unit where the actor may; 0: none. */
static int64_t first_unit(const struct ctx *cx, bool (*may_do)(const struct ctx *, int64_t))
{
    for (size_t i = 0; cx->actor && i < cx->actor->n_grants; i++)
        if (may_do(cx, cx->actor->grants[i].unit_id))
            return cx->actor->grants[i].unit_id;
    return 0;
}

/* Is it below one where the actor oversees others? */
static bool is_overseen(struct ctx *cx, const struct unit_row *u)
{
    for (size_t i = 0; cx->actor && i < cx->actor->n_grants; i++) {
        int64_t above = cx->actor->grants[i].unit_id;
        struct str path;
        if (!oversees(cx, above))
            continue;
        if (!org_path_below(cx, above, &path))
            return false;
        if (str_starts(u->path, path) && u->id != above)
            return true;
    }
    return false;
}

/* The unit asked for; own: its inside is the reader's too. Absent or not theirs: not_found. */
static bool unit_asked(struct ctx *cx, int64_t asked, struct unit_row *u, bool *own)
{
    int64_t id = asked ? asked : first_unit(cx, reads_own);
    int found = id ? unit_find(cx, id, u) : 0;
    if (found < 0)
        return false;
    *own = found == 1 && reads_own(cx, id);
    return *own || (found == 1 && str_is(u->kind, "unit") && is_overseen(cx, u)) ||
           (cx->err.kind == ERR_NONE && fail_not_found(cx));
}

/* --- the period ------------------------------------------------------------------------------------------- */

struct period {
    int64_t year, month, from, to, before_from, before_to;
};

static struct period period_of(const struct ctx *cx, int64_t year, int64_t month)
{
    struct period p = { .year = year ? year : clock_date_of(cx->now).year, .month = month };
    p.from = p.year * 100 + (month ? month : 1);
    p.to = p.year * 100 + (month ? month : 12);
    p.before_from = month ? month_add(p.from, -1) : p.from - 100;
    p.before_to = month ? p.before_from : p.to - 100;
    return p;
}

/* --- a unit's ---------------------------------------------------------------------------------------------- */

struct stats_in {
    int64_t unit, year, month;
};
static const struct field stats_in_fields[] = {
    FIELD(stats_in, unit, F_ID, .zh = "单位", .en = "unit"),
    FIELD(stats_in, year, F_I64, .min = 0, .max = 2099, .zh = "年度", .en = "year; 0: this one"),
    FIELD(stats_in, month, F_I64, .min = 0, .max = 12, .zh = "月份", .en = "month; 0: the whole year"),
};
const struct record stats_in_record = { "stats_in", sizeof(struct stats_in), stats_in_fields, 3 };

static ANSWER(stats_unit, ID(ALWAYS, "id", "单位", "unit"), TEXT(ALWAYS, "name", "名称", "name"));
static ANSWER(stats_figure, TEXT(ALWAYS, "measure", "指标", "measure"),
              TEXT(ALWAYS, "key", "分项", "kind, urgency, code, section, person; empty: the whole"),
              TEXT(ALWAYS, "name", "名称", "name of a section or person; empty: the key names it"),
              NUMBER(ALWAYS, "n", "本期", "number"), NUMBER(ALWAYS, "before", "上期", "the period before"));
static ANSWER(stats_bar, NUMBER(ALWAYS, "month", "月份", "month"), NUMBER(ALWAYS, "received", "收文", "received"),
              NUMBER(ALWAYS, "sent", "发文", "sent"), NUMBER(ALWAYS, "closed", "办结", "closed"));
ANSWER(stats, ONE(ALWAYS, "unit", &stats_unit_record, "单位", "unit"), NUMBER(ALWAYS, "year", "年度", "year"),
       NUMBER(ALWAYS, "month", "月份", "month; 0: the year"),
       AT(ALWAYS, "counted_at", "统计时间", "counted at; 0: not yet"),
       FLAG(ALWAYS, "is_pending", "有新数据待统计", "something new is being counted"),
       FLAG(ALWAYS, "is_own", "本单位", "the inside is the reader's too"),
       FLAG(ALWAYS, "has_below", "有下级单位统计", "figures of units below may be read"),
       LIST(ALWAYS, "figures", &stats_figure_record, "指标", "figures"),
       LIST(ALWAYS, "months", &stats_bar_record, "各月", "the year by months"));

struct figure {
    struct str measure, key, name;
    int64_t n, before;
};
struct figures {
    struct figure *p;
    size_t n;
};

static bool is_inside(struct str measure)
{
    return str_starts(measure, STR("section")) || str_starts(measure, STR("person"));
}

static bool name_find(struct ctx *cx, struct figure *f)
{
    int64_t id = 0;
    struct unit_row u;
    struct person_row p;
    f->name = STR("");
    if (!is_inside(f->measure) || !str_to_i64(f->key, &id) || !id)
        return true;
    bool is_section = str_starts(f->measure, STR("section"));
    int found = is_section ? unit_find(cx, id, &u) : person_find(cx, id, &p);
    if (found == 1)
        f->name = is_section ? u.name : p.name;
    return found >= 0;
}

/* What the reader may see of the period: nothing of the inside from above, persons for heads alone. */
static bool figures_load(struct ctx *cx, const struct unit_row *u, bool own, const struct period *p,
                         struct figures *out)
{
    struct rows r;
    bool persons = own && sees_persons(cx, u->id);
    *out = (struct figures){ NULL, 0 };
    for (db_rows(cx->db, &r, &q_stat_period, p->from, p->before_to, u->id, p->before_from, p->to);
         rows_next(&r);) {
        struct str measure = row_text(&r, 0);
        bool most = str_ends(measure, STR("_most"));
        if ((is_inside(measure) && !own) || (str_starts(measure, STR("person")) && !persons))
            continue;
        if (out->n % 64 == 0)
            out->p = arena_grow(cx->a, out->p, out->n * sizeof *out->p, (out->n + 64) * sizeof *out->p);
        out->p[out->n++] = (struct figure){ .measure = row_copy(&r, 0, cx->a), .key = row_copy(&r, 1, cx->a),
                                            .n = row_i64(&r, most ? 3 : 2),
                                            .before = row_i64(&r, most ? 5 : 4) };
    }
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    for (size_t i = 0; i < out->n; i++)
        if (!name_find(cx, &out->p[i]))
            return false;
    return true;
}

static bool months_write(struct ctx *cx, struct jw *w, int64_t unit_id, int64_t year)
{
    int64_t n[12][3] = { { 0 } };
    struct rows r;
    for (db_rows(cx->db, &r, &q_stat_months, unit_id, year * 100 + 1, year * 100 + 12); rows_next(&r);) {
        struct str m = row_text(&r, 1);
        n[row_i64(&r, 0) % 100 - 1][str_is(m, "received") ? 0 : str_is(m, "sent") ? 1 : 2] = row_i64(&r, 2);
    }
    rows_end(&r);
    jw_karr(w, "months");
    for (int m = 0; m < 12; m++) {
        jw_obj(w);
        jw_ki64(w, "month", m + 1);
        jw_ki64(w, "received", n[m][0]);
        jw_ki64(w, "sent", n[m][1]);
        jw_ki64(w, "closed", n[m][2]);
        jw_obj_end(w);
    }
    jw_arr_end(w);
    return !rows_failed(&r);
}

bool stats_read(struct ctx *cx, const void *input, struct jw *w)
{
    const struct stats_in *in = input;
    struct period p = period_of(cx, in->year, in->month);
    struct unit_row u;
    struct figures f;
    bool own;
    if (!unit_asked(cx, in->unit, &u, &own) || !figures_load(cx, &u, own, &p, &f))
        return false;
    jw_obj(w);
    jw_kobj(w, "unit");
    jw_kid(w, "id", u.id);
    jw_kstr(w, "name", u.name);
    jw_obj_end(w);
    jw_ki64(w, "year", p.year);
    jw_ki64(w, "month", p.month);
    jw_ki64(w, "counted_at", db_number(cx->db, 0, &q_month_counted, u.id, p.from, p.to));
    jw_kbool(w, "is_pending", db_number(cx->db, 0, &q_touch_any, u.id));
    jw_kbool(w, "is_own", own);
    jw_kbool(w, "has_below", first_unit(cx, oversees) != 0);
    jw_karr(w, "figures");
    for (size_t i = 0; i < f.n; i++) {
        jw_obj(w);
        jw_kstr(w, "measure", f.p[i].measure);
        jw_kstr(w, "key", f.p[i].key);
        jw_kstr(w, "name", f.p[i].name);
        jw_ki64(w, "n", f.p[i].n);
        jw_ki64(w, "before", f.p[i].before);
        jw_obj_end(w);
    }
    jw_arr_end(w);
    bool good = months_write(cx, w, u.id, p.year);
    jw_obj_end(w);
    return good && cx->err.kind == ERR_NONE;
}

/* --- the units below ------------------------------------------------------------------------------------------ */

struct stats_below_in {
    int64_t unit, year, month, limit;
    struct str after;
};
static const struct field stats_below_in_fields[] = {
    FIELD(stats_below_in, unit, F_ID, .zh = "单位", .en = "unit that oversees"),
    FIELD(stats_below_in, year, F_I64, .min = 0, .max = 2099, .zh = "年度", .en = "year; 0: this one"),
    FIELD(stats_below_in, month, F_I64, .min = 0, .max = 12, .zh = "月份", .en = "month; 0: the whole year"),
    FIELD(stats_below_in, after, F_TEXT, .max = 100, .zh = "继续位置", .en = "after"),
    FIELD(stats_below_in, limit, F_I64, .min = 0, .max = 100, .zh = "条数", .en = "limit"),
};
const struct record stats_below_in_record = { "stats_below_in", sizeof(struct stats_below_in),
                                              stats_below_in_fields, 5 };

static const char *const below_measures[] = { "received", "sent", "signed", "signed_in_time", "closed",
                                              "closed_in_limit", "days", "returned" };
enum { BELOW = sizeof below_measures / sizeof *below_measures };

ANSWER(stats_below_row, ID(ALWAYS, "id", "单位", "unit"), TEXT(ALWAYS, "name", "名称", "name"),
       TEXT(ALWAYS, "level", "层级", "level"), NUMBER(ALWAYS, "received", "收文", "received"),
       NUMBER(ALWAYS, "sent", "发文", "sent"), NUMBER(ALWAYS, "signed", "签收", "signed for"),
       NUMBER(ALWAYS, "signed_in_time", "按时签收", "signed for in time"),
       NUMBER(ALWAYS, "closed", "办结", "closed"),
       NUMBER(ALWAYS, "closed_in_limit", "按期办结", "closed within the limit"),
       NUMBER(ALWAYS, "days", "办理工作日合计", "working days, summed"),
       NUMBER(ALWAYS, "returned", "被退文", "returned"));

struct below {
    int64_t id, n[BELOW];
    struct str name, level;
};

/* Up to limit units after the one with that id (0: from the first). */
static bool below_load(struct ctx *cx, int64_t unit_id, const struct period *p, int64_t after,
                       int64_t limit, struct below *list, size_t *n)
{
    struct rows r;
    struct str path;
    struct unit_row last = { .sort_key = STR("") };
    *n = 0;
    if (!org_path_below(cx, unit_id, &path) || (after && !unit_load(cx, after, &last)))
        return false;
    for (db_rows(cx->db, &r, &q_stat_below, unit_id, path, last.sort_key, limit, p->from, p->to);
         rows_next(&r);) {
        if (*n == 0 || list[*n - 1].id != row_i64(&r, 0))
            list[(*n)++] = (struct below){ .id = row_i64(&r, 0), .name = row_copy(&r, 1, cx->a),
                                           .level = row_copy(&r, 2, cx->a) };
        for (size_t i = 0; i < BELOW; i++)
            if (str_is(row_text(&r, 3), below_measures[i]))
                list[*n - 1].n[i] = row_i64(&r, 4);
    }
    rows_end(&r);
    return !rows_failed(&r);
}

static bool overseer(struct ctx *cx, int64_t asked, int64_t *out)
{
    *out = asked ? asked : first_unit(cx, oversees);
    return (*out && oversees(cx, *out)) || fail_not_found(cx);
}

bool stats_below(struct ctx *cx, const void *input, struct jw *w)
{
    const struct stats_below_in *in = input;
    struct period p = period_of(cx, in->year, in->month);
    int64_t unit, after = 0, limit = in->limit ? in->limit : 50;
    struct below *list = arena_array_of(cx->a, struct below, 100);
    size_t n;
    if (!overseer(cx, in->unit, &unit) || !cursor_read(cx, in->after, &after, NULL, NULL) ||
        !below_load(cx, unit, &p, after, limit, list, &n))
        return false;
    answer_rows(w);
    for (size_t i = 0; i < n; i++) {
        jw_obj(w);
        jw_kid(w, "id", list[i].id);
        jw_kstr(w, "name", list[i].name);
        jw_kstr(w, "level", list[i].level);
        for (size_t k = 0; k < BELOW; k++)
            jw_ki64(w, below_measures[k], list[i].n[k]);
        jw_obj_end(w);
    }
    answer_rows_end(w, n == (size_t)limit ? cursor_text(cx, list[n - 1].id, 0, 0) : STR_NONE);
    return true;
}

/* --- as files (desk/export.h) --------------------------------------------------------------------------------- */

static const struct {
    const char *code, *zh, *en;
} words[] = {
    { "received", "收文", "Received" }, { "received_type", "收文：文种", "Received by kind" },
    { "received_urgency", "收文：紧急程度", "Received by urgency" }, { "sent", "发文", "Sent" },
    { "sent_joint", "其中联合行文非主办", "of which others lead" }, { "sent_type", "发文：文种", "Sent by kind" },
    { "sent_urgency", "发文：紧急程度", "Sent by urgency" }, { "signed", "签收", "Signed for" },
    { "signed_in_time", "按时签收", "Signed for in time" }, { "closed", "办结", "Closed" },
    { "closed_in_limit", "按期办结", "Closed within the limit" },
    { "days", "办理工作日合计", "Working days, summed" }, { "days_most", "最长办理工作日", "Longest, working days" },
    { "urged", "被催办次数", "Times urged" }, { "returned", "被退文", "Returned" },
    { "problem", "收文单位反映问题", "Problems reported" }, { "section", "科室承办", "Handled by section" },
    { "section_late", "科室承办超期", "Handled late by section" }, { "person", "人员承办", "Handled by person" },
    { "person_late", "人员承办超期", "Handled late by person" }, { "critical", "特急", "critical" },
    { "urgent", "加急", "urgent" }, { "normal", "平件", "normal" }, { "not_ours", "不属于本单位职权范围", "Not within our powers" },
    { "level_skipped", "越级行文", "A level was skipped" }, { "many_addressees", "多头主送", "Several addressees" },
    { "many_matters", "一文多事", "Several matters" }, { "mixed", "请示、报告混用", "Request and report mixed" },
    { "not_countersigned", "未经会签", "Not countersigned" }, { "format", "格式不符合规定", "Form is wrong" },
    { "misdirected", "误投", "Wrong unit" }, { "duplicate", "重复", "Sent twice" },
    { "missing_attachment", "缺附件", "Attachment missing" }, { "unreadable", "打不开", "Cannot be opened" },
};

static struct str word_of(const struct ctx *cx, struct str code)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is(code, words[i].code))
            return str_of(cx->lang == LANG_EN ? words[i].en : words[i].zh);
    return code;
}

static struct str number(struct ctx *cx, int64_t n)
{
    return str_printf(cx->a, "%lld", (long long)n);
}

static bool own_rows(struct ctx *cx, const struct register_ask *ask, const struct period *p)
{
    static const struct register_column columns[] = { { "指标", "Measure", 24 }, { "分项", "Of it", 24 },
                                                      { "本期", "This period", 12 },
                                                      { "上期", "Period before", 12 },
                                                      { "增减", "Change", 12 } };
    struct unit_row u;
    struct figures f;
    bool own;
    if (!unit_asked(cx, register_number(ask, "unit"), &u, &own) || !figures_load(cx, &u, own, p, &f))
        return false;
    ask->sink->columns(ask->sink, columns, 5);
    for (size_t i = 0; i < f.n; i++) {
        const struct figure *x = &f.p[i];
        const struct str cells[] = { word_of(cx, x->measure), x->name.n ? x->name : word_of(cx, x->key),
                                     number(cx, x->n), number(cx, x->before),
                                     number(cx, x->n - x->before) };
        if (!ask->sink->row(ask->sink, cells, 5))
            break;
    }
    return true;
}

static bool below_rows(struct ctx *cx, const struct register_ask *ask, const struct period *p)
{
    static const struct register_column columns[] = {
        { "单位", "Unit", 36 }, { "收文", "Received", 10 }, { "发文", "Sent", 10 }, { "签收", "Signed for", 10 },
        { "按时签收", "In time", 10 }, { "办结", "Closed", 10 }, { "按期办结", "Within the limit", 10 },
        { "办理工作日合计", "Working days", 14 }, { "被退文", "Returned", 10 } };
    struct below *list = arena_array_of(cx->a, struct below, 100);
    int64_t unit, after = 0;
    size_t n = 100;
    if (!overseer(cx, register_number(ask, "unit"), &unit))
        return false;
    ask->sink->columns(ask->sink, columns, BELOW + 1);
    while (n == 100) {
        struct arena_mark mark = arena_mark(cx->a);
        if (!below_load(cx, unit, p, after, 100, list, &n))
            return false;
        for (size_t i = 0; i < n; i++) {
            struct str cells[BELOW + 1] = { list[i].name };
            for (size_t k = 0; k < BELOW; k++)
                cells[k + 1] = number(cx, list[i].n[k]);
            if (!ask->sink->row(ask->sink, cells, BELOW + 1))
                return true;
        }
        after = n ? list[n - 1].id : 0;
        arena_reset(cx->a, mark);
    }
    return true;
}

bool stats_on_rows(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct register_ask *ask = detail;
    (void)event;
    (void)subject;
    struct period p = period_of(cx, register_number(ask, "year") % 10000, register_number(ask, "month") % 13);
    if (str_is(ask->name, "statistics"))
        return own_rows(cx, ask, &p);
    return !str_is(ask->name, "statistics_below") || below_rows(cx, ask, &p);
}

bool stats_on_rights(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    struct jw *w = *(struct jw *const *)detail;
    (void)event;
    (void)subject;
    if (first_unit(cx, reads_own))
        jw_text(w, "statistics");
    return true;
}
