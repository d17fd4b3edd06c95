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

static void write_findings(struct jw *w, const char *key, const struct flow_finding *list, size_t n)
{
    jw_karr(w, key);
    for (size_t i = 0; i < n; i++) {
        jw_obj(w);
        jw_ki64(w, "line", list[i].line);
        jw_kstr(w, "element", list[i].element);
        jw_ktext(w, "code", list[i].code);
        jw_kstr(w, "message", list[i].message);
        jw_kstr(w, "message_en", list[i].message_en);
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

void flow_report_write(struct jw *w, const struct flow_report *r)
{
    jw_obj(w);
    jw_kbool(w, "ok", r->error_n == 0);
    jw_kobj(w, "elements");
    for (size_t i = 0; i < r->element_n; i++) {
        jw_key_str(w, r->element[i].name);
        jw_i64(w, (int64_t)r->element_count[i]);
    }
    jw_obj_end(w);
    write_findings(w, "errors", r->error, r->error_n);
    write_findings(w, "warnings", r->warning, r->warning_n);
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
