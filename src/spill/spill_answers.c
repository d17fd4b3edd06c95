/* What the reads of 误传处置 answer, described for OpenAPI and the browser's types. */
#include "core/answer.h"
#include "spill/spill_in.h"

static const char *const kinds[] = { "matter", "file", NULL };
static const char *const states[] = { "reported", "asked", "declined", "purging", "done", NULL };
static const char *const digest_kinds[] = { "file", "text", NULL };

static ANSWER(spill_file, TEXT(ALWAYS, "digest", "摘要", "SM3"),
              TEXT(ALWAYS, "name", "文件名", "file name"),
              NUMBER(ALWAYS, "size", "字节数", "bytes"));
ANSWER(spill_matter, ID(ALWAYS, "matter", "事项", "matter"), TEXT(ALWAYS, "title", "标题", "title"),
       TEXT(OR_NULL, "number", "文号", "number"), TEXT(OR_NULL, "module", "业务", "module's name"),
       TEXT(ALWAYS, "unit", "单位", "unit"), TEXT(ALWAYS, "state", "状态", "state"),
       AT(ALWAYS, "started_at", "发起时间", "started"));
static ANSWER(spill_counts, NUMBER(ALWAYS, "matters", "事项", "matters"),
              NUMBER(ALWAYS, "units", "单位", "units"), NUMBER(ALWAYS, "texts", "正文", "texts"),
              NUMBER(ALWAYS, "revisions", "稿次", "revisions"),
              NUMBER(ALWAYS, "drafts", "自动保存稿", "drafts kept while typing"),
              NUMBER(ALWAYS, "letters", "发出的公文", "letters sent"),
              NUMBER(ALWAYS, "deliveries", "送达", "deliveries"),
              NUMBER(ALWAYS, "opinions", "意见", "opinions"),
              NUMBER(ALWAYS, "words", "往来文字", "words written about it"),
              NUMBER(ALWAYS, "links", "引用", "links"), NUMBER(ALWAYS, "files", "附件", "files"),
              NUMBER(ALWAYS, "bytes", "字节数", "bytes"));

/* What stands in the platform now, before anything is purged. */
ANSWER(spill_hit, ID(OR_NULL, "root", "最初的事项", "matter it came from"),
       LIST(ALWAYS, "files", &spill_file_record, "文件", "files"),
       LIST(ALWAYS, "matters", &spill_matter_record, "事项", "matters"),
       ONE(ALWAYS, "counts", &spill_counts_record, "数目", "counts"));

#define SPILL_MEMBERS                                                                              \
    ID(ALWAYS, "id", "处置", "spill"), CHOICE(ALWAYS, "kind", kinds, "种类", "kind"),              \
        ID(ALWAYS, "matter", "事项", "matter"), TEXT(ALWAYS, "title", "标题", "title"),            \
        TEXT(ALWAYS, "number", "文号", "number"), TEXT(ALWAYS, "unit", "单位", "unit"),            \
        TEXT(ALWAYS, "rule", "依据", "rule"), CHOICE(ALWAYS, "state", states, "状态", "state"),    \
        FLAG(ALWAYS, "with_opinions", "包括意见", "opinions too"),                                 \
        TEXT(OR_NULL, "reported_by", "报告人", "reported by"),                                     \
        AT(OR_NULL, "reported_at", "报告时间", "reported"),                                        \
        TEXT(OR_NULL, "asked_by", "提出人", "asked by"),                                           \
        TEXT(ALWAYS, "asked_as", "提出身份", "in which role"),                                     \
        AT(OR_NULL, "asked_at", "提出时间", "asked"),                                              \
        TEXT(OR_NULL, "decided_by", "确认人", "decided by"),                                       \
        AT(OR_NULL, "decided_at", "确认时间", "decided"),                                          \
        AT(OR_NULL, "done_at", "完成时间", "done"),                                                \
        TEXT(OR_NULL, "digest", "摘要", "SM3 of the one file"),                                    \
        FLAG(ALWAYS, "may_ask", "可提出", "may ask"),                                              \
        FLAG(ALWAYS, "may_confirm", "可确认", "may confirm"),                                      \
        FLAG(ALWAYS, "may_decline", "可不予处置", "may decline")
ANSWER(spill_row, SPILL_MEMBERS);
static ANSWER(spill_digest, TEXT(ALWAYS, "digest", "摘要", "SM3"),
              CHOICE(ALWAYS, "kind", digest_kinds, "种类", "kind"));
ANSWER(spill_one, SPILL_MEMBERS, NUMBER(ALWAYS, "matters", "涉及事项", "matters"),
       NUMBER(ALWAYS, "purged", "已清除", "purged so far"),
       LIST(ALWAYS, "digests", &spill_digest_record, "留存的摘要", "digests that stay"),
       ONE(MAYBE, "hit", &spill_hit_record, "将清除的内容", "what would be purged"));
