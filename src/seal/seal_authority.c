/* The city's certificate authority: founded once, by the security administrator, whose passphrase its keys are
 * under; the list of the revoked and the answers about single certificates, for anybody; other authorities
 * that the city recognises. What needs a key is done in prepare, on a job thread. */
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "core/login.h"
#include "core/small.h"
#include "desk/desk.h"
#include "seal/seal.sql.h"
#include "seal/seal_in.h"

#define YEAR_MS (365 * CLOCK_DAY_MS)
#define ROOT_YEARS 20
#define MAKER_YEARS 10
#define LIST_MS (30 * CLOCK_DAY_MS)     /* a list's next update */
#define ANSWER_MS (12 * CLOCK_HOUR_MS)
#define AUTHORITIES_MOST 32

bool is_security_admin(const struct ctx *cx)
{
    for (size_t i = 0; cx->actor && i < cx->actor->n_grants; i++)
        if (cx->actor->grants[i].role == ROLE_SECURITY_ADMIN)
            return true;
    return false;
}

static bool security_only(struct ctx *cx)
{
    return is_security_admin(cx) || fail(cx, ERR_FORBIDDEN, "authority.not_security", NULL);
}

bool authority_trace(struct ctx *cx, const char *op, struct str body)
{
    return trace_write(cx, trace_node_stream(cx), op, 0, 0, body);
}

int authority_find(struct ctx *cx, struct authority *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_authority_own);
    if (found == 1)
        *out = (struct authority){
            .id = row_i64(&r, 0), .name = row_copy(&r, 1, cx->a), .certificate = row_copy(&r, 2, cx->a),
            .wrapped = row_copy(&r, 3, cx->a), .maker_certificate = row_copy(&r, 4, cx->a),
            .maker_wrapped = row_copy(&r, 5, cx->a), .responder_certificate = row_copy(&r, 6, cx->a),
            .responder_key = row_copy(&r, 7, cx->a), .url = row_copy(&r, 8, cx->a),
            .crl = row_copy(&r, 9, cx->a), .crl_number = row_i64(&r, 10), .crl_at = row_i64(&r, 11),
            .crl_next = row_i64(&r, 12), .failures = row_i64(&r, 13), .locked_until_at = row_i64(&r, 14),
            .founded_at = row_i64(&r, 15), .digest = row_copy(&r, 16, cx->a),
        };
    rows_end(&r);
    return found;
}

static bool authority_load(struct ctx *cx, struct authority *out)
{
    int found = authority_find(cx, out);
    return found == 1 || (found == 0 && fail(cx, ERR_STATE, "authority.none", NULL));
}

/* --- the passphrase ------------------------------------------------------------------------------ */

static void free_key(void *arg)
{
    struct sm2_key *k = arg;
    sm2_key_free(&k);
}

struct failed_in {
    int64_t id;
};

static bool run_failed(struct ctx *cx, const void *input, void *out)
{
    const struct failed_in *in = input;
    (void)out;
    return db_run(cx->db, &q_authority_failed, FAILURES_MOST, cx->now + LOCK_MS, in->id) &&
           authority_trace(cx, "authority.passphrase_wrong",
                           str_printf(cx->a, "{\"authority\":\"%lld\"}", (long long)in->id));
}

/* A refused command leaves nothing behind, so the failure is one of its own. */
static bool wrong_passphrase(struct ctx *cx, int64_t id)
{
    const struct failed_in in = { id };
    struct err e = { 0 };
    if (!door_run(cx->core, "authority.passphrase_wrong", &in, NULL, cx->actor, cx->now, cx->a, &e))
        return fail(cx, e.kind, e.code, NULL);
    return fail(cx, ERR_INVALID, "authority.passphrase", "passphrase");
}

