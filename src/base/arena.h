/* base/arena: memory that lives as long as one request.
 *
 * An arena hands out zeroed memory and is emptied in one step. It never returns NULL: when the
 * machine has no memory left the process ends with a readable report (sizes from outside are
 * limited before they reach it). Foreign things (files, statements, library objects) are hung on
 * its clean-up list the moment they are made. An arena belongs to one thread at a time. */
#ifndef TB_BASE_ARENA_H
#define TB_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
/* Runs the clean-up list, frees everything, sets *a to NULL. NULL is allowed. */
void arena_free(struct arena **a);
/* Runs the clean-up list, newest first, and keeps one block for the next request. */
void arena_empty(struct arena *a);

/* Zeroed, aligned for any type. size 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t size);
void *arena_alloc_array(struct arena *a, size_t n, size_t size);
/* Grows the newest allocation in place where it can; otherwise copies. */
void *arena_grow(struct arena *a, void *p, size_t old_size, size_t new_size);
/* The same, but what is added holds anything: for buffers, which are written before they are read. */
void *arena_grow_unset(struct arena *a, void *p, size_t old_size, size_t new_size);
void *arena_copy(struct arena *a, const void *p, size_t size);
/* NUL-terminated copies. */
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *format, va_list ap);

#define arena_new_of(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array_of(a, type, n) ((type *)arena_alloc_array((a), (n), sizeof(type)))

/* Calls fn(arg) when the arena is emptied, freed or reset past this point. */
void arena_on_clean(struct arena *a, void (*fn)(void *arg), void *arg);

/* A mark and the way back to it: for temporary work in a loop. */
struct arena_mark {
    void *block;
    size_t used;
    void *clean;
};
struct arena_mark arena_mark(struct arena *a);
void arena_reset(struct arena *a, struct arena_mark m);

/* Bytes handed out since the arena was last emptied. */
size_t arena_used(const struct arena *a);

#endif
