/* A PKCS#11 module, loaded, logged in, asked to sign digests. */
#include "crypto/pkcs11.h"

#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"

#define OID_SM2_CURVE "1.2.156.10197.1.301"
#define OID_P256_CURVE "1.2.840.10045.3.1.7"
#define OID_EC_KEY "1.2.840.10045.2.1"
#define SLOTS_MOST 64

struct pkcs11 {
    void *library;
    CK_FUNCTION_LIST *f;
    CK_SESSION_HANDLE session;
    bool is_begun, has_session;
};

/* The key that a signer signs with. */
struct device_key {
    struct pkcs11 *p;
    CK_OBJECT_HANDLE key;
    CK_MECHANISM_TYPE mechanism;
    struct str point; /* 04 x y */
    bool is_sm2;
};

static bool failed(struct arena *a, struct err *e, const char *code, const char *call, CK_RV rv)
{
    log_warn("crypto", "PKCS#11", "call", call, "result", arena_printf(a, "0x%lx", rv));
    return err_set(e, a, ERR_STATE, code, NULL, NULL, NULL, NULL);
}

static bool load(struct pkcs11 *p, const char *module, struct arena *a, struct err *e)
{
    p->library = dlopen(module, RTLD_NOW | RTLD_LOCAL);
    CK_RV (*list)(CK_FUNCTION_LIST **) = NULL;
    if (p->library)
        *(void **)&list = dlsym(p->library, "C_GetFunctionList");
    CK_RV rv = list ? list(&p->f) : CKR_GENERAL_ERROR;
    if (rv != CKR_OK)
        return failed(a, e, "pkcs11.module", "C_GetFunctionList", rv);
    rv = p->f->C_Initialize(NULL);
    p->is_begun = rv == CKR_OK;
    return rv == CKR_OK || rv == CKR_CRYPTOKI_ALREADY_INITIALIZED ||
           failed(a, e, "pkcs11.module", "C_Initialize", rv);
}

/* Labels are padded with blanks. */
static bool is_label(const CK_UTF8CHAR *p, size_t n, struct str label)
{
    while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == 0))
        n--;
    return str_eq((struct str){ (const char *)p, n }, label);
}

static bool find_token(struct pkcs11 *p, struct str token, CK_SLOT_ID *out)
{
    CK_SLOT_ID slots[SLOTS_MOST];
    CK_ULONG n = SLOTS_MOST;
    if (p->f->C_GetSlotList(CK_TRUE, slots, &n) != CKR_OK)
        return false;
    for (CK_ULONG i = 0; i < n; i++) {
        CK_TOKEN_INFO info;
        if (p->f->C_GetTokenInfo(slots[i], &info) == CKR_OK && is_label(info.label, sizeof info.label, token)) {
            *out = slots[i];
            return true;
        }
    }
    return false;
}

static bool log_in(struct pkcs11 *p, struct str token, struct str pin, struct arena *a, struct err *e)
{
    CK_SLOT_ID slot;
    if (!find_token(p, token, &slot))
        return failed(a, e, "pkcs11.token", "C_GetSlotList", CKR_TOKEN_NOT_PRESENT);
    CK_RV rv = p->f->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &p->session);
    p->has_session = rv == CKR_OK;
    if (rv != CKR_OK)
        return failed(a, e, "pkcs11.token", "C_OpenSession", rv);
    rv = p->f->C_Login(p->session, CKU_USER, (CK_UTF8CHAR *)(uintptr_t)pin.p, pin.n);
    return rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN || failed(a, e, "pkcs11.pin", "C_Login", rv);
}

struct pkcs11 *pkcs11_open(const char *module, struct str token, struct str pin, struct arena *a, struct err *e)
{
    struct pkcs11 *p = calloc(1, sizeof *p);
    CHECK(p);
    if (!load(p, module, a, e) || !log_in(p, token, pin, a, e))
        pkcs11_close(&p);
    return p;
}

void pkcs11_close(struct pkcs11 **at)
{
    struct pkcs11 *p = *at;
    if (!p)
        return;
    if (p->has_session) /* logs out too, as the last session of this program */
        (void)p->f->C_CloseSession(p->session);
    if (p->is_begun)
        (void)p->f->C_Finalize(NULL);
    if (p->library)
        (void)dlclose(p->library);
    free(p);
    *at = NULL;
}

/* --- signing -------------------------------------------------------------------------------------- */

/* GB/T 32918.2: e = SM3(Z, bytes), Z = SM3(bits of the identity, identity, a, b, G, the public point). */
void sm2_device_digest(struct str point, struct str bytes, uint8_t out[SM3_SIZE])
{
    static const char curve[] = "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc"
                                "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93"
                                "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"
                                "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0";
    uint8_t parameters[128], z[SM3_SIZE];
    CHECK(hex_read(STR(curve), parameters, sizeof parameters));
    struct sm3_state *s = sm3_new();
    sm3_put(s, "\x00\x80" "1234567812345678", 18);
    sm3_put(s, parameters, sizeof parameters);
    sm3_put(s, point.p + 1, 64);
    sm3_end(s, z);
    sm3_put(s, z, sizeof z);
    sm3_put(s, bytes.p, bytes.n);
    sm3_end(s, out);
    sm3_free(&s);
}

