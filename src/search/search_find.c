/* The search itself: postings merged with what the person sees, newest first, and for the hits of one
 * page the passage by which each is shown. A passage is cut from what the person reads now, never from
 * the index; a text that was found by something else (a letter given back, an attachment that was not
 * sent along, words purged since) is left out. */
#include <pthread.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/clock.h"
#include "search/search.sql.h"
#include "search/search_in.h"

#define LIMIT_DEFAULT 20
#define LIMIT_MAX 100
#define STRETCH_MIN 32 /* postings read at once */
#define STRETCH_MAX 256
#define STRETCH_WORK 16
#define LEAPS_TRIED 8 /* in a stretch */
#define LEAP_GAIN 3   /* postings that a leap must pass */
#define LOOK_UP_MIN 16
#define PASSAGE_WORK 8
#define WORK_MAX 10000 /* then the page ends, with a cursor: some 40 ms */

struct search_in {
    struct str q, after, module, from;
    int64_t year, limit;
    bool mine;
};
static const struct field search_in_fields[] = {
    FIELD(search_in, q, F_TEXT, .max = 100, .flags = FIELD_REQUIRED, .zh = "检索词", .en = "words"),
    FIELD(search_in, after, F_TEXT, .max = 60, .zh = "位置", .en = "cursor"),
    FIELD(search_in, module, F_TEXT, .max = 40, .zh = "业务", .en = "only this module"),
    FIELD(search_in, year, F_I64, .min = 1990, .max = 2100, .zh = "年份",
          .en = "only what began in this year"),
    FIELD(search_in, from, F_TEXT, .max = 100, .zh = "来自", .en = "only from this unit or issuer"),
    FIELD(search_in, mine, F_BOOL, .zh = "我发起的", .en = "only what the person started"),
    FIELD(search_in, limit, F_I64, .max = LIMIT_MAX, .zh = "行数", .en = "rows"),
};
const struct record search_in_record = { "search_in", sizeof(struct search_in), search_in_fields,
                                         sizeof search_in_fields / sizeof *search_in_fields };

static const struct field search_mark_fields[] = {
    FIELD(search_mark, from, F_I64, .zh = "起", .en = "the first character, counted from 0"),
    FIELD(search_mark, to, F_I64, .zh = "止", .en = "behind the last character"),
};
RECORD(search_mark);

static const char *const places[] = { "title", "number", "from", "attachment", "text", NULL };

struct search_snippet {
    struct str place, text;
    struct list marks;
};
static const struct field search_snippet_fields[] = {
    FIELD(search_snippet, place, F_CHOICE, .choices = places, .flags = FIELD_REQUIRED,
          .zh = "出处", .en = "where the words stand"),
    FIELD(search_snippet, text, F_TEXT, .flags = FIELD_REQUIRED, .zh = "片段", .en = "the passage"),
    FIELD(search_snippet, marks, F_RECORDS, .record = &search_mark_record, .zh = "命中之处",
          .en = "matched characters of the passage"),
};
RECORD(search_snippet);

