/* What the rules find in a document: gathers the facts for document_rule.c, keeps the reasons for
 * which a warning was accepted, stops what may not go on. */
#include <stdlib.h>

#include "base/id.h"
#include "document/document.sql.h"
#include "document/document_in.h"

/* Above this many addressees only their levels are asked: a mass sending goes downward. */
#define RELATIONS_MAX 60
#define PARTIES_MAX 6000

/* --- addressees ---------------------------------------------------------------------------------------- */

static int level_number(struct str level)
{
    return str_is(level, "city") ? 0 : str_is(level, "county") ? 1 : str_is(level, "town") ? 2 : 3;
}

struct parties {
    struct rule_party *p;
    size_t n;
};

/* A group that the reader may not see adds nobody. */
static bool expand(struct ctx *cx, const struct doc_recipients *r, struct org_units *out)
{
    const struct org_choice choice = { .unit_ids = r->units, .group_ids = r->groups };
    const struct org_choice units_only = { .unit_ids = r->units };
    *out = (struct org_units){ NULL, 0 };
    if (r->units.n + r->groups.n == 0)
        return true;
    if (org_expand(cx, &choice, out))
        return true;
    if (cx->err.kind != ERR_NOT_FOUND)
        return false;
    cx->err = (struct err){ 0 };
    if (r->units.n == 0 || org_expand(cx, &units_only, out))
        return true;
    if (cx->err.kind != ERR_NOT_FOUND)
        return false;
    cx->err = (struct err){ 0 };
    return fail(cx, ERR_INVALID, "doc.unknown_recipient", "main_recipients");
}

static bool add_units(struct ctx *cx, int64_t agency_id, const struct org_unit *unit, size_t n,
                      bool is_cc, struct parties *out)
{
    for (size_t i = 0; i < n && out->n < PARTIES_MAX; i++) {
        struct rule_party *p = &out->p[out->n++];
        *p = (struct rule_party){ .unit_id = unit[i].id, .name = unit[i].name,
                                  .level = level_number(unit[i].level), .is_cc = is_cc,
                                  .is_known = n <= RELATIONS_MAX };
        if (p->is_known && !org_agency_relation(cx, agency_id, p->unit_id, &p->relation))
            return false;
    }
    return true;
}

static bool add_parties(struct ctx *cx, int64_t agency_id, const struct doc_recipients *r,
                        bool is_cc, struct parties *out)
{
    struct org_units units;
    return expand(cx, r, &units) && add_units(cx, agency_id, units.p, units.n, is_cc, out);
}

static bool parties_of(struct ctx *cx, const struct doc *d, const struct doc_elements *e,
                       struct parties *out)
{
    *out = (struct parties){ arena_array_of(cx->a, struct rule_party, PARTIES_MAX), 0 };
    return add_parties(cx, d->agency_id, &e->main_recipients, false, out) &&
           add_parties(cx, d->agency_id, &e->cc_recipients, true, out);
}

bool doc_direction(struct ctx *cx, const struct doc *d, const struct doc_elements *e,
                   const char **out)
{
    struct parties parties;
    if (!parties_of(cx, d, e, &parties))
        return false;
    *out = rule_direction(d->doc_type, parties.p, parties.n);
    return true;
}

/* --- facts ------------------------------------------------------------------------------------------------ */

static bool issuer_facts(struct ctx *cx, const struct doc *d, struct rule_facts *f)
{
    struct org_agency agency;
    struct unit_row unit, above;
    int found = org_agency_find(cx, d->agency_id, &agency);
    if (found != 1 || unit_find(cx, agency.unit_id, &unit) != 1)
        return cx->err.kind == ERR_NONE && fail_not_found(cx);
    f->agency_kind = agency.kind;
    f->agency_name = d->issuer;
    f->doc_types = agency.doc_types;
    f->level = level_number(unit.level);
    f->is_section = str_is(unit.kind, "section");
    f->is_office = str_is(agency.kind, "office") || str_ends(unit.name, STR("办公室"));
    f->is_government = str_is(agency.kind, "government") ||
                       (str_is(unit.branch, "government") && !str_is(agency.kind, "party_group"));
    if (!org_superiors(cx, agency.unit_id, &f->direct_superior_id, &f->other_superior_id))
        return false;
    if (f->direct_superior_id && unit_find(cx, f->direct_superior_id, &above) == 1)
        f->direct_superior = above.name;
    if (f->other_superior_id && unit_find(cx, f->other_superior_id, &above) == 1)
        f->other_superior = above.name;
    return cx->err.kind == ERR_NONE;
}

