/* What desk's pages answer, described for OpenAPI and the browser's types; the reads write these
 * members themselves. */
#include "core/answer.h"
#include "desk/desk_form_in.h"

static const char *const holders[] = { "post", "unit", "pool", NULL };
static const char *const choice_kinds[] = { "posts", "units", "post", "unit", NULL };
static const char *const roles[] = { "sign", "lead", "assist", "advise", "rework", NULL };
static const char *const leaf_states[] = { "waiting", "todo", "done", NULL };
static const char *const reading_states[] = { "waiting", "sent", "skipped", "read", "hidden", NULL };
static const char *const marks[] = { "idle", "active", "done", "undone", NULL };

ANSWER(matter_opinion, ID(ALWAYS, "id", "意见", "opinion"),
              ID(OR_NULL, "item", "待办", "item"), TEXT(ALWAYS, "who", "姓名", "who"),
              TEXT(ALWAYS, "title", "职务", "title"), TEXT(ALWAYS, "text", "意见内容", "words"),
              TEXT(OR_NULL, "outcome", "结果", "outcome"),
              FLAG(ALWAYS, "noted", "圈阅", "by a circle"), AT(ALWAYS, "at", "时间", "at"),
              TEXT(OR_NULL, "acting_for", "代谁办理", "acting for"),
              TEXT(OR_NULL, "standing", "以何身份", "presiding, entrusted: in the own name"),
              TEXT(OR_NULL, "recorded_by", "代录人", "put down by"),
              TEXT(OR_NULL, "recorded_form", "原话形式", "how it was said"),
              DAY(OR_NULL, "said_on", "批示日期", "day it was said"),
              AT(OR_NULL, "said_at", "批示时间", "when, where the hour is known"),
              ID(OR_NULL, "scan", "扫描件", "attachment with the leader's hand"),
              FLAG(ALWAYS, "ink", "有手写", "has handwriting: /opinions/{id}/ink"),
              FLAG(ALWAYS, "corrected", "本人更正", "the leader's own words for what was recorded"),
              FLAG(ALWAYS, "confirmed", "已确认", "confirmed"),
              FLAG(ALWAYS, "mine_to_confirm", "待本人确认", "one's own to confirm"));
static ANSWER(matter_step, TEXT(ALWAYS, "name", "环节", "step"),
              LIST(ALWAYS, "opinions", &matter_opinion_record, "意见", "opinions in rank order"));
ANSWER(matter_open_item, ID(ALWAYS, "item", "待办", "item"),
              TEXT(ALWAYS, "node", "环节编号", "node"),
              NUMBER(ALWAYS, "act", "第几次办理", "act, for who directs it"),
              TEXT(ALWAYS, "name", "环节", "step"),
              CHOICE(ALWAYS, "kind", holders, "持有者", "holder"),
              FLAG(ALWAYS, "shielded", "不显示领导办理情况", "a leader, shielded"),
              TEXT(OR_NULL, "who", "姓名", "who"), TEXT(OR_NULL, "title", "职务", "title"),
              AT(OR_NULL, "since_at", "到达时间", "since"),
              FLAG(ALWAYS, "opened", "已打开", "opened"));
ANSWER(matter_outcome, TEXT(ALWAYS, "name", "结果", "outcome"),
              TEXT(ALWAYS, "label", "名称", "label"));
ANSWER(matter_need, TEXT(ALWAYS, "name", "变量", "variable"),
              TEXT(ALWAYS, "label", "名称", "label"),
              CHOICE(ALWAYS, "kind", choice_kinds, "种类", "kind"),
              TEXTS(ALWAYS, "chosen", "已选", "chosen before"),
              FLAG(ALWAYS, "required", "必选", "required"),
              TEXT(OR_NULL, "suggest", "建议", "suggestion"),
              TEXTS(ALWAYS, "outcomes", "适用结果", "outcomes it belongs to"));
static ANSWER(matter_option, TEXT(ALWAYS, "value", "值", "value"),
              TEXT(ALWAYS, "label", "名称", "label"));
