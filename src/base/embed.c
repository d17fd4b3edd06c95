#include "base/embed.h"

struct str embed_find(const char *name)
{
    for (const struct embed_file *f = embed_files; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return (struct str){ f->begin, (size_t)(f->end - f->begin) };
    return STR_NONE;
}
