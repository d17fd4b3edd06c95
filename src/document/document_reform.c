/* 机构改革 (OFFICE P9) in documents: number books go where their agency goes; papers under way go
 * along to the office that now handles the agency, issued ones stay with who issued them. */
#include "desk/figure.h"
#include "document/document.sql.h"
#include "document/document_in.h"
#include "org/org.h"

#define BOOKS_SHOWN 12

static bool books_line(struct ctx *cx, const struct org_reform *f)
{
    struct str names[BOOKS_SHOWN];
    size_t n = 0;
    int64_t count = 0;
    for (size_t i = 0; i < f->agency_ids.n; i++) {
        struct rows r;
        for (db_rows(cx->db, &r, &q_books_open, f->agency_ids.p[i]); rows_next(&r); count++)
            if (n < BOOKS_SHOWN)
                names[n++] = str_printf(cx->a, "%.*s〔%lld〕", STR_ARG(row_text(&r, 0)),
                                        (long long)row_i64(&r, 1));
        rows_end(&r);
        if (rows_failed(&r))
            return false;
    }
    org_reform_line(f->w, "number_books", count, names, n);
    return true;
}

static bool on_preview(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct org_reform *f = detail;
    int64_t open = 0;
    (void)event;
    (void)subject;
    for (size_t i = 0; i < f->agency_ids.n; i++)
        open += db_number(cx->db, 0, &q_documents_open_count, f->agency_ids.p[i]);
    if (cx->err.kind || !books_line(cx, f))
        return false;
    org_reform_line(f->w, "documents", open, NULL, 0);
    return true;
}

static bool on_moved(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct org_reform *f = detail;
    (void)event;
    (void)subject;
    for (size_t i = 0; i < f->agency_ids.n; i++)
        if (!db_run(cx->db, &q_books_move, f->into_id, f->agency_ids.p[i]))
            return false;
    return true;
}

static bool on_following(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    /* the asker's list, to add to */
    struct org_follow *f = (struct org_follow *)(uintptr_t)detail;
    struct rows r;
    (void)event;
    (void)subject;
    if (f->n >= f->most)
        return true;
    for (db_rows(cx->db, &r, &q_documents_following, f->into_id, f->unit_id,
                 (int64_t)(f->most - f->n));
         f->n < f->most && rows_next(&r);)
        f->matter_ids[f->n++] = row_i64(&r, 0);
    rows_end(&r);
    return !rows_failed(&r);
}

static bool on_follow(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct org_follow *f = detail;
    (void)event;
    (void)subject;
    for (size_t i = 0; i < f->n; i++) {
        int64_t at = db_number(cx->db, 0, &q_document_numbered, f->matter_ids[i], f->unit_id);
        if (cx->err.kind || !db_run(cx->db, &q_document_unit, f->into_id, f->matter_ids[i], f->unit_id) ||
            (at && (!figures_changed(cx, f->unit_id, at) || !figures_changed(cx, f->into_id, at))))
            return false;
    }
    return true;
}

static const struct handler handlers[] = {
    { "reform.preview", on_preview },
    { "reform.moved", on_moved },
    { "reform.following", on_following },
    { "reform.follow", on_follow },
};

const struct room document_reform_room = {
    "document", NULL, 0, NULL, 0, ROOM_TABLE(handlers), NULL, NULL
};
