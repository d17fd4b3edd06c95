/* 征求意见 (OFFICE D2.1, L1): before the text is firm, the drafter's section asks other units about it.
 * A round is a matter of module solicit_opinions beside the document's own, consigned to all units at
 * once; each works in a matter of its own (opinion_reply) on the text and files as they stood at that
 * moment, and answers once. The answers are the lines of 汇总表, where whoever asked writes what was
 * adopted and why. The document's own flow neither waits nor learns of it; silence is never consent. */
#include "secret/secret.h"
#include "spill/spill.h"
#include "document/document_solicit.sql.h"
#include "document/document_solicit_in.h"

#define UNITS_MOST 200 /* a round is one command */
#define DAYS_MOST 366

/* --- rounds and lines ------------------------------------------------------------------------------ */

int solicit_round_find(struct ctx *cx, int64_t round_id, struct solicit_round *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_round_get, round_id);
    if (found == 1)
        *out = (struct solicit_round){ .id = row_i64(&r, 0),
                                       .document_id = row_i64(&r, 1),
                                       .round = row_i64(&r, 2),
                                       .matter_id = row_i64(&r, 3),
                                       .revision = row_i64(&r, 4),
                                       .note = row_copy(&r, 5, cx->a),
                                       .reply_by = row_copy(&r, 6, cx->a),
                                       .asked_person = row_i64(&r, 7),
                                       .asked_post = row_i64(&r, 8),
                                       .asked_by = row_copy(&r, 9, cx->a),
                                       .asked_at = row_i64(&r, 10) };
    rows_end(&r);
    return found;
}

bool solicit_round_load(struct ctx *cx, int64_t round_id, struct solicit_round *r, struct doc *d)
{
    int found = solicit_round_find(cx, round_id, r);
    if (found == 1)
        found = doc_find(cx, r->document_id, d);
    if (found < 0)
        return false;
    if (found == 1 && (cx->is_system || matter_can_see(cx, d->matter_id) ||
                       matter_can_see(cx, r->matter_id)))
        return true;
    return cx->err.kind == ERR_NONE && fail_not_found(cx);
}

static struct solicit_reply reply_of(struct ctx *cx, struct rows *r)
{
    return (struct solicit_reply){ .unit_id = row_i64(r, 0),
                                   .unit = row_copy(r, 1, cx->a),
                                   .outcome = row_copy(r, 2, cx->a),
                                   .text = row_copy(r, 3, cx->a),
                                   .replied_at = row_i64(r, 4),
                                   .verdict = row_copy(r, 5, cx->a),
                                   .reason = row_copy(r, 6, cx->a),
                                   .decided_by = row_copy(r, 7, cx->a),
                                   .decided_at = row_i64(r, 8),
                                   .rev = row_i64(r, 9),
                                   .child_id = row_i64(r, 10) };
}

bool solicit_replies(struct ctx *cx, int64_t round_id, struct solicit_reply **out, size_t *n)
{
    struct rows r;
    *out = arena_array_of(cx->a, struct solicit_reply, UNITS_MOST);
    *n = 0;
    for (db_rows(cx->db, &r, &q_replies, round_id); *n < UNITS_MOST && rows_next(&r);)
        (*out)[(*n)++] = reply_of(cx, &r);
    rows_end(&r);
    return !rows_failed(&r);
}

bool solicit_count(struct ctx *cx, int64_t round_id, struct solicit_count *out)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_replies_count, round_id);
    if (found == 1)
        *out = (struct solicit_count){ row_i64(&r, 0), row_i64(&r, 1), row_i64(&r, 2),
                                       row_i64(&r, 3) };
    rows_end(&r);
    return found == 1;
}

bool solicit_is_late(const struct ctx *cx, const struct solicit_round *r)
{
    return str_cmp(doc_today(cx), r->reply_by) > 0;
}