static bool joint_facts(struct ctx *cx, const struct doc *d, struct rule_facts *f)
{
    struct rule_body *body = arena_array_of(cx->a, struct rule_body, d->elements.joint.n + 1);
    struct doc_issuer *p;
    size_t n;
    if (!doc_is_joint(d))
        return true;
    if (!doc_issuers(cx, d, &p, &n))
        return false;
    for (size_t i = 1; i < n; i++) {
        struct org_agency agency;
        struct unit_row unit;
        if (org_agency_find(cx, p[i].agency_id, &agency) != 1 || unit_find(cx, agency.unit_id, &unit) != 1)
            return cx->err.kind == ERR_NONE && fail(cx, ERR_INVALID, "doc.unknown_agency", "joint");
        body[f->joint_n++] = (struct rule_body){
            .name = p[i].name, .kind = agency.kind, .level = level_number(unit.level),
            .has_signed = p[i].signed_on.n && str_eq(p[i].digest, d->signed_digest),
        };
    }
    f->joint = body;
    return true;
}

static bool countersign_facts(struct ctx *cx, const struct doc *d, struct rule_facts *f)
{
    struct rows r;
    int64_t *units = arena_array_of(cx->a, int64_t, 200);
    for (db_rows(cx->db, &r, &q_countersigned, d->id); f->answered_n < 200 && rows_next(&r);)
        units[f->answered_n++] = row_i64(&r, 0);
    rows_end(&r);
    f->answered = units;
    return !rows_failed(&r);
}

static bool link_facts(struct ctx *cx, const struct doc *d, struct rule_facts *f)
{
    const struct doc_link *l = d->elements.links.p;
    for (size_t i = 0; i < d->elements.links.n; i++) {
        struct matter m;
        if (!l[i].matter_id || !str_is(l[i].kind, "forwards"))
            continue;
        int found = matter_find(cx, l[i].matter_id, &m);
        if (found < 0)
            return false;
        f->forwards_request |= found == 1 && str_ends(m.title, STR("请示"));
        struct letter came = { 0 };
        const struct letter_ask ask = { &came, false };
        struct doc origin;
        if (!event_ask(cx, "letter.received", l[i].matter_id, &ask))
            return false;
        found = came.document_id ? doc_find(cx, came.document_id, &origin) : 0;
        if (found < 0)
            return false;
        if (found && origin.elements.distribution_scope.n)
            f->forwards_scope = origin.elements.distribution_scope;
    }
    return true;
}

static bool judge(struct ctx *cx, const struct doc *d, enum rule_stage stage,
                  const struct parties *parties, struct findings *out)
{
    struct rule_facts f = {
        .stage = stage, .e = &d->elements, .doc_type = d->doc_type,
        .body = body_paragraphs(cx->a, d->elements.body), .signer = d->signer,
        .signed_on = d->signed_on, .today = doc_today(cx),
    };
    if (!issuer_facts(cx, d, &f) || !joint_facts(cx, d, &f) || !countersign_facts(cx, d, &f) ||
        !link_facts(cx, d, &f))
        return false;
    f.party = parties->p;
    f.party_n = parties->n;
    rules_find(cx->a, &f, out);
    return true;
}

bool doc_judge(struct ctx *cx, const struct doc *d, enum rule_stage stage, struct findings *out)
{
    struct parties parties;
    return parties_of(cx, d, &d->elements, &parties) && judge(cx, d, stage, &parties, out);
}

/* --- reasons -------------------------------------------------------------------------------------------------- */

struct kept {
    struct str rule, text, reason, person;
};

static bool read_kept(struct ctx *cx, int64_t document_id, struct kept *out, size_t *n)
{
    struct rows r;
    *n = 0;
    for (db_rows(cx->db, &r, &q_confirmations, document_id); *n < 48 && rows_next(&r); (*n)++)
        out[*n] = (struct kept){ row_copy(&r, 0, cx->a), row_copy(&r, 1, cx->a),
                                 row_copy(&r, 2, cx->a), row_copy(&r, 3, cx->a) };
    rows_end(&r);
    return !rows_failed(&r);
}

/* A reason holds for the finding it was given for, not for a later one of the same rule. */
static const struct kept *kept_for(const struct kept *k, size_t n, const struct finding *f)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(k[i].rule, f->rule) && str_is(k[i].text, f->arg ? f->arg : ""))
            return &k[i];
    return NULL;
}

static const char *words_of(struct ctx *cx, const struct finding *f)
{
    const struct err e = { .kind = ERR_INVALID, .code = f->code, .arg = { f->arg } };
    return err_message(cx->a, &e, cx->lang);
}

