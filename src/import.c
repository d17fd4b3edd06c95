/* tongban import: while the program serves, a file goes to it over DIR/tongban.sock in parts that
 * are checked whole before the first one is applied; into a closed folder it goes in one command.
 * One-time secrets of new accounts are written beside the file, readable by its owner alone. */
#include "import.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "core/core.h"
#include "http/http.h"
#include "org/org.h"

#define ROWS_A_PART 200
#define FILE_MAX (64 << 20)

struct job {
    struct arena *a;
    const char *dir, *file, *kind;
    struct str text;
    struct buf secrets;
    const char *secrets_path; /* made before anything is applied; NULL: there can be none */
    int secrets_fd;
};

static int tell(const struct job *j, const struct err *e)
{
    fprintf(stderr, "tongban: %s\n         %s\n", err_message(j->a, e, LANG_ZH),
            err_message(j->a, e, LANG_EN));
    return 1;
}

static bool read_file(struct job *j)
{
    struct stat st;
    int fd = open(j->file, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0 || st.st_size > FILE_MAX) {
        fprintf(stderr, "tongban: 无法读取 %s：%s\n", j->file, fd < 0 ? strerror(errno) : "太大");
        return false;
    }
    char *p = arena_alloc(j->a, (size_t)st.st_size + 1);
    size_t n = 0;
    ssize_t got = 1;
    while (n < (size_t)st.st_size && (got = read(fd, p + n, (size_t)st.st_size - n)) > 0)
        n += (size_t)got;
    close(fd);
    j->text = (struct str){ p, n };
    if (got > 0 && utf8_valid(j->text))
        return true;
    fprintf(stderr, "tongban: %s 不是完整的 UTF-8 文本 (not UTF-8)\n", j->file);
    return false;
}

/* Codes that could not be written down would be lost with the rows that made them. */
static bool open_secrets(struct job *j)
{
    if (strcmp(j->kind, "people") != 0)
        return true;
    j->secrets_path = arena_printf(j->a, "%s.secrets", j->file);
    int how = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    j->secrets_fd = open(j->secrets_path, how, 0600);
    for (int i = 2; j->secrets_fd < 0 && errno == EEXIST && i < 100; i++) { /* never over an earlier one */
        j->secrets_path = arena_printf(j->a, "%s.secrets-%d", j->file, i);
        j->secrets_fd = open(j->secrets_path, how, 0600);
    }
    if (j->secrets_fd >= 0)
        return true;
    fprintf(stderr, "tongban: 无法写入 %s：%s，没有导入任何内容。\n", j->secrets_path, strerror(errno));
    j->secrets_path = NULL;
    return false;
}

static bool keep_secrets(const struct job *j)
{
    if (!j->secrets_path)
        return true;
    bool good = write(j->secrets_fd, j->secrets.p, j->secrets.n) == (ssize_t)j->secrets.n &&
                fsync(j->secrets_fd) == 0;
    if (!good)
        fprintf(stderr, "tongban: 无法写入 %s：%s\n", j->secrets_path, strerror(errno));
    close(j->secrets_fd);
    if (!j->secrets.n)
        (void)unlink(j->secrets_path); /* nothing was to be kept */
    else if (good)
        printf("新账号的一次性口令 (one-time secrets): %s\n", j->secrets_path);
    return good;
}

/* --- to the running program --- */

/* The end of the row that begins at from: a line end outside quotes. */
static size_t row_end(struct str s, size_t from)
{
    bool quoted = false;
    for (size_t i = from; i < s.n; i++) {
        quoted = quoted != (s.p[i] == '"');
        if (s.p[i] == '\n' && !quoted)
            return i + 1;
    }
    return s.n;
}

static const struct jv *ask(struct job *j, const char *command, struct str in, int *code)
{
    struct str answer;
    bool is_problem = false;
    struct err e = { 0 };
    int said = http_socket_ask(j->dir, command, in, j->a, &answer, &is_problem, &e);
    const struct jv *v = said == 1 ? jv_parse(j->a, answer, NULL, NULL) : NULL;
    *code = 0;
    if (v && !is_problem)
        return v;
    *code = 1;
    if (v)
        fprintf(stderr, "tongban: %.*s\n", STR_ARG(jv_str(jv_get(v, "detail"))));
    else
        (void)tell(j, &e);
    return NULL;
}