bool solicit_is_ours(struct ctx *cx, const struct doc *d, int64_t *post_id)
{
    struct org_post drafter = { .id = 0 };
    if (!cx->actor || org_post_find(cx, d->drafter_post, &drafter) < 0)
        return false;
    for (size_t i = 0; i < cx->actor->n_posts; i++) {
        const struct actor_post *p = &cx->actor->posts[i];
        bool is_section = drafter.section_id && p->section_id == drafter.section_id;
        if (p->unit_id != d->unit_id || !(cx->actor->person_id == d->drafter_person || is_section))
            continue;
        *post_id = p->id;
        return true;
    }
    return false;
}

struct str solicit_title(struct arena *a, struct str title)
{
    const struct str mark = STR("（征求意见稿）");
    return str_ends(title, mark)
               ? title
               : str_printf(a, "%.*s%s", STR_ARG(utf8_prefix(title, 190)), mark.p);
}

/* --- asking ------------------------------------------------------------------------------------------ */

struct doc_solicit_in {
    int64_t document_id;
    struct org_choice choice;
    struct str reply_by, note;
};
#define CHOSEN(member, field_type_, max_, zh_, en_)                                                \
    {                                                                                              \
        FIELD_NAME(member), .type = field_type_,                                                   \
            .offset = offsetof(struct doc_solicit_in, choice.member), .max = max_, .zh = zh_,      \
            .en = en_                                                                              \
    }
static const struct field doc_solicit_in_fields[] = {
    FIELD(doc_solicit_in, document_id, F_ID, .flags = FIELD_PATH, .zh = "公文", .en = "document"),
    CHOSEN(unit_ids, F_IDS, 1000, "单位", "units"),
    CHOSEN(group_ids, F_IDS, 50, "群组", "groups"),
    CHOSEN(levels, F_TEXTS, 10, "层级", "levels"),
    CHOSEN(branches, F_TEXTS, 30, "系统", "branches"),
    CHOSEN(under, F_IDS, 50, "所属", "under"),
    FIELD(doc_solicit_in, reply_by, F_DAY, .flags = FIELD_REQUIRED, .zh = "反馈截止日期",
          .en = "reply by"),
    FIELD(doc_solicit_in, note, F_TEXT, .max = 1000, .flags = FIELD_LINES, .zh = "说明",
          .en = "what is asked"),
};
#define SOLICIT_RECORD(name)                                                                       \
    const struct record name##_record = { #name, sizeof(struct name), name##_fields,               \
                                          sizeof name##_fields / sizeof *name##_fields }
SOLICIT_RECORD(doc_solicit_in);

struct doc_solicited {
    int64_t solicit_id, matter_id, count;
};
static const struct field doc_solicited_fields[] = {
    FIELD(doc_solicited, solicit_id, F_ID, .flags = FIELD_REQUIRED, .zh = "征求意见", .en = "round"),
    FIELD(doc_solicited, matter_id, F_ID, .flags = FIELD_REQUIRED, .zh = "事项", .en = "matter"),
    FIELD(doc_solicited, count, F_I64, .zh = "单位数", .en = "units"),
};
SOLICIT_RECORD(doc_solicited);

/* Before the command, on a job's thread: a refusal goes on record although nothing else is kept. */
static bool solicit_prepare(struct ctx *cx, void *input)
{
    const struct doc_solicit_in *in = input;
    const struct doc_elements note = { .title = in->note };
    struct doc d;
    int found = doc_find(cx, in->document_id, &d);
    if (found < 0)
        return false;
    if (found == 0 || !matter_can_see(cx, d.matter_id))
        return true; /* the command says so */
    return doc_refuse_secret(cx, &d.elements) && doc_refuse_secret(cx, &note);
}

static bool may_ask(struct ctx *cx, const struct doc *d, int64_t *post_id)
{
    if (!solicit_is_ours(cx, d, post_id))
        return cx->err.kind == ERR_NONE && fail(cx, ERR_FORBIDDEN, "doc.solicit_not_yours", NULL);
    return doc_is(d, "draft") || fail(cx, ERR_STATE, "doc.solicit_signed", NULL);
}

