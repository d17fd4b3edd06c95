/* desk/export: registers (台账) as files. A room that keeps a register answers the ask
 * "register.rows" (detail struct register_ask) for the name that is its own; document/ makes .xlsx
 * and .csv of it in a job (POST /registers/export), as the person who asked, so that the room shows
 * only what that person may see.
 *
 *     if (!str_is(ask->name, "received"))
 *         return true;                                   // another room's
 *     ask->sink->columns(ask->sink, columns, n);         // once
 *     while (…) if (!ask->sink->row(ask->sink, cells, n)) break;
 */
#ifndef TB_DESK_EXPORT_H
#define TB_DESK_EXPORT_H

#include "base/json.h"

struct register_column {
    const char *zh, *en;
    int width; /* characters */
};
struct register_sink {
    /* Says that the register is the room's, and its columns; before the first row. */
    void (*columns)(struct register_sink *sink, const struct register_column *columns, size_t n);
    /* One row, copied at once; as many cells as columns. False: stop, no more is wanted. */
    bool (*row)(struct register_sink *sink, const struct str *cells, size_t n);
};
struct register_ask {
    struct str name;         /* "sent", "received" */
    const struct jv *filter; /* an object of the list's own parameters: year, doc_type, q, unit … */
    struct register_sink *sink;
};

/* A filter's member as text or number, whichever way it was written; absent: "" or 0. */
static inline struct str register_text(const struct register_ask *ask, const char *name)
{
    struct str s = jv_str(jv_get(ask->filter, name));
    return s.p ? s : STR("");
}
static inline int64_t register_number(const struct register_ask *ask, const char *name)
{
    int64_t v = 0;
    return jv_as_i64(jv_get(ask->filter, name), &v) ? v : 0;
}

#endif
