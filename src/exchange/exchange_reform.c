/* 机构改革 (OFFICE P9) at the mailbox: letters stay where they were addressed to, and are answered
 * for by the unit the old one was merged into (core's unit_former); only the preview tells of them.
 * What is signed for from then on is that unit's: its matter, its receipt book. Instructions that
 * wait for the office, few at any time, are told to the new unit's office. */
#include "exchange/exchange.sql.h"
#include "exchange/exchange_in.h"

bool on_reform_preview(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    static const struct {
        enum box box;
        const char *what;
    } boxes[] = { { BOX_TO_SIGN, "to_sign" }, { BOX_RETRACT_ASKED, "retract_asked" },
                  { BOX_INSTRUCTIONS, "instructions" } };
    const struct org_reform *f = detail;
    (void)event;
    (void)subject;
    for (size_t i = 0; f->is_merge && i < sizeof boxes / sizeof *boxes; i++)
        org_reform_line(f->w, boxes[i].what,
                        db_number(cx->db, 0, &q_unit_counter, f->unit_id, (int64_t)boxes[i].box),
                        NULL, 0);
    return cx->err.kind == ERR_NONE;
}

bool on_reform_moved(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct org_reform *f = detail;
    (void)event;
    (void)subject;
    if (!f->is_merge)
        return true;
    int64_t n = db_update(cx->db, &q_instructions_move, f->into_id, f->unit_id);
    return n >= 0 && counter_add(cx, f->unit_id, BOX_INSTRUCTIONS, -n) &&
           counter_add(cx, f->into_id, BOX_INSTRUCTIONS, n);
}
