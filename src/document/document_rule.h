/* document/rule: what the Regulations and the office demand of a document before it goes on
 * (STANDARDS §1: R1–R13, E1–E6, issuer limits; OFFICE D5, D6). Pure: facts in, findings out. The
 * facts are gathered by document_finding.c; tests fill them by hand.
 *
 * An error stops handing on; a warning asks for a reason, which is kept. A rule that can only be
 * judged later (the signer, the reviews on record, the countersigns) is silent before its stage. */
#ifndef TB_DOCUMENT_RULE_H
#define TB_DOCUMENT_RULE_H

#include "document/document_elements.h"
#include "org/org.h"

enum rule_stage { STAGE_DRAFT, STAGE_REVIEW, STAGE_SIGN, STAGE_NUMBER };

struct rule_party {
    int64_t unit_id;
    struct str name;
    int level; /* 0 city, 1 county, 2 town, 3 village */
    bool is_cc;
    bool is_known; /* relation is filled; for mass sendings only the level is known */
    struct org_relation relation;
};

/* Another body of a joint issue. */
struct rule_body {
    struct str name, kind;
    int level;
    bool has_signed; /* its head, the text that the lead's head signed */
};

struct rule_facts {
    enum rule_stage stage;
    const struct doc_elements *e;
    struct paragraphs body;
    struct str doc_type;
    /* the issuing body */
    struct str agency_kind, agency_name, doc_types; /* doc_types by commas; empty: all */
    int level;
    bool is_government; /* of the government's side: disclosure must be set */
    bool is_section, is_office; /* 内设机构; 办公厅（室） */
    const struct rule_party *party;
    size_t party_n;
    struct str direct_superior, other_superior; /* names, absent when there is none */
    int64_t direct_superior_id, other_superior_id;
    const struct rule_body *joint; /* the other bodies of a joint issue */
    size_t joint_n;
    const int64_t *answered; /* units that have countersigned */
    size_t answered_n;
    bool forwards_request; /* a linked received matter is a 请示 */
    struct str forwards_scope; /* 印发传达范围 of the letter that it forwards; absent: none is said */
    struct str signer, signed_on, today;
};

struct finding {
    const char *rule; /* "R1", "E6" */
    bool is_error;
    const char *code;  /* text in errors.txt */
    const char *field; /* element it stands beside */
    const char *arg;   /* in the arena; may be NULL */
};
struct findings {
    struct finding p[48];
    size_t n;
};
void rules_find(struct arena *a, const struct rule_facts *f, struct findings *out);

/* up, lateral, down or public: by kind and, where the kind leaves it open, by the first addressee. */
const char *rule_direction(struct str doc_type, const struct rule_party *party, size_t n);
/* R10: of one level, and both a body that leads its area (committee, government …) or neither. */
bool rule_are_peers(int level, struct str kind, int other_level, struct str other_kind);
/* The fifteen kinds. */
bool rule_is_doc_type(struct str doc_type);
/* 常政发〔2026〕1号: 代字, brackets U+3014 U+3015, four-digit year, number without leading zero. */
bool rule_is_number(struct str number);

#endif
