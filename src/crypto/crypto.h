/* crypto: digests, signatures, sealing, secrets and passwords, on OpenSSL 3 and libsodium. Public
 * names begin with the thing: sm3_, sm2_, sealer_, opener_, secret_, password_, hex_ (crypto_ is
 * libsodium's own prefix).
 *
 * Stateless: the only things kept are the fetched algorithms, made on first use and never freed.
 * Every function may be called from any thread at once; a struct belongs to one thread at a time.
 * Random numbers come from the kernel. Where a function returns void, failing would mean that the
 * cryptographic library is missing an algorithm: the process then ends with a report. */
#ifndef TB_CRYPTO_CRYPTO_H
#define TB_CRYPTO_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* --- SM3 (GB/T 32905) ----------------------------------------------------------------------- */

#define SM3_SIZE 32
#define SM3_HEX_SIZE (2 * SM3_SIZE) /* characters, without the NUL */

void sm3(struct str bytes, uint8_t out[SM3_SIZE]); /* 300 bytes: about 2 µs */
/* Lower-case hex, NUL-terminated. */
void sm3_hex(struct str bytes, char out[SM3_HEX_SIZE + 1]);
struct str sm3_text(struct arena *a, struct str bytes); /* the same, in a */

/* Piece by piece. end gives the digest and starts anew; free may come at any moment. */
struct sm3_state;
struct sm3_state *sm3_new(void);
void sm3_put(struct sm3_state *s, const void *p, size_t n);
void sm3_end(struct sm3_state *s, uint8_t out[SM3_SIZE]);
void sm3_free(struct sm3_state **s);

/* SHA-256, only where another program's protocol asks for it (S3). end gives hex and frees. */
#define SHA256_HEX_SIZE 64
struct sha256_state;
struct sha256_state *sha256_new(void);
void sha256_put(struct sha256_state *s, const void *p, size_t n);
void sha256_end(struct sha256_state **s, char out[SHA256_HEX_SIZE + 1]);

/* HMAC-SM3, keys of any length. */
void sm3_hmac(struct str key, struct str bytes, uint8_t out[SM3_SIZE]);
/* HKDF-SM3 (RFC 5869): a key for one purpose out of a secret. purpose is static text such as
 * "backup mac"; size at most 255 * 32. */
void sm3_derive(struct str secret, struct str salt, const char *purpose, uint8_t *out, size_t size);

void hex_put(const void *p, size_t n, char *out); /* 2n characters and a NUL */
/* Exactly 2n lower- or upper-case hex digits into n bytes; false on anything else. */
bool hex_read(struct str hex, uint8_t *out, size_t n);
/* Base64url without padding, in a. */
struct str secret_base64url(struct arena *a, struct str bytes);

/* --- SM2 (GB/T 32918), identity 1234567812345678 -------------------------------------------- */

#define SM2_SIGNATURE_MAX 80 /* DER of r and s */

struct sm2_key; /* immutable once made: may be used by several threads */
struct sm2_key *sm2_key_new(void);
void sm2_key_free(struct sm2_key **k);
/* PEM (PKCS#8), mode 0600. save writes beside path, syncs and renames; it never overwrites a
 * key that is there. Both false or NULL on failure, with the cause in the log. */
bool sm2_key_save(const struct sm2_key *k, const char *path);
struct sm2_key *sm2_key_load(const char *path);
/* The public half as PEM (SubjectPublicKeyInfo), in a; and back: a key that can only verify. */
struct str sm2_key_public(struct arena *a, const struct sm2_key *k);
struct sm2_key *sm2_key_of_public(struct str pem);
/* SM3 of the public half's DER as hex: names the key beside a signature. */
void sm2_key_name(const struct sm2_key *k, char out[SM3_HEX_SIZE + 1]);
/* Bytes written, 0 on failure. About 0.3 ms: not in a loop on the committer. */
size_t sm2_sign(const struct sm2_key *k, struct str bytes, uint8_t out[SM2_SIGNATURE_MAX]);
bool sm2_verify(const struct sm2_key *k, struct str bytes, struct str signature);

