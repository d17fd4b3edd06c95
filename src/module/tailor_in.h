/* tailor.c and tailor_text.c: one change of a unit's list, and the texts it goes into. */
#ifndef TB_MODULE_TAILOR_IN_H
#define TB_MODULE_TAILOR_IN_H

#include "module/module_in.h"

struct tailor_change {
    struct str kind, target; /* "due", "section"; target absent: columns, sheet */
    const struct jv *to;
};
struct tailor_texts {
    struct arena *a;
    const struct jv *json;
    struct str bpmn;
};
/* False: the node is not in the drawing, or the text is broken. The value was looked at before. */
bool tailor_put(struct tailor_texts *t, const struct tailor_change *c);

#endif
