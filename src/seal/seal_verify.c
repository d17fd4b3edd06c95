/* The steps of C3, one function each. */
#include "seal/seal_verify.h"

#include "base/clock.h"
#include "ofd/ofd.h"

static const char *const step_names[] = {
    "structure", "signature", "maker", "period", "listed", "signer", "authority", "hash", "references", "embedded",
};

const char *seal_step_name(enum seal_step s)
{
    return step_names[s];
}

static struct seal_check check(enum seal_result result, const char *code, const char *arg)
{
    return (struct seal_check){ result, code, arg, NULL };
}

/* With the words of what could not be read. */
static struct seal_check check_err(struct arena *a, const char *code, const struct err *e)
{
    return (struct seal_check){ SEAL_FAILED, code, err_message(a, e, LANG_ZH), err_message(a, e, LANG_EN) };
}

static const char *text(struct arena *a, struct str s)
{
    return arena_strndup(a, s.p ? s.p : "", s.n);
}

static const char *day(struct arena *a, int64_t at)
{
    return clock_day_text(a, clock_date_of(at)).p;
}

/* --- the steps ------------------------------------------------------------------------------------ */

static struct seal_check period(struct arena *a, const struct ses_signature *s)
{
    if (s->at == 0)
        return check(SEAL_WARNED, "seal.check_no_time", NULL);
    if (s->at < s->seal.from)
        return check(SEAL_FAILED, "seal.check_seal_early", day(a, s->seal.from));
    if (s->at > s->seal.to)
        return check(SEAL_FAILED, "seal.check_seal_expired", day(a, s->seal.to));
    return check(SEAL_PASSED, "seal.check_period", day(a, s->at));
}

static struct seal_check outer(struct arena *a, const struct ses_signature *s)
{
    struct cert_info c;
    if (!cert_read(a, s->cert, &c))
        return check(SEAL_FAILED, "seal.check_cert_unreadable", NULL);
    return key_verify(c.spki, s->algorithm, s->covered, s->signature)
               ? check(SEAL_PASSED, "seal.check_signature", text(a, c.common_name))
               : check(SEAL_FAILED, "seal.check_signature_bad", NULL);
}

static struct seal_check maker(struct arena *a, const struct ses_seal *s)
{
    struct cert_info c;
    if (!cert_read(a, s->maker_cert, &c))
        return check(SEAL_FAILED, "seal.check_cert_unreadable", NULL);
    return key_verify(c.spki, s->algorithm, s->covered, s->signature)
               ? check(SEAL_PASSED, "seal.check_maker", text(a, c.common_name))
               : check(SEAL_FAILED, "seal.check_maker_bad", NULL);
}

static struct seal_check chain(struct arena *a, struct str cert, const struct cert_trust *trust,
                               int64_t at, int64_t now)
{
    struct cert_check c = cert_check(a, cert, trust, at, now, USE_SIGN | USE_COMMIT);
    const char *name = text(a, c.cert.common_name);
    switch (c.verdict) {
    case CERT_GOOD:
        if (c.is_revoked_later)
            return check(SEAL_WARNED, "seal.check_revoked_later", day(a, c.revoked.at));
        return c.is_list_old ? check(SEAL_WARNED, "seal.check_list_old", NULL)
                             : check(SEAL_PASSED, "seal.check_chain", text(a, c.cert.issuer_name));
    case CERT_NO_STATUS:
        return check(SEAL_WARNED, "seal.check_no_list", text(a, c.cert.issuer_name));
    case CERT_FOREIGN:
        return check(SEAL_FAILED, "seal.check_foreign", text(a, c.cert.issuer_name));
    case CERT_FORGED:
        return check(SEAL_FAILED, "seal.check_forged", text(a, c.cert.issuer_name));
    case CERT_NOT_YET:
        return check(SEAL_FAILED, "seal.check_cert_early", day(a, c.cert.from));
    case CERT_EXPIRED:
        return check(SEAL_FAILED, "seal.check_cert_expired", day(a, c.cert.to));
    case CERT_REVOKED:
        return check(SEAL_FAILED, "seal.check_revoked", day(a, c.revoked.at));
    case CERT_WRONG_USE:
        return check(SEAL_FAILED, "seal.check_usage", name);
    default:
        return check(SEAL_FAILED, "seal.check_cert_unreadable", NULL);
    }
}

