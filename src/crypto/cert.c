/* Certificates and requests: made and read. */
#include "crypto/cert.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/check.h"
#include "crypto/cert_in.h"
#include "crypto/crypto_in.h"

#define IDENTITY "1234567812345678"

static EVP_PKEY *pkey_of(const struct sm2_key *k)
{
    return (EVP_PKEY *)(uintptr_t)k;
}

/* --- keys ------------------------------------------------------------------------------------- */

static struct str taken(struct arena *a, unsigned char *p, int n)
{
    CHECK(n > 0);
    struct str out = str_copy(a, (struct str){ (const char *)p, (size_t)n });
    secret_wipe(p, (size_t)n);
    OPENSSL_free(p);
    return out;
}

struct str sm2_key_spki(struct arena *a, const struct sm2_key *k)
{
    unsigned char *p = NULL;
    int n = i2d_PUBKEY(pkey_of(k), &p);
    return taken(a, p, n);
}

struct str sm2_key_pkcs8(struct arena *a, const struct sm2_key *k)
{
    unsigned char *p = NULL;
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(pkey_of(k));
    CHECK(info);
    int n = i2d_PKCS8_PRIV_KEY_INFO(info, &p);
    PKCS8_PRIV_KEY_INFO_free(info);
    return taken(a, p, n);
}

struct sm2_key *sm2_key_of_pkcs8(struct str text)
{
    const unsigned char *p = (const unsigned char *)text.p;
    EVP_PKEY *k = d2i_AutoPrivateKey(NULL, &p, (long)text.n);
    if (k && EVP_PKEY_is_a(k, "SM2"))
        return (struct sm2_key *)k;
    crypto_log("not a usable SM2 key", NULL);
    EVP_PKEY_free(k);
    return NULL;
}

static bool to_buf(void *arg, const void *p, size_t n)
{
    buf_put(arg, p, n);
    return true;
}

struct str key_wrap(struct arena *a, const struct sm2_key *k, struct str passphrase)
{
    struct buf b = buf_in(a);
    struct str plain = sm2_key_pkcs8(a, k);
    struct sealer *s = sealer_new(passphrase, to_buf, &b);
    bool good = sealer_put(s, plain.p, plain.n) && sealer_end(s);
    sealer_free(&s);
    secret_wipe((char *)(uintptr_t)plain.p, plain.n);
    return good ? buf_done(&b) : STR_NONE;
}

static ptrdiff_t from_str(void *arg, void *p, size_t n)
{
    struct str *rest = arg;
    n = n < rest->n ? n : rest->n;
    memcpy(p, rest->p, n);
    *rest = str_sub(*rest, n, rest->n - n);
    return (ptrdiff_t)n;
}

struct sm2_key *key_unwrap(struct str wrapped, struct str passphrase, enum opened *how)
{
    const void *p;
    struct opener *o = opener_new(passphrase, from_str, &wrapped, how);
    if (!o)
        return NULL;
    ptrdiff_t n = opener_next(o, &p);
    struct sm2_key *k = n > 0 ? sm2_key_of_pkcs8((struct str){ p, (size_t)n }) : NULL;
    opener_free(&o); /* wipes what was opened */
    *how = k ? OPEN_OK : OPEN_ALTERED;
    return k;
}

static bool sign_software(void *arg, struct str bytes, struct arena *a, struct str *out)
{
    uint8_t signature[SM2_SIGNATURE_MAX];
    size_t n = sm2_sign(arg, bytes, signature);
    *out = str_copy(a, (struct str){ (const char *)signature, n });
    return n > 0;
}

struct signer signer_of(struct arena *a, const struct sm2_key *k)
{
    return (struct signer){ sign_software, (void *)(uintptr_t)k, sm2_key_spki(a, k), OID_SM2_SM3 };
}

static EVP_PKEY *pkey_of_spki(struct str spki)
{
    const unsigned char *p = (const unsigned char *)spki.p;
    EVP_PKEY *k = d2i_PUBKEY(NULL, &p, (long)spki.n);
    if (!k)
        ERR_clear_error();
    return k;
}

