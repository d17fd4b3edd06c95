/* seal/: structures of seals written and read, also the older form and hostile ones; a sealed document verified
 * step by step; one flipped byte of any part is found; revoked, expired, unlisted and foreign are told apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ofd_fixture.h"
#include "seal_fixture.h"

static struct arena *a;
static struct office *o;
static struct str document, sealed;

static int set_up(void **state)
{
    (void)state;
    a = arena_new();
    o = office_new(a);
    document = office_document(a);
    sealed = office_sign(o, document, o->seal, o->cert.whole, &o->by, SEALED_AT, 1);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    office_free(o);
    arena_free(&a);
    return 0;
}

static struct seal_report verified(struct str package, const struct str *list, int64_t now)
{
    const struct cert_trust trust = { &o->ca.whole, 1, 1, list, list ? 1 : 0 };
    return seal_verify(a, package, &trust, now);
}

static struct seal_report looked_at(struct str package)
{
    return verified(package, &o->list, SEALED_AT + CLOCK_DAY_MS);
}

static void step_is(const struct seal_report *r, size_t i, enum seal_step s, const char *code)
{
    assert_true(i < r->n);
    assert_string_equal(r->findings[i].steps[s].code, code);
}

/* --- structures ------------------------------------------------------------------------------------- */

static void a_seal_is_read_as_written(void **state)
{
    struct ses_seal s;
    const char *why;
    (void)state;
    assert_true(ses_seal_read(a, o->seal, &s, &why));
    assert_int_equal(s.version, 4);
    assert_true(str_is(s.es_id, "TB1") && str_is(s.name, "常德市人民政府") && str_is(s.vendor, "TONGBAN"));
    assert_int_equal(s.type, 1);
    assert_int_equal(s.list_kind, SES_CERTS);
    assert_true(s.n_list == 1 && str_eq(s.list[0], o->cert.whole) && ses_lists(&s, o->cert.whole));
    assert_false(ses_lists(&s, o->ca.whole));
    assert_int_equal(s.from, SEALED_AT - CLOCK_DAY_MS);
    assert_true(str_is(s.picture.type, "PNG") && str_eq(s.picture.bytes, o->picture) && s.picture.width == 45);
    assert_true(str_eq(s.maker_cert, o->maker.whole));
    assert_true(key_verify(o->maker.spki, s.algorithm, s.covered, s.signature));
    /* the received bytes are covered, not a copy of their meaning */
    assert_true(s.covered.p > o->seal.p && s.covered.p < o->seal.p + o->seal.n);
}

/* GM/T 0031-2014: the maker signs { info, cert, OID }, the signer { …, cert, OID }. */
static struct str old_seal(int64_t version, bool plain_extensions)
{
    struct str info = DER_SEQ_OF(
        a, DER_SEQ_OF(a, der(a, DER_IA5, STR("ES")), der_int(a, version), der(a, DER_IA5, STR("OLD"))),
        der(a, DER_IA5, STR("43070001")),
        DER_SEQ_OF(a, der_int(a, 1), der(a, DER_UTF8, STR("某局")),
                   DER_SEQ_OF(a, der(a, DER_OCTETS, o->cert.whole)), der(a, DER_UTC_TIME, STR("260101000000Z")),
                   der(a, DER_UTC_TIME, STR("260101000000Z")), der(a, DER_UTC_TIME, STR("300101000000Z"))),
        DER_SEQ_OF(a, der(a, DER_IA5, STR("png")), der(a, DER_OCTETS, o->picture), der_int(a, 42), der_int(a, 42)),
        plain_extensions ? DER_SEQ_OF(a, STR_NONE) : STR_NONE);
    struct str cert = der(a, DER_OCTETS, o->maker.whole), oid = der_oid(a, OID_SM2_SM3), signature;
    assert_true(o->maker_by.sign(o->maker_by.arg, DER_SEQ_OF(a, info, cert, oid), a, &signature));
    return DER_SEQ_OF(a, info, DER_SEQ_OF(a, cert, oid, der_bits(a, signature)));
}

static struct str old_value(struct str hash, struct str property)
{
    struct str signature;
    struct str tbs = DER_SEQ_OF(a, der_int(a, 1), old_seal(1, true), der_bits(a, STR("20260921141320Z")),
                                der_bits(a, hash), der(a, DER_IA5, property), der(a, DER_OCTETS, o->cert.whole),
                                der_oid(a, OID_SM2_SM3));
    assert_true(o->by.sign(o->by.arg, tbs, a, &signature));
    return DER_SEQ_OF(a, tbs, der_bits(a, signature));
}

