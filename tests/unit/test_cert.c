/* crypto/cert: certificates, lists, answers: made here, looked at by the openssl command; and what must be
 * refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "crypto/cert.h"

#define NOW INT64_C(1790000000000)
#define YEAR (365 * CLOCK_DAY_MS)

extern char **environ;
static char folder[] = "/tmp/test_cert_XXXXXX";
static struct arena *a;

/* An authority, a responder and one signer. */
static struct sm2_key *ca_key, *key, *ocsp_key;
static struct signer ca_signer, signer, ocsp_signer;
static struct cert_info ca, leaf, responder;

static struct cert_info issued(enum cert_kind kind, const char *name, const struct signer *of,
                               const struct cert_info *issuer, const struct signer *by, int64_t from, int64_t to)
{
    struct cert_info out;
    const struct cert_issue c = { .kind = kind, .common_name = str_of(name), .organization = STR("常德市"),
                                  .spki = of->spki, .from = from, .to = to,
                                  .crl_url = STR("http://127.0.0.1/api/v1/authority/crl"),
                                  .ocsp_url = STR("http://127.0.0.1/api/v1/authority/ocsp") };
    assert_true(cert_read(a, cert_issue(a, &c, issuer, by), &out));
    return out;
}

static int set_up(void **state)
{
    (void)state;
    a = arena_new();
    ca_key = sm2_key_new();
    key = sm2_key_new();
    ocsp_key = sm2_key_new();
    ca_signer = signer_of(a, ca_key);
    signer = signer_of(a, key);
    ocsp_signer = signer_of(a, ocsp_key);
    ca = issued(CERT_ROOT, "常德市电子印章根证书", &ca_signer, NULL, &ca_signer, NOW - YEAR, NOW + 10 * YEAR);
    leaf = issued(CERT_SIGNER, "常德市人民政府", &signer, &ca, &ca_signer, NOW - YEAR, NOW + YEAR);
    responder = issued(CERT_OCSP, "状态查询", &ocsp_signer, &ca, &ca_signer, NOW - YEAR, NOW + YEAR);
    return mkdtemp(folder) ? 0 : -1;
}

static int run(const char *const *argv, const char *out)
{
    posix_spawn_file_actions_t f;
    pid_t pid;
    int rc;
    posix_spawn_file_actions_init(&f);
    posix_spawn_file_actions_addopen(&f, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&f, 1, 2);
    assert_int_equal(posix_spawnp(&pid, argv[0], &f, NULL, (char *const *)(uintptr_t)argv, environ), 0);
    assert_int_equal(waitpid(pid, &rc, 0), pid);
    posix_spawn_file_actions_destroy(&f);
    return rc;
}

static int tear_down(void **state)
{
    (void)state;
    const char *argv[] = { "rm", "-rf", folder, NULL };
    int rc = run(argv, "/dev/null");
    sm2_key_free(&ca_key);
    sm2_key_free(&key);
    sm2_key_free(&ocsp_key);
    arena_free(&a);
    return rc;
}

static const char *put(const char *name, struct str bytes)
{
    const char *path = arena_printf(a, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
    assert_int_equal(fclose(f), 0);
    return path;
}

static struct str got(const char *path)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    struct buf b = buf_in(a);
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
        buf_put(&b, part, n);
    (void)fclose(f);
    return buf_done(&b);
}

/* Runs openssl and returns what it said; it must end well. */
#define OPENSSL(...) openssl((const char *const[]){ "openssl", __VA_ARGS__, NULL })
static struct str openssl(const char *const *argv)
{
    const char *said = arena_printf(a, "%s/said", folder);
    int rc = run(argv, said);
    struct str text = got(said);
    if (rc != 0)
        print_error("%.*s\n", STR_ARG(text));
    assert_int_equal(rc, 0);
    return text;
}