static struct sm2_key *open_key(struct ctx *cx, int64_t id, struct str wrapped, struct str passphrase)
{
    enum opened how;
    struct sm2_key *k = key_unwrap(wrapped, passphrase, &how);
    if (k)
        arena_on_clean(cx->a, free_key, k);
    else if (how == OPEN_WRONG)
        (void)wrong_passphrase(cx, id); /* always false: the error stands */
    else
        (void)fail(cx, ERR_STATE, "seal.key_lost", NULL);
    return k;
}

bool authority_unlock(struct ctx *cx, struct str passphrase, struct authority_open *out)
{
    if (!authority_load(cx, &out->row))
        return false;
    if (out->row.locked_until_at > cx->now)
        return fail(cx, ERR_BUSY, "authority.locked", NULL);
    struct sm2_key *ca = open_key(cx, out->row.id, out->row.wrapped, passphrase);
    struct sm2_key *maker = ca ? open_key(cx, out->row.id, out->row.maker_wrapped, passphrase) : NULL;
    if (!maker)
        return false;
    out->ca_signer = signer_of(cx->a, ca);
    out->maker_signer = signer_of(cx->a, maker);
    return (cert_read(cx->a, out->row.certificate, &out->ca) &&
            cert_read(cx->a, out->row.maker_certificate, &out->maker)) ||
           fail(cx, ERR_STATE, "seal.key_lost", NULL);
}

/* --- the list --------------------------------------------------------------------------------------- */

static bool revoked_all(struct ctx *cx, const struct cert_revoked *more, size_t n_more,
                        struct cert_revoked **out, size_t *n)
{
    struct rows r;
    size_t size = 64;
    struct cert_revoked *p = arena_array_of(cx->a, struct cert_revoked, size);
    *n = 0;
    for (db_rows(cx->db, &r, &q_certificates_revoked); rows_next(&r);) {
        if (*n == size) {
            p = arena_grow(cx->a, p, size * sizeof *p, 2 * size * sizeof *p);
            size *= 2;
        }
        p[(*n)++] = (struct cert_revoked){ row_copy(&r, 0, cx->a), row_i64(&r, 1), (int)row_i64(&r, 2) };
    }
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    p = arena_grow(cx->a, p, size * sizeof *p, (size + n_more) * sizeof *p);
    for (size_t i = 0; i < n_more; i++)
        p[(*n)++] = more[i];
    *out = p;
    return true;
}

bool authority_list_make(struct ctx *cx, const struct authority_open *o, const struct cert_revoked *more,
                         size_t n_more, struct authority_list *out)
{
    struct cert_revoked *all;
    size_t n;
    if (!revoked_all(cx, more, n_more, &all, &n))
        return false;
    out->number = o->row.crl_number + 1;
    out->at = cx->now;
    out->next = cx->now + LIST_MS;
    out->der = crl_make(cx->a, &o->ca, &o->ca_signer, out->number, out->at, out->next, all, n);
    return out->der.p || fail(cx, ERR_INTERNAL, "seal.sign_failed", NULL);
}

bool authority_list_put(struct ctx *cx, int64_t id, const struct authority_list *list)
{
    struct authority now;
    if (db_number(cx->db, 0, &q_authority_lock, id) != id || authority_find(cx, &now) != 1)
        return cx->err.kind == ERR_NONE && fail(cx, ERR_CONFLICT, "seal.stale", NULL);
    if (now.id != id || now.crl_number + 1 != list->number)
        return fail(cx, ERR_CONFLICT, "seal.stale", NULL);
    return db_run(cx->db, &q_authority_crl, bind_blob(list->der), list->number, list->at, list->next, id) &&
           db_run(cx->db, &q_authority_opened, id);
}

/* --- founding ----------------------------------------------------------------------------------------- */

