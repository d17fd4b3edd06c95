/* The operator's words: options, the passphrase, and how the result is told. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "operate/operate.h"
#include "operate/operate_in.h"

#define FILE_MAX (1024 * 1024)
#define PASSPHRASE_MIN 8

bool operate_fail(struct operate *o, enum err_kind kind, const char *code, const char *arg)
{
    return err_set(o->err, o->a, kind, code, NULL, arg, NULL, NULL);
}

bool operate_fail_file(struct operate *o, const char *path)
{
    const char *words = strerrordesc_np(errno);
    return err_set(o->err, o->a, ERR_INVALID, "operate.file", NULL, path, words ? words : "", NULL);
}

struct str operate_file(struct operate *o, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return STR_NONE;
    struct buf b = buf_in(o->a);
    char part[4096];
    ssize_t n;
    while ((n = read(fd, part, sizeof part)) != 0 && b.n < FILE_MAX) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        buf_put(&b, part, (size_t)n);
    }
    (void)close(fd); /* only read */
    secret_wipe(part, sizeof part);
    return n == 0 ? buf_done(&b) : STR_NONE;
}

void operate_keys(struct operate *o, void (*fn)(void *arg, struct sm2_key *k), void *arg)
{
    const char *own = arena_printf(o->a, "%s/node.key", o->dir);
    struct sm2_key *k = access(own, F_OK) == 0 ? sm2_key_load(own) : NULL;
    if (k)
        fn(arg, k);
    DIR *d = opendir(arena_printf(o->a, "%s/keys", o->dir));
    for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
        if (!str_ends(str_of(e->d_name), STR(".pub")))
            continue;
        struct str pem = operate_file(o, arena_printf(o->a, "%s/keys/%s", o->dir, e->d_name));
        k = pem.p ? sm2_key_of_public(pem) : NULL;
        if (k)
            fn(arg, k);
    }
    if (d)
        (void)closedir(d); /* only read */
}

struct options {
    const char *data, *db, *blob, *to, *from, *passphrase_file, *key;
    bool is_quick;
};

static const struct {
    const char *name;
    size_t offset;
} option_names[] = {
    { "--data", offsetof(struct options, data) },
    { "--db", offsetof(struct options, db) },
    { "--blob", offsetof(struct options, blob) },
    { "--to", offsetof(struct options, to) },
    { "--from", offsetof(struct options, from) },
    { "--passphrase-file", offsetof(struct options, passphrase_file) },
    { "--key", offsetof(struct options, key) },
};

static bool read_options(int argc, char **argv, struct options *o)
{
    size_t n = sizeof option_names / sizeof *option_names;
    for (int i = 1; i < argc; i += 2) {
        size_t k = 0;
        if (strcmp(argv[i], "--quick") == 0) { /* takes no value */
            o->is_quick = true;
            i--;
            continue;
        }
        while (k < n && strcmp(argv[i], option_names[k].name) != 0)
            k++;
        if (k == n || i + 1 == argc) {
            fprintf(stderr, "tongban: 不认识的选项或缺少取值 (unknown option or no value): %s\n",
                    argv[i]);
            return false;
        }
        *(const char **)((char *)o + option_names[k].offset) = argv[i + 1];
    }
    return o->data != NULL;
}

/* Without the line end that editors put there. */
static bool read_passphrase(struct operate *o, const char *path)
{
    if (!path)
        return true;
    struct str s = operate_file(o, path);
    while (s.n > 0 && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
        s.n--;
    if (s.n < PASSPHRASE_MIN)
        return operate_fail(o, ERR_INVALID, "operate.empty_passphrase", path);
    o->passphrase = s;
    return true;
}

static int usage(const char *words)
{
    fprintf(stderr, "usage: tongban %s\n", words);
    return 2;
}

static int told(const struct operate *o)
{
    fprintf(stderr, "tongban: %s\n         %s\n", err_message(o->a, o->err, LANG_ZH),
            err_message(o->a, o->err, LANG_EN));
    return 1;
}

int operate_backup_cli(int argc, char **argv)
{
    struct options opt = { 0 };
    struct err err = { 0 };
    if (!read_options(argc, argv, &opt) || !opt.to)
        return usage(OPERATE_BACKUP_USAGE);
    struct operate o = { .a = arena_new(), .err = &err, .dir = opt.data, .file = opt.to };
    o.blob = core_conf_blob(opt.data, opt.blob, o.a);
    bool good = core_conf(opt.data, opt.db, o.a, &o.db, &err) &&
                read_passphrase(&o, opt.passphrase_file) && operate_backup(&o);
    int code = good ? 0 : told(&o);
    arena_free(&o.a);
    return code;
}

int operate_restore_cli(int argc, char **argv)
{
    struct options opt = { 0 };
    struct err err = { 0 };
    if (!read_options(argc, argv, &opt) || !opt.from)
        return usage(OPERATE_RESTORE_USAGE);
    struct operate o = { .a = arena_new(), .err = &err, .dir = opt.data, .file = opt.from,
                         .blob = opt.blob ? opt.blob : "folder" };
    o.db = (struct db_config){ .engine = opt.db ? DB_PGSQL : DB_SQLITE, .url = opt.db };
    o.db.path = arena_printf(o.a, "%s/tongban.db", opt.data);
    int64_t faults = 0;
    bool good = read_passphrase(&o, opt.passphrase_file) && operate_restore(&o);
    good = good && operate_verify(&o, &faults);
    int code = good ? faults > 0 : told(&o);
    arena_free(&o.a);
    return code;
}

int operate_verify_cli(int argc, char **argv)
{
    struct options opt = { 0 };
    struct err err = { 0 };
    if (!read_options(argc, argv, &opt))
        return usage(OPERATE_VERIFY_USAGE);
    struct operate o = { .a = arena_new(), .err = &err, .dir = opt.data, .key = opt.key,
                         .is_quick = opt.is_quick };
    o.blob = core_conf_blob(opt.data, opt.blob, o.a);
    int64_t faults = 0;
    bool good = core_conf(opt.data, opt.db, o.a, &o.db, &err) && operate_verify(&o, &faults);
    int code = good ? faults > 0 : told(&o);
    arena_free(&o.a);
    return code;
}
