/* office/, inside. */
#ifndef TB_OFFICE_OFFICE_IN_H
#define TB_OFFICE_OFFICE_IN_H

#include "office/office.h"

/* Bytes and times; tests make them small before anything is converted. */
struct office_limits {
    uint64_t memory, written, input;
    unsigned cpu_s;
    int wait_ms;
};
extern struct office_limits office_limits;

/* office_convert in a data folder, without a city: -1 with *e. */
int office_run(const char *dir, int fd, struct str ending, const char *to, int64_t *size,
               struct arena *a, struct err *e);

/* --- office_sandbox.c ------------------------------------------------------------------------------ */

/* Rules for which files may be reached: folder, and for reading the program's and the system's own. -1: this kernel has
 * none; -2: they could not be made. The caller's to close. */
int sandbox_files(const char *folder, const char *program);
/* In the child, before exec: system calls only. */
bool sandbox_enter(int rules);

#endif
