/* seal/seal_ses: the structures of electronic seals, GB/T 38540-2020 (v4), read and written; those of GM/T
 * 0031-2014 (v1) read. Pure. STANDARDS §5.
 *
 * Everything read is a slice of the received bytes, and what a signature covers is given as such (C2). The
 * structure of a v4 signature, and what covers what (C1):
 *
 *     SES_Signature { TBS_Sign { 4, SESeal, time, dataHash, propertyInfo, [0] ext },   ← signature
 *                     cert, OID, signature, [0] timeStamp }
 *     SESeal        { SES_SealInfo { header, esID, property, picture, ext }, cert, OID, signature }
 *                     ↑ the maker's signature (v1: the sequence of info, cert, OID) */
#ifndef TB_SEAL_SEAL_SES_H
#define TB_SEAL_SEAL_SES_H

#include "crypto/cert.h"

#define SES_MOST (8 * 1024 * 1024) /* bytes; a longer one is refused unread */
#define SES_LIST_MOST 256          /* certificates in one seal */

enum ses_list { SES_CERTS = 1, SES_DIGESTS = 2 };
struct ses_picture {
    struct str type, bytes; /* PNG, GIF, BMP, JPG, SVG, ofd */
    int64_t width, height;  /* mm */
};
struct ses_seal {
    struct str whole;
    int64_t version; /* 1 or 4 */
    struct str vendor, es_id, name;
    int64_t type; /* of the seal: 1 a body's, 2 a person's */
    enum ses_list list_kind;
    const struct str *list; /* certificates, or SM3 digests of them */
    size_t n_list;
    int64_t created, from, to;
    struct ses_picture picture;
    struct str covered; /* what the maker's signature is over */
    struct str maker_cert, algorithm, signature;
};
struct ses_signature {
    struct str whole;
    int64_t version;
    struct ses_seal seal;
    struct str seal_bytes;
    int64_t at; /* signing time by the signer's word; 0: v1 with a time stamp in its place */
    struct str data_hash, property_info;
    struct str covered; /* TBS_Sign */
    struct str cert, algorithm, signature;
    bool has_time_stamp;
};
/* v4 and v1; false: not such a structure, *why says what was sought in vain ("picture"). */
bool ses_seal_read(struct arena *a, struct str bytes, struct ses_seal *out, const char **why);
bool ses_signature_read(struct arena *a, struct str bytes, struct ses_signature *out, const char **why);

/* v4: SES_SealInfo, and the seal that its maker signs. */
struct ses_make {
    struct str vendor, es_id, name;
    int64_t type;
    const struct str *certs; /* who may use it */
    size_t n_certs;
    int64_t created, from, to;
    struct ses_picture picture;
};
struct str ses_seal_make(struct arena *a, const struct ses_make *m, struct str maker_cert,
                         const struct signer *maker);
/* The value of a signature with this seal over a document: hash is SM3 of Signature.xml. Absent when the
 * signer did not sign. */
struct str ses_signature_make(struct arena *a, struct str seal, int64_t at, const uint8_t hash[SM3_SIZE],
                              struct str property_info, struct str cert, const struct signer *by);
/* Is the certificate in the seal's list, as itself or as its digest? */
bool ses_lists(const struct ses_seal *s, struct str cert);

#endif