static struct seal_check hash(struct arena *a, const struct ses_signature *s,
                              const struct ofd_signature *o)
{
    uint8_t digest[SM3_SIZE];
    sm3(o->bytes, digest);
    if (!str_eq(s->data_hash, (struct str){ (const char *)digest, SM3_SIZE }))
        return check(SEAL_FAILED, "seal.check_hash_bad", text(a, o->path));
    struct str said = s->property_info, is = o->path;
    if (said.n && said.p[0] == '/')
        said = str_sub(said, 1, said.n - 1);
    if (is.n && is.p[0] == '/')
        is = str_sub(is, 1, is.n - 1);
    return str_eq(said, is) ? check(SEAL_PASSED, "seal.check_hash", text(a, o->path))
                            : check(SEAL_WARNED, "seal.check_property", text(a, s->property_info));
}

static struct seal_check embedded(const struct ses_signature *s, const struct ofd_signature *o)
{
    if (!o->seal.p)
        return check(SEAL_WARNED, "seal.check_no_esl", NULL);
    return str_eq(o->seal, s->seal_bytes) ? check(SEAL_PASSED, "seal.check_embedded", NULL)
                                          : check(SEAL_FAILED, "seal.check_embedded_other", NULL);
}

static const char *const states[] = { "ok", "changed", "missing", "uncovered", "unknown" };

/* What is not as it was signed goes to the finding's parts. */
static struct seal_check references(struct arena *a, struct ofd *o, size_t i, struct seal_finding *f)
{
    const struct ofd_reference *refs;
    size_t n, bad = 0, added = 0;
    struct err e = { 0 };
    if (!ofd_references_check(o, i, &refs, &n, &e))
        return check_err(a, "seal.check_references_unreadable", &e);
    struct seal_part *parts = arena_array_of(a, struct seal_part, n + 1);
    const char *first = NULL;
    for (size_t k = 0; k < n; k++) {
        f->n_covered += refs[k].state != OFD_REF_UNCOVERED;
        if (refs[k].state == OFD_REF_OK)
            continue;
        parts[f->n_parts++] = (struct seal_part){ refs[k].path, states[refs[k].state] };
        if (refs[k].state == OFD_REF_UNCOVERED) {
            added++;
            continue;
        }
        first = bad++ ? first : text(a, refs[k].path);
    }
    f->parts = parts;
    if (bad)
        return check(SEAL_FAILED, "seal.check_changed", first);
    if (added)
        return check(SEAL_FAILED, "seal.check_added", text(a, parts[0].path));
    if (f->n_covered == 0)
        return check(SEAL_FAILED, "seal.check_nothing", NULL);
    return check(SEAL_PASSED, "seal.check_references", arena_printf(a, "%zu", f->n_covered));
}

/* --- one seal ---------------------------------------------------------------------------------------- */

static bool code_is(const struct seal_check *c, const char *code)
{
    return c->result == SEAL_FAILED && strcmp(c->code, code) == 0;
}

static bool failed(const struct seal_finding *f, enum seal_step s)
{
    return f->steps[s].result == SEAL_FAILED;
}

/* One word for people: what was altered goes before what is out of date. */
static const char *verdict_of(const struct seal_finding *f)
{
    const struct seal_check *signer = &f->steps[SEAL_STEP_SIGNER], *by = &f->steps[SEAL_STEP_AUTHORITY];
    bool any = false, warned = false;
    for (int i = 0; i < SEAL_STEP_COUNT; i++) {
        any = any || f->steps[i].result == SEAL_FAILED;
        warned = warned || f->steps[i].result == SEAL_WARNED;
    }
    if (!any)
        return warned ? "warned" : "valid";
    if (failed(f, SEAL_STEP_STRUCTURE))
        return "invalid";
    if (failed(f, SEAL_STEP_HASH) || failed(f, SEAL_STEP_REFERENCES) || failed(f, SEAL_STEP_EMBEDDED) ||
        failed(f, SEAL_STEP_SIGNATURE) || failed(f, SEAL_STEP_MAKER))
        return "altered";
    if (code_is(signer, "seal.check_revoked") || code_is(by, "seal.check_revoked"))
        return "revoked";
    if (code_is(signer, "seal.check_foreign") || code_is(by, "seal.check_foreign"))
        return "foreign";
    if (failed(f, SEAL_STEP_PERIOD) || code_is(signer, "seal.check_cert_expired") ||
        code_is(by, "seal.check_cert_expired") || code_is(signer, "seal.check_cert_early"))
        return "expired";
    return "invalid";
}

static void skip_rest(struct seal_finding *f)
{
    for (int i = SEAL_STEP_STRUCTURE + 1; i < SEAL_STEP_COUNT; i++)
        f->steps[i] = check(SEAL_SKIPPED, "seal.check_skipped", NULL);
}

