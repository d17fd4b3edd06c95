/* What exchange's reads answer, described for OpenAPI and the browser's types; the reads write
 * these members themselves. */
#include "core/answer.h"
#include "exchange/exchange_in.h"

static const char *const kinds[] = { "document", "slip", "referral", "paper", NULL };
static const char *const received_kinds[] = { "action", "reading", NULL };

/* cover_write */
#define COVER                                                                                      \
    CHOICE(ALWAYS, "kind", kinds, "种类", "kind"), TEXT(ALWAYS, "issuer", "发文机关", "issuer"),   \
        TEXT(ALWAYS, "sender", "来文单位", "sending unit"),                                        \
        TEXT(ALWAYS, "title", "标题", "title"), TEXT(OR_NULL, "number", "文号", "number"),         \
        TEXT(OR_NULL, "doc_type", "文种", "kind"),                                                 \
        TEXT(OR_NULL, "urgency", "紧急程度", "urgency"),                                           \
        TEXT(ALWAYS, "label", "标识", "empty, internal, sensitive"),                               \
        DAY(OR_NULL, "signed_on", "签发日期", "signed on"),                                        \
        AT(ALWAYS, "sent_at", "分发时间", "sent"),                                                 \
        FLAG(ALWAYS, "wants_feedback", "要求反馈", "wants feedback")

/* --- the receiver's side -------------------------------------------------------------------------
 */

static ANSWER(letter_block, TEXT(ALWAYS, "kind", "种类", "kind"),
              TEXT(MAYBE, "text", "文字", "text"),
              MEMBER(MAYBE, "rows", F_JSON, "表格行", "rows of a table"));
/* letter_write; what a paper or slip has no word for is left out. */
static ANSWER(letter, ID(OR_NULL, "id", "公文", "document"), COVER,
              TEXT(ALWAYS, "agency", "发文机关", "issuer"),
              TEXT(ALWAYS, "direction", "行文方向", "direction"),
              TEXT(MAYBE_NULL, "transcript", "批示摘录", "transcript"),
              TEXT(MAYBE_NULL, "main_text", "主送机关", "main recipients"),
              TEXT(MAYBE_NULL, "cc_text", "抄送机关", "copies to"),
              TEXT(MAYBE_NULL, "signer", "签发人", "signer"),
              TEXT(MAYBE_NULL, "note", "附注", "note"),
              TEXT(MAYBE_NULL, "contact", "联系人", "contact"),
              TEXT(MAYBE_NULL, "phone", "联系电话", "phone"),
              TEXT(MAYBE_NULL, "distribution_scope", "印发传达范围", "distribution scope"),
              LIST(ALWAYS, "body", &letter_block_record, "正文", "body"));

static ANSWER(delivery_correction, CHOICE(ALWAYS, "kind", kinds, "种类", "kind"),
              TEXT(ALWAYS, "title", "标题", "title"), AT(ALWAYS, "at", "时间", "at"),
              TEXT(OR_NULL, "text", "内容", "words"),
              ID(OR_NULL, "delivery", "送达", "its delivery to the own unit"));
static ANSWER(delivery_request, ID(ALWAYS, "id", "撤回请求", "request"),
              TEXT(ALWAYS, "reason", "理由", "reason"), AT(ALWAYS, "asked_at", "时间", "asked"),
              TEXT(ALWAYS, "by", "请求人", "by"));
static ANSWER(delivery_word, TEXT(ALWAYS, "kind", "种类", "feedback, reply"),
              TEXT(ALWAYS, "text", "内容", "words"), TEXT(ALWAYS, "by", "反馈人", "by"),
              AT(ALWAYS, "at", "时间", "at"));
static ANSWER(delivery_trouble, TEXT(ALWAYS, "code", "问题", "problem"),
              TEXT(OR_NULL, "text", "说明", "words"), AT(ALWAYS, "at", "时间", "at"),
              AT(ALWAYS, "settled_at", "答复时间", "answered; 0: not yet"),
              TEXT(OR_NULL, "answer", "答复", "answer"));
static ANSWER(delivery_before, TEXT(ALWAYS, "receipt_no", "收文号", "receipt number"),
              ID(OR_NULL, "matter", "事项", "matter"),
              AT(ALWAYS, "registered_at", "登记时间", "registered"));