static void the_older_form_is_verified_too(void **state)
{
    struct err e = { 0 };
    struct ofd_prepared *p;
    struct str to_hash, path;
    uint8_t hash[SM3_SIZE];
    const struct ofd_stamp stamp = { .page = 0, .box = { 20, 20, 42, 42 } };
    const struct ofd_sign sign = { .is_seal = true, .provider = STR("OLD"), .signed_at = STR("20260921141320Z"),
                                   .seal = old_seal(1, true), .stamps = &stamp, .n_stamps = 1 };
    (void)state;
    assert_true(ofd_sign_prepare(a, document, &sign, &p, &to_hash, &path, &e));
    sm3(to_hash, hash);
    struct str value = old_value((struct str){ (char *)hash, SM3_SIZE }, path);
    struct ses_signature s;
    const char *why;
    assert_true(ses_signature_read(a, value, &s, &why));
    assert_int_equal(s.version, 1);
    assert_int_equal(s.at, SEALED_AT);
    struct seal_report r = looked_at(ofd_sign_finish(p, value));
    step_is(&r, 0, SEAL_STEP_STRUCTURE, "seal.check_structure");
    step_is(&r, 0, SEAL_STEP_SIGNATURE, "seal.check_signature");
    step_is(&r, 0, SEAL_STEP_MAKER, "seal.check_maker");
    step_is(&r, 0, SEAL_STEP_HASH, "seal.check_hash");
    /* signed anew for each call, the embedded one is another */
    step_is(&r, 0, SEAL_STEP_EMBEDDED, "seal.check_embedded_other");
    assert_false(ses_seal_read(a, old_seal(2, true), &(struct ses_seal){ 0 }, &why)); /* no such version */
}

static void hostile_structures_are_refused(void **state)
{
    struct ses_signature s;
    struct ses_seal seal;
    const char *why;
    (void)state;
    assert_false(ses_signature_read(a, STR_NONE, &s, &why));
    assert_false(ses_signature_read(a, STR("\x30\x00"), &s, &why));
    /* as deep as it is long: nothing here goes down by itself */
    struct str deep = STR("");
    for (int i = 0; i < 5000; i++)
        deep = der(a, DER_SEQ, i < 100 || i % 50 == 0 ? deep : deep);
    assert_false(ses_signature_read(a, deep, &s, &why));
    /* more certificates than any seal has */
    struct str *many = arena_array_of(a, struct str, SES_LIST_MOST + 1);
    for (size_t i = 0; i <= SES_LIST_MOST; i++)
        many[i] = STR("x");
    struct ses_make m = { .vendor = STR("V"), .es_id = STR("1"), .name = STR("n"), .type = 1, .certs = many,
                          .n_certs = SES_LIST_MOST + 1, .picture = { STR("PNG"), STR("x"), 1, 1 } };
    assert_false(ses_seal_read(a, ses_seal_make(a, &m, o->maker.whole, &o->maker_by), &seal, &why));
    assert_string_equal(why, "property");
    m.n_certs = 1;
    assert_true(ses_seal_read(a, ses_seal_make(a, &m, o->maker.whole, &o->maker_by), &seal, &why));
    /* too long to be looked at */
    struct str huge = { arena_alloc(a, SES_MOST + 1), SES_MOST + 1 };
    assert_false(ses_seal_read(a, huge, &seal, &why));
    /* cut anywhere, or with something behind it */
    for (size_t n = 0; n < o->seal.n; n += 7)
        assert_false(ses_seal_read(a, str_sub(o->seal, 0, n), &seal, &why));
    struct buf b = buf_in(a);
    buf_str(&b, o->seal);
    buf_char(&b, 0);
    assert_false(ses_seal_read(a, buf_done(&b), &seal, &why));
}

/* --- verifying ------------------------------------------------------------------------------------------ */

static void a_good_seal_passes_every_step(void **state)
{
    struct seal_report r = looked_at(sealed);
    (void)state;
    for (int i = 0; i < SEAL_STEP_COUNT; i++)
        if (r.findings[0].steps[i].result != SEAL_PASSED)
            print_error("%s: %s\n", seal_step_name(i), r.findings[0].steps[i].code);
    assert_string_equal(r.verdict, "valid");
    assert_int_equal(r.n, 1);
    assert_true(str_is(r.findings[0].name, "常德市人民政府"));
    assert_true(r.findings[0].n_pages == 1 && r.findings[0].pages[0] == 2);
    assert_true(r.findings[0].n_covered >= 5 && r.findings[0].n_parts == 0);
    struct seal_report none = looked_at(document);
    assert_string_equal(none.verdict, "unsealed");
    struct seal_report bad = looked_at(STR("no document at all"));
    assert_string_equal(bad.verdict, "unreadable");
    assert_true(bad.err.kind != ERR_NONE);
}

