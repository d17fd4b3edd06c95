/* The walls around a converter: what it may no longer do once it runs. Prepared before the fork, since
 * between fork and exec nothing may be done but system calls. */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "office/office_in.h"

#if defined __x86_64__
#define THIS_ARCH AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define THIS_ARCH AUDIT_ARCH_AARCH64
#else
#error "office/: name the machine's audit architecture for seccomp"
#endif

#define LOAD(member) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))
#define IF(value, then, otherwise) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (then), (otherwise))
#define DO(what) BPF_STMT(BPF_RET | BPF_K, (what))

/* A socket of no family but the local one, which LibreOffice listens on for a second start of itself; and
 * nothing can be connected to, so that neither the network nor a socket of this machine is reached. Nor
 * the ring that could do both; other ways into the kernel's table of calls (32 bit, x32) end the program. */
static struct sock_filter no_network[] = {
    LOAD(arch),
    IF(THIS_ARCH, 1, 0),
    DO(SECCOMP_RET_KILL_PROCESS),
    LOAD(nr),
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 9, 0),
    IF(__NR_connect, 8, 0),
    IF(__NR_io_uring_setup, 7, 0),
    IF(__NR_socket, 0, 5),
    LOAD(args[0]),
    IF(1 /* AF_UNIX */, 0, 4),
    LOAD(args[1]),
    BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf),
    IF(1 /* SOCK_STREAM */, 0, 1), /* a datagram needs no connection */
    DO(SECCOMP_RET_ALLOW),
    DO(SECCOMP_RET_ERRNO | EACCES),
};
static const struct sock_fprog no_network_program = { sizeof no_network / sizeof *no_network,
                                                      no_network };

#define READ (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define ALL_OF_FIRST ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1) /* every right the first version knows */

static bool allow(int rules, const char *path, uint64_t what)
{
    struct landlock_path_beneath_attr one = { .allowed_access = what };
    one.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (one.parent_fd < 0)
        return errno == ENOENT; /* not every system has all of them */
    bool good = syscall(__NR_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &one, 0) == 0;
    close(one.parent_fd);
    return good;
}

/* The folder in which a program lies in truth. */
static bool allow_home_of(int rules, const char *program)
{
    char *path = realpath(program, NULL), *slash = path ? strrchr(path, '/') : NULL;
    if (slash)
        *slash = 0;
    bool good = slash && allow(rules, path, READ);
    free(path);
    return good;
}

int sandbox_files(const char *folder, const char *program)
{
    static const char *const readable[] = { "/usr", "/bin", "/lib", "/lib64", "/etc", "/opt",
                                            "/var/cache/fontconfig", "/var/lib/libreoffice",
                                            "/var/spool/libreoffice" };
    static const char *const devices[] = { "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom" };
    const struct landlock_ruleset_attr attr = { .handled_access_fs = ALL_OF_FIRST };
    int rules = (int)syscall(__NR_landlock_create_ruleset, &attr, sizeof attr, 0);
    if (rules < 0) {
        log_debug("office", "this kernel cannot bound which files a converter reads");
        return -1;
    }
    bool good = allow(rules, folder, ALL_OF_FIRST) && allow_home_of(rules, program) &&
                allow(rules, "/tmp", LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REMOVE_FILE);
    for (size_t i = 0; good && i < sizeof devices / sizeof *devices; i++)
        good = allow(rules, devices[i], LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE);
    for (size_t i = 0; good && i < sizeof readable / sizeof *readable; i++)
        good = allow(rules, readable[i], READ);
    if (good)
        return rules;
    close(rules);
    return -2;
}

static bool limit(int what, rlim_t most)
{
    const struct rlimit r = { most, most };
    return setrlimit((__rlimit_resource_t)what, &r) == 0;
}

bool sandbox_enter(int rules)
{
    return limit(RLIMIT_AS, office_limits.memory) && limit(RLIMIT_CPU, office_limits.cpu_s) &&
           limit(RLIMIT_FSIZE, office_limits.written) && limit(RLIMIT_NOFILE, 256) &&
           limit(RLIMIT_CORE, 0) && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
           prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           (rules < 0 || syscall(__NR_landlock_restrict_self, rules, 0) == 0) &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &no_network_program) == 0;
}
