/* What strangers send as seals and certificates: the input as it is, and as a list of edits (place, kind, byte; four
 * bytes each) to good structures, so that most of them are read far. What is read lies inside what came. */
#include "base/check.h"
#include "seal/seal_ses.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arena *keep;
static struct str seeds[5]; /* a seal, a signature's value, a certificate, a list, an answer */
static struct cert_info ca;

static void make_seeds(void)
{
    keep = arena_new();
    struct sm2_key *k = sm2_key_new();
    struct signer by = signer_of(keep, k);
    const struct cert_issue c = { .kind = CERT_ROOT, .common_name = STR("机构"), .organization = STR("市"),
                                  .spki = by.spki, .from = 1700000000000, .to = 1900000000000,
                                  .crl_url = STR("http://a/crl"), .ocsp_url = STR("http://a/ocsp") };
    seeds[2] = cert_issue(keep, &c, NULL, &by);
    CHECK(cert_read(keep, seeds[2], &ca));
    const struct ses_make m = { .vendor = STR("V"), .es_id = STR("1"), .name = STR("市政府"), .type = 1,
                                .certs = &seeds[2], .n_certs = 1, .created = 1700000000000, .from = 1700000000000,
                                .to = 1900000000000, .picture = { STR("PNG"), STR("\x89PNG"), 45, 45 } };
    uint8_t hash[SM3_SIZE] = { 1 };
    seeds[0] = ses_seal_make(keep, &m, seeds[2], &by);
    seeds[1] = ses_signature_make(keep, seeds[0], 1790000000000, hash, STR("/Doc_0/Signs/Sign_0/Signature.xml"),
                                  seeds[2], &by);
    const struct cert_revoked gone = { ca.serial, 1790000000000, REASON_CEASED };
    seeds[3] = crl_make(keep, &ca, &by, 1, 1790000000000, 1795000000000, &gone, 1);
    struct ocsp_request r;
    const struct ocsp_state s = { OCSP_REVOKED, 1790000000000, 1795000000000, 1790000000000, 1 };
    CHECK(ocsp_request_read(keep, ocsp_request_make(keep, &ca, ca.serial), &ca, &r));
    seeds[4] = ocsp_answer(keep, &r, &s, &ca, &by);
    sm2_key_free(&k);
}

static void inside(struct str part, struct str whole)
{
    CHECK(!part.p || part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n));
}

static void look(struct arena *a, struct str s)
{
    struct ses_seal seal;
    struct ses_signature sig;
    struct cert_info c;
    struct cert_request request;
    struct crl_info list;
    struct cert_revoked revoked;
    struct ocsp_request asked;
    struct ocsp_state state;
    const char *why;
    if (ses_seal_read(a, s, &seal, &why)) {
        inside(seal.picture.bytes, s);
        inside(seal.maker_cert, s);
        CHECK(seal.n_list <= SES_LIST_MOST);
        (void)ses_lists(&seal, s);
    }
    if (ses_signature_read(a, s, &sig, &why)) {
        inside(sig.covered, s);
        inside(sig.seal_bytes, s);
        inside(sig.data_hash, s);
    }
    if (cert_read(a, s, &c)) {
        inside(c.tbs, s);
        inside(c.spki, s);
    }
    (void)cert_request_read(a, s, &request);
    if (crl_read(a, s, &list))
        (void)crl_find(a, &list, ca.serial, &revoked);
    (void)ocsp_request_read(a, s, &ca, &asked);
    (void)ocsp_answer_read(a, s, &ca, ca.serial, &state);
    (void)cert_of_text(a, s);
    (void)base64_bytes(a, s);
}

static struct str edited(struct arena *a, struct str seed, const uint8_t *p, size_t n)
{
    struct str out = str_copy(a, seed);
    char *bytes = (char *)(uintptr_t)out.p;
    for (; n >= 4; p += 4, n -= 4) {
        size_t at = ((size_t)p[0] << 8 | p[1]) % out.n;
        if (p[2] % 4 == 3) /* cut */
            out.n = at ? at : out.n;
        else
            bytes[at] = (char)(p[2] % 4 == 0 ? p[3] : p[2] % 4 == 1 ? bytes[at] ^ (1 << p[3] % 8) : bytes[at] + p[3]);
    }
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!keep)
        make_seeds();
    struct arena *a = arena_new();
    look(a, (struct str){ arena_strndup(a, (const char *)data, size), size });
    if (size > 4)
        look(a, edited(a, seeds[data[0] % 5], data + 1, size - 1));
    arena_free(&a);
    return 0;
}
