/* Sending: one letter to many units in one short command. The text is stored once, with its
 * document; each receiving unit gets one delivery row and one change of its counter; the sender's
 * trace gets one entry with the digest of the recipient list (DESIGN §4). */
#include <stdlib.h>

#include "base/id.h"
#include "crypto/crypto.h"
#include "exchange/exchange.sql.h"
#include "exchange/exchange_in.h"

/* --- rows
 * ---------------------------------------------------------------------------------------------- */

/* SM3 of the unit ids in ascending order: the trace's witness of who was addressed. */
static struct str units_digest(struct ctx *cx, int64_t *units, size_t n)
{
    char hex[SM3_HEX_SIZE + 1];
    struct buf b = buf_in(cx->a);
    qsort(units, n, sizeof *units, id_order);
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%lld\n", (long long)units[i]);
    sm3_hex(buf_done(&b), hex);
    return str_copy(cx->a, str_of(hex));
}

struct rows_text {
    struct buf b;
    int64_t sort;
    size_t n_by_paper;
};

static void row_add(struct ctx *cx, struct rows_text *t, const struct org_unit *u, bool is_cc)
{
    buf_printf(&t->b, "%s[%lld,%lld,%lld,%d,%d]", t->b.n > 1 ? "," : "", (long long)id_new(cx->now),
               (long long)u->id, (long long)++t->sort, is_cc, u->by_paper);
    t->n_by_paper += u->by_paper;
}

static bool put_deliveries(struct ctx *cx, const struct dispatch *d, struct rows_text *t, size_t n)
{
    buf_char(&t->b, ']');
    return db_run(cx->db, &q_deliveries_put, d->id, cx->now, buf_done(&t->b)) &&
           total_add(cx, d->id, MILESTONE_DELIVERED, (int64_t)(n - t->n_by_paper));
}

/* Units with a mailbox here, for their counters. */
static size_t mailboxes(const struct sending *to, int64_t *out)
{
    size_t n = 0;
    for (size_t i = 0; i < to->n_main; i++)
        if (!to->main[i].by_paper)
            out[n++] = to->main[i].id;
    for (size_t i = 0; i < to->n_cc; i++)
        if (!to->cc[i].by_paper)
            out[n++] = to->cc[i].id;
    return n;
}

static bool put_dispatch(struct ctx *cx, const struct dispatch *d, struct str choice,
                         struct str digest)
{
    return db_run(cx->db, &q_dispatch_put, d->id, d->kind, bind_id(d->document_id),
                  bind_id(d->matter_id), d->unit_id, bind_id(d->agency_id), d->person_id,
                  d->post_id, bind_id(d->signer_person), d->at, d->issuer, d->sender_name, d->title,
                  d->number, d->doc_type, d->urgency, d->direction, d->signed_on, d->main_text,
                  d->cc_text, d->body, choice.p ? choice : STR("{}"), digest, d->count,
                  bind_id(d->corrects_id), (int64_t)d->wants_feedback, d->label);
}

static bool fill_absent(struct ctx *cx, struct dispatch *d)
{
    struct matter m = { .label = STR("") };
    struct str *texts[] = { &d->issuer,   &d->sender_name, &d->title,     &d->number,
                            &d->doc_type, &d->direction,   &d->main_text, &d->cc_text };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!texts[i]->p)
            *texts[i] = STR("");
    if (!d->urgency.n)
        d->urgency = STR("normal");
    d->id = id_new(cx->now);
    d->at = cx->now;
    d->person_id = cx->actor ? cx->actor->person_id : 0;
    if (d->matter_id && matter_find(cx, d->matter_id, &m) < 0)
        return false;
    d->label = m.label;
    return true;
}

bool dispatch_send(struct ctx *cx, struct dispatch *d, const struct sending *to)
{
    size_t n = to->n_main + to->n_cc, n_units = 0;
    int64_t *units = arena_array_of(cx->a, int64_t, n + 1);
    struct rows_text t = { .b = buf_in(cx->a) };
    buf_char(&t.b, '[');
    if (!fill_absent(cx, d))
        return false;
    for (size_t i = 0; i < to->n_main; i++, n_units++) {
        units[n_units] = to->main[i].id;
        row_add(cx, &t, &to->main[i], false);
    }
    for (size_t i = 0; i < to->n_cc; i++, n_units++) {
        units[n_units] = to->cc[i].id;
        row_add(cx, &t, &to->cc[i], true);
    }
    d->count = (int64_t)n;
    struct str digest = units_digest(cx, units, n);
    if (!put_dispatch(cx, d, to->choice, digest) || !put_deliveries(cx, d, &t, n))
        return false;
    n = mailboxes(to, units);
    board_touched(cx, d);
    return counter_add_all(cx, units, n, BOX_TO_SIGN, 1);
}

