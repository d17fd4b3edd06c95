/* crypto/cert: certificates on SM2 (GB/T 20518, X.509): requested, issued, revoked, checked; lists of the
 * revoked (CRL) and answers about one (OCSP, RFC 6960). Structures are made and read here in DER, signed
 * through struct signer, and verified over the received bytes with the identity of STANDARDS C4.
 *
 * Pure but for random serial numbers; any thread. A signature costs about 0.3 ms, a check of one about
 * 0.4 ms. Results live in the given arena; texts of a cert_info point into its certificate. */
#ifndef TB_CRYPTO_CERT_H
#define TB_CRYPTO_CERT_H

#include "crypto/crypto.h"
#include "crypto/der.h"

#define OID_SM2_SM3 "1.2.156.10197.1.501"
#define OID_SM3 "1.2.156.10197.1.401"
#define OID_ECDSA_SHA256 "1.2.840.10045.4.3.2"
#define OID_RSA_SHA256 "1.2.840.113549.1.1.11"

/* --- who signs ----------------------------------------------------------------------------------
 *
 * A private key behind one function: a software key (signer_of), or a key in a device
 * (crypto/pkcs11.h). sign gives the signature's DER, over all of bytes. */
struct signer {
    bool (*sign)(void *arg, struct str bytes, struct arena *a, struct str *out);
    void *arg;
    struct str spki;       /* the public half, SubjectPublicKeyInfo */
    const char *algorithm; /* OID_SM2_SM3, OID_ECDSA_SHA256 */
};
struct signer signer_of(struct arena *a, const struct sm2_key *k);

/* SEQ { what, algorithm, BIT STRING signature }; absent when signing failed. */
struct str signed_der(struct arena *a, const struct signer *s, struct str what);
/* Does this public half say that the signature is over bytes? algorithm: the OID's text. */
bool key_verify(struct str spki, struct str algorithm, struct str bytes, struct str signature);

/* A software key at rest, under a passphrase: a sealed stream of its PKCS#8 (argon2id, about 0.1 s: job
 * threads and the command line only). */
struct str key_wrap(struct arena *a, const struct sm2_key *k, struct str passphrase);
/* NULL unless *how is OPEN_OK. */
struct sm2_key *key_unwrap(struct str wrapped, struct str passphrase, enum opened *how);
struct str sm2_key_spki(struct arena *a, const struct sm2_key *k);
/* PKCS#8 in DER, for a key that a program uses unattended; and back. */
struct str sm2_key_pkcs8(struct arena *a, const struct sm2_key *k);
struct sm2_key *sm2_key_of_pkcs8(struct str der);

/* --- a certificate -------------------------------------------------------------------------------- */

enum { /* key usage, as GB/T 20518 counts the bits */
    USE_SIGN = 1 << 0,        /* digitalSignature */
    USE_COMMIT = 1 << 1,      /* nonRepudiation */
    USE_ISSUE = 1 << 5,       /* keyCertSign */
    USE_LIST = 1 << 6         /* cRLSign */
};
#define CERT_SERIAL_SIZE 32 /* hex digits of the serial numbers that we give */

struct cert_info {
    struct str whole, tbs, signature, algorithm;
    struct str serial; /* hex, lower case */
    struct str issuer, subject; /* DER of the names */
    struct str common_name, organization, issuer_name; /* issuer_name: its common name */
    int64_t from, to;
    struct str spki;
    bool is_ca, has_usage, is_ocsp;
    int usage; /* USE_ bits */
    bool has_unknown_critical;
};
bool cert_read(struct arena *a, struct str der, struct cert_info *out);
/* PEM ("-----BEGIN CERTIFICATE-----" or X509 CRL) or DER into DER; absent: neither. */
struct str cert_of_text(struct arena *a, struct str text);
struct str cert_pem(struct arena *a, const char *label, struct str der);
/* Base64, either alphabet, line ends allowed; absent: it is none. */
struct str base64_bytes(struct arena *a, struct str text);

enum cert_kind { CERT_ROOT, CERT_MAKER, CERT_SIGNER, CERT_OCSP };
struct cert_issue {
    enum cert_kind kind;
    struct str serial;                          /* hex; absent: a random one */
    struct str common_name, organization, unit; /* unit: organizational unit, or absent */
    struct str spki;
    int64_t from, to;
    struct str crl_url, ocsp_url; /* absent: not named */
};
/* Signed by the issuer; issuer NULL: by itself (CERT_ROOT). Absent when signing failed. */
struct str cert_issue(struct arena *a, const struct cert_issue *c, const struct cert_info *issuer,
                      const struct signer *by);