static void says(struct str text, const char *what)
{
    if (str_find(text, str_of(what), 0) < 0)
        print_error("no \"%s\" in:\n%.*s\n", what, STR_ARG(text));
    assert_true(str_find(text, str_of(what), 0) >= 0);
}

static void openssl_agrees_about_certificates(void **state)
{
    (void)state;
    const char *root = put("ca.pem", cert_pem(a, "CERTIFICATE", ca.whole));
    const char *one = put("leaf.pem", cert_pem(a, "CERTIFICATE", leaf.whole));
    /* the identity is C4's, said on the command line */
    says(OPENSSL("verify", "-vfyopt", "distid:1234567812345678", "-attime", "1790000000", "-CAfile", root, one),
         "leaf.pem: OK");
    struct str text = OPENSSL("x509", "-in", one, "-noout", "-text", "-nameopt", "utf8,sep_comma_plus");
    says(text, "CN=常德市人民政府");
    says(text, "O=常德市");
    says(text, "Digital Signature, Non Repudiation");
    says(text, "CA:FALSE");
    says(text, "URI:http://127.0.0.1/api/v1/authority/crl");
    says(text, "OCSP - URI:http://127.0.0.1/api/v1/authority/ocsp");
    assert_true(str_eq(cert_of_text(a, got(one)), leaf.whole));
    assert_int_equal(leaf.serial.n, CERT_SERIAL_SIZE);
    assert_int_equal(leaf.from, NOW - YEAR);
}

static void a_request_is_signed_by_its_own_key(void **state)
{
    (void)state;
    struct cert_request r = { STR("监印人"), STR("常德市"), STR("市政府办公室"), signer.spki }, back;
    struct str text = cert_request_make(a, &r, &signer);
    const char *path = put("req.pem", cert_pem(a, "CERTIFICATE REQUEST", text));
    says(OPENSSL("req", "-in", path, "-noout", "-verify", "-vfyopt", "distid:1234567812345678", "-text", "-nameopt",
                 "utf8"),
         "verify OK");
    assert_true(cert_request_read(a, text, &back));
    assert_true(str_eq(back.common_name, r.common_name) && str_eq(back.spki, signer.spki));
    r.spki = ocsp_signer.spki; /* another's public half */
    assert_false(cert_request_read(a, cert_request_make(a, &r, &signer), &back));
}

static struct str list_of(const struct cert_revoked *p, size_t n, int64_t at, int64_t next)
{
    return crl_make(a, &ca, &ca_signer, 7, at, next, p, n);
}

static struct cert_check checked(struct str cert, const struct str *crl, int64_t at)
{
    const struct cert_trust trust = { &ca.whole, 1, 1, crl, crl ? 1 : 0 };
    return cert_check(a, cert, &trust, at, NOW, USE_SIGN);
}

static void openssl_agrees_about_lists(void **state)
{
    (void)state;
    const struct cert_revoked gone = { leaf.serial, NOW - CLOCK_DAY_MS, REASON_KEY_COMPROMISE };
    struct str list = list_of(&gone, 1, NOW - CLOCK_HOUR_MS, NOW + CLOCK_DAY_MS);
    const char *path = put("crl.pem", cert_pem(a, "X509 CRL", list));
    struct str text = OPENSSL("crl", "-in", path, "-noout", "-text");
    says(text, "Key Compromise");
    says(text, "X509v3 CRL Number");
    /* openssl crl sets no identity: its signature is asked about with dgst */
    struct crl_info info;
    assert_true(crl_read(a, list, &info));
    const char *tbs = put("crl.tbs", info.tbs), *sig = put("crl.sig", info.signature);
    const char *pub = put("ca.pub", OPENSSL("x509", "-in", put("ca.pem", cert_pem(a, "CERTIFICATE", ca.whole)),
                                            "-noout", "-pubkey"));
    says(OPENSSL("dgst", "-sm3", "-verify", pub, "-sigopt", "distid:1234567812345678", "-signature", sig, tbs),
         "Verified OK");
    struct cert_revoked found;
    assert_int_equal(crl_find(a, &info, leaf.serial, &found), 1);
    assert_int_equal(found.at, NOW - CLOCK_DAY_MS);
    assert_int_equal(found.reason, REASON_KEY_COMPROMISE);
    assert_int_equal(crl_find(a, &info, responder.serial, &found), 0);
}