static bool may_leave(struct ctx *cx, const struct doc *d, const struct doc_solicit_in *in)
{
    const struct doc_elements note = { .title = in->note };
    struct clock_date day, today = clock_date_of(cx->now);
    if (!doc_is_public(cx, &d->elements) || !doc_is_public(cx, &note))
        return false;
    if (body_paragraphs(cx->a, d->elements.body).n == 0)
        return fail(cx, ERR_STATE, "doc.solicit_empty", NULL);
    if (!clock_day_parse(in->reply_by, &day) || clock_days(day) < clock_days(today) ||
        clock_days(day) > clock_days(today) + DAYS_MOST)
        return fail(cx, ERR_INVALID, "doc.solicit_day", "reply_by");
    return true;
}

static bool are_known(struct ctx *cx, struct ids unit_ids)
{
    for (size_t i = 0; i < unit_ids.n; i++) {
        struct unit_row u;
        int found = unit_find(cx, unit_ids.p[i], &u);
        if (found < 1)
            return found == 0 && fail(cx, ERR_INVALID, "doc.unknown_recipient", "unit_ids");
    }
    return true;
}

/* The own unit is not asked, nor who is only reached on paper: the page says so beforehand. */
static bool units_asked(struct ctx *cx, const struct doc *d, const struct org_choice *c,
                        struct solicit_asked *out)
{
    struct org_units units = { NULL, 0 };
    bool chooses = c->unit_ids.n || c->group_ids.n || c->levels.n || c->branches.n || c->under.n;
    if (!are_known(cx, c->unit_ids) || (chooses && !org_expand(cx, c, &units)))
        return false;
    *out = (struct solicit_asked){ .p = units.p };
    out->out = arena_alloc(cx->a, (units.n + 1) * sizeof *out->out);
    for (size_t i = 0; i < units.n; i++) {
        const struct org_unit *u = &units.p[i];
        const char *why = u->id == d->unit_id ? "own" : u->by_paper ? "paper" : NULL;
        if (why) {
            out->out[out->n_out].name = u->name;
            out->out[out->n_out++].why = why;
        } else {
            out->p[out->n++] = *u;
        }
    }
    if (out->n > UNITS_MOST)
        return fail(cx, ERR_TOO_LARGE, "doc.solicit_many", "unit_ids");
    return out->n || fail(cx, ERR_INVALID, "doc.solicit_nobody", "unit_ids");
}

bool solicit_would(struct ctx *cx, const void *input, struct solicit_asked *out)
{
    const struct doc_solicit_in *in = input;
    struct doc d;
    int64_t post_id;
    return doc_load(cx, in->document_id, &d) && may_ask(cx, &d, &post_id) &&
           may_leave(cx, &d, in) && units_asked(cx, &d, &in->choice, out);
}

static const struct jv *units_var(struct ctx *cx, const struct solicit_asked *asked)
{
    struct buf b = buf_in(cx->a);
    buf_text(&b, "{\"units\":[");
    for (size_t i = 0; i < asked->n; i++)
        buf_printf(&b, "%s\"unit:%lld\"", i ? "," : "", (long long)asked->p[i].id);
    buf_text(&b, "]}");
    return jv_parse(cx->a, buf_done(&b), NULL, NULL);
}

/* The line, the files and the child of one unit. */
static bool line_put(struct ctx *cx, const struct solicit_round *r, const struct doc *d,
                     const struct solicit_asked *asked, const struct desk_consigned *c)
{
    size_t at = 0;
    while (at < asked->n && asked->p[at].id != c->unit_id)
        at++;
    CHECK(at < asked->n);
    return db_run(cx->db, &q_reply_put, r->id, (int64_t)at, c->unit_id, asked->p[at].name,
                  c->child_id) &&
           attachment_copy_all(cx, d->matter_id, c->child_id);
}

