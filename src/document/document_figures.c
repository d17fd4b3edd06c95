/* What a month of a unit's sent documents counts (desk/figure.h). */
#include "desk/figure.h"
#include "document/document.sql.h"
#include "document/document_in.h"

static bool count(struct ctx *cx, const struct figures_ask *ask, const struct query *q)
{
    struct rows r;
    bool good = true;
    for (db_rows(cx->db, &r, q, ask->unit_id, ask->from, ask->until); good && rows_next(&r);)
        good = ask->add(ask, "sent", STR(""), row_i64(&r, 2)) &&
               (!row_i64(&r, 3) || ask->add(ask, "sent_joint", STR(""), row_i64(&r, 2))) &&
               ask->add(ask, "sent_type", row_text(&r, 0), row_i64(&r, 2)) &&
               ask->add(ask, "sent_urgency", row_text(&r, 1), row_i64(&r, 2));
    rows_end(&r);
    return good && !rows_failed(&r);
}

bool doc_on_figures(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    (void)event;
    (void)subject;
    return count(cx, detail, &q_figures_sent) && count(cx, detail, &q_figures_joint);
}

bool doc_figures_changed(struct ctx *cx, const struct doc *d, int64_t numbered_at)
{
    struct rows r;
    int64_t units[32];
    size_t n = 0;
    if (!numbered_at)
        return true;
    units[n++] = d->unit_id;
    if (doc_is_joint(d)) {
        for (db_rows(cx->db, &r, &q_co_sign_units, d->id); n < 32 && rows_next(&r);)
            if (row_i64(&r, 0) != d->unit_id)
                units[n++] = row_i64(&r, 0);
        rows_end(&r);
        if (rows_failed(&r))
            return false;
    }
    for (size_t i = 0; i < n; i++)
        if (!figures_changed(cx, units[i], numbered_at))
            return false;
    return true;
}
