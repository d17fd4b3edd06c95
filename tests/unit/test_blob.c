/* blob: what comes in comes back; what was acknowledged outlives a power cut at any call; what was
 * not leaves no part; what was altered is found.
 *
 * The shim below is a strict disk: a file's bytes count from its fsync, a name from the fsync of
 * its folder, and all else is lost at the cut. It works on a real folder and keeps beside it what
 * would be found after the cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/id.h"
#include "blob/blob.h"
#include "blob/blob_io.h"

#define DAY INT64_C(86400000)

/* --- the strict disk ------------------------------------------------------------------------ */

enum { FILES = 64, NAMES = 64 };
static struct {
    struct {
        ino_t ino;
        char *p;
        size_t n;
    } file[FILES]; /* bytes as last synced */
    int files;
    struct {
        char path[300], name[260];
        ino_t ino;
    } name[NAMES]; /* names as last synced with their folder */
    int names;
    int calls, stop_at, kill_at;
    bool sync_off, sync_fails, is_full;
    int64_t room; /* bytes that may still be written; -1 any */
    void (*at_stop)(void);
} disk;

static void disk_reset(void)
{
    for (int i = 0; i < disk.files; i++)
        free(disk.file[i].p);
    memset(&disk, 0, sizeof disk);
    disk.room = -1;
}

static void step(void)
{
    disk.calls++;
    if (disk.calls == disk.kill_at)
        _exit(9);
    if (disk.calls == disk.stop_at)
        disk.at_stop();
}

static void keep_file(int fd, ino_t ino, bool is_new)
{
    int i = 0;
    while (i < disk.files && disk.file[i].ino != ino)
        i++;
    assert_true(i < FILES);
    if (i == disk.files)
        disk.files++;
    free(disk.file[i].p);
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    size_t n = is_new ? 0 : (size_t)st.st_size;
    disk.file[i].ino = ino;
    disk.file[i].n = n;
    disk.file[i].p = malloc(n + 1);
    assert_int_equal(pread(fd, disk.file[i].p, n, 0), (ssize_t)n);
}

static void keep_names(int fd)
{
    char link[40], path[300];
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    assert_true(n > 0);
    path[n] = 0;
    int kept = 0;
    for (int i = 0; i < disk.names; i++)
        if (strcmp(disk.name[i].path, path) != 0)
            disk.name[kept++] = disk.name[i];
    disk.names = kept;
    DIR *d = opendir(path);
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        if (e->d_name[0] == '.')
            continue;
        assert_true(disk.names < NAMES);
        (void)snprintf(disk.name[disk.names].path, 300, "%s", path);
        (void)snprintf(disk.name[disk.names].name, 260, "%s", e->d_name);
        disk.name[disk.names++].ino = e->d_ino;
    }
    (void)closedir(d);
}

static int shim_open(const char *path, int flags, mode_t mode)
{
    step();
    int fd = open(path, flags, mode);
    struct stat st;
    /* an inode number may have been another file's before */
    if (fd >= 0 && (flags & O_CREAT) && fstat(fd, &st) == 0 && st.st_size == 0)
        keep_file(fd, st.st_ino, true);
    return fd;
}

static ssize_t shim_pwrite(int fd, const void *p, size_t n, off_t at)
{
    step();
    if (disk.room == 0) {
        errno = ENOSPC;
        return -1;
    }
    if (disk.room > 0 && n > (size_t)disk.room)
        n = (size_t)disk.room;
    if (disk.room > 0)
        disk.room -= (int64_t)n;
    return pwrite(fd, p, n > 5000 ? n / 2 : n, at); /* short writes must do */
}

static int shim_fsync(int fd)
{
    step();
    if (disk.sync_fails) {
        errno = EIO;
        return -1;
    }
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    if (disk.sync_off)
        return 0;
    if (S_ISDIR(st.st_mode))
        keep_names(fd);
    else
        keep_file(fd, st.st_ino, false);
    return 0;
}

static int shim_rename(const char *from, const char *to)
{
    step();
    return rename(from, to);
}

static int shim_unlink(const char *path)
{
    step();
    return unlink(path);
}

static int shim_mkdir(const char *path, mode_t mode)
{
    step();
    return mkdir(path, mode);
}

static int shim_statvfs(const char *path, struct statvfs *out)
{
    int rc = statvfs(path, out);
    out->f_blocks = 1000000;
    out->f_bavail = disk.is_full ? 29999 : 500000;
    return rc;
}

static struct blob_io shim;