/* --- recipients
 * ------------------------------------------------------------------------------------------- */

#define UNITS_MOST 8000

static const struct field choice_fields[] = {
    { .name = "unit_ids",
      .type = F_IDS,
      .offset = offsetof(struct org_choice, unit_ids),
      .max = UNITS_MOST,
      .zh = "单位",
      .en = "units" },
    { .name = "group_ids",
      .type = F_IDS,
      .offset = offsetof(struct org_choice, group_ids),
      .max = 200,
      .zh = "群组",
      .en = "groups" },
    { .name = "levels",
      .type = F_TEXTS,
      .offset = offsetof(struct org_choice, levels),
      .max = 10,
      .zh = "层级",
      .en = "levels" },
    { .name = "branches",
      .type = F_TEXTS,
      .offset = offsetof(struct org_choice, branches),
      .max = 30,
      .zh = "系统",
      .en = "branches" },
    { .name = "under",
      .type = F_IDS,
      .offset = offsetof(struct org_choice, under),
      .max = 200,
      .zh = "所属",
      .en = "under" },
};
const struct record recipients_choice_record = { "recipients_choice", sizeof(struct org_choice),
                                                 choice_fields,
                                                 sizeof choice_fields / sizeof *choice_fields };

static bool chooses(const struct org_choice *c)
{
    return c->unit_ids.n || c->group_ids.n || c->levels.n || c->branches.n || c->under.n;
}

static bool has_unit(const int64_t *sorted, size_t n, int64_t unit)
{
    return n && bsearch(&unit, sorted, n, sizeof unit, id_order);
}

/* Expands, without those in `not` (ascending). */
static bool expand_without(struct ctx *cx, const struct org_choice *c, const int64_t * not,
                           size_t n_not, struct org_units *out)
{
    *out = (struct org_units){ NULL, 0 };
    if (!chooses(c))
        return true;
    if (!org_expand(cx, c, out))
        return false;
    size_t n = 0;
    for (size_t i = 0; i < out->n; i++)
        if (!has_unit(not, n_not, out->p[i].id))
            out->p[n++] = out->p[i];
    out->n = n;
    return true;
}

/* Main first; who stands in both is addressed once; the sender is left out. */
static bool expand_both(struct ctx *cx, const struct org_choice *main_choice,
                        const struct org_choice *cc_choice, int64_t *known, size_t n_known,
                        struct org_units *main_units, struct org_units *cc_units)
{
    if (!expand_without(cx, main_choice, known, n_known, main_units))
        return false;
    int64_t *all = arena_array_of(cx->a, int64_t, n_known + main_units->n + 1);
    if (n_known)
        memcpy(all, known, n_known * sizeof *all);
    for (size_t i = 0; i < main_units->n; i++)
        all[n_known + i] = main_units->p[i].id;
    qsort(all, n_known + main_units->n, sizeof *all, id_order);
    return expand_without(cx, cc_choice, all, n_known + main_units->n, cc_units);
}

static void choice_write(struct jw *w, const char *key, const struct org_choice *c)
{
    jw_key(w, key);
    record_encode(w, &recipients_choice_record, c);
}

static struct str choices_text(struct ctx *cx, const struct org_choice *main_choice,
                               const struct org_choice *cc_choice)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    choice_write(&w, "main", main_choice);
    choice_write(&w, "cc", cc_choice);
    jw_obj_end(&w);
    return buf_done(&b);
}

/* --- recipients.expand
 * ------------------------------------------------------------------------------------ */

