/* 催办 (FLOW 5.11, OFFICE B9): who has it is told, once in four working hours; and its dry run. Nobody
 * urges a leader (OFFICE P8). */
#include "calendar/calendar.h"
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_in.h"
#include "org/org.h"

#define URGE_EVERY "4wh"
#define URGED_MOST 256

struct urged {
    int64_t item, owner, at;
    int kind;
    struct str step;
};

/* OFFICE P8: nobody urges a leader. Who is asked to present it instead: the secretary, without one the
 * head of the office; 0: nobody. */
static bool gatekeeper_of(struct ctx *cx, const struct matter *m, int64_t leader, int64_t *told,
                          bool *is_secretary)
{
    struct ids heads = { NULL, 0 };
    if (!org_gatekeeper(cx, leader, told))
        return false;
    int is = *told ? org_is_secretary(cx, leader, *told) : 0;
    *is_secretary = is > 0;
    if (is)
        return is > 0;
    if (!*told && !org_role_posts(cx, m->unit_id, ROLE_OFFICE_HEAD, &heads))
        return false;
    if (!*told && heads.n && heads.p[0] != leader)
        *told = heads.p[0];
    return true;
}

/* The secretary has it on the own list; the head of the office gets the paper to read, worded as a
 * request to present it. */
static bool ask_gatekeeper(struct ctx *cx, const struct matter *m, int64_t leader, struct str step,
                           int64_t *told)
{
    bool is_secretary;
    if (!gatekeeper_of(cx, m, leader, told, &is_secretary))
        return false;
    return is_secretary || !*told ||
           matter_reading_again(cx, m->id, *told,
                                str_printf(cx->a, "呈请：领导阅批中（%.*s），请适时呈报。",
                                           STR_ARG(step)));
}

static bool urge_inside(struct ctx *cx, int64_t child_id, const char *op);

bool item_urge(struct ctx *cx, const struct matter *m, int64_t item_id, int64_t owner_id,
               bool is_pool, const char *op)
{
    int64_t tell = owner_id;
    struct post_row p = { 0 };
    struct item i;
    if (!item_load(cx, item_id, &i) || (!is_pool && post_find(cx, owner_id, &p) < 0) ||
        (p.is_leader && !ask_gatekeeper(cx, m, owner_id, i.step, &tell)) ||
        (i.child_id && !urge_inside(cx, i.child_id, op)))
        return false;
    if (tell)
        live_counter(cx, tell);
    return db_run(cx->db, &q_item_urge, cx->now, item_id) &&
           matter_trace(cx, m->id, op, 0,
                        str_printf(cx->a, "{\"item\":\"%lld\",\"told\":\"%lld\"}",
                                   (long long)item_id, (long long)tell));
}

int urge_is_due(struct ctx *cx, int64_t at)
{
    int64_t next = 0;
    if (at && !calendar_due(cx, STR(URGE_EVERY), at, &next))
        return -1;
    return next <= cx->now;
}

/* Nobody urges what is with oneself, also as secretary or deputy; and an item once in so many working
 * hours. 1, 0, -1. */
static int may_urge_item(struct ctx *cx, const struct urged *u, bool *is_own)
{
    *is_own = u->kind != SCOPE_UNIT && actor_scope(cx, u->owner, STR_NONE) != NULL;
    if (*is_own)
        return 0;
    return urge_is_due(cx, u->at);
}

static bool open_items(struct ctx *cx, int64_t matter_id, struct urged *out, int most, int *n)
{
    struct rows r;
    *n = 0;
    for (db_rows(cx->db, &r, &q_items_open, matter_id); *n < most && rows_next(&r); (*n)++)
        out[*n] = (struct urged){ row_i64(&r, 0), row_i64(&r, 1), row_i64(&r, 7),
                                  (int)row_i64(&r, 2), row_copy(&r, 4, cx->a) };
    rows_end(&r);
    return !rows_failed(&r);
}

/* A unit's part is urged where it lies: with whoever has it there. */
static bool urge_inside(struct ctx *cx, int64_t child_id, const char *op)
{
    struct urged u[16];
    struct matter m;
    int n;
    if (!matter_lock(cx, child_id, &m) || !open_items(cx, m.id, u, 16, &n))
        return false;
    for (int i = 0; i < n; i++)
        if (!item_urge(cx, &m, u[i].item, u[i].owner, u[i].kind != SCOPE_POST, op))
            return false;
    return matter_touched(cx, m.id);
}

