/* Revoked or not: lists (CRL), answers (OCSP), and the check of a certificate up to a trusted root. */
#include <openssl/evp.h>

#include "base/check.h"
#include "crypto/cert.h"
#include "crypto/cert_in.h"

#define CHAIN_MOST 5
#define OID_NONCE "1.3.6.1.5.5.7.48.1.2"

/* --- lists ------------------------------------------------------------------------------------- */

static struct str reason_extension(struct arena *a, int reason)
{
    const char byte = (char)reason;
    if (reason == REASON_UNSPECIFIED)
        return STR_NONE; /* RFC 5280: left out */
    return DER_SEQ_OF(a, plain_extension(a, "2.5.29.21",
                                         der(a, DER_ENUM, str_copy(a, (struct str){ &byte, 1 }))));
}

struct str crl_make(struct arena *a, const struct cert_info *issuer, const struct signer *by,
                    int64_t number, int64_t at, int64_t next, const struct cert_revoked *p, size_t n)
{
    struct str *rows = arena_array_of(a, struct str, n + 1);
    for (size_t i = 0; i < n; i++)
        rows[i] = DER_SEQ_OF(a, der_number(a, bytes_of_hex(a, p[i].serial)),
                             der_x509_time(a, p[i].at), reason_extension(a, p[i].reason));
    struct str extensions =
        DER_SEQ_OF(a, authority_key_id(a, issuer->spki),
                   plain_extension(a, "2.5.29.20", der_int(a, number)));
    struct str tbs =
        DER_SEQ_OF(a, der_int(a, 1), DER_SEQ_OF(a, der_oid(a, by->algorithm)), issuer->subject,
                   der_x509_time(a, at), der_x509_time(a, next),
                   n ? der_join(a, DER_SEQ, rows, n) : STR_NONE, der(a, DER_CONTEXT, extensions));
    return signed_der(a, by, tbs);
}

bool crl_read(struct arena *a, struct str text, struct crl_info *out)
{
    struct der_item whole, algorithm, issuer, entries;
    struct signed_parts s;
    int64_t version;
    *out = (struct crl_info){ .whole = text };
    if (!text.p || !der_one(text, DER_SEQ, &whole))
        return false;
    struct der_reader r = der_inside(&whole);
    if (!signed_read(a, &r, &s) || !der_ended(&r))
        return false;
    out->tbs = s.what.whole;
    out->signature = s.signature;
    out->algorithm = s.algorithm;
    r = der_inside(&s.what);
    if (der_peek(&r) == DER_INT && !der_want_int(&r, &version))
        return false;
    if (!der_want(&r, DER_SEQ, &algorithm) || !der_want(&r, DER_SEQ, &issuer) ||
        !der_want_time(&r, &out->at))
        return false;
    out->issuer = issuer.whole;
    int tag = der_peek(&r);
    if ((tag == DER_UTC_TIME || tag == DER_TIME) && !der_want_time(&r, &out->next))
        return false;
    if (der_peek(&r) == DER_SEQ && der_next(&r, &entries))
        out->entries = entries.content;
    return !r.failed;
}

/* The reason of an entry; unspecified when it gives none. */
static int entry_reason(struct arena *a, struct der_reader *r)
{
    struct der_item list, one, value, reason;
    struct str oid;
    if (der_peek(r) != DER_SEQ || !der_next(r, &list))
        return REASON_UNSPECIFIED;
    struct der_reader all = der_inside(&list);
    while (der_want(&all, DER_SEQ, &one)) {
        struct der_reader in = der_inside(&one);
        if (!der_want_oid(&in, a, &oid))
            return REASON_UNSPECIFIED;
        if (str_is(oid, "2.5.29.21") && der_want(&in, DER_OCTETS, &value) &&
            der_one(value.content, DER_ENUM, &reason) && reason.content.n == 1)
            return reason.content.p[0];
        if (all.rest.n == 0)
            break;
    }
    return REASON_UNSPECIFIED;
}

