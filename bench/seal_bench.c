/* seal.cpu_ms: one seal on a document of three pages with a megabyte of contents: references, both structures, the
 * signature, the package written. seal.unlock_ms: the key opened with its passphrase before (argon2id, by intent).
 * verify.cpu_ms: the ten steps of C3 on what was sealed twice. CPU of one core, one JSON line each. */
#include <stdio.h>
#include <time.h>

#include "../tests/unit/seal_fixture.h"

#define TURNS 40

static double cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void line(const char *name, double ms, double must, size_t bytes)
{
    printf("{\"bench\":\"%s\",\"value\":%.2f,\"unit\":\"ms CPU\",\"must\":%.0f,\"of\":{\"pages\":3,\"bytes\":%zu}}\n", name, ms,
           must, bytes);
}

static struct str document(struct arena *a)
{
    struct err e = { 0 };
    struct str out;
    const struct ofd_info info = { .doc_id = STR("0123456789abcdef0123456789abcdef"), .title = STR("通知") };
    struct ofd_writer *w = ofd_writer_new(a, &info);
    for (int i = 0; i < 3; i++) {
        ofd_page_begin(w, 210, 297);
        ofd_line(w, 28, 60 + 10 * i, 184, 60 + 10 * i, 0.5, 0xff0000);
    }
    char *bytes = arena_alloc(a, 1 << 20);
    secret_random(bytes, 1 << 20); /* fonts and pictures do not pack either */
    ofd_attach(w, STR("contents"), "bin", (struct str){ bytes, 1 << 20 }, false);
    CHECK(ofd_writer_end(w, &out, &e));
    return out;
}

int main(void)
{
    struct arena *a = arena_new();
    struct office *o = office_new(a);
    struct str plain = document(a), sealed = plain;
    double from = cpu_ms();
    for (int i = 0; i < TURNS; i++) {
        struct arena_mark m = arena_mark(a);
        sealed = office_sign(o, plain, o->seal, o->cert.whole, &o->by, SEALED_AT, 2);
        if (i + 1 < TURNS)
            arena_reset(a, m);
    }
    line("seal.cpu_ms", (cpu_ms() - from) / TURNS, 50, sealed.n);
    sealed = office_sign(o, sealed, o->seal, o->cert.whole, &o->by, SEALED_AT, 0);
    const struct cert_trust trust = { &o->ca.whole, 1, 1, &o->list, 1 };
    from = cpu_ms();
    for (int i = 0; i < TURNS; i++) {
        struct arena_mark m = arena_mark(a);
        CHECK(strcmp(seal_verify(a, sealed, &trust, SEALED_AT).verdict, "valid") == 0);
        arena_reset(a, m);
    }
    line("verify.cpu_ms", (cpu_ms() - from) / TURNS, 50, sealed.n);
    struct str wrapped = key_wrap(a, o->key, STR("Zinnober-Paste-2026"));
    enum opened how;
    from = cpu_ms();
    struct sm2_key *k = key_unwrap(wrapped, STR("Zinnober-Paste-2026"), &how);
    line("seal.unlock_ms", cpu_ms() - from, 500, wrapped.n);
    sm2_key_free(&k);
    office_free(o);
    arena_free(&a);
    return 0;
}
