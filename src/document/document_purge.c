/* 误传处置 of what document/ owns (spill/spill.h): text, revisions, what is being typed, links, the
 * reasons for which warnings were kept; and register files made since, which name titles. Digests,
 * numbers, persons and moments stay. */
#include "spill/spill.h"
#include "document/document.sql.h"
#include "document/document_in.h"

static struct str empty_elements(struct arena *a, struct str words)
{
    const struct doc_elements e = {
        .title = words, .urgency = STR("normal"),
        .body = jv_parse(a, STR("[]"), NULL, NULL),
    };
    return elements_text(a, &e);
}

static bool keep_digests(struct ctx *cx, const struct doc *d, const struct spill_purge *p)
{
    struct rows r;
    bool good = spill_digest(cx, p, d->digest);
    struct str *digests = arena_array_of(cx->a, struct str, (size_t)d->revision + 1);
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_revision_digests, d->id);
         n < (size_t)d->revision && rows_next(&r);)
        digests[n++] = row_copy(&r, 0, cx->a);
    rows_end(&r);
    for (size_t i = 0; good && i < n; i++)
        good = spill_digest(cx, p, digests[i]);
    return good && !rows_failed(&r);
}

bool doc_on_purge(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct spill_purge *p = detail;
    struct doc d;
    (void)event;
    int found = doc_of_matter(cx, matter_id, &d);
    if (found < 1)
        return found == 0;
    struct str elements = empty_elements(cx->a, p->words);
    return keep_digests(cx, &d, p) && db_run(cx->db, &q_document_purge, p->words, elements, d.id) &&
           db_run(cx->db, &q_revisions_purge, elements, d.id) &&
           db_run(cx->db, &q_buffers_drop, d.id) && db_run(cx->db, &q_links_purge, d.id) &&
           db_run(cx->db, &q_confirmations_purge, d.id) && db_run(cx->db, &q_jobs_purge, "export.purged");
}

bool doc_on_holds(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    struct spill_holds *h = (struct spill_holds *)(uintptr_t)detail; /* the asker's, to be added to */
    int64_t id = db_number(cx->db, 0, &q_document_of_matter, matter_id);
    (void)event;
    h->links += db_number(cx->db, 0, &q_links_to, matter_id);
    if (!id)
        return cx->err.kind == ERR_NONE;
    h->texts++;
    h->revisions += db_number(cx->db, 0, &q_revision_count, id);
    h->drafts += db_number(cx->db, 0, &q_buffer_count, id);
    return cx->err.kind == ERR_NONE;
}
