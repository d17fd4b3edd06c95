/* Flows: each matter's record is played back (desk/replay.h), and what comes out must be what stands
 * in its rows: the body of the instance byte for byte, its state and version, and the work that is
 * open. Three ordered streams pass by side by side: entries of the record, instances, open items;
 * one matter is held at a time. */
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/clock.h"
#include "core/trace.h"
#include "desk/replay.h"
#include "operate/operate_in.h"

#define QUICK_ONE_OF 50
#define PATH_BYTES 200

struct replays {
    struct verify *v;
    struct arena *a; /* of the present matter */
    struct replay one;
    struct scan instances, items;
    int64_t instance, item;     /* matter at which each stands; INT64_MAX: none left */
    bool is_playing;            /* the present stream is a matter to be played */
    bool is_purged, is_broken;
    int64_t stream, seq;        /* the last entry with a command */
    char op[64];
    int64_t us;                 /* spent on playing */
};

/* columns of the statements below */
enum { I_MATTER, I_DEFINITION, I_STATE, I_BODY, I_MATTER_DEFINITION, I_MATTER_STATE };
enum { W_MATTER, W_LEAF, W_ACT, W_ATTEMPT, W_NODE, W_OWNER, W_KIND, W_FOR };

static int64_t at(struct scan *s)
{
    return scan_next(s) ? row_i64(&s->r, 0) : INT64_MAX;
}

struct replays *replays_begin(struct verify *v)
{
    struct replays *p = calloc(1, sizeof *p);
    CHECK(p);
    *p = (struct replays){ .v = v, .a = arena_new(), .stream = -1 };
    /* CROSS JOIN: in the order of matters, the instance looked up; nothing is sorted */
    bool good = scan_open(&p->instances, v->db, v->o->a,
                          "SELECT m.id, i.definition_id, i.state, i.body, m.definition_id, m.state "
                          "FROM matter m CROSS JOIN flow_instance i WHERE i.id = m.instance_id "
                          "ORDER BY m.id") &&
                scan_open(&p->items, v->db, v->o->a,
                          "SELECT matter_id, leaf, act, attempt, node, owner_id, owner_kind, "
                          "for_post FROM item WHERE state IN ('ready', 'opened') "
                          "ORDER BY matter_id, leaf");
    p->instance = good ? at(&p->instances) : INT64_MAX;
    p->item = good ? at(&p->items) : INT64_MAX;
    if (!good)
        (void)replays_end(&p);
    return p;
}

/* --- what differs --------------------------------------------------------------------------------- */

static void fault(struct replays *p, const char *zh, const char *en)
{
    verify_fault(p->v, "replay",
                 p->seq ? arena_printf(p->a, "matter %lld seq %lld (%s)", (long long)p->stream,
                                       (long long)p->seq, p->op)
                        : arena_printf(p->a, "matter %lld", (long long)p->stream),
                 zh, en);
}

static bool is_value(const struct jv *j)
{
    return jv_kind(j) != JV_ARRAY && jv_kind(j) != JV_OBJECT;
}

/* The first place where two values differ, as "tokens[3].state". Contents stay out of it: what
 * verify prints goes into logs. */
static bool first_difference(struct arena *a, const struct jv *x, const struct jv *y, struct buf *path)
{
    size_t before = path->n;
    if (jv_kind(x) != jv_kind(y))
        return true;
    if (is_value(x))
        return !str_eq(jv_canonical(a, x), jv_canonical(a, y));
    if (jv_kind(x) == JV_ARRAY) {
        size_t n = jv_size(x) > jv_size(y) ? jv_size(x) : jv_size(y);
        for (size_t i = 0; i < n; i++) {
            buf_printf(path, "[%zu]", i);
            if (first_difference(a, jv_at(x, i), jv_at(y, i), path))
                return true;
            path->n = before;
        }
        return false;
    }
    const struct jv *sides[2] = { x, y };
    for (int side = 0; side < 2; side++) {
        struct str key;
        const struct jv *value;
        for (const void *i = NULL; (i = jv_next(sides[side], i, &key, &value)) != NULL;) {
            const char *name = arena_strndup(a, key.p, key.n);
            buf_printf(path, "%s%s", before ? "." : "", name);
            if (first_difference(a, value, jv_get(sides[!side], name), path))
                return true;
            path->n = before;
        }
    }
    return false;
}

static void body_differs(struct replays *p, struct str made, struct str kept)
{
    const struct jv *x = jv_parse(p->a, made, NULL, NULL), *y = jv_parse(p->a, kept, NULL, NULL);
    struct buf path = buf_in(p->a);
    if (!x || !y || !first_difference(p->a, x, y, &path))
        buf_str(&path, STR("body"));
    if (path.n > PATH_BYTES)
        path.n = PATH_BYTES;
    struct str where = buf_done(&path);
    fault(p, arena_printf(p->a, "流程状态与留痕重演的结果不符，首处差异：%.*s", STR_ARG(where)),
          arena_printf(p->a, "the state of the flow is not what its record makes, first at %.*s",
                       STR_ARG(where)));
}

static void item_differs(struct replays *p, int64_t leaf, const char *zh, const char *en)
{
    fault(p, arena_printf(p->a, "待办 (签批 %lld)：%s", (long long)leaf, zh),
          arena_printf(p->a, "work of leaf %lld: %s", (long long)leaf, en));
}

/* --- one matter ------------------------------------------------------------------------------------- */

static bool is_draft_state(struct str s)
{
    return str_is(s, "draft") || str_is(s, "discarded");
}

