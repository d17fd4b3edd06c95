/* 内部, 敏感: found by rule, decided otherwise by the office, the city's list of words. */
#include "desk/label.h"

#include "core/answer.h"
#include "core/small.h"
#include "desk/desk.h"
#include "desk/desk_in.h"
#include "desk/label.sql.h"
#include "form/form.h"

enum { HEAD_LINES = 25, MARK_LINE = 24 * 3, ID_CARD = 18 };

/* A line of its own in a paper's head, or in its title. */
#define BUILT_IN_INTERNAL "内部资料,内部文件,内部材料,内部刊物,内部使用,仅供内部,不得外传,请勿外传,注意保存,不宜公开"
#define BUILT_IN_SENSITIVE                                                                         \
    "工作秘密,敏感信息,敏感事项,维稳,涉稳,涉访,上访,群体性事件,舆情,群众来信,来信来访,信访件,信访事项,涉法涉诉,个人隐私"

const char *const label_values[] = { "internal", "sensitive", NULL };

int label_rank(struct str value)
{
    return str_is(value, "sensitive") ? 2 : str_is(value, "internal") ? 1 : 0;
}

/* --- the rule -------------------------------------------------------------------------------------- */

/* One text without its blanks, full-width ones too: 内 部 资 料. */
static struct str squeezed(struct arena *a, struct str s)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < s.n;) {
        size_t at = i;
        uint32_t c = utf8_next(s, &i);
        if (c != ' ' && c != '\t' && c != '\r' && c != 0x3000 && c != 0xA0)
            buf_str(&b, str_sub(s, at, i - at));
    }
    return buf_done(&b);
}

static struct str word_in(struct str s, struct str words)
{
    struct str word;
    while (str_cut(&words, ',', &word))
        if (word.n && str_find(s, word, 0) >= 0)
            return word;
    return STR_NONE;
}

static struct str id_card_in(struct str s)
{
    size_t digits = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool digit = s.p[i] >= '0' && s.p[i] <= '9';
        bool ends = digit ? digits + 1 == ID_CARD : s.p[i] == 'X' && digits + 1 == ID_CARD;
        bool goes_on = digit && i + 1 < s.n &&
                       ((s.p[i + 1] >= '0' && s.p[i + 1] <= '9') || s.p[i + 1] == 'X');
        if (ends && !goes_on && form_is_id_card(str_sub(s, i + 1 - ID_CARD, ID_CARD)))
            return STR("居民身份证号码");
        digits = digit ? digits + 1 : 0;
    }
    return STR_NONE;
}

struct label label_rule(struct arena *a, struct str title, struct str text, struct str internal,
                        struct str sensitive)
{
    struct str head = text, line, found = squeezed(a, title);
    internal = internal.n ? internal : STR(BUILT_IN_INTERNAL);
    sensitive = sensitive.p ? sensitive : STR(BUILT_IN_SENSITIVE);
    struct str grave = word_in(found, sensitive), mild = word_in(found, internal);
    for (int i = 0; !grave.n && i < HEAD_LINES && head.p && str_cut(&head, '\n', &line);) {
        line = str_trim(line);
        i += line.n > 0;
        if (line.n == 0 || line.n > MARK_LINE)
            continue;
        found = squeezed(a, line);
        grave = word_in(found, sensitive);
        mild = mild.n ? mild : word_in(found, internal);
    }
    if (!grave.n)
        grave = id_card_in(text);
    struct str why = grave.n ? grave : mild;
    return (struct label){
        .value = grave.n ? STR("sensitive") : mild.n ? STR("internal") : STR(""),
        .by = why.n ? STR("rule") : STR(""),
        .why = str_copy(a, why.n ? why : STR("")),
        .least = STR(""),
    };
}

struct words {
    struct str internal, sensitive;
    bool is_built_in;
};

static bool words_read(struct ctx *cx, struct words *out)
{
    struct buf b[2] = { buf_in(cx->a), buf_in(cx->a) };
    struct rows r;
    for (db_rows(cx->db, &r, &q_label_words); rows_next(&r);) {
        struct buf *to = &b[str_is(row_text(&r, 1), "sensitive")];
        if (to->n)
            buf_char(to, ',');
        buf_str(to, row_text(&r, 0));
    }
    rows_end(&r);
    *out = (struct words){ STR(BUILT_IN_INTERNAL), STR(BUILT_IN_SENSITIVE), true };
    if (b[0].n || b[1].n)
        *out = (struct words){ b[0].n ? buf_done(&b[0]) : STR(","), /* a list, of nothing */
                               b[1].n ? buf_done(&b[1]) : STR(","), false };
    return !rows_failed(&r);
}

struct label label_of_text(struct ctx *cx, struct str title, struct str text)
{
    struct words w;
    if (!words_read(cx, &w))
        return (struct label){ STR(""), STR(""), STR(""), STR("") };
    return label_rule(cx->a, title, text, w.internal, w.sensitive);
}

/* --- a matter's ------------------------------------------------------------------------------------ */