struct search_row {
    int64_t matter, at;
    struct str module, module_name, title, number, unit, urgency, label, state;
    struct list title_marks;
    struct search_snippet snippet;
};
static const struct field search_row_fields[] = {
    FIELD(search_row, matter, F_ID, .flags = FIELD_REQUIRED, .zh = "事项", .en = "matter"),
    FIELD(search_row, module, F_TEXT, .flags = FIELD_REQUIRED, .zh = "业务", .en = "module"),
    FIELD(search_row, module_name, F_TEXT, .flags = FIELD_REQUIRED, .zh = "业务名称",
          .en = "module's name"),
    FIELD(search_row, title, F_TEXT, .flags = FIELD_REQUIRED, .zh = "标题", .en = "title"),
    FIELD(search_row, number, F_TEXT, .zh = "文号", .en = "number"),
    FIELD(search_row, unit, F_TEXT, .flags = FIELD_REQUIRED, .zh = "来自", .en = "from"),
    FIELD(search_row, urgency, F_TEXT, .zh = "紧急程度", .en = "urgency"),
    FIELD(search_row, label, F_TEXT, .flags = FIELD_REQUIRED, .zh = "标识",
          .en = "empty, internal, sensitive"),
    FIELD(search_row, state, F_TEXT, .flags = FIELD_REQUIRED, .zh = "状态", .en = "state"),
    FIELD(search_row, at, F_MOMENT, .flags = FIELD_REQUIRED, .zh = "时间", .en = "at"),
    FIELD(search_row, title_marks, F_RECORDS, .record = &search_mark_record, .zh = "标题命中之处",
          .en = "matched characters of the title"),
    FIELD(search_row, snippet, F_RECORD, .record = &search_snippet_record, .zh = "命中片段",
          .en = "where the words stand; place title: the title has them all"),
};
const struct record search_row_record = { "search_row", sizeof(struct search_row), search_row_fields,
                                          sizeof search_row_fields / sizeof *search_row_fields };

/* --- readers of the index, one a thread -------------------------------------------------------------- */

struct reader {
    struct reader *next;
    struct db *db;
    struct arena *a;
    struct err err;
};
static pthread_key_t reader_key;
static pthread_once_t reader_once = PTHREAD_ONCE_INIT;
static pthread_mutex_t readers_lock = PTHREAD_MUTEX_INITIALIZER; /* guards the list */
static struct reader *readers;

static void reader_drop(struct reader *r)
{
    db_close(&r->db);
    arena_free(&r->a);
    free(r);
}

/* The end of a thread that has one. */
static void reader_end(void *arg)
{
    pthread_mutex_lock(&readers_lock);
    struct reader **at = &readers;
    while (*at && *at != arg)
        at = &(*at)->next;
    struct reader *r = *at;
    if (r)
        *at = r->next;
    pthread_mutex_unlock(&readers_lock);
    if (r) /* else they were all closed */
        reader_drop(r);
}

static void make_key(void)
{
    CHECK(pthread_key_create(&reader_key, reader_end) == 0);
}

void search_readers_close(void)
{
    pthread_mutex_lock(&readers_lock);
    struct reader *all = readers;
    readers = NULL;
    pthread_mutex_unlock(&readers_lock);
    for (struct reader *next; all; all = next) {
        next = all->next;
        reader_drop(all);
    }
    pthread_once(&reader_once, make_key);
    pthread_setspecific(reader_key, NULL); /* this thread's was among them */
}

static struct reader *reader_new(void)
{
    struct reader *r = calloc(1, sizeof *r);
    CHECK(r);
    r->a = arena_new();
    pthread_setspecific(reader_key, r);
    pthread_mutex_lock(&readers_lock);
    r->next = readers;
    readers = r;
    pthread_mutex_unlock(&readers_lock);
    return r;
}

struct db *search_reader(struct ctx *cx)
{
    if (search_config()->engine == DB_PGSQL)
        return cx->db;
    pthread_once(&reader_once, make_key);
    struct reader *r = pthread_getspecific(reader_key);
    if (!r)
        r = reader_new();
    if (!r->db)
        r->db = db_open(search_config(), DB_READ, r->a, &r->err);
    if (r->db)
        db_errors_to(r->db, cx->a, &cx->err);
    return r->db;
}

/* --- the merge ------------------------------------------------------------------------------------------ */

/* The merge of postings and of what the person may see, both newest first. A stretch of postings is
 * read at once: to ask the index anew costs as much as to read two hundred. Inside it the merge
 * leaps from one text that the person sees to the next; where that gains little, since they see
 * texts between all postings, some are looked up at once. So the shorter of the two streams leads.
 */
