/* document/elements: what a drafter writes (公文要素): one record that drives input checks, storage
 * and revisions, and the structured body.
 *
 * The elements are stored whole, as the record's JSON; the columns of the table beside it are those
 * that lists ask for. Pure; texts live where the record was decoded. */
#ifndef TB_DOCUMENT_ELEMENTS_H
#define TB_DOCUMENT_ELEMENTS_H

#include "core/record.h"

struct doc_recipients {
    struct ids units, groups;
};
/* On record before a 规范性文件 is signed: legality, fair_competition, collective. */
struct doc_review {
    struct str kind, on, note;
};
/* What it rests on: basis, incoming (the received matter it answers), forwards. */
struct doc_link {
    struct str kind, text;
    int64_t matter_id;
};

struct doc_elements {
    struct str title, urgency, classification, disclosure, disclosure_reason;
    bool is_normative, is_important, is_assigned; /* is_assigned: a superior's leader asked for it */
    struct str main_text, cc_text, distribution_scope;
    const struct jv *body; /* array of {"kind","text"} or {"kind":"table","rows","spans"}; a span of merged
                              cells is [row, column, rows, columns] */
    struct str note, contact, phone, basis, signature;
    struct str adopted_by, adopted_on, valid_until;
    struct ids joint;          /* other agencies of a joint issue (联合行文), the lead not among them */
    struct ids involved_units; /* whose powers it touches: they must have countersigned (R8) */
    struct doc_recipients main_recipients, cc_recipients;
    struct list reviews; /* struct doc_review */
    struct list links;   /* struct doc_link */
};

extern const char *const doc_urgencies[], *const doc_disclosures[];
extern const struct record doc_recipients_record, doc_review_record, doc_link_record,
    doc_block_record;

/* The fields of struct doc_elements as member `e` of struct S. */
#define DOC_ELEMENT(S, member, field_type_, ...)                                                   \
    {                                                                                              \
        FIELD_NAME(member), .type = field_type_, .offset = offsetof(struct S, e.member), __VA_ARGS__  \
    }
#define DOC_ELEMENTS(S)                                                                            \
    DOC_ELEMENT(S, title, F_TEXT, .max = 200, .zh = "标题", .en = "title"),                        \
    DOC_ELEMENT(S, urgency, F_CHOICE, .choices = doc_urgencies, .zh = "紧急程度", .en = "urgency"), \
    DOC_ELEMENT(S, classification, F_TEXT, .max = 20, .zh = "密级", .en = "classification"),       \
    DOC_ELEMENT(S, disclosure, F_CHOICE, .choices = doc_disclosures, .zh = "公开属性",             \
                .en = "disclosure"),                                                               \
    DOC_ELEMENT(S, disclosure_reason, F_TEXT, .max = 300, .zh = "不予公开的理由",                  \
                .en = "reason for withholding"),                                                   \
    DOC_ELEMENT(S, is_normative, F_BOOL, .zh = "规范性文件", .en = "normative document"),          \
    DOC_ELEMENT(S, is_important, F_BOOL, .zh = "重要文件", .en = "important document"),            \
    DOC_ELEMENT(S, is_assigned, F_BOOL, .zh = "上级负责人直接交办", .en = "asked for by a leader above"), \
    DOC_ELEMENT(S, main_text, F_TEXT, .max = 2000, .zh = "主送机关", .en = "main recipients"),     \
    DOC_ELEMENT(S, cc_text, F_TEXT, .max = 2000, .zh = "抄送机关", .en = "copies to"),             \
    DOC_ELEMENT(S, distribution_scope, F_TEXT, .max = 60, .zh = "印发传达范围",                    \
                .en = "distribution scope"),                                                       \
    DOC_ELEMENT(S, body, F_JSON, .flags = FIELD_MANY | FIELD_NULL, .max = 1000000,                 \
                .record = &doc_block_record, .zh = "正文", .en = "body"),                          \
    DOC_ELEMENT(S, note, F_TEXT, .max = 300, .zh = "附注", .en = "note"),                          \
    DOC_ELEMENT(S, contact, F_TEXT, .max = 60, .zh = "联系人", .en = "contact"),                   \
    DOC_ELEMENT(S, phone, F_TEXT, .max = 60, .zh = "联系电话", .en = "phone"),                     \
    DOC_ELEMENT(S, basis, F_TEXT, .max = 500, .zh = "发文依据", .en = "basis"),                    \
    DOC_ELEMENT(S, signature, F_TEXT, .max = 500, .zh = "发文机关署名", .en = "signature"),        \
    DOC_ELEMENT(S, adopted_by, F_TEXT, .max = 200, .zh = "通过的会议", .en = "adopting meeting"),  \
    DOC_ELEMENT(S, adopted_on, F_DAY, .zh = "通过日期", .en = "day of adoption"),                  \
    DOC_ELEMENT(S, valid_until, F_DAY, .zh = "有效期至", .en = "valid until"),                     \
    DOC_ELEMENT(S, joint, F_IDS, .max = 20, .zh = "联合行文机关", .en = "joint issuers"),          \
    DOC_ELEMENT(S, involved_units, F_IDS, .max = 50, .zh = "涉及职权的单位",                       \
                .en = "units whose powers it touches"),                                            \
    DOC_ELEMENT(S, main_recipients, F_RECORD, .record = &doc_recipients_record,                    \
                .zh = "主送单位", .en = "main recipient units"),                                   \
    DOC_ELEMENT(S, cc_recipients, F_RECORD, .record = &doc_recipients_record, .zh = "抄送单位",    \
                .en = "copied units"),                                                             \
    DOC_ELEMENT(S, reviews, F_RECORDS, .max = 20, .record = &doc_review_record,                    \
                .zh = "审查和集体讨论", .en = "reviews on record"),                                \
    DOC_ELEMENT(S, links, F_RECORDS, .max = 50, .record = &doc_link_record, .zh = "关联公文",      \
                .en = "linked documents")

/* The stored form and back. read: NULL with *e. */
struct str elements_text(struct arena *a, const struct doc_elements *e);
bool elements_read(struct arena *a, struct str text, struct doc_elements *out, struct err *e);

/* --- the body ------------------------------------------------------------------------------------ */

/* Kinds of blocks, texts, size: codes doc.body_*. An absent body is an empty one. */
bool body_check(struct arena *a, const struct jv *body, struct err *e);

struct paragraph {
    struct str kind; /* p, h1 … h4, table */
    struct str text; /* of a table: cells by tabs, a paragraph a row */
};
struct paragraphs {
    struct paragraph *p;
    size_t n;
};
struct paragraphs body_paragraphs(struct arena *a, const struct jv *body);
/* Everything a reader of a comparison wants: elements with their labels, then the body. */
struct paragraphs elements_lines(struct arena *a, const struct doc_elements *e);
/* Title, wording and body as one text: for search. */
struct str elements_plain(struct arena *a, const struct doc_elements *e);

#endif