int matter_label_find(struct ctx *cx, int64_t matter_id, struct label *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_label_get, matter_id);
    if (found == 1)
        *out = (struct label){ row_copy(&r, 0, cx->a), row_copy(&r, 1, cx->a),
                               row_copy(&r, 2, cx->a), row_copy(&r, 3, cx->a) };
    rows_end(&r);
    return found;
}

/* The higher of the two; the first where they are equal. */
static void raise_to(struct label *to, const struct label *other)
{
    if (label_rank(other->value) <= label_rank(to->value))
        return;
    to->value = other->value;
    to->by = other->by;
    to->why = other->why;
}

bool label_of_start(struct ctx *cx, const struct matter_start *in, struct str module_name,
                    struct label *out)
{
    struct str words = str_printf(cx->a, "%.*s\n%.*s", STR_ARG(in->title), STR_ARG(module_name));
    const struct label own = label_of_text(cx, words, STR_NONE);
    struct label above = { in->label.p ? in->label : STR(""), STR(""), STR(""), STR("") }, parent;
    int found = in->parent_id ? matter_label_find(cx, in->parent_id, &parent) : 0;
    if (found < 0)
        return false;
    if (found == 1)
        raise_to(&above, &parent);
    *out = (struct label){ above.value, above.value.n ? STR("sender") : STR(""), STR(""),
                           above.value };
    raise_to(out, &own);
    return cx->err.kind == ERR_NONE;
}

static bool store(struct ctx *cx, int64_t matter_id, const struct label *was,
                  const struct label *now)
{
    return (str_eq(was->value, now->value) && str_eq(was->by, now->by) &&
            str_eq(was->why, now->why)) ||
           db_run(cx->db, &q_label_set, now->value, now->by, now->why, matter_id);
}

bool matter_label_text(struct ctx *cx, int64_t matter_id, struct str title, struct str text,
                       const struct label *least)
{
    struct label was, now;
    struct matter m;
    int found = matter_find(cx, matter_id, &m);
    if (found != 1 || matter_label_find(cx, matter_id, &was) != 1)
        return found == 0 && fail_not_found(cx);
    if (str_is(was.by, "office"))
        return true;
    struct str words = str_printf(cx->a, "%.*s\n%.*s", STR_ARG(title), STR_ARG(m.module_name));
    now = label_of_text(cx, words, text);
    if (least)
        raise_to(&now, least);
    if (was.least.n && label_rank(was.least) >= label_rank(now.value))
        now = (struct label){ was.least, STR("sender"), STR(""), was.least };
    if (str_is(was.by, "file") && label_rank(was.value) >= label_rank(now.value))
        now = was;
    return cx->err.kind == ERR_NONE && store(cx, matter_id, &was, &now);
}

bool matter_label_file(struct ctx *cx, int64_t matter_id, struct str value, struct str why)
{
    struct label was, now = { value, STR("file"), why, STR("") };
    if (matter_label_find(cx, matter_id, &was) != 1)
        return false;
    bool raises = label_rank(value) > label_rank(was.value) && !str_is(was.by, "office");
    return !raises || store(cx, matter_id, &was, &now);
}

bool matter_label_write(struct ctx *cx, int64_t matter_id, struct jw *w)
{
    struct label l;
    if (matter_label_find(cx, matter_id, &l) != 1)
        return false;
    jw_kstr(w, "label", l.value);
    jw_kstr(w, "label_by", l.by);
    jw_kstr(w, "label_why", l.why);
    return true;
}

/* --- decided otherwise ------------------------------------------------------------------------------ */

static bool is_office(struct ctx *cx, const struct matter *m)
{
    return has_role(cx, ROLE_DOC_CLERK, m->unit_id) || has_role(cx, ROLE_OFFICE_HEAD, m->unit_id);
}

/* The office decides; who has begun it or works on it may mark it higher. */
static bool may_mark(struct ctx *cx, const struct matter *m, struct str value)
{
    struct label is;
    if (matter_label_find(cx, m->id, &is) != 1)
        return false;
    if (label_rank(value) == label_rank(is.value))
        return fail(cx, ERR_CONFLICT, "label.same", "label");
    if (label_rank(value) < label_rank(is.least))
        return fail(cx, ERR_FORBIDDEN, "label.senders", "label");
    if (is_office(cx, m))
        return true;
    int mine = matter_my_item(cx, m->id, STR_NONE, NULL, NULL);
    bool works = mine == 1 || (cx->actor && m->starter_person == cx->actor->person_id);
    if (mine < 0)
        return false;
    if (!works)
        return fail(cx, ERR_FORBIDDEN, "label.not_yours", NULL);
    return label_rank(value) > label_rank(is.value) ||
           fail(cx, ERR_FORBIDDEN, "label.office_lowers", "label");
}

void matter_label_choices(struct ctx *cx, const struct matter *m, struct jw *w)
{
    static const char *const all[] = { "none", "internal", "sensitive" };
    jw_karr(w, "label");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (may_mark(cx, m, str_of(all[i])))
            jw_str(w, str_of(all[i]));
        else if (cx->err.kind != ERR_INTERNAL && cx->err.kind != ERR_BUSY)
            cx->err = (struct err){ 0 };
    }
    jw_arr_end(w);
}

