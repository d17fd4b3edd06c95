/* 联署 of a joint issue (OFFICE D2, STANDARDS E3, R10): which bodies issue, lead first and then as
 * printed, and who signed for each. The rows of co_sign begin when the lead's head signs and end when
 * that signature falls; a joint body's head signs in a matter of the own unit (modules/co_sign) the
 * very text that the lead signed. 成文日期 is the day of the last signature: until then there is none. */
#include "document/document.sql.h"
#include "document/document_in.h"

#include "core/small.h"

bool doc_is_joint(const struct doc *d)
{
    return d->elements.joint.n > 0;
}

/* --- the bodies ---------------------------------------------------------------------------------------- */

static bool issuer_of(struct ctx *cx, int64_t agency_id, struct doc_issuer *out)
{
    struct org_agency g;
    int found = org_agency_find(cx, agency_id, &g);
    if (found == 1)
        *out = (struct doc_issuer){ .agency_id = g.id, .unit_id = g.unit_id, .kind = g.kind,
                                    .name = g.signature_name, .mark = g.name };
    return found == 1 || (found == 0 && fail(cx, ERR_INVALID, "doc.unknown_agency", "joint"));
}

static void row_to_issuer(struct ctx *cx, struct rows *r, struct doc_issuer *out)
{
    *out = (struct doc_issuer){
        .agency_id = row_i64(r, 0), .unit_id = row_i64(r, 1), .name = row_copy(r, 2, cx->a),
        .mark = row_copy(r, 3, cx->a), .signer = row_copy(r, 4, cx->a), .title = row_copy(r, 5, cx->a),
        .signed_for = row_copy(r, 6, cx->a), .signed_on = row_copy(r, 7, cx->a),
        .digest = row_copy(r, 8, cx->a), .signer_person = row_i64(r, 9),
    };
}

bool doc_issuers(struct ctx *cx, const struct doc *d, struct doc_issuer **out, size_t *n)
{
    struct rows r;
    size_t most = d->elements.joint.n + 1, found = 0;
    bool is_same = doc_is_joint(d);
    *out = arena_array_of(cx->a, struct doc_issuer, most);
    *n = 0;
    for (db_rows(cx->db, &r, &q_co_signs, d->id); is_same && rows_next(&r); found++) {
        is_same = found < most && row_i64(&r, 0) == (found ? d->elements.joint.p[found - 1] : d->agency_id);
        if (is_same)
            row_to_issuer(cx, &r, &(*out)[found]);
    }
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    if (is_same && found == most) {
        *n = found;
        return true;
    } /* not signed yet, or other bodies since */
    (*out)[(*n)++] = (struct doc_issuer){
        .agency_id = d->agency_id, .unit_id = d->unit_id, .name = d->issuer, .mark = d->agency_mark,
        .signer = d->signer, .signed_for = d->signed_for, .signed_on = d->signed_on,
        .digest = d->signed_digest, .signer_person = d->signer_person,
    };
    for (size_t i = 0; i < d->elements.joint.n; i++) {
        struct doc_issuer one;
        if (issuer_of(cx, d->elements.joint.p[i], &one))
            (*out)[(*n)++] = one;
        else if (cx->err.kind == ERR_INVALID) /* closed since: the rules say so */
            cx->err = (struct err){ 0 };
        else
            return false;
    }
    return true;
}

struct str doc_issuers_text(struct ctx *cx, const struct doc_issuer *p, size_t n)
{
    struct buf b = buf_in(cx->a);
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_text(&b, "、");
        buf_str(&b, p[i].name);
    }
    return buf_done(&b);
}

struct str doc_signers_text(struct ctx *cx, const struct doc_issuer *p, size_t n)
{
    struct buf b = buf_in(cx->a);
    for (size_t i = 0; i < n; i++) {
        if (!p[i].signer.n)
            continue;
        if (b.n)
            buf_text(&b, "、");
        buf_str(&b, p[i].signer);
    }
    return buf_done(&b);
}

