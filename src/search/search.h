/* search: full text over title, number, body and attachments' names (B26). Words of two characters,
 * document numbers and pieces of sentences must hit; newest first, never by score.
 *
 * A text is indexed once, under the id of the matter that owns it (matter.text_id); receivers find
 * it through access. A search merges two streams in descending order of text ids, the postings and
 * what the person may see, by leaps from one to the other: it starts with the shorter by itself.
 *
 * The tokens are made here, alike for both engines: each run of Chinese characters gives its pairs
 * and its last character, each run of letters and digits one lower-case word. SQLite's FTS5 and
 * PostgreSQL's tsvector only keep what they are given.
 *
 * Rooms emit "search.changed" (subject: the matter whose text changed) and answer "search.text"
 * (detail struct buf *: append title, number, body … of that matter): all of it to the system, which
 * indexes it, and to a person only what they may read, which a passage is cut from. "search.hidden"
 * (subject: the matter by which a person sees a text; detail bool *): set it when they no longer read
 * the text itself. */
#ifndef TB_SEARCH_SEARCH_H
#define TB_SEARCH_SEARCH_H

#include "core/core.h"

/* The tokens of a text, apart by spaces, each once in order of first appearance. */
struct str search_tokens(struct arena *a, struct str text);
/* What must all be in a text for this query to hit, in the words of the engine; STR_NONE when the
 * query has nothing to search for. */
struct str search_match(struct arena *a, enum db_engine engine, struct str query);
/* The same as what must stand in the tokens between blanks: a JSON array of texts. */
struct str search_needles(struct arena *a, struct str query);

/* Puts every text into the queue again: after a restore, or when the index was lost. Command
 * search.rebuild. */
extern const struct room search_room;
/* Closes the index: its writer and every thread's reader. For rooms.c. */
void search_stop(void);

#endif
