/* document/reply: the answer to a received document, drafted in one step (一键复文, OFFICE L2): kind,
 * title, addressee and opening sentence follow from what came in. Pure. */
#ifndef TB_DOCUMENT_REPLY_H
#define TB_DOCUMENT_REPLY_H

#include "desk/letter.h"
#include "document/document_elements.h"

extern const char *const reply_forms[]; /* 批复 复函 转发 报告; NULL at the end */
struct reply {
    const char *doc_type;
    struct doc_elements e; /* without recipients' ids and links */
};
/* form: one of reply_forms. issuer: whose answer it is. Texts in a. */
struct reply reply_compose(struct arena *a, struct str form, struct str issuer,
                           const struct letter *came);
/* What a title speaks of: 津市市人民政府关于增加防汛资金的请示 → 增加防汛资金. */
struct str reply_matter(struct str title);

#endif
