/* Blocks in a list, newest first; the first block survives arena_empty so that a request that
 * follows another costs no malloc. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

#define BLOCK_BYTES (32u * 1024)
#define ALIGN alignof(max_align_t)

struct block {
    struct block *older;
    size_t size, used;
    alignas(max_align_t) unsigned char bytes[];
};

struct clean {
    struct clean *older;
    void (*fn)(void *);
    void *arg;
};

struct arena {
    struct block *top;
    struct clean *clean;
    size_t total;
};

static struct block *block_new(size_t size)
{
    struct block *b = malloc(sizeof *b + size);
    if (!b)
        check_fail("arena", 0, "out of memory");
    b->older = NULL;
    b->size = size;
    b->used = 0;
    return b;
}

struct arena *arena_new(void)
{
    struct arena *a = calloc(1, sizeof *a);
    if (!a)
        check_fail("arena", 0, "out of memory");
    a->top = block_new(BLOCK_BYTES);
    return a;
}

static void run_clean(struct arena *a, struct clean *until)
{
    while (a->clean != until) {
        struct clean *c = a->clean;
        a->clean = c->older;
        c->fn(c->arg);
    }
}

void arena_empty(struct arena *a)
{
    run_clean(a, NULL);
    while (a->top->older) {
        struct block *b = a->top;
        a->top = b->older;
        free(b);
    }
    if (a->top->size > BLOCK_BYTES) {
        free(a->top);
        a->top = block_new(BLOCK_BYTES);
    }
    a->top->used = 0;
    a->total = 0;
}

void arena_free(struct arena **a)
{
    if (!*a)
        return;
    arena_empty(*a);
    free((*a)->top);
    free(*a);
    *a = NULL;
}

static size_t aligned(size_t size)
{
    CHECK(size <= SIZE_MAX / 2);
    size_t need = (size + ALIGN - 1) / ALIGN * ALIGN;
    return need ? need : ALIGN;
}

static void *alloc_unset(struct arena *a, size_t need)
{
    if (a->top->size - a->top->used < need) {
        struct block *b = block_new(need > BLOCK_BYTES ? need : BLOCK_BYTES);
        b->older = a->top;
        a->top = b;
    }
    void *p = a->top->bytes + a->top->used;
    a->top->used += need;
    a->total += need;
    return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t need = aligned(size);
    return memset(alloc_unset(a, need), 0, need);
}

void *arena_alloc_array(struct arena *a, size_t n, size_t size)
{
    CHECK(size == 0 || n <= SIZE_MAX / 2 / size);
    return arena_alloc(a, n * size);
}

void *arena_grow_unset(struct arena *a, void *p, size_t old_size, size_t new_size)
{
    size_t old_need = (old_size + ALIGN - 1) / ALIGN * ALIGN, new_need = aligned(new_size);
    struct block *b = a->top;
    if (p && old_need && (unsigned char *)p + old_need == b->bytes + b->used &&
        new_need >= old_need && new_need - old_need <= b->size - b->used) {
        b->used += new_need - old_need;
        a->total += new_need - old_need;
        return p;
    }
    void *q = alloc_unset(a, new_need);
    if (p && old_size)
        memcpy(q, p, old_size < new_size ? old_size : new_size);
    return q;
}

/* Everything behind the old size, the rounding of it too: arena_grow_unset may have left it. */
void *arena_grow(struct arena *a, void *p, size_t old_size, size_t new_size)
{
    unsigned char *q = arena_grow_unset(a, p, old_size, new_size);
    size_t kept = p ? old_size : 0, end = aligned(new_size);
    if (end > kept)
        memset(q + kept, 0, end - kept);
    return q;
}

void *arena_copy(struct arena *a, const void *p, size_t size)
{
    void *q = alloc_unset(a, aligned(size));
    if (size)
        memcpy(q, p, size);
    return q;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    char *q = alloc_unset(a, aligned(n + 1));
    if (n)
        memcpy(q, s, n);
    q[n] = 0;
    return q;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}

char *arena_vprintf(struct arena *a, const char *format, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    CHECK(n >= 0);
    char *q = arena_alloc(a, (size_t)n + 1);
    (void)vsnprintf(q, (size_t)n + 1, format, again); /* the length was just measured */
    va_end(again);
    return q;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    char *q = arena_vprintf(a, format, ap);
    va_end(ap);
    return q;
}

void arena_on_clean(struct arena *a, void (*fn)(void *), void *arg)
{
    struct clean *c = arena_new_of(a, struct clean);
    c->older = a->clean;
    c->fn = fn;
    c->arg = arg;
    a->clean = c;
}

struct arena_mark arena_mark(struct arena *a)
{
    return (struct arena_mark){ .block = a->top, .used = a->top->used, .clean = a->clean };
}

void arena_reset(struct arena *a, struct arena_mark m)
{
    run_clean(a, m.clean);
    while (a->top != m.block) {
        struct block *b = a->top;
        a->top = b->older;
        free(b);
    }
    a->top->used = m.used;
}

size_t arena_used(const struct arena *a)
{
    return a->total;
}