static void the_reasons_are_told_apart(void **state)
{
    (void)state;
    struct str none = list_of(NULL, 0, NOW, NOW + CLOCK_DAY_MS);
    assert_int_equal(checked(leaf.whole, &none, NOW).verdict, CERT_GOOD);
    assert_int_equal(checked(leaf.whole, NULL, NOW).verdict, CERT_NO_STATUS);
    assert_int_equal(checked(leaf.whole, &none, NOW - 2 * YEAR).verdict, CERT_NOT_YET);
    assert_int_equal(checked(leaf.whole, &none, NOW + 2 * YEAR).verdict, CERT_EXPIRED);
    assert_int_equal(checked(STR("0"), &none, NOW).verdict, CERT_UNREADABLE);

    struct cert_revoked gone = { leaf.serial, NOW - CLOCK_DAY_MS, REASON_CEASED };
    struct str list = list_of(&gone, 1, NOW, NOW + CLOCK_DAY_MS);
    assert_int_equal(checked(leaf.whole, &list, NOW).verdict, CERT_REVOKED);
    struct cert_check before = checked(leaf.whole, &list, NOW - 2 * CLOCK_DAY_MS);
    assert_int_equal(before.verdict, CERT_GOOD); /* signed before it was revoked (C5) */
    assert_true(before.is_revoked_later);
    gone.reason = REASON_KEY_COMPROMISE; /* then the signer's word about the time is worth nothing */
    list = list_of(&gone, 1, NOW, NOW + CLOCK_DAY_MS);
    assert_int_equal(checked(leaf.whole, &list, NOW - 2 * CLOCK_DAY_MS).verdict, CERT_REVOKED);
    list = list_of(NULL, 0, NOW - 3 * CLOCK_DAY_MS, NOW - CLOCK_DAY_MS);
    assert_true(checked(leaf.whole, &list, NOW).is_list_old);

    struct cert_info other = issued(CERT_ROOT, "别处的根证书", &ocsp_signer, NULL, &ocsp_signer, NOW - YEAR, NOW + YEAR);
    struct cert_info foreign = issued(CERT_SIGNER, "某机关", &signer, &other, &ocsp_signer, NOW - YEAR, NOW + YEAR);
    assert_int_equal(checked(foreign.whole, &none, NOW).verdict, CERT_FOREIGN);
    struct cert_info forged = issued(CERT_SIGNER, "某机关", &signer, &ca, &ocsp_signer, NOW - YEAR, NOW + YEAR);
    assert_int_equal(checked(forged.whole, &none, NOW).verdict, CERT_FORGED);
    const struct cert_trust trust = { &ca.whole, 1, 1, &none, 1 };
    assert_int_equal(cert_check(a, ca.whole, &trust, NOW, NOW, USE_SIGN).verdict, CERT_WRONG_USE);
    /* a signer is no authority */
    struct cert_info below = issued(CERT_SIGNER, "冒充", &ocsp_signer, &leaf, &signer, NOW - YEAR, NOW + YEAR);
    const struct str two[] = { ca.whole, leaf.whole };
    const struct cert_trust wide = { two, 2, 1, &none, 1 };
    assert_int_equal(cert_check(a, below.whole, &wide, NOW, NOW, USE_SIGN).verdict, CERT_FORGED);
}

