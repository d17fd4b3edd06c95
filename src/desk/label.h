/* desk/label: 内部, 敏感 by rule (OFFICE D9). A matter is marked where its title or a line of its head
 * holds a word of the city's list, where its text holds an identity number, where its paper is not to
 * be disclosed, or where the sender's was marked. The office decides otherwise with a reason; below
 * the sender's mark nobody goes. */
#ifndef TB_DESK_LABEL_H
#define TB_DESK_LABEL_H

#include "core/core.h"

struct matter;
struct matter_start;

extern const char *const label_values[]; /* "internal", "sensitive" */

struct label {
    struct str value; /* "", internal, sensitive */
    struct str by;    /* "", rule, file, sender, office */
    struct str why;   /* the word that was found; the office's reason */
    struct str least; /* the sender's: no lower than this */
};

/* 0, 1 internal, 2 sensitive. */
int label_rank(struct str value);
/* internal, sensitive: words by commas; absent: the built-in ones. Texts of the answer in a. Pure. */
struct label label_rule(struct arena *a, struct str title, struct str text, struct str internal,
                        struct str sensitive);
/* The same by the city's list. */
struct label label_of_text(struct ctx *cx, struct str title, struct str text);
/* What a new matter is marked with: its title's and module's words, the sender's, its parent's. */
bool label_of_start(struct ctx *cx, const struct matter_start *in, struct str module_name,
                    struct label *out);

/* The matter's text has been stored. least: no lower than this, for another reason; or NULL. What the
 * office decided stands. */
bool matter_label_text(struct ctx *cx, int64_t matter_id, struct str title, struct str text,
                       const struct label *least);
/* A file came with it. Raises only. */
bool matter_label_file(struct ctx *cx, int64_t matter_id, struct str value, struct str why);
int matter_label_find(struct ctx *cx, int64_t matter_id, struct label *out);
/* Members "label", "label_by", "label_why" of a matter's page. */
bool matter_label_write(struct ctx *cx, int64_t matter_id, struct jw *w);
/* What the actor may mark it with instead: "none", "internal", "sensitive". */
void matter_label_choices(struct ctx *cx, const struct matter *m, struct jw *w);

extern const struct room label_room;

#endif