struct merge {
    struct db *db;
    struct str words, scopes;
    struct str needles; /* PostgreSQL, as long as the word may be a common one */
    int64_t from;       /* the next posting is at or below; 0: the end */
    size_t length;      /* of the next stretch */
    size_t n, at;       /* postings in this one, and how many were looked at */
    int64_t text[STRETCH_MAX];
    int64_t seen;  /* the newest text that the person sees at or below those looked at; 0: none */
    size_t wanted; /* hits */
    int64_t hit[STRETCH_MAX], by[STRETCH_MAX]; /* what was seen of this stretch, by which matters */
    size_t hits;
    int64_t work; /* so far; a leap is two */
    const struct matter_filter *only; /* NULL: all that they see */
    struct search_terms terms;
};

static bool read_postings(struct merge *m, const struct query *q, struct str words)
{
    struct rows r;
    m->n = m->at = 0;
    for (db_rows(m->db, &r, q, words, m->from, (int64_t)m->length);
         m->n < m->length && rows_next(&r);)
        m->text[m->n++] = row_i64(&r, 0);
    rows_end(&r);
    m->work += STRETCH_WORK;
    return !rows_failed(&r);
}

static bool read_stretch(struct merge *m)
{
    if (m->needles.p) {
        m->length = STRETCH_MIN;
        if (!read_postings(m, &q_match_near, m->needles))
            return false;
        if (m->n == m->length)
            return true;
        m->needles = STR_NONE;
    }
    return read_postings(m, &q_match_page, m->words);
}

/* From text to text that the person sees, as long as each leap passes some postings. */
static void leap(struct ctx *cx, struct merge *m, int64_t *hit, size_t *hits)
{
    for (size_t leaps = 1, from = m->at; m->at < m->n && *hits < m->wanted && m->seen > 0;
         leaps++) {
        if (leaps > LEAPS_TRIED && m->at - from < leaps * LEAP_GAIN)
            return;
        m->seen = matter_seen_next(cx, m->scopes, m->text[m->at]);
        m->work += 2;
        while (m->at < m->n && m->text[m->at] > m->seen)
            m->at++;
        if (m->at < m->n && m->text[m->at] == m->seen)
            hit[(*hits)++] = m->text[m->at++];
    }
}

/* Adds to the hits those of n texts that are seen, and by which matter. */
static bool look_up(struct ctx *cx, struct merge *m, const int64_t *text, size_t n)
{
    int64_t by[STRETCH_MAX];
    m->work += (int64_t)(m->only ? n * 2 : n);
    if (n && !matter_seen_among(cx, m->scopes, text, n, m->only, by))
        return false;
    for (size_t i = 0; i < n && m->hits < m->wanted; i++)
        if (by[i]) {
            m->hit[m->hits] = text[i];
            m->by[m->hits++] = by[i];
        }
    return true;
}

/* What the person sees of the stretch, or of as much of it as gives what is wanted. */
static bool look_at(struct ctx *cx, struct merge *m)
{
    int64_t hit[STRETCH_MAX];
    size_t n = 0;
    m->hits = 0;
    leap(cx, m, hit, &n);
    if (!look_up(cx, m, hit, n))
        return false;
    while (m->at < m->n && m->hits < m->wanted && m->seen > 0) {
        size_t some = 2 * (m->wanted - m->hits) + LOOK_UP_MIN, left = m->n - m->at;
        size_t k = some < left ? some : left;
        if (!look_up(cx, m, m->text + m->at, k))
            return false;
        m->at += k;
        m->seen = m->text[m->at - 1];
    }
    return cx->err.kind == ERR_NONE;
}

/* Below the stretch, or from the next text that the person sees; where that lies further down than
 * the stretch was long, a short one does. */
static void go_on(struct merge *m)
{
    int64_t newest = m->n ? m->text[0] : 0, oldest = m->n ? m->text[m->n - 1] : 0;
    size_t longer = m->length * 2 < STRETCH_MAX ? m->length * 2 : STRETCH_MAX;
    bool is_last = m->n != m->length;
    bool is_far = (oldest - m->seen) > (newest - oldest);
    m->from = is_last ? 0 : m->seen < oldest ? m->seen : oldest - 1;
    m->length = is_far ? STRETCH_MIN : longer;
}

