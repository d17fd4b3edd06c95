#include "base/check.h"

#include <execinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

noreturn void check_fail(const char *file, int line, const char *what)
{
    void *frames[32];
    fprintf(stderr, "tongban: broken promise at %s:%d: %s\n", file, line, what);
    backtrace_symbols_fd(frames, backtrace(frames, 32), STDERR_FILENO);
    abort();
}