#define DELIVERY                                                                                   \
    ID(ALWAYS, "id", "送达", "delivery"), ID(ALWAYS, "unit", "收文单位", "unit"),                  \
        TEXT(ALWAYS, "state", "状态", "state"), FLAG(ALWAYS, "is_cc", "抄送", "a copy"),           \
        ID(OR_NULL, "matter", "收文事项", "matter"), COVER,                                        \
        FLAG(ALWAYS, "may_refuse", "可退回", "may be sent back"),                                  \
        NUMBER(ALWAYS, "urges", "催签次数", "times the sender urged to sign"),                     \
        AT(OR_NULL, "delivered", "送达时间", "delivered"),                                         \
        AT(OR_NULL, "signed", "签收时间", "signed for"),                                           \
        AT(OR_NULL, "registered", "登记时间", "registered"),                                       \
        AT(OR_NULL, "proposed", "拟办时间", "proposed"),                                           \
        AT(OR_NULL, "instructed", "批办时间", "instructed"),                                       \
        AT(OR_NULL, "handling", "承办时间", "being handled"),                                      \
        AT(OR_NULL, "closed", "办结时间", "closed"),                                               \
        LIST(ALWAYS, "corrections", &delivery_correction_record, "更正", "corrections"),           \
        ID(OR_NULL, "corrects", "所更正的送达", "what it corrects"),                               \
        ONE(OR_NULL, "retract_request", &delivery_request_record, "撤回请求",                      \
            "request to give back"),                                                               \
        LIST(ALWAYS, "feedback", &delivery_word_record, "反馈", "feedback"),                       \
        LIST(ALWAYS, "problems", &delivery_trouble_record, "问题", "problems reported"),           \
        TEXT(OR_NULL, "receipt_no", "收文号", "receipt number"),                                   \
        CHOICE(OR_NULL, "received_kind", received_kinds, "办件或阅件", "to act on or to read"),    \
        LIST(ALWAYS, "registered_before", &delivery_before_record, "重复登记",                     \
             "registered before")
ANSWER(delivery, DELIVERY,
       ONE(OR_NULL, "document", &letter_record, "公文", "the text, once signed for"));

static ANSWER(instruction, ID(ALWAYS, "id", "批示", "instruction"),
              ID(ALWAYS, "post", "领导身份", "leader's post"),
              TEXT(ALWAYS, "who", "领导", "leader"), TEXT(ALWAYS, "text", "批示内容", "words"),
              TEXT(OR_NULL, "lead", "牵头", "lead"), DAY(OR_NULL, "due_on", "期限", "due"),
              AT(ALWAYS, "at", "时间", "at"), TEXT(ALWAYS, "state", "状态", "state"),
              FLAG(ALWAYS, "is_contradicted", "批示不一致", "leaders contradict each other"));
static ANSWER(assignment, ID(ALWAYS, "id", "交办", "assignment"),
              TEXT(ALWAYS, "text", "内容", "words"), DAY(OR_NULL, "due_on", "期限", "due"),
              FLAG(ALWAYS, "wants_feedback", "要求反馈", "wants feedback"),
              ID(OR_NULL, "dispatch", "转办", "dispatch"),
              ID(OR_NULL, "matter", "承办事项", "matter"),
              FLAG(ALWAYS, "by_itself", "批示直达", "flew by itself"),
              AT(ALWAYS, "at", "时间", "at"), AT(ALWAYS, "done_at", "办结时间", "done; 0: not yet"),
              TEXT(OR_NULL, "result", "结果", "result"));
static ANSWER(matter_delivery, DELIVERY,
              LIST(ALWAYS, "instructions", &instruction_record, "批示", "instructions"),
              FLAG(ALWAYS, "is_contradicted", "批示不一致", "leaders contradict each other"),
              LIST(ALWAYS, "assignments", &assignment_record, "交办", "assignments"));
ANSWER(exchange_on_page,
       ONE(MAYBE_NULL, "document", &letter_record, "来文", "the letter; null: retracted"),
       ONE(MAYBE, "delivery", &matter_delivery_record, "送达", "the delivery"));

