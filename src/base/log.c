#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

static _Atomic int least_level = LOG_INFO_;

static _Thread_local struct {
    int64_t request_id, person_id;
    char command[64];
} span;

struct line {
    char p[2048];
    size_t n;
};

static void put(struct line *l, const char *s)
{
    static const char hex[] = "0123456789abcdef";
    for (; *s && l->n < sizeof l->p - 8; s++) {
        unsigned char c = (unsigned char)*s;
        if (c >= 0x20 && c != 0x7f) {
            l->p[l->n++] = (char)c;
            continue;
        }
        l->p[l->n++] = '\\';
        l->p[l->n++] = 'x';
        l->p[l->n++] = hex[c >> 4];
        l->p[l->n++] = hex[c & 15];
    }
}

static void put_pair(struct line *l, const char *key, const char *value)
{
    put(l, " ");
    put(l, key);
    put(l, "=");
    int quote = !*value || strpbrk(value, " \"=\t\r\n") != NULL;
    if (quote)
        put(l, "\"");
    put(l, value);
    if (quote)
        put(l, "\"");
}

static void put_number(struct line *l, const char *key, int64_t v)
{
    char digits[24];
    if (v == 0)
        return;
    (void)snprintf(digits, sizeof digits, "%lld", (long long)v); /* always fits */
    put_pair(l, key, digits);
}

void log_set_level(enum log_level least)
{
    atomic_store(&least_level, least);
}

void log_span(int64_t request_id, int64_t person_id, const char *command)
{
    span.request_id = request_id;
    span.person_id = person_id;
    (void)snprintf(span.command, sizeof span.command, "%s", command ? command : "");
}

void log_span_end(void)
{
    memset(&span, 0, sizeof span);
}

void log_line(enum log_level level, const char *room, const char *sentence, ...)
{
    static const char *const names[] = { "debug", "info", "warn", "error" };
    if ((int)level < atomic_load(&least_level))
        return;
    struct line l = { .n = 0 };
    struct arena *a = arena_new();
    put(&l, clock_iso(a, clock_now_ms()).p);
    arena_free(&a);
    put(&l, " ");
    put(&l, names[level]);
    put(&l, " ");
    put(&l, room);
    put(&l, ": ");
    put(&l, sentence);
    va_list ap;
    va_start(ap, sentence);
    for (const char *key; (key = va_arg(ap, const char *)) != NULL;) {
        const char *value = va_arg(ap, const char *);
        if (!value)
            break;
        put_pair(&l, key, value);
    }
    va_end(ap);
    put_number(&l, "request", span.request_id);
    put_number(&l, "person", span.person_id);
    if (span.command[0])
        put_pair(&l, "command", span.command);
    l.p[l.n++] = '\n';
    if (write(STDERR_FILENO, l.p, l.n) < 0)
        return; /* nowhere left to say it */
}
