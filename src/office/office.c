#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "office/office_in.h"

/* LibreOffice maps 1.5 GB of addresses for an empty file. */
struct office_limits office_limits = { .memory = UINT64_C(3) << 30, .written = UINT64_C(256) << 20,
                                       .input = UINT64_C(200) << 20, .cpu_s = 60, .wait_ms = 90000 };

/* --- where it is ------------------------------------------------------------------------------------ */

static bool find_program(char *out, size_t size)
{
    struct str all = str_of(getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin"), one;
    while (all.n && str_cut(&all, ':', &one)) {
        (void)snprintf(out, size, "%.*s/soffice", STR_ARG(one));
        if (access(out, X_OK) == 0)
            return true;
    }
    return false;
}

bool office_is_there(void)
{
    char path[4096];
    return find_program(path, sizeof path);
}

/* --- its folder ------------------------------------------------------------------------------------- */

static int drop_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path) == 0 || errno == ENOENT ? 0 : -1;
}

static void drop_folder(const char *path)
{
    if (nftw(path, drop_one, 16, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
        log_warn("office", "a converter left something behind", "folder", path);
}

static bool write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "wxe");
    bool good = f && fputs(text, f) >= 0;
    return f ? fclose(f) == 0 && good : false;
}

/* No macro runs, nothing that a file points to is fetched, nothing active in it comes to life. */
static const char profile[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\" xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" "
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n"
#define ITEM(path, name, value) "<item oor:path=\"/org.openoffice.Office." path "\"><prop oor:name=\"" name "\" oor:op=\"fuse\"><value>" value "</value></prop></item>\n"
    ITEM("Common/Security/Scripting", "MacroSecurityLevel", "3")
    ITEM("Common/Security/Scripting", "DisableMacrosExecution", "true")
    ITEM("Common/Security/Scripting", "DisableActiveContent", "true")
    ITEM("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true")
    ITEM("Common/Misc", "FirstRun", "false")
    ITEM("Writer/Content/Update", "Link", "0")
    ITEM("Calc/Content/Update", "Link", "2")
    "</oor:items>\n";

static bool copy_in(int fd, const char *path)
{
    char piece[65536];
    off_t at = 0;
    ssize_t got = 0;
    int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good = to >= 0;
    while (good && (got = pread(fd, piece, sizeof piece, at)) > 0) {
        good = write(to, piece, (size_t)got) == got;
        at += got;
    }
    if (to >= 0)
        good = close(to) == 0 && good;
    return good && got == 0;
}

/* DIR/office/XXXXXX with in.ENDING, out/, home/ and the profile. What a crash left of an earlier one goes
 * first: there is only ever one. */
static bool make_folder(struct arena *a, const char *dir, char *path, size_t size, int fd, struct str ending)
{
    const char *root = arena_printf(a, "%s/office", dir);
    drop_folder(root);
    (void)snprintf(path, size, "%s/XXXXXX", root);
    if (mkdir(root, 0700) != 0 || !mkdtemp(path))
        return false;
    static const char *const inside[] = { "out", "home", "profile", "profile/user" };
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
        if (mkdir(arena_printf(a, "%s/%s", path, inside[i]), 0700) != 0)
            return false;
    return write_text(arena_printf(a, "%s/profile/user/registrymodifications.xcu", path), profile) &&
           copy_in(fd, arena_printf(a, "%s/in.%.*s", path, STR_ARG(ending)));
}

/* --- running ---------------------------------------------------------------------------------------- */

struct plan {
    char *argv[16], *env[8];
    const char *folder;
    int rules, null;
};

static _Noreturn void child(const struct plan *p)
{
    (void)setpgid(0, 0);
    if (chdir(p->folder) != 0 || dup2(p->null, 0) < 0 || dup2(p->null, 1) < 0 || dup2(p->null, 2) < 0)
        _exit(126);
    if (!sandbox_enter(p->rules) || syscall(__NR_close_range, 3U, ~0U, 0U) != 0)
        _exit(126);
    (void)execve(p->argv[0], p->argv, p->env);
    _exit(127);
}

/* It ended by itself; false: its time was up. */
static bool wait_for(pid_t pid)
{
    int fd = (int)syscall(__NR_pidfd_open, pid, 0);
    struct pollfd f = { fd, POLLIN, 0 };
    int64_t until = clock_monotonic_us() / 1000 + office_limits.wait_ms;
    int got = 0;
    while (fd >= 0 && got <= 0) {
        int left = (int)(until - clock_monotonic_us() / 1000);
        if (left <= 0)
            break;
        got = poll(&f, 1, left); /* a signal of another thread may end it early */
    }
    if (fd >= 0)
        close(fd);
    return got > 0;
}

/* 0, or the code of what went wrong. */
static const char *run(const struct plan *p)
{
    int status = 0;
    pid_t pid = fork();
    if (pid < 0)
        return "office.failed";
    if (pid == 0)
        child(p);
    (void)setpgid(pid, pid); /* whoever is first */
    bool is_over = wait_for(pid);
    (void)kill(-pid, SIGKILL); /* and whatever it has started */
    (void)kill(pid, SIGKILL);
    if (waitpid(pid, &status, 0) != pid)
        return "office.failed";
    if (!is_over || (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL)))
        return "office.too_slow";
    if (WIFEXITED(status) && WEXITSTATUS(status) == 126)
        log_error("office", "the sandbox of the converter could not be made");
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? NULL : "office.failed";
}