static void look(struct arena *a, struct ofd *o, size_t i, const struct cert_trust *trust, int64_t now,
                 struct seal_finding *f)
{
    struct ofd_signature sig;
    struct ses_signature s;
    struct cert_info c;
    struct err e = { 0 };
    const char *why;
    skip_rest(f);
    if (!ofd_signature(o, i, &sig, &e)) {
        f->steps[SEAL_STEP_STRUCTURE] = check_err(a, "seal.check_unreadable", &e);
        return;
    }
    f->id = sig.id;
    f->path = sig.path;
    int *pages = arena_array_of(a, int, sig.n_stamps + 1);
    for (size_t k = 0; k < sig.n_stamps; k++)
        pages[f->n_pages++] = (int)sig.stamps[k].page + 1;
    f->pages = pages;
    f->steps[SEAL_STEP_REFERENCES] = references(a, o, i, f);
    if (!sig.value.p || !ses_signature_read(a, sig.value, &s, &why)) {
        f->steps[SEAL_STEP_STRUCTURE] =
            check(SEAL_FAILED, "seal.check_structure_bad", sig.value.p ? why : "SignedValue.dat");
        return;
    }
    f->steps[SEAL_STEP_STRUCTURE] =
        check(SEAL_PASSED, "seal.check_structure", s.version == 4 ? "GB/T 38540-2020" : "GM/T 0031-2014");
    f->name = s.seal.name;
    f->es_id = s.seal.es_id;
    f->at = s.at;
    f->from = s.seal.from;
    f->to = s.seal.to;
    f->version = s.version;
    f->picture = s.seal.picture;
    if (cert_read(a, s.cert, &c)) {
        f->signer = c.common_name;
        f->signer_serial = c.serial;
        f->authority = c.issuer_name;
    }
    int64_t at = s.at ? s.at : now;
    f->steps[SEAL_STEP_SIGNATURE] = outer(a, &s);
    f->steps[SEAL_STEP_MAKER] = maker(a, &s.seal);
    f->steps[SEAL_STEP_PERIOD] = period(a, &s);
    f->steps[SEAL_STEP_LISTED] = ses_lists(&s.seal, s.cert)
                                     ? check(SEAL_PASSED, "seal.check_listed", text(a, f->signer))
                                     : check(SEAL_FAILED, "seal.check_unlisted", text(a, f->signer));
    f->steps[SEAL_STEP_SIGNER] = chain(a, s.cert, trust, at, now);
    f->steps[SEAL_STEP_AUTHORITY] = chain(a, s.seal.maker_cert, trust, s.seal.created, now);
    f->steps[SEAL_STEP_HASH] = hash(a, &s, &sig);
    f->steps[SEAL_STEP_EMBEDDED] = embedded(&s, &sig);
}

static bool is_same_path(struct str x, struct str y)
{
    x = x.n && x.p[0] == '/' ? str_sub(x, 1, x.n - 1) : x;
    y = y.n && y.p[0] == '/' ? str_sub(y, 1, y.n - 1) : y;
    return str_eq(x, y);
}

/* Nothing covers the list of signatures (O7), so a seal is taken off by dropping its line: what it leaves
 * behind tells. */
static void find_lost(struct arena *a, struct ofd *o, struct seal_report *r)
{
    const struct str *paths;
    struct ofd_signature sig;
    struct err e = { 0 };
    size_t n = ofd_parts(o, &paths);
    struct str *lost = arena_array_of(a, struct str, n + 1);
    for (size_t i = 0; i < n; i++) {
        bool is_named = !str_ends(paths[i], STR("SignedValue.dat"));
        for (size_t k = 0; !is_named && k < r->n; k++)
            is_named = ofd_signature(o, k, &sig, &e) && is_same_path(sig.value_path, paths[i]);
        if (!is_named)
            lost[r->n_lost++] = paths[i];
    }
    r->lost = lost;
}

struct seal_report seal_verify(struct arena *a, struct str package, const struct cert_trust *trust,
                               int64_t now)
{
    static const char *const worst[] = { "invalid", "altered", "revoked", "foreign", "expired", "warned", "valid" };
    struct seal_report r = { .verdict = "unreadable" };
    struct ofd *o = ofd_open(a, package, &r.err);
    if (!o)
        return r;
    r.n = ofd_signatures(o);
    r.findings = arena_array_of(a, struct seal_finding, r.n + 1);
    size_t level = sizeof worst / sizeof *worst;
    for (size_t i = 0; i < r.n; i++) {
        look(a, o, i, trust, now, &r.findings[i]);
        r.findings[i].verdict = verdict_of(&r.findings[i]);
        size_t k = 0;
        while (strcmp(worst[k], r.findings[i].verdict) != 0)
            k++;
        level = k < level ? k : level;
    }
    find_lost(a, o, &r);
    if (r.n_lost && level > 1)
        level = 1;
    r.verdict = r.n || r.n_lost ? worst[level] : "unsealed";
    return r;
}

