/* demo/text: the real public documents of data/documents.jsonl, taken apart into the elements of an
 * official document. Pure; any thread. */
#ifndef TB_DEMO_TEXT_H
#define TB_DEMO_TEXT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct demo_paragraph {
    const char *kind; /* p, h1 一、, h2 （一）, h3 1., h4 （1） */
    struct str text;
};

struct demo_text {
    struct str title, issuer, number, source;
    struct str doc_type;  /* 通知, 意见 … by the end of the title */
    struct str main_text; /* 主送 without the colon; empty when none */
    struct str note;      /* 附注 without its brackets; empty when none */
    struct str signed_on; /* 成文日期, YYYY-MM-DD; empty when the text has none */
    struct demo_paragraph *body;
    size_t n_body;
};

/* One document a line. Fails with demo.documents (argument: line). Texts live in a. */
bool demo_texts_read(struct arena *a, struct str jsonl, struct demo_text **out, size_t *n,
                     struct err *err);
/* The body as the JSON that a document holds: [{"kind","text"},…], at most max_bytes of text; what
 * is left out is said. */
struct str demo_text_body(struct arena *a, const struct demo_text *t, size_t max_bytes);
/* "2019年1月27日" or "一九九六年六月二十九日" as a day; empty when it is neither. */
struct str demo_text_day(struct arena *a, struct str s);

#endif