/* --- passages --------------------------------------------------------------------------------------------- */

struct pieces {
    struct piece {
        const char *place;
        struct str text;
    } *p;
    size_t n, size;
};

static void piece_add(struct arena *a, struct pieces *all, const char *place, struct str text)
{
    if (!text.n)
        return;
    if (all->n == all->size) {
        size_t size = all->size ? all->size * 2 : 16;
        all->p = arena_grow(a, all->p, all->size * sizeof *all->p, size * sizeof *all->p);
        all->size = size;
    }
    all->p[all->n++] = (struct piece){ place, text };
}

/* What rooms have of the text, without the lines that the row shows already. */
static struct str body_of(struct ctx *cx, const struct matter *m)
{
    struct buf all = buf_in(cx->a), kept = buf_in(cx->a);
    bool is_hidden = false;
    struct str line;
    if (!event_ask(cx, "search.hidden", m->id, &is_hidden) || is_hidden ||
        !event_ask(cx, "search.text", m->text_id, &all))
        return STR("");
    for (struct str rest = buf_done(&all); str_cut(&rest, '\n', &line);) {
        if (!line.n || str_eq(line, m->title) || str_eq(line, m->number) ||
            str_eq(line, m->from_name))
            continue;
        if (kept.n)
            buf_char(&kept, '\n');
        buf_str(&kept, line);
    }
    return buf_done(&kept);
}

/* What this person reads of it beside the title, in the order of preference. */
static bool pieces_of(struct ctx *cx, const struct matter *m, struct pieces *out)
{
    struct buf names = buf_in(cx->a);
    struct str name;
    if (!matter_attachment_words(cx, m->id, &names))
        return false;
    piece_add(cx->a, out, "number", m->number);
    piece_add(cx->a, out, "text", body_of(cx, m));
    for (struct str rest = buf_done(&names); str_cut(&rest, '\n', &name);)
        piece_add(cx->a, out, "attachment", name);
    piece_add(cx->a, out, "from", m->from_name);
    return cx->err.kind == ERR_NONE;
}

static struct list marks_of(const struct search_passage *p)
{
    return (struct list){ p->mark, p->n_marks };
}

static int terms_in(uint64_t bits)
{
    return __builtin_popcountll(bits);
}

/* 1: here it is. 0: they do not read what it was found by. -1. */
static int snippet_of(struct ctx *cx, const struct search_terms *terms, const struct matter *m,
                      struct search_row *row)
{
    struct search_passage title, one, best = { 0 };
    struct pieces all = { 0 };
    (void)search_passage_find(cx->a, terms, m->title, true, &title); /* none: nothing is marked */
    row->title_marks = marks_of(&title);
    if (title.found == terms->all) {
        row->snippet = (struct search_snippet){ STR("title"), m->title, row->title_marks };
        return 1;
    }
    uint64_t found = title.found;
    if (!pieces_of(cx, m, &all))
        return -1;
    for (size_t i = 0; i < all.n; i++) {
        bool is_whole = !str_is(str_of(all.p[i].place), "text");
        if (!search_passage_find(cx->a, terms, all.p[i].text, is_whole, &one))
            continue;
        found |= one.found;
        if (terms_in(one.here) <= terms_in(best.here))
            continue;
        best = one;
        row->snippet = (struct search_snippet){ str_of(all.p[i].place), one.text, marks_of(&one) };
    }
    return found == terms->all;
}

