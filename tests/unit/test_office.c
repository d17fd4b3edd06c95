/* office/: what a converter may not do, shown by stand-ins that try it; and LibreOffice itself where it is
 * installed. (B17) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <dirent.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/zip.h"
#include "office/office_in.h"
#include "word/word.h"

#include <cmocka.h> /* last: its fail() is not the door's */

static struct arena *a;
static char dir[] = "/tmp/tongban-office-XXXXXX";
static const char *path_before;

static const char *in_dir(const char *name)
{
    return arena_printf(a, "%s/%s", dir, name);
}

static void put_file(const char *path, const char *text, mode_t mode)
{
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, mode), 0);
}

/* A program called soffice; $out is where its result belongs, $in what it is to convert. */
static void stand_in(const char *script)
{
    put_file(in_dir("bin/soffice"),
             arena_printf(a, "#!/bin/bash\nin=\"${@: -1}\"\nout=\"$PWD/out/in.pdf\"\n%s\n", script), 0700);
}

static struct str read_fd(int fd)
{
    char *p = arena_alloc(a, 65537);
    ssize_t n = pread(fd, p, 65536, 0);
    close(fd);
    return (struct str){ p, n > 0 ? (size_t)n : 0 };
}

static int convert(const char *text, struct err *e)
{
    int64_t size;
    put_file(in_dir("given"), text, 0600);
    int fd = open(in_dir("given"), O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    int out = office_run(dir, fd, STR("doc"), "pdf", &size, a, e);
    close(fd);
    return out;
}

static void refused(const char *code)
{
    struct err e = { 0 };
    assert_int_equal(convert("text", &e), -1);
    assert_string_equal(e.code, code);
}

/* Whatever happened, its folder is gone. */
static void nothing_is_left(void)
{
    DIR *d = opendir(in_dir("office"));
    struct dirent *one;
    assert_non_null(d);
    while ((one = readdir(d)) != NULL)
        assert_true(one->d_name[0] == '.');
    closedir(d);
}

static void not_installed(void **state)
{
    (void)state;
    (void)unlink(in_dir("bin/soffice"));
    setenv("PATH", in_dir("bin"), 1);
    assert_false(office_is_there());
    refused("office.absent");
    setenv("PATH", arena_printf(a, "%s:/usr/bin:/bin", in_dir("bin")), 1);
}

static void converts(void **state)
{
    struct err e = { 0 };
    (void)state;
    stand_in("(echo \"made of $(cat \"$in\")\"; echo $HOME; ls) > \"$out\"");
    int fd = convert("four words", &e);
    assert_true(fd >= 0);
    struct str got = read_fd(fd);
    assert_true(str_starts(got, STR("made of four words\n")));
    assert_true(str_find(got, STR("/office/"), 0) > 0); /* a home of its own */
    nothing_is_left();
}

/* What it tries is told in its result; a listener here sees nobody. */
static void reaches_nothing(void **state)
{
    struct err e = { 0 };
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct sockaddr_un local = { .sun_family = AF_UNIX };
    socklen_t n = sizeof at;
    (void)state;
    int net = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int here = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(net, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(net, 1), 0);
    assert_int_equal(getsockname(net, (struct sockaddr *)&at, &n), 0);
    (void)snprintf(local.sun_path, sizeof local.sun_path, "%s/door", dir);
    assert_int_equal(bind(here, (struct sockaddr *)&local, sizeof local), 0);
    assert_int_equal(listen(here, 1), 0);
    put_file(in_dir("keys"), "the city's keys", 0644);
    stand_in(arena_printf(a,
                          "{ (exec 3<>/dev/tcp/127.0.0.1/%d) 2>&1 && echo NETWORK\n"
                          "perl -MSocket -e 'socket(S,AF_UNIX,SOCK_STREAM,0) && connect(S,sockaddr_un(\"%s\")) && print \"DOOR\\n\"' 2>&1\n"
                          "perl -MSocket -e 'socket(S,AF_UNIX,SOCK_DGRAM,0) && print \"DATAGRAM\\n\"; socket(S,AF_INET,SOCK_DGRAM,0) && print \"UDP\\n\"' 2>&1\n"
                          "cat %s 2>&1; echo x > %s/new; ls -l /proc/self/fd 2>&1; echo tried; } > \"$out\"",
                          ntohs(at.sin_port), local.sun_path, in_dir("keys"), dir));
    int fd = convert("text", &e);
    assert_true(fd >= 0);
    struct str got = read_fd(fd);
    assert_true(str_find(got, STR("tried"), 0) >= 0);
    static const char *const never[] = { "NETWORK", "DOOR", "DATAGRAM", "UDP" };
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(str_find(got, str_of(never[i]), 0), -1);
    struct pollfd f[] = { { net, POLLIN, 0 }, { here, POLLIN, 0 } };
    assert_int_equal(poll(f, 2, 0), 0);
    if (syscall(__NR_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0) {
        assert_int_equal(str_find(got, STR("the city's keys"), 0), -1);
        assert_int_not_equal(access(in_dir("new"), F_OK), 0);
    }
    close(net);
    close(here);
}

static bool runs(const char *word)
{
    DIR *d = opendir("/proc");
    struct dirent *one;
    bool found = false;
    while ((one = readdir(d)) != NULL) {
        char text[4096];
        int fd = open(arena_printf(a, "/proc/%s/cmdline", one->d_name), O_RDONLY | O_CLOEXEC);
        ssize_t n = fd >= 0 ? read(fd, text, sizeof text) : -1;
        found |= n > 0 && str_find((struct str){ text, (size_t)n }, str_of(word), 0) >= 0;
        if (fd >= 0)
            close(fd);
    }
    closedir(d);
    return found;
}

static void ends_with_its_time(void **state)
{
    const int before = office_limits.wait_ms;
    (void)state;
    office_limits.wait_ms = 400;
    stand_in("sleep 3600.4711 & sleep 3600.4711"); /* what it starts goes with it */
    refused("office.too_slow");
    office_limits.wait_ms = before;
    nothing_is_left();
    for (int tries = 0; runs("3600.4711"); tries++) { /* killed; the system buries it */
        assert_true(tries < 200);
        (void)poll(NULL, 0, 20);
    }
}

static void ends_with_its_room(void **state)
{
    const struct office_limits before = office_limits;
    (void)state;
    office_limits.memory = 200u << 20;
    stand_in("x=$(head -c 400000000 /dev/zero | tr '\\0' a); echo $x > \"$out\"");
    refused("office.failed");
    office_limits = before;
    office_limits.written = 1u << 20;
    stand_in("head -c 9000000 /dev/zero > \"$out\" || exit 1");
    refused("office.failed");
    office_limits.written = before.written;
    office_limits.cpu_s = 1;
    stand_in("while :; do :; done");
    refused("office.too_slow");
    office_limits = before;
    office_limits.input = 3;
    refused("office.too_large");
    office_limits = before;
}

static void tells_of_failure(void **state)
{
    (void)state;
    stand_in("exit 3");
    refused("office.failed");
    stand_in("exit 0"); /* says it is done, and made nothing */
    refused("office.failed");
    stand_in("ln -s /etc/passwd \"$out\""); /* its result is a file of its own */
    refused("office.failed");
    nothing_is_left();
}

static void the_real_one(void **state)
{
    struct err e = { 0 };
    int64_t size;
    (void)state;
    setenv("PATH", path_before, 1);
    (void)unlink(in_dir("bin/soffice"));
    if (!office_is_there())
        skip(); /* not installed: not_installed() is the case then */
    struct word_out *o = word_new(a, false);
    word_p(o, WORD_S_TITLE, STR("关于做好防汛工作的通知"));
    struct str file = word_done(o);
    int fd = open(in_dir("real.docx"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, file.p, file.n), (ssize_t)file.n);
    int pdf = office_run(dir, fd, STR("docx"), "pdf", &size, a, &e);
    close(fd);
    if (pdf < 0)
        fail_msg("%s", e.code);
    assert_true(str_starts(read_fd(pdf), STR("%PDF-")));
    nothing_is_left();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(not_installed),      cmocka_unit_test(converts),
        cmocka_unit_test(reaches_nothing),    cmocka_unit_test(ends_with_its_time),
        cmocka_unit_test(ends_with_its_room), cmocka_unit_test(tells_of_failure),
        cmocka_unit_test(the_real_one),
    };
    a = arena_new();
    path_before = arena_strdup(a, getenv("PATH"));
    if (!mkdtemp(dir) || mkdir(in_dir("bin"), 0700) != 0)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    static const char *const made[] = { "bin/soffice", "given", "keys", "door", "new", "real.docx" };
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        (void)unlink(in_dir(made[i]));
    static const char *const folders[] = { "office", "bin" };
    for (size_t i = 0; i < 2; i++)
        (void)rmdir(in_dir(folders[i]));
    (void)rmdir(dir);
    arena_free(&a);
    return failed;
}