static struct str edited(struct str package, const char *name, struct str bytes)
{
    struct err e = { 0 };
    struct ofd *d = ofd_open(a, package, &e);
    const struct str *paths;
    size_t n = ofd_parts(d, &paths);
    struct raw_part *parts = arena_array_of(a, struct raw_part, n);
    for (size_t i = 0; i < n; i++) {
        struct str here;
        assert_true(ofd_part(d, paths[i], &here, &e));
        parts[i] = (struct raw_part){ .name = arena_strndup(a, paths[i].p, paths[i].n),
                                      .bytes = str_is(paths[i], name) ? bytes : here };
    }
    return raw_zip(a, parts, n);
}

/* Every part of the package, several bytes of each. Signatures.xml is the one file that O7 lets nobody
 * cover: a byte there takes a seal off, which is noticed, or has no meaning. */
static void one_flipped_byte_anywhere_is_named(void **state)
{
    struct err e = { 0 };
    struct str two = office_sign(o, sealed, o->seal, o->cert.whole, &o->by, SEALED_AT, 0);
    struct ofd *d = ofd_open(a, two, &e);
    const struct str *paths;
    size_t n = ofd_parts(d, &paths), named = 0;
    (void)state;
    assert_string_equal(looked_at(two).verdict, "valid");
    assert_string_equal(looked_at(edited(two, "none", STR_NONE)).verdict, "valid"); /* packed otherwise */
    for (size_t i = 0; i < n; i++) {
        struct str bytes;
        assert_true(ofd_part(d, paths[i], &bytes, &e));
        if (str_ends(paths[i], STR("Signatures.xml")))
            continue;
        size_t step = bytes.n / 25 + 1;
        for (size_t at = 0; at < bytes.n; at += step) {
            struct str changed = str_copy(a, bytes);
            ((char *)(uintptr_t)changed.p)[at] ^= 1;
            const char *path = arena_strndup(a, paths[i].p, paths[i].n);
            struct seal_report r = looked_at(edited(two, path, changed));
            bool is_named = r.n_lost > 0;
            if (strcmp(r.verdict, "valid") == 0 || strcmp(r.verdict, "warned") == 0)
                fail_msg("byte %zu of %s was not noticed", at, path);
            for (size_t k = 0; k < r.n; k++) {
                for (size_t j = 0; j < r.findings[k].n_parts; j++)
                    is_named = is_named || str_ends(r.findings[k].parts[j].path, paths[i]);
                for (int s = 0; s < SEAL_STEP_COUNT; s++)
                    is_named = is_named || (r.findings[k].steps[s].result == SEAL_FAILED && s != SEAL_STEP_REFERENCES);
            }
            is_named = is_named || (r.err.kind != ERR_NONE && r.err.arg[0]); /* unreadable: which part, or what it seeks */
            if (!is_named)
                fail_msg("byte %zu of %s: %s names nothing", at, path, r.verdict);
            named++;
        }
    }
    assert_true(named > 100);
}

