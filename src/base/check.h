/* base/check: promises of our own code. A broken one is a bug, not an error: the process ends with
 * a readable report (commit before reply makes that safe). Compiled into the release too. */
#ifndef TB_BASE_CHECK_H
#define TB_BASE_CHECK_H

#include <stdnoreturn.h>

noreturn void check_fail(const char *file, int line, const char *what);

#define CHECK(cond) ((cond) ? (void)0 : check_fail(__FILE__, __LINE__, #cond))

/* Dear checks, in debug builds only. */
#ifdef TB_DEBUG
#define CHECK_DEBUG(cond) CHECK(cond)
#else
#define CHECK_DEBUG(cond) ((void)0)
#endif

#endif