/* What would be found of folder from after the cut, into folder to. */
static void cut_power(const char *from, const char *to)
{
    assert_int_equal(mkdir(to, 0700), 0);
    for (int i = 0; i < disk.names; i++) {
        if (strcmp(disk.name[i].path, from) != 0)
            continue;
        char below[600], copy[600];
        (void)snprintf(below, sizeof below, "%s/%s", from, disk.name[i].name);
        (void)snprintf(copy, sizeof copy, "%s/%s", to, disk.name[i].name);
        int f = 0;
        while (f < disk.files && disk.file[f].ino != disk.name[i].ino)
            f++;
        if (f == disk.files) {
            cut_power(below, copy);
            continue;
        }
        FILE *out = fopen(copy, "wb");
        assert_non_null(out);
        assert_int_equal(fwrite(disk.file[f].p, 1, disk.file[f].n, out), disk.file[f].n);
        assert_int_equal(fclose(out), 0);
    }
}

/* --- every test has a folder --------------------------------------------------------------------
 */

static char folder[40];
static struct arena *a;
static struct err err, none; /* none: of calls whose failure is not looked at */
static struct blob_store *store;
static struct str text; /* 90,000 bytes */

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    return remove(path);
}

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/test_blob_XXXXXX");
    assert_non_null(mkdtemp(folder));
    a = arena_new();
    memset(&err, 0, sizeof err);
    disk_reset();
    shim = blob_io_real;
    shim.open = shim_open;
    shim.pwrite = shim_pwrite;
    shim.fsync = shim_fsync;
    shim.rename = shim_rename;
    shim.unlink = shim_unlink;
    shim.mkdir = shim_mkdir;
    shim.statvfs = shim_statvfs;
    id_start(1, 0);
    assert_int_equal(mkdir(arena_printf(a, "%s/live", folder), 0700), 0);
    store = blob_open(arena_printf(a, "%s/live", folder), NULL, &shim, a, &err);
    assert_non_null(store);
    char *p = arena_alloc(a, 90000);
    secret_random(p, 90000);
    text = (struct str){ p, 90000 };
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    blob_close(&store);
    assert_int_equal(nftw(folder, remove_one, 20, FTW_DEPTH | FTW_PHYS), 0);
    arena_free(&a);
    return 0;
}

static void expect_error(const char *code)
{
    assert_string_equal(err.code ? err.code : "(none)", code);
    memset(&err, 0, sizeof err);
}

static bool append(int64_t upload_id, int64_t offset, struct str part)
{
    struct blob_upload *u = blob_upload_open(store, upload_id, offset, a, &err);
    if (!u)
        return false;
    bool good = blob_upload_write(u, part, a, &err);
    return blob_upload_close(&u, NULL, a, &err) && good;
}

static const char *content_path(const char *digest)
{
    return arena_printf(a, "%s/live/blob/%.2s/%s", folder, digest, digest + 2);
}

static bool count_good(void *arg, const struct blob *b)
{
    int *n = arg;
    assert_int_equal(blob_verify(store, str_of(b->digest)), BLOB_GOOD);
    assert_int_equal(blob_size(store, str_of(b->digest)), b->size);
    ++*n;
    return true;
}

/* Contents in the store, each of which must be whole. */
static int contents(void)
{
    int n = 0;
    assert_true(blob_each(store, count_good, &n, a, &err));
    return n;
}

/* --- coming in and going out -------------------------------------------------------------------
 */

static void upload_in_stretches_resumes(void **state)
{
    (void)state;
    struct blob b;
    assert_int_equal(blob_arrived(store, 7, a, &none), -1);
    assert_true(blob_begin(store, 7, a, &err));
    assert_true(append(7, 0, str_sub(text, 0, 30000)));
    assert_int_equal(blob_arrived(store, 7, a, &none), 30000);
    assert_false(append(7, 0, text));
    expect_error("blob.offset");
    assert_true(append(7, 30000, str_sub(text, 30000, 90000)));
    assert_true(blob_finish(store, 7, STR_NONE, &b, a, &err));
    assert_string_equal(b.digest, sm3_text(a, text).p);
    assert_int_equal(b.size, 90000);
    assert_int_equal(blob_arrived(store, 7, a, &none), -1);
    assert_int_equal(contents(), 1);
    assert_false(blob_finish(store, 7, STR_NONE, &b, a, &err));
    expect_error("blob.upload_absent");
}

