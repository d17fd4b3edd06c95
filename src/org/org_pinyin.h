/* org/pinyin: how Chinese names are ordered and found: the one place that knows ICU.
 *
 * Readings come from ICU's Han-Latin tables; for people's names a table of surname readings stands
 * above them (单 is Shan as a surname, dan elsewhere). Any thread: one transliterator, guarded. */
#ifndef TB_ORG_PINYIN_H
#define TB_ORG_PINYIN_H

#include "base/str.h"

struct pinyin {
    struct str sort;     /* "zhang 张 wei 伟 ": in byte order this is the order of a directory */
    struct str full;     /* "zhangwei" */
    struct str initials; /* "zw" */
};

/* Everything in a. is_name: the text is a person's name, surname first. Characters that are not
 * Han stand for themselves, letters in lower case; spaces and punctuation are left out. */
struct pinyin pinyin_of(struct arena *a, struct str text, bool is_name);

#endif