bool key_verify(struct str spki, struct str algorithm, struct str bytes, struct str signature)
{
    EVP_PKEY *k = spki.n ? pkey_of_spki(spki) : NULL;
    if (!k)
        return false;
    bool good = false;
    if (EVP_PKEY_is_a(k, "SM2")) {
        good = str_is(algorithm, OID_SM2_SM3) &&
               sm2_verify((const struct sm2_key *)k, bytes, signature);
    } else if (str_is(algorithm, OID_ECDSA_SHA256) || str_is(algorithm, OID_RSA_SHA256)) {
        EVP_MD_CTX *c = EVP_MD_CTX_new();
        CHECK(c);
        good = EVP_DigestVerifyInit(c, NULL, EVP_sha256(), NULL, k) == 1 &&
               EVP_DigestVerify(c, (const uint8_t *)signature.p, signature.n,
                                (const uint8_t *)bytes.p, bytes.n) == 1;
        EVP_MD_CTX_free(c);
        ERR_clear_error();
    }
    EVP_PKEY_free(k);
    return good;
}

static struct str algorithm_der(struct arena *a, const char *oid)
{
    return DER_SEQ_OF(a, der_oid(a, oid));
}

struct str signed_der(struct arena *a, const struct signer *s, struct str what)
{
    struct str signature;
    if (!s->sign(s->arg, what, a, &signature))
        return STR_NONE;
    return DER_SEQ_OF(a, what, algorithm_der(a, s->algorithm), der_bits(a, signature));
}

/* SEQ { what, algorithm, signature } over the received bytes. */
bool signed_read(struct arena *a, struct der_reader *r, struct signed_parts *out)
{
    struct der_item tbs, algorithm;
    if (!der_want(r, DER_SEQ, &tbs) || !der_want(r, DER_SEQ, &algorithm) ||
        !der_want_bits(r, &out->signature))
        return false;
    struct der_reader inside = der_inside(&algorithm);
    out->what = tbs;
    return der_want_oid(&inside, a, &out->algorithm);
}

/* --- names -------------------------------------------------------------------------------------- */

static struct str name_part(struct arena *a, const char *oid, int tag, struct str value)
{
    if (!value.n)
        return STR_NONE;
    return der(a, DER_SET, DER_SEQ_OF(a, der_oid(a, oid), der(a, tag, value)));
}

static struct str name_der(struct arena *a, struct str organization, struct str unit,
                           struct str common_name)
{
    return DER_SEQ_OF(a, name_part(a, "2.5.4.6", DER_PRINTABLE, STR("CN")),
                      name_part(a, "2.5.4.10", DER_UTF8, organization),
                      name_part(a, "2.5.4.11", DER_UTF8, unit),
                      name_part(a, "2.5.4.3", DER_UTF8, common_name));
}

static bool is_text(const struct der_item *v)
{
    return (v->tag == DER_UTF8 || v->tag == DER_PRINTABLE || v->tag == DER_IA5) &&
           utf8_valid(v->content);
}

struct name_texts {
    struct str common_name, organization, unit;
};
static bool name_read(struct arena *a, const struct der_item *name, struct name_texts *out)
{
    struct der_reader all = der_inside(name);
    struct der_item set, pair, value;
    *out = (struct name_texts){ STR_NONE, STR_NONE, STR_NONE };
    while (der_next(&all, &set)) {
        struct der_reader in_set = der_inside(&set);
        while (der_want(&in_set, DER_SEQ, &pair)) {
            struct der_reader r = der_inside(&pair);
            struct str oid;
            if (!der_want_oid(&r, a, &oid) || !der_next(&r, &value))
                return false;
            struct str text = is_text(&value) ? str_copy(a, value.content) : STR_NONE;
            if (str_is(oid, "2.5.4.3"))
                out->common_name = text;
            else if (str_is(oid, "2.5.4.10"))
                out->organization = text;
            else if (str_is(oid, "2.5.4.11"))
                out->unit = text;
            if (in_set.rest.n == 0)
                break;
        }
        if (in_set.failed)
            return false;
    }
    return !all.failed;
}

/* The name as we make it: OIDs checked on the way. */
struct str name_common(struct arena *a, struct str name)
{
    struct der_item item;
    struct name_texts t;
    return der_one(name, DER_SEQ, &item) && name_read(a, &item, &t) && t.common_name.p
               ? t.common_name
               : STR("");
}

/* --- reading ---------------------------------------------------------------------------------------- */

struct str hex_of(struct arena *a, struct str bytes)
{
    while (bytes.n > 1 && bytes.p[0] == 0)
        bytes = str_sub(bytes, 1, bytes.n - 1);
    char *p = arena_alloc(a, 2 * bytes.n + 1);
    hex_put(bytes.p, bytes.n, p);
    return (struct str){ p, 2 * bytes.n };
}

struct str bytes_of_hex(struct arena *a, struct str hex)
{
    uint8_t *p = arena_alloc(a, hex.n / 2 + 1);
    return hex.n && hex.n % 2 == 0 && hex_read(hex, p, hex.n / 2)
               ? (struct str){ (const char *)p, hex.n / 2 }
               : STR_NONE;
}

