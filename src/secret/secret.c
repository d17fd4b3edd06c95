/* Secret papers: the rules of what may not come here, their record, the city's list. Files are read in
 * secret_read.c. */
#include "secret/secret.h"

#include "base/log.h"
#include "core/answer.h"
#include "secret/secret.sql.h"

enum { HEAD_LINES = 25 };

/* Marks of central and provincial issues that never travel here; a city keeps its own list. */
#define BUILT_IN "中发,中办发,中委,中办,厅字,中秘,湘发,湘办发,湘办,湘密"

/* --- the rules ------------------------------------------------------------------------------------- */

/* The line without blanks, full-width ones too: 机　密 is 机密. */
static struct str squeezed(struct str line, char *to, size_t size)
{
    size_t n = 0, i = 0;
    while (i < line.n) {
        size_t at = i;
        uint32_t c = utf8_next(line, &i);
        if (c == ' ' || c == '\t' || c == '\r' || c == 0x3000 || c == 0xA0)
            continue;
        if (n + (i - at) > size)
            break;
        memcpy(to + n, line.p + at, i - at);
        n += i - at;
    }
    return (struct str){ to, n };
}

static bool is_classified(struct str line)
{
    static const char *const grades[] = { "绝密", "机密", "秘密", NULL };
    for (size_t i = 0; grades[i]; i++) {
        struct str grade = str_of(grades[i]);
        if (!str_starts(line, grade))
            continue;
        struct str rest = str_sub(line, grade.n, line.n);
        if (rest.n == 0 || str_starts(rest, STR("★")) || str_starts(rest, STR("*")) ||
            str_starts(rest, STR("☆")))
            return true;
    }
    return false;
}

/* A line that is nothing but a number under one of the marks: its own, not one it cites. */
static bool is_listed_number(struct str line, struct str marks)
{
    struct str mark;
    if (line.n == 0 || line.n > 60 || !str_ends(line, STR("号")))
        return false;
    while (str_cut(&marks, ',', &mark)) {
        mark = str_trim(mark);
        struct str rest = str_sub(line, mark.n, line.n);
        if (mark.n && str_starts(line, mark) &&
            (str_starts(rest, STR("〔")) || str_starts(rest, STR("[")) ||
             str_starts(rest, STR("［")) || str_starts(rest, STR("（"))))
            return true;
    }
    return false;
}

/* --- what a scan shows -------------------------------------------------------------------------------- */

static bool is_digit(struct str s)
{
    return s.n && s.p[0] >= '0' && s.p[0] <= '9';
}

static struct str after_digits(struct str s)
{
    while (is_digit(s))
        s = str_sub(s, 1, s.n);
    return s;
}

/* Behind the grade: a star, which recognition takes for many characters; then the term, or nothing.
 * 机密文件管理办法 is a title, 机密女10年 a mark. */
static bool is_term(struct str rest)
{
    for (int star = 0; star < 2; star++) {
        struct str behind = after_digits(rest);
        if (rest.n == 0 || str_starts(rest, STR("长期")) ||
            (behind.p != rest.p && (str_starts(behind, STR("年")) || str_starts(behind, STR("个")) ||
                                    str_starts(behind, STR("月")) || behind.n == 0)))
            return true;
        size_t i = 0;
        (void)utf8_next(rest, &i);
        rest = str_sub(rest, i, rest.n);
    }
    return false;
}

/* The mark stands first in its line, or behind the copy number. */
static bool is_classified_scan(struct str line)
{
    static const char *const grades[] = { "绝密", "机密", "秘密", NULL };
    line = after_digits(line);
    for (size_t i = 0; grades[i]; i++) {
        struct str grade = str_of(grades[i]);
        if (str_starts(line, grade) && is_term(str_sub(line, grade.n, line.n)))
            return true;
    }
    return false;
}

static struct str after_bracket(struct str s)
{
    static const char *const brackets[] = { "〔", "〕", "[", "]", "［", "］", "（", "）", "(", ")",
                                            "【", "】", "{", "}", "《", "》", NULL };
    for (size_t i = 0; brackets[i]; i++)
        if (str_starts(s, str_of(brackets[i])))
            return str_sub(s, strlen(brackets[i]), s.n);
    return s;
}

