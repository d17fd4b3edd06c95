/* spill/spill: 误传处置 (spill_cleanup, OFFICE D9). A paper that should never have come onto this
 * platform is purged wherever it went: text, revisions, drafts being typed, titles, files, opinions
 * when named, receivers' copies, search. What stays is that it was there: acts, persons, moments,
 * digests; so each chain of the record still holds.
 *
 * Two persons, never one: a secrecy officer and a security administrator, one asks and the other
 * confirms. Anybody who sees the paper may report it to them. With the confirmation the text and the
 * files are out of reach at once; the matters of all its receivers follow in small commands, each
 * adding those it led to; the files' bytes are overwritten and removed on every node.
 *
 * Emitted and asked here; subject: a matter's id. Rooms purge what is theirs:
 *   matter.purge     struct spill_purge   emitted; the matter has ended already
 *   search.purged_words  NULL             emitted; words of the matter's text were purged
 *   matter.derived   struct spill_spread  asked; add the matters that have it from this one
 *   matter.origin    int64_t *            asked; the matter it came from, when it came from one
 *   matter.holds     struct spill_holds   asked; count what would be purged
 *   matter.numbered  struct spill_number  asked, subject 0; add matters of papers with this number */
#ifndef TB_SPILL_SPILL_H
#define TB_SPILL_SPILL_H

#include "core/core.h"

struct spill_purge {
    int64_t spill_id;
    bool with_opinions;
    struct str words; /* stands where titles and texts stood */
};
/* Keeps the digest of a text that a room purges: a file's are found by desk/ itself. */
bool spill_digest(struct ctx *cx, const struct spill_purge *p, struct str digest);

struct spill_spread {
    void (*add)(void *arg, int64_t matter_id);
    void *arg;
};

struct spill_holds {
    int64_t texts, revisions, drafts, letters, deliveries, words, links;
};

struct spill_number {
    struct str number;
    struct spill_spread to;
};

extern const struct room spill_room;

#endif
