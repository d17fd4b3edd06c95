#include "desk/secret.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "core/answer.h"
#include "desk/secret.sql.h"

enum { HEAD_LINES = 25, HEAD_BYTES = 4096, PDF_WAIT_MS = 20000 };

/* Marks of central and provincial issues that never travel here; a city keeps its own list. */
#define BUILT_IN "中发,中办发,中委,中办,厅字,中秘,湘发,湘办发,湘办,湘密"

extern char **environ;

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

/* --- files ---------------------------------------------------------------------------------------------- */

/* The longest prefix that is whole UTF-8. */
static struct str whole_utf8(struct str s)
{
    for (int cut = 0; cut < 4 && s.n; cut++, s.n--)
        if (utf8_valid(s))
            return s;
    return STR_NONE;
}

static struct str read_head(struct arena *a, int fd, int wait_ms)
{
    char *p = arena_alloc(a, HEAD_BYTES + 1);
    size_t n = 0;
    int64_t until = clock_monotonic_us() / 1000 + wait_ms;
    while (n < HEAD_BYTES) {
        struct pollfd f = { fd, POLLIN, 0 };
        int left = (int)(until - clock_monotonic_us() / 1000);
        if (wait_ms && (left <= 0 || poll(&f, 1, left) <= 0))
            break;
        ssize_t got = read(fd, p + n, HEAD_BYTES - n);
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    return whole_utf8((struct str){ p, n });
}

/* Page one as text, through a pipe; the converter sees nothing but this file. */
static struct str pdf_head(struct arena *a, int fd)
{
    int out[2];
    pid_t pid;
    posix_spawn_file_actions_t act;
    char word[8][10] = { "pdftotext", "-q", "-l", "1", "-enc", "UTF-8", "-", "-" };
    char *const argv[] = { word[0], word[1], word[2], word[3], word[4], word[5], word[6], word[7],
                           NULL };
    if (pipe2(out, O_CLOEXEC) != 0)
        return STR_NONE;
    posix_spawn_file_actions_init(&act);
    posix_spawn_file_actions_adddup2(&act, fd, 0);
    posix_spawn_file_actions_adddup2(&act, out[1], 1);
    posix_spawn_file_actions_addopen(&act, 2, "/dev/null", O_WRONLY, 0);
    bool runs = posix_spawnp(&pid, argv[0], &act, NULL, argv, environ) == 0;
    posix_spawn_file_actions_destroy(&act);
    close(out[1]);
    struct str head = runs ? read_head(a, out[0], PDF_WAIT_MS) : STR_NONE;
    close(out[0]);
    if (runs) {
        (void)kill(pid, SIGKILL); /* most often it has ended already */
        (void)waitpid(pid, NULL, 0);
    }
    return head;
}

/* WordprocessingML without its tags: a paragraph a line. */
static struct str plain_of(struct arena *a, struct str xml)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < xml.n && b.n < HEAD_BYTES; i++) {
        if (xml.p[i] != '<') {
            buf_char(&b, xml.p[i]);
            continue;
        }
        if (str_starts(str_sub(xml, i, 6), STR("</w:p>")))
            buf_char(&b, '\n');
        while (i < xml.n && xml.p[i] != '>')
            i++;
    }
    return whole_utf8(buf_done(&b));
}

static struct str docx_head(struct arena *a, int fd)
{
    enum { XML_BYTES = 512 * 1024, ENTRIES = 200 };
    struct archive *zip = archive_read_new();
    struct archive_entry *entry;
    struct str head = STR_NONE;
    archive_read_support_format_zip(zip);
    bool good = archive_read_open_fd(zip, fd, 65536) == ARCHIVE_OK;
    for (int i = 0; good && i < ENTRIES && archive_read_next_header(zip, &entry) == ARCHIVE_OK; i++) {
        const char *name = archive_entry_pathname(entry);
        if (!name || strcmp(name, "word/document.xml") != 0)
            continue;
        char *p = arena_alloc(a, XML_BYTES);
        la_ssize_t n = archive_read_data(zip, p, XML_BYTES);
        if (n > 0)
            head = plain_of(a, (struct str){ p, (size_t)n });
        break;
    }
    (void)archive_read_free(zip); /* fd is the caller's */
    return head;
}

struct str secret_file_head(struct arena *a, int fd, struct str type)
{
    bool is_word = str_starts(type, STR("application/vnd.openxmlformats-officedocument.word")) ||
                   str_is(type, "application/zip");
    if (lseek(fd, 0, SEEK_SET) != 0)
        return STR_NONE;
    if (str_is(type, "application/pdf"))
        return pdf_head(a, fd);
    if (str_starts(type, STR("text/")))
        return read_head(a, fd, 0);
    return is_word ? docx_head(a, fd) : STR_NONE;
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
    jw_obj_end(w);
    return cx->err.kind == ERR_NONE;
}

static ANSWER(secret_marks_answer, TEXTS(ALWAYS, "marks", "文号代字", "marks"));

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
                                  .n_reads = sizeof reads / sizeof *reads };

bool secret_refuse(struct ctx *cx, const char *rule, struct str digest)
{
    const struct refused_in in = { str_of(rule), digest,
                                   cx->actor ? cx->actor->person_id : 0 };
    if (!door_run(cx->core, "secret.record", &in, NULL, NULL, cx->now, cx->a, &cx->err))
        return false;
    return fail(cx, ERR_INVALID, "secret.refused", NULL);
}
