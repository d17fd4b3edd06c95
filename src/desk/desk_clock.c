/* What the rooms' clocks share: commands about one thing or several, and telling the door. */
#include "base/log.h"
#include "desk/desk_in.h"

static const struct field clock_ids_fields[] = {
    FIELD(clock_ids, ids, F_IDS, .min = 1, .max = 1000, .flags = FIELD_REQUIRED, .zh = "编号",
          .en = "ids"),
};
const struct record clock_ids_record = { "clock_ids", sizeof(struct clock_ids), clock_ids_fields, 1 };

static const struct field clock_one_fields[] = {
    FIELD(clock_one, id, F_ID, .flags = FIELD_REQUIRED, .zh = "编号", .en = "id"),
};
const struct record clock_one_record = { "clock_one", sizeof(struct clock_one), clock_one_fields, 1 };

struct ids clock_read(struct ctx *cx, struct rows *r, size_t most)
{
    struct ids out = { NULL, 0 };
    size_t size = 64;
    int64_t *p = arena_array_of(cx->a, int64_t, size);
    while (out.n < most && rows_next(r)) {
        if (out.n == size) {
            p = arena_grow(cx->a, p, size * sizeof *p, 2 * size * sizeof *p);
            size *= 2;
        }
        p[out.n++] = row_i64(r, 0);
    }
    rows_end(r);
    out.p = p;
    return out;
}

bool clock_tell(struct ctx *cx, enum log_level level, const char *command, const void *in)
{
    struct err e = { 0 };
    if (door_run(cx->core, command, in, NULL, NULL, cx->now, cx->a, &e))
        return true;
    log_line(level, "desk", "the clock's command failed", "command", command, "code", e.code, NULL);
    return false;
}