struct authority_found_in {
    struct str name, passphrase, password, url;
    /* made by prepare */
    struct str certificate, wrapped, maker_certificate, maker_wrapped, responder_certificate, responder_key, crl;
};
static const struct field authority_found_in_fields[] = {
    FIELD(authority_found_in, name, F_TEXT, .max = 60, .flags = FIELD_REQUIRED, .zh = "机构名称",
          .en = "authority's name"),
    FIELD(authority_found_in, url, F_TEXT, .max = 200, .zh = "公开地址", .en = "public address"),
    FIELD(authority_found_in, passphrase, F_TEXT, .max = 256, .flags = FIELD_REQUIRED | FIELD_SECRET,
          .zh = "机构口令", .en = "passphrase of its keys"),
    FIELD(authority_found_in, password, F_TEXT, .max = 256, .flags = FIELD_REQUIRED | FIELD_SECRET,
          .zh = "登录密码", .en = "one's own password"),
};
RECORD(authority_found_in);

static struct sm2_key *new_key(struct ctx *cx)
{
    struct sm2_key *k = sm2_key_new();
    arena_on_clean(cx->a, free_key, k);
    return k;
}

static bool found_make(struct ctx *cx, struct authority_found_in *in)
{
    struct sm2_key *ca_key = new_key(cx), *maker_key = new_key(cx), *responder_key = new_key(cx);
    struct signer ca = signer_of(cx->a, ca_key), maker = signer_of(cx->a, maker_key),
                  responder = signer_of(cx->a, responder_key);
    struct cert_info root;
    int64_t from = cx->now - cx->now % 1000;
    const struct cert_issue c = { .kind = CERT_ROOT, .common_name = in->name, .organization = in->name,
                                  .spki = ca.spki, .from = from, .to = from + ROOT_YEARS * YEAR_MS };
    in->certificate = cert_issue(cx->a, &c, NULL, &ca);
    if (!cert_read(cx->a, in->certificate, &root))
        return fail(cx, ERR_INTERNAL, "seal.sign_failed", NULL);
    struct cert_issue m = c;
    m.kind = CERT_MAKER;
    m.common_name = str_printf(cx->a, "%.*s 制章", STR_ARG(in->name));
    m.spki = maker.spki;
    m.to = from + MAKER_YEARS * YEAR_MS;
    in->maker_certificate = cert_issue(cx->a, &m, &root, &ca);
    m.kind = CERT_OCSP;
    m.common_name = str_printf(cx->a, "%.*s 证书状态", STR_ARG(in->name));
    m.spki = responder.spki;
    in->responder_certificate = cert_issue(cx->a, &m, &root, &ca);
    in->wrapped = key_wrap(cx->a, ca_key, in->passphrase);
    in->maker_wrapped = key_wrap(cx->a, maker_key, in->passphrase);
    in->responder_key = sm2_key_pkcs8(cx->a, responder_key);
    in->crl = crl_make(cx->a, &root, &ca, 1, from, from + LIST_MS, NULL, 0);
    return (in->maker_certificate.p && in->responder_certificate.p && in->wrapped.p && in->maker_wrapped.p &&
            in->crl.p) ||
           fail(cx, ERR_BUSY, "seal.sign_failed", NULL);
}

static bool prepare_found(struct ctx *cx, void *input)
{
    struct authority_found_in *in = input;
    struct authority has;
    if (!security_only(cx) || !login_confirm(cx, in->password, "password"))
        return false;
    int found = authority_find(cx, &has);
    if (found)
        return found > 0 && fail(cx, ERR_STATE, "authority.founded", NULL);
    if (in->url.n && !str_starts(in->url, STR("http://")) && !str_starts(in->url, STR("https://")))
        return fail(cx, ERR_INVALID, "authority.url", "url");
    const char *refused = password_refused(in->passphrase, STR("authority"), true);
    if (refused)
        return fail(cx, ERR_INVALID, refused, "passphrase");
    return found_make(cx, in);
}

static bool certificate_put(struct ctx *cx, int64_t authority_id, const char *kind, struct str der)
{
    struct cert_info c;
    return cert_read(cx->a, der, &c) &&
           db_run(cx->db, &q_certificate_put, c.serial, authority_id, kind, bind_id(0), c.common_name,
                  bind_blob(der), c.from, c.to, cx->actor->person_id, cx->now);
}

