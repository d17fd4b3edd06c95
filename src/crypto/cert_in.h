/* Shared by cert.c and cert_status.c. */
#ifndef TB_CRYPTO_CERT_IN_H
#define TB_CRYPTO_CERT_IN_H

#include "crypto/cert.h"

/* SEQ { what, algorithm, signature … }: reads these three, and no further. */
struct signed_parts {
    struct der_item what;
    struct str algorithm, signature;
};
bool signed_read(struct arena *a, struct der_reader *r, struct signed_parts *out);
struct str name_common(struct arena *a, struct str name);
struct str hex_of(struct arena *a, struct str bytes); /* leading zeros dropped */
struct str bytes_of_hex(struct arena *a, struct str hex);
struct str spki_bits(struct str spki);
struct str key_id(struct arena *a, struct str spki);
struct str authority_key_id(struct arena *a, struct str spki); /* the extension */
struct str plain_extension(struct arena *a, const char *oid, struct str value);


#endif
