/* crypto: known answers, agreement with the openssl command, and what must be refused. */
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

#include "crypto/crypto.h"

static char folder[] = "/tmp/test_crypto_XXXXXX";
static struct arena *a;

static int set_up(void **state)
{
    (void)state;
    a = arena_new();
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char *argv[] = { (char *)"rm", (char *)"-rf", folder, NULL };
    pid_t pid;
    int rc;
    assert_int_equal(posix_spawnp(&pid, "rm", NULL, NULL, argv, NULL), 0);
    assert_int_equal(waitpid(pid, &rc, 0), pid);
    arena_free(&a);
    return rc;
}

static const char *path_of(const char *name)
{
    return arena_printf(a, "%s/%s", folder, name);
}

static void file_write(const char *path, struct str bytes)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
    assert_int_equal(fclose(f), 0);
}

static struct str file_read(const char *path)
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

/* Runs the command without a shell, its output into a file; gives the exit status. */
static int run(const char *out, const char *const argv[])
{
    posix_spawn_file_actions_t to;
    assert_int_equal(posix_spawn_file_actions_init(&to), 0);
    assert_int_equal(
        posix_spawn_file_actions_addopen(&to, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0600), 0);
    assert_int_equal(posix_spawn_file_actions_adddup2(&to, 1, 2), 0);
    pid_t pid;
    extern char **environ;
    assert_int_equal(
        posix_spawnp(&pid, argv[0], &to, NULL, (char *const *)(uintptr_t)argv, environ), 0);
    (void)posix_spawn_file_actions_destroy(&to);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static struct str hex_text(const void *p, size_t n)
{
    char *t = arena_alloc(a, 2 * n + 1);
    hex_put(p, n, t);
    return str_of(t);
}

/* --- SM3 -----------------------------------------------------------------------------------------
 */

static void sm3_gives_the_standards_answers(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } cases[] = {
        { "abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" },
        { "abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd",
          "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732" },
        { "", "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(sm3_text(a, str_of(cases[i].in)).p, cases[i].out);
}

static void sm3_in_pieces_equals_one_shot(void **state)
{
    (void)state;
    char bytes[1000];
    secret_random(bytes, sizeof bytes);
    struct sm3_state *s = sm3_new();
    for (size_t step = 1; step < 200; step += 37) {
        uint8_t pieces[SM3_SIZE], whole[SM3_SIZE];
        for (size_t i = 0; i < sizeof bytes; i += step)
            sm3_put(s, bytes + i, i + step < sizeof bytes ? step : sizeof bytes - i);
        sm3_end(s, pieces);
        sm3((struct str){ bytes, sizeof bytes }, whole);
        assert_memory_equal(pieces, whole, SM3_SIZE);
    }
    sm3_free(&s);
    assert_null(s);
}

static void sm3_and_hmac_agree_with_openssl(void **state)
{
    (void)state;
    struct str text = STR("关于做好2026年防汛抗旱工作的通知\n");
    const char *in = path_of("sm3.in"), *out = path_of("sm3.out");
    file_write(in, text);
    assert_int_equal(run(out, (const char *[]){ "openssl", "dgst", "-sm3", "-r", in, NULL }), 0);
    assert_true(str_starts(file_read(out), sm3_text(a, text)));

    uint8_t mac[SM3_SIZE];
    sm3_hmac(STR("key of a city"), text, mac);
    assert_int_equal(run(out, (const char *[]){ "openssl", "dgst", "-sm3", "-r", "-hmac",
                                                "key of a city", in, NULL }),
                     0);
    assert_true(str_starts(file_read(out), hex_text(mac, SM3_SIZE)));
}

/* HKDF written out with HMAC, as RFC 5869 says. */
static void derive_is_hkdf(void **state)
{
    (void)state;
    uint8_t prk[SM3_SIZE], t1[SM3_SIZE], t2[SM3_SIZE], okm[48];
    sm3_hmac(STR("salt"), STR("secret"), prk);
    struct str key = { (char *)prk, SM3_SIZE };
    sm3_hmac(key, STR("info\x01"), t1);
    struct buf b = buf_in(a);
    buf_put(&b, t1, SM3_SIZE);
    buf_text(&b, "info\x02");
    sm3_hmac(key, buf_done(&b), t2);
    sm3_derive(STR("secret"), STR("salt"), "info", okm, sizeof okm);
    assert_memory_equal(okm, t1, SM3_SIZE);
    assert_memory_equal(okm + SM3_SIZE, t2, sizeof okm - SM3_SIZE);
}

static void hex_reads_back_and_refuses(void **state)
{
    (void)state;
    uint8_t in[4] = { 0, 0x7f, 0x80, 0xff }, out[4];
    assert_string_equal(hex_text(in, 4).p, "007f80ff");
    assert_true(hex_read(STR("007F80ff"), out, 4));
    assert_memory_equal(in, out, 4);
    assert_false(hex_read(STR("007f80f"), out, 4));
    assert_false(hex_read(STR("007f80fg"), out, 4));
}

/* --- SM2 -----------------------------------------------------------------------------------------
 */

static void sm2_signs_saves_loads_and_verifies(void **state)
{
    (void)state;
    struct sm2_key *k = sm2_key_new();
    const char *path = path_of("node.key");
    assert_true(sm2_key_save(k, path));
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_false(sm2_key_save(k, path)); /* never over a key that is there */

    struct sm2_key *loaded = sm2_key_load(path), *pub = sm2_key_of_public(sm2_key_public(a, k));
    assert_non_null(loaded);
    assert_non_null(pub);
    char name[SM3_HEX_SIZE + 1], same[SM3_HEX_SIZE + 1];
    sm2_key_name(k, name);
    sm2_key_name(pub, same);
    assert_string_equal(name, same);

    uint8_t der[SM2_SIGNATURE_MAX];
    struct str text = STR("checkpoint 1"), signature = { (char *)der, sm2_sign(loaded, text, der) };
    assert_true(signature.n > 60);
    assert_true(sm2_verify(pub, text, signature));
    assert_false(sm2_verify(pub, STR("checkpoint 2"), signature));
    der[signature.n - 1] ^= 1;
    assert_false(sm2_verify(pub, text, signature));
    assert_false(sm2_verify(pub, text, STR("")));
    der[signature.n - 1] ^= 1;
    struct sm2_key *other = sm2_key_new();
    assert_false(sm2_verify(other, text, signature));
    sm2_key_free(&other);
    sm2_key_free(&pub);
    sm2_key_free(&loaded);
    sm2_key_free(&k);
}

static void sm2_agrees_with_openssl(void **state)
{
    (void)state;
    struct sm2_key *k = sm2_key_new();
    struct str text = STR("常政办发〔2026〕12号");
    uint8_t der[SM2_SIGNATURE_MAX];
    size_t n = sm2_sign(k, text, der);
    const char *key = path_of("o.key"), *pub = path_of("o.pub"), *in = path_of("o.txt"),
               *sig = path_of("o.sig"), *out = path_of("o.out");
    assert_true(sm2_key_save(k, key));
    file_write(pub, sm2_key_public(a, k));
    file_write(in, text);
    file_write(sig, (struct str){ (char *)der, n });
    /* theirs verifies ours */
    assert_int_equal(
        run(out, (const char *[]){ "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", pub,
                                   "-rawin", "-in", in, "-digest", "sm3", "-pkeyopt",
                                   "distid:1234567812345678", "-sigfile", sig, NULL }),
        0);
    /* ours verifies theirs, made with the key file we saved */
    assert_int_equal(run(sig, (const char *[]){ "openssl", "pkeyutl", "-sign", "-inkey", key,
                                                "-rawin", "-in", in, "-digest", "sm3", "-pkeyopt",
                                                "distid:1234567812345678", NULL }),
                     0);
    assert_true(sm2_verify(k, text, file_read(sig)));
    sm2_key_free(&k);
}

static void keys_of_other_kinds_are_refused(void **state)
{
    (void)state;
    const char *path = path_of("ec.key");
    assert_int_equal(run(path_of("ec.out"), (const char *[]){ "openssl", "genpkey", "-algorithm",
                                                              "ED25519", "-out", path, NULL }),
                     0);
    assert_null(sm2_key_load(path));
    assert_null(sm2_key_load(path_of("absent")));
    assert_null(
        sm2_key_of_public(STR("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")));
}

/* --- sealed streams ----------------------------------------------------------------------------
 */

static bool into_buf(void *arg, const void *p, size_t n)
{
    buf_put(arg, p, n);
    return true;
}

static bool refuse(void *arg, const void *p, size_t n)
{
    (void)arg, (void)p, (void)n;
    return false;
}

struct source {
    struct str left;
};

static ptrdiff_t from_str(void *arg, void *p, size_t n)
{
    struct source *s = arg;
    size_t part = n < s->left.n ? n : s->left.n;
    part = part > 1000 ? 1000 : part; /* short reads must do */
    memcpy(p, s->left.p, part);
    s->left.p += part;
    s->left.n -= part;
    return (ptrdiff_t)part;
}

static struct str sealed(struct str plain, const char *passphrase)
{
    struct buf b = buf_in(a);
    struct sealer *s = sealer_new(str_of(passphrase), into_buf, &b);
    for (size_t i = 0; i < plain.n; i += 7001)
        assert_true(sealer_put(s, plain.p + i, plain.n - i < 7001 ? plain.n - i : 7001));
    assert_true(sealer_end(s));
    sealer_free(&s);
    return buf_done(&b);
}

/* True and the plain text, or false when the opener found something wrong at any point. */
static bool opened(struct str text, const char *passphrase, struct str *plain, enum opened *how)
{
    struct source from = { text };
    struct opener *o = opener_new(str_of(passphrase), from_str, &from, how);
    if (!o)
        return false;
    struct buf b = buf_in(a);
    const void *p;
    ptrdiff_t n;
    while ((n = opener_next(o, &p)) > 0)
        buf_put(&b, p, (size_t)n);
    opener_free(&o);
    *plain = buf_done(&b);
    return n == 0;
}

static void sealed_stream_comes_back(void **state)
{
    (void)state;
    static const size_t sizes[] = { 0, 65536, 65537 };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *p = arena_alloc(a, sizes[i]);
        secret_random(p, sizes[i]);
        struct str plain = { p, sizes[i] }, back, text = sealed(plain, "桃花源记");
        enum opened how;
        assert_true(is_sealed(text));
        assert_true(opened(text, "桃花源记", &back, &how));
        assert_true(str_eq(plain, back));
        assert_int_equal(
            str_find(text, sizes[i] > 100 ? str_sub(plain, 0, 20) : STR("\1none\1"), 0), -1);
    }
}

static void sealed_stream_refuses_changes(void **state)
{
    (void)state;
    char *p = arena_alloc(a, 150000);
    secret_random(p, 150000);
    struct str text = sealed((struct str){ p, 150000 }, "right"), back;
    enum opened how;
    assert_false(opened(text, "wrong", &back, &how));
    assert_int_equal(how, OPEN_WRONG);
    assert_false(opened(STR("PK\3\4 something else that is long enough to be a head, surely"), "x",
                        &back, &how));
    assert_int_equal(how, OPEN_NOT_SEALED);

    const size_t head = 80, piece = 4 + 65536 + 32;
    /* cut: inside a piece, and exactly between two */
    assert_false(opened(str_sub(text, 0, text.n - 1), "right", &back, &how));
    assert_false(opened(str_sub(text, 0, head + 2 * piece), "right", &back, &how));
    /* one bit: in the salt, the text, a MAC */
    static const size_t at[] = { 20, 80 + 4 + 5000, 80 + 4 + 65536 + 3 };
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        char *copy = arena_copy(a, text.p, text.n);
        copy[at[i]] ^= 4;
        assert_false(opened((struct str){ copy, text.n }, "right", &back, &how));
    }
    /* two pieces exchanged; something hung on */
    char *copy = arena_copy(a, text.p, text.n);
    memcpy(copy + head, text.p + head + piece, piece);
    memcpy(copy + head + piece, text.p + head, piece);
    assert_false(opened((struct str){ copy, text.n }, "right", &back, &how));
    struct buf longer = buf_in(a);
    buf_str(&longer, text);
    buf_char(&longer, 'x');
    assert_false(opened(buf_done(&longer), "right", &back, &how));
}

