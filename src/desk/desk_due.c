/* 期限 of items (FLOW 5.12): when a step is due, and the clock that warns, urges, tells a superior or
 * moves on. A deadline stands in the item's own row, so it costs a step no further write; the index
 * item_next gives the clock what is due, and a changed calendar what to count again.
 *
 * What the clock does never forges a consent: an automatic outcome is the system's, says so in the
 * record and leaves no opinion on the sheet. Leaders are not urged, told on or passed over (OFFICE
 * P8): their secretary or office hears. */
#include "base/clock.h"
#include "base/log.h"
#include "calendar/calendar.h"
#include "core/small.h"
#include "desk/desk.sql.h"
#include "desk/desk_in.h"
#include "org/org.h"

#define NEVER INT64_C(253402271999000) /* year 9999: nothing left to do, still counted again */
#define LATER_MS (10 * CLOCK_MINUTE_MS) /* after a failure */
#define BATCH 64
#define RECOUNT_BATCH 200
#define TICK_US INT64_C(200000) /* at most so long at once; the rest with the next tick */

/* --- counting --------------------------------------------------------------------------------------- */

/* A day or moment that the form names: nothing is counted. */
static bool is_fixed(struct str rule)
{
    return rule.n > 4 && (rule.p[0] == '=' || rule.p[4] == '-');
}

static bool count_from(struct ctx *cx, struct str rule, int64_t from, struct item_due *out)
{
    *out = (struct item_due){ 0 };
    if (!rule.n)
        return true;
    out->from = is_fixed(rule) ? 0 : from;
    return calendar_due(cx, rule, from, &out->at);
}

/* The warning, if it is still to come; else the limit itself. */
static bool next_of(struct ctx *cx, const struct flow_node *node, int64_t now, struct item_due *d)
{
    d->next = d->at > now ? d->at : d->at ? now : 0;
    if (!d->at || !node->warn.n)
        return true;
    int64_t warn;
    if (!calendar_before(cx, node->warn, d->at, d->from ? d->from : now, &warn))
        return false;
    if (warn > now && warn < d->next)
        d->next = warn;
    return true;
}

static struct str rule_of(struct ctx *cx, const struct instance *in, int64_t act)
{
    return flow_due(cx->a, in->def->net, in->state, (int)act, cx->now);
}

bool item_due_start(struct ctx *cx, const struct instance *in, const struct flow_node *node,
                    int64_t act, struct item_due *out)
{
    return count_from(cx, rule_of(cx, in, act), cx->now, out) && next_of(cx, node, cx->now, out);
}

static bool clock_load(struct ctx *cx, int64_t item_id, struct item_due *out, int64_t *left)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_item_clock, item_id);
    if (found == 1) {
        *out = (struct item_due){ row_i64(&r, 0), row_i64(&r, 1), row_i64(&r, 3) };
        *left = row_is_null(&r, 2) ? -1 : row_i64(&r, 2);
    }
    rows_end(&r);
    return found == 1 || (found == 0 && fail_not_found(cx));
}

bool item_due_keep(struct ctx *cx, const struct flow_node *node, int64_t from_item,
                   struct item_due *out)
{
    int64_t left;
    if (!clock_load(cx, from_item, out, &left) || !next_of(cx, node, cx->now, out))
        return false;
    /* late already: whoever has it now has a working day before the clock acts again */
    return !out->at || out->at > cx->now || calendar_due(cx, STR("1wd"), cx->now, &out->next);
}

static bool save(struct ctx *cx, int64_t item_id, const struct item_due *d, struct bind left)
{
    return db_run(cx->db, &q_item_due, bind_id(d->at), bind_id(d->from), left, bind_id(d->next),
                  item_id);
}

/* Limits in working time stand still in working minutes, the others in minutes of the clock. */
static bool in_work_time(struct str rule)
{
    return !rule.n || rule.p[0] != 'P';
}

bool item_due_suspend(struct ctx *cx, const struct instance *in, int64_t act, int64_t item_id)
{
    struct item_due d;
    int64_t left;
    if (!clock_load(cx, item_id, &d, &left))
        return false;
    if (!d.at || left >= 0)
        return true;
    left = d.at > cx->now ? (d.at - cx->now) / CLOCK_MINUTE_MS : 0;
    if (in_work_time(rule_of(cx, in, act)) && !calendar_minutes(cx, cx->now, d.at, &left))
        return false;
    d.next = 0;
    return save(cx, item_id, &d, bind_i64(left));
}

