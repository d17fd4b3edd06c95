/* 供下级单位使用 (A9, A10): a unit's own module, open to the units below it (org_units_above), mandatory or
 * optional there. Those units find it in their catalogue, switch on what is optional and tailor what is
 * open in it; nobody else learns of it. Withdrawn, nothing new is started there; what runs goes on, and its
 * register stays where it was in use. */
#include "module/module.sql.h"
#include "module/module_in.h"
#include "org/org.h"

int offer_find(struct ctx *cx, int64_t unit_id, struct str key, struct offer *out)
{
    struct rows r;
    int found = unit_id ? db_get(cx->db, &r, &q_offer_get, unit_id, key) : 0;
    if (!unit_id)
        return 0;
    *out = (struct offer){ .unit_id = unit_id, .key = key };
    if (found == 1) {
        out->is_mandatory = row_i64(&r, 0) != 0;
        out->is_open = row_i64(&r, 1) != 0;
    }
    rows_end(&r);
    return found;
}

/* Nobody asks who is above whom as long as nothing is offered at all. */
static bool above(struct ctx *cx, int64_t unit_id, struct ids *out)
{
    *out = (struct ids){ NULL, 0 };
    if (!unit_id || db_number(cx->db, 0, &q_offer_any) == 0)
        return cx->err.kind == ERR_NONE;
    return org_units_above(cx, unit_id, out);
}

bool offer_from_above(struct ctx *cx, struct str key, int64_t unit_id, struct offer *out)
{
    struct ids up;
    *out = (struct offer){ .unit_id = 0 };
    if (!unit_id || db_number(cx->db, 0, &q_offer_key, key) == 0 || !above(cx, unit_id, &up))
        return cx->err.kind == ERR_NONE;
    for (size_t i = 0; i < up.n && !out->unit_id; i++) {
        struct offer o;
        int found = offer_find(cx, up.p[i], key, &o);
        if (found < 0)
            return false;
        if (found)
            *out = o;
    }
    return true;
}

bool offers_to(struct ctx *cx, int64_t unit_id, struct offer **out, size_t *n)
{
    struct ids up;
    size_t size = 16;
    *n = 0;
    *out = arena_array_of(cx->a, struct offer, size);
    if (!above(cx, unit_id, &up))
        return false;
    for (size_t i = 0; i < up.n; i++) {
        struct rows r;
        for (db_rows(cx->db, &r, &q_offers_of, up.p[i]); rows_next(&r); (*n)++) {
            if (*n == size) {
                *out = arena_grow(cx->a, *out, size * sizeof **out, size * 2 * sizeof **out);
                size *= 2;
            }
            (*out)[*n] = (struct offer){ .unit_id = up.p[i], .key = row_copy(&r, 0, cx->a),
                                         .is_mandatory = row_i64(&r, 1) != 0,
                                         .is_open = row_i64(&r, 2) != 0 };
        }
        rows_end(&r);
        if (rows_failed(&r))
            return false;
    }
    return true;
}

/* --- offering ------------------------------------------------------------------------------------------------ */

const char *const offer_kinds[] = { "none", "optional", "mandatory", NULL };

const char *offer_kind(const struct offer *o)
{
    return !o->is_open ? offer_kinds[0] : o->is_mandatory ? offer_kinds[2] : offer_kinds[1];
}

/* A unit below would have two modules of one key. Which one is not said: only that there is one. */
static bool key_is_free_below(struct ctx *cx, int64_t unit_id, struct str key)
{
    struct rows r;
    struct ids has = { arena_array_of(cx->a, int64_t, 200), 0 };
    for (db_rows(cx->db, &r, &q_definition_own_units, key, unit_id); has.n < 200 && rows_next(&r);)
        ((int64_t *)has.p)[has.n++] = row_i64(&r, 0);
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    for (size_t i = 0; i < has.n; i++) {
        struct org_relation is;
        if (!org_relation(cx, unit_id, has.p[i], &is))
            return false;
        if (is.is == ORG_SUBORDINATE)
            return fail_arg(cx, ERR_STATE, "studio.key_below", "below",
                            arena_strndup(cx->a, key.p, key.n), NULL);
    }
    return true;
}

bool offer_put(struct ctx *cx, int64_t unit_id, struct str key, struct str below)
{
    struct ids up;
    struct offer was;
    bool is_open = !str_is(below, "none");
    int found = unit_id ? offer_find(cx, unit_id, key, &was) : 0;
    if (found < 0)
        return false;
    if (!is_open)
        return !found || db_run(cx->db, &q_offer_withdraw, cx->actor->person_id, cx->now, unit_id, key);
    /* who has nobody above is above all the city: that is for the city's administrator */
    if (unit_id && !org_units_above(cx, unit_id, &up))
        return false;
    if (!unit_id || !up.n)
        return fail(cx, ERR_STATE, "studio.offer_city", "below");
    return key_is_free_below(cx, unit_id, key) &&
           db_run(cx->db, &q_offer_put, unit_id, key, (int64_t)str_is(below, "mandatory"),
                  cx->actor->person_id, cx->now);
}