struct str spki_bits(struct str spki)
{
    struct der_item item, algorithm;
    struct str bits = STR_NONE;
    if (!der_one(spki, DER_SEQ, &item))
        return STR_NONE;
    struct der_reader r = der_inside(&item);
    return der_want(&r, DER_SEQ, &algorithm) && der_want_bits(&r, &bits) ? bits : STR_NONE;
}

static bool usage_read(struct str value, struct cert_info *out)
{
    struct der_item item;
    if (!der_one(value, DER_BITS, &item) || item.content.n < 2 || item.content.n > 3)
        return false;
    uint8_t bits = (uint8_t)item.content.p[1];
    out->has_usage = true;
    out->usage = (bits & 0x80 ? USE_SIGN : 0) | (bits & 0x40 ? USE_COMMIT : 0) |
                 (bits & 0x04 ? USE_ISSUE : 0) | (bits & 0x02 ? USE_LIST : 0);
    return true;
}

static bool purposes_read(struct arena *a, struct str value, struct cert_info *out)
{
    struct der_item item;
    struct str oid;
    if (!der_one(value, DER_SEQ, &item))
        return false;
    for (struct der_reader r = der_inside(&item); r.rest.n;) {
        if (!der_want_oid(&r, a, &oid))
            return false;
        out->is_ocsp = out->is_ocsp || str_is(oid, "1.3.6.1.5.5.7.3.9");
    }
    return true;
}

static bool constraints_read(struct str value, struct cert_info *out)
{
    struct der_item item, flag;
    if (!der_one(value, DER_SEQ, &item))
        return false;
    struct der_reader r = der_inside(&item);
    if (der_peek(&r) == DER_BOOL && der_next(&r, &flag))
        out->is_ca = flag.content.n == 1 && (uint8_t)flag.content.p[0] == 0xff;
    return !r.failed;
}

static bool extension_read(struct arena *a, const struct der_item *item, struct cert_info *out)
{
    struct der_reader r = der_inside(item);
    struct der_item flag, value;
    struct str oid;
    bool is_critical = false;
    if (!der_want_oid(&r, a, &oid))
        return false;
    if (der_peek(&r) == DER_BOOL && der_next(&r, &flag))
        is_critical = flag.content.n == 1 && flag.content.p[0] != 0;
    if (!der_want(&r, DER_OCTETS, &value) || !der_ended(&r))
        return false;
    if (str_is(oid, "2.5.29.15"))
        return usage_read(value.content, out);
    if (str_is(oid, "2.5.29.19"))
        return constraints_read(value.content, out);
    if (str_is(oid, "2.5.29.37"))
        return purposes_read(a, value.content, out);
    out->has_unknown_critical = out->has_unknown_critical || is_critical;
    return true;
}

static bool extensions_read(struct arena *a, struct der_reader *r, struct cert_info *out)
{
    struct der_item item, list, one;
    while (der_next(r, &item)) { /* [1] and [2], unique ids of old, are skipped */
        if (item.tag != DER_CONTEXT + 3)
            continue;
        if (!der_one(item.content, DER_SEQ, &list))
            return false;
        struct der_reader in = der_inside(&list);
        while (in.rest.n)
            if (!der_want(&in, DER_SEQ, &one) || !extension_read(a, &one, out))
                return false;
    }
    return !r->failed;
}

static bool tbs_read(struct arena *a, const struct der_item *tbs, struct cert_info *out)
{
    struct der_reader r = der_inside(tbs);
    struct der_item version, serial, algorithm, issuer, period, subject, spki;
    struct name_texts names;
    if (der_peek(&r) == DER_CONTEXT)
        (void)der_next(&r, &version);
    if (!der_want(&r, DER_INT, &serial) || serial.content.n == 0 || serial.content.n > 21 ||
        !der_want(&r, DER_SEQ, &algorithm) || !der_want(&r, DER_SEQ, &issuer) ||
        !der_want(&r, DER_SEQ, &period) || !der_want(&r, DER_SEQ, &subject) ||
        !der_want(&r, DER_SEQ, &spki))
        return false;
    struct der_reader in = der_inside(&algorithm), times = der_inside(&period);
    struct str oid;
    if (!der_want_oid(&in, a, &oid) || !str_eq(oid, out->algorithm) ||
        !der_want_time(&times, &out->from) || !der_want_time(&times, &out->to) ||
        !der_ended(&times) || !name_read(a, &subject, &names))
        return false;
    out->serial = hex_of(a, serial.content);
    out->issuer = issuer.whole;
    out->subject = subject.whole;
    out->common_name = names.common_name.p ? names.common_name : STR("");
    out->organization = names.organization.p ? names.organization : STR("");
    out->issuer_name = name_common(a, issuer.whole);
    out->spki = spki.whole;
    return extensions_read(a, &r, out);
}

