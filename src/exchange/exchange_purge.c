/* 误传处置 of what exchange/ owns (spill/spill.h): covers, letters and transcripts it carried, and, when
 * named, what was said about them between the units. Deliveries end as retracted; their moments,
 * receipt numbers and totals stay. The number of a paper from outside goes too: it is not ours. */
#include <stdlib.h>

#include "crypto/crypto.h"
#include "spill/spill.h"
#include "exchange/exchange.sql.h"
#include "exchange/exchange_in.h"

/* --- where it went, where it came from -------------------------------------------------------------- */

bool on_derived(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct spill_spread *to = detail;
    struct rows r;
    (void)event;
    for (db_rows(cx->db, &r, &q_matters_reached, matter_id); rows_next(&r);)
        to->add(to->arg, row_i64(&r, 0));
    rows_end(&r);
    return !rows_failed(&r);
}

static int received_as(struct ctx *cx, int64_t matter_id, struct delivery *d, struct dispatch *s)
{
    struct matter m;
    int found = matter_find(cx, matter_id, &m);
    if (found == 1)
        found = delivery_of_matter(cx, &m, d);
    return found == 1 ? dispatch_find(cx, d->dispatch_id, s) : found;
}

bool on_origin(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    int64_t *up = (int64_t *)(uintptr_t)detail; /* the asker's, to be filled */
    struct delivery d;
    struct dispatch s;
    (void)event;
    int found = received_as(cx, matter_id, &d, &s);
    if (found == 1 && s.matter_id)
        *up = s.matter_id;
    return found >= 0;
}

bool on_numbered(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct spill_number *asked = detail;
    struct rows r;
    (void)event;
    (void)subject;
    for (db_rows(cx->db, &r, &q_matters_numbered, asked->number); rows_next(&r);)
        asked->to.add(asked->to.arg, row_i64(&r, 0));
    rows_end(&r);
    return !rows_failed(&r);
}

bool on_holds(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    struct spill_holds *h = (struct spill_holds *)(uintptr_t)detail; /* the asker's, to be added to */
    struct rows r;
    (void)event;
    int found = db_get(cx->db, &r, &q_holds, matter_id);
    if (found == 1) {
        h->letters += row_i64(&r, 0);
        h->deliveries += row_i64(&r, 1);
        h->words += row_i64(&r, 2) + row_i64(&r, 3) + row_i64(&r, 4);
    }
    rows_end(&r);
    return found >= 0;
}

/* --- purged --------------------------------------------------------------------------------------------- */

/* Who was still to sign, or asked to give back, has one letter less in the box. */
static bool clear_boxes(struct ctx *cx, const struct dispatch *s, const struct query *q, enum box box)
{
    struct rows r;
    bool good = true;
    for (db_rows(cx->db, &r, q, s->id); good && rows_next(&r);)
        good = counter_add(cx, row_i64(&r, 0), box, -1);
    rows_end(&r);
    return good && !rows_failed(&r);
}

static bool end_deliveries(struct ctx *cx, const struct dispatch *s)
{
    if (!clear_boxes(cx, s, &q_units_to_sign, BOX_TO_SIGN) ||
        !clear_boxes(cx, s, &q_units_asked, BOX_RETRACT_ASKED) ||
        !db_run(cx->db, &q_requests_end, cx->now, s->id))
        return false;
    int64_t n = db_update(cx->db, &q_deliveries_end, cx->now, s->id);
    return n >= 0 && total_add(cx, s->id, MILESTONE_RETRACTED, n);
}

static bool purge_words(struct ctx *cx, const struct dispatch *s, const struct spill_purge *p)
{
    return !p->with_opinions || (db_run(cx->db, &q_refusals_purge, p->words, s->id) &&
                                 db_run(cx->db, &q_problems_purge, p->words, s->id) &&
                                 db_run(cx->db, &q_feedback_purge, p->words, s->id) &&
                                 db_run(cx->db, &q_requests_purge, p->words, s->id));
}

static bool purge_dispatch(struct ctx *cx, int64_t dispatch_id, const struct spill_purge *p)
{
    struct dispatch s;
    if (!db_number(cx->db, 0, &q_dispatch_lock, dispatch_id) ||
        dispatch_find(cx, dispatch_id, &s) != 1)
        return false;
    bool is_ours = !str_is(s.kind, "paper");
    struct str digest = s.body.n ? sm3_text(cx->a, s.body) : STR_NONE;
    if (!spill_digest(cx, p, digest) ||
        !db_run(cx->db, &q_dispatch_purge, p->words, is_ours ? s.number : STR(""), s.id) ||
        !purge_words(cx, &s, p))
        return false;
    board_touched(cx, &s);
    return !is_ours || end_deliveries(cx, &s);
}

/* What this matter sent, and the paper it was registered from. */
static bool purge_sent(struct ctx *cx, int64_t matter_id, const struct spill_purge *p)
{
    struct rows r;
    int64_t ids[200];
    size_t n = 0;
    struct delivery d;
    struct dispatch s;
    for (db_rows(cx->db, &r, &q_dispatches_of_matter, matter_id); n < 200 && rows_next(&r);)
        ids[n++] = row_i64(&r, 0);
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    int found = received_as(cx, matter_id, &d, &s);
    if (found < 0)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!purge_dispatch(cx, ids[i], p))
            return false;
    if (found == 0 || !str_is(s.kind, "paper"))
        return true;
    return purge_dispatch(cx, s.id, p) &&
           matter_describe(cx, matter_id, STR_NONE, STR(""), STR_NONE);
}

bool on_purge(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct spill_purge *p = detail;
    (void)event;
    return purge_sent(cx, matter_id, p) &&
           db_run(cx->db, &q_assignments_purge, p->words, p->words, matter_id) &&
           (!p->with_opinions || db_run(cx->db, &q_instructions_purge, p->words, matter_id));
}