ANSWER(box_letter, ID(ALWAYS, "id", "送达", "delivery"), TEXT(ALWAYS, "state", "状态", "state"),
       AT(ALWAYS, "delivered_at", "送达时间", "delivered"),
       AT(ALWAYS, "at", "排序时间", "moment it is sorted by"),
       FLAG(ALWAYS, "is_cc", "抄送", "a copy"), ID(OR_NULL, "matter", "收文事项", "matter"),
       ID(ALWAYS, "unit", "收文单位", "unit"), CHOICE(ALWAYS, "kind", kinds, "种类", "kind"),
       TEXT(ALWAYS, "issuer", "发文机关", "issuer"),
       TEXT(ALWAYS, "sender", "来文单位", "sending unit"), TEXT(ALWAYS, "title", "标题", "title"),
       TEXT(OR_NULL, "number", "文号", "number"), TEXT(OR_NULL, "urgency", "紧急程度", "urgency"),
       TEXT(ALWAYS, "label", "标识", "empty, internal, sensitive"), TEXT(OR_NULL, "doc_type", "文种", "kind"),
       NUMBER(ALWAYS, "urges", "催签次数", "times urged"),
       FLAG(ALWAYS, "is_correction", "更正", "a correction"),
       ID(OR_NULL, "retract_request", "撤回请求", "request to give back"));
static ANSWER(reason_code, TEXT(ALWAYS, "code", "代码", "code"),
              TEXT(ALWAYS, "label", "名称", "label"));
ANSWER(delivery_reasons, LIST(ALWAYS, "refuse", &reason_code_record, "退回理由", "why sent back"),
       LIST(ALWAYS, "problem", &reason_code_record, "问题种类", "kinds of problems"));
ANSWER(received_row, TEXT(ALWAYS, "receipt_no", "收文号", "receipt number"),
       NUMBER(ALWAYS, "seq", "顺序号", "sequence"),
       CHOICE(ALWAYS, "kind", received_kinds, "办件或阅件", "to act on or to read"),
       AT(ALWAYS, "registered_at", "登记时间", "registered"),
       ID(OR_NULL, "matter", "事项", "matter; null: not for this reader to open"),
       ID(OR_NULL, "delivery", "送达", "delivery"), TEXT(ALWAYS, "issuer", "来文机关", "issuer"), TEXT(OR_NULL, "number", "来文字号", "number"),
       TEXT(ALWAYS, "title", "标题", "title"), TEXT(OR_NULL, "doc_type", "文种", "kind"),
       TEXT(OR_NULL, "urgency", "紧急程度", "urgency"),
       TEXT(ALWAYS, "label", "标识", "empty, internal, sensitive"),
       FLAG(ALWAYS, "is_paper", "纸质来文", "came on paper"),
       DAY(OR_NULL, "signed_on", "成文日期", "signed on"),
       TEXT(OR_NULL, "registered_by", "登记人", "registered by"),
       TEXT(ALWAYS, "state", "状态", "state"),
       TEXT(ALWAYS, "handler", "承办", "whom it was given to; empty: nobody yet"),
       TEXT(OR_NULL, "categories", "本单位分类", "categories of the own unit"));
ANSWER(receiving_rule, ID(ALWAYS, "unit_id", "单位", "unit"),
       FLAG(ALWAYS, "is_small", "签收登记拟办一页办理",
            "one page for signing, registering, proposing"),
       FLAG(ALWAYS, "forwards", "批示直达承办人", "an instruction flies by itself"));
ANSWER(instruction_row, ID(ALWAYS, "id", "批示", "instruction"),
       ID(ALWAYS, "matter", "事项", "matter"), TEXT(ALWAYS, "who", "领导", "leader"),
       TEXT(ALWAYS, "text", "批示内容", "words"), TEXT(OR_NULL, "lead", "牵头", "lead"),
       DAY(OR_NULL, "due_on", "期限", "due"), AT(ALWAYS, "at", "时间", "at"),
       TEXT(ALWAYS, "state", "状态", "state"),
       FLAG(ALWAYS, "is_contradicted", "批示不一致", "leaders contradict each other"),
       TEXT(ALWAYS, "title", "标题", "title"), TEXT(OR_NULL, "number", "文号", "number"),
       TEXT(OR_NULL, "urgency", "紧急程度", "urgency"),
       TEXT(ALWAYS, "executors", "承办", "who does it"),
       TEXT(OR_NULL, "result", "办理结果", "what came of it"),
       FLAG(ALWAYS, "is_open", "尚待反馈", "a result is still waited for"));

/* --- the sender's side ---------------------------------------------------------------------------
 */

static ANSWER(dispatch_document, ID(OR_NULL, "id", "公文", "document"),
              ID(OR_NULL, "matter", "发文事项", "matter"), COVER,
              TEXT(ALWAYS, "main_text", "主送机关", "main recipients"),
              TEXT(ALWAYS, "cc_text", "抄送机关", "copies to"));
