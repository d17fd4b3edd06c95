/* The head of a file, to be judged by secret.c before the file has a place. Converters run as programs
 * of their own, without a shell, under prlimit: so much memory, so many seconds, a folder of their own
 * that goes with them; they see this one file as their standard input and no name. One that fails, or
 * takes too long, leaves the file unread, which is said in the log. */
#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "ofd/ofd.h"
#include "secret/secret.h"

enum { HEAD_BYTES = 4096, WAIT_MS = 30000 };

/* --- reading ----------------------------------------------------------------------------------------- */

/* The longest prefix that is whole UTF-8. */
static struct str whole_utf8(struct str s)
{
    for (int cut = 0; cut < 4 && s.n; cut++, s.n--)
        if (utf8_valid(s))
            return s;
    return STR_NONE;
}

/* is_late (may be NULL): the time was up before the other side had ended. */
static struct str read_head(struct arena *a, int fd, int wait_ms, bool *is_late)
{
    char *p = arena_alloc(a, HEAD_BYTES + 1);
    size_t n = 0;
    int64_t until = clock_monotonic_us() / 1000 + wait_ms;
    while (n < HEAD_BYTES) {
        struct pollfd f = { fd, POLLIN, 0 };
        int left = (int)(until - clock_monotonic_us() / 1000);
        if (wait_ms && (left <= 0 || poll(&f, 1, left) <= 0)) {
            if (is_late)
                *is_late = true;
            break;
        }
        ssize_t got = read(fd, p + n, HEAD_BYTES - n);
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    return whole_utf8((struct str){ p, n });
}

/* --- converters ---------------------------------------------------------------------------------------- */

#define LIMITS                                                                                     \
    "prlimit", "--as=800000000", "--cpu=25", "--fsize=67108864", "--nofile=64", "--core=0", "--"

struct scratch {
    char path[4096];
};

/* A folder for the converter's own temporary files, under the data folder. */
static bool scratch_make(struct ctx *cx, struct scratch *s)
{
    (void)snprintf(s->path, sizeof s->path, "%s/scratch", core_dir(cx->core));
    (void)mkdir(s->path, 0700); /* is there most often */
    (void)snprintf(s->path, sizeof s->path, "%s/scratch/XXXXXX", core_dir(cx->core));
    return mkdtemp(s->path) != NULL;
}

static void scratch_drop(const struct scratch *s)
{
    struct str name = str_of(s->path);
    DIR *d = opendir(s->path);
    struct dirent *entry;
    while (d && (entry = readdir(d)) != NULL)
        if (entry->d_name[0] != '.' || entry->d_name[1] > '.')
            (void)unlinkat(dirfd(d), entry->d_name, 0); /* rmdir tells */
    if (d)
        (void)closedir(d);
    if (rmdir(s->path) != 0)
        log_warn("secret", "a converter left something behind", "folder", name.p);
}

/* Scratch folders that a crash left behind, older than an hour. */
void secret_sweep(const char *dir)
{
    char path[3800]; /* with an entry's name it fits a struct scratch */
    (void)snprintf(path, sizeof path, "%s/scratch", dir);
    DIR *d = opendir(path);
    struct dirent *entry;
    while (d && (entry = readdir(d)) != NULL) {
        struct scratch s;
        struct stat st;
        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(s.path, sizeof s.path, "%s/%s", path, entry->d_name);
        if (stat(s.path, &st) == 0 && st.st_mtime < clock_now_ms() / 1000 - 3600)
            scratch_drop(&s);
    }
    if (d)
        (void)closedir(d);
}

/* Runs argv with in as its input and out as its output, both the caller's; -1 when it cannot. */
static pid_t start(const char *const argv[], int in, int out, const struct scratch *s)
{
    pid_t pid = -1;
    posix_spawn_file_actions_t act;
    char tmp[4200], path[4096];
    (void)snprintf(tmp, sizeof tmp, "TMPDIR=%s", s->path);
    (void)snprintf(path, sizeof path, "PATH=%s", getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin");
    char thread[] = "OMP_THREAD_LIMIT=1", lang[] = "LANG=C.UTF-8";
    char *const env[] = { path, tmp, thread, lang, NULL };
    posix_spawn_file_actions_init(&act);
    posix_spawn_file_actions_adddup2(&act, in, 0);
    posix_spawn_file_actions_adddup2(&act, out, 1);
    posix_spawn_file_actions_addopen(&act, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addchdir_np(&act, s->path);
    /* the words are not written to: the signature is older than const */
    bool runs = posix_spawnp(&pid, argv[0], &act, NULL, (char *const *)(uintptr_t)argv, env) == 0;
    posix_spawn_file_actions_destroy(&act);
    return runs ? pid : -1;
}

/* True when it ended well. is_over: it has closed its output and only has to be waited for. */
static bool end(pid_t pid, bool is_over)
{
    int status = 0;
    if (pid < 0)
        return false;
    if (!is_over)
        (void)kill(pid, SIGKILL); /* most often it has ended already */
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The output of first (or of second, fed by first). */
static struct str converted(struct ctx *cx, int fd, const char *const first[],
                            const char *const second[])
{
    struct scratch s;
    int mid[2] = { -1, -1 }, out[2] = { -1, -1 };
    pid_t one = -1, two = -1;
    bool late = false;
    struct str head = STR_NONE;
    if (!scratch_make(cx, &s))
        return STR_NONE;
    bool good = pipe2(out, O_CLOEXEC) == 0 && (!second || pipe2(mid, O_CLOEXEC) == 0);
    if (good) {
        one = start(first, fd, second ? mid[1] : out[1], &s);
        two = second ? start(second, mid[0], out[1], &s) : -1;
    }
    const int own[] = { mid[0], mid[1], out[1] };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (own[i] >= 0)
            close(own[i]);
    if (good && one > 0 && (!second || two > 0))
        head = read_head(cx->a, out[0], WAIT_MS, &late);
    bool is_over = !late && head.n < HEAD_BYTES - 4;
    bool ended = end(one, is_over && !second);
    ended = second ? end(two, is_over) : ended;
    if (out[0] >= 0)
        close(out[0]);
    scratch_drop(&s);
    if (late || (is_over && !ended))
        log_warn("secret", "a file could not be looked at for secret marks", "why",
                 late ? "it takes too long" : "the converter failed");
    return head;
}

/* --- what is installed --------------------------------------------------------------------------------- */

static pthread_once_t tools_once = PTHREAD_ONCE_INIT;
static struct {
    bool pdftotext, pdftoppm, tesseract;
} tools; /* written once */

static bool is_on_path(const char *name)
{
    struct str all = str_of(getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin"), one;
    char path[4096];
    while (all.n && str_cut(&all, ':', &one)) {
        (void)snprintf(path, sizeof path, "%.*s/%s", STR_ARG(one), name);
        if (access(path, X_OK) == 0)
            return true;
    }
    return false;
}

/* The Chinese model comes in a package of its own. */
static bool has_chinese(void)
{
    const struct scratch here = { "/tmp" };
    const char *const argv[] = { LIMITS, "tesseract", "--list-langs", NULL };
    struct arena *a = arena_new();
    int out[2], nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    bool has = false;
    if (nothing >= 0 && pipe2(out, O_CLOEXEC) == 0) {
        pid_t pid = start(argv, nothing, out[1], &here);
        close(out[1]);
        has = str_find(read_head(a, out[0], 5000, NULL), STR("chi_sim"), 0) >= 0;
        (void)end(pid, false);
        close(out[0]);
    }
    if (nothing >= 0)
        close(nothing);
    arena_free(&a);
    return has;
}

static void find_tools(void)
{
    bool limits = is_on_path("prlimit");
    tools.pdftotext = limits && is_on_path("pdftotext");
    tools.pdftoppm = limits && is_on_path("pdftoppm");
    tools.tesseract = limits && is_on_path("tesseract") && has_chinese();
}

bool secret_reads_pdf(void)
{
    pthread_once(&tools_once, find_tools);
    return tools.pdftotext;
}

bool secret_reads_scans(void)
{
    pthread_once(&tools_once, find_tools);
    return tools.tesseract && tools.pdftoppm;
}

/* --- by type --------------------------------------------------------------------------------------------- */

static const char *const to_text[] = { LIMITS, "pdftotext", "-q", "-l", "1", "-enc", "UTF-8", "-", "-",
                                       NULL };
/* The upper half of an A4 page at 150 dots an inch: mark, number and title stand there. */
static const char *const to_picture[] = { LIMITS, "pdftoppm", "-q", "-f", "1", "-l", "1", "-gray",
                                          "-png", "-scale-to-x", "1240", "-scale-to-y", "-1", "-x",
                                          "0", "-y", "0", "-W", "1240", "-H", "900", "-", NULL };
static const char *const to_words[] = { LIMITS, "tesseract", "stdin", "stdout", "-l", "chi_sim",
                                        "--psm", "6", NULL };

static bool is_blank(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] > ' ')
            return false;
    return true;
}

static struct secret_head pdf_head(struct ctx *cx, int fd)
{
    struct str text = secret_reads_pdf() ? converted(cx, fd, to_text, NULL) : STR_NONE;
    if (!is_blank(text) || !secret_reads_scans() || lseek(fd, 0, SEEK_SET) != 0)
        return (struct secret_head){ text, false };
    return (struct secret_head){ converted(cx, fd, to_picture, to_words), true };
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

/* The first page of an OFD file. One that cannot be read has no head; it cannot be shown either. */
static struct str ofd_head(struct arena *a, int fd)
{
    enum { OFD_BYTES = 64 << 20 };
    struct err aside = { 0 };
    struct arena *own = arena_new(); /* the whole file, for as long as it is looked at */
    struct buf b = buf_in(own);
    struct str text = STR_NONE;
    ssize_t n = 1;
    while (n > 0 && b.n < OFD_BYTES) {
        buf_reserve(&b, 1 << 18);
        n = pread(fd, b.p + b.n, 1 << 18, (off_t)b.n);
        b.n += n > 0 ? (size_t)n : 0;
    }
    struct ofd *o = b.n > 4 && memcmp(b.p, "PK\3\4", 4) == 0 ? ofd_open(own, buf_done(&b), &aside) : NULL;
    if (o && ofd_page_text(o, 0, &text, &aside))
        text = str_copy(a, whole_utf8(str_sub(text, 0, HEAD_BYTES)));
    arena_free(&own);
    return text;
}

struct secret_head secret_file_head(struct ctx *cx, int fd, struct str type)
{
    bool is_word = str_starts(type, STR("application/vnd.openxmlformats-officedocument.word")) ||
                   str_is(type, "application/zip");
    if (lseek(fd, 0, SEEK_SET) != 0)
        return (struct secret_head){ STR_NONE, false };
    if (str_is(type, "application/pdf"))
        return pdf_head(cx, fd);
    if (str_starts(type, STR("image/")))
        return (struct secret_head){
            secret_reads_scans() ? converted(cx, fd, to_words, NULL) : STR_NONE, true
        };
    if (str_starts(type, STR("text/")))
        return (struct secret_head){ read_head(cx->a, fd, 0, NULL), false };
    struct str head = is_word ? docx_head(cx->a, fd) : STR_NONE;
    if (!head.p && (str_is(type, "application/zip") || str_is(type, "application/octet-stream")))
        head = ofd_head(cx->a, fd);
    return (struct secret_head){ head, false };
}