static void revoked_expired_unlisted_and_foreign(void **state)
{
    (void)state;
    struct cert_revoked gone = { o->cert.serial, SEALED_AT - CLOCK_HOUR_MS, REASON_CEASED };
    struct str list = crl_make(a, &o->ca, &o->ca_by, 2, SEALED_AT, SEALED_AT + 30 * CLOCK_DAY_MS, &gone, 1);
    struct seal_report r = verified(sealed, &list, SEALED_AT + CLOCK_DAY_MS);
    assert_string_equal(r.verdict, "revoked");
    step_is(&r, 0, SEAL_STEP_SIGNER, "seal.check_revoked");

    gone.at = SEALED_AT + CLOCK_HOUR_MS; /* afterwards: what was sealed before stays (C5) */
    list = crl_make(a, &o->ca, &o->ca_by, 2, SEALED_AT, SEALED_AT + 30 * CLOCK_DAY_MS, &gone, 1);
    r = verified(sealed, &list, SEALED_AT + CLOCK_DAY_MS);
    assert_string_equal(r.verdict, "warned");
    step_is(&r, 0, SEAL_STEP_SIGNER, "seal.check_revoked_later");

    r = verified(sealed, &o->list, SEALED_AT + 300 * CLOCK_DAY_MS);
    assert_string_equal(r.verdict, "warned");
    step_is(&r, 0, SEAL_STEP_SIGNER, "seal.check_list_old");
    r = verified(sealed, NULL, SEALED_AT);
    step_is(&r, 0, SEAL_STEP_SIGNER, "seal.check_no_list");

    r = looked_at(office_sign(o, document, o->seal, o->cert.whole, &o->by, SEALED_AT + 2 * YEAR, 0));
    assert_string_equal(r.verdict, "expired");
    step_is(&r, 0, SEAL_STEP_PERIOD, "seal.check_seal_expired");
    step_is(&r, 0, SEAL_STEP_SIGNER, "seal.check_cert_expired");
    r = looked_at(office_sign(o, document, o->seal, o->cert.whole, &o->by, SEALED_AT - 2 * CLOCK_DAY_MS, 0));
    step_is(&r, 0, SEAL_STEP_PERIOD, "seal.check_seal_early");

    /* another's good certificate, which the seal does not list */
    struct cert_info other = office_cert(o, CERT_SIGNER, "别人", &o->maker_by, &o->ca, &o->ca_by, SEALED_AT - YEAR, SEALED_AT + YEAR);
    r = looked_at(office_sign(o, document, o->seal, other.whole, &o->maker_by, SEALED_AT, 0));
    assert_string_equal(r.verdict, "invalid");
    step_is(&r, 0, SEAL_STEP_LISTED, "seal.check_unlisted");

    struct arena *b = arena_new();
    struct office *far = office_new(b);
    r = looked_at(office_sign(far, document, far->seal, far->cert.whole, &far->by, SEALED_AT, 0));
    office_free(far);
    /* of the same name, but another authority: it claims to be ours, and is not */
    assert_string_equal(r.verdict, "invalid");
    step_is(&r, 0, SEAL_STEP_SIGNER, "seal.check_forged");
    arena_free(&b);

    const struct cert_trust none = { NULL, 0, 0, NULL, 0 };
    r = seal_verify(a, sealed, &none, SEALED_AT);
    assert_string_equal(r.verdict, "foreign");
    step_is(&r, 0, SEAL_STEP_SIGNER, "seal.check_foreign");
}

static void a_seal_that_was_taken_off_is_missed(void **state)
{
    struct err e = { 0 };
    const struct str *paths;
    struct ofd *d = ofd_open(a, sealed, &e);
    size_t n = ofd_parts(d, &paths), list = n;
    struct str text;
    (void)state;
    for (size_t i = 0; i < n; i++)
        list = str_ends(paths[i], STR("Signatures.xml")) ? i : list;
    const char *path = arena_strndup(a, paths[list].p, paths[list].n);
    assert_true(ofd_part(d, paths[list], &text, &e));
    ptrdiff_t from = str_find(text, STR("<ofd:Signature "), 0), to = str_find(text, STR("/>"), (size_t)from);
    assert_true(from > 0 && to > from);
    struct buf b = buf_in(a);
    buf_str(&b, str_sub(text, 0, (size_t)from));
    buf_str(&b, str_sub(text, (size_t)to + 2, text.n));
    struct seal_report r = looked_at(edited(sealed, path, buf_done(&b)));
    assert_string_equal(r.verdict, "altered");
    assert_int_equal(r.n_lost, 1);
}

/* A seal moved from one document to another, and one drawn by somebody else's maker. */
static void a_copied_seal_is_noticed(void **state)
{
    struct err e = { 0 };
    struct ofd_signature sig;
    (void)state;
    struct ofd *d = ofd_open(a, sealed, &e);
    assert_true(ofd_signature(d, 0, &sig, &e));
    struct str mine = office_sign(o, document, o->seal, o->cert.whole, &o->by, SEALED_AT, 0);
    /* the value of a seal on page 2 put to the one on page 1 */
    struct ofd_signature here;
    assert_true(ofd_signature(ofd_open(a, mine, &e), 0, &here, &e));
    const char *path = arena_strndup(a, here.value_path.p + 1, here.value_path.n - 1);
    struct seal_report r = looked_at(edited(mine, path, sig.value));
    assert_string_equal(r.verdict, "altered");
    step_is(&r, 0, SEAL_STEP_HASH, "seal.check_hash_bad");
    /* a seal that the signer made for himself */
    struct office forged = *o;
    forged.maker_by = o->by;
    r = looked_at(office_sign(o, document, office_seal(&forged, o->cert.whole, SEALED_AT - 1000, SEALED_AT + YEAR),
                              o->cert.whole, &o->by, SEALED_AT, 0));
    assert_string_equal(r.verdict, "altered");
    step_is(&r, 0, SEAL_STEP_MAKER, "seal.check_maker_bad");
}

