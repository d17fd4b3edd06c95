/* 修改痕迹 of a document: its revisions as rounds, one person's work in one step of the flow each, and the
 * text that shows what each round changed (花脸稿). Clean and marked are two looks at the same answer. */
#include "core/answer.h"
#include "document/document.sql.h"
#include "document/document_in.h"
#include "document/document_mark.h"

enum { REVISIONS_MOST = 2000, ROUNDS_MOST = 60 };

struct round {
    int64_t person_id, first, last, at;
    struct str author, step, why;
};
struct rounds {
    struct round p[REVISIONS_MOST];
    size_t n;
};

static ANSWER(document_round, NUMBER(ALWAYS, "round", "轮次", "its number in the marks; 0: what it began with"),
              TEXT(ALWAYS, "author", "修改人", "author"), TEXT(ALWAYS, "step", "环节", "step of the flow"),
              TEXT(ALWAYS, "why", "缘由", "why it was kept"), NUMBER(ALWAYS, "from", "起稿次", "first revision"),
              NUMBER(ALWAYS, "to", "止稿次", "last revision"), AT(ALWAYS, "at", "时间", "at"));
static ANSWER(document_mark, TEXT(ALWAYS, "text", "文字", "text"),
              NUMBER(ALWAYS, "put", "写入轮次", "the round that put it in; 0: from the beginning"),
              NUMBER(ALWAYS, "taken", "删除轮次", "the round that took it out; 0: it stands"));
static ANSWER(document_marked_line, TEXT(ALWAYS, "kind", "种类", "element, p, h1 to h4, table: its cells by tabs"),
              FLAG(ALWAYS, "is_gone", "已删除", "no word of it stands any more"),
              LIST(ALWAYS, "pieces", &document_mark_record, "逐词", "word by word"));
ANSWER(document_marks, NUMBER(ALWAYS, "from", "起稿次", "the revision it begins with"),
       NUMBER(ALWAYS, "to", "止稿次", "the revision it ends with"),
       LIST(ALWAYS, "rounds", &document_round_record, "轮次", "rounds"),
       LIST(ALWAYS, "rows", &document_marked_line_record, "文稿", "the text"));

struct doc_marks_in {
    int64_t document_id, from, to;
};
static const struct field doc_marks_in_fields[] = {
    FIELD(doc_marks_in, document_id, F_ID, .flags = FIELD_PATH, .zh = "公文", .en = "document"),
    FIELD(doc_marks_in, from, F_I64, .min = 0, .max = INT32_MAX, .zh = "旧版",
          .en = "older revision; absent: as it was first handed on"),
    FIELD(doc_marks_in, to, F_I64, .min = 0, .max = INT32_MAX, .zh = "新版",
          .en = "newer revision; absent: the newest"),
};
const struct record doc_marks_in_record = { "doc_marks_in", sizeof(struct doc_marks_in),
                                            doc_marks_in_fields, 3 };

/* Revisions one after another by the same person in the same step are a round; beginning is cut. */
static bool read_rounds(struct ctx *cx, int64_t document_id, int64_t begins, int64_t ends,
                        struct rounds *out)
{
    struct rows r;
    for (db_rows(cx->db, &r, &q_revision_rounds, document_id, ends, (int64_t)REVISIONS_MOST); rows_next(&r);) {
        int64_t revision = row_i64(&r, 0), person = row_i64(&r, 1);
        struct round *last = out->n ? &out->p[out->n - 1] : NULL;
        if (last && last->person_id == person && str_eq(last->step, row_text(&r, 4)) && last->last != begins) {
            last->last = revision;
            last->at = row_i64(&r, 5);
            last->why = row_copy(&r, 3, cx->a);
            continue;
        }
        out->p[out->n++] = (struct round){ person, revision, revision, row_i64(&r, 5),
                                           row_copy(&r, 2, cx->a), row_copy(&r, 4, cx->a),
                                           row_copy(&r, 3, cx->a) };
    }
    rows_end(&r);
    return !rows_failed(&r);
}

static void write_rounds(struct jw *w, const struct round *p, size_t n)
{
    jw_karr(w, "rounds");
    for (size_t i = 0; i < n; i++) {
        jw_obj(w);
        jw_ki64(w, "round", (int64_t)i);
        jw_kstr(w, "author", p[i].author);
        jw_kstr(w, "step", p[i].step);
        jw_kstr(w, "why", p[i].why);
        jw_ki64(w, "from", p[i].first);
        jw_ki64(w, "to", p[i].last);
        jw_ki64(w, "at", p[i].at);
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

static void write_lines(struct jw *w, const struct marks *m)
{
    jw_karr(w, "rows");
    for (size_t i = 0; i < m->n; i++) {
        const struct mark_line *l = &m->line[i];
        jw_obj(w);
        jw_kstr(w, "kind", l->kind);
        jw_kbool(w, "is_gone", l->is_gone);
        jw_karr(w, "pieces");
        for (size_t k = 0; k < l->n; k++) {
            jw_obj(w);
            jw_kstr(w, "text", l->piece[k].text);
            jw_ki64(w, "put", l->piece[k].put);
            jw_ki64(w, "taken", l->piece[k].taken);
            jw_obj_end(w);
        }
        jw_arr_end(w);
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

/* The round that ends with the revision it is to begin with; without one, the first (the drafter's own
 * text as it was handed on). No more than ROUNDS_MOST are told apart. */
static size_t first_round(const struct rounds *all, int64_t begins)
{
    size_t i = 0;
    while (begins && i < all->n && all->p[i].last != begins)
        i++;
    if (i == all->n)
        return i;
    return all->n - i > ROUNDS_MOST ? all->n - ROUNDS_MOST : i;
}

DOC_READ(doc_marks)
{
    const struct doc_marks_in *in = input;
    struct paragraphs text[ROUNDS_MOST];
    struct rounds *all = arena_new_of(cx->a, struct rounds);
    struct doc_elements e;
    struct doc d;
    if (!doc_load(cx, in->document_id, &d) ||
        !read_rounds(cx, d.id, in->from, in->to ? in->to : INT32_MAX, all))
        return false;
    size_t first = first_round(all, in->from), n = all->n - first;
    if (!n || (in->to && all->p[all->n - 1].last != in->to))
        return fail_not_found(cx); /* such a revision there is not */
    for (size_t i = 0; i < n; i++) {
        if (!doc_revision_elements(cx, d.id, all->p[first + i].last, &e))
            return false;
        text[i] = elements_lines(cx->a, &e);
    }
    const struct marks m = mark_texts(cx->a, text, n);
    jw_obj(w);
    jw_ki64(w, "from", all->p[first].last);
    jw_ki64(w, "to", all->p[all->n - 1].last);
    write_rounds(w, all->p + first, n);
    write_lines(w, &m);
    jw_obj_end(w);
    return true;
}