/* Brackets come out as any, 号 may be lost, and who signs may stand in the same line. */
static bool is_listed_scan(struct str line, struct str marks)
{
    struct str mark;
    while (str_cut(&marks, ',', &mark)) {
        mark = str_trim(mark);
        if (!mark.n || !str_starts(line, mark))
            continue;
        struct str year = after_bracket(str_sub(line, mark.n, line.n));
        struct str value = after_bracket(after_digits(year));
        struct str rest = after_digits(value);
        bool numbered = after_digits(year).p == year.p + 4 && rest.p != value.p;
        if (str_starts(rest, STR("号")))
            rest = str_sub(rest, 3, rest.n);
        if (numbered && (rest.n == 0 || str_starts(rest, STR("签发人"))))
            return true;
    }
    return false;
}

const char *secret_rule_of_scan(struct str head, struct str marks)
{
    struct str line;
    char space[512];
    if (!marks.n)
        marks = STR(BUILT_IN);
    for (int i = 0; i < HEAD_LINES && head.p && str_cut(&head, '\n', &line);) {
        struct str s = squeezed(line, space, sizeof space);
        if (is_classified(s) || is_classified_scan(s))
            return "secret.mark";
        if (is_listed_number(s, marks) || is_listed_scan(s, marks))
            return "secret.central";
        i += s.n > 0;
    }
    return NULL;
}

const char *secret_rule(struct str head, struct str marks)
{
    struct str line;
    char space[512];
    if (!marks.n)
        marks = STR(BUILT_IN);
    for (int i = 0; i < HEAD_LINES && head.p && str_cut(&head, '\n', &line);) {
        struct str s = squeezed(line, space, sizeof space);
        if (is_classified(s))
            return "secret.mark";
        if (is_listed_number(s, marks))
            return "secret.central";
        i += s.n > 0;
    }
    return NULL;
}

const char *secret_classification(struct str value)
{
    value = str_trim(value);
    bool none = value.n == 0 || str_is(value, "none") || str_is(value, "非密") ||
                str_is(value, "无");
    return none ? NULL : "secret.classification";
}

struct str secret_marks(struct ctx *cx)
{
    struct buf b = buf_in(cx->a);
    struct rows r;
    for (db_rows(cx->db, &r, &q_secret_marks); rows_next(&r);) {
        if (b.n)
            buf_char(&b, ',');
        buf_str(&b, row_text(&r, 0));
    }
    rows_end(&r);
    return b.n ? buf_done(&b) : STR(BUILT_IN);
}

/* --- on record ----------------------------------------------------------------------------------------- */

struct refused_in {
    struct str rule, digest;
    int64_t person_id;
};
static const struct field refused_in_fields[] = {
    FIELD(refused_in, rule, F_TEXT, .max = 60, .zh = "规则", .en = "rule"),
    FIELD(refused_in, digest, F_TEXT, .max = 64, .zh = "摘要", .en = "digest"),
    FIELD(refused_in, person_id, F_ID, .zh = "人员", .en = "person"),
};
RECORD(refused_in);

static bool run_refused(struct ctx *cx, const void *input, void *output)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    (void)output;
    record_encode_public(&w, &refused_in_record, input);
    return trace_write(cx, trace_node_stream(cx), "secret.refused", 0, 0, buf_done(&b));
}

/* --- the city's list --------------------------------------------------------------------------------- */

struct marks_in {
    struct texts marks;
};
static const struct field marks_in_fields[] = {
    FIELD(marks_in, marks, F_TEXTS, .min = 1, .max = 200, .flags = FIELD_REQUIRED,
          .zh = "不上平台的文号代字", .en = "marks that travel on paper"),
};
RECORD(marks_in);