static void sealer_tells_when_writing_fails(void **state)
{
    (void)state;
    struct sealer *s = sealer_new(STR("x"), refuse, NULL);
    assert_false(sealer_put(s, "abc", 3));
    assert_false(sealer_end(s));
    sealer_free(&s);
}

/* --- secrets ------------------------------------------------------------------------------------
 */

static void tokens_and_codes_have_their_form(void **state)
{
    (void)state;
    char token[SECRET_TOKEN_SIZE + 1], again[SECRET_TOKEN_SIZE + 1], code[SECRET_CODE_SIZE + 1];
    secret_token(token);
    secret_token(again);
    assert_int_equal(strlen(token), 43);
    assert_int_equal(
        strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 43);
    assert_string_not_equal(token, again);
    for (int i = 0; i < 100; i++) {
        secret_code(code);
        assert_int_equal(strlen(code), 19);
        assert_null(strpbrk(code, "IO01"));
        assert_int_equal(code[4] == '-' && code[9] == '-' && code[14] == '-', 1);
    }
    struct str plain = secret_code_plain(a, STR(" k7wq-2mxp 9aTR-hb4d"));
    assert_true(str_is(plain, "K7WQ2MXP9ATRHB4D"));
    assert_string_equal(secret_base64url(a, STR("\xff\xfe\xfd")).p, "__79");
}