static void plan_fill(struct arena *a, struct plan *p, const char *program, const char *folder,
                      struct str ending, const char *to)
{
    const char *const argv[] = {
        program, arena_printf(a, "-env:UserInstallation=file://%s/profile", folder), "--headless",
        "--norestore", "--nolockcheck", "--nodefault", "--nologo", "--convert-to", to, "--outdir",
        arena_printf(a, "%s/out", folder),
        arena_printf(a, "%s/in.%.*s", folder, STR_ARG(ending)), NULL,
    };
    const char *const env[] = {
        arena_printf(a, "PATH=%s", getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin"),
        arena_printf(a, "HOME=%s/home", folder), arena_printf(a, "TMPDIR=%s/home", folder),
        "LANG=C.UTF-8", "SAL_USE_VCLPLUGIN=svp", NULL,
    };
    for (size_t i = 0; i < sizeof argv / sizeof *argv; i++)
        p->argv[i] = (char *)(uintptr_t)argv[i]; /* not written to: the signature is older than const */
    for (size_t i = 0; i < sizeof env / sizeof *env; i++)
        p->env[i] = (char *)(uintptr_t)env[i];
    p->folder = folder;
}

/* The one file in out/, whatever it is called. */
static int take_result(struct arena *a, const char *folder, const char *to, int64_t *size)
{
    struct stat st;
    const char *path = arena_printf(a, "%s/out/in.%s", folder, to);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
        *size = st.st_size;
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER; /* guards DIR/office */

/* The code of what went wrong, or NULL and *out. */
static const char *convert(struct arena *a, const char *dir, const char *program, int fd,
                           struct str ending, const char *to, int64_t *size, int *out)
{
    char folder[4096] = "";
    struct plan p = { .rules = -2, .null = -1 };
    const char *code = "office.failed";
    if (make_folder(a, dir, folder, sizeof folder, fd, ending)) {
        p.rules = sandbox_files(folder, program);
        p.null = open("/dev/null", O_RDWR | O_CLOEXEC);
        plan_fill(a, &p, program, folder, ending, to);
        code = p.rules > -2 && p.null >= 0 ? run(&p) : code;
        *out = code ? -1 : take_result(a, folder, to, size);
    }
    if (p.rules >= 0)
        close(p.rules);
    if (p.null >= 0)
        close(p.null);
    if (folder[0])
        drop_folder(folder);
    return code ? code : *out < 0 ? "office.failed" : NULL;
}

static bool is_plain(struct str ending)
{
    for (size_t i = 0; i < ending.n; i++)
        if (!((ending.p[i] >= 'a' && ending.p[i] <= 'z') || (ending.p[i] >= '0' && ending.p[i] <= '9')))
            return false;
    return ending.n > 0 && ending.n <= 8;
}

int office_run(const char *dir, int fd, struct str ending, const char *to, int64_t *size,
               struct arena *a, struct err *e)
{
    char program[4096];
    char *whole = realpath(dir, NULL); /* the program's own folder is another one */
    struct stat st;
    int out = -1;
    const char *code = NULL;
    if (!find_program(program, sizeof program))
        code = "office.absent";
    else if (!whole || fstat(fd, &st) != 0 || !is_plain(ending))
        code = "office.failed";
    else if ((uint64_t)st.st_size > office_limits.input)
        code = "office.too_large";
    if (!code) {
        pthread_mutex_lock(&one_at_a_time);
        code = convert(a, whole, program, fd, ending, to, size, &out);
        pthread_mutex_unlock(&one_at_a_time);
        if (code)
            log_info("office", "a file could not be converted", "why", code);
    }
    free(whole);
    if (code)
        (void)err_set(e, a, strcmp(code, "office.absent") == 0 ? ERR_STATE : ERR_INVALID, code, NULL, NULL,
                      NULL, NULL);
    return code ? -1 : out;
}

int office_convert(struct ctx *cx, int fd, struct str ending, const char *to, int64_t *size)
{
    return office_run(core_dir(cx->core), fd, ending, to, size, cx->a, &cx->err);
}