static void the_report_has_words_in_both_languages(void **state)
{
    struct seal_report r = looked_at(sealed);
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    (void)state;
    seal_report_write(a, &r, &w);
    const struct jv *j = jv_parse(a, buf_done(&b), NULL, NULL);
    assert_non_null(j);
    const struct jv *steps = jv_get(jv_at(jv_get(j, "seals"), 0), "steps");
    assert_int_equal(jv_size(steps), SEAL_STEP_COUNT);
    for (size_t i = 0; i < SEAL_STEP_COUNT; i++) {
        struct str zh = jv_str(jv_get(jv_at(steps, i), "zh")), en = jv_str(jv_get(jv_at(steps, i), "en"));
        assert_true(zh.n > 10 && en.n > 10 && !str_eq(zh, en));
        assert_true(str_find(zh, STR("{"), 0) < 0 && str_find(en, STR("seal.check"), 0) < 0);
    }
}

/* --- pictures ----------------------------------------------------------------------------------------------- */

static void pictures_are_drawn_and_checked(void **state)
{
    struct err e = { 0 };
    const char *type;
    struct str again;
    static const char *const bad[] = {
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"http://elsewhere/x.png\"/></svg>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><g style=\"fill:url(http://elsewhere)\"/></svg>",
        "<?xml version=\"1.0\"?><!DOCTYPE svg [<!ENTITY x \"y\">]><svg>&x;</svg>",
        "<?xml version=\"1.0\"?><?xml-stylesheet href=\"x\"?><svg/>",
        "<svg><g></svg>",
        "<svg><path fill=\"url(http://elsewhere/#a)\"/></svg>",
    };
    const struct seal_shape shape = { STR("常德市人民政府"), STR_NONE, 45 };
    (void)state;
    assert_true(seal_picture_draw(a, &shape, &again) && str_eq(again, o->picture));
    assert_true(seal_picture_check(a, o->picture, &type, &e));
    assert_string_equal(type, "PNG");
    assert_true(seal_picture_check(a, STR("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 42 42\"><circle cx=\"21\" "
                                          "cy=\"21\" r=\"20\" fill=\"none\" stroke=\"#c00\"/></svg>"), &type, &e));
    assert_string_equal(type, "SVG");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        e = (struct err){ 0 };
        if (seal_picture_check(a, str_of(bad[i]), &type, &e))
            fail_msg("accepted: %s", bad[i]);
        assert_string_equal(e.code, "seal.picture_svg");
    }
    e = (struct err){ 0 };
    char *big = arena_strndup(a, o->picture.p, o->picture.n);
    big[18] = 0x7f; /* 32,000 points wide, says its head */
    assert_false(seal_picture_check(a, (struct str){ big, o->picture.n }, &type, &e));
    assert_string_equal(e.code, "seal.picture_size");
    e = (struct err){ 0 };
    assert_false(seal_picture_check(a, STR("GIF89a"), &type, &e));
    assert_string_equal(e.code, "seal.picture_type");
    assert_int_equal(seal_diameter(STR("city"), true), 45); /* L10 */
    assert_int_equal(seal_diameter(STR("county"), true), 45);
    assert_int_equal(seal_diameter(STR("town"), true), 42);
    assert_int_equal(seal_diameter(STR("city"), false), 42);
    assert_int_equal(seal_diameter(STR("province"), true), 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seal_is_read_as_written),
        cmocka_unit_test(the_older_form_is_verified_too),
        cmocka_unit_test(hostile_structures_are_refused),
        cmocka_unit_test(a_good_seal_passes_every_step),
        cmocka_unit_test(one_flipped_byte_anywhere_is_named),
        cmocka_unit_test(revoked_expired_unlisted_and_foreign),
        cmocka_unit_test(a_seal_that_was_taken_off_is_missed),
        cmocka_unit_test(a_copied_seal_is_noticed),
        cmocka_unit_test(the_report_has_words_in_both_languages),
        cmocka_unit_test(pictures_are_drawn_and_checked),
    };
    return cmocka_run_group_tests_name("seal", tests, set_up, tear_down);
}
