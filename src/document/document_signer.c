/* 签发人: who may sign a document. A leader of the body in whose name it goes out: for a committee or
 * government its own leaders, not those of its office; for an office also those it serves; for any
 * other agency the leaders of the unit. What goes up and what is important is signed by the
 * principal head (W1). */
#include "document/document.sql.h"
#include "document/document_in.h"

/* The units among whose leaders the signer is; second 0 when one only. */
static bool issuing_units(struct ctx *cx, int64_t agency_id, int64_t *first, int64_t *second)
{
    static const char *const bodies[] = { "committee", "government", "npc", "cppcc", NULL };
    struct org_agency agency;
    struct unit_row unit;
    *first = *second = 0;
    if (org_agency_find(cx, agency_id, &agency) != 1 || unit_find(cx, agency.unit_id, &unit) != 1)
        return cx->err.kind == ERR_NONE && fail_not_found(cx);
    *first = unit.id;
    const struct org_post of_body = { .unit_id = unit.parent_id };
    int is_office = unit.parent_id ? org_is_own_post(cx, unit.id, &of_body) : 0;
    for (size_t i = 0; is_office == 1 && bodies[i]; i++)
        if (str_is(agency.kind, bodies[i])) {
            *first = unit.parent_id; /* the body speaks; its office only writes */
            return true;
        }
    if (is_office == 1)
        *second = unit.parent_id;
    return is_office >= 0;
}

static bool wants_principal(const struct doc *d)
{
    return str_is(d->direction, "up") || d->elements.is_important || str_is(d->doc_type, "命令") ||
           str_is(d->doc_type, "决议");
}

bool doc_may_sign_for(struct ctx *cx, const struct doc *d, int64_t agency_id, struct str name,
                      int64_t post_id, const char *field)
{
    struct org_post p;
    int64_t first = 0, second = 0;
    int found = org_post_find(cx, post_id, &p);
    if (found < 0 || !issuing_units(cx, agency_id, &first, &second))
        return false;
    if (found == 0 || !p.is_leader || (p.unit_id != first && p.unit_id != second))
        return fail_arg(cx, ERR_INVALID, "doc.signer_no_leader", field,
                        arena_strndup(cx->a, name.p, name.n), NULL);
    if (!wants_principal(d))
        return true;
    int is_head = org_is_head(cx, p.unit_id, post_id);
    return is_head == 1 || (is_head == 0 && fail(cx, ERR_INVALID, "doc.signer_no_principal", field));
}

bool doc_may_sign(struct ctx *cx, const struct doc *d, int64_t post_id, const char *field)
{
    return doc_may_sign_for(cx, d, d->agency_id, d->issuer, post_id, field);
}
