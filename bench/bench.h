/* bench: what the benchmarks share: the program under test as a child, people signed in, and
 * closed-loop load over keep-alive connections. Times are of the machine's monotonic clock. */
#ifndef TB_BENCH_H
#define TB_BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/str.h"

#define BENCH_PROGRAM "build/release/tongban"

/* Runs a program with its words to the end, in silence; its exit status. */
int bench_run(const char *const argv[]);
/* A folder of the demo city kept under build/bench/, made once for this build of the program. */
const char *bench_city(struct arena *a);
/* A copy of it to write in; removed by bench_end. */
const char *bench_copy(struct arena *a, const char *folder, const char *name);

struct bench_server {
    pid_t pid;
    int port;
    double start_ms; /* from exec to the first answer */
};
struct bench_server bench_serve(const char *folder);
void bench_stop(struct bench_server *s);
/* Commands in one commit, on average over the life of the server that was stopped last. */
double bench_group(void);
/* CPU seconds so far: of a process with all its threads, and of the calling thread. */
double bench_cpu(pid_t pid);
double bench_cpu_mine(void);
/* Resident memory that is the process's own: RssAnon + RssShmem, MB. */
double bench_memory_mb(pid_t pid);

struct bench_person {
    char cookie[200], csrf[80];
    char account[64];
};
/* Signs in; ends the program with a message when it cannot. */
struct bench_person bench_sign_in(int port, const char *account);

/* One request over fd (keep-alive); the body's bytes in *answer (malloc) when wanted. Status, or -1.
 * body NULL: GET. */
int bench_request(int fd, const struct bench_person *p, const char *path, const char *body,
                  char **answer, size_t *size);
int bench_connect(int port);

/* Runs fn(arg, i) for i in 0..n-1, a thread each, and returns the seconds until all ended. */
double bench_threads(int n, void (*fn)(void *arg, int i), void *arg);
double bench_now(void); /* seconds */
/* The value at that share of n numbers, which are sorted in place. */
double bench_percentile(double *v, size_t n, double share);

#endif
