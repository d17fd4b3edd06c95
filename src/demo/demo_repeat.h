/* demo/repeat: scenes that were acted once are written again, thousands of times, for the
 * benchmarks.
 *
 * A scene is what people did with one document, by the program's own commands: issued, received,
 * handled. Its rows are read back from whatever tables they stand in and written again with other
 * ids, moments, words and numbers, at a time before anything on file. So a repetition holds what
 * the commands of today write, and nothing here knows what a room's rows look like; what it does
 * know is in the tables at the head of the .c: which numbers go on counting (numbers of documents,
 * of receipts, counters), and that the chains of the record are computed anew. `tongban verify`
 * passes.
 *
 *     r = repeat_new(a);
 *     repeat_begins(r, stage_now(s)); … act … repeat_ends(r, reader, stage_now(s), words, n, &e);
 *     core_close(&core);                         the database must be nobody else's from here on
 *     repeat_open(r, &config, copies, &e); repeat_write(r, scene, words, &e) …; repeat_close(r,
 * &e);
 *
 * What a scene had still to do by some day is due in a year: else the clock of the program would be
 * busy for hours with papers that are late.
 *
 * The checkpoints over the new streams are made by the program itself when it next ends. */
#ifndef TB_DEMO_REPEAT_H
#define TB_DEMO_REPEAT_H

#include "core/core.h"

struct repeat;
struct repeat *repeat_new(struct arena *a); /* everything lives in a */

/* Between these two a scene is acted, alone, with the clock from now on. words: texts of the scene
 * that each repetition replaces; they begin with a character that is not ASCII, and are neither
 * part of each other nor written differently in JSON. Before the first scene: repeat_looks. */
bool repeat_looks(struct repeat *r, struct db *reader, struct err *e);
void repeat_begins(struct repeat *r, int64_t now);
bool repeat_ends(struct repeat *r, struct db *reader, int64_t now, const struct str *words,
                 size_t n_words, struct err *e);

/* Reads the rows of all scenes. copies: how many repetitions will be written. */
bool repeat_open(struct repeat *r, const struct db_config *config, int64_t copies, struct err *e);
/* Writes a scene (numbered as they were acted) again, with as many words; each repetition is later
 * than the one before. */
bool repeat_write(struct repeat *r, size_t scene, const struct str *words, struct err *e);
/* The numbers that went on; everything on disk. Closes on failure too. */
bool repeat_close(struct repeat *r, struct err *e);

#endif