static ANSWER(dispatch_choices, ONE(MAYBE, "main", &recipients_choice_record, "主送", "main"),
              ONE(MAYBE, "cc", &recipients_choice_record, "抄送", "copies"));
static ANSWER(dispatch_totals, NUMBER(MAYBE, "queued", "待送达（纸质）", "to be brought on paper"),
              NUMBER(MAYBE, "delivered", "已送达", "delivered"),
              NUMBER(MAYBE, "signed", "已签收", "signed for"),
              NUMBER(MAYBE, "registered", "已登记", "registered"),
              NUMBER(MAYBE, "proposed", "已拟办", "proposed"),
              NUMBER(MAYBE, "instructed", "已批办", "instructed"),
              NUMBER(MAYBE, "handling", "承办中", "being handled"),
              NUMBER(MAYBE, "closed", "已办结", "closed"),
              NUMBER(MAYBE, "refused", "已退回", "sent back"),
              NUMBER(MAYBE, "retracted", "已撤回", "retracted"));
ANSWER(board_totals, NUMBER(ALWAYS, "count", "收文单位数", "receiving units the filter leaves"),
       ONE(ALWAYS, "totals", &dispatch_totals_record, "各节点单位数", "units by milestone"));
static ANSWER(board_kind, TEXT(ALWAYS, "level", "层级", "level"),
              TEXT(ALWAYS, "branch", "系统", "branch"),
              NUMBER(ALWAYS, "count", "收文单位数", "receiving units"));
static ANSWER(board_place, ID(ALWAYS, "id", "单位", "unit"), TEXT(ALWAYS, "name", "名称", "name"),
              TEXT(ALWAYS, "level", "层级", "county, town"),
              ID(OR_NULL, "up", "上级", "unit above it"),
              NUMBER(ALWAYS, "count", "收文单位数", "receiving units there"));
ANSWER(board_receivers, LIST(ALWAYS, "kinds", &board_kind_record, "层级和系统", "levels and branches"),
       LIST(ALWAYS, "places", &board_place_record, "地区", "counties, zones and towns"));
static ANSWER(dispatch_correction, ID(ALWAYS, "dispatch", "分发", "dispatch"),
              CHOICE(ALWAYS, "kind", kinds, "种类", "kind"), TEXT(ALWAYS, "title", "标题", "title"),
              TEXT(OR_NULL, "number", "文号", "number"), AT(ALWAYS, "at", "时间", "at"),
              TEXT(OR_NULL, "text", "内容", "words"));
static ANSWER(dispatch_can, FLAG(ALWAYS, "approve", "可批准撤回", "may approve a retraction"),
              FLAG(ALWAYS, "acknowledge", "可处理退回", "may settle what came back"));
ANSWER(dispatch, ID(ALWAYS, "id", "分发", "dispatch"),
       ONE(ALWAYS, "document", &dispatch_document_record, "公文", "the document"),
       NUMBER(ALWAYS, "count", "收文单位数", "receiving units"),
       ID(OR_NULL, "corrects", "所更正的分发", "what it corrects"),
       ONE(ALWAYS, "recipients", &dispatch_choices_record, "所选单位", "the choice as it was made"),
       ONE(ALWAYS, "totals", &dispatch_totals_record, "各节点单位数", "units by milestone"),
       LIST(ALWAYS, "corrections", &dispatch_correction_record, "更正", "corrections"),
       ONE(ALWAYS, "can", &dispatch_can_record, "可做的事", "what one may do"));
static ANSWER(board_unit, ID(ALWAYS, "id", "单位", "unit"), TEXT(ALWAYS, "name", "名称", "name"));
ANSWER(board_row, ID(ALWAYS, "delivery", "送达", "delivery"),
       ONE(ALWAYS, "unit", &board_unit_record, "收文单位", "unit"),
       TEXT(ALWAYS, "level", "层级", "level"), TEXT(ALWAYS, "branch", "系统", "branch"),
       TEXT(ALWAYS, "state", "状态", "state"), FLAG(ALWAYS, "is_cc", "抄送", "a copy"),
       AT(OR_NULL, "delivered_at", "送达时间", "delivered"),
       AT(OR_NULL, "signed_at", "签收时间", "signed for"),
       AT(OR_NULL, "registered_at", "登记时间", "registered"),
       AT(OR_NULL, "proposed_at", "拟办时间", "proposed"),
       AT(OR_NULL, "instructed_at", "批办时间", "instructed"),
       AT(OR_NULL, "handling_at", "承办时间", "being handled"),
       AT(OR_NULL, "closed_at", "办结时间", "closed"),
       AT(OR_NULL, "ended_at", "退回或撤回时间", "sent back or retracted"),
       FLAG(ALWAYS, "sees_all", "可见全部节点", "every milestone is shown"),
       TEXT(OR_NULL, "clerk", "签收人", "signed for by"),
       NUMBER(ALWAYS, "resent", "重发次数", "times resent"),
       NUMBER(ALWAYS, "feedback", "反馈数", "feedback"),
       NUMBER(ALWAYS, "problems", "问题数", "problems"),
       TEXT(OR_NULL, "retract", "撤回请求", "state of the request to give back"),
       NUMBER(ALWAYS, "urges", "催签次数", "times urged"));
