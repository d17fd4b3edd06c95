/* base/banned: functions this program does without; the build includes this header everywhere and
 * turns a use into a compile error. */
#ifndef TB_BASE_BANNED_H
#define TB_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* FreeType gives these functions names of its own, which must be known before they are poisoned. */
#if __has_include(<freetype/config/ftstdlib.h>)
#include <freetype/config/ftstdlib.h>
#endif

#pragma GCC poison strcat strncat sprintf vsprintf strtok atoi atol atof gmtime localtime ctime asctime srand gets system popen

/* Not poisoned by name: OpenSSL's headers have parameters called so. */
#ifdef __clang__
int rand(void) __attribute__((unavailable("banned: use secret_random")));
#else
int rand(void) __attribute__((error("banned: use secret_random")));
#endif

#endif
