/* What desk's reads of modules, forms and things answer, for OpenAPI and the pages' types. */
#include "core/answer.h"
#include "desk/desk_form_in.h"

static const char *const levels[] = { "error", "warn", NULL };

/* A field as module.json has it, with what the reader may do. What has no fixed shape (limits, options,
 * columns) is module.json's own. */
static ANSWER(form_field, TEXT(ALWAYS, "name", "字段", "field"),
              TEXT(ALWAYS, "label", "名称", "label"), TEXT(ALWAYS, "type", "类型", "type"),
              TEXT(MAYBE, "label_en", "英文名称", "English label"),
              TEXT(MAYBE, "hint", "提示", "hint"), TEXT(MAYBE, "hint_en", "英文提示", "English hint"),
              FLAG(MAYBE, "required", "必填", "required"),
              FLAG(MAYBE, "read_only", "只读", "read only"), FLAG(MAYBE, "list", "进列表", "in lists"),
              TEXT(MAYBE, "default", "默认值", "default"), TEXT(MAYBE, "compute", "计算", "computed by"),
              TEXT(MAYBE, "visible", "显示条件", "visible when"),
              TEXT(MAYBE, "required_when", "必填条件", "required when"),
              MEMBER(MAYBE, "min", F_JSON, "下限", "least"), MEMBER(MAYBE, "max", F_JSON, "上限", "most"),
              NUMBER(MAYBE, "decimals", "小数位", "decimals"),
              TEXT(MAYBE, "pattern", "样式", "pattern"),
              NUMBER(MAYBE, "max_days", "最多天数", "days at most"),
              NUMBER(MAYBE, "max_hours", "最多小时", "hours at most"),
              NUMBER(MAYBE, "step_minutes", "步长（分钟）", "steps in minutes"),
              MEMBER(MAYBE, "options", F_JSON, "选项", "options"),
              TEXT(MAYBE, "within", "范围", "within unit or city"),
              TEXTS(MAYBE, "roles", "角色", "roles"), TEXT(MAYBE, "thing", "物品类别", "kind of thing"),
              TEXT(MAYBE, "own", "限本人的", "its field that names whose it is"),
              TEXT(MAYBE, "module", "业务", "module"), TEXTS(MAYBE, "kinds", "附件种类", "kinds of files"),
              MEMBER(MAYBE, "columns", F_JSON, "列", "columns"),
              NUMBER(MAYBE, "min_rows", "最少行数", "rows at least"),
              NUMBER(MAYBE, "max_rows", "最多行数", "rows at most"),
              TEXTS(MAYBE, "sum", "合计列", "columns with a total"),
              FLAG(ALWAYS, "edit", "可填", "may be filled in"),
              FLAG(ALWAYS, "require", "本环节必填", "required at this step"),
              FLAG(ALWAYS, "is_visible", "显示", "visible now"),
              FLAG(ALWAYS, "is_required", "必填", "required now"));

static ANSWER(module_start, TEXT(OR_NULL, "node", "首个环节", "first step"),
              FLAG(ALWAYS, "title_is_computed", "标题自动生成", "the title is computed"),
              FLAG(ALWAYS, "has_urgency", "可选紧急程度", "urgency may be chosen"),
              LIST(ALWAYS, "fields", &form_field_record, "字段", "fields"),
              MEMBER(ALWAYS, "values", F_JSON, "值", "values by field"),
              MEMBER(ALWAYS, "names", F_JSON, "所指名称", "names of references, post:12"),
              LIST(MAYBE, "outcomes", &matter_outcome_record, "结果", "outcomes"),
              LIST(MAYBE, "need_vars", &matter_need_record, "须选择的人", "whom to choose"),
              LIST(MAYBE, "asks", &matter_ask_record, "须填写的", "what to fill in"));
ANSWER(module_page, TEXT(ALWAYS, "key", "业务", "module"), NUMBER(ALWAYS, "version", "版本", "version"),
       TEXT(ALWAYS, "name", "名称", "name"), TEXT(OR_NULL, "name_en", "英文名称", "English name"),
       TEXT(OR_NULL, "summary", "说明", "summary"),
       TEXT(OR_NULL, "summary_en", "英文说明", "English summary"),
       TEXT(OR_NULL, "group", "分组", "group"), TEXT(OR_NULL, "icon", "图标", "icon"),
       TEXT(ALWAYS, "tier", "层级", "city or unit"), FLAG(ALWAYS, "is_on", "本单位启用", "in use"),
       FLAG(ALWAYS, "can_start", "可以发起", "may be started"),
       ID(OR_NULL, "post_id", "发起身份", "acted as"),
       MEMBER(ALWAYS, "module", F_JSON, "module.json", "module.json"),
       ONE(ALWAYS, "picture", &diagram_record, "流程图", "the flow picture"),
       ONE(ALWAYS, "start", &module_start_record, "发起", "as its starter finds it"));

ANSWER(matter_form, NUMBER(ALWAYS, "version", "版本", "version of the module"),
       TEXT(OR_NULL, "node", "环节", "step whose rights these are"),
       LIST(ALWAYS, "fields", &form_field_record, "字段", "fields"),
       MEMBER(ALWAYS, "values", F_JSON, "值", "values by field"),
       MEMBER(ALWAYS, "names", F_JSON, "所指名称", "names of references, post:12"));
