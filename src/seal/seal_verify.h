/* seal/seal_verify: is a sealed OFD what its seals say (STANDARDS C3)? Pure: bytes and what is trusted in,
 * every step with its words out. Each step of each signature is looked at, also after one that fails. */
#ifndef TB_SEAL_SEAL_VERIFY_H
#define TB_SEAL_SEAL_VERIFY_H

#include "base/err.h"
#include "base/json.h"
#include "seal/seal_ses.h"

enum seal_step {
    SEAL_STEP_STRUCTURE,   /* the package and the structures can be read */
    SEAL_STEP_SIGNATURE,   /* outer signature over TBS_Sign */
    SEAL_STEP_MAKER,       /* the maker's signature over the seal */
    SEAL_STEP_PERIOD,      /* of the seal, at signing time */
    SEAL_STEP_LISTED,      /* the signer's certificate stands in the seal */
    SEAL_STEP_SIGNER,      /* chain, validity, revocation, usage of the signer's certificate */
    SEAL_STEP_AUTHORITY,   /* the same of the maker's */
    SEAL_STEP_HASH,        /* dataHash is SM3 of Signature.xml, propertyInfo its path */
    SEAL_STEP_REFERENCES,  /* every file is as it was signed */
    SEAL_STEP_EMBEDDED,    /* Seal.esl is the seal inside the signature */
    SEAL_STEP_COUNT
};
enum seal_result {
    SEAL_PASSED,
    SEAL_WARNED,  /* holds, with something to know: no revocation list, files added later */
    SEAL_FAILED,
    SEAL_SKIPPED  /* could not be looked at, since an earlier one failed */
};
struct seal_check {
    enum seal_result result;
    const char *code; /* "seal.check_expired": errors.txt of this room has the words */
    const char *arg;  /* {1} of them, or NULL */
    const char *arg_en; /* in English, where it differs */
};
struct seal_part {
    struct str path;
    const char *state; /* ok, changed, missing, uncovered, unknown */
};
/* One seal of a document. */
struct seal_finding {
    struct str id, path, name, es_id, signer, authority, signer_serial;
    int64_t at, from, to, version;
    struct seal_check steps[SEAL_STEP_COUNT];
    const struct seal_part *parts; /* that are not as they were signed */
    size_t n_parts, n_covered;
    const int *pages; /* from 1, on which it stands */
    size_t n_pages;
    struct ses_picture picture;
    const char *verdict; /* valid, warned, altered, revoked, expired, foreign, invalid */
};
struct seal_report {
    const char *verdict; /* the worst of all; "unsealed": no signature, "unreadable" */
    struct err err;      /* unreadable: why */
    struct seal_finding *findings;
    size_t n;
    const struct str *lost; /* values of seals in the package that its list does not name: taken off */
    size_t n_lost;
};
/* now: for lists that are out of date. */
struct seal_report seal_verify(struct arena *a, struct str package, const struct cert_trust *trust,
                               int64_t now);
/* As an object, with words in both languages. */
void seal_report_write(struct arena *a, const struct seal_report *r, struct jw *w);
/* "signature" … */
const char *seal_step_name(enum seal_step s);

#endif