static void two_writers_of_one_upload_exclude_each_other(void **state)
{
    (void)state;
    assert_true(blob_begin(store, 7, a, &err));
    struct blob_upload *u = blob_upload_open(store, 7, 0, a, &err);
    assert_non_null(u);
    assert_null(blob_upload_open(store, 7, 0, a, &err));
    expect_error("blob.upload_busy");
    struct blob b;
    assert_false(blob_finish(store, 7, STR_NONE, &b, a, &err));
    expect_error("blob.upload_busy");
    assert_true(blob_upload_close(&u, NULL, a, &err));
    assert_true(append(7, 0, text));
}

static void stated_digest_is_compared(void **state)
{
    (void)state;
    struct blob b;
    assert_true(blob_begin(store, 7, a, &err));
    assert_true(append(7, 0, text));
    assert_false(blob_finish(store, 7, sm3_text(a, STR("other")), &b, a, &err));
    expect_error("blob.digest");
    assert_int_equal(contents(), 0);
    assert_true(blob_finish(store, 7, sm3_text(a, text), &b, a, &err));
    assert_int_equal(contents(), 1);
}

static void same_content_twice_is_kept_once(void **state)
{
    (void)state;
    struct blob x, y;
    assert_true(blob_put(store, text, &x, a, &err));
    assert_true(blob_put(store, text, &y, a, &err));
    assert_string_equal(x.digest, y.digest);
    assert_int_equal(contents(), 1);
    assert_true(blob_put(store, STR(""), &y, a, &err));
    assert_int_equal(contents(), 2);
}

static struct str read_whole(const char *digest, size_t part, ptrdiff_t *last)
{
    int64_t size;
    struct buf b = buf_in(a);
    struct blob_reader *r = blob_reader_open(store, str_of(digest), &size, a, &err);
    assert_non_null(r);
    char *p = arena_alloc(a, part);
    while ((*last = blob_reader_next(r, p, part, a, &err)) > 0)
        buf_put(&b, p, (size_t)*last);
    blob_reader_close(&r);
    return buf_done(&b);
}

static void content_reads_back_whole_and_in_ranges(void **state)
{
    (void)state;
    struct blob b, empty;
    assert_true(blob_put(store, text, &b, a, &err));
    assert_true(blob_put(store, STR(""), &empty, a, &err));
    ptrdiff_t last;
    assert_true(str_eq(read_whole(b.digest, 4096, &last), text));
    assert_int_equal(last, 0);
    assert_true(str_eq(read_whole(b.digest, 90000, &last), text));
    assert_int_equal(last, 0);
    assert_int_equal(read_whole(empty.digest, 10, &last).n, 0);
    assert_int_equal(last, 0);

    int64_t size;
    char part[100];
    int fd = blob_fd(store, str_of(b.digest), true, &size, a, &err);
    assert_true(fd >= 0);
    assert_int_equal(size, 90000);
    assert_int_equal(pread(fd, part, 100, 45000), 100);
    assert_memory_equal(part, text.p + 45000, 100);
    (void)close(fd);
}

static void altered_content_is_found(void **state)
{
    (void)state;
    struct blob b;
    ptrdiff_t last;
    int64_t size;
    assert_true(blob_put(store, text, &b, a, &err));
    int fd = open(content_path(b.digest), O_WRONLY);
    assert_int_equal(pwrite(fd, "x", 1, 5), 1);
    assert_int_equal(pwrite(fd, text.p[6] == 'y' ? "z" : "y", 1, 6), 1);
    (void)close(fd);
    assert_int_equal(blob_verify(store, str_of(b.digest)), BLOB_ALTERED);
    assert_int_equal(blob_fd(store, str_of(b.digest), true, &size, a, &err), -1);
    expect_error("blob.altered");
    assert_int_equal(read_whole(b.digest, 50000, &last).n,
                     50000); /* the last piece is kept back */
    assert_int_equal(last, -1);
    expect_error("blob.altered");
    /* the same content once more heals it */
    assert_true(blob_put(store, text, &b, a, &err));
    assert_int_equal(blob_verify(store, str_of(b.digest)), BLOB_GOOD);
    /* cut short */
    assert_int_equal(truncate(content_path(b.digest), 89999), 0);
    assert_int_equal(blob_verify(store, str_of(b.digest)), BLOB_ALTERED);
    assert_int_equal(unlink(content_path(b.digest)), 0);
    assert_int_equal(blob_verify(store, str_of(b.digest)), BLOB_ABSENT);
    assert_null(blob_reader_open(store, str_of(b.digest), &size, a, &err));
    expect_error("blob.absent");
}