static bool write_hit(struct ctx *cx, struct merge *m, int64_t matter_id, struct jw *w)
{
    struct matter at;
    if (matter_find(cx, matter_id, &at) != 1)
        return cx->err.kind == ERR_NONE;
    struct search_row row = { .matter = at.id, .at = at.started_at, .module = at.module,
                              .module_name = at.module_name, .title = at.title,
                              .number = at.number, .unit = at.from_name, .urgency = at.urgency,
                              .label = at.label, .state = at.state };
    int found = snippet_of(cx, &m->terms, &at, &row);
    m->work += PASSAGE_WORK;
    if (found == 1) {
        record_encode(w, &search_row_record, &row);
        m->wanted--;
    }
    return found >= 0;
}

static bool write_hits(struct ctx *cx, struct merge *m, struct jw *w)
{
    for (size_t i = 0; i < m->hits; i++)
        if (!write_hit(cx, m, m->by[i], w))
            return false;
    return true;
}

/* A stretch until its end or until the page is full. */
static bool look_through(struct ctx *cx, struct merge *m, struct jw *w)
{
    m->seen = m->from;
    do {
        if (!look_at(cx, m) || !write_hits(cx, m, w))
            return false;
    } while (m->wanted && m->at < m->n && m->seen > 0);
    return true;
}

/* Until the page is full; its cursor is below the last hit. */
static bool merge_run(struct ctx *cx, struct merge *m, struct jw *w)
{
    m->from = m->words.p ? m->from : 0;
    while (m->from > 0 && m->work < WORK_MAX) {
        if (!read_stretch(m) || !look_through(cx, m, w))
            return false;
        if (m->wanted == 0) {
            m->from = m->hit[m->hits - 1] - 1;
            return true;
        }
        go_on(m);
    }
    return cx->err.kind == ERR_NONE;
}

/* NULL: nothing is asked for. */
static const struct matter_filter *filter_of(struct ctx *cx, const struct search_in *in,
                                             struct matter_filter *out)
{
    *out = (struct matter_filter){
        .module = in->module.n ? in->module : STR_NONE,
        .from_name = in->from.n ? in->from : STR_NONE,
        .starter_person = in->mine ? cx->actor->person_id : 0,
        .since = in->year ? clock_at((struct clock_date){ (int)in->year, 1, 1 }, 0) : 0,
        .until = in->year ? clock_at((struct clock_date){ (int)in->year + 1, 1, 1 }, 0) : INT64_MAX,
    };
    return out->module.p || out->from_name.p || in->mine || in->year ? out : NULL;
}

/* What PostgreSQL is not asked by needles: a year stands in few of the newest texts. */
static void words_of(struct ctx *cx, const struct search_in *in, struct merge *m)
{
    enum db_engine engine = search_config()->engine;
    m->words = search_match(cx->a, engine, in->q);
    search_terms_of(cx->a, in->q, &m->terms);
    if (m->words.p && in->year)
        m->words = search_match_year(cx->a, engine, m->words, in->year);
    else if (engine == DB_PGSQL)
        m->needles = search_needles(cx->a, in->q);
}

/* The index is another file on SQLite: one snapshot of it for the whole search. */
bool search_run_page(struct ctx *cx, const void *input, struct jw *w)
{
    const struct search_in *in = input;
    struct matter_filter only;
    struct merge m = { .db = search_reader(cx), .from = INT64_MAX, .length = STRETCH_MIN };
    bool is_apart = m.db && m.db != cx->db;
    if (!cursor_read(cx, in->after, &m.from, NULL, NULL))
        return false;
    if (!m.db || (is_apart && !db_begin(m.db)))
        return fail(cx, ERR_BUSY, "search.index", NULL);
    words_of(cx, in, &m);
    m.scopes = matter_scopes(cx);
    m.only = filter_of(cx, in, &only);
    answer_rows(w);
    m.wanted = in->limit ? (size_t)in->limit : LIMIT_DEFAULT;
    bool good = merge_run(cx, &m, w);
    if (is_apart)
        db_rollback(m.db);
    answer_rows_end(w, m.from > 0 ? cursor_text(cx, m.from, 0, 0) : STR_NONE);
    return good;
}
