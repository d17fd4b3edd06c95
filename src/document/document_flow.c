/* Where document and flow meet: what desk tells of modules send and countersign, and the commands
 * that the flow's service tasks run. */
#include "document/document.sql.h"
#include "document/document_in.h"

static bool of_module(const struct matter *m, const char *key)
{
    return str_is(m->module, key);
}

static bool load_of(struct ctx *cx, const struct matter *m, struct doc *d)
{
    int found = doc_of_matter(cx, m->id, d);
    return found == 1 || (found == 0 && fail_not_found(cx));
}

/* --- item.completing: may it go on? --------------------------------------------------------------------- */

/* W3: what was signed goes out; a change of substance returns to the signer. */
static bool recheck_holds(struct ctx *cx, const struct doc *d, const struct desk_step *s)
{
    if (str_is(s->outcome, "to_signer"))
        return true;
    return doc_is_as_signed(cx, d, "outcome") && doc_must_be_clean(cx, d, STAGE_NUMBER);
}

/* Whoever is named as signer, at whatever step, must be one who may sign; the office must name one. */
static bool signer_is_chosen(struct ctx *cx, const struct doc *d, const struct desk_step *s)
{
    const struct jv *chosen = jv_get(s->vars, "signer");
    size_t n = jv_kind(chosen) == JV_ARRAY ? jv_size(chosen) : 0;
    if (n == 0 && (str_is(s->node, "office") || chosen))
        return fail(cx, ERR_INVALID, "doc.no_signer", "vars.signer");
    for (size_t i = 0; i < n; i++) {
        struct str text = jv_str(jv_at(chosen, i));
        int64_t id = 0;
        if (!str_starts(text, STR("post:")) || !str_to_i64(str_sub(text, 5, text.n), &id))
            return fail(cx, ERR_INVALID, "doc.no_signer", "vars.signer");
        if (!doc_may_sign(cx, d, id, "vars.signer"))
            return false;
    }
    return true;
}

/* Only advice comes from others at the step where the signature is given. */
static bool signs(const struct desk_step *s)
{
    return str_is(s->node, "issue_approval") && !str_is(s->role, "advise");
}

static bool may_go_on(struct ctx *cx, const struct doc *d, const struct desk_step *s)
{
    static const struct {
        const char *node;
        enum rule_stage stage;
    } steps[] = { { "draft", STAGE_DRAFT },   { "head", STAGE_DRAFT },
                  { "review", STAGE_REVIEW }, { "office", STAGE_REVIEW },
                  { "leader", STAGE_REVIEW }, { "issue_approval", STAGE_SIGN } };
    if (!signer_is_chosen(cx, d, s) || (signs(s) && !doc_may_sign(cx, d, s->standing.n ? s->for_post : s->post_id, NULL)))
        return false;
    if (str_is(s->node, "recheck"))
        return recheck_holds(cx, d, s);
    if (str_is(s->node, "number"))
        return (d->number_id || fail(cx, ERR_STATE, "doc.no_number", NULL)) &&
               doc_is_as_signed(cx, d, NULL) && doc_must_be_co_signed(cx, d);
    if (str_is(s->node, "dispatch"))
        return doc_is(d, "dispatched") || fail(cx, ERR_STATE, "doc.not_dispatched", NULL);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (str_is(s->node, steps[i].node) && !doc_must_be_clean(cx, d, steps[i].stage))
            return false;
    return true;
}

bool doc_on_completing(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct desk_step *s = detail;
    struct doc d;
    (void)event;
    (void)matter_id;
    if (of_module(s->matter, "co_sign"))
        return doc_co_sign_completing(cx, s);
    if (!of_module(s->matter, "send"))
        return true;
    if (!load_of(cx, s->matter, &d) || !doc_take_buffer(cx, &d, s->post_id))
        return false;
    return (!d.signed_digest.n || doc_find(cx, d.id, &d) == 1) && may_go_on(cx, &d, s);
}

/* Who is added to the signature, and not only for advice, signs as well. */
bool doc_on_adding(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct desk_adding *s = detail;
    struct doc d;
    (void)event;
    (void)matter_id;
    if (of_module(s->matter, "co_sign"))
        return doc_co_sign_adding(cx, s);
    if (!of_module(s->matter, "send") || !str_is(s->node, "issue_approval") || s->is_advice)
        return true;
    if (!load_of(cx, s->matter, &d))
        return false;
    for (size_t i = 0; i < s->posts.n; i++)
        if (!doc_may_sign(cx, &d, s->posts.p[i], "post_ids"))
            return false;
    return true;
}

