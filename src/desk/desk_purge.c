/* 误传处置 of what desk/ owns: what was said and written goes, that it was said stays (OFFICE D9). */
#include "desk/desk.sql.h"
#include "desk/desk_in.h"

static bool forget_variables(struct ctx *cx, const struct matter *m)
{
    struct instance in;
    struct buf body = buf_in(cx->a);
    if (!instance_read(cx, m, true, &in))
        return false;
    flow_state_forget(in.state);
    flow_state_write(&body, in.state);
    return db_run(cx->db, &q_instance_forget, buf_done(&body), m->instance_id);
}

bool matter_purge(struct ctx *cx, const struct matter *m, struct str words, bool with_opinions)
{
    return (!with_opinions || (db_run(cx->db, &q_opinions_purge, words, m->id) &&
                               db_run(cx->db, &q_readings_purge, m->id))) &&
           forget_variables(cx, m) && db_run(cx->db, &q_matter_purge, words, m->id);
}

bool attachment_purge(struct ctx *cx, struct str digest, struct str words)
{
    return db_run(cx->db, &q_attachment_text_purge, digest) &&
           db_run(cx->db, &q_attachments_purge, words, cx->now, digest);
}
