/* base/embed: files the program carries inside itself: modules/, data/ and the built pages under
 * web/. Names are as in the tree, for example "modules/send/flow.bpmn". */
#ifndef TB_BASE_EMBED_H
#define TB_BASE_EMBED_H

#include "base/str.h"

struct embed_file {
    const char *name;
    const char *begin, *end;
};
/* Sorted by name; the last one has name NULL. */
extern const struct embed_file embed_files[];

/* The file's bytes, or STR_NONE. */
struct str embed_find(const char *name);

#endif