struct expanded_unit {
    int64_t id;
    struct str name, level, branch;
    bool by_paper;
};
static const struct field expanded_unit_fields[] = {
    FIELD(expanded_unit, id, F_ID, .flags = FIELD_REQUIRED, .zh = "单位", .en = "unit"),
    FIELD(expanded_unit, name, F_TEXT, .flags = FIELD_REQUIRED, .zh = "名称", .en = "name"),
    FIELD(expanded_unit, level, F_TEXT, .flags = FIELD_REQUIRED, .zh = "层级", .en = "level"),
    FIELD(expanded_unit, branch, F_TEXT, .flags = FIELD_REQUIRED, .zh = "系统", .en = "branch"),
    FIELD(expanded_unit, by_paper, F_BOOL, .zh = "纸质", .en = "by paper"),
};
RECORD(expanded_unit);
struct expanded_level {
    struct str level;
    int64_t n;
};
static const struct field expanded_level_fields[] = {
    FIELD(expanded_level, level, F_TEXT, .flags = FIELD_REQUIRED, .zh = "层级", .en = "level"),
    FIELD(expanded_level, n, F_I64, .zh = "数量", .en = "count"),
};
RECORD(expanded_level);
struct recipients_expanded {
    int64_t count;
    struct list rows, by_level;
};
static const struct field recipients_expanded_fields[] = {
    FIELD(recipients_expanded, count, F_I64, .zh = "总数", .en = "count"),
    FIELD(recipients_expanded, rows, F_RECORDS, .record = &expanded_unit_record, .zh = "前 200 个",
          .en = "the first 200"),
    FIELD(recipients_expanded, by_level, F_RECORDS, .record = &expanded_level_record,
          .zh = "按层级", .en = "by level"),
};
EXCHANGE_RECORD(recipients_expanded);

#define SHOWN 200

EXCHANGE_COMMAND(recipients_expand)
{
    static const char *const levels[] = { "city", "county", "town", "village" };
    struct recipients_expanded *out = out_;
    struct org_units units;
    if (!expand_without(cx, in_, NULL, 0, &units))
        return false;
    struct expanded_unit *rows = arena_array_of(cx->a, struct expanded_unit, SHOWN);
    struct expanded_level *by = arena_array_of(cx->a, struct expanded_level, 4);
    for (size_t i = 0; i < units.n; i++) {
        const struct org_unit *u = &units.p[i];
        if (i < SHOWN)
            rows[i] = (struct expanded_unit){ u->id, u->name, u->level, u->branch, u->by_paper };
        for (int k = 0; k < 4; k++)
            by[k].n += str_is(u->level, levels[k]);
    }
    for (int k = 0; k < 4; k++)
        by[k].level = str_of(levels[k]);
    out->count = (int64_t)units.n;
    out->rows = (struct list){ rows, units.n < SHOWN ? units.n : SHOWN };
    out->by_level = (struct list){ by, 4 };
    return true;
}

/* --- doc.dispatch
 * -------------------------------------------------------------------------------------------- */

struct document_dispatch_in {
    int64_t document_id;
    struct org_choice main, cc;
    struct str reason;
    bool wants_feedback;
};
static const struct field document_dispatch_in_fields[] = {
    FIELD(document_dispatch_in, document_id, F_ID, .flags = FIELD_PATH, .zh = "公文",
          .en = "document"),
    FIELD(document_dispatch_in, main, F_RECORD, .record = &recipients_choice_record, .zh = "主送",
          .en = "main recipients"),
    FIELD(document_dispatch_in, cc, F_RECORD, .record = &recipients_choice_record, .zh = "抄送",
          .en = "cc recipients"),
    FIELD(document_dispatch_in, reason, F_TEXT, .max = 300, .flags = FIELD_LINES,
          .zh = "保留提醒的理由", .en = "reason for keeping warnings"),
    FIELD(document_dispatch_in, wants_feedback, F_BOOL, .zh = "要求反馈", .en = "wants feedback"),
};
EXCHANGE_RECORD(document_dispatch_in);

static const struct field document_dispatched_fields[] = {
    FIELD(document_dispatched, dispatch_id, F_ID, .flags = FIELD_REQUIRED, .zh = "分发",
          .en = "dispatch"),
    FIELD(document_dispatched, count, F_I64, .zh = "单位数", .en = "units"),
};
EXCHANGE_RECORD(document_dispatched);

/* The letter, for whoever holds the step in which it leaves. */
static bool letter_to_send(struct ctx *cx, int64_t document_id, struct letter *l, int64_t *item,
                           int64_t *post)
{
    struct matter m;
    const struct letter_ask ask = { l, false };
    if (!event_ask(cx, "letter.find", document_id, &ask))
        return false;
    if (!l->is_found || !matter_load_for_change(cx, l->matter_id, &m))
        return fail_not_found(cx);
    int found = matter_my_item(cx, m.id, STR("dispatch"), item, post);
    if (found != 1)
        return found == 0 && fail(cx, ERR_STATE, "dispatch.no_item", NULL);
    /* asked again under the matter's lock: two clerks may have pressed at once */
    if (!event_ask(cx, "letter.find", document_id, &ask))
        return false;
    if (l->corrects_id)
        return fail(cx, ERR_STATE, "dispatch.is_correction", NULL);
    return l->may_dispatch || fail(cx, ERR_STATE, "dispatch.not_ready", NULL);
}

