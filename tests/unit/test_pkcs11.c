/* crypto/pkcs11 on a real module: SoftHSM2 with a P-256 key made by its tools; the private key never comes out. SM2,
 * which SoftHSM2 does not do: the digest that such a device is given, against OpenSSL's own verification. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* OpenSSL has a type of this name. */
#define ERR_STATE TB_ERR_STATE
#include "crypto/pkcs11.h"

#define MODULE "/usr/lib/softhsm/libsofthsm2.so"

extern char **environ;
static char folder[] = "/tmp/test_pkcs11_XXXXXX";
static struct arena *a;

static int run(const char *const *argv)
{
    posix_spawn_file_actions_t f;
    pid_t pid;
    int rc;
    posix_spawn_file_actions_init(&f);
    posix_spawn_file_actions_addopen(&f, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&f, 1, 2);
    assert_int_equal(posix_spawnp(&pid, argv[0], &f, NULL, (char *const *)(uintptr_t)argv, environ), 0);
    assert_int_equal(waitpid(pid, &rc, 0), pid);
    posix_spawn_file_actions_destroy(&f);
    return rc;
}
#define RUN(...) run((const char *const[]){ __VA_ARGS__, NULL })

/* A token of its own, and a key pair that openssl made, imported once and gone. */
static int set_up(void **state)
{
    (void)state;
    a = arena_new();
    if (!mkdtemp(folder))
        return -1;
    const char *conf = arena_printf(a, "%s/softhsm2.conf", folder), *tokens = arena_printf(a, "%s/tokens", folder);
    const char *key = arena_printf(a, "%s/key.pem", folder);
    FILE *f = fopen(conf, "w");
    if (!f || fprintf(f, "directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n", tokens) < 0 ||
        fclose(f) != 0 || mkdir(tokens, 0700) != 0 || setenv("SOFTHSM2_CONF", conf, 1) != 0)
        return -1;
    return RUN("softhsm2-util", "--init-token", "--free", "--label", "tongban", "--pin", "1234", "--so-pin", "5678") ||
           RUN("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key) ||
           RUN("softhsm2-util", "--import", key, "--token", "tongban", "--label", "seal", "--id", "01", "--pin", "1234") ||
           unlink(key);
}

static int tear_down(void **state)
{
    (void)state;
    int rc = RUN("rm", "-rf", folder);
    arena_free(&a);
    return rc;
}

static void a_device_signs_requests_and_seals(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct signer by;
    struct str signature;
    struct cert_request back;
    struct pkcs11 *p = pkcs11_open(MODULE, STR("tongban"), STR("1234"), a, &e);
    assert_non_null(p);
    assert_true(pkcs11_signer(p, STR("seal"), 0, a, &by, &e));
    assert_string_equal(by.algorithm, OID_ECDSA_SHA256);
    assert_true(by.sign(by.arg, STR("用印"), a, &signature));
    assert_true(key_verify(by.spki, STR(OID_ECDSA_SHA256), STR("用印"), signature));
    assert_false(key_verify(by.spki, STR(OID_ECDSA_SHA256), STR("用章"), signature));
    const struct cert_request r = { STR("监印人"), STR("常德市"), STR_NONE, by.spki };
    assert_true(cert_request_read(a, cert_request_make(a, &r, &by), &back));
    assert_true(str_eq(back.spki, by.spki));
    assert_false(pkcs11_signer(p, STR("none"), 0, a, &by, &e));
    assert_string_equal(e.code, "pkcs11.key");
    pkcs11_close(&p);
    assert_null(p);
}

static void what_is_wrong_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *module, *token, *pin, *code;
    } cases[] = {
        { "/nowhere/at-all.so", "tongban", "1234", "pkcs11.module" },
        { MODULE, "another", "1234", "pkcs11.token" },
        { MODULE, "tongban", "9999", "pkcs11.pin" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = { 0 };
        assert_null(pkcs11_open(cases[i].module, str_of(cases[i].token), str_of(cases[i].pin), a, &e));
        assert_string_equal(e.code, cases[i].code);
    }
}

/* EVP_PKEY_verify takes the digest itself, without Z: it fits only when ours is the right one. */
static void the_digest_for_an_sm2_device(void **state)
{
    (void)state;
    struct sm2_key *k = sm2_key_new();
    struct str spki = sm2_key_spki(a, k), bits = STR_NONE;
    struct der_item whole, algorithm;
    uint8_t signature[SM2_SIGNATURE_MAX], digest[SM3_SIZE];
    size_t n = sm2_sign(k, STR("用印"), signature);
    assert_true(der_one(spki, DER_SEQ, &whole));
    struct der_reader r = der_inside(&whole);
    assert_true(der_want(&r, DER_SEQ, &algorithm) && der_want_bits(&r, &bits));
    const unsigned char *p = (const unsigned char *)spki.p;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)spki.n);
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(key, NULL);
    assert_int_equal(EVP_PKEY_verify_init(c), 1);
    sm2_device_digest(bits, STR("用印"), digest);
    assert_int_equal(EVP_PKEY_verify(c, signature, n, digest, sizeof digest), 1);
    sm2_device_digest(bits, STR("用章"), digest);
    assert_int_not_equal(EVP_PKEY_verify(c, signature, n, digest, sizeof digest), 1);
    EVP_PKEY_CTX_free(c);
    EVP_PKEY_free(key);
    sm2_key_free(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_signs_requests_and_seals),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(the_digest_for_an_sm2_device),
    };
    return cmocka_run_group_tests_name("pkcs11", tests, set_up, tear_down);
}