ANSWER(matter_ask, TEXT(ALWAYS, "node", "环节编号", "node"),
              TEXT(ALWAYS, "name", "变量", "variable"), TEXT(ALWAYS, "label", "名称", "label"),
              TEXT(ALWAYS, "kind", "种类", "kind"), FLAG(MAYBE, "required", "必填", "required"),
              TEXT(MAYBE, "hint", "提示", "hint"), NUMBER(MAYBE, "max", "最大长度", "longest"),
              LIST(MAYBE, "options", &matter_option_record, "选项", "options"));
static ANSWER(matter_signer, NUMBER(ALWAYS, "leaf", "签办", "place in the step"),
              TEXT(OR_NULL, "who", "姓名", "who"), TEXT(OR_NULL, "title", "职务", "title"),
              FLAG(ALWAYS, "shielded", "不显示领导办理情况", "a leader, shielded"),
              CHOICE(ALWAYS, "role", roles, "作用", "role"),
              CHOICE(ALWAYS, "state", leaf_states, "状态", "state"),
              FLAG(ALWAYS, "may_remove", "可减签", "may be taken out"));
static ANSWER(matter_waiting, ID(ALWAYS, "id", "待办", "item"),
              TEXT(ALWAYS, "name", "环节", "step"),
              LIST(ALWAYS, "signers", &matter_signer_record, "签办人", "signers"));
static ANSWER(matter_my_item, ID(ALWAYS, "id", "待办", "item"),
              TEXT(ALWAYS, "node", "环节编号", "node"), TEXT(ALWAYS, "name", "环节", "step"),
              TEXT(ALWAYS, "role", "角色", "role in the step"),
              TEXT(OR_NULL, "doc", "提示", "what to do"), NUMBER(ALWAYS, "rev", "版本", "revision"),
              FLAG(ALWAYS, "opened", "已打开", "opened"),
              AT(OR_NULL, "due_at", "办理期限", "due"),
              FLAG(ALWAYS, "due_is_estimate", "期限为推算", "holidays of its year unknown"),
              ID(ALWAYS, "as_post", "办理身份", "acted as"),
              TEXT(ALWAYS, "as_title", "职务", "title"),
              TEXT(OR_NULL, "standing", "以何身份", "presiding, entrusted: in the own name"),
              FLAG(ALWAYS, "is_acting", "代为办理", "acting for another"),
              FLAG(ALWAYS, "for_leader", "领导的待办", "a leader's item"),
              FLAG(ALWAYS, "own_request", "本人的申请，须由他人审批", "one's own request: somebody else agrees"),
              FLAG(ALWAYS, "may_circulate", "可传阅", "may circulate"),
              TEXT(OR_NULL, "fields", "可改字段", "fields one may write"),
              TEXT(OR_NULL, "form", "页面", "form of the step"),
              TEXT(OR_NULL, "milestone", "节点", "milestone"),
              TEXTS(ALWAYS, "ops", "可做的操作", "what may be done"),
              LIST(ALWAYS, "outcomes", &matter_outcome_record, "结果", "outcomes"),
              LIST(ALWAYS, "need_vars", &matter_need_record, "须选择的人", "whom to choose"),
              LIST(ALWAYS, "asks", &matter_ask_record, "须填写的", "what to fill in"),
              LIST(ALWAYS, "signers", &matter_signer_record, "同环节签办人", "who signs beside"));
static ANSWER(matter_reading, ID(ALWAYS, "id", "传阅", "reading"),
              TEXT(ALWAYS, "who", "姓名", "who"), TEXT(ALWAYS, "title", "职务", "title"),
              TEXT(ALWAYS, "unit", "单位", "unit"),
              NUMBER(ALWAYS, "place", "顺序", "its turn; 0: all at once"),
              CHOICE(ALWAYS, "state", reading_states, "状态", "state"),
              AT(OR_NULL, "sent_at", "送阅时间", "sent; null: not its turn yet"),
              FLAG(ALWAYS, "hidden", "不显示", "a leader, shielded"),
              AT(OR_NULL, "opened_at", "打开时间", "opened"),
              AT(OR_NULL, "read_at", "阅读时间", "read"), TEXT(OR_NULL, "note", "阅读意见", "note"),
              FLAG(ALWAYS, "skipped", "跳阅", "passed over, reads later"),
              FLAG(ALWAYS, "mine", "本人的", "one's own to read"));
