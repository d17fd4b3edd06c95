#include "base/id.h"

#include <pthread.h>

#include "base/check.h"

#define EPOCH_MS INT64_C(1577836800000)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards last_ms, count, node_no */
static int64_t last_ms;
static int count;
static int node_no;

void id_start(int node, int64_t not_before)
{
    CHECK(node >= 0 && node < 1024);
    pthread_mutex_lock(&lock);
    node_no = node;
    last_ms = not_before > 0 ? (not_before >> 22) + 1 : 0;
    count = 0;
    pthread_mutex_unlock(&lock);
}

int64_t id_new(int64_t now_ms)
{
    int64_t ms = now_ms - EPOCH_MS;
    pthread_mutex_lock(&lock);
    if (ms > last_ms) {
        last_ms = ms;
        count = 0;
    } else if (++count == 4096) { /* a clock that stands still borrows from the next ms */
        last_ms++;
        count = 0;
    }
    int64_t id = last_ms << 22 | (int64_t)node_no << 12 | count;
    pthread_mutex_unlock(&lock);
    return id;
}

int64_t id_moment(int64_t id)
{
    return (id >> 22) + EPOCH_MS;
}

int64_t id_first_at(int64_t at_ms)
{
    return at_ms <= EPOCH_MS ? 0 : (at_ms - EPOCH_MS) << 22;
}

int id_order(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}