bool doc_issuers_write(struct ctx *cx, struct jw *w, const struct doc *d)
{
    struct doc_issuer *p;
    size_t n;
    if (!doc_issuers(cx, d, &p, &n))
        return false;
    jw_karr(w, "issuers");
    for (size_t i = 0; i < n; i++) {
        bool is_signed = p[i].signed_on.n > 0;
        jw_obj(w);
        jw_kid(w, "agency_id", p[i].agency_id);
        jw_kstr(w, "name", p[i].name);
        jw_kstr(w, "mark", p[i].mark);
        jw_kstr(w, "signer", is_signed ? p[i].signer : STR_NONE);
        jw_kstr(w, "title", is_signed && p[i].title.n ? p[i].title : STR_NONE);
        jw_kstr(w, "signed_for", is_signed && p[i].signed_for.n ? p[i].signed_for : STR_NONE);
        jw_kstr(w, "signed_on", is_signed ? p[i].signed_on : STR_NONE);
        jw_obj_end(w);
    }
    jw_arr_end(w);
    return true;
}

/* --- what may stand there ------------------------------------------------------------------------------ */

bool doc_joint_fits(struct ctx *cx, const struct doc *d, struct ids joint)
{
    for (size_t i = 0; i < joint.n; i++) {
        struct doc_issuer one;
        struct unit_row u;
        if (joint.p[i] == d->agency_id)
            return fail(cx, ERR_INVALID, "doc.joint_lead", "joint");
        for (size_t k = 0; k < i; k++)
            if (joint.p[k] == joint.p[i])
                return fail(cx, ERR_INVALID, "doc.joint_twice", "joint");
        if (!issuer_of(cx, joint.p[i], &one))
            return false;
        int found = unit_find(cx, one.unit_id, &u);
        if (found < 0)
            return false;
        if (found == 0 || u.by_paper || u.closed_on.p)
            return fail_arg(cx, ERR_INVALID, "doc.joint_by_paper", "joint",
                            arena_strndup(cx->a, one.name.p, one.name.n), NULL);
    }
    return true;
}

/* --- signatures ------------------------------------------------------------------------------------------ */

static bool put(struct ctx *cx, const struct doc *d, size_t position, const struct doc_issuer *of)
{
    return db_run(cx->db, &q_co_sign_put, d->id, (int64_t)position, of->agency_id, of->unit_id, of->name,
                  of->mark);
}

static bool fill(struct ctx *cx, const struct doc *d, int64_t agency_id, const struct desk_step *s,
                 int64_t child_id)
{
    struct person_row person, head = { .name = STR("") };
    struct org_post post;
    if (person_find(cx, s->person_id, &person) < 1 ||
        (s->standing.n && person_find(cx, s->acting_for, &head) < 0) ||
        org_post_find(cx, s->post_id, &post) < 1)
        return cx->err.kind == ERR_NONE && fail_not_found(cx);
    return db_run(cx->db, &q_co_sign_fill, person.name, post.title, bind_id(s->person_id),
                  bind_id(s->post_id), head.name, doc_today(cx), d->digest, bind_id(child_id), d->id,
                  agency_id);
}

bool doc_co_sign_begin(struct ctx *cx, const struct doc *d, const struct desk_step *s)
{
    struct doc_issuer one;
    if (!doc_co_sign_end(cx, d))
        return false;
    if (!doc_is_joint(d))
        return db_run(cx->db, &q_document_issuers, d->issuer, d->id);
    size_t n = d->elements.joint.n + 1;
    struct doc_issuer *p = arena_array_of(cx->a, struct doc_issuer, n);
    for (size_t i = 0; i < n; i++) {
        if (!issuer_of(cx, i ? d->elements.joint.p[i - 1] : d->agency_id, &one) || !put(cx, d, i, &one))
            return false;
        p[i] = one;
    }
    return fill(cx, d, d->agency_id, s, 0) &&
           db_run(cx->db, &q_document_issuers, doc_issuers_text(cx, p, n), d->id) &&
           db_run(cx->db, &q_document_signed_on, "", d->signer, d->id);
}

bool doc_co_sign_end(struct ctx *cx, const struct doc *d)
{
    return db_run(cx->db, &q_co_sign_drop, d->id);
}

bool doc_co_sign_numbered(struct ctx *cx, const struct doc *d, int64_t at)
{
    struct rows r;
    int64_t child[32];
    size_t n = 0;
    if (!doc_is_joint(d))
        return true;
    for (db_rows(cx->db, &r, &q_co_sign_children, d->id); n < 32 && rows_next(&r);)
        child[n++] = row_i64(&r, 0);
    rows_end(&r);
    if (rows_failed(&r) || !db_run(cx->db, &q_co_sign_numbered, at, d->id))
        return false;
    for (size_t i = 0; i < n; i++) /* the bodies' own matters bear the number too */
        if (!matter_describe(cx, child[i], STR_NONE, at ? d->number : STR(""), STR_NONE))
            return false;
    return true;
}

