/* core/answer: describes what a read writes itself, straight from its rows, for OpenAPI and the
 * pages' types. Each member says whether it is always there and never null. Every API test compares
 * every answer with its description (tests/api/tongban.mjs).
 *
 *     ANSWER(board_row, ID(ALWAYS, "delivery", "送达", "delivery"),
 *            TEXT(OR_NULL, "clerk", "签收人", "who signed"));
 */
#ifndef TB_CORE_ANSWER_H
#define TB_CORE_ANSWER_H

#include "core/record.h"

#define ALWAYS FIELD_REQUIRED
#define OR_NULL FIELD_NULL
#define MAYBE (FIELD_REQUIRED | FIELD_OPTIONAL)
#define MAYBE_NULL (FIELD_NULL | FIELD_OPTIONAL)

#define MEMBER(how, name_, type_, zh_, en_)                                                        \
    {                                                                                              \
        .name = name_, .type = type_, .flags = how, .zh = zh_, .en = en_                           \
    }
#define ID(how, name, zh, en) MEMBER(how, name, F_ID, zh, en)
#define TEXT(how, name, zh, en) MEMBER(how, name, F_TEXT, zh, en)
#define DAY(how, name, zh, en) MEMBER(how, name, F_DAY, zh, en)
#define AT(how, name, zh, en) MEMBER(how, name, F_MOMENT, zh, en)
#define FLAG(how, name, zh, en) MEMBER(how, name, F_BOOL, zh, en)
#define NUMBER(how, name, zh, en) MEMBER(how, name, F_I64, zh, en)
#define IDS(how, name, zh, en) MEMBER(how, name, F_IDS, zh, en)
#define TEXTS(how, name, zh, en) MEMBER(how, name, F_TEXTS, zh, en)
#define CHOICE(how, name_, of_, zh_, en_)                                                          \
    {                                                                                              \
        .name = name_, .type = F_CHOICE, .flags = how, .choices = of_, .zh = zh_, .en = en_        \
    }
#define NESTED(how, name_, type_, of_, zh_, en_)                                                   \
    {                                                                                              \
        .name = name_, .type = type_, .flags = how, .record = of_, .zh = zh_, .en = en_            \
    }
/* One of it, and a list of it. */
#define ONE(how, name, of, zh, en) NESTED(how, name, F_RECORD, of, zh, en)
#define LIST(how, name, of, zh, en) NESTED(how, name, F_RECORDS, of, zh, en)

/* The fields stand inside, so that "static ANSWER(…)" is possible. */
#define ANSWER(name, ...)                                                                          \
    const struct record name##_record = { #name, 0, (const struct field[]){ __VA_ARGS__ },         \
                                          sizeof((const struct field[]){ __VA_ARGS__ }) /          \
                                              sizeof(struct field) }

#endif
