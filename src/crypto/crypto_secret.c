/* Random secrets, their forms, and comparing and wiping them. */
#include <openssl/crypto.h>
#include <pthread.h>
#include <sodium.h>

#include "base/check.h"
#include "crypto/crypto.h"
#include "crypto/crypto_in.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_ready(void)
{
    CHECK(sodium_init() >= 0);
}

void crypto_sodium(void)
{
    (void)pthread_once(&once, make_ready);
}

void secret_random(void *p, size_t n)
{
    crypto_sodium();
    randombytes_buf(p, n);
}

struct str secret_base64url(struct arena *a, struct str bytes)
{
    size_t size = sodium_base64_ENCODED_LEN(bytes.n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = arena_alloc(a, size);
    sodium_bin2base64(text, size, (const uint8_t *)bytes.p, bytes.n,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_of(text);
}

void secret_token(char out[SECRET_TOKEN_SIZE + 1])
{
    uint8_t bytes[32];
    secret_random(bytes, sizeof bytes);
    sodium_bin2base64(out, SECRET_TOKEN_SIZE + 1, bytes, sizeof bytes,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    secret_wipe(bytes, sizeof bytes);
}

/* 32 signs: five bits each, so that no sign is likelier than another. */
static const char code_signs[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

void secret_code(char out[SECRET_CODE_SIZE + 1])
{
    uint8_t bytes[16];
    secret_random(bytes, sizeof bytes);
    size_t n = 0;
    for (size_t i = 0; i < sizeof bytes; i++) {
        if (i > 0 && i % 4 == 0)
            out[n++] = '-';
        out[n++] = code_signs[bytes[i] & 31];
    }
    out[n] = 0;
    CHECK(n == SECRET_CODE_SIZE);
    secret_wipe(bytes, sizeof bytes);
}

struct str secret_code_plain(struct arena *a, struct str typed)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < typed.n; i++) {
        char c = typed.p[i];
        if (c == '-' || c == ' ')
            continue;
        buf_char(&b, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
    }
    return buf_done(&b);
}

bool secret_equal(struct str x, struct str y)
{
    return x.n == y.n && (x.n == 0 || CRYPTO_memcmp(x.p, y.p, x.n) == 0);
}

void secret_wipe(void *p, size_t n)
{
    OPENSSL_cleanse(p, n);
}