ANSWER(matter_warning, TEXT(ALWAYS, "node", "环节", "step"), TEXT(ALWAYS, "message", "提醒", "warning"),
       TEXT(ALWAYS, "reason", "理由", "reason"), TEXT(ALWAYS, "who", "姓名", "who"),
       AT(ALWAYS, "at", "时间", "at"));
ANSWER(print_sheet, TEXT(ALWAYS, "title", "标题", "title"),
       MEMBER(ALWAYS, "rows", F_JSON, "行", "rows of cells"));

static ANSWER(form_finding, TEXT(ALWAYS, "field", "字段", "field"), TEXT(ALWAYS, "code", "代码", "code"),
              CHOICE(ALWAYS, "level", levels, "级别", "level"),
              TEXT(ALWAYS, "message", "说明", "message"),
              NUMBER(ALWAYS, "rule", "规则序号", "rule by its place; 0: none"));
ANSWER(form_evaluation, MEMBER(ALWAYS, "computed", F_JSON, "计算结果", "computed values by field"),
       MEMBER(ALWAYS, "visible", F_JSON, "是否显示", "visible, by field"),
       MEMBER(ALWAYS, "required", F_JSON, "是否必填", "required, by field"),
       TEXT(OR_NULL, "title", "标题", "title"),
       LIST(ALWAYS, "findings", &form_finding_record, "问题", "findings"));

ANSWER(register_row_answer, ID(ALWAYS, "matter_id", "事项", "matter"),
       TEXT(ALWAYS, "title", "标题", "title"), TEXT(OR_NULL, "number", "编号", "number"),
       TEXT(OR_NULL, "urgency", "紧急程度", "urgency"),
       TEXT(ALWAYS, "label", "标识", "empty, internal, sensitive"),
       TEXT(ALWAYS, "state", "状态", "state"),
       TEXT(OR_NULL, "starter", "发起人", "started by"), AT(ALWAYS, "started_at", "发起时间", "started"),
       AT(OR_NULL, "closed_at", "办结时间", "closed"),
       MEMBER(ALWAYS, "values", F_JSON, "值", "values of its columns by field"),
       MEMBER(ALWAYS, "words", F_JSON, "内容", "the same in words"));

ANSWER(candidate_row, ID(ALWAYS, "matter_id", "事项", "matter"), TEXT(ALWAYS, "title", "标题", "title"),
       TEXT(OR_NULL, "number", "编号", "number"), AT(ALWAYS, "closed_at", "办结时间", "closed"),
       MEMBER(ALWAYS, "values", F_JSON, "带出的值", "values to fill in here"));
ANSWER(booking_row, ID(ALWAYS, "id", "预订", "booking"), ID(ALWAYS, "thing_id", "物品", "thing"),
       AT(ALWAYS, "from_at", "起", "from"), AT(ALWAYS, "to_at", "止", "until"),
       TEXT(OR_NULL, "who", "申请人", "by"), TEXT(ALWAYS, "state", "事项状态", "state of the matter"),
       ID(OR_NULL, "matter_id", "事项", "matter, for who may see it"),
       TEXT(OR_NULL, "title", "标题", "its title"));
ANSWER(thing_row, ID(ALWAYS, "id", "物品", "thing"), TEXT(ALWAYS, "name", "名称", "name"),
       TEXT(ALWAYS, "state", "状态", "state"), NUMBER(ALWAYS, "rev", "版本", "revision"),
       FLAG(ALWAYS, "is_retired", "已停用", "retired"),
       FLAG(ALWAYS, "may_change", "可以修改", "may be changed"),
       MEMBER(ALWAYS, "values", F_JSON, "值", "values by field"),
       MEMBER(ALWAYS, "words", F_JSON, "内容", "the same in words"));
ANSWER(thing_event_row, TEXT(ALWAYS, "op", "变动", "what was done"),
       MEMBER(ALWAYS, "changed", F_JSON, "内容", "what was set"),
       ID(OR_NULL, "matter_id", "依据事项", "because of"), TEXT(ALWAYS, "who", "姓名", "who"),
       AT(ALWAYS, "at", "时间", "at"));
ANSWER(whereabouts_row, ID(ALWAYS, "id", "编号", "id"), ID(ALWAYS, "person_id", "人员", "person"),
       ID(ALWAYS, "post_id", "身份", "post"), TEXT(ALWAYS, "name", "姓名", "name"),
       TEXT(ALWAYS, "title", "职务", "title"), FLAG(ALWAYS, "is_leader", "班子成员", "leadership team"),
       TEXT(OR_NULL, "section", "科室", "section"),
       TEXT(ALWAYS, "label", "事由类别", "leave, trip, duty_out, other"),
       AT(ALWAYS, "from_at", "起", "from"), AT(ALWAYS, "to_at", "止", "until"),
       FLAG(ALWAYS, "is_now", "正在外", "away now"),
       TEXT(OR_NULL, "stand_in", "代办人", "stands in"));