/* What goes out is what was signed: once it has its number no file joins it and none leaves (W3). */
bool doc_on_file(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct desk_file *file = detail;
    struct doc d;
    (void)event;
    (void)matter_id;
    bool goes_out = str_is(file->kind, "attachment") || str_is(file->kind, "main");
    if (!of_module(file->matter, "send") || !goes_out)
        return true;
    return load_of(cx, file->matter, &d) && (doc_is(&d, "draft") || doc_is(&d, "signed") ||
                                             fail(cx, ERR_STATE, "doc.files_frozen", NULL));
}

/* --- item.completed ---------------------------------------------------------------------------------------- */

struct str doc_signed_note(struct ctx *cx, const struct doc *d, bool names_it, struct str files,
                           const struct desk_step *s)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    if (names_it)
        jw_kid(&w, "document", d->id);
    jw_kstr(&w, "digest", d->digest);
    jw_kstr(&w, "files", files);
    jw_ki64(&w, "revision", d->revision);
    jw_kstr(&w, "signed_on", doc_today(cx));
    if (s->standing.n) {
        jw_kstr(&w, "standing", s->standing);
        jw_kid(&w, "signed_for", s->acting_for);
    }
    jw_obj_end(&w);
    return buf_done(&b);
}

/* 签发: signer, 成文日期 and the text are fixed (W2, E4). Of several who sign, the last counts. Who presides
 * signs in the own name, on the absent head's authority (OFFICE P2 受委托签发). */
static bool sign(struct ctx *cx, const struct desk_step *s)
{
    struct doc d;
    struct person_row person, head = { .name = STR("") };
    struct str files;
    if (!load_of(cx, s->matter, &d) || person_find(cx, s->person_id, &person) < 0 ||
        (s->standing.n && person_find(cx, s->acting_for, &head) < 0) ||
        !matter_files_digest(cx, d.matter_id, &files))
        return false;
    return db_run(cx->db, &q_document_signed, "signed", person.name, bind_id(s->person_id),
                  bind_id(s->post_id), head.name, doc_today(cx), d.digest, files,
                  d.id) &&
           doc_find(cx, d.id, &d) == 1 && doc_co_sign_begin(cx, &d, s) &&
           doc_note(cx, &d, "doc.sign", s->post_id, doc_signed_note(cx, &d, false, files, s));
}

/* The other unit has answered: its outcome counts for R8, its inside stays its own. */
static bool countersigned(struct ctx *cx, const struct desk_step *s)
{
    struct doc d;
    int found = doc_find(cx, s->matter->subject_id, &d);
    if (found < 1)
        return found == 0;
    return db_run(cx->db, &q_countersign_put, d.id, s->matter->unit_id, s->matter->id,
                  s->outcome.n ? s->outcome : STR("agree"), d.digest, cx->now);
}

bool doc_on_completed(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct desk_step *s = detail;
    (void)event;
    (void)matter_id;
    if (of_module(s->matter, "send") && signs(s))
        return sign(cx, s);
    if (of_module(s->matter, "countersign") && str_is(s->node, "answer"))
        return countersigned(cx, s);
    return !of_module(s->matter, "co_sign") || doc_co_sign_completed(cx, s);
}

/* --- sent back, closed ---------------------------------------------------------------------------------------- */

static bool is_before_signing(struct str node)
{
    static const char *const nodes[] = { "draft",  "head",   "countersign",    "review",
                                         "office", "leader", "issue_approval", NULL };
    for (size_t i = 0; nodes[i]; i++)
        if (str_is(node, nodes[i]))
            return true;
    return false;
}

static bool signature_falls(struct ctx *cx, struct doc *d, struct str reason)
{
    if (!doc_is(d, "signed"))
        return true;
    return doc_number_release(cx, d, reason.p ? reason : STR("")) && doc_co_sign_end(cx, d) &&
           db_run(cx->db, &q_document_signed, "draft", "", bind_id(0), bind_id(0), "", "", "", "",
                  d->id);
}

/* Back before the signature: it falls, and a number not yet given returns to its book. Back to the joint
 * bodies: theirs do. */
