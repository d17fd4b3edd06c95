/* GB/T 38540-2020 and GM/T 0031-2014 in DER. The reader is given files of strangers: `make fuzz FUZZ=ses`. */
#include "seal/seal_ses.h"

/* --- writing ------------------------------------------------------------------------------------ */

static struct str text(struct arena *a, int tag, struct str s)
{
    return der(a, tag, s);
}

static struct str info_der(struct arena *a, const struct ses_make *m)
{
    struct str *certs = arena_array_of(a, struct str, m->n_certs);
    for (size_t i = 0; i < m->n_certs; i++)
        certs[i] = der(a, DER_OCTETS, m->certs[i]);
    struct str header = DER_SEQ_OF(a, text(a, DER_IA5, STR("ES")), der_int(a, 4),
                                   text(a, DER_IA5, m->vendor));
    struct str property =
        DER_SEQ_OF(a, der_int(a, m->type), text(a, DER_UTF8, m->name), der_int(a, SES_CERTS),
                   der_join(a, DER_SEQ, certs, m->n_certs), der_time(a, m->created),
                   der_time(a, m->from), der_time(a, m->to));
    struct str picture =
        DER_SEQ_OF(a, text(a, DER_IA5, m->picture.type), der(a, DER_OCTETS, m->picture.bytes),
                   der_int(a, m->picture.width), der_int(a, m->picture.height));
    return DER_SEQ_OF(a, header, text(a, DER_IA5, m->es_id), property, picture);
}

struct str ses_seal_make(struct arena *a, const struct ses_make *m, struct str maker_cert,
                         const struct signer *maker)
{
    struct str info = info_der(a, m), signature;
    if (!maker->sign(maker->arg, info, a, &signature))
        return STR_NONE;
    return DER_SEQ_OF(a, info, der(a, DER_OCTETS, maker_cert), der_oid(a, maker->algorithm),
                      der_bits(a, signature));
}

struct str ses_signature_make(struct arena *a, struct str seal, int64_t at, const uint8_t hash[SM3_SIZE],
                              struct str property_info, struct str cert, const struct signer *by)
{
    struct str signature;
    struct str tbs = DER_SEQ_OF(a, der_int(a, 4), seal, der_time(a, at),
                                der_bits(a, (struct str){ (const char *)hash, SM3_SIZE }),
                                text(a, DER_IA5, property_info));
    if (!by->sign(by->arg, tbs, a, &signature))
        return STR_NONE;
    return DER_SEQ_OF(a, tbs, der(a, DER_OCTETS, cert), der_oid(a, by->algorithm),
                      der_bits(a, signature));
}

/* --- reading -------------------------------------------------------------------------------------- */

/* Text of the usual kinds; what is not UTF-8 counts as no text. */
static bool want_text(struct der_reader *r, struct str *out)
{
    struct der_item item;
    if (!der_next(r, &item) ||
        (item.tag != DER_IA5 && item.tag != DER_UTF8 && item.tag != DER_PRINTABLE) ||
        !utf8_valid(item.content)) {
        r->failed = true;
        return false;
    }
    *out = item.content;
    return true;
}

static bool want_octets(struct der_reader *r, struct str *out)
{
    struct der_item item;
    if (!der_want(r, DER_OCTETS, &item))
        return false;
    *out = item.content;
    return true;
}

/* extDatas: [0] or a plain SEQUENCE (C2); skipped. */
static bool skip_extensions(struct der_reader *r)
{
    struct der_item item;
    int tag = der_peek(r);
    if (tag == DER_CONTEXT || tag == DER_SEQ)
        (void)der_next(r, &item);
    return !r->failed;
}

static bool header_read(struct der_reader *r, struct ses_seal *out)
{
    struct der_item item;
    struct str id;
    if (!der_want(r, DER_SEQ, &item))
        return false;
    struct der_reader in = der_inside(&item);
    return want_text(&in, &id) && str_is(id, "ES") && der_want_int(&in, &out->version) &&
           want_text(&in, &out->vendor) && der_ended(&in);
}

/* Certificates are OCTET STRINGs; a digest is { type, OCTET STRING } or the OCTET STRING itself. */
static bool list_one(struct der_reader *in, struct str *out)
{
    struct der_item item;
    struct str type;
    if (der_peek(in) != DER_SEQ)
        return want_octets(in, out);
    if (!der_next(in, &item))
        return false;
    struct der_reader pair = der_inside(&item);
    return want_text(&pair, &type) && want_octets(&pair, out) && der_ended(&pair);
}

static bool list_read(struct arena *a, struct der_reader *r, struct ses_seal *out)
{
    struct der_item item;
    if (!der_want(r, DER_SEQ, &item))
        return false;
    struct der_reader in = der_inside(&item);
    struct str *list = arena_array_of(a, struct str, SES_LIST_MOST);
    while (in.rest.n)
        if (out->n_list == SES_LIST_MOST || !list_one(&in, &list[out->n_list++]))
            return false;
    out->list = list;
    return true;
}

static bool property_read(struct arena *a, struct der_reader *r, struct ses_seal *out)
{
    struct der_item item;
    int64_t kind = SES_CERTS;
    if (!der_want(r, DER_SEQ, &item))
        return false;
    struct der_reader in = der_inside(&item);
    if (!der_want_int(&in, &out->type) || !want_text(&in, &out->name))
        return false;
    if (out->version >= 4 && !der_want_int(&in, &kind))
        return false;
    out->list_kind = kind == SES_DIGESTS ? SES_DIGESTS : SES_CERTS;
    return (kind == SES_CERTS || kind == SES_DIGESTS) && list_read(a, &in, out) &&
           der_want_time(&in, &out->created) && der_want_time(&in, &out->from) &&
           der_want_time(&in, &out->to) && der_ended(&in);
}