static const char *const choices[] = { "none", "internal", "sensitive", NULL };

struct mark_in {
    int64_t matter_id;
    struct str label, reason;
};
static const struct field mark_in_fields[] = {
    FIELD(mark_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    FIELD(mark_in, label, F_CHOICE, .choices = choices, .flags = FIELD_REQUIRED, .zh = "标识",
          .en = "mark"),
    FIELD(mark_in, reason, F_TEXT, .max = 200, .flags = FIELD_REQUIRED, .zh = "理由",
          .en = "reason"),
};
RECORD(mark_in);

static bool run_mark(struct ctx *cx, const void *input, void *output)
{
    const struct mark_in *in = input;
    struct matter m;
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    (void)output;
    const struct label now = { str_is(in->label, "none") ? STR("") : in->label, STR("office"),
                               str_trim(in->reason), STR("") };
    const struct actor_post *own = actor_main_post(cx);
    if (!matter_load_for_change(cx, in->matter_id, &m) || !may_mark(cx, &m, in->label))
        return false;
    if (!now.why.n)
        return fail(cx, ERR_INVALID, "input.required", "reason");
    jw_obj(&w);
    jw_kstr(&w, "label", in->label);
    jw_kstr(&w, "reason", now.why);
    jw_obj_end(&w);
    return db_run(cx->db, &q_label_set, now.value, now.by, now.why, m.id) &&
           matter_touched(cx, m.id) &&
           matter_trace(cx, m.id, "matter.label", own ? own->id : 0, buf_done(&b));
}

/* --- the city's list --------------------------------------------------------------------------------- */

struct words_in {
    struct texts internal, sensitive;
};
static const struct field words_in_fields[] = {
    FIELD(words_in, internal, F_TEXTS, .max = 200, .zh = "内部", .en = "internal"),
    FIELD(words_in, sensitive, F_TEXTS, .max = 200, .zh = "敏感", .en = "sensitive"),
};
RECORD(words_in);

static bool put_words(struct ctx *cx, struct texts words, const char *label)
{
    for (size_t i = 0; i < words.n; i++) {
        struct str word = squeezed(cx->a, words.p[i]);
        size_t at = 0;
        (void)utf8_next(word, &at);
        if (word.n <= at || word.n > 60 || memchr(word.p, ',', word.n)) /* one character marks all */
            return fail(cx, ERR_INVALID, "label.word", label);
        if (!db_run(cx->db, &q_label_word_put, word, label, cx->now))
            return false;
    }
    return true;
}

static bool run_set_words(struct ctx *cx, const void *input, void *output)
{
    const struct words_in *in = input;
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    (void)output;
    record_encode_public(&w, &words_in_record, in);
    return db_run(cx->db, &q_label_words_drop) && put_words(cx, in->sensitive, "sensitive") &&
           put_words(cx, in->internal, "internal") &&
           trace_write(cx, trace_node_stream(cx), "label.set_words", 0, 0, buf_done(&b));
}

static void write_words(struct jw *w, const char *key, struct str words)
{
    struct str word;
    jw_karr(w, key);
    while (str_cut(&words, ',', &word))
        if (word.n)
            jw_str(w, word);
    jw_arr_end(w);
}

static bool run_words(struct ctx *cx, const void *input, struct jw *w)
{
    struct words words;
    (void)input;
    if (!words_read(cx, &words))
        return false;
    jw_obj(w);
    write_words(w, "internal", words.internal);
    write_words(w, "sensitive", words.sensitive);
    jw_kbool(w, "is_built_in", words.is_built_in);
    jw_obj_end(w);
    return true;
}

static ANSWER(label_words, TEXTS(ALWAYS, "internal", "标为内部的词", "words of internal papers"),
              TEXTS(ALWAYS, "sensitive", "标为敏感的词", "words of sensitive papers"),
              FLAG(ALWAYS, "is_built_in", "为内置词表", "the built-in list"));

static const struct command commands[] = {
    { "matter.label", POST, "/matters/{matter_id}/label", PERM_LOGIN, &mark_in_record, NULL,
      run_mark, "改内部、敏感标识", "Change the mark internal or sensitive", 0, NULL },
    { "label.set_words", POST, "/label-words", PERM_CITY_ADMIN, &words_in_record, NULL,
      run_set_words, "设定标识内部、敏感的词", "Set the words that mark a paper", 0, NULL },
};
static const struct read reads[] = {
    { "label.words", "/label-words", PERM_CITY_ADMIN, NULL, &label_words_record, false, run_words,
      "标识内部、敏感的词", "Words that mark a paper internal or sensitive", 0 },
};
const struct room label_room = { .name = "label", .commands = commands,
                                 .n_commands = sizeof commands / sizeof *commands, .reads = reads,
                                 .n_reads = sizeof reads / sizeof *reads };
