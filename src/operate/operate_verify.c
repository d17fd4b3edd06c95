/* verify: everything that can be recomputed is recomputed, in one read snapshot, and whatever
 * differs is told with its place. */
#include <stdio.h>

#include "base/clock.h"
#include "operate/operate_in.h"

#define FAULTS_TOLD 200

void verify_fault(struct verify *v, const char *room, const char *where, const char *zh,
                  const char *en)
{
    v->faults++;
    if (v->faults <= FAULTS_TOLD)
        printf("[%s] %s: %s (%s)\n", room, where, zh, en);
    else if (v->faults == FAULTS_TOLD + 1)
        printf("… 更多问题不再逐条列出 (further faults are only counted)\n");
}

#define PROGRESS_US INT64_C(10000000)

static int64_t a_second(const struct verify *v, int64_t n)
{
    int64_t us = clock_monotonic_us() - v->began_us;
    return us > 0 ? n * 1000000 / us : n;
}

void verify_progress(struct verify *v)
{
    int64_t now = clock_monotonic_us();
    if (now - v->told_us < PROGRESS_US)
        return;
    v->told_us = now;
    fprintf(stderr,
            "… 留痕 (entries) %lld, 事项 (matters) %lld, 每秒 (a second) %lld 条, %lld 件\n",
            (long long)v->entries, (long long)v->matters, (long long)a_second(v, v->entries),
            (long long)a_second(v, v->matters));
}

static bool verify_one(void *arg, const struct blob *b)
{
    struct verify *v = arg;
    v->contents++;
    switch (blob_verify(v->blobs, str_of(b->digest))) {
    case BLOB_GOOD: break;
    case BLOB_ABSENT: break; /* swept just now: nobody named it */
    case BLOB_ALTERED:
        verify_fault(v, "blob", b->digest, "文件内容与摘要不符", "the content is not what it was");
        break;
    case BLOB_UNREACHED: return operate_fail(v->o, ERR_BUSY, "blob.unreachable", NULL);
    case BLOB_UNREADABLE:
        verify_fault(v, "blob", b->digest, "文件内容读不出", "the content cannot be read");
        break;
    }
    return true;
}

bool verify_blobs(struct verify *v)
{
    return blob_each(v->blobs, verify_one, v, v->o->a, v->o->err);
}

static void report(const struct verify *v)
{
    struct arena *a = v->o->a;
    printf("核验 (verify): 留痕 (entries) %lld / 链 (streams) %lld, 检查点 (checkpoints) %lld, "
           "文件 (contents) %lld, 计数 (counts) %lld\n",
           (long long)v->entries, (long long)v->streams, (long long)v->checkpoints,
           (long long)v->contents, (long long)v->counters);
    printf("流程重演 (flows played back): 事项 (matters) %lld / %lld, 指令 (commands) %lld, "
           "每秒 (a second) %lld 件\n",
           (long long)v->played, (long long)v->matters, (long long)v->commands,
           (long long)v->played_a_second);
    if (v->o->is_quick)
        printf("快速核验：流程只抽查一部分事项 (--quick: a sample of the matters was played back)\n");
    if (v->unplayable)
        printf("因误传处置清除了内容、不能重演 (purged, not to be played back): %lld\n",
               (long long)v->unplayable);
    if (v->uncovered > 0) {
        const char *since =
            v->last_checkpoint_at ? clock_iso(a, v->last_checkpoint_at).p : "尚无 (none)";
        printf("未被检查点覆盖 (uncovered, newer than the last checkpoint, %s): "
               "留痕 (entries) %lld / 链 (streams) %lld\n",
               since, (long long)v->uncovered, (long long)v->uncovered_streams);
    }
    if (v->faults)
        printf("发现问题 (faults): %lld\n", (long long)v->faults);
    else
        printf("没有发现问题 (no faults)\n");
}

bool operate_verify(struct operate *o, int64_t *faults)
{
    struct verify v = { .o = o };
    v.began_us = v.told_us = clock_monotonic_us();
    v.blobs = blob_open(o->dir, o->blob, NULL, o->a, o->err);
    int hold = v.blobs ? blob_hold(v.blobs, o->a, o->err) : -1;
    v.db = hold >= 0 ? db_open(&o->db, DB_READ, o->a, o->err) : NULL;
    bool good = v.db && db_begin(v.db) && verify_trace(&v) && verify_counts(&v) &&
                verify_named(&v) && db_commit(v.db) && verify_blobs(&v);
    if (good)
        report(&v);
    *faults = v.faults;
    db_close(&v.db);
    if (v.blobs)
        blob_release(v.blobs, hold);
    blob_close(&v.blobs);
    return good;
}
