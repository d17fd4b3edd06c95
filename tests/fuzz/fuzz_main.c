/* Drives a fuzz target without a fuzzing compiler: fuzz_main SECONDS FILE… changes the seeds at
 * random (same sequence every time for the same seed in TB_FUZZ_SEED) and hands them to the target.
 * Built with the sanitizers; a target that misbehaves ends the program, and the input is left in
 * build/fuzz-last.bin. A compiler with libFuzzer links the target alone. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define INPUT_MOST 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t state = 88172645463325252u;

static uint32_t chance(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 20) % n;
}

struct input {
    uint8_t p[INPUT_MOST];
    size_t n;
};

static void cut(struct input *x)
{
    size_t at = chance((uint32_t)x->n + 1), n = chance(32);
    if (at + n > x->n)
        return;
    memmove(x->p + at, x->p + at + n, x->n - at - n);
    x->n -= n;
}

/* Copies a piece of the input to another place in it. */
static void repeat(struct input *x)
{
    size_t from = chance((uint32_t)x->n + 1), n = chance(200), at = chance((uint32_t)x->n + 1);
    uint8_t piece[200];
    if (from + n > x->n || x->n + n > INPUT_MOST)
        return;
    memcpy(piece, x->p + from, n);
    memmove(x->p + at + n, x->p + at, x->n - at);
    memcpy(x->p + at, piece, n);
    x->n += n;
}

static void change(struct input *x)
{
    static const char letters[] = "<>&\"'/=!?-()[]{}.,0123456789eE+*abcxyz \n\x80\xff";
    if (x->n)
        x->p[chance((uint32_t)x->n)] = (uint8_t)letters[chance(sizeof letters)];
}

static void keep(const struct input *x)
{
    FILE *f = fopen("build/fuzz-last.bin", "wb");
    if (!f)
        return;
    (void)fwrite(x->p, 1, x->n, f); /* only a help for whoever looks */
    fclose(f);
}

static int load(const char *path, struct input *x)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        fprintf(stderr, "fuzz: cannot read %s\n", path);
        return 0;
    }
    x->n = fread(x->p, 1, INPUT_MOST, f);
    fclose(f);
    return 1;
}

int main(int argc, char **argv)
{
    static struct input seed[64], x;
    int seeds = 0;
    long runs = 0;
    if (getenv("TB_FUZZ_SEED"))
        state ^= strtoull(getenv("TB_FUZZ_SEED"), NULL, 10) * 2654435761u;
    for (int i = 2; i < argc && seeds < 64; i++)
        seeds += load(argv[i], &seed[seeds]);
    if (seeds == 0) {
        fprintf(stderr, "usage: %s SECONDS FILE…\n", argv[0]);
        return 2;
    }
    for (int i = 0; i < seeds; i++, runs++)
        LLVMFuzzerTestOneInput(seed[i].p, seed[i].n);
    time_t end = time(NULL) + strtol(argv[1], NULL, 10);
    for (; time(NULL) < end; runs++) {
        x = seed[chance((uint32_t)seeds)];
        for (uint32_t k = 1 + chance(8); k > 0; k--) {
            switch (chance(3)) {
            case 0: cut(&x); break;
            case 1: repeat(&x); break;
            default: change(&x);
            }
        }
        keep(&x);
        LLVMFuzzerTestOneInput(x.p, x.n);
    }
    remove("build/fuzz-last.bin");
    printf("fuzz: %ld inputs, none misbehaved\n", runs);
    return 0;
}
