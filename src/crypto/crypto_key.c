/* SM2 keys and signatures (STANDARDS C4). The identity is always set by us, for signing and for
 * verifying: OpenSSL's default is the empty one, and the two would not fit together. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/check.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "crypto/crypto_in.h"

#define IDENTITY "1234567812345678"

/* A struct sm2_key is an EVP_PKEY under another name. */
static EVP_PKEY *pkey_of(const struct sm2_key *k)
{
    return (EVP_PKEY *)(uintptr_t)k;
}

void crypto_log(const char *sentence, const char *path)
{
    const char *cause = strerrordesc_np(errno);
    char words[200];
    ERR_error_string_n(ERR_peek_error(), words, sizeof words);
    ERR_clear_error();
    log_error("crypto", sentence, "path", path ? path : "", "system", cause ? cause : "", "openssl",
              words);
}

struct sm2_key *sm2_key_new(void)
{
    EVP_PKEY *p = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
    CHECK(p);
    return (struct sm2_key *)p;
}

void sm2_key_free(struct sm2_key **k)
{
    EVP_PKEY_free((EVP_PKEY *)*k);
    *k = NULL;
}

static bool write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, p, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

static bool sync_folder_of(const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    int n = slash ? (int)(slash - path) : 1;
    (void)snprintf(folder, sizeof folder, "%.*s", n ? n : 1, slash ? path : ".");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        (void)close(fd);
    return good;
}

/* link, unlike rename, refuses an existing path: two first starts cannot exchange a key. */
static bool save_text(const char *path, struct str pem)
{
    char beside[4096];
    (void)snprintf(beside, sizeof beside, "%s.new", path);
    (void)unlink(beside);
    int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    bool good = write_all(fd, pem.p, pem.n) && fsync(fd) == 0;
    good = close(fd) == 0 && good && link(beside, path) == 0;
    (void)unlink(beside); /* a leftover is harmless and replaced next time */
    return good && sync_folder_of(path);
}

bool sm2_key_save(const struct sm2_key *k, const char *path)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    CHECK(bio);
    char *p = NULL;
    bool good = PEM_write_bio_PKCS8PrivateKey(bio, pkey_of(k), NULL, NULL, 0, NULL, NULL) == 1;
    long n = good ? BIO_get_mem_data(bio, &p) : 0;
    good = good && n > 0 && save_text(path, (struct str){ p, (size_t)n });
    BIO_free(bio);
    if (!good)
        crypto_log("cannot save the signing key", path);
    return good;
}

static struct sm2_key *checked(EVP_PKEY *p, const char *path)
{
    if (p && EVP_PKEY_is_a(p, "SM2"))
        return (struct sm2_key *)p;
    crypto_log("not a usable SM2 key", path);
    EVP_PKEY_free(p);
    return NULL;
}

struct sm2_key *sm2_key_load(const char *path)
{
    BIO *bio = BIO_new_file(path, "r");
    EVP_PKEY *p = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, (void *)"") : NULL;
    BIO_free(bio);
    return checked(p, path);
}

struct str sm2_key_public(struct arena *a, const struct sm2_key *k)
{
    BIO *bio = BIO_new(BIO_s_mem());
    CHECK(bio && PEM_write_bio_PUBKEY(bio, pkey_of(k)) == 1);
    char *p = NULL;
    long n = BIO_get_mem_data(bio, &p);
    struct str pem = str_copy(a, (struct str){ p, (size_t)n });
    BIO_free(bio);
    return pem;
}

struct sm2_key *sm2_key_of_public(struct str pem)
{
    BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
    EVP_PKEY *p = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    return checked(p, "public key");
}

void sm2_key_name(const struct sm2_key *k, char out[SM3_HEX_SIZE + 1])
{
    unsigned char *der = NULL;
    int n = i2d_PUBKEY(pkey_of(k), &der);
    CHECK(n > 0);
    sm3_hex((struct str){ (const char *)der, (size_t)n }, out);
    OPENSSL_free(der);
}

/* A digest context with the identity set; pkey context owned by *pctx. */
static EVP_MD_CTX *signing_context(const struct sm2_key *k, EVP_PKEY_CTX **pctx)
{
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    *pctx = EVP_PKEY_CTX_new(pkey_of(k), NULL);
    CHECK(c && *pctx && EVP_PKEY_CTX_set1_id(*pctx, IDENTITY, sizeof IDENTITY - 1) > 0);
    EVP_MD_CTX_set_pkey_ctx(c, *pctx);
    return c;
}

size_t sm2_sign(const struct sm2_key *k, struct str bytes, uint8_t out[SM2_SIGNATURE_MAX])
{
    EVP_PKEY_CTX *pctx;
    EVP_MD_CTX *c = signing_context(k, &pctx);
    size_t n = SM2_SIGNATURE_MAX;
    bool good = EVP_DigestSignInit(c, NULL, crypto_md_sm3(), NULL, pkey_of(k)) == 1 &&
                EVP_DigestSign(c, out, &n, (const uint8_t *)bytes.p, bytes.n) == 1;
    EVP_MD_CTX_free(c);
    EVP_PKEY_CTX_free(pctx);
    if (!good)
        crypto_log("signing failed", NULL);
    return good ? n : 0;
}

bool sm2_verify(const struct sm2_key *k, struct str bytes, struct str signature)
{
    EVP_PKEY_CTX *pctx;
    EVP_MD_CTX *c = signing_context(k, &pctx);
    bool good = EVP_DigestVerifyInit(c, NULL, crypto_md_sm3(), NULL, pkey_of(k)) == 1 &&
                EVP_DigestVerify(c, (const uint8_t *)signature.p, signature.n,
                                 (const uint8_t *)bytes.p, bytes.n) == 1;
    EVP_MD_CTX_free(c);
    EVP_PKEY_CTX_free(pctx);
    ERR_clear_error();
    return good;
}