/* A request (PKCS#10): whoever made it holds the key. */
struct cert_request {
    struct str common_name, organization, unit, spki;
};
struct str cert_request_make(struct arena *a, const struct cert_request *r, const struct signer *by);
/* False: unreadable, or not signed by its own key. */
bool cert_request_read(struct arena *a, struct str der, struct cert_request *out);

/* --- revoked ------------------------------------------------------------------------------------------ */

enum cert_reason { /* RFC 5280 */
    REASON_UNSPECIFIED = 0,
    REASON_KEY_COMPROMISE = 1,
    REASON_CHANGED = 3, /* affiliationChanged */
    REASON_REPLACED = 4, /* superseded */
    REASON_CEASED = 5 /* cessationOfOperation */
};
struct cert_revoked {
    struct str serial; /* hex */
    int64_t at;
    int reason;
};
struct str crl_make(struct arena *a, const struct cert_info *issuer, const struct signer *by,
                    int64_t number, int64_t at, int64_t next, const struct cert_revoked *p, size_t n);
struct crl_info {
    struct str whole, tbs, signature, algorithm, issuer, entries; /* entries: DER, may be absent */
    int64_t at, next;                                             /* next 0: not said */
};
bool crl_read(struct arena *a, struct str der, struct crl_info *out);
/* Looks the serial up: 1 revoked (*out), 0 not listed, -1 the list is broken. */
int crl_find(struct arena *a, const struct crl_info *crl, struct str serial, struct cert_revoked *out);

/* --- OCSP ------------------------------------------------------------------------------------------------
 */

struct ocsp_request {
    struct str cert_id; /* DER, to be said again in the answer */
    struct str serial;  /* hex */
    bool is_ours;       /* asked about this issuer */
    struct str nonce;   /* the extension's content, or absent */
};
/* One certificate a request. */
bool ocsp_request_read(struct arena *a, struct str der, const struct cert_info *issuer,
                       struct ocsp_request *out);
struct str ocsp_request_make(struct arena *a, const struct cert_info *issuer, struct str serial);
enum ocsp_status { OCSP_GOOD, OCSP_REVOKED, OCSP_UNKNOWN };
struct ocsp_state {
    enum ocsp_status status;
    int64_t at, next;       /* of the answer */
    int64_t revoked_at;
    int reason;
};
/* signed by the responder, whose certificate goes along. */
struct str ocsp_answer(struct arena *a, const struct ocsp_request *r, const struct ocsp_state *s,
                       const struct cert_info *responder, const struct signer *by);
/* A refusal without signature: malformedRequest 1, internalError 2, unauthorized 6. */
struct str ocsp_refusal(struct arena *a, int status);
/* Reads an answer about this serial of this issuer, checks who signed it. */
bool ocsp_answer_read(struct arena *a, struct str der, const struct cert_info *issuer, struct str serial,
                      struct ocsp_state *out);

/* --- checking --------------------------------------------------------------------------------------------
 */

enum cert_verdict {
    CERT_GOOD,
    CERT_UNREADABLE,
    CERT_FOREIGN,     /* no authority that we trust has issued it */
    CERT_FORGED,      /* it names one that we trust, but is not signed by it */
    CERT_NOT_YET,
    CERT_EXPIRED,
    CERT_REVOKED,
    CERT_WRONG_USE,   /* its key is for another purpose */
    CERT_NO_STATUS    /* all good, but no list says whether it is revoked */
};
struct cert_trust {
    const struct str *authorities; /* DER: those trusted, and the ones between */
    size_t n_authorities, n_roots; /* the first n_roots are trusted by themselves */
    const struct str *crls;        /* DER */
    size_t n_crls;
};
struct cert_check {
    enum cert_verdict verdict;
    struct cert_info cert;       /* of the one that the verdict is about */
    struct cert_revoked revoked; /* CERT_REVOKED; or at > the moment asked about: revoked later */
    bool is_revoked_later, is_list_old; /* the list's next update was due before now */
};
/* Was it good at that moment, up to a trusted root? usage: USE_ bits, one of which its key must have. A key
 * that was revoked as compromised counts as revoked whenever it signed: the moment is the signer's word. */
struct cert_check cert_check(struct arena *a, struct str der, const struct cert_trust *trust, int64_t at,
                             int64_t now, int usage);

#endif
