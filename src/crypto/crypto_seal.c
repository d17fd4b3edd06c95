/* Sealed streams. Form, all numbers big-endian:
 *
 *     "TBSEAL1\n"  passes u32  memory KiB u32  salt 16  iv 16  check 32
 *     piece:       size u32 (top bit: the last)  SM4-CTR text  HMAC-SM3 32
 *
 * check is the HMAC of all before it, so that a wrong passphrase is told from an altered file. The
 * HMAC of a piece covers check, the piece's number, size and text: check binds it to this stream,
 * the number to its place. The key stream runs on over the pieces and is never used twice, since
 * every stream has a salt, hence keys, of its own. */
#include <openssl/evp.h>
#include <sodium.h>

#include "base/check.h"
#include "crypto/crypto.h"
#include "crypto/crypto_in.h"

#define MAGIC "TBSEAL1\n"
#define MAGIC_SIZE 8
#define HEAD_SIZE (MAGIC_SIZE + 4 + 4 + 16 + 16)
#define PIECE_SIZE 65536
#define LAST_BIT UINT32_C(0x80000000)
#define PASSES 3
#define MEMORY_KIB 65536
#define MEMORY_KIB_MAX 1048576 /* a foreign file may not make us take more */
#define PASSES_MAX 16

/* What both directions share. */
struct seal {
    EVP_CIPHER_CTX *cipher;
    EVP_MAC_CTX *mac;
    uint8_t check[SM3_SIZE];
    uint64_t number; /* of the next piece */
};

struct sealer {
    struct seal seal;
    bool (*write)(void *arg, const void *p, size_t n);
    void *arg;
    bool failed;
    size_t n;
    uint8_t plain[PIECE_SIZE], text[PIECE_SIZE];
};

struct opener {
    struct seal seal;
    ptrdiff_t (*read)(void *arg, void *p, size_t n);
    void *arg;
    bool failed, ended;
    uint8_t plain[PIECE_SIZE], text[PIECE_SIZE];
};