/* --- sealed streams: SM4-CTR, then HMAC-SM3 over each piece, separate keys ------------------ */

/* For backups and other files under a passphrase. The key is argon2id of the passphrase with a
 * fresh salt (64 MiB, about 0.1 s: job threads and the command line only). Pieces of 64 KiB each
 * carry their place and whether they are the last: altering, exchanging, cutting are all found
 * before a byte of the piece is given out. */
struct sealer;
/* write takes all of it or returns false; the first failure makes put and end false. */
struct sealer *sealer_new(struct str passphrase, bool (*write)(void *arg, const void *p, size_t n),
                          void *arg);
bool sealer_put(struct sealer *s, const void *p, size_t n);
/* Writes what is left and the end mark. */
bool sealer_end(struct sealer *s);
void sealer_free(struct sealer **s); /* wipes the keys */

enum opened {
    OPEN_OK,
    OPEN_NOT_SEALED, /* does not begin like a sealed stream */
    OPEN_WRONG,      /* wrong passphrase, or the beginning was altered */
    OPEN_ALTERED     /* altered or cut later on, or unreadable */
};
struct opener;
/* read gives up to n bytes, 0 at the end, -1 on failure. NULL unless *how is OPEN_OK. */
struct opener *opener_new(struct str passphrase, ptrdiff_t (*read)(void *arg, void *p, size_t n),
                          void *arg, enum opened *how);
/* At least one byte unless at the end (0); -1 when altered. *p lives until the next call. */
ptrdiff_t opener_next(struct opener *o, const void **p);
void opener_free(struct opener **o);
/* Do these first bytes of a file begin a sealed stream? */
bool is_sealed(struct str begin);

/* --- secrets -----------------------------------------------------------------------------------
 */

#define SECRET_TOKEN_SIZE 43
#define SECRET_CODE_SIZE 19

void secret_random(void *p, size_t n);
/* 32 random bytes as base64url: login and access tokens (S11). Store only its digest. */
void secret_token(char out[SECRET_TOKEN_SIZE + 1]);
/* One-time code, 80 random bits: "K7WQ-2MXP-9ATR-HB4D", without the letters I, O and digits 0, 1.
 * Store only the digest of its plain form. */
void secret_code(char out[SECRET_CODE_SIZE + 1]);
/* What a person typed in its plain form, in a: upper case, without spaces and hyphens. */
struct str secret_code_plain(struct arena *a, struct str typed);
/* Same length and bytes; the time does not tell where they differ. */
bool secret_equal(struct str x, struct str y);
void secret_wipe(void *p, size_t n); /* S48; not removed by the compiler */

/* --- passwords of people ------------------------------------------------------------------------
 */

#define PASSWORD_HASH_SIZE 128 /* with NUL */
#define PASSWORD_MAX 256       /* bytes; longer ones are refused, never cut (S1) */

/* argon2id, 19 MiB, two passes: about 20 ms of one core each. ONLY in the password lane of the job
 * pool or on the command line, never in an HTTP worker or the committer. */
bool password_hash(struct str password, char out[PASSWORD_HASH_SIZE]);
bool password_verify(struct str password, const char *hash);
/* Takes as long as a verify and is always false: for unknown accounts (S7). */
bool password_verify_nobody(struct str password);
/* Made with other cost than today's: hash again after a good verify. Fast. */
bool password_needs_rehash(const char *hash);

/* S1, S2: at least 8 characters (administrators 12), three of the four classes (lower, upper,
 * digit, other), not the account, not in data/passwords.txt. NULL when good, else the error code
 * ("password.short", …) for an ERR_INVALID. Pure and fast: any thread. */
const char *password_refused(struct str password, struct str account, bool is_admin);

#endif
