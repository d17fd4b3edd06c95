/* seal: electronic seals (电子印章; STANDARDS §5, OFFICE M8, CAPABILITIES O2) and the city's certificate
 * authority. Owns authority, certificate, seal, seal_event, seal_use.
 *
 * Four people, never one: the security administrator founds the authority and issues, suspends, revokes; the
 * unit's office registers a seal and names its custodian (监印人); the custodian alone makes its key, under a
 * passphrase of the own, and uses it; a use needs an approval that others gave (an approved 用印申请, a signed
 * document). A private key is never readable without its holder's passphrase, which is asked for each use,
 * with the password (S32), and opens it in a job thread for that one signature.
 *
 * Pure parts: seal_ses.h (structures), seal_verify.h (the steps of C3), seal_picture.h.
 *
 * Asked of the rooms (event_ask), subject the matter's id: seal.authority, struct seal_authority: does this
 * matter approve the use? Seal requests are answered for here. */
#ifndef TB_SEAL_SEAL_H
#define TB_SEAL_SEAL_H

#include "core/core.h"
#include "crypto/cert.h"

extern const struct room authority_room, seal_room, seal_use_room, seal_check_room;

/* Member "sealing" of a matter's page. */
extern const struct record seal_on_page_record;

struct seal_authority {
    int64_t seal_unit, attachment_id;
    struct str seal_kind;
    bool approves; /* to be set */
};

/* `tongban seal verify FILE`: every step as JSON; 0 valid, 1 not, 2 wrong use. `tongban seal request`: the request for
 * a certificate of a key in a device (PKCS#11), whose PIN is read from standard input. */
int seal_cli(int argc, char **argv);
#define SEAL_USAGE                                                                                          \
    "seal verify FILE [--data DIR] [--trust CERTIFICATE …] [--crl LIST …]\n"                                \
    "  tongban seal request --module FILE.so --token T --key K --name NAME [--unit UNIT] [--mechanism N] < PIN"

#endif