bool item_due_resume(struct ctx *cx, const struct instance *in, const struct flow_node *node,
                     int64_t act, int64_t item_id)
{
    struct item_due d;
    int64_t left;
    struct str rule = rule_of(cx, in, act);
    if (!clock_load(cx, item_id, &d, &left))
        return false;
    if (left < 0 || is_fixed(rule)) { /* taken back, not resumed: fresh unless the node keeps it */
        if (!(left < 0 && node->keep_due) && !count_from(cx, rule, cx->now, &d))
            return false;
    } else if (in_work_time(rule)) {
        if (!calendar_add_minutes(cx, cx->now, left, &d.at))
            return false;
    } else {
        d.at = cx->now + left * CLOCK_MINUTE_MS;
    }
    if (left >= 0)
        d.from = 0; /* what was left is fixed: a changed calendar does not count it again */
    return next_of(cx, node, cx->now, &d) && save(cx, item_id, &d, bind_id(0));
}

/* --- whom the clock turns to ---------------------------------------------------------------------------- */

static bool first_of_role(struct ctx *cx, int64_t unit_id, enum role role, int64_t *out)
{
    struct ids posts = { NULL, 0 };
    *out = 0;
    if (!org_role_posts(cx, unit_id, role, &posts))
        return false;
    if (posts.n)
        *out = posts.p[0];
    return true;
}

/* Head of the holder's section, else of the unit's office; 0: a leader's, or nobody above. */
static bool superior_of(struct ctx *cx, const struct matter *m, const struct item *i, int64_t *out)
{
    struct org_post p;
    struct org_whos whos;
    *out = 0;
    if (i->owner_kind != SCOPE_POST)
        return first_of_role(cx, m->unit_id, ROLE_OFFICE_HEAD, out);
    int found = org_post_find(cx, i->owner_id, &p);
    if (found < 0 || !found || p.is_leader)
        return found >= 0;
    const struct org_ask ask = { .term = ORG_STARTER_SECTION_HEAD, .unit_id = p.unit_id,
                                 .section_id = p.section_id, .not_person = m->starter_person };
    if (org_resolve(cx, &ask, &whos) && whos.n && whos.p[0].kind == ORG_WHO_POST &&
        whos.p[0].id != i->owner_id) {
        *out = whos.p[0].id;
        return true;
    }
    if (cx->err.kind && strcmp(cx->err.code, "org.nobody") == 0)
        cx->err = (struct err){ 0 };
    if (cx->err.kind || !first_of_role(cx, p.unit_id, ROLE_OFFICE_HEAD, out))
        return false;
    if (*out == i->owner_id)
        *out = 0;
    return true;
}

/* --- what happens when the moment has come ------------------------------------------------------------------ */

static bool set_next(struct ctx *cx, int64_t item_id, int64_t next)
{
    return db_run(cx->db, &q_item_next, next, item_id);
}

static bool do_warn(struct ctx *cx, const struct matter *m, const struct item *i)
{
    int64_t tell = i->owner_id;
    if (i->owner_kind == SCOPE_POST && !org_gatekeeper(cx, i->owner_id, &tell))
        return false;
    if (tell)
        live_counter(cx, tell);
    return set_next(cx, i->id, i->due_at) && matter_touched(cx, m->id) &&
           matter_trace(cx, m->id, "item.warn", 0,
                        str_printf(cx->a, "{\"item\":\"%lld\",\"told\":\"%lld\"}",
                                   (long long)i->id, (long long)tell));
}

/* Again each working day, as long as it lies there. */
static bool do_urge(struct ctx *cx, const struct matter *m, const struct item *i)
{
    int64_t next;
    return item_urge(cx, m, i->id, i->owner_id, i->owner_kind != SCOPE_POST, "item.overdue") &&
           calendar_due(cx, STR("1wd"), cx->now, &next) && set_next(cx, i->id, next) &&
           matter_touched(cx, m->id);
}

static bool do_escalate(struct ctx *cx, const struct matter *m, const struct item *i, int64_t to)
{
    return matter_reading_put(cx, m->id, to, STR("超期提醒：请关注办理")) &&
           set_next(cx, i->id, NEVER) && matter_touched(cx, m->id) &&
           matter_trace(cx, m->id, "item.escalate", 0,
                        str_printf(cx->a, "{\"item\":\"%lld\",\"to\":\"%lld\"}", (long long)i->id,
                                   (long long)to));
}

