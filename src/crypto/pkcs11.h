/* crypto/pkcs11: keys that never leave a device (加密机, 智能密码钥匙), by its PKCS#11 module: found by token and label,
 * used through struct signer. Elliptic curves: SM2 where the device does it, by the mechanism number of its
 * maker (PKCS#11 itself names none), and P-256. SoftHSM2 of Debian does P-256 and no SM2.
 *
 * The module is foreign code in this process: only what the operator names is loaded. One thread at a time. */
#ifndef TB_CRYPTO_PKCS11_H
#define TB_CRYPTO_PKCS11_H

#include "base/err.h"
#include "crypto/cert.h"

struct pkcs11;
/* Logs in to the token with this label. NULL with *e: pkcs11.module, pkcs11.token, pkcs11.pin. */
struct pkcs11 *pkcs11_open(const char *module, struct str token, struct str pin, struct arena *a, struct err *e);
void pkcs11_close(struct pkcs11 **p);
/* The private key with this label, whose public half is there too. mechanism 0: CKM_ECDSA, which signs a digest made
 * here (of SM2: with the identity of C4). *out works while p is open. pkcs11.key: not there, another kind. */
bool pkcs11_signer(struct pkcs11 *p, struct str label, unsigned long mechanism, struct arena *a,
                   struct signer *out, struct err *e);

/* What an SM2 device is given to sign: SM3 over Z and the bytes; point: 04 x y of the public half. */
void sm2_device_digest(struct str point, struct str bytes, uint8_t out[SM3_SIZE]);

#endif