bool doc_co_sign_mended(struct ctx *cx, const struct doc *d, struct str was)
{
    return !doc_is_joint(d) || db_run(cx->db, &q_co_sign_mended, d->digest, d->id, was);
}

bool doc_is_co_signed(struct ctx *cx, const struct doc *d, bool *out)
{
    struct doc_issuer *p;
    size_t n;
    if (!doc_is_joint(d)) {
        *out = true;
        return true;
    }
    if (!doc_issuers(cx, d, &p, &n))
        return false;
    *out = n == d->elements.joint.n + 1;
    for (size_t i = 0; i < n; i++)
        *out &= p[i].signed_on.n && str_eq(p[i].digest, d->signed_digest);
    return true;
}

bool doc_must_be_co_signed(struct ctx *cx, const struct doc *d)
{
    struct doc_issuer *p;
    size_t n;
    bool is_whole;
    if (!doc_is_co_signed(cx, d, &is_whole) || is_whole)
        return cx->err.kind == ERR_NONE;
    if (!doc_issuers(cx, d, &p, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!p[i].signed_on.n || !str_eq(p[i].digest, d->signed_digest))
            return fail_arg(cx, ERR_STATE, "doc.e3_joint", NULL,
                            arena_strndup(cx->a, p[i].name.p, p[i].name.n), NULL);
    return fail(cx, ERR_STATE, "doc.changed_after_signing", NULL);
}

/* The day of the last signature, once all are there. */
static bool date_it(struct ctx *cx, const struct doc *d, bool *is_whole)
{
    struct doc_issuer *p;
    size_t n;
    struct str last = STR("");
    if (!doc_is_co_signed(cx, d, is_whole) || !doc_issuers(cx, d, &p, &n))
        return false;
    for (size_t i = 0; *is_whole && i < n; i++)
        last = str_cmp(p[i].signed_on, last) > 0 ? p[i].signed_on : last;
    struct str signers = *is_whole ? doc_signers_text(cx, p, n) : d->signer;
    return str_eq(last, d->signed_on) || db_run(cx->db, &q_document_signed_on, last, signers, d->id);
}

/* --- the joint body's own matter ---------------------------------------------------------------------------- */

static bool is_signing(const struct desk_step *s)
{
    return str_is(s->node, "sign") && !str_is(s->role, "advise");
}

static bool refuses(const struct desk_step *s)
{
    return str_is(s->outcome, "disagree");
}

static bool document_of(struct ctx *cx, const struct matter *m, struct doc *d)
{
    int found = doc_find(cx, m->subject_id, d);
    return found == 1 || (found == 0 && fail_not_found(cx));
}

/* The joint bodies whose paper this unit handles; most units: one. */
static bool bodies_of(struct ctx *cx, const struct doc *d, int64_t unit_id, struct doc_issuer **out,
                      size_t *n)
{
    struct doc_issuer *all;
    size_t n_all;
    *n = 0;
    if (!doc_issuers(cx, d, &all, &n_all))
        return false;
    *out = arena_array_of(cx->a, struct doc_issuer, n_all + 1);
    for (size_t i = 1; i < n_all; i++) {
        int64_t now = all[i].unit_id == unit_id ? unit_id : unit_now(cx, all[i].unit_id);
        if (now == unit_id)
            (*out)[(*n)++] = all[i];
    }
    return cx->err.kind == ERR_NONE;
}

/* May this post sign for one of them at least? It refuses with the words for the last. */
static bool signs_for_one(struct ctx *cx, const struct doc *d, const struct doc_issuer *p, size_t n,
                          int64_t post_id, const char *field)
{
    for (size_t i = 0; i < n; i++) {
        if (doc_may_sign_for(cx, d, p[i].agency_id, p[i].name, post_id, field))
            return true;
        if (i + 1 < n && cx->err.kind == ERR_INVALID)
            cx->err = (struct err){ 0 };
        else
            return false;
    }
    return fail(cx, ERR_STATE, "doc.co_sign_over", NULL);
}

/* 呈签: every body gets one who may sign for it, and nobody else is asked. */
static bool signers_fit(struct ctx *cx, const struct doc *d, const struct doc_issuer *p, size_t n,
                        const struct jv *chosen)
{
    size_t n_chosen = jv_kind(chosen) == JV_ARRAY ? jv_size(chosen) : 0;
    int64_t *ids = arena_array_of(cx->a, int64_t, n_chosen + 1);
    if (n_chosen == 0)
        return fail(cx, ERR_INVALID, "doc.no_signer", "vars.signer");
    for (size_t i = 0; i < n_chosen; i++) {
        struct str text = jv_str(jv_at(chosen, i));
        if (!str_starts(text, STR("post:")) || !str_to_i64(str_sub(text, 5, text.n), &ids[i]))
            return fail(cx, ERR_INVALID, "doc.no_signer", "vars.signer");
        if (!signs_for_one(cx, d, p, n, ids[i], "vars.signer"))
            return false;
    }
    for (size_t i = 0; i < n; i++) {
        bool has = false;
        for (size_t k = 0; k < n_chosen && !has; k++) {
            has = doc_may_sign_for(cx, d, p[i].agency_id, p[i].name, ids[k], "vars.signer");
            if (!has && cx->err.kind != ERR_INVALID)
                return false;
            if (!has && k + 1 < n_chosen)
                cx->err = (struct err){ 0 };
        }
        if (!has)
            return false;
    }
    return true;
}

bool doc_co_sign_completing(struct ctx *cx, const struct desk_step *s)
{
    struct doc d;
    struct doc_issuer *p;
    size_t n;
    if (!document_of(cx, s->matter, &d) || !bodies_of(cx, &d, s->matter->unit_id, &p, &n))
        return false;
    if (str_is(s->node, "present"))
        return signers_fit(cx, &d, p, n, jv_get(s->vars, "signer"));
    if (!is_signing(s))
        return true;
    if (!signs_for_one(cx, &d, p, n, s->standing.n ? s->for_post : s->post_id, NULL))
        return false;
    if (refuses(s))
        return str_trim(s->text).n || fail(cx, ERR_INVALID, "doc.no_reason", "opinion");
    if (!doc_is(&d, "signed"))
        return fail(cx, ERR_STATE, "doc.co_sign_over", NULL);
    return doc_is_as_signed(cx, &d, NULL);
}

bool doc_co_sign_adding(struct ctx *cx, const struct desk_adding *s)
{
    struct doc d;
    struct doc_issuer *p;
    size_t n;
    if (!str_is(s->node, "sign") || s->is_advice)
        return true;
    if (!document_of(cx, s->matter, &d) || !bodies_of(cx, &d, s->matter->unit_id, &p, &n))
        return false;
    for (size_t i = 0; i < s->posts.n; i++)
        if (!signs_for_one(cx, &d, p, n, s->posts.p[i], "post_ids"))
            return false;
    return true;
}

/* For each body of the unit for which this post may sign; of several who sign for one the last counts. */
bool doc_co_sign_completed(struct ctx *cx, const struct desk_step *s)
{
    struct doc d;
    struct doc_issuer *p;
    size_t n;
    if (!is_signing(s) || refuses(s))
        return true;
    if (!document_of(cx, s->matter, &d) || !bodies_of(cx, &d, s->matter->unit_id, &p, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (doc_may_sign_for(cx, &d, p[i].agency_id, p[i].name, s->standing.n ? s->for_post : s->post_id,
                             NULL)) {
            if (!fill(cx, &d, p[i].agency_id, s, s->matter->id))
                return false;
            continue;
        }
        if (cx->err.kind != ERR_INVALID)
            return false;
        cx->err = (struct err){ 0 }; /* the other head's */
    }
    return matter_trace(cx, s->matter->id, "doc.co_sign", s->post_id, doc_signed_note(cx, &d, true, d.signed_files, s));
}

/* Taken back, or sent back inside the unit: what was signed there falls. */
bool doc_co_sign_undone(struct ctx *cx, const struct desk_step *s, bool is_own)
{
    return db_run(cx->db, &q_co_sign_clear, s->matter->subject_id, s->matter->id,
                  is_own ? s->person_id : INT64_C(0));
}

bool doc_co_sign_impact(struct ctx *cx, const struct desk_impact *i)
{
    struct doc d;
    struct doc_issuer *p;
    size_t n;
    bool is_own = str_is(i->matter->module, "co_sign");
    int found = is_own ? doc_find(cx, i->matter->subject_id, &d) : doc_of_matter(cx, i->matter->id, &d);
    if (found < 1)
        return found == 0;
    if (!doc_is_joint(&d))
        return true;
    if (!(is_own ? bodies_of(cx, &d, i->matter->unit_id, &p, &n) : doc_issuers(cx, &d, &p, &n)))
        return false;
    for (size_t k = is_own ? 0 : 1; k < n; k++)
        if (p[k].signed_on.n)
            desk_impact_say(cx, i, "doc.impact_unsigned",
                            arena_printf(cx->a, "%.*s（%.*s）", STR_ARG(p[k].signer), STR_ARG(p[k].name)));
    return true;
}

/* --- the lead's flow -------------------------------------------------------------------------------------------- */

/* Units that are asked, each once: some handle the paper of two of the bodies. */
static bool write_units(struct ctx *cx, struct jw *w, const struct doc *d)
{
    int64_t seen[64];
    size_t n = 0;
    jw_karr(w, "co_sign_units");
    for (size_t i = 0; i < d->elements.joint.n; i++) {
        struct doc_issuer one;
        bool is_new = true;
        if (!issuer_of(cx, d->elements.joint.p[i], &one))
            return false;
        for (size_t k = 0; k < n; k++)
            is_new &= seen[k] != one.unit_id;
        if (!is_new || n == sizeof seen / sizeof *seen)
            continue;
        seen[n++] = one.unit_id;
        jw_str(w, str_printf(cx->a, "unit:%lld", (long long)one.unit_id));
    }
    jw_arr_end(w);
    return true;
}

bool doc_on_variables(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct desk_variables *v = detail;
    struct doc d;
    bool is_whole;
    (void)event;
    bool is_asked = str_is(v->step->node, "issue_approval"), is_answer = str_is(v->step->node, "co_sign");
    if (!str_is(v->step->matter->module, "send") || !(is_asked || is_answer))
        return true;
    if (doc_of_matter(cx, matter_id, &d) != 1)
        return cx->err.kind == ERR_NONE && fail_not_found(cx);
    if (is_asked)
        return write_units(cx, v->w, &d);
    if (!date_it(cx, &d, &is_whole))
        return false;
    jw_kbool(v->w, "co_signed_by_all", is_whole);
    return true;
}

bool doc_co_sign_reopened(struct ctx *cx, const struct doc *d, bool is_anew)
{
    return (!is_anew || db_run(cx->db, &q_co_sign_anew, d->id)) &&
           db_run(cx->db, &q_document_signed_on, "", d->signer, d->id);
}

/* --- who could issue with it ---------------------------------------------------------------------------------------- */

struct doc_joint_in {
    int64_t agency_id, limit;
    struct str q;
};
static const struct field doc_joint_in_fields[] = {
    FIELD(doc_joint_in, agency_id, F_ID, .flags = FIELD_REQUIRED, .zh = "主办机关", .en = "lead agency"),
    FIELD(doc_joint_in, q, F_TEXT, .max = 100, .zh = "查找", .en = "search words"),
    FIELD(doc_joint_in, limit, F_I64, .min = 0, .max = 100, .zh = "每页", .en = "page size"),
};
const struct record doc_joint_in_record = { "doc_joint_in", sizeof(struct doc_joint_in),
                                            doc_joint_in_fields, 3 };

bool doc_joint_agencies(struct ctx *cx, const void *input, struct jw *w)
{
    const struct doc_joint_in *in = input;
    struct org_peer *p;
    size_t n;
    int64_t limit = in->limit > 0 ? in->limit : 50;
    if (!org_agency_peers(cx, in->agency_id, in->q.p ? in->q : STR(""), limit, &p, &n))
        return false;
    answer_rows(w);
    for (size_t i = 0; i < n; i++) {
        jw_obj(w);
        jw_kid(w, "id", p[i].agency.id);
        jw_kstr(w, "name", p[i].agency.signature_name);
        jw_kstr(w, "mark", p[i].agency.name);
        jw_kid(w, "unit_id", p[i].agency.unit_id);
        jw_kstr(w, "unit", p[i].unit_name);
        jw_obj_end(w);
    }
    answer_rows_end(w, STR_NONE);
    return true;
}
