/* office: files of other office programs (.doc, .wps, .xls, .pptx …) to PDF or .docx, by LibreOffice when
 * it is installed. It is optional: everything else works without it, and who asks is told.
 *
 * What it opens comes from anybody, so it runs as a program of its own that can do nothing else: no
 * network and no socket of any kind (seccomp), no file but the system's own programs and fonts and a
 * folder that goes afterwards (Landlock, where the kernel has it), a home of its own, macros and links
 * off, bounded time, memory and size of what it writes. One at a time: only on LANE_CONVERT. */
#ifndef TB_OFFICE_OFFICE_H
#define TB_OFFICE_OFFICE_H

#include "core/core.h"

/* Is LibreOffice on this machine now? */
bool office_is_there(void);
/* Converts the file behind fd (read from its start), whose name ends so ("doc"), to "pdf" or "docx". An
 * open file of the caller's, of *size bytes; -1 with cx->err: office.absent, office.too_large,
 * office.too_slow (time or memory was up), office.failed. */
int office_convert(struct ctx *cx, int fd, struct str ending, const char *to, int64_t *size);

#endif