static struct dispatch dispatch_of(const struct letter *l, int64_t post_id)
{
    return (struct dispatch){
        .kind = STR("document"),
        .document_id = l->document_id,
        .matter_id = l->matter_id,
        .unit_id = l->unit_id,
        .agency_id = l->agency_id,
        .post_id = post_id,
        .signer_person = l->signer_person,
        .issuer = l->issuer,
        .title = l->title,
        .number = l->number,
        .doc_type = l->doc_type,
        .urgency = l->urgency,
        .direction = l->direction,
        .signed_on = l->signed_on,
        .main_text = l->main_text,
        .cc_text = l->cc_text,
    };
}

static bool trace_sent(struct ctx *cx, const struct dispatch *d, const char *op)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    struct rows r;
    int64_t *units = arena_array_of(cx->a, int64_t, (size_t)d->count + 1);
    size_t n = 0;
    for (db_rows(cx->db, &r, &q_delivery_units, d->id); rows_next(&r);)
        if (n < (size_t)d->count)
            units[n++] = row_i64(&r, 0);
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    jw_obj(&w);
    jw_kid(&w, "dispatch", d->id);
    jw_kid(&w, "document", d->document_id);
    jw_kstr(&w, "kind", d->kind);
    jw_ki64(&w, "count", d->count);
    jw_kstr(&w, "recipients", units_digest(cx, units, n));
    jw_obj_end(&w);
    return matter_trace(cx, d->matter_id, op, d->post_id, buf_done(&b));
}

bool dispatch_letter(struct ctx *cx, const struct letter *l, struct dispatch *d,
                     const struct sending *to)
{
    struct letter_sent sent = { .post_id = d->post_id, .reason = to->reason };
    if (to->choice.p) {
        sent.main = to->main;
        sent.cc = to->cc;
        sent.n_main = to->n_main;
        sent.n_cc = to->n_cc;
    }
    if (!org_unit_name_on(cx, d->unit_id, STR_NONE, &d->sender_name) ||
        !event_emit(cx, "letter.dispatching", l->document_id, &sent) || !dispatch_send(cx, d, to))
        return false;
    sent.dispatch_id = d->id;
    sent.count = d->count;
    return event_emit(cx, "letter.dispatched", l->document_id, &sent) &&
           trace_sent(cx, d, "doc.dispatch");
}

EXCHANGE_COMMAND(document_dispatch)
{
    const struct document_dispatch_in *in = in_;
    struct document_dispatched *out = out_;
    struct letter l = { 0 };
    struct org_units to_main, to_cc;
    int64_t item = 0, post = 0;
    if (!letter_to_send(cx, in->document_id, &l, &item, &post))
        return false;
    int64_t self = l.unit_id;
    if (!expand_both(cx, &in->main, &in->cc, &self, 1, &to_main, &to_cc))
        return false;
    if (to_main.n == 0)
        return fail(cx, ERR_INVALID, "dispatch.nobody", "main");
    struct dispatch d = dispatch_of(&l, post);
    d.wants_feedback = in->wants_feedback;
    struct sending to = { to_main.p, to_cc.p, to_main.n, to_cc.n,
                          choices_text(cx, &in->main, &in->cc), in->reason };
    if (!dispatch_letter(cx, &l, &d, &to) || !item_complete(cx, item, STR_NONE, STR_NONE))
        return false;
    *out = (struct document_dispatched){ d.id, d.count };
    return true;
}

/* --- doc.add_recipient: 补发
 * ------------------------------------------------------------------------------ */

struct dispatch_add_in {
    int64_t dispatch_id;
    struct org_choice main, cc;
    struct str reason;
};
static const struct field dispatch_add_in_fields[] = {
    FIELD(dispatch_add_in, dispatch_id, F_ID, .flags = FIELD_PATH, .zh = "分发", .en = "dispatch"),
    FIELD(dispatch_add_in, main, F_RECORD, .record = &recipients_choice_record, .zh = "主送",
          .en = "main recipients"),
    FIELD(dispatch_add_in, cc, F_RECORD, .record = &recipients_choice_record, .zh = "抄送",
          .en = "cc recipients"),
    FIELD(dispatch_add_in, reason, F_TEXT, .flags = FIELD_REQUIRED, .max = 500, .zh = "原因",
          .en = "reason"),
};
EXCHANGE_RECORD(dispatch_add_in);