static void put_u32(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static uint32_t get_u32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void seal_free(struct seal *s)
{
    EVP_CIPHER_CTX_free(s->cipher);
    EVP_MAC_CTX_free(s->mac);
    secret_wipe(s, sizeof *s);
}

static void mac_of(struct seal *s, const uint8_t *p, size_t n, uint8_t out[SM3_SIZE])
{
    size_t size = 0;
    CHECK(EVP_MAC_update(s->mac, p, n) == 1);
    CHECK(EVP_MAC_final(s->mac, out, &size, SM3_SIZE) == 1 && size == SM3_SIZE);
    CHECK(EVP_MAC_init(s->mac, NULL, 0, NULL) == 1);
}

/* Keys from the passphrase and the head; then check. False when memory for argon2id is lacking. */
static bool seal_start(struct seal *s, struct str passphrase, const uint8_t head[HEAD_SIZE])
{
    crypto_sodium();
    uint8_t master[32], key[16], mac_key[32];
    const uint8_t *salt = head + MAGIC_SIZE + 8, *iv = salt + 16;
    if (crypto_pwhash(master, sizeof master, passphrase.p, passphrase.n, salt,
                      get_u32(head + MAGIC_SIZE), (size_t)get_u32(head + MAGIC_SIZE + 4) * 1024,
                      crypto_pwhash_ALG_ARGON2ID13) != 0)
        return false;
    struct str secret = { (const char *)master, sizeof master };
    struct str with = { (const char *)salt, 16 };
    sm3_derive(secret, with, "tongban seal text", key, sizeof key);
    sm3_derive(secret, with, "tongban seal mac", mac_key, sizeof mac_key);
    EVP_CIPHER *ctr = EVP_CIPHER_fetch(NULL, "SM4-CTR", NULL);
    s->cipher = EVP_CIPHER_CTX_new();
    CHECK(ctr && s->cipher && EVP_EncryptInit_ex2(s->cipher, ctr, key, iv, NULL) == 1);
    EVP_CIPHER_free(ctr);
    s->mac = sm3_hmac_new((struct str){ (const char *)mac_key, sizeof mac_key });
    mac_of(s, head, HEAD_SIZE, s->check);
    secret_wipe(master, sizeof master);
    secret_wipe(key, sizeof key);
    secret_wipe(mac_key, sizeof mac_key);
    return true;
}

static void seal_mac(struct seal *s, const uint8_t size[4], const uint8_t *text, size_t n,
                     uint8_t out[SM3_SIZE])
{
    uint8_t number[8];
    put_u32(number, (uint32_t)(s->number >> 32));
    put_u32(number + 4, (uint32_t)s->number);
    s->number++;
    CHECK(EVP_MAC_update(s->mac, s->check, SM3_SIZE) == 1);
    CHECK(EVP_MAC_update(s->mac, number, sizeof number) == 1);
    CHECK(EVP_MAC_update(s->mac, size, 4) == 1);
    mac_of(s, text, n, out);
}

/* CTR: the same step in both directions. */
static void seal_cipher(struct seal *s, const uint8_t *in, uint8_t *out, size_t n)
{
    int done = 0;
    CHECK(EVP_EncryptUpdate(s->cipher, out, &done, in, (int)n) == 1 && done == (int)n);
}

struct sealer *sealer_new(struct str passphrase, bool (*write)(void *arg, const void *p, size_t n),
                          void *arg)
{
    struct sealer *s = calloc(1, sizeof *s);
    CHECK(s);
    s->write = write;
    s->arg = arg;
    uint8_t head[HEAD_SIZE];
    memcpy(head, MAGIC, MAGIC_SIZE);
    put_u32(head + MAGIC_SIZE, PASSES);
    put_u32(head + MAGIC_SIZE + 4, MEMORY_KIB);
    secret_random(head + MAGIC_SIZE + 8, 32);
    s->failed = !seal_start(&s->seal, passphrase, head) || !write(arg, head, sizeof head) ||
                !write(arg, s->seal.check, SM3_SIZE);
    return s;
}

static void sealer_piece(struct sealer *s, bool is_last)
{
    uint8_t size[4], mac[SM3_SIZE];
    put_u32(size, (uint32_t)s->n | (is_last ? LAST_BIT : 0));
    seal_cipher(&s->seal, s->plain, s->text, s->n);
    seal_mac(&s->seal, size, s->text, s->n, mac);
    s->failed = !s->write(s->arg, size, 4) || !s->write(s->arg, s->text, s->n) ||
                !s->write(s->arg, mac, SM3_SIZE);
    s->n = 0;
}

bool sealer_put(struct sealer *s, const void *p, size_t n)
{
    const uint8_t *from = p;
    while (n > 0 && !s->failed) {
        if (s->n == PIECE_SIZE)
            sealer_piece(s, false);
        size_t part = PIECE_SIZE - s->n < n ? PIECE_SIZE - s->n : n;
        memcpy(s->plain + s->n, from, part);
        s->n += part;
        from += part;
        n -= part;
    }
    return !s->failed;
}

bool sealer_end(struct sealer *s)
{
    if (!s->failed)
        sealer_piece(s, true);
    return !s->failed;
}

void sealer_free(struct sealer **s)
{
    if (!*s)
        return;
    seal_free(&(*s)->seal);
    secret_wipe(*s, sizeof **s);
    free(*s);
    *s = NULL;
}

static bool read_all(struct opener *o, void *p, size_t n)
{
    for (uint8_t *to = p; n > 0;) {
        ptrdiff_t got = o->read(o->arg, to, n);
        if (got <= 0)
            return false;
        to += got;
        n -= (size_t)got;
    }
    return true;
}

static enum opened opener_start(struct opener *o, struct str passphrase)
{
    uint8_t head[HEAD_SIZE], check[SM3_SIZE];
    if (!read_all(o, head, sizeof head) || memcmp(head, MAGIC, MAGIC_SIZE) != 0)
        return OPEN_NOT_SEALED;
    uint32_t passes = get_u32(head + MAGIC_SIZE), memory_kib = get_u32(head + MAGIC_SIZE + 4);
    if (passes < 1 || passes > PASSES_MAX || memory_kib < 8 || memory_kib > MEMORY_KIB_MAX)
        return OPEN_ALTERED;
    if (!read_all(o, check, sizeof check))
        return OPEN_ALTERED;
    if (!seal_start(&o->seal, passphrase, head) ||
        !secret_equal((struct str){ (char *)check, SM3_SIZE },
                      (struct str){ (char *)o->seal.check, SM3_SIZE }))
        return OPEN_WRONG;
    return OPEN_OK;
}

struct opener *opener_new(struct str passphrase, ptrdiff_t (*read)(void *arg, void *p, size_t n),
                          void *arg, enum opened *how)
{
    struct opener *o = calloc(1, sizeof *o);
    CHECK(o);
    o->read = read;
    o->arg = arg;
    *how = opener_start(o, passphrase);
    if (*how != OPEN_OK)
        opener_free(&o);
    return o;
}

/* Size of the piece now in o->plain, -1 when it is not what was sealed. */
static ptrdiff_t opener_piece(struct opener *o)
{
    uint8_t head[4], mac[SM3_SIZE], found[SM3_SIZE];
    if (!read_all(o, head, sizeof head))
        return -1;
    uint32_t size = get_u32(head) & ~LAST_BIT;
    if (size > PIECE_SIZE || !read_all(o, o->text, size) || !read_all(o, mac, sizeof mac))
        return -1;
    seal_mac(&o->seal, head, o->text, size, found);
    if (!secret_equal((struct str){ (char *)mac, SM3_SIZE },
                      (struct str){ (char *)found, SM3_SIZE }))
        return -1;
    seal_cipher(&o->seal, o->text, o->plain, size);
    o->ended = (get_u32(head) & LAST_BIT) != 0;
    uint8_t more;
    if (o->ended && o->read(o->arg, &more, 1) != 0) /* something was hung on */
        return -1;
    return (ptrdiff_t)size;
}

ptrdiff_t opener_next(struct opener *o, const void **p)
{
    ptrdiff_t n = 0;
    while (!o->failed && !o->ended && n == 0) {
        n = opener_piece(o);
        o->failed = n < 0;
    }
    *p = o->plain;
    return o->failed ? -1 : n;
}

void opener_free(struct opener **o)
{
    if (!*o)
        return;
    seal_free(&(*o)->seal);
    secret_wipe(*o, sizeof **o);
    free(*o);
    *o = NULL;
}

bool is_sealed(struct str begin)
{
    return str_starts(begin, STR(MAGIC));
}
