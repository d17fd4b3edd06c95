/* What the studio's reads write themselves, described for OpenAPI and the pages' types. */
#include "core/answer.h"
#include "module/module_in.h"

static const char *const states[] = { "draft", "published", NULL };
static const char *const changes[] = { "added", "removed", "changed", NULL };

ANSWER(module_draft_page, ID(ALWAYS, "id", "草稿", "draft"), TEXT(ALWAYS, "key", "键", "key"),
       TEXT(ALWAYS, "name", "名称", "name"), ID(OR_NULL, "unit_id", "单位", "unit; null: the city's"),
       CHOICE(ALWAYS, "state", states, "状态", "state"), NUMBER(ALWAYS, "rev", "版本", "revision"),
       NUMBER(ALWAYS, "base_version", "底稿版本", "begun from or published as; 0: none"),
       NUMBER(ALWAYS, "version", "已发布版本", "newest published; 0: none"),
       CHOICE(ALWAYS, "below", offer_kinds, "下级单位使用", "open to the units below"),
       FLAG(ALWAYS, "can_offer", "有下级单位可供", "of a unit that may open it to those below"),
       MEMBER(ALWAYS, "module", F_JSON, "module.json", "module.json"),
       TEXT(ALWAYS, "bpmn", "flow.bpmn", "flow.bpmn"));

static ANSWER(module_finding, TEXT(ALWAYS, "file", "文件", "module.json or flow.bpmn"),
              NUMBER(ALWAYS, "line", "行", "line; 0: none"),
              TEXT(ALWAYS, "element", "元素", "path in module.json or id in flow.bpmn"),
              TEXT(ALWAYS, "code", "代码", "code"), TEXT(ALWAYS, "message", "问题", "what is wrong"),
              TEXT(ALWAYS, "todo", "怎么改", "what to do"));
ANSWER(module_check_answer, FLAG(ALWAYS, "ok", "可以发布", "may be published"),
       LIST(ALWAYS, "errors", &module_finding_record, "错误", "errors"),
       LIST(ALWAYS, "warnings", &module_finding_record, "提醒", "warnings"),
       FLAG(ALWAYS, "sound", "流程走得通", "the flow compiles and is sound"),
       TEXTS(ALWAYS, "counterexample", "反例", "elements in the order of firing, of an unsound flow"));

static ANSWER(module_difference, TEXT(ALWAYS, "path", "位置", "path in module.json"),
              CHOICE(ALWAYS, "change", changes, "变化", "change"),
              MEMBER(OR_NULL, "before", F_JSON, "原来", "before"),
              MEMBER(OR_NULL, "after", F_JSON, "现在", "after"));
static ANSWER(module_element, TEXT(ALWAYS, "id", "元素", "id"), TEXT(ALWAYS, "kind", "种类", "element, as in BPMN"),
              TEXT(ALWAYS, "name", "名称", "name"), CHOICE(ALWAYS, "change", changes, "变化", "change"),
              MEMBER(OR_NULL, "before", F_JSON, "原来", "attributes and text before"),
              MEMBER(OR_NULL, "after", F_JSON, "现在", "attributes and text after"));
ANSWER(module_compared, NUMBER(ALWAYS, "with", "对照版本", "compared with this version"),
       LIST(ALWAYS, "fields", &module_difference_record, "字段", "fields"),
       LIST(ALWAYS, "steps", &module_difference_record, "环节权限", "rights at steps"),
       LIST(ALWAYS, "other", &module_difference_record, "其他", "all else of module.json"),
       LIST(ALWAYS, "elements", &module_element_record, "流程元素", "elements of the flow"),
       TEXT(ALWAYS, "bpmn", "草稿流程图", "the draft's flow.bpmn"),
       TEXT(ALWAYS, "with_bpmn", "对照流程图", "the version's flow.bpmn"));