int crl_find(struct arena *a, const struct crl_info *crl, struct str serial, struct cert_revoked *out)
{
    struct der_item entry, number;
    struct str sought = bytes_of_hex(a, serial);
    for (struct der_reader r = der_read(crl->entries); r.rest.n;) {
        if (!der_want(&r, DER_SEQ, &entry))
            return -1;
        struct der_reader in = der_inside(&entry);
        if (!der_want(&in, DER_INT, &number) || !der_want_time(&in, &out->at))
            return -1;
        struct str here = number.content;
        if (here.n > 1 && here.p[0] == 0)
            here = str_sub(here, 1, here.n - 1);
        if (!str_eq(here, sought))
            continue;
        out->serial = serial;
        out->reason = entry_reason(a, &in);
        return 1;
    }
    return 0;
}

/* --- OCSP ----------------------------------------------------------------------------------------- */

static const EVP_MD *digest_of(struct str oid)
{
    if (str_is(oid, "1.3.14.3.2.26"))
        return EVP_sha1(); /* names the issuer in a request, protects nothing */
    if (str_is(oid, "2.16.840.1.101.3.4.2.1"))
        return EVP_sha256();
    return str_is(oid, OID_SM3) ? EVP_sm3() : NULL;
}

static bool is_digest_of(const EVP_MD *md, struct str bytes, struct str digest)
{
    uint8_t out[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    return md && EVP_Digest(bytes.p, bytes.n, out, &n, md, NULL) == 1 &&
           str_eq((struct str){ (const char *)out, n }, digest);
}

static bool cert_id_read(struct arena *a, const struct der_item *id, const struct cert_info *issuer,
                         struct str *serial, bool *is_ours)
{
    struct der_reader r = der_inside(id);
    struct der_item algorithm, name, key, number;
    struct str oid;
    if (!der_want(&r, DER_SEQ, &algorithm) || !der_want(&r, DER_OCTETS, &name) ||
        !der_want(&r, DER_OCTETS, &key) || !der_want(&r, DER_INT, &number) || !der_ended(&r) ||
        number.content.n == 0 || number.content.n > 21)
        return false;
    struct der_reader in = der_inside(&algorithm);
    if (!der_want_oid(&in, a, &oid))
        return false;
    const EVP_MD *md = digest_of(oid);
    *serial = hex_of(a, number.content);
    *is_ours = is_digest_of(md, issuer->subject, name.content) &&
               is_digest_of(md, spki_bits(issuer->spki), key.content);
    return true;
}

static struct str nonce_of(struct arena *a, struct str extensions)
{
    struct der_item list, one, value;
    struct str oid;
    if (!der_one(extensions, DER_SEQ, &list))
        return STR_NONE;
    for (struct der_reader r = der_inside(&list); r.rest.n && der_want(&r, DER_SEQ, &one);) {
        struct der_reader in = der_inside(&one);
        if (der_want_oid(&in, a, &oid) && str_is(oid, OID_NONCE) &&
            der_want(&in, DER_OCTETS, &value) && value.content.n <= 64)
            return value.content;
    }
    return STR_NONE;
}

bool ocsp_request_read(struct arena *a, struct str text, const struct cert_info *issuer,
                       struct ocsp_request *out)
{
    struct der_item whole, tbs, list, one, id, more;
    *out = (struct ocsp_request){ .nonce = STR_NONE };
    if (!text.p || !der_one(text, DER_SEQ, &whole))
        return false;
    struct der_reader r = der_inside(&whole);
    if (!der_want(&r, DER_SEQ, &tbs))
        return false;
    r = der_inside(&tbs);
    while (der_peek(&r) == DER_CONTEXT || der_peek(&r) == DER_CONTEXT + 1)
        (void)der_next(&r, &more); /* version, who asks: of no use to us */
    if (!der_want(&r, DER_SEQ, &list))
        return false;
    struct der_reader in = der_inside(&list);
    if (!der_want(&in, DER_SEQ, &one) || !der_ended(&in))
        return false;
    in = der_inside(&one);
    if (!der_want(&in, DER_SEQ, &id) ||
        !cert_id_read(a, &id, issuer, &out->serial, &out->is_ours))
        return false;
    out->cert_id = id.whole;
    if (der_peek(&r) == DER_CONTEXT + 2 && der_next(&r, &more))
        out->nonce = nonce_of(a, more.content);
    return !r.failed;
}

static struct str sm3_octets(struct arena *a, struct str bytes)
{
    uint8_t digest[SM3_SIZE];
    sm3(bytes, digest);
    return der(a, DER_OCTETS, (struct str){ (const char *)digest, sizeof digest });
}

struct str ocsp_request_make(struct arena *a, const struct cert_info *issuer, struct str serial)
{
    struct str id = DER_SEQ_OF(a, DER_SEQ_OF(a, der_oid(a, OID_SM3)), sm3_octets(a, issuer->subject),
                               sm3_octets(a, spki_bits(issuer->spki)),
                               der_number(a, bytes_of_hex(a, serial)));
    return DER_SEQ_OF(a, DER_SEQ_OF(a, DER_SEQ_OF(a, DER_SEQ_OF(a, id))));
}

static struct str status_der(struct arena *a, const struct ocsp_state *s)
{
    const char byte = (char)s->reason;
    if (s->status == OCSP_GOOD)
        return der(a, DER_PLAIN_CONTEXT, STR(""));
    if (s->status == OCSP_UNKNOWN)
        return der(a, DER_PLAIN_CONTEXT + 2, STR(""));
    struct str reason = s->reason == REASON_UNSPECIFIED
                            ? STR_NONE
                            : der(a, DER_CONTEXT, der(a, DER_ENUM, (struct str){ &byte, 1 }));
    const struct str parts[] = { der_time(a, s->revoked_at), reason };
    return der_join(a, DER_CONTEXT + 1, parts, 2);
}

struct str ocsp_answer(struct arena *a, const struct ocsp_request *r, const struct ocsp_state *s,
                       const struct cert_info *responder, const struct signer *by)
{
    struct str one = DER_SEQ_OF(a, r->cert_id, status_der(a, s), der_time(a, s->at),
                                der(a, DER_CONTEXT, der_time(a, s->next)));
    struct str nonce = r->nonce.p
                           ? der(a, DER_CONTEXT + 1,
                                 DER_SEQ_OF(a, plain_extension(a, OID_NONCE, r->nonce)))
                           : STR_NONE;
    struct str tbs = DER_SEQ_OF(a, der(a, DER_CONTEXT + 1, responder->subject), der_time(a, s->at),
                                DER_SEQ_OF(a, one), nonce);
    struct str signature;
    if (!by->sign(by->arg, tbs, a, &signature))
        return STR_NONE;
    struct str basic = DER_SEQ_OF(a, tbs, DER_SEQ_OF(a, der_oid(a, by->algorithm)),
                                  der_bits(a, signature),
                                  der(a, DER_CONTEXT, DER_SEQ_OF(a, responder->whole)));
    struct str bytes = DER_SEQ_OF(a, der_oid(a, "1.3.6.1.5.5.7.48.1.1"), der(a, DER_OCTETS, basic));
    return DER_SEQ_OF(a, der(a, DER_ENUM, (struct str){ "", 1 }), der(a, DER_CONTEXT, bytes));
}

struct str ocsp_refusal(struct arena *a, int status)
{
    const char byte = (char)status;
    return DER_SEQ_OF(a, der(a, DER_ENUM, (struct str){ &byte, 1 }));
}

/* The signed part of an answer, and the certificate that came with it. */
static bool basic_of(struct arena *a, struct str text, struct signed_parts *s, struct str *cert)
{
    struct der_item whole, status, outer, bytes, basic, certs, list, first;
    struct str oid;
    *cert = STR_NONE;
    if (!text.p || !der_one(text, DER_SEQ, &whole))
        return false;
    struct der_reader r = der_inside(&whole);
    if (!der_want(&r, DER_ENUM, &status) || status.content.n != 1 || status.content.p[0] != 0 ||
        !der_want(&r, DER_CONTEXT, &outer) || !der_ended(&r) ||
        !der_one(outer.content, DER_SEQ, &outer))
        return false;
    r = der_inside(&outer);
    if (!der_want_oid(&r, a, &oid) || !str_is(oid, "1.3.6.1.5.5.7.48.1.1") ||
        !der_want(&r, DER_OCTETS, &bytes) || !der_one(bytes.content, DER_SEQ, &basic))
        return false;
    r = der_inside(&basic);
    if (!signed_read(a, &r, s))
        return false;
    if (der_peek(&r) == DER_CONTEXT && der_next(&r, &certs) &&
        der_one(certs.content, DER_SEQ, &list)) {
        struct der_reader in = der_inside(&list);
        *cert = der_want(&in, DER_SEQ, &first) ? first.whole : STR_NONE;
    }
    return !r.failed;
}

/* Signed by the issuer, or by whom the issuer lets answer. */
static bool answer_is_signed(struct arena *a, const struct signed_parts *s, struct str cert,
                             const struct cert_info *issuer, int64_t at)
{
    struct cert_info by;
    if (key_verify(issuer->spki, s->algorithm, s->what.whole, s->signature))
        return true;
    return cert.p && cert_read(a, cert, &by) && by.is_ocsp && str_eq(by.issuer, issuer->subject) &&
           key_verify(issuer->spki, by.algorithm, by.tbs, by.signature) && by.from <= at &&
           at <= by.to && key_verify(by.spki, s->algorithm, s->what.whole, s->signature);
}

static bool state_read(struct der_reader *r, struct ocsp_state *out)
{
    struct der_item status, next, reason;
    if (!der_next(r, &status) || !der_want_time(r, &out->at))
        return false;
    out->status = status.tag == DER_PLAIN_CONTEXT  ? OCSP_GOOD
                  : status.tag == DER_CONTEXT + 1 ? OCSP_REVOKED
                                                  : OCSP_UNKNOWN;
    if (out->status == OCSP_REVOKED) {
        struct der_reader in = der_inside(&status);
        if (!der_want_time(&in, &out->revoked_at))
            return false;
        if (der_peek(&in) == DER_CONTEXT && der_next(&in, &reason) &&
            der_one(reason.content, DER_ENUM, &reason) && reason.content.n == 1)
            out->reason = reason.content.p[0];
    }
    if (der_peek(r) == DER_CONTEXT && der_next(r, &next)) {
        struct der_reader in = der_inside(&next);
        (void)der_want_time(&in, &out->next);
    }
    return !r->failed;
}

bool ocsp_answer_read(struct arena *a, struct str text, const struct cert_info *issuer,
                      struct str serial, struct ocsp_state *out)
{
    struct signed_parts s;
    struct str cert, here;
    struct der_item who, list, one, id;
    int64_t at;
    bool is_ours;
    *out = (struct ocsp_state){ .status = OCSP_UNKNOWN };
    if (!basic_of(a, text, &s, &cert))
        return false;
    struct der_reader r = der_inside(&s.what);
    if (!der_next(&r, &who) || !der_want_time(&r, &at) || !der_want(&r, DER_SEQ, &list) ||
        !answer_is_signed(a, &s, cert, issuer, at))
        return false;
    for (struct der_reader in = der_inside(&list); in.rest.n;) {
        if (!der_want(&in, DER_SEQ, &one))
            return false;
        struct der_reader single = der_inside(&one);
        if (!der_want(&single, DER_SEQ, &id) || !cert_id_read(a, &id, issuer, &here, &is_ours))
            return false;
        if (is_ours && str_eq(here, serial))
            return state_read(&single, out);
    }
    return false;
}

/* --- checking ------------------------------------------------------------------------------------------ */

/* Where its issuer stands among the authorities: the one that signed it; -1 none has the name, -2 one has
 * it but did not sign. */
static ptrdiff_t issuer_at(struct arena *a, const struct cert_info *c, const struct cert_trust *trust,
                           struct cert_info *out)
{
    ptrdiff_t found = -1;
    for (size_t i = 0; i < trust->n_authorities; i++) {
        if (!cert_read(a, trust->authorities[i], out) || !str_eq(out->subject, c->issuer))
            continue;
        if (out->is_ca && (!out->has_usage || out->usage & USE_ISSUE) &&
            key_verify(out->spki, c->algorithm, c->tbs, c->signature))
            return (ptrdiff_t)i;
        found = -2;
    }
    return found;
}

/* The newest list of this issuer that it has signed; false: none. */
static bool list_of(struct arena *a, const struct cert_info *issuer, const struct cert_trust *trust,
                    struct crl_info *out)
{
    struct crl_info c;
    bool found = false;
    for (size_t i = 0; i < trust->n_crls; i++)
        if (crl_read(a, trust->crls[i], &c) && str_eq(c.issuer, issuer->subject) &&
            (!found || c.at > out->at) && key_verify(issuer->spki, c.algorithm, c.tbs, c.signature)) {
            *out = c;
            found = true;
        }
    return found;
}

/* One link: whether the issuer's list has it. Lists count in seconds: what was signed in the very second still
 * counts as before, since nothing signs after a revocation is kept. */
static enum cert_verdict link_verdict(struct arena *a, const struct cert_info *issuer,
                                      const struct cert_trust *trust, int64_t at, int64_t now,
                                      struct cert_check *out)
{
    struct crl_info list;
    if (!list_of(a, issuer, trust, &list))
        return CERT_NO_STATUS;
    out->is_list_old = out->is_list_old || (list.next && list.next < now);
    int found = crl_find(a, &list, out->cert.serial, &out->revoked);
    if (found < 0)
        return CERT_NO_STATUS;
    if (found == 1 && (out->revoked.at < at || out->revoked.reason == REASON_KEY_COMPROMISE))
        return CERT_REVOKED;
    out->is_revoked_later = out->is_revoked_later || found == 1;
    return CERT_GOOD;
}

static enum cert_verdict own_verdict(const struct cert_info *c, int64_t at, int usage)
{
    if (at < c->from)
        return CERT_NOT_YET;
    if (at > c->to)
        return CERT_EXPIRED;
    if (c->has_unknown_critical || (c->has_usage && !(c->usage & usage)))
        return CERT_WRONG_USE;
    return CERT_GOOD;
}

struct cert_check cert_check(struct arena *a, struct str text, const struct cert_trust *trust, int64_t at,
                             int64_t now, int usage)
{
    struct cert_check out = { .verdict = CERT_UNREADABLE };
    struct cert_info leaf, issuer;
    bool lacks_status = false;
    if (!cert_read(a, text, &out.cert))
        return out;
    leaf = out.cert;
    for (int depth = 0; depth < CHAIN_MOST; depth++) {
        ptrdiff_t found = issuer_at(a, &out.cert, trust, &issuer);
        if (found < 0) {
            out.verdict = found == -1 ? CERT_FOREIGN : CERT_FORGED;
            return out;
        }
        out.verdict = own_verdict(&out.cert, at, depth == 0 ? usage : USE_ISSUE);
        if (out.verdict != CERT_GOOD)
            return out;
        bool is_self = str_eq(issuer.whole, out.cert.whole);
        if (!is_self) {
            out.verdict = link_verdict(a, &issuer, trust, at, now, &out);
            lacks_status = lacks_status || out.verdict == CERT_NO_STATUS;
            if (out.verdict == CERT_REVOKED)
                return out;
        }
        if ((size_t)found < trust->n_roots) {
            out.cert = is_self ? leaf : issuer;
            out.verdict = is_self ? CERT_GOOD : own_verdict(&issuer, at, USE_ISSUE);
            if (out.verdict == CERT_GOOD) {
                out.cert = leaf;
                out.verdict = lacks_status ? CERT_NO_STATUS : CERT_GOOD;
            }
            return out;
        }
        out.cert = issuer;
    }
    out.verdict = CERT_FOREIGN;
    return out;
}
