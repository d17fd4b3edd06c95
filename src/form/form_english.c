/* The English of a module: twins in place ("label" and "label_en"), and the member "english", a table
 * from Chinese to English for what has no twin: what flow.bpmn shows (steps, routes, places of
 * opinions, documentation) and the title of the sheet. A text means the same everywhere in one module,
 * so what was stored as it was shown (the step of an item) finds its English again. */
#include "form/form_in.h"

#define PAIRS_MAX 1000

static void pair_add(struct reader *r, struct str zh, struct str en)
{
    struct form *f = r->form;
    if (!zh.n || !en.n || f->pair_n == PAIRS_MAX)
        return;
    for (size_t i = 0; i < f->pair_n; i++)
        if (str_eq(f->pair[i].zh, zh))
            return; /* the table's stands before twins */
    f->pair[f->pair_n++] = (struct form_pair){ zh, en };
}

static struct str twin_of(struct arena *a, const struct jv *object, struct str key)
{
    return jv_str(jv_get(object, arena_printf(a, "%.*s_en", STR_ARG(key))));
}

static void take_twins(struct reader *r, const struct jv *j)
{
    struct str key;
    const struct jv *value;
    for (size_t i = 0; jv_kind(j) == JV_ARRAY && i < jv_size(j); i++)
        take_twins(r, jv_at(j, i));
    for (const void *it = NULL; jv_kind(j) == JV_OBJECT && (it = jv_next(j, it, &key, &value));) {
        if (jv_kind(value) == JV_STRING)
            pair_add(r, jv_str(value), twin_of(r->a, j, key));
        else
            take_twins(r, value);
    }
}

void read_english(struct reader *r, const struct jv *j)
{
    const struct jv *table = jv_get(j, "english"), *value;
    struct str zh;
    r->form->pair = arena_array_of(r->a, struct form_pair, PAIRS_MAX);
    if (table && jv_kind(table) != JV_OBJECT)
        read_bad(r, "form.not_object", STR(""), "english");
    for (const void *it = NULL;
         jv_kind(table) == JV_OBJECT && (it = jv_next(table, it, &zh, &value));) {
        struct str en = jv_str(value);
        if (!zh.n || !en.n)
            read_bad(r, "form.not_text", zh, "english");
        else if (utf8_length(zh) > 300 || utf8_length(en) > 600)
            read_bad(r, "form.too_long", zh, "english");
        else
            pair_add(r, zh, en);
    }
    take_twins(r, j);
}

struct str form_english(const struct form *f, struct str zh)
{
    for (size_t i = 0; zh.n && i < f->pair_n; i++)
        if (str_eq(f->pair[i].zh, zh))
            return f->pair[i].en;
    return zh;
}

static bool is_shown(struct str key, struct str in)
{
    static const char *const names[] = { "name", "label", "hint", "message", "summary", NULL };
    for (size_t i = 0; names[i]; i++)
        if (str_is(key, names[i]))
            return true;
    return str_is(key, "title") && str_is(in, "sheet"); /* elsewhere an expression */
}

static void write_view(struct jw *w, struct arena *a, const struct form *f, const struct jv *j,
                       struct str in)
{
    struct str key;
    const struct jv *value;
    if (jv_kind(j) == JV_ARRAY) {
        jw_arr(w);
        for (size_t i = 0; i < jv_size(j); i++)
            write_view(w, a, f, jv_at(j, i), in);
        jw_arr_end(w);
        return;
    }
    if (jv_kind(j) != JV_OBJECT) {
        jw_raw(w, j ? jv_compact(a, j) : STR_NONE);
        return;
    }
    jw_obj(w);
    for (const void *it = NULL; (it = jv_next(j, it, &key, &value));) {
        struct str twin = twin_of(a, j, key);
        jw_key_str(w, key);
        if (jv_kind(value) == JV_STRING && is_shown(key, in))
            jw_str(w, twin.n ? twin : form_english(f, jv_str(value)));
        else
            write_view(w, a, f, value, key);
    }
    jw_obj_end(w);
}

const struct jv *form_english_view(struct arena *a, const struct form *f)
{
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    write_view(&w, a, f, f->json, STR(""));
    return jv_parse(a, buf_done(&b), NULL, NULL);
}

/* --- what is missing --- */

bool form_needs_english(const struct form *f, struct str text)
{
    bool is_foreign = false;
    for (size_t i = 0; i < text.n; i++)
        is_foreign = is_foreign || (unsigned char)text.p[i] >= 0x80;
    return is_foreign && str_eq(form_english(f, text), text);
}

static void find_missing(struct arena *a, const struct form *f, const struct jv *j, struct str in,
                         const char *path, struct form_missing *out)
{
    struct str key;
    const struct jv *value;
    for (size_t i = 0; jv_kind(j) == JV_ARRAY && i < jv_size(j); i++)
        find_missing(a, f, jv_at(j, i), in, arena_printf(a, "%s[%zu]", path, i), out);
    for (const void *it = NULL; jv_kind(j) == JV_OBJECT && (it = jv_next(j, it, &key, &value));) {
        const char *here = arena_printf(a, "%s%s%.*s", path, *path ? "." : "", STR_ARG(key));
        if (jv_kind(value) != JV_STRING)
            find_missing(a, f, value, key, here, out);
        else if (is_shown(key, in) && !twin_of(a, j, key).n &&
                 form_needs_english(f, jv_str(value)))
            out->found(out->arg, here, jv_str(value));
    }
}

void form_without_english(struct arena *a, const struct form *f, struct form_missing *out)
{
    find_missing(a, f, f->json, STR(""), "", out);
}
