/* What document's reads answer, described for OpenAPI and the browser's types; the reads write
 * these members themselves. */
#include "core/answer.h"
#include "document/document_in.h"

static const char *const levels[] = { "error", "warn", NULL };
static const char *const block_kinds[] = { "p", "h1", "h2", "h3", "h4", "table", NULL };
static const char *const diff_ops[] = { "same", "add", "del", "change", NULL };
static const char *const job_states[] = { "queued", "running", "done", "failed", NULL };

/* A paragraph has a text, a table rows. */
ANSWER(doc_block, CHOICE(ALWAYS, "kind", block_kinds, "种类", "kind"),
       TEXT(MAYBE, "text", "文字", "text"),
       MEMBER(MAYBE, "rows", F_JSON, "表格行", "rows of a table, a list of cells each"),
       MEMBER(MAYBE, "spans", F_JSON, "合并的单元格",
              "merged cells of a table: [row, column, rows, columns] each, from 0"));

static ANSWER(document_agency, ID(ALWAYS, "id", "发文机关", "agency"),
              TEXT(ALWAYS, "name", "署名", "name"), TEXT(ALWAYS, "mark", "发文机关标志", "mark"));

static ANSWER(document_corrects, ID(ALWAYS, "id", "公文", "document"),
              ID(ALWAYS, "matter_id", "事项", "matter"),
              ID(OR_NULL, "dispatch_id", "分发", "dispatch"),
              TEXT(ALWAYS, "title", "标题", "title"), TEXT(ALWAYS, "number", "发文字号", "number"),
              TEXT(ALWAYS, "reason", "更正原因", "reason"));
static ANSWER(document_correction, ID(ALWAYS, "id", "公文", "document"),
              ID(ALWAYS, "matter_id", "事项", "matter"), TEXT(ALWAYS, "state", "状态", "state"));

static ANSWER(document_issuer, ID(ALWAYS, "agency_id", "发文机关", "agency"),
              TEXT(ALWAYS, "name", "署名", "name"), TEXT(ALWAYS, "mark", "发文机关标志", "mark"),
              TEXT(OR_NULL, "signer", "签发人", "who signed for it; null: not yet"),
              TEXT(OR_NULL, "title", "职务", "in what capacity; of a joint issue"),
              TEXT(OR_NULL, "signed_for", "受谁委托签发", "by entrustment of this head, who was away"),
              DAY(OR_NULL, "signed_on", "签发日期", "signed on"));

struct document {
    struct doc_elements e;
};
static const struct field document_fields[] = {
    ID(ALWAYS, "id", "公文", "document"),
    ID(ALWAYS, "matter_id", "事项", "matter"),
    ONE(ALWAYS, "agency", &document_agency_record, "发文机关", "agency"),
    LIST(ALWAYS, "issuers", &document_issuer_record, "发文机关和签发人",
         "the bodies in whose name it goes out, lead first, and who signed for each"),
    TEXT(ALWAYS, "doc_type", "文种", "kind"),
    TEXT(ALWAYS, "direction", "行文方向", "direction"),
    DOC_ELEMENTS(document),
    TEXT(OR_NULL, "number", "发文字号", "number"),
    ID(OR_NULL, "number_id", "文号", "number"),
    TEXT(OR_NULL, "signer", "签发人", "signer"),
    TEXT(OR_NULL, "signed_for", "受谁委托签发", "signed by entrustment of this head, who was away"),
    DAY(OR_NULL, "signed_on", "签发日期", "signed on"),
    FLAG(ALWAYS, "changed_after_signing", "签发后有改动", "changed after signing"),
    TEXT(ALWAYS, "state", "状态", "state"),
    ID(OR_NULL, "dispatch_id", "分发", "dispatch"),
    ID(OR_NULL, "replaced_by", "更正后的公文", "replaced by"),
    ONE(MAYBE, "corrects", &document_corrects_record, "所更正的公文", "what it replaces"),
    ONE(MAYBE, "correction", &document_correction_record, "更正件", "what replaces it"),
    NUMBER(ALWAYS, "revision", "稿次", "revision of the text"),
    NUMBER(ALWAYS, "rev", "版本", "revision of the record"),
    AT(ALWAYS, "saved_at", "保存时间", "saved at"),
};
const struct record document_record = { "document", 0, document_fields,
                                        sizeof document_fields / sizeof *document_fields };

