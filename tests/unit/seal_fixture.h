/* An authority, a maker, a signer and a document of two pages, for what seals things and verifies them. */
#ifndef SEAL_FIXTURE_H
#define SEAL_FIXTURE_H

#include "base/check.h"
#include "base/clock.h"
#include "ofd/ofd.h"
#include "seal/seal_picture.h"
#include "seal/seal_ses.h"
#include "seal/seal_verify.h"

#define SEALED_AT INT64_C(1790000000000)
#define YEAR (365 * CLOCK_DAY_MS)

struct office {
    struct arena *a;
    struct sm2_key *ca_key, *maker_key, *key;
    struct signer ca_by, maker_by, by;
    struct cert_info ca, maker, cert;
    struct str list; /* nobody revoked */
    struct str seal, picture;
};

static inline struct cert_info office_cert(struct office *o, enum cert_kind kind, const char *name,
                                           const struct signer *of, const struct cert_info *issuer,
                                           const struct signer *by, int64_t from, int64_t to)
{
    struct cert_info out;
    const struct cert_issue c = { .kind = kind, .common_name = str_of(name), .organization = STR("常德市"),
                                  .spki = of->spki, .from = from, .to = to };
    CHECK(cert_read(o->a, cert_issue(o->a, &c, issuer, by), &out));
    return out;
}

static inline struct str office_seal(struct office *o, struct str cert, int64_t from, int64_t to)
{
    const struct ses_make m = { .vendor = STR("TONGBAN"), .es_id = STR("TB1"), .name = STR("常德市人民政府"),
                                .type = 1, .certs = &cert, .n_certs = 1, .created = from, .from = from, .to = to,
                                .picture = { STR("PNG"), o->picture, 45, 45 } };
    return ses_seal_make(o->a, &m, o->maker.whole, &o->maker_by);
}

static inline struct office *office_new(struct arena *a)
{
    struct office *o = arena_new_of(a, struct office);
    const struct seal_shape shape = { STR("常德市人民政府"), STR_NONE, 45 };
    o->a = a;
    o->ca_key = sm2_key_new();
    o->maker_key = sm2_key_new();
    o->key = sm2_key_new();
    o->ca_by = signer_of(a, o->ca_key);
    o->maker_by = signer_of(a, o->maker_key);
    o->by = signer_of(a, o->key);
    o->ca = office_cert(o, CERT_ROOT, "常德市电子印章认证机构", &o->ca_by, NULL, &o->ca_by, SEALED_AT - YEAR, SEALED_AT + 9 * YEAR);
    o->maker = office_cert(o, CERT_MAKER, "制章", &o->maker_by, &o->ca, &o->ca_by, SEALED_AT - YEAR, SEALED_AT + 5 * YEAR);
    o->cert = office_cert(o, CERT_SIGNER, "常德市人民政府", &o->by, &o->ca, &o->ca_by, SEALED_AT - YEAR, SEALED_AT + YEAR);
    o->list = crl_make(a, &o->ca, &o->ca_by, 1, SEALED_AT, SEALED_AT + 30 * CLOCK_DAY_MS, NULL, 0);
    CHECK(seal_picture_draw(a, &shape, &o->picture));
    o->seal = office_seal(o, o->cert.whole, SEALED_AT - CLOCK_DAY_MS, SEALED_AT + YEAR);
    return o;
}

static inline void office_free(struct office *o)
{
    sm2_key_free(&o->ca_key);
    sm2_key_free(&o->maker_key);
    sm2_key_free(&o->key);
}

static inline struct str office_document(struct arena *a)
{
    struct err e = { 0 };
    struct str out;
    const struct ofd_info info = { .doc_id = STR("0123456789abcdef0123456789abcdef"), .title = STR("关于防汛的通知"),
                                   .created_on = STR("2026-11-28") };
    struct ofd_writer *w = ofd_writer_new(a, &info);
    for (int i = 0; i < 2; i++) {
        ofd_page_begin(w, 210, 297);
        ofd_line(w, 28, 60 + 10 * i, 184, 60 + 10 * i, 0.5, 0xff0000);
    }
    CHECK(ofd_writer_end(w, &out, &e));
    return out;
}

/* The document with one more seal on it. */
static inline struct str office_sign(struct office *o, struct str package, struct str seal, struct str cert,
                                     const struct signer *by, int64_t at, size_t page)
{
    struct err e = { 0 };
    struct ofd_prepared *p;
    struct str to_hash, path;
    uint8_t hash[SM3_SIZE];
    const struct ofd_stamp stamp = { .page = page, .box = { 100, 180, 45, 45 } };
    const struct ofd_sign sign = { .is_seal = true, .provider = STR("TONGBAN"), .signed_at = STR("20260921141320Z"),
                                   .seal = seal, .stamps = &stamp, .n_stamps = 1 };
    CHECK(ofd_sign_prepare(o->a, package, &sign, &p, &to_hash, &path, &e));
    sm3(to_hash, hash);
    return ofd_sign_finish(p, ses_signature_make(o->a, seal, at, hash, path, cert, by));
}

#endif