static bool lines_put(struct ctx *cx, const struct solicit_round *r, const struct doc *d,
                      const struct solicit_asked *asked)
{
    struct desk_consigned *c;
    size_t n;
    if (!matter_consigned(cx, r->matter_id, &c, &n))
        return false;
    CHECK(n == asked->n);
    for (size_t i = 0; i < n; i++)
        if (!line_put(cx, r, d, asked, &c[i]))
            return false;
    return attachment_copy_all(cx, d->matter_id, r->matter_id);
}

static bool round_begin(struct ctx *cx, const struct doc *d, const struct solicit_asked *asked,
                        struct solicit_round *r)
{
    struct matter own, m;
    struct clock_date day;
    if (matter_find(cx, d->matter_id, &own) != 1)
        return false;
    const struct matter_start start = {
        .module = STR("solicit_opinions"), .unit_id = d->unit_id, .post_id = r->asked_post,
        .subject_id = r->id, .title = solicit_title(cx->a, d->title), .urgency = d->urgency,
        .from_name = own.from_name, .label = own.label, .vars = units_var(cx, asked),
    };
    if (!matter_start(cx, &start, &m) || !clock_day_parse(r->reply_by, &day))
        return false;
    r->matter_id = m.id;
    return db_run(cx->db, &q_round_put, r->id, d->id, r->round, m.id, r->revision, r->note,
                  r->reply_by, r->asked_person, r->asked_post, r->asked_by, r->asked_at) &&
           matter_consigned_due(cx, m.id, clock_at(day, 24 * 60 - 1)) &&
           matter_let_see(cx, m.id, d->drafter_post) && lines_put(cx, r, d, asked);
}

/* What was typed and not saved yet is part of the text as it stands. */
static bool take_typed(struct ctx *cx, struct doc *d)
{
    int64_t post_id = 0;
    int mine = doc_my_item(cx, d, NULL, &post_id);
    return mine == 0 || (mine == 1 && doc_take_buffer(cx, d, post_id));
}

static DOC_COMMAND(doc_solicit)
{
    const struct doc_solicit_in *in = input;
    struct doc d;
    struct solicit_asked asked;
    struct solicit_round r = { .id = id_new(cx->now) };
    if (!doc_load_for_change(cx, in->document_id, &d) || !may_ask(cx, &d, &r.asked_post) ||
        !take_typed(cx, &d) || !may_leave(cx, &d, in) ||
        !units_asked(cx, &d, &in->choice, &asked))
        return false;
    r.round = db_number(cx->db, 0, &q_round_last, d.id) + 1;
    r.revision = d.revision;
    r.note = in->note.p ? in->note : STR("");
    r.reply_by = in->reply_by;
    r.asked_person = cx->actor->person_id;
    r.asked_by = cx->actor->name;
    r.asked_at = cx->now;
    if (!round_begin(cx, &d, &asked, &r))
        return false;
    *(struct doc_solicited *)output =
        (struct doc_solicited){ r.id, r.matter_id, (int64_t)asked.n };
    return matter_describe(cx, d.matter_id, STR_NONE, STR_NONE, STR_NONE) &&
           doc_note(cx, &d, "doc.solicit", r.asked_post,
                    str_printf(cx->a,
                               "{\"solicit\":\"%lld\",\"round\":%lld,\"revision\":%lld,\"units\":%zu,"
                               "\"reply_by\":\"%.*s\"}",
                               (long long)r.id, (long long)r.round, (long long)r.revision, asked.n,
                               STR_ARG(r.reply_by)));
}

/* --- 汇总: what was adopted ---------------------------------------------------------------------------- */

static const char *const verdicts[] = { "adopted", "partly", "rejected", NULL };

static const struct field doc_solicit_path_fields[] = {
    FIELD(solicit_path, solicit_id, F_ID, .flags = FIELD_PATH, .zh = "征求意见", .en = "round"),
};
const struct record doc_solicit_path_record = { "doc_solicit_path", sizeof(struct solicit_path),
                                                doc_solicit_path_fields, 1 };