static void equal_compares(void **state)
{
    (void)state;
    assert_true(secret_equal(STR("abc"), STR("abc")));
    assert_false(secret_equal(STR("abc"), STR("abd")));
    assert_false(secret_equal(STR("abc"), STR("ab")));
    assert_true(secret_equal(STR(""), STR_NONE));
}

/* --- passwords ----------------------------------------------------------------------------------
 */

static void password_hashes_verify(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_SIZE], again[PASSWORD_HASH_SIZE];
    assert_true(password_hash(STR("沅水-River-7"), hash));
    assert_true(password_hash(STR("沅水-River-7"), again));
    assert_string_not_equal(hash, again); /* salted */
    assert_non_null(strstr(hash, "$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_true(password_verify(STR("沅水-River-7"), hash));
    assert_false(password_verify(STR("沅水-River-8"), hash));
    assert_false(password_verify(STR("沅水-River-7"), "not a hash"));
    assert_false(password_verify_nobody(STR("沅水-River-7")));
    assert_false(password_needs_rehash(hash));
    assert_true(password_needs_rehash("$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$"
                                      "u9yGSJ0wLU0pZ4yGRVnyGRVnyGRVnyGRVnyGRVnyGRU"));
    /* 64 characters and more count in full; 257 bytes are refused, not cut */
    char big[257];
    memset(big, 'x', sizeof big);
    assert_true(password_hash((struct str){ big, 256 }, hash));
    assert_false(password_verify((struct str){ big, 255 }, hash));
    assert_false(password_hash((struct str){ big, 257 }, hash));
}

static void password_rules(void **state)
{
    (void)state;
    static const struct {
        const char *password, *account;
        bool is_admin;
        const char *code;
    } cases[] = {
        { "Ab3-xyz", "li", false, "password.short" },
        { "Ab3-xyzq", "li", false, NULL },
        { "Ab3-xyzq", "li", true, "password.short_admin" },
        { "Ab3-xyzqTreu", "li", true, NULL },
        { "沅水流域Ab1的夜", "li", false, NULL },     /* 10 characters */
        { "沅水Ab1", "li", false, "password.short" }, /* 11 bytes, 5 characters */
        { "abcdefgh1234", "li", false, "password.classes" },
        { "ABCDEFGH-", "li", false, "password.classes" },
        { "Wangfei-01", "wangfei-01", false, "password.account" },
        { "10-iefgnaW", "wangfei-01", false, "password.account" },
        { "Admin@123", "li", false, "password.listed" },
        { "1qaz@WSX", "li", false, "password.listed" },
        { "P@ssw0rd#2026", "li", true, "password.listed" },
        { "Changde#7351", "li", false, "password.listed" },
        { "Changde@gov2026", "li", false, "password.listed" },
        { "!!Tongban88!!", "li", true, "password.listed" },
        { "\xff\xfe"
          "Abc123-x-y",
          "li", false, "password.short" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *code = password_refused(str_of(cases[i].password), str_of(cases[i].account),
                                            cases[i].is_admin);
        if (!cases[i].code)
            assert_null(code);
        else
            assert_string_equal(code ? code : cases[i].password, cases[i].code);
    }
    char big[300];
    memset(big, 'x', sizeof big);
    assert_string_equal(password_refused((struct str){ big, 300 }, STR("li"), false),
                        "password.long");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sm3_gives_the_standards_answers),
        cmocka_unit_test(sm3_in_pieces_equals_one_shot),
        cmocka_unit_test(sm3_and_hmac_agree_with_openssl),
        cmocka_unit_test(derive_is_hkdf),
        cmocka_unit_test(hex_reads_back_and_refuses),
        cmocka_unit_test(sm2_signs_saves_loads_and_verifies),
        cmocka_unit_test(sm2_agrees_with_openssl),
        cmocka_unit_test(keys_of_other_kinds_are_refused),
        cmocka_unit_test(sealed_stream_comes_back),
        cmocka_unit_test(sealed_stream_refuses_changes),
        cmocka_unit_test(sealer_tells_when_writing_fails),
        cmocka_unit_test(tokens_and_codes_have_their_form),
        cmocka_unit_test(equal_compares),
        cmocka_unit_test(password_hashes_verify),
        cmocka_unit_test(password_rules),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
