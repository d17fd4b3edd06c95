/* Findings of a check, and the object that `flow check` prints. The sentences stand in errors.txt
 * with the codes, so that the designer, the command line and the log say the same. */
#include "flow/flow_in.h"

#define FINDING_MOST 200 /* more help nobody */

static void add(struct checker *c, struct flow_finding **list, size_t *n, int line,
                struct str element, const char *code, const char *arg)
{
    if (*n == FINDING_MOST)
        return;
    struct err e = { .kind = ERR_INVALID, .code = code };
    e.arg[0] = arg ? arg : "";
    *list = arena_grow(c->a, *list, *n * sizeof **list, (*n + 1) * sizeof **list);
    (*list)[(*n)++] = (struct flow_finding){ .line = line,
                                             .element = str_copy(c->a, element),
                                             .code = code,
                                             .message = str_of(err_message(c->a, &e, LANG_ZH)),
                                             .message_en = str_of(err_message(c->a, &e, LANG_EN)) };
}

void flow_fail(struct checker *c, int line, struct str element, const char *code, const char *arg)
{
    add(c, &c->report->error, &c->report->error_n, line, element, code, arg);
}

void flow_warn(struct checker *c, int line, struct str element, const char *code, const char *arg)
{
    add(c, &c->report->warning, &c->report->warning_n, line, element, code, arg);
}

struct str flow_todo(const char *code, enum lang lang)
{
    static const struct {
        const char *code, *zh, *en;
    } todos[] = {
        { "flow.deadlock", "按反例走一遍：汇合前的每一路都必须到得了", "follow the counterexample: each branch of a join must be able to arrive" },
        { "flow.unbounded", "检查循环里的并行分支是否都已汇合", "see whether parallel branches inside the loop are joined" },
        { "flow.no_end", "给这一路画出通向结束的流向", "draw a way from here to an end" },
        { "flow.dead_node", "画出通向它的流向，或删去它", "draw a way to it, or remove it" },
        { "flow.unknown_variable", "核对名称，或在 module.json 的 fields、variables 中声明", "check the name, or declare it in fields or variables of module.json" },
        { "flow.expression_broken", "按 FEEL 的写法改正", "write it in FEEL" },
        { "flow.expression_language", "改写为 FEEL", "write it in FEEL" },
        { "flow.no_condition", "写条件、标签，或设为默认流向", "give it a condition or a label, or make it the default" },
        { "flow.not_yet", "换用 docs/flow.md 列出的元素", "use an element that docs/flow.md lists" },
        { "flow.not_supported", "换用 docs/flow.md 列出的元素", "use an element that docs/flow.md lists" },
        { "flow.unknown_attribute", "核对拼写；可用的属性见 docs/flow.md", "check its spelling; docs/flow.md lists the attributes" },
        { "flow.xml_dtd", "删去 DOCTYPE 和实体", "remove DOCTYPE and entities" },
        { "flow.xml_too_large", "拆成几个流程", "split it into several processes" },
        { "flow.start_timer", "写日期、时刻、期限或周期，例如 R/2026-12-01T08:30/1wd", "write a day, a moment, a period or a repetition, such as R/2026-12-01T08:30/1wd" },
        { "flow.warn_not_before", "缩短 oa:warn，或放宽 oa:due", "shorten oa:warn or lengthen oa:due" },
        { "flow.no_op", "设置 oa:op", "set oa:op" },
        { "flow.auto_agreement", "改用 urge、escalate 或 transfer，由人办理", "use urge, escalate or transfer: a person decides" },
    };
    for (size_t i = 0; i < sizeof todos / sizeof *todos; i++)
        if (strcmp(code, todos[i].code) == 0)
            return str_of(lang == LANG_EN ? todos[i].en : todos[i].zh);
    return lang == LANG_EN ? STR("correct this element in the designer")
                           : STR("在流程设计器里改正这个元素");
}

static void write_findings(struct jw *w, const char *file, const char *key,
                           const struct flow_finding *list, size_t n)
{
    jw_karr(w, key);
    for (size_t i = 0; i < n; i++) {
        jw_obj(w);
        jw_ktext(w, "file", file);
        jw_ki64(w, "line", list[i].line);
        jw_kstr(w, "element", list[i].element);
        jw_ktext(w, "code", list[i].code);
        jw_kstr(w, "message", list[i].message);
        jw_kstr(w, "message_en", list[i].message_en);
        jw_kstr(w, "todo", flow_todo(list[i].code, LANG_ZH));
        jw_kstr(w, "todo_en", flow_todo(list[i].code, LANG_EN));
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

void flow_report_write(struct jw *w, const char *file, const struct flow_report *r)
{
    jw_obj(w);
    jw_kbool(w, "ok", r->error_n == 0);
    jw_kobj(w, "elements");
    for (size_t i = 0; i < r->element_n; i++) {
        jw_key_str(w, r->element[i].name);
        jw_i64(w, (int64_t)r->element_count[i]);
    }
    jw_obj_end(w);
    write_findings(w, file, "errors", r->error, r->error_n);
    write_findings(w, file, "warnings", r->warning, r->warning_n);
    if (r->sound == FLOW_SOUND_UNKNOWN)
        jw_knull(w, "sound");
    else
        jw_kbool(w, "sound", r->sound == FLOW_SOUND_YES);
    jw_karr(w, "counterexample");
    for (size_t i = 0; i < r->counterexample_n; i++)
        jw_str(w, r->counterexample[i]);
    jw_arr_end(w);
    jw_obj_end(w);
}