/* Those that may be urged, to the front; refuses when there are none. */
static bool urgeable(struct ctx *cx, const struct matter *m, struct urged *u, int most, int *n,
                     int *own_n, int *soon_n)
{
    int all, own = 0;
    *n = *own_n = *soon_n = 0;
    if (!open_items(cx, m->id, u, most, &all))
        return false;
    for (int i = 0; i < all; i++) {
        bool is_own;
        int may_be = may_urge_item(cx, &u[i], &is_own);
        if (may_be < 0)
            return false;
        own += is_own;
        if (may_be)
            u[(*n)++] = u[i];
        *soon_n += !may_be && !is_own;
    }
    *own_n = own;
    if (all == 0 || !str_is(m->state, "running"))
        return fail(cx, ERR_STATE, "urge.nothing_open", NULL);
    if (own == all)
        return fail(cx, ERR_STATE, "urge.own", NULL);
    return *n > 0 || fail(cx, ERR_STATE, "urge.too_soon", NULL);
}

bool matter_may_urge(struct ctx *cx, const struct matter *m)
{
    struct urged u[URGED_MOST];
    int n, own, soon;
    return urgeable(cx, m, u, URGED_MOST, &n, &own, &soon);
}

static bool urge_matter(struct ctx *cx, int64_t matter_id)
{
    struct matter m;
    struct urged u[URGED_MOST];
    int n, own, soon;
    if (!matter_load_for_change(cx, matter_id, &m) ||
        !urgeable(cx, &m, u, URGED_MOST, &n, &own, &soon))
        return false;
    for (int i = 0; i < n; i++)
        if (!item_urge(cx, &m, u[i].item, u[i].owner, u[i].kind != SCOPE_POST, "matter.urge"))
            return false;
    return matter_touched(cx, matter_id);
}

/* --- its dry run (FLOW §5, common): who would hear of it ------------------------------------------------------ */

static bool write_person(struct ctx *cx, const struct matter *m, int64_t post_id, int64_t leader,
                         struct jw *w)
{
    struct org_post p = { .title = STR_NONE };
    if (post_id && org_post_find(cx, post_id, &p) < 0)
        return false;
    /* P8: who stands before a leader says which leader has it */
    int sees = leader ? desk_sees_leader(cx, m->unit_id, leader) : 1;
    bool shielded = sees == 0 || !post_id;
    jw_kbool(w, "shielded", shielded);
    jw_kstr(w, "who", shielded ? STR_NONE : p.name);
    jw_kstr(w, "title", shielded ? STR_NONE : p.title);
    jw_kbool(w, "mine", cx->actor && p.person_id && p.person_id == cx->actor->person_id);
    return sees >= 0;
}

static bool write_owner(struct ctx *cx, const struct item *i, struct jw *w)
{
    struct org_post p = { .title = STR_NONE };
    struct str name = STR("");
    struct flow_leaf leaf;
    struct matter m;
    struct instance in;
    bool good = true;
    if (i->owner_kind == SCOPE_POST)
        good = org_post_find(cx, i->owner_id, &p) >= 0;
    else if (i->owner_kind == SCOPE_UNIT)
        good = org_unit_name_on(cx, i->owner_id, STR_NONE, &name);
    else if (matter_find(cx, i->matter_id, &m) != 1 || !instance_read(cx, &m, false, &in))
        good = false;
    else if (flow_leaf_find(in.state, (int)i->leaf, &leaf))
        name = who_name(cx, &leaf.who);
    jw_kbool(w, "shielded", false);
    jw_kstr(w, "who", i->owner_kind == SCOPE_POST ? p.name : name);
    jw_kstr(w, "title", p.title);
    jw_kbool(w, "mine", false);
    return good;
}

static bool write_urged(struct ctx *cx, const struct matter *m, const struct urged *u, struct jw *w)
{
    struct post_row p = { 0 };
    struct item i;
    int64_t told = 0;
    bool is_secretary;
    const struct definition *d = definition_load(cx, m->definition_id);
    if (!d || !item_load(cx, u->item, &i) ||
        (u->kind == SCOPE_POST && post_find(cx, u->owner, &p) < 0) ||
        (p.is_leader && !gatekeeper_of(cx, m, u->owner, &told, &is_secretary)))
        return false;
    jw_obj(w);
    jw_ktext(w, "change", p.is_leader ? "present" : "urge");
    jw_ktext(w, "was", "todo");
    jw_kstr(w, "node", i.node);
    jw_kstr(w, "step", definition_say(cx, d, i.step));
    jw_kstr(w, "role", i.role);
    bool good = p.is_leader ? write_person(cx, m, told, u->owner, w) : write_owner(cx, &i, w);
    jw_obj_end(w);
    return good;
}

