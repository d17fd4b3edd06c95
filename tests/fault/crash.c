/* A fault of the program's own, by LD_PRELOAD: whoever binds a text that contains CRASH_ON dies there
 * and then, by CRASH_HOW: abort, segv, or kill (from outside, as it were). Both engines. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void maybe_die(const char *text, size_t n)
{
    const char *on = getenv("CRASH_ON"), *how = getenv("CRASH_HOW");
    if (!on || !*on || !text || !memmem(text, n, on, strlen(on)))
        return;
    if (how && strcmp(how, "kill") == 0)
        kill(getpid(), SIGKILL);
    if (how && strcmp(how, "segv") == 0)
        *(volatile int *)(uintptr_t)8 = 1;
    abort();
}

int sqlite3_bind_text64(void *st, int i, const char *text, uint64_t n, void (*drop)(void *),
                        unsigned char encoding)
{
    static int (*real)(void *, int, const char *, uint64_t, void (*)(void *), unsigned char);
    if (!real)
        real = (int (*)(void *, int, const char *, uint64_t, void (*)(void *),
                        unsigned char))dlsym(RTLD_NEXT, "sqlite3_bind_text64");
    maybe_die(text, (size_t)n);
    return real(st, i, text, n, drop, encoding);
}

int PQsendQueryPrepared(void *conn, const char *name, int n, const char *const *values,
                        const int *lengths, const int *formats, int result)
{
    static int (*real)(void *, const char *, int, const char *const *, const int *, const int *,
                       int);
    if (!real)
        real = (int (*)(void *, const char *, int, const char *const *, const int *, const int *,
                        int))dlsym(RTLD_NEXT, "PQsendQueryPrepared");
    for (int i = 0; i < n; i++)
        if (values[i])
            maybe_die(values[i], formats && formats[i] ? (size_t)lengths[i] : strlen(values[i]));
    return real(conn, name, n, values, lengths, formats, result);
}