static void one_flipped_byte_of_a_certificate_is_found(void **state)
{
    (void)state;
    struct str none = list_of(NULL, 0, NOW, NOW + CLOCK_DAY_MS);
    char *bytes = arena_strndup(a, leaf.whole.p, leaf.whole.n);
    for (size_t i = 0; i < leaf.whole.n; i += 3) {
        bytes[i] ^= 1;
        struct arena_mark m = arena_mark(a);
        enum cert_verdict v = checked((struct str){ bytes, leaf.whole.n }, &none, NOW).verdict;
        assert_true(v != CERT_GOOD && v != CERT_NO_STATUS);
        arena_reset(a, m);
        bytes[i] ^= 1;
    }
}

static void status_answers(void **state)
{
    (void)state;
    struct ocsp_request r;
    struct ocsp_state s = { OCSP_REVOKED, NOW, NOW + CLOCK_HOUR_MS, NOW - CLOCK_DAY_MS, REASON_CEASED }, back;
    /* a request of the openssl command, with SHA-1 and a nonce, and one of ours */
    const char *root = put("ca.pem", cert_pem(a, "CERTIFICATE", ca.whole));
    const char *one = put("leaf.pem", cert_pem(a, "CERTIFICATE", leaf.whole));
    const char *req = arena_printf(a, "%s/req.der", folder);
    (void)OPENSSL("ocsp", "-issuer", root, "-cert", one, "-reqout", req);
    assert_true(ocsp_request_read(a, got(req), &ca, &r));
    assert_true(r.is_ours && str_eq(r.serial, leaf.serial) && r.nonce.n > 0);
    struct str answer = ocsp_answer(a, &r, &s, &responder, &ocsp_signer);
    struct str text = OPENSSL("ocsp", "-respin", put("answer.der", answer), "-resp_text", "-noverify", "-issuer",
                              root, "-cert", one);
    says(text, "Cert Status: revoked");
    says(text, "OCSP Nonce");
    assert_true(ocsp_answer_read(a, answer, &ca, leaf.serial, &back));
    assert_int_equal(back.status, OCSP_REVOKED);
    assert_int_equal(back.revoked_at, NOW - CLOCK_DAY_MS);
    assert_int_equal(back.reason, REASON_CEASED);

    s = (struct ocsp_state){ OCSP_GOOD, NOW, NOW + CLOCK_HOUR_MS, 0, 0 };
    assert_true(ocsp_request_read(a, ocsp_request_make(a, &ca, leaf.serial), &ca, &r) && r.is_ours);
    answer = ocsp_answer(a, &r, &s, &responder, &ocsp_signer);
    assert_true(ocsp_answer_read(a, answer, &ca, leaf.serial, &back) && back.status == OCSP_GOOD);
    assert_false(ocsp_answer_read(a, answer, &ca, responder.serial, &back)); /* about another */
    char *bytes = arena_strndup(a, answer.p, answer.n);
    bytes[answer.n / 3] ^= 1;
    assert_false(ocsp_answer_read(a, (struct str){ bytes, answer.n }, &ca, leaf.serial, &back));
    /* whom the authority did not let answer */
    answer = ocsp_answer(a, &r, &s, &leaf, &signer);
    assert_false(ocsp_answer_read(a, answer, &ca, leaf.serial, &back));
    assert_true(str_eq(ocsp_refusal(a, 6), STR("\x30\x03\x0a\x01\x06"))); /* unauthorized (RFC 6960) */
    assert_true(ocsp_request_read(a, ocsp_request_make(a, &leaf, leaf.serial), &ca, &r) && !r.is_ours);
}