struct doc_solicit_decide_in {
    int64_t solicit_id, unit_id, rev;
    struct str verdict, reason;
};
static const struct field doc_solicit_decide_in_fields[] = {
    FIELD(doc_solicit_decide_in, solicit_id, F_ID, .flags = FIELD_PATH, .zh = "征求意见",
          .en = "round"),
    FIELD(doc_solicit_decide_in, unit_id, F_ID, .flags = FIELD_REQUIRED, .zh = "单位", .en = "unit"),
    FIELD(doc_solicit_decide_in, rev, F_I64, .max = INT64_MAX, .flags = FIELD_REQUIRED,
          .zh = "版本", .en = "revision of the line"),
    FIELD(doc_solicit_decide_in, verdict, F_CHOICE, .choices = verdicts, .flags = FIELD_REQUIRED,
          .zh = "采纳情况", .en = "adopted or not"),
    FIELD(doc_solicit_decide_in, reason, F_TEXT, .max = 1000, .flags = FIELD_LINES, .zh = "理由",
          .en = "reason"),
};
SOLICIT_RECORD(doc_solicit_decide_in);

/* The round's own section, while it is open. */
static bool round_work(struct ctx *cx, int64_t round_id, struct solicit_round *r, struct doc *d,
                       int64_t *post_id)
{
    struct matter m;
    if (!solicit_round_load(cx, round_id, r, d))
        return false;
    if (!solicit_is_ours(cx, d, post_id))
        return cx->err.kind == ERR_NONE && fail(cx, ERR_FORBIDDEN, "doc.solicit_not_yours", NULL);
    if (matter_find(cx, r->matter_id, &m) != 1)
        return false;
    return str_is(m.state, "running") || fail(cx, ERR_STATE, "doc.solicit_closed", NULL);
}

static bool line_lock(struct ctx *cx, int64_t round_id, int64_t unit_id, struct solicit_reply *out)
{
    struct rows r;
    if (!db_number(cx->db, 0, &q_reply_lock, round_id, unit_id))
        return cx->err.kind == ERR_NONE && fail_not_found(cx);
    int found = db_get(cx->db, &r, &q_reply_get, round_id, unit_id);
    if (found == 1)
        *out = reply_of(cx, &r);
    rows_end(&r);
    return found == 1;
}

static DOC_COMMAND(doc_solicit_decide)
{
    const struct doc_solicit_decide_in *in = input;
    struct solicit_round r;
    struct solicit_reply line;
    struct doc d;
    int64_t post_id;
    struct str reason = in->reason.p ? in->reason : STR("");
    (void)output;
    if (!round_work(cx, in->solicit_id, &r, &d, &post_id) ||
        !line_lock(cx, r.id, in->unit_id, &line))
        return false;
    if (!str_is(line.outcome, "comment"))
        return fail(cx, ERR_STATE, "doc.solicit_no_opinion", NULL);
    if (in->rev != line.rev)
        return fail(cx, ERR_CONFLICT, "doc.solicit_stale", "rev");
    if (!reason.n && !str_is(in->verdict, "adopted"))
        return fail(cx, ERR_INVALID, "doc.solicit_reason", "reason");
    return db_run(cx->db, &q_reply_decide, in->verdict, reason, cx->actor->name, cx->now, r.id,
                  line.unit_id) &&
           matter_describe(cx, r.matter_id, STR_NONE, STR_NONE, STR_NONE) &&
           matter_trace(cx, r.matter_id, "doc.solicit_decide", post_id,
                        str_printf(cx->a, "{\"unit\":\"%lld\",\"verdict\":\"%.*s\",\"digest\":\"%.*s\"}",
                                   (long long)line.unit_id, STR_ARG(in->verdict),
                                   STR_ARG(doc_digest(cx->a, reason))));
}

struct doc_solicit_closed {
    int64_t silent;
};
static const struct field doc_solicit_closed_fields[] = {
    FIELD(doc_solicit_closed, silent, F_I64, .zh = "逾期未反馈", .en = "units that were silent"),
};
SOLICIT_RECORD(doc_solicit_closed);