static bool do_step(struct ctx *cx, struct matter *m, const struct item *i, enum flow_op op,
                    const char *name, struct str outcome, const struct flow_who *to)
{
    struct flow_step s = {
        .cmd = { .op = op, .leaf = (int)i->leaf, .is_admin = true, .outcome = outcome, .who = to,
                 .who_n = to != NULL, .reason = STR("超期") },
        .op = name, .item_id = i->id, .text = STR("超期"), .note = STR("{\"by\":\"system\"}"),
    };
    return flow_step_run(cx, m, &s, NULL);
}

static bool do_overdue(struct ctx *cx, struct matter *m, const struct item *i,
                       const struct flow_node *node)
{
    int64_t to = 0;
    if (!node->overdue.n) {
        if (i->owner_kind != SCOPE_UNIT)
            live_counter(cx, i->owner_id);
        return set_next(cx, i->id, NEVER) && matter_touched(cx, m->id);
    }
    if (str_starts(node->overdue, STR("auto:")))
        return do_step(cx, m, i, FLOW_COMPLETE, "item.auto",
                       str_sub(node->overdue, 5, node->overdue.n - 5), NULL);
    if (!str_is(node->overdue, "urge") && !superior_of(cx, m, i, &to))
        return false;
    struct post_row superior = { 0 };
    if (to && post_find(cx, to, &superior) < 0)
        return false;
    if (m->starter_person && superior.person_id == m->starter_person)
        to = 0; /* not to the one who asked for it */
    if (to && str_is(node->overdue, "transfer")) {
        const struct flow_who who = who_of_post(cx, to);
        return do_step(cx, m, i, FLOW_TRANSFER, "item.overdue_transfer", STR_NONE, &who);
    }
    return to ? do_escalate(cx, m, i, to) : do_urge(cx, m, i);
}

/* Locks the matter, and looks again: another node, or its holder, may have been faster. */
static bool load_open(struct ctx *cx, int64_t id, struct item *i, struct matter *m,
                      struct item_due *d, bool *is_open)
{
    int64_t left;
    *is_open = false;
    if (!item_load(cx, id, i) || !matter_load_for_change(cx, i->matter_id, m) ||
        !item_load(cx, id, i) || !clock_load(cx, id, d, &left))
        return false;
    *is_open = str_is(m->state, "running") &&
               (str_is(i->state, "ready") || str_is(i->state, "opened"));
    return true;
}

static const struct flow_node *node_of(struct ctx *cx, const struct matter *m, const struct item *i)
{
    size_t n;
    const struct definition *def = definition_load(cx, m->definition_id);
    int at = def ? flow_node_find(def->net, i->node) : -1;
    return at >= 0 ? &flow_nodes(def->net, &n)[at] : NULL;
}

static bool run_clock_one(struct ctx *cx, const void *input, void *output)
{
    const struct clock_one *in = input;
    struct item i;
    struct matter m;
    struct item_due d;
    bool is_open;
    (void)output;
    if (!load_open(cx, in->id, &i, &m, &d, &is_open))
        return false;
    if (!d.next || d.next > cx->now)
        return true;
    const struct flow_node *node = node_of(cx, &m, &i);
    if (!is_open || !node)
        return set_next(cx, i.id, NEVER);
    return d.at > cx->now ? do_warn(cx, &m, &i) : do_overdue(cx, &m, &i, node);
}

static bool run_clock(struct ctx *cx, const void *input, void *output)
{
    const struct clock_ids *in = input;
    (void)output;
    for (size_t k = 0; k < in->ids.n; k++) {
        const struct clock_one one = { in->ids.p[k] };
        if (command_run_child(cx, "item.clock_one", &one, NULL))
            continue;
        if (cx->err.kind == ERR_INTERNAL || cx->err.kind == ERR_BUSY)
            return false;
        log_warn("desk", "the clock could not deal with an item", "item",
                 arena_printf(cx->a, "%lld", (long long)one.id), "code", cx->err.code);
        cx->err = (struct err){ 0 };
        if (!set_next(cx, one.id, cx->now + LATER_MS))
            return false;
    }
    return true;
}

/* --- a changed calendar counts open deadlines again ------------------------------------------------------------ */