static ANSWER(document_book_short, ID(ALWAYS, "id", "号簿", "number book"),
              TEXT(ALWAYS, "mark", "代字", "mark"), TEXT(ALWAYS, "kind", "种类", "kind"),
              NUMBER(ALWAYS, "year", "年份", "year"),
              NUMBER(ALWAYS, "next_value", "下一号", "next number"));
ANSWER(document_on_page, ONE(MAYBE, "document", &document_record, "公文", "the document"),
       LIST(MAYBE, "number_books", &document_book_short_record, "可用号簿", "books that fit"));

static ANSWER(document_typed, AT(ALWAYS, "at", "时间", "at"),
              NUMBER(ALWAYS, "rev", "基于版本", "of which revision"),
              MEMBER(ALWAYS, "elements", F_JSON, "要素", "elements as last typed"));
ANSWER(document_buffer, ONE(OR_NULL, "buffer", &document_typed_record, "自动保存的内容",
                            "what was typed, if not saved"));
ANSWER(document_revision, NUMBER(ALWAYS, "revision", "稿次", "revision"),
       TEXT(ALWAYS, "author", "修改人", "author"), TEXT(ALWAYS, "step", "环节", "step of the flow"),
       TEXT(ALWAYS, "why", "缘由", "why"), AT(ALWAYS, "at", "时间", "at"), TEXT(ALWAYS, "digest", "摘要", "SM3"),
       FLAG(ALWAYS, "is_signed", "签发稿", "the one that was signed"));
static ANSWER(document_piece, FLAG(ALWAYS, "same", "相同", "same"),
              TEXT(ALWAYS, "text", "文字", "text"));
ANSWER(document_line, CHOICE(ALWAYS, "op", diff_ops, "变化", "change"),
       TEXT(OR_NULL, "left", "旧", "older"), TEXT(OR_NULL, "right", "新", "newer"),
       LIST(MAYBE, "left_pieces", &document_piece_record, "旧文逐词", "older, word by word"),
       LIST(MAYBE, "right_pieces", &document_piece_record, "新文逐词", "newer, word by word"));
ANSWER(document_finding, TEXT(ALWAYS, "rule", "规则", "rule"),
       CHOICE(ALWAYS, "level", levels, "级别", "level"), TEXT(ALWAYS, "text", "说明", "words"),
       TEXT(OR_NULL, "field", "要素", "field"), TEXT(OR_NULL, "reason", "保留理由", "why kept"),
       TEXT(OR_NULL, "confirmed_by", "保留人", "kept by"));

ANSWER(number_book, ID(ALWAYS, "id", "号簿", "number book"),
       ID(ALWAYS, "agency_id", "发文机关", "agency"),
       TEXT(ALWAYS, "agency", "发文机关名称", "agency"), TEXT(ALWAYS, "mark", "代字", "mark"),
       TEXT(ALWAYS, "kind", "种类", "kind"), NUMBER(ALWAYS, "year", "年份", "year"),
       NUMBER(ALWAYS, "start_value", "起始号", "first number"),
       NUMBER(ALWAYS, "next_value", "下一号", "next number"),
       NUMBER(ALWAYS, "last_value", "最后号", "last number"),
       FLAG(ALWAYS, "is_closed", "已停用", "closed"),
       NUMBER(ALWAYS, "returned", "退回未用", "numbers given back"),
       FLAG(ALWAYS, "may_keep", "可管理", "may keep it"));
ANSWER(number_book_one, ID(ALWAYS, "id", "号簿", "number book"),
       ID(ALWAYS, "agency_id", "发文机关", "agency"),
       TEXT(ALWAYS, "agency", "发文机关名称", "agency"), TEXT(ALWAYS, "mark", "代字", "mark"),
       TEXT(ALWAYS, "kind", "种类", "kind"), NUMBER(ALWAYS, "year", "年份", "year"),
       NUMBER(ALWAYS, "start_value", "起始号", "first number"),
       NUMBER(ALWAYS, "next_value", "下一号", "next number"),
       FLAG(ALWAYS, "is_closed", "已停用", "closed"),
       NUMBER(ALWAYS, "reserved", "已占号未盖章", "reserved"),
       NUMBER(ALWAYS, "returned", "退回未用", "given back"),
       NUMBER(ALWAYS, "void", "作废", "void"), NUMBER(ALWAYS, "paper", "补登", "on paper"),
       MEMBER(ALWAYS, "missing", F_JSON, "未补登的号段",
              "numbers below the first that are not registered: [from, to] each"),
       NUMBER(ALWAYS, "missing_count", "未补登的号", "how many these are"));