bool cert_read(struct arena *a, struct str text, struct cert_info *out)
{
    struct der_item whole;
    struct signed_parts s;
    *out = (struct cert_info){ .whole = text };
    if (!text.p || !der_one(text, DER_SEQ, &whole))
        return false;
    struct der_reader r = der_inside(&whole);
    if (!signed_read(a, &r, &s) || !der_ended(&r))
        return false;
    out->tbs = s.what.whole;
    out->signature = s.signature;
    out->algorithm = s.algorithm;
    return tbs_read(a, &s.what, out);
}

static int base64_value(char c)
{
    static const char all[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(all, c) : NULL;
    return at ? (int)(at - all) : -1;
}

struct str base64_bytes(struct arena *a, struct str text)
{
    struct buf b = buf_in(a);
    uint32_t bits = 0;
    int n = 0;
    bool ended = false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i] == '-' ? '+' : text.p[i] == '_' ? '/' : text.p[i];
        if (c == '\n' || c == '\r' || c == ' ')
            continue;
        ended = ended || c == '=';
        int v = base64_value(c);
        if (c != '=' && (v < 0 || ended))
            return STR_NONE;
        if (c == '=')
            continue;
        bits = bits << 6 | (uint32_t)v;
        n += 6;
        if (n >= 8) {
            n -= 8;
            buf_char(&b, (char)(bits >> n & 0xff));
        }
    }
    return buf_done(&b);
}

struct str cert_of_text(struct arena *a, struct str text)
{
    ptrdiff_t begin = str_find(text, STR("-----BEGIN "), 0);
    if (begin < 0)
        return text.n && text.p[0] == DER_SEQ ? text : STR_NONE;
    ptrdiff_t from = str_find(text, STR("-----\n"), (size_t)begin + 11);
    ptrdiff_t crlf = str_find(text, STR("-----\r\n"), (size_t)begin + 11);
    from = from < 0 || (crlf >= 0 && crlf < from) ? crlf : from;
    ptrdiff_t to = from < 0 ? -1 : str_find(text, STR("-----END "), (size_t)from);
    if (to < 0)
        return STR_NONE;
    return base64_bytes(a, str_sub(text, (size_t)from + 6, (size_t)(to - from) - 6));
}

struct str cert_pem(struct arena *a, const char *label, struct str bytes)
{
    struct buf b = buf_in(a);
    size_t size = 4 * ((bytes.n + 2) / 3) + 1;
    unsigned char *text = arena_alloc(a, size + 1);
    int n = EVP_EncodeBlock(text, (const unsigned char *)bytes.p, (int)bytes.n);
    buf_printf(&b, "-----BEGIN %s-----\n", label);
    for (int i = 0; i < n; i += 64)
        buf_printf(&b, "%.*s\n", n - i < 64 ? n - i : 64, (const char *)text + i);
    buf_printf(&b, "-----END %s-----\n", label);
    return buf_done(&b);
}

/* --- making ------------------------------------------------------------------------------------------- */

static struct str extension(struct arena *a, const char *oid, bool is_critical, struct str value)
{
    return DER_SEQ_OF(a, der_oid(a, oid), is_critical ? der_true(a) : STR_NONE,
                      der(a, DER_OCTETS, value));
}

struct str key_id(struct arena *a, struct str spki)
{
    uint8_t digest[SM3_SIZE];
    sm3(spki_bits(spki), digest);
    return str_copy(a, (struct str){ (const char *)digest, 20 });
}

struct str authority_key_id(struct arena *a, struct str spki)
{
    return extension(a, "2.5.29.35", false,
                     DER_SEQ_OF(a, der(a, DER_PLAIN_CONTEXT, key_id(a, spki))));
}

struct str plain_extension(struct arena *a, const char *oid, struct str value)
{
    return extension(a, oid, false, value);
}

static struct str usage_der(struct arena *a, enum cert_kind kind)
{
    const char *bits = kind == CERT_ROOT ? "\x01\x06" : "\x06\xc0"; /* unused bits, the bits */
    return der(a, DER_BITS, (struct str){ bits, 2 });
}

