/* The texts come from every room's errors.txt, joined by the build: code, TAB, zh-CN, TAB, en. */
#include "base/err.h"

extern const char embed_errors_txt[], embed_errors_txt_end[];

bool err_set(struct err *e, struct arena *a, enum err_kind kind, const char *code,
             const char *field, const char *arg1, const char *arg2, const char *arg3)
{
    if (e->kind != ERR_NONE)
        return false;
    e->kind = kind;
    e->code = code;
    e->field = field ? arena_strdup(a, field) : NULL;
    e->arg[0] = arg1 ? arena_strdup(a, arg1) : NULL;
    e->arg[1] = arg2 ? arena_strdup(a, arg2) : NULL;
    e->arg[2] = arg3 ? arena_strdup(a, arg3) : NULL;
    return false;
}

static struct str text_of(const char *code, enum lang lang)
{
    struct str all = { embed_errors_txt, (size_t)(embed_errors_txt_end - embed_errors_txt) };
    struct str line, key, zh, en;
    while (str_cut(&all, '\n', &line)) {
        if (!str_cut(&line, '\t', &key) || !str_is(key, code) || !str_cut(&line, '\t', &zh) ||
            !str_cut(&line, '\t', &en))
            continue;
        return lang == LANG_EN ? en : zh;
    }
    return str_of(code);
}

const char *err_message(struct arena *a, const struct err *e, enum lang lang)
{
    struct str t = text_of(e->code ? e->code : "internal", lang);
    struct buf b = buf_in(a);
    for (size_t i = 0; i < t.n; i++) {
        bool is_arg = t.p[i] == '{' && i + 2 < t.n && t.p[i + 2] == '}' && t.p[i + 1] >= '1' &&
                      t.p[i + 1] <= '3';
        if (!is_arg) {
            buf_char(&b, t.p[i]);
            continue;
        }
        const char *arg = e->arg[t.p[i + 1] - '1'];
        buf_text(&b, arg ? arg : "");
        i += 2;
    }
    return buf_done(&b).p;
}
