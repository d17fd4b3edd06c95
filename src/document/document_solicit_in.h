/* 征求意见, inside document/: rounds and their lines (document_solicit.sql). */
#ifndef TB_DOCUMENT_SOLICIT_IN_H
#define TB_DOCUMENT_SOLICIT_IN_H

#include "document/document_in.h"

struct solicit_round {
    int64_t id, document_id, round, matter_id, revision, asked_person, asked_post, asked_at;
    struct str note, reply_by, asked_by;
};
struct solicit_reply {
    int64_t unit_id, replied_at, decided_at, rev, child_id;
    struct str unit, outcome, text, verdict, reason, decided_by;
};
struct solicit_count {
    int64_t units, replied, comments, undecided;
};

/* --- document_solicit.c ---------------------------------------------------------------------------- */

/* 1, 0, -1. */
int solicit_round_find(struct ctx *cx, int64_t round_id, struct solicit_round *out);
/* Absent, or neither the document nor the round's matter is the actor's to see: not_found. */
bool solicit_round_load(struct ctx *cx, int64_t round_id, struct solicit_round *r, struct doc *d);
bool solicit_replies(struct ctx *cx, int64_t round_id, struct solicit_reply **out, size_t *n);
bool solicit_count(struct ctx *cx, int64_t round_id, struct solicit_count *out);
/* Is its day over? */
bool solicit_is_late(const struct ctx *cx, const struct solicit_round *r);
/* Does the actor work on the document's rounds: the drafter, or the drafter's section? In which post. */
bool solicit_is_ours(struct ctx *cx, const struct doc *d, int64_t *post_id);
/* 《…（征求意见稿）》: the title under which a text is sent round. */
struct str solicit_title(struct arena *a, struct str title);
extern const struct record doc_solicit_in_record, doc_solicited_record, doc_solicit_path_record,
    doc_solicit_decide_in_record, doc_solicit_closed_record;
/* Whom a choice asks, and who is left out and why ("own", "paper"). */
struct solicit_asked {
    struct org_unit *p;
    size_t n;
    struct {
        struct str name;
        const char *why;
    } *out;
    size_t n_out;
};
/* Everything that would refuse doc.solicit, without doing it. */
bool solicit_would(struct ctx *cx, const void *input, struct solicit_asked *out);
struct solicit_path {
    int64_t solicit_id;
};

/* --- document_solicit_page.c ------------------------------------------------------------------------- */

extern const struct record solicit_round_record, solicit_table_record, solicit_check_record;
DOC_READ(doc_solicit_check);
DOC_READ(doc_solicits);
DOC_READ(doc_solicit_table);
DOC_READ(doc_solicit_file);
bool solicit_on_page(struct ctx *cx, const char *event, int64_t matter_id, const void *detail);

/* --- document_solicit_word.c: pure -------------------------------------------------------------------- */

/* 征求意见汇总表 as a .docx, A4 across. today: "2026-11-28". */
struct str solicit_word(struct arena *a, const struct solicit_round *r, struct str title,
                        struct str unit, bool is_late, const struct solicit_reply *rows, size_t n,
                        struct str today);

#endif
