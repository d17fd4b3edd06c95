/* 手写批示 (B18): what somebody wrote with pen or finger beside or instead of the words of an opinion,
 * kept as strokes with their times: {"w":1000,"h":300,"strokes":[[x,y,t, x,y,t, …], …]}. x and y lie on
 * a sheet of w by h, t is milliseconds since the pen first came down. */
#include "core/answer.h"
#include "desk/desk.sql.h"
#include "desk/desk_in.h"

#define SIDE_MOST 4000
#define STROKES_MOST 1000
#define TIME_MOST (24 * 3600 * 1000)

static bool in_span(const struct jv *j, int64_t least, int64_t most, int64_t *out)
{
    *out = jv_i64(j);
    return jv_kind(j) == JV_INT && *out >= least && *out <= most;
}

/* Points inside the sheet, times that do not go back. */
static bool stroke_good(const struct jv *stroke, int64_t w, int64_t h, int64_t *time)
{
    size_t n = jv_size(stroke);
    if (jv_kind(stroke) != JV_ARRAY || n == 0 || n % 3)
        return false;
    for (size_t i = 0; i < n; i += 3) {
        int64_t x, y, t;
        if (!in_span(jv_at(stroke, i), 0, w, &x) || !in_span(jv_at(stroke, i + 1), 0, h, &y) ||
            !in_span(jv_at(stroke, i + 2), *time, TIME_MOST, &t))
            return false;
        *time = t;
    }
    return true;
}

bool ink_take(struct ctx *cx, const struct jv *ink, struct str *out)
{
    int64_t w, h, time = 0;
    *out = STR_NONE;
    if (!ink || jv_kind(ink) == JV_NULL)
        return true;
    const struct jv *strokes = jv_kind(ink) == JV_OBJECT ? jv_get(ink, "strokes") : NULL;
    bool good = strokes && jv_kind(strokes) == JV_ARRAY && jv_size(ink) == 3 && jv_size(strokes) > 0 &&
                in_span(jv_get(ink, "w"), 1, SIDE_MOST, &w) && in_span(jv_get(ink, "h"), 1, SIDE_MOST, &h);
    if (good && jv_size(strokes) > STROKES_MOST)
        return fail(cx, ERR_INVALID, "item.ink_large", "ink");
    for (size_t i = 0; good && i < jv_size(strokes); i++)
        good = stroke_good(jv_at(strokes, i), w, h, &time);
    if (!good)
        return fail(cx, ERR_INVALID, "item.ink", "ink");
    *out = jv_compact(cx->a, ink);
    return out->n <= INK_BYTES || fail(cx, ERR_INVALID, "item.ink_large", "ink");
}

struct ink_path {
    int64_t opinion_id;
};
static const struct field ink_path_fields[] = {
    FIELD(ink_path, opinion_id, F_ID, .flags = FIELD_PATH, .zh = "意见", .en = "opinion"),
};
RECORD(ink_path);

static bool run_ink(struct ctx *cx, const void *input, struct jw *w)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_opinion_ink, ((const struct ink_path *)input)->opinion_id);
    int64_t matter = found == 1 ? row_i64(&r, 0) : 0;
    struct str ink = found == 1 ? row_copy(&r, 1, cx->a) : STR_NONE;
    rows_end(&r);
    if (found != 1 || !matter_can_see(cx, matter))
        return found >= 0 && fail_not_found(cx);
    jw_raw(w, ink);
    return true;
}

static ANSWER(ink, NUMBER(ALWAYS, "w", "宽", "width"), NUMBER(ALWAYS, "h", "高", "height"),
              MEMBER(ALWAYS, "strokes", F_JSON, "笔画", "strokes: x, y, ms since the first, again and again"));

static const struct read reads[] = {
    { "opinion.ink", "/opinions/{opinion_id}/ink", PERM_LOGIN, &ink_path_record, &ink_record, false,
      run_ink, "手写批示的笔迹", "Strokes of a handwritten opinion", 0 },
};

const struct room desk_ink_room = { "desk", NULL, 0, ROOM_TABLE(reads), NULL, 0, NULL, NULL };
