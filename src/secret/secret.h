/* secret/secret: papers that must not come onto this platform (涉密文件, OFFICE D9, B22): anything with
 * a classification, and papers of the city's list of central and provincial issues. They go to the
 * confidential office on paper: 请送机要室，走纸质渠道.
 *
 * Whoever takes text or files in asks here first. A refusal is put on record (person, time, rule,
 * digest) and keeps no title, text or file: secret_refuse does that, and must be called outside the
 * committer (a command's prepare, a job), since the refused command itself leaves nothing. */
#ifndef TB_SECRET_SECRET_H
#define TB_SECRET_SECRET_H

#include "core/core.h"

/* The rule that the head of a paper breaks: "secret.mark" (绝密, 机密, 秘密 with ★ or alone in a line),
 * "secret.central" (its own number bears a mark of the list); NULL when none. head: the first lines
 * of its text. marks: the list, by commas; absent: the built-in one. Pure. */
const char *secret_rule(struct str head, struct str marks);
/* The same for what was recognised in a scan: the star comes out as any character, brackets as any. */
const char *secret_rule_of_scan(struct str head, struct str marks);
/* A value of the element 密级: "secret.classification", or NULL for none and 非密. Pure. */
const char *secret_classification(struct str value);
/* The city's list (secret_mark), else the built-in one, by commas. In cx->a. */
struct str secret_marks(struct ctx *cx);

/* The head of a file's text, as far as it can be read: text, .docx, the first page of an OFD file and of a
 * PDF (poppler's pdftotext), and of pictures and PDF files without text what tesseract recognises in the upper half
 * of the first page. Absent for other types and where the tool is not installed. Reads fd from its
 * start. Not on the committer: recognition takes seconds. */
struct secret_head {
    struct str text;
    bool is_scan;
};
struct secret_head secret_file_head(struct ctx *cx, int fd, struct str type);
/* Removes what converters left in the data folder when the program was cut off. */
void secret_sweep(const char *dir);
/* What this machine can look at; found once. */
bool secret_reads_pdf(void);
bool secret_reads_scans(void);

/* Puts the refusal on record and sets the error secret.refused; always false. digest: hex of the
 * refused content. Waits for the committer. */
bool secret_refuse(struct ctx *cx, const char *rule, struct str digest);

/* Contents that were purged (误传处置, spill/): kept by their digests, so that a file among them may
 * neither be read nor come again. kind: "file", "text". Absent digests are passed over. */
bool secret_keep_purged(struct ctx *cx, struct str digest, const char *kind, int64_t spill_id);
/* Is it a file that was purged? 1, 0, -1. */
int secret_is_purged(struct ctx *cx, struct str digest);

extern const struct room secret_room;

#endif