static bool run_found(struct ctx *cx, const void *input, void *out)
{
    const struct authority_found_in *in = input;
    struct authority has;
    int64_t id = id_new(cx->now), at = cx->now - cx->now % 1000;
    (void)out;
    int found = authority_find(cx, &has);
    if (found)
        return found > 0 && fail(cx, ERR_STATE, "authority.founded", NULL);
    return db_run(cx->db, &q_authority_put, id, "own", in->name, sm3_text(cx->a, in->certificate),
                  bind_blob(in->certificate), bind_blob(in->wrapped), bind_blob(in->maker_certificate),
                  bind_blob(in->maker_wrapped), bind_blob(in->responder_certificate),
                  bind_blob(in->responder_key), in->url.n ? in->url : STR_NONE, bind_blob(in->crl), 1, at,
                  at + LIST_MS, cx->actor->person_id, cx->now) &&
           certificate_put(cx, id, "maker", in->maker_certificate) &&
           certificate_put(cx, id, "responder", in->responder_certificate) &&
           authority_trace(cx, "authority.found",
                           str_printf(cx->a, "{\"authority\":\"%lld\",\"digest\":\"%.*s\"}", (long long)id,
                                      STR_ARG(sm3_text(cx->a, in->certificate))));
}

/* --- a new list -------------------------------------------------------------------------------------------- */

struct authority_list_in {
    struct str passphrase;
    int64_t authority_id;
    struct authority_list list;
};
static const struct field authority_list_in_fields[] = {
    FIELD(authority_list_in, passphrase, F_TEXT, .max = 256, .flags = FIELD_REQUIRED | FIELD_SECRET,
          .zh = "机构口令", .en = "passphrase of its keys"),
};
RECORD(authority_list_in);

static bool prepare_list(struct ctx *cx, void *input)
{
    struct authority_list_in *in = input;
    struct authority_open o;
    if (!security_only(cx) || !authority_unlock(cx, in->passphrase, &o))
        return false;
    in->authority_id = o.row.id;
    return authority_list_make(cx, &o, NULL, 0, &in->list);
}

static bool run_list_made(struct ctx *cx, const void *input, void *out)
{
    const struct authority_list_in *in = input;
    (void)out;
    return authority_list_put(cx, in->authority_id, &in->list) &&
           authority_trace(cx, "authority.list",
                           str_printf(cx->a, "{\"number\":%lld}", (long long)in->list.number));
}

/* --- others that are recognised -------------------------------------------------------------------------------- */

struct authority_trust_in {
    struct str certificate, crl;
    struct cert_info cert; /* made by prepare */
    struct crl_info list;
};
static const struct field authority_trust_in_fields[] = {
    FIELD(authority_trust_in, certificate, F_TEXT, .max = 16000, .flags = FIELD_REQUIRED | FIELD_LINES,
          .zh = "根证书（PEM）", .en = "root certificate, PEM"),
    FIELD(authority_trust_in, crl, F_TEXT, .max = 60000, .flags = FIELD_LINES, .zh = "吊销列表（PEM）",
          .en = "its list of the revoked, PEM"),
};
RECORD(authority_trust_in);

static bool prepare_trust(struct ctx *cx, void *input)
{
    struct authority_trust_in *in = input;
    struct str der = cert_of_text(cx->a, in->certificate);
    if (!security_only(cx))
        return false;
    if (!cert_read(cx->a, der, &in->cert) || !in->cert.is_ca || !str_eq(in->cert.issuer, in->cert.subject) ||
        in->cert.from > cx->now || in->cert.to < cx->now ||
        !key_verify(in->cert.spki, in->cert.algorithm, in->cert.tbs, in->cert.signature))
        return fail(cx, ERR_INVALID, "authority.certificate", "certificate");
    if (!in->crl.n)
        return true;
    if (!crl_read(cx->a, cert_of_text(cx->a, in->crl), &in->list) ||
        !str_eq(in->list.issuer, in->cert.subject) ||
        !key_verify(in->cert.spki, in->list.algorithm, in->list.tbs, in->list.signature))
        return fail(cx, ERR_INVALID, "authority.crl", "crl");
    return true;
}

