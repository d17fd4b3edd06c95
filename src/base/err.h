/* base/err: the one error type. Functions return bool; false means an error was set, once, where
 * it was understood. The code is stable ("doc.not_sealed"); its sentences in the languages of the
 * users stand in text/errors.txt, with {1} {2} for the arguments. http/ alone knows which kind is
 * which HTTP status. */
#ifndef TB_BASE_ERR_H
#define TB_BASE_ERR_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

enum err_kind {
    ERR_NONE,
    ERR_INVALID,         /* the input is wrong; field says where */
    ERR_UNAUTHENTICATED, /* no valid login */
    ERR_FORBIDDEN,       /* the person lacks a right that does not betray the thing's existence */
    ERR_NOT_FOUND,       /* does not exist, or is not yours: worded alike */
    ERR_CONFLICT,        /* stale write, used retry key, lost race */
    ERR_STATE,           /* not possible in the thing's present state */
    ERR_TOO_LARGE,
    ERR_BUSY,            /* try again later: queue full, rate limit, disk nearly full */
    ERR_INTERNAL
};

struct err {
    enum err_kind kind;
    const char *code;  /* static text */
    const char *field; /* name of the input field, or NULL */
    const char *arg[3];
};

enum lang { LANG_ZH, LANG_EN };

/* Sets *e unless it is already set (the first to understand wins). Always returns false. The
 * arguments and field are copied into a. */
bool err_set(struct err *e, struct arena *a, enum err_kind kind, const char *code,
             const char *field, const char *arg1, const char *arg2, const char *arg3);
/* The sentence for the user. An unknown code gives the code itself (a test finds those). */
const char *err_message(struct arena *a, const struct err *e, enum lang lang);

#endif