static bool run_set_marks(struct ctx *cx, const void *input, void *output)
{
    const struct marks_in *in = input;
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    (void)output;
    if (!db_run(cx->db, &q_secret_marks_drop))
        return false;
    for (size_t i = 0; i < in->marks.n; i++) {
        struct str mark = in->marks.p[i];
        if (mark.n == 0 || memchr(mark.p, ',', mark.n))
            return fail(cx, ERR_INVALID, "input.characters", "marks");
        if (!db_run(cx->db, &q_secret_mark_put, mark, cx->now))
            return false;
    }
    record_encode_public(&w, &marks_in_record, in);
    return trace_write(cx, trace_node_stream(cx), "secret.set_marks", 0, 0, buf_done(&b));
}

static bool run_marks(struct ctx *cx, const void *input, struct jw *w)
{
    struct str marks = secret_marks(cx), mark;
    (void)input;
    jw_obj(w);
    jw_karr(w, "marks");
    while (str_cut(&marks, ',', &mark))
        jw_str(w, mark);
    jw_arr_end(w);
    jw_kbool(w, "is_built_in", !db_number(cx->db, 0, &q_secret_marks_any));
    jw_kobj(w, "reads");
    jw_kbool(w, "pdf", secret_reads_pdf());
    jw_kbool(w, "scans", secret_reads_scans());
    jw_obj_end(w);
    jw_obj_end(w);
    return cx->err.kind == ERR_NONE;
}

static ANSWER(secret_reads, FLAG(ALWAYS, "pdf", "读PDF文字", "text of PDF files"),
              FLAG(ALWAYS, "scans", "识别扫描件", "scans and pictures"));
static ANSWER(secret_marks_answer, TEXTS(ALWAYS, "marks", "文号代字", "marks"),
              FLAG(ALWAYS, "is_built_in", "为内置目录", "the built-in list"),
              ONE(ALWAYS, "reads", &secret_reads_record, "本机可查", "what this machine can read"));

/* The operator hears once what this machine cannot read. */
static void tick(struct ctx *cx)
{
    static bool told; /* the clock's thread */
    (void)cx;
    if (told)
        return;
    told = true;
    if (!secret_reads_pdf())
        log_warn("secret", "secret papers: the text of PDF files is not looked at, poppler-utils is "
                         "not installed");
    if (!secret_reads_scans())
        log_warn("secret", "secret papers: scans and pictures are not looked at, tesseract-ocr with "
                         "tesseract-ocr-chi-sim (and poppler-utils) is not installed");
}

/* --- what was purged ------------------------------------------------------------------------------- */

bool secret_keep_purged(struct ctx *cx, struct str digest, const char *kind, int64_t spill_id)
{
    return digest.n == 0 || db_run(cx->db, &q_purged_put, digest, spill_id, kind, cx->now);
}

int secret_is_purged(struct ctx *cx, struct str digest)
{
    int64_t is = db_number(cx->db, 0, &q_purged_has, digest);
    return cx->err.kind ? -1 : is != 0;
}

/* --- the room -------------------------------------------------------------------------------------- */

static const struct command commands[] = {
    { "secret.record", POST, NULL, PERM_OPERATOR, &refused_in_record, NULL, run_refused,
      "记录拒收涉密文件", "Put the refusal of a secret paper on record", CMD_INTERNAL, NULL },
    { "secret.set_marks", POST, "/secret-marks", PERM_CITY_ADMIN, &marks_in_record, NULL,
      run_set_marks, "设定不上平台的文号代字", "Set the marks of papers that stay off the platform", 0,
      NULL },
};
static const struct read reads[] = {
    { "secret.marks", "/secret-marks", PERM_CITY_ADMIN, NULL, &secret_marks_answer_record, false,
      run_marks, "不上平台的文号代字", "Marks of papers that stay off the platform", 0 },
};
const struct room secret_room = { .name = "secret", .commands = commands,
                                  .n_commands = sizeof commands / sizeof *commands, .reads = reads,
                                  .n_reads = sizeof reads / sizeof *reads, .tick = tick };

bool secret_refuse(struct ctx *cx, const char *rule, struct str digest)
{
    const struct refused_in in = { str_of(rule), digest,
                                   cx->actor ? cx->actor->person_id : 0 };
    if (!door_run(cx->core, "secret.record", &in, NULL, NULL, cx->now, cx->a, &cx->err))
        return false;
    return fail(cx, ERR_INVALID, "secret.refused", NULL);
}