static bool run_trust(struct ctx *cx, const void *input, void *out)
{
    const struct authority_trust_in *in = input;
    struct str digest = sm3_text(cx->a, in->cert.whole);
    (void)out;
    if (db_number(cx->db, 0, &q_authority_same, digest))
        return fail(cx, ERR_CONFLICT, "authority.same", "certificate");
    bool has_list = in->list.whole.p != NULL;
    int64_t id = id_new(cx->now);
    return cx->err.kind == ERR_NONE &&
           db_run(cx->db, &q_authority_put, id, "trusted", in->cert.common_name, digest,
                  bind_blob(in->cert.whole), bind_blob(STR_NONE), bind_blob(STR_NONE), bind_blob(STR_NONE),
                  bind_blob(STR_NONE), bind_blob(STR_NONE), STR_NONE, bind_blob(in->list.whole), 0,
                  bind_id(has_list ? in->list.at : 0), bind_id(has_list ? in->list.next : 0),
                  cx->actor->person_id, cx->now) &&
           authority_trace(cx, "authority.trust", str_printf(cx->a, "{\"digest\":\"%.*s\"}", STR_ARG(digest)));
}

bool seal_trust(struct ctx *cx, struct cert_trust *out)
{
    struct rows r;
    struct str *certificates = arena_array_of(cx->a, struct str, AUTHORITIES_MOST);
    struct str *lists = arena_array_of(cx->a, struct str, AUTHORITIES_MOST);
    *out = (struct cert_trust){ .authorities = certificates, .crls = lists };
    for (db_rows(cx->db, &r, &q_authorities); out->n_roots < AUTHORITIES_MOST && rows_next(&r);) {
        certificates[out->n_roots++] = row_copy(&r, 4, cx->a);
        if (!row_is_null(&r, 5))
            lists[out->n_crls++] = row_copy(&r, 5, cx->a);
    }
    rows_end(&r);
    out->n_authorities = out->n_roots;
    return !rows_failed(&r);
}

/* --- reads ------------------------------------------------------------------------------------------------------- */