static void sha256_digest(struct str bytes, uint8_t out[32])
{
    char hex[SHA256_HEX_SIZE + 1];
    struct sha256_state *s = sha256_new();
    sha256_put(s, bytes.p, bytes.n);
    sha256_end(&s, hex);
    CHECK(hex_read(str_of(hex), out, 32));
}

static bool sign_device(void *arg, struct str bytes, struct arena *a, struct str *out)
{
    struct device_key *k = arg;
    uint8_t digest[32], rs[64];
    CK_ULONG n = sizeof rs;
    CK_MECHANISM mechanism = { k->mechanism, NULL, 0 };
    if (k->is_sm2)
        sm2_device_digest(k->point, bytes, digest);
    else
        sha256_digest(bytes, digest);
    CK_RV rv = k->p->f->C_SignInit(k->p->session, &mechanism, k->key);
    if (rv == CKR_OK)
        rv = k->p->f->C_Sign(k->p->session, digest, sizeof digest, rs, &n);
    if (rv != CKR_OK || n != sizeof rs) {
        log_warn("crypto", "PKCS#11", "call", "C_Sign", "result", arena_printf(a, "0x%lx", rv));
        return false;
    }
    *out = DER_SEQ_OF(a, der_number(a, (struct str){ (const char *)rs, 32 }),
                      der_number(a, (struct str){ (const char *)rs + 32, 32 }));
    return true;
}

static bool find_object(struct pkcs11 *p, CK_OBJECT_CLASS class, struct str label, CK_OBJECT_HANDLE *out)
{
    CK_KEY_TYPE type = CKK_EC;
    CK_ULONG n = 0;
    CK_ATTRIBUTE sought[] = { { CKA_CLASS, &class, sizeof class },
                              { CKA_KEY_TYPE, &type, sizeof type },
                              { CKA_LABEL, (void *)(uintptr_t)label.p, label.n } };
    if (p->f->C_FindObjectsInit(p->session, sought, 3) != CKR_OK)
        return false;
    CK_RV rv = p->f->C_FindObjects(p->session, out, 1, &n);
    (void)p->f->C_FindObjectsFinal(p->session);
    return rv == CKR_OK && n == 1;
}

/* The curve's OID as DER, and the point itself. */
static bool public_half(struct pkcs11 *p, struct str label, struct arena *a, struct str *curve, struct str *point)
{
    CK_OBJECT_HANDLE key;
    uint8_t parameters[64], wrapped[128];
    CK_ATTRIBUTE got[] = { { CKA_EC_PARAMS, parameters, sizeof parameters },
                           { CKA_EC_POINT, wrapped, sizeof wrapped } };
    struct der_item item;
    if (!find_object(p, CKO_PUBLIC_KEY, label, &key) ||
        p->f->C_GetAttributeValue(p->session, key, got, 2) != CKR_OK)
        return false;
    *curve = str_copy(a, (struct str){ (const char *)parameters, got[0].ulValueLen });
    struct str w = str_copy(a, (struct str){ (const char *)wrapped, got[1].ulValueLen });
    *point = der_one(w, DER_OCTETS, &item) ? item.content : w; /* some give it bare */
    return point->n == 65 && point->p[0] == 4;
}

bool pkcs11_signer(struct pkcs11 *p, struct str label, unsigned long mechanism, struct arena *a,
                   struct signer *out, struct err *e)
{
    struct device_key *k = arena_new_of(a, struct device_key);
    struct str curve, oid;
    k->p = p;
    k->mechanism = mechanism ? mechanism : CKM_ECDSA;
    if (!find_object(p, CKO_PRIVATE_KEY, label, &k->key) || !public_half(p, label, a, &curve, &k->point))
        return failed(a, e, "pkcs11.key", "C_FindObjects", CKR_OBJECT_HANDLE_INVALID);
    struct der_reader r = der_read(curve);
    bool is_known = der_want_oid(&r, a, &oid);
    k->is_sm2 = is_known && str_is(oid, OID_SM2_CURVE);
    if (!k->is_sm2 && !(is_known && str_is(oid, OID_P256_CURVE)))
        return failed(a, e, "pkcs11.key", "CKA_EC_PARAMS", CKR_CURVE_NOT_SUPPORTED);
    *out = (struct signer){ sign_device, k,
                            DER_SEQ_OF(a, DER_SEQ_OF(a, der_oid(a, OID_EC_KEY), curve), der_bits(a, k->point)),
                            k->is_sm2 ? OID_SM2_SM3 : OID_ECDSA_SHA256 };
    return true;
}