static struct str url_der(struct arena *a, struct str url)
{
    return der(a, DER_PLAIN_CONTEXT + 6, url);
}

static struct str places_der(struct arena *a, const struct cert_issue *c)
{
    struct str crl = STR_NONE, ocsp = STR_NONE;
    if (c->crl_url.n) { /* DistributionPoint { [0] { [0] fullName } } */
        struct str full = der(a, DER_CONTEXT, der(a, DER_CONTEXT, url_der(a, c->crl_url)));
        crl = extension(a, "2.5.29.31", false, DER_SEQ_OF(a, der(a, DER_SEQ, full)));
    }
    if (c->ocsp_url.n)
        ocsp = extension(a, "1.3.6.1.5.5.7.1.1", false,
                         DER_SEQ_OF(a, DER_SEQ_OF(a, der_oid(a, "1.3.6.1.5.5.7.48.1"),
                                                  url_der(a, c->ocsp_url))));
    const struct str both[] = { crl, ocsp };
    struct buf b = buf_in(a);
    for (int i = 0; i < 2; i++)
        if (both[i].p)
            buf_str(&b, both[i]);
    return buf_done(&b);
}

static struct str extensions_der(struct arena *a, const struct cert_issue *c, struct str issuer_spki)
{
    bool is_root = c->kind == CERT_ROOT, is_ocsp = c->kind == CERT_OCSP;
    struct str list = DER_SEQ_OF(
        a, extension(a, "2.5.29.19", true, is_root ? DER_SEQ_OF(a, der_true(a)) : DER_SEQ_OF(a, STR_NONE)),
        extension(a, "2.5.29.15", true, usage_der(a, c->kind)),
        is_ocsp ? extension(a, "2.5.29.37", false, DER_SEQ_OF(a, der_oid(a, "1.3.6.1.5.5.7.3.9")))
                : STR_NONE,
        is_ocsp ? extension(a, "1.3.6.1.5.5.7.48.1.5", false, der(a, DER_NULL, STR(""))) : STR_NONE,
        extension(a, "2.5.29.14", false, der(a, DER_OCTETS, key_id(a, c->spki))),
        authority_key_id(a, issuer_spki), places_der(a, c));
    return der(a, DER_CONTEXT + 3, list);
}

struct str cert_issue(struct arena *a, const struct cert_issue *c, const struct cert_info *issuer,
                      const struct signer *by)
{
    uint8_t random[CERT_SERIAL_SIZE / 2];
    secret_random(random, sizeof random);
    random[0] = (uint8_t)((random[0] & 0x7f) | 0x40); /* positive, and always as long */
    struct str serial = c->serial.n ? bytes_of_hex(a, c->serial)
                                    : (struct str){ (const char *)random, sizeof random };
    struct str subject = name_der(a, c->organization, c->unit, c->common_name);
    struct str tbs = DER_SEQ_OF(
        a, der(a, DER_CONTEXT, der_int(a, 2)), der_number(a, serial),
        algorithm_der(a, by->algorithm), issuer ? issuer->subject : subject,
        DER_SEQ_OF(a, der_x509_time(a, c->from), der_x509_time(a, c->to)), subject, c->spki,
        extensions_der(a, c, issuer ? issuer->spki : c->spki));
    return signed_der(a, by, tbs);
}

struct str cert_request_make(struct arena *a, const struct cert_request *r, const struct signer *by)
{
    struct str info = DER_SEQ_OF(a, der_int(a, 0), name_der(a, r->organization, r->unit, r->common_name),
                                 r->spki, der(a, DER_CONTEXT, STR("")));
    return signed_der(a, by, info);
}

bool cert_request_read(struct arena *a, struct str text, struct cert_request *out)
{
    struct der_item whole, subject, spki;
    struct signed_parts s;
    struct name_texts names;
    int64_t version;
    if (!text.p || !der_one(text, DER_SEQ, &whole))
        return false;
    struct der_reader r = der_inside(&whole);
    if (!signed_read(a, &r, &s) || !der_ended(&r))
        return false;
    r = der_inside(&s.what);
    if (!der_want_int(&r, &version) || !der_want(&r, DER_SEQ, &subject) ||
        !der_want(&r, DER_SEQ, &spki) || !name_read(a, &subject, &names))
        return false;
    *out = (struct cert_request){ names.common_name.p ? names.common_name : STR(""),
                                  names.organization.p ? names.organization : STR(""),
                                  names.unit.p ? names.unit : STR(""), spki.whole };
    return key_verify(out->spki, s.algorithm, s.what.whole, s.signature);
}