static void a_key_at_rest(void **state)
{
    (void)state;
    enum opened how;
    struct str wrapped = key_wrap(a, key, STR("红色印泥 2026"));
    struct sm2_key *back = key_unwrap(wrapped, STR("红色印泥 2026"), &how);
    assert_int_equal(how, OPEN_OK);
    assert_true(str_eq(sm2_key_spki(a, back), signer.spki));
    uint8_t signature[SM2_SIGNATURE_MAX];
    size_t n = sm2_sign(back, STR("用印"), signature);
    assert_true(key_verify(signer.spki, STR(OID_SM2_SM3), STR("用印"), (struct str){ (char *)signature, n }));
    assert_false(key_verify(signer.spki, STR(OID_SM2_SM3), STR("用章"), (struct str){ (char *)signature, n }));
    sm2_key_free(&back);
    assert_null(key_unwrap(wrapped, STR("红色印泥 2025"), &how));
    assert_int_equal(how, OPEN_WRONG);
    struct str plain = sm2_key_pkcs8(a, key); /* nothing of the key stands in what is stored */
    assert_true(str_find(wrapped, str_sub(plain, plain.n / 2, 16), 0) < 0);
    char *bytes = arena_strndup(a, wrapped.p, wrapped.n);
    bytes[wrapped.n - 40] ^= 1;
    assert_null(key_unwrap((struct str){ bytes, wrapped.n }, STR("红色印泥 2026"), &how));
    assert_int_equal(how, OPEN_ALTERED);
}

static void der_is_strict(void **state)
{
    (void)state;
    struct der_item item;
    int64_t v;
    static const struct {
        const char *bytes;
        size_t n;
    } bad[] = {
        { "\x30\x80\x00\x00", 4 },          /* indefinite length */
        { "\x30\x81\x01\x05", 4 },          /* a length longer than need be */
        { "\x30\x82\x00\x01\x05", 5 },
        { "\x3f\x81\x01\x00", 4 },          /* a tag of several bytes */
        { "\x30\x05\x01", 3 },              /* cut */
        { "\x30\x84\xff\xff\xff\xff", 6 },  /* far longer than there is */
        { "\x30\x00\x00", 3 },              /* something behind it */
        { "\x30", 1 },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(der_one((struct str){ bad[i].bytes, bad[i].n }, DER_SEQ, &item));
    struct str numbers = DER_SEQ_OF(a, der_int(a, 0), der_int(a, 127), der_int(a, 128), der_int(a, INT64_MAX));
    assert_true(der_one(numbers, DER_SEQ, &item));
    struct der_reader r = der_inside(&item);
    assert_true(der_want_int(&r, &v) && v == 0 && der_want_int(&r, &v) && v == 127 && der_want_int(&r, &v) &&
                v == 128 && der_want_int(&r, &v) && v == INT64_MAX && der_ended(&r));
    struct der_reader negative = der_read((struct str){ "\x02\x01\xff", 3 });
    assert_false(der_want_int(&negative, &v));
    static const struct {
        const char *text;
        int tag;
        int64_t at;
    } times[] = {
        { "20261128063000Z", DER_TIME, INT64_C(1795847400000) },
        { "20261128143000+0800", DER_TIME, INT64_C(1795847400000) },
        { "20261128063000.5Z", DER_TIME, INT64_C(1795847400000) },
        { "261128063000Z", DER_UTC_TIME, INT64_C(1795847400000) },
        { "20261328063000Z", DER_TIME, 0 },
        { "20260230063000Z", DER_TIME, 0 },
        { "2026112806", DER_TIME, 0 },
    };
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        const struct der_item t = { times[i].tag, str_of(times[i].text), STR_NONE };
        v = 0;
        assert_int_equal(der_time_of(&t, &v), times[i].at != 0);
        assert_int_equal(v, times[i].at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openssl_agrees_about_certificates),
        cmocka_unit_test(a_request_is_signed_by_its_own_key),
        cmocka_unit_test(openssl_agrees_about_lists),
        cmocka_unit_test(the_reasons_are_told_apart),
        cmocka_unit_test(one_flipped_byte_of_a_certificate_is_found),
        cmocka_unit_test(status_answers),
        cmocka_unit_test(a_key_at_rest),
        cmocka_unit_test(der_is_strict),
    };
    return cmocka_run_group_tests_name("cert", tests, set_up, tear_down);
}