static bool addressed_already(struct ctx *cx, const struct dispatch *d, int64_t *out, size_t *n)
{
    struct rows r;
    *n = 0;
    out[(*n)++] = d->unit_id;
    for (db_rows(cx->db, &r, &q_delivery_units, d->id); rows_next(&r);)
        if (*n < (size_t)d->count + 1)
            out[(*n)++] = row_i64(&r, 0);
    rows_end(&r);
    qsort(out, *n, sizeof *out, id_order);
    return !rows_failed(&r);
}

static bool add_rows(struct ctx *cx, struct dispatch *d, const struct sending *to, int64_t *known,
                     size_t n_known)
{
    struct rows_text t = { .b = buf_in(cx->a) };
    size_t n = to->n_main + to->n_cc, i, all = 0;
    int64_t *units = arena_array_of(cx->a, int64_t, n_known + n + 1);
    buf_char(&t.b, '[');
    t.sort = db_number(cx->db, 0, &q_delivery_last_sort, d->id);
    for (i = 0; i < n_known; i++)
        if (known[i] != d->unit_id)
            units[all++] = known[i];
    for (i = 0; i < to->n_main; i++) {
        units[all++] = to->main[i].id;
        row_add(cx, &t, &to->main[i], false);
    }
    for (i = 0; i < to->n_cc; i++) {
        units[all++] = to->cc[i].id;
        row_add(cx, &t, &to->cc[i], true);
    }
    if (!db_run(cx->db, &q_dispatch_more, (int64_t)n, units_digest(cx, units, all), d->id) ||
        !put_deliveries(cx, d, &t, n))
        return false;
    d->count += (int64_t)n;
    n = mailboxes(to, units);
    return counter_add_all(cx, units, n, BOX_TO_SIGN, 1);
}

/* The rules are asked of all it will have gone to: a town's county may have had it long since. */
static bool may_add(struct ctx *cx, const struct dispatch *d, const int64_t *known, size_t n_known,
                    const struct sending *to)
{
    struct capacity as;
    const struct org_choice had = { .unit_ids = { known, n_known } };
    struct org_units all;
    int64_t own = d->unit_id;
    if (!d->document_id)
        return true;
    if (!expand_without(cx, &had, &own, 1, &all))
        return false;
    struct org_unit *main = arena_array_of(cx->a, struct org_unit, all.n + to->n_main + 1);
    if (all.n)
        memcpy(main, all.p, all.n * sizeof *main);
    if (to->n_main)
        memcpy(main + all.n, to->main, to->n_main * sizeof *main);
    const struct letter_sent sent = {
        .post_id = clerk_of(cx, d->unit_id, &as) ? as.post_id : 0, .reason = to->reason,
        .main = main, .n_main = all.n + to->n_main, .cc = to->cc, .n_cc = to->n_cc,
    };
    return event_emit(cx, "letter.adding", d->document_id, &sent);
}

EXCHANGE_COMMAND(dispatch_add_recipient)
{
    const struct dispatch_add_in *in = in_;
    struct document_dispatched *out = out_;
    struct dispatch d;
    struct org_units to_main, to_cc;
    size_t n_known;
    if (!dispatch_load_for_change(cx, in->dispatch_id, &d) || !dispatch_may_approve(cx, &d))
        return false;
    int64_t *known = arena_array_of(cx->a, int64_t, (size_t)d.count + 2);
    if (!addressed_already(cx, &d, known, &n_known) ||
        !expand_both(cx, &in->main, &in->cc, known, n_known, &to_main, &to_cc))
        return false;
    if (to_main.n + to_cc.n == 0)
        return fail(cx, ERR_INVALID, "dispatch.nobody_new", "main");
    struct sending to = { to_main.p, to_cc.p, to_main.n, to_cc.n, STR_NONE, in->reason };
    if (!may_add(cx, &d, known, n_known, &to) || !add_rows(cx, &d, &to, known, n_known))
        return false;
    *out = (struct document_dispatched){ d.id, (int64_t)(to_main.n + to_cc.n) };
    board_touched(cx, &d);
    struct capacity as;
    d.post_id = clerk_of(cx, d.unit_id, &as) ? as.post_id : 0;
    return matter_trace(cx, d.matter_id, "dispatch.add_recipient", d.post_id,
                        str_printf(cx->a, "{\"dispatch\":\"%lld\",\"added\":%lld}", (long long)d.id,
                                   (long long)out->count));
}