static bool unsign(struct ctx *cx, const struct desk_step *s, bool is_anew)
{
    struct doc d;
    bool is_co_sign = str_is(s->node, "co_sign");
    if (!of_module(s->matter, "send") || !(is_co_sign || is_before_signing(s->node)))
        return true;
    if (!load_of(cx, s->matter, &d))
        return false;
    return is_co_sign ? !doc_is(&d, "signed") || doc_co_sign_reopened(cx, &d, is_anew)
                      : signature_falls(cx, &d, s->text);
}

bool doc_on_sent_back(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct desk_step *s = detail;
    (void)event;
    (void)matter_id;
    return of_module(s->matter, "co_sign") ? doc_co_sign_undone(cx, s, false) : unsign(cx, s, true);
}

/* All joint bodies have answered, and not all with a signature: the lead's falls too. */
bool doc_on_node(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct desk_step *s = detail;
    struct doc d;
    bool is_whole;
    (void)event;
    (void)matter_id;
    if (!of_module(s->matter, "send") || !str_is(s->node, "co_sign"))
        return true;
    return load_of(cx, s->matter, &d) && doc_is_co_signed(cx, &d, &is_whole) &&
           (is_whole || signature_falls(cx, &d, s->text));
}

/* The dry run of a return: what falls with the signature. */
bool doc_on_impact(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct desk_impact *i = detail;
    struct doc d;
    (void)event;
    (void)matter_id;
    bool ends = str_is(i->op, "cancel") || str_is(i->op, "terminate");
    bool goes_back = str_is(i->op, "send_back") || str_is(i->op, "withdraw");
    if (of_module(i->matter, "co_sign"))
        return !goes_back || !str_is(i->node, "sign") || doc_co_sign_impact(cx, i);
    if (!of_module(i->matter, "send") || !(ends || (goes_back && is_before_signing(i->node))))
        return true;
    if (!load_of(cx, i->matter, &d))
        return false;
    if (goes_back && !doc_is(&d, "signed"))
        return true;
    if (goes_back)
        desk_impact_say(cx, i, "doc.impact_unsigned",
                        arena_strndup(cx->a, d.signer.p, d.signer.n));
    if (goes_back && !doc_co_sign_impact(cx, i))
        return false;
    if (d.number_id)
        desk_impact_say(cx, i, "doc.impact_number", arena_strndup(cx->a, d.number.p, d.number.n));
    return true;
}

/* The signer, or a unit that had countersigned, takes its word back before anybody went on. */
bool doc_on_withdrawn(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct desk_step *s = detail;
    (void)event;
    (void)matter_id;
    if (of_module(s->matter, "countersign") && str_is(s->node, "answer"))
        return db_run(cx->db, &q_countersign_drop, s->matter->subject_id, s->matter->unit_id);
    if (of_module(s->matter, "co_sign"))
        return !str_is(s->node, "sign") || doc_co_sign_undone(cx, s, true);
    return unsign(cx, s, false);
}

bool doc_on_closed(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct matter *m = detail;
    struct doc d;
    (void)event;
    (void)matter_id;
    if (!of_module(m, "send") || str_is(m->state, "done"))
        return true;
    if (!load_of(cx, m, &d))
        return false;
    return doc_number_release(cx, &d, STR("事项已终止")) &&
           db_run(cx->db, &q_document_state, "void", d.id);
}

/* --- service tasks ---------------------------------------------------------------------------------------------- */

static bool load_locked(struct ctx *cx, const struct matter_in *in, struct doc *d)
{
    struct matter m;
    return matter_load_for_change(cx, in->matter_id, &m) && load_of(cx, &m, d) &&
           db_number(cx->db, 0, &q_document_lock, d->id) && load_of(cx, &m, d);
}

DOC_COMMAND(doc_confirm_number)
{
    struct doc d;
    (void)output;
    return load_locked(cx, input, &d) && doc_number_confirm(cx, &d) &&
           doc_note(cx, &d, "doc.confirm_number", 0,
                    str_printf(cx->a, "{\"number_id\":\"%lld\"}", (long long)d.number_id));
}

/* 分发 is done: from here on nothing may be undone inside, only retracted or corrected outside. */
DOC_COMMAND(doc_finish_dispatch)
{
    struct doc d;
    (void)output;
    if (!load_locked(cx, input, &d))
        return false;
    if (!doc_is(&d, "dispatched"))
        return fail(cx, ERR_STATE, "doc.not_dispatched", NULL);
    return doc_note(cx, &d, "doc.finish_dispatch", 0,
                    str_printf(cx->a, "{\"dispatch\":\"%lld\"}", (long long)d.dispatch_id));
}