static ANSWER(unsigned_clerk, TEXT(ALWAYS, "name", "收发文员", "clerk"),
              TEXT(OR_NULL, "phone", "电话", "phone"));
ANSWER(unsigned_row, ID(ALWAYS, "delivery", "送达", "delivery"), ID(ALWAYS, "unit", "单位", "unit"),
       TEXT(ALWAYS, "name", "单位名称", "unit"),
       AT(ALWAYS, "delivered_at", "送达时间", "delivered"),
       LIST(ALWAYS, "clerks", &unsigned_clerk_record, "收发文员", "clerks"));
ANSWER(dispatch_row, ID(ALWAYS, "id", "分发", "dispatch"),
       CHOICE(ALWAYS, "kind", kinds, "种类", "kind"), TEXT(ALWAYS, "title", "标题", "title"),
       TEXT(OR_NULL, "number", "文号", "number"), TEXT(OR_NULL, "urgency", "紧急程度", "urgency"),
       TEXT(ALWAYS, "label", "标识", "empty, internal, sensitive"),
       TEXT(OR_NULL, "doc_type", "文种", "kind"), AT(ALWAYS, "at", "分发时间", "at"),
       NUMBER(ALWAYS, "count", "收文单位数", "receiving units"),
       ID(OR_NULL, "matter", "发文事项", "matter"), TEXT(ALWAYS, "by", "分发人", "by"),
       ID(OR_NULL, "corrects", "所更正的分发", "what it corrects"),
       NUMBER(ALWAYS, "signed", "已签收", "signed for"),
       NUMBER(ALWAYS, "closed", "已办结", "closed"));
ANSWER(feedback_row, ID(ALWAYS, "id", "反馈", "feedback"),
       ID(ALWAYS, "delivery", "送达", "delivery"), TEXT(ALWAYS, "kind", "种类", "feedback, reply"),
       TEXT(ALWAYS, "text", "内容", "words"), TEXT(ALWAYS, "by", "反馈人", "by"),
       AT(ALWAYS, "at", "时间", "at"), TEXT(ALWAYS, "unit", "单位", "unit"),
       ID(ALWAYS, "unit_id", "单位", "unit"));
#define RETURNED                                                                                   \
    ID(ALWAYS, "id", "编号", "id"), ID(ALWAYS, "delivery", "送达", "delivery"),                    \
        ID(ALWAYS, "dispatch", "分发", "dispatch"), TEXT(ALWAYS, "code", "理由代码", "code"),      \
        TEXT(ALWAYS, "reason", "理由", "reason"), TEXT(OR_NULL, "text", "说明", "words"),          \
        AT(ALWAYS, "at", "时间", "at"), TEXT(ALWAYS, "unit", "单位", "unit"),                      \
        TEXT(ALWAYS, "title", "标题", "title"), TEXT(OR_NULL, "number", "文号", "number"),         \
        ID(OR_NULL, "matter", "发文事项", "matter")
static ANSWER(refusal_row, RETURNED, AT(OR_NULL, "acknowledged_at", "处理时间", "acknowledged"));
static ANSWER(refusal_count, TEXT(ALWAYS, "code", "理由代码", "code"),
              TEXT(ALWAYS, "reason", "理由", "reason"), NUMBER(ALWAYS, "n", "次数", "times"));
ANSWER(refusals, LIST(ALWAYS, "counts", &refusal_count_record, "按理由计数", "by reason"),
       LIST(ALWAYS, "rows", &refusal_row_record, "退回", "sent back"),
       TEXT(OR_NULL, "after", "继续位置", "cursor"));
ANSWER(problem_row, RETURNED, AT(OR_NULL, "settled_at", "答复时间", "answered"));
