/* Shared by crypto's own files. */
#ifndef TB_CRYPTO_CRYPTO_IN_H
#define TB_CRYPTO_CRYPTO_IN_H

#include <openssl/evp.h>

#include "base/str.h"

const EVP_MD *crypto_md_sm3(void);
/* HMAC-SM3 piece by piece: EVP_MAC_update, EVP_MAC_final, EVP_MAC_CTX_free. Starting again with
 * the same key: EVP_MAC_init(c, NULL, 0, NULL). */
EVP_MAC_CTX *sm3_hmac_new(struct str key);
/* Makes libsodium ready; cheap after the first time. */
void crypto_sodium(void);
/* The OpenSSL error queue's first line to the log, and clears it. */
void crypto_log(const char *sentence, const char *path);

#endif
