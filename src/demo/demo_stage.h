/* demo/stage: acting as the people of the demo city. A scene calls the program's own commands and
 * reads by their paths, as a browser would, with a set clock; everything passes the door.
 *
 * The first failure stops the play: later calls do nothing and the reason stays in stage_err. An
 * answer lives until the next call. One thread. */
#ifndef TB_DEMO_STAGE_H
#define TB_DEMO_STAGE_H

#include "core/core.h"

struct stage;

struct stage *stage_new(struct core *core, struct arena *a, struct err *e);
void stage_free(struct stage **s);

/* The clock of what follows; scenes only move it forwards. */
void stage_at(struct stage *s, int64_t at);
void stage_later(struct stage *s, int64_t ms);
/* stage_later never moves the clock past this moment. */
void stage_limit(struct stage *s, int64_t at);
int64_t stage_now(const struct stage *s);
bool stage_good(const struct stage *s);
const struct err *stage_err(const struct stage *s);
/* Stops the play with a reason of the scene's own. */
void stage_stop(struct stage *s, const char *code, const char *what);

/* POST path with the JSON body; the answer, or NULL. The path holds ids in place of {parameters}. */
const struct jv *stage_post(struct stage *s, const char *account, const char *path, struct str body);
/* GET path?query. */
const struct jv *stage_get(struct stage *s, const char *account, const char *path);
/* stage_post, but a refusal is an answer: false with its code in *code (may be NULL), and the play
 * goes on. */
bool stage_try(struct stage *s, const char *account, const char *path, struct str body, const char **code);

/* A context to look with (rooms' own functions), as the account's person; NULL when stopped. */
struct ctx *stage_look(struct stage *s, const char *account);

/* Text for paths and bodies, living until the play ends. */
struct arena *stage_arena(struct stage *s);
int *stage_ints(struct stage *s, size_t n);
const char *stage_text(struct stage *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