/* After its day: whoever has not answered is recorded as such and waited for no more. */
static DOC_COMMAND(doc_solicit_close)
{
    const struct solicit_path *in = input;
    struct doc_solicit_closed *out = output;
    struct solicit_round r;
    struct doc d;
    int64_t post_id;
    if (!round_work(cx, in->solicit_id, &r, &d, &post_id))
        return false;
    if (!solicit_is_late(cx, &r))
        return fail(cx, ERR_STATE, "doc.solicit_not_late", NULL);
    if (!matter_stop_waiting(cx, r.matter_id, &out->silent))
        return false;
    if (!out->silent)
        return fail(cx, ERR_STATE, "doc.solicit_all_replied", NULL);
    return matter_describe(cx, d.matter_id, STR_NONE, STR_NONE, STR_NONE) &&
           matter_trace(cx, r.matter_id, "doc.solicit_close", post_id,
                        str_printf(cx->a, "{\"silent\":%lld}", (long long)out->silent));
}

/* --- what desk tells ------------------------------------------------------------------------------------ */

static bool is_reply(const struct desk_step *s)
{
    return str_is(s->matter->module, "opinion_reply") && str_is(s->node, "answer");
}

static bool on_completing(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct desk_step *s = detail;
    struct rows r;
    (void)event;
    (void)matter_id;
    if (is_reply(s) && str_is(s->outcome, "comment") && !s->text.n)
        return fail(cx, ERR_INVALID, "doc.solicit_no_text", "opinion");
    if (!str_is(s->matter->module, "solicit_opinions") || !str_is(s->node, "summary"))
        return true;
    int found = db_get(cx->db, &r, &q_replies_undecided, s->matter->subject_id);
    const char *unit = found == 1
                           ? arena_strndup(cx->a, row_text(&r, 0).p, row_text(&r, 0).n) : "";
    rows_end(&r);
    return found == 0 || (found == 1 && fail_arg(cx, ERR_STATE, "doc.solicit_undecided", NULL,
                                                 unit, NULL));
}

/* The one reply, or that it was taken back: only this of the unit's inside comes here. */
static bool said(struct ctx *cx, const struct desk_step *s, bool is_taken_back)
{
    struct solicit_round r;
    struct doc d;
    struct str text = !is_taken_back && s->text.p ? s->text : STR("");
    struct str outcome = is_taken_back ? STR("") : s->outcome;
    int found = solicit_round_find(cx, s->matter->subject_id, &r);
    if (found == 1)
        found = doc_find(cx, r.document_id, &d);
    return found == 1 &&
           db_run(cx->db, &q_reply_said, outcome, text, is_taken_back ? INT64_C(0) : cx->now,
                  s->matter->id) &&
           matter_describe(cx, d.matter_id, STR_NONE, STR_NONE, STR_NONE);
}

static bool on_completed(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    (void)event;
    (void)matter_id;
    return !is_reply(detail) || said(cx, detail, false);
}

static bool on_withdrawn(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    (void)event;
    (void)matter_id;
    return !is_reply(detail) || said(cx, detail, true);
}

static bool round_matters(struct ctx *cx, int64_t matter_id, int64_t *out, size_t most, size_t *n)
{
    struct rows r;
    *n = 0;
    for (db_rows(cx->db, &r, &q_round_matters, matter_id); *n < most && rows_next(&r);)
        out[(*n)++] = row_i64(&r, 0);
    rows_end(&r);
    return !rows_failed(&r);
}

#define ROUNDS_MOST 100