static ANSWER(matter_proposal, ID(ALWAYS, "id", "传阅建议", "proposal"),
              ID(ALWAYS, "post", "身份", "post"), TEXT(ALWAYS, "who", "姓名", "who"),
              TEXT(ALWAYS, "title", "职务", "title"), TEXT(ALWAYS, "by", "建议人", "proposed by"),
              TEXT(ALWAYS, "reason", "理由", "reason"), AT(ALWAYS, "at", "时间", "at"));
static ANSWER(matter_attachment, ID(ALWAYS, "id", "附件", "attachment"),
              TEXT(ALWAYS, "name", "文件名", "file name"), TEXT(ALWAYS, "type", "类型", "type"),
              TEXT(ALWAYS, "kind", "种类", "kind"), NUMBER(ALWAYS, "size", "字节数", "bytes"),
              TEXT(ALWAYS, "digest", "摘要", "SM3"),
              FLAG(ALWAYS, "can_preview", "可预览", "a browser shows it"),
              FLAG(ALWAYS, "can_convert", "转换后可预览", "shown as a PDF once it is converted"));
static ANSWER(matter_child, TEXT(ALWAYS, "unit", "单位", "unit"),
              TEXT(ALWAYS, "state", "状态", "state: running, done, void, silent"),
              TEXT(ALWAYS, "module", "业务", "module: countersign, co_sign …"),
              TEXT(OR_NULL, "outcome", "答复", "its one answer: agree, comment, disagree"),
              ID(OR_NULL, "silence_item", "可记为逾期未反馈的待办", "item whose silence one may record"));
static ANSWER(matter_can, FLAG(ALWAYS, "cancel", "可撤销", "may cancel"),
              FLAG(ALWAYS, "attach", "可增减附件", "may change its papers"),
              FLAG(ALWAYS, "circulate", "可传阅", "may circulate"),
              FLAG(ALWAYS, "decide_reader", "可确定传阅对象", "fixes the readers"),
              FLAG(ALWAYS, "propose_reader", "可建议传阅对象", "may propose a reader"),
              FLAG(ALWAYS, "urge", "可催办", "may urge"),
              FLAG(ALWAYS, "govern", "可管理流程", "governs its flow"),
              FLAG(ALWAYS, "suspend", "可挂起", "may suspend"),
              FLAG(ALWAYS, "resume", "可恢复", "may resume"),
              FLAG(ALWAYS, "branches", "有并行各路", "has branches of a parallel sending"),
              FLAG(ALWAYS, "finish", "可提前办结自由流转", "may end free routing while others have it"),
              TEXTS(ALWAYS, "label", "可改的标识", "marks it may be given instead"),
              ID(OR_NULL, "withdraw_item", "可收回的待办", "item that may be taken back"),
              NUMBER(ALWAYS, "withdraw_rev", "其版本", "its revision"));