static bool recount_one(struct ctx *cx, int64_t id)
{
    struct item i;
    struct matter m;
    struct item_due old, d;
    bool is_open;
    if (!load_open(cx, id, &i, &m, &old, &is_open))
        return false;
    const struct flow_node *node = node_of(cx, &m, &i);
    struct instance in;
    if (!is_open || !node || !old.from)
        return cx->err.kind == ERR_NONE;
    bool is_drawn = node->due.n && node->due.p[0] != '=';
    if (!is_drawn && !instance_read(cx, &m, false, &in))
        return false;
    if (!count_from(cx, is_drawn ? node->due : rule_of(cx, &in, i.act), old.from, &d) ||
        d.at == old.at)
        return cx->err.kind == ERR_NONE;
    return next_of(cx, node, cx->now, &d) && save(cx, id, &d, bind_id(0)) &&
           matter_touched(cx, m.id) &&
           matter_trace(cx, m.id, "item.recount", 0,
                        str_printf(cx->a, "{\"item\":\"%lld\",\"due_at\":%lld,\"was\":%lld}",
                                   (long long)id, (long long)d.at, (long long)old.at));
}

static bool run_recount(struct ctx *cx, const void *input, void *output)
{
    const struct clock_ids *in = input;
    (void)output;
    for (size_t k = 0; k < in->ids.n; k++)
        if (!recount_one(cx, in->ids.p[k]))
            return false;
    return true;
}

static bool run_recounted(struct ctx *cx, const void *input, void *output)
{
    (void)output;
    return db_run(cx->db, &q_recount_done, ((const struct clock_one *)input)->id);
}

static bool on_calendar_changed(struct ctx *cx, const char *event, int64_t subject,
                                const void *detail)
{
    (void)event;
    (void)subject;
    (void)detail;
    return db_run(cx->db, &q_recount_ask, cx->now);
}

/* --- the clock's thread ------------------------------------------------------------------------------------------ */

/* All that this query lists, by that command, so many at once. False: asked for still, the next tick
 * begins again. */
static bool recount_rows(struct ctx *cx, struct rows *r, const char *command, size_t *n)
{
    struct ids all = clock_read(cx, r, SIZE_MAX);
    *n = all.n;
    for (size_t at = 0; at < all.n; at += RECOUNT_BATCH) {
        const struct clock_ids in = {
            { all.p + at, all.n - at < RECOUNT_BATCH ? all.n - at : RECOUNT_BATCH } };
        if (!clock_tell(cx, LOG_ERROR_, command, &in))
            return false;
    }
    return true;
}

static void recount_all(struct ctx *cx)
{
    struct rows r;
    size_t items, timers;
    int64_t asked = db_number(cx->db, 0, &q_recount_asked);
    if (!asked)
        return;
    db_rows(cx->db, &r, &q_items_counted);
    if (!recount_rows(cx, &r, "item.recount", &items))
        return;
    db_rows(cx->db, &r, &q_timers_counted);
    if (!recount_rows(cx, &r, "flow.recount", &timers))
        return;
    const struct clock_one done = { asked };
    if (clock_tell(cx, LOG_ERROR_, "item.recounted", &done))
        log_info("desk", "deadlines counted again after a change of the calendar", "items",
                 arena_printf(cx->a, "%zu", items), "timers", arena_printf(cx->a, "%zu", timers));
}

static void tick(struct ctx *cx)
{
    struct rows r;
    int64_t until = clock_monotonic_us() + TICK_US; /* the other rooms' clocks wait for this one */
    recount_all(cx);
    do {
        db_rows(cx->db, &r, &q_items_due, cx->now);
        const struct clock_ids in = { clock_read(cx, &r, BATCH) };
        if (!in.ids.n || !clock_tell(cx, LOG_ERROR_, "item.clock", &in) || in.ids.n < BATCH)
            return;
    } while (clock_monotonic_us() < until);
}

static const struct command commands[] = {
    { "item.clock", POST, NULL, PERM_OPERATOR, &clock_ids_record, NULL, run_clock,
      "到期处理", "What is due", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "item.clock_one", POST, NULL, PERM_OPERATOR, &clock_one_record, NULL, run_clock_one,
      "一件到期处理", "One item that is due", CMD_INTERNAL | CMD_NO_TRACE, NULL },
    { "item.recount", POST, NULL, PERM_OPERATOR, &clock_ids_record, NULL, run_recount,
      "按新日历重算期限", "Count deadlines by the new calendar", CMD_INTERNAL | CMD_NO_TRACE,
      NULL },
    { "item.recounted", POST, NULL, PERM_OPERATOR, &clock_one_record, NULL, run_recounted,
      "期限重算完毕", "Deadlines are counted", CMD_INTERNAL | CMD_NO_TRACE, NULL },
};

static const struct handler handlers[] = { { "calendar.changed", on_calendar_changed } };

const struct room desk_due_room = { "desk", ROOM_TABLE(commands), NULL, 0, ROOM_TABLE(handlers),
                                    NULL, tick };
