/* Shared by the room's own files. */
#ifndef TB_SEAL_SEAL_IN_H
#define TB_SEAL_SEAL_IN_H

#include "core/answer.h"
#include "seal/seal.h"

#define FAILURES_MOST 5
#define LOCK_MS (30 * CLOCK_MINUTE_MS)
#define FILE_MOST INT64_C(67108864)

/* --- the authority (seal_authority.c) --------------------------------------------------------- */

struct authority {
    int64_t id, crl_number, crl_at, crl_next, failures, locked_until_at, founded_at;
    struct str name, digest, certificate, wrapped, maker_certificate, maker_wrapped;
    struct str responder_certificate, responder_key, url, crl;
};
/* The city's own: 1, 0, -1. */
int authority_find(struct ctx *cx, struct authority *out);
/* Its two keys, opened with the passphrase: a job thread's. Wrong ones are counted and lock. */
struct authority_open {
    struct authority row;
    struct cert_info ca, maker;
    struct signer ca_signer, maker_signer;
};
bool authority_unlock(struct ctx *cx, struct str passphrase, struct authority_open *out);
bool is_security_admin(const struct ctx *cx);
/* Certificates and lists of all authorities, for cert_check. */
bool seal_trust(struct ctx *cx, struct cert_trust *out);
/* A new list of the revoked with these among them; in prepare. */
struct authority_list {
    struct str der;
    int64_t number, at, next;
};
bool authority_list_make(struct ctx *cx, const struct authority_open *o, const struct cert_revoked *more,
                         size_t n, struct authority_list *out);
/* Stores it, in run: another list made meanwhile is seal.stale. */
bool authority_list_put(struct ctx *cx, int64_t authority_id, const struct authority_list *list);
bool authority_trace(struct ctx *cx, const char *op, struct str body);

/* --- a seal (seal_register.c) -------------------------------------------------------------------- */

struct seal {
    int64_t id, unit_id, custodian_post, thing_id, width_mm, height_mm, next_at, next_by, failures;
    int64_t locked_until_at, uses, rev, created_at;
    struct str kind, name, es_id, picture_type, from_on, until_on, state, serial, unit_name, unit_path;
};
int seal_find(struct ctx *cx, int64_t id, struct seal *out);
/* Absent or not the actor's to see: not_found. */
bool seal_load(struct ctx *cx, int64_t id, struct seal *out);
/* The same and locked, for a command. */
bool seal_load_for_change(struct ctx *cx, int64_t id, struct seal *out);
/* Its custodian is who acts, in that very post: seal.not_custodian. */
bool seal_is_mine(struct ctx *cx, const struct seal *s);
struct seal_parts {
    struct str picture, wrapped, bytes, next_wrapped, next_request;
};
bool seal_parts_get(struct ctx *cx, int64_t id, struct seal_parts *out);
bool seal_event(struct ctx *cx, const struct seal *s, const char *op, int64_t to_post, struct str reason);
/* The key, opened with the custodian's passphrase: a job thread's; the caller frees it. */
bool seal_unlock(struct ctx *cx, const struct seal *s, struct str wrapped, struct str passphrase,
                 struct sm2_key **out);
/* The moments at which a period begins and ends. */
int64_t day_begin(struct str day);
int64_t day_end(struct str day);
/* All of a content; seal.file_large. */
bool content_read(struct ctx *cx, struct str digest, int64_t size, struct str *out);

/* seal_answers.c */
extern const struct record seal_row_record, seal_one_record, seal_use_row_record, authority_answer_record,
    certificate_row_record, seal_report_record;

#endif