static int64_t stage_part(struct job *j, int64_t file, int64_t part, int line, struct str header,
                          struct str rows, int *code)
{
    struct buf b = buf_in(j->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    if (file)
        jw_kid(&w, "file_id", file);
    jw_ktext(&w, "table", j->kind);
    jw_ki64(&w, "part", part);
    jw_ki64(&w, "first_line", line);
    jw_kstr(&w, "text", str_printf(j->a, "%.*s%.*s", STR_ARG(header), STR_ARG(rows)));
    jw_obj_end(&w);
    const struct jv *v = ask(j, "org.import_part", buf_done(&b), code);
    int64_t id = 0;
    if (v)
        (void)jv_as_i64(jv_get(v, "file_id"), &id); /* 0 is handled by the caller */
    return id;
}

static int64_t stage_all(struct job *j, int64_t *parts, int *code)
{
    size_t at = row_end(j->text, 0);
    struct str header = str_sub(j->text, 0, at);
    int64_t file = 0;
    int line = 2;
    for (*parts = 0; at < j->text.n || *parts == 0; ++*parts) {
        size_t begin = at;
        int first = line;
        for (int rows = 0; rows < ROWS_A_PART && at < j->text.n; rows++) {
            size_t end = row_end(j->text, at);
            for (size_t i = at; i < end; i++)
                line += j->text.p[i] == '\n';
            at = end;
        }
        file =
            stage_part(j, file, *parts, first, header, str_sub(j->text, begin, at - begin), code);
        if (!file)
            return 0;
    }
    return file;
}

static int report_bad(const struct job *j, const struct jv *answer)
{
    const struct jv *bad = jv_get(answer, "bad");
    struct buf report = buf_in(j->a);
    for (size_t i = 0; i < jv_size(bad); i++) {
        const struct jv *b = jv_at(bad, i);
        org_import_bad(&report, j->file, jv_i64(jv_get(b, "line")), jv_str(jv_get(b, "column")),
                       jv_str(jv_get(b, "reason")));
    }
    fwrite(report.p, 1, report.n, stderr);
    struct err e = { 0 };
    (void)err_set(&e, j->a, ERR_INVALID, "import.bad", NULL, j->file,
                  arena_printf(j->a, "%lld", (long long)jv_i64(jv_get(answer, "n_bad"))), NULL);
    return tell(j, &e);
}

static int import_serving(struct job *j)
{
    int code;
    int64_t parts, done = 0, rows = 0;
    int64_t file = stage_all(j, &parts, &code);
    if (!file)
        return code ? code : 1;
    struct str in = str_printf(j->a, "{\"file_id\":\"%lld\"}", (long long)file);
    while (done < parts) {
        const struct jv *v = ask(j, "org.import_apply", in, &code);
        if (!v)
            return code;
        if (jv_i64(jv_get(v, "n_bad")))
            return report_bad(j, v);
        done = jv_i64(jv_get(v, "done"));
        rows = jv_i64(jv_get(v, "rows")) > rows ? jv_i64(jv_get(v, "rows")) : rows;
        buf_str(&j->secrets, jv_str(jv_get(v, "secrets")));
    }
    printf("%s：已导入 %lld 行。\n", j->file, (long long)rows);
    return 0;
}

/* --- into a closed folder --- */

static int import_closed(struct job *j)
{
    struct err e = { 0 };
    struct buf report = buf_in(j->a);
    struct core_config config = { .dir = j->dir, .node = -1 };
    struct core *core = NULL;
    if (core_conf(j->dir, NULL, j->a, &config.db, &e))
        core = core_open(&config, j->a, &e);
    bool good = core && org_import_file(core, j->kind, j->file, j->text, 0, j->a, &report, &j->secrets, &e);
    core_close(&core);
    fwrite(report.p, 1, report.n, stderr);
    if (!good)
        return tell(j, &e);
    printf("%s：已导入。\n", j->file);
    return 0;
}

int import_cli(int argc, char **argv)
{
    struct job j = { .a = arena_new() };
    const char *words[2] = { NULL, NULL };
    int n = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--data") == 0 && i + 1 < argc)
            j.dir = argv[++i];
        else if (n < 2)
            words[n++] = argv[i];
        else
            n = 3;
    }
    if (n != 2 || !j.dir) {
        fputs("usage: tongban " IMPORT_USAGE "\n", stderr);
        arena_free(&j.a);
        return 2;
    }
    j.kind = strcmp(words[0], "org") == 0 ? "units" : words[0];
    j.file = words[1];
    j.secrets = buf_in(j.a);
    int code = 1;
    if (read_file(&j) && open_secrets(&j)) {
        struct str answer;
        bool is_problem;
        struct err e = { 0 };
        /* an empty command is refused by whoever serves, and tells that somebody does */
        int serving = http_socket_ask(j.dir, "", STR("{}"), j.a, &answer, &is_problem, &e);
        code = serving == 1 ? import_serving(&j) : serving == 0 ? import_closed(&j) : tell(&j, &e);
    }
    if (!keep_secrets(&j))
        code = 1;
    arena_free(&j.a);
    return code;
}