bool doc_must_be_clean(struct ctx *cx, const struct doc *d, enum rule_stage stage)
{
    struct findings found;
    struct kept kept[48];
    size_t n;
    if (!doc_judge(cx, d, stage, &found) || !read_kept(cx, d->id, kept, &n))
        return false;
    for (size_t i = 0; i < found.n; i++)
        if (found.p[i].is_error)
            return fail_arg(cx, ERR_STATE, "doc.finding_error", found.p[i].field, found.p[i].rule,
                            words_of(cx, &found.p[i]));
    for (size_t i = 0; i < found.n; i++)
        if (!kept_for(kept, n, &found.p[i]))
            return fail_arg(cx, ERR_STATE, "doc.finding_warning", found.p[i].field,
                            found.p[i].rule, words_of(cx, &found.p[i]));
    return true;
}

/* --- where it goes in fact ------------------------------------------------------------------------------------ */

/* Of those it goes to, who is not among those that were bound when it was signed. */
static bool beyond_signed(struct ctx *cx, const struct doc *d, const struct letter_sent *sent,
                          struct findings *out)
{
    const struct doc_recipients *main = &d->elements.main_recipients, *cc = &d->elements.cc_recipients;
    struct parties bound;
    size_t n = 0;
    const struct org_unit *first = NULL;
    if (main->units.n + main->groups.n == 0) /* bound to nobody: the wording alone was signed */
        return true;
    if (!parties_of(cx, d, &d->elements, &bound))
        return false;
    int64_t *ids = arena_array_of(cx->a, int64_t, bound.n + 1);
    for (size_t i = 0; i < bound.n; i++)
        ids[i] = bound.p[i].unit_id;
    qsort(ids, bound.n, sizeof *ids, id_order);
    bool cc_is_open = d->elements.cc_text.n && cc->units.n + cc->groups.n == 0;
    for (size_t i = 0; i < sent->n_main + (cc_is_open ? 0 : sent->n_cc); i++) {
        const struct org_unit *u = i < sent->n_main ? &sent->main[i] : &sent->cc[i - sent->n_main];
        if (bound.n && bsearch(&u->id, ids, bound.n, sizeof *ids, id_order))
            continue;
        first = n++ ? first : u;
    }
    if (n && out->n < sizeof out->p / sizeof *out->p)
        out->p[out->n++] = (struct finding){
            .rule = "D5.more", .code = "doc.d5_more", .field = "main",
            .arg = arena_printf(cx->a, n > 1 ? "%.*s等 %zu 个单位" : "%.*s", STR_ARG(first->name), n)
        };
    return true;
}

static bool keep_at_dispatch(struct ctx *cx, const struct doc *d, const struct finding *f,
                             const struct letter_sent *sent)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_ktext(&w, "rule", f->rule);
    jw_kstr(&w, "reason", sent->reason);
    jw_ki64(&w, "revision", d->revision);
    jw_obj_end(&w);
    return db_run(cx->db, &q_confirmation_put, d->id, f->rule, f->arg ? f->arg : "", sent->reason,
                  bind_id(cx->actor ? cx->actor->person_id : 0),
                  cx->actor ? cx->actor->name : STR(""), cx->now) &&
           doc_note(cx, d, "doc.confirm_warning", sent->post_id, buf_done(&b));
}

bool doc_may_go_to(struct ctx *cx, const struct doc *d, const struct letter_sent *sent)
{
    struct parties parties = { arena_array_of(cx->a, struct rule_party, PARTIES_MAX), 0 };
    struct findings found;
    struct kept kept[48];
    size_t n;
    if (!add_units(cx, d->agency_id, sent->main, sent->n_main, false, &parties) ||
        !add_units(cx, d->agency_id, sent->cc, sent->n_cc, true, &parties) ||
        !judge(cx, d, STAGE_NUMBER, &parties, &found) || !beyond_signed(cx, d, sent, &found) ||
        !read_kept(cx, d->id, kept, &n))
        return false;
    for (size_t i = 0; i < found.n; i++)
        if (found.p[i].is_error)
            return fail_arg(cx, ERR_STATE, "doc.finding_error", found.p[i].field, found.p[i].rule,
                            words_of(cx, &found.p[i]));
    for (size_t i = 0; i < found.n; i++) {
        const struct finding *f = &found.p[i];
        if (kept_for(kept, n, f))
            continue;
        if (!sent->reason.n)
            return fail_arg(cx, ERR_STATE, "doc.finding_warning", "reason", f->rule, words_of(cx, f));
        if (!keep_at_dispatch(cx, d, f, sent))
            return false;
    }
    return true;
}

/* --- the list ------------------------------------------------------------------------------------------------- */

