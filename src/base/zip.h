/* base/zip: a .zip in memory of named texts. The same texts give the same bytes: in the order given,
 * without owner and time. What is read is hostile until it has been: nothing is unpacked that is not
 * asked for, and nothing beyond the sizes given, whatever its headers say. */
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

struct zip_limits {
    size_t entries, part_bytes, all_bytes; /* the last two of what is asked for, unpacked */
};
enum zip_fault {
    ZIP_GOOD,
    ZIP_BROKEN,    /* no zip, torn, or a method we do not read */
    ZIP_TOO_LARGE, /* more entries or bytes than allowed */
    ZIP_PATH,      /* a name with .., a backslash, or from the root */
    ZIP_TWICE,     /* two entries of one name */
    ZIP_LOCKED,    /* under a password */
};
/* The parts whose names the caller wants, in a; of the others the name alone, their text absent. */
enum zip_fault zip_read(struct arena *a, struct str bytes, const struct zip_limits *limits,
                        bool (*wants)(const char *name), struct zip_part **out, size_t *n);

#endif
