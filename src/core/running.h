/* core/running: what each thread is at, kept where a crash leaves it: a small mapped file in the
 * data folder, DIR/running.PID-…, written without a sync. A process that dies (a signal, kill -9,
 * no memory) leaves its pages to the kernel, and that is all this needs; what a power cut leaves is
 * read with distrust and can at worst blame something that never happened again.
 *
 * A thread that dies of its own fault (SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT) marks what it was
 * at as guilty; then nothing else that was running is blamed. Without such a mark (kill -9) every
 * command that was running is. Costs a command some 100 ns and no system call. */
#ifndef TB_CORE_RUNNING_H
#define TB_CORE_RUNNING_H

#include "base/err.h"
#include "base/str.h"

struct running;
struct running_slot;

/* Makes this process's file and listens for the deadly signals. NULL (with a line in the log) when
 * the folder takes no file: the program runs without. */
struct running *running_open(const char *dir);
/* A clean end: the file goes. */
void running_close(struct running **r);

/* From here to running_end this thread is at it. act: the act's SM3 in hex, or absent for a read,
 * which is told by its subject (cut at 255 bytes). r may be NULL; NULL when all places are taken.
 */
struct running_slot *running_begin(struct running *r, const char *what, struct str act,
                                   struct str subject, int64_t person_id, int64_t at);
void running_end(struct running_slot **s);

/* One act to blame for a death. */
struct running_found {
    struct str what, act, subject; /* what empty: the program died by signal, but not in an act */
    int64_t person_id, at;
    int signal; /* 0: killed from outside */
};
/* Looks for files of programs that died in this folder and tells each act to blame; a file goes
 * when every call of it answered true. The texts live in a. */
bool running_dead(const char *dir, struct arena *a,
                  bool (*found)(void *arg, const struct running_found *f), void *arg);

#endif