ANSWER(matter_page, ID(ALWAYS, "id", "事项", "matter"), TEXT(ALWAYS, "module", "业务", "module"),
       TEXT(ALWAYS, "module_name", "业务名称", "module's name"),
       TEXT(ALWAYS, "title", "标题", "title"), TEXT(OR_NULL, "number", "文号", "number"),
       TEXT(OR_NULL, "urgency", "紧急程度", "urgency"),
       TEXT(ALWAYS, "label", "标识", "empty, internal, sensitive"),
       TEXT(ALWAYS, "label_by", "标识来源", "empty, rule, file, sender, office"),
       TEXT(ALWAYS, "label_why", "标识理由", "the word found, or the reason"),
       TEXT(ALWAYS, "state", "状态", "state"),
       TEXT(OR_NULL, "retention", "保管期限", "kept: permanent, 30y, 10y"),
       ID(ALWAYS, "unit_id", "单位", "unit"), TEXT(ALWAYS, "unit", "单位名称", "unit"),
       TEXT(OR_NULL, "from_unit", "来自", "from"), TEXT(OR_NULL, "starter", "发起人", "started by"),
       AT(ALWAYS, "started_at", "发起时间", "started"), AT(OR_NULL, "due_at", "办理期限", "due"),
       FLAG(ALWAYS, "due_is_estimate", "期限为推算", "holidays of its year unknown"),
       NUMBER(ALWAYS, "rev", "版本", "revision"), ID(OR_NULL, "subject_id", "所办对象", "subject"),
       ID(OR_NULL, "parent_id", "上级事项", "parent"),
       LIST(ALWAYS, "sheet", &matter_step_record, "呈批单", "the sheet, step by step"),
       LIST(ALWAYS, "current", &matter_open_item_record, "当前环节", "where it is now"),
       LIST(ALWAYS, "incidents", &matter_incident_record, "流程异常", "where it cannot go on"),
       ONE(OR_NULL, "my_item", &matter_my_item_record, "本人待办", "what waits for oneself"),
       LIST(ALWAYS, "waiting", &matter_waiting_record, "本人等待的", "one's own that wait"),
       LIST(ALWAYS, "readings", &matter_reading_record, "传阅", "readings"),
       LIST(ALWAYS, "proposals", &matter_proposal_record, "传阅建议", "readers proposed"),
       LIST(ALWAYS, "attachments", &matter_attachment_record, "附件", "attachments"),
       LIST(ALWAYS, "children", &matter_child_record, "下级事项", "matters of other units"),
       ONE(OR_NULL, "form", &matter_form_record, "表单", "the form"),
       ONE(OR_NULL, "print_sheet", &print_sheet_record, "打印单", "the print sheet"),
       LIST(ALWAYS, "warnings", &matter_warning_record, "提醒的理由", "reasons given at rules"),
       ONE(ALWAYS, "can", &matter_can_record, "可做的事", "what one may do"),
       FLAG(ALWAYS, "watched", "已关注", "watched"));

static const char *const node_events[] = { "",      "timer",      "message",   "signal",
                                           "error", "escalation", "condition", "link", NULL };
static const char *const node_multi[] = { "", "parallel", "sequential", NULL };
static ANSWER(diagram_hand, CHOICE(ALWAYS, "state", marks, "状态", "state"),
              FLAG(ALWAYS, "shielded", "不显示领导办理情况", "a leader, shielded"),
              TEXT(OR_NULL, "who", "姓名", "who"),
              FLAG(ALWAYS, "day_only", "只到日期（领导）", "the day only: a leader's"),
              AT(OR_NULL, "at", "时间", "since, or when it was done"));
static ANSWER(diagram_node, TEXT(OR_NULL, "parent", "所在子流程", "sub-process it is drawn in"),
              TEXT(OR_NULL, "host", "附着的活动", "activity the event sits on"),
              CHOICE(ALWAYS, "event", node_events, "事件", "event"),
              FLAG(ALWAYS, "interrupts", "打断", "interrupts its activity"),
              CHOICE(ALWAYS, "multi", node_multi, "多实例", "one for each"),
              TEXT(OR_NULL, "called", "调用的流程", "module it calls"),
              LIST(ALWAYS, "hands", &diagram_hand_record, "办理人", "who has and had it"),
              TEXT(ALWAYS, "id", "编号", "id"), TEXT(ALWAYS, "type", "种类", "type"),
              TEXT(OR_NULL, "name", "名称", "name"), NUMBER(ALWAYS, "x", "x", "x"),
              NUMBER(ALWAYS, "y", "y", "y"), NUMBER(ALWAYS, "w", "宽", "width"),
              NUMBER(ALWAYS, "h", "高", "height"), CHOICE(ALWAYS, "state", marks, "状态", "state"),
              NUMBER(ALWAYS, "attempts", "轮次", "attempts"));