/* --- as JSON ------------------------------------------------------------------------------------------- */

static void words(struct arena *a, struct jw *w, const char *code, const char *arg, const char *arg_en)
{
    struct err e = { .kind = ERR_INVALID, .code = code, .arg = { arg ? arg : "" } };
    jw_kstr(w, "zh", str_of(err_message(a, &e, LANG_ZH)));
    e.arg[0] = arg_en ? arg_en : e.arg[0];
    jw_kstr(w, "en", str_of(err_message(a, &e, LANG_EN)));
}

static void moment(struct jw *w, const char *key, int64_t at)
{
    if (at)
        jw_ki64(w, key, at);
    else
        jw_knull(w, key);
}

static void finding_write(struct arena *a, const struct seal_finding *f, struct jw *w)
{
    static const char *const results[] = { "passed", "warned", "failed", "skipped" };
    jw_obj(w);
    jw_kstr(w, "verdict", str_of(f->verdict));
    jw_kstr(w, "name", f->name.p ? f->name : STR(""));
    jw_kstr(w, "es_id", f->es_id.p ? f->es_id : STR(""));
    jw_kstr(w, "signer", f->signer.p ? f->signer : STR(""));
    jw_kstr(w, "serial", f->signer_serial.p ? f->signer_serial : STR(""));
    jw_kstr(w, "authority", f->authority.p ? f->authority : STR(""));
    jw_kstr(w, "path", f->path.p ? f->path : STR(""));
    moment(w, "at", f->at);
    moment(w, "from", f->from);
    moment(w, "to", f->to);
    jw_ki64(w, "covered", (int64_t)f->n_covered);
    jw_karr(w, "pages");
    for (size_t i = 0; i < f->n_pages; i++)
        jw_i64(w, f->pages[i]);
    jw_arr_end(w);
    jw_karr(w, "steps");
    for (int i = 0; i < SEAL_STEP_COUNT; i++) {
        jw_obj(w);
        jw_kstr(w, "step", str_of(step_names[i]));
        jw_kstr(w, "result", str_of(results[f->steps[i].result]));
        jw_kstr(w, "code", str_of(f->steps[i].code));
        words(a, w, f->steps[i].code, f->steps[i].arg, f->steps[i].arg_en);
        jw_obj_end(w);
    }
    jw_arr_end(w);
    jw_karr(w, "parts");
    for (size_t i = 0; i < f->n_parts; i++) {
        jw_obj(w);
        jw_kstr(w, "path", f->parts[i].path);
        jw_kstr(w, "state", str_of(f->parts[i].state));
        jw_obj_end(w);
    }
    jw_arr_end(w);
    jw_obj_end(w);
}

static const char *verdict_code(const char *verdict)
{
    static const char *const codes[] = { "seal.verdict_valid",   "seal.verdict_warned",  "seal.verdict_altered",
                                         "seal.verdict_revoked", "seal.verdict_expired", "seal.verdict_foreign",
                                         "seal.verdict_invalid", "seal.verdict_unsealed" };
    size_t i = 0;
    while (i + 1 < sizeof codes / sizeof *codes && strcmp(codes[i] + sizeof "seal.verdict_" - 1, verdict) != 0)
        i++;
    return codes[i];
}

void seal_report_write(struct arena *a, const struct seal_report *r, struct jw *w)
{
    jw_obj(w);
    jw_kstr(w, "verdict", str_of(r->verdict));
    if (r->err.kind != ERR_NONE) {
        jw_kstr(w, "zh", str_of(err_message(a, &r->err, LANG_ZH)));
        jw_kstr(w, "en", str_of(err_message(a, &r->err, LANG_EN)));
    } else {
        words(a, w, r->n_lost ? "seal.verdict_lost" : verdict_code(r->verdict),
              r->n_lost ? text(a, r->lost[0]) : NULL, NULL);
    }
    jw_karr(w, "lost");
    for (size_t i = 0; i < r->n_lost; i++)
        jw_str(w, r->lost[i]);
    jw_arr_end(w);
    jw_karr(w, "seals");
    for (size_t i = 0; i < r->n; i++)
        finding_write(a, &r->findings[i], w);
    jw_arr_end(w);
    jw_obj_end(w);
}
