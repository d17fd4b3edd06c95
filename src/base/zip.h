/* base/zip: a .zip in memory of named texts. The same texts give the same bytes: in the order given,
 * without owner and time. */
#ifndef TB_BASE_ZIP_H
#define TB_BASE_ZIP_H

#include "base/arena.h"
#include "base/str.h"

struct zip_part {
    const char *name;
    struct str text;
};
/* is_stored: not compressed. The bytes in a. */
struct str zip_write(struct arena *a, const struct zip_part *parts, size_t n, bool is_stored);

#endif
