/* SM3 and what is built on it. The algorithms are fetched once (a fetch costs more than the hash of
 * a trace entry) and each thread keeps one context for one-shot digests. */
#include <pthread.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

#include "base/check.h"
#include "crypto/crypto.h"
#include "crypto/crypto_in.h"

static EVP_MD *md_sm3, *md_sha256;
static EVP_MAC *mac_hmac;
static EVP_KDF *kdf_hkdf;
static pthread_key_t key_context;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void context_free(void *p)
{
    EVP_MD_CTX_free(p);
}

static void fetch(void)
{
    md_sm3 = EVP_MD_fetch(NULL, "SM3", NULL);
    md_sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    mac_hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    kdf_hkdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    CHECK(md_sm3 && md_sha256 && mac_hmac && kdf_hkdf);
    CHECK(pthread_key_create(&key_context, context_free) == 0);
}

const EVP_MD *crypto_md_sm3(void)
{
    (void)pthread_once(&once, fetch);
    return md_sm3;
}

static EVP_MD_CTX *thread_context(void)
{
    (void)pthread_once(&once, fetch);
    EVP_MD_CTX *c = pthread_getspecific(key_context);
    if (c)
        return c;
    c = EVP_MD_CTX_new();
    CHECK(c && pthread_setspecific(key_context, c) == 0);
    return c;
}

static void digest_start(EVP_MD_CTX *c)
{
    CHECK(EVP_DigestInit_ex2(c, crypto_md_sm3(), NULL) == 1);
}

void sm3(struct str bytes, uint8_t out[SM3_SIZE])
{
    EVP_MD_CTX *c = thread_context();
    digest_start(c);
    CHECK(EVP_DigestUpdate(c, bytes.p, bytes.n) == 1 && EVP_DigestFinal_ex(c, out, NULL) == 1);
}

void sm3_hex(struct str bytes, char out[SM3_HEX_SIZE + 1])
{
    uint8_t digest[SM3_SIZE];
    sm3(bytes, digest);
    hex_put(digest, sizeof digest, out);
}

struct str sm3_text(struct arena *a, struct str bytes)
{
    char *hex = arena_alloc(a, SM3_HEX_SIZE + 1);
    sm3_hex(bytes, hex);
    return (struct str){ hex, SM3_HEX_SIZE };
}

/* A struct sm3_state is an EVP_MD_CTX under another name. */
struct sm3_state *sm3_new(void)
{
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    CHECK(c);
    digest_start(c);
    return (struct sm3_state *)c;
}

void sm3_put(struct sm3_state *s, const void *p, size_t n)
{
    CHECK(EVP_DigestUpdate((EVP_MD_CTX *)s, p, n) == 1);
}

void sm3_end(struct sm3_state *s, uint8_t out[SM3_SIZE])
{
    CHECK(EVP_DigestFinal_ex((EVP_MD_CTX *)s, out, NULL) == 1);
    digest_start((EVP_MD_CTX *)s);
}

void sm3_free(struct sm3_state **s)
{
    EVP_MD_CTX_free((EVP_MD_CTX *)*s);
    *s = NULL;
}

struct sha256_state *sha256_new(void)
{
    (void)pthread_once(&once, fetch);
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    CHECK(c && EVP_DigestInit_ex2(c, md_sha256, NULL) == 1);
    return (struct sha256_state *)c;
}

void sha256_put(struct sha256_state *s, const void *p, size_t n)
{
    CHECK(EVP_DigestUpdate((EVP_MD_CTX *)s, p, n) == 1);
}

void sha256_end(struct sha256_state **s, char out[SHA256_HEX_SIZE + 1])
{
    uint8_t digest[SHA256_HEX_SIZE / 2];
    CHECK(EVP_DigestFinal_ex((EVP_MD_CTX *)*s, digest, NULL) == 1);
    hex_put(digest, sizeof digest, out);
    EVP_MD_CTX_free((EVP_MD_CTX *)*s);
    *s = NULL;
}

EVP_MAC_CTX *sm3_hmac_new(struct str key)
{
    (void)pthread_once(&once, fetch);
    EVP_MAC_CTX *c = EVP_MAC_CTX_new(mac_hmac);
    OSSL_PARAM params[] = { OSSL_PARAM_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SM3", 0),
                            OSSL_PARAM_END };
    /* An absent key would mean "keep the old one"; an empty one is a key too. */
    CHECK(c && EVP_MAC_init(c, (const uint8_t *)(key.n ? key.p : ""), key.n, params) == 1);
    return c;
}

void sm3_hmac(struct str key, struct str bytes, uint8_t out[SM3_SIZE])
{
    EVP_MAC_CTX *c = sm3_hmac_new(key);
    size_t n = 0;
    CHECK(EVP_MAC_update(c, (const uint8_t *)bytes.p, bytes.n) == 1);
    CHECK(EVP_MAC_final(c, out, &n, SM3_SIZE) == 1 && n == SM3_SIZE);
    EVP_MAC_CTX_free(c);
}

void sm3_derive(struct str secret, struct str salt, const char *purpose, uint8_t *out, size_t size)
{
    (void)pthread_once(&once, fetch);
    EVP_KDF_CTX *c = EVP_KDF_CTX_new(kdf_hkdf);
    OSSL_PARAM params[] = {
        OSSL_PARAM_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SM3", 0),
        OSSL_PARAM_octet_string(OSSL_KDF_PARAM_KEY, (char *)secret.p, secret.n),
        OSSL_PARAM_octet_string(OSSL_KDF_PARAM_SALT, (char *)(salt.n ? salt.p : ""), salt.n),
        OSSL_PARAM_octet_string(OSSL_KDF_PARAM_INFO, (char *)purpose, strlen(purpose)),
        OSSL_PARAM_END,
    };
    CHECK(c && EVP_KDF_derive(c, out, size, params) == 1);
    EVP_KDF_CTX_free(c);
}

void hex_put(const void *p, size_t n, char *out)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *b = p;
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[b[i] >> 4];
        out[2 * i + 1] = digits[b[i] & 15];
    }
    out[2 * n] = 0;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool hex_read(struct str hex, uint8_t *out, size_t n)
{
    if (hex.n != 2 * n)
        return false;
    for (size_t i = 0; i < n; i++) {
        int high = hex_value(hex.p[2 * i]), low = hex_value(hex.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}