static ANSWER(diagram_edge, TEXT(ALWAYS, "id", "编号", "id"), TEXT(ALWAYS, "from", "起", "from"),
              TEXT(ALWAYS, "to", "止", "to"), TEXT(OR_NULL, "label", "名称", "label"),
              CHOICE(ALWAYS, "state", marks, "状态", "state"),
              MEMBER(ALWAYS, "points", F_JSON, "折点", "points: [x, y] each"));
ANSWER(diagram, LIST(ALWAYS, "nodes", &diagram_node_record, "节点", "nodes"),
       LIST(ALWAYS, "edges", &diagram_edge_record, "连线", "edges"));

static const char *const changes[] = { "void",   "suspend", "open", "reopen",
                                      "queue", "close",  "urge",   "present", NULL };
static const char *const ends[] = { "", "done", "rejected", "void", "suspended", NULL };
static ANSWER(impact_row, CHOICE(ALWAYS, "change", changes, "变化", "what becomes of it"),
              TEXT(ALWAYS, "was", "原状态", "state before; empty: new"),
              TEXT(ALWAYS, "node", "环节编号", "node"), TEXT(OR_NULL, "step", "环节", "step"),
              CHOICE(ALWAYS, "role", roles, "作用", "role"),
              FLAG(ALWAYS, "shielded", "不显示领导办理情况", "a leader, shielded"),
              TEXT(OR_NULL, "who", "姓名", "who"), TEXT(OR_NULL, "title", "职务", "title"),
              FLAG(ALWAYS, "mine", "本人", "oneself"));
static ANSWER(impact_service, TEXT(ALWAYS, "op", "操作", "command"),
              TEXT(ALWAYS, "words", "说明", "in words"), FLAG(ALWAYS, "is_undo", "撤销", "undone"));
ANSWER(impact, LIST(ALWAYS, "rows", &impact_row_record, "影响的人", "whom it touches"),
       LIST(ALWAYS, "services", &impact_service_record, "程序所做", "what the program does"),
       TEXTS(ALWAYS, "notes", "其他影响", "what else falls"),
       CHOICE(ALWAYS, "ends", ends, "事项结束为", "how it would end; empty: it goes on"));

static ANSWER(hand_would, MEMBER(ALWAYS, "id", F_ID, "编号", "id"),
              TEXT(ALWAYS, "kind", "类别", "item or reading"), FLAG(ALWAYS, "ok", "可移交", "would go"),
              MEMBER(OR_NULL, "matter", F_ID, "事项", "matter"),
              TEXT(OR_NULL, "code", "代码", "code"), TEXT(OR_NULL, "detail", "说明", "why not"));
static ANSWER(hand_other, MEMBER(ALWAYS, "post_id", F_ID, "身份", "post"),
              TEXT(ALWAYS, "title", "职务", "title"), TEXT(ALWAYS, "unit", "单位", "unit"),
              NUMBER(ALWAYS, "todo", "待办", "open items"),
              NUMBER(ALWAYS, "to_read", "待阅", "to read"));
ANSWER(hand_impact, TEXT(ALWAYS, "name", "接收人", "to whom"), TEXT(ALWAYS, "title", "职务", "title"),
       TEXT(ALWAYS, "unit", "单位", "unit"),
       LIST(ALWAYS, "results", &hand_would_record, "逐件结果", "piece by piece"),
       NUMBER(ALWAYS, "items", "将移交的待办", "items that would go"),
       NUMBER(ALWAYS, "readings", "将移交的待阅", "readings that would go"),
       NUMBER(ALWAYS, "matters", "涉及事项", "matters they are of"),
       LIST(ALWAYS, "other_posts", &hand_other_record, "其他职务尚有的工作",
            "other posts of the person that have work"));