static void note(struct ctx *cx, struct jw *w, const char *code, int n)
{
    const struct err words = { .code = code, .arg = { arena_printf(cx->a, "%d", n) } };
    if (n)
        jw_text(w, err_message(cx->a, &words, cx->lang));
}

/* Rows of one matter into `rows`, what it leaves out into `notes`. False with the reason where the
 * act would be refused. */
static bool urge_say(struct ctx *cx, int64_t matter_id, struct jw *rows, struct jw *notes)
{
    struct matter m;
    struct urged u[URGED_MOST];
    int n, own, soon;
    if (!matter_load(cx, matter_id, &m) || !urgeable(cx, &m, u, URGED_MOST, &n, &own, &soon))
        return false;
    for (int i = 0; i < n; i++)
        if (!write_urged(cx, &m, &u[i], rows))
            return false;
    note(cx, notes, "urge.impact_soon", soon);
    note(cx, notes, "urge.impact_own", own);
    return true;
}

/* One that is left out of a batch, by its title where the reader may see it. */
static void note_refused(struct ctx *cx, int64_t matter_id, struct jw *notes)
{
    const struct err why = cx->err;
    struct matter m;
    cx->err = (struct err){ 0 };
    bool seen = matter_load(cx, matter_id, &m);
    cx->err = (struct err){ 0 };
    struct str words = str_of(err_message(cx->a, &why, cx->lang));
    jw_str(notes, seen ? str_printf(cx->a, cx->lang == LANG_EN ? "“%.*s”: %.*s" : "《%.*s》：%.*s",
                                    STR_ARG(m.title), STR_ARG(words))
                       : words);
}

static bool write_urges(struct ctx *cx, struct ids matters, bool is_batch, struct jw *w)
{
    struct buf r = buf_in(cx->a), n = buf_in(cx->a);
    struct jw rows = jw_to(&r), notes = jw_to(&n);
    jw_arr(&rows);
    jw_arr(&notes);
    for (size_t i = 0; i < matters.n; i++) {
        if (urge_say(cx, matters.p[i], &rows, &notes))
            continue;
        if (!is_batch || cx->err.kind == ERR_INTERNAL || cx->err.kind == ERR_BUSY)
            return false;
        note_refused(cx, matters.p[i], &notes);
    }
    jw_arr_end(&rows);
    jw_arr_end(&notes);
    jw_obj(w);
    jw_key(w, "rows");
    jw_raw(w, buf_done(&r));
    jw_karr(w, "services");
    jw_arr_end(w);
    jw_ktext(w, "ends", "");
    jw_key(w, "notes");
    jw_raw(w, buf_done(&n));
    jw_obj_end(w);
    return cx->err.kind == ERR_NONE;
}

bool matter_urge_impact(struct ctx *cx, int64_t matter_id, struct jw *w)
{
    return write_urges(cx, (struct ids){ &matter_id, 1 }, false, w);
}

static bool run_urge_impact(struct ctx *cx, const void *input, struct jw *w)
{
    return write_urges(cx, *(const struct ids *)input, true, w); /* batch_in is its ids */
}

struct urge_in {
    int64_t matter_id;
};
static const struct field urge_in_fields[] = {
    FIELD(urge_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
};
RECORD(urge_in);

static bool run_urge(struct ctx *cx, const void *input, void *output)
{
    (void)output;
    return urge_matter(cx, ((const struct urge_in *)input)->matter_id);
}

static bool run_urge_batch(struct ctx *cx, const void *input, void *output)
{
    return batch_run(cx, input, output, urge_matter);
}

static const struct command commands[] = {
    { "matter.urge", POST, "/matters/{matter_id}/urge", PERM_LOGIN, &urge_in_record, NULL,
      run_urge, "催办", "Urge", 0, NULL },
    { "matter.urge_batch", POST, "/items/urge", PERM_LOGIN, &batch_in_record, &batch_out_record,
      run_urge_batch, "批量催办", "Urge several", CMD_NO_TRACE, NULL },
};
static const struct read reads[] = {
    { "matter.urge_impact", "/items/urge-impact", PERM_LOGIN, &batch_in_record, &impact_record,
      false, run_urge_impact, "批量催办前试算", "Dry run of urging several", 0 },
};

const struct room desk_urge_room = { "desk", ROOM_TABLE(commands), ROOM_TABLE(reads), NULL, 0, NULL, NULL };