/* A document that is given up asks nobody any more. */
static bool on_closed(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct matter *closed = detail;
    int64_t ids[ROUNDS_MOST];
    size_t n;
    (void)event;
    if (!str_is(closed->module, "send") || str_is(closed->state, "done"))
        return true;
    if (!round_matters(cx, matter_id, ids, ROUNDS_MOST, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct matter m;
        if (matter_find(cx, ids[i], &m) != 1)
            return false;
        if (str_is(m.state, "running") && !matter_end(cx, m.id, STR("公文已终止，不再征求意见")))
            return false;
    }
    return true;
}

static bool on_derived(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct spill_spread *to = detail;
    int64_t ids[ROUNDS_MOST];
    size_t n;
    (void)event;
    if (!round_matters(cx, matter_id, ids, ROUNDS_MOST, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        to->add(to->arg, ids[i]);
    return true;
}

static bool on_origin(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    int64_t *up = (int64_t *)(uintptr_t)detail; /* the asker's, to be filled */
    struct solicit_round r;
    struct doc d;
    int64_t id = db_number(cx->db, 0, &q_round_of_matter, matter_id);
    (void)event;
    if (!id)
        return cx->err.kind == ERR_NONE;
    if (solicit_round_find(cx, id, &r) != 1 || doc_find(cx, r.document_id, &d) != 1)
        return false;
    *up = d.matter_id;
    return true;
}

static bool on_purge(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    const struct spill_purge *p = detail;
    (void)event;
    return db_run(cx->db, &q_rounds_purge, matter_id) &&
           (!p->with_opinions || (db_run(cx->db, &q_replies_purge, matter_id) &&
                                  db_run(cx->db, &q_reply_purge, matter_id)));
}

/* --- tables ----------------------------------------------------------------------------------------------- */

static const struct command commands[] = {
    { "doc.solicit", POST, "/documents/{document_id}/solicit", PERM_LOGIN, &doc_solicit_in_record,
      &doc_solicited_record, doc_solicit, "征求意见", "Ask units for opinions on a draft",
      CMD_CREATES | CMD_WORK_LANE, solicit_prepare },
    { "doc.solicit_decide", POST, "/solicits/{solicit_id}/decide", PERM_LOGIN,
      &doc_solicit_decide_in_record, NULL, doc_solicit_decide, "写明采纳情况",
      "Say whether a unit's opinion was adopted", 0, NULL },
    { "doc.solicit_close", POST, "/solicits/{solicit_id}/close", PERM_LOGIN,
      &doc_solicit_path_record, &doc_solicit_closed_record, doc_solicit_close,
      "截止征求意见，未反馈的记为逾期未反馈", "Wait no more for those that were silent past the day",
      0, NULL },
};

static const struct read reads[] = {
    { "doc.solicit_check", "/documents/{document_id}/solicit_check", PERM_LOGIN,
      &doc_solicit_in_record, &solicit_check_record, false, doc_solicit_check, "征求意见前检查",
      "Whom it would ask, and what would refuse it", READ_POST },
    { "doc.solicits", "/documents/{document_id}/solicits", PERM_LOGIN, &doc_path_record,
      &solicit_round_record, true, doc_solicits, "历次征求意见", "Rounds of opinions", 0 },
    { "doc.solicit_table", "/solicits/{solicit_id}", PERM_LOGIN, &doc_solicit_path_record,
      &solicit_table_record, false, doc_solicit_table, "征求意见汇总表", "Table of opinions", 0 },
    { "doc.solicit_file", "/solicits/{solicit_id}/file", PERM_LOGIN, &doc_solicit_path_record,
      NULL, false, doc_solicit_file, "导出汇总表", "The table as a Word file", READ_RAW },
};

static const struct handler handlers[] = {
    { "item.completing", on_completing }, { "item.completed", on_completed },
    { "matter.withdrawn", on_withdrawn }, { "matter.closed", on_closed },
    { "matter.derived", on_derived },     { "matter.origin", on_origin },
    { "matter.purge", on_purge },         { "matter.page", solicit_on_page },
};

const struct room document_solicit_room = {
    "document", ROOM_TABLE(commands), ROOM_TABLE(reads), ROOM_TABLE(handlers), NULL, NULL,
};