/* How far it has come, from the step the reader holds. */
static bool stage_of(struct ctx *cx, const struct doc *d, enum rule_stage *out)
{
    static const struct {
        const char *node;
        enum rule_stage stage;
    } steps[] = { { "review", STAGE_REVIEW },          { "office", STAGE_REVIEW },
                  { "leader", STAGE_REVIEW },          { "issue_approval", STAGE_SIGN },
                  { "recheck", STAGE_NUMBER },         { "number", STAGE_NUMBER } };
    *out = doc_is(d, "draft") ? STAGE_DRAFT : STAGE_NUMBER;
    for (size_t i = 0; cx->actor && doc_is(d, "draft") && i < sizeof steps / sizeof *steps; i++) {
        int mine = doc_my_item(cx, d, steps[i].node, NULL);
        if (mine < 0)
            return false;
        if (mine)
            *out = steps[i].stage;
    }
    return true;
}

bool doc_findings(struct ctx *cx, const void *input, struct jw *w)
{
    const struct doc_path *in = input;
    struct doc d;
    struct findings found;
    struct kept kept[48];
    size_t n;
    enum rule_stage stage;
    if (!doc_load(cx, in->document_id, &d) || !stage_of(cx, &d, &stage) ||
        !doc_judge(cx, &d, stage, &found) || !read_kept(cx, d.id, kept, &n))
        return false;
    answer_rows(w);
    for (size_t i = 0; i < found.n; i++) {
        const struct finding *f = &found.p[i];
        const struct kept *k = f->is_error ? NULL : kept_for(kept, n, f);
        jw_obj(w);
        jw_ktext(w, "rule", f->rule);
        jw_ktext(w, "level", f->is_error ? "error" : "warn");
        jw_ktext(w, "text", words_of(cx, f));
        jw_ktext(w, "field", f->field);
        jw_kstr(w, "reason", k ? k->reason : STR_NONE);
        jw_kstr(w, "confirmed_by", k ? k->person : STR_NONE);
        jw_obj_end(w);
    }
    answer_rows_end(w, STR_NONE);
    return true;
}

/* --- keeping a warning ------------------------------------------------------------------------------------------ */

struct doc_confirm_in {
    int64_t document_id;
    struct str rule, reason;
};
static const struct field doc_confirm_in_fields[] = {
    FIELD(doc_confirm_in, document_id, F_ID, .flags = FIELD_PATH, .zh = "公文", .en = "document"),
    FIELD(doc_confirm_in, rule, F_TEXT, .max = 20, .flags = FIELD_REQUIRED, .zh = "规则",
          .en = "rule"),
    FIELD(doc_confirm_in, reason, F_TEXT, .min = 2, .max = 300,
          .flags = FIELD_REQUIRED | FIELD_LINES, .zh = "理由", .en = "reason"),
};
const struct record doc_confirm_in_record = { "doc_confirm_in", sizeof(struct doc_confirm_in),
                                              doc_confirm_in_fields, 3 };

static bool note_kept(struct ctx *cx, const struct doc *d, const struct doc_confirm_in *in,
                      int64_t post_id)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_kstr(&w, "rule", in->rule);
    jw_kstr(&w, "reason", in->reason);
    jw_ki64(&w, "revision", d->revision);
    jw_obj_end(&w);
    return doc_note(cx, d, "doc.confirm_warning", post_id, buf_done(&b));
}

bool doc_confirm_warning(struct ctx *cx, const void *input, void *output)
{
    const struct doc_confirm_in *in = input;
    struct doc d;
    struct findings found;
    enum rule_stage stage;
    int64_t post_id = 0;
    (void)output;
    if (!doc_load_for_change(cx, in->document_id, &d))
        return false;
    int mine = doc_my_item(cx, &d, NULL, &post_id);
    if (mine < 1)
        return mine == 0 && fail(cx, ERR_STATE, "doc.not_your_turn", NULL);
    if (!stage_of(cx, &d, &stage) || !doc_judge(cx, &d, stage, &found))
        return false;
    for (size_t i = 0; i < found.n; i++) {
        const struct finding *f = &found.p[i];
        if (!str_is(in->rule, f->rule))
            continue;
        if (f->is_error)
            return fail(cx, ERR_STATE, "doc.error_stays", "rule");
        return db_run(cx->db, &q_confirmation_put, d.id, in->rule, f->arg ? f->arg : "",
                      in->reason, cx->actor->person_id, cx->actor->name, cx->now) &&
               note_kept(cx, &d, in, post_id);
    }
    return fail(cx, ERR_INVALID, "doc.no_such_finding", "rule");
}
