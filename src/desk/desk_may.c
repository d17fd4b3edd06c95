/* What would be accepted now, for the page's buttons: the command itself, tried on a copy of the
 * state. A button that is shown is never refused for a rule that the page could have known. */
#include "core/small.h"
#include "desk/desk_in.h"
#include "org/org.h"

bool flow_would(struct ctx *cx, const struct matter *m, const struct instance *in,
                const struct flow_command *cmd)
{
    struct flow_delta d;
    struct err no = { 0 }, was = cx->err;
    struct flow_state *copy = flow_state_copy(cx->a, in->state);
    bool good = flow_apply(cx->a, in->def->net, copy, cmd, flow_org_of(cx, m), cx->now, &d, &no);
    if (cx->err.kind != ERR_INTERNAL && cx->err.kind != ERR_BUSY)
        cx->err = was; /* what the organisation had to say to the trial */
    return good;
}

static const enum flow_op tried[] = { FLOW_CLAIM,   FLOW_PUT_BACK, FLOW_FORWARD,
                                      FLOW_FINISH,  FLOW_DELEGATE, FLOW_TRANSFER,
                                      FLOW_ADD_SIGNER };

uint32_t item_would(struct ctx *cx, const struct matter *m, const struct instance *in,
                    const struct item *i, const struct capacity *as, uint32_t ops)
{
    /* whom it would go to is not known yet: anybody who is not there already */
    static const struct flow_who anybody = { FLOW_NAME, 0, STR("-") };
    for (size_t k = 0; k < sizeof tried / sizeof *tried; k++) {
        if (!(ops & 1u << tried[k]))
            continue;
        struct flow_command cmd = { .op = tried[k], .leaf = (int)i->leaf, .reason = STR("-"),
                                    .actor = who_of_post(cx, as->flow_post), .who = &anybody,
                                    .who_n = 1, .mode = FLOW_MODE_ALL };
        if (tried[k] == FLOW_CLAIM)
            cmd.who = &cmd.actor;
        if (!flow_would(cx, m, in, &cmd))
            ops &= ~(1u << tried[k]);
    }
    return ops;
}

bool matter_is_governed(struct ctx *cx, const struct matter *m, bool also_office)
{
    struct unit_row u;
    if (also_office && has_role(cx, ROLE_OFFICE_HEAD, m->unit_id))
        return true;
    return unit_load(cx, m->unit_id, &u) && may(cx, PERM_UNIT_ADMIN, m->unit_id, u.path);
}

bool matter_would(struct ctx *cx, const struct matter *m, const struct instance *in,
                  enum flow_op op)
{
    const struct flow_command cmd = {
        .op = op, .is_admin = true, .reason = STR("-"),
        .actor = who_of_post(cx, matter_post_of_actor(cx, m)),
    };
    return flow_would(cx, m, in, &cmd);
}