static void what_is_no_digest_is_not_found(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "ab",
        "../../../../etc/passwd",
        "../../../../../../../../../../../../../../../../../etc/passwd.....",
        "AB21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b1",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t size;
        assert_int_equal(blob_size(store, str_of(bad[i])), -1);
        assert_int_equal(blob_fd(store, str_of(bad[i]), false, &size, a, &err), -1);
        expect_error("blob.absent");
    }
}

/* --- failing disks -------------------------------------------------------------------------------
 */

static void nearly_full_disk_refuses_new_work(void **state)
{
    (void)state;
    struct blob b;
    assert_true(blob_begin(store, 7, a, &err));
    disk.is_full = true;
    assert_false(blob_begin(store, 8, a, &err));
    expect_error("blob.full");
    assert_false(append(7, 0, text));
    expect_error("blob.full");
    disk.is_full = false;
    assert_true(append(7, 0, text));
    assert_true(blob_finish(store, 7, STR_NONE, &b, a, &err));
}

static void disk_full_in_the_middle_keeps_what_came(void **state)
{
    (void)state;
    struct blob b;
    disk.room = 37037;
    assert_true(blob_begin(store, 7, a, &err));
    assert_false(append(7, 0, text));
    expect_error("blob.full");
    int64_t arrived = blob_arrived(store, 7, a, &none);
    assert_true(arrived > 0 && arrived <= 37037);
    disk.room = -1;
    assert_true(append(7, arrived, str_sub(text, (size_t)arrived, text.n)));
    assert_true(blob_finish(store, 7, sm3_text(a, text), &b, a, &err));
    disk.room = 1000;
    assert_false(blob_put(store, STR("x"), &b, a, &err) && blob_put(store, text, &b, a, &err));
    expect_error("blob.full");
    assert_int_equal(contents(), 2);
}

static void failed_sync_stops_writing(void **state)
{
    (void)state;
    struct blob b;
    assert_true(blob_put(store, STR("before"), &b, a, &err));
    disk.sync_fails = true;
    assert_false(blob_put(store, text, &b, a, &err));
    expect_error("blob.io");
    disk.sync_fails = false;
    assert_false(blob_put(store, text, &b, a, &err)); /* nothing is known of this disk any more */
    expect_error("blob.io");
    assert_int_equal(contents(), 1);
    blob_close(&store); /* started again */
    store = blob_open(arena_printf(a, "%s/live", folder), NULL, &shim, a, &err);
    assert_true(blob_put(store, text, &b, a, &err));
}

/* --- power cuts and kills ------------------------------------------------------------------------
 */

static struct {
    int told;       /* contents whose finish had returned */
    int64_t synced; /* bytes of the second upload that its sender was told of */
} acknowledged;

static void work(void)
{
    struct blob b;
    if (!blob_put(store, STR("first"), &b, a, &err))
        return;
    acknowledged.told++;
    if (!blob_begin(store, 7, a, &err) || !append(7, 0, str_sub(text, 0, 30000)))
        return;
    if (!append(7, 30000, str_sub(text, 30000, 90000)))
        return;
    acknowledged.synced = 90000;
    if (!blob_finish(store, 7, STR_NONE, &b, a, &err))
        return;
    acknowledged.told++;
    if (blob_put(store, STR("third"), &b, a, &err))
        acknowledged.told++;
}

static struct {
    int told;
    int64_t synced;
} cut;

static void cut_here(void)
{
    char live[100], to[100];
    (void)snprintf(live, sizeof live, "%s/live", folder);
    (void)snprintf(to, sizeof to, "%s/cut", folder);
    cut_power(live, to);
    cut.told = acknowledged.told;
    cut.synced = acknowledged.synced;
}

/* Runs the work in a fresh store, the power cut at call n; then opens what is left. False when the
 * work has fewer calls. */
static bool run_with_cut_at(int n, bool sync_off)
{
    (void)tear_down(NULL);
    (void)set_up(NULL);
    memset(&acknowledged, 0, sizeof acknowledged);
    disk.calls = 0;
    disk.stop_at = n;
    disk.at_stop = cut_here;
    disk.sync_off = sync_off;
    work();
    assert_int_equal(acknowledged.told, 3);
    if (disk.calls < n)
        return false;
    blob_close(&store);
    disk.sync_off = false;
    disk.stop_at = 0;
    store = blob_open(arena_printf(a, "%s/cut", folder), NULL, &shim, a, &err);
    assert_non_null(store);
    return true;
}