static bool run_page(struct ctx *cx, const void *input, struct jw *w)
{
    struct authority own = { 0 };
    struct rows r;
    (void)input;
    int found = authority_find(cx, &own);
    if (found < 0)
        return false;
    jw_obj(w);
    jw_kbool(w, "is_founded", found == 1);
    jw_kbool(w, "may_manage", is_security_admin(cx));
    jw_kstr(w, "url", found == 1 ? own.url : STR_NONE);
    jw_kbool(w, "is_locked", found == 1 && own.locked_until_at > cx->now);
    jw_karr(w, "authorities");
    for (db_rows(cx->db, &r, &q_authorities); rows_next(&r);) {
        struct cert_info c;
        bool is_read = cert_read(cx->a, row_text(&r, 4), &c);
        jw_obj(w);
        jw_kid(w, "id", row_i64(&r, 0));
        jw_kstr(w, "kind", row_text(&r, 1));
        jw_kstr(w, "name", row_text(&r, 2));
        jw_kstr(w, "digest", row_text(&r, 3));
        jw_ki64(w, "from", is_read ? c.from : 0);
        jw_ki64(w, "to", is_read ? c.to : 0);
        if (row_is_null(&r, 7))
            jw_knull(w, "crl_next");
        else
            jw_ki64(w, "crl_next", row_i64(&r, 7));
        jw_kbool(w, "is_list_old", !row_is_null(&r, 7) && row_i64(&r, 7) < cx->now);
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    jw_obj_end(w);
    return !rows_failed(&r);
}

struct certificates_in {
    struct str after;
    int64_t limit;
};
static const struct field certificates_in_fields[] = {
    FIELD(certificates_in, after, F_TEXT, .max = 100, .zh = "续读位置", .en = "cursor"),
    FIELD(certificates_in, limit, F_I64, .min = 1, .max = 200, .zh = "条数", .en = "rows"),
};
RECORD(certificates_in);

static void optional_moment(struct jw *w, const char *key, struct rows *r, int column)
{
    if (row_is_null(r, column))
        jw_knull(w, key);
    else
        jw_ki64(w, key, row_i64(r, column));
}

/* The cursor is the moment and, as text, the serial number of the last. */
static bool run_certificates(struct ctx *cx, const void *input, struct jw *w)
{
    const struct certificates_in *in = input;
    struct rows r;
    struct str rest = in->after, first;
    struct str last = STR_NONE;
    int64_t before = INT64_MAX, limit = in->limit ? in->limit : 50, n = 0;
    if (!security_only(cx))
        return false;
    if (in->after.n && (!str_cut(&rest, '.', &first) || !str_to_i64(first, &before) || !rest.p))
        return fail(cx, ERR_INVALID, "input.cursor", "after");
    answer_rows(w);
    for (db_rows(cx->db, &r, &q_certificates_page, before, rest.p ? rest : STR("~"), limit); rows_next(&r); n++) {
        jw_obj(w);
        jw_kstr(w, "serial", row_text(&r, 0));
        jw_kstr(w, "kind", row_text(&r, 1));
        jw_kid(w, "seal", row_i64(&r, 2));
        jw_kstr(w, "subject", row_text(&r, 3));
        jw_ki64(w, "from", row_i64(&r, 4));
        jw_ki64(w, "to", row_i64(&r, 5));
        jw_ki64(w, "issued_at", row_i64(&r, 6));
        optional_moment(w, "revoked_at", &r, 7);
        optional_moment(w, "reason", &r, 8);
        jw_kstr(w, "issued_by", row_text(&r, 9));
        jw_obj_end(w);
        last = str_printf(cx->a, "%lld.%.*s", (long long)row_i64(&r, 6), STR_ARG(row_text(&r, 0)));
    }
    rows_end(&r);
    answer_rows_end(w, n == limit ? last : STR_NONE);
    return !rows_failed(&r);
}

/* --- for anybody: certificate, list, answers ----------------------------------------------------------------------- */

static bool own_file(struct ctx *cx, bool is_list)
{
    struct authority own;
    int found = authority_find(cx, &own);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    *raw_of(cx) = is_list ? (struct raw){ .type = "application/pkix-crl", .name = STR("tongban.crl"), .fd = -1,
                                          .bytes = own.crl }
                          : (struct raw){ .type = "application/x-pem-file", .name = STR("tongban-ca.pem"),
                                          .fd = -1, .bytes = cert_pem(cx->a, "CERTIFICATE", own.certificate) };
    return true;
}

static bool run_certificate_file(struct ctx *cx, const void *input, struct jw *w)
{
    (void)input;
    (void)w;
    return own_file(cx, false);
}

static bool run_crl_file(struct ctx *cx, const void *input, struct jw *w)
{
    (void)input;
    (void)w;
    return own_file(cx, true);
}

struct ocsp_in {
    struct str request;
};
static const struct field ocsp_in_fields[] = {
    FIELD(ocsp_in, request, F_TEXT, .max = 1000, .flags = FIELD_PATH, .zh = "OCSP 请求（Base64）",
          .en = "OCSP request, Base64"),
};
RECORD(ocsp_in);

static bool ocsp_look(struct ctx *cx, const struct ocsp_request *r, struct ocsp_state *s)
{
    struct rows rows;
    *s = (struct ocsp_state){ .status = OCSP_UNKNOWN, .at = cx->now, .next = cx->now + ANSWER_MS };
    int found = db_get(cx->db, &rows, &q_certificate_get, r->serial);
    if (found == 1) {
        bool is_revoked = !row_is_null(&rows, 7);
        s->status = is_revoked ? OCSP_REVOKED : OCSP_GOOD;
        s->revoked_at = row_i64(&rows, 7);
        s->reason = (int)row_i64(&rows, 8);
    }
    rows_end(&rows);
    return found >= 0;
}

/* One signature, 0.3 ms: answered on the worker. */
static bool run_ocsp(struct ctx *cx, const void *input, struct jw *w)
{
    const struct ocsp_in *in = input;
    struct authority own;
    struct ocsp_request r;
    struct ocsp_state s;
    struct cert_info ca, responder;
    struct raw *raw = raw_of(cx);
    (void)w;
    int found = authority_find(cx, &own);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    raw->type = "application/ocsp-response";
    raw->fd = -1;
    if (!cert_read(cx->a, own.certificate, &ca) || !cert_read(cx->a, own.responder_certificate, &responder))
        return fail(cx, ERR_INTERNAL, "seal.key_lost", NULL);
    if (!ocsp_request_read(cx->a, base64_bytes(cx->a, in->request), &ca, &r)) {
        raw->bytes = ocsp_refusal(cx->a, 1);
    } else if (!r.is_ours) {
        raw->bytes = ocsp_refusal(cx->a, 6);
    } else {
        struct sm2_key *k = sm2_key_of_pkcs8(own.responder_key);
        if (!k)
            return fail(cx, ERR_INTERNAL, "seal.key_lost", NULL);
        arena_on_clean(cx->a, free_key, k);
        struct signer by = signer_of(cx->a, k);
        if (!ocsp_look(cx, &r, &s))
            return false;
        raw->bytes = ocsp_answer(cx->a, &r, &s, &responder, &by);
    }
    raw->size = (int64_t)raw->bytes.n;
    return true;
}

static const struct record failed_record = { "authority_failed", sizeof(struct failed_in), NULL, 0 };
static const struct command commands[] = {
    { "authority.found", POST, "/authority", PERM_SECRECY, &authority_found_in_record, NULL, run_found,
      "建立电子认证机构", "Found the city's certificate authority", CMD_WORK_LANE, prepare_found },
    { "authority.list", POST, "/authority/list", PERM_SECRECY, &authority_list_in_record, NULL, run_list_made,
      "重新签发吊销列表", "Sign a new list of the revoked", CMD_WORK_LANE, prepare_list },
    { "authority.trust", POST, "/authority/trusted", PERM_SECRECY, &authority_trust_in_record, NULL, run_trust,
      "信任其他认证机构", "Recognise another authority", CMD_WORK_LANE, prepare_trust },
    { "authority.passphrase_wrong", POST, NULL, PERM_LOGIN, &failed_record, NULL, run_failed,
      "认证机构口令错误", "A wrong passphrase of the authority", CMD_INTERNAL, NULL },
};
static const struct read reads[] = {
    { "authority.page", "/authority", PERM_LOGIN, NULL, &authority_answer_record, false, run_page,
      "电子认证机构", "The city's certificate authority and those it recognises", 0 },
    { "authority.certificates", "/authority/certificates", PERM_SECRECY, &certificates_in_record,
      &certificate_row_record, true, run_certificates, "已签发的证书", "Certificates issued", 0 },
    { "authority.certificate", "/authority/certificate", PERM_ANYONE, NULL, NULL, false, run_certificate_file,
      "根证书", "The root certificate, PEM", READ_RAW },
    { "authority.crl", "/authority/crl", PERM_ANYONE, NULL, NULL, false, run_crl_file, "吊销列表",
      "The list of the revoked (CRL)", READ_RAW },
    { "authority.ocsp", "/authority/ocsp/{request}", PERM_ANYONE, &ocsp_in_record, NULL, false, run_ocsp,
      "证书状态（OCSP）", "Whether a certificate is revoked (OCSP)", READ_RAW },
};
const struct room authority_room = { "seal", ROOM_TABLE(commands), ROOM_TABLE(reads), NULL, 0, NULL, NULL };
