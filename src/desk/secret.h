/* desk/secret: papers that must not come onto this platform (涉密文件, OFFICE D9, B22): anything with
 * a classification, and papers of the city's list of central and provincial issues. They go to the
 * confidential office on paper: 请送机要室，走纸质渠道.
 *
 * Whoever takes text or files in asks here first. A refusal is put on record (person, time, rule,
 * digest) and keeps no title, text or file: secret_refuse does that, and must be called outside the
 * committer (a command's prepare, a job), since the refused command itself leaves nothing. */
#ifndef TB_DESK_SECRET_H
#define TB_DESK_SECRET_H

#include "core/core.h"

/* The rule that the head of a paper breaks: "secret.mark" (绝密, 机密, 秘密 with ★ or alone in a line),
 * "secret.central" (its own number bears a mark of the list); NULL when none. head: the first lines
 * of its text. marks: the list, by commas; absent: the built-in one. Pure. */
const char *secret_rule(struct str head, struct str marks);
/* A value of the element 密级: "secret.classification", or NULL for none and 非密. Pure. */
const char *secret_classification(struct str value);
/* The city's list (secret_mark), else the built-in one, by commas. In cx->a. */
struct str secret_marks(struct ctx *cx);

/* The head of a file's text (first 4 KB; of a PDF by poppler's pdftotext where it is installed, of a
 * .docx from its document.xml), as far as it can be read; absent for other types. Reads fd from its
 * start. Not on the committer. */
struct str secret_file_head(struct arena *a, int fd, struct str type);

/* Puts the refusal on record and sets the error secret.refused; always false. digest: hex of the
 * refused content. Waits for the committer. */
bool secret_refuse(struct ctx *cx, const char *rule, struct str digest);

extern const struct room secret_room;

#endif