static bool picture_read(struct der_reader *r, struct ses_picture *out)
{
    struct der_item item;
    if (!der_want(r, DER_SEQ, &item))
        return false;
    struct der_reader in = der_inside(&item);
    return want_text(&in, &out->type) && want_octets(&in, &out->bytes) &&
           der_want_int(&in, &out->width) && der_want_int(&in, &out->height) && der_ended(&in);
}

static bool info_read(struct arena *a, const struct der_item *info, struct ses_seal *out,
                      const char **why)
{
    struct der_reader r = der_inside(info);
    *why = "header";
    if (!header_read(&r, out) || (out->version != 1 && out->version != 4))
        return false;
    *why = "esID";
    if (!want_text(&r, &out->es_id))
        return false;
    *why = "property";
    if (!property_read(a, &r, out))
        return false;
    *why = "picture";
    if (!picture_read(&r, &out->picture))
        return false;
    *why = "extDatas";
    return skip_extensions(&r) && der_ended(&r);
}

/* { cert, OID, signature }: a v1 seal's own sequence, or the rest of a v4 one. covered_v1: the DER of info,
 * cert and OID as they stand, which v1 signs as a sequence. */
static bool maker_read(struct arena *a, struct der_reader *r, struct ses_seal *out, struct str info)
{
    const char *begin = r->rest.p;
    if (!want_octets(r, &out->maker_cert) || !der_want_oid(r, a, &out->algorithm))
        return false;
    struct str cert_and_oid = { begin, (size_t)(r->rest.p - begin) };
    if (!der_want_bits(r, &out->signature) || !der_ended(r))
        return false;
    out->covered = out->version == 1 ? DER_SEQ_OF(a, info, cert_and_oid) : info;
    return true;
}

bool ses_seal_read(struct arena *a, struct str bytes, struct ses_seal *out, const char **why)
{
    struct der_item whole, info, sign;
    *out = (struct ses_seal){ .whole = bytes };
    *why = "SESeal";
    if (!bytes.p || bytes.n > SES_MOST || !der_one(bytes, DER_SEQ, &whole))
        return false;
    struct der_reader r = der_inside(&whole);
    if (!der_want(&r, DER_SEQ, &info) || !info_read(a, &info, out, why))
        return false;
    *why = "signInfo";
    if (out->version == 4)
        return maker_read(a, &r, out, info.whole);
    if (!der_want(&r, DER_SEQ, &sign) || !der_ended(&r))
        return false;
    struct der_reader in = der_inside(&sign);
    return maker_read(a, &in, out, info.whole);
}

/* v1's timeInfo: a time in text, or a time stamp of an authority. */
static int64_t time_of_bits(struct str bits)
{
    int64_t at;
    struct der_item item;
    struct der_item as_text = { bits.n == 13 ? DER_UTC_TIME : DER_TIME, bits, bits };
    if (der_one(bits, DER_TIME, &item) || der_one(bits, DER_UTC_TIME, &item))
        as_text = item;
    return der_time_of(&as_text, &at) ? at : 0;
}

static bool tbs_read(struct arena *a, struct der_reader *r, struct ses_signature *out, const char **why)
{
    struct der_item seal;
    struct str time;
    *why = "version";
    if (!der_want_int(r, &out->version) || (out->version != 1 && out->version != 4))
        return false;
    *why = "SESeal";
    if (!der_want(r, DER_SEQ, &seal) || !ses_seal_read(a, seal.whole, &out->seal, why))
        return false;
    out->seal_bytes = seal.whole;
    *why = "timeInfo";
    if (der_peek(r) == DER_BITS) {
        if (!der_want_bits(r, &time))
            return false;
        out->at = time_of_bits(time);
    } else if (!der_want_time(r, &out->at)) {
        return false;
    }
    *why = "dataHash";
    if (!der_want_bits(r, &out->data_hash) || out->data_hash.n != SM3_SIZE)
        return false;
    *why = "propertyInfo";
    return want_text(r, &out->property_info);
}

bool ses_signature_read(struct arena *a, struct str bytes, struct ses_signature *out, const char **why)
{
    struct der_item whole, tbs, stamp;
    *out = (struct ses_signature){ .whole = bytes };
    *why = "SES_Signature";
    if (!bytes.p || bytes.n > SES_MOST || !der_one(bytes, DER_SEQ, &whole))
        return false;
    struct der_reader r = der_inside(&whole);
    if (!der_want(&r, DER_SEQ, &tbs))
        return false;
    out->covered = tbs.whole;
    struct der_reader in = der_inside(&tbs);
    if (!tbs_read(a, &in, out, why))
        return false;
    struct der_reader *end = out->version == 1 ? &in : &r; /* v1: cert and OID are covered too */
    *why = "extDatas";
    if (out->version == 4 && (!skip_extensions(&in) || !der_ended(&in)))
        return false;
    *why = "cert";
    if (!want_octets(end, &out->cert))
        return false;
    *why = "signatureAlgorithm";
    if (!der_want_oid(end, a, &out->algorithm) || (end == &in && !der_ended(&in)))
        return false;
    *why = "signature";
    if (!der_want_bits(&r, &out->signature))
        return false;
    out->has_time_stamp = der_peek(&r) == DER_CONTEXT && der_next(&r, &stamp);
    return der_ended(&r);
}

bool ses_lists(const struct ses_seal *s, struct str cert)
{
    uint8_t digest[SM3_SIZE];
    sm3(cert, digest);
    struct str sought = s->list_kind == SES_DIGESTS ? (struct str){ (const char *)digest, SM3_SIZE } : cert;
    for (size_t i = 0; i < s->n_list; i++)
        if (str_eq(s->list[i], sought))
            return true;
    return false;
}
