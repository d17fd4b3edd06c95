/* Shared by search's own files: the index as readers open it, the runs of a text, the passages that a
 * hit is shown by. */
#ifndef TB_SEARCH_SEARCH_IN_H
#define TB_SEARCH_SEARCH_IN_H

#include "desk/desk.h"
#include "search/search.h"

/* --- texts (search_tokens.c), pure ---------------------------------------------------------------- */

/* A run of Chinese characters, or of letters and digits, of a text: bytes from, to. */
struct search_run {
    size_t from, to;
    bool is_han;
};
/* The next run at or after *at, which moves behind it; false at the end. */
bool search_run_next(struct str s, size_t *at, struct search_run *out);
/* A run of letters and digits as the index has it. */
struct str search_word(struct arena *a, struct str run);
/* The word that the texts of matters begun in a year are indexed by beside their own. */
struct str search_year_word(struct arena *a, int64_t year);
/* The words of the engine for: those, and begun in this year or the one before. */
struct str search_match_year(struct arena *a, enum db_engine engine, struct str match, int64_t year);

/* --- passages (search_snippet.c), pure ------------------------------------------------------------- */

#define SEARCH_TERMS_MAX 64

/* What a query looks for: pairs or single Chinese characters anywhere, words by their beginning. */
struct search_terms {
    struct search_term {
        struct str text;
        bool is_han;
    } term[SEARCH_TERMS_MAX];
    size_t n;
    uint64_t all; /* a bit a term */
};
void search_terms_of(struct arena *a, struct str query, struct search_terms *out);

/* A stretch of matched characters, counted in characters: from, and behind the last. */
struct search_mark {
    int64_t from, to;
};
/* The stretch of a text in which most of the terms stand, marked. */
struct search_passage {
    struct str text;
    struct search_mark *mark;
    size_t n_marks;
    uint64_t here;  /* terms within it */
    uint64_t found; /* terms in the whole text */
};
/* is_whole: the text is short and shown as it is. False: none of the terms stands in it. */
bool search_passage_find(struct arena *a, const struct search_terms *terms, struct str text,
                         bool is_whole, struct search_passage *out);

/* --- the index (search.c) and the search (search_find.c) --------------------------------------------- */

/* How readers open the index; good once the room has started. */
const struct db_config *search_config(void);
/* This thread's connection to the index, NULL when it cannot be had. */
struct db *search_reader(struct ctx *cx);
/* Closes all of them: their threads use them no more. */
void search_readers_close(void);

struct search_in;
extern const struct record search_in_record, search_row_record;
bool search_run_page(struct ctx *cx, const void *input, struct jw *w);

#endif