static void power_cut_at_any_call_loses_nothing_acknowledged(void **state)
{
    (void)state;
    int n = 1;
    for (; run_with_cut_at(n, false); n++) {
        int found = contents(); /* each whole */
        assert_true(found >= cut.told && found <= 3);
        if (cut.told >= 1)
            assert_int_equal(blob_verify(store, sm3_text(a, STR("first"))), BLOB_GOOD);
        if (cut.synced && blob_arrived(store, 7, a, &none) != cut.synced)
            assert_int_equal(blob_verify(store, sm3_text(a, text)), BLOB_GOOD);
        if (cut.told >= 2)
            assert_int_equal(blob_verify(store, sm3_text(a, text)), BLOB_GOOD);
    }
    assert_true(n > 40); /* the work makes that many calls: the loop did cut */
}

static void without_sync_the_cut_does_lose(void **state)
{
    (void)state;
    int lost = 0;
    for (int n = 1; run_with_cut_at(n, true); n++) {
        int found = 0;
        /* not contents(): what is there may be torn now */
        if (blob_verify(store, sm3_text(a, STR("first"))) == BLOB_GOOD)
            found++;
        lost += found < cut.told;
    }
    assert_true(lost > 0);
}

/* kill -9 instead of a cut: what was written stays, synced or not; the upload goes on after it. */
static void kill_at_any_call_leaves_no_part(void **state)
{
    (void)state;
    bool was_killed = true;
    for (int n = 1; was_killed; n++) {
        (void)tear_down(NULL);
        (void)set_up(NULL);
        pid_t pid = fork();
        if (pid == 0) {
            disk.calls = 0;
            disk.kill_at = n;
            work();
            _exit(0);
        }
        int status;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status));
        was_killed = WEXITSTATUS(status) == 9;
        (void)contents(); /* each whole */
        int64_t arrived = blob_arrived(store, 7, a, &none);
        struct blob b;
        if (arrived >= 0) {
            assert_true(arrived == 90000 ||
                        append(7, arrived, str_sub(text, (size_t)arrived, text.n)));
            assert_true(blob_finish(store, 7, sm3_text(a, text), &b, a, &err));
        }
        assert_true(blob_put(store, STR("third"), &b, a, &err));
        (void)contents();
    }
}

/* --- keeping house -------------------------------------------------------------------------- */

static int named_first(void *arg, struct str digest)
{
    (void)arg;
    if (str_eq(digest, sm3_text(a, STR("unknown"))))
        return -1;
    return str_eq(digest, sm3_text(a, STR("first")));
}

static void sweep_removes_what_nobody_names(void **state)
{
    (void)state;
    struct blob b;
    struct blob_swept swept;
    assert_true(blob_put(store, STR("first"), &b, a, &err));
    assert_true(blob_put(store, STR("unknown"), &b, a, &err));
    assert_true(blob_put(store, text, &b, a, &err));
    assert_true(blob_begin(store, 7, a, &err));
    int64_t now = clock_now_ms();
    /* young: nothing goes */
    assert_true(blob_sweep(store, now, DAY, named_first, NULL, &swept));
    assert_int_equal(swept.contents + swept.uploads, 0);
    /* held by a backup: no content goes */
    int hold = blob_hold(store, a, &err);
    assert_true(hold >= 0);
    assert_true(blob_sweep(store, now + DAY + 60000, DAY, named_first, NULL, &swept));
    assert_true(swept.was_held);
    assert_int_equal(swept.contents, 0);
    assert_true(blob_put(store, STR("while held"), &b, a, &err)); /* but new ones come */
    blob_release(store, hold);
    assert_true(blob_sweep(store, now + DAY + 60000, DAY, named_first, NULL, &swept));
    assert_int_equal(swept.contents, 2);
    assert_false(swept.was_held);
    assert_int_equal(contents(), 2);
    assert_int_equal(blob_arrived(store, 7, a, &none), -1);
    assert_int_equal(blob_verify(store, sm3_text(a, STR("unknown"))), BLOB_GOOD);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(upload_in_stretches_resumes),
        TEST(two_writers_of_one_upload_exclude_each_other),
        TEST(stated_digest_is_compared),
        TEST(same_content_twice_is_kept_once),
        TEST(content_reads_back_whole_and_in_ranges),
        TEST(altered_content_is_found),
        TEST(what_is_no_digest_is_not_found),
        TEST(nearly_full_disk_refuses_new_work),
        TEST(disk_full_in_the_middle_keeps_what_came),
        TEST(failed_sync_stops_writing),
        TEST(power_cut_at_any_call_loses_nothing_acknowledged),
        TEST(without_sync_the_cut_does_lose),
        TEST(kill_at_any_call_leaves_no_part),
        TEST(sweep_removes_what_nobody_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