ANSWER(number_row, ID(ALWAYS, "id", "文号", "number"), NUMBER(ALWAYS, "value", "序号", "value"),
       TEXT(ALWAYS, "number", "发文字号", "number"), TEXT(ALWAYS, "state", "状态", "state"),
       ID(OR_NULL, "document_id", "公文", "document"), TEXT(OR_NULL, "title", "标题", "title"),
       ID(OR_NULL, "matter_id", "事项", "matter"),
       DAY(ALWAYS, "signed_on", "签发日期", "signed on"),
       TEXT(ALWAYS, "reason", "作废理由", "why void"), FLAG(ALWAYS, "is_paper", "纸质补登", "on paper"),
       FLAG(ALWAYS, "may_end", "可退回或作废", "may be returned or made void"));
static ANSWER(agency_unit, ID(ALWAYS, "id", "单位", "unit"), TEXT(ALWAYS, "name", "名称", "name"));
ANSWER(agency_row, ID(ALWAYS, "id", "发文机关", "agency"), TEXT(ALWAYS, "name", "署名", "name"),
       TEXT(ALWAYS, "mark", "发文机关标志", "mark"),
       TEXT(ALWAYS, "book_mark", "代字", "mark of the main book"),
       ONE(ALWAYS, "unit", &agency_unit_record, "单位", "unit"),
       TEXTS(ALWAYS, "doc_types", "可用文种", "kinds it may issue"),
       LIST(ALWAYS, "books", &document_book_short_record, "号簿", "number books"));

ANSWER(joint_agency, ID(ALWAYS, "id", "发文机关", "agency"), TEXT(ALWAYS, "name", "署名", "name"),
       TEXT(ALWAYS, "mark", "发文机关标志", "mark"), ID(ALWAYS, "unit_id", "单位", "unit"),
       TEXT(ALWAYS, "unit", "办文单位", "unit that handles its paper"));

ANSWER(sent_row, ID(ALWAYS, "id", "公文", "document"),
       ID(OR_NULL, "matter_id", "事项", "matter; null: not for this reader to open"),
       TEXT(ALWAYS, "number", "发文字号", "number"), TEXT(ALWAYS, "title", "标题", "title"),
       TEXT(ALWAYS, "doc_type", "文种", "kind"),
       TEXT(ALWAYS, "agency", "发文机关", "issuing bodies, the lead first"),
       FLAG(ALWAYS, "is_led_elsewhere", "联合行文，非主办", "a joint issue that another body leads"),
       TEXT(ALWAYS, "signer", "签发人", "signer"),
       TEXT(OR_NULL, "signed_for", "受谁委托签发", "signed by entrustment of this head, who was away"),
       DAY(ALWAYS, "signed_on", "签发日期", "signed on"), TEXT(ALWAYS, "state", "状态", "state"),
       TEXT(OR_NULL, "urgency", "紧急程度", "urgency"),
       TEXT(ALWAYS, "label", "标识", "empty, internal, sensitive"),
       AT(ALWAYS, "numbered_at", "编号时间", "numbered at; 0: not yet"),
       AT(ALWAYS, "dispatched_at", "分发时间", "dispatched at; 0: not yet"),
       ID(OR_NULL, "dispatch_id", "分发", "dispatch"),
       TEXT(OR_NULL, "categories", "本单位分类", "categories of the own unit"));
ANSWER(export_job, ID(ALWAYS, "job_id", "任务", "job"),
       CHOICE(ALWAYS, "state", job_states, "状态", "state"),
       NUMBER(ALWAYS, "progress", "进度（%）", "percent"), NUMBER(ALWAYS, "count", "行数", "rows"),
       TEXT(OR_NULL, "file", "文件地址", "where the file is"),
       TEXT(OR_NULL, "detail", "失败原因", "why it failed"));