static void compare_instance(struct replays *p)
{
    struct rows *r = &p->instances.r;
    bool may_be_draft;
    struct str made = replay_body(&p->one), kept = row_text(r, I_BODY);
    const char *state = replay_state(&p->one, &may_be_draft);
    struct str says = row_text(r, I_STATE), matter = row_text(r, I_MATTER_STATE);
    int64_t definition = p->one.definition_id ? p->one.definition_id : row_i64(r, I_DEFINITION);
    if (!str_eq(made, kept))
        body_differs(p, made, kept);
    /* an incident of the flow is no state of its own to the matter */
    bool fits = str_is(says, state) && (str_is(matter, replay_matter_state(&p->one)) ||
                                      str_is(STR("incident"), state));
    if (!fits && !(may_be_draft && is_draft_state(says) && is_draft_state(matter)))
        fault(p, "事项或流程的状态与留痕不符", "the state of the matter or its flow is another");
    if (definition != row_i64(r, I_DEFINITION) || definition != row_i64(r, I_MATTER_DEFINITION))
        fault(p, "流程版本与留痕不符", "the version of the flow is another");
}

static void compare_item(struct replays *p, const struct replay_item *w)
{
    struct rows *r = &p->items.r;
    int64_t meant = row_is_null(r, W_FOR) ? row_i64(r, W_OWNER) : row_i64(r, W_FOR);
    if (row_i64(r, W_ACT) != w->act || row_i64(r, W_ATTEMPT) != w->attempt ||
        !str_eq(row_text(r, W_NODE), w->node))
        item_differs(p, w->leaf, "环节与留痕不符", "stands at another step");
    if (w->post_id && (row_i64(r, W_KIND) != SCOPE_POST || meant != w->post_id))
        item_differs(p, w->leaf, "办理人与留痕不符", "is somebody else's");
}

static void compare_items(struct replays *p)
{
    size_t n, i = 0;
    const struct replay_item *open = replay_open(&p->one, &n);
    while (i < n || p->item == p->stream) {
        int64_t has = p->item == p->stream ? row_i64(&p->items.r, W_LEAF) : INT64_MAX;
        int64_t must = i < n ? open[i].leaf : INT64_MAX;
        if (must < has)
            item_differs(p, must, "应为待办，却没有", "must be open, and is not");
        else if (has < must)
            item_differs(p, has, "不应为待办", "is open, and must not be");
        else
            compare_item(p, &open[i]);
        i += must <= has;
        if (has <= must)
            p->item = at(&p->items);
    }
}

/* The instance that stands next ends with what was played; an unplayed one is passed over. */
static void close_matter(struct replays *p)
{
    struct verify *v = p->v;
    int64_t faults = v->faults, from = clock_monotonic_us();
    while (p->item < p->stream)
        p->item = at(&p->items);
    bool is_played = p->is_playing && !p->is_broken;
    if (is_played) {
        if (p->is_purged && !str_eq(replay_body(&p->one), row_text(&p->instances.r, I_BODY))) {
            v->unplayable++;
            is_played = false;
        } else {
            compare_instance(p);
            compare_items(p);
        }
    }
    v->played += is_played && v->faults == faults;
    v->commands += p->one.commands;
    p->is_playing = false;
    p->instance = at(&p->instances);
    p->us += clock_monotonic_us() - from;
}

static bool is_sampled(const struct replays *p, int64_t matter)
{
    uint64_t mixed = (uint64_t)matter * UINT64_C(0x9E3779B97F4A7C15) >> 32;
    return !p->v->o->is_quick || mixed % QUICK_ONE_OF == 0;
}

static void open_matter(struct replays *p, int64_t matter)
{
    arena_empty(p->a);
    p->v->matters++;
    p->stream = matter;
    p->seq = 0;
    p->is_playing = is_sampled(p, matter);
    p->is_purged = p->is_broken = false;
    replay_begin(&p->one, p->a, p->v->db);
}

/* Matters before this stream have no record at all. */
static void without_record(struct replays *p, int64_t until)
{
    while (p->instance < until) {
        open_matter(p, p->instance);
        close_matter(p);
    }
}

void replays_stream(struct replays *p, int64_t stream)
{
    if (p->instance == p->stream)
        close_matter(p);
    without_record(p, stream);
    if (p->instance == stream)
        open_matter(p, stream);
}

void replays_entry(struct replays *p, const struct trace_entry *t)
{
    struct err err = { 0 };
    if (!p->is_playing || p->stream != t->stream || p->is_broken)
        return;
    if (t->purged.n) {
        p->is_purged = true;
        return;
    }
    int64_t before = p->one.commands, from = clock_monotonic_us();
    bool good = replay_entry(&p->one, t->body, &err);
    if (p->one.commands > before) {
        p->seq = t->seq;
        (void)snprintf(p->op, sizeof p->op, "%s", t->op.p);
    }
    p->us += clock_monotonic_us() - from;
    if (good)
        return;
    p->is_broken = true;
    if (p->is_purged) {
        p->v->unplayable++;
        return;
    }
    p->seq = t->seq;
    (void)snprintf(p->op, sizeof p->op, "%s", t->op.p);
    fault(p, arena_printf(p->a, "留痕不能重演：%s", err_message(p->a, &err, LANG_ZH)),
          arena_printf(p->a, "cannot be played back: %s", err_message(p->a, &err, LANG_EN)));
}

bool replays_end(struct replays **end)
{
    struct replays *p = *end;
    if (p->instance == p->stream && p->instance != INT64_MAX)
        close_matter(p);
    without_record(p, INT64_MAX);
    bool good = !p->instances.failed && !p->items.failed;
    p->v->played_a_second = p->us ? p->v->played * 1000000 / p->us : 0;
    scan_end(&p->instances);
    scan_end(&p->items);
    arena_free(&p->a);
    free(p);
    *end = NULL;
    return good;
}
