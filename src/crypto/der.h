/* crypto/der: ASN.1 in DER, written and read: certificates, their requests and lists (crypto/cert.h), and the
 * structures of electronic seals (seal/). Pure; results live in the arena that was given.
 *
 * Reading is strict: one-byte tags, definite lengths in their shortest form, nothing behind the last item.
 * It never calls itself, so that depth costs nothing, and it gives slices of the received bytes: what is
 * verified is what came, never a re-encoding. */
#ifndef TB_CRYPTO_DER_H
#define TB_CRYPTO_DER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum {
    DER_BOOL = 0x01,
    DER_INT = 0x02,
    DER_BITS = 0x03,
    DER_OCTETS = 0x04,
    DER_NULL = 0x05,
    DER_OID = 0x06,
    DER_ENUM = 0x0a,
    DER_UTF8 = 0x0c,
    DER_PRINTABLE = 0x13,
    DER_IA5 = 0x16,
    DER_UTC_TIME = 0x17,
    DER_TIME = 0x18, /* GeneralizedTime */
    DER_SEQ = 0x30,
    DER_SET = 0x31,
    DER_CONTEXT = 0xa0, /* + n: constructed [n] */
    DER_PLAIN_CONTEXT = 0x80 /* + n: primitive [n] */
};

/* --- writing ---------------------------------------------------------------------------------- */

struct str der(struct arena *a, int tag, struct str content);
/* Absent parts are left out. */
struct str der_join(struct arena *a, int tag, const struct str *parts, size_t n);
#define DER_SEQ_OF(a, ...)                                                                         \
    der_join((a), DER_SEQ, (const struct str[]){ __VA_ARGS__ },                                    \
             sizeof((const struct str[]){ __VA_ARGS__ }) / sizeof(struct str))
struct str der_int(struct arena *a, int64_t v);
/* A positive number of any size from its big-endian bytes: serial numbers. */
struct str der_number(struct arena *a, struct str big_endian);
struct str der_oid(struct arena *a, const char *dotted);
struct str der_bits(struct arena *a, struct str bytes); /* whole bytes, no unused bits */
struct str der_true(struct arena *a);
/* Whole seconds UTC: "20261128063000Z"; utc: the short form of certificates before 2050. */
struct str der_time(struct arena *a, int64_t at);
struct str der_x509_time(struct arena *a, int64_t at);

/* --- reading ----------------------------------------------------------------------------------- */

struct der_item {
    int tag;
    struct str content, whole; /* whole: with tag and length */
};
/* What is still to be read of a constructed item; a failed reader stays failed. */
struct der_reader {
    struct str rest;
    bool failed;
};
struct der_reader der_read(struct str bytes);
/* The inside of an item. */
struct der_reader der_inside(const struct der_item *item);
/* The next item; false at the end and on failure. */
bool der_next(struct der_reader *r, struct der_item *out);
/* The next item, which must have this tag. */
bool der_want(struct der_reader *r, int tag, struct der_item *out);
/* The tag of the next item; -1: none. */
int der_peek(const struct der_reader *r);
/* Nothing failed and nothing is left. */
bool der_ended(const struct der_reader *r);
/* Reads all of bytes as one item with this tag. */
bool der_one(struct str bytes, int tag, struct der_item *out);

bool der_want_int(struct der_reader *r, int64_t *out);
/* Whole bytes of a BIT STRING. */
bool der_want_bits(struct der_reader *r, struct str *out);
/* As dotted text, in a. */
bool der_want_oid(struct der_reader *r, struct arena *a, struct str *out);
/* UTCTime or GeneralizedTime, with Z or an offset; fractions of a second are dropped. */
bool der_time_of(const struct der_item *item, int64_t *out);
bool der_want_time(struct der_reader *r, int64_t *out);

#endif
